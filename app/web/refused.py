"""How a refusal reaches the person: a sentence, on a page, in a part of a page, or as JSON.

What a seat may not know of and what is not there get the same answer, so that nobody learns by
asking which of the two it is. A form that is refused gives the words back that it carried.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.actions import seating
from app.actions.refusals import Missing, Moved, Refusal, SignInNeeded
from app.store.engine import TROUBLES, is_out_of_reach, is_unkeepable
from app.web.guard import SAFE_METHODS, Stale, protect, session_of, within
from app.web.kept import Kept, kept_of
from app.web.pages import render

_TITLES = {
    401: "Please sign in",
    403: "Not for this seat",
    404: "Nothing here",
    405: "Not in this way",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Not understood",
    429: "Too often",
    500: "A mistake of ours",
    503: "Not just now",
}
_ABSENT = "There is nothing at this address, or nothing that your seat may see."
_BROKEN = "Something went wrong here, and nothing was changed. The operator finds it in the log."
_AWAY = "The database cannot be reached just now; nothing was changed. Try again in a moment."
_UNKEEPABLE = "What was sent holds something that cannot be kept; nothing was changed."
_SIGNED_OUT = "You have been signed out."
_UNSAVED = "You were signed out before this was saved. Sign in, and you can save it."
_OLDER = "This form is no longer valid: it is of an earlier session. Its words were not saved yet."
_GIVEN_BACK = frozenset({409, 413, 422, 429, 500, 503})
"""Refusals of a form after which its words are shown again; nothing is told to who may not act."""
_MENDABLE = frozenset({409, 422})
_WORDS = {
    400: "What was sent could not be read.",
    404: _ABSENT,
    405: "This address does not take that.",
    413: "That is more than 32 MB at once.",
}


class Bounded:
    """ASGI middleware: what is larger than `most` bytes is refused in words, on a page of ours.

    What says beforehand that it is too large is heard out, up to a few times the limit: a browser
    that is cut off while it still sends shows no answer at all.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > self._most:
            left = _HEARD_OUT * self._most
            while left > 0 and (message := await receive()).get("more_body"):
                left -= len(message.get("body", b""))
            answer = _said(Request(scope), 413, _WORDS[413])
            await answer(scope, receive, send)
            return
        left = self._most

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


_HEARD_OUT = 8


