"""The paragraphs of a file that came back, as they were before its tracked changes and after.

A paragraph that stands in the file is a block. Where a mark was tracked as new, what stands on
both of its sides was one paragraph before; where a mark was tracked as gone, it is one after. So
there are two lists of paragraphs over the same blocks, and whatever is said of a stretch of words
can be said of both. Changes that were in the file when it was sent count as done.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.exchange.word.read import Paragraph, Reading
from app.exchange.word.story import COMES, GOES, Tracked
from app.exchange.word.views import Change

Ours = Callable[[str, str], bool]
"""Whether a change by this author, of this date, was in the file when it was sent."""


@dataclass(slots=True)
class Stretch:
    """Words of a block that share one fate; `begin` is their place in the marked text.

    `shown` is the number of the field of its block that shows them, -1 for none.
    """

    text: str
    begin: int
    before: bool
    after: bool
    shown: int = -1


@dataclass(slots=True)
class Block:
    """A paragraph as it stands in the file.

    `before` and `after`: whether it ends there, before and after the changes. `revisions` are
    the numbers of the changes in it, `mark` those of them that are of its end; `left` and `came`
    the letters that were tracked as moved away from here, or to here, by the change's number.
    """

    index: int
    paragraph: Paragraph
    stretches: list[Stretch]
    ends_before: bool = True
    ends_after: bool = True
    revisions: set[int] = field(default_factory=set)
    mark: set[int] = field(default_factory=set)
    left: Counter[int] = field(default_factory=Counter)
    came: Counter[int] = field(default_factory=Counter)

    def was(self) -> str:
        """Its words before the changes."""
        return "".join(each.text for each in self.stretches if each.before)

    def now(self) -> str:
        """Its words after them."""
        return "".join(each.text for each in self.stretches if each.after)

    def kept(self) -> int:
        """How many letters, spaces not counted, were there before and still are."""
        return sum(
            len(each.text) - each.text.count(" ")
            for each in self.stretches
            if each.before and each.after and not each.text.isspace()
        )

    def has_come(self) -> bool:
        """Whether there are words that were not there before."""
        return any(
            each.after and not each.before and not each.text.isspace() for each in self.stretches
        )


@dataclass(slots=True)
class Whole:
    """A paragraph before the changes, or one after them: its blocks, in order."""

    blocks: list[Block]

    @property
    def first(self) -> Block:
        """The block that it begins in."""
        return self.blocks[0]

    @property
    def owner(self) -> Block:
        """The block whose end, style and number it has."""
        return self.blocks[-1]

    def was(self) -> str:
        """Its words before the changes."""
        return "".join(block.was() for block in self.blocks)

    def now(self) -> str:
        """Its words after them."""
        return "".join(block.now() for block in self.blocks)


def plain(text: str) -> str:
    """Words on one line, as those of clauses are kept."""
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return re.sub(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")


def blocks_of(reading: Reading, ours: Ours) -> list[Block]:
    """The blocks of a file read on the marked view."""
    return [_block(index, each, ours) for index, each in enumerate(reading.paragraphs)]


def before(blocks: Sequence[Block]) -> list[Whole]:
    """The paragraphs as they were before the changes."""
    return list(_wholes(blocks, lambda block: block.ends_before))


def after(blocks: Sequence[Block]) -> list[Whole]:
    """The paragraphs as they are after them."""
    return list(_wholes(blocks, lambda block: block.ends_after))


def _wholes(blocks: Sequence[Block], ends: Callable[[Block], bool]) -> Iterator[Whole]:
    joined: list[Block] = []
    for block in blocks:
        # Nothing goes on over the edge of a table's cell or of a box.
        if joined and joined[-1].paragraph.where != block.paragraph.where:
            yield Whole(joined)
            joined = []
        joined.append(block)
        if ends(block):
            yield Whole(joined)
            joined = []
    if joined:
        yield Whole(joined)


def _block(index: int, paragraph: Paragraph, ours: Ours) -> Block:
    block = Block(index, paragraph, [])
    told: list[tuple[Change, bool]] = []
    for change in paragraph.revisions:
        own = ours(change.author, change.date)
        told.append((change, own))
        is_mark = _reaches_the_end(change, paragraph)
        if is_mark:
            _end(block, change, own=own)
        if own:
            continue
        if change.revision:
            block.revisions.add(change.revision)
            if is_mark:
                block.mark.add(change.revision)
        letters = max(1, change.end - change.begin)
        if change.kind == Tracked.MOVED_FROM:
            block.left[change.revision] += letters
        elif change.kind == Tracked.MOVED_TO:
            block.came[change.revision] += letters
    for note in paragraph.notes:
        block.revisions |= {
            change.revision
            for change in note.revisions
            if change.revision and not ours(change.author, change.date)
        }
    block.stretches = list(_stretches(paragraph, told))
    return block


def _reaches_the_end(change: Change, paragraph: Paragraph) -> bool:
    """Whether the paragraph's mark belongs to the change: it has one line break too many."""
    is_last = change.end == len(paragraph.text) and change.text.endswith("\n")
    return is_last and len(change.text) > change.end - change.begin


def _end(block: Block, change: Change, *, own: bool) -> None:
    if change.kind in COMES and not own:
        block.ends_before = False
    elif change.kind in GOES:
        block.ends_after = False
        if own:
            block.ends_before = False


def _stretches(paragraph: Paragraph, told: Iterable[tuple[Change, bool]]) -> Iterator[Stretch]:
    text = paragraph.text
    if text and not paragraph.revisions and not paragraph.fields:
        yield Stretch(text, 0, before=True, after=True)
        return
    # What begins and ends where: how many things say that words came, went, or went before that.
    at: dict[int, list[int]] = {0: [0, 0, 0], len(text): [0, 0, 0]}
    for change, own in told:
        if change.begin >= change.end or change.kind == Tracked.FORMAT:
            continue
        if own and change.kind in COMES:
            continue
        row = 2 if own else (0 if change.kind in COMES else 1)
        for place, step in ((change.begin, 1), (change.end, -1)):
            at.setdefault(place, [0, 0, 0])[row] += step
    for shown in paragraph.fields:
        at.setdefault(shown.begin, [0, 0, 0])
        at.setdefault(shown.end, [0, 0, 0])
    places = sorted(at)
    came = gone = never = 0
    number = 0
    for begin, end in pairwise(places):
        steps = at[begin]
        came, gone, never = came + steps[0], gone + steps[1], never + steps[2]
        while number < len(paragraph.fields) and paragraph.fields[number].end <= begin:
            number += 1
        is_shown = number < len(paragraph.fields) and paragraph.fields[number].begin <= begin
        if not never and begin < end:
            yield Stretch(text[begin:end], begin, not came, not gone, number if is_shown else -1)
