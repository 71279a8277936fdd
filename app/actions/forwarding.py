"""Where proposals stand now: each one carried forward over what happened to its words meanwhile.

A proposal was made on words as they stood then. The stretch that it changes is followed through
the journal (anchoring.py), into the clause that took it over where one did. Then it

    applies            those words are as they were, or what changed does not touch the change
    touches            they were changed: three texts, as it was then, as it is, as it would be
    says so already    the text reads as proposed
    gone               the clause was struck, and its words with it

Nothing is decided silently: where it touches, the text as it would be is only shown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.actions.anchoring import Standing, where
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.proposals import CarriedRecord, ProposalRecord, Wish
from app.store.unit import Store
from app.treaty.anchors import Anchor, State, anchor
from app.treaty.changes import ChangeSet, cut, utf16_len
from app.treaty.diff import between
from app.treaty.merge import merge

FRESH = 500
"""After how many entries of the journal it is kept anew where the words of a proposal are."""

_KNOWN = 2_048
"""How many comparisons of texts are remembered: those of all proposals of a large conference."""


class Fit(StrEnum):
    """How a proposal lies on the text as it is."""

    APPLIES = "applies"
    TOUCHES = "touches words that have changed"
    SAID = "says so already"
    GONE = "the clause is gone"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A proposal on the text as it is: in which clause, its words now, and as they would be.

    `uid` is "" where the clause is gone. `words` is the clause as it is, `would_be` the same
    with the proposal taken up; for a new clause both are its anchor's words, untouched. Redlines
    are the difference of the two. `version` is the clause's.
    """

    proposal: ProposalRecord
    fit: Fit
    uid: str
    words: str
    would_be: str
    version: int

    @property
    def changes(self) -> ChangeSet:
        """What it would do to the clause's words."""
        return between(self.words, self.would_be)


def forwarded(
    store: Store, draft: DraftRecord, proposals: Iterable[ProposalRecord]
) -> tuple[Forwarded, ...]:
    """The proposals as they lie on the draft's text now, in their order.

    Costs one query where no clause was touched since, and one reading of the journal where some
    were, from the oldest of their proposals on.
    """
    proposals = tuple(proposals)
    clauses = store.strokes.clauses(draft.id, {each.target for each in proposals})
    followed = _followed(store, draft, proposals, clauses)
    away = {standing.uid for standing in followed.values()} - set(clauses)
    clauses |= store.strokes.clauses(draft.id, away) if away else {}
    return tuple(_forwarded(each, clauses, followed.get(each.uid)) for each in proposals)


def collisions(forwarded: Sequence[Forwarded]) -> Mapping[str, tuple[str, ...]]:
    """The public ids of the open proposals that each open one collides with, by its public id.

    Two collide where both would change the same words, or words that touch one another; one
    that deletes or retains a clause has to do with all of its words.
    """
    found: dict[str, list[str]] = {}
    open_ones = [each for each in forwarded if each.proposal.is_open and each.uid]
    for index, one in enumerate(open_ones):
        for other in open_ones[index + 1 :]:
            if one.uid == other.uid and _collide(one, other):
                found.setdefault(one.proposal.uid, []).append(other.proposal.uid)
                found.setdefault(other.proposal.uid, []).append(one.proposal.uid)
    return {uid: tuple(others) for uid, others in found.items()}


def _collide(one: Forwarded, other: Forwarded) -> bool:
    wishes = {one.proposal.wish, other.proposal.wish}
    if Wish.INSERT in wishes:
        return wishes == {Wish.INSERT}
    if wishes <= {Wish.DELETE, Wish.RETAIN}:
        return len(wishes) == 2
    return any(
        max(start, begin) <= min(end, stop)
        or not cut(one.words, min(end, stop), max(start, begin)).strip()
        for start, end in _ranges(one)
        for begin, stop in _ranges(other)
    )


def _ranges(one: Forwarded) -> list[tuple[int, int]]:
    if one.proposal.wish is not Wish.REPLACE:
        return [(0, utf16_len(one.words))]
    return [(edit.start, edit.end) for edit in one.changes.edits()]


# --- following the words


def _followed(
    store: Store,
    draft: DraftRecord,
    proposals: Iterable[ProposalRecord],
    clauses: Mapping[str, ClauseRecord],
) -> dict[str, Standing]:
    """Where the words are now that proposals change, where their clauses were touched since."""
    asked: dict[str, tuple[str, int, Anchor]] = {}
    for each in proposals:
        clause = clauses.get(each.target)
        if each.redacted or (clause is not None and _is_untouched(each, clause)):
            continue
        if (item := _item(each)) is not None:
            asked[each.uid] = item
    return dict(zip(asked, where(store, draft, asked.values()), strict=True))


