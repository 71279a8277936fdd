import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.actions import drafting, seating
from app.actions.policy import OPERATOR
from app.live import frames, hub
from app.live.hub import Hub
from app.live.room import Member, Room
from app.store.unit import Stores, utc_now
from tests.live.conftest import Laid
from tests.live.test_room import Ear, until
from tests.support.apart import apart


@asynccontextmanager
async def opened(laid: Laid) -> AsyncIterator[Hub]:
    one = Hub(laid.stores)
    try:
        yield one
    finally:
        await asyncio.to_thread(one.end)


async def sit(laid: Laid, table: Hub, who: int = 0, client: str = "") -> tuple[Room, Member, Ear]:
    ear = Ear()
    hello = frames.Hello(laid.page.seq, client or f"client0{who}")
    place = table.take_place(
        asyncio.get_running_loop(),
        laid.draft.id,
        laid.seats[who],
        laid.sessions[who],
        ear,
        hello,
    )
    assert place is not None
    await until(lambda: ear.texts)
    return *place, ear


def test_a_sweep_is_often_enough_to_take_a_socket_away_within_a_second() -> None:
    assert hub.SWEEP <= 0.5


@pytest.mark.parametrize("how", ["removed", "signed out", "another role", "expired"])
def test_who_has_no_seat_or_session_any_more_has_to_leave(laid: Laid, how: str) -> None:
    async def meet() -> None:
        async with opened(laid) as table:
            room, gone, ear = await sit(laid, table, 0)
            if how != "expired":
                _, _, other = await sit(laid, table, 1)
            if how == "expired":
                laid.stores.clock = lambda: utc_now() + timedelta(minutes=31)
            else:
                with laid.stores.begin() as store:
                    if how == "removed":
                        seating.remove_seat(store, OPERATOR, gone.seat.id)
                    elif how == "signed out":
                        seating.sign_out(store, gone.session)
                    else:
                        seating.change_seat(
                            store, OPERATOR, gone.seat.id, name=gone.seat.name, role="observer"
                        )
            await until(lambda: ear.ended)
            assert ear.ended[0][1] == frames.GONE and gone.sid not in room.members
            if how != "expired":
                await until(lambda: [gone.sid] in other.all("left"))
                assert not other.ended

    apart(meet())


def test_another_name_is_told_at_the_table(laid_lite: Laid) -> None:
    async def meet() -> None:
        async with opened(laid_lite) as table:
            _, one, _ = await sit(laid_lite, table, 0)
            _, _, other = await sit(laid_lite, table, 1)
            with laid_lite.stores.begin() as store:
                seating.rename(store, one.seat, "Drafter Z")
            await until(
                lambda: any(
                    who.get(one.sid, {}).get("name") == "Drafter Z" for who in other.all("who")
                )
            )

    apart(meet())


def test_what_another_process_writes_without_a_word_is_found_by_the_sweep(laid: Laid) -> None:
    # A Stores of its own tells nobody here, as the command line would not.
    elsewhere = Stores(laid.stores.url, accept_loss=True)

    async def meet() -> None:
        async with opened(laid) as table:
            _, _, ear = await sit(laid, table)
            with elsewhere.begin() as store:
                clause = store.drafts.clause(laid.draft.id, laid.uids[0])
                assert clause is not None
                drafting.reword(
                    store, OPERATOR, laid.draft, clause.uid, text="New.", seen=clause.version
                )
            await until(lambda: ear.edits)
            assert [edit["by"] for edit in ear.edits] == ["Operator"]

    apart(meet())
    elsewhere.close()


def test_typing_keeps_a_session_from_ending_and_sitting_there_does_not(
    laid_lite: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP", 0.02)
    renewed: list[str] = []
    monkeypatch.setattr(seating, "renew_session", lambda _stores, token: renewed.append(token))

    async def meet() -> None:
        async with opened(laid_lite) as table:
            room, one, _ = await sit(laid_lite, table, 0)
            _, two, _ = await sit(laid_lite, table, 1)
            await asyncio.sleep(0.1)
            assert renewed == []
            for member in (one, two):
                member.renewed -= seating.RENEWED.total_seconds()
                member.stirred = False
            room.move(one, frames.Here(laid_lite.uids[0], (0, 0)))
            await until(lambda: renewed)
            await asyncio.sleep(0.1)
            assert renewed == [one.session]

    apart(meet())


def test_one_seat_has_so_many_pages_and_no_more(
    laid_lite: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PAGES", 2)

    async def meet() -> None:
        async with opened(laid_lite) as table:
            await sit(laid_lite, table, 0)
            await sit(laid_lite, table, 0, "client02")
            ear = Ear()
            hello = frames.Hello(laid_lite.page.seq, "client03")
            loop, draft = asyncio.get_running_loop(), laid_lite.draft.id
            seat, session = laid_lite.seats[0], laid_lite.sessions[0]
            assert table.take_place(loop, draft, seat, session, ear, hello) is None
            assert ear.ended[0][1] == frames.FLOOD
            await sit(laid_lite, table, 1)

    apart(meet())


def test_a_table_where_nobody_sits_is_cleared_away_and_laid_again(
    laid_lite: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP", 0.02)
    monkeypatch.setattr(hub, "LINGER", 0.05)

    async def meet() -> None:
        async with opened(laid_lite) as table:
            room, member, _ = await sit(laid_lite, table)
            await asyncio.sleep(0.15)
            assert table._rooms == {laid_lite.draft.id: room}
            room.leave(member)
            await until(lambda: not table._rooms)
            again, _, _ = await sit(laid_lite, table)
            assert again is not room
            await asyncio.to_thread(room.wait, 10)

    apart(meet())


def test_a_sweep_that_cannot_ask_sends_nobody_away(
    laid_lite: Laid, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hub, "SWEEP", 0.02)
    asked: list[bool] = []

    def away() -> None:
        asked.append(True)
        raise OperationalError("SELECT", None, Exception("gone"))

    async def meet() -> None:
        async with opened(laid_lite) as table:
            room, member, ear = await sit(laid_lite, table)
            monkeypatch.setattr(laid_lite.stores, "read", away)
            await until(lambda: len(asked) > 2)
            monkeypatch.undo()
            assert not ear.ended and member.sid in room.members

    apart(meet())
    assert "Seats could not be looked at" in caplog.text


def test_the_tables_move_to_another_loop_when_nobody_sits_there(laid_lite: Laid) -> None:
    table = Hub(laid_lite.stores)

    async def visit() -> None:
        room, member, _ = await sit(laid_lite, table)
        room.leave(member)

    apart(visit())
    apart(visit())
    table.end()


def test_no_table_is_shared_by_two_loops(laid_lite: Laid) -> None:
    async def meet() -> None:
        async with opened(laid_lite) as table:
            await sit(laid_lite, table)
            with pytest.raises(RuntimeError, match="two event loops"):
                await asyncio.to_thread(asyncio.run, sit(laid_lite, table, 1))

    apart(meet())
