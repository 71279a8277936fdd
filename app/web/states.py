"""The states of a draft as sheets: as it stands, and as it stood when an edition was named.

While others type, a state is asked for after each few edits; so the sheet of now is made from the
latest one that is kept and the journal's entries since, wherever these change words only.
"""

from collections.abc import Sequence

from app.store.drafts import DraftRecord, EditionRecord
from app.store.journal import EntryRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from app.treaty.numbering import Scheme
from app.web.sheets import Sheets
from app.web.words import Sheet, set_out

_CATCHING_UP = 500
"""After how many entries reading all clauses anew is quicker than reading the entries."""

_SILENT = frozenset({"edition"})
"""The acts upon a draft as a whole that leave all its words as they are."""


def of_now(sheets: Sheets, store: Store, draft: DraftRecord) -> Sheet:
    """The sheet of the draft as it stands."""
    return sheets.take(draft.id, draft.seq, draft.hash, lambda: _now(sheets, store, draft))


def of_edition(sheets: Sheets, store: Store, draft: DraftRecord, edition: EditionRecord) -> Sheet:
    """The sheet of the text as the edition froze it."""
    return sheets.get(
        draft.id,
        f"edition {edition.id} {edition.hash}",
        lambda: set_out(store.drafts.edition_document(edition), Scheme(draft.scheme)),
    )


def _now(sheets: Sheets, store: Store, draft: DraftRecord) -> Sheet:
    grown = _grown(sheets, store, draft)
    if grown is not None:
        return grown
    return set_out(store.drafts.document(draft.id), Scheme(draft.scheme))


def _grown(sheets: Sheets, store: Store, draft: DraftRecord) -> Sheet | None:
    """The sheet made from the latest that is kept; None where the entries since tell more."""
    kept = sheets.latest(draft.id)
    if kept is None or kept[0] > draft.seq:
        return None
    seq, state, sheet = kept
    # The entry that led to the kept state comes along: a draft that was restored from a copy may
    # have another one there.
    entries = store.drafts.journal(draft.id, after=seq - 1, limit=_CATCHING_UP)
    if not entries or entries[0].hash != state or entries[-1].hash != draft.hash:
        return None
    words = _reworded(sheet, entries[1:])
    return None if words is None else sheet.reworded(words)


def _reworded(sheet: Sheet, entries: Sequence[EntryRecord]) -> dict[str, str] | None:
    """The words after the entries of the clauses they change; None for an act on the structure."""
    words: dict[str, str] = {}
    for entry in entries:
        if entry.act in _SILENT:
            continue
        line = sheet.line(entry.uid)
        if entry.act not in ("reworded", "retitled") or line is None:
            return None
        if entry.changes is None:
            words[entry.uid] = entry.detail["to"]
            continue
        clause = line.clause
        before = clause.heading if clause.kind.bears_heading else clause.text
        changes = ChangeSet.from_json(entry.changes)
        words[entry.uid] = changes.apply(words.get(entry.uid, before))
    return words
