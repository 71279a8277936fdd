import json
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from app.actions import citing, drafting
from app.store.backup import back_up, restore
from app.store.engine import Unfit
from app.store.unit import Stores
from tests.support.databases import Postgresql
from tests.support.world import World, fill


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    else:
        server: Postgresql = request.getfixturevalue("postgresql")
        with server.empty() as url:
            yield url


def filled(stores: Stores) -> World:
    with stores.begin() as store:
        world = fill(store)
        drafting.reword(
            store,
            world.chair,
            world.draft,
            world.uid("presumed"),
            "Good faith is presumed until the contrary is shown: naïve 𝔸.",
            seen=1,
        )
        drafting.strike(store, world.chair, world.draft, world.uid("Protection of"), seen=1)
        drafting.name_edition(store, world.chair, world.draft, name="Zero draft")
    return world


def rows(url: str) -> dict[str, list[str]]:
    stores = Stores(url)
    with stores.engine.begin() as connection:
        found = {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in SQLModel.metadata.sorted_tables
        }
    stores.close()
    return found


class TestBackingUp:
    def test_every_row_comes_back_in_a_database_of_either_kind(
        self, stores: Stores, empty_url: str, tmp_path: Path
    ) -> None:
        filled(stores)
        made = back_up(stores.url, tmp_path / "copy.travaux")
        back = restore(empty_url, tmp_path / "copy.travaux")
        assert back == made
        assert made.rows == sum(len(found) for found in rows(stores.url).values()) > 40
        assert rows(empty_url) == rows(stores.url)

    def test_the_restored_database_is_in_working_order(
        self, stores: Stores, empty_url: str, tmp_path: Path
    ) -> None:
        world = filled(stores)
        back_up(stores.url, tmp_path / "copy.travaux")
        restore(empty_url, tmp_path / "copy.travaux")
        restored = Stores(empty_url)
        with restored.begin() as store:
            draft = drafting.open_draft(store, world.chair, "small")
            made = drafting.insert(
                store, world.chair, draft, after=None, kind="recital", text="Alarmed by wars,"
            )
            seat = store.seats.add(
                name="B", email="b@example.org", role=world.chair.role, password="x"
            )
            assert seat.id > max(known.id for known in world.seats.values())
        with restored.begin() as store:
            assert drafting.verify(store, draft).sound
            assert store.drafts.clauses(draft.id)[0].uid == made.uid
            assert [hit.slug for hit in citing.find(store, world.chair, "Northland")]
        with pytest.raises(Exception, match="kept as they are"), restored.engine.begin() as raw:
            raw.execute(text("UPDATE edit SET author = 'Somebody'"))
        restored.close()

    def test_it_sees_one_moment_while_others_write(self, stores: Stores, tmp_path: Path) -> None:
        world = filled(stores)
        stop = threading.Event()

        def write() -> None:
            version = 1
            while not stop.is_set():
                with stores.begin() as store:
                    version = drafting.reword(
                        store,
                        world.drafter,
                        world.draft,
                        world.uid("Recognizing"),
                        f"Recognizing {version},",
                        seen=version,
                    ).clause.version

        writer = threading.Thread(target=write)
        writer.start()
        try:
            # The proof inside fails if a clause and its journal are of different moments.
            back_up(stores.url, tmp_path / "copy.travaux")
        finally:
            stop.set()
            writer.join()

    def test_a_database_that_was_never_migrated_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Unfit, match="migrate"):
            back_up(f"sqlite:///{tmp_path / 'nothing.sqlite3'}", tmp_path / "copy.travaux")
        assert not (tmp_path / "copy.travaux").exists()

    def test_a_copy_whose_journal_does_not_hold_is_not_made(
        self, lite: Stores, tmp_path: Path
    ) -> None:
        world = filled(lite)
        with lite.engine.begin() as raw:
            raw.execute(
                text("UPDATE clause SET text = 'Forged.' WHERE uid = :uid"),
                {"uid": world.uid("presumed")},
            )
        (tmp_path / "copy.travaux").write_text("an earlier one")
        with pytest.raises(Unfit, match="journal of small"):
            back_up(lite.url, tmp_path / "copy.travaux")
        assert (tmp_path / "copy.travaux").read_text() == "an earlier one"

    def test_only_its_owner_can_read_it(self, lite: Stores, tmp_path: Path) -> None:
        back_up(lite.url, tmp_path / "copy.travaux")
        assert (tmp_path / "copy.travaux").stat().st_mode & 0o077 == 0
        with tarfile.open(tmp_path / "copy.travaux") as archive:
            content = archive.extractfile("manifest.json")
            assert content is not None
            assert json.loads(content.read())["engine"] == "sqlite"


