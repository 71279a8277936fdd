"""Paragraphs before and after tracked changes, over the same blocks."""

from app.exchange.word.cameback import Whole, after, before, blocks_of
from tests.support.made_files import run
from tests.support.tracked import gone, ins, mark, moved, on, raw


def _told(body: list[str], *, ours: str = "") -> tuple[list[str], list[str]]:
    blocks = blocks_of(on("marked", body), lambda author, _: author == ours)

    def words(wholes: list[Whole], now: bool) -> list[str]:
        return [whole.now() if now else whole.was() for whole in wholes]

    return words(before(blocks), now=False), words(after(blocks), now=True)


def test_words_that_came_and_went() -> None:
    body = [raw(run("One "), ins("two "), gone("three "), run("four"))]
    assert _told(body) == (["One three four"], ["One two four"])


def test_a_split_paragraph_was_one() -> None:
    body = [raw(run("One"), mark=mark("ins")), raw(run("two"))]
    assert _told(body) == (["Onetwo"], ["One", "two"])


def test_joined_paragraphs_are_one() -> None:
    body = [raw(run("One"), mark=mark("del")), raw(run("two"))]
    assert _told(body) == (["One", "two"], ["Onetwo"])


def test_what_one_inserts_and_another_deletes_was_and_is_nothing() -> None:
    nested = ins(gone("between", author="B"), author="A")
    assert _told([raw(run("One "), nested, run("two"))]) == (["One two"], ["One two"])


def test_what_was_moved() -> None:
    body = [
        raw(moved("moveFrom", "Away"), mark=mark("moveFrom")),
        raw(run("Stays")),
        raw(moved("moveTo", "Away"), mark=mark("moveTo")),
    ]
    reading = on("marked", body)
    blocks = blocks_of(reading, lambda *_: False)
    assert [whole.was() for whole in before(blocks)] == ["Away", "Stays", ""]
    assert [whole.now() for whole in after(blocks)] == ["Stays", "Away"]
    (left,), (came,) = blocks[0].left, blocks[2].came
    assert left == came


def test_changes_that_were_sent_count_as_done() -> None:
    body = [
        raw(run("One "), gone("two ", author="Us"), ins("three", author="Us")),
        raw(gone("Old.", author="Us"), mark=mark("del", author="Us")),
        raw(gone("four", author="B"), run(" five")),
    ]
    was, now = _told(body, ours="Us")
    assert was == ["One three", "four five"]
    assert now == ["One three", " five"]


def test_the_numbers_of_the_changes_are_told() -> None:
    body = [raw(run("One "), ins("two"), mark=mark("ins", author="B")), raw(run("three"))]
    first, second = blocks_of(on("marked", body), lambda *_: False)
    assert len(first.revisions) == 2
    assert first.mark < first.revisions
    assert not second.revisions
    assert (first.ends_before, first.ends_after) == (False, True)
    assert first.kept() == 3
    assert first.has_come()
