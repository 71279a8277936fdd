import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest

from app.actions import drafting
from app.actions.refusals import Invalid, Missing
from app.store.citations import Relation
from app.store.journal import RENUMBERED, EntryRecord
from app.store.unit import Store, Stores
from app.treaty import gathered
from app.treaty.changes import ChangeSet, utf16_len
from tests.support import plainly
from tests.support.typed import stroke, type_in
from tests.support.world import Clock, World, fill

PRESUMED = "Good faith is presumed."
State = list[tuple[str, int, str, str]]


def state(store: Store, world: World) -> State:
    clauses = store.drafts.clauses(world.draft.id)
    return [(clause.uid, clause.depth, clause.heading, clause.text) for clause in clauses]


@pytest.fixture(autouse=True)
def _the_journal_holds(store: Store, world: World) -> Iterator[None]:
    yield
    assert drafting.verify(store, world.draft).faults == ()


def acts(store: Store, world: World) -> dict[str, Callable[[], object]]:
    seat, draft, uid = world.drafter, world.draft, world.uid
    return {
        "reword": lambda: drafting.reword(store, seat, draft, uid(PRESUMED), "x", seen=1),
        "retitle": lambda: drafting.retitle(store, seat, draft, uid("Use of"), "Terms", seen=1),
        "insert": lambda: drafting.insert(
            store, seat, draft, after=uid(PRESUMED), kind="paragraph", text="x"
        ),
        "insert an article": lambda: drafting.insert(
            store, seat, draft, after=uid(PRESUMED), kind="article", heading="X", text="x"
        ),
        "strike": lambda: drafting.strike(store, seat, draft, uid("General"), seen=1),
        "split": lambda: drafting.split(store, seat, draft, uid(PRESUMED), at=10, seen=1),
        "merge": lambda: drafting.merge(store, seat, draft, uid(PRESUMED), seen=1),
        "move": lambda: drafting.move(
            store, seat, draft, uid("Use of"), after=uid("Protection of")
        ),
        "move a part": lambda: drafting.move(
            store, seat, draft, uid("General"), after=uid("Done in")
        ),
        "describe": lambda: drafting.describe(store, seat, draft, title="Other"),
    }


ACTS = [
    "reword",
    "retitle",
    "insert",
    "insert an article",
    "strike",
    "split",
    "merge",
    "move",
    "move a part",
    "describe",
]


@pytest.mark.parametrize("name", ACTS)
def test_every_act_can_be_undone_and_done_again(store: Store, world: World, name: str) -> None:
    before = state(store, world)
    acts(store, world)[name]()
    done = state(store, world)
    assert done != before or name == "describe"
    undoing = drafting.undo(store, world.drafter, world.draft)
    assert undoing.origin == "undo" and undoing.author == "Drafter A"
    assert state(store, world) == before
    again = drafting.revert(store, world.drafter, world.draft, undoing.seq)
    assert again.origin == "revert"
    assert state(store, world) == done


@pytest.mark.parametrize("name", ACTS)
def test_anybody_who_may_edit_can_take_it_back(store: Store, world: World, name: str) -> None:
    before = state(store, world)
    acts(store, world)[name]()
    last = drafting.open_draft(store, world.chair, "small").seq
    entry = drafting.revert(store, world.chair, world.draft, last)
    assert entry.author == "Chair"
    assert state(store, world) == before


def test_undoing_goes_back_step_by_step_and_only_over_ones_own(store: Store, world: World) -> None:
    before = state(store, world)
    uid = world.uid(PRESUMED)
    for seen, words in enumerate(("A.", "B.", "C."), start=1):
        drafting.reword(store, world.drafter, world.draft, uid, words, seen=seen)
    drafting.reword(
        store, world.chair, world.draft, world.uid("Recognizing"), "Recognizing it,", seen=1
    )
    for words in ("B.", "A.", PRESUMED):
        drafting.undo(store, world.drafter, world.draft)
        assert drafting.clause(store, world.drafter, world.draft, uid).text == words
    with pytest.raises(Invalid, match="nothing of yours"):
        drafting.undo(store, world.drafter, world.draft)
    drafting.undo(store, world.chair, world.draft)
    assert state(store, world) == before


