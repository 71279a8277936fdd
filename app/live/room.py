"""One draft's table in one process: what is pushed becomes entries, and everybody hears of them.

Everything about people (who is here, what they are sent) happens on the thread of the event loop.
Everything about the text happens on the room's own thread, its writer: it takes whatever waits,
keeps it in one unit of work, and then has one frame sent to everybody. That frame is the
acknowledgement too, so nobody hears of anything that is not on disk.

While a commit is under way the next pushes gather; a short pause that grows with the company lets
a few more gather, because one frame costs as much as it has hearers, however much it says.
"""

import logging
import threading
import time
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from typing import Protocol, TypeVar

from app.actions import policy, typing
from app.actions.policy import Act, State
from app.actions.refusals import Refusal
from app.live import frames
from app.live.presence import Presence
from app.store.engine import TROUBLES, is_out_of_reach
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.strokes import Outrun
from app.store.unit import Store, Stores

PACE = 0.0001
"""Seconds from one commit to the next for each member: at a table of a hundred it is 10 ms."""
LONGEST_PACE = 0.016
"""How long it is at most."""
BREATH = 0.25
"""The part of this that is always a pause, however long the commit itself took."""
CROWD = 0.5
"""The part of a table that makes a crowd. When so many push in a row, most of them push again as
soon as they have heard of the commit: the pause is a whole one, so that they all come into the
next commit. Two halves that push by turns would cost twice as many commits and frames."""
PATIENCE = 12.0
"""Seconds for which a commit that the database does not take is tried again."""
BATCH = 400
"""How many pushes one commit takes at most."""
TOLD = 0.1
"""Seconds for which what happens to the carets gathers; with many members it is longer."""
TOLD_EACH = 0.001
"""How much longer, for each member."""
LONGEST_SINCE = 5000
"""How many entries a page may be behind and still be brought up to date."""
WAITING = 200
"""How many pushes and deeds of one member may wait."""
HEAVIEST = 500_000
"""How many characters these may hold in all."""
SIGNED = 50_000
"""For how many signatures a room remembers whose they are."""
PLACED = 1_000
"""After how many of them it forgets those whose authors have left."""

_AWAY = "The database does not answer just now. What you typed is kept in this page."
_TOO_OLD = "This page is too far behind the draft. It has to be loaded anew."
_AHEAD = "The draft was put back to an earlier state. The page has to be loaded anew."
_MISTAKE = "Something went wrong here and these words were not kept. The operator finds it logged."
_NOT_DONE = "Something went wrong here and nothing was done. The operator finds it logged."
_NOT_YOURS = "These words are signed with a name that belongs to somebody else."
_FLOOD = "That was more at once than can be kept. What is not kept yet stays in this page."

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Line(Protocol):
    """How a member is spoken to; both return at once, and neither raises."""

    def send(self, text: str) -> None:
        """Say this frame, after those said before."""

    def end(self, sentence: str, code: int) -> None:
        """Say why, and hang up."""


