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


def test_paragraphs_and_annexes_that_are_not_there() -> None:
    text = (
        "Article 1\nAim\n\n1. See article 2, paragraph 5, and Annex IV.\n\n"
        "2. See paragraph 7, paragraph 1 (z) and paragraph 1 of article 2.\n\n"
        "Article 2\nScope\n\n1. An Annex VII tribunal may sit; see article 9, paragraph 2.\n\n"
        "2. See paragraph 8 of article 3 of the Rome Statute of 17 July 1998."
    )
    said = [message.split("”")[0].strip("“") for message in found(text, "X09")]
    assert said == ["article 2, paragraph 5", "Annex IV", "paragraph 7", "paragraph 1 (z)"]
    assert found(text, "X01") == ["There is no article 9 here."]
