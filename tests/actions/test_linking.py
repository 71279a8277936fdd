import json
from typing import Any

import pytest

from app.actions import annotating, drafting, linking, whereabouts
from app.actions.linking import Plan
from app.actions.refusals import Forbidden, Missing
from app.actions.whereabouts import Stands, Thread
from app.exchange import linkfile
from app.exchange.linkfile import Links
from app.exchange.weblinks import Home
from app.store.drafts import DraftRecord
from app.store.notes import Audience, NoteKind
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.exchange.test_linkfile import FILES
from tests.support.typed import type_in
from tests.support.world import World

HOME = Home("https://table.example", "peace")


def now(store: Store, world: World) -> DraftRecord:
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    return draft


def links(*items: dict[str, Any]) -> Links:
    return linkfile.read(json.dumps(list(items)).encode())


def bring(
    store: Store, world: World, found: Links, seat: SeatRecord, audience: str = "mine"
) -> tuple[Plan, tuple[str, ...]]:
    draft = now(store, world)
    return linking.bring(store, seat, draft, linking.planned(store, seat, draft, found), audience)


def thread(store: Store, seat: SeatRecord, key: str) -> Thread:
    return annotating.note(store, seat, key)


def on(exact: str, name: str = "http://a.example/1", **more: Any) -> dict[str, Any]:
    selector = {"type": "TextQuoteSelector", "exact": exact}
    target = {"source": "http://a.example/page", "selector": selector}
    return {"id": name, "type": "Annotation", "bodyValue": "Why?", "target": target, **more}


def test_each_structure_of_the_recommendation_comes_in_and_goes_out_whole(
    store: Store, world: World
) -> None:
    found = linkfile.read((FILES / "structures.jsonld").read_bytes())
    plan, keys = bring(store, world, found, world.drafter, "everyone")
    assert plan.count() == {"draft": 39, "gone": 2}
    given = {
        note.key: made for note, made in linking.given(store, world.chair, now(store, world), HOME)
    }
    for key, came in zip(keys, found.items, strict=True):
        made, old = given[key], came["id"]
        assert made["id"] == HOME.note(key)
        assert old in ([made["via"]] if isinstance(made["via"], str) else made["via"])
        assert {n: made[n] for n in came if n not in ("id", "via")} == {
            n: came[n] for n in came if n not in ("id", "via")
        }
        assert made["travaux"]["collection"]["label"] == "One of each structure"


def test_a_file_brought_in_twice_is_there_once(store: Store, world: World) -> None:
    found = links(on("presumed"), on("presumed"))
    first, keys = bring(store, world, found, world.drafter)
    assert first.count() == {"words": 1, "known": 1}
    again, same = bring(store, world, found, world.drafter)
    assert again.count() == {"known": 2}
    assert same[0] == keys[0]
    # To somebody who cannot read that note it is as if it were not there.
    assert linking.planned(store, world.chair, now(store, world), found).count()["words"] == 1


def test_notes_of_ours_are_known_again_and_come_into_another_draft_as_they_are(
    store: Store, world: World
) -> None:
    uid = world.uid("presumed")
    root = annotating.write(
        store,
        world.chair,
        now(store, world),
        uid=uid,
        words=annotating.Chosen(-1, "presumed"),
        kind=NoteKind.LEGAL,
        body="By whom?",
        audience=Audience.EVERYONE,
    )
    annotating.answer(store, world.drafter, root.key, "By all.")
    annotating.resolve(store, world.chair, root.key, "Said in article 1.")
    made = [one for _, one in linking.given(store, world.chair, now(store, world), HOME)]
    assert made[1]["target"] == made[0]["id"]
    slug = now(store, world).slug
    known = [one | {"id": one["id"].replace("/peace/", f"/{slug}/")} for one in made]
    draft = now(store, world)
    assert linking.planned(store, world.chair, draft, links(*known)).count() == {"known": 2}
    assert linking.planned(store, world.chair, draft, links(*made)).count() == {
        "words": 1,
        "answers": 1,
    }
    plan, keys = bring(store, world, links(*made), world.chair)
    assert not any(step.refusal for step in plan.steps)
    came = thread(store, world.chair, keys[0])
    assert (came.note.kind, came.stands, came.uid) == (NoteKind.LEGAL, Stands.ANCHORED, uid)
    assert came.note.reason == "Chair: Said in article 1."
    assert [one.body for one in came.answers] == ["By all."]
    assert linking.origin(came.answers[0]) == (world.drafter.name, "2026-05-04")


