from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from app.actions import annotating, drafting
from app.actions.annotating import Chosen, Wanted
from app.actions.refusals import Forbidden, Invalid, Missing, Refusal
from app.actions.whereabouts import Stands, Thread
from app.store.notes import Audience, Did, NoteKind
from app.store.seats import Role, SeatRecord
from app.store.unit import Store, Stores
from tests.support.noted import WORDS, now, on_words
from tests.support.typed import type_in
from tests.support.world import Clock, World, fill


@pytest.fixture
def people(store: Store, world: World) -> dict[str, SeatRecord]:
    """The world's seats by role, and further delegates: a second of A, one of B, one of none."""
    made = {role.value: seat for role, seat in world.seats.items()}
    for name, delegation in (("A2", "Delegation A"), ("B", "Delegation B"), ("alone", "")):
        made[name] = store.seats.add(
            name=f"Delegate {name}",
            email=f"{name}@example.org",
            role=Role.DELEGATE,
            delegation=delegation,
            password="unusable",
        )
    return made


def test_a_note_lies_on_its_words_and_goes_along_with_them(store: Store, world: World) -> None:
    made = on_words(store, world, world.drafter)
    assert made.stands is Stands.ANCHORED
    assert made.uid == world.uid("Talks [shall]")
    type_in(store, world.draft.id, made.uid, world.chair, "All ")
    moved = annotating.note(store, world.chair, made.note.key)
    assert made.anchor is not None
    assert moved.anchor is not None
    assert moved.anchor.start == made.anchor.start + 4
    assert moved.stands is Stands.ANCHORED


def test_words_that_are_gone_are_said_to_be_gone_and_kept(store: Store, world: World) -> None:
    made = on_words(store, world, world.drafter)
    clause = store.drafts.clause(world.draft.id, made.uid)
    assert clause is not None
    drafting.reword(
        store, world.chair, now(store, world), made.uid, "Talks are held.", seen=clause.version
    )
    thread = annotating.note(store, world.drafter, made.note.key)
    assert thread.stands is Stands.ORPHANED
    assert thread.uid == made.uid
    assert thread.anchor is not None
    assert thread.anchor.quote == WORDS


def test_words_that_moved_since_they_were_selected_are_found_or_refused(
    store: Store, world: World
) -> None:
    uid = world.uid("presumed")
    type_in(store, world.draft.id, uid, world.chair, "It is said: ")
    chosen = Chosen(0, "Good faith", "", " is presumed.")
    note = annotating.write(
        store, world.drafter, now(store, world), uid=uid, words=chosen, body="x"
    )
    assert note.anchor is not None
    assert note.anchor.start == len("It is said: ")
    with pytest.raises(Invalid, match="just been changed"):
        annotating.write(
            store,
            world.drafter,
            now(store, world),
            uid=uid,
            words=Chosen(0, "Bad faith", "", " is presumed."),
            body="x",
        )


def test_a_note_on_a_clause_or_on_the_draft(store: Store, world: World) -> None:
    uid = world.uid("presumed")
    draft = now(store, world)
    annotating.write(store, world.drafter, draft, uid=uid, body="On it", audience="everyone")
    annotating.write(store, world.drafter, draft, body="On all of it", audience="everyone")
    assert annotating.counts(store, world.chair, draft) == {uid: 1, "": 1}
    (on_clause,) = annotating.threads(store, world.chair, draft, uid)
    assert (on_clause.stands, on_clause.note.body) == (Stands.WHOLE, "On it")
    (on_draft,) = annotating.threads(store, world.chair, draft, "")
    assert on_draft.uid == ""
    with pytest.raises(Missing, match="no such clause"):
        annotating.write(store, world.drafter, draft, uid="cnowhere", body="x")


def test_a_note_on_a_clause_that_was_joined_is_spoken_of_where_that_went(
    store: Store, world: World
) -> None:
    uid, before = world.uid("presumed"), world.uid("Talks [shall]")
    annotating.write(store, world.drafter, now(store, world), uid=uid, body="x", audience="mine")
    drafting.merge(store, world.chair, now(store, world), uid, seen=1)
    (thread,) = annotating.threads(store, world.drafter, now(store, world))
    assert (thread.uid, thread.stands) == (before, Stands.STRUCK)


READERS = {
    Audience.MINE: {"delegate"},
    Audience.DELEGATION: {"delegate", "A2"},
    Audience.EVERYONE: {
        *("chair", "secretariat", "drafter", "delegate", "scholar", "observer"),
        *("A2", "B", "alone"),
    },
}


