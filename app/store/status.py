"""Which clauses are agreed, by which steps they came to be, and who agrees ad referendum."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, exists, null, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.proposals import MeetingRecord
from app.store.tables import (
    ClauseStatusRow,
    DraftRow,
    MeetingRow,
    ReferendumRow,
    SilenceClauseRow,
    SilenceRow,
    StatusStepRow,
)


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
    SILENCE = "put under silence"
    BROKEN = "silence broken"
    ENDED = "silence ended"
    AD_REFERENDUM = "agreed ad referendum"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """A clause that is agreed: since when, by whom, at which meeting; who still has to confirm.

    `by_silence`: nobody objected in time, and `author` is who had asked.
    """

    uid: str
    status: Status
    author: str
    at: datetime
    meeting: MeetingRecord | None
    ad_referendum: tuple[str, ...] = ()
    by_silence: bool = False


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
    """Reads and writes the status of clauses within one unit of work.

    A silence that nobody broke in time counts from that time on, written down or not.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def closed(self, draft_id: int, uids: Collection[str] | None = None) -> frozenset[str]:
        """The clauses that are agreed; only those of `uids`, where these are given."""
        shut = self.shut(draft_id, uids)
        return frozenset(uid for uid, is_agreed in shut.items() if is_agreed)

    def shut(self, draft_id: int, uids: Collection[str] | None = None) -> Mapping[str, bool]:
        """The clauses that are not to be changed: True where agreed, False where under silence.

        Only those of `uids`, where these are given.
        """
        agreed = sql_select(col(ClauseStatusRow.uid), null()).where(
            col(ClauseStatusRow.draft_id) == draft_id
        )
        silent = (
            sql_select(col(SilenceClauseRow.uid), col(SilenceRow.due))
            .join(SilenceRow, col(SilenceRow.id) == col(SilenceClauseRow.silence_id))
            .where(col(SilenceRow.draft_id) == draft_id, col(SilenceRow.state) == "open")
        )
        if uids is not None:
            if not uids:
                return {}
            agreed = agreed.where(col(ClauseStatusRow.uid).in_(set(uids)))
            silent = silent.where(col(SilenceClauseRow.uid).in_(set(uids)))
        found: dict[str, bool] = {}
        for uid, due in self._session.connection().execute(silent.union_all(agreed)):
            found[uid] = found.get(uid, False) or due is None or due <= self._now
        return found

    def guard(self, draft_id: int) -> None:
        """Note at the draft's head whether any of its clauses is not to be changed."""
        agreed = exists().where(col(ClauseStatusRow.draft_id) == draft_id)
        silent = exists().where(
            col(SilenceRow.draft_id) == draft_id, col(SilenceRow.state) == "open"
        )
        self._session.connection().execute(
            update(DraftRow).where(col(DraftRow.id) == draft_id).values(guarded=or_(agreed, silent))
        )

    def of_draft(self, draft_id: int, uid: str = "") -> Mapping[str, StatusRecord]:
        """The clauses that are agreed, by their uid; or one of them."""
        query = select(ClauseStatusRow).where(ClauseStatusRow.draft_id == draft_id)
        asked = select(ReferendumRow).where(ReferendumRow.draft_id == draft_id)
        if uid:
            query = query.where(ClauseStatusRow.uid == uid)
            asked = asked.where(ReferendumRow.uid == uid)
        rows = self._session.exec(query).all()
        lapsed = self._lapsed(draft_id, uid)
        if not rows:
            return lapsed
        still: defaultdict[str, list[str]] = defaultdict(list)
        for one in self._session.exec(asked.order_by(col(ReferendumRow.delegation))):
            still[one.uid].append(one.delegation)
        meetings = self._meetings(row.meeting_id for row in rows)
        settled = {
            row.uid: StatusRecord(
                row.uid,
                Status(row.status),
                row.author,
                row.at,
                meetings.get(row.meeting_id),
                tuple(still[row.uid]),
                row.by_silence,
            )
            for row in rows
        }
        return {
            **settled,
            **{
                name: replace(each, ad_referendum=settled[name].ad_referendum)
                if name in settled
                else each
                for name, each in lapsed.items()
            },
        }

    def _lapsed(self, draft_id: int, uid: str) -> dict[str, StatusRecord]:
        """The clauses that became agreed because nobody objected, and that nobody touched since."""
        query = (
            select(SilenceRow, SilenceClauseRow.uid)
            .join(SilenceClauseRow, col(SilenceRow.id) == col(SilenceClauseRow.silence_id))
            .where(
                SilenceRow.draft_id == draft_id,
                SilenceRow.state == "open",
                SilenceRow.due <= self._now,
            )
        )
        if uid:
            query = query.where(SilenceClauseRow.uid == uid)
        rows = self._session.exec(query).all()
        meetings = self._meetings(silence.meeting_id for silence, _ in rows)
        return {
            name: StatusRecord(
                name,
                Status(silence.status),
                silence.author,
                silence.due,
                meetings.get(silence.meeting_id),
                by_silence=True,
            )
            for silence, name in rows
        }

    def steps(self, draft_id: int, uid: str = "", limit: int = 200) -> tuple[StepRecord, ...]:
        """The latest steps in the draft, or of one clause; newest first."""
        query = select(StatusStepRow).where(StatusStepRow.draft_id == draft_id)
        if uid:
            query = query.where(StatusStepRow.uid == uid)
        rows = self._session.exec(query.order_by(col(StatusStepRow.id).desc()).limit(limit)).all()
        return self._records(rows)

    def _records(self, rows: Sequence[StatusStepRow]) -> tuple[StepRecord, ...]:
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

    def steps_before(self, draft_id: int, seq: int) -> tuple[StepRecord, ...]:
        """The steps that were taken before the journal had its entry `seq`, by their time."""
        rows = self._session.exec(
            select(StatusStepRow)
            .where(StatusStepRow.draft_id == draft_id, StatusStepRow.seq < seq)
            .order_by(col(StatusStepRow.at), col(StatusStepRow.id))
        ).all()
        return self._records(rows)

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
        at: datetime | None = None,
        by_silence: bool = False,
    ) -> None:
        """Take a step upon one clause, and keep that it was taken; now, or `at` a moment past."""
        at = at or self._now
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
                at=at,
            )
        )
        if step is Step.AD_REFERENDUM:
            self._session.add(ReferendumRow(uid=uid, delegation=delegation, draft_id=draft_id))
        elif step is Step.CONFIRMED:
            self._forget(ReferendumRow, uid, col(ReferendumRow.delegation) == delegation)
        elif step not in (Step.SILENCE, Step.BROKEN, Step.ENDED):
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
                        at=at,
                        by_silence=by_silence,
                    )
                )
        self._session.flush()
        self.guard(draft_id)

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
