"""All that was done in a draft: its journal narrowed down, what stands beside it, and who read it.

Beside the journal stand the steps by which clauses were agreed, what was said of whose brackets
are, and what happened to proposals from their tabling on; everybody may read all of it. What is
private leaves nothing here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy import insert as insert_row
from sqlmodel import Session, col

from app.store.drafts import ENTRIES
from app.store.journal import TYPED, EntryRecord, words_after
from app.store.proposals import Stage
from app.store.tables import (
    BracketClaimRow,
    BracketPositionRow,
    ClauseRow,
    EditRow,
    FeedRow,
    MeetingRow,
    ProposalEventRow,
    ProposalRow,
    ProposalSponsorRow,
    SeenRow,
    StatusStepRow,
)

TAKEN_UP = "proposal"
"""The origin of the entries by which a proposal was taken up."""

BRACKET = "bracket"
"""What was done where somebody said whose a bracket is, why it stands, or took that back."""

POSITION = "bracket position"
"""What was done where a position on a bracket was released."""

NOBODYS = ("",)
"""Whose a bracket is that is said to be nobody's."""

_MOST_NAMED = 5_000
"""How many clauses a query names at most."""

_WORDS_ONLY = ("reworded", "retitled", "merged", "edition")


@dataclass(frozen=True, slots=True)
class Narrow:
    """What of a record is wanted; None and "" leave it open.

    `uids` are clauses, `author` the name somebody acted under, `by` the seats of a delegation and
    `also` entries that are its too, `only` the entries that a meeting has to do with, `not_by` a
    seat whose own acts are left out. Steps of a clause's status with a number `beyond` that are
    wanted whenever they are said to have been taken: silence tells of its end when it is touched.
    """

    after: int = 0
    uids: frozenset[str] | None = None
    author: str = ""
    by: frozenset[int] | None = None
    also: frozenset[int] = frozenset()
    only: frozenset[int] | None = None
    not_by: int | None = None
    beyond: int | None = None


@dataclass(frozen=True, slots=True)
class AsideRecord:
    """Something done beside the journal: a step of a clause's status, or to a tabled proposal.

    `act` is what was done, `delegation` whose act or proposal it is ("": everybody's), `proposal`
    the public id of one, `meeting` a name; `parties` are the delegations it has to do with. Steps
    bear a `number` that rises as they are kept. Of a bracket it was said whose it is: `act` is
    BRACKET, `said` its words, `whose` the owners, or NOBODYS; where a position on one was released
    it is POSITION, and `stance` what the delegation wants. Of what happened to a proposal `whose`
    is the delegation that did it or whose position it is, where that is another one.
    """

    uid: str
    act: str
    author: str
    author_id: int | None
    at: datetime
    why: str
    meeting: str
    delegation: str
    proposal: str = ""
    parties: frozenset[str] = frozenset()
    number: int = 0
    said: str = ""
    whose: tuple[str, ...] = ()
    stance: str = ""


@dataclass(frozen=True, slots=True)
class PlacedRecord:
    """Where a clause stands, struck ones too, as the record needs it."""

    uid: str
    kind: str
    depth: int
    struck: bool


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """How far a seat has read: the journal's seq, the time, and what it met shortly before that.

    `steps` is the number of the last step of a clause's status that was kept by then. `was_seq`
    and `was_at` are what they were before they were last set.
    """

    seq: int
    at: datetime
    met: tuple[str, ...] = ()
    steps: int = 0
    was_seq: int = 0
    was_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """A secret address, but for the secret: whose it is, of which draft, and what is wanted."""

    uid: str
    seat_id: int
    draft_id: int
    wanted: dict[str, str]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StructureRecord:
    """What of an entry adds up to where clauses stand; it says nothing about words."""

    seq: int
    uid: str
    version: int
    act: str
    detail: dict[str, Any]
    changes: None = None