@pytest.mark.parametrize("audience", list(Audience))
def test_a_note_that_is_not_for_a_seat_is_one_that_never_was(
    store: Store, world: World, people: dict[str, SeatRecord], audience: Audience
) -> None:
    thread = on_words(store, world, people["delegate"], audience)
    answer = annotating.answer(store, people["delegate"], thread.note.key, "And an answer")
    draft = now(store, world)
    for name, seat in people.items():
        may = name in READERS[audience]
        assert bool(annotating.threads(store, seat, draft)) is may, name
        assert bool(annotating.counts(store, seat, draft)) is may, name
        for key in (thread.note.key, answer.key):
            if may:
                assert annotating.note(store, seat, key).note.key == thread.note.key
                continue
            for denied, absent in zip(
                acts(store, seat, key), acts(store, seat, "n" * 13), strict=True
            ):
                assert refusal(denied) == refusal(absent) == (Missing, annotating.UNKNOWN)


def acts(store: Store, seat: SeatRecord, key: str) -> list[Callable[[], object]]:
    return [
        lambda: annotating.note(store, seat, key),
        lambda: annotating.answer(store, seat, key, ""),
        lambda: annotating.change(store, seat, key, body=""),
        lambda: annotating.resolve(store, seat, key, ""),
        lambda: annotating.reopen(store, seat, key, ""),
        lambda: annotating.remove(store, seat, key),
    ]


def refusal(act: Callable[[], object]) -> tuple[type[Refusal], str] | None:
    try:
        act()
    except Refusal as refused:
        return type(refused), refused.sentence
    return None


def test_nothing_of_a_note_is_in_the_journal_or_among_the_events(
    store: Store, world: World
) -> None:
    draft, events = now(store, world), store.journal_events.recent()
    thread = on_words(store, world, world.drafter, Audience.MINE)
    annotating.resolve(store, world.drafter, thread.note.key, "Done")
    annotating.remove(store, world.drafter, thread.note.key)
    assert now(store, world) == draft
    assert store.journal_events.recent() == events


def test_a_seat_that_has_gone_to_another_delegation_leaves_its_notes_there(
    store: Store, world: World, people: dict[str, SeatRecord]
) -> None:
    thread = on_words(store, world, people["delegate"], Audience.DELEGATION)
    gone = replace(people["delegate"], delegation="Delegation B")
    with pytest.raises(Missing):
        annotating.note(store, gone, thread.note.key)
    # No delegation is not one that those without any share.
    assert annotating.threads(store, people["alone"], now(store, world)) == ()
    with pytest.raises(Invalid, match="no delegation"):
        on_words(store, world, people["alone"], Audience.DELEGATION)


def test_what_a_note_said_before_it_was_for_all_stays_with_its_author(
    store: Store, world: World
) -> None:
    key = on_words(store, world, world.drafter, Audience.MINE).note.key
    annotating.change(store, world.drafter, key, body="Fit for others", audience="everyone")
    annotating.change(store, world.drafter, key, body="Better still", kind="legal")
    for seat, expected in (
        (world.drafter, ["A canary of whose?", "Fit for others"]),
        (world.chair, ["Fit for others"]),
    ):
        thread = annotating.note(store, seat, key)
        assert thread.note.body == "Better still"
        assert thread.note.kind is NoteKind.LEGAL
        kept = annotating.changes(store, seat, thread)[thread.note.id]
        assert [(one.act, one.words) for one in kept] == [(Did.EDITED, w) for w in expected]


def test_only_the_author_changes_a_note_and_once_at_a_time(store: Store, world: World) -> None:
    note = on_words(store, world, world.drafter).note
    with pytest.raises(Forbidden, match="somebody else's"):
        annotating.change(store, world.chair, note.key, body="Mine now")
    with pytest.raises(Forbidden):
        annotating.remove(store, world.chair, note.key)
    annotating.change(store, world.drafter, note.key, body="Second", seen=1)
    with pytest.raises(Invalid, match="meanwhile"):
        annotating.change(store, world.drafter, note.key, body="Third", seen=1)


def test_whom_a_note_is_for_is_settled_when_others_have_answered(
    store: Store, world: World
) -> None:
    key = on_words(store, world, world.drafter).note.key
    annotating.answer(store, world.drafter, key, "One's own answer settles nothing.")
    annotating.change(store, world.drafter, key, body="x", audience="mine")
    with pytest.raises(Missing):
        annotating.note(store, world.chair, key)
    annotating.change(store, world.drafter, key, body="x", audience="everyone")
    assert len(annotating.note(store, world.chair, key).answers) == 1
    annotating.answer(store, world.chair, key, "Another's")
    with pytest.raises(Invalid, match="can no longer change"):
        annotating.change(store, world.drafter, key, body="x", audience="mine")
    with pytest.raises(Invalid, match="Resolve it instead"):
        annotating.remove(store, world.drafter, key)


