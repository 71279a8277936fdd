"""The tables as SQLModel classes: rows that never leave the store.

Times are aware UTC datetimes on both databases (SQLite itself keeps no zone);
lists and dicts are kept as canonical JSON text, because the journal's hashes
are computed over that text.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import declared_attr
from sqlalchemy.sql import false, true
from sqlalchemy.sql import text as sql
from sqlalchemy.types import BigInteger, DateTime, Text, TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel


class Utc(TypeDecorator[datetime]):
    """An aware datetime in UTC; a naive one is refused, for nobody could say what it means."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`timestamptz` where there is one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value as the database takes it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, characters as they are."""
    return _CANONICAL.encode(value)


class Json(TypeDecorator[Any]):
    """A list, dict or string kept as canonical JSON text; None stays NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """The value as text."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The text as a value."""
        return None if value is None else json.loads(value)


class Row(SQLModel):
    """What every table is made from: `ClauseRow` is `clause`, `CaseTopicRow` is `case_topic`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy hands over the class
        """The class's name without Row, in lower case with underscores."""
        bare = cls.__name__.removesuffix("Row")
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", bare).lower()


class DraftRow(Row, table=True):
    """One treaty text under negotiation; `seq` and `hash` are the head of its journal.

    It is `guarded` while one of its clauses is agreed, or under silence: only then does whoever
    changes words have to ask which.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str
    symbol: str = ""
    dated: str = ""
    distribution: str = ""
    scheme: str = "un"
    seq: int = 0
    hash: str = Field(sa_type=String(64))
    created_at: datetime = Field(sa_type=Utc)
    guarded: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    numbers: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    article_form: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    self_form: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})
    reference_form: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})


class ClauseRow(Row, table=True):
    """One clause as it stands: the fold of its edits, kept in the same transaction as they are.

    `position` orders the clauses of a draft, struck ones included; it leaves room
    between neighbours, so that an insertion touches no other row. A clause that is being
    typed in is not `settled`: the search index does not have its words.
    """

    __table_args__ = (
        Index(
            "ix_clause_unsettled",
            "draft_id",
            sqlite_where=sql("NOT settled"),
            postgresql_where=sql("NOT settled"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    kind: str
    number: str = ""
    heading: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    depth: int = 0
    position: int = Field(sa_type=BigInteger)
    version: int = 1
    struck: bool = False
    settled: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class EditRow(Row, table=True):
    """One entry of a draft's journal; triggers refuse to change or delete it.

    It names its author rather than pointing at a seat, for it outlives seats. `push` names what
    a browser typed, so that the same words sent twice are kept once.
    """

    __table_args__ = (
        Index("ix_edit_clause", "draft_id", "uid", "seq"),
        Index(
            "ix_edit_push",
            "draft_id",
            "push",
            unique=True,
            sqlite_where=sql("push <> ''"),
            postgresql_where=sql("push <> ''"),
        ),
    )

    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    seq: int = Field(primary_key=True)
    uid: str = Field(default="", sa_type=String(32))
    version: int = 0
    act: str
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    changes: list[Any] | None = Field(default=None, sa_type=Json)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    origin: str = ""
    hash: str = Field(sa_type=String(64))
    push: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})


class EditionRow(Row, table=True):
    """A named, frozen state of a whole draft; triggers refuse to change or delete it."""

    __table_args__ = (UniqueConstraint("draft_id", "slug"),)

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    slug: str
    name: str
    symbol: str = ""
    dated: str = ""
    at: datetime = Field(sa_type=Utc)
    seq: int
    hash: str = Field(sa_type=String(64))
    author_id: int | None = None
    author: str
    content: dict[str, Any] = Field(sa_type=Json)


# --- seats, library, citations


class SeatRow(Row, table=True):
    """A person's place; a removed seat stays, inactive, because what it wrote names it."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    role: str
    delegation: str = ""
    focal: bool = False
    active: bool = True
    password: str
    created_at: datetime = Field(sa_type=Utc)


