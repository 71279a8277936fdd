"""Where a clause may stand among the others: nesting, the depth it takes, what goes along with it.

A place is worked out over the whole order of a draft, struck clauses included,
so that a clause which is restored later comes back where it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord
from app.treaty.document import Kind

_RANK = {
    Kind.ANNEX: 0,
    Kind.APPENDIX: 1,
    Kind.PART: 2,
    Kind.CHAPTER: 3,
    Kind.SECTION: 4,
    Kind.SUBSECTION: 5,
    Kind.HEADING: 5,
    Kind.ARTICLE: 6,
    Kind.FORMULA: 7,
    Kind.RECITAL: 7,
    Kind.CLOSING: 7,
    Kind.PARAGRAPH: 7,
    Kind.SUBPARAGRAPH: 8,
    Kind.ITEM: 9,
}
"""What may stand inside of what: only the higher number in the lower one."""

LEVELS = (Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM)
"""The levels of an article's text, the outermost first."""

DIVISIONS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.HEADING})
"""What groups articles, and is nothing of what they say."""

_HOLDERS = DIVISIONS | {Kind.ANNEX, Kind.APPENDIX}
_NEVER_IN_AN_ARTICLE = frozenset({Kind.FORMULA, Kind.RECITAL, Kind.CLOSING})


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which clause ("" is the very front, struck clauses count), and how deep."""

    after: str
    depth: int


def place(
    clauses: Sequence[ClauseRecord], kind: Kind, *, after: str | None, depth: int | None = None
) -> Place:
    """Where a clause of this kind comes to stand when it is put after the clause `after`.

    It comes behind all that stands below `after`, unless it goes below it itself. A
    division (part, chapter, section, heading) put after a clause of an article comes
    behind that article, and the articles that follow are then read under it.

    `clauses` is the whole order, struck ones included; `after` None is the very front.
    Raises Missing when `after` is no live clause, Invalid when the kind cannot stand there.
    """
    if after is None:
        return _checked(clauses, kind, 0, Place("", depth or 0))
    anchor = live_index(clauses, after)
    if depth is None:
        depth = _usual_depth(clauses, kind, anchor)
    anchor, below = _climb(clauses, kind, anchor, depth)
    end = anchor + 1 if below else run_end(clauses, anchor)
    return _checked(clauses, kind, end, Place(clauses[end - 1].uid, depth))


def live_index(clauses: Sequence[ClauseRecord], uid: str) -> int:
    """The index of a live clause; Missing when there is none with this uid."""
    for index, clause in enumerate(clauses):
        if clause.uid == uid and not clause.struck:
            return index
    raise Missing("There is no such clause in the draft as it stands; it may have been struck.")


def run_end(clauses: Sequence[ClauseRecord], start: int) -> int:
    """The index behind the clause at `start`, all that stands below it, and what was struck there.

    Counted by live clauses: a struck one in between does not end the run.
    """
    depth = clauses[start].depth
    end = start + 1
    for at in range(start + 1, len(clauses)):
        if not clauses[at].struck and clauses[at].depth <= depth:
            break
        if not clauses[at].struck or (end == at and clauses[at].depth > depth):
            end = at + 1
    return end


def subtree(clauses: Sequence[ClauseRecord], start: int) -> tuple[ClauseRecord, ...]:
    """The live clauses of that run: the clause and what stands below it."""
    return tuple(clause for clause in clauses[start : run_end(clauses, start)] if not clause.struck)


def parent(clauses: Sequence[ClauseRecord], index: int) -> int | None:
    """The index of the live clause that the one at `index` stands under."""
    for at in range(index - 1, -1, -1):
        if not clauses[at].struck and clauses[at].depth < clauses[index].depth:
            return at
    return None


def before(clauses: Sequence[ClauseRecord], index: int) -> int | None:
    """The index of the live clause that is read before the one at `index`."""
    for at in range(index - 1, -1, -1):
        if not clauses[at].struck:
            return at
    return None


def level_in(
    clauses: Sequence[ClauseRecord], start: int, depth: int
) -> tuple[Place, Mapping[str, Kind]]:
    """Where the clause at `start` stands when it goes to `depth`, and what it becomes there.

    It stays where it is in the order, and takes along what stands below it: a paragraph's
    subparagraphs become items when it becomes a subparagraph. The kinds are by uid, struck
    clauses included. Invalid when there is no such level, or nothing to stand under there.
    """
    run = clauses[start : run_end(clauses, start)]
    clause = run[0]
    last = before(clauses, start)
    if last is None or depth > clauses[last].depth + 1:
        raise Invalid("There is no clause before it that it could stand under.")
    above = [clauses[at] for at in range(start) if not clauses[at].struck]
    holders = [(0, None)] + [(each.depth, each.kind) for each in above]
    kinds: dict[str, Kind] = {}
    for each in run:
        deep = each.depth + depth - clause.depth
        holder = next((kind for at, kind in reversed(holders) if kind and at < deep), None)
        kind = _level_below(holder) if each.kind in LEVELS else each.kind
        if holder is None or (not each.struck and not _fits(holder, kind)):
            raise Invalid("There is no clause before it that it could stand under.")
        kinds[each.uid] = kind
        if not each.struck:
            holders.append((deep, kind))
    after = clauses[start - 1].uid if start else ""
    return Place(after, depth), kinds


def can_leave(clauses: Sequence[ClauseRecord], index: int) -> bool:
    """Whether what stands below a clause has a place when the clause alone is taken out."""
    below = subtree(clauses, index)[1:]
    last = before(clauses, index)
    if not below:
        return True
    if last is None or clauses[last].depth < clauses[index].depth:
        return False
    top = min(clause.depth for clause in below)
    holder = next(
        clauses[at].kind
        for at in range(index - 1, -1, -1)
        if not clauses[at].struck and clauses[at].depth < top
    )
    return all(_fits(holder, clause.kind) for clause in below if clause.depth == top)


def named(kind: Kind) -> str:
    """The kind with its article: "an annex", "a part"."""
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"


def _usual_depth(clauses: Sequence[ClauseRecord], kind: Kind, anchor: int) -> int:
    """As deep as the nearest clause of the same kind above, else one below what may hold it."""
    at: int | None = anchor
    while at is not None:
        above = clauses[at]
        if above.kind is kind:
            return above.depth
        if _may_hold(above.kind, kind):
            return above.depth + 1
        at = parent(clauses, at)
    return 0


def _may_hold(outer: Kind, inner: Kind) -> bool:
    if outer in _NEVER_IN_AN_ARTICLE:
        return False
    if outer is Kind.ARTICLE and inner in _NEVER_IN_AN_ARTICLE:
        return False
    return _RANK[outer] < _RANK[inner]


def _level_below(holder: Kind | None) -> Kind:
    """What an article's text is when it stands under this."""
    if holder in LEVELS:
        return LEVELS[min(LEVELS.index(holder) + 1, len(LEVELS) - 1)]
    return LEVELS[0]


