"""What is said at a table: the frames of both directions, as JSON text and as values.

A browser says hello once, then sends pushes (all that it has typed in one clause and not heard
back), deeds (acts upon the structure) and where its caret stands. It hears one frame for every
commit, the same text for everybody; who finds its own push in it has it acknowledged.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from app.store.journal import TYPED, EntryRecord
from app.treaty.changes import ChangeSet

Do = Literal["split", "begin", "merge", "deeper", "shallower", "drop"]
DEEDS: Mapping[str, Do] = {do: do for do in get_args(Do)}
"""What a deed may ask for."""
MOST = 100
"""How many updates a push may hold."""
PLACES = 500
"""How many stretches of a text, and lines to put in, the updates of a push may name in all."""
HIGHEST = 2**31 - 1
"""The highest number that a frame may hold, be it a place, a version or an id."""

# Why a line is closed. A server that is stopped closes with 1012 by itself.
AWAY = 1013
"""Not just now: the database does not answer, or the line is too slow. Come back."""
GONE = 4001
"""Signed out, or the seat was taken away."""
REFUSED = 4003
"""What was sent is none of ours, so that coming back with it would not help."""
FLOOD = 4008
"""Too much at once."""

_MANY = f"This changes more than {PLACES} places at once: too many for one change."
_CLIENT = re.compile("[A-Za-z0-9]{8,24}")
_UID = re.compile("[A-Za-z0-9_-]{1,32}")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NOTES = _encode({"notes": True})


class Unreadable(ValueError):
    """A frame that is none of ours; `sentence` says so to whoever sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: the page shows the draft as it stood at `since`, and signs as `client`."""

    since: int
    client: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was typed in one clause since `base`; the updates are numbered from `n` on.

    `client` signs them: every editor that is opened has its own, "" is the page's.
    """

    uid: str
    client: str
    base: int
    n: int
    updates: tuple[ChangeSet, ...]


@dataclass(frozen=True, slots=True)
class Garbled:
    """A push whose numbers can be read but whose words cannot: it goes back to its author."""

    uid: str
    client: str
    n: tuple[int, ...]
    why: str = "These words hold half a character, or something else that is no text."


@dataclass(frozen=True, slots=True)
class Asked:
    """A deed: `do` one of DEEDS to a clause, at a place in its words as they stood at `base`."""

    id: int
    do: Do
    uid: str
    base: int
    at: int


@dataclass(frozen=True, slots=True)
class Here:
    """Where the caret stands: clause, anchor and head; `uid` is "" when it stands nowhere."""

    uid: str = ""
    at: tuple[int, ...] = ()


Heard = Hello | Pushed | Garbled | Asked | Here


def cost(text: str) -> float:
    """What it takes to read a frame and to deal with it, in frames of a few characters.

    A long one is as dear as many short ones. A comma tells where another stretch of a text may
    begin, and a thousand of these take longer to be understood than a page of words.
    """
    return 1 + len(text) / 1024 + text.count(",") / 32


