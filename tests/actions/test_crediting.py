"""Whose each letter is that came or went between two states of a draft."""

import pytest

from app.actions import crediting, drafting
from app.actions.refusals import Forbidden
from app.exchange.word.redline import Whose
from app.exchange.word.tracked import By
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import Role
from app.store.unit import Store
from tests.support.world import World

BY = By("Nobody")


def told(store: Store, world: World, seq: int, role: Role = Role.CHAIR) -> Whose:
    """Whose everything is since the entry `seq`."""
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    old = store.drafts.as_it_stood(draft.id, seq).live()
    new = store.drafts.document(draft.id).clauses
    seat = world.seats[role]
    return crediting.whose(store, seat, draft, (seq, draft.seq), (old, new), BY)


def now(store: Store, world: World) -> DraftRecord:
    found = store.drafts.by_id(world.draft.id)
    assert found is not None
    return found


def clause(store: Store, world: World, words: str) -> ClauseRecord:
    return next(c for c in store.drafts.clauses(world.draft.id) if words in (c.text or c.heading))


def names(stretches: tuple[tuple[int, int, By], ...], text: str) -> list[tuple[str, str]]:
    return [(text[start:end], by.author) for start, end, by in stretches]


def test_words_are_whose_pen_they_came_from_and_went_by(store: Store, world: World) -> None:
    seq = now(store, world).seq
    one = clause(store, world, "presumed")
    chair, drafter = world.seats[Role.CHAIR], world.seats[Role.DRAFTER]
    drafting.reword(
        store, chair, world.draft, one.uid, "Good \U0001d538 faith is presumed.", seen=one.version
    )
    one = clause(store, world, "presumed")
    text = "Good \U0001d538 faith is always presumed"
    drafting.reword(store, drafter, world.draft, one.uid, text, seen=one.version)
    whose = told(store, world, seq)
    assert names(whose.came[one.uid], text) == [("\U0001d538 ", "Chair"), ("always ", "Drafter A")]
    assert names(whose.gone[one.uid], "Good faith is presumed.") == [(".", "Drafter A")]
    assert whose.came[one.uid][0][2].date == "2026-05-04T09:00:00Z"


def test_a_retitled_article_a_new_one_and_a_struck_one_have_their_hands(
    store: Store, world: World
) -> None:
    seq = now(store, world).seq
    chair, drafter = world.seats[Role.CHAIR], world.seats[Role.DRAFTER]
    head = clause(store, world, "Good faith")
    drafting.retitle(store, drafter, world.draft, head.uid, "Very good faith", seen=head.version)
    struck = clause(store, world, "prosecuted")
    drafting.strike(store, chair, world.draft, struck.uid, seen=struck.version)
    whose = told(store, world, seq)
    came = [each for each in whose.came.values() if each[0][2].author == "Drafter A"]
    assert came
    assert whose.taken[struck.uid].author == "Chair"
    assert struck.uid not in whose.gone


def test_what_moves_with_an_article_is_moved_by_the_same_hand(store: Store, world: World) -> None:
    seq = now(store, world).seq
    drafter = world.seats[Role.DRAFTER]
    head, below = clause(store, world, "Good faith"), clause(store, world, "presumed")
    after = clause(store, world, "prosecuted")
    drafting.move(store, drafter, world.draft, head.uid, after=after.uid)
    whose = told(store, world, seq)
    for uid in (head.uid, below.uid):
        assert whose.placed[uid].author == whose.taken[uid].author == "Drafter A"


def test_naming_is_for_those_who_steer(store: Store, world: World) -> None:
    for role in (Role.DRAFTER, Role.DELEGATE, Role.SCHOLAR, Role.OBSERVER):
        with pytest.raises(Forbidden):
            told(store, world, 1, role)