def test_a_thread_of_hypothesis_is_a_thread_here(store: Store, world: World) -> None:
    rows = json.loads((FILES / "hypothesis.json").read_text(encoding="utf-8"))["rows"]
    rows[1]["target"][0]["selector"][2] |= {"exact": "presumed", "prefix": "", "suffix": ""}
    found = links(*reversed(rows))
    plan, keys = bring(store, world, found, world.drafter, "everyone")
    by_id = {
        step.item["hypothesis"]["id"]: (linking.outcome(step), key)
        for step, key in zip(plan.steps, keys, strict=True)
    }
    assert by_id["Aferry0002"][0] == "words"
    root = thread(store, world.chair, by_id["Aferry0002"][1])
    assert [one.body for one in root.answers] == [
        "Article 1 should say so.",
        "It did, in the first draft.",
    ]
    # The answer to the answer says so again.
    last = root.answers[1]
    _, made = linking.given_one(store, world.chair, now(store, world), last.key, HOME)
    assert made["target"] == "https://hypothes.is/a/Aferry0003"
    assert made["hypothesis"]["references"] == ["Aferry0002", "Aferry0003"]
    # What was its author's alone is for whoever brought it, and nobody else.
    for private in ("Aferry0008", "Aferry0009"):
        key = by_id[private][1]
        assert thread(store, world.drafter, key).note.audience is Audience.MINE
        with pytest.raises(Missing):
            annotating.note(store, world.chair, key)
    beside = thread(store, world.drafter, by_id["Aferry0009"][1])
    assert beside.uid == root.uid
    # An answer to what is not there is a note by itself.
    assert by_id["Aferry0010"][0] == "draft"


def test_words_that_nobody_found_lie_with_the_draft_and_stay_there(
    store: Store, world: World
) -> None:
    plan, (key,) = bring(store, world, links(on("The tolls of the upper river")), world.drafter)
    assert plan.count() == {"gone": 1}
    lost = thread(store, world.drafter, key)
    assert (lost.uid, lost.stands) == ("", Stands.ORPHANED)
    assert lost.anchor is not None
    assert lost.anchor.quote == "The tolls of the upper river"
    # However long ago: it has no clause that it could be kept in anew.
    assert store.notes.anchored_before(world.draft.id, now(store, world).seq + 1)
    late = now(store, world)
    for _ in range(3):
        type_in(store, world.draft.id, world.uid("presumed"), world.chair, "x")
    whereabouts.STALE, stale = 1, whereabouts.STALE
    whereabouts.FRESH, fresh = 1, whereabouts.FRESH
    try:
        assert whereabouts.refresh(store, late) == 0
    finally:
        whereabouts.STALE, whereabouts.FRESH = stale, fresh
    assert thread(store, world.drafter, key).stands is Stands.ORPHANED


def test_what_is_to_be_checked_says_so_until_its_author_has_looked(
    store: Store, world: World
) -> None:
    uid = world.uid("presumed")
    draft = now(store, world)
    clause = store.drafts.clause(draft.id, uid)
    assert clause is not None
    words = clause.words + " Good faith it is."
    drafting.reword(store, world.chair, draft, uid, words, seen=clause.version)
    item = on("Good faith")
    item["target"]["source"] = f"https://table.example/drafts/peace/clauses/{uid}"
    plan, (key,) = bring(store, world, links(item), world.drafter, "everyone")
    assert plan.count() == {"check": 1}
    doubtful = thread(store, world.chair, key)
    assert (doubtful.uid, doubtful.stands) == (uid, Stands.CHECK)
    with pytest.raises(Forbidden):
        annotating.confirm(store, world.chair, key)
    annotating.confirm(store, world.drafter, key)
    sure = thread(store, world.chair, key)
    assert sure.stands is Stands.ANCHORED
    assert sure.note.extra["annotation"]["id"] == "http://a.example/1"


