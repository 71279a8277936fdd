import pytest

from app.actions import drafting
from app.actions.attributing import authors
from app.actions.refusals import Missing, SignInNeeded
from app.store.seats import SeatRecord
from app.store.unit import Store
from tests.support.world import World

PRESUMED = "Good faith is presumed."
SHALL = "Talks [shall] [should] be held in good faith."


def told(store: Store, world: World, uid: str) -> list[tuple[str, str]]:
    """Whose the words are; together they are the clause's."""
    found = authors(store, world.chair, world.draft, uid)
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None and "".join(run.text for run in found) == clause.words
    return [(run.text, run.entry.author) for run in found]


def version(store: Store, world: World, uid: str) -> int:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.version


def say(store: Store, world: World, seat: SeatRecord, uid: str, words: str) -> None:
    seen = version(store, world, uid)
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    change = drafting.retitle if clause.kind.bears_heading else drafting.reword
    change(store, seat, world.draft, uid, words, seen=seen)


def test_words_are_whose_who_wrote_them_last(store: Store, world: World) -> None:
    uid, first = world.uid(PRESUMED), told(store, world, world.uid(PRESUMED))[0][1]
    say(store, world, world.drafter, uid, "Good faith is always presumed.")
    assert told(store, world, uid) == [
        ("Good faith is ", first),
        ("always ", "Drafter A"),
        ("presumed.", first),
    ]


def test_each_run_knows_the_entry_by_which_it_came(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    say(store, world, world.drafter, uid, "Good faith is always presumed.")
    found = authors(store, world.chair, world.draft, uid)
    latest = store.drafts.history(world.draft.id, uid)[-1]
    assert [run.entry.act for run in found] == ["loaded", "reworded", "loaded"]
    assert found[1].entry == latest


def test_a_heading_has_authors_too(store: Store, world: World) -> None:
    uid = world.uid("Use of terms")
    say(store, world, world.drafter, uid, "Use of terms in talks")
    found = told(store, world, uid)
    assert found[-1] == (" in talks", "Drafter A") and found[0][0] == "Use of terms"


def test_what_was_split_off_keeps_its_authors(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    say(store, world, world.drafter, uid, "Good faith is presumed, until it is disproved.")
    seen = version(store, world, uid)
    made = drafting.split(store, world.chair, world.draft, uid, at=23, seen=seen)
    assert made.text == "until it is disproved."
    assert told(store, world, made.uid) == [("until it is disproved", "Drafter A"), (".", "Chair")]


def test_what_was_merged_keeps_its_authors(store: Store, world: World) -> None:
    first, second = world.uid(SHALL), world.uid(PRESUMED)
    say(store, world, world.drafter, second, "Good faith is always presumed.")
    seen = version(store, world, second)
    drafting.merge(store, world.chair, world.draft, second, seen=seen)
    assert ("always ", "Drafter A") in told(store, world, first)


def test_what_was_split_and_joined_again_keeps_its_authors(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    say(store, world, world.drafter, uid, "Good faith is presumed, until it is disproved.")
    seen = version(store, world, uid)
    made = drafting.split(store, world.chair, world.draft, uid, at=23, seen=seen)
    drafting.merge(store, world.chair, world.draft, made.uid, seen=made.version)
    assert ("until it is disproved", "Drafter A") in [
        (text.strip(", "), author) for text, author in told(store, world, uid)
    ]


def test_what_an_undoing_brings_back_keeps_its_author(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    before = told(store, world, uid)
    say(store, world, world.drafter, uid, "Nothing is presumed.")
    drafting.undo(store, world.drafter, world.draft)
    assert told(store, world, uid) == before


def test_a_clause_that_never_was_has_no_authors(store: Store, world: World) -> None:
    with pytest.raises(Missing):
        authors(store, world.chair, world.draft, "cnone")
    with pytest.raises(SignInNeeded):
        authors(store, None, world.draft, world.uid(PRESUMED))
