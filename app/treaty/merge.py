"""Three texts made one where the edits do not touch; both wordings kept where they do.

Two edits touch when no word stays between them. Equal edits are one. Nothing
is ever decided silently: where the two sides differ the merged text carries
what is already there (`theirs`), and the conflict carries all three wordings.
"""

from dataclasses import dataclass

from app.treaty.diff import Change, changes


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where both sides changed the words, each in their own way.

    `start` and `end` are indices of the merged text, where the wording of `theirs` stands.
    """

    start: int
    end: int
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with all edits that could be joined, and the places that could not."""

    text: str
    conflicts: tuple[Conflict, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is left for a person to settle."""
        return not self.conflicts


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Both sides' edits of `base` in one text."""
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    return _join(base, _clusters(base, changes(base, mine), changes(base, theirs)))


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Edits of both sides that touch one another, and the range of the base that they cover."""

    start: int
    end: int
    mine: tuple[Change, ...]
    theirs: tuple[Change, ...]

    def wording(self, base: str, edits: tuple[Change, ...]) -> str:
        pieces = []
        at = self.start
        for start, end, text in edits:
            pieces += [base[at:start], text]
            at = end
        return "".join([*pieces, base[at : self.end]])


def _clusters(base: str, mine: tuple[Change, ...], theirs: tuple[Change, ...]) -> list[_Cluster]:
    clusters: list[_Cluster] = []
    tagged = [(edit, True) for edit in mine] + [(edit, False) for edit in theirs]
    for edit, is_mine in sorted(tagged, key=lambda pair: (pair[0].start, pair[0].end)):
        ours = (edit,) if is_mine else ()
        others = () if is_mine else (edit,)
        if clusters and not base[clusters[-1].end : edit.start].strip():
            last = clusters[-1]
            clusters[-1] = _Cluster(
                last.start, max(last.end, edit.end), last.mine + ours, last.theirs + others
            )
        else:
            clusters.append(_Cluster(edit.start, edit.end, ours, others))
    return clusters


def _join(base: str, clusters: list[_Cluster]) -> Merged:
    pieces: list[str] = []
    conflicts = []
    at = length = 0
    for cluster in clusters:
        pieces.append(base[at : cluster.start])
        length += len(pieces[-1])
        mine = cluster.wording(base, cluster.mine)
        theirs = cluster.wording(base, cluster.theirs)
        old = base[cluster.start : cluster.end]
        chosen = theirs if cluster.theirs else mine
        if cluster.mine and cluster.theirs and mine != theirs:
            conflicts.append(Conflict(length, length + len(chosen), old, mine, theirs))
        pieces.append(chosen)
        length += len(chosen)
        at = cluster.end
    pieces.append(base[at:])
    return Merged("".join(pieces), tuple(conflicts))