class TestRestoring:
    def test_a_database_in_use_is_refused_and_left_alone(
        self, stores: Stores, tmp_path: Path
    ) -> None:
        filled(stores)
        back_up(stores.url, tmp_path / "copy.travaux")
        before = rows(stores.url)
        with pytest.raises(Unfit, match="--force"):
            restore(stores.url, tmp_path / "copy.travaux")
        assert rows(stores.url) == before

    def test_force_goes_back_to_the_copy_while_others_are_connected(
        self, stores: Stores, tmp_path: Path
    ) -> None:
        world = filled(stores)
        back_up(stores.url, tmp_path / "copy.travaux")
        before = rows(stores.url)
        with stores.begin() as store:
            drafting.strike(store, world.chair, world.draft, world.uid("Done in"), seen=1)
        assert rows(stores.url) != before
        restore(stores.url, tmp_path / "copy.travaux", force=True)
        assert rows(stores.url) == before
        with stores.read() as store:
            assert drafting.verify(store, world.draft).sound

    def test_readers_read_on_while_everything_is_replaced(
        self, stores: Stores, tmp_path: Path
    ) -> None:
        world = filled(stores)
        back_up(stores.url, tmp_path / "copy.travaux")
        is_over, seen, troubles = threading.Event(), [0], list[Exception]()

        def read() -> None:
            while not is_over.is_set():
                try:
                    with stores.read() as store:
                        assert store.seats.get(world.chair.id) is not None
                        assert len(store.drafts.clauses(world.draft.id)) > 5
                    seen[0] += 1
                except Exception as trouble:
                    troubles.append(trouble)
                    return

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for _ in range(3):
            restore(stores.url, tmp_path / "copy.travaux", force=True)
        is_over.set()
        for reader in readers:
            reader.join()
        assert not troubles and seen[0] > 0

    def test_the_journal_is_kept_as_it_is_afterwards(self, stores: Stores, tmp_path: Path) -> None:
        filled(stores)
        back_up(stores.url, tmp_path / "copy.travaux")
        restore(stores.url, tmp_path / "copy.travaux", force=True)
        with pytest.raises(DBAPIError, match="kept as they are"), stores.engine.begin() as raw:
            raw.execute(text("DELETE FROM edit"))

    def test_any_damaged_byte_is_noticed(self, lite: Stores, tmp_path: Path) -> None:
        filled(lite)
        whole = tmp_path / "copy.travaux"
        back_up(lite.url, whole)
        content = whole.read_bytes()
        damaged = tmp_path / "damaged.travaux"
        target = tmp_path / "target.sqlite3"
        places = [
            *range(16),
            *range(16, len(content) - 32, 97),
            *range(len(content) - 32, len(content)),
        ]
        for place in places:
            damaged.write_bytes(
                content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
            )
            with pytest.raises(Unfit, match="damaged"):
                restore(f"sqlite:///{target}", damaged)
        assert not target.exists()

    @pytest.mark.parametrize("length", [0, 1, 100, -1])
    def test_a_file_cut_short_is_noticed(self, lite: Stores, tmp_path: Path, length: int) -> None:
        filled(lite)
        back_up(lite.url, tmp_path / "copy.travaux")
        cut = tmp_path / "cut.travaux"
        cut.write_bytes((tmp_path / "copy.travaux").read_bytes()[:length])
        with pytest.raises(Unfit, match="damaged"):
            restore(f"sqlite:///{tmp_path / 'target.sqlite3'}", cut)

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Unfit, match="no file"):
            restore(f"sqlite:///{tmp_path / 'target.sqlite3'}", tmp_path / "none.travaux")
