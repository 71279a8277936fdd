import subprocess
import sys
import threading
from queue import Queue

import pytest

from app.store.unit import MIGRATIONS, Stores
from tests.support.databases import Postgresql
from tests.support.typed import stroke
from tests.support.world import World, fill

OTHER = """
import sys
from app.actions.policy import OPERATOR
from app.store.unit import Stores
stores = Stores(sys.argv[1])
with stores.begin() as store:
    draft = store.drafts.by_slug("small")
    with store.drafts.pen(draft.id, OPERATOR) as pen:
        pen.describe({"symbol": "A/1"})
"""


@pytest.fixture
def server(postgresql: Postgresql) -> Postgresql:
    return postgresql


def test_another_process_is_heard_whatever_way_it_writes(server: Postgresql) -> None:
    with server.fresh() as url:
        stores = Stores(url)
        with stores.begin() as store:
            world = fill(store)
        heard: Queue[tuple[int, int]] = Queue()
        stop = threading.Event()
        listener = threading.Thread(
            target=stores.listen, args=(lambda draft, seq: heard.put((draft, seq)), stop)
        )
        listener.start()
        seq = world.draft.seq
        assert heard.get(timeout=30) == (world.draft.id, seq)  # what may have been missed before
        subprocess.run([sys.executable, "-c", OTHER, url], cwd=MIGRATIONS.parent, check=True)
        assert heard.get(timeout=30) == (world.draft.id, seq + 1)
        type_once(stores, world)
        assert heard.get(timeout=30) == (world.draft.id, seq + 2)
        with stores.engine.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
            )
        assert heard.get(timeout=30) == (world.draft.id, seq + 2)  # connected anew
        type_once(stores, world)
        assert heard.get(timeout=30) == (world.draft.id, seq + 3)
        stop.set()
        listener.join(30)
        assert not listener.is_alive()
        stores.close()


def type_once(stores: Stores, world: World) -> None:
    with stores.begin() as store:
        uid = world.uid("presumed")
        clause = store.strokes.clauses(world.draft.id, [uid])[uid]
        head = store.strokes.head(world.draft.id)
        store.strokes.write(world.draft.id, head, [stroke(clause, world.chair, 0, 0, "x")])


def test_what_was_rolled_back_is_not_heard(server: Postgresql) -> None:
    with server.fresh() as url:
        stores = Stores(url)
        with stores.begin() as store:
            world = fill(store)
        heard: Queue[int] = Queue()
        stop = threading.Event()
        listener = threading.Thread(
            target=stores.listen, args=(lambda _, seq: heard.put(seq), stop)
        )
        listener.start()
        assert heard.get(timeout=30) == world.draft.seq
        with pytest.raises(ZeroDivisionError):
            describe_and_fail(stores, world)
        type_once(stores, world)
        assert heard.get(timeout=30) == world.draft.seq + 1
        stop.set()
        listener.join(30)
        assert heard.empty()
        stores.close()


def describe_and_fail(stores: Stores, world: World) -> None:
    with stores.begin() as store, store.drafts.pen(world.draft.id, world.chair) as pen:
        pen.describe({"symbol": "A/1"})
        pen.describe({"symbol": "A/2"})
        raise ZeroDivisionError


def test_on_sqlite_there_is_nothing_to_hear(lite: Stores) -> None:
    lite.listen(lambda draft, seq: None, threading.Event())
