"""Blame in a notation of its own: every author's words behind the author's letter."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty import blame as blaming
from app.treaty.blame import Span, Step, Words, blame, part, words
from app.treaty.changes import ChangeSet, cut, to_units, utf16_len
from app.treaty.diff import between
from tests.treaty.test_changes import change_of

AUTHORS = "ABC"


def steps_of(*told: tuple[str, str]) -> list[Step[str]]:
    """One step for every (author, text), from the empty text on."""
    steps = []
    now = ""
    for at, (author, text) in enumerate(told):
        steps.append(Step(author, between(now, text), at))
        now = text
    return steps


def shown(told: tuple[Words[str], ...]) -> str:
    return "|".join(f"{piece.author}{piece.at}:{piece.text}" for piece in told)


def test_no_history_has_no_words() -> None:
    assert blame([]) == ()
    assert words([Step("A", ChangeSet(), 0)]) == ()


def test_each_has_what_he_inserted_last() -> None:
    steps = steps_of(
        ("A", "Each Party may meet."),
        ("B", "Each Party shall meet."),
        ("C", "Each State Party shall meet."),
    )
    assert shown(words(steps)) == "A0:Each |C2:State |A0:Party |B1:shall|A0: meet."
    assert blame(steps)[1] == Span(5, 11, "C", 2)


def test_who_deletes_a_word_and_types_it_again_owns_it() -> None:
    steps = steps_of(("A", "Each Party."), ("B", "Each."), ("B", "Each Party."))
    assert shown(words(steps)) == "A0:Each|B2: Party|A0:."


def test_words_of_one_author_at_two_times_have_two_ages() -> None:
    steps = steps_of(("A", "one"), ("A", "one two"))
    assert shown(words(steps)) == "A0:one|A1: two"


def test_a_number_that_followed_leaves_the_words_to_their_author() -> None:
    steps = steps_of(("A", "as in article 5, twice"), ("renumbering", "as in article 6, twice"))
    assert shown(words(steps)) == "A0:as in article |renumbering1:6|A0:, twice"


class TestTakingBack:
    def test_words_that_come_back_are_their_first_authors(self) -> None:
        first, gone = steps_of(("A", "one two three"), ("B", "one three"))
        again = Step("B", gone.changes.invert("one two three"), 2, undoes=1)
        assert shown(words([first, gone, again])) == "A0:one two three"

    def test_what_two_wrote_comes_back_as_theirs(self) -> None:
        steps = steps_of(("A", "one two three"), ("B", "one 2 two three"), ("C", "three"))
        back = Step("A", steps[-1].changes.invert("one 2 two three"), 3, undoes=2)
        assert shown(words([*steps, back])) == "A0:one |B1:2 |A0:two three"

    def test_only_a_part_may_come_back(self) -> None:
        steps = steps_of(("A", "one two three"), ("B", "one"))
        back = Step("C", ChangeSet.build(3, [(3, 3, " two")]), 2, undoes=1)
        assert shown(words([*steps, back])) == "A0:one two"

    def test_an_undoing_undone_and_done_again(self) -> None:
        steps = steps_of(("A", "one two"), ("B", "one"))
        cut_off = steps[-1].changes
        back = cut_off.invert("one two")
        steps += [
            Step("B", back, 2, undoes=1),
            Step("B", cut_off, 3, undoes=2),
            Step("C", back, 4, undoes=3),
        ]
        assert shown(words(steps)) == "A0:one two"

    def test_other_words_of_an_undoing_are_its_own(self) -> None:
        steps = steps_of(("A", "one two"), ("B", "one"))
        other = Step("B", ChangeSet.build(3, [(3, 3, " six")]), 2, undoes=1)
        assert shown(words([*steps, other])) == "A0:one|B2: six"


class TestBetweenClauses:
    def test_a_clause_that_was_split_off_keeps_its_authors(self) -> None:
        whole = words(steps_of(("A", "One. Two shall."), ("B", "One. Two may.")))
        half = Step("C", ChangeSet.build(0, [(0, 0, "Two may.")]), 7, lent=whole)
        assert shown(words([half])) == "A0:Two |B1:may|A0:."
        assert words([half]) == part(whole, 5, 13)

    def test_joined_words_keep_their_authors(self) -> None:
        other = words(steps_of(("B", "Two."), ("C", "Two, too.")))
        steps = steps_of(("A", "One."))
        joined = Step("D", ChangeSet.build(4, [(4, 4, " Two, too.")]), 5, lent=other)
        assert shown(words([*steps, joined])) == "A0:One.|D5: |B0:Two|C1:, too|B0:."

    def test_the_fold_goes_on_from_where_another_ended(self) -> None:
        steps = steps_of(("A", "one 😀"), ("B", "one 😀 two"), ("C", "two"))
        for at in range(4):
            assert words(steps[at:], seed=words(steps[:at])) == words(steps)


def test_a_part_is_cut_between_characters_only() -> None:
    told = (Words("a😀", "A", 0), Words("b", "B", 1))
    assert part(told, 1, 4) == (Words("😀", "A", 0), Words("b", "B", 1))
    assert part(told, 4, 4) == ()
    with pytest.raises(ValueError, match="codec"):
        part(told, 2, 4)


def test_a_step_for_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="step 3"):
        blame([Step("A", ChangeSet.unchanged(2), 3)])


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Step[str]]]:
    """A text and the steps that made it; some of them take the one before back."""
    texts = [""]
    steps: list[Step[str]] = []
    for at in range(draw(st.integers(0, 6))):
        author = draw(st.sampled_from(AUTHORS))
        undoes = at - 1 if at and draw(st.integers(0, 3)) == 0 else None
        if undoes is None:
            changes = draw(change_of(texts[-1]))
        else:
            changes = steps[-1].changes.invert(texts[-2])
        texts.append(changes.apply(texts[-1]))
        steps.append(Step(author, changes, at, undoes))
    return texts[-1], steps


@given(histories())
def test_spans_tile_the_text_and_say_what_the_words_say(
    made: tuple[str, list[Step[str]]],
) -> None:
    text, steps = made
    spans, told = blame(steps), words(steps)
    assert [(s.start, s.end) for s in spans] == list(pairwise([0, *(span.end for span in spans)]))
    assert all(span.start < span.end for span in spans)
    assert (spans[-1].end if spans else 0) == utf16_len(text)
    assert "".join(piece.text for piece in told) == text
    assert told == tuple(Words(cut(text, s.start, s.end), s.author, s.at) for s in spans)
    for one, other in pairwise(told):
        assert (one.author, one.at) != (other.author, other.at)


@given(histories())
def test_every_unit_is_its_inserters(made: tuple[str, list[Step[str]]]) -> None:
    """The same told unit by unit, the simplest way there is; undoings are left out."""
    text, steps = made
    plain = [Step(step.author, step.changes, step.at) for step in steps]
    owners: list[int] = []
    for step in plain:
        now: list[int] = []
        for length, inserted in step.changes.sections:
            now += owners[:length] if inserted is None else [step.at] * len(inserted)
            del owners[:length]
        owners = now
    spans = blame(plain)
    assert [span.at for span in spans for _ in range(span.start, span.end)] == owners
    assert all(span.author == plain[span.at].author for span in spans)
    assert len(owners) == len(to_units(text))


@given(histories(), st.sampled_from(AUTHORS))
def test_undoing_the_last_step_gives_every_word_back(
    made: tuple[str, list[Step[str]]], author: str
) -> None:
    _, steps = made
    if not steps:
        return
    before = "".join(piece.text for piece in words(steps[:-1]))
    back = Step(author, steps[-1].changes.invert(before), 99, undoes=steps[-1].at)
    assert words([*steps, back]) == words(steps[:-1])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("page", [1, 4, 32])
def test_a_long_history_is_told_alike_on_short_pages_and_on_one(
    monkeypatch: pytest.MonkeyPatch, seed: int, page: int
) -> None:
    """Letters typed here and there, stretches that go, come back, and are lent to others."""
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    steps: list[Step[str]] = []
    texts = [""]
    for at in range(300):
        length = len(texts[-1])
        undoes = at - 1 if at and dice.random() < 0.1 else None
        if undoes is None:
            start = dice.randint(0, length)
            end = min(length, start + dice.choice((0, 0, 0, 1, 3, 20)))
            said = dice.choice(("a", "bc", "", "def" * dice.randint(0, 9)))
            changes = ChangeSet.build(length, [(start, end, said)])
        else:
            changes = steps[-1].changes.invert(texts[-2])
        steps.append(Step(dice.choice(AUTHORS), changes, at, undoes))
        texts.append(changes.apply(texts[-1]))
    half = len(steps) // 2
    lent = Step("D", ChangeSet.build(0, [(0, 0, texts[half][3:40])]), 500)
    monkeypatch.setattr(blaming, "_PAGE", 10**6)
    whole = words(steps)
    begun = words(steps[:half])
    other = words([Step(lent.author, lent.changes, lent.at, lent=begun)])
    monkeypatch.setattr(blaming, "_PAGE", page)
    assert words(steps) == whole, seed
    assert words(steps[:half]) == begun, seed
    assert words([Step(lent.author, lent.changes, lent.at, lent=begun)]) == other, seed
    assert "".join(piece.text for piece in whole) == texts[-1]
