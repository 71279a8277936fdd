from datetime import timedelta

import pytest

from app.actions import annotating, circulating, drafting
from app.actions.annotating import Chosen
from app.actions.marginalia import NOT_FOR_ALL, Whose
from app.actions.refusals import Invalid
from app.exchange.word import read as reader
from app.exchange.word.comments import Thread
from app.store.drafts import DraftRecord
from app.store.notes import Audience, NoteKind, NoteRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store, Stores
from tests.support.typed import type_in
from tests.support.word_rules import breaches
from tests.support.world import Clock, World, fill

WORDS = "good faith"


def now(store: Store, world: World) -> DraftRecord:
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    return draft


def noted(
    store: Store,
    world: World,
    body: str,
    words: str = WORDS,
    *,
    by: SeatRecord | None = None,
    audience: Audience = Audience.EVERYONE,
    kind: NoteKind = NoteKind.COMMENT,
) -> NoteRecord:
    """A note on the words in the clause about talks; on all of it for none."""
    return annotating.write(
        store,
        by or world.drafter,
        now(store, world),
        uid=world.uid("Talks [shall]"),
        words=Chosen(-1, words) if words else None,
        body=body,
        audience=audience,
        kind=kind,
    )


def taken(
    store: Store, world: World, notes: str = "everyone", *, by: SeatRecord | None = None
) -> dict[str, Thread]:
    """The threads of the clean export by what their first comment says."""
    made = circulating.export(store, by or world.drafter, now(store, world), "clean", notes=notes)
    assert breaches(made.content) == []
    found = reader.read(made.content)
    assert [loss for loss in found.losses if loss.kind == "comment"] == []
    return {thread.remark.text: thread for thread in found.comments}


def reworded(store: Store, world: World, old: str, new: str) -> None:
    uid = world.uid("Talks [shall]")
    clause = next(one for one in store.drafts.clauses(world.draft.id) if one.uid == uid)
    text = clause.text.replace(old, new)
    drafting.reword(store, world.drafter, now(store, world), uid, text, seen=clause.version)


def test_notes_go_out_as_threads_on_their_very_words(lite: Stores, clock: Clock) -> None:
    with lite.begin() as store:
        world = fill(store)
        began = clock()
        note = noted(store, world, "Is it *enough*?", kind=NoteKind.QUESTION)
        noted(store, world, "On all of it.", "")
    clock.forward(timedelta(hours=1))
    with lite.begin() as store:
        annotating.answer(store, world.chair, note.key, "It is.")
        annotating.resolve(store, world.chair, note.key, "Agreed on.")
        type_in(store, world.draft.id, world.uid("Talks [shall]"), world.chair, "All ")
        found = taken(store, world)
        thread = found["Question.\nIs it enough?"]
        assert (thread.words, thread.remark.resolved) == (WORDS, True)
        assert thread.remark.author == world.drafter.name
        assert thread.remark.date == f"{began:%Y-%m-%dT%H:%M:%SZ}"
        assert [(one.author, one.text) for one in thread.replies] == [
            (world.chair.name, "It is."),
            (world.chair.name, "Resolved: Agreed on."),
        ]
        assert thread.replies[0].date == f"{began + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        assert found["On all of it."].words.startswith("All Talks [shall]")
        assert not found["On all of it."].remark.resolved


def test_words_that_changed_or_went_are_said_to_have_and_quoted(store: Store, world: World) -> None:
    noted(store, world, "Changed", "good faith")
    noted(store, world, "Gone", "Talks")
    annotating.write(
        store, world.drafter, now(store, world), body="Of the whole", audience="everyone"
    )
    reworded(store, world, "good faith", "good and full faith")
    reworded(store, world, "Talks ", "")
    found = taken(store, world)
    check = "Please check: this was written on “good faith”, which has been changed since.\nChanged"
    assert found[check].words == "good and full faith"
    gone = "The words that this was written on are gone: “Talks”.\nGone"
    assert found[gone].words.startswith("[shall]")
    assert found["Of the whole"].words == world.draft.title
    uid = world.uid("Talks [shall]")
    clause = next(one for one in store.drafts.clauses(world.draft.id) if one.uid == uid)
    drafting.strike(store, world.drafter, now(store, world), uid, seen=clause.version)
    struck = {text.splitlines()[0] for text in taken(store, world)} - {"Of the whole"}
    assert struck == {
        "This was written on a clause that has been struck. The words that this was written on "
        f"are gone: “{words}”."
        for words in ("good faith", "Talks")
    }


def test_what_is_not_for_everyone_goes_only_along_with_its_readers_own_file(
    store: Store, world: World
) -> None:
    noted(store, world, "For all")
    noted(store, world, "A canary of one", audience=Audience.MINE)
    assert set(taken(store, world)) == {"For all"}
    assert set(taken(store, world, by=world.chair)) == {"For all"}
    assert set(taken(store, world, "own", by=world.chair)) == {"For all"}
    assert set(taken(store, world, "own")) == {"For all", "For its author only.\nA canary of one"}
    for seat, is_told in ((world.drafter, True), (world.chair, False)):
        made = circulating.export(store, seat, now(store, world), "clean", notes=Whose.OWN)
        margins = reader.read(made.content).margins
        said = " ".join(one.text for margin in margins for one in margin.paragraphs)
        assert (NOT_FOR_ALL in said) is is_told
        assert made.filename == f"{world.draft.slug}-clean-own-notes.docx"


def test_beside_an_edition_notes_stand_where_it_has_their_words(store: Store, world: World) -> None:
    edition = drafting.name_edition(store, world.chair, now(store, world), name="Rev 1")
    noted(store, world, "In both")
    reworded(store, world, "good faith", "very good faith, openly")
    noted(store, world, "Later", "openly")
    made = circulating.export(
        store, world.chair, now(store, world), "clean", edition.slug, notes="everyone"
    )
    found = {one.remark.text: one.words for one in reader.read(made.content).comments}
    assert found["In both"] == WORDS
    later = "This was written on “openly”, which does not stand so in this text.\nLater"
    assert found[later].startswith("Talks [shall]")


def test_other_profiles_and_choices_are_refused(store: Store, world: World) -> None:
    with pytest.raises(Invalid, match="clean"):
        circulating.export(store, world.chair, world.draft, "commentary", notes="everyone")
    with pytest.raises(Invalid, match="none"):
        circulating.export(store, world.chair, world.draft, "clean", notes="theirs")
    assert Role.CHAIR in world.seats


def test_a_note_from_a_file_says_who_wrote_it_there_and_who_brought_it(
    store: Store, world: World
) -> None:
    came = {"creator": {"name": "Scholar of the quay"}, "created": "2026-02-03T10:00:00Z"}
    annotating.write(
        store,
        world.drafter,
        now(store, world),
        uid=world.uid("Talks [shall]"),
        words=Chosen(-1, WORDS),
        body="Whose?",
        audience=Audience.EVERYONE,
        extra={"annotation": came},
    )
    ((words, thread),) = taken(store, world).items()
    assert words == "Written elsewhere by Scholar of the quay, 2026-02-03.\nWhose?"
    assert thread.remark.author == world.drafter.name
