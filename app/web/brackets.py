"""The ledger of a draft's brackets: what each asks, since when and for whom; the ways to lift it.

The brackets of one clause stand in its panel, too, with the same ways.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from markupsafe import Markup

from app.actions import bracketing, claiming, convening, drafting, lifting, voicing
from app.actions.bracketing import Ledger, Listed, Sort, Stage
from app.actions.policy import Act, State, may
from app.actions.refusals import Moved
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.proposals import MeetingRecord
from app.store.seats import SeatRecord
from app.store.stances import Wants
from app.store.unit import Store
from app.web.deps import SeatDep, StoreDep, is_partial
from app.web.drafts import Desk, address_of
from app.web.notices import notice_of, said, told
from app.web.pages import part, render

router = APIRouter()

_ORDERS = ("article", "age", "owner")
_A_PAGE = 200
"""How many brackets a page lists: what is sent to a telephone in a hall must stay small."""

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 720, 240, 44, 24, 28, 40

_Place = Annotated[int, Form(ge=0, le=1_000_000)]
_Text = Annotated[str, Form()]
_Seen = Annotated[int, Form(ge=0, le=2**31 - 1)]
_KEPT_BACK = "That is on record; others read it when the chair has released it."
_CHANGED = "Somebody changed the same words meanwhile: nothing was lifted. Look at it again."


@dataclass(frozen=True, slots=True)
class Rights:
    """What a seat may do about a bracket; `delegation` is its own, if it may speak for it.

    `meetings` are those at which a position may have been stated that it records.
    """

    edit: bool
    state: bool
    delegation: str
    record: bool = False
    release: bool = False
    meetings: tuple[MeetingRecord, ...] = ()
    wants: tuple[str, ...] = tuple(Wants)


def rights(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Rights:
    """What this seat may do about the brackets of the draft."""
    records = may(seat, Act.RECORD_ON_BRACKET)
    speaks = seat is not None and may(seat, Act.CLAIM_BRACKET)
    return Rights(
        may(seat, Act.EDIT_TEXT, State.LIVE),
        may(seat, Act.STATE_OWNERS),
        seat.delegation if seat is not None and speaks else "",
        records,
        may(seat, Act.RELEASE_POSITION),
        convening.meetings(store, seat, draft) if records else (),
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A stage of the text in the chart: where its dot stands, and where its name hangs."""

    x: int
    y: int
    stage: Stage
    anchor: str
    is_named: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the chart's scale: its height, and how many brackets it stands for."""

    y: int
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The burn-down as it is drawn; all measures are those of its own view box."""

    width: int
    height: int
    left: int
    right: int
    points: tuple[Point, ...]
    lines: tuple[Line, ...]

    @property
    def path(self) -> str:
        """The line through the points."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def sentence(self) -> str:
        """What the chart shows, for whoever does not see it."""
        first, last = self.points[0].stage, self.points[-1].stage
        return f"From {first.tally.total} in {first.name} to {last.tally.total} in the text now."


