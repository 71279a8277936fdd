import random

import pytest

from app.actions import drafting, incorporating, lifting, negotiating
from app.actions.bracketing import Listed, ledger
from app.actions.claiming import claim, refresh, state, told
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.claims import ClaimRecord
from app.store.drafts import ClauseRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from app.treaty import brackets
from app.treaty.document import Clause, Document, Kind
from tests.support.delegations import seat_them
from tests.support.world import World

PRESUMED = "Good faith is presumed."
SHALL = "[shall]"
SEED = 20261


def now(store: Store, world: World, uid: str) -> ClauseRecord:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause


def say(store: Store, world: World, uid: str, words: str) -> None:
    clause = now(store, world, uid)
    drafting.reword(store, world.drafter, world.draft, uid, words, seen=clause.version)


def of(store: Store, world: World, words: str) -> Listed:
    (one,) = [
        each for each in ledger(store, world.chair, world.draft).listed if each.words == words
    ]
    return one


def own(
    store: Store,
    world: World,
    words: str,
    *owners: str,
    by: SeatRecord | None = None,
    nobodys: bool = False,
    reason: str = "",
) -> None:
    one = of(store, world, words)
    state(
        store,
        by or world.chair,
        world.draft,
        one.uid,
        start=one.start,
        end=one.end,
        seen=one.version,
        owners=owners,
        nobodys=nobodys,
        reason=reason,
    )


def gone(store: Store, world: World) -> tuple[ClaimRecord, ...]:
    return told(store, world.draft).gone


def test_owners_are_stated_one_several_none_or_not_at_all(store: Store, world: World) -> None:
    assert of(store, world, "shall").is_ownerless
    own(store, world, "shall", "Delegation B", " Delegation  A ", "", reason="Both  want it")
    one = of(store, world, "shall")
    assert one.owners == ("Delegation A", "Delegation B") and one.reason == "Both want it"
    assert not one.is_ownerless and of(store, world, "should").is_ownerless
    own(store, world, "shall", "Delegation C")
    assert of(store, world, "shall").owners == ("Delegation C",)
    own(store, world, "shall", nobodys=True)
    one = of(store, world, "shall")
    assert one.nobodys and one.owners == () and not one.is_ownerless
    own(store, world, "shall")
    one = of(store, world, "shall")
    assert one.is_ownerless and one.stated is not None
    before = store.claims.before(world.draft.id, one.stated.claim.key)
    assert [each.owners for each in before] == [
        (),
        ("Delegation C",),
        ("Delegation A", "Delegation B"),
    ]


def test_a_delegation_speaks_for_itself_alone(store: Store, world: World) -> None:
    they = seat_them(store, world)
    one = of(store, world, "shall")

    def ours(seat: SeatRecord, ours: bool, reason: str = "") -> None:
        where = {"start": one.start, "end": one.end, "seen": one.version}
        claim(store, seat, world.draft, one.uid, **where, ours=ours, reason=reason)

    ours(they.member_b, True, "We need it")
    ours(they.member_a, True)
    assert of(store, world, "shall").owners == ("Delegation A", "Delegation B")
    assert of(store, world, "shall").reason == "We need it"
    with pytest.raises(Invalid, match="already"):
        ours(they.member_a, True)
    ours(they.member_b, False)
    assert of(store, world, "shall").owners == ("Delegation A",)
    for role in (Role.CHAIR, Role.DRAFTER, Role.SCHOLAR, Role.OBSERVER):
        with pytest.raises(Forbidden):
            ours(world.seats[role], True)
    for seat in (they.member_a, world.seats[Role.SCHOLAR], world.seats[Role.OBSERVER]):
        with pytest.raises(Forbidden):
            own(store, world, "shall", "Delegation A", by=seat)


def test_what_cannot_be_said(store: Store, world: World) -> None:
    with pytest.raises(Invalid, match="nobody"):
        own(store, world, "shall", "Delegation A", nobodys=True)
    with pytest.raises(Invalid, match="120"):
        own(store, world, "shall", "A" * 121)
    uid = world.uid(SHALL)
    for start, end, seen in ((6, 12, 1), (0, 5, 1)):
        with pytest.raises(Missing):
            state(store, world.chair, world.draft, uid, start=start, end=end, seen=seen)
    with pytest.raises(Invalid, match="meanwhile"):
        state(store, world.chair, world.draft, uid, start=6, end=13, seen=9)
    with pytest.raises(Missing):
        state(store, world.chair, world.draft, "cnothing", start=6, end=13, seen=1)


