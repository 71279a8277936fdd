"""Drafts: their clauses as they stand, the journal that led there, and their editions.

Reading gives records. Writing goes through a `Pen`, which holds the draft's
journal for as long as its act takes: it locks the head row first, so that two
processes write one after the other, compares a clause's version inside the
UPDATE, and chains its entries to the head when it is laid down.

    with drafts.pen(draft.id, seat) as pen:
        pen.reword(clause, changes)
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from app.store import heads
from app.store.heads import Head
from app.store.journal import EntryRecord, Fold, chained, genesis, words_after
from app.store.seats import SeatRecord
from app.store.tables import ClauseRow, DraftRow, EditionRow, EditRow, canonical
from app.treaty import options
from app.treaty.changes import ChangeSet, replace_all
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import INSERTED, UNCOUNTED

_Query = Select[*tuple[Any, ...]]

FROZEN = "frozen"
"""What a draft says of its numbers while they stay with the clauses that have them."""

ROOM = 2**40
"""The distance between the positions of two clauses that are loaded one after the other."""


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """One treaty text under negotiation; `seq` and `hash` are the head of its journal.

    `numbers` is FROZEN or "", while they are computed. The forms are what the house writes:
    "article" or "Article", "this" or "the present", references "un" or "eu"; "": as most do.
    """

    id: int
    slug: str
    title: str
    symbol: str
    dated: str
    distribution: str
    scheme: str
    seq: int
    hash: str
    created_at: datetime
    numbers: str = ""
    article_form: str = ""
    self_form: str = ""
    reference_form: str = ""

    @property
    def is_frozen(self) -> bool:
        """Whether its clauses keep the numbers that they have."""
        return self.numbers == FROZEN


@dataclass(frozen=True, slots=True)
class ClauseRecord:
    """A clause as it stands; `position` only orders the clauses of one draft."""

    uid: str
    draft_id: int
    kind: Kind
    number: str
    heading: str
    text: str
    depth: int
    position: int
    version: int
    struck: bool

    @property
    def words(self) -> str:
        """The clause's own words: its heading where it bears one, else its text."""
        return self.heading if self.kind.bears_heading else self.text

    def clause(self) -> Clause:
        """The clause as a treaty value."""
        return Clause(self.kind, self.number, self.heading, self.text, self.depth, self.uid)


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """A named, frozen state: `seq` is the entry that named it, `hash` its content's SHA-256."""

    id: int
    draft_id: int
    slug: str
    name: str
    symbol: str
    dated: str
    at: datetime
    seq: int
    hash: str
    author: str


def content_of(
    title: str, scheme: str, distribution: str, clauses: Sequence[Clause]
) -> dict[str, Any]:
    """What an edition keeps: the mast and every live clause with its uid."""
    return {
        "title": title,
        "scheme": scheme,
        "distribution": distribution,
        "clauses": [
            {
                "uid": clause.uid,
                "kind": clause.kind.value,
                "number": clause.number,
                "heading": clause.heading,
                "text": clause.text,
                "depth": clause.depth,
            }
            for clause in clauses
        ],
    }


def content_hash(content: dict[str, Any]) -> str:
    """The SHA-256 of an edition's content, in hexadecimal."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def document_of(content: dict[str, Any]) -> Document:
    """The treaty that an edition's content describes."""
    clauses = tuple(Clause(**{**said, "kind": Kind(said["kind"])}) for said in content["clauses"])
    return Document(content["title"], clauses)


