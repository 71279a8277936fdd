from app.store.status import Status, Step
from app.store.unit import Stores
from tests.support.world import World, fill


def made(stores: Stores) -> World:
    with stores.begin() as store:
        return fill(store)


def test_a_clause_is_open_until_a_step_is_taken(stores: Stores) -> None:
    world = made(stores)
    uid = world.uid("presumed")
    with stores.begin() as store:
        assert store.status.of_draft(world.draft.id) == {}
        store.status.take(world.draft.id, uid, Step.AGREED, seq=3, by=world.chair)
        store.status.take(
            world.draft.id, uid, Step.AD_REFERENDUM, seq=4, by=world.chair, delegation="A"
        )
    with stores.read() as store:
        (found,) = store.status.of_draft(world.draft.id).values()
        assert (found.uid, found.status, found.ad_referendum) == (uid, Status.AGREED, ("A",))
        assert store.status.of_draft(world.draft.id, "cnothing") == {}
        assert store.status.of_draft(world.draft.id + 1) == {}
        steps = store.status.steps(world.draft.id, uid)
        assert [(each.step, each.seq) for each in steps] == [
            (Step.AD_REFERENDUM, 4),
            (Step.AGREED, 3),
        ]


def test_which_of_some_are_agreed(stores: Stores) -> None:
    world = made(stores)
    uid, other = world.uid("presumed"), world.uid("[shall]")
    with stores.begin() as store:
        store.status.take(world.draft.id, uid, Step.WORKING_GROUP, seq=1, by=world.chair)
    with stores.begin() as store:
        closed = store.status.closed
        assert closed(world.draft.id) == closed(world.draft.id, (uid, other)) == {uid}
        assert closed(world.draft.id, (other,)) == closed(world.draft.id, ()) == frozenset()
        store.status.take(world.draft.id, uid, Step.REOPENED, seq=1, by=world.chair, reason="x")
        assert closed(world.draft.id) == frozenset()
