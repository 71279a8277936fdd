"""The library that ships: whole, in agreement with itself, honest about its source."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

LIBRARY = Path(__file__).parents[2] / "drafts" / "peace-negotiation" / "library"

# Paragraphs under each heading of the founding article.
FOUNDING = {
    "S1": 4,
    "S2": 2,
    "S2a": 8,
    "S2b": 5,
    "S2c": 6,
    "S3": 2,
    "S3a": 10,
    "S3b": 7,
    "S4": 6,
    "S5": 3,
}


def rows(name: str) -> list[dict[str, Any]]:
    content = tomllib.loads((LIBRARY / f"{name}s.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = content[name]
    return found


def sources() -> dict[str, dict[str, Any]]:
    items = json.loads((LIBRARY / "sources.json").read_text(encoding="utf-8"))
    return {item["id"]: item for item in items}


def founding() -> dict[str, dict[str, Any]]:
    return {p["locator"]: p for p in rows("passage") if p["source"] == "founding-article"}


def test_every_paragraph_of_the_founding_article_is_a_passage_once() -> None:
    expected = [f"{key}.P{n}" for key, count in FOUNDING.items() for n in range(1, count + 1)]
    assert list(founding()) == expected
    assert len(expected) == 53


def test_the_45_notes_stand_once_each_and_in_order() -> None:
    notes = [note for passage in founding().values() for note in passage.get("notes", [])]
    assert notes == [str(n) for n in range(1, 46)]


def test_the_48_topics_stand_in_nine_families_with_their_marks() -> None:
    topics = rows("topic")
    assert [t["code"] for t in topics] == [f"C{n:02}" for n in range(1, 49)]
    assert len({t["family"] for t in topics}) == 9
    assert [t["mark"] for t in topics].count("E") == 21
    assert [t["mark"] for t in topics].count("L") == 27


def test_passages_and_topics_tell_the_same_story() -> None:
    by_topic = {(t["code"], place) for t in rows("topic") for place in t["places"]}
    by_passage = {(code, at) for at, p in founding().items() for code in p["topics"]}
    assert by_passage == by_topic


@pytest.mark.parametrize("name", ["passage", "case"])
def test_only_topics_that_exist_are_named(name: str) -> None:
    known = {t["code"] for t in rows("topic")}
    for row in rows(name):
        assert set(row["topics"]) <= known, row


def test_every_passage_has_a_source_and_every_source_is_used() -> None:
    assert {p["source"] for p in rows("passage")} == set(sources())


def test_the_fifteen_cases_say_what_the_source_states_and_the_position_at_a_date() -> None:
    cases = rows("case")
    assert len(cases) == 15
    for case in cases:
        assert case["as_stated"], case["slug"]
        assert case["position"], case["slug"]
        assert case["position_date"], case["slug"]
        assert set(case["places"]) <= set(founding()), case["slug"]
    italy = next(c for c in cases if c["slug"] == "italy")
    assert "acquitted" in italy["position"]
    assert "2023" in italy["position_date"]


def test_where_the_source_says_almost_nothing_so_do_we() -> None:
    thin = {c["slug"] for c in rows("case") if c["record_depth"] == "thin"}
    assert thin == {"haiti", "spain", "timor-leste"}
    for case in rows("case"):
        if case["slug"] in thin:
            assert "source says" in case["as_stated"]
            assert not case["years"]


def test_the_19_figures_stand_at_places_that_exist() -> None:
    figures = rows("figure")
    assert len(figures) == 19
    assert {f["place"] for f in figures} <= set(founding())


def test_treaties_and_judgments_carry_a_full_citation() -> None:
    for slug, item in sources().items():
        if item["type"] == "treaty":
            assert item["adopted"] and item["in-force"] and item["volume"] and item["page"], slug
        if item["type"] == "legal_case":
            assert item["issued"], slug
            assert item.get("number") or item.get("collection-number"), slug


def test_what_has_no_citable_form_says_so() -> None:
    for slug in ("security-council-resolutions", "proposed-treaty"):
        assert "no citable form" in sources()[slug]["custom"]["travaux"]["remark"]
    assert "none is guessed" in sources()["founding-article"]["custom"]["travaux"]["remark"]


def test_contrary_authorities_are_in_the_library() -> None:
    assert {"ihl-rule-159", "margus", "el-mozote", "kallon-kamara"} <= set(sources())
