"""Paragraphs of a story on one view: joined where their marks are gone, labelled, words in place.

A paragraph's properties hang on its mark (ECMA-376 part 1, 17.13.5.15 and 20): where a mark goes,
the words join the next paragraph and take its style and number. No mark reaches over the edge of
a table or cell; what would have to is a paragraph of its own, and nothing if it has no words.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from app.exchange.package import child
from app.exchange.word.sheet import Sheet, properties_on
from app.exchange.word.story import (
    Block,
    Edge,
    Field,
    Loss,
    Mark,
    Piece,
    Sort,
    Story,
    Tracked,
    View,
    shows,
)
from app.exchange.word.things import letters_of, lost, short
from app.exchange.wordnumbers import Numbers


@dataclass(frozen=True, slots=True)
class Change:
    """A tracked change in one paragraph: what it did at which letters of the view's text.

    `begin` and `end` are the same where its words are not there in this view; `text` always has
    them. `revision` is the number of the change as a person counts it, 0 if it has none.
    """

    kind: str
    author: str
    date: str
    begin: int
    end: int
    text: str
    revision: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A note called in a paragraph: "footnote" or "endnote", its id in the file, and after what.

    `counts` is false for a note with a mark of its own, which stands among the words.
    """

    kind: str
    key: str
    at: int
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """Words of a paragraph that a field shows: whoever refreshes it may find others there."""

    begin: int
    end: int
    code: str


@dataclass(slots=True)
class Draft:
    """A paragraph of a view while it is made; `text` is complete when it is handed out."""

    label: str = ""
    style: str = ""
    text: str = ""
    level: int | None = None
    where: str = ""
    key: str = ""
    ends_section: bool = False
    bookmarks: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    fields: list[Shown] = field(default_factory=list)
    anchors: list[tuple[Sort, str, int]] = field(default_factory=list)
    losses: list[tuple[Loss, int]] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """Blocks that are one paragraph in a view, and the last of them, whose mark it has.

    `astray` are the anchors of blocks that the view does not show.
    """

    blocks: list[Block]
    astray: list[Piece] = field(default_factory=list)

    @property
    def owner(self) -> Block:
        """The block whose mark, style and number the paragraph has."""
        return self.blocks[-1]


def groups(story: Story, view: View) -> Iterator[Group | Edge]:
    """The paragraphs of a view as groups of blocks, between the edges of tables and cells."""
    joined: list[Block] = []
    astray: list[Piece] = []
    in_cell = 0
    for item in story:
        if isinstance(item, Edge):
            if joined:
                if any(_has_words(block, view) for block in joined) or (
                    item.kind == "/cell" and not in_cell
                ):
                    yield Group(joined, astray)
                    astray = []
                else:
                    astray.extend(_anchors(joined))
                joined = []
            in_cell = 0
            yield item
        elif not shows(view, item.around):
            astray.extend(_anchors([item]))
        else:
            joined.append(item)
            if view is View.MARKED or shows(view, item.mark):
                yield Group(joined, astray)
                joined, astray = [], []
                in_cell += 1
    if astray or any(_has_words(block, view) for block in joined) or (joined and not in_cell):
        yield Group(joined or [Block()], astray)


def labels(story: Story, view: View, numbers: Numbers) -> dict[int, str]:
    """The label of each paragraph of a view, by the id() of the block whose mark it has."""
    found: dict[int, str] = {}
    for group in groups(story, view):
        if isinstance(group, Edge):
            continue
        found[id(group.owner)] = numbers.label(properties_on(group.owner.properties, view))
        for block in group.blocks:
            for piece in block.pieces:
                if piece.box is not None and shows(view, piece.marks):
                    # A box counts for itself, and the text around it runs on.
                    found.update(labels(piece.box, view, numbers.anew()))
    return found


def drafts(
    story: Story, view: View, sheet: Sheet, label: Callable[[Block], str]
) -> Iterator[Draft]:
    """The paragraphs of a view; those of a text box follow the one that the box is tied to."""
    for group in groups(story, view):
        if isinstance(group, Edge):
            continue
        maker = _Maker(view)
        for piece in group.astray:
            maker.anchor(piece)
        for block in group.blocks:
            maker.block(block, is_last=block is group.owner)
        owner = group.owner
        properties = properties_on(owner.properties, view)
        draft = maker.draft()
        draft.label = label(owner)
        draft.style = sheet.name(properties)
        draft.level = sheet.level(properties)
        draft.where = owner.where
        draft.key = owner.key
        draft.ends_section = child(owner.properties, "sectPr") is not None
        yield draft
        for box in maker.boxes:
            yield from drafts(box, view, sheet, label)


