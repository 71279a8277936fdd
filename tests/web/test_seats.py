import re

import pytest

from app.actions import seating
from app.store.seats import Role
from app.web.guard import SESSION_COOKIE
from tests.support.table import PASSWORD, Table, ids

INVITED = {
    "name": "Delegate F",
    "email": "f@example.org",
    "role": "delegate",
    "delegation": "Delegation F",
}


def link_on(page: str) -> str:
    found = re.search(r'id="once-link"[^>]* value="http://127\.0\.0\.1:8000(/[^"]+)"', page)
    assert found, "the page shows no link"
    return found[1]


@pytest.mark.parametrize("role", list(Role))
def test_only_who_steers_sees_the_seats(table: Table, role: Role) -> None:
    answer = table.get(role.value, "/seats")
    allowed = role in (Role.CHAIR, Role.SECRETARIAT)
    assert answer.status_code == (200 if allowed else 403)
    assert ("chair@example.org" in answer.text) is allowed


def test_an_invitation_shows_its_link_once_and_makes_a_seat(table: Table) -> None:
    made = table.post("secretariat", "/seats/invitations", INVITED)
    assert made.status_code == 200
    path = link_on(made.text)
    assert path not in table.get("secretariat", "/seats").text
    page = table.get("", path)
    assert page.status_code == 200
    assert "Delegation F" in page.text
    assert "invitation" in ids(page)
    assert table.get("", path).status_code == 200, "looking uses nothing up"
    answer = table.post("", path, {"name": "Delegate F", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/drafts")
    assert SESSION_COOKIE in answer.headers["set-cookie"]
    assert "Delegate F" in table.get("chair", "/seats").text
    table.client("").cookies.clear()
    assert table.get("", path).status_code == 404
    assert table.post("", path, {"name": "X", "password": PASSWORD}).status_code == 404


def test_an_invitation_that_will_not_do_keeps_what_was_typed(table: Table) -> None:
    answer = table.post("chair", "/seats/invitations", INVITED | {"delegation": ""})
    assert answer.status_code == 422
    assert "Say which delegation the delegate belongs to." in answer.text
    assert 'value="f@example.org"' in answer.text


@pytest.mark.parametrize("role", ["drafter", "delegate", "scholar", "observer"])
def test_nobody_else_invites(table: Table, role: str) -> None:
    assert table.post(role, "/seats/invitations", INVITED).status_code == 403
    with table.stores.read() as store:
        assert seating.invitations(store, table.seat("chair")) == ()


def test_a_weak_password_does_not_use_the_invitation_up(table: Table) -> None:
    path = link_on(table.post("chair", "/seats/invitations", INVITED).text)
    refused = table.post("", path, {"name": "F", "password": "short"})
    assert refused.status_code == 422
    assert "at least 12 characters" in refused.text
    assert table.get("", path).status_code == 200


def test_a_withdrawn_invitation_opens_nothing(table: Table) -> None:
    path = link_on(table.post("chair", "/seats/invitations", INVITED).text)
    with table.stores.read() as store:
        link = seating.invitations(store, table.seat("chair"))[0]
    assert f"invitation-{link.id}" in ids(table.get("chair", "/seats"))
    table.post("chair", f"/seats/invitations/{link.id}/withdraw")
    assert table.get("", path).status_code == 404
    assert table.post("chair", f"/seats/invitations/{link.id}/withdraw").status_code == 404


def test_a_changed_role_counts_at_once(table: Table) -> None:
    observer = table.seat("observer")
    assert table.get("observer", "/library/add").status_code == 403
    fields = {"name": observer.name, "role": "scholar", "delegation": ""}
    answer = table.post("chair", f"/seats/{observer.id}", fields)
    assert answer.headers["location"] == f"/seats#seat-{observer.id}"
    assert table.get("observer", "/account").status_code == 303, "the old session is over"
    signed = {"email": observer.email, "password": PASSWORD, "then": "/library/add"}
    client = table.client("")
    assert table.post("", "/sign-in", signed).headers["location"] == "/library/add"
    assert client.get("/library/add").status_code == 200


def test_a_removed_seat_is_out_at_once(table: Table) -> None:
    scholar = table.seat("scholar")
    assert table.post("secretariat", f"/seats/{scholar.id}/remove").status_code == 303
    assert table.get("scholar", "/library").status_code == 303


def test_the_only_chair_stays(table: Table) -> None:
    chair = table.seat("chair")
    answer = table.post("chair", f"/seats/{chair.id}/remove")
    assert answer.status_code == 422
    assert "This is the only chair." in answer.text
    assert table.post("secretariat", f"/seats/{chair.id}/remove").status_code == 403
    assert table.post("secretariat", f"/seats/{chair.id}/reset").status_code == 403


def test_a_reset_link_sets_a_new_password_once(table: Table) -> None:
    drafter = table.seat("drafter")
    path = link_on(table.post("chair", f"/seats/{drafter.id}/reset").text)
    assert "reset" in ids(table.get("", path))
    assert table.get("drafter", "/account").status_code == 200, "looking changes nothing"
    answer = table.post("", path, {"password": "another set of words"})
    assert answer.status_code == 303
    assert table.get("drafter", "/account").status_code == 303, "the old session is over"
    table.client("").cookies.clear()
    assert table.get("", path).status_code == 404
    fields = {"email": drafter.email, "password": "another set of words"}
    assert table.post("", "/sign-in", fields).status_code == 303


def test_the_link_names_the_configured_address_whatever_the_request_says(table: Table) -> None:
    client = table.client("chair")
    client.headers["host"] = "evil.example"
    assert "evil.example" not in table.post("chair", "/seats/invitations", INVITED).text


@pytest.mark.parametrize(
    "path", ["/seats/999999", "/seats/999999/reset", "/seats/999999/remove", "/seats/none"]
)
def test_a_seat_that_is_not_there_is_missing(table: Table, path: str) -> None:
    assert table.post("chair", path, {"role": "drafter"}).status_code in (404, 422)


def test_a_role_that_may_not_be_given_is_not_offered(table: Table) -> None:
    assert '<option value="chair"' in table.get("chair", "/seats").text
    assert '<option value="chair"' not in table.get("secretariat", "/seats").text
    chosen = INVITED | {"role": "chair"}
    assert table.post("secretariat", "/seats/invitations", chosen).status_code == 403
