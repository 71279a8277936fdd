"""What was said of brackets: whose each is, and why it stands; the latest word on each counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.tables import BracketClaimRow
from app.treaty.anchors import Anchor


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """Whose a bracket is said to be; `key` names the bracket through all that is said of it.

    After the entry `seq` it lay at `anchor` in the clause; `words` is what it held when this was
    said. Without `owners` it is nobody's where `nobodys` says so, and else not said whose.
    """

    id: int
    key: str
    uid: str
    seq: int
    anchor: Anchor
    words: str
    owners: tuple[str, ...]
    nobodys: bool
    reason: str
    author: str
    at: datetime
    replaced_at: datetime | None


class Claims:
    """Reads and writes what is said of brackets within one unit of work."""

    def __init__(self, session: Session, now: datetime, new_uid: Callable[[], str]) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid

    def of_draft(self, draft_id: int) -> tuple[ClaimRecord, ...]:
        """What counts now of what was said of the draft's brackets, the oldest first."""
        rows = self._session.exec(
            select(BracketClaimRow)
            .where(BracketClaimRow.draft_id == draft_id, col(BracketClaimRow.replaced_at).is_(None))
            .order_by(col(BracketClaimRow.id))
        )
        return tuple(map(_record, rows))

    def before(self, draft_id: int, key: str) -> tuple[ClaimRecord, ...]:
        """What was said of a bracket before, the newest first."""
        rows = self._session.exec(
            select(BracketClaimRow)
            .where(
                BracketClaimRow.draft_id == draft_id,
                BracketClaimRow.key == key,
                col(BracketClaimRow.replaced_at).is_not(None),
            )
            .order_by(col(BracketClaimRow.id).desc())
        )
        return tuple(map(_record, rows))

    def say(
        self,
        draft_id: int,
        uid: str,
        *,
        key: str,
        seq: int,
        anchor: Anchor,
        words: str,
        owners: Sequence[str],
        nobodys: bool,
        reason: str,
        by: Author,
    ) -> str:
        """The key of the bracket of which this is said from now on; "" for one not named yet."""
        if key:
            self._session.connection().execute(
                update(BracketClaimRow)
                .where(
                    col(BracketClaimRow.draft_id) == draft_id,
                    col(BracketClaimRow.key) == key,
                    col(BracketClaimRow.replaced_at).is_(None),
                )
                .values(replaced_at=self._now)
            )
        row = BracketClaimRow(
            key=key or "b" + self._new_uid()[1:],
            draft_id=draft_id,
            words=words,
            owners=list(owners),
            nobodys=nobodys,
            reason=reason,
            author_id=by.id or None,
            author=by.name,
            at=self._now,
            uid=uid,
            seq=seq,
            begins=anchor.start,
            ends=anchor.end,
            quote=anchor.quote,
            prefix=anchor.prefix,
            suffix=anchor.suffix,
        )
        self._session.add(row)
        self._session.flush()
        return row.key

    def move(self, claim: ClaimRecord, uid: str, seq: int, anchor: Anchor) -> None:
        """Keep where the bracket is after the entry `seq`."""
        self._session.connection().execute(
            update(BracketClaimRow)
            .where(col(BracketClaimRow.id) == claim.id)
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


def _record(row: BracketClaimRow) -> ClaimRecord:
    return ClaimRecord(
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
        owners=tuple(row.owners),
        nobodys=row.nobodys,
        reason=row.reason,
        author=row.author,
        at=row.at,
        replaced_at=row.replaced_at,
    )
