"""Whatever people do in whatever order: the text is what its journal says, at every step."""

from collections.abc import Callable
from random import Random

import pytest

from app.actions import drafting
from app.actions.refusals import Forbidden, Invalid, Missing, Moved
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.treaty.changes import utf16_len
from tests.support.typed import stroke
from tests.support.world import World, fill

STEPS = 25
WORDS = ["talks", "𝔸 panel", "article 2, paragraph 1", "[shall]", "paragraph 2", "é", "; and"]
REFUSALS = (Invalid, Missing, Moved, Forbidden)


class Hands:
    """One seat that does something, chosen by dice."""

    def __init__(self, store: Store, world: World, seat: SeatRecord, dice: Random) -> None:
        self.store, self.draft, self.seat, self.dice = store, world.draft, seat, dice
        self.live = store.drafts.clauses(world.draft.id)
        self.clause = dice.choice(self.live)

    def any_uid(self) -> str:
        return self.dice.choice(self.live).uid

    def type(self) -> None:
        """A few strokes one after the other, at random places; they may leave nothing."""
        for _ in range(self.dice.randrange(1, 5)):
            clause = self.again()
            cuts = sorted(utf16_len(clause.words[:at]) for at in self.places(clause.words))
            words = self.dice.choice([*WORDS, ""])
            head = self.store.strokes.head(self.draft.id)
            made = stroke(clause, self.seat, cuts[0], cuts[1] - cuts[0], words)
            self.store.strokes.write(self.draft.id, head, [made])

    def empty(self) -> None:
        clause = self.again()
        head = self.store.strokes.head(self.draft.id)
        made = stroke(clause, self.seat, 0, utf16_len(clause.words), "")
        self.store.strokes.write(self.draft.id, head, [made])

    def reword(self) -> None:
        a, b = sorted(self.places(self.clause.words))
        words = self.clause.words[:a] + self.dice.choice(WORDS) + self.clause.words[b:]
        change: Callable[..., object] = drafting.reword
        if self.clause.kind.bears_heading:
            change = drafting.retitle
        change(*self.who, self.clause.uid, words, seen=self.clause.version)

    def split(self) -> None:
        at = utf16_len(self.clause.words[: self.places(self.clause.words)[0]])
        drafting.split(*self.who, self.clause.uid, at=at, seen=self.clause.version)

    def merge(self) -> None:
        drafting.merge(*self.who, self.clause.uid, seen=self.clause.version)

    def move(self) -> None:
        drafting.move(*self.who, self.clause.uid, after=self.any_uid())

    def level(self) -> None:
        drafting.level(*self.who, self.clause.uid, deeper=self.dice.random() < 0.6)

    def begin(self) -> None:
        drafting.begin(*self.who, self.clause.uid, before=self.dice.random() < 0.3)

    def drop(self) -> None:
        empty = [clause.uid for clause in self.live if not clause.words.strip()]
        drafting.drop(*self.who, self.dice.choice(empty or [self.clause.uid]))

    def strike(self) -> None:
        drafting.strike(*self.who, self.clause.uid, seen=self.clause.version)

    def restore(self) -> None:
        struck = drafting.struck(*self.who)
        if struck:
            drafting.restore(*self.who, self.dice.choice(struck).uid)

    def undo(self) -> None:
        drafting.undo(*self.who)

    def revert(self) -> None:
        draft = self.store.drafts.by_id(self.draft.id)
        assert draft is not None
        drafting.revert(*self.who, self.dice.randrange(1, draft.seq + 1))

    def again(self) -> ClauseRecord:
        clause = self.store.drafts.clause(self.draft.id, self.clause.uid)
        assert clause is not None
        return clause

    def places(self, words: str) -> tuple[int, int]:
        return self.dice.randrange(len(words) + 1), self.dice.randrange(len(words) + 1)

    @property
    def who(self) -> tuple[Store, SeatRecord, DraftRecord]:
        return self.store, self.seat, self.draft


ACTS = (
    *(Hands.type, Hands.type, Hands.reword, Hands.split, Hands.merge, Hands.move, Hands.level),
    *(Hands.level, Hands.begin, Hands.begin, Hands.empty, Hands.drop, Hands.drop, Hands.strike),
    *(Hands.restore, Hands.undo, Hands.undo, Hands.revert),
)


def go_through(stores: Stores, seed: int) -> int:
    """How many of the acts were not refused; AssertionError names the seed and what was done."""
    dice = Random(seed)  # noqa: S311 - the same throws every time
    with stores.begin() as store:
        world = fill(store)
    done: list[str] = []
    for _ in range(STEPS):
        with stores.begin() as store:
            hands = Hands(store, world, dice.choice([world.chair, world.drafter]), dice)
            act = dice.choice(ACTS)
            try:
                with store.attempt():
                    act(hands)
                done.append(act.__name__)
            except REFUSALS:
                continue
            finally:
                said = f"seed {seed} after {done}"
                assert drafting.verify(store, world.draft).faults == (), said
    with stores.read() as store:
        live = store.drafts.clauses(world.draft.id)
        for clause in store.drafts.clauses(world.draft.id, with_struck=True):
            words = store.drafts.words_at(world.draft.id, clause.uid, version=clause.version)
            assert words == clause.words, said
        assert store.drafts.as_it_stood(world.draft.id, 999).live() == tuple(
            record.clause() for record in live
        )
    return len(done)


@pytest.mark.parametrize("seed", range(2))
def test_on_either_database(stores: Stores, seed: int) -> None:
    assert go_through(stores, seed) > STEPS // 4


@pytest.mark.parametrize("seed", range(2, 14))
def test_many_sequences(lite: Stores, seed: int) -> None:
    assert go_through(lite, seed) > STEPS // 4
