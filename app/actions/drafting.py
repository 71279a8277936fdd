"""Changing a draft: its words, its structure, its mast and its editions.

Whoever changes a clause says which version they were looking at (`seen`). When
the clause has moved on meanwhile, their words and the newer ones are merged
where they do not touch; where they do, Moved carries all three texts back.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.actions import policy, settling, undoing
from app.actions.comparing import (
    ComparedRow,
    Comparison,
    Revision,
    compare,
    history,
    moment_of,
)
from app.actions.following import following
from app.actions.placing import (
    LEVELS,
    Place,
    before,
    can_leave,
    level_in,
    live_index,
    named,
    parent,
    place,
    run_end,
    subtree,
)
from app.actions.policy import Act, State
from app.actions.refusals import Invalid, Missing, Moved
from app.actions.undoing import bring
from app.store import proof
from app.store.drafts import ClauseRecord, DraftRecord, EditionRecord, Pen
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet, cut, utf16_len
from app.treaty.diff import between
from app.treaty.document import DELETED, Clause, Document, Kind
from app.treaty.merge import merge as merge_texts
from app.treaty.numbering import NO_NUMBER, Scheme, is_fixed, release

__all__ = [
    "ComparedRow",
    "Comparison",
    "Consequences",
    "Revision",
    "Reworded",
    "begin",
    "clause",
    "clauses",
    "compare",
    "consequences",
    "describe",
    "document",
    "drafts",
    "drop",
    "edition",
    "editions",
    "history",
    "insert",
    "journal",
    "level",
    "merge",
    "move",
    "name_edition",
    "new_draft",
    "open_draft",
    "restore",
    "retitle",
    "revert",
    "reword",
    "split",
    "strike",
    "struck",
    "successor",
    "undo",
    "verify",
]

LONGEST = 100_000
"""How many UTF-16 units a clause may have; the longest of real treaties have a tenth of that."""

LONGEST_HEADING = 1_000

_WITH_TEXT_BELOW = frozenset({Kind.ARTICLE, Kind.ANNEX, Kind.APPENDIX})
_WITHOUT_PLACE = "What stands below this clause would be left without a place: move it first."


@dataclass(frozen=True, slots=True)
class Reworded:
    """A clause with its new words; `merged` says that somebody else's were joined with them."""

    clause: ClauseRecord
    merged: bool


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an act brought along besides itself, counted.

    `followed`: cross-references whose numbers were rewritten; `unfollowed`: those that name a
    clause which other numbers alone cannot name; `left`: those to clauses the act has struck,
    whose words stay; `citations`: ties that went to another clause, or are its too.
    """

    followed: int = 0
    unfollowed: int = 0
    left: int = 0
    citations: int = 0


def open_draft(store: Store, seat: SeatRecord | None, slug: str) -> DraftRecord:
    """The draft with this slug; Missing when there is none."""
    policy.require(seat, Act.READ_DRAFT)
    draft = store.drafts.by_slug(slug)
    if draft is None:
        raise Missing("There is no such draft here.")
    return draft


def drafts(store: Store, seat: SeatRecord | None) -> tuple[DraftRecord, ...]:
    """Every draft, by its title."""
    policy.require(seat, Act.READ_DRAFT)
    return store.drafts.all()


def document(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Document:
    """The draft's live text as a treaty value, each clause with its uid."""
    policy.require(seat, Act.READ_DRAFT)
    return store.drafts.document(draft.id)


