"""Proposals and notes made of findings: which, on which words, and of what none can be made."""

from dataclasses import replace

import pytest

from app.actions import drafting
from app.actions.delivering import NOBODYS, Delivery, reader_of
from app.store.rounds import NewFinding, Place, Sort
from app.store.unit import Store
from tests.support.circulated import Circulated, circulate


@pytest.fixture
def sent(store: Store) -> Circulated:
    return circulate(store)


def delivery(store: Store, sent: Circulated, to: int = 0) -> Delivery:
    return Delivery(store, sent.draft, sent.round, sent.to[to], sent.round.seq)


def change(sent: Circulated, wish: str, after: str = "", **more: str) -> NewFinding:
    finding = NewFinding(
        Sort.CHANGE, Place.PLACED, wish=wish, clause=sent.world.uid("presumed"), after=after
    )
    return replace(finding, **more)  # type: ignore[arg-type]


def comment(sent: Circulated, text: str, **detail: object) -> NewFinding:
    thread = [{"author": "Desk", "date": "", "text": text}]
    return NewFinding(
        Sort.COMMENT,
        Place.PLACED,
        clause=sent.world.uid("presumed"),
        before="new words",
        after=text,
        detail={"thread": thread, **detail},
    )


def test_each_wish(store: Store, sent: Circulated) -> None:
    made = delivery(store, sent).all(
        [
            change(sent, "replace", "Good faith is assumed."),
            change(sent, "delete"),
            change(sent, "insert", "More.", new_kind="paragraph"),
            change(sent, "insert", "Its text.", new_kind="article", heading="Costs"),
        ]
    )
    assert {each.state for each in made} == {Place.PROPOSED}
    kept = store.proposals.of_draft(reader_of(sent.to[0]), sent.draft.id)
    assert [(str(each.wish), each.heading, each.words) for each in kept] == [
        ("replace", "", "Good faith is assumed."),
        ("delete", "", ""),
        ("insert", "", "More."),
        ("insert", "Costs", "Its text."),
    ]
    assert {each.base for each in kept} == {"Good faith is presumed."}
    assert {each.seq for each in kept} == {sent.round.seq}
    assert {each.author for each in kept} == {"Delegation A"}


def test_on_the_words_as_they_were_sent(store: Store, sent: Circulated) -> None:
    uid = sent.world.uid("presumed")
    clause = store.drafts.clause(sent.draft.id, uid)
    assert clause is not None
    drafting.reword(store, sent.chair, sent.draft, uid, "Other words.", seen=clause.version)
    made = delivery(store, sent).one(change(sent, "replace", "Good faith is assumed."))
    (kept,) = store.proposals.of_draft(reader_of(sent.to[0]), sent.draft.id)
    assert (kept.uid, kept.base, kept.version) == (
        made.proposal,
        "Good faith is presumed.",
        clause.version,
    )


def test_of_what_none_can_be_made(store: Store, sent: Circulated) -> None:
    for finding, reason in (
        (change(sent, "replace", "x" * (drafting.LONGEST + 1)), "too long"),
        (change(sent, "insert", " ", new_kind="paragraph"), "no words"),
        (comment(sent, "  "), "no words"),
    ):
        made = delivery(store, sent).one(finding)
        assert made.state is Place.INBOX
        assert reason in made.reason
    waiting = replace(change(sent, "delete"), state=Place.INBOX)
    assert delivery(store, sent).one(waiting) is waiting
    nobodys = delivery(store, sent, 2)
    assert nobodys.one(change(sent, "delete")).reason == NOBODYS
    assert nobodys.one(comment(sent, "Why?")).reason == NOBODYS
    assert store.proposals.of_draft(reader_of(sent.to[2]), sent.draft.id) == ()


def test_a_note_says_what_it_was_on(store: Store, sent: Circulated) -> None:
    reader = reader_of(sent.to[0])
    for detail, body, quote in (
        ({"anchor": [14, 22]}, "Why?", "presumed"),
        ({}, "On “new words”: Why?", None),
        ({"answers": True}, "On a comment of the file: Why?", None),
        ({"anchor": [400, 500]}, "Why?", None),
    ):
        made = delivery(store, sent).one(comment(sent, "Why?", **detail))
        note = store.notes.get(made.note, reader)
        assert note is not None
        assert note.body == body
        assert (note.anchor.quote if note.anchor else None) == quote
        assert (note.author, note.delegation) == ("Desk", "Delegation A")
