"""What the treaty can rest on: sources, their passages, case studies, topics and figures."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class SourceKind(StrEnum):
    """What sort of thing a source is."""

    DOCUMENT = "document"
    INSTRUMENT = "instrument"
    JUDGMENT = "judgment"


@dataclass(frozen=True, slots=True)
class HeadingRecord:
    """One heading of a source that was imported: its key ("S2a"), words and level (1 on top)."""

    key: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A document, instrument or judgment.

    `csl` is its CSL-JSON item, `remark` says what about it cannot be cited.
    """

    id: int
    slug: str
    kind: SourceKind
    title: str
    csl: dict[str, Any]
    remark: str
    founding: bool = False
    headings: tuple[HeadingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A place in a source.

    `digest` says it in our words, `exact` is the source's own text where we have it.
    `locator` is the pinpoint ("S3a.P10", "art 6(5)", "[70]", or "" for the whole),
    `notes` are the numbers of the source's own notes there, `topics` are codes.
    """

    id: int
    source_id: int
    source_slug: str
    source_title: str
    locator: str
    heading: str
    digest: str
    exact: str
    notes: tuple[str, ...]
    topics: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case study of a negotiation; empty fields are what the sources do not say.

    `as_stated` is the matter as its source puts it, `position` where it stood on
    `position_date`; `places` are passages of the founding source ("S1.P3");
    `record_depth` is "rich", "medium" or "thin".
    """

    id: int
    slug: str
    title: str
    label: str
    years: str
    groups: str
    actors: str
    facts: str
    outcome: str
    lesson: str
    as_stated: str
    position: str
    position_date: str
    places: tuple[str, ...]
    topics: tuple[str, ...]
    record_depth: str


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A need the treaty should answer; `mark` is E (law should do it) or L (a lesson)."""

    code: str
    family: str
    mark: str
    title: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """A number that a source states, with the place where it stands."""

    id: int
    figure: str
    statement: str
    source_slug: str
    locator: str
    remark: str
