import asyncio
import json
import random
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from app.web.wire import SERVED, WIRE, Wire, framed
from tests.support.apart import apart

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_frame_is_what_a_client_reads_as_that_text(length: int) -> None:
    text = ("é" + "x" * length)[:length]
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), max_size=None)
    client.state = State.OPEN
    client.parser = client.parse()
    next(client.parser)
    client.receive_data(framed(text) + framed("and this"))
    read = [frame for frame in client.events_received() if isinstance(frame, Frame)]
    assert [(frame.opcode, frame.fin) for frame in read] == [(Opcode.TEXT, True)] * 2
    assert bytes(read[0].data).decode() == text


def test_the_frame_for_everybody_is_made_once() -> None:
    text = json.dumps({"seq": [1, 2]})
    assert framed(text) is framed(text)


def test_a_frame_may_have_64_kib_and_is_not_packed() -> None:
    # A packed connection would take the frames that are made already for rubbish.
    assert SERVED["ws_max_size"] == 65_536
    assert SERVED["ws_per_message_deflate"] is False


class Pipe(asyncio.Transport):
    """A transport that remembers what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """Nothing is read from here anyway."""

    def resume_reading(self) -> None:
        """The same."""


def heard(pieces: list[bytes]) -> tuple[list[str | None], int, Pipe]:
    """What an application hears of these bytes, how much of it by the short way, and the pipe."""
    texts: list[str | None] = []
    short = 0

    async def listen(scope: Scope, receive: Receive, send: Send) -> None:
        wire = scope["extensions"][WIRE]
        await receive()
        await send({"type": "websocket.accept"})

        def take(text: str) -> None:
            nonlocal short
            short += 1
            texts.append(text)

        wire.listen(take)
        while (message := await receive())["type"] != "websocket.disconnect":
            texts.append(message.get("text"))
            wire.listen(take)

    async def serve() -> Pipe:
        config = uvicorn.Config(listen, lifespan="off", log_level="critical", **SERVED)
        config.load()
        wire, pipe = Wire(config, ServerState(), {}), Pipe()
        wire.connection_made(pipe)
        wire.data_received(HANDSHAKE)
        for piece in pieces:
            for _ in range(5):
                await asyncio.sleep(0)
            wire.data_received(piece)
        for _ in range(5):
            await asyncio.sleep(0)
        written, closed = pipe.written, pipe.closed
        wire.connection_lost(None)
        for _ in range(5):
            await asyncio.sleep(0)
        pipe.written, pipe.closed = written, closed
        return pipe

    pipe = apart(serve())
    return texts, short, pipe


def sent(opcode: Opcode, said: bytes, *, fin: bool = True, masked: bool = True) -> bytes:
    return Frame(opcode, said, fin).serialize(mask=masked)


def cut_up(stream: bytes, dice: random.Random) -> list[bytes]:
    cuts = sorted(dice.randrange(len(stream)) for _ in range(dice.randrange(12)))
    return [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True) if a < b]


@pytest.mark.parametrize("seed", range(60))
def test_whatever_pieces_a_frame_comes_in_it_is_heard_once_and_in_order(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    stream, said, pings = b"", [], 0
    for _ in range(dice.randrange(1, 15)):
        text = "é🕊x" * dice.choice((0, 1, 20, 21, 30, 5000, 9000))
        half = len(text.encode()) // 2
        kind = dice.randrange(5)
        if kind == 0:
            stream += sent(Opcode.PING, b"there?")
            pings += 1
        elif kind == 1:
            stream += sent(Opcode.TEXT, text.encode()[:half], fin=False)
            stream += sent(Opcode.CONT, text.encode()[half:])
            said.append(text)
        else:
            stream += sent(Opcode.TEXT, text.encode())
            said.append(text)
    texts, _, pipe = heard(cut_up(stream, dice))
    assert texts == said
    assert pipe.written.count(b"there?") == pings


def test_ordinary_frames_take_the_short_way_in() -> None:
    stream = sent(Opcode.TEXT, b"one") + sent(Opcode.TEXT, b"two" * 1000) + sent(Opcode.TEXT, b"")
    assert heard([stream])[:2] == (["one", "two" * 1000, ""], 3)


def test_what_is_no_text_is_handed_on_as_nothing() -> None:
    texts, short, _ = heard([sent(Opcode.TEXT, b"\xff\xfe")])
    assert (texts, short) == ([""], 1)
    texts, short, _ = heard([sent(Opcode.BINARY, b"bytes")])
    assert (texts, short) == ([None], 0)


@pytest.mark.parametrize(
    "broken",
    [
        sent(Opcode.TEXT, b"x", masked=False),
        b"\xc1\x81\x00\x00\x00\x00x",
        b"\x83\x81\x00\x00\x00\x00x",
        sent(Opcode.TEXT, b"x" * 65_537),
    ],
)
def test_what_is_against_the_protocol_closes_the_connection(broken: bytes) -> None:
    texts, _, pipe = heard([sent(Opcode.TEXT, b"before"), broken])
    assert texts == ["before"] and pipe.closed


def test_a_frame_of_64_kib_is_still_heard_and_a_farewell_answered() -> None:
    whole = b"x" * 65_536
    texts, _, pipe = heard([sent(Opcode.TEXT, whole) + sent(Opcode.CLOSE, b"\x03\xe8")])
    assert texts == [whole.decode()] and pipe.closed
    assert b"\x88\x02\x03\xe8" in pipe.written
