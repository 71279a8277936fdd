from lxml import etree

from app.exchange.word.contents import Entry, Pages, contents, pages_of
from app.exchange.word.runs import NAMESPACES
from tests.support.word_rules import W, style_of, words

ENTRIES = [
    Entry(1, "PART I", "General\nprovisions", "cl_a", 3),
    Entry(5, "Article 1", "Scope", "cl_b", 4),
    Entry(5, "Article 2", "", "cl_c", 4),
    Entry(3, "", "Unnumbered", "cl_d", 5),
]


def test_the_table_is_one_field_with_an_entry_a_line() -> None:
    body = etree.fromstring(f"<w:body {NAMESPACES}>{contents(ENTRIES)}</w:body>")
    lines = [words(paragraph) for paragraph in body]
    assert lines == [
        "PART I\tGeneral provisions\t3",
        "Article 1\tScope\t4",
        "Article 2\t4",
        "Unnumbered\t5",
        "",
    ]
    assert [style_of(paragraph) for paragraph in body][:4] == ["TOC1", "TOC5", "TOC5", "TOC3"]
    codes = [(code.text or "").strip() for code in body.iter(f"{W}instrText")]
    assert codes[0] == r'TOC \o "1-5" \h \z \u'
    assert codes[1:] == [rf"PAGEREF cl_{letter} \h" for letter in "abcd"]
    kinds = [mark.get(f"{W}fldCharType") for mark in body.iter(f"{W}fldChar")]
    assert kinds.count("begin") == kinds.count("end") == 5


def test_no_entries_make_no_table() -> None:
    assert contents([]) == ""


def test_pages_fill_up_and_turn() -> None:
    pages = Pages(3)
    pages.add(100)
    assert pages.page == 3
    for _ in range(60):
        pages.add(80)
    assert pages.page > 3
    before = pages.page
    pages.turn()
    assert pages.page == before + 1
    pages.add(20_000)
    assert pages.page > before + 2


def test_more_entries_take_more_pages() -> None:
    assert pages_of(0) == 1
    assert pages_of(20) == 1
    assert pages_of(400) > pages_of(100) > 1
