from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.actions import seating, typing
from app.actions.typing import Deed, Done, Push, Recent, Refused, Taken
from app.store.drafts import ClauseRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from tests.support.world import World

PRESUMED = "Good faith is presumed."
LENGTH = len(PRESUMED)
"""“Good faith is presumed.” has 23 units."""


@dataclass
class Desk:
    """The small world with everybody signed in; pushes and does as somebody."""

    store: Store
    world: World
    sessions: dict[Role, str]
    recent: Recent
    last: Taken = field(init=False)

    def push(
        self,
        *edits: tuple[int, int, str],
        uid: str = PRESUMED,
        by: Role = Role.DRAFTER,
        client: str = "aaaaaaaa",
        n: int = 1,
        base: int | None = None,
        length: int = LENGTH,
    ) -> Push:
        """One update as a push; `uid` may be words of the clause."""
        changes = ChangeSet.build(length, edits)
        found = self.world.uid(uid) if " " in uid else uid
        at = self.recent.seq if base is None else base
        return Push(self.sessions[by], client, n, found, at, (changes,), member=by)

    def take(self, *pushes: Push) -> Taken:
        self.last = typing.take(self.store, self.recent, pushes)
        self.recent = self.last.recent
        return self.last

    def do(self, deed: Deed) -> Done | Refused:
        answer, self.last = typing.do(self.store, self.recent, deed)
        self.recent = self.last.recent
        return answer

    def clause(self, uid: str = PRESUMED) -> ClauseRecord:
        found = self.store.drafts.clause(
            self.world.draft.id, self.world.uid(uid) if " " in uid else uid
        )
        assert found is not None
        return found

    def texts(self) -> list[str]:
        return [clause.words for clause in self.store.drafts.clauses(self.world.draft.id)]

    def seat(self, role: Role = Role.CHAIR) -> SeatRecord:
        return self.world.seats[role]


def signed_in(store: Store, seats: dict[Role, SeatRecord]) -> dict[Role, str]:
    """A session token for everybody."""
    return {role: seating._open_session(store, seat) for role, seat in seats.items()}


@pytest.fixture
def desk(store: Store, world: World) -> Desk:
    sessions = signed_in(store, world.seats)
    return Desk(store, world, sessions, Recent.of(store, world.draft.id))


def words(taken: Taken) -> Sequence[str]:
    return [back.why for back in taken.backs]


def test_what_was_pushed_is_an_entry_of_its_author(desk: Desk) -> None:
    taken = desk.take(desk.push((0, 4, "Bad")))
    (entry,) = taken.entries
    assert (entry.author, entry.act, entry.origin, entry.push) == (
        "Drafter A",
        "reworded",
        "typed",
        "aaaaaaaa.1",
    )
    assert desk.clause().text == "Bad faith is presumed." and desk.clause().version == 2
    assert taken.backs == () and taken.kept == () and taken.recent.seq == entry.seq


def test_two_on_one_version_are_both_kept_in_the_order_they_came(desk: Desk) -> None:
    taken = desk.take(
        desk.push((0, 0, "A"), client="aaaaaaaa"), desk.push((0, 0, "B"), client="bbbbbbbb")
    )
    assert [entry.push for entry in taken.entries] == ["aaaaaaaa.1", "bbbbbbbb.1"]
    assert desk.clause().text == "AB" + PRESUMED


def test_what_comes_twice_is_kept_once(desk: Desk) -> None:
    push = desk.push((0, 0, "A"))
    assert len(desk.take(push, push).entries) == 1
    again = desk.take(push)
    assert again.entries == () and again.kept[0].n == (1,) and again.kept[0].push is push
    desk.recent = Recent.of(desk.store, desk.world.draft.id)
    assert desk.take(push).entries == ()
    assert desk.clause().text == "A" + PRESUMED