def clauses(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[ClauseRecord, ...]:
    """The draft's live clauses in order."""
    policy.require(seat, Act.READ_DRAFT)
    return store.drafts.clauses(draft.id)


def clause(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> ClauseRecord:
    """One clause of the draft, struck ones too; Missing when the draft never had it."""
    policy.require(seat, Act.READ_DRAFT)
    return _again(store, draft, uid)


def new_draft(
    store: Store,
    seat: SeatRecord | None,
    *,
    title: str,
    document: Document,
    scheme: str = "un",
    slug: str = "",
) -> DraftRecord:
    """A new draft of the document's clauses.

    Numbers that the scheme would give by itself become automatic, the others stay as
    printed. The slug is made from the title unless one is given; Invalid when it is taken.
    """
    seat = policy.require(seat, Act.START_DRAFT)
    title = _heading(title)
    if not title:
        raise Invalid("A draft needs a title.")
    if scheme not in set(Scheme):
        raise Invalid("Number the draft by the scheme of the UN (un) or of the EU (eu).")
    if slug and store.drafts.by_slug(slug) is not None:
        raise Invalid(f"There is a draft called {slug} already.")
    released = release(Document(title, tuple(map(_cleaned, document.clauses))), Scheme(scheme))
    taken = {draft.slug for draft in store.drafts.all()}
    return store.drafts.create(
        slug=slug or _free_slug(title, taken), document=released, by=seat, scheme=scheme
    )


def describe(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    title: str | None = None,
    symbol: str | None = None,
    dated: str | None = None,
    distribution: str | None = None,
    scheme: str | None = None,
) -> DraftRecord:
    """The draft with another title, symbol, date, distribution or scheme; None leaves it alone."""
    seat = policy.require(seat, Act.CHANGE_MAST)
    wanted = {
        "title": title,
        "symbol": symbol,
        "dated": dated,
        "distribution": distribution,
        "scheme": scheme,
    }
    if title is not None and not _heading(title):
        raise Invalid("A draft needs a title.")
    if scheme is not None and scheme not in set(Scheme):
        raise Invalid("Number the draft by the scheme of the UN (un) or of the EU (eu).")
    with store.drafts.pen(draft.id, seat) as pen:
        now = _fresh(store, draft)
        mast = {name: _heading(value) for name, value in wanted.items() if value is not None}
        mast = {name: value for name, value in mast.items() if value != getattr(now, name)}
        if mast:
            pen.describe(mast)
    return _fresh(store, draft)


def reword(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    text: str,
    *,
    seen: int,
    seen_text: str | None = None,
) -> Reworded:
    """The clause with new words, merged with newer ones where the two do not touch.

    `seen` is the version that the author was looking at, `seen_text` its text, used only
    when the journal does not know that version. Words that change nothing journal nothing.
    Raises Moved with base, mine and theirs when both changed the same words.
    """
    seat = policy.require(seat, Act.EDIT_TEXT)
    with _pen(store, draft, seat) as pen:
        clause = _live(store, draft, uid, seat, Act.EDIT_TEXT)
        if clause.kind.bears_heading:
            raise Invalid(
                f"{named(clause.kind).capitalize()} has a heading; its words stand below."
            )
        mine = _words(text)
        base = clause.text
        if seen != clause.version:
            base = _seen_text(store, draft, clause, seen, seen_text, mine)
        joined = _joined(clause, base, mine)
        changes = between(clause.text, joined)
        if changes.is_empty:
            return Reworded(clause, merged=False)
        _kept(pen.reword(clause, changes))
    return Reworded(_again(store, draft, uid), merged=joined != mine)


def retitle(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, heading: str, *, seen: int
) -> ClauseRecord:
    """The clause with a new heading, merged with a newer one where the two do not touch."""
    seat = policy.require(seat, Act.EDIT_TEXT)
    with _pen(store, draft, seat) as pen:
        clause = _live(store, draft, uid, seat, Act.EDIT_TEXT)
        if not clause.kind.bears_heading:
            raise Invalid(f"{named(clause.kind).capitalize()} has no heading.")
        mine = _heading(heading)
        base: str | None = clause.heading
        if seen != clause.version:
            base = store.drafts.words_at(draft.id, uid, version=seen)
        joined = _joined(clause, clause.heading if base is None else base, mine)
        changes = between(clause.heading, joined)
        if changes.is_empty:
            return clause
        _kept(pen.reword(clause, changes))
    return _again(store, draft, uid)


def insert(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    after: str | None,
    kind: Kind | str,
    heading: str = "",
    text: str = "",
    depth: int | None = None,
) -> ClauseRecord:
    """A new clause after the one named (None: at the very front); placing.py says just where.

    An article may come with text, which becomes its first paragraph in the same act.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE, State.LIVE)
    kind = _kind(kind)
    heading = _heading(heading)
    text = _words(text) if text.strip() or not kind.bears_heading else ""
    if heading and not kind.bears_heading:
        raise Invalid(f"{named(kind).capitalize()} has no heading, only text.")
    if text and kind.bears_heading and kind is not Kind.ARTICLE:
        raise Invalid(f"{named(kind).capitalize()} has a heading only; put the text below it.")
    if not heading and not text:
        raise Invalid("A new clause needs some words.")
    with _pen(store, draft, seat) as pen, following(store.drafts, pen):
        found = place(pen.clauses(), kind, after=after, depth=depth)
        own = "" if kind.bears_heading else text
        made = pen.insert(Clause(kind, "", heading, own, found.depth), after=found.after)
        if text and kind.bears_heading:
            below = Clause(Kind.PARAGRAPH, "", "", text, found.depth + 1)
            pen.insert(below, after=made.uid)
    return made


def strike(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, seen: int
) -> ClauseRecord:
    """The clause struck, with all that stands below it; `restore` brings them back."""
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat) as pen, following(store.drafts, pen):
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        _refuse_if_reworded(store, draft, clause, seen)
        clauses = pen.clauses()
        _kept(pen.strike(subtree(clauses, live_index(clauses, uid)), detail={}))
    return _again(store, draft, uid)


def struck(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[ClauseRecord, ...]:
    """The clauses that were struck and can be restored, each standing for all struck with it."""
    policy.require(seat, Act.READ_DRAFT)
    gone = [clause for clause in store.drafts.clauses(draft.id, with_struck=True) if clause.struck]
    last = store.drafts.last_struck(draft.id)
    return tuple(
        clause
        for clause in gone
        if last[clause.uid].first == last[clause.uid].seq and clause.words != DELETED
    )


def restore(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> ClauseRecord:
    """A struck clause brought back where it was, with everything that was struck with it.

    Invalid when it was struck together with, or stands below, a clause that is still struck.
    """
    seat = policy.require(seat, Act.RESTORE_CLAUSE)
    with _pen(store, draft, seat) as pen, following(store.drafts, pen):
        clauses = pen.clauses()
        clause = next((clause for clause in clauses if clause.uid == uid), None)
        if clause is None:
            raise Missing("There is no such clause in this draft.")
        if not clause.struck:
            return clause
        last = store.drafts.last_struck(draft.id)
        _refuse_below_struck(clauses, clause, last)
        first = last[uid].seq
        together = [
            other
            for other in clauses
            if other.struck and (other.uid == uid or last[other.uid].first == first)
        ]
        _kept(pen.restore(together, detail={}))
    return _again(store, draft, uid)


def split(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, at: int, seen: int
) -> ClauseRecord:
    """The new clause, that takes the words from the UTF-16 offset `at` on.

    It is of the same kind, and what stands below the clause is read under it from then on.
    What the clause cites, the new one cites too: nobody can tell which half rests on what.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat) as pen, following(store.drafts, pen) as carried:
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        _refuse_if_reworded(store, draft, clause, seen)
        if clause.kind.bears_heading:
            raise Invalid("Only a clause with text can be split.")
        try:
            left, right = cut(clause.text, 0, at), cut(clause.text, at, utf16_len(clause.text))
        except ValueError:
            raise Invalid("The text cannot be split at that place.") from None
        left, right = left.rstrip(), right.lstrip()
        if not left or not right:
            raise Invalid("There must be words before and after the place where you split.")
        length, kept = utf16_len(clause.text), utf16_len(left)
        _kept(pen.reword(clause, ChangeSet.build(length, [(kept, length, "")]), act="split"))
        number = NO_NUMBER if clause.number == NO_NUMBER else ""
        half = Clause(clause.kind, number, "", right, clause.depth)
        made = pen.insert(half, after=uid, detail={"from": uid})
        tied = store.citations.copy(draft.id, uid, made.uid)
        pen.add_detail(-1, {"tied": tied})
        carried.words[made.uid] = uid
    return _again(store, draft, made.uid)


def merge(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, seen: int
) -> ClauseRecord:
    """The clause before, with this one's words joined to its own; this one is struck.

    A space comes between them, unless there is one or either has no words.
    What this one cites, the topics it answers and what is said of its having no source go to
    the clause before as well, and come back when the joining is undone.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat) as pen, following(store.drafts, pen) as carried:
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        _refuse_if_reworded(store, draft, clause, seen)
        target = _merge_target(pen.clauses(), clause)
        words = clause.text
        if target.text and words and not (target.text[-1] == " " or words[0] == " "):
            words = f" {words}"
        _refuse_too_long(target.text + words)
        length = utf16_len(target.text)
        changes = ChangeSet.build(length, [(length, length, words)])
        _kept(pen.reword(target, changes, act="merged", detail={"joined": uid}))
        brought = bring(store.citations, draft.id, uid, target.uid)
        _kept(pen.strike([clause], detail={"joined": target.uid, "brought": brought}))
        carried.words[target.uid] = uid
    return _again(store, draft, target.uid)


def begin(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, before: bool = False
) -> ClauseRecord:
    """A new clause without words, right after the clause, or with `before` right before it.

    It is of the same kind and depth. After a clause, what stood below that one is read under the
    new one, as when it is split; after an article's or annex's heading comes a paragraph below.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat) as pen, following(store.drafts, pen):
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        clauses = pen.clauses()
        number = NO_NUMBER if clause.number == NO_NUMBER else ""
        new = Clause(clause.kind, number, "", "", clause.depth)
        index = live_index(clauses, uid)
        after = uid
        if before:
            after = clauses[index - 1].uid if index else ""
        elif clause.kind in _WITH_TEXT_BELOW:
            new = Clause(Kind.PARAGRAPH, "", "", "", clause.depth + 1)
        elif clause.kind.bears_heading:
            raise Invalid(f"Put what stands below {named(clause.kind)} in by its own button.")
        made = pen.insert(new, after=after)
    return made


