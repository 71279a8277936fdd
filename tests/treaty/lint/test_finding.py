"""Every rule finds its bad example and passes its good one, alone and among the others."""

import pytest

from app.treaty.lint import RULES, Severity, lint
from app.treaty.lint.finding import Rule
from app.treaty.parse import parse


def test_there_are_at_least_39_rules_each_with_a_name_of_its_own() -> None:
    assert len(RULES) >= 39
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_bad_example_is_found_and_the_good_one_is_not(rule: Rule) -> None:
    bad = [finding for finding in lint(parse(rule.bad)) if finding.rule == rule.id]
    assert bad, rule.bad
    assert not [finding for finding in lint(parse(rule.good)) if finding.rule == rule.id]
    for finding in bad:
        assert finding.where and finding.message.endswith((".", "?"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_why(rule: Rule) -> None:
    assert len(rule.reason) > 20 and rule.title


def test_findings_on_brackets_say_so() -> None:
    for rule in RULES:
        if rule.id.startswith("B"):
            for finding in lint(parse(rule.bad)):
                if finding.rule == rule.id:
                    assert "bracket" in finding.message.lower(), finding


def test_a_range_holds_the_words_that_are_meant() -> None:
    document = parse("Article 1\nAim\n\n1. Parties shall report acts and/or omissions.")
    (finding,) = [each for each in lint(document) if each.rule == "M05"]
    assert finding.index is not None
    assert document.clauses[finding.index].text[finding.start : finding.end] == "and/or"
    assert finding.where == "Article 1, paragraph 1"
    assert finding.severity is Severity.WARN
