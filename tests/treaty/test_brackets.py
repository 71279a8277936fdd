"""Brackets are read from the text alone; marks without a partner stay plain text and are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.brackets import Bracket, count, read, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("no marks", ()),
        ("[a]", ((0, 3, 1),)),
        ("[a][b]", ((0, 3, 1), (3, 6, 1))),
        ("[a [b]]", ((0, 7, 1), (3, 6, 2))),
        ("a] [b", ()),
        ("[a [b] c", ((3, 6, 1),)),
        ("[a] b] [c]", ((0, 3, 1), (7, 10, 1))),
        ("[[[x]]]", ((0, 7, 1), (1, 6, 2), (2, 5, 3))),
    ],
)
def test_spans(text: str, expected: tuple[tuple[int, int, int], ...]) -> None:
    assert spans(text) == expected
    assert count(text) == len(expected)
    assert tuple((each.start, each.end, each.depth) for each in read(text)) == expected


@pytest.mark.parametrize(
    ("text", "strays"),
    [("[a", [(0, "[")]), ("a]", [(1, "]")]), ("[a [b]", [(0, "[")]), ("]a[", [(0, "]"), (2, "[")])],
)
def test_marks_without_a_partner_are_reported(text: str, strays: list[tuple[int, str]]) -> None:
    problems = read(text).problems
    assert [(each.at, each.mark) for each in problems] == strays
    assert all(each.sentence.endswith(" one.") for each in problems)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[in good faith/sincerely]", ["in good faith", "sincerely"]),
        ("[a/[b/c]/d]", ["a", "[b/c]", "d"]),
        ("[acts and/or omissions]", ["acts and/or omissions"]),
        ("[resolution 60/147]", ["resolution 60/147"]),
        ("[]", [""]),
    ],
)
def test_a_slash_separates_alternatives_at_its_own_level(text: str, parts: list[str]) -> None:
    (bracket,) = read(text).roots
    assert [text[start:end] for start, end in bracket.alternatives] == parts


def test_brackets_that_touch_are_a_choice() -> None:
    text = "[shall][should [now][later]][may] meet [here] [there]"
    assert [[text[b.start : b.end] for b in run] for run in read(text).choices] == [
        ["[shall]", "[should [now][later]]", "[may]"],
        ["[now]", "[later]"],
    ]


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("[ ]", True),
        ("[...]", True),
        ("[X]", True),
        ("[TBD]", True),
        ("[placeholder for the depositary]", True),
        ("[to be completed]", True),
        ("[30]", False),
        ("[shall]", False),
        ("[placeholders]", False),
    ],
)
def test_a_blank_is_a_bracket_for_words_to_come(text: str, blank: bool) -> None:
    assert [each.blank for each in read(text)] == [blank]


def test_deep_nesting_is_no_trouble() -> None:
    assert max(each.depth for each in read("[" * 3000 + "]" * 3000)) == 3000


@given(st.text(st.sampled_from("[] /a"), max_size=40))
def test_every_mark_is_in_a_pair_or_reported(text: str) -> None:
    tree = read(text)
    paired = [mark for each in tree for mark in (each.start, each.end - 1)]
    stray = [each.at for each in tree.problems]
    assert sorted(paired + stray) == [at for at, mark in enumerate(text) if mark in "[]"]
    assert all(_lies_inside(each) for each in tree)


def _lies_inside(bracket: Bracket) -> bool:
    return all(
        bracket.start < child.start and child.end < bracket.end and child.depth == bracket.depth + 1
        for child in bracket.children
    )
