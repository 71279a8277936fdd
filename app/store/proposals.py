"""What delegations want: proposals, who joins them, what became of them, and who thinks what.

Who may know of a proposal is decided here, in every query: what is private is read by its own
delegation and those that it asked to join, and by nobody else, least of all the chair. From its
tabling on everybody reads it, and each event is chained to the one before it. The first of
them holds a digest of the proposal's words, and not the words, so that these can be taken out.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, update
from sqlmodel import Session, col, select

from app.store.events import Author, hold
from app.store.readers import Reader
from app.store.seats import Role
from app.store.tables import (
    DelegationGroupRow,
    MeetingRow,
    PositionRow,
    ProposalEventRow,
    ProposalRow,
    ProposalSponsorRow,
    canonical,
)
from app.treaty.anchors import Anchor

PROPOSING = frozenset({Role.DELEGATE, Role.DRAFTER})
"""The roles that belong to a delegation in a way that lets them see what it keeps to itself."""

STEERING = frozenset({Role.CHAIR, Role.SECRETARIAT})
"""The roles that read positions before they are released."""


class Wish(StrEnum):
    """What is to be done to the clause."""

    REPLACE = "replace"
    INSERT = "insert"
    DELETE = "delete"
    RETAIN = "retain"


class Stage(StrEnum):
    """What has become of a proposal."""

    PRIVATE = "private"
    TABLED = "tabled"
    INCORPORATED = "incorporated"
    BRACKETED = "incorporated in brackets"
    NOT_TAKEN_UP = "not taken up"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class Stance(StrEnum):
    """What a delegation thinks of a proposal."""

    SUPPORTS = "supports"
    OPPOSES = "opposes"
    RESERVES = "reserves"


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """A meeting of the register; `held` is its date as people write it."""

    id: int
    uid: str
    name: str
    held: str


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """Delegations that speak together."""

    uid: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalRecord:
    """A proposal on the words `base` that its clause had as of entry `seq`, at `version`.

    `sponsors` have joined, `asked` were asked and have not yet. `why` says why it was settled so.
    A redacted one has no words and no reason left. `asked_by` wants it redacted, with seat id.
    """

    id: int
    uid: str
    draft_id: int
    target: str
    seq: int
    version: int
    wish: Wish
    base: str
    words: str
    new_kind: str
    heading: str
    reason: str
    delegation: str
    speaks_for: str
    stage: Stage
    why: str
    meeting: MeetingRecord | None
    author: str
    at: datetime
    tabled_at: datetime | None
    settled_at: datetime | None
    redacted: bool
    redaction_by_id: int | None
    redaction_by: str
    sponsors: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    carried: "CarriedRecord | None" = field(default=None, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether nothing has been decided about it."""
        return self.stage in (Stage.PRIVATE, Stage.TABLED)

    @property
    def proposers(self) -> tuple[str, ...]:
        """The delegation that proposes and those that have joined it."""
        return (self.delegation, *self.sponsors)


@dataclass(frozen=True, slots=True)
class HappenedRecord:
    """One event of a tabled proposal."""

    number: int
    act: str
    author: str
    at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PositionRecord:
    """What a delegation thinks of a proposal, on what condition; `released_at` None: not yet."""

    uid: str
    proposal_id: int
    delegation: str
    stance: Stance
    condition: str
    from_floor: bool
    meeting: MeetingRecord | None
    author: str
    at: datetime
    released_at: datetime | None
    linked: "LinkRecord | None" = None


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """Words that a position asks another clause to have; `seq` is the journal's when it did."""

    uid: str
    words: str
    seq: int


@dataclass(frozen=True, slots=True)
class CarriedRecord:
    """Where the words that a proposal changes were as of entry `seq`: clause, and anchor."""

    uid: str
    seq: int
    anchor: Anchor