@router.get("/drafts/{slug}/brackets")
def list_brackets(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    sort: str = "",
    article: str | None = None,
    order: str = "article",
    owner: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The brackets of the draft, of one sort or in one article if these are given."""
    draft = drafting.open_draft(store, seat, slug)
    ledger = bracketing.ledger(store, seat, draft)
    order = order if order in _ORDERS else _ORDERS[0]
    article = None if article == "any" else article
    chosen = _chosen(ledger, sort, article, order, owner)
    shown = chosen[(page - 1) * _A_PAGE : page * _A_PAGE]
    heard = voicing.heard(store, seat, draft)
    answer = render(
        request,
        "brackets/list.html",
        draft=draft,
        ledger=ledger,
        listed=shown,
        spoken=bracketing.spoken(store, seat, draft, shown, heard),
        unheard=heard.gone,
        owners=_owners(ledger),
        owner=owner,
        ownerless=_NOBODY_SAID,
        nobodys=_NOBODYS,
        closed=frozenset(store.status.shut(draft.id, {each.uid for each in shown})),
        rights=rights(store, seat, draft),
        count=len(chosen),
        sorts=tuple(Sort),
        sort=sort,
        article=article,
        order=order,
        page=page,
        pages=max(1, -(-len(chosen) // _A_PAGE)),
        chart=_chart(ledger.stages),
        now=store.now,
        notice=notice_of(request),
    )
    return said(request, draft, answer)


def line(request: Request, desk: Desk, clause: ClauseRecord) -> Markup:
    """The brackets of a clause, for its panel, and the way to put words in one."""
    if clause.struck:
        return Markup("")
    found = rights(desk.store, desk.seat, desk.draft)
    is_closed = bool(desk.store.status.shut(desk.draft.id, (clause.uid,)))
    listed = bracketing.of_clause(desk.store, desk.seat, desk.draft, clause)
    if not listed and (is_closed or not found.edit):
        return Markup("")
    return part(
        request,
        "brackets/_clause.html",
        draft=desk.draft,
        clause=clause,
        listed=listed,
        spoken=bracketing.spoken(desk.store, desk.seat, desk.draft, listed),
        rights=found,
        closed=frozenset((clause.uid,)) if is_closed else frozenset(),
        now=desk.store.now,
    )


@router.post("/drafts/{slug}/brackets/add")
def add(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: _Text,
    words: _Text,
    start: Annotated[int | None, Form(ge=0, le=1_000_000)] = None,
) -> Response:
    """Put words of a clause in brackets; `start` in UTF-16 units, where they stand twice."""
    draft = drafting.open_draft(store, seat, slug)
    lifting.add(store, seat, draft, uid, words=words, start=start)
    if is_partial(request):
        return Response(status_code=204)
    return told(request, draft, address_of(draft, uid), "The words stand in brackets now.")


@router.post("/drafts/{slug}/brackets/lift")
def lift(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: _Text,
    start: _Place,
    end: _Place,
    seen: _Seen,
    way: _Text,
    part: Annotated[int | None, Form()] = None,
    back: _Text = "",
) -> Response:
    """Take a bracket's marks out of its clause, and its words with them or not."""
    draft = drafting.open_draft(store, seat, slug)
    address = _back(draft, uid, back)
    try:
        left = lifting.lift(
            store, seat, draft, uid, start=start, end=end, seen=seen, way=way, part=part
        )
    except Moved:
        return told(request, draft, address, _CHANGED, may_undo=False)
    gone = way == lifting.Way.DROP
    sentence = "The bracket went with its words." if gone else "The bracket went, the words stay."
    if left.struck:
        sentence = "The clause was struck with its bracket: it had no other words."
        address = _address(draft)
    return told(request, draft, address, sentence)


@router.post("/drafts/{slug}/brackets/owners")
def state_owners(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: _Text,
    start: _Place,
    end: _Place,
    seen: _Seen,
    owners: _Text = "",
    nobodys: _Text = "",
    reason: _Text = "",
    back: _Text = "",
) -> Response:
    """Say whose a bracket is (names parted by semicolons), or that it is nobody's, and why."""
    draft = drafting.open_draft(store, seat, slug)
    claiming.state(
        store,
        seat,
        draft,
        uid,
        start=start,
        end=end,
        seen=seen,
        owners=owners.split(";"),
        nobodys=bool(nobodys),
        reason=reason,
    )
    return told(request, draft, _back(draft, uid, back), "That is on record.", may_undo=False)


@router.post("/drafts/{slug}/brackets/ours")
def claim(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: _Text,
    start: _Place,
    end: _Place,
    seen: _Seen,
    ours: _Text = "",
    reason: _Text = "",
    back: _Text = "",
) -> Response:
    """Say for the seat's own delegation that it wants a bracket, or does not."""
    draft = drafting.open_draft(store, seat, slug)
    claiming.claim(
        store,
        seat,
        draft,
        uid,
        start=start,
        end=end,
        seen=seen,
        ours=bool(ours),
        reason=reason,
    )
    return told(request, draft, _back(draft, uid, back), "That is on record.", may_undo=False)


@router.post("/drafts/{slug}/brackets/positions")
def take_position(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: _Text,
    start: _Place,
    end: _Place,
    seen: _Seen,
    wants: _Text,
    condition: _Text = "",
    delegation: _Text = "",
    meeting: _Text = "",
    back: _Text = "",
) -> Response:
    """State what the seat's delegation wants of a bracket, or record it from the floor."""
    draft = drafting.open_draft(store, seat, slug)
    voicing.say(
        store,
        seat,
        draft,
        uid,
        start=start,
        end=end,
        seen=seen,
        wants=wants,
        condition=condition,
        delegation=delegation,
        meeting=meeting,
    )
    return told(request, draft, _back(draft, uid, back), _KEPT_BACK, may_undo=False)


@router.post("/drafts/{slug}/brackets/positions/{voice}/release")
def release(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, voice: str, back: _Text = ""
) -> Response:
    """Let everybody read a position on a bracket."""
    draft = drafting.open_draft(store, seat, slug)
    uid = voicing.release(store, seat, draft, voice)
    return told(request, draft, _back(draft, uid, back), "Everybody can read it.", may_undo=False)


def _back(draft: DraftRecord, uid: str, back: str) -> str:
    """Where a form leads back to: the clause, or the ledger."""
    return address_of(draft, uid) if back == "clause" else _address(draft)


def _address(draft: DraftRecord) -> str:
    return f"{address_of(draft)}/brackets"


_NOBODY_SAID, _NOBODYS = "nobody said", "nobody's"
"""What the filter for owners says beside names."""


def _chosen(ledger: Ledger, sort: str, article: str | None, order: str, owner: str) -> list[Listed]:
    chosen = [
        each
        for each in ledger.listed
        if (not sort or each.sort == sort)
        and (article is None or each.article == article)
        and (not owner or owner in _whose(each))
    ]
    if order == "age":
        chosen.sort(key=lambda each: each.entry.seq)
    elif order == "owner":
        # Nobody's, and what nobody spoke of, come after those whose owners are named.
        chosen.sort(key=lambda each: (not each.owners, each.is_ownerless, each.owners))
    return chosen


def _whose(one: Listed) -> tuple[str, ...]:
    if one.owners:
        return one.owners
    return (_NOBODYS,) if one.nobodys else (_NOBODY_SAID,)


def _owners(ledger: Ledger) -> dict[str, int]:
    """How many brackets each owner has, and how many have none, by their name."""
    counts: dict[str, int] = {}
    for one in ledger.listed:
        for name in _whose(one):
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def _chart(stages: tuple[Stage, ...]) -> Chart | None:
    """The burn-down; None where there is no edition to compare the text with."""
    if len(stages) < 2:
        return None
    top = _round_up(max(stage.tally.total for stage in stages))
    wide, high = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _FOOT
    last = len(stages) - 1
    every = -(-len(stages) // 6)

    def point(at: int, stage: Stage) -> Point:
        return Point(
            _LEFT + wide * at // last,
            _TOP + high - high * stage.tally.total // top,
            stage,
            "start" if at == 0 else "end" if at == last else "middle",
            at == last or (at % every == 0 and last - at >= every),
        )

    return Chart(
        _WIDE,
        _HIGH,
        _LEFT,
        _WIDE - _RIGHT,
        tuple(point(at, stage) for at, stage in enumerate(stages)),
        tuple(Line(_TOP + high - high * part // 4, top * part // 4) for part in range(5)),
    )


def _round_up(count: int) -> int:
    """The least number from `count` on that four lines part well; 4 for none."""
    step = 4
    while count > step * 10:
        step *= 10 if step * 10 <= count else 5
    return max(4, -(-count // step) * step)
