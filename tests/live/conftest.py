"""A laid table for the tests of app/live: a draft of a few paragraphs and two drafters."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Stores
from tests.support.databases import Sqlite
from tests.support.people import SLUG, Opening, lay, open_page, seat_people


@dataclass(frozen=True)
class Laid:
    """A draft with the uids of its paragraphs, and the sessions of those who may write in it."""

    stores: Stores
    uids: tuple[str, ...]
    sessions: tuple[str, ...]
    seats: tuple[SeatRecord, ...]

    @property
    def draft(self) -> DraftRecord:
        """The draft as it is now."""
        with self.stores.read() as store:
            found = store.drafts.by_slug(SLUG)
        assert found is not None
        return found

    @property
    def page(self) -> Opening:
        """What a page of it shows now."""
        return open_page(self.stores)

    @property
    def typed(self) -> list[EntryRecord]:
        """The entries that were pushed."""
        with self.stores.read() as store:
            journal = store.drafts.journal(self.draft.id)
        return [entry for entry in journal if entry.push]


def laid_on(url: str) -> Laid:
    """A table laid in an empty migrated database."""
    stores = Stores(url, accept_loss=True)
    uids, sessions = lay(stores, 4), seat_people(stores, 2)
    with stores.read() as store:
        seats = store.seats.all()
    return Laid(stores, uids, sessions, seats)


@pytest.fixture
def laid(database_url: str) -> Iterator[Laid]:
    """A laid table on a database of each kind."""
    laid = laid_on(database_url)
    yield laid
    laid.stores.close()


@pytest.fixture
def laid_lite(sqlite: Sqlite, tmp_path: Path) -> Iterator[Laid]:
    """The same on SQLite, for what does not depend on the kind."""
    with sqlite.fresh(tmp_path) as url:
        laid = laid_on(url)
        yield laid
        laid.stores.close()
