"""What a house has settled is held against a text; what it left open is only not to be mixed."""

import pytest

from app.treaty.lint import House, lint
from app.treaty.parse import parse

TEXT = (
    "Article 1\nAim\n\n1. The present Convention applies, and see article 1, paragraph 1.\n\n"
    "2. Subject to Article 1, this rule holds, as article 2 says."
    "\n\nArticle 2\nScope\n\n1. Parties talk under Article 1(1)."
)


@pytest.mark.parametrize(
    ("house", "rule", "words"),
    [
        (House(), "X05", ["article 1"]),
        (House(article="Article"), "X05", ["article 1", "article 2"]),
        (House(article="article"), "X05", ["Article 1"] * 2),
        (House(itself="this"), "X04", ["The present Convention"]),
        (House(itself="the present"), "X04", []),
        (House(references="eu"), "X03", ["article 1, paragraph 1"]),
        (House(references="un"), "X03", ["Article 1(1)"]),
    ],
)
def test_the_forms(house: House, rule: str, words: list[str]) -> None:
    document = parse(TEXT)
    found = [
        document.clauses[one.index].text[one.start : one.end]
        for one in lint(document, house=house)
        if one.rule == rule and one.index is not None
    ]
    if house == House():
        assert len(found) == 1
    else:
        assert [each.removesuffix(",") for each in found] == words
