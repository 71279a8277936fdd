"""Words taken out of what is otherwise never changed: the journal, the editions, what quotes them.

Triggers keep entries and editions as they are. They let pass only what a row of the table
`erasure` names, which says whose words went and when, and even there nothing but the words. What
has to stand in their place afterwards is said by an entry of the journal, the tombstone, so that
whoever checks the chain can check that as well (proof.py).
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.proposals import ProposalRecord, Proposals
from app.store.tables import (
    BracketClaimRow,
    BracketPositionRow,
    EditionRow,
    EditRow,
    ErasureRow,
    NoteChangeRow,
    NoteRow,
    PositionRow,
    ProposalRow,
    canonical,
)
from app.treaty.changes import from_units, to_units, utf16_len

FILL = "█"
"""What stands for each letter that was taken out."""


FAR = 20
"""How long words have to be to be known again where nothing tells that they are a copy."""

LONG = 12
"""How long a part of them has to be, in what stands near."""

SHORT = 4
"""The same where it is told, by the clause that they stand in or were taken out of."""


def filled(words: str) -> str:
    """What stands in the place of words that were taken out: as long in UTF-16 units, no words."""
    return FILL * utf16_len(words)


def mark_of(changes: object, detail: object) -> str:
    """The digest by which a tombstone knows what stands in an entry now."""
    return hashlib.sha256(canonical([changes, detail]).encode()).hexdigest()


class Erasures:
    """Takes words out within one unit of work."""

    def __init__(self, session: Session, now: datetime, proposals: Proposals) -> None:
        self._session = session
        self._now = now
        self._proposals = proposals

    def count(self, draft_id: int) -> int:
        """How many entries and editions of a draft have lost words."""
        found = self._session.exec(select(ErasureRow.seq).where(ErasureRow.draft_id == draft_id))
        return len(found.all())

    def permit(self, draft_id: int, seqs: Iterable[int], *, proposal: str) -> None:
        """Let these entries, and the editions that they name, lose words of a proposal."""
        known = set(
            self._session.exec(select(ErasureRow.seq).where(ErasureRow.draft_id == draft_id))
        )
        rows = [
            {"draft_id": draft_id, "seq": seq, "proposal": proposal, "at": self._now}
            for seq in sorted(set(seqs) - known)
        ]
        if rows:
            self._session.connection().execute(insert(ErasureRow), rows)

    def entry(
        self, draft_id: int, seq: int, changes: list[Any] | None, detail: dict[str, Any]
    ) -> None:
        """Put other changes and another detail into an entry that may lose words."""
        self._session.connection().execute(
            update(EditRow)
            .where(col(EditRow.draft_id) == draft_id, col(EditRow.seq) == seq)
            .values(changes=changes, detail=detail)
        )

    def edition(self, draft_id: int, seq: int, content: dict[str, Any], digest: str) -> None:
        """Put another content into the edition that the entry `seq` named."""
        self._session.connection().execute(
            update(EditionRow)
            .where(col(EditionRow.draft_id) == draft_id, col(EditionRow.seq) == seq)
            .values(content=content, hash=digest)
        )

    def quotes(
        self,
        draft_id: int,
        passages: Sequence[str],
        *,
        near: Collection[str],
        by: Author,
        but: ProposalRecord,
    ) -> int:
        """Take passages out of what quotes the text: anchors, positions, other proposals.

        How many rows lost words. What belongs to a clause of `near` loses parts of a passage, too.
        A tabled proposal gets an event that says so, with the digest of what it says from then on.
        """
        lost = 0
        quoting: list[NoteRow | BracketClaimRow | BracketPositionRow] = [
            *self._session.exec(select(NoteRow).where(NoteRow.draft_id == draft_id)),
            *self._session.exec(
                select(BracketClaimRow).where(BracketClaimRow.draft_id == draft_id)
            ),
            *self._session.exec(
                select(BracketPositionRow).where(BracketPositionRow.draft_id == draft_id)
            ),
        ]
        for row in quoting:
            lost += _clear(row, ("prefix", "quote", "suffix"), passages, row.uid in near)
            if not isinstance(row, NoteRow):
                # What the bracket held when something was said of it, and why.
                why = "reason" if isinstance(row, BracketClaimRow) else "condition"
                for name in ("words", why):
                    _clear(row, (name,), passages, row.uid in near)
        others = self._session.exec(
            select(ProposalRow).where(
                ProposalRow.draft_id == draft_id, col(ProposalRow.id) != but.id
            )
        ).all()
        for other in others:
            is_near = other.target in near
            cleared = [
                _clear(other, (name,), passages, is_near) for name in ("base", "words", "reason")
            ]
            if any(cleared):
                other.carried, other.carried_uid, other.carried_seq = None, "", 0
                self._session.flush()
                self._proposals.say_anew(other.id or 0, by=by)
                lost += 1
        ids = [but.id, *(other.id for other in others)]
        for position in self._session.exec(
            select(PositionRow).where(col(PositionRow.proposal_id).in_(ids))
        ):
            is_near = position.linked_uid in near or position.proposal_id == but.id
            for name in ("condition", "linked_words"):
                lost += _clear(position, (name,), passages, is_near)
        self._session.flush()
        return lost

    def of_notes(self, draft_id: int, passages: Sequence[str]) -> int:
        """Take passages out of what other notes of the draft quote of one; how many lost words."""
        notes = self._session.exec(select(NoteRow).where(NoteRow.draft_id == draft_id)).all()
        lost = 0
        for row in notes:
            cleared = [_clear(row, (name,), passages, False) for name in ("body", "reason")]
            changes = self._session.exec(
                select(NoteChangeRow).where(NoteChangeRow.note_id == row.id)
            ).all()
            cleared += [_clear(change, ("words",), passages, False) for change in changes]
            lost += any(cleared)
        self._session.flush()
        self._session.expire_all()
        return lost


def _clear(row: object, names: Sequence[str], passages: Sequence[str], is_near: bool) -> bool:
    """Whether the columns, read as one text, had words that they do not have any more."""
    parts = [str(getattr(row, name)) for name in names]
    whole = "".join(parts)
    barred = without(whole, passages, parts=is_near)
    units, at = to_units(barred), 0
    for name, part in zip(names, parts, strict=True):
        end = at + utf16_len(part)
        setattr(row, name, from_units(units[at:end]))
        at = end
    return barred != whole


def without(text: str, passages: Iterable[str], *, parts: bool) -> str:
    """The text with bars over the passages; with `parts` over whatever it shares with a long one.

    Passages too short to be known again are looked for with `parts` only, as whole words: what
    everybody writes ("as appropriate") is nobody's secret.
    """
    marks = [False] * len(text)
    for passage in passages:
        if len(passage) >= (LONG if parts else FAR):
            size = LONG if parts else len(passage)
            grams = {passage[at : at + size] for at in range(len(passage) - size + 1)}
            found = [at for at in range(len(text) - size + 1) if text[at : at + size] in grams]
        elif parts and len(passage) >= SHORT:
            size = len(passage)
            pattern = rf"(?<!\w){re.escape(passage)}(?!\w)"
            found = [match.start() for match in re.finditer(pattern, text)]
        else:
            continue
        for at in found:
            marks[at : at + size] = [True] * size
    # A letter beyond the basic plane is two units long, and so is what stands for it.
    return "".join(
        filled(letter) if mark else letter for letter, mark in zip(text, marks, strict=True)
    )
