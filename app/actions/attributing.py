"""Who wrote which word of a clause: its journal, folded into the authors of what it says now.

Words that were split off or joined keep their authors, which is why the journals of the clauses
that they came from are read too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.actions import policy
from app.actions.policy import Act
from app.actions.refusals import Missing
from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import blame
from app.treaty.blame import Step, Words

_Authors = tuple[Words[str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Words of a clause with the entry of the journal by which they came."""

    text: str
    entry: EntryRecord


def authors(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[Written, ...]:
    """The clause's words as they stand, in runs of one entry each; Missing without such a clause.

    Joined together they are the clause's words. What stands in an entry of the journal by which
    numbers followed nobody wrote: its author is whoever moved what they name.
    """
    policy.require(seat, Act.READ_JOURNAL)
    if store.drafts.clause(draft.id, uid) is None:
        raise Missing("There is no such clause in this draft.")
    return entries(store, seat, draft, (uid,))[uid]


def entries(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uids: Iterable[str]
) -> dict[str, tuple[Written, ...]]:
    """The same for many clauses, by their uids; what one needs of another is read once."""
    policy.require(seat, Act.READ_JOURNAL)
    return written(store, draft.id, uids)


def written(store: Store, draft_id: int, uids: Iterable[str]) -> dict[str, tuple[Written, ...]]:
    """The same, for whoever has asked already whether it may be read."""
    uids = tuple(uids)
    known = _Known(store, draft_id)
    known.read(uids)
    return {
        uid: tuple(Written(piece.text, known.entries[piece.at]) for piece in known.words(uid))
        for uid in uids
    }


@dataclass(slots=True)
class _Known:
    """What was read of a draft so far: entries by seq, and whose words a clause had at a seq."""

    store: Store
    draft_id: int
    entries: dict[int, EntryRecord] = field(default_factory=dict)
    _told: dict[tuple[str, int | None], _Authors] = field(default_factory=dict)
    _histories: dict[str, tuple[EntryRecord, ...]] = field(default_factory=dict)

    def words(self, uid: str, seq: int | None = None) -> _Authors:
        """Whose the clause's words were after the entry `seq`; without one: are."""
        key = uid, seq
        if key not in self._told:
            past = [entry for entry in self._history(uid) if seq is None or entry.seq <= seq]
            self._told[key] = blame.words(self._steps(past))
        return self._told[key]

    def read(self, uids: Iterable[str]) -> None:
        """Fetch the histories of these clauses at once, those not known yet."""
        wanted = [uid for uid in uids if uid not in self._histories]
        for uid, found in self.store.drafts.histories(self.draft_id, wanted).items():
            self._histories[uid] = found
            self.entries.update((entry.seq, entry) for entry in found)

    def _history(self, uid: str) -> tuple[EntryRecord, ...]:
        self.read((uid,))
        return self._histories[uid]

    def _steps(self, past: Sequence[EntryRecord]) -> Iterator[Step[str]]:
        own = {entry.first: entry.seq for entry in past}
        for entry in past:
            changes = entry.word_changes
            if changes is not None:
                undone = own.get(entry.detail.get("undoes", 0))
                yield Step(entry.author, changes, entry.seq, undone, self._lent(entry))

    def _lent(self, entry: EntryRecord) -> _Authors:
        """The words of the clause from which some came with this entry, as they were before it."""
        come_from = {"inserted": "from", "merged": "joined"}.get(entry.act, "")
        uid = entry.detail.get(come_from, "")
        return self.words(uid, entry.first - 1) if uid else ()
