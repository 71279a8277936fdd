import re

import pytest

from app.actions import seating
from app.store.seats import Role
from app.web.guard import SESSION_COOKIE
from tests.support.table import PASSWORD, SLUG, Table, ids


def test_the_front_page_is_for_anyone(table: Table) -> None:
    anonymous, chair = table.get("", "/"), table.get("chair", "/")
    assert anonymous.status_code == chair.status_code == 200
    assert "sign-in" in ids(anonymous)
    assert "sign-in" not in ids(chair)
    assert "Convention on Peace Negotiation" in chair.text
    assert "Convention on Peace Negotiation" not in anonymous.text


def test_signing_in_leads_to_where_one_wanted_to_be(table: Table) -> None:
    asked = table.get("", "/library/cases")
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/sign-in?then=")
    page = table.get("", asked.headers["location"])
    assert 'name="then" value="/library/cases"' in page.text
    fields = {"email": "Drafter@example.org", "password": PASSWORD, "then": "/library/cases"}
    answer = table.post("", "/sign-in", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/library/cases")
    cookie = answer.headers["set-cookie"]
    assert SESSION_COOKIE in cookie
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


@pytest.mark.parametrize(
    "then", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"]
)
def test_nobody_is_sent_to_another_site(table: Table, then: str) -> None:
    fields = {"email": "drafter@example.org", "password": PASSWORD, "then": then}
    answer = table.post("", "/sign-in", fields)
    assert answer.headers["location"] == "/drafts"


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(table: Table) -> None:
    wrong = table.post("", "/sign-in", {"email": "chair@example.org", "password": "not this"})
    unknown = table.post("", "/sign-in", {"email": "nobody@example.org", "password": "not this"})
    assert wrong.status_code == unknown.status_code == 422
    assert "The e-mail address or the password is not right." in wrong.text
    # The nonce for styles is another one in every answer.
    pages = [
        re.sub(r'(style-nonce"\s+content=")[^"]+', r"\1", each.text) for each in (wrong, unknown)
    ]
    assert pages[0].replace("chair@", "@") == pages[1].replace("nobody@", "@")
    assert "set-cookie" not in wrong.headers


def test_a_sixth_attempt_within_a_minute_is_too_many(table: Table) -> None:
    fields = {"email": "chair@example.org", "password": "not this"}
    answers = [table.post("", "/sign-in", fields).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_signing_out_ends_the_session_for_good(table: Table) -> None:
    assert table.get("scholar", "/library").status_code == 200
    answer = table.post("scholar", "/sign-out")
    assert answer.headers["location"] == "/sign-in"
    table.client("scholar").cookies.set(SESSION_COOKIE, table.tokens["scholar"])
    assert table.get("scholar", "/library").status_code == 303


def test_a_form_from_another_site_is_refused(table: Table) -> None:
    elsewhere = {"sec-fetch-site": "cross-site"}
    answer = table.client("chair").post("/sign-out", headers=elsewhere)
    assert answer.status_code == 403
    assert table.get("chair", "/account").status_code == 200
    fields = {"email": "chair@example.org", "password": PASSWORD}
    answer = table.client("").post("/sign-in", data=fields, headers=elsewhere)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/account", "/account/password", "/account/sign-out-everywhere", "/sign-out"]
)
def test_a_form_without_its_token_is_refused(table: Table, path: str) -> None:
    answer = table.client("chair").post(path, data={"name": "Somebody else"})
    assert answer.status_code == 403
    assert table.seat("chair").name == "Chair"


def set_up(table: Table) -> str:
    with table.stores.begin() as store:
        return seating.setup_token(store) or ""


def test_the_set_up_link_makes_the_chair_once_and_lands_in_the_draft(bare_table: Table) -> None:
    path = f"/setup/{set_up(bare_table)}"
    page = bare_table.get("", path)
    assert page.status_code == 200
    assert {"setup", "name", "email", "password"} <= ids(page)
    fields = {"name": "Chair", "email": "chair@example.org", "password": PASSWORD}
    answer = bare_table.post("", path, fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{SLUG}")
    assert bare_table.client("").get("/account").status_code == 200, "signed in by the answer"
    assert bare_table.seat("chair").role is Role.CHAIR
    assert bare_table.get("", path).status_code == 404
    assert bare_table.post("", path, fields).status_code in (403, 404)


def test_looking_at_the_set_up_link_uses_nothing_up(bare_table: Table) -> None:
    path = f"/setup/{set_up(bare_table)}"
    assert [bare_table.get("", path).status_code for _ in range(3)] == [200, 200, 200]
    assert bare_table.get("", "/setup/made-up").status_code == 404
    with bare_table.stores.read() as store:
        assert store.seats.all() == ()


def test_a_password_that_will_not_do_keeps_what_was_typed(bare_table: Table) -> None:
    path = f"/setup/{set_up(bare_table)}"
    fields = {"name": "Chair", "email": "chair@example.org", "password": "short"}
    refused = bare_table.post("", path, fields)
    assert refused.status_code == 422
    assert "at least 12 characters" in refused.text
    assert 'value="chair@example.org"' in refused.text
    assert 'value="short"' not in refused.text


def test_a_person_changes_their_own_name(table: Table) -> None:
    answer = table.post("observer", "/account", {"name": "Observer E"})
    assert "Your name is kept." in answer.text
    assert table.seat("observer").name == "Observer E"
    assert table.post("observer", "/account", {"name": " "}).status_code == 422


def test_a_changed_password_ends_the_other_sessions(table: Table) -> None:
    other = table.post("", "/sign-in", {"email": "chair@example.org", "password": PASSWORD})
    token = other.cookies[SESSION_COOKIE]
    wrong = table.post(
        "chair", "/account/password", {"old": "guess", "new": "another set of words"}
    )
    assert wrong.status_code == 422
    assert "The present password is not right." in wrong.text
    fields = {"old": PASSWORD, "new": "another set of words"}
    assert "The password is changed" in table.post("chair", "/account/password", fields).text
    assert table.get("chair", "/account").status_code == 200
    with table.stores.read() as store:
        assert seating.seat_of_session(store, token) is None


def test_signing_out_everywhere_ends_this_session_too(table: Table) -> None:
    assert table.post("delegate", "/account/sign-out-everywhere").status_code == 303
    with table.stores.read() as store:
        assert seating.seat_of_session(store, table.tokens["delegate"]) is None
