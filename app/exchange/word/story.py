"""The words of a Word file in reading order, with the tracked changes that each of them bears.

A story (ECMA-376 part 1, 17.2 to 17.11: the body, a footnote, a header, a text box) is walked
once and becomes a list of blocks and edges. A view (everything accepted, everything rejected,
both with marks) is only a question of which pieces it shows, so nothing is walked twice.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from app.exchange.package import Element


class View(StrEnum):
    """Which reading of a file with tracked changes is asked for."""

    ORIGINAL = "original"
    ACCEPTED = "accepted"
    MARKED = "marked"


class Tracked(StrEnum):
    """What a tracked change does (ECMA-376 part 1, 17.13.5)."""

    INSERTED = "insertion"
    DELETED = "deletion"
    MOVED_FROM = "moved from"
    MOVED_TO = "moved to"
    FORMAT = "format only"


COMES = frozenset({Tracked.INSERTED, Tracked.MOVED_TO})
"""What is not there when everything is rejected."""
GOES = frozenset({Tracked.DELETED, Tracked.MOVED_FROM})
"""What is not there when everything is accepted."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One tracked change as the file writes it: who, when, and the name that ties a move's ends.

    `date` is written as in the file ("2017-03-24T21:52:00Z"), "" when it has none; `detail` says
    of a change of form what changed.
    """

    kind: Tracked
    author: str = ""
    date: str = ""
    move: str = ""
    detail: str = ""


def shows(view: View, marks: tuple[Mark, ...]) -> bool:
    """Whether what bears these marks is there in a view; nested marks all count."""
    if not marks or view is View.MARKED:
        return True
    absent = COMES if view is View.ORIGINAL else GOES
    return not any(mark.kind in absent for mark in marks)


class Sort(StrEnum):
    """What a piece of a paragraph is."""

    WORDS = "words"
    CODE = "field code"
    NOTE = "note"
    BOX = "text box"
    EQUATION = "equation"
    COMMENT_START = "comment start"
    COMMENT_END = "comment end"
    COMMENT = "comment"
    BOOKMARK = "bookmark"
    OTHER = "other"
    """Something that was seen and not taken; `loss` says what."""


LONGEST_CODE = 2_000
"""Letters of the code of a field that are told with the words that it shows."""


@dataclass(slots=True)
class Field:
    """A complex field: its code, and whether its end was ever met."""

    code: list[str] = field(default_factory=list)
    is_closed: bool = False
    in_code: bool = True
    _said: str = ""

    def said(self) -> str:
        """Its code on one line; of an endless one the beginning."""
        if not self._said:
            self._said = " ".join("".join(self.code).split())[:LONGEST_CODE]
        return self._said


@dataclass(frozen=True, slots=True)
class Loss:
    """Something seen and not taken: what it is ("image"), where, and a sentence for a person.

    `paragraph` is the place in the list of paragraphs of the same reading, counted from 0; None
    for what belongs to the file as a whole or to a margin.
    """

    kind: str
    sentence: str
    place: str = ""
    paragraph: int | None = None


@dataclass(slots=True)
class Piece:
    """A stretch of a paragraph that bears the same marks, or a thing that stands between words.

    `key` is the id of a note, comment or bookmark's name; `within` the fields in whose code part
    the piece stands (such words are not printed, ECMA-376 part 1, 17.16.18), `shown_by` the field
    that put its words there, and may put others. `hidden` names the views in which it is hidden
    text. `groups` is filled in when changes are counted.
    """

    sort: Sort
    text: str = ""
    marks: tuple[Mark, ...] = ()
    key: str = ""
    within: tuple[Field, ...] = ()
    shown_by: Field | None = None
    hidden: frozenset[View] = frozenset()
    is_raised: bool = False
    box: "list[Block | Edge] | None" = None
    loss: Loss | None = None
    equation: Element | None = None
    groups: tuple[int, ...] = ()

    def is_code(self) -> bool:
        """Whether it stands in the code of a field that was closed properly."""
        return any(each.is_closed for each in self.within)


@dataclass(slots=True)
class Block:
    """A paragraph as it is written, before any view joins it to another.

    `mark` are the changes of its paragraph mark, `around` those of the rows, cells and boxes it
    stands in, `form` its changes of form. `where` says in which table cell or box it is.
    """

    pieces: list[Piece] = field(default_factory=list)
    properties: Element | None = None
    mark: tuple[Mark, ...] = ()
    around: tuple[Mark, ...] = ()
    form: tuple[Mark, ...] = ()
    where: str = ""
    key: str = ""
    in_contents: bool = False
    mark_groups: tuple[int, ...] = ()


@dataclass(slots=True)
class Edge:
    """Where no paragraph can be joined to the next: a table, row or cell begins or ends.

    `kind` is "table", "row", "cell" for the beginning and with a slash before it for the end.
    """

    kind: str
    around: tuple[Mark, ...] = ()
    form: tuple[Mark, ...] = ()
    groups: tuple[int, ...] = ()


Story = list[Block | Edge]
