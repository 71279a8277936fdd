"""The notation: [-gone-] and {+come+} around the words of a redline."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.diff import between, changes, pieces

LEGAL = st.lists(
    st.sampled_from(
        ["shall ", "may ", "the ", "of ", "Party", "[", "]", ", ", ".", " ", "\n", "2", "😀", "è"]
    )
    | st.sampled_from(["漢字", "كتابٌ", "e\u0301", "State's", "well-known "]),
    max_size=25,
).map("".join)


WORDS = st.lists(
    st.sampled_from(("shall", "may", "the", "of", "Party", "State's", "well-known", "2", "1,500"))
    | st.sampled_from(("漢", "كتابٌ", "e\u0301te\u0301", "peace,", "(a)", "talks;", "𝔸")),
    min_size=3,
    max_size=15,
)


def redline(old: str, new: str) -> str:
    marks = {"same": "{}", "ins": "{{+{}+}}", "del": "[-{}-]"}
    return "".join(marks[piece.op].format(piece.text) for piece in pieces(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("", "New words.", "{+New words.+}"),
        ("Old words.", "", "[-Old words.-]"),
        (
            "Each Party may meet annually.",
            "Each Party shall meet annually.",
            "Each Party [-may-]{+shall+} meet annually.",
        ),
        (
            "The Parties shall act in good faith.",
            "The Parties shall act [in good faith].",
            "The Parties shall act {+[+}in good faith{+]+}.",
        ),
        ("Each [shall] act.", "Each [shall][should] act.", "Each [shall]{+[should]+} act."),
        ("truth, remedy", "truth, justice, remedy", "truth{+, justice+}, remedy"),
        ("truth, and law", "truth, law, and law", "truth{+, law+}, and law"),
        ("within 30 days", "within 35 days", "within [-30-]{+35+} days"),
        ("of 1,500 euros", "of 1,600 euros", "of [-1,500-]{+1,600+} euros"),
        ("the State's duty", "the States' duty", "the [-State's-]{+States'+} duty"),
        ("article 5 (a)", "article 5 (b)", "article 5 ([-a-]{+b+})"),
        ("one two", "one  two", "one {+ +}two"),
        ("one\ntwo", "one two", "one[-\n-]{+ +}two"),
        ("缔约国应保护", "缔约国应当保护", "缔约国应{+当+}保护"),
        ("caf\u0065\u0301 now", "cafe now", "[-caf\u0065\u0301-]{+cafe+} now"),
        (
            "It shall inform the court of the arrest.",
            "It shall notify the judge of the detention.",
            "It shall [-inform the court of the arrest-]{+notify the judge of the detention+}.",
        ),
        (
            "(a) inform the panel; (c) report.",
            "(a) inform the panel; (b) notify the States; (c) report.",
            "(a) inform the panel; {+(b) notify the States; +}(c) report.",
        ),
    ],
)
def test_a_redline_reads_as_a_person_would_mark_it(old: str, new: str, expected: str) -> None:
    assert redline(old, new) == expected


@given(LEGAL, LEGAL)
def test_the_difference_makes_the_new_text_of_the_old_one(old: str, new: str) -> None:
    assert between(old, new).apply(old) == new
    assert "".join(piece.text for piece in pieces(old, new) if piece.op != "ins") == old
    assert "".join(piece.text for piece in pieces(old, new) if piece.op != "del") == new


@given(LEGAL, LEGAL)
def test_changes_stand_in_order_and_something_stays_between_them(old: str, new: str) -> None:
    found = changes(old, new)
    for one, other in pairwise(found):
        assert one.end <= other.start
        assert old[one.end : other.start]


@given(WORDS, st.data())
def test_brackets_around_a_phrase_are_two_insertions(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    old = " ".join(words)
    start = len(" ".join(words[:first])) + (first > 0)
    end = len(" ".join(words[: last + 1]))
    new = f"{old[:start]}[{old[start:end]}]{old[end:]}"
    assert changes(old, new) == ((start, start, "["), (end, end, "]"))
    assert changes(new, old) == ((start, start + 1, ""), (end + 1, end + 2, ""))


@given(WORDS, st.data())
def test_a_changed_word_is_a_changed_word(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    old = " ".join(words)
    start = len(" ".join(words[:at])) + (at > 0)
    new = " ".join([*words[:at], "should", *words[at + 1 :]])
    (change,) = changes(old, new)
    # A mark that the word bore goes with it; no letter of it stays, and no other word goes.
    assert change == (start, start + len(words[at]), "should")


@given(LEGAL)
def test_equal_texts_do_not_differ(text: str) -> None:
    assert between(text, text).is_empty
    assert between(text, text).length == between(text, text).new_length


def test_a_treaty_of_words_is_compared_whole() -> None:
    old = " ".join(f"w{at % 700} of" for at in range(6000))
    new = old.replace("w13 ", "w14 ").replace("w600 of", "")
    assert between(old, new).apply(old) == new
