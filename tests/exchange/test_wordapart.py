"""The text of a Word file read in a process of its own: the same, and refusals as sentences."""

import pytest

from app.exchange import wordapart
from app.exchange.package import Unreadable
from app.exchange.word import jail
from app.exchange.wordapart import read_word_apart
from app.exchange.wordtext import read_word
from tests.support.made_files import abstract_list, docx, list_of, para, run
from tests.support.tracked import gone, raw


def test_the_text_is_the_same_as_in_this_process() -> None:
    content = docx(
        [
            para("Aim", style="Heading1", num=("1", 0)),
            raw(run("Each Party"), '<w:r><w:footnoteReference w:id="2"/></w:r>', gone("never")),
        ],
        {
            "footnotes": f'<w:footnote w:id="2">{para("See it.")}</w:footnote>',
            "numbering": abstract_list("0", [("decimal", "Article %1")]) + list_of("1", "0"),
        },
    )
    found = read_word_apart(content)
    assert found == read_word(content)
    assert (found.paragraphs[0].label, found.notes[0].text) == ("Article 1", "See it.")
    assert any("never" in loss for loss in found.losses)


def test_what_is_not_taken_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable, match="not a Word file"):
        read_word_apart(b"hello")
    monkeypatch.setattr(wordapart, "MOST_FILE", 10)
    with pytest.raises(Unreadable, match="larger than"):
        read_word_apart(b"0" * 11)


def test_a_process_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "SECONDS", 0)
    with pytest.raises(Unreadable, match="more memory or time"):
        read_word_apart(docx([para("x")]))