@dataclass(eq=False, slots=True)
class Member:
    """One page at the table: whose it is, what it signs as, and the line to it.

    `waiting` counts its pushes and deeds that were not settled yet, `weight` the characters
    that these put in; `stirred` says that
    somebody has done something there since the session was renewed, which was at `renewed`.
    """

    sid: str
    seat: SeatRecord
    session: str
    line: Line
    client: str = ""
    waiting: int = 0
    weight: int = 0
    stirred: bool = False
    renewed: float = field(default_factory=time.monotonic)
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who wants to hear all from now on, and what happened after `since` before."""

    member: Member
    since: int


Work = typing.Push | typing.Deed | Joining
Said = tuple[Member, str]


class _Away(Exception):
    """The database has not answered for as long as anybody wants to wait."""


class Room:
    """A table. All methods but `heard` and `end` are called on the loop's thread."""

    def __init__(
        self,
        stores: Stores,
        draft_id: int,
        loop: AbstractEventLoop,
        *,
        pace: float = PACE,
        patience: float = PATIENCE,
    ) -> None:
        self.draft_id = draft_id
        self.members: dict[str, Member] = {}
        self.presence = Presence()
        self.empty_since = time.monotonic()
        self._stores, self._loop = stores, loop
        self._pace, self._patience = pace, patience
        self._work: deque[Work] = deque()
        self._turn = threading.Condition()
        self._newest = 0
        self._told = 0
        self._enough = 1
        self._pushers: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._is_doubted = False
        self._is_over = False
        self._recent: typing.Recent | None = None
        self._places: dict[str, str] = {}
        self._placed = 0
        self._owners: dict[str, int | None] = {}
        self._telling = False
        self._writer = threading.Thread(target=self._write, name=f"table-{draft_id}", daemon=True)
        self._writer.start()

    # --- on the loop's thread

    def join(self, member: Member, since: int) -> None:
        """Let somebody take a place; they are welcomed once the room knows what they missed."""
        self.empty_since = time.monotonic()
        self._put(Joining(member, since))

    def push(self, member: Member, said: frames.Pushed) -> None:
        """Have what somebody typed kept.

        Who may not write as far as we know has it back at once; of the others it is asked again.
        """
        if self._is_not_seated(member):
            return
        client = said.client or member.client
        try:
            policy.require(member.seat, Act.EDIT_TEXT)
        except Refusal as refusal:
            n = range(said.n, said.n + len(said.updates))
            member.line.send(frames.back(said.uid, client, tuple(n), refusal.sentence))
            return
        self._put(
            typing.Push(
                session=member.session,
                client=client,
                n=said.n,
                uid=said.uid,
                base=said.base,
                updates=said.updates,
                member=member,
            )
        )

    def give_back(self, member: Member, said: frames.Garbled) -> None:
        """Tell somebody that their words cannot be read."""
        client = said.client or member.client
        member.line.send(frames.back(said.uid, client, said.n, said.why))

    def deed(self, member: Member, said: frames.Asked) -> None:
        """Have something done to the structure, after what was pushed before."""
        if self._is_not_seated(member):
            return
        self._put(
            typing.Deed(
                session=member.session,
                uid=said.uid,
                base=said.base,
                at=said.at,
                do=said.do,
                member=member,
                id=said.id,
                client=member.client,
            )
        )

    def _is_not_seated(self, member: Member) -> bool:
        """Whether nothing is taken from a page that would not hear of it: one that was sent for
        the text anew and goes on. It has to come in again."""
        if member.is_gone:
            member.line.end(_AWAY, frames.AWAY)
        return member.is_gone

    def move(self, member: Member, here: frames.Here) -> None:
        """Note where somebody's caret stands."""
        if self.presence.move(member.sid, here):
            member.stirred = True
            self._tell_soon()

    def rename(self, member: Member, seat: SeatRecord) -> None:
        """Note that somebody's seat has changed."""
        member.seat = seat
        if member.sid in self.members:
            self.presence.come(member.sid, seat)
            self._tell_soon()

    def leave(self, member: Member) -> None:
        """Somebody's line is closed. What they pushed before is kept all the same."""
        member.is_gone = True
        if self.members.pop(member.sid, None) is None:
            return
        self.presence.leave(member.sid)
        if not self.members:
            self.empty_since = time.monotonic()
        self._tell_soon()

    def _tell_soon(self) -> None:
        if not self._telling:
            self._telling = True
            pause = max(TOLD, TOLD_EACH * len(self.members))
            self._loop.call_later(pause, self._tell)

    def _tell(self) -> None:
        self._telling = False
        for text in self.presence.news():
            self._say(text)

    def _say(self, text: str) -> None:
        for member in tuple(self.members.values()):
            member.line.send(text)

    def _deliver(self, text: str, answers: Sequence[Said], settled: Sequence[Work]) -> None:
        for work in settled:
            member = _member(work)
            member.waiting -= 1
            member.weight -= _weight(work)
        if text:
            self._say(text)
        for member, answer in answers:
            member.line.send(answer)

    def _seat(self, member: Member, seq: int, missed: str) -> None:
        if member.is_gone:
            return
        self.presence.come(member.sid, member.seat)
        may = policy.may(member.seat, Act.EDIT_TEXT, State.LIVE)
        member.line.send(frames.welcome(seq, member.sid, may, self.presence.who()))
        if missed:
            member.line.send(missed)
        self.members[member.sid] = member
        self._tell_soon()

    def _dismiss(self, dropped: Sequence[Work]) -> None:
        everybody = [*self.members.values(), *map(_member, dropped)]
        for member in dict.fromkeys(everybody):
            member.waiting = member.weight = 0
            member.line.end(_AWAY, frames.AWAY)

    def _send_for_anew(self) -> None:
        """Have every page loaded anew: what they show is the past of another draft."""
        for member in tuple(self.members.values()):
            self.leave(member)
            member.line.send(frames.reload(_AHEAD))

    # --- from any thread

    def heard(self, seq: int) -> None:
        """Note that the journal has come as far as `seq`, by whatever hand."""
        if seq > self._newest:
            with self._turn:
                self._newest = max(seq, self._newest)
                self._turn.notify()

    def end(self) -> None:
        """Take no more work; what waits is still done, after which the writer is gone."""
        with self._turn:
            self._is_over = True
            self._turn.notify()

    def wait(self, seconds: float) -> None:
        """Wait for the writer to be gone, after `end`; not on its own thread."""
        self._writer.join(seconds)

    @property
    def told(self) -> int:
        """The seq of the latest entry that those who are here have been told of; 0 before that."""
        return self._told

    def put_back(self) -> None:
        """Note that the journal is shorter than what was told of it: a copy was put in its place.

        The writer looks for itself, at once.
        """
        with self._turn:
            self._is_doubted = True
            self._turn.notify()

    @property
    def is_idle(self) -> bool:
        """Whether nobody is here and nothing waits."""
        return not self.members and not self._work

    def _put(self, work: Work) -> None:
        member = _member(work)
        member.stirred = True
        member.waiting += 1
        member.weight += _weight(work)
        if member.waiting > WAITING or member.weight > HEAVIEST:
            member.line.end(_FLOOD, frames.FLOOD)
            return
        with self._turn:
            self._work.append(work)
            if len(self._work) >= self._enough:
                self._turn.notify()

    def _post(self, said: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(said)
        except RuntimeError:
            # The loop has ended, and with it every line.
            self.end()

    # --- on the writer's thread

    def _write(self) -> None:
        while (work := self._wait()) is not None:
            began = time.monotonic()
            self._try(work)
            until = self._rest_until(began, work)
            while self._gathers(until):
                # What others have written waits for no rhythm.
                self._try(())

    def _try(self, work: Sequence[Work]) -> None:
        try:
            self._settle(work)
        except _Away as away:
            self._give_up(work, away)
        except BaseException:  # nobody else would notice that this thread has ended
            _log.exception("The table of draft %s has lost its thread.", self.draft_id)
            self._give_up(work, None)

    def _rest_until(self, began: float, work: Sequence[Work]) -> float:
        """Till when pushes gather, as long as the rhythm asks for; `_enough` are those of all who
        have pushed in the last two commits."""
        pushers = frozenset(_member(one).sid for one in work if isinstance(one, typing.Push))
        self._pushers = (self._pushers[1], pushers)
        active = len(self._pushers[0] | pushers)
        company = len(self.members)
        rhythm = min(self._pace * company, LONGEST_PACE)
        breath = 1.0 if active >= company * CROWD else BREATH
        self._enough = max(1, active)
        return max(time.monotonic() + rhythm * breath, began + rhythm)

    def _gathers(self, until: float) -> bool:
        """Whether there is news, before it is time to go on or enough has gathered."""
        with self._turn:
            while (
                len(self._work) < self._enough
                and not self._is_over
                and (left := until - time.monotonic()) > 0
            ):
                if self._has_news:
                    return True
                self._turn.wait(left)
            self._enough = 1
        return False

    @property
    def _has_news(self) -> bool:
        """Whether something was written that nobody here was told of, or was unwritten."""
        return self._newest > self._told or self._is_doubted

    def _wait(self) -> list[Work] | None:
        """All that waits, up to and with the first deed; nothing when there is only something
        to hear of. None when the room is closed."""
        with self._turn:
            while not (self._work or self._has_news):
                if self._is_over:
                    return None
                self._turn.wait()
            taken: list[Work] = []
            while self._work and len(taken) < BATCH:
                taken.append(self._work.popleft())
                if isinstance(taken[-1], typing.Deed):
                    break
            return taken

    def _give_up(self, work: Sequence[Work], away: "_Away | None") -> None:
        """Send everybody off: they come back with whatever they have not heard back."""
        self._recent = None
        with self._turn:
            dropped = [*work, *self._work]
            self._work.clear()
            # Whoever comes back finds out what there is to hear.
            self._newest = 0
        if away is not None:
            _log.warning("The table of draft %s is closed for a while: %s.", self.draft_id, away)
        self._post(partial(self._dismiss, dropped))

    def _settle(self, work: Sequence[Work]) -> None:
        newest = self._newest
        if self._is_doubted:
            # What is remembered is of another past than what is there.
            self._recent = None
        pushes = [one for one in work if isinstance(one, typing.Push)]
        joining = [one for one in work if isinstance(one, Joining)]
        if pushes:
            self._take(pushes)
        elif not self._told or self._has_news or any(one.since > self._told for one in joining):
            self._tell_of(self._seen(typing.look))
        with self._turn:
            # Looked for after it was heard of: what is not there now was put back, or never was.
            if self._newest == newest:
                self._newest = min(newest, self._told)
        if joining:
            self._welcome(joining)
        if work and isinstance(work[-1], typing.Deed):
            self._do(work[-1])

    def _take(self, pushes: Sequence[typing.Push]) -> None:
        stolen: list[typing.Push] = []

        def take(store: Store, recent: typing.Recent) -> typing.Taken:
            stolen[:] = self._stolen(store, pushes)
            fair = [one for one in pushes if one not in stolen] if stolen else pushes
            return typing.take(store, recent, fair, heard=self._tell_early)

        try:
            taken = self._kept(take)
        except _Away:
            raise
        except Exception:
            if len(pushes) > 1:
                # One that nobody foresaw must not spoil the others.
                for push in pushes:
                    self._take([push])
                return
            _log.exception("A push to draft %s could not be kept.", self.draft_id)
            self._answer(pushes, [_back(pushes[0], _numbers(pushes[0]), _MISTAKE)])
            return
        answers = [_back(one, _numbers(one), _NOT_YOURS) for one in stolen]
        answers += [_back(one.push, one.n, one.why, one.by) for one in taken.backs]
        self._tell_of(taken, pushes, [*answers, *map(_again, taken.kept)])

    def _stolen(self, store: Store, pushes: Sequence[typing.Push]) -> list[typing.Push]:
        """Those that are signed with what somebody else signs with.

        Everybody sees the signatures of all. Whoever took somebody's could have theirs kept
        under the numbers that this one was about to use, whose words would then be taken for
        kept already.
        """
        new = {push.client for push in pushes} - self._owners.keys()
        firsts = [f"{client}.1" for client in new]
        for first, seq in store.strokes.pushed(self.draft_id, firsts).items() if new else ():
            entry = store.drafts.entry(self.draft_id, seq)
            if entry is not None:
                self._note_owner(first.rpartition(".")[0], entry.author_id)
        # Of a new one whoever is first here is the owner; it is noted once something is kept.
        owners: dict[str, int | None] = {}
        for push in pushes:
            owner = self._owners.get(push.client, _member(push).seat.id)
            owners.setdefault(push.client, owner)
        return [push for push in pushes if owners[push.client] != _member(push).seat.id]

    def _do(self, deed: typing.Deed) -> None:
        member = _member(deed)
        try:
            answer, taken = self._kept(lambda store, recent: typing.do(store, recent, deed))
        except _Away:
            raise
        except Refusal as refusal:
            self._answer([deed], [(member, frames.no(deed.id, refusal.sentence))])
        except Exception:
            _log.exception("A deed upon draft %s could not be done.", self.draft_id)
            self._answer([deed], [(member, frames.no(deed.id, _NOT_DONE))])
        else:
            if isinstance(answer, typing.Done):
                said = frames.done(deed.id, answer.uid, answer.at)
            else:
                said = frames.no(deed.id, answer.why)
            self._tell_of(taken, [deed], [(member, said)])

    def _tell_of(
        self, taken: typing.Taken, settled: Sequence[Work] = (), answers: Sequence[Said] = ()
    ) -> None:
        """Have everybody told of what is on disk by now, and its authors of the rest."""
        self._recent = taken.recent
        self._is_doubted = False
        if taken.recent.seq < self._told:
            self._answer(settled, answers)
            self._begin_anew(taken.recent.seq)
            return
        before, seq, entries = self._told or taken.recent.seq, taken.recent.seq, taken.entries
        if entries and entries[0].seq <= before:
            entries = tuple(entry for entry in entries if entry.seq > before)
        if seq - before > len(entries):
            # What we remembered was lost on the way, and with it some that nobody was told of.
            missed = self._entries(before)
            if missed is None:
                raise _Away("too much was missed")
            entries = tuple(entry for entry in missed if entry.seq <= seq)
        self._told = seq
        self._note_signatures(entries, settled)
        text = frames.edits(before, seq, entries, self._places) if entries else ""
        self._answer(settled, answers, text)

    def _tell_early(self, entries: Sequence[EntryRecord]) -> None:
        """Tell of what others have on disk, before what is kept behind it is there too."""
        if self._told and entries and entries[0].seq == self._told + 1:
            before, self._told = self._told, entries[-1].seq
            self._note_signatures(entries, ())
            self._answer((), (), frames.edits(before, self._told, entries, self._places))

    def _answer(
        self, settled: Sequence[Work], answers: Sequence[Said] = (), text: str = ""
    ) -> None:
        if settled or answers or text:
            self._post(partial(self._deliver, text, answers, settled))

    def _welcome(self, joining: Sequence[Joining]) -> None:
        """Let them in: from here on they hear every frame, and first what they missed."""
        oldest = min(one.since for one in joining)
        all_missed = self._since(oldest)
        for one in joining:
            missed = all_missed
            if missed is None and one.since > oldest:
                missed = self._since(one.since)
            if missed is None or one.since > self._told:
                said = frames.reload(_TOO_OLD if missed is None else _AHEAD)
                one.member.is_gone = True
                self._answer([one], [(one.member, said)])
                continue
            # What the others have not been told yet, everybody will be told together.
            heard = [entry for entry in missed if one.since < entry.seq <= self._told]
            said = frames.edits(one.since, self._told, heard, self._places) if heard else ""
            self._answer([one])
            self._post(partial(self._seat, one.member, self._told, said))

    def _since(self, seq: int) -> Sequence[EntryRecord] | None:
        return () if seq >= self._told else self._entries(seq)

    def _entries(self, seq: int) -> Sequence[EntryRecord] | None:
        return self._seen(lambda store, _: typing.since(store, self.draft_id, seq, LONGEST_SINCE))

    def _kept(self, work: Callable[[Store, typing.Recent], _T]) -> _T:
        """What `work` makes, once it is committed. _Away when the database does not take it."""
        return self._tried(lambda: self._once(self._stores.begin, work))

    def _seen(self, work: Callable[[Store, typing.Recent], _T]) -> _T:
        """What `work` makes of one moment of the database. _Away when that does not answer."""
        return self._tried(lambda: self._once(self._stores.read, work))

    def _once(
        self,
        unit: Callable[[], AbstractContextManager[Store]],
        work: Callable[[Store, typing.Recent], _T],
    ) -> _T:
        try:
            with unit() as store:
                return work(store, self._known(store))
        except Outrun:
            # The clauses are not as we remember them: look at them anew, once.
            self._recent = None
        with unit() as store:
            return work(store, self._known(store))

    def _known(self, store: Store) -> typing.Recent:
        if self._recent is None:
            self._recent = typing.Recent.of(store, self.draft_id)
        return self._recent

    def _tried(self, work: Callable[[], _T]) -> _T:
        until = time.monotonic() + self._patience
        for pause in chain((0.02, 0.05, 0.1, 0.2), repeat(0.5)):
            try:
                return work()
            except TROUBLES as trouble:
                # Whether it was kept is not known now; the names of pushes and deeds will tell.
                self._recent = None
                if not is_out_of_reach(trouble):
                    raise
                if self._is_over or time.monotonic() + pause > until:
                    raise _Away(type(trouble).__name__) from trouble
            time.sleep(pause)
        raise AssertionError("there is always another pause")

    def _begin_anew(self, seq: int) -> None:
        """Go on from a database that was put back to an earlier state."""
        _log.warning("Draft %s was put back from entry %s to %s.", self.draft_id, self._told, seq)
        self._told = self._newest = seq
        self._owners, self._places = {}, {}
        self._post(self._send_for_anew)

    def _note_signatures(self, entries: Sequence[EntryRecord], settled: Sequence[Work]) -> None:
        """Remember, of what was kept, whose every signature is and from which page it came."""
        pages = {one.client: _member(one) for one in settled if isinstance(one, typing.Push)}
        for client, author in {
            entry.push.rpartition(".")[0]: entry.author_id for entry in entries if entry.push
        }.items():
            self._note_owner(client, author)
            page = pages.get(client)
            if page is not None and page.seat.id == author:
                self._places[client] = page.sid
        if len(self._places) > max(PLACED, 2 * self._placed):
            here = frozenset(self.members)
            self._places = {one: sid for one, sid in self._places.items() if sid in here}
            self._placed = len(self._places)

    def _note_owner(self, client: str, author: int | None) -> None:
        self._owners.setdefault(client, author)
        while len(self._owners) > SIGNED:
            self._owners.pop(next(iter(self._owners)))


def _member(work: Work) -> Member:
    member = work.member
    assert isinstance(member, Member)  # noqa: S101 - nobody else brings us work
    return member


def _weight(work: Work) -> int:
    """How many characters this would put into the text."""
    if not isinstance(work, typing.Push):
        return 0
    return sum(len(words) for one in work.updates for _, words in one.sections if words)


def _numbers(push: typing.Push) -> tuple[int, ...]:
    return tuple(range(push.n, push.n + len(push.updates)))


def _back(push: typing.Push, n: Sequence[int], why: str, by: str = "") -> Said:
    return _member(push), frames.back(push.uid, push.client, n, why, by)


def _again(kept: typing.Kept) -> Said:
    return _member(kept.push), frames.kept(kept.push.uid, kept.push.client, kept.n)
