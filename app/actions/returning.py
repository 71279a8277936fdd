"""Files that come back: kept first, read then, and every change and comment in them accounted for.

A file is stored byte for byte before anybody looks into it. It is read in a process of its own,
without the database (app/exchange/word/jail.py), and compared with what was sent (matching.py).
What could be placed becomes the delegation's: changes are proposals that it has not tabled yet,
comments are its notes. All else waits in the inbox with a reason, until somebody places it or
sets it aside, with a reason. The report of a file closes: nothing that was tracked or said in it
is neither placed, in the inbox, nor named among what was not taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.actions.rounding import Reply
from app.store.drafts import DraftRecord
from app.store.rounds import (
    FindingRecord,
    RecipientRecord,
    ReturnedRecord,
    RoundRecord,
    Sort,
)
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all that is in a file that came back.

    `tracked` and `remarks` are the tracked changes and the comments (with their answers) that are
    not ours; each is in `placed`, `in_inbox` or `of_form`, so that `lost` is 0: that is asked of
    every reading. `untracked` changes were found by comparing. `base` names the text that it was
    compared with; `warnings` and `losses` are sentences.
    """

    tracked: int
    remarks: int
    untracked: int
    placed: int
    in_inbox: int
    of_form: int
    ours: int
    lost: int
    base: str
    matched_by: str
    warnings: tuple[str, ...]
    losses: tuple[str, ...]


# --- taking


def receive_by_link(store: Store, found: Reply, filename: str, content: bytes) -> ReturnedRecord:
    """Keep a file that the holder of a link sends in; it waits to be read."""
    raise NotImplementedError


def say_by_link(store: Store, found: Reply, said: Sequence[tuple[str, str]]) -> ReturnedRecord:
    """Keep what the holder of a link says on clauses, by their uids ("" for the whole text)."""
    raise NotImplementedError


def receive(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    filename: str,
    content: bytes,
    *,
    to: RecipientRecord | None = None,
    word: str = "",
) -> ReturnedRecord:
    """Keep a file that came by other ways; a delegate hands in their own delegation's alone.

    `word` says on whose word the secretariat records it ("by e-mail of 3 May"). Without a
    recipient the file itself says whose copy it is. Invalid for an empty or far too large file,
    and for the very file that came before.
    """
    raise NotImplementedError


# --- reading


def read_return(stores: Stores, uid: str) -> ReturnedRecord:
    """Read a file that was kept, and keep what is in it; a failure is kept as one, with why."""
    raise NotImplementedError


def read_waiting(
    stores: Stores,
    round_id: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[ReturnedRecord, ...]:
    """Read everything that waits, some at once; `progress` is told how many of how many."""
    raise NotImplementedError


# --- looking


def returns(
    store: Store, seat: SeatRecord | None, round_: RoundRecord
) -> tuple[ReturnedRecord, ...]:
    """What came back in a round and this seat may know of, oldest first."""
    raise NotImplementedError


def returned(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str
) -> ReturnedRecord:
    """A file that came back. Missing when there is none for this seat."""
    raise NotImplementedError


def content(store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str) -> bytes:
    """The bytes of a file that came back. Missing when there is none for this seat."""
    raise NotImplementedError


def report(came: ReturnedRecord) -> Report | None:
    """What became of all that is in a file; None when it was not read, or could not be."""
    raise NotImplementedError


def findings(
    store: Store,
    seat: SeatRecord | None,
    round_: RoundRecord,
    *,
    came: ReturnedRecord | None = None,
    clause: str = "",
    state: str = "",
) -> tuple[FindingRecord, ...]:
    """What is in the files of a round, or in one of them; of one clause, in one state."""
    raise NotImplementedError


def finding(store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str) -> FindingRecord:
    """One finding. Missing when there is none for this seat."""
    raise NotImplementedError


# --- settling


def place(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    uid: str,
    clause: str,
) -> FindingRecord:
    """Say which clause a finding in the inbox belongs to; it becomes a proposal or a note there.

    Missing for an unknown finding or clause, Invalid for one that was settled already.
    """
    raise NotImplementedError


def set_aside(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str, reason: str
) -> FindingRecord:
    """Say, with a reason, that nothing is to be made of a finding; it stays, with the reason."""
    raise NotImplementedError


def bring_back(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str
) -> FindingRecord:
    """Put a finding that was set aside back into the inbox."""
    raise NotImplementedError


def confirm(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    uid: str,
    *,
    word: str = "",
    meeting: str = "",
) -> str:
    """Table the proposal that a finding became; its public id.

    The delegation's focal point does it, or the secretariat on its word: `word` says who gave it
    and how, and is recorded. Invalid for the secretariat without it, or where the proposal is
    no longer what came in the file.
    """
    raise NotImplementedError


__all__ = [
    "Report",
    "Sort",
    "bring_back",
    "confirm",
    "content",
    "finding",
    "findings",
    "place",
    "read_return",
    "read_waiting",
    "receive",
    "receive_by_link",
    "report",
    "returned",
    "returns",
    "say_by_link",
    "set_aside",
]
