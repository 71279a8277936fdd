"""What is typed at the table, kept many strokes at a time: the store's quickest way to write.

A stroke is one update of one clause's words. However many come together, they cost one
insertion of rows, one update of the clauses they touch and one move of the journal's head;
nothing here looks at more of a draft than the clauses that were typed in.

    head = store.strokes.head(draft.id)
    entries = store.strokes.write(draft.id, head, strokes)

The statements are written out because every microsecond here is paid for each key pressed;
the tests compare what they leave behind with what a Pen would have written.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session, col

from app.store import heads
from app.store.drafts import CLAUSES, ClauseRecord, clause_record
from app.store.heads import Head
from app.store.journal import TYPED, EntryRecord
from app.store.seats import SeatRecord
from app.store.tables import ClauseRow, EditRow, Utc, canonical
from app.treaty.changes import ChangeSet


class Outrun(RuntimeError):
    """Some of the clauses are not what the strokes were made on: `uids` says which."""

    def __init__(self, uids: Sequence[str]) -> None:
        super().__init__(f"clauses have moved on: {', '.join(uids)}")
        self.uids = tuple(uids)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One update of a clause's words (its heading, if it bears one: `heading`).

    `version` is the clause's before it, `words` what they are after it. `push` is the
    update's own name ("": none), `detail` what its entry says besides. A stroke that is
    `tied` belongs to the same act as the one before it.
    """

    uid: str
    version: int
    changes: ChangeSet
    words: str
    heading: bool
    by: SeatRecord
    push: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    tied: bool = False


_CLAUSES_NAMED = CLAUSES.where(
    col(ClauseRow.draft_id) == bindparam("draft"),
    col(ClauseRow.uid).in_(bindparam("uids", expanding=True)),
)
_PUSHED = select(col(EditRow.push), col(EditRow.seq)).where(
    col(EditRow.draft_id) == bindparam("draft"),
    col(EditRow.push).in_(bindparam("pushes", expanding=True)),
    # Only with these words does the database see that the index of the named ones will do.
    col(EditRow.push) != "",
)
_UNSETTLED = select(col(ClauseRow.draft_id)).where(~col(ClauseRow.settled)).distinct()
_SETTLE = (
    update(ClauseRow)
    .where(
        col(ClauseRow.id).in_(
            select(col(ClauseRow.id))
            .where(col(ClauseRow.draft_id) == bindparam("draft"), ~col(ClauseRow.settled))
            .order_by(col(ClauseRow.id))
            .limit(bindparam("limit"))
        )
    )
    .values(settled=True)
)
_INSERT = (
    "INSERT INTO edit (draft_id, seq, uid, version, act, author_id, author, at, changes, detail, "
    "origin, hash, push) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SET = {
    heading: (
        f"UPDATE clause SET {'heading' if heading else 'text'} = ?, version = ?, settled = FALSE "  # noqa: S608 - two names of ours
        "WHERE uid = ? AND draft_id = ? AND version = ? AND NOT struck"
    )
    for heading in (False, True)
}


