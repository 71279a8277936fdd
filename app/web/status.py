"""Where the text stands: the page of all clauses, the line beside one, the dots of the outline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from markupsafe import Markup

from app.actions import drafting, settling, silencing
from app.actions.policy import Act, State, may
from app.actions.refusals import Invalid
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import SeatRecord
from app.store.silences import Outcome, SilenceRecord
from app.store.status import Status, StatusRecord, StepRecord
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
_USUAL = timedelta(hours=72)
"""How long a silence lasts if nobody says otherwise."""

_SHOWN = ("agreed", "open", "all", "flagged", "referendum", "silence")


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
    silence: SilenceRecord | None = None


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
    silence = silencing.latest(desk.store, desk.seat, desk.draft, clause.uid)
    is_running = silence is not None and silence.is_running
    if silence is not None and not is_running and silence.due <= desk.store.now:
        # What has come of it is the clause's status now; whoever wants more finds it on the page.
        silence = None
    clauses = desk.sheet.document.clauses
    return part(
        request,
        "status/_line.html",
        draft=desk.draft,
        here=f"{desk.base}{clause.uid}",
        status=found,
        dot="silence" if is_running else MARKS[found.status if found else Status.OPEN],
        silence=silence,
        may_object=silence is not None
        and _may_object(desk.seat, silence)
        and silence.due > desk.store.now,
        may_record=steers,
        usual=_usual(desk.store.now),
        brackets=placed.brackets if placed else 0,
        nothing=settling.NOTHING_IS_AGREED,
        choices=_choices(found) if steers and not is_running else (),
        may_reopen=steers and found is not None and not is_running,
        may_refer=speaks and found is not None and not waits,
        may_confirm=speaks and waits,
        has_below=at is not None and subtree_end(clauses, at) > at + 1,
        meetings=desk.store.proposals.meetings(desk.draft.id) if steers or speaks else (),
    )


def _choices(found: StatusRecord | None) -> list[Status]:
    """What a clause can be said to be, beside what it is."""
    return [
        each for each in MARKS if each is not Status.OPEN and (not found or each != found.status)
    ]


def _may_object(seat: SeatRecord, silence: SilenceRecord) -> bool:
    """Whether the seat may say that a delegation objects, which has not said so yet."""
    if silence.outcome not in (Outcome.OPEN, Outcome.BROKEN):
        return False
    if may(seat, Act.RECORD_OBJECTION):
        return True
    has_objected = any(each.delegation == seat.delegation for each in silence.objections)
    return may(seat, Act.OBJECT) and bool(seat.delegation) and not has_objected


def _usual(now: datetime) -> str:
    """When a silence that is opened now usually ends, as a form has it: on the hour, in UTC."""
    due = (now + _USUAL).astimezone(UTC)
    return f"{due:%Y-%m-%dT%H}:00"


def is_closed(desk: Desk, clause: ClauseRecord) -> bool:
    """Whether the clause is agreed or under silence, and so not to be edited."""
    return bool(desk.store.status.shut(desk.draft.id, (clause.uid,)))


@router.get("/status")
def show_status(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, show: str = "agreed"
) -> Response:
    """Which clauses are agreed (`show=all`: the open ones, too), and the latest steps."""
    draft = drafting.open_draft(store, seat, slug)
    found = settling.statuses(store, seat, draft)
    sheets: Sheets = request.app.state.sheets
    sheet = states.of_now(sheets, store, draft)
    silences = silencing.silences(store, seat, draft)
    rows = _rows(sheet, found, silences)
    show = show if show in _SHOWN else "agreed"
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
        silent=sum(_is_shown(row, "silence") for row in rows),
        silences=silences[:_A_FEW],
        ours=frozenset(each.uid for each in silences if _may_object(seat, each)),
        may_end=may(seat, Act.END_SILENCE),
        may_record=may(seat, Act.RECORD_OBJECTION),
        now=store.now,
        steps=_runs(settling.steps(store, seat, draft))[:_A_FEW],
        cited=lambda uid: sheet.citation(uid) or "A clause",
        notice=notice_of(request),
    )
    return said(request, draft, answer)


def _rows(
    sheet: Sheet, found: Mapping[str, StatusRecord], silences: tuple[SilenceRecord, ...]
) -> list[Row]:
    silent = {uid: each for each in silences if each.is_running for uid in each.clauses}
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
                silent.get(each.uid),
            )
        )
    return rows


def _is_shown(row: Row, show: str) -> bool:
    if show == "flagged":
        return row.record is not None and row.brackets > 0
    if show == "referendum":
        return row.record is not None and bool(row.record.ad_referendum)
    if show == "silence":
        return row.silence is not None
    return show == "all" or (row.record is not None) == (show == "agreed")


def _counts(rows: list[Row]) -> tuple[Count, ...]:
    return tuple(
        Count(status.value, dot, sum(row.dot == dot for row in rows))
        for status, dot in MARKS.items()
    )


def _runs(steps: tuple[StepRecord, ...]) -> list[tuple[StepRecord, int]]:
    """The steps, those that were taken at once on many clauses as one: its last, and how many."""

    def same(step: StepRecord) -> tuple[object, ...]:
        meeting = step.meeting.uid if step.meeting else ""
        return step.step, step.at, step.author, step.delegation, step.reason, meeting

    runs = [tuple(run) for _, run in groupby(steps, key=same)]
    # The newest step comes first, and the clause that it began with is its oldest.
    return [(run[-1], len(run)) for run in runs]


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
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    reason: _Text = "",
    meeting: _Text = "",
) -> Response:
    """Say that the seat's delegation agrees ad referendum."""
    desk = desk_of(request, store, seat, slug)
    settling.agree_ad_referendum(store, seat, desk.draft, uid, reason=reason, meeting=meeting)
    return _told(request, desk.draft, uid, "Agreed ad referendum.")


