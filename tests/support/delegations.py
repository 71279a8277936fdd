"""Seats of several delegations beside those of the small world."""

from dataclasses import dataclass

from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Delegations:
    """Two seats of Delegation A, one its focal point, two of B likewise, and a drafter of A."""

    focal_a: SeatRecord
    member_a: SeatRecord
    drafter_a: SeatRecord
    focal_b: SeatRecord
    member_b: SeatRecord

    def strangers(self, world: World) -> tuple[SeatRecord, ...]:
        """Everybody who may not know what Delegation A keeps to itself."""
        outside = (seat for role, seat in world.seats.items() if role is not Role.DELEGATE)
        return (*outside, self.focal_b, self.member_b)


def seat_them(store: Store, world: World) -> Delegations:
    """The delegations, given seats; the chair is somebody of Delegation A, and still a chair."""

    def one(name: str, delegation: str, *, focal: bool, role: Role = Role.DELEGATE) -> SeatRecord:
        made = store.seats.add(
            name=name,
            email=f"{name.replace(' ', '-').lower()}@example.org",
            role=role,
            delegation=delegation,
            password="unusable",
        )
        return store.seats.change(made.id, name=name, role=role, delegation=delegation, focal=focal)

    chair = world.chair
    world.seats[Role.CHAIR] = store.seats.change(
        chair.id, name=chair.name, role=Role.CHAIR, delegation="Delegation A", focal=False
    )
    return Delegations(
        one("Focal point A", "Delegation A", focal=True),
        world.seats[Role.DELEGATE],
        one("Drafter of A", "Delegation A", focal=False, role=Role.DRAFTER),
        one("Focal point B", "Delegation B", focal=True),
        one("Delegate B", "Delegation B", focal=False),
    )
