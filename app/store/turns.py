"""Whose turn it is to write: writers of one process on SQLite, served in the order they came.

SQLite lets one write at a time and makes the others try again after pauses that grow, so that
a writer who comes back at once, as typing does, would starve one who waits.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.exc import OperationalError


class Turns:
    """A queue at one door."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._door = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside of this block it is this thread's turn.

        OperationalError, as SQLite itself says it of another process, when the turn has
        not come after `patience` seconds; so it is too in a thread that has its turn already.
        """
        self._wait()
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self) -> None:
        with self._door:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=self._patience):
            return
        with self._door:
            if mine in self._waiting:
                self._waiting.remove(mine)
                locked = sqlite3.OperationalError("database is locked")
                raise OperationalError("BEGIN IMMEDIATE", None, locked)
        # It came in the very moment that patience ended.

    def _pass_on(self) -> None:
        with self._door:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
