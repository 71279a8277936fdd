"""No note ever shows other words than it was written on without saying so, whatever happens.

Real notes by several seats, written, read, changed and kept anew between real acts: everything
that is typed, worded anew, split, joined, struck, moved, undone, and taken back half-way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from app.actions import anchoring, annotating, marginalia, whereabouts
from app.actions.annotating import Chosen
from app.actions.refusals import Invalid, Refusal
from app.actions.whereabouts import Stands, Thread
from app.exchange.word.write import Talk
from app.store.notes import Audience, NoteRecord
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.treaty.anchors import Anchor, State
from app.treaty.changes import cut
from tests.support.changing import places
from tests.support.life import Life
from tests.support.meeting import People

LIVES = 6
STEPS = 60


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    stores = Stores("sqlite://")
    stores.migrate()
    yield People.seated(stores, 3)
    stores.close()


@pytest.fixture(autouse=True)
def _anchors_are_kept_anew_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whereabouts, "FRESH", 12)
    monkeypatch.setattr(whereabouts, "STALE", 60)


class Noted(Life):
    """A draft in which notes are written too; `quotes` says on which words each was."""

    strokes = 64

    def __init__(self, people: People, seed: int) -> None:
        self.quotes: dict[str, str] = {}
        super().__init__(people, seed)

    def point(self) -> None:
        """Write a note or two somewhere, and do what one does with notes."""
        if self.dice.random() < 0.3:
            with suppress(Refusal), self.people.stores.begin() as store:
                for _ in range(self.dice.randint(1, 3)):
                    self._write(store)
        if self.quotes and self.dice.random() < 0.1:
            with suppress(Refusal), self.people.stores.begin() as store:
                self._go_on(store, self.dice.choice(list(self.quotes)))

    def after(self, store: Store) -> None:
        """Read the notes before the act is kept, which now and then it is not."""
        if self.dice.random() < 0.25:
            annotating.threads(store, self._somebody(), self.draft(store))
            if self.dice.random() < 0.3:
                raise Invalid("On second thoughts, no.")

    def _somebody(self) -> SeatRecord:
        return self.dice.choice(self.people.seats)

    def _write(self, store: Store) -> None:
        clause = self.some(store)
        at = places(clause.words)
        if len(at) < 2:
            return
        start = self.dice.randrange(len(at) - 1)
        end = min(start + self.dice.choice((1, 2, 4, 9, 30)), len(at) - 1)
        quote = cut(clause.words, at[start], at[end])
        note = annotating.write(
            store,
            self._somebody(),
            self.draft(store),
            uid=clause.uid,
            words=Chosen(at[start], quote),
            body="A note.",
            audience=self.dice.choice((Audience.MINE, Audience.EVERYONE)),
        )
        self.quotes[note.key] = quote

    def _go_on(self, store: Store, key: str) -> None:
        """Somebody answers, resolves, opens again, changes a note, or puts it on other words."""
        seat = self._somebody()
        acts = (
            lambda: annotating.answer(store, seat, key, "Yes."),
            lambda: annotating.resolve(store, seat, key, "Done."),
            lambda: annotating.reopen(store, seat, key, "Not so."),
            lambda: annotating.change(store, seat, key, body="Otherwise."),
            lambda: annotating.change(store, seat, key, body="For all.", audience="everyone"),
            lambda: self._put(annotating.confirm(store, seat, key)),
            lambda: self._put(annotating.put_on(store, seat, key, self._some_words(store))),
        )
        self.dice.choice(acts)()

    def _put(self, note: NoteRecord) -> None:
        assert note.anchor is not None
        self.quotes[note.key] = note.anchor.quote

    def _some_words(self, store: Store) -> str:
        return " ".join(self.some(store).words.split()[:3])

    def hold_notes(self) -> Counter[str]:
        """Every reader is shown the very words, or told; how many notes stand how."""
        told: Counter[str] = Counter()
        with self.people.stores.read() as store:
            draft = self.draft(store)
            document = store.drafts.document(draft.id)
            texts = {clause.uid: clause.heading or clause.text for clause in document.clauses}
            for seat in self.people.seats:
                threads = annotating.threads(store, seat, draft)
                for thread in threads:
                    told[thread.stands] += 1
                    self._hold(thread, texts)
                talks = marginalia.talks(store, seat, draft, document, "own")
                self._hold_talks(talks, texts)
                told["taken along"] += sum(map(len, talks.values())) == len(threads)
        return told

    def _hold(self, thread: Thread, texts: dict[str, str]) -> None:
        quote = self.quotes[thread.note.key]
        assert thread.anchor is not None
        assert thread.anchor.quote == quote, "a note forgot its words"
        if thread.stands is Stands.ANCHORED:
            shown = cut(texts[thread.uid], thread.anchor.start, thread.anchor.end)
            assert shown == quote, "other words are shown"

    def _hold_talks(self, talks: Mapping[str, tuple[Talk, ...]], texts: dict[str, str]) -> None:
        for uid, threads in talks.items():
            for talk in threads:
                first = talk.comments[0]
                quote = self.quotes[first.key]
                if talk.start < 0 or cut(texts[uid], talk.start, talk.end) != quote:
                    said = " ".join(first.lines)
                    assert f"“{quote}”" in said, "sent out on other words without a word"


def lead(people: People, lives: int) -> Counter[str]:
    """Live some lives; an AssertionError names the seed."""
    told: Counter[str] = Counter()
    for seed in range(lives):
        life = Noted(people, seed)
        try:
            for _ in range(2):
                life.run(STEPS // 2)
                told += life.hold_notes()
            told["acts"] += len(life.acts)
            told["typed"] += life.typed
        except Exception as problem:
            raise AssertionError(f"seed {seed}: {problem}; {life.acts}") from problem
    return told


def test_no_note_ever_shows_other_words_without_saying_so(people: People) -> None:
    told = lead(people, LIVES)
    assert told["acts"] + told["typed"] > 2_000
    assert told[Stands.ANCHORED] > 120, told
    assert told[Stands.CHECK] > 15 and told[Stands.ORPHANED] > 60, told
    assert told["taken along"] == LIVES * 2 * len(people.seats)


@pytest.mark.parametrize("fault", ["believed", "declared", "kept"])
def test_a_planted_fault_is_seen(
    people: People, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "believed":
        # What is remembered of a note is taken for true, whatever happened to its clause.
        monkeypatch.setattr(whereabouts, "_is_as_it_was", lambda *_: True)
    elif fault == "declared":
        # Words are said to be whole that are not.
        stand = anchoring._standing
        monkeypatch.setattr(
            anchoring,
            "_standing",
            lambda parts: anchoring.Standing(*_two(stand(parts)), State.ANCHORED),
        )
    else:
        # What somebody took back half-way is remembered all the same.
        stand_now = whereabouts._standings

        def unmoved(store: Store, *rest: Any) -> Any:
            moved, store.moved = store.moved, {}
            try:
                return stand_now(store, *rest)
            finally:
                store.moved = moved

        monkeypatch.setattr(whereabouts, "_standings", unmoved)
    with pytest.raises(AssertionError, match="seed"):
        lead(people, LIVES)


def _two(standing: anchoring.Standing) -> tuple[str, Anchor]:
    return standing.uid, standing.anchor
