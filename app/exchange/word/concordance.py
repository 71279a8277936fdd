"""A concordance table as a Word file: which number of one text is which of the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exchange.word import mast as around
from app.exchange.word.numbering import Numbering
from app.exchange.word.package import pack, relation_id
from app.exchange.word.runs import NAMESPACES, paragraph, runs
from app.exchange.word.styles import styles_xml
from app.exchange.word.tables import Row, table
from app.exchange.word.treaty import Mast

_WIDTHS = (2950, 2950, 3170)
_STATUS = "Concordance of numbers. Not part of the text."
_BOLD = "<w:b/><w:bCs/>"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: how a clause is cited in the old text and in the new one ("": not there)."""

    old: str
    new: str
    words: str


def write_concordance(
    title: str, symbol: str, old_name: str, new_name: str, lines: Sequence[Line]
) -> bytes:
    """The table as a .docx; equal values give equal bytes."""
    mast = Mast(draft="", symbol=symbol, edition="Concordance")
    heads = (old_name, new_name, "Heading or first words")
    rows = [Row(tuple(runs(head, _BOLD) for head in heads), heading=True)]
    rows += [
        Row(tuple(runs(cell or "–") for cell in (one.old, one.new, one.words))) for one in lines
    ]
    body = around.front(mast, title, _STATUS) + table(rows, _WIDTHS) + paragraph("TreatyText", "")
    return pack(
        {
            "word/document.xml": (
                f"<w:document {NAMESPACES}><w:body>{body}{_section()}</w:body></w:document>"
            ),
            "word/styles.xml": styles_xml(),
            "word/numbering.xml": Numbering(()).xml(),
            "word/header1.xml": around.header(mast, title),
            "word/footer1.xml": around.footer(_STATUS, 1 + len(lines) // 30),
            "docProps/core.xml": around.core_properties(title, mast, _STATUS),
            "docProps/app.xml": around.app_properties(),
        }
    )


def _section() -> str:
    """A4 with the margins of the treaty's own pages."""
    return (
        "<w:sectPr>"
        f'<w:headerReference w:type="default" r:id="{relation_id("word/header1.xml")}"/>'
        f'<w:footerReference w:type="default" r:id="{relation_id("word/footer1.xml")}"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" '
        'w:left="1418" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    )
