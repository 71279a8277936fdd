import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from app.actions import drafting, seating
from app.actions.policy import OPERATOR
from app.live import hub
from app.live import room as rooms
from app.settings import Settings
from app.store.seats import Role
from app.store.unit import LOSS_ACCEPTED, Stores, utc_now
from app.web import live
from app.web.guard import SESSION_COOKIE, form_token
from app.web.wire import Wire
from tests.support.apart import apart
from tests.support.apps import app_with
from tests.support.databases import Sqlite
from tests.support.people import SLUG, Opening, Person, lay, open_page, seat_people
from tests.support.servers import serving

PUBLIC = "https://treaty.example.org"


@dataclass(frozen=True)
class Laid:
    """A served draft, and the sessions of two drafters and an observer."""

    app: FastAPI
    stores: Stores
    address: str
    uids: tuple[str, ...]
    sessions: tuple[str, ...]

    @property
    def page(self) -> Opening:
        return open_page(self.stores)

    @property
    def draft_id(self) -> int:
        with self.stores.read() as store:
            draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        return draft.id

    def person(self, who: int = 0) -> Person:
        return Person(self.address, self.sessions[who], self.page)

    def seat_id(self, who: int = 0) -> int:
        with self.stores.read() as store:
            seat = seating.seat_of_session(store, self.sessions[who])
        assert seat is not None
        return seat.id

    def members(self) -> int:
        """How many sit at the table."""
        room = self.app.state.hub._rooms.get(self.draft_id)
        return len(room.members) if room else 0


def laid_on(url: str, folder: Path) -> tuple[FastAPI, Stores, tuple[str, ...], tuple[str, ...]]:
    settings = Settings(data=folder, database_url=url, public_url=PUBLIC, accept_loss=LOSS_ACCEPTED)
    app, stores = app_with(settings), Stores(settings.database_url, accept_loss=True)
    uids = lay(stores, 4)
    sessions = seat_people(stores, 2) + seat_people(stores, 1, Role.OBSERVER)
    return app, stores, uids, sessions


@pytest.fixture
def laid(sqlite: Sqlite, tmp_path: Path) -> Iterator[Laid]:
    with sqlite.fresh(tmp_path) as url:
        app, stores, uids, sessions = laid_on(url, tmp_path)
        with serving(app) as address:
            yield Laid(app, stores, address, uids, sessions)
        stores.close()


@pytest.fixture
def laid_on_both(database_url: str, tmp_path: Path) -> Iterator[Laid]:
    app, stores, uids, sessions = laid_on(database_url, tmp_path)
    with serving(app) as address:
        yield Laid(app, stores, address, uids, sessions)
    stores.close()


@asynccontextmanager
async def dialled(
    laid: Laid, who: int | None = 0, *, slug: str = SLUG, **options: Any
) -> AsyncIterator[ClientConnection]:
    """A bare connection, not greeted yet; `who` is None for nobody."""
    cookie = {"Cookie": f"{SESSION_COOKIE}={laid.sessions[who]}"} if who is not None else {}
    place = laid.address.removeprefix("http://")
    said = {"origin": Origin(laid.address), "additional_headers": cookie, "compression": None}
    async with connect(f"ws://{place}/drafts/{slug}/live", **said | options) as one:
        yield one


async def greet(laid: Laid, line: ClientConnection, since: int | None = None) -> dict[str, Any]:
    since = laid.page.seq if since is None else since
    await line.send(json.dumps({"hello": {"since": since, "client": "abcdefgh1234"}}))
    return await hear(line)


