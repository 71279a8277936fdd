import pytest

from app.actions import (
    choosing,
    citing,
    drafting,
    incorporating,
    negotiating,
    renumbering,
    settling,
)
from app.actions.refusals import Forbidden, Invalid, Missing, Moved
from app.store.proposals import Stage, Wish
from app.store.seats import Role
from app.store.unit import Store
from app.treaty.numbering import labels
from app.treaty.options import NO_TEXT, Style
from tests.support.delegations import seat_them
from tests.support.world import World

PRESUMED = "Good faith is presumed."


def printed(store: Store, world: World) -> list[str]:
    clauses = store.drafts.document(world.draft.id).clauses
    return [
        f"{label} {clause.text or clause.heading}".strip()
        for label, clause in zip(labels(clauses), clauses, strict=True)
    ]


def add(store: Store, world: World, uid: str, words: str, **more: object) -> str:
    return choosing.add(store, world.chair, world.draft, uid, words=words, **more).uid  # type: ignore[arg-type]


def test_nothing_is_put_beside_what_is_agreed(store: Store, world: World) -> None:
    people = seat_them(store, world)
    first = world.uid(PRESUMED)
    made = negotiating.propose(
        store,
        people.member_a,
        world.draft,
        first,
        wish="replace",
        words="No.",
        reason="So.",
        seen=1,
    )
    negotiating.table(store, people.focal_a, world.draft, made.uid)
    settling.settle(store, world.chair, world.draft, first, status="agreed")
    # Beside the clause itself, and beside the open article that it stands in.
    for uid in (first, world.citation.uid):
        with pytest.raises(Invalid, match="reopen"), store.attempt():
            add(store, world, uid, "Bad faith is presumed.")
    with pytest.raises(Invalid, match="reopen"), store.attempt():
        incorporating.incorporate(store, world.chair, world.draft, made.uid, as_option=True)
    settling.reopen(store, world.chair, world.draft, first, reason="Asked for")
    second = add(store, world, first, "Bad faith is presumed.")
    settling.settle(store, world.chair, world.draft, second, status="agreed")
    with pytest.raises(Invalid, match="reopen"), store.attempt():
        add(store, world, first, "Faith is presumed.")


def test_one_of_three_is_chosen_and_all_come_back(store: Store, world: World) -> None:
    before = printed(store, world)
    first = world.uid(PRESUMED)
    second = add(store, world, first, "Good faith shall be presumed.")
    third = choosing.add(store, world.chair, world.draft, second, no_text=True).uid
    with_three = printed(store, world)
    at = next(i for i, line in enumerate(before) if PRESUMED in line)
    label = before[at].removesuffix(PRESUMED).strip()
    assert with_three[at : at + 3] == [
        f"{label} Option 1: {PRESUMED}".strip(),
        "Option 2: Good faith shall be presumed.",
        f"Option 3: {NO_TEXT}",
    ]
    # No other number has moved.
    assert with_three[:at] + with_three[at + 3 :] == before[:at] + before[at + 1 :]
    names = [one.name for one in choosing.choices(store, world.chair, world.draft, third)]
    assert names == ["Option 1", "Option 2", "Option 3"]

    assert choosing.choose(store, world.chair, world.draft, second) == second
    chosen = printed(store, world)
    assert chosen[at] == f"{label} Good faith shall be presumed.".strip()
    assert len(chosen) == len(before)
    assert choosing.choices(store, world.chair, world.draft, second) == ()
    drafting.undo(store, world.chair, world.draft)
    assert printed(store, world) == with_three

    assert choosing.choose(store, world.chair, world.draft, third) == ""
    assert not any("Good faith" in line for line in printed(store, world)[at : at + 1])
    drafting.undo(store, world.chair, world.draft)
    assert printed(store, world) == with_three
    assert drafting.verify(store, world.draft).sound


def test_each_keeps_its_own_sources(store: Store, world: World) -> None:
    first = world.uid(PRESUMED)
    store.citations.set_gap(world.draft.id, first, "Nothing rests on it.")
    second = add(store, world, first, "Good faith shall be presumed.")
    assert store.citations.gap_of(world.draft.id, second) == ""
    choosing.choose(store, world.chair, world.draft, second)
    drafting.undo(store, world.chair, world.draft)
    assert store.citations.gap_of(world.draft.id, first) == "Nothing rests on it."
    assert citing.counts(store, world.chair, world.draft)[second] == 0


