import html
import re
from collections.abc import Mapping

import pytest
from httpx2 import Response

from app.store.seats import Role
from app.web.guard import SESSION_COOKIE, form_token
from app.web.kept import ONTO, PREFIX
from tests.support.site import PASSWORD, SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"
PART = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{HOME}"}
WORDS = "A ferry crosses by day, <and> by\nnight & dusk."
LONG = "Because the statute said so, at length and in so many words."


def sent_on(answer: Response) -> tuple[str, dict[str, str]]:
    """Where the form on a page goes, and its fields as a browser would send them."""
    form = re.search(
        r'<form id="again" method="post" action="([^"]*)">(.*?)</form>', answer.text, re.S
    )
    assert form, answer.text
    areas = re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form[2], re.S)
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2])
    return html.unescape(form[1]), {name: html.unescape(value) for name, value in areas + inputs}


def end(site: Site, role: Role = Role.CHAIR) -> None:
    """End every session of the seat, as the clock or the operator would."""
    with site.stores.begin() as store:
        for seat in store.seats.all():
            if seat.role is role:
                store.seats.end_sessions(seat.id)


def edit(visitor: Visitor, site: Site, headers: Mapping[str, str]) -> tuple[str, Response]:
    uid = site.uid("by day")
    token = form_token(visitor.cookies[SESSION_COOKIE])
    sent = {"csrf": token, "text": WORDS, "seen": "1", "seen_text": "A ferry crosses by day."}
    return uid, visitor.post(f"{HOME}/clauses/{uid}/edit", data=sent, headers=headers)


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_words_outlast_the_session_and_are_saved_after_signing_in(
    chair: Visitor, site: Site, headers: dict[str, str]
) -> None:
    end(site)
    uid, answer = edit(chair, site, headers)
    assert answer.status_code == 401 and "hx-redirect" not in answer.headers
    assert answer.headers.get("hx-retarget") == ("#refused" if headers else None)
    action, fields = sent_on(answer)
    assert action == "/sign-in" and fields[PREFIX + "text"] == WORDS
    assert fields[ONTO] == f"{HOME}/clauses/{uid}/edit" and PREFIX + "csrf" not in fields
    wrong = chair.post(action, data={**fields, "email": "chair@example.org", "password": "no"})
    assert wrong.status_code == 422 and 'value="chair@example.org"' in wrong.text
    action, fields = sent_on(wrong)
    asked = chair.post(action, data={**fields, "email": "chair@example.org", "password": PASSWORD})
    assert asked.status_code == 200 and "Save it now?" in asked.text
    assert site.words(uid) == "A ferry crosses by day.", "nothing is sent by itself"
    action, fields = sent_on(asked)
    assert action == f"{HOME}/clauses/{uid}/edit" and "password" not in fields
    assert chair.post(action, data=fields).status_code == 303
    assert site.words(uid) == "A ferry crosses by day, <and> by night & dusk."


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_a_form_of_an_earlier_session_can_be_sent_again(
    chair: Visitor, site: Site, headers: dict[str, str]
) -> None:
    uid = site.uid("by day")
    sent = {"csrf": form_token("an earlier session"), "text": WORDS, "seen": "1"}
    answer = chair.post(f"{HOME}/clauses/{uid}/edit", data=sent, headers=headers)
    assert answer.status_code == 403
    action, fields = sent_on(answer)
    assert fields["text"] == WORDS
    assert chair.post(action, data=fields).status_code == 303
    assert "night &" in site.words(uid)


def test_somebody_who_signed_in_elsewhere_meanwhile_need_not_again(
    chair: Visitor, site: Site
) -> None:
    end(site)
    uid, answer = edit(chair, site, {})
    _, fields = sent_on(answer)
    with site.client(Role.DRAFTER) as other:
        chair.cookies.set(SESSION_COOKIE, other.cookies[SESSION_COOKIE])
    again = chair.post("/sign-in", data={**fields, "email": "x@example.org", "password": "x"})
    assert again.status_code == 403
    action, fields = sent_on(again)
    assert action.endswith(f"{uid}/edit") and fields["text"] == WORDS


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/drafts/new", {"title": "Convention on Rafts", "text": LONG}),
        ("/library/cases", {"title": "A case", "facts": LONG}),
        (f"{HOME}/mast", {"title": LONG}),
        (f"{HOME}/clauses/c1/citations", {"reason": LONG, "case": "1", "relation": "supports"}),
    ],
)
def test_whatever_was_written_comes_back(
    chair: Visitor, site: Site, path: str, sent: dict[str, str]
) -> None:
    end(site)
    for headers in ({}, PART):
        answer = chair.post(path, data=sent, headers=headers)
        assert answer.status_code in (401, 403) and LONG in answer.text
        assert set(sent) <= {name.removeprefix(PREFIX) for name in sent_on(answer)[1]}


def test_passwords_never_come_back(chair: Visitor, site: Site) -> None:
    sent = {"old": "the old secret", "new": "the new secret", "password": "third secret"}
    for fields in (sent, {**sent, "name": "Chair the Second"}):
        answer = chair.post("/account/password", data={**fields, "csrf": "stale"})
        assert answer.status_code == 403 and "secret" not in answer.text


def test_words_from_another_site_are_not_offered_for_saving(chair: Visitor, site: Site) -> None:
    end(site)
    _, answer = edit(chair, site, {"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and WORDS.split()[-1] not in answer.text


@pytest.mark.parametrize(
    "onto",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/sign-out",
        "x",
    ],
)
def test_kept_words_go_nowhere_but_to_a_path_of_ours(site: Site, onto: str) -> None:
    sent = {ONTO: onto, PREFIX + "text": "words", "email": "chair@example.org"}
    with site.client(None) as visitor:
        answer = visitor.post("/sign-in", data={**sent, "password": PASSWORD})
    assert answer.status_code == 303 and answer.headers["location"] == "/drafts"


def test_a_refused_form_can_be_mended(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    sent = {"csrf": chair.form_token(), "text": LONG * 2000, "seen": "1"}
    answer = chair.post(f"{HOME}/clauses/{uid}/edit", data=sent)
    assert answer.status_code == 422
    area = re.search(r'<textarea id="kept-1"[^>]*>', answer.text)
    assert area and "readonly" not in area[0]


def test_a_file_has_to_be_chosen_again(chair: Visitor, site: Site) -> None:
    end(site)
    answer = chair.post(
        "/drafts/new", data={"text": LONG}, files={"file": ("draft.txt", b"words", "text/plain")}
    )
    assert answer.status_code == 401 and "choose draft.txt again" in answer.text


def test_a_sign_of_life_keeps_the_session(chair: Visitor, site: Site) -> None:
    assert chair.get("/account/here").status_code == 204
    end(site)
    assert chair.get("/account/here", headers=PART).status_code == 401
