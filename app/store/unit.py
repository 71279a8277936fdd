"""One unit of work: everything it does is kept, or nothing.

stores = Stores("sqlite:///data/travaux.sqlite3")
stores.migrate()
with stores.begin() as store:
    store.drafts.by_slug("peace-negotiation")

Alembic is imported where migrations are run or asked for: it takes a third of the time that
`travaux export` needs to start, and an export needs none of it.
"""

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, text
from sqlmodel import Session

from app.store.citations import Citations
from app.store.drafts import Drafts
from app.store.engine import for_reading, open_engine
from app.store.events import Events
from app.store.exports import Exports
from app.store.library import Library
from app.store.search import Search
from app.store.seats import Seats

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
"""Where the migrations lie, whatever folder the program was started in."""


def utc_now() -> datetime:
    """The time on this machine's clock, in UTC."""
    return datetime.now(UTC)


class Store:
    """What one unit of work may ask of the database; `now` is one moment for all of it."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self.now = now

    @staticmethod
    def new_uid() -> str:
        """A new permanent name for a clause: c and twelve letters or digits, 60 bits of chance."""
        return "c" + base64.b32encode(secrets.token_bytes(10)).decode()[:12].lower()

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts, their clauses, journal and editions."""
        return Drafts(self._session, self.now, self.new_uid)

    @cached_property
    def library(self) -> Library:
        """Sources, passages, cases, topics and figures."""
        return Library(self._session, self.now)

    @cached_property
    def citations(self) -> Citations:
        """What the clauses rest on."""
        return Citations(self._session, self.now)

    @cached_property
    def seats(self) -> Seats:
        """Who has a place, and who is signed in."""
        return Seats(self._session, self.now)

    @cached_property
    def search(self) -> Search:
        """Words in passages, cases, sources and clauses."""
        return Search(self._session)

    @cached_property
    def exports(self) -> Exports:
        """The Word files that were made."""
        return Exports(self._session, self.now)

    @cached_property
    def journal_events(self) -> Events:
        """What happened outside the texts."""
        return Events(self._session, self.now)


class Stores:
    """A database that units of work are begun on; one for the life of a process."""

    def __init__(self, url: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.url = url
        self.engine = open_engine(url)
        self.clock = clock
        self.reading = for_reading(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Store]:
        """A store to write to: committed when the block ends well, rolled back when it does not."""
        with Session(self.engine) as session, session.begin():
            yield Store(session, self.clock())

    @contextmanager
    def read(self) -> Iterator[Store]:
        """A store that sees one moment of the database and refuses to write."""
        with Session(self.reading) as session, session.begin():
            yield Store(session, self.clock())

    def ask(self) -> None:
        """Nothing, when the database answers; the driver's error when it does not."""
        with self.reading.begin() as connection:
            connection.execute(text("SELECT 1"))

    def migrate(self) -> None:
        """Bring the tables up to date; several processes may ask at once."""
        with self.engine.begin() as connection:
            migrate(connection)

    def revision(self) -> str:
        """The migration that the database is at; "" for an empty database."""
        from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - see above

        with self.reading.begin() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""

    def close(self) -> None:
        """Let the connections go."""
        self.engine.dispose()


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, inside of the transaction of this connection."""
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7421901)"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest_revision() -> str:
    """The migration that this version of the program wants the database to be at."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""
