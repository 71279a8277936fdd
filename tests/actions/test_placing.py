"""Outlines in a small notation: one clause a line, two spaces a level, ~ for a struck one."""

import pytest

from app.actions.placing import Place, before, live_index, named, parent, place, run_end, subtree
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord
from app.treaty.document import Kind

OUTLINE = """
part I
  article 1
    paragraph 1a
      subparagraph a
      subparagraph b
    ~paragraph 1b
      ~subparagraph c
    paragraph 1c
  ~article 2
    ~paragraph 2a
  article 3
    paragraph 3a
part II
  chapter A
    article 4
      paragraph 4a
annex X
  article A1
    paragraph A1a
"""


def clauses_of(outline: str) -> tuple[ClauseRecord, ...]:
    found = []
    for index, line in enumerate(outline.strip("\n").splitlines()):
        bare = line.lstrip()
        kind, uid = bare.removeprefix("~").split()
        depth = (len(line) - len(bare)) // 2
        found.append(
            ClauseRecord(uid, 1, Kind(kind), "", "", "", depth, index, 1, bare.startswith("~"))
        )
    return tuple(found)


CLAUSES = clauses_of(OUTLINE)


def at(uid: str) -> int:
    return next(index for index, clause in enumerate(CLAUSES) if clause.uid == uid)


@pytest.mark.parametrize(
    ("kind", "after", "behind", "depth"),
    [
        (Kind.SUBPARAGRAPH, "a", "a", 3),
        (Kind.SUBPARAGRAPH, "1a", "1a", 3),
        (Kind.ITEM, "b", "b", 4),
        # Struck text of a clause stays with it: what is new comes behind.
        (Kind.PARAGRAPH, "1a", "b", 2),
        (Kind.PARAGRAPH, "b", "b", 2),
        (Kind.PARAGRAPH, "1c", "1c", 2),
        (Kind.PARAGRAPH, "1", "1", 2),
        (Kind.ARTICLE, "a", "1c", 1),
        (Kind.ARTICLE, "3a", "3a", 1),
        (Kind.ARTICLE, "I", "I", 1),
        (Kind.ARTICLE, "A", "A", 2),
        (Kind.ARTICLE, "A1", "A1a", 1),
        (Kind.CHAPTER, "A", "4a", 1),
        (Kind.CHAPTER, "4a", "4a", 1),
        (Kind.CHAPTER, "I", "I", 1),
        (Kind.PART, "I", "3a", 0),
        (Kind.PART, "a", "1c", 0),
        (Kind.PART, "4", "4a", 0),
        (Kind.PART, "A1", "A1a", 1),
        (Kind.ANNEX, "4a", "4a", 0),
        (Kind.RECITAL, "I", "I", 1),
    ],
)
def test_usual_places(kind: Kind, after: str, behind: str, depth: int) -> None:
    assert place(CLAUSES, kind, after=after) == Place(behind, depth)


def test_a_depth_may_be_said() -> None:
    assert place(CLAUSES, Kind.PARAGRAPH, after="4a", depth=3) == Place("4a", 3)
    assert place(CLAUSES, Kind.ITEM, after="1c", depth=3) == Place("1c", 3)
    assert place(CLAUSES, Kind.ARTICLE, after="4", depth=1) == Place("4a", 1)
    assert place(CLAUSES, Kind.FORMULA, after=None) == Place("", 0)


@pytest.mark.parametrize(
    ("kind", "after", "depth"),
    [
        (Kind.ARTICLE, "1a", 3),
        (Kind.PARAGRAPH, "a", 4),
        (Kind.PART, "1", 2),
        (Kind.ANNEX, "A1", 1),
        (Kind.CLOSING, "1a", 2),
        (Kind.ITEM, "1c", 5),
        (Kind.ITEM, "1c", -1),
        (Kind.ITEM, None, 1),
    ],
)
def test_places_where_a_kind_cannot_stand(kind: Kind, after: str | None, depth: int) -> None:
    with pytest.raises(Invalid):
        place(CLAUSES, kind, after=after, depth=depth)


def test_a_struck_clause_is_no_place() -> None:
    for uid in ("2", "1b", "nowhere"):
        with pytest.raises(Missing):
            live_index(CLAUSES, uid)


@pytest.mark.parametrize(
    ("uid", "last"),
    [("1", "1c"), ("1a", "b"), ("1c", "1c"), ("3", "3a"), ("II", "4a")],
)
def test_a_run_ends_behind_all_that_stands_below(uid: str, last: str) -> None:
    assert CLAUSES[run_end(CLAUSES, at(uid)) - 1].uid == last


def test_a_struck_clause_of_the_same_level_does_not_end_a_run() -> None:
    outline = "article 1\n  paragraph 1a\n  ~paragraph 1b\n    subparagraph a\narticle 2"
    clauses = clauses_of(outline)
    assert run_end(clauses, 1) == 4
    assert [clause.uid for clause in subtree(clauses, 1)] == ["1a", "a"]


def test_struck_deeper_clauses_at_the_end_belong_to_the_run() -> None:
    clauses = clauses_of("article 1\n  paragraph 1a\n  ~paragraph 1b\n~article 2\narticle 3")
    assert run_end(clauses, 0) == 3


def test_neighbours_are_live_ones() -> None:
    assert parent(CLAUSES, at("3")) == at("I")
    assert parent(CLAUSES, at("I")) is None
    assert before(CLAUSES, at("3")) == at("1c")
    assert before(CLAUSES, 0) is None
    assert (named(Kind.ANNEX), named(Kind.PART)) == ("an annex", "a part")
