"""Which clause of one document is which clause of another.

Where two documents have uids in common, two clauses with a uid are the same if
and only if the uid is. Otherwise it is found out, from the surest sign to the weakest:

    the same words, and nowhere else in either document
    a run of words that hardly any other clause has, in two clauses that are alike
    for what bears a heading: the clauses below it went together
    two clauses at the same place, between or below the same neighbours, that are somewhat alike
    what is left and is much alike, wherever it stands

Numbers are no sign by themselves, as one new article moves all that follow; in the words they
count as alike for the same reason, and they settle only between equals. The most clauses that
keep their order have stayed; whatever else is in both documents has moved.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.treaty.document import Clause

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+|\d+|[^\w\s]")
_RARE = 3  # a run of words that more clauses than this have on one side is no sign
_RUN = 3  # words in such a run
_SURE = 0.5  # how much alike two clauses with a rare run are at least
_FAR = 0.6  # the same where nothing else speaks for them
_NEAR = 0.3  # the same for two at one place
_EQUAL = 0.95  # the same for two that may stand elsewhere too, but belong below the same one
_WIDEST = 4000  # pairs looked at in one place
_REACH = 6  # clauses that stand between the two halves of what was one, at most
_WHOLE = 0.8  # the share of a half's words that are found again in what was one


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause of the new document with the one of the old that it is, by their indices.

    `status` is "same", "changed", "moved" (and perhaps changed as well), "added" (`old` is None)
    or "removed" (`new` is None). `kin` is the old clause that an added one was split off from, or
    the new one that a removed one was joined to.
    """

    old: int | None
    new: int | None
    status: str
    kin: int | None = None