class Drafts:
    """The drafts of one unit of work; `moved` has the seq of each journal that it made longer."""

    def __init__(
        self,
        session: Session,
        now: datetime,
        new_uid: Callable[[], str],
        moved: dict[int, int] | None = None,
    ) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid
        self._name = ""
        self.moved = {} if moved is None else moved

    # Drafts and clauses as they stand

    def all(self) -> tuple[DraftRecord, ...]:
        """Every draft, by its title."""
        rows = self._rows(_DRAFTS.order_by(col(DraftRow.title), col(DraftRow.id)))
        return tuple(DraftRecord(*row) for row in rows)

    def by_slug(self, slug: str) -> DraftRecord | None:
        """The draft with this slug, or None."""
        return self._draft(_DRAFT_BY_SLUG, {"slug": slug})

    def by_id(self, draft_id: int) -> DraftRecord | None:
        """The draft with this id, or None."""
        return self._draft(_DRAFT_BY_ID, {"id": draft_id})

    def clauses(self, draft_id: int, with_struck: bool = False) -> tuple[ClauseRecord, ...]:
        """The clauses in their order; struck ones only on demand."""
        query = _ALL_CLAUSES if with_struck else _LIVE_CLAUSES
        rows = self._rows(query, {"draft_id": draft_id})
        return tuple(clause_record(row) for row in rows)

    def clause(self, draft_id: int, uid: str) -> ClauseRecord | None:
        """One clause of the draft, struck or not; None when the draft has no such clause."""
        asked = {"draft_id": draft_id, "uid": uid}
        row = self._session.connection().execute(_CLAUSE_BY_UID, asked).first()
        return None if row is None else clause_record(row)

    def document(self, draft_id: int) -> Document:
        """The live text, each clause with its uid; KeyError when there is no such draft."""
        draft = self.by_id(draft_id)
        if draft is None:
            raise KeyError(draft_id)
        return Document(draft.title, tuple(record.clause() for record in self.clauses(draft_id)))

    # What led there

    def journal(
        self, draft_id: int, after: int = 0, limit: int | None = None
    ) -> tuple[EntryRecord, ...]:
        """The entries after a seq, oldest first, at most `limit` of them."""
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id, col(EditRow.seq) > after)
        rows = self._rows(query.order_by(col(EditRow.seq)).limit(limit))
        return tuple(EntryRecord(*row) for row in rows)

    def recent(
        self,
        draft_id: int,
        *,
        before: int | None = None,
        limit: int = 50,
        by: SeatRecord | None = None,
        uid: str = "",
    ) -> tuple[EntryRecord, ...]:
        """The latest entries before a seq, newest first; only one seat's, or one clause's."""
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id)
        if before is not None:
            query = query.where(col(EditRow.seq) < before)
        if uid:
            query = query.where(col(EditRow.uid) == uid)
        if by is not None:
            query = query.where(col(EditRow.author_id).is_not_distinct_from(by.id or None))
        rows = self._rows(query.order_by(col(EditRow.seq).desc()).limit(limit))
        return tuple(EntryRecord(*row) for row in rows)

    def changes(self, draft_id: int) -> int:
        """How many changes were made to the text that the draft began with.

        What is typed while a clause is open counts as one: its updates are numbered from 1.
        Acts upon the structure that bear a name, with a d before the number, count like others.
        """
        query = select(func.count()).where(
            col(EditRow.draft_id) == draft_id,
            col(EditRow.act) != "loaded",
            col(EditRow.seq) > 1,
            or_(
                col(EditRow.push) == "",
                col(EditRow.push).like("%.1"),
                col(EditRow.push).like("%.d%"),
            ),
        )
        return int(self._session.connection().execute(query).scalar_one())

    def entry(self, draft_id: int, seq: int) -> EntryRecord | None:
        """One entry of the journal, or None."""
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id, col(EditRow.seq) == seq)
        row = self._session.connection().execute(query).first()
        return None if row is None else EntryRecord(*row)

    def history(
        self, draft_id: int, uid: str, *, after: int = 0, limit: int | None = None
    ) -> tuple[EntryRecord, ...]:
        """The entries of one clause after a seq, oldest first, at most `limit` of them."""
        query = ENTRIES.where(
            col(EditRow.draft_id) == draft_id, col(EditRow.uid) == uid, col(EditRow.seq) > after
        )
        rows = self._rows(query.order_by(col(EditRow.seq)).limit(limit))
        return tuple(EntryRecord(*row) for row in rows)

    def histories(self, draft_id: int, uids: Iterable[str]) -> dict[str, tuple[EntryRecord, ...]]:
        """All entries of many clauses, oldest first, by the clause's uid; () where there is none.

        For whoever would ask `history` again and again: some hundred clauses cost one query.
        """
        found: dict[str, list[EntryRecord]] = {uid: [] for uid in uids}
        asked = list(found)
        for at in range(0, len(asked), _AT_ONCE):
            rows = self._session.connection().execute(
                _HISTORIES, {"draft_id": draft_id, "uids": asked[at : at + _AT_ONCE]}
            )
            for row in rows:
                entry = EntryRecord(*row)
                found[entry.uid].append(entry)
        return {uid: tuple(entries) for uid, entries in found.items()}

    def words_at(
        self, draft_id: int, uid: str, *, seq: int | None = None, version: int | None = None
    ) -> str | None:
        """A clause's words as they stood after the entry `seq`, or at a version.

        None when it was not there yet, or never had that version.
        """
        query = select(
            col(EditRow.act), col(EditRow.changes), col(EditRow.detail), col(EditRow.version)
        ).where(col(EditRow.draft_id) == draft_id, col(EditRow.uid) == uid)
        if seq is not None:
            query = query.where(col(EditRow.seq) <= seq)
        if version is not None:
            query = query.where(col(EditRow.version) <= version)
        words: str | None = None
        last = 0
        for act, changes, detail, at in self._rows(query.order_by(col(EditRow.seq))):
            words, last = words_after(words or "", act, changes, detail), at
        return words if version in (None, last) else None

    def act(self, draft_id: int, seq: int) -> tuple[EntryRecord, ...]:
        """All entries of the act that the entry `seq` belongs to; none without such an entry."""
        entry = self.entry(draft_id, seq)
        first = entry and self.entry(draft_id, entry.first)
        if first is None:
            return ()
        return self.journal(draft_id, after=first.seq - 1, limit=first.detail.get("entries", 1))

    def last_struck(self, draft_id: int) -> dict[str, EntryRecord]:
        """The entry by which each clause that was ever struck was struck last, by its uid."""
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id, col(EditRow.act) == "struck")
        entries = (EntryRecord(*row) for row in self._rows(query.order_by(col(EditRow.seq))))
        return {entry.uid: entry for entry in entries}

    def acts_called(self, draft_id: int, act: str) -> tuple[EntryRecord, ...]:
        """All entries of one act, such as "numbered", oldest first."""
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id, col(EditRow.act) == act)
        return tuple(EntryRecord(*row) for row in self._rows(query.order_by(col(EditRow.seq))))

    def inserted_since(self, draft_id: int, seq: int) -> frozenset[str]:
        """The uids of the clauses that were inserted by the entry `seq` or after it."""
        query = select(col(EditRow.uid)).where(
            col(EditRow.draft_id) == draft_id,
            col(EditRow.seq) >= seq,
            col(EditRow.act) == "inserted",
        )
        return frozenset(row[0] for row in self._rows(query))

    def changes_since(
        self, draft_id: int, seq: int, uids: Iterable[str]
    ) -> dict[str, list[EntryRecord]]:
        """The entries after `seq` that changed the text of these clauses, oldest first."""
        query = ENTRIES.where(
            col(EditRow.draft_id) == draft_id,
            col(EditRow.seq) > seq,
            col(EditRow.uid).in_(set(uids)),
        )
        found: dict[str, list[EntryRecord]] = {}
        for row in self._rows(query.order_by(col(EditRow.seq))):
            entry = EntryRecord(*row)
            if entry.changes is not None:
                found.setdefault(entry.uid, []).append(entry)
        return found

    def as_it_stood(self, draft_id: int, seq: int) -> Fold:
        """The whole draft as the journal tells it, up to and including the entry `seq`."""
        query = select(
            col(EditRow.uid),
            col(EditRow.version),
            col(EditRow.act),
            col(EditRow.changes),
            col(EditRow.detail),
        ).where(col(EditRow.draft_id) == draft_id, col(EditRow.seq) <= seq)
        # A page at a time: a hundred thousand rows at hand would be looked through for garbage.
        query = query.order_by(col(EditRow.seq)).execution_options(yield_per=1000)
        return Fold().take_all(self._session.connection().execute(query))

    # Editions

    def editions(self, draft_id: int) -> tuple[EditionRecord, ...]:
        """The editions of a draft, oldest first."""
        query = _EDITIONS.where(col(EditionRow.draft_id) == draft_id)
        rows = self._rows(query.order_by(col(EditionRow.seq)))
        return tuple(EditionRecord(*row) for row in rows)

    def edition(self, draft_id: int, slug: str) -> EditionRecord | None:
        """The edition with this slug, or None."""
        query = _EDITIONS.where(col(EditionRow.draft_id) == draft_id, col(EditionRow.slug) == slug)
        row = self._session.connection().execute(query).first()
        return None if row is None else EditionRecord(*row)

    def edition_content(self, edition: EditionRecord) -> dict[str, Any]:
        """What the edition keeps: title, scheme, distribution and its clauses as dicts."""
        query = select(col(EditionRow.content)).where(col(EditionRow.id) == edition.id)
        content: dict[str, Any] = self._session.connection().execute(query).scalar_one()
        return content

    def edition_document(self, edition: EditionRecord) -> Document:
        """The treaty as the edition froze it, each clause with its uid."""
        return document_of(self.edition_content(edition))

    # Writing

    def create(
        self,
        *,
        slug: str,
        document: Document,
        by: SeatRecord,
        scheme: str = "un",
        symbol: str = "",
        dated: str = "",
        distribution: str = "",
        origin: str = "",
    ) -> DraftRecord:
        """A new draft of the document's clauses, each under a new uid and journalled as loaded."""
        mast = {
            "title": document.title,
            "symbol": symbol,
            "dated": dated,
            "distribution": distribution,
            "scheme": scheme,
        }
        row = {"slug": slug, "seq": 0, "hash": genesis(slug), "created_at": self._now, **mast}
        connection = self._session.connection()
        made = connection.execute(insert(DraftRow).values(**row).returning(col(DraftRow.id)))
        draft_id = made.scalar_one() or 0
        with self.pen(draft_id, by, origin) as pen:
            pen.write_down("described", detail={"from": {}, "to": mast})
            pen.load(document.clauses)
        draft = self.by_id(draft_id)
        assert draft is not None  # noqa: S101 - it was made a moment ago, in this transaction
        return draft

    @contextmanager
    def named(self, push: str) -> Iterator[None]:
        """Let the first entry of the act that is done in this block bear a name.

        No two entries of a draft have the same, so that an act whose commit nobody knows of
        can be looked up (store.strokes.pushed) and is not done twice.
        """
        self._name = push
        try:
            yield
        finally:
            self._name = ""

    def name_first(self, entries: list[EntryRecord]) -> None:
        """Give the name that waits to the first of these; no other entry gets it."""
        if self._name:
            entries[0] = replace(entries[0], push=self._name)
            self._name = ""

    @contextmanager
    def pen(self, draft_id: int, by: SeatRecord, origin: str = "") -> Iterator["Pen"]:
        """A pen for one act of one author; its entries are journalled when the block ends well."""
        pen = Pen(self, self._session, draft_id, by, origin, self._now, self._new_uid)
        yield pen
        pen.lay_down()

    def _draft(self, query: _Query, asked: Mapping[str, Any]) -> DraftRecord | None:
        row = self._session.connection().execute(query, asked).first()
        return None if row is None else DraftRecord(*row)

    def _rows(self, query: _Query, asked: Mapping[str, Any] | None = None) -> Sequence[Any]:
        return self._session.connection().execute(query, asked).all()


