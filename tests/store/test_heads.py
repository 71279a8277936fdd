import pytest
from sqlalchemy.exc import NoResultFound

from app.store import heads
from app.store.heads import Head
from app.store.unit import Stores
from tests.support.world import fill


def test_the_head_is_the_latest_entry(stores: Stores) -> None:
    with stores.begin() as store:
        draft = fill(store).draft
        latest = store.drafts.recent(draft.id, limit=1)[0]
    with stores.engine.begin() as connection:
        assert heads.take(connection, draft.id) == Head(latest.seq, latest.hash)


def test_no_draft_has_no_head(stores: Stores) -> None:
    with stores.engine.begin() as connection, pytest.raises(NoResultFound):
        heads.take(connection, 404)


def test_a_head_is_moved_once_only(stores: Stores) -> None:
    with stores.begin() as store:
        draft = fill(store).draft
    further = Head(draft.seq + 1, "f" * 64)
    with stores.engine.begin() as connection:
        seen = heads.take(connection, draft.id)
        heads.move(connection, draft.id, seen, further)
        assert heads.take(connection, draft.id) == further
        with pytest.raises(RuntimeError, match="two writers"):
            heads.move(connection, draft.id, seen, further)
