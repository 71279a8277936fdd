"""Typing at the table: what many people push at once becomes entries of the journal, in order.

`take` is one unit of work for whatever is waiting: it locks the draft's head, catches up
with what others have written, asks of every push whether its author may still write,
carries it over what happened to its clause since (carrying.py) and keeps all of them
together. With a warm `Recent` and nobody else writing that is two reads and one write,
however large the draft is and however many pushes there are.

    with stores.begin() as store:
        taken = typing.take(store, recent, pushes)
    recent = taken.recent

A push that cannot be taken comes back (`Back`) with a sentence for its author, and spoils
nothing for the others. `do` is for what Enter, Backspace and Tab mean: acts upon the
structure, done as everywhere else, at the place where their author meant them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.actions import drafting, policy, seating
from app.actions.carrying import Lost, Part, Past, carry
from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.policy import Act, State
from app.actions.recalling import Known, Recall, Recent
from app.actions.refusals import Invalid, Missing, Refusal
from app.actions.settling import Sparing
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.strokes import Stroke
from app.store.unit import Store
from app.treaty.changes import ChangeSet, cut, utf16_len

__all__ = [
    "Back",
    "Deed",
    "Do",
    "Done",
    "Kept",
    "Push",
    "Recent",
    "Refused",
    "Taken",
    "do",
    "look",
    "since",
    "take",
]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNFIT = "Your change does not fit the words as they stood."
_NUMBERED = "Other changes are kept under the same numbers."
_AHEAD = "This page knows of more than the draft does. Please load it anew."
_SIGN = "\ufffc"
"""What stands for a caret while it is carried."""


Do = Literal["split", "begin", "merge", "deeper", "shallower", "drop"]
"""What a deed may ask for."""


@dataclass(frozen=True, slots=True)
class Push:
    """What one client has typed in one clause and has no answer to: the updates n, n + 1, ...

    They were made on the clause's words as they stood after the entry `base`, each on what
    the one before it leaves. Update k bears the push id "<client>.<n + k>" for good, and is
    kept once however often it comes. `session` is the token of the author's session, `member`
    whatever the caller knows the author by; it is handed back untouched.
    """

    session: str
    client: str
    n: int
    uid: str
    base: int
    updates: tuple[ChangeSet, ...]
    member: object = None

    @property
    def counts(self) -> range:
        """The n of every update."""
        return range(self.n, self.n + len(self.updates))

    def name(self, n: int) -> str:
        """The push id of one of them."""
        return f"{self.client}.{n}"


@dataclass(frozen=True, slots=True)
class Deed:
    """An act upon the structure that a key meant: at `at` in the clause's words as of `base`.

    `client` and `id` name it for good, so that it is done once however often it comes;
    without a client it has no name.
    """

    session: str
    uid: str
    base: int
    at: int
    do: Do
    member: object = None
    id: int = 0
    client: str = ""

    @property
    def name(self) -> str:
        """What the first of its entries bears as its push."""
        return f"{self.client}.d{self.id}" if self.client else ""


@dataclass(frozen=True, slots=True)
class Back:
    """Updates of a push that come back whole to their author: which, why, and who is meant."""

    push: Push
    n: tuple[int, ...]
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Updates of a push that the journal had already before this unit of work."""

    push: Push
    n: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that was done, and where its author goes on: a clause, and a place in its words."""

    deed: Deed
    uid: str
    at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A deed that was not done; `why` is a sentence for its author."""

    deed: Deed
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a unit of work has come to.

    `entries` are all that are newer than what was known before, others' too, in order;
    `recent` is what to know from now on, once the unit is committed.
    """

    entries: tuple[EntryRecord, ...]
    recent: Recent
    backs: tuple[Back, ...] = ()
    kept: tuple[Kept, ...] = ()


def take(
    store: Store,
    recent: Recent,
    pushes: Sequence[Push],
    *,
    heard: Callable[[tuple[EntryRecord, ...]], None] | None = None,
) -> Taken:
    """Keep what was pushed, in this order, behind whatever others have written meanwhile.

    `heard` is called with that as soon as it is known, for it is committed already, whatever
    becomes of this unit.
    Raises store.strokes.Outrun when the store is not as the head said: give the unit up, and
    take the pushes again with a new Recent, which believes nothing.
    """
    head = store.strokes.head(recent.draft_id)
    recall = recent.open(store)
    foreign = recall.catch_up(head.seq)
    if heard is not None and foreign:
        heard(foreign)
    seats = seating.seats_of_sessions(store, {push.session for push in pushes})
    recall.reach(min((push.base for push in pushes), default=head.seq))
    recall.meet({push.uid: None for push in pushes})
    named = set(recall.greet((push.client, push.counts) for push in pushes))
    uids = {push.uid for push in pushes}
    sparing = Sparing(store, recent.draft_id, uids, guarded=head.guarded)
    strokes: list[Stroke] = []
    backs: list[Back] = []
    kept: list[Kept] = []
    for push in pushes:
        try:
            met, made = _strokes(recall, push, seats.get(push.session), named, sparing)
            strokes += made
        except Lost as lost:
            met = lost.kept
            back = tuple(n for n in push.counts if push.name(n) not in met)
            if back:
                backs.append(Back(push, back, lost.why, lost.by))
        if met:
            kept.append(Kept(push, tuple(n for n in push.counts if push.name(n) in met)))
    entries = store.strokes.write(recent.draft_id, head, strokes) if strokes else ()
    return Taken(foreign + entries, recall.close(), tuple(backs), tuple(kept))


def do(store: Store, recent: Recent, deed: Deed) -> tuple[Done | Refused, Taken]:
    """Do what a key meant, where its author meant it; a refused deed leaves nothing behind.

    One that the journal has already is answered again, and not done.
    """
    head = store.strokes.head(recent.draft_id)
    recall = recent.open(store)
    entries = recall.catch_up(head.seq)
    answer: Done | Refused
    try:
        with store.attempt():
            answer = _do(store, recall, recent.draft_id, deed)
    except Refusal as refusal:
        answer = Refused(deed, refusal.sentence)
    except Lost as lost:
        answer = Refused(deed, lost.why)
    entries += recall.catch_up(store.strokes.head(recent.draft_id).seq)
    return answer, Taken(entries, recall.close())


def look(store: Store, recent: Recent) -> Taken:
    """What others have written since; a reading unit will do."""
    recall = recent.open(store)
    entries = recall.go_on()
    if not entries:
        # Nothing, or less than nothing: the database may have been put back.
        recall.catch_up(_draft(store, recent.draft_id).seq)
    return Taken(entries, recall.close())


def since(
    store: Store, draft_id: int, seq: int, limit: int = 5_000
) -> tuple[EntryRecord, ...] | None:
    """All entries after a seq; None when they are more than `limit`, or there is no such seq."""
    head = _draft(store, draft_id).seq
    if seq == head:
        return ()
    if not head - limit <= seq < head:
        return None
    return store.drafts.journal(draft_id, after=seq)


# --- pushes


def _strokes(
    recall: Recall, push: Push, seat: SeatRecord | None, named: set[str], sparing: Sparing
) -> tuple[tuple[str, ...], list[Stroke]]:
    """The push ids that are kept already, and strokes for the other updates: all or, Lost, none.

    The strokes are remembered at once, so that the next push is carried over them. `named`
    are push ids that are taken; those of the strokes come to them.
    """
    kept: tuple[str, ...] = ()
    try:
        seat = policy.require(seat, Act.EDIT_TEXT)
        updates = _updates(push, recall.seq)
        carried = carry(push.uid, updates, push.base, seat.id or None, recall)
        kept = carried.kept
        if any(part.push in named for part in carried.parts):
            raise Lost(_NUMBERED)
        now: dict[str, Known] = {}
        strokes: list[Stroke] = []
        for part in carried.parts:
            sparing.require_open(part.uid)
            known = now.get(part.uid) or recall.clause(part.uid)
            strokes.append(_stroke(known, part, seat, strokes))
            now[part.uid] = _after(strokes[-1])
    except Refusal as refusal:
        lost = Lost(refusal.sentence)
        lost.kept = kept
        raise lost from None
    except Lost as lost:
        lost.kept = lost.kept or kept
        raise
    for stroke in strokes:
        named.add(_own(stroke))
    _remember(recall, strokes, now, seat)
    return kept, strokes


def _updates(push: Push, head: int) -> list[tuple[str, ChangeSet]]:
    """The updates by their push ids; Lost when they make no sense wherever they come to."""
    if push.base > head:
        raise Lost(_AHEAD)
    length = push.updates[0].length if push.updates else 0
    named: list[tuple[str, ChangeSet]] = []
    for n, changes in enumerate(push.updates, push.n):
        if changes.length != length:
            raise Lost(_UNFIT)
        length = changes.new_length
        for _, inserted in changes.sections:
            if inserted and _CONTROL.search(inserted):
                raise Lost("A clause is one line of text, without tabs, breaks and other controls.")
        named.append((push.name(n), changes))
    return named


def _stroke(known: Known | None, part: Part, seat: SeatRecord, before: Sequence[Stroke]) -> Stroke:
    """One part as a stroke, tied to the stroke before it where both are parts of one update."""
    if known is None:
        raise Missing("There is no such clause in this draft.")
    policy.require(seat, Act.EDIT_TEXT, State.STRUCK if known.struck else State.LIVE)
    changes = part.changes
    longest = LONGEST_HEADING if known.heading else LONGEST
    if changes.new_length > max(longest, changes.length):
        what = "heading" if known.heading else "clause"
        raise Lost(f"A {what} may have {longest:,} characters at most.")
    try:
        words = changes.apply(known.words)
    except ValueError:
        raise Lost(_UNFIT) from None
    tied = bool(before) and _own(before[-1]) == part.push
    return Stroke(
        known.uid,
        known.version,
        changes,
        words,
        known.heading,
        seat,
        "" if tied else part.push,
        {"carried": part.push} if tied else {},
        tied,
    )


def _own(stroke: Stroke) -> str:
    return stroke.push or str(stroke.detail.get("carried", ""))


def _after(stroke: Stroke) -> Known:
    return Known(stroke.uid, stroke.version + 1, stroke.words, stroke.heading, struck=False)


def _remember(
    recall: Recall, strokes: Iterable[Stroke], now: Mapping[str, Known], seat: SeatRecord
) -> None:
    """Let the memory know of strokes before the journal has them."""
    first = recall.seq + 1
    for seq, stroke in enumerate(strokes, first):
        first = first if stroke.tied else seq
        past = Past(
            seq,
            first,
            stroke.uid,
            "retitled" if stroke.heading else "reworded",
            stroke.changes,
            _own(stroke),
            source="",
            target="",
            alone=True,
            author_id=seat.id or None,
            author=seat.name,
        )
        recall.remember(past, now[stroke.uid])


# --- deeds


def _do(store: Store, recall: Recall, draft_id: int, deed: Deed) -> Done:
    seat = seating.seats_of_sessions(store, (deed.session,)).get(deed.session)
    policy.require(seat, Act.EDIT_STRUCTURE)
    draft = _draft(store, draft_id)
    if deed.name and (kept := store.strokes.pushed(draft_id, [deed.name])):
        return _done_before(store, seat, draft, deed, kept[deed.name])
    with store.drafts.named(deed.name):
        return _done_now(store, recall, seat, draft, deed)


def _done_before(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, deed: Deed, seq: int
) -> Done:
    """The answer to a deed that is kept, as it can be told from its entries.

    Where Enter at an end of the clause was carried to a neighbour's, it names this one's start.
    """
    act = {entry.act: entry for entry in reversed(store.drafts.act(draft.id, seq))}
    first = store.drafts.entry(draft.id, seq)
    if first is None or seat is None or first.author_id != (seat.id or None):
        raise Lost(_NUMBERED)
    if (new := act.get("inserted")) is not None:
        is_before = (
            deed.do == "split" and "from" not in new.detail and new.detail["after"] != deed.uid
        )
        return Done(deed, deed.uid if is_before else new.uid, 0)
    if (merged := act.get("merged")) is not None and (gone := act.get("struck")) is not None:
        joined = store.drafts.clause(draft.id, gone.uid)
        length = utf16_len(joined.words) if joined is not None else 0
        changes = merged.word_changes
        end = changes.new_length if changes is not None else 0
        return Done(deed, merged.uid, max(0, min(end, end - length + deed.at)))
    if deed.do == "drop":
        return _ended_above(store, draft, deed, first.uid)
    return Done(deed, first.uid, deed.at)


def _done_now(
    store: Store, recall: Recall, seat: SeatRecord | None, draft: DraftRecord, deed: Deed
) -> Done:
    known, at = _place(recall, deed)
    uid = known.uid
    if deed.do == "split":
        return _split(store, seat, draft, deed, known, at)
    if deed.do == "begin":
        return Done(deed, drafting.begin(store, seat, draft, uid).uid, 0)
    if deed.do == "merge":
        made = drafting.merge(store, seat, draft, uid, seen=known.version)
        return Done(deed, made.uid, utf16_len(made.words) - utf16_len(known.words) + at)
    if deed.do == "drop":
        drafting.drop(store, seat, draft, uid)
        return _ended_above(store, draft, deed, uid)
    drafting.level(store, seat, draft, uid, deeper=deed.do == "deeper")
    return Done(deed, uid, at)


def _split(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, deed: Deed, known: Known, at: int
) -> Done:
    """Split where there are words on both sides; at an end, begin an empty clause there."""
    uid, length = known.uid, utf16_len(known.words)
    try:
        left, right = cut(known.words, 0, at), cut(known.words, at, length)
    except ValueError:
        raise Invalid("The text cannot be split at that place.") from None
    if not right.strip():
        return Done(deed, drafting.begin(store, seat, draft, uid).uid, 0)
    if not left.strip():
        drafting.begin(store, seat, draft, uid, before=True)
        return Done(deed, uid, 0)
    made = drafting.split(store, seat, draft, uid, at=at, seen=known.version)
    return Done(deed, made.uid, 0)


def _place(recall: Recall, deed: Deed) -> tuple[Known, int]:
    """The clause and the place in its words now, where the author meant them.

    Found as a character would be that was typed there.
    """
    if deed.base > recall.seq:
        raise Lost(_AHEAD)
    known = recall.clause(deed.uid)
    if known is None:
        raise Missing("There is no such clause in this draft.")
    pasts = (past.changes for past in recall.since(deed.uid, deed.base))
    length = next(
        (changes.length for changes in pasts if changes is not None), utf16_len(known.words)
    )
    if not 0 <= deed.at <= length:
        raise Lost(_UNFIT)
    sign = ChangeSet.build(length, [(deed.at, deed.at, _SIGN)])
    (part,) = carry(deed.uid, [("", sign)], deed.base, None, recall).parts
    known = recall.clause(part.uid)
    if known is None:
        raise Missing("There is no such clause in this draft.")
    return known, next(edit.new_start for edit in part.changes.edits())


def _ended_above(store: Store, draft: DraftRecord, deed: Deed, dropped: str) -> Done:
    """The deed done, with the caret at the end of what is read before the dropped clause."""
    found: ClauseRecord | None = None
    for clause in store.drafts.clauses(draft.id, with_struck=True):
        if clause.uid == dropped:
            break
        if not clause.struck:
            found = clause
    return Done(deed, found.uid, utf16_len(found.words)) if found else Done(deed, "", 0)


def _draft(store: Store, draft_id: int) -> DraftRecord:
    draft = store.drafts.by_id(draft_id)
    if draft is None:
        raise Missing("There is no such draft here.")
    return draft
