"""Where the text stands, in words for a file that is handed on: a line for each clause.

Nobody is named who agreed; delegations are, ad referendum, only where the file names them.
"""

from datetime import UTC, datetime

from app.actions import settling, silencing
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.status import StatusRecord
from app.store.unit import Store
from app.treaty import brackets


def standings(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, *, named: bool = False
) -> dict[str, tuple[str, ...]]:
    """By the uid of each clause that is agreed or under silence, what is to be said of it."""
    found = settling.statuses(store, seat, draft)
    lines = {uid: [_agreed(record, named=named)] for uid, record in found.items()}
    for silence in silencing.running(store, seat, draft):
        said = f"{silence.status.value.capitalize()} unless an objection is made by "
        for uid in silence.clauses:
            lines.setdefault(uid, []).append(f"{said}{_moment(silence.due)}.")
    clauses = store.strokes.clauses(draft.id, lines)
    for uid, said_of in lines.items():
        count = brackets.count(clauses[uid].words)
        if count:
            held = "one bracket" if count == 1 else f"{count:,} brackets"
            said_of.append(f"It still holds {held}.")
    return {uid: (" ".join(said_of),) for uid, said_of in lines.items()}


def _agreed(record: StatusRecord, *, named: bool) -> str:
    where = f" ({record.meeting.name})" if record.meeting else ""
    how = " by silence" if record.by_silence else ""
    line = f"{record.status.value.capitalize()}{how}, {_day(record.at)}{where}."
    if record.ad_referendum:
        count = len(record.ad_referendum)
        whose = "one delegation" if count == 1 else f"{count:,} delegations"
        line += f" Ad referendum: {', '.join(record.ad_referendum) if named else whose}."
    return line


def _day(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y}"


def _moment(at: datetime) -> str:
    return f"{_day(at)}, {at.astimezone(UTC):%H:%M} UTC"
