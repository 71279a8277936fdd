from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import pytest

from app.actions import drafting, typing
from app.actions.carrying import COSTLIEST, Carried, Lost, Past, carry
from app.actions.refusals import Refusal
from app.actions.typing import Push, Recent
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.treaty.changes import ChangeSet
from tests.support.meeting import DOCUMENT, People

ME = 7


@dataclass
class Book:
    """A journal of a few entries, and the words that go with it."""

    pasts: list[Past] = field(default_factory=list)
    told: dict[tuple[str, int], str] = field(default_factory=dict)

    def since(self, uid: str, seq: int) -> Sequence[Past]:
        return [past for past in self.pasts if past.uid == uid and past.seq > seq]

    def act(self, past: Past) -> Sequence[Past]:
        return [other for other in self.pasts if other.first == past.first]

    def words(self, uid: str, seq: int) -> str | None:
        return self.told.get((uid, seq))


def past(
    seq: int,
    uid: str,
    changes: ChangeSet | None = None,
    *,
    act: str = "reworded",
    first: int = 0,
    own: str = "",
    source: str = "",
    target: str = "",
    author: int | None = ME,
) -> Past:
    return Past(
        seq, first or seq, uid, act, changes, own, source, target, not first, author, "Drafter B"
    )


def edit(length: int, *edits: tuple[int, int, str]) -> ChangeSet:
    return ChangeSet.build(length, edits)


def carried(book: Book, *updates: ChangeSet, uid: str = "a", base: int = 0) -> Carried:
    return carry(uid, [(f"me.{n}", each) for n, each in enumerate(updates, 1)], base, ME, book)


def lost(book: Book, *updates: ChangeSet, uid: str = "a") -> Lost:
    with pytest.raises(Lost) as caught:
        carried(book, *updates, uid=uid)
    return caught.value


def parts(found: Carried) -> list[tuple[str, str, object]]:
    return [(part.uid, part.push, part.changes.to_json()) for part in found.parts]


def split_book(*, before: str = "one two", at: int = 3, gap: int = 1) -> Book:
    """“one two” in a becomes “one” in a and “two” in b, by the entries 1 and 2."""
    right = before[at + gap :]
    cut = edit(len(before), (at, len(before), ""))
    made = edit(0, (0, 0, right)) if right else None
    return Book(
        [
            past(1, "a", cut, act="split", first=1),
            past(2, "b", made, act="inserted", first=1, source="a"),
        ],
        {("a", 0): before, ("b", 2): right},
    )


def join_book() -> Book:
    """“two” in b goes to “one” in a, by the entries 1 and 2."""
    return Book(
        [
            past(1, "a", edit(3, (3, 3, " two")), act="merged", first=1),
            past(2, "b", act="struck", first=1, target="a"),
        ],
        {("b", 2): "two", ("a", 0): "one"},
    )


def test_with_nothing_since_updates_are_what_they_were() -> None:
    assert parts(carried(Book(), edit(3, (0, 0, "x")))) == [("a", "me.1", [[0, "x"], 3])]


def test_updates_are_mapped_one_at_a_time_over_each_change_in_turn() -> None:
    book = Book([past(1, "a", edit(3, (0, 1, "zz"))), past(2, "a", edit(4, (4, 4, "!")))])
    found = carried(book, edit(3, (3, 3, "x")), edit(4, (4, 4, "y")))
    assert parts(found) == [("a", "me.1", [5, [0, "x"]]), ("a", "me.2", [6, [0, "y"]])]


def test_what_is_kept_already_is_left_out_and_what_follows_stands_on_it() -> None:
    book = Book([past(1, "a", edit(3, (0, 0, "x")), own="me.1")])
    found = carried(book, edit(3, (0, 0, "x")), edit(4, (1, 1, "y")))
    assert parts(found) == [("a", "me.2", [1, [0, "y"], 3])] and found.kept == ("me.1",)


def test_what_another_seat_has_kept_under_the_same_name_is_not_mine() -> None:
    book = Book([past(1, "a", edit(3, (0, 0, "x")), own="me.1", author=ME + 1)])
    assert "somebody else" in lost(book, edit(3, (0, 0, "x"))).why


def test_an_update_that_is_kept_before_the_one_in_front_of_it_is_not_guessed_at() -> None:
    book = Book([past(1, "a", edit(3, (0, 0, "x")), own="me.2")])
    assert "later change" in lost(book, edit(3, (0, 0, "x")), edit(4, (1, 1, "y"))).why


def test_what_comes_back_after_some_was_kept_says_so() -> None:
    book = Book(
        [
            past(1, "a", edit(3, (0, 0, "x")), own="me.1"),
            past(2, "a", act="struck"),
        ]
    )
    problem = lost(book, edit(3, (0, 0, "x")), edit(4, (1, 1, "y")))
    assert problem.kept == ("me.1",) and problem.by == "Drafter B"
    assert problem.why == "Drafter B has struck it."


