"""A treaty as a Word file: profiles "clean" (the text) and "commentary" (with what it rests on).

The text is written once, paragraph by paragraph, as strings: a treaty of the
size of the Law of the Sea Convention takes a tenth of a second. Every clause's
paragraph bears a bookmark with the clause's uid, which is how a file that comes
back finds its way.
"""

from app.exchange.word import mast as around
from app.exchange.word.commentary import Commentary, Tie
from app.exchange.word.contents import Entry, Pages, contents, pages_of
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import (
    Sheet,
    bookmark_of,
    countable,
    dressed,
    framed,
    numbered,
)
from app.exchange.word.keys import keys_of
from app.exchange.word.numbering import Numbering
from app.exchange.word.preamble import opening
from app.exchange.word.references import References, Target
from app.exchange.word.runs import bookmarked, is_right_to_left, paragraph, runs
from app.exchange.word.tables import table
from app.exchange.word.talks import STYLES, Talks
from app.exchange.word.treaty import (
    Authority,
    Comment,
    Mast,
    Remark,
    Said,
    Talk,
    WordTreaty,
)
from app.treaty.document import Clause, Kind
from app.treaty.numbering import citer

__all__ = [
    "Authority",
    "Comment",
    "Mast",
    "Remark",
    "Said",
    "Talk",
    "WordTreaty",
    "bookmark_of",
    "write_clean",
    "write_commentary",
]

_CONTENTS_LEVELS = {
    Kind.PART: 1,
    Kind.ANNEX: 1,
    Kind.CHAPTER: 2,
    Kind.APPENDIX: 2,
    Kind.SECTION: 3,
    Kind.HEADING: 3,
    Kind.SUBSECTION: 4,
    Kind.ARTICLE: 5,
}
_WIDTHS = {Kind.SUBPARAGRAPH: 396, Kind.ITEM: 368}
_PREAMBLE = frozenset({Kind.RECITAL, Kind.FORMULA})
_ITALIC = "<w:i/><w:iCs/>"
# Bookmarks of tables are numbered between those of clauses and those of notes.
_FIRST_TABLE = 900_000
_NOT_PART = "Commentary is not part of the text."


def write_clean(treaty: WordTreaty) -> bytes:
    """The text alone as a .docx; equal values give equal bytes."""
    return _Writer(treaty, None).written("clean")


def write_commentary(treaty: WordTreaty) -> bytes:
    """The text as a .docx with sources and reasons below each article and tables at the end."""
    footnotes = Footnotes()
    return _Writer(treaty, Commentary(footnotes), footnotes).written("commentary")


