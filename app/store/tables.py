"""The tables as SQLModel classes: rows that never leave the store.

Times are aware UTC datetimes on both databases (SQLite itself keeps no zone);
lists and dicts are kept as canonical JSON text, because the journal's hashes
are computed over that text.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, String, UniqueConstraint
from sqlalchemy.orm import declared_attr
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


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


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
    """One treaty text under negotiation; `seq` and `hash` are the head of its journal."""

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


class ClauseRow(Row, table=True):
    """One clause as it stands: the fold of its edits, kept in the same transaction as they are.

    `position` orders the clauses of a draft, struck ones included; it leaves room
    between neighbours, so that an insertion touches no other row.
    """

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


class EditRow(Row, table=True):
    """One entry of a draft's journal; triggers refuse to change or delete it.

    It names its author rather than pointing at a seat, for it outlives seats.
    """

    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    seq: int = Field(primary_key=True)
    uid: str = Field(default="", index=True, sa_type=String(32))
    version: int = 0
    act: str
    author_id: int | None = None
    author: str
    at: datetime = Field(sa_type=Utc)
    changes: list[Any] | None = Field(default=None, sa_type=Json)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    origin: str = ""
    hash: str = Field(sa_type=String(64))


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
