"""The elements of tracked changes: who, when, what of the form, and the names of moves."""

import pytest

from app.exchange.package import Element, parse_xml
from app.exchange.word.marks import Moves, control_change, forms, mark_of, marks_in
from app.exchange.word.story import Mark, Tracked
from tests.support.made_files import W
from tests.support.tracked import who


def xml(inside: str) -> Element:
    return parse_xml(f'<w:x xmlns:w="{W}">{inside}</w:x>'.encode(), "x")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ins", Tracked.INSERTED),
        ("del", Tracked.DELETED),
        ("moveFrom", Tracked.MOVED_FROM),
        ("moveTo", Tracked.MOVED_TO),
        ("cellIns", Tracked.INSERTED),
        ("cellDel", Tracked.DELETED),
    ],
)
def test_who_changed_what_and_when(name: str, kind: Tracked) -> None:
    element = xml(f"<w:{name} {who('Chair')}/>")[0]
    assert mark_of(element, name, Moves()) == Mark(kind, "Chair", "2026-03-01T10:00:00Z")
    assert mark_of(xml("<w:r/>")[0], "r", Moves()) is None


def test_the_changes_of_a_paragraph_mark() -> None:
    found = marks_in(xml(f"<w:ins {who('A')}/><w:del {who('B')}/><w:b/>"), Moves())
    assert [(each.kind, each.author) for each in found] == (
        [(Tracked.INSERTED, "A"), (Tracked.DELETED, "B")]
    )


def test_moves_have_the_name_of_their_range() -> None:
    moves = Moves()
    start, end, other = xml(
        '<w:moveFromRangeStart w:id="1" w:name="m"/><w:moveFromRangeEnd w:id="1"/><w:r/>'
    )
    assert moves.takes(start, "moveFromRangeStart")
    assert (moves.name("moveFrom"), moves.name("moveTo")) == ("m", "")
    assert moves.takes(end, "moveFromRangeEnd")
    assert moves.name("moveFrom") == ""
    assert not moves.takes(other, "r")


@pytest.mark.parametrize(
    ("inside", "details"),
    [
        ("<w:b/><w:i/><w:rPrChange><w:rPr><w:i/></w:rPr></w:rPrChange>", ["b"]),
        ('<w:color w:val="1"/><w:rPrChange><w:rPr><w:color w:val="2"/></w:rPr></w:rPrChange>',
         ["color"]),
        ("<w:rPrChange/>", ["letters"]),
        ("<w:pPrChange><w:pPr><w:jc/></w:pPr></w:pPrChange>", ["paragraph"]),
        ('<w:pStyle w:val="A"/><w:pPrChange><w:pPr/></w:pPrChange>', ["style Normal to A"]),
        ('<w:numPr><w:numId w:val="1"/><w:ins/></w:numPr>', ["numbering"]),
        ('<w:numPr><w:numberingChange w:original="%1:1:0:."/></w:numPr>',
         ["numbering, before: %1:1:0:."]),
        ("<w:sectPr><w:sectPrChange/></w:sectPr>", ["section"]),
        ("<w:tcPrChange/><w:cellMerge/>", ["table cell", "merged cells"]),
        ("<w:tblPrChange/>", ["table"]),
        ("<w:rPr><w:rPrChange><w:rPr/></w:rPrChange></w:rPr>", ["letters"]),
        ("<w:b/>", []),
    ],
)  # fmt: skip
def test_changes_of_form_say_what_changed(inside: str, details: list[str]) -> None:
    found = forms(xml(inside))
    assert [each.detail for each in found] == details
    assert all(each.kind is Tracked.FORMAT for each in found)
    assert forms(None) == ()


def test_changes_of_content_controls() -> None:
    start = xml(f"<w:customXmlInsRangeStart {who('A')}/>")[0]
    found = control_change(start, "customXmlInsRangeStart")
    assert found is not None
    assert (found.kind, found.author) == (Tracked.FORMAT, "A")
    assert control_change(start, "customXmlInsRangeEnd") is None
