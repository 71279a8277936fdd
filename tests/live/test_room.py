import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from app.actions import drafting, seating, typing
from app.actions.policy import OPERATOR
from app.live import frames
from app.live import room as rooms
from app.live.room import Member, Room
from app.store.backup import back_up, restore
from app.store.journal import EntryRecord
from app.store.seats import Role, SeatRecord
from app.store.strokes import Outrun, Strokes
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from tests.live.conftest import Laid
from tests.support.apart import apart
from tests.support.people import seat_people

Heard = Callable[[tuple[EntryRecord, ...]], None] | None
"""What a unit of work tells of others' entries by."""


class Ear:
    """A line that remembers what was said on it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.ended: list[tuple[str, int]] = []

    def send(self, text: str) -> None:
        self.texts.append(text)

    def end(self, sentence: str, code: int) -> None:
        self.ended.append((sentence, code))

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def all(self, verb: str) -> list[Any]:
        return [frame[verb] for frame in self.said if verb in frame]

    @property
    def edits(self) -> list[dict[str, Any]]:
        return [edit for frame in self.all("edits") for edit in frame]


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - what is waited for comes from another thread
            await asyncio.sleep(0.002)


def has(ear: Ear, edits: int) -> Callable[[], bool]:
    """Whether so many edits were heard."""
    return lambda: len(ear.edits) == edits


@asynccontextmanager
async def opened(laid: Laid, **options: Any) -> AsyncIterator[Room]:
    room = Room(laid.stores, laid.draft.id, asyncio.get_running_loop(), **{"pace": 0.0} | options)
    laid.stores.on_commit.append(lambda _draft, seq: room.heard(seq))
    try:
        yield room
    finally:
        room.end()
        await asyncio.to_thread(room.wait, 20.0)


def member(laid: Laid, who: int = 0, sid: str = "", client: str = "") -> tuple[Member, Ear]:
    ear = Ear()
    return (
        Member(
            sid or f"sid{who}", laid.seats[who], laid.sessions[who], ear, client or f"client0{who}"
        ),
        ear,
    )


async def seated(
    laid: Laid, room: Room, who: int = 0, *, since: int | None = None, sid: str = ""
) -> tuple[Member, Ear]:
    one, ear = member(laid, who, sid)
    room.join(one, laid.page.seq if since is None else since)
    await until(lambda: ear.texts)
    return one, ear


def typed(laid: Laid, words: str = "x", n: int = 1, clause: int = 0) -> frames.Pushed:
    page = laid.page
    uid = laid.uids[clause]
    change = ChangeSet.build(len(page.words[uid]), [(0, 0, words)])
    return frames.Pushed(uid, "", page.seq, n, (change,))


@contextmanager
def held(laid: Laid) -> Iterator[None]:
    """Nobody can write to the draft inside of this block."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with laid.stores.begin() as store:
            store.strokes.head(laid.draft.id)
            begun.set()
            over.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_what_one_types_everybody_hears_in_the_same_words_and_nobody_before_it_is_kept(
    laid: Laid,
) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            author, own = await seated(laid, room, 0)
            _, other = await seated(laid, room, 1)
            with held(laid):
                room.push(author, typed(laid))
                await asyncio.sleep(0.05)
                assert not own.all("edits") and not other.all("edits")
            await until(lambda: own.edits and other.edits)
            (edit,) = other.edits
            assert edit["p"] == "client00.1" and edit["w"] == author.sid
            assert edit["by"] == author.seat.name
            frame = own.texts[-1]
            assert frame is next(text for text in other.texts if text == frame)
            assert own.all("seq")[-1] == [laid.page.seq - 1, laid.page.seq]
            assert author.waiting == 0

    apart(meet())
    assert [entry.push for entry in laid.typed] == ["client00.1"]


