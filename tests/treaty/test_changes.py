"""The laws of change sets, on texts that mix scripts, accents and characters beyond the plane."""

import json
import os
from collections.abc import Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.changes import (
    ChangeSet,
    cut,
    from_units,
    map_sections,
    replace_all,
    to_units,
    utf16_len,
)
from tests.support.changing import cases
from tests.support.node import program

SEED = int(os.environ.get("TRAVAUX_SEED", "6"))
CASES = int(os.environ.get("TRAVAUX_CHANGES", "24000"))
SHORT = 20_000
AT_ONCE = 1000
TEXT = st.text(st.sampled_from("ab \n[]é\u0301漢ب😀𝔸"), max_size=14)


@st.composite
def change_of(draw: st.DrawFn, text: str) -> ChangeSet:
    places = [0]
    for character in text:
        places.append(places[-1] + utf16_len(character))
    points = sorted(draw(st.lists(st.sampled_from(places), max_size=8)))
    edits = [
        (start, end, draw(st.text(st.sampled_from("xy\n😀\u0301ٌ字"), max_size=3)))
        for start, end in zip(points[::2], points[1::2], strict=False)
    ]
    return ChangeSet.build(places[-1], edits)


@st.composite
def text_with(draw: st.DrawFn, changes: int) -> tuple[str, list[ChangeSet]]:
    """A text and changes that were all made on it."""
    text = draw(TEXT)
    return text, [draw(change_of(text)) for _ in range(changes)]


@st.composite
def history(draw: st.DrawFn, steps: int) -> tuple[str, list[ChangeSet]]:
    """A text and changes that follow one another."""
    text = now = draw(TEXT)
    made = []
    for _ in range(steps):
        made.append(draw(change_of(now)))
        now = made[-1].apply(now)
    return text, made


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("", [], ""),
        ("The Parties may meet.", [12, [3, "shall"], 6], "The Parties shall meet."),
        ("abc", [1, [1], 1], "ac"),
        ("ab", [1, [0, "x", "y"], 1], "ax\nyb"),
        ("a😀b", [3, [1, "c"]], "a😀c"),
        ("a😀b", [1, [2, "𝔸"], 1], "a𝔸b"),
    ],
)
def test_json_is_read_applied_and_written_again(
    text: str, value: list[object], expected: str
) -> None:
    change = ChangeSet.from_json(value)
    assert change.apply(text) == expected
    assert change.to_json() == value
    assert change.length == utf16_len(text)
    assert change.new_length == utf16_len(expected)


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        {"0": 1},
        [-1],
        [True],
        [1.5],
        ["x"],
        [[]],
        [["x"]],
        [[-1, "x"]],
        [[1, 2]],
        [[0, "\ud83d"]],
        [[0, "\ude00\ud83d"]],
    ],
)
def test_other_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ChangeSet.from_json(value)


def test_a_section_of_nothing_is_dropped() -> None:
    assert ChangeSet.from_json([0, [0], [0, ""], 2]) == ChangeSet.unchanged(2)


