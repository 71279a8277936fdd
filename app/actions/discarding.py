"""Deleting a file that came by mistake: its own delegation does it, or the secretariat.

Only as long as nothing of it is tabled: what everybody has read is kept, and loses its words by
redaction alone. What was made of it goes with it; what the delegation has gone on with since, its
own words in a proposal or an answer to a note, is the delegation's and stays.
"""

from collections.abc import Sequence

from app.actions import policy, retaking, returning
from app.actions.delivering import reader_of
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.actions.rounding import Reply, house, seat_of
from app.store.drafts import DraftRecord
from app.store.proposals import Stage
from app.store.readers import Reader
from app.store.rounds import FindingRecord, Place, RecipientRecord, ReturnedRecord, RoundRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store

_TABLED = (
    "Something of this file is tabled, and what was tabled is kept. Its words can be redacted, "
    "which two have to ask for."
)
_TAKEN_OUT = "It was taken out already; what stands in its place is kept."


def delete(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, round_: RoundRecord, uid: str
) -> None:
    """Delete a file that came back, as if it had never come; that it was is on record.

    Missing where the seat may not know of it. Invalid once something of it is tabled.
    """
    seat = policy.require(seat, Act.RETURN_FILE)
    came = returning.returned(store, seat, round_, uid)
    if seat.role is Role.DELEGATE and not round_.is_open:
        raise Invalid("This round is closed: please turn to the secretariat.")
    _delete(store, seat, draft, round_, came, Reader.of(seat))


def delete_by_link(store: Store, found: Reply, uid: str) -> None:
    """The same for whoever holds the link that the file came by."""
    for came in found.returns:
        if came.uid == uid:
            if not found.round.is_open:
                raise Invalid("This round is closed: please turn to the secretariat.")
            by, reader = seat_of(found.recipient), house(found.recipient)
            _delete(store, by, found.draft, found.round, came, reader)
            return
    raise Missing("There is no such file.")


def may_delete(came: ReturnedRecord) -> bool:
    """Whether a file is there still to be deleted, as far as it says so itself."""
    return "removed" not in came.report


def _delete(
    store: Store,
    by: SeatRecord,
    draft: DraftRecord,
    round_: RoundRecord,
    came: ReturnedRecord,
    reader: Reader,
) -> None:
    if not may_delete(came):
        raise Invalid(_TAKEN_OUT)
    found = store.rounds.findings(reader, [came.id])
    to = store.rounds.recipient(came.recipient_id) if came.recipient_id else None
    if to is not None and any(_is_tabled(store, draft, to, each) for each in found):
        raise Invalid(_TABLED)
    # The findings go first: what another file proposes as well is not theirs alone.
    store.tombstones.delete(came.id)
    if to is not None:
        _let_go(store, draft, to, found)
    detail = {"file": came.uid, "recipient": to.uid if to else ""}
    thing = f"round:{round_.uid}"
    store.journal_events.record("round.file deleted", seat=by, thing=thing, detail=detail)


def _let_go(
    store: Store, draft: DraftRecord, to: RecipientRecord, found: Sequence[FindingRecord]
) -> None:
    """Delete what was made of findings, but for what the delegation has gone on with."""
    for each in found:
        try:
            with store.attempt():
                retaking.let_go(store, draft, to, each)
        except Invalid:
            continue


def _is_tabled(store: Store, draft: DraftRecord, to: RecipientRecord, found: FindingRecord) -> bool:
    if found.state is not Place.PROPOSED:
        return False
    for pid in found.detail.get("proposals") or (found.proposal,):
        store.proposals.hold(pid)
        made = store.proposals.get(reader_of(to), draft.id, pid)
        if made is not None and made.stage is not Stage.PRIVATE:
            return True
    return False
