"""What takes the place of words in a file that came back, where they were redacted afterwards.

A file is kept byte for byte, so that nothing of it can be taken out by itself: all of it goes, and
a few lines say what was there, when it was taken out, by whom and why. What was found in it stays,
with a bar for the words. A file that came by mistake, of which nothing was made public, can be
deleted, and then nothing is left.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.store.erasures import FILL, without
from app.store.events import Author
from app.store.rounds import Reading
from app.store.tables import FindingRow, ReturnedRow, RoundRow

NAME = "Taken out.txt"
"""What a file is called that was taken out: its own name may have told of it."""

_BAR = FILL * 8
_KEPT = frozenset(
    {"revisions", "remarks", "untracked", "proposals", "confirmed", "form", "resolved", "answers"}
)
"""What is kept of the detail of a finding that lost its words: none of it is words."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that are to go, wherever they are quoted: see Erasures.quotes.

    `seqs` are the journal's entries that named editions with these words in them: a file that
    came back in a round of such an edition has them, too.
    """

    passages: Sequence[str] = ()
    near: Collection[str] = ()
    seqs: Collection[int] = field(default_factory=frozenset)


class Tombstones:
    """Takes files that came back out within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def after_proposal(
        self, draft_id: int, proposal: str, words: Words, *, first: str, by: Author, why: str
    ) -> tuple[tuple[str, str], ...]:
        """Take out a proposal, by its public id, and what quotes it; rounds and files that lost.

        `first` is the name of who asked for it, `by` agreed.
        """
        lost = set(self._of_rounds(draft_id, words.seqs))
        for row in self._findings(draft_id):
            made = {row.proposal, *row.detail.get("proposals", ())}
            if proposal in made:
                _empty(row)
                lost.add(row.returned_id)
            elif _clear(row, words.passages, parts=row.clause in words.near):
                lost.add(row.returned_id)
        what = f"The words of proposal {proposal}."
        return self._take_out(lost, what, first=first, by=by, why=why)

    def after_note(
        self, draft_id: int, note: str, *, first: str, by: Author, why: str
    ) -> tuple[tuple[str, str], ...]:
        """Take out a note, by its key; rounds and files that lost words."""
        lost = set()
        for row in self._findings(draft_id):
            if row.note == note:
                _empty(row)
                lost.add(row.returned_id)
        return self._take_out(lost, f"The words of note {note}.", first=first, by=by, why=why)

    def delete(self, returned_id: int) -> None:
        """Delete a file and all that was found in it, so that nothing is left of them."""
        self._session.flush()
        self._session.exec(delete(FindingRow).where(col(FindingRow.returned_id) == returned_id))
        self._session.exec(delete(ReturnedRow).where(col(ReturnedRow.id) == returned_id))
        self._session.expire_all()

    def _findings(self, draft_id: int) -> Sequence[FindingRow]:
        query = (
            select(FindingRow)
            .join(ReturnedRow, col(ReturnedRow.id) == col(FindingRow.returned_id))
            .join(RoundRow, col(RoundRow.id) == col(ReturnedRow.round_id))
            .where(RoundRow.draft_id == draft_id)
        )
        return self._session.exec(query).all()

    def _of_rounds(self, draft_id: int, seqs: Collection[int]) -> Iterable[int]:
        query = (
            select(ReturnedRow.id)
            .join(RoundRow, col(RoundRow.id) == col(ReturnedRow.round_id))
            .where(RoundRow.draft_id == draft_id, col(RoundRow.seq).in_(set(seqs)))
        )
        return [each for each in self._session.exec(query) if each is not None]

    def _take_out(
        self, ids: Iterable[int], what: str, *, first: str, by: Author, why: str
    ) -> tuple[tuple[str, str], ...]:
        """Put the lines in the place of files that have not been taken out before."""
        told = []
        for returned_id in sorted(ids):
            row = self._session.get_one(ReturnedRow, returned_id)
            if "removed" in row.report:
                continue
            round_ = self._session.get_one(RoundRow, row.round_id)
            said = {"what": what, "at": f"{self._now:%Y-%m-%dT%H:%M:%SZ}", "by": by.name}
            said |= {"asked by": first, "why": why}
            row.content = _lines(row, said)
            row.size = len(row.content)
            # The digest of the file as it came would tell whoever tries out what it may have said.
            row.sha256 = hashlib.sha256(row.content).hexdigest()
            row.filename = NAME
            row.report = {**row.report, "losses": [], "removed": said}
            if row.state != Reading.READ.value:
                row.state, row.why = Reading.FAILED.value, "It was taken out."
            told.append((round_.uid, row.uid))
        self._session.flush()
        self._session.expire_all()
        return tuple(told)


def _lines(row: ReturnedRow, said: Mapping[str, str]) -> bytes:
    """What stands in the place of a file."""
    lines = (
        "The file that stood here was taken out.",
        "",
        f"File: {row.uid}, which came on {row.at:%Y-%m-%d %H:%M} UTC",
        f"What was to go: {said['what']}",
        f"Taken out: {said['at']}",
        f"Asked for by: {said['asked by']}",
        f"Agreed by: {said['by']}",
        f"Why: {said['why']}",
        "",
    )
    return "\n".join(lines).encode()


def _empty(row: FindingRow) -> None:
    """Put bars for all that somebody wrote; what was sent to them stands as it was."""
    row.after = _BAR if row.after else ""
    row.heading = _BAR if row.heading else ""
    if row.wish not in ("replace", "delete"):
        row.before = ""
    row.reason = ""
    detail = {name: value for name, value in row.detail.items() if name in _KEPT}
    row.detail = {**detail, "redacted": True}


def _clear(row: FindingRow, passages: Sequence[str], *, parts: bool) -> bool:
    """Whether a finding quoted any of the passages, over which there are bars now."""
    if not passages:
        return False
    barred = {
        name: without(getattr(row, name), passages, parts=parts)
        for name in ("before", "after", "heading", "reason")
    }
    detail = _barred(row.detail, passages, parts=parts)
    if detail == row.detail and all(getattr(row, name) == said for name, said in barred.items()):
        return False
    for name, said in barred.items():
        setattr(row, name, said)
    row.detail = {**detail, "redacted": True}
    return True


def _barred(value: Any, passages: Sequence[str], *, parts: bool) -> Any:
    if isinstance(value, str):
        return without(value, passages, parts=parts)
    if isinstance(value, Mapping):
        return {key: _barred(each, passages, parts=parts) for key, each in value.items()}
    if isinstance(value, list):
        return [_barred(each, passages, parts=parts) for each in value]
    return value
