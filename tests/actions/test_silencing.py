from datetime import datetime, timedelta

import pytest

from app.actions import drafting, settling, silencing
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.seats import Role
from app.store.silences import Outcome, SilenceRecord
from app.store.status import Status, Step
from app.store.unit import Store, Stores
from tests.support.world import MORNING, Clock, World, fill

PRESUMED = "Good faith is presumed."
DAY = timedelta(days=1)


def begin(store: Store, world: World) -> SilenceRecord:
    return silencing.begin(
        store,
        world.chair,
        world.draft,
        world.uid(PRESUMED),
        status=Status.AGREED,
        due=store.now + DAY,
    )


def say(store: Store, world: World, words: str) -> None:
    uid = world.uid(PRESUMED)
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    drafting.reword(store, world.drafter, world.draft, uid, words, seen=clause.version)


def acts(store: Store, world: World, uid: str) -> list[Step]:
    return [each.step for each in settling.steps(store, world.chair, world.draft, uid)]


def test_without_an_objection_it_is_agreed_though_nobody_looks(
    stores: Stores, clock: Clock
) -> None:
    with stores.begin() as store:
        world = fill(store)
        uid = world.uid(PRESUMED)
        made = begin(store, world)
        assert made.is_running and settling.status(store, world.chair, world.draft, uid) is None
        with pytest.raises(Invalid, match="under silence"), store.attempt():
            say(store, world, "It is not.")
    clock.forward(DAY)
    with stores.read() as store:
        found = settling.status(store, world.chair, world.draft, uid)
        assert found is not None and found.status is Status.AGREED and found.by_silence
        assert found.at == MORNING + DAY and found.author == "Chair"
        assert acts(store, world, uid) == [Step.SILENCE]
        assert silencing.running(store, world.chair, world.draft) == ()
    clock.forward(DAY)
    with pytest.raises(Invalid, match="agreed"), stores.begin() as store:
        say(store, world, "It is not.")
    with stores.begin() as store:
        # Written down when the status of any clause is touched, as of the time it came about.
        settling.settle(store, world.chair, world.draft, world.uid("[shall]"), status="agreed")
        assert acts(store, world, uid) == [Step.AGREED, Step.SILENCE]
        step = settling.steps(store, world.chair, world.draft, uid)[0]
        assert step.at == MORNING + DAY and step.author == "Chair" and "silence" in step.reason
        assert settling.settle_lapsed(store, world.draft) == 0
        assert settling.status(store, world.chair, world.draft, uid) == found
        (kept,) = silencing.silences(store, world.chair, world.draft)
        assert kept.outcome is Outcome.AGREED and kept.is_written and kept.ended_at == kept.due
        settling.reopen(store, world.chair, world.draft, uid, reason="Asked for")
        say(store, world, "It is not.")


def test_one_objection_breaks_it_for_all_its_clauses(stores: Stores, clock: Clock) -> None:
    with stores.begin() as store:
        world = fill(store)
        delegate = world.seats[Role.DELEGATE]
        made = silencing.begin(
            store,
            world.chair,
            world.draft,
            next(each.uid for each in world.clauses if each.heading == "Good faith"),
            status="agreed in working group",
            due=store.now + DAY,
            below=True,
        )
        assert len(made.clauses) == 3 and made.status is Status.WORKING_GROUP
        uid = world.uid(PRESUMED)
        with pytest.raises(Invalid, match="why"):
            silencing.object_to(store, delegate, world.draft, made.uid, reason=" ")
        with pytest.raises(Invalid, match="not under this silence"):
            silencing.object_to(
                store, delegate, world.draft, made.uid, reason="x", uid=world.clauses[0].uid
            )
        broken = silencing.object_to(
            store, delegate, world.draft, made.uid, reason="Presumed by whom?", uid=uid
        )
        assert broken.outcome is Outcome.BROKEN
        (said,) = broken.objections
        assert (said.delegation, said.reason, said.uid) == (
            "Delegation A",
            "Presumed by whom?",
            uid,
        )
        assert said.at == MORNING and not said.from_floor
        assert acts(store, world, uid) == [Step.BROKEN, Step.SILENCE]
        assert not store.strokes.head(world.draft.id).guarded
        say(store, world, "It may be presumed.")
        with pytest.raises(Invalid, match="already"):
            silencing.object_to(store, delegate, world.draft, made.uid, reason="Again")
        # Others may put theirs on record, too, until the time is over; the chair for the floor.
        floor = silencing.object_to(
            store, world.chair, world.draft, made.uid, reason="Nor we", delegation="Delegation Z"
        )
        assert floor.objections[1].from_floor and len(floor.objections) == 2
    clock.forward(DAY)
    with stores.begin() as store:
        assert settling.statuses(store, world.chair, world.draft) == {}
        with pytest.raises(Invalid, match="over on 5 May 2026, 09:00 UTC"):
            silencing.object_to(
                store, world.chair, world.draft, made.uid, reason="x", delegation="Delegation Y"
            )


