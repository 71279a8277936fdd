"""A server that acknowledges before it commits: the kill test has to catch it losing edits."""

import time
from collections.abc import Sequence

from app.actions import typing
from app.live import hub
from app.live.room import Room
from tests.support import served

DISK = 0.15
"""Seconds that the disk of this server takes."""


class Careless(Room):
    """A room that tells first and keeps afterwards."""

    def _take(self, pushes: Sequence[typing.Push]) -> None:
        with self._stores.begin() as store:
            taken = typing.take(store, self._known(store), pushes)
            self._tell_of(taken, pushes)
            time.sleep(DISK)


def serve() -> None:
    """Serve so, with the settings of this environment, until somebody ends it."""
    setattr(hub, "Room", Careless)  # noqa: B010 - the hub does not hand its room out
    served.serve()
