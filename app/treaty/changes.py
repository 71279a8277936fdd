"""A change as a value: what happened to a text, apart from who did it and when.

A change set walks over a text from its beginning to its end and says of every
stretch whether it stays, or goes, or something comes in its place:

    "The Parties may meet."        [12, [3, "shall"], 6]
    "The Parties shall meet."

The JSON form is the one that CodeMirror's editor speaks: a number keeps so
many units, a list deletes its first number of units and inserts the lines
after it. `map` and `compose` decide every tie as that editor does, so that a
browser and the server which hear the same changes arrive at the same text.

Laws, for every text `t` and for changes whose lengths fit it:

    unchanged         u.apply(t) == t; u.compose(a) == a == a.compose(u); a.map(u) == a
    one after another a.compose(b).apply(t) == b.apply(a.apply(t))
    undoing           a.invert(t).apply(a.apply(t)) == t
    at the same time  b.map(a, before=True).apply(a.apply(t)) == a.map(b).apply(b.apply(t))
    places            a.map_position never falls as the position rises, and stays in the new text;
                      what stays, stays under its position; it answers for every position of t
    JSON              from_json(a.to_json()) == a
    parting           the two parts of a change, each applied to its part of t, give a.apply(t)
    embedding         a.embedded(p, q).apply(x + t + y) == x + a.apply(t) + y

In the fourth law it is `a` whose words come second where both insert at one place: the two sides
have to agree on who yields, so the one says `before` and the other does not. Grouping matters
only for what is said, never for what comes out: a.compose(b).compose(c) does the same to every
text as a.compose(b.compose(c)).

No law, surprisingly, and proven on the real editor: mapping over a composition is not
the same as mapping over its parts one after the other. Whoever rebases goes
one change set at a time.

Positions and lengths count UTF-16 code units, as the browser does. Inside a
change set the inserted text is kept in *unit form*, where a character beyond
the basic plane is two surrogates; texts at the borders are ordinary strings.
A change that would leave half a character of a text is refused with ValueError.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

JsonChanges = list[int | list[int | str]]

Section = tuple[int, str | None]
"""One stretch of the old text: its length, and what comes in its place (None: it stays)."""


def utf16_len(text: str) -> int:
    """How many UTF-16 code units the text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, start: int, end: int) -> str:
    """The part of the text between two UTF-16 positions.

    ValueError when a position lies outside of the text or inside of a character.
    """
    units = utf16_len(text)
    if not 0 <= start <= end <= units:
        raise ValueError(f"{start} to {end} is not inside of a text of {units} units")
    if units == len(text):
        return text[start:end]
    return _part(text.encode("utf-16-le"), start, end)


def to_units(text: str) -> str:
    """The text with every character beyond the basic plane as two surrogates.

    The very same object comes back when there is no such character.
    """
    return text if utf16_len(text) == len(text) else _ASTRAL.sub(_surrogates, text)


def from_units(units: str) -> str:
    """The ordinary text for one in unit form; ValueError for half a character."""
    if units.isascii():
        return units
    try:
        units.encode("utf-16-le")
    except UnicodeEncodeError:
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    return units


def _surrogates(match: re.Match[str]) -> str:
    beyond = ord(match[0]) - 0x10000
    return chr(0xD800 + (beyond >> 10)) + chr(0xDC00 + (beyond & 0x3FF))


def _part(encoded: bytes, start: int, end: int) -> str:
    """The characters between two positions of a UTF-16 text, in which two bytes are a unit."""
    for position in (start, end):
        # The second half of a character is 0xDC00 to 0xDFFF, and the higher byte stands last.
        if encoded[2 * position + 1 : 2 * position + 2] in _SECOND_HALF:
            raise ValueError(f"position {position} lies inside of a character")
    return encoded[2 * start : 2 * end].decode("utf-16-le")


_SECOND_HALF = frozenset((b"\xdc", b"\xdd", b"\xde", b"\xdf"))