def test_it_is_ended_with_a_reason(store: Store, world: World) -> None:
    made = begin(store, world)
    with pytest.raises(Invalid, match="why"):
        silencing.end(store, world.chair, world.draft, made.uid, reason="")
    ended = silencing.end(store, world.chair, world.draft, made.uid, reason="A slip")
    assert ended.outcome is Outcome.ENDED and (ended.why, ended.ended_by) == ("A slip", "Chair")
    with pytest.raises(Invalid, match="over"):
        silencing.end(store, world.chair, world.draft, made.uid, reason="A slip")
    with pytest.raises(Invalid, match="nothing to object"):
        silencing.object_to(
            store, world.seats[Role.DELEGATE], world.draft, made.uid, reason="We object"
        )
    assert acts(store, world, world.uid(PRESUMED)) == [Step.ENDED, Step.SILENCE]
    say(store, world, "It may be presumed.")


def test_what_cannot_be_put_under_silence(store: Store, world: World) -> None:
    uid, due = world.uid(PRESUMED), store.now + DAY

    def ask(
        seat: Role = Role.CHAIR,
        uid: str = uid,
        due: datetime = due,
        status: str = "agreed",
        meeting: str = "",
    ) -> None:
        who = world.seats[seat]
        silencing.begin(store, who, world.draft, uid, due=due, status=status, meeting=meeting)

    for past in (store.now, store.now - DAY, store.now + 400 * DAY, due.replace(tzinfo=None)):
        with pytest.raises(Invalid, match="Say until when"):
            ask(due=past)
    with pytest.raises(Invalid, match="Say whether"):
        ask(status="open")
    with pytest.raises(Missing):
        ask(uid="cnothing")
    with pytest.raises(Invalid, match="meeting"):
        ask(meeting="mnothing")
    for role in (Role.DRAFTER, Role.DELEGATE, Role.SCHOLAR, Role.OBSERVER):
        with pytest.raises(Forbidden):
            ask(role)
    ask()
    with pytest.raises(Invalid, match="already"):
        ask()
    with pytest.raises(Invalid, match="end the silence"):
        settling.settle(store, world.chair, world.draft, uid, status="agreed")
    other = world.uid("[shall]")
    settling.settle(store, world.chair, world.draft, other, status="agreed")
    with pytest.raises(Invalid, match="agreed already"):
        ask(uid=other)
    with pytest.raises(Missing):
        silencing.object_to(store, world.seats[Role.DELEGATE], world.draft, "snothing", reason="x")


def test_who_may_object(store: Store, world: World) -> None:
    made = begin(store, world)
    for role in (Role.DRAFTER, Role.SCHOLAR, Role.OBSERVER):
        with pytest.raises(Forbidden):
            silencing.object_to(store, world.seats[role], world.draft, made.uid, reason="x")
        with pytest.raises(Forbidden):
            silencing.end(store, world.seats[role], world.draft, made.uid, reason="x")
    with pytest.raises(Invalid, match="Name the delegation"):
        silencing.object_to(store, world.chair, world.draft, made.uid, reason="x")
    with pytest.raises(Invalid, match="your own"):
        silencing.object_to(
            store,
            world.seats[Role.DELEGATE],
            world.draft,
            made.uid,
            reason="x",
            delegation="Delegation B",
        )
