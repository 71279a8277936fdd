"""What holds whatever is done, by whom, in what order or at once: tests of several modules together."""
