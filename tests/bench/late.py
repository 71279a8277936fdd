"""`python -m tests.bench.late serve`: Travaux on a disk that takes 5 ms longer to be sure.

Every commit of a unit of work that may write waits that long first, as a write-through to a slow
disk does: without the interpreter's lock, so that other threads go on.
"""

import time

from sqlalchemy import Connection, Engine, event

from app.cli import run

SECONDS = 0.005


def _wait(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not (options.get("travaux_reading") or options.get("postgresql_readonly")):
        time.sleep(SECONDS)


if __name__ == "__main__":
    event.listen(Engine, "commit", _wait)
    run()
