"""Coming in and going out: the set-up link, signing in and out, and a person's own seat.

Whatever hashes a password gets the database itself and not a unit of work: hashing takes a
tenth of a second, must not hold the write lock, and a failed attempt is kept although the
answer is a refusal.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.actions import seating
from app.actions.refusals import Missing, Refusal, SignInNeeded
from app.store.seats import SeatRecord, SessionRecord
from app.web.deps import MaybeSeatDep, SeatDep, StoreDep, StoresDep
from app.web.drafts import list_drafts
from app.web.guard import demand_token, forget, session_of, sign_in_with, within
from app.web.kept import kept_of
from app.web.pages import render
from app.web.refused import give_back

router = APIRouter()
OwnForm = Depends(demand_token)
"""For a route without a unit of work: refuses what another site sent, and a stale form."""

_Text = Annotated[str, Form()]
_SAVE = "You were signed out before this was saved. Save it now?"
_USED = "This set-up link has been used, or a newer one was printed. Sign in, or use the newest."


@dataclass(frozen=True, slots=True)
class SessionView:
    """A browser where the person is signed in, as the page shows it."""

    record: SessionRecord
    current: bool


@router.get("/")
def show_front(request: Request, store: StoreDep, seat: MaybeSeatDep) -> Response:
    """The drafts, or for somebody who is not signed in the page to sign in."""
    if seat is None:
        return _sign_in_page(request)
    return list_drafts(request, store, seat)


@router.get("/sign-in")
def show_sign_in(request: Request, seat: MaybeSeatDep, then: str = "") -> Response:
    """The sign-in page; somebody signed in is sent on at once."""
    if seat is not None:
        return RedirectResponse(_within(then), status_code=303)
    return _sign_in_page(request, then=then)


@router.post("/sign-in", dependencies=[OwnForm])
def sign_in(
    request: Request, stores: StoresDep, email: _Text = "", password: _Text = "", then: _Text = ""
) -> Response:
    """Sign in with address and password, and go on to where the person wanted to be.

    Somebody whose session ended before their words were saved is shown them, to be saved now.
    """
    kept = kept_of(request)
    try:
        signed = seating.sign_in(stores, email, password, **_from(request))
    except Refusal as refusal:
        if kept is None:
            return _sign_in_page(request, email=email, then=then, refusal=refusal)
        status, sentence = refusal.status, refusal.sentence
        title = "Please sign in"
        return give_back(request, status, title, sentence, kept, signed_out=True, email=email)
    answer: Response = RedirectResponse(_within(then), status_code=303)
    if kept is not None:
        request.state.session, request.state.seat = signed.token, signed.seat
        answer = give_back(request, 200, "Not saved yet", _SAVE, kept)
    sign_in_with(request, answer, signed.token)
    return answer


def _sign_in_page(
    request: Request, *, email: str = "", then: str = "", refusal: Refusal | None = None
) -> Response:
    return render(
        request,
        "sessions/sign_in.html",
        status=refusal.status if refusal else 200,
        email=email,
        then=then,
        sentence=refusal.sentence if refusal else "",
    )


@router.post("/sign-out")
def sign_out(request: Request, store: StoreDep, _seat: MaybeSeatDep) -> Response:
    """End this session; the browser also drops what it kept of the pages."""
    seating.sign_out(store, session_of(request))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.headers["clear-site-data"] = '"cache", "storage"'
    forget(request, answer)
    return answer


@router.get("/setup/{token}")
def show_setup(request: Request, store: StoreDep, token: str) -> Response:
    """The form that makes the first seat; looking at it uses nothing up."""
    if not seating.setup_valid(store, token):
        return gone(request, "This link is closed", _USED)
    return _setup_page(request, token)


@router.post("/setup/{token}", dependencies=[OwnForm])
def set_up(
    request: Request,
    stores: StoresDep,
    token: str,
    name: _Text = "",
    email: _Text = "",
    password: _Text = "",
) -> Response:
    """Make the chair's seat, sign in, and open the draft."""
    try:
        signed = seating.take_chair(stores, token, name=name, email=email, password=password)
    except Missing:
        return gone(request, "This link is closed", _USED)
    except Refusal as refusal:
        return _setup_page(request, token, name=name, email=email, refusal=refusal)
    with stores.read() as store:
        drafts = store.drafts.all()
    answer = RedirectResponse(f"/drafts/{drafts[0].slug}" if drafts else "/drafts", 303)
    sign_in_with(request, answer, signed.token)
    return answer


def _setup_page(
    request: Request,
    token: str,
    *,
    name: str = "",
    email: str = "",
    refusal: Refusal | None = None,
) -> Response:
    return render(
        request,
        "sessions/setup.html",
        status=refusal.status if refusal else 200,
        token=token,
        called=name,
        email=email,
        sentence=refusal.sentence if refusal else "",
    )


def gone(request: Request, title: str, sentence: str) -> Response:
    """The page for a link that opens nothing any more, or never did: 404, and nothing else told."""
    return render(request, "sessions/gone.html", status=404, title=title, sentence=sentence)


@router.get("/account")
def show_account(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """One's own name, password and sessions."""
    return _account_page(request, seat, seating.sessions(store, seat))


@router.get("/account/here")
def stay(_seat: SeatDep) -> Response:
    """Nothing but a sign of life: whoever types in a form stays signed in while doing so."""
    return Response(status_code=204)


@router.post("/account")
def rename(request: Request, store: StoreDep, seat: SeatDep, name: _Text = "") -> Response:
    """Keep another name for one's own seat."""
    sessions = seating.sessions(store, seat)
    try:
        renamed = seating.rename(store, seat, name)
    except Refusal as refusal:
        return _account_page(request, seat, sessions, refusal=refusal)
    request.state.seat = renamed
    return _account_page(request, renamed, sessions, sentence="Your name is kept.")


@router.post("/account/password", dependencies=[OwnForm])
def change_password(
    request: Request, stores: StoresDep, old: _Text = "", new: _Text = ""
) -> Response:
    """Change one's own password; every other session of the seat ends."""
    seat = _seat_of(request, stores)
    refused, sentence = None, "The password is changed, and other devices are signed out."
    try:
        seating.change_password(stores, seat, old=old, new=new, keep=session_of(request))
    except Refusal as refusal:
        refused, sentence = refusal, ""
    with stores.read() as store:
        sessions = seating.sessions(store, seat)
    return _account_page(request, seat, sessions, refusal=refused, sentence=sentence)


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """End every session of one's own seat, this one too."""
    seating.sign_out_everywhere(store, seat)
    answer = RedirectResponse("/sign-in", status_code=303)
    forget(request, answer)
    return answer


def _account_page(
    request: Request,
    seat: SeatRecord,
    sessions: tuple[SessionRecord, ...],
    *,
    refusal: Refusal | None = None,
    sentence: str = "",
) -> Response:
    return render(
        request,
        "sessions/account.html",
        status=refusal.status if refusal else 200,
        person=seat,
        sessions=sessions,
        sentence=refusal.sentence if refusal else sentence,
    )


def _seat_of(request: Request, stores: StoresDep) -> SeatRecord:
    with stores.read() as store:
        seat = seating.seat_of_session(store, session_of(request))
    if seat is None:
        raise SignInNeeded("Please sign in first.")
    request.state.seat = seat
    return seat


def _from(request: Request) -> dict[str, Any]:
    address = request.client.host if request.client else ""
    return {"address": address, "agent": request.headers.get("user-agent", "")[:200]}


def _within(then: str) -> str:
    """`then` if it is a path of ours, else the drafts: nobody is sent to another site."""
    return within(then) or "/drafts"
