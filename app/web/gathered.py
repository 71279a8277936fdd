"""What a round gathered, clause by clause: the table over all returns, and the same as a Word file.

Of some thousands of findings a page shows the articles that there is room for. Where each belongs
is known without its words, so that only those on the page are read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions import drafting, gathering, returning, rounding
from app.actions.policy import Act, may
from app.store.rounds import Place, PlacedRecord, ReturnedRecord, RoundRecord, Sort
from app.treaty.document import Kind
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, desk_of
from app.web.exports import word_file
from app.web.pages import render
from app.web.returns import WHOLE, Found, shown, whose
from app.web.rounds import address, left_of, tabs

router = APIRouter(prefix="/drafts/{slug}/rounds/{rnd}")

_ROWS = 120
"""How many things a page shows, if the articles come out even; twice as many at most."""
AWAY = "Not placed, or its clause was struck"
_UNHEADED = {Kind.FORMULA: "Preamble", Kind.RECITAL: "Preamble", Kind.CLOSING: "Closing"}
_FIRST, _LAST = -1, 1 << 30
_NOWHERE = frozenset(each.value for each in gathering.UNSETTLED)


@dataclass(frozen=True, slots=True)
class Run:
    """The findings on one clause, without their words; `at` is its place in the text."""

    at: int
    block: int
    placed: tuple[PlacedRecord, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What all who answered say of one clause; that of its article is "" but for the first one."""

    uid: str
    article_uid: str
    article: str
    heading: str
    where: str
    href: str
    words: str
    found: tuple[Found, ...]
    who: int


@dataclass(frozen=True, slots=True)
class Stop:
    """An article to go to, and how many things there are on it."""

    uid: str
    name: str
    count: int


