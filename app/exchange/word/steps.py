"""What happened between two versions of a text, paragraph by paragraph, in the order it is told.

What stayed keeps its order; around it stands what went, before what came. A paragraph that was
split, or joined, is one step with its halves, and what went on together elsewhere is one move.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.treaty.align import Pair, stayed
from app.treaty.diff import pieces

_LIKE = 0.4
"""The share of words that stay, from which on a clause is told as moved and not as a new one."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one place: old lines that become new ones, or only one of the two.

    `move` names what was moved as one; at its new place `old` is empty, and `origin` is the old
    line that came here.
    """

    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    move: str = ""
    origin: int | None = None


def steps(old: Sequence[str], new: Sequence[str], pairs: Iterable[Pair]) -> list[Step]:
    """What happened, in the order in which it is told: what went stands before what came.

    `old` and `new` are the texts of the lines, and `pairs` says which is which.
    """
    pairs = list(pairs)
    to_new = {pair.old: pair.new for pair in pairs if pair.old is not None and pair.new is not None}
    core = sorted(stayed(to_new))
    kin_new = {p.new: p.kin for p in pairs if p.old is None and p.kin is not None}
    kin_old = {p.old: p.kin for p in pairs if p.new is None and p.kin is not None}
    moves = _moves(old, new, to_new, {one for one, _ in core})
    came = {to_new[one]: (one, name) for one, name in moves.items()}
    halves = _Halves(kin_new, kin_old)
    made: list[Step] = []
    one = other = 0
    for core_old, core_new in [*core, (len(old), len(new))]:
        group_old, group_new = halves.of(core_old, core_new)
        for at in range(one, core_old):
            if at not in halves.used_old and at not in group_old:
                made.append(Step(old=(at,), move=moves.get(at, "")))
        for at in range(other, core_new):
            if at not in halves.used_new and at not in group_new:
                origin, name = came.get(at, (None, ""))
                made.append(Step(new=(at,), move=name, origin=origin))
        if core_old < len(old):
            made.append(Step(group_old, group_new))
            halves.used_old.update(group_old)
            halves.used_new.update(group_new)
        one, other = core_old + 1, core_new + 1
    return made


class _Halves:
    """Which lines beside one that stayed are what was split off it, or joined to it."""

    def __init__(
        self,
        kin_new: Mapping[int | None, int | None],
        kin_old: Mapping[int | None, int | None],
    ) -> None:
        self._kin_new, self._kin_old = kin_new, kin_old
        self.used_old: set[int] = set()
        self.used_new: set[int] = set()

    def of(self, one: int, other: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The old and new lines that are told as one, in their order."""
        if not self._kin_new and not self._kin_old:
            return (one,), (other,)
        ours = self._beside(one, self._kin_old, other, self.used_old)
        theirs = self._beside(other, self._kin_new, one, self.used_new)
        return ours, theirs

    def _beside(
        self, at: int, kin: Mapping[int | None, int | None], whole: int, used: set[int]
    ) -> tuple[int, ...]:
        first = last = at
        while kin.get(first - 1) == whole and first - 1 not in used:
            first -= 1
        while kin.get(last + 1) == whole:
            last += 1
        return tuple(range(first, last + 1))


def _moves(
    old: Sequence[str], new: Sequence[str], to_new: Mapping[int, int], kept: set[int]
) -> dict[int, str]:
    """The names of the moves by the old line; lines that went on together have one name."""
    found: dict[int, str] = {}
    before = (-2, -2)
    count = 0
    for one in sorted(set(to_new) - kept):
        other = to_new[one]
        if not old[one] or not new[other] or not _alike(old[one], new[other]):
            continue
        if before != (one - 1, other - 1):
            count += 1
        found[one] = f"move{count}"
        before = one, other
    return found


def _alike(old: str, new: str) -> bool:
    if old == new:
        return True
    same = sum(len(piece.text) for piece in pieces(old, new) if piece.op == "same")
    return 2 * same >= _LIKE * (len(old) + len(new))
