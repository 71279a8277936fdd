"""A meeting by dice: several pages write in one draft over lines that delay, break and repeat.

Everything real but the sockets: pages as in collab.py, frames as JSON text, `typing.take` on
a real database, and other people's acts (forms, undoing, structure) in between. A line is
first in, first out; between lines everything comes in any order. At the end every line is
mended and everybody hears all there is to hear; then `hold` compares all copies with the
journal.
"""

import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random

from app.actions import drafting, typing
from app.actions.policy import OPERATOR
from app.actions.refusals import Refusal
from app.actions.typing import Deed, Push, Recent
from app.live import frames
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.treaty.changes import utf16_len
from app.treaty.document import Clause, Document, Kind
from tests.support.collab import Page
from tests.support.people import seat_people

DOCUMENT = Document(
    "Convention",
    (
        Clause(Kind.ARTICLE, heading="Talks"),
        Clause(Kind.PARAGRAPH, text="Talks shall be held.", depth=1),
        Clause(Kind.PARAGRAPH, text="They end wars.", depth=1),
        Clause(Kind.ARTICLE, heading="Faith"),
        Clause(Kind.PARAGRAPH, text="Good faith is presumed.", depth=1),
    ),
)
_ACTS = (
    *("split", "split", "merge", "merge", "undo", "undo"),
    *("revert", "strike", "restore", "move", "reword"),
)
_DEEDS: tuple[frames.Do, ...] = (
    *("split", "split", "split", "merge", "merge"),
    *("begin", "drop", "deeper", "shallower"),
)
_WORDS = ("a", "b ", " c", "[", "]", "d e", "\U0001d538", "é", "漢")


@dataclass(frozen=True)
class People:
    """Who may sit at the meetings of one database: a session and its seat each."""

    stores: Stores
    sessions: tuple[str, ...]
    seats: tuple[SeatRecord, ...]

    @classmethod
    def seated(cls, stores: Stores, number: int = 8) -> "People":
        """As many drafters as that, signed in."""
        sessions = seat_people(stores, number)
        with stores.read() as store:
            return cls(stores, sessions, store.seats.all())


@dataclass
class Line:
    """A socket: what is on its way up and down; `up` may arrive after it was broken."""

    chair: "Chair"
    up: deque[str] = field(default_factory=deque)
    down: deque[str] = field(default_factory=deque)
    is_open: bool = True
    is_welcome: bool = False


@dataclass
class Chair:
    """Somebody at the table: who they are, their page, and their line while they have one."""

    session: str
    seat: SeatRecord
    page: Page
    line: Line | None = None