def test_a_change_that_does_not_fit_comes_back() -> None:
    book = Book([past(1, "a", edit(3, (0, 0, "x")))])
    assert "fit" in lost(book, edit(9, (0, 0, "x"))).why
    assert "fit" in lost(Book([past(1, "a", act="inserted")]), edit(3, (0, 0, "x"))).why


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((1, 1, "x"), [("a", "me.1", [1, [0, "x"], 2])]),
        ((3, 3, "x"), [("a", "me.1", [3, [0, "x"]])]),
        ((4, 4, "x"), [("b", "me.1", [[0, "x"], 3])]),
        ((7, 7, "x"), [("b", "me.1", [3, [0, "x"]])]),
        ((5, 6, ""), [("b", "me.1", [1, [1], 1])]),
        ((2, 5, "x"), [("a", "me.1", [2, [1, "x"]]), ("b", "me.1", [[1], 2])]),
        ((3, 4, ""), [("a", "me.1", [3])]),
    ],
)
def test_what_was_typed_goes_to_the_half_that_it_was_typed_in(
    change: tuple[int, int, str], expected: object
) -> None:
    assert parts(carried(split_book(), edit(7, change))) == expected


def test_typing_on_at_a_cut_within_a_word_stays_in_front_of_it() -> None:
    book = split_book(before="onetwo", gap=0)
    assert parts(carried(book, edit(6, (3, 3, "x")))) == [("a", "me.1", [3, [0, "x"]])]


def test_a_list_goes_on_in_both_halves() -> None:
    found = carried(split_book(), edit(7, (2, 5, "x")), edit(5, (3, 3, "y")), edit(6, (6, 6, "z")))
    # "one two" - "onxwo" - "onxywo" - "onxywoz"
    assert parts(found) == [
        ("a", "me.1", [2, [1, "x"]]),
        ("b", "me.1", [[1], 2]),
        ("b", "me.2", [[0, "y"], 2]),
        ("b", "me.3", [3, [0, "z"]]),
    ]


def test_what_happened_to_the_other_half_later_is_met_too() -> None:
    book = split_book()
    book.pasts.append(past(3, "b", edit(3, (0, 0, "so "))))
    assert parts(carried(book, edit(7, (7, 7, "x")))) == [("b", "me.1", [6, [0, "x"]])]


def test_a_part_in_the_other_half_that_is_kept_is_known_by_its_first() -> None:
    book = split_book()
    book.pasts += [
        past(3, "a", edit(3, (2, 3, "x")), own="me.1"),
        past(4, "b", edit(3, (0, 1, "")), own="me.1"),
    ]
    found = carried(book, edit(7, (2, 5, "x")), edit(5, (5, 5, "!")))
    assert parts(found) == [("b", "me.2", [2, [0, "!"]])] and found.kept == ("me.1",)


def test_what_was_typed_goes_along_when_a_clause_is_joined_to_another() -> None:
    assert parts(carried(join_book(), edit(3, (1, 1, "x")), uid="b")) == [
        ("a", "me.1", [5, [0, "x"], 2])
    ]


def test_what_happened_to_the_clause_it_was_joined_to_is_met_too() -> None:
    book = join_book()
    book.pasts.append(past(3, "a", edit(7, (0, 3, ""))))
    assert parts(carried(book, edit(3, (1, 1, "x")), uid="b")) == [("a", "me.1", [2, [0, "x"], 2])]


def test_a_clause_whose_words_came_from_nowhere_gives_them_back() -> None:
    book = join_book()
    book.told["b", 2] = "tuo"
    assert "joined" in lost(book, edit(3, (1, 1, "x")), uid="b").why
    book = join_book()
    del book.pasts[0]
    assert "joined" in lost(book, edit(3, (1, 1, "x")), uid="b").why


def test_two_halves_of_a_list_come_together_again() -> None:
    book = split_book()
    book.pasts += [
        past(3, "a", edit(3, (3, 3, " two")), act="merged", first=3),
        past(4, "b", act="struck", first=3, target="a"),
    ]
    book.told["b", 4] = "two"
    found = carried(book, edit(7, (2, 5, "x")), edit(5, (5, 5, "!")))
    assert parts(found) == [
        ("a", "me.1", [2, [1, "x"], 1, [1], 2]),
        ("a", "me.2", [6, [0, "!"]]),
    ]


def undone_join_book(gone: tuple[tuple[int, int, str], ...]) -> Book:
    """“one two” in a, of which “two” goes back to b by the entries 1 and 2."""
    return Book(
        [
            past(1, "a", edit(8, *gone), first=1),
            past(2, "b", act="restored", first=1, source="a"),
        ],
        {("a", 0): "one twXo", ("b", 2): "two"},
    )


