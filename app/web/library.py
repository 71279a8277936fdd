"""Reading the library: sources, passages in context, cases, topics, figures, what rests on each."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import citing
from app.actions import library as shelf
from app.actions.citing import Resting
from app.actions.policy import Act, may
from app.exchange import citation
from app.store.library import CaseRecord, PassageRecord, SourceKind, SourceRecord, TopicRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.web.deps import Id, SeatDep, StoreDep
from app.web.found import shown, tone_of
from app.web.pages import render
from app.web.shelving import router as shelving

router = APIRouter()
router.include_router(shelving)

_SHELVES = (
    (SourceKind.DOCUMENT, "Documents"),
    (SourceKind.INSTRUMENT, "Instruments"),
    (SourceKind.JUDGMENT, "Judgments"),
)
_NEIGHBOURS = 2
_EXCERPT = 220


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source on its shelf."""

    slug: str
    title: str
    remark: str
    citation: citation.Runs
    passages: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The sources of one kind."""

    kind: str
    title: str
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage as it is read: with its topics in words and how many clauses rest on it.

    `told` is (key, words) of those of its notes whose words came with the source.
    """

    record: PassageRecord
    anchor: str
    topics: tuple[TopicRecord, ...]
    clauses: int = 0
    here: bool = False
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The passages under one heading of a source."""

    key: str
    heading: str
    passages: tuple[PassageView, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A clause that rests on something, as the something's page shows it."""

    href: str
    label: str
    heading: str
    words: str
    relation: str
    tone: str
    pinpoint: str
    reason: str
    draft: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the founding source; `href` is "" where that passage is not kept."""

    locator: str
    heading: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An article that answers a topic."""

    href: str
    label: str
    heading: str


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with the articles that answer it."""

    record: TopicRecord
    articles: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The topics of one family."""

    key: str
    name: str
    topics: tuple[TopicView, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case in the list, with how many clauses rest on it."""

    record: CaseRecord
    clauses: int


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure with the way to its place."""

    figure: str
    statement: str
    place: Place
    remark: str


@router.get("/library")
def show_library(request: Request, store: StoreDep, seat: SeatDep, q: str = "") -> Response:
    """The sources by kind, or what a search in the library found."""
    query = q.strip()
    hits = (
        citing.find(store, seat, query, kinds=("topic", "passage", "case", "source"))
        if query
        else ()
    )
    return render(
        request,
        "library/show.html",
        shelves=() if query else _shelves(store, seat),
        query=query,
        hits=[shown(hit) for hit in hits],
        **_frame(seat, "sources"),
    )


def _shelves(store: Store, seat: SeatRecord) -> tuple[Shelf, ...]:
    sources = shelf.sources(store, seat)
    return tuple(
        Shelf(kind.value, title, tuple(_source(store, seat, s) for s in sources if s.kind is kind))
        for kind, title in _SHELVES
    )


def _source(store: Store, seat: SeatRecord, source: SourceRecord) -> SourceView:
    count = len(shelf.passages(store, seat, source.slug))
    return SourceView(source.slug, source.title, source.remark, _cited(source), count)


def _cited(source: SourceRecord, pinpoint: str = "") -> citation.Runs:
    """The full citation; nothing where it would only say the title again."""
    runs = citation.full(source.csl, pinpoint)
    said = "".join(run.text for run in runs).strip("‘’")
    return () if said == source.title else runs


@router.get("/library/sources/{slug}")
def show_source(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """One source: its full citation and its passages in order, under their headings."""
    source = shelf.source(store, seat, slug)
    resting = citing.resting_on(store, seat, source=source.id)
    counts = Counter(tie.citation.passage.id for tie in resting if tie.citation.passage)
    passages = shelf.passages(store, seat, slug)
    return render(
        request,
        "library/source.html",
        source=source,
        citation=_cited(source),
        sections=_sections(source, passages, _topics(store, seat), counts),
        resting=ties(resting),
        **_frame(seat, "sources"),
    )


def _sections(
    source: SourceRecord,
    passages: Iterable[PassageRecord],
    topics: Mapping[str, TopicRecord],
    counts: Mapping[int, int],
) -> tuple[Section, ...]:
    keys = {heading.text: heading.key for heading in source.headings}
    made = []
    for at, (heading, group) in enumerate(groupby(passages, key=lambda p: p.heading)):
        views = tuple(_with_notes(_passage(p, topics, counts[p.id]), source) for p in group)
        made.append(Section(keys.get(heading, f"part-{at + 1}"), heading, views))
    return tuple(made)


def _passage(
    record: PassageRecord,
    topics: Mapping[str, TopicRecord],
    clauses: int = 0,
    *,
    here: bool = False,
) -> PassageView:
    known = tuple(topics[code] for code in record.topics if code in topics)
    return PassageView(record, anchor_of(record), known, clauses, here)


def _with_notes(view: PassageView, source: SourceRecord) -> PassageView:
    told = tuple(note for note in source.note_texts if note[0] in view.record.notes)
    return replace(view, told=told)


def anchor_of(passage: PassageRecord) -> str:
    """The name of the passage's place on its source's page: its locator, fit for an address."""
    return re.sub(r"[^\w.]+", "-", passage.locator).strip("-") or f"passage-{passage.id}"


@router.get("/library/passages/{passage_id}")
def show_passage(request: Request, store: StoreDep, seat: SeatDep, passage_id: Id) -> Response:
    """One passage between its neighbours, with its topics and every clause that rests on it."""
    passage = shelf.passage(store, seat, passage_id)
    source = shelf.source(store, seat, passage.source_slug)
    all_of_it = shelf.passages(store, seat, source.slug)
    at = next(i for i, other in enumerate(all_of_it) if other.id == passage.id)
    topics = _topics(store, seat)
    resting = citing.resting_on(store, seat, passage=passage.id)
    return render(
        request,
        "library/passage.html",
        passage=_with_notes(_passage(passage, topics, len(resting), here=True), source),
        source=source,
        citation=_cited(source, "" if source.founding else passage.locator),
        before=[_passage(p, topics) for p in all_of_it[max(0, at - _NEIGHBOURS) : at]],
        after=[_passage(p, topics) for p in all_of_it[at + 1 : at + 1 + _NEIGHBOURS]],
        cases=_cases_at(store, seat, source, passage),
        resting=ties(resting),
        **_frame(seat, "sources"),
    )


def _cases_at(
    store: Store, seat: SeatRecord, source: SourceRecord, passage: PassageRecord
) -> tuple[CaseRecord, ...]:
    if not source.founding or not passage.locator:
        return ()
    return tuple(case for case in shelf.cases(store, seat) if passage.locator in case.places)


@router.get("/library/cases")
def show_cases(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """The case studies, each with its lesson."""
    ties = (tie for draft in store.drafts.all() for tie in citing.citations(store, seat, draft))
    counts = Counter(tie.case.id for tie in ties if tie.case)
    cases = [CaseView(case, counts[case.id]) for case in shelf.cases(store, seat)]
    return render(request, "library/cases.html", cases=cases, **_frame(seat, "cases"))


@router.get("/library/cases/{slug}")
def show_case(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """One case: what is told of it, where, how it stands today, and what rests on it."""
    case = shelf.case(store, seat, slug)
    topics = _topics(store, seat)
    return render(
        request,
        "library/case.html",
        case=case,
        places=_places(store, seat, case.places),
        topics=[topics[code] for code in case.topics if code in topics],
        resting=ties(citing.resting_on(store, seat, case=case.id)),
        **_frame(seat, "cases"),
    )


@router.get("/library/topics")
def show_topics(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """The topics by family, each with the articles that answer it."""
    answers = _answers(store, seat)
    families = tuple(
        Family(
            name.partition(" ")[0],
            name,
            tuple(TopicView(t, answers.get(t.code, ())) for t in group),
        )
        for name, group in groupby(shelf.topics(store, seat), key=lambda t: t.family)
    )
    return render(request, "library/topics.html", families=families, **_frame(seat, "topics"))


@router.get("/library/topics/{code}")
def show_topic(request: Request, store: StoreDep, seat: SeatDep, code: str) -> Response:
    """One topic: the articles that answer it, the passages and cases that raise it."""
    topic = shelf.topic(store, seat, code)
    topics = _topics(store, seat)
    passages = [
        _passage(passage, topics)
        for source in shelf.sources(store, seat)
        for passage in shelf.passages(store, seat, source.slug)
        if code in passage.topics
    ]
    return render(
        request,
        "library/topic.html",
        topic=topic,
        places=_places(store, seat, topic.places),
        articles=_answers(store, seat).get(code, ()),
        passages=passages,
        cases=[case for case in shelf.cases(store, seat) if code in case.topics],
        **_frame(seat, "topics"),
    )


@router.get("/library/figures")
def show_figures(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """Every number that the sources state, with its place."""
    figures = shelf.figures(store, seat)
    ways: dict[str, dict[str, PassageRecord]] = {}
    for slug in {figure.source_slug for figure in figures}:
        ways[slug] = {p.locator: p for p in shelf.passages(store, seat, slug)}
    views = [
        FigureView(f.figure, f.statement, _place(f.locator, ways[f.source_slug]), f.remark)
        for f in figures
    ]
    return render(request, "library/figures.html", figures=views, **_frame(seat, "figures"))


def ties(resting: Iterable[Resting]) -> tuple[Tie, ...]:
    """The clauses that rest on something, as its page lists them."""
    return tuple(
        Tie(
            f"/drafts/{tie.draft.slug}/clauses/{tie.clause.uid}",
            tie.label,
            tie.heading,
            _excerpt(tie.clause.text),
            tie.citation.relation.value,
            tone_of(tie.citation.relation.value),
            tie.citation.pinpoint,
            tie.citation.reason,
            tie.draft.title,
        )
        for tie in resting
    )


def _excerpt(text: str) -> str:
    if len(text) <= _EXCERPT:
        return text
    return text[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _topics(store: Store, seat: SeatRecord) -> dict[str, TopicRecord]:
    return {topic.code: topic for topic in shelf.topics(store, seat)}


def _places(store: Store, seat: SeatRecord, locators: Iterable[str]) -> tuple[Place, ...]:
    founding = next((s for s in shelf.sources(store, seat) if s.founding), None)
    kept = {p.locator: p for p in shelf.passages(store, seat, founding.slug)} if founding else {}
    return tuple(_place(locator, kept) for locator in locators)


def _place(locator: str, kept: Mapping[str, PassageRecord]) -> Place:
    passage = kept.get(locator)
    if passage is None:
        return Place(locator)
    return Place(locator, passage.heading, f"/library/passages/{passage.id}")


def _answers(store: Store, seat: SeatRecord) -> dict[str, tuple[Answer, ...]]:
    """For each topic's code, the articles of all drafts that answer it."""
    answers: dict[str, tuple[Answer, ...]] = {}
    for draft in store.drafts.all():
        for article in citing.coverage(store, seat, draft).articles:
            href = f"/drafts/{draft.slug}/clauses/{article.uid}"
            answer = Answer(href, article.label, article.heading)
            for code in article.topics:
                answers[code] = (*answers.get(code, ()), answer)
    return answers


def _frame(seat: SeatRecord, tab: str) -> dict[str, Any]:
    return {"tab": tab, "may_add": may(seat, Act.ADD_TO_LIBRARY)}
