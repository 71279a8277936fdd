import hashlib
import html
import re

import pytest

from app.actions import circulating, drafting
from app.store.seats import Role
from app.web.exports import WORD, attachment
from tests.support.table import SLUG, Table, ids

ADDRESS = f"/drafts/{SLUG}/exports"


@pytest.mark.parametrize("role", list(Role))
def test_who_may_make_a_word_file(table: Table, role: Role) -> None:
    allowed = role is not Role.OBSERVER
    assert table.get(role.value, f"{ADDRESS}/new").status_code == (200 if allowed else 403)
    answer = table.post(role.value, ADDRESS, {"profile": "clean", "edition": ""})
    assert answer.status_code == (200 if allowed else 403)
    assert (answer.headers.get("content-type") == WORD) is allowed
    with table.stores.read() as store:
        made = circulating.exports(store, table.seat("chair"), table.draft)
    assert len(made) == allowed


@pytest.mark.parametrize("profile", ["clean", "commentary", "compilation"])
def test_the_file_and_its_record_agree(table: Table, profile: str) -> None:
    answer = table.post("drafter", ADDRESS, {"profile": profile})
    sha256 = hashlib.sha256(answer.content).hexdigest()
    assert answer.content[:2] == b"PK"
    assert answer.headers["x-content-sha256"] == sha256
    assert re.fullmatch(
        r"attachment; filename=\"[^\"]+\.docx\"; filename\*=UTF-8''[^ ]+\.docx",
        answer.headers["content-disposition"],
    )
    assert answer.headers["cache-control"] == "no-store"
    page = table.get("drafter", f"{ADDRESS}/new")
    assert sha256 in page.text
    assert "Drafter A" in page.text


def test_each_profile_says_what_is_printed_on_it(table: Table) -> None:
    page = table.get("delegate", f"{ADDRESS}/new")
    assert "export" in ids(page)
    assert "the commentary is not part of the text" in page.text
    assert page.text.count("Printed on it:") == 5
    assert re.search(r'value="commentary" checked', page.text) is None
    chosen = table.get("delegate", f"{ADDRESS}/new?profile=commentary")
    assert re.search(r'value="commentary" checked', chosen.text)


def test_what_cannot_be_made_is_refused_with_a_sentence(table: Table) -> None:
    unknown = table.post("chair", ADDRESS, {"profile": "sculpture"})
    assert unknown.status_code == 422
    assert '<p class="notice warn">' in unknown.text
    assert table.post("chair", ADDRESS, {"profile": "clean", "edition": "none"}).status_code == 404
    assert table.post("chair", "/drafts/nothing/exports", {"profile": "clean"}).status_code == 404
    assert table.client("chair").post(ADDRESS, data={"profile": "clean"}).status_code == 403


def test_an_edition_can_be_chosen(table: Table) -> None:
    made = table.post("chair", f"/drafts/{SLUG}/editions", {"name": "Zero draft"})
    assert made.status_code in (200, 303)
    page = table.get("chair", f"{ADDRESS}/new")
    assert '<option value="zero-draft"' in page.text
    answer = table.post("chair", ADDRESS, {"profile": "clean", "edition": "zero-draft"})
    assert answer.status_code == 200
    assert "zero-draft" in table.get("chair", ADDRESS).text


def test_what_changed_since_an_edition_is_had_from_the_comparison(table: Table) -> None:
    table.post("chair", f"/drafts/{SLUG}/editions", {"name": "Zero draft"})
    with table.stores.begin() as store:
        clause = next(each for each in store.drafts.clauses(table.draft.id) if each.text)
        words = f"{clause.text} And more."
        chair = table.seat("chair")
        drafting.reword(store, chair, table.draft, clause.uid, words, seen=clause.version)
    compared = table.get("chair", f"/drafts/{SLUG}/compare?old=zero-draft&new=current")
    address = re.search(r'href="([^"]*/exports/new[^"]*redline[^"]*)"', compared.text)
    assert address is not None
    page = table.get("chair", html.unescape(address[1]))
    assert re.search(r'value="redline" checked', page.text)
    assert '<option value="zero-draft" selected>' in page.text
    answer = table.post("chair", ADDRESS, {"profile": "redline", "against": "zero-draft"})
    assert answer.status_code == 200
    assert "redline-since-zero-draft" in answer.headers["content-disposition"]


def test_only_who_steers_is_offered_names_and_only_they_get_them(table: Table) -> None:
    assert 'name="named"' in table.get("secretariat", f"{ADDRESS}/new").text
    assert 'name="named"' not in table.get("drafter", f"{ADDRESS}/new").text
    sent = {"profile": "compilation", "named": "true"}
    assert table.post("drafter", ADDRESS, sent).status_code == 403
    assert table.post("secretariat", ADDRESS, sent).status_code == 200


def test_what_was_chosen_stays_when_it_is_refused(table: Table) -> None:
    sent = {"profile": "redline", "marking": "Confidential", "line_numbers": "true"}
    refused = table.post("chair", ADDRESS, sent)
    assert refused.status_code == 422
    assert "no earlier edition" in refused.text
    assert 'value="Confidential"' in refused.text
    assert re.search(r'name="line_numbers" value="true" checked', refused.text)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.docx", "attachment; filename=\"a b.docx\"; filename*=UTF-8''a%20b.docx"),
        ("é\r\nx.docx", "attachment; filename=\"___x.docx\"; filename*=UTF-8''%C3%A9%0D%0Ax.docx"),
        ('a"b\\c/d', "attachment; filename=\"a_b_c_d\"; filename*=UTF-8''a%22b%5Cc%2Fd"),
    ],
)
def test_a_file_name_is_told_in_both_forms(name: str, header: str) -> None:
    assert attachment(name) == header
