from datetime import UTC, datetime, timedelta, timezone

from app.actions import drafting, settling
from app.store.seats import Role
from tests.support.table import SLUG, Table, ids

ADDRESS = f"/drafts/{SLUG}/status"
ARTICLE, FIRST = "Article 9", "Article 9, paragraph 1"


def agree(table: Table, citation: str, **fields: str) -> int:
    sent = {"status": "agreed", **fields}
    return table.post("chair", table.clause(citation) + "/status", sent).status_code


def test_every_seat_reads_it_and_nobody_else(table: Table) -> None:
    assert agree(table, FIRST) == 303
    for role in Role:
        page = table.get(role.value, ADDRESS)
        assert page.status_code == 200
        assert settling.NOTHING_IS_AGREED in page.text
        assert f"s-{table.uid(FIRST)}" in ids(page)
    assert table.get("", ADDRESS).status_code == 303
    assert table.get("chair", "/drafts/nothing/status").status_code == 404


def test_each_tab_shows_what_it_says(table: Table) -> None:
    agree(table, ARTICLE, below="yes")
    with table.stores.read() as store:
        total = len(store.drafts.clauses(table.draft.id))
        agreed = store.status.of_draft(table.draft.id)
    shown = {
        show: table.get("observer", f"{ADDRESS}?show={show}").text.count('<li id="s-')
        for show in ("agreed", "open", "all", "referendum", "nonsense")
    }
    assert shown["agreed"] == len(agreed) == shown["nonsense"] > 1
    assert shown["open"] == total - len(agreed) and shown["all"] == total
    assert shown["referendum"] == 0


def test_an_agreed_clause_with_a_bracket_is_flagged(table: Table) -> None:
    with table.stores.read() as store:
        clause = next(each for each in store.drafts.clauses(table.draft.id) if "[" in each.text)
    path = f"/drafts/{SLUG}/clauses/{clause.uid}"
    table.post("chair", path + "/status", {"status": "agreed"})
    assert "It is agreed and still holds" in table.get("observer", path).text
    page = table.get("observer", f"{ADDRESS}?show=flagged")
    assert page.text.count('<li id="s-') == 1 and "still holds" in page.text


def test_the_panel_says_where_a_clause_stands(table: Table) -> None:
    path = table.clause(FIRST)
    assert "Change its status" in table.get("chair", path).text
    text = table.get("observer", path).text
    assert "Change its status" not in text and settling.NOTHING_IS_AGREED in text
    agree(table, FIRST)
    text = table.get("drafter", path).text
    assert "<b>Agreed</b> by Chair" in text and "/reopen" not in text
    assert "data-edit" not in text.split('id="panel"')[1]


def test_what_is_agreed_is_reopened_before_it_is_edited(table: Table) -> None:
    path = table.clause(FIRST)
    agree(table, FIRST)
    assert table.get("drafter", path + "/edit").status_code == 422
    sent = {"text": "Other words.", "seen": 1}
    answer = table.post("drafter", path + "/edit", sent)
    assert answer.status_code == 422 and "reopen it" in answer.text
    assert table.post("drafter", path + "/reopen", {"reason": "x"}).status_code == 403
    assert table.post("chair", path + "/reopen", {"reason": ""}).status_code == 422
    assert table.post("chair", path + "/reopen", {"reason": "A proposal"}).status_code == 303
    assert "“A proposal”" in table.get("observer", ADDRESS).text
    assert table.post("drafter", path + "/edit", sent).status_code == 303


def test_a_refused_undoing_leaves_the_text_as_it_is(table: Table) -> None:
    path = table.clause(FIRST)
    table.post("chair", path + "/edit", {"text": "Other words.", "seen": 1})
    agree(table, FIRST)
    assert table.post("chair", f"/drafts/{SLUG}/undo").status_code == 422
    with table.stores.read() as store:
        clause = store.drafts.clause(table.draft.id, table.uid(FIRST))
        assert clause is not None and clause.text == "Other words."
        assert drafting.verify(store, table.draft).sound


def test_only_a_delegation_agrees_ad_referendum(table: Table) -> None:
    path = table.clause(FIRST) + "/referendum"
    assert table.post("delegate", path).status_code == 422
    agree(table, FIRST)
    assert table.post("chair", path).status_code == 403
    assert table.post("delegate", path).status_code == 303
    assert "Delegation B" in table.get("observer", f"{ADDRESS}?show=referendum").text
    assert "We confirm" in table.get("delegate", table.clause(FIRST)).text
    assert table.post("delegate", path + "/confirm").status_code == 303
    page = table.get("observer", f"{ADDRESS}?show=referendum")
    assert '<li id="s-' not in page.text


