"""What holds whatever is done, by whom and in what order: tests of several modules together."""