class Meeting:
    """One run; everything that happens in it follows from the seed."""

    def __init__(self, people: People, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311
        self.stores = people.stores
        self._ids = count()
        with self.stores.begin() as store:
            made = drafting.new_draft(
                store, OPERATOR, title="Convention", document=DOCUMENT, slug=f"run-{seed}"
            )
            self.draft_id = made.id
            self.recent = Recent.of(store, made.id)
        self.lines: list[Line] = []
        first = self._loaded()
        self.chairs = [
            Chair(session, seat, Page(first.seq, first.words, self._client))
            for session, seat in self.dice.sample(
                list(zip(people.sessions, people.seats, strict=True)), self.dice.randint(3, 8)
            )
        ]
        self.happened: list[str] = []

    def run(self, steps: int = 60) -> None:
        """Let things happen, then let everything arrive, and hold all copies against each other."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (30, self._type),
            (25, self._send),
            (25, self._serve),
            (40, self._hear),
            (4, self._undo_own),
            (4, self._break),
            (2, self._reload),
            (1, self._restart),
            (5, self._act),
            (3, self._deed),
        ]
        weights = [weight for weight, _ in acts]
        for act in self.dice.choices([act for _, act in acts], weights, k=steps):
            act()
        self._settle()
        self.hold()

    # What happens

    def _type(self) -> None:
        page = self._somebody().page
        uid = self._place(page)
        if uid is None:
            return
        for _ in range(self.dice.randint(1, 3)):
            writing = page.open(uid)
            assert writing.editor is not None
            at = _places(writing.editor.words)
            start = self.dice.randrange(len(at))
            end = min(start + self.dice.choice((0, 0, 0, 1, 2, 6)), len(at) - 1)
            text = self.dice.choice(_WORDS) if start == end or self.dice.random() < 0.3 else ""
            page.type(uid, at[start], at[end], text)

    def _undo_own(self) -> None:
        page = self._somebody().page
        writings = [writing for writing in page.writings if writing.editor is not None]
        if writings:
            page.undo(self.dice.choice(writings).uid)

    def _send(self) -> None:
        chair = self._somebody()
        if chair.line is None:
            self._connect(chair)
        elif chair.line.is_welcome:
            chair.line.up.extend(map(json.dumps, chair.page.pushes()))

    def _connect(self, chair: Chair) -> None:
        chair.line = Line(chair)
        self.lines.append(chair.line)
        chair.line.up.append(json.dumps(chair.page.hello()))

    def _serve(self) -> None:
        """Take some of what has arrived: from each line in order, the lines in any."""
        pushes: list[Push] = []
        for _ in range(self.dice.randint(1, 6)):
            waiting = [line for line in self.lines if line.up]
            if not waiting:
                break
            line = self.dice.choice(waiting)
            said = frames.read(line.up.popleft())
            if isinstance(said, frames.Pushed):
                pushes.append(_push(line, said))
            elif isinstance(said, frames.Hello):
                self._take(pushes)
                pushes = []
                self._welcome(line, said)
        self._take(pushes)
        self.lines = [line for line in self.lines if line.is_open or line.up]

    def _take(self, pushes: list[Push]) -> None:
        if not pushes:
            return
        before = self.recent.seq
        with self.stores.begin() as store:
            taken = typing.take(store, self.recent, pushes)
        self.recent = taken.recent
        self._tell(before, taken)
        for back in taken.backs:
            text = frames.back(back.push.uid, back.push.client, back.n, back.why, back.by)
            self._answer(back.push, text)
        for kept in taken.kept:
            self._answer(kept.push, frames.kept(kept.push.uid, kept.push.client, kept.n))

    def _tell(self, before: int, taken: typing.Taken) -> None:
        if not taken.entries:
            return
        text = frames.edits(before, taken.recent.seq, taken.entries, {})
        for line in self.lines:
            if line.is_welcome and line.is_open:
                line.down.append(text)

    def _answer(self, push: Push, text: str) -> None:
        assert isinstance(push.member, Line)
        if push.member.is_open:
            push.member.down.append(text)

    def _welcome(self, line: Line, hello: frames.Hello) -> None:
        with self.stores.read() as store:
            taken = typing.look(store, self.recent)
            missed = typing.since(store, self.draft_id, hello.since)
        before, self.recent = self.recent.seq, taken.recent
        self._tell(before, taken)
        assert missed is not None
        line.is_welcome = True
        line.down.append(frames.edits(hello.since, self.recent.seq, missed, {}))

    def _hear(self) -> None:
        lines = [line for line in self.lines if line.down and line.is_open]
        if lines:
            line = self.dice.choice(lines)
            for _ in range(self.dice.randint(1, 3)):
                if line.down and not line.chair.page.hear(json.loads(line.down.popleft())):
                    self._hang_up(line)
                    break

    def _break(self) -> None:
        chair = self._somebody()
        if chair.line is not None:
            self._hang_up(chair.line)

    def _hang_up(self, line: Line) -> None:
        line.is_open = False
        line.down.clear()
        line.chair.line = None
        if self.dice.random() < 0.5:
            line.up.clear()

    def _reload(self) -> None:
        chair = self._somebody()
        if chair.line is not None:
            self._hang_up(chair.line)
        old, chair.page = chair.page, self._loaded()
        chair.page.writings = old.kept()
        chair.page.made = old.made
        chair.page.acknowledged = old.acknowledged
        chair.page.returned = old.returned

    def _restart(self) -> None:
        """The server dies: lines are cut, what was not taken is lost, nothing is remembered."""
        for line in self.lines:
            line.up.clear()
            line.down.clear()
            line.is_open = False
            line.chair.line = None
        self.lines = []
        with self.stores.read() as store:
            self.recent = Recent.of(store, self.draft_id)

    def _act(self) -> None:
        """Somebody else's act by a form; it may be refused."""
        seat = self.dice.choice(self.chairs).seat
        with suppress(Refusal), self.stores.begin() as store:
            draft = self._draft(store)
            clauses = store.drafts.clauses(draft.id)
            clause = self.dice.choice(clauses)
            act = self.dice.choice(_ACTS)
            self.happened.append(act)
            seen = clause.version
            if act == "split":
                at = self.dice.choice(_places(clause.words))
                drafting.split(store, seat, draft, clause.uid, at=at, seen=seen)
            elif act == "merge":
                drafting.merge(store, seat, draft, clause.uid, seen=seen)
            elif act == "undo":
                drafting.undo(store, seat, draft)
            elif act == "revert":
                drafting.revert(store, seat, draft, draft.seq - self.dice.randrange(4))
            elif act == "strike" and len(clauses) > 4:
                drafting.strike(store, seat, draft, clause.uid, seen=seen)
            elif act == "restore":
                struck = drafting.struck(store, seat, draft)
                if struck:
                    drafting.restore(store, seat, draft, self.dice.choice(struck).uid)
            elif act == "move":
                after = self.dice.choice(clauses).uid
                drafting.move(store, seat, draft, clause.uid, after=after)
            elif act == "reword" and not clause.kind.bears_heading:
                words = clause.words.split(" ")
                words.insert(self.dice.randrange(len(words) + 1), "moreover")
                drafting.reword(store, seat, draft, clause.uid, " ".join(words), seen=seen)

    def _deed(self) -> None:
        """A key that means an act upon the structure, on what its author had heard."""
        chair = self._somebody()
        uid = self._place(chair.page)
        if uid is None or any(writing.uid == uid for writing in chair.page.writings):
            return
        at = self.dice.choice(_places(chair.page.words[uid]))
        what = self.dice.choice(_DEEDS)
        before = self.recent.seq
        with self.stores.begin() as store:
            deed = Deed(chair.session, uid, chair.page.seq, at, what)
            answer, taken = typing.do(store, self.recent, deed)
        self.happened.append(what if isinstance(answer, typing.Done) else f"no {what}")
        self.recent = taken.recent
        self._tell(before, taken)

    # The end

    def _settle(self) -> None:
        for _ in range(40):
            for chair in self.chairs:
                if chair.line is None:
                    self._connect(chair)
            for _ in range(2):
                while any(line.up for line in self.lines):
                    self._serve()
                while any(line.down and line.is_open for line in self.lines):
                    self._hear()
            pages = [chair.page for chair in self.chairs]
            if not any(page.pushes() or page.seq != self.recent.seq for page in pages):
                break
            self._send_all()
        else:
            raise AssertionError("the meeting does not come to rest")

    def _send_all(self) -> None:
        for chair in self.chairs:
            if chair.line is not None and chair.line.is_welcome:
                chair.line.up.extend(map(json.dumps, chair.page.pushes()))

    def hold(self) -> None:
        """All copies are the journal's fold; what was acknowledged is in it, once."""
        with self.stores.read() as store:
            draft = self._draft(store)
            assert drafting.verify(store, draft).faults == ()
            words = {
                clause.uid: clause.words
                for clause in store.drafts.clauses(draft.id, with_struck=True)
            }
            journal = [entry.push for entry in store.drafts.journal(draft.id) if entry.push]
        assert len(journal) == len(set(journal)), "an update is kept twice"
        for chair in self.chairs:
            page = chair.page
            assert page.words == words, "a page shows other words than the journal"
            for writing in page.writings:
                assert writing.editor is not None, "a kept list has no answer"
                assert writing.editor.words == words[writing.uid], "an editor has diverged"
            assert page.acknowledged <= set(journal), "acknowledged, but not in the journal"
            mine = page.made & set(journal)
            assert mine == page.acknowledged, "in the journal, but not acknowledged"
            left = page.made - page.acknowledged - set(page.returned)
            assert not left, "typed, and neither kept nor returned"
            assert not set(page.returned) & set(journal), "returned, and kept as well"

    # Small things

    def _somebody(self) -> Chair:
        return self.dice.choice(self.chairs)

    def _place(self, page: Page) -> str | None:
        live = sorted(uid for uid in page.words if uid not in page.gone)
        # Most of the time all crowd into one clause.
        return None if not live else live[0] if self.dice.random() < 0.6 else self.dice.choice(live)

    def _loaded(self) -> Page:
        with self.stores.read() as store:
            draft = self._draft(store)
            clauses = store.drafts.clauses(draft.id, with_struck=True)
        page = Page(
            draft.seq,
            {clause.uid: clause.words for clause in clauses},
            self._client,
        )
        page.gone = {clause.uid for clause in clauses if clause.struck}
        return page

    def _client(self) -> str:
        return f"editor{next(self._ids):06d}"

    def _draft(self, store: Store) -> DraftRecord:
        draft = store.drafts.by_id(self.draft_id)
        assert draft is not None
        return draft


def _push(line: Line, said: frames.Pushed) -> Push:
    session = line.chair.session
    return Push(session, said.client, said.n, said.uid, said.base, said.updates, member=line)


def _places(words: str) -> list[int]:
    """The positions between the characters."""
    found = [0]
    for character in words:
        found.append(found[-1] + utf16_len(character))
    return found
