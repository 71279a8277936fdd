"""Accepting what is tracked, in the tree: the same words as the reader finds."""

import pytest

from app.exchange.package import Package
from app.exchange.word.graft import graft
from app.exchange.word.read import read
from app.exchange.word.settled import accept, has_changes
from app.exchange.word.story import View
from app.exchange.word.tracked import By
from tests.support.made_files import docx, para, run
from tests.support.tracked import gone, ins, mark, moved, raw, table

BODIES = {
    "inserted": [raw(run("Each "), ins("Party"), gone("State"), run("."))],
    "moved": [raw(moved("moveFrom", "One. "), run("Two. ")), raw(moved("moveTo", "One. "))],
    "joined": [raw(run("One"), mark=mark("del")), raw(run(" two."), style="Plain"), para("Three.")],
    "gone whole": [raw(gone("One."), mark=mark("del")), para("Two.")],
    "split": [raw(run("One."), mark=mark("ins")), para("Two.")],
    "row": [
        table(
            f"<w:tr><w:trPr>{mark('del')}</w:trPr><w:tc>{raw(gone('A'))}</w:tc></w:tr>",
            f"<w:tr><w:trPr>{mark('ins')}</w:trPr><w:tc>{raw(ins('B'))}</w:tc></w:tr>",
        ),
        para("C"),
    ],
}


@pytest.mark.parametrize("name", BODIES)
def test_the_words_are_those_that_the_reader_finds(name: str) -> None:
    content = docx(BODIES[name])
    package = Package(content)
    assert has_changes(package.read("word/document.xml"))
    root = package.xml("word/document.xml")
    accept(root)
    made = graft(Package(content), Package(content), By("A")).content
    words = [each.text for each in read(content, View.ACCEPTED).paragraphs]
    assert [each.text for each in read(made, View.ACCEPTED).paragraphs] == words
    assert [each.text for each in read(made, View.ORIGINAL).paragraphs] == words
    assert not any("Range" in str(each.tag) for each in root.iter())


def test_a_part_without_changes_is_known_at_once() -> None:
    assert not has_changes(b"<w:p><w:insideH/><w:delText/></w:p>")
    assert has_changes(b"<w:rPr><w:rPrChange w:id='1'/></w:rPr>")
