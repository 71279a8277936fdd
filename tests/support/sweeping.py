"""Looking for what is not for a seat: in every answer, in every file, in what changes and what not.

`Sweep.ask` asks as somebody and notes every secret in the answer that is not for them; what one
has put into the question oneself is no secret. Whatever is sent can be taken back (`rehearsed`).
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI

from app.actions import seating
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from tests.support.asking import Answer, Asker
from tests.support.negotiation import Negotiation, Person, Secret, Thing
from tests.support.rows import ROWS, Row

_WORDS = re.compile(r"(?:[b-t]a){8}zquix|(?=([npq][a-z2-7]{12}))")
_TAGS = re.compile(r"<[^>]*>")
_MASKS = (
    # What is made anew for every answer; not the rest of what it says.
    (re.compile(r'(name="csrf" value|name="csrf-token" content|data-csrf)="[^"]*"'), r"\1"),
    (re.compile(r'(nonce|name="style-nonce" content)="[^"]*"'), r"\1"),
    (re.compile(r"'nonce-[^']*'"), "nonce"),
    (re.compile(r"<time\b.*?</time>", re.DOTALL), "<time>"),
    (re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"), "<at>"),
)
_NEVER = frozenset({"date", "server-timing"})


def is_file(answer: Answer) -> bool:
    """Whether it is a file that holds others: a Word file, a package."""
    return answer.body.startswith(b"PK\x03\x04")


def opened(answer: Answer) -> str:
    """Everything that an answer says, files in it opened, in small letters."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    body = "\n".join(_unpacked(answer.body)) if is_file(answer) else answer.text
    return f"{answer.status}\n{head}\n{body}".lower()


