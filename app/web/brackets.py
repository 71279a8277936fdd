"""The ledger of a draft's brackets: what each asks and since when, and the way to lift it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.actions import bracketing, drafting, lifting
from app.actions.bracketing import Ledger, Listed, Sort, Stage
from app.actions.policy import Act, State, may
from app.actions.refusals import Moved
from app.store.drafts import DraftRecord
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import address_of
from app.web.notices import notice_of, said, told
from app.web.pages import render

router = APIRouter()

_ORDERS = ("article", "age")
_A_PAGE = 200
"""How many brackets a page lists: what is sent to a telephone in a hall must stay small."""

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 720, 240, 44, 24, 28, 40

_Place = Annotated[int, Form(ge=0, le=1_000_000)]


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
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The brackets of the draft, of one sort or in one article if these are given."""
    draft = drafting.open_draft(store, seat, slug)
    ledger = bracketing.ledger(store, seat, draft)
    order = order if order in _ORDERS else _ORDERS[0]
    article = None if article == "any" else article
    chosen = _chosen(ledger, sort, article, order)
    shown = chosen[(page - 1) * _A_PAGE : page * _A_PAGE]
    answer = render(
        request,
        "brackets/list.html",
        draft=draft,
        ledger=ledger,
        listed=shown,
        count=len(chosen),
        sorts=tuple(Sort),
        sort=sort,
        article=article,
        order=order,
        page=page,
        pages=max(1, -(-len(chosen) // _A_PAGE)),
        chart=_chart(ledger.stages),
        now=store.now,
        may_edit=may(seat, Act.EDIT_TEXT, State.LIVE),
        notice=notice_of(request),
    )
    return said(request, draft, answer)


@router.post("/drafts/{slug}/brackets/lift")
def lift(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: Annotated[str, Form()],
    start: _Place,
    end: _Place,
    seen: Annotated[int, Form()],
    way: Annotated[str, Form()],
    part: Annotated[int | None, Form()] = None,
) -> Response:
    """Take a bracket's marks out of its clause, and its words with them or not."""
    draft = drafting.open_draft(store, seat, slug)
    try:
        left = lifting.lift(
            store, seat, draft, uid, start=start, end=end, seen=seen, way=way, part=part
        )
    except Moved:
        sentence = (
            "Somebody changed the same words meanwhile: nothing was lifted. Look at it again."
        )
        return told(request, draft, _address(draft), sentence, may_undo=False)
    gone = way == lifting.Way.DROP
    sentence = "The bracket went with its words." if gone else "The bracket went, the words stay."
    if left.struck:
        sentence = "The clause was struck with its bracket: it had no other words."
    return told(request, draft, _address(draft), sentence)


def _address(draft: DraftRecord) -> str:
    return f"{address_of(draft)}/brackets"


def _chosen(ledger: Ledger, sort: str, article: str | None, order: str) -> list[Listed]:
    chosen = [
        each
        for each in ledger.listed
        if (not sort or each.sort == sort) and (article is None or each.article == article)
    ]
    if order == "age":
        chosen.sort(key=lambda each: each.entry.seq)
    return chosen


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
