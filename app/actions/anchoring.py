"""Where anchors are now: many at once, carried over everything that happened since they were made.

An anchor goes along with its words: into the clause that was split off or joined to, and back
when that is undone (by the rules of carrying.py). Words that were torn apart are followed in
every clause that has some of them, and are one again when those are. Where a place cannot be
told the anchor stays behind, and the words that it is found without are said to be gone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.actions.carrying import Past, Piece, pieces_taken, place_put
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.journal import EntryRecord
from app.store.unit import Store
from app.treaty.anchors import KEPT, Anchor, State, carried, likeness_of, settled
from app.treaty.changes import ChangeSet, from_units, to_units, utf16_len
from app.treaty.diff import between


@dataclass(frozen=True, slots=True)
class Standing:
    """An anchor as it is now: in which clause, where there, and what is to be said of it."""

    uid: str
    anchor: Anchor
    state: State


def where(
    store: Store, draft: DraftRecord, items: Iterable[tuple[str, int, Anchor]]
) -> tuple[Standing, ...]:
    """Where each of the anchors is now, in the order of the items.

    An item is the uid of a clause, the seq of the entry after which the anchor lay so in its
    words, and the anchor. The journal is read once, from the least seq on: whoever keeps
    anchors for long keeps them anew now and then. Only what is anchored is to be kept so, with
    the seq of the draft's head; what is not may be again, if it is asked for as it last was.

    Anchors in a clause that is struck, or that the draft does not have, are orphaned in it.
    """
    asked = sorted(enumerate(items), key=lambda item: item[1][1])
    if not asked:
        return ()
    walk = _Walk(store, draft.id)
    walk.go(asked)
    clauses = store.strokes.clauses(draft.id, {uid for uid, _ in walk.fragments()})
    parts: list[list[_Part]] = [[] for _ in asked]
    for uid, fragments in walk.fragments():
        for number, anchor in fragments.items():
            parts[number].append(_part(uid, anchor, clauses.get(uid)))
    return tuple(map(_standing, parts))


_Part = tuple[float, int, str, Anchor]
"""How much of an anchor's words a clause has, how long they are, which clause, and where."""


def _part(uid: str, anchor: Anchor, clause: ClauseRecord | None) -> _Part:
    if clause is None or clause.struck:
        return 0.0, anchor.end - anchor.start, uid, anchor
    now = settled(anchor, clause.words)
    return likeness_of(now, clause.words), now.end - now.start, uid, now


def _standing(parts: Sequence[_Part]) -> Standing:
    """The largest part of an anchor that was torn apart, judged by all of them."""
    likeness, _, uid, anchor = max(parts, key=lambda part: part[:2])
    if likeness == 1:
        return Standing(uid, anchor, State.ANCHORED)
    is_like = sum(part[0] for part in parts) >= KEPT
    return Standing(uid, anchor, State.CHECK if is_like else State.ORPHANED)


_Asked = tuple[int, tuple[str, int, Anchor]]


