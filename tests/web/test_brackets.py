import re

from app.actions import bracketing, drafting
from app.store.seats import Role
from app.web.brackets import _round_up
from tests.support.table import SLUG, Table, ids

ADDRESS = f"/drafts/{SLUG}/brackets"


def ledger(table: Table) -> bracketing.Ledger:
    with table.stores.read() as store:
        draft = drafting.open_draft(store, table.seat("chair"), SLUG)
        return bracketing.ledger(store, table.seat("chair"), draft)


def test_every_seat_reads_it_and_nobody_else(table: Table) -> None:
    for role in Role:
        assert table.get(role.value, ADDRESS).status_code == 200
    assert table.get("", ADDRESS).status_code == 303
    assert table.get("chair", "/drafts/nothing/brackets").status_code == 404


def test_the_outline_leads_to_it(table: Table) -> None:
    assert f'href="{ADDRESS}"' in table.get("observer", f"/drafts/{SLUG}").text


def test_it_lists_each_bracket_with_the_way_to_its_clause(table: Table) -> None:
    page = table.get("observer", ADDRESS)
    found = ledger(table)
    assert len(found.listed) == page.text.count('<li id="b-')
    assert found.listed
    for one in found.listed:
        assert f"b-{one.uid}-{one.start}" in ids(page)
        assert f"/drafts/{SLUG}/clauses/{one.uid}#{one.uid}" in page.text
    assert "Take the words out" not in page.text


def test_it_is_narrowed_to_a_sort_and_an_article(table: Table) -> None:
    found = ledger(table)
    article = found.articles[-1]
    page = table.get("chair", f"{ADDRESS}?article={article.uid}")
    assert page.text.count('<li id="b-') == article.tally.total
    page = table.get("chair", f"{ADDRESS}?sort=blank")
    assert page.text.count('<li id="b-') == found.tally.blank
    assert table.get("chair", f"{ADDRESS}?order=age&page=3").status_code == 200


def test_a_bracket_is_lifted_from_it_and_comes_back(table: Table) -> None:
    before = ledger(table)
    one = before.listed[0]
    fields = {"uid": one.uid, "start": one.start, "end": one.end, "seen": one.version}
    answer = table.post("drafter", f"{ADDRESS}/lift", {**fields, "way": "drop"})
    assert answer.status_code == 303 and answer.headers["location"] == ADDRESS
    assert ledger(table).tally.total < before.tally.total
    page = table.get("drafter", ADDRESS)
    assert "The bracket went with its words." in page.text
    table.post("drafter", f"/drafts/{SLUG}/undo")
    assert ledger(table).tally == before.tally


def test_who_may_not_edit_lifts_nothing(table: Table) -> None:
    one = ledger(table).listed[0]
    fields = {"uid": one.uid, "start": one.start, "end": one.end, "seen": one.version}
    for role in ("delegate", "scholar", "observer"):
        answer = table.post(role, f"{ADDRESS}/lift", {**fields, "way": "keep"})
        assert answer.status_code == 403
    again = {**fields, "start": one.start + 1, "way": "keep"}
    assert table.post("chair", f"{ADDRESS}/lift", again).status_code == 404


def test_the_burn_down_is_drawn_and_told(table: Table) -> None:
    assert "<svg viewBox" not in table.get("observer", ADDRESS).text
    with table.stores.begin() as store:
        drafting.name_edition(store, table.seat("chair"), table.draft, name="Rev.1")
    one = ledger(table).listed[0]
    fields = {"uid": one.uid, "start": one.start, "end": one.end, "seen": one.version}
    table.post("chair", f"{ADDRESS}/lift", {**fields, "way": "drop"})
    text = table.get("observer", ADDRESS).text
    (figure,) = re.findall(r'<svg viewBox="0 0.*?</svg>', text, re.S)
    assert figure.count("<circle") == 2 and "<desc" in figure and "style=" not in figure
    stages = ledger(table).stages
    assert f"From {stages[0].tally.total} in Rev.1 to {stages[1].tally.total} in" in figure
    assert text.count('<th scope="row"><a href="/drafts/peace-negotiation/editions/') == 1


