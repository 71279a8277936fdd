import pytest

from app.actions import annotating, circulating, commenting, drafting
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.seats import Role
from app.store.unit import Store
from tests.support.word_rules import WordFile, breaches, words
from tests.support.world import World


def now(store: Store, world: World) -> DraftRecord:
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    return draft


def publish(store: Store, world: World, uid: str, body: str) -> str:
    note = annotating.write(
        store, world.drafter, now(store, world), uid=uid, body=body, audience="everyone"
    )
    commenting.publish(store, world.drafter, note.key)
    return note.key


def reword(store: Store, world: World, uid: str, text: str) -> None:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    drafting.reword(store, world.chair, now(store, world), uid, text, seen=clause.version)


def told(store: Store, world: World) -> list[tuple[int, str, str, int]]:
    return [
        (one.number, one.thread.note.body, one.written_for, one.changed)
        for one in commenting.commentary(store, world.chair, now(store, world))
    ]


def test_commentary_is_numbered_below_each_article_in_the_order_of_the_text(
    store: Store, world: World
) -> None:
    publish(store, world, world.uid("Nobody shall"), "Protection")
    second = publish(store, world, world.uid("presumed"), "Presumption")
    publish(store, world, world.uid("Talks [shall]"), "Duty")
    first = "the first working text"
    assert told(store, world) == [
        (1, "Presumption", first, 0),
        (2, "Duty", first, 0),
        (1, "Protection", first, 0),
    ]
    commenting.earlier(store, world.drafter, second)
    assert [body for _, body, _, _ in told(store, world)][:2] == ["Presumption", "Duty"]
    duty = commenting.commentary(store, world.chair, now(store, world))[1].thread.note.key
    commenting.earlier(store, world.drafter, duty)
    assert [body for _, body, _, _ in told(store, world)][:2] == ["Duty", "Presumption"]
    commenting.retract(store, world.drafter, duty)
    assert [each[:2] for each in told(store, world)] == [(1, "Presumption"), (1, "Protection")]
    assert annotating.note(store, world.chair, duty).note.body == "Duty"


def test_a_paragraph_says_for_which_text_it_was_written_and_what_changed_since(
    store: Store, world: World
) -> None:
    uid = world.uid("presumed")
    drafting.name_edition(store, world.chair, now(store, world), name="Rev.1")
    key = publish(store, world, uid, "On it")
    assert told(store, world) == [(1, "On it", "Rev.1", 0)]
    reword(store, world, uid, "Good faith in all talks is presumed.")
    assert told(store, world) == [(1, "On it", "Rev.1", 3)]
    commenting.pin(store, world.drafter, key)
    assert told(store, world) == [(1, "On it", "the text after Rev.1", 0)]


def test_a_paragraph_on_an_article_is_held_against_all_that_stands_in_it(
    store: Store, world: World
) -> None:
    uid = next(one.uid for one in world.clauses if one.heading == "Good faith")
    publish(store, world, uid, "On all of it")
    reword(store, world, world.uid("presumed"), "Good faith is presumed always.")
    assert told(store, world) == [(1, "On all of it", "the first working text", 1)]


def test_only_what_is_for_everyone_and_on_a_clause_is_published(store: Store, world: World) -> None:
    draft, uid = now(store, world), world.uid("presumed")
    mine = annotating.write(store, world.drafter, draft, uid=uid, body="x")
    with pytest.raises(Invalid, match="for everyone"):
        commenting.publish(store, world.drafter, mine.key)
    with pytest.raises(Missing, match=annotating.UNKNOWN):
        commenting.publish(store, world.chair, mine.key)
    whole = annotating.write(store, world.drafter, draft, body="x", audience="everyone")
    with pytest.raises(Invalid, match="no article"):
        commenting.publish(store, world.drafter, whole.key)
    key = publish(store, world, uid, "x")
    with pytest.raises(Invalid, match="already"):
        commenting.publish(store, world.drafter, key)
    with pytest.raises(Invalid, match="is for everyone"):
        annotating.change(store, world.drafter, key, body="x", audience="mine")
    with pytest.raises(Forbidden):
        commenting.retract(store, world.seats[Role.DELEGATE], key)


def test_the_commentary_is_printed_with_footnotes_and_says_when_it_is_stale(
    store: Store, world: World
) -> None:
    uid = world.uid("presumed")
    place = world.passages[1].locator
    body = (
        f"It is *old*: [On Talking, {place}, para 2](/library/passages/{world.passages[1].id}).\n"
    )
    publish(store, world, uid, body + "\nAnd a second line.")
    annotating.write(
        store, world.drafter, now(store, world), uid=uid, body="Not printed", audience="everyone"
    )
    reword(store, world, uid, "Good faith is always presumed.")
    made = circulating.export(store, world.chair, world.draft, "commentary")
    assert breaches(made.content) == []
    printed = [words(paragraph) for paragraph in WordFile(made.content).paragraphs()]
    (remark,) = [one for one in printed if "It is old" in one]
    assert remark.startswith("Article 2, paragraph 2: It is old: On Talking, S1.P2, para 2")
    assert remark.endswith("[written for the first working text; 1 word changed since.]")
    # Before the ties, so that it has the number that it has on the page.
    assert printed.index(remark) < next(
        at for at, one in enumerate(printed) if one.startswith("Article 2: supported by")
    )
    assert not any("Not printed" in one for one in printed)
    assert "S1.P2, para 2" in words(WordFile(made.content).parts["word/footnotes.xml"])
    clean = circulating.export(store, world.chair, world.draft, "clean")
    assert not any("It is old" in words(one) for one in WordFile(clean.content).paragraphs())
