"""What delegations think of tabled proposals: stated by themselves, or recorded from the floor.

Others read a position when the chair has released it; until then that there is one is told to
nobody but those who steer and its own delegation.
"""

from app.actions import conditions, negotiating, policy, settling, wording
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.proposals import PositionRecord, ProposalRecord, Stance
from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.unit import Store


def positions(
    store: Store, seat: SeatRecord | None, on: tuple[ProposalRecord, ...]
) -> tuple[PositionRecord, ...]:
    """Who thinks what of these proposals, as far as this seat may know of it."""
    seat = policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.positions(Reader.of(seat), on)


def take_position(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    stance: Stance | str,
    condition: str = "",
    about: str = "",
    has: str = "",
    delegation: str = "",
    meeting: str = "",
) -> str:
    """The public id of a position: one's own delegation's, or one recorded from the floor.

    Those who steer say whose it is, and everybody else speaks for their own. Others read it when
    the chair has released it. In its place of an earlier one of the same delegation. `about` is
    another clause ("9(1)") and `has` the words that it is to have; without them both are looked
    for in the condition. Invalid where there is no such clause.
    """
    found = negotiating.proposal(store, seat, draft, uid)
    seat = policy.require(seat, Act.READ_PROPOSALS)
    from_floor = policy.may(seat, Act.RECORD_POSITION)
    act = Act.RECORD_POSITION if from_floor else Act.STATE_POSITION
    seat = policy.require(seat, act, negotiating.state_of(found))
    whose = wording.line(delegation, "name of the delegation") if from_floor else seat.delegation
    if not whose:
        raise Invalid("Say which delegation takes this position.")
    if whose in found.proposers:
        raise Invalid("That delegation proposes it.")
    return store.proposals.take_position(
        found,
        delegation=whose,
        stance=_stance(stance),
        condition=wording.optional(condition, "condition"),
        linked=conditions.link(store, draft, condition=condition, about=about, has=has),
        from_floor=from_floor,
        meeting=settling.meeting_of(store, draft, meeting),
        author=seat,
    )


def release(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, position: str
) -> None:
    """Let everybody read a position on the proposal. Missing when there is none."""
    found = negotiating.proposal(store, seat, draft, uid)
    seat = policy.require(seat, Act.RELEASE_POSITION)
    for each in store.proposals.positions(Reader.of(seat), [found]):
        if each.uid == position:
            if store.proposals.release(each, by=seat):
                detail = {"delegation": each.delegation, "stance": each.stance.value}
                store.proposals.tell(found, "position", by=seat, detail=detail)
            return
    raise Missing("There is no such position on this proposal.")


def _stance(stance: Stance | str) -> Stance:
    try:
        return Stance(stance)
    except ValueError:
        raise Invalid("A delegation supports, opposes or reserves its position.") from None