def test_a_change_for_another_text_is_refused() -> None:
    change = ChangeSet.build(3, [(0, 1, "x")])
    other = ChangeSet.build(4, [(0, 1, "x")])
    for attempt in (
        lambda: change.apply("four"),
        lambda: change.invert("four"),
        lambda: change.compose(other),
        lambda: change.map(other),
        lambda: change.map_position(4),
        lambda: change.map_position(-1),
        lambda: ChangeSet.build(3, [(2, 4, "")]),
        lambda: ChangeSet.build(3, [(2, 2, "a"), (1, 1, "b")]),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            attempt()


@pytest.mark.parametrize("value", [[1, [1], 1], [[1, "x"], 2], [1, [0, "x"], 2], [2, [1]]])
def test_half_a_character_is_refused(value: list[object]) -> None:
    text = "😀b" if value[0] != 2 else "a😀"
    with pytest.raises(ValueError, match="character"):
        ChangeSet.from_json(value).apply(text)
    with pytest.raises(ValueError, match="character"):
        ChangeSet.from_json(value).invert(text)


@given(history(2))
def test_composing_is_applying_one_after_the_other(made: tuple[str, list[ChangeSet]]) -> None:
    text, (first, second) = made
    both = first.compose(second)
    assert both.apply(text) == second.apply(first.apply(text))
    assert both.length == first.length
    assert both.new_length == second.new_length


@given(history(3))
def test_composing_is_associative_in_effect(made: tuple[str, list[ChangeSet]]) -> None:
    text, (a, b, c) = made
    assert a.compose(b).compose(c).apply(text) == a.compose(b.compose(c)).apply(text)


@given(text_with(1))
def test_what_changes_nothing_does_nothing(made: tuple[str, list[ChangeSet]]) -> None:
    text, (change,) = made
    still = ChangeSet.unchanged(utf16_len(text))
    assert still.apply(text) == text
    assert still.compose(change) == change == change.map(still)
    assert change.compose(ChangeSet.unchanged(change.new_length)) == change
    assert still.map(change) == ChangeSet.unchanged(change.new_length)


@given(text_with(1))
def test_inverting_undoes(made: tuple[str, list[ChangeSet]]) -> None:
    text, (change,) = made
    undo = change.invert(text)
    assert undo.apply(change.apply(text)) == text
    assert undo.invert(change.apply(text)).apply(text) == change.apply(text)


@given(text_with(2))
def test_two_who_change_at_once_arrive_at_one_text(made: tuple[str, list[ChangeSet]]) -> None:
    text, (mine, yours) = made
    assert mine.map(yours).apply(yours.apply(text)) == yours.map(mine, before=True).apply(
        mine.apply(text)
    )


@given(text_with(2), st.sampled_from([-1, 1]))
def test_positions_never_cross_and_stay_inside(
    made: tuple[str, list[ChangeSet]], assoc: int
) -> None:
    _, (change, _) = made
    mapped = [change.map_position(at, assoc) for at in range(change.length + 1)]
    assert mapped == sorted(mapped)
    assert mapped[0] >= 0
    assert mapped[-1] <= change.new_length
    assert all(type(place) is int for place in mapped)


@given(text_with(1))
def test_what_stays_stays_under_its_position(made: tuple[str, list[ChangeSet]]) -> None:
    text, (change,) = made
    old, new = to_units(text), to_units(change.apply(text))
    gone = [range(edit.start, edit.end) for edit in change.edits()]
    for at, unit in enumerate(old):
        before, after = change.map_position(at, -1), change.map_position(at, 1)
        assert before <= after
        if not any(at in stretch for stretch in gone):
            assert new[after] == unit


@given(text_with(1))
def test_json_goes_there_and_back(made: tuple[str, list[ChangeSet]]) -> None:
    _, (change,) = made
    again = ChangeSet.from_json(json.loads(json.dumps(change.to_json())))
    assert again == change
    assert hash(again) == hash(change)


@given(text_with(1))
def test_edits_rebuild_the_change(made: tuple[str, list[ChangeSet]]) -> None:
    text, (change,) = made
    edits = list(change.edits())
    rebuilt = ChangeSet.build(change.length, [(e.start, e.end, e.text) for e in edits])
    assert rebuilt.apply(text) == change.apply(text)
    for edit in edits:
        assert cut(change.apply(text), edit.new_start, edit.new_end) == edit.text


@given(TEXT, TEXT)
def test_replacing_everything(old: str, new: str) -> None:
    change = replace_all(old, new)
    assert change.apply(old) == new
    assert change.is_empty == (old == new)


@pytest.mark.parametrize(
    ("position", "assoc", "expected"),
    [(0, -1, 0), (2, -1, 2), (2, 1, 4), (3, -1, 5), (4, -1, 6), (5, -1, 6), (5, 1, 7), (6, -1, 7)],
)
def test_where_a_position_goes(position: int, assoc: int, expected: int) -> None:
    # ab -> ab + "xy" inserted at 2; "ef" at 4..6 becomes "Z".
    change = ChangeSet.build(6, [(2, 2, "xy"), (4, 6, "Z")])
    assert change.map_position(position, assoc) == expected


@given(TEXT)
def test_unit_form_goes_there_and_back(text: str) -> None:
    assert from_units(to_units(text)) == text
    assert len(to_units(text)) == utf16_len(text) == len(text.encode("utf-16-le")) // 2


def test_cutting_counts_units() -> None:
    assert cut("a😀b", 1, 3) == "😀"
    for start, end in ((0, 2), (2, 3), (3, 5), (2, 1)):
        with pytest.raises(ValueError, match=r"\w"):
            cut("a😀b", start, end)


@st.composite
def text_with_region(draw: st.DrawFn) -> tuple[str, int, int, list[ChangeSet]]:
    """A text, a stretch of it as UTF-16 positions, and two changes, the second after the first."""
    text = draw(TEXT)
    places = [utf16_len(text[:at]) for at in range(len(text) + 1)]
    start, end = sorted((draw(st.sampled_from(places)), draw(st.sampled_from(places))))
    first = draw(change_of(text))
    return text, start, end, [first, draw(change_of(first.apply(text)))]


def _without(text: str, start: int, end: int) -> str:
    return cut(text, 0, start) + cut(text, end, utf16_len(text))


def _put_back(rest: str, at: int, region: str) -> str:
    return cut(rest, 0, at) + region + cut(rest, at, utf16_len(rest))


@given(text_with_region(), st.booleans())
def test_both_parts_together_are_the_change(
    made: tuple[str, int, int, list[ChangeSet]], opening: bool
) -> None:
    text, start, end, changes = made
    rest, region = _without(text, start, end), cut(text, start, end)
    for change in changes:
        outside, inside = change.parted(start, end, opening=opening)
        rest, region = outside.apply(rest), inside.apply(region)
        start = outside.map_position(start, 1)
        end = start + inside.new_length
        text = change.apply(text)
        assert _put_back(rest, start, region) == text
        assert cut(text, start, end) == region


@pytest.mark.parametrize(
    ("edit", "rest", "region"),
    [
        # The words "cd" of "abcdef" went to another clause.
        ((1, 1, "x"), [1, [0, "x"], 3], [2]),
        ((2, 2, "x"), [4], [[0, "x"], 2]),
        ((3, 3, "x"), [4], [1, [0, "x"], 1]),
        ((4, 4, "x"), [4], [2, [0, "x"]]),
        ((5, 5, "x"), [3, [0, "x"], 1], [2]),
        ((2, 4, "x"), [4], [[2, "x"]]),
        ((4, 5, "x"), [2, [1, "x"], 1], [2]),
        ((1, 3, "x"), [1, [1, "x"], 2], [[1], 1]),
        ((3, 5, "x"), [2, [1], 1], [1, [1, "x"]]),
        ((0, 6, "x"), [[4, "x"]], [[2]]),
    ],
)
def test_an_edit_belongs_where_it_begins(
    edit: tuple[int, int, str], rest: list[object], region: list[object]
) -> None:
    outside, inside = ChangeSet.build(6, [edit]).parted(2, 4)
    assert outside.to_json() == rest
    assert inside.to_json() == region


def test_without_a_blank_before_the_cut_typing_goes_on_in_what_stays() -> None:
    typed = ChangeSet.build(6, [(2, 2, "x")])
    rest, region = typed.parted(2, 6, opening=False)
    assert rest.to_json() == [2, [0, "x"]]
    assert region.is_empty


def test_a_region_outside_of_the_text_is_refused() -> None:
    change = ChangeSet.unchanged(3)
    for start, end in ((-1, 2), (2, 1), (2, 4)):
        with pytest.raises(ValueError, match="inside"):
            change.parted(start, end)


@given(text_with(1), TEXT, TEXT)
def test_an_embedded_change_leaves_what_is_around_it(
    made: tuple[str, list[ChangeSet]], before: str, after: str
) -> None:
    text, (change,) = made
    embedded = change.embedded(utf16_len(before), utf16_len(after))
    assert embedded.apply(before + text + after) == before + change.apply(text) + after


def one_edits(length: int) -> Iterator[ChangeSet]:
    """Every change of one range of a text this long."""
    for start in range(length + 1):
        for end in range(start, length + 1):
            for words in ("", "x", "yz"):
                if words or start < end:
                    yield ChangeSet.build(length, [(start, end, words)])


def remade(change: ChangeSet) -> ChangeSet:
    """The change from its sections alone, without what is remembered beside them."""
    return ChangeSet(change.sections)


def assert_whole(change: ChangeSet) -> None:
    """What a change remembers of itself is what its sections say."""
    for field in fields(ChangeSet):
        assert getattr(change, field.name) == getattr(remade(change), field.name), field.name


class TestTheShortWays:
    """What is typed takes short cuts, which lead where the long way leads."""

    @pytest.mark.parametrize("length", range(5))
    def test_all_there_are_on_short_texts(self, length: int) -> None:
        text = "abcd"[:length]
        for mine in one_edits(length):
            long = ChangeSet(((0, ""), *mine.sections))  # with a section that says nothing
            assert mine._typed is not None and long._typed is None
            assert mine.apply(text) == long.apply(text)
            assert mine.invert(text).sections == long.invert(text).sections[1:]
            assert_whole(mine.invert(text))
            for theirs in one_edits(length):
                for before in (False, True):
                    short = mine.map(theirs, before)
                    assert short.sections == map_sections(mine.sections, theirs.sections, before)
                    assert_whole(short)

    def test_many_by_dice(self) -> None:
        for text, a, b, c in cases(SEED, SHORT):
            for before in (False, True):
                assert a.map(b, before).sections == (
                    a.sections if b.is_empty else map_sections(a.sections, b.sections, before)
                ), (SEED, text, a, b)
            for change in (a, a.map(b), a.compose(c), a.invert(text)):
                assert_whole(change)


def asked(case: tuple[str, ChangeSet, ChangeSet, ChangeSet]) -> dict[str, Any]:
    text, a, b, c = case
    at = sorted({0, a.length // 3, a.length // 2, a.length})
    return {"text": text, "a": a.to_json(), "b": b.to_json(), "c": c.to_json(), "at": at}


def answered(case: tuple[str, ChangeSet, ChangeSet, ChangeSet], at: list[int]) -> dict[str, object]:
    text, a, b, c = case
    both, after, before = a.compose(c), a.map(b), a.map(b, before=True)
    return {
        "json": a.to_json(),
        "lengths": [a.length, a.new_length],
        "applied": a.apply(text),
        "inverted": a.invert(text).to_json(),
        "composed": both.to_json(),
        "after": after.to_json(),
        "before": before.to_json(),
        "descs": [desc(after), desc(before)],
        "places": [
            [change.map_position(p, d) for change in (a, both) for d in (-1, 1)] for p in at
        ],
    }


def desc(change: ChangeSet) -> list[int]:
    """The lengths alone, as the editor's ChangeDesc has them."""
    return [
        number
        for length, inserted in change.sections
        for number in (length, -1 if inserted is None else len(inserted))
    ]


def test_the_browsers_editor_makes_the_same_of_every_change() -> None:
    """20,000 and more random cases; TRAVAUX_CHANGES asks for more, TRAVAUX_SEED for others."""
    made = cases(SEED, CASES)
    count = 0
    with program("changes") as node:
        while batch := list(islice(made, AT_ONCE)):
            questions = [asked(case) for case in batch]
            for case, question, theirs in zip(batch, questions, node.ask(questions), strict=True):
                assert answered(case, question["at"]) == theirs, (SEED, question)
            count += len(batch)
    assert count == CASES
