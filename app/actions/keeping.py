"""Frozen numbers stay where they are: what an act does to them besides what it is done for.

While a draft's numbers are frozen a clause that is taken out leaves its number behind, with the
words "[Deleted]"; one that is moved out of its turn leaves it too, and takes "5 bis" where it
comes to stand. A clause that comes back takes its number again. All of it belongs to the act
that caused it, so that undoing takes it back with the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.store.drafts import ClauseRecord, Drafts, Pen
from app.store.journal import EntryRecord
from app.treaty.document import DELETED, Clause, Kind
from app.treaty.numbering import INSERTED, is_fixed, series, sort_key
from app.treaty.options import mark_of

_Series = tuple[str, Kind]
"""What a number is counted in: the uid of the clause above ("": the body), and the kind."""


def keep(drafts: Drafts, pen: Pen, before: Sequence[ClauseRecord]) -> None:
    """Leave "[Deleted]" under the frozen numbers that this act took away; `before` is before it.

    Does nothing where numbers are not frozen, and in the act that freezes or frees them.
    """
    draft = drafts.by_id(pen.draft_id)
    if draft is None or not draft.is_frozen or any(map(_turns, pen.entries)):
        return
    was, now = _Order(before), _Order(pen.clauses())
    numbers: dict[str, str] = {}
    stays: list[_Stay] = []
    for entry in tuple(pen.entries):
        if entry.act == "moved":
            stays += _moved(entry, was, now, numbers)
    stays += _gone(pen.entries, was, now, numbers)
    doubled = list(_doubled(was, now, numbers))
    if numbers:
        pen.number(numbers, detail={"why": "kept"})
    if doubled:
        pen.strike(doubled, detail={"instead": True})
    _leave(pen, stays)


@dataclass(frozen=True, slots=True)
class _Stay:
    """A number that stays: the clause that had it, behind which clause, how deep."""

    clause: ClauseRecord
    after: str
    depth: int


class _Order:
    """A draft's clauses at one moment, and what the live ones are counted in."""

    def __init__(self, clauses: Sequence[ClauseRecord]) -> None:
        self.all = clauses
        self.place = {clause.uid: at for at, clause in enumerate(clauses)}
        self.live = [clause for clause in clauses if not clause.struck]
        treaty = [clause.clause() for clause in self.live]
        self.series: dict[str, _Series] = {
            clause.uid: (self.live[above].uid if above >= 0 else "", kind)
            for clause, (above, kind) in zip(self.live, series(treaty), strict=True)
        }

    @cached_property
    def above(self) -> Mapping[str, str]:
        """The uid of the live clause that each live clause stands under."""
        found: dict[str, str] = {}
        chain: list[ClauseRecord] = []
        for clause in self.live:
            while chain and chain[-1].depth >= clause.depth:
                chain.pop()
            found[clause.uid] = chain[-1].uid if chain else ""
            chain.append(clause)
        return found

    @cached_property
    def bearers(self) -> Mapping[tuple[_Series, str], list[ClauseRecord]]:
        """The live clauses with a frozen number, by series and number."""
        found: dict[tuple[_Series, str], list[ClauseRecord]] = {}
        for clause in self.live:
            if is_fixed(clause.clause()):
                found.setdefault((self.series[clause.uid], clause.number), []).append(clause)
        return found

    def run(self, uid: str) -> Sequence[ClauseRecord]:
        """The clause and all that is deeper behind it, struck or not."""
        start = self.place[uid]
        end = start + 1
        while end < len(self.all) and self.all[end].depth > self.all[start].depth:
            end += 1
        return self.all[start:end]

    def before(self, uid: str) -> str:
        """The uid of the clause before this one in the whole order; "" for the first."""
        at = self.place[uid]
        return self.all[at - 1].uid if at else ""

    def in_turn(self, clause: ClauseRecord) -> bool:
        """Whether its number stands between those of its neighbours in the series."""
        among = [
            each
            for each in self.live
            if self.series[each.uid] == self.series[clause.uid] and is_fixed(each.clause())
        ]
        at = next(place for place, each in enumerate(among) if each.uid == clause.uid)
        keys = [sort_key(each.number, each.kind) for each in among[max(0, at - 1) : at + 2]]
        known = [key for key in keys if key is not None]
        return known == sorted(set(known))


