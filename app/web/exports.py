"""Word files out: choose what to print, get the file, and see every file that was made."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from app.actions import circulating, drafting
from app.actions.circulating import PLAIN, Options
from app.actions.marginalia import Whose
from app.actions.policy import Act, may, require
from app.actions.refusals import Forbidden, Missing, Refusal, SignInNeeded
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.web.deps import SeatDep, StoreDep
from app.web.pages import render

router = APIRouter()

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A kind of file to choose, and what is printed on it about its standing."""

    value: str
    title: str
    words: str
    status: str


PROFILES = (
    ProfileView(
        "clean",
        "The text alone",
        "The treaty as it would be circulated: numbered, with contents and cross-references.",
        "the record status of the draft",
    ),
    ProfileView(
        "commentary",
        "The text with its sources",
        "Each article followed by what it rests on and why, with footnotes and tables of "
        "authorities and cases.",
        "that the commentary is not part of the text",
    ),
    ProfileView(
        "redline",
        "The text with its changes",
        "What changed since an edition, as tracked changes of Word: accepting all gives this "
        "text, rejecting all the earlier one.",
        "since which edition the changes are told",
    ),
    ProfileView(
        "compilation",
        "A table of proposals",
        "Article by article on wide pages: the text, each tabled proposal as a redline with its "
        "reason, comments for everyone, and sources.",
        "the record status of the draft",
    ),
    ProfileView(
        "form",
        "A form for comments",
        "Clause by clause on wide pages: the text, and beside it room for other wording and for "
        "comments. What is filled in is read when it comes back in a round.",
        "the record status of the draft",
    ),
)


NOTES = (
    (Whose.NOBODYS, "None"),
    (Whose.EVERYONES, "Those that are for everyone, as comments"),
    (Whose.OWN, "All that I may read, as comments: not to be circulated"),
)
"""Whose notes stand beside the text, and what each choice is called."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    profile: str = "clean"
    edition: str = ""
    notes: str = ""
    options: Options = PLAIN


@router.get("/drafts/{slug}/exports/new")
def show_new(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    edition: str = "",
    profile: str = "clean",
    against: str = "",
) -> Response:
    """What to print, and the files made so far."""
    draft = drafting.open_draft(store, seat, slug)
    chosen = _Chosen(profile, edition, options=Options(against=against))
    return _page(request, store, seat, draft, chosen)


@router.get("/drafts/{slug}/exports")
def show_exports(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The same page: the files made so far are on it."""
    return _page(request, store, seat, drafting.open_draft(store, seat, slug), _Chosen())


def _page(
    request: Request,
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    chosen: _Chosen,
    refusal: Refusal | None = None,
) -> Response:
    require(seat, Act.READ_EXPORTS)
    return render(
        request,
        "exports/new.html",
        status=refusal.status if refusal else 200,
        draft=draft,
        profiles=PROFILES,
        editions=drafting.editions(store, seat, draft),
        chosen=chosen,
        past=circulating.exports(store, seat, draft),
        sentence=refusal.sentence if refusal else "",
        may_export=may(seat, Act.EXPORT),
        may_name=may(seat, Act.NAME_AUTHORS),
        notes=NOTES if may(seat, Act.READ_NOTES) else (),
    )


def _options(
    against: _Text = "",
    named: _Text = "",
    reservations: _Text = "",
    line_numbers: _Text = "",
    marking: _Text = "",
    recipient: _Text = "",
    copy_number: _Text = "",
    status: _Text = "",
) -> Options:
    """What else the form asks for; a box that is not ticked is not sent."""
    return Options(
        against=against,
        named=bool(named),
        reservations=bool(reservations),
        line_numbers=bool(line_numbers),
        marking=marking,
        recipient=recipient,
        copy=copy_number,
        status=bool(status),
    )


@router.post("/drafts/{slug}/exports")
def export(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    options: Annotated[Options, Depends(_options)],
    profile: _Text = "",
    edition: _Text = "",
    notes: _Text = "",
) -> Response:
    """The Word file itself; that it was made is on record with its SHA-256."""
    draft = drafting.open_draft(store, seat, slug)
    try:
        made = circulating.export(
            store, seat, draft, profile, edition, notes=notes, options=options
        )
    except (Forbidden, Missing, SignInNeeded):
        raise
    except Refusal as refusal:
        return _page(
            request, store, seat, draft, _Chosen(profile, edition, notes, options), refusal
        )
    return word_file(made.filename, made.content, made.sha256)


def word_file(filename: str, content: bytes, sha256: str) -> Response:
    """The answer that a browser keeps as a file of this name (RFC 6266), with its fingerprint."""
    return Response(
        content,
        media_type=WORD,
        headers={
            "content-disposition": attachment(filename),
            "x-content-sha256": sha256,
        },
    )


def attachment(filename: str) -> str:
    """The Content-Disposition for a file of this name, with an ASCII form for old browsers."""
    plain = filename.encode("ascii", "replace").decode().replace("?", "_")
    plain = "".join("_" if char in '"\\/' or ord(char) < 32 else char for char in plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
