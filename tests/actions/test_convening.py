"""The registers of meetings and groups."""

import pytest

from app.actions import convening
from app.actions.refusals import Forbidden, Invalid
from app.store.seats import Role
from app.store.unit import Store
from tests.support.delegations import Delegations, seat_them
from tests.support.world import World


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


def test_registers_are_kept_by_those_who_steer(
    store: Store, world: World, people: Delegations
) -> None:
    for seat in (people.focal_a, world.drafter, world.seats[Role.OBSERVER]):
        with pytest.raises(Forbidden):
            convening.enter_meeting(store, seat, world.draft, name="x")
        with pytest.raises(Forbidden):
            convening.set_group(store, seat, world.draft, name="x", members="y")
    convening.enter_meeting(store, world.chair, world.draft, name="First", held="5 May 2026")
    with pytest.raises(Invalid, match="of that name"):
        convening.enter_meeting(store, world.chair, world.draft, name="First")
    with pytest.raises(Invalid, match="needs a name"):
        convening.enter_meeting(store, world.chair, world.draft, name=" ")
