"""Files in and out: bytes on one side, treaty values on the other."""
