"""Who is named in notes, and what waits for them: mentions, and questions nobody has resolved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.actions import policy
from app.actions.policy import Act
from app.actions.refusals import Invalid
from app.actions.whereabouts import Thread, threads_of
from app.store.drafts import DraftRecord
from app.store.notes import NoteRecord
from app.store.readers import Reader
from app.store.seats import Role, SeatRecord
from app.store.unit import Store

_NAMED = re.compile(r"\]\(/seats/(\d{1,9})\)")
_OF_THE_HOUSE = frozenset({Role.CHAIR, Role.SECRETARIAT, Role.DRAFTER, Role.SCHOLAR})


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for a seat, each with its draft, the latest first.

    `named`: open threads in which the seat is named and has not answered since; `questions`: other
    open questions of others that are for it.
    """

    named: tuple[tuple[DraftRecord, Thread], ...]
    questions: tuple[tuple[DraftRecord, Thread], ...]


def inbox(store: Store, seat: SeatRecord | None) -> Inbox:
    """The mentions of this seat, and the questions that nobody has resolved."""
    seat = policy.require(seat, Act.READ_NOTES)
    reader = Reader.of(seat)
    # The latest first: of several in one thread the first that is met counts.
    named: dict[int, int] = {}
    for one in store.notes.naming(reader):
        named.setdefault(one.root_id or one.id, one.id)
    answers = store.notes.answers(list(named), reader)
    roots = (
        store.notes.by_id(root_id, reader)
        for root_id, latest in named.items()
        if not any(one.author_id == seat.id and one.id > latest for one in answers[root_id])
    )
    waiting = [one for one in roots if one is not None and one.is_open]
    once = {one.key for one in waiting}
    asked = [
        one
        for one in store.notes.open_questions(reader)
        if one.author_id != seat.id and one.key not in once
    ]
    return Inbox(_with_drafts(store, reader, waiting), _with_drafts(store, reader, asked))


def _with_drafts(
    store: Store, reader: Reader, notes: Sequence[NoteRecord]
) -> tuple[tuple[DraftRecord, Thread], ...]:
    found_here: dict[str, tuple[DraftRecord, Thread]] = {}
    for draft_id in {one.draft_id for one in notes}:
        draft = store.drafts.by_id(draft_id)
        if draft is not None:
            own = [one for one in notes if one.draft_id == draft_id]
            for thread in threads_of(store, reader, draft, own):
                found_here[thread.note.key] = (draft, thread)
    return tuple(found_here[one.key] for one in notes if one.key in found_here)


def nameable(store: Store, seat: SeatRecord | None) -> tuple[SeatRecord, ...]:
    """Whom a seat may name in a note: those who run the table, and its own delegation.

    Who sits in other delegations is for those to know who may read the list of seats.
    """
    seat = policy.require(seat, Act.READ_NOTES)
    sees_all = policy.may(seat, Act.READ_SEATS)
    return tuple(
        other
        for other in store.seats.all()
        if other.active
        and (
            sees_all
            or other.role in _OF_THE_HOUSE
            or (seat.delegation and other.delegation == seat.delegation)
        )
    )


def mention(store: Store, seat: SeatRecord, one: NoteRecord) -> None:
    """Keep whom a note names. Invalid when it names somebody whom it is not for."""
    ids = {int(found_id) for found_id in _NAMED.findall(one.body)}
    known = {other.id: other for other in nameable(store, seat)} if ids else {}
    # Whom it names already may have left since.
    for seat_id in sorted(ids - store.notes.named_in(one.id)):
        if seat_id not in known:
            raise Invalid("This note names somebody who has no seat here that you could name.")
        other = Reader.of(known[seat_id])
        if other.seat_id != seat.id and store.notes.get(one.key, other) is None:
            raise Invalid(f"{known[seat_id].name} cannot read this note: choose whom it is for.")
    store.notes.mention(one.id, ids)
