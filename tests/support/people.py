"""People at a table, as programs: each has a socket, types at a pace, and remembers what it heard.

    async with Person(address, slug, session, opening) as person:
        await person.type(uid, words=20, pace=0.2)
        await person.settled()

A person follows the rules of the browser's editor (one newer update at a time, everything that was
not heard back is sent again) and comes back by itself when the server goes away. What it believes
to be kept (`acknowledged`) and the words it sees (`words`) are compared with the journal later.
"""

import asyncio
import json
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from app.actions import drafting, seating
from app.actions.policy import OPERATOR
from app.live.frames import GONE, MOST, REFUSED
from app.store.seats import Role
from app.store.unit import Stores
from app.treaty.changes import ChangeSet, to_units
from app.treaty.document import Clause, Document, Kind
from app.web.guard import SESSION_COOKIE

PASSWORD = "four words picked blindly"
SLUG = "table"
PIECE = 8_000
"""How many characters go out as one update; what is pasted at once may be more."""
GOING = 48_000
"""How many bytes the updates of one push may have."""
WORRIED = 15
"""After how many unanswered updates of a clause somebody stops typing."""


@dataclass(frozen=True)
class Opening:
    """A page as it was loaded: the journal's seq, and the words of each clause."""

    seq: int
    words: Mapping[str, str]


def lay(stores: Stores, clauses: int, slug: str = SLUG) -> tuple[str, ...]:
    """Make a draft of that many paragraphs in articles of five; the paragraphs' uids in order."""
    made = []
    for index in range(clauses):
        if index % 5 == 0:
            made.append(Clause(Kind.ARTICLE, heading=f"Matter {index // 5 + 1}"))
        text = f"The Parties shall consider matter {index + 1} in good faith and without delay."
        made.append(Clause(Kind.PARAGRAPH, text=text, depth=1))
    document = Document("Convention on Typing", tuple(made))
    with stores.begin() as store:
        draft = drafting.new_draft(
            store, OPERATOR, title=document.title, document=document, slug=slug
        )
        laid = store.drafts.clauses(draft.id)
    return tuple(clause.uid for clause in laid if clause.kind is Kind.PARAGRAPH)


def seat_people(
    stores: Stores, count: int, role: Role = Role.DRAFTER, *, first: int = 1
) -> tuple[str, ...]:
    """Give that many people a seat; a session of each."""
    seating.PASSWORDS.cost = seating.CHEAP
    hashed = seating.PASSWORDS.hash(PASSWORD)
    emails = [f"{role.value}{index}@example.org" for index in range(first, first + count)]
    with stores.begin() as store:
        for index, email in enumerate(emails, first):
            store.seats.add(
                name=f"{role.value.title()} {index}",
                email=email,
                role=role,
                delegation="Delegation A" if role is Role.DELEGATE else "",
                password=hashed,
            )
    return tuple(seating.sign_in(stores, email, PASSWORD).token for email in emails)


def open_page(stores: Stores, slug: str = SLUG) -> Opening:
    """What a page of the draft shows now."""
    with stores.read() as store:
        draft = store.drafts.by_slug(slug)
        assert draft is not None
        words = {clause.uid: clause.words for clause in store.drafts.clauses(draft.id)}
        return Opening(draft.seq, words)


@dataclass
class Editor:
    """One clause open for typing: the words that are kept, and the updates not heard back.

    `sent` is the number of the last update that went out over the present socket, `seen` what
    stands in the editor: what is kept, with what waits.
    """

    client: str
    words: str
    n: int = 1
    waiting: list[tuple[int, ChangeSet]] = field(default_factory=list)
    sent: int = 0
    seen: str = ""

    def __post_init__(self) -> None:
        """Nothing is typed yet."""
        self.seen = self.words

    def write(self, change: ChangeSet) -> None:
        """Type something."""
        self.seen = change.apply(self.seen)
        self.waiting.append((self.n, change))
        self.n += 1

    def drop(self, n: int) -> None:
        """Take back what was typed from the update `n` on."""
        self.waiting = [(one, change) for one, change in self.waiting if one < n]
        self.seen = self.words
        for _, change in self.waiting:
            self.seen = change.apply(self.seen)

    def receive(self, change: ChangeSet, push: str) -> bool:
        """Take one update of the journal; whether it was one's own."""
        words = change.apply(self.words)
        own = bool(self.waiting) and push == f"{self.client}.{self.waiting[0][0]}"
        if own:
            del self.waiting[0]
        else:
            rebased = []
            for n, mine in self.waiting:
                rebased.append((n, mine.map(change)))
                change = change.map(mine, before=True)
            self.waiting = rebased
            self.seen = change.apply(self.seen)
        self.words = words
        return own