class Strokes:
    """The strokes of one unit of work."""

    def __init__(self, session: Session, now: datetime, moved: dict[int, int]) -> None:
        self._connection: Connection = session.connection()
        self._now = now
        self._moved = moved

    def head(self, draft_id: int) -> Head:
        """The head of the draft's journal, which nobody else can move until this unit ends.

        NoResultFound when there is no such draft.
        """
        return heads.take(self._connection, draft_id)

    def clauses(self, draft_id: int, uids: Iterable[str]) -> dict[str, ClauseRecord]:
        """Those of the clauses that the draft has, struck ones too, by uid."""
        asked = {"draft": draft_id, "uids": sorted(set(uids))}
        rows = self._connection.execute(_CLAUSES_NAMED, asked)
        return {row[0]: clause_record(row) for row in rows}

    def pushed(self, draft_id: int, pushes: Iterable[str]) -> dict[str, int]:
        """The seq of the entry that keeps each of these pushes, for those that are kept."""
        asked = {"draft": draft_id, "pushes": sorted(set(pushes))}
        rows = self._connection.execute(_PUSHED, asked)
        return {row[0]: row[1] for row in rows}

    def write(
        self, draft_id: int, head: Head, strokes: Sequence[Stroke]
    ) -> tuple[EntryRecord, ...]:
        """The entries that now keep the strokes, in their order, behind the head.

        Strokes of one clause follow each other by version. Outrun when a clause has another
        version or is struck, IntegrityError when a push is kept already: the unit has to be
        given up then, for part of it may be written.
        """
        if not strokes:
            return ()
        entries, texts = _chained(draft_id, head, strokes, self._now)
        at = _at(self._connection, self._now)
        rows = [_row(entry, at, *said) for entry, said in zip(entries, texts, strict=True)]
        self._run(_INSERT, rows)
        self._set_words(draft_id, strokes)
        to = Head(entries[-1].seq, entries[-1].hash)
        heads.move(self._connection, draft_id, head, to)
        self._moved[draft_id] = to.seq
        return entries

    def unsettled(self) -> tuple[int, ...]:
        """The drafts that have clauses which were typed in and are not in the search index."""
        return tuple(self._connection.execute(_UNSETTLED).scalars())

    def settle(self, draft_id: int, limit: int = 20) -> int:
        """How many clauses have come into the search index again, `limit` at most.

        For when nobody is typing: it takes about a millisecond a clause on PostgreSQL, and
        the draft's head is held meanwhile, so that nobody who writes is met half way.
        """
        heads.take(self._connection, draft_id)
        asked = {"draft": draft_id, "limit": limit}
        return self._connection.execute(_SETTLE, asked).rowcount

    def _set_words(self, draft_id: int, strokes: Sequence[Stroke]) -> None:
        """Bring each clause to what its last stroke says, if it was what its first one says."""
        first: dict[str, Stroke] = {}
        last: dict[str, Stroke] = {}
        for stroke in strokes:
            before = last.get(stroke.uid)
            if before is None:
                first[stroke.uid] = stroke
            elif stroke.version != before.version + 1:
                raise Outrun([stroke.uid])
            last[stroke.uid] = stroke
        for heading in (False, True):
            rows = [
                (stroke.words, stroke.version + 1, uid, draft_id, first[uid].version)
                for uid, stroke in last.items()
                if stroke.heading is heading
            ]
            if rows and self._run(_SET[heading], rows) != len(rows):
                raise Outrun(self._outrun(draft_id, last))

    def _outrun(self, draft_id: int, last: dict[str, Stroke]) -> list[str]:
        """Which clauses the update did not reach."""
        now = self.clauses(draft_id, last)
        return [
            uid
            for uid, stroke in last.items()
            if uid not in now or now[uid].struck or now[uid].version != stroke.version + 1
        ]

    def _run(self, statement: str, rows: list[tuple[Any, ...]]) -> int:
        """How many rows one statement, run for each of these, has touched."""
        if self._connection.dialect.name == "postgresql":
            statement = statement.replace("?", "%s")
        return self._connection.exec_driver_sql(statement, rows).rowcount


def _chained(
    draft_id: int, head: Head, strokes: Sequence[Stroke], now: datetime
) -> tuple[tuple[EntryRecord, ...], list[tuple[str, str]]]:
    """The entries, and the texts of their changes and details.

    The text that is hashed is that of journal.chained, put together from parts that the
    rows need anyway; a test holds the two against each other.
    """
    said_at = quoted(now.astimezone(UTC).isoformat(timespec="microseconds"))
    digest = head.hash
    entries = []
    texts = []
    acts = _acts(strokes, head.seq)
    for seq, (stroke, detail) in enumerate(zip(strokes, acts, strict=True), head.seq + 1):
        by, version = stroke.by, stroke.version + 1
        author_id = by.id or None
        act = "retitled" if stroke.heading else "reworded"
        changes: list[Any] = list(stroke.changes.to_json())
        changes_said = canonical(changes)
        detail_said = canonical(detail) if detail else "{}"
        push_said = f'"push":{quoted(stroke.push)},' if stroke.push else ""
        line = (
            f'{digest}\n{{"act":"{act}","at":{said_at},"author":{quoted(by.name)},'
            f'"author_id":{author_id or "null"},"changes":{changes_said},'
            f'"detail":{detail_said},"origin":"{TYPED}",{push_said}'
            f'"seq":{seq},"uid":{quoted(stroke.uid)},"version":{version}}}'
        )
        digest = hashlib.sha256(line.encode()).hexdigest()
        entries.append(
            EntryRecord(
                seq,
                draft_id,
                stroke.uid,
                version,
                act,
                author_id,
                by.name,
                now,
                changes,
                detail,
                TYPED,
                digest,
                stroke.push,
            )
        )
        texts.append((changes_said, detail_said))
    return tuple(entries), texts


def _acts(strokes: Sequence[Stroke], seq: int) -> list[dict[str, Any]]:
    """What each stroke's entry says in detail: also which act it belongs to."""
    told: list[dict[str, Any]] = []
    first = 0
    for index, stroke in enumerate(strokes):
        if not stroke.tied or not index:
            first = index
            told.append(stroke.detail)
            continue
        told[first] = {**told[first], "entries": index - first + 1}
        told.append({**stroke.detail, "of": seq + first + 1})
    return told


def _row(entry: EntryRecord, at: object, changes: str, detail: str) -> tuple[Any, ...]:
    """The entry as `_INSERT` takes it."""
    return (
        entry.draft_id,
        entry.seq,
        entry.uid,
        entry.version,
        entry.act,
        entry.author_id,
        entry.author,
        at,
        changes,
        detail,
        entry.origin,
        entry.hash,
        entry.push,
    )


def _at(connection: Connection, now: datetime) -> object:
    """The time as this database keeps it."""
    keep = Utc().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return now if keep is None else keep(now)
