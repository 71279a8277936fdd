"""Taking back what was done: every act has its opposite, and none is erased from the journal.

Words are taken back by inverting their change and carrying it over what came
after it, so that later words of others stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.actions import policy
from app.actions.placing import live_index, run_end, subtree
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord, DraftRecord, Drafts, Pen
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from app.treaty.merge import merge

_FINAL = {
    "loaded": "This clause came with the draft; strike it if it should go.",
    "edition": "An edition is a record and stays.",
}
_PAGE = 100


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of a clause's text that stands: the act it belongs to, and the text before it."""

    act: int
    changes: ChangeSet
    before: str


def undo(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> EntryRecord:
    """The journal entry that takes back this seat's latest act which still stands.

    Asked again, the act before it; an act of which others left nothing is passed over.
    What was undone comes back by reverting the undoing.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with store.drafts.pen(draft.id, seat, origin="undo") as pen:
        for first in _standing_acts(store.drafts, draft.id, seat):
            _take_back(store.drafts, pen, store.drafts.act(draft.id, first.seq))
            if pen.entries:
                break
        else:
            raise Invalid("There is nothing of yours left to undo.")
    return pen.entries[0]


def revert(store: Store, seat: SeatRecord | None, draft: DraftRecord, seq: int) -> EntryRecord:
    """The journal entry that takes back the act of the entry `seq`, whoever did it."""
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with store.drafts.pen(draft.id, seat, origin="revert") as pen:
        entries = store.drafts.act(draft.id, seq)
        if not entries:
            raise Missing("There is no such entry in this draft's journal.")
        _take_back(store.drafts, pen, entries)
        if not pen.entries:
            raise Invalid("Nothing is left of that change to take back.")
    return pen.entries[0]


def _standing_acts(drafts: Drafts, draft_id: int, seat: SeatRecord) -> Iterator[EntryRecord]:
    """The first entries of the seat's acts that it has not undone, latest first."""
    undone: set[int] = set()
    before: int | None = None
    while page := drafts.recent(draft_id, before=before, limit=_PAGE, by=seat):
        for entry in page:
            if entry.origin == "undo":
                undone.add(entry.detail.get("undoes", 0))
            elif entry.first == entry.seq and entry.seq not in undone and _can_go(entry):
                yield entry
        before = page[-1].seq


def _can_go(entry: EntryRecord) -> bool:
    at_creation = entry.act == "described" and not entry.detail["from"]
    return entry.act not in _FINAL and not at_creation


def _take_back(drafts: Drafts, pen: Pen, entries: Sequence[EntryRecord]) -> None:
    """Do the opposite of an act, entry by entry in their order.

    A clause comes before what stands below it, so that those struck here are struck with it.
    """
    first = entries[0]
    if not _can_go(first):
        raise Invalid(_FINAL.get(first.act, "This is how the draft began."))
    if first.act == "split" and _grown(drafts, entries):
        raise Invalid(
            "The part that was split off has other words by now: join it to the one before instead."
        )
    said = {"undoes": first.seq}
    for entry in entries:
        clause = drafts.clause(pen.draft_id, entry.uid) if entry.uid else None
        if clause is None:
            _describe_back(drafts, pen, entry, said)
        elif entry.act in ("inserted", "restored"):
            _strike(pen, clause, said)
        elif entry.act == "struck":
            _restore(pen, clause, said)
        elif entry.act == "moved":
            _move_back(pen, clause, entry, said)
        elif entry.act == "retitled":
            _retitle_back(pen, clause, entry, said)
        else:
            _unword(drafts, pen, clause, entry, said)


def _unword(
    drafts: Drafts, pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]
) -> None:
    _refuse_struck(clause)
    back = _inverse(drafts.history(pen.draft_id, clause.uid), entry)
    if back is None or back.is_empty:
        return
    if not back.apply(clause.text).strip():
        raise Invalid("That would leave the clause without words; strike it instead.")
    pen.reword(clause, back, detail={**said})


