"""Typing without a browser: updates as the table keeps them, for tests of what looks back."""

from collections.abc import Iterator
from itertools import count

from app.store.seats import SeatRecord
from app.store.strokes import Stroke
from app.store.unit import Store, Stores
from app.treaty.diff import between

_CLIENTS: Iterator[int] = count(1)


def typed(stores: Stores, slug: str, seat: SeatRecord, uid: str, *words: str) -> None:
    """The seat types in the clause until it says each of `words`, one update for each."""
    with stores.begin() as store:
        typed_in(store, slug, seat, uid, *words)


def typed_in(store: Store, slug: str, seat: SeatRecord, uid: str, *words: str) -> None:
    """The same within a unit of work."""
    draft = store.drafts.by_slug(slug)
    assert draft is not None
    client = f"typed{next(_CLIENTS):05d}"
    for number, said in enumerate(words, start=1):
        head = store.strokes.head(draft.id)
        clause = store.drafts.clause(draft.id, uid)
        assert clause is not None
        stroke = Stroke(
            uid=uid,
            version=clause.version,
            changes=between(clause.words, said),
            words=said,
            heading=clause.kind.bears_heading,
            by=seat,
            push=f"{client}.{number}",
        )
        store.strokes.write(draft.id, head, (stroke,))
