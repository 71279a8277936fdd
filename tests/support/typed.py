"""Typing in tests: strokes written as a room writes them, without a room."""

from app.store.drafts import ClauseRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.strokes import Stroke
from app.store.unit import Store
from app.treaty.changes import ChangeSet, utf16_len


def stroke(
    clause: ClauseRecord, by: SeatRecord, at: int, gone: int, words: str, push: str = ""
) -> Stroke:
    """The stroke that puts `words` in the place of `gone` UTF-16 units of the clause at `at`."""
    changes = ChangeSet.build(utf16_len(clause.words), [(at, at + gone, words)])
    after = changes.apply(clause.words)
    heading = clause.kind.bears_heading
    return Stroke(clause.uid, clause.version, changes, after, heading, by, push)


def type_in(
    store: Store, draft_id: int, uid: str, by: SeatRecord, words: str, *, at: int = 0
) -> tuple[EntryRecord, ...]:
    """The entries that keep these words, typed letter by letter at a place of the clause."""
    entries: list[EntryRecord] = []
    for offset, letter in enumerate(words):
        head = store.strokes.head(draft_id)
        clause = store.strokes.clauses(draft_id, [uid])[uid]
        entries += store.strokes.write(draft_id, head, [stroke(clause, by, at + offset, 0, letter)])
    return tuple(entries)
