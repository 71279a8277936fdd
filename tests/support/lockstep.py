"""Sessions of the browser's own library against our rebasing, many at a time.

Every session is one text with some clients in Node, whose pushes are under way for a while,
come twice, and cross those of others; the server is `carry` on a journal in memory. All
sessions take a step together, so that one line of JSON carries them all.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from app.actions.carrying import Lost, Past, carry
from app.treaty.changes import ChangeSet
from tests.support.node import Program

Step = list[Any]
Rebase = Callable[["Session", int, int, Sequence[ChangeSet], int], list[tuple[int, ChangeSet]]]
"""From session, client, base, updates and the n of the first: what is to be appended, by n."""

_TEXTS = ("", "a", "Talks [shall]", "good faith is", "The Parties may.")
_WORDS = ("x", "yz", " ", "[", "]", "é")


@dataclass
class Session:
    """One text: its journal, and how far each client is."""

    dice: Random
    words: str
    clients: int
    journal: list[Past] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    under_way: list[deque[tuple[int, int, list[ChangeSet]]]] = field(default_factory=list)
    is_unsent: bool = True
    is_broken: bool = False
    senders: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class _Asked:
    """A session's journal as carrying asks for it."""

    session: Session

    def since(self, uid: str, seq: int) -> Sequence[Past]:
        return self.session.journal[seq:]

    def act(self, past: Past) -> Sequence[Past]:
        return [past]

    def words(self, uid: str, seq: int) -> str | None:
        return None


def one_at_a_time(
    session: Session, client: int, base: int, updates: Sequence[ChangeSet], n: int
) -> list[tuple[int, ChangeSet]]:
    """Our own way."""
    named = [(f"{client}.{at}", changes) for at, changes in enumerate(updates, n)]
    carried = carry("a", named, base, client, _Asked(session))
    return [(int(part.push.split(".")[1]), part.changes) for part in carried.parts]


def composed(
    session: Session, client: int, base: int, updates: Sequence[ChangeSet], n: int
) -> list[tuple[int, ChangeSet]]:
    """The way of @codemirror/collab's rebaseUpdates, over the composition: the trap."""
    over: ChangeSet | None = None
    left = list(enumerate(updates, n))
    for past in session.journal[base:]:
        assert past.changes is not None
        if left and past.own == f"{client}.{left[0][0]}":
            own = left.pop(0)[1]
            over = None if over is None else over.map(own, before=True)
        else:
            over = past.changes if over is None else over.compose(past.changes)
    done = []
    for count, changes in left:
        done.append((count, changes if over is None else changes.map(over)))
        over = None if over is None else over.map(changes, before=True)
    return done


def diverging(
    node: Program, seeds: range, *, rebase: Rebase = one_at_a_time, steps: int = 14
) -> list[int]:
    """The seeds whose sessions do not end with the same words everywhere."""
    sessions = [_begun(seed) for seed in seeds]
    node.ask({"texts": [[session.words, session.clients] for session in sessions]})
    for _ in range(steps):
        _step(node, sessions, _acts, rebase)
    while any(map(_is_open, sessions)):
        _step(node, sessions, _last_acts, rebase)
    answers = node.ask({"steps": [[["words", c] for c in range(s.clients)] for s in sessions]})
    return [
        seed
        for seed, session, texts in zip(seeds, sessions, answers, strict=True)
        if session.is_broken or set(texts) != {session.words}
    ]


def _begun(seed: int) -> Session:
    dice = Random(seed)  # noqa: S311
    clients = dice.randint(2, 4)
    session = Session(dice, dice.choice(_TEXTS), clients)
    session.heard = [0] * clients
    session.confirmed = [0] * clients
    session.under_way = [deque() for _ in range(clients)]
    return session


def _is_open(session: Session) -> bool:
    """Whether somebody has not heard everything, or not everything of theirs has been heard."""
    return not session.is_broken and (
        min(session.heard) < len(session.journal) or any(session.under_way) or session.is_unsent
    )


def _step(
    node: Program,
    sessions: Sequence[Session],
    acts: Callable[[Session], list[Step]],
    rebase: Rebase,
) -> None:
    """Let all sessions act, and then their servers take some of what is under way."""
    steps = [[] if session.is_broken else acts(session) for session in sessions]
    for session, answer in zip(sessions, node.ask({"steps": steps}), strict=True):
        session.is_broken = session.is_broken or isinstance(answer, str)
        if session.is_broken:
            continue
        for (client, base, n), changes in zip(session.senders, answer, strict=True):
            if changes:
                updates = [ChangeSet.from_json(each) for each in changes]
                session.under_way[client].append((base, n, updates))
        session.is_unsent = any(answer) or acts is _acts
        session.senders = []
        for client, waiting in enumerate(session.under_way):
            while waiting and (acts is _last_acts or session.dice.random() < 0.5):
                _serve(session, client, rebase, *waiting.popleft())


def _serve(
    session: Session, client: int, rebase: Rebase, base: int, n: int, updates: list[ChangeSet]
) -> None:
    try:
        todo = rebase(session, client, base, updates, n)
        for _, changes in todo:
            session.words = changes.apply(session.words)
    except (Lost, ValueError):
        session.is_broken = True
        return
    for count, changes in todo:
        seq = len(session.journal) + 1
        own = f"{client}.{count}"
        session.journal.append(
            Past(seq, seq, "a", "reworded", changes, own, "", "", True, client, "")
        )


def _acts(session: Session) -> list[Step]:
    dice, steps = session.dice, []
    for client in range(session.clients):
        if dice.random() < 0.6:
            steps.append(_hear(session, client, dice.randint(1, 5)))
        for _ in range(dice.randint(0, 2)):
            width = dice.choice((0, 0, 1, 2, 5))
            words = dice.choice(_WORDS) if not width or dice.random() < 0.3 else ""
            steps.append(["type", client, dice.random(), width, words])
        if dice.random() < 0.1:
            steps.append(["undo", client])
        if dice.random() < 0.6:
            steps.append(_send(session, client))
    return steps


def _last_acts(session: Session) -> list[Step]:
    steps = [_hear(session, client, len(session.journal)) for client in range(session.clients)]
    return steps + [_send(session, client) for client in range(session.clients)]


def _send(session: Session, client: int) -> Step:
    # Base and n are what they are when the step comes to this point.
    session.senders.append((client, session.heard[client], session.confirmed[client] + 1))
    return ["send", client]


def _hear(session: Session, client: int, most: int) -> Step:
    start = session.heard[client]
    pasts = session.journal[start : start + most]
    session.heard[client] += len(pasts)
    updates = []
    for past in pasts:
        who = int(past.own.split(".")[0])
        session.confirmed[client] += who == client
        assert past.changes is not None
        updates.append([who, past.changes.to_json()])
    return ["hear", client, updates]
