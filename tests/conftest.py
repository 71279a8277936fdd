"""Fixtures that every test may ask for: databases of both kinds, a clock, a small world."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from app.actions import seating
from app.store import engine
from app.store.unit import Store, Stores
from tests.support.databases import Postgresql, Sqlite, hurried, postgresql_server
from tests.support.world import Clock, World, fill

# How long an example takes says more of the machine's other work than of the code.
settings.register_profile("travaux", deadline=None)
settings.load_profile("travaux")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Passwords hashed at a fraction of the cost; how strong they are is tested by itself."""
    seating.PASSWORDS.cost = seating.CHEAP


@pytest.fixture(scope="session", autouse=True)
def spared_disk() -> None:
    """SQLite that does not wait for the disk; that it does otherwise is tested by itself."""
    engine._prepare = hurried


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """The migrated SQLite template."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """The PostgreSQL server with its migrated template."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still at nine in the morning, and can be moved on."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh migrated database: the test runs on each kind."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            template: Sqlite = request.getfixturevalue("sqlite")
            yield stack.enter_context(template.fresh(tmp_path))
        else:
            server: Postgresql = request.getfixturevalue("postgresql")
            yield stack.enter_context(server.fresh())


@pytest.fixture
def stores(database_url: str, clock: Clock) -> Iterator[Stores]:
    """A fresh migrated database of each kind."""
    stores = Stores(database_url, clock=clock)
    yield stores
    stores.close()


@pytest.fixture
def lite(sqlite: Sqlite, tmp_path: Path, clock: Clock) -> Iterator[Stores]:
    """A fresh migrated SQLite database, for what does not depend on the kind."""
    with sqlite.fresh(tmp_path) as url:
        stores = Stores(url, clock=clock)
        yield stores
        stores.close()


@pytest.fixture
def store(lite: Stores) -> Iterator[Store]:
    """One open unit of work on SQLite; it is never committed."""
    with lite.begin() as store:
        yield store


@pytest.fixture
def world(store: Store) -> World:
    """The small world, in the unit of work that `store` is."""
    return fill(store)
