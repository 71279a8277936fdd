"""Treaties from files: the form is told by the bytes, and what is left out is named."""

import pytest

from app.exchange.reading import Unreadable, decode, kind_of, read_document
from app.exchange.word.write import write_clean, write_commentary
from app.treaty.document import Kind
from tests.support.made_files import abstract_list, docx, list_of, para, pdf, run
from tests.support.word_treaties import treaty as word_treaty

SMALL = """
formula | The States Parties to this Convention,
recital | Recalling the purposes of the Charter,
formula | Have agreed as follows:
part | General provisions
  article | Use of terms
    paragraph - | For the purposes of this Convention:
      subparagraph | “Facilitator” means a person [or body] who helps;
      subparagraph | “Talks” means negotiations.
  article | Scope
    paragraph | This Convention applies to talks.
    paragraph | It does not apply to quarrels under article 1.
"""

PLAIN = """Convention on Talks

Article 1
Use of terms

For the purposes of this Convention:

(a) "Talks" means negotiations;

(b) "Panel" means the panel of article 2.

Article 2
Panel

1. There is a Panel.

2. It has [five] members.
"""


def outline(name: str, content: bytes) -> list[tuple[str, str]]:
    document = read_document(name, content).document
    return [(each.kind.value, each.heading or each.text) for each in document.clauses]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_plain_text_in_any_usual_encoding(encoding: str, ends: str) -> None:
    text = PLAIN.replace("negotiations", "négociations – “pourparlers”").replace("\n", ends)
    read = read_document("treaty.txt", text.encode(encoding))
    assert read.document.title == "Convention on Talks"
    assert read.document.counts()["article"] == 2
    assert any("négociations – “pourparlers”" in each.text for each in read.document.clauses)
    assert read.losses == ()


def test_a_word_file_is_read_with_the_numbers_that_word_computes() -> None:
    numbering = abstract_list(
        "0",
        [("decimal", "Article %1"), ("decimal", "%2."), ("lowerLetter", "(%3)")],
    ) + list_of("1", "0")
    body = [
        para("Convention on Talks"),
        para("Use of terms", num=("1", 0)),
        para("For the purposes of this Convention:"),
        para("“Talks” means negotiations;", num=("1", 2)),
        para("“Panel” means a panel.", num=("1", 2)),
        para("Panel", num=("1", 0)),
        para("There is a Panel.", num=("1", 1)),
        para("It has five members.", num=("1", 1)),
    ]
    read = read_document("treaty.docx", docx(body, {"numbering": numbering}))
    found = [(each.kind, each.number) for each in read.document.clauses]
    assert [number for kind, number in found if kind is Kind.ARTICLE] == ["1", "2"]
    assert [number for kind, number in found if kind is Kind.SUBPARAGRAPH] == ["a", "b"]
    assert [number for kind, number in found if kind is Kind.PARAGRAPH][-2:] == ["1", "2"]
    assert read.losses == ()


def test_notes_of_a_word_file_are_told_with_their_words() -> None:
    content = run("There is a Panel.") + '<w:r><w:footnoteReference w:id="1"/></w:r>'
    notes = f'<w:footnote w:id="1">{para("See the record.")}</w:footnote>'
    read = read_document(
        "t.docx", docx([para("Article 1"), para(content, raw=True)], {"footnotes": notes})
    )
    assert read.losses == ("Left out, note 1 after “There is a Panel.”: “See the record.”.",)


def test_markdown_loses_its_marks_and_keeps_the_brackets() -> None:
    text = """---
title: Talks
---
# Convention on Talks

## Article 1

1. *Each* Party **shall** [protect][guard] the [panel](https://example.org/panel).[^1]

2. It shall not \\[harm\\] snake_case or 2 * 3 * 4.

{:.no_toc}
[source]: https://example.org/
[^1]: A remark.
"""
    read = read_document("talks.md", text.encode())
    texts = [each.text for each in read.document.clauses if each.text]
    assert texts == [
        "Each Party shall [protect][guard] the panel.",
        "It shall not [harm] snake_case or 2 * 3 * 4.",
    ]
    assert read.document.title == "Convention on Talks"
    assert len(read.losses) == 4
    assert "Left out, note 1: “A remark.”." in read.losses


