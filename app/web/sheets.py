"""The sheets that are kept, and what readers were shown of them, for as long as there is room.

Setting a long treaty takes a while and turning a page must not, so that a `Sheet` is kept for
each (draft, journal hash): the hash names the state, whoever reads it and whichever process asks.
Who reads a draft while others write in it asks what looks different since a seq of its journal;
so a `Face`, all that a page shows of the draft itself, is kept for each seq that somebody was
shown. States nobody asked for are never set.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from markupsafe import Markup

from app.web.words import Sheet

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

_COUNTS = 2_000
"""Of how many clauses it is kept how often they were changed."""

_FACES = 32
"""How many faces of one seq are told apart: they differ in what stands beside the text alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """What the page of a draft shows, whoever reads it: the text, and what stands beside it.

    `margin` holds the marks by uid, `mast` title, symbol, date and distribution, `uncovered` how
    many articles have no source.
    """

    sheet: Sheet
    margin: Mapping[str, Markup]
    mast: tuple[str, ...]
    uncovered: int
    edition_name: str

    def shows(self, other: "Face") -> bool:
        """Whether the other one looks the same."""
        return (
            self.sheet is other.sheet
            and (self.margin is other.margin or self.margin == other.margin)
            and self._beside == other._beside
        )

    @property
    def _beside(self) -> tuple[object, ...]:
        return self.mast, self.uncovered, self.edition_name


class Sheets:
    """The sheets of the latest states, as many as `room`; safe to share among threads."""

    def __init__(self, room: int = 64) -> None:
        self._sheets = _Shelf[tuple[int, str], Sheet](room)
        self._latest: dict[int, tuple[int, str]] = {}
        self._faces = _Shelf[tuple[int, int], list[Face]](room)
        # An answer may be as long as the page.
        self._answers = _Shelf[tuple[int, int, int, Face], bytes](room // 4)
        self._counts = _Shelf[tuple[int, str, int], int](_COUNTS)
        self._showing = Lock()

    def holds(self, draft_id: int, state: str) -> bool:
        """Whether the sheet of this state is kept already."""
        return self._sheets.holds((draft_id, state))

    def get(self, draft_id: int, state: str, make: Callable[[], Sheet]) -> Sheet:
        """The sheet of this state, made when it is not kept yet."""
        return self._sheets.get((draft_id, state), make)

    def take(self, draft_id: int, seq: int, state: str, make: Callable[[], Sheet]) -> Sheet:
        """The same for a draft as it stands at `seq`, from which the states after it are made."""
        sheet = self.get(draft_id, state, make)
        with self._showing:
            if self._latest.get(draft_id, (0, ""))[0] <= seq:
                self._latest[draft_id] = seq, state
        return sheet

    def latest(self, draft_id: int) -> tuple[int, str, Sheet] | None:
        """Seq, state and sheet of the latest state that was taken and is kept; None without one."""
        with self._showing:
            seq, state = self._latest.get(draft_id, (0, ""))
        sheet = self._sheets.peek((draft_id, state))
        return None if sheet is None else (seq, state, sheet)

    def show(self, draft_id: int, seq: int, face: Face) -> Face:
        """The face as it is kept for this seq: the same object for all that look the same."""
        faces = self._faces.get((draft_id, seq), list)
        with self._showing:
            known = next((each for each in faces if each.shows(face)), None)
            if known is None:
                known = face
                # One more than are told apart says that there were too many.
                faces += [face][: _FACES + 1 - len(faces)]
        return known

    def shown(self, draft_id: int, seq: int) -> tuple[Face, ...]:
        """What readers were shown as the state `seq`; () when that is not, or not all, known."""
        if not self._faces.holds((draft_id, seq)):
            return ()
        faces = tuple(self._faces.get((draft_id, seq), list))
        return faces if len(faces) <= _FACES else ()

    def count(self, draft_id: int, uid: str, version: int, make: Callable[[], int]) -> int:
        """How often a clause was changed, as of this version of it."""
        return self._counts.get((draft_id, uid, version), make)

    def answer(self, draft_id: int, seq: int, face: Face, make: Callable[[], bytes]) -> bytes:
        """What leads from the state `seq` to this face; every reader gets the same bytes."""
        count = len(self.shown(draft_id, seq))
        return self._answers.get((draft_id, seq, count, face), make)


class _Shelf(Generic[_Key, _Value]):
    """Keeps what was made for a key, as much as there is room for; the longest unused goes."""

    def __init__(self, room: int) -> None:
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()
        self._making: dict[_Key, Lock] = {}
        self._room = room
        self._lock = Lock()

    def holds(self, key: _Key) -> bool:
        with self._lock:
            return key in self._kept

    def peek(self, key: _Key) -> _Value | None:
        with self._lock:
            return self._kept.get(key)

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.setdefault(key, Lock())
        # Who asks for what is being made waits for it: made twice at once, both would take longer.
        with making:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                made = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._kept[key] = made
                while len(self._kept) > self._room:
                    self._kept.popitem(last=False)
        return made
