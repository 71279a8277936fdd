"""Looking back: the history of a clause, and two states of a draft side by side."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.actions import policy
from app.actions.policy import Act
from app.actions.refusals import Missing
from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from app.treaty.diff import Piece, pieces
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme, labels

CURRENT = "current"
"""What stands for the live text where an edition is named."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of a clause's history, with its words (heading or text) before and after."""

    entry: EntryRecord
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One clause in two states.

    `status` is "same", "changed", "added", "removed" or "moved" (perhaps changed as well);
    a label is "" where the clause is not there or has none.
    """

    uid: str
    kind: Kind
    depth: int
    old_label: str
    new_label: str
    status: str
    pieces: tuple[Piece, ...]
    heading_pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states clause by clause, in the newer one's order; what went stands where it was."""

    rows: tuple[ComparedRow, ...]
    old_title: str
    new_title: str

    def count(self, status: str) -> int:
        """How many rows have this status."""
        return sum(row.status == status for row in self.rows)


def history(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[Revision, ...]:
    """Everything that happened to a clause, newest first; Missing when the draft never had it."""
    policy.require(seat, Act.READ_JOURNAL)
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    revisions = []
    words = ""
    for entry in store.drafts.history(draft.id, uid):
        after = _words_after(words, entry, clause.kind)
        revisions.append(Revision(entry, words, after))
        words = after
    return tuple(reversed(revisions))


def compare(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, old: str, new: str
) -> Comparison:
    """Two states of the draft side by side; each an edition's slug or "current"."""
    policy.require(seat, Act.READ_DRAFT)
    was, was_scheme = _state(store, draft, old)
    now, now_scheme = _state(store, draft, new)
    old_labels = _labelled(was, was_scheme)
    new_labels = _labelled(now, now_scheme)
    rows = _rows(was.clauses, now.clauses, old_labels, new_labels)
    return Comparison(tuple(rows), was.title, now.title)


def _words_after(words: str, entry: EntryRecord, kind: Kind) -> str:
    if kind.bears_heading:
        said = entry.detail.get("to") if entry.act == "retitled" else entry.detail.get("heading")
        return words if said is None else str(said)
    return words if entry.changes is None else ChangeSet.from_json(entry.changes).apply(words)


def _state(store: Store, draft: DraftRecord, name: str) -> tuple[Document, Scheme]:
    if name == CURRENT:
        return store.drafts.document(draft.id), Scheme(draft.scheme)
    edition = store.drafts.edition(draft.id, name)
    if edition is None:
        raise Missing("There is no such edition of this draft.")
    return store.drafts.edition_document(edition), Scheme(
        store.drafts.edition_content(edition)["scheme"]
    )


def _labelled(document: Document, scheme: Scheme) -> dict[str, str]:
    marks = labels(document.clauses, scheme)
    return {clause.uid: mark for clause, mark in zip(document.clauses, marks, strict=True)}


def _rows(
    was: Sequence[Clause],
    now: Sequence[Clause],
    old_labels: Mapping[str, str],
    new_labels: Mapping[str, str],
) -> list[ComparedRow]:
    old = {clause.uid: clause for clause in was}
    stayed = _stayed([clause.uid for clause in was], [clause.uid for clause in now])
    gone = _gone_after(was, {clause.uid for clause in now})
    found = [_row(clause, None, old_labels, new_labels, moved=False) for clause in gone[""]]
    for clause in now:
        moved = clause.uid not in stayed
        found.append(_row(old.get(clause.uid), clause, old_labels, new_labels, moved=moved))
        removed = gone.get(clause.uid, ())
        found += [_row(other, None, old_labels, new_labels, moved=False) for other in removed]
    return found


def _row(
    old: Clause | None,
    new: Clause | None,
    old_labels: Mapping[str, str],
    new_labels: Mapping[str, str],
    *,
    moved: bool,
) -> ComparedRow:
    shown = new or old
    assert shown is not None  # noqa: S101 - a row is made of one clause at least
    status = _status(old, new, moved)
    return ComparedRow(
        uid=shown.uid,
        kind=shown.kind,
        depth=shown.depth,
        old_label=old_labels[old.uid] if old else "",
        new_label=new_labels[new.uid] if new else "",
        status=status,
        pieces=pieces(old.text if old else "", new.text if new else ""),
        heading_pieces=pieces(old.heading if old else "", new.heading if new else ""),
    )


def _status(old: Clause | None, new: Clause | None, moved: bool) -> str:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    if moved or old.depth != new.depth:
        return "moved"
    return "same" if (old.text, old.heading) == (new.text, new.heading) else "changed"


def _gone_after(was: Sequence[Clause], kept: set[str]) -> dict[str, list[Clause]]:
    """The clauses that went, by the uid of the kept clause that they stood behind ("": none)."""
    gone: dict[str, list[Clause]] = {"": []}
    behind = ""
    for clause in was:
        if clause.uid in kept:
            behind = clause.uid
        else:
            gone.setdefault(behind, []).append(clause)
    return gone


def _stayed(was: Sequence[str], now: Sequence[str]) -> set[str]:
    """The most clauses that have the same order in both; whatever else is in both has moved."""
    rank = {uid: index for index, uid in enumerate(was)}
    common = [uid for uid in now if uid in rank]
    tails: list[int] = []
    ends: list[str] = []
    previous: dict[str, str] = {}
    for uid in common:
        at = bisect_left(tails, rank[uid])
        if at:
            previous[uid] = ends[at - 1]
        tails[at : at + 1] = [rank[uid]]
        ends[at : at + 1] = [uid]
    stayed: set[str] = set()
    here = ends[-1] if ends else None
    while here is not None:
        stayed.add(here)
        here = previous.get(here)
    return stayed
