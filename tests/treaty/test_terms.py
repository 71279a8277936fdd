"""Terms are read where a treaty says what its words mean, and found where it uses them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.document import Clause, Document, Kind
from app.treaty.terms import Term, defined, stays, uses


def document(*texts: str) -> Document:
    return Document("", tuple(Clause(Kind.PARAGRAPH, text=text) for text in texts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No term is defined here.", []),
        ('He said "peace" and left.', []),
        ('"Facilitator" means a person who assists;', ["Facilitator"]),
        ("“Facilitator” shall mean a person;", ["Facilitator"]),
        ("‘Facilitator’ includes a mediator;", ["Facilitator"]),
        ("The term 'facilitator's office' means a place;", ["facilitator's office"]),
        ('"Confiscation", which includes forfeiture, shall mean the taking;', ["Confiscation"]),
        ("“Collection”, in relation to samples, means taking them;", ["Collection"]),
        ('"Return" in any accounting year means the ratio;', ["Return"]),
        (
            '"ratification", "acceptance", "approval" and "accession" mean in each case the act',
            ["ratification", "acceptance", "approval", "accession"],
        ),
        ('"Area" and "resources" have the meanings assigned to those terms', ["Area", "resources"]),
        ('the 1982 Convention (hereinafter referred to as "the Convention") and', ["Convention"]),
        ("an independent panel (“the Panel”) and a fund (the “Fund”)", ["Panel", "Fund"]),
        ('the Conference of the Parties, hereinafter "the Conference", shall', ["Conference"]),
        ('For the purposes of this Part, "warship" means a ship.', ["warship"]),
    ],
)
def test_definitions(text: str, expected: list[str]) -> None:
    found = defined(document(text))
    assert [term.words for term in found] == expected
    assert [text[term.start : term.end] for term in found] == expected


def test_a_term_defined_twice_is_there_twice() -> None:
    found = defined(document('"Party" means a State.', "x", '"Party" means a signatory.'))
    assert [(term.words, term.index) for term in found] == [("Party", 0), ("Party", 2)]


@pytest.mark.parametrize(
    ("definition", "text", "expected"),
    [
        (
            '"certified agreement" means x',
            "Each certified agreement binds.",
            ["certified agreement"],
        ),
        ('"certified agreement" means x', "Certified agreements bind.", ["Certified agreements"]),
        ('"Certified agreement" means x', "a certified agreement", ["certified agreement"]),
        ('"negotiating party" means x', "the negotiating parties", ["negotiating parties"]),
        ('"State Party" means x', "the States Parties", ["States Parties"]),
        ('"State Party" means x', "a state party", []),
        ('"talks" means x', "talksmith, pre-talks, talks", ["talks"]),
        ('"process" means x', "processes and process", ["processes", "process"]),
        ('"talks" means x', "no such thing", []),
    ],
)
def test_uses(definition: str, text: str, expected: list[str]) -> None:
    terms = defined(document(definition))
    assert [text[start:end] for start, end, _ in uses(text, terms)] == expected


def test_a_capital_counts_where_the_treaty_makes_it_count() -> None:
    sea = document('"Area" means the seabed.', "Activities in the Area are free; an area is not.")
    terms = defined(sea)
    assert [start for start, _, _ in uses(sea.clauses[1].text, terms)] == [18]
    wealth = document('"Property" means assets.', "The property of others is property.")
    terms = defined(wealth)
    assert len(uses(wealth.clauses[1].text, terms)) == 2


def test_the_longer_of_two_terms_is_used() -> None:
    terms = defined(document('"party" means x', '"negotiating party" means y'))
    assert [term.words for _, _, term in uses("the negotiating party", terms)] == [
        "negotiating party"
    ]


def test_without_terms_nothing_is_used() -> None:
    assert uses("anything", ()) == ()


_SAID = ["“Raft” means wood", "(the “Panel”)", "a Raft", ", Raft", "the Panel", "raft", "x", ". "]


@given(
    st.lists(st.lists(st.sampled_from(_SAID)).map(" ".join), min_size=1, max_size=4),
    st.lists(st.sampled_from(_SAID)).map(" ".join),
)
def test_where_terms_are_said_to_stay_they_do(texts: list[str], new: str) -> None:
    def treaty(first: str) -> Document:
        return Document("", tuple(Clause(Kind.PARAGRAPH, text=t) for t in (first, *texts[1:])))

    before, after = defined(treaty(texts[0])), defined(treaty(new))
    if stays(before, texts[0], new):
        assert [(t.words, t.exact, t.index) for t in before] == [
            (t.words, t.exact, t.index) for t in after
        ]


def test_terms_stay_where_no_definition_and_no_capital_is_touched() -> None:
    terms = (Term("Raft", 0, 0, 4),)
    assert stays(terms, "A raft.", "A raft, a buoy.")
    assert stays(terms, "“Raft” means wood.", "“Raft” means any wood.")
    assert not stays(terms, "A raft.", "“Buoy” means a mark.")
    assert not stays(terms, "on a raft", "on a Raft")
