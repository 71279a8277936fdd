"""Positions on brackets: whose they are, who reads them, and where the text takes them."""

import pytest

from app.actions import bracketing, convening, drafting, lifting, voicing
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.support.delegations import seat_them
from tests.support.world import World


def say(
    store: Store,
    world: World,
    seat: SeatRecord,
    wants: str = "retain",
    *,
    condition: str = "",
    delegation: str = "",
    meeting: str = "",
    at: tuple[int, int] = (6, 13),
) -> str:
    return voicing.say(
        store,
        seat,
        world.draft,
        world.uid("[shall]"),
        start=at[0],
        end=at[1],
        seen=1,
        wants=wants,
        condition=condition,
        delegation=delegation,
        meeting=meeting,
    )


def said(store: Store, world: World, seat: SeatRecord) -> list[tuple[str, str, str, bool]]:
    """The first bracket of the ledger, as this seat reads what is said of it."""
    listed = bracketing.ledger(store, seat, world.draft).listed
    spoken = bracketing.spoken(store, seat, world.draft, listed)
    one = next(iter(spoken.values()), ())
    return [(each.delegation, each.stance, each.condition, each.is_released) for each in one]


def test_a_delegation_says_it_for_itself_and_the_chair_releases_it(
    store: Store, world: World
) -> None:
    them = seat_them(store, world)
    chair, observer = world.chair, world.seats[Role.OBSERVER]
    key = say(store, world, them.member_a, "omit", condition="If article 3 stays")
    own = [("Delegation A", "omit", "If article 3 stays", False)]
    assert said(store, world, them.focal_a) == said(store, world, chair) == own
    assert said(store, world, them.focal_b) == said(store, world, observer) == []
    for seat in (them.focal_a, world.drafter, world.seats[Role.SECRETARIAT]):
        with pytest.raises(Forbidden):
            voicing.release(store, seat, world.draft, key)
    with pytest.raises(Missing):
        voicing.release(store, chair, world.draft, "qnothing")
    assert voicing.release(store, chair, world.draft, key) == world.uid("[shall]")
    assert said(store, world, observer) == [(*own[0][:3], True)]
    # What it says next is private again, and what was released stays what others read.
    say(store, world, them.member_a, "flexible")
    assert said(store, world, observer) == [(*own[0][:3], True)]
    assert said(store, world, them.focal_a) == [("Delegation A", "flexible", "", False)]


def test_from_the_floor_it_is_said_whose_it_is(store: Store, world: World) -> None:
    them, secretariat = seat_them(store, world), world.seats[Role.SECRETARIAT]
    with pytest.raises(Invalid, match="which delegation"):
        say(store, world, secretariat)
    meeting = convening.enter_meeting(store, world.chair, world.draft, name="Third meeting")
    say(store, world, secretariat, "reserves", delegation="Delegation B", meeting=meeting)
    assert said(store, world, them.focal_b) == [("Delegation B", "reserves", "", False)]
    ((voiced,),) = voicing.heard(store, world.chair, world.draft).voiced.values()
    assert voiced.stance.from_floor and voiced.stance.meeting is not None
    assert voiced.stance.meeting.name == "Third meeting"
    # Who is no delegate speaks for nobody, and a delegate for no other delegation.
    for role in (Role.DRAFTER, Role.SCHOLAR, Role.OBSERVER):
        with pytest.raises(Forbidden):
            say(store, world, world.seats[role], delegation="Delegation B")
    say(store, world, them.member_a, delegation="Delegation B")
    assert [each[0] for each in said(store, world, world.chair)] == ["Delegation A", "Delegation B"]
    with pytest.raises(Invalid, match="flexible"):
        say(store, world, them.member_a, "perhaps")
    with pytest.raises(Invalid, match="meeting"):
        say(store, world, them.member_a, meeting="mnothing")


def test_it_goes_with_its_bracket_and_with_no_other(store: Store, world: World) -> None:
    them = seat_them(store, world)
    chair, draft, uid = world.chair, world.draft, world.uid("[shall]")
    say(store, world, them.member_a)
    drafting.reword(
        store, chair, draft, uid, "Honest talks [always shall] [should] be held here.", seen=1
    )
    (at,) = voicing.heard(store, chair, draft).voiced
    assert at == (uid, 13)
    ((voiced,),) = voicing.heard(store, chair, draft).voiced.values()
    assert voiced.has_changed and voiced.stance.words == "shall"
    now = store.drafts.clause(draft.id, uid)
    assert now is not None
    lifting.lift(store, chair, draft, uid, start=13, end=27, seen=now.version, way="keep")
    heard = voicing.heard(store, chair, draft)
    assert heard.voiced == {} and [each.words for each in heard.gone] == ["shall"]
    lifting.add(store, chair, draft, uid, words="always shall")
    assert voicing.heard(store, chair, draft).voiced == {}


def test_nothing_is_said_of_a_bracket_that_is_not_there(store: Store, world: World) -> None:
    them, uid = seat_them(store, world), world.uid("[shall]")
    for at in ((5, 13), (6, 12), (0, 5)):
        with pytest.raises(Missing):
            say(store, world, them.member_a, at=at)
    drafting.reword(store, world.chair, world.draft, uid, "Talks [shall] be held.", seen=1)
    with pytest.raises(Invalid, match="meanwhile"):
        say(store, world, them.member_a)
