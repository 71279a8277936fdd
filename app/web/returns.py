"""Files that came back in a round: taken in, each one's account, and how what is in them is shown.

Reading a file takes a while and is done beside the answering (reading.py); the page says how far
it is, and asks again by itself where there is script. What has no place yet is in inbox.py, and
all of it clause by clause in gathered.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from starlette.background import BackgroundTask

from app.actions import discarding, drafting, gathering, returning, rounding
from app.actions.forwarding import Forwarded
from app.actions.matching import HIGH, LIKENESS, LOW
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
from app.store.seats import Role, SeatRecord
from app.treaty import diff
from app.treaty.diff import Piece
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, desk_of
from app.web.exports import attachment
from app.web.notices import notice_of, said, told
from app.web.pages import plural, render
from app.web.proposals import tone_of
from app.web.reading import Reading
from app.web.rounds import Said, address, desk, name_of, progress_of, tabs, zip_file

router = APIRouter(prefix="/drafts/{slug}/rounds/{rnd}")

_Text = Annotated[str, Form()]
_KNOWN = 8_000
"""Of how many changes the redline is kept: it is the same on every page."""
WHOLE = "The text as a whole"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is shown: whose it is, where it belongs now, and what may be done with it.

    `target` is the clause that it is on now, "" for the text as a whole. `pieces` are the redline
    of a change, or the words that a comment is on.
    """

    record: FindingRecord
    who: str
    tone: int
    from_href: str
    target: str
    where: str
    where_href: str
    title: str
    pieces: tuple[Piece, ...]
    proposal: Forwarded | None
    href: str
    may_confirm: bool

    @property
    def thread(self) -> tuple[tuple[str, str], ...]:
        """Who says what in a comment and its answers."""
        said = self.record.detail.get("thread") or [{"text": self.record.after}]
        return tuple((str(one.get("author", "")), str(one.get("text", ""))) for one in said)

    @property
    def found_by(self) -> str:
        """By what it was placed and how surely, with the limits for what has no name."""
        how, form = self.record.how, self.record.detail.get("form")
        # Cut off and not rounded: what is short of a limit is not to look as if it were not.
        score = int(self.record.score * 100) / 100
        if how == LIKENESS:
            how = f"{how}, {score:.2f} of 1 (taken from {HIGH} on, offered from {LOW} on)"
        elif how and 0 < score < 1:
            how = f"{how}, its words {score:.2f} of 1 alike"
        found = f"found by {how}" if how else ""
        return ", ".join(filter(None, (found, f"in the form under “{form}”" if form else "")))

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

    @property
    def word(self) -> str:
        """On whose word its proposal was tabled; "" where it was not."""
        return str(self.record.detail.get("confirmed") or "")


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
        filled = {"to": to, "word": word}
        answer = desk(request, store, seat, drawn.draft, one, Said(refusal=refusal, filled=filled))
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