def _unpacked(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        yield package.comment.decode(errors="replace")
        for entry in package.infolist():
            inside = package.read(entry)
            yield f"{entry.filename} {entry.comment.decode(errors='replace')}"
            if inside.startswith(b"PK\x03\x04"):
                yield from _unpacked(inside)
                continue
            text = inside.decode(errors="replace")
            yield text
            # Words that are cut into runs are words all the same.
            yield html.unescape(_TAGS.sub("", text))


def masked(answer: Answer, *ids: str) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """An answer without what differs from one asking to the next, and without these ids."""

    def mask(text: str) -> str:
        for pattern, instead in _MASKS:
            text = pattern.sub(instead, text)
        for one in ids:
            text = text.replace(one, "<id>")
        return text

    headers = tuple((name, mask(value)) for name, value in answer.headers if name not in _NEVER)
    if is_file(answer):
        return answer.status, headers, mask("\n".join(_unpacked(answer.body)))
    # The length is that of the body, which says so itself; masks have each the same length.
    headers = tuple((name, value) for name, value in headers if name != "content-length")
    return answer.status, headers, mask(answer.text)


@dataclass
class Sweep:
    """Somebody who asks as everybody, and remembers what should not have been answered."""

    asker: Asker
    table: Negotiation
    found: list[str] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        """Look the secrets up by their words."""
        self.look_up()

    def look_up(self) -> None:
        """Know the secrets that there are now."""
        self._secrets: dict[str, Secret] = {}
        self._odd: list[tuple[str, Secret]] = []
        for secret in self.table.secrets:
            words = secret.words.lower()
            self._secrets[words] = secret
            if not _WORDS.fullmatch(words) and not re.fullmatch("[npq][a-z2-7]{12}", words):
                self._odd.append((words, secret))

    def ask(self, who: str, method: str, address: str, **more: Any) -> Answer:
        """The answer to this person, looked through."""
        person = self.table.people[who]
        answer = self.asker(method, address, session=person.session, **more)
        self.asked += 1
        for told in self.told(who, opened(answer), answer.asked.lower()):
            self.found.append(f"{who}: {method} {address} ({answer.status}) tells {told}")
        return answer

    def told(self, who: str, text: str, asked: str = "") -> list[str]:
        """The secrets in a text, in small letters, that are not for this person."""
        words = {match[1] or match[0] for match in _WORDS.finditer(text)} - {""}
        here = [self._secrets[one] for one in words if one in self._secrets]
        here += [secret for one, secret in self._odd if one in text]
        return [
            secret.name
            for secret in here
            if who not in secret.readers and secret.words.lower() not in asked
        ]


# --- addresses


def address_of(name: str, row: Row, table: Negotiation, thing: Thing | None = None) -> str:
    """The address of a route, with everything filled in; `thing` is what it is asked for.

    KeyError names what nobody has told how to fill in.
    """
    path = name.partition(" ")[2]
    if thing is not None:
        path = path.replace(f"{{{thing.kind}}}", thing.id).replace("{pid}", thing.of or "{pid}")
    path = path.replace("{uid}", row.uid)
    return filled(path + row.query, table)


def filled(text: str, table: Negotiation) -> str:
    """A text with everything filled in that stands in braces."""
    for name, value in table.fills.items():
        bare = name.replace("{slug}", "")
        text = text.replace(name, f"{bare}{value}" if bare != name and "/" in bare else value)
    if found := re.search(r"[\w/]*{[a-z_]+}", text):
        raise KeyError(f"{found[0]} is filled in by nobody: see Negotiation.fills")
    return text


def sent(row: Row, table: Negotiation, sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is sent to a route, filled in."""
    given = row.sent if sent is None else sent
    slug = table.world.draft.slug
    return {
        name: _value(value, table, slug) if isinstance(value, str) else value
        for name, value in given.items()
    }


def _value(value: str, table: Negotiation, slug: str) -> str:
    if value == "{slug}":
        return slug
    return table.fills.get(value, filled(value, table))


KINDS = ("position", "voice", "pid", "key", "fnd", "ret", "to", "rnd")
"""What in the address of a route names a thing, the closest first."""


def things_of(name: str, table: Negotiation) -> list[Thing | None]:
    """The notes, proposals, positions or what is of a round that a route is asked for, by sort.

    [None] where it names none.
    """
    for kind in KINDS:
        if f"{{{kind}}}" in name:
            return list(
                {thing.sort: thing for thing in table.things if thing.kind == kind}.values()
            )
    return [None]


# --- rehearsing


class _Over(Exception):
    """The end of a rehearsal."""


@contextmanager
def rehearsed(app: FastAPI, table: Negotiation) -> Iterator[None]:
    """While this lasts, what forms do is answered, and then taken back.

    Seats are known by their sessions without asking the database twice for each answer; that
    sessions are asked for is tried by whatever else there is.
    """
    stores: Stores = app.state.stores
    kept, seats = stores.begin, {one.session: one.seat for one in table.people.values()}

    @contextmanager
    def begin() -> Iterator[Store]:
        try:
            with kept() as store:
                yield store
                raise _Over
        except _Over:
            pass

    def seat_of_session(_: Store, session: str) -> SeatRecord | None:
        seat = seats.get(session)
        return seat if seat is not None and seat.active else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "begin", begin)
        patch.setattr(seating, "seat_of_session", seat_of_session)
        patch.setattr(seating, "renew_session", lambda *_: None)
        yield


# --- crawling

_LINKS = re.compile(r'(?:href|hx-get|data-href|data-url)="([^"]+)"')
_SHOWN = re.compile(r"/static/|^/sign-out|^#|^https?:|^mailto:|^data:")
_PER_SHAPE = 2
"""How many addresses of one shape that name no note or proposal are gone to."""


def crawled(sweep: Sweep, who: str) -> dict[str, Answer]:
    """Every page that the table of routes names, and whatever links lead to from there."""
    table = sweep.table
    waiting = list(_known(table))
    seen: dict[str, Answer] = {}
    shapes: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        answer = seen[address] = sweep.ask(who, "GET", address)
        if "html" not in answer.header("content-type"):
            continue
        for link in _LINKS.findall(answer.text):
            to = html.unescape(link).partition("#")[0]
            if to.startswith("?"):
                to = address.partition("?")[0] + to
            if not to.startswith("/") or _SHOWN.search(to) or to in seen:
                continue
            shape = shape_of(to)
            shapes[shape] = shapes.get(shape, 0) + 1
            if shapes[shape] <= _PER_SHAPE or _names_a_thing(to, table):
                waiting.append(to)
    return seen


def _known(table: Negotiation) -> Iterator[str]:
    for name, row in ROWS.items():
        if not name.startswith("GET "):
            continue
        for thing in things_of(name, table):
            address = address_of(name, row, table, thing)
            yield address
            bare = address.partition("?")[0]
            yield from (bare + filled(str(query), table) for query in row.more)


def shape_of(address: str) -> str:
    """An address without what it names: those of one shape are answered by the same route."""
    path, _, query = address.partition("?")
    path = re.sub(r"/[npruft][a-z2-7]{12}\b", "/{id}", path)
    path = re.sub(r"/c[a-z2-7]{12}\b", "/{uid}", re.sub(r"/\d+", "/{n}", path))
    return path + "?" + "&".join(sorted(part.partition("=")[0] for part in query.split("&")))


def _names_a_thing(address: str, table: Negotiation) -> bool:
    return any(thing.id in address for thing in table.things)


def reader_of(person: Person, thing: Thing) -> bool:
    """Whether the person may know of the thing."""
    return person.name in thing.readers
