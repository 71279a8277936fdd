from datetime import timedelta

from app.store.silences import Outcome
from app.store.status import Status
from app.store.unit import Stores
from tests.support.world import Clock, fill

HOUR = timedelta(hours=1)


def test_a_silence_is_kept_with_its_clauses_and_objections_and_ends_by_the_clock(
    stores: Stores, clock: Clock
) -> None:
    with stores.begin() as store:
        world = fill(store)
        uids = (world.uid("presumed"), world.uid("[shall]"))
        name = store.silences.begin(
            world.draft.id,
            uids,
            target=uids[0],
            status=Status.AGREED,
            due=clock.now + HOUR,
            seq=1,
            by=world.chair,
        )
        (made,) = store.silences.running(world.draft.id)
        assert (made.uid, made.clauses, made.status) == (name, uids, Status.AGREED)
        assert made.is_running and made.author == "Chair" and made.objections == ()
        assert store.status.shut(world.draft.id) == dict.fromkeys(uids, False)
        store.silences.object(
            made,
            uid=uids[1],
            delegation="Delegation A",
            reason="Not this word",
            from_floor=False,
            by=world.drafter,
        )
        found = store.silences.get(world.draft.id, name)
        assert found is not None and found.outcome is Outcome.OPEN
        assert [each.delegation for each in found.objections] == ["Delegation A"]
        assert store.silences.get(world.draft.id + 1, name) is None
        assert store.silences.of_clause(world.draft.id, uids[1]) == found
        assert store.silences.of_clause(world.draft.id, world.uid("Protection of")) is None
    clock.forward(HOUR)
    with stores.read() as store:
        (over,) = store.silences.lapsed(world.draft.id)
        assert store.silences.running(world.draft.id) == ()
        assert over.outcome is Outcome.AGREED and not over.is_written
        assert over.ended_at == over.due
        assert store.status.closed(world.draft.id) == frozenset(uids)
        status = store.status.of_draft(world.draft.id, uids[0])[uids[0]]
        assert status.by_silence and status.at == over.due and status.author == "Chair"
    with stores.begin() as store:
        store.silences.end(over, Outcome.BROKEN, at=over.due, by="Chair", why="A slip")
        assert store.status.closed(world.draft.id) == frozenset()
        (ended,) = store.silences.of_draft(world.draft.id)
        assert ended.outcome is Outcome.BROKEN and ended.why == "A slip" and ended.is_written
