"""What other processes write, heard through PostgreSQL's notices; on SQLite nobody gives any."""

from collections.abc import Callable
from threading import Event, Thread

from app.store.unit import Stores

_ENDING = 2.0


class Relay:
    """One ear for a process: hears drafts and seqs, never words, and passes them on."""

    def __init__(self, stores: Stores, heard: Callable[[int, int], None]) -> None:
        self._is_over = Event()
        self._thread = Thread(
            target=stores.listen, args=(heard, self._is_over), daemon=True, name="relay"
        )
        self._thread.start()

    def end(self) -> None:
        """Hear no more."""
        self._is_over.set()
        self._thread.join(_ENDING)