class _Writer:
    """Writes one treaty once."""

    def __init__(
        self,
        treaty: WordTreaty,
        commentary: Commentary | None,
        footnotes: Footnotes | None = None,
    ) -> None:
        self._treaty = treaty
        self._commentary = commentary
        self._footnotes = footnotes or Footnotes()
        self._clauses = treaty.document.clauses
        self._keys = keys_of(clause.uid for clause in self._clauses)
        self._numbered = numbered(treaty.document, treaty.scheme)
        self._numbering = Numbering((one.place, one.number, one.label) for one in self._numbered)
        self._targets = [
            Target(
                bookmark_of(clause.uid or f"n{index}"),
                one.number,
                one.label if countable(one.label) else "",
            )
            for index, (clause, one) in enumerate(zip(self._clauses, self._numbered, strict=True))
        ]
        parents = _parents(self._clauses)
        self._references = References(treaty.document, treaty.scheme, self._targets, parents)
        found = [one.number for one in self._numbered]
        self._ties = _Ties(treaty, parents, found) if commentary is not None else None
        self._entries: list[Entry] = []
        self._made: list[str] = []
        self._pages = Pages()
        self._waiting: list[Tie] = []
        self._talks = Talks(treaty.talks)

    def written(self, profile: str) -> bytes:
        """The whole file."""
        mast, title = self._treaty.mast, self._treaty.document.title or "Draft"
        status = mast.record_status
        if self._commentary is not None:
            status = f"{status} {_NOT_PART}".strip()
        front = around.front(mast, title, status, self._talks.on("", title, runs(title)))
        body = self._body(front)
        talks = self._talks.parts()
        return framed(
            self._treaty,
            Sheet(
                profile,
                status,
                body,
                self._numbering.xml(),
                self._pages.page,
                self._footnotes,
                styles=STYLES if talks else "",
                parts=talks,
            ),
        )

    def _body(self, first: str) -> str:
        front = pages_of(sum(clause.kind in _CONTENTS_LEVELS for clause in self._clauses))
        self._pages = Pages(front + 1)
        for index, clause in enumerate(self._clauses):
            self._before(index, clause)
            self._clause(index, clause)
            if self._ties is not None:
                self._waiting.extend(self._ties.of(index))
        self._flush()
        self._tables()
        listed = paragraph("ContentsHeading", runs("Contents")) + contents(self._entries)
        return first + (listed if self._entries else "") + "".join(self._made)

    def _before(self, index: int, clause: Clause) -> None:
        """Commentary that waits is said before the next heading, and after the preamble."""
        if not self._waiting:
            return
        before = self._clauses[index - 1]
        leaves_preamble = before.kind in _PREAMBLE and clause.kind not in _PREAMBLE
        if clause.kind.bears_heading or clause.kind is Kind.CLOSING or leaves_preamble:
            self._flush()

    def _flush(self) -> None:
        ties, self._waiting = self._waiting, []
        if self._commentary is None or not ties:
            return
        for xml, words, note in self._commentary.block(ties):
            self._pages.add(words, size=10, around=5, leading=1.21)
            if note:
                self._pages.notes(note)
            self._made.append(xml)

    def _tables(self) -> None:
        """The tables after the text, each on a page of its own and in the contents."""
        found = self._commentary.tables() if self._commentary is not None else []
        for at, (heading, bookmark, rows, widths) in enumerate(found, 1):
            self._pages.turn()
            self._entries.append(Entry(1, "", heading, bookmark, self._pages.page))
            title = bookmarked(_FIRST_TABLE + at, bookmark, runs(heading))
            self._made.append(paragraph("TableHeading", title) + table(rows, widths))
            for _ in rows:
                self._pages.add(100, size=10, around=3, leading=1.15)

    def _clause(self, index: int, clause: Clause) -> None:
        target, one = self._targets[index], self._numbered[index]
        headed = clause.kind.bears_heading
        words = clause.heading if headed else clause.text
        style, properties, literal = dressed(clause, one, self._numbering)
        content = runs(words) if headed else self._text(index, clause)
        before = runs(literal if headed else f"{literal}\t") if literal else ""
        if headed and one.label and words:
            before += "<w:r><w:br/></w:r>"
        content = self._talks.on(clause.uid, words, content, before) + self._notes(clause)
        if index == 0:
            properties = "<w:pageBreakBefore/>" + properties
        if words.endswith(":") and not headed:
            properties = "<w:keepNext/>" + properties
        if is_right_to_left(words):
            properties += "<w:bidi/>"
        self._pages.add(
            len(words) + (80 if headed and one.label else 0),
            around=24 if headed else 7,
            width=_WIDTHS.get(clause.kind, 453),
            leading=1.15 if headed else 1.32,
        )
        content = bookmarked(index + 1, target.bookmark, content)
        self._made.append(paragraph(style, content, properties, self._keys[index]))
        if level := _CONTENTS_LEVELS.get(clause.kind):
            self._entries.append(Entry(level, one.label, words, target.bookmark, self._pages.page))

    def _notes(self, clause: Clause) -> str:
        """The marks of the footnotes behind a clause; those of a commentary are counted with it."""
        notes = self._treaty.notes.get(clause.uid, ())
        if self._commentary is not None:
            return "".join(map(self._commentary.note, notes))
        return "".join(self._footnotes.mark(self._footnotes.add_words(note)) for note in notes)

    def _text(self, index: int, clause: Clause) -> str:
        text = clause.text
        if clause.kind is not Kind.RECITAL:
            return self._references.runs(index, text)
        start, end = opening(text)
        return (
            runs(text[:start])
            + runs(text[start:end], _ITALIC)
            + self._references.runs(index, text[end:])
        )


class _Ties:
    """What is to be said of each clause in the commentary, and how the clause is named there."""

    def __init__(self, treaty: WordTreaty, parents: list[int], found: list[str]) -> None:
        self._treaty = treaty
        self._parents = parents
        self._cite = citer(treaty.document.clauses, treaty.scheme, found)
        self._hosts: dict[int, str] = {}

    def of(self, index: int) -> list[Tie]:
        """The remarks on a clause, and its authorities, or its gap."""
        clause = self._treaty.document.clauses[index]
        authorities = self._treaty.authorities.get(clause.uid, ())
        gap = self._treaty.gaps.get(clause.uid, "")
        remarks = self._treaty.remarks.get(clause.uid, ())
        if not authorities and not gap and not remarks:
            return []
        host, place = self._host(index), self._cite(index)
        said = [Tie(host, place, remark=remark) for remark in remarks]
        ties = [Tie(host, place, authority) for authority in authorities]
        return said + (ties or ([Tie(host, place, None, gap)] if gap else []))

    def _host(self, index: int) -> str:
        """What cites, for the tables: the article, or the clause itself outside of the articles."""
        clauses = self._treaty.document.clauses
        if clauses[index].kind in _PREAMBLE:
            return "Preamble"
        at = index
        while at >= 0 and clauses[at].kind is not Kind.ARTICLE:
            at = self._parents[at]
        at = at if at >= 0 else index
        if at not in self._hosts:
            self._hosts[at] = self._cite(at)
        return self._hosts[at]


def _parents(clauses: tuple[Clause, ...]) -> list[int]:
    """The index of the clause that each one stands under; -1 at the top."""
    open_ones: list[int] = []
    parents = []
    for index, clause in enumerate(clauses):
        while open_ones and clauses[open_ones[-1]].depth >= clause.depth:
            open_ones.pop()
        parents.append(open_ones[-1] if open_ones else -1)
        open_ones.append(index)
    return parents
