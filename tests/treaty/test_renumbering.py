"""Freezing numbers, counting them anew, and the table of which became which."""

from dataclasses import replace

from app.treaty.document import DELETED, Clause, Document, Kind
from app.treaty.numbering import labels, numbers
from app.treaty.renumbering import concordance, fixed, renumbered

A, P, S = Kind.ARTICLE, Kind.PARAGRAPH, Kind.SUBPARAGRAPH


def text(*said: tuple[int, Kind, str]) -> tuple[Clause, ...]:
    return tuple(
        Clause(kind, number, "", "", depth, f"c{at}")
        for at, (depth, kind, number) in enumerate(said)
    )


def with_numbers(clauses: tuple[Clause, ...], stored: tuple[str, ...]) -> tuple[Clause, ...]:
    return tuple(replace(one, number=n) for one, n in zip(clauses, stored, strict=True))


def test_what_is_fixed_prints_as_before_and_a_lone_paragraph_stays_open() -> None:
    clauses = text(
        (0, A, ""), (1, P, ""), (0, A, ""), (1, P, ""), (1, P, ""), (2, S, ""), (2, S, "-")
    )
    stored = fixed(clauses)
    assert stored == ("1", "+", "2", "1", "2", "a", "-")
    assert labels(with_numbers(clauses, stored)) == labels(clauses)
    assert fixed(with_numbers(clauses, stored)) == stored


def test_insertions_take_latin_tags_and_what_follows_the_last_counts_on() -> None:
    clauses = text(
        (0, A, "+"),
        (0, A, "1"),
        (1, P, "1"),
        (1, P, "+"),
        (1, P, "+"),
        (1, P, "2"),
        (2, S, "a"),
        (2, S, "+"),
        (2, S, "b"),
        (2, S, "+"),
        (0, A, "+"),
        (1, P, "+"),
        (0, A, "1 bis"),
        (0, A, "+"),
        (0, A, "2"),
        (0, A, "+"),
    )
    assert numbers(clauses) == (
        *("0", "1", "1", "1 bis", "1 ter", "2", "a", "a bis", "b", "c"),
        # 1 bis is taken: what comes before it takes the next free tag.
        *("1 ter", "", "1 bis", "1 quater", "2", "3"),
    )


def test_counted_anew_a_series_has_no_gap_and_keeps_its_form() -> None:
    clauses = text((0, A, "I"), (0, A, "I bis"), (1, P, "1"), (1, P, "3"), (0, A, "+"), (0, A, "V"))
    stored = renumbered(clauses)
    assert stored == ("I", "II", "", "", "III", "IV")
    assert numbers(with_numbers(clauses, stored)) == ("I", "II", "1", "2", "III", "IV")


def test_an_unreadable_series_is_left_alone() -> None:
    clauses = text((0, A, "1.1"), (0, A, "1.2 bis"), (0, A, "Sole"))
    assert renumbered(clauses) == ("1.1", "1.2 bis", "Sole")


def test_the_table_has_a_row_for_every_number_of_either_text() -> None:
    old = text((0, A, "1"), (1, P, "1"), (1, P, "2"), (0, A, "2"), (0, A, "3"))
    gone = replace(old[3], heading=DELETED)
    old = (*old[:3], gone, old[4])
    new = with_numbers((*old[:3], old[4]), ("1", "1", "2", "2"))
    rows = concordance(Document("", old), Document("", new))
    assert [(row.old, row.new, row.is_changed, row.is_deleted) for row in rows] == [
        ("Article 1", "Article 1", False, False),
        ("Article 1, paragraph 1", "Article 1, paragraph 1", False, False),
        ("Article 1, paragraph 2", "Article 1, paragraph 2", False, False),
        ("Article 2", "", True, True),
        ("Article 3", "Article 2", True, False),
    ]


def test_a_tag_that_is_closed_up_is_read_like_any_other() -> None:
    clauses = text((0, A, "1"), (0, A, "2"), (0, A, "2bis"), (0, A, "3-ter"))
    assert renumbered(clauses) == ("", "", "", "")
    # What cannot be read keeps its series as it is.
    assert renumbered(text((0, A, "1"), (0, A, "3.1"))) == ("1", "3.1")
