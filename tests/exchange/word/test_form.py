"""The comment form: a row a clause, known by name, bookmark and id; sound, and always the same."""

from app.exchange.package import Package
from app.exchange.word import fingerprints
from app.exchange.word.form import COLUMNS, GENERAL, names_of, words_of, write_form
from app.exchange.word.frame import bookmark_of
from app.exchange.word.keys import keys_of
from app.exchange.word.parts import properties_of
from app.exchange.word.read import read
from tests.support.forms import NAME, SAID, TEXT, WORDING, Form, words
from tests.support.word_rules import WordFile, breaches
from tests.support.word_treaties import RICH, treaty

RICHLY = treaty(RICH)
FORM = write_form(RICHLY)


def test_a_row_a_clause_and_rows_for_remarks() -> None:
    rows = Form(FORM).rows()
    clauses = RICHLY.document.clauses
    assert tuple(words(rows[0], column) for column in range(4)) == COLUMNS
    assert [words(row, TEXT) for row in rows[1 : len(clauses) + 1]] == list(map(words_of, clauses))
    for row in rows[len(clauses) + 1 :]:
        assert [words(row, at) for at in (NAME, TEXT, WORDING, SAID)] == [GENERAL, "", "", ""]
    assert len(rows) > len(clauses) + 3


def test_every_clause_has_a_name_that_no_other_has() -> None:
    names = names_of(RICHLY.document.clauses, RICHLY.scheme)
    assert len(set(names)) == len(names)
    assert {"Article 1", "Article 1, text", "Formula", "Formula (2)"} < set(names)
    assert "Article 3, paragraph 2 (a)" in names


def test_clauses_are_known_by_bookmark_id_and_fingerprint() -> None:
    clauses = RICHLY.document.clauses
    paragraphs = [each for each in read(FORM).paragraphs if each.bookmarks]
    assert [each.bookmarks[0] for each in paragraphs] == [bookmark_of(one.uid) for one in clauses]
    assert tuple(each.key for each in paragraphs) == keys_of(one.uid for one in clauses)
    kept = properties_of(Package(FORM))
    assert kept["TravauxProfile"] == "form"
    assert set(fingerprints.found(kept)) == {one.uid for one in clauses}


def test_it_is_sound_and_the_same_every_time() -> None:
    assert breaches(FORM) == []
    assert write_form(RICHLY) == FORM
    root = WordFile(FORM).document
    assert root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable")
