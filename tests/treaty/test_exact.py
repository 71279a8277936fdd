"""Text in the exact form, also when a drafter wrote it by hand and strayed from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty import exact
from app.treaty.document import Clause, Kind


def test_kind_and_depth_are_read_without_guessing() -> None:
    document = exact.read(
        "%treaty\nTitle\n\n{recital a} Noting,\n\nArticle 5\n\n  Article 6 applies.\n\n    (i) x\n"
    )
    assert document.title == "Title"
    assert document.clauses == (
        Clause(Kind.RECITAL, "a", text="Noting,"),
        Clause(Kind.ARTICLE, "5"),
        Clause(Kind.PARAGRAPH, text="Article 6 applies.", depth=1),
        Clause(Kind.SUBPARAGRAPH, "i", text="x", depth=2),
    )


def test_windows_line_ends_and_a_byte_order_mark_are_no_words() -> None:
    document = exact.read("\ufeff%treaty\r\nTitle\r\n\r\nArticle 1\r\nScope\r\n")
    assert (document.title, document.clauses) == ("Title", (Clause(Kind.ARTICLE, "1", "Scope"),))


@pytest.mark.parametrize(
    "text", ["", "%treaty", "%treaty\n", "%treaty\n\n\n{", "%treaty\nT\n{x} y"]
)
def test_what_strays_is_still_read(text: str) -> None:
    assert isinstance(exact.read(text).clauses, tuple)


@given(st.text(alphabet="aA1 .()[]{}\\\n%-", max_size=80))
def test_no_text_is_refused_and_no_letter_lost(text: str) -> None:
    document = exact.read("%treaty\n" + text)
    words = document.title + "".join(
        clause.number + clause.heading + clause.text for clause in document.clauses
    )
    assert words.count("A") == text.count("A")
