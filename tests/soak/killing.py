"""The kill test: people type, the server is killed in the midst of it and started again.

Afterwards the journal is asked for every update that was acknowledged to its author, or shown to
anybody else. None may be missing, none may be there twice, and each author's have to be in the
order in which they were typed; the text has to be what the journal adds up to.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from app.actions import drafting
from app.store.journal import EntryRecord
from app.store.unit import Stores
from tests.support.apart import apart
from tests.support.people import Person, lay, open_page, seat_people
from tests.support.servers import Server


@dataclass(frozen=True)
class Plan:
    """How many people type in how many clauses, how fast, and how often the server is killed.

    Between two kills pass `least` to `most` seconds of typing.
    """

    people: int
    clauses: int
    kills: int
    pace: float = 0.2
    least: float = 0.5
    most: float = 2.0
    program: str = "tests.support.served"


@dataclass
class Outcome:
    """What was promised, and what came of it; all is well when `faults` is empty."""

    acknowledged: int = 0
    shown: int = 0
    typed: int = 0
    again: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line for a table, and the first faults."""
        line = (
            f"{self.typed:,} updates typed, {self.acknowledged:,} acknowledged, {self.shown:,} "
            f"shown to others, {self.again:,} pages came back; {len(self.faults)} faults"
        )
        return "\n  ".join([line, *self.faults[:10]])


def run(url: str, folder: Path, plan: Plan, seed: int) -> Outcome:
    """Carry the plan out on an empty database. The seed decides who types what and when the
    server is killed, though not how far everybody has come by then."""
    stores = Stores(url, accept_loss=True)
    try:
        stores.migrate()
        return apart(_run(stores, folder, plan, random.Random(seed)))  # noqa: S311 - no secret
    finally:
        stores.close()


async def _run(stores: Stores, folder: Path, plan: Plan, dice: random.Random) -> Outcome:
    uids = lay(stores, plan.clauses)
    sessions = seat_people(stores, plan.people)
    opening = open_page(stores)
    outcome = Outcome()
    server = Server(stores.url, folder, program=plan.program)
    with server:
        people = [
            Person(server.address, session, opening, seed=dice.randrange(2**32))
            for session in sessions
        ]
        await asyncio.gather(*(person.__aenter__() for person in people))
        hands = [
            asyncio.create_task(person.type(uids[index % len(uids)], 10**6, plan.pace))
            for index, person in enumerate(people)
        ]
        for _ in range(plan.kills):
            await asyncio.sleep(dice.uniform(plan.least, plan.most))
            server.kill()
            await asyncio.to_thread(server.start)
            await _typing_again(people, outcome)
        await asyncio.sleep(dice.uniform(plan.least, plan.most))
        for hand in hands:
            hand.cancel()
        await asyncio.gather(*hands, return_exceptions=True)
        for person in people:
            await _settle(person, outcome)
        await asyncio.gather(*(_catch_up(person, stores, outcome) for person in people))
        await asyncio.gather(*(person.__aexit__(None, None, None) for person in people))
    outcome.faults += [line for line in server.log.read_text().splitlines() if "Traceback" in line]
    _look(stores, people, outcome)
    return outcome


async def _typing_again(people: list[Person], outcome: Outcome) -> None:
    """Wait until a few have come back and been answered: the next kill is to come in the midst."""
    before = [len(person.acknowledged) for person in people]
    try:
        async with asyncio.timeout(30):
            while _answered(people, before) < min(3, len(people)):
                if any(person.faults for person in people):
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        outcome.faults.append("nobody was answered after a restart")


def _answered(people: list[Person], before: list[int]) -> int:
    return sum(
        len(person.acknowledged) > count for person, count in zip(people, before, strict=True)
    )


async def _settle(person: Person, outcome: Outcome) -> None:
    try:
        await person.settled(seconds=1 if person.faults else 60)
    except TimeoutError:
        waiting = sum(len(editor.waiting) for editor in person.editors.values())
        outcome.faults.append(f"{person.client} still waits for {waiting} updates to be kept")


async def _catch_up(person: Person, stores: Stores, outcome: Outcome) -> None:
    seq = open_page(stores).seq
    try:
        await person.reaches(seq, seconds=1 if person.faults else 30)
    except TimeoutError:
        outcome.faults.append(f"{person.client} heard no further than {person.seq} of {seq}")


def _look(stores: Stores, people: list[Person], outcome: Outcome) -> None:
    now = open_page(stores)
    with stores.read() as store:
        draft = store.drafts.by_slug(people[0].slug)
        assert draft is not None
        journal = store.drafts.journal(draft.id)
        outcome.faults += drafting.verify(store, draft).faults
    kept = {entry.push: entry for entry in journal if entry.push}
    times = Counter(entry.push for entry in journal if entry.push)
    outcome.faults += [f"{push} is there {n} times" for push, n in times.items() if n > 1]
    outcome.faults += _disorder(journal)
    shown: set[tuple[int, str]] = set()
    for person in people:
        outcome.faults += person.faults
        outcome.faults += [f"came back: {json.dumps(back)}" for back in person.came_back]
        outcome.faults += _lost(person, kept)
        outcome.acknowledged += len(person.acknowledged)
        outcome.typed += sum(editor.n - 1 for editor in person.editors.values())
        outcome.again += len(person.welcomes) - 1
        shown |= person.shown
        if person.words != dict(now.words):
            outcome.faults.append(f"{person.client} sees other words than the draft has")
    outcome.shown = len(shown)
    outcome.faults += [
        f"{push} was shown at {seq} and is not there"
        for seq, push in sorted(shown)
        if push not in kept or kept[push].seq != seq
    ]


def _lost(person: Person, kept: dict[str, EntryRecord]) -> list[str]:
    """What this author was told is kept, and is not, or elsewhere; and what was never answered."""
    lost = [
        f"{push} was acknowledged at {seq} and is not there"
        for push, seq in person.acknowledged.items()
        if push not in kept or kept[push].seq != seq
    ]
    typed = (
        f"{editor.client}.{n}" for editor in person.editors.values() for n in range(1, editor.n)
    )
    return lost + [f"{push} was typed and is not there" for push in typed if push not in kept]


def _disorder(journal: tuple[EntryRecord, ...]) -> list[str]:
    """The clients whose updates are not 1, 2, 3 and so on in the journal."""
    counts: dict[str, list[int]] = defaultdict(list)
    for entry in journal:
        if entry.push:
            client, _, n = entry.push.rpartition(".")
            counts[client].append(int(n))
    return [
        f"{client}: {n} is followed by {after}"
        for client, found in counts.items()
        for n, after in pairwise([0, *found])
        if after != n + 1
    ]
