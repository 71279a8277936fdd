"""What takes longer than anybody wants to wait for a test: `python -m tests.soak`."""
