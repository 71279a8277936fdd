from lxml import etree

from app.exchange.citation import Run
from app.exchange.word.footnotes import Footnotes, styled
from app.exchange.word.runs import NAMESPACES
from tests.support.word_rules import W, words


def test_notes_are_numbered_as_added_and_can_be_pointed_at() -> None:
    footnotes = Footnotes()
    assert footnotes.add((Run("A v B", italic=True), Run(" (2001)."))) == 1
    assert footnotes.add((Run("A (n "), Run("1", note=1), Run(") 7."))) == 2
    root = etree.fromstring(footnotes.xml())
    notes = [note for note in root if note.get(f"{W}type") is None]
    assert [note.get(f"{W}id") for note in notes] == ["1", "2"]
    assert [words(note) for note in notes] == [" A v B (2001).", " A (n 1) 7."]
    assert notes[1].findtext(f".//{W}instrText") == r" NOTEREF nt_1 \h "
    assert len(list(notes[0].iter(f"{W}i"))) == 1


def test_the_separators_are_there_also_without_notes() -> None:
    root = etree.fromstring(Footnotes().xml())
    assert [note.get(f"{W}type") for note in root] == ["separator", "continuationSeparator"]


def test_a_mark_bears_the_bookmark_of_its_note() -> None:
    mark = etree.fromstring(f"<w:p {NAMESPACES}>{Footnotes().mark(4)}</w:p>")
    assert mark[0].get(f"{W}name") == "nt_4"
    reference = mark.find(f".//{W}footnoteReference")
    assert reference is not None
    assert reference.get(f"{W}id") == "4"


def test_citations_outside_of_notes_keep_their_italics() -> None:
    made = etree.fromstring(f"<w:p {NAMESPACES}>{styled((Run('A', italic=True), Run('b')))}</w:p>")
    assert words(made) == "Ab"
    assert len(list(made.iter(f"{W}i"))) == 1
