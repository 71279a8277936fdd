"""The inbox of a round: what has no place in the text, given one, or set aside, and taken back.

Nothing leaves it by itself. A clause is chosen by its name or by words of it, or a thing is
dragged onto it; the list to drag onto is fetched by the page's script, as nothing else needs it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from app.actions import retaking, returning, rounding
from app.actions.policy import Act, may, require
from app.actions.refusals import Invalid, Refusal
from app.store.readers import Reader
from app.store.rounds import FindingRecord, Place, ReturnedRecord, RoundRecord
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, desk_of
from app.web.notices import notice_of, said, told
from app.web.pages import render
from app.web.returns import demand_focal, shown
from app.web.rounds import address, left_of, tabs
from app.web.words import Sheet

router = APIRouter(prefix="/drafts/{slug}/rounds/{rnd}")

_Text = Annotated[str, Form()]
_SHORT = 90
_A_PAGE = 60
"""How many things the inbox shows at once."""
_LATEST = 30
"""How many of those that were placed by hand are listed below it."""
_OFFERED = 30
"""How many clauses are offered for words that name none of them."""
_BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the draft to choose from; `citation` names it and no other.

    `words` are its first ones, `cited` and `spoken` the words and numbers of its name, and of all
    that it says.
    """

    uid: str
    citation: str
    words: str
    depth: int
    cited: frozenset[str]
    spoken: frozenset[str]


# --- the page


