"""Silence procedures: clauses that are agreed unless somebody objects in time, and who did.

No clock runs for them. A silence whose time is over without an objection counts as agreed for
whoever reads it; the next one who touches the status of a clause in the draft writes it down.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.proposals import MeetingRecord
from app.store.status import Status
from app.store.tables import MeetingRow, ObjectionRow, SilenceClauseRow, SilenceRow


class Outcome(StrEnum):
    """What has come of a silence."""

    OPEN = "open"
    AGREED = "agreed"
    BROKEN = "broken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ObjectionRecord:
    """A delegation that did not keep silent, about which clause, and why."""

    uid: str
    delegation: str
    reason: str
    from_floor: bool
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SilenceRecord:
    """Clauses that become `status` unless somebody objects by `due`; the first is the `target`.

    `outcome` is what it is at the moment of reading; `is_written` that it was written down so.
    """

    id: int
    uid: str
    target: str
    clauses: tuple[str, ...]
    status: Status
    due: datetime
    seq: int
    meeting: MeetingRecord | None
    author_id: int | None
    author: str
    at: datetime
    outcome: Outcome
    is_written: bool
    ended_at: datetime | None
    ended_by: str
    why: str
    objections: tuple[ObjectionRecord, ...]

    @property
    def is_running(self) -> bool:
        """Whether it still may be broken."""
        return self.outcome is Outcome.OPEN


class Silences:
    """Reads and writes silences within one unit of work."""

    def __init__(self, session: Session, now: datetime, new_uid: Any) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid

    def of_draft(self, draft_id: int, limit: int = 100) -> tuple[SilenceRecord, ...]:
        """The draft's silences, the newest first."""
        query = select(SilenceRow).where(SilenceRow.draft_id == draft_id)
        return self._records(query.order_by(col(SilenceRow.id).desc()).limit(limit))

    def before(self, draft_id: int, seq: int) -> tuple[SilenceRecord, ...]:
        """Those that began before the journal had its entry `seq`, the first to end first."""
        query = select(SilenceRow).where(SilenceRow.draft_id == draft_id, SilenceRow.seq < seq)
        return self._records(query.order_by(col(SilenceRow.due), col(SilenceRow.id)))

    def running(self, draft_id: int) -> tuple[SilenceRecord, ...]:
        """Those that nobody broke so far and whose time is not over, the first to end first."""
        query = self._open(draft_id).where(SilenceRow.due > self._now)
        return self._records(query.order_by(col(SilenceRow.due), col(SilenceRow.id)))

    def lapsed(self, draft_id: int) -> tuple[SilenceRecord, ...]:
        """Those whose time is over without an objection, and that nobody wrote down since."""
        query = self._open(draft_id).where(SilenceRow.due <= self._now)
        return self._records(query.order_by(col(SilenceRow.due), col(SilenceRow.id)))

    def of_clause(self, draft_id: int, uid: str) -> SilenceRecord | None:
        """The latest silence about a clause; None when there never was one."""
        query = (
            select(SilenceRow)
            .join(SilenceClauseRow, col(SilenceClauseRow.silence_id) == col(SilenceRow.id))
            .where(SilenceRow.draft_id == draft_id, SilenceClauseRow.uid == uid)
            .order_by(col(SilenceRow.id).desc())
            .limit(1)
        )
        return next(iter(self._records(query)), None)

    def get(self, draft_id: int, uid: str) -> SilenceRecord | None:
        """The silence with this public id; None when the draft has none such."""
        query = select(SilenceRow).where(SilenceRow.draft_id == draft_id, SilenceRow.uid == uid)
        return next(iter(self._records(query)), None)

    def begin(
        self,
        draft_id: int,
        clauses: Collection[str],
        *,
        target: str,
        status: Status,
        due: datetime,
        seq: int,
        by: Author,
        meeting: MeetingRecord | None = None,
    ) -> str:
        """The public id of a new silence about these clauses."""
        row = SilenceRow(
            uid="s" + self._new_uid()[1:],
            draft_id=draft_id,
            target=target,
            status=status.value,
            due=due,
            seq=seq,
            meeting_id=meeting.id if meeting is not None else None,
            author_id=by.id or None,
            author=by.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        for uid in clauses:
            self._session.add(SilenceClauseRow(silence_id=row.id or 0, uid=uid))
        self._session.flush()
        return row.uid

    def object(
        self,
        silence: SilenceRecord,
        *,
        uid: str,
        delegation: str,
        reason: str,
        from_floor: bool,
        by: Author,
    ) -> None:
        """Keep that a delegation objects; nothing is ended by that alone."""
        self._session.add(
            ObjectionRow(
                silence_id=silence.id,
                uid=uid,
                delegation=delegation,
                reason=reason,
                from_floor=from_floor,
                author_id=by.id or None,
                author=by.name,
                at=self._now,
            )
        )
        self._session.flush()

    def end(
        self, silence: SilenceRecord, outcome: Outcome, *, at: datetime, by: str = "", why: str = ""
    ) -> None:
        """Write down what has come of a silence, and when."""
        row = self._session.get_one(SilenceRow, silence.id)
        row.state, row.ended_at, row.ended_by, row.why = outcome.value, at, by, why
        self._session.add(row)
        self._session.flush()

    def _open(self, draft_id: int) -> Any:
        return select(SilenceRow).where(
            SilenceRow.draft_id == draft_id, SilenceRow.state == Outcome.OPEN.value
        )

    def _records(self, query: Any) -> tuple[SilenceRecord, ...]:
        rows = self._session.exec(query).all()
        if not rows:
            return ()
        ids = [row.id for row in rows]
        clauses: defaultdict[int, list[str]] = defaultdict(list)
        for one in self._session.exec(
            select(SilenceClauseRow).where(col(SilenceClauseRow.silence_id).in_(ids))
        ):
            clauses[one.silence_id].append(one.uid)
        objections: defaultdict[int, list[ObjectionRecord]] = defaultdict(list)
        for said in self._session.exec(
            select(ObjectionRow)
            .where(col(ObjectionRow.silence_id).in_(ids))
            .order_by(col(ObjectionRow.id))
        ):
            objections[said.silence_id].append(
                ObjectionRecord(
                    said.uid, said.delegation, said.reason, said.from_floor, said.author, said.at
                )
            )
        held = {row.meeting_id for row in rows if row.meeting_id is not None}
        meetings = {
            row.id: MeetingRecord(row.id or 0, row.uid, row.name, row.held)
            for row in self._session.exec(select(MeetingRow).where(col(MeetingRow.id).in_(held)))
        }
        return tuple(
            self._record(
                row,
                tuple(sorted(clauses[row.id], key=lambda uid: (uid != row.target, uid))),
                tuple(objections[row.id]),
                meetings.get(row.meeting_id),
            )
            for row in rows
        )

    def _record(
        self,
        row: SilenceRow,
        clauses: tuple[str, ...],
        objections: tuple[ObjectionRecord, ...],
        meeting: MeetingRecord | None,
    ) -> SilenceRecord:
        has_lapsed = row.state == Outcome.OPEN.value and row.due <= self._now
        return SilenceRecord(
            id=row.id or 0,
            uid=row.uid,
            target=row.target,
            clauses=clauses,
            status=Status(row.status),
            due=row.due,
            seq=row.seq,
            meeting=meeting,
            author_id=row.author_id,
            author=row.author,
            at=row.at,
            outcome=Outcome.AGREED if has_lapsed else Outcome(row.state),
            is_written=not has_lapsed,
            ended_at=row.due if has_lapsed else row.ended_at,
            ended_by=row.ended_by,
            why=row.why,
            objections=objections,
        )
