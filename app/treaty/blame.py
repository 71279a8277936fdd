"""Who wrote which word: the history of a text, folded into the authors of what stands there now.

A stretch belongs to whoever inserted it last. Whoever deletes a word and types
the same one again owns it from then on. Three things are no authorship, and
the words keep theirs: an undoing that brings words back, a split that takes
them into another clause, a joining that brings them from one. For these a step
says which step it undoes, or which words it was lent; what is found of them in
the step's insertions keeps its author and its age, the rest is the step's own.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

from app.treaty.changes import ChangeSet, from_units, to_units

Author = TypeVar("Author", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Words(Generic[Author]):
    """Some words, whose they are, and the step (its `at`) by which they came."""

    text: str
    author: Author
    at: int


@dataclass(frozen=True, slots=True)
class Span(Generic[Author]):
    """Words by their place: UTF-16 positions of the text, author, and the step's `at`."""

    start: int
    end: int
    author: Author
    at: int


@dataclass(frozen=True, slots=True)
class Step(Generic[Author]):
    """A change with its author and a number of the caller's choice, such as a journal's.

    `undoes` is the `at` of the step that this one takes back, if it does. `lent` are words of
    another clause of which some come with this step.
    """

    author: Author
    changes: ChangeSet
    at: int
    undoes: int | None = None
    lent: tuple[Words[Author], ...] = ()


def blame(
    steps: Iterable[Step[Author]], *, seed: Iterable[Words[Author]] = ()
) -> tuple[Span[Author], ...]:
    """Whose the words are after the steps, which begin from the words of `seed` (or none).

    The spans cover the text from beginning to end, in order, none empty; neighbours differ.
    ValueError when a step is for a text of another length.
    """
    spans = []
    start = 0
    for units, owner in _folded(steps, seed).told():
        spans.append(Span(start, start + len(units), *owner))
        start += len(units)
    return tuple(spans)


def words(
    steps: Iterable[Step[Author]], *, seed: Iterable[Words[Author]] = ()
) -> tuple[Words[Author], ...]:
    """The same as `blame`, with the words themselves in the place of where they stand."""
    return tuple(Words(from_units(units), *owner) for units, owner in _folded(steps, seed).told())


def part(told: Iterable[Words[Author]], start: int, end: int) -> tuple[Words[Author], ...]:
    """The words between two UTF-16 positions; ValueError when one is inside of a character."""
    found = []
    at = 0
    for piece in told:
        units = to_units(piece.text)
        inside = units[max(0, start - at) : max(0, end - at)]
        if inside:
            found.append(Words(from_units(inside), piece.author, piece.at))
        at += len(units)
    return tuple(found)


_PAGE = 32
"""How many pieces of a long text lie together after they were parted; from three times as many on
they are parted again."""

_Owner = tuple[Author, int]


class _Pieces(Generic[Author]):
    """A text in unit form, in pieces that have an owner each."""

    __slots__ = ("_lengths", "_owners", "units")

    def __init__(self, told: Iterable[Words[Author]] = ()) -> None:
        self._lengths: list[int] = []
        self._owners: list[_Owner[Author]] = []
        units = []
        for piece in told:
            if piece.text:
                units.append(to_units(piece.text))
                self._lengths.append(len(units[-1]))
                self._owners.append((piece.author, piece.at))
        self.units = "".join(units)

    def told(self) -> Iterator[tuple[str, _Owner[Author]]]:
        """Each owner's units, neighbours of one owner joined."""
        start = at = 0
        for index, length in enumerate(self._lengths):
            at += length
            last = index + 1 == len(self._owners)
            if last or self._owners[index + 1] != self._owners[index]:
                yield self.units[start:at], self._owners[index]
                start = at

    @staticmethod
    def joined(parts: "Sequence[_Pieces[Author]]") -> "_Pieces[Author]":
        """Pieces that follow each other as one; a single part is not copied."""
        if len(parts) == 1:
            return parts[0]
        whole: _Pieces[Author] = _Pieces()
        whole.units = "".join(part.units for part in parts)
        for part in parts:
            whole._lengths += part._lengths
            whole._owners += part._owners
        return whole

    def __len__(self) -> int:
        return len(self._lengths)

    def in_parts(self, count: int) -> "list[_Pieces[Author]]":
        """The same in parts of so many pieces."""
        ends = [0, *accumulate(self._lengths)]
        cuts = [*ends[:-1:count], ends[-1]]
        return [self.between(start, end) for start, end in pairwise(cuts)]

    def between(self, start: int, end: int) -> "_Pieces[Author]":
        """A copy of the pieces between two positions."""
        found: _Pieces[Author] = _Pieces()
        first, last = self._cut(start), self._cut(end)
        found.units = self.units[start:end]
        found._lengths = self._lengths[first:last]
        found._owners = self._owners[first:last]
        return found

    def replace(self, start: int, end: int, new: "_Pieces[Author]") -> None:
        """Put other pieces in the place of those between two positions."""
        first, last = self._cut(start), self._cut(end)
        self.units = self.units[:start] + new.units + self.units[end:]
        self._lengths[first:last] = new._lengths
        self._owners[first:last] = new._owners

    def _cut(self, position: int) -> int:
        """The index of the piece that begins at the position, made by cutting one if need be."""
        if not position:
            return 0
        ends = list(accumulate(self._lengths))
        index = bisect_left(ends, position)
        beyond = ends[index] - position
        if beyond:
            self._lengths[index : index + 1] = [self._lengths[index] - beyond, beyond]
            self._owners.insert(index, self._owners[index])
        return index + 1


