import json
import re

import pytest

from app.actions import citing
from app.store.citations import CitationRecord
from app.store.seats import Role
from tests.support.table import SLUG, Table, ids

MAY_CITE = (Role.CHAIR, Role.SECRETARIAT, Role.DRAFTER, Role.SCHOLAR)
WHERE = "Article 1"


def a_passage(table: Table, locator: str = "S2a.P7") -> int:
    with table.stores.read() as store:
        passages = store.library.passages("founding-article")
    return next(passage.id for passage in passages if passage.locator == locator)


def a_case(table: Table, slug: str = "norway") -> int:
    with table.stores.read() as store:
        case = store.library.case(slug)
    assert case is not None
    return case.id


def cited(table: Table, uid: str) -> tuple[CitationRecord, ...]:
    with table.stores.read() as store:
        return citing.citations(store, table.seat("chair"), table.draft, uid)


def tie(**changes: object) -> dict[str, object]:
    return {"relation": "supports", "pinpoint": "", "reason": "It says so.", **changes}


def test_the_sources_of_a_clause_stand_on_a_page_and_in_a_part(table: Table) -> None:
    address = table.clause("Article 17, paragraph 1")
    uid = table.uid("Article 17, paragraph 1")
    page = table.get("observer", f"{address}/citations")
    part = table.get("observer", f"{address}/citations", part=f"citations-{uid}")
    for answer in (page, part):
        assert answer.status_code == 200
        assert f"citations-{uid}" in ids(answer)
        assert "Article 17, paragraph 1" in answer.text
    assert "<html" in page.text
    assert part.text.lstrip().startswith("<section")
    assert all(f"citation-{tie.id}" in ids(part) for tie in cited(table, uid))


def test_what_the_article_rests_on_stands_below_what_its_paragraph_does(table: Table) -> None:
    uid = table.uid("Article 17, paragraph 1")
    made = table.post(
        "scholar",
        table.clause("Article 17") + "/citations",
        tie(passage=a_passage(table), reason="About all of it."),
    )
    assert made.status_code == 303
    part = table.get("scholar", table.clause("Article 17, paragraph 1") + "/citations", part="x")
    assert "On Article 17 as a whole" in part.text
    assert part.text.index("On Article 17 as a whole") < part.text.index("About all of it.")
    assert f"citations-{uid}" in ids(part)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_cite(table: Table, role: Role) -> None:
    address, uid = table.clause(WHERE), table.uid(WHERE)
    before = len(cited(table, uid))
    listed = table.get(role.value, f"{address}/citations", part="x")
    answer = table.post(role.value, f"{address}/citations", tie(passage=a_passage(table)))
    allowed = role in MAY_CITE
    assert answer.status_code == (303 if allowed else 403)
    assert len(cited(table, uid)) == before + allowed
    assert ("data-cite" in listed.text) is allowed
    for form in ("new", f"tie?passage={a_passage(table)}"):
        expected = 200 if allowed else 403
        assert table.get(role.value, f"{address}/citations/{form}").status_code == expected


def test_citing_in_the_panel_answers_with_the_list_and_tells_the_page(table: Table) -> None:
    address, uid = table.clause(WHERE), table.uid(WHERE)
    fields = tie(case=a_case(table), relation="precedent for", pinpoint="S2a.P3")
    answer = table.post("drafter", f"{address}/citations", fields, part=True)
    assert answer.status_code == 200
    assert f"citations-{uid}" in ids(answer)
    made = cited(table, uid)[-1]
    told = json.loads(answer.headers["hx-trigger"])["cited"]
    assert (told["target"], told["on"]) == ("#main", f"citation-{made.id}")
    assert (made.relation.value, made.pinpoint, made.reason) == (
        "precedent for",
        "S2a.P3",
        "It says so.",
    )
    assert made.case is not None
    assert made.case.slug == "norway"
    assert f"citation-{made.id}" in ids(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "Say in a sentence why the clause rests on this."),
        ({"relation": "proves"}, "Say how the source bears on the clause"),
        ({"pinpoint": "x" * 500}, "The pinpoint is too long"),
    ],
)
def test_a_citation_that_will_not_do_keeps_what_was_typed(
    table: Table, changes: dict[str, str], sentence: str
) -> None:
    address, uid = table.clause(WHERE), table.uid(WHERE)
    fields = tie(passage=a_passage(table), **({"reason": "Typed at length."} | changes))
    for part in (False, True):
        answer = table.post("scholar", f"{address}/citations", fields, part=part)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert ("Typed at length." in answer.text) is ("reason" not in changes)
    assert not any(tie.author == "Scholar C" for tie in cited(table, uid))


def test_neither_passage_nor_case_is_missing(table: Table) -> None:
    address = table.clause(WHERE)
    assert table.post("scholar", f"{address}/citations", tie()).status_code == 404
    assert table.post("scholar", f"{address}/citations", tie(passage=999999)).status_code == 404
    assert table.get("scholar", f"{address}/citations/tie?case=999999").status_code == 404
    assert table.get("scholar", f"{address}/citations/tie").status_code == 404


