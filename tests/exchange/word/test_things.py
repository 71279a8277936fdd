"""Pictures, objects, equations, symbols: each told by its kind and by the name it was given."""

import pytest

from app.exchange.package import Element, parse_xml
from app.exchange.word.story import View
from app.exchange.word.things import chosen, field_loss, letters_of, short, symbol, thing, words_in
from tests.support.made_files import W, para, run
from tests.support.tracked import on, raw

M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def xml(inside: str) -> Element:
    space = f'xmlns:w="{W}" xmlns:m="{M}" xmlns:o="o" xmlns:v="v" xmlns:a="a" xmlns:wp="wp"'
    return parse_xml(f"<w:x {space}>{inside}</w:x>".encode(), "x")[0]


def graphic(uri: str, about: str = "") -> str:
    data = f'<a:graphic><a:graphicData uri="http://x/{uri}"/></a:graphic>'
    return f"<w:drawing><wp:inline><wp:docPr {about}/>{data}</wp:inline></w:drawing>"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (graphic("picture", 'descr="A map"'), "image", "“A map”"),
        (graphic("chart"), "chart", "A chart"),
        (graphic("diagram"), "diagram", "A diagram"),
        (graphic("wordprocessingShape"), "drawing", "A drawing"),
        ("<w:drawing/>", "image", "An image"),
        ('<w:pict><v:shape alt="Seal"><v:imagedata/></v:shape></w:pict>', "image", "“Seal”"),
        ('<w:pict><v:textpath string="DRAFT"/></w:pict>', "drawn words", "“DRAFT”"),
        ("<w:pict><o:OLEObject/></w:pict>", "OLE object", "object"),
        ('<w:pict><v:rect o:hr="t"/></w:pict>', "drawing", "A line"),
        ('<w:object><o:OLEObject ProgID="Excel.Sheet.8"/></w:object>', "OLE object", "Excel.Sheet"),
        ("<w:contentPart/>", "ink", "by hand"),
    ],
)
def test_what_a_thing_is(content: str, kind: str, words: str) -> None:
    loss = thing(xml(content), has_boxes=False)
    assert loss is not None
    assert (loss.kind, words in loss.sentence) == (kind, True)


def test_the_frame_of_a_text_box_is_no_loss_and_a_picture_beside_it_is() -> None:
    box = f"<w:txbxContent>{para('Boxed.')}</w:txbxContent>"
    assert thing(xml(f"<w:drawing>{box}</w:drawing>"), has_boxes=True) is None
    assert thing(xml(f"<w:pict>{box}</w:pict>"), has_boxes=True) is None
    loss = thing(xml(f"<w:drawing>{box}<a:blip/></w:drawing>"), has_boxes=True)
    assert loss is not None
    assert loss.kind == "image"


def test_a_picture_is_told_with_its_place_and_only_where_it_is() -> None:
    body = [para("One."), raw(run("Two."), f"<w:ins><w:r>{graphic('picture')}</w:r></w:ins>")]
    body = [each.replace("wp:", "").replace("a:", "") for each in body]
    (loss,) = on("accepted", body).losses
    assert (loss.kind, loss.place, loss.paragraph) == ("image", "paragraph 2", 1)
    assert on("original", body).losses == ()


def test_the_letters_of_an_equation_on_each_view() -> None:
    fraction = (
        "<m:f><m:fPr><m:ctrlPr><w:del/></m:ctrlPr></m:fPr>"
        "<m:num><m:r><m:t>y</m:t></m:r></m:num></m:f>"
    )
    equation = xml(
        "<m:oMath><m:r><m:t>A=</m:t></m:r><m:r><w:del><m:t>2</m:t></w:del></m:r>"
        f"<m:r><w:ins><m:t>3</m:t></w:ins></m:r>{fraction}</m:oMath>"
    )
    assert letters_of(equation, View.ACCEPTED) == "A=3"
    assert letters_of(equation, View.ORIGINAL) == "A=2y"
    assert letters_of(equation, View.MARKED) == "A=23y"


def test_an_equation_is_told() -> None:
    reading = on("accepted", [raw(run("a "), "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>")])
    assert reading.paragraphs[0].text == "a "
    assert [(loss.kind, "x=1" in loss.sentence) for loss in reading.losses] == [("equation", True)]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (" REF x ", "taken as words"),
        ("LINK Excel.Sheet", "not followed"),
        ("LISTNUM", "nowhere written"),
        ("", "taken as words"),
    ],
)
def test_what_is_lost_of_a_field(code: str, words: str) -> None:
    assert words in field_loss(code).sentence


@pytest.mark.parametrize(
    ("given", "letter", "is_sure"),
    [
        ('w:char="00A7"', "§", True),
        ('w:char="D800"', "\ufffd", False),
        ('w:char="zz"', "\ufffd", False),
        ("", "\ufffd", False),
        ('w:font="Symbol" w:char="0044"', "Δ", True),
    ],
)
def test_letters_of_symbol_fonts(given: str, letter: str, is_sure: bool) -> None:
    assert symbol(xml(f"<w:sym {given}/>")) == (letter, is_sure)


def test_words_for_a_sentence_are_short() -> None:
    assert short("a\n b") == "a b"
    assert len(short("a" * 999)) == 300
    assert words_in(xml(f"<w:y>{run('a')}<w:r><w:delText>b</w:delText></w:r></w:y>")) == "a b"


def test_of_alternatives_one_is_chosen() -> None:
    assert chosen(xml("<w:z/>")).tag.endswith("z")
