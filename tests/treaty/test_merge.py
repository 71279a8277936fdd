"""Edits that do not touch are joined; edits that do are both kept for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.merge import merge

BASE = "Each Party shall protect the persons who take part in the talks."
WORDS = st.lists(
    st.sampled_from(["each ", "Party ", "shall ", "may ", "[", "]", ", ", ". "]), max_size=12
).map("".join)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (("Each", "Every"), ("the talks", "any talks"), "Every"),
        (("shall", "[shall]"), ("persons", "people"), "[shall] protect the people"),
        (("shall", "should"), ("shall", "should"), "Party should protect"),
        (("Each ", ""), ("talks.", "talks. They are free."), "Party shall"),
        (("shall", "shall"), ("shall", "must"), "Party must protect"),
    ],
)
def test_edits_apart_are_joined(
    mine: tuple[str, str], theirs: tuple[str, str], expected: str
) -> None:
    merged = merge(BASE, BASE.replace(*mine), BASE.replace(*theirs))
    assert merged.clean
    assert expected in merged.text
    assert theirs[1] in merged.text


@pytest.mark.parametrize(
    ("mine", "theirs", "wordings"),
    [
        (("shall", "should"), ("shall", "may"), ("shall", "should", "may")),
        (("shall", "may"), ("protect", "guard"), ("shall protect", "may protect", "shall guard")),
        (("talks", "talks [here]"), ("talks", "talks then"), ("", " [here]", " then")),
        (("the persons", "all"), ("persons", "people"), ("the persons", "all", "the people")),
    ],
)
def test_edits_that_touch_are_a_conflict(
    mine: tuple[str, str], theirs: tuple[str, str], wordings: tuple[str, str, str]
) -> None:
    merged = merge(BASE, BASE.replace(*mine), BASE.replace(*theirs))
    assert not merged.clean
    (conflict,) = merged.conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == wordings
    assert merged.text[conflict.start : conflict.end] == conflict.theirs


def test_what_does_not_conflict_is_joined_beside_a_conflict() -> None:
    merged = merge(
        BASE,
        BASE.replace("shall", "should").replace("talks", "negotiations"),
        BASE.replace("shall", "may"),
    )
    assert len(merged.conflicts) == 1
    assert merged.text == BASE.replace("shall", "may").replace("talks", "negotiations")


@given(WORDS, WORDS, WORDS)
def test_one_side_alone_always_wins(base: str, mine: str, theirs: str) -> None:
    assert merge(base, mine, base).text == mine
    assert merge(base, base, theirs).text == theirs
    assert merge(base, mine, mine).text == mine
    assert merge(base, mine, theirs).conflicts or merge(base, mine, theirs).clean


@given(WORDS, WORDS, WORDS)
def test_a_clean_merge_does_not_depend_on_the_side(base: str, mine: str, theirs: str) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.clean == other.clean
    if one.clean:
        assert one.text == other.text
    for conflict in one.conflicts:
        assert one.text[conflict.start : conflict.end] == conflict.theirs
        assert conflict.mine in mine
        assert conflict.theirs in theirs