def test_it_goes_where_the_bracket_goes(store: Store, world: World) -> None:
    own(store, world, "shall", "Delegation A")
    own(store, world, "should", "Delegation B")
    uid = world.uid(SHALL)
    say(store, world, uid, "All 😀 talks [shall] [really should] be held in good faith.")
    assert of(store, world, "shall").owners == ("Delegation A",)
    changed = of(store, world, "really should")
    assert changed.owners == ("Delegation B",)
    assert changed.stated is not None and changed.stated.has_changed
    assert changed.stated.claim.words == "should" and not changed.stated.is_doubtful
    made = drafting.split(store, world.drafter, world.draft, uid, at=20, seen=2)
    changed = of(store, world, "really should")
    assert changed.uid == made.uid and changed.owners == ("Delegation B",)
    drafting.merge(
        store, world.drafter, world.draft, made.uid, seen=now(store, world, made.uid).version
    )
    assert of(store, world, "really should").uid == uid
    assert of(store, world, "really should").owners == ("Delegation B",)
    assert of(store, world, "shall").owners == ("Delegation A",)


def test_one_put_in_the_place_of_another_is_not_the_same(store: Store, world: World) -> None:
    own(store, world, "shall", "Delegation A")
    uid = world.uid(SHALL)
    say(store, world, uid, "Talks [should] be held in good faith.")
    assert of(store, world, "should").is_ownerless
    (lost,) = gone(store, world)
    assert lost.words == "shall" and lost.owners == ("Delegation A",)
    drafting.undo(store, world.drafter, world.draft)
    assert of(store, world, "shall").owners == ("Delegation A",) and gone(store, world) == ()


def test_one_put_around_the_same_words_later_is_another(store: Store, world: World) -> None:
    own(store, world, "shall", "Delegation A")
    uid = world.uid(SHALL)
    say(store, world, uid, "Talks shall [should] be held in good faith.")
    assert len(gone(store, world)) == 1
    lifting.add(store, world.drafter, world.draft, uid, words="shall")
    assert of(store, world, "shall").is_ownerless and len(gone(store, world)) == 1
    # Said of the new one it is another saying: the old one is kept as it was.
    own(store, world, "shall", "Delegation B")
    assert of(store, world, "shall").owners == ("Delegation B",)
    assert [each.owners for each in gone(store, world)] == [("Delegation A",)]


def test_whose_it_was_when_it_was_taken_up_is_not_lost(store: Store, world: World) -> None:
    they = seat_them(store, world)
    uid = world.uid(PRESUMED)
    store.seats.change(
        they.focal_a.id, name="F", role=Role.DELEGATE, delegation="Alpha, Republic of", focal=True
    )
    (focal,) = [each for each in store.seats.all() if each.name == "F"]
    words = "Good faith is always presumed."
    made = negotiating.propose(
        store, focal, world.draft, uid, wish="replace", words=words, reason="So.", seen=1
    )
    negotiating.table(store, focal, world.draft, made.uid)
    incorporating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=True)
    one = of(store, world, "always")
    assert one.owners == ("Alpha, Republic of",)

    def ours(seat: SeatRecord, ours: bool, reason: str = "") -> None:
        where = {"start": one.start, "end": one.end, "seen": one.version}
        claim(store, seat, world.draft, uid, **where, ours=ours, reason=reason)

    ours(they.member_b, True, "We want it")
    assert of(store, world, "always").owners == ("Alpha, Republic of", "Delegation B")
    ours(focal, False)
    assert of(store, world, "always").owners == ("Delegation B",)
    ours(focal, True, "After all")
    again = of(store, world, "always")
    assert again.owners == ("Alpha, Republic of", "Delegation B")
    assert again.reason == "We want it; Alpha, Republic of: After all"


def test_it_comes_back_with_a_bracket_that_was_lifted(store: Store, world: World) -> None:
    own(store, world, "shall", "Delegation A")
    uid = world.uid(SHALL)
    say(store, world, uid, "Talks [indeed shall] [should] be held in good faith.")
    one = of(store, world, "indeed shall")
    where = {"start": one.start, "end": one.end, "seen": one.version}
    lifting.lift(store, world.drafter, world.draft, uid, **where, way="drop")
    assert [each.words for each in gone(store, world)] == ["shall"]
    drafting.undo(store, world.drafter, world.draft)
    one = of(store, world, "indeed shall")
    assert one.owners == ("Delegation A",)


