"""Real server processes at one table: what one of them keeps, the people of the others hear."""

import asyncio
from pathlib import Path

from app.actions import drafting
from app.actions.policy import OPERATOR
from app.store.unit import Stores
from tests.live.conftest import Laid, laid_on
from tests.support.apart import apart
from tests.support.databases import Postgresql, Sqlite
from tests.support.people import Person, open_page
from tests.support.servers import Server


async def agree(people: tuple[Person, ...], stores: Stores) -> None:
    """Wait until all have heard everything, and see that they read what the draft says."""
    now = open_page(stores)
    for person in people:
        await person.reaches(now.seq)
        assert person.words == dict(now.words)
        assert not person.faults and not person.came_back


def test_two_processes_on_one_postgresql_hear_each_other(
    postgresql: Postgresql, tmp_path: Path
) -> None:
    with postgresql.fresh() as url:
        laid = laid_on(url)
        first, second = Server(url, tmp_path), Server(url, tmp_path)
        first.launch()
        try:
            with second:
                first.wait()
                apart(_meet(laid, first, second))
        finally:
            first.kill()
        laid.stores.close()
        assert "Traceback" not in first.log.read_text() + second.log.read_text()


async def _meet(laid: Laid, first: Server, second: Server) -> None:
    opening = laid.page
    one = Person(first.address, laid.sessions[0], opening, seed=1)
    two = Person(second.address, laid.sessions[1], opening, seed=2)
    async with one, two:
        uid, other = laid.uids[:2]
        await asyncio.gather(
            one.type(uid, 25, 0.02), two.type(uid, 25, 0.02), two.type(other, 10, 0.02)
        )
        await one.settled()
        await two.settled()
        await agree((one, two), laid.stores)
        assert len(one.acknowledged) == 25 and len(two.acknowledged) == 35
        # A server that is stopped says so, does not wait for those who sit there, and has them
        # back when it is there again.
        await asyncio.to_thread(first.stop)
        await one.until(lambda: 1012 in one.codes)
        await two.write(uid, 0, 0, "Meanwhile. ")
        await one.write(uid, 0, 0, "Offline. ")
        await two.settled()
        assert len(one.acknowledged) == 25
        await asyncio.to_thread(first.start)
        await one.settled()
        await agree((one, two), laid.stores)
        assert all(words in one.words[uid] for words in ("Meanwhile. ", "Offline. "))


def test_on_sqlite_a_server_hears_what_the_command_line_writes(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    with sqlite.fresh(tmp_path) as url:
        laid = laid_on(url)
        with Server(url, tmp_path) as server:
            apart(_listen(laid, server))
        laid.stores.close()


async def _listen(laid: Laid, server: Server) -> None:
    uid = laid.uids[0]
    async with Person(server.address, laid.sessions[0], laid.page) as person:
        with laid.stores.begin() as store:
            drafting.reword(store, OPERATOR, laid.draft, uid, text="From elsewhere.", seen=1)
        await person.until(lambda: person.words[uid] == "From elsewhere.")
        await person.write(uid, 0, 0, "Here: ")
        await person.settled()
        await agree((person,), laid.stores)
        assert laid.page.words[uid] == "Here: From elsewhere."
