"""Taking back what was done: every act has its opposite, and none is erased from the journal.

Words are taken back by inverting their change and carrying it over what came
after it, so that later words of others stay.

What is typed at the table is journalled stroke by stroke, and nobody wants to take back a
letter. So the strokes of one author in one clause count as one act, a run, as long as
nothing else happened to that clause between them and no pause was longer than `PAUSE`. The
undoing of a run says `undoes` (its first entry) and `through` (its last).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import Any

from app.actions import policy
from app.actions.following import Carried, following
from app.actions.placing import level_in, live_index, run_end, subtree
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.citations import Citations
from app.store.drafts import ClauseRecord, DraftRecord, Drafts, Pen
from app.store.journal import REDACTED, EntryRecord, composed, continues
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from app.treaty.diff import between
from app.treaty.document import Kind
from app.treaty.gathered import Gathered
from app.treaty.merge import merge

PAUSE = timedelta(seconds=30)
"""Who types on after a longer pause than this can take the two parts back one by one."""

_FINAL = {
    "loaded": "This clause came with the draft; strike it if it should go.",
    "edition": "An edition is a record and stays.",
    REDACTED: "What was redacted is gone for good.",
}
_PAGE = 100


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of a clause's words that stands: the act it belongs to, and the words before it."""

    act: int
    changes: ChangeSet
    before: str
    is_renumbering: bool


def undo(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> EntryRecord:
    """The journal entry that takes back this seat's latest act which still stands.

    Asked again, the act before it; an act of which others left nothing is passed over.
    What was undone comes back by reverting the undoing.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with (
        store.drafts.pen(draft.id, seat, origin="undo") as pen,
        following(store.drafts, pen) as carried,
    ):
        for act in _standing_acts(store.drafts, draft.id, seat):
            _take_back(store, pen, carried, act)
            if pen.entries:
                break
        else:
            raise Invalid("There is nothing of yours left to undo.")
    return pen.entries[0]


def revert(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    seq: int,
    *,
    through: int | None = None,
) -> EntryRecord:
    """The journal entry that takes back the act of the entry `seq`, whoever did it.

    What was typed goes with its run, or from `seq` to the entry `through` of the same clause:
    Invalid when that is not what one author typed there in one go.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE)
    with (
        store.drafts.pen(draft.id, seat, origin="revert") as pen,
        following(store.drafts, pen) as carried,
    ):
        entry = store.drafts.entry(draft.id, seq)
        if entry is None:
            raise Missing("There is no such entry in this draft's journal.")
        if entry.is_stroke:
            entries = _run_around(store.drafts, entry, through)
        else:
            entries = store.drafts.act(draft.id, seq)
        _take_back(store, pen, carried, entries)
        if not pen.entries:
            raise Invalid("Nothing is left of that change to take back.")
    return pen.entries[0]


def _standing_acts(
    drafts: Drafts, draft_id: int, seat: SeatRecord
) -> Iterator[tuple[EntryRecord, ...]]:
    """The acts and runs of the seat that it has not undone, latest first."""
    undone: list[tuple[int, int]] = []
    done: set[int] = set()
    before: int | None = None
    while page := drafts.recent(draft_id, before=before, limit=_PAGE, by=seat):
        for entry in page:
            if entry.origin == "undo":
                first = entry.detail.get("undoes", 0)
                undone.append((first, entry.detail.get("through", first)))
            elif entry.is_stroke:
                if entry.seq not in done and not _is_undone(entry, undone):
                    run = _run_up_to(drafts, entry, undone)
                    done |= {each.seq for each in run}
                    yield run
            elif entry.first == entry.seq and not _is_undone(entry, undone) and _can_go(entry):
                yield drafts.act(draft_id, entry.seq)
        before = page[-1].seq


def _is_undone(entry: EntryRecord, undone: Sequence[tuple[int, int]]) -> bool:
    """Whether one of these undoings took the entry back; strokes of a run are told by both ends."""
    return any(
        entry.seq == first or (entry.is_stroke and first < entry.seq <= last)
        for first, last in undone
    )


