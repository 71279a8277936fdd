"""Words that came in a file and are redacted: bars in what was found, lines in the file's place."""

import pytest

from app.actions import drafting, incorporating, negotiating, returning, rounding
from app.store.rounds import Place
from app.store.tombstones import NAME
from app.store.unit import Stores
from tests.support.circulated import Circulated, circulate, come_back

SECRET = "“talks” means what the northern envoy asked of us;"


@pytest.fixture
def sent(lite: Stores) -> Circulated:
    with lite.begin() as store:
        return circulate(store)


def tabled(stores: Stores, sent: Circulated) -> tuple[str, str]:
    """A file with a tabled proposal and another change; the file's and the proposal's ids."""
    hand = sent.hand()
    hand.replace("“talks” means a peace negotiation;", SECRET)
    hand.replace("presumed", "assumed")
    came, found = come_back(stores, sent, hand.saved())
    pid = next(each.proposal for each in found if each.after == SECRET)
    with stores.begin() as store:
        negotiating.table(store, sent.focal, sent.draft, pid)
    return came.uid, pid


def redact(stores: Stores, sent: Circulated, pid: str) -> None:
    with stores.begin() as store:
        negotiating.redact(store, sent.focal, sent.draft, pid)
        why = "It names a person."
        assert negotiating.redact(store, sent.secretariat, sent.draft, pid, reason=why)


def everything(stores: Stores) -> str:
    """All that the tables of rounds hold, as text."""
    with stores.read() as store:
        connection = store._session.connection()
        rows = [
            connection.exec_driver_sql(f"SELECT * FROM {name}").all()  # noqa: S608 - ours
            for name in ("finding", "returned", "proposal", "note")
        ]
        return str(rows)


def test_the_words_go_from_the_finding_and_with_the_file(lite: Stores, sent: Circulated) -> None:
    uid, pid = tabled(lite, sent)
    assert "northern envoy" in everything(lite)
    redact(lite, sent, pid)
    assert "northern envoy" not in everything(lite)
    with lite.read() as store:
        came = returning.returned(store, sent.chair, sent.round, uid)
        said = returning.content(store, sent.chair, sent.round, uid).decode()
        words, other = returning.findings(store, sent.chair, sent.round)
        report = returning.report(came)
    assert came.filename == NAME
    assert came.size == len(said.encode())
    assert all(
        each in said
        for each in (pid, "It names a person.", sent.focal.name, sent.secretariat.name, uid)
    )
    assert report is not None
    assert (report.tracked, report.lost) == (4, 0)
    assert set(words.after) == {"█"}
    assert words.before == "“talks” means a peace negotiation;"
    assert words.detail["redacted"]
    # What else was in the file is as it was.
    assert (other.after, other.state) == ("Good faith is assumed.", Place.PROPOSED)


def test_what_was_taken_up_goes_from_later_files_too_and_the_chain_holds(
    lite: Stores, sent: Circulated
) -> None:
    _, pid = tabled(lite, sent)
    with lite.begin() as store:
        incorporating.incorporate(store, sent.chair, sent.draft, pid)
        draft = store.drafts.by_id(sent.draft.id)
        assert draft is not None
        drafting.name_edition(store, sent.chair, draft, name="Second")
        round_ = rounding.open_round(
            store,
            sent.chair,
            draft,
            name="Second reading",
            edition="second",
            recipients=[rounding.To("Delegation B")],
        )
        (to,) = rounding.recipients(store, sent.chair, round_)
        file = rounding.copy_for(store, sent.chair, draft, round_, to)
        came = returning.receive(store, sent.chair, draft, round_, "b.docx", file.content)
    returning.read_return(lite, came.uid)
    redact(lite, sent, pid)
    with lite.read() as store:
        assert returning.content(store, sent.chair, round_, came.uid).startswith(b"The file")
        events = [each for each in store.journal_events.recent() if "taken out" in each.act]
        assert len(events) == 2
        draft = store.drafts.by_id(sent.draft.id)
        assert draft is not None
        assert drafting.verify(store, draft).sound
    assert "northern envoy" not in everything(lite)


def test_a_note(lite: Stores, sent: Circulated) -> None:
    hand = sent.hand()
    hand.comment("presumed", "The northern envoy presumes it.", "So does the southern one.")
    came, (found,) = come_back(lite, sent, hand.saved())
    with lite.begin() as store:
        told = store.tombstones.after_note(
            sent.draft.id, found.note, first="A", by=sent.secretariat, why="It names persons."
        )
        assert told == ((sent.round.uid, came.uid),)
        # It is done once.
        assert not store.tombstones.after_note(
            sent.draft.id, found.note, first="A", by=sent.secretariat, why="Again."
        )
        (now,) = returning.findings(store, sent.chair, sent.round)
        assert set(now.after) == {"█"}
        assert "thread" not in now.detail
        assert b"persons" in returning.content(store, sent.chair, sent.round, came.uid)
        assert returning.report(returning.returned(store, sent.chair, sent.round, came.uid))
