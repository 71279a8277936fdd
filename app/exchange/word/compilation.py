"""What was proposed, beside the text: profile "compilation", a wide table article by article.

    Text | Proposals | Reasons | Comments | Sources

Every proposal is a redline of the text beside it, with real tracked changes whose author is who
proposes, so that Word can show those of one alone. The text itself has no changes in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.exchange.word import mast as around
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import Numbered, Sheet, bookmark_of, framed, numbered
from app.exchange.word.keys import keys_of
from app.exchange.word.numbering import Numbering
from app.exchange.word.runs import bookmarked, is_right_to_left, paragraph, runs
from app.exchange.word.tracked import By, Pen
from app.exchange.word.treaty import WordTreaty
from app.treaty.diff import pieces
from app.treaty.document import Clause

COLUMNS = ("Text", "Proposals", "Reasons", "Comments", "Sources")
"""The heads of the table."""

_WIDTHS = (3900, 4200, 2470, 2300, 1700)
_WHOLE = sum(_WIDTHS)
_BOLD = "<w:b/><w:bCs/>"
_ITALIC = "<w:i/><w:iCs/>"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal on a clause: who proposes (or how it is called), and what would become of it.

    `old` and `new` are the words without and with it; a proposal that says what cannot be told by
    them says it in `wish` ("Retain the text as it is."). `said` stands below the redline.
    """

    who: str
    old: str
    new: str
    wish: str = ""
    reason: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the clauses, by their uids."""

    proposals: Mapping[str, tuple[Proposed, ...]] = field(default_factory=dict)
    comments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def write_compilation(treaty: WordTreaty, beside: Beside) -> bytes:
    """The table as a .docx; equal values give equal bytes."""
    pen, footnotes = Pen(), Footnotes()
    mast, title = treaty.mast, treaty.document.title or "Draft"
    rows = [_row([_cell(width, [_bold(head)]) for head, width in _heads()], is_head=True)]
    clauses = treaty.document.clauses
    keys = keys_of(clause.uid for clause in clauses)
    for index, (clause, one) in enumerate(
        zip(clauses, numbered(treaty.document, treaty.scheme), strict=True)
    ):
        notes = treaty.notes.get(clause.uid, ())
        marks = "".join(footnotes.mark(footnotes.add_words(note)) for note in notes)
        rows.extend(_rows(_text(index, clause, one, keys[index], marks), clause, beside, pen))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    table = (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TreatyTable"/><w:tblW w:w="{_WHOLE}" w:type="dxa"/>'
        '<w:tblBorders><w:insideV w:val="single" w:sz="2" w:space="0" w:color="A6A6A6"/>'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )
    # No table may end a text: what stands last is a paragraph, here one without words.
    body = (
        around.front(mast, title, mast.record_status, is_wide=True)
        + table
        + paragraph("TreatyText", "")
    )
    letters = sum(len(_words(clause)) for clause in treaty.document.clauses)
    return framed(
        treaty,
        Sheet(
            "compilation",
            mast.record_status,
            body,
            Numbering([]).xml(),
            max(1, letters // 900),
            footnotes,
            is_wide=True,
        ),
    )


def _heads() -> list[tuple[str, int]]:
    return list(zip(COLUMNS, _WIDTHS, strict=True))


def _rows(text: str, clause: Clause, beside: Beside, pen: Pen) -> list[str]:
    """The rows of a clause: one for each proposal on it, with its text beside all of them."""
    uid = clause.uid
    proposals = beside.proposals.get(uid, ())
    comments, sources = beside.comments.get(uid, ()), beside.sources.get(uid, ())
    if clause.kind.bears_heading and not (proposals or comments or sources):
        span = f'<w:tcW w:w="{_WHOLE}" w:type="dxa"/><w:gridSpan w:val="{len(_WIDTHS)}"/>'
        return [_row([f"<w:tc><w:tcPr>{span}</w:tcPr>{text}</w:tc>"])]
    made = []
    for at, proposal in enumerate(proposals or (None,)):
        merge = (
            "" if len(proposals) < 2 else ("<w:vMerge/>" if at else '<w:vMerge w:val="restart"/>')
        )
        empty = paragraph("TableText", "")
        made.append(
            _row(
                [
                    _merged(0, merge, empty if at else text),
                    _cell(_WIDTHS[1], _proposal(proposal, pen)),
                    _cell(_WIDTHS[2], _plain([proposal.reason] if proposal else [])),
                    _merged(3, merge, empty if at else _said(comments)),
                    _merged(4, merge, empty if at else _said(sources)),
                ]
            )
        )
    return made


def _text(index: int, clause: Clause, one: Numbered, key: str, marks: str) -> str:
    """The clause's paragraph, with the marks of its footnotes behind its words."""
    words = _words(clause)
    content = runs(words, _BOLD if clause.kind.bears_heading else "")
    if one.label:
        content = runs(f"{one.label}{' ' if words else ''}", _BOLD) + content
    form = "<w:bidi/>" if is_right_to_left(words) else ""
    if clause.kind.bears_heading:
        form = "<w:keepNext/>" + form
    named = bookmarked(index + 1, bookmark_of(clause.uid or f"n{index}"), content + marks)
    return paragraph("TableText", named, form, key)


def _proposal(one: Proposed | None, pen: Pen) -> list[str]:
    """Who proposes, and the redline."""
    if one is None:
        return []
    made = [_bold(one.who)]
    if one.wish:
        made.append(paragraph("TableText", runs(one.wish, _ITALIC)))
    if one.old or one.new:
        by = By(one.who)
        made.append(
            paragraph("TableText", "".join(_piece(op, text, by, pen) for op, text in _ops(one)))
        )
    if one.said:
        made.append(paragraph("TableText", runs(one.said, _ITALIC)))
    return made


def _ops(one: Proposed) -> list[tuple[str, str]]:
    return [(piece.op, piece.text) for piece in pieces(one.old, one.new)]


def _piece(op: str, text: str, by: By, pen: Pen) -> str:
    content = runs(text)
    if op == "ins":
        return pen.inserted(content, by)
    return pen.deleted(content, by) if op == "del" else content


def _said(lines: Sequence[str]) -> str:
    return "".join(_plain(lines)) or paragraph("TableText", "")


def _plain(lines: Sequence[str]) -> list[str]:
    return [paragraph("TableText", runs(line)) for line in lines if line]


def _bold(words: str) -> str:
    return paragraph("TableText", runs(words, _BOLD), "<w:keepNext/>")


def _merged(column: int, merge: str, content: str) -> str:
    width = f'<w:tcW w:w="{_WIDTHS[column]}" w:type="dxa"/>'
    return f"<w:tc><w:tcPr>{width}{merge}</w:tcPr>{content}</w:tc>"


def _cell(width: int, paragraphs: Sequence[str]) -> str:
    content = "".join(paragraphs) or paragraph("TableText", "")
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'


def _row(cells: Sequence[str], *, is_head: bool = False) -> str:
    form = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_head else ""
    return f"<w:tr>{form}{''.join(cells)}</w:tr>"


def _words(clause: Clause) -> str:
    return clause.heading if clause.kind.bears_heading else clause.text
