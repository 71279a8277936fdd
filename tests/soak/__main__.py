"""`make soak`: the kill test at full size, on both databases, and convergence for long."""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.soak import killing
from tests.soak.killing import Plan
from tests.support.databases import postgresql_server

FULL = Plan(people=100, clauses=20, kills=8, least=2.0, most=6.0)


def main() -> int:
    """Runs what was asked for; 0 when all held."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    asked.add_argument("--rounds", type=int, default=2, help="how often the kill test is done")
    asked.add_argument("--people", type=int, default=FULL.people)
    said = asked.parse_args()
    plan = Plan(said.people, FULL.clauses, FULL.kills, FULL.pace, FULL.least, FULL.most)
    faults = 0
    with postgresql_server() as server:
        for index in range(said.rounds):
            for name, database in (("SQLite", _sqlite), ("PostgreSQL", server.empty)):
                faults += _kill(name, database, plan, said.seed + index)
    return 1 if faults else 0


def _kill(
    name: str, database: Callable[[], AbstractContextManager[str]], plan: Plan, seed: int
) -> int:
    began = time.monotonic()
    with database() as url, tempfile.TemporaryDirectory() as folder:
        outcome = killing.run(url, Path(folder), plan, seed)
    took = time.monotonic() - began
    print(
        f"kill test, {name}, seed {seed}, {plan.kills} kills, {took:.0f} s: {outcome}", flush=True
    )
    return len(outcome.faults)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/travaux.sqlite3"


if __name__ == "__main__":
    sys.exit(main())