def _turns(entry: EntryRecord) -> bool:
    return entry.act == "described" and "numbers" in entry.detail["to"]


def _moved(
    entry: EntryRecord, was: _Order, now: _Order, numbers: dict[str, str]
) -> Iterator[_Stay]:
    """The numbers that a moved clause, and the articles in it, leave behind out of their turn."""
    after, depth = entry.detail["from"]["after"], entry.detail["from"]["depth"]
    for clause in was.run(entry.uid):
        is_top = clause.uid == entry.uid
        here = now.all[now.place[clause.uid]]
        counts = is_top or clause.kind is Kind.ARTICLE
        if not counts or here.struck or clause.struck or here.words == DELETED:
            continue
        if not is_fixed(here.clause()):
            continue
        same = was.series[clause.uid] == now.series[clause.uid]
        if same and now.in_turn(here):
            continue
        numbers[clause.uid] = INSERTED
        yield _Stay(clause, after, depth if is_top else clause.depth)


def _gone(
    entries: Sequence[EntryRecord], was: _Order, now: _Order, numbers: dict[str, str]
) -> Iterator[_Stay]:
    """The numbers of clauses that were live before the act and are struck now."""
    gone = {each.uid for each in was.live if now.all[now.place[each.uid]].struck}
    alone = {entry.uid for entry in entries if entry.detail.keys() & {"alone", "joined"}}
    for clause in was.live:
        if clause.uid not in gone or not is_fixed(clause.clause()) or clause.words == DELETED:
            continue
        above = was.above[clause.uid]
        if above in gone and clause.kind is not Kind.ARTICLE:
            continue
        heirs = [each for each in now.live if _is_option(each, clause.uid)]
        if heirs:
            # The others are options of the one that bears the number from now on.
            numbers |= {each.uid: each.number.replace(clause.uid, heirs[0].uid) for each in heirs}
            numbers[heirs[0].uid] = clause.number
        elif (was.series[clause.uid], clause.number) not in now.bearers:
            after = was.run(clause.uid)[-1].uid if clause.uid in alone else now.before(clause.uid)
            yield _Stay(clause, after, clause.depth)


def _is_option(clause: ClauseRecord, first: str) -> bool:
    mark = mark_of(clause.number)
    return mark is not None and mark[1] == first


def _doubled(was: _Order, now: _Order, numbers: dict[str, str]) -> Iterator[ClauseRecord]:
    """The "[Deleted]" whose number a clause bears that came back; where it cannot, that is "+"."""
    lived = {clause.uid for clause in was.live}
    for clause in now.live:
        if clause.uid in lived or not is_fixed(clause.clause()):
            continue
        others = [
            each
            for each in now.bearers[now.series[clause.uid], clause.number]
            if each.uid != clause.uid
        ]
        below = set(now.above.values())
        if any(each.words != DELETED or each.uid in below for each in others):
            numbers[clause.uid] = INSERTED
        else:
            yield from others


def _leave(pen: Pen, stays: Sequence[_Stay]) -> None:
    """Put "[Deleted]" under each number, one behind the other where several stay in one place."""
    last: dict[str, str] = {}
    for stay in stays:
        kind = stay.clause.kind
        heading, text = (DELETED, "") if kind.bears_heading else ("", DELETED)
        made = pen.insert(
            Clause(kind, stay.clause.number, heading, text, stay.depth),
            after=last.get(stay.after, stay.after),
            detail={"instead": stay.clause.uid},
        )
        last[stay.after] = made.uid