@router.get("/inbox")
def show_inbox(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    done: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """What could not be placed, each with its reason and the ways to settle it.

    `done` is what was settled just now, which can be taken back.
    """
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    return _inbox(request, drawn, one, done=done, page=page)


@dataclass(frozen=True, slots=True)
class Asked:
    """What could not be done with a thing, and the clauses that may have been meant."""

    refusal: Refusal
    at: str
    written: str = ""
    offers: tuple[Clause, ...] = ()


def _inbox(
    request: Request,
    drawn: Desk,
    one: RoundRecord,
    asked: Asked | None = None,
    *,
    done: str = "",
    page: int = 1,
) -> Response:
    store, seat = drawn.store, drawn.seat
    came = returning.returns(store, seat, one)
    waiting = _in(drawn, came, Place.INBOX)
    if asked is not None:
        # What was asked about is on the page that says why not.
        page = next((at // _A_PAGE + 1 for at, f in enumerate(waiting) if f.uid == asked.at), 1)
    aside = _in(drawn, came, Place.SET_ASIDE)
    by_hand = _in(drawn, came, Place.PLACED, Place.PROPOSED, Place.NOTED, how=_BY_HAND)
    latest = sorted(by_hand, key=lambda each: str(each.settled_at), reverse=True)[:_LATEST]
    answer = render(
        request,
        "rounds/inbox.html",
        status=asked.refusal.status if asked else 200,
        draft=drawn.draft,
        round=one,
        here=address(drawn.draft, one),
        left=left_of(one, store.now),
        waiting=shown(drawn, one, waiting[(page - 1) * _A_PAGE : page * _A_PAGE], came),
        many=len(waiting),
        page=page,
        pages=max(1, -(-len(waiting) // _A_PAGE)),
        aside=shown(drawn, one, aside, came),
        by_hand=shown(drawn, one, latest, came),
        settled=next((each for each in (*aside, *by_hand) if each.uid == done), None),
        tabs=tabs(store, seat, drawn.draft, one),
        may_keep=may(seat, Act.PLACE_FINDING),
        sentence=asked.refusal.sentence if asked else "",
        asked=asked,
        notice=notice_of(request),
    )
    return said(request, drawn.draft, answer)


def _in(
    drawn: Desk, came: Sequence[ReturnedRecord], *states: Place, how: str = ""
) -> tuple[FindingRecord, ...]:
    """What is in one of these states."""
    ids = [each.id for each in came]
    reader = Reader.of(drawn.seat)
    return drawn.store.rounds.findings(reader, ids, states=states, how=how)


# --- choosing a clause


@router.get("/inbox/clauses")
def find_clauses(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, q: str = ""
) -> Response:
    """The clauses of the text, or those that are cited so or have these words, as a list."""
    drawn = desk_of(request, store, seat, slug)
    rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.PLACE_FINDING)
    clauses = clauses_of(drawn.sheet)
    found = matching(clauses, q, _OFFERED) if q.strip() else clauses
    return render(request, "rounds/_clauses.html", clauses=found, query=q.strip()[:120])


@lru_cache(maxsize=8)
def clauses_of(sheet: Sheet) -> tuple[Clause, ...]:
    """The clauses of the text as it stands, each with a name that no other one has."""
    named: dict[str, int] = {}
    headed: set[str] = set()
    clauses = []
    for at, line in enumerate(sheet.lines):
        words = line.clause.heading or line.clause.text
        name = sheet.frame.citations[at] or line.clause.kind.value
        name = name[:1].upper() + name[1:]
        if name in headed:
            # An article and its only paragraph are cited alike.
            name = f"{name}, text"
        elif line.clause.kind.bears_heading:
            headed.add(name)
        named[name] = named.get(name, 0) + 1
        if named[name] > 1:
            name = f"{name} ({named[name]})"
        clauses.append(
            Clause(line.uid, name, _short(words), line.clause.depth, _tokens(name), _tokens(words))
        )
    return tuple(clauses)


def _short(words: str) -> str:
    return words if len(words) <= _SHORT else words[:_SHORT].rsplit(" ", 1)[0] + " …"


def _tokens(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+|[^\W\d_]+", words.casefold()))


def matching(clauses: Sequence[Clause], query: str, most: int) -> tuple[Clause, ...]:
    """The clauses that have everything that is asked for, best first.

    Numbers and single letters are whole ones: "12 3 b" is Article 12, paragraph 3 (b), and not
    120. Words may be begun only. What is in a clause's name counts more than what it says.
    """
    asked = _tokens(query)
    found = ((rank, at) for at, each in enumerate(clauses) if (rank := _rank(each, asked)))
    best = sorted(found, key=lambda one: (-one[0], one[1]))[:most]
    return tuple(clauses[at] for _, at in best)


def _rank(clause: Clause, asked: frozenset[str]) -> int:
    """How well it is what is asked for; 0 where it is not."""
    named = sum(_has(clause.cited, token) for token in asked)
    if not all(_has(clause.cited, token) or _has(clause.spoken, token) for token in asked):
        return 0
    # Of Article 12 and its paragraphs, the one whose name says nothing else.
    return 1 + (300 * named - len(clause.cited) if named else 0) if asked else 0


def _has(words: frozenset[str], token: str) -> bool:
    if token in words:
        return True
    is_whole = len(token) == 1 or token.isdigit()
    return not is_whole and any(each.startswith(token) for each in words)


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
    """Say to which clause a finding belongs, by `uid`, or by its name or words of it in `clause`.

    Where the words could mean several clauses, the page offers these.
    """
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.PLACE_FINDING)
    returning.finding(store, seat, one, fnd)
    offers = () if uid else _meant(drawn, clause)
    try:
        with store.attempt():
            target = uid or _only(offers, clause)
            returning.place(store, seat, drawn.draft, one, fnd, target)
    except Invalid as refusal:
        return _inbox(request, drawn, one, Asked(refusal, fnd, clause, offers[1:] and offers))
    sentence = f"Placed at {drawn.sheet.citation(target) or 'its clause'}."
    return _back(request, drawn, one, sentence, fnd)


def _meant(drawn: Desk, written: str) -> tuple[Clause, ...]:
    """The clause that is cited so, or the clauses that have these words."""
    wanted = " ".join(written.split()).casefold()
    clauses = clauses_of(drawn.sheet)
    exact = tuple(each for each in clauses if each.citation.casefold() == wanted)
    return exact or matching(clauses, written, _OFFERED)


def _only(offers: Sequence[Clause], written: str) -> str:
    written = " ".join(written.split())[:120]
    if not written:
        raise Invalid("Choose the clause: by its name, or by words of it.")
    if not offers:
        raise Invalid(f"There is no clause “{written}”, and none with these words.")
    if len(offers) > 1:
        raise Invalid(f"“{written}” could be several clauses: choose one of them.")
    return offers[0].uid


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
        return _inbox(request, drawn, one, Asked(refusal, fnd))
    return _back(request, drawn, one, "Set aside, with the reason.", fnd)


@router.post("/findings/{fnd}/bring-back")
def bring_back(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, fnd: str
) -> Response:
    """Put what was placed or set aside back into the inbox, as it was before."""
    drawn = desk_of(request, store, seat, slug)
    one = rounding.by_uid(store, seat, drawn.draft, rnd)
    require(seat, Act.PLACE_FINDING)
    found = returning.finding(store, seat, one, fnd)
    try:
        with store.attempt():
            if found.state is Place.SET_ASIDE:
                returning.bring_back(store, seat, one, fnd)
            else:
                retaking.take_back(store, seat, drawn.draft, one, fnd)
    except Invalid as refusal:
        return _inbox(request, drawn, one, Asked(refusal, fnd))
    return _back(request, drawn, one, "It is in the inbox again.")


def _back(
    request: Request, drawn: Desk, one: RoundRecord, sentence: str, done: str = ""
) -> Response:
    inbox = f"{address(drawn.draft, one)}/inbox"
    there = f"{inbox}?done={done}" if done else inbox
    return told(request, drawn.draft, there, sentence, may_undo=False)


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
    demand_focal(seat)
    pid = returning.confirm(store, seat, drawn.draft, one, fnd, word=word)
    address_ = f"{drawn.address}/proposals/{pid}"
    return told(request, drawn.draft, address_, "It is tabled.", may_undo=False)
