"""The server's end of a WebSocket, with a short way for what goes to everybody.

What the room says is the same for all who hear it. So it is put into a WebSocket frame once
(RFC 6455, 5.2: a server's frames are not masked) and handed to each connection as it is, as long
as that takes it at once. The server's own way costs three times as much for each hearer. A
connection that has enough to do is spoken to the server's way, which waits until it can write.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
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
_SHORT, _MIDDLE = 126, 1 << 16


class Wire(WebSocketsSansIOProtocol):
    """A connection of uvicorn's that can be handed frames which are made already."""

    def handle_connect(self, event: Request) -> None:
        """Let the application find this connection."""
        super().handle_connect(event)
        scope = getattr(self, "scope", None)
        if scope is not None:
            extensions = cast("dict[str, Any]", scope["extensions"])
            extensions[WIRE] = self

    def put(self, frame: bytes) -> bool:
        """Whether the connection has taken a frame that is ready to go."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

    def cut(self) -> None:
        """Hang up without a word, for the other end hears nothing any more."""
        self.transport.abort()


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