async def hear(line: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(30):
        said: dict[str, Any] = json.loads(await line.recv())
        return said


async def last_words(line: ClientConnection) -> tuple[str, int]:
    """What was said at the end, and the code with which the line was closed."""
    sentence = ""
    async with asyncio.timeout(30):
        try:
            while True:
                sentence = json.loads(await line.recv()).get("end", sentence)
        except ConnectionClosed:
            return sentence, line.close_code or 0


async def until(is_so: Any) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - what is waited for comes from another thread
            await asyncio.sleep(0.005)


class TestTheDoor:
    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", None, "", "http://[", "https://127.0.0.1"]
    )
    def test_a_page_that_is_not_ours_is_refused_although_the_cookie_is_right(
        self, laid: Laid, origin: str | None
    ) -> None:
        async def knock() -> int:
            try:
                async with dialled(laid, origin=origin):
                    return 101
            except InvalidStatus as refusal:
                return refusal.response.status_code

        assert apart(knock()) == 403

    def test_the_public_address_is_ours_too(self, laid: Laid) -> None:
        async def enter() -> dict[str, Any]:
            async with dialled(laid, origin=Origin(PUBLIC)) as line:
                return await greet(laid, line)

        assert "welcome" in apart(enter())

    @pytest.mark.parametrize("case", ["nobody", "signed out", "expired", "no draft", "rubbish"])
    def test_who_may_not_come_in_is_told_nothing(self, laid: Laid, case: str) -> None:
        if case == "signed out":
            with laid.stores.begin() as store:
                seating.sign_out(store, laid.sessions[0])
        if case == "expired":
            laid.app.state.stores.clock = lambda: utc_now() + timedelta(minutes=31)
        options: dict[str, Any] = {"slug": "no-such-draft"} if case == "no draft" else {}
        if case == "rubbish":
            options = {"additional_headers": {"Cookie": f"{SESSION_COOKIE}=\xe9 rubbish"}}

        async def knock() -> tuple[int, bytes]:
            try:
                async with dialled(laid, None if case == "nobody" else 0, **options):
                    return 101, b""
            except InvalidStatus as refusal:
                return refusal.response.status_code, bytes(refusal.response.body or b"")

        assert apart(knock()) == (403, b"")

    def test_a_database_that_is_away_is_said_so(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away() -> None:
            raise OperationalError("SELECT", None, Exception("gone"))

        monkeypatch.setattr(laid.app.state.stores, "read", away)

        async def knock() -> int:
            try:
                async with dialled(laid):
                    return 101
            except InvalidStatus as refusal:
                return refusal.response.status_code

        assert apart(knock()) == 503


class TestTheTable:
    def test_two_people_type_in_one_clause_and_read_the_same(self, laid_on_both: Laid) -> None:
        laid = laid_on_both

        async def meet() -> tuple[Person, Person]:
            async with laid.person(0) as one, laid.person(1) as two:
                uid = laid.uids[0]
                await asyncio.gather(one.type(uid, 30, 0.01), two.type(uid, 30, 0.01))
                await one.settled()
                await two.settled()
                seq = laid.page.seq
                await one.until(lambda: one.seq == seq)
                await two.until(lambda: two.seq == seq)
                return one, two

        one, two = apart(meet())
        assert one.faults == two.faults == []
        assert len(one.acknowledged) == len(two.acknowledged) == 30
        assert one.words == two.words == dict(laid.page.words)
        with laid.stores.read() as store:
            draft = store.drafts.by_slug(SLUG)
            assert draft is not None
            assert drafting.verify(store, draft).faults == ()
            journal = store.drafts.journal(draft.id)
        assert {entry.push for entry in journal if entry.push} == {
            *one.acknowledged,
            *two.acknowledged,
        }

    def test_what_all_hear_takes_the_short_way(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put: list[bytes] = []
        take = Wire.put

        def note(wire: Wire, frame: bytes) -> bool:
            put.append(frame)
            return take(wire, frame)

        monkeypatch.setattr(Wire, "put", note)

        async def meet() -> None:
            async with laid.person(0) as one, laid.person(1) as two:
                await one.write(laid.uids[0], 0, 0, "x")
                await one.settled()
                await two.until(lambda: two.seq == one.seq)

        apart(meet())
        told = [frame for frame in put if b'"edits"' in frame]
        assert len(told) == 2 and told[0] is told[1]

    def test_a_form_and_another_process_reach_the_table(self, laid_on_both: Laid) -> None:
        laid = laid_on_both
        uid, other = laid.uids[:2]
        browser = TestClient(laid.app, base_url=laid.address, follow_redirects=False)
        browser.cookies.set(SESSION_COOKIE, laid.sessions[0])

        async def meet() -> Person:
            async with laid.person(1) as reader:
                answer = await asyncio.to_thread(
                    browser.post,
                    f"/drafts/{SLUG}/clauses/{uid}/edit",
                    data={"text": "By a form.", "seen": 1, "csrf": form_token(laid.sessions[0])},
                )
                assert answer.status_code < 400, answer.text
                await reader.until(lambda: reader.words[uid] == "By a form.")
                with laid.stores.begin() as store:
                    draft = store.drafts.by_slug(SLUG)
                    assert draft is not None
                    drafting.reword(store, OPERATOR, draft, other, text="Elsewhere.", seen=1)
                await reader.until(lambda: reader.words[other] == "Elsewhere.")
                return reader

        assert apart(meet()).faults == []

    def test_presence_is_told_by_name_for_each_page(self, laid: Laid) -> None:
        async def meet() -> None:
            async with laid.person(0) as one, laid.person(1) as two, laid.person(2) as reader:
                async with laid.person(1) as tab:
                    me = two.welcomes[0]["you"]
                    assert tab.welcomes[0]["you"] != me
                    await one.until(lambda: len(one.others) == 4)
                    names = sorted(who["name"] for who in one.others.values())
                    assert names == ["Drafter 1", "Drafter 2", "Drafter 2", "Observer 1"]
                    await two.stand(laid.uids[0], 5)
                    await one.until(lambda: one.others[me].get("at") == [5, 5])
                    assert one.others[me]["uid"] == laid.uids[0]
                    assert 0 <= one.others[me]["tone"] < 8
                    await two.say({"here": None})
                    await one.until(lambda: "uid" not in one.others[me])
                await one.until(lambda: len(one.others) == 3)
                assert reader.welcomes[0]["may"] is False
                assert two.welcomes[0]["may"] is True

        apart(meet())

    def test_who_may_only_read_is_seen_but_keeps_no_words_here(self, laid: Laid) -> None:
        before = laid.page

        async def meet() -> None:
            async with laid.person(2) as reader, laid.person(0) as one:
                you = reader.welcomes[0]["you"]
                await reader.stand(laid.uids[0], 1)
                await one.until(lambda: one.others.get(you, {}).get("at") == [1, 1])
                await reader.write(laid.uids[0], 0, 0, "x")
                await reader.until(lambda: reader.came_back)
                assert reader.came_back[0]["why"].endswith(".")
                said = await reader.deed("split", laid.uids[0], 5)
                assert said["no"]["why"].endswith(".")

        apart(meet())
        assert laid.page == before

    def test_enter_splits_where_the_caret_is(self, laid: Laid) -> None:
        async def meet() -> dict[str, Any]:
            async with laid.person(0) as one:
                return await one.deed("split", laid.uids[0], len("The Parties"))

        done = apart(meet())["done"]
        assert laid.page.words[laid.uids[0]] == "The Parties"
        assert laid.page.words[done["uid"]].startswith("shall consider matter 1")

    def test_a_page_from_long_ago_is_loaded_anew(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rooms, "LONGEST_SINCE", 3)

        async def meet() -> None:
            opening = laid.page
            async with laid.person(0) as one:
                for _ in range(5):
                    await one.write(laid.uids[0], 0, 0, "x")
                    await one.settled()
            async with dialled(laid, 1) as line:
                assert set(await greet(laid, line, opening.seq)) == {"reload"}

        apart(meet())

    def test_words_that_are_no_text_come_back_and_the_line_stays_open(self, laid: Laid) -> None:
        async def meet() -> None:
            async with dialled(laid) as line:
                await greet(laid, line)
                sent = {"uid": laid.uids[0], "base": laid.page.seq, "n": 1, "changes": [["@"]]}
                await line.send(json.dumps({"push": sent}).replace('"@"', '0, "\\ud83d"'))
                while "back" not in (said := await hear(line)):
                    pass
                assert said["back"]["n"] == [1] and said["back"]["client"] == "abcdefgh1234"
                await line.send('{"here": null}')

        apart(meet())


class TestTheEnd:
    @pytest.mark.parametrize("how", ["removed", "signed out"])
    def test_who_loses_the_seat_loses_the_socket(self, laid_on_both: Laid, how: str) -> None:
        laid = laid_on_both
        seat_id = laid.seat_id(0)

        async def meet() -> Person:
            async with laid.person(0) as one, laid.person(1) as two:
                with laid.stores.begin() as store:
                    if how == "removed":
                        seating.remove_seat(store, OPERATOR, seat_id)
                    else:
                        seating.sign_out(store, laid.sessions[0])
                await one.until(lambda: bool(one.codes))
                await two.until(lambda: one.welcomes[0]["you"] not in two.others)
                return one

        gone = apart(meet())
        assert gone.codes == [4001] and "signed out" in gone.ended[0]
        assert laid.members() == 0

    def test_every_push_is_asked_about_also_before_the_sweep_comes_by(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub, "SWEEP", 3600.0)
        seat_id, before = laid.seat_id(0), laid.page

        async def meet() -> Person:
            async with laid.person(0) as one:
                with laid.stores.begin() as store:
                    seating.remove_seat(store, OPERATOR, seat_id)
                await one.write(laid.uids[0], 0, 0, "x")
                await one.until(lambda: one.came_back)
                assert not one.codes
                return one

        assert "sign in" in apart(meet()).came_back[0]["why"]
        assert laid.page == before

    @pytest.mark.parametrize(
        "sent",
        ["", "rubbish", "[" * 60_000, '{"push": 1}', '{"hello": {"since": 1}}', b"bytes", b"\xff"],
    )
    @pytest.mark.parametrize("greeted", [True, False])
    def test_what_nobody_understands_ends_it_with_a_sentence_and_no_line_in_the_log(
        self, laid: Laid, sent: str | bytes, greeted: bool, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def say() -> tuple[str, int]:
            async with dialled(laid) as line:
                if greeted:
                    await greet(laid, line)
                await line.send(sent, text=sent == b"\xff" or None)
                return await last_words(line)

        sentence, code = apart(say())
        assert sentence.endswith(".") and code == 4003
        assert not [one for one in caplog.records if one.levelno >= logging.WARNING]

    def test_hello_comes_first_and_once_and_soon(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hello = json.dumps({"hello": {"since": laid.page.seq, "client": "abcdefgh1234"}})

        async def say(*sent: str) -> tuple[str, int]:
            async with dialled(laid) as line:
                for frame in sent:
                    await line.send(frame)
                return await last_words(line)

        assert apart(say('{"here": null}'))[1] == 4003
        assert apart(say(hello, hello))[1] == 4003
        monkeypatch.setattr(live, "GREETING", 0.05)
        assert apart(say()) == ("Nothing was said.", 4003)

    def test_a_frame_has_64_kib_at_most(self, laid: Laid) -> None:
        async def say(length: int) -> int:
            frame = '{"here": {"uid": "c1"}}'
            async with dialled(laid) as line:
                await greet(laid, line)
                await line.send(frame + " " * (length - len(frame)))
                if length <= 65_536:
                    await line.send("rubbish")
                return (await last_words(line))[1]

        assert apart(say(65_536)) == 4003
        assert apart(say(65_537)) == 1009

    def test_who_sends_without_end_is_sent_off(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live, "BURST", 20)
        monkeypatch.setattr(live, "RATE", 1)

        async def say() -> tuple[str, int]:
            async with dialled(laid) as line:
                await greet(laid, line)
                for _ in range(40):
                    await line.send('{"here": null}')
                return await last_words(line)

        sentence, code = apart(say())
        assert code == 4008 and "at once" in sentence

    def test_a_long_frame_is_as_much_as_many_short_ones(self, laid: Laid) -> None:
        async def say() -> tuple[str, int]:
            async with dialled(laid, 2) as line:
                await greet(laid, line)
                frame = json.dumps({"here": {"uid": "c" * 32}})
                for _ in range(30):
                    await line.send(frame + " " * (60_000 - len(frame)))
                return await last_words(line)

        assert apart(say())[1] == 4008

    def test_who_does_not_read_holds_nobody_up_and_is_let_go(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live, "HELD", 200_000)

        async def meet() -> Person:
            async with laid.person(0) as one:
                deaf = await _deaf(laid)
                await until(lambda: laid.members() == 2)
                try:
                    while laid.members() == 2:
                        await one.write(laid.uids[0], 0, 0, "word " * 1000)
                        await one.write(laid.uids[0], 0, 5000, "")
                        await one.settled()
                finally:
                    deaf.close()
                return one

        assert apart(meet()).faults == []

    def test_a_mistake_of_ours_is_logged_once_and_said_plainly(
        self, laid: Laid, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def stumble(*_: object) -> None:
            raise ZeroDivisionError("nobody thought of that")

        monkeypatch.setattr(rooms.Room, "move", stumble)

        async def say() -> tuple[str, int]:
            async with dialled(laid) as line:
                await greet(laid, line)
                await line.send('{"here": null}')
                return await last_words(line)

        sentence, code = apart(say())
        assert code == 1011 and "went wrong" in sentence
        assert len([one for one in caplog.records if one.levelno >= logging.ERROR]) == 1

    def test_without_the_short_way_everything_is_said_all_the_same(self, laid: Laid) -> None:
        client = TestClient(laid.app, base_url="http://testserver")
        headers = {
            "cookie": f"{SESSION_COOKIE}={laid.sessions[0]}",
            "origin": "http://testserver",
        }
        with client.websocket_connect(f"/drafts/{SLUG}/live", headers=headers) as line:
            page = laid.page
            line.send_json({"hello": {"since": page.seq, "client": "abcdefgh1234"}})
            assert line.receive_json()["welcome"]["seq"] == page.seq
            change = [[0, "x"], len(page.words[laid.uids[0]])]
            sent = {"uid": laid.uids[0], "base": page.seq, "n": 1, "changes": [change]}
            line.send_json({"push": sent})
            while "edits" not in (said := line.receive_json()):
                pass
            assert said["edits"][0]["p"] == "abcdefgh1234.1"
            line.send_text("rubbish")
            while "end" not in line.receive_json():
                pass


async def _deaf(laid: Laid) -> socket.socket:
    """A connection of somebody who greets and then never reads."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    host, _, port = laid.address.removeprefix("http://").partition(":")
    one.connect((host, int(port)))
    one.sendall(
        (
            f"GET /drafts/{SLUG}/live HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {laid.address}\r\n"
            f"Cookie: {SESSION_COOKIE}={laid.sessions[1]}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
    )
    await asyncio.to_thread(one.recv, 12)
    said = json.dumps({"hello": {"since": laid.page.seq, "client": "abcdefgh9999"}}).encode()
    # A client's frames are masked; a mask of zeros changes nothing.
    one.sendall(bytes((0x81, 0x80 | len(said))) + bytes(4) + said)
    return one
