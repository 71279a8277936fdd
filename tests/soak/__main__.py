"""What `make soak` does: servers killed while people type, and a great many meetings by dice.

python -m tests.soak                   all of it, in about three quarters of an hour
python -m tests.soak --only kills      the kill test at full size, on both databases
python -m tests.soak --seed 7          the same dice again
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.soak import convergence, killing
from tests.soak.killing import Plan
from tests.support.databases import postgresql_server

FULL = Plan(people=100, clauses=20, kills=8, least=2.0, most=6.0)
PARTS = ("kills", "meetings", "sessions")


def main() -> int:
    """Runs what was asked for; 0 when all of it held."""
    asked = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    asked.add_argument("--only", choices=PARTS, help="leave out the rest")
    asked.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    asked.add_argument("--rounds", type=int, default=2, help="how often the kill test is done")
    asked.add_argument("--people", type=int, default=FULL.people, help="how many type in it")
    asked.add_argument("--meetings", type=int, default=convergence.MEETINGS)
    asked.add_argument("--sessions", type=int, default=convergence.SESSIONS)
    said = asked.parse_args()
    parts: dict[str, Callable[[], int]] = {
        "kills": lambda: _kills(replace(FULL, people=said.people), said.rounds, said.seed),
        "meetings": lambda: _told("meetings", convergence.meetings(said.seed, said.meetings)),
        "sessions": lambda: _told("sessions", convergence.sessions(said.seed, said.sessions)),
    }
    print(f"seed {said.seed}", flush=True)
    faults = sum(part() for name, part in parts.items() if said.only in (None, name))
    print("all is well" if not faults else f"{faults} faults")
    return 1 if faults else 0


def _kills(plan: Plan, rounds: int, seed: int) -> int:
    faults = 0
    with postgresql_server() as server:
        for index in range(rounds):
            for name, database in (("SQLite", _sqlite), ("PostgreSQL", server.empty)):
                faults += _kill(name, database, plan, seed + index)
    return faults


def _kill(
    name: str, database: Callable[[], AbstractContextManager[str]], plan: Plan, seed: int
) -> int:
    began = time.monotonic()
    with database() as url, tempfile.TemporaryDirectory() as folder:
        outcome = killing.run(url, Path(folder), plan, seed)
    took = time.monotonic() - began
    size = f"{plan.people} people, {plan.clauses} clauses, {plan.kills} kills"
    print(f"kill test on {name}, seed {seed}, {size}, {took:.0f} s: {outcome}", flush=True)
    return len(outcome.faults)


def _told(what: str, faults: Iterator[str]) -> int:
    began, found = time.monotonic(), 0
    for fault in faults:
        found += 1
        print(f"  {fault}", flush=True)
    print(f"{what}, {time.monotonic() - began:.0f} s: {found} faults", flush=True)
    return found


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/travaux.sqlite3"


if __name__ == "__main__":
    sys.exit(main())