def _run_up_to(
    drafts: Drafts, entry: EntryRecord, undone: Sequence[tuple[int, int]] = ()
) -> tuple[EntryRecord, ...]:
    """The run that ends with this stroke, as far as none of it was undone."""
    run = [entry]
    before = entry.seq
    while page := drafts.recent(entry.draft_id, before=before, limit=_PAGE, uid=entry.uid):
        for earlier in page:
            if (
                not earlier.is_stroke
                or not continues(earlier, run[-1], PAUSE)
                or _is_undone(earlier, undone)
            ):
                return tuple(reversed(run))
            run.append(earlier)
        before = page[-1].seq
    return tuple(reversed(run))


def _run_around(drafts: Drafts, entry: EntryRecord, through: int | None) -> tuple[EntryRecord, ...]:
    """The run that this stroke belongs to, or what was typed from it to the entry `through`."""
    if through is not None:
        last = through
        run = (entry, *takewhile(lambda each: each.seq <= last, _after(drafts, entry)))
        said = {(each.author_id, each.author) for each in run}
        if not all(each.is_stroke for each in run) or len(said) > 1:
            raise Invalid("That is not what one person typed there in one go.")
        return run
    whole = list(_run_up_to(drafts, entry))
    for each in _after(drafts, entry):
        if not each.is_stroke or not continues(whole[-1], each, PAUSE):
            break
        whole.append(each)
    return tuple(whole)


def _after(drafts: Drafts, entry: EntryRecord) -> Iterator[EntryRecord]:
    """What happened to the entry's clause after it, read no further than it is asked for."""
    last = entry.seq
    while page := drafts.history(entry.draft_id, entry.uid, after=last, limit=_PAGE):
        yield from page
        last = page[-1].seq


def _can_go(entry: EntryRecord) -> bool:
    at_creation = entry.act == "described" and not entry.detail["from"]
    return entry.act not in _FINAL and not at_creation


def _take_back(store: Store, pen: Pen, carried: Carried, entries: Sequence[EntryRecord]) -> None:
    """Do the opposite of an act, entry by entry in their order.

    A clause comes before what stands below it, so that those struck here are struck with it.
    The numbers of cross-references are not taken back here: they follow, as after every act.
    """
    drafts = store.drafts
    first = entries[0]
    if first.is_stroke:
        _type_back(drafts, pen, entries)
        return
    if not _can_go(first):
        raise Invalid(_FINAL.get(first.act, "This is how the draft began."))
    if first.act == "split" and _grown(drafts, entries):
        raise Invalid(
            "The part that was split off has other words by now: join it to the one before instead."
        )
    said = {"undoes": first.seq}
    carried.backs |= _former_numbers(drafts, pen, entries)
    for entry in entries:
        clause = drafts.clause(pen.draft_id, entry.uid) if entry.uid else None
        if entry.act == "numbered":
            _number_back(pen, entry, said)
        elif clause is None:
            _describe_back(drafts, pen, entry, said)
        elif entry.is_renumbering:
            continue
        elif entry.act in ("inserted", "restored"):
            _strike(store, pen, carried, clause, entries, entry, said)
        elif entry.act == "struck":
            _restore(store, pen, carried, clause, entry, said)
        elif entry.act == "moved":
            _move_back(pen, clause, entry, said)
        elif entry.act == "retitled":
            _retitle_back(drafts, pen, clause, entry, said)
        else:
            _unword(drafts, pen, clause, entry, said)