@router.get("/table")
def show_table(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    who: str = "",
    kind: str = "",
    at: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What all who answered say, clause by clause in the order of the text.

    `at` is a clause: the page on which it stands is shown.
    """
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    came = returning.returns(store, seat, one)
    names = _names(drawn, one, came)
    everything = [
        each for each in gathering.placed(store, seat, one) if each.state != Place.SET_ASIDE.value
    ]
    chosen = [
        each
        for each in everything
        if who in ("", names[each.returned_id]) and kind in ("", each.kind)
    ]
    runs = _runs(drawn, chosen)
    pages = _paged(runs)
    page = min(_page_of(drawn, pages, at) if at else page, max(1, len(pages)))
    present = {names[each.returned_id] for each in everything}
    here = address(drawn.draft, one)
    return render(
        request,
        "rounds/table.html",
        draft=drawn.draft,
        round=one,
        here=here,
        left=left_of(one, store.now),
        groups=_groups(drawn, one, came, pages[page - 1] if pages else ()),
        count=len(chosen),
        page=page,
        pages=len(pages),
        query=urlencode({"who": who, "kind": kind}),
        many=len(everything),
        names=sorted(present),
        who=who,
        kinds=tuple(Sort),
        kind=kind,
        at=at,
        stops=_stops(drawn, runs),
        answered=len({each.recipient_id for each in came}),
        tabs=tabs(store, seat, drawn.draft, one),
        may_keep=may(seat, Act.RUN_ROUND),
    )


def _names(drawn: Desk, one: RoundRecord, came: Sequence[ReturnedRecord]) -> Mapping[int, str]:
    """Whose each file is, by its id."""
    to = {each.id: each.name for each in whose(drawn, one).values()}
    return {each.id: to.get(each.recipient_id or 0, gathering.UNKNOWN) for each in came}


def _runs(drawn: Desk, chosen: Sequence[PlacedRecord]) -> list[Run]:
    """The findings by clause; what is not placed, or lost its clause, comes last."""
    index, block_of = drawn.sheet.frame.index, drawn.sheet.frame.block_of

    def at(each: PlacedRecord) -> int:
        if each.state in _NOWHERE:
            return _LAST
        return index.get(each.clause, _LAST) if each.clause else _FIRST

    return [
        Run(place, block_of[place] if 0 <= place < _LAST else place, tuple(run))
        for place, run in groupby(sorted(chosen, key=at), key=at)
    ]


def _paged(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """The pages: an article stays together, unless there is far more on it than on a page."""
    pages: list[list[Run]] = []
    room = 0
    for _, block in groupby(runs, key=lambda run: run.block):
        parts = [part for run in block for part in _cut(run)]
        fits = sum(len(part.placed) for part in parts) <= room
        for part in parts:
            if not fits and (part is parts[0] or len(part.placed) > room):
                room = _ROWS if part is parts[0] else 2 * _ROWS
                pages.append([])
            pages[-1].append(part)
            room -= len(part.placed)
    return [tuple(page) for page in pages]


def _cut(run: Run) -> Iterator[Run]:
    for begin in range(0, len(run.placed), 2 * _ROWS):
        yield Run(run.at, run.block, run.placed[begin : begin + 2 * _ROWS])


def _page_of(drawn: Desk, pages: Sequence[Sequence[Run]], uid: str) -> int:
    """The page on which a clause stands, or what comes after it where nothing is said of it."""
    place = drawn.sheet.index(uid)
    if place is None:
        return 1
    after = (number for number, page in enumerate(pages, 1) if page[-1].at >= place)
    return next(after, len(pages))


def _stops(drawn: Desk, runs: Sequence[Run]) -> tuple[Stop, ...]:
    """The articles of which something is said."""
    counts: Counter[int] = Counter()
    for run in runs:
        if 0 <= run.at < _LAST:
            counts[run.block] += len(run.placed)
    heads = {block: _article(drawn, drawn.sheet.frame.starts[block]) for block in counts}
    return tuple(Stop(uid, name, counts[block]) for block, (uid, name, _) in heads.items())


def _article(drawn: Desk, at: int) -> tuple[str, str, str]:
    """The article in whose block a clause stands: its uid, how it is called, and its heading."""
    frame = drawn.sheet.frame
    lines = drawn.sheet.blocks[frame.block_of[at]].lines
    heads = [line for line in lines if line.clause.kind.bears_heading]
    if not heads:
        return lines[0].uid, _UNHEADED.get(lines[0].clause.kind, "The text"), ""
    # The heading of a part is set with the first article below it.
    head = next((line for line in heads if line.clause.kind is Kind.ARTICLE), heads[0])
    name = drawn.sheet.citation(head.uid) or head.clause.kind.value
    return head.uid, name[:1].upper() + name[1:], head.clause.heading


def _groups(
    drawn: Desk, one: RoundRecord, came: Sequence[ReturnedRecord], runs: Sequence[Run]
) -> tuple[Group, ...]:
    """What is on the page, with all that is said of it; one query for all of it."""
    placed = [each for run in runs for each in run.placed]
    records = gathering.findings(drawn.store, drawn.seat, placed)
    in_order = [records[each.id] for each in placed if each.id in records]
    found = {each.record.id: each for each in shown(drawn, one, in_order, came)}
    groups, block = [], _FIRST
    for run in runs:
        each = tuple(found[one.id] for one in run.placed if one.id in found)
        groups.append(_group(drawn, run, each, is_first=run.block != block))
        block = run.block
    return tuple(groups)


def _group(drawn: Desk, run: Run, found: tuple[Found, ...], *, is_first: bool) -> Group:
    who = len({each.who for each in found})
    if not 0 <= run.at < _LAST:
        where = WHOLE if run.at < 0 else AWAY
        return Group("", "", where if is_first else "", "", where, "", "", found, who)
    line = drawn.sheet.lines[run.at]
    article, name, heading = _article(drawn, run.at) if is_first else ("", "", "")
    words = line.clause.heading if line.clause.kind.bears_heading else line.clause.text
    words = "" if heading and words == heading else words
    href = f"{drawn.base}{line.uid}?tab=proposals#{line.uid}"
    where = drawn.sheet.citation(line.uid) or line.clause.kind.value.capitalize()
    return Group(line.uid, article, name, heading, where, href, words, found, who)


@router.post("/compilation")
def take_compilation(store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """The whole table as a Word file: the text as it was sent, and beside it who asks what."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    made = gathering.compilation(store, seat, draft, one)
    return word_file(made.filename, made.content, made.sha256)
