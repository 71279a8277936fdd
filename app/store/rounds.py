"""Rounds: an edition that went out to delegations, the files that came back, and what is in them.

Rounds and recipients are read by those who steer; whoever belongs to a delegation reads besides
what is its own: that it is a recipient, what came back from it and every finding in that. A file
that nobody's copy is known to be is read by those who steer alone. Every query says so.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.proposals import PROPOSING, STEERING
from app.store.readers import Reader
from app.store.tables import (
    EditionRow,
    EditRow,
    FindingRow,
    RecipientRow,
    ReplyLinkRow,
    ReturnedRow,
    RoundFileRow,
    RoundRow,
)


class Reading(StrEnum):
    """How far a file that came back has been read."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


class How(StrEnum):
    """On which way a file came back."""

    LINK = "link"
    UPLOAD = "upload"
    WORD = "on a delegation's word"


class Sort(StrEnum):
    """What a finding is."""

    CHANGE = "change"
    UNTRACKED = "untracked change"
    MOVE = "move"
    COMMENT = "comment"
    OTHER = "other"


class Place(StrEnum):
    """What has become of a finding. `PLACED`: its clause is known, and nothing was made of it."""

    INBOX = "inbox"
    PLACED = "placed"
    PROPOSED = "proposed"
    NOTED = "noted"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round; `edition` and `edition_name` name the edition, `seq` is the journal's entry of it.

    `settings` are those of app.actions.rounding: marking, against, line_numbers, each.
    """

    id: int
    uid: str
    draft_id: int
    edition_id: int
    edition: str
    edition_name: str
    seq: int
    name: str
    deadline: datetime | None
    cover: str
    profiles: tuple[str, ...]
    settings: Mapping[str, Any]
    author: str
    at: datetime
    closed_at: datetime | None
    closed_by: str

    @property
    def is_open(self) -> bool:
        """Whether answers are still taken from recipients."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class RecipientRecord:
    """Somebody to whom a round goes; `delegation` is "" for who belongs to none.

    `number` is that of their copy.
    """

    id: int
    uid: str
    round_id: int
    delegation: str
    name: str
    address: str
    number: int
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file that was handed out; without a recipient it is the same for all of them."""

    id: int
    round_id: int
    recipient_id: int | None
    profile: str
    filename: str
    sha256: str
    size: int
    remarks: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplyLinkRecord:
    """A secret address of a recipient; `uses` is how often something was sent in by it."""

    id: int
    recipient_id: int
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    uses: int


@dataclass(frozen=True, slots=True)
class ReturnedRecord:
    """A file that came back, without its bytes; `report` is that of app.actions.returning.

    `why` says why it could not be read; `word` on whose word the secretariat recorded it.
    """

    id: int
    uid: str
    round_id: int
    recipient_id: int | None
    filename: str
    sha256: str
    size: int
    how: How
    word: str
    author: str
    at: datetime
    state: Reading
    why: str
    report: Mapping[str, Any]
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A finding that is to be kept; the fields are those of FindingRecord."""

    kind: Sort
    state: Place
    wish: str = ""
    clause: str = ""
    how: str = ""
    score: float = 0.0
    before: str = ""
    after: str = ""
    new_kind: str = ""
    heading: str = ""
    author: str = ""
    dated: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    proposal: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One thing that was changed or said in a file that came back.

    `wish` is "replace", "insert" (after the clause; "" for at the very beginning), "delete" or "";
    `before` the clause's words as they were sent and `after` as they came back, or the words of
    what is new; a comment's words are in `after` and what it is on in `before`. `how` says by what
    it was placed ("bookmark", "paragraph id", "label and likeness", "by hand") and `score` how
    sure that is. `reason` says why it is in the inbox or was set aside.

    `detail`: "revisions" (numbers of the tracked changes), "authors", "dates", "untracked" (True
    where words were changed without tracking), "moved" ({"after": uid}), "thread" ([{author, date,
    text}, ...] the comment and its answers), "anchor" ([start, end] in UTF-16 units), "resolved",
    "label", "place" (where in the file), "also" (uids of clauses that it has to do with),
    "proposals" (the public ids where there are two, as of a move).
    """

    id: int
    uid: str
    returned_id: int
    number: int
    kind: Sort
    wish: str
    state: Place
    clause: str
    how: str
    score: float
    before: str
    after: str
    new_kind: str
    heading: str
    author: str
    dated: str
    detail: Mapping[str, Any]
    reason: str
    proposal: str
    note: str
    settled_by: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """Where a finding belongs and what sort it is, as plain values, without its words."""

    id: int
    returned_id: int
    kind: str
    state: str
    clause: str


def _own(reader: Reader) -> ColumnElement[bool]:
    """Recipients that this reader may know of: the one place that says so."""
    if reader.role in STEERING:
        return true()
    if reader.role in PROPOSING and reader.delegation:
        return col(RecipientRow.delegation) == reader.delegation
    return ~true()


def _readable(reader: Reader) -> ColumnElement[bool]:
    """Files that came back that this reader may know of."""
    if reader.role in STEERING:
        return true()
    mine = sql_select(col(RecipientRow.id)).where(_own(reader))
    return and_(col(ReturnedRow.recipient_id).is_not(None), col(ReturnedRow.recipient_id).in_(mine))


class Rounds:
    """Reads and writes rounds within one unit of work; a reader gets only what is theirs."""

    def __init__(self, session: Session, now: datetime, new_uid: Callable[[], str]) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid

    # --- what went out

    def of_draft(self, reader: Reader, draft_id: int) -> tuple[RoundRecord, ...]:
        """The draft's rounds that the reader may know of, newest first."""
        return self._rounds(reader, RoundRow.draft_id == draft_id)

    def get(self, reader: Reader, draft_id: int, uid: str) -> RoundRecord | None:
        """The draft's round with this public id; None when there is none for this reader."""
        found = self._rounds(
            reader, and_(col(RoundRow.draft_id) == draft_id, col(RoundRow.uid) == uid)
        )
        return next(iter(found), None)

    def by_id(self, round_id: int) -> RoundRecord | None:
        """A round by the row's number: for whoever came by a link, and for the reading itself."""
        return next(iter(self._rounds(None, RoundRow.id == round_id)), None)

    def by_uid(self, uid: str) -> RoundRecord | None:
        """A round by the public id that a file bears, for the reading itself."""
        return next(iter(self._rounds(None, RoundRow.uid == uid)), None)

    def open(
        self,
        *,
        draft_id: int,
        edition_id: int,
        seq: int,
        name: str,
        deadline: datetime | None,
        cover: str,
        profiles: Sequence[str],
        settings: Mapping[str, Any],
        author: Author,
    ) -> str:
        """The public id of a new round."""
        row = RoundRow(
            uid="r" + self._new_uid()[1:],
            draft_id=draft_id,
            edition_id=edition_id,
            seq=seq,
            name=name,
            deadline=deadline,
            cover=cover,
            profiles=list(profiles),
            settings=dict(settings),
            author_id=author.id or None,
            author=author.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.uid

    def describe(self, round_id: int, *, name: str, deadline: datetime | None, cover: str) -> None:
        """Give a round another name, deadline or cover text."""
        row = self._session.get_one(RoundRow, round_id)
        row.name, row.deadline, row.cover = name, deadline, cover
        self._session.flush()

    def close(self, round_id: int, by: Author) -> bool:
        """Take no more answers from recipients; False when that was so before."""
        done = self._session.exec(
            update(RoundRow)
            .where(col(RoundRow.id) == round_id, col(RoundRow.closed_at).is_(None))
            .values(closed_at=self._now, closed_by=by.name)
        )
        return done.rowcount == 1

    def reopen(self, round_id: int) -> None:
        """Take answers again."""
        row = self._session.get_one(RoundRow, round_id)
        row.closed_at, row.closed_by = None, ""
        self._session.flush()

    def recipients(self, reader: Reader, round_id: int) -> tuple[RecipientRecord, ...]:
        """To whom a round goes, as far as the reader may know, by the number of their copy."""
        rows = self._session.exec(
            select(RecipientRow)
            .where(RecipientRow.round_id == round_id, _own(reader))
            .order_by(col(RecipientRow.number))
        )
        return tuple(map(_recipient, rows))

    def recipient(self, recipient_id: int) -> RecipientRecord | None:
        """A recipient by the row's number, for whoever came by a link, and the reading itself."""
        row = self._session.get(RecipientRow, recipient_id)
        return None if row is None else _recipient(row)

    def copy(self, round_id: int, number: int) -> RecipientRecord | None:
        """Whose the copy with this number is, for the reading itself."""
        row = self._session.exec(
            select(RecipientRow).where(
                RecipientRow.round_id == round_id, RecipientRow.number == number
            )
        ).first()
        return None if row is None else _recipient(row)

    def add_recipient(
        self, round_id: int, *, delegation: str, name: str, address: str, by: Author
    ) -> str:
        """The public id of a new recipient, who gets the next number of a copy."""
        last = self._session.exec(
            select(func.max(RecipientRow.number)).where(RecipientRow.round_id == round_id)
        ).one()
        row = RecipientRow(
            uid="t" + self._new_uid()[1:],
            round_id=round_id,
            delegation=delegation,
            name=name,
            address=address,
            number=(last or 0) + 1,
            author=by.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.uid

    def add_file(
        self,
        round_id: int,
        *,
        recipient_id: int | None,
        profile: str,
        filename: str,
        sha256: str,
        size: int,
        remarks: Sequence[str],
    ) -> None:
        """Keep that a file of these bytes was handed out; once is enough."""
        if any(each.sha256 == sha256 for each in self.files(round_id, recipient_id)):
            return
        row = RoundFileRow(
            round_id=round_id,
            recipient_id=recipient_id,
            profile=profile,
            filename=filename,
            sha256=sha256,
            size=size,
            remarks=list(remarks),
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()

    def files(self, round_id: int, recipient_id: int | None = None) -> tuple[FileRecord, ...]:
        """What was handed out in a round, oldest first; to one recipient where one is given."""
        query = select(RoundFileRow).where(RoundFileRow.round_id == round_id)
        if recipient_id is not None:
            query = query.where(
                or_(
                    col(RoundFileRow.recipient_id) == recipient_id,
                    col(RoundFileRow.recipient_id).is_(None),
                )
            )
        return tuple(map(_file, self._session.exec(query.order_by(col(RoundFileRow.id)))))

    # --- links

    def add_link(self, recipient_id: int, token: str, *, expires_at: datetime, by: Author) -> None:
        """Keep a link to answer by; `token` is hashed."""
        row = ReplyLinkRow(
            recipient_id=recipient_id,
            token=token,
            made_by=by.name,
            made_at=self._now,
            expires_at=expires_at,
        )
        self._session.add(row)
        self._session.flush()

    def link(self, token: str) -> ReplyLinkRecord | None:
        """The link with this hashed token, open or not; it is never used up by being looked at."""
        row = self._session.exec(select(ReplyLinkRow).where(ReplyLinkRow.token == token)).first()
        return None if row is None else _link(row)

    def links(self, recipient_ids: Iterable[int]) -> dict[int, tuple[ReplyLinkRecord, ...]]:
        """The links of recipients that are not revoked, the newest first, by recipient."""
        rows = self._session.exec(
            select(ReplyLinkRow)
            .where(
                col(ReplyLinkRow.recipient_id).in_(set(recipient_ids)),
                col(ReplyLinkRow.revoked_at).is_(None),
            )
            .order_by(col(ReplyLinkRow.id).desc())
        )
        found: dict[int, tuple[ReplyLinkRecord, ...]] = {}
        for row in rows:
            found[row.recipient_id] = (*found.get(row.recipient_id, ()), _link(row))
        return found

    def use_link(self, link_id: int, most: int) -> bool:
        """Count one use of a link; False when it has been used `most` times, or was revoked."""
        done = self._session.exec(
            update(ReplyLinkRow)
            .where(
                col(ReplyLinkRow.id) == link_id,
                col(ReplyLinkRow.uses) < most,
                col(ReplyLinkRow.revoked_at).is_(None),
                col(ReplyLinkRow.expires_at) >= self._now,
            )
            .values(uses=ReplyLinkRow.uses + 1)
        )
        return done.rowcount == 1

    def revoke_links(self, recipient_id: int) -> int:
        """Revoke every link of a recipient; how many there were."""
        done = self._session.exec(
            update(ReplyLinkRow)
            .where(
                col(ReplyLinkRow.recipient_id) == recipient_id,
                col(ReplyLinkRow.revoked_at).is_(None),
            )
            .values(revoked_at=self._now)
        )
        return done.rowcount

    # --- what came back

    def receive(
        self,
        round_id: int,
        *,
        recipient_id: int | None,
        filename: str,
        content: bytes,
        sha256: str,
        how: How,
        word: str,
        author: Author,
    ) -> str:
        """The public id of a file that came back, kept as it is."""
        row = ReturnedRow(
            uid="u" + self._new_uid()[1:],
            round_id=round_id,
            recipient_id=recipient_id,
            filename=filename,
            content=content,
            sha256=sha256,
            size=len(content),
            how=how.value,
            word=word,
            author_id=author.id or None,
            author=author.name,
            at=self._now,
            state=Reading.WAITING.value,
        )
        self._session.add(row)
        self._session.flush()
        return row.uid

    def returns(self, reader: Reader, round_id: int) -> tuple[ReturnedRecord, ...]:
        """What came back in a round and the reader may know of, oldest first."""
        return self._returned(ReturnedRow.round_id == round_id, _readable(reader))

    def returned(self, reader: Reader, round_id: int, uid: str) -> ReturnedRecord | None:
        """A file that came back; None when there is none for this reader."""
        found = self._returned(
            ReturnedRow.round_id == round_id, ReturnedRow.uid == uid, _readable(reader)
        )
        return next(iter(found), None)

    def returned_by_uid(self, uid: str) -> ReturnedRecord | None:
        """A file that came back, for the reading itself."""
        return next(iter(self._returned(ReturnedRow.uid == uid)), None)

    def returned_by_id(self, returned_id: int) -> ReturnedRecord | None:
        """The same by the row's number."""
        return next(iter(self._returned(ReturnedRow.id == returned_id)), None)

    def waiting(self, round_id: int | None = None) -> tuple[ReturnedRecord, ...]:
        """What came back and was not read yet, also where a reading was broken off."""
        unread = col(ReturnedRow.state).in_([Reading.WAITING.value, Reading.READING.value])
        if round_id is None:
            return self._returned(unread)
        return self._returned(unread, ReturnedRow.round_id == round_id)

    def same(self, round_id: int, sha256: str) -> ReturnedRecord | None:
        """A file of just these bytes that came back in this round before."""
        found = self._returned(ReturnedRow.round_id == round_id, ReturnedRow.sha256 == sha256)
        return next(iter(found), None)

    def content(self, returned_id: int) -> bytes:
        """The bytes of a file that came back."""
        query = select(ReturnedRow.content).where(ReturnedRow.id == returned_id)
        return self._session.exec(query).one()

    def begin_reading(self, returned_id: int) -> bool:
        """Say that it is being read; False where it has been."""
        return self._set_returned(returned_id, state=Reading.READING.value)

    def assign(self, returned_id: int, recipient_id: int) -> None:
        """Say whose copy a file was, of which that was not known."""
        self._session.exec(
            update(ReturnedRow)
            .where(col(ReturnedRow.id) == returned_id, col(ReturnedRow.recipient_id).is_(None))
            .values(recipient_id=recipient_id)
        )

    def versions(self, draft_id: int, seq: int) -> dict[str, int]:
        """The version of every clause after the entry `seq`, by its uid."""
        rows = self._session.execute(
            sql_select(col(EditRow.uid), func.max(EditRow.version))
            .where(col(EditRow.draft_id) == draft_id, col(EditRow.seq) <= seq)
            .group_by(col(EditRow.uid))
        )
        return {uid: version for uid, version in rows if uid}

    def keep_reading(
        self,
        returned_id: int,
        *,
        recipient_id: int | None,
        report: Mapping[str, Any],
        findings: Iterable[NewFinding],
    ) -> bool:
        """Keep what was read of a file; the findings are numbered in their order.

        False, and nothing, where somebody else was faster.
        """
        if not self._set_returned(
            returned_id,
            state=Reading.READ.value,
            why="",
            recipient_id=recipient_id,
            report=dict(report),
            read_at=self._now,
        ):
            return False
        for number, each in enumerate(findings, 1):
            self._session.add(
                FindingRow(
                    uid="f" + self._new_uid()[1:],
                    returned_id=returned_id,
                    number=number,
                    kind=each.kind.value,
                    wish=each.wish,
                    state=each.state.value,
                    clause=each.clause,
                    how=each.how,
                    score=each.score,
                    before=each.before,
                    after=each.after,
                    new_kind=each.new_kind,
                    heading=each.heading,
                    author=each.author,
                    dated=each.dated,
                    detail=dict(each.detail),
                    reason=each.reason,
                    proposal=each.proposal,
                    note=each.note,
                )
            )
        self._session.flush()
        return True

    def fail(self, returned_id: int, why: str) -> None:
        """Say in a sentence why a file cannot be read; it stays as it came."""
        self._set_returned(returned_id, state=Reading.FAILED.value, why=why, read_at=self._now)

    # --- findings

    def findings(
        self,
        reader: Reader,
        returned_ids: Iterable[int],
        *,
        clause: str = "",
        states: Collection[Place] = (),
        how: str = "",
        ids: Collection[int] | None = None,
    ) -> tuple[FindingRecord, ...]:
        """What is in files that came back, as far as the reader may know, in their order.

        Only those on a clause, in one of these states, placed by this, with these ids, where they
        are given.
        """
        narrow: list[Any] = [col(FindingRow.returned_id).in_(set(returned_ids))]
        if clause:
            narrow.append(col(FindingRow.clause) == clause)
        if states:
            narrow.append(col(FindingRow.state).in_([each.value for each in states]))
        if how:
            narrow.append(col(FindingRow.how) == how)
        if ids is not None:
            narrow.append(col(FindingRow.id).in_(set(ids)))
        return self._findings(_readable(reader), *narrow)

    def placed(self, reader: Reader, round_id: int) -> tuple[PlacedRecord, ...]:
        """Where all that came back in a round belongs, as far as the reader may know."""
        columns = (getattr(FindingRow, name) for name in PlacedRecord.__dataclass_fields__)
        rows = self._session.execute(
            sql_select(*columns)
            .join(ReturnedRow, col(ReturnedRow.id) == col(FindingRow.returned_id))
            .where(col(ReturnedRow.round_id) == round_id, _readable(reader))
            .order_by(col(FindingRow.returned_id), col(FindingRow.number))
        )
        return tuple(PlacedRecord(*row) for row in rows)

    def on_clause(self, reader: Reader, draft_id: int, clause: str) -> dict[int, int]:
        """How many things came back on a clause, by the round's id, as far as the reader may know.

        What was set aside, or has no place yet, is not counted.
        """
        rows = self._session.execute(
            sql_select(col(ReturnedRow.round_id), func.count())
            .join(FindingRow, col(ReturnedRow.id) == col(FindingRow.returned_id))
            .join(RoundRow, col(RoundRow.id) == col(ReturnedRow.round_id))
            .where(
                col(RoundRow.draft_id) == draft_id,
                col(FindingRow.clause) == clause,
                col(FindingRow.state).not_in([Place.INBOX.value, Place.SET_ASIDE.value]),
                _readable(reader),
            )
            .group_by(col(ReturnedRow.round_id))
        )
        return {row[0]: row[1] for row in rows}

    def finding(self, reader: Reader, round_id: int, uid: str) -> FindingRecord | None:
        """A finding of a round; None when there is none for this reader."""
        found = self._findings(
            _readable(reader), ReturnedRow.round_id == round_id, FindingRow.uid == uid
        )
        return next(iter(found), None)

    def proposing(self, pids: Collection[str], besides: FindingRecord) -> frozenset[str]:
        """Which of these proposals were made of other findings, too: those are not its alone."""
        rows = self._session.execute(
            sql_select(col(FindingRow.proposal), col(FindingRow.detail)).where(
                or_(col(FindingRow.proposal).in_(pids), col(FindingRow.wish) == "move"),
                col(FindingRow.id) != besides.id,
            )
        )
        found = {pid for row in rows for pid in (row[0], *row[1].get("proposals", ()))}
        return frozenset(found & set(pids))

    def counts(self, reader: Reader, round_id: int) -> dict[int, Counter[str]]:
        """How many findings of each state, by the file that came back."""
        rows = self._session.execute(
            sql_select(col(FindingRow.returned_id), col(FindingRow.state), func.count())
            .join(ReturnedRow, col(ReturnedRow.id) == col(FindingRow.returned_id))
            .where(col(ReturnedRow.round_id) == round_id, _readable(reader))
            .group_by(col(FindingRow.returned_id), col(FindingRow.state))
        )
        found: dict[int, Counter[str]] = {}
        for returned_id, state, count in rows:
            found.setdefault(returned_id, Counter())[state] = count
        return found

    def settle(self, finding: FindingRecord, by: Author | None, **values: Any) -> bool:
        """Say what became of a finding; False when it is no longer as the record says."""
        if by is not None:
            values |= {"settled_by": by.name, "settled_at": self._now}
        done = self._session.exec(
            update(FindingRow)
            .where(col(FindingRow.id) == finding.id, col(FindingRow.state) == finding.state.value)
            .values(**values)
        )
        self._session.expire_all()
        return done.rowcount == 1

    # --- within

    def _rounds(self, reader: Reader | None, condition: Any) -> tuple[RoundRecord, ...]:
        query = select(RoundRow, EditionRow).join(EditionRow).where(condition)
        if reader is not None and reader.role not in STEERING:
            mine = sql_select(col(RecipientRow.round_id)).where(_own(reader))
            query = query.where(col(RoundRow.id).in_(mine))
        rows = self._session.exec(query.order_by(col(RoundRow.id).desc()))
        return tuple(_round(row, edition) for row, edition in rows)

    def _returned(self, *conditions: Any) -> tuple[ReturnedRecord, ...]:
        # Without the bytes, which may be many.
        query = sql_select(*(getattr(ReturnedRow, name) for name in _RETURNED)).where(*conditions)
        rows = self._session.execute(query.order_by(col(ReturnedRow.id)))
        return tuple(
            ReturnedRecord(**{**row._mapping, "how": How(row.how), "state": Reading(row.state)})
            for row in rows
        )

    def _set_returned(self, returned_id: int, **values: Any) -> bool:
        """Change a file that has not been read; False where it has been."""
        unread = col(ReturnedRow.state).in_([Reading.WAITING.value, Reading.READING.value])
        done = self._session.exec(
            update(ReturnedRow).where(col(ReturnedRow.id) == returned_id, unread).values(**values)
        )
        return done.rowcount == 1

    def _findings(self, *conditions: Any) -> tuple[FindingRecord, ...]:
        # As plain columns: thousands of them are read at once.
        rows = self._session.execute(
            sql_select(*(getattr(FindingRow, name) for name in _FINDING))
            .join(ReturnedRow, col(ReturnedRow.id) == col(FindingRow.returned_id))
            .where(*conditions)
            .order_by(col(FindingRow.returned_id), col(FindingRow.number))
        )
        return tuple(
            FindingRecord(**{**row._mapping, "kind": Sort(row.kind), "state": Place(row.state)})
            for row in rows
        )


_RETURNED = tuple(ReturnedRecord.__dataclass_fields__)
_FINDING = tuple(FindingRecord.__dataclass_fields__)


def _round(row: RoundRow, edition: EditionRow) -> RoundRecord:
    return RoundRecord(
        id=row.id or 0,
        uid=row.uid,
        draft_id=row.draft_id,
        edition_id=row.edition_id,
        edition=edition.slug,
        edition_name=edition.name,
        seq=row.seq,
        name=row.name,
        deadline=row.deadline,
        cover=row.cover,
        profiles=tuple(row.profiles),
        settings=row.settings,
        author=row.author,
        at=row.at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )


def _recipient(row: RecipientRow) -> RecipientRecord:
    return RecipientRecord(
        id=row.id or 0,
        uid=row.uid,
        round_id=row.round_id,
        delegation=row.delegation,
        name=row.name,
        address=row.address,
        number=row.number,
        author=row.author,
        at=row.at,
    )


def _file(row: RoundFileRow) -> FileRecord:
    return FileRecord(
        id=row.id or 0,
        round_id=row.round_id,
        recipient_id=row.recipient_id,
        profile=row.profile,
        filename=row.filename,
        sha256=row.sha256,
        size=row.size,
        remarks=tuple(row.remarks),
        at=row.at,
    )


def _link(row: ReplyLinkRow) -> ReplyLinkRecord:
    return ReplyLinkRecord(
        id=row.id or 0,
        recipient_id=row.recipient_id,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        uses=row.uses,
    )
