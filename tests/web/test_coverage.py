import re

from app.store.seats import Role
from tests.support.table import SLUG, Table, ids

ADDRESS = f"/drafts/{SLUG}/coverage"


def test_every_seat_reads_it_and_nobody_else(table: Table) -> None:
    for role in Role:
        assert table.get(role.value, ADDRESS).status_code == 200
    assert table.get("", ADDRESS).status_code == 303
    assert table.get("chair", "/drafts/nothing/coverage").status_code == 404


def test_the_gaps_come_first(table: Table) -> None:
    page = table.get("observer", ADDRESS)
    assert page.text.index('id="gaps"') < page.text.index('id="matrix"')
    assert {"gap-topics", "gap-articles", "gap-said", "gap-untied", "gap-cases"} <= ids(page)
    assert "Every topic is answered by an article." in page.text


def test_a_new_case_is_a_gap_until_it_is_cited(table: Table) -> None:
    table.post("scholar", "/library/cases", {"title": "Somewhere", "label": "A truce"})
    page = table.get("observer", ADDRESS)
    gap = re.findall(r'id="gap-cases".*?</details>', page.text, re.S)[0]
    assert 'href="/library/cases/somewhere"' in gap
    with table.stores.read() as store:
        case = store.library.case("somewhere")
    assert case is not None
    fields = {"case": case.id, "relation": "precedent for", "reason": "It held."}
    table.post("scholar", table.clause("Article 1") + "/citations", fields)
    again = table.get("observer", ADDRESS)
    assert "Every case is relied on." in again.text
    assert "relies on Somewhere" in again.text


def test_the_matrix_has_a_row_an_article_and_a_column_a_topic_or_case(table: Table) -> None:
    page = table.get("observer", ADDRESS)
    with table.stores.read() as store:
        clauses = store.drafts.document(table.draft.id).clauses
    articles = sum(clause.kind == "article" for clause in clauses)
    body = re.findall(r"<tbody>.*?</tbody>", page.text, re.S)[0]
    rows = body.split("<tr")[1:]
    assert len(rows) == articles
    assert {row.count("<td") for row in rows} == {48 + 15}
    assert page.text.count('<th scope="col"') == 48 + 15
    assert page.text.count('scope="colgroup"') == 9 + 1


def test_a_cell_says_in_words_what_it_shows(table: Table) -> None:
    page = table.get("observer", ADDRESS)
    row = re.findall(r"<tr[^>]*><th scope=\"row\">.*?Use of terms.*?</tr>", page.text, re.S)[0]
    assert re.search(r'class="rests" title="Article 1 answers C01, citing \d+ source', row)
    assert "Article 1" in row


def test_it_is_read_article_by_article_as_well(table: Table) -> None:
    page = table.get("observer", f"{ADDRESS}?view=list")
    assert 'data-view="list"' in page.text
    listed = re.findall(r'id="by-article".*?</section>', page.text, re.S)[0]
    assert "Article 17" in listed
    assert "/library/topics/C37" in listed
    assert 'data-view="matrix"' in table.get("observer", f"{ADDRESS}?view=x").text