def drop(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> ClauseRecord:
    """The clause struck, which has to be one without words; what stands below it stays.

    Invalid when it has words, or when what stands below it would be left without a place.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat) as pen, following(store.drafts, pen):
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        if clause.words.strip():
            raise Invalid("This clause has words: strike it, or join it to the one before.")
        clauses = pen.clauses()
        index = live_index(clauses, uid)
        if not can_leave(clauses, index):
            raise Invalid(_WITHOUT_PLACE)
        alone = len(subtree(clauses, index)) > 1
        _kept(pen.strike([clause], detail={"alone": True} if alone else {}))
    return _again(store, draft, uid)


def level(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, deeper: bool
) -> ClauseRecord:
    """The clause one level deeper or less deep, with what stands below it.

    Paragraph, subparagraph, item: what it becomes follows from what it stands under then, and
    what comes after it may be read under it. Invalid, with the reason, when there is no such level.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat, moves=True) as pen, following(store.drafts, pen):
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        clauses = pen.clauses()
        start = live_index(clauses, uid)
        run = clauses[start : run_end(clauses, start)]
        _refuse_level(run, deeper)
        found, kinds = level_in(clauses, start, clause.depth + (1 if deeper else -1))
        back = (found.after, clause.depth)
        _kept(pen.move(run, after=found.after, depth=found.depth, back=back, kinds=kinds))
    return _again(store, draft, uid)