def test_a_clause_that_is_not_there_has_no_status(table: Table) -> None:
    path = f"/drafts/{SLUG}/clauses/cnothing/status"
    assert table.post("chair", path, {"status": "agreed"}).status_code == 404
    assert agree(table, FIRST, status="settled") == 422
    assert agree(table, FIRST, meeting="mnothing") == 422


# Silence


def silence(table: Table, citation: str, **fields: str) -> int:
    sent = {"status": "agreed", "due": "2099-05-04T09:00", **fields}
    return table.post("chair", table.clause(citation) + "/silence", sent).status_code


def soon() -> str:
    return f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M}"


def test_a_silence_is_shown_wherever_status_is_until_it_is_broken(table: Table) -> None:
    path, uid = table.clause(FIRST), table.uid(FIRST)
    for due in ("", "tomorrow", "2099-05-04T09:00", "2000-05-04T09:00"):
        assert silence(table, FIRST, due=due) == 422
    assert table.post("drafter", path + "/silence", {"due": soon()}).status_code == 403
    assert silence(table, FIRST, due=soon()) == 303
    with table.stores.read() as store:
        (made,) = store.silences.running(table.draft.id)
    front = table.get("observer", f"/drafts/{SLUG}").text
    assert "agreed unless somebody objects by" in front and settling.NOTHING_IS_AGREED in front
    assert 'class="dot silence"' in front
    panel = table.get("chair", path).text
    assert "under silence until" in panel and "UTC" in panel and "&lt;time" not in panel
    panel = table.get("delegate", path).text
    assert "Under silence" in panel and "We object" in panel
    assert "We object" not in table.get("observer", path).text
    page = table.get("observer", f"{ADDRESS}?show=silence")
    assert f"s-{uid}" in ids(page) and "Under silence (1)" in page.text and made.uid in ids(page)
    refused = table.post("drafter", path + "/edit", {"text": "Other words.", "seen": 1})
    assert refused.status_code == 422 and "under silence" in refused.text
    objections = f"/drafts/{SLUG}/silences/{made.uid}/objections"
    assert table.post("observer", objections, {"reason": "x"}).status_code == 403
    assert table.post("delegate", objections, {"reason": ""}).status_code == 422
    said = {"reason": "Not these words", "uid": uid}
    assert table.post("delegate", objections, said).status_code == 303
    for address in (path, ADDRESS):
        text = table.get("observer", address).text
        assert "Not these words" in text and "Delegation B" in text
    assert "unless somebody objects" not in table.get("observer", f"/drafts/{SLUG}").text
    assert table.post("drafter", path + "/edit", {"text": "Words.", "seen": 1}).status_code == 303
    floor = {"reason": "Nor we", "delegation": "Delegation Z"}
    assert table.post("secretariat", objections, floor).status_code == 303
    assert table.post("chair", f"/drafts/{SLUG}/silences/snothing/end").status_code in (404, 422)


def test_a_time_in_another_zone_is_meant_as_it_is_said(table: Table) -> None:
    due = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    there = due.astimezone(timezone(timedelta(hours=5))).isoformat()
    for said in ("0001-01-01T00:00+14:00", "9999-12-31T23:00-14:00", "tomorrow"):
        assert silence(table, ARTICLE, due=said) == 422
    assert silence(table, ARTICLE, due=there) == 303
    with table.stores.read() as store:
        assert [each.due for each in store.silences.running(table.draft.id)] == [due]


def test_a_silence_is_ended_with_a_reason(table: Table) -> None:
    assert silence(table, ARTICLE, due=soon(), below="yes", status="agreed in working group") == 303
    with table.stores.read() as store:
        (made,) = store.silences.running(table.draft.id)
    end = f"/drafts/{SLUG}/silences/{made.uid}/end"
    assert table.post("delegate", end, {"reason": "x"}).status_code == 403
    assert table.post("chair", end, {"reason": " "}).status_code == 422
    assert table.post("chair", end, {"reason": "A slip"}).status_code == 303
    assert "A slip" in table.get("observer", ADDRESS).text
    assert silence(table, ARTICLE, due=soon()) == 303


def test_what_was_done_at_once_to_many_clauses_is_one_step(table: Table) -> None:
    agree(table, ARTICLE, below="yes")
    text = table.get("observer", ADDRESS).text.split('id="steps"')[1]
    assert text.count("<li>") == 1 and " clauses)" in text
    assert f"#{table.uid(ARTICLE)}" in text


def test_a_word_file_shows_status_on_request(table: Table) -> None:
    agree(table, FIRST)
    assert 'name="status"' in table.get("chair", f"/drafts/{SLUG}/exports/new").text
    made = table.post("chair", f"/drafts/{SLUG}/exports", {"profile": "clean", "status": "true"})
    assert made.status_code == 200 and made.content.startswith(b"PK")
