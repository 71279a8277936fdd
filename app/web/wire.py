"""The server's end of a WebSocket, with a short way for what is said over it, out and in.

What the room says is the same for all who hear it. So it is put into a WebSocket frame once
(RFC 6455, 5.2: a server's frames are not masked) and handed to each connection as it is, as long
as that takes it at once. What a page says, one whole text frame at a time, is read here and handed
to whoever listens. Both cost a third of what the server's own way does; everything else (frames
in pieces or too long, control frames, a connection that cannot take any more) still goes that way.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the quick one
from websockets.http11 import Request

SERVED: Mapping[str, Any] = {
    "ws": "app.web.wire:Wire",
    # A frame that is made once cannot be packed for each connection anew.
    "ws_per_message_deflate": False,
    "ws_max_size": 64 * 1024,
}
"""How uvicorn has to be run for this."""

WIRE = "travaux.wire"
"""The name of the extension by which an application finds this in its scope."""

_TEXT = 0x81
_WHOLE = frozenset({_TEXT, 0x88, 0x89, 0x8A})
"""How a frame begins that is all of a text, a close, a ping or a pong."""
_MASKED = 0x80
_SHORT, _MIDDLE = 126, 1 << 16


class Wire(WebSocketsSansIOProtocol):
    """A connection of uvicorn's that can be handed frames which are made already."""

    _take: Callable[[str], None] | None = None
    _rest = b""

    def handle_connect(self, event: Request) -> None:
        """Let the application find this connection."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            extensions = cast("dict[str, Any]", scope["extensions"])
            extensions[WIRE] = self

    def listen(self, take: Callable[[str], None]) -> bool:
        """Whether `take` is called with every text from now on, as soon as it is there.

        Not while something waits that came before: ask again after having received that.
        `take` must not raise. A text that is none is handed on as "".
        """
        if self._take is None and self.queue.empty() and not self.conn.reader.buffer:
            self._take, self._rest = take, b""
        return self._take is not None

    def data_received(self, data: bytes) -> None:
        """Read what has come."""
        if self._take is None:
            super().data_received(data)
        else:
            self._rest = self._read(self._rest + data if self._rest else data, self._take)

    def _read(self, data: bytes, take: Callable[[str], None]) -> bytes:
        """Hand on the frames that are complete; the beginning of one that is not."""
        at, end = 0, len(data)
        while end - at >= 2:
            kind, size, start = data[at], data[at + 1] - _MASKED, at + 6
            if kind not in _WHOLE or not 0 <= size <= _SHORT:
                self._take = None
                super().data_received(data[at:])
                return b""
            if size == _SHORT and end - at >= 4:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 8
            if end < start or (stop := start + size) > end:
                break
            if kind == _TEXT:
                take(_text(apply_mask(data[start:stop], data[start - 4 : start])))
            else:
                super().data_received(data[at:stop])
            at = stop
        return data[at:]

    def put(self, frame: bytes) -> bool:
        """Whether the connection has taken a frame that is ready to go."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

    def cut(self) -> None:
        """Hang up without a word, for the other end hears nothing any more."""
        self.transport.abort()


def _text(said: bytes) -> str:
    try:
        return said.decode()
    except UnicodeDecodeError:
        return ""


@lru_cache(maxsize=8)
def framed(text: str) -> bytes:
    """A text as one frame; the last few are remembered, for they go to many."""
    said = text.encode()
    length = len(said)
    if length < _SHORT:
        return bytes((_TEXT, length)) + said
    if length < _MIDDLE:
        return bytes((_TEXT, _SHORT)) + length.to_bytes(2, "big") + said
    return bytes((_TEXT, _SHORT + 1)) + length.to_bytes(8, "big") + said
