"""Taking back the slow and simple way, to hold the quick way against.

Every step is carried over every other with nothing but `ChangeSet`, and a clause's whole history
is gone through from its beginning: few lines, at a cost that grows with the square.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.store.journal import EntryRecord
from app.treaty.changes import ChangeSet


@dataclass(frozen=True)
class Step:
    """A change of a clause's words that stands, its act, and the words before it."""

    act: int
    changes: ChangeSet
    before: str
    is_renumbering: bool


def inverse(history: Sequence[EntryRecord], first: int, last: int) -> ChangeSet | None:
    """What takes the entries `first` to `last` of a clause's whole history back from its words."""
    steps: list[Step] = []
    stands_for: dict[int, int] = {}
    words = ""
    for past in history:
        changes = past.word_changes
        if changes is None:
            continue
        if past.seq >= first:
            step = Step(past.first, changes, words, past.is_renumbering)
            undone = past.detail.get("undoes", 0)
            fewer = without(as_one(steps, undone, past.detail.get("through", 0)), undone, changes)
            if fewer is None:
                steps.append(replace(step, act=stands_for.get(undone, step.act)))
            else:
                steps = fewer
                stands_for[past.first] = undone
        words = changes.apply(words)
    act = next((past.first for past in history if past.seq == first), first)
    steps = as_one(steps, first, last)
    acts = [step.act for step in steps]
    if act not in acts:
        return None
    at = acts.index(act)
    back = steps[at].changes.invert(steps[at].before)
    for later in steps[at + 1 :]:
        back = carried(back, later)
    return back


def as_one(steps: list[Step], first: int, last: int) -> list[Step]:
    """The steps with those of a run as one."""
    run = [at for at, step in enumerate(steps) if first <= step.act <= last]
    # What is no neighbour of the run's beginning is not joined with it.
    run = [at for number, at in enumerate(run) if at == run[0] + number]
    if len(run) < 2:
        return steps
    changes = steps[run[0]].changes
    for at in run[1:]:
        changes = changes.compose(steps[at].changes)
    joined = Step(first, changes, steps[run[0]].before, False)
    return [*steps[: run[0]], joined, *steps[run[-1] + 1 :]]


def without(steps: list[Step], act: int, undoing: ChangeSet) -> list[Step] | None:
    """The steps had there never been that act; None when `undoing` is not what undoes it."""
    acts = [step.act for step in steps]
    if act not in acts:
        return None
    at = acts.index(act)
    text = steps[at].before
    back = steps[at].changes.invert(text)
    kept = steps[:at]
    for later in steps[at + 1 :]:
        changes = as_if_undone(later, back)
        back = carried(back, later)
        kept.append(Step(later.act, changes, text, later.is_renumbering))
        text = changes.apply(text)
    return kept if back == undoing else None


def carried(back: ChangeSet, later: Step) -> ChangeSet:
    """An inverse after a later step; a number that followed inside of it goes with it."""
    if not later.is_renumbering:
        return back.map(later.changes)
    edits = []
    for start, end, _, _, text in back.edits():
        opening = later.changes.map_position(start, -1 if start < end else 1)
        edits.append((opening, later.changes.map_position(end, 1), text))
    return ChangeSet.build(later.changes.new_length, edits)


def as_if_undone(later: Step, back: ChangeSet) -> ChangeSet:
    """A later step after an inverse that is done before it."""
    if not later.is_renumbering:
        return later.changes.map(back, before=True)
    gone = [edit for edit in back.edits() if edit.start < edit.end]
    edits = [
        (back.map_position(edit.start, 1), back.map_position(edit.end, -1), edit.text)
        for edit in later.changes.edits()
        if not any(each.start < edit.end and edit.start < each.end for each in gone)
    ]
    return ChangeSet.build(back.new_length, edits)
