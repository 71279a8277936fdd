from collections.abc import Iterator

import pytest

from app.actions import drafting, recalling, typing
from app.actions.carrying import Lost
from app.actions.recalling import Known, Recall, Recent
from app.actions.refusals import Missing
from app.actions.typing import Push
from app.store.unit import Store, Stores
from app.treaty.changes import ChangeSet
from tests.support.meeting import DOCUMENT, People


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    stores = Stores("sqlite://")
    stores.migrate()
    yield People.seated(stores, 2)
    stores.close()


class Desk:
    """A draft of a few clauses, typed in by one client."""

    def __init__(self, people: People) -> None:
        self.people = people
        with people.stores.begin() as store:
            draft = drafting.new_draft(store, people.seats[0], title="T", document=DOCUMENT)
            self.draft_id = draft.id
            self.clauses = store.drafts.clauses(draft.id)
        self.uid = self.clauses[1].uid
        self.words = self.clauses[1].text
        self.n = 0

    def recent(self) -> Recent:
        with self.people.stores.read() as store:
            return Recent.of(store, self.draft_id)

    def push(self, recent: Recent, *, base: int | None = None) -> Push:
        self.n += 1
        changes = ChangeSet.build(len(self.words), [(0, 0, "x")])
        self.words = f"x{self.words}"
        at = recent.seq if base is None else base
        return Push(self.people.sessions[0], "client00", self.n, self.uid, at, (changes,))

    def take(self, recent: Recent, *pushes: Push) -> typing.Taken:
        with self.people.stores.begin() as store:
            return typing.take(store, recent, pushes)

    def take_and_fail(self, recent: Recent, push: Push) -> None:
        with self.people.stores.begin() as store:
            typing.take(store, recent, [push])
            raise RuntimeError("the disk is full")

    def text(self) -> str:
        with self.people.stores.read() as store:
            clause = store.drafts.clause(self.draft_id, self.uid)
        assert clause is not None
        return clause.text


@pytest.fixture
def desk(people: People) -> Desk:
    return Desk(people)


def open_recall(store: Store, recent: Recent) -> Recall:
    return recent.open(store)


def test_a_draft_that_is_not_there_cannot_be_remembered(people: People) -> None:
    with people.stores.read() as store, pytest.raises(Missing):
        Recent.of(store, 99_999)


def test_what_a_failed_unit_was_told_is_not_believed(desk: Desk) -> None:
    recent = desk.take(desk.recent(), desk.push(desk.recent())).recent
    push = desk.push(recent)
    with pytest.raises(RuntimeError):
        desk.take_and_fail(recent, push)
    taken = desk.take(recent, push)
    assert len(taken.entries) == 1 and taken.kept == () and desk.text() == desk.words
    # Nor is what was known before the unit that came after it.
    again = desk.take(recent, push)
    assert [entry.push for entry in again.entries] == ["client00.2"] and again.kept[0].n == (2,)
    assert desk.text() == desk.words


def test_what_was_pushed_on_words_of_long_ago_is_looked_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "WINDOW", 5)
    start = desk.recent()
    old = desk.push(start)
    taken = desk.take(start, old)
    for _ in range(20):
        taken = desk.take(taken.recent, desk.push(taken.recent))
    early = ChangeSet.build(len(desk.clauses[1].text), [(0, 0, "o")])
    late = Push(desk.people.sessions[1], "client01", 1, desk.uid, start.seq, (early,))
    known = desk.take(taken.recent, old, late)
    assert known.kept[0].n == (1,) and known.backs == ()
    assert desk.text() == "x" * 21 + "o" + desk.clauses[1].text
    # And by a process that has just started, within one unit: what it writes itself comes too.
    second = ChangeSet.build(len(desk.clauses[1].text), [(0, 0, "p")])
    later = Push(desk.people.sessions[1], "client02", 1, desk.uid, start.seq, (second,))
    again = desk.take(desk.recent(), late, later, later)
    assert [kept.n for kept in again.kept] == [(1,), (1,)] and len(again.entries) == 1
    assert desk.text() == "x" * 21 + "op" + desk.clauses[1].text


def test_who_was_away_for_too_long_has_the_words_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "WINDOW", 2)
    monkeypatch.setattr(recalling, "FARTHEST", 3)
    start = desk.recent()
    early = ChangeSet.build(len(desk.words), [(0, 0, "o")])
    recent = start
    for _ in range(4):
        recent = desk.take(recent, desk.push(recent)).recent
    push = Push(desk.people.sessions[1], "client01", 1, desk.uid, start.seq, (early,))
    (back,) = desk.take(recent, push).backs
    assert "away for long" in back.why
    with desk.people.stores.read() as store, pytest.raises(Lost):
        open_recall(store, recent).since(desk.uid, start.seq)


def test_no_more_is_remembered_than_its_bounds_say(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "WINDOW", 3)
    monkeypatch.setattr(recalling, "CLAUSES", 1)
    monkeypatch.setattr(recalling, "CLIENTS", 1)
    recent = desk.recent()
    for index in range(6):
        changes = ChangeSet.build(len(desk.clauses[index % 4].words), [(0, 0, "")])
        uid = desk.clauses[index % 4].uid
        push = Push(desk.people.sessions[0], f"client{index}0", 1, uid, recent.seq, (changes,))
        taken = desk.take(recent, push)
        assert taken.backs == () and len(taken.entries) == 1
        recent = taken.recent
    memory = recent._memory
    assert len(memory.order) == 3 and sum(map(len, memory.pasts.values())) == 3
    assert len(memory.clauses) <= 2 and len(memory.clients) <= 2
    assert memory.floor == recent.seq - 3


def test_a_clause_is_known_as_others_have_left_it(desk: Desk) -> None:
    recent = desk.take(desk.recent(), desk.push(desk.recent())).recent
    with desk.people.stores.begin() as store:
        draft = store.drafts.by_id(desk.draft_id)
        assert draft is not None
        seat = desk.people.seats[0]
        drafting.reword(store, seat, draft, desk.uid, "Other words.", seen=2)
        drafting.strike(store, seat, draft, desk.uid, seen=3)
    with desk.people.stores.read() as store:
        recall = open_recall(store, recent)
        recall.catch_up(store.drafts.by_id(desk.draft_id).seq)  # type: ignore[union-attr]
        assert recall.clause(desk.uid) == Known(desk.uid, 4, "Other words.", False, True)
        assert recall.clause("cnosuchclause") is None


def test_entries_of_before_are_remembered_when_somebody_needs_them(desk: Desk) -> None:
    start = desk.recent()
    recent = start
    for _ in range(3):
        recent = desk.take(recent, desk.push(recent)).recent
    with desk.people.stores.read() as store:
        recall = open_recall(store, Recent(desk.draft_id, recent.seq))
        recall.reach(start.seq + 1)
        assert recall.close()._memory.floor == start.seq + 1
        assert [past.own for past in recall.since(desk.uid, start.seq + 1)] == [
            "client00.2",
            "client00.3",
        ]
        assert recall.since(desk.uid, start.seq)[0].own == "client00.1"
        assert recall.words(desk.uid, start.seq + 1) == "x" + desk.clauses[1].text
