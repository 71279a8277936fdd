"""Sources taken apart: headings ranked, passages located, note markers beside the words."""

import pytest

from app.exchange.sources import SourceText, Unreadable, read_source
from tests.support.made_files import docx, para, pdf, run

# The shape of the founding article: one paragraph a line, nothing marked, road maps in words.
ARTICLE = """Introduction
Talks are held everywhere,Footnote 1 and nobody is ready.Footnote 2
This paper asks why. See Footnote 2 of the record.
Those who talk
They are many.
The following section discusses the groups, the harm that they do, and what the public wants.
Features of the groups
Groups differ.Footnote 3
Groups are alike.
The seriousness of the harm
Harm is done.
What people want from their State
Peace, mostly.Footnote 4 And order.
The law on talks
There is little of it.
This section examines the silence of the law. It then assesses the law on crime, including one more.
A silence in the law
Nothing is said.
Crime in the law
Much is said.
Conclusions
Something should be said.
"""


def source(text: str, name: str = "article.txt") -> SourceText:
    return read_source(name, text.encode())


def locators(read: SourceText) -> list[str]:
    return [each.locator for each in read.passages]


def test_an_article_that_marks_nothing() -> None:
    read = source(ARTICLE)
    assert [(each.key, each.level) for each in read.headings] == [
        ("S1", 1),
        ("S2", 1),
        ("S2a", 2),
        ("S2b", 2),
        ("S2c", 2),
        ("S3", 1),
        ("S3a", 2),
        ("S3b", 2),
        ("S4", 1),
    ]
    assert locators(read)[:6] == ["S1.P1", "S1.P2", "S2.P1", "S2.P2", "S2a.P1", "S2a.P2"]
    assert locators(read)[6:10] == ["S2b.P1", "S2c.P1", "S3.P1", "S3.P2"]
    assert locators(read)[10:] == ["S3a.P1", "S3b.P1", "S4.P1"]
    assert read.title == "article"
    assert read.passages[4].heading == "Features of the groups"
    assert len(read.losses) == 1
    assert "inferred" in read.losses[0]


def test_notes_are_taken_out_of_the_words() -> None:
    read = source(ARTICLE)
    assert read.note_count == 4
    assert read.passages[0].notes == ("1", "2")
    assert read.passages[0].text == "Talks are held everywhere, and nobody is ready."
    assert read.passages[7].text == "Peace, mostly. And order."
    assert read.passages[1].text.endswith("See Footnote 2 of the record.")
    assert read.passages[1].notes == ()


def test_a_note_called_in_a_heading_belongs_to_the_passage_below() -> None:
    read = source("Law of talksFootnote 1\nWords here.Footnote 2\nMore words here.\n")
    assert [each.text for each in read.headings] == ["Law of talks"]
    assert [each.notes for each in read.passages] == [("1", "2"), ()]


@pytest.mark.parametrize(
    ("road_map", "levels"),
    [
        ("This section has two parts.", [1, 2, 2, 1]),
        ("This section considers peace, law, and hope.", [1, 2, 2, 2]),
        ("This section considers peace and law.", [1, 1, 1, 1]),
        ("The next chapter looks at peace, and law.", [1, 2, 2, 1]),
        ("Nothing is announced.", [1, 1, 1, 1]),
    ],
)
def test_how_many_sub_sections_a_section_announces(road_map: str, levels: list[int]) -> None:
    text = f"Above\n{road_map}\nOne\nWords here.\nTwo\nWords here.\nThree\nWords here.\n"
    assert [each.level for each in source(text).headings] == levels


def test_a_road_map_far_down_a_long_section_announces_nothing() -> None:
    text = "Above\n" + "Words here.\n" * 4 + "This section has two parts.\nOne\nWords here.\n"
    assert [each.level for each in source(text).headings] == [1, 1]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("A heading of five words", True),
        ("A line of ten words is not taken for one", False),
        ("A sentence.", False),
        ("A beginning:", False),
        ("- a point of a list", False),
        ("lower case words", False),
        ("“Quoted words”", False),
        ("2019", False),
    ],
)
def test_what_looks_like_a_heading(line: str, heading: bool) -> None:
    read = source(f"{line}\nWords that follow it, in a sentence.\n")
    assert bool(read.headings) == heading


def test_numbered_headings_say_their_level() -> None:
    text = "1. Talks\nWords here.\n1.1 Groups\nWords here.\n2 Law\nWords here.\n"
    assert [each.key for each in source(text).headings] == ["S1", "S1a", "S2"]


def test_a_first_heading_directly_above_another_is_the_title() -> None:
    read = source("On talks\nIntroduction\nWords here.\nThe end\nWords here.\n")
    assert read.title == "On talks"
    assert [each.text for each in read.headings] == ["Introduction", "The end"]


def test_wrapped_lines_between_blank_ones_are_one_paragraph() -> None:
    read = source("Talks\n\nA paragraph that is\nbroken over lines.\n\nAnother one.\n")
    assert [each.text for each in read.passages] == [
        "A paragraph that is broken over lines.",
        "Another one.",
    ]


def test_without_headings_paragraphs_are_counted_through() -> None:
    assert locators(source("One sentence.\nAnother sentence.\n")) == ["P1", "P2"]


def test_words_before_the_first_heading_have_a_place() -> None:
    assert locators(source("A sentence.\nHeading\nA sentence.\n")) == ["S0.P1", "S1.P1"]


