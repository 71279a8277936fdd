import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from app.treaty import anchors
from app.treaty.anchors import (
    CONTEXT,
    Anchor,
    Placed,
    State,
    anchor,
    carried,
    found,
    likeness_of,
    placed,
    settled,
    state_of,
)
from app.treaty.changes import ChangeSet, cut, utf16_len
from app.treaty.parse import parse
from tests.support.changing import change_by, places, text_by

DRAFT = Path(__file__).parents[2] / "drafts" / "peace-negotiation" / "treaty.txt"

TEXT = "Each Party shall cooperate in good faith with every other Party."


def on(words: str, text: str = TEXT) -> Anchor:
    start = text.index(words)
    return anchor(text, start, start + len(words))


def after(made: Anchor, text: str, *edits: tuple[int, int, str]) -> tuple[str, State, Anchor]:
    """The words that an anchor shows after edits of its text, its state, and itself."""
    change = ChangeSet.build(utf16_len(text), edits)
    new = change.apply(text)
    now = settled(carried(made, change), new)
    return cut(new, now.start, now.end), state_of(now, new), now


def test_an_anchor_keeps_its_words_and_what_stands_around_them() -> None:
    made = on("good faith")
    assert (made.start, made.end, made.quote) == (30, 40, "good faith")
    assert made.prefix == TEXT[:30] and made.suffix == " with every other Party."
    assert on("other").prefix == TEXT[:52][-CONTEXT:]
    assert (made.before, made.after) == (0, 0)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (60, 90), (-1, 3), (5, 2)])
def test_an_anchor_needs_words_of_its_text(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"needs words|is not inside"):
        anchor(TEXT, start, end)


def test_no_character_is_halved() -> None:
    text = "𝔸" * 20 + " words " + "𝔸" * 20
    made = anchor(text, 41, 46)
    assert (made.quote, made.prefix, made.suffix) == ("words", "𝔸" * 15 + " ", " " + "𝔸" * 15)
    with pytest.raises(ValueError, match="inside of a character"):
        anchor(text, 1, 4)
    assert after(made, text, (0, 2, "a"))[0] == "words"


@pytest.mark.parametrize(
    ("edit", "words", "state"),
    [
        ((0, 4, "Every"), "good faith", "anchored"),
        ((30, 30, "very "), "good faith", "anchored"),
        ((40, 40, "fulness"), "good faith", "anchored"),
        ((35, 35, "and honest "), "good and honest faith", "check"),
        ((30, 35, ""), "faith", "check"),
        ((30, 40, "good  faith"), "good  faith", "check"),
        ((30, 40, "goodwill"), "goodwill", "check"),
        ((30, 40, "secret"), "secret", "orphaned"),
        ((30, 40, ""), "", "orphaned"),
        ((20, 45, "honestly"), "", "orphaned"),
        ((20, 34, "no bad"), " faith", "check"),
        ((0, 64, ""), "", "orphaned"),
    ],
)
def test_one_change(edit: tuple[int, int, str], words: str, state: str) -> None:
    shown, said, now = after(on("good faith"), TEXT, edit)
    assert (shown, said) == (words, state)
    assert now.quote == "good faith" and now.start <= now.end


def test_words_that_are_put_back_are_its_words_again() -> None:
    made = on("good faith")
    for start, end in ((30, 40), (30, 35), (35, 40), (25, 50), (0, 64)):
        change = ChangeSet.build(64, [(start, end, "")])
        now = carried(made, change)
        assert state_of(now, change.apply(TEXT)) is not State.ANCHORED
        back = change.invert(TEXT)
        now = settled(carried(now, back), TEXT)
        assert now == made and state_of(now, TEXT) is State.ANCHORED


def test_words_that_are_typed_again_letter_by_letter_are_its_words_again() -> None:
    text, now = TEXT, on("good faith")
    change = ChangeSet.build(64, [(30, 40, "")])
    text, now = change.apply(text), carried(now, change)
    for at, letter in enumerate("good faith", 30):
        change = ChangeSet.build(utf16_len(text), [(at, at, letter)])
        text, now = change.apply(text), carried(now, change)
        now = settled(now, text)
    assert text == TEXT and now == on("good faith")


def test_the_same_words_in_other_company_are_not_taken_for_its_own() -> None:
    made = on("Party")
    assert after(made, TEXT, (0, 26, "A State and a Party agree"))[1] is State.ORPHANED
    # What stood next to it, and only looks the same, is not its either.
    text = "A, A, A, B"
    assert after(anchor(text, 0, 3), text, (0, 3, ""))[:2] == ("", State.ORPHANED)
    assert after(anchor(text, 3, 6), text, (3, 6, ""))[:2] == ("", State.ORPHANED)


def test_what_stands_around_is_noted_anew_while_the_words_are_whole() -> None:
    assert after(on("good faith"), TEXT, (41, 45, "towards"))[2].suffix.startswith(" towards")
    kept = after(on("good faith"), TEXT, (35, 40, ""), (41, 45, "towards"))[2]
    assert kept.suffix.startswith(" with")


