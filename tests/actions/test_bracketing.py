from datetime import timedelta

import pytest

from app.actions import drafting, incorporating, negotiating, stating
from app.actions.bracketing import Ledger, Sort, Tally, ledger, spoken
from app.actions.lifting import lift
from app.actions.refusals import SignInNeeded
from app.store.unit import Store, Stores
from app.treaty import brackets
from app.treaty.document import Clause, Document, Kind
from tests.support.delegations import seat_them
from tests.support.world import Clock, World, fill

PRESUMED = "Good faith is presumed."
SHALL = "Talks [shall] [should] be held in good faith."


def version(store: Store, world: World, uid: str) -> int:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.version


def say(store: Store, world: World, uid: str, words: str) -> None:
    seen = version(store, world, uid)
    drafting.reword(store, world.drafter, world.draft, uid, words, seen=seen)


def read(store: Store, world: World) -> Ledger:
    return ledger(store, world.chair, world.draft)


# What is in it


def test_every_bracket_is_listed_with_its_words_and_where_it_is(store: Store, world: World) -> None:
    found = read(store, world)
    uid = world.uid("[shall]")
    assert [(each.uid, each.words, each.citation) for each in found.listed] == [
        (uid, "shall", "Article 2, paragraph 1"),
        (uid, "should", "Article 2, paragraph 1"),
    ]
    assert all(SHALL[each.start : each.end] == f"[{each.words}]" for each in found.listed)
    assert found.tally == Tally(retain=2)


@pytest.mark.parametrize(
    ("words", "sorts"),
    [
        ("It [often] is.", [Sort.RETAIN]),
        ("It [shall][should] be.", [Sort.ALTERNATIVES] * 2),
        ("It [shall/should] be.", [Sort.ALTERNATIVES]),
        ("Within [X] days.", [Sort.BLANK]),
        ("It is [so [very] old][new].", [Sort.ALTERNATIVES, Sort.RETAIN, Sort.ALTERNATIVES]),
    ],
)
def test_a_bracket_is_of_a_sort(store: Store, world: World, words: str, sorts: list[Sort]) -> None:
    say(store, world, world.uid(PRESUMED), words)
    found = [each.sort for each in read(store, world).listed if each.uid == world.uid(PRESUMED)]
    assert found == sorts


def test_alternatives_name_each_other(store: Store, world: World) -> None:
    say(store, world, world.uid(PRESUMED), "It [shall][should][may] be [here/there].")
    found = read(store, world).listed[2:]
    assert [each.rivals for each in found[:3]] == [
        ("should", "may"),
        ("shall", "may"),
        ("shall", "should"),
    ]
    assert found[3].parts == ("here", "there") and found[3].rivals == ()


def test_it_counts_what_the_page_counts(store: Store, world: World) -> None:
    say(store, world, world.uid(PRESUMED), "[a [b][c] d] e] [")
    found = read(store, world)
    text = store.drafts.document(world.draft.id).clauses
    assert found.tally.total == sum(brackets.count(each.text) for each in text) == 5
    assert sum(each.tally.total for each in found.articles) == 5
    (article,) = found.articles
    assert article.citation == "Article 2" and article.heading == "Good faith"
    assert article.clauses == {world.uid("[shall]"): 2, world.uid(PRESUMED): 3}


def test_a_heading_and_the_preamble_have_brackets_too(store: Store, world: World) -> None:
    uid = world.uid("Use of terms")
    drafting.retitle(store, world.drafter, world.draft, uid, "Use [of terms]", seen=1)
    say(store, world, world.uid("Recognizing"), "Recognizing [that] talks end wars,")
    found = read(store, world)
    assert [(each.article, each.words) for each in found.listed[:2]] == [
        ("", "that"),
        (uid, "of terms"),
    ]
    assert [each.heading for each in found.articles[:2]] == ["Preamble", "Use [of terms]"]


def test_what_is_struck_holds_none(store: Store, world: World) -> None:
    drafting.strike(store, world.drafter, world.draft, world.uid("[shall]"), seen=1)
    assert read(store, world).listed == ()


