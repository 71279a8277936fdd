"""The preamble, the final clauses and the testimonium."""

from app.treaty.lint import lint
from app.treaty.lint.frame import RULES
from app.treaty.parse import parse


def found(text: str, rule: str) -> list[str]:
    return [each.message for each in lint(parse(text)) if each.rule == rule]


def test_lettered_recitals_are_recitals() -> None:
    text = (
        "The States Parties to this Convention,\n\n(a) Recalling the Charter,\n\n"
        "(b) Recognizing the need for talks,\n\nHave agreed as follows:\n\nArticle 1\nAim"
    )
    assert found(text, "P01") == []


def test_the_missing_final_clauses_are_one_finding() -> None:
    (message,) = found("Article 1\nAim\n\n1. Parties shall talk.", "P02")
    assert message.startswith("Nothing is said of signature, consent to be bound, accession, ")
    assert message.endswith(", the settlement of disputes or authentic texts.")
    rule = next(each for each in RULES if each.id == "P02")
    (alone,) = found(rule.bad, "P02")
    assert alone == "Nothing is said of reservations."
