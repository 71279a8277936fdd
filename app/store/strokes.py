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
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.store import heads
from app.store.drafts import CLAUSES, ClauseRecord, clause_record
from app.store.heads import Head
from app.store.journal import TYPED, EntryRecord
from app.store.seats import SeatRecord
from app.store.tables import ClauseRow, EditRow, Utc, canonical
from app.treaty.changes import ChangeSet, Section


class Outrun(RuntimeError):
    """Others were quicker: clauses are not what the strokes were made on, or a push is kept.

    `uids` says which clauses; it is empty where a push was kept already.
    """

    def __init__(self, uids: Sequence[str]) -> None:
        super().__init__(f"clauses have moved on: {', '.join(uids)}" if uids else "kept already")
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
_Row = tuple[int, str, int, str, int | None, str, str, str, str, str, str]
_NAMES = (
    *("seq", "uid", "version", "act", "author_id", "author"),
    *("changes", "detail", "origin", "hash", "push"),
)


class _Span(NamedTuple):
    """A clause's way through a batch: what it is at the end, and its version at the beginning."""

    heading: bool
    words: str
    version: int
    uid: str
    seen: int


_INSERT = (
    "INSERT INTO edit (draft_id, at, seq, uid, version, act, author_id, author, changes, detail, "
    "origin, hash, push) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SET = (
    "UPDATE clause SET text = iif(?1, text, ?2), heading = iif(?1, ?2, heading), version = ?3, "
    "settled = FALSE WHERE uid = ?4 AND version = ?5 AND draft_id = ?6 AND NOT struck"
)
# All of it in one go, because each question put to another process costs more than its answer.
# How many clauses are meant can only be seen from the array of their uids: without it PostgreSQL
# expects a hundred, and reads all of a long draft for one of them.
_PUT_ON_POSTGRESQL = """
WITH kept AS (
    INSERT INTO edit (draft_id, seq, uid, version, act, author_id, author, at, changes, detail,
        origin, hash, push)
    SELECT %(draft)s, seq, uid, version, act, author_id, author, %(at)s, changes, detail,
        origin, hash, push
    FROM json_to_recordset(%(entries)s) AS entry (seq int, uid text, version int, act text,
        author_id int, author text, changes text, detail text, origin text, hash text, push text)
), said AS (
    UPDATE clause SET
        text = CASE WHEN last.heading THEN clause.text ELSE last.words END,
        heading = CASE WHEN last.heading THEN last.words ELSE clause.heading END,
        version = last.version,
        settled = FALSE
    FROM json_to_recordset(%(clauses)s) AS last (heading boolean, words text, version int,
        uid text, seen int)
    WHERE clause.uid = last.uid AND clause.version = last.seen AND clause.draft_id = %(draft)s
        AND clause.uid = ANY(%(uids)s) AND NOT clause.struck
    RETURNING 1
), moved AS (
    UPDATE draft SET seq = %(seq)s, hash = %(hash)s WHERE id = %(draft)s AND seq = %(seen)s
    RETURNING 1
)
SELECT (SELECT count(*) FROM said), (SELECT count(*) FROM moved), pg_notify(%(channel)s, %(told)s)
"""


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
        version or is struck, and when a push is kept already: the unit has to be given up
        then, for part of it may be written.
        """
        if not strokes:
            return ()
        entries, rows = _chained(draft_id, head, strokes, self._now)
        spans = _spans(strokes)
        to = Head(entries[-1].seq, entries[-1].hash)
        on_postgresql = self._connection.dialect.name == "postgresql"
        put = self._put_on_postgresql if on_postgresql else self._put_on_sqlite
        try:
            reached = put(draft_id, head, to, rows, spans)
        except IntegrityError as kept:
            raise Outrun([]) from kept
        if reached != len(spans):
            raise Outrun(self._outrun(draft_id, spans))
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

    def _put_on_sqlite(
        self, draft_id: int, seen: Head, to: Head, rows: Sequence[_Row], spans: Sequence[_Span]
    ) -> int:
        """How many clauses were what the strokes were made on."""
        at = self._at()
        self._connection.exec_driver_sql(_INSERT, [(draft_id, at, *row) for row in rows])
        said = [(*span, draft_id) for span in spans]
        reached = self._connection.exec_driver_sql(_SET, said).rowcount
        heads.move(self._connection, draft_id, seen, to)
        return reached

    def _put_on_postgresql(
        self, draft_id: int, seen: Head, to: Head, rows: Sequence[_Row], spans: Sequence[_Span]
    ) -> int:
        """The same in one statement."""
        asked = {
            "draft": draft_id,
            "at": self._at(),
            "entries": canonical([dict(zip(_NAMES, row, strict=True)) for row in rows]),
            "clauses": canonical([span._asdict() for span in spans]),
            "uids": [span.uid for span in spans],
            "seq": to.seq,
            "hash": to.hash,
            "seen": seen.seq,
            "channel": heads.CHANNEL,
            "told": f"{draft_id} {to.seq}",
        }
        row = self._connection.exec_driver_sql(_PUT_ON_POSTGRESQL, asked).one()
        if row[1] != 1:
            raise RuntimeError("two writers extended one journal at once")
        return int(row[0])

    def _at(self) -> object:
        """The time of this unit as the database keeps it."""
        dialect = self._connection.dialect
        keep = Utc().bind_processor(dialect)
        return self._now if keep is None else keep(self._now)

    def _outrun(self, draft_id: int, spans: Sequence[_Span]) -> list[str]:
        """Which clauses were not reached."""
        now = self.clauses(draft_id, [span.uid for span in spans])
        missed = [
            span.uid
            for span in spans
            if span.uid not in now or now[span.uid].struck or now[span.uid].version != span.version
        ]
        return missed or [span.uid for span in spans]


def _spans(strokes: Sequence[Stroke]) -> tuple[_Span, ...]:
    """From where to where the strokes lead each clause; Outrun when one does not follow."""
    spans: dict[str, _Span] = {}
    for stroke in strokes:
        uid, before = stroke.uid, spans.get(stroke.uid)
        seen = stroke.version
        if before is not None:
            if before.version != stroke.version:
                raise Outrun([uid])
            seen = before.seen
        spans[uid] = _Span(stroke.heading, stroke.words, stroke.version + 1, uid, seen)
    return tuple(spans.values())


def _chained(
    draft_id: int, head: Head, strokes: Sequence[Stroke], now: datetime
) -> tuple[tuple[EntryRecord, ...], list[_Row]]:
    """The entries, and their rows.

    The text that is hashed is that of journal.chained, put together from parts that the
    rows need anyway; a test holds the two against each other.
    """
    said_at = quoted(now.astimezone(UTC).isoformat(timespec="microseconds"))
    digest = head.hash
    entries = []
    rows: list[_Row] = []
    acts = _acts(strokes, head.seq)
    for seq, (stroke, detail) in enumerate(zip(strokes, acts, strict=True), head.seq + 1):
        by, version = stroke.by, stroke.version + 1
        author_id = by.id or None
        act = "retitled" if stroke.heading else "reworded"
        changes: list[Any] = list(stroke.changes.to_json())
        changes_said = _said(stroke.changes)
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
        rows.append(
            (
                seq,
                stroke.uid,
                version,
                act,
                author_id,
                by.name,
                changes_said,
                detail_said,
                TYPED,
                digest,
                stroke.push,
            )
        )
    return tuple(entries), rows


def _said(changes: ChangeSet) -> str:
    """The canonical JSON text of a change, in a third of the time: it has one form only."""
    return f"[{','.join(map(_section_said, changes.sections))}]"


def _section_said(section: Section) -> str:
    length, inserted = section
    if inserted is None:
        return str(length)
    if not inserted:
        return f"[{length}]"
    if "\n" in inserted or not inserted.isascii():
        # Several lines, or what is another thing in unit form.
        return canonical(ChangeSet((section,)).to_json()[0])
    return f"[{length},{quoted(inserted)}]"


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
