"""Any two files as a redline, and plain sentences where there can be none."""

import pytest

from app.exchange.compared import Named, compared
from app.exchange.package import Unreadable
from app.exchange.word.read import Reading, read_views
from app.exchange.word.story import View
from tests.support.made_files import STRICT_W, docx, para

OLD = "The Parties meet.\n\nThey report to the depositary each year.\nThey part.\n"
NEW = "The Parties shall meet.\nThey report to the depositary each year.\n\nThey depart.\nEnd.\n"


def views(old: Named, new: Named, author: str = "") -> tuple[Reading, Reading]:
    before, after = read_views(compared(old, new, author).content, (View.ORIGINAL, View.ACCEPTED))
    return before, after


def texts(reading: Reading) -> list[str]:
    return [each.text for each in reading.paragraphs]


def test_two_texts_are_compared_line_by_line() -> None:
    before, after = views(Named("a.txt", OLD.encode()), Named("b.txt", NEW.encode()), "Desk")
    assert texts(before) == [line for line in OLD.splitlines() if line]
    assert texts(after) == [line for line in NEW.splitlines() if line]
    assert {each.author for each in after.revisions} == {"Desk"}
    assert {each.date for each in after.revisions} == {""}


def test_a_new_page_of_a_text_is_a_new_line() -> None:
    paged = Named("pages.txt", b"The Parties meet.\n\n\x0cThey report.\x0bThey part.\x0c")
    before, after = views(paged, Named("b.txt", b"The Parties meet.\n\nThey report."))
    assert texts(before) == ["The Parties meet.", "They report.", "They part."]
    assert texts(after) == ["The Parties meet.", "They report."]


def test_a_heading_of_markdown_is_one() -> None:
    before, after = views(Named("a.md", b"# Scope\n\nTalks."), Named("b.md", b"# Aims\n\nTalks."))
    assert (texts(before), texts(after)) == (["Scope", "Talks."], ["Aims", "Talks."])
    assert after.paragraphs[0].level is not None
    assert after.paragraphs[0].label == ""


def test_two_word_files_are_one_word_file() -> None:
    old, new = docx([para("One."), para("Two.")]), docx([para("One."), para("Three.")])
    before, after = views(Named("a.docx", old), Named("b.docx", new))
    assert (texts(before), texts(after)) == (["One.", "Two."], ["One.", "Three."])
    assert {each.author for each in after.revisions} == {"Travaux"}


def test_a_text_and_a_word_file_are_compared_as_words() -> None:
    made = compared(Named("a.txt", b"One.\nTwo."), Named("b.docx", docx([para("One.")])))
    assert made.losses == (
        "Pictures, tables, notes and the look of the files were not compared, only their words.",
    )
    strict = Named("s.docx", docx([para("One."), para("Three.")], namespace=STRICT_W))
    before, after = views(Named("b.docx", docx([para("One.")])), strict)
    assert (texts(before), texts(after)) == (["One."], ["One.", "Three."])


def test_equal_files_give_equal_bytes_and_no_changes() -> None:
    one = Named("a.txt", OLD.encode())
    assert compared(one, one).content == compared(one, one).content
    assert views(one, one)[1].revisions == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"", b"A.", "The older file: The file is empty."),
        (b"A.", b"", "The newer file: The file is empty."),
        (b"%PDF-1.7 ...", b"A.", "The older file looks like .pdf"),
        (b"A.", b"PK\x03\x04 broken", "The newer file: The file is damaged"),
        (docx([para("A.")]), b"PK\x03\x04 broken", "The newer file: The file is damaged"),
    ],
)
def test_what_cannot_be_read_is_named_in_a_sentence(old: bytes, new: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        compared(Named("a", old), Named("b", new))
