"""Findings that were set aside: which, why, by whom; and those that were taken up again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from app.store.events import Author
from app.store.tables import WaiverRow


@dataclass(frozen=True, slots=True)
class WaiverRecord:
    """A finding set aside while the words it was found in stand: `words` is their SHA-256."""

    id: int
    uid: str
    rule: str
    words: str
    reason: str
    author: str
    at: datetime


class Waivers:
    """What was set aside, in one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def of_draft(self, draft_id: int) -> Mapping[tuple[str, str, str], WaiverRecord]:
        """Those that hold, by rule, clause ("" for the whole text) and words."""
        query = (
            select(
                col(WaiverRow.id),
                col(WaiverRow.uid),
                col(WaiverRow.rule),
                col(WaiverRow.words),
                col(WaiverRow.reason),
                col(WaiverRow.author),
                col(WaiverRow.at),
            )
            .where(col(WaiverRow.draft_id) == draft_id, col(WaiverRow.ended_at).is_(None))
            .order_by(col(WaiverRow.id))
        )
        rows = self._session.connection().execute(query)
        found = [WaiverRecord(row[0] or 0, *row[1:]) for row in rows]
        return {(each.rule, each.uid, each.words): each for each in found}

    def add(
        self, draft_id: int, *, uid: str, rule: str, words: str, reason: str, by: Author
    ) -> None:
        """Set a finding aside."""
        row = {"draft_id": draft_id, "uid": uid, "rule": rule, "words": words, "reason": reason}
        said = {"author_id": by.id or None, "author": by.name, "at": self._now, "ended_by": ""}
        self._session.connection().execute(insert(WaiverRow).values(**row, **said))

    def end(self, draft_id: int, waiver_id: int, by: Author) -> bool:
        """Take a finding up again; False when there is none such that holds."""
        changed = self._session.connection().execute(
            update(WaiverRow)
            .where(
                col(WaiverRow.draft_id) == draft_id,
                col(WaiverRow.id) == waiver_id,
                col(WaiverRow.ended_at).is_(None),
            )
            .values(ended_by=by.name, ended_at=self._now)
        )
        return changed.rowcount == 1
