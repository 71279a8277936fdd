"""What delegations say of brackets themselves; who may know of it is decided in the query."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.proposals import PROPOSING, STEERING, MeetingRecord
from app.store.readers import Reader
from app.store.tables import BracketPositionRow, MeetingRow
from app.treaty.anchors import Anchor


class Wants(StrEnum):
    """What a delegation wants of a bracket: its words kept or gone, either, or to say later."""

    RETAIN = "retain"
    OMIT = "omit"
    FLEXIBLE = "flexible"
    RESERVES = "reserves"


@dataclass(frozen=True, slots=True)
class StanceRecord:
    """What a delegation says of a bracket, on what condition; `released_at` None: not yet.

    After the entry `seq` the bracket lay at `anchor` in the clause; `words` is what it held when
    this was said.
    """

    id: int
    key: str
    uid: str
    seq: int
    anchor: Anchor
    words: str
    delegation: str
    wants: Wants
    condition: str
    from_floor: bool
    meeting: MeetingRecord | None
    author: str
    at: datetime
    released_at: datetime | None


class Stances:
    """Reads and writes positions on brackets; a reader gets only what it may know of."""

    def __init__(self, session: Session, now: datetime, new_uid: Callable[[], str]) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid

    def of_draft(self, reader: Reader, draft_id: int) -> tuple[StanceRecord, ...]:
        """All that was said of the draft's brackets and this reader may know of, oldest first.

        What is not released is read by those who steer and by the delegation itself.
        """
        chosen = select(BracketPositionRow).where(BracketPositionRow.draft_id == draft_id)
        if reader.role not in STEERING:
            known: list[ColumnElement[bool]] = [col(BracketPositionRow.released_at).is_not(None)]
            if reader.delegation and reader.role in PROPOSING:
                known.append(col(BracketPositionRow.delegation) == reader.delegation)
            chosen = chosen.where(or_(*known))
        rows = self._session.exec(chosen.order_by(col(BracketPositionRow.id))).all()
        return self._records(rows)

    def before(self, draft_id: int, seq: int) -> tuple[StanceRecord, ...]:
        """What everybody said of brackets that were last looked for before the entry `seq`.

        For keeping anew where they are; nothing of it may be shown to anybody.
        """
        chosen = select(BracketPositionRow).where(
            BracketPositionRow.draft_id == draft_id, BracketPositionRow.seq < seq
        )
        return self._records(self._session.exec(chosen.order_by(col(BracketPositionRow.id))).all())

    def say(
        self,
        draft_id: int,
        uid: str,
        *,
        seq: int,
        anchor: Anchor,
        words: str,
        delegation: str,
        wants: Wants,
        condition: str,
        from_floor: bool,
        meeting: MeetingRecord | None,
        by: Author,
    ) -> str:
        """The public id of what a delegation says from now on of the bracket at the anchor."""
        row = BracketPositionRow(
            key="q" + self._new_uid()[1:],
            draft_id=draft_id,
            uid=uid,
            seq=seq,
            begins=anchor.start,
            ends=anchor.end,
            quote=anchor.quote,
            prefix=anchor.prefix,
            suffix=anchor.suffix,
            words=words,
            delegation=delegation,
            stance=wants.value,
            condition=condition,
            from_floor=from_floor,
            meeting_id=meeting.id if meeting else None,
            author_id=by.id or None,
            author=by.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.key

    def release(self, stance: StanceRecord, *, by: Author) -> bool:
        """Let everybody read a position; False when they could before."""
        done = self._session.exec(
            update(BracketPositionRow)
            .where(
                col(BracketPositionRow.id) == stance.id,
                col(BracketPositionRow.released_at).is_(None),
            )
            .values(released_at=self._now, released_by_id=by.id or None, released_by=by.name)
        )
        self._session.expire_all()
        return done.rowcount == 1

    def move(self, stance: StanceRecord, uid: str, seq: int, anchor: Anchor) -> None:
        """Keep where the bracket is after the entry `seq`."""
        self._session.exec(
            update(BracketPositionRow)
            .where(col(BracketPositionRow.id) == stance.id)
            .values(
                uid=uid,
                seq=seq,
                begins=anchor.start,
                ends=anchor.end,
                quote=anchor.quote,
                prefix=anchor.prefix,
                suffix=anchor.suffix,
                room_before=anchor.before,
                room_after=anchor.after,
            )
        )
        self._session.expire_all()

    def _records(self, rows: Collection[BracketPositionRow]) -> tuple[StanceRecord, ...]:
        held = {row.meeting_id for row in rows if row.meeting_id is not None}
        meetings: dict[int | None, MeetingRecord] = {}
        if held:
            found = self._session.exec(select(MeetingRow).where(col(MeetingRow.id).in_(held)))
            meetings = {
                row.id: MeetingRecord(row.id or 0, row.uid, row.name, row.held) for row in found
            }
        return tuple(_record(row, meetings.get(row.meeting_id)) for row in rows)


def _record(row: BracketPositionRow, meeting: MeetingRecord | None) -> StanceRecord:
    return StanceRecord(
        id=row.id or 0,
        key=row.key,
        uid=row.uid,
        seq=row.seq,
        anchor=Anchor(
            row.begins,
            row.ends,
            row.quote,
            row.prefix,
            row.suffix,
            row.room_before,
            row.room_after,
        ),
        words=row.words,
        delegation=row.delegation,
        wants=Wants(row.stance),
        condition=row.condition,
        from_floor=row.from_floor,
        meeting=meeting,
        author=row.author,
        at=row.at,
        released_at=row.released_at,
    )