def test_references_follow_to_the_one_that_is_chosen(store: Store, world: World) -> None:
    first = world.uid(PRESUMED)
    after = drafting.insert(
        store, world.chair, world.draft, after=first, kind="paragraph", text="It ends here."
    )
    cited = drafting.document(store, world.chair, world.draft)
    number = labels(cited.clauses)[[c.uid for c in cited.clauses].index(first)].rstrip(".")
    naming = drafting.insert(
        store,
        world.chair,
        world.draft,
        after=after.uid,
        kind="paragraph",
        text=f"This is subject to paragraph {number} of this article.",
    )
    second = add(store, world, first, "Good faith shall be presumed.")
    choosing.choose(store, world.chair, world.draft, second)
    # Another act moves the number: the reference goes along with the option that was chosen.
    drafting.move(store, world.chair, world.draft, after.uid, after=_before(store, world, second))
    found = store.drafts.clause(world.draft.id, naming.uid)
    assert found is not None
    assert found.text == f"This is subject to paragraph {int(number) + 1} of this article."


def _before(store: Store, world: World, uid: str) -> str | None:
    uids = [clause.uid for clause in store.drafts.clauses(world.draft.id)]
    return uids[uids.index(uid) - 1]


def test_lettered_articles_with_their_paragraphs(store: Store, world: World) -> None:
    article = next(c for c in store.drafts.clauses(world.draft.id) if c.kind == "article")
    made = add(store, world, article.uid, "Another aim\nFirst.\nSecond.", style=Style.LETTERED)
    choice = choosing.choices(store, world.chair, world.draft, made)[1]
    assert (choice.name, choice.below) == ("Alternative B", (("1.", "First."), ("2.", "Second.")))
    with pytest.raises(Forbidden):
        choosing.choose(store, world.seats[Role.OBSERVER], world.draft, made)


def test_what_cannot_be(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    for words, said in (("", "needs words"), (PRESUMED, "says just this"), ("a" * 100_001, "long")):
        with pytest.raises(Invalid, match=said):
            add(store, world, uid, words)
    with pytest.raises(Invalid, match="numbered, or lettered"):
        add(store, world, uid, "Other words.", style="roman")
    with pytest.raises(Moved):
        add(store, world, uid, "Other words.", seen=99)
    with pytest.raises(Invalid, match="no other options"):
        choosing.choose(store, world.chair, world.draft, uid)
    with pytest.raises(Missing):
        choosing.choices(store, world.chair, world.draft, "cnevermade")


def test_a_proposal_becomes_an_option(store: Store, world: World) -> None:
    people = seat_them(store, world)
    uid = world.uid(PRESUMED)
    made = []
    for wish, words in ((Wish.REPLACE, "Good faith shall be presumed."), (Wish.DELETE, "")):
        one = negotiating.propose(
            store, people.member_a, world.draft, uid, wish=wish, words=words, reason="So.", seen=1
        )
        negotiating.table(store, people.focal_a, world.draft, one.uid)
        made.append(one.uid)
        incorporating.incorporate(store, world.chair, world.draft, one.uid, as_option=True)
    found = choosing.choices(store, world.chair, world.draft, uid)
    assert [one.clause.text for one in found] == [
        PRESUMED,
        "Good faith shall be presumed.",
        NO_TEXT,
    ]
    taken = negotiating.proposal(store, world.chair, world.draft, made[0])
    assert taken.stage is Stage.INCORPORATED
    last = negotiating.happened(store, world.chair, world.draft, made[0])[-1]
    assert (last.detail["as"], last.detail["clause"]) == ("option", found[1].clause.uid)
    entry = store.drafts.history(world.draft.id, found[1].clause.uid)[0]
    assert entry.owners == ("Delegation A",)
    insertion = negotiating.propose(
        store,
        people.member_a,
        world.draft,
        uid,
        wish=Wish.INSERT,
        words="More.",
        reason="So.",
        seen=1,
    )
    negotiating.table(store, people.focal_a, world.draft, insertion.uid)
    with pytest.raises(Invalid, match="can be an option"):
        incorporating.incorporate(store, world.chair, world.draft, insertion.uid, as_option=True)


def test_a_frozen_number_goes_to_the_options_that_are_left(store: Store, world: World) -> None:
    first = world.uid(PRESUMED)
    second = add(store, world, first, "Good faith shall be presumed.")
    third = add(store, world, first, "Good faith is all.")
    at = [clause.uid for clause in store.drafts.clauses(world.draft.id)].index(first)
    renumbering.freeze(store, world.chair, world.draft)
    before = printed(store, world)
    assert before[at : at + 3] == [
        f"2. Option 1: {PRESUMED}",
        "Option 2: Good faith shall be presumed.",
        "Option 3: Good faith is all.",
    ]
    drafting.strike(store, world.chair, world.draft, first, seen=1)
    assert printed(store, world)[at : at + 2] == [
        "2. Option 1: Good faith shall be presumed.",
        "Option 2: Good faith is all.",
    ]
    choosing.choose(store, world.chair, world.draft, third)
    assert printed(store, world)[at] == "2. Good faith is all."
    drafting.undo(store, world.chair, world.draft)
    drafting.undo(store, world.chair, world.draft)
    assert printed(store, world) == before
    choosing.choose(store, world.chair, world.draft, second)
    assert printed(store, world)[at] == "2. Good faith shall be presumed."
    assert drafting.verify(store, world.draft).sound
