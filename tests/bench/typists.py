"""`python -m tests.bench.typists` in a process of its own: many people who type, and a clock.

It reads one job as JSON from standard input, prints `begin` and `end` around the seconds that
count, and a last line of JSON with what it found. Times run from when a character was due to be
typed, not from when it could be sent, so that a server that falls behind cannot hide it.
"""

import asyncio
import gc
import json
import sys
import time
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

import uvloop

from tests.bench.tongues import Push, ReadTravaux, ReadYjs, Told, Tongue, Travaux, Yjs
from tests.bench.wire import Line, dial

OPENING = 25
"""How many connections are being opened at a time."""
KEPT = 512
"""How many messages are remembered as already read."""


@dataclass(frozen=True)
class Job:
    """What is to be typed, at whom, for how long."""

    server: str
    """travaux, hocuspocus or y-websocket."""
    ports: list[int]
    path: str
    places: list[tuple[str, int]]
    """The clauses with their lengths; typists are spread over them in turn."""
    typists: int
    warm: float
    seconds: float
    sessions: list[str] = field(default_factory=list)
    seq: int = 0
    a_second: float = 5.0
    """Characters a second by each; 0: each types again as soon as the last is acknowledged."""
    here: float = 1.0
    """How often a second each says where the caret is, where that can be told."""
    run: int = 1
    patience: float = 5.0
    """Seconds that what is still on its way has to arrive after the end."""
    killed: bool = False
    """The server will be killed: tell what was promised, and what a new reader finds."""


def spread(times: Iterable[float]) -> list[float]:
    """Half, 95 and 99 of a hundred are below these milliseconds; [] when there are none."""
    found = sorted(times)
    last = len(found) - 1
    return [round(found[round(last * part)] * 1000, 2) for part in (0.5, 0.95, 0.99) if found]


class Log:
    """What all typists together sent and were sent, with the moment of each."""

    def __init__(self, read: Callable[[bytes], Told]) -> None:
        self._read = read
        self._numbers: dict[bytes, int] = {}
        self.told: list[Told] = []
        self.mine: list[frozenset[int]] = []
        self.due: dict[Push, float] = {}
        self.acknowledged: dict[Push, float] = {}
        self.which = array("I")
        self.who = array("H")
        self.when = array("d")
        self.backs = 0
        self.troubles: dict[str, int] = {}

    def number(self, message: bytes) -> int:
        """The number of this message; the same when others were sent the same just before."""
        number = self._numbers.get(message)
        if number is None:
            if len(self._numbers) > KEPT:
                self._numbers.clear()
            told = self._read(message)
            number = self._numbers[message] = len(self.told)
            self.told.append(told)
            self.mine.append(frozenset(typist for typist, _ in told.pushes))
            if told.trouble:
                self.troubles[told.trouble] = self.troubles.get(told.trouble, 0) + 1
        return number


class Typist:
    """One person with one connection."""

    def __init__(self, me: int, tongue: Tongue, log: Log, again: bool) -> None:
        self.me = me
        self.tongue = tongue
        self._log = log
        self._again = again
        self._line: Line | None = None
        self._typed = 0
        self._sent = 0
        self._known = 0
        self.typing = False
        self.greeted = asyncio.get_running_loop().create_future()
        self.gone = asyncio.get_running_loop().create_future()

    async def come(self, port: int, path: str, session: str) -> None:
        """Open the connection and be welcomed."""
        self._line = await dial(port, path, self._hear, self._end, session=session)
        for words in self.tongue.greeting():
            self._say(words)
        await asyncio.wait_for(self.greeted, 30)

    def type(self) -> None:
        """One more character; sent now unless earlier ones are still on their way."""
        self._log.due[(self.me, self._typed)] = time.perf_counter()
        self._typed += 1
        if self._known == self._sent:
            self._push()

    def here(self) -> None:
        """Say where the caret is."""
        words = self.tongue.here()
        if words is not None:
            self._say(words)

    def leave(self) -> None:
        if self._line is not None:
            self._line.close()

    @property
    def waits(self) -> bool:
        """Whether something that was typed is not acknowledged yet."""
        return self._known < self._typed

    def _push(self) -> None:
        first, self._sent = self._sent, self._typed
        self._say(self.tongue.push(first, self._sent - first))

    def _say(self, words: bytes) -> None:
        assert self._line is not None
        if self.tongue.text:
            self._line.say(words.decode())
        else:
            self._line.say_bytes(words)

    def _hear(self, message: bytes) -> None:
        now = time.perf_counter()
        log = self._log
        number = log.number(message)
        told = log.told[number]
        if told.pushes:
            log.which.append(number)
            log.who.append(self.me)
            log.when.append(now)
            self.tongue.heard(told)
            if self.tongue.echoed and self.me in log.mine[number]:
                self._know(max(n for me, n in told.pushes if me == self.me) + 1, now)
        elif told.seq:
            self.tongue.heard(told)
        elif told.acknowledged:
            # The acknowledgement of the greeting comes before anything is sent.
            if self._known < self._sent:
                self._know(self._sent, now)
        elif told.back:
            log.backs += len(told.back)
            self._know(max(told.back) + 1, now, kept=False)
        if told.welcome and not self.greeted.done():
            self.greeted.set_result(None)

    def _know(self, below: int, now: float, kept: bool = True) -> None:
        if kept:
            for n in range(self._known, below):
                self._log.acknowledged[(self.me, n)] = now
        self._known = max(self._known, below)
        if self._known < self._sent:
            return
        if self._typed > self._sent:
            self._push()
        elif self._again and self.typing:
            self.type()

    def _end(self, why: str) -> None:
        if not self.gone.done():
            self.gone.set_result(why)
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionError(why))


