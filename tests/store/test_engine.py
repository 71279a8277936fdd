import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from app.store import engine
from app.store.engine import (
    TROUBLES,
    Unfit,
    for_reading,
    is_out_of_reach,
    is_unkeepable,
    open_engine,
)
from app.store.unit import Stores
from tests.support.databases import PREPARED, Sqlite


def test_sqlite_keeps_its_promises_on_every_connection(
    sqlite: Sqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_prepare", PREPARED)
    with sqlite.fresh(tmp_path) as url:
        lite = Stores(url)
    for _ in range(2):
        with lite.engine.begin() as connection:
            said = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in (
                    *("journal_mode", "synchronous", "foreign_keys", "busy_timeout"),
                    "secure_delete",
                )
            }
        # 2 is FULL: with NORMAL, acknowledged edits are lost when the power goes.
        assert said == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 10_000,
            "secure_delete": 1,
        }
        lite.engine.dispose()


def test_postgresql_commits_to_disk(stores: Stores) -> None:
    if stores.engine.dialect.name == "sqlite":
        pytest.skip("SQLite's settings are tested above")
    with stores.engine.begin() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


class TestDurability:
    def test_sqlite_is_set_by_this_program(self, lite: Stores) -> None:
        lite.demand_durable()

    @pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
    def test_a_database_that_may_forget_is_refused_by_name(
        self, stores: Stores, setting: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if stores.engine.dialect.name == "sqlite":
            pytest.skip("SQLite's settings are tested above")
        stores.ask()  # a first connection asks the server for more than settings
        asked: list[str] = []

        def off(connection: Connection, statement: str) -> object:
            asked.append(statement)
            said = "off" if statement == f"SHOW {setting}" else "on"
            return connection.execute(text(f"SELECT '{said}'"))

        monkeypatch.setattr(Connection, "exec_driver_sql", off)
        with pytest.raises(Unfit) as refused:
            stores.demand_durable()
        assert f"PostgreSQL has {setting} off" in refused.value.sentence
        assert "TRAVAUX_ACCEPT_LOSS to “acknowledged edits may be lost”" in refused.value.sentence
        assert asked == ["SHOW fsync", "SHOW synchronous_commit"]

    def test_the_tests_own_server_is_refused_unless_loss_is_accepted(self, stores: Stores) -> None:
        with stores.engine.begin() as connection:
            if stores.engine.dialect.name == "sqlite":
                return
            forgets = connection.execute(text("SHOW fsync")).scalar() == "off"
        if forgets:
            with pytest.raises(Unfit, match="fsync off"):
                stores.demand_durable()
        accepting = Stores(stores.url, accept_loss=True)
        accepting.demand_durable()
        accepting.close()

    def test_a_session_that_commits_later_is_refused(self, stores: Stores) -> None:
        if stores.engine.dialect.name == "sqlite":
            return
        url = make_url(stores.url).update_query_dict({"options": "-csynchronous_commit=off"})
        later = Stores(url.render_as_string(hide_password=False))
        with pytest.raises(Unfit, match="synchronous_commit off"):
            later.demand_durable()
        later.close()


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


def test_what_people_write_does_not_get_into_an_error(stores: Stores) -> None:
    with pytest.raises(DBAPIError) as failed, stores.engine.begin() as connection:
        connection.execute(text("INSERT INTO nothing VALUES (:said)"), {"said": "private words"})
    assert "private words" not in str(failed.value)
    assert not is_unkeepable(failed.value) and not is_out_of_reach(failed.value)


def test_a_database_that_is_not_there_is_out_of_reach(tmp_path: Path) -> None:
    for url in (
        "postgresql://u@127.0.0.1:1/x",
        f"sqlite:///{tmp_path}",
    ):
        opened = open_engine(url)
        with pytest.raises(TROUBLES) as failed, opened.begin():
            pass
        assert is_out_of_reach(failed.value), url
    assert not is_out_of_reach(ValueError())


def test_a_value_that_postgresql_cannot_keep_is_told_apart(stores: Stores) -> None:
    if stores.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps any text")
    with pytest.raises(TROUBLES) as failed, stores.engine.begin() as connection:
        connection.execute(text("INSERT INTO topic VALUES (:said)"), {"said": "a\x00b"})
    assert is_unkeepable(failed.value) and not is_out_of_reach(failed.value)
