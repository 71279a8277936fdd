"""Notes on words, clauses and drafts; what a reader may not see, no query here gives it.

Every query names its reader, and takes in what `_may_read` lets through and nothing else: so a
note that is not for somebody is to them as if it had never been written, in a list as in a count.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.tables import NoteChangeRow, NoteMentionRow, NoteRow, NoteVisitRow, SeatRow
from app.treaty.anchors import Anchor


class NoteKind(StrEnum):
    """What a note is."""

    COMMENT = "comment"
    QUESTION = "question"
    EDITORIAL = "editorial"
    LEGAL = "legal"
    TRANSLATION = "translation"


class Audience(StrEnum):
    """Whom a note is for."""

    MINE = "mine"
    DELEGATION = "delegation"
    EVERYONE = "everyone"


class Did(StrEnum):
    """What was done with a note after it had been written."""

    EDITED = "edited"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    PLACED = "placed"
    REDACTED = "redacted"


TAKEN_OUT = "The words of this note were taken out."
"""What a redacted note says, wherever it is shown, searched or exported."""


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note or an answer to one (`root_id`); `key` is its name in addresses.

    `uid` is None for a note on the whole draft, `anchor` for one that is not on certain words:
    it lay so after the journal's entry `seq`. `place` is its number in the commentary under its
    article, 0 for a note that is not for publication. A redacted one has no words left;
    `redaction_by` wants it redacted, with seat id.
    """

    id: int
    key: str
    draft_id: int
    root_id: int | None
    uid: str | None
    seq: int
    anchor: Anchor | None
    made_uid: str | None
    made_seq: int
    kind: NoteKind
    body: str
    audience: Audience
    delegation: str
    author_id: int | None
    author: str
    at: datetime
    stirred_at: datetime
    version: int
    resolved_at: datetime | None
    resolved_by: str
    reason: str
    place: int
    extra: Mapping[str, Any]
    redacted: bool
    redaction_by_id: int | None
    redaction_by: str

    @property
    def is_open(self) -> bool:
        """Whether it has not been resolved."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class NoteChange:
    """What was done with a note: of an edit the words, kind and audience before it, else why.

    Of one that was put on other words, `words` are those that it was on; of one that was redacted
    why, and earlier words are not there any more.
    """

    number: int
    act: Did
    kind: NoteKind
    audience: Audience
    words: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stir:
    """All notes of a draft for the same readers: how many, and when one was last stirred.

    `owner_id` is whose they are when they are for their author alone.
    """

    draft_id: int
    audience: Audience
    delegation: str
    owner_id: int | None
    count: int
    at: datetime

    def is_for(self, reader: Reader) -> bool:
        """Whether this reader may read them: what `_was_for` says to the database."""
        if self.audience is Audience.DELEGATION:
            return bool(reader.delegation) and reader.delegation == self.delegation
        return self.audience is Audience.EVERYONE or self.owner_id == reader.seat_id


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note that is to be kept."""

    draft_id: int
    uid: str | None
    seq: int
    anchor: Anchor | None
    kind: NoteKind
    body: str
    audience: Audience
    delegation: str
    extra: Mapping[str, Any]


_PLAIN = (
    "id",
    "key",
    "draft_id",
    "root_id",
    "uid",
    "seq",
    "made_uid",
    "made_seq",
    "body",
    "delegation",
    "author_id",
    "author",
    "at",
    "stirred_at",
    "version",
    "resolved_at",
    "resolved_by",
    "reason",
    "place",
    "extra",
    "redacted",
    "redaction_by_id",
    "redaction_by",
)
_ANCHOR = ("begins", "ends", "quote", "prefix", "suffix", "room_before", "room_after")
# Columns rather than rows: nothing here is written back.
_NOTES = sql_select(*(getattr(NoteRow, name) for name in (*_PLAIN, *_ANCHOR, "kind", "audience")))


def _may_read(reader: Reader) -> ColumnElement[bool]:
    """Notes that this reader may know of: the one place that says so."""
    return and_(col(NoteRow.removed_at).is_(None), _was_for(reader, NoteRow))


def _was_for(reader: Reader, table: type[NoteRow] | type[NoteChangeRow]) -> ColumnElement[bool]:
    """What is said for this reader. What a note said before, it said to whom it then was for."""
    allowed = [
        col(table.audience) == Audience.EVERYONE.value,
        and_(col(table.audience) == Audience.MINE.value, col(NoteRow.owner_id) == reader.seat_id),
    ]
    if reader.delegation:
        allowed.append(
            and_(
                col(table.audience) == Audience.DELEGATION.value,
                col(table.delegation) == reader.delegation,
            )
        )
    return or_(*allowed)


