from collections import Counter
from collections.abc import Iterator

import pytest

from app.actions import drafting
from app.actions.anchoring import Standing, where
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.treaty.anchors import Anchor, State, anchor
from app.treaty.document import Clause, Document, Kind
from tests.support.life import Item, Life
from tests.support.meeting import DOCUMENT, People


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    stores = Stores("sqlite://")
    stores.migrate()
    yield People.seated(stores, 2)
    stores.close()


class Room:
    """A draft, one of its clauses, and anchors on its words."""

    def __init__(self, store: Store, seat: SeatRecord) -> None:
        self.store, self.seat = store, seat
        self.draft_id = drafting.new_draft(store, seat, title="Room", document=DOCUMENT).id
        self.uid = self.clause("Talks shall").uid
        self.items = [self.item(words) for words in ("Talks", "shall", "be held", "shall be")]

    @property
    def draft(self) -> DraftRecord:
        draft = self.store.drafts.by_id(self.draft_id)
        assert draft is not None
        return draft

    def clause(self, words: str) -> ClauseRecord:
        """The clause that has these words; of a heading and a text the text."""
        clauses = self.store.drafts.clauses(self.draft_id)
        found = [clause for clause in clauses if words in clause.words]
        return max(found, key=lambda clause: len(clause.words))

    def item(self, words: str) -> Item:
        clause = self.clause(words)
        start = clause.words.index(words)
        made = anchor(clause.words, start, start + len(words))
        return clause.uid, self.draft.seq, made

    def where(self, *items: Item) -> tuple[Standing, ...]:
        return where(self.store, self.draft, items or self.items)

    def told(self) -> list[tuple[str, int, int, str]]:
        """Of each anchor: the words of the clause it is in, its range, its state."""
        clauses = self.store.drafts.clauses(self.draft_id, with_struck=True)
        words = {clause.uid: clause.words for clause in clauses}
        return [
            (words[at.uid], at.anchor.start, at.anchor.end, at.state.value) for at in self.where()
        ]

    def split(self, words: str, at: int) -> ClauseRecord:
        clause = self.clause(words)
        return drafting.split(
            self.store, self.seat, self.draft, clause.uid, at=at, seen=clause.version
        )

    def merge(self, words: str) -> ClauseRecord:
        clause = self.clause(words)
        return drafting.merge(self.store, self.seat, self.draft, clause.uid, seen=clause.version)

    def reword(self, words: str, text: str) -> None:
        clause = self.clause(words)
        drafting.reword(self.store, self.seat, self.draft, clause.uid, text, seen=clause.version)

    def strike(self, words: str) -> ClauseRecord:
        clause = self.clause(words)
        return drafting.strike(self.store, self.seat, self.draft, clause.uid, seen=clause.version)

    def undo(self) -> None:
        drafting.undo(self.store, self.seat, self.draft)


@pytest.fixture
def room(people: People) -> Iterator[Room]:
    with people.stores.begin() as store:
        yield Room(store, people.seats[1])


WHOLE = "Talks shall be held."
AT_FIRST = [
    (WHOLE, 0, 5, "anchored"),
    (WHOLE, 6, 11, "anchored"),
    (WHOLE, 12, 19, "anchored"),
    (WHOLE, 6, 14, "anchored"),
]


def test_of_nothing_nothing_is_told(room: Room) -> None:
    assert where(room.store, room.draft, []) == ()
    assert room.told() == AT_FIRST


def test_an_anchor_counts_from_its_own_seq(room: Room) -> None:
    room.reword("Talks shall", "All talks shall be held.")
    room.items.append(room.item("shall be"))
    room.reword("All talks", "Now all talks shall be held.")
    new = "Now all talks shall be held."
    assert room.told()[1:] == [
        (new, 14, 19, "anchored"),
        (new, 20, 27, "anchored"),
        (new, 14, 22, "anchored"),
        (new, 14, 22, "anchored"),
    ]


def test_anchors_go_along_with_the_half_that_has_their_words_and_come_back(room: Room) -> None:
    room.split("Talks shall", 11)
    assert room.told() == [
        ("Talks shall", 0, 5, "anchored"),
        ("Talks shall", 6, 11, "anchored"),
        ("be held.", 0, 7, "anchored"),
        ("Talks shall", 6, 11, "check"),
    ]
    room.undo()
    assert room.told() == AT_FIRST


def test_torn_words_are_whole_when_their_clauses_are_joined_again(room: Room) -> None:
    room.split("Talks shall", 11)
    room.reword("be held.", "be often held.")
    room.merge("be often held.")
    whole = "Talks shall be often held."
    assert room.told() == [
        (whole, 0, 5, "anchored"),
        (whole, 6, 11, "anchored"),
        (whole, 12, 25, "check"),
        (whole, 6, 14, "anchored"),
    ]


