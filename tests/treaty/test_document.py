"""The document as a value: counts, subtrees, parents."""

from app.treaty.document import Clause, Document, Kind, Problem, parent_index, subtree_end

CLAUSES = (
    Clause(Kind.PART, depth=0),
    Clause(Kind.ARTICLE, depth=1),
    Clause(Kind.PARAGRAPH, depth=2),
    Clause(Kind.ARTICLE, depth=1),
    Clause(Kind.CLOSING, depth=0),
)


def test_counts_come_in_the_order_of_kinds_and_only_for_kinds_that_occur() -> None:
    counts = Document("T", CLAUSES).counts()
    assert list(counts.items()) == [("part", 1), ("article", 2), ("paragraph", 1), ("closing", 1)]


def test_a_subtree_is_the_run_of_deeper_clauses() -> None:
    assert [subtree_end(CLAUSES, start) for start in range(5)] == [4, 3, 3, 4, 5]


def test_the_parent_is_the_nearest_shallower_clause_before() -> None:
    parents = [parent_index(CLAUSES, index) for index in range(5)]
    assert parents == [None, 0, 1, 0, None]


def test_uids_and_problems_do_not_count_in_comparisons() -> None:
    assert Clause(Kind.ARTICLE, "1", uid="a") == Clause(Kind.ARTICLE, "1", uid="b")
    assert Document("T", problems=(Problem(None, "x"),)) == Document("T")
    assert Clause(Kind.ARTICLE, "1") != Clause(Kind.ARTICLE, "2")


def test_a_kind_bears_a_heading_or_a_text() -> None:
    bearing = [kind.value for kind in Kind if kind.bears_heading]
    assert bearing == [
        *("heading", "part", "chapter", "section", "subsection", "article", "annex", "appendix"),
    ]
