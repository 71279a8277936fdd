"""Fixtures that every test may ask for: databases of both kinds, a clock, a small world."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from app.actions import dating, seating
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


@pytest.fixture(scope="session")
def inhabited(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sqlite, World]:
    """A SQLite template with the small world in it: to fill one takes longer than most tests."""

    def populate(url: str) -> World:
        stores = Stores(url, clock=Clock())
        with stores.begin() as store:
            made = fill(store)
        stores.close()
        return made

    return sqlite.grown(tmp_path_factory.mktemp("inhabited"), populate)


@pytest.fixture
def lite(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Stores]:
    """A fresh migrated SQLite database, for what does not depend on the kind.

    The small world is in it for tests that ask for `world`.
    """
    if "world" in request.fixturenames:
        template: Sqlite = request.getfixturevalue("inhabited")[0]
    else:
        template = request.getfixturevalue("sqlite")
    with template.fresh(tmp_path) as url:
        stores = Stores(url, clock=clock)
        yield stores
        stores.close()


@pytest.fixture
def store(lite: Stores) -> Iterator[Store]:
    """One open unit of work on SQLite; it is never committed."""
    with lite.begin() as store:
        yield store


@pytest.fixture
def world(store: Store, inhabited: tuple[Sqlite, World]) -> World:
    """The small world, in the unit of work that `store` is."""
    # Its clauses have the same uids in every test, by which what each said at a version is known.
    dating._kept.clear()
    made = inhabited[1]
    return replace(made, seats=dict(made.seats))


# --- who is tested first

_LONG = (
    "journeys/test_together",
    "house/test_matrix",
    "journeys/test_drafting",
    "live/test_killing",
    "house/test_canaries",
    "tests/test_cli.py",
    "journeys/",
    "live/",
    "laws/",
    "house/test_word_validity",
)
"""What takes long, the longest first; what is left at the end is short, and ends together."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deal what takes long to all workers in turn, each of which begins at a part of its own.

    Without workers the order is the folders'.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return
    ranks = [
        next((rank for rank, path in enumerate(_LONG) if path in item.nodeid), len(_LONG))
        for item in items
    ]
    long = sorted((rank, at) for at, rank in enumerate(ranks) if rank < len(_LONG))
    short = [item for item, rank in zip(items, ranks, strict=True) if rank == len(_LONG)]
    dealt: list[pytest.Item] = []
    begun = 0
    for number in range(workers):
        # To each as many as xdist gives out at the start, so that each begins with a part's first.
        part = [items[at] for _, at in long[number::workers]]
        ended = max(begun, begun + (len(items) - len(dealt)) // (workers - number) - len(part))
        dealt += part + short[begun:ended]
        begun = ended
    items[:] = dealt
