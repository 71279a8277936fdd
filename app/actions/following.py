"""Keeping cross-references true: when an act moves numbers, the words that name them follow.

Before the act it is noted which clause each reference of the draft leads to; after
it, the numbers of those that would lead elsewhere are rewritten, in the same unit
of work and the same act of the journal. A reference whose clause was struck keeps
its words. The journal remembers where it stands, so that a later act does not take
it for one to whatever bears the number now, and a restoring finds it again.

    with drafts.pen(draft.id, seat) as pen, following(drafts, pen):
        pen.strike(...)
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.actions.keeping import keep
from app.actions.refusals import Moved
from app.store.drafts import ClauseRecord, DraftRecord, Drafts, Pen
from app.store.journal import RENUMBERED, EntryRecord
from app.treaty.changes import ChangeSet, cut, utf16_len
from app.treaty.document import Document
from app.treaty.numbering import NO_NUMBER, Scheme
from app.treaty.references import Followed, Places, Reference, find, followed

_Aims = dict[int, str]
"""The uid of the clause that a reference leads to, by its place among its text's references."""


@dataclass(slots=True)
class Carried:
    """What an act says while it is done, so that references can be told again afterwards.

    `words`: from which clause words came into another one, whose references are then
    those. `backs`: changes to try first, that take back what followed the act undone.
    """

    words: dict[str, str] = field(default_factory=dict)
    backs: dict[str, ChangeSet] = field(default_factory=dict)


@contextmanager
def following(drafts: Drafts, pen: Pen) -> Iterator[Carried]:
    """Within this block numbers may move; at its end the references have followed them."""
    stood = pen.clauses()
    before = _Lay(stood, _scheme(drafts, pen.draft_id))
    aims = before.aims()
    _remember_struck(drafts, before, aims)
    carried = Carried()
    yield carried
    if pen.entries:
        keep(drafts, pen, stood)
        _follow(pen, before, aims, _Lay(pen.clauses(), before.scheme), carried)


def left_behind(drafts: Drafts, draft: DraftRecord) -> Mapping[str, frozenset[int]]:
    """The references that name clauses which are struck now, whatever bears their number since.

    By the uid of the clause that says so, their places among the references of its text.
    """
    clauses = drafts.clauses(draft.id, with_struck=True)
    if not any(clause.struck for clause in clauses):
        return {}
    lay, aims = _Lay(clauses, Scheme(draft.scheme)), dict[str, _Aims]()
    _remember_struck(drafts, lay, aims)
    return {uid: frozenset(goals) for uid, goals in aims.items() if not lay.clauses[uid].struck}


class _Lay:
    """How a draft's clauses lie at one moment, and where the references in them lead."""

    def __init__(self, clauses: Sequence[ClauseRecord], scheme: Scheme) -> None:
        self.scheme = scheme
        self.clauses = {clause.uid: clause for clause in clauses}
        live = tuple(clause.clause() for clause in clauses if not clause.struck)
        self._places = Places(Document("", live), scheme)
        self._live_uids = [clause.uid for clause in live]
        self._whole_uids = list(self.clauses)
        self._index = {uid: at for at, uid in enumerate(self._live_uids)}

    @cached_property
    def _whole(self) -> tuple[Places, dict[str, int]]:
        """The same with the struck clauses where they were, unnumbered: nothing leads to them."""
        all_of_them = [
            replace(clause.clause(), number=NO_NUMBER) if clause.struck else clause.clause()
            for clause in self.clauses.values()
        ]
        places = Places(Document("", tuple(all_of_them)), self.scheme)
        return places, {uid: at for at, uid in enumerate(self._whole_uids)}

    def seen_from(self, uid: str) -> tuple[Places, Mapping[str, int]]:
        """The places as references in this clause see them, and the index of each clause there."""
        if self.clauses[uid].struck:
            return self._whole
        return self._places, self._index

    def options(self, uid: str) -> tuple[str, ...]:
        """The live clauses that the clause is an option beside, itself among them."""
        at = self._index.get(uid)
        return () if at is None else tuple(self._live_uids[i] for i in self._places.options(at))

    def aims(self) -> dict[str, _Aims]:
        """Where the references of each clause lead, for those that have any that do."""
        found: dict[str, _Aims] = {}
        for clause in self.clauses.values():
            references = find(clause.text) if clause.text else ()
            if not references:
                continue
            places, index = self.seen_from(clause.uid)
            uids = self._whole_uids if clause.struck else self._live_uids
            aims: _Aims = {}
            for at, reference in enumerate(references):
                goal = places.resolve(index[clause.uid], reference)
                if goal is not None:
                    aims[at] = uids[goal]
            if aims:
                found[clause.uid] = aims
        return found


