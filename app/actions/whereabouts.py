"""Where notes are: on the words they were written on, wherever the text has taken these.

    threads_of(...)[0].stands     anchored, check, orphaned; struck when its clause is; whole
                                  without words

What was found is remembered for the state of the draft that it was found in, and gone on from.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock

from app.actions.anchoring import Standing, where
from app.actions.drafting import successor
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.notes import NoteRecord
from app.store.readers import Reader
from app.store.unit import Store
from app.treaty.anchors import Anchor, State

FRESH = 500
"""After how many entries of the journal an anchor is kept anew, so that the walk stays short."""

STALE = 5_000
"""The same for one whose words were changed or are gone: by then they are not put back."""

_REMEMBERED = 20_000


class Stands(StrEnum):
    """What is to be said of the place that a note is on."""

    ANCHORED = "anchored"
    CHECK = "check"
    ORPHANED = "orphaned"
    STRUCK = "struck"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Thread:
    """A note with the answers to it, and where it is now.

    `uid` is "" for a note on the whole draft, `anchor` None for one on no words in particular.
    `is_new`: something in it was said, changed, opened to the reader or resolved by others since
    the reader last said they had read all.
    """

    note: NoteRecord
    answers: tuple[NoteRecord, ...]
    uid: str
    anchor: Anchor | None
    stands: Stands
    is_new: bool = False


_Place = tuple[str, Anchor | None, Stands]
"""The clause that a note is on now, "" for none; its words there; what is to be said of them."""

_Made = tuple[int, str | None, Anchor | None]
"""What a note was last kept as: after which entry, in which clause, on which words."""


def threads_of(
    store: Store, reader: Reader, draft: DraftRecord, notes: Sequence[NoteRecord]
) -> tuple[Thread, ...]:
    """The threads of these notes of a draft, which are for this reader, in their order."""
    answers = store.notes.answers([one.id for one in notes], reader)
    seen = store.notes.seen_until(draft.id, reader)
    stirred = store.notes.stirred_by_others(draft.id, reader, seen) if notes else frozenset()
    return tuple(
        Thread(
            one,
            tuple(answers.get(one.id, ())),
            *place,
            is_new=_is_new((one, *answers.get(one.id, ())), reader, seen, stirred),
        )
        for one, place in zip(notes, places(store, draft, notes), strict=True)
    )


def _is_new(
    notes: Iterable[NoteRecord], reader: Reader, seen: datetime | None, stirred: frozenset[int]
) -> bool:
    return any(
        one.id in stirred or (one.author_id != reader.seat_id and (seen is None or one.at > seen))
        for one in notes
    )


def places(store: Store, draft: DraftRecord, notes: Sequence[NoteRecord]) -> list[_Place]:
    """Where each of the notes is, in their order."""
    on_words = [one for one in notes if one.anchor is not None]
    ids = [one.id for one in on_words]
    standing = dict(zip(ids, _standings(store, draft, on_words), strict=True))
    uids = {one.uid for one in notes if one.uid} | {each.uid for each in standing.values()}
    clauses = store.strokes.clauses(draft.id, uids)
    return [_place(store, draft, one, standing.get(one.id), clauses) for one in notes]


def _place(
    store: Store,
    draft: DraftRecord,
    one: NoteRecord,
    standing: Standing | None,
    clauses: Mapping[str, ClauseRecord],
) -> _Place:
    if standing is not None:
        # Words of a file that may not be those which were meant: until somebody has looked.
        is_doubtful = standing.state is State.ANCHORED and one.extra.get("check")
        stands = Stands.CHECK if is_doubtful else Stands(standing.state.value)
        return standing.uid, standing.anchor, stands
    if one.uid is None:
        return "", None, Stands.WHOLE
    clause = clauses.get(one.uid)
    if clause is None or not clause.struck:
        return one.uid, None, Stands.WHOLE
    # What was joined to another clause is spoken of there.
    return successor(store, draft, one.uid) or one.uid, None, Stands.STRUCK


class _Memory:
    """Where notes were found at a state of their draft; what was anchored is gone on from there.

    It knows notes by their keys, which no two databases share, and tells nobody of any: who asks
    has read the note itself before.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[_Made, int, str, Standing]] = OrderedDict()
        self._lock = Lock()

    def get(self, one: NoteRecord) -> tuple[int, str, Standing] | None:
        """The seq and the hash of the head at which the note was last found, and where."""
        with self._lock:
            kept = self._kept.get(one.key)
            if kept is None or kept[0] != (one.seq, one.uid, one.anchor):
                return None
            self._kept.move_to_end(one.key)
            return kept[1:]

    def put(self, one: NoteRecord, draft: DraftRecord, standing: Standing) -> None:
        """Remember where the note is in this state of its draft."""
        with self._lock:
            made = (one.seq, one.uid, one.anchor)
            self._kept[one.key] = (made, draft.seq, draft.hash, standing)
            self._kept.move_to_end(one.key)
            while len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)


_memory = _Memory()


def _standings(
    store: Store, draft: DraftRecord, notes: Sequence[NoteRecord]
) -> tuple[Standing, ...]:
    known = {one.id: _memory.get(one) for one in notes}
    touched = _touched(store, draft, [last[0] for last in known.values() if last is not None])
    made: dict[int, Standing] = {}
    asked: list[tuple[NoteRecord, tuple[str, int, Anchor]]] = []
    for one in notes:
        last = known[one.id]
        if last is not None and last[1] == draft.hash:
            made[one.id] = last[2]
        elif last is not None and _is_as_it_was(last[0], last[2], touched, draft):
            made[one.id] = last[2]
            if draft.id not in store.moved:
                _memory.put(one, draft, last[2])
        elif one.anchor is not None:
            item = (one.uid or "", one.seq, one.anchor)
            if last is not None and last[0] <= draft.seq and last[2].state is State.ANCHORED:
                item = (last[2].uid, last[0], last[2].anchor)
            asked.append((one, item))
    for (one, _), standing in zip(
        asked, where(store, draft, [item for _, item in asked]), strict=True
    ):
        made[one.id] = standing
        # A head that this unit itself has moved may yet be taken back.
        if draft.id not in store.moved:
            _memory.put(one, draft, standing)
    return tuple(made[one.id] for one in notes)


def _touched(store: Store, draft: DraftRecord, seqs: Sequence[int]) -> dict[str, int]:
    """The clauses that something happened to since the least of these heads, and when last."""
    since = min(seqs, default=draft.seq)
    if since >= draft.seq:
        return {}
    return {entry.uid: entry.seq for entry in store.drafts.journal(draft.id, after=since)}


def _is_as_it_was(
    seq: int, standing: Standing, touched: Mapping[str, int], draft: DraftRecord
) -> bool:
    """Whether words that were whole at the head `seq` are so still: nobody was at their clause."""
    is_later = seq <= draft.seq
    return is_later and standing.state is State.ANCHORED and touched.get(standing.uid, 0) <= seq


def refresh(store: Store, draft: DraftRecord) -> int:
    """Keep anew the anchors that have come a long way; how many. For a writing unit, at its end.

    It looks at everybody's notes, and tells of none.
    """
    latest = store.drafts.by_id(draft.id)
    if latest is None:
        return 0
    old = store.notes.anchored_before(draft.id, latest.seq - FRESH)
    moved = 0
    for one, standing in zip(old, _standings(store, latest, old), strict=True):
        is_due = standing.state is State.ANCHORED or one.seq < latest.seq - STALE
        if is_due and one.uid is not None:
            store.notes.move(one.id, standing.uid, latest.seq, standing.anchor)
            moved += 1
    return moved
