"""Tracked changes counted as a person would: what one author changed in one stretch is one change.

Word writes a change anew for every run, every paragraph mark and every minute. Here a change goes
on as long as the next piece bears one of the same kind by the same author; a row with all that is
in it is one change; what was moved is one, however many pieces it left in and came to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.exchange.word.story import Block, Edge, Mark, Piece, Sort, Story, Tracked


@dataclass(frozen=True, slots=True)
class Revision:
    """One tracked change of a file.

    `kind` is "insertion", "deletion", "move", "split" (only a paragraph mark came), "join" (only
    a mark went) or "format only"; `detail` says what of the form, or "table row", or "field
    code". `date` is the first and `until` the last date its pieces bear, as written in the file.
    """

    id: int
    kind: str
    author: str
    date: str
    until: str
    text: str
    detail: str = ""


@dataclass(slots=True)
class _Count:
    """A change while it is counted."""

    id: int
    kind: Tracked
    author: str
    first: str = ""
    last: str = ""
    words: list[str] = field(default_factory=list)
    codes: list[str] | None = None
    details: tuple[str, ...] = ()
    rows: int = 0
    things: int = 0
    came: "_Count | None" = None

    def tell(self, mark: Mark) -> None:
        """Take in what one of its marks says of when, and of what of the form changed."""
        if mark.date and (not self.first or mark.date < self.first):
            self.first = mark.date
        self.last = max(self.last, mark.date)
        if mark.detail and mark.detail not in self.details and len(self.details) < _MOST_DETAILS:
            self.details += (mark.detail,)


_MOST_DETAILS = 20
"""Changes of form that are named of one change; the others are of the same kind as a rule."""
_Key = tuple[Tracked, str, str]


@dataclass(slots=True)
class _Unit:
    """A piece, a paragraph mark or a row, with the marks it bears, its own and those around it."""

    marks: tuple[Mark, ...]
    where: Piece | Block | Edge
    own: int


def count(stories: Iterable[Story]) -> tuple[Revision, ...]:
    """The changes of some stories, numbered from 1 in reading order.

    Pieces, paragraph marks and edges are told which changes are theirs (`groups`), in the order
    of their own marks.
    """
    counter = _Counter()
    for story in stories:
        counter.story(story)
    return counter.revisions()


class _Counter:
    def __init__(self) -> None:
        self._counts: list[_Count] = []
        self._moves: dict[_Key, _Count] = {}
        self._last = 0

    def story(self, story: Story) -> None:
        going: dict[_Key, _Count] = {}
        for unit in _units(story):
            going = self._take(unit, going)

    def _take(self, unit: _Unit, going: dict[_Key, _Count]) -> dict[_Key, _Count]:
        found: dict[_Key, _Count] = {}
        ids = []
        for mark in unit.marks:
            key = (mark.kind, mark.author, mark.move)
            if key not in found:
                found[key] = _going_on(key, going) or self._moves.get(key) or self._new(key)
                _add(found[key], unit, mark)
            one = found[key]
            one.tell(mark)
            ids.append(one.id)
        _tell(unit, tuple(ids[: unit.own]))
        return found

    def _new(self, key: _Key) -> _Count:
        made = _Count(0, key[0], key[1])
        self._counts.append(made)
        if key[2]:
            self._moves[key] = made
            other = Tracked.MOVED_TO if key[0] is Tracked.MOVED_FROM else Tracked.MOVED_FROM
            made.came = self._moves.get((other, *key[1:]))
        if made.came is not None:
            # The second end of a move is the same change: it gets the first end's number.
            made.id = made.came.id
        else:
            self._last += 1
            made.id = self._last
        return made

    def revisions(self) -> tuple[Revision, ...]:
        made: dict[int, Revision] = {}
        for one in self._counts:
            if one.id not in made:
                made[one.id] = _revision(one)
        return tuple(made.values())


def _going_on(key: _Key, going: dict[_Key, _Count]) -> _Count | None:
    """The change that a piece goes on with: one without a move's name with any move's."""
    if key in going or key[2] or key[0] not in (Tracked.MOVED_FROM, Tracked.MOVED_TO):
        return going.get(key)
    return next((one for (*same, _), one in going.items() if same == [*key[:2]]), None)


def _units(story: Story) -> Iterator[_Unit]:
    for item in story:
        if isinstance(item, Edge):
            marks = item.around if item.kind in ("row", "cell") else ()
            if marks or item.form:
                yield _Unit((*item.form, *marks), item, len(item.form) + len(marks))
            continue
        for piece in item.pieces:
            if _counts(piece):
                yield _Unit((*piece.marks, *item.around), piece, len(piece.marks))
            if piece.box is not None:
                yield from _units(piece.box)
        own = (*item.mark, *item.form)
        yield _Unit((*own, *item.around), item, len(own))


def _counts(piece: Piece) -> bool:
    """Whether a piece interrupts or carries a change; anchors and unmarked codes do neither."""
    if piece.sort in (Sort.WORDS, Sort.NOTE, Sort.EQUATION, Sort.BOX):
        return True
    return bool(piece.marks) and piece.sort in (Sort.CODE, Sort.OTHER)


def _add(one: _Count, unit: _Unit, mark: Mark) -> None:
    where = unit.where
    if isinstance(where, Edge):
        one.rows += where.kind == "row"
    elif isinstance(where, Block):
        if mark.kind is not Tracked.FORMAT:
            one.words.append("\n")
    elif where.sort is Sort.CODE:
        if one.codes is None:
            one.codes = []
        one.codes.append(where.text)
    elif where.sort is Sort.WORDS:
        one.words.append(where.text)
    else:
        one.things += 1


def _tell(unit: _Unit, ids: tuple[int, ...]) -> None:
    if isinstance(unit.where, Block):
        unit.where.mark_groups = ids
    else:
        unit.where.groups = ids


def _revision(one: _Count) -> Revision:
    words = "".join(one.words)
    detail = "table row" if one.rows else ", ".join(one.details)
    kind: str = one.kind
    if one.kind in (Tracked.MOVED_FROM, Tracked.MOVED_TO):
        kind = "move"
    elif not words.strip("\n") and words and not one.rows and not one.things:
        kind = {Tracked.INSERTED: "split", Tracked.DELETED: "join"}.get(one.kind, one.kind)
    if not words and one.codes:
        words, detail = "".join(one.codes), "field code"
    return Revision(one.id, kind, one.author, one.first, one.last, words, detail)
