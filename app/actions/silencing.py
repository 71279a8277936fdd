"""Silence procedures: "agreed unless somebody objects by then", opened, objected to, ended.

While one runs its clauses keep their words. An objection breaks it at once and for all of them;
without one they are agreed when the time is over, whether or not anybody looks (store/silences.py).
"""

from datetime import UTC, datetime, timedelta

from app.actions import policy, settling
from app.actions.policy import Act, State
from app.actions.refusals import Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.silences import Outcome, SilenceRecord
from app.store.status import Status, Step
from app.store.unit import Store

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=366)

_ABSENT = "There is no such silence procedure in this draft."
_LONGEST_NAME = 120


def silences(
    store: Store, seat: SeatRecord | None, draft: DraftRecord
) -> tuple[SilenceRecord, ...]:
    """The draft's silences, the newest first."""
    policy.require(seat, Act.READ_STATUS)
    return store.silences.of_draft(draft.id)


def running(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[SilenceRecord, ...]:
    """Those that may still be broken, the first to end first."""
    policy.require(seat, Act.READ_STATUS)
    return store.silences.running(draft.id)


def latest(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> SilenceRecord | None:
    """The latest silence about a clause, over or not; None when there never was one."""
    policy.require(seat, Act.READ_STATUS)
    return store.silences.of_clause(draft.id, uid)


def begin(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    status: Status | str,
    due: datetime,
    meeting: str = "",
    below: bool = False,
) -> SilenceRecord:
    """A new silence about the clause, with `below` about all that stands below it, too.

    Clauses that have the status already are passed over. Invalid when none is left, when one is
    under silence already, and for a time that is past, or more than a year ahead.
    """
    seat = policy.require(seat, Act.OPEN_SILENCE)
    step = settling.step_of(status)
    wanted = Status(step.value)
    seq = settling.lock(store, draft)
    settling.settle_lapsed(store, draft)
    run = settling.run_of(store, draft, seat, uid, below=below, act=Act.OPEN_SILENCE)
    held = settling.meeting_of(store, draft, meeting)
    if due.tzinfo is None or not SHORTEST <= due - store.now <= LONGEST:
        raise Invalid("Say until when: a time from now on, within a year.")
    now = store.status.of_draft(draft.id)
    shut = store.status.shut(draft.id, [each.uid for each in run])
    if any(not is_agreed for is_agreed in shut.values()):
        raise Invalid("It is under silence already, or a part of it is: end that first.")
    clauses = [
        each.uid
        for each in run
        if each.uid not in now or now[each.uid].status not in (wanted, Status.AGREED)
    ]
    if not clauses:
        raise Invalid(f"It is {wanted.value} already.")
    made = store.silences.begin(
        draft.id,
        clauses,
        target=uid,
        status=wanted,
        due=due,
        seq=seq,
        by=seat,
        meeting=held,
    )
    words = f"{wanted.value} unless somebody objects by {said(due)}"
    for each in clauses:
        store.status.take(
            draft.id, each, Step.SILENCE, seq=seq, by=seat, meeting=held, reason=words
        )
    return _silence(store, draft, made)


def object_to(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    silence: str,
    *,
    reason: str,
    uid: str = "",
    delegation: str = "",
) -> SilenceRecord:
    """The silence, broken: a delegation objects, for itself or, named by the chair, on the floor.

    `uid` is the clause that it objects to, if not all of it. Others may say so, too, until the
    time is over. Invalid without a reason, too late, and said twice.
    """
    seat, delegation, from_floor = _objecting(seat, delegation)
    reason = settling.reason_of(reason)
    if not reason:
        raise Invalid("Say why, in a sentence.")
    seq = settling.lock(store, draft)
    found = _silence(store, draft, silence)
    if found.due <= store.now:
        raise Invalid(f"The time for objections was over on {said(found.due)}.")
    if found.outcome not in (Outcome.OPEN, Outcome.BROKEN):
        raise Invalid("This silence procedure has been ended: there is nothing to object to.")
    if uid and uid not in found.clauses:
        raise Invalid("That clause is not under this silence.")
    if any(each.delegation == delegation for each in found.objections):
        raise Invalid("This delegation has objected already.")
    store.silences.object(
        found,
        uid=uid or found.target,
        delegation=delegation,
        reason=reason,
        from_floor=from_floor,
        by=seat,
    )
    if found.is_running:
        store.silences.end(found, Outcome.BROKEN, at=store.now, by=seat.name)
        for each in found.clauses:
            store.status.take(
                draft.id,
                each,
                Step.BROKEN,
                seq=seq,
                by=seat,
                reason=reason,
                delegation=delegation,
            )
    return _silence(store, draft, silence)


def end(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, silence: str, *, reason: str
) -> SilenceRecord:
    """The silence, ended before its time, with nothing agreed; Invalid without a reason."""
    seat = policy.require(seat, Act.END_SILENCE)
    reason = settling.reason_of(reason)
    if not reason:
        raise Invalid("Say why it is ended.")
    seq = settling.lock(store, draft)
    settling.settle_lapsed(store, draft)
    found = _silence(store, draft, silence)
    if not found.is_running:
        raise Invalid("This silence procedure is over.")
    store.silences.end(found, Outcome.ENDED, at=store.now, by=seat.name, why=reason)
    for each in found.clauses:
        store.status.take(draft.id, each, Step.ENDED, seq=seq, by=seat, reason=reason)
    return _silence(store, draft, silence)


def _objecting(seat: SeatRecord | None, delegation: str) -> tuple[SeatRecord, str, bool]:
    """Who objects, for which delegation, and whether that was said on the floor."""
    delegation = " ".join(delegation.split())
    if policy.may(seat, Act.RECORD_OBJECTION, State.ANY):
        seat = policy.require(seat, Act.RECORD_OBJECTION)
        if not delegation or len(delegation) > _LONGEST_NAME:
            raise Invalid("Name the delegation that objects.")
        return seat, delegation, True
    seat = policy.require(seat, Act.OBJECT)
    if not seat.delegation:
        raise Invalid("Only somebody who belongs to a delegation can object.")
    if delegation and delegation != seat.delegation:
        raise Invalid("You object for your own delegation.")
    return seat, seat.delegation, False


def _silence(store: Store, draft: DraftRecord, uid: str) -> SilenceRecord:
    found = store.silences.get(draft.id, uid)
    if found is None:
        raise Missing(_ABSENT)
    return found


def said(at: datetime) -> str:
    """A moment in words, in UTC: 4 May 2026, 09:00 UTC."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
