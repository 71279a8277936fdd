import re

import pytest

from app.store.library import PassageRecord
from app.store.seats import Role
from app.web.library import anchor_of
from tests.support.table import SLUG, Table, ids

PAGES = (
    "/library",
    "/library/sources/founding-article",
    "/library/sources/untoc",
    "/library/cases",
    "/library/cases/denmark",
    "/library/topics",
    "/library/topics/C17",
    "/library/figures",
    "/library?q=amnesty",
)


def passage(table: Table, source: str, locator: str) -> PassageRecord:
    with table.stores.read() as store:
        return next(p for p in store.library.passages(source) if p.locator == locator)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.CHAIR])
def test_every_seat_reads_the_library(table: Table, path: str, role: Role) -> None:
    answer = table.get(role.value, path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert ('href="/library/add"' in answer.text) is (role is Role.CHAIR)
    assert table.get("", path).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/library/sources/nothing",
        "/library/passages/999999",
        "/library/passages/99999999999999999999",
        "/library/passages/none",
        "/library/cases/nothing",
        "/library/topics/C99",
    ],
)
def test_what_is_not_there_is_missing(table: Table, path: str) -> None:
    assert table.get("chair", path).status_code == 404


def test_sources_stand_on_shelves_with_their_full_citation(table: Table) -> None:
    page = table.get("scholar", "/library")
    assert {"source-untoc", "source-tadic", "source-founding-article"} <= ids(page)
    assert page.text.index("h-document") < page.text.index("h-instrument")
    assert "adopted 15 November 2000" in page.text
    assert "<i>Prosecutor v Tadić</i>" in page.text


def test_a_source_gives_its_passages_in_order_under_their_headings(table: Table) -> None:
    page = table.get("scholar", "/library/sources/founding-article")
    anchors = re.findall(r'<article class="passage[^"]*" id="([^"]+)"', page.text)
    assert len(anchors) == 53
    assert anchors[:5] == ["S1.P1", "S1.P2", "S1.P3", "S1.P4", "S2.P1"]
    assert len(re.findall(r'<nav class="contents".*?</nav>', page.text, re.S)[0].split("<a")) == 12
    assert "clauses rest on it" in page.text


def test_a_passage_stands_between_its_neighbours_with_what_rests_on_it(table: Table) -> None:
    found = passage(table, "founding-article", "S3a.P5")
    page = table.get("scholar", f"/library/passages/{found.id}")
    assert ids(page) >= {"S3a.P3", "S3a.P4", "S3a.P5", "S3a.P6", "S3a.P7", "resting"}
    assert f'href="/drafts/{SLUG}/clauses/' in page.text
    assert 'href="/library/topics/' in page.text


def test_a_passage_tells_which_cases_it_tells_of(table: Table) -> None:
    found = passage(table, "founding-article", "S1.P3")
    page = table.get("scholar", f"/library/passages/{found.id}")
    assert page.text.count('href="/library/cases/') >= 15


def test_a_judgment_is_cited_at_its_paragraph(table: Table) -> None:
    found = passage(table, "tadic", "[70]")
    page = table.get("scholar", f"/library/passages/{found.id}")
    assert re.search(r'class="citation">.*\[70\]', page.text)


def test_a_case_says_what_the_source_states_and_how_it_stands(table: Table) -> None:
    page = table.get("observer", "/library/cases/italy")
    for sentence in ("As stated in the source", "Position at 27 April 2023", "acquitted"):
        assert sentence in page.text
    assert re.search(r'<a href="/library/passages/\d+">S2c\.P4</a>', page.text)
    assert "resting" in ids(page)


def test_a_case_of_which_little_is_known_says_so(table: Table) -> None:
    page = table.get("observer", "/library/cases/timor-leste")
    assert "The source does not say." in page.text


def test_topics_stand_by_family_with_the_articles_that_answer_them(table: Table) -> None:
    page = table.get("observer", "/library/topics")
    assert len(re.findall(r'id="topic-C\d\d"', page.text)) == 48
    assert len(re.findall(r'<h2 id="h-[A-I]"', page.text)) == 9
    row = re.findall(r'id="topic-C17".*?</li>', page.text, re.S)[0]
    assert re.search(rf'href="/drafts/{SLUG}/clauses/[^"]+"[^>]*>Article \d+', row)
    one = table.get("observer", "/library/topics/C17")
    assert "Legal safety" in one.text
    assert 'class="passage' in one.text


def test_a_figure_leads_to_its_place(table: Table) -> None:
    page = table.get("observer", "/library/figures")
    assert page.text.count('<th scope="row">') == 19
    assert re.search(r'href="/library/passages/\d+">S2a\.P5</a>', page.text)


def test_a_search_in_the_library_finds_no_clauses(table: Table) -> None:
    page = table.get("observer", "/library?q=amnesty")
    assert "hits" in ids(page)
    assert "found for “amnesty”" in page.text
    assert "/clauses/" not in page.text
    assert "Nothing matches." in table.get("observer", "/library?q=zzzz").text


def test_an_exact_passage_stands_beside_its_digest(table: Table) -> None:
    found = passage(table, "untoc", "art 3")
    assert "As printed" not in table.get("observer", f"/library/passages/{found.id}").text
    fields = {"locator": found.locator, "digest": found.digest, "exact": "The words themselves."}
    table.post("scholar", f"/library/passages/{found.id}/edit", fields)
    page = table.get("observer", f"/library/passages/{found.id}")
    assert "In our words" in page.text
    assert "As printed" in page.text
    assert "The words themselves." in page.text


def test_what_was_typed_is_shown_as_text_and_not_as_markup(table: Table) -> None:
    hostile = "<script>alert(1)</script>"
    made = table.post("scholar", "/library/cases", {"title": hostile, "facts": hostile})
    page = table.get("observer", made.headers["location"])
    assert hostile not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("locator", "anchor"),
    [("S3a.P10", "S3a.P10"), ("art 6(5)", "art-6-5"), ("[70]", "70"), ("", "passage-7")],
)
def test_an_anchor_fits_into_an_address(locator: str, anchor: str) -> None:
    record = PassageRecord(7, 1, "s", "S", locator, "", "", "", (), (), 0)
    assert anchor_of(record) == anchor