def test_what_is_torn_into_small_parts_is_to_be_checked_while_all_of_it_is_there(
    room: Room,
) -> None:
    item = room.item(WHOLE)
    room.split("Talks shall", 11)
    room.split("Talks shall", 5)
    (at,) = room.where(item)
    assert at.state is State.CHECK
    room.strike("be held")
    room.strike("shall")
    (at,) = room.where(item)
    assert at.state is State.ORPHANED


def test_anchors_go_along_into_the_clause_that_takes_over_and_back(room: Room) -> None:
    room.items.append(room.item("end wars"))
    room.merge("They end wars.")
    whole = "Talks shall be held. They end wars."
    assert room.told()[-1] == (whole, 26, 34, "anchored")
    room.reword(whole, "Talks shall be held. They soon end wars.")
    assert room.told()[-1][1:] == (31, 39, "anchored")
    drafting.revert(room.store, room.seat, room.draft, room.draft.seq - 2)
    assert room.told()[-1] == ("They end wars.", 5, 13, "anchored")


def test_words_that_were_changed_while_they_were_elsewhere_are_found_at_home(room: Room) -> None:
    room.items = [room.item("They"), room.item("end"), room.item("wars")]
    room.merge("They end wars.")
    room.reword("They end wars", "Talks shall be held. They finish wars.")
    assert [told[-1] for told in room.told()] == ["anchored", "orphaned", "anchored"]
    drafting.revert(room.store, room.seat, room.draft, room.draft.seq - 2)
    words = [(at.anchor.quote, at.state.value) for at in room.where() if at.uid == room.items[0][0]]
    assert ("wars", "anchored") in words and ("They", "anchored") in words


def test_an_undone_splitting_takes_anchors_back_although_numbers_had_followed(
    people: People,
) -> None:
    document = Document(
        "Convention",
        (
            Clause(Kind.ARTICLE, heading="Talks"),
            Clause(Kind.PARAGRAPH, text="Talks begin. They follow paragraph 2 of it.", depth=1),
            Clause(Kind.PARAGRAPH, text="Rules are made by all.", depth=1),
        ),
    )
    with people.stores.begin() as store:
        room = Room(store, people.seats[1])
        room.draft_id = drafting.new_draft(store, room.seat, title="Numbers", document=document).id
        room.items = [room.item("They follow"), room.item("paragraph 2"), room.item("of it")]
        room.split("Talks begin", 12)
        text = "They follow paragraph 3 of it."
        assert [told[0] for told in room.told()] == [text] * 3
        assert [told[-1] for told in room.told()] == ["anchored", "check", "anchored"]
        room.undo()
        assert [told[-1] for told in room.told()] == ["anchored"] * 3


def test_words_that_are_deleted_are_orphaned_and_back_when_that_is_undone(room: Room) -> None:
    room.reword("Talks shall", "Talks be held.")
    assert [told[-1] for told in room.told()] == ["anchored", "orphaned", "anchored", "check"]
    room.undo()
    assert room.told() == AT_FIRST


def test_anchors_in_a_struck_clause_are_orphaned_until_it_is_restored(room: Room) -> None:
    room.strike("Talks shall")
    assert {told[-1] for told in room.told()} == {"orphaned"}
    drafting.restore(room.store, room.seat, room.draft, room.uid)
    assert room.told() == AT_FIRST


def test_a_heading_has_anchors_too_and_a_move_moves_none(room: Room) -> None:
    room.items = [room.item("Faith")]
    clause = room.clause("Faith")
    drafting.retitle(
        room.store, room.seat, room.draft, clause.uid, "Good Faith", seen=clause.version
    )
    drafting.move(room.store, room.seat, room.draft, clause.uid, after=None)
    assert room.told() == [("Good Faith", 5, 10, "anchored")]


def test_what_lies_outside_of_its_text_is_orphaned_not_an_error(room: Room) -> None:
    seq = room.draft.seq
    room.reword("Talks shall", "Talks shall be often held.")
    wrong = (room.uid, seq, Anchor(900, 905, "words"))
    strange = ("c-unknown", seq, Anchor(0, 5, "words"))
    states = [at.state for at in room.where(wrong, strange)]
    assert states == [State.ORPHANED, State.ORPHANED]


# --- by dice, on everything that may happen to a draft


def test_no_anchor_ever_shows_other_words_without_saying_so(people: People) -> None:
    # More of the same, with real notes, is among the laws.
    told: Counter[str] = Counter()
    for seed in range(10):
        life = Life(people, seed)
        try:
            for _ in range(2):
                life.run(20)
                told += life.hold()
        except Exception as problem:
            raise AssertionError(f"seed {seed}: {life.acts}") from problem
    # Enough of each, and by no means because everything was given up.
    assert told[State.ANCHORED] > 250 and told[State.CHECK] > 40 and told[State.ORPHANED] > 90
    assert told["not found"] < told[State.ANCHORED] / 20
    # Without being carried they would show anything.
    assert told["other words"] > told[State.ANCHORED] / 4
