"""What came back in a round: files taken in, each one's account, the inbox, and all by clause.

Reading a file takes a while and is done beside the answering (reading.py); the page says how far
it is, and asks again by itself where there is script.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import Response
from starlette.background import BackgroundTask

from app.actions import negotiating, returning, rounding
from app.actions.negotiating import Shown
from app.actions.policy import Act, may, require
from app.actions.refusals import Forbidden, Invalid, Missing, Refusal, SignInNeeded
from app.store.proposals import Stage
from app.store.rounds import (
    FindingRecord,
    Place,
    RecipientRecord,
    ReturnedRecord,
    RoundRecord,
    Sort,
)
from app.store.seats import Role
from app.treaty import diff
from app.treaty.diff import Piece
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, desk_of
from app.web.exports import attachment
from app.web.notices import notice_of, said, told
from app.web.pages import render
from app.web.proposals import tone_of
from app.web.reading import Reading
from app.web.rounds import Said, address, desk, name_of, progress_of, tabs

router = APIRouter(prefix="/drafts/{slug}/rounds/{rnd}")

_Text = Annotated[str, Form()]
_SHORT = 90
_A_PAGE = 100
_ROWS = 300
"""How many findings the table shows at once."""
UNKNOWN = "Nobody known"
WHOLE = "The text as a whole"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is shown: whose it is, where it belongs now, and what may be done with it.

    `target` is the clause that it is on now, "" for the text as a whole.
    """

    record: FindingRecord
    who: str
    tone: int
    from_href: str
    target: str
    where: str
    where_href: str
    title: str
    proposal: Shown | None
    href: str
    may_confirm: bool

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The redline of a change; the words that a comment is on."""
        return _pieces(self.record)

    @property
    def thread(self) -> tuple[tuple[str, str], ...]:
        """Who says what in a comment and its answers."""
        said = self.record.detail.get("thread") or [{"text": self.record.after}]
        return tuple((str(one.get("author", "")), str(one.get("text", ""))) for one in said)

    @property
    def is_resolved(self) -> bool:
        """Whether a comment was resolved in the file."""
        return bool(self.record.detail.get("resolved"))

    @property
    def place(self) -> str:
        """Where in the file it is; "" where that is not known."""
        return str(self.record.detail.get("place") or "")

    @property
    def stage(self) -> str:
        """Where its proposal stands; "" where the seat may not know of one."""
        return self.proposal.proposal.stage.value if self.proposal else ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the draft to choose from; `citation` names it and no other."""

    uid: str
    citation: str
    words: str
    depth: int


@dataclass(frozen=True, slots=True)
class Group:
    """What all who answered say of one clause."""

    uid: str
    where: str
    href: str
    words: str
    found: tuple[Found, ...]


# --- taking in


@router.post("/returns")
def take_in(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    file: Annotated[list[UploadFile] | None, File()] = None,
    to: _Text = "",
    word: _Text = "",
) -> Response:
    """Keep the files that were sent, each as it is, and begin to read them."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.RETURN_FILE)
    files = [each for each in file or () if each.filename]
    answer: Response
    try:
        _receive(drawn, one, files, to=to, word=word)
    except (Forbidden, Missing, SignInNeeded):
        raise
    except Refusal as refusal:
        answer = desk(request, store, seat, drawn.draft, one, Said(refusal=refusal))
    else:
        sentence = "Kept. It is being read." if len(files) == 1 else f"{len(files)} files are kept."
        answer = told(request, drawn.draft, address(drawn.draft, one), sentence, may_undo=False)
    answer.background = BackgroundTask(reading_of(request).begin)
    return answer


def _receive(
    drawn: Desk, one: RoundRecord, files: Sequence[UploadFile], *, to: str, word: str
) -> None:
    """Keep each file that can be kept; Invalid says afterwards of which ones that is not so."""
    store, seat = drawn.store, drawn.seat
    whose = rounding.recipient(store, seat, one, to) if to else None
    if not files:
        raise Invalid("Choose the file that came back.")
    refused = []
    for each in files:
        name, content = each.filename or "", each.file.read()
        try:
            with store.attempt():
                returning.receive(store, seat, drawn.draft, one, name, content, to=whose, word=word)
        except Invalid as refusal:
            refused.append(f"{name}: {refusal.sentence}")
    if refused:
        raise Invalid(" ".join(refused))


def reading_of(request: Request) -> Reading:
    """What reads the files that came back to this process."""
    reading: Reading = request.app.state.reading
    return reading


@router.get("/progress")
def tell_progress(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str
) -> Response:
    """How far the reading is, as a part of the desk; the page is asked for anew at its end."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    progress = progress_of(returning.returns(store, seat, one))
    return render(
        request,
        "rounds/_progress.html",
        headers={} if progress.waiting else {"hx-refresh": "true"},
        progress=progress,
        here=address(drawn.draft, one),
    )