def _scheme(drafts: Drafts, draft_id: int) -> Scheme:
    draft = drafts.by_id(draft_id)
    return Scheme(draft.scheme) if draft else Scheme.UN


def _remember_struck(drafts: Drafts, lay: _Lay, aims: dict[str, _Aims]) -> None:
    """Set right the aims of references to clauses that are struck now."""
    if not any(clause.struck for clause in lay.clauses.values()):
        return
    left = [
        (entry, *said)
        for entry in drafts.last_struck(_draft_of(lay)).values()
        if lay.clauses[entry.uid].struck
        for said in entry.detail.get("left", ())
    ]
    if not left:
        return
    oldest = min(entry.seq for entry, *_ in left)
    later = drafts.changes_since(_draft_of(lay), oldest, {uid for _, uid, _, _ in left})
    for entry, uid, start, end in left:
        changes = [
            ChangeSet.from_json(past.changes)
            for past in later.get(uid, ())
            if past.seq > entry.seq and past.first != entry.first
        ]
        at = _at(lay.clauses[uid].text, *_carried_over(start, end, changes))
        if at is not None:
            aims.setdefault(uid, {})[at] = entry.uid


def _draft_of(lay: _Lay) -> int:
    return next(iter(lay.clauses.values())).draft_id


def _carried_over(start: int, end: int, changes: Iterable[ChangeSet]) -> tuple[int, int]:
    """A range of UTF-16 units where it is after changes; empty when nothing of it is left."""
    for change in changes:
        start, end = change.map_position(start, 1), change.map_position(end, -1)
    return start, end


def _at(text: str, start: int, end: int) -> int | None:
    """Which of a text's references stands just in this range of UTF-16 units."""
    for at, reference in enumerate(find(text)):
        if _range(text, reference) == (start, end):
            return at
    return None


def _range(text: str, reference: Reference) -> tuple[int, int]:
    return utf16_len(text[: reference.start]), utf16_len(text[: reference.end])


def _follow(
    pen: Pen, before: _Lay, aims: Mapping[str, _Aims], after: _Lay, carried: Carried
) -> None:
    """Rewrite what leads elsewhere now, and journal what leads to clauses that were struck."""
    heirs = _heirs(before, after)
    if heirs:
        aims = {
            uid: {at: heirs.get(goal, goal) for at, goal in goals.items()}
            for uid, goals in aims.items()
        }
    wanted = _wanted(pen.entries, before, aims, after, carried)
    first = pen.entries[0]
    said = {"undoes": first.detail["undoes"]} if "undoes" in first.detail else {}
    left: defaultdict[str, list[list[str | int]]] = defaultdict(list)
    moved = missed = 0
    for uid, goals in wanted.items():
        clause = after.clauses[uid]
        found = _mended(clause, goals, after, carried.backs.get(uid))
        moved, missed = moved + found.moved, missed + found.missed
        if not found.changes.is_empty and not pen.reword(
            clause, found.changes, detail={**said}, origin=RENUMBERED
        ):
            raise Moved("Somebody else changed this draft at the same moment. Please try again.")
        references = find(found.changes.apply(clause.text))
        for at, goal in goals.items():
            if after.clauses[goal].struck and not before.clauses[goal].struck:
                text = found.changes.apply(clause.text)
                left[goal].append([uid, *_range(text, references[at])])
    for index, entry in enumerate(pen.entries):
        if entry.act == "struck" and entry.uid in left:
            pen.add_detail(index, {"left": left[entry.uid]})
    if first.act == "numbered" and first.detail.get("why") == "renumbered":
        # Whatever names what is struck keeps its words, and may name something else from now on.
        struck = {uid for uid, clause in after.clauses.items() if clause.struck}
        missed += sum(
            goal in struck
            for uid, goals in wanted.items()
            if uid not in struck
            for goal in goals.values()
        )
    if moved:
        pen.add_detail(0, {"followed": moved})
    if missed:
        pen.add_detail(0, {"unfollowed": missed})


