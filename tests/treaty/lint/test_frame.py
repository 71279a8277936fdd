"""The preamble, the final clauses and the testimonium."""

from app.treaty.lint import lint
from app.treaty.parse import parse


def found(text: str, rule: str) -> list[str]:
    return [each.message for each in lint(parse(text)) if each.rule == rule]


def test_lettered_recitals_are_recitals() -> None:
    text = (
        "The States Parties to this Convention,\n\n(a) Recalling the Charter,\n\n"
        "(b) Recognizing the need for talks,\n\nHave agreed as follows:\n\nArticle 1\nAim"
    )
    assert found(text, "P01") == []


def test_each_missing_final_clause_is_named() -> None:
    messages = found("Article 1\nAim\n\n1. Parties shall talk.", "P02")
    assert len(messages) == 10
    assert "Nothing is said of reservations." in messages
