"""Whose brackets are: what was said of each, found again wherever the text has taken it.

The secretariat types for others, so that who wrote a bracket says nothing: owners are stated, by
whoever writes the text for anybody, by a delegation for itself. A bracket is the one of which
something was said while its own two marks stand, whatever happens to the words between them; one
that is put around the same words later is another, and nothing was said of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.actions import dating, policy, settling
from app.actions.anchoring import where
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.claims import ClaimRecord
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import brackets
from app.treaty.anchors import Anchor, anchor
from app.treaty.brackets import Bracket
from app.treaty.changes import cut, utf16_len

LONGEST_NAME = 120
MOST = 50
"""How many owners a bracket may have."""

GONE = "This bracket is not in the text any more. Please look at the clause as it is now."


@dataclass(frozen=True, slots=True)
class Stated:
    """What was said of a bracket, and where that is now: indices of the clause's words.

    `is_doubtful` where only its opening mark is the one it had; `has_changed` where it held
    other words when this was said.
    """

    claim: ClaimRecord
    uid: str
    start: int
    end: int
    is_doubtful: bool
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of the brackets of a draft: of those that stand, and of those that are gone."""

    stated: Mapping[tuple[str, int], Stated]
    gone: tuple[ClaimRecord, ...]


def told(store: Store, draft: DraftRecord, clauses: Iterable[ClauseRecord] | None = None) -> Told:
    """What counts of what was said, by the clause and the index at which the bracket opens.

    `clauses` are the live ones of the draft, if somebody has read them already. Where they are
    only some, what was said of the brackets of others counts among what is gone.
    """
    stated: dict[tuple[str, int], Stated] = {}
    gone: list[ClaimRecord] = []
    for claim, here in found(store, draft, store.claims.of_draft(draft.id), clauses):
        if here is None:
            gone.append(claim)
            continue
        at = here.uid, here.start
        if at in stated:
            # Two brackets became one: what was said last counts.
            gone.append(stated[at].claim)
        stated[at] = Stated(claim, *at, here.end, here.is_doubtful, here.words != claim.words)
    return Told(stated, tuple(gone))


class Spoken(Protocol):
    """Something that was said of a bracket, which lay at an anchor after an entry."""

    @property
    def uid(self) -> str:
        """The clause."""

    @property
    def seq(self) -> int:
        """The entry."""

    @property
    def anchor(self) -> Anchor:
        """The bracket's marks."""


Said = TypeVar("Said", bound=Spoken)


@dataclass(frozen=True, slots=True)
class Here:
    """A bracket as it stands after the entry `seq`: indices, words without marks, and anchor.

    `is_doubtful` where only its opening mark is the one that was spoken of.
    """

    uid: str
    start: int
    end: int
    words: str
    is_doubtful: bool
    seq: int
    anchor: Anchor


def found(
    store: Store,
    draft: DraftRecord,
    said: Sequence[Said],
    clauses: Iterable[ClauseRecord] | None = None,
) -> tuple[tuple[Said, Here | None], ...]:
    """Each thing that was said with the bracket that it was said of, None where that is gone.

    `clauses` are the live ones of the draft, if somebody has read them already.
    """
    if not said:
        return ()
    clauses = store.drafts.clauses(draft.id) if clauses is None else tuple(clauses)
    words = {each.uid: each.words for each in clauses if not each.struck and "[" in each.words}
    standings = where(store, draft, [(each.uid, each.seq, each.anchor) for each in said])
    wanted = {standing.uid for standing in standings}
    came = dating.dates(store, draft.id, [each for each in clauses if each.uid in wanted])
    pairs: list[tuple[Said, Here | None]] = []
    for each, standing in zip(said, standings, strict=True):
        text = words.get(standing.uid, "")
        marks = _found(text, standing.anchor)
        # One whose mark came after this was said of it is another one.
        if marks is None or came[standing.uid][marks[0].start].seq > each.seq:
            pairs.append((each, None))
            continue
        bracket, is_doubtful = marks
        pairs.append((each, _here(text, standing.uid, bracket, draft.seq, is_doubtful)))
    return tuple(pairs)


def at(store: Store, draft: DraftRecord, uid: str, place: tuple[int, int, int]) -> Here:
    """The bracket at these indices of the clause's words as of a version: start, end, version.

    Missing where there is none; Invalid where the clause has changed since that version. Nobody
    types until this unit has ended: what is spoken of is what stands there.
    """
    start, end, seen = place
    head = store.strokes.head(draft.id)
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    text = clause.words
    if seen != clause.version and store.drafts.words_at(draft.id, uid, version=seen) != text:
        raise Invalid("The clause was changed meanwhile. Please look at its brackets as they are.")
    for bracket in brackets.read(text):
        if (bracket.start, bracket.end) == (start, end) and not clause.struck:
            return _here(text, uid, bracket, head.seq, is_doubtful=False)
    raise Missing(GONE)


