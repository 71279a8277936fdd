"""Taking out what a note for everyone says: two seats together, and a tombstone in its place.

Who wrote a note for themselves or for their delegation takes it away by themselves, and nothing is
left of it. What everybody could read is redacted, as tabled words are: its author asks for it or
somebody of those who steer, and of two who do one steers. That it was there stays told, in the
note, and in the journal, whose chain tells who took it out and why.
"""

import re

from app.actions import annotating, policy
from app.actions.policy import Act
from app.actions.refusals import Forbidden, Invalid
from app.store.erasures import FAR
from app.store.journal import REDACTED
from app.store.notes import Audience, NoteRecord
from app.store.proposals import STEERING
from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.unit import Store

LONGEST_REASON = annotating.LONGEST_REASON


def unsay(store: Store, seat: SeatRecord | None, key: str, reason: str = "") -> bool:
    """Whether the words of the note or answer are taken out now; the first of two calls asks.

    The second, by another seat, does it and says why. What it said before it was changed goes as
    well, what came with it from elsewhere, what others quoted of it in notes, and the files of
    rounds that it came back in.
    """
    annotating.note(store, seat, key)
    thread = annotating.held_with_text(store, seat, key)[1]
    reader = Reader.of(policy.require(seat, Act.READ_NOTES))
    one = next(each for each in (thread.note, *thread.answers) if each.key == key)
    seat = policy.require(seat, Act.REDACT_NOTE, annotating.whose(one, reader))
    if one.audience is not Audience.EVERYONE:
        raise Invalid("Only what everybody could read is redacted: take this note away instead.")
    if one.redacted:
        raise Invalid("It has been redacted already.")
    if not one.redaction_by:
        store.notes.ask_redaction(one, seat)
        return False
    if one.redaction_by_id == (seat.id or None):
        raise Invalid("You have asked for it: another seat has to agree.")
    first = store.seats.get(one.redaction_by_id or 0)
    # The operator has no seat, and steers.
    if seat.role not in STEERING and first is not None and first.role not in STEERING:
        raise Forbidden("Somebody of the chair or the secretariat has to agree.")
    _take_out(store, seat, one, _why(reason))
    return True


def may_ask(seat: SeatRecord, one: NoteRecord) -> bool:
    """Whether the seat, which may read this note, may ask for its redaction, or agree to it."""
    is_to_be = one.audience is Audience.EVERYONE and not one.redacted
    has_asked = bool(one.redaction_by) and one.redaction_by_id == (seat.id or None)
    state = annotating.whose(one, Reader.of(seat))
    return is_to_be and not has_asked and policy.may(seat, Act.REDACT_NOTE, state)


def _take_out(store: Store, seat: SeatRecord, one: NoteRecord, why: str) -> None:
    said = {"note": one.key, "asked by": one.redaction_by, "why": why}
    with store.drafts.pen(one.draft_id, seat, REDACTED) as pen:
        pen.write_down(REDACTED, detail=said)
    words = store.notes.redact(one, why, seat)
    store.erasures.of_notes(one.draft_id, passages(words))
    lost = store.tombstones.after_note(
        one.draft_id, one.key, first=one.redaction_by, by=seat, why=why
    )
    for round_, file in lost:
        store.journal_events.record(
            "round.file taken out",
            seat=seat,
            thing=f"round:{round_}",
            detail={**said, "file": file},
        )


def passages(words: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of what a note said that are long enough to be known again where quoted."""
    lines = (line for said in words for line in re.split(r"(?<=[.!?])\s+|\n", said))
    found = (line.strip(" >*_#-\t") for line in lines)
    return tuple(dict.fromkeys(line for line in found if len(line) >= FAR))


def _why(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say why, in one sentence.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"The reason is too long: at most {LONGEST_REASON} characters.")
    return reason
