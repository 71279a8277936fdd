import pytest

from app.actions import drafting
from app.actions.comparing import Comparison
from app.actions.refusals import Missing
from app.store.unit import Store
from app.treaty.diff import Piece
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from tests.support.world import World

PRESUMED = "Good faith is presumed."


def compared(store: Store, world: World, old: str = "zero", new: str = "current") -> Comparison:
    return drafting.compare(store, world.seats[next(iter(world.seats))], world.draft, old, new)


def statuses(comparison: Comparison) -> dict[str, str]:
    return {row.uid: row.status for row in comparison.rows if row.status != "same"}


@pytest.fixture
def zero(store: Store, world: World) -> World:
    drafting.name_edition(store, world.chair, world.draft, name="Zero")
    return world


class TestComparing:
    def test_an_edition_and_itself_are_the_same(self, store: Store, zero: World) -> None:
        both = compared(store, zero)
        assert statuses(both) == {}
        assert both.count("same") == len(zero.clauses)
        assert [row.uid for row in both.rows] == [c.uid for c in zero.clauses]

    def test_each_kind_of_difference_has_its_status(self, store: Store, zero: World) -> None:
        seat, draft, uid = zero.drafter, zero.draft, zero.uid
        drafting.reword(store, seat, draft, uid(PRESUMED), "Good faith rules.", seen=1)
        drafting.strike(store, seat, draft, uid("“talks”"), seen=1)
        made = drafting.insert(
            store, seat, draft, after=uid("Recognizing"), kind="recital", text="New,"
        )
        drafting.move(store, seat, draft, uid("Protection of"), after=uid("Use of terms"))
        both = compared(store, zero)
        assert statuses(both) == {
            uid(PRESUMED): "changed",
            uid("“talks”"): "removed",
            made.uid: "added",
            uid("Protection of"): "moved",
            uid("Nobody"): "moved",
        }
        rows = {row.uid: row for row in both.rows}
        assert rows[uid(PRESUMED)].pieces == (
            Piece("same", "Good faith "),
            Piece("del", "is presumed"),
            Piece("ins", "rules"),
            Piece("same", "."),
        )
        assert rows[made.uid].pieces == (Piece("ins", "New,"),)
        assert {piece.op for piece in rows[uid("“talks”")].pieces} == {"del"}

    def test_a_clause_that_moved_and_changed_has_its_redline(
        self, store: Store, zero: World
    ) -> None:
        seat, draft, uid = zero.drafter, zero.draft, zero.uid
        drafting.move(store, seat, draft, uid("Protection of"), after=uid("Use of terms"))
        drafting.reword(store, seat, draft, uid("Nobody"), "Nobody at all.", seen=1)
        row = {row.uid: row for row in compared(store, zero).rows}[uid("Nobody")]
        assert row.status == "moved"
        assert {piece.op for piece in row.pieces} == {"same", "ins", "del"}

    def test_the_halves_of_a_clause_know_of_one_another(self, store: Store, zero: World) -> None:
        seat, draft = zero.drafter, zero.draft
        whole = zero.uid("Nobody")
        text = next(clause.text for clause in zero.clauses if clause.uid == whole)
        at = text.index(" ", len(text) // 2)
        half = drafting.split(store, seat, draft, whole, at=at, seen=1)
        apart = {row.uid: row for row in compared(store, zero).rows}
        assert (apart[whole].status, apart[whole].kin) == ("changed", "")
        assert (apart[half.uid].status, apart[half.uid].kin) == ("added", whole)
        together = {row.uid: row for row in compared(store, zero, "current", "zero").rows}
        assert (together[half.uid].status, together[half.uid].kin) == ("removed", whole)

    def test_labels_are_those_of_each_side(self, store: Store, zero: World) -> None:
        drafting.strike(store, zero.drafter, zero.draft, zero.uid("Use of terms"), seen=1)
        rows = {row.uid: row for row in compared(store, zero).rows}
        faith = rows[next(c.uid for c in zero.clauses if c.heading == "Good faith")]
        assert (faith.old_label, faith.new_label) == ("Article 2", "Article 1")
        assert rows[zero.uid("Use of terms")].old_label == "Article 1"
        assert rows[zero.uid("Use of terms")].new_label == ""

    def test_what_went_stands_where_it_was(self, store: Store, zero: World) -> None:
        drafting.strike(store, zero.drafter, zero.draft, zero.uid("The Parties"), seen=1)
        drafting.strike(store, zero.drafter, zero.draft, zero.uid("“panel”"), seen=1)
        both = compared(store, zero)
        assert [row.uid for row in both.rows] == [c.uid for c in zero.clauses]
        backwards = compared(store, zero, "current", "zero")
        assert {row.status for row in backwards.rows if row.status != "same"} == {"added"}

    def test_a_new_title_is_told(self, store: Store, zero: World) -> None:
        drafting.describe(store, zero.chair, zero.draft, title="Other")
        both = compared(store, zero)
        assert (both.old_title, both.new_title) == ("Convention on Peace Negotiation", "Other")

    def test_an_edition_that_is_not_there_is_missing(self, store: Store, zero: World) -> None:
        with pytest.raises(Missing):
            compared(store, zero, "none")


class TestHistory:
    def test_it_tells_every_change_with_its_words(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        drafting.reword(store, world.drafter, world.draft, uid, "A.", seen=1)
        drafting.strike(store, world.chair, world.draft, uid, seen=2)
        drafting.restore(store, world.chair, world.draft, uid)
        found = drafting.history(store, world.seats[next(iter(world.seats))], world.draft, uid)
        assert [(r.entry.act, r.before, r.after) for r in found] == [
            ("restored", "A.", "A."),
            ("struck", "A.", "A."),
            ("reworded", PRESUMED, "A."),
            ("loaded", "", PRESUMED),
        ]

    def test_an_articles_words_are_its_heading(self, store: Store, world: World) -> None:
        uid = world.uid("Use of terms")
        drafting.retitle(store, world.drafter, world.draft, uid, "Terms", seen=1)
        newest, first = drafting.history(store, world.chair, world.draft, uid)
        assert (newest.before, newest.after) == ("Use of terms", "Terms")
        assert (first.before, first.after) == ("", "Use of terms")

    def test_a_clause_of_another_draft_is_missing(self, store: Store, world: World) -> None:
        with pytest.raises(Missing):
            drafting.history(store, world.chair, world.draft, "cnone")


class TestMoments:
    def test_a_moment_is_a_state_like_an_edition(self, store: Store, zero: World) -> None:
        before = store.drafts.by_id(zero.draft.id)
        assert before is not None
        uid = zero.uid(PRESUMED)
        drafting.reword(store, zero.drafter, zero.draft, uid, "Good faith rules.", seen=1)
        drafting.strike(store, zero.drafter, zero.draft, zero.uid("“talks”"), seen=1)
        now = store.drafts.by_id(zero.draft.id)
        assert now is not None
        both = drafting.compare(store, zero.chair, now, f"entry-{before.seq}", "current")
        assert statuses(both) == {uid: "changed", zero.uid("“talks”"): "removed"}
        first = drafting.compare(store, zero.chair, now, "zero", f"entry-{before.seq + 1}")
        assert statuses(first) == {uid: "changed"}

    @pytest.mark.parametrize("name", ["entry-999999", "entry-0", "entry-", "entry-x", "entry-01"])
    def test_a_moment_that_never_was_is_missing(self, store: Store, zero: World, name: str) -> None:
        with pytest.raises(Missing):
            compared(store, zero, old=name)

    def test_what_the_caller_has_at_hand_is_not_read(self, store: Store, zero: World) -> None:
        nothing = {"entry-3": (Document("Nothing"), Scheme.UN)}
        both = drafting.compare(store, zero.chair, zero.draft, "entry-3", "current", known=nothing)
        assert both.old_title == "Nothing" and both.count("added") == len(zero.clauses)

    def test_no_edition_is_called_as_a_moment_is(self, store: Store, zero: World) -> None:
        edition = drafting.name_edition(store, zero.chair, zero.draft, name="Entry 2")
        assert edition.slug == "edition-entry-2"