def test_suggestions_say_why_and_a_search_finds(table: Table) -> None:
    address = table.clause("Article 17, paragraph 1") + "/citations/new"
    suggested = table.get("scholar", address)
    assert "Suggested for this clause" in suggested.text
    assert "shares topic" in suggested.text
    found = table.get("scholar", f"{address}?q=mediator")
    assert re.search(r"\d+ found", found.text)
    assert "<mark>" in found.text
    uid = table.uid("Article 17, paragraph 1")
    only = table.get("scholar", f"{address}?q=mediator", part=f"div#found-{uid}")
    assert only.text.lstrip().startswith(f'<div class="found" id="found-{uid}"')
    form = table.get("scholar", f"{address}?q=mediator", part=f"section#citations-{uid}")
    assert f"citations-{uid}" in ids(form)
    nothing = table.get("scholar", f"{address}?q=zzzzzz")
    assert "Nothing matches." in nothing.text


def test_a_search_is_narrowed_by_kind_topic_and_source(table: Table) -> None:
    address = table.clause("Article 17, paragraph 1") + "/citations/new"
    cases = table.get("scholar", f"{address}?q=truce&kind=case").text
    assert "tie?case=" in cases
    assert "tie?passage=" not in cases
    passages = table.get("scholar", f"{address}?source=rome-statute").text
    assert "tie?passage=" in passages
    assert "tie?case=" not in passages
    topic = table.get("scholar", f"{address}?topic=C37").text
    assert topic.count("tie?") > 1


def test_what_is_cited_already_says_so(table: Table) -> None:
    address = table.clause("Article 17, paragraph 1")
    found = table.get("scholar", f"{address}/citations/new?q=Haiti&kind=case")
    assert "cited already" in found.text


def test_a_citation_is_taken_away_by_whom_may_cite(table: Table) -> None:
    uid = table.uid("Article 17, paragraph 1")
    first = cited(table, uid)[0]
    fields = {"draft": SLUG, "shown_for": uid}
    for role in ("observer", "delegate"):
        assert table.post(role, f"/citations/{first.id}/remove", fields).status_code == 403
    assert first.id in {tie.id for tie in cited(table, uid)}
    answer = table.post("scholar", f"/citations/{first.id}/remove", fields, part=True)
    assert "taken away" in json.loads(answer.headers["hx-trigger"])["cited"]["said"]
    assert f"citation-{first.id}" not in ids(answer)
    assert first.id not in {tie.id for tie in cited(table, uid)}
    again = table.post("scholar", f"/citations/{first.id}/remove", fields)
    assert again.status_code == 422
    foreign = table.post("scholar", f"/citations/{first.id}/remove", {"draft": "another"})
    assert foreign.status_code == 404


def test_without_script_citing_leads_back_to_the_clause(table: Table) -> None:
    address = table.clause(WHERE)
    answer = table.post("chair", f"{address}/citations", tie(passage=a_passage(table)))
    uid = table.uid(WHERE)
    assert answer.headers["location"] == f"{address}#{uid}"
    made = cited(table, uid)[-1]
    removed = table.post("chair", f"/citations/{made.id}/remove", {"draft": SLUG})
    assert removed.headers["location"] == f"{address}#{uid}"


def test_a_form_without_its_token_cites_nothing(table: Table) -> None:
    address, uid = table.clause(WHERE), table.uid(WHERE)
    before = cited(table, uid)
    fields = {key: str(value) for key, value in tie(passage=a_passage(table)).items()}
    answer = table.client("chair").post(f"{address}/citations", data=fields)
    assert answer.status_code == 403
    elsewhere = table.client("chair").post(
        f"{address}/citations", data=fields, headers={"origin": "https://evil.example"}
    )
    assert elsewhere.status_code == 403
    assert cited(table, uid) == before


@pytest.mark.parametrize("path", ["citations", "citations/new", "citations/tie?passage=1"])
def test_a_clause_or_draft_that_is_not_there_is_missing(table: Table, path: str) -> None:
    for base in (f"/drafts/{SLUG}/clauses/nothing", "/drafts/nothing/clauses/nothing"):
        assert table.get("chair", f"{base}/{path}").status_code == 404
        assert table.get("", f"{base}/{path}").status_code == 303


def test_a_struck_clause_shows_its_sources_and_takes_no_more(table: Table) -> None:
    address, uid = table.clause("Article 17, paragraph 1"), table.uid("Article 17, paragraph 1")
    with table.stores.read() as store:
        clause = store.drafts.clause(table.draft.id, uid)
    assert clause is not None
    struck = table.post("drafter", f"{address}/strike", {"seen": str(clause.version)})
    assert struck.status_code in (200, 303)
    page = table.get("drafter", f"{address}/citations")
    assert "Struck clause" in page.text
    assert "data-cite" not in page.text
    answer = table.post("drafter", f"{address}/citations", tie(passage=a_passage(table)))
    assert answer.status_code == 403