def _fits(outer: Kind, inner: Kind) -> bool:
    """Whether one may stand inside of the other; an item may in an item."""
    return (outer is Kind.ITEM and inner is Kind.ITEM) or _may_hold(outer, inner)


def _climb(
    clauses: Sequence[ClauseRecord], kind: Kind, anchor: int, depth: int
) -> tuple[int, bool]:
    """The clause to come behind, and whether directly (below it) or behind all it holds."""
    above = parent(clauses, anchor)
    if kind in DIVISIONS:
        while above is not None and clauses[above].kind not in _HOLDERS:
            anchor, above = above, parent(clauses, above)
        return anchor, _may_hold(clauses[anchor].kind, kind)
    while above is not None and clauses[anchor].depth > depth:
        anchor, above = above, parent(clauses, above)
    return anchor, clauses[anchor].depth < depth


def _checked(clauses: Sequence[ClauseRecord], kind: Kind, index: int, found: Place) -> Place:
    """The place, if a clause of this kind may stand there when it comes before `index`."""
    last = before(clauses, index)
    if found.depth < 0 or found.depth > (0 if last is None else clauses[last].depth + 1):
        raise Invalid("That is deeper than the clause before it allows.")
    holder = next(
        (
            clauses[at].kind
            for at in range(index - 1, -1, -1)
            if not clauses[at].struck and clauses[at].depth < found.depth
        ),
        None,
    )
    if holder is not None and not _fits(holder, kind):
        raise Invalid(f"{named(kind).capitalize()} cannot stand inside {named(holder)}.")
    return found
