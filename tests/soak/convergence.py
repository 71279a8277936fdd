"""Convergence for long: meetings by dice, and the browser's own library against our rebasing."""

from collections.abc import Iterator

from app.store.unit import Stores
from tests.support.lockstep import diverging
from tests.support.meeting import Meeting, People
from tests.support.node import program

MEETINGS = 10_000
SESSIONS = 100_000

_AT_ONCE = 250
_A_DATABASE = 500


def meetings(first: int, count: int = MEETINGS) -> Iterator[str]:
    """What went wrong in each meeting that did not end well, with its seed."""
    for start in range(first, first + count, _A_DATABASE):
        stores = Stores("sqlite://")
        stores.migrate()
        people = People.seated(stores)
        for seed in range(start, min(start + _A_DATABASE, first + count)):
            try:
                Meeting(people, seed).run()
            except Exception as problem:
                yield f"meeting of seed {seed}: {problem!r}"
        stores.close()


def sessions(first: int, count: int = SESSIONS) -> Iterator[str]:
    """The sessions of the real library that did not end with the same words everywhere."""
    with program("sessions") as node:
        for start in range(first, first + count, _AT_ONCE):
            seeds = range(start, min(start + _AT_ONCE, first + count))
            for seed in diverging(node, seeds):
                yield f"session of seed {seed} has diverged"
