import hashlib
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.actions import seating
from app.store.seats import Role
from app.treaty.numbering import citation_of
from app.web import agreement, annotations
from app.web.api import router
from app.web.exports import WORD
from tests.support.sittings import typed
from tests.support.table import SLUG, Table

API = "/api/v1"
DRAFT = f"{API}/drafts/{SLUG}"


def ask(table: Table, role: str, method: str, path: str, json: Any = None, **headers: str) -> Any:
    return table.client(role).request(method, path, json=json, headers=headers)


def routes() -> list[tuple[str, str]]:
    found = []
    for route in router.routes:
        path = getattr(route, "path", "")
        filled = path.replace("{slug}", SLUG).replace("{uid}", "none")
        filled = filled.replace("{passage_id}", "1").replace("{citation_id}", "1")
        found += [(method, filled) for method in sorted(getattr(route, "methods", ()))]
    return found


def test_nobody_learns_anything_without_a_seat(table: Table) -> None:
    headers = {"content-type": "application/json"}
    for method, path in routes():
        for body in (b"{}", b'{"nonsense": 1}', b"{not json"):
            answer = table.client("").request(method, path, headers=headers, content=body)
            assert answer.status_code == 401, (method, path, body)
            assert answer.json() == {"sentence": "Please sign in first."}


def test_another_site_changes_nothing(table: Table) -> None:
    for method, path in routes():
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            if method != "GET":
                answer = table.client("chair").request(method, path, json={}, headers=headers)
                assert answer.status_code == 403, (method, path)
                assert "another site" in answer.json()["sentence"]
    with table.stores.read() as store:
        assert store.drafts.by_slug(SLUG) == table.draft


