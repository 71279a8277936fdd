"""The states of a draft as sheets: as it stands, as an edition froze it, as it stood at any moment.

While others type, a state is asked for after each few edits; so the sheet of now is made from the
latest one that is kept and the journal's entries since, wherever these change words only.
"""

from collections.abc import Sequence

from app.store.drafts import DraftRecord, EditionRecord
from app.store.journal import EntryRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from app.web.sheets import Sheets
from app.web.words import Sheet, set_out

_CATCHING_UP = 500
"""After how many entries reading all clauses anew is quicker than reading the entries."""

_TAKING_BACK = 2_000
"""How many entries are added up at most to learn what another process has shown."""

_WORDS = frozenset({"reworded", "retitled"})
"""The acts that change words and leave the structure as it is."""

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


def at_moment(sheets: Sheets, store: Store, draft: DraftRecord, entry: EntryRecord) -> Sheet:
    """The sheet of the draft as it stood when the entry had been added to its journal."""
    # Entries that lost words keep their hashes, so that these alone do not tell what is shown.
    state = f"{entry.hash} {store.erasures.count(draft.id)}"
    return sheets.get(draft.id, state, lambda: _then(sheets, store, draft, entry))


def known_at(sheets: Sheets, store: Store, draft: DraftRecord, seq: int) -> Sheet | None:
    """The sheet of the state `seq`, for whoever was shown it by another process.

    None where working it out would take longer than a page.
    """
    entry = store.drafts.entry(draft.id, seq) if seq <= draft.seq else None
    if entry is None:
        return None
    if sheets.holds(draft.id, entry.hash):
        return at_moment(sheets, store, draft, entry)
    return _taken_back(sheets, store, draft, entry, _TAKING_BACK)


def _then(sheets: Sheets, store: Store, draft: DraftRecord, entry: EntryRecord) -> Sheet:
    sheet = _taken_back(sheets, store, draft, entry, entry.seq)
    if sheet is not None:
        return sheet
    fold = store.drafts.as_it_stood(draft.id, entry.seq)
    return set_out(Document(fold.mast["title"], fold.live()), Scheme(fold.mast["scheme"]))


def _taken_back(
    sheets: Sheets, store: Store, draft: DraftRecord, entry: EntryRecord, most: int
) -> Sheet | None:
    """The sheet of then made from that of now; None where `most` entries do not suffice for it."""
    since = store.drafts.journal(draft.id, after=entry.seq, limit=_CATCHING_UP + 1)
    uids = {each.uid for each in since if each.act not in _SILENT}
    if len(since) > _CATCHING_UP or any(each.act not in _SILENT | _WORDS for each in since):
        return None
    # Every entry of a clause raises its version, so that these are how many entries there are.
    if sum({each.uid: each.version for each in since}.values()) > most:
        return None
    words = {uid: store.drafts.words_at(draft.id, uid, seq=entry.seq) for uid in uids}
    now = of_now(sheets, store, draft)
    if any(said is None or now.index(uid) is None for uid, said in words.items()):
        return None
    return now.reworded({uid: said or "" for uid, said in words.items()})


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
        if entry.act not in _WORDS or line is None:
            return None
        if entry.changes is None:
            words[entry.uid] = entry.detail["to"]
            continue
        clause = line.clause
        before = clause.heading if clause.kind.bears_heading else clause.text
        changes = ChangeSet.from_json(entry.changes)
        words[entry.uid] = changes.apply(words.get(entry.uid, before))
    return words
