import threading
from collections.abc import Callable

from app.actions import drafting
from app.actions.policy import OPERATOR
from app.live.relay import Relay
from app.store.unit import Stores
from tests.live.conftest import Laid


def test_what_another_process_keeps_is_heard_on_postgresql_and_on_sqlite_nobody_waits(
    laid: Laid,
) -> None:
    elsewhere = Stores(laid.stores.url, accept_loss=True)
    heard: list[tuple[int, int]] = []
    came = threading.Event()

    def hear(draft_id: int, seq: int) -> None:
        heard.append((draft_id, seq))
        came.set()

    relay = Relay(laid.stores, hear)
    try:
        if laid.stores.engine.dialect.name == "postgresql":
            # It says at once how far everything is; from then on it listens.
            assert came.wait(15)
            came.clear()
            with elsewhere.begin() as store:
                clause = store.drafts.clause(laid.draft.id, laid.uids[0])
                assert clause is not None
                drafting.reword(
                    store, OPERATOR, laid.draft, clause.uid, text="New.", seen=clause.version
                )
            assert came.wait(15)
            assert heard[-1] == (laid.draft.id, laid.draft.seq)
    finally:
        relay.end()
        elsewhere.close()
    assert not _alive("relay")


def _alive(name: str) -> list[Callable[[], None]]:
    return [thread.run for thread in threading.enumerate() if thread.name == name]