def test_a_form_of_another_kind_needs_the_token(table: Table) -> None:
    answer = table.client("chair").post(
        f"{DRAFT}/exports", content=b"{}", headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 403


def test_drafts_and_their_clauses(table: Table) -> None:
    drafts = ask(table, "observer", "GET", f"{API}/drafts").json()
    assert [draft["slug"] for draft in drafts] == [SLUG]
    assert drafts[0] == ask(table, "observer", "GET", DRAFT).json()
    clauses = ask(table, "observer", "GET", f"{DRAFT}/clauses").json()
    with table.stores.read() as store:
        document = store.drafts.document(table.draft.id)
    assert [clause["uid"] for clause in clauses] == [clause.uid for clause in document.clauses]
    for at in range(0, len(clauses), 50):
        assert clauses[at]["citation"] == citation_of(document.clauses, at)
    one = ask(table, "observer", "GET", f"{DRAFT}/clauses/{clauses[100]['uid']}").json()
    assert one == clauses[100]


def test_a_change_is_kept_with_the_version_it_was_made_against(table: Table) -> None:
    path = f"{DRAFT}/clauses/{table.uid('Article 17, paragraph 1')}"
    before = ask(table, "drafter", "GET", path).json()
    answer = ask(table, "drafter", "PATCH", path, {"seen": before["version"], "text": "New words."})
    assert answer.status_code == 200
    changed = answer.json()
    assert changed["merged"] is False
    assert changed["clause"]["text"] == "New words."
    assert changed["clause"]["version"] > before["version"]
    stale = ask(table, "chair", "PATCH", path, {"seen": before["version"], "text": "Other words."})
    assert stale.status_code == 409
    told = stale.json()
    assert told["base"] == before["text"]
    assert (told["mine"], told["theirs"]) == ("Other words.", "New words.")
    assert told["version"] == changed["clause"]["version"]
    assert ask(table, "chair", "GET", path).json()["text"] == "New words."


def test_changes_that_do_not_touch_are_merged(table: Table) -> None:
    path = f"{DRAFT}/clauses/{table.uid('Article 17, paragraph 1')}"
    before = ask(table, "drafter", "GET", path).json()
    words, seen = before["text"], before["version"]
    ask(table, "drafter", "PATCH", path, {"seen": seen, "text": "Firstly: " + words})
    answer = ask(table, "chair", "PATCH", path, {"seen": seen, "text": words + " Lastly."})
    assert answer.json()["merged"] is True
    assert answer.json()["clause"]["text"] == "Firstly: " + words + " Lastly."


def test_a_clause_is_inserted_retitled_struck_and_restored(table: Table) -> None:
    article = table.uid("Article 17")
    new = {"after": table.uid("Article 17, paragraph 1"), "kind": "paragraph", "text": "More."}
    made = ask(table, "drafter", "POST", f"{DRAFT}/clauses", new)
    assert made.status_code == 201
    assert made.json()["citation"] == "Article 17, paragraph 2"
    head = ask(table, "drafter", "GET", f"{DRAFT}/clauses/{article}").json()
    change = {"seen": head["version"], "heading": "Renamed"}
    answer = ask(table, "drafter", "PATCH", f"{DRAFT}/clauses/{article}", change)
    assert answer.json()["clause"]["heading"] == "Renamed"
    path = f"{DRAFT}/clauses/{made.json()['uid']}"
    struck = ask(table, "drafter", "PATCH", path, {"seen": made.json()["version"], "struck": True})
    assert struck.status_code == 200
    listed = ask(table, "drafter", "GET", f"{DRAFT}/clauses").json()
    assert made.json()["uid"] not in {clause["uid"] for clause in listed}
    seen = struck.json()["clause"]["version"]
    restored = ask(table, "drafter", "PATCH", path, {"seen": seen, "struck": False})
    assert restored.json()["clause"]["citation"] == "Article 17, paragraph 2"


def test_what_is_read_says_at_which_seq_it_was_so(table: Table) -> None:
    article = f"{DRAFT}/clauses/{table.uid('Article 17')}"
    before = ask(table, "drafter", "GET", DRAFT).json()["seq"]
    read = ask(table, "drafter", "GET", article).json()
    assert read["seq"] == before == ask(table, "chair", "GET", f"{DRAFT}/clauses").json()[0]["seq"]
    change = {"seen": read["version"], "heading": "Renamed"}
    changed = ask(table, "drafter", "PATCH", article, change).json()
    assert changed["clause"]["seq"] == before + 1 == ask(table, "chair", "GET", DRAFT).json()["seq"]


def test_headings_that_do_not_touch_are_merged_too(table: Table) -> None:
    article = f"{DRAFT}/clauses/{table.uid('Article 17')}"
    read = ask(table, "drafter", "GET", article).json()
    was, seen = read["heading"], read["version"]
    first = ask(table, "chair", "PATCH", article, {"seen": seen, "heading": f"On {was}"})
    assert first.json()["merged"] is False
    change = {"seen": seen, "heading": f"{was}  and more"}
    second = ask(table, "drafter", "PATCH", article, change).json()
    assert second["merged"] is True and second["clause"]["heading"] == f"On {was} and more"


def test_the_journal_is_read_entry_by_entry(table: Table) -> None:
    uid, article = table.uid("Article 17, paragraph 1"), table.uid("Article 17")
    with table.stores.read() as store:
        drafter = seating.seat_of_session(store, table.tokens["drafter"])
        clause = store.drafts.clause(table.draft.id, uid)
    assert drafter is not None and clause is not None
    head = ask(table, "observer", "GET", DRAFT).json()["seq"]
    typed(table.stores, SLUG, drafter, uid, f"{clause.text} x")
    read = ask(table, "drafter", "GET", f"{DRAFT}/clauses/{article}").json()
    change = {"seen": read["version"], "heading": f"{read['heading']} y"}
    ask(table, "drafter", "PATCH", f"{DRAFT}/clauses/{article}", change)
    one, other = ask(table, "observer", "GET", f"{DRAFT}/entries?after={head}").json()
    assert (one["seq"], one["clause"], one["origin"]) == (head + 1, uid, "typed")
    assert one["push"].endswith(".1") and one["changes"] == [len(clause.text), [0, " x"]]
    assert (other["act"], other["push"], other["author"]) == ("retitled", "", "Drafter A")
    assert other["changes"] == [len(read["heading"]), [0, " y"]]
    assert other["hash"] == ask(table, "observer", "GET", DRAFT).json()["hash"]
    asked = f"{DRAFT}/entries?clause={uid}&after={head}"
    assert ask(table, "observer", "GET", asked).json() == [one]
    first = ask(table, "observer", "GET", f"{DRAFT}/entries?limit=3").json()
    assert [entry["seq"] for entry in first] == [1, 2, 3]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "after=-1", "after=2147483648"])
