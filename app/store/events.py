"""What happened outside the texts: seats, citations, the library; and who waits for whom."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.store.tables import EventRow

_LOOKED_BACK = 500


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Who did what to which thing ("seat:3", "source:cat"), when, with what belongs to it."""

    id: int
    at: datetime
    act: str
    author_id: int | None
    author: str
    thing: str
    detail: Mapping[str, Any]


class Author(Protocol):
    """Whoever does something: as much of a seat as an event keeps (id 0 for the operator)."""

    @property
    def id(self) -> int:
        """The seat's id."""

    @property
    def name(self) -> str:
        """The name it goes by now."""


class Events:
    """Writes events, in the transaction of what they tell of, and reads them."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def record(
        self, act: str, *, seat: Author, thing: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Keep that `seat` did `act` ("citation.added") to `thing` just now."""
        self._session.add(
            EventRow(
                at=self._now,
                act=act,
                author_id=seat.id or None,
                author=seat.name,
                thing=thing,
                detail=dict(detail or {}),
            )
        )

    def recent(self, limit: int = 100, *, thing: str = "") -> tuple[EventRecord, ...]:
        """The latest events, newest first: all, or those of one thing."""
        chosen = select(EventRow).order_by(col(EventRow.id).desc()).limit(limit)
        if thing:
            chosen = chosen.where(EventRow.thing == thing)
        return tuple(
            EventRecord(
                id=row.id or 0,
                at=row.at,
                act=row.act,
                author_id=row.author_id,
                author=row.author,
                thing=row.thing,
                detail=row.detail,
            )
            for row in self._session.exec(chosen)
        )

    def has(self, thing: str, act: str, place: str) -> bool:
        """Whether this was done to the thing from that place, among the last hundreds of times."""
        chosen = (
            select(EventRow.detail)
            .where(EventRow.thing == thing, EventRow.act == act)
            .order_by(col(EventRow.id).desc())
            .limit(_LOOKED_BACK)
        )
        return any(detail.get("place") == place for detail in self._session.exec(chosen))


def hold(session: Session, what: str) -> None:
    """Make other transactions that hold the same `what` wait until this one has ended.

    On PostgreSQL an advisory lock on a hash of the word; on SQLite nothing, for
    there BEGIN IMMEDIATE lets one transaction write at a time anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