@router.post("/returned")
def take_everything_back(store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """All files that came back, as they came, in one .zip."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    return zip_file(gathering.everything_back(store, seat, draft, one))


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
    told_of = shown(drawn, one, found, (came,))
    page = render(
        request,
        "rounds/return.html",
        draft=drawn.draft,
        round=one,
        here=address(drawn.draft, one),
        came=came,
        called=name_of(came),
        report=returning.report(came),
        who=whose(drawn, one).get(came.recipient_id or 0),
        recipients=() if came.recipient_id else rounding.recipients(store, seat, one),
        found=told_of,
        untabled=sum(each.may_confirm for each in told_of),
        may_delete=_may_delete(drawn, one, came, told_of),
        tabs=tabs(store, seat, drawn.draft, one),
        progress=progress_of((came,)),
        may_keep=may(seat, Act.RUN_ROUND),
        notice=notice_of(request),
    )
    return said(request, drawn.draft, page)


def _may_delete(
    drawn: Desk, one: RoundRecord, came: ReturnedRecord, found: Sequence[Found]
) -> bool:
    is_public = any(each.stage not in ("", Stage.PRIVATE.value) for each in found)
    is_open = one.is_open or may(drawn.seat, Act.RUN_ROUND)
    can = may(drawn.seat, Act.RETURN_FILE) and discarding.may_delete(came)
    return can and is_open and not is_public


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


@router.post("/returns/{ret}/confirm")
def confirm_all(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    ret: str,
    word: _Text = "",
) -> Response:
    """Table all that a file became: the focal point, or who steers on its word.

    What cannot be tabled any more, as its delegation has gone on with it, is left, and counted.
    """
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    came = returning.returned(store, seat, one, ret)
    require(seat, Act.CONFIRM_FINDING)
    demand_focal(seat)
    done = left = 0
    for each in _untabled(drawn, one, came):
        try:
            with store.attempt():
                returning.confirm(store, seat, drawn.draft, one, each.uid, word=word)
            done += 1
        except Forbidden:
            left += 1
    sentence = f"{plural(done, 'proposal')} tabled."
    if left:
        sentence += f" {left} could not be: only the delegation’s focal point can table them now."
    back = f"{address(drawn.draft, one)}/returns/{ret}"
    return told(request, drawn.draft, back, sentence, may_undo=False)


def _untabled(drawn: Desk, one: RoundRecord, came: ReturnedRecord) -> tuple[FindingRecord, ...]:
    """The findings of a file whose proposals nobody has tabled by it."""
    found = returning.findings(drawn.store, drawn.seat, one, came=came, state=Place.PROPOSED.value)
    return tuple(each for each in found if not each.detail.get("confirmed"))


def demand_focal(seat: SeatRecord) -> None:
    """Forbidden for a delegate who is not the delegation's focal point."""
    if seat.role is Role.DELEGATE and not seat.focal:
        raise Forbidden("Only your delegation’s focal point tables what came back.")


@router.post("/returns/{ret}/delete")
def delete(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, ret: str
) -> Response:
    """Delete a file that came by mistake, and what was made of it."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    discarding.delete(store, seat, drawn.draft, one, ret)
    sentence = "The file is deleted, and what was made of it."
    return told(request, drawn.draft, address(drawn.draft, one), sentence, may_undo=False)


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


# --- how a finding is shown


def whose(drawn: Desk, one: RoundRecord) -> Mapping[int, RecipientRecord]:
    """The recipients of the round that the seat may know of, by their ids."""
    return {each.id: each for each in rounding.recipients(drawn.store, drawn.seat, one)}


def shown(
    drawn: Desk,
    one: RoundRecord,
    found: Sequence[FindingRecord],
    came: Sequence[ReturnedRecord],
) -> tuple[Found, ...]:
    """The findings with all that is said of them; one query for all of their proposals."""
    to, of = whose(drawn, one), {each.id: each for each in came}
    made = gathering.proposals(drawn.store, drawn.seat, drawn.draft, found)
    return tuple(
        _found(drawn, one, each, of.get(each.returned_id), to, made.get(each.proposal))
        for each in found
    )


def _found(
    drawn: Desk,
    one: RoundRecord,
    record: FindingRecord,
    file: ReturnedRecord | None,
    of: Mapping[int, RecipientRecord],
    proposal: Forwarded | None,
) -> Found:
    to = of.get(file.recipient_id or 0) if file else None
    who, here = to.name if to else gathering.UNKNOWN, address(drawn.draft, one)
    target = proposal.uid or record.clause if proposal else record.clause
    return Found(
        record,
        who,
        tone_of(to.delegation or who) if to else 0,
        f"{here}/returns/{file.uid}" if file else here,
        target,
        drawn.sheet.citation(target) if target else WHOLE,
        f"{drawn.base}{target}?tab=proposals#{target}" if target else "",
        _title(drawn, record),
        _pieces(record),
        proposal,
        f"{here}/findings/{record.uid}",
        _may_confirm(drawn, record, proposal, to),
    )


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
    return _redline(before, after)


@lru_cache(maxsize=_KNOWN)
def _redline(before: str, after: str) -> tuple[Piece, ...]:
    return tuple(diff.pieces(before, after))


def _may_confirm(
    drawn: Desk, record: FindingRecord, proposal: Forwarded | None, to: RecipientRecord | None
) -> bool:
    if not record.proposal or to is None or not may(drawn.seat, Act.CONFIRM_FINDING):
        return False
    if drawn.seat.role is Role.DELEGATE:
        mine = drawn.seat.focal and drawn.seat.delegation == to.delegation
        return mine and proposal is not None and proposal.proposal.stage is Stage.PRIVATE
    # Who steers does not see it before it is tabled.
    return proposal is None
