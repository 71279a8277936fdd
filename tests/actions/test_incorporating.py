"""What is tabled is taken up as it was proposed, or by a person who has seen both texts."""

import pytest

from app.actions import drafting, incorporating, negotiating
from app.actions.drafting import LONGEST
from app.actions.forwarding import Fit
from app.actions.incorporating import bracketed
from app.actions.refusals import Forbidden, Invalid, Missing, Moved
from app.store.proposals import Stage, Wish
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.document import Kind
from tests.support.delegations import Delegations, seat_them
from tests.support.tabling import CANARY, PRESUMED, suggest, tabled, version, words
from tests.support.world import World


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


class TestTakingUp:
    def test_in_the_text_by_an_edit_that_names_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        uid = incorporating.incorporate(store, world.chair, world.draft, made.uid)
        assert words(store, world, uid) == CANARY
        entry = store.drafts.history(world.draft.id, uid)[-1]
        assert (entry.origin, entry.detail) == ("proposal", {"proposal": made.uid})
        assert drafting.verify(store, world.draft).sound
        now = negotiating.proposal(store, people.focal_b, world.draft, made.uid)
        assert now.stage is Stage.INCORPORATED
        drafting.undo(store, world.chair, world.draft)
        assert words(store, world, uid) == PRESUMED

    def test_in_brackets(self, store: Store, world: World, people: Delegations) -> None:
        made = tabled(store, world, people)
        uid = incorporating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=True)
        assert words(store, world, uid) == "Good faith is [zanzibarly] presumed."
        entry = store.drafts.history(world.draft.id, uid)[-1]
        assert entry.owners == ("Delegation A",)

    def test_a_new_clause(self, store: Store, world: World, people: Delegations) -> None:
        made = tabled(
            store, world, people, wish=Wish.INSERT, instead="It is owed.", new_kind="paragraph"
        )
        uid = incorporating.incorporate(store, world.chair, world.draft, made.uid)
        live = [clause.uid for clause in store.drafts.clauses(world.draft.id)]
        assert live[live.index(world.uid(PRESUMED)) + 1] == uid
        assert words(store, world, uid) == "It is owed."
        article = tabled(
            store,
            world,
            people,
            wish=Wish.INSERT,
            instead="Talks are safe.",
            new_kind=Kind.ARTICLE,
            heading="Safety",
        )
        uid = incorporating.incorporate(
            store, world.chair, world.draft, article.uid, in_brackets=True
        )
        assert words(store, world, uid) == "[Safety]"
        assert drafting.verify(store, world.draft).sound

    def test_a_new_article_with_its_paragraphs(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        """A line a paragraph; a tab before it for what stands below one."""
        article = tabled(
            store,
            world,
            people,
            wish=Wish.INSERT,
            instead="\tTalks  are safe.\r\n\r\nThe host gives:\n\t\trooms;\n\t\t\tlight.\nThe end.",
            new_kind=Kind.ARTICLE,
            heading="Safety",
        )
        assert article.words.count("\n") == 4
        for in_brackets in (False, True):
            if in_brackets:
                article = tabled(
                    store,
                    world,
                    people,
                    wish=Wish.INSERT,
                    instead="One.\nTwo.",
                    new_kind="article",
                    heading="Safety",
                )
            uid = incorporating.incorporate(
                store, world.chair, world.draft, article.uid, in_brackets=in_brackets
            )
            live = list(store.drafts.clauses(world.draft.id))
            at = next(index for index, clause in enumerate(live) if clause.uid == uid)
            below = [
                (clause.kind.value, clause.text, clause.depth - live[at].depth)
                for clause in live[at + 1 : at + 6]
            ]
            if in_brackets:
                assert below[:2] == [("paragraph", "[One.]", 1), ("paragraph", "[Two.]", 1)]
            else:
                assert below == [
                    ("paragraph", "Talks are safe.", 1),
                    ("paragraph", "The host gives:", 1),
                    ("subparagraph", "rooms;", 2),
                    ("item", "light.", 3),
                    ("paragraph", "The end.", 1),
                ]
        assert drafting.verify(store, world.draft).sound

    def test_deleting_and_retaining(self, store: Store, world: World, people: Delegations) -> None:
        keep = tabled(store, world, people, wish=Wish.RETAIN)
        drop = tabled(store, world, people, wish=Wish.DELETE)
        shown = {s.proposal.uid: s for s in negotiating.proposals(store, world.chair, world.draft)}
        assert shown[keep.uid].collides == (drop.uid,)
        head = store.drafts.by_id(world.draft.id)
        incorporating.incorporate(store, world.chair, world.draft, keep.uid)
        assert store.drafts.by_id(world.draft.id) == head
        incorporating.incorporate(store, world.chair, world.draft, drop.uid)
        clause = store.drafts.clause(world.draft.id, world.uid(PRESUMED))
        assert clause is not None
        assert clause.struck

    def test_where_it_touches_it_is_merged_by_hand(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people, instead="Good faith is always presumed.")
        uid = world.uid(PRESUMED)
        seen = version(store, world, uid)
        drafting.reword(
            store, world.chair, world.draft, uid, "Good faith is never presumed.", seen=seen
        )
        (shown,) = negotiating.proposals(store, world.chair, world.draft)
        assert shown.forwarded.fit is Fit.TOUCHES
        assert shown.forwarded.would_be == "Good faith is always presumed."
        with pytest.raises(Invalid, match="by hand"):
            incorporating.incorporate(store, world.chair, world.draft, made.uid)
        with pytest.raises(Moved):
            incorporating.incorporate(
                store, world.chair, world.draft, made.uid, words="Good faith is.", seen=seen
            )
        incorporating.incorporate(
            store, world.chair, world.draft, made.uid, words="Good faith is.", seen=seen + 1
        )
        assert words(store, world, uid) == "Good faith is."

    def test_words_made_by_hand_say_on_which_text(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        with pytest.raises(Moved):
            incorporating.incorporate(
                store, world.chair, world.draft, made.uid, words="Good faith is."
            )

    def test_what_has_changed_is_taken_out_by_whoever_has_seen_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people, wish=Wish.DELETE)
        uid = world.uid(PRESUMED)
        seen = version(store, world, uid)
        drafting.reword(store, world.chair, world.draft, uid, "Good faith reigns.", seen=seen)
        with pytest.raises(Invalid, match="has changed since"):
            incorporating.incorporate(store, world.chair, world.draft, made.uid)
        with pytest.raises(Moved):
            incorporating.incorporate(store, world.chair, world.draft, made.uid, seen=seen)
        incorporating.incorporate(store, world.chair, world.draft, made.uid, seen=seen + 1)
        clause = store.drafts.clause(world.draft.id, uid)
        assert clause is not None and clause.struck

    def test_no_clause_becomes_longer_than_clauses_are(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        seen = version(store, world, world.uid(PRESUMED))
        with pytest.raises(Invalid, match="too long"):
            incorporating.incorporate(
                store, world.chair, world.draft, made.uid, words="a" * (LONGEST + 1), seen=seen
            )
        long = tabled(store, world, people, instead="b" * LONGEST)
        with pytest.raises(Invalid, match="too long"):
            incorporating.incorporate(store, world.chair, world.draft, long.uid, in_brackets=True)

    def test_what_was_decided_by_mistake_is_put_back_on_the_table(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        def back(seat: SeatRecord, uid: str, reason: str = "By mistake.") -> None:
            negotiating.put_aside(store, seat, world.draft, uid, stage="tabled", reason=reason)

        made = tabled(store, world, people)
        with pytest.raises(Invalid, match="on the table"):
            back(world.chair, made.uid)
        incorporating.incorporate(store, world.chair, world.draft, made.uid)
        drafting.undo(store, world.chair, world.draft)
        with pytest.raises(Forbidden):
            back(people.focal_a, made.uid)
        with pytest.raises(Invalid, match="say why"):
            back(world.chair, made.uid, " ")
        back(world.chair, made.uid)
        (shown,) = negotiating.proposals(store, world.chair, world.draft)
        assert (shown.proposal.stage, shown.forwarded.fit) == (Stage.TABLED, Fit.APPLIES)
        incorporating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=True)
        acts = [e.act for e in negotiating.happened(store, world.chair, world.draft, made.uid)]
        assert acts == ["tabled", "incorporated", "put back", "incorporated in brackets"]
        assert store.proposals.sound(made)
        gone = tabled(store, world, people, wish=Wish.RETAIN)
        negotiating.withdraw(store, people.focal_a, world.draft, gone.uid)
        with pytest.raises(Invalid, match="withdrawn"):
            back(world.chair, gone.uid)
        hidden = suggest(store, world, people.member_a, wish=Wish.RETAIN)
        with pytest.raises(Missing):
            back(world.chair, hidden.uid)

    def test_what_is_gone_cannot_be_taken_up(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        uid = world.uid(PRESUMED)
        drafting.strike(store, world.chair, world.draft, uid, seen=version(store, world, uid))
        with pytest.raises(Invalid, match="is gone"):
            incorporating.incorporate(store, world.chair, world.draft, made.uid)

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("He shall go.", "He should go.", "He [shall][should] go."),
            ("He shall go.", "He shall often go.", "He shall [often] go."),
            ("He shall often go.", "He shall go.", "He shall [often] go."),
            ("Go", "Go now", "Go [now]"),
            ("He [shall] go.", "He shall] go.", "[He [shall] go.][He shall] go.]"),
        ],
    )
    def test_brackets(self, old: str, new: str, expected: str) -> None:
        assert bracketed(old, new) == expected