def _inverse(history: Sequence[EntryRecord], target: EntryRecord) -> ChangeSet | None:
    """What takes the target's change back from the text as it stands; None when it is gone.

    A later change that was itself taken back is left out together with what took it
    back: carried over both, the inverse would no longer know what it has to delete.
    """
    steps: list[_Step] = []
    stands_for: dict[int, int] = {}
    text = ""
    for past in history:
        if past.changes is None:
            continue
        changes = ChangeSet.from_json(past.changes)
        if past.seq >= target.seq:
            undone = past.detail.get("undoes", 0)
            fewer = _without(steps, undone, changes)
            if fewer is None:
                steps.append(_Step(stands_for.get(undone, past.first), changes, text))
            else:
                steps = fewer
                stands_for[past.first] = undone
        text = changes.apply(text)
    at = next((at for at, step in enumerate(steps) if step.act == target.first), None)
    if at is None:
        return None
    inverse = steps[at].changes.invert(steps[at].before)
    for later in steps[at + 1 :]:
        inverse = inverse.map(later.changes)
    return inverse


def _without(steps: Sequence[_Step], act: int, undoing: ChangeSet) -> list[_Step] | None:
    """The steps as they would be had `act` never been; None when `undoing` does not undo it."""
    at = next((at for at, step in enumerate(steps) if step.act == act), None)
    if at is None:
        return None
    text = steps[at].before
    inverse = steps[at].changes.invert(text)
    kept = list(steps[:at])
    for later in steps[at + 1 :]:
        changes = later.changes.map(inverse, before=True)
        inverse = inverse.map(later.changes)
        kept.append(_Step(later.act, changes, text))
        text = changes.apply(text)
    return kept if inverse == undoing else None


def _retitle_back(pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]) -> None:
    _refuse_struck(clause)
    merged = merge(entry.detail["to"], entry.detail["from"], clause.heading)
    if not merged.clean:
        raise Invalid("The heading has been changed again since; change it by hand.")
    if merged.text != clause.heading:
        pen.retitle(clause, merged.text, detail={**said})


def _strike(pen: Pen, clause: ClauseRecord, said: dict[str, int]) -> None:
    if not clause.struck:
        clauses = pen.clauses()
        pen.strike(subtree(clauses, live_index(clauses, clause.uid)), detail={**said})


def _restore(pen: Pen, clause: ClauseRecord, said: dict[str, int]) -> None:
    if clause.struck:
        pen.restore([clause], detail={**said})


def _move_back(pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]) -> None:
    _refuse_struck(clause)
    clauses = pen.clauses()
    start = live_index(clauses, clause.uid)
    run = clauses[start : run_end(clauses, start)]
    was = entry.detail["from"]
    if was["after"] in {each.uid for each in run}:
        raise Invalid("Its former neighbour now stands below it; move it by hand.")
    here = clauses[start - 1].uid if start else ""
    if (here, clause.depth) != (was["after"], was["depth"]):
        pen.move(
            run,
            after=was["after"],
            depth=was["depth"],
            back=(here, clause.depth),
            detail={**said},
        )


def _describe_back(drafts: Drafts, pen: Pen, entry: EntryRecord, said: dict[str, int]) -> None:
    draft = drafts.by_id(pen.draft_id)
    mast = {
        name: was
        for name, was in entry.detail["from"].items()
        if getattr(draft, name) == entry.detail["to"][name]
    }
    if mast:
        pen.describe(mast, detail={**said})


def _grown(drafts: Drafts, entries: Sequence[EntryRecord]) -> bool:
    """Whether the clause that a splitting made was reworded since."""
    for entry in entries:
        if entry.act == "inserted":
            later = drafts.history(entry.draft_id, entry.uid)[1:]
            return any(past.changes is not None for past in later)
    return False


def _refuse_struck(clause: ClauseRecord) -> None:
    if clause.struck:
        raise Invalid("The clause is struck by now; restore it first.")
