from app.store.readers import Reader
from app.store.seats import Role, SeatRecord
from app.store.stances import Wants
from app.store.unit import Stores
from app.treaty.anchors import anchor
from tests.support.delegations import seat_them
from tests.support.world import fill

TEXT = "Talks [shall] [should] be held in good faith."


def test_a_position_is_for_who_steers_and_its_delegation_until_it_is_released(
    stores: Stores,
) -> None:
    with stores.begin() as store:
        world = fill(store)
        them, uid = seat_them(store, world), world.uid("[shall]")

        def say(delegation: str, wants: Wants, seq: int) -> str:
            return store.stances.say(
                world.draft.id,
                uid,
                seq=seq,
                anchor=anchor(TEXT, 6, 13),
                words="shall",
                delegation=delegation,
                wants=wants,
                condition="If so",
                from_floor=False,
                meeting=None,
                by=world.chair,
            )

        first = say("Delegation A", Wants.RETAIN, 1)
        second = say("Delegation B", Wants.OMIT, 2)
        assert first.startswith("q") and first != second

        def known(seat: SeatRecord) -> list[str]:
            found = store.stances.of_draft(Reader.of(seat), world.draft.id)
            return [each.key for each in found]

        assert known(world.chair) == [first, second]
        assert known(them.member_a) == [first] and known(them.focal_b) == [second]
        assert known(world.seats[Role.OBSERVER]) == []
        (mine,) = store.stances.of_draft(Reader.of(them.member_a), world.draft.id)
        assert (mine.wants, mine.condition, mine.released_at) == (Wants.RETAIN, "If so", None)
        assert store.stances.release(mine, by=world.chair)
        assert not store.stances.release(mine, by=world.chair)
        assert known(world.seats[Role.OBSERVER]) == [first]
        (early,) = store.stances.before(world.draft.id, 2)
        moved = anchor("Talks should [shall]", 13, 20)
        store.stances.move(early, uid, 7, moved)
        (again,) = store.stances.of_draft(Reader.of(world.seats[Role.OBSERVER]), world.draft.id)
        assert (again.seq, again.anchor, again.words) == (7, moved, "shall")
