"""Who has a place in the negotiation: seats, sessions, links handed out, attempts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a seat is there for; actions/policy.py says what each may do."""

    CHAIR = "chair"
    SECRETARIAT = "secretariat"
    DRAFTER = "drafter"
    DELEGATE = "delegate"
    SCHOLAR = "scholar"
    OBSERVER = "observer"


class Purpose(StrEnum):
    """What a link that was handed out lets its holder do, once."""

    SET_UP = "set-up"
    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class SeatRecord:
    """A person's place: `delegation` is "" for none, `focal` marks a delegation's focal point."""

    id: int
    name: str
    email: str
    role: Role
    delegation: str
    focal: bool
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One browser that is signed in: since when, when last seen, from where; never the token."""

    id: int
    seat_id: int
    started_at: datetime
    seen_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link that was handed out: for whom and what, by whom, until when; never the token.

    An invitation carries name, role and delegation of the seat to come, a reset
    the seat it is for; `used_at` is None while it can still be used.
    """

    id: int
    purpose: Purpose
    email: str
    name: str
    role: Role
    delegation: str
    seat_id: int | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
