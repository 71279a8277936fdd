"""Two versions as one: steps in their order, marks, halves, moves, and the last mark of a text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.word.steps import Step, steps
from app.exchange.word.told import Line
from app.exchange.word.tracked import By, Pen
from app.exchange.word.weave import Hands, Weaver
from app.treaty.align import align
from app.treaty.document import Clause, Kind
from tests.support.made_files import docx
from tests.support.tracked import on

HANDS = Hands(By("S"))


def woven(old: list[str], new: list[str]) -> str:
    pairs = align(_clauses(old), _clauses(new))
    made = steps(old, new, pairs)
    return Weaver(_lines(old), _lines(new), HANDS, Pen()).paragraphs(made)


def _clauses(texts: list[str]) -> list[Clause]:
    return [Clause(Kind.PARAGRAPH, text=text) for text in texts]


def _lines(texts: list[str]) -> list[Line]:
    return [Line(text) for text in texts]


def views(body: str) -> tuple[list[str], list[str]]:
    assert docx([body])
    return tuple(
        [each.text for each in on(view, [body]).paragraphs] for view in ("original", "accepted")
    )  # type: ignore[return-value]


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            ("", "Each Party shall report yearly.", "Each Party shall meet. It reports.")
        ),
        st.text(alphabet="abc .[]\n", max_size=12),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=150)
@given(TEXTS, TEXTS)
def test_any_two_texts_come_out_again(old: list[str], new: list[str]) -> None:
    before, after = views(woven(old, new))
    assert before == old
    assert after == new


SAID = st.lists(
    st.one_of(
        st.sampled_from(("Each Party shall report yearly.", "Each Party shall meet. It reports.")),
        st.text(alphabet="abc .[]", min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=150)
@given(SAID, SAID)
def test_no_insertion_goes_on_behind_an_end_that_stays(old: list[str], new: list[str]) -> None:
    """LibreOffice would take the two for one, and would take the end along when rejecting it."""
    body = woven(old, new)
    assert views(body) == (old, new)
    assert not gone_on(body), body


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (["a;", "c"], ["a; and", "b", "c"], "a⟦+; and⟧⟦-;⟧¶ ⟦+b⟧⟦+¶⟧ c¶"),
        (["a.", "c"], ["a;", "b", "c"], "a⟦+;⟧⟦-.⟧¶ ⟦+b⟧⟦+¶⟧ c¶"),
        (["a", "b"], ["a x", "y b"], "⟦+a x⟧⟦-a⟧¶ ⟦+y ⟧b¶"),
        (["a", "b"], ["a x", "b"], "a⟦+ x⟧¶ b¶"),
    ],
)
def test_what_went_stands_between_two_insertions(old: list[str], new: list[str], told: str) -> None:
    body = woven(old, new)
    assert views(body) == (old, new)
    assert shown(body) == told


def test_a_word_that_is_written_anew_is_told_as_theirs_who_wrote_beside_it() -> None:
    ours, theirs = ["a", "b"], ["a x", "y b"]
    whose = By("W")
    hands = Hands(By("S"), came=lambda _line, start, end: [(start, end, whose)])
    made = steps(ours, theirs, align(_clauses(ours), _clauses(theirs)))
    body = Weaver(_lines(ours), _lines(theirs), hands, Pen()).paragraphs(made)
    assert shown(body) == "⟦+a x⟧⟦-a⟧¶ ⟦+y ⟧b¶"
    assert set(re.findall('w:author="([^"]*)"', body)) == {"W"}


@pytest.mark.parametrize(
    ("words", "marks", "mark"),
    [
        ("One that moves on.", {}, ">"),
        ("One that moves on. Too", {}, "+"),
        ("One that moves on.", {18: "<w:r><w:commentReference/></w:r>"}, "+"),
    ],
)
def test_the_end_of_what_moved_is_of_the_kind_of_what_stands_before_it(
    words: str, marks: dict[int, str], mark: str
) -> None:
    """LibreOffice keeps an end that is told as moved if no moved words stand right before it."""
    ours = ["One that moves on.", "Two stays.", "Three stays, too.", "Four."]
    theirs = [ours[1], ours[2], words, ours[3]]
    new = [Line(text, marks=marks if text is words else {}) for text in theirs]
    made = steps(ours, theirs, align(_clauses(ours), _clauses(theirs)))
    body = Weaver(_lines(ours), new, HANDS, Pen()).paragraphs(made)
    assert views(body) == (ours, theirs)
    assert f"⟦{mark}¶⟧" in shown(body).split("stays, too.¶")[1]


SIGNS = {"ins": "+", "del": "-", "moveTo": ">", "moveFrom": "<"}


def gone_on(body: str) -> bool:
    """Whether something came at an end that stays, and right behind it, too."""
    return bool(re.search("⟦\\+[^⟧]*⟧¶ ⟦\\+", shown(body)))


def shown(body: str) -> str:
    """The paragraphs in short: what came and went in brackets, marks as ¶."""
    made = []
    for paragraph in re.findall(r"<w:p>(.*?)</w:p>", body):
        properties, _, content = paragraph.partition("</w:pPr>")
        said = content
        for name, sign in SIGNS.items():
            said = re.sub(rf"<w:{name} [^>]*>(.*?)</w:{name}>", rf"⟦{sign}\1⟧", said)
        mark = re.search(r"<w:(ins|del|moveTo|moveFrom) ", properties)
        said += f"⟦{SIGNS[mark[1]]}¶⟧" if mark else "¶"
        made.append(re.sub(r"<[^>]*>", "", said))
    return " ".join(made)


def test_halves_are_woven_as_one() -> None:
    old = ["The Parties shall meet each year. They shall report to the depositary."]
    new = ["The Parties shall meet each year.", "They shall report to the depositary."]
    body = woven(old, new)
    assert body.count("<w:ins ") == 1
    assert "w:delText" in body


def test_the_last_mark_is_never_tracked() -> None:
    for old, new in ((["A."], ["A.", "Bcd.", "Efg."]), (["A.", "Bcd."], ["A."]), (["A."], ["Z."])):
        last = woven(old, new).split("<w:p>")[-1]
        assert not re.search(r"<w:rPr><w:(ins|del|move)", last)


def test_a_move_is_named_once_around_all_that_went_together() -> None:
    old = [f"Paragraph {word} of the text." for word in ("one", "two", "three", "four", "five")]
    new = [old[2], old[3], old[4], old[0], old[1]]
    body = woven(old, new)
    assert body.count("<w:moveFromRangeStart ") == body.count("<w:moveFromRangeEnd ") == 1
    assert body.count("<w:moveToRangeStart ") == body.count("<w:moveToRangeEnd ") == 1


def test_an_unchanged_line_is_written_as_it_was_and_one_of_another_form_says_so() -> None:
    raw = Line("A", raw="<w:p>raw</w:p>")
    assert Weaver([Line("A")], [raw], HANDS, Pen()).paragraphs([Step((0,), (0,))]) == raw.raw
    other = Weaver([Line("A", "One")], [Line("A", "Two")], HANDS, Pen())
    assert '<w:pPr><w:pStyle w:val="One"/></w:pPr></w:pPrChange>' in other.paragraphs(
        [Step((0,), (0,))]
    )
