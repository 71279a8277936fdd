"""Words of a note for everyone are taken out by two seats, and nowhere are they found again."""

import pytest
from sqlalchemy import text

from app.actions import annotating, commenting, drafting, recording
from app.actions.refusals import Forbidden, Invalid, Missing
from app.actions.unsaying import may_ask, passages, unsay
from app.store.notes import TAKEN_OUT, Audience, Did
from app.store.seats import Role
from app.store.unit import Store
from tests.support.world import World

PASTED = "The host will pay for all rooms. Our red line is article nine, paragraph two."


def written(store: Store, world: World, body: str = PASTED, audience: str = "everyone") -> str:
    return annotating.write(
        store,
        world.seats[Role.SCHOLAR],
        world.draft,
        uid=world.uid("presumed"),
        body=body,
        audience=audience,
        extra={"annotation": {"body": body}},
    ).key


def everything(store: Store) -> str:
    """All that the database holds, as text."""
    connection = store._session.connection()
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
    rows = [
        repr(row)
        for (name,) in names.all()
        for row in connection.execute(text(f'SELECT * FROM "{name}"')).all()  # noqa: S608 - ours
    ]
    return "\n".join(rows)


def test_two_seats_take_the_words_out_and_that_they_were_there_stays(
    store: Store, world: World
) -> None:
    scholar, chair = world.seats[Role.SCHOLAR], world.chair
    key = written(store, world, f"{PASTED} At first.")
    annotating.change(store, scholar, key, body=PASTED)
    quoted = annotating.answer(
        store, world.drafter, key, "> Our red line is article nine, paragraph two.\n\nIs it?"
    )
    annotating.resolve(store, chair, key, "The host will pay for all rooms. Nothing to do here.")
    commenting.publish(store, scholar, key)
    assert not unsay(store, scholar, key)
    with pytest.raises(Invalid, match="another seat"):
        unsay(store, scholar, key, "Pasted")
    with pytest.raises(Invalid, match="why"):
        unsay(store, chair, key)
    assert PASTED in everything(store)
    assert unsay(store, chair, key, "Pasted by mistake")
    left = everything(store)
    for words in ("red line", "host will pay", "At first"):
        assert words not in left
    thread = annotating.note(store, scholar, key)
    assert thread.note.redacted and thread.note.body == TAKEN_OUT and thread.note.place == 0
    assert thread.answers[0].key == quoted.key and thread.answers[0].body.endswith("Is it?")
    assert thread.note.reason.endswith("Nothing to do here.")
    done = annotating.changes(store, world.drafter, thread)[thread.note.id]
    assert [each.act for each in done] == [Did.EDITED, Did.RESOLVED, Did.REDACTED]
    assert (done[0].words, done[-1].words, done[-1].author) == ("", "Pasted by mistake", "Chair")
    assert thread.note.extra == {}
    (row,) = [
        row
        for row in recording.told(store, chair, world.draft, recording.Wanted()).rows
        if row.deed == "words of a note redacted"
    ]
    assert row.author == "Chair"
    assert drafting.verify(store, world.draft).faults == ()


def test_of_the_two_one_steers_and_others_may_not_ask(store: Store, world: World) -> None:
    key = written(store, world)
    for role in (Role.DRAFTER, Role.DELEGATE, Role.OBSERVER):
        with pytest.raises(Forbidden):
            unsay(store, world.seats[role], key)
        assert not may_ask(world.seats[role], annotating.note(store, world.chair, key).note)
    assert not unsay(store, world.seats[Role.SECRETARIAT], key)
    assert unsay(store, world.chair, key, "Pasted")
    for act in (
        lambda: unsay(store, world.chair, key, "Again"),
        lambda: annotating.change(store, world.seats[Role.SCHOLAR], key, body="x"),
        lambda: annotating.remove(store, world.seats[Role.SCHOLAR], key),
        lambda: commenting.publish(store, world.seats[Role.SCHOLAR], key),
    ):
        with pytest.raises(Invalid):
            act()


@pytest.mark.parametrize("audience", ["mine", "delegation"])
def test_what_was_never_for_everyone_is_taken_away_and_not_redacted(
    store: Store, world: World, audience: str
) -> None:
    seat = world.seats[Role.DELEGATE]
    key = annotating.write(store, seat, world.draft, body=PASTED, audience=audience).key
    with pytest.raises(Invalid, match="take this note away"):
        unsay(store, seat, key)
    with pytest.raises(Missing):
        unsay(store, world.chair, key)
    annotating.remove(store, seat, key)
    count = text("SELECT count(*) FROM note")
    assert store._session.connection().execute(count).scalar_one() == 0


def test_what_was_for_everyone_once_is_kept_out_of_sight(store: Store, world: World) -> None:
    seat = world.seats[Role.DELEGATE]
    key = annotating.write(
        store, seat, world.draft, body="Once for all.", audience=Audience.EVERYONE
    ).key
    annotating.change(store, seat, key, body="For us.", audience=Audience.DELEGATION)
    annotating.remove(store, seat, key)
    count = text("SELECT count(*) FROM note WHERE removed_at IS NOT NULL")
    assert store._session.connection().execute(count).scalar_one() == 1


def test_only_what_is_long_enough_is_known_again_as_a_quotation() -> None:
    assert passages(
        ("> Yes. Our red line is article nine!\nNo.", "* one long enough sentence")
    ) == (
        "Our red line is article nine!",
        "one long enough sentence",
    )