def install(app: FastAPI) -> None:
    """Make `app` answer refusals, unknown addresses, unreadable forms and our own mistakes."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(RequestValidationError, _unreadable)
    for trouble in TROUBLES:
        app.add_exception_handler(trouble, _troubled)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _broken)


def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101  # registered for nothing else
    if not _is_interface(request):
        if isinstance(refusal, SignInNeeded):
            return _unsaved(request) or _to_sign_in(request)
        if isinstance(refusal, Stale):
            return _unsaved(request) or _page(request, refusal.status, refusal.sentence)
    status = refusal.status
    if _is_interface(request):
        return JSONResponse(_spoken(refusal), status)
    return _page(request, status, _ABSENT if status == 404 else refusal.sentence)


def _unrouted(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, HTTPException)  # noqa: S101  # registered for nothing else
    sentence = _WORDS.get(refusal.status_code, str(refusal.detail))
    headers = {"allow": _taken(request)} if refusal.status_code == 405 else None
    return _said(request, refusal.status_code, sentence, headers)


def routes_of(app: FastAPI) -> Iterator[Route]:
    """The addresses of an application, those of the routers that it includes, too."""
    for one in app.routes:
        included = getattr(one, "original_router", None)
        for route in included.routes if included is not None else [one]:
            if isinstance(route, Route):
                yield route


def _taken(request: Request) -> str:
    """The methods that an address takes, whoever asks (RFC 9110, 15.5.6)."""
    methods = {
        method
        for route in routes_of(request.app)
        if route.path_regex.match(request.url.path)
        for method in route.methods or ()
    }
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _unreadable(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, RequestValidationError)  # noqa: S101  # registered for nothing else
    fields = [".".join(str(part) for part in error["loc"]) for error in refusal.errors()]
    if _is_interface(request):
        return JSONResponse({"sentence": "Some fields could not be read.", "fields": fields}, 422)
    if request.method in SAFE_METHODS:
        return _page(request, 404, _ABSENT)
    names = ", ".join(sorted({field.rpartition(".")[2] for field in fields}))
    return _page(request, 422, f"Something is missing or could not be read: {names}.")


def _troubled(request: Request, trouble: Exception) -> Response:
    if is_out_of_reach(trouble):
        return _said(request, 503, _AWAY, {"retry-after": "5"})
    if is_unkeepable(trouble):
        return _said(request, 422, _UNKEEPABLE)
    raise trouble


def _gone(_request: Request, _gone: Exception) -> Response:
    # Nobody is there to read it: whoever sent this hung up half way.
    return Response(status_code=400)


def _said(
    request: Request, status: int, sentence: str, headers: dict[str, str] | None = None
) -> Response:
    if _is_interface(request):
        return JSONResponse({"sentence": sentence}, status, headers)
    answer = _page(request, status, sentence)
    answer.headers.update(headers or {})
    return answer


def _broken(request: Request, _mistake: Exception) -> Response:
    if _is_interface(request):
        answer: Response = JSONResponse({"sentence": _BROKEN}, 500)
    else:
        answer = _page(request, 500, _BROKEN)
    # A mistake is answered outside of the guard, which therefore cannot put its headers on.
    protect(answer.headers, request.scope["state"])
    return answer


def _is_interface(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _spoken(refusal: Refusal) -> dict[str, Any]:
    spoken: dict[str, Any] = {
        "sentence": _ABSENT if isinstance(refusal, Missing) else refusal.sentence
    }
    if isinstance(refusal, Moved):
        spoken |= {
            name: getattr(refusal, name)
            for name in ("base", "mine", "theirs", "version")
            if hasattr(refusal, name)
        }
    return spoken


def _to_sign_in(request: Request) -> Response:
    if _is_part(request):
        # No way off the page: something else that was typed may stand in it.
        now = urlsplit(request.headers.get("hx-current-url", "")).path
        return _notice(request, 401, "refused/_signed_out.html", _SIGNED_OUT, then=within(now))
    then = request.url.path
    if request.url.query:
        then += "?" + request.url.query
    address = "/sign-in"
    if request.method in SAFE_METHODS and then != "/":
        address += "?then=" + quote(then, safe="/")
    return RedirectResponse(address, 303)


def _unsaved(request: Request) -> Response | None:
    """The words of a form without a session, or of an earlier one; None when it carried none."""
    kept = kept_of(request)
    if kept is None:
        return None
    try:
        with request.app.state.stores.read() as store:
            request.state.seat = seating.seat_of_session(store, session_of(request))
    except TROUBLES as trouble:
        return _troubled(request, trouble)
    if request.state.seat is None:
        return give_back(request, 401, _TITLES[401], _UNSAVED, kept, signed_out=True)
    return give_back(request, 403, "Not saved yet", _OLDER, kept)


def give_back(
    request: Request,
    status: int,
    heading: str,
    sentence: str,
    kept: Kept,
    *,
    signed_out: bool = False,
    email: str = "",
) -> Response:
    """The page, or the notice in a page, that shows what was sent and lets it be sent again."""
    takes: dict[str, Any] = {
        "kept": kept,
        "signed_out": signed_out,
        "editable": status in _MENDABLE,
        "email": email,
    }
    if _is_part(request):
        return _notice(request, status, "refused/_kept.html", sentence, **takes)
    return render(
        request, "refused/kept.html", status=status, heading=heading, sentence=sentence, **takes
    )


def _page(request: Request, status: int, sentence: str) -> Response:
    title = _TITLES.get(status, "Refused")
    if _is_part(request):
        # A part of a page keeps what the person typed: the sentence goes into the notice line.
        return _notice(request, status, "refused/_notice.html", sentence)
    kept = kept_of(request) if status in _GIVEN_BACK else None
    if kept is not None:
        return give_back(request, status, title, sentence, kept)
    return render(request, "refused/show.html", status=status, heading=title, sentence=sentence)


def _notice(request: Request, status: int, name: str, sentence: str, **takes: Any) -> Response:
    headers = {"hx-retarget": "#refused", "hx-reswap": "outerHTML"}
    return render(request, name, status=status, headers=headers, sentence=sentence, **takes)


def _is_part(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"
