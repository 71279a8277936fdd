"""Where notes are is kept anew now and then, and remembered as it would be found."""

from collections.abc import Callable

import pytest

from app.actions import annotating, drafting, whereabouts
from app.store.notes import Audience
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.support.noted import now, on_words
from tests.support.typed import type_in
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


def test_an_anchor_is_kept_anew_when_it_has_come_a_long_way(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whereabouts, "FRESH", 3)
    made = on_words(store, world, world.drafter, Audience.MINE)
    for _ in range(5):
        type_in(store, world.draft.id, made.uid, world.chair, "x")
    before = annotating.note(store, world.drafter, made.note.key)
    assert before.note.seq == made.note.seq
    annotating.visit(store, world.chair, now(store, world))
    after = annotating.note(store, world.drafter, made.note.key)
    assert after.note.seq == now(store, world).seq
    assert after.note.made_seq == made.note.made_seq
    assert (after.uid, after.anchor, after.stands) == (before.uid, before.anchor, before.stands)


def test_what_is_remembered_of_a_note_is_what_would_be_found_anew(
    store: Store, world: World
) -> None:
    made = on_words(store, world, world.drafter)
    elsewhere = world.uid("Nobody shall")
    steps: list[Callable[[], object]] = [
        lambda: type_in(store, world.draft.id, elsewhere, world.chair, "So "),
        lambda: type_in(store, world.draft.id, made.uid, world.chair, "So "),
        lambda: type_in(store, world.draft.id, elsewhere, world.chair, "so "),
        lambda: drafting.split(store, world.chair, now(store, world), made.uid, at=12, seen=4),
        lambda: type_in(store, world.draft.id, made.uid, world.chair, "And "),
        lambda: drafting.undo(store, world.chair, now(store, world)),
    ]
    for step in steps:
        step()
        # As another process sees it, when all of this is kept.
        store.moved.clear()
        remembered = annotating.note(store, world.chair, made.note.key)
        kept, whereabouts._memory = whereabouts._memory, whereabouts._Memory()
        anew = annotating.note(store, world.chair, made.note.key)
        whereabouts._memory = kept
        assert remembered == anew
