import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.settings import Settings
from app.store import engine
from app.web.guard import SESSION_COOKIE
from tests.support.apart import apart
from tests.support.apps import app_with
from tests.support.databases import Postgresql
from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"
PART = {"HX-Request": "true"}


def test_a_refusal_inside_a_page_is_a_line_that_leaves_the_form_alone(
    chair: Visitor, site: Site
) -> None:
    uid = site.uid("by day")
    sent = {"csrf": chair.form_token(), "text": "x", "seen": 1, "way": "up"}
    answer = chair.post(f"{HOME}/clauses/{uid}/move", data=sent, headers=PART)
    assert answer.status_code == 422
    assert answer.headers["hx-retarget"] == "#refused"
    assert answer.text.strip().startswith('<div id="refused"')


def test_somebody_not_signed_in_is_sent_to_sign_in_and_back(site: Site) -> None:
    with site.client(None) as visitor:
        page = visitor.get(f"{HOME}/compare?old=a&new=b")
        part = visitor.get(HOME, headers=PART)
        form = visitor.post(f"{HOME}/undo")
    assert page.headers["location"] == f"/sign-in?then={HOME}/compare%3Fold%3Da%26new%3Db"
    assert part.status_code == 401 and "hx-redirect" not in part.headers
    assert part.headers["hx-retarget"] == "#refused" and 'target="_blank"' in part.text
    assert form.headers["location"] == "/sign-in"


def test_a_form_with_a_field_missing_is_told_so(chair: Visitor) -> None:
    answer = chair.post(f"{HOME}/mast", data={"csrf": chair.form_token()})
    assert answer.status_code == 422 and "title" in answer.text


def test_the_interface_answers_in_json(chair: Visitor) -> None:
    answer = chair.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.json()["sentence"].startswith("There is nothing")


def test_a_mistake_of_ours_is_owned_up_to(site: Site) -> None:
    def broken() -> None:
        raise RuntimeError("secret of the house")

    site.app.router.add_api_route("/broken", broken, methods=["GET"])
    with Visitor(site.app, raise_server_exceptions=False) as visitor:
        answer = visitor.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text and "secret" not in answer.text
    assert "content-security-policy" in answer.headers


def cut(url: str, *, closed: bool) -> None:
    """Cut every connection to a PostgreSQL database; `closed` lets no new one in either."""
    address = make_url(url)
    other = create_engine(
        address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with other.connect() as connection:
        allowed = "false" if closed else "true"
        connection.execute(text(f"ALTER DATABASE {address.database} ALLOW_CONNECTIONS {allowed}"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": address.database},
        )
    other.dispose()


def test_a_database_that_was_away_is_said_to_be_away_and_found_again(
    postgresql: Postgresql, tmp_path: Path
) -> None:
    with postgresql.fresh() as url:
        app = app_with(Settings(data=tmp_path, database_url=url))
        with Visitor(app, raise_server_exceptions=False) as visitor:
            assert visitor.get("/setup/no-such").status_code == 404
            cut(url, closed=False)
            assert visitor.get("/setup/no-such").status_code == 404, "the pool is renewed"
            cut(url, closed=True)
            try:
                page = visitor.get("/setup/no-such")
                form = visitor.post("/sign-in", data={"email": "a@b.c", "password": "secret words"})
                visitor.cookies.set(SESSION_COOKIE, "made-up")
                stale = visitor.post("/drafts/x/mast", data={"title": "Words not to be lost"})
                spoken = visitor.get("/api/v1/drafts")
            finally:
                cut(url, closed=False)
            assert visitor.get("/setup/no-such").status_code == 404
        app.state.stores.close()
    assert page.status_code == form.status_code == spoken.status_code == 503
    assert "The database cannot be reached just now" in page.text
    assert "content-security-policy" in page.headers and page.headers["retry-after"]
    assert "secret words" not in form.text
    assert stale.status_code == 503 and "Words not to be lost" in stale.text
    assert "cannot be reached" in spoken.json()["sentence"]


def test_words_outlast_a_database_that_is_busy(
    chair: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAITING", 1)
    uid, token = site.uid("by day"), chair.form_token()
    site.app.state.stores.close()
    file = str(site.stores.engine.url.database)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    sent = {"csrf": token, "text": "A ferry crosses by dusk.", "seen": "1"}
    busy = chair.post(f"{HOME}/clauses/{uid}/edit", data=sent)
    other.rollback()
    other.close()
    assert busy.status_code == 503
    assert "A ferry crosses by dusk." in busy.text and "Save it now" in busy.text
    assert chair.post(f"{HOME}/clauses/{uid}/edit", data=sent).status_code == 303


def test_a_sender_who_hangs_up_leaves_no_mistake(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"testserver"),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"cookie", f"{SESSION_COOKIE}=made-up".encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    told: list[Any] = []

    def ask(path: str) -> None:
        parts = [
            {"type": "http.request", "body": b"text=half", "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive() -> Any:
            return parts.pop(0)

        async def send(message: Any) -> None:
            told.append(message)

        apart(site.app({**scope, "path": path, "raw_path": path.encode()}, receive, send))

    with caplog.at_level(logging.WARNING):
        for path in ("/sign-out", f"{HOME}/undo", f"{HOME}/mast", "/account"):
            ask(path)
    assert not caplog.records
    assert {message["status"] for message in told if "status" in message} == {400}