@router.post("/clauses/{uid}/referendum/confirm")
def confirm(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str, meeting: _Text = ""
) -> Response:
    """Say that the seat's delegation has confirmed what it agreed to ad referendum."""
    desk = desk_of(request, store, seat, slug)
    settling.confirm(store, seat, desk.draft, uid, meeting=meeting)
    return _told(request, desk.draft, uid, "Confirmed.")


# Silence


@router.post("/clauses/{uid}/silence")
def begin_silence(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    due: _Text,
    status: _Text = Status.AGREED.value,
    meeting: _Text = "",
    below: _Text = "",
) -> Response:
    """Put the clause under silence until a time, in UTC."""
    desk = desk_of(request, store, seat, slug)
    made = silencing.begin(
        store,
        seat,
        desk.draft,
        uid,
        status=status,
        due=_moment(due),
        meeting=meeting,
        below=bool(below),
    )
    count = plural(len(made.clauses), "clause")
    return _told(
        request, desk.draft, uid, f"{count} under silence until {silencing.said(made.due)}."
    )


@router.post("/silences/{silence}/objections")
def object_to(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    silence: str,
    reason: _Text = "",
    uid: _Text = "",
    delegation: _Text = "",
) -> Response:
    """Say that a delegation objects: the seat's own, or one that did so on the floor."""
    desk = desk_of(request, store, seat, slug)
    broken = silencing.object_to(
        store, seat, desk.draft, silence, reason=reason, uid=uid, delegation=delegation
    )
    sentence = "The objection is on record: nothing is agreed by this silence."
    return _told(request, desk.draft, uid or broken.target, sentence)


@router.post("/silences/{silence}/end")
def end_silence(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, silence: str, reason: _Text = ""
) -> Response:
    """End a silence before its time, with nothing agreed."""
    desk = desk_of(request, store, seat, slug)
    ended = silencing.end(store, seat, desk.draft, silence, reason=reason)
    return _told(request, desk.draft, ended.target, "The silence procedure is ended.")


def _moment(written: str) -> datetime:
    """A moment as a form has it, "2026-05-04T09:00", in UTC; Invalid for anything else.

    Where another zone is named, it is meant.
    """
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid("Write the time like 2026-05-04T09:00, in UTC.") from None


def _told(request: Request, draft: DraftRecord, uid: str, sentence: str) -> Response:
    return told(request, draft, address_of(draft, uid), sentence, may_undo=False)
