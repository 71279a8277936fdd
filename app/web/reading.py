"""Reads what came back in rounds, beside the answering: one thread in a process, and only one."""

import logging
from threading import Lock, Thread

from app.actions import returning
from app.store.unit import Stores

_LOG = logging.getLogger(__name__)


class Reading:
    """Reads whatever waits, in a thread of its own that ends when nothing is left."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._lock = Lock()
        self._thread: Thread | None = None
        self._again = False

    def begin(self) -> None:
        """See to it that what waits now is read; returns at once."""
        with self._lock:
            self._again = True
            if self._thread is not None:
                return
            self._thread = Thread(target=self._read, daemon=True, name="reading returns")
            self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until nothing is being read, at most so long."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _read(self) -> None:
        while self._is_wanted():
            try:
                returning.read_waiting(self._stores)
            except Exception:
                # What waits stays where it is, and is read when the next file comes, or at a start.
                _LOG.exception("What came back could not be read.")

    def _is_wanted(self) -> bool:
        with self._lock:
            wanted, self._again = self._again, False
            if not wanted:
                self._thread = None
            return wanted