class _Text(Generic[Author]):
    """A whole text, its pieces laid out on pages: an edit costs what lies near it."""

    __slots__ = ("_lengths", "_pages", "length")

    def __init__(self, told: Iterable[Words[Author]]) -> None:
        self._pages: list[_Pieces[Author]] = [_Pieces()]
        self._lengths = [0]
        self.length = 0
        self.replace(0, 0, _Pieces(told))

    def told(self) -> Iterator[tuple[str, _Owner[Author]]]:
        """Each owner's units, neighbours of one owner joined."""
        return _Pieces.joined(self._pages).told()

    def between(self, start: int, end: int) -> _Pieces[Author]:
        """A copy of the pieces between two positions."""
        first, last, before = self._near(start, end)
        return _Pieces.joined(self._pages[first:last]).between(start - before, end - before)

    def replace(self, start: int, end: int, new: _Pieces[Author]) -> None:
        """Put other pieces in the place of those between two positions."""
        first, last, before = self._near(start, end)
        page = _Pieces.joined(self._pages[first:last])
        page.replace(start - before, end - before, new)
        pages = page.in_parts(_PAGE) if len(page) > 3 * _PAGE else [page]
        self._pages[first:last] = pages
        self._lengths[first:last] = [len(each.units) for each in pages]
        self.length += len(new.units) - (end - start)

    def _near(self, start: int, end: int) -> tuple[int, int, int]:
        """The pages that two positions are on, from one to behind the other, and what is before."""
        ends = list(accumulate(self._lengths))
        first = bisect_left(ends, start)
        return first, bisect_left(ends, end, first) + 1, ends[first] - self._lengths[first]


def _folded(steps: Iterable[Step[Author]], seed: Iterable[Words[Author]]) -> _Text[Author]:
    steps = tuple(steps)
    taken_back = {step.undoes for step in steps if step.undoes is not None}
    gone: dict[int, list[_Pieces[Author]]] = {}
    text = _Text(seed)
    for step in steps:
        if step.changes.length != text.length:
            raise ValueError(f"step {step.at} is not for a text of {text.length} units")
        known = [_Pieces(step.lent)] if step.lent else []
        known += gone.get(step.undoes, []) if step.undoes is not None else []
        _take(text, step, known, gone.setdefault(step.at, []) if step.at in taken_back else None)
    return text


def _take(
    text: _Text[Author],
    step: Step[Author],
    known: list[_Pieces[Author]],
    gone: list[_Pieces[Author]] | None,
) -> None:
    """Do one step, from the end of the text to its beginning so that positions stay good."""
    for edit in reversed(tuple(step.changes.edits())):
        if gone is not None and edit.end > edit.start:
            gone.append(text.between(edit.start, edit.end))
        text.replace(edit.start, edit.end, _owned(edit.text, step, known))


def _owned(text: str, step: Step[Author], known: list[_Pieces[Author]]) -> _Pieces[Author]:
    """Inserted words as the step's own, but for those that are known from before."""
    new = _Pieces((Words(text, step.author, step.at),))
    # What went in several pieces comes back in as many, and in the same order: each but once.
    for index, old in enumerate(known):
        if old.units == new.units:
            return known.pop(index)
    for old in known:
        if (at := old.units.find(new.units)) >= 0:
            return old.between(at, at + len(new.units))
        if old.units and (at := new.units.find(old.units)) >= 0:
            new.replace(at, at + len(old.units), old)
    return new