# --- one file


@router.get("/returns/{ret}")
def show_return(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, ret: str
) -> Response:
    """A file that came back: what became of all that is in it, and each thing at its clause."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    came = returning.returned(store, seat, one, ret)
    found = returning.findings(store, seat, one, came=came)
    page = render(
        request,
        "rounds/return.html",
        draft=drawn.draft,
        round=one,
        here=address(drawn.draft, one),
        came=came,
        called=name_of(came),
        report=returning.report(came),
        who=_whose(drawn, one).get(came.recipient_id or 0),
        recipients=() if came.recipient_id else rounding.recipients(store, seat, one),
        found=_shown(drawn, one, found, (came,)),
        tabs=tabs(store, seat, drawn.draft, one),
        progress=progress_of((came,)),
        may_keep=may(seat, Act.RUN_ROUND),
        notice=notice_of(request),
    )
    return said(request, drawn.draft, page)


@router.post("/returns/{ret}/whose")
def assign(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, ret: str, to: _Text = ""
) -> Response:
    """Say whose a file is that did not say so itself."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.PLACE_FINDING)
    whose = rounding.recipient(store, seat, one, to)
    returning.assign(store, seat, drawn.draft, one, ret, whose)
    back = f"{address(drawn.draft, one)}/returns/{ret}"
    return told(request, drawn.draft, back, f"It is {whose.name}’s now.", may_undo=False)


@router.get("/returns/{ret}/file")
def take_file(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, ret: str
) -> Response:
    """The very bytes that came, to be kept as a file and never shown by the browser."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    came = returning.returned(store, seat, one, ret)
    return Response(
        returning.content(store, seat, one, ret),
        media_type="application/octet-stream",
        headers={
            "content-disposition": attachment(came.filename or "returned.docx"),
            "x-content-sha256": came.sha256,
        },
    )


# --- the inbox, and all by clause


@router.get("/inbox")
def show_inbox(request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """What could not be placed, each with its reason and the ways to settle it."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    return _inbox(request, drawn, one)


def _inbox(
    request: Request, drawn: Desk, one: RoundRecord, refusal: Refusal | None = None, at: str = ""
) -> Response:
    store, seat = drawn.store, drawn.seat
    waiting = returning.findings(store, seat, one, state=Place.INBOX)
    aside = returning.findings(store, seat, one, state=Place.SET_ASIDE)
    came = returning.returns(store, seat, one)
    page = render(
        request,
        "rounds/inbox.html",
        status=refusal.status if refusal else 200,
        draft=drawn.draft,
        round=one,
        here=address(drawn.draft, one),
        waiting=_shown(drawn, one, waiting[:_A_PAGE], came),
        many=len(waiting),
        aside=_shown(drawn, one, aside, came),
        clauses=clauses_of(drawn) if waiting else (),
        tabs=tabs(store, seat, drawn.draft, one),
        may_keep=may(seat, Act.RUN_ROUND),
        sentence=refusal.sentence if refusal else "",
        at=at,
        notice=notice_of(request),
    )
    return said(request, drawn.draft, page)


def clauses_of(drawn: Desk) -> tuple[Clause, ...]:
    """The clauses of the text as it stands, each with a name that no other one has."""
    named: dict[str, int] = {}
    headed: set[str] = set()
    clauses = []
    for at, line in enumerate(drawn.sheet.lines):
        words = _short(line.clause.heading or line.clause.text)
        name = drawn.sheet.frame.citations[at] or line.clause.kind.value
        name = name[:1].upper() + name[1:]
        if name in headed:
            # An article and its only paragraph are cited alike.
            name = f"{name}, text"
        elif line.clause.kind.bears_heading:
            headed.add(name)
        named[name] = named.get(name, 0) + 1
        if named[name] > 1:
            name = f"{name} ({named[name]})"
        clauses.append(Clause(line.uid, name, words, line.clause.depth))
    return tuple(clauses)


def _short(words: str) -> str:
    return words if len(words) <= _SHORT else words[:_SHORT].rsplit(" ", 1)[0] + " …"