class Proposals:
    """Reads and writes proposals within one unit of work; a reader gets only what it may know."""

    def __init__(self, session: Session, now: datetime, new_uid: Callable[[], str]) -> None:
        self._session = session
        self._now = now
        self._new_uid = new_uid

    # --- reading

    def get(self, reader: Reader, draft_id: int, uid: str) -> ProposalRecord | None:
        """The draft's proposal with this public id; None when there is none for this reader."""
        return next(iter(self._read(reader, draft_id, ProposalRow.uid == uid)), None)

    def of_draft(
        self,
        reader: Reader,
        draft_id: int,
        *,
        targets: Iterable[str] | None = None,
        uids: Iterable[str] | None = None,
        stage: Stage | None = None,
        delegation: str = "",
    ) -> tuple[ProposalRecord, ...]:
        """The proposals that the reader may know of, oldest first; narrowed by what is given.

        `delegation` is one that proposes or has joined.
        """
        narrow: list[Any] = []
        if targets is not None:
            narrow.append(col(ProposalRow.target).in_(set(targets)))
        if uids is not None:
            narrow.append(col(ProposalRow.uid).in_(set(uids)))
        if stage is not None:
            narrow.append(ProposalRow.state == stage.value)
        if delegation:
            joined = select(ProposalSponsorRow.proposal_id).where(
                ProposalSponsorRow.delegation == delegation,
                col(ProposalSponsorRow.joined_at).is_not(None),
            )
            narrow.append(
                or_(
                    col(ProposalRow.delegation) == delegation,
                    col(ProposalRow.id).in_(joined),
                )
            )
        return self._read(reader, draft_id, *narrow)

    def counts(self, reader: Reader, draft_id: int) -> Counter[str]:
        """How many open proposals on each clause the reader may know of, by the clause's uid."""
        rows = self._session.exec(
            select(ProposalRow.target, func.count())
            .where(ProposalRow.draft_id == draft_id, _readable(reader))
            .where(col(ProposalRow.state).in_([Stage.PRIVATE.value, Stage.TABLED.value]))
            .group_by(ProposalRow.target)
        )
        return Counter(dict(rows.all()))

    def happened(self, proposal: ProposalRecord) -> tuple[HappenedRecord, ...]:
        """What happened to it since it was tabled, oldest first."""
        return tuple(
            HappenedRecord(row.number, row.act, row.author, row.at, row.detail)
            for row in self._events(proposal.id)
        )

    def positions(
        self, reader: Reader, proposals: Iterable[ProposalRecord]
    ) -> tuple[PositionRecord, ...]:
        """The latest position of each delegation on each proposal that the reader may know of.

        What is not released is read by those who steer and by the delegation itself.
        """
        known = [
            col(PositionRow.released_at).is_not(None),
            *([PositionRow.delegation == reader.delegation] if _belongs(reader) else ()),
        ]
        chosen = (
            select(PositionRow)
            .where(col(PositionRow.proposal_id).in_([each.id for each in proposals]))
            .order_by(col(PositionRow.id))
        )
        if reader.role not in STEERING:
            chosen = chosen.where(or_(*known))
        meetings = self._meetings()
        latest: dict[tuple[int, str], PositionRecord] = {}
        for row in self._session.exec(chosen):
            latest[row.proposal_id, row.delegation] = _position(row, meetings)
        return tuple(latest.values())

    def sound(self, proposal: ProposalRecord) -> bool:
        """Whether its events still make the chain that they made, and its words are those tabled.

        Redacted words are not there to be asked; that they were is still in the chain.
        """
        row = self._session.get_one(ProposalRow, proposal.id)
        digest = _genesis(row.uid)
        events = self._events(row.id or 0)
        for number, event in enumerate(events, 1):
            digest = _chained(digest, event)
            if (event.number, event.hash) != (number, digest):
                return False
        if digest != (row.hash or _genesis(row.uid)):
            return False
        said = [event.detail["sha256"] for event in events if "sha256" in event.detail]
        if not said or row.redacted:
            return (not said) == (row.state == Stage.PRIVATE.value)
        return bool(said[-1] == _digest(row))

    def faults(self, draft_id: int) -> tuple[str, ...]:
        """A sentence for every proposal of the draft that is not what was tabled; for operators."""
        rows = self._session.exec(
            select(ProposalRow)
            .where(ProposalRow.draft_id == draft_id)
            .order_by(col(ProposalRow.id))
        )
        return tuple(
            f"The proposal {row.uid} is not what was tabled, or its record was changed."
            for row in rows
            if not self.sound(_proposal(row, {}, ()))
        )

    def say_anew(self, proposal_id: int, *, by: Author) -> None:
        """Note that a proposal lost words that others had taken out; nothing of a private one."""
        row = self._session.get_one(ProposalRow, proposal_id)
        if row.state != Stage.PRIVATE.value and not row.redacted:
            told = _proposal(row, {}, ())
            self.tell(told, "redacted in part", by=by, detail={"sha256": _digest(row)})

    # --- following the words

    def carried_before(self, draft_id: int, seq: int) -> tuple[ProposalRecord, ...]:
        """Everybody's open proposals whose words were last looked for before the entry `seq`.

        For keeping anew where they are; nothing of them may be shown to anybody.
        """
        rows = self._session.exec(
            select(ProposalRow)
            .where(
                ProposalRow.draft_id == draft_id,
                col(ProposalRow.state).in_([Stage.PRIVATE.value, Stage.TABLED.value]),
                col(ProposalRow.redacted).is_(False),
                ProposalRow.seq < seq,
                col(ProposalRow.carried_seq) < seq,
            )
            .order_by(col(ProposalRow.id))
        )
        return tuple(_proposal(row, {}, ()) for row in rows)

    def carry(self, proposal: ProposalRecord, to: CarriedRecord) -> None:
        """Keep where its words are."""
        self._session.exec(
            update(ProposalRow)
            .where(col(ProposalRow.id) == proposal.id)
            .values(carried_uid=to.uid, carried_seq=to.seq, carried=asdict(to.anchor))
        )

    # --- a private proposal

    def add(
        self,
        *,
        draft_id: int,
        target: str,
        seq: int,
        version: int,
        wish: Wish,
        base: str,
        words: str,
        new_kind: str,
        heading: str,
        reason: str,
        delegation: str,
        speaks_for: str,
        author: Author,
    ) -> str:
        """The public id of a new private proposal."""
        row = ProposalRow(
            uid="p" + self._new_uid()[1:],
            draft_id=draft_id,
            target=target,
            seq=seq,
            version=version,
            kind=wish.value,
            base=base,
            words=words,
            new_kind=new_kind,
            heading=heading,
            reason=reason,
            delegation=delegation,
            speaks_for=speaks_for,
            author_id=author.id or None,
            author=author.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.uid

    def change(self, proposal: ProposalRecord, **values: object) -> None:
        """Give a private proposal other words, heading, reason, base, seq, version or speaker."""
        self._session.exec(
            update(ProposalRow)
            .where(col(ProposalRow.id) == proposal.id, col(ProposalRow.state) == "private")
            .values(**values, carried=None, carried_seq=0, carried_uid="")
        )

    def delete(self, proposal: ProposalRecord) -> bool:
        """Delete a private proposal, so that nothing is left of it; False for any other."""
        self._session.exec(
            delete(ProposalSponsorRow).where(
                col(ProposalSponsorRow.proposal_id) == proposal.id,
                col(ProposalSponsorRow.proposal_id).in_(
                    select(ProposalRow.id).where(ProposalRow.state == Stage.PRIVATE.value)
                ),
            )
        )
        gone = self._session.exec(
            delete(ProposalRow).where(
                col(ProposalRow.id) == proposal.id, col(ProposalRow.state) == Stage.PRIVATE.value
            )
        )
        return gone.rowcount == 1

    def ask(self, proposal: ProposalRecord, delegation: str) -> None:
        """Ask a delegation to join; from now on it reads the proposal."""
        self._session.add(
            ProposalSponsorRow(proposal_id=proposal.id, delegation=delegation, asked_at=self._now)
        )
        self._session.flush()

    def join(self, proposal: ProposalRecord, delegation: str) -> None:
        """Let a delegation be one of those that propose, asked or not."""
        row = self._session.get(ProposalSponsorRow, (proposal.id, delegation))
        if row is None:
            row = ProposalSponsorRow(
                proposal_id=proposal.id, delegation=delegation, asked_at=self._now
            )
        row.joined_at = self._now
        self._session.add(row)
        self._session.flush()

    def leave(self, proposal: ProposalRecord, delegation: str) -> None:
        """Take a delegation away from those that propose or were asked to."""
        self._session.exec(
            delete(ProposalSponsorRow).where(
                col(ProposalSponsorRow.proposal_id) == proposal.id,
                col(ProposalSponsorRow.delegation) == delegation,
            )
        )

    # --- from the tabling on

    def table(self, proposal: ProposalRecord, *, by: Author, meeting: MeetingRecord | None) -> None:
        """Let everybody read it. Who was asked and has not joined is not among its sponsors."""
        self._session.exec(
            delete(ProposalSponsorRow).where(
                col(ProposalSponsorRow.proposal_id) == proposal.id,
                col(ProposalSponsorRow.joined_at).is_(None),
            )
        )
        row = self._session.get_one(ProposalRow, proposal.id)
        row.state, row.tabled_at = Stage.TABLED.value, self._now
        row.meeting_id = meeting.id if meeting else None
        row.salt, row.hash = secrets.token_hex(16), _genesis(row.uid)
        detail = {
            "sha256": _digest(row),
            "delegation": row.delegation,
            "sponsors": list(proposal.sponsors),
        }
        self.tell(proposal, "tabled", by=by, meeting=meeting, detail=detail)

    def settle(
        self,
        proposal: ProposalRecord,
        stage: Stage,
        *,
        by: Author,
        why: str = "",
        meeting: MeetingRecord | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Say what became of a tabled one."""
        row = self._session.get_one(ProposalRow, proposal.id)
        row.state, row.why, row.settled_at = stage.value, why, self._now
        self.tell(
            proposal, stage.value, by=by, meeting=meeting, detail={"why": why, **(detail or {})}
        )

    def put_back(
        self, proposal: ProposalRecord, *, by: Author, why: str, meeting: MeetingRecord | None
    ) -> None:
        """Have nothing been decided about it any more; that something was stays told."""
        row = self._session.get_one(ProposalRow, proposal.id)
        row.state, row.why, row.settled_at = Stage.TABLED.value, "", None
        self.tell(proposal, "put back", by=by, meeting=meeting, detail={"why": why})

    def tell(
        self,
        proposal: ProposalRecord,
        act: str,
        *,
        by: Author,
        meeting: MeetingRecord | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Chain an event to those of a proposal that is tabled."""
        row = self._session.get_one(ProposalRow, proposal.id)
        said = dict(detail or {})
        if meeting is not None:
            said |= {"meeting": meeting.name, "held": meeting.held}
        event = ProposalEventRow(
            proposal_id=proposal.id,
            number=len(self._events(proposal.id)) + 1,
            act=act,
            author_id=by.id or None,
            author=by.name,
            at=self._now,
            detail=said,
            hash="",
        )
        row.hash = event.hash = _chained(row.hash, event)
        self._session.add(event)
        self._session.flush()

    def ask_redaction(self, proposal: ProposalRecord, *, by: Author | None) -> None:
        """Note who wants the words taken out; None: nobody any more."""
        row = self._session.get_one(ProposalRow, proposal.id)
        row.redaction_by_id = by.id if by else None
        row.redaction_by = by.name if by else ""
        self._session.flush()

    def redact(self, proposal: ProposalRecord, *, by: Author, why: str) -> None:
        """Take out words, heading and reason for good; that they were there stays told."""
        row = self._session.get_one(ProposalRow, proposal.id)
        first = row.redaction_by
        row.words = row.heading = row.reason = row.salt = ""
        row.carried, row.carried_uid, row.carried_seq = None, "", 0
        row.redacted = True
        self.tell(proposal, "redacted", by=by, detail={"asked by": first, "why": why})

    # --- positions

    def take_position(
        self,
        proposal: ProposalRecord,
        *,
        delegation: str,
        stance: Stance,
        condition: str,
        from_floor: bool,
        meeting: MeetingRecord | None,
        author: Author,
        linked: LinkRecord | None = None,
    ) -> str:
        """The public id of what a delegation thinks of a proposal, in the place of what it did."""
        row = PositionRow(
            uid="q" + self._new_uid()[1:],
            proposal_id=proposal.id,
            delegation=delegation,
            stance=stance.value,
            condition=condition,
            from_floor=from_floor,
            meeting_id=meeting.id if meeting else None,
            author_id=author.id or None,
            author=author.name,
            at=self._now,
            **({} if linked is None else _linked(linked)),
        )
        self._session.add(row)
        self._session.flush()
        return row.uid

    def release(self, position: PositionRecord, *, by: Author) -> bool:
        """Let everybody read a position; False when they could before."""
        done = self._session.exec(
            update(PositionRow)
            .where(col(PositionRow.uid) == position.uid, col(PositionRow.released_at).is_(None))
            .values(released_at=self._now, released_by=by.name)
        )
        return done.rowcount == 1

    # --- meetings and groups

    def meetings(self, draft_id: int) -> tuple[MeetingRecord, ...]:
        """The register of meetings, in the order in which they were entered."""
        rows = self._session.exec(
            select(MeetingRow).where(MeetingRow.draft_id == draft_id).order_by(col(MeetingRow.id))
        )
        return tuple(map(_meeting, rows))

    def add_meeting(self, draft_id: int, *, name: str, held: str, author: Author) -> str:
        """The public id of a meeting that is entered in the register."""
        row = MeetingRow(
            uid="m" + self._new_uid()[1:],
            draft_id=draft_id,
            name=name,
            held=held,
            author_id=author.id or None,
            author=author.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.uid

    def groups(self, draft_id: int) -> tuple[GroupRecord, ...]:
        """The delegations that speak together, by the groups' names."""
        rows = self._session.exec(
            select(DelegationGroupRow)
            .where(DelegationGroupRow.draft_id == draft_id)
            .order_by(col(DelegationGroupRow.name))
        )
        return tuple(GroupRecord(row.uid, row.name, tuple(row.members)) for row in rows)

    def set_group(
        self, draft_id: int, *, name: str, members: Sequence[str], author: Author
    ) -> None:
        """Say who is in a group; with nobody in it there is no such group."""
        row = self._session.exec(
            select(DelegationGroupRow).where(
                DelegationGroupRow.draft_id == draft_id, DelegationGroupRow.name == name
            )
        ).first()
        if row is not None and not members:
            self._session.delete(row)
        elif members:
            row = row or DelegationGroupRow(
                uid="g" + self._new_uid()[1:],
                draft_id=draft_id,
                name=name,
                author_id=author.id or None,
                author=author.name,
                at=self._now,
            )
            row.members = list(members)
            self._session.add(row)
        self._session.flush()

    def hold(self, uid: str) -> None:
        """Make others who act upon the same proposal wait until this unit of work has ended."""
        hold(self._session, f"proposal {uid}")

    # --- the parts of the above

    def _read(self, reader: Reader, draft_id: int, *narrow: Any) -> tuple[ProposalRecord, ...]:
        rows = self._session.exec(
            select(ProposalRow)
            .where(ProposalRow.draft_id == draft_id, _readable(reader), *narrow)
            .order_by(col(ProposalRow.id))
        ).all()
        if not rows:
            return ()
        meetings = self._meetings(row.meeting_id for row in rows)
        joined: dict[int, list[ProposalSponsorRow]] = {}
        for sponsor in self._session.exec(
            select(ProposalSponsorRow)
            .where(col(ProposalSponsorRow.proposal_id).in_([row.id for row in rows]))
            .order_by(col(ProposalSponsorRow.asked_at), col(ProposalSponsorRow.delegation))
        ):
            joined.setdefault(sponsor.proposal_id, []).append(sponsor)
        return tuple(_proposal(row, meetings, joined.get(row.id or 0, [])) for row in rows)

    def _meetings(self, ids: Iterable[int | None] | None = None) -> dict[int | None, MeetingRecord]:
        chosen = select(MeetingRow)
        if ids is not None:
            named = [each for each in ids if each]
            if not named:
                return {}
            chosen = chosen.where(col(MeetingRow.id).in_(named))
        return {row.id: _meeting(row) for row in self._session.exec(chosen)}

    def _events(self, proposal_id: int) -> Sequence[ProposalEventRow]:
        return self._session.exec(
            select(ProposalEventRow)
            .where(ProposalEventRow.proposal_id == proposal_id)
            .order_by(col(ProposalEventRow.number))
        ).all()


def _belongs(reader: Reader) -> bool:
    return bool(reader.delegation) and reader.role in PROPOSING


def _readable(reader: Reader) -> ColumnElement[bool]:
    """What this reader may know of. Every query for proposals goes through here."""
    is_tabled = col(ProposalRow.state) != Stage.PRIVATE.value
    if not _belongs(reader):
        return is_tabled
    asked = select(ProposalSponsorRow.proposal_id).where(
        ProposalSponsorRow.delegation == reader.delegation
    )
    return or_(
        is_tabled,
        col(ProposalRow.delegation) == reader.delegation,
        col(ProposalRow.id).in_(asked),
    )


def _genesis(uid: str) -> str:
    return hashlib.sha256(f"travaux proposal {uid}".encode()).hexdigest()


def _chained(before: str, event: ProposalEventRow) -> str:
    said = {
        "number": event.number,
        "act": event.act,
        "author_id": event.author_id,
        "author": event.author,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "detail": event.detail,
    }
    return hashlib.sha256(f"{before}\n{canonical(said)}".encode()).hexdigest()


def _digest(row: ProposalRow) -> str:
    """A mark of what is proposed; salted, or a redacted word could be found by trying."""
    said = [
        row.target,
        row.seq,
        row.kind,
        row.base,
        row.words,
        row.new_kind,
        row.heading,
        row.reason,
    ]
    return hashlib.sha256(f"{row.salt}\n{canonical(said)}".encode()).hexdigest()


def _proposal(
    row: ProposalRow,
    meetings: dict[int | None, MeetingRecord],
    joined: Iterable[ProposalSponsorRow],
) -> ProposalRecord:
    joined = tuple(joined)
    return ProposalRecord(
        id=row.id or 0,
        uid=row.uid,
        draft_id=row.draft_id,
        target=row.target,
        seq=row.seq,
        version=row.version,
        wish=Wish(row.kind),
        base=row.base,
        words=row.words,
        new_kind=row.new_kind,
        heading=row.heading,
        reason=row.reason,
        delegation=row.delegation,
        speaks_for=row.speaks_for,
        stage=Stage(row.state),
        why=row.why,
        meeting=meetings.get(row.meeting_id),
        author=row.author,
        at=row.at,
        tabled_at=row.tabled_at,
        settled_at=row.settled_at,
        redacted=row.redacted,
        redaction_by_id=row.redaction_by_id,
        redaction_by=row.redaction_by,
        sponsors=tuple(each.delegation for each in joined if each.joined_at is not None),
        asked=tuple(each.delegation for each in joined if each.joined_at is None),
        carried=CarriedRecord(row.carried_uid, row.carried_seq, Anchor(**row.carried))
        if row.carried
        else None,
    )


def _position(row: PositionRow, meetings: dict[int | None, MeetingRecord]) -> PositionRecord:
    return PositionRecord(
        uid=row.uid,
        proposal_id=row.proposal_id,
        delegation=row.delegation,
        stance=Stance(row.stance),
        condition=row.condition,
        from_floor=row.from_floor,
        meeting=meetings.get(row.meeting_id),
        author=row.author,
        at=row.at,
        released_at=row.released_at,
        linked=LinkRecord(row.linked_uid, row.linked_words, row.linked_seq)
        if row.linked_uid
        else None,
    )


def _linked(linked: LinkRecord) -> dict[str, Any]:
    return {
        "linked_uid": linked.uid,
        "linked_words": linked.words,
        "linked_seq": linked.seq,
    }


def _meeting(row: MeetingRow) -> MeetingRecord:
    return MeetingRecord(row.id or 0, row.uid, row.name, row.held)