class SessionRow(Row, table=True):
    """One browser that is signed in; `token` is the SHA-256 of what its cookie holds."""

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    token: str = Field(unique=True, sa_type=String(64))
    started_at: datetime = Field(sa_type=Utc)
    seen_at: datetime = Field(sa_type=Utc)
    address: str = ""
    agent: str = ""


class LinkRow(Row, table=True):
    """A link that was handed out: set-up, invitation or reset; `token` is hashed as above."""

    id: int | None = Field(default=None, primary_key=True)
    purpose: str
    token: str = Field(unique=True, sa_type=String(64))
    email: str = ""
    name: str = ""
    role: str
    delegation: str = ""
    seat_id: int | None = Field(default=None, foreign_key="seat.id")
    made_by_id: int | None = Field(default=None, foreign_key="seat.id")
    made_by: str
    made_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
    used_at: datetime | None = Field(default=None, sa_type=Utc)


class AttemptRow(Row, table=True):
    """One attempt at a password that did not succeed, or not yet; kept for five minutes."""

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True, sa_type=String(64))
    address: str = ""
    at: datetime = Field(index=True, sa_type=Utc)


class EventRow(Row, table=True):
    """Something that happened outside the texts: who did what to which thing, and when."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Utc)
    act: str
    author_id: int | None = None
    author: str
    thing: str = Field(index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class SourceRow(Row, table=True):
    """A document, instrument or judgment; `names` are the words of its record worth searching.

    `sha256` is that of the text it was imported from, so that it is imported once.
    """

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    kind: str
    title: str = Field(sa_type=Text)
    csl: dict[str, Any] = Field(sa_type=Json)
    remark: str = Field(default="", sa_type=Text)
    names: str = Field(default="", sa_type=Text)
    founding: bool = False
    headings: list[Any] = Field(default_factory=list, sa_type=Json)
    note_texts: list[Any] = Field(default_factory=list, sa_type=Json)
    sha256: str = Field(default="", index=True, sa_type=String(64))


class PassageRow(Row, table=True):
    """A place in a source, in our words (`digest`) and, where we have it, in its own (`exact`)."""

    __table_args__ = (UniqueConstraint("source_id", "locator"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    locator: str = ""
    heading: str = Field(default="", sa_type=Text)
    digest: str = Field(default="", sa_type=Text)
    exact: str = Field(default="", sa_type=Text)
    notes: list[str] = Field(default_factory=list, sa_type=Json)
    position: int = 0


class CaseStudyRow(Row, table=True):
    """A case study of a negotiation ("case" by itself is a word of SQL's)."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    title: str
    label: str = ""
    years: str = ""
    groups: str = Field(default="", sa_type=Text)
    actors: str = Field(default="", sa_type=Text)
    facts: str = Field(default="", sa_type=Text)
    outcome: str = Field(default="", sa_type=Text)
    lesson: str = Field(default="", sa_type=Text)
    as_stated: str = Field(default="", sa_type=Text)
    position: str = Field(default="", sa_type=Text)
    position_date: str = ""
    places: list[str] = Field(default_factory=list, sa_type=Json)
    record_depth: str = ""


class TopicRow(Row, table=True):
    """A need from the treaty's own list."""

    code: str = Field(primary_key=True, sa_type=String(16))
    family: str
    mark: str
    title: str = Field(sa_type=Text)
    places: list[str] = Field(default_factory=list, sa_type=Json)


class PassageTopicRow(Row, table=True):
    """A passage bears on a topic."""

    passage_id: int = Field(foreign_key="passage.id", primary_key=True)
    code: str = Field(foreign_key="topic.code", primary_key=True, sa_type=String(16))


class CaseTopicRow(Row, table=True):
    """A case bears on a topic."""

    case_id: int = Field(foreign_key="case_study.id", primary_key=True)
    code: str = Field(foreign_key="topic.code", primary_key=True, sa_type=String(16))


class FigureRow(Row, table=True):
    """A number that a source states."""

    id: int | None = Field(default=None, primary_key=True)
    figure: str
    statement: str = Field(sa_type=Text)
    source_slug: str = ""
    locator: str = ""
    remark: str = Field(default="", sa_type=Text)


class CitationRow(Row, table=True):
    """The tie from a clause to a passage or a case; taken away, it stays with who and when."""

    __table_args__ = (
        CheckConstraint("(passage_id IS NULL) <> (case_id IS NULL)", name="one_authority"),
    )

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    uid: str = Field(foreign_key="clause.uid", index=True, sa_type=String(32))
    passage_id: int | None = Field(default=None, foreign_key="passage.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case_study.id", index=True)
    relation: str
    pinpoint: str = ""
    reason: str = Field(sa_type=Text)
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    removed_at: datetime | None = Field(default=None, sa_type=Utc)
    removed_by: str = ""


class ClauseTopicRow(Row, table=True):
    """A clause answers a topic."""

    uid: str = Field(foreign_key="clause.uid", primary_key=True, sa_type=String(32))
    code: str = Field(foreign_key="topic.code", primary_key=True, sa_type=String(16))
    draft_id: int = Field(foreign_key="draft.id", index=True)


class ClauseGapRow(Row, table=True):
    """A clause for which no source is known yet, and what is to be said about that."""

    uid: str = Field(foreign_key="clause.uid", primary_key=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    remark: str = Field(sa_type=Text)


# --- exports


class ExportRow(Row, table=True):
    """One Word file that was made: what went into it, and the SHA-256 of its bytes."""

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    edition_id: int | None = Field(default=None, foreign_key="edition.id")
    profile: str
    filename: str
    sha256: str = Field(index=True, sa_type=String(64))
    size: int
    seq: int
    head: str = Field(sa_type=String(64))
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)


# --- notes


class NoteRow(Row, table=True):
    """What somebody says about words, about a clause, or about a draft; `root_id` for an answer.

    `seq`, `uid`, `begins` to `room_after` are its anchor as it was last kept, `made_uid` and
    `made_seq` what it was written for. A note that is only its author's has their seat as
    `owner_id`, and so have the answers to it; who else may read one says the store's query alone.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    root_id: int | None = Field(default=None, foreign_key="note.id", index=True)
    uid: str | None = Field(default=None, foreign_key="clause.uid", sa_type=String(32))
    seq: int
    begins: int = 0
    ends: int = 0
    quote: str = Field(default="", sa_type=Text)
    prefix: str = Field(default="", sa_type=Text)
    suffix: str = Field(default="", sa_type=Text)
    room_before: int = 0
    room_after: int = 0
    made_uid: str | None = Field(default=None, sa_type=String(32))
    made_seq: int
    kind: str
    body: str = Field(sa_type=Text)
    audience: str
    delegation: str = ""
    owner_id: int | None = None
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    stirred_at: datetime = Field(sa_type=Utc)
    version: int = 1
    resolved_at: datetime | None = Field(default=None, sa_type=Utc)
    resolved_by: str = ""
    reason: str = Field(default="", sa_type=Text)
    removed_at: datetime | None = Field(default=None, sa_type=Utc)
    place: int = 0
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    redacted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    redaction_by_id: int | None = None
    redaction_by: str = Field(default="", sa_column_kwargs={"server_default": sql("''")})


class NoteChangeRow(Row, table=True):
    """What a note said before it was edited, or why it was resolved or opened again."""

    note_id: int = Field(foreign_key="note.id", primary_key=True)
    number: int = Field(primary_key=True)
    act: str
    kind: str
    audience: str
    delegation: str = ""
    words: str = Field(sa_type=Text)
    author: str
    at: datetime = Field(sa_type=Utc)


class NoteMentionRow(Row, table=True):
    """A note names a seat."""

    note_id: int = Field(foreign_key="note.id", primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", primary_key=True, index=True)


class NoteVisitRow(Row, table=True):
    """Up to when a seat has read the notes of a draft."""

    seat_id: int = Field(foreign_key="seat.id", primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    at: datetime = Field(sa_type=Utc)


# --- proposals


class MeetingRow(Row, table=True):
    """A meeting at which proposals were tabled or settled, and positions stated."""

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    name: str
    held: str = ""
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)


class DelegationGroupRow(Row, table=True):
    """Delegations that speak together."""

    __table_args__ = (UniqueConstraint("draft_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    name: str
    members: list[str] = Field(default_factory=list, sa_type=Json)
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)


class ProposalRow(Row, table=True):
    """What a delegation wants done to a clause; `target` is the clause, `seq` when it was made.

    `carried` is where its words were as of `carried_seq`, in the clause `carried_uid`, so that
    they need not be followed from `seq` on; None: not kept yet.
    `hash` is the head of the chain of its events. Redacted, it has lost its words, its reason
    and its salt, without which nobody can try out what the digest in that chain was made of.
    """

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    target: str = Field(foreign_key="clause.uid", index=True, sa_type=String(32))
    seq: int
    version: int
    kind: str
    base: str = Field(default="", sa_type=Text)
    words: str = Field(default="", sa_type=Text)
    new_kind: str = ""
    heading: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    delegation: str
    speaks_for: str = ""
    state: str = "private"
    why: str = Field(default="", sa_type=Text)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    tabled_at: datetime | None = Field(default=None, sa_type=Utc)
    settled_at: datetime | None = Field(default=None, sa_type=Utc)
    salt: str = ""
    hash: str = Field(default="", sa_type=String(64))
    redacted: bool = False
    redaction_by_id: int | None = None
    redaction_by: str = ""
    carried_uid: str = Field(
        default="", sa_type=String(32), sa_column_kwargs={"server_default": sql("''")}
    )
    carried_seq: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    carried: dict[str, Any] | None = Field(default=None, sa_type=Json)


class ErasureRow(Row, table=True):
    """An entry of a journal, or the edition that it named, that lost words of a proposal."""

    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    seq: int = Field(primary_key=True)
    proposal: str = Field(sa_type=String(32))
    at: datetime = Field(sa_type=Utc)


class ProposalSponsorRow(Row, table=True):
    """A delegation beside the one that proposes: asked to join, and when it did."""

    proposal_id: int = Field(foreign_key="proposal.id", primary_key=True)
    delegation: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_type=Utc)
    joined_at: datetime | None = Field(default=None, sa_type=Utc)


class ProposalEventRow(Row, table=True):
    """What happened to a proposal from its tabling on; each hash covers the one before it."""

    proposal_id: int = Field(foreign_key="proposal.id", primary_key=True)
    number: int = Field(primary_key=True)
    act: str
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    hash: str = Field(sa_type=String(64))


class PositionRow(Row, table=True):
    """What a delegation thinks of a tabled proposal; others learn of it once it is released.

    `linked_words` are words that the clause `linked_uid` is to have, looked for as of `linked_seq`.
    """

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    delegation: str
    stance: str
    condition: str = Field(default="", sa_type=Text)
    from_floor: bool = False
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    released_at: datetime | None = Field(default=None, sa_type=Utc)
    released_by: str = ""
    linked_uid: str = Field(
        default="", sa_type=String(32), sa_column_kwargs={"server_default": sql("''")}
    )
    linked_words: str = Field(
        default="", sa_type=Text, sa_column_kwargs={"server_default": sql("''")}
    )
    linked_seq: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})


# --- status


class ClauseStatusRow(Row, table=True):
    """A clause that is agreed, and since when; one that is open has no row."""

    uid: str = Field(foreign_key="clause.uid", primary_key=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    status: str
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    by_silence: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class StatusStepRow(Row, table=True):
    """What was done about the status of a clause, never changed; `seq` is the journal's then."""

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    uid: str = Field(foreign_key="clause.uid", index=True, sa_type=String(32))
    act: str
    seq: int
    delegation: str = ""
    reason: str = Field(default="", sa_type=Text)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)


