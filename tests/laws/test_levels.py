"""Clauses that are begun, dropped and moved between levels, as a clause editor does it."""

from collections.abc import Iterator

import pytest

from app.actions import drafting
from app.actions.refusals import Forbidden, Invalid
from app.store.drafts import ClauseRecord
from app.store.seats import Role
from app.store.unit import Store
from app.treaty.changes import replace_all
from app.treaty.document import Kind
from app.treaty.numbering import Scheme, labels
from tests.support.world import World

PRESUMED = "Good faith is presumed."
TALKS = "Talks [shall] [should] be held in good faith."


@pytest.fixture(autouse=True)
def _the_journal_holds(store: Store, world: World) -> Iterator[None]:
    yield
    assert drafting.verify(store, world.draft).faults == ()


def outline(store: Store, world: World) -> list[str]:
    """The clauses of Article 2 as they are read: depth, label and the first word."""
    clauses = [record.clause() for record in store.drafts.clauses(world.draft.id)]
    marks = labels(tuple(clauses), Scheme.UN)
    start = next(at for at, clause in enumerate(clauses) if clause.heading == "Good faith")
    said = []
    for clause, mark in list(zip(clauses, marks, strict=True))[start + 1 :]:
        if clause.kind is Kind.PART:
            break
        said.append(f"{clause.depth} {mark} {clause.kind.value} {clause.text.split(' ')[0]}")
    return said


def clause(store: Store, world: World, uid: str) -> ClauseRecord:
    found = store.drafts.clause(world.draft.id, uid)
    assert found is not None
    return found


class TestBegin:
    def test_an_empty_clause_of_the_same_sort_comes_after(self, store: Store, world: World) -> None:
        made = drafting.begin(store, world.drafter, world.draft, world.uid(TALKS))
        assert (made.kind, made.depth, made.words, made.version) == (Kind.PARAGRAPH, 2, "", 1)
        assert outline(store, world) == [
            "2 1. paragraph Talks",
            "2 2. paragraph ",
            "2 3. paragraph Good",
        ]

    def test_or_before(self, store: Store, world: World) -> None:
        made = drafting.begin(store, world.drafter, world.draft, world.uid(PRESUMED), before=True)
        order = [each.uid for each in store.drafts.clauses(world.draft.id)]
        assert order.index(made.uid) + 1 == order.index(world.uid(PRESUMED))
        first = drafting.begin(
            store, world.drafter, world.draft, world.uid("The Parties"), before=True
        )
        assert store.drafts.clauses(world.draft.id)[0] == first

    def test_what_stood_below_is_read_below_the_new_one(self, store: Store, world: World) -> None:
        made = drafting.begin(store, world.drafter, world.draft, world.uid("For the purposes"))
        order = [each.uid for each in store.drafts.clauses(world.draft.id)]
        at = order.index(made.uid)
        assert order[at + 1] == world.uid("“talks”")

    def test_after_an_articles_heading_comes_a_paragraph(self, store: Store, world: World) -> None:
        made = drafting.begin(store, world.drafter, world.draft, world.uid("Use of"))
        assert (made.kind, made.depth) == (Kind.PARAGRAPH, 2)
        with pytest.raises(Invalid, match="below a part"):
            drafting.begin(store, world.drafter, world.draft, world.uid("General"))

    def test_it_is_undone(self, store: Store, world: World) -> None:
        was = outline(store, world)
        drafting.begin(store, world.drafter, world.draft, world.uid(TALKS))
        drafting.undo(store, world.drafter, world.draft)
        assert outline(store, world) == was


class TestDrop:
    def test_only_what_has_no_words_is_dropped(self, store: Store, world: World) -> None:
        made = drafting.begin(store, world.drafter, world.draft, world.uid(TALKS))
        was = outline(store, world)
        gone = drafting.drop(store, world.drafter, world.draft, made.uid)
        assert gone.struck
        drafting.undo(store, world.drafter, world.draft)
        assert outline(store, world) == was
        with pytest.raises(Invalid, match="has words"):
            drafting.drop(store, world.drafter, world.draft, world.uid(TALKS))

    def test_what_stands_below_goes_back_to_the_one_before(
        self, store: Store, world: World
    ) -> None:
        made = drafting.begin(store, world.drafter, world.draft, world.uid("For the purposes"))
        drafting.drop(store, world.drafter, world.draft, made.uid)
        talks = world.uid("“talks”")
        assert not clause(store, world, talks).struck
        # Struck later, it can come back although the dropped clause stands over it.
        drafting.strike(store, world.drafter, world.draft, talks, seen=1)
        drafting.restore(store, world.drafter, world.draft, talks)
        assert not clause(store, world, talks).struck

    def test_what_would_have_no_place_keeps_it(self, store: Store, world: World) -> None:
        chapeau = clause(store, world, world.uid("For the purposes"))
        with store.drafts.pen(world.draft.id, world.chair) as pen:
            assert pen.reword(chapeau, replace_all(chapeau.text, ""))
        with pytest.raises(Invalid, match="without a place"):
            drafting.drop(store, world.drafter, world.draft, chapeau.uid)


