import re

from tests.support.table import SLUG, Table

ARTICLE, FIRST = "Article 9", "Article 9, paragraph 1"


def dot(table: Table) -> str:
    """The class of the dot at the article's row of the outline; "" when there is none."""
    text = table.get("observer", f"/drafts/{SLUG}").text
    row = re.findall(rf'<li class="article" id="o-{table.uid(ARTICLE)}">.*?</li>', text)[0]
    found = re.findall(r'class="dot (\w+)', row)
    return found[0] if found else ""


def step(table: Table, citation: str, status: str, **fields: str) -> None:
    sent = {"status": status, **fields}
    assert table.post("chair", table.clause(citation) + "/status", sent).status_code == 303


def test_a_row_has_the_dot_of_what_it_covers(table: Table) -> None:
    assert dot(table) == ""
    step(table, FIRST, "agreed")
    assert dot(table) == "partly"
    step(table, ARTICLE, "agreed in working group", below="yes")
    assert dot(table) == "group"
    step(table, FIRST, "agreed")
    assert dot(table) == "group"
    step(table, ARTICLE, "agreed", below="yes")
    assert dot(table) == "agreed"
    table.post("chair", table.clause(ARTICLE) + "/reopen", {"reason": "Asked", "below": "yes"})
    assert dot(table) == ""


def test_a_row_that_is_sent_again_keeps_its_dot(table: Table) -> None:
    step(table, FIRST, "agreed")
    second = table.clause("Article 9, paragraph 2")
    answer = table.post("chair", second + "/edit", {"text": "Short.", "seen": 1}, part=True)
    assert f'id="o-{table.uid(ARTICLE)}"' in answer.text and 'class="dot partly"' in answer.text


def test_what_is_agreed_with_a_bracket_is_flagged(table: Table) -> None:
    with table.stores.read() as store:
        clause = next(each for each in store.drafts.clauses(table.draft.id) if "[" in each.text)
    table.post("chair", f"/drafts/{SLUG}/clauses/{clause.uid}/status", {"status": "agreed"})
    text = table.get("observer", f"/drafts/{SLUG}").text
    assert "and still holds a bracket" in text and "?show=flagged" in text