def test_resolving_and_opening_again_say_why(store: Store, world: World) -> None:
    key = on_words(store, world, world.drafter).note.key
    with pytest.raises(Invalid, match="Say why"):
        annotating.resolve(store, world.chair, key, " ")
    resolved = annotating.resolve(store, world.chair, key, "Settled at the second reading.")
    assert (resolved.is_open, resolved.resolved_by) == (False, "Chair")
    assert annotating.counts(store, world.chair, now(store, world)) == {}
    with pytest.raises(Invalid, match="already"):
        annotating.resolve(store, world.chair, key, "Again")
    assert annotating.reopen(store, world.drafter, key, "It is not.").is_open
    thread = annotating.note(store, world.chair, key)
    told = annotating.changes(store, world.chair, thread)[thread.note.id]
    assert [(one.act, one.words, one.author) for one in told] == [
        (Did.RESOLVED, "Settled at the second reading.", "Chair"),
        (Did.REOPENED, "It is not.", "Drafter A"),
    ]
    with pytest.raises(Forbidden):
        annotating.resolve(store, world.seats[Role.OBSERVER], key, "By whom?")


def test_what_is_new_is_new_until_it_is_read(store: Store, world: World) -> None:
    draft = now(store, world)
    on_words(store, world, world.drafter)
    assert [one.is_new for one in annotating.threads(store, world.chair, draft)] == [True]
    assert [one.is_new for one in annotating.threads(store, world.drafter, draft)] == [False]
    annotating.visit(store, world.chair, draft)
    wanted = Wanted(only_new=True)
    assert annotating.threads(store, world.chair, draft, wanted=wanted) == ()
    (thread,) = annotating.threads(store, world.chair, draft, wanted=Wanted(state="anchored"))
    assert annotating.threads(store, world.chair, draft, wanted=Wanted(kind="legal")) == ()
    annotating.answer(store, world.chair, thread.note.key, "Whose indeed")
    assert [one.is_new for one in annotating.threads(store, world.drafter, draft)] == [True]


def test_on_both_databases(stores: Stores, clock: Clock) -> None:
    with stores.begin() as store:
        world = fill(store)
    with stores.begin() as store:
        thread = on_words(store, world, world.drafter, Audience.MINE)
        annotating.answer(store, world.drafter, thread.note.key, "To myself")
        annotating.change(store, world.drafter, thread.note.key, body="Edited")
        annotating.resolve(store, world.drafter, thread.note.key, "Done")
    clock.forward(timedelta(hours=1))
    with stores.begin() as store:
        annotating.reopen(store, world.drafter, thread.note.key, "Not done")
        annotating.visit(store, world.drafter, now(store, world))
        again = annotating.note(store, world.drafter, thread.note.key)
        assert again.note.stirred_at - again.note.at == timedelta(hours=1)
        annotating.remove(store, world.drafter, thread.note.key)
    with stores.begin() as store:
        assert annotating.threads(store, world.drafter, now(store, world)) == ()
        shared = on_words(store, world, world.drafter)
        annotating.remove(store, world.drafter, shared.note.key)
        with pytest.raises(Missing, match=annotating.UNKNOWN):
            annotating.note(store, world.drafter, shared.note.key)


def changed(store: Store, world: World) -> Thread:
    """A note on “good faith” that its clause has as “full faith” now."""
    made = on_words(store, world, world.drafter)
    clause = store.drafts.clause(world.draft.id, made.uid)
    assert clause is not None
    words = clause.words.replace("good faith", "the good old faith")
    drafting.reword(store, world.chair, now(store, world), made.uid, words, seen=clause.version)
    thread = annotating.note(store, world.drafter, made.note.key)
    assert thread.stands is Stands.CHECK
    return thread