class ReferendumRow(Row, table=True):
    """A delegation that has agreed to a clause ad referendum and has not confirmed it yet."""

    uid: str = Field(foreign_key="clause.uid", primary_key=True, sa_type=String(32))
    delegation: str = Field(primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)


class SilenceRow(Row, table=True):
    """Clauses that are agreed unless somebody objects by `due`; `state` says what came of it.

    One that nobody has touched since `due` is still called open, and is not.
    """

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    target: str = Field(foreign_key="clause.uid", sa_type=String(32))
    status: str
    due: datetime = Field(sa_type=Utc)
    seq: int
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    state: str = "open"
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_by: str = ""
    why: str = Field(default="", sa_type=Text)


class SilenceClauseRow(Row, table=True):
    """A clause that a silence is about."""

    silence_id: int = Field(foreign_key="silence.id", primary_key=True)
    uid: str = Field(foreign_key="clause.uid", primary_key=True, index=True, sa_type=String(32))


class ObjectionRow(Row, table=True):
    """A delegation did not keep silent, and about which clause."""

    id: int | None = Field(default=None, primary_key=True)
    silence_id: int = Field(foreign_key="silence.id", index=True)
    uid: str = Field(foreign_key="clause.uid", sa_type=String(32))
    delegation: str
    reason: str = Field(default="", sa_type=Text)
    from_floor: bool = False
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)


