"""Word files: written from our own model, read with our own walk."""