def test_how_like_the_words_are() -> None:
    assert likeness_of(on("Party"), TEXT) == 1
    assert likeness_of(Anchor(5, 10, "Parties"), TEXT) == pytest.approx(4 / 7)
    assert likeness_of(Anchor(0, 26, "Each cooperate"), TEXT) == 0.99
    assert likeness_of(Anchor(5, 5, "Party"), TEXT) == 0


def test_by_dice_the_units_of_an_anchor_are_followed_exactly() -> None:
    """Every unit is tagged; what an anchor shows are its own units, and what came between."""
    dice = Random(4)  # noqa: S311
    whole = 0
    for case in range(3000):
        text = text_by(dice, odd=case % 4 == 0) + "x"
        at = places(text)
        start, end = sorted(dice.sample(range(len(at)), 2))
        made = anchor(text, at[start], at[end])
        tags: list[int] = list(range(at[-1]))
        now, mine = made, set(range(made.start, made.end))
        for _ in range(dice.randint(1, 4)):
            change = change_by(dice, places(text), odd=case % 4 == 0)
            tags = _tagged(change, tags)
            text, now = change.apply(text), carried(now, change)
            shown = tags[now.start : now.end]
            assert [tag for tag in tags if tag in mine] == [tag for tag in shown if tag in mine]
            assert set(shown) <= mine | {-1}
        now = settled(now, text)
        assert (state_of(now, text) is State.ANCHORED) == (
            cut(text, now.start, now.end) == made.quote
        )
        whole += state_of(now, text) is State.ANCHORED
    assert 500 < whole < 2500


def _tagged(change: ChangeSet, tags: list[int]) -> list[int]:
    """What a change does to a text, done to numbers: what is put in is -1."""
    done: list[int] = []
    at = 0
    for length, inserted in change.sections:
        done += tags[at : at + length] if inserted is None else [-1] * len(inserted)
        at += length
    return done


# --- found by likeness


def test_a_quote_is_found_by_what_stands_around_it() -> None:
    text = "The Party shall notify. The Party shall consult. The Party shall act."
    match = found("Party", "notify. The ", " shall consult", text)
    assert match is not None and (match.start, match.end, match.score) == (28, 33, 1.0)
    match = found("Party", "", "", text, near=60)
    assert match is not None and match.start == 53
    match = found("Party", "", "", text)
    assert match is not None and match.start == 4


def test_likely_words_are_found_and_unlike_ones_are_not() -> None:
    match = found("cooperate in good fath", "Party shall ", " with", TEXT)
    assert match is not None and cut(TEXT, match.start, match.end) == "cooperate in good faith"
    assert 0.9 < match.score < 1
    assert found("shall be prosecuted by", "Nobody ", " anyone", TEXT) is None
    assert found("", "", "", TEXT) is None and found("Party", "", "", "") is None


def test_marks_that_are_one_to_a_reader_are_one_here() -> None:
    text = "The term “talks\u00a0–\u00a0peace” is used."
    match = found('"talks - peace"', "The term ", " is", text)
    assert match is not None and match.score == 1
    got = placed({"a": text}, '"talks - peace"', "The term ", " is", "a")
    assert got.state is State.ANCHORED and got.anchor.quote == "“talks\u00a0–\u00a0peace”"
    assert state_of(got.anchor, text) is State.ANCHORED


def test_a_part_of_a_word_is_not_the_word() -> None:
    assert found("form", "to ", " it", "They perform it.") is None


def test_a_match_halves_no_character() -> None:
    text = "the 𝔸𝔹ℂ𝔻𝔼𝔽 of the draft"
    match = found("𝔸𝔹ℂ𝔻𝔼𝔸", "the ", " of", text)
    assert match is not None and cut(text, match.start, match.end)


def test_a_clause_that_was_named_goes_first_and_others_only_to_be_checked() -> None:
    texts = {"a": TEXT, "b": TEXT, "c": "Nothing of the kind."}
    made = on("good faith")
    said = (made.quote, made.prefix, made.suffix)
    assert placed(texts, *said, "b") == Placed("b", made, State.ANCHORED, 1.0)
    assert placed(texts, *said, "c").state is State.CHECK
    assert placed(texts, *said).state is State.CHECK  # there are two
    assert placed({"a": TEXT, "c": "Nothing."}, *said) == Placed("a", made, State.ANCHORED, 1.0)
    gone = placed({"c": "Nothing of the kind."}, *said, "c")
    assert (gone.uid, gone.state, gone.score) == ("c", State.ORPHANED, 0.0)
    assert (gone.anchor.start, gone.anchor.end, gone.anchor.quote) == (0, 0, "good faith")
    assert placed({}, *said, "c").uid == ""


