from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.actions import drafting, negotiating
from app.actions.drafting import LONGEST
from app.actions.forwarding import Fit
from app.actions.negotiating import bracketed
from app.actions.refusals import Forbidden, Invalid, Missing, Moved, Refusal, SignInNeeded
from app.store.proposals import ProposalRecord, Stage, Stance, Wish
from app.store.seats import Role, SeatRecord
from app.store.tables import PositionRow, ProposalEventRow, ProposalRow, ProposalSponsorRow
from app.store.unit import Store
from app.treaty.document import Kind
from tests.support.delegations import Delegations, seat_them
from tests.support.world import World

PRESUMED = "Good faith is presumed."
CANARY = "Good faith is zanzibarly presumed."


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


def version(store: Store, world: World, uid: str) -> int:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.version


def words(store: Store, world: World, uid: str) -> str:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.words


def suggest(
    store: Store,
    world: World,
    seat: SeatRecord,
    *,
    on: str = PRESUMED,
    wish: Wish = Wish.REPLACE,
    instead: str = CANARY,
    **more: object,
) -> ProposalRecord:
    uid = world.uid(on)
    given = {"reason": "It matters.", "seen": version(store, world, uid), **more}
    return negotiating.propose(
        store,
        seat,
        world.draft,
        uid,
        wish=wish,
        words=instead,
        **given,  # type: ignore[arg-type]
    )


def tabled(store: Store, world: World, people: Delegations, **more: object) -> ProposalRecord:
    made = suggest(store, world, people.member_a, **more)  # type: ignore[arg-type]
    return negotiating.table(store, people.focal_a, world.draft, made.uid)


