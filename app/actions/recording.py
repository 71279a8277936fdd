"""The record: all that was done in a draft as people read it, and what of it is new to a seat.

A row is what people call one thing: what one author typed in one clause in one go, one act with
all that it brought along, a step of a clause's status, something that happened to a proposal.
What is told here everybody may read; what is private has no entry that it could be told from.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from itertools import groupby

from app.actions import policy
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.journal import PAUSE, TYPED, EntryRecord, Run, continues, runs
from app.store.proposals import MeetingRecord, ProposalRecord
from app.store.readers import Reader
from app.store.record import (
    BRACKET,
    NOBODYS,
    POSITION,
    AsideRecord,
    FeedRecord,
    Narrow,
    PlacedRecord,
    SeenRecord,
)
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import diff
from app.treaty.changes import ChangeSet
from app.treaty.diff import Piece

PAGE = 50
"""How many rows of the journal a page has, about."""

MANY = 120
"""How many entries are looked through at most to say how much is new."""

MOST_FEEDS = 20

_WINDOW = 1_000
"""How many entries a page is made of at most."""

_ADDED_UP = 3_000
"""How many entries are added up for the words of one page at most."""

_LONGEST = 4_000
"""How many entries that belong to one row are looked for beyond its page."""

_BATCH = 200
"""How many of them are looked for at once."""

_ALONG = 40
"""Of how many clauses that an act brought along the words are shown."""

_QUOTED = 80
"""How many characters of a bracket stand in what is told of it."""

_LATE = timedelta(minutes=2)
"""How long a unit of work may take to keep what it says it did at its beginning."""

_TAKEN_UP = frozenset({"incorporated", "incorporated in brackets"})
_NO_PROPOSAL = "There is nothing at this address."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the record somebody wants to read; "" leaves it open.

    `article` is a clause's uid and means all that stands below it too, `person` the name that
    somebody acted under, `meeting` a public id; `after` is an entry, `new` what is new to them.
    """

    article: str = ""
    person: str = ""
    delegation: str = ""
    meeting: str = ""
    after: int = 0
    new: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out besides what came before."""
        return bool(self.article or self.person or self.delegation or self.meeting)

    def kept(self) -> dict[str, str]:
        """As a feed keeps it."""
        names = ("article", "person", "delegation", "meeting")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @staticmethod
    def of(kept: Mapping[str, str]) -> "Wanted":
        """What a feed has kept."""
        known = {each.name for each in fields(Wanted)}
        # What is kept was made by `kept` above, so that each value has its field's type.
        return Wanted(**{name: value for name, value in kept.items() if name in known})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Along:
    """What an act brought along in another clause, or in one of several fields."""

    uid: str
    deed: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was done.

    `seq` to `first` are its entries of the journal (0: it stands beside that), `began` the time
    of the first, `uid` the clause ("": the draft as a whole), `pieces` its words as a redline,
    `taken` how many characters were taken out where these are not among them. `count` is how
    many clauses were done something to, `proposal` the public id of one, `redacted` that its
    words were taken out of the record. `began_at` is the entry that it began with, also where that
    was before what was looked at; `whose` names the owners that a bracket is said to have, or the
    delegation whose position on a proposal it is, where `delegation` is the one that proposes.
    """

    key: str
    author: str
    at: datetime
    uid: str
    deed: str
    seq: int = 0
    first: int = 0
    began: datetime | None = None
    pieces: tuple[Piece, ...] = ()
    taken: int = 0
    along: tuple[Along, ...] = ()
    count: int = 1
    why: str = ""
    meeting: str = ""
    proposal: str = ""
    delegation: str = ""
    redacted: bool = False
    began_at: int = 0
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A page of the record, the latest first.

    `older`: before which entry there is more. `seen` is what a seat says it has read when it
    says so of this page: the latest entry, the time, and what was met shortly before that.
    """

    rows: tuple[Row, ...]
    older: int | None
    seen: SeenRecord


@dataclass(frozen=True, slots=True)
class Choices:
    """By what the record of a draft can be narrowed."""

    people: tuple[str, ...]
    delegations: tuple[str, ...]
    meetings: tuple[MeetingRecord, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is wanted, as the store and the rows beside the journal are asked for it."""

    narrow: Narrow
    delegation: str = ""
    by: frozenset[int] = frozenset()
    meeting: MeetingRecord | None = None
    seen: SeenRecord | None = None

    def has(self, aside: AsideRecord) -> bool:
        """Whether something beside the journal is wanted."""
        if self.meeting is not None and aside.meeting != self.meeting.name:
            return False
        if self.delegation and not (
            self.delegation in aside.parties or (aside.author_id or 0) in self.by
        ):
            return False
        if self.seen is None:
            return True
        if aside.number > self.seen.steps:
            return True
        return aside.at > self.seen.at - _LATE and _time(aside.at) not in self.seen.met


