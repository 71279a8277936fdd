"""References within the treaty and to other instruments."""

from app.treaty.lint import lint
from app.treaty.parse import parse


def found(text: str, rule: str) -> list[str]:
    return [each.message for each in lint(parse(text)) if each.rule == rule]


def test_only_the_treatys_own_articles_are_looked_for() -> None:
    text = (
        "Article 1\nAim\n\n1. See article 9.\n\n2. See article 6 of the Rome Statute of "
        "17 July 1998.\n\n3. See article 1."
    )
    assert found(text, "X01") == ["There is no article 9 here."]


def test_the_rarer_way_of_saying_it_is_pointed_at() -> None:
    text = (
        "Article 1\nAim\n\n1. This Convention applies.\n\n2. This Convention binds Parties.\n\n"
        "3. The present Convention is open."
    )
    (finding,) = [each for each in lint(parse(text)) if each.rule == "X04"]
    assert finding.where == "Article 1, paragraph 3"
    assert "2 times" in finding.message and "1 times" in finding.message
