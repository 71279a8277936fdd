from app.actions import drafting
from app.actions.dating import dates
from app.store.drafts import ClauseRecord
from app.store.seats import Role
from app.store.unit import Store
from tests.support.world import World


def now(store: Store, world: World, uid: str) -> ClauseRecord:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause


def since(store: Store, world: World, uid: str) -> dict[int, str]:
    clause = now(store, world, uid)
    found = dates(store, world.draft.id, (clause,))[uid]
    assert all(entry.changes is None for entry in found.values())
    return {start: f"{entry.author}, {entry.version}" for start, entry in found.items()}


def say(store: Store, world: World, uid: str, words: str) -> None:
    version = now(store, world, uid).version
    drafting.reword(store, world.drafter, world.draft, uid, words, seen=version)


def test_a_bracket_is_as_old_as_its_opening_mark(store: Store, world: World) -> None:
    uid = world.uid("[shall]")
    assert since(store, world, uid) == {6: "Chair, 1", 14: "Chair, 1"}
    say(store, world, uid, "All 😀 talks [shall [not]] [should] be held in good faith.")
    found = since(store, world, uid)
    assert list(found.values()) == ["Chair, 1", "Drafter A, 2", "Chair, 1"]
    assert since(store, world, uid) == found


def test_one_that_is_put_again_is_another_and_one_that_is_undone_is_not(
    store: Store, world: World
) -> None:
    uid = world.uid("[shall]")
    say(store, world, uid, "Talks shall [should] be held in good faith.")
    say(store, world, uid, "Talks [shall] [should] be held in good faith.")
    assert since(store, world, uid) == {6: "Drafter A, 3", 14: "Chair, 1"}
    drafting.undo(store, world.drafter, world.draft)
    drafting.undo(store, world.drafter, world.draft)
    assert since(store, world, uid) == {6: "Chair, 1", 14: "Chair, 1"}


def test_a_clause_without_brackets_has_none(store: Store, world: World) -> None:
    clause = now(store, world, world.uid("Good faith is presumed."))
    assert dates(store, world.draft.id, (clause,)) == {}
    assert world.seats[Role.CHAIR].name == "Chair"
