"""What comes in is made plain before any route sees it; tried on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.datastructures import FormData

from app.actions import drafting, seating
from app.actions.refusals import Invalid
from app.settings import Settings
from app.store.unit import Stores
from app.treaty.parse import parse
from app.web.guard import SESSION_COOKIE
from app.web.plain import clean_form, is_address, plain
from tests.support.apps import app_with
from tests.support.site import PASSWORD, SLUG, TREATY, Visitor

HOME = f"/drafts/{SLUG}"
NASTY = "Talks\x00 shall\x01 be\x0bheld\x1f.\ufffe"


def test_a_control_character_becomes_a_space_and_places_stay() -> None:
    assert plain(NASTY) == "Talks  shall  be held . "
    assert len(plain(NASTY)) == len(NASTY)
    assert plain("a\tb\r\nc\u00a0ü𝔸") == "a\tb\r\nc\u00a0ü𝔸"
    with pytest.raises(Invalid):
        plain("half \ud800")


def test_passwords_are_taken_as_they_are_typed() -> None:
    form = clean_form(FormData([("password", "a\x01b"), ("name", "a\x01b")]))
    assert (form["password"], form["name"]) == ("a\x01b", "a b")


def test_an_address_holds_no_control_characters() -> None:
    assert is_address("/drafts/a-b") and not is_address("/drafts/\x00") and not is_address("/\x7f")


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """The chair's browser, on a database of each kind."""
    stores = Stores(database_url)
    with stores.begin() as store:
        link = seating.setup_token(store)
    signed = seating.take_chair(stores, link or "", "Chair", "chair@example.org", PASSWORD)
    with stores.begin() as store:
        document = parse(TREATY)
        drafting.new_draft(store, signed.seat, title="Made up", document=document, slug=SLUG)
    stores.close()
    app = app_with(Settings(data=tmp_path, database_url=database_url))
    with Visitor(app, follow_redirects=False, raise_server_exceptions=False) as made:
        made.cookies.set(SESSION_COOKIE, signed.token)
        yield made
    app.state.stores.close()


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/drafts/%00",
        f"{HOME}%00",
        f"{HOME}/clauses/%00",
        "/library/cases/a%01b",
        "/library/topics/%00",
        "/setup/%00",
        "/static/%00",
        "/api/v1/drafts/%00",
    ],
)
def test_an_address_with_one_is_no_address(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=a%00b",
        "/library?q=%00",
        "/sign-in?then=/%00",
        f"{HOME}/compare?old=%00&new=%01",
        "/api/v1/library/passages?q=%00",
    ],
)
def test_a_question_with_one_is_answered(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code < 500


FORMS = [
    ("/account", {"name": NASTY}),
    ("/sign-in", {"email": NASTY, "password": "a\x00b"}),
    (f"{HOME}/mast", {"title": NASTY, "symbol": NASTY, "dated": NASTY}),
    (f"{HOME}/editions", {"name": NASTY}),
    ("/seats/1", {"name": NASTY, "role": "chair", "delegation": NASTY}),
    ("/seats/invitations", {"email": "a@example.org", "name": NASTY, "delegation": NASTY}),
    ("/library/cases", {"title": NASTY, "label": NASTY, "facts": NASTY, "years": NASTY}),
    ("/library/sources", {"title": NASTY, "kind": "document", "remark": NASTY}),
]


@pytest.mark.parametrize(("path", "sent"), FORMS, ids=[path for path, _ in FORMS])
def test_a_form_with_them_is_no_mistake_of_ours(
    visitor: Visitor, path: str, sent: dict[str, str]
) -> None:
    sent = {"csrf": visitor.form_token(), **sent}
    assert visitor.post(path, data=sent).status_code in (200, 201, 303, 409, 422)
    files = {"file": ("a.bin", b"\x00\x01", "text/plain")}
    assert visitor.post(path, data=sent, files=files).status_code < 500


def test_words_and_reasons_are_kept_without_them(visitor: Visitor) -> None:
    case = visitor.post("/api/v1/library/cases", json={"title": NASTY, "facts": NASTY})
    assert case.status_code in (200, 201), case.text
    clauses = visitor.get(f"/api/v1{HOME}/clauses").json()
    clause = next(c for c in clauses if "by day" in c["text"])
    here = f"/api/v1{HOME}/clauses/{clause['uid']}"
    tie = {"relation": "supports", "reason": NASTY, "pinpoint": NASTY}
    made = visitor.post(f"{here}/citations", json={**tie, "case": 1})
    assert made.status_code in (200, 201), made.text
    assert "Talks shall be held ." in made.text
    half = visitor.post(
        f"{here}/citations",
        content=b'{"case":1,"relation":"supports","reason":"half \\ud800"}',
        headers={"content-type": "application/json"},
    )
    assert half.status_code == 422
    worded = visitor.patch(here, json={"text": NASTY, "seen": clause["version"]})
    assert worded.status_code == 200
    assert "Talks shall be held ." in visitor.get(here).text


@pytest.mark.parametrize("name", ["draft.txt", "draft.md", "list.bib", "list.ris"])
def test_a_file_with_them_is_no_mistake_of_ours(visitor: Visitor, name: str) -> None:
    content = TREATY.replace("ferry", "fer\x00ry\x01").encode()
    for path in ("/drafts/new", "/library/add/file", "/library/add/bibliography"):
        sent = {"csrf": visitor.form_token(), "title": "x"}
        answer = visitor.post(path, data=sent, files={"file": (name, content, "text/plain")})
        assert answer.status_code < 500 and answer.status_code not in (404, 405), path