async def work(job: Job) -> dict[str, object]:
    """Do the job; what was found."""
    log = Log(_reader(job))
    typists = [Typist(me, _tongue(job, me), log, not job.a_second) for me in range(job.typists)]
    for at in range(0, job.typists, OPENING):
        await asyncio.gather(
            *(
                typist.come(
                    job.ports[typist.me % len(job.ports)],
                    job.path,
                    job.sessions[typist.me] if job.sessions else "",
                )
                for typist in typists[at : at + OPENING]
            )
        )
    gc.collect()
    gc.disable()
    _begin_typing(job, typists)
    await asyncio.sleep(job.warm)
    print("begin", flush=True)
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(job.seconds)
    over, used = time.perf_counter(), time.process_time() - used
    print("end", flush=True)
    if job.killed:
        await asyncio.wait([typist.gone for typist in typists], timeout=30)
    for typist in typists:
        typist.typing = False
    if not job.killed:
        await _drain(typists, job.patience)
    found = _found(job, log, typists, began, over, used)
    if job.killed:
        found |= await _read_anew(job, log)
    for typist in typists:
        typist.leave()
    return found


def _reader(job: Job) -> Callable[[bytes], Told]:
    if job.server == "travaux":
        return ReadTravaux(f"bench{job.run:04d}")
    return ReadYjs(job.run, hocuspocus=job.server == "hocuspocus")


def _tongue(job: Job, me: int) -> Tongue:
    name, length = job.places[me % len(job.places)]
    if job.server == "travaux":
        return Travaux(me, f"bench{job.run:04d}", name, length, job.seq)
    return Yjs(me, job.run, "bench", name, job.server == "hocuspocus")


def _begin_typing(job: Job, typists: list[Typist]) -> None:
    """Each types in a rhythm of its own until it stops typing."""
    loop = asyncio.get_running_loop()
    dice = Random(7)  # noqa: S311

    def turn(typist: Typist, at: float, pause: float, act: Callable[[], None]) -> None:
        if typist.typing and not typist.gone.done():
            act()
            loop.call_at(at + pause, turn, typist, at + pause, pause, act)

    for typist in typists:
        typist.typing = True
        for rate, act in ((job.a_second, typist.type), (job.here, typist.here)):
            if rate:
                at = loop.time() + dice.random() / rate
                loop.call_at(at, turn, typist, at, 1 / rate, act)
        if not job.a_second:
            typist.type()


async def _drain(typists: list[Typist], patience: float) -> None:
    for _ in range(int(patience / 0.05)):
        if not any(typist.waits for typist in typists):
            break
        await asyncio.sleep(0.05)
    # What its author was told of may be on its way to the others.
    await asyncio.sleep(0.3)


def _found(
    job: Job, log: Log, typists: list[Typist], began: float, over: float, used: float
) -> dict[str, object]:
    counted = {push: due for push, due in log.due.items() if began <= due < over}
    acknowledged = [
        log.acknowledged[push] - due for push, due in counted.items() if push in log.acknowledged
    ]
    within = sum(began <= at < over for at in log.acknowledged.values())
    same: list[float] = []
    other: list[float] = []
    processes = len(job.ports)
    for number, who, when in zip(log.which, log.who, log.when, strict=True):
        for push in log.told[number].pushes:
            due = counted.get(push)
            if due is not None and push[0] != who:
                near = (push[0] - who) % processes == 0
                (same if near else other).append(when - due)
    return {
        "acks a second": round(within / (over - began), 1),
        "typed": len(counted),
        "not acknowledged": len(counted) - len(acknowledged),
        "ack": spread(acknowledged),
        "others": spread(same),
        "others of the other process": spread(other),
        "not received": len(counted) * (len(typists) - 1) - len(same) - len(other),
        "generator CPU": round(100 * used / (over - began), 1),
        "sent back": log.backs,
        "seq": max((told.seq for told in log.told), default=0),
        "troubles": log.troubles,
    }


async def _read_anew(job: Job, log: Log) -> dict[str, object]:
    """What was promised before the server was killed, and how much of it a new reader finds."""
    seen = {push for number in log.which for push in log.told[number].pushes}
    promised = seen | set(log.acknowledged)
    kept: list[Push] = []
    # A server may begin to answer before it has read its text: only the second look counts.
    for pause in (0.0, 2.0):
        await asyncio.sleep(pause)
        kept = await _look(job)
    return {
        "promised": len(promised),
        "lost": len(promised - set(kept)),
        "doubled": len(kept) - len(set(kept)),
    }


async def _look(job: Job) -> list[Push]:
    """The pushes that a reader who comes now is shown."""
    until = time.perf_counter() + 30
    while True:
        log = Log(_reader(job))
        reader = Typist(job.typists, _tongue(job, job.typists), log, again=False)
        try:
            session = job.sessions[0] if job.sessions else ""
            await reader.come(job.ports[0], job.path, session)
        except OSError:
            if time.perf_counter() > until:
                raise
            await asyncio.sleep(0.1)
            continue
        await asyncio.sleep(1.0)
        reader.leave()
        return [push for told in log.told for push in told.pushes]


def main() -> None:
    """One job from standard input; what was found on standard output."""
    job = Job(**json.loads(sys.stdin.read()))
    print(json.dumps(uvloop.run(work(job))), flush=True)


if __name__ == "__main__":
    main()
