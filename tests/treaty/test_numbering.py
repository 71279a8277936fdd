"""Numbers: automatic, frozen, deliberately absent; labels and citations in both schemes."""

import pytest

from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import (
    NO_NUMBER,
    Scheme,
    citation_of,
    citations,
    freeze,
    labels,
    latin_rank,
    letters,
    letters_value,
    numbers,
    release,
    roman,
    roman_value,
    sort_key,
)


def clauses(*rows: str) -> tuple[Clause, ...]:
    """Rows of "depth kind number", the number being optional."""
    made = []
    for row in rows:
        depth, kind, *number = row.split(" ", 2)
        made.append(Clause(Kind(kind), number[0] if number else "", depth=int(depth)))
    return tuple(made)


TREATY = clauses(
    "0 formula",
    "0 recital",
    "0 recital",
    "0 part",
    "1 chapter",
    "2 section",
    "3 subsection",
    "4 article",
    "5 paragraph",
    "6 subparagraph",
    "7 item",
    "8 item",
    "9 item",
    "4 article",
    "5 paragraph",
    "5 paragraph",
    "6 subparagraph",
    "6 subparagraph",
    "0 part",
    "1 article",
    "0 closing",
    "0 annex",
    "1 article",
    "1 appendix",
    "0 annex",
)


def test_each_level_has_its_own_form() -> None:
    assert labels(TREATY) == (
        "",
        "",
        "",
        "PART I",
        "CHAPTER I",
        "SECTION 1",
        "SUBSECTION A",
        "Article 1",
        "",
        "(a)",
        "(i)",
        "a.",
        "i.",
        "Article 2",
        "1.",
        "2.",
        "(a)",
        "(b)",
        "PART II",
        "Article 3",
        "",
        "ANNEX I",
        "Article 1",
        "APPENDIX 1",
        "ANNEX II",
    )
    assert labels(TREATY, Scheme.EU)[4] == "CHAPTER 1"


def test_a_frozen_number_is_kept_and_the_next_goes_on_from_it() -> None:
    rows = clauses("0 article", "0 article 1 bis", "0 article", "0 article 7", "0 article")
    assert numbers(rows) == ("1", "1 bis", "2", "7", "8")