def test_later_words_of_others_stay(store: Store, world: World) -> None:
    uid = world.uid("[shall]")
    base = "Talks [shall] [should] be held in good faith."
    drafting.reword(
        store, world.drafter, world.draft, uid, base.replace("Talks", "All 𝔸 talks"), seen=1
    )
    text = drafting.clause(store, world.chair, world.draft, uid).text
    drafting.reword(
        store,
        world.chair,
        world.draft,
        uid,
        text.replace("good faith", "good faith always"),
        seen=2,
    )
    drafting.undo(store, world.drafter, world.draft)
    text = drafting.clause(store, world.chair, world.draft, uid).text
    assert text == "Talks [shall] [should] be held in good faith always."


def test_a_heading_that_was_changed_again_is_left_to_people(store: Store, world: World) -> None:
    uid = world.uid("Use of terms")
    drafting.retitle(store, world.drafter, world.draft, uid, "Terms", seen=1)
    drafting.retitle(store, world.chair, world.draft, uid, "Definitions", seen=2)
    with pytest.raises(Invalid, match="by hand"):
        drafting.undo(store, world.drafter, world.draft)


def test_a_part_that_was_split_off_and_changed_is_not_thrown_away(
    store: Store, world: World
) -> None:
    made = drafting.split(store, world.drafter, world.draft, world.uid(PRESUMED), at=10, seen=1)
    drafting.reword(store, world.chair, world.draft, made.uid, "is always presumed.", seen=1)
    with pytest.raises(Invalid, match="join it"):
        drafting.undo(store, world.drafter, world.draft)


