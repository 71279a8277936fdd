"""A draft in which all that may happen to one happens, by dice, with anchors on its words."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random

from app.actions import drafting, typing
from app.actions.anchoring import where
from app.actions.refusals import Refusal
from app.actions.typing import Deed, Do, Push, Recent
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.unit import Store
from app.treaty.anchors import Anchor, State, anchor
from app.treaty.changes import ChangeSet, cut
from app.treaty.document import Clause, Document, Kind
from tests.support.changing import places
from tests.support.meeting import People

Item = tuple[str, int, Anchor]
_DEEDS: tuple[Do, ...] = ("begin", "drop", "deeper", "shallower")


class Life:
    """A draft in which everything happens, and anchors that are made at any time.

    Every letter of the text at the beginning, and every one that is put in later, is another
    one, so that words which are shown can be told from words that only look the same.
    """

    strokes = 5
    """How many updates are typed at once, at most."""

    def __init__(self, people: People, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311
        self.people = people
        self.seat = people.seats[1]
        self.letters = iter(map(chr, range(0x4E00, 0x9FFF)))
        self.items: list[Item] = []
        self.acts: list[str] = []
        self.client = f"life{seed:08d}"
        self.typed = 0
        clauses = [Clause(Kind.ARTICLE, heading=self.words(6))]
        clauses += [Clause(Kind.PARAGRAPH, text=self.words(30), depth=1) for _ in range(4)]
        with people.stores.begin() as store:
            self.draft_id = drafting.new_draft(
                store, self.seat, title="Life", document=Document("Life", tuple(clauses))
            ).id

    def words(self, length: int) -> str:
        made = "".join(
            next(self.letters) + (" " if self.dice.random() < 0.2 else "") for _ in range(length)
        )
        return made.strip()

    def draft(self, store: Store) -> DraftRecord:
        draft = store.drafts.by_id(self.draft_id)
        assert draft is not None
        return draft

    def run(self, steps: int) -> None:
        acts: list[Callable[[Store, DraftRecord], object]] = [
            *(self.type, self.type, self.type, self.type, self.reword, self.reword),
            *(self.split, self.split, self.merge, self.merge, self.merge),
            *(self.undo, self.undo, self.undo, self.revert, self.revert),
            *(self.move, self.strike, self.restore, self.deed),
        ]
        for _ in range(steps):
            self.point()
            act = self.dice.choice(acts)
            self.acts.append(act.__name__)
            with suppress(Refusal), self.people.stores.begin() as store:
                act(store, self.draft(store))
                self.after(store)

    def after(self, store: Store) -> None:
        """What comes within the same unit of work, after every act."""

    def point(self) -> None:
        """Make an anchor or two somewhere."""
        with self.people.stores.read() as store:
            draft = self.draft(store)
            clauses = [clause for clause in store.drafts.clauses(draft.id) if clause.words]
        for _ in range(self.dice.randint(0, 2)):
            clause = self.dice.choice(clauses)
            at = places(clause.words)
            start = self.dice.randrange(len(at) - 1)
            end = min(start + self.dice.choice((1, 2, 4, 9, 30)), len(at) - 1)
            if cut(clause.words, at[start], at[end]).strip():
                made = anchor(clause.words, at[start], at[end])
                self.items.append((clause.uid, draft.seq, made))

    def some(self, store: Store) -> ClauseRecord:
        return self.dice.choice(store.drafts.clauses(self.draft_id))

    def type(self, store: Store, draft: DraftRecord) -> None:
        """A few strokes one after the other, as a browser sends them."""
        clause = self.some(store)
        words, updates = clause.words, []
        for _ in range(self.dice.randint(1, self.strokes)):
            start = self.dice.randrange(len(words) + 1)
            end = min(start + self.dice.choice((0, 0, 1, 1, 3, 12)), len(words))
            put = next(self.letters) if end == start or self.dice.random() < 0.3 else ""
            updates.append(ChangeSet.build(len(words), [(start, end, put)]))
            words = updates[-1].apply(words)
        push = Push(
            self.people.sessions[0],
            self.client,
            self.typed + 1,
            clause.uid,
            draft.seq,
            tuple(updates),
        )
        self.typed += len(updates)
        typing.take(store, Recent.of(store, draft.id), [push])

    def reword(self, store: Store, draft: DraftRecord) -> None:
        clause = self.some(store)
        words = clause.words
        start = self.dice.randrange(len(words) + 1)
        end = min(start + self.dice.choice((0, 2, 8, 40)), len(words))
        text = words[:start] + self.words(self.dice.randint(1, 4)) + words[end:]
        if clause.kind.bears_heading:
            drafting.retitle(store, self.seat, draft, clause.uid, text, seen=clause.version)
        else:
            drafting.reword(store, self.seat, draft, clause.uid, text, seen=clause.version)

    def split(self, store: Store, draft: DraftRecord) -> None:
        clause = self.some(store)
        at = self.dice.randrange(len(clause.words) + 1)
        drafting.split(store, self.seat, draft, clause.uid, at=at, seen=clause.version)

    def merge(self, store: Store, draft: DraftRecord) -> None:
        clause = self.some(store)
        drafting.merge(store, self.seat, draft, clause.uid, seen=clause.version)

    def undo(self, store: Store, draft: DraftRecord) -> None:
        drafting.undo(store, self.seat, draft)

    def revert(self, store: Store, draft: DraftRecord) -> None:
        drafting.revert(store, self.seat, draft, draft.seq - self.dice.randrange(8))

    def move(self, store: Store, draft: DraftRecord) -> None:
        after = self.some(store).uid
        drafting.move(store, self.seat, draft, self.some(store).uid, after=after)

    def strike(self, store: Store, draft: DraftRecord) -> None:
        clause = self.some(store)
        if clause.depth and len(store.drafts.clauses(draft.id)) > 4:
            drafting.strike(store, self.seat, draft, clause.uid, seen=clause.version)

    def restore(self, store: Store, draft: DraftRecord) -> None:
        struck = drafting.struck(store, self.seat, draft)
        if struck:
            drafting.restore(store, self.seat, draft, self.dice.choice(struck).uid)

    def deed(self, store: Store, draft: DraftRecord) -> None:
        what = self.dice.choice(_DEEDS)
        deed = Deed(self.people.sessions[0], self.some(store).uid, draft.seq, 0, what)
        typing.do(store, Recent.of(store, draft.id), deed)

    def hold(self) -> Counter[str]:
        """No anchor shows other words than its own without saying so; how many stand how.

        Counted are also those `left` in their old places that would show `other` words, and
        those that are not `found`, though their words are somewhere in the text.
        """
        with self.people.stores.read() as store:
            draft = self.draft(store)
            now = where(store, draft, self.items)
            clauses = {clause.uid: clause for clause in store.drafts.clauses(draft.id)}
        assert len(now) == len(self.items)
        live = "\n".join(clause.words for clause in clauses.values())
        told: Counter[str] = Counter()
        for (uid, _, made), at in zip(self.items, now, strict=True):
            told[at.state] += 1
            assert at.anchor.quote == made.quote, "an anchor forgot its words"
            if at.state is State.ANCHORED:
                shown = cut(clauses[at.uid].words, at.anchor.start, at.anchor.end)
                assert shown == made.quote, "other words are shown"
            else:
                told["not found"] += made.quote in live
            words = clauses[uid].words if uid in clauses else ""
            told["other words"] += words[made.start : made.end] not in ("", made.quote)
        return told