def test_words_that_were_changed_are_confirmed_by_the_author_who_saw_them(
    store: Store, world: World
) -> None:
    thread = changed(store, world)
    key = thread.note.key
    with pytest.raises(Forbidden):
        annotating.confirm(store, world.chair, key)
    with pytest.raises(Invalid, match="just been changed"):
        annotating.confirm(store, world.drafter, key, seen="bad faith")
    annotating.confirm(store, world.drafter, key, seen="good old faith")
    sure = annotating.note(store, world.chair, key)
    assert sure.stands is Stands.ANCHORED
    assert sure.anchor is not None
    assert sure.anchor.quote == "good old faith"
    (placed,) = annotating.changes(store, world.chair, sure)[sure.note.id]
    assert (placed.act, placed.words) == (Did.PLACED, WORDS)
    with pytest.raises(Invalid, match="nothing to be checked"):
        annotating.confirm(store, world.drafter, key)


def test_a_note_whose_words_are_gone_is_put_on_others_by_its_author(
    store: Store, world: World
) -> None:
    thread = changed(store, world)
    key = thread.note.key
    with pytest.raises(Forbidden):
        annotating.put_on(store, world.chair, key, "old faith")
    for quote, said in (("of no ferry", "nowhere"), ("e", "more than"), (" ", "Write the words")):
        with pytest.raises(Invalid, match=said):
            annotating.put_on(store, world.drafter, key, quote)
    annotating.put_on(store, world.drafter, key, "old faith")
    moved = annotating.note(store, world.chair, key)
    assert (moved.uid, moved.stands) == (thread.uid, Stands.ANCHORED)
    other = next(one for one in store.drafts.clauses(world.draft.id) if "presumed" in one.words)
    annotating.put_on(store, world.drafter, key, "presumed")
    assert annotating.note(store, world.chair, key).uid == other.uid
    assert [one.words for one in annotating.changes(store, world.chair, moved)[moved.note.id]] == [
        WORDS,
        "old faith",
    ]


def test_a_note_is_put_on_the_very_words_that_were_selected(store: Store, world: World) -> None:
    key = changed(store, world).note.key
    clause = next(one for one in store.drafts.clauses(world.draft.id) if one.words.count("e") > 2)
    second = clause.words.index("e", clause.words.index("e") + 1)
    there = Chosen(second, "e", clause.words[:second], clause.words[second + 1 :])
    annotating.put_on(store, world.drafter, key, "e", uid=clause.uid, selected=there)
    moved = annotating.note(store, world.drafter, key)
    assert moved.anchor is not None
    assert (moved.uid, moved.anchor.start, moved.anchor.end) == (clause.uid, second, second + 1)
    with pytest.raises(Missing):
        annotating.put_on(store, world.drafter, key, "e", uid="unever", selected=there)
    gone = Chosen(0, "zebra")
    with pytest.raises(Invalid, match="just been changed"):
        annotating.put_on(store, world.drafter, key, "zebra", uid=clause.uid, selected=gone)


def test_what_was_opened_changed_or_resolved_by_others_is_new(stores: Stores, clock: Clock) -> None:
    with stores.begin() as store:
        world = fill(store)
    chair = world.chair

    def news() -> list[bool]:
        with stores.read() as store:
            draft = now(store, world)
            return [one.is_new for one in annotating.threads(store, chair, draft)]

    def look() -> None:
        clock.forward(timedelta(minutes=1))
        with stores.begin() as store:
            annotating.visit(store, chair, now(store, world))
        assert not any(news())
        clock.forward(timedelta(minutes=1))

    with stores.begin() as store:
        key = on_words(store, world, world.drafter, Audience.MINE).note.key
        asked = annotating.write(store, chair, now(store, world), body="Who?", audience="everyone")
    look()
    assert news() == [False]
    with stores.begin() as store:
        annotating.change(store, world.drafter, key, body="Now for all.", audience="everyone")
    assert news() == [True, False]
    look()
    with stores.begin() as store:
        annotating.change(store, world.drafter, key, body="Otherwise.")
        annotating.resolve(store, chair, key, "One’s own word is no news.")
    assert news() == [True, False]
    look()
    with stores.begin() as store:
        annotating.resolve(store, world.drafter, asked.key, "The Chair.")
        annotating.change(store, chair, asked.key, body="Who is it?")
    assert news() == [False, True]


def test_what_is_for_publication_is_taken_out_of_that_before_it_is_taken_away(
    store: Store, world: World
) -> None:
    made = on_words(store, world, world.drafter)
    store.notes.set_place(made.note.id, 1)
    acts: tuple[Callable[..., object], ...] = (
        annotating.remove,
        partial(annotating.put_on, quote="faith"),
    )
    for act in acts:
        with pytest.raises(Invalid, match="part of the commentary"):
            act(store, world.drafter, made.note.key)
    store.notes.set_place(made.note.id, 0)
    annotating.remove(store, world.drafter, made.note.key)
