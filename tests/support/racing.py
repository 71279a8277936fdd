"""Two that push at the same moment, over and over: as threads of a process, or as processes."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from sqlite3 import Connection

from sqlalchemy import event

from app.actions import drafting, typing
from app.actions.policy import OPERATOR
from app.actions.typing import Push, Recent
from app.store.unit import Stores
from app.treaty.changes import ChangeSet, utf16_len

PATIENCE = 60
"""How many seconds one waits for the other before it gives up."""


@dataclass(frozen=True)
class Race:
    """Where two push at once, and how often; each as a client of its own, or both as one."""

    url: str
    draft_id: int
    uid: str
    sessions: tuple[str, str]
    rounds: int
    as_one: bool = False


def run(race: Race, lane: int, meet: Callable[[], object]) -> int:
    """One of the two: how many of its pushes were new when they were taken.

    `meet` lets both go together, so that neither has seen what the other pushes.
    """
    with closing(hurried(Stores(race.url))) as stores:
        return _run_with(stores, race, lane, meet)


def hurried(stores: Stores) -> Stores:
    """These stores, on SQLite without waiting for the disk: for what is about locks alone."""
    if stores.engine.dialect.name == "sqlite":
        event.listen(stores.engine, "connect", _hurry)
    return stores


def afresh() -> ForkServerContext:
    """Where processes come from that share nothing with this one but what they are handed.

    They are forked from a server that has read the modules once and opened nothing, which
    spares each of them a second of reading.
    """
    context = get_context("forkserver")
    read = ("app.actions.typing", "app.store.unit", "tests.support.racing", "tests.support.served")
    context.set_forkserver_preload([*read, "alembic.command"])
    return context


def _hurry(connection: Connection, _record: object) -> None:
    """Spare this run the trouble of surviving a power cut; what locks what stays as it is."""
    connection.execute("PRAGMA synchronous = OFF").close()


def _run_with(stores: Stores, race: Race, lane: int, meet: Callable[[], object]) -> int:
    fresh = 0
    with stores.read() as store:
        recent = Recent.of(store, race.draft_id)
        words = store.drafts.words_at(race.draft_id, race.uid, seq=recent.seq) or ""
    for n in range(1, race.rounds + 1):
        client = "bothofus" if race.as_one else f"client{lane:02d}"
        changes = ChangeSet.build(
            utf16_len(words), [(0, 0, "ab"[lane] if not race.as_one else "c")]
        )
        session = race.sessions[0 if race.as_one else lane]
        push = Push(session, client, n, race.uid, recent.seq, (changes,))
        meet()
        with stores.begin() as store:
            taken = typing.take(store, recent, [push])
        assert taken.backs == (), taken.backs[0].why
        fresh += not taken.kept
        words, recent = _after(words, race.uid, taken), taken.recent
    return fresh


def _after(words: str, uid: str, taken: typing.Taken) -> str:
    for entry in taken.entries:
        if entry.uid == uid:
            words = entry.words_after(words)
    return words


def by_threads(race: Race) -> list[int]:
    """The two as threads of this process, each with connections of its own."""
    barrier = threading.Barrier(2, timeout=PATIENCE)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda lane: run(race, lane, barrier.wait), (0, 1)))


def by_processes(race: Race) -> list[int]:
    """The two as processes that were started afresh."""
    context = afresh()
    barrier = context.Barrier(2, timeout=PATIENCE)
    with context.Pool(2, _get_ready, (barrier,)) as pool:
        found = pool.starmap(_run, [(race, 0), (race, 1)], chunksize=1)
        pool.close()
        pool.join()
        return found


_barrier: Barrier


def _get_ready(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _run(race: Race, lane: int) -> int:
    return run(race, lane, _barrier.wait)


# --- what else such processes do


def brought_up_to_date(url: str) -> None:
    """Migrate this database, whoever else does at the same time."""
    Stores(url).migrate()


def written_on(url: str, uid: str) -> None:
    """Reword this clause of the small draft twenty times, each time as it stands."""
    stores = Stores(url)
    for number in range(20):
        with stores.begin() as store:
            draft = store.drafts.by_slug("small")
            assert draft is not None
            with store.drafts.pen(draft.id, OPERATOR):
                clause = store.drafts.clause(draft.id, uid)
                assert clause is not None
                text = f"{clause.text} {number}"
                drafting.reword(store, OPERATOR, draft, clause.uid, text, seen=clause.version)
