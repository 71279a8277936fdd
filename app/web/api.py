"""The programming interface under /api/v1: the same acts under the same policy, as JSON.

A program signs in as a person does and sends the session cookie. What changes something is
sent as JSON and, by a browser, from our own pages only. A refusal is `{"sentence": ...}` with
its status; whoever is not signed in learns that (401) before anything else about the request.
"""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from app.actions import circulating, citing, drafting, seating
from app.actions import library as shelf
from app.actions.marginalia import Whose
from app.actions.policy import Act, require
from app.actions.refusals import Invalid, SignInNeeded
from app.store.citations import CitationRecord, Relation
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.journal import EntryRecord
from app.store.library import CaseRecord, PassageRecord, SourceKind, SourceRecord, TopicRecord
from app.store.unit import Store, Stores
from app.treaty.document import Kind
from app.treaty.numbering import Scheme, citation_of, citations, labels
from app.web.citations import clause_of
from app.web.deps import Id, SeatDep, StoreDep
from app.web.exports import WORD, word_file
from app.web.guard import SESSION_COOKIE, session_of
from app.web.refused import routes_of


class SignedInFirst(APIRoute):
    """A route that asks for signing in before it finds fault with the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, with that order kept."""
        handle = super().get_route_handler()

        async def handle_signed_in(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                if not await run_in_threadpool(_is_signed_in, request):
                    raise SignInNeeded("Please sign in first.") from None
                raise

        return handle_signed_in


def _is_signed_in(request: Request) -> bool:
    stores: Stores = request.app.state.stores
    with stores.read() as store:
        return seating.seat_of_session(store, session_of(request)) is not None


class Refused(BaseModel):
    """Why something was not done, in a sentence for the person; what has moved comes with it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sentence": "There is nothing at this address."}]}
    )
    sentence: str
    fields: list[str] | None = Field(None, description="The fields that could not be read (422).")


class RefusedMoved(Refused):
    """Somebody changed the same words meanwhile: all three texts, so that nothing is lost."""

    base: str = Field(description="The text as the change was made against it.")
    mine: str = Field(description="The text that was sent.")
    theirs: str = Field(description="The text as it stands now.")
    version: int = Field(description="The version of the text as it stands now.")


REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Refused, "description": "Nobody is signed in."},
    403: {"model": Refused, "description": "The seat's role does not allow it."},
    404: {"model": Refused, "description": "There is no such thing, or none for this seat."},
    422: {"model": Refused, "description": "The request makes no sense as it stands."},
}
"""How any address of this interface may refuse, for its description."""

_MOVED: dict[int | str, dict[str, Any]] = {
    409: {"model": RefusedMoved, "description": "The same words were changed meanwhile."}
}

router = APIRouter(prefix="/api/v1", route_class=SignedInFirst, responses=REFUSALS)

_Slug = Annotated[str, Field(examples=["peace-negotiation"])]


class Draft(BaseModel):
    """A treaty text under negotiation."""

    slug: _Slug
    title: str
    symbol: str
    dated: str = Field(description="The date on the text, as printed.")
    distribution: str
    scheme: Scheme = Field(description="How clauses are numbered.")
    seq: int = Field(description="How many entries its journal has.")
    hash: str = Field(description="The journal's head: it names this state of the draft.")

    @classmethod
    def of(cls, draft: DraftRecord) -> "Draft":
        """The draft as this interface gives it."""
        return cls(
            slug=draft.slug,
            title=draft.title,
            symbol=draft.symbol,
            dated=draft.dated,
            distribution=draft.distribution,
            scheme=Scheme(draft.scheme),
            seq=draft.seq,
            hash=draft.hash,
        )


class Clause(BaseModel):
    """One unit of a draft. Its uid never changes; its label and citation do when the text does."""

    uid: str
    kind: Kind
    label: str = Field(description="As printed beside it; empty for what is unnumbered.")
    citation: str = Field(examples=["Article 9, paragraph 2 (a)"])
    heading: str
    text: str
    depth: int
    version: int = Field(description="Send it back as `seen` with a change.")
    seq: int = Field(description="The draft's latest entry when the clause was read so.")


class Entry(BaseModel):
    """One entry of a draft's journal: who did what to which clause, and when.

    Whatever was typed is an entry for each update, and `push` is the name that its browser gave it.
    """

    seq: int = Field(description="Its number in the journal, from 1 and without gaps.")
    clause: str = Field(description="The uid of the clause; empty for the draft as a whole.")
    version: int = Field(description="The clause's version after it.")
    act: str = Field(examples=["reworded"])
    author: str
    at: datetime
    origin: str = Field(description="`typed`, `renumbered` (numbers followed), `undo` or other.")
    push: str = Field(description="The name of the typed update; empty when it was not typed.")
    changes: list[Any] | None = Field(
        description="What it did to the clause's words, its heading where it bears one, as a "
        "CodeMirror ChangeSet; null when it did nothing to them.",
        examples=[[12, [5, "night"], 1]],
    )
    detail: dict[str, Any] = Field(description="What the act says besides.")
    hash: str = Field(description="It names the state of the draft after this entry.")

    @classmethod
    def of(cls, entry: EntryRecord) -> "Entry":
        """The entry as this interface gives it."""
        changes = entry.word_changes
        return cls(
            seq=entry.seq,
            clause=entry.uid,
            version=entry.version,
            act=entry.act,
            author=entry.author,
            at=entry.at,
            origin=entry.origin,
            push=entry.push,
            changes=None if changes is None else list(changes.to_json()),
            detail=entry.detail,
            hash=entry.hash,
        )


class NewClause(BaseModel):
    """A clause to insert."""

    after: str | None = Field(None, description="The uid it comes after; none: at the beginning.")
    kind: Kind = Field(examples=["paragraph"])
    heading: str = ""
    text: str = Field("", examples=["Each Party shall keep a channel for talks open."])
    depth: int | None = Field(None, ge=0, le=30)


class Change(BaseModel):
    """A change to one clause: new words, or a new heading, or striking or restoring it."""

    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(
        description="The version that the change was made against.", examples=[3]
    )
    text: str | None = Field(None, examples=["Each Party shall keep a channel for talks open."])
    heading: str | None = None
    struck: bool | None = None


class Changed(BaseModel):
    """The clause after a change; `merged` says that it was joined with somebody else's."""

    clause: Clause
    merged: bool


class Passage(BaseModel):
    """A place in a source: in our words, and where it was imported, as printed."""

    id: int
    source: str = Field(description="The slug of its source.")
    locator: str = Field(examples=["art 6(5)"])
    heading: str
    digest: str
    exact: str
    notes: list[str]
    topics: list[str]

    @classmethod
    def of(cls, passage: PassageRecord) -> "Passage":
        """The passage as this interface gives it."""
        return cls(
            id=passage.id,
            source=passage.source_slug,
            locator=passage.locator,
            heading=passage.heading,
            digest=passage.digest,
            exact=passage.exact,
            notes=list(passage.notes),
            topics=list(passage.topics),
        )


class NewPassage(BaseModel):
    """A passage to add to a source."""

    source: str = Field(description="The slug of its source.", examples=["untoc"])
    locator: str = Field("", max_length=200)
    heading: str = ""
    digest: str = ""
    exact: str = ""
    notes: list[str] = []
    topics: list[str] = Field([], examples=[["C17"]])


class _CaseWords(BaseModel):
    title: str = Field(examples=["Denmark"])
    label: str = ""
    years: str = ""
    groups: str = ""
    actors: str = ""
    facts: str = ""
    outcome: str = ""
    lesson: str = ""
    as_stated: str = Field("", description="The matter as its source puts it.")
    position: str = Field("", description="Where it stands at `position_date`.")
    position_date: str = ""
    places: list[str] = Field([], description="Locators in the founding source.")
    topics: list[str] = []
    record_depth: str = ""


class NewCase(_CaseWords):
    """A case study to add."""


class Case(_CaseWords):
    """A case study of a negotiation; what is empty the sources do not say."""

    id: int
    slug: str

    @classmethod
    def of(cls, case: CaseRecord) -> "Case":
        """The case as this interface gives it."""
        words = {name: getattr(case, name) for name in _CaseWords.model_fields}
        words |= {"places": list(case.places), "topics": list(case.topics)}
        return cls(id=case.id, slug=case.slug, **words)


class NewSource(BaseModel):
    """A source to add, as a CSL-JSON item."""

    kind: SourceKind
    csl: dict[str, Any] = Field(examples=[{"type": "book", "title": "On Talks"}])
    remark: str = ""


class Source(BaseModel):
    """A document, instrument or judgment, with its CSL-JSON item."""

    slug: str
    kind: SourceKind
    title: str
    csl: dict[str, Any]
    remark: str

    @classmethod
    def of(cls, source: SourceRecord) -> "Source":
        """The source as this interface gives it."""
        return cls(
            slug=source.slug,
            kind=source.kind,
            title=source.title,
            csl=source.csl,
            remark=source.remark,
        )


class Topic(BaseModel):
    """A need that the treaty should answer."""

    code: str = Field(examples=["C17"])
    family: str
    mark: str = Field(description="E: the law is expected to do it. L: a lesson of practice.")
    title: str
    places: list[str]

    @classmethod
    def of(cls, topic: TopicRecord) -> "Topic":
        """The topic as this interface gives it."""
        return cls(
            code=topic.code,
            family=topic.family,
            mark=topic.mark,
            title=topic.title,
            places=list(topic.places),
        )


class Citation(BaseModel):
    """The tie from a clause to one passage or one case."""

    id: int
    clause: str = Field(description="The uid of the clause.")
    passage: Passage | None
    case: Case | None
    relation: Relation
    pinpoint: str
    reason: str
    author: str
    at: datetime

    @classmethod
    def of(cls, tie: CitationRecord) -> "Citation":
        """The citation as this interface gives it."""
        return cls(
            id=tie.id,
            clause=tie.uid,
            passage=Passage.of(tie.passage) if tie.passage else None,
            case=Case.of(tie.case) if tie.case else None,
            relation=tie.relation,
            pinpoint=tie.pinpoint,
            reason=tie.reason,
            author=tie.author,
            at=tie.at,
        )


_Key = Annotated[int, Field(ge=0, le=2**31 - 1)]


class NewCitation(BaseModel):
    """A citation to make: of exactly one passage or one case."""

    passage: _Key | None = Field(None, examples=[12])
    case: _Key | None = None
    relation: Relation = Field(examples=["supports"])
    pinpoint: str = ""
    reason: str = Field(examples=["It shows that informal protection does not hold."])


class NewExport(BaseModel):
    """A Word file to make: of an edition, or of the text as it stands."""

    profile: str = Field("clean", examples=list(circulating.PROFILES))
    edition: str = Field("", description="The slug of an edition; empty: the text as it stands.")
    notes: Whose = Field(
        Whose.NOBODYS, description="Notes as comments, beside the profiles “clean” and “redline”."
    )
    against: str = Field(
        "",
        description="For a redline: the slug of the edition to start from, or @received: what its "
        "recipient last received.",
    )
    named: bool = Field(False, description="Name persons and delegations (those who steer only).")
    reservations: bool = Field(False, description="Released reservations as footnotes.")
    line_numbers: bool = False
    marking: str = Field("", description="A mark of confidentiality for every page.")
    recipient: str = ""
    copy_number: str = ""
    status: bool = Field(False, description="Footnotes on what is agreed (the text as it stands).")

    def options(self) -> circulating.Options:
        """What else the file is to be."""
        return circulating.Options(
            self.against,
            self.named,
            self.reservations,
            self.line_numbers,
            self.marking,
            self.recipient,
            self.copy_number,
            self.status,
        )


class Export(BaseModel):
    """A file that was made."""

    id: int
    profile: str
    edition: str
    filename: str
    sha256: str
    at: datetime
    author: str


# --- drafts and clauses


@router.get("/drafts", tags=["drafts"])
def list_drafts(store: StoreDep, seat: SeatDep) -> list[Draft]:
    """All drafts of this negotiation."""
    require(seat, Act.READ_DRAFT)
    return [Draft.of(draft) for draft in store.drafts.all()]


@router.get("/drafts/{slug}", tags=["drafts"])
def read_draft(store: StoreDep, seat: SeatDep, slug: str) -> Draft:
    """One draft."""
    return Draft.of(drafting.open_draft(store, seat, slug))


@router.get("/drafts/{slug}/clauses", tags=["clauses"])
def list_clauses(store: StoreDep, seat: SeatDep, slug: str) -> list[Clause]:
    """The clauses of a draft in their order; struck ones are left out."""
    draft = drafting.open_draft(store, seat, slug)
    records = {record.uid: record for record in store.drafts.clauses(draft.id)}
    document = store.drafts.document(draft.id)
    scheme = Scheme(draft.scheme)
    printed, cited = labels(document.clauses, scheme), citations(document.clauses, scheme)
    return [
        _written(records[clause.uid], printed[at], cited[at], draft.seq)
        for at, clause in enumerate(document.clauses)
    ]


@router.post("/drafts/{slug}/clauses", status_code=201, tags=["clauses"])
def insert_clause(store: StoreDep, seat: SeatDep, slug: str, new: NewClause) -> Clause:
    """Insert a clause."""
    draft = drafting.open_draft(store, seat, slug)
    made = drafting.insert(
        store,
        seat,
        draft,
        after=new.after,
        kind=new.kind,
        heading=new.heading,
        text=new.text,
        depth=new.depth,
    )
    return _shown(store, draft, made)


@router.get("/drafts/{slug}/clauses/{uid}", tags=["clauses"])
def read_clause(store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Clause:
    """One clause as it stands."""
    draft = drafting.open_draft(store, seat, slug)
    return _shown(store, draft, clause_of(store, draft, uid))


@router.patch("/drafts/{slug}/clauses/{uid}", tags=["clauses"], responses=_MOVED)
def change_clause(store: StoreDep, seat: SeatDep, slug: str, uid: str, change: Change) -> Changed:
    """Change a clause as it was `seen`.

    A change that does not touch what others did meanwhile is merged with it; one that does is
    refused (409) with both texts.
    """
    draft = drafting.open_draft(store, seat, slug)
    asked = [name for name in ("text", "heading", "struck") if getattr(change, name) is not None]
    if len(asked) != 1:
        raise Invalid("Send exactly one of text, heading and struck.")
    merged = False
    if change.text is not None:
        reworded = drafting.reword(store, seat, draft, uid, change.text, seen=change.seen)
        clause, merged = reworded.clause, reworded.merged
    elif change.heading is not None:
        clause = drafting.retitle(store, seat, draft, uid, change.heading, seen=change.seen)
        merged = clause.heading != " ".join(change.heading.split())
    elif change.struck:
        drafting.strike(store, seat, draft, uid, seen=change.seen)
        clause = clause_of(store, draft, uid)
    else:
        drafting.restore(store, seat, draft, uid)
        clause = clause_of(store, draft, uid)
    return Changed(clause=_shown(store, draft, clause), merged=merged)


def _shown(store: Store, draft: DraftRecord, record: ClauseRecord) -> Clause:
    # What this request did has moved the journal on.
    draft = store.drafts.by_id(draft.id) or draft
    clauses, scheme = store.drafts.document(draft.id).clauses, Scheme(draft.scheme)
    label = citation = ""
    for at, clause in enumerate(clauses):
        if clause.uid == record.uid:
            label, citation = labels(clauses, scheme)[at], citation_of(clauses, at, scheme)
    return _written(record, label, citation, draft.seq)


def _written(record: ClauseRecord, label: str, citation: str, seq: int) -> Clause:
    return Clause(
        uid=record.uid,
        kind=record.kind,
        label=label,
        citation=citation,
        heading=record.heading,
        text=record.text,
        depth=record.depth,
        version=record.version,
        seq=seq,
    )


@router.get("/drafts/{slug}/entries", tags=["journal"])
def list_entries(
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    after: Annotated[_Key, Query(description="Only entries with a greater seq.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    clause: Annotated[str, Query(description="Only those of the clause with this uid.")] = "",
) -> list[Entry]:
    """The journal of a draft, oldest first; ask again after the last seq until there is no more."""
    draft = drafting.open_draft(store, seat, slug)
    require(seat, Act.READ_JOURNAL)
    if clause:
        uid = clause_of(store, draft, clause).uid
        found = store.drafts.history(draft.id, uid, after=after, limit=limit)
    else:
        found = store.drafts.journal(draft.id, after=after, limit=limit)
    return [Entry.of(entry) for entry in found]


# --- citations


@router.get("/drafts/{slug}/citations", tags=["citations"])
def list_all_citations(store: StoreDep, seat: SeatDep, slug: str) -> list[Citation]:
    """The citations of a whole draft, in the order in which they were made."""
    draft = drafting.open_draft(store, seat, slug)
    return [Citation.of(tie) for tie in citing.citations(store, seat, draft)]


@router.get("/drafts/{slug}/clauses/{uid}/citations", tags=["citations"])
def list_citations(store: StoreDep, seat: SeatDep, slug: str, uid: str) -> list[Citation]:
    """What one clause rests on."""
    draft = drafting.open_draft(store, seat, slug)
    clause = clause_of(store, draft, uid)
    return [Citation.of(tie) for tie in citing.citations(store, seat, draft, clause.uid)]


@router.post("/drafts/{slug}/clauses/{uid}/citations", status_code=201, tags=["citations"])
def make_citation(
    store: StoreDep, seat: SeatDep, slug: str, uid: str, new: NewCitation
) -> Citation:
    """Tie a clause to a passage or a case."""
    draft = drafting.open_draft(store, seat, slug)
    made = citing.cite(
        store,
        seat,
        draft,
        uid,
        passage=new.passage,
        case=new.case,
        relation=new.relation,
        pinpoint=new.pinpoint,
        reason=new.reason,
    )
    return Citation.of(made)


@router.delete("/drafts/{slug}/citations/{citation_id}", status_code=204, tags=["citations"])
def remove_citation(store: StoreDep, seat: SeatDep, slug: str, citation_id: Id) -> None:
    """Take a citation away; it is kept with who did so."""
    citing.uncite(store, seat, drafting.open_draft(store, seat, slug), citation_id)


# --- the library


@router.get("/library/sources", tags=["library"])
def list_sources(store: StoreDep, seat: SeatDep) -> list[Source]:
    """All sources."""
    return [Source.of(source) for source in shelf.sources(store, seat)]


@router.post("/library/sources", status_code=201, tags=["library"])
def add_source(store: StoreDep, seat: SeatDep, new: NewSource) -> Source:
    """Add a source."""
    kept = shelf.add_source(store, seat, kind=new.kind, csl=new.csl, remark=new.remark)
    return Source.of(kept)


@router.get("/library/sources/{slug}", tags=["library"])
def read_source(store: StoreDep, seat: SeatDep, slug: str) -> Source:
    """One source."""
    return Source.of(shelf.source(store, seat, slug))


@router.get("/library/passages", tags=["library"])
def list_passages(
    store: StoreDep,
    seat: SeatDep,
    source: Annotated[str, Query(description="Only of this source.")] = "",
) -> list[Passage]:
    """Passages in the order of their sources."""
    slugs = [source] if source else [known.slug for known in shelf.sources(store, seat)]
    return [Passage.of(p) for slug in slugs for p in shelf.passages(store, seat, slug)]


@router.post("/library/passages", status_code=201, tags=["library"])
def add_passage(store: StoreDep, seat: SeatDep, new: NewPassage) -> Passage:
    """Add a passage to a source."""
    words = new.model_dump(exclude={"source", "notes", "topics"})
    kept = shelf.add_passage(
        store, seat, new.source, notes=tuple(new.notes), topics=tuple(new.topics), **words
    )
    return Passage.of(kept)


@router.get("/library/passages/{passage_id}", tags=["library"])
def read_passage(store: StoreDep, seat: SeatDep, passage_id: Id) -> Passage:
    """One passage."""
    return Passage.of(shelf.passage(store, seat, passage_id))


@router.get("/library/cases", tags=["library"])
def list_cases(store: StoreDep, seat: SeatDep) -> list[Case]:
    """All case studies."""
    return [Case.of(case) for case in shelf.cases(store, seat)]


@router.post("/library/cases", status_code=201, tags=["library"])
def add_case(store: StoreDep, seat: SeatDep, new: NewCase) -> Case:
    """Add a case study."""
    words = new.model_dump() | {"places": tuple(new.places), "topics": tuple(new.topics)}
    return Case.of(shelf.add_case(store, seat, **words))


@router.get("/library/cases/{slug}", tags=["library"])
def read_case(store: StoreDep, seat: SeatDep, slug: str) -> Case:
    """One case study."""
    return Case.of(shelf.case(store, seat, slug))


@router.get("/library/topics", tags=["library"])
def list_topics(store: StoreDep, seat: SeatDep) -> list[Topic]:
    """The treaty's own list of needs."""
    return [Topic.of(topic) for topic in shelf.topics(store, seat)]


# --- exports


@router.get("/drafts/{slug}/exports", tags=["exports"])
def list_exports(store: StoreDep, seat: SeatDep, slug: str) -> list[Export]:
    """The files made of a draft, the newest first."""
    draft = drafting.open_draft(store, seat, slug)
    return [
        Export(
            id=made.id,
            profile=made.profile,
            edition=made.edition,
            filename=made.filename,
            sha256=made.sha256,
            at=made.at,
            author=made.author,
        )
        for made in circulating.exports(store, seat, draft)
    ]


@router.post(
    "/drafts/{slug}/exports",
    tags=["exports"],
    response_class=Response,
    responses={200: {"content": {WORD: {}}, "description": "The Word file."}},
)
def make_export(store: StoreDep, seat: SeatDep, slug: str, new: NewExport) -> Response:
    """Make a Word file; `X-Content-SHA256` is its fingerprint, as kept on record."""
    draft = drafting.open_draft(store, seat, slug)
    made = circulating.export(
        store, seat, draft, new.profile, new.edition, notes=new.notes, options=new.options()
    )
    return word_file(made.filename, made.content, made.sha256)


# --- the description of all this


@router.get("/openapi.json", include_in_schema=False)
def describe(request: Request, _seat: SeatDep) -> dict[str, Any]:
    """This interface in OpenAPI, for signed-in seats."""
    described = get_openapi(
        title="Travaux",
        version="1",
        description=__doc__ or "",
        routes=[one for one in routes_of(request.app) if _is_ours(one)],
    )
    described["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE}
    }
    described["security"] = [{"session": []}]
    return described


def _is_ours(route: Route) -> bool:
    return route.path.startswith(f"{router.prefix}/") and route.include_in_schema