def test_words_of_a_struck_clause_wait_for_it(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    drafting.reword(store, world.drafter, world.draft, uid, "x", seen=1)
    drafting.strike(store, world.chair, world.draft, uid, seen=2)
    with pytest.raises(Invalid, match="restore it first"):
        drafting.undo(store, world.drafter, world.draft)


def test_what_is_gone_already_cannot_be_taken_back_twice(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    drafting.reword(store, world.drafter, world.draft, uid, "Good faith rules.", seen=1)
    seq = drafting.open_draft(store, world.chair, "small").seq
    drafting.revert(store, world.chair, world.draft, seq)
    with pytest.raises(Invalid, match="Nothing is left"):
        drafting.revert(store, world.chair, world.draft, seq)


def test_how_the_draft_began_and_its_editions_stay(store: Store, world: World) -> None:
    drafting.name_edition(store, world.chair, world.draft, name="Zero")
    last = drafting.open_draft(store, world.chair, "small").seq
    with pytest.raises(Invalid, match="edition is a record"):
        drafting.revert(store, world.chair, world.draft, last)
    with pytest.raises(Invalid, match="came with the draft"):
        drafting.revert(store, world.chair, world.draft, 2)
    with pytest.raises(Invalid, match="began"):
        drafting.revert(store, world.chair, world.draft, 1)
    with pytest.raises(Missing):
        drafting.revert(store, world.chair, world.draft, 999)
    with pytest.raises(Invalid, match="nothing of yours"):
        drafting.undo(store, world.chair, world.draft)


def test_what_others_left_nothing_of_is_passed_over(store: Store, world: World) -> None:
    uid, other = world.uid(PRESUMED), world.uid("Recognizing")
    drafting.reword(store, world.drafter, world.draft, other, "Recognizing it,", seen=1)
    drafting.reword(store, world.drafter, world.draft, uid, "Good faith is ever presumed.", seen=1)
    drafting.reword(store, world.chair, world.draft, uid, PRESUMED, seen=2)
    drafting.undo(store, world.drafter, world.draft)
    found = drafting.clause(store, world.chair, world.draft, other)
    assert found.text == "Recognizing that talks end wars,"


def test_an_undoing_can_be_taken_back_any_number_of_times(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    drafting.reword(store, world.drafter, world.draft, uid, "Changed words.", seen=1)
    first = drafting.open_draft(store, world.chair, "small").seq
    for _ in range(3):
        undoing = drafting.revert(store, world.chair, world.draft, first)
        assert drafting.clause(store, world.chair, world.draft, uid).text == PRESUMED
        drafting.revert(store, world.chair, world.draft, undoing.seq)
        assert drafting.clause(store, world.chair, world.draft, uid).text == "Changed words."


WORDS = ["Good", "faith", "is", "[shall]", "𝔸", "presumed", "always", "talks", "never"]


def changed(text: str, dice: Random) -> str:
    """The text with up to two of its words replaced by one or two others."""
    words = text.split()
    at = dice.randrange(len(words))
    words[at : at + dice.randrange(3)] = dice.sample(WORDS, dice.randrange(1, 3))
    return " ".join(words)


@pytest.mark.parametrize("seed", range(8))
def test_undoing_everything_leads_back_to_the_beginning(
    store: Store, world: World, seed: int
) -> None:
    """One author, sixteen random rewordings and undoings of one clause, then undo to the end."""
    dice = Random(seed)  # noqa: S311 - the same throws every time
    uid = world.uid(PRESUMED)
    past = [PRESUMED]
    for _ in range(16):
        clause = drafting.clause(store, world.drafter, world.draft, uid)
        assert clause.text == past[-1]
        text = changed(clause.text, dice)
        if len(past) > 1 and dice.random() < 0.3:
            drafting.undo(store, world.drafter, world.draft)
            past.pop()
        elif text != clause.text:
            drafting.reword(store, world.drafter, world.draft, uid, text, seen=clause.version)
            past.append(text)
    while len(past) > 1:
        past.pop()
        drafting.undo(store, world.drafter, world.draft)
        assert drafting.clause(store, world.drafter, world.draft, uid).text == past[-1]


@pytest.mark.parametrize("seed", range(8))
def test_two_who_undo_never_break_the_text(store: Store, world: World, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - the same throws every time
    uid = world.uid(PRESUMED)
    for _ in range(24):
        seat = dice.choice([world.drafter, world.chair])
        clause = drafting.clause(store, seat, world.draft, uid)
        if dice.random() < 0.4:
            with contextlib.suppress(Invalid):
                drafting.undo(store, seat, world.draft)
        else:
            text = changed(clause.text, dice)
            drafting.reword(store, seat, world.draft, uid, text, seen=clause.version)
    assert drafting.clause(store, world.chair, world.draft, uid).text.strip()


def ties(store: Store, world: World, uid: str) -> list[tuple[str, str, str]]:
    found = store.citations.of_draft(world.draft.id, uid)
    return sorted((one.relation.value, one.pinpoint, one.reason) for one in found)


def hang(store: Store, world: World, uid: str, *pinpoints: str) -> None:
    for pinpoint in pinpoints:
        store.citations.add(
            draft_id=world.draft.id,
            uid=uid,
            passage_id=world.passages[0].id,
            relation=Relation.SUPPORTS,
            pinpoint=pinpoint,
            reason=f"{uid} {pinpoint}",
            author=world.chair,
        )


def test_what_hangs_on_a_clause_goes_where_its_words_go(store: Store, world: World) -> None:
    draft, target, gone = world.draft, world.uid("[shall]"), world.uid(PRESUMED)
    hang(store, world, target, "1")
    hang(store, world, gone, "1", "2", "3")
    store.citations.set_topics(draft.id, target, ["C01"])
    store.citations.set_topics(draft.id, gone, ["C01", "C02"])
    store.citations.set_gap(draft.id, gone, "None is known.")
    before = ties(store, world, target), ties(store, world, gone)

    def merged() -> None:
        assert [tie[1] for tie in ties(store, world, target)] == ["1", "2", "3"]
        assert ties(store, world, gone) == before[1][:1]  # the very same tie is not made twice
        assert store.citations.topics_of(draft.id, target) == ("C01", "C02")
        assert store.citations.gaps(draft.id) == {target: "None is known."}
        assert drafting.successor(store, draft, gone) == target
        assert store.citations.of_draft(draft.id, target)[-1].author == "Chair"

    drafting.merge(store, world.drafter, draft, gone, seen=1)
    assert drafting.consequences(store, draft).citations == 2
    merged()
    undoing = drafting.undo(store, world.drafter, draft)
    assert (ties(store, world, target), ties(store, world, gone)) == before
    assert store.citations.topics(draft.id)[gone] == ("C01", "C02")
    assert store.citations.gaps(draft.id) == {gone: "None is known."}
    assert drafting.successor(store, draft, gone) is None
    again = drafting.revert(store, world.drafter, draft, undoing.seq)
    merged()
    drafting.revert(store, world.drafter, draft, again.seq)
    assert (ties(store, world, target), ties(store, world, gone)) == before


def test_both_halves_rest_on_what_the_whole_rested_on(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    hang(store, world, uid, "1", "2")
    whole = ties(store, world, uid)
    made = drafting.split(store, world.drafter, world.draft, uid, at=10, seen=1)
    assert ties(store, world, uid) == ties(store, world, made.uid) == whole
    assert drafting.consequences(store, world.draft).citations == 2
    hang(store, world, made.uid, "3")
    undoing = drafting.undo(store, world.drafter, world.draft)
    assert [tie[1] for tie in ties(store, world, uid)] == ["1", "2", "3"]
    assert drafting.successor(store, world.draft, made.uid) == uid
    drafting.revert(store, world.drafter, world.draft, undoing.seq)
    assert ties(store, world, uid) == whole
    assert [tie[1] for tie in ties(store, world, made.uid)] == ["1", "2", "3"]


def test_a_successor_is_followed_over_every_joining(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    made = drafting.split(store, world.drafter, world.draft, uid, at=10, seen=1)
    drafting.merge(store, world.drafter, world.draft, made.uid, seen=1)
    drafting.merge(store, world.drafter, world.draft, uid, seen=3)
    assert drafting.successor(store, world.draft, made.uid) == world.uid("[shall]")
    assert drafting.successor(store, world.draft, world.uid("[shall]")) is None
    assert drafting.successor(store, world.draft, "unknown") is None


def test_what_a_new_part_has_taken_under_itself_stays_when_it_goes(
    store: Store, world: World
) -> None:
    before = state(store, world)
    part = drafting.insert(
        store, world.drafter, world.draft, after=world.uid("Use of"), kind="part", heading="New"
    )
    drafting.insert(
        store, world.chair, world.draft, after=part.uid, kind="section", heading="Newer"
    )
    drafting.undo(store, world.drafter, world.draft)
    assert state(store, world) == before


class TestRuns:
    """What is typed is journalled stroke by stroke, and taken back in one go."""

    def test_a_run_goes_as_one_and_comes_back_as_one(self, store: Store, world: World) -> None:
        uid, seat = world.uid(PRESUMED), world.drafter
        before = state(store, world)
        typed = type_in(store, world.draft.id, uid, seat, "Always: ")
        after = state(store, world)
        undone = drafting.undo(store, seat, world.draft)
        assert undone.detail == {"undoes": typed[0].seq, "through": typed[-1].seq}
        assert state(store, world) == before
        drafting.revert(store, seat, world.draft, undone.seq)
        assert state(store, world) == after
        drafting.undo(store, seat, world.draft)
        with pytest.raises(Invalid, match="nothing of yours"):
            drafting.undo(store, seat, world.draft)

    def test_a_heading_that_was_typed_goes_too(self, store: Store, world: World) -> None:
        uid = world.uid("Use of")
        type_in(store, world.draft.id, uid, world.drafter, "The ")
        drafting.undo(store, world.drafter, world.draft)
        assert store.drafts.clause(world.draft.id, uid).heading == "Use of terms"  # type: ignore[union-attr]

    def test_words_of_others_stay_and_part_the_runs(self, store: Store, world: World) -> None:
        uid, draft = world.uid(PRESUMED), world.draft
        type_in(store, draft.id, uid, world.drafter, "A")
        type_in(store, draft.id, uid, world.chair, "B")
        type_in(store, draft.id, uid, world.drafter, "CD")
        drafting.undo(store, world.drafter, draft)
        assert store.drafts.words_at(draft.id, uid, seq=999) == f"BA{PRESUMED}"
        drafting.undo(store, world.drafter, draft)
        assert store.drafts.words_at(draft.id, uid, seq=999) == f"B{PRESUMED}"
        drafting.undo(store, world.chair, draft)
        assert store.drafts.words_at(draft.id, uid, seq=999) == PRESUMED

    def test_another_clause_in_between_does_not_part_a_run(
        self, store: Store, world: World
    ) -> None:
        uid, other, draft = world.uid(PRESUMED), world.uid("Nobody"), world.draft
        first = type_in(store, draft.id, uid, world.drafter, "A")
        type_in(store, draft.id, other, world.drafter, "B")
        type_in(store, draft.id, uid, world.drafter, "C")
        undone = drafting.undo(store, world.drafter, draft)
        assert undone.detail["undoes"] == first[0].seq
        assert store.drafts.words_at(draft.id, other, seq=undone.seq) == (
            "BNobody shall be prosecuted for having talked."
        )

    def test_a_pause_parts_a_run(self, stores: Stores, clock: Clock) -> None:
        with stores.begin() as store:
            world = fill(store)
        uid, draft = world.uid(PRESUMED), world.draft
        for letter, pause in (("A", 0), ("B", 30), ("C", 31)):
            clock.forward(timedelta(seconds=pause))
            with stores.begin() as store:
                type_in(store, draft.id, uid, world.drafter, letter)
        with stores.begin() as store:
            for words in (f"BA{PRESUMED}", PRESUMED):
                drafting.undo(store, world.drafter, draft)
                assert store.drafts.words_at(draft.id, uid, seq=999) == words
            with pytest.raises(Invalid):
                drafting.undo(store, world.drafter, draft)
            assert drafting.verify(store, draft).faults == ()

    def test_what_was_typed_into_an_empty_clause_goes(self, store: Store, world: World) -> None:
        before = state(store, world)
        made = drafting.begin(store, world.drafter, world.draft, world.uid(PRESUMED))
        type_in(store, world.draft.id, made.uid, world.drafter, "New words.")
        for _ in range(2):
            drafting.undo(store, world.drafter, world.draft)
        assert state(store, world) == before

    def test_a_part_of_a_run_is_reverted_when_both_ends_are_named(
        self, store: Store, world: World
    ) -> None:
        uid, draft = world.uid(PRESUMED), world.draft
        typed = type_in(store, draft.id, uid, world.drafter, "ABCD")
        drafting.revert(store, world.chair, draft, typed[1].seq, through=typed[2].seq)
        assert store.drafts.words_at(draft.id, uid, seq=999) == f"AD{PRESUMED}"
        drafting.undo(store, world.chair, draft)
        assert store.drafts.words_at(draft.id, uid, seq=999) == f"ABCD{PRESUMED}"
        drafting.revert(store, world.chair, draft, typed[1].seq)
        assert store.drafts.words_at(draft.id, uid, seq=999) == PRESUMED
        others = type_in(store, draft.id, uid, world.chair, "X")
        with pytest.raises(Invalid, match="in one go"):
            drafting.revert(store, world.chair, draft, typed[1].seq, through=others[0].seq)

    def test_strokes_that_came_to_nothing_are_passed_over(self, store: Store, world: World) -> None:
        uid, draft = world.uid(PRESUMED), world.draft
        drafting.reword(store, world.drafter, draft, world.uid("Nobody"), "Nobody.", seen=1)
        clause = store.drafts.clause(draft.id, uid)
        assert clause is not None
        head = store.strokes.head(draft.id)
        store.strokes.write(draft.id, head, [stroke(clause, world.drafter, 0, 0, "", "client01.1")])
        undone = drafting.undo(store, world.drafter, draft)
        assert undone.uid == world.uid("Nobody")


def type_about(store: Store, world: World, uid: str, dice: Random) -> None:
    """A burst of one seat's strokes at places near each other, some of which delete."""
    seat = dice.choice((world.drafter, world.chair))
    at = dice.randint(0, 60)
    for _ in range(dice.randint(1, 12)):
        clause = store.strokes.clauses(world.draft.id, [uid])[uid]
        length = utf16_len(clause.words)
        at = min(length, max(0, at + dice.randint(-3, 3)))
        gone = min(length - at, dice.choice((0, 0, 0, 1, 2)))
        words = "" if gone and dice.random() < 0.6 else dice.choice("abcde")
        head = store.strokes.head(world.draft.id)
        store.strokes.write(world.draft.id, head, [stroke(clause, seat, at, gone, words)])


def follow_a_number(store: Store, world: World, uid: str, dice: Random) -> None:
    """A number in the clause changes, as it does when articles are moved."""
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    at = dice.randint(0, len(clause.text) - 1)
    changes = ChangeSet.build(len(clause.text), [(at, at + 1, dice.choice("123456789"))])
    with store.drafts.pen(world.draft.id, world.chair, origin=RENUMBERED) as pen:
        assert pen.reword(clause, changes)


def say_by_form(store: Store, world: World, uid: str, dice: Random) -> None:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    words = clause.text.split()
    words[dice.randrange(len(words))] = dice.choice(("peace", "talks and talks", "may"))
    drafting.reword(store, world.chair, world.draft, uid, " ".join(words), seen=clause.version)


def history_of(store: Store, world: World, uid: str) -> tuple[EntryRecord, ...]:
    return store.drafts.history(world.draft.id, uid)


def revert_any(store: Store, world: World, uid: str, dice: Random) -> None:
    """Any entry, or one that was taken back or took back, which may have come back since."""
    history = history_of(store, world, uid)[1:]
    undoings = [entry for entry in history if "undoes" in entry.detail]
    some = [entry.seq for entry in undoings] + [entry.detail["undoes"] for entry in undoings]
    any_ = [entry.seq for entry in history]
    seqs = dice.choice((any_, some, some)) or any_
    if not seqs:
        return
    seq = dice.choice(seqs)
    try:
        drafting.revert(store, world.chair, world.draft, seq)
    except Invalid as refused:
        entry = store.drafts.entry(world.draft.id, seq)
        assert entry is not None
        if "Nothing is left" in str(refused) and not (entry.is_stroke or entry.is_renumbering):
            back = plainly.inverse(history_of(store, world, uid), seq, seq)
            assert back is None or back.is_empty


def undo_own(store: Store, world: World, uid: str, dice: Random) -> None:
    drafting.undo(store, dice.choice((world.drafter, world.chair)), world.draft)


@pytest.mark.parametrize("seed", range(16))
def test_what_is_taken_back_is_what_the_slow_way_takes_back(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Words of two, typed and by forms, numbers that follow, undoings and their undoings."""
    if seed % 2:
        monkeypatch.setattr(gathered, "_PAGE", 1)
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    uid = world.uid("[shall]")
    acts = (type_about, type_about, undo_own, revert_any, revert_any, say_by_form, follow_a_number)
    seen = 1
    taken_back = 0
    for at in range(40):
        with contextlib.suppress(Invalid):
            dice.choice(acts)(store, world, uid, dice)
        history = history_of(store, world, uid)
        for index, entry in enumerate(history[seen:], start=seen):
            if "undoes" in entry.detail:
                first = entry.detail["undoes"]
                slow = plainly.inverse(history[:index], first, entry.detail.get("through", first))
                assert entry.word_changes == slow, (seed, at, entry)
                taken_back += 1
        seen = len(history)
    assert taken_back > 3