class _Walk:
    """Anchors on their way through the journal: by clause, what of each of them is there."""

    def __init__(self, store: Store, draft_id: int) -> None:
        self._store = store
        self._draft_id = draft_id
        self._at: defaultdict[str, dict[int, Anchor]] = defaultdict(dict)
        self._coming: defaultdict[str, dict[int, Anchor]] = defaultdict(dict)
        self._told: dict[tuple[str, int], str] = {}

    def fragments(self) -> Iterator[tuple[str, dict[int, Anchor]]]:
        """The clauses with the anchors, or parts of anchors, that are in them, by their number."""
        return ((uid, fragments) for uid, fragments in self._at.items() if fragments)

    def go(self, asked: Sequence[_Asked]) -> None:
        """Take every entry in turn; an anchor joins in when its own seq has passed."""
        waiting = list(reversed(asked))
        uids = {uid for _, (uid, _, _) in asked}
        entries = self._store.record.around(self._draft_id, uids, after=asked[0][1][1])
        for _, group in groupby(entries, key=lambda entry: entry.first):
            act = tuple(group)
            for entry in act:
                while waiting and waiting[-1][1][1] < entry.seq:
                    self._take(waiting.pop())
                # Others are let by unread: most of a journal is what was typed elsewhere.
                if len(act) > 1 or entry.uid in self._at:
                    self._pass(Past.of(entry), act)
            for uid in tuple(self._coming):
                _join(self._at[uid], self._coming.pop(uid))
        while waiting:
            self._take(waiting.pop())

    def _take(self, item: _Asked) -> None:
        number, (uid, _, anchor) = item
        self._at[uid][number] = anchor

    def _pass(self, past: Past, act: Sequence[EntryRecord]) -> None:
        """Take the anchors of the entry's clause along over what it did."""
        if past.uid in self._coming:
            _join(self._at[past.uid], self._coming.pop(past.uid))
            return
        if past.changes is None:
            return
        others = () if past.alone else tuple(map(Past.of, act))
        come = [
            self._moved(past.changes, other)
            for other in others
            if other.target == past.uid and self._at.get(other.uid)
        ]
        here = self._at.get(past.uid, {})
        leaving = [other for other in others if other.source == past.uid]
        if here and len(leaving) == 1:
            self._part(past.changes, past, leaving[0], here)
        for number, anchor in here.items():
            here[number] = _carried(anchor, past.changes)
        for fragments in come:
            _join(self._at[past.uid], fragments)
        if come or leaving:
            self._settle(self._at[past.uid], past)

    def _part(self, changes: ChangeSet, past: Past, other: Past, here: dict[int, Anchor]) -> None:
        """Let what lies in the words that `other` takes over go along with them."""
        before = to_units(self._words(past.uid, past.seq - 1))
        words = to_units(self._words(other.uid, other.seq))
        pieces = pieces_taken(changes, before, words)
        as_now: ChangeSet | None = None
        if pieces is None:
            # They were changed while they were here, and are again what they had been.
            pieces = [(edit.start, edit.end) for edit in changes.edits() if edit.start < edit.end]
            taken = "".join(before[start:end] for start, end in pieces)
            as_now = between(from_units(taken), from_units(words))
        for number, anchor in tuple(here.items()):
            inside = _inside(anchor, pieces)
            if inside is None:
                continue
            if inside.end - inside.start == anchor.end - anchor.start:
                del here[number]
            self._coming[other.uid][number] = _carried(inside, as_now) if as_now else inside
        self._settle(self._coming[other.uid], other)

    def _moved(self, changes: ChangeSet, struck: Past) -> dict[int, Anchor]:
        """The anchors of a clause that is struck, where a change has put its words; they left it.

        None of them where it did not.
        """
        words = self._words(struck.uid, struck.seq)
        at = place_put(changes, to_units(words))
        as_now = ChangeSet.unchanged(utf16_len(words))
        if at is None:
            # They were changed while they were there: it may be that numbers followed.
            put = [edit for edit in changes.edits() if edit.text]
            if len(put) != 1:
                return {}
            at, as_now = put[0].new_start, between(words, put[0].text)
        return {
            number: _shifted(_carried(anchor, as_now), at)
            for number, anchor in self._at.pop(struck.uid).items()
        }

    def _settle(self, here: dict[int, Anchor], past: Past) -> None:
        """Note what stands around the anchors from now on: their neighbours are others."""
        if here:
            words = self._words(past.uid, past.seq)
            here.update((number, settled(anchor, words)) for number, anchor in here.items())

    def _words(self, uid: str, seq: int) -> str:
        """A clause's words as they stood after an entry."""
        if (uid, seq) not in self._told:
            words = self._store.drafts.words_at(self._draft_id, uid, seq=seq)
            self._told[uid, seq] = words or ""
        return self._told[uid, seq]


def _carried(anchor: Anchor, changes: ChangeSet) -> Anchor:
    """The anchor after a change; one that does not fit the text has lost its words."""
    if anchor.end + anchor.after > changes.length:
        return replace(anchor, start=0, end=0, before=0, after=0)
    return carried(anchor, changes)


def _shifted(anchor: Anchor, by: int) -> Anchor:
    return replace(anchor, start=anchor.start + by, end=anchor.end + by)


def _inside(anchor: Anchor, pieces: Sequence[Piece]) -> Anchor | None:
    """What of an anchor lies in the pieces, as it lies in a text of them alone; None: nothing.

    An empty one lies in a piece when it is not where that begins.
    """
    first, last = anchor.start - anchor.before, anchor.end + anchor.after
    tight = _overlap(anchor.start, anchor.end, pieces)
    if tight is None:
        return None
    wide = _overlap(first, last, pieces) or tight
    return replace(
        anchor, start=tight[0], end=tight[1], before=tight[0] - wide[0], after=wide[1] - tight[1]
    )


def _overlap(start: int, end: int, pieces: Sequence[Piece]) -> Piece | None:
    """From where to where a range goes in a text of the pieces alone; None: it is not there."""
    found: list[int] = []
    offset = 0
    for begin, stop in pieces:
        low, high = max(start, begin), min(end, stop)
        if low < high or (start == end and begin < start <= stop):
            found += [offset + low - begin, offset + high - begin]
        offset += stop - begin
    return (found[0], found[-1]) if found else None


def _join(here: dict[int, Anchor], coming: dict[int, Anchor]) -> None:
    """Put anchors among those of a clause; two parts of one are one."""
    for number, anchor in coming.items():
        here[number] = _joined(here[number], anchor) if number in here else anchor


def _joined(one: Anchor, other: Anchor) -> Anchor:
    """Two parts of an anchor, and all that stands between them."""
    parts = [part for part in (one, other) if part.start < part.end] or [one, other]
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    first = min(part.start - part.before for part in (one, other))
    last = max(part.end + part.after for part in (one, other))
    return replace(one, start=start, end=end, before=start - first, after=last - end)
