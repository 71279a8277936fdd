"""Proposals and what becomes of them: made, tabled, joined, spoken to, taken up or not.

Whoever may not know of a proposal is told what is told of one that never was; that is decided by
the store's queries, before anything here asks what a seat may do. A proposal that is private
leaves no trace outside of its own row. What is taken up is an ordinary edit of the draft, of
origin "proposal", whose entry names the proposal.
"""

import re
from dataclasses import dataclass

from app.actions import choosing, conditions, policy, redacting
from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.following import following
from app.actions.forwarding import Fit, Forwarded, collisions, forwarded, refresh
from app.actions.placing import live_index, place, subtree
from app.actions.policy import Act, State
from app.actions.refusals import Forbidden, Invalid, Missing, Moved
from app.actions.settling import sparing
from app.store.drafts import ClauseRecord, DraftRecord, Pen
from app.store.proposals import (
    PROPOSING,
    GroupRecord,
    HappenedRecord,
    MeetingRecord,
    PositionRecord,
    ProposalRecord,
    Stage,
    Stance,
    Wish,
)
from app.store.readers import Reader
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from app.treaty.brackets import read as read_brackets
from app.treaty.changes import utf16_len
from app.treaty.diff import between, changes
from app.treaty.document import Clause, Kind
from app.treaty.options import NO_TEXT

ORIGIN = "proposal"
"""The origin of the journal's entries by which a proposal was taken up."""

LONGEST_REASON = 2_000
LONGEST_LINE = 120

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


