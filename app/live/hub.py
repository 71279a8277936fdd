"""The tables of one process: who sits where, who has to leave, and what was written elsewhere.

It begins with the first member, on the event loop that this one came by, and needs nobody to start
it. Twice a second a sweep looks, in one query each, whether everybody still has their seat and
whether any journal has grown without a word, as it does when the command line writes on SQLite.
"""

import logging
import secrets
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Sequence
from functools import partial

from app.actions import seating
from app.live import frames
from app.live.relay import Relay
from app.live.room import Line, Member, Room
from app.live.stirring import Stirring
from app.store.engine import TROUBLES
from app.store.seats import SeatRecord
from app.store.unit import Stores

SWEEP = 0.5
"""Seconds between two looks at who still has a seat."""
LINGER = 30.0
"""Seconds for which a table stays laid with nobody at it."""
PAGES = 40
"""How many pages one seat may have open at once."""
FLUSH = 4.0
"""Seconds that a process which ends gives its tables to keep what waits."""

_GONE = "You are signed out, or have no seat any more. What is not kept yet stays in this page."
_PAGES = f"You have {PAGES} pages open already. Close one of them."

_log = logging.getLogger(__name__)


class Hub:
    """All the rooms there are. Its methods are called on the event loop's thread, but for
    `heard`, which may be called from anywhere, and `end`, which must not be called there."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._rooms: dict[int, Room] = {}
        self._loop: AbstractEventLoop | None = None
        self._relay: Relay | None = None
        self._stirring = Stirring()
        self._is_over = threading.Event()
        self._sweeper: threading.Thread | None = None
        stores.on_commit.append(self.heard)

    def take_place(
        self,
        loop: AbstractEventLoop,
        draft_id: int,
        seat: SeatRecord,
        session: str,
        line: Line,
        hello: frames.Hello,
    ) -> tuple[Room, Member] | None:
        """A place at a draft's table, and the table; None, after a word on the line, when
        this seat has too many already."""
        self._begin(loop)
        taken = sum(
            member.seat.id == seat.id
            for room in self._rooms.values()
            for member in room.members.values()
        )
        if taken >= PAGES:
            line.end(_PAGES, frames.FLOOD)
            return None
        room = self._rooms.get(draft_id)
        if room is None:
            room = self._rooms[draft_id] = Room(self._stores, draft_id, loop)
        member = Member(secrets.token_hex(4), seat, session, line, hello.client)
        room.join(member, hello.since)
        return room, member

    def heard(self, draft_id: int, seq: int) -> None:
        """Note that a draft's journal has come as far as `seq`. From any thread."""
        room = self._rooms.get(draft_id)
        if room is not None:
            room.heard(seq)

    def end(self) -> None:
        """Close the tables, once what waits there is kept; not on the loop's thread."""
        self._is_over.set()
        rooms = list(self._rooms.values())
        for room in rooms:
            room.end()
        until = time.monotonic() + FLUSH
        for room in rooms:
            room.wait(max(0.0, until - time.monotonic()))
        if self._relay is not None:
            self._relay.end()
        if self._sweeper is not None:
            self._sweeper.join(FLUSH)

    def _begin(self, loop: AbstractEventLoop) -> None:
        if self._loop is loop:
            return
        if any(room.members for room in self._rooms.values()):
            raise RuntimeError("two event loops cannot share a table")
        self._clear_away(all_of_them=True)
        self._loop = loop
        if self._relay is None:
            self._relay = Relay(self._stores, self.heard)
        if self._sweeper is None:
            self._sweeper = threading.Thread(target=self._sweep, daemon=True, name="sweep")
            self._sweeper.start()

    # --- on the sweeper's thread

    def _sweep(self) -> None:
        while not self._is_over.wait(SWEEP):
            try:
                self._look_round()
            except TROUBLES as trouble:
                # Nobody is sent away for it: what they push is looked at by itself.
                _log.warning("Seats could not be looked at: %s.", type(trouble).__name__)
            except Exception:
                _log.exception("The sweep has stumbled.")

    def _look_round(self) -> None:
        rooms = list(self._rooms.values())
        members = [(room, member) for room in rooms for member in tuple(room.members.values())]
        if not rooms:
            return
        with self._stores.read() as store:
            seats = seating.seats_of_sessions(store, {member.session for _, member in members})
            stirred = self._stirring.look(store, members)
        told = [(room, room.told) for room in rooms]
        heads = self._stores.heads()
        for draft_id, seq in heads.items():
            self.heard(draft_id, seq)
        for room, seq in told:
            # Shorter than what was told of it before this was asked: it was put back.
            if heads.get(room.draft_id, seq) < seq:
                room.put_back()
        self._post(partial(self._tidy, members, seats))
        if stirred:
            self._post(partial(self._have_notes_asked_for, stirred))
        for session in self._used(members, seats):
            seating.renew_session(self._stores, session)

    def _used(self, members: list[tuple[Room, Member]], seats: dict[str, SeatRecord]) -> set[str]:
        """The sessions in which somebody has typed or moved, and that it is time to renew."""
        now = time.monotonic()
        used = set()
        for _, member in members:
            due = now - member.renewed >= seating.RENEWED.total_seconds()
            if member.stirred and due and member.session in seats:
                member.stirred, member.renewed = False, now
                used.add(member.session)
        return used

    def _post(self, said: "partial[None]") -> None:
        assert self._loop is not None  # noqa: S101 - there is somebody here
        try:
            self._loop.call_soon_threadsafe(said)
        except RuntimeError:
            # The loop has ended, and with it every line.
            _log.debug("There is no loop any more.")

    # --- on the loop's thread again

    def _have_notes_asked_for(self, members: Sequence[Member]) -> None:
        for member in members:
            if not member.is_gone:
                member.line.send(frames.notes())

    def _tidy(self, members: list[tuple[Room, Member]], seats: dict[str, SeatRecord]) -> None:
        for room, member in members:
            seat = seats.get(member.session)
            if seat is None:
                room.leave(member)
                member.line.end(_GONE, frames.GONE)
            elif seat != member.seat:
                room.rename(member, seat)
        self._clear_away()

    def _clear_away(self, *, all_of_them: bool = False) -> None:
        now = time.monotonic()
        for draft_id, room in tuple(self._rooms.items()):
            if all_of_them or (room.is_idle and now - room.empty_since > LINGER):
                room.end()
                del self._rooms[draft_id]
