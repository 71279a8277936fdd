"""Looking back: the history of a clause, and two states of a draft side by side."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.actions import policy
from app.actions.policy import Act
from app.actions.refusals import Missing
from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.align import Pair, align
from app.treaty.diff import Piece, pieces
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme, labels

CURRENT = "current"
"""What stands for the live text where an edition is named."""

_MOMENT = re.compile(r"entry-([1-9][0-9]{0,9})")


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of a clause's history, with its words (heading or text) before and after."""

    entry: EntryRecord
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One clause in two states.

    `status` is "same", "changed", "added", "removed" or "moved" (perhaps changed as well: the
    pieces tell); a label is "" where the clause is not there or has none. `kin` is the uid of
    the clause that an added one was split off from, or that a removed one was joined to.
    """

    uid: str
    kind: Kind
    depth: int
    old_label: str
    new_label: str
    status: str
    pieces: tuple[Piece, ...]
    heading_pieces: tuple[Piece, ...]
    kin: str = ""


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
        after = entry.words_after(words)
        revisions.append(Revision(entry, words, after))
        words = after
    return tuple(reversed(revisions))


def moment_of(name: str) -> int | None:
    """The seq that "entry-123" names, the state just after that entry; None for another name."""
    found = _MOMENT.fullmatch(name)
    return int(found[1]) if found else None


def compare(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    old: str,
    new: str,
    *,
    known: Mapping[str, tuple[Document, Scheme]] | None = None,
) -> Comparison:
    """Two states of the draft side by side: an edition's slug, "current", or "entry-123".

    The last is the text as it stood just after that entry of the journal. `known` are states that
    the caller has at hand. Missing when there is no such state.
    """
    policy.require(seat, Act.READ_DRAFT)
    known = known or {}
    was, was_scheme = known.get(old) or _state(store, seat, draft, old)
    now, now_scheme = known.get(new) or _state(store, seat, draft, new)
    old_labels = _labelled(was, was_scheme)
    new_labels = _labelled(now, now_scheme)
    rows = (
        _row(pair, was.clauses, now.clauses, old_labels, new_labels)
        for pair in align(was.clauses, now.clauses)
    )
    return Comparison(tuple(rows), was.title, now.title)


def _state(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, name: str
) -> tuple[Document, Scheme]:
    if name == CURRENT:
        return store.drafts.document(draft.id), Scheme(draft.scheme)
    seq = moment_of(name)
    if seq is not None:
        policy.require(seat, Act.READ_JOURNAL)
        if seq > draft.seq:
            raise Missing("The journal of this draft has no such entry.")
        fold = store.drafts.as_it_stood(draft.id, seq)
        return Document(fold.mast["title"], fold.live()), Scheme(fold.mast["scheme"])
    edition = store.drafts.edition(draft.id, name)
    if edition is None:
        raise Missing("There is no such edition of this draft.")
    return store.drafts.edition_document(edition), Scheme(
        store.drafts.edition_content(edition)["scheme"]
    )


def _labelled(document: Document, scheme: Scheme) -> dict[str, str]:
    marks = labels(document.clauses, scheme)
    return {clause.uid: mark for clause, mark in zip(document.clauses, marks, strict=True)}


def _row(
    pair: Pair,
    was: Sequence[Clause],
    now: Sequence[Clause],
    old_labels: Mapping[str, str],
    new_labels: Mapping[str, str],
) -> ComparedRow:
    old = None if pair.old is None else was[pair.old]
    new = None if pair.new is None else now[pair.new]
    shown = new or old
    assert shown is not None  # noqa: S101 - a pair is made of one clause at least
    kin = "" if pair.kin is None else (was if new else now)[pair.kin].uid
    return ComparedRow(
        uid=shown.uid,
        kind=shown.kind,
        depth=shown.depth,
        old_label=old_labels[old.uid] if old else "",
        new_label=new_labels[new.uid] if new else "",
        status=pair.status,
        pieces=pieces(old.text if old else "", new.text if new else ""),
        heading_pieces=pieces(old.heading if old else "", new.heading if new else ""),
        kin=kin,
    )
