import pytest

from tests.support.table import Table, ids


def test_it_finds_clauses_passages_cases_and_sources(table: Table) -> None:
    page = table.get("observer", "/search?q=amnesty")
    assert {"h-clause", "h-passage"} <= ids(page)
    assert "<mark>" in page.text
    assert "h-source" in ids(table.get("observer", "/search?q=torture"))
    assert "h-case" in ids(table.get("observer", "/search?q=truce"))


def test_a_topics_code_leads_to_the_topic_and_what_has_it(table: Table) -> None:
    page = table.get("observer", "/search?q=C17")
    assert {"h-topic", "h-passage", "h-case"} <= ids(page)
    assert 'href="/library/topics/C17"' in page.text
    assert 'href="/library/topics/C17"' in table.get("observer", "/library?q=c17").text


def test_the_readmes_search_finds_the_danish_truce_at_the_top(table: Table) -> None:
    page = table.get("observer", "/search?q=negotiator&kind=case").text
    assert page.index("/library/cases/denmark") < page.index("/library/cases/timor-leste")
    found = table.get("observer", "/search?q=negotiator&kind=passage").text
    for place in ("S4.P3", "S2c.P4", "S1.P2"):
        assert found.index(place) < found.index("art 76")


@pytest.mark.parametrize("kind", ["clause", "passage", "case", "source"])
def test_it_is_narrowed_to_one_kind(table: Table, kind: str) -> None:
    found = ids(table.get("observer", f"/search?q=organized+crime&kind={kind}"))
    assert {name for name in found if name.startswith("h-")} <= {f"h-{kind}"}
    assert table.get("observer", "/search?q=truce&kind=x").status_code == 200


def test_a_search_typed_into_the_page_gets_the_results_alone(table: Table) -> None:
    part = table.get("observer", "/search?q=amnesty", part="results")
    assert part.text.lstrip().startswith('<div id="results"')
    assert "<html" not in part.text


def test_nothing_found_and_nothing_asked_say_so(table: Table) -> None:
    assert "Nothing matches “zzzz”" in table.get("observer", "/search?q=zzzz").text
    assert "Type a word or two." in table.get("observer", "/search").text


@pytest.mark.parametrize("query", ['"', "((", "a AND", "%00", "🕊", "'; drop", "x" * 5000, "*"])
def test_no_words_are_an_error(table: Table, query: str) -> None:
    assert table.get("observer", f"/search?q={query}").status_code == 200
    assert table.get("observer", f"/library?q={query}").status_code == 200


def test_nobody_searches_without_a_seat(table: Table) -> None:
    answer = table.get("", "/search?q=amnesty")
    assert answer.status_code == 303
    assert "amnesty" not in answer.text
