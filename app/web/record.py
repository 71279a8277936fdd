"""The drafting history of an article: stepped through on the page, and as a Word annex.

A step's address names an entry of the journal, so that it stays the same when more is done. The
page works by links; with a script the arrow keys follow them.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.actions import drafting, replaying, settling
from app.actions.policy import Act, may
from app.actions.recording import Row
from app.actions.replaying import Replay, Step
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.web import states
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import address_of
from app.web.exports import word_file
from app.web.pages import render
from app.web.sheets import Sheets

router = APIRouter(prefix="/drafts/{slug}/record/{uid}")

_KEPT = 24
"""How many articles' histories a process keeps, while nothing is done to their drafts."""

_kept: OrderedDict[tuple[str, str], Replay] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Shown:
    """A step on the page: its number, its address, and what was done beside the text after it."""

    number: int
    step: Step
    address: str
    clause: str
    remarks: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """Who did what, and when."""
        return self.step.row


@router.get("")
def show_replay(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    at: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """The article that the clause stands in, as a step left it: that of the entry `at`, or last."""
    draft = drafting.open_draft(store, seat, slug)
    article = replaying.article_of(store, seat, draft, uid)
    found = _replay(store, seat, draft, article)
    name = _name(request, store, draft, found)
    shown = _shown(request, store, seat, draft, found)
    here = _at(shown, at)
    return render(
        request,
        "record/show.html",
        draft=draft,
        cited=name,
        address=_address(draft, article),
        steps=shown,
        here=here,
        lines=here.step.lines(found.scheme) if here else (),
        before=shown[here.number - 2] if here and here.number > 1 else None,
        after=shown[here.number] if here and here.number < len(shown) else None,
        article=article,
        is_live=bool(found.steps and found.steps[-1].now),
        may_export=may(seat, Act.EXPORT),
        may_name=may(seat, Act.NAME_AUTHORS),
        nothing=settling.NOTHING_IS_AGREED,
    )


@router.post("/annex")
def make_annex(
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    names: Annotated[str, Form()] = "",
) -> Response:
    """The whole drafting history as a Word file; that it was made is on record."""
    draft = drafting.open_draft(store, seat, slug)
    article = replaying.article_of(store, seat, draft, uid)
    made = replaying.annex(store, seat, draft, article, with_names=names == "yes")
    return word_file(made.filename, made.content, made.sha256)


def _replay(store: Store, seat: SeatRecord, draft: DraftRecord, uid: str) -> Replay:
    """The history, kept under the hash of the journal's head: nobody's other draft has it."""
    key = (draft.hash, uid)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = replaying.replay(store, seat, draft, uid)
    with _lock:
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def _name(request: Request, store: Store, draft: DraftRecord, found: Replay) -> str:
    """How the article is cited now; where it was struck, as it was called last."""
    sheets: Sheets = request.app.state.sheets
    sheet = states.of_now(sheets, store, draft)
    return sheet.citation(found.uid) or replaying.last_name(found)


def _shown(
    request: Request, store: Store, seat: SeatRecord, draft: DraftRecord, found: Replay
) -> tuple[Shown, ...]:
    remarks = replaying.remarks(store, seat, draft, found)
    sheets: Sheets = request.app.state.sheets
    sheet = states.of_now(sheets, store, draft)
    between = replaying.between(found, remarks)
    return tuple(
        Shown(
            number,
            step,
            f"{_address(draft, found.uid)}?at={step.seq}",
            sheet.citation(step.row.uid) if step.row.uid else "",
            said,
        )
        for number, (step, said) in enumerate(zip(found.steps, between, strict=True), 1)
    )


def _at(shown: tuple[Shown, ...], seq: int | None) -> Shown | None:
    """The step that the entry belongs to, or the last one before it."""
    if not shown:
        return None
    if seq is None:
        return shown[-1]
    before = [each for each in shown if each.step.first <= seq]
    exact = [each for each in before if seq <= each.step.seq]
    return (exact or before[-1:] or shown[:1])[0]


def _address(draft: DraftRecord, uid: str) -> str:
    return f"{address_of(draft)}/record/{uid}"
