"""What a process remembers of a draft that people are typing in, so that a push asks little.

It keeps the clauses that were typed in lately as they stand, the latest entries of the
journal by clause, and how far each client has come. What it does not remember it asks the
store, so that a process which has just started takes pushes like one that has been there.

A `Recent` is good for one thread at a time. What it gives after a unit of work counts only
once that unit is committed; one that was overtaken so (the unit failed) forgets what it
knew rather than believe it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.actions.carrying import Lost, Past
from app.actions.refusals import Missing
from app.store.journal import EntryRecord
from app.store.strokes import Outrun
from app.store.unit import Store

WINDOW = 2_000
"""How many of the journal's latest entries are remembered; older ones are asked for.

Two seconds of what a table of two hundred types, and a kilobyte each: pushes are milliseconds
behind, and who comes back after a minute offline can wait for one more question.
"""

CLAUSES = 2_000
CLIENTS = 10_000

FARTHEST = 20_000
"""How many entries of one clause a push may be behind; its author has the words back beyond."""


class Known(NamedTuple):
    """A clause as it stands; its words are its heading where it bears one."""

    uid: str
    version: int
    words: str
    heading: bool
    struck: bool


@dataclass(slots=True)
class _Memory:
    """Everything remembered of one draft up to the entry `seq`."""

    seq: int
    order: deque[Past] = field(default_factory=deque)
    pasts: defaultdict[str, deque[Past]] = field(default_factory=lambda: defaultdict(deque))
    clauses: dict[str, Known] = field(default_factory=dict)
    clients: dict[str, int] = field(default_factory=dict)

    @property
    def floor(self) -> int:
        """The seq from which on every entry is here."""
        return self.order[0].seq - 1 if self.order else self.seq

    def add(self, past: Past) -> None:
        """Remember one more entry, and forget the oldest."""
        self.seq = past.seq
        self.order.append(past)
        self.pasts[past.uid].append(past)
        self._note(past)
        if len(self.order) > WINDOW:
            oldest = self.order.popleft()
            of_clause = self.pasts[oldest.uid]
            of_clause.popleft()
            if not of_clause:
                del self.pasts[oldest.uid]

    def add_before(self, pasts: Sequence[Past]) -> None:
        """Remember entries from just before the oldest one."""
        for past in reversed(pasts):
            self.order.appendleft(past)
            self.pasts[past.uid].appendleft(past)
            self._note(past)

    def _note(self, past: Past) -> None:
        client, _, count = past.own.rpartition(".")
        # Named acts upon the structure are no updates: they are not counted.
        if client in self.clients and count.isdecimal():
            self.clients[client] = max(self.clients[client], int(count))


class Recent:
    """What a process remembers of one draft as it stands after the entry `seq`."""

    __slots__ = ("_memory", "draft_id", "seq")

    def __init__(self, draft_id: int, seq: int, memory: _Memory | None = None) -> None:
        self.draft_id = draft_id
        self.seq = seq
        self._memory = memory or _Memory(seq)

    @classmethod
    def of(cls, store: Store, draft_id: int) -> "Recent":
        """The draft as it stands, nothing more remembered yet; Missing when there is none."""
        draft = store.drafts.by_id(draft_id)
        if draft is None:
            raise Missing("There is no such draft here.")
        return cls(draft_id, draft.seq)

    def open(self, store: Store) -> "Recall":
        """This memory with a store to ask beside it, for one unit of work."""
        if self._memory.seq != self.seq:
            self._memory = _Memory(self.seq)
        return Recall(store, self.draft_id, self._memory)


class Recall:
    """A memory within one unit of work; answers what carrying asks."""

    def __init__(self, store: Store, draft_id: int, memory: _Memory) -> None:
        self._store = store
        self._draft_id = draft_id
        self._memory = memory

    @property
    def seq(self) -> int:
        """The latest entry that is remembered."""
        return self._memory.seq

    def close(self) -> Recent:
        """What is remembered now, to be kept once the unit is committed."""
        return Recent(self._draft_id, self._memory.seq, self._memory)

    def catch_up(self, head: int) -> tuple[EntryRecord, ...]:
        """The entries up to the head that were not known here, now remembered.

        Outrun when the journal does not come as far as what is remembered of it, as after a
        copy of the database was put in its place.
        """
        memory = self._memory
        if head < memory.seq:
            raise Outrun([])
        return () if head == memory.seq else self.go_on()

    def go_on(self) -> tuple[EntryRecord, ...]:
        """The entries behind what is remembered, now remembered too."""
        memory = self._memory
        entries = self._store.drafts.journal(self._draft_id, after=memory.seq)
        for entry in entries:
            past = Past.of(entry)
            memory.add(past)
            known = memory.clauses.get(entry.uid)
            if known is not None:
                memory.clauses[entry.uid] = _after(known, past, entry.version)
        return entries

    def reach(self, seq: int) -> None:
        """Remember the entries from `seq` on, if they are not too many to keep."""
        memory = self._memory
        missing = memory.floor - seq
        if missing <= 0 or memory.seq - seq > WINDOW:
            return
        entries = self._store.drafts.journal(self._draft_id, after=seq, limit=missing)
        memory.add_before([Past.of(entry) for entry in entries])

    def meet(self, uids: Iterable[str]) -> None:
        """Look up those of the clauses that are not remembered, all at once."""
        clauses = self._memory.clauses
        missing = [uid for uid in uids if uid not in clauses]
        if not missing:
            return
        if len(clauses) > CLAUSES:
            clauses.clear()
        for record in self._store.strokes.clauses(self._draft_id, missing).values():
            heading = record.kind.bears_heading
            clauses[record.uid] = Known(
                record.uid, record.version, record.words, heading, record.struck
            )

    def clause(self, uid: str) -> Known | None:
        """A clause as it stands; None when the draft has none such."""
        self.meet((uid,))
        return self._memory.clauses.get(uid)

    def greet(self, pushes: Iterable[tuple[str, Sequence[int]]]) -> dict[str, int]:
        """Of updates (client, counts), those that the journal may have: push id -> seq.

        Asks the store only for clients that are not known, and for counts that these have
        passed already.
        """
        clients = self._memory.clients
        if len(clients) > CLIENTS:
            clients.clear()
        doubtful = [
            (client, count)
            for client, counts in pushes
            for count in counts
            if count <= clients.get(client, count)
        ]
        if not doubtful:
            return {}
        ids = [f"{client}.{count}" for client, count in doubtful]
        found = self._store.strokes.pushed(self._draft_id, ids)
        for (client, count), push in zip(doubtful, ids, strict=True):
            so_far = clients.get(client, 0)
            clients[client] = max(so_far, count) if push in found else so_far
        return found

    def remember(self, past: Past, known: Known) -> None:
        """Remember an entry of one's own, and the clause as it leaves it."""
        self._memory.add(past)
        self._memory.clauses[known.uid] = known

    # What carrying asks

    def since(self, uid: str, seq: int) -> Sequence[Past]:
        """The entries of a clause after a seq, oldest first; Lost when there are too many."""
        memory = self._memory
        if seq < memory.floor:
            return self._from_store(uid, seq)
        found: list[Past] = []
        for past in reversed(memory.pasts.get(uid, ())):
            if past.seq <= seq:
                break
            found.append(past)
        found.reverse()
        return found

    def act(self, past: Past) -> Sequence[Past]:
        """All entries of the act that one belongs to, in order."""
        return [Past.of(entry) for entry in self._store.drafts.act(self._draft_id, past.seq)]

    def words(self, uid: str, seq: int) -> str | None:
        """A clause's words as they stood after an entry; None when nobody can say."""
        return self._store.drafts.words_at(self._draft_id, uid, seq=seq)

    def _from_store(self, uid: str, seq: int) -> Sequence[Past]:
        """The entries from the store, and then those of this unit that it does not have yet."""
        entries = self._store.drafts.history(self._draft_id, uid, after=seq, limit=FARTHEST + 1)
        if len(entries) > FARTHEST:
            raise Lost("You were away for long, and very much has happened to this clause since.")
        pasts = [Past.of(entry) for entry in entries]
        last = pasts[-1].seq if pasts else seq
        return pasts + [past for past in self._memory.pasts.get(uid, ()) if past.seq > last]


def _after(known: Known, past: Past, version: int) -> Known:
    words = known.words if past.changes is None else past.changes.apply(known.words)
    struck = past.act == "struck" or (known.struck and past.act != "restored")
    return Known(known.uid, version, words, known.heading, struck)
