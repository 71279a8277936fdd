"""Who meets and who speaks together: the register of a draft's meetings, and its groups."""

from app.actions import policy, wording
from app.actions.policy import Act
from app.actions.refusals import Invalid
from app.store.drafts import DraftRecord
from app.store.proposals import GroupRecord, MeetingRecord
from app.store.seats import SeatRecord
from app.store.unit import Store


def meetings(
    store: Store, seat: SeatRecord | None, draft: DraftRecord
) -> tuple[MeetingRecord, ...]:
    """The register of meetings, oldest first."""
    policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.meetings(draft.id)


def enter_meeting(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, name: str, held: str = ""
) -> str:
    """The public id of a meeting, now in the register; `held` is its date as people write it."""
    seat = policy.require(seat, Act.KEEP_MEETINGS)
    name = wording.line(name, "name")
    if not name:
        raise Invalid("A meeting needs a name.")
    if any(meeting.name == name for meeting in store.proposals.meetings(draft.id)):
        raise Invalid("There is a meeting of that name.")
    return store.proposals.add_meeting(
        draft.id, name=name, held=wording.line(held, "date"), author=seat
    )


def groups(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[GroupRecord, ...]:
    """The delegations that speak together, by the groups' names."""
    policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.groups(draft.id)


def set_group(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, name: str, members: str
) -> None:
    """Say which delegations, one a line, are in a group; with none there is no such group."""
    seat = policy.require(seat, Act.KEEP_GROUPS)
    name = wording.line(name, "name")
    if not name:
        raise Invalid("A group needs a name.")
    named = [wording.line(line, "name of a delegation") for line in members.splitlines()]
    named = list(dict.fromkeys(filter(None, named)))
    store.proposals.set_group(draft.id, name=name, members=named, author=seat)


def group_of(store: Store, draft: DraftRecord, seat: SeatRecord, name: str) -> str:
    """The name of a group that the seat's delegation is in; "" for none."""
    if not name:
        return ""
    for group in store.proposals.groups(draft.id):
        if group.name == name and seat.delegation in group.members:
            return name
    raise Invalid("Your delegation is not in a group of that name.")