def move(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    after: str | None,
    depth: int | None = None,
) -> ClauseRecord:
    """The clause moved after another (None: to the very front), with all that stands below it."""
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with _pen(store, draft, seat, moves=True) as pen, following(store.drafts, pen):
        clause = _live(store, draft, uid, seat, Act.EDIT_STRUCTURE)
        clauses = pen.clauses()
        start = live_index(clauses, uid)
        end = run_end(clauses, start)
        run = clauses[start:end]
        if after in {each.uid for each in run}:
            raise Invalid("A clause cannot be moved into itself.")
        found = place(clauses[:start] + clauses[end:], clause.kind, after=after, depth=depth)
        back = Place(clauses[start - 1].uid if start else "", clause.depth)
        if found == back:
            return clause
        _kept(pen.move(run, after=found.after, depth=found.depth, back=(back.after, back.depth)))
    return _again(store, draft, uid)


def undo(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> EntryRecord:
    """The journal entry that takes back this seat's latest act which still stands: undoing.py.

    Invalid where that would change what is agreed.
    """
    with store.attempt():
        entry = undoing.undo(store, seat, draft)
        settling.require_spared(store, draft, entry.seq)
    return entry


def revert(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    seq: int,
    *,
    through: int | None = None,
) -> EntryRecord:
    """The journal entry that takes back the act of the entry `seq`, whoever did it: undoing.py.

    Invalid where that would change what is agreed.
    """
    with store.attempt():
        entry = undoing.revert(store, seat, draft, seq, through=through)
        settling.require_spared(store, draft, entry.seq)
    return entry


def successor(store: Store, draft: DraftRecord, uid: str) -> str | None:
    """The live clause that the words of a joined-away clause went to; None if there is none.

    Joinings are followed on to the last; a clause that lives or was simply struck has no successor.
    """
    last = store.drafts.last_struck(draft.id)
    met = {uid}
    while True:
        clause = store.drafts.clause(draft.id, uid)
        if clause is None or not clause.struck:
            return uid if clause is not None and len(met) > 1 else None
        uid = last[uid].detail.get("joined", "")
        if uid in met:
            return None
        met.add(uid)


def consequences(store: Store, draft: DraftRecord) -> Consequences:
    """What the latest act upon the draft brought along, to be said beside it."""
    entries = store.drafts.act(draft.id, _fresh(store, draft).seq)
    if not entries:
        return Consequences()
    return Consequences(
        followed=entries[0].detail.get("followed", 0),
        unfollowed=entries[0].detail.get("unfollowed", 0),
        left=sum(len(entry.detail.get("left", ())) for entry in entries),
        citations=sum(
            len(entry.detail.get("brought", {}).get("citations", ()))
            + len(entry.detail.get("tied", ()))
            for entry in entries
        ),
    )


def journal(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    before: int | None = None,
    limit: int = 50,
) -> tuple[EntryRecord, ...]:
    """The latest entries of the draft's journal, or those before a seq; newest first."""
    policy.require(seat, Act.READ_JOURNAL)
    return store.drafts.recent(draft.id, before=before, limit=limit)


def editions(
    store: Store, seat: SeatRecord | None, draft: DraftRecord
) -> tuple[EditionRecord, ...]:
    """The editions of the draft, oldest first."""
    policy.require(seat, Act.READ_DRAFT)
    return store.drafts.editions(draft.id)


def edition(store: Store, seat: SeatRecord | None, draft: DraftRecord, slug: str) -> EditionRecord:
    """The edition with this slug; Missing when there is none."""
    policy.require(seat, Act.READ_DRAFT)
    found = store.drafts.edition(draft.id, slug)
    if found is None:
        raise Missing("There is no such edition of this draft.")
    return found


def name_edition(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    name: str,
    symbol: str = "",
    dated: str = "",
) -> EditionRecord:
    """The draft as it stands, frozen under a name; its slug never changes, nor does its text."""
    seat = policy.require(seat, Act.NAME_EDITION)
    name, symbol, dated = _heading(name), _heading(symbol), _heading(dated)
    if not name:
        raise Invalid("An edition needs a name, such as “Zero draft”.")
    with store.drafts.pen(draft.id, seat) as pen:
        known = store.drafts.editions(draft.id)
        if name.casefold() in {edition.name.casefold() for edition in known}:
            raise Invalid(f"There is an edition called {name} already.")
        taken = {edition.slug for edition in known} | {"current", "new"}
        slug = _free_slug(name, taken)
        if moment_of(slug) is not None:
            slug = _free_slug(f"edition {name}", taken)
        pen.name_edition(slug=slug, name=name, symbol=symbol, dated=dated)
    return edition(store, seat, draft, slug)


def verify(store: Store, draft: DraftRecord) -> proof.Report:
    """Whether the draft's clauses and editions are what its journal says, and the chain holds.

    The same of what was tabled. For the operator of the machine, so no seat is asked for.
    """
    report = proof.verify(store.drafts, draft)
    return replace(report, faults=(*report.faults, *store.proposals.faults(draft.id)))


@contextmanager
def _pen(
    store: Store, draft: DraftRecord, seat: SeatRecord, *, moves: bool = False
) -> Iterator[Pen]:
    """A pen that changes nothing of what is agreed."""
    with store.drafts.pen(draft.id, seat) as pen, settling.sparing(store, pen, moves=moves):
        yield pen


def _fresh(store: Store, draft: DraftRecord) -> DraftRecord:
    found = store.drafts.by_id(draft.id)
    if found is None:
        raise Missing("There is no such draft here.")
    return found


def _live(store: Store, draft: DraftRecord, uid: str, seat: SeatRecord, act: Act) -> ClauseRecord:
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    policy.require(seat, act, State.STRUCK if clause.struck else State.LIVE)
    return clause


def _again(store: Store, draft: DraftRecord, uid: str) -> ClauseRecord:
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause


def _kept(written: bool) -> None:
    """Nothing, if the pen wrote; the pen holds the draft, so only a fault gets past it."""
    if not written:
        raise Moved("Somebody else changed this clause at the same moment. Please try again.")


def _seen_text(
    store: Store,
    draft: DraftRecord,
    clause: ClauseRecord,
    seen: int,
    seen_text: str | None,
    mine: str,
) -> str:
    """The text that the author was looking at; Moved when nobody can say any more."""
    base = store.drafts.words_at(draft.id, clause.uid, version=seen)
    if base is None and seen_text is not None:
        base = _spaced(seen_text)
    if base is None:
        raise Moved(
            "The version you were looking at is not known here. Please look at both texts.",
            mine=mine,
            theirs=clause.text,
            version=clause.version,
        )
    return base


def _joined(clause: ClauseRecord, base: str, mine: str) -> str:
    """Mine and the clause's words in one; Moved when both changed the same words of `base`."""
    merged = merge_texts(base, mine, clause.words)
    if not merged.clean:
        raise Moved(
            "Somebody else changed the same words meanwhile. Nothing is lost: settle it below.",
            base=base,
            mine=mine,
            theirs=clause.words,
            version=clause.version,
        )
    _refuse_too_long(merged.text)
    return merged.text


def _refuse_if_reworded(store: Store, draft: DraftRecord, clause: ClauseRecord, seen: int) -> None:
    if seen == clause.version:
        return
    base = store.drafts.words_at(draft.id, clause.uid, version=seen)
    if base != clause.words:
        raise Moved(
            "This clause has changed since you opened it. Please look at it again first.",
            base=base or "",
            mine=base or "",
            theirs=clause.words,
            version=clause.version,
        )


def _refuse_below_struck(
    clauses: Sequence[ClauseRecord], clause: ClauseRecord, last: dict[str, EntryRecord]
) -> None:
    """Refuse a clause that was struck along with another, or whose place above is struck."""
    top: ClauseRecord | None = None
    depth = clause.depth
    for above in reversed(clauses[: clauses.index(clause)]):
        alone = above.struck and last[above.uid].detail.keys() & {"joined", "alone"}
        if above.depth >= depth or alone:
            continue
        if not above.struck:
            break
        top, depth = above, above.depth
    if top is not None:
        name = top.heading or top.kind.value
        raise Invalid(f"It stands below a clause that is struck: restore “{name}” first.")
    if "joined" in last[clause.uid].detail:
        raise Invalid("Its words were joined to the clause before it: undo the joining instead.")
    if last[clause.uid].first != last[clause.uid].seq:
        raise Invalid("It was struck together with another clause: restore that one.")


def _merge_target(clauses: Sequence[ClauseRecord], clause: ClauseRecord) -> ClauseRecord:
    index = live_index(clauses, clause.uid)
    at = before(clauses, index)
    if clause.kind.bears_heading:
        raise Invalid("Only a clause with text can be joined to the one before it.")
    if at is None or clauses[at].kind.bears_heading:
        raise Invalid("There is no text just before this clause to join it to.")
    target = clauses[at]
    if target.depth > clause.depth:
        raise Invalid(f"That would put it inside of {named(target.kind)}: move it there first.")
    if target.depth < clause.depth and len(subtree(clauses, index)) > 1:
        raise Invalid(_WITHOUT_PLACE)
    if target.kind is not clause.kind and parent(clauses, index) != at:
        raise Invalid(
            f"{named(clause.kind).capitalize()} cannot be joined to {named(target.kind)}."
        )
    return target


def _refuse_level(run: Sequence[ClauseRecord], deeper: bool) -> None:
    """Refuse a change of level for what has no levels, and beyond the last on either side."""
    clause = run[0]
    if clause.kind not in LEVELS:
        raise Invalid(f"Only the text of an article has levels, not {named(clause.kind)}.")
    live = [each for each in run if not each.struck]
    if deeper and any(each.kind is LEVELS[-1] for each in live):
        raise Invalid("An item is the deepest level that there is.")
    if not deeper and clause.kind is LEVELS[0]:
        raise Invalid("A paragraph is the first level of an article's text.")
    fixed = next((each for each in live if is_fixed(each.clause())), None)
    if fixed is not None:
        raise Invalid(f"Number {fixed.number} is fixed here, so the clause keeps its level.")


def _kind(kind: Kind | str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise Invalid(f"“{kind}” is not a kind of clause.") from None


def _cleaned(clause: Clause) -> Clause:
    text, heading = _spaced(clause.text), _spaced(clause.heading)
    _refuse_too_long(text)
    return Clause(clause.kind, clause.number, heading, text, clause.depth)


def _words(text: str) -> str:
    """The text as it is stored: one line, no control characters; Invalid when nothing is left."""
    text = _spaced(text)
    if not text:
        raise Invalid("A clause needs some words. To take it out, strike it.")
    _refuse_too_long(text)
    return text


def _heading(text: str) -> str:
    text = _spaced(text)
    if utf16_len(text) > LONGEST_HEADING:
        raise Invalid(f"A heading may have {LONGEST_HEADING:,} characters at most.")
    return text


def _spaced(text: str) -> str:
    """The text on one line: whitespace and control characters between words become one space."""
    if re.search("[\ud800-\udfff]", text):
        raise Invalid("The text contains half a character.")
    return re.sub(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")


def _refuse_too_long(text: str) -> None:
    if utf16_len(text) > LONGEST:
        raise Invalid(f"A clause may have {LONGEST:,} characters at most; split it.")


def _free_slug(title: str, taken: set[str]) -> str:
    """A slug of the title's first words that is not taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) > 50:
            break
        slug = f"{slug}-{word}" if slug else word[:50]
    slug = slug or "draft"
    free, count = slug, 2
    while free in taken:
        free, count = f"{slug}-{count}", count + 1
    return free
