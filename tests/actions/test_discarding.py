"""Deleting a file that came by mistake: all goes, but for what is public or was gone on with."""

import pytest

from app.actions import annotating, discarding, negotiating, returning, rounding
from app.actions.refusals import Invalid, Missing
from app.store.rounds import FindingRecord, ReturnedRecord
from app.store.unit import Store, Stores
from tests.support.circulated import Circulated, circulate, come_back


@pytest.fixture
def sent(lite: Stores) -> Circulated:
    with lite.begin() as store:
        return circulate(store)


def back(
    stores: Stores, sent: Circulated, *, also: str = ""
) -> tuple[ReturnedRecord, tuple[FindingRecord, ...]]:
    """A file with a change of words and a comment, perhaps with another change."""
    hand = sent.hand()
    hand.replace("negotiation;", "mediation;")
    hand.comment("presumed", "By whom?")
    if also:
        hand.replace("having talked", also)
    return come_back(stores, sent, hand.saved())


def proposals(store: Store, sent: Circulated) -> list[str]:
    return [each.proposal.words for each in negotiating.proposals(store, sent.delegate, sent.draft)]


def test_nothing_is_left_of_it(lite: Stores, sent: Circulated) -> None:
    came, found = back(lite, sent)
    with lite.begin() as store:
        discarding.delete(store, sent.delegate, sent.draft, sent.round, came.uid)
        assert proposals(store, sent) == []
        assert returning.returns(store, sent.secretariat, sent.round) == ()
        assert returning.findings(store, sent.secretariat, sent.round) == ()
        for each in found:
            if each.note:
                with pytest.raises(Missing):
                    annotating.note(store, sent.delegate, each.note)
        (event,) = [
            each for each in store.journal_events.recent() if each.act == "round.file deleted"
        ]
        assert event.detail["file"] == came.uid
    # The same file may come again, and is read as if it had never come.
    _, again = back(lite, sent)
    assert len(again) == len(found)


def test_the_secretariat_may_and_another_delegation_knows_nothing_of_it(
    lite: Stores, sent: Circulated
) -> None:
    hand = sent.hand(1)
    hand.replace("negotiation;", "mediation;")
    came, _ = come_back(lite, sent, hand.saved())
    with lite.begin() as store:
        with pytest.raises(Missing):
            discarding.delete(store, sent.delegate, sent.draft, sent.round, came.uid)
        discarding.delete(store, sent.secretariat, sent.draft, sent.round, came.uid)
        assert returning.returns(store, sent.chair, sent.round) == ()


def test_what_was_tabled_is_kept(lite: Stores, sent: Circulated) -> None:
    came, found = back(lite, sent)
    pid = next(each.proposal for each in found if each.proposal)
    with lite.begin() as store:
        negotiating.table(store, sent.focal, sent.draft, pid)
        for seat in (sent.delegate, sent.secretariat):
            with pytest.raises(Invalid, match="tabled"):
                discarding.delete(store, seat, sent.draft, sent.round, came.uid)
        assert len(returning.findings(store, sent.chair, sent.round)) == len(found)


def test_what_the_delegation_has_gone_on_with_is_theirs(lite: Stores, sent: Circulated) -> None:
    came, found = back(lite, sent)
    pid = next(each.proposal for each in found if each.proposal)
    with lite.begin() as store:
        negotiating.change(
            store, sent.delegate, sent.draft, pid, words="Other words;", reason="Ours."
        )
        discarding.delete(store, sent.secretariat, sent.draft, sent.round, came.uid)
        assert proposals(store, sent) == ["Other words;"]


def test_what_another_file_proposes_as_well_stays(lite: Stores, sent: Circulated) -> None:
    came, _ = back(lite, sent)
    back(lite, sent, also="having spoken")
    with lite.begin() as store:
        assert len(proposals(store, sent)) == 2
        discarding.delete(store, sent.delegate, sent.draft, sent.round, came.uid)
        assert len(proposals(store, sent)) == 2


def test_by_the_link_that_it_came_by(lite: Stores, sent: Circulated) -> None:
    with lite.begin() as store:
        token = rounding.make_link(store, sent.chair, sent.round, sent.to[1])
        reply = rounding.reply(store, token)
        came = returning.receive_by_link(store, reply, "b.docx", sent.files[1])
        other = returning.receive(
            store, sent.chair, sent.draft, sent.round, "c.docx", b"other", to=sent.to[1]
        )
        reply = rounding.reply(store, token)
        with pytest.raises(Missing):
            # It did not come by this link.
            discarding.delete_by_link(store, reply, other.uid)
        discarding.delete_by_link(store, reply, came.uid)
        assert rounding.reply(store, token).returns == ()


def test_a_file_that_went_before_it_was_read_is_passed_over(lite: Stores, sent: Circulated) -> None:
    with lite.begin() as store:
        came = returning.receive(store, sent.chair, sent.draft, sent.round, "a.docx", b"a")
        discarding.delete(store, sent.chair, sent.draft, sent.round, came.uid)
    with pytest.raises(Missing):
        returning.read_return(lite, came.uid)
    assert returning.read_waiting(lite) == ()
