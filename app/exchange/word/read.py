"""Any Word file on one view: paragraphs with label and style, changes, comments, notes, losses.

`original` is the file with every tracked change rejected, `accepted` with every one accepted,
`marked` shows both, and its paragraphs are those that stand in the file. Offsets count the
letters of `text`. Whatever was seen and not taken is in `losses`, with its place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.exchange.package import Unreadable, value
from app.exchange.word.comments import Remark, Spot, Thread, spots, threads
from app.exchange.word.gate import admit
from app.exchange.word.opened import Opened
from app.exchange.word.parts import part_losses, properties_of
from app.exchange.word.revisions import Revision
from app.exchange.word.sheet import Sheet, styles_on
from app.exchange.word.story import Block, Loss, Piece, Sort, Story, View
from app.exchange.word.things import short
from app.exchange.word.views import Call, Change, Draft, Shown, drafts, labels
from app.exchange.wordnumbers import Numbers, number_as

_MOST_CALLS = 4
"""How often a note is read; a move calls it twice, and no writer more often."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote as it is called in a paragraph, after the letter `at`.

    `number` is the one that Word prints, "" for a note with a mark of its own.
    """

    kind: str
    number: str
    at: int
    text: str
    revisions: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a view; `label` is the number that Word prints before it, not in `text`.

    `where` says in which table cell or text box it stands; `bookmarks` begin in it; `key` is its
    own id in the file (w14:paraId), which some programs drop. `fields` are the words that fields
    show: a program may refresh them without saying that it changed the text.
    """

    label: str
    style: str
    text: str
    revisions: tuple[Change, ...] = ()
    comments: tuple[Thread, ...] = ()
    notes: tuple[Note, ...] = ()
    level: int | None = None
    where: str = ""
    bookmarks: tuple[str, ...] = ()
    key: str = ""
    fields: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Margin:
    """A header or footer: for which pages ("default", "first", "even"), and its paragraphs."""

    kind: str
    pages: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was understood of a file on a view, and what was not.

    `revisions` are the tracked changes of the text and its notes as a person would count them,
    the same on every view; `comments` are all threads, also those that stand nowhere.
    `properties` are the custom properties of the file.
    """

    view: View
    paragraphs: tuple[Paragraph, ...]
    losses: tuple[Loss, ...]
    revisions: tuple[Revision, ...] = ()
    comments: tuple[Thread, ...] = ()
    margins: tuple[Margin, ...] = ()
    properties: Mapping[str, str] | None = None


def read(content: bytes, view: View = View.ACCEPTED) -> Reading:
    """A file on a view, read in this process; Unreadable with a sentence when it is not taken.

    A file from a stranger is read in a process of its own: `app.exchange.word.jail`.
    """
    return next(iter(read_views(content, (view,))))


def read_views(content: bytes, views: Iterable[View]) -> Iterator[Reading]:
    """A file on several views; it is opened and walked once."""
    admitted = admit(content)
    try:
        file = Opened(admitted.package)
        for view in views:
            reading = _Reader(file, view).reading()
            yield replace(reading, losses=(*reading.losses, *admitted.losses))
    except RecursionError as error:
        raise Unreadable("The file nests things deeper than any text does; refused.") from error


class _Reader:
    """Reads a file on one view."""

    def __init__(self, file: Opened, view: View) -> None:
        self._file = file
        self._view = view
        self._sheet = Sheet(styles_on(file.styles, view))
        self._series: dict[tuple[str, View], Numbers] = {}
        self._labels = self._labels_of(file.body, "text")
        self._losses: list[Loss] = []
        self._counted = {"footnote": 0, "endnote": 0}
        self._called: Counter[tuple[str, str]] = Counter()

    def reading(self) -> Reading:
        made = self._drafts(self._file.body)
        places = spots(made)
        notes: list[tuple[Note, ...]] = []
        for index, draft in enumerate(made):
            self._place_losses(draft, _place(index, draft), index)
            notes.append(self._notes(index, draft, places))
        file = self._file
        found = threads(file.comments, file.extended, places, file.remark)
        by_paragraph: dict[int, list[Thread]] = {}
        for thread in found:
            if thread.paragraph is None:
                self._losses.append(_stray(thread.remark))
            else:
                by_paragraph.setdefault(thread.paragraph, []).append(thread)
        margins = tuple(self._margins())
        self._losses.extend(self._uncalled())
        return Reading(
            self._view,
            tuple(
                _paragraph(draft, tuple(by_paragraph.get(index, ())), notes[index])
                for index, draft in enumerate(made)
            ),
            (*self._losses, *part_losses(file.package, file.main)),
            file.revisions,
            found,
            margins,
            properties_of(file.package),
        )

    def _labels_of(self, story: Story, series: str) -> dict[int, str]:
        """The labels of a view; marked: the new one, or the old one of what goes.

        The text, all headers and footers, all footnotes and all endnotes are each one series.
        """
        both = (View.ORIGINAL, View.ACCEPTED)
        found: dict[int, str] = {}
        for view in both if self._view is View.MARKED else (self._view,):
            if (series, view) not in self._series:
                self._series[series, view] = self._file.numbers(view)
            found.update(labels(story, view, self._series[series, view]))
        return found

    def _drafts(self, story: Story) -> list[Draft]:
        return list(drafts(story, self._view, self._sheet, self._label))

    def _label(self, block: Block) -> str:
        return self._labels.get(id(block), "")

    def _place_losses(self, draft: Draft, place: str, index: int | None) -> None:
        for loss, _ in _joined(draft.losses):
            self._losses.append(replace(loss, place=place, paragraph=index))

    # Notes: numbered as they are called in this view.

    def _notes(self, index: int, draft: Draft, places: dict[str, Spot]) -> tuple[Note, ...]:
        found = tuple(self._note(index, call, places) for call in draft.calls)
        if draft.ends_section:
            for kind in self._counted:
                if self._note_setting(kind, "numRestart") == "eachSect":
                    self._counted[kind] = 0
        return found

    def _note(self, index: int, call: Call, places: dict[str, Spot]) -> Note:
        number = ""
        if call.counts:
            self._counted[call.kind] += 1
            start = self._note_setting(call.kind, "numStart") or "1"
            first = int(start) if start.isdecimal() and len(start) < 6 else 1
            form = self._note_setting(call.kind, "numFmt")
            form = form or ("decimal" if call.kind == "footnote" else "lowerRoman")
            number = number_as(self._counted[call.kind] + first - 1, form)
        story = self._file.notes[call.kind].get(call.key)
        where = f"{call.kind} {number}".strip()
        self._called[call.kind, call.key] += 1
        said = ""
        if story is None:
            said = f"A {call.kind} is called here and its words are missing from the file."
        elif self._called[call.kind, call.key] > _MOST_CALLS:
            said = f"A {call.kind} is called here again; its words are given where it was before."
        if story is None or said:
            self._losses.append(Loss("note", said, f"paragraph {index + 1}", index))
            return Note(call.kind, number, call.at, "")
        self._labels.update(self._labels_of(story, call.kind))
        made = self._drafts(story)
        for key, spot in spots(made).items():
            words = replace(spot, paragraph=index, begin=call.at, end_paragraph=index, end=call.at)
            places.setdefault(key, replace(words, where=where))
        for draft in made:
            self._place_losses(draft, where, index)
        text, revisions = _flowed(made)
        return Note(call.kind, number, call.at, text, revisions)

    def _note_setting(self, kind: str, name: str) -> str | None:
        return value(self._file.settings, f"{kind}Pr", name)

    def _uncalled(self) -> Iterator[Loss]:
        """Notes whose mark is nowhere in the text, in no view."""
        called = {
            (piece.text.rstrip("*"), piece.key)
            for piece in _pieces(self._file.body)
            if piece.sort is Sort.NOTE
        }
        for kind, stories in self._file.notes.items():
            for key, story in stories.items():
                if (kind, key) in called:
                    continue
                words = short(" ".join(draft.text for draft in self._drafts(story)))
                if words:
                    yield Loss("note", f"A {kind} is called nowhere in the text: “{words}”.")

    def _margins(self) -> Iterator[Margin]:
        for kind, pages, story in self._file.margins:
            self._labels.update(self._labels_of(story, "margins"))
            made = self._drafts(story)
            for draft in made:
                self._place_losses(draft, kind, None)
            if any(draft.text.strip() for draft in made):
                yield Margin(kind, pages, tuple(_paragraph(draft, (), ()) for draft in made))


def _pieces(story: Story) -> Iterator[Piece]:
    for item in story:
        if isinstance(item, Block):
            for piece in item.pieces:
                yield piece
                if piece.box is not None:
                    yield from _pieces(piece.box)


def _paragraph(draft: Draft, comments: tuple[Thread, ...], notes: tuple[Note, ...]) -> Paragraph:
    return Paragraph(
        draft.label,
        draft.style,
        draft.text,
        tuple(draft.changes),
        comments,
        notes,
        draft.level,
        draft.where,
        tuple(draft.bookmarks),
        draft.key,
        tuple(draft.fields),
    )


def _place(index: int, draft: Draft) -> str:
    place = f"paragraph {index + 1}"
    return f"{place} ({draft.where})" if draft.where else place


def _joined(losses: list[tuple[Loss, int]]) -> Iterator[tuple[Loss, int]]:
    """Hidden words that stand next to each other as one loss."""
    waiting: tuple[Loss, int] | None = None
    for loss, at in losses:
        if waiting and loss.kind == waiting[0].kind == "hidden text" and at == waiting[1]:
            words = _quoted(waiting[0].sentence) + _quoted(loss.sentence)
            waiting = replace(loss, sentence=f"Hidden words were not taken: “{short(words)}”."), at
            continue
        if waiting:
            yield waiting
        waiting = loss, at
    if waiting:
        yield waiting


def _quoted(sentence: str) -> str:
    found = re.search("“(.*)”", sentence, re.DOTALL)
    return found[1] if found else ""


def _flowed(made: list[Draft]) -> tuple[str, tuple[Change, ...]]:
    """The paragraphs of a note as one text, a line each; a space after its own mark is none."""
    pieces: list[str] = []
    changes: list[Change] = []
    at = 0
    for draft in made:
        label = f"{draft.label} " if draft.label else ""
        begin = at + len(label)
        changes += [
            replace(each, begin=each.begin + begin, end=each.end + begin) for each in draft.changes
        ]
        pieces.append(label + draft.text)
        at += len(pieces[-1]) + 1
    text = "\n".join(pieces)
    lead = len(text) - len(text.lstrip())
    return text.strip(), tuple(
        replace(each, begin=max(0, each.begin - lead), end=max(0, each.end - lead))
        for each in changes
    )


def _stray(remark: Remark) -> Loss:
    by = f" by {remark.author}" if remark.author else ""
    return Loss("comment", f"A comment{by} stands at no place: “{short(remark.text)}”.")
