"""The dots of the outline: of each article, whether what it is made of is agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.actions import settling
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
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
    if not found:
        return {}
    return _dots(sheet.frame, frozenset((each.uid, each.status) for each in found.values()))


@lru_cache(maxsize=_KEPT)
def _dots(frame: Frame, found: frozenset[tuple[str, Status]]) -> Mapping[str, Dot]:
    status = dict(found)
    rows: dict[str, set[Status]] = {}
    for at, clause in enumerate(frame.clauses):
        row = frame.clauses[frame.rows[frame.row_of[at]].at]
        rows.setdefault(row.uid, set()).add(status.get(clause.uid, Status.OPEN))
    return {uid: _dot(stands) for uid, stands in rows.items() if stands != {Status.OPEN}}


def _dot(stands: set[Status]) -> Dot:
    if Status.OPEN in stands:
        return Dot("partly", "agreed in part")
    least = Status.WORKING_GROUP if Status.WORKING_GROUP in stands else Status.AGREED
    return Dot(MARKS[least], least.value)
