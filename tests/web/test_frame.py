from app.treaty.document import Clause, Kind
from app.treaty.numbering import Scheme
from app.web.frame import Frame, frame_of


def framed(*kinds: tuple[Kind, int], scheme: Scheme = Scheme.UN) -> Frame:
    """The frame of clauses of these kinds and depths, with the uids c0, c1, c2 ..."""
    clauses = (Clause(kind, depth=depth, uid=f"c{at}") for at, (kind, depth) in enumerate(kinds))
    return frame_of(tuple(clauses), scheme)


TREATY = (
    (Kind.RECITAL, 0),
    (Kind.PART, 0),
    (Kind.SECTION, 1),
    (Kind.ARTICLE, 2),
    (Kind.PARAGRAPH, 3),
    (Kind.SUBPARAGRAPH, 4),
    (Kind.ARTICLE, 2),
    (Kind.PARAGRAPH, 3),
    (Kind.PARAGRAPH, 3),
    (Kind.ANNEX, 0),
    (Kind.ARTICLE, 1),
)


def test_an_article_begins_a_block_unless_its_part_just_did() -> None:
    frame = framed(*TREATY)
    assert frame.starts == (0, 1, 2, 6, 9, 10)
    assert frame.block_of == (0, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5)


def test_the_outline_has_a_row_for_each_heading_and_one_for_what_comes_first() -> None:
    frame = framed(*TREATY)
    rows = [(row.at, row.level, row.number, row.heading) for row in frame.rows]
    assert rows == [
        (0, "part", "", "Preamble"),
        (1, "part", "PART I", None),
        (2, "part", "SECTION 1", None),
        (3, "article", "1", None),
        (6, "article", "2", None),
        (9, "part", "ANNEX I", None),
        (10, "article", "1", None),
    ]
    assert frame.row_of == (0, 1, 2, 3, 3, 3, 4, 4, 4, 5, 6)


def test_a_clause_stands_in_as_far_as_those_above_it() -> None:
    frame = framed(*TREATY)
    assert frame.looks[3:6] == ("article", "paragraph bare", "subparagraph i1")
    assert frame.above[5] == ("c4", "c3") and frame.above[3] == ()
    assert frame.leaves[4:6] == (False, True) and frame.leaves[-1]


def test_the_same_structure_has_the_same_frame_whatever_the_words() -> None:
    one = frame_of((Clause(Kind.PARAGRAPH, text="One.", uid="c0"),), Scheme.UN)
    assert frame_of((Clause(Kind.PARAGRAPH, text="Two.", uid="c0"),), Scheme.UN) is one
    others = [
        Clause(Kind.PARAGRAPH, uid="c1"),
        Clause(Kind.RECITAL, uid="c0"),
        Clause(Kind.PARAGRAPH, number="8 bis", uid="c0"),
        Clause(Kind.PARAGRAPH, depth=1, uid="c0"),
    ]
    assert all(frame_of((other,), Scheme.UN) is not one for other in others)
    assert frame_of((Clause(Kind.PARAGRAPH, uid="c0"),), Scheme.EU) is not one


def test_a_frame_says_how_its_clauses_are_cited() -> None:
    frame = framed(*TREATY)
    assert frame.citations[5] == "Article 1, subparagraph (a)"
    assert frame.citations[8] == "Article 2, paragraph 2"
    assert frame.articles == 3 and frame.index["c8"] == 8


def test_nothing_has_an_empty_frame() -> None:
    frame = framed()
    assert not frame.starts and not frame.rows and not frame.citations