def align(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[Pair, ...]:
    """Every clause of both, in the order of the new one; what went stands behind what it followed.

    The same two sequences always give the same answer. Clauses that bear a heading are paired
    with such, and those that bear text with such.
    """
    pairing = _Pairing(_Side(old), _Side(new))
    pairing.by_uid()
    if pairing.has_unknown:
        pairing.by_words()
    return tuple(_told(pairing))


class _Side:
    """A document's clauses, and what is asked of them again and again."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self._tokens: dict[int, tuple[str, ...]] = {}
        self.parents = list(_parents(clauses))
        self.below: defaultdict[int, list[int]] = defaultdict(list)
        for index, parent in enumerate(self.parents):
            self.below[parent].append(index)
        self._shingles: dict[int, frozenset[Hashable]] = {}

    def tokens(self, index: int) -> tuple[str, ...]:
        """The clause's words and marks, without case; a number is as good as another."""
        found = self._tokens.get(index)
        if found is None:
            found = self._tokens[index] = tuple(_tokens(self.clauses[index]))
        return found

    def shingles(self, index: int) -> frozenset[Hashable]:
        """The clause's words and pairs of neighbouring words, for likeness."""
        found = self._shingles.get(index)
        if found is None:
            tokens = self.tokens(index)
            found = frozenset((*tokens, *pairwise(tokens)))
            self._shingles[index] = found
        return found


def _tokens(clause: Clause) -> Iterator[str]:
    words = clause.heading if clause.kind.bears_heading else clause.text
    for token in _TOKEN.findall(words.casefold()):
        yield "0" if token[0].isdigit() else token


def _parents(clauses: Sequence[Clause]) -> Iterator[int]:
    """For every clause the index of the one that it stands under; -1 at the top."""
    above: list[int] = []
    for index, clause in enumerate(clauses):
        while above and clauses[above[-1]].depth >= clause.depth:
            above.pop()
        yield above[-1] if above else -1
        above.append(index)


class _Pairing:
    """What has been found out so far."""

    def __init__(self, old: _Side, new: _Side) -> None:
        self.old = old
        self.new = new
        self.to_new: dict[int, int] = {}
        self.to_old: dict[int, int] = {}
        self._uids_decide = False

    def pair(self, one: int, other: int) -> None:
        """The two are the same clause."""
        self.to_new[one] = other
        self.to_old[other] = one

    def free_old(self, indices: Iterable[int] | None = None) -> list[int]:
        """Those of the old document's clauses (of all) that have no partner yet."""
        within = range(len(self.old.clauses)) if indices is None else indices
        return [index for index in within if index not in self.to_new]

    def free_new(self, indices: Iterable[int] | None = None) -> list[int]:
        """The same of the new one."""
        within = range(len(self.new.clauses)) if indices is None else indices
        return [index for index in within if index not in self.to_old]

    def by_uid(self) -> None:
        """Pair what has the same uid; two documents without any in common were told apart."""
        known = {clause.uid: index for index, clause in enumerate(self.new.clauses) if clause.uid}
        for index, clause in enumerate(self.old.clauses):
            if clause.uid in known:
                self.pair(index, known[clause.uid])
        self._uids_decide = bool(self.to_new)

    @property
    def has_unknown(self) -> bool:
        """Whether there may be pairs that the uids do not tell."""
        return not self._uids_decide or not all(
            clause.uid for side in (self.old, self.new) for clause in side.clauses
        )

    def by_words(self) -> None:
        """Pair what reads alike."""
        self._by_unique(
            [_exact(clause) for clause in self.old.clauses],
            [_exact(clause) for clause in self.new.clauses],
        )
        self._by_unique(
            [
                None if index in self.to_new else _loose(self.old, index)
                for index in range(len(self.old.clauses))
            ],
            [
                None if index in self.to_old else _loose(self.new, index)
                for index in range(len(self.new.clauses))
            ],
        )
        self._by_rare_runs(_RARE, _SURE)
        self._by_what_is_below()
        self._below((-1, -1), _EQUAL)
        self._between_neighbours()
        self._by_rare_runs(4 * _RARE, _FAR)
        self._by_what_is_below()
        self._below((-1, -1), _NEAR)

    def likeness(self, one: int, other: int) -> float:
        """0 to 1: the share of words and pairs of words that two clauses have in common."""
        if not self.comparable(one, other):
            return 0.0
        ours, theirs = self.old.shingles(one), self.new.shingles(other)
        if not ours and not theirs:
            return 1.0
        return 2 * len(ours & theirs) / (len(ours) + len(theirs))

    def comparable(self, one: int, other: int) -> bool:
        """Whether both bear text or both a heading, and no uid says that they are two."""
        ours, theirs = self.old.clauses[one], self.new.clauses[other]
        if self._uids_decide and ours.uid and theirs.uid:
            return False
        return ours.kind.bears_heading == theirs.kind.bears_heading

    def _by_unique(self, old: Sequence[Hashable], new: Sequence[Hashable]) -> None:
        ours, theirs = _once(old, self.free_old()), _once(new, self.free_new())
        for key, index in ours.items():
            if key in theirs and self.comparable(index, theirs[key]):
                self.pair(index, theirs[key])

    def _by_rare_runs(self, most: int, least: float) -> None:
        """Pair what shares runs of words that few clauses have, the most alike first."""
        ours = _runs(self.old, self.free_old(), most)
        theirs = _runs(self.new, self.free_new(), most)
        votes: Counter[tuple[int, int]] = Counter()
        for run, holders in ours.items():
            for other in theirs.get(run, ()):
                for one in holders:
                    votes[one, other] += 1
        scored = []
        for one, other in votes:
            likeness = self.likeness(one, other)
            if likeness >= least:
                scored.append(
                    (likeness + self._nearness(one, other), -abs(one - other), one, other)
                )
        for _, _, one, other in sorted(scored, reverse=True):
            if one not in self.to_new and other not in self.to_old:
                self.pair(one, other)

    def _nearness(self, one: int, other: int) -> float:
        """What speaks for two clauses beside their words: their neighbours, kind and number."""
        above, there = self.old.parents[one], self.new.parents[other]
        ours, theirs = self.old.clauses[one], self.new.clauses[other]
        together = there == (self.to_new.get(above) if above >= 0 else -1)
        return (
            0.1 * together
            + 0.1 * (self.to_new.get(one - 1) == other - 1 or self.to_new.get(one + 1) == other + 1)
            + 0.05 * (ours.kind == theirs.kind)
            + 0.05 * (ours.number == theirs.number != "")
        )

    def _by_what_is_below(self) -> None:
        """Pair what bears a heading with what most of the words below it went to."""
        weights: Counter[tuple[int, int]] = Counter()
        for one, other in self.to_new.items():
            above, there = self.old.parents[one], self.new.parents[other]
            while above >= 0 and there >= 0:
                if above not in self.to_new and there not in self.to_old:
                    weights[above, there] += 1 + len(self.old.tokens(one))
                above, there = self.old.parents[above], self.new.parents[there]
        scored = []
        for (one, other), weight in weights.items():
            same_kind = self.old.clauses[one].kind is self.new.clauses[other].kind
            if same_kind and self.comparable(one, other):
                share = weight / self._weight_below(self.old, one)
                scored.append((share + self.likeness(one, other), -abs(one - other), one, other))
        for score, _, one, other in sorted(scored, reverse=True):
            if score >= _SURE and one not in self.to_new and other not in self.to_old:
                self.pair(one, other)

    @staticmethod
    def _weight_below(side: _Side, index: int) -> int:
        weight = 1
        for below in side.below[index]:
            weight += 1 + len(side.tokens(below))
        return weight

    def _below(self, pair: tuple[int, int], least: float) -> None:
        """Pair what stands below two that are the same, and what stands below those in turn."""
        one, other = pair
        ours, theirs = self.old.below[one], self.new.below[other]
        self._in_order(self.free_old(ours), self.free_new(theirs), least)
        for index in ours:
            partner = self.to_new.get(index)
            if partner is not None:
                self._below((index, partner), least)

    def _between_neighbours(self) -> None:
        """Pair what stands between two that have stayed, however deep it stands."""
        core = sorted(stayed(self.to_new))
        bounds = [(-1, -1), *core, (len(self.old.clauses), len(self.new.clauses))]
        for (one, other), (one_end, other_end) in pairwise(bounds):
            self._in_order(
                self.free_old(range(one + 1, one_end)),
                self.free_new(range(other + 1, other_end)),
                _NEAR,
            )

    def _in_order(self, ours: Sequence[int], theirs: Sequence[int], least: float) -> None:
        """Pair the clauses of two short runs so that they keep their order and are most alike."""
        if not ours or not theirs or len(ours) * len(theirs) > _WIDEST:
            return

        def worth(one: int, other: int) -> float:
            likeness = self.likeness(one, other)
            if likeness < least:
                return 0.0
            return likeness - _NEAR + self._nearness(one, other) / 4

        for one, other in _best_in_order(ours, theirs, worth):
            self.pair(one, other)


def stayed(pairs: Mapping[int, int]) -> set[tuple[int, int]]:
    """The most pairs (old index to new) that keep their order; all others have moved."""
    tails: list[int] = []
    ends: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int]] = {}
    for one, other in sorted(pairs.items()):
        at = bisect_left(tails, other)
        if at:
            before[one, other] = ends[at - 1]
        tails[at : at + 1] = [other]
        ends[at : at + 1] = [(one, other)]
    found = set()
    here = ends[-1] if ends else None
    while here is not None:
        found.add(here)
        here = before.get(here)
    return found


