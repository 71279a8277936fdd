"""Saying something about the words: notes, answers, what becomes of them, and where they now stand.

A note is for its author alone, for their delegation, or for everyone; to anybody else it is as if
it were not there, and every answer here is that of a note that never was. It leaves no trace in
the draft's journal nor among the events, which others read.

    thread = note(store, seat, key)
    thread.stands     anchored, check, orphaned; struck when its clause is; whole without words
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from app.actions import policy
from app.actions.mentioning import mention
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.actions.whereabouts import Stands, Thread, places, refresh, threads_of
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.heads import Head
from app.store.notes import Audience, NewNote, NoteChange, NoteKind, NoteRecord
from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.anchors import HIGH, Anchor, anchor, found
from app.treaty.changes import cut, utf16_len

LONGEST = 20_000
"""How many characters a note may have."""

LONGEST_REASON = 600
UNKNOWN: Final = "There is no such note."
_NO_CLAUSE: Final = "There is no such clause in this draft."
_PUBLISHED: Final = "This note is part of the commentary: take it out of that first."
_JUST_CHANGED: Final = "These words have just been changed. Please look at them again."


@dataclass(frozen=True, slots=True)
class Chosen:
    """Words of a clause that somebody selected: their place there, and what they saw around.

    Without a place (-1) they have to stand there once.
    """

    start: int
    quote: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes are asked for; "" for any."""

    kind: str = ""
    author: str = ""
    state: str = ""
    audience: str = ""
    only_new: bool = False


# --- reading


def note(store: Store, seat: SeatRecord | None, key: str) -> Thread:
    """The thread that this note or answer is in. Missing when there is none for this seat."""
    seat = policy.require(seat, Act.READ_NOTES)
    reader = Reader.of(seat)
    found_note = _get(store, reader, key)
    if found_note.root_id is not None:
        root = store.notes.by_id(found_note.root_id, reader)
        if root is None:
            raise Missing(UNKNOWN)
        found_note = root
    draft = store.drafts.by_id(found_note.draft_id)
    if draft is None:
        raise Missing(UNKNOWN)
    return threads_of(store, reader, draft, [found_note])[0]


def threads(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str | None = None,
    wanted: Wanted | None = None,
) -> tuple[Thread, ...]:
    """The threads of a draft that are for this seat, or those of one clause, the oldest first.

    A thread counts as one of the clause that its words are in now.
    """
    seat = policy.require(seat, Act.READ_NOTES)
    reader = Reader.of(seat)
    made = threads_of(store, reader, draft, store.notes.of_draft(draft.id, reader))
    chosen = (thread for thread in made if uid is None or thread.uid == uid)
    return tuple(thread for thread in chosen if wanted is None or fits(thread, wanted))


