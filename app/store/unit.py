"""One unit of work: everything it does is kept, or nothing.

stores = Stores("sqlite:///data/travaux.sqlite3")
stores.migrate()
with stores.begin() as store:
    store.drafts.by_slug("peace-negotiation")

Alembic is imported where migrations are run or asked for: it takes a third of the time that
`travaux export` needs to start, and an export needs none of it.
"""

import base64
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Event

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.store.citations import Citations
from app.store.claims import Claims
from app.store.drafts import Drafts
from app.store.engine import WAITING, Unfit, for_reading, losing, open_engine
from app.store.erasures import Erasures
from app.store.events import Events
from app.store.exports import Exports
from app.store.library import Library
from app.store.notes import Notes
from app.store.proposals import Proposals
from app.store.record import Record
from app.store.rounds import Rounds
from app.store.search import Search
from app.store.seats import Seats
from app.store.silences import Silences
from app.store.stances import Stances
from app.store.status import Statuses
from app.store.strokes import Strokes
from app.store.tombstones import Tombstones
from app.store.turns import Turns
from app.store.waivers import Waivers

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
"""Where the migrations lie, whatever folder the program was started in."""


LOSS_ACCEPTED = "acknowledged edits may be lost"
"""What has to be written out by whoever wants a database that may lose edits."""


def utc_now() -> datetime:
    """The time on this machine's clock, in UTC."""
    return datetime.now(UTC)


