"""Marks and designations, read by their looks alone."""

import pytest

from app.treaty.document import Kind
from app.treaty.markers import heading_mark, is_bare, point_kind, text_mark


@pytest.mark.parametrize(
    ("line", "kind", "number", "rest"),
    [
        ("Article 5", Kind.ARTICLE, "5", ""),
        ("ART. 3. — In the case", Kind.ARTICLE, "3", "In the case"),
        ("Article 8 BIS Crime", Kind.ARTICLE, "8 bis", "Crime"),
        ("Article 3quat", Kind.ARTICLE, "3 quater", ""),
        ("Article 4l Amendments", Kind.ARTICLE, "41", "Amendments"),
        ("PART TWO: OBLIGATIONS", Kind.PART, "TWO", "OBLIGATIONS"),
        ("SUBSECTION B. SHIPS", Kind.SUBSECTION, "B", "SHIPS"),
        ("Annex", Kind.ANNEX, "", ""),
        ("ANNEX ON SPECIES", Kind.ANNEX, "", "ON SPECIES"),
    ],
)
def test_a_designation_and_what_follows(line: str, kind: Kind, number: str, rest: str) -> None:
    mark = heading_mark(line)
    assert mark is not None
    assert (mark.kind, mark.number, mark.rest) == (kind, number, rest)


@pytest.mark.parametrize("line", ["article 5", "Articles 5 and 6", "Particle 5", "The Article 5"])
def test_what_is_no_designation(line: str) -> None:
    mark = heading_mark(line)
    assert mark is None or not mark.number


def test_brackets_glue_and_misreading_are_told() -> None:
    bracketed, glued, misread = (
        heading_mark(line) for line in ("[Article 3bis] x", "Article 5(2)", "Article l0")
    )
    assert bracketed and glued and misread
    assert bracketed.brackets == "[]"
    assert glued.glued
    assert (misread.number, misread.misread) == ("10", "l0")


@pytest.mark.parametrize(
    ("text", "number", "paren"),
    [
        ("1. Words", "1", False),
        ("(1) Words", "1", True),
        ("a) words", "a", True),
        ("(a). Words", "a", True),
        ("(xiv) words", "xiv", True),
        ("(aa) words", "aa", True),
        ("2 bis. Words", "2 bis", False),
        ("3.3quat In", "3.3 quater", False),
        ("[1. Words]", "1", False),
        ("l. Words", "1", False),
    ],
)
def test_a_mark_before_words(text: str, number: str, paren: bool) -> None:
    mark = text_mark(text)
    assert mark is not None
    assert (mark.printed, mark.paren) == (number, paren)


@pytest.mark.parametrize("text", ["1.5 per cent", "(see) it", "e.g. this", "Words.", "1945", "(a"])
def test_what_is_no_mark(text: str) -> None:
    assert text_mark(text) is None


def test_a_bare_designation_and_the_kind_of_a_point() -> None:
    assert is_bare("Article 5.")
    assert not is_bare("Article 5 Scope")
    assert (point_kind(None), point_kind(Kind.SUBPARAGRAPH)) == (Kind.SUBPARAGRAPH, Kind.ITEM)
