"""Before circulation: one page of what somebody should look at, with one click to each."""

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request, Response

from app.actions import checking, drafting
from app.actions.checking import Found, Weight
from app.actions.policy import Act, may
from app.store.drafts import DraftRecord
from app.treaty.lint import House
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import address_of
from app.web.notices import notice_of, said, told
from app.web.pages import render

router = APIRouter()

_A_PAGE = 200
"""How many findings a page lists: what is sent to a telephone in a hall must stay small."""

_AROUND = 60
_LONGEST = 220
_NAMES = {
    Weight.ERROR: "Errors",
    Weight.WARN: "Probably wrong",
    Weight.INFO: "Worth a look",
}
_Text = Annotated[str, Form(max_length=2_000)]


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as it is listed: where it leads, and its words with some around them."""

    found: Found
    href: str
    before: str
    said: str
    after: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one weight under one heading."""

    weight: Weight
    name: str
    heading: str
    items: tuple[Item, ...]


@router.get("/drafts/{slug}/findings")
def list_findings(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    weight: str = "",
    about: str = "",
    article: str = "any",
    show: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """What is found in the draft as it stands; `show=waived` lists what was set aside."""
    draft = drafting.open_draft(store, seat, slug)
    report = checking.report(store, seat, draft)
    chosen = checking.chosen(
        report.waived if show == "waived" else report.findings,
        weight=weight,
        group=about,
        article=None if article == "any" else article,
    )
    listed = chosen[(page - 1) * _A_PAGE : page * _A_PAGE]
    asked = {"weight": weight, "about": about, "article": article, "show": show}
    answer = render(
        request,
        "findings/list.html",
        draft=draft,
        report=report,
        groups=_grouped(draft, listed, dict(report.articles)),
        count=len(chosen),
        weights=tuple((each, _NAMES[each], report.counts.get(each, 0)) for each in Weight),
        abouts=checking.groups(),
        asked=asked,
        query=urlencode(asked),
        page=page,
        pages=max(1, -(-len(chosen) // _A_PAGE)),
        may_waive=may(seat, Act.WAIVE_FINDING),
        may_settle=may(seat, Act.CHANGE_MAST),
        notice=notice_of(request),
    )
    return said(request, draft, answer)


@router.post("/drafts/{slug}/findings/waive")
def waive(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rule: _Text,
    key: _Text,
    uid: _Text = "",
    reason: _Text = "",
    query: _Text = "",
) -> Response:
    """Set a finding aside, with the reason."""
    draft = drafting.open_draft(store, seat, slug)
    checking.waive(store, seat, draft, rule=rule, uid=uid, key=key, reason=reason)
    sentence = "Set aside: it comes back as soon as the words change."
    return told(request, draft, _address(draft, query), sentence, may_undo=False)


@router.post("/drafts/{slug}/findings/{waiver}/take-up")
def take_up(request: Request, store: StoreDep, seat: SeatDep, slug: str, waiver: int) -> Response:
    """Have what was set aside found again."""
    draft = drafting.open_draft(store, seat, slug)
    checking.take_up(store, seat, draft, min(waiver, 2**31 - 1))
    return told(request, draft, _address(draft), "It is found again.", may_undo=False)


@router.post("/drafts/{slug}/findings/house")
def settle_house(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    article: _Text = "",
    itself: _Text = "",
    references: _Text = "",
) -> Response:
    """Settle the forms that the rules hold the text to."""
    draft = drafting.open_draft(store, seat, slug)
    checking.settle_house(store, seat, draft, House(article, itself, references))
    return told(request, draft, _address(draft), "The text is held to these forms now.")


def _grouped(
    draft: DraftRecord, listed: tuple[Found, ...], names: dict[str, str]
) -> tuple[Group, ...]:
    runs = groupby(listed, key=lambda one: (one.weight, one.article))
    return tuple(
        Group(
            weight,
            _NAMES[weight],
            names.get(article, ""),
            tuple(_item(draft, one) for one in run),
        )
        for (weight, article), run in runs
    )


def _item(draft: DraftRecord, one: Found) -> Item:
    words, start, end = one.words, one.start, one.end
    if end <= start:
        short = words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"
        return Item(one, _href(draft, one), short, "", "")
    before, after = words[:start], words[end:]
    if len(before) > _AROUND:
        before = "… " + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + " …"
    said = one.said
    if len(said) > _LONGEST:
        said = said[:_LONGEST] + " …"
    return Item(one, _href(draft, one), before, said, after)


def _href(draft: DraftRecord, one: Found) -> str:
    """The clause on the page, its very words marked by the browser (a text fragment)."""
    if not one.uid:
        return address_of(draft)
    words = one.said.strip() or " ".join(one.words.split()[:6])
    if not words:
        return address_of(draft, one.uid)
    first, last = " ".join(words.split()[:8]), " ".join(words.split()[-4:])
    text = _fragment(first) + ("" if first == words else f",{_fragment(last)}")
    lead = one.words[: one.start].split()[-3:] if one.said else []
    if lead and one.words[: one.start].endswith(" "):
        text = f"{_fragment(' '.join(lead))}-,{text}"
    return f"{address_of(draft, one.uid)}:~:text={text}"


def _fragment(words: str) -> str:
    # A hyphen has a meaning there, and quote() leaves it.
    return quote(words, safe="").replace("-", "%2D")


def _address(draft: DraftRecord, query: str = "") -> str:
    return f"{address_of(draft)}/findings" + (f"?{query}" if query else "")