@router.get("/table")
def show_table(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    who: str = "",
    kind: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What all who answered say, clause by clause in the order of the text."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    came = returning.returns(store, seat, one)
    found = _shown(drawn, one, returning.findings(store, seat, one), came)
    names = sorted({each.who for each in found})
    chosen = tuple(
        each
        for each in found
        if each.record.state is not Place.SET_ASIDE
        and who in ("", each.who)
        and kind in ("", each.record.kind.value)
    )
    return render(
        request,
        "rounds/table.html",
        draft=drawn.draft,
        round=one,
        here=address(drawn.draft, one),
        groups=_grouped(drawn, chosen, page),
        count=len(chosen),
        page=page,
        pages=max(1, -(-len(chosen) // _ROWS)),
        query=urlencode({"who": who, "kind": kind}),
        many=len(found),
        names=names,
        who=who,
        kinds=tuple(Sort),
        kind=kind,
        answered=len({each.recipient_id for each in came}),
        tabs=tabs(store, seat, drawn.draft, one),
        may_keep=may(seat, Act.RUN_ROUND),
    )


def _grouped(drawn: Desk, found: Sequence[Found], page: int) -> tuple[Group, ...]:
    """A page of the findings by clause; what is not placed, or lost its clause, comes last."""
    last = len(drawn.sheet.lines)

    def at(each: Found) -> int:
        if not _is_placed(each.record):
            return last
        index = drawn.sheet.index(each.target)
        return (last if each.target else -1) if index is None else index

    groups = []
    in_order = sorted(found, key=at)[(page - 1) * _ROWS : page * _ROWS]
    for index, run in groupby(in_order, key=at):
        each = tuple(run)
        if index in (-1, last):
            where = WHOLE if index < 0 else "Not placed, or its clause was struck"
            groups.append(Group("", where, "", "", each))
            continue
        line = drawn.sheet.lines[index]
        href = f"{drawn.base}{line.uid}?tab=proposals#{line.uid}"
        words = line.clause.heading or line.clause.text
        groups.append(Group(line.uid, drawn.sheet.citation(line.uid), href, words, each))
    return tuple(groups)


def _is_placed(record: FindingRecord) -> bool:
    return record.state not in (Place.INBOX, Place.SET_ASIDE)


# --- settling


@router.post("/findings/{fnd}/place")
def place(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    fnd: str,
    uid: _Text = "",
    clause: _Text = "",
) -> Response:
    """Say to which clause a finding belongs, by its name in `clause` or by `uid`."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.PLACE_FINDING)
    returning.finding(store, seat, one, fnd)
    try:
        with store.attempt():
            target = uid or _named(drawn, clause)
            returning.place(store, seat, drawn.draft, one, fnd, target)
    except Invalid as refusal:
        return _inbox(request, drawn, one, refusal, fnd)
    sentence = f"Placed at {drawn.sheet.citation(target) or 'its clause'}."
    return told(
        request, drawn.draft, f"{address(drawn.draft, one)}/inbox", sentence, may_undo=False
    )


def _named(drawn: Desk, written: str) -> str:
    """The uid of the clause that is cited so, letter for letter but for spaces and capitals."""
    wanted = " ".join(written.split()).casefold()
    for each in clauses_of(drawn):
        if each.citation.casefold() == wanted:
            return each.uid
    if not wanted:
        raise Invalid("Choose the clause.")
    raise Invalid(f"There is no clause “{written.strip()[:120]}”: choose one from the list.")


@router.post("/findings/{fnd}/set-aside")
def set_aside(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    fnd: str,
    reason: _Text = "",
) -> Response:
    """Make nothing of a finding, for a reason that stays with it."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.PLACE_FINDING)
    returning.finding(store, seat, one, fnd)
    try:
        with store.attempt():
            returning.set_aside(store, seat, one, fnd, reason)
    except Invalid as refusal:
        return _inbox(request, drawn, one, refusal, fnd)
    address_ = f"{address(drawn.draft, one)}/inbox"
    return told(request, drawn.draft, address_, "Set aside, with the reason.", may_undo=False)


@router.post("/findings/{fnd}/bring-back")
def bring_back(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, fnd: str
) -> Response:
    """Put what was set aside back into the inbox."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    returning.bring_back(store, seat, one, fnd)
    address_ = f"{address(drawn.draft, one)}/inbox"
    return told(request, drawn.draft, address_, "It is in the inbox again.", may_undo=False)


@router.post("/findings/{fnd}/confirm")
def confirm(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    fnd: str,
    word: _Text = "",
) -> Response:
    """Table the proposal that a finding became: the focal point, or who steers on its word."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    returning.finding(store, seat, one, fnd)
    if seat.role is Role.DELEGATE and not seat.focal:
        raise Forbidden("Only your delegation’s focal point tables what came back.")
    pid = returning.confirm(store, seat, drawn.draft, one, fnd, word=word)
    address_ = f"{drawn.address}/proposals/{pid}"
    return told(request, drawn.draft, address_, "It is tabled.", may_undo=False)


# --- how a finding is shown


def _whose(drawn: Desk, one: RoundRecord) -> Mapping[int, RecipientRecord]:
    return {each.id: each for each in rounding.recipients(drawn.store, drawn.seat, one)}


def _shown(
    drawn: Desk,
    one: RoundRecord,
    found: Sequence[FindingRecord],
    came: Sequence[ReturnedRecord],
) -> tuple[Found, ...]:
    """The findings with all that is said of them; one query for all of their proposals."""
    whose, of = _whose(drawn, one), {each.id: each for each in came}
    made = {}
    if any(each.proposal for each in found):
        made = {
            each.proposal.uid: each
            for each in negotiating.proposals(drawn.store, drawn.seat, drawn.draft)
        }
    shown = []
    for each in found:
        file = of.get(each.returned_id)
        to = whose.get(file.recipient_id or 0) if file else None
        proposal = made.get(each.proposal)
        who = to.name if to else UNKNOWN
        here = address(drawn.draft, one)
        target = proposal.forwarded.uid or each.clause if proposal else each.clause
        shown.append(
            Found(
                each,
                who,
                tone_of(to.delegation or who) if to else 0,
                f"{here}/returns/{file.uid}" if file else here,
                target,
                drawn.sheet.citation(target) if target else WHOLE,
                f"{drawn.base}{target}?tab=proposals#{target}" if target else "",
                _title(drawn, each),
                proposal,
                f"{here}/findings/{each.uid}",
                _may_confirm(drawn, each, proposal, to),
            )
        )
    return tuple(shown)


_TITLES: Mapping[tuple[Sort, str], str] = {
    (Sort.CHANGE, ""): "Change",
    (Sort.CHANGE, "replace"): "Change of the words",
    (Sort.CHANGE, "insert"): "New clause",
    (Sort.CHANGE, "delete"): "Deletion of the clause",
    (Sort.UNTRACKED, ""): "Change that was not tracked",
    (Sort.UNTRACKED, "insert"): "New clause that was not tracked",
    (Sort.UNTRACKED, "delete"): "Deletion that was not tracked",
    (Sort.MOVE, ""): "Move",
    (Sort.COMMENT, ""): "Comment",
    (Sort.OTHER, ""): "Something else",
}


def _title(drawn: Desk, record: FindingRecord) -> str:
    title = _TITLES.get((record.kind, record.wish)) or _TITLES[record.kind, ""]
    if record.kind is Sort.OTHER:
        title = str(record.detail.get("change") or title).capitalize()
    moved = record.detail.get("moved")
    if not isinstance(moved, dict):
        return title
    after = drawn.sheet.citation(str(moved.get("after", "")))
    return f"{title} to after {after}" if after else f"{title} to the beginning"


def _pieces(record: FindingRecord) -> tuple[Piece, ...]:
    before, after = record.before, record.after
    if record.kind is Sort.COMMENT:
        return (Piece("same", before),) if before else ()
    if record.kind is Sort.MOVE:
        return (Piece("same", before or after),)
    if record.wish == "insert":
        return (Piece("ins", "\n".join(filter(None, (record.heading, after)))),)
    if record.wish == "delete":
        return (Piece("del", before),)
    return diff.pieces(before, after)


def _may_confirm(
    drawn: Desk, record: FindingRecord, proposal: Shown | None, to: RecipientRecord | None
) -> bool:
    if not record.proposal or to is None or not may(drawn.seat, Act.CONFIRM_FINDING):
        return False
    if drawn.seat.role is Role.DELEGATE:
        mine = drawn.seat.focal and drawn.seat.delegation == to.delegation
        return mine and proposal is not None and proposal.proposal.stage is Stage.PRIVATE
    # Who steers does not see it before it is tabled.
    return proposal is None
