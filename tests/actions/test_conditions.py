import pytest

from app.actions import drafting, negotiating, stating
from app.actions.conditions import Condition, Holds, conditions, link
from app.actions.refusals import Invalid
from app.store.proposals import Stance
from app.store.unit import Store
from tests.support.delegations import Delegations, seat_them
from tests.support.world import World

TALKED = "Nobody shall be prosecuted for having talked."
PRESUMED = "Good faith is presumed."


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


def tabled(store: Store, world: World, people: Delegations) -> str:
    made = negotiating.propose(
        store,
        people.member_a,
        world.draft,
        world.uid(PRESUMED),
        wish="replace",
        words="Good faith shall be presumed.",
        reason="It matters.",
        seen=1,
    )
    return negotiating.table(store, people.focal_a, world.draft, made.uid).uid


def reword(store: Store, world: World, uid: str, words: str) -> None:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    drafting.reword(store, world.chair, world.draft, uid, words, seen=clause.version)


def asked(store: Store, world: World, uid: str) -> Condition:
    proposal = negotiating.proposal(store, world.chair, world.draft, uid)
    taken = stating.positions(store, world.chair, (proposal,))
    (found,) = conditions(store, world.draft, taken).values()
    return found


def test_a_condition_says_when_the_other_clause_has_lost_what_was_asked(
    store: Store, world: World, people: Delegations
) -> None:
    uid = tabled(store, world, people)
    stating.take_position(
        store,
        people.member_b,
        world.draft,
        uid,
        stance=Stance.SUPPORTS,
        condition="We accept 2(2) if 2(1) keeps [should].",
    )
    other = world.uid("Talks [shall]")
    assert asked(store, world, uid) == Condition(other, "[should]", Holds.YES)
    # Split off, the words are in another clause, and it is that one which has them.
    half = drafting.split(store, world.chair, world.draft, other, at=len("Talks [shall] "), seen=1)
    assert asked(store, world, uid) == Condition(half.uid, "[should]", Holds.YES)
    drafting.strike(store, world.chair, world.draft, half.uid, seen=1)
    assert asked(store, world, uid).holds is Holds.NO_LONGER
    drafting.undo(store, world.chair, world.draft)
    drafting.undo(store, world.chair, world.draft)
    assert asked(store, world, uid) == Condition(other, "[should]", Holds.YES)
    reword(store, world, other, "Talks shall be held in good faith.")
    assert asked(store, world, uid) == Condition(other, "[should]", Holds.NO_LONGER)
    clause = store.drafts.clause(world.draft.id, other)
    assert clause is not None
    drafting.strike(store, world.chair, world.draft, other, seen=clause.version)
    assert asked(store, world, uid).holds is Holds.STRUCK


def test_what_is_asked_for_may_not_be_there_yet(
    store: Store, world: World, people: Delegations
) -> None:
    uid = tabled(store, world, people)
    stating.take_position(
        store,
        people.member_b,
        world.draft,
        uid,
        stance=Stance.RESERVES,
        about="article 3",
        has="in any court",
    )
    assert asked(store, world, uid).holds is Holds.NOT_YET
    heading = world.uid("Protection of negotiators")
    drafting.retitle(store, world.chair, world.draft, heading, "Protection in any court", seen=1)
    assert asked(store, world, uid) == Condition(heading, "in any court", Holds.YES)


@pytest.mark.parametrize(
    ("condition", "clause", "words"),
    [
        ("if 2(1) keeps [shall]", "Talks [shall]", "[shall]"),
        ("We accept 2(2) provided that article 2, paragraph 1 says “good faith”", "Talks", "good"),
        ("as long as Article 1(a) has “peace negotiation”", "“talks” means", "peace"),
        ("if 2 ( 2 ) says [presumed]", PRESUMED, "presumed"),
        ("If paragraph 1 of Article 2 keeps “good faith”, we accept it", "Talks", "good"),
        ("No objection if within 3 days 2(1) keeps [shall]", "Talks [shall]", "[shall]"),
        ("if 3 keeps “negotiators”", "Protection of negotiators", "negotiators"),
    ],
)
def test_clause_and_words_are_read_from_a_sentence(
    store: Store, world: World, condition: str, clause: str, words: str
) -> None:
    found = link(store, world.draft, condition=condition)
    assert found is not None
    assert found.uid == world.uid(clause)
    assert found.words.startswith(words)


def test_what_names_nothing_is_no_link(store: Store, world: World) -> None:
    for condition in ("", "If the capital agrees.", "if 2(1) stays", "if 99(1) keeps [voluntary]"):
        assert link(store, world.draft, condition=condition) is None
    # What asks for words to go is not told by their being there; nor is a number an article.
    for condition in (
        "We accept it unless 2(1) keeps [shall]",
        "if 2(1) does not say [shall]",
        "if 2(1) drops [shall]",
        "if [shall] is deleted from 2(1)",
        "if 3 days later “negotiators” is agreed",
    ):
        assert link(store, world.draft, condition=condition) is None, condition
    with pytest.raises(Invalid, match="Say both"):
        link(store, world.draft, condition="", about="2(1)")
    with pytest.raises(Invalid, match="no clause 99"):
        link(store, world.draft, condition="", about="99", has="voluntary")
    with pytest.raises(Invalid, match="too many"):
        link(store, world.draft, condition="", about="2(1)", has="a" * 301)
