"""Numbers of a draft: frozen while delegations cite them, counted anew when the text is adopted.

    freeze      every clause keeps the number it has; what comes is 5 bis, what goes is [Deleted]
    renumber    all count from one again, the words that name them follow, [Deleted] goes;
                one act, and so undone as one
    concordance which number became which, at any renumbering or since any edition

How an act leaves frozen numbers in place is keeping.py; how words follow is following.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.actions import policy
from app.actions.following import following
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.exchange.word.concordance import Line, write_concordance
from app.store.drafts import FROZEN, ClauseRecord, DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import renumbering
from app.treaty.document import DELETED, Clause, Document, subtree_end
from app.treaty.numbering import INSERTED, UNCOUNTED, Scheme, citations, is_fixed, numbers
from app.treaty.renumbering import Row


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a draft is numbered now: frozen or not, and what came and went while it is.

    `inserted` are cited as they are now; `deleted` counts the numbers that are only kept. `since`
    is the entry that froze them, None where none did; `done` are the renumberings, latest first.
    """

    is_frozen: bool
    since: EntryRecord | None
    inserted: tuple[tuple[str, str], ...]
    deleted: tuple[tuple[str, str], ...]
    done: tuple[EntryRecord, ...]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Which number became which, between two texts: what each is called, and when."""

    rows: tuple[Row, ...]
    old_name: str
    new_name: str
    at: datetime
    author: str
    followed: int = 0
    unfollowed: int = 0


def numbering(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Numbering:
    """How the draft is numbered now."""
    policy.require(seat, Act.READ_DRAFT)
    clauses = store.drafts.document(draft.id).clauses
    printed = numbers(clauses, Scheme(draft.scheme))
    said = citations(clauses, Scheme(draft.scheme))
    acts = _acts(store, draft)
    frozen = draft.is_frozen
    return Numbering(
        is_frozen=frozen,
        since=next((each for each in acts if each.detail["why"] == "frozen"), None)
        if frozen
        else None,
        inserted=tuple(
            (clause.uid, cited)
            for clause, cited, number in zip(clauses, said, printed, strict=True)
            if clause.number == INSERTED and number and frozen
        ),
        deleted=tuple(
            (clause.uid, cited)
            for clause, cited in zip(clauses, said, strict=True)
            if _keeps_number(clause)
        ),
        done=tuple(each for each in acts if each.detail["why"] == "renumbered"),
    )


def freeze(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> EntryRecord:
    """The entry by which every clause keeps the number it has; again, also what came meanwhile.

    Invalid where all numbers are frozen already, and where there is none to freeze.
    """
    seat = policy.require(seat, Act.FREEZE_NUMBERS)
    with store.drafts.pen(draft.id, seat) as pen, following(store.drafts, pen):
        now = store.drafts.by_id(draft.id) or draft
        clauses = pen.clauses()
        live = [clause for clause in clauses if not clause.struck]
        stored = renumbering.fixed([each.clause() for each in live], Scheme(now.scheme))
        numbers = _other(live, stored)
        if not numbers:
            raise Invalid(
                "Every number is frozen already."
                if now.is_frozen
                else "There are no numbers to freeze yet."
            )
        # What was struck comes back among frozen numbers, and is an insertion then.
        numbers |= {
            each.uid: INSERTED
            for each in clauses
            if each.struck and each.number == "" and each.kind not in UNCOUNTED
        }
        pen.number(numbers, detail={"why": "frozen"})
        if not now.is_frozen:
            pen.describe({"numbers": FROZEN})
    return pen.entries[0]


def preview(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[Row, ...]:
    """What a renumbering would make of the draft as it stands."""
    policy.require(seat, Act.READ_DRAFT)
    old = store.drafts.document(draft.id)
    kept, stored = _counted_anew(old.clauses, Scheme(draft.scheme))
    new = tuple(
        Clause(each.kind, number, each.heading, each.text, each.depth, each.uid)
        for each, number in zip(kept, stored, strict=True)
    )
    return renumbering.concordance(old, Document(old.title, new), Scheme(draft.scheme))


def renumber(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> EntryRecord:
    """The entry by which all numbers count from one again and are computed from then on.

    In the same act "[Deleted]" goes and the words that name what has another number follow; also
    those that are agreed, for nobody wrote these. Invalid where every number is so already.
    What names "[Deleted]" keeps its words, is counted with what could not follow, and is found
    before circulation.
    """
    seat = policy.require(seat, Act.RENUMBER)
    with store.drafts.pen(draft.id, seat) as pen, following(store.drafts, pen):
        now = store.drafts.by_id(draft.id) or draft
        clauses = pen.clauses()
        live = [clause for clause in clauses if not clause.struck]
        kept, stored = _counted_anew([each.clause() for each in live], Scheme(now.scheme))
        left = {each.uid for each in kept}
        numbers = _other([each for each in live if each.uid in left], stored)
        numbers |= {
            each.uid: ""
            for each in clauses
            if (each.struck or each.uid not in left)
            and (each.number == INSERTED or is_fixed(each.clause()))
        }
        gone = [each for each in live if each.uid not in left]
        if not numbers and not now.is_frozen:
            raise Invalid("The numbers count from one already, without gaps.")
        pen.number(numbers, detail={"why": "renumbered"})
        if now.is_frozen:
            pen.describe({"numbers": ""})
        pen.strike(gone, detail={"instead": True})
    return pen.entries[0]


def concordance(store: Store, seat: SeatRecord | None, draft: DraftRecord, seq: int) -> Concordance:
    """Which number became which by the renumbering that begins with the entry `seq`."""
    policy.require(seat, Act.READ_DRAFT)
    entry = store.drafts.entry(draft.id, seq)
    if entry is None or entry.act != "numbered" or entry.detail.get("why") != "renumbered":
        raise Missing("There is no such renumbering of this draft.")
    last = seq + int(entry.detail.get("entries", 1)) - 1
    old, new = (store.drafts.as_it_stood(draft.id, at) for at in (seq - 1, last))
    title = draft.title
    return Concordance(
        rows=renumbering.concordance(
            Document(title, old.live()),
            Document(title, new.live()),
            Scheme(new.mast["scheme"]),
            Scheme(old.mast["scheme"]),
        ),
        old_name="Before",
        new_name="After",
        at=entry.at,
        author=entry.author,
        followed=int(entry.detail.get("followed", 0)),
        unfollowed=int(entry.detail.get("unfollowed", 0)),
    )


def since(store: Store, seat: SeatRecord | None, draft: DraftRecord, slug: str) -> Concordance:
    """Which number of an edition is which in the draft as it stands; Missing for an unknown one."""
    policy.require(seat, Act.READ_DRAFT)
    edition = store.drafts.edition(draft.id, slug)
    if edition is None:
        raise Missing("There is no such edition of this draft.")
    then = Scheme(store.drafts.edition_content(edition).get("scheme", draft.scheme))
    return Concordance(
        rows=renumbering.concordance(
            store.drafts.edition_document(edition),
            store.drafts.document(draft.id),
            Scheme(draft.scheme),
            then,
        ),
        old_name=edition.name,
        new_name="As it stands",
        at=edition.at,
        author=edition.author,
    )


def as_word(draft: DraftRecord, table: Concordance, rows: Sequence[Row]) -> bytes:
    """The table as a Word file."""
    lines = tuple(Line(row.old, row.new, _brief(row.words)) for row in rows)
    return write_concordance(draft.title, draft.symbol, table.old_name, table.new_name, lines)


def _brief(words: str) -> str:
    return words if len(words) <= 90 else words[:90].rsplit(" ", 1)[0] + " …"


def _acts(store: Store, draft: DraftRecord) -> tuple[EntryRecord, ...]:
    """The freezings and renumberings that nobody has undone, the latest first."""
    entries = store.drafts.acts_called(draft.id, "numbered")
    undone = {entry.detail["undoes"] for entry in entries if "undoes" in entry.detail}
    return tuple(
        entry
        for entry in reversed(entries)
        if "undoes" not in entry.detail
        and entry.seq not in undone
        and entry.detail.get("why") in ("frozen", "renumbered")
    )


def _keeps_number(clause: Clause) -> bool:
    """Whether a clause is there for its number only."""
    words = clause.heading if clause.kind.bears_heading else clause.text
    return words == DELETED and is_fixed(clause)


def _counted_anew(
    clauses: Sequence[Clause], scheme: Scheme
) -> tuple[tuple[Clause, ...], tuple[str, ...]]:
    """The clauses that stay, and the number that each has to store from then on."""
    kept = tuple(
        clause
        for at, clause in enumerate(clauses)
        if not _keeps_number(clause) or subtree_end(tuple(clauses), at) > at + 1
    )
    return kept, renumbering.renumbered(kept, scheme)


def _other(clauses: Sequence[ClauseRecord], stored: Sequence[str]) -> dict[str, str]:
    return {
        clause.uid: number
        for clause, number in zip(clauses, stored, strict=True)
        if clause.number != number
    }


__all__ = [
    "Concordance",
    "Numbering",
    "as_word",
    "concordance",
    "freeze",
    "numbering",
    "preview",
    "renumber",
    "since",
]
