"""What each clause rests on: ties to passages and cases, topics, and gaps said to be gaps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.store.library import CaseRecord, PassageRecord


class Relation(StrEnum):
    """How a source bears on the clause that cites it."""

    SUPPORTS = "supports"
    PRECEDENT = "precedent for"
    WORDING = "wording taken from"
    QUALIFIES = "qualifies"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class CitationRecord:
    """The tie from a clause to one passage or one case; `removed_at` is None while it stands."""

    id: int
    draft_id: int
    uid: str
    passage: PassageRecord | None
    case: CaseRecord | None
    relation: Relation
    pinpoint: str
    reason: str
    author: str
    at: datetime
    removed_at: datetime | None = None
    removed_by: str = ""