def _exact(clause: Clause) -> Hashable:
    return clause.kind.bears_heading, clause.heading or clause.text


def _loose(side: _Side, index: int) -> Hashable:
    return side.clauses[index].kind.bears_heading, side.tokens(index)


def _once(keys: Sequence[Hashable], indices: Iterable[int]) -> dict[Hashable, int]:
    """The indices whose key none of the others has."""
    found: dict[Hashable, int] = {}
    twice = set()
    for index in indices:
        if keys[index] in found:
            twice.add(keys[index])
        found[keys[index]] = index
    return {key: index for key, index in found.items() if key not in twice}


def _runs(side: _Side, indices: Iterable[int], most: int) -> dict[Hashable, list[int]]:
    """Runs of words, and the few clauses that have them; those of more than `most` are left out."""
    holders: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index in indices:
        tokens = side.tokens(index)
        for run in set(zip(*(tokens[at:] for at in range(_RUN)), strict=False)) or {tokens}:
            holders[run].append(index)
    return {run: found for run, found in holders.items() if len(found) <= most}


def _best_in_order(
    ours: Sequence[int], theirs: Sequence[int], worth: Callable[[int, int], float]
) -> list[tuple[int, int]]:
    """The pairs, neither side out of order, that are worth most together; none worth nothing."""
    gains = [[worth(one, other) for other in theirs] for one in ours]
    width = len(theirs)
    best = [[0.0] * (width + 1)]
    for row in gains:
        above, here = best[-1], [0.0]
        for at, gain in enumerate(row):
            here.append(max(above[at + 1], here[at], above[at] + gain))
        best.append(here)
    pairs = []
    at, there = len(ours), width
    while at and there:
        if best[at][there] == best[at - 1][there]:
            at -= 1
        elif best[at][there] == best[at][there - 1]:
            there -= 1
        else:
            at, there = at - 1, there - 1
            pairs.append((ours[at], theirs[there]))
    return pairs[::-1]


