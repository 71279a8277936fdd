import logging
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.settings import Settings
from app.store import engine
from app.store.rounds import Reading
from app.web.guard import MAX_BODY, SESSION_COOKIE
from tests.support.answers import Sent, open_on, upload
from tests.support.apart import apart
from tests.support.apps import app_with
from tests.support.databases import Postgresql
from tests.support.made_files import docx, para, zipped
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


# Files that are no sound Word files, by each door: a sentence, nothing lost, the others untouched.

_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def _macro() -> bytes:
    kinds = f'<Types><Override PartName="/word/document.xml" ContentType="{_MACRO}"/></Types>'
    return zipped({"[Content_Types].xml": kinds, "word/document.xml": "<a/>"})


def _locked() -> bytes:
    content = bytearray(docx([para("x")]))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _bomb() -> bytes:
    content = bytearray(docx([para("x")]))
    # What the list of parts says of the size of the first of them.
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 4_000_000_000)
    return bytes(content)


HOSTILE = {
    "locked.docx": (_locked(), "locked with a password"),
    "macros.docm": (_macro(), "brings macros"),
    "letter.doc": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Word file"),
    "cut off.docx": (docx([para("x")])[:400], "damaged or was cut off"),
    "bomb.docx": (_bomb(), "far too large when it is unpacked"),
}
TYPED = "Article 1\nScope\n\n1. These words were typed."


@pytest.fixture
def sent(site: Site) -> Sent:
    return open_on(site)


def put(visitor: Visitor, address: str, files: dict[str, bytes], **typed: str) -> Response:
    sent_files = [("file", upload(content, name)["file"]) for name, content in files.items()]
    return visitor.post(address, data={"csrf": visitor.form_token(), **typed}, files=sent_files)


def test_at_the_desk_each_is_kept_and_told_and_the_sound_one_is_read(
    chair: Visitor, sent: Sent
) -> None:
    hand = sent.hand(0, "Capital A")
    hand.replace("by day", "by night")
    files = {name: content for name, (content, _) in HOSTILE.items()} | {"good.docx": hand.saved()}
    answer = put(chair, f"{sent.address}/returns", files, word="by e-mail")
    assert answer.status_code == 303
    came = {each.filename: each for each in sent.read()}
    assert came.pop("good.docx").state is Reading.READ
    assert set(came) == set(HOSTILE)
    for name, (content, said) in HOSTILE.items():
        assert came[name].state is Reading.FAILED
        assert said in came[name].why
        kept = chair.get(f"{sent.address}/returns/{came[name].uid}/file")
        assert kept.content == content
    page = chair.get(sent.address).text
    assert all(said in page for _, said in HOSTILE.values())


def test_behind_a_link_an_empty_file_hinders_none_of_the_others(
    site: Site, chair: Visitor, sent: Sent
) -> None:
    stranger, link = site.client(None), sent.link(1)
    files = {"empty.docx": b"", "letter.doc": HOSTILE["letter.doc"][0]}
    answer = put(stranger, f"{link}/files", files)
    assert answer.status_code == 422
    assert "empty.docx: This file is empty." in answer.text
    assert [each.filename for each in sent.read()] == ["letter.doc"]
    page = stranger.get(link).text
    assert "It is kept, but could not be read. This is an old Word file" in page
    # Whoever sent nothing that can be read is asked once more.
    assert '<h2 id="h-to">0 of ' in chair.get(sent.address).text


@pytest.mark.parametrize("name", ["letter.doc", "bomb.docx"])
def test_where_a_draft_is_begun_nothing_is_kept_and_what_was_typed_stands(
    chair: Visitor, name: str
) -> None:
    content, said = HOSTILE[name]
    answer = put(chair, "/drafts/new", {name: content}, text=TYPED, scheme="eu")
    assert answer.status_code == 422
    assert said in answer.text
    assert "1. These words were typed.</textarea>" in answer.text
    assert 'value="eu" checked' in answer.text


def test_what_is_typed_at_the_desk_stands_when_a_file_is_refused(
    chair: Visitor, sent: Sent
) -> None:
    typed = {"word": "by e-mail of 3 May", "to": sent.to[2].uid}
    answer = put(chair, f"{sent.address}/returns", {"empty.docx": b""}, **typed)
    assert answer.status_code == 422
    assert "empty.docx: This file is empty." in answer.text
    assert 'value="by e-mail of 3 May"' in answer.text
    assert f'value="{sent.to[2].uid}" selected' in answer.text
    assert sent.came() == ()


def test_what_is_too_large_is_refused_before_anything_of_it_is_kept(
    chair: Visitor, site: Site, sent: Sent
) -> None:
    large = {"large.docx": b"PK\x03\x04" + b"\0" * MAX_BODY}
    doors = (chair, f"{sent.address}/returns"), (site.client(None), f"{sent.link(0)}/files")
    for visitor, address in doors:
        answer = put(visitor, address, large)
        assert answer.status_code == 413
        assert "more than 32 MB" in answer.text
    assert sent.came() == ()
