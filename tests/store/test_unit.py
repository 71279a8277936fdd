import contextlib
import os
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from app.store.unit import MIGRATIONS, Store, Stores, newest_by_name, newest_revision
from tests.support.databases import Postgresql
from tests.support.racing import afresh, brought_up_to_date
from tests.support.world import MORNING, TREATY, Clock, fill, seats


class Stop(Exception):
    pass


def test_a_unit_of_work_is_kept_whole_or_not_at_all(stores: Stores) -> None:
    with contextlib.suppress(Stop), stores.begin() as store:
        fill(store)
        raise Stop
    with stores.read() as store:
        assert store.drafts.all() == ()
    with stores.begin() as store:
        fill(store)
    with stores.read() as store:
        assert [draft.slug for draft in store.drafts.all()] == ["small"]


def test_now_is_one_moment_of_the_clock_handed_in(stores: Stores, clock: Clock) -> None:
    with stores.begin() as store:
        assert store.now == MORNING
        clock.forward(timedelta(hours=1))
        assert store.now == MORNING
    with stores.read() as store:
        assert store.now == MORNING + timedelta(hours=1)


def test_names_of_clauses_are_short_and_never_alike() -> None:
    made = {Store.new_uid() for _ in range(5_000)}
    assert len(made) == 5_000
    assert all(re.fullmatch("c[a-z2-7]{12}", uid) for uid in made)


def test_the_migrations_make_what_the_tables_say(stores: Stores) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind in ("table", "index") and name is not None and "_words" in name)

    with stores.engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_first_tables_are_written_out_and_not_taken_from_the_code() -> None:
    # A migration made from today's classes would be another one tomorrow.
    for file in (MIGRATIONS / "versions").glob("*.py"):
        assert "metadata" not in file.read_text(encoding="utf-8"), file.name


def test_migrating_works_from_any_folder_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stores = Stores("sqlite:///here.sqlite3")
    assert stores.revision() == ""
    for _ in range(2):
        stores.migrate()
        assert stores.revision() == newest_revision()
    stores.close()


def test_a_database_that_is_up_to_date_is_served_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    ask = "import sys; from app.store.unit import Stores; Stores(sys.argv[1]).migrate()"
    told = [
        subprocess.run(
            [sys.executable, "-c", f"{ask}; print('alembic' in sys.modules)", url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert told == ["True", "False"]
    assert newest_by_name() == newest_revision()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_several_may_migrate_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        migrate_at_once(f"sqlite:///{tmp_path / 'x.sqlite3'}")
        return
    server: Postgresql = request.getfixturevalue("postgresql")
    with server.empty() as url:
        migrate_at_once(url)


def migrate_at_once(url: str) -> None:
    started = [afresh().Process(target=brought_up_to_date, args=(url,)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0, 0, 0]
    stores = Stores(url)
    assert stores.revision() == newest_revision()
    stores.close()


def test_alembic_runs_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    alembic = str(Path(sys.executable).parent / "alembic")
    subprocess.run(
        [alembic, "upgrade", "head"],
        cwd=MIGRATIONS.parent,
        env={**os.environ, "TRAVAUX_DATABASE_URL": url},
        check=True,
        capture_output=True,
    )
    stores = Stores(url)
    assert stores.revision() == newest_revision()
    stores.close()


def test_many_threads_write_one_after_the_other(stores: Stores) -> None:
    with stores.begin() as store:
        chair = next(iter(seats(store).values()))
        draft = store.drafts.create(slug="x", document=TREATY, by=chair)
    faults: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with stores.begin() as store, store.drafts.pen(draft.id, chair) as pen:
                    pen.describe({"symbol": threading.current_thread().name})
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with stores.read() as store:
        after = store.drafts.by_id(draft.id)
        assert after is not None and after.seq == draft.seq + 30
