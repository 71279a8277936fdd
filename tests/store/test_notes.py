from app.store.notes import Audience, NewNote, NoteKind
from app.store.readers import Reader
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.support.world import World


def kept(
    store: Store, world: World, by: SeatRecord, audience: Audience, delegation: str = ""
) -> int:
    new = NewNote(
        draft_id=world.draft.id,
        uid=world.uid("Good faith is presumed."),
        seq=world.draft.seq,
        anchor=None,
        kind=NoteKind.COMMENT,
        body="A remark.",
        audience=audience,
        delegation=delegation,
        extra={},
    )
    return store.notes.add(new, by)


def test_who_may_not_read_a_note_finds_nothing(store: Store, world: World) -> None:
    scholar, observer = world.seats[Role.SCHOLAR], world.seats[Role.OBSERVER]
    note = store.notes.by_id(kept(store, world, scholar, Audience.MINE), Reader.of(scholar))
    assert note is not None
    for other in (observer, world.chair):
        reader = Reader.of(other)
        assert store.notes.get(note.key, reader) is None
        assert store.notes.of_draft(world.draft.id, reader) == ()
        assert store.notes.open_questions(reader) == ()


def test_what_is_for_everyone_is_found_by_its_key(store: Store, world: World) -> None:
    scholar = world.seats[Role.SCHOLAR]
    made = kept(store, world, scholar, Audience.EVERYONE)
    (note,) = store.notes.of_draft(world.draft.id, Reader.of(world.seats[Role.OBSERVER]))
    assert note.id == made and note.body == "A remark." and note.is_open
    assert store.notes.get(note.key, Reader.of(world.chair)) == note


def test_a_delegations_note_is_for_that_delegation(store: Store, world: World) -> None:
    delegate = world.seats[Role.DELEGATE]
    kept(store, world, delegate, Audience.DELEGATION, delegate.delegation)
    assert len(store.notes.of_draft(world.draft.id, Reader.of(delegate))) == 1
    assert store.notes.of_draft(world.draft.id, Reader.of(world.chair)) == ()


def test_a_resolved_note_is_opened_again_once(store: Store, world: World) -> None:
    reader = Reader.of(world.chair)
    made = kept(store, world, world.chair, Audience.EVERYONE)
    note = store.notes.by_id(made, reader)
    assert note is not None and store.notes.resolve(note, "Settled.", world.chair)
    note = store.notes.by_id(made, reader)
    assert note is not None and not note.is_open and note.reason == "Settled."
    assert store.notes.reopen(note, "New facts.", world.chair)
    assert not store.notes.reopen(note, "Again.", world.chair)
