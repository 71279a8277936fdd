from datetime import timedelta

from app.actions import drafting
from app.store.record import Narrow, SeenRecord
from app.store.unit import Stores
from tests.support.sittings import typed_in
from tests.support.world import Clock, World, fill


def filled(stores: Stores) -> World:
    with stores.begin() as store:
        return fill(store)


def test_the_journal_is_narrowed_down(stores: Stores) -> None:
    world = filled(stores)
    draft, uid, other = world.draft, world.uid("Good faith is"), world.uid("Nobody shall")
    with stores.begin() as store:
        typed_in(store, "small", world.drafter, uid, "One.")
        typed_in(store, "small", world.chair, uid, "Two.")
        typed_in(store, "small", world.drafter, other, "Three.")
    with stores.read() as store:

        def seqs(narrow: Narrow, before: int | None = None) -> list[int]:
            found = store.record.entries(draft.id, narrow, before=before, limit=10)
            return [entry.seq - draft.seq for entry in found]

        after = Narrow(after=draft.seq)
        assert seqs(after) == [3, 2, 1] and seqs(after, before=draft.seq + 3) == [2, 1]
        assert seqs(Narrow(after=draft.seq, uids=frozenset({uid}))) == [2, 1]
        assert seqs(Narrow(author="Drafter A")) == [3, 1]
        assert seqs(Narrow(after=draft.seq, not_by=world.drafter.id)) == [2]
        assert seqs(Narrow(only=frozenset())) == []
        theirs = Narrow(by=frozenset({world.drafter.id}), also=frozenset({draft.seq + 2}))
        assert seqs(theirs) == [3, 2, 1]
        wanted = {draft.seq + 1, draft.seq + 2}
        words = store.record.words(draft.id, wanted, [uid])
        assert words[draft.seq + 2] == ("One.", "Two.")
        assert words[draft.seq + 1] == ("Good faith is presumed.", "One.")
        assert [e.seq - draft.seq for e in store.record.histories(draft.id, [uid])][-2:] == [1, 2]
        assert store.record.authors(draft.id) == {
            ("Chair", world.chair.id),
            ("Drafter A", world.drafter.id),
        }
        assert [each.uid for each in store.record.placed(draft.id)] == [
            clause.uid for clause in world.clauses
        ]


def test_what_was_typed_elsewhere_is_not_read_for_where_words_are(stores: Stores) -> None:
    world = filled(stores)
    draft, uid, other = world.draft, world.uid("Good faith is"), world.uid("Nobody shall")
    with stores.begin() as store:
        typed_in(store, "small", world.drafter, other, "Nobody shall be.")
        typed_in(store, "small", world.drafter, uid, "Good faith is always presumed.")
        made = drafting.split(store, world.drafter, draft, uid, at=13, seen=2)
        typed_in(store, "small", world.drafter, made.uid, "always presumed, by all.")
    with stores.read() as store:
        found = store.record.around(draft.id, {uid}, after=draft.seq)
        kept = [e for e in store.drafts.journal(draft.id, draft.seq) if e.uid != other]
        assert list(found) == kept and {e.uid for e in found} == {uid, made.uid}
        assert store.record.around(draft.id, {made.uid}, after=draft.seq) == found
        (elsewhere,) = {e.uid for e in store.record.around(draft.id, {other}, after=draft.seq)} - {
            uid,
            made.uid,
        }
        assert elsewhere == other


def test_a_moment_is_found_in_the_journal(stores: Stores, clock: Clock) -> None:
    world = filled(stores)
    first = world.draft.seq
    for number in range(5):
        clock.forward(timedelta(minutes=1))
        with stores.begin() as store:
            typed_in(store, "small", world.chair, world.uid("presumed"), f"{number}.")
    with stores.read() as store:
        for back in range(7):
            at = clock.now - timedelta(minutes=back, seconds=-1)
            found = store.record.seq_at(world.draft.id, at, first + 5)
            assert found == (first + 5 - back if back < 6 else 0)


def test_how_far_a_seat_has_read_is_its_own(stores: Stores, clock: Clock) -> None:
    world = filled(stores)
    draft, chair = world.draft.id, world.chair.id
    with stores.begin() as store:
        assert store.record.seen(chair, draft) is None
        store.record.mark(chair, draft, SeenRecord(3, clock.now, ("t",), 7, 1, clock.now))
    with stores.begin() as store:
        store.record.mark(chair, draft, SeenRecord(5, clock.now, (), 9, 3, clock.now))
    with stores.read() as store:
        assert store.record.seen(chair, draft) == SeenRecord(5, clock.now, (), 9, 3, clock.now)
        assert store.record.seen(world.drafter.id, draft) is None


def test_feeds_are_found_by_their_hash_alone(stores: Stores) -> None:
    world = filled(stores)
    draft, chair = world.draft.id, world.chair.id
    with stores.begin() as store:
        store.record.add_feed("f1", seat_id=chair, draft_id=draft, token="h", wanted={"a": "b"})
    with stores.begin() as store:
        found = store.record.feed("h")
        assert found is not None and found.wanted == {"a": "b"} and store.record.feed("f1") is None
        assert not store.record.end_feed(world.drafter.id, draft, "f1")
        assert store.record.end_feed(chair, draft, "f1") and store.record.feeds(chair, draft) == ()
