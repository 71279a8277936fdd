from datetime import UTC, datetime, timedelta

from app.actions import settling
from tests.support.table import SLUG, Table

ADDRESS = f"/api/v1/drafts/{SLUG}"
FIRST, SECOND = "Article 9, paragraph 1", "Article 9, paragraph 2"


def test_status_is_told_with_its_sentence(table: Table) -> None:
    assert table.get("", f"{ADDRESS}/status").status_code == 401
    assert table.get("chair", "/api/v1/drafts/nothing/status").status_code == 404
    told = table.get("observer", f"{ADDRESS}/status").json()
    assert told["clauses"] == told["silences"] == []
    table.post("chair", table.clause(FIRST) + "/status", {"status": "agreed"})
    table.post("delegate", table.clause(FIRST) + "/referendum")
    due = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M}"
    table.post("chair", table.clause(SECOND) + "/silence", {"due": due})
    told = table.get("observer", f"{ADDRESS}/status").json()
    assert told["sentence"] == settling.NOTHING_IS_AGREED
    agreed, silent = told["clauses"]
    assert agreed["clause"] == table.uid(FIRST) and agreed["citation"] == FIRST
    assert (agreed["status"], agreed["by"]) == ("agreed", "Chair")
    assert agreed["ad_referendum"] == ["Delegation B"] and not agreed["by_silence"]
    (silence,) = told["silences"]
    assert silent["status"] == "open" and silent["silence"] == silence["id"]
    assert silence["outcome"] == "open" and silence["clauses"] == [table.uid(SECOND)]
    objection = {"reason": "No", "uid": table.uid(SECOND)}
    table.post("delegate", f"/drafts/{SLUG}/silences/{silence['id']}/objections", objection)
    told = table.get("observer", f"{ADDRESS}/status").json()
    assert [each["outcome"] for each in told["silences"]] == ["broken"]
    assert told["silences"][0]["objections"][0]["delegation"] == "Delegation B"
    assert len(told["clauses"]) == 1


def test_the_ledger_is_told(table: Table) -> None:
    assert table.get("", f"{ADDRESS}/brackets").status_code == 401
    told = table.get("observer", f"{ADDRESS}/brackets").json()
    assert told["sentence"] == settling.NOTHING_IS_AGREED
    assert told["editions"][-1]["total"] == len(told["brackets"]) > 0
    one = told["brackets"][0]
    with table.stores.read() as store:
        clause = store.drafts.clause(table.draft.id, one["clause"])
    assert clause is not None
    assert clause.words[one["start"] : one["end"]] == f"[{one['words']}]"
    assert one["owners"] == one["positions"] == [] and not one["nobodys"]
