"""What is not agreed."""

from app.treaty.lint import lint
from app.treaty.parse import parse


def found(text: str, rule: str) -> list[str]:
    return [each.message for each in lint(parse(text)) if each.rule == rule]


def test_a_bracket_that_closes_in_a_later_clause_is_not_unbalanced() -> None:
    text = "Article 1\nAim\n\n1. [Parties shall talk.\n\n2. They shall listen.]"
    assert found(text, "B01") == []
    assert len(found(text, "B05")) == 1


def test_a_bracket_that_never_closes_is_an_error() -> None:
    text = "Article 1\nAim\n\n1. [Parties shall talk.\n\n2. They shall listen."
    assert found(text, "B01") == ["The bracket “[” is nowhere closed."]


def test_blanks_in_all_their_forms_are_found_once() -> None:
    text = "Article 1\nAim\n\n1. [Parties] report in [ ] days to the [placeholder for it] by [X]."
    assert len(found(text, "B03")) == 3
