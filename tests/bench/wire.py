"""One WebSocket as its client: frames by hand over asyncio, because 200 of them share a core.

It offers to compress, as every browser does, and says so when the server takes the offer. What it
sends is masked with zeros, which is allowed and costs nothing.
"""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import cast

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
_SHORT, _LONG = 126, 127
_NO_MASK = b"\0\0\0\0"


class Compressed(RuntimeError):
    """The server wants to compress each frame once for every reader."""


class Line(asyncio.Protocol):
    """A connection; `heard` gets each whole message, `ended` is called once with the reason."""

    def __init__(
        self, heard: Callable[[bytes], None], ended: Callable[[str], None], request: bytes
    ) -> None:
        self._heard = heard
        self._ended = ended
        self._request = request
        self._held = b""
        self._why = "the connection was cut"
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class of asyncio's, though they do the same.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        held = self._held + data if self._held else data
        if not self.opened.done():
            head, gap, held = held.partition(b"\r\n\r\n")
            if not gap:
                self._held = head
                return
            self._open(head)
        self._held = self._read(held)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(self._why))
        self._ended(self._why)

    def say(self, message: str) -> None:
        """Send a text message."""
        self._send(_TEXT, message.encode())

    def say_bytes(self, message: bytes) -> None:
        """Send a binary message."""
        self._send(_BINARY, message)

    def close(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _open(self, head: bytes) -> None:
        status, _, headers = head.partition(b"\r\n")
        if b" 101 " not in status + b" ":
            self.opened.set_exception(ConnectionError(status.decode("latin-1")))
        elif b"permessage-deflate" in headers.lower():
            self.opened.set_exception(Compressed("the server compresses every frame anew"))
        else:
            self.opened.set_result(None)

    def _read(self, held: bytes) -> bytes:
        """Tells of the whole frames; gives what is left over."""
        at, end = 0, len(held)
        while end - at >= 2:
            size, start = held[at + 1], at + 2
            if size == _SHORT:
                if end - at < 4:
                    break
                size, start = int.from_bytes(held[at + 2 : at + 4]), at + 4
            elif size == _LONG:
                if end - at < 10:
                    break
                size, start = int.from_bytes(held[at + 2 : at + 10]), at + 10
            if start + size > end:
                break
            self._take(held[at], held[start : start + size])
            at = start + size
        return held[at:]

    def _take(self, kind: int, payload: bytes) -> None:
        if kind in (_TEXT, _BINARY):
            self._heard(payload)
        elif kind == _PING:
            self._send(_PONG, payload)
        elif kind == _CLOSE:
            code = int.from_bytes(payload[:2])
            self._why = f"{code} {payload[2:].decode('utf-8', 'replace')}".strip()
            self.close()
        elif kind != _PONG:
            raise RuntimeError(f"a frame that is cut in pieces ({kind:#x}) is not understood here")

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < _SHORT:
            head = bytes((kind, 0x80 | size))
        elif size < 1 << 16:
            head = struct.pack("!BBH", kind, 0x80 | _SHORT, size)
        else:
            head = struct.pack("!BBQ", kind, 0x80 | _LONG, size)
        if self._transport is not None:
            self._transport.write(head + _NO_MASK + payload)


async def dial(
    port: int,
    path: str,
    heard: Callable[[bytes], None],
    ended: Callable[[str], None],
    *,
    session: str = "",
) -> Line:
    """An open connection to this machine; ConnectionError when the server refuses."""
    cookie = f"Cookie: travaux_session={session}\r\n" if session else ""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
        f"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n{cookie}\r\n"
    )
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(
        lambda: Line(heard, ended, request.encode()), "127.0.0.1", port
    )
    await asyncio.wait_for(line.opened, 30)
    return line