def test_whoever_is_not_signed_in_reads_none(store: Store, world: World) -> None:
    with pytest.raises(SignInNeeded):
        ledger(store, None, world.draft)


# Its age


def test_a_bracket_is_as_old_as_its_opening_mark(lite: Stores, clock: Clock) -> None:
    with lite.begin() as store:
        world = fill(store)
    uid = world.uid(PRESUMED)
    clock.forward(timedelta(days=3))
    with lite.begin() as store:
        say(store, world, uid, "Good 😀 faith is [always] presumed.")
    clock.forward(timedelta(days=3))
    with lite.begin() as store:
        say(store, world, uid, "Good 😀 faith is [nearly always] presumed.")
    with lite.read() as store:
        found = [each for each in read(store, world).listed if each.uid == uid]
    (one,) = found
    assert one.entry.at == clock.now - timedelta(days=3)
    assert one.entry.author == "Drafter A" and one.entry.version == 2


def test_it_keeps_its_age_in_another_clause(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    say(store, world, uid, "Good faith [is] presumed.")
    before = read(store, world).listed[-1].entry
    made = drafting.split(store, world.drafter, world.draft, uid, at=11, seen=2)
    found = read(store, world).listed[-1]
    assert found.uid == made.uid and found.entry == before


# Counted over editions


def test_the_editions_are_counted_from_the_first_to_now(store: Store, world: World) -> None:
    drafting.name_edition(store, world.chair, world.draft, name="Rev.1")
    uid = world.uid("[shall]")
    lift(store, world.chair, world.draft, uid, start=6, end=13, seen=1, way="keep")
    found = read(store, world)
    assert [(each.name, each.tally.total) for each in found.stages] == [
        ("Rev.1", 2),
        ("As it stands", 1),
    ]


def test_a_hostile_text_is_read_as_well(store: Store, world: World) -> None:
    text = "[" * 1_500 + "x" + "]" * 1_500 + "[a][b]" * 500
    document = Document("Deep", (Clause(Kind.PARAGRAPH, text=text),))
    draft = store.drafts.create(slug="deep", document=document, by=world.chair)
    assert ledger(store, world.chair, draft).tally.total == 2_500


# What delegations say of it


def test_what_delegations_say_of_proposals_is_said_of_the_brackets_they_would_change(
    store: Store, world: World
) -> None:
    they = seat_them(store, world)
    uid = world.uid("[shall]")
    words = "Talks [shall] be held in good faith."
    made = negotiating.propose(
        store, they.focal_a, world.draft, uid, wish="replace", words=words, reason="One", seen=1
    )
    listed = read(store, world).listed
    assert spoken(store, they.focal_b, world.draft, listed) == {}
    negotiating.table(store, they.focal_a, world.draft, made.uid)
    stating.take_position(
        store, they.focal_b, world.draft, made.uid, stance="opposes", condition=""
    )
    should = next(each for each in listed if each.words == "should")
    told = spoken(store, they.focal_a, world.draft, listed)
    assert list(told) == [(uid, should.start)]
    # What B thinks is B's until the chair releases it.
    assert [(each.delegation, each.stance) for each in told[uid, should.start]] == [
        ("Delegation A", "proposes")
    ]
    told = spoken(store, they.focal_b, world.draft, listed)
    assert ("Delegation B", "opposes") in [
        (each.delegation, each.stance) for each in told[uid, should.start]
    ]


def test_a_bracket_is_as_its_proposal_was_spoken_to(store: Store, world: World) -> None:
    they = seat_them(store, world)
    uid = world.uid(PRESUMED)
    made = negotiating.propose(
        store,
        they.focal_a,
        world.draft,
        uid,
        wish="replace",
        words="Good faith is always presumed.",
        reason="Why not",
        seen=1,
    )
    negotiating.table(store, they.focal_a, world.draft, made.uid)
    incorporating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=True)
    (one,) = [each for each in read(store, world).listed if each.uid == uid]
    assert one.taken_from == made.uid and one.owners == ("Delegation A",)
    assert not one.is_ownerless and one.stated is None
    told = spoken(store, world.chair, world.draft, [one])
    assert [each.delegation for each in told[uid, one.start]] == ["Delegation A"]
