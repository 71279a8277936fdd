"""What delegations say of brackets themselves: keep the words, leave them out, either, not yet.

A delegation says it for itself, or those who steer record it from the floor; others read it when
the chair has released it. It is found again wherever the text has taken its bracket, as what is
said of whose the bracket is (claiming.py); of a bracket that is put around the same words later
nothing was said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.actions import claiming, policy, settling
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.stances import StanceRecord, Wants
from app.store.unit import Store

LONGEST_NAME = claiming.LONGEST_NAME


@dataclass(frozen=True, slots=True)
class Voiced:
    """What a delegation says of a bracket that stands; `has_changed`: it held other words then."""

    stance: StanceRecord
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """The latest of each delegation on brackets that stand, and what was said of others, gone."""

    voiced: Mapping[tuple[str, int], tuple[Voiced, ...]]
    gone: tuple[StanceRecord, ...]


def heard(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    clauses: Iterable[ClauseRecord] | None = None,
) -> Heard:
    """What this seat may know of, by the clause and the index at which the bracket opens.

    `clauses` are the live ones of the draft, if somebody has read them already. Where they are
    only some, what was said of the brackets of others counts among what is gone.
    """
    reader = Reader.of(policy.require(seat, Act.READ_PROPOSALS))
    said = store.stances.of_draft(reader, draft.id)
    latest: dict[tuple[str, int], dict[str, Voiced]] = {}
    gone: list[StanceRecord] = []
    for stance, here in claiming.found(store, draft, said, clauses):
        if here is None:
            gone.append(stance)
            continue
        latest.setdefault((here.uid, here.start), {})[stance.delegation] = Voiced(
            stance, here.words != stance.words
        )
    return Heard(
        {at: tuple(by[name] for name in sorted(by)) for at, by in latest.items()}, tuple(gone)
    )


def say(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    start: int,
    end: int,
    seen: int,
    wants: Wants | str,
    condition: str = "",
    delegation: str = "",
    meeting: str = "",
) -> str:
    """The public id of a position on the bracket at these indices of the clause's words.

    Those who steer say whose it is, and everybody else speaks for their own delegation. Missing
    where there is no such bracket, or was none at version `seen`.
    """
    seat = policy.require(seat, Act.READ_PROPOSALS)
    from_floor = policy.may(seat, Act.RECORD_ON_BRACKET)
    seat = policy.require(seat, Act.RECORD_ON_BRACKET if from_floor else Act.SPEAK_ON_BRACKET)
    whose = " ".join(delegation.split()) if from_floor else seat.delegation
    if not whose:
        raise Invalid("Say which delegation takes this position.")
    if len(whose) > LONGEST_NAME:
        raise Invalid(f"The name is too long: at most {LONGEST_NAME} characters.")
    here = claiming.at(store, draft, uid, (start, end, seen))
    key = store.stances.say(
        draft.id,
        uid,
        seq=here.seq,
        anchor=here.anchor,
        words=here.words,
        delegation=whose,
        wants=_wants(wants),
        condition=settling.reason_of(condition),
        from_floor=from_floor,
        meeting=settling.meeting_of(store, draft, meeting),
        by=seat,
    )
    refresh(store, draft)
    return key


def release(store: Store, seat: SeatRecord | None, draft: DraftRecord, key: str) -> str:
    """Let everybody read a position on a bracket of the clause with this uid; else Missing."""
    seat = policy.require(seat, Act.RELEASE_POSITION)
    for stance in store.stances.of_draft(Reader.of(seat), draft.id):
        if stance.key == key:
            store.stances.release(stance, by=seat)
            return stance.uid
    raise Missing("There is no such position on a bracket of this draft.")


def refresh(store: Store, draft: DraftRecord) -> int:
    """Keep anew where the brackets are that were spoken of; how many. At a unit's end."""
    latest = store.drafts.by_id(draft.id) or draft
    moved = 0
    for stance, here in claiming.found(store, latest, store.stances.before(draft.id, latest.seq)):
        if here is not None and not here.is_doubtful:
            store.stances.move(stance, here.uid, latest.seq, here.anchor)
            moved += 1
    return moved


def _wants(wants: Wants | str) -> Wants:
    try:
        return Wants(wants)
    except ValueError:
        raise Invalid(
            "A delegation would retain the words, omit them, is flexible, or reserves its position."
        ) from None
