"""Taking back what was done: every act has its opposite, and none is erased from the journal.

Words are taken back by inverting their change and carrying it over what came
after it, so that later words of others stay.
"""

from collections.abc import Sequence

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


def undo(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> EntryRecord:
    """The journal entry that takes back this seat's latest act which still stands.

    Asked again, the act before it. What was undone comes back by reverting the undoing.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with store.drafts.pen(draft.id, seat, origin="undo") as pen:
        first = _latest_standing(store.drafts, draft.id, seat)
        if first is None:
            raise Invalid("There is nothing of yours left to undo.")
        _take_back(store.drafts, pen, store.drafts.act(draft.id, first.seq))
    return pen.entries[0]


def revert(store: Store, seat: SeatRecord | None, draft: DraftRecord, seq: int) -> EntryRecord:
    """The journal entry that takes back the act of the entry `seq`, whoever did it."""
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with store.drafts.pen(draft.id, seat, origin="revert") as pen:
        entries = store.drafts.act(draft.id, seq)
        if not entries:
            raise Missing("There is no such entry in this draft's journal.")
        _take_back(store.drafts, pen, entries)
    return pen.entries[0]


def _latest_standing(drafts: Drafts, draft_id: int, seat: SeatRecord) -> EntryRecord | None:
    undone: set[int] = set()
    before: int | None = None
    while page := drafts.recent(draft_id, before=before, limit=_PAGE, by=seat):
        for entry in page:
            if entry.origin == "undo":
                undone.add(entry.detail.get("undoes", 0))
            elif entry.first == entry.seq and entry.seq not in undone and _can_go(entry):
                return entry
        before = page[-1].seq
    return None


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
    if not pen.entries:
        raise Invalid("Nothing is left of that change to take back.")


def _unword(
    drafts: Drafts, pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]
) -> None:
    _refuse_struck(clause)
    text = ""
    back: ChangeSet | None = None
    for past in drafts.history(pen.draft_id, clause.uid):
        if past.changes is None:
            continue
        changes = ChangeSet.from_json(past.changes)
        if past.seq == entry.seq:
            back = changes.invert(text)
        elif back is not None:
            back = back.map(changes)
        text = changes.apply(text)
    if back is None or back.is_empty:
        return
    if not back.apply(text).strip():
        raise Invalid("That would leave the clause without words; strike it instead.")
    pen.reword(clause, back, detail={**said})


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