def positions(
    store: Store, seat: SeatRecord | None, on: tuple[ProposalRecord, ...]
) -> tuple[PositionRecord, ...]:
    """Who thinks what of these proposals, as far as this seat may know of it."""
    seat = policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.positions(Reader.of(seat), on)


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
    clause = _clause(store, draft, uid)
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
        reason=_reason(reason),
        delegation=seat.delegation,
        speaks_for=_group(store, draft, seat, speaks_for),
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
    clause = _clause(store, draft, found.target)
    words, _, heading = _fit(found.wish, clause, found.base, words, found.new_kind, heading)
    store.proposals.change(
        found,
        words=words,
        heading=heading,
        reason=_reason(reason),
        speaks_for=_group(store, draft, seat, speaks_for),
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
    delegation = _line(delegation, "name of the delegation")
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
    store.proposals.table(found, by=seat, meeting=_meeting(store, draft, meeting))
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
    why = _reason(reason) if reason.strip() else ""
    held = _meeting(store, draft, meeting)
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
    found, seat = _steered(store, seat, draft, uid)
    if stage not in _FORMER:
        raise Invalid("Say whether it is not taken up or overtaken.")
    held = _meeting(store, draft, meeting)
    store.proposals.settle(found, stage, by=seat, why=_reason(reason), meeting=held)


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
    held = _meeting(store, draft, meeting)
    store.proposals.put_back(found, by=seat, why=_reason(reason), meeting=held)


def incorporate(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    in_brackets: bool = False,
    as_option: bool = False,
    words: str | None = None,
    seen: int | None = None,
    meeting: str = "",
) -> str:
    """The uid of the clause into which the proposal was taken up, in the text or in brackets.

    As an option it becomes a clause beside the one that it would change, of which one is chosen
    later. `words`, made by hand on version `seen` of the clause, are taken instead of what the
    proposal comes to. Invalid where it touches words that have changed and nothing was made by
    hand, and where the clause is gone; Moved where the clause has changed since `seen`. With
    `seen` a clause is also taken out that has changed since that was proposed.
    """
    found, seat = _steered(store, seat, draft, uid)
    policy.require(seat, Act.EDIT_TEXT, State.LIVE)
    if found.redacted:
        raise Invalid("Its words were redacted: there is nothing to take up.")
    now = forwarded(store, draft, [found])[0]
    if now.fit is Fit.GONE:
        raise Invalid("The clause that it would change is gone. It may be overtaken.")
    by_hand = None if words is None else _cleaned(words, found.wish, found.new_kind)
    if by_hand == "":
        raise Invalid("A clause needs some words. To take it out, strike it.")
    is_out = found.wish is Wish.DELETE and by_hand is None
    needs_seen = found.wish is not Wish.INSERT and (by_hand is not None or (is_out and seen))
    if needs_seen and seen != now.version:
        raise Moved(
            "The clause was changed while you merged. Please look at both texts.",
            mine=by_hand or "",
            theirs=now.words,
            version=now.version,
        )
    if by_hand is None and now.fit is Fit.TOUCHES and found.wish is not Wish.RETAIN:
        if not is_out:
            raise Invalid("It touches words that have changed: merge it by hand.")
        if seen is None:
            raise Invalid("The clause has changed since. Look at it as it is, and decide again.")
    if as_option:
        clause = _put_beside(store, seat, draft, now, by_hand)
    else:
        clause = _write(store, seat, draft, now, by_hand, in_brackets=in_brackets)
    store.proposals.settle(
        found,
        Stage.BRACKETED if in_brackets else Stage.INCORPORATED,
        by=seat,
        meeting=_meeting(store, draft, meeting),
        detail={
            "clause": clause,
            "by hand": by_hand is not None,
            **({"as": "option"} if as_option else {}),
        },
    )
    return clause


# --- positions


def take_position(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    stance: Stance | str,
    condition: str = "",
    about: str = "",
    has: str = "",
    delegation: str = "",
    meeting: str = "",
) -> str:
    """The public id of a position: one's own delegation's, or one recorded from the floor.

    Those who steer say whose it is, and everybody else speaks for their own. Others read it when
    the chair has released it. In its place of an earlier one of the same delegation. `about` is
    another clause ("9(1)") and `has` the words that it is to have; without them both are looked
    for in the condition. Invalid where there is no such clause.
    """
    found = proposal(store, seat, draft, uid)
    seat = policy.require(seat, Act.READ_PROPOSALS)
    from_floor = policy.may(seat, Act.RECORD_POSITION)
    act = Act.RECORD_POSITION if from_floor else Act.STATE_POSITION
    seat = policy.require(seat, act, state_of(found))
    whose = _line(delegation, "name of the delegation") if from_floor else seat.delegation
    if not whose:
        raise Invalid("Say which delegation takes this position.")
    if whose in found.proposers:
        raise Invalid("That delegation proposes it.")
    return store.proposals.take_position(
        found,
        delegation=whose,
        stance=_stance(stance),
        condition=_optional(condition, "condition"),
        linked=conditions.link(store, draft, condition=condition, about=about, has=has),
        from_floor=from_floor,
        meeting=_meeting(store, draft, meeting),
        author=seat,
    )


def release(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, position: str
) -> None:
    """Let everybody read a position on the proposal. Missing when there is none."""
    found = proposal(store, seat, draft, uid)
    seat = policy.require(seat, Act.RELEASE_POSITION)
    for each in store.proposals.positions(Reader.of(seat), [found]):
        if each.uid == position:
            if store.proposals.release(each, by=seat):
                detail = {"delegation": each.delegation, "stance": each.stance.value}
                store.proposals.tell(found, "position", by=seat, detail=detail)
            return
    raise Missing("There is no such position on this proposal.")


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
    why = _reason(reason)
    # Also where it was put back on the table: what was taken up once stays in the journal.
    redacting.take_out(store, seat, draft, found, first=found.redaction_by, why=why)
    store.proposals.redact(found, by=seat, why=why)
    return True


# --- meetings and groups


def meetings(
    store: Store, seat: SeatRecord | None, draft: DraftRecord
) -> tuple[MeetingRecord, ...]:
    """The register of meetings, oldest first."""
    policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.meetings(draft.id)


def enter_meeting(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, name: str, held: str = ""
) -> str:
    """The public id of a meeting, now in the register; `held` is its date as people write it."""
    seat = policy.require(seat, Act.KEEP_MEETINGS)
    name = _line(name, "name")
    if not name:
        raise Invalid("A meeting needs a name.")
    if any(meeting.name == name for meeting in store.proposals.meetings(draft.id)):
        raise Invalid("There is a meeting of that name.")
    return store.proposals.add_meeting(draft.id, name=name, held=_line(held, "date"), author=seat)


def groups(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[GroupRecord, ...]:
    """The delegations that speak together, by the groups' names."""
    policy.require(seat, Act.READ_PROPOSALS)
    return store.proposals.groups(draft.id)


def set_group(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, name: str, members: str
) -> None:
    """Say which delegations, one a line, are in a group; with none there is no such group."""
    seat = policy.require(seat, Act.KEEP_GROUPS)
    name = _line(name, "name")
    if not name:
        raise Invalid("A group needs a name.")
    named = [_line(line, "name of a delegation") for line in members.splitlines()]
    named = list(dict.fromkeys(filter(None, named)))
    store.proposals.set_group(draft.id, name=name, members=named, author=seat)


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


def _steered(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[ProposalRecord, SeatRecord]:
    store.proposals.hold(uid)
    refresh(store, draft)
    found = proposal(store, seat, draft, uid)
    return found, policy.require(seat, Act.SETTLE_PROPOSAL, state_of(found))


def _refuse_if_not_ours(found: ProposalRecord, seat: SeatRecord) -> None:
    if not is_ours(seat, found):
        raise Forbidden(f"Only {found.delegation} can do that: it is their proposal.")


# --- taking up


def _write(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    now: Forwarded,
    by_hand: str | None,
    *,
    in_brackets: bool,
) -> str:
    """Change the draft as the proposal says; the uid of the clause that shows it."""
    found = now.proposal
    said: dict[str, object] = {"proposal": found.uid}
    if in_brackets:
        said["owners"] = list(found.proposers)
    with store.drafts.pen(draft.id, seat, ORIGIN) as pen, sparing(store, pen):
        clause = _clause(store, draft, now.uid)
        if clause.struck or clause.version != now.version:
            raise Moved("Somebody changed this clause at the same moment. Please try again.")
        if found.wish is Wish.INSERT:
            with following(store.drafts, pen):
                made = _insert(pen, clause, found, by_hand, in_brackets=in_brackets)
                pen.add_detail(0, said)
            return made
        if found.wish is Wish.DELETE and not in_brackets and by_hand is None:
            with following(store.drafts, pen):
                every = pen.clauses()
                gone = subtree(every, live_index(every, clause.uid))
                _kept(pen.strike(gone, detail={}))
                pen.add_detail(0, said)
            return clause.uid
        words = _words(now, clause, by_hand, in_brackets=in_brackets)
        difference = between(clause.words, words)
        if not difference.is_empty:
            _kept(pen.reword(clause, difference, detail=said))
    return clause.uid


def _put_beside(
    store: Store, seat: SeatRecord, draft: DraftRecord, now: Forwarded, by_hand: str | None
) -> str:
    """Put what the proposal comes to beside the clause as an option; the uid of the new clause."""
    found = now.proposal
    if found.wish in (Wish.INSERT, Wish.RETAIN):
        raise Invalid("Only other words for a clause, or none, can be an option beside it.")
    words = NO_TEXT if found.wish is Wish.DELETE else by_hand or now.would_be
    with (
        store.drafts.pen(draft.id, seat, ORIGIN) as pen,
        sparing(store, pen),
        following(store.drafts, pen),
    ):
        clause = _clause(store, draft, now.uid)
        if clause.struck or clause.version != now.version:
            raise Moved("Somebody changed this clause at the same moment. Please try again.")
        choosing.require_open(store, pen, pen.clauses(), clause)
        made = choosing.put(pen, pen.clauses(), clause, words)
        pen.add_detail(0, {"proposal": found.uid, "owners": list(found.proposers)})
    return made.uid


def _words(now: Forwarded, clause: ClauseRecord, by_hand: str | None, *, in_brackets: bool) -> str:
    """The clause's words with the proposal taken up."""
    wish = now.proposal.wish
    if by_hand or not in_brackets:
        return _short(by_hand or now.would_be, clause.kind)
    if wish in (Wish.DELETE, Wish.RETAIN):
        if clause.kind.bears_heading:
            raise Invalid("Put its paragraphs in brackets one by one.")
        return _short(f"[{clause.words}]", clause.kind)
    return _short(bracketed(clause.words, now.would_be), clause.kind)


def _short(words: str, kind: Kind) -> str:
    """The words, where a clause of this kind takes so many; else Invalid."""
    limit = LONGEST_HEADING if kind.bears_heading else LONGEST
    if utf16_len(words) > limit:
        raise Invalid(f"The clause would be too long: at most {limit:,} characters.")
    return words


def bracketed(old: str, new: str) -> str:
    """The old text with every change to the new one as brackets: `[shall][should]`, `[often]`.

    Where that tore brackets apart that are there already, both texts stand whole.
    """
    pieces, at = [], 0
    for start, end, words in changes(old, new):
        lead = words[: len(words) - len(words.lstrip())]
        tail = words[len(words.rstrip()) :] if words.strip() else ""
        gone = old[start:end]
        before = gone[: len(gone) - len(gone.lstrip())] if gone.strip() else lead
        after = gone[len(gone.rstrip()) :] if gone.strip() else tail
        sides = [side.strip() for side in (gone, words) if side.strip()]
        if any(read_brackets(side).problems for side in sides):
            return f"[{old}][{new}]"
        marked = "".join(f"[{side}]" for side in sides)
        pieces += [old[at:start], before + marked + after if marked else gone]
        at = end
    return "".join([*pieces, old[at:]])


def _insert(
    pen: Pen,
    after: ClauseRecord,
    found: ProposalRecord,
    by_hand: str | None,
    *,
    in_brackets: bool,
) -> str:
    """The uid of the new clause, as drafting.insert would make it."""
    kind = Kind(found.new_kind)
    text, heading = _short(by_hand or found.words, Kind.PARAGRAPH), found.heading
    if in_brackets and heading:
        heading = f"[{heading}]"
    spot = place(pen.clauses(), kind, after=after.uid)
    if not kind.bears_heading:
        text = f"[{text}]" if in_brackets and text else text
        return pen.insert(Clause(kind, "", "", text, spot.depth), after=spot.after).uid
    made = last = pen.insert(Clause(kind, "", heading, "", spot.depth), after=spot.after)
    for level, words in paragraphs(text):
        words = f"[{words}]" if in_brackets else words
        below = Clause(_LEVELS[level], "", "", words, spot.depth + 1 + level)
        last = pen.insert(below, after=last.uid)
    return made.uid


_LEVELS = (Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM)


def paragraphs(text: str) -> list[tuple[int, str]]:
    """The paragraphs of a new article, a line each, with how deep each stands below the first.

    A line begins with a tab for a subparagraph and with two for an item.
    """
    found: list[tuple[int, str]] = []
    for line in text.split("\n"):
        words = line.lstrip("\t")
        if words:
            deepest = found[-1][0] + 1 if found else 0
            found.append((min(len(line) - len(words), deepest, len(_LEVELS) - 1), words))
    return found


def _kept(written: bool) -> None:
    if not written:
        raise Moved("Somebody changed this clause at the same moment. Please try again.")


# --- what people write


def _fit(
    wish: Wish, clause: ClauseRecord, base: str, words: str, new_kind: Kind | str, heading: str
) -> tuple[str, str, str]:
    """Words, kind and heading as they are kept for this wish; Invalid where they say nothing."""
    if wish in (Wish.DELETE, Wish.RETAIN):
        return "", "", ""
    words = _cleaned(words, wish, new_kind)
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
    heading = _cleaned(heading) if kind.bears_heading else ""
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


def _clause(store: Store, draft: DraftRecord, uid: str) -> ClauseRecord:
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause


def _group(store: Store, draft: DraftRecord, seat: SeatRecord, name: str) -> str:
    """The name of a group that the seat's delegation is in; "" for none."""
    if not name:
        return ""
    for group in store.proposals.groups(draft.id):
        if group.name == name and seat.delegation in group.members:
            return name
    raise Invalid("Your delegation is not in a group of that name.")


def _meeting(store: Store, draft: DraftRecord, uid: str) -> MeetingRecord | None:
    """The meeting with this public id; None for ""."""
    if not uid:
        return None
    for meeting in store.proposals.meetings(draft.id):
        if meeting.uid == uid:
            return meeting
    raise Invalid("There is no such meeting in the register.")


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


def _stance(stance: Stance | str) -> Stance:
    try:
        return Stance(stance)
    except ValueError:
        raise Invalid("A delegation supports, opposes or reserves its position.") from None


def _reason(reason: str) -> str:
    reason = _optional(reason, "reason")
    if not reason:
        raise Invalid("Please say why, in a sentence.")
    return reason


def _optional(text: str, what: str) -> str:
    text = _cleaned(text)
    if len(text) > LONGEST_REASON:
        raise Invalid(f"The {what} is too long: at most {LONGEST_REASON:,} characters.")
    return text


def _line(text: str, what: str) -> str:
    line = _cleaned(text)
    if len(line) > LONGEST_LINE:
        raise Invalid(f"The {what} is too long: at most {LONGEST_LINE} characters.")
    return line


def _cleaned(text: str, wish: Wish | None = None, kind: Kind | str = "") -> str:
    """The text on one line, as the words of clauses are kept; that of a new article in several."""
    if re.search("[\ud800-\udfff]", text):
        raise Invalid("The text contains half a character.")
    if wish is Wish.INSERT and kind == Kind.ARTICLE:
        # As `paragraphs` reads it: the tabs before a line say how deep it stands.
        lines = (
            line[: len(line) - len(line.lstrip("\t"))] + _line_of(line) for line in _split(text)
        )
        return "\n".join(line for line in lines if line.strip())
    return _line_of(text)


def _split(text: str) -> list[str]:
    return re.split(r"\r\n|[\n\r\u2028\u2029]", text)


def _line_of(text: str) -> str:
    return re.sub(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")
