"""Proposals: the tab beside a clause, their list, one with its redline, and what is done with it.

Every part is made for one seat alone, from what the store gives that seat; nothing of it comes
near the sheet of the draft, which is set once for everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from zlib import crc32

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response
from fastapi.responses import JSONResponse
from markupsafe import Markup

from app.actions import (
    bracketing,
    choosing,
    conditions,
    convening,
    drafting,
    gathering,
    incorporating,
    negotiating,
    stating,
)
from app.actions.forwarding import FRESH, Fit, refresh
from app.actions.negotiating import Shown
from app.actions.policy import Act, State, may, require
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.proposals import (
    GroupRecord,
    HappenedRecord,
    MeetingRecord,
    PositionRecord,
    ProposalRecord,
    Stage,
    Stance,
    Wish,
)
from app.store.unit import Stores
from app.treaty import diff
from app.treaty.diff import Piece
from app.treaty.document import Kind
from app.web.deps import SeatDep, StoreDep, StoresDep, is_partial
from app.web.drafts import Desk, desk_of, draft_page
from app.web.notices import notice_of, said, told
from app.web.pages import part, render

router = APIRouter(prefix="/drafts/{slug}")

_Text = Annotated[str, Form()]
_Seen = Annotated[int, Form(ge=0, le=2**31 - 1)]
TONES = 8
"""How many colours there are for delegations, as for the people at the table."""

_KINDS = (Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM, Kind.ARTICLE, Kind.RECITAL)


@dataclass(frozen=True, slots=True)
class Other:
    """Another proposal that one collides with."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal as a list shows it; `where` is how its clause is cited now."""

    uid: str
    href: str
    where: str
    where_href: str
    wish: str
    by: str
    tone: int
    stage: str
    is_open: bool
    fit: str
    pieces: tuple[Piece, ...]
    reason: str
    redacted: bool
    collides: tuple[Other, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What the tab beside a clause says."""

    uid: str
    lines: tuple[Line, ...]
    may_propose: bool
    base: str
    name: str
    options: int
    options_href: str
    back: tuple["Back", ...]


@dataclass(frozen=True, slots=True)
class Back:
    """A round in which something came back on the clause, and where it is in that round's table."""

    name: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class May:
    """What the seat may do with a proposal; each is a form on its page."""

    change: bool
    table: bool
    join: bool
    leave: bool
    withdraw: bool
    settle: bool
    back: bool
    position: bool
    record: bool
    release: bool
    redact: bool
    agree: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a position asks of another clause: which words it is to have, and whether it does."""

    where: str
    href: str
    holds: str
    words: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a delegation says of an alternative or a proposal; `stance` "": nothing."""

    stance: str = ""
    condition: str = ""
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the position table, and in each column what a delegation says of it.

    It is of an alternative, which has a `name` and is an option of the clause or in brackets in
    its text, or of a proposal, which has a `line`.
    """

    name: str
    href: str
    words: str
    line: Line | None
    cells: tuple[Cell, ...]


# --- what is shown


def panel(request: Request, desk: Desk, clause: ClauseRecord) -> Markup:
    """The Proposals tab of a clause."""
    shown = negotiating.proposals(desk.store, desk.seat, desk.draft, uid=clause.uid)
    given = Panel(
        clause.uid,
        _lines(desk, shown),
        _may_propose(desk, clause),
        f"{desk.base}{clause.uid}/proposals",
        *_option(desk, clause),
        f"{desk.base}{clause.uid}/options",
        _back(desk, clause.uid),
    )
    return part(request, "proposals/_panel.html", panel=given)


def _back(desk: Desk, uid: str) -> tuple[Back, ...]:
    """Where in rounds something came back on the clause, as far as the seat may know."""
    if not may(desk.seat, Act.READ_ROUNDS):
        return ()
    return tuple(
        Back(one.name, f"{desk.address}/rounds/{one.uid}/table?at={uid}#at-{uid}", count)
        for one, count in gathering.on_clause(desk.store, desk.seat, desk.draft, uid)
    )


def _option(desk: Desk, clause: ClauseRecord) -> tuple[str, int]:
    """Which of its options the clause is, and how many there are; 0 where it has none."""
    if clause.struck:
        return "", 0
    every = choosing.choices(desk.store, desk.seat, desk.draft, clause.uid)
    return next((one.name for one in every if one.clause.uid == clause.uid), ""), len(every)


def count(desk: Desk, clause: ClauseRecord) -> int:
    """How many open proposals on the clause the seat may know of."""
    return negotiating.counts(desk.store, desk.seat, desk.draft, clause.uid)


def tone_of(delegation: str) -> int:
    """The number of a delegation's colour, the same wherever it is shown."""
    return crc32(delegation.encode()) % TONES


def redline(shown: Shown) -> tuple[Piece, ...]:
    """The words with what the proposal does to them; of a settled one, as it was proposed."""
    proposal, now = shown.proposal, shown.forwarded
    if proposal.redacted:
        return ()
    if proposal.wish is Wish.INSERT:
        return (Piece("ins", "\n".join(filter(None, (proposal.heading, proposal.words)))),)
    lies = proposal.is_open and now.fit is not Fit.GONE
    before = now.words if lies else proposal.base
    if proposal.wish is Wish.DELETE:
        return (Piece("del", before),)
    if proposal.wish is Wish.RETAIN:
        return (Piece("same", before),)
    return diff.pieces(before, now.would_be if lies else proposal.words)


def _may_propose(desk: Desk, clause: ClauseRecord) -> bool:
    state = State.STRUCK if clause.struck else State.LIVE
    return bool(desk.seat.delegation) and may(desk.seat, Act.PROPOSE, state)


def _lines(desk: Desk, shown: Sequence[Shown]) -> tuple[Line, ...]:
    known = (
        {
            each.proposal.uid: each
            for each in negotiating.proposals(desk.store, desk.seat, desk.draft)
        }
        if any(each.collides for each in shown)
        else {}
    )
    return tuple(_line(desk, each, known) for each in shown)


def _line(desk: Desk, shown: Shown, known: dict[str, Shown]) -> Line:
    proposal, now = shown.proposal, shown.forwarded
    target = now.uid or proposal.target
    return Line(
        uid=proposal.uid,
        href=f"{desk.address}/proposals/{proposal.uid}",
        where=desk.sheet.citation(target) or "A clause that was struck",
        where_href=f"{desk.base}{target}?tab=proposals",
        wish=proposal.wish.value,
        by=_by(proposal),
        tone=tone_of(proposal.delegation),
        stage=proposal.stage.value,
        is_open=proposal.is_open,
        fit=now.fit.value if proposal.is_open and not proposal.redacted else "",
        pieces=redline(shown),
        reason=proposal.reason,
        redacted=proposal.redacted,
        collides=tuple(
            Other(f"{desk.address}/proposals/{uid}", _by(known[uid].proposal))
            for uid in shown.collides
            if uid in known
        ),
    )


def _by(proposal: ProposalRecord) -> str:
    name = ", ".join(proposal.proposers)
    return f"{name} for {proposal.speaks_for}" if proposal.speaks_for else name


# --- pages


@router.get("/proposals")
def list_proposals(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    stage: str = "",
    delegation: str = "",
    clause: str = "",
) -> Response:
    """The proposals that the seat may know of, by stage, delegation and clause."""
    desk = desk_of(request, store, seat, slug)
    everything = negotiating.proposals(store, seat, desk.draft)
    chosen = negotiating.proposals(
        store, seat, desk.draft, uid=clause, stage=stage, delegation=delegation
    )
    index = {line.uid: at for at, line in enumerate(desk.sheet.lines)}
    chosen = tuple(sorted(chosen, key=lambda one: index.get(one.forwarded.uid, len(index))))
    page = render(
        request,
        "proposals/list.html",
        draft=desk.draft,
        lines=_lines(desk, chosen),
        stages=tuple(Stage),
        stage=stage,
        delegations=sorted({name for each in everything for name in each.proposal.proposers}),
        delegation=delegation,
        clause=clause,
        where=desk.sheet.citation(clause) if clause else "",
        many=len(everything),
        notice=notice_of(request),
    )
    return said(request, desk.draft, page)


@router.get("/proposals/inline")
def tell_inline(
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    request: Request,
    stores: StoresDep,
    afterwards: BackgroundTasks,
) -> JSONResponse:
    """The open proposals that the seat may know of as redlines of the text as it is, for the page.

    A redline goes with the `words` that it was made on; the page shows none on others.
    """
    desk = desk_of(request, store, seat, slug)
    shown = [
        each
        for each in negotiating.proposals(store, seat, desk.draft)
        if each.proposal.is_open and each.forwarded.uid and not each.proposal.redacted
    ]
    said = [
        {
            "id": each.proposal.uid,
            "clause": each.forwarded.uid,
            "by": _by(each.proposal),
            "tone": tone_of(each.proposal.delegation),
            "wish": each.proposal.wish.value,
            "href": f"{desk.address}/proposals/{each.proposal.uid}",
            "words": each.forwarded.words,
            "pieces": [[piece.op, piece.text] for piece in redline(each)],
        }
        for each in shown
    ]
    if any(_is_far(desk.draft, each.proposal) for each in shown):
        afterwards.add_task(_refresh, stores, desk.draft)
    return JSONResponse({"proposals": said})


def _is_far(draft: DraftRecord, proposal: ProposalRecord) -> bool:
    """Whether its words were last looked for long ago; tried once in so many entries."""
    since = max(proposal.seq, proposal.carried.seq if proposal.carried else 0)
    return draft.seq - max(since, _tried.get((draft.id, draft.slug), 0)) > FRESH


_tried: dict[tuple[int, str], int] = {}


def _refresh(stores: Stores, draft: DraftRecord) -> None:
    """Keep where words are once the page has its answer, so that the next one is quick."""
    _tried[draft.id, draft.slug] = draft.seq
    with stores.begin() as store:
        refresh(store, draft)


@router.get("/clauses/{uid}/proposals")
def show_table(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The position table of a clause: its proposals, and what each delegation says of them."""
    desk = desk_of(request, store, seat, slug)
    clause = _clause(desk, uid)
    shown = negotiating.proposals(store, seat, desk.draft, uid=uid)
    delegations, rows = _table(desk, clause, shown)
    return render(
        request,
        "proposals/table.html",
        draft=desk.draft,
        clause=clause,
        citation=desk.sheet.citation(uid) or "A struck clause",
        clause_href=f"{desk.base}{uid}?tab=proposals",
        delegations=delegations,
        rows=rows,
    )


def _table(
    desk: Desk, clause: ClauseRecord, shown: Sequence[Shown]
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The delegations, and a row for each option, bracket and proposal of the clause."""
    taken = stating.positions(desk.store, desk.seat, tuple(each.proposal for each in shown))
    asked = _asked(desk, taken)
    of = {
        (each.proposal_id, each.delegation): Cell(
            each.stance.value, each.condition, asked.get(each.uid)
        )
        for each in taken
    }
    held = _held(desk, clause)
    named = {name for each in shown for name in each.proposal.proposers}
    named |= {each.delegation for each in taken}
    named |= {name for _, cells in held for name in cells}
    delegations = tuple(sorted(named))
    rows = [
        replace(row, cells=tuple(cells.get(name, Cell()) for name in delegations))
        for row, cells in held
    ]
    for each, line in zip(shown, _lines(desk, shown), strict=True):
        cells = tuple(
            Cell("proposes")
            if name in each.proposal.proposers
            else of.get((each.proposal.id, name), Cell())
            for name in delegations
        )
        rows.append(Row("", line.href, "", line, cells))
    return delegations, tuple(rows)


def _held(desk: Desk, clause: ClauseRecord) -> list[tuple[Row, dict[str, Cell]]]:
    """A row for each other option of the clause and each bracket in it, and whose these are."""
    if clause.struck:
        return []
    every = choosing.choices(desk.store, desk.seat, desk.draft, clause.uid)
    rows: list[tuple[Row, dict[str, Cell]]] = []
    for one in every:
        href = f"{desk.base}{one.clause.uid}#{one.clause.uid}"
        owners = choosing.owners(desk.store, desk.draft, one.clause)
        cells = {name: Cell("proposes") for name in owners}
        rows.append((Row(one.name, href, one.clause.words, None, ()), cells))
    listed = bracketing.of_clause(desk.store, desk.seat, desk.draft, clause)
    spoken = bracketing.spoken(desk.store, desk.seat, desk.draft, listed)
    for bracket in listed:
        said = spoken.get((clause.uid, bracket.start), ())
        cells = {
            word.delegation: Cell(word.stance, word.condition) for word in said if not word.proposal
        }
        for name in bracket.owners:
            cells.setdefault(name, Cell("proposes"))
        # What was said of other proposals is said of these, in rows of their own.
        for word in said:
            if word.proposal == bracket.taken_from:
                cells.setdefault(word.delegation, Cell(word.stance, word.condition))
        href = f"/drafts/{desk.draft.slug}/brackets"
        words = f"[{bracket.words}]"
        rows.append((Row(f"In brackets: {bracket.sort.value}", href, words, None, ()), cells))
    return rows


@router.get("/clauses/{uid}/proposals/new")
def ask_proposal(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str, wish: str = "replace"
) -> Response:
    """The form in which a change of the clause is proposed; as a part, where its words stand."""
    desk = desk_of(request, store, seat, slug)
    clause = _clause(desk, uid)
    require(seat, Act.PROPOSE, State.STRUCK if clause.struck else State.LIVE)
    if is_partial(request):
        return render(
            request,
            "proposals/_suggest.html",
            clause=clause,
            citation=desk.sheet.citation(uid),
            action=f"{desk.base}{uid}/proposals",
            cancel=f"{desk.base}{uid}",
        )
    wished = wish if wish in set(Wish) else Wish.REPLACE.value
    return render(
        request,
        "proposals/new.html",
        draft=desk.draft,
        clause=clause,
        citation=desk.sheet.citation(uid),
        clause_href=f"{desk.base}{uid}?tab=proposals",
        action=f"{desk.base}{uid}/proposals",
        wish=wished,
        wishes=tuple(Wish),
        kinds=_KINDS,
        groups=_own_groups(desk),
    )


@router.post("/clauses/{uid}/proposals")
def propose(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    wish: _Text,
    reason: _Text,
    seen: _Seen,
    words: _Text = "",
    kind: _Text = Kind.PARAGRAPH.value,
    heading: _Text = "",
    speaks_for: _Text = "",
    back: _Text = "",
) -> Response:
    """Keep a new proposal, private to the delegation."""
    desk = desk_of(request, store, seat, slug)
    made = negotiating.propose(
        store,
        seat,
        desk.draft,
        uid,
        wish=wish,
        words=words,
        new_kind=kind,
        heading=heading,
        reason=reason,
        seen=seen,
        speaks_for=speaks_for,
    )
    sentence = f"Kept for {seat.delegation} alone, until your focal point tables it."
    if back == "clause":
        address = f"{desk.base}{uid}?tab=proposals#{uid}"
        return told(request, desk.draft, address, sentence, may_undo=False)
    return _told(request, desk.draft, made.uid, sentence)


@router.get("/proposals/{pid}")
def show_proposal(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str
) -> Response:
    """A proposal: its redline, what is said of it, what happened to it, what can be done."""
    desk = desk_of(request, store, seat, slug)
    proposal = negotiating.proposal(store, seat, desk.draft, pid)
    shown = next(
        each
        for each in negotiating.proposals(store, seat, desk.draft)
        if each.proposal.uid == proposal.uid
    )
    may_do = _may(desk, proposal)
    positions = stating.positions(store, seat, (proposal,))
    page = render(
        request,
        "proposals/show.html",
        draft=desk.draft,
        proposal=proposal,
        now=shown.forwarded,
        touches=shown.forwarded.fit is Fit.TOUCHES and proposal.is_open,
        line=_lines(desk, (shown,))[0],
        as_proposed=diff.pieces(proposal.base, proposal.words),
        since=diff.pieces(proposal.base, shown.forwarded.words),
        may_do=may_do,
        positions=positions,
        conditions=_asked(desk, positions),
        happened=_happened(desk, proposal),
        meetings=_meetings(desk) if _needs_meetings(may_do) else (),
        stances=tuple(Stance),
        groups=_own_groups(desk) if may_do.change else (),
        notice=notice_of(request),
    )
    return said(request, desk.draft, page)


def _asked(desk: Desk, positions: Sequence[PositionRecord]) -> dict[str, Asked]:
    """What positions ask of other clauses, by the position's public id."""
    found = conditions.conditions(desk.store, desk.draft, positions)
    return {
        uid: Asked(
            desk.sheet.citation(one.uid) or "The clause",
            f"{desk.base}{one.uid}#{one.uid}",
            one.holds.value,
            one.words,
            one.is_met,
        )
        for uid, one in found.items()
    }


@router.get("/proposals/{pid}/merge")
def ask_merge(request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str) -> Response:
    """The clause in a form where it stands, with what it would be, and the proposal beside it."""
    desk = desk_of(request, store, seat, slug)
    proposal = negotiating.proposal(store, seat, desk.draft, pid)
    require(seat, Act.SETTLE_PROPOSAL, negotiating.state_of(proposal))
    shown = next(
        each
        for each in negotiating.proposals(store, seat, desk.draft)
        if each.proposal.uid == proposal.uid
    )
    now = shown.forwarded
    if not now.uid or proposal.wish is not Wish.REPLACE or proposal.redacted:
        raise Invalid("There is nothing to merge: only other words for a clause can be.")
    here = f"{desk.address}/proposals/{pid}"
    given = {
        "here": here,
        "now": now,
        "line": _lines(desk, (shown,))[0],
        "meetings": _meetings(desk),
        "as_proposed": diff.pieces(proposal.base, proposal.words),
        "since": diff.pieces(proposal.base, now.words),
        "proposal": proposal,
    }
    return draft_page(
        request,
        desk,
        focus=now.uid,
        panel=part(request, "proposals/_beside.html", **given),
        editing=part(request, "proposals/_merge.html", **given),
    )


def _happened(desk: Desk, proposal: ProposalRecord) -> tuple[HappenedRecord, ...]:
    return negotiating.happened(desk.store, desk.seat, desk.draft, proposal.uid)


def _meetings(desk: Desk) -> tuple[MeetingRecord, ...]:
    return tuple(reversed(convening.meetings(desk.store, desk.seat, desk.draft)))


def _own_groups(desk: Desk) -> tuple[GroupRecord, ...]:
    groups = convening.groups(desk.store, desk.seat, desk.draft)
    return tuple(group for group in groups if desk.seat.delegation in group.members)


def _needs_meetings(may_do: May) -> bool:
    wants = may_do.table, may_do.withdraw, may_do.settle, may_do.back, may_do.position
    return any(wants)


def _may(desk: Desk, proposal: ProposalRecord) -> May:
    """What the seat may do; the actions ask again."""
    seat, state = desk.seat, negotiating.state_of(proposal)
    ours = negotiating.is_ours(seat, proposal)
    beside = bool(seat.delegation) and seat.delegation not in proposal.proposers
    records = may(seat, Act.RECORD_POSITION, state)
    redacts = (
        not proposal.redacted
        and may(seat, Act.REDACT_PROPOSAL, state)
        and (ours or may(seat, Act.SETTLE_PROPOSAL))
    )
    sponsors = (*proposal.sponsors, *proposal.asked)
    return May(
        change=ours and may(seat, Act.CHANGE_PROPOSAL, state),
        table=ours and seat.focal and may(seat, Act.TABLE_PROPOSAL, state),
        join=beside and seat.focal and may(seat, Act.JOIN_PROPOSAL, state),
        leave=seat.focal and seat.delegation in sponsors and may(seat, Act.JOIN_PROPOSAL, state),
        withdraw=ours and seat.focal and may(seat, Act.WITHDRAW_PROPOSAL, state),
        settle=may(seat, Act.SETTLE_PROPOSAL, state),
        back=state is State.SETTLED
        and proposal.stage is not Stage.WITHDRAWN
        and not proposal.redacted
        and may(seat, Act.SETTLE_PROPOSAL, State.TABLED),
        position=records or (beside and may(seat, Act.STATE_POSITION, state)),
        record=records,
        release=may(seat, Act.RELEASE_POSITION) and state is not State.PRIVATE,
        redact=redacts and not proposal.redaction_by,
        agree=redacts and bool(proposal.redaction_by) and proposal.redaction_by_id != seat.id,
    )


# --- acts


@router.post("/proposals/{pid}/change")
def change(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    pid: str,
    reason: _Text,
    words: _Text = "",
    heading: _Text = "",
    speaks_for: _Text = "",
) -> Response:
    """Keep other words of a private proposal."""
    draft = _draft(store, seat, slug)
    negotiating.change(
        store,
        seat,
        draft,
        pid,
        words=words,
        heading=heading,
        reason=reason,
        speaks_for=speaks_for,
    )
    return _told(request, draft, pid, "Kept.")


@router.post("/proposals/{pid}/discard")
def discard(request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str) -> Response:
    """Delete a private proposal for good."""
    draft = _draft(store, seat, slug)
    negotiating.discard(store, seat, draft, pid)
    address = f"/drafts/{slug}/proposals"
    return told(request, draft, address, "Deleted; nothing of it is left.", may_undo=False)


@router.post("/proposals/{pid}/ask")
def ask(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str, delegation: _Text
) -> Response:
    """Ask another delegation to join."""
    draft = _draft(store, seat, slug)
    negotiating.ask(store, seat, draft, pid, delegation)
    return _told(request, draft, pid, f"{delegation.strip()} reads it now, and may join.")


@router.post("/proposals/{pid}/join")
def join(request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str) -> Response:
    """Propose it, too."""
    draft = _draft(store, seat, slug)
    negotiating.join(store, seat, draft, pid)
    return _told(request, draft, pid, f"{seat.delegation} proposes it, too.")


@router.post("/proposals/{pid}/leave")
def leave(request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str) -> Response:
    """Propose it no longer, or decline to."""
    draft = _draft(store, seat, slug)
    negotiating.leave(store, seat, draft, pid)
    sentence = f"{seat.delegation} is not among those that propose it."
    # What is private is not there any more for a delegation that declined.
    return told(request, draft, f"/drafts/{slug}/proposals", sentence, may_undo=False)


@router.post("/proposals/{pid}/table")
def table(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str, meeting: _Text = ""
) -> Response:
    """Let everybody read it."""
    draft = _draft(store, seat, slug)
    negotiating.table(store, seat, draft, pid, meeting=meeting)
    return _told(request, draft, pid, "Tabled. Everybody at the table reads it now.")


@router.post("/proposals/{pid}/withdraw")
def withdraw(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    pid: str,
    reason: _Text = "",
    meeting: _Text = "",
) -> Response:
    """Withdraw it."""
    draft = _draft(store, seat, slug)
    negotiating.withdraw(store, seat, draft, pid, reason=reason, meeting=meeting)
    return _told(request, draft, pid, "Withdrawn. It stays on record.")


@router.post("/proposals/{pid}/aside")
def put_aside(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    pid: str,
    stage: _Text,
    reason: _Text,
    meeting: _Text = "",
) -> Response:
    """Say that it is not taken up, or overtaken, and why; or put it back on the table."""
    draft = _draft(store, seat, slug)
    negotiating.put_aside(store, seat, draft, pid, stage=stage, reason=reason, meeting=meeting)
    is_back = stage == Stage.TABLED.value
    sentence = "Back on the table." if is_back else "Put aside, with the reason on record."
    return _told(request, draft, pid, sentence)


@router.post("/proposals/{pid}/incorporate")
def incorporate(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    pid: str,
    how: _Text = "text",
    words: _Text = "",
    seen: Annotated[int | None, Form(ge=0, le=2**31 - 1)] = None,
    meeting: _Text = "",
) -> Response:
    """Take it up in the text, in brackets, or in words that were merged by hand."""
    draft = _draft(store, seat, slug)
    incorporating.incorporate(
        store,
        seat,
        draft,
        pid,
        in_brackets=how == "brackets",
        as_option=how == "option",
        words=words if how == "hand" else None,
        seen=seen,
        meeting=meeting,
    )
    where = {"brackets": "in brackets", "option": "as an alternative"}.get(how, "in the text")
    return _told(request, draft, pid, f"Taken up {where}. The edit can be undone on the draft.")


@router.post("/proposals/{pid}/positions")
def take_position(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    pid: str,
    stance: _Text,
    condition: _Text = "",
    about: _Text = "",
    has: _Text = "",
    delegation: _Text = "",
    meeting: _Text = "",
) -> Response:
    """State a position, or record one from the floor."""
    draft = _draft(store, seat, slug)
    stating.take_position(
        store,
        seat,
        draft,
        pid,
        stance=stance,
        condition=condition,
        about=about,
        has=has,
        delegation=delegation,
        meeting=meeting,
    )
    return _told(request, draft, pid, "Noted. Others read it once the chair has released it.")


@router.post("/proposals/{pid}/positions/{position}/release")
def release(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str, position: str
) -> Response:
    """Let everybody read a position."""
    draft = _draft(store, seat, slug)
    stating.release(store, seat, draft, pid, position)
    return _told(request, draft, pid, "Released. Everybody reads it now.")


@router.post("/proposals/{pid}/redact")
def redact(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, pid: str, reason: _Text = ""
) -> Response:
    """Ask that its words be taken out, or agree with another seat that asked."""
    draft = _draft(store, seat, slug)
    gone = negotiating.redact(store, seat, draft, pid, reason=reason)
    sentence = "Its words were taken out." if gone else "Asked for. Another seat has to agree."
    return _told(request, draft, pid, sentence)


# --- registers


@router.get("/meetings")
def show_meetings(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The register of meetings, and the groups of delegations."""
    desk = desk_of(request, store, seat, slug)
    page = render(
        request,
        "proposals/registers.html",
        draft=desk.draft,
        meetings=_meetings(desk),
        groups=convening.groups(store, seat, desk.draft),
        may_keep=may(seat, Act.KEEP_MEETINGS),
        notice=notice_of(request),
    )
    return said(request, desk.draft, page)


@router.post("/meetings")
def enter_meeting(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, name: _Text, held: _Text = ""
) -> Response:
    """Enter a meeting in the register."""
    draft = _draft(store, seat, slug)
    convening.enter_meeting(store, seat, draft, name=name, held=held)
    return told(request, draft, f"/drafts/{slug}/meetings", "Entered.", may_undo=False)


@router.post("/groups")
def set_group(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, name: _Text, members: _Text = ""
) -> Response:
    """Say which delegations speak together."""
    draft = _draft(store, seat, slug)
    convening.set_group(store, seat, draft, name=name, members=members)
    return told(request, draft, f"/drafts/{slug}/meetings", "Kept.", may_undo=False)


# --- the parts of the above


def _draft(store: StoreDep, seat: SeatDep, slug: str) -> DraftRecord:
    return drafting.open_draft(store, seat, slug)


def _told(request: Request, draft: DraftRecord, pid: str, sentence: str) -> Response:
    address = f"/drafts/{draft.slug}/proposals/{pid}"
    return told(request, draft, address, sentence, may_undo=False)


def _clause(desk: Desk, uid: str) -> ClauseRecord:
    clause = desk.store.drafts.clause(desk.draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause
