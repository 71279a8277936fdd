"""Proposals and what becomes of them: made, tabled, joined, spoken to, taken up or not.

Whoever may not know of a proposal is told what is told of one that never was; that is decided by
the store's queries, before anything here asks what a seat may do. A proposal that is private
leaves no trace outside of its own row.

What is thought of proposals is stating.py, how they are taken up incorporating.py.
"""

from dataclasses import dataclass

from app.actions import convening, policy, redacting, settling, wording
from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.forwarding import Forwarded, collisions, forwarded, refresh
from app.actions.policy import Act, State
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.proposals import (
    PROPOSING,
    HappenedRecord,
    ProposalRecord,
    Stage,
    Wish,
)
from app.store.readers import Reader
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from app.treaty.changes import utf16_len
from app.treaty.document import Kind

_ABSENT = "There is no such proposal in this draft."
_FORMER = (Stage.NOT_TAKEN_UP, Stage.OVERTAKEN)


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as it lies on the text now, and the others that it collides with."""

    forwarded: Forwarded
    collides: tuple[str, ...]

    @property
    def proposal(self) -> ProposalRecord:
        """The proposal itself."""
        return self.forwarded.proposal


# --- reading


def proposals(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    uid: str = "",
    stage: Stage | str = "",
    delegation: str = "",
) -> tuple[Shown, ...]:
    """The draft's proposals that this seat may know of, oldest first.

    Only those on a clause (also on one whose words it took over), in a stage, by a delegation,
    where these are given. Invalid for a stage there is not.
    """
    seat = policy.require(seat, Act.READ_PROPOSALS)
    reader = Reader.of(seat)
    wanted = _stage(stage) if stage else None
    everything = forwarded(store, draft, store.proposals.of_draft(reader, draft.id))
    meet = collisions(everything)
    return tuple(
        Shown(each, meet.get(each.proposal.uid, ()))
        for each in everything
        if (not uid or uid in (each.uid, each.proposal.target))
        and (wanted is None or each.proposal.stage is wanted)
        and (not delegation or delegation in each.proposal.proposers)
    )


def counts(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> int:
    """How many open proposals on the clause this seat may know of."""
    seat = policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.counts(Reader.of(seat), draft.id)[uid]


def proposal(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> ProposalRecord:
    """The proposal with this public id. Raises Missing when this seat may not know of one."""
    seat = policy.require(seat, Act.READ_PROPOSALS)
    found = store.proposals.get(Reader.of(seat), draft.id, uid)
    if found is None:
        raise Missing(_ABSENT)
    return found


def happened(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[HappenedRecord, ...]:
    """What happened to a proposal since it was tabled, oldest first."""
    return store.proposals.happened(proposal(store, seat, draft, uid))


def is_ours(seat: SeatRecord, of: ProposalRecord) -> bool:
    """Whether the seat belongs to the delegation that proposes."""
    return seat.role in PROPOSING and bool(seat.delegation) and seat.delegation == of.delegation


def state_of(of: ProposalRecord) -> State:
    """The state by which the policy asks."""
    if of.stage is Stage.PRIVATE:
        return State.PRIVATE
    return State.TABLED if of.stage is Stage.TABLED else State.SETTLED


# --- private


def propose(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    wish: Wish | str,
    words: str = "",
    new_kind: Kind | str = Kind.PARAGRAPH,
    heading: str = "",
    reason: str,
    seen: int,
    speaks_for: str = "",
) -> ProposalRecord:
    """A new private proposal on the clause's words as they were at version `seen`.

    `words` are the words instead, or those of the new clause. Invalid for a seat without a
    delegation, no reason, words that change nothing, a version the clause never had.
    """
    seat = policy.require(seat, Act.PROPOSE)
    clause = clause_of(store, draft, uid)
    policy.require(seat, Act.PROPOSE, State.STRUCK if clause.struck else State.LIVE)
    if not seat.delegation:
        raise Invalid("Only somebody who belongs to a delegation can propose.")
    wish = _wish(wish)
    seq, base = _seen(store, draft, clause, seen)
    words, kind, heading = _fit(wish, clause, base, words, new_kind, heading)
    made = store.proposals.add(
        draft_id=draft.id,
        target=uid,
        seq=seq,
        version=seen,
        wish=wish,
        base=base,
        words=words,
        new_kind=kind,
        heading=heading,
        reason=wording.reason_of(reason),
        delegation=seat.delegation,
        speaks_for=convening.group_of(store, draft, seat, speaks_for),
        author=seat,
    )
    return proposal(store, seat, draft, made)


def change(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    words: str = "",
    heading: str = "",
    reason: str,
    speaks_for: str = "",
) -> ProposalRecord:
    """A private proposal with other words, another heading, reason or group."""
    found, seat = _ours(store, seat, draft, uid, Act.CHANGE_PROPOSAL)
    clause = clause_of(store, draft, found.target)
    words, _, heading = _fit(found.wish, clause, found.base, words, found.new_kind, heading)
    store.proposals.change(
        found,
        words=words,
        heading=heading,
        reason=wording.reason_of(reason),
        speaks_for=convening.group_of(store, draft, seat, speaks_for),
    )
    return proposal(store, seat, draft, uid)


def discard(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> None:
    """Delete a private proposal, so that nothing is left of it."""
    found, _ = _ours(store, seat, draft, uid, Act.CHANGE_PROPOSAL)
    if not store.proposals.delete(found):
        raise Invalid("It has just been tabled, and what was tabled is kept.")


def ask(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, delegation: str
) -> None:
    """Ask another delegation to join a private proposal: from now on it reads it, too.

    Said to be so in any case, lest somebody learn from the answer which delegations are here.
    """
    found, _ = _ours(store, seat, draft, uid, Act.CHANGE_PROPOSAL)
    delegation = wording.line(delegation, "name of the delegation")
    if not delegation or delegation in (*found.proposers, *found.asked):
        raise Invalid("Name a delegation that has not been asked yet.")
    store.proposals.ask(found, delegation)


def join(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> None:
    """Join a proposal that the delegation was asked to, or that is tabled; its focal point does."""
    found, seat = _focal(store, seat, draft, uid, Act.JOIN_PROPOSAL)
    if seat.delegation in found.proposers:
        raise Invalid("Your delegation proposes it already.")
    store.proposals.join(found, seat.delegation)
    if found.stage is Stage.TABLED:
        store.proposals.tell(found, "joined", by=seat, detail={"delegation": seat.delegation})


def leave(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> None:
    """Propose it no longer, or decline to; its focal point does. The first one withdraws it."""
    found, seat = _focal(store, seat, draft, uid, Act.JOIN_PROPOSAL)
    if seat.delegation not in (*found.sponsors, *found.asked):
        raise Invalid("Your delegation is not among those that have joined it.")
    store.proposals.leave(found, seat.delegation)
    if found.stage is Stage.TABLED:
        store.proposals.tell(found, "left", by=seat, detail={"delegation": seat.delegation})


# --- from the tabling on


def table(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, meeting: str = ""
) -> ProposalRecord:
    """The proposal, from now on read by everybody and never deleted; the focal point does it."""
    found, seat = _focal(store, seat, draft, uid, Act.TABLE_PROPOSAL)
    _refuse_if_not_ours(found, seat)
    store.proposals.table(found, by=seat, meeting=settling.meeting_of(store, draft, meeting))
    return proposal(store, seat, draft, uid)


def withdraw(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    reason: str = "",
    meeting: str = "",
) -> None:
    """Withdraw a tabled proposal; the focal point does it."""
    found, seat = _focal(store, seat, draft, uid, Act.WITHDRAW_PROPOSAL)
    _refuse_if_not_ours(found, seat)
    why = wording.reason_of(reason) if reason.strip() else ""
    held = settling.meeting_of(store, draft, meeting)
    store.proposals.settle(found, Stage.WITHDRAWN, by=seat, why=why, meeting=held)


def put_aside(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    stage: Stage | str,
    reason: str,
    meeting: str = "",
) -> None:
    """Say, with a reason, that a tabled proposal is not taken up, or is overtaken.

    With the stage `TABLED` one that was settled is put back on the table: what was taken up by
    mistake can be undone in the text, and what was put aside by mistake is open again.
    """
    stage = _stage(stage)
    if stage is Stage.TABLED:
        _put_back(store, seat, draft, uid, reason=reason, meeting=meeting)
        return
    found, seat = steered(store, seat, draft, uid)
    if stage not in _FORMER:
        raise Invalid("Say whether it is not taken up or overtaken.")
    held = settling.meeting_of(store, draft, meeting)
    store.proposals.settle(found, stage, by=seat, why=wording.reason_of(reason), meeting=held)


def _put_back(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    reason: str,
    meeting: str,
) -> None:
    store.proposals.hold(uid)
    found = proposal(store, seat, draft, uid)
    # Whoever may decide about it while it is tabled may also have decided wrongly.
    tabled = state_of(found) if found.stage is Stage.PRIVATE else State.TABLED
    seat = policy.require(seat, Act.SETTLE_PROPOSAL, tabled)
    if found.is_open:
        raise Invalid("It is on the table.")
    if found.stage is Stage.WITHDRAWN:
        raise Invalid("It was withdrawn: whoever wants it can propose the same again.")
    if found.redacted:
        raise Invalid("Its words were redacted: there is nothing left to decide.")
    held = settling.meeting_of(store, draft, meeting)
    store.proposals.put_back(found, by=seat, why=wording.reason_of(reason), meeting=held)


# --- redaction


def redact(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, reason: str = ""
) -> bool:
    """Whether the words are taken out now: two seats ask for it, one of them of those who steer.

    The first call notes who asks; the second, by another seat, does it and says why. Words that
    were taken up go from the text, its journal and its editions as well (redacting.py), and all
    of them from what quotes them.
    """
    store.proposals.hold(uid)
    found = proposal(store, seat, draft, uid)
    seat = policy.require(seat, Act.REDACT_PROPOSAL, state_of(found))
    steers = seat.role in (Role.CHAIR, Role.SECRETARIAT)
    if not steers and not is_ours(seat, found):
        raise Forbidden("Only the delegation whose proposal it is, or the chair, can ask for that.")
    if found.redacted:
        raise Invalid("It has been redacted already.")
    if not found.redaction_by:
        store.proposals.ask_redaction(found, by=seat)
        return False
    if found.redaction_by_id == seat.id:
        raise Invalid("You have asked for it: another seat has to agree.")
    first = store.seats.get(found.redaction_by_id or 0)
    if not steers and (first is None or first.role not in (Role.CHAIR, Role.SECRETARIAT)):
        raise Forbidden("Somebody of the chair or the secretariat has to agree.")
    why = wording.reason_of(reason)
    # Also where it was put back on the table: what was taken up once stays in the journal.
    redacting.take_out(store, seat, draft, found, first=found.redaction_by, why=why)
    store.proposals.redact(found, by=seat, why=why)
    return True


# --- who may


def _ours(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, act: Act
) -> tuple[ProposalRecord, SeatRecord]:
    """A proposal of the seat's own delegation, upon which it may do this."""
    store.proposals.hold(uid)
    refresh(store, draft)
    found = proposal(store, seat, draft, uid)
    seat = policy.require(seat, act, state_of(found))
    _refuse_if_not_ours(found, seat)
    return found, seat


