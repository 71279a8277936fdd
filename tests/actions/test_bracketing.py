from datetime import timedelta

import pytest

from app.actions import drafting
from app.actions.bracketing import Ledger, Sort, Tally, Way, ledger, lift, lifted
from app.actions.refusals import Forbidden, Invalid, Missing, Moved, SignInNeeded
from app.store.unit import Store, Stores
from app.treaty import brackets
from app.treaty.document import Clause, Document, Kind
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
    assert read(store, world).tally.total == 2


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


def test_a_hostile_text_is_read_as_well(store: Store, world: World) -> None:
    text = "[" * 5_000 + "x" + "]" * 5_000 + "[a][b]" * 2_000
    document = Document("Deep", (Clause(Kind.PARAGRAPH, text=text),))
    draft = store.drafts.create(slug="deep", document=document, by=world.chair)
    assert ledger(store, world.chair, draft).tally.total == 9_000
