"""The head of a draft's journal: taken before an act, moved at its end, and told to whoever waits.

Taking it locks it, so that two writers of one draft come one after the other, in whatever
process they are. On PostgreSQL a move is announced in the same transaction on the channel
"travaux", as "<draft id> <seq>": who hears of it reads the entries in the table.
"""

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from app.store.tables import DraftRow

CHANNEL = "travaux"
"""The channel on which PostgreSQL tells other processes that a journal has grown."""


class Head(NamedTuple):
    """Where a journal ends: its latest entry's seq and hash.

    `guarded` tells, when it was taken, whether some clause of the draft is not to be changed.
    """

    seq: int
    hash: str
    guarded: bool = False


# FOR UPDATE is PostgreSQL's; SQLite's writing units hold the one write lock from BEGIN on.
_TAKE = (
    select(col(DraftRow.seq), col(DraftRow.hash), col(DraftRow.guarded))
    .where(col(DraftRow.id) == bindparam("draft"))
    .with_for_update()
)
_MOVE = (
    update(DraftRow)
    .where(col(DraftRow.id) == bindparam("draft"), col(DraftRow.seq) == bindparam("seen"))
    .values(seq=bindparam("to"), hash=bindparam("by"))
)
_MOVE_AND_TELL = (
    "WITH moved AS (UPDATE draft SET seq = %s, hash = %s WHERE id = %s AND seq = %s RETURNING id) "
    "SELECT pg_notify(%s, %s) FROM moved"
)


def take(connection: Connection, draft_id: int) -> Head:
    """The head, held until this transaction ends; NoResultFound when there is no such draft."""
    seq, digest, guarded = connection.execute(_TAKE, {"draft": draft_id}).one()
    return Head(seq, digest, guarded)


def move(connection: Connection, draft_id: int, seen: Head, to: Head) -> None:
    """Put the head where it ends now; RuntimeError when it was not `seen` any more."""
    if connection.dialect.name == "postgresql":
        said = (to.seq, to.hash, draft_id, seen.seq, CHANNEL, f"{draft_id} {to.seq}")
        moved = len(connection.exec_driver_sql(_MOVE_AND_TELL, said).all())
    else:
        told = {"draft": draft_id, "seen": seen.seq, "to": to.seq, "by": to.hash}
        moved = connection.execute(_MOVE, told).rowcount
    if moved != 1:
        raise RuntimeError("two writers extended one journal at once")