def test_words_that_go_back_take_along_what_was_typed_in_them_around_what_stays() -> None:
    book = undone_join_book(((3, 6, ""), (7, 8, "")))
    found = carried(book, edit(8, (4, 5, "T")), edit(8, (8, 8, "!")), edit(9, (0, 0, "¡")))
    assert parts(found) == [
        ("b", "me.1", [[1, "T"], 2]),
        ("b", "me.2", [3, [0, "!"]]),
        ("a", "me.3", [[0, "¡"], 4]),
    ]
    found = carried(book, edit(8, (5, 8, "")))
    assert parts(found) == [("a", "me.1", [3, [1]]), ("b", "me.1", [1, [2]])]


def test_words_that_cannot_be_found_are_not_guessed_at() -> None:
    book = undone_join_book(((3, 8, ""),))
    book.told["b", 2] = "tw"
    assert "certain" in lost(book, edit(8, (5, 5, "x"))).why
    book = undone_join_book(((3, 6, ""),))
    assert "certain" in lost(book, edit(8, (5, 5, "x"))).why
    assert "certain" in lost(book, edit(8, (2, 4, ""))).why
    assert parts(carried(book, edit(8, (8, 8, "x")))) == [("a", "me.1", [5, [0, "x"]])]
    assert parts(carried(book, edit(8, (3, 3, "x")))) == [("a", "me.1", [3, [0, "x"], 2])]


def test_a_clause_that_was_struck_and_restored_has_its_typing_still() -> None:
    book = Book([past(1, "a", act="struck"), past(2, "a", act="restored")])
    assert parts(carried(book, edit(3, (0, 0, "x")))) == [("a", "me.1", [[0, "x"], 3])]