class Edit(NamedTuple):
    """One replaced range: where it was, where it is in the new text, and its new words."""

    start: int
    end: int
    new_start: int
    new_end: int
    text: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What happened to a text; made with `build`, `from_json`, `replace_all` or diff.between.

    `length` is what a text must have for this change, `new_length` what it has afterwards, both in
    UTF-16 units; they follow from the sections, as does `_typed`: the one range that is replaced,
    and its new words in unit form, where there is but one. That is what somebody who types
    makes, thousands of times a second in all, and it has its own short ways.
    """

    sections: tuple[Section, ...] = ()
    length: int = field(init=False, repr=False, compare=False)
    new_length: int = field(init=False, repr=False, compare=False)
    _typed: tuple[int, int, str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        length = new_length = 0
        for old, inserted in self.sections:
            length += old
            new_length += old if inserted is None else len(inserted)
        _set_length(self, length)
        _set_new_length(self, new_length)
        _set_typed(self, _typed(self.sections))

    @staticmethod
    def unchanged(length: int) -> "ChangeSet":
        """The change that leaves a text of this length as it is."""
        return ChangeSet(((length, None),) if length else ())

    @staticmethod
    def build(length: int, edits: Iterable[tuple[int, int, str]]) -> "ChangeSet":
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
        return ChangeSet(sections.done())

    @staticmethod
    def from_json(value: object) -> "ChangeSet":
        """The change set for a parsed JSON list; ValueError for anything else."""
        if not isinstance(value, list):
            raise ValueError("a change set is a list")
        sections = []
        for part in value:
            section = (part, None) if type(part) is int and part >= 0 else _replaced(part)
            if section[0] or section[1]:
                sections.append(section)
        return ChangeSet(tuple(sections))

    def to_json(self) -> JsonChanges:
        """The list that CodeMirror's ChangeSet.fromJSON reads."""
        return [
            length if inserted is None else [length, *_lines(inserted)]
            for length, inserted in self.sections
        ]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happens."""
        return not self.sections or (len(self.sections) == 1 and self.sections[0][1] is None)

    @property
    def is_typing(self) -> bool:
        """Whether one range at most is replaced, as by somebody who types."""
        return self._typed is not None

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
        encoded = self._encoded(text)
        if encoded is None and self._typed is not None:
            start, end, words = self._typed
            return text[:start] + from_units(words) + text[end:]
        return "".join(
            piece if inserted is None else from_units(inserted)
            for piece, (_, inserted) in zip(self._pieces(text, encoded), self.sections, strict=True)
        )

    def invert(self, text: str) -> "ChangeSet":
        """The change that undoes this one; `text` is the text before it. ValueError as above."""
        encoded = self._encoded(text)
        if encoded is None and self._typed is not None:
            start, end, words = self._typed
            return _one_edit(self.new_length, start, start + len(words), text[start:end])
        return ChangeSet(
            tuple(
                (length, None) if inserted is None else (len(inserted), to_units(piece))
                for piece, (length, inserted) in zip(
                    self._pieces(text, encoded), self.sections, strict=True
                )
            )
        )

    def compose(self, other: "ChangeSet") -> "ChangeSet":
        """This change and then `other` as one; ValueError when they do not follow each other."""
        if self.new_length != other.length:
            raise ValueError(f"a text of {self.new_length} units, a change for {other.length}")
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return ChangeSet(compose_sections(self.sections, other.sections))

    def map(self, other: "ChangeSet", before: bool = False) -> "ChangeSet":
        """This change as it has to be once `other`, made on the same text, went first.

        Where both insert at one place, this one's words come after the other's,
        or before them with `before`.
        """
        if self.length != other.length:
            raise ValueError(f"changes for {self.length} and for {other.length} units")
        if self._typed is not None and other._typed is not None:
            start, end, words = self._typed
            their_start, their_end, _ = other._typed
            if end <= their_start and (their_end > start or before):
                return _one_edit(other.new_length, start, end, words)
            if their_end <= start:
                by = other.new_length - other.length
                return _one_edit(other.new_length, start + by, end + by, words)
        if other.is_empty:
            return self
        return ChangeSet(map_sections(self.sections, other.sections, before))

    def map_position(self, position: int, assoc: int = -1) -> int:
        """Where a position of the old text is in the new one.

        What is inserted exactly there falls behind it with a negative `assoc`, and in front of it
        otherwise. A position inside of a replaced range goes to that range's beginning or end.
        ValueError outside of the text.
        """
        if not 0 <= position <= self.length:
            raise ValueError(f"position {position} in a text of {self.length} units")
        old = new = 0
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
        return new

    def parted(
        self, start: int, end: int, *, opening: bool = True
    ) -> "tuple[ChangeSet, ChangeSet]":
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
        return ChangeSet(rest.done()), ChangeSet(region.done())

    def embedded(self, before: int, after: int) -> "ChangeSet":
        """This change for a text with so many more units in front of its own, and behind it."""
        sections = _Sections()
        sections.add(before, None)
        for section in self.sections:
            sections.add(*section)
        sections.add(after, None)
        return ChangeSet(sections.done())

    def _encoded(self, text: str) -> bytes | None:
        """The text as UTF-16; None where every character is one unit, and it may be cut as it is.

        ValueError when the change is for a text of another length.
        """
        encoded = None if text.isascii() else text.encode("utf-16-le")
        units = len(text) if encoded is None else len(encoded) // 2
        if units != self.length:
            raise ValueError(f"a change for {self.length} units on a text of {units}")
        return None if units == len(text) else encoded

    def _pieces(self, text: str, encoded: bytes | None) -> Iterator[str]:
        """The old text, a piece for every section."""
        at = 0
        for length, _ in self.sections:
            end = at + length
            yield text[at:end] if encoded is None else _part(encoded, at, end)
            at = end


_set_sections, _set_length, _set_new_length, _set_typed = (
    vars(ChangeSet)[name].__set__ for name in ("sections", "length", "new_length", "_typed")
)


def _one_edit(length: int, start: int, end: int, words: str) -> ChangeSet:
    """The change that replaces one range; as ChangeSet would make it, at a third of the cost."""
    change = object.__new__(ChangeSet)
    if start:
        if end < length:
            _set_sections(change, ((start, None), (end - start, words), (length - end, None)))
        else:
            _set_sections(change, ((start, None), (end - start, words)))
    elif end < length:
        _set_sections(change, ((end, words), (length - end, None)))
    else:
        _set_sections(change, ((end, words),))
    _set_length(change, length)
    _set_new_length(change, length - end + start + len(words))
    _set_typed(change, (start, end, words))
    return change


def _typed(sections: tuple[Section, ...]) -> tuple[int, int, str] | None:
    """The one range that is replaced, when there is but one and nothing is said in two sections."""
    at = 1 if sections and sections[0][1] is None else 0
    if not at < len(sections) <= at + 2:
        return None
    length, words = sections[at]
    if words is None or not (length or words) or (at and not sections[0][0]):
        return None
    if len(sections) == at + 2 and (sections[at + 1][1] is not None or not sections[at + 1][0]):
        return None
    start = sections[0][0] if at else 0
    return start, start + length, words


def replace_all(old: str, new: str) -> ChangeSet:
    """The change that puts all of `new` in the place of all of `old`; empty when they are equal."""
    length = utf16_len(old)
    if old == new:
        return ChangeSet.unchanged(length)
    return ChangeSet.build(length, [(0, length, new)])


def _replaced(part: object) -> Section:
    """The section for a JSON list: the length that goes, and the lines that come."""
    if not isinstance(part, list) or not part or type(part[0]) is not int or part[0] < 0:
        raise ValueError("a section is a length, or a list that begins with one")
    length, *lines = part
    if not lines:
        return length, ""
    if not all(isinstance(line, str) for line in lines):
        raise ValueError("inserted lines are strings")
    text = "\n".join(lines)
    # A lone surrogate cannot be stored or sent on, and would only be noticed far from its author.
    return length, text if text.isascii() else to_units(from_units(text))


def _lines(inserted: str) -> list[str]:
    return from_units(inserted).split("\n") if inserted else []


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
                self._done[-1] = (last + length, words)
                return
            if join or (not length and not last):
                self._done[-1] = (last + length, (words or "") + (inserted or ""))
                return
        self._done.append((length, inserted))


class _Walk:
    """A place in a list of sections, which may be in the middle of one.

    `keeps` says whether what is here stays, `changes` whether it is replaced; at the end neither.
    """

    __slots__ = ("at", "changes", "done", "inserted", "keeps", "length", "offset", "sections")

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        self.at = 0
        self.next()

    def next(self) -> None:
        """Go to the next section."""
        self.done = self.at >= len(self.sections)
        section: Section = (0, None) if self.done else self.sections[self.at]
        self.length, self.inserted = section
        self.changes = self.inserted is not None
        self.keeps = not (self.changes or self.done)
        self.offset = 0
        self.at += 1

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


def map_sections(
    ours: tuple[Section, ...], theirs: tuple[Section, ...], before: bool
) -> tuple[Section, ...]:
    """What `ChangeSet.map` makes, section by section; ValueError where the lengths differ."""
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


def compose_sections(
    first: tuple[Section, ...], second: tuple[Section, ...]
) -> tuple[Section, ...]:
    """What `ChangeSet.compose` makes, section by section; the lengths have to follow on."""
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