# --- brackets


class BracketClaimRow(Row, table=True):
    """Whose a bracket is said to be, and why it stands; the latest of a `key` is what counts.

    `uid`, `seq` and `begins` to `room_after` are the anchor on the bracket with its marks as it
    was last kept, `words` what it held when this was said.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    uid: str = Field(foreign_key="clause.uid", sa_type=String(32))
    seq: int
    begins: int
    ends: int
    quote: str = Field(sa_type=Text)
    prefix: str = Field(default="", sa_type=Text)
    suffix: str = Field(default="", sa_type=Text)
    room_before: int = 0
    room_after: int = 0
    words: str = Field(sa_type=Text)
    owners: list[str] = Field(default_factory=list, sa_type=Json)
    nobodys: bool = False
    reason: str = Field(default="", sa_type=Text)
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    replaced_at: datetime | None = Field(default=None, sa_type=Utc)


class BracketPositionRow(Row, table=True):
    """What a delegation says of a bracket; others learn of it once it is released.

    The latest of a delegation on a bracket is what counts. The anchor is as that of a claim.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    uid: str = Field(foreign_key="clause.uid", sa_type=String(32))
    seq: int
    begins: int
    ends: int
    quote: str = Field(sa_type=Text)
    prefix: str = Field(default="", sa_type=Text)
    suffix: str = Field(default="", sa_type=Text)
    room_before: int = 0
    room_after: int = 0
    words: str = Field(sa_type=Text)
    delegation: str
    stance: str
    condition: str = Field(default="", sa_type=Text)
    from_floor: bool = False
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    released_at: datetime | None = Field(default=None, sa_type=Utc)
    released_by_id: int | None = None
    released_by: str = ""


