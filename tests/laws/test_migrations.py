"""A database of an older version comes along with what was written in it."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.store.proof import verify
from app.store.search import FoundKind, read_query
from app.store.unit import MIGRATIONS, Stores
from tests.support.databases import Postgresql
from tests.support.typed import type_in
from tests.support.world import fill


def step(connection: Connection, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)


def go_back_and_forth(url: str) -> None:
    """Down to the second migration and up again: what was there before is all there."""
    stores = Stores(url)
    stores.migrate()
    with stores.begin() as store:
        world = fill(store)
    with stores.engine.begin() as connection:
        step(connection, "0002", down=True)
    with stores.engine.begin() as connection:
        step(connection, "head")
    with stores.begin() as store:
        assert verify(store.drafts, world.draft).faults == ()
        type_in(store, world.draft.id, world.uid("presumed"), world.chair, "Amnesty ")
        assert verify(store.drafts, world.draft).faults == ()
    for _ in range(2):
        with stores.read() as store:
            hits, _ = store.search.find(read_query("amnesty presumed "), [FoundKind.CLAUSE])
            assert [hit.uid for hit in hits] == [world.uid("presumed")]
        stores.settle()
    with (
        pytest.raises(DBAPIError, match="kept as they are"),
        stores.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE edit SET push = 'x'")
    stores.close()


def test_on_sqlite(tmp_path: Path) -> None:
    go_back_and_forth(f"sqlite:///{tmp_path / 'x.sqlite3'}")


def test_on_postgresql(postgresql: Postgresql) -> None:
    with postgresql.empty() as url:
        go_back_and_forth(url)