def test_what_cannot_be_asked_of_the_journal_is_refused(table: Table, query: str) -> None:
    assert ask(table, "observer", "GET", f"{DRAFT}/entries?{query}").status_code == 422


@pytest.mark.parametrize(
    "change", [{}, {"seen": 1}, {"seen": 1, "text": "a", "heading": "b"}, {"seen": -1, "text": "a"}]
)
def test_a_change_that_says_nothing_clear_is_refused(table: Table, change: dict[str, Any]) -> None:
    path = f"{DRAFT}/clauses/{table.uid('Article 17, paragraph 1')}"
    answer = ask(table, "drafter", "PATCH", path, change)
    assert answer.status_code == 422
    assert answer.json()["sentence"]


@pytest.mark.parametrize("role", list(Role))
def test_the_same_policy_holds(table: Table, role: Role) -> None:
    drafts = role in (Role.CHAIR, Role.SECRETARIAT, Role.DRAFTER)
    cites = drafts or role is Role.SCHOLAR
    carries = role is not Role.OBSERVER
    path = f"{DRAFT}/clauses/{table.uid('Article 17, paragraph 1')}"
    seen = ask(table, role.value, "GET", path).json()["version"]
    tie = {"passage": 1, "relation": "qualifies", "reason": "It narrows it."}
    asked: list[tuple[str, str, dict[str, Any], bool]] = [
        ("PATCH", path, {"seen": seen, "text": "New words."}, drafts),
        (
            "POST",
            f"{DRAFT}/clauses",
            {"kind": "paragraph", "text": "More.", "after": path.rpartition("/")[2]},
            drafts,
        ),
        ("POST", f"{path}/citations", tie, cites),
        ("POST", f"{API}/library/cases", {"title": "Somewhere"}, cites),
        ("POST", f"{API}/library/sources", {"kind": "document", "csl": {"title": "T"}}, cites),
        (
            "POST",
            f"{API}/library/passages",
            {"source": "untoc", "locator": "x", "digest": "d"},
            cites,
        ),
        ("POST", f"{DRAFT}/exports", {"profile": "clean"}, carries),
        ("GET", f"{DRAFT}/exports", {}, carries),
    ]
    for method, at, body, allowed in asked:
        answer = ask(table, role.value, method, at, body or None)
        assert (answer.status_code < 300) is allowed, (method, at, answer.text)
        assert answer.status_code in (200, 201, 403)


def test_citations_are_made_listed_and_taken_away(table: Table) -> None:
    path = f"{DRAFT}/clauses/{table.uid('Article 1')}/citations"
    before = ask(table, "scholar", "GET", path).json()
    tie = {"passage": 3, "relation": "contradicts", "reason": "It says no.", "pinpoint": "n 4"}
    made = ask(table, "scholar", "POST", path, tie)
    assert made.status_code == 201
    assert made.json()["passage"]["id"] == 3
    assert made.json()["author"] == "Scholar C"
    assert ask(table, "observer", "GET", path).json() == [*before, made.json()]
    everything = ask(table, "observer", "GET", f"{DRAFT}/citations").json()
    assert made.json() in everything
    assert len(everything) > 400
    gone = f"{DRAFT}/citations/{made.json()['id']}"
    assert ask(table, "observer", "DELETE", gone).status_code == 403
    answer = ask(table, "scholar", "DELETE", gone)
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask(table, "observer", "GET", path).json() == before
    assert ask(table, "scholar", "POST", path, tie | {"case": 1}).status_code == 422