class Notes:
    """Reads and writes notes within one unit of work."""

    def __init__(self, session: Session, now: datetime, new_uid: Callable[[], str]) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid

    # --- reading

    def get(self, key: str, reader: Reader) -> NoteRecord | None:
        """The note or answer with this key, None also when it is not for this reader."""
        chosen = _NOTES.where(col(NoteRow.key) == key, _may_read(reader))
        return next((_record(row) for row in self._session.execute(chosen)), None)

    def by_id(self, note_id: int, reader: Reader) -> NoteRecord | None:
        """The same by the row's number."""
        chosen = _NOTES.where(col(NoteRow.id) == note_id, _may_read(reader))
        return next((_record(row) for row in self._session.execute(chosen)), None)

    def of_draft(self, draft_id: int, reader: Reader) -> tuple[NoteRecord, ...]:
        """The notes of a draft that are for this reader, without answers, the oldest first."""
        chosen = _NOTES.where(col(NoteRow.draft_id) == draft_id, col(NoteRow.root_id).is_(None))
        return self._found(chosen.where(_may_read(reader)))

    def commentary(self, draft_id: int) -> tuple[NoteRecord, ...]:
        """The notes of a draft that are for publication; all of them are for everyone."""
        chosen = _NOTES.where(col(NoteRow.draft_id) == draft_id, col(NoteRow.place) > 0)
        chosen = chosen.where(col(NoteRow.audience) == Audience.EVERYONE.value)
        return self._found(chosen.where(col(NoteRow.removed_at).is_(None)))

    def anchored_before(self, draft_id: int, seq: int) -> tuple[NoteRecord, ...]:
        """Everybody's notes on words whose anchor was last kept before `seq`.

        For keeping them anew; nothing of them may be shown to anybody.
        """
        chosen = _NOTES.where(
            col(NoteRow.draft_id) == draft_id,
            col(NoteRow.root_id).is_(None),
            col(NoteRow.removed_at).is_(None),
            col(NoteRow.quote) != "",
            col(NoteRow.seq) < seq,
        )
        return self._found(chosen)

    def answers(self, roots: Collection[int], reader: Reader) -> dict[int, list[NoteRecord]]:
        """The answers to these notes that are for this reader, by the note's id, oldest first."""
        found = defaultdict(list)
        chosen = _NOTES.where(col(NoteRow.root_id).in_(roots), _may_read(reader))
        for note in self._found(chosen):
            found[note.root_id or 0].append(note)
        return found

    def changes(self, note_ids: Collection[int], reader: Reader) -> dict[int, list[NoteChange]]:
        """What was done with these notes, as far as they are for this reader, oldest first."""
        rows = self._session.exec(
            select(NoteChangeRow)
            .join(NoteRow, col(NoteRow.id) == col(NoteChangeRow.note_id))
            .where(col(NoteChangeRow.note_id).in_(note_ids), _may_read(reader))
            .where(_was_for(reader, NoteChangeRow))
            .order_by(col(NoteChangeRow.note_id), col(NoteChangeRow.number))
        )
        found = defaultdict(list)
        for row in rows:
            found[row.note_id].append(
                NoteChange(
                    row.number,
                    Did(row.act),
                    NoteKind(row.kind),
                    Audience(row.audience),
                    row.words,
                    row.author,
                    row.at,
                )
            )
        return found

    def naming(self, reader: Reader, limit: int = 200) -> tuple[NoteRecord, ...]:
        """The notes and answers for this reader that name their seat, the latest first."""
        named = sql_select(col(NoteMentionRow.note_id)).where(
            col(NoteMentionRow.seat_id) == reader.seat_id
        )
        chosen = _NOTES.where(col(NoteRow.id).in_(named), _may_read(reader))
        return self._found(chosen, latest=limit)

    def named_in(self, note_id: int) -> frozenset[int]:
        """The ids of the seats that a note names."""
        rows = select(NoteMentionRow.seat_id).where(col(NoteMentionRow.note_id) == note_id)
        return frozenset(self._session.exec(rows))

    def open_questions(self, reader: Reader, limit: int = 200) -> tuple[NoteRecord, ...]:
        """The questions of all drafts for this reader that nobody resolved, the latest first."""
        chosen = _NOTES.where(
            col(NoteRow.kind) == NoteKind.QUESTION.value,
            col(NoteRow.root_id).is_(None),
            col(NoteRow.resolved_at).is_(None),
            _may_read(reader),
        )
        return self._found(chosen, latest=limit)

    def stirs(self, draft_ids: Collection[int]) -> tuple[Stir, ...]:
        """How the notes of these drafts stand, by those whom they are for; nothing of them."""
        is_own = col(NoteRow.audience) == Audience.MINE.value
        owner = case((is_own, col(NoteRow.owner_id)))
        delegation = case((is_own, ""), else_=col(NoteRow.delegation))
        chosen = sql_select(
            col(NoteRow.draft_id),
            col(NoteRow.audience),
            delegation,
            owner,
            func.count(),
            func.max(col(NoteRow.stirred_at)),
        ).where(col(NoteRow.draft_id).in_(draft_ids), col(NoteRow.removed_at).is_(None))
        rows = self._session.execute(chosen.group_by("draft_id", "audience", delegation, owner))
        return tuple(
            Stir(draft_id, Audience(audience), whose, owner_id, count, at)
            for draft_id, audience, whose, owner_id, count, at in rows
        )

    def stirred_by_others(
        self, draft_id: int, reader: Reader, since: datetime | None
    ) -> frozenset[int]:
        """The ids of notes with which others did something after a moment, or ever.

        It tells nothing of what, and nothing to who may not read the notes themselves.
        """
        others = or_(col(NoteRow.author_id).is_(None), col(NoteRow.author_id) != reader.seat_id)
        own_name = sql_select(col(SeatRow.name)).where(col(SeatRow.id) == reader.seat_id)
        settled = col(NoteChangeRow.act).in_((Did.RESOLVED.value, Did.REOPENED.value))
        chosen = (
            sql_select(col(NoteChangeRow.note_id))
            .join(NoteRow, col(NoteRow.id) == col(NoteChangeRow.note_id))
            .where(col(NoteRow.draft_id) == draft_id, _may_read(reader))
            .where(
                or_(
                    and_(settled, col(NoteChangeRow.author) != own_name.scalar_subquery()),
                    and_(col(NoteChangeRow.act) == Did.EDITED.value, others),
                )
            )
        )
        if since is not None:
            chosen = chosen.where(col(NoteChangeRow.at) > since)
        return frozenset(self._session.execute(chosen).scalars())

    def seen_until(self, draft_id: int, reader: Reader) -> datetime | None:
        """When this reader last said that they had read the notes; None: never."""
        row = self._session.get(NoteVisitRow, (reader.seat_id, draft_id))
        return row.at if row else None

    # --- writing

    def hold(self, note_id: int) -> None:
        """Let nobody else change the note until this unit of work has ended."""
        chosen = select(NoteRow.id).where(col(NoteRow.id) == note_id).with_for_update()
        self._session.exec(chosen).first()

    def add(self, new: NewNote, by: SeatRecord) -> int:
        """The id of a new note."""
        anchor = new.anchor
        return self._insert(
            NoteRow(
                **_said(by, self._now),
                key=self._new_key(),
                draft_id=new.draft_id,
                uid=new.uid,
                seq=new.seq,
                made_uid=new.uid,
                made_seq=new.seq,
                kind=new.kind.value,
                body=new.body,
                audience=new.audience.value,
                delegation=new.delegation,
                owner_id=by.id or None,
                extra=dict(new.extra),
                **(_columns(anchor) if anchor else {}),
            )
        )

    def answer(self, root: NoteRecord, body: str, by: SeatRecord) -> int:
        """The id of a new answer to a note; it is for those whom the note is for."""
        owner = select(NoteRow.owner_id).where(col(NoteRow.id) == root.id)
        self._update(root.id, stirred_at=self._now)
        return self._insert(
            NoteRow(
                **_said(by, self._now),
                key=self._new_key(),
                draft_id=root.draft_id,
                root_id=root.id,
                uid=root.uid,
                seq=root.seq,
                made_uid=root.uid,
                made_seq=root.seq,
                kind=root.kind.value,
                body=body,
                audience=root.audience.value,
                delegation=root.delegation,
                owner_id=self._session.exec(owner).one(),
            )
        )

    def edit(
        self,
        note: NoteRecord,
        *,
        body: str,
        kind: NoteKind,
        audience: Audience,
        delegation: str,
        by: SeatRecord,
    ) -> bool:
        """Give the note these words, keeping what it said; False if it was edited meanwhile."""
        done = self._session.exec(
            update(NoteRow)
            .where(col(NoteRow.id) == note.id, col(NoteRow.version) == note.version)
            .values(
                body=body,
                kind=kind.value,
                audience=audience.value,
                delegation=delegation,
                version=note.version + 1,
                stirred_at=self._now,
            )
        )
        if done.rowcount != 1:
            return False
        self._session.exec(
            update(NoteRow)
            .where(col(NoteRow.root_id) == note.id)
            .values(audience=audience.value, delegation=delegation)
        )
        self._keep(note, Did.EDITED, note.body, by)
        return True

    def resolve(self, note: NoteRecord, reason: str, by: SeatRecord) -> bool:
        """Say that the note is dealt with, and why; False if that was said before."""
        done = self._session.exec(
            update(NoteRow)
            .where(col(NoteRow.id) == note.id, col(NoteRow.resolved_at).is_(None))
            .values(resolved_at=self._now, resolved_by=by.name, reason=reason, stirred_at=self._now)
        )
        if done.rowcount == 1:
            self._keep(note, Did.RESOLVED, reason, by)
        return done.rowcount == 1

    def reopen(self, note: NoteRecord, reason: str, by: SeatRecord) -> bool:
        """Open a note that was resolved again; False if it is open."""
        done = self._session.exec(
            update(NoteRow)
            .where(col(NoteRow.id) == note.id, col(NoteRow.resolved_at).is_not(None))
            .values(resolved_at=None, resolved_by="", reason="", stirred_at=self._now)
        )
        if done.rowcount == 1:
            self._keep(note, Did.REOPENED, reason, by)
        return done.rowcount == 1

    def put(
        self, note: NoteRecord, uid: str, seq: int, anchor: Anchor | None, by: SeatRecord
    ) -> None:
        """Put a note on other words, as its author says; those that it was on are kept."""
        self.move(note.id, uid, seq, anchor)
        self._update(note.id, version=note.version + 1, stirred_at=self._now)
        self._keep(note, Did.PLACED, note.anchor.quote if note.anchor else "", by)

    def was_for_everyone(self, note: NoteRecord) -> bool:
        """Whether everybody may read the note, or could before it was changed."""
        chosen = select(func.count()).where(
            col(NoteChangeRow.note_id) == note.id,
            col(NoteChangeRow.audience) == Audience.EVERYONE.value,
        )
        return note.audience is Audience.EVERYONE or self._session.exec(chosen).one() > 0

    def ask_redaction(self, note: NoteRecord, by: SeatRecord) -> None:
        """Note who wants the words taken out."""
        self._update(note.id, redaction_by_id=by.id or None, redaction_by=by.name)

    def redact(self, note: NoteRecord, why: str, by: SeatRecord) -> tuple[str, ...]:
        """Take out what a note says, said before, and came with; these words, for whoever quotes.

        That it was there, on which words of the text, and what was done with it stays told.
        """
        before = self._session.exec(
            select(NoteChangeRow).where(
                NoteChangeRow.note_id == note.id, NoteChangeRow.act == Did.EDITED.value
            )
        ).all()
        words = (note.body, *(row.words for row in before))
        for row in before:
            row.words = ""
        self._session.flush()
        self._update(
            note.id,
            body=TAKEN_OUT,
            extra={},
            place=0,
            redacted=True,
            version=note.version + 1,
            stirred_at=self._now,
        )
        self._session.exec(delete(NoteMentionRow).where(col(NoteMentionRow.note_id) == note.id))
        self._keep(note, Did.REDACTED, why, by)
        return words

    def have_others_answered(self, note: NoteRecord) -> bool:
        """Whether somebody other than its author has answered the note."""
        other = or_(
            col(NoteRow.author_id).is_(None), col(NoteRow.author_id) != (note.author_id or 0)
        )
        chosen = select(func.count()).where(col(NoteRow.root_id) == note.id, other)
        return self._session.exec(chosen.where(col(NoteRow.removed_at).is_(None))).one() > 0

    def erase(self, note: NoteRecord) -> None:
        """Delete a note with its answers and all that was kept of them, as if never written."""
        rows = select(NoteRow.id).where(
            or_(col(NoteRow.id) == note.id, col(NoteRow.root_id) == note.id)
        )
        ids = [row for row in self._session.exec(rows) if row]
        for table in (NoteMentionRow, NoteChangeRow):
            self._session.exec(delete(table).where(col(table.note_id).in_(ids)))
        self._session.exec(delete(NoteRow).where(col(NoteRow.root_id) == note.id))
        self._session.exec(delete(NoteRow).where(col(NoteRow.id) == note.id))

    def withdraw(self, note: NoteRecord) -> None:
        """Take a note with its answers out of everybody's sight; it is kept on record."""
        self._session.exec(
            update(NoteRow)
            .where(or_(col(NoteRow.id) == note.id, col(NoteRow.root_id) == note.id))
            .where(col(NoteRow.removed_at).is_(None))
            .values(removed_at=self._now, place=0)
        )

    def mention(self, note_id: int, seat_ids: Collection[int]) -> None:
        """Keep whom a note names, in place of those it named."""
        self._session.exec(delete(NoteMentionRow).where(col(NoteMentionRow.note_id) == note_id))
        for seat_id in sorted(set(seat_ids)):
            self._session.add(NoteMentionRow(note_id=note_id, seat_id=seat_id))
        self._session.flush()

    def move(self, note_id: int, uid: str | None, seq: int, anchor: Anchor | None) -> None:
        """Keep a note's anchor as it lies after the journal's entry `seq`."""
        self._update(note_id, uid=uid, seq=seq, **_columns(anchor or Anchor(0, 0, "")))

    def set_place(self, note_id: int, place: int) -> None:
        """Give a note its number in the commentary; 0 takes it out."""
        self._update(note_id, place=place)

    def pin(self, note_id: int, uid: str, seq: int) -> None:
        """Say that a note is written for a clause as it stands after the journal's entry `seq`."""
        self._update(note_id, made_uid=uid, made_seq=seq)

    def set_extra(self, note_id: int, extra: Mapping[str, Any]) -> None:
        """Keep what came along with a note from elsewhere and has no field here."""
        self._update(note_id, extra=dict(extra))

    def visit(self, draft_id: int, reader: Reader, until: datetime | None = None) -> None:
        """Keep that this reader has read the notes of a draft up to a moment, now if none."""
        moment = until or self._now
        row = self._session.get(NoteVisitRow, (reader.seat_id, draft_id))
        if row is None:
            row = NoteVisitRow(seat_id=reader.seat_id, draft_id=draft_id, at=moment)
        row.at = moment
        self._session.add(row)
        self._session.flush()

    def _found(self, chosen: Any, *, latest: int = 0) -> tuple[NoteRecord, ...]:
        if latest:
            chosen = chosen.order_by(col(NoteRow.id).desc()).limit(latest)
        else:
            chosen = chosen.order_by(col(NoteRow.id))
        return tuple(_record(row) for row in self._session.execute(chosen))

    def _insert(self, row: NoteRow) -> int:
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def _update(self, note_id: int, **values: object) -> None:
        self._session.exec(update(NoteRow).where(col(NoteRow.id) == note_id).values(**values))

    def _keep(self, note: NoteRecord, act: Did, words: str, by: SeatRecord) -> None:
        number = select(func.coalesce(func.max(NoteChangeRow.number), 0)).where(
            col(NoteChangeRow.note_id) == note.id
        )
        self._session.add(
            NoteChangeRow(
                note_id=note.id,
                number=self._session.exec(number).one() + 1,
                act=act.value,
                kind=note.kind.value,
                audience=note.audience.value,
                delegation=note.delegation,
                words=words,
                author=by.name,
                at=self._now,
            )
        )
        self._session.flush()

    def _new_key(self) -> str:
        return "n" + self._new_uid()[1:]


def _said(by: SeatRecord, now: datetime) -> dict[str, Any]:
    return {"author_id": by.id or None, "author": by.name, "at": now, "stirred_at": now}


def _columns(anchor: Anchor) -> dict[str, Any]:
    return {
        "begins": anchor.start,
        "ends": anchor.end,
        "quote": anchor.quote,
        "prefix": anchor.prefix,
        "suffix": anchor.suffix,
        "room_before": anchor.before,
        "room_after": anchor.after,
    }


def _record(row: Any) -> NoteRecord:
    anchor = None
    if row.quote:
        anchor = Anchor(*(getattr(row, name) for name in _ANCHOR))
    return NoteRecord(
        **{name: getattr(row, name) for name in _PLAIN},
        anchor=anchor,
        kind=NoteKind(row.kind),
        audience=Audience(row.audience),
    )
