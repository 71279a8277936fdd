"""A negotiating table for web tests: the application over a loaded database, and a seat a role.

The database is made once a process and copied for each test, because loading the shipped draft
takes two seconds and a copy a hundredth of one.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.actions import loading, seating
from app.actions.policy import OPERATOR
from app.settings import Settings
from app.store.drafts import DraftRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Stores
from app.treaty.numbering import citations
from app.web.guard import SESSION_COOKIE, form_token
from tests.support.apps import app_with

SLUG = "peace-negotiation"
FOLDER = Path(__file__).parents[2] / "drafts" / SLUG
PASSWORD = "four words picked blindly"
NAMES: Mapping[Role, tuple[str, str]] = {
    Role.CHAIR: ("Chair", ""),
    Role.SECRETARIAT: ("Secretariat", ""),
    Role.DRAFTER: ("Drafter A", ""),
    Role.DELEGATE: ("Delegate B", "Delegation B"),
    Role.SCHOLAR: ("Scholar C", ""),
    Role.OBSERVER: ("Observer D", ""),
}


@dataclass(frozen=True)
class Table:
    """The application and its people; ask and send as somebody, by role ("" for nobody)."""

    app: FastAPI
    stores: Stores
    tokens: Mapping[str, str]
    clients: dict[str, TestClient] = field(default_factory=dict)

    def client(self, role: str = "") -> TestClient:
        """A browser of the role's seat; it follows no redirect."""
        if role not in self.clients:
            client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=True)
            if role:
                client.cookies.set(SESSION_COOKIE, self.tokens[role])
            self.clients[role] = client
        return self.clients[role]

    def get(self, role: str, path: str, *, part: str = "") -> Response:
        """The answer to a GET; with `part`, as htmx asks for that element."""
        headers = {"HX-Request": "true", "HX-Target": part} if part else {}
        return self.client(role).get(path, headers=headers)

    def post(
        self,
        role: str,
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        part: bool = False,
        files: Any = None,
    ) -> Response:
        """The answer to a form of ours, with the token that our forms carry."""
        sent = {"csrf": form_token(self.tokens.get(role, "")), **(fields or {})}
        headers = {"HX-Request": "true"} if part else {}
        return self.client(role).post(path, data=sent, files=files, headers=headers)

    @cached_property
    def draft(self) -> DraftRecord:
        """The shipped draft as it was at first."""
        with self.stores.read() as store:
            draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        return draft

    @cached_property
    def _uids(self) -> dict[str, str]:
        with self.stores.read() as store:
            clauses = store.drafts.document(self.draft.id).clauses
        named = zip(citations(clauses), clauses, strict=True)
        return {citation: clause.uid for citation, clause in reversed(list(named))}

    def uid(self, citation: str) -> str:
        """The uid of the clause cited so: "Article 9, paragraph 2"."""
        return self._uids[citation]

    def clause(self, citation: str) -> str:
        """The address of the clause cited so."""
        return f"/drafts/{SLUG}/clauses/{self.uid(citation)}"

    def seat(self, role: str) -> SeatRecord:
        """The seat of that role."""
        with self.stores.read() as store:
            return next(seat for seat in store.seats.all() if seat.role == role)


def make_template(folder: Path) -> dict[str, str]:
    """Make the databases to copy: `bare` without a seat, `full` with one a role.

    The value is the session tokens of the full one, by role.
    """
    cost, seating.PASSWORDS.cost = seating.PASSWORDS.cost, seating.CHEAP
    stores = Stores(_settings(folder / "bare").database_url)
    stores.migrate()
    with stores.begin() as store:
        loading.load(store, FOLDER)
    stores.close()
    shutil.copytree(folder / "bare", folder / "full")
    stores = Stores(_settings(folder / "full").database_url)
    with stores.begin() as store:
        setup = seating.setup_token(store) or ""
    tokens = {
        Role.CHAIR.value: seating.take_chair(
            stores, setup, "Chair", "chair@example.org", PASSWORD
        ).token
    }
    for role, (name, delegation) in NAMES.items():
        if role is not Role.CHAIR:
            with stores.begin() as store:
                email = f"{role.value}@example.org"
                link = seating.invite(
                    store, OPERATOR, email=email, name=name, role=role, delegation=delegation
                )
            tokens[role.value] = seating.accept_invitation(stores, link, PASSWORD).token
    stores.close()
    seating.PASSWORDS.cost = cost
    return tokens


def _settings(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    return Settings(data=folder, database_url=f"sqlite:///{(folder / 'table.sqlite3').as_posix()}")


@contextmanager
def laid(template: Path, tokens: Mapping[str, str], folder: Path) -> Iterator[Table]:
    """A table over a copy of the template; cleared at the end."""
    for file in template.glob("table.sqlite3*"):
        shutil.copy(file, folder / file.name)
    app = app_with(_settings(folder))
    try:
        yield Table(app, app.state.stores, tokens)
    finally:
        app.state.stores.close()


def ids(response: Response) -> set[str]:
    """The ids of the elements on a page."""
    return set(re.findall(r'\bid="([^"]+)"', response.text))
