"""Options of a whole clause: beside each other, one more put beside them, one of them chosen."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.actions import annotating, choosing, citing, drafting
from app.actions.choosing import Choice
from app.actions.policy import Act, State, may
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord
from app.treaty.document import Kind
from app.treaty.options import Style
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, address_of, desk_of
from app.web.notices import notice_of, said, told
from app.web.pages import render

router = APIRouter(prefix="/drafts/{slug}/clauses/{uid}/options")

_Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Side:
    """An option on its page: its words, and what hangs on it alone."""

    choice: Choice
    href: str
    sources: int
    notes: int
    is_here: bool


@router.get("")
def show_options(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The options of a clause beside each other, and the form for one more."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    page = render(
        request,
        "options/show.html",
        draft=desk.draft,
        clause=clause,
        citation=_citation(desk, uid),
        clause_href=f"{desk.base}{uid}#{uid}",
        here=f"{desk.base}{uid}/options",
        sides=_sides(desk, uid),
        words=_words(desk, uid),
        may_edit=may(seat, Act.EDIT_STRUCTURE, State.LIVE),
        notice=notice_of(request),
    )
    return said(request, desk.draft, page)


@router.post("")
def add_option(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    seen: Annotated[int, Form(ge=0, le=2**31 - 1)],
    words: _Text = "",
    how: _Text = "words",
    style: _Text = Style.NUMBERED.value,
) -> Response:
    """Put one more beside the clause."""
    draft = drafting.open_draft(store, seat, slug)
    made = choosing.add(
        store, seat, draft, uid, words=words, no_text=how == "none", style=style, seen=seen
    )
    name = choosing.choices(store, seat, draft, made.uid)[-1].name
    address = f"/drafts/{slug}/clauses/{made.uid}/options"
    return told(request, draft, address, f"{name} stands beside it now.")


@router.post("/choose")
def choose_option(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str
) -> Response:
    """Strike all options but this one."""
    draft = drafting.open_draft(store, seat, slug)
    named = {one.clause.uid: one.name for one in choosing.choices(store, seat, draft, uid)}
    left = choosing.choose(store, seat, draft, uid)
    sentence = f"{named[uid]} is chosen; what stood beside it is struck."
    return told(request, draft, address_of(draft, left), sentence)


def _sides(desk: Desk, uid: str) -> tuple[Side, ...]:
    sources = citing.counts(desk.store, desk.seat, desk.draft)
    notes = annotating.counts(desk.store, desk.seat, desk.draft)
    return tuple(
        Side(
            one,
            f"{desk.base}{one.clause.uid}#{one.clause.uid}",
            sources[one.clause.uid],
            notes[one.clause.uid],
            one.clause.uid == uid,
        )
        for one in choosing.choices(desk.store, desk.seat, desk.draft, uid)
    )


def _words(desk: Desk, uid: str) -> str:
    """What the form begins with: the clause's words, of an article its paragraphs as well."""
    lines = desk.sheet.lines
    at = desk.sheet.index(uid) or 0
    clause = lines[at].clause
    if clause.kind is not Kind.ARTICLE:
        return clause.heading or clause.text
    below = [line.clause.text for line in lines[at + 1 :] if uid in line.above]
    return "\n".join([clause.heading, *filter(None, below)])


def _citation(desk: Desk, uid: str) -> str:
    """How the clause is cited, without which of its options it is."""
    return desk.sheet.citation(uid).split(", option ")[0].split(", alternative ")[0]


def _live(desk: Desk, uid: str) -> ClauseRecord:
    clause = desk.store.drafts.clause(desk.draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    if clause.struck:
        raise Invalid("This clause has been struck. Restore it first.")
    return clause
