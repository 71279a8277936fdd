"""Notes for publication: numbered below their article, pinned to the text they were written for.

What is in the commentary is for everyone. When the clause has moved on since, its paragraph says
so and by how many words, until somebody says that it fits the text as it stands.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.actions import annotating, policy, whereabouts
from app.actions.policy import Act
from app.actions.refusals import Invalid
from app.actions.whereabouts import Thread
from app.store.drafts import DraftRecord, EditionRecord
from app.store.notes import Audience, NoteRecord
from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.diff import changes
from app.treaty.document import Clause, Document, Kind, parent_index, subtree_end


@dataclass(frozen=True, slots=True)
class Remark:
    """One paragraph of the commentary: its number below its host, and what it was written for.

    `host` is the uid of the article, or of the clause itself outside of the articles; "" when the
    clause is no longer in the text. `changed` counts the words that have changed since.
    """

    number: int
    host: str
    thread: Thread
    written_for: str
    changed: int


def commentary(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    edition: EditionRecord | None = None,
) -> tuple[Remark, ...]:
    """The commentary on the draft as it stands, or held against an edition, in the text's order."""
    reader = Reader.of(policy.require(seat, Act.READ_NOTES))
    document = _document(store, draft, edition)
    at = {clause.uid: index for index, clause in enumerate(document.clauses)}
    threads = whereabouts.threads_of(store, reader, draft, store.notes.commentary(draft.id))
    grouped: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads:
        grouped[_host(document, at, thread.uid)].append(thread)
    written = _Written(store, draft)
    made = []
    for host in sorted(grouped, key=lambda uid: at.get(uid, len(at))):
        group = sorted(grouped[host], key=lambda one: (one.note.place, one.note.id))
        for number, thread in enumerate(group, 1):
            now = _words(document.clauses, at[thread.uid]) if thread.uid in at else ""
            changed = _changed(written.words(thread.note), now)
            pinned = written.called(thread.note.made_seq)
            made.append(Remark(number, host, thread, pinned, changed))
    return tuple(made)


def publish(store: Store, seat: SeatRecord | None, key: str) -> NoteRecord:
    """The note, the last one of the commentary below its article, for the text as it stands now.

    Invalid for a note that is not for everyone, is on the whole draft, or is in it already.
    """
    thread, draft = _opened(store, seat, key)
    if thread.note.audience is not Audience.EVERYONE:
        raise Invalid("The commentary is for everyone: say first that the note is.")
    if not thread.uid:
        raise Invalid("A note on the whole draft has no article to stand below.")
    if thread.note.place:
        raise Invalid("This note is part of the commentary already.")
    if thread.note.redacted:
        raise Invalid("The words of this note were taken out: there is nothing to print.")
    store.strokes.head(draft.id)
    last = max((one.place for one in store.notes.commentary(draft.id)), default=0)
    store.notes.set_place(thread.note.id, last + 1)
    _pin(store, draft, thread)
    return annotating.note(store, seat, key).note


def retract(store: Store, seat: SeatRecord | None, key: str) -> NoteRecord:
    """The note, no longer in the commentary."""
    thread, _ = _opened(store, seat, key)
    store.notes.set_place(thread.note.id, 0)
    return annotating.note(store, seat, key).note


def pin(store: Store, seat: SeatRecord | None, key: str) -> NoteRecord:
    """The note of the commentary, said to fit the text as it stands now."""
    thread, draft = _opened(store, seat, key)
    if not thread.note.place:
        raise Invalid("This note is not part of the commentary.")
    _pin(store, draft, thread)
    return annotating.note(store, seat, key).note


def earlier(store: Store, seat: SeatRecord | None, key: str) -> NoteRecord:
    """The note of the commentary, one number earlier below its article; the first one stays."""
    thread, draft = _opened(store, seat, key)
    before: Remark | None = None
    for remark in commentary(store, seat, draft):
        if remark.thread.note.id == thread.note.id:
            if before is not None and before.host == remark.host:
                store.notes.set_place(thread.note.id, before.thread.note.place)
                store.notes.set_place(before.thread.note.id, thread.note.place)
            break
        before = remark
    return annotating.note(store, seat, key).note


def _opened(store: Store, seat: SeatRecord | None, key: str) -> tuple[Thread, DraftRecord]:
    thread = annotating.note(store, seat, key)
    policy.require(seat, Act.WRITE_COMMENTARY)
    draft = store.drafts.by_id(thread.note.draft_id)
    if draft is None:
        raise ValueError(f"the draft of note {key} is gone")
    return thread, draft


def _pin(store: Store, draft: DraftRecord, thread: Thread) -> None:
    store.notes.pin(thread.note.id, thread.uid, store.strokes.head(draft.id).seq)


def _document(store: Store, draft: DraftRecord, edition: EditionRecord | None) -> Document:
    if edition is None:
        return store.drafts.document(draft.id)
    return store.drafts.edition_document(edition)


def _host(document: Document, at: dict[str, int], uid: str) -> str:
    if uid not in at:
        return ""
    over: int | None = at[uid]
    while over is not None and document.clauses[over].kind is not Kind.ARTICLE:
        over = parent_index(document.clauses, over)
    return uid if over is None else document.clauses[over].uid


def _words(clauses: Sequence[Clause], at: int) -> str:
    """What a clause says: of a heading, all that stands below it too."""
    clauses = tuple(clauses)
    end = subtree_end(clauses, at) if clauses[at].kind.bears_heading else at + 1
    return "\n".join(clause.heading or clause.text for clause in clauses[at:end])


@lru_cache(maxsize=1_000)
def _changed(old: str, new: str) -> int:
    """How many words have changed from one text to another."""
    return sum(
        max(len(old[start:end].split()), len(text.split()))
        for start, end, text in changes(old, new)
    )


class _Written:
    """The texts that notes were written for, each read once."""

    def __init__(self, store: Store, draft: DraftRecord) -> None:
        self._store = store
        self._draft = draft
        self._editions = store.drafts.editions(draft.id)
        self._texts: dict[int, tuple[Clause, ...]] = {}

    def words(self, note: NoteRecord) -> str:
        """What the note's clause said when the note was written."""
        uid, seq = note.made_uid or "", note.made_seq
        clause = self._store.drafts.clause(self._draft.id, uid)
        if clause is None:
            return ""
        if not clause.kind.bears_heading:
            return self._store.drafts.words_at(self._draft.id, uid, seq=seq) or ""
        if seq not in self._texts:
            self._texts[seq] = self._store.drafts.as_it_stood(self._draft.id, seq).live()
        text = self._texts[seq]
        places = [index for index, one in enumerate(text) if one.uid == uid]
        return _words(text, places[0]) if places else ""

    def called(self, seq: int) -> str:
        """What the text after the journal's entry `seq` is called: the edition it was, or after."""
        before = [edition for edition in self._editions if edition.seq <= seq]
        if not before:
            return "the first working text"
        latest = before[-1]
        return latest.name if latest.seq == seq else f"the text after {latest.name}"