def _here(text: str, uid: str, bracket: Bracket, seq: int, is_doubtful: bool) -> Here:
    start, end = bracket.start, bracket.end
    inside = text[start + 1 : end - 1]
    return Here(uid, start, end, inside, is_doubtful, seq, _anchor(text, start, end))


def state(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    start: int,
    end: int,
    seen: int,
    owners: Sequence[str] = (),
    nobodys: bool = False,
    reason: str = "",
) -> None:
    """Say whose the bracket at these indices of the clause's words is, and why it stands.

    Without owners, and not `nobodys`, it is not said whose: then what was said is taken back.
    Missing where there is no such bracket, or was none at version `seen`.
    """
    seat = policy.require(seat, Act.STATE_OWNERS)
    names = _names(owners)
    if names and nobodys:
        raise Invalid("Say either whose it is or that it is nobody's.")
    _say(store, seat, draft, uid, (start, end, seen), names, nobodys=nobodys, reason=reason)


def claim(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    start: int,
    end: int,
    seen: int,
    ours: bool,
    reason: str = "",
) -> None:
    """Say for the seat's delegation that the bracket is its own, or that it is not."""
    seat = policy.require(seat, Act.CLAIM_BRACKET)
    if not seat.delegation:
        raise Invalid("Only somebody who belongs to a delegation can say that.")
    store.strokes.head(draft.id)
    before = told(store, draft).stated.get((uid, start))
    had = before.claim.owners if before is not None else _came_with(store, draft, uid, start)
    if ours == (seat.delegation in had):
        raise Invalid("That is what is said of it already.")
    rest = [name for name in had if name != seat.delegation]
    names = tuple(sorted([*rest, seat.delegation])) if ours else tuple(rest)
    kept = before.claim.reason if before is not None else ""
    reason = settling.reason_of(reason)
    if kept and reason and rest:
        # What others gave as theirs is not taken from them.
        reason = f"{kept}; {seat.delegation}: {reason}"
    _say(store, seat, draft, uid, (start, end, seen), names, reason=reason or kept)


def _came_with(store: Store, draft: DraftRecord, uid: str, start: int) -> tuple[str, ...]:
    """Whose the bracket was when it came, by the proposal that was taken up in it."""
    clause = store.drafts.clause(draft.id, uid)
    if clause is None or clause.struck:
        return ()
    entry = dating.dates(store, draft.id, (clause,)).get(uid, {}).get(start)
    return entry.owners if entry is not None else ()


def refresh(store: Store, draft: DraftRecord) -> int:
    """Keep anew where the brackets are of which something was said; how many. At a unit's end."""
    latest = store.drafts.by_id(draft.id) or draft
    stated = told(store, latest).stated.values()
    clauses = store.strokes.clauses(draft.id, {each.uid for each in stated})
    moved = 0
    for each in stated:
        if each.claim.seq != latest.seq and not each.is_doubtful:
            here = _anchor(clauses[each.uid].words, each.start, each.end)
            store.claims.move(each.claim, each.uid, latest.seq, here)
            moved += 1
    return moved


def _say(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    uid: str,
    place: tuple[int, int, int],
    owners: tuple[str, ...],
    *,
    nobodys: bool = False,
    reason: str,
) -> None:
    here = at(store, draft, uid, place)
    before = told(store, draft).stated.get((uid, here.start))
    store.claims.say(
        draft.id,
        uid,
        key=before.claim.key if before is not None else "",
        seq=here.seq,
        anchor=here.anchor,
        words=here.words,
        owners=owners,
        nobodys=nobodys,
        reason=settling.reason_of(reason),
        by=seat,
    )
    refresh(store, draft)


def _found(text: str, here: Anchor) -> tuple[Bracket, bool] | None:
    """The bracket whose marks those of the anchor are, and whether it is only the opening one."""
    if here.start == here.end or "[" not in text:
        return None
    start, end = _index(text, here.start), _index(text, here.end)
    doubtful: Bracket | None = None
    for bracket in brackets.read(text):
        if bracket.start == start:
            if bracket.end == end:
                return bracket, False
            doubtful = bracket
    return (doubtful, True) if doubtful is not None else None


def _index(text: str, at: int) -> int:
    """The index of the character at a place in UTF-16 units; -1 inside of one, and outside."""
    try:
        return len(cut(text, 0, at))
    except ValueError:
        return -1


def _anchor(text: str, start: int, end: int) -> Anchor:
    return anchor(text, utf16_len(text[:start]), utf16_len(text[:end]))


def _names(owners: Sequence[str]) -> tuple[str, ...]:
    names = sorted({" ".join(name.split()) for name in owners} - {""})
    if len(names) > MOST or any(len(name) > LONGEST_NAME for name in names):
        raise Invalid(f"Name up to {MOST} owners, each in {LONGEST_NAME} characters at most.")
    return tuple(names)
