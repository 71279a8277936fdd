"""Changes made by dice: small texts in which edits keep meeting, some with odd characters."""

from collections.abc import Iterator
from random import Random
from typing import Any

from app.treaty.changes import ChangeSet, utf16_len

_PLAIN = "abcdefgh [],."
_ODD = "ab\n[]é\u0301漢字بٌ😀𝔸𠀀"
_PLAIN_WORDS = ("", "x", "y", "xy", "[", " Parties", "]")
_ODD_WORDS = ("", "\n", "😀", "é", "x\ny", "𝔸𠀀", "بٌ", "x")


def text_by(dice: Random, *, odd: bool) -> str:
    """A text of up to two dozen characters."""
    return "".join(dice.choices(_ODD if odd else _PLAIN, k=dice.randint(0, 24)))


def places(text: str) -> list[int]:
    """The UTF-16 positions between the characters of a text, its beginning and its end."""
    found = [0]
    for character in text:
        found.append(found[-1] + utf16_len(character))
    return found


def change_by(dice: Random, between: list[int], *, odd: bool) -> ChangeSet:
    """A change that cuts at these places only; half of all are what one key press does."""
    length = between[-1]
    words = _ODD_WORDS if odd else _PLAIN_WORDS
    if dice.random() < 0.5:
        at = dice.randrange(len(between))
        end = at + (dice.random() < 0.4 and at + 1 < len(between))
        text = "" if end > at and dice.random() < 0.7 else dice.choice(words[1:])
        return ChangeSet.build(length, [(between[at], between[end], text)])
    points = sorted(dice.choices(between, k=2 * dice.randint(0, 4)))
    edits = [(a, b, dice.choice(words)) for a, b in zip(points[::2], points[1::2], strict=True)]
    change = ChangeSet.build(length, edits)
    return loosened(dice, change) if not odd and dice.random() < 0.1 else change


def loosened(dice: Random, change: ChangeSet) -> ChangeSet:
    """The same change with some of its sections in two, as a program of others might send it."""
    sections: list[Any] = []
    for part in change.to_json():
        if isinstance(part, int) and part > 1:
            first = dice.randint(1, part - 1)
            sections += [first, part - first]
        elif isinstance(part, list) and len(part) > 1 and part[0]:
            sections += (
                [[part[0]], [0, *part[1:]]] if dice.random() < 0.5 else [[0, *part[1:]], [part[0]]]
            )
        else:
            sections.append(part)
    return ChangeSet.from_json(sections)


def cases(seed: int, count: int) -> Iterator[tuple[str, ChangeSet, ChangeSet, ChangeSet]]:
    """A text; two changes made on it, the second careless of characters; one made after the first.

    The second is only fit for being mapped, as it may cut a character in half.
    """
    dice = Random(seed)  # noqa: S311 - nothing is kept secret by these
    for _ in range(count):
        odd = dice.random() < 0.25
        text = text_by(dice, odd=odd)
        first = change_by(dice, places(text), odd=odd)
        careless = dice.random() < 0.3
        cuts = list(range(first.length + 1)) if careless else places(text)
        second = change_by(dice, cuts, odd=odd)
        third = change_by(dice, places(first.apply(text)), odd=odd)
        yield text, first, second, third
