"""Spaces are put in where a copied text lost them, and nowhere else."""

import pytest

from app.treaty.spacing import spaced


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("The aims:(a)to mend;(b)to keep; or(c)to lend", "(a) to mend; (b) to keep; or (c) to"),
        ("to this Text,Recallingthe past,Have agreedas follows:", ", Recalling the past, Have "),
        ("the power to act;(i)a pail; orFor the rest", "act; (i) a pail; or For the rest"),
        ("in their own right.States Parties shall", "right. States Parties"),
        ("in that State.Chapter IIPreventive steps", "State. Chapter II Preventive steps"),
        ("1.The Parties meet.2.They vote.", "1. The Parties meet. 2. They vote."),
        ("(a)he sends full powers", "(a) he sends"),
        ("The Parties,(a) Recalling the past,", "Parties, (a) Recalling"),
    ],
)
def test_lost_spaces_are_put_in(glued: str, apart: str) -> None:
    words, count = spaced(glued)
    assert apart in words
    assert count == words.count(" ") - glued.count(" ")
    assert words.replace(" ", "") == glued.replace(" ", "")


@pytest.mark.parametrize(
    "words",
    [
        "paragraphs 1(a),(b) and (c) of article 2(1)(a)(i)",
        "the State(s) whose person(s) he or (s)he names",
        "at 12.30 p.m., e.g. in U.N.Doc. 3.2 or A/77/10",
        "1. The Parties shall; (a) meet; and (b) vote.",
    ],
)
def test_what_is_written_so_stays(words: str) -> None:
    assert spaced(words) == (words, 0)
