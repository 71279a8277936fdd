"""The treaty that ships: complete, well formed, and every article of it tied to its sources."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.store.citations import Relation
from app.treaty import brackets
from app.treaty.document import Document, Kind, subtree_end
from app.treaty.parse import parse
from app.treaty.render import render
from tests.support import treaty_rules

DRAFT = Path(__file__).parents[2] / "drafts" / "peace-negotiation"
LIBRARY = DRAFT / "library"
FINAL_PART = "IX"
PLACE = re.compile(r"(?P<paragraph>\d*)(?:\((?P<point>[a-z])\))?")

# What each rule is to find when one thing in the good text is spoiled.
SPOILED = {
    "articles_run_on": ("Article 9\n", "Article 10 bis\n"),
    "paragraphs_run_on": ("4. An authorization may be confidential", "5. An authorization may"),
    "lists_have_two_entries": ("\n\n(b) A situation of organized violence.", ""),
    "lists_are_punctuated": ("(a) Genocide;", "(a) Genocide,"),
    "lists_open_with_a_colon": ("shall state:\n", "shall state\n"),
    "articles_all_have_headings": ("Article 5\nGood faith\n", "Article 5\n"),
    "references_lead_somewhere": ("established by article 38;", "established by article 83;"),
    "references_have_the_un_form": ("subject to article 13", "subject to Art. 13"),
    "self_reference_is_one": ("of this Convention,", "of the present Convention,"),
    "terms_are_used": ("(n) “Spoiler” means", "(n) “Wrecker” means"),
    "terms_are_defined_once": ("(n) “Spoiler” means", "(n) “Group” means"),
    "definitions_only_define": ("member of the staff", "whom each shall protect, member"),
    "definitions_are_alphabetical": ("(d) “Conditional amnesty” means", "(d) “Amnesty” means"),
    "states_have_one_name": ("2. Each State Party shall", "2. Each Contracting Party shall"),
    "sides_are_negotiating_parties": ("the negotiating parties", "the parties"),
    "duties_use_shall": ("States Parties shall cooperate", "States Parties must cooperate"),
    "preamble_binds_nobody": ("and punish,", "and shall not punish,"),
    "recitals_have_their_form": ("they are used together,", "they are used together."),
    "final_clauses_are_complete": ("No reservation shall", "No caveat shall"),
    "languages_are_alphabetical": ("Arabic, Chinese, English", "English, Arabic, Chinese"),
    "testimonium_is_whole": ("DONE at [Geneva]", "Signed at [Geneva]"),
    "brackets_are_sound": ("[shall][should]", "[shall [should]"),
}


@cache
def words() -> str:
    return (DRAFT / "treaty.txt").read_text(encoding="utf-8")


@cache
def treaty() -> Document:
    return parse(words())


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    content = tomllib.loads((LIBRARY / f"{name}s.toml").read_text(encoding="utf-8"))
    return tuple(content[name])


def cites() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every citation with the number of its article."""
    for link in rows("link"):
        for cite in link.get("cite", []):
            yield link["article"], cite


def article(number: str) -> tuple[int, int]:
    """Where an article stands in the document: its own index and the one after its last clause."""
    clauses = treaty().clauses
    start = next(i for i, c in enumerate(clauses) if c.kind is Kind.ARTICLE and c.number == number)
    return start, subtree_end(clauses, start)


def place(number: str, at: str) -> int | None:
    """The clause that `at` names in an article: "2", "2(a)", "(f)" or the article for ""."""
    start, end = article(number)
    wanted = PLACE.fullmatch(at)
    assert wanted, f"article {number}: {at!r} is no place"
    found = start
    steps = ((Kind.PARAGRAPH, wanted["paragraph"]), (Kind.SUBPARAGRAPH, wanted["point"]))
    for kind, sought in steps:
        if not sought:
            continue
        inside = range(found + 1, min(end, subtree_end(treaty().clauses, found)))
        below = [(i, treaty().clauses[i]) for i in inside]
        hits = [i for i, c in below if c.kind is kind and c.number == sought]
        if not hits:
            return None
        found = hits[0]
    return found


def text_of(number: str) -> str:
    start, end = article(number)
    return "\n".join(c.text for c in treaty().clauses[start:end])


def passage_keys() -> set[str]:
    return {f"{p['source']} {p['locator']}".strip() for p in rows("passage")}


def final_articles() -> set[str]:
    clauses = treaty().clauses
    part = next(i for i, c in enumerate(clauses) if c.kind is Kind.PART and c.number == FINAL_PART)
    return {c.number for c in clauses[part : subtree_end(clauses, part)] if c.kind is Kind.ARTICLE}


# --- the text


def test_the_treaty_reads_without_a_doubt_and_comes_back_the_same() -> None:
    assert treaty().problems == ()
    assert parse(render(treaty())) == treaty()


def test_the_treaty_has_all_its_parts() -> None:
    counts = treaty().counts()
    assert treaty().title == "Convention on Peace Negotiation"
    assert 45 <= counts["article"] <= 60
    assert (counts["part"], counts["formula"], counts["closing"]) == (9, 2, 2)
    assert counts["recital"] >= 10
    assert 11_000 <= len(words().split()) <= 15_500


def test_nothing_but_the_known_kinds_is_read_out_of_it() -> None:
    expected = {"formula", "recital", "part", "article", "paragraph", "subparagraph", "closing"}
    assert set(treaty().counts()) == expected


def test_every_drafting_rule_is_kept() -> None:
    assert treaty_rules.breaches(treaty()) == []


