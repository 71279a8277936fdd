"""Where the text stands: the page of all clauses, the line beside one, the dots of the outline."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from markupsafe import Markup

from app.actions import drafting, settling
from app.actions.policy import Act, State, may
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.status import Status, StatusRecord
from app.treaty.document import subtree_end
from app.web import states
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, address_of, desk_of
from app.web.notices import notice_of, said, told
from app.web.pages import part, plural, render
from app.web.sheets import Sheets
from app.web.standing import MARKS
from app.web.words import Sheet

router = APIRouter(prefix="/drafts/{slug}")

_Text = Annotated[str, Form()]
_A_FEW = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A clause on the page: `dot` is the class of its mark, `brackets` those it still holds."""

    uid: str
    citation: str
    words: str
    dot: str
    said: str
    record: StatusRecord | None
    brackets: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many clauses stand so."""

    status: str
    dot: str
    count: int


def line(request: Request, desk: Desk, clause: ClauseRecord) -> Markup:
    """Where the clause stands, for its panel, with what this seat may do about it."""
    if clause.struck:
        return Markup("")
    found = settling.status(desk.store, desk.seat, desk.draft, clause.uid)
    at = desk.sheet.index(clause.uid)
    placed = desk.sheet.line(clause.uid)
    steers = may(desk.seat, Act.SETTLE_CLAUSE, State.LIVE)
    speaks = may(desk.seat, Act.AGREE_AD_REFERENDUM) and bool(desk.seat.delegation)
    waits = found is not None and desk.seat.delegation in found.ad_referendum
    clauses = desk.sheet.document.clauses
    return part(
        request,
        "status/_line.html",
        draft=desk.draft,
        here=f"{desk.base}{clause.uid}",
        status=found,
        dot=MARKS[found.status if found else Status.OPEN],
        brackets=placed.brackets if placed else 0,
        nothing=settling.NOTHING_IS_AGREED,
        choices=[each for each in MARKS if each is not Status.OPEN] if steers else (),
        may_reopen=steers and found is not None,
        may_refer=speaks and found is not None and not waits,
        may_confirm=speaks and waits,
        has_below=at is not None and subtree_end(clauses, at) > at + 1,
        meetings=desk.store.proposals.meetings(desk.draft.id) if steers else (),
    )


def is_closed(desk: Desk, clause: ClauseRecord) -> bool:
    """Whether the clause is agreed, and so not to be edited before it is reopened."""
    return settling.status(desk.store, desk.seat, desk.draft, clause.uid) is not None


@router.get("/status")
def show_status(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, show: str = "agreed"
) -> Response:
    """Which clauses are agreed (`show=all`: the open ones, too), and the latest steps."""
    draft = drafting.open_draft(store, seat, slug)
    found = settling.statuses(store, seat, draft)
    sheets: Sheets = request.app.state.sheets
    sheet = states.of_now(sheets, store, draft)
    rows = _rows(sheet, found)
    show = show if show in ("agreed", "open", "all", "flagged", "referendum") else "agreed"
    answer = render(
        request,
        "status/list.html",
        draft=draft,
        nothing=settling.NOTHING_IS_AGREED,
        rows=[row for row in rows if _is_shown(row, show)],
        show=show,
        counts=_counts(rows),
        flagged=sum(_is_shown(row, "flagged") for row in rows),
        referred=sum(_is_shown(row, "referendum") for row in rows),
        steps=settling.steps(store, seat, draft)[:_A_FEW],
        cited=lambda uid: sheet.citation(uid) or "A clause",
        notice=notice_of(request),
    )
    return said(request, draft, answer)


def _rows(sheet: Sheet, found: Mapping[str, StatusRecord]) -> list[Row]:
    rows = []
    for each in sheet.lines:
        record = found.get(each.uid)
        status = record.status if record else Status.OPEN
        words = each.clause.heading if each.kind.bears_heading else each.clause.text
        rows.append(
            Row(
                each.uid,
                sheet.citation(each.uid) or each.kind.value.capitalize(),
                words,
                MARKS[status],
                status.value,
                record,
                each.brackets,
            )
        )
    return rows


def _is_shown(row: Row, show: str) -> bool:
    if show == "flagged":
        return row.record is not None and row.brackets > 0
    if show == "referendum":
        return row.record is not None and bool(row.record.ad_referendum)
    return show == "all" or (row.record is not None) == (show == "agreed")


def _counts(rows: list[Row]) -> tuple[Count, ...]:
    return tuple(
        Count(status.value, dot, sum(row.dot == dot for row in rows))
        for status, dot in MARKS.items()
    )


# Steps


@router.post("/clauses/{uid}/status")
def settle(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    status: _Text,
    meeting: _Text = "",
    below: _Text = "",
) -> Response:
    """Say that the clause, or all of it with what stands below, is agreed."""
    desk = desk_of(request, store, seat, slug)
    count = settling.settle(
        store, seat, desk.draft, uid, status=status, meeting=meeting, below=bool(below)
    )
    return _told(request, desk.draft, uid, f"{plural(count, 'clause')} {status}.")


@router.post("/clauses/{uid}/reopen")
def reopen(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    reason: _Text = "",
    meeting: _Text = "",
    below: _Text = "",
) -> Response:
    """Open what is agreed again, and say why."""
    desk = desk_of(request, store, seat, slug)
    count = settling.reopen(
        store, seat, desk.draft, uid, reason=reason, meeting=meeting, below=bool(below)
    )
    return _told(request, desk.draft, uid, f"{plural(count, 'clause')} reopened.")


@router.post("/clauses/{uid}/referendum")
def agree_ad_referendum(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str, reason: _Text = ""
) -> Response:
    """Say that the seat's delegation agrees ad referendum."""
    desk = desk_of(request, store, seat, slug)
    settling.agree_ad_referendum(store, seat, desk.draft, uid, reason=reason)
    return _told(request, desk.draft, uid, "Agreed ad referendum.")


@router.post("/clauses/{uid}/referendum/confirm")
def confirm(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """Say that the seat's delegation has confirmed what it agreed to ad referendum."""
    desk = desk_of(request, store, seat, slug)
    settling.confirm(store, seat, desk.draft, uid)
    return _told(request, desk.draft, uid, "Confirmed.")


def _told(request: Request, draft: DraftRecord, uid: str, sentence: str) -> Response:
    return told(request, draft, address_of(draft, uid), sentence, may_undo=False)
