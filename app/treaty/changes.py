"""A change as a value: what happened to a text, apart from who did it and when.

A change set walks over a text from its beginning to its end and says of every
stretch whether it stays, or goes, or something comes in its place:

    "The Parties may meet."        [12, [3, "shall"], 6]
    "The Parties shall meet."

The JSON form is the one that CodeMirror's editor speaks: a number keeps so
many units, a list deletes its first number of units and inserts the lines
after it. `map` and `compose` decide every tie as that editor does, so that a
browser and the server which hear the same changes arrive at the same text.

Laws (all hold for texts and changes whose lengths fit):

    a.compose(b).apply(t)  == b.apply(a.apply(t))
    a.invert(t).apply(a.apply(t)) == t
    b.map(a, before=True).apply(a.apply(t)) == a.map(b).apply(b.apply(t))
    map_position never falls as the position rises

Surprising, and proven on the real editor: mapping over a composition is not
the same as mapping over its parts one after the other. Whoever rebases goes
one change set at a time.

Positions and lengths count UTF-16 code units, as the browser does. Inside a
change set the inserted text is kept in *unit form*, where a character beyond
the basic plane is two surrogates; texts at the borders are ordinary strings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self, TypeGuard

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_HALF = re.compile("[\ud800-\udfff]")

JsonChanges = list[int | list[int | str]]


def utf16_len(text: str) -> int:
    """How many UTF-16 code units the text has."""
    if text.isascii():
        return len(text)
    return len(text) + len(_ASTRAL.findall(text))


def cut(text: str, start: int, end: int) -> str:
    """The part of the text between two UTF-16 positions.

    ValueError when a position lies outside of the text or inside of a character.
    """
    units = to_units(text)
    if not 0 <= start <= end <= len(units):
        raise ValueError(f"{start} to {end} is not inside of a text of {len(units)} units")
    if units is not text:
        _refuse_half(units, start)
        _refuse_half(units, end)
    return from_units(units[start:end])


def to_units(text: str) -> str:
    """The text with every character beyond the basic plane as two surrogates.

    The very same object comes back when there is no such character.
    """
    if text.isascii() or not _ASTRAL.search(text):
        return text
    return _ASTRAL.sub(_surrogates, text)


def from_units(units: str) -> str:
    """The ordinary text for one in unit form; ValueError for half a character."""
    if units.isascii() or not _HALF.search(units):
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _surrogates(match: re.Match[str]) -> str:
    beyond = ord(match[0]) - 0x10000
    return chr(0xD800 + (beyond >> 10)) + chr(0xDC00 + (beyond & 0x3FF))


def _refuse_half(units: str, position: int) -> None:
    if (
        0 < position < len(units)
        and "\ud800" <= units[position - 1] <= "\udbff"
        and "\udc00" <= units[position] <= "\udfff"
    ):
        raise ValueError(f"position {position} lies inside of a character")


class Section(NamedTuple):
    """One stretch of the old text: its length, and what comes in its place (None: it stays)."""

    length: int
    inserted: str | None


class Edit(NamedTuple):
    """One replaced range: where it was, where it is in the new text, and its new words."""

    start: int
    end: int
    new_start: int
    new_end: int
    text: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What happened to a text; made with `build`, `from_json`, `replace_all` or diff.between."""

    sections: tuple[Section, ...] = ()

    @classmethod
    def unchanged(cls, length: int) -> Self:
        """The change that leaves a text of this length as it is."""
        return cls((Section(length, None),) if length else ())

    @classmethod
    def build(cls, length: int, edits: Iterable[tuple[int, int, str]]) -> Self:
        """A change set of (start, end, text) replacements on a text of `length` units.

        The edits come in order and do not overlap; ValueError otherwise.
        """
        sections = _Sections()
        at = 0
        for start, end, text in edits:
            if not at <= start <= end <= length:
                raise ValueError(f"edit {start} to {end} does not fit after {at} in {length} units")
            sections.add(start - at, None)
            sections.add(end - start, to_units(text))
            at = end
        sections.add(length - at, None)
        return cls(sections.done())

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The change set for a parsed JSON list; ValueError for anything else."""
        if not isinstance(value, list):
            raise ValueError("a change set is a list")
        sections = (_section_from_json(part) for part in value)
        return cls(tuple(section for section in sections if section.length or section.inserted))

    def to_json(self) -> JsonChanges:
        """The list that CodeMirror's ChangeSet.fromJSON reads."""
        return [_section_to_json(section) for section in self.sections]

    @property
    def length(self) -> int:
        """The length that a text must have for this change, in UTF-16 units."""
        return sum(section.length for section in self.sections)

    @property
    def new_length(self) -> int:
        """The length of the text afterwards, in UTF-16 units."""
        return sum(
            section.length if section.inserted is None else len(section.inserted)
            for section in self.sections
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happens."""
        return not self.sections or (len(self.sections) == 1 and self.sections[0].inserted is None)

    def edits(self) -> Iterator[Edit]:
        """The replaced ranges in order, neighbouring ones joined; texts as ordinary strings."""
        old = new = start = new_start = 0
        text: str | None = None
        for length, inserted in self.sections:
            if inserted is not None:
                if text is None:
                    text, start, new_start = "", old, new
                text += inserted
                old, new = old + length, new + len(inserted)
                continue
            if text is not None:
                yield Edit(start, old, new_start, new, from_units(text))
                text = None
            old, new = old + length, new + length
        if text is not None:
            yield Edit(start, old, new_start, new, from_units(text))

    def apply(self, text: str) -> str:
        """The text after the change.

        ValueError when its length is another, or when the change would halve a character.
        """
        units = to_units(text)
        self._refuse_other_length(len(units))
        if units is not text:
            self._refuse_halving(units)
        pieces = []
        at = 0
        for length, inserted in self.sections:
            pieces.append(units[at : at + length] if inserted is None else inserted)
            at += length
        return from_units("".join(pieces))

    def invert(self, text: str) -> Self:
        """The change that undoes this one; `text` is the text before it."""
        units = to_units(text)
        self._refuse_other_length(len(units))
        if units is not text:
            self._refuse_halving(units)
        sections = []
        at = 0
        for length, inserted in self.sections:
            if inserted is None:
                sections.append(Section(length, None))
            else:
                sections.append(Section(len(inserted), units[at : at + length]))
            at += length
        return type(self)(tuple(sections))

    def compose(self, other: Self) -> Self:
        """This change and then `other` as one; ValueError when they do not follow each other."""
        if self.new_length != other.length:
            raise ValueError(f"a text of {self.new_length} units, a change for {other.length}")
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return type(self)(_compose(self.sections, other.sections))

    def map(self, other: Self, before: bool = False) -> Self:
        """This change as it has to be once `other`, made on the same text, went first.

        Where both insert at one place, this one's words come after the other's,
        or before them with `before`.
        """
        if self.length != other.length:
            raise ValueError(f"changes for {self.length} and for {other.length} units")
        if other.is_empty:
            return self
        return type(self)(_map(self.sections, other.sections, before))

    def map_position(self, position: int, assoc: int = -1) -> int:
        """Where a position of the old text is in the new one.

        What is inserted exactly there falls behind it with a negative `assoc`, and in front of it
        otherwise. A position inside of a replaced range goes to that range's beginning or end.
        ValueError outside of the text.
        """
        old = new = 0
        if position < 0:
            raise ValueError("positions count from 0")
        for length, inserted in self.sections:
            end = old + length
            if inserted is None:
                if end > position:
                    return new + position - old
                new += length
            else:
                if end > position or (end == position and assoc < 0 and not length):
                    return new if position == old or assoc < 0 else new + len(inserted)
                new += len(inserted)
            old = end
        if position > old:
            raise ValueError(f"position {position} in a text of {old} units")
        return new

    def parted(self, start: int, end: int, *, opening: bool = True) -> tuple[Self, Self]:
        """This change in two: for the text without its units start .. end, and for these alone.

        Every edit belongs where it begins: its words go there, and what it deletes goes away on
        both sides of a cut. What is only inserted at `end` goes with the region; what is only
        inserted at `start` does too, unless `opening` is false (for a cut without a blank space
        before it, where somebody may be typing on at the end of what stays).

        The law, `at` being `rest.map_position(start, 1)`: putting what the second change makes
        of the region into what the first one makes of the rest, at that place, gives what this
        change makes of the whole. So in the whole's new text the region is
        at .. at + region.new_length, and a change that was made after this one is parted there.
        ValueError when the region does not lie inside of the text.
        """
        if not 0 <= start <= end <= self.length:
            raise ValueError(f"{start} to {end} is not inside of {self.length} units")
        rest, region = _Sections(), _Sections()
        at = 0
        for length, inserted in self.sections:
            stop = at + length
            inside = max(0, min(stop, end) - max(at, start))
            begins = start <= at < end if length else start < at <= end or (at == start and opening)
            theirs, ours = (inserted, "") if begins else ("", inserted)
            if inserted is None:
                theirs = ours = None
            region.add(inside, theirs)
            rest.add(length - inside, ours)
            at = stop
        return type(self)(rest.done()), type(self)(region.done())

    def embedded(self, before: int, after: int) -> Self:
        """This change for a text with so many more units in front of its own, and behind it."""
        sections = _Sections()
        sections.add(before, None)
        for section in self.sections:
            sections.add(*section)
        sections.add(after, None)
        return type(self)(sections.done())

    def _refuse_other_length(self, length: int) -> None:
        if length != self.length:
            raise ValueError(f"a change for {self.length} units on a text of {length}")

    def _refuse_halving(self, units: str) -> None:
        at = 0
        for length, _ in self.sections:
            _refuse_half(units, at)
            at += length


def replace_all(old: str, new: str) -> ChangeSet:
    """The change that puts all of `new` in the place of all of `old`; empty when they are equal."""
    length = utf16_len(old)
    if old == new:
        return ChangeSet.unchanged(length)
    return ChangeSet.build(length, [(0, length, new)])


def _section_from_json(part: object) -> Section:
    if _is_length(part):
        return Section(part, None)
    if not isinstance(part, list) or not part or not _is_length(part[0]):
        raise ValueError("a section is a length, or a list that begins with one")
    lines = part[1:]
    if not all(isinstance(line, str) for line in lines):
        raise ValueError("inserted lines are strings")
    text = "\n".join(lines)
    # A lone surrogate cannot be stored or sent on, and would only be noticed far from its author.
    return Section(part[0], to_units(from_units(text)))


def _is_length(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _section_to_json(section: Section) -> int | list[int | str]:
    if section.inserted is None:
        return section.length
    if not section.inserted:
        return [section.length]
    return [section.length, *from_units(section.inserted).split("\n")]


class _Sections:
    """Sections under construction, joined with their neighbour where the two say the same."""

    def __init__(self) -> None:
        self._done: list[Section] = []

    def __len__(self) -> int:
        return len(self._done)

    def done(self) -> tuple[Section, ...]:
        return tuple(self._done)

    def add(self, length: int, inserted: str | None, join: bool = False) -> None:
        if not length and not inserted:
            return
        if self._done:
            last, words = self._done[-1]
            if not inserted and words == inserted:
                self._done[-1] = Section(last + length, words)
                return
            if join or (not length and not last):
                self._done[-1] = Section(last + length, (words or "") + (inserted or ""))
                return
        self._done.append(Section(length, inserted))


class _Walk:
    """A place in a list of sections, which may be in the middle of one."""

    __slots__ = ("at", "done", "inserted", "length", "offset", "sections")

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        self.at = 0
        self.next()

    def next(self) -> None:
        """Go to the next section."""
        self.done = self.at >= len(self.sections)
        section = Section(0, None) if self.done else self.sections[self.at]
        self.length, self.inserted = section
        self.offset = 0
        self.at += 1

    @property
    def changes(self) -> bool:
        """Whether here is a replaced section."""
        return self.inserted is not None

    @property
    def keeps(self) -> bool:
        """Whether here is a section that stays."""
        return self.inserted is None and not self.done

    def forward(self, length: int) -> None:
        """Go on by a length of the old text."""
        if length == self.length:
            self.next()
        else:
            self.length -= length
            self.offset += length

    def forward_new(self, length: int) -> None:
        """Go on by a length of the new text."""
        if self.inserted is None:
            self.forward(length)
        elif length == len(self.inserted):
            self.next()
        else:
            self.inserted = self.inserted[length:]
            self.offset += length


def _map(
    ours: tuple[Section, ...], theirs: tuple[Section, ...], before: bool
) -> tuple[Section, ...]:
    result = _Sections()
    a, b = _Walk(ours), _Walk(theirs)
    spent = -1  # the section of ours whose insertion is already in the result
    while not (a.done and b.done):
        if a.keeps and b.keeps:
            length = min(a.length, b.length)
            result.add(length, None)
            a.forward(length)
            b.forward(length)
        elif b.changes and (not a.changes or spent == a.at or _goes_first(b, a, before)):
            spent = _map_over_theirs(result, a, b, spent)
        elif a.changes:
            spent = _map_ours(result, a, b, spent)
        else:
            raise ValueError("the change sets differ in length")
    return result.done()


def _goes_first(theirs: _Walk, ours: _Walk, before: bool) -> bool:
    """Of two changes at one place the shorter goes first; of equal ones, theirs unless `before`."""
    return ours.offset == 0 and (
        theirs.length < ours.length or (theirs.length == ours.length and not before)
    )


def _map_over_theirs(result: _Sections, a: _Walk, b: _Walk, spent: int) -> int:
    """Step over a change of theirs; our insertions that lie wholly inside of it survive it."""
    length = b.length
    result.add(len(b.inserted or ""), None)
    while length:
        piece = min(a.length, length)
        if a.inserted is not None and spent < a.at and a.length <= piece:
            result.add(0, a.inserted)
            spent = a.at
        a.forward(piece)
        length -= piece
    b.next()
    return spent


def _map_ours(result: _Sections, a: _Walk, b: _Walk, spent: int) -> int:
    """Take over a change of ours as far as the next insertion of theirs inside of it."""
    length, left = 0, a.length
    while left:
        if b.keeps:
            piece = min(left, b.length)
            length += piece
            left -= piece
            b.forward(piece)
        elif b.inserted == "" and b.length < left:
            left -= b.length
            b.next()
        else:
            break
    result.add(length, a.inserted if spent < a.at else "")
    spent = a.at
    a.forward(a.length - left)
    return spent


def _compose(first: tuple[Section, ...], second: tuple[Section, ...]) -> tuple[Section, ...]:
    result = _Sections()
    a, b = _Walk(first), _Walk(second)
    open_ = False  # whether the next piece belongs to the replacement that was begun last
    while not (a.done and b.done):
        if a.inserted == "":
            result.add(a.length, "", open_)
            a.next()
        elif not b.length and not b.done:
            result.add(0, b.inserted, open_)
            b.next()
        else:
            open_ = _compose_overlap(result, a, b, open_)
    return result.done()


def _compose_overlap(result: _Sections, a: _Walk, b: _Walk, open_: bool) -> bool:
    before = len(result)
    length = min(a.length if a.inserted is None else len(a.inserted), b.length)
    gone = 0 if a.offset else a.length
    if a.inserted is None:
        words = b.inserted if b.inserted is None or not b.offset else ""
        result.add(length, words, open_)
    elif b.inserted is None:
        result.add(gone, a.inserted[:length], open_)
    else:
        result.add(gone, "" if b.offset else b.inserted, open_)
    goes_on = (a.inserted is not None and len(a.inserted) > length) or (
        b.inserted is not None and b.length > length
    )
    open_ = goes_on and (open_ or len(result) > before)
    a.forward_new(length)
    b.forward(length)
    return open_
