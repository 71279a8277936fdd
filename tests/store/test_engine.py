import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.store.engine import for_reading, open_engine
from app.store.unit import Stores


def test_sqlite_keeps_its_promises_on_every_connection(lite: Stores) -> None:
    for _ in range(2):
        with lite.engine.begin() as connection:
            said = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        # 2 is FULL: with NORMAL, acknowledged edits are lost when the power goes.
        assert said == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 10_000,
        }
        lite.engine.dispose()


def test_postgresql_commits_to_disk(stores: Stores) -> None:
    if stores.engine.dialect.name == "sqlite":
        pytest.skip("SQLite's settings are tested above")
    with stores.engine.begin() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_a_writing_unit_on_sqlite_holds_the_lock_from_its_beginning(
    lite: Stores, tmp_path: Path
) -> None:
    file = str(lite.engine.url.database)
    with lite.engine.begin(), sqlite3.connect(file, timeout=0) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("SELECT count(*) FROM draft").fetchone()
    with for_reading(lite.engine).begin() as reading:
        reading.execute(text("SELECT count(*) FROM draft"))
        with sqlite3.connect(file, timeout=0) as other:
            other.execute("BEGIN IMMEDIATE")
            other.rollback()


def test_reading_cannot_write_and_writing_can_again(stores: Stores) -> None:
    insert = text("INSERT INTO topic VALUES ('C1', 'x', 'E', 'x', '[]')")
    with pytest.raises(DBAPIError), for_reading(stores.engine).begin() as connection:
        connection.execute(insert)
    with stores.engine.begin() as connection:
        connection.execute(insert)


def test_reading_sees_one_moment(stores: Stores) -> None:
    count = text("SELECT count(*) FROM topic")
    with for_reading(stores.engine).begin() as reading:
        before = reading.execute(count).scalar()
        with stores.engine.begin() as writing:
            writing.execute(text("INSERT INTO topic VALUES ('C1', 'x', 'E', 'x', '[]')"))
        assert reading.execute(count).scalar() == before == 0
    with for_reading(stores.engine).begin() as reading:
        assert reading.execute(count).scalar() == 1


def test_memory_is_one_database_for_everybody() -> None:
    stores = Stores("sqlite://")
    stores.migrate()
    with stores.read() as store:
        assert store.drafts.all() == ()
    stores.close()


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path / 'a' / 'b' / 'x.sqlite3'}").dispose()
    assert (tmp_path / "a" / "b").is_dir()


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        open_engine("mysql://localhost/x")