def _focal(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, act: Act
) -> tuple[ProposalRecord, SeatRecord]:
    """A proposal upon which the seat may do this as its delegation's focal point."""
    store.proposals.hold(uid)
    refresh(store, draft)
    found = proposal(store, seat, draft, uid)
    seat = policy.require(seat, act, state_of(found))
    if not seat.focal or not seat.delegation:
        raise Forbidden("Only the focal point of a delegation can do that.")
    return found, seat


def steered(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[ProposalRecord, SeatRecord]:
    """A proposal of which the seat may decide what becomes; nobody else does so meanwhile."""
    store.proposals.hold(uid)
    refresh(store, draft)
    found = proposal(store, seat, draft, uid)
    return found, policy.require(seat, Act.SETTLE_PROPOSAL, state_of(found))


def _refuse_if_not_ours(found: ProposalRecord, seat: SeatRecord) -> None:
    if not is_ours(seat, found):
        raise Forbidden(f"Only {found.delegation} can do that: it is their proposal.")


# --- what people write


def _fit(
    wish: Wish, clause: ClauseRecord, base: str, words: str, new_kind: Kind | str, heading: str
) -> tuple[str, str, str]:
    """Words, kind and heading as they are kept for this wish; Invalid where they say nothing."""
    if wish in (Wish.DELETE, Wish.RETAIN):
        return "", "", ""
    words = wording.cleaned(words, wish, new_kind)
    limit = LONGEST_HEADING if clause.kind.bears_heading and wish is Wish.REPLACE else LONGEST
    if utf16_len(words) > limit or utf16_len(heading) > LONGEST_HEADING:
        raise Invalid(f"That is too long: at most {limit:,} characters.")
    if wish is Wish.REPLACE:
        if not words:
            raise Invalid("To take the clause out, propose to delete it.")
        if words == base:
            raise Invalid("These are the words as they are. To keep them, propose to retain it.")
        return words, "", ""
    try:
        kind = Kind(new_kind)
    except ValueError:
        raise Invalid("There is no such kind of clause.") from None
    heading = wording.cleaned(heading) if kind.bears_heading else ""
    if not words and not heading:
        raise Invalid("A new clause needs some words.")
    if words and kind.bears_heading and kind is not Kind.ARTICLE:
        raise Invalid(f"A {kind.value} has a heading only; propose the text below it by itself.")
    return words, kind.value, heading


def _seen(store: Store, draft: DraftRecord, clause: ClauseRecord, seen: int) -> tuple[int, str]:
    """The entry after which the clause was at the version that somebody looked at; its words."""
    if seen == clause.version:
        now = store.drafts.by_id(draft.id)
        return (now or draft).seq, clause.words
    words, seq = "", 0
    for entry in store.drafts.history(draft.id, clause.uid):
        words, seq = entry.words_after(words), entry.seq
        if entry.version == seen:
            return seq, words
    raise Invalid("The clause never had that version. Please look at it again.")


def clause_of(store: Store, draft: DraftRecord, uid: str) -> ClauseRecord:
    """The clause with this uid, struck or not; Missing when the draft has none."""
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause


def _wish(wish: Wish | str) -> Wish:
    try:
        return Wish(wish)
    except ValueError:
        raise Invalid("Propose to replace, insert, delete or retain.") from None


def _stage(stage: Stage | str) -> Stage:
    try:
        return Stage(stage)
    except ValueError:
        raise Invalid("There is no such stage of a proposal.") from None