def test_the_title_of_a_markdown_file_may_stand_in_its_fields_alone() -> None:
    text = '---\ntitle: "Convention on Talks"\n---\n## Preamble\n\nThe Parties,\n'
    text += "\n## Article 1\n\nOne.\n"
    document = read_document("talks.md", text.encode()).document
    assert document.title == "Convention on Talks"
    assert [(each.kind.value, each.heading) for each in document.clauses[:1]] == [
        ("heading", "Preamble")
    ]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", b"words", "txt"),
        ("a.md", b"words", "md"),
        ("a.bin", b"words", "txt"),
        ("a.txt", b"<!DOCTYPE html><p>x</p>", "html"),
        ("a.htm", b"<p>x</p>", "html"),
        ("a.txt", b"<p>x</p> is a tag", "txt"),
        ("a.txt", b"PK\x03\x04rest", "docx"),
        ("a.docx", b"%PDF-1.7", "pdf"),
    ],
)
def test_the_kind_is_told_by_the_bytes(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "empty"),
        ("a.docx", b"  \n", "empty"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word file"),
        ("a.rtf", b"{\\rtf1 x}", "rich text"),
        ("a.txt", b"\x89PNG\r\n", "picture"),
        ("a.txt", b"\xff\xd8\xff\xe0", "picture"),
        ("a.txt", b"a\x00b", "bytes that no text has"),
        ("a.docx", b"PK\x03\x04 cut off", "damaged"),
        ("a.pdf", pdf([[(72, 700, 12, "Article 1")]]), "this looks like .pdf"),
        ("a.html", b"<html><p>Article 1</p></html>", "this looks like .html"),
        ("a.docx", docx([para("")]), "no words"),
    ],
)
def test_what_is_no_treaty_is_refused_with_a_sentence(
    name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        read_document(name, content)
    assert refused.value.sentence.endswith(".")


def test_decoding_forgives_single_bytes_that_mean_nothing() -> None:
    assert decode("naïve".encode("cp1252") + b"\x81") == "naïve\ufffd"


def test_outline_of_plain_text() -> None:
    assert ("article", "Panel") in outline("x.txt", PLAIN.encode())


def test_what_stands_above_the_one_title_is_named_and_left_out() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    body = [
        para("A/CONF.999/L.1"),
        para("Limited"),
        para("Convention on Talks", style="Title"),
        para("Article 1"),
        para("States shall talk."),
    ]
    read = read_document("returned.docx", docx(body, {"styles": styles}))
    assert read.document.title == "Convention on Talks"
    assert read.document.counts() == {"article": 1, "paragraph": 1}
    assert read.losses[:2] == (
        "Left out, above the title: “A/CONF.999/L.1”.",
        "Left out, above the title: “Limited”.",
    )


def test_a_paragraph_that_is_only_its_automatic_label_counts() -> None:
    numbering = abstract_list("0", [("decimal", "Article %1")]) + list_of("1", "0")
    body = [
        para(num=("1", 0)),
        para("Use of terms"),
        para("For the purposes of this Convention, talks are negotiations."),
        para(num=("1", 0)),
        para("Duty"),
        para("States shall talk."),
    ]
    document = read_document("auto.docx", docx(body, {"numbering": numbering})).document
    articles = [each for each in document.clauses if each.kind is Kind.ARTICLE]
    assert [(each.number, each.heading) for each in articles] == [
        ("1", "Use of terms"),
        ("2", "Duty"),
    ]


def test_our_own_word_files_are_read_as_the_treaty_that_was_written() -> None:
    treaty = word_treaty(SMALL)
    for write in (write_clean, write_commentary):
        read = read_document("ours.docx", write(treaty)).document
        assert read.title == treaty.document.title
        assert [(c.kind, c.heading, c.text) for c in read.clauses] == [
            (c.kind, c.heading, c.text) for c in treaty.document.clauses
        ]