def test_what_was_planned_on_an_older_text_goes_along_from_there(
    store: Store, world: World
) -> None:
    uid = world.uid("presumed")
    draft = now(store, world)
    plan = linking.planned(store, world.drafter, draft, links(on("presumed")))
    assert plan.count() == {"words": 1}
    clause = store.drafts.clause(draft.id, uid)
    assert clause is not None
    drafting.reword(store, world.chair, draft, uid, "Talks.", seen=clause.version)
    done, (key,) = linking.bring(store, world.drafter, draft, plan, "mine")
    assert done.count() == {"gone": 1}
    assert thread(store, world.drafter, key).stands is Stands.ORPHANED


def test_nothing_is_looked_for_while_nobody_can_type(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = now(store, world)
    plan = linking.planned(
        store, world.drafter, draft, links(on("presumed"), on("conduct of talks", "2"))
    )
    assert plan.count()["words"] >= 1
    type_in(store, world.draft.id, world.uid("presumed"), world.chair, "Now ")
    monkeypatch.setattr(linking, "place_of", None)
    done, keys = linking.bring(store, world.drafter, draft, plan, "mine")
    moved = thread(store, world.drafter, keys[0])
    assert moved.stands is Stands.ANCHORED
    assert moved.anchor is not None
    assert plan.steps[0].place.anchor is not None
    assert moved.anchor.start == plan.steps[0].place.anchor.start + 4
    # Whoever brings the same in a second time, by a plan of the same moment, finds it there.
    again, _ = linking.bring(store, world.drafter, draft, plan, "mine")
    assert again.count()["known"] == len(done.steps)


def test_answers_in_a_circle_are_notes(store: Store, world: World) -> None:
    one = {"id": "http://a.example/1", "bodyValue": "a", "target": "http://a.example/2"}
    other = {"id": "http://a.example/2", "bodyValue": "b", "target": "http://a.example/1"}
    itself = {"id": "http://a.example/3", "bodyValue": "c", "target": "http://a.example/3"}
    plan, keys = bring(store, world, links(one, other, itself), world.drafter)
    assert plan.count() == {"draft": 2, "answers": 1}
    assert all(keys)


def test_a_very_long_thread_comes_in_last_answer_first(store: Store, world: World) -> None:
    items = [
        {"id": f"http://a.example/{at}", "bodyValue": "a", "target": f"http://a.example/{at - 1}"}
        for at in range(1, 1_200)
    ]
    plan = linking.planned(store, world.drafter, now(store, world), links(*reversed(items)))
    assert plan.count() == {"answers": 1_198, "draft": 1}
    few = links(*reversed(items[:30]))
    _, keys = bring(store, world, few, world.drafter)
    assert len(thread(store, world.drafter, keys[0]).answers) == 29


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.DELEGATE])
def test_whom_it_is_for_is_for_the_seat_to_say(store: Store, world: World, role: Role) -> None:
    seat = world.seats[role]
    if role is Role.OBSERVER:
        with pytest.raises(Forbidden):
            bring(store, world, links(on("presumed")), seat, "everyone")
    _, (key,) = bring(store, world, links(on("presumed")), seat)
    with pytest.raises(Missing):
        linking.given_one(store, world.chair, now(store, world), key, HOME)
    assert linking.given(store, world.chair, now(store, world), HOME) == []
    assert linking.given_one(store, seat, now(store, world), key, HOME)[0].key == key


def test_what_one_note_cannot_be_is_said_of_it_and_the_rest_comes_in(
    store: Store, world: World
) -> None:
    broken = {"id": "http://a.example/2", "target": "x", "bodyValue": "See [all](/seats/999)"}
    plan, keys = bring(store, world, links(broken, on("presumed")), world.drafter)
    assert plan.count() == {"refused": 1, "words": 1}
    assert keys[0] == ""
    assert len(annotating.threads(store, world.drafter, now(store, world))) == 1