# --- what was done


_DEEDS = {
    "loaded": "entered with the first text",
    "inserted": "inserted",
    "reworded": "reworded",
    "retitled": "retitled",
    "struck": "struck",
    "restored": "restored",
    "moved": "moved",
    "split": "split in two",
    "merged": "merged with the clause before it",
    "described": "title, symbol or date changed",
    "edition": "edition named",
    "redacted": "words redacted",
}
_NUMBERED = {
    "frozen": "numbers frozen",
    "kept": "a number kept with the clause",
    "renumbered": "renumbered",
}
_STEPS = {
    "agreed in working group": "agreed in working group",
    "reopened": "reopened",
    "confirmed": "confirmed after agreeing ad referendum",
}
_EVENTS = {
    "tabled": "proposal tabled",
    "confirmed": "proposal confirmed on the word of its delegation",
    "joined": "proposal joined",
    "left": "proposal no longer joined",
    "position": "position on a proposal released",
    "incorporated": "proposal taken up in the text",
    "incorporated in brackets": "proposal taken up in brackets",
    "not taken up": "proposal not taken up",
    "withdrawn": "proposal withdrawn",
    "overtaken": "proposal overtaken",
    "redacted": "words of a proposal redacted",
}
_FIELDS = {
    "title": "title",
    "symbol": "symbol",
    "dated": "date",
    "distribution": "distribution",
    "scheme": "scheme of numbers",
}


def deed(entry: EntryRecord) -> str:
    """What an entry of the journal did, in a few words."""
    told = _DEEDS.get(entry.act, entry.act)
    if entry.act == "edition":
        told = f"edition “{entry.detail.get('name', '')}” named"
    if entry.origin == "redacted":
        return "words of a note redacted" if "note" in entry.detail else "words redacted"
    if entry.act == "numbered":
        told = _NUMBERED.get(str(entry.detail.get("why", "")), "numbers changed")
    if entry.act == "struck" and entry.detail.get("joined"):
        told = "joined to the clause before it"
    if entry.act == "inserted" and entry.detail.get("from"):
        told = "split off"
    if entry.is_renumbering:
        return "numbers followed"
    if "undoes" in entry.detail:
        told += " (undoing)"
    return told


def aside_deed(aside: AsideRecord) -> str:
    """What was done beside the journal, in a few words."""
    if aside.act in (BRACKET, POSITION):
        words = aside.said if len(aside.said) <= _QUOTED else f"{aside.said[:_QUOTED]}…"
        if aside.act == POSITION:
            return f"position on bracket “{words}” released: {aside.stance}"
        if aside.whose == NOBODYS:
            return f"bracket “{words}”: said to be nobody’s"
        return f"bracket “{words}”: owners {'stated' if aside.whose else 'not stated any more'}"
    if not aside.proposal:
        return _STEPS.get(aside.act, aside.act)
    return _EVENTS.get(aside.act, f"proposal {aside.act}")


