"""Thousands of small changes gathered into one, each at the cost of the few sections around it.

Composing change after change with `ChangeSet.compose`, or carrying a big one over many small ones
with `map`, walks over all of the big one for each of them: with eight thousand letters typed here
and there that takes many seconds. Here the sections lie on pages, and only those near the small
change are composed or mapped. What comes out is the very same, section by section.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from app.treaty.changes import ChangeSet, Section, compose_sections, map_sections

_PAGE = 16
"""How many sections lie on a page that was just filled; from three times as many on it is split."""

_Sections = tuple[Section, ...]


class _Near(NamedTuple):
    """The part of a big change that a small one touches.

    It is on the pages `first` .. `last`, of which the sections `start` .. `end` are taken; `small`
    is the small change as one for these alone.
    """

    first: int
    last: int
    start: int
    end: int
    on_pages: list[Section]
    sections: _Sections
    small: _Sections


class Gathered:
    """A change that others are composed with one by one, or that is carried over them."""

    def __init__(self, changes: ChangeSet) -> None:
        self._plain: ChangeSet | None = changes
        self._pages: list[list[Section]] = []
        self._olds: list[int] = []
        self._news: list[int] = []

    def done(self) -> ChangeSet:
        """What it has come to."""
        if self._plain is None:
            self._plain = ChangeSet(tuple(chain.from_iterable(self._pages)))
        return self._plain

    def compose(self, other: ChangeSet) -> None:
        """This and then `other`; the same as ChangeSet.compose, errors too."""
        if not self._in_pages():
            self._plain = self.done().compose(other)
            return
        length = sum(self._news)
        if length != other.length:
            raise ValueError(f"a text of {length} units, a change for {other.length}")
        if not other.is_empty:
            near = self._near(other, self._news, _new_length)
            self._put(near, compose_sections(near.sections, near.small))

    def map(self, other: ChangeSet) -> None:
        """This as it has to be once `other` went first; the same as ChangeSet.map, errors too."""
        if not self._in_pages():
            self._plain = self.done().map(other)
            return
        self._refuse(other)
        if not other.is_empty:
            near = self._near(other, self._olds, _old_length)
            self._put(near, map_sections(near.sections, near.small, False))

    def under(self, other: ChangeSet) -> ChangeSet:
        """`other` once this, made on the same text, went first: other.map(this, before=True)."""
        if not self._in_pages():
            return other.map(self.done(), before=True)
        self._refuse(other)
        if other.is_empty:
            return ChangeSet.unchanged(sum(self._news))
        near = self._near(other, self._olds, _old_length)
        mapped = ChangeSet(map_sections(near.small, near.sections, True))
        before = sum(self._news[: near.first])
        before += sum(map(_new_length, near.on_pages[: near.start]))
        return mapped.embedded(before, sum(self._news) - before - mapped.length)

    def _refuse(self, other: ChangeSet) -> None:
        length = sum(self._olds)
        if length != other.length:
            raise ValueError(f"changes for {length} and for {other.length} units")

    def _in_pages(self) -> bool:
        """Whether the sections lie on pages; they are put there once they are many."""
        if not self._pages:
            sections = self.done().sections
            # What came from elsewhere may have neighbours that the first composing will join.
            if len(sections) <= 4 * _PAGE or not _is_joined(sections):
                return False
            self._fill(0, 0, list(sections))
        return True

    def _near(
        self, other: ChangeSet, lengths: list[int], length_of: Callable[[Section], int]
    ) -> _Near:
        """What `other` touches of the pages, which have these lengths on its side."""
        head, tail = _kept(other)
        ends = list(accumulate(lengths))
        # Whatever ends or begins just where the small change does may be joined with it.
        first = bisect_left(ends, head)
        last = bisect_right(ends, other.length - tail) + 1
        on_pages = list(chain.from_iterable(self._pages[first:last]))
        offset = ends[first] - lengths[first]
        places = list(accumulate(map(length_of, on_pages), initial=offset))
        start = bisect_left(places, head, 1) - 1
        end = min(bisect_right(places, other.length - tail, 1), len(on_pages))
        small = _within(other.sections, places[start], other.length - places[end])
        return _Near(first, last, start, end, on_pages, tuple(on_pages[start:end]), small)

    def _put(self, near: _Near, sections: _Sections) -> None:
        """Put other sections in the place of those near a change."""
        near.on_pages[near.start : near.end] = sections
        self._fill(near.first, near.last, near.on_pages)

    def _fill(self, first: int, last: int, sections: list[Section]) -> None:
        """Put sections on pages of their own, in the place of some."""
        self._plain = None
        size = _PAGE if len(sections) > 3 * _PAGE else max(len(sections), 1)
        pages = [sections[at : at + size] for at in range(0, len(sections), size)]
        self._pages[first:last] = pages
        self._olds[first:last] = [sum(map(_old_length, page)) for page in pages]
        self._news[first:last] = [sum(map(_new_length, page)) for page in pages]
        if len(self._pages) < 2:
            self._plain = self.done()
            self._pages, self._olds, self._news = [], [], []


def _old_length(section: Section) -> int:
    return section[0]


def _new_length(section: Section) -> int:
    return section[0] if section[1] is None else len(section[1])


def _kept(changes: ChangeSet) -> tuple[int, int]:
    """How much a change that is not empty leaves as it is at its beginning, and at its end."""
    first, last = changes.sections[0], changes.sections[-1]
    return (first[0] if first[1] is None else 0), (last[0] if last[1] is None else 0)


def _within(sections: _Sections, before: int, after: int) -> _Sections:
    """A change without so much of what it keeps at its beginning and at its end."""
    part = list(sections)
    if before:
        part[0] = (part[0][0] - before, None)
    if after:
        part[-1] = (part[-1][0] - after, None)
    return tuple(section for section in part if section[0] or section[1])


def _is_joined(sections: _Sections) -> bool:
    """Whether no two neighbours say what one section could say."""
    return not any(
        (not words and words == more) or not (length or longer)
        for (length, words), (longer, more) in pairwise(sections)
    )
