"""What stands before every route: who may post here, and what a browser may do with the answer.

A request that changes something must come from our own pages. Two checks, because each alone has
a hole: the browser's own word (Sec-Fetch-Site, or Origin where that is missing: browsers leave
both out on plain http with no referrer), and a token in every form, made from the session. The
token is masked anew for each page, so that compressing the page gives nothing of it away.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.actions.refusals import Forbidden
from app.web.plain import clean_form, is_address

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

SESSION_COOKIE = "travaux_session"
TOKEN_FIELD = "csrf"  # noqa: S105  # the name of the field, not a secret
MAX_BODY = 32 * 1024 * 1024
"""Bytes of one request, files included."""
MAX_FIELDS = 60_000
"""Fields of one form: looking over the structure of a long treaty sends four for each clause."""

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'nonce-{nonce}'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_ELSEWHERE = "This was sent from another site, so nothing was changed."
_STALE = "This form is no longer valid. Go back, reload the page and send it again."
_NOWHERE = "/-"
"""Where an address leads that holds what no address of ours does."""


_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_UNASKED = _FORMS | {"text/plain", ""}
"""Kinds of content that a browser sends to another site without asking that first."""


class Stale(Forbidden):
    """A form of our own whose token is of an earlier session, or was lost."""


class Guard:
    """ASGI middleware: notes what other sites send, and puts security headers on every answer."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self.app = app
        self._public = urlsplit(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the headers added to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["from_elsewhere"] = self._from_elsewhere(scope)
        scope["state"]["secure"] = "https" in (scope["scheme"], self._public.scheme)
        scope["state"]["style_nonce"] = secrets.token_urlsafe(12)
        if not is_address(scope["path"]):
            scope["path"], scope["raw_path"] = _NOWHERE, _NOWHERE.encode()

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), scope["state"])
            await send(message)

        await self.app(scope, receive, send_guarded)

    def _from_elsewhere(self, scope: Scope) -> bool:
        if scope["method"] in SAFE_METHODS:
            return False
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = headers.get("origin", "null")
        if origin == "null":
            return False
        return urlsplit(origin).netloc not in (headers.get("host", ""), self._public.netloc)


def protect(headers: MutableHeaders, state: Mapping[str, Any]) -> None:
    """Put the security headers on an answer; what it says itself about being kept stands.

    `state` is the request's, in which the guard has noted `secure` and `style_nonce`: styles that
    a script puts into the page are taken only with this nonce, which the page itself names in
    <meta name="style-nonce">. (The clause editor brings some of its own.)
    """
    policy = _POLICY.format(nonce=state["style_nonce"])
    for name, value in ("content-security-policy", policy), *_HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if state["secure"]:
        headers.setdefault("strict-transport-security", "max-age=31536000")


def session_of(request: Request) -> str:
    """The session token that the browser sent, or has just been given; "" without one."""
    begun: str = getattr(request.state, "session", "")
    return begun or request.cookies.get(SESSION_COOKIE, "")


def sign_in_with(request: Request, response: Response, token: str) -> None:
    """Give the browser its session: out of reach of scripts, and not sent by other sites' forms."""
    request.state.session = token
    response.set_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        samesite="lax",
        secure=bool(request.scope["state"]["secure"]),
        path="/",
    )


def forget(request: Request, response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(
        SESSION_COOKIE,
        httponly=True,
        samesite="lax",
        secure=bool(request.scope["state"]["secure"]),
        path="/",
    )


def form_token(session: str) -> str:
    """A token for the forms of this session, masked anew at each call; "" without a session."""
    if not session:
        return ""
    secret = _form_secret(session)
    pad = secrets.token_bytes(len(secret))
    masked = bytes(a ^ b for a, b in zip(pad, secret, strict=True))
    return base64.urlsafe_b64encode(pad + masked).decode()


def is_form_token(session: str, token: str) -> bool:
    """Whether `token` was made by `form_token` for this session."""
    secret = _form_secret(session)
    try:
        both = base64.urlsafe_b64decode(token.encode())
    except ValueError:
        return False
    pad, masked = both[: len(secret)], both[len(secret) :]
    if len(masked) != len(secret):
        return False
    return hmac.compare_digest(bytes(a ^ b for a, b in zip(pad, masked, strict=True)), secret)


def _form_secret(session: str) -> bytes:
    return hmac.digest(session.encode(), b"travaux form", hashlib.sha256)


async def read_form(request: Request) -> FormData:
    """The form that was sent, with room for a whole treaty; the same object when asked again.

    It is also noted with the request, so that a refusal can hand the words back.
    """
    form = clean_form(await request.form(max_fields=MAX_FIELDS, max_part_size=MAX_BODY))
    request.state.sent = form
    return form


def within(address: str) -> str:
    """`address` if it is a path of ours, ready to be put into a page or a header; else ""."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or not is_address(address):
        return ""
    return "" if set(address) & set("\t\n\r") else quote(address, safe="/?=&#%:;,.-_~+")


async def demand_token(request: Request) -> None:
    """Refuse (Forbidden) what another site sent, and a signed-in person's form without its token.

    The programming interface takes JSON instead of forms: a browser sends JSON, or anything else
    that no form can send, to another site only after asking, so there the token is demanded only
    of what could be a form.
    """
    if request.method in SAFE_METHODS:
        return
    if request.scope["state"]["from_elsewhere"]:
        raise Forbidden(_ELSEWHERE)
    session = session_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_form = kind in _FORMS
    sent = (await read_form(request)).get(TOKEN_FIELD, "") if is_form else ""
    is_interface = request.url.path.startswith("/api/")
    if not session or (is_interface and (kind not in _UNASKED or request.method != "POST")):
        return
    token = request.headers.get("x-csrf-token", "") or (sent if isinstance(sent, str) else "")
    if not is_form_token(session, token):
        raise Stale(_STALE)