def test_what_waits_goes_into_one_commit_and_one_frame(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            two, _ = await seated(laid, room, 1)
            before = laid.page.seq
            with held(laid):
                room.push(one, typed(laid))
                await asyncio.sleep(0.05)
                for n in range(2, 12):
                    room.push(one, typed(laid, "y", n))
                    room.push(two, typed(laid, "z", n - 1, clause=1))
            await until(lambda: len(ear.edits) == 21)
            assert ear.all("seq") == [[before, before + 1], [before + 1, before + 21]]

    apart(meet())
    assert [e.push for e in laid.typed if e.push.startswith("client00")] == [
        f"client00.{n}" for n in range(1, 12)
    ]


def test_deeds_stay_in_line_with_pushes_and_are_answered_after_their_frame(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            page, uid = laid.page, laid.uids[0]
            with held(laid):
                room.push(one, typed(laid, "The "))
                room.deed(one, frames.Asked(9, "split", uid, page.seq, 12))
                room.push(one, typed(laid, "x", 2, clause=1))
                room.deed(one, frames.Asked(10, "split", "cnone", page.seq, 2))
            await until(lambda: ear.all("no"))
            kinds = [next(iter(frame)) for frame in ear.said if "who" not in frame]
            assert kinds[-5:] == ["seq", "seq", "done", "seq", "no"]
            (done,) = ear.all("done")
            assert done["id"] == 9 and done["uid"] != uid
            assert ear.all("no")[0]["id"] == 10 and ear.all("no")[0]["why"].endswith(".")
            assert one.waiting == 0

    apart(meet())
    assert laid.page.words[laid.uids[0]] == "The The Parties"


def test_who_comes_late_hears_first_what_was_missed(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            start = laid.page.seq
            one, first = await seated(laid, room, 0)
            room.push(one, typed(laid))
            await until(lambda: first.edits)
            _, late = await seated(laid, room, 1, since=start)
            assert [next(iter(frame)) for frame in late.said] == ["welcome", "seq"]
            assert late.all("welcome")[0]["seq"] == start + 1
            assert late.edits == first.edits
            room.push(one, typed(laid, "y", 2))
            await until(lambda: len(late.edits) == 2)
            assert late.all("seq") == [[start, start + 1], [start + 1, start + 2]]

    apart(meet())


def test_a_page_that_is_too_old_or_from_the_future_is_loaded_anew(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "LONGEST_SINCE", 2)

    async def meet() -> None:
        async with opened(laid) as room:
            one, _ = await seated(laid, room, 0)
            start = laid.page.seq
            for n in range(1, 4):
                room.push(one, typed(laid, "x", n))
                await until(lambda: room.members["sid0"].waiting == 0)
            _, old = await seated(laid, room, 1, since=start)
            _, near = await seated(laid, room, 1, since=start + 1, sid="near")
            _, early = await seated(laid, room, 1, since=start + 100, sid="early")
            assert old.all("reload") and early.all("reload") != old.all("reload")
            assert len(near.edits) == 2
            assert set(room.members) == {"sid0", "near"}
            late, told = member(laid, 1, "late")
            room.join(late, start)
            await until(lambda: told.texts)
            room.deed(late, frames.Asked(1, "split", laid.uids[0], laid.page.seq, 5))
            assert [code for _, code in told.ended] == [frames.AWAY] and late.waiting == 0

    apart(meet())


def test_what_others_write_is_heard_of_whoever_they_are(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            _, ear = await seated(laid, room)
            uid = laid.uids[0]
            with laid.stores.begin() as store:
                clause = store.drafts.clause(laid.draft.id, uid)
                assert clause is not None
                drafting.reword(
                    store, OPERATOR, laid.draft, uid, text="Other words.", seen=clause.version
                )
            await until(lambda: ear.edits)
            (edit,) = ear.edits
            assert edit["u"] == uid and edit["by"] == "Operator" and "w" not in edit
            room.heard(laid.page.seq)
            room.heard(1)
            await asyncio.sleep(0.05)
            assert len(ear.edits) == 1

    apart(meet())


def test_what_was_heard_of_and_is_not_there_is_looked_for_once(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    look = typing.look

    def note(store: Store, recent: typing.Recent) -> typing.Taken:
        looked.append(recent.seq)
        return look(store, recent)

    monkeypatch.setattr(typing, "look", note)

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            looked.clear()
            room.heard(laid.page.seq + 5)
            await until(lambda: looked)
            await asyncio.sleep(0.1)
            assert len(looked) == 1
            room.push(one, typed(laid))
            await until(lambda: ear.edits)

    apart(meet())


def test_everybody_is_told_of_what_was_written_while_the_memory_was_lost(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            take, fallen = typing.take, [True]

            def outrun(
                store: Store,
                recent: typing.Recent,
                pushes: Sequence[typing.Push],
                **more: Heard,
            ) -> typing.Taken:
                if fallen:
                    fallen.clear()
                    raise Outrun(["c"])
                return take(store, recent, pushes, **more)

            monkeypatch.setattr(typing, "take", outrun)
            monkeypatch.setattr(room, "heard", lambda _seq: None)
            with laid.stores.begin() as store:
                clause = store.drafts.clause(laid.draft.id, laid.uids[1])
                assert clause is not None
                drafting.reword(
                    store, OPERATOR, laid.draft, clause.uid, text="So.", seen=clause.version
                )
            start = laid.page.seq - 1
            room.push(one, typed(laid))
            await until(lambda: len(ear.edits) == 2)
            assert ear.all("seq") == [[start, start + 2]]
            assert [edit["by"] for edit in ear.edits] == ["Operator", one.seat.name]

    apart(meet())


def stumbling(laid: Laid, monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let the database be away for the next so many writing units; counts them."""
    begin, left = laid.stores.begin, [times]

    @contextmanager
    def begin_or_not() -> Iterator[Store]:
        if left[0] > 0:
            left[0] -= 1
            raise OperationalError("BEGIN", None, Exception("gone"))
        with begin() as store:
            yield store

    monkeypatch.setattr(laid.stores, "begin", begin_or_not)
    return left


def test_a_database_that_is_away_for_a_moment_costs_nobody_anything(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            left = stumbling(laid, monkeypatch, 4)
            room.push(one, typed(laid))
            await until(lambda: ear.edits)
            assert left == [0] and not ear.ended

    apart(meet())
    assert len(laid.typed) == 1


def test_when_it_stays_away_everybody_is_sent_off_with_their_words(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meet() -> None:
        async with opened(laid, patience=0.1) as room:
            one, ear = await seated(laid, room, 0)
            _, other = await seated(laid, room, 1)
            left = stumbling(laid, monkeypatch, 1000)
            room.push(one, typed(laid))
            await until(lambda: ear.ended and other.ended)
            assert ear.ended[0][1] == frames.AWAY and "kept in this page" in ear.ended[0][0]
            assert not ear.all("edits") and one.waiting == 0
            left[0] = 0
            room.leave(one)
            again, back = await seated(laid, room, 0, sid="again")
            room.push(again, typed(laid))
            await until(lambda: back.edits)

    apart(meet())
    assert [entry.push for entry in laid.typed] == ["client00.1"]


def test_a_commit_of_which_nobody_knows_whether_it_went_well_is_kept_once(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, cut = laid.stores.begin, [True]

    @contextmanager
    def begin_and_break() -> Iterator[Store]:
        with begin() as store:
            yield store
        if cut:
            cut.clear()
            raise OperationalError("COMMIT", None, Exception("connection lost"))

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            monkeypatch.setattr(laid.stores, "begin", begin_and_break)
            room.push(one, typed(laid))
            await until(lambda: one.waiting == 0)
            assert [edit["p"] for edit in ear.edits] == ["client00.1"]

    apart(meet())
    assert len(laid.typed) == 1


@pytest.mark.parametrize(
    ("do", "at"), [("split", 12), ("split", 0), ("begin", 0), ("merge", 0), ("deeper", 3)]
)
def test_a_deed_of_which_nobody_knows_whether_it_went_well_is_done_once(
    laid: Laid, monkeypatch: pytest.MonkeyPatch, do: frames.Do, at: int
) -> None:
    begin, cut = laid.stores.begin, [True]

    @contextmanager
    def begin_and_break() -> Iterator[Store]:
        with begin() as store:
            yield store
        if cut:
            cut.clear()
            raise OperationalError("COMMIT", None, Exception("connection lost"))

    uid = laid.uids[1]

    async def meet() -> list[dict[str, Any]]:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            _, other = await seated(laid, room, 1)
            monkeypatch.setattr(laid.stores, "begin", begin_and_break)
            room.deed(one, frames.Asked(7, do, uid, laid.page.seq, at))
            await until(lambda: ear.all("done") or ear.all("no"))
            monkeypatch.setattr(laid.stores, "begin", begin)
            # Its name is for its author alone, whose next deed it must not be taken for.
            assert not any("p" in edit for edit in other.edits)
            return ear.all("done")

    (done,) = apart(meet())
    with laid.stores.read() as store:
        acts = [e for e in store.drafts.journal(laid.draft.id) if e.act != "loaded" and e.uid]
    assert [entry.push for entry in acts if entry.push] == ["client00.d7"]
    assert len({entry.first for entry in acts}) == 1, acts
    joined = laid.page.words[laid.uids[0]].rfind("The Parties")
    expected = {"begin": (0, False), "merge": (joined, False), "deeper": (3, True)}
    assert (done["at"], done["uid"] == uid) == expected.get(do, (0, at == 0))


def test_nobody_takes_the_name_of_anothers_deed_for_done(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            thief, got = member(laid, 1, client="client00")
            room.join(thief, laid.page.seq)
            room.deed(thief, frames.Asked(1, "split", laid.uids[0], laid.page.seq, 12))
            await until(lambda: got.all("done"))
            room.deed(one, frames.Asked(1, "split", laid.uids[1], laid.page.seq, 12))
            await until(lambda: ear.all("no"))
            assert "same numbers" in ear.all("no")[0]["why"]
            room.deed(one, frames.Asked(2, "split", laid.uids[1], laid.page.seq, 12))
            await until(lambda: ear.all("done"))

    apart(meet())


def test_a_database_that_was_put_back_sends_everybody_for_the_page_anew(
    laid_lite: Laid, tmp_path: Path
) -> None:
    laid = laid_lite
    copy = tmp_path / "copy.zip"
    back_up(laid.stores.url, copy)

    async def meet(*, is_swept: bool) -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            _, other = await seated(laid, room, 1)
            for n in range(1, 6):
                room.push(one, typed(laid, n=n))
                await until(has(ear, n))
            late = typed(laid, n=6)
            restore(laid.stores.url, copy, force=True)
            if is_swept:
                room.put_back()
            else:
                room.push(one, late)
                await until(lambda: ear.all("back"))
                assert "load it anew" in ear.all("back")[0]["why"]
            await until(lambda: ear.all("reload") and other.all("reload"))
            assert not room.members and one.waiting == 0
            assert len(other.edits) == 5
            # Their pages' pasts are no past of this draft.
            room.push(one, typed(laid, n=7))
            assert one.waiting == 0 and ear.ended[-1][1] == frames.AWAY
            _, back = await seated(laid, room, 0, sid="again")
            assert back.all("welcome")[0]["seq"] == laid.page.seq and not back.edits
            # A doubt without reason costs nobody anything.
            room.put_back()
            await until(lambda: not room._is_doubted)
            assert not back.all("reload") and "again" in room.members

    apart(meet(is_swept=True))
    apart(meet(is_swept=False))
    assert laid.typed == []


def test_a_writer_survives_what_is_no_exception(
    laid: Laid, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    take = typing.take

    def leave(*_: object, **_more: Heard) -> typing.Taken:
        raise SystemExit(3)

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            monkeypatch.setattr(typing, "take", leave)
            with caplog.at_level(logging.CRITICAL):
                room.push(one, typed(laid))
                await until(lambda: ear.ended)
            assert ear.ended[0][1] == frames.AWAY
            monkeypatch.setattr(typing, "take", take)
            again, back = await seated(laid, room, sid="again")
            room.push(again, typed(laid))
            await until(lambda: back.edits)

    apart(meet())


def test_what_others_have_kept_is_told_before_what_is_kept_behind_it(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a commit of somebody else's to hear of one that was made already."""
    write, told = Strokes.write, threading.Event()

    def held_up(strokes: Strokes, *what: Any) -> tuple[EntryRecord, ...]:
        assert told.wait(10), "they were not told"
        return write(strokes, *what)

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            with monkeypatch.context() as patch, laid.stores.begin() as store:
                patch.setattr(room, "heard", lambda _seq: None)
                clause = store.drafts.clause(laid.draft.id, laid.uids[1])
                assert clause is not None
                drafting.reword(
                    store, OPERATOR, laid.draft, clause.uid, text="So.", seen=clause.version
                )
            monkeypatch.setattr(Strokes, "write", held_up)
            room.push(one, typed(laid))
            await until(lambda: ear.edits)
            assert [edit["u"] for edit in ear.edits] == [laid.uids[1]]
            told.set()
            await until(lambda: len(ear.edits) == 2)
            first, second = ear.edits
            assert (second["u"], second["s"]) == (laid.uids[0], first["s"] + 1)

    apart(meet())


def test_one_push_that_nobody_foresaw_does_not_spoil_the_others(
    laid: Laid, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    take = typing.take

    def stumble(
        store: Store, recent: typing.Recent, pushes: Sequence[typing.Push], **more: Heard
    ) -> typing.Taken:
        if any(push.uid == laid.uids[1] for push in pushes):
            raise ZeroDivisionError("nobody thought of that")
        return take(store, recent, pushes, **more)

    monkeypatch.setattr(typing, "take", stumble)

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            two, other = await seated(laid, room, 1)
            with held(laid), caplog.at_level(logging.CRITICAL):
                room.push(one, typed(laid))
                room.push(two, typed(laid, clause=1))
                room.push(one, typed(laid, "y", 2))
            await until(lambda: other.all("back") and len(ear.edits) == 2)
            (back,) = other.all("back")
            assert back["n"] == [1] and back["client"] == "client01" and "logged" in back["why"]
            assert not ear.all("back") and two.waiting == 0

    apart(meet())


def test_words_that_cannot_be_kept_come_back_to_their_author_alone(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            _, other = await seated(laid, room, 1)
            room.push(one, typed(laid, "a\nb"))
            await until(lambda: ear.all("back"))
            room.give_back(one, frames.Garbled(laid.uids[0], "", (2, 3)))
            assert [back["n"] for back in ear.all("back")] == [[1], [2, 3]]
            assert not other.all("back") and not other.all("edits")

    apart(meet())


def test_every_push_is_asked_whether_its_author_still_may(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            with laid.stores.begin() as store:
                seating.remove_seat(store, OPERATOR, one.seat.id)
            room.push(one, typed(laid))
            room.deed(one, frames.Asked(1, "split", laid.uids[0], laid.page.seq, 5))
            await until(lambda: ear.all("back") and ear.all("no"))
            assert not ear.edits

    apart(meet())
    assert laid.typed == []


def test_nobody_signs_with_what_is_somebody_elses(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            thief, got = await seated(laid, room, 1)
            room.push(one, typed(laid))
            await until(lambda: ear.edits)
            stolen = typed(laid, "stolen", 2)
            room.push(thief, frames.Pushed(stolen.uid, "client00", stolen.base, 2, stolen.updates))
            await until(lambda: got.all("back"))
            room.push(one, typed(laid, "mine", 2))
            await until(lambda: len(ear.edits) == 2)
        async with opened(laid) as room:
            thief, got = await seated(laid, room, 1)
            stolen = typed(laid, "stolen", 3)
            room.push(thief, frames.Pushed(stolen.uid, "client00", stolen.base, 3, stolen.updates))
            await until(lambda: got.all("back"))

    apart(meet())
    assert [entry.author for entry in laid.typed] == ["Drafter 1", "Drafter 1"]


def test_what_was_pushed_is_kept_although_its_author_has_left_and_the_room_is_closed(
    laid: Laid,
) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room)
            with held(laid):
                room.push(one, typed(laid))
                room.push(one, typed(laid, "y", 2))
                room.leave(one)
                assert not room.members
                room.end()
            said = list(ear.texts)
        assert ear.texts == said

    apart(meet())
    assert len(laid.typed) == 2


def test_somebody_who_left_before_being_welcomed_is_not_here(laid: Laid) -> None:
    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = member(laid)
            room.join(one, laid.page.seq)
            room.leave(one)
            await until(lambda: one.waiting == 0)
            await asyncio.sleep(0.05)
            assert not room.members and not ear.texts and room.is_idle

    apart(meet())


def test_who_pushes_without_end_is_sent_off_and_the_rest_goes_on(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "WAITING", 5)

    async def meet() -> None:
        async with opened(laid) as room:
            flooder, ear = await seated(laid, room, 0)
            one, other = await seated(laid, room, 1)
            with held(laid):
                for n in range(1, 10):
                    room.push(flooder, typed(laid, "x", n))
                room.push(one, typed(laid, clause=1))
            await until(lambda: len(other.edits) == 6)
            assert ear.ended and {code for _, code in ear.ended} == {frames.FLOOD}

    apart(meet())


def test_what_waits_is_counted_by_its_characters_too(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "HEAVIEST", 1000)

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            for n in range(1, 4):
                room.push(one, typed(laid, "w" * 600, n))
                await until(lambda: one.waiting == 0)
            assert one.weight == 0 and not ear.ended
            with held(laid):
                room.push(one, typed(laid, "w" * 600, 4))
                await asyncio.sleep(0.05)
                room.push(one, typed(laid, "w" * 600, 5))
            assert [code for _, code in ear.ended] == [frames.FLOOD]

    apart(meet())


def test_who_may_not_write_waits_for_nobody_and_leaves_no_trace(laid: Laid) -> None:
    (session,) = seat_people(laid.stores, 1, Role.OBSERVER, first=50)
    with laid.stores.read() as store:
        observer = seating.seat_of_session(store, session)
    assert observer is not None

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            room.push(one, typed(laid))
            await until(lambda: ear.edits)
            own = Ear()
            spy = Member("spy", observer, session, own, "observer1")
            room.join(spy, laid.page.seq)
            await until(lambda: own.texts)
            said = typed(laid)
            for client in ("client00", "client02"):
                room.push(spy, frames.Pushed(said.uid, client, said.base, 2, said.updates))
            # At once, without a turn of the writer's.
            assert [back["n"] for back in own.all("back")] == [[2], [2]] and spy.waiting == 0
            # Also one who lost the right only now, and whose page has not heard of it.
            spy.seat = one.seat
            room.push(spy, frames.Pushed(said.uid, "client03", said.base, 1, said.updates))
            await until(lambda: len(own.all("back")) == 3)
            room.push(one, typed(laid, "y", 2))
            await until(lambda: len(ear.edits) == 2)
            assert [edit["w"] for edit in ear.edits] == [one.sid] * 2
            assert room._places.keys() == room._owners.keys() == {"client00"}

    apart(meet())


def test_the_places_of_those_who_left_are_forgotten(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "PLACED", 3)

    async def meet() -> None:
        async with opened(laid) as room:
            for n in range(8):
                one, ear = await seated(laid, room, sid=f"sid{n}")
                said = typed(laid)
                room.push(one, frames.Pushed(said.uid, f"client{n:02}", said.base, 1, said.updates))
                await until(has(ear, 1))
                assert ear.edits[-1]["w"] == one.sid
                room.leave(one)
            assert len(room._places) <= 4

    apart(meet())


def test_a_caret_is_told_to_all_and_a_new_name_too(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "TOLD", 0.01)

    async def meet() -> None:
        async with opened(laid) as room:
            one, ear = await seated(laid, room, 0)
            two, other = await seated(laid, room, 1)
            await until(lambda: any(two.sid in who for who in ear.all("who")))
            one.stirred = False
            room.move(one, frames.Here(laid.uids[0], (1, 2)))
            await until(lambda: other.all("here"))
            assert other.all("here") == [{one.sid: {"uid": laid.uids[0], "at": [1, 2]}}]
            assert one.stirred
            renamed = SeatRecord(**{**_values(one.seat), "name": "Drafter Z"})
            room.rename(one, renamed)
            await until(
                lambda: any(
                    who.get(one.sid, {}).get("name") == "Drafter Z" for who in other.all("who")
                )
            )
            room.leave(one)
            await until(lambda: [one.sid] in other.all("left"))

    apart(meet())


class Turn:
    """A condition that is never waited for: it notes for how long that would have been."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        # So much time is over then.
        self.now += seconds

    now = 0.0


@pytest.mark.parametrize(
    ("took", "active", "rest"),
    [
        # After a quick commit what is left of the rhythm, 100 members being 10 s here;
        (1.0, 5, 9.0),
        # after one that has outlasted it the breath alone;
        (60.0, 5, 10 * rooms.BREATH),
        # and a whole rhythm where so many push that all of them are worth waiting for.
        (60.0, 50, 10.0),
    ],
)
def test_commits_follow_each_other_in_a_rhythm_that_slows_with_the_company(
    laid_lite: Laid, monkeypatch: pytest.MonkeyPatch, took: float, active: int, rest: float
) -> None:
    async def meet() -> None:
        async with opened(laid_lite, pace=0.1) as room:
            people = [member(laid_lite, 0, f"sid{n}")[0] for n in range(100)]
            room.members = {one.sid: one for one in people}
            turn = Turn()
            turn.now = took
            with monkeypatch.context() as context:
                context.setattr(time, "monotonic", lambda: turn.now)
                context.setattr(room, "_turn", turn)
                context.setattr(rooms, "LONGEST_PACE", 60.0)
                work = [pushed_by(laid_lite, one) for one in people[:active]]
                assert not room._gathers(room._rest_until(0.0, work))
            assert sum(turn.waits) == pytest.approx(rest)
            room.members = {}

    apart(meet())


def pushed_by(laid: Laid, one: Member) -> typing.Push:
    said = typed(laid)
    return typing.Push(one.session, one.client, 1, said.uid, said.base, said.updates, one)


def test_the_rest_ends_when_everybody_who_pushes_has_pushed_and_holds_no_news_back(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "LONGEST_PACE", 1800.0)

    async def meet() -> None:
        # Two members: nobody would hear anything for half an hour.
        async with opened(laid, pace=900.0) as room:
            one, ear = await seated(laid, room, 0)
            room.push(one, typed(laid))
            await until(lambda: len(ear.edits) == 1)
            room.push(one, typed(laid, "y", 2))
            await until(lambda: len(ear.edits) == 2)
            with laid.stores.begin() as store:
                clause = store.drafts.clause(laid.draft.id, laid.uids[1])
                assert clause is not None
                drafting.reword(
                    store, OPERATOR, laid.draft, clause.uid, text="So.", seen=clause.version
                )
            await until(lambda: len(ear.edits) == 3)

    apart(meet())


def _values(seat: SeatRecord) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in SeatRecord.__slots__}
