"""Where the text stands at a glance: the dots of the outline, the lines on a draft's front page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.actions import settling, silencing
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.silences import SilenceRecord
from app.store.status import Status
from app.store.unit import Store
from app.web.frame import Frame
from app.web.words import Sheet

MARKS: Mapping[Status, str] = {
    Status.OPEN: "open",
    Status.WORKING_GROUP: "group",
    Status.AGREED: "agreed",
}
"""The class of the dot for each status."""

_KEPT = 16


@dataclass(frozen=True, slots=True)
class Dot:
    """The mark of a row: its class, and the words for it."""

    mark: str
    words: str


def dots(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, sheet: Sheet
) -> Mapping[str, Dot]:
    """By the uid of a row of the outline, its dot; a row that is open has none."""
    found = settling.statuses(store, seat, draft)
    silent = frozenset(
        uid for each in silencing.running(store, seat, draft) for uid in each.clauses
    )
    if not found and not silent:
        return {}
    flagged = frozenset(uid for uid in found if (line := sheet.line(uid)) and line.brackets)
    stands = frozenset((each.uid, each.status) for each in found.values())
    return _dots(sheet.frame, stands, silent, flagged)


@lru_cache(maxsize=_KEPT)
def _dots(
    frame: Frame,
    found: frozenset[tuple[str, Status]],
    silent: frozenset[str],
    flagged: frozenset[str],
) -> Mapping[str, Dot]:
    status = dict(found)
    rows: dict[str, set[Status]] = {}
    waiting: set[str] = set()
    doubtful: set[str] = set()
    for at, clause in enumerate(frame.clauses):
        row = frame.clauses[frame.rows[frame.row_of[at]].at].uid
        rows.setdefault(row, set()).add(status.get(clause.uid, Status.OPEN))
        if clause.uid in silent:
            waiting.add(row)
        if clause.uid in flagged:
            doubtful.add(row)
    return {
        uid: _dot(stands, is_silent=uid in waiting, is_flagged=uid in doubtful)
        for uid, stands in rows.items()
        if stands != {Status.OPEN} or uid in waiting
    }


def _dot(stands: set[Status], *, is_silent: bool, is_flagged: bool) -> Dot:
    if stands == {Status.OPEN}:
        return Dot("silence", "under silence")
    if Status.OPEN in stands:
        dot = Dot("partly", "agreed in part")
    else:
        least = Status.WORKING_GROUP if Status.WORKING_GROUP in stands else Status.AGREED
        dot = Dot(MARKS[least], least.value)
    if is_silent:
        dot = Dot("silence", f"{dot.words}, under silence")
    if is_flagged:
        dot = Dot(f"{dot.mark} flagged", f"{dot.words}, and still holds a bracket")
    return dot


@dataclass(frozen=True, slots=True)
class Front:
    """What a draft's front page says: how many clauses are agreed, and what is under silence."""

    agreed: int
    group: int
    flagged: int
    referred: int
    silences: tuple[tuple[SilenceRecord, str], ...]
    nothing: str = settling.NOTHING_IS_AGREED

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say: every clause is open."""
        return not (self.agreed or self.group or self.silences)


def front(store: Store, seat: SeatRecord | None, draft: DraftRecord, sheet: Sheet) -> Front:
    """Where the text stands, for the draft's front page; silences with what they are about."""
    found = settling.statuses(store, seat, draft)
    running = silencing.running(store, seat, draft)
    stands = [each.status for each in found.values()]
    return Front(
        stands.count(Status.AGREED),
        stands.count(Status.WORKING_GROUP),
        sum(1 for uid in found if (line := sheet.line(uid)) and line.brackets),
        sum(1 for each in found.values() if each.ad_referendum),
        tuple((each, sheet.citation(each.target) or "A clause") for each in running),
    )
