"""How to speak to each server: its greeting, a push of one character, and what a message tells.

`read` sees a message's bytes only, so that what everybody is sent alike is read once for all of
them; `heard` and `pushed` keep what one typist has to know.
"""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

Push = tuple[int, int]
"""One typed character: the number of its typist, and the how manieth of that typist it is."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Told:
    """What one message from the server says; `pushes` are kept there and shown by it."""

    pushes: tuple[Push, ...] = ()
    grown: tuple[tuple[str, int], ...] = ()
    seq: int = 0
    welcome: bool = False
    acknowledged: int = 0
    back: tuple[int, ...] = ()
    trouble: str = ""


NOTHING = Told()


class Tongue(Protocol):
    """One typist's side of a conversation."""

    text: bool
    """Whether the messages are text, not bytes."""

    echoed: bool
    """Whether one's own push in a message to everybody is the acknowledgement."""

    def greeting(self) -> list[bytes]:
        """What is said first."""

    def push(self, first: int, many: int) -> bytes:
        """That many characters, typed one after the other, the first of them the `first`."""

    def here(self) -> bytes | None:
        """Where the caret is, or None where that is not told."""

    def heard(self, told: Told) -> None:
        """Take in what everybody has been told."""


@dataclass(slots=True)
class Travaux:
    """A typist of ours in the middle of one clause."""

    me: int
    run: str
    uid: str
    length: int
    seq: int
    text: bool = True
    echoed: bool = True

    def greeting(self) -> list[bytes]:
        return [json.dumps({"hello": {"since": self.seq, "client": self.client}}).encode()]

    @property
    def client(self) -> str:
        return f"{self.run}{self.me:04d}"

    def push(self, first: int, many: int) -> bytes:
        changes = []
        for length in range(self.length, self.length + many):
            before = length // 2
            after = length - before
            kept = (str(before), f'[0,"{_LETTERS[self.me % 26]}"]', str(after))
            changes.append(f"[{','.join(part for part in kept if part != '0')}]")
        return (
            f'{{"push":{{"uid":"{self.uid}","base":{self.seq},"n":{first},'
            f'"changes":[{",".join(changes)}]}}}}'
        ).encode()

    def here(self) -> bytes | None:
        at = self.length // 2
        return f'{{"here":{{"uid":"{self.uid}","at":[{at},{at}]}}}}'.encode()

    def heard(self, told: Told) -> None:
        if told.seq > self.seq:
            self.seq = told.seq
            for uid, by in told.grown:
                if uid == self.uid:
                    self.length += by


class ReadTravaux:
    """Reads our frames; only pushes of this run are counted."""

    def __init__(self, run: str) -> None:
        self._run = run

    def __call__(self, message: bytes) -> Told:
        if message.startswith((b'{"here"', b'{"who"')):
            return NOTHING
        said = json.loads(message)
        if "edits" in said:
            return self._commit(said)
        if "welcome" in said:
            may = said["welcome"]["may"]
            return Told(welcome=True, trouble="" if may else "this seat may not write")
        if "back" in said:
            return Told(back=tuple(said["back"]["n"]), trouble=str(said["back"]["why"]))
        sentence = said.get("reload") or said.get("end")
        return Told(trouble=str(sentence)) if sentence else NOTHING

    def _commit(self, said: dict[str, object]) -> Told:
        pushes: list[Push] = []
        grown: dict[str, int] = {}
        edits = said["edits"]
        seq = said["seq"]
        assert isinstance(edits, list) and isinstance(seq, list)
        for edit in edits:
            uid = edit["u"]
            grown[uid] = grown.get(uid, 0) + growth(edit.get("c") or [])
            client, _, n = (edit.get("p") or "").partition(".")
            if client.startswith(self._run):
                pushes.append((int(client[len(self._run) :]), int(n)))
        return Told(pushes=tuple(pushes), grown=tuple(grown.items()), seq=seq[1])


def growth(changes: list[object]) -> int:
    """By how many characters these changes, in CodeMirror's form, make a text longer."""
    by = 0
    for part in changes:
        if isinstance(part, list):
            by += sum(map(len, part[1:])) + max(0, len(part) - 2) - int(part[0])
    return by


_SYNC, _AUTH, _SYNC_REPLY, _SYNC_STATUS = 0, 2, 4, 8
_STEP_1, _STEP_2, _UPDATE = 0, 1, 2
_STRING, _SKIP = 4, 10
_FIRST = 10_000_000
"""Yjs knows writers by a number: this and the typist's own."""


