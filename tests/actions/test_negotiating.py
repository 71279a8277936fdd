from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.actions import convening, drafting, incorporating, negotiating, stating
from app.actions.refusals import Forbidden, Invalid, Missing, Refusal, SignInNeeded
from app.store.proposals import Stage, Wish
from app.store.seats import Role, SeatRecord
from app.store.tables import PositionRow, ProposalEventRow, ProposalRow, ProposalSponsorRow
from app.store.unit import Store
from tests.support.delegations import Delegations, seat_them
from tests.support.tabling import CANARY, PRESUMED, suggest, tabled, version, words
from tests.support.world import World


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


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
        lambda store, seat, uid: incorporating.incorporate(store, seat, draft, uid),
        lambda store, seat, uid: stating.take_position(
            store, seat, draft, uid, stance="supports", delegation="Delegation C"
        ),
        lambda store, seat, uid: stating.release(store, seat, draft, uid, "q"),
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
        convening.set_group(
            store, world.chair, world.draft, name="Friends", members="Delegation A\nDelegation C"
        )
        assert suggest(store, world, people.member_a, speaks_for="Friends").speaks_for == "Friends"
        with pytest.raises(Invalid, match="not in a group"):
            suggest(store, world, people.member_b, speaks_for="Friends")
        convening.set_group(store, world.chair, world.draft, name="Friends", members="")
        assert convening.groups(store, world.chair, world.draft) == ()


class TestTabled:
    def test_everybody_reads_it_and_nobody_deletes_or_changes_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        convening.enter_meeting(store, world.chair, world.draft, name="Second meeting")
        (held,) = convening.meetings(store, world.chair, world.draft)
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
            incorporating.incorporate(store, world.chair, world.draft, made.uid)

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
            incorporating.incorporate(store, world.chair, world.draft, made.uid)

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
        incorporating.incorporate(store, world.chair, world.draft, made.uid)
        assert not negotiating.redact(store, people.focal_a, world.draft, made.uid)
        assert negotiating.redact(store, world.chair, world.draft, made.uid, reason="So.")
        assert "zanzibarly" not in words(store, world, world.uid(PRESUMED))
