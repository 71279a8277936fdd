"""Numbers, lists, headings and sentences."""

from app.treaty.lint import lint
from app.treaty.parse import parse


def found(text: str, rule: str) -> list[str]:
    return [each.message for each in lint(parse(text)) if each.rule == rule]


def test_a_paragraph_that_is_left_out_is_named() -> None:
    text = "Article 1\nAim\n\n1. Parties shall talk.\n\n3. Parties shall listen."
    assert found(text, "S01") == ["Paragraph 3 follows paragraph 1."]


def test_alternatives_of_an_open_draft_may_begin_again() -> None:
    text = "Article 1\nAim\n\n1. [Talk.]\n\n2. [Listen.]\n\n1. [Talk more.]\n\n2. [Listen more.]"
    assert found(text, "S01") == []


def test_a_list_of_whole_sentences_needs_no_semicolons() -> None:
    text = "1. The Panel shall:\n(a) Meet in public.\n(b) Report to all.\n(c) End its work."
    assert found(text, "S05") == []


def test_the_article_without_a_heading_is_pointed_at() -> None:
    text = (
        "Article 1\nAim\n\n1. Parties talk.\n\nArticle 2\nScope\n\n1. All may.\n\n"
        "Article 3\n\n1. Nobody is left out."
    )
    (finding,) = [each for each in lint(parse(text)) if each.rule == "S08"]
    assert finding.where == "Article 3"


def test_numbers_repeat_where_nothing_is_open_though_something_is_elsewhere() -> None:
    text = "Article 1\nAim\n\n1. Talk.\n\n1. Listen.\n\nArticle 2\nScope\n\n1. [Some] may."
    assert found(text, "S01") == ["Paragraph 1 follows paragraph 1."]


def test_letters_of_a_list_that_skip_or_repeat() -> None:
    text = (
        "1. Each Party shall:\n(a) talk;\n(c) listen;\n(c) meet; and\n(d) report.\n"
        "2. Each Party shall:\n(a) [talk;]\n(b) [listen;]\n(a) [meet;] and\n(b) [report].\n"
        "3. Each Party shall:\n(a) talk to:\n(i) one; and\n(ii) another; and\n(b) report."
    )
    assert found(text, "S10") == ["Item (c) follows item (a).", "Item (c) follows item (c)."]