def bring(citations: Citations, draft_id: int, source: str, target: str) -> dict[str, Any]:
    """Hang on the target what hangs on the source: citations, topics, and a gap said to be one.

    The answer says what went, for `_give_back`; what the target has by itself stays behind.
    """
    moved: dict[str, Any] = {"citations": citations.carry(draft_id, source, target)}
    had, have = citations.topics_of(draft_id, source), citations.topics_of(draft_id, target)
    moved["topics"] = [code for code in had if code not in have]
    if moved["topics"]:
        citations.set_topics(draft_id, source, set(had) & set(have))
        citations.set_topics(draft_id, target, {*had, *have})
    moved["gap"] = ""
    if not citations.gap_of(draft_id, target):
        moved["gap"] = citations.gap_of(draft_id, source)
    if moved["gap"]:
        citations.set_gap(draft_id, source, "")
        citations.set_gap(draft_id, target, moved["gap"])
    return moved


def _give_back(
    citations: Citations, draft_id: int, source: str, target: str, brought: Mapping[str, Any]
) -> None:
    """Undo a `bring`, as far as what it brought still hangs on the target."""
    citations.hand_over(brought["citations"], target, source)
    have = citations.topics_of(draft_id, target)
    back = set(brought["topics"]) & set(have)
    if back:
        citations.set_topics(draft_id, target, set(have) - back)
        citations.set_topics(draft_id, source, {*citations.topics_of(draft_id, source), *back})
    if brought["gap"] and citations.gap_of(draft_id, target) == brought["gap"]:
        citations.set_gap(draft_id, target, "")
        citations.set_gap(draft_id, source, brought["gap"])


def _former_numbers(
    drafts: Drafts, pen: Pen, entries: Sequence[EntryRecord]
) -> dict[str, ChangeSet]:
    """What takes back the numbers that followed the act, where the words are the same since."""
    versions = {clause.uid: clause.version for clause in pen.clauses()}
    last = {
        entry.uid: entry
        for entry in entries
        if entry.is_renumbering and versions.get(entry.uid) == entry.version
    }
    backs: dict[str, ChangeSet] = {}
    for uid, history in drafts.changes_since(pen.draft_id, 0, last).items():
        text = ""
        for past in history:
            changes = ChangeSet.from_json(past.changes)
            if past.seq == last[uid].seq:
                backs[uid] = changes.invert(text)
            text = changes.apply(text)
    return backs


def _type_back(drafts: Drafts, pen: Pen, run: Sequence[EntryRecord]) -> None:
    """Take back what somebody typed in one go, as one change."""
    clause = drafts.clause(pen.draft_id, run[0].uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    _refuse_struck(clause)
    back, _ = _back(drafts, run[0], run[-1])
    if back is not None and not back.is_empty:
        pen.reword(clause, back, detail={"undoes": run[0].seq, "through": run[-1].seq})


def _unword(
    drafts: Drafts, pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]
) -> None:
    _refuse_struck(clause)
    back, before = _back(drafts, entry, entry)
    if back is None or back.is_empty:
        return
    if not back.apply(clause.text).strip() and before.strip():
        raise Invalid("That would leave the clause without words; strike it instead.")
    pen.reword(clause, back, detail={**said})


def _back(drafts: Drafts, first: EntryRecord, last: EntryRecord) -> tuple[ChangeSet | None, str]:
    """What takes a clause's entries back from the words as they stand, and the words before."""
    before = drafts.words_at(first.draft_id, first.uid, seq=first.seq - 1) or ""
    history = drafts.history(first.draft_id, first.uid, after=first.seq - 1)
    return _inverse(history, before, first.seq, last.seq), before


def _inverse(history: Sequence[EntryRecord], words: str, first: int, last: int) -> ChangeSet | None:
    """What takes an entry's change, or a run's, back from the words as they stand.

    The history begins with the entry `first`, before which the words were these. None when the
    change is gone. A later change that was itself taken back is left out together with what took
    it back: carried over both, the inverse would no longer know what it has to delete.
    """
    steps = _Steps()
    for past in history:
        changes = past.word_changes
        if changes is not None:
            steps.add(past, _Step(past.first, changes, words, past.is_renumbering))
            words = changes.apply(words)
    act = next((past.first for past in history if past.seq == first), first)
    return steps.inverse(act, first, last)


