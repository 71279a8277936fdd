"""Who has a place in the negotiation: seats, sessions, links handed out, attempts."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Dialect, bindparam, cast, delete, func, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from app.store.events import hold
from app.store.tables import AttemptRow, LinkRow, SeatRow, SessionRow, Utc


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


def _signed_in(tokens: Any) -> Any:
    """Who is signed in by sessions with these tokens that were used and begun since."""
    return (
        sql_select(
            col(SessionRow.token), *(getattr(SeatRow, name) for name in SeatRecord.__slots__)
        )
        .where(col(SessionRow.seat_id) == col(SeatRow.id), col(SeatRow.active))
        .where(col(SessionRow.token).in_(sql_select(tokens)))
        .where(col(SessionRow.seen_at) >= bindparam("seen", type_=Utc))
        .where(col(SessionRow.started_at) >= bindparam("started", type_=Utc))
    )


# However many tokens there are, it is one statement with one list: a driver that saw another
# statement for every number of them would have to take each apart anew.
_LIST: Any = bindparam("tokens")
_SIGNED_IN = {
    "sqlite": _signed_in(func.json_each(_LIST).table_valued("value").c.value),
    "postgresql": _signed_in(func.json_array_elements_text(cast(_LIST, JSON))),
}


class Seats:
    """Reads and writes seats, sessions, links and attempts within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    # --- seats

    def all(self) -> tuple[SeatRecord, ...]:
        """Every seat there is or was, oldest first."""
        rows = self._session.exec(select(SeatRow).order_by(col(SeatRow.id)))
        return tuple(_seat(row) for row in rows)

    def get(self, seat_id: int) -> SeatRecord | None:
        """The seat with this id, removed or not."""
        row = self._session.get(SeatRow, seat_id)
        return _seat(row) if row else None

    def by_email(self, email: str) -> SeatRecord | None:
        """The active seat with this address (case-folded, as stored)."""
        row = self._by_email(email)
        return _seat(row) if row and row.active else None

    def add(
        self, *, name: str, email: str, role: Role, delegation: str = "", password: str
    ) -> SeatRecord:
        """A new seat; somebody who had one before gets it back, with the new role."""
        row = self._by_email(email) or SeatRow(
            email=email, name=name, role=role, password=password, created_at=self._now
        )
        if row.id is not None and row.active:
            raise ValueError("an active seat has this address")
        row.name, row.role, row.delegation = name, role.value, delegation
        row.password, row.active, row.focal = password, True, False
        self._session.add(row)
        self._session.flush()
        return _seat(row)

    def change(
        self, seat_id: int, *, name: str, role: Role, delegation: str, focal: bool
    ) -> SeatRecord:
        """The seat with these values in place of its own."""
        row = self._session.get_one(SeatRow, seat_id)
        row.name, row.role, row.delegation, row.focal = name, role.value, delegation, focal
        self._session.flush()
        return _seat(row)

    def clear_focal(self, delegation: str) -> None:
        """Leave the delegation without a focal point."""
        self._session.exec(
            update(SeatRow).where(col(SeatRow.delegation) == delegation).values(focal=False)
        )

    def deactivate(self, seat_id: int) -> None:
        """Take the seat away; the row stays, because what it wrote names it."""
        row = self._session.get_one(SeatRow, seat_id)
        row.active, row.focal, row.password = False, False, ""
        self._session.flush()

    def password_of(self, seat_id: int) -> str:
        """The hash of the seat's password; "" for a removed seat or none."""
        row = self._session.get(SeatRow, seat_id)
        return row.password if row and row.active else ""

    def set_password(self, seat_id: int, hashed: str) -> None:
        """Keep another hash."""
        self._session.get_one(SeatRow, seat_id).password = hashed
        self._session.flush()

    # --- sessions; tokens come hashed

    def open_session(self, seat_id: int, token: str, *, address: str, agent: str) -> None:
        """A session that begins now."""
        self._session.add(
            SessionRow(
                seat_id=seat_id,
                token=token,
                started_at=self._now,
                seen_at=self._now,
                address=address,
                agent=agent,
            )
        )
        self._session.flush()

    def session(self, token: str) -> tuple[SessionRecord, SeatRecord] | None:
        """The session and its seat, however old it is."""
        found = self._session.exec(
            select(SessionRow, SeatRow)
            .where(SessionRow.token == token)
            .where(SessionRow.seat_id == SeatRow.id)
        ).first()
        return (_session(found[0]), _seat(found[1])) if found else None

    def signed_in(
        self, tokens: Collection[str], *, seen: datetime, started: datetime
    ) -> dict[str, SeatRecord]:
        """The active seats of those sessions that were used and begun since: in one query."""
        # Columns by the shortest way: a whole table is looked up for whatever they type.
        connection = self._session.connection()
        asked = {"tokens": json.dumps(list(tokens)), "seen": seen, "started": started}
        with connection.execute(_SIGNED_IN[connection.dialect.name], asked) as found:
            # The driver's own rows: to make more of them takes as long as to look them up.
            rows = found.cursor.fetchall() if found.cursor is not None else ()
        return {row[0]: _seat_of(connection.dialect, row[1:]) for row in rows}

    def sessions(self, seat_id: int) -> tuple[SessionRecord, ...]:
        """The seat's sessions, however old, the one used last first."""
        rows = self._session.exec(
            select(SessionRow)
            .where(SessionRow.seat_id == seat_id)
            .order_by(col(SessionRow.seen_at).desc(), col(SessionRow.id).desc())
        )
        return tuple(_session(row) for row in rows)

    def touch_session(self, token: str) -> None:
        """Note that the session is in use now."""
        self._session.exec(
            update(SessionRow).where(col(SessionRow.token) == token).values(seen_at=self._now)
        )

    def end_session(self, token: str) -> None:
        """Forget the session, if there is one."""
        self._session.exec(delete(SessionRow).where(col(SessionRow.token) == token))

    def end_sessions(self, seat_id: int, *, but: str = "") -> int:
        """Forget the seat's sessions except the one with token `but`; how many there were."""
        ended = self._session.exec(
            delete(SessionRow).where(
                col(SessionRow.seat_id) == seat_id, col(SessionRow.token) != but
            )
        )
        return ended.rowcount

    def end_sessions_before(self, seen: datetime, started: datetime) -> None:
        """Forget, for everybody, the sessions last seen or started before these times."""
        self._session.exec(
            delete(SessionRow).where(
                or_(col(SessionRow.seen_at) < seen, col(SessionRow.started_at) < started)
            )
        )

    # --- links; tokens come hashed

    def add_link(
        self,
        purpose: Purpose,
        token: str,
        *,
        made_by: SeatRecord,
        role: Role,
        lasts: timedelta,
        email: str = "",
        name: str = "",
        delegation: str = "",
        seat_id: int | None = None,
    ) -> LinkRecord:
        """A link that can be used once, until `lasts` from now."""
        row = LinkRow(
            purpose=purpose.value,
            token=token,
            email=email,
            name=name,
            role=role.value,
            delegation=delegation,
            seat_id=seat_id,
            made_by_id=made_by.id or None,
            made_by=made_by.name,
            made_at=self._now,
            expires_at=self._now + lasts,
        )
        self._session.add(row)
        self._session.flush()
        return _link(row)

    def link(self, token: str) -> LinkRecord | None:
        """The link with this token, used, expired or open."""
        row = self._session.exec(select(LinkRow).where(LinkRow.token == token)).first()
        return _link(row) if row else None

    def open_links(self, purpose: Purpose) -> tuple[LinkRecord, ...]:
        """The links that can still be used, oldest first."""
        rows = self._session.exec(
            select(LinkRow)
            .where(LinkRow.purpose == purpose.value)
            .where(col(LinkRow.used_at).is_(None))
            .where(col(LinkRow.expires_at) >= self._now)
            .order_by(col(LinkRow.id))
        )
        return tuple(_link(row) for row in rows)

    def use_link(self, link_id: int) -> bool:
        """Use the link up; False when it was used before, also by somebody just as fast."""
        used = self._session.exec(
            update(LinkRow)
            .where(col(LinkRow.id) == link_id, col(LinkRow.used_at).is_(None))
            .values(used_at=self._now)
        )
        return used.rowcount == 1

    def withdraw_links(
        self, purpose: Purpose, *, email: str | None = None, seat_id: int | None = None
    ) -> None:
        """Delete unused links of this purpose: all, or those for an address or a seat."""
        unused = delete(LinkRow).where(
            col(LinkRow.purpose) == purpose.value, col(LinkRow.used_at).is_(None)
        )
        if email is not None:
            unused = unused.where(col(LinkRow.email) == email)
        if seat_id is not None:
            unused = unused.where(col(LinkRow.seat_id) == seat_id)
        self._session.exec(unused)

    def withdraw_links_made_by(self, seat_id: int) -> None:
        """Delete the unused links that this seat handed out."""
        self._session.exec(
            delete(LinkRow).where(
                col(LinkRow.made_by_id) == seat_id, col(LinkRow.used_at).is_(None)
            )
        )

    # --- attempts at a password

    def attempts(self, *, since: datetime, account: str = "", address: str | None = None) -> int:
        """How many attempts after `since`: on an account, from an address, both, or altogether."""
        counted = select(func.count()).select_from(AttemptRow).where(col(AttemptRow.at) > since)
        if account:
            counted = counted.where(col(AttemptRow.account) == account)
        if address is not None:
            counted = counted.where(col(AttemptRow.address) == address[:64])
        return self._session.exec(counted).one()

    def note_attempt(self, account: str, address: str) -> None:
        """Count one more attempt."""
        self._session.add(AttemptRow(account=account, address=address[:64], at=self._now))
        self._session.flush()

    def forget_attempts(self, account: str, address: str | None = None) -> None:
        """Count from zero again for this account: from everywhere, or from one address."""
        these = delete(AttemptRow).where(col(AttemptRow.account) == account)
        if address is not None:
            these = these.where(col(AttemptRow.address) == address[:64])
        self._session.exec(these)

    def forget_attempts_before(self, time: datetime) -> None:
        """Drop what no limit looks at any more."""
        self._session.exec(delete(AttemptRow).where(col(AttemptRow.at) < time))

    def lock(self, what: str) -> None:
        """Make other units of work that lock the same thing wait until this one has ended.

        SQLite lets one unit of work write at a time anyway.
        """
        hold(self._session, what)

    def _by_email(self, email: str) -> SeatRow | None:
        return self._session.exec(select(SeatRow).where(SeatRow.email == email)).first()


def _seat(row: SeatRow) -> SeatRecord:
    return SeatRecord(
        id=row.id or 0,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        delegation=row.delegation,
        focal=row.focal,
        active=row.active,
        created_at=row.created_at,
    )


@lru_cache(maxsize=1024)
def _seat_of(dialect: Dialect, row: tuple[Any, ...]) -> SeatRecord:
    """The same record for the same row of the driver's, as it is from one key to the next."""
    number, name, email, role, delegation, focal, active, made = row
    read = Utc().dialect_impl(dialect).result_processor(dialect, None)
    at: datetime = made if read is None else read(made)  # type: ignore[assignment]
    return SeatRecord(number, name, email, Role(role), delegation, bool(focal), bool(active), at)


def _session(row: SessionRow) -> SessionRecord:
    return SessionRecord(
        id=row.id or 0,
        seat_id=row.seat_id,
        started_at=row.started_at,
        seen_at=row.seen_at,
        address=row.address,
        agent=row.agent,
    )


def _link(row: LinkRow) -> LinkRecord:
    return LinkRecord(
        id=row.id or 0,
        purpose=Purpose(row.purpose),
        email=row.email,
        name=row.name,
        role=Role(row.role),
        delegation=row.delegation,
        seat_id=row.seat_id,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