def test_a_frozen_item_among_items_counts_on() -> None:
    rows = clauses("0 subparagraph", "1 item iv", "1 item", "2 item c", "2 item")
    assert numbers(rows) == ("a", "iv", "v", "c", "d")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("0 article", "1 paragraph"), ("1", "")),
        (("0 article", "1 paragraph", "1 paragraph"), ("1", "1", "2")),
        (("0 article", "1 paragraph -", "1 paragraph", "1 paragraph"), ("1", "", "1", "2")),
        (("0 article", "1 paragraph -", "1 paragraph -"), ("1", "", "")),
        (("0 article", "1 paragraph -", "1 paragraph"), ("1", "", "")),
        (("0 article", "1 paragraph 1", "1 paragraph"), ("1", "1", "2")),
    ],
)
def test_a_lone_paragraph_is_not_numbered(rows: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert numbers(clauses(*rows)) == expected


@pytest.mark.parametrize(
    ("index", "un", "eu"),
    [
        (0, "formula", "formula"),
        (2, "Preambular paragraph 2", "Recital 2"),
        (3, "Part I", "Part I"),
        (
            6,
            "Part I, chapter I, section 1, subsection A",
            "Part I, chapter 1, section 1, subsection A",
        ),
        (7, "Article 1", "Article 1"),
        (8, "Article 1", "Article 1"),
        (9, "Article 1, subparagraph (a)", "Article 1, point (a)"),
        (10, "Article 1, subparagraph (a) (i)", "Article 1, point (a)(i)"),
        (15, "Article 2, paragraph 2", "Article 2(2)"),
        (17, "Article 2, paragraph 2 (b)", "Article 2(2), point (b)"),
        (20, "closing provisions", "closing provisions"),
        (21, "Annex I", "Annex I"),
        (22, "Annex I, article 1", "Annex I, Article 1"),
        (23, "Annex I, appendix 1", "Annex I, appendix 1"),
    ],
)
def test_a_clause_is_cited_as_its_scheme_does(index: int, un: str, eu: str) -> None:
    assert citation_of(TREATY, index) == un
    assert citation_of(TREATY, index, Scheme.EU) == eu


def test_all_citations_at_once_are_those_one_by_one() -> None:
    expected = tuple(citation_of(TREATY, index) for index in range(len(TREATY)))
    assert citations(TREATY) == expected


def test_unnumbered_paragraphs_are_cited_by_their_order() -> None:
    rows = clauses("0 article 2 bis", "1 paragraph -", "1 paragraph -", "2 subparagraph")
    assert citation_of(rows, 2) == "Article 2 bis, second paragraph"
    assert citation_of(rows, 3) == "Article 2 bis, second paragraph, subparagraph (a)"


def test_a_lettered_recital_is_cited_by_its_letter() -> None:
    rows = clauses("0 recital a", "0 recital b")
    assert citation_of(rows, 1) == "Preambular paragraph (b)"


def test_release_lets_go_of_what_the_rule_gives_anyway() -> None:
    rows = clauses(
        "0 part I",
        "1 article 1",
        "2 paragraph -",
        "2 paragraph 1",
        "3 subparagraph a",
        "3 subparagraph c",
        "2 paragraph 2",
        "1 article 1 bis",
        "2 paragraph 1",
        "1 article 2",
        "1 article 4",
        "0 annex I",
        "1 article 1",
    )
    document = Document("T", rows)
    released = release(document)
    assert [clause.number for clause in released.clauses] == [
        *("", "", NO_NUMBER, "", "", "c", "", "1 bis", "1", "", "4", "", ""),
    ]
    assert numbers(released.clauses) == numbers(rows)
    assert release(released) == released


def test_release_counts_on_from_what_stays_frozen() -> None:
    document = Document("T", clauses("0 subparagraph a", "0 subparagraph c", "0 subparagraph d"))
    assert [clause.number for clause in release(document).clauses] == ["", "c", ""]


def test_roman_articles_stay_as_they_are_printed() -> None:
    document = Document("T", clauses("0 article I", "0 article II"))
    assert release(document) == document


def test_freeze_writes_out_what_is_printed() -> None:
    rows = clauses("0 article", "1 paragraph -", "1 paragraph", "1 paragraph")
    frozen = freeze(Document("T", rows)).clauses
    assert [clause.number for clause in frozen] == ["1", "", "1", "2"]


@pytest.mark.parametrize(
    ("value", "sign"), [(0, ""), (1, "i"), (4, "iv"), (14, "xiv"), (1999, "mcmxcix")]
)
def test_roman_numbers(value: int, sign: str) -> None:
    assert roman(value) == sign
    assert roman_value(sign.upper()) == (value or None)


@pytest.mark.parametrize("wrong", ["iiii", "vx", "abc", "5", "iix"])
def test_what_is_no_roman_number(wrong: str) -> None:
    assert roman_value(wrong) is None


@pytest.mark.parametrize(("value", "sign"), [(0, ""), (1, "a"), (26, "z"), (27, "aa"), (28, "bb")])
def test_letters_double_after_z(value: int, sign: str) -> None:
    assert letters(value) == sign
    assert letters_value(sign) == (value or None)


def test_letters_that_are_no_place() -> None:
    assert letters_value("ab") is None
    assert letters_value("1") is None


def test_latin_tags_stand_between_numbers() -> None:
    printed = ["9", "8 ter", "8bis", "8", "XI"]
    keys = [key for key in map(sort_key, printed) if key is not None]
    assert sorted(keys) == [(8, 0), (8, 1), (8, 2), (9, 0), (11, 0)]
    assert sort_key("b", Kind.SUBPARAGRAPH) == (2, 0)
    assert sort_key("no number") is None
    assert (latin_rank("quat"), latin_rank("BIS"), latin_rank("alt")) == (3, 1, 0)