class Record:
    """Reads what was done, and keeps who has read it, within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    # --- the journal

    def entries(
        self, draft_id: int, narrow: Narrow, *, before: int | None = None, limit: int
    ) -> tuple[EntryRecord, ...]:
        """The latest entries that are wanted before a seq, newest first."""
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id, *_narrowed(narrow))
        if before is not None:
            query = query.where(col(EditRow.seq) < before)
        rows = self._rows(query.order_by(col(EditRow.seq).desc()).limit(limit))
        return tuple(EntryRecord(*row) for row in rows)

    def typed_next(
        self, draft_id: int, narrow: Narrow, seq: int, *, until: datetime
    ) -> tuple[EntryRecord, ...]:
        """The first entry of each clause that was typed from a seq on, up to a time; if wanted."""
        first = (
            select(func.min(col(EditRow.seq)))
            .where(
                col(EditRow.draft_id) == draft_id,
                *_narrowed(narrow),
                col(EditRow.seq) >= seq,
                col(EditRow.at) <= until,
                col(EditRow.origin) == TYPED,
            )
            .group_by(col(EditRow.uid))
        )
        query = ENTRIES.where(col(EditRow.draft_id) == draft_id, col(EditRow.seq).in_(first))
        return tuple(EntryRecord(*row) for row in self._rows(query))

    def words(
        self, draft_id: int, wanted: Collection[int], uids: Collection[str]
    ) -> dict[int, tuple[str, str]]:
        """The words of its clause before and after each of the entries `wanted`, by its seq.

        These are entries of the clauses `uids`, all of whose past is added up.
        """
        query = select(
            col(EditRow.uid),
            col(EditRow.seq),
            col(EditRow.act),
            col(EditRow.changes),
            col(EditRow.detail),
        ).where(
            col(EditRow.draft_id) == draft_id,
            col(EditRow.uid).in_(set(uids)),
            col(EditRow.seq) <= max(wanted, default=0),
        )
        found: dict[int, tuple[str, str]] = {}
        now: dict[str, str] = {}
        for uid, seq, act, changes, detail in self._rows(query.order_by(col(EditRow.seq))):
            was = now.get(uid, "")
            now[uid] = words_after(was, act, changes, detail)
            if seq in wanted:
                found[seq] = was, now[uid]
        return found

    def histories(self, draft_id: int, uids: Collection[str]) -> tuple[EntryRecord, ...]:
        """All entries of these clauses, oldest first."""
        query = ENTRIES.where(
            col(EditRow.draft_id) == draft_id, col(EditRow.uid).in_(set(uids))
        ).order_by(col(EditRow.seq))
        return tuple(EntryRecord(*row) for row in self._rows(query))

    def around(
        self, draft_id: int, uids: Collection[str], *, after: int
    ) -> tuple[EntryRecord, ...]:
        """The entries after a seq by which words of these clauses changed, or went elsewhere.

        Oldest first, among others that do not matter: of what was typed, which is most of a
        journal, only that in clauses to which words of these may have gone.
        """
        since = ENTRIES.where(col(EditRow.draft_id) == draft_id, col(EditRow.seq) > after)
        acts = [
            EntryRecord(*row)
            for row in self._rows(
                since.where(col(EditRow.origin) != TYPED).order_by(col(EditRow.seq))
            )
        ]
        met = _reached(acts, uids)
        if len(met) <= _MOST_NAMED:
            since = since.where(col(EditRow.uid).in_(met))
        typed = [
            EntryRecord(*row)
            for row in self._rows(
                since.where(col(EditRow.origin) == TYPED).order_by(col(EditRow.seq))
            )
        ]
        return tuple(merge(acts, typed, key=lambda entry: entry.seq))

    def structure(self, draft_id: int) -> tuple[StructureRecord, ...]:
        """The entries that say where clauses stand and what they are, oldest first."""
        query = select(
            col(EditRow.seq),
            col(EditRow.uid),
            col(EditRow.version),
            col(EditRow.act),
            col(EditRow.detail),
        ).where(col(EditRow.draft_id) == draft_id, col(EditRow.act).not_in(_WORDS_ONLY))
        return tuple(StructureRecord(*row) for row in self._rows(query.order_by(col(EditRow.seq))))

    def taken_up(self, draft_id: int) -> dict[str, frozenset[int]]:
        """The seqs of the entries by which each proposal was taken up, by its public id."""
        query = select(col(EditRow.seq), col(EditRow.detail)).where(
            col(EditRow.draft_id) == draft_id, col(EditRow.origin) == TAKEN_UP
        )
        return {
            detail["proposal"]: frozenset(range(seq, seq + detail.get("entries", 1)))
            for seq, detail in self._rows(query)
            if "proposal" in detail
        }

    def authors(self, draft_id: int) -> frozenset[tuple[str, int | None]]:
        """Who did something in the draft: the names they did it under, and their seats' ids."""
        tables = (
            select(col(EditRow.author), col(EditRow.author_id)).where(
                col(EditRow.draft_id) == draft_id
            ),
            select(col(StatusStepRow.author), col(StatusStepRow.author_id)).where(
                col(StatusStepRow.draft_id) == draft_id
            ),
            select(col(ProposalEventRow.author), col(ProposalEventRow.author_id)).where(
                *_public(draft_id)
            ),
            select(col(BracketClaimRow.author), col(BracketClaimRow.author_id)).where(
                col(BracketClaimRow.draft_id) == draft_id
            ),
        )
        return frozenset(
            (name, seat_id) for query in tables for name, seat_id in self._rows(query.distinct())
        )

    def placed(self, draft_id: int) -> tuple[PlacedRecord, ...]:
        """The clauses of the draft in their order, struck ones too."""
        query = select(
            col(ClauseRow.uid), col(ClauseRow.kind), col(ClauseRow.depth), col(ClauseRow.struck)
        ).where(col(ClauseRow.draft_id) == draft_id)
        rows = self._rows(query.order_by(col(ClauseRow.position)))
        return tuple(PlacedRecord(*row) for row in rows)

    def seq_at(self, draft_id: int, at: datetime, head: int) -> int:
        """The seq of the latest entry that had been made by then; found in a dozen short looks."""
        low, high = 0, head
        while low < high:
            middle = (low + high + 1) // 2
            query = select(col(EditRow.at)).where(
                col(EditRow.draft_id) == draft_id, col(EditRow.seq) == middle
            )
            if self._session.connection().execute(query).scalar_one() <= at:
                low = middle
            else:
                high = middle - 1
        return low

    # --- beside the journal

    def asides(
        self,
        draft_id: int,
        narrow: Narrow,
        *,
        low: datetime | None = None,
        high: datetime | None = None,
    ) -> tuple[AsideRecord, ...]:
        """What was done beside the journal from `low` on and before `high`, newest first.

        `after`, `by`, `also` and `only` do not narrow it: who asks does that by what it says.
        """
        found = [
            *self._steps(draft_id, narrow, low, high),
            *self._events(draft_id, narrow, low, high),
            *self._claims(draft_id, narrow, low, high),
            *self._stances(draft_id, narrow, low, high),
        ]
        return tuple(sorted(found, key=lambda aside: aside.at, reverse=True))

    def _steps(
        self, draft_id: int, narrow: Narrow, low: datetime | None, high: datetime | None
    ) -> Iterable[AsideRecord]:
        row = StatusStepRow
        query = (
            select(
                col(row.uid),
                col(row.act),
                col(row.author),
                col(row.author_id),
                col(row.at),
                col(row.reason),
                func.coalesce(col(MeetingRow.name), ""),
                col(row.delegation),
                col(row.id),
            )
            .outerjoin(MeetingRow, col(row.meeting_id) == col(MeetingRow.id))
            .where(col(row.draft_id) == draft_id, *_done(row, col(row.uid), narrow, low, high))
        )
        for found in self._rows(query.order_by(col(row.id))):
            uid, act, author, author_id, at, why, meeting, delegation, number = found
            said = (uid, act, author, author_id, at, why, meeting, delegation)
            yield AsideRecord(*said, "", frozenset({delegation} - {""}), number)

    def _events(
        self, draft_id: int, narrow: Narrow, low: datetime | None, high: datetime | None
    ) -> Iterable[AsideRecord]:
        row, of = ProposalEventRow, ProposalRow
        query = select(
            col(of.target),
            col(row.act),
            col(row.author),
            col(row.author_id),
            col(row.at),
            col(of.delegation),
            col(of.uid),
            col(of.id),
            col(row.detail),
        ).where(*_public(draft_id), *_done(row, col(of.target), narrow, low, high))
        rows = self._rows(query.order_by(col(row.proposal_id), col(row.number)))
        joined = self._joined({found[7] for found in rows})
        for uid, act, author, author_id, at, delegation, key, number, detail in rows:
            party = str(detail.get("delegation", ""))
            yield AsideRecord(
                uid=uid,
                act=act,
                author=author,
                author_id=author_id,
                at=at,
                why=str(detail.get("why", "")),
                meeting=str(detail.get("meeting", "")),
                delegation=delegation,
                proposal=key,
                parties=frozenset({delegation, party, *joined.get(number, ())} - {""}),
                whose=(party,) if party not in ("", delegation) else (),
            )

    def _claims(
        self, draft_id: int, narrow: Narrow, low: datetime | None, high: datetime | None
    ) -> Iterable[AsideRecord]:
        row = BracketClaimRow
        query = select(
            col(row.uid),
            col(row.author),
            col(row.author_id),
            col(row.at),
            col(row.reason),
            col(row.words),
            col(row.owners),
            col(row.nobodys),
        ).where(col(row.draft_id) == draft_id, *_done(row, col(row.uid), narrow, low, high))
        for uid, author, author_id, at, why, words, owners, nobodys in self._rows(
            query.order_by(col(row.id))
        ):
            yield AsideRecord(
                uid=uid,
                act=BRACKET,
                author=author,
                author_id=author_id,
                at=at,
                why=why,
                meeting="",
                delegation="",
                parties=frozenset(owners),
                said=words,
                whose=NOBODYS if nobodys else tuple(owners),
            )

    def _stances(
        self, draft_id: int, narrow: Narrow, low: datetime | None, high: datetime | None
    ) -> Iterable[AsideRecord]:
        """The positions on brackets that were released; when, and by whom."""
        row = BracketPositionRow
        query = (
            select(
                col(row.uid),
                col(row.released_by),
                col(row.released_by_id),
                col(row.released_at),
                func.coalesce(col(MeetingRow.name), ""),
                col(row.delegation),
                col(row.words),
                col(row.stance),
                col(row.condition),
            )
            .outerjoin(MeetingRow, col(row.meeting_id) == col(MeetingRow.id))
            .where(col(row.draft_id) == draft_id, *_released(narrow, low, high))
        )
        for uid, author, author_id, at, meeting, whose, words, stance, why in self._rows(
            query.order_by(col(row.id))
        ):
            yield AsideRecord(
                *(uid, POSITION, author, author_id, at, why, meeting, ""),
                parties=frozenset({whose}),
                said=words,
                whose=(whose,),
                stance=stance,
            )

    def _joined(self, proposals: Collection[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        query = select(
            col(ProposalSponsorRow.proposal_id), col(ProposalSponsorRow.delegation)
        ).where(
            col(ProposalSponsorRow.proposal_id).in_(proposals),
            col(ProposalSponsorRow.joined_at).is_not(None),
        )
        for number, delegation in self._rows(query) if proposals else ():
            found.setdefault(number, []).append(delegation)
        return found

    def last_step(self, draft_id: int, *, before: datetime | None = None) -> int:
        """The number of the last step of a clause's status, up to a time; 0 without one."""
        query = select(func.max(col(StatusStepRow.id))).where(
            col(StatusStepRow.draft_id) == draft_id
        )
        if before is not None:
            query = query.where(col(StatusStepRow.at) <= before)
        return self._session.connection().execute(query).scalar_one() or 0

    # --- who has read it

    def seen(self, seat_id: int, draft_id: int) -> SeenRecord | None:
        """How far the seat has read; None while it has never said so."""
        query = select(
            col(SeenRow.seq),
            col(SeenRow.at),
            col(SeenRow.met),
            col(SeenRow.steps),
            col(SeenRow.was_seq),
            col(SeenRow.was_at),
        ).where(col(SeenRow.seat_id) == seat_id, col(SeenRow.draft_id) == draft_id)
        row = self._session.connection().execute(query).first()
        return None if row is None else SeenRecord(row[0], row[1], tuple(row[2]), *row[3:])

    def mark(self, seat_id: int, draft_id: int, seen: SeenRecord) -> None:
        """Keep that the seat has read so far."""
        values = {
            "seq": seen.seq,
            "at": seen.at,
            "met": list(seen.met),
            "steps": seen.steps,
            "was_seq": seen.was_seq,
            "was_at": seen.was_at or seen.at,
        }
        connection = self._session.connection()
        changed = connection.execute(
            update(SeenRow)
            .where(col(SeenRow.seat_id) == seat_id, col(SeenRow.draft_id) == draft_id)
            .values(**values)
        )
        if changed.rowcount == 0:
            row = {"seat_id": seat_id, "draft_id": draft_id}
            connection.execute(insert_row(SeenRow).values(**values, **row))

    # --- feeds; tokens come hashed

    def add_feed(
        self, uid: str, *, seat_id: int, draft_id: int, token: str, wanted: dict[str, str]
    ) -> None:
        """Keep a secret address."""
        row = {"uid": uid, "seat_id": seat_id, "draft_id": draft_id, "token": token}
        self._session.connection().execute(
            insert_row(FeedRow).values(**row, wanted=wanted, made_at=self._now)
        )

    def feeds(self, seat_id: int, draft_id: int) -> tuple[FeedRecord, ...]:
        """The secret addresses at which the seat follows the draft, oldest first."""
        return self._feeds(col(FeedRow.seat_id) == seat_id, col(FeedRow.draft_id) == draft_id)

    def feed(self, token: str) -> FeedRecord | None:
        """The one with this token, or None."""
        return next(iter(self._feeds(col(FeedRow.token) == token)), None)

    def end_feed(self, seat_id: int, draft_id: int, uid: str) -> bool:
        """Forget a secret address of the seat's own; False when there is none."""
        gone = self._session.connection().execute(
            delete(FeedRow).where(
                col(FeedRow.seat_id) == seat_id,
                col(FeedRow.draft_id) == draft_id,
                col(FeedRow.uid) == uid,
            )
        )
        return gone.rowcount == 1

    def _feeds(self, *conditions: ColumnElement[bool]) -> tuple[FeedRecord, ...]:
        query = select(
            col(FeedRow.uid),
            col(FeedRow.seat_id),
            col(FeedRow.draft_id),
            col(FeedRow.wanted),
            col(FeedRow.made_at),
        ).where(*conditions)
        return tuple(FeedRecord(*row) for row in self._rows(query.order_by(col(FeedRow.id))))

    def _rows(self, query: Any) -> Sequence[Any]:
        return self._session.connection().execute(query).all()


def _reached(acts: Iterable[EntryRecord], uids: Collection[str]) -> set[str]:
    """The clauses, and all that words of theirs may have gone to by splits and joinings."""
    beside: dict[str, set[str]] = {}
    for entry in acts:
        for other in (entry.detail.get("from", ""), entry.detail.get("joined", "")):
            if other and isinstance(other, str):
                beside.setdefault(entry.uid, set()).add(other)
                beside.setdefault(other, set()).add(entry.uid)
    met = set(uids)
    waiting = list(met)
    while waiting:
        for other in beside.get(waiting.pop(), set()) - met:
            met.add(other)
            waiting.append(other)
    return met


def _narrowed(narrow: Narrow) -> Iterable[ColumnElement[bool]]:
    if narrow.after:
        yield col(EditRow.seq) > narrow.after
    if narrow.uids is not None:
        yield col(EditRow.uid).in_(narrow.uids)
    if narrow.author:
        yield col(EditRow.author) == narrow.author
    if narrow.by is not None:
        yield or_(col(EditRow.author_id).in_(narrow.by), col(EditRow.seq).in_(narrow.also))
    if narrow.only is not None:
        yield col(EditRow.seq).in_(narrow.only)
    if narrow.not_by is not None:
        yield col(EditRow.author_id).is_distinct_from(narrow.not_by)


def _done(
    row: type[StatusStepRow | ProposalEventRow | BracketClaimRow],
    target: Any,
    narrow: Narrow,
    low: datetime | None,
    high: datetime | None,
) -> Iterable[ColumnElement[bool]]:
    if low is not None and row is StatusStepRow and narrow.beyond is not None:
        yield or_(col(row.at) >= low, col(StatusStepRow.id) > narrow.beyond)
    elif low is not None:
        yield col(row.at) >= low
    if high is not None:
        yield col(row.at) < high
    if narrow.uids is not None:
        yield target.in_(narrow.uids)
    if narrow.author:
        yield col(row.author) == narrow.author
    if narrow.not_by is not None:
        yield col(row.author_id).is_distinct_from(narrow.not_by)


def _released(
    narrow: Narrow, low: datetime | None, high: datetime | None
) -> Iterable[ColumnElement[bool]]:
    """Positions on brackets that everybody may read, by when and by whom they were released."""
    row = BracketPositionRow
    yield col(row.released_at).is_not(None)
    if low is not None:
        yield col(row.released_at) >= low
    if high is not None:
        yield col(row.released_at) < high
    if narrow.uids is not None:
        yield col(row.uid).in_(narrow.uids)
    if narrow.author:
        yield col(row.released_by) == narrow.author
    if narrow.not_by is not None:
        yield col(row.released_by_id).is_distinct_from(narrow.not_by)


def _public(draft_id: int) -> tuple[ColumnElement[bool], ...]:
    """The events of the draft's proposals that everybody may read."""
    return (
        and_(
            col(ProposalEventRow.proposal_id) == col(ProposalRow.id),
            col(ProposalRow.draft_id) == draft_id,
        ),
        col(ProposalRow.state) != Stage.PRIVATE.value,
    )