# --- the record


class SeenRow(Row, table=True):
    """How far a seat has read what was done in a draft, and how far it had before that.

    `met` are the times, as text, of what stands beside the journal and was shown shortly before
    `at`: what another unit of work began then and keeps only later is still new. `steps` is the
    last step of a clause's status by then.
    """

    seat_id: int = Field(foreign_key="seat.id", primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    seq: int
    at: datetime = Field(sa_type=Utc)
    met: list[str] = Field(default_factory=list, sa_type=Json)
    steps: int = 0
    was_seq: int = 0
    was_at: datetime = Field(sa_type=Utc)


class FeedRow(Row, table=True):
    """A secret address at which a seat follows a draft; `token` is hashed like a session's."""

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    seat_id: int = Field(foreign_key="seat.id", index=True)
    draft_id: int = Field(foreign_key="draft.id")
    token: str = Field(unique=True, sa_type=String(64))
    wanted: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    made_at: datetime = Field(sa_type=Utc)


# --- findings


class WaiverRow(Row, table=True):
    """A finding that somebody set aside, with the reason; it holds while `words` stand as they do.

    `words` is the SHA-256 of what was found and of the words it was found in; a waiver that was
    taken back stays, and says who took it back.
    """

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    uid: str = Field(default="", sa_type=String(32))
    rule: str
    words: str = Field(sa_type=String(64))
    reason: str = Field(sa_type=Text)
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=Utc)


