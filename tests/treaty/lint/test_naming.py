"""Defined terms and the names of the parties."""

from app.treaty.lint import lint
from app.treaty.parse import parse


def found(text: str, rule: str) -> list[str]:
    return [each.message for each in lint(parse(text)) if each.rule == rule]


def test_a_meaning_given_for_one_case_is_no_second_definition() -> None:
    text = (
        "Article 1\nUse of terms\n\n1. “Price” means the price paid.\n\n"
        "2. For ores that are not traded, “price” means what a buyer would pay.\n\n"
        "3. The price is shown."
    )
    assert found(text, "T02") == []


def test_a_plural_is_a_use() -> None:
    text = "Article 1\nTerms\n\n1. “Facilitator” means a helper.\n\nArticle 2\nAim\n\n1. %s listen."
    assert found(text % "Facilitators", "T01") == []
    assert found(text % "Parties", "T01") == ["“Facilitator” is defined and never used."]
