"""Who is at a table, in which clause and at which word, and what of it was not told yet."""

from dataclasses import dataclass, field
from typing import Any

from app.live import frames
from app.store.seats import SeatRecord

TONES = 8
"""How many colours there are to tell people apart by."""


def tone(seat: SeatRecord) -> int:
    """The number of a seat's colour: the same wherever and whenever it is seen."""
    return seat.id % TONES


@dataclass(slots=True)
class Place:
    """One page that somebody has open: two of the same person have one name."""

    seat: SeatRecord
    here: frames.Here = field(default_factory=frames.Here)

    def said(self) -> dict[str, Any]:
        """As it stands in a frame."""
        said: dict[str, Any] = {"name": self.seat.name, "tone": tone(self.seat)}
        return said | (_caret(self.here) or {})


class Presence:
    """The places of one table. What changes is kept until `news` is asked for, so that a burst
    of carets becomes one frame."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._came: set[str] = set()
        self._moved: set[str] = set()
        self._left: set[str] = set()

    def come(self, sid: str, seat: SeatRecord) -> None:
        """Somebody opens the page, or goes by another name from now on."""
        place = self._places.setdefault(sid, Place(seat))
        place.seat = seat
        self._came.add(sid)

    def move(self, sid: str, here: frames.Here) -> bool:
        """Their caret stands there now; whether that is news."""
        place = self._places.get(sid)
        if place is None or place.here == here:
            return False
        place.here = here
        self._moved.add(sid)
        return True

    def leave(self, sid: str) -> None:
        """Their page is closed."""
        if self._places.pop(sid, None) is None:
            return
        self._moved.discard(sid)
        # Nobody has heard of a place that was told neither of its coming.
        self._came.discard(sid)
        self._left.add(sid)

    def who(self) -> dict[str, dict[str, Any]]:
        """Everybody who is here, by sid."""
        return {sid: place.said() for sid, place in self._places.items()}

    def news(self) -> list[str]:
        """The frames that tell what has happened since this was asked the last time."""
        came = {sid: self._places[sid].said() for sid in sorted(self._came)}
        left = sorted(self._left)
        moved = {sid: _caret(self._places[sid].here) for sid in sorted(self._moved - self._came)}
        self._came, self._moved, self._left = set(), set(), set()
        said = [frames.who(came, left)] if came or left else []
        return [*said, frames.here(moved)] if moved else said


def _caret(here: frames.Here) -> dict[str, Any] | None:
    if not here.uid:
        return None
    return {"uid": here.uid, "at": list(here.at)} if here.at else {"uid": here.uid}
