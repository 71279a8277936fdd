"""Where headings end, and what is none."""

import pytest

from app.treaty.headings import is_capitals, is_heading, is_sentence, split_heading


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        (
            ["Mouths of rivers If a river flows into the sea, the line shall be straight."],
            "Mouths of rivers",
        ),
        (["Reefs In the case of islands, the line is low."], "Reefs"),
        (["Use of terms", "For the purposes of this Treaty:"], "Use of terms"),
        (["Objections to", "reservations", "A State may object."], "Objections to reservations"),
        (["RESOLUTION ON SPECIES The Conference, having met, decides:"], "RESOLUTION ON SPECIES"),
        (["Application of Part XVII Part XVII applies to it."], "Application of Part XVII"),
        (
            ["Duty to inform the coastal State States which intend to act shall say so."],
            "Duty to inform the coastal State",
        ),
        (["Authentic texts"], "Authentic texts"),
    ],
)
def test_the_heading_ends_where_the_text_begins(lines: list[str], heading: str) -> None:
    split = split_heading(lines)
    assert split.heading == heading
    assert split.sure
    assert f"{split.heading} {split.text}".strip() == " ".join(lines)


@pytest.mark.parametrize(
    "words",
    [
        "Where a State intends to act, it shall tell the Commission.",
        "In accordance with article 76, a Commission shall be set up.",
        "Each Party undertakes to respect it.",
    ],
)
def test_a_sentence_has_no_heading(words: str) -> None:
    assert split_heading([words]).heading == ""


def test_what_other_articles_do_decides_what_is_unsure() -> None:
    words = "Zones Vessels shall avoid them."
    assert split_heading([words]).heading == ""
    assert split_heading([words], titled=True).heading == "Zones"
    assert split_heading([words], titled=False).sure


def test_looks_of_headings() -> None:
    assert is_heading("Scope of application")
    assert not is_heading("It applies.")
    assert not is_heading("The Secretary-General shall be the depositary")
    assert is_sentence("The State shall act")
    assert is_capitals("PART II") and not is_capitals("Part II") and not is_capitals("12")