def counts(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Counter[str]:
    """How many open notes for this seat there are on each clause, by uid; "" for the draft."""
    seat = policy.require(seat, Act.READ_NOTES)
    found_notes = store.notes.of_draft(draft.id, Reader.of(seat))
    on = places(store, draft, [one for one in found_notes if one.is_open])
    return Counter(uid for uid, _, _ in on)


def changes(
    store: Store, seat: SeatRecord | None, *threads: Thread
) -> Mapping[int, Sequence[NoteChange]]:
    """What was done with the notes of these threads since they were written, by the note's id."""
    seat = policy.require(seat, Act.READ_NOTES)
    ids = [one.id for thread in threads for one in (thread.note, *thread.answers)]
    return store.notes.changes(ids, Reader.of(seat)) if ids else {}


def fits(thread: Thread, wanted: Wanted) -> bool:
    """Whether a thread is among those that are asked for."""
    one = thread.note
    states = {"open" if one.is_open else "resolved", thread.stands.value}
    return (
        wanted.kind in ("", one.kind.value)
        and wanted.audience in ("", one.audience.value)
        and wanted.author in ("", one.author)
        and (not wanted.state or wanted.state in states)
        and (thread.is_new or not wanted.only_new)
    )


# --- writing


def write(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    uid: str = "",
    words: Chosen | None = None,
    kind: NoteKind | str = NoteKind.COMMENT,
    body: str,
    audience: Audience | str = Audience.MINE,
    extra: Mapping[str, Any] | None = None,
    placed: Anchor | None = None,
    seq: int | None = None,
) -> NoteRecord:
    """A new note: on words of a clause, on a clause, or, without a uid, on the whole draft.

    `placed` is an anchor that was looked for already, as words from a file are, in the text as it
    was after the journal's entry `seq`; without a uid its words were found nowhere.

    Invalid for an unknown kind or audience, for a body that is empty or too long, for a
    delegation's note of a seat that has none, and for words that do not stand there any more;
    Missing for a clause that the draft does not have.
    """
    audience = audience_named(audience)
    seat = policy.require(seat, Act.WRITE_NOTE, FOR[audience])
    kind, body = _kind(kind), _body(body)
    # Nobody types until this unit has ended: what is pointed at is what stands there.
    head = store.strokes.head(draft.id)
    made = placed
    if uid:
        clause = _clause(store, draft, uid)
        made = _made(clause, words) if words is not None else placed
    elif words is not None:
        raise Invalid("Words to note something on are words of a clause.")
    new = NewNote(
        draft_id=draft.id,
        uid=uid or None,
        seq=head.seq if seq is None or made is not placed else min(seq, head.seq),
        anchor=made,
        kind=kind,
        body=body,
        audience=audience,
        delegation=_delegation(seat, audience),
        extra=extra or {},
    )
    reader = Reader.of(seat)
    kept = _by_id(store, reader, store.notes.add(new, seat))
    mention(store, seat, kept)
    refresh(store, draft)
    return kept


def answer(store: Store, seat: SeatRecord | None, key: str, body: str) -> NoteRecord:
    """An answer in the thread of a note; it is for those whom the note is for."""
    reader, thread = _held(store, seat, key)
    seat = policy.require(seat, Act.WRITE_NOTE, FOR[thread.note.audience])
    kept = _by_id(store, reader, store.notes.answer(thread.note, _body(body), seat))
    mention(store, seat, kept)
    return kept


def change(
    store: Store,
    seat: SeatRecord | None,
    key: str,
    *,
    body: str,
    kind: NoteKind | str | None = None,
    audience: Audience | str | None = None,
    seen: int | None = None,
) -> NoteRecord:
    """The note or answer with other words, kind or audience; what it said before is kept.

    Only its author changes a note. Whom a thread is for is settled when others have answered,
    and is said of the note, not of its answers. Invalid when it was changed since version `seen`.
    """
    reader, thread = _held(store, seat, key)
    mine = _get(store, reader, key)
    seat = policy.require(seat, Act.CHANGE_NOTE, whose(mine, reader))
    _refuse_redacted(mine)
    to = mine.audience if audience is None or mine.root_id else audience_named(audience)
    policy.require(seat, Act.WRITE_NOTE, FOR[to])
    if seen is not None and seen != mine.version:
        raise Invalid("You have changed this note elsewhere meanwhile. Please look at it again.")
    if to is not mine.audience:
        if store.notes.have_others_answered(mine):
            raise Invalid("Others have answered this note: whom it is for can no longer change.")
        if thread.note.place and to is not Audience.EVERYONE:
            raise Invalid("This note is part of the commentary, which is for everyone.")
    done = store.notes.edit(
        mine,
        body=_body(body),
        kind=mine.kind if kind is None else _kind(kind),
        audience=to,
        delegation=mine.delegation if to is mine.audience else _delegation(seat, to),
        by=seat,
    )
    if not done:
        raise Invalid("You have changed this note elsewhere meanwhile. Please look at it again.")
    kept = _by_id(store, reader, mine.id)
    mention(store, seat, kept)
    return kept


def resolve(store: Store, seat: SeatRecord | None, key: str, reason: str) -> NoteRecord:
    """The thread's note, dealt with; the reason is kept. Invalid if that was said before."""
    reader, thread = _open(store, seat, key)
    seat = policy.require(seat, Act.RESOLVE_NOTE, FOR[thread.note.audience])
    if not store.notes.resolve(thread.note, _reason(reason), seat):
        raise Invalid("This note was resolved already.")
    return _by_id(store, reader, thread.note.id)


def reopen(store: Store, seat: SeatRecord | None, key: str, reason: str) -> NoteRecord:
    """The thread's note, open again, with the reason. Invalid if it is open."""
    reader, thread = _open(store, seat, key)
    seat = policy.require(seat, Act.RESOLVE_NOTE, FOR[thread.note.audience])
    if not store.notes.reopen(thread.note, _reason(reason), seat):
        raise Invalid("This note is open.")
    return _by_id(store, reader, thread.note.id)


def confirm(store: Store, seat: SeatRecord | None, key: str, seen: str | None = None) -> NoteRecord:
    """Say that one's note, which was to be checked, is on the words that stand there now.

    Invalid when there is nothing to be checked, or when they are not those that were `seen`.
    """
    reader, thread, head = held_with_text(store, seat, key)
    seat = policy.require(seat, Act.CHANGE_NOTE, whose(thread.note, reader))
    clause = store.drafts.clause(thread.note.draft_id, thread.uid)
    if thread.stands is not Stands.CHECK or clause is None or thread.anchor is None:
        raise Invalid("There is nothing to be checked about the place of this note.")
    start, end = thread.anchor.start, thread.anchor.end
    if seen is not None and _same(seen) != _same(cut(clause.words, start, end)):
        raise Invalid(_JUST_CHANGED)
    store.notes.put(thread.note, thread.uid, head.seq, anchor(clause.words, start, end), seat)
    _undoubted(store, thread.note)
    return _by_id(store, reader, thread.note.id)


def put_on(
    store: Store,
    seat: SeatRecord | None,
    key: str,
    quote: str,
    *,
    uid: str = "",
    selected: Chosen | None = None,
) -> NoteRecord:
    """Put one's own note on these words of its clause, or of the only one in which they stand.

    Somebody who selected them in the text says where: `selected` of the clause `uid`. Invalid
    when they stand nowhere, or, written by hand, in several places.
    """
    reader, thread, head = held_with_text(store, seat, key)
    seat = policy.require(seat, Act.CHANGE_NOTE, whose(thread.note, reader))
    if thread.note.place:
        raise Invalid(_PUBLISHED)
    quote = quote.replace("\r\n", "\n").strip()
    if not quote:
        raise Invalid("Write the words that the note is on.")
    if uid and selected is not None and selected.start >= 0:
        there = store.drafts.clause(thread.note.draft_id, uid)
        if there is None:
            raise Missing(_NO_CLAUSE)
        clause, made = there, _made(there, selected)
    else:
        clause = _only_holding(store, thread, quote)
        made = _made(clause, Chosen(-1, quote))
    store.notes.put(thread.note, clause.uid, head.seq, made, seat)
    _undoubted(store, thread.note)
    return _by_id(store, reader, thread.note.id)


def _only_holding(store: Store, thread: Thread, quote: str) -> ClauseRecord:
    """The clause that has these words: the note's own, or the only one."""
    holding = [one for one in store.drafts.clauses(thread.note.draft_id) if quote in one.words]
    own = [one for one in holding if one.uid == thread.uid]
    if not holding:
        raise Invalid("These words stand nowhere in the text. Write them as they are there.")
    if len(holding) > 1 and not own:
        raise Invalid("These words stand in more than one clause: please give a few more of them.")
    return (own or holding)[0]


def _undoubted(store: Store, one: NoteRecord) -> None:
    """Take from a note that came from a file that its place is to be checked."""
    extra = {name: value for name, value in one.extra.items() if name != "check"}
    if extra != one.extra:
        store.notes.set_extra(one.id, extra)


def _same(words: str) -> str:
    """Words as forms send them: lines end there in two letters."""
    return words.replace("\r\n", "\n")


def place(
    store: Store, seat: SeatRecord | None, key: str, uid: str, placed: Anchor | None
) -> NoteRecord:
    """Put one's own note on other words, on a clause, or, without a uid, on the whole draft."""
    reader, thread, head = held_with_text(store, seat, key)
    policy.require(seat, Act.CHANGE_NOTE, whose(thread.note, reader))
    if thread.note.place:
        raise Invalid(_PUBLISHED)
    store.notes.move(thread.note.id, uid or None, head.seq, placed)
    return _by_id(store, reader, thread.note.id)


def remove(store: Store, seat: SeatRecord | None, key: str) -> NoteRecord:
    """Take one's own note or answer away: really, or, was it ever for everyone, out of sight.

    A note that others have answered stays: their words hang on it. So does one for publication,
    until it is taken out of the commentary.
    """
    reader, _ = _held(store, seat, key)
    mine = _get(store, reader, key)
    policy.require(seat, Act.CHANGE_NOTE, whose(mine, reader))
    if mine.place:
        raise Invalid(_PUBLISHED)
    _refuse_redacted(mine)
    if store.notes.have_others_answered(mine):
        raise Invalid("Others have answered this note. Resolve it instead.")
    if store.notes.was_for_everyone(mine):
        store.notes.withdraw(mine)
    else:
        store.notes.erase(mine)
    return mine


def visit(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, until: datetime | None = None
) -> None:
    """Keep that the seat has read all notes of the draft that were for it at a moment, or now."""
    seat = policy.require(seat, Act.READ_NOTES)
    reader, moment = Reader.of(seat), min(until or store.now, store.now)
    last = store.notes.seen_until(draft.id, reader)
    store.notes.visit(draft.id, reader, moment if last is None else max(last, moment))
    refresh(store, draft)


def may_change(seat: SeatRecord, one: NoteRecord) -> bool:
    """Whether the seat may change this note."""
    return not one.redacted and policy.may(seat, Act.CHANGE_NOTE, whose(one, Reader.of(seat)))


def may_answer(seat: SeatRecord, one: NoteRecord) -> bool:
    """Whether the seat, which may read this note, may answer and resolve it."""
    return policy.may(seat, Act.WRITE_NOTE, FOR[one.audience])


def audiences(seat: SeatRecord) -> tuple[Audience, ...]:
    """Whom the seat may write a note for."""
    return tuple(
        audience
        for audience in Audience
        if policy.may(seat, Act.WRITE_NOTE, FOR[audience])
        and (seat.delegation or audience is not Audience.DELEGATION)
    )


FOR: Mapping[Audience, policy.State] = {
    Audience.MINE: policy.State.FOR_ONESELF,
    Audience.DELEGATION: policy.State.FOR_DELEGATION,
    Audience.EVERYONE: policy.State.FOR_EVERYONE,
}
"""What the table of policy calls a note for each audience."""


def whose(one: NoteRecord, reader: Reader) -> policy.State:
    """What the table of policy calls the note for this reader: their own or somebody else's."""
    is_own = one.author_id is not None and one.author_id == reader.seat_id
    return policy.State.OWN_NOTE if is_own else policy.State.OTHERS_NOTE


def _refuse_redacted(one: NoteRecord) -> None:
    if one.redacted:
        raise Invalid("The words of this note were taken out, and that stays on record.")


def _open(store: Store, seat: SeatRecord | None, key: str) -> tuple[Reader, Thread]:
    thread = note(store, seat, key)
    return Reader.of(policy.require(seat, Act.READ_NOTES)), thread


def _held(store: Store, seat: SeatRecord | None, key: str) -> tuple[Reader, Thread]:
    """The same, and nobody else changes or answers it until this unit of work has ended."""
    _, thread = _open(store, seat, key)
    store.notes.hold(thread.note.id)
    return _open(store, seat, key)


def held_with_text(store: Store, seat: SeatRecord | None, key: str) -> tuple[Reader, Thread, Head]:
    """The same while nobody types either; the head first, as whoever keeps anchors anew does."""
    _, thread = _open(store, seat, key)
    head = store.strokes.head(thread.note.draft_id)
    return *_held(store, seat, key), head


def _get(store: Store, reader: Reader, key: str) -> NoteRecord:
    one = store.notes.get(key, reader)
    if one is None:
        raise Missing(UNKNOWN)
    return one


def _by_id(store: Store, reader: Reader, note_id: int) -> NoteRecord:
    one = store.notes.by_id(note_id, reader)
    if one is None:
        raise Missing(UNKNOWN)
    return one


def _clause(store: Store, draft: DraftRecord, uid: str) -> ClauseRecord:
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing(_NO_CLAUSE)
    return clause


def _made(clause: ClauseRecord, words: Chosen) -> Anchor:
    """An anchor on the words, where they stand in the clause as it is now."""
    text = clause.words
    words = replace(words, quote=_same(words.quote))
    start = _only_place(text, words.quote) if words.start < 0 else words.start
    end = start + utf16_len(words.quote)
    if clause.struck:
        raise Invalid("This clause has been struck. Write the note on the whole clause.")
    if not words.quote.strip():
        raise Invalid("Select the words that the note is on.")
    try:
        if cut(text, start, end) == words.quote:
            return anchor(text, start, end)
    except ValueError:
        pass  # outside of the text, as it now is
    match = found(words.quote, words.prefix, words.suffix, text, near=start)
    if match is None or match.score < HIGH or cut(text, match.start, match.end) != words.quote:
        raise Invalid("These words have just been changed. Please select them again.")
    return anchor(text, match.start, match.end)


def _only_place(text: str, quote: str) -> int:
    """Where the only place with these words begins, in UTF-16 units; 0 when there is none."""
    if text.count(quote) > 1:
        raise Invalid("These words stand there more than once: please give a few more of them.")
    before, _, _ = text.partition(quote)
    return utf16_len(before) if quote in text else 0


def _kind(kind: NoteKind | str) -> NoteKind:
    try:
        return NoteKind(kind)
    except ValueError:
        raise Invalid(f"A note is one of: {', '.join(NoteKind)}.") from None


def audience_named(audience: Audience | str) -> Audience:
    """The audience with this name. Invalid when there is none."""
    try:
        return Audience(audience)
    except ValueError:
        raise Invalid("A note is for yourself, for your delegation, or for everyone.") from None


def _delegation(seat: SeatRecord, audience: Audience) -> str:
    if audience is not Audience.DELEGATION:
        return ""
    if not seat.delegation:
        raise Invalid("Your seat belongs to no delegation that a note could be for.")
    return seat.delegation


def _body(body: str) -> str:
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Invalid("Write what the note is to say.")
    if len(body) > LONGEST:
        raise Invalid(f"The note is too long: at most {LONGEST:,} characters.")
    return body


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say why, in one sentence.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"The reason is too long: at most {LONGEST_REASON} characters.")
    return reason