class Pen:
    """One act of one author upon one draft: changes rows, and journals every change.

    A writer that takes `seen` gives False, having changed nothing, when the clause's
    version is another or the clause is struck.
    """

    def __init__(
        self,
        drafts: Drafts,
        session: Session,
        draft_id: int,
        by: SeatRecord,
        origin: str,
        now: datetime,
        new_uid: Callable[[], str],
    ) -> None:
        self.draft_id = draft_id
        self.entries: list[EntryRecord] = []
        self._drafts = drafts
        self._connection = session.connection()
        self._by = by
        self._origin = origin
        self._now = now
        self._new_uid = new_uid
        self._head = heads.take(self._connection, draft_id)

    @property
    def is_guarded(self) -> bool:
        """Whether some clause of the draft was not to be changed when the pen was taken."""
        return self._head.guarded

    def clauses(self) -> tuple[ClauseRecord, ...]:
        """The draft's clauses, struck ones too, read now that nobody else can move them."""
        return self._drafts.clauses(self.draft_id, with_struck=True)

    def write_down(
        self,
        act: str,
        *,
        uid: str = "",
        version: int = 0,
        changes: ChangeSet | None = None,
        detail: dict[str, Any] | None = None,
        origin: str = "",
    ) -> None:
        """Add an entry to this act without touching a row."""
        self.entries.append(
            EntryRecord(
                seq=self._head.seq + len(self.entries) + 1,
                draft_id=self.draft_id,
                uid=uid,
                version=version,
                act=act,
                author_id=self._by.id or None,
                author=self._by.name,
                at=self._now,
                changes=None if changes is None else list(changes.to_json()),
                detail=detail or {},
                origin=origin or self._origin,
                hash="",
            )
        )

    def load(self, clauses: Sequence[Clause]) -> None:
        """Put clauses into an empty draft, each under a new uid."""
        rows = []
        before = ""
        clauses = options.named([replace(clause, uid=self._new_uid()) for clause in clauses])
        for index, clause in enumerate(clauses):
            rows.append(self._row(clause, (index + 1) * ROOM))
            self._write_down_new("loaded", clause, before)
            before = clause.uid
        if rows:
            self._connection.execute(insert(ClauseRow), rows)

    def reword(
        self,
        clause: ClauseRecord,
        changes: ChangeSet,
        *,
        act: str = "",
        detail: dict[str, Any] | None = None,
        origin: str = "",
    ) -> bool:
        """Change the words of a clause that still stands as `clause` says, struck ones too.

        Its words are its heading where it bears one; such an act is called "retitled".
        """
        words = changes.apply(clause.words)
        bears_heading = clause.kind.bears_heading
        if not self._set(clause, **{"heading" if bears_heading else "text": words}):
            return False
        self.write_down(
            act or ("retitled" if bears_heading else "reworded"),
            uid=clause.uid,
            version=clause.version + 1,
            changes=changes,
            detail=detail,
            origin=origin,
        )
        return True

    def add_detail(self, index: int, said: dict[str, Any]) -> None:
        """Say more in one of this act's entries, while none of them is journalled yet."""
        entry = self.entries[index]
        self.entries[index] = replace(entry, detail={**entry.detail, **said})

    def strike(self, clauses: Sequence[ClauseRecord], *, detail: dict[str, Any]) -> bool:
        """Strike live clauses that still stand as they say; nothing of them is forgotten."""
        return self._switch("struck", clauses, detail)

    def restore(self, clauses: Sequence[ClauseRecord], *, detail: dict[str, Any]) -> bool:
        """Bring struck clauses back, that still stand as they say."""
        return self._switch("restored", clauses, detail)

    def insert(
        self, clause: Clause, *, after: str, detail: dict[str, Any] | None = None
    ) -> ClauseRecord:
        """Put a new clause behind the one with the uid `after` ("": first), under a new uid.

        Where the numbers of the draft are frozen, an automatic one becomes INSERTED.
        """
        if clause.number == "" and clause.kind not in UNCOUNTED and self._draft().is_frozen:
            clause = replace(clause, number=INSERTED)
        clause = replace(clause, uid=self._new_uid())
        position = self._room(after, 1)[0]
        self._connection.execute(insert(ClauseRow).values(**self._row(clause, position)))
        self._write_down_new("inserted", clause, after, detail)
        made = self._drafts.clause(self.draft_id, clause.uid)
        assert made is not None  # noqa: S101 - it was put there in this transaction
        return made

    def move(
        self,
        run: Sequence[ClauseRecord],
        *,
        after: str,
        depth: int,
        back: tuple[str, int],
        kinds: Mapping[str, Kind] | None = None,
        detail: dict[str, Any] | None = None,
    ) -> bool:
        """Move neighbouring clauses behind `after`, the first to `depth`, the others along with it.

        `back` is where the first stood: the uid before it and its depth. `kinds` is what they
        become, by uid, where they become something else.
        """
        first = run[0]
        if not self._set(first):
            return False
        places = [clause.position for clause in run]
        if after != back[0]:
            places = self._room(after, len(run))
        deeper = depth - first.depth
        become: dict[str, str] = {}
        became: dict[str, str] = {}
        for clause, position in zip(run, places, strict=True):
            kind = (kinds or {}).get(clause.uid, clause.kind)
            self._change(
                clause.uid, position=position, depth=clause.depth + deeper, kind=kind.value
            )
            if kind is not clause.kind:
                become[clause.uid], became[clause.uid] = kind.value, clause.kind.value
        said = {
            "run": len(run),
            "after": after,
            "depth": depth,
            "from": {
                "after": back[0],
                "depth": back[1],
                **({"kinds": became} if became else {}),
            },
            **({"kinds": become} if become else {}),
            **(detail or {}),
        }
        self.write_down("moved", uid=first.uid, version=first.version + 1, detail=said)
        return True

    def describe(self, mast: dict[str, str], *, detail: dict[str, Any] | None = None) -> None:
        """Change the draft's title, symbol, date, distribution, scheme, numbers or forms."""
        draft = self._draft()
        was = {name: getattr(draft, name) for name in mast}
        self._connection.execute(
            update(DraftRow).where(col(DraftRow.id) == self.draft_id).values(**mast)
        )
        self.write_down("described", detail={"from": was, "to": mast, **(detail or {})})

    def number(self, numbers: Mapping[str, str], *, detail: dict[str, Any] | None = None) -> None:
        """Give clauses, by their uids and struck ones too, other stored numbers, as one entry.

        Their versions stay: nobody has changed their words.
        """
        was = {clause.uid: clause.number for clause in self.clauses() if clause.uid in numbers}
        by_number: dict[str, list[str]] = {}
        for uid, number in numbers.items():
            by_number.setdefault(number, []).append(uid)
        for number, uids in by_number.items():
            self._connection.execute(
                update(ClauseRow)
                .where(col(ClauseRow.draft_id) == self.draft_id, col(ClauseRow.uid).in_(uids))
                .values(number=number)
            )
        self.write_down("numbered", detail={"from": was, "to": dict(numbers), **(detail or {})})

    def name_edition(self, *, slug: str, name: str, symbol: str, dated: str) -> None:
        """Freeze the live text under a name."""
        draft = self._draft()
        live = [record.clause() for record in self._drafts.clauses(self.draft_id)]
        content = content_of(draft.title, draft.scheme, draft.distribution, live)
        said = {"slug": slug, "name": name, "symbol": symbol, "dated": dated}
        digest = content_hash(content)
        self.write_down("edition", detail={**said, "sha256": digest})
        row = {
            **said,
            "draft_id": self.draft_id,
            "at": self._now,
            "seq": self.entries[-1].seq,
            "hash": digest,
            "author_id": self._by.id or None,
            "author": self._by.name,
            "content": content,
        }
        self._connection.execute(insert(EditionRow).values(**row))

    def lay_down(self) -> None:
        """Chain the entries to the journal and move its head, all or nothing."""
        if not self.entries:
            return
        self._drafts.name_first(self.entries)
        digest = self._head.hash
        rows = []
        for index, entry in enumerate(self._tied_together()):
            digest = chained(digest, entry)
            self.entries[index] = replace(entry, hash=digest)
            rows.append(_entry_row(self.entries[index]))
        self._connection.execute(insert(EditRow), rows)
        to = Head(self._head.seq + len(self.entries), digest)
        heads.move(self._connection, self.draft_id, self._head, to)
        self._drafts.moved[self.draft_id] = to.seq

    def _draft(self) -> DraftRecord:
        draft = self._drafts.by_id(self.draft_id)
        if draft is None:
            raise KeyError(self.draft_id)
        return draft

    def _tied_together(self) -> list[EntryRecord]:
        """The entries, the first saying how many they are and the others which is the first."""
        first, *others = self.entries
        if not others or first.act in ("described", "loaded"):
            return self.entries
        return [
            replace(first, detail={**first.detail, "entries": len(self.entries)}),
            *(replace(other, detail={**other.detail, "of": first.seq}) for other in others),
        ]

    def _set(self, clause: ClauseRecord, **values: object) -> bool:
        """Raise the version and set values, if version and struck are what `clause` says."""
        if values.keys() & {"text", "heading"}:
            values["settled"] = True
        changed = self._connection.execute(
            update(ClauseRow)
            .where(
                col(ClauseRow.draft_id) == self.draft_id,
                col(ClauseRow.uid) == clause.uid,
                col(ClauseRow.version) == clause.version,
                col(ClauseRow.struck).is_(clause.struck),
            )
            .values(version=clause.version + 1, **values)
        )
        return changed.rowcount == 1

    def _change(self, uid: str, **values: object) -> None:
        self._connection.execute(
            update(ClauseRow).where(col(ClauseRow.uid) == uid).values(**values)
        )

    def _switch(self, act: str, clauses: Sequence[ClauseRecord], detail: dict[str, Any]) -> bool:
        for clause in clauses:
            if not self._set(clause, struck=act == "struck"):
                return False
            self.write_down(act, uid=clause.uid, version=clause.version + 1, detail=detail)
        return True

    def _row(self, clause: Clause, position: int) -> dict[str, Any]:
        return {
            "uid": clause.uid,
            "draft_id": self.draft_id,
            "kind": clause.kind.value,
            "number": clause.number,
            "heading": clause.heading,
            "text": clause.text,
            "depth": clause.depth,
            "position": position,
            "version": 1,
            "struck": False,
        }

    def _write_down_new(
        self, act: str, clause: Clause, after: str, detail: dict[str, Any] | None = None
    ) -> None:
        said = {
            "kind": clause.kind.value,
            "number": clause.number,
            "heading": clause.heading,
            "depth": clause.depth,
            "after": after,
            **(detail or {}),
        }
        changes = replace_all("", clause.text) if clause.text else None
        self.write_down(act, uid=clause.uid, version=1, changes=changes, detail=said)

    def _room(self, after: str, count: int) -> list[int]:
        """Free positions for `count` clauses behind `after`; makes room when none is left."""
        low = self._position(after) if after else 0
        high = self._connection.execute(
            select(func.min(col(ClauseRow.position))).where(
                col(ClauseRow.draft_id) == self.draft_id, col(ClauseRow.position) > low
            )
        ).scalar()
        step = ROOM if high is None else (high - low) // (count + 1)
        if step == 0:
            self._spread()
            return self._room(after, count)
        return [low + step * (index + 1) for index in range(count)]

    def _position(self, uid: str) -> int:
        position: int = self._connection.execute(
            select(col(ClauseRow.position)).where(
                col(ClauseRow.draft_id) == self.draft_id, col(ClauseRow.uid) == uid
            )
        ).scalar_one()
        return position

    def _spread(self) -> None:
        for index, clause in enumerate(self.clauses()):
            self._change(clause.uid, position=(index + 1) * ROOM)


