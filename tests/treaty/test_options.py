"""Options of a whole clause: one number for all, read from a text, kept apart from others."""

import pytest

from app.treaty import options
from app.treaty.document import Clause, Kind
from app.treaty.lint import lint
from app.treaty.numbering import citations, freeze, labels, numbers, release
from app.treaty.options import BEFORE, Style, mark, mark_of, name_of, named
from app.treaty.parse import parse
from app.treaty.references import Places, find
from app.treaty.render import render

TEXT = """Convention on Examples

The States Parties to this Convention,

Have agreed as follows:

Article 1
Reports

1. First.

2. Option 1: Each Party shall report under paragraph 3.

Option 2: Each Party should:

(a) report; and

(b) say when.

Option 3: No text

3. Under paragraph 2 the Secretariat keeps the reports.

4. It shall:

(a) Alternative A: print them;

Alternative B: keep them;

(b) Send them to each Party.
"""


def test_a_printed_text_is_read_with_its_options() -> None:
    document = parse(TEXT)
    found = list(zip(labels(document.clauses), document.clauses, strict=True))[3:]
    assert [(label, clause.text) for label, clause in found] == [
        ("1.", "First."),
        ("2. Option 1:", "Each Party shall report under paragraph 3."),
        ("Option 2:", "Each Party should:"),
        ("(a)", "report; and"),
        ("(b)", "say when."),
        ("Option 3:", "No text"),
        ("3.", "Under paragraph 2 the Secretariat keeps the reports."),
        ("4.", "It shall:"),
        ("(a) Alternative A:", "print them;"),
        ("Alternative B:", "keep them;"),
        ("(b)", "Send them to each Party."),
    ]
    assert parse(render(document)) == document
    assert labels(release(document).clauses) == labels(document.clauses)
    printed = freeze(document).clauses
    assert [(clause.number, clause.text) for clause in printed[4:6]] == [
        ("2", "Option 1: Each Party shall report under paragraph 3."),
        ("", "Option 2: Each Party should:"),
    ]
    assert not [one for one in lint(document) if one.rule in ("S01", "S07", "B04")]


def test_a_reference_to_their_number_leads_to_the_first_of_them() -> None:
    document = parse(TEXT)
    places = Places(document)
    at = next(i for i, clause in enumerate(document.clauses) if "Secretariat" in clause.text)
    assert places.resolve(at, find(document.clauses[at].text)[0]) == 4
    assert citations(document.clauses)[6] == "Article 1, paragraph 2 (a), option 2"
    assert (places.first(8), places.options(8)) == (4, (4, 5, 8))
    assert places.options(at) == (at,)


@pytest.mark.parametrize(
    "words",
    [
        "1. Option 1: Parties shall talk.\n\nOption 3: Parties may talk.",
        "1. Option 1: Parties shall talk.\n\n2. Option 2: Parties may talk.",
        "1. Parties shall talk.\n\nOption 2: Parties may talk.",
        "1. Option 1: Parties shall talk.\n\n2. More.\n\nOption 2: Parties may talk.",
    ],
)
def test_what_is_out_of_order_keeps_its_words(words: str) -> None:
    document = parse(f"A Treaty\n\nArticle 1\nAim\n\n{words}\n")
    assert not [clause for clause in document.clauses if mark_of(clause.number)]
    assert "Option" in " ".join(clause.text for clause in document.clauses)


def _group(*numbers_: str, under: Kind = Kind.ARTICLE) -> tuple[Clause, ...]:
    below = (
        Clause(Kind.PARAGRAPH, number, "", f"Words {at}.", 1, f"c{at}")
        for at, number in enumerate(numbers_)
    )
    return (Clause(under, "", "Aim", "", 0, "art"), *below)


def test_whoever_is_left_alone_is_a_clause_like_any_other() -> None:
    whole = _group("", mark(Style.NUMBERED, "c0"), mark(Style.NUMBERED, "c0"), "")
    assert labels(whole)[1:] == ("1. Option 1:", "Option 2:", "Option 3:", "2.")
    without_first = (whole[0], *whole[2:])
    assert labels(without_first)[1:] == ("1. Option 1:", "Option 2:", "2.")
    assert labels((whole[0], whole[3], whole[4]))[1:] == ("1.", "2.")
    # Alone in its article, a lone paragraph has no number, whether it was an option or not.
    assert labels(whole[:3])[1:] == ("Option 1:", "Option 2:")
    assert numbers((whole[0], whole[2])) == ("1", "")


def test_an_option_that_was_moved_away_is_none() -> None:
    clauses = (*_group(""), Clause(Kind.ARTICLE, "", "Other", "", 0, "other"))
    moved = Clause(Kind.PARAGRAPH, mark(Style.LETTERED, "c0"), "", "Words.", 1, "moved")
    assert labels((*clauses, moved)) == ("Article 1", "", "Article 2", "")


def test_articles_and_two_groups_side_by_side() -> None:
    articles = [
        Clause(Kind.ARTICLE, number, "Aim", "", 0, uid)
        for number, uid in (
            ("", "a"),
            (mark(Style.LETTERED, "a"), "b"),
            ("", "c"),
            (mark(Style.NUMBERED, "c"), "d"),
        )
    ]
    assert labels(articles) == (
        "Article 1 (alternative A)",
        "Article 1 (alternative B)",
        "Article 2 (option 1)",
        "Article 2 (option 2)",
    )


def test_a_read_text_is_given_names_once_it_has_uids() -> None:
    clauses = _group("", mark(Style.NUMBERED, BEFORE), "", mark(Style.NUMBERED, BEFORE))
    assert [clause.number for clause in named(clauses)[1:]] == [
        "",
        "option of c0",
        "",
        "option of c2",
    ]
    assert named(_group("", "8 bis")) == _group("", "8 bis")


def test_names_and_no_text() -> None:
    assert [name_of(Style.LETTERED, place) for place in (1, 26, 27)] == [
        "Alternative A",
        "Alternative Z",
        "Alternative AA",
    ]
    assert mark_of("8 bis") is None
    assert mark_of("option of c1") == (Style.NUMBERED, "c1")
    assert options.is_no_text("[No text.]")
    assert not options.is_no_text("No text is read.")