@pytest.mark.parametrize("name", [rule.__name__ for rule in treaty_rules.RULES])
def test_each_drafting_rule_sees_a_spoiled_text(name: str) -> None:
    good, bad = SPOILED[name]
    spoiled = words().replace(good, bad, 1)
    assert spoiled != words(), f"{good!r} is not in the treaty"
    found = [one for one in treaty_rules.breaches(parse(spoiled)) if one.startswith(f"{name}:")]
    assert found


def test_brackets_stay_inside_their_clause_and_offer_real_choices() -> None:
    texts = [clause.text or clause.heading for clause in treaty().clauses]
    read = [brackets.read(text) for text in texts]
    assert not [one.problems for one in read if one.problems]
    assert sum(brackets.count(text) for text in texts) >= 60
    assert sum(len(one.choices) for one in read) >= 20
    assert not [text for text in texts if re.search(r"\]\s+\[", text)]


@pytest.mark.parametrize(
    "crime",
    [
        "Genocide",
        "Crimes against humanity",
        "[War crimes]",
        "Torture",
        "Enforced disappearance",
        "sexual violence",
    ],
)
def test_the_excluded_crimes_are_listed(crime: str) -> None:
    assert crime in text_of("26")


def test_no_reservation_touches_the_excluded_crimes() -> None:
    assert "No reservation shall be made to article 26" in text_of("55")


def test_below_the_threshold_additional_protocol_ii_is_said_to_give_no_basis() -> None:
    assert "affords no legal basis" in text_of("25")
    assert "The constitution and the law of the State Party concerned" in text_of("25")


# --- the links


def test_every_article_is_linked_once_in_order() -> None:
    linked = [link["article"] for link in rows("link")]
    articles = [c.number for c in treaty().clauses if c.kind is Kind.ARTICLE]
    assert linked == articles


@pytest.mark.parametrize("link", rows("link"), ids=lambda link: f"article {link['article']}")
def test_an_article_rests_on_something_or_says_why_not(link: dict[str, Any]) -> None:
    supported = bool(link.get("cite"))
    gap = link.get("no_source", "")
    assert supported != bool(gap)
    if gap:
        assert link["article"] in final_articles()
        assert re.fullmatch(r"[A-Z].{30,}\.", gap)


def test_every_substantive_article_answers_a_topic() -> None:
    silent = [link["article"] for link in rows("link") if not link["topics"]]
    assert set(silent) <= final_articles()


def test_all_topics_are_answered_and_no_other_is_named() -> None:
    answered = {topic for link in rows("link") for topic in link["topics"]}
    assert answered == {topic["code"] for topic in rows("topic")}


def test_every_place_is_in_the_treaty() -> None:
    lost = [(n, c["at"]) for n, c in cites() if "at" in c and place(n, c["at"]) is None]
    assert lost == []


def test_a_place_that_is_not_in_the_treaty_would_be_noticed() -> None:
    assert place("26", "1(c)") is not None
    assert place("1", "(f)") is not None
    assert place("26", "1(z)") is None
    assert place("26", "99") is None


def test_every_link_ends_at_one_passage_or_case_of_the_library() -> None:
    known = {"passage": passage_keys(), "case": {case["slug"] for case in rows("case")}}
    for number, cite in cites():
        ends = [kind for kind in known if kind in cite]
        assert len(ends) == 1, f"article {number}: {cite}"
        assert cite[ends[0]] in known[ends[0]], f"article {number}: {cite[ends[0]]}"


def test_every_case_and_every_instrument_passage_is_used() -> None:
    used = {cite.get("passage") or cite["case"] for _, cite in cites()}
    kinds = json.loads((LIBRARY / "sources.json").read_text(encoding="utf-8"))
    assert {case["slug"] for case in rows("case")} <= used
    unused = passage_keys() - used
    assert {key for key in unused if not key.startswith("founding-article ")} == set()
    assert len(kinds) == 22


@pytest.mark.parametrize("relation", list(Relation))
def test_every_relation_is_in_use(relation: Relation) -> None:
    counted = Counter(cite["relation"] for _, cite in cites())
    assert set(counted) <= {one.value for one in Relation}
    assert counted[relation.value] >= 5


@pytest.mark.parametrize("slug", ["ihl-rule-159", "margus", "el-mozote", "kallon-kamara"])
def test_contrary_authority_on_amnesty_is_cited_in_part_v(slug: str) -> None:
    cited = {number for number, cite in cites() if cite.get("passage", "").split(" ")[0] == slug}
    assert cited & {str(number) for number in range(25, 36)}


@pytest.mark.parametrize("number", ["21", "25", "26", "33", "39"])
def test_what_speaks_against_a_disputed_article_is_shown_beside_it(number: str) -> None:
    against = {Relation.CONTRADICTS.value, Relation.QUALIFIES.value}
    assert [cite for n, cite in cites() if n == number and cite["relation"] in against]


def test_every_reason_is_one_sentence_of_its_own() -> None:
    reasons = [cite["reason"] for _, cite in cites()]
    wrong = [r for r in reasons if not re.fullmatch(r"[A-Z][^.]{20,}\.", r)]
    assert wrong == []


def test_no_citation_stands_twice() -> None:
    keys = [
        (n, c.get("at"), c.get("passage") or c["case"], c["relation"], c["pinpoint"])
        for n, c in cites()
    ]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_pinpoints_lie_inside_what_they_point_into() -> None:
    places = {case["slug"]: case["places"] for case in rows("case")}
    for number, cite in cites():
        pinpoint = cite["pinpoint"]
        if "case" in cite:
            assert set(pinpoint.split("; ")) <= set(places[cite["case"]]), (number, cite)
        else:
            locator = cite["passage"].partition(" ")[2]
            assert pinpoint.startswith(locator), (number, cite)