class _Maker:
    """Makes one paragraph from its blocks: the text, and where everything stands in it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._made = Draft()
        self._pieces: list[str] = []
        self._at = 0
        self._turn = 0
        self._going: dict[tuple[int, str, str], _Going] = {}
        self._changes: list[_Going] = []
        self._shown_by: Field | None = None
        self.boxes: list[Story] = []

    def draft(self) -> Draft:
        self._made.text = "".join(self._pieces)
        self._made.changes = [each.change() for each in self._changes]
        return self._made

    def block(self, block: Block, *, is_last: bool) -> None:
        for piece in block.pieces:
            self._piece(piece)
        marks = (*block.mark, *block.form)
        if marks:
            self._turn += 1
            self._note_changes(marks, block.mark_groups, "\n", self._at, self._at)

    def anchor(self, piece: Piece) -> None:
        self._made.anchors.append((piece.sort, piece.key, self._at))

    def _piece(self, piece: Piece) -> None:
        if piece.sort is Sort.WORDS and not (piece.marks or piece.within or piece.hidden):
            self._pieces.append(piece.text)
            self._at += len(piece.text)
            self._turn += 1
            self._shown(piece, self._at - len(piece.text))
            return
        is_there = shows(self._view, piece.marks)
        begin = self._at
        words = self._words(piece) if is_there else ""
        if words:
            self._pieces.append(words)
            self._at += len(words)
            self._shown(piece, begin)
        if piece.sort is Sort.BOOKMARK:
            self._made.bookmarks.append(piece.key)
        elif piece.sort in (Sort.COMMENT_START, Sort.COMMENT_END, Sort.COMMENT):
            self.anchor(piece)
        elif is_there:
            self._thing(piece)
        if piece.text or piece.marks:
            self._turn += 1
            if piece.marks:
                text = piece.text if piece.sort is not Sort.NOTE else ""
                self._note_changes(piece.marks, piece.groups, text, begin, self._at, piece.sort)

    def _shown(self, piece: Piece, begin: int) -> None:
        """Note that the words from here on are shown by a field, if they are."""
        if piece.shown_by is None or not piece.shown_by.is_closed:
            return
        before = self._made.fields[-1] if self._made.fields else None
        if before and before.end == begin and self._shown_by is piece.shown_by:
            self._made.fields[-1] = replace(before, end=self._at)
        else:
            self._made.fields.append(Shown(begin, self._at, piece.shown_by.said()))
        self._shown_by = piece.shown_by

    def _words(self, piece: Piece) -> str:
        if piece.sort is not Sort.WORDS or piece.is_code():
            return ""
        if self._view in piece.hidden:
            loss = lost("hidden text", f"Hidden words were not taken: “{short(piece.text)}”.")
            self._made.losses.append((loss, self._at))
            return ""
        return piece.text

    def _thing(self, piece: Piece) -> None:
        if piece.sort is Sort.NOTE:
            kind = piece.text.rstrip("*")
            self._made.calls.append(Call(kind, piece.key, self._at, kind == piece.text))
        elif piece.sort is Sort.BOX and piece.box is not None:
            self.boxes.append(piece.box)
        elif piece.sort is Sort.EQUATION and piece.equation is not None:
            letters = short(letters_of(piece.equation, self._view))
            loss = lost("equation", f"An equation was not taken; its letters: “{letters}”.")
            self._made.losses.append((loss, self._at))
        elif piece.loss is not None:
            self._made.losses.append((piece.loss, self._at))

    def _note_changes(
        self,
        marks: tuple[Mark, ...],
        numbers: tuple[int, ...],
        text: str,
        begin: int,
        end: int,
        sort: Sort = Sort.WORDS,
    ) -> None:
        for mark, number in zip(marks, numbers or (0,) * len(marks), strict=True):
            detail = mark.detail or ("field code" if sort is Sort.CODE else "")
            words = "" if mark.kind is Tracked.FORMAT and text == "\n" else text
            change = Change(mark.kind, mark.author, mark.date, begin, end, words, number, detail)
            self._add(change)

    def _add(self, change: Change) -> None:
        """A change goes on where the piece before bore the same one."""
        key = (change.revision, change.kind, change.detail)
        going = self._going.get(key)
        if going is None or going.turn < self._turn - 1:
            going = self._going[key] = _Going(change, [])
            self._changes.append(going)
        going.words.append(change.text)
        going.end = change.end
        going.turn = self._turn


@dataclass(slots=True)
class _Going:
    """A change while further pieces may still belong to it."""

    first: Change
    words: list[str]
    end: int = 0
    turn: int = 0

    def change(self) -> Change:
        if len(self.words) == 1:
            return self.first
        return replace(self.first, end=self.end, text="".join(self.words))


def _has_words(block: Block, view: View) -> bool:
    """Whether a block shows anything in a view that would be missed."""
    counted = (Sort.WORDS, Sort.NOTE, Sort.EQUATION, Sort.BOX, Sort.OTHER)
    return any(
        piece.sort in counted
        and shows(view, piece.marks)
        and bool(piece.text or piece.box or piece.loss or piece.equation is not None)
        for piece in block.pieces
    )


def _anchors(blocks: list[Block]) -> list[Piece]:
    """The anchors of comments in blocks that a view leaves out; their comments are kept."""
    sorts = (Sort.COMMENT_START, Sort.COMMENT_END, Sort.COMMENT)
    return [piece for block in blocks for piece in block.pieces if piece.sort in sorts]