@pytest.mark.parametrize("form", ["[{}] ", "{}. "])
def test_a_judgment_keeps_its_own_paragraph_numbers(form: str) -> None:
    lines = [form.format(number) + "The Chamber finds so." for number in (68, 69, 70)]
    read = source("\n".join(["Applicable law", *lines[:2], "It adds this.", lines[2]]))
    assert locators(read) == ["[68]", "[69]", "[69] ¶2", "[70]"]
    assert {each.text for each in read.passages} == {"The Chamber finds so.", "It adds this."}


def test_a_list_inside_of_a_text_is_no_numbering() -> None:
    text = "Law\n" + "1. One thing.\n2. Another.\n" * 2 + "And words here.\n"
    assert locators(source(text))[0] == "S1.P1"


@pytest.mark.parametrize(
    ("text", "words", "notes"),
    [
        ("It holds.¹² So it does.", "It holds. So it does.", ("12",)),
        ("An area of 5 km² is held.", "An area of 5 km² is held.", ()),
        ("One [1] two [2] and three.[3] End.", "One two and three. End.", ("1", "2", "3")),
        ("As held [70] there.", "As held [70] there.", ()),
        ("So it is.1 And so.2 And so on.3", "So it is. And so. And so on.", ("1", "2", "3")),
        ("It was in 1990. So 15 came.", "It was in 1990. So 15 came.", ()),
        ("Here.Endnote 4 There.", "Here. There.", ("4",)),
    ],
)
def test_forms_of_note_markers(text: str, words: str, notes: tuple[str, ...]) -> None:
    (passage,) = source(text).passages
    assert (passage.text, passage.notes) == (words, notes)


def test_word_headings_are_the_real_ones() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (("T", "Title"), ("H1", "heading 1"), ("H2", "heading 2"))
    )
    called = run("Words.") + '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = [
        para("On talks", style="T"),
        para("Short line"),
        para("Law.", style="H1"),
        para(called, raw=True),
        para("Crime", style="H2"),
        para("More words."),
    ]
    notes = f'<w:footnote w:id="1">{para("A record.")}</w:footnote>'
    read = read_source("x.docx", docx(body, {"styles": styles, "footnotes": notes}))
    assert read.title == "On talks"
    assert [(each.key, each.text) for each in read.headings] == [("S1", "Law."), ("S1a", "Crime")]
    assert locators(read) == ["S0.P1", "S1.P1", "S1a.P1"]
    assert read.passages[1].notes == ("1",)
    assert read.note_texts == (("1", "A record."),)


def test_a_word_file_without_styles_is_read_like_plain_text() -> None:
    read = read_source("x.docx", docx([para(line) for line in ARTICLE.splitlines()]))
    assert [each.key for each in read.headings] == [each.key for each in source(ARTICLE).headings]
    assert read.note_count == 4


def test_markdown() -> None:
    text = """---
title: "Given title"
---
# Law

Words *here*[^1] and [there](https://example.org).

## Crime

- A point.

| a | b |
|---|---|
| c | d |

[^1]: The note.
"""
    read = source(text, "x.md")
    assert read.title == "Given title"
    assert [each.key for each in read.headings] == ["S1", "S1a"]
    assert read.passages[0].text == "Words here and there."
    assert read.passages[0].notes == ("1",)
    assert read.note_texts == (("1", "The note."),)
    assert "A point." in [each.text for each in read.passages]


def test_html() -> None:
    text = """<!DOCTYPE html><html><head><title>On talks</title><style>p {}</style></head><body>
<nav>Home</nav><h1>Law</h1><p>Words <b>here</b>.<sup><a href="#f1">1</a></sup> More.</p>
<h2>Crime</h2><div>Loose words<p>Inside.</p>after it</div><ul><li>A point.</li></ul>
<script>alert(1)</script><h1>End</h1><p>Area of 5 km<sup>2</sup></p></body></html>"""
    read = source(text, "page.html")
    assert read.title == "On talks"
    assert [(each.key, each.text) for each in read.headings] == [
        ("S1", "Law"),
        ("S1a", "Crime"),
        ("S2", "End"),
    ]
    texts = [each.text for each in read.passages]
    assert texts[:5] == ["Words here. More.", "Loose words", "Inside.", "after it", "A point."]
    assert read.passages[0].notes == ("1",)
    assert "Left out, beside the text: “Home”." in read.losses
    assert not any("alert" in words for words in texts)


def test_html_in_another_encoding() -> None:
    text = '<html><head><meta charset="iso-8859-1"></head><body><p>Tadié</p></body></html>'
    assert read_source("x.html", text.encode("latin-1")).passages[0].text == "Tadié"


def test_pdf_pages_and_paragraphs() -> None:
    long = "words that fill the line of print as far as the right margin of the page"
    pages = [
        [(72, 760, 11, long), (72, 746, 11, "end here."), (72, 718, 11, "Second.")],
        [(72, 760, 11, "Third.")],
    ]
    assert locators(read_source("x.pdf", pdf(pages))) == ["p 1 ¶1", "p 1 ¶2", "p 2 ¶1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"<html><body></body></html>", "no words"),
        (b"<html><body>" + b"<div>" * 5000 + b"words", "too deeply"),
        (b"\x00\x01\x02", "bytes that no text has"),
        (docx([para("")]), "no words"),
    ],
)
def test_files_without_words_are_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_source("x", content)
