"""Notes in from a file and out into one: Web Annotations, and exports of Hypothesis.

A file is looked over before anything of it is kept: which of its notes were found on their words,
which are to be checked, whose words are not in the text. What was read travels in the form.
"""

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response

from app.actions import annotating, drafting, linking, seating
from app.actions.linking import Plan, Step, outcome
from app.actions.policy import Act, State, require
from app.actions.refusals import Invalid, SignInNeeded
from app.exchange import linkfile, weblinks
from app.exchange.linkfile import Links
from app.exchange.package import Unreadable
from app.exchange.pointing import quotes
from app.store.notes import Audience
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import cut
from app.web.annotations import FORM, home_of
from app.web.deps import SeatDep, StoreDep, StoresDep
from app.web.drafts import Desk, desk_of
from app.web.guard import demand_token, session_of
from app.web.notes import WantedDep
from app.web.notices import told
from app.web.pages import plural, render

router = APIRouter()

_Text = Annotated[str, Form()]
_Own = Annotated[None, Depends(demand_token)]

_FOUND = {
    "words": "on its words",
    "check": "please check",
    "gone": "words not in the text",
    "clause": "on the whole clause",
    "draft": "on the whole draft",
    "answers": "an answer",
    "known": "here already",
    "refused": "not taken",
}
_COUNTED = {"words": "on their words", "check": "to be checked", "answers": "answering others"}
_ORDER = ("words", "check", "gone", "clause", "draft", "answers", "known", "refused")
_SHORT = 400


@dataclass(frozen=True, slots=True)
class Found:
    """What becomes of one note of a file, in words."""

    outcome: str
    chip: str
    author: str
    made: str
    words: str
    quote: str
    now: str
    label: str
    why: str


# --- out


@router.get("/drafts/{slug}/notes.jsonld")
def take_annotations(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    wanted: WantedDep,
) -> Response:
    """The notes that are for this seat, as a collection of Web Annotations."""
    draft, home = drafting.open_draft(store, seat, slug), home_of(request, slug)
    items = [made for _, made in linking.given(store, seat, draft, home, wanted)]
    page = weblinks.page_of(items, draft.title, home)
    headers = {
        "content-disposition": f'attachment; filename="{slug}-notes.jsonld"',
        "cache-control": "private, no-store",
    }
    content = json.dumps(page, ensure_ascii=False, indent=1).encode()
    return Response(content, headers=headers, media_type=FORM)


# --- in


