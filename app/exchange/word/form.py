"""The comment form: profile "form", a wide table with a row a clause and room beside each.

    Clause | Text as circulated | Proposed wording | Comment or reason

A capital fills it and sends it back. Every row bears the bookmark and the paragraph id of its
clause, and a name that no other clause has, so that it is known again wherever it has come to
stand; the last rows are for what is to be said of the text as a whole.
"""

from collections.abc import Sequence

from app.exchange.word import mast as around
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import Sheet, bookmark_of, framed
from app.exchange.word.keys import keys_of
from app.exchange.word.numbering import Numbering
from app.exchange.word.runs import bookmarked, is_right_to_left, paragraph, runs
from app.exchange.word.treaty import WordTreaty
from app.treaty.document import Clause
from app.treaty.numbering import Scheme, citer

PROFILE = "form"
"""How the file says what it is."""

COLUMNS = ("Clause", "Text as circulated", "Proposed wording", "Comment or reason")
"""The heads of the table, from left to right."""

GENERAL = "General remarks"
"""What the rows that belong to no clause are called."""

SAYS = (
    "Write in the two columns on the right, and leave them empty where there is nothing to say. "
    "“Proposed wording” takes the whole clause as it should read.",
    "Rows may be taken out, sorted and added. What is changed in the text as circulated is taken "
    "as wording that you propose. The last rows are for remarks on the text as a whole.",
)
"""What stands above the table."""

_ROOM = 5
_WIDTHS = (1750, 4700, 4700, 3420)
_WHOLE = sum(_WIDTHS)
_BOLD = "<w:b/><w:bCs/>"
_GREY = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'


def names_of(clauses: Sequence[Clause], scheme: Scheme) -> tuple[str, ...]:
    """What each clause is called in the form, no two alike: "Article 3, paragraph 2 (a)"."""
    cite = citer(clauses, scheme)
    headed: set[str] = set()
    named: dict[str, int] = {}
    made = []
    for index, clause in enumerate(clauses):
        name = cite(index) or clause.kind.value
        name = name[:1].upper() + name[1:]
        if clause.kind.bears_heading:
            headed.add(name)
        elif name in headed:
            # An article and its only paragraph are cited alike.
            name = f"{name}, text"
        named[name] = named.get(name, 0) + 1
        made.append(name if named[name] == 1 else f"{name} ({named[name]})")
    return tuple(made)


def write_form(treaty: WordTreaty) -> bytes:
    """The form as a .docx; equal values give equal bytes."""
    mast, title = treaty.mast, treaty.document.title or "Draft"
    clauses = treaty.document.clauses
    named = zip(
        clauses,
        names_of(clauses, treaty.scheme),
        keys_of(clause.uid for clause in clauses),
        strict=True,
    )
    rows = [_row([_said(head, _BOLD) for head in COLUMNS], is_head=True)]
    for index, (clause, name, key) in enumerate(named):
        text = _text(index, clause, key)
        rows.append(_row([_said(name), text, _empty(), _empty()]))
    rows += [_row([_said(GENERAL), _empty(), _empty(), _empty()])] * _ROOM
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>'
        for side in ("insideH", "insideV")
    )
    # No table may end a text: what stands last is a paragraph, here one without words.
    body = (
        around.front(mast, title, mast.record_status, is_wide=True)
        + "".join(paragraph("TreatyText", runs(line)) for line in SAYS)
        + f'<w:tbl><w:tblPr><w:tblStyle w:val="TreatyTable"/><w:tblW w:w="{_WHOLE}" w:type="dxa"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>" + paragraph("TreatyText", "")
    )
    letters = sum(len(words_of(clause)) for clause in clauses)
    sheet = Sheet(
        PROFILE,
        mast.record_status,
        body,
        Numbering([]).xml(),
        max(1, letters // 1100),
        Footnotes(),
        is_wide=True,
    )
    return framed(treaty, sheet)


def words_of(clause: Clause) -> str:
    """What a clause says: its heading where it bears one, else its text."""
    return clause.heading if clause.kind.bears_heading else clause.text


def _text(index: int, clause: Clause, key: str) -> str:
    words = words_of(clause)
    content = runs(words, _BOLD if clause.kind.bears_heading else "")
    form = "<w:bidi/>" if is_right_to_left(words) else ""
    named = bookmarked(index + 1, bookmark_of(clause.uid or f"n{index}"), content)
    return paragraph("TableText", named, form, key)


def _said(words: str, look: str = "") -> str:
    return paragraph("TableText", runs(words, look))


def _empty() -> str:
    return paragraph("TableText", "")


def _row(cells: Sequence[str], *, is_head: bool = False) -> str:
    form = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_head else ""
    made = []
    for at, (cell, width) in enumerate(zip(cells, _WIDTHS, strict=True)):
        # What is there already is grey, and what is asked for is white.
        look = _GREY if at < 2 or is_head else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{look}</w:tcPr>{cell}</w:tc>'
        )
    return f"<w:tr>{form}{''.join(made)}</w:tr>"
