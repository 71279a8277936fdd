import pytest

from app.exchange.word.preamble import opening


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Recalling the purposes of the Charter,", "Recalling"),
        ("Bearing in mind article 2,", "Bearing in mind"),
        ("Deeply concerned that talks fail,", "Deeply concerned"),
        ("Recognizing also the work of others,", "Recognizing also"),
        ("Taking into account the needs of children,", "Taking into account"),
        ("Mindful of the past,", "Mindful"),
        ("Convinced that talks save lives,", "Convinced"),
        ("[Noting with concern the spread of violence,]", "Noting with concern"),
        ("Having regard to the Statute,", "Having regard to"),
        ("Whereas peace is a right,", "Whereas"),
        ("The Parties to this Convention,", ""),
        ("", ""),
    ],
)
def test_the_opening_words_of_a_recital(text: str, words: str) -> None:
    start, end = opening(text)
    assert text[start:end] == words