def test_more_than_can_be_worked_out_at_once_comes_back() -> None:
    book = Book([past(n, "a", edit(3, (0, 1, "x"))) for n in range(1, COSTLIEST // 50 + 2)])
    assert "Too much" in lost(book, *[edit(3, (0, 1, "x"))] * 51).why


def test_changes_at_many_places_are_more_work_than_typing() -> None:
    """One letter after the other, put in by one and read over by another, a thousand times."""
    book = Book([past(n, "a", edit(70, (0, 1, "x"))) for n in range(1, 1001)])
    typed = [edit(70, (69, 70, "y"))] * 99
    assert len(carry("a", [(f"me.{n}", one) for n, one in enumerate(typed, 1)], 0, 7, book).parts)
    places = edit(70, *((at, at + 1, "z") for at in range(0, 70, 2)))
    assert "Too much" in lost(book, *[places] * 99).why


# --- the same with the real acts upon a draft, by dice


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    stores = Stores("sqlite://")
    stores.migrate()
    yield People.seated(stores, 2)
    stores.close()


_SIGNS = [chr(code) for code in range(0x4E00, 0x4E80)]


class Story:
    """A draft in which things happen, and somebody who has typed before they did."""

    def __init__(self, people: People, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311
        self.people = people
        self.acts: list[str] = []
        self.uid = ""
        self.outcome: tuple[EntryRecord, ...] = ()
        with people.stores.begin() as store:
            self.draft_id = drafting.new_draft(
                store, people.seats[1], title="Story", document=DOCUMENT
            ).id
        for _ in range(self.dice.randint(0, 4)):
            self.happen(people.seats[self.dice.randrange(2)])

    def draft(self, store: Store) -> DraftRecord:
        draft = store.drafts.by_id(self.draft_id)
        assert draft is not None
        return draft

    def happen(self, seat: SeatRecord) -> None:
        acts: list[Callable[[Store, SeatRecord, DraftRecord], object]] = [
            self.split,
            self.split,
            self.merge,
            self.merge,
            self.merge,
            self.move,
            self.strike,
            self.restore,
            self.reword,
            self.reword,
            self.undo,
            self.undo,
            self.revert,
        ]
        act = self.dice.choice(acts)
        with suppress(Refusal), self.people.stores.begin() as store:
            act(store, seat, self.draft(store))
            self.acts.append(act.__name__)

    def somewhere(self, store: Store) -> ClauseRecord:
        """Mostly the clause that is typed in, or a neighbour: its family, as it comes about."""
        clauses = store.drafts.clauses(self.draft_id)
        at = next((at for at, clause in enumerate(clauses) if clause.uid == self.uid), None)
        if at is None or self.dice.random() < 0.2:
            return self.dice.choice(clauses)
        return clauses[min(max(at + self.dice.choice((-1, 0, 0, 0, 1)), 0), len(clauses) - 1)]

    def split(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        clause = self.somewhere(store)
        at = self.dice.randrange(len(clause.words) + 1)
        drafting.split(store, seat, draft, clause.uid, at=at, seen=clause.version)

    def merge(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        clause = self.somewhere(store)
        drafting.merge(store, seat, draft, clause.uid, seen=clause.version)

    def move(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        after = self.dice.choice(store.drafts.clauses(draft.id)).uid
        drafting.move(store, seat, draft, self.somewhere(store).uid, after=after)

    def strike(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        clause = self.somewhere(store)
        if len(store.drafts.clauses(draft.id)) > 3:
            drafting.strike(store, seat, draft, clause.uid, seen=clause.version)

    def restore(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        struck = drafting.struck(store, seat, draft)
        if struck:
            drafting.restore(store, seat, draft, self.dice.choice(struck).uid)

    def undo(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        drafting.undo(store, seat, draft)

    def revert(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        drafting.revert(store, seat, draft, draft.seq - self.dice.randrange(4))

    def reword(self, store: Store, seat: SeatRecord, draft: DraftRecord) -> None:
        clause = self.somewhere(store)
        at = self.dice.randrange(len(clause.words) + 1)
        text = clause.words[:at] + " moreover " + clause.words[at + self.dice.randrange(6) :]
        if not clause.kind.bears_heading:
            drafting.reword(store, seat, draft, clause.uid, text, seen=clause.version)

    def typed(self, words: str, signs: Iterator[str]) -> tuple[list[ChangeSet], str]:
        """Some updates one after the other, each sign once; and the text that they lead to."""
        updates = []
        for _ in range(self.dice.randint(1, 6)):
            start = self.dice.randrange(len(words) + 1)
            end = min(start + self.dice.choice((0, 0, 0, 1, 5, 9)), len(words))
            updates.append(ChangeSet.build(len(words), [(start, end, next(signs))]))
            words = updates[-1].apply(words)
        return updates, words

    def tell(self) -> None:
        """Type, let things happen, push (some of it twice), and see where every sign is."""
        dice, stores, signs = self.dice, self.people.stores, iter(_SIGNS)
        with stores.read() as store:
            base = self.draft(store).seq
            clauses = store.drafts.clauses(self.draft_id)
            clause = dice.choice([one for one in clauses if one.text] or clauses)
            recent = Recent.of(store, self.draft_id)
        self.uid = clause.uid
        updates, final = self.typed(clause.words, signs)
        for _ in range(dice.randint(0, 2)):
            self.happen(self.people.seats[1])
        first = self.push(recent, clause.uid, base, updates[: dice.randint(0, len(updates))])
        known = self.kept(base)
        for _ in range(dice.randint(1, 5)):
            self.happen(self.people.seats[1])
        with stores.read() as store:
            # Half of the time by a process that remembers nothing.
            recent = Recent.of(store, self.draft_id) if dice.random() < 0.5 else first.recent
        taken = self.push(recent, clause.uid, base, updates)
        kept = self.kept(base)
        self.outcome = taken.entries
        back = {n for answer in taken.backs for n in answer.n}
        everything = set(range(1, len(updates) + 1))
        assert kept | back == everything and not kept & back, "lost, or returned and kept"
        assert back in (set(), everything - known), "a list came back in parts"
        with stores.read() as store:
            assert drafting.verify(store, self.draft(store)).faults == ()
            live = Counter("".join(c.words for c in store.drafts.clauses(self.draft_id)))
        for n, update in enumerate(updates, 1):
            (sign,) = [inserted for _, inserted in update.sections if inserted]
            if n in known:  # an undoing may have taken it out, or put it back
                assert live[sign] <= 1 or "undo" in self.acts or "revert" in self.acts
            else:
                assert live[sign] == (n in kept and sign in final), f"{n}: {live[sign]} times"

    def kept(self, base: int) -> set[int]:
        """Which updates the journal has; each of them once."""
        with self.people.stores.read() as store:
            entries = store.drafts.journal(self.draft_id, after=base)
        pushes = [int(entry.push.split(".")[1]) for entry in entries if entry.push]
        assert len(set(pushes)) == len(pushes)
        return set(pushes)

    def push(
        self, recent: Recent, uid: str, base: int, updates: Sequence[ChangeSet]
    ) -> typing.Taken:
        push = Push(self.people.sessions[0], "author", 1, uid, base, tuple(updates))
        with self.people.stores.begin() as store:
            return typing.take(store, recent, [push] if updates else [])


@pytest.mark.parametrize("first", range(0, 150, 25))
def test_what_was_typed_is_carried_to_the_successor_or_comes_back_whole(
    people: People, first: int
) -> None:
    for seed in range(first, first + 25):
        story = Story(people, seed)
        try:
            story.tell()
        except Exception as problem:
            raise AssertionError(f"seed {seed}: {story.acts}") from problem
