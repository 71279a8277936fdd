from lxml import etree

from app.exchange.word.runs import NAMESPACES, runs
from app.exchange.word.tables import Row, table
from tests.support.word_rules import W, style_of, words


def test_rows_hold_cells_a_single_cell_spans_and_the_heading_repeats() -> None:
    rows = [
        Row((runs("A"), runs("B")), heading=True),
        Row((runs("Group"),), style="TableGroup"),
        Row((runs("1"), runs(""))),
    ]
    made = etree.fromstring(f"<w:body {NAMESPACES}>{table(rows, (100, 200))}</w:body>")[0]
    found = list(made.iter(f"{W}tr"))
    assert [[words(cell) for cell in row.iter(f"{W}tc")] for row in found] == [
        ["A", "B"],
        ["Group"],
        ["1", ""],
    ]
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in found] == [True, False, False]
    span = found[1].find(f"{W}tc/{W}tcPr/{W}gridSpan")
    assert span is not None
    assert span.get(f"{W}val") == "2"
    assert style_of(next(found[1].iter(f"{W}p"))) == "TableGroup"
