"""What is owed, allowed and forbidden."""

from app.treaty.lint import lint
from app.treaty.parse import parse


def test_every_softened_duty_is_found_where_it_stands() -> None:
    text = (
        "Article 1\nAim\n\n1. Parties shall endeavour to talk.\n\n"
        "2. Parties shall, where possible, listen, as far as practicable."
    )
    found = [each for each in lint(parse(text)) if each.rule == "M04"]
    assert [each.where[-11:] for each in found] == ["paragraph 1"] + ["paragraph 2"] * 2


def test_his_or_her_is_for_everybody() -> None:
    text = "Article 1\nAim\n\n1. A mediator names his or her deputy, as she or he likes."
    assert not [each for each in lint(parse(text)) if each.rule == "M06"]
