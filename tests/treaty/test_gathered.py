"""That what is gathered page by page is, section for section, what walking over all of it makes."""

from random import Random

import pytest

from app.treaty import gathered
from app.treaty.changes import ChangeSet, Section
from app.treaty.gathered import Gathered
from tests.support.changing import cases

SEEDS = range(12)


def small(dice: Random, length: int, spread: int = 40) -> ChangeSet:
    """A change of a text of that length: mostly one edit, seldom none or some near each other."""
    edits = []
    at = dice.randint(0, length)
    for _ in range(dice.choice((0, 1, 1, 1, 1, 1, 1, 2, 3))):
        start = min(length, at + dice.choice((0, 0, 1, 2, dice.randint(0, spread))))
        at = min(length, start + dice.choice((0, 0, 1, 1, 2, 5, dice.randint(0, spread))))
        edits.append((start, at, dice.choice(("", "", "a", "bc", "𝔸", "d" * dice.randint(0, 9)))))
    return ChangeSet.build(length, edits)


def unjoined(dice: Random, changes: ChangeSet) -> ChangeSet:
    """The same change as a browser may say it too, some of what stays in two pieces."""
    said: list[Section] = []
    for section in changes.sections:
        if section[1] is None and section[0] > 1 and dice.random() < 0.5:
            said += [(1, None), (section[0] - 1, None)]
        else:
            said.append(section)
    return ChangeSet(tuple(said))


@pytest.fixture(params=[1, 2, 16])
def pages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Pages so short that every change goes over some, and those of every day."""
    monkeypatch.setattr(gathered, "_PAGE", request.param)
    return int(request.param)


@pytest.mark.parametrize("seed", SEEDS)
def test_composing_one_by_one_makes_the_same_sections(pages: int, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    slow = small(dice, dice.choice((0, 30, 900)))
    many = Gathered(slow)
    for at in range(250):
        change = unjoined(dice, small(dice, slow.new_length))
        many.compose(change)
        slow = slow.compose(change)
        if dice.random() < 0.1:
            assert many.done() == slow, (seed, at)
    assert many.done() == slow, seed


@pytest.mark.parametrize("seed", SEEDS)
def test_carrying_over_one_by_one_makes_the_same_sections(pages: int, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    length = dice.choice((30, 300, 900))
    slow = ChangeSet.unchanged(length)
    for _ in range(dice.choice((5, 60, 200))):
        slow = slow.compose(small(dice, slow.new_length, 3))
    if seed % 2:
        slow = slow.invert("x" * length)
    many = Gathered(slow)
    for at in range(120):
        change = unjoined(dice, small(dice, slow.length))
        assert many.under(change) == change.map(slow, before=True), (seed, at)
        many.map(change)
        slow = slow.map(change)
        if dice.random() < 0.1:
            assert many.done() == slow, (seed, at)
    assert many.done() == slow, seed


def test_it_does_the_same_to_texts_of_every_script(pages: int) -> None:
    for text, first, other, second in cases(7, 400):
        many = Gathered(first)
        many.compose(second)
        assert many.done() == first.compose(second), (text, first, second)
        carried = Gathered(first)
        assert carried.under(other) == other.map(first, before=True), (text, first, other)
        carried.map(other)
        assert carried.done() == first.map(other), (text, first, other)


def test_a_change_for_another_text_is_refused(pages: int) -> None:
    edits = [(at, at + 1, "") for at in range(0, 400, 2)]
    for changes in (ChangeSet.build(400, edits), ChangeSet.build(4, [(0, 1, "")])):
        many = Gathered(changes)
        wrong = ChangeSet.build(999, [(0, 1, "")])
        for act in (many.compose, many.map, many.under):
            with pytest.raises(ValueError, match="999"):
                act(wrong)
        assert many.done() == changes
