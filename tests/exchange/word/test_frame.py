"""What the profiles have in common: the section, the labels' place, the bookmark of a clause."""

from dataclasses import replace

from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import Sheet, bookmark_of, dressed, framed, numbered, section
from app.exchange.word.numbering import Numbering
from app.exchange.word.runs import paragraph, runs
from app.treaty.document import Clause, Kind
from app.treaty.numbering import Scheme
from tests.support.word_rules import WordFile, breaches
from tests.support.word_treaties import MAST, document, treaty

NOTATION = "article | Scope\n  paragraph | It applies:\n    subparagraph | to talks."


def test_lines_are_numbered_on_demand() -> None:
    assert "lnNumType" not in section(MAST)
    assert 'w:restart="newPage"' in section(replace(MAST, line_numbers=True))


def test_a_wide_page_lies_on_its_side() -> None:
    assert 'w:orient="landscape"' in section(MAST, is_wide=True)
    assert "landscape" not in section(MAST)


def test_a_label_that_word_cannot_count_is_text() -> None:
    clause = Clause(Kind.PARAGRAPH, "100%", text="A.")
    (one,) = numbered(replace(document(""), clauses=(clause,)), Scheme.UN)
    numbering = Numbering([(one.place, one.number, one.label)])
    style, properties, literal = dressed(clause, one, numbering)
    assert (style, literal) == ("TreatyParagraph", one.label)
    assert 'w:numId w:val="0"' in properties


def test_a_frame_is_a_sound_file_with_the_fingerprints_of_its_clauses() -> None:
    source = treaty(NOTATION)
    body = paragraph("TreatyText", runs("Something."))
    sheet = Sheet("clean", "A status.", body, Numbering([]).xml(), 1, Footnotes(), is_wide=True)
    content = framed(source, sheet)
    assert breaches(content) == []
    custom = WordFile(content).parts["docProps/custom.xml"]
    names = [each.get("name") for each in custom]
    assert "TravauxClauses1" in names


def test_a_bookmark_is_within_what_word_allows() -> None:
    assert bookmark_of("cabc") == "cl_cabc"
    assert len(bookmark_of("x" * 90)) <= 40
