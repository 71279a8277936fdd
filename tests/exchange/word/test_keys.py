"""The ids of paragraphs: from the uid alone, one each, and such as Word takes."""

import pytest

from app.exchange.word import keys
from app.exchange.word.keys import keys_of


def test_an_id_comes_from_the_uid_alone() -> None:
    assert keys_of(["c1", "c2"]) == keys_of(["c2", "c1"])[::-1]
    assert keys_of(["c1"]) == ("70F631CB",)
    assert keys_of(["", "c1", ""]) == ("", "70F631CB", "")


def test_ids_are_one_each_and_in_the_room_that_is_theirs() -> None:
    found = [int(each, 16) for each in keys_of(f"c{at}" for at in range(5_000))]
    assert len(set(found)) == 5_000
    # Comments are counted from 1 on, and Word takes no number from 0x80000000 on.
    assert min(found) >= 0x10000000
    assert max(found) < 0x7FFFFFFF


def test_two_that_would_be_alike_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_ROOM", 7)
    assert len(set(keys_of(f"c{at}" for at in range(7)))) == 7
