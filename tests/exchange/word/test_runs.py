from lxml import etree

from app.exchange.word.runs import (
    NAMESPACES,
    bookmarked,
    escape,
    field,
    is_right_to_left,
    link,
    paragraph,
    runs,
)
from tests.support.word_rules import W, words


def read(xml: str) -> etree._Element:
    return etree.fromstring(f"<w:p {NAMESPACES}>{xml}</w:p>")


def test_signs_of_xml_are_escaped() -> None:
    assert escape('a < b & "c" ]]> d') == "a &lt; b &amp; &quot;c&quot; ]]&gt; d"


def test_what_xml_cannot_hold_is_marked_as_missing() -> None:
    assert escape("a\x00b\x1fc\ud800d\uffffe") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert escape("tab\t𝔸 é\u00a0x") == "tab\t𝔸 é\u00a0x"


def test_brackets_and_spaces_at_the_ends_stay() -> None:
    for text in ("[shall] [should]", " a ", "a ", "]]>", "  "):
        assert words(read(runs(text))) == text


def test_line_breaks_and_tabs_become_elements() -> None:
    assert words(read(runs("a\nb\r\nc\td\re"))) == "a\nb\nc\td\ne"
    assert len(list(read(runs("a\nb\tc")).iter(f"{W}br", f"{W}tab"))) == 2


def test_words_written_from_right_to_left_are_runs_of_their_own() -> None:
    text = "The word سلام عليكم means peace, שלום too."
    found = read(runs(text, "<w:i/>"))
    turned = [words(run) for run in found if run.find(f"{W}rPr/{W}rtl") is not None]
    assert turned == ["سلام عليكم", "שלום"]
    assert words(found) == text
    assert all(run.find(f"{W}rPr/{W}i") is not None for run in found)


def test_the_first_letter_says_where_a_paragraph_begins() -> None:
    assert is_right_to_left("[«سلام», said the Party]")
    assert not is_right_to_left("The word سلام")
    assert not is_right_to_left("1. (é)")
    assert not is_right_to_left("")


def test_nothing_makes_no_run() -> None:
    assert runs("") == ""


def test_a_field_shows_its_cached_result_between_its_marks() -> None:
    found = read(field("PAGE", "7"))
    kinds = [mark.get(f"{W}fldCharType") for mark in found.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]
    assert words(found) == "7"
    assert found.findtext(f".//{W}instrText") == " PAGE "


def test_links_bookmarks_and_paragraphs_wrap_runs() -> None:
    made = read(bookmarked(3, "cl_a", link("cl_b", runs("x"))))
    assert [etree.QName(part).localname for part in made] == [
        "bookmarkStart",
        "hyperlink",
        "bookmarkEnd",
    ]
    assert paragraph("TreatyText", "", "<w:bidi/>") == (
        '<w:p><w:pPr><w:pStyle w:val="TreatyText"/><w:bidi/></w:pPr></w:p>'
    )
