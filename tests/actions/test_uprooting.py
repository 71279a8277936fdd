"""What goes along with an act is refused where it is agreed, and told apart from what does not."""

from collections.abc import Callable

import pytest

from app.actions import drafting, settling, silencing
from app.actions.refusals import Invalid
from app.actions.uprooting import uprooted
from app.store.unit import Store, Stores
from tests.support.world import World, fill

PRESUMED = "Good faith is presumed."
TALKS = "means a peace negotiation"
PURPOSES = "For the purposes"

Act = Callable[[Store, World], object]


def article(world: World) -> str:
    return next(each.uid for each in world.clauses if each.heading == "Good faith")


ALONG: dict[str, tuple[str, Act]] = {
    "an article that holds it is moved": (
        PRESUMED,
        lambda s, w: drafting.move(
            s, w.chair, w.draft, article(w), after=w.uid("Protection of negotiators")
        ),
    ),
    "a part that holds it is moved": (
        PRESUMED,
        lambda s, w: drafting.move(
            s, w.chair, w.draft, w.uid("General provisions"), after=w.uid("Nobody shall")
        ),
    ),
    "what stands above it is split": (
        TALKS,
        lambda s, w: drafting.split(s, w.chair, w.draft, w.uid(PURPOSES), at=7, seen=1),
    ),
    "a clause comes between it and what stands above": (
        TALKS,
        lambda s, w: drafting.begin(s, w.chair, w.draft, w.uid(PURPOSES)),
    ),
    "what comes before it rises above it": (
        "the certifying panel",
        lambda s, w: drafting.level(s, w.chair, w.draft, w.uid(TALKS), deeper=False),
    ),
}


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize("how", ["agreed", "under silence"])
def test_what_is_agreed_does_not_go_along(lite: Stores, name: str, how: str) -> None:
    words, act = ALONG[name]
    with lite.begin() as store:
        world = fill(store)
        uid = world.uid(words)
        if how == "agreed":
            settling.settle(store, world.chair, world.draft, uid, status="agreed")
        else:
            due = store.now.replace(year=store.now.year + 1)
            silencing.begin(store, world.chair, world.draft, uid, status="agreed", due=due)
        before = store.drafts.clauses(world.draft.id)
    with pytest.raises(Invalid, match=f"{words}.* is {how}.*go along"), lite.begin() as store:
        act(store, world)
    with lite.begin() as store:
        assert store.drafts.clauses(world.draft.id) == before
        if how == "agreed":
            settling.reopen(store, world.chair, world.draft, uid, reason="Asked for")
        else:
            (silence,) = silencing.silences(store, world.chair, world.draft)
            silencing.end(store, world.chair, world.draft, silence.uid, reason="Asked for")
        act(store, world)


def test_the_sentence_names_the_clause_as_it_was_cited(lite: Stores) -> None:
    with lite.begin() as store:
        world = fill(store)
        settling.settle(store, world.chair, world.draft, world.uid(PRESUMED), status="agreed")
    after = world.uid("Protection of negotiators")
    with pytest.raises(Invalid, match=r"^Article 2, paragraph 2 "), lite.begin() as store:
        drafting.move(store, world.chair, world.draft, article(world), after=after)


def test_nor_is_it_taken_back_with_it(lite: Stores) -> None:
    after = "Protection of negotiators"
    with lite.begin() as store:
        world = fill(store)
        drafting.move(store, world.chair, world.draft, article(world), after=world.uid(after))
        settling.settle(store, world.chair, world.draft, world.uid(PRESUMED), status="agreed")
    with pytest.raises(Invalid, match="go along"), lite.begin() as store:
        drafting.undo(store, world.chair, world.draft)


def test_what_only_gets_another_number_or_heading_may(lite: Stores) -> None:
    with lite.begin() as store:
        world = fill(store)
        chair, draft = world.chair, world.draft
        for words in ("Use of terms", "Good faith"):
            uid = next(each.uid for each in world.clauses if each.heading == words)
            settling.settle(store, chair, draft, uid, status="agreed", below=True)
        part = world.uid("General provisions")
        drafting.insert(store, chair, draft, after=part, kind="article", heading="Object")
        drafting.insert(
            store, chair, draft, after=world.uid("means the cert"), kind="part", heading="More"
        )
        drafting.move(store, chair, draft, world.uid("Protection of negotiators"), after=part)
        assert len(settling.statuses(store, chair, draft)) == 7


def test_the_entries_alone_say_what_went_along(lite: Stores) -> None:
    with lite.begin() as store:
        world = fill(store)
        drafting.begin(store, world.chair, world.draft, world.uid(PURPOSES))
        clauses = store.drafts.clauses(world.draft.id, with_struck=True)
        entry = store.drafts.journal(world.draft.id)[-1]
        assert [each.text[:8] for each in uprooted([entry], clauses)] == ["“talks” ", "“panel” "]
        drafting.insert(store, world.chair, world.draft, after=None, kind="recital", text="Noting,")
        clauses = store.drafts.clauses(world.draft.id, with_struck=True)
        entry = store.drafts.journal(world.draft.id)[-1]
        assert uprooted([entry], clauses) == ()
