"""An application asked directly, without a server or a client between: quick, and nothing hidden.

    with asked(app) as ask:
        answer = ask("GET", "/drafts", session=token)

An answer has every header as it was sent. A socket is a line to the same application.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pytest
from anyio import to_thread
from starlette.types import ASGIApp, Message

from app.web.guard import SESSION_COOKIE, form_token

HOST = "testserver"
PATIENCE = 20.0
"""Seconds that anything may take before the test gives up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `asked` is everything that was sent, as one text."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked: str

    @property
    def text(self) -> str:
        """The body, read as UTF-8."""
        return self.body.decode(errors="replace")

    def header(self, name: str) -> str:
        """The first header of that name; "" for none."""
        return next((value for known, value in self.headers if known == name), "")


class Asker:
    """Asks an application on a loop of its own, one thing after the other."""

    def __init__(self, app: ASGIApp, loop: asyncio.AbstractEventLoop) -> None:
        self._app, self._loop = app, loop

    def __call__(
        self,
        method: str,
        address: str,
        *,
        session: str = "",
        sent: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer; `sent` goes as JSON under /api/ and as a form of ours elsewhere."""
        kind, body = "", b""
        if method not in ("GET", "HEAD"):
            if address.startswith("/api/"):
                kind, body = "application/json", json.dumps(sent or {}).encode()
            else:
                kind, body = _form({"csrf": form_token(session), **(sent or {})}, files or {})
        said = {"host": HOST, **({"content-type": kind} if kind else {}), **(headers or {})}
        if session:
            said["cookie"] = f"{SESSION_COOKIE}={session}"
        answering = self._ask(method, address, said, body)
        return asyncio.run_coroutine_threadsafe(answering, self._loop).result(PATIENCE)

    async def _ask(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        started: list[Message] = []
        parts: list[bytes] = []
        inbox = [{"type": "http.request", "body": body, "more_body": False}]
        gone = asyncio.Event()

        async def receive() -> Message:
            if not inbox:
                await gone.wait()
                return {"type": "http.disconnect"}
            return inbox.pop()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            else:
                parts.append(message.get("body", b""))

        scope = _scope("http", "http", address, headers) | {"method": method}
        try:
            await self._app(scope, receive, send)
        except Exception:
            # A mistake is raised again after it has been answered; the answer is looked at.
            if not started:
                raise
        sent_back = tuple((name.decode(), value.decode()) for name, value in started[0]["headers"])
        asked = f"{address} {unquote(address)} {body.decode(errors='replace')}"
        return Answer(started[0]["status"], sent_back, b"".join(parts), asked)

    @contextmanager
    def line(self, address: str, session: str = "") -> Iterator["Line"]:
        """A socket to this address, hung up at the end."""
        origin = {"origin": f"http://{HOST}"}
        cookie = {"cookie": f"{SESSION_COOKIE}={session}"} if session else {}
        scope = _scope("websocket", "ws", address, {"host": HOST, **origin, **cookie})
        line = Line(self._app, scope | {"subprotocols": []}, self._loop)
        try:
            yield line
        finally:
            line.hang_up()


@dataclass
class Line:
    """One end of a socket: what was heard so far, in order, as text."""

    app: ASGIApp
    scope: dict[str, Any]
    loop: asyncio.AbstractEventLoop
    heard: list[str] = field(default_factory=list)
    is_open: bool = False
    is_over: bool = False

    def __post_init__(self) -> None:
        """Knock, and wait until there is an answer."""
        self._up: asyncio.Queue[Message] = asyncio.Queue()
        self._news = threading.Condition()
        self._task = asyncio.run_coroutine_threadsafe(self._run(), self.loop)
        self._until(lambda: self.is_open or self.is_over)

    def say(self, frame: Mapping[str, Any]) -> None:
        """Send a frame."""
        message = {"type": "websocket.receive", "text": json.dumps(frame)}
        self.loop.call_soon_threadsafe(self._up.put_nowait, message)

    def until(self, verb: str, count: int = 1) -> list[Any]:
        """What was said under this verb, once that is said so many times."""
        self._until(lambda: len(self.all(verb)) >= count or self.is_over)
        return self.all(verb)

    def all(self, verb: str) -> list[Any]:
        """What was said under this verb so far."""
        return [frame[verb] for frame in map(json.loads, list(self.heard)) if verb in frame]

    def hang_up(self) -> None:
        """Close this end."""
        self.loop.call_soon_threadsafe(
            self._up.put_nowait, {"type": "websocket.disconnect", "code": 1000}
        )
        self._task.result(PATIENCE)

    def _until(self, is_so: Any) -> None:
        with self._news:
            if not self._news.wait_for(is_so, PATIENCE):
                raise TimeoutError(f"heard only {self.heard}")

    async def _run(self) -> None:
        await self._up.put({"type": "websocket.connect"})
        try:
            await self.app(self.scope, self._up.get, self._send)
        finally:
            with self._news:
                self.is_over = True
                self._news.notify_all()

    async def _send(self, message: Message) -> None:
        with self._news:
            if message["type"] == "websocket.accept":
                self.is_open = True
            elif message["type"] == "websocket.send":
                self.heard.append(str(message["text"]))
            self._news.notify_all()


@contextmanager
def asked(app: ASGIApp) -> Iterator[Asker]:
    """Somebody who asks this application, for as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True, name="asking")
    thread.start()
    try:
        yield Asker(app, loop)
    finally:
        # On its own thread: a browser may keep a loop in this one.
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


@contextmanager
def on_one_thread() -> Iterator[None]:
    """While this lasts, an answer is made where it was asked for, not in a thread of its own.

    For who asks thousands of things, one after the other: a page changes threads seven times.
    """

    async def at_once(do: Callable[..., Any], *given: Any, **_: Any) -> Any:
        return do(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(to_thread, "run_sync", at_once)
        yield


def _scope(kind: str, scheme: str, address: str, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = urlsplit(address)
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50_000),
        "server": (HOST, 80),
        "extensions": {},
    }


def _form(fields: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    """The content type of a form, and the form."""
    if not files:
        return "application/x-www-form-urlencoded", urlencode(fields, doseq=True).encode()
    edge = "an-edge-that-no-file-holds"
    parts: Sequence[tuple[str, bytes]] = [
        *((f'form-data; name="{name}"', str(value).encode()) for name, value in fields.items()),
        *(
            (f'form-data; name="{name}"; filename="{file}"', content)
            for name, (file, content) in files.items()
        ),
    ]
    body = b"".join(
        f"--{edge}\r\nContent-Disposition: {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return f"multipart/form-data; boundary={edge}", body + f"--{edge}--\r\n".encode()