def _heirs(before: _Lay, after: _Lay) -> dict[str, str]:
    """Which option has the number now that another one, which was struck, had before."""
    return {
        uid: left[0]
        for uid, clause in after.clauses.items()
        if clause.struck
        for others in (before.options(uid),)
        if len(others) > 1
        for left in ([each for each in others if not after.clauses[each].struck],)
        if left
    }


def _mended(clause: ClauseRecord, goals: _Aims, after: _Lay, back: ChangeSet | None) -> Followed:
    """How the clause's text has to change, by `back` if that does it."""
    places, index = after.seen_from(clause.uid)
    here = index[clause.uid]
    wanted = {
        at: places.first(index[goal])
        for at, goal in goals.items()
        if not after.clauses[goal].struck
    }
    found = followed(clause.text, here, wanted, places)
    if back is None or back.length != found.changes.length or not found.moved:
        return found
    text = back.apply(clause.text)
    then = followed(text, here, wanted, places) if len(find(text)) > max(wanted) else found
    return Followed(back, found.moved, 0) if not then.moved and not then.missed else found


def _wanted(
    entries: Sequence[EntryRecord],
    before: _Lay,
    aims: Mapping[str, _Aims],
    after: _Lay,
    carried: Carried,
) -> dict[str, _Aims]:
    """Where the references of each clause are to lead now, in its text as the act has left it."""
    changed: defaultdict[str, list[ChangeSet]] = defaultdict(list)
    for entry in entries:
        if entry.changes is not None and entry.uid in before.clauses:
            changed[entry.uid].append(ChangeSet.from_json(entry.changes))
    kept = {
        uid: _survivors(before.clauses[uid].text, after.clauses[uid].text, changes)
        for uid, changes in changed.items()
    }
    wanted = {
        uid: {kept[uid][at]: goal for at, goal in goals.items() if at in kept[uid]}
        if uid in kept
        else dict(goals)
        for uid, goals in aims.items()
    }
    for uid, source in carried.words.items():
        stayed = kept.get(source, {})
        lost = [at for at in range(len(find(before.clauses[source].text))) if at not in stayed]
        own = set(kept.get(uid, {}).values())
        new = [at for at in range(len(find(after.clauses[uid].text))) if at not in own]
        if len(new) == len(lost):
            goals = aims.get(source, {})
            told = {at: goals[old] for at, old in zip(new, lost, strict=True) if old in goals}
            wanted[uid] = wanted.get(uid, {}) | told
    return {uid: goals for uid, goals in wanted.items() if goals}


def _survivors(old: str, new: str, changes: Sequence[ChangeSet]) -> dict[int, int]:
    """Which reference of the new text is which one of the old: those that no change touched."""
    places = {_range(new, reference): at for at, reference in enumerate(find(new))}
    found = {}
    for at, reference in enumerate(find(old)):
        start, end = _carried_over(*_range(old, reference), changes)
        said = old[reference.start : reference.end]
        if (start, end) in places and cut(new, start, end) == said:
            found[at] = places[start, end]
    return found
