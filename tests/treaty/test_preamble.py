"""The front of a treaty: title, formulas, recitals."""

import pytest

from app.treaty.document import Kind
from app.treaty.preamble import (
    is_docket,
    is_enacting,
    is_recital,
    opens_preamble,
    preamble_pieces,
    title_at,
    title_end,
)


@pytest.mark.parametrize(
    "words",
    [
        *("Recalling x,", "Deeply concerned at x,", "Mindful of x,", "Whereas x;", "WHEREAS x;"),
        *("Being Parties to x,", "Prompted by x,", "[Noting x,]", "Also recognizing x,"),
    ],
)
def test_recitals(words: str) -> None:
    assert is_recital(words)


@pytest.mark.parametrize("words", ["The Parties,", "United Nations Treaty", "Revised Statute", "x"])
def test_what_is_no_recital(words: str) -> None:
    assert not is_recital(words)


@pytest.mark.parametrize(
    "words",
    [
        "Have agreed as follows:",
        "HAVE AGREED AS FOLLOWS:",
        "Agree upon the following articles:",
        "Have agreed on the following:",
        "The undersigned, meeting at Geneva, have agreed as follows:",
    ],
)
def test_enacting_formulas(words: str) -> None:
    assert is_enacting(words)


def test_a_preamble_in_one_paragraph_is_taken_apart() -> None:
    assert preamble_pieces(
        "PREAMBLE The States Parties to this Convention, Prompted by the wish, in good will, "
        "to act, Noting that the Peking Rules, however old, apply, Have agreed as follows:"
    ) == [
        (Kind.HEADING, "PREAMBLE"),
        (Kind.FORMULA, "The States Parties to this Convention,"),
        (Kind.RECITAL, "Prompted by the wish, in good will, to act,"),
        (Kind.RECITAL, "Noting that the Peking Rules, however old, apply,"),
        (Kind.FORMULA, "Have agreed as follows:"),
    ]


def test_before_the_first_recital_all_is_formula() -> None:
    assert preamble_pieces("hereinafter called “the Parties”,", begun=False)[0][0] is Kind.FORMULA
    assert preamble_pieces("to save the world,", begun=False)[0][0] is Kind.RECITAL


def test_titles_and_dockets() -> None:
    assert title_at(["A/CONF.1/2", "12 May 2024", "Draft Treaty on Tea", "Note"]) == 2
    assert title_at(["Words."]) is None
    assert title_end("Treaty on Tea The States Parties to this Treaty, Noting x,") == 13
    assert title_end("Treaty on Tea") == 0
    assert is_docket("A/CONF.1/2") and is_docket("12 May 2024") and not is_docket("Tea")
    assert opens_preamble("The High Contracting Parties,")