class Person:
    """Somebody with a page open. `address` is the server's, as http://host:port.

    `acknowledged` leads from each push that was heard back to its seq, in the order of hearing;
    `shown` are the pushes of others that were seen, with theirs; `faults` says what must not
    happen, in words.
    """

    def __init__(
        self,
        address: str,
        session: str,
        opening: Opening,
        *,
        slug: str = SLUG,
        seed: int | None = None,
    ) -> None:
        self.address, self.session, self.slug = address, session, slug
        self.seq = opening.seq
        self.words = dict(opening.words)
        self.editors: dict[str, Editor] = {}
        self.acknowledged: dict[str, int] = {}
        self.shown: set[tuple[int, str]] = set()
        self.came_back: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.refused = 0
        self.others: dict[str, dict[str, Any]] = {}
        self.ended: list[str] = []
        self.codes: list[int] = []
        self.welcomes: list[dict[str, Any]] = []
        self.answers: dict[int, dict[str, Any]] = {}
        self.random = random.Random(seed)  # noqa: S311 - somebody has to type something
        self.client = secrets.token_hex(6)
        self._socket: ClientConnection | None = None
        self._heard = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_over = False

    async def __aenter__(self) -> Self:
        """Open the page, and wait for the welcome."""
        self._task = asyncio.create_task(self._stay())
        await self.until(lambda: bool(self.welcomes or self.ended))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the page."""
        self._is_over = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    # --- what a person does

    def editor(self, uid: str) -> Editor:
        """The clause's editor, opened if it is not."""
        if uid not in self.editors:
            self.editors[uid] = Editor(secrets.token_hex(6), self.words[uid])
        return self.editors[uid]

    async def write(self, uid: str, start: int, end: int, words: str) -> None:
        """Replace a stretch of what the editor shows, and send it if nothing is under way."""
        editor = self.editor(uid)
        for at in range(0, len(words) or 1, PIECE):
            piece = words[at : at + PIECE]
            editor.write(ChangeSet.build(len(to_units(editor.seen)), [(start, end, piece)]))
            start = end = start + len(to_units(piece))
        await self._push(uid)

    async def type(self, uid: str, keys: int, pace: float) -> None:
        """Press that many keys in the clause, `pace` seconds apart, one in six of them taking
        something away; with so much unanswered that it worries a person, wait."""
        await asyncio.sleep(self.random.random() * pace)
        at: int | None = None
        for _ in range(keys):
            while len(self.editor(uid).waiting) >= WORRIED:  # noqa: ASYNC110 - of many causes
                await asyncio.sleep(pace)
            length = len(to_units(self.editor(uid).seen))
            if at is None or at > length or self.random.random() < 0.1:
                at = self.random.randint(0, length)
            if at and self.random.random() < 1 / 6:
                await self.write(uid, at - 1, at, "")
                at -= 1
            else:
                key = self.random.choice("abcdefghijklmnopqrstuvwxyz     ")
                await self.write(uid, at, at, key)
                at += 1
            await asyncio.sleep(pace)

    async def stand(self, uid: str, at: int) -> None:
        """Put the caret there."""
        await self.say({"here": {"uid": uid, "at": [at, at]}})

    async def deed(self, do: str, uid: str, at: int = 0) -> dict[str, Any]:
        """Ask for something to be done to the structure; the answer."""
        number = len(self.answers) + self.random.randint(1, 10**6)
        said = {"id": number, "do": do, "uid": uid, "base": self.seq, "at": at}
        await self.say({"deed": said})
        await self.until(lambda: number in self.answers)
        return self.answers[number]

    async def say(self, frame: object) -> None:
        """Send any frame; nothing when there is no connection."""
        if self._socket is not None:
            try:
                await self._socket.send(json.dumps(frame, ensure_ascii=False))
            except ConnectionClosed:
                return

    async def settled(self, seconds: float = 30.0) -> None:
        """Wait until everything was heard back. TimeoutError when it is not."""
        await self.until(
            lambda: not any(editor.waiting for editor in self.editors.values()), seconds
        )

    async def reaches(self, seq: int, seconds: float = 30.0) -> None:
        """Wait until everything up to that seq was heard. TimeoutError when it is not."""
        await self.until(lambda: self.seq >= seq, seconds)

    async def until(self, is_so: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until something holds, looked at after each frame. TimeoutError otherwise."""
        async with asyncio.timeout(seconds):
            while not is_so():
                self._heard.clear()
                await self._heard.wait()

    # --- what happens meanwhile

    async def _stay(self) -> None:
        while not self._is_over:
            try:
                await self._sit()
            except (OSError, InvalidHandshake, ConnectionClosed, EOFError):
                self.refused += 1
            self._socket = None
            for editor in self.editors.values():
                editor.sent = 0
            self._heard.set()
            if self.codes and self.codes[-1] in (GONE, REFUSED):
                return
            await asyncio.sleep(0.05 + self.random.random() * 0.15)

    async def _sit(self) -> None:
        url = urlsplit(self.address)
        async with connect(
            f"ws://{url.netloc}/drafts/{self.slug}/live",
            origin=Origin(f"{url.scheme}://{url.netloc}"),
            additional_headers={"Cookie": f"{SESSION_COOKIE}={self.session}"},
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=20,
            close_timeout=1,
        ) as socket:
            await socket.send(json.dumps({"hello": {"since": self.seq, "client": self.client}}))
            try:
                await self._listen(socket)
            finally:
                self.codes.append(socket.close_code or 0)

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            self._hear(frame)
            if "welcome" in frame:
                self._socket = socket
            # Whoever comes back hears first what was missed, and sends then.
            if self._socket is not None and self.seq >= self.welcomes[-1]["seq"]:
                await self._push_all()
            self._heard.set()

    def _hear(self, frame: dict[str, Any]) -> None:
        if "seq" in frame:
            self._take(frame)
        elif "welcome" in frame:
            self.welcomes.append(frame["welcome"])
            self.others = dict(frame["welcome"]["who"])
            if frame["welcome"]["seq"] < self.seq:
                self.faults.append("the table is behind what this page has heard")
        elif "reload" in frame:
            self.faults.append(f"asked to load the page anew: {frame['reload']}")
            self._is_over = True
        elif "back" in frame:
            self._take_back(frame["back"])
        elif "kept" in frame:
            self.faults.append(f"kept without being heard of: {frame['kept']}")
        elif "end" in frame:
            self.ended.append(frame["end"])
        elif "who" in frame:
            self.others |= frame["who"]
            for sid in frame["left"]:
                self.others.pop(sid, None)
        elif "here" in frame:
            for sid, caret in frame["here"].items():
                known = {k: v for k, v in self.others[sid].items() if k in ("name", "tone")}
                self.others[sid] = known | (caret or {})
        for verb in ("done", "no"):
            if verb in frame:
                self.answers[frame[verb]["id"]] = frame

    def _take(self, frame: dict[str, Any]) -> None:
        before, seq = frame["seq"]
        if seq <= self.seq:
            return
        if before > self.seq:
            self.faults.append(f"a gap: at {self.seq}, and now comes {before} to {seq}")
        for edit in frame["edits"]:
            if edit["s"] > self.seq:
                self._take_edit(edit)
        self.seq = seq

    def _take_edit(self, edit: dict[str, Any]) -> None:
        uid, push = edit["u"], edit.get("p", "")
        if "c" not in edit:
            return
        change = ChangeSet.from_json(edit["c"])
        self.words[uid] = change.apply(self.words.get(uid, ""))
        editor = self.editors.get(uid)
        if editor is not None and editor.receive(change, push):
            self.acknowledged[push] = edit["s"]
            return
        if editor is not None and push.rpartition(".")[0] == editor.client:
            self.faults.append(f"{push} came at {edit['s']} although it was not waited for")
        self.shown.add((edit["s"], push))

    def _take_back(self, back: dict[str, Any]) -> None:
        self.came_back.append(back)
        editor = self.editors[back["uid"]]
        # What was typed after it stands in its terms, and comes back too.
        editor.drop(min(back["n"]))

    async def _push_all(self) -> None:
        for uid in self.editors:
            await self._push(uid)

    async def _push(self, uid: str) -> None:
        editor = self.editors[uid]
        if self._socket is None or not editor.waiting or editor.waiting[0][0] <= editor.sent:
            return
        going: list[Any] = []
        size = 0
        for n, change in editor.waiting[:MOST]:
            encoded = change.to_json()
            size += len(json.dumps(encoded, ensure_ascii=False).encode())
            if going and size > GOING:
                break
            going.append((n, encoded))
        editor.sent = going[-1][0]
        said = {
            "uid": uid,
            "client": editor.client,
            "base": self.seq,
            "n": going[0][0],
            "changes": [encoded for _, encoded in going],
        }
        await self.say({"push": said})
