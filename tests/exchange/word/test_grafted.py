"""A paragraph of somebody's file as words, looks and things."""

from app.exchange.package import Element
from app.exchange.word.grafted import Grown, inside, parsed
from app.exchange.word.runs import field, runs
from app.exchange.word.told import THING


def paragraph(content: str, properties: str = "") -> Element:
    (made,) = parsed(f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>")
    return made


def test_words_come_out_run_by_run_with_their_look() -> None:
    line = Grown(paragraph(runs("Bold", "<w:b/>") + runs(" and\tplain\nlines")))
    assert line.text == "Bold and\tplain\nlines"
    made = line.runs(2, 8)
    assert "<w:b" in made.split("</w:r>")[0]
    assert ">ld<" in made
    assert "<w:b" not in made.split("</w:r>")[1]


def test_a_field_is_what_it_shows_and_its_code_is_no_word() -> None:
    line = Grown(paragraph(runs("See ") + field("REF cl_a", "article 5") + runs(".")))
    assert line.text == "See article 5."
    assert line.opening == line.closing == ""


def test_a_field_that_does_not_end_here_stays_around_the_words() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    line = Grown(paragraph(begin + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + runs("A")))
    assert line.opening.count("<w:r>") == 3
    end = Grown(paragraph(runs("B") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'))
    assert "end" in end.closing


def test_a_note_and_a_picture_are_things_and_only_the_note_comes_from_an_older_file() -> None:
    note = '<w:r><w:footnoteReference w:id="4"/></w:r>'
    content = runs("A") + note + "<w:r><w:pict/></w:r>"
    new, old = Grown(paragraph(content)), Grown(paragraph(content), lists={})
    assert new.text == old.text == f"A{THING}{THING}"
    assert "w:pict" in new.runs(0, 3)
    assert "w:pict" not in old.runs(0, 3)
    assert "footnoteReference" in old.runs(0, 3)
    assert list(old.notes()) == [1]
    assert old.lost()


def test_the_form_names_lists_and_styles_as_they_are_called_in_the_new_file() -> None:
    properties = (
        '<w:pStyle w:val="Old"/><w:keepNext/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/>'
        '</w:numPr><w:jc w:val="both"/><w:rPr><w:b/></w:rPr><w:sectPr/>'
    )
    element = paragraph(runs("A"), properties)
    old = Grown(element, lists={"3": "9"}, styles={"Old": "New"})
    assert old.key == ("New", "1", "9")
    assert '<w:pStyle w:val="New"/>' in old.form
    assert '<w:numId w:val="9"/>' in old.form
    assert old.form.index("keepNext") < old.form.index("numPr") < old.form.index("w:jc")
    assert "<w:b" in old.mark_look
    assert old.section == ""
    assert "sectPr" in Grown(element).section


def test_a_style_that_counts_elsewhere_there_says_where() -> None:
    element = paragraph(runs("A"), '<w:pStyle w:val="Heading"/>')
    old = Grown(element, lists={}, styles={}, implied={"Heading": ("7", "0")})
    assert '<w:numId w:val="7"/>' in old.form
    assert old.key == ("Heading", "0", "7")


def test_bookmarks_and_comments_stay_around_the_words() -> None:
    mark = '<w:bookmarkStart w:id="1" w:name="b"/>'
    comment = '<w:commentRangeStart w:id="2"/>'
    end = '<w:commentRangeEnd w:id="2"/><w:r><w:commentReference w:id="2"/></w:r>'
    line = Grown(paragraph(mark + comment + runs("A") + end + '<w:bookmarkEnd w:id="1"/>'))
    assert line.text == "A"
    assert "bookmarkStart" in line.opening
    assert "commentRangeStart" in line.opening
    assert "commentReference" in line.closing
    assert "bookmarkEnd" in line.closing
    assert inside(line.element).startswith("<w:p")
