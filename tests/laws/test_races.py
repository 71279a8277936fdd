"""Two who saw the same version and write at once: a thousand times, and one of them is told."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing.synchronize import Barrier as SharedBarrier

import pytest

from app.store.drafts import ClauseRecord
from app.store.proof import verify
from app.store.seats import SeatRecord
from app.store.strokes import Outrun
from app.store.unit import Store, Stores
from app.treaty.diff import between
from app.treaty.document import Clause, Document, Kind
from tests.support.racing import afresh, hurried
from tests.support.typed import stroke
from tests.support.world import seats

RACES = int(os.environ.get("TRAVAUX_RACES", "1000"))
AT_ONCE = 50
PATIENCE = 60

_met: SharedBarrier | threading.Barrier


def _begin(met: SharedBarrier | threading.Barrier) -> None:
    global _met
    _met = met


def race(url: str, draft_id: int, by: SeatRecord, name: str, rounds: int) -> list[str]:
    """What one of the two was told it has kept; both read, and only then both write."""
    kept: list[str] = []
    with closing(hurried(Stores(url, accept_loss=True))) as stores:
        for number in range(rounds):
            with stores.read() as store:
                seen = store.drafts.clauses(draft_id)
            _met.wait(PATIENCE)
            write = _type if number % 5 else _reword
            kept += write(stores, draft_id, by, seen, f"{name}{number}")
            _met.wait(PATIENCE)
    return kept


def _reword(
    stores: Stores, draft_id: int, by: SeatRecord, seen: tuple[ClauseRecord, ...], words: str
) -> list[str]:
    """Each clause by a form's way; what was kept."""
    with stores.begin() as store, store.drafts.pen(draft_id, by) as pen:
        return [
            f"{clause.uid} {words}"
            for clause in seen
            if pen.reword(clause, between(clause.text, words))
        ]


def _type(
    stores: Stores, draft_id: int, by: SeatRecord, seen: tuple[ClauseRecord, ...], words: str
) -> list[str]:
    """All the clauses by typing: all of them are kept or none."""
    try:
        with stores.begin() as store:
            strokes = [stroke(clause, by, 0, len(clause.text), words) for clause in seen]
            store.strokes.write(draft_id, store.strokes.head(draft_id), strokes)
    except Outrun:
        return []
    return [f"{clause.uid} {words}" for clause in seen]


def texts_of(store: Store, draft_id: int) -> list[str]:
    """Every wording that the journal has of a clause, but for the first."""
    texts: dict[str, str] = {}
    found = []
    for entry in store.drafts.journal(draft_id):
        if entry.uid:
            texts[entry.uid] = entry.words_after(texts.get(entry.uid, ""))
            if entry.version > 1:
                found.append(f"{entry.uid} {texts[entry.uid]}")
    return found


def threads(start: Callable[..., None]) -> Executor:
    return ThreadPoolExecutor(2, initializer=start, initargs=(threading.Barrier(2),))


def processes(start: Callable[..., None]) -> Executor:
    context = afresh()
    return ProcessPoolExecutor(2, context, initializer=start, initargs=(context.Barrier(2),))


@pytest.mark.parametrize("pool", [threads, processes])
def test_of_two_who_saw_the_same_version_one_is_told(
    stores: Stores, pool: Callable[[Callable[..., None]], Executor]
) -> None:
    """Read, compare and write would lose nearly all of them."""
    document = Document("X", (Clause(Kind.RECITAL, text="Recalling"),) * AT_ONCE)
    with stores.begin() as store:
        chair = next(iter(seats(store).values()))
        draft = store.drafts.create(slug="x", document=document, by=chair)
    rounds = RACES // AT_ONCE
    with pool(_begin) as executor:
        lanes = [executor.submit(race, stores.url, draft.id, chair, name, rounds) for name in "AB"]
        kept = [words for lane in lanes for words in lane.result()]
    assert len(kept) == len(set(kept)) == rounds * AT_ONCE
    with stores.read() as store:
        assert sorted(texts_of(store, draft.id)) == sorted(kept)
        assert {clause.version for clause in store.drafts.clauses(draft.id)} == {rounds + 1}
        assert verify(store.drafts, draft).faults == ()
