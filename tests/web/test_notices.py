from fastapi import Request

from app.web.notices import COOKIE, Notice, notice_of
from tests.support.site import SLUG, Site, Visitor


def asked_with(cookie: str) -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "headers": headers})


def test_the_cookie_says_whether_there_is_a_way_back() -> None:
    assert notice_of(asked_with(f"{COOKIE}=uStruck%20article%206.")) == Notice(
        "Struck article 6.", may_undo=True
    )
    assert notice_of(asked_with(f"{COOKIE}=pUndone.")) == Notice("Undone.")


def test_without_one_or_with_an_empty_one_nothing_is_said() -> None:
    assert notice_of(asked_with("")) is None
    assert notice_of(asked_with(f"{COOKIE}=u")) is None


def test_words_from_a_cookie_are_words_and_of_a_bearable_length(chair: Visitor) -> None:
    chair.cookies.set(COOKIE, "p%3Cb%3E" + "x" * 3000, path=f"/drafts/{SLUG}")
    said = chair.get(f"/drafts/{SLUG}").text.split('id="said"')[1].split("</div>")[0]
    assert "&lt;b&gt;" in said and len(said) < 700


def test_it_is_for_its_draft_alone_and_out_of_reach_of_scripts(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    form = {"csrf": chair.form_token(), "seen": 1}
    answer = chair.post(f"/drafts/{SLUG}/clauses/{uid}/strike", data=form)
    cookie = answer.headers["set-cookie"].lower()
    assert f"path=/drafts/{SLUG};" in cookie and "httponly" in cookie