class TestWhatIsPrivate:
    def test_the_delegation_reads_it_and_nobody_else(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = suggest(store, world, people.member_a)
        target = world.uid(PRESUMED)
        for seat in (people.focal_a, people.member_a, people.drafter_a):
            assert negotiating.proposal(store, seat, world.draft, made.uid) == made
            assert [s.proposal for s in negotiating.proposals(store, seat, world.draft)] == [made]
            assert negotiating.counts(store, seat, world.draft, target) == 1
        for seat in people.strangers(world):
            assert negotiating.proposals(store, seat, world.draft) == ()
            assert negotiating.counts(store, seat, world.draft, target) == 0
            sentences = []
            for uid in (made.uid, "pnevermadeabcd"):
                with pytest.raises(Missing) as refused:
                    negotiating.proposal(store, seat, world.draft, uid)
                sentences.append(refused.value.sentence)
            assert sentences[0] == sentences[1]

    def test_every_act_on_it_answers_a_stranger_as_if_it_had_never_been(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = suggest(store, world, people.member_a)
        for seat in people.strangers(world):
            for act in every_act(world):
                said = []
                for uid in (made.uid, "pnevermadeabcd"):
                    with pytest.raises(Refusal) as refused:
                        act(store, seat, uid)
                    said.append((type(refused.value), refused.value.sentence))
                assert said[0] == said[1]
                assert said[0][0] is Missing

    def test_it_leaves_no_trace_in_journal_and_events(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        before = store.drafts.by_id(world.draft.id), store.journal_events.recent()
        made = suggest(store, world, people.member_a)
        negotiating.ask(store, people.member_a, world.draft, made.uid, "Delegation B")
        negotiating.change(
            store, people.member_a, world.draft, made.uid, words="Good faith is.", reason="So."
        )
        assert (store.drafts.by_id(world.draft.id), store.journal_events.recent()) == before

    def test_a_chair_of_the_same_delegation_does_not_read_it_either(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = suggest(store, world, people.member_a)
        for role in set(Role) - {Role.DELEGATE, Role.DRAFTER}:
            seat = replace(people.member_a, role=role)
            with pytest.raises(Missing):
                negotiating.proposal(store, seat, world.draft, made.uid)

    def test_two_seats_without_a_delegation_share_nothing(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        alone = replace(people.drafter_a, delegation="")
        with pytest.raises(Invalid, match="belongs to a delegation"):
            suggest(store, world, alone)
        made = suggest(store, world, people.drafter_a)
        store.proposals.change(made, delegation="")
        assert negotiating.proposals(store, alone, world.draft) == ()

    def test_deleting_leaves_nothing_in_the_database(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = suggest(store, world, people.member_a, reason="Because of zanzibar.")
        negotiating.ask(store, people.member_a, world.draft, made.uid, "Delegation B")
        with pytest.raises(Forbidden, match="Only Delegation A"):
            negotiating.discard(store, people.member_b, world.draft, made.uid)
        negotiating.discard(store, people.member_a, world.draft, made.uid)
        for row in (ProposalRow, ProposalSponsorRow, ProposalEventRow, PositionRow):
            assert store._session.exec(select(row)).all() == []
        with pytest.raises(Missing):
            negotiating.proposal(store, people.member_a, world.draft, made.uid)

    def test_a_delegation_that_is_asked_reads_it_and_may_join_or_decline(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = suggest(store, world, people.member_a)
        negotiating.ask(store, people.member_a, world.draft, made.uid, "Delegation B")
        seen = negotiating.proposal(store, people.member_b, world.draft, made.uid)
        assert (seen.asked, seen.sponsors) == (("Delegation B",), ())
        with pytest.raises(Forbidden, match="focal point"):
            negotiating.join(store, people.member_b, world.draft, made.uid)
        negotiating.join(store, people.focal_b, world.draft, made.uid)
        with pytest.raises(Forbidden, match="Only Delegation A"):
            negotiating.table(store, people.focal_b, world.draft, made.uid)
        now = negotiating.proposal(store, people.focal_b, world.draft, made.uid)
        assert now.proposers == ("Delegation A", "Delegation B")
        negotiating.leave(store, people.focal_b, world.draft, made.uid)
        with pytest.raises(Missing):
            negotiating.proposal(store, people.focal_b, world.draft, made.uid)

    def test_who_was_asked_and_did_not_answer_is_no_sponsor_of_what_is_tabled(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = suggest(store, world, people.member_a)
        negotiating.ask(store, people.member_a, world.draft, made.uid, "Delegation B")
        now = negotiating.table(store, people.focal_a, world.draft, made.uid)
        assert (now.asked, now.sponsors) == ((), ())


def every_act(world: World) -> list[Callable[[Store, SeatRecord, str], object]]:
    draft = world.draft
    return [
        lambda store, seat, uid: negotiating.change(store, seat, draft, uid, reason="x"),
        lambda store, seat, uid: negotiating.discard(store, seat, draft, uid),
        lambda store, seat, uid: negotiating.ask(store, seat, draft, uid, "Delegation B"),
        lambda store, seat, uid: negotiating.join(store, seat, draft, uid),
        lambda store, seat, uid: negotiating.leave(store, seat, draft, uid),
        lambda store, seat, uid: negotiating.table(store, seat, draft, uid),
        lambda store, seat, uid: negotiating.withdraw(store, seat, draft, uid),
        lambda store, seat, uid: negotiating.put_aside(
            store, seat, draft, uid, stage="overtaken", reason="x"
        ),
        lambda store, seat, uid: negotiating.incorporate(store, seat, draft, uid),
        lambda store, seat, uid: negotiating.take_position(
            store, seat, draft, uid, stance="supports", delegation="Delegation C"
        ),
        lambda store, seat, uid: negotiating.release(store, seat, draft, uid, "q"),
        lambda store, seat, uid: negotiating.redact(store, seat, draft, uid, reason="x"),
        lambda store, seat, uid: negotiating.happened(store, seat, draft, uid),
    ]


class TestProposing:
    @pytest.mark.parametrize(
        ("changed", "refusal", "sentence"),
        [
            ({"reason": " \n"}, Invalid, "say why"),
            ({"instead": PRESUMED}, Invalid, "words as they are"),
            ({"instead": " "}, Invalid, "propose to delete"),
            ({"instead": "x" * 100_001}, Invalid, "too long"),
            ({"wish": "burn"}, Invalid, "replace, insert"),
            ({"seen": 9}, Invalid, "never had that version"),
            ({"speaks_for": "Friends"}, Invalid, "not in a group"),
            ({"instead": "half \ud800"}, Invalid, "half a character"),
            ({"wish": Wish.INSERT, "new_kind": "chapter verse"}, Invalid, "kind of clause"),
            ({"wish": Wish.INSERT, "instead": ""}, Invalid, "needs some words"),
        ],
    )
    def test_what_is_refused(
        self,
        store: Store,
        world: World,
        people: Delegations,
        changed: dict[str, object],
        refusal: type[Refusal],
        sentence: str,
    ) -> None:
        with pytest.raises(refusal, match=sentence):
            suggest(store, world, people.member_a, **changed)  # type: ignore[arg-type]

    @pytest.mark.parametrize("role", list(Role))
    def test_who_may(self, store: Store, world: World, people: Delegations, role: Role) -> None:
        seat = replace(people.member_b, role=role)
        if role in (Role.DELEGATE, Role.DRAFTER):
            assert suggest(store, world, seat).delegation == "Delegation B"
        else:
            with pytest.raises(Forbidden, match="propose a change"):
                suggest(store, world, seat)
        with pytest.raises(SignInNeeded):
            negotiating.proposals(store, None, world.draft)

    def test_it_is_made_on_the_words_that_were_looked_at(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        uid = world.uid(PRESUMED)
        seen = version(store, world, uid)
        drafting.reword(store, world.chair, world.draft, uid, "Good faith is known.", seen=seen)
        made = suggest(store, world, people.member_a, seen=seen)
        assert made.base == PRESUMED
        assert store.drafts.words_at(world.draft.id, uid, seq=made.seq) == PRESUMED

    def test_a_group_speaks_through_a_member(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        negotiating.set_group(
            store, world.chair, world.draft, name="Friends", members="Delegation A\nDelegation C"
        )
        assert suggest(store, world, people.member_a, speaks_for="Friends").speaks_for == "Friends"
        with pytest.raises(Invalid, match="not in a group"):
            suggest(store, world, people.member_b, speaks_for="Friends")
        negotiating.set_group(store, world.chair, world.draft, name="Friends", members="")
        assert negotiating.groups(store, world.chair, world.draft) == ()


class TestTabled:
    def test_everybody_reads_it_and_nobody_deletes_or_changes_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        negotiating.enter_meeting(store, world.chair, world.draft, name="Second meeting")
        (held,) = negotiating.meetings(store, world.chair, world.draft)
        made = suggest(store, world, people.member_a)
        with pytest.raises(Forbidden, match="focal point"):
            negotiating.table(store, people.member_a, world.draft, made.uid)
        negotiating.table(store, people.focal_a, world.draft, made.uid, meeting=held.uid)
        for seat in (*people.strangers(world), people.member_a):
            found = negotiating.proposal(store, seat, world.draft, made.uid)
            assert (found.words, found.meeting) == (CANARY, held)
        with pytest.raises(Forbidden, match="it is tabled"):
            negotiating.discard(store, people.focal_a, world.draft, made.uid)
        assert not store.proposals.delete(found)
        with pytest.raises(Forbidden, match="it is tabled"):
            negotiating.change(store, people.focal_a, world.draft, made.uid, reason="x")
        (event,) = negotiating.happened(store, world.chair, world.draft, made.uid)
        assert (event.act, event.detail["meeting"]) == ("tabled", "Second meeting")
        assert "zanzibar" not in str(event.detail)

    def test_only_the_focal_point_of_its_delegation_withdraws_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        for seat in (people.member_a, people.focal_b, world.chair):
            with pytest.raises(Forbidden):
                negotiating.withdraw(store, seat, world.draft, made.uid)
        negotiating.withdraw(store, people.focal_a, world.draft, made.uid, reason="Settled.")
        now = negotiating.proposal(store, world.chair, world.draft, made.uid)
        assert (now.stage, now.why) == (Stage.WITHDRAWN, "Settled.")
        with pytest.raises(Forbidden, match="settled"):
            negotiating.incorporate(store, world.chair, world.draft, made.uid)

    def test_putting_aside_needs_a_reason_and_one_who_steers(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)

        def aside(seat: SeatRecord, stage: str, reason: str) -> None:
            negotiating.put_aside(store, seat, world.draft, made.uid, stage=stage, reason=reason)

        with pytest.raises(Forbidden):
            aside(people.focal_a, "not taken up", "x")
        with pytest.raises(Invalid, match="say why"):
            aside(world.chair, "not taken up", "")
        for stage in ("withdrawn", "private", "nonsense"):
            with pytest.raises(Invalid):
                aside(world.chair, stage, "x")
        aside(world.chair, "not taken up", "No support.")
        assert (
            negotiating.proposal(store, people.focal_b, world.draft, made.uid).stage
            is Stage.NOT_TAKEN_UP
        )

    def test_joining_what_is_tabled_is_told(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        negotiating.join(store, people.focal_b, world.draft, made.uid)
        acts = [e.act for e in negotiating.happened(store, world.chair, world.draft, made.uid)]
        assert acts == ["tabled", "joined"]
        by_b = negotiating.proposals(store, world.chair, world.draft, delegation="Delegation B")
        assert [shown.proposal.uid for shown in by_b] == [made.uid]


class TestTakingUp:
    def test_in_the_text_by_an_edit_that_names_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        uid = negotiating.incorporate(store, world.chair, world.draft, made.uid)
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
        uid = negotiating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=True)
        assert words(store, world, uid) == "Good faith is [zanzibarly] presumed."
        entry = store.drafts.history(world.draft.id, uid)[-1]
        assert entry.owners == ("Delegation A",)

    def test_a_new_clause(self, store: Store, world: World, people: Delegations) -> None:
        made = tabled(
            store, world, people, wish=Wish.INSERT, instead="It is owed.", new_kind="paragraph"
        )
        uid = negotiating.incorporate(store, world.chair, world.draft, made.uid)
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
        uid = negotiating.incorporate(
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
            uid = negotiating.incorporate(
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
        negotiating.incorporate(store, world.chair, world.draft, keep.uid)
        assert store.drafts.by_id(world.draft.id) == head
        negotiating.incorporate(store, world.chair, world.draft, drop.uid)
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
            negotiating.incorporate(store, world.chair, world.draft, made.uid)
        with pytest.raises(Moved):
            negotiating.incorporate(
                store, world.chair, world.draft, made.uid, words="Good faith is.", seen=seen
            )
        negotiating.incorporate(
            store, world.chair, world.draft, made.uid, words="Good faith is.", seen=seen + 1
        )
        assert words(store, world, uid) == "Good faith is."

    def test_words_made_by_hand_say_on_which_text(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        with pytest.raises(Moved):
            negotiating.incorporate(
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
            negotiating.incorporate(store, world.chair, world.draft, made.uid)
        with pytest.raises(Moved):
            negotiating.incorporate(store, world.chair, world.draft, made.uid, seen=seen)
        negotiating.incorporate(store, world.chair, world.draft, made.uid, seen=seen + 1)
        clause = store.drafts.clause(world.draft.id, uid)
        assert clause is not None and clause.struck

    def test_no_clause_becomes_longer_than_clauses_are(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        seen = version(store, world, world.uid(PRESUMED))
        with pytest.raises(Invalid, match="too long"):
            negotiating.incorporate(
                store, world.chair, world.draft, made.uid, words="a" * (LONGEST + 1), seen=seen
            )
        long = tabled(store, world, people, instead="b" * LONGEST)
        with pytest.raises(Invalid, match="too long"):
            negotiating.incorporate(store, world.chair, world.draft, long.uid, in_brackets=True)

    def test_what_was_decided_by_mistake_is_put_back_on_the_table(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        def back(seat: SeatRecord, uid: str, reason: str = "By mistake.") -> None:
            negotiating.put_aside(store, seat, world.draft, uid, stage="tabled", reason=reason)

        made = tabled(store, world, people)
        with pytest.raises(Invalid, match="on the table"):
            back(world.chair, made.uid)
        negotiating.incorporate(store, world.chair, world.draft, made.uid)
        drafting.undo(store, world.chair, world.draft)
        with pytest.raises(Forbidden):
            back(people.focal_a, made.uid)
        with pytest.raises(Invalid, match="say why"):
            back(world.chair, made.uid, " ")
        back(world.chair, made.uid)
        (shown,) = negotiating.proposals(store, world.chair, world.draft)
        assert (shown.proposal.stage, shown.forwarded.fit) == (Stage.TABLED, Fit.APPLIES)
        negotiating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=True)
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
            negotiating.incorporate(store, world.chair, world.draft, made.uid)

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


class TestPositions:
    def test_others_read_one_when_the_chair_has_released_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        position = negotiating.take_position(
            store,
            people.member_b,
            world.draft,
            made.uid,
            stance="opposes",
            condition="Unless 9(1) keeps zanzibar.",
        )

        def readers() -> set[str]:
            seats = [*world.seats.values(), people.focal_a, people.focal_b, people.member_b]
            return {seat.name for seat in seats if negotiating.positions(store, seat, (made,))}

        assert readers() == {"Chair", "Secretariat", "Focal point B", "Delegate B"}
        for seat in (world.seats[Role.SECRETARIAT], people.focal_a, people.focal_b):
            with pytest.raises(Forbidden, match="release"):
                negotiating.release(store, seat, world.draft, made.uid, position)
        with pytest.raises(Missing):
            negotiating.release(store, world.chair, world.draft, made.uid, "qnone")
        before = negotiating.happened(store, people.focal_a, world.draft, made.uid)
        negotiating.release(store, world.chair, world.draft, made.uid, position)
        after = negotiating.happened(store, people.focal_a, world.draft, made.uid)
        assert len(after) == len(before) + 1
        assert "Observer A" in readers()
        (seen,) = negotiating.positions(store, people.focal_a, (made,))
        assert (seen.stance, seen.delegation) == (Stance.OPPOSES, "Delegation B")

    def test_a_later_one_takes_the_place_only_for_those_who_may_read_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        take = negotiating.take_position
        first = take(store, people.member_b, world.draft, made.uid, stance="opposes")
        negotiating.release(store, world.chair, world.draft, made.uid, first)
        take(store, people.member_b, world.draft, made.uid, stance="supports")
        (to_all,) = negotiating.positions(store, people.focal_a, (made,))
        (to_chair,) = negotiating.positions(store, world.chair, (made,))
        assert (to_all.stance, to_chair.stance) == (Stance.OPPOSES, Stance.SUPPORTS)

    def test_the_secretariat_records_from_the_floor(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        desk = world.seats[Role.SECRETARIAT]
        take = negotiating.take_position
        with pytest.raises(Invalid, match="which delegation"):
            take(store, desk, world.draft, made.uid, stance="reserves")
        with pytest.raises(Invalid, match="proposes it"):
            take(store, desk, world.draft, made.uid, stance="reserves", delegation="Delegation A")
        take(store, desk, world.draft, made.uid, stance="reserves", delegation="Delegation C")
        (seen,) = negotiating.positions(store, desk, (made,))
        assert (seen.delegation, seen.from_floor) == ("Delegation C", True)
        # Nobody speaks for others from a delegation's seat.
        take(store, people.member_b, world.draft, made.uid, stance="reserves", delegation="C")
        assert "C" not in {p.delegation for p in negotiating.positions(store, desk, (made,))}
        for seat in (world.drafter, world.seats[Role.SCHOLAR], world.seats[Role.OBSERVER]):
            with pytest.raises(Forbidden):
                take(store, seat, world.draft, made.uid, stance="reserves")


class TestRedacting:
    def test_two_seats_take_the_words_out_and_the_chain_still_holds(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        other = tabled(store, world, people)
        assert not negotiating.redact(store, people.member_a, world.draft, made.uid)
        with pytest.raises(Invalid, match="another seat"):
            negotiating.redact(store, people.member_a, world.draft, made.uid, reason="x")
        with pytest.raises(Forbidden, match="chair or the secretariat has to agree"):
            negotiating.redact(store, people.focal_a, world.draft, made.uid, reason="x")
        with pytest.raises(Forbidden, match="whose proposal"):
            negotiating.redact(store, people.focal_b, world.draft, made.uid, reason="x")
        assert negotiating.redact(
            store, world.chair, world.draft, made.uid, reason="Pasted by mistake."
        )
        now = negotiating.proposal(store, people.focal_b, world.draft, made.uid)
        assert (now.redacted, now.words, now.reason) == (True, "", "")
        acts = [e.act for e in negotiating.happened(store, world.chair, world.draft, made.uid)]
        assert acts == ["tabled", "redacted"]
        assert store.proposals.sound(now)
        assert store.proposals.sound(other)
        with pytest.raises(Invalid, match="redacted"):
            negotiating.incorporate(store, world.chair, world.draft, made.uid)

    @pytest.mark.parametrize(
        "tampering",
        [
            "UPDATE proposal SET words = 'Other words.'",
            "UPDATE proposal SET redacted = true, words = '', reason = '', salt = '', hash = 'x'",
            "UPDATE proposal_event SET author = 'Somebody' WHERE number = 1",
            "DELETE FROM proposal_event WHERE number = 2",
            "DELETE FROM proposal_event WHERE number = 1",
        ],
    )
    def test_what_was_tampered_with_shows(
        self, store: Store, world: World, people: Delegations, tampering: str
    ) -> None:
        made = tabled(store, world, people)
        negotiating.join(store, people.focal_b, world.draft, made.uid)
        assert store.proposals.sound(made)
        store._session.connection().execute(text(tampering))
        store._session.expire_all()
        assert not store.proposals.sound(made)

    def test_what_was_taken_up_goes_from_the_text_as_well(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        negotiating.incorporate(store, world.chair, world.draft, made.uid)
        assert not negotiating.redact(store, people.focal_a, world.draft, made.uid)
        assert negotiating.redact(store, world.chair, world.draft, made.uid, reason="So.")
        assert "zanzibarly" not in words(store, world, world.uid(PRESUMED))


def test_registers_are_kept_by_those_who_steer(
    store: Store, world: World, people: Delegations
) -> None:
    for seat in (people.focal_a, world.drafter, world.seats[Role.OBSERVER]):
        with pytest.raises(Forbidden):
            negotiating.enter_meeting(store, seat, world.draft, name="x")
        with pytest.raises(Forbidden):
            negotiating.set_group(store, seat, world.draft, name="x", members="y")
    negotiating.enter_meeting(store, world.chair, world.draft, name="First", held="5 May 2026")
    with pytest.raises(Invalid, match="of that name"):
        negotiating.enter_meeting(store, world.chair, world.draft, name="First")
    with pytest.raises(Invalid, match="needs a name"):
        negotiating.enter_meeting(store, world.chair, world.draft, name=" ")