_DRAFTS: _Query = select(
    col(DraftRow.id),
    col(DraftRow.slug),
    col(DraftRow.title),
    col(DraftRow.symbol),
    col(DraftRow.dated),
    col(DraftRow.distribution),
    col(DraftRow.scheme),
    col(DraftRow.seq),
    col(DraftRow.hash),
    col(DraftRow.created_at),
    col(DraftRow.numbers),
    col(DraftRow.article_form),
    col(DraftRow.self_form),
    col(DraftRow.reference_form),
)
# Every page asks these: they are made once, for to make one takes longer than to ask it.
_DRAFT_BY_SLUG = _DRAFTS.where(col(DraftRow.slug) == bindparam("slug"))
_DRAFT_BY_ID = _DRAFTS.where(col(DraftRow.id) == bindparam("id"))

CLAUSES: _Query = select(
    col(ClauseRow.uid),
    col(ClauseRow.draft_id),
    col(ClauseRow.kind),
    col(ClauseRow.number),
    col(ClauseRow.heading),
    col(ClauseRow.text),
    col(ClauseRow.depth),
    col(ClauseRow.position),
    col(ClauseRow.version),
    col(ClauseRow.struck),
)
"""Every clause of every draft, in the order of ClauseRecord's fields."""

_OF_DRAFT = CLAUSES.where(col(ClauseRow.draft_id) == bindparam("draft_id"))
_CLAUSE_BY_UID = _OF_DRAFT.where(col(ClauseRow.uid) == bindparam("uid"))
_ALL_CLAUSES = _OF_DRAFT.order_by(col(ClauseRow.position))
_LIVE_CLAUSES = _ALL_CLAUSES.where(col(ClauseRow.struck).is_(False))

