"""Before circulation as a page: listed, narrowed, linked to the words, set aside."""

import re

from app.actions import checking, drafting
from app.store.seats import Role
from app.web.findings import _fragment
from tests.support.table import SLUG, Table

ADDRESS = f"/drafts/{SLUG}/findings"


def report(table: Table) -> checking.Report:
    with table.stores.read() as store:
        seat = table.seat("chair")
        return checking.report(store, seat, drafting.open_draft(store, seat, SLUG))


def test_every_seat_reads_it_and_the_draft_leads_to_it(table: Table) -> None:
    for role in Role:
        page = table.get(role.value, ADDRESS)
        assert page.status_code == 200
        assert ("findings/waive" in page.text) == (
            role in (Role.CHAIR, Role.SECRETARIAT, Role.DRAFTER)
        )
    assert table.get("", ADDRESS).status_code == 303
    assert table.get("chair", "/drafts/nothing/findings").status_code == 404
    assert f'href="{ADDRESS}"' in table.get("observer", f"/drafts/{SLUG}").text


def test_each_finding_leads_to_its_very_words(table: Table) -> None:
    page = table.get("observer", ADDRESS).text
    found = report(table).findings
    assert page.count('class="finding"') == min(200, len(found))
    one = next(each for each in found if each.said)
    link = f"/drafts/{SLUG}/clauses/{one.uid}#{one.uid}:~:text="
    assert link in page
    assert re.search(r"<mark>[^<]+</mark>", page)
    assert _fragment("word-for-word, and") == "word%2Dfor%2Dword%2C%20and"


def test_it_is_narrowed(table: Table) -> None:
    found = report(table)
    for weight in checking.Weight:
        page = table.get("chair", f"{ADDRESS}?weight={weight}").text
        assert page.count('class="finding"') == min(200, found.counts.get(weight, 0))
    uid = found.articles[-1][0]
    page = table.get("chair", f"{ADDRESS}?article={uid}").text
    assert page.count('class="finding"') == sum(one.article == uid for one in found.findings)
    page = table.get("chair", f"{ADDRESS}?about=brackets").text
    assert page.count('class="finding"') == min(
        200, sum(one.group == "brackets" for one in found.findings)
    )


def test_one_is_set_aside_and_found_again(table: Table) -> None:
    one = report(table).findings[0]
    sent = {"rule": one.rule, "uid": one.uid, "key": one.key, "query": "weight=warn"}
    assert table.post("observer", f"{ADDRESS}/waive", {**sent, "reason": "No."}).status_code == 403
    assert table.post("drafter", f"{ADDRESS}/waive", sent).status_code == 422
    answer = table.post("drafter", f"{ADDRESS}/waive", {**sent, "reason": "It is meant so."})
    assert answer.headers["location"] == f"{ADDRESS}?weight=warn"
    page = table.get("observer", f"{ADDRESS}?show=waived").text
    assert "It is meant so." in page and page.count('class="finding"') == 1
    (waived,) = report(table).waived
    assert waived.waiver is not None
    table.post("drafter", f"{ADDRESS}/{waived.waiver.id}/take-up")
    assert not report(table).waived
    assert table.post("drafter", f"{ADDRESS}/{2**80}/take-up").status_code == 404


def test_the_house_forms_are_settled_and_held_against_the_text(table: Table) -> None:
    before = report(table)
    table.post("drafter", f"{ADDRESS}/house", {"article": "Article", "itself": "the present"})
    after = report(table)
    assert sum(one.rule == "X05" for one in after.findings) > 3
    assert '<option value="Article" selected>' in table.get("observer", ADDRESS).text
    assert table.post("drafter", f"{ADDRESS}/house", {"article": "Art."}).status_code == 422
    table.post("drafter", f"/drafts/{SLUG}/undo")
    assert len(report(table).findings) == len(before.findings)
