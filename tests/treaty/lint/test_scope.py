"""Annexes and a resolution around a treaty are looked at by themselves."""

from app.treaty.lint import Severity, lint
from app.treaty.lint.scope import scopes
from app.treaty.numbering import Scheme
from app.treaty.parse import parse

TREATY = (
    "The Parties to this Convention,\n\nRecalling the Charter,\n\nHave agreed as follows:\n\n"
    "Article 1\nUse of terms\n\n1. “Talks” means a negotiation.\n\n"
    "Article 2\nAim\n\n1. Talks are open, as annex I says.\n\n"
)
ANNEX = "ANNEX I\nRules\n\nArticle 1\nTerms\n\n1. “Talks” means a meeting held under this annex.\n"


def test_an_annex_is_a_scope_of_its_own() -> None:
    treaty, annex = scopes(parse(TREATY + ANNEX), Scheme.UN)
    assert (treaty.name, treaty.is_treaty) == ("", True)
    assert (annex.name, annex.is_treaty) == ("Annex I", False)
    assert not set(treaty.indices) & set(annex.indices)


def test_numbers_and_terms_begin_anew_in_an_annex() -> None:
    errors = [each for each in lint(parse(TREATY + ANNEX)) if each.severity is Severity.ERROR]
    assert errors == []


def test_the_same_in_one_scope_is_found() -> None:
    again = TREATY + "Article 4\nTerms again\n\n1. “Talks” means a meeting.\n\n"
    found = {each.rule for each in lint(parse(again)) if each.severity is Severity.ERROR}
    assert "S01" in found


def test_a_resolution_before_the_treaty_is_not_its_preamble() -> None:
    resolution = (
        "The General Assembly,\n\nRecalling its earlier resolution,\n\n"
        "1. Adopts the Convention below;\n\n2. Decides that States shall be invited to sign it.\n\n"
    )
    document = parse(resolution + TREATY)
    assert not [each for each in lint(document) if each.rule == "M03"]


def test_a_blank_is_an_error_only_in_a_clean_text() -> None:
    clean = "Article 1\nAim\n\n1. Parties shall report within [ ] days to the Secretariat."
    rough = clean.replace("the Secretariat", "[the Secretariat][the Panel]")
    (first,) = [each for each in lint(parse(clean)) if each.rule == "B03"]
    (second,) = [each for each in lint(parse(rough)) if each.rule == "B03"]
    assert (first.severity, second.severity) == (Severity.ERROR, Severity.WARN)


def test_an_empty_text_has_no_findings() -> None:
    assert lint(parse("")) == ()
