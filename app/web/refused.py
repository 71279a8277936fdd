"""How a refusal reaches the person: a sentence, on a page, in a part of a page, or as JSON.

What a seat may not know of and what is not there get the same answer, so that nobody learns by
asking which of the two it is.
"""

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from app.actions.refusals import Missing, Moved, Refusal, SignInNeeded
from app.web.guard import SAFE_METHODS, protect
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
}
_ABSENT = "There is nothing at this address, or nothing that your seat may see."
_BROKEN = "Something went wrong here, and nothing was changed. The operator finds it in the log."
_WORDS = {
    400: "What was sent could not be read.",
    404: _ABSENT,
    405: "This address does not take that.",
    413: "That is more than 32 MB at once.",
}


def install(app: FastAPI) -> None:
    """Make `app` answer refusals, unknown addresses, unreadable forms and our own mistakes."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _broken)


def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101  # registered for nothing else
    if isinstance(refusal, SignInNeeded) and not _is_interface(request):
        return _to_sign_in(request)
    status = refusal.status
    if _is_interface(request):
        return JSONResponse(_spoken(refusal), status)
    return _page(request, status, _ABSENT if status == 404 else refusal.sentence)


def _unrouted(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, HTTPException)  # noqa: S101  # registered for nothing else
    sentence = _WORDS.get(refusal.status_code, str(refusal.detail))
    if _is_interface(request):
        return JSONResponse({"sentence": sentence}, refusal.status_code)
    return _page(request, refusal.status_code, sentence)


def _unreadable(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, RequestValidationError)  # noqa: S101  # registered for nothing else
    fields = [".".join(str(part) for part in error["loc"]) for error in refusal.errors()]
    if _is_interface(request):
        return JSONResponse({"sentence": "Some fields could not be read.", "fields": fields}, 422)
    if request.method in SAFE_METHODS:
        return _page(request, 404, _ABSENT)
    names = ", ".join(sorted({field.rpartition(".")[2] for field in fields}))
    return _page(request, 422, f"Something is missing or could not be read: {names}.")


def _broken(request: Request, _mistake: Exception) -> Response:
    if _is_interface(request):
        answer: Response = JSONResponse({"sentence": _BROKEN}, 500)
    else:
        answer = _page(request, 500, _BROKEN)
    # A mistake is answered outside of the guard, which therefore cannot put its headers on.
    protect(answer.headers, secure=bool(request.scope["state"]["secure"]))
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
    then = request.url.path
    if request.url.query:
        then += "?" + request.url.query
    address = "/sign-in"
    if request.method in SAFE_METHODS and then != "/":
        address += "?then=" + quote(then, safe="/")
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    return RedirectResponse(address, 303)


def _page(request: Request, status: int, sentence: str) -> Response:
    title = _TITLES.get(status, "Refused")
    if request.headers.get("hx-request") == "true":
        # A part of a page keeps what the person typed: the sentence goes into the notice line.
        return render(
            request,
            "refused/_notice.html",
            status=status,
            headers={"hx-retarget": "#refused", "hx-reswap": "outerHTML"},
            sentence=sentence,
        )
    return render(request, "refused/show.html", status=status, heading=title, sentence=sentence)
