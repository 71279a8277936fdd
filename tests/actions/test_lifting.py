import random

import pytest

from app.actions import drafting
from app.actions.bracketing import ledger
from app.actions.lifting import Way, add, bracketed, lift, lifted
from app.actions.refusals import Forbidden, Invalid, Missing, Moved
from app.store.unit import Store
from app.treaty import brackets
from tests.support.world import World

PRESUMED = "Good faith is presumed."


def say(store: Store, world: World, uid: str, words: str) -> None:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    drafting.reword(store, world.drafter, world.draft, uid, words, seen=clause.version)


def count(store: Store, world: World) -> int:
    return ledger(store, world.chair, world.draft).tally.total


# Lifting


@pytest.mark.parametrize(
    ("text", "chosen", "way", "part", "left"),
    [
        ("It [often] is.", "[often]", Way.KEEP, None, "It often is."),
        ("It [often] is.", "[often]", Way.DROP, None, "It is."),
        ("It is [so].", "[so]", Way.DROP, None, "It is."),
        ("[Often] it is.", "[Often]", Way.DROP, None, "it is."),
        ("article 8[, paragraph 2]", "[, paragraph 2]", Way.DROP, None, "article 8"),
        ("It [shall][should] be.", "[should]", Way.KEEP, None, "It should be."),
        ("It [shall][should] be.", "[should]", Way.DROP, None, "It [shall] be."),
        ("It is [here/there].", "[here/there]", Way.KEEP, 1, "It is there."),
        ("[a [b] c] d", "[a [b] c]", Way.KEEP, None, "a [b] c d"),
        ("[a [b] c] d", "[b]", Way.DROP, None, "[a c] d"),
        ("Within [X] days.", "[X]", Way.DROP, None, "Within days."),
    ],
)
def test_a_bracket_is_lifted(text: str, chosen: str, way: Way, part: int | None, left: str) -> None:
    start = text.index(chosen)
    assert lifted(text, start, start + len(chosen), way, part) == left


@pytest.mark.parametrize("part", [None, 2, -1])
def test_which_alternative_stays_has_to_be_said(part: int | None) -> None:
    with pytest.raises((Invalid, Missing)):
        lifted("It is [here/there].", 6, 18, Way.KEEP, part)


def test_a_blank_has_nothing_to_keep() -> None:
    with pytest.raises(Invalid, match="blank"):
        lifted("Within [X] days.", 7, 10, Way.KEEP)


def test_lifting_is_an_edit_like_any_other(store: Store, world: World) -> None:
    uid = world.uid("[shall]")
    lift(store, world.drafter, world.draft, uid, start=6, end=13, seen=1, way="keep")
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None and clause.text == "Talks shall [should] be held in good faith."
    entry = store.drafts.history(world.draft.id, uid)[-1]
    assert (entry.act, entry.author) == ("reworded", "Drafter A")
    drafting.undo(store, world.drafter, world.draft)
    assert count(store, world) == 2


def test_a_clause_of_which_nothing_is_left_is_struck(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    say(store, world, uid, "[Good faith is presumed.]")
    left = lift(store, world.drafter, world.draft, uid, start=0, end=25, seen=2, way="drop")
    assert left.struck
    above = world.uid("For the purposes")
    say(store, world, above, "[For the purposes of this Convention:]")
    with pytest.raises(Invalid, match="below"):
        lift(store, world.drafter, world.draft, above, start=0, end=38, seen=2, way="drop")


def test_what_others_changed_meanwhile_is_kept(store: Store, world: World) -> None:
    uid = world.uid("[shall]")
    say(store, world, uid, "All talks [shall] [should] be held in good faith.")
    kept = lift(store, world.drafter, world.draft, uid, start=14, end=22, seen=1, way="drop")
    assert kept.text == "All talks [shall] be held in good faith."


def test_where_the_same_words_changed_nothing_is_lifted(store: Store, world: World) -> None:
    uid = world.uid("[shall]")
    say(store, world, uid, "Talks [must] [should] be held in good faith.")
    with pytest.raises(Moved):
        lift(store, world.drafter, world.draft, uid, start=6, end=13, seen=1, way="drop")


@pytest.mark.parametrize(("start", "end", "seen"), [(6, 12, 1), (0, 5, 1), (6, 13, 99)])
def test_only_what_is_there_is_lifted(
    store: Store, world: World, start: int, end: int, seen: int
) -> None:
    uid = world.uid("[shall]")
    with pytest.raises(Missing):
        lift(store, world.drafter, world.draft, uid, start=start, end=end, seen=seen, way="keep")


def test_only_who_may_edit_lifts(store: Store, world: World) -> None:
    uid = world.uid("[shall]")
    for role, seat in world.seats.items():
        if role not in ("chair", "secretariat", "drafter"):
            with pytest.raises(Forbidden):
                lift(store, seat, world.draft, uid, start=6, end=13, seen=1, way="keep")


# Adding


def test_words_are_put_in_brackets_and_taken_out_again(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    made = add(store, world.drafter, world.draft, uid, words=" is presumed ", start=11)
    assert made.text == "Good faith [is presumed]."
    entry = store.drafts.history(world.draft.id, uid)[-1]
    assert (entry.act, entry.author) == ("reworded", "Drafter A")
    assert entry.changes is not None
    drafting.undo(store, world.drafter, world.draft)
    assert count(store, world) == 2
    heading = world.uid("Use of terms")
    assert add(store, world.chair, world.draft, heading, words="of terms").words == "Use [of terms]"
    for role, seat in world.seats.items():
        if role not in ("chair", "secretariat", "drafter"):
            with pytest.raises(Forbidden):
                add(store, seat, world.draft, uid, words="presumed")


@pytest.mark.parametrize(
    ("text", "words", "start", "made"),
    [
        ("to be or to be", "to be", 9, "to be or [to be]"),
        ("to be or not", "to be", 3, "[to be] or not"),
        ("😀 to be", "to", 3, "😀 [to] be"),
        ("It [shall] be", "[shall]", None, "It [[shall]] be"),
        ("It [shall] be", "shall", None, "It [[shall]] be"),
        ("It [shall [now]] be", "It [shall [now]]", None, "[It [shall [now]]] be"),
    ],
)
def test_a_bracket_is_put_around(text: str, words: str, start: int | None, made: str) -> None:
    assert bracketed(text, words, start) == made


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("to be or to be", "to be", "more than once"),
        ("to be", "not", "any more"),
        ("to be", "  ", "Choose"),
        ("It [shall] be", "[shall", "begin in one"),
        ("It [shall] be", "all] be", "begin in one"),
        ("It [shall][may] be", "all][ma", "begin in one"),
    ],
)
def test_what_cannot_stand_in_a_bracket(text: str, words: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        bracketed(text, words)


def test_one_more_bracket_and_nothing_else() -> None:
    chance = random.Random(8)  # noqa: S311
    for _ in range(400):
        text = "".join(chance.choices("ab c[[]]", k=14))
        start = chance.randrange(13)
        words = text[start : chance.randrange(start + 1, 15)]
        try:
            made = bracketed(text, words, start)
        except Invalid:
            continue
        assert brackets.count(made) == brackets.count(text) + 1
        assert len(brackets.read(made).problems) == len(brackets.read(text).problems)
        assert len(made) == len(text) + 2
