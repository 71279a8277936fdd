"""The words of a Word file as a reader sees them with every tracked change accepted.

A walk of our own over the package: paragraphs in reading order, each with the
number that Word computes for it; words in content controls, links, tables and
text boxes are there too. What is not taken over is told, with its words, in
`losses`: deletions, comments, headers, pictures, hidden text. Nothing that
somebody wrote disappears without being named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.exchange.package import attribute
from app.exchange.word.gate import admit
from app.exchange.word.opened import Opened
from app.exchange.word.sheet import Sheet
from app.exchange.word.story import (
    Block,
    Edge,
    Loss,
    Piece,
    Sort,
    Story,
    Tracked,
    View,
    shows,
)
from app.exchange.word.things import letters_of
from app.exchange.word.views import Group, drafts, groups
from app.exchange.wordnumbers import Numbers

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PICTURES = frozenset(["image", "drawing", "chart", "diagram", "ink"])
# What a field shows and what a link is on are words of the text: nothing of them is missed.
_UNTOLD = frozenset(["field", "external link"])


# What our own Word files print around a treaty: its mast, its status, its commentary and tables.
_BESIDE = frozenset(
    {
        *("mast top", "mast right", "treaty edition", "record status"),
        *("commentary heading", "commentary paragraph"),
        *("table heading", "table group", "table text"),
    }
)


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """A paragraph: its computed label ("(a)"), its words (a line break is a newline).

    `level` is 0 for a title, 1 to 9 for headings, None for text. `notes` are the keys of the
    notes that are called in it.
    """

    text: str
    label: str = ""
    level: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_printed(self) -> bool:
        """Whether it shows anything that counts: words, notes, or a label such as "Article 5"."""
        return bool(self.text.strip() or self.notes or re.search(r"[^\W\d_]{4}", self.label))

    @property
    def labelled(self) -> str:
        """The words with the label before them, as they are printed."""
        return f"{self.label} {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class WordNote:
    """A footnote or endnote: its key, its words, and the words it is called after."""

    key: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class WordText:
    """The paragraphs of a file, its notes in the order they are called, and what was left out."""

    paragraphs: tuple[WordParagraph, ...]
    notes: tuple[WordNote, ...] = ()
    losses: tuple[str, ...] = ()


def read_word(content: bytes) -> WordText:
    """The text of a .docx file; Unreadable with a sentence when it is none."""
    admitted = admit(content)
    return _Reader(Opened(admitted.package), admitted.losses).read()


@dataclass(slots=True)
class _Row:
    """A table row under construction: its cells, and where in the paragraphs each begins."""

    cells: list[list[WordParagraph]] = field(default_factory=list)
    begin: int = 0


class _Reader:
    """Makes the paragraphs of a treaty from the story of a file with everything accepted."""

    def __init__(self, file: Opened, losses: tuple[Loss, ...]) -> None:
        self._file = file
        self._sheet: Sheet = file.sheet
        self._numbers: Numbers = file.numbers(View.ACCEPTED)
        self._notes: list[WordNote] = []
        self._paragraphs: list[WordParagraph] = []
        self._rows: list[_Row] = []
        self._counted_rows: list[int] = []
        self._remarks = [loss.sentence for loss in losses]
        self._seen = dict.fromkeys(("pictures", "contents", "equations"), 0)
        self._hidden: list[str] = []

    def read(self) -> WordText:
        self._story(self._file.body)
        return WordText(
            tuple(each for each in self._paragraphs if each.is_printed),
            tuple(self._notes),
            tuple(self._losses()),
        )

    def _story(self, story: Story) -> None:
        for item in groups(story, View.ACCEPTED):
            if isinstance(item, Edge):
                self._edge(item)
            else:
                self._group(item)

    # Tables: cells one after the other; on one line when each holds a single paragraph.

    def _edge(self, edge: Edge) -> None:
        if edge.kind == "table":
            self._counted_rows.append(0)
        elif edge.kind == "/table":
            rows = self._counted_rows.pop()
            if rows:
                self._remarks.append(f"A table was read row by row ({rows} rows).")
        elif edge.kind == "row":
            self._counted_rows[-1] += 1
            self._rows.append(_Row())
        elif edge.kind == "/row":
            self._row(self._rows.pop().cells)
        elif edge.kind == "cell":
            self._rows[-1].begin = len(self._paragraphs)
        else:
            begin = self._rows[-1].begin
            found = [each for each in self._paragraphs[begin:] if each.text.strip()]
            del self._paragraphs[begin:]
            if found:
                self._rows[-1].cells.append(found)

    def _row(self, cells: list[list[WordParagraph]]) -> None:
        if len(cells) > 1 and all(len(cell) == 1 for cell in cells):
            self._paragraphs.append(_on_one_line([cell[0] for cell in cells]))
        else:
            self._paragraphs.extend(each for cell in cells for each in cell)

    # Paragraphs.

    def _group(self, group: Group) -> None:
        text = ""
        notes: list[str] = []
        boxes: list[Story] = []
        for piece in (piece for block in group.blocks for piece in block.pieces):
            if not shows(View.ACCEPTED, piece.marks):
                continue
            text += self._words(piece)
            if piece.sort is Sort.NOTE:
                notes.append(self._note(piece, text))
            elif piece.box is not None:
                boxes.append(piece.box)
            elif piece.loss is not None:
                self._loss(piece.loss)
        if not self._is_beside(group.owner, text):
            self._finish(group.owner, text.replace("\t", " ").strip(" "), tuple(notes))
        for box in boxes:
            self._box(box)

    def _words(self, piece: Piece) -> str:
        if piece.sort is Sort.EQUATION and piece.equation is not None:
            self._seen["equations"] += 1
            return letters_of(piece.equation, View.ACCEPTED)
        if piece.sort is not Sort.WORDS or piece.is_code():
            return ""
        if View.ACCEPTED in piece.hidden:
            self._hidden.append(piece.text)
            return ""
        if piece.is_raised and piece.text.strip().isdecimal():
            return piece.text.translate(_SUPERSCRIPTS)
        # A soft hyphen says where a word may be broken, and is no letter of it.
        return piece.text.replace("\u00ad", "")

    def _is_beside(self, owner: Block, text: str) -> bool:
        """Whether the paragraph is no part of a treaty: a table of contents, a mast of ours."""
        if owner.in_contents or self._sheet.is_contents(owner.properties):
            self._seen["contents"] += 1
            return True
        if any(name in _BESIDE for name in self._sheet.names(owner.properties)):
            words = text.replace("\t", " ").strip()
            if words:
                self._remarks.append(f"Left out, printed around the text: “{words}”.")
            return True
        return False

    def _finish(self, owner: Block, text: str, notes: tuple[str, ...]) -> None:
        label = self._numbers.label(owner.properties)
        level = self._sheet.level(owner.properties)
        self._paragraphs.append(WordParagraph(text, label, level, notes))

    def _box(self, box: Story) -> None:
        begin = len(self._paragraphs)
        # A box counts for itself, and the text around it runs on.
        outer, self._numbers = self._numbers, self._numbers.anew()
        self._story(box)
        self._numbers = outer
        words = " ".join(each.text for each in self._paragraphs[begin:])
        if words.strip():
            self._remarks.append(
                f"A text box was read after the paragraph that it stands by: “{words}”."
            )

    def _note(self, piece: Piece, before: str) -> str:
        kind = piece.text.rstrip("*")
        sign = "" if kind == "footnote" else "e"
        same = [note for note in self._notes if note.key.startswith("e") == bool(sign)]
        key = f"{sign}{len(same) + 1}"
        words = self._plain(self._file.notes[kind].get(piece.key, []))
        self._notes.append(WordNote(key, words, before[-40:].strip()))
        return key

    def _plain(self, story: Story) -> str:
        made = drafts(story, View.ACCEPTED, self._sheet, lambda _: "")
        return " ".join(draft.text for draft in made).strip()

    # What is left out, and told.

    def _loss(self, loss: Loss) -> None:
        if loss.kind in _PICTURES:
            self._seen["pictures"] += 1
        elif loss.kind == "document within":
            self._remarks.append("Left out: a document that is embedded in this one.")
        elif loss.kind not in _UNTOLD:
            self._remarks.append(loss.sentence)

    def _losses(self) -> Iterator[str]:
        yield from self._changes()
        yield from self._comments()
        yield from self._margins()
        yield from self._remarks
        for words in self._hidden:
            yield f"Left out, hidden text: “{words.strip()}”."
        if self._seen["contents"]:
            yield f"Left out: a table of contents ({self._seen['contents']} lines)."
        if self._seen["pictures"]:
            yield f"Left out: pictures ({self._seen['pictures']})."
        if self._seen["equations"]:
            yield f"Equations were read as plain letters ({self._seen['equations']})."

    def _changes(self) -> Iterator[str]:
        for each in self._file.revisions:
            words = " ".join(each.text.split("\n")).strip()
            if each.kind == "deletion" and words:
                by = f" by {each.author}" if each.author else ""
                yield f"Left out, deleted with tracked changes{by}: “{words}”."
        inserted = sum(each.kind == "insertion" for each in self._file.revisions)
        if inserted:
            yield f"Tracked insertions were taken as accepted ({inserted})."
        moved = len(set(_arrivals(self._file.body)))
        if moved:
            yield f"Moved passages were read at their new place ({moved})."

    def _comments(self) -> Iterator[str]:
        comments = self._file.comments
        for each in comments if comments is not None else ():
            words = " ".join(self._file.remark(each).split("\n")).strip()
            if words:
                author = attribute(each, "author")
                yield f"Left out, a comment{f' by {author}' if author else ''}: “{words}”."

    def _margins(self) -> Iterator[str]:
        seen = set()
        for kind, _, story in self._file.margins:
            words = self._plain(story)
            if words and (kind, words) not in seen:
                seen.add((kind, words))
                yield f"Left out, page {kind}: “{words}”."


def _arrivals(story: Story) -> Iterator[int]:
    """The numbers of the changes by which words came from elsewhere."""
    for item in story:
        if isinstance(item, Block):
            for piece in item.pieces:
                for mark, number in zip(piece.marks, piece.groups, strict=False):
                    if mark.kind is Tracked.MOVED_TO:
                        yield number


def _on_one_line(cells: list[WordParagraph]) -> WordParagraph:
    """A row as one paragraph: a short first cell is a number, longer ones are columns."""
    texts = [each.labelled for each in cells]
    between = " " if len(texts[0]) <= 12 and len(texts) == 2 else " | "
    notes = tuple(note for each in cells for note in each.notes)
    return WordParagraph(between.join(texts), "", cells[0].level, notes)