def test_the_library_is_read_and_added_to(table: Table) -> None:
    sources = ask(table, "observer", "GET", f"{API}/library/sources").json()
    assert {"untoc", "tadic"} <= {source["slug"] for source in sources}
    assert ask(table, "observer", "GET", f"{API}/library/sources/untoc").json() in sources
    passages = ask(table, "observer", "GET", f"{API}/library/passages?source=untoc").json()
    assert {passage["source"] for passage in passages} == {"untoc"}
    one = f"{API}/library/passages/{passages[0]['id']}"
    assert ask(table, "observer", "GET", one).json() == passages[0]
    everything = ask(table, "observer", "GET", f"{API}/library/passages").json()
    assert len(everything) > len(passages)
    cases = ask(table, "observer", "GET", f"{API}/library/cases").json()
    assert len(cases) == 15
    assert ask(table, "observer", "GET", f"{API}/library/cases/italy").json() in cases
    assert len(ask(table, "observer", "GET", f"{API}/library/topics").json()) == 48
    new = {"title": "Somewhere", "places": ["S1.P3"], "topics": ["C17"], "lesson": "L"}
    made = ask(table, "scholar", "POST", f"{API}/library/cases", new)
    assert made.status_code == 201
    assert made.json()["places"] == ["S1.P3"]
    wrong = ask(table, "scholar", "POST", f"{API}/library/cases", new | {"topics": ["C99"]})
    assert (wrong.status_code, wrong.json()["sentence"]) == (422, "There is no topic C99.")


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/drafts/none",
        f"{API}/drafts/none/clauses",
        f"{DRAFT}/clauses/none",
        f"{DRAFT}/clauses/none/citations",
        f"{API}/library/sources/none",
        f"{API}/library/passages?source=none",
        f"{API}/library/passages/999999",
        f"{API}/library/cases/none",
        f"{API}/nothing",
    ],
)
def test_what_is_not_there_is_missing(table: Table, path: str) -> None:
    answer = ask(table, "chair", "GET", path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"sentence"}


def test_an_export_is_a_file_on_record(table: Table) -> None:
    answer = ask(table, "delegate", "POST", f"{DRAFT}/exports", {"profile": "clean"})
    assert answer.headers["content-type"] == WORD
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    record = ask(table, "delegate", "GET", f"{DRAFT}/exports").json()[0]
    assert record["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert record["author"] == "Delegate B"


def test_the_description_is_for_seats_and_complete(table: Table) -> None:
    described = ask(table, "observer", "GET", f"{API}/openapi.json").json()
    assert described["openapi"].startswith("3.")
    told = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    known = {
        (method, route.path)
        for routes in (router.routes, agreement.router.routes, annotations.router.routes)
        for route in routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert told == known - {("GET", f"{API}/openapi.json")}
    for item in described["paths"].values():
        for operation in item.values():
            assert operation["description"]
            assert {"401", "403", "404", "422"} <= set(operation["responses"])
    assert (
        "409" in described["paths"][f"{API}/drafts/{{slug}}/clauses/{{uid}}"]["patch"]["responses"]
    )


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_is_no_other_description(table: Table, path: str) -> None:
    assert table.get("chair", path).status_code == 404
    assert table.get("", path).status_code == 404


def test_reading_changes_nothing(table: Table) -> None:
    def state() -> str:
        with table.stores.read() as store:
            draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        return draft.hash

    before = state()
    for method, path in routes():
        if method == "GET":
            ask(table, "chair", "GET", path)
    assert state() == before
