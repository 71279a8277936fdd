"""`travaux serve`, as a module that a test can start: python -m tests.support.served."""

import sys

from app.cli import run

if __name__ == "__main__":
    sys.argv[1:] = ["serve"]
    run()