@router.get("/drafts/{slug}/notes/import")
def ask_file(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The form for a file."""
    require(seat, Act.WRITE_NOTE, State.FOR_ONESELF)
    return _ask(request, desk_of(request, store, seat, slug))


@router.post("/drafts/{slug}/notes/import")
def look_over(
    request: Request,
    stores: StoresDep,
    _own: _Own,
    slug: str,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """What would become of the notes of a file; nothing is kept yet."""
    with stores.read() as store:
        seat = _seat(request, store)
        require(seat, Act.WRITE_NOTE, State.FOR_ONESELF)
        desk = desk_of(request, store, seat, slug)
        if file is None or not file.filename:
            return _ask(request, desk, "Choose a file.")
        try:
            links = linkfile.read(file.file.read())
        except Unreadable as unreadable:
            return _ask(request, desk, f"This file was not taken. {unreadable.sentence}")
        plan = linking.planned(store, seat, desk.draft, links)
        return _look(request, desk, file.filename, links, plan)


@router.post("/drafts/{slug}/notes/import/keep")
def keep(
    request: Request,
    stores: StoresDep,
    _own: _Own,
    slug: str,
    carried: _Text = "",
    audience: _Text = Audience.MINE.value,
) -> Response:
    """Keep the notes of a file that was looked over."""
    # Looking for the words takes its time: nobody who types has to wait for it.
    with stores.read() as store:
        seat = _seat(request, store)
        draft = drafting.open_draft(store, seat, slug)
        plan = linking.planned(store, seat, draft, _carried(carried))
    with stores.begin() as store:
        seat = _seat(request, store)
        draft = drafting.open_draft(store, seat, slug)
        done, _ = linking.bring(store, seat, draft, plan, audience)
    return told(request, draft, f"/drafts/{slug}/notes", _report(done), may_undo=False)


def _seat(request: Request, store: Store) -> SeatRecord:
    """The seat that asks, in a unit of work of this route's own."""
    session = session_of(request)
    seat = seating.seat_of_session(store, session) if session else None
    request.state.seat = seat
    if seat is None:
        raise SignInNeeded("Please sign in first.")
    return seat


def _carried(carried: str) -> Links:
    try:
        sent = json.loads(carried)
        links = linkfile.read(json.dumps(sent["items"]).encode())
        about = linkfile.sound(sent["about"])
        linkfile.demand_size(about)
    except (ValueError, TypeError, KeyError, RecursionError, Unreadable):
        raise Invalid("What was read got lost on the way. Please choose the file again.") from None
    return Links(links.items, about=about if isinstance(about, dict) else {})


def _ask(request: Request, desk: Desk, sentence: str = "") -> Response:
    return render(
        request,
        "weblinks/ask.html",
        status=422 if sentence else 200,
        draft=desk.draft,
        sentence=sentence,
    )


def _look(request: Request, desk: Desk, name: str, links: Links, plan: Plan) -> Response:
    count = plan.count()
    carried = {"items": list(links.items), "about": dict(links.about)}
    return render(
        request,
        "weblinks/look.html",
        draft=desk.draft,
        file_name=name,
        found=[_found(desk, step) for step in plan.steps],
        counts=[(one, _COUNTED.get(one, _FOUND[one]), count[one]) for one in _ORDER if count[one]],
        losses=links.losses,
        taken=sum(step.is_taken for step in plan.steps),
        audiences=[(one.value, _for_whom(desk, one)) for one in annotating.audiences(desk.seat)],
        carried=json.dumps(carried, ensure_ascii=False, separators=(",", ":")),
    )


def _for_whom(desk: Desk, audience: Audience) -> str:
    named = {Audience.MINE: "only me", Audience.EVERYONE: "everyone"}
    return named.get(audience, desk.seat.delegation)


def _found(desk: Desk, step: Step) -> Found:
    place, fate = step.place, outcome(step)
    now = ""
    if fate == "check" and place.anchor is not None:
        clause = desk.store.drafts.clause(desk.draft.id, place.uid)
        now = cut(clause.words, place.anchor.start, place.anchor.end) if clause else ""
    return Found(
        outcome=fate,
        chip=_FOUND[fate],
        author=weblinks.author_of(step.item),
        made=weblinks.made_of(step.item),
        words=_shortened(weblinks.fitted(step.item)),
        quote=_shortened(next(iter(quotes(step.item)), "")),
        now=now,
        label=_called(desk, place.uid) if fate in ("words", "check", "clause") else "",
        why=step.refusal,
    )


def _shortened(words: str) -> str:
    return words if len(words) <= _SHORT else words[:_SHORT].rstrip() + " …"


def _called(desk: Desk, uid: str) -> str:
    line = desk.sheet.line(uid)
    return desk.sheet.citation(uid) or (f"the {line.kind}" if line else "")


def _report(done: Plan) -> str:
    """What came in, in a sentence or two."""
    count = done.count()
    notes = sum(count[one] for one in ("words", "check", "gone", "clause", "draft"))
    came = f"{plural(notes, 'note')} and {plural(count['answers'], 'answer')} came in"
    told = [f"{count[one]} {words}" for one, words in _SAID.items() if count[one]]
    after = [f"{count[one]} {_FOUND[one]}" for one in ("known", "refused") if count[one]]
    sentence = f"{came}: {', '.join(told)}." if told else f"{came}."
    return f"{sentence} Left out: {', '.join(after)}." if after else sentence


_SAID = {
    "words": "on their words",
    "check": "to be checked",
    "gone": "whose words are not in the text",
    "clause": "on a whole clause",
    "draft": "on the whole draft",
}
