from app.store.proposals import (
    CarriedRecord,
    LinkRecord,
    ProposalRecord,
    Stage,
    Stance,
    Wish,
)
from app.store.readers import Reader
from app.store.unit import Store, Stores
from app.treaty.anchors import anchor
from tests.support.delegations import Delegations, seat_them
from tests.support.world import World, fill


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


def test_a_proposal_is_kept_on_every_database(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        people = seat_them(store, world)
        made = proposed(store, world, people)
        store.proposals.ask(made, "Delegation B")
        store.proposals.join(made, "Delegation B")
        store.proposals.add_meeting(world.draft.id, name="First", held="4 May", author=world.chair)
        store.proposals.set_group(
            world.draft.id, name="G", members=["Delegation A"], author=world.chair
        )
    with stores.begin() as store:
        made = only(store, people, world)
        assert made.sponsors == ("Delegation B",)
        (meeting,) = store.proposals.meetings(world.draft.id)
        store.proposals.table(made, by=people.focal_a, meeting=meeting)
        carried = CarriedRecord(made.target, made.seq + 7, anchor(made.base, 5, 10))
        store.proposals.carry(made, carried)
        linked = LinkRecord(made.target, "presumed", made.seq)
        store.proposals.take_position(
            made,
            delegation="Delegation C",
            stance=Stance.RESERVES,
            condition="if it is [presumed]",
            from_floor=True,
            meeting=meeting,
            author=world.chair,
            linked=linked,
        )
    with stores.begin() as store:
        made = only(store, people, world)
        assert (made.stage, made.meeting, made.carried) == (Stage.TABLED, meeting, carried)
        assert store.proposals.carried_before(world.draft.id, carried.seq) == ()
        assert store.proposals.carried_before(world.draft.id, carried.seq + 1) != ()
        (position,) = store.proposals.positions(Reader.of(world.chair), [made])
        assert (position.linked, position.released_at) == (linked, None)
        assert store.proposals.positions(Reader.of(people.focal_b), [made]) == ()
        assert store.proposals.release(position, by=world.chair)
        store.proposals.ask_redaction(made, by=people.focal_a)
        store.proposals.redact(made, by=world.chair, why="By mistake.")
    with stores.read() as store:
        made = only(store, people, world)
        assert (made.redacted, made.words, made.reason, made.carried) == (True, "", "", None)
        assert [one.act for one in store.proposals.happened(made)] == ["tabled", "redacted"]
        assert store.proposals.sound(made)
        assert store.proposals.groups(world.draft.id)[0].members == ("Delegation A",)


def only(store: Store, people: Delegations, world: World) -> ProposalRecord:
    (found,) = store.proposals.of_draft(Reader.of(people.focal_a), world.draft.id)
    return found