class _Steps:
    """The changes of a clause's words that stand, in their order, each with its act."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._stands_for: dict[int, int] = {}

    def add(self, past: EntryRecord, step: _Step) -> None:
        """Add one more, which this entry tells of, or take away the one that it undoes."""
        undone = past.detail.get("undoes", 0)
        if not undone:
            self._steps.append(step)
        elif self._leave_out(undone, past.detail.get("through", undone), step.changes):
            self._stands_for[past.first] = undone
        else:
            self._steps.append(replace(step, act=self._stands_for.get(undone, step.act)))

    def inverse(self, act: int, first: int, last: int) -> ChangeSet | None:
        """What takes an act or a run back after all the others; None when it is not among them."""
        steps = _joined(self._steps, first, last)
        at = _place(steps, act)
        if at is None:
            return None
        inverse = Gathered(steps[at].changes.invert(steps[at].before))
        for later in steps[at + 1 :]:
            inverse = _carried_over(inverse, later)
        return inverse.done()

    def _leave_out(self, first: int, last: int, undoing: ChangeSet) -> bool:
        """Make the steps what they would be had this one, or this run, never been.

        False, and nothing changes, when that is not what the undoing did.
        """
        steps = _joined(self._steps, first, last) if last > first else self._steps
        at = _place(steps, first)
        if at is None:
            return False
        text = steps[at].before
        inverse = Gathered(steps[at].changes.invert(text))
        kept = []
        for later in steps[at + 1 :]:
            changes = _as_if_undone(later, inverse)
            inverse = _carried_over(inverse, later)
            kept.append(_Step(later.act, changes, text, later.is_renumbering))
            text = changes.apply(text)
        if inverse.done() != undoing:
            return False
        self._steps = [*steps[:at], *kept]
        return True


def _place(steps: Sequence[_Step], act: int) -> int | None:
    return next((at for at, step in enumerate(steps) if step.act == act), None)


def _joined(steps: Sequence[_Step], first: int, last: int) -> list[_Step]:
    """The steps with those of a run as one; they are neighbours, unless some were taken back."""
    at = next((at for at, step in enumerate(steps) if first <= step.act <= last), len(steps))
    end = at
    while end < len(steps) and first <= steps[end].act <= last:
        end += 1
    changes = composed(step.changes for step in steps[at:end])
    if end - at < 2 or changes is None:
        return list(steps)
    return [*steps[:at], _Step(first, changes, steps[at].before, False), *steps[end:]]


def _carried_over(inverse: Gathered, later: _Step) -> Gathered:
    """The inverse as it has to be after a later step.

    Words of people that came into what is taken back stay; a number that followed there does not.
    """
    if not later.is_renumbering:
        inverse.map(later.changes)
        return inverse
    edits = [
        (later.changes.map_position(start, -1), later.changes.map_position(end, 1), text)
        if start < end
        else (later.changes.map_position(start, 1), later.changes.map_position(start, 1), text)
        for start, end, _, _, text in inverse.done().edits()
    ]
    return Gathered(ChangeSet.build(later.changes.new_length, edits))


def _as_if_undone(later: _Step, inverse: Gathered) -> ChangeSet:
    """A later step as it would be after the inverse, so that both ways lead to one text."""
    if not later.is_renumbering:
        return inverse.under(later.changes)
    back = inverse.done()
    gone = [(edit.start, edit.end) for edit in back.edits() if edit.start < edit.end]
    edits = [
        (back.map_position(edit.start, 1), back.map_position(edit.end, -1), edit.text)
        for edit in later.changes.edits()
        if not any(start < edit.end and edit.start < end for start, end in gone)
    ]
    return ChangeSet.build(back.new_length, edits)


def _retitle_back(
    drafts: Drafts, pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]
) -> None:
    _refuse_struck(clause)
    before = drafts.words_at(pen.draft_id, clause.uid, seq=entry.seq - 1) or ""
    merged = merge(entry.words_after(before), before, clause.heading)
    if not merged.clean:
        raise Invalid("The heading has been changed again since; change it by hand.")
    if merged.text != clause.heading:
        pen.reword(clause, between(clause.heading, merged.text), detail={**said})


def _strike(
    store: Store,
    pen: Pen,
    carried: Carried,
    clause: ClauseRecord,
    entries: Sequence[EntryRecord],
    entry: EntryRecord,
    said: dict[str, int],
) -> None:
    """Strike what an act has put in or brought back; what was there before it stays.

    Words that were split off, or that were joined before, go to where they came from.
    """
    if clause.struck:
        return
    origin = entry.detail.get("from" if entry.act == "inserted" else "joined", "")
    if origin:
        brought = bring(store.citations, pen.draft_id, clause.uid, origin)
        carried.words[origin] = clause.uid
        pen.strike([clause], detail={**said, "joined": origin, "brought": brought})
        return
    clauses = pen.clauses()
    below = subtree(clauses, live_index(clauses, clause.uid))
    new = store.drafts.inserted_since(pen.draft_id, entries[0].seq)
    new |= {each.uid for each in entries}
    gone = [each for each in below if each.uid in new]
    alone = {"alone": True} if len(gone) < len(below) else {}
    pen.strike(gone, detail={**said, **alone})


def _restore(
    store: Store,
    pen: Pen,
    carried: Carried,
    clause: ClauseRecord,
    entry: EntryRecord,
    said: dict[str, int],
) -> None:
    if not clause.struck:
        return
    target = entry.detail.get("joined", "")
    if not target:
        pen.restore([clause], detail={**said})
        return
    _give_back(store.citations, pen.draft_id, clause.uid, target, entry.detail["brought"])
    pen.restore([clause], detail={**said, "joined": target})


def _move_back(pen: Pen, clause: ClauseRecord, entry: EntryRecord, said: dict[str, int]) -> None:
    _refuse_struck(clause)
    clauses = pen.clauses()
    start = live_index(clauses, clause.uid)
    run = clauses[start : run_end(clauses, start)]
    was = entry.detail["from"]
    if was["after"] in {each.uid for each in run}:
        raise Invalid("Its former neighbour now stands below it; move it by hand.")
    here = clauses[start - 1].uid if start else ""
    kinds: Mapping[str, Kind] = {}
    if "kinds" in was:
        if here != was["after"]:
            raise Invalid("It has been moved since; change its level by hand.")
        if clause.depth == was["depth"]:
            return
        kinds = level_in(clauses, start, was["depth"])[1]
        kinds = {**kinds, **{uid: Kind(kind) for uid, kind in was["kinds"].items() if uid in kinds}}
    if (here, clause.depth) != (was["after"], was["depth"]):
        pen.move(
            run,
            after=was["after"],
            depth=was["depth"],
            back=(here, clause.depth),
            kinds=kinds,
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


def _number_back(pen: Pen, entry: EntryRecord, said: dict[str, int]) -> None:
    """Give the clauses the numbers they had, where they still have those that the entry gave."""
    now = {clause.uid: clause.number for clause in pen.clauses()}
    given = entry.detail["to"]
    back = {uid: was for uid, was in entry.detail["from"].items() if now[uid] == given[uid]}
    if back:
        pen.number(back, detail={**said, "why": entry.detail.get("why", "")})


def _grown(drafts: Drafts, entries: Sequence[EntryRecord]) -> bool:
    """Whether the clause that a splitting made was reworded since."""
    for entry in entries:
        if entry.act == "inserted":
            later = drafts.history(entry.draft_id, entry.uid)[1:]
            return any(past.changes is not None and not past.is_renumbering for past in later)
    return False


def _refuse_struck(clause: ClauseRecord) -> None:
    if clause.struck:
        raise Invalid("The clause is struck by now; restore it first.")