def _item(proposal: ProposalRecord) -> tuple[str, int, Anchor] | None:
    """Where the words that the proposal changes were when that was last kept, or it was made."""
    if (kept := proposal.carried) is not None:
        return kept.uid, kept.seq, kept.anchor
    span = _span(proposal)
    return None if span is None else (proposal.target, proposal.seq, anchor(proposal.base, *span))


def refresh(store: Store, draft: DraftRecord) -> int:
    """Keep anew where the words are of proposals that have come a long way; how many.

    For a writing unit, which has not moved the draft's text itself. It looks at everybody's
    proposals, and tells of none.
    """
    latest = store.drafts.by_id(draft.id)
    if latest is None or draft.id in store.moved:
        return 0
    old = store.proposals.carried_before(draft.id, latest.seq - FRESH)
    items = {each.uid: item for each in old if (item := _item(each)) is not None}
    found = dict(zip(items, where(store, latest, items.values()), strict=True))
    kept = 0
    for each in old:
        standing = found.get(each.uid)
        if standing is not None and standing.state is State.ANCHORED:
            to = CarriedRecord(standing.uid, latest.seq, standing.anchor)
            store.proposals.carry(each, to)
            kept += 1
    return kept


def _is_untouched(proposal: ProposalRecord, clause: ClauseRecord) -> bool:
    return clause.words == proposal.base and not clause.struck


def _span(proposal: ProposalRecord) -> tuple[int, int] | None:
    """From where to where it changes the words, in UTF-16 units, and a word on either side.

    What comes between a change and the word next to it touches the change.
    """
    whole = 0, utf16_len(proposal.base)
    if not proposal.base:
        return None
    return whole if proposal.wish is not Wish.REPLACE else _reach(proposal.base, proposal.words)


@lru_cache(maxsize=_KNOWN)
def _reach(base: str, words: str) -> tuple[int, int]:
    length = utf16_len(base)
    edits = list(between(base, words).edits())
    if not edits:
        return 0, length
    start, end = edits[0].start, edits[-1].end
    ahead = re.search(r"\S+\s*$", cut(base, 0, start))
    behind = re.match(r"\s*\S+", cut(base, end, length))
    start -= utf16_len(ahead[0]) if ahead else 0
    end += utf16_len(behind[0]) if behind else 0
    return (start, end) if start < end else (0, length)


# --- laying the proposal on them


def _forwarded(
    proposal: ProposalRecord, clauses: Mapping[str, ClauseRecord], standing: Standing | None
) -> Forwarded:
    clause = clauses.get(proposal.target)
    if standing is not None and standing.state is not State.ORPHANED:
        clause = clauses.get(standing.uid, clause)
    if clause is None or clause.struck:
        return Forwarded(proposal, Fit.GONE, "", "", "", 0)
    fit, would_be = _laid(proposal, clause.words, standing)
    return Forwarded(proposal, fit, clause.uid, clause.words, would_be, clause.version)


def _laid(proposal: ProposalRecord, now: str, standing: Standing | None) -> tuple[Fit, str]:
    """How the proposal fits the words as they are, and what they would be with it."""
    if proposal.redacted or proposal.wish is Wish.INSERT:
        return Fit.APPLIES, now
    if proposal.wish is Wish.RETAIN:
        return (Fit.APPLIES if now == proposal.base else Fit.TOUCHES), now
    if proposal.wish is Wish.DELETE:
        return (Fit.APPLIES if now == proposal.base else Fit.TOUCHES), ""
    if now == proposal.words:
        return Fit.SAID, now
    if now == proposal.base:
        return Fit.APPLIES, proposal.words
    span = _span(proposal)
    if standing is None or span is None or standing.state is State.ORPHANED:
        _, would_be = _merged(proposal.base, proposal.words, now)
        return (Fit.SAID if would_be == now else Fit.TOUCHES), would_be
    return _in_place(proposal, now, standing, span)


def _in_place(
    proposal: ProposalRecord, now: str, standing: Standing, span: tuple[int, int]
) -> tuple[Fit, str]:
    """The same where it is known in which place the words are now."""
    start, end = span
    behind = utf16_len(proposal.base) - end
    proposed = cut(proposal.words, start, utf16_len(proposal.words) - behind)
    at = standing.anchor
    here = cut(now, at.start, at.end)
    fits, there = _merged(cut(proposal.base, start, end), proposed, here)
    would_be = cut(now, 0, at.start) + there + cut(now, at.end, utf16_len(now))
    if would_be == now:
        return Fit.SAID, now
    return (Fit.APPLIES if fits else Fit.TOUCHES), would_be


@lru_cache(maxsize=_KNOWN)
def _merged(base: str, proposed: str, now: str) -> tuple[bool, str]:
    """Whether what is proposed and what happened do not touch; and both, the proposal winning."""
    merged = merge(base, proposed, now)
    pieces, at = [], 0
    for conflict in merged.conflicts:
        pieces += [merged.text[at : conflict.start], conflict.mine]
        at = conflict.end
    return merged.clean, "".join([*pieces, merged.text[at:]])
