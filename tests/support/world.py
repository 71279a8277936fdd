"""A small world for tests: a clock that stands still, seats of every role, a short treaty, sources.

Part I. General provisions
  Article 1. Use of terms        (a lone paragraph with two subparagraphs)
  Article 2. Good faith          (two paragraphs)
Part II. Protection
  Article 3. Protection of negotiators
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.store.citations import CitationRecord, Relation
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.library import (
    CaseRecord,
    CaseWords,
    PassageRecord,
    PassageWords,
    SourceKind,
    SourceRecord,
    TopicRecord,
)
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from app.treaty.document import Clause, Document, Kind

MORNING = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
NAMES = {
    Role.CHAIR: "Chair",
    Role.SECRETARIAT: "Secretariat",
    Role.DRAFTER: "Drafter A",
    Role.DELEGATE: "Delegate A",
    Role.SCHOLAR: "Scholar A",
    Role.OBSERVER: "Observer A",
}


class Clock:
    """A clock that stands until it is moved: Stores(url, clock=Clock())."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now

    def forward(self, by: timedelta) -> None:
        """Move it on."""
        self.now += by


TREATY = Document(
    "Convention on Peace Negotiation",
    (
        Clause(Kind.FORMULA, text="The Parties to this Convention,"),
        Clause(Kind.RECITAL, text="Recognizing that talks end wars,"),
        Clause(Kind.PART, heading="General provisions"),
        Clause(Kind.ARTICLE, heading="Use of terms", depth=1),
        Clause(Kind.PARAGRAPH, text="For the purposes of this Convention:", depth=2),
        Clause(Kind.SUBPARAGRAPH, text="“talks” means a peace negotiation;", depth=3),
        Clause(Kind.SUBPARAGRAPH, text="“panel” means the certifying panel.", depth=3),
        Clause(Kind.ARTICLE, heading="Good faith", depth=1),
        Clause(Kind.PARAGRAPH, text="Talks [shall] [should] be held in good faith.", depth=2),
        Clause(Kind.PARAGRAPH, text="Good faith is presumed.", depth=2),
        Clause(Kind.PART, heading="Protection"),
        Clause(Kind.ARTICLE, heading="Protection of negotiators", depth=1),
        Clause(Kind.PARAGRAPH, text="Nobody shall be prosecuted for having talked.", depth=2),
        Clause(Kind.CLOSING, text="Done in a single copy."),
    ),
)


@dataclass(frozen=True, slots=True)
class World:
    """What `fill` has put into a store."""

    seats: dict[Role, SeatRecord]
    draft: DraftRecord
    clauses: tuple[ClauseRecord, ...]
    source: SourceRecord
    passages: tuple[PassageRecord, ...]
    case: CaseRecord
    citation: CitationRecord

    @property
    def chair(self) -> SeatRecord:
        """The seat of the chair."""
        return self.seats[Role.CHAIR]

    @property
    def drafter(self) -> SeatRecord:
        """The seat of a drafter."""
        return self.seats[Role.DRAFTER]

    def uid(self, words: str) -> str:
        """The uid of the one clause whose heading or text contains these words."""
        (found,) = [clause.uid for clause in self.clauses if words in clause.words]
        return found


def seats(store: Store) -> dict[Role, SeatRecord]:
    """A seat of every role, with a password nobody can sign in with."""
    return {
        role: store.seats.add(
            name=name,
            email=f"{role.value}@example.org",
            role=role,
            delegation="Delegation A" if role is Role.DELEGATE else "",
            password="unusable",
        )
        for role, name in NAMES.items()
    }


def fill(store: Store) -> World:
    """The small world, put into an empty store."""
    seated = seats(store)
    draft = store.drafts.create(slug="small", document=TREATY, by=seated[Role.CHAIR])
    clauses = store.drafts.clauses(draft.id)
    store.library.add_topic(TopicRecord("C01", "A Scope", "E", "Who may talk", ("S1.P1",)))
    store.library.add_topic(TopicRecord("C02", "B Trust", "L", "Good faith in talks", ()))
    source = store.library.add_source(
        slug="article",
        kind=SourceKind.DOCUMENT,
        csl={"type": "article-journal", "title": "On Talking", "author": [{"family": "Alpha"}]},
    )
    passages = (
        store.library.add_passage(
            source,
            PassageWords("S1.P1", "Introduction", "Talks need protection by law.", topics=("C01",)),
        ),
        store.library.add_passage(
            source,
            PassageWords("S1.P2", "Introduction", "Good faith is the basis.", topics=("C02",)),
        ),
    )
    case = store.library.add_case("northland", CaseWords("Northland talks", topics=("C02",)))
    (cited,) = [clause.uid for clause in clauses if clause.heading == "Good faith"]
    citation_id = store.citations.add(
        draft_id=draft.id,
        uid=cited,
        passage_id=passages[1].id,
        relation=Relation.SUPPORTS,
        pinpoint="",
        reason="It says so.",
        author=seated[Role.SCHOLAR],
    )
    citation = store.citations.get(citation_id)
    assert citation is not None
    return World(seated, draft, clauses, source, passages, case, citation)
