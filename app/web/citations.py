"""What a clause rests on, and citing: search, pick, say how it bears and why, or take it away.

The list is also the Sources tab of the draft page's panel: every part here replaces the one
element `citations-<uid>`, so that citing happens where the list stands, and each address opened
by itself gives a page of its own.
"""

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.actions import citing, drafting
from app.actions import library as shelf
from app.actions.policy import Act, State, may, require
from app.actions.refusals import Forbidden, Missing, Refusal, SignInNeeded
from app.store.citations import CitationRecord, Relation
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.library import CaseRecord, PassageRecord, SourceRecord, TopicRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.document import Document, Kind, parent_index
from app.treaty.numbering import Scheme, citation_of
from app.web.deps import Id, SeatDep, StoreDep, is_partial
from app.web.found import Found, shown, tone_of
from app.web.notices import told
from app.web.pages import render

router = APIRouter()

_Text = Annotated[str, Form()]
_KINDS = ("passage", "case")
_TIED = "Tied to the clause."
_TAKEN = "The citation was taken away; it is kept on record."
_SUGGESTED = 6
# How the shipped cases say that nothing has happened since: not worth a line on a card.
_NO_NEWS = "Nothing beyond the source"
_FOUND = 30


@dataclass(frozen=True, slots=True)
class Thing:
    """A passage or a case, as a card shows it."""

    kind: str
    id: int
    href: str
    origin: str
    title: str
    quote: str
    place: str
    topics: tuple[TopicRecord, ...]
    position: str = ""
    position_date: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One citation as the list shows it; `shown_for` is the clause in whose list it stands."""

    id: int
    relation: str
    tone: str
    thing: Thing
    place: str
    reason: str
    author: str
    draft: str
    shown_for: str
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """Everything that the list of a clause's sources says."""

    uid: str
    label: str
    heading: str
    words: str
    topics: tuple[TopicRecord, ...]
    cards: tuple[Card, ...]
    above_label: str
    above: tuple[Card, ...]
    gap: str
    close: int
    may_cite: bool
    clause_href: str
    cite_href: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be picked: a hit of the search, or a suggestion with its why."""

    found: Found
    pick: str
    cited: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """The form for searching, and what it found or what is suggested."""

    uid: str
    label: str
    words: str
    query: str
    kind: str
    topic: str
    source: str
    asked: bool
    hits: tuple[Offer, ...]
    topics: tuple[TopicRecord, ...]
    sources: tuple[SourceRecord, ...]
    href: str
    back: str
    clause_href: str


@dataclass(frozen=True, slots=True)
class RelationView:
    """A relation to choose."""

    value: str
    tone: str


@dataclass(frozen=True, slots=True)
class TieForm:
    """The form in which a picked thing is tied to the clause."""

    uid: str
    label: str
    words: str
    thing: Thing
    relations: tuple[RelationView, ...]
    relation: str
    pinpoint: str
    reason: str
    sentence: str
    action: str
    back: str
    clause_href: str


@dataclass(frozen=True, slots=True)
class _Named:
    """A clause with its name in the draft, and the article it stands in."""

    clause: ClauseRecord
    label: str
    article: str
    article_label: str
    heading: str


# --- the list


def sources_of(
    store: Store, seat: SeatRecord, draft: DraftRecord, clause: ClauseRecord
) -> dict[str, Any]:
    """What templates/citations/_list.html takes, for one clause."""
    named = _named(store.drafts.document(draft.id), draft, clause)
    all_of_them = citing.citations(store, seat, draft)
    topics = {topic.code: topic for topic in shelf.topics(store, seat)}
    cards = {
        tie.id: _card(tie, draft, clause.uid, topics, may_remove=may(seat, Act.UNCITE))
        for tie in all_of_them
        if tie.uid in (clause.uid, named.article)
    }
    own = tuple(cards[tie.id] for tie in all_of_them if tie.uid == clause.uid)
    above = tuple(
        cards[tie.id]
        for tie in all_of_them
        if tie.uid == named.article and named.article != clause.uid
    )
    may_cite = may(seat, Act.CITE, State.STRUCK if clause.struck else State.LIVE)
    base = _address(draft, clause.uid)
    cited = Cited(
        uid=clause.uid,
        label=named.label,
        heading=named.heading,
        words=clause.text,
        topics=citing.topics_of(store, seat, draft, clause.uid)
        or citing.topics_of(store, seat, draft, named.article or clause.uid),
        cards=own,
        above_label=named.article_label,
        above=above,
        gap=citing.gap_of(store, seat, draft, clause.uid),
        close=len(citing.suggest(store, seat, draft, clause.uid)) if may_cite else 0,
        may_cite=may_cite,
        clause_href=base,
        cite_href=f"{base}/citations/new",
    )
    return {"cited": cited}


def _named(document: Document, draft: DraftRecord, clause: ClauseRecord) -> _Named:
    clauses = document.clauses
    at = next((i for i, other in enumerate(clauses) if other.uid == clause.uid), None)
    if at is None:
        return _Named(clause, "Struck clause", "", "", clause.heading)
    scheme = Scheme(draft.scheme)
    label = citation_of(clauses, at, scheme) or clause.kind.value.capitalize()
    over: int | None = at
    while over is not None and clauses[over].kind is not Kind.ARTICLE:
        over = parent_index(clauses, over)
    if over is None:
        return _Named(clause, label, "", "", clause.heading)
    above = citation_of(clauses, over, scheme)
    return _Named(clause, label, clauses[over].uid, above, clauses[over].heading)


def _card(
    tie: CitationRecord,
    draft: DraftRecord,
    shown_for: str,
    topics: dict[str, TopicRecord],
    *,
    may_remove: bool,
) -> Card:
    thing = _thing_of(tie, topics)
    return Card(
        id=tie.id,
        relation=tie.relation.value,
        tone=tone_of(tie.relation.value),
        thing=thing,
        place=_place(tie.pinpoint, thing.place),
        reason=tie.reason,
        author=tie.author,
        draft=draft.slug,
        shown_for=shown_for,
        may_remove=may_remove,
    )


def _place(pinpoint: str, own: str) -> str:
    if not pinpoint or pinpoint.startswith(own):
        return pinpoint or own
    return f"{own}, {pinpoint}"


def _thing_of(tie: CitationRecord, topics: dict[str, TopicRecord]) -> Thing:
    if tie.passage is not None:
        return _passage_thing(tie.passage, topics)
    if tie.case is None:
        raise ValueError(f"citation {tie.id} ties to nothing")
    return _case_thing(tie.case, topics)


def _passage_thing(passage: PassageRecord, topics: dict[str, TopicRecord]) -> Thing:
    return Thing(
        kind="passage",
        id=passage.id,
        href=f"/library/passages/{passage.id}",
        origin=passage.source_title,
        title=passage.heading or f"{passage.source_title} {passage.locator}".strip(),
        quote=passage.digest or passage.exact,
        place=passage.locator,
        topics=_known(passage.topics, topics),
    )


def _case_thing(case: CaseRecord, topics: dict[str, TopicRecord]) -> Thing:
    return Thing(
        kind="case",
        id=case.id,
        href=f"/library/cases/{case.slug}",
        origin=case.title,
        title=case.label or case.title,
        quote=case.lesson or case.outcome or case.facts or case.as_stated,
        place="",
        topics=_known(case.topics, topics),
        position="" if case.position.startswith(_NO_NEWS) else case.position,
        position_date=case.position_date,
    )


def _known(codes: tuple[str, ...], topics: dict[str, TopicRecord]) -> tuple[TopicRecord, ...]:
    return tuple(topics[code] for code in codes if code in topics)


@router.get("/drafts/{slug}/clauses/{uid}/citations")
def show_citations(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str
) -> Response:
    """What the clause rests on."""
    draft, clause = _clause(store, seat, slug, uid)
    return _list(request, store, seat, draft, clause)


def _list(
    request: Request,
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    clause: ClauseRecord,
    *,
    cited: int = 0,
    said: str = "",
) -> Response:
    takes = sources_of(store, seat, draft, clause)
    if not is_partial(request):
        return render(request, "citations/show.html", draft=draft, **takes)
    # Told to what stays on the page: the form that asked for it is gone by then.
    told_to = {"target": "#main", "on": f"citation-{cited}", "said": said}
    headers = {"HX-Trigger": json.dumps({"cited": told_to})} if said else None
    return render(request, "citations/_list.html", headers=headers, **takes)


def _clause(
    store: Store, seat: SeatRecord, slug: str, uid: str
) -> tuple[DraftRecord, ClauseRecord]:
    draft = drafting.open_draft(store, seat, slug)
    return draft, clause_of(store, draft, uid)


def clause_of(store: Store, draft: DraftRecord, uid: str) -> ClauseRecord:
    """The clause of this draft with this uid, struck ones too. Raises Missing."""
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause


def _address(draft: DraftRecord, uid: str) -> str:
    return f"/drafts/{draft.slug}/clauses/{uid}"


# --- finding something to cite


@router.get("/drafts/{slug}/clauses/{uid}/citations/new")
def show_search(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    q: str = "",
    kind: str = "",
    topic: str = "",
    source: str = "",
) -> Response:
    """Passages and cases to cite: what is suggested for the clause, or what the search found.

    A search typed into the part already shown gets the hits alone.
    """
    draft, clause = _clause(store, seat, slug, uid)
    require(seat, Act.CITE, State.STRUCK if clause.struck else State.LIVE)
    search = _search(store, seat, draft, clause, _Asked(q.strip(), kind, topic, source))
    if not is_partial(request):
        return render(request, "citations/cite.html", draft=draft, search=search)
    only_hits = _targets(request, f"found-{uid}")
    part = "citations/_found.html" if only_hits else "citations/_cite.html"
    return render(request, part, search=search)


def _targets(request: Request, element: str) -> bool:
    return request.headers.get("hx-target", "").rpartition("#")[2] == element


@dataclass(frozen=True, slots=True)
class _Asked:
    query: str
    kind: str
    topic: str
    source: str

    @property
    def anything(self) -> bool:
        return bool(self.query or self.topic or self.source)


def _search(
    store: Store, seat: SeatRecord, draft: DraftRecord, clause: ClauseRecord, asked: _Asked
) -> Search:
    named = _named(store.drafts.document(draft.id), draft, clause)
    base = _address(draft, clause.uid)
    own = citing.citations(store, seat, draft, clause.uid)
    cited = {("passage", tie.passage.id) for tie in own if tie.passage} | {
        ("case", tie.case.id) for tie in own if tie.case
    }
    hits = _found(store, seat, asked) if asked.anything else _suggested(store, seat, draft, clause)
    return Search(
        uid=clause.uid,
        label=named.label,
        words=clause.text,
        query=asked.query,
        kind=asked.kind,
        topic=asked.topic,
        source=asked.source,
        asked=asked.anything,
        hits=tuple(
            Offer(found, _pick(base, found.kind, key), (found.kind, key) in cited, why)
            for found, key, why in hits
            if asked.kind in ("", found.kind)
        ),
        topics=shelf.topics(store, seat),
        sources=shelf.sources(store, seat),
        href=f"{base}/citations/new",
        back=f"{base}/citations",
        clause_href=base,
    )


def _pick(base: str, kind: str, key: int) -> str:
    return f"{base}/citations/tie?{urlencode({kind: key})}"


def _found(store: Store, seat: SeatRecord, asked: _Asked) -> list[tuple[Found, int, str]]:
    kinds = (asked.kind,) if asked.kind in _KINDS else _KINDS
    hits = citing.find(
        store,
        seat,
        asked.query,
        topic=asked.topic,
        source=asked.source,
        kinds=kinds,
        limit=_FOUND,
    )
    return [(_as_a_card(shown(hit)), hit.id, "") for hit in hits]


def _as_a_card(found: Found) -> Found:
    """A case goes by its label, below its country, as on the cards of what is cited already."""
    if found.kind == "case" and found.where:
        return replace(found, title=found.where, where=found.title)
    return found


def _suggested(
    store: Store, seat: SeatRecord, draft: DraftRecord, clause: ClauseRecord
) -> list[tuple[Found, int, str]]:
    topics = {topic.code: topic for topic in shelf.topics(store, seat)}
    offered = []
    for suggestion in citing.suggest(store, seat, draft, clause.uid, limit=_SUGGESTED):
        if suggestion.passage is not None:
            thing = _passage_thing(suggestion.passage, topics)
        elif suggestion.case is not None:
            thing = _case_thing(suggestion.case, topics)
        else:
            continue
        where = f"{thing.origin}, {thing.place}" if thing.place else thing.origin
        found = Found(thing.kind, thing.href, thing.title, where, ((thing.quote, False),))
        offered.append((found, thing.id, suggestion.why))
    return offered


# --- tying it


@router.get("/drafts/{slug}/clauses/{uid}/citations/tie")
def show_tie(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    passage: int | None = None,
    case: int | None = None,
) -> Response:
    """The form that says how the picked passage or case bears on the clause, and why."""
    draft, clause = _clause(store, seat, slug, uid)
    require(seat, Act.CITE, State.STRUCK if clause.struck else State.LIVE)
    tie = _tie_form(store, seat, draft, clause, _picked(store, seat, passage, case))
    return _tie(request, draft, tie)


def _tie(request: Request, draft: DraftRecord, tie: TieForm, status: int = 200) -> Response:
    if is_partial(request):
        return render(request, "citations/_tie.html", status=status, tie=tie)
    return render(request, "citations/tie.html", status=status, draft=draft, tie=tie)


def _picked(store: Store, seat: SeatRecord, passage: int | None, case: int | None) -> Thing:
    topics = {topic.code: topic for topic in shelf.topics(store, seat)}
    if passage is not None:
        return _passage_thing(shelf.passage(store, seat, passage), topics)
    for known in shelf.cases(store, seat):
        if known.id == case:
            return _case_thing(known, topics)
    raise Missing("There is no such passage or case.")


def _tie_form(
    store: Store, seat: SeatRecord, draft: DraftRecord, clause: ClauseRecord, thing: Thing
) -> TieForm:
    named = _named(store.drafts.document(draft.id), draft, clause)
    base = _address(draft, clause.uid)
    usual = Relation.PRECEDENT if thing.kind == "case" else Relation.SUPPORTS
    return TieForm(
        uid=clause.uid,
        label=named.label,
        words=clause.text,
        thing=thing,
        relations=tuple(RelationView(r.value, tone_of(r.value)) for r in Relation),
        relation=usual.value,
        pinpoint="",
        reason="",
        sentence="",
        action=f"{base}/citations",
        back=f"{base}/citations/new",
        clause_href=base,
    )


@router.post("/drafts/{slug}/clauses/{uid}/citations")
def cite(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    relation: _Text = "",
    pinpoint: _Text = "",
    reason: _Text = "",
    passage: Annotated[int | None, Form()] = None,
    case: Annotated[int | None, Form()] = None,
) -> Response:
    """Tie the clause to a passage or a case."""
    draft, clause = _clause(store, seat, slug, uid)
    try:
        made = citing.cite(
            store,
            seat,
            draft,
            uid,
            passage=passage,
            case=case,
            relation=relation,
            pinpoint=pinpoint,
            reason=reason,
        )
    except (Forbidden, Missing, SignInNeeded):
        raise
    except Refusal as refusal:
        form = _tie_form(store, seat, draft, clause, _picked(store, seat, passage, case))
        typed = replace(
            form,
            relation=relation or form.relation,
            pinpoint=pinpoint,
            reason=reason,
            sentence=refusal.sentence,
        )
        return _tie(request, draft, typed, refusal.status)
    if is_partial(request):
        return _list(request, store, seat, draft, clause, cited=made.id, said=_TIED)
    return told(request, draft, f"{_address(draft, uid)}#{uid}", _TIED, may_undo=False)


@router.post("/citations/{citation_id}/remove")
def remove(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    citation_id: Id,
    draft: _Text = "",
    shown_for: _Text = "",
) -> Response:
    """Take a citation away; it is kept with who did so."""
    opened = drafting.open_draft(store, seat, draft)
    gone = citing.uncite(store, seat, opened, citation_id)
    if is_partial(request):
        clause = clause_of(store, opened, shown_for or gone.uid)
        return _list(request, store, seat, opened, clause, said=_TAKEN)
    return told(request, opened, f"{_address(opened, gone.uid)}#{gone.uid}", _TAKEN, may_undo=False)
