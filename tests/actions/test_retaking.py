"""Taking back what was placed: as it was before, and nothing of anybody else's is touched."""

import pytest

from app.actions import negotiating, returning
from app.actions.refusals import Forbidden, Invalid
from app.actions.retaking import take_back
from app.store.readers import Reader
from app.store.rounds import FindingRecord, Place
from app.store.seats import SeatRecord
from app.store.unit import Stores
from tests.support.circulated import Circulated, circulate, come_back

TALKS = "“talks”"


@pytest.fixture
def sent(lite: Stores) -> Circulated:
    with lite.begin() as store:
        return circulate(store)


def back(stores: Stores, sent: Circulated, uid: str, seat: SeatRecord | None = None) -> Place:
    with stores.begin() as store:
        seat = seat or sent.secretariat
        return take_back(store, seat, sent.draft, sent.round, uid).state


def changed(stores: Stores, sent: Circulated) -> FindingRecord:
    hand = sent.hand()
    hand.replace("negotiation;", "mediation;")
    _, (one,) = come_back(stores, sent, hand.saved())
    return one


def test_what_was_placed_by_itself_waits_again_and_its_proposal_is_gone(
    lite: Stores, sent: Circulated
) -> None:
    one = changed(lite, sent)
    assert one.state is Place.PROPOSED
    assert back(lite, sent, one.uid) is Place.INBOX
    with lite.read() as store:
        again = returning.finding(store, sent.chair, sent.round, one.uid)
        assert (again.clause, again.before, again.proposal) == (one.clause, one.before, "")
        assert negotiating.proposals(store, sent.delegate, sent.draft) == ()
    with pytest.raises(Invalid, match="dealt with"):
        back(lite, sent, one.uid)


def test_what_was_placed_by_hand_is_as_it_was_before(lite: Stores, sent: Circulated) -> None:
    one = changed(lite, sent)
    back(lite, sent, one.uid)
    elsewhere = sent.world.uid("held in good faith")
    with lite.begin() as store:
        waiting = returning.finding(store, sent.chair, sent.round, one.uid)
        placed = returning.place(store, sent.chair, sent.draft, sent.round, one.uid, elsewhere)
        assert (placed.state, placed.how) == (Place.PROPOSED, "by hand")
    back(lite, sent, one.uid)
    with lite.read() as store:
        again = returning.finding(store, sent.chair, sent.round, one.uid)
    names = ("clause", "how", "score", "before", "after", "reason", "detail", "state", "proposal")
    assert [getattr(again, each) for each in names] == [getattr(waiting, each) for each in names]


def test_a_comment_and_its_answers_are_gone_unless_somebody_went_on(
    lite: Stores, sent: Circulated
) -> None:
    hand = sent.hand()
    hand.comment("good faith", "Why?", "Because.", resolved=True)
    hand.comment("negotiation;", "Which?")
    _, (first, second) = come_back(lite, sent, hand.saved())
    assert {first.state, second.state} == {Place.NOTED}
    reader = Reader.of(sent.delegate)
    with lite.begin() as store:
        note = store.notes.get(second.note, reader)
        assert note is not None
        store.notes.answer(note, "That one.", sent.delegate)
    assert back(lite, sent, first.uid) is Place.INBOX
    with pytest.raises(Invalid, match="gone on"):
        back(lite, sent, second.uid)
    with lite.read() as store:
        assert [each.key for each in store.notes.of_draft(sent.draft.id, reader)] == [second.note]


def test_what_its_delegation_went_on_with_is_not_taken_back(lite: Stores, sent: Circulated) -> None:
    one = changed(lite, sent)
    with lite.begin() as store:
        negotiating.change(
            store, sent.delegate, sent.draft, one.proposal, words="Quite else.", reason="Better."
        )
    with pytest.raises(Invalid, match="gone on"):
        back(lite, sent, one.uid)
    with pytest.raises(Forbidden):
        back(lite, sent, one.uid, sent.delegate)


def test_what_was_said_twice_or_written_by_the_delegation_itself_stays(
    lite: Stores, sent: Circulated
) -> None:
    uid = sent.world.uid(TALKS)
    words = "“talks” means a peace mediation;"
    with lite.begin() as store:
        clause = store.drafts.clause(sent.draft.id, uid)
        assert clause is not None
        own = negotiating.propose(
            store,
            sent.delegate,
            sent.draft,
            uid,
            wish="replace",
            words=words,
            reason="Ours.",
            seen=clause.version,
        )
    one = changed(lite, sent)
    assert one.proposal == own.uid
    back(lite, sent, one.uid)
    hand = sent.hand()
    hand.replace("in good faith", "in the best of faith")
    _, (two,) = come_back(lite, sent, hand.saved(), "two.docx")
    hand.comment("negotiation;", "Once more.")
    _, again = come_back(lite, sent, hand.saved(), "three.docx")
    (three,) = (each for each in again if each.proposal)
    assert three.proposal == two.proposal
    back(lite, sent, two.uid)
    with lite.read() as store:
        kept = negotiating.proposals(store, sent.delegate, sent.draft)
    assert {each.proposal.uid for each in kept} == {own.uid, two.proposal}
    back(lite, sent, three.uid)
    with lite.read() as store:
        kept = negotiating.proposals(store, sent.delegate, sent.draft)
    assert [each.proposal.uid for each in kept] == [own.uid]
