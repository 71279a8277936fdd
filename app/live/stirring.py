"""Which open pages are to ask for notes again: those of readers for whom one was stirred.

Nothing of a note is said, and nobody hears of a note that they may not read: a page is told that
there is something, and asks for what it may have. The notes are looked at together with the
seats, in one query, so that typing has nothing to do with them.
"""

from collections.abc import Collection, Iterable

from app.live.room import Member, Room
from app.store.notes import Stir
from app.store.readers import Reader
from app.store.unit import Store


class Stirring:
    """What was last seen of the notes of each draft at whose table somebody sits."""

    def __init__(self) -> None:
        self._seen: dict[int, frozenset[Stir]] = {}

    def look(self, store: Store, members: Collection[tuple[Room, Member]]) -> tuple[Member, ...]:
        """Whose pages are to ask again. At a table that was not seen before, everybody's who
        may read a note: nobody knows what happened since those pages were made."""
        now: dict[int, frozenset[Stir]] = {room.draft_id: frozenset() for room, _ in members}
        for stir in store.notes.stirs(now) if now else ():
            now[stir.draft_id] |= {stir}
        # What is new, and what was there before and is no more.
        fresh = {
            draft_id: now[draft_id] ^ self._seen.get(draft_id, frozenset()) for draft_id in now
        }
        self._seen = now
        return tuple(
            member
            for room, member in members
            if fresh[room.draft_id] and _hears(member, fresh[room.draft_id])
        )


def _hears(member: Member, fresh: Iterable[Stir]) -> bool:
    reader = Reader.of(member.seat)
    return any(stir.is_for(reader) for stir in fresh)
