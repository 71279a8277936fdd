"""Who reads: as much of a seat as decides what a query may give it."""

from dataclasses import dataclass

from app.store.seats import Role, SeatRecord


@dataclass(frozen=True, slots=True)
class Reader:
    """A seat as a reader; `delegation` is "" for none, and nobody shares that with anybody."""

    seat_id: int
    delegation: str
    role: Role

    @staticmethod
    def of(seat: SeatRecord) -> "Reader":
        """The seat as a reader."""
        return Reader(seat.id, seat.delegation, seat.role)