def read(text: str) -> Heard:
    """The frame that a browser sent. Unreadable when it is none of ours."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("What was sent is not JSON.") from None
    if not isinstance(said, dict) or len(said) != 1:
        raise Unreadable("A frame says one thing.")
    ((verb, what),) = said.items()
    if verb == "here" and what is None:
        return Here()
    if verb not in _READ or not isinstance(what, dict):
        raise Unreadable("Nobody here understands that frame.")
    heard: Heard = _READ[verb](what)
    return heard


def _hello(said: dict[str, Any]) -> Hello:
    return Hello(_number(said, "since"), _matching(_CLIENT, said, "client"))


def _push(said: dict[str, Any]) -> Pushed | Garbled:
    uid, base, n = _matching(_UID, said, "uid"), _number(said, "base"), _number(said, "n")
    client = _matching(_CLIENT, said, "client") if "client" in said else ""
    changes = said.get("changes")
    if not isinstance(changes, list) or not 0 < len(changes) <= MOST:
        raise Unreadable(f"A push holds a list of changes, at most {MOST} of them.")
    if _places(changes) > PLACES:
        # Seen before anything is made of it.
        return Garbled(uid, client, tuple(range(n, n + len(changes))), _MANY)
    try:
        return Pushed(uid, client, base, n, tuple(map(ChangeSet.from_json, changes)))
    except ValueError:
        return Garbled(uid, client, tuple(range(n, n + len(changes))))


def _places(changes: list[Any]) -> int:
    """How many stretches and lines a list of changes names."""
    lists = [change for change in changes if isinstance(change, list)]
    parts = (part for change in lists for part in change if isinstance(part, list))
    # What is replaced stands first in a part, and the first line comes with it.
    return sum(map(len, lists)) + sum(len(part) - 2 for part in parts if len(part) > 2)


def _deed(said: dict[str, Any]) -> Asked:
    do = DEEDS.get(str(said.get("do")))
    if do is None:
        raise Unreadable("There is no such deed.")
    at = _number(said, "at") if "at" in said else 0
    uid = _matching(_UID, said, "uid")
    return Asked(_number(said, "id"), do, uid, _number(said, "base"), at)


def _here(said: dict[str, Any]) -> Here:
    at = said.get("at", [])
    if not isinstance(at, list) or len(at) not in (0, 2) or not all(map(_is_number, at)):
        raise Unreadable("A caret has an anchor and a head.")
    return Here(_matching(_UID, said, "uid"), tuple(at))


_READ = {"hello": _hello, "push": _push, "deed": _deed, "here": _here}


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= HIGHEST


def _number(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if not _is_number(value):
        raise Unreadable(f"“{name}” is not a number that can be.")
    assert isinstance(value, int)  # noqa: S101 - just looked at
    return value


def _matching(form: re.Pattern[str], said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Unreadable(f"“{name}” does not have the form that it should.")
    return value


# --- what the table says


def welcome(seq: int, sid: str, may: bool, who: Mapping[str, object]) -> str:
    """The answer to hello: how far the table is, whom it takes you for, and who else is there."""
    return _encode({"welcome": {"seq": seq, "you": sid, "may": may, "who": who}})


def reload(sentence: str) -> str:
    """That the page is too old to be brought up to date entry by entry."""
    return _encode({"reload": sentence})


def edits(before: int, seq: int, entries: Iterable[EntryRecord], places: Mapping[str, str]) -> str:
    """What happened after the entry `before`, up to `seq`; `places` leads from client to sid."""
    return _encode({"seq": [before, seq], "edits": [_edit(one, places) for one in entries]})


def back(uid: str, client: str, n: Sequence[int], why: str, by: str = "") -> str:
    """That these updates of a push could not be kept, and why; `by` is who made it impossible."""
    return _encode({"back": {"uid": uid, "client": client, "n": list(n), "why": why, "by": by}})


def kept(uid: str, client: str, n: Sequence[int]) -> str:
    """That these updates of a push had been kept before already."""
    return _encode({"kept": {"uid": uid, "client": client, "n": list(n)}})


def done(number: int, uid: str, at: int) -> str:
    """That a deed was done, and where the caret belongs now."""
    return _encode({"done": {"id": number, "uid": uid, "at": at}})


def no(number: int, why: str) -> str:
    """That a deed was not done, and why."""
    return _encode({"no": {"id": number, "why": why}})


def here(carets: Mapping[str, object]) -> str:
    """Whose caret stands somewhere else now; None for one that stands nowhere."""
    return _encode({"here": carets})


def who(came: Mapping[str, object], left: Iterable[str]) -> str:
    """Who came, or has another name now, and which places are empty."""
    return _encode({"who": came, "left": list(left)})


def notes() -> str:
    """That some note which this member may read was stirred: the page asks, if it shows them."""
    return _NOTES


def end(sentence: str) -> str:
    """The last frame of a socket: why it is closed."""
    return _encode({"end": sentence})


def _edit(entry: EntryRecord, places: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "s": entry.seq,
        "u": entry.uid,
        "v": entry.version,
        "a": entry.act,
        "by": entry.author,
    }
    if entry.push and entry.origin == TYPED:
        said["p"] = entry.push
        if place := places.get(entry.push.rpartition(".")[0]):
            said["w"] = place
    if entry.changes is not None:
        said["c"] = entry.changes
    # The numbers of a whole treaty are of no use to a page, that asks for what looks different.
    if entry.detail and entry.act != "numbered":
        said["d"] = entry.detail
    return said
