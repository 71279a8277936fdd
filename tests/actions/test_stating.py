"""Positions on proposals, and who reads them when."""

import pytest

from app.actions import negotiating, stating
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.proposals import Stance
from app.store.seats import Role
from app.store.unit import Store
from tests.support.delegations import Delegations, seat_them
from tests.support.tabling import tabled
from tests.support.world import World


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


class TestPositions:
    def test_others_read_one_when_the_chair_has_released_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        position = stating.take_position(
            store,
            people.member_b,
            world.draft,
            made.uid,
            stance="opposes",
            condition="Unless 9(1) keeps zanzibar.",
        )

        def readers() -> set[str]:
            seats = [*world.seats.values(), people.focal_a, people.focal_b, people.member_b]
            return {seat.name for seat in seats if stating.positions(store, seat, (made,))}

        assert readers() == {"Chair", "Secretariat", "Focal point B", "Delegate B"}
        for seat in (world.seats[Role.SECRETARIAT], people.focal_a, people.focal_b):
            with pytest.raises(Forbidden, match="release"):
                stating.release(store, seat, world.draft, made.uid, position)
        with pytest.raises(Missing):
            stating.release(store, world.chair, world.draft, made.uid, "qnone")
        before = negotiating.happened(store, people.focal_a, world.draft, made.uid)
        stating.release(store, world.chair, world.draft, made.uid, position)
        after = negotiating.happened(store, people.focal_a, world.draft, made.uid)
        assert len(after) == len(before) + 1
        assert "Observer A" in readers()
        (seen,) = stating.positions(store, people.focal_a, (made,))
        assert (seen.stance, seen.delegation) == (Stance.OPPOSES, "Delegation B")

    def test_a_later_one_takes_the_place_only_for_those_who_may_read_it(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        take = stating.take_position
        first = take(store, people.member_b, world.draft, made.uid, stance="opposes")
        stating.release(store, world.chair, world.draft, made.uid, first)
        take(store, people.member_b, world.draft, made.uid, stance="supports")
        (to_all,) = stating.positions(store, people.focal_a, (made,))
        (to_chair,) = stating.positions(store, world.chair, (made,))
        assert (to_all.stance, to_chair.stance) == (Stance.OPPOSES, Stance.SUPPORTS)

    def test_the_secretariat_records_from_the_floor(
        self, store: Store, world: World, people: Delegations
    ) -> None:
        made = tabled(store, world, people)
        desk = world.seats[Role.SECRETARIAT]
        take = stating.take_position
        with pytest.raises(Invalid, match="which delegation"):
            take(store, desk, world.draft, made.uid, stance="reserves")
        with pytest.raises(Invalid, match="proposes it"):
            take(store, desk, world.draft, made.uid, stance="reserves", delegation="Delegation A")
        take(store, desk, world.draft, made.uid, stance="reserves", delegation="Delegation C")
        (seen,) = stating.positions(store, desk, (made,))
        assert (seen.delegation, seen.from_floor) == ("Delegation C", True)
        # Nobody speaks for others from a delegation's seat.
        take(store, people.member_b, world.draft, made.uid, stance="reserves", delegation="C")
        assert "C" not in {p.delegation for p in stating.positions(store, desk, (made,))}
        for seat in (world.drafter, world.seats[Role.SCHOLAR], world.seats[Role.OBSERVER]):
            with pytest.raises(Forbidden):
                take(store, seat, world.draft, made.uid, stance="reserves")