ENTRIES: _Query = select(
    col(EditRow.seq),
    col(EditRow.draft_id),
    col(EditRow.uid),
    col(EditRow.version),
    col(EditRow.act),
    col(EditRow.author_id),
    col(EditRow.author),
    col(EditRow.at),
    col(EditRow.changes),
    col(EditRow.detail),
    col(EditRow.origin),
    col(EditRow.hash),
    col(EditRow.push),
)
"""Every entry of every journal, in the order of EntryRecord's fields."""

_AT_ONCE = 500
"""How many clauses are named in one query; SQLite takes some thousands."""

_HISTORIES = ENTRIES.where(
    col(EditRow.draft_id) == bindparam("draft_id"),
    col(EditRow.uid).in_(bindparam("uids", expanding=True)),
).order_by(col(EditRow.seq))


_EDITIONS: _Query = select(
    col(EditionRow.id),
    col(EditionRow.draft_id),
    col(EditionRow.slug),
    col(EditionRow.name),
    col(EditionRow.symbol),
    col(EditionRow.dated),
    col(EditionRow.at),
    col(EditionRow.seq),
    col(EditionRow.hash),
    col(EditionRow.author),
)


def clause_record(row: Any) -> ClauseRecord:
    """The clause that a row of `CLAUSES` tells of."""
    return ClauseRecord(row[0], row[1], Kind(row[2]), *row[3:])


def _entry_row(entry: EntryRecord) -> dict[str, Any]:
    return {
        "draft_id": entry.draft_id,
        "seq": entry.seq,
        "uid": entry.uid,
        "version": entry.version,
        "act": entry.act,
        "author_id": entry.author_id,
        "author": entry.author,
        "at": entry.at,
        "changes": entry.changes,
        "detail": entry.detail,
        "origin": entry.origin,
        "hash": entry.hash,
        "push": entry.push,
    }
