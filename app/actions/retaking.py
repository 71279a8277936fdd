"""Taking back what was placed: a finding goes to the inbox again, and what was made of it is gone.

Only as long as it is as it came. A proposal that its delegation has tabled, changed or asked
others to join, and a note that somebody has answered, changed or resolved, are theirs: what is
built on is not taken away from under them. Who takes back learns no more than that.
"""

from typing import Any

from app.actions import policy, returning
from app.actions.delivering import reader_of
from app.actions.policy import Act
from app.actions.refusals import Forbidden, Invalid
from app.store.drafts import DraftRecord
from app.store.proposals import ProposalRecord
from app.store.rounds import FindingRecord, Place, RecipientRecord, RoundRecord
from app.store.seats import SeatRecord
from app.store.unit import Store

_GONE_ON = "The delegation has gone on with it: it cannot be taken back any more."
_SETTLED = "Somebody has dealt with this already. Please look at it again."
_AGAIN = "It was placed, and taken back."
_TURNED = ("anchor", "moved", "thread")
_MADE_HERE = "Returned in Word in the round “"


def take_back(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, round_: RoundRecord, uid: str
) -> FindingRecord:
    """The finding, in the inbox again as it was before it was placed, by hand or by itself.

    Invalid for one that is not placed, and where its delegation has gone on with what was made
    of it.
    """
    seat = policy.require(seat, Act.PLACE_FINDING)
    found = returning.finding(store, seat, round_, uid)
    if found.state not in (Place.PLACED, Place.PROPOSED, Place.NOTED):
        raise Invalid(_SETTLED)
    _, to = returning.came_of(store, round_, found)
    if to is not None:
        let_go(store, draft, to, found)
    if not store.rounds.settle(found, seat, **_before(found)):
        raise Invalid(_SETTLED)
    return returning.finding(store, seat, round_, uid)


def let_go(store: Store, draft: DraftRecord, to: RecipientRecord, found: FindingRecord) -> None:
    """Delete what was made of a finding. Invalid where its delegation has gone on with it."""
    if found.state is Place.PROPOSED:
        _unpropose(store, draft, to, found)
    elif found.note:
        _erase(store, to, found)


def _before(found: FindingRecord) -> dict[str, Any]:
    """The columns of a finding as they were before it was placed."""
    was = dict(found.detail.get("was") or {})
    dropped = ("was", "proposals", *(_TURNED if was else ()))
    detail = {name: value for name, value in found.detail.items() if name not in dropped}
    detail |= {name: was.pop(name) for name in _TURNED if name in was}
    return {
        "reason": _AGAIN,
        **was,
        "state": Place.INBOX.value,
        "detail": detail,
        "proposal": "",
        "note": "",
    }


def _unpropose(store: Store, draft: DraftRecord, to: RecipientRecord, found: FindingRecord) -> None:
    """Let go of what was proposed by it; what the delegation wrote itself, or said twice, stays."""
    pids = tuple(found.detail.get("proposals") or (found.proposal,))
    try:
        made = [returning.as_it_came(store, draft, to, found, pid) for pid in pids]
    except Forbidden:
        raise Invalid(_GONE_ON) from None
    shared = store.rounds.proposing(pids, found)
    for each in made:
        if each.uid not in shared and _is_of_a_file(each, to) and not store.proposals.delete(each):
            raise Invalid(_GONE_ON)


def _is_of_a_file(made: ProposalRecord, to: RecipientRecord) -> bool:
    return made.author == to.name and made.reason.startswith(_MADE_HERE)


def _erase(store: Store, to: RecipientRecord, found: FindingRecord) -> None:
    reader = reader_of(to)
    note = store.notes.get(found.note, reader)
    if note is None:
        raise Invalid(_GONE_ON)
    store.notes.hold(note.id)
    answers = store.notes.answers([note.id], reader).get(note.id, [])
    kept = store.notes.changes([note.id], reader).get(note.id, [])
    is_resolved = bool(found.detail.get("resolved"))
    theirs = any(each.author_id for each in answers) or len(kept) > is_resolved
    if theirs or note.author_id or note.is_open == is_resolved:
        raise Invalid(_GONE_ON)
    store.notes.erase(note)
