"""A place at the table: the WebSocket of a draft's page, from the handshake to the last word.

The handshake is refused, with 403 and without a reason, when it comes from a page that is none of
ours (a browser sends the cookie along whoever asks), or from nobody who is signed in. Whether
somebody may do what they send later is asked again for everything they send.
"""

import asyncio
import logging
from collections import deque
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.actions import seating
from app.actions.policy import Act, may
from app.live import frames
from app.live.hub import Hub
from app.live.room import Member, Room
from app.store.engine import TROUBLES
from app.store.seats import SeatRecord
from app.store.unit import Stores
from app.web.guard import SESSION_COOKIE
from app.web.wire import WIRE, Wire, framed

GREETING = 10.0
"""Seconds within which a page says hello."""
RATE = 500
"""How many frames a second somebody may send for long."""
BURST = 1000
"""How many at once."""
HELD = 8 * 1024 * 1024
"""How many characters may wait for somebody who does not read, before the line is cut."""
PARTING = 5.0
"""Seconds that the last word may take."""

_SILENT = "Nothing was said."
_FIRST = "A page says hello first, and once."
_BINARY = "Only text is spoken here."
_FLOOD = "That was more at once than can be read. What is not kept yet stays in this page."
_MISTAKE = "Something went wrong here. What is not kept yet stays in this page."
_BROKEN = 1011

_log = logging.getLogger(__name__)
router = APIRouter()


class SocketLine:
    """What a member is spoken to by. Nobody ever waits for it: what the connection does not take
    at once is kept here, and a reader who falls too far behind is let go."""

    def __init__(self, websocket: WebSocket) -> None:
        self.is_over = False
        self._websocket = websocket
        wire = websocket.scope.get("extensions", {}).get(WIRE)
        self._wire: Wire | None = wire if isinstance(wire, Wire) else None
        self._box: deque[str] = deque()
        self._held = 0
        self._code = 0
        self._pump: asyncio.Task[None] | None = None

    def send(self, text: str) -> None:
        """Say this frame, after those said before."""
        if self.is_over:
            return
        if self._pump is None and self._wire is not None and self._wire.put(framed(text)):
            return
        self._box.append(text)
        self._held += len(text)
        if self._held > HELD:
            self._cut()
        else:
            self._start()

    def end(self, sentence: str, code: int) -> None:
        """Say why, and hang up."""
        if self.is_over:
            return
        self._box.append(frames.end(sentence))
        self.is_over, self._code = True, code
        self._start()

    async def close(self) -> None:
        """Let the connection go; what was to be said last is still said, if that goes quickly."""
        self.is_over = True
        if self._pump is not None:
            _, pending = await asyncio.wait((self._pump,), timeout=PARTING)
            for task in pending:
                task.cancel()

    def _start(self) -> None:
        if self._pump is None:
            self._pump = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._box:
                text = self._box.popleft()
                self._held -= len(text)
                await self._websocket.send_text(text)
            if self._code:
                await self._websocket.close(self._code)
        except (OSError, RuntimeError, WebSocketDisconnect):
            # There is nobody any more; the reading side finds out by itself.
            self.is_over = True
        finally:
            self._pump = None

    def _cut(self) -> None:
        self.is_over = True
        self._box.clear()
        if self._wire is not None:
            self._wire.cut()
        elif self._pump is not None:
            self._pump.cancel()


class Allowance:
    """How much somebody may still say: fills up with time."""

    def __init__(self, now: float) -> None:
        self._left, self._at = float(BURST), now

    def spend(self, now: float) -> bool:
        """Whether one more frame is all right at this time."""
        self._left = min(BURST, self._left + (now - self._at) * RATE) - 1
        self._at = now
        return self._left >= 0


@router.websocket_route("/drafts/{slug}/live")
async def sit_down(websocket: WebSocket) -> None:
    """One page at the table of a draft, for as long as it is open."""
    try:
        entered = await run_in_threadpool(_enter, websocket)
    except TROUBLES:
        await websocket.send_denial_response(Response(status_code=503))
        return
    if entered is None:
        await websocket.close()
        return
    await websocket.accept()
    line = SocketLine(websocket)
    try:
        await _attend(websocket, line, *entered)
    except frames.Unreadable as refusal:
        line.end(refusal.sentence, frames.REFUSED)
    except TimeoutError:
        line.end(_SILENT, frames.REFUSED)
    except Exception:
        _log.exception("A page at the table of a draft was lost.")
        line.end(_MISTAKE, _BROKEN)
    finally:
        await line.close()


def _enter(websocket: WebSocket) -> tuple[int, SeatRecord, str] | None:
    """The draft's id, the seat and its session; None for whoever may not come in."""
    session = websocket.cookies.get(SESSION_COOKIE, "")
    if not session or not _is_ours(websocket):
        return None
    stores: Stores = websocket.app.state.stores
    seating.renew_session(stores, session)
    with stores.read() as store:
        seat = seating.seat_of_session(store, session)
        draft = store.drafts.by_slug(websocket.path_params["slug"])
    if seat is None or draft is None or not may(seat, Act.READ_DRAFT):
        return None
    return draft.id, seat, session


def _is_ours(websocket: WebSocket) -> bool:
    """Whether a page of ours asks. Browsers always say whose page it is; whoever does not
    is none, and a page without a name of its own says "null"."""
    try:
        place = urlsplit(websocket.headers.get("origin", "")).netloc
    except ValueError:
        return False
    public = urlsplit(websocket.app.state.settings.public_url).netloc
    return place != "" and place in (websocket.headers.get("host", ""), public)


async def _attend(
    websocket: WebSocket, line: SocketLine, draft_id: int, seat: SeatRecord, session: str
) -> None:
    hub: Hub = websocket.app.state.hub
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(GREETING):
        text = await _next(websocket)
    if text is None:
        return
    hello = frames.read(text)
    if not isinstance(hello, frames.Hello):
        raise frames.Unreadable(_FIRST)
    place = hub.take_place(loop, draft_id, seat, session, line, hello)
    if place is None:
        await _see_off(websocket)
        return
    room, member = place
    allowance = Allowance(loop.time())
    try:
        while (text := await _next(websocket)) is not None:
            if not allowance.spend(loop.time()):
                line.end(_FLOOD, frames.FLOOD)
            if not line.is_over:
                _pass_on(room, member, frames.read(text))
    finally:
        room.leave(member)


def _pass_on(room: Room, member: Member, said: frames.Heard) -> None:
    if isinstance(said, frames.Pushed):
        room.push(member, said)
    elif isinstance(said, frames.Here):
        room.move(member, said)
    elif isinstance(said, frames.Asked):
        room.deed(member, said)
    elif isinstance(said, frames.Garbled):
        room.give_back(member, said)
    else:
        raise frames.Unreadable(_FIRST)


async def _see_off(websocket: WebSocket) -> None:
    while await _next(websocket) is not None:
        pass


async def _next(websocket: WebSocket) -> str | None:
    """The next frame; None when the other end has gone."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        return None
    text = message.get("text")
    if not isinstance(text, str):
        raise frames.Unreadable(_BINARY)
    return text