def _told(pairing: _Pairing) -> Iterator[Pair]:
    core = stayed(pairing.to_new)
    gone: defaultdict[int, list[int]] = defaultdict(list)
    behind = -1
    for one in range(len(pairing.old.clauses)):
        if one in pairing.to_new:
            behind = pairing.to_new[one]
        else:
            gone[behind].append(one)
    for other in range(-1, len(pairing.new.clauses)):
        if other >= 0:
            yield _kept_or_added(pairing, other, core)
        for one in gone[other]:
            yield Pair(one, None, "removed", _joined_to(pairing, one))


def _kept_or_added(pairing: _Pairing, other: int, core: set[tuple[int, int]]) -> Pair:
    one = pairing.to_old.get(other)
    if one is None:
        return Pair(None, other, "added", _split_from(pairing, other))
    ours, theirs = pairing.old.clauses[one], pairing.new.clauses[other]
    if (one, other) not in core or ours.depth != theirs.depth:
        return Pair(one, other, "moved")
    same = (ours.text, ours.heading) == (theirs.text, theirs.heading)
    return Pair(one, other, "same" if same else "changed")


def _split_from(pairing: _Pairing, added: int) -> int | None:
    """The old clause beside whose rest the words of an added one stand now."""
    for kept in _neighbours(added, pairing.to_old):
        whole = pairing.to_old[kept]
        rest, half = pairing.new.tokens(kept), pairing.new.tokens(added)
        if _holds(pairing.old.tokens(whole), rest, half):
            return whole
    return None


def _joined_to(pairing: _Pairing, removed: int) -> int | None:
    """The new clause that has the words of a removed one beside those of its neighbour."""
    for kept in _neighbours(removed, pairing.to_new):
        whole = pairing.to_new[kept]
        rest, half = pairing.old.tokens(kept), pairing.old.tokens(removed)
        if _holds(pairing.new.tokens(whole), rest, half):
            return whole
    return None


def _neighbours(index: int, kept: Mapping[int, int]) -> Iterator[int]:
    """The nearest kept clauses before and behind, a few steps away at most."""
    for steps in (range(index - 1, index - _REACH, -1), range(index + 1, index + _REACH)):
        for at in steps:
            if at in kept:
                yield at
                break


def _holds(whole: Sequence[str], rest: Sequence[str], half: Sequence[str]) -> bool:
    """Whether nearly all words of a half are in the whole, beside those of the rest."""
    if len(half) < _RUN or len(whole) <= len(rest):
        return False
    spare = Counter(whole)
    spare.subtract(rest)
    words = Counter(half)
    found = sum(min(count, max(0, spare[word])) for word, count in words.items())
    return found >= _WHOLE * len(half)
