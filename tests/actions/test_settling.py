from collections.abc import Callable

import pytest

from app.actions import drafting, incorporating, negotiating, settling
from app.actions.refusals import Forbidden, Invalid, Missing, SignInNeeded
from app.store.seats import Role
from app.store.status import Status, Step
from app.store.unit import Store, Stores
from tests.support.world import World, fill

PRESUMED = "Good faith is presumed."
ARTICLE = "Protection of negotiators"


def settle(store: Store, world: World, uid: str, *, below: bool = False) -> int:
    return settling.settle(store, world.chair, world.draft, uid, status=Status.AGREED, below=below)


def closed(store: Store, world: World) -> set[str]:
    return set(settling.statuses(store, world.chair, world.draft))


def version(store: Store, world: World, uid: str) -> int:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.version


# Steps


def test_a_step_keeps_who_when_and_at_which_meeting(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        uid = world.uid(PRESUMED)
        meeting = store.proposals.add_meeting(
            world.draft.id, name="Third meeting", held="2026-05-04", author=world.chair
        )
        count = settling.settle(
            store,
            world.chair,
            world.draft,
            uid,
            status="agreed in working group",
            meeting=meeting,
        )
        assert count == 1
    with stores.read() as store:
        found = settling.status(store, world.drafter, world.draft, uid)
        assert found is not None and found.status is Status.WORKING_GROUP
        assert found.author == "Chair" and found.at == store.now
        assert found.meeting is not None and found.meeting.name == "Third meeting"
        (step,) = settling.steps(store, world.drafter, world.draft, uid)
        assert step.step is Step.WORKING_GROUP and step.meeting == found.meeting
        assert step.seq == world.draft.seq


def test_from_working_group_to_agreed_and_back_to_open(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        uid = world.uid(PRESUMED)
        for status in (Status.WORKING_GROUP, Status.AGREED):
            settling.settle(store, world.chair, world.draft, uid, status=status)
        assert settle(store, world, uid) == 0
        with pytest.raises(Invalid, match="why"):
            settling.reopen(store, world.chair, world.draft, uid, reason="  ")
        settling.reopen(store, world.chair, world.draft, uid, reason="A new proposal")
        assert settling.status(store, world.chair, world.draft, uid) is None
        found = settling.steps(store, world.chair, world.draft, uid)
    assert [each.step for each in found] == [Step.REOPENED, Step.AGREED, Step.WORKING_GROUP]
    assert found[0].reason == "A new proposal"


def test_an_article_is_agreed_with_all_that_stands_below(store: Store, world: World) -> None:
    uid = world.uid("Use of terms")
    assert settle(store, world, uid) == 1
    assert settle(store, world, uid, below=True) == 3
    assert len(closed(store, world)) == 4
    done = settling.reopen(store, world.chair, world.draft, uid, reason="Asked for", below=True)
    assert done == 4 and not closed(store, world)


@pytest.mark.parametrize("status", ["open", "", "settled"])
def test_there_are_two_ways_to_agree(store: Store, world: World, status: str) -> None:
    uid = world.uid(PRESUMED)
    with pytest.raises(Invalid):
        settling.settle(store, world.chair, world.draft, uid, status=status)
    with pytest.raises(Invalid, match="meeting"):
        settling.settle(store, world.chair, world.draft, uid, status="agreed", meeting="mnothing")
    with pytest.raises(Missing):
        settling.settle(store, world.chair, world.draft, "cnothing", status="agreed")


def test_only_those_who_steer_settle_and_everybody_reads(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    for role, seat in world.seats.items():
        assert settling.steps(store, seat, world.draft) == ()
        if role not in (Role.CHAIR, Role.SECRETARIAT):
            with pytest.raises(Forbidden):
                settling.settle(store, seat, world.draft, uid, status="agreed")
            with pytest.raises(Forbidden):
                settling.reopen(store, seat, world.draft, uid, reason="x")
    with pytest.raises(SignInNeeded):
        settling.statuses(store, None, world.draft)


# Ad referendum


def test_a_delegation_agrees_ad_referendum_and_confirms(store: Store, world: World) -> None:
    uid, seat = world.uid(PRESUMED), world.seats[Role.DELEGATE]
    with pytest.raises(Invalid, match="open"):
        settling.agree_ad_referendum(store, seat, world.draft, uid)
    settle(store, world, uid)
    settling.agree_ad_referendum(store, seat, world.draft, uid, reason="The capital is asked")
    found = settling.status(store, world.chair, world.draft, uid)
    assert found is not None and found.ad_referendum == ("Delegation A",)
    with pytest.raises(Invalid):
        settling.agree_ad_referendum(store, seat, world.draft, uid)
    settling.confirm(store, seat, world.draft, uid)
    with pytest.raises(Invalid):
        settling.confirm(store, seat, world.draft, uid)
    found = settling.status(store, world.chair, world.draft, uid)
    assert found is not None and found.ad_referendum == ()
    with pytest.raises(Forbidden):
        settling.agree_ad_referendum(store, world.chair, world.draft, uid)


def test_reopening_ends_what_was_agreed_ad_referendum(store: Store, world: World) -> None:
    uid, seat = world.uid(PRESUMED), world.seats[Role.DELEGATE]
    settle(store, world, uid)
    settling.agree_ad_referendum(store, seat, world.draft, uid)
    settling.reopen(store, world.chair, world.draft, uid, reason="Asked for")
    settle(store, world, uid)
    found = settling.status(store, world.chair, world.draft, uid)
    assert found is not None and found.ad_referendum == ()


# What is agreed is left alone

CHANGES: dict[str, Callable[[Store, World, str, int], object]] = {
    "reword": lambda s, w, u, v: drafting.reword(s, w.chair, w.draft, u, "Other.", seen=v),
    "strike": lambda s, w, u, v: drafting.strike(s, w.chair, w.draft, u, seen=v),
    "split": lambda s, w, u, v: drafting.split(s, w.chair, w.draft, u, at=5, seen=v),
    "merge": lambda s, w, u, v: drafting.merge(s, w.chair, w.draft, u, seen=v),
    "move away": lambda s, w, u, v: drafting.move(
        s, w.chair, w.draft, u, after=w.uid("Nobody shall")
    ),
    "deeper": lambda s, w, u, v: drafting.level(s, w.chair, w.draft, u, deeper=True),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_agreed_is_not_changed(lite: Stores, name: str) -> None:
    with lite.begin() as store:
        world = fill(store)
        uid = world.uid(PRESUMED)
        settle(store, world, uid)
        seq = store.drafts.by_id(world.draft.id)
    with pytest.raises(Invalid, match="agreed"), lite.begin() as store:
        CHANGES[name](store, world, uid, 1)
    with lite.begin() as store:
        assert store.drafts.by_id(world.draft.id) == seq
        settling.reopen(store, world.chair, world.draft, uid, reason="Asked for")
        CHANGES[name](store, world, uid, 1)


@pytest.mark.parametrize("name", ["strike", "split", "merge", "move away"])
def test_nor_is_what_it_is_made_of(lite: Stores, name: str) -> None:
    with lite.begin() as store:
        world = fill(store)
        article = next(each.uid for each in world.clauses if each.heading == "Good faith")
        uid = world.uid(PRESUMED)
        settle(store, world, article)
    with pytest.raises(Invalid, match="directly above"), lite.begin() as store:
        CHANGES[name](store, world, uid, 1)
    with lite.begin() as store:
        CHANGES["reword"](store, world, uid, 1)


def test_nothing_is_put_into_what_is_agreed(lite: Stores) -> None:
    with lite.begin() as store:
        world = fill(store)
        article, below = world.uid(ARTICLE), world.uid("Nobody shall")
        settle(store, world, article)
    for after in (article, below):
        with pytest.raises(Invalid, match="directly above"), lite.begin() as store:
            drafting.insert(
                store, world.chair, world.draft, after=after, kind="paragraph", text="More."
            )
    with lite.begin() as store:
        drafting.insert(
            store, world.chair, world.draft, after=below, kind="article", heading="Beside it"
        )


def test_an_undoing_does_not_change_it_either(lite: Stores) -> None:
    with lite.begin() as store:
        world = fill(store)
        uid = world.uid(PRESUMED)
        drafting.reword(store, world.chair, world.draft, uid, "Good faith is due.", seen=1)
        settle(store, world, uid)
        entry = store.drafts.history(world.draft.id, uid)[-1]
        before = store.drafts.by_id(world.draft.id)
    with lite.begin() as store:
        with pytest.raises(Invalid, match="agreed"):
            drafting.undo(store, world.chair, world.draft)
        with pytest.raises(Invalid, match="agreed"):
            drafting.revert(store, world.chair, world.draft, entry.seq)
    with lite.read() as store:
        assert store.drafts.by_id(world.draft.id) == before
        assert not drafting.verify(store, world.draft).faults


def test_numbers_follow_in_what_is_agreed(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    drafting.reword(store, world.chair, world.draft, uid, "Article 3 is due in good faith.", seen=1)
    settle(store, world, uid)
    drafting.insert(
        store, world.chair, world.draft, after=uid, kind="article", heading="In between"
    )
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None and clause.text == "Article 4 is due in good faith."


def test_a_proposal_on_it_waits_until_it_is_reopened(store: Store, world: World) -> None:
    uid, seat = world.uid(PRESUMED), world.seats[Role.DELEGATE]
    delegate = store.seats.change(
        seat.id, name=seat.name, role=seat.role, delegation=seat.delegation, focal=True
    )
    made = negotiating.propose(
        store, delegate, world.draft, uid, wish="delete", reason="It is not", seen=1
    )
    negotiating.table(store, delegate, world.draft, made.uid)
    settle(store, world, uid)
    with pytest.raises(Invalid, match="agreed"), store.attempt():
        incorporating.incorporate(store, world.chair, world.draft, made.uid)
    settling.reopen(store, world.chair, world.draft, uid, reason="A proposal")
    incorporating.incorporate(store, world.chair, world.draft, made.uid)


def test_who_types_is_asked_for_many_at_once(store: Store, world: World) -> None:
    agreed, other = world.uid(PRESUMED), world.uid("[shall]")
    settle(store, world, agreed)
    for uids in ([agreed, other], [], [other], [agreed]):
        asked = settling.Sparing(store, world.draft.id, uids)
        asked.require_open(other)
        with pytest.raises(Invalid, match="agreed"):
            asked.require_open(agreed)
    settling.require_open(store, world.draft.id, other)
    with pytest.raises(Invalid, match="agreed"):
        settling.require_open(store, world.draft.id, agreed)


def test_nothing_is_asked_where_nothing_is_agreed(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    head = store.strokes.head(world.draft.id)
    assert not head.guarded
    settling.Sparing(store, world.draft.id, [uid], guarded=head.guarded).require_open(uid)
    settle(store, world, uid)
    head = store.strokes.head(world.draft.id)
    assert head.guarded
    with pytest.raises(Invalid, match="agreed"):
        settling.Sparing(store, world.draft.id, [uid], guarded=head.guarded).require_open(uid)
    settling.reopen(store, world.chair, world.draft, uid, reason="Asked for")
    assert not store.strokes.head(world.draft.id).guarded
