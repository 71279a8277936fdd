"""Since when brackets stand: the entry of the journal by which the opening mark of each came.

A bracket that is lifted and put around the same words again is another one; one that is brought
back by undoing is the one that it was.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

from app.actions import attributing
from app.store.drafts import ClauseRecord
from app.store.journal import EntryRecord
from app.store.unit import Store
from app.treaty import brackets

_KEPT = 6_000
"""Of how many clauses it is remembered: a clause at a version has one past."""

_Dates = Mapping[int, EntryRecord]

_kept: OrderedDict[tuple[str, int, int], _Dates] = OrderedDict()
_lock = Lock()


def dates(store: Store, draft_id: int, clauses: Iterable[ClauseRecord]) -> dict[str, _Dates]:
    """By uid, for each clause the entry by which each bracket came, by where that opens.

    The entries come without their changes: who did it, when, and what is said of it.
    """
    asked = {_key(each): each for each in clauses if "[" in each.words}
    with _lock:
        known = {key: _kept[key] for key in asked if key in _kept}
        for key in known:
            _kept.move_to_end(key)
    unknown = {key: each for key, each in asked.items() if key not in known}
    if unknown:
        told = attributing.written(store, draft_id, [each.uid for each in unknown.values()])
        found = {key: _dates(each.words, told[each.uid]) for key, each in unknown.items()}
        with _lock:
            _kept.update(found)
            while len(_kept) > _KEPT:
                _kept.popitem(last=False)
        known.update(found)
    return {key[0]: dated for key, dated in known.items()}


def _key(clause: ClauseRecord) -> tuple[str, int, int]:
    return clause.uid, clause.version, hash(clause.words)


def _dates(text: str, told: tuple[attributing.Written, ...]) -> _Dates:
    found: dict[int, EntryRecord] = {}
    begins, pieces = 0, iter(told)
    piece = next(pieces, None)
    for start, _, _ in brackets.spans(text):
        while piece is not None and start >= begins + len(piece.text):
            begins += len(piece.text)
            piece = next(pieces, None)
        if piece is None:
            raise IndexError(start)
        # Words are not kept here: they may be taken out of the record.
        found[start] = piece.entry.bare()
    return found
