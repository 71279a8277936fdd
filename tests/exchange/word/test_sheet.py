"""What styles say: names, outline levels, hidden words, and how things were before a change."""

from app.exchange.package import Element, child, parse_xml, value
from app.exchange.word.sheet import Sheet, is_on, properties_on, styles_on
from app.exchange.word.story import View
from tests.support.made_files import W, para
from tests.support.tracked import on, who

STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="H2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="O"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="toc 3"/></w:style>'
    '<w:style w:type="character" w:styleId="V"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="V2"><w:basedOn w:val="V"/></w:style>'
)


def xml(inside: str) -> Element:
    return parse_xml(f'<w:x xmlns:w="{W}">{inside}</w:x>'.encode(), "x")


def styled(key: str) -> Element:
    return xml(f'<w:pStyle w:val="{key}"/>')


def test_names_of_styles() -> None:
    sheet = Sheet(xml(STYLES))
    assert [sheet.name(each) for each in (styled("T"), styled("Own"), styled("gone"), None)] == (
        ["Title", "Own", "gone", "Normal"]
    )
    assert Sheet(None).name(None) == "Normal"
    assert list(sheet.names(styled("Own"))) == ["", "heading 2"]


def test_levels_of_the_outline() -> None:
    sheet = Sheet(xml(STYLES))
    levels = [sheet.level(styled(key)) for key in ("T", "H2", "Own", "O", "N", "gone")]
    assert levels == [0, 2, 2, 1, None, None]
    assert sheet.level(xml('<w:outlineLvl w:val="3"/>')) == 4
    assert sheet.level(xml('<w:outlineLvl w:val="9"/>')) is None
    assert sheet.is_contents(styled("C"))
    assert not sheet.is_contents(styled("T"))


def test_styles_that_hide() -> None:
    sheet = Sheet(xml(STYLES))
    assert [sheet.hides(key) for key in ("V", "V2", "T", None, "gone")] == (
        [True, True, None, None, None]
    )


def test_switches() -> None:
    states = [is_on(xml(f'<w:b w:val="{said}"/>')[0]) for said in ("1", "true", "0", "false")]
    assert states == [True, True, False, False]
    assert is_on(xml("<w:b/>")[0])
    assert not is_on(None)


def test_a_paragraph_before_its_change() -> None:
    now = xml(
        f'<w:pStyle w:val="A"/><w:pPrChange {who("A")}><w:pPr><w:pStyle w:val="B"/></w:pPr>'
        "</w:pPrChange>"
    )
    assert value(properties_on(now, View.ACCEPTED), "pStyle") == "A"
    assert value(properties_on(now, View.ORIGINAL), "pStyle") == "B"
    nothing = xml(f'<w:pStyle w:val="A"/><w:pPrChange {who("A")}/>')
    assert value(properties_on(nothing, View.ORIGINAL), "pStyle") is None
    listed = xml('<w:pStyle w:val="A"/><w:numPr><w:numId w:val="1"/><w:ins/></w:numPr>')
    before = properties_on(listed, View.ORIGINAL)
    assert (value(before, "pStyle"), child(before, "numPr")) == ("A", None)
    assert child(listed, "numPr") is not None


def test_a_style_before_its_change() -> None:
    changed = (
        '<w:style w:type="paragraph" w:styleId="S"><w:name w:val="S"/><w:pPr>'
        f'<w:outlineLvl w:val="1"/><w:pPrChange {who("A")}><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
        "</w:pPrChange></w:pPr></w:style>"
    )
    parts = {"styles": changed}
    levels = [
        on(view, [para("x", style="S")], parts).paragraphs[0].level
        for view in ("original", "accepted")
    ]
    assert levels == [1, 2]
    assert styles_on(None, View.ORIGINAL) is None
    unchanged = xml(STYLES)
    assert styles_on(unchanged, View.ORIGINAL) is unchanged