def test_what_is_said_of_a_bracket_of_a_struck_clause_waits_for_it(
    store: Store, world: World
) -> None:
    own(store, world, "shall", "Delegation A")
    uid = world.uid(SHALL)
    drafting.strike(store, world.drafter, world.draft, uid, seen=1)
    assert len(gone(store, world)) == 1
    drafting.restore(store, world.drafter, world.draft, uid)
    assert of(store, world, "shall").owners == ("Delegation A",)


def test_keeping_it_anew_changes_nothing(store: Store, world: World) -> None:
    own(store, world, "shall", "Delegation A")
    say(store, world, world.uid(SHALL), "Indeed talks [shall not] [should] be held.")
    before = of(store, world, "shall not")
    assert refresh(store, world.draft) == 1 and refresh(store, world.draft) == 0
    after = of(store, world, "shall not")
    assert before.stated is not None and after.stated is not None
    assert (after.owners, after.stated.has_changed) == (before.owners, True)
    assert after.stated.claim.words == "shall" and after.stated.claim.seq > before.stated.claim.seq


def test_an_owner_is_never_shown_on_another_bracket(store: Store, world: World) -> None:
    """Each bracket holds a word of its own for good, so that whose it is can be told by it."""
    names = [f"mark{number}" for number in range(12)]
    text = " and ".join(f"one [{name}] two" for name in names)
    document = Document("Marked", (Clause(Kind.PARAGRAPH, text=text),))
    draft = store.drafts.create(slug="marked", document=document, by=world.chair)
    (clause,) = store.drafts.clauses(draft.id)
    for name, bracket in zip(names, brackets.read(text), strict=True):
        state(
            store,
            world.chair,
            draft,
            clause.uid,
            start=bracket.start,
            end=bracket.end,
            seen=1,
            owners=[name],
        )
    chance = random.Random(SEED)  # noqa: S311
    seen = 0
    for _ in range(90):
        clauses = store.drafts.clauses(draft.id)
        one = chance.choice(clauses)
        _edit(store, world, draft.slug, one, len(clauses), chance)
        draft = store.drafts.by_id(draft.id) or draft
        live = {each.uid: each for each in store.drafts.clauses(draft.id)}
        for stated in told(store, draft).stated.values():
            words = live[stated.uid].text[stated.start : stated.end]
            assert stated.claim.owners[0] + "]" in words, SEED
            seen += 1
        if chance.random() < 0.1:
            refresh(store, draft)
    assert seen > 200


def _edit(
    store: Store, world: World, slug: str, one: ClauseRecord, count: int, chance: random.Random
) -> None:
    draft, text = store.drafts.by_slug(slug), one.text
    assert draft is not None
    kind = chance.random()
    found = list(brackets.read(text))
    if kind < 0.15 and len(text) > 20 and count < 6:
        spaces = [at for at in range(8, len(text) - 8) if text[at] == " "]
        drafting.split(
            store, world.drafter, draft, one.uid, at=chance.choice(spaces), seen=one.version
        )
    elif kind < 0.25 and count > 1 and one.uid != store.drafts.clauses(draft.id)[0].uid:
        drafting.merge(store, world.drafter, draft, one.uid, seen=one.version)
    elif kind < 0.4:
        try:
            with store.attempt():
                drafting.undo(store, world.drafter, draft)
        except Invalid:
            return
    elif kind < 0.55 and found and len(found) > 1:
        gone = chance.choice(found)
        left = text[: gone.start] + "x" + text[gone.end :]
        drafting.reword(store, world.drafter, draft, one.uid, left, seen=one.version)
    else:
        # Words come and go, in brackets as out of them; marks and names of their own stay.
        words = text.split(" ")
        at = chance.randrange(len(words))
        if words[at].startswith("[") and chance.random() < 0.7:
            words[at] = "[new " + words[at][1:]
        else:
            words.insert(at, chance.choice(["one", "two", "and", "[]"]))
        drafting.reword(store, world.drafter, draft, one.uid, " ".join(words), seen=one.version)
