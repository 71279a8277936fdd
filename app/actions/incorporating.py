"""Taking up what was tabled: in the text, in brackets, merged by hand, or as an option beside it.

What is taken up is an ordinary edit of the draft, of origin "proposal", whose entry names the
proposal; where that would do something else than was proposed, a person decides.
"""

from app.actions import choosing, negotiating, policy, settling, wording
from app.actions.following import following
from app.actions.forwarding import Fit, Forwarded, forwarded
from app.actions.placing import live_index, place, subtree
from app.actions.policy import Act, State
from app.actions.refusals import Invalid, Moved
from app.actions.settling import sparing
from app.store.drafts import ClauseRecord, DraftRecord, Pen
from app.store.proposals import ProposalRecord, Stage, Wish
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.brackets import read as read_brackets
from app.treaty.diff import between, changes
from app.treaty.document import Clause, Kind
from app.treaty.options import NO_TEXT

ORIGIN = "proposal"
"""The origin of the journal's entries by which a proposal was taken up."""


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
    found, seat = negotiating.steered(store, seat, draft, uid)
    policy.require(seat, Act.EDIT_TEXT, State.LIVE)
    if found.redacted:
        raise Invalid("Its words were redacted: there is nothing to take up.")
    now = forwarded(store, draft, [found])[0]
    if now.fit is Fit.GONE:
        raise Invalid("The clause that it would change is gone. It may be overtaken.")
    by_hand = None if words is None else wording.cleaned(words, found.wish, found.new_kind)
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
        meeting=settling.meeting_of(store, draft, meeting),
        detail={
            "clause": clause,
            "by hand": by_hand is not None,
            **({"as": "option"} if as_option else {}),
        },
    )
    return clause


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
        clause = negotiating.clause_of(store, draft, now.uid)
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
        clause = negotiating.clause_of(store, draft, now.uid)
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
        return wording.short(by_hand or now.would_be, clause.kind)
    if wish in (Wish.DELETE, Wish.RETAIN):
        if clause.kind.bears_heading:
            raise Invalid("Put its wording.paragraphs in brackets one by one.")
        return wording.short(f"[{clause.words}]", clause.kind)
    return wording.short(bracketed(clause.words, now.would_be), clause.kind)


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
    text, heading = wording.short(by_hand or found.words, Kind.PARAGRAPH), found.heading
    if in_brackets and heading:
        heading = f"[{heading}]"
    spot = place(pen.clauses(), kind, after=after.uid)
    if not kind.bears_heading:
        text = f"[{text}]" if in_brackets and text else text
        return pen.insert(Clause(kind, "", "", text, spot.depth), after=spot.after).uid
    made = last = pen.insert(Clause(kind, "", heading, "", spot.depth), after=spot.after)
    for level, words in wording.paragraphs(text):
        words = f"[{words}]" if in_brackets else words
        below = Clause(wording.LEVELS[level], "", "", words, spot.depth + 1 + level)
        last = pen.insert(below, after=last.uid)
    return made.uid


def _kept(written: bool) -> None:
    if not written:
        raise Moved("Somebody changed this clause at the same moment. Please try again.")
