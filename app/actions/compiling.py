"""What a compilation sets beside the text, and the reservations that stand below it as footnotes.

Only what is tabled, released and for everyone goes into a file, whoever makes it: what a seat may
read for itself is not what it may send out. Delegations are named if those who steer want it; else
proposals have numbers and nobody has a name.
"""

from collections import defaultdict
from collections.abc import Mapping

from app.actions import annotating, negotiating, policy, stating
from app.actions.policy import Act
from app.exchange.citation import name, plain
from app.exchange.notewords import lines_of
from app.exchange.word.compilation import Beside, Proposed
from app.exchange.word.treaty import Authority
from app.store.drafts import DraftRecord
from app.store.notes import Audience, NoteRecord
from app.store.proposals import Stage, Stance, Wish
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.document import Clause, Document

_WISHES = {
    Wish.INSERT: "Insert after this clause:",
    Wish.DELETE: "Delete.",
    Wish.RETAIN: "Retain the text as it is.",
}
_AS_NOW = "On the text as it stands now, which is not the one beside it."


def beside(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    document: Document,
    authorities: Mapping[str, tuple[Authority, ...]],
    *,
    named: bool,
) -> Beside:
    """The tabled proposals, everybody's notes and the sources, by the uids of `document`.

    `named`: with the names of delegations and authors.
    """
    if named:
        policy.require(seat, Act.NAME_AUTHORS)
    return Beside(
        _proposals(store, seat, draft, document, named=named),
        _comments(store, seat, draft, named=named),
        {uid: tuple(_source(each) for each in ties) for uid, ties in authorities.items()},
    )


def reservations(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, named: bool
) -> dict[str, tuple[str, ...]]:
    """The released reservations as sentences, by the uid of the clause that they concern."""
    if named:
        policy.require(seat, Act.NAME_AUTHORS)
    shown = [
        each
        for each in negotiating.proposals(store, seat, draft, stage=Stage.TABLED)
        if each.forwarded.uid
    ]
    where = {each.proposal.id: each for each in shown}
    found: dict[str, list[str]] = defaultdict(list)
    for one in stating.positions(store, seat, tuple(each.proposal for each in shown)):
        if one.stance is not Stance.RESERVES or one.released_at is None:
            continue
        proposal = where[one.proposal_id].proposal
        who = one.delegation if named else "A delegation"
        of = f"by {_and(proposal.proposers)} " if named else ""
        condition = f": {one.condition}" if one.condition else ""
        sentence = f"{who} reserves its position on the proposal {of}on this clause{condition}"
        found[where[one.proposal_id].forwarded.uid].append(f"{sentence.rstrip('.')}.")
    return {uid: tuple(sentences) for uid, sentences in found.items()}


def _proposals(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    document: Document,
    *,
    named: bool,
) -> dict[str, tuple[Proposed, ...]]:
    words = {clause.uid: _words(clause) for clause in document.clauses}
    found: dict[str, list[Proposed]] = defaultdict(list)
    for number, shown in enumerate(
        negotiating.proposals(store, seat, draft, stage=Stage.TABLED), 1
    ):
        proposal, now = shown.proposal, shown.forwarded
        uid = now.uid if now.uid in words else proposal.target
        if uid not in words or proposal.redacted:
            continue
        old, new, said = now.words, now.would_be, ""
        if old != words[uid]:
            # The text beside it may be the very one that the proposal was made on.
            if proposal.base == words[uid]:
                old, new = proposal.base, proposal.words
            else:
                said = _AS_NOW
        if proposal.wish is Wish.INSERT:
            old, new = "", "\n".join(filter(None, (proposal.heading, proposal.words)))
        elif proposal.wish is Wish.DELETE:
            new = ""
        elif proposal.wish is Wish.RETAIN:
            old = new = said = ""
        who = _and(proposal.proposers) if named else f"Proposal {number}"
        if named and proposal.speaks_for:
            who = f"{who} (for {proposal.speaks_for})"
        wish = _WISHES.get(proposal.wish, "")
        found[uid].append(Proposed(who, old, new, wish, proposal.reason, said))
    return {uid: tuple(each) for uid, each in found.items()}


def _comments(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, named: bool
) -> dict[str, tuple[str, ...]]:
    """What was said to everyone and is still open, thread by thread."""
    found: dict[str, list[str]] = defaultdict(list)
    for thread in annotating.threads(store, seat, draft):
        if thread.note.audience is not Audience.EVERYONE or not thread.note.is_open:
            continue
        said = [_said(thread.note, thread.note.kind.value.capitalize(), named=named)]
        said += [_said(answer, "Answer", named=named) for answer in thread.answers]
        found[thread.uid] += said
    return {uid: tuple(lines) for uid, lines in found.items()}


def _said(note: NoteRecord, kind: str, *, named: bool) -> str:
    body = " ".join("".join(span.text for span in line) for line in lines_of(note.body))
    return f"{note.author}: {body}" if named else f"{kind}: {body}"


def _source(tie: Authority) -> str:
    title = tie.title if tie.kind == "case" else plain(name(tie.csl)) or tie.title
    place = f", {tie.pinpoint}" if tie.pinpoint else ""
    return f"{title}{place} ({tie.relation})"


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _words(clause: Clause) -> str:
    return clause.heading if clause.kind.bears_heading else clause.text