class Store:
    """What one unit of work may ask of the database; `now` is one moment for all of it.

    `moved` has the seq of each draft's journal that this unit has made longer so far.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self.now = now
        self.moved: dict[int, int] = {}

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of this unit that is taken back when it raises, while the unit goes on."""
        moved = dict(self.moved)
        try:
            with self._session.begin_nested():
                yield
        except BaseException:
            self.moved.clear()
            self.moved.update(moved)
            raise

    @staticmethod
    def new_uid() -> str:
        """A new permanent name for a clause: c and twelve letters or digits, 60 bits of chance."""
        return "c" + base64.b32encode(secrets.token_bytes(10)).decode()[:12].lower()

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts, their clauses, journal and editions."""
        return Drafts(self._session, self.now, self.new_uid, self.moved)

    @cached_property
    def strokes(self) -> Strokes:
        """What is typed at the table, written many at a time."""
        return Strokes(self._session, self.now, self.moved)

    @cached_property
    def library(self) -> Library:
        """Sources, passages, cases, topics and figures."""
        return Library(self._session, self.now)

    @cached_property
    def citations(self) -> Citations:
        """What the clauses rest on."""
        return Citations(self._session, self.now)

    @cached_property
    def notes(self) -> Notes:
        """What is said about the words."""
        return Notes(self._session, self.now, self.new_uid)

    @cached_property
    def seats(self) -> Seats:
        """Who has a place, and who is signed in."""
        return Seats(self._session, self.now)

    @cached_property
    def proposals(self) -> Proposals:
        """What delegations want done to the clauses, for whoever may know of it."""
        return Proposals(self._session, self.now, self.new_uid)

    @cached_property
    def erasures(self) -> Erasures:
        """Words taken out of what is otherwise kept as it is."""
        return Erasures(self._session, self.now, self.proposals)

    @cached_property
    def tombstones(self) -> Tombstones:
        """What takes the place of files that came back and were taken out."""
        return Tombstones(self._session, self.now)

    @cached_property
    def status(self) -> Statuses:
        """Which clauses are agreed, and by which steps."""
        return Statuses(self._session, self.now)

    @cached_property
    def claims(self) -> Claims:
        """What was said of brackets."""
        return Claims(self._session, self.now, self.new_uid)

    @cached_property
    def stances(self) -> Stances:
        """What delegations say of brackets, for whoever may know of it."""
        return Stances(self._session, self.now, self.new_uid)

    @cached_property
    def silences(self) -> Silences:
        """Which clauses are agreed unless somebody objects in time."""
        return Silences(self._session, self.now, self.new_uid)

    @cached_property
    def record(self) -> Record:
        """All that was done in a draft, and how far each seat has read it."""
        return Record(self._session, self.now)

    @cached_property
    def rounds(self) -> Rounds:
        """What was circulated to whom, and what came back."""
        return Rounds(self._session, self.now, self.new_uid)

    @cached_property
    def waivers(self) -> Waivers:
        """The findings that were set aside."""
        return Waivers(self._session, self.now)

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
    """A database that units of work are begun on; one for the life of a process.

    What stands in `on_commit` is called in the committing thread, with draft id and seq, after
    every commit that made a draft's journal longer. `accept_loss` is for a database that may
    forget what it has acknowledged; `demand_durable` refuses one otherwise.
    """

    def __init__(
        self, url: str, *, clock: Callable[[], datetime] = utc_now, accept_loss: bool = False
    ) -> None:
        self.url = url
        self.engine = open_engine(url)
        self.clock = clock
        self.reading = for_reading(self.engine)
        self.on_commit: list[Callable[[int, int], None]] = []
        self._accept_loss = accept_loss
        self._turns = Turns(WAITING / 1000) if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def begin(self) -> Iterator[Store]:
        """A store to write to: committed when the block ends well, rolled back when it does not."""
        turn = nullcontext() if self._turns is None else self._turns.turn()
        with turn, Session(self.engine) as session, session.begin():
            store = Store(session, self.clock())
            yield store
        for draft_id, seq in store.moved.items():
            self._tell(draft_id, seq)

    def _tell(self, draft_id: int, seq: int) -> None:
        for told in self.on_commit:
            try:
                told(draft_id, seq)
            except Exception:
                # What was committed stays committed, whatever becomes of those who wait for it.
                logging.getLogger(__name__).exception("Nobody could be told of draft %s.", draft_id)

    @contextmanager
    def read(self) -> Iterator[Store]:
        """A store that sees one moment of the database and refuses to write."""
        with Session(self.reading) as session, session.begin():
            yield Store(session, self.clock())

    def settle(self) -> int:
        """How many typed clauses have come into the search index again; 0 when none is left.

        A few at a time, for when nobody is typing. What has not settled is found too, slowly.
        """
        with self.read() as store:
            drafts = store.strokes.unsettled()
        if not drafts:
            return 0
        with self.begin() as store:
            return store.strokes.settle(drafts[0])

    def heads(self) -> dict[int, int]:
        """The seq of every draft's latest entry, by the draft's id."""
        with self.reading.connect() as connection:
            rows = connection.exec_driver_sql("SELECT id, seq FROM draft").all()
            return {row[0]: row[1] for row in rows}

    def listen(self, heard: Callable[[int, int], None], stop: Event) -> None:
        """Call `heard` with draft id and seq whenever a process commits, until `stop` is set.

        Blocks, so it needs a thread of its own. PostgreSQL only: on SQLite it returns at once.
        """
        if self.engine.dialect.name == "postgresql":
            from app.store.notices import listen  # noqa: PLC0415 - SQLite needs no driver for it

            listen(self.engine.url, heard, stop, catch_up=self.heads)

    def demand_durable(self) -> None:
        """Nothing, where what is acknowledged survives a power cut; Unfit where it may not.

        Asked of PostgreSQL, whose settings are other people's; this program sets SQLite's.
        """
        if self._accept_loss or self.engine.dialect.name != "postgresql":
            return
        with self.reading.connect() as connection:
            settings = losing(connection)
        if settings:
            raise Unfit(
                f"PostgreSQL has {' and '.join(settings)} off: what people wrote could be lost "
                "after it was acknowledged. Turn that on, or set TRAVAUX_ACCEPT_LOSS to "
                f"“{LOSS_ACCEPTED}” if it is meant."
            )

    def ask(self) -> None:
        """Nothing, when the database answers; the driver's error when it does not."""
        with self.reading.begin() as connection:
            connection.execute(text("SELECT 1"))

    def migrate(self) -> None:
        """Bring the tables up to date; several processes may ask at once."""
        if not self._is_up_to_date():
            with self.engine.begin() as connection:
                migrate(connection)

    def _is_up_to_date(self) -> bool:
        # Asked without Alembic, which a server would hold in its memory for as long as it runs.
        try:
            with self.reading.connect() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version"))
                return list(found.scalars()) == [newest_by_name()]
        except DBAPIError:
            return False  # there is no such table yet; or nothing can be asked, as migrating says

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


def newest_by_name() -> str:
    """The same as `newest_revision`, told by the names of the files: "0007" of 0007_status.py."""
    names = (path.name for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    return max(name.partition("_")[0] for name in names)


def newest_revision() -> str:
    """The migration that this version of the program wants the database to be at."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""
