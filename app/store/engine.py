"""Opening a database: SQLite out of the box, PostgreSQL for many; the same promises on both.

A writing unit of work on SQLite begins with BEGIN IMMEDIATE, so that it waits
for its turn instead of failing half way. A reading one sees one moment of the
database and cannot write, on either. Nothing is answered before it is on disk:
synchronous stays FULL, because the usual advice to combine WAL with NORMAL
loses acknowledged edits when the power goes.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool

WAITING = 10_000
"""How many milliseconds a SQLite writer waits for its turn before it gives up."""

CONNECTING = 5
"""How many seconds a connection to PostgreSQL may take to be made."""

TROUBLES: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout)
"""What a unit of work raises when the database itself fails: `is_out_of_reach` tells which way."""

_SQLITE_AWAY = ("locked", "unable to open", "disk", "readonly")


class Unfit(ValueError):
    """A database or a copy of one that cannot be used as asked; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def sentence_for(problem: SQLAlchemyError) -> str:
    """What went wrong with a database, in a sentence for whoever runs the program."""
    said = str(problem).lower()
    if isinstance(problem, ArgumentError):
        return "TRAVAUX_DATABASE_URL is not the address of a database."
    if "no such table" in said or "undefinedtable" in said or "does not exist" in said:
        return "This database is empty or of another version: run `travaux migrate` first."
    if "database is locked" in said:
        return "Another program is using the database: try again in a moment."
    if "not a database" in said or "malformed" in said:
        return "The database file is damaged, or is not a database: restore a copy of it."
    if "unable to open" in said or "readonly" in said or "disk i/o" in said:
        return "The database file cannot be opened for writing: look at its folder's permissions."
    if "full" in said:
        return "The disk is full: nothing was kept."
    if isinstance(problem, OperationalError | InterfaceError):
        return "The database cannot be reached: is it running, and is its address right?"
    return f"The database refused ({type(problem).__name__})."


def open_engine(url: str) -> Engine:
    """An engine for a `sqlite:///...` or `postgresql+psycopg://...` address; makes no connection.

    The folder of a SQLite file is made when it is missing. Unfit for another kind of database.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address.database)
    if address.get_backend_name() != "postgresql":
        raise Unfit(f"Travaux keeps its text in SQLite or PostgreSQL, not {address.drivername}.")
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=10,
        max_overflow=20,
        pool_timeout=30,
        # A server that was started anew has cut the connections that lie in the pool.
        pool_pre_ping=True,
        # What people write must not get into a log by way of an error.
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECTING},
    )


def is_out_of_reach(trouble: Exception) -> bool:
    """Whether the database is down, full, busy or cut off, so that trying again may help."""
    if isinstance(trouble, PoolTimeout):
        return True
    if not isinstance(trouble, DBAPIError):
        return False
    if isinstance(trouble.orig, sqlite3.Error):
        return any(word in str(trouble.orig) for word in _SQLITE_AWAY)
    return trouble.connection_invalidated or isinstance(trouble, OperationalError | InterfaceError)


def is_unkeepable(trouble: Exception) -> bool:
    """Whether the database refused a value for what it is, and not for what it breaks."""
    return isinstance(trouble, DataError)


def losing(connection: Connection) -> list[str]:
    """The settings of this PostgreSQL that are off, so that it may lose what it acknowledged."""
    return [
        name
        for name in ("fsync", "synchronous_commit")
        if connection.exec_driver_sql(f"SHOW {name}").scalar() == "off"
    ]


def for_reading(engine: Engine) -> Engine:
    """The same engine, on which every transaction reads one moment and cannot write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(travaux_reading=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _open_sqlite(file: str | None) -> Engine:
    options: dict[str, Any] = {
        "connect_args": {"check_same_thread": False},
        "hide_parameters": True,
    }
    if file in (None, "", ":memory:"):
        # One connection for everybody: another one would be another, empty database.
        engine = create_engine("sqlite://", poolclass=StaticPool, **options)
    else:
        Path(str(file)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{file}", pool_size=20, max_overflow=20, **options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin deferred ones, and late.
    connection.isolation_level = None
    for setting in (
        f"busy_timeout = {WAITING}",
        "journal_mode = WAL",
        "synchronous = FULL",
        # What was deleted, or taken out, is not to be read in the file either.
        "secure_delete = ON",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("travaux_reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