def test_words_that_were_changed_are_to_be_checked() -> None:
    text = TEXT.replace("good faith", "good fairth")
    made = on("good faith")
    got = placed({"a": text}, made.quote, made.prefix, made.suffix, "a")
    assert got.state is State.CHECK and got.anchor.quote == "good faith"
    assert cut(text, got.anchor.start, got.anchor.end) == "good fairth"


# --- how often it is wrong, on a treaty whose articles repeat each other's wording


def _treaty() -> dict[str, str]:
    """Sixty clauses of a real draft, and sixty that say the same things of other things."""
    document = parse(DRAFT.read_text(encoding="utf-8"))
    texts = [clause.text for clause in document.clauses if len(clause.text) > 60][:60]
    actors = (
        "Each State Party",
        "Every Party to the talks",
        "The Conference of the States Parties",
    )
    duties = ("protection of negotiators", "safety of witnesses", "record of the negotiation")
    ends = ("in accordance with its domestic law", "as provided for in article 12", "without delay")
    for actor in actors:
        for duty in duties:
            for end in ends:
                texts.append(f"{actor} shall take appropriate measures for the {duty}, {end}.")
                texts.append(
                    f"{actor} shall ensure that the {duty} is not impaired; {end}, {actor.lower()} "
                    f"shall take appropriate measures to make good any failure of the {duty}."
                )
    return {f"c{at}": text for at, text in enumerate(texts)}


_WORD = re.compile(r"\S+")
_LONG = re.compile(r"\w{4,}")


class Trial:
    """A quote of a few words or a sentence; its clause changed by dice; where it really is."""

    def __init__(self, dice: Random, texts: dict[str, str], words: list[str]) -> None:
        self.uid = dice.choice(list(texts))
        text = texts[self.uid]
        runs = [match.span() for match in _WORD.finditer(text)]
        first = dice.randrange(len(runs))
        last = min(first + dice.choice((1, 2, 4, 4, 14, 14, 40)), len(runs)) - 1
        self.made = anchor(text, runs[first][0], runs[last][1])
        self.kind = dice.choice(("quote", "sentence", "clause", "around", "few", "many"))
        change = ChangeSet.build(len(text), self._edits(dice, text, words))
        self.text = change.apply(text)
        self.truth = settled(carried(self.made, change), self.text)
        self.texts = {**texts, self.uid: self.text}

    def _edits(self, dice: Random, text: str, words: list[str]) -> list[tuple[int, int, str]]:
        made = self.made
        if self.kind == "quote":
            return [(made.start, made.end, "")]
        if self.kind == "clause":
            return [(0, len(text), "")]
        if self.kind == "sentence":
            start = max(text.rfind(mark, 0, made.start) for mark in ".;") + 1
            stops = [at for mark in ".;" if (at := text.find(mark, made.end)) >= 0]
            return [(start, min(stops, default=len(text) - 1) + 1, "")]
        share = {"few": 0.15, "many": 0.4, "around": 0.3}[self.kind]
        return [
            (*match.span(), dice.choice(words))
            for match in _LONG.finditer(text)
            if dice.random() < share
            and not (
                self.kind == "around" and made.start < match.end() and match.start() < made.end
            )
        ]

    @property
    def is_deletion(self) -> bool:
        return self.kind in ("quote", "sentence", "clause")

    def is_right(self, uid: str, start: int, end: int) -> bool:
        """Whether a place has to do with what is left of the words that were meant."""
        return uid == self.uid and max(start, self.truth.start) < min(end, self.truth.end)


def test_a_quote_is_silently_wrong_at_most_once_in_a_thousand() -> None:
    dice, texts = Random(44), _treaty()  # noqa: S311
    words = [word for text in texts.values() for word in _LONG.findall(text)]
    told: Counter[str] = Counter()
    for _ in range(2000):
        trial = Trial(dice, texts, words)
        said = (trial.made.quote, trial.made.prefix, trial.made.suffix)
        for clause in (trial.uid, None):
            got = placed(trial.texts, *said, clause)
            right = trial.is_right(got.uid, got.anchor.start, got.anchor.end)
            name = "named" if clause else "bare"
            told[f"{name} {got.state}"] += 1
            told[f"{name} right"] += got.state is State.ANCHORED and right
            told[f"{name} wrong"] += got.state is State.ANCHORED and not right
            if got.state is State.ANCHORED:
                assert state_of(got.anchor, trial.texts[got.uid]) is State.ANCHORED
        # The control: whatever is best, however bad, is believed.
        best = max(anchors._Sought.of(*said).places(trial.texts), default=None, key=_score)
        if best is not None:
            match, uid = best
            told["control wrong"] += not trial.is_right(uid, match.start, match.end)
        told["deletions"] += trial.is_deletion
    assert told["named wrong"] <= 2 and told["named wrong"] + told["bare wrong"] <= 4, told
    assert told["control wrong"] > 200, told
    assert told["named right"] > 300 and told["bare right"] > 60, told
    assert told["deletions"] > 900, told


def _score(place: tuple[anchors.Match, str]) -> float:
    return place[0].score
