"""Which clauses are agreed, by which steps they came to be, and who agrees ad referendum."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.proposals import MeetingRecord
from app.store.tables import ClauseStatusRow, MeetingRow, ReferendumRow, StatusStepRow


class Status(StrEnum):
    """Where a clause stands."""

    OPEN = "open"
    WORKING_GROUP = "agreed in working group"
    AGREED = "agreed"


class Step(StrEnum):
    """What can be done about the status of a clause."""

    WORKING_GROUP = "agreed in working group"
    AGREED = "agreed"
    REOPENED = "reopened"
    AD_REFERENDUM = "agreed ad referendum"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """A clause that is agreed: since when, by whom, at which meeting; who still has to confirm."""

    uid: str
    status: Status
    author: str
    at: datetime
    meeting: MeetingRecord | None
    ad_referendum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step; `delegation` is whose it is ("": everybody's), `seq` the journal's latest then."""

    uid: str
    step: Step
    seq: int
    delegation: str
    reason: str
    meeting: MeetingRecord | None
    author: str
    at: datetime


class Statuses:
    """Reads and writes the status of clauses within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def closed(self, draft_id: int, uids: Collection[str] | None = None) -> frozenset[str]:
        """The clauses that are agreed; only those of `uids`, where these are given."""
        query = select(ClauseStatusRow.uid).where(ClauseStatusRow.draft_id == draft_id)
        if uids is not None:
            if not uids:
                return frozenset()
            query = query.where(col(ClauseStatusRow.uid).in_(set(uids)))
        return frozenset(self._session.exec(query))

    def of_draft(self, draft_id: int, uid: str = "") -> Mapping[str, StatusRecord]:
        """The clauses that are agreed, by their uid; or one of them."""
        query = select(ClauseStatusRow).where(ClauseStatusRow.draft_id == draft_id)
        asked = select(ReferendumRow).where(ReferendumRow.draft_id == draft_id)
        if uid:
            query = query.where(ClauseStatusRow.uid == uid)
            asked = asked.where(ReferendumRow.uid == uid)
        rows = self._session.exec(query).all()
        if not rows:
            return {}
        still: defaultdict[str, list[str]] = defaultdict(list)
        for one in self._session.exec(asked.order_by(col(ReferendumRow.delegation))):
            still[one.uid].append(one.delegation)
        meetings = self._meetings(row.meeting_id for row in rows)
        return {
            row.uid: StatusRecord(
                row.uid,
                Status(row.status),
                row.author,
                row.at,
                meetings.get(row.meeting_id),
                tuple(still[row.uid]),
            )
            for row in rows
        }

    def steps(self, draft_id: int, uid: str = "", limit: int = 200) -> tuple[StepRecord, ...]:
        """The latest steps in the draft, or of one clause; newest first."""
        query = select(StatusStepRow).where(StatusStepRow.draft_id == draft_id)
        if uid:
            query = query.where(StatusStepRow.uid == uid)
        rows = self._session.exec(query.order_by(col(StatusStepRow.id).desc()).limit(limit)).all()
        meetings = self._meetings(row.meeting_id for row in rows)
        return tuple(
            StepRecord(
                row.uid,
                Step(row.act),
                row.seq,
                row.delegation,
                row.reason,
                meetings.get(row.meeting_id),
                row.author,
                row.at,
            )
            for row in rows
        )

    def take(
        self,
        draft_id: int,
        uid: str,
        step: Step,
        *,
        seq: int,
        by: Author,
        meeting: MeetingRecord | None = None,
        reason: str = "",
        delegation: str = "",
    ) -> None:
        """Take a step upon one clause, and keep that it was taken."""
        held = meeting.id if meeting is not None else None
        self._session.add(
            StatusStepRow(
                draft_id=draft_id,
                uid=uid,
                act=step.value,
                seq=seq,
                delegation=delegation,
                reason=reason,
                meeting_id=held,
                author_id=by.id or None,
                author=by.name,
                at=self._now,
            )
        )
        if step is Step.AD_REFERENDUM:
            self._session.add(ReferendumRow(uid=uid, delegation=delegation, draft_id=draft_id))
        elif step is Step.CONFIRMED:
            self._forget(ReferendumRow, uid, col(ReferendumRow.delegation) == delegation)
        else:
            self._forget(ClauseStatusRow, uid)
            if step is Step.REOPENED:
                self._forget(ReferendumRow, uid)
            else:
                self._session.add(
                    ClauseStatusRow(
                        uid=uid,
                        draft_id=draft_id,
                        status=step.value,
                        meeting_id=held,
                        author_id=by.id or None,
                        author=by.name,
                        at=self._now,
                    )
                )
        self._session.flush()

    def _forget(
        self, table: type[ClauseStatusRow | ReferendumRow], uid: str, *narrow: object
    ) -> None:
        query = delete(table).where(col(table.uid) == uid, *narrow)  # type: ignore[arg-type]
        self._session.connection().execute(query)
        self._session.expire_all()

    def _meetings(self, ids: Iterable[int | None]) -> dict[int | None, MeetingRecord]:
        wanted = {each for each in ids if each is not None}
        if not wanted:
            return {}
        rows = self._session.exec(select(MeetingRow).where(col(MeetingRow.id).in_(wanted)))
        return {row.id: MeetingRecord(row.id or 0, row.uid, row.name, row.held) for row in rows}
