"""Travaux as a browser meets it: a database of its own, a small treaty, a seat of each role."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.actions import drafting, seating
from app.settings import Settings
from app.store.seats import Role, SeatRecord
from app.store.unit import Stores
from app.treaty.parse import parse
from app.web.guard import SESSION_COOKIE
from tests.support.apps import app_with

PASSWORD = "correct horse, wrong stable 7"
SLUG = "made-up"
TREATY = """\
Convention on Ferries

The States Parties to this Convention,

Recalling that rivers are crossed by those who dwell beside them,

Have agreed as follows:

PART I
GENERAL PROVISIONS

Article 1
Use of terms

For the purposes of this Convention:

(a) “Ferry” means a vessel that crosses a river;

(b) “Ferryman” means the person who steers a ferry.

Article 2
Duty to cross

1. Each ferryman [shall][should] cross the river in accordance with article 3.

2. No ferry may be [detained [or turned back]] without a reason.

PART II
FINAL PROVISIONS

Article 3
Hours

1. A ferry crosses by day.

2. Paragraph 1 does not apply in a flood.

Article 4
Languages

The texts are equally authentic.
"""


@dataclass
class Site:
    """The application with its database; `sessions` holds a session for each role."""

    app: FastAPI
    stores: Stores
    sessions: dict[Role, str]

    def client(self, role: Role | None = Role.CHAIR) -> "Visitor":
        """A browser of the seat with this role; of nobody for None."""
        visitor = Visitor(self.app, base_url="http://testserver", follow_redirects=False)
        if role is not None:
            visitor.cookies.set(SESSION_COOKIE, self.sessions[role])
        return visitor

    def uid(self, words: str) -> str:
        """The uid of the first live clause whose heading or text contains these words."""
        with self.stores.read() as store:
            draft = store.drafts.by_slug(SLUG)
            assert draft is not None
            clauses = store.drafts.clauses(draft.id)
        return next(clause.uid for clause in clauses if words in clause.words)

    def words(self, uid: str) -> str:
        """What the clause says now."""
        return self.clause(uid)[0]

    def clause(self, uid: str) -> tuple[str, int, bool]:
        """The clause's words, its version, and whether it is struck."""
        with self.stores.read() as store:
            draft = store.drafts.by_slug(SLUG)
            assert draft is not None
            clause = store.drafts.clause(draft.id, uid)
        assert clause is not None
        return clause.words, clause.version, clause.struck


class Visitor(TestClient):
    """A browser that fills in the hidden field of our forms by itself."""

    def form_token(self) -> str:
        """The token that a form of this session carries."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.get("/drafts").text)
        return found[1] if found else ""


def prepared(folder: Path) -> dict[Role, str]:
    """Makes a SQLite file in `folder` with the made-up treaty; gives a session for each role."""
    stores = Stores(_settings(folder).database_url)
    stores.migrate()
    sessions = _filled(stores)
    stores.close()
    return sessions


@contextmanager
def laid_on(url: str, folder: Path) -> Iterator[Site]:
    """The same site on a database of any kind, which is migrated and empty."""
    settings = Settings(data=folder, public_url="http://testserver", database_url=url)
    app, stores = app_with(settings), Stores(url)
    try:
        yield Site(app, stores, _filled(stores))
    finally:
        app.state.reading.wait(60)
        stores.close()
        app.state.stores.close()


def _filled(stores: Stores) -> dict[Role, str]:
    """A session for each role, once the treaty and the seats are in."""
    seating.PASSWORDS.cost = seating.CHEAP
    with stores.begin() as store:
        token = seating.setup_token(store)
    assert token is not None
    chair = seating.take_chair(
        stores, token, name="Chair", email="chair@example.org", password=PASSWORD
    )
    sessions = {Role.CHAIR: chair.token}
    for role in Role:
        if role is not Role.CHAIR:
            sessions[role] = _joined(stores, chair.seat, role)
    with stores.begin() as store:
        document = parse(TREATY)
        drafting.new_draft(store, chair.seat, title=document.title, document=document, slug=SLUG)
    return sessions


def _joined(stores: Stores, chair: SeatRecord, role: Role) -> str:
    with stores.begin() as store:
        invited = seating.invite(
            store,
            chair,
            email=f"{role}@example.org",
            name=f"{role.title()} A",
            role=role,
            delegation="Delegation A" if role is Role.DELEGATE else "",
        )
    return seating.accept_invitation(stores, invited, password=PASSWORD).token


def _settings(folder: Path) -> Settings:
    return Settings(data=folder, public_url="http://testserver")


@contextmanager
def standing(template: Path, sessions: dict[Role, str], folder: Path) -> Iterator[Site]:
    """A site in `folder`, on a copy of what was prepared in `template`."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    settings = _settings(folder)
    app, stores = app_with(settings), Stores(settings.database_url)
    try:
        yield Site(app, stores, sessions)
    finally:
        stores.close()
        app.state.stores.close()


_DOORS: list[socket.socket] = []
"""Where one may listen, and nobody does just now. At an address that it has been to before, a
browser has what it needs of the files that never change."""


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address at which the application is served, on a free port of this machine."""
    if not _DOORS:
        door = socket.socket()
        door.bind(("127.0.0.1", 0))
        _DOORS.append(door)
    door = _DOORS.pop()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    # The server closes what it has listened at; the port stays ours.
    thread = threading.Thread(target=server.run, args=([door.dup()],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        _DOORS.append(door)
