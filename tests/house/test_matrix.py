"""Who may use which route, on what, in which state: asked of every route, as everybody.

The table is tests/support/rows.py; a route that is not in it fails here. What is sent is taken
back after the answer, so that every cell is asked of the same negotiation.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text, true

from app.actions import annotating, policy
from app.actions.policy import may
from app.actions.refusals import Forbidden, Missing
from app.settings import Settings
from app.store import proposals
from app.store.notes import NoteRecord
from app.store.readers import Reader
from app.store.unit import Store, Stores
from tests.support.apps import app_with
from tests.support.asking import Answer, asked, on_one_thread
from tests.support.databases import Sqlite
from tests.support.negotiation import NOBODY, REMOVED, Negotiation, Person, Thing, begun
from tests.support.rows import ROWS, Row, routes_of, state_of
from tests.support.sweeping import (
    Sweep,
    address_of,
    masked,
    reader_of,
    rehearsed,
    sent,
    things_of,
)

UNKNOWN = "abcdefghjklm"
VISITORS = (NOBODY, REMOVED)
BY_ROLE = (
    *("chair", "secretariat of A", "drafter", "focal point of A", "scholar", "observer of B"),
)
ASKING = {
    "key": (*BY_ROLE, "delegate of A", "scholar of A", "focal point of B"),
    "pid": (*BY_ROLE, "delegate of A", "drafter of A", "focal point of B", "focal point of C"),
    **dict.fromkeys(
        ("position", "voice"),
        (*BY_ROLE, "delegate of A", "focal point of B", "focal point of C"),
    ),
    **dict.fromkeys(
        ("rnd", "to", "ret", "fnd"),
        (
            "chair",
            "drafter",
            "scholar",
            "delegate of A",
            *(f"focal point of {one}" for one in "ABC"),
        ),
    ),
}
"""Who is asked as: one of each kind, as far as it may matter to a note, a proposal, a position."""
PRIVILEGED = frozenset({"chair", *(f"focal point of {one}" for one in "ABC")})
"""Whose forms are tried with every sort of thing."""
DENIED = frozenset({401, 403, 404})
PARTS = 8
"""Into how many parts the whole is cut, for as many processes as there are to share them."""


@pytest.fixture(scope="module")
def table(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Negotiation]:
    with sqlite.fresh(tmp_path_factory.mktemp("matrix")) as url:
        stores = Stores(url)
        yield begun(stores)
        stores.close()


@pytest.fixture
def app(table: Negotiation) -> Iterator[FastAPI]:
    made = app_with(Settings(data=Path("unused"), database_url=table.stores.url))
    yield made
    made.state.stores.close()


@pytest.fixture
def sweep(app: FastAPI, table: Negotiation) -> Iterator[Sweep]:
    with asked(app) as asker:
        yield Sweep(asker, table)


def strays(app: FastAPI) -> list[str]:
    """Routes that the table does not know, and rows without a route."""
    routes = {name for name in routes_of(app) if not name.startswith(("SOCKET", "FOLDER"))}
    return [
        *(
            f"{name}: add it to ROWS in tests/support/rows.py"
            for name in sorted(routes - set(ROWS))
        ),
        *(f"{name}: no such route any more" for name in sorted(set(ROWS) - routes)),
    ]


def test_the_table_knows_every_route(app: FastAPI) -> None:
    assert "\n".join(strays(app)) == ""


def faults(
    sweep: Sweep, *, only: str = "", who: Sequence[str] = (), part: slice = slice(None)
) -> list[str]:
    """What is answered otherwise than the table says, in every cell of the routes asked for."""
    found = []
    for name in [name for name in ROWS if only in name][part]:
        row = ROWS[name]
        things = things_of(name, sweep.table)
        taken = row.may_fail or row.is_open or bool(who)
        for each in who or (*VISITORS, *(ASKING[things[0].kind] if things[0] else BY_ROLE)):
            cells = _narrowed(name, things, each)
            try:
                wrong, was_taken = _cells(sweep, name, row, sweep.table.people[each], cells)
            except KeyError as unfilled:
                wrong, was_taken = [f"{name}: {unfilled}"], True
            found += wrong
            taken = taken or was_taken
        if not taken:
            found.append(f"{name}: nobody succeeds with what the row sends")
    return found + sweep.found


def _narrowed(name: str, things: list[Thing | None], who: str) -> list[Thing | None]:
    """The things with which it is tried: for visitors any; forms of most people, broadly."""
    if who in VISITORS:
        return things[:1]
    if name.startswith("GET") or who in PRIVILEGED:
        return things
    return list({each.broad_sort if each else (): each for each in things}.values())


def _cells(
    sweep: Sweep, name: str, row: Row, person: Person, things: Sequence[Thing | None]
) -> tuple[list[str], bool]:
    found, taken = [], False
    absent: dict[str, tuple[object, ...]] = {}
    for thing in things:
        answer = _asked(sweep, name, row, person, thing)
        if person.name not in VISITORS and thing is not None and not reader_of(person, thing):
            nothing = _nothing(thing)
            if thing.of not in absent:
                absent[thing.of] = masked(_asked(sweep, name, row, person, nothing), nothing.id)
            if masked(answer, thing.id) != absent[thing.of]:
                found.append(f"{name}: {person.name} learns that there is {thing.name}")
        if not _is_right(row, person, thing, answer):
            about = f" of {thing.name}" if thing else ""
            found.append(f"{name}: {answer.status} for {person.name}{about}")
        taken = taken or answer.status < 400
    return found, taken


def _asked(sweep: Sweep, name: str, row: Row, person: Person, thing: Thing | None) -> Answer:
    method = name.partition(" ")[0]
    address = address_of(name, row, sweep.table, thing)
    given = sent(row, sweep.table)
    return sweep.ask(person.name, method, address, sent=given, files=row.files, headers=row.headers)


def _nothing(thing: Thing) -> Thing:
    """A thing of the same kind that never was."""
    return Thing(thing.kind, thing.id[0] + UNKNOWN, "nothing", frozenset(), of=thing.of)


def _is_right(row: Row, person: Person, thing: Thing | None, answer: Answer) -> bool:
    """Whether the answer is what the table says for this person and this thing."""
    if row.is_open:
        return answer.status < 500
    if person.name in VISITORS:
        to_sign_in = answer.status == 303 and answer.header("location").startswith("/sign-in")
        return answer.status == 401 or to_sign_in
    if thing is not None and not reader_of(person, thing):
        # Who may not release positions, or may read no round, hears so before anybody looks.
        asks_first = thing.kind in ("position", "voice", "rnd", "to", "ret", "fnd")
        return answer.status == 404 or (asks_first and answer.status == 403)
    if row.owner and person.name != row.owner:
        return answer.status == 404
    allowed = not row.acts or any(
        may(person.seat, act, state_of(row, act, person, thing)) for act in row.acts
    )
    if allowed and (row.only is None or thing is None or row.only(person, thing)):
        return answer.status < 500 and answer.status not in DENIED
    return answer.status == 403


@pytest.mark.parametrize("part", range(PARTS))
def test_every_route_answers_every_seat_in_every_state_as_the_table_says(
    app: FastAPI, sweep: Sweep, part: int
) -> None:
    with rehearsed(app, sweep.table), on_one_thread():
        assert "\n".join(faults(sweep, part=slice(part, None, PARTS))) == ""
    assert sweep.asked > 3_000 // PARTS


# --- what the tests above are for


@pytest.fixture
def rehearsal(app: FastAPI, sweep: Sweep) -> Iterator[Sweep]:
    with rehearsed(app, sweep.table):
        yield sweep


def test_a_route_that_nobody_knows_is_found(app: FastAPI) -> None:
    app.get("/drafts/{slug}/whispers")(lambda: {})
    whisper = "GET /drafts/{slug}/whispers: add it to ROWS in tests/support/rows.py"
    assert whisper in strays(app)


def test_whoever_reads_what_is_private_is_found(
    rehearsal: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "_readable", lambda _: true())
    found = "\n".join(faults(rehearsal, only="GET /drafts/{slug}/proposals/{pid}", who=["chair"]))
    assert "200 for chair of a proposal of Delegation B" in found
    assert "chair learns that there is a proposal of Delegation B" in found
    assert "tells reason of a shared proposal of Delegation A" in found


def test_a_refusal_that_says_that_something_is_there_is_found(
    rehearsal: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(store: Store, reader: Reader, key: str) -> NoteRecord:
        one = store.notes.get(key, reader)
        if one is None:
            there = text("SELECT 1 FROM note WHERE key = :key")
            if store._session.connection().execute(there, {"key": key}).first():
                raise Forbidden("This note is not for you.")
            raise Missing("There is no such note.")
        return one

    monkeypatch.setattr(annotating, "_get", get)
    found = "\n".join(faults(rehearsal, only="POST /notes/{key}/remove", who=["observer of B"]))
    assert re.search("403 for observer of B of .*, mine of delegate of A", found)
    assert re.search("observer of B learns that there is .*, mine of delegate of A", found)


def test_a_role_that_may_more_than_the_policy_says_is_found(
    rehearsal: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "require", lambda seat, *_: seat)
    found = faults(rehearsal, only="POST /drafts/{slug}/groups")
    assert "POST /drafts/{slug}/groups: 303 for observer of B" in found
