"""Paragraphs as the weaver is told of them: words, their looks, and what stands around them.

A treaty's own paragraphs are made from values (Line); those of somebody's own file are read from
it (grafted.py). Both are asked for their runs only where words changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from app.exchange.word.runs import runs

SEAM = "\ufdd0"
"""Stands for a paragraph's mark in a text of several; no text has this character."""
THING = "\ufffc"
"""Stands for something between the words, such as a note's mark."""

Look = tuple[int, int, str]
"""From which letter to which the words have these properties (the inside of w:rPr)."""


class Told(Protocol):
    """What the weaver asks of a paragraph of one version.

    `form` is the inside of its w:pPr as it counts for its place and label, `mark_look` the look of
    its mark (inside w:rPr) and `section` the section that it ends; `opening` and `closing` are
    what stands before and after its words whatever becomes of them. `raw`, where there is one, is
    the whole paragraph as it is written when nothing changed in it.
    """

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def key(self) -> tuple[str, ...]:
        """What has to be equal in two forms that are the same."""

    @property
    def form(self) -> str:
        """See above."""

    @property
    def mark_look(self) -> str:
        """See above."""

    @property
    def section(self) -> str:
        """See above."""

    @property
    def opening(self) -> str:
        """See above."""

    @property
    def closing(self) -> str:
        """See above."""

    @property
    def own_id(self) -> str:
        """The id of the paragraph (w14:paraId), "" for none."""

    @property
    def raw(self) -> str:
        """See above."""

    @property
    def marks(self) -> Mapping[int, str]:
        """What stands before a letter without being one, such as the beginning of a comment."""

    def runs(self, start: int, end: int) -> str:
        """The runs of the letters from `start` to `end`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of one version, made from values.

    `flow`, `numbering` and `rest` are the inside of its w:pPr after the style, in the order of
    the schema. `things` are runs for each THING in the text, by its place. `raw`, where there
    is one, is the whole paragraph as it is written when nothing changed in it. `marks` stand
    before the letters of a new line, and those behind its last letter at its end; no change
    takes them along.
    """

    text: str
    style: str = ""
    flow: str = ""
    numbering: str = ""
    rest: str = ""
    bookmark: tuple[int, str] | None = None
    looks: tuple[Look, ...] = ()
    things: Mapping[int, str] = field(default_factory=dict)
    raw: str = ""
    marks: Mapping[int, str] = field(default_factory=dict)
    own_id: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """Style and numbering."""
        return self.style, self.numbering, self.rest

    @property
    def mark_look(self) -> str:
        """None of its own."""
        return ""

    @property
    def section(self) -> str:
        """None."""
        return ""

    @property
    def opening(self) -> str:
        """Where its bookmark begins."""
        if self.bookmark is None:
            return ""
        number, name = self.bookmark
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'

    @property
    def closing(self) -> str:
        """The marks at its end, and where its bookmark ends."""
        left = "".join(self.marks[at] for at in sorted(self.marks) if at >= len(self.text))
        return left + (f'<w:bookmarkEnd w:id="{self.bookmark[0]}"/>' if self.bookmark else "")

    @property
    def form(self) -> str:
        """The inside of its w:pPr."""
        style = f'<w:pStyle w:val="{self.style}"/>' if self.style else ""
        return f"{style}{self.flow}{self.numbering}{self.rest}"

    def runs(self, start: int, end: int) -> str:
        """The runs of the letters from `start` to `end`."""
        if not self.looks and not self.things:
            return runs(self.text[start:end])
        made = []
        for first, last, look in self._stretches(start, end):
            if first in self.things and last == first + 1:
                made.append(self.things[first])
            else:
                made.append(runs(self.text[first:last], look))
        return "".join(made)

    def _stretches(self, start: int, end: int) -> Iterator[Look]:
        cuts = {start, end}
        for first, last, _ in self.looks:
            cuts.update(at for at in (first, last) if start < at < end)
        for at in self.things:
            cuts.update(each for each in (at, at + 1) if start < each < end)
        for first, last in pairwise(sorted(cuts)):
            look = next((one for a, b, one in self.looks if a <= first < b), "")
            yield first, last, look
