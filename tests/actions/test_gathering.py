"""What a round gathered: who may know where things belong, and all of it as files."""

import io
import zipfile

import pytest

from app.actions import gathering, returning
from app.actions.refusals import Forbidden
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.store.unit import Stores
from tests.support.circulated import Circulated, circulate, come_back
from tests.support.word_rules import breaches

TITLE_WORDS = "Whispered"


@pytest.fixture
def sent(stores: Stores) -> Circulated:
    with stores.begin() as store:
        return circulate(store)


def two_answers(stores: Stores, sent: Circulated) -> tuple[bytes, bytes]:
    first, second = sent.hand(0), sent.hand(1, "Capital B")
    first.replace("negotiation;", "mediation;")
    first.comment("good faith", "Why?", "Because.")
    second.strike("held in good faith")
    second.insert_after(sent.draft.title, f" {TITLE_WORDS}")
    contents = first.saved(), second.saved()
    for content in contents:
        come_back(stores, sent, content)
    return contents


def test_where_things_belong_is_told_to_whom_they_concern(stores: Stores, sent: Circulated) -> None:
    two_answers(stores, sent)
    with stores.read() as store:
        everything = gathering.placed(store, sent.chair, sent.round)
        own = gathering.placed(store, sent.delegate, sent.round)
        found = gathering.findings(store, sent.chair, everything)
        # Asked for by their ids, what is another delegation's is not there either.
        narrowed = gathering.findings(store, sent.delegate, everything)
        talks = sent.world.uid("“talks”")
        counts = gathering.on_clause(store, sent.chair, sent.draft, talks)
        there = sent.world.uid("held in good faith")
        theirs = gathering.on_clause(store, sent.delegate, sent.draft, there)
        made = gathering.proposals(store, sent.delegate, sent.draft, found.values())
    assert len(everything) == len(found) == 4
    assert set(narrowed) == {each.id for each in own}
    assert len(own) == 2
    assert [(each.uid, count) for each, count in counts] == [(sent.round.uid, 1)]
    # Their own comment, and not that the clause is to be struck.
    assert [count for _, count in theirs] == [1]
    assert [each.proposal.delegation for each in made.values()] == ["Delegation A"]


def test_all_that_came_back_in_one_table_and_in_one_zip(stores: Stores, sent: Circulated) -> None:
    contents = two_answers(stores, sent)
    with stores.begin() as store:
        file = gathering.compilation(store, sent.chair, sent.draft, sent.round)
        packed = gathering.everything_back(store, sent.chair, sent.draft, sent.round)
        for make in (gathering.compilation, gathering.everything_back):
            with pytest.raises(Forbidden):
                make(store, sent.delegate, sent.draft, sent.round)
        (waiting,) = returning.findings(store, sent.chair, sent.round, state="inbox")
        returning.set_aside(store, sent.chair, sent.round, waiting.uid, "Said before.")
        without = gathering.compilation(store, sent.chair, sent.draft, sent.round)
    assert breaches(file.content) == []
    rows = [each.text for each in read(file.content, View.MARKED).paragraphs]
    told = "\n".join(rows)
    for words in ("Delegation A", "Delegation B", "Delete.", "Not tabled yet.", "Why?", "Because."):
        assert words in told
    assert "for the secretariat" in told
    assert TITLE_WORDS in told
    assert "Not placed yet" in told
    assert all(TITLE_WORDS not in each.text for each in read(without.content).paragraphs)
    accepted = "\n".join(each.text for each in read(file.content, View.ACCEPTED).paragraphs)
    assert "mediation;" in accepted
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        names = archive.namelist()
        assert names == [
            "001 Delegation A/001 answer.docx",
            "002 Delegation B/002 answer.docx",
        ]
        assert tuple(map(archive.read, names)) == contents