# --- rounds


class RoundRow(Row, table=True):
    """A circulation of an edition; `seq` is the journal's entry that the edition was made of."""

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    draft_id: int = Field(foreign_key="draft.id", index=True)
    edition_id: int = Field(foreign_key="edition.id")
    seq: int
    name: str
    deadline: datetime | None = Field(default=None, sa_type=Utc)
    cover: str = Field(default="", sa_type=Text)
    profiles: list[str] = Field(default_factory=list, sa_type=Json)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: str = ""


class RecipientRow(Row, table=True):
    """Somebody to whom a round goes: a delegation, or a name; `number` is that of their copy."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    round_id: int = Field(foreign_key="round.id", index=True)
    delegation: str = ""
    name: str
    address: str = ""
    number: int
    author: str
    at: datetime = Field(sa_type=Utc)


class RoundFileRow(Row, table=True):
    """A file as it was handed out in a round; `remarks` are digests of the comments in it."""

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id", index=True)
    recipient_id: int | None = Field(default=None, foreign_key="recipient.id")
    profile: str
    filename: str
    sha256: str = Field(index=True, sa_type=String(64))
    size: int
    remarks: list[str] = Field(default_factory=list, sa_type=Json)
    at: datetime = Field(sa_type=Utc)


class ReplyLinkRow(Row, table=True):
    """A secret address at which a recipient answers; `token` is hashed like a session's."""

    id: int | None = Field(default=None, primary_key=True)
    recipient_id: int = Field(foreign_key="recipient.id", index=True)
    token: str = Field(unique=True, sa_type=String(64))
    made_by: str
    made_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
    uses: int = 0


class ReturnedRow(Row, table=True):
    """A file that came back, byte for byte; `state` and `report` say what was made of it."""

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    round_id: int = Field(foreign_key="round.id", index=True)
    recipient_id: int | None = Field(default=None, foreign_key="recipient.id")
    filename: str
    content: bytes = Field(sa_type=LargeBinary)
    sha256: str = Field(sa_type=String(64))
    size: int
    how: str
    word: str = Field(default="", sa_type=Text)
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    state: str
    why: str = Field(default="", sa_type=Text)
    report: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    read_at: datetime | None = Field(default=None, sa_type=Utc)


class FindingRow(Row, table=True):
    """One thing that somebody changed or said in a file that came back, and what became of it."""

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True, sa_type=String(32))
    returned_id: int = Field(foreign_key="returned.id", index=True)
    number: int
    kind: str
    wish: str = ""
    state: str
    clause: str = Field(default="", sa_type=String(32))
    how: str = ""
    score: float = 0.0
    before: str = Field(default="", sa_type=Text)
    after: str = Field(default="", sa_type=Text)
    new_kind: str = ""
    heading: str = Field(default="", sa_type=Text)
    author: str = ""
    dated: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    reason: str = Field(default="", sa_type=Text)
    proposal: str = Field(default="", sa_type=String(32))
    note: str = Field(default="", sa_type=String(32))
    settled_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_type=Utc)