@dataclass(slots=True)
class Yjs:
    """A typist of a Yjs server: each character stands behind the one typed before it."""

    me: int
    run: int
    document: str
    """What the server calls the text; hocuspocus puts it before each message."""
    name: str
    hocuspocus: bool
    text: bool = False
    echoed: bool = field(init=False)

    def __post_init__(self) -> None:
        self.echoed = not self.hocuspocus

    def greeting(self) -> list[bytes]:
        step = self._to(bytes((_SYNC, _STEP_1)) + _sized(b"\0"))
        if not self.hocuspocus:
            return [step]
        token = self._to(bytes((_AUTH, 0)) + _sized(b"bench") + _sized(b"4.7.0"))
        return [token, step]

    def push(self, first: int, many: int) -> bytes:
        who = _number(_FIRST * self.run + self.me)
        words = _sized(_LETTERS[self.me % 26].encode() * many)
        if first == 0:
            struct = bytes((_STRING, 1)) + _sized(self.name.encode()) + words
        else:
            struct = bytes((0x80 | _STRING,)) + who + _number(first - 1) + words
        update = b"\1\1" + who + _number(first) + struct + b"\0"
        return self._to(bytes((_SYNC, _UPDATE)) + _sized(update))

    def here(self) -> bytes | None:
        return None

    def heard(self, told: Told) -> None:
        return

    def _to(self, message: bytes) -> bytes:
        return _sized(self.document.encode()) + message if self.hocuspocus else message


class ReadYjs:
    """Reads what a Yjs server sends; only writers of this run are counted."""

    def __init__(self, run: int, *, hocuspocus: bool) -> None:
        self._first = _FIRST * run
        self._hocuspocus = hocuspocus

    def __call__(self, message: bytes) -> Told:
        at = 0
        if self._hocuspocus:
            size, at = _read(message, at)
            at += size
        kind, at = _read(message, at)
        if kind == _SYNC_STATUS:
            return Told(acknowledged=1)
        if kind not in (_SYNC, _SYNC_REPLY):
            return NOTHING
        step, at = _read(message, at)
        _, at = _read(message, at)
        if step == _STEP_1:
            return Told(welcome=True, pushes=tuple(self._state(message, at)))
        if step == _STEP_2:
            return Told(welcome=True)
        return Told(pushes=tuple(self._update(message, at)))

    def _state(self, message: bytes, at: int) -> list[Push]:
        """All pushes that the server says it has: of each writer the numbers below a clock."""
        pushes = []
        writers, at = _read(message, at)
        for _ in range(writers):
            who, at = _read(message, at)
            clock, at = _read(message, at)
            if self._first <= who < self._first + _FIRST:
                pushes += [(who - self._first, n) for n in range(clock)]
        return pushes

    def _update(self, message: bytes, at: int) -> list[Push]:
        pushes = []
        writers, at = _read(message, at)
        for _ in range(writers):
            structs, at = _read(message, at)
            who, at = _read(message, at)
            clock, at = _read(message, at)
            for _ in range(structs):
                size, at, skipped = _struct(message, at)
                if not skipped and self._first <= who < self._first + _FIRST:
                    pushes += [(who - self._first, n) for n in range(clock, clock + size)]
                clock += size
        return pushes


def _struct(message: bytes, at: int) -> tuple[int, int, bool]:
    """How many characters the struct at this place has, where it ends, and if it is a gap."""
    info = message[at]
    at += 1
    if info & 31 == _SKIP:
        size, at = _read(message, at)
        return size, at, True
    if info & 31 != _STRING:
        raise RuntimeError(f"A typist sent letters only, and the server tells of {info & 31}.")
    for flag in (0x80, 0x40):
        if info & flag:
            _, at = _read(message, at)
            _, at = _read(message, at)
    if not info & 0xC0:
        named, at = _read(message, at)
        size, at = _read(message, at)
        at = at + size if named else _read(message, at)[1]
    size, at = _read(message, at)
    return size, at + size, False


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(0x80 | value & 127)
        value >>= 7
    found.append(value)
    return bytes(found)


def _sized(content: bytes) -> bytes:
    return _number(len(content)) + content


def _read(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in count(0, 7):
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
    return value, at
