from app.store.proposals import ProposalRecord, Stage, Wish
from app.store.readers import Reader
from app.store.unit import Store
from tests.support.delegations import Delegations, seat_them
from tests.support.world import World


def proposed(store: Store, world: World, people: Delegations) -> ProposalRecord:
    text = "Good faith is presumed."
    made = store.proposals.add(
        draft_id=world.draft.id,
        target=world.uid(text),
        seq=world.draft.seq,
        version=1,
        wish=Wish.REPLACE,
        base=text,
        words="Good faith shall be presumed.",
        new_kind="",
        heading="",
        reason="A duty is said with shall.",
        delegation="Delegation A",
        speaks_for="",
        author=people.member_a,
    )
    found = store.proposals.get(Reader.of(people.member_a), world.draft.id, made)
    assert found is not None
    return found


def test_what_is_private_is_read_by_its_own_delegation_alone(store: Store, world: World) -> None:
    people = seat_them(store, world)
    made = proposed(store, world, people)
    assert made.stage is Stage.PRIVATE
    own = Reader.of(people.focal_a)
    assert [one.uid for one in store.proposals.of_draft(own, world.draft.id)] == [made.uid]
    for stranger in map(Reader.of, people.strangers(world)):
        assert store.proposals.get(stranger, world.draft.id, made.uid) is None
        assert store.proposals.of_draft(stranger, world.draft.id) == ()
        assert not store.proposals.counts(stranger, world.draft.id)


def test_what_is_private_is_really_deleted(store: Store, world: World) -> None:
    people = seat_them(store, world)
    made = proposed(store, world, people)
    assert store.proposals.delete(made)
    assert store.proposals.get(Reader.of(people.member_a), world.draft.id, made.uid) is None


def test_what_is_tabled_is_read_by_all_and_never_deleted(store: Store, world: World) -> None:
    people = seat_them(store, world)
    made = proposed(store, world, people)
    store.proposals.table(made, by=people.focal_a, meeting=None)
    for reader in map(Reader.of, people.strangers(world)):
        found = store.proposals.get(reader, world.draft.id, made.uid)
        assert found is not None and found.stage is Stage.TABLED
    tabled = store.proposals.get(Reader.of(people.focal_a), world.draft.id, made.uid)
    assert tabled is not None and store.proposals.sound(tabled)
    assert not store.proposals.delete(tabled)
    assert store.proposals.get(Reader.of(world.chair), world.draft.id, made.uid) is not None