def test_the_scale_holds_the_most_there_is() -> None:
    for count in range(0, 3_000):
        top = _round_up(count)
        assert top >= max(count, 4) and top % 4 == 0 and top <= max(4, 2 * count)


def test_words_are_put_in_brackets_and_whose_they_are_is_said(table: Table) -> None:
    uid = table.uid("Article 9, paragraph 1")
    path = f"/drafts/{SLUG}/clauses/{uid}"
    with table.stores.read() as store:
        clause = store.drafts.clause(table.draft.id, uid)
    assert clause is not None
    word = max(clause.text.split(), key=lambda each: (clause.text.count(each) == 1, len(each)))
    sent = {"uid": uid, "words": word, "start": clause.text.index(word)}
    assert table.post("observer", f"{ADDRESS}/add", sent).status_code == 403
    assert table.post("drafter", f"{ADDRESS}/add", sent, part=True).status_code == 204
    assert (
        table.post("drafter", f"{ADDRESS}/add", {"uid": uid, "words": "no such"}).status_code == 422
    )
    (one,) = [each for each in ledger(table).listed if each.uid == uid]
    assert one.words == word
    place = {"uid": uid, "start": one.start, "end": one.end, "seen": one.version, "back": "clause"}
    said = {**place, "owners": "Delegation A; Group of Z", "reason": "Not agreed upon"}
    assert table.post("delegate", f"{ADDRESS}/owners", said).status_code == 403
    answer = table.post("secretariat", f"{ADDRESS}/owners", said)
    assert answer.status_code == 303 and answer.headers["location"] == f"{path}#{uid}"
    assert table.post("chair", f"{ADDRESS}/ours", {**place, "ours": "yes"}).status_code == 403
    assert table.post("delegate", f"{ADDRESS}/ours", {**place, "ours": "yes"}).status_code == 303
    for address in (path, f"{ADDRESS}?owner=Delegation B", f"{ADDRESS}?order=owner"):
        text = table.get("observer", address).text
        assert "Delegation A, Delegation B, Group of Z" in text and "Not agreed upon" in text
    assert "Delegation B does not want it any more" in table.get("delegate", path).text
    page = table.get("observer", f"{ADDRESS}?owner=nobody said")
    assert page.text.count('<li id="b-') == ledger(table).tally.total - 1
    lifted = {**place, "way": "keep"}
    assert table.post("drafter", f"{ADDRESS}/lift", lifted).headers["location"] == f"{path}#{uid}"
    assert "not in the text any more" in table.get("observer", ADDRESS).text


def test_a_position_is_stated_in_it_released_and_read_by_all(table: Table) -> None:
    one = ledger(table).listed[0]
    fields = {"uid": one.uid, "start": one.start, "end": one.end, "seen": one.version}
    said = {"wants": "omit", "condition": "If article 3 stays", "back": "clause"}
    answer = table.post("delegate", f"{ADDRESS}/positions", {**fields, **said})
    assert answer.status_code == 303 and answer.headers["location"].endswith(one.uid)
    assert "If article 3 stays" not in table.get("observer", ADDRESS).text
    page = table.get("chair", ADDRESS).text
    assert "If article 3 stays" in page and "not released" in page
    (release,) = re.findall(r'action="(\S+/positions/\w+/release)"', page)
    assert table.post("secretariat", release).status_code == 403
    assert table.post("chair", release).status_code == 303
    page = table.get("observer", ADDRESS).text
    assert "If article 3 stays" in page and "not released" not in page
    beside = table.get("observer", f"/drafts/{SLUG}/clauses/{one.uid}/proposals").text
    assert '<span class="stance omit">omit</span> <br><span class="small">If article 3' in beside
    (read,) = table.get("observer", f"/api/v1{ADDRESS}").json()["brackets"][:1]
    assert [each["stance"] for each in read["positions"]] == ["omit"]