def told(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    wanted: Wanted,
    *,
    before: int | None = None,
    whole: bool = False,
) -> Told:
    """What was done, the latest first, before an entry if one is named; about fifty rows.

    `whole`: of each row it is looked up where it began, for whoever names it by that. Missing
    for a clause or a meeting that the draft does not have.
    """
    reader = policy.require(seat, Act.READ_JOURNAL)
    scope = _scope(store, reader, draft, wanted)
    found, older = _read(store, draft, scope.narrow, before)
    asides = _asides(store, draft, scope, before, older)
    known = _proposals(store, reader, draft, found, asides)
    journal = list(_rows(store, draft, found, known))
    if whole:
        journal = [replace(row, began_at=_beginning(store, draft, row)) for row in journal]
    taken = {(row.proposal, row.at) for row in journal if row.proposal}
    beside = [
        row
        for row in beside_rows(asides, known)
        if not (row.deed.startswith("proposal taken up") and (row.proposal, row.at) in taken)
    ]
    return Told(
        rows=tuple(_merged(journal, beside)),
        older=older,
        seen=SeenRecord(
            draft.seq,
            store.now,
            _met(asides, scope.seen, store.now),
            store.record.last_step(draft.id),
        ),
    )


def choices(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Choices:
    """The people, delegations and meetings that the record of the draft tells of."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    authors = store.record.authors(draft.id)
    seats = {each.id: each.delegation for each in store.seats.all()}
    # Only of whoever did something here: which other delegations have seats is not told.
    named = {seats.get(seat_id or 0, "") for _, seat_id in authors}
    for proposal in store.proposals.of_draft(Reader.of(reader), draft.id):
        if proposal.tabled_at is not None:
            named.update(proposal.proposers)
    return Choices(
        people=tuple(sorted({name for name, _ in authors}, key=str.casefold)),
        delegations=tuple(sorted(named - {""}, key=str.casefold)),
        meetings=store.proposals.meetings(draft.id),
    )


# --- what is new


def seen(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> SeenRecord:
    """How far the seat has read; where it has never said so, what came before it was there."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    kept = store.record.seen(reader.id, draft.id)
    if kept is not None:
        return kept
    joined = reader.created_at
    steps = store.record.last_step(draft.id, before=joined)
    return SeenRecord(store.record.seq_at(draft.id, joined, draft.seq), joined, steps=steps)


def fresh(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[int, bool]:
    """How much others did since the seat last looked, in rows, and whether there may be more."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    scope = _scope(store, reader, draft, Wanted(new=True))
    entries: tuple[EntryRecord, ...] = ()
    if scope.narrow.after < draft.seq:
        entries = store.record.entries(draft.id, scope.narrow, limit=MANY)
    groups = grouped(runs(reversed(entries)))
    beside = list(beside_rows(_asides(store, draft, scope, None, None), {}))
    count = sum(1 for _ in groups)
    journal = {entry.at for entry in entries if "proposal" in entry.detail}
    count += sum(
        not (row.deed.startswith("proposal taken up") and row.at in journal) for row in beside
    )
    return count, len(entries) == MANY


def mark(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    upto: int,
    at: datetime,
    met: Iterable[str] = (),
    steps: int = 0,
) -> None:
    """Keep that the seat has read all up to an entry and a time, as the page that it read says.

    Invalid for what has not happened yet.
    """
    reader = policy.require(seat, Act.READ_JOURNAL)
    now = store.drafts.by_id(draft.id) or draft
    if not 0 <= upto <= now.seq or at > store.now + _LATE:
        raise Invalid("That has not happened yet.")
    before = seen(store, reader, draft)
    store.record.mark(
        reader.id,
        draft.id,
        SeenRecord(upto, at, tuple(met)[:_WINDOW], steps, before.seq, before.at),
    )


# --- feeds


def make_feed(store: Store, seat: SeatRecord | None, draft: DraftRecord, wanted: Wanted) -> str:
    """The secret by which what is wanted can be read from outside; only its hash is kept."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    _scope(store, reader, draft, wanted)
    if len(store.record.feeds(reader.id, draft.id)) >= MOST_FEEDS:
        raise Invalid(f"You have {MOST_FEEDS} feeds of this draft: end one first.")
    secret = secrets.token_urlsafe(32)
    store.record.add_feed(
        "f" + store.new_uid()[1:],
        seat_id=reader.id,
        draft_id=draft.id,
        token=_hashed(secret),
        wanted=wanted.kept(),
    )
    return secret


def feeds(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[FeedRecord, ...]:
    """The seat's own feeds of the draft, oldest first."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    return store.record.feeds(reader.id, draft.id)


def end_feed(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> None:
    """Close a feed of the seat's own: its address leads nowhere from now on."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    if not store.record.end_feed(reader.id, draft.id, uid):
        raise Missing("There is no such feed.")


def behind(store: Store, secret: str) -> tuple[SeatRecord, DraftRecord, Wanted]:
    """Whose feed this is the secret of, of which draft, and what is wanted; else Missing.

    A seat that was taken away, or may not read the journal any more, has none.
    """
    found = store.record.feed(_hashed(secret))
    seat = store.seats.get(found.seat_id) if found else None
    draft = store.drafts.by_id(found.draft_id) if found else None
    if found is None or seat is None or draft is None or not policy.may(seat, Act.READ_JOURNAL):
        raise Missing(_NO_PROPOSAL)
    return seat, draft, Wanted.of(found.wanted)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


# --- what is wanted


def _scope(store: Store, reader: SeatRecord, draft: DraftRecord, wanted: Wanted) -> _Scope:
    narrow = Narrow(after=wanted.after, author=wanted.person)
    scope = _Scope(narrow, delegation=wanted.delegation)
    if wanted.new:
        known = seen(store, reader, draft)
        narrow = replace(
            narrow,
            after=max(wanted.after, known.seq),
            not_by=reader.id or None,
            beyond=known.steps,
        )
        scope = replace(scope, seen=known)
    if wanted.article:
        narrow = replace(narrow, uids=below(store.record.placed(draft.id), wanted.article))
    taken = store.record.taken_up(draft.id) if wanted.delegation or wanted.meeting else {}
    if wanted.delegation:
        by = {s.id for s in store.seats.all() if s.delegation == wanted.delegation}
        theirs = store.proposals.of_draft(Reader.of(reader), draft.id, delegation=wanted.delegation)
        also = frozenset().union(*(taken.get(each.uid, ()) for each in theirs))
        narrow = replace(narrow, by=frozenset(by), also=also)
        scope = replace(scope, by=frozenset(by))
    if wanted.meeting:
        meeting = next(
            (each for each in store.proposals.meetings(draft.id) if each.uid == wanted.meeting),
            None,
        )
        if meeting is None:
            raise Missing("There is no such meeting in the register.")
        there = {
            each.proposal
            for each in store.record.asides(draft.id, Narrow())
            if each.act in _TAKEN_UP and each.meeting == meeting.name
        }
        only = frozenset().union(*(taken.get(uid, ()) for uid in there))
        narrow = replace(narrow, only=only)
        scope = replace(scope, meeting=meeting)
    return replace(scope, narrow=narrow)


def below(placed: Sequence[PlacedRecord], uid: str) -> frozenset[str]:
    """The clause and all that stands below it, struck clauses too; Missing without such a one.

    What lives stands below what lives; what is struck stands where it stood when it was.
    """
    at = next((at for at, each in enumerate(placed) if each.uid == uid), None)
    if at is None:
        raise Missing("There is no such clause in this draft.")
    top = placed[at]
    found = {uid}
    every = [top]
    living = [] if top.struck else [top]
    for each in placed[at + 1 :]:
        if each.depth <= top.depth and (top.struck or not each.struck):
            break
        while every and every[-1].depth >= each.depth:
            every.pop()
        above = every[-1:]
        if not each.struck:
            while living and living[-1].depth >= each.depth:
                living.pop()
            above = living[-1:]
            living.append(each)
        if above and above[0].uid in found:
            found.add(each.uid)
        every.append(each)
    return frozenset(found)


# --- the journal as rows


def _read(
    store: Store, draft: DraftRecord, narrow: Narrow, before: int | None
) -> tuple[tuple[Run, ...], int | None]:
    """The runs that end on a page, whole, and before which entry there is more."""
    later = _Later(store, draft, narrow, before)
    entries: list[EntryRecord] = []
    count, older = 0, before
    while count < _WINDOW:
        more = store.record.entries(draft.id, narrow, before=older, limit=PAGE)
        count += len(more)
        entries += [entry for entry in more if not later.has(entry)]
        if len(more) < PAGE:
            return runs(reversed(entries)), None
        older = more[-1].seq
        if len(runs(reversed(entries))) >= PAGE:
            break
    rest = _rest(store, draft, narrow, entries)
    return runs(sorted([*entries, *rest], key=lambda entry: entry.seq)), older


class _Later:
    """What a later page of the record has already: acts and runs that ended on it."""

    def __init__(
        self, store: Store, draft: DraftRecord, narrow: Narrow, before: int | None
    ) -> None:
        self._act: object = None
        self._next: dict[str, EntryRecord] = {}
        edge = store.drafts.entry(draft.id, before) if before is not None else None
        if edge is not None:
            self._act = _act_of(edge)
            typed = store.record.typed_next(draft.id, narrow, edge.seq, until=edge.at + PAUSE)
            self._next = {entry.uid: entry for entry in typed}

    def has(self, entry: EntryRecord) -> bool:
        """Whether an entry belongs to that; to be asked from the latest one on."""
        after = self._next.pop(entry.uid, None)
        if entry.origin != TYPED:
            return _act_of(entry) == self._act
        if after is None or after.version != entry.version + 1 or not continues(entry, after):
            return False
        self._next[entry.uid] = entry
        return True


def _act_of(entry: EntryRecord) -> object:
    """What is told as one with a loaded entry, or one of an act; typed runs are told otherwise."""
    if entry.origin == TYPED:
        return None
    return "loaded" if entry.act == "loaded" else entry.first


def _rest(
    store: Store, draft: DraftRecord, narrow: Narrow, entries: Sequence[EntryRecord]
) -> Iterator[EntryRecord]:
    """What belongs to the last rows of a page and stands before it."""
    if not entries:
        return
    last = entries[-1]
    act = _act_of(last)
    if act is not None:
        since = 0 if last.act == "loaded" else last.first - 1
        whole = replace(narrow, after=max(narrow.after, since))
        for entry in store.record.entries(draft.id, whole, before=last.seq, limit=_LONGEST):
            if _act_of(entry) == act:
                yield entry
    firsts = {entry.uid: entry for entry in entries}
    begun = {
        uid: each
        for uid, each in firsts.items()
        if each.origin == TYPED and each.at - last.at <= PAUSE
    }
    low, left = last.seq, _LONGEST
    while begun and left > 0:
        theirs = replace(narrow, uids=frozenset(begun))
        more = store.record.entries(draft.id, theirs, before=low, limit=_BATCH)
        for entry in more:
            after = begun.pop(entry.uid, None)
            if after is None or entry.origin != TYPED or entry.version + 1 != after.version:
                continue
            if continues(entry, after):
                begun[entry.uid] = entry
                yield entry
        if len(more) < _BATCH:
            break
        low, left = more[-1].seq, left - _BATCH


def grouped(found: Sequence[Run]) -> Iterator[tuple[Run, ...]]:
    """The runs that are told as one, the latest first: an act, or what the draft began with."""

    def whole(run: Run) -> object:
        if run.last.act == "loaded":
            return "loaded"
        return run.last.first if run.last.origin != TYPED else run.last.seq

    for _, together in groupby(reversed(found), key=whole):
        yield tuple(reversed(tuple(together)))


def _rows(
    store: Store,
    draft: DraftRecord,
    found: Sequence[Run],
    proposals: Mapping[str, ProposalRecord],
) -> Iterator[Row]:
    groups = list(grouped(found))
    words = _words(store, draft.id, [group[:_ALONG] for group in groups])
    for group in groups:
        row = _row(group, words)
        proposal = proposals.get(row.proposal)
        yield row if proposal is None else _taking_up(row, proposal)


def _beginning(store: Store, draft: DraftRecord, row: Row) -> int:
    """The entry that a row began with, which may be one before the page that it is on."""
    first = store.drafts.entry(draft.id, row.first) if row.uid else None
    narrow = Narrow(uids=frozenset({row.uid}))
    while first is not None and first.is_stroke:
        earlier = store.record.entries(draft.id, narrow, before=first.seq, limit=PAGE)
        start = first
        for entry in earlier:
            if not entry.is_stroke or not continues(entry, first):
                return first.seq
            first = entry
        if first is start:
            break
    return first.seq if first is not None else row.first


def _row(group: tuple[Run, ...], words: Mapping[int, tuple[str, str]]) -> Row:
    lead = group[0]
    entry, last = lead.last, group[-1].last
    is_loaded = entry.act == "loaded"
    pieces, taken = ((), 0) if is_loaded else pieces_of(lead, words)
    others = group if is_loaded else group[1:]
    minute = lead.first.at.replace(second=0, microsecond=0)
    along = [
        Along(run.last.uid, deed(run.last), pieces_of(run, words)[0]) for run in others[:_ALONG]
    ]
    if entry.act == "described":
        along = list(_mast(entry))
    return Row(
        key=f"e-{last.seq}",
        seq=last.seq,
        first=lead.first.seq,
        author=entry.author,
        began=None if minute == entry.at.replace(second=0, microsecond=0) else lead.first.at,
        at=last.at,
        uid="" if is_loaded else entry.uid,
        deed=deed(entry),
        pieces=pieces,
        taken=taken,
        along=tuple(along),
        count=len(group),
        proposal=str(entry.detail.get("proposal", "")),
        redacted=any(each.detail.get("redacted") for run in group for each in run.entries),
    )


def bare_row(group: tuple[Run, ...]) -> Row:
    """Who did what and when, without the words."""
    return replace(_row(group, {}), pieces=(), taken=0, along=())


def _taking_up(row: Row, proposal: ProposalRecord) -> Row:
    return replace(row, delegation=", ".join(proposal.proposers))


def _mast(entry: EntryRecord) -> Iterator[Along]:
    was = entry.detail.get("from", {})
    for name, now in entry.detail.get("to", {}).items():
        if was and name in _FIELDS:
            yield Along("", _FIELDS[name], diff.pieces(was.get(name, ""), now))


def pieces_of(run: Run, words: Mapping[int, tuple[str, str]]) -> tuple[tuple[Piece, ...], int]:
    """The words that a run put in and took out; and how many characters it took out besides.

    `words` are those before and after the run, by its last seq, where they are known.
    """
    entry = run.last
    if entry.seq in words:
        was, now = words[entry.seq]
        if entry.act in ("struck", "restored"):
            was, now = (now, "") if entry.act == "struck" else ("", now)
        return diff.pieces(was, now) if was != now else (), 0
    if all(each.changes is None for each in run.entries):
        return (), 0
    put_in, taken = [], 0
    for edit in _composed(run.entries).edits():
        put_in += [Piece("ins", edit.text)] if edit.text else []
        taken += edit.end - edit.start
    return tuple(put_in), taken


def _composed(entries: Iterable[EntryRecord]) -> ChangeSet:
    first, *others = (ChangeSet.from_json(e.changes) for e in entries if e.changes is not None)
    for other in others:
        first = first.compose(other)
    return first


def _words(
    store: Store, draft_id: int, groups: Sequence[Sequence[Run]]
) -> dict[int, tuple[str, str]]:
    """Before and after each run, by its last seq; none where adding up costs too much.

    The clauses that the latest rows are in come first.
    """
    ends: dict[str, list[Run]] = {}
    for group in groups:
        for run in group:
            if run.last.uid and run.last.act != "moved":
                ends.setdefault(run.last.uid, []).append(run)
    left, chosen = _ADDED_UP, []
    for uid, its in ends.items():
        # Every entry of a clause raises its version, so that this is how many there are.
        most = max(run.last.version for run in its)
        if most <= left:
            left -= most
            chosen.append(uid)
    wanted = {seq for uid in chosen for run in ends[uid] for seq in (run.first.seq, run.last.seq)}
    found = store.record.words(draft_id, wanted, chosen) if chosen else {}
    return {
        run.last.seq: (found[run.first.seq][0], found[run.last.seq][1])
        for uid in chosen
        for run in ends[uid]
    }


# --- what stands beside it


def _asides(
    store: Store, draft: DraftRecord, scope: _Scope, before: int | None, older: int | None
) -> tuple[AsideRecord, ...]:
    """What was done beside the journal in the time that a page of it covers."""
    low = _at(store, draft, older)
    if older is None and scope.seen is not None:
        low = scope.seen.at - _LATE
    elif older is None and scope.narrow.after:
        low = _at(store, draft, scope.narrow.after)
    found = store.record.asides(draft.id, scope.narrow, low=low, high=_at(store, draft, before))
    return tuple(aside for aside in found if scope.has(aside))


def _at(store: Store, draft: DraftRecord, seq: int | None) -> datetime | None:
    entry = store.drafts.entry(draft.id, seq) if seq else None
    return entry.at if entry else None


def _met(
    asides: Iterable[AsideRecord], before: SeenRecord | None, now: datetime
) -> tuple[str, ...]:
    """What was shown, now or before, of the time in which something may still be kept late."""
    since = _time(now - _LATE)
    times = {_time(aside.at) for aside in asides}.union(before.met if before else ())
    return tuple(sorted(time for time in times if time > since))


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _proposals(
    store: Store,
    reader: SeatRecord,
    draft: DraftRecord,
    found: Iterable[Run],
    asides: Iterable[AsideRecord],
) -> dict[str, ProposalRecord]:
    """The proposals that the rows name, by their public ids."""
    named = {str(run.last.detail.get("proposal", "")) for run in found}
    named |= {aside.proposal for aside in asides}
    named -= {""}
    if not named:
        return {}
    records = store.proposals.of_draft(Reader.of(reader), draft.id, uids=named)
    return {record.uid: record for record in records if record.tabled_at is not None}


def beside_rows(
    asides: Iterable[AsideRecord], proposals: Mapping[str, ProposalRecord]
) -> Iterator[Row]:
    """What was done beside the journal as rows; the same done to many clauses at once is one."""

    for _, group in groupby(sorted(asides, key=_ordered), key=_ordered):
        together = tuple(group)
        lead = together[0]
        proposal = proposals.get(lead.proposal)
        pieces: tuple[Piece, ...] = ()
        if proposal is not None and lead.act == "tabled" and not proposal.redacted:
            pieces = _put_forward(proposal)
        yield Row(
            key=_key(lead),
            author=lead.author,
            at=lead.at,
            uid=lead.uid,
            deed=aside_deed(lead),
            pieces=pieces,
            along=tuple(Along(each.uid, "", ()) for each in together[1:]),
            count=len(together),
            why=lead.why,
            meeting=lead.meeting,
            proposal=lead.proposal,
            delegation=lead.delegation,
            redacted=bool(proposal and proposal.redacted and lead.act in ("tabled", "redacted")),
            whose=", ".join(filter(None, lead.whose)),
        )


def _key(aside: AsideRecord) -> str:
    """A name for what was done beside the journal, the same whenever it is told."""
    at = int(aside.at.timestamp() * 1_000_000)
    return f"a-{at}-{aside.proposal or aside.uid}-{aside.act}".replace(" ", "-")


def _ordered(aside: AsideRecord) -> tuple[object, ...]:
    at = -aside.at.timestamp()
    what = (aside.act, aside.proposal, aside.delegation, aside.said, aside.stance)
    return at, aside.author, *what, aside.whose


def _put_forward(proposal: ProposalRecord) -> tuple[Piece, ...]:
    """What a tabled proposal would do to the words that it was made on."""
    wish = proposal.wish.value
    if wish == "replace":
        return diff.pieces(proposal.base, proposal.words)
    if wish == "insert":
        words = "\n".join(filter(None, (proposal.heading, proposal.words)))
        return (Piece("ins", words),)
    return (Piece("del" if wish == "delete" else "same", proposal.base),) if proposal.base else ()


def _merged(journal: Sequence[Row], beside: Sequence[Row]) -> Iterator[Row]:
    """All rows, the latest first; the journal keeps its own order, whatever the clock said."""
    waiting = sorted(beside, key=lambda row: row.at, reverse=True)
    at = 0
    for row in journal:
        while at < len(waiting) and waiting[at].at >= row.at:
            yield waiting[at]
            at += 1
        yield row
    yield from waiting[at:]
