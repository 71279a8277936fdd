"""Who sits at the table: seats, invitations by link, and links for a new password.

A link is shown once, on the page that answers its making, and also sent by e-mail where the
installation has a mail server. Only its hash is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.actions import policy, seating
from app.actions.policy import Act, State
from app.actions.refusals import Missing, Refusal
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from app.web.deps import Id, SeatDep, StoreDep, StoresDep
from app.web.guard import sign_in_with
from app.web.pages import render
from app.web.post import Letter, Post
from app.web.sessions import OwnForm, gone

router = APIRouter()

_Text = Annotated[str, Form()]
_CLOSED = "This link has been used, has run out, or was replaced. Ask for a new one."

ROLES: tuple[tuple[Role, str], ...] = (
    (Role.DRAFTER, "changes the text, cites, names editions"),
    (Role.DELEGATE, "reads, and carries Word files home"),
    (Role.SCHOLAR, "reads, cites, adds to the library"),
    (Role.OBSERVER, "reads"),
    (Role.SECRETARIAT, "as a drafter, and invites people"),
    (Role.CHAIR, "everything"),
)
"""The roles in the order in which they are offered, with what each may do."""


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role to choose."""

    value: str
    may: str


@dataclass(frozen=True, slots=True)
class Person:
    """A seat as the page shows it to the one who looks."""

    seat: SeatRecord
    you: bool
    may_change: bool

    @property
    def initials(self) -> str:
        """Up to two letters for the round mark."""
        return "".join(word[0] for word in self.seat.name.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class OnceLink:
    """A link just made: shown this once."""

    title: str
    whom: str
    address: str
    lasts: str
    sent: bool


@dataclass(frozen=True, slots=True)
class _Filled:
    name: str = ""
    email: str = ""
    role: str = Role.DRAFTER.value
    delegation: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a page of seats says besides the seats."""

    link: OnceLink | None = None
    refusal: Refusal | None = None
    filled: _Filled = field(default_factory=_Filled)


@router.get("/seats")
def show_seats(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """Who has a seat, who is invited, and a form to invite somebody."""
    return _page(request, store, seat, _Answer())


@router.post("/seats/invitations")
def invite(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    email: _Text = "",
    name: _Text = "",
    role: _Text = "",
    delegation: _Text = "",
) -> Response:
    """Make an invitation, and show its link once."""
    policy.require(seat, Act.INVITE)
    try:
        token = seating.invite(
            store, seat, email=email, name=name, role=role, delegation=delegation
        )
    except Refusal as refusal:
        filled = _Filled(name, email, role, delegation)
        return _page(request, store, seat, _Answer(refusal=refusal, filled=filled))
    link = _hand_out(
        request,
        OnceLink(
            f"An invitation for {email}",
            name or email,
            _address(request, f"/invitations/{token}"),
            "14 days",
            sent=False,
        ),
        Letter(email, "Your seat at the negotiation", f"{seat.name} invites you to take a seat."),
    )
    return _page(request, store, seat, _Answer(link=link))


@router.post("/seats/invitations/{link_id}/withdraw")
def withdraw(store: StoreDep, seat: SeatDep, link_id: Id) -> Response:
    """Close an invitation that nobody has accepted yet."""
    seating.withdraw_invitation(store, seat, link_id)
    return RedirectResponse("/seats", status_code=303)


@router.post("/seats/{seat_id}")
def change_seat(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    seat_id: Id,
    name: _Text = "",
    role: _Text = "",
    delegation: _Text = "",
    focal: _Text = "",
) -> Response:
    """Give somebody another name, role or delegation."""
    policy.require(seat, Act.READ_SEATS)
    try:
        seating.change_seat(
            store, seat, seat_id, name=name, role=role, delegation=delegation, focal=bool(focal)
        )
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, store, seat, _Answer(refusal=refusal))
    return RedirectResponse(f"/seats#seat-{seat_id}", status_code=303)


@router.post("/seats/{seat_id}/reset")
def make_reset_link(request: Request, store: StoreDep, seat: SeatDep, seat_id: Id) -> Response:
    """Make a link with which somebody sets a new password, and show it once."""
    policy.require(seat, Act.MAKE_RESET_LINK)
    person = next((s for s in seating.seats(store, seat) if s.id == seat_id), None)
    token = seating.reset_link(store, seat, seat_id)
    if person is None:
        raise Missing("There is no such seat.")
    link = _hand_out(
        request,
        OnceLink(
            f"A new password for {person.name}",
            person.name,
            _address(request, f"/reset/{token}"),
            "24 hours",
            sent=False,
        ),
        Letter(person.email, "A new password", "With this link you set a new password."),
    )
    return _page(request, store, seat, _Answer(link=link))


@router.post("/seats/{seat_id}/remove")
def remove_seat(request: Request, store: StoreDep, seat: SeatDep, seat_id: Id) -> Response:
    """Take a seat away; its sessions and links end at once."""
    policy.require(seat, Act.READ_SEATS)
    try:
        seating.remove_seat(store, seat, seat_id)
    except Missing:
        raise
    except Refusal as refusal:
        return _page(request, store, seat, _Answer(refusal=refusal))
    return RedirectResponse("/seats", status_code=303)


@router.get("/invitations/{token}")
def show_invitation(request: Request, store: StoreDep, token: str) -> Response:
    """The form with which an invited person takes the seat; looking at it uses nothing up."""
    return _invitation_page(request, store, token)


@router.post("/invitations/{token}", dependencies=[OwnForm])
def accept_invitation(
    request: Request, stores: StoresDep, token: str, name: _Text = "", password: _Text = ""
) -> Response:
    """Take the seat, and be signed in."""
    try:
        signed = seating.accept_invitation(stores, token, password=password, name=name)
    except Missing:
        return gone(request, "This link is closed", _CLOSED)
    except Refusal as refusal:
        with stores.read() as store:
            return _invitation_page(request, store, token, name=name, refusal=refusal)
    answer = RedirectResponse("/drafts", status_code=303)
    sign_in_with(request, answer, signed.token)
    return answer


def _invitation_page(
    request: Request, store: Store, token: str, *, name: str = "", refusal: Refusal | None = None
) -> Response:
    offered = seating.invitation(store, token)
    if offered is None:
        return gone(request, "This link is closed", _CLOSED)
    return render(
        request,
        "seats/invitation.html",
        status=refusal.status if refusal else 200,
        token=token,
        called=name or offered.name,
        email=offered.email,
        role=offered.role.value,
        delegation=offered.delegation,
        sentence=refusal.sentence if refusal else "",
    )


@router.get("/reset/{token}")
def show_reset(request: Request, store: StoreDep, token: str) -> Response:
    """The form for a new password; looking at it uses nothing up."""
    if not seating.reset_valid(store, token):
        return gone(request, "This link is closed", _CLOSED)
    return render(request, "seats/reset.html", token=token, sentence="")


@router.post("/reset/{token}", dependencies=[OwnForm])
def use_reset(request: Request, stores: StoresDep, token: str, password: _Text = "") -> Response:
    """Set the new password, and be signed in; every other session of the seat ends."""
    try:
        signed = seating.use_reset(stores, token, password=password)
    except Missing:
        return gone(request, "This link is closed", _CLOSED)
    except Refusal as refusal:
        return render(
            request,
            "seats/reset.html",
            status=refusal.status,
            token=token,
            sentence=refusal.sentence,
        )
    answer = RedirectResponse("/drafts", status_code=303)
    sign_in_with(request, answer, signed.token)
    return answer


def _page(request: Request, store: Store, seat: SeatRecord, answer: _Answer) -> Response:
    return render(
        request,
        "seats/show.html",
        status=answer.refusal.status if answer.refusal else 200,
        people=[_person(seat, other) for other in seating.seats(store, seat)],
        invitations=seating.invitations(store, seat),
        roles=_roles(seat),
        link=answer.link,
        sentence=answer.refusal.sentence if answer.refusal else "",
        filled=answer.filled,
    )


def _person(seat: SeatRecord, other: SeatRecord) -> Person:
    state = State.CHAIRS if other.role is Role.CHAIR else State.OTHERS
    may_change = other.active and policy.may(seat, Act.CHANGE_SEAT, state)
    return Person(other, you=other.id == seat.id, may_change=may_change)


def _roles(seat: SeatRecord) -> tuple[RoleView, ...]:
    offered = ROLES if policy.may(seat, Act.APPOINT_CHAIR) else ROLES[:-1]
    return tuple(RoleView(role.value, words) for role, words in offered)


def _address(request: Request, path: str) -> str:
    """The whole address of a page: as configured, never as the request's headers would have it."""
    return str(request.app.state.settings.public_url).rstrip("/") + path


def _hand_out(request: Request, link: OnceLink, letter: Letter) -> OnceLink:
    words = f"{letter.words}\n\n{link.address}\n\nIt works once, within {link.lasts}.\n"
    sent = posted(request, Letter(letter.to, letter.subject, words))
    return OnceLink(link.title, link.whom, link.address, link.lasts, sent=sent)


def posted(request: Request, letter: Letter) -> bool:
    """Send the letter where the installation has a mail server; whether it has one."""
    post = _post(settings=request.app.state.settings.model_dump())
    if post is not None:
        post.send(letter)
    return post is not None


def _post(*, settings: Mapping[str, str | int]) -> Post | None:
    if not settings["smtp_host"]:
        return None
    return Post(
        host=str(settings["smtp_host"]),
        port=int(settings["smtp_port"]),
        user=str(settings["smtp_user"]),
        password=str(settings["smtp_password"]),
        sender=str(settings["smtp_from"]),
    )
