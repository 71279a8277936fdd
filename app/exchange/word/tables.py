"""Tables: rows of cells that hold runs, with a heading row that repeats on every page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.exchange.word.runs import paragraph


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from left to right, as runs; a row of one cell spans the table."""

    cells: tuple[str, ...]
    heading: bool = False
    style: str = "TableText"


def table(rows: Iterable[Row], widths: Sequence[int], *, style: str = "TreatyTable") -> str:
    """A table with columns of the given widths in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(_row(row, widths) for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'
    )


def _row(row: Row, widths: Sequence[int]) -> str:
    head = "<w:tblHeader/>" if row.heading else ""
    if len(row.cells) == 1:
        cells = _cell(row.cells[0], sum(widths), row.style, len(widths))
    else:
        cells = "".join(
            _cell(cell, width, row.style, 1) for cell, width in zip(row.cells, widths, strict=True)
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>"


def _cell(content: str, width: int, style: str, span: int) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>'
        f"{paragraph(style, content)}</w:tc>"
    )
