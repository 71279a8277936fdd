"""Where the text stands, as JSON under /api/v1: the status of clauses, silences and brackets.

Whatever says that something is agreed bears the sentence that nothing is until everything is.
"""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.actions import bracketing, drafting, settling, silencing
from app.actions.bracketing import Listed, Sort, Tally
from app.store.silences import Outcome, SilenceRecord
from app.store.status import Status
from app.treaty import brackets as marks
from app.treaty.numbering import Scheme, citations
from app.web.api import REFUSALS, SignedInFirst
from app.web.deps import SeatDep, StoreDep

router = APIRouter(prefix="/api/v1/drafts/{slug}", route_class=SignedInFirst, responses=REFUSALS)


class Standing(BaseModel):
    """A clause that is agreed, or under silence; every other one is open."""

    clause: str = Field(description="The uid of the clause.")
    citation: str
    status: Status
    since: datetime | None
    by: str
    by_silence: bool = Field(description="Nobody objected in time; `by` had asked.")
    meeting: str
    ad_referendum: list[str] = Field(description="Delegations that still have to confirm.")
    brackets: int = Field(description="Those it still holds: what is agreed should hold none.")
    silence: str = Field(description="The id of the silence that it is under; empty for none.")


class Objection(BaseModel):
    """A delegation that did not keep silent."""

    clause: str
    delegation: str
    reason: str
    from_floor: bool
    at: datetime


class Silence(BaseModel):
    """Clauses that are agreed unless somebody objects in time."""

    id: str
    clauses: list[str]
    status: Status
    due: datetime
    outcome: Outcome
    by: str
    at: datetime
    meeting: str
    objections: list[Objection]


class Agreement(BaseModel):
    """Where the text of a draft stands."""

    sentence: str = Field(settling.NOTHING_IS_AGREED, description="It belongs to all of this.")
    seq: int
    clauses: list[Standing]
    silences: list[Silence]


class Spoken(BaseModel):
    """What a delegation says of a bracket in a proposal, or of the bracket itself (`proposal` "").

    Others read what is not `released` when the chair has released it.
    """

    delegation: str
    stance: str
    proposal: str
    condition: str
    released: bool


class Bracket(BaseModel):
    """One bracket; `start` and `end` are indices of the clause's words, in characters."""

    clause: str
    citation: str
    article: str = Field(description="The uid of the article; empty before the first.")
    start: int
    end: int
    depth: int
    kind: Sort
    words: str
    since: datetime
    change: int = Field(description="The entry of the journal by which it came.")
    owners: list[str]
    nobodys: bool
    reason: str
    positions: list[Spoken]


class Counted(BaseModel):
    """How many brackets a text has."""

    name: str
    edition: str = Field(description="The slug of the edition; empty: the text as it stands.")
    retain: int
    alternatives: int
    blank: int
    total: int


class Ledger(BaseModel):
    """All that is not agreed in the words of a draft."""

    sentence: str = settling.NOTHING_IS_AGREED
    seq: int
    brackets: list[Bracket]
    editions: list[Counted]


@router.get("/status", tags=["status"])
def read_status(store: StoreDep, seat: SeatDep, slug: str) -> Agreement:
    """The clauses that are agreed or under silence, and the silences, the newest first."""
    draft = drafting.open_draft(store, seat, slug)
    found = settling.statuses(store, seat, draft)
    silences = silencing.silences(store, seat, draft)
    silent = {uid: each.uid for each in silences if each.is_running for uid in each.clauses}
    clauses = store.drafts.document(draft.id).clauses
    standings = []
    for clause, cited in zip(clauses, citations(clauses, Scheme(draft.scheme)), strict=True):
        record = found.get(clause.uid)
        if record is None and clause.uid not in silent:
            continue
        standings.append(
            Standing(
                clause=clause.uid,
                citation=cited,
                status=record.status if record else Status.OPEN,
                since=record.at if record else None,
                by=record.author if record else "",
                by_silence=record is not None and record.by_silence,
                meeting=record.meeting.name if record and record.meeting else "",
                ad_referendum=list(record.ad_referendum) if record else [],
                brackets=marks.count(clause.heading) + marks.count(clause.text),
                silence=silent.get(clause.uid, ""),
            )
        )
    return Agreement(
        sentence=settling.NOTHING_IS_AGREED,
        seq=draft.seq,
        clauses=standings,
        silences=[_silence(each) for each in silences],
    )


@router.get("/brackets", tags=["status"])
def read_brackets(store: StoreDep, seat: SeatDep, slug: str) -> Ledger:
    """The ledger of brackets in the order of the text, and how many each edition had."""
    draft = drafting.open_draft(store, seat, slug)
    ledger = bracketing.ledger(store, seat, draft)
    spoken = bracketing.spoken(store, seat, draft, ledger.listed)
    return Ledger(
        seq=draft.seq,
        brackets=[_bracket(one, spoken.get((one.uid, one.start), ())) for one in ledger.listed],
        editions=[_counted(stage.name, stage.slug, stage.tally) for stage in ledger.stages],
    )


def _silence(one: SilenceRecord) -> Silence:
    return Silence(
        id=one.uid,
        clauses=list(one.clauses),
        status=one.status,
        due=one.due,
        outcome=one.outcome,
        by=one.author,
        at=one.at,
        meeting=one.meeting.name if one.meeting else "",
        objections=[
            Objection(
                clause=said.uid,
                delegation=said.delegation,
                reason=said.reason,
                from_floor=said.from_floor,
                at=said.at,
            )
            for said in one.objections
        ],
    )


def _bracket(one: Listed, spoken: tuple[bracketing.Spoken, ...]) -> Bracket:
    return Bracket(
        clause=one.uid,
        citation=one.citation,
        article=one.article,
        start=one.start,
        end=one.end,
        depth=one.depth,
        kind=one.sort,
        words=one.words,
        since=one.entry.at,
        change=one.entry.seq,
        owners=list(one.owners),
        nobodys=one.nobodys,
        reason=one.reason,
        positions=[
            Spoken(
                delegation=said.delegation,
                stance=said.stance,
                proposal=said.proposal,
                condition=said.condition,
                released=said.is_released,
            )
            for said in spoken
        ],
    )


def _counted(name: str, edition: str, tally: Tally) -> Counted:
    return Counted(
        name=name,
        edition=edition,
        retain=tally.retain,
        alternatives=tally.alternatives,
        blank=tally.blank,
        total=tally.total,
    )
