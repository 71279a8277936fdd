"""What was just done, said once on the draft page, with the way back beside it.

Between the answer to a form and the page it leads to, the sentence travels in a cookie for that
draft alone, which the page takes away again: so it is said once, without script as with it, and
nobody can put words into it by making up a link.
"""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.store.drafts import DraftRecord

COOKIE = "travaux_said"
"""The cookie that carries the sentence: a letter for the way back, then the words."""

_LASTS = 60
_LONGEST = 400
_UNDO, _PLAIN = "u", "p"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and whether a button beside it takes back what it tells of."""

    sentence: str
    may_undo: bool = False


def told(
    request: Request, draft: DraftRecord, address: str, sentence: str, *, may_undo: bool = True
) -> RedirectResponse:
    """The way to a page of the draft on which `sentence` is said."""
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        COOKIE,
        (_UNDO if may_undo else _PLAIN) + quote(sentence[:_LONGEST], safe=""),
        max_age=_LASTS,
        path=f"/drafts/{draft.slug}",
        httponly=True,
        samesite="lax",
        secure=request.state.secure,
    )
    return answer


def notice_of(request: Request) -> Notice | None:
    """What the page that is asked for has to say; None when nothing was just done."""
    said = request.cookies.get(COOKIE, "")
    sentence = unquote(said[1:])[:_LONGEST]
    return Notice(sentence, said[0] == _UNDO) if sentence else None


def said(request: Request, draft: DraftRecord, page: Response) -> Response:
    """The page, after which nothing is left to say."""
    if COOKIE in request.cookies:
        page.delete_cookie(COOKIE, path=f"/drafts/{draft.slug}")
    return page
