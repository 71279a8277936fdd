"""Tying clauses to what they rest on, finding it, and seeing what still rests on nothing."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.actions.policy import Act, State, require
from app.actions.refusals import Invalid, Missing
from app.store.citations import CitationRecord, Relation
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.library import CaseRecord, PassageRecord, SourceRecord, TopicRecord
from app.store.search import (
    STOP_WORDS,
    Found,
    FoundKind,
    Query,
    Snippet,
    Term,
    exactness,
    fold,
    read_query,
    snippet,
    stem,
    words_of,
)
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.document import DELETED, Document, Kind, parent_index, subtree_end
from app.treaty.numbering import Scheme, labels
from app.treaty.numbering import citations as citations_in

LONGEST_REASON = 600
LONGEST_PINPOINT = 120

# What one shared topic weighs beside the best lexical fit, which weighs 1.
_TOPIC_WEIGHT = 0.6
_WORDS_ASKED = 24
_CANDIDATES = 60
_WORDS_TOLD = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A passage or a case that the clause might rest on, and why it is suggested."""

    passage: PassageRecord | None
    case: CaseRecord | None
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found.

    `kind` is "passage", "case", "source", "topic" or "clause"; `slug` is that of the
    case or source (of a passage its source's, of a clause its draft's, of a topic its
    code), `where` says the place in words; `uid` names a clause.
    """

    kind: str
    id: int
    slug: str
    title: str
    where: str
    snippet: Snippet
    topics: tuple[str, ...] = ()
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Resting:
    """A clause that rests on something: the citation, the draft, and the clause as printed."""

    citation: CitationRecord
    draft: DraftRecord
    clause: ClauseRecord
    label: str
    heading: str


@dataclass(frozen=True, slots=True)
class CoveredArticle:
    """One article in the matrix: `cites` counts citations in it, `gap` is its remark, if any."""

    uid: str
    label: str
    heading: str
    topics: tuple[str, ...]
    cites: int
    gap: str

    @property
    def bare(self) -> bool:
        """Whether nothing supports the article and nothing is said about that.

        What only keeps a number needs no support.
        """
        return not self.cites and not self.gap and self.heading != DELETED


@dataclass(frozen=True, slots=True)
class OpenClause:
    """A clause that is said to have no source yet, and the remark."""

    uid: str
    label: str
    heading: str
    remark: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing: unanswered topics, articles without a source, clauses that say so."""

    topics: tuple[TopicRecord, ...]
    articles: tuple[CoveredArticle, ...]
    clauses: tuple[OpenClause, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix of articles against topics and cases.

    `families` groups the topics in their order; `cells[(uid, code)]` is 1 for an
    article that answers a topic, plus the citations in it that bear on the topic;
    `case_cells[(uid, case id)]` counts the citations of the case in the article.
    """

    articles: tuple[CoveredArticle, ...]
    families: tuple[tuple[str, tuple[TopicRecord, ...]], ...]
    cases: tuple[CaseRecord, ...]
    cells: Mapping[tuple[str, str], int]
    case_cells: Mapping[tuple[str, int], int]
    gaps: Gaps

    @property
    def topics(self) -> tuple[TopicRecord, ...]:
        """The topics in the order of the columns."""
        return tuple(topic for _, family in self.families for topic in family)


# --- citing


def cite(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    passage: int | None = None,
    case: int | None = None,
    relation: Relation | str,
    pinpoint: str = "",
    reason: str,
) -> CitationRecord:
    """The new tie from the clause to exactly one passage or case.

    The pinpoint is the passage's own locator unless one is given. Raises Invalid
    for an unknown relation, no reason or one over 600 characters, and for a tie
    that stands already; Missing for a clause, passage or case there is not.
    """
    clause = _clause(store, seat, Act.CITE, draft, uid)
    seat = require(seat, Act.CITE, _state(clause))
    if (passage is None) == (case is None):
        raise Invalid("Choose one passage or one case.")
    relation, reason = _relation(relation), _reason(reason)
    pinpoint = _pinpoint(pinpoint) or _own_pinpoint(store, passage, case)
    store.citations.hold(uid)
    for standing in store.citations.of_draft(draft.id, uid):
        same = (_id(standing.passage), _id(standing.case)) == (passage, case)
        if same and standing.relation is relation and standing.pinpoint == pinpoint:
            raise Invalid("This clause cites that already, with the same relation.")
    made = store.citations.add(
        draft_id=draft.id,
        uid=uid,
        passage_id=passage,
        case_id=case,
        relation=relation,
        pinpoint=pinpoint,
        reason=reason,
        author=seat,
    )
    store.journal_events.record(
        "citation.added", seat=seat, thing=f"clause:{uid}", detail={"citation": made}
    )
    return _get(store, draft, made)


def uncite(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, citation_id: int
) -> CitationRecord:
    """The citation, now taken away: kept with who did it and when.

    Raises Missing when the draft has no such citation, Invalid when it was taken away before.
    """
    require(seat, Act.UNCITE)
    found = _get(store, draft, citation_id)
    clause = _clause(store, seat, Act.UNCITE, draft, found.uid)
    seat = require(seat, Act.UNCITE, _state(clause))
    if not store.citations.remove(citation_id, by=seat):
        raise Invalid("This citation was taken away already.")
    store.journal_events.record(
        "citation.removed", seat=seat, thing=f"clause:{found.uid}", detail={"citation": found.id}
    )
    return _get(store, draft, citation_id)


def citations(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str | None = None,
    *,
    with_removed: bool = False,
) -> tuple[CitationRecord, ...]:
    """The citations of the draft, or of one clause, in the order they were made."""
    require(seat, Act.READ_DRAFT)
    return store.citations.of_draft(draft.id, uid, with_removed=with_removed)


def counts(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Counter[str]:
    """How many citations stand on each clause, by uid: the marks in the page's margin."""
    require(seat, Act.READ_DRAFT)
    return store.citations.counts(draft.id)


def resting_on(
    store: Store,
    seat: SeatRecord | None,
    *,
    passage: int | None = None,
    case: int | None = None,
    source: int | None = None,
) -> tuple[Resting, ...]:
    """Every clause of any draft that rests on the passage, the case, or any passage of the source.

    In the order of the drafts' titles and of the text. Clauses that were struck come last.
    """
    require(seat, Act.READ_LIBRARY)
    if sum(given is not None for given in (passage, case, source)) != 1:
        raise Invalid("Say one passage, case or source.")
    found = store.citations.resting_on(passage=passage, case=case, source=source)
    return _placed(store, found)


# --- topics and gaps


def topics_of(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[TopicRecord, ...]:
    """The topics that the clause answers."""
    require(seat, Act.READ_DRAFT)
    codes = set(store.citations.topics_of(draft.id, uid))
    return tuple(topic for topic in store.library.topics() if topic.code in codes)


def mark_topics(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, codes: Iterable[str]
) -> tuple[TopicRecord, ...]:
    """Give the clause these topics in place of those it has. Raises Invalid for an unknown code."""
    clause = _clause(store, seat, Act.MARK_TOPICS, draft, uid)
    seat = require(seat, Act.MARK_TOPICS, _state(clause))
    wanted = {code.strip() for code in codes if code.strip()}
    unknown = wanted - {topic.code for topic in store.library.topics()}
    if unknown:
        raise Invalid(f"There is no topic {', '.join(sorted(unknown))}.")
    store.citations.set_topics(draft.id, uid, wanted)
    store.journal_events.record(
        "clause.topics-marked", seat=seat, thing=f"clause:{uid}", detail={"topics": sorted(wanted)}
    )
    return topics_of(store, seat, draft, uid)


def gap_of(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> str:
    """What is said about the clause having no source yet; "" when nothing is."""
    require(seat, Act.READ_DRAFT)
    return store.citations.gap_of(draft.id, uid)


def say_gap(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, remark: str
) -> None:
    """Say that the clause has no source yet, and why; "" takes the remark back."""
    clause = _clause(store, seat, Act.CITE, draft, uid)
    seat = require(seat, Act.CITE, _state(clause))
    remark = remark.strip()
    if len(remark) > LONGEST_REASON:
        raise Invalid(f"The remark is too long: at most {LONGEST_REASON} characters.")
    store.citations.set_gap(draft.id, uid, remark)
    store.journal_events.record(
        "clause.gap-said", seat=seat, thing=f"clause:{uid}", detail={"remark": remark}
    )


# --- finding


def find(
    store: Store,
    seat: SeatRecord | None,
    query: str,
    *,
    topic: str = "",
    source: str = "",
    kinds: Sequence[str] = ("passage", "case"),
    draft: DraftRecord | None = None,
    limit: int = 30,
) -> tuple[Hit, ...]:
    """What fits the query, best first, narrowed to a topic or to one source's passages.

    A word in just the form that was asked for counts for more than one of its family, and so does
    standing under a topic that has the word in its name: such passages and cases are found even
    where they say it otherwise. Without words everything that the topic or the source leaves is
    given, and so it is for a topic's code. Kinds are "passage", "case", "source", "topic" and
    "clause"; a clause is looked for in `draft` if there is one, else in all. No input is an error.
    """
    require(seat, Act.READ_LIBRARY)
    known = store.library.topics()
    named = next((each for each in known if each.code.lower() == query.strip().lower()), None)
    if named is not None:
        query, topic = "", topic or named.code
    asked = read_query(query)
    wanted = [kind for kind in FoundKind if kind in kinds and _narrow_fits(kind, topic, source)]
    if not asked.terms:
        code = tuple(_topic_hit(each) for each in (named,) if each and "topic" in kinds)
        return code + (_listed(store, wanted, topic, source, limit) if topic or source else ())
    found, fitted = store.search.find(
        asked, wanted, limit=200, draft_id=draft.id if draft else None
    )
    fitting = [each for each in known if exactness(f"{each.title} {each.family}", asked) == 1]
    records = _Records.of(store, found).with_subjects(store, wanted, fitting)
    ranked = _ranked(found, records, asked, {each.code for each in fitting})
    kept = [hit for hit in ranked if records.has(hit, topic, source)][:limit]
    topics = [each for each in fitting if exactness(each.title, asked) == 1 and not topic]
    told = tuple(_topic_hit(each) for each in topics if "topic" in kinds)
    return told + _hits(store, kept, records, fitted)


def suggest(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, limit: int = 5
) -> tuple[Suggestion, ...]:
    """Passages and cases that the clause might rest on, the likeliest first, each with why.

    Likely is what shares words with the clause and its article's heading, rare
    ones counting more, and what shares topics with the clause or its article.
    What the article cites already is left out.
    """
    _clause(store, seat, Act.READ_DRAFT, draft, uid)
    document = store.drafts.document(draft.id)
    index = next((i for i, c in enumerate(document.clauses) if c.uid == uid), None)
    if index is None:
        return ()
    words, around = _about(document, index)
    codes = {code for at in around for code in store.citations.topics(draft.id).get(at, ())}
    known = store.citations.cited_from(around)
    scored = _score(_candidates(store, words, codes), words, codes)
    return tuple(s for s in scored if (_id(s.passage), _id(s.case)) not in known)[:limit]


# --- coverage


def coverage(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Coverage:
    """Articles against topics and cases, and what is missing.

    A topic on a paragraph counts for its article, and so does a citation. Struck clauses
    do not count.
    """
    require(seat, Act.READ_DRAFT)
    document = store.drafts.document(draft.id)
    printed = labels(document.clauses, Scheme(draft.scheme))
    topics, gaps = store.citations.topics(draft.id), store.citations.gaps(draft.id)
    within = _articles_of(document)
    cited: dict[str, list[CitationRecord]] = {}
    for tie in store.citations.of_draft(draft.id):
        if tie.uid in within:
            cited.setdefault(within[tie.uid], []).append(tie)
    answered: dict[str, set[str]] = {}
    for uid, codes in topics.items():
        if uid in within:
            answered.setdefault(within[uid], set()).update(codes)
    open_articles = {within[uid]: remark for uid, remark in gaps.items() if uid in within}
    articles = tuple(
        CoveredArticle(
            uid=clause.uid,
            label=printed[index],
            heading=clause.heading,
            topics=tuple(sorted(answered.get(clause.uid, ()))),
            cites=len(cited.get(clause.uid, ())),
            gap=gaps.get(clause.uid) or open_articles.get(clause.uid, ""),
        )
        for index, clause in enumerate(document.clauses)
        if clause.kind is Kind.ARTICLE
    )
    known = store.library.topics()
    return Coverage(
        articles=articles,
        families=_families(known),
        cases=store.library.cases(),
        cells=_cells(articles, cited),
        case_cells=Counter(
            (uid, tie.case.id) for uid, ties in cited.items() for tie in ties if tie.case
        ),
        gaps=Gaps(
            topics=_unanswered(known, articles),
            articles=tuple(article for article in articles if article.bare),
            clauses=_open_clauses(document, printed, gaps),
        ),
    )


# --- the parts of citing


def _clause(
    store: Store, seat: SeatRecord | None, act: Act, draft: DraftRecord, uid: str
) -> ClauseRecord:
    require(seat, act)
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause


def _state(clause: ClauseRecord) -> State:
    return State.STRUCK if clause.struck else State.LIVE


def _get(store: Store, draft: DraftRecord, citation_id: int) -> CitationRecord:
    found = store.citations.get(citation_id)
    if found is None or found.draft_id != draft.id:
        raise Missing("There is no such citation in this draft.")
    return found


def _id(thing: PassageRecord | CaseRecord | None) -> int | None:
    return None if thing is None else thing.id


def _relation(relation: Relation | str) -> Relation:
    try:
        return Relation(relation)
    except ValueError:
        named = ", ".join(known.value for known in Relation)
        raise Invalid(f"Say how the source bears on the clause: {named}.") from None


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say in a sentence why the clause rests on this.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"The reason is too long: at most {LONGEST_REASON} characters.")
    return reason


def _pinpoint(pinpoint: str) -> str:
    pinpoint = " ".join(pinpoint.split())
    if len(pinpoint) > LONGEST_PINPOINT:
        raise Invalid(f"The pinpoint is too long: at most {LONGEST_PINPOINT} characters.")
    return pinpoint


def _own_pinpoint(store: Store, passage: int | None, case: int | None) -> str:
    if passage is not None:
        found = store.library.passage(passage)
        if found is None:
            raise Missing("There is no such passage.")
        return found.locator
    if not store.library.cases_by_id([case or 0]):
        raise Missing("There is no such case.")
    return ""


def _placed(store: Store, found: Sequence[CitationRecord]) -> tuple[Resting, ...]:
    placed = []
    for draft in store.drafts.all():
        of_draft = [tie for tie in found if tie.draft_id == draft.id]
        if not of_draft:
            continue
        clauses = store.drafts.clauses(draft.id, with_struck=True)
        kept = {clause.uid: clause for clause in clauses}
        document = Document(draft.title, tuple(c.clause() for c in clauses if not c.struck))
        printed = citations_in(document.clauses, Scheme(draft.scheme))
        at = {clause.uid: index for index, clause in enumerate(document.clauses)}
        for tie in sorted(of_draft, key=lambda tie: (at.get(tie.uid, len(at)), tie.id)):
            clause = kept[tie.uid]
            label, heading = _named(document, at.get(tie.uid), printed, clause)
            placed.append(Resting(tie, draft, clause, label, heading))
    return tuple(placed)


def _named(
    document: Document, index: int | None, printed: Sequence[str], clause: ClauseRecord
) -> tuple[str, str]:
    if index is None:
        return "struck clause", clause.heading
    label = printed[index] or clause.kind.value
    return label, _heading_over(document, index)


def _heading_over(document: Document, index: int) -> str:
    at: int | None = index
    while at is not None:
        if document.clauses[at].kind.bears_heading:
            return document.clauses[at].heading
        at = parent_index(document.clauses, at)
    return ""


# --- the parts of finding


def _narrow_fits(kind: FoundKind, topic: str, source: str) -> bool:
    if source:
        return kind is FoundKind.PASSAGE
    return kind in (FoundKind.PASSAGE, FoundKind.CASE) if topic else True


def _fits(topics: Sequence[str], topic: str) -> bool:
    return not topic or topic in topics


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of what a search found, by id."""

    passages: Mapping[int, PassageRecord]
    cases: Mapping[int, CaseRecord]
    sources: Mapping[int, SourceRecord]

    @classmethod
    def of(cls, store: Store, found: Sequence[Found]) -> "_Records":
        def ids(kind: FoundKind) -> list[int]:
            return [hit.id for hit in found if hit.kind is kind]

        wanted = ids(FoundKind.SOURCE)
        return cls(
            store.library.passages_by_id(ids(FoundKind.PASSAGE)),
            store.library.cases_by_id(ids(FoundKind.CASE)),
            {known.id: known for known in store.library.sources()} if wanted else {},
        )

    def with_subjects(
        self, store: Store, kinds: Sequence[FoundKind], topics: Sequence[TopicRecord]
    ) -> "_Records":
        """These, and the passages and cases that have one of the topics."""
        codes = {topic.code for topic in topics}
        if not codes:
            return self
        passages, cases = dict(self.passages), dict(self.cases)
        if FoundKind.PASSAGE in kinds:
            passages |= {p.id: p for p in store.library.passages() if codes & set(p.topics)}
        if FoundKind.CASE in kinds:
            cases |= {case.id: case for case in store.library.cases() if codes & set(case.topics)}
        return _Records(passages, cases, self.sources)

    def has(self, hit: Found, topic: str, source: str) -> bool:
        """Whether the hit is of this topic and from this source, as far as they are given."""
        if hit.kind is FoundKind.PASSAGE:
            passage = self.passages[hit.id]
            return _fits(passage.topics, topic) and source in ("", passage.source_slug)
        return hit.kind is not FoundKind.CASE or _fits(self.cases[hit.id].topics, topic)


# How much a word in the very form that was asked for weighs, in a text and in a name, and how much
# a topic that has it in its own; the best fit by the words' stems alone weighs 1.
_EXACT_WEIGHT = 1.0
_NAME_WEIGHT = 0.5
_SUBJECT_WEIGHT = 0.8


def _ranked(
    found: Sequence[Found], records: _Records, query: Query, codes: set[str]
) -> tuple[Found, ...]:
    """What was found by words or by subject, best first; of each kind the best has the score 1."""
    by_words = {(hit.kind, hit.id): hit for hit in found}
    by_subject = [Found(FoundKind.PASSAGE, key, 0.0) for key in records.passages]
    by_subject += [Found(FoundKind.CASE, key, 0.0) for key in records.cases]
    hits = [*found, *(hit for hit in by_subject if (hit.kind, hit.id) not in by_words)]
    scored = [replace(hit, score=hit.score + _merit(hit, records, query, codes)) for hit in hits]
    best = {
        kind: max(hit.score for hit in scored if hit.kind is kind)
        for kind in FoundKind
        if any(hit.kind is kind for hit in scored)
    }
    scored = [replace(hit, score=hit.score / (best[hit.kind] or 1.0)) for hit in scored]
    return tuple(sorted(scored, key=lambda hit: -hit.score))


def _merit(hit: Found, records: _Records, query: Query, codes: set[str]) -> float:
    if hit.kind is FoundKind.PASSAGE:
        passage = records.passages[hit.id]
        text, name, topics = f"{passage.digest} {passage.exact}", "", passage.topics
    elif hit.kind is FoundKind.CASE:
        case = records.cases[hit.id]
        told = (case.groups, case.actors, case.facts, case.outcome, case.lesson, case.as_stated)
        text, name, topics = " ".join(told), f"{case.title} {case.label}", case.topics
    elif hit.kind is FoundKind.SOURCE:
        text, name, topics = "", records.sources[hit.id].title, ()
    else:
        return 0.0
    return (
        _EXACT_WEIGHT * exactness(text, query)
        + _NAME_WEIGHT * exactness(name, query)
        + _SUBJECT_WEIGHT * math.sqrt(len(codes & set(topics)))
    )


def _topic_hit(topic: TopicRecord) -> Hit:
    return Hit("topic", 0, topic.code, topic.title, topic.code, Snippet(topic.family))


def _hits(store: Store, kept: Sequence[Found], records: _Records, query: Query) -> tuple[Hit, ...]:
    clauses: dict[str, Hit] = {}
    for draft_id in {hit.draft_id for hit in kept if hit.kind is FoundKind.CLAUSE}:
        within = {hit.uid: hit.id for hit in kept if hit.draft_id == draft_id}
        clauses |= {hit.uid: hit for hit in _clause_hits(store, draft_id, within, query)}
    hits = []
    for found in kept:
        if found.kind is FoundKind.PASSAGE:
            hits.append(_passage_hit(records.passages[found.id], query))
        elif found.kind is FoundKind.CASE:
            hits.append(_case_hit(records.cases[found.id], query))
        elif found.kind is FoundKind.SOURCE:
            hits.append(_source_hit(records.sources[found.id], query))
        elif found.uid in clauses:
            hits.append(clauses[found.uid])
    return tuple(hits)


def _listed(
    store: Store, kinds: Sequence[FoundKind], topic: str, source: str, limit: int
) -> tuple[Hit, ...]:
    hits = []
    if FoundKind.PASSAGE in kinds:
        hits += [
            _passage_hit(passage, Query())
            for passage in store.library.passages()
            if _fits(passage.topics, topic) and source in ("", passage.source_slug)
        ]
    if FoundKind.CASE in kinds:
        hits += [
            _case_hit(case, Query()) for case in store.library.cases() if _fits(case.topics, topic)
        ]
    return tuple(hits[:limit])


def _passage_hit(passage: PassageRecord, query: Query) -> Hit:
    said = snippet(passage.digest or passage.exact, query)
    if not said.marks and passage.exact:
        said = snippet(passage.exact, query)
    title = passage.heading or passage.source_title
    where = (
        f"{passage.source_title}, {passage.locator}" if passage.locator else passage.source_title
    )
    return Hit("passage", passage.id, passage.source_slug, title, where, said, passage.topics)


def _case_hit(case: CaseRecord, query: Query) -> Hit:
    texts = (case.facts, case.lesson, case.outcome, case.as_stated, case.groups, case.position)
    said = max((snippet(text, query) for text in texts), key=lambda found: len(found.marks))
    return Hit("case", case.id, case.slug, case.title, case.label, said, case.topics)


def _source_hit(source: SourceRecord, query: Query) -> Hit:
    said = snippet(source.remark or source.title, query)
    return Hit("source", source.id, source.slug, source.title, source.kind.value, said)


def _clause_hits(store: Store, draft_id: int, within: Mapping[str, int], query: Query) -> list[Hit]:
    draft = store.drafts.by_id(draft_id)
    if draft is None:
        return []
    document = store.drafts.document(draft_id)
    printed = citations_in(document.clauses, Scheme(draft.scheme))
    hits = []
    for index, clause in enumerate(document.clauses):
        if clause.uid in within:
            where = printed[index] or clause.kind.value
            said = snippet(clause.text or clause.heading, query)
            title = _heading_over(document, index) or draft.title
            hit = Hit("clause", within[clause.uid], draft.slug, title, where, said, (), clause.uid)
            hits.append(hit)
    return hits


# --- the parts of suggesting


def _about(document: Document, index: int) -> tuple[Counter[str], set[str]]:
    """The clause's significant words, by stem, with those of its article's heading; and the uids
    of the clause, what is under it and its article."""
    clauses = document.clauses
    article: int | None = index
    while article is not None and clauses[article].kind is not Kind.ARTICLE:
        article = parent_index(clauses, article)
    own = clauses[index : subtree_end(clauses, index)]
    texts = [f"{clause.heading} {clause.text}" for clause in own]
    around = {clause.uid for clause in own}
    if article is not None:
        texts.append(clauses[article].heading)
        around.add(clauses[article].uid)
    return Counter(_significant(" ".join(texts))), around


def _significant(text: str) -> list[str]:
    return [stem(word) for word in words_of(text) if len(word) > 3 and word not in _TREATY_WORDS]


# Words that every clause of every treaty has, so that sharing them says nothing.
_EVERYWHERE = """
article paragraph present convention state states party parties part annex accordance include
including included respect regard provide provided measure measures take taken necessary appropriate
relevant apply applied applies also between both each every first make made means nothing person
persons purpose purposes subject through where while negotiation negotiations negotiating negotiate
shall ensure concerned able same terms text texts could early consider used
"""
_TREATY_WORDS = STOP_WORDS | frozenset(_EVERYWHERE.split())


def _candidates(
    store: Store, words: Counter[str], codes: set[str]
) -> list[tuple[PassageRecord | CaseRecord, str]]:
    asked = [word for word, _ in words.most_common(_WORDS_ASKED)]
    query = Query(tuple(Term((word,), begins=True) for word in asked), any_of=True)
    found, _ = store.search.find(query, limit=_CANDIDATES)
    passage_ids = {hit.id for hit in found if hit.kind is FoundKind.PASSAGE}
    case_ids = {hit.id for hit in found if hit.kind is FoundKind.CASE}
    passages = [
        passage
        for passage in store.library.passages()
        if passage.id in passage_ids or codes & set(passage.topics)
    ]
    cases = [
        case for case in store.library.cases() if case.id in case_ids or codes & set(case.topics)
    ]
    return [(p, f"{p.heading} {p.digest} {p.exact}") for p in passages] + [
        (c, f"{c.label} {c.groups} {c.actors} {c.facts} {c.outcome} {c.lesson}") for c in cases
    ]


def _score(
    candidates: Sequence[tuple[PassageRecord | CaseRecord, str]],
    words: Counter[str],
    codes: set[str],
) -> list[Suggestion]:
    spoken = [(thing, _spellings(text)) for thing, text in candidates]
    often = Counter(root for _, said in spoken for root in said)
    rare = {root: math.log(1 + len(spoken) / often[root]) for root in often}
    fits = [
        sum(rare[root] * (1 + math.log(words[root])) for root in said if root in words)
        / math.sqrt(20 + len(said))
        for _, said in spoken
    ]
    best = max(fits, default=0.0) or 1.0
    suggestions = []
    for (thing, said), fit in zip(spoken, fits, strict=True):
        shared = sorted(codes & set(thing.topics))
        score = fit / best + _TOPIC_WEIGHT * math.sqrt(len(shared))
        told = sorted((root for root in said if root in words), key=lambda root: -rare[root])
        why = _why(shared, [said[root] for root in told[:_WORDS_TOLD]])
        if why:
            passage = thing if isinstance(thing, PassageRecord) else None
            case = thing if isinstance(thing, CaseRecord) else None
            suggestions.append(Suggestion(passage, case, round(score, 4), why))
    return sorted(
        suggestions, key=lambda s: (-s.score, s.case is not None, _id(s.passage or s.case))
    )


def _spellings(text: str) -> dict[str, str]:
    """Each significant stem of the text with the first word that has it."""
    said: dict[str, str] = {}
    for word in words_of(text):
        if len(word) > 3 and word not in _TREATY_WORDS:
            said.setdefault(stem(word), fold(word))
    return said


def _why(shared: Sequence[str], words: Sequence[str]) -> str:
    parts = []
    if shared:
        parts.append(f"shares topic{'s' if len(shared) > 1 else ''} {', '.join(shared)}")
    if words:
        parts.append(f"words: {', '.join(words)}")
    return "; ".join(parts)


# --- the parts of coverage


def _articles_of(document: Document) -> dict[str, str]:
    """The uid of the article that each clause in one stands in, by the clause's uid."""
    within: dict[str, str] = {}
    clauses = document.clauses
    for index, clause in enumerate(clauses):
        if clause.kind is Kind.ARTICLE:
            for inside in clauses[index : subtree_end(clauses, index)]:
                within[inside.uid] = clause.uid
    return within


def _families(
    topics: Sequence[TopicRecord],
) -> tuple[tuple[str, tuple[TopicRecord, ...]], ...]:
    families: dict[str, list[TopicRecord]] = {}
    for topic in topics:
        families.setdefault(topic.family, []).append(topic)
    return tuple((name, tuple(members)) for name, members in families.items())


def _cells(
    articles: Sequence[CoveredArticle], cited: Mapping[str, Sequence[CitationRecord]]
) -> Counter[tuple[str, str]]:
    cells = Counter((article.uid, code) for article in articles for code in article.topics)
    for article in articles:
        for tie in cited.get(article.uid, ()):
            bearing = tie.passage.topics if tie.passage else tie.case.topics if tie.case else ()
            for code in bearing:
                if (article.uid, code) in cells:
                    cells[article.uid, code] += 1
    return cells


def _unanswered(
    topics: Sequence[TopicRecord], articles: Sequence[CoveredArticle]
) -> tuple[TopicRecord, ...]:
    answered = {code for article in articles for code in article.topics}
    return tuple(topic for topic in topics if topic.code not in answered)


def _open_clauses(
    document: Document, printed: Sequence[str], gaps: Mapping[str, str]
) -> tuple[OpenClause, ...]:
    return tuple(
        OpenClause(clause.uid, printed[index], _heading_over(document, index), gaps[clause.uid])
        for index, clause in enumerate(document.clauses)
        if clause.uid in gaps
    )
