"""Who is named in a note finds it waiting, and nobody is found out by being named."""

import pytest

from app.actions import annotating, mentioning
from app.actions.refusals import Invalid
from app.store.notes import Audience
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.support.noted import now, on_words
from tests.support.world import World


@pytest.fixture
def people(store: Store, world: World) -> dict[str, SeatRecord]:
    """The world's seats by role, and further delegates: a second of A, one of B, one of none."""
    made = {role.value: seat for role, seat in world.seats.items()}
    for name, delegation in (("A2", "Delegation A"), ("B", "Delegation B"), ("alone", "")):
        made[name] = store.seats.add(
            name=f"Delegate {name}",
            email=f"{name}@example.org",
            role=Role.DELEGATE,
            delegation=delegation,
            password="unusable",
        )
    return made


def link(seat: SeatRecord) -> str:
    return f"[@{seat.name}](/seats/{seat.id})"


def test_who_is_named_finds_it_in_the_inbox_until_it_is_resolved(
    store: Store, world: World
) -> None:
    draft, scholar = now(store, world), world.seats[Role.SCHOLAR]
    body = f"What does {link(scholar)} say?"
    note = annotating.write(store, world.drafter, draft, body=body, audience="everyone")
    (waiting,) = mentioning.inbox(store, scholar).named
    assert (waiting[0], waiting[1].note.key) == (draft, note.key)
    assert mentioning.inbox(store, world.chair).named == ()
    annotating.answer(store, scholar, note.key, f"Ask {link(world.chair)}.")
    assert [one.note.key for _, one in mentioning.inbox(store, world.chair).named] == [note.key]
    annotating.change(store, world.drafter, note.key, body="Nobody is asked.")
    assert mentioning.inbox(store, scholar).named == ()
    annotating.resolve(store, scholar, note.key, "Asked.")
    assert mentioning.inbox(store, world.chair).named == ()


def test_open_questions_of_others_wait_for_those_whom_they_are_for(
    store: Store, world: World, people: dict[str, SeatRecord]
) -> None:
    on_words(store, world, people["delegate"], Audience.DELEGATION)
    waiting = {name for name, seat in people.items() if mentioning.inbox(store, seat).questions}
    assert waiting == {"A2"}


def test_nobody_is_named_in_what_they_may_not_read(
    store: Store, world: World, people: dict[str, SeatRecord]
) -> None:
    draft = now(store, world)
    for audience, named in (("mine", "A2"), ("delegation", "chair")):
        with pytest.raises(Invalid, match="cannot read this note"):
            annotating.write(
                store, people["delegate"], draft, body=link(people[named]), audience=audience
            )


def test_who_sits_in_another_delegation_cannot_be_found_out_by_naming(
    store: Store, world: World, people: dict[str, SeatRecord]
) -> None:
    draft = now(store, world)
    offered = {seat.name for seat in mentioning.nameable(store, people["delegate"])}
    assert {"Delegate A", "Delegate A2", "Chair"} <= offered
    assert not offered & {"Delegate B", "Delegate alone", "Observer A"}
    assert "Delegate alone" not in {
        seat.name for seat in mentioning.nameable(store, people["observer"])
    }
    said = set()
    for seat_id in (people["B"].id, 99_999):
        body = f"[@x](/seats/{seat_id})"
        with pytest.raises(Invalid) as refused:
            annotating.write(
                store, people["delegate"], draft, body=body, audience=Audience.EVERYONE
            )
        said.add(refused.value.sentence)
    assert len(said) == 1


def test_who_has_answered_where_they_are_named_is_not_waited_for(
    store: Store, world: World
) -> None:
    draft, scholar = now(store, world), world.seats[Role.SCHOLAR]
    note = annotating.write(
        store, world.drafter, draft, body=f"{link(scholar)}?", audience="everyone"
    )
    annotating.answer(store, scholar, note.key, "So it was in the last text.")
    assert mentioning.inbox(store, scholar).named == ()
    annotating.answer(store, world.drafter, note.key, f"And before, {link(scholar)}?")
    assert len(mentioning.inbox(store, scholar).named) == 1