class TestLevel:
    def test_a_paragraph_becomes_a_subparagraph_and_back(self, store: Store, world: World) -> None:
        was = outline(store, world)
        uid = world.uid(PRESUMED)
        drafting.level(store, world.drafter, world.draft, uid, deeper=True)
        assert outline(store, world) == ["2  paragraph Talks", "3 (a) subparagraph Good"]
        drafting.level(store, world.drafter, world.draft, uid, deeper=False)
        assert outline(store, world) == was

    def test_what_stands_below_goes_along(self, store: Store, world: World) -> None:
        seat, draft = world.drafter, world.draft
        first = drafting.begin(store, seat, draft, world.uid(PRESUMED))
        second = drafting.begin(store, seat, draft, first.uid)
        drafting.level(store, seat, draft, second.uid, deeper=True)
        drafting.level(store, seat, draft, first.uid, deeper=True)
        assert [line.split()[0] + line.split()[-1] for line in outline(store, world)[-3:]] == [
            "2Good",
            "3subparagraph",
            "4item",
        ]
        assert clause(store, world, second.uid).kind is Kind.ITEM
        drafting.undo(store, seat, draft)
        assert clause(store, world, second.uid).kind is Kind.SUBPARAGRAPH
        assert clause(store, world, first.uid).depth == 2

    @pytest.mark.parametrize(
        ("words", "deeper", "why"),
        [
            (TALKS, True, "no clause before it"),
            (TALKS, False, "first level"),
            ("Use of", True, "Only the text"),
            ("Recognizing", True, "Only the text"),
            ("“talks”", True, "no clause before it"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(
        self, store: Store, world: World, words: str, deeper: bool, why: str
    ) -> None:
        with pytest.raises(Invalid, match=why):
            drafting.level(store, world.drafter, world.draft, world.uid(words), deeper=deeper)

    def test_an_item_is_the_deepest(self, store: Store, world: World) -> None:
        uid = world.uid("“panel”")
        item = drafting.level(store, world.drafter, world.draft, uid, deeper=True)
        assert item.kind is Kind.ITEM
        other = drafting.begin(store, world.drafter, world.draft, uid)
        with pytest.raises(Invalid, match="deepest"):
            drafting.level(store, world.drafter, world.draft, other.uid, deeper=True)

    def test_references_follow(self, store: Store, world: World) -> None:
        seat, draft = world.drafter, world.draft
        nobody = world.uid("Nobody shall")
        text = "Subject to article 2, paragraph 2, nobody shall be prosecuted."
        drafting.reword(store, seat, draft, nobody, text, seen=1)
        made = drafting.begin(store, seat, draft, world.uid(TALKS))
        assert "article 2, paragraph 3" in clause(store, world, nobody).text
        drafting.level(store, seat, draft, made.uid, deeper=True)
        assert "article 2, paragraph 2" in clause(store, world, nobody).text
        drafting.undo(store, seat, draft)
        assert "article 2, paragraph 3" in clause(store, world, nobody).text


class TestMerge:
    def test_an_empty_side_brings_no_space(self, store: Store, world: World) -> None:
        seat, draft = world.drafter, world.draft
        made = drafting.begin(store, seat, draft, world.uid(PRESUMED), before=True)
        joined = drafting.merge(store, seat, draft, world.uid(PRESUMED), seen=1)
        assert (joined.uid, joined.text) == (made.uid, PRESUMED)
        drafting.undo(store, seat, draft)
        assert clause(store, world, made.uid).text == ""
        after = drafting.begin(store, seat, draft, world.uid(PRESUMED))
        again = drafting.merge(store, seat, draft, after.uid, seen=1)
        assert again.text == PRESUMED


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.SCHOLAR, Role.OBSERVER])
def test_the_table_of_policy_is_asked(store: Store, world: World, role: Role) -> None:
    uid, seat = world.uid(PRESUMED), world.seats[role]
    with pytest.raises(Forbidden):
        drafting.begin(store, seat, world.draft, uid)
    with pytest.raises(Forbidden):
        drafting.drop(store, seat, world.draft, uid)
    with pytest.raises(Forbidden):
        drafting.level(store, seat, world.draft, uid, deeper=True)
    drafting.strike(store, world.drafter, world.draft, uid, seen=1)
    with pytest.raises(Forbidden, match="struck"):
        drafting.begin(store, world.drafter, world.draft, uid)
