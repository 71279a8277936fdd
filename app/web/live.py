"""A place at the table: the WebSocket of a draft's page, from the handshake to the last word.

The handshake is refused, with 403 and without a reason, when it comes from a page that is none of
ours (a browser sends the cookie along whoever asks), or from nobody who is signed in. Whether
somebody may do what they send later is asked again for everything they send.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from fastapi import APIRouter
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
DOOR = 3
"""How many are looked at at the door at once."""
RATE = 500
"""How many frames a second somebody may send for long; a long one costs more (frames.cost)."""
BURST = 1000
"""How many at once."""
HELD = 8 * 1024 * 1024
"""How many characters may wait for somebody who does not read, before the line is cut."""
PARTING = 5.0
"""Seconds that the last word may take."""

_SILENT = "Nothing was said."
_FIRST = "A page says hello first, and once."
_FLOOD = "That was more at once than can be read. What is not kept yet stays in this page."
_MISTAKE = "Something went wrong here. What is not kept yet stays in this page."
_BROKEN = 1011

_log = logging.getLogger(__name__)
# A hundred who come back at once must not fill all threads, each with a connection of its own.
_door = ThreadPoolExecutor(DOOR, thread_name_prefix="door")
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

    def listen(self, take: Callable[[str], None]) -> None:
        """Have `take` called with what comes in, where there is a short way for it."""
        if self._wire is not None:
            self._wire.listen(take)

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

    def spend(self, now: float, cost: float = 1.0) -> bool:
        """Whether one more frame, which costs as much as so many, is all right at this time."""
        self._left = min(BURST, self._left + (now - self._at) * RATE) - cost
        self._at = now
        return self._left >= 0


class Page:
    """A page at the table: it says hello, and then whatever its people do."""

    def __init__(self, hub: Hub, line: SocketLine, draft_id: int, guest: SeatRecord, session: str):
        self._hub, self._line = hub, line
        self._draft_id, self._guest, self._session = draft_id, guest, session
        self._loop = asyncio.get_running_loop()
        self._allowance = Allowance(self._loop.time())
        self._place: tuple[Room, Member] | None = None
        self._greeting = self._loop.call_later(GREETING, self._wait_no_longer)

    def hear(self, text: str) -> None:
        """Take in one frame; what is wrong with it, or with us, ends the line with a sentence."""
        if self._line.is_over:
            return
        if not self._allowance.spend(self._loop.time(), frames.cost(text)):
            self._line.end(_FLOOD, frames.FLOOD)
            return
        try:
            self._take(frames.read(text))
        except frames.Unreadable as refusal:
            self._line.end(refusal.sentence, frames.REFUSED)
        except Exception:
            _log.exception("What a page at the table said could not be dealt with.")
            self._line.end(_MISTAKE, _BROKEN)

    def leave(self) -> None:
        """Get up from the table."""
        self._greeting.cancel()
        if self._place is not None:
            room, member = self._place
            room.leave(member)

    def _take(self, said: frames.Heard) -> None:
        if self._place is None:
            self._sit_down(said)
            return
        room, member = self._place
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

    def _sit_down(self, said: frames.Heard) -> None:
        if not isinstance(said, frames.Hello):
            raise frames.Unreadable(_FIRST)
        self._greeting.cancel()
        self._place = self._hub.take_place(
            self._loop, self._draft_id, self._guest, self._session, self._line, said
        )

    def _wait_no_longer(self) -> None:
        self._line.end(_SILENT, frames.REFUSED)


@router.websocket_route("/drafts/{slug}/live")
async def sit_down(websocket: WebSocket) -> None:
    """One page at the table of a draft, for as long as it is open."""
    loop = asyncio.get_running_loop()
    try:
        entered = await loop.run_in_executor(_door, _enter, websocket)
    except TROUBLES:
        await websocket.send_denial_response(Response(status_code=503))
        return
    if entered is None:
        await websocket.close()
        return
    await websocket.accept()
    line = SocketLine(websocket)
    page = Page(websocket.app.state.hub, line, *entered)
    try:
        await _attend(websocket, line, page)
    finally:
        page.leave()
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


async def _attend(websocket: WebSocket, line: SocketLine, page: Page) -> None:
    """Listen until the other end has gone."""
    line.listen(page.hear)
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        # What is no text is no frame of ours either, and is refused as such.
        page.hear(message.get("text") or "")
        line.listen(page.hear)
