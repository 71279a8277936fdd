"""Secret words in everything that is private, looked for in everything that others can fetch.

What the negotiation of tests/support/negotiation.py keeps to itself is looked for on pages reached
by the table of routes and by links, in searches, files (opened), frames of sockets, headers,
refusals and logs; and what is written in private must not change a letter of what others are told.
"""

import io
import json
import logging
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from sqlalchemy import true
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.actions import circulating, drafting
from app.live import frames
from app.settings import Settings
from app.store import notes, proposals
from app.store.notes import Audience
from app.store.readers import Reader
from app.store.seats import Role
from app.store.unit import Stores
from tests.support import sweeping
from tests.support.apps import app_with
from tests.support.asking import Answer, Asker, Line, asked
from tests.support.databases import Sqlite
from tests.support.negotiation import SEATED, Negotiation, begun
from tests.support.rows import FRAMES, HEARD, ROWS
from tests.support.sweeping import (
    Sweep,
    crawled,
    filled,
    is_file,
    masked,
    opened,
    rehearsed,
    sent,
    shape_of,
)

ADVERSARY = "focal point of B"
OUTSIDE = (ADVERSARY, "focal point of C", "chair", "drafter", "scholar", "observer of B")
"""Everybody who belongs to another delegation than A, or to none."""


@pytest.fixture(scope="module")
def table(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Negotiation]:
    with sqlite.fresh(tmp_path_factory.mktemp("canaries")) as url:
        stores = Stores(url)
        yield begun(stores)
        stores.close()


@pytest.fixture
def app(table: Negotiation) -> Iterator[FastAPI]:
    made = app_with(Settings(data=Path("unused"), database_url=table.stores.url))
    yield made
    made.state.hub.end()
    made.state.stores.close()


@pytest.fixture
def sweep(app: FastAPI, table: Negotiation) -> Iterator[Sweep]:
    with asked(app) as asker:
        yield Sweep(asker, table)


def further(table: Negotiation) -> list[str]:
    """The further views of pages that the table of routes names."""
    return [
        filled(name.partition(" ")[2] + query, table)
        for name, row in ROWS.items()
        if name.startswith("GET ")
        for query in row.more
        if isinstance(query, str)
    ]


# --- the sweep


def test_nobody_comes_upon_anything_and_what_is_private_changes_nothing_for_others(
    sweep: Sweep, caplog: pytest.LogCaptureFixture
) -> None:
    table, pages = sweep.table, {}
    with caplog.at_level(logging.INFO):
        pages[ADVERSARY] = crawled(sweep, ADVERSARY)
        for who in ("chair", "scholar", "secretariat of A"):
            views = [*further(table), table.address, "/inbox", f"{table.address}/proposals"]
            pages[who] = {view: sweep.ask(who, "GET", view) for view in views}
        whisper(table)
        sweep.look_up()
        for who in (ADVERSARY, "chair", "scholar"):
            one_of_each = {shape_of(page): page for page in pages[who]}.values()
            before = {page: pages[who][page] for page in one_of_each}
            assert changed(sweep, who, before) == [], who
    assert sweep.found == []
    assert len(pages[ADVERSARY]) > 150
    assert sweep.told("nobody", caplog.text.lower()) == []


def whisper(table: Negotiation) -> None:
    """Everything that Delegation A can do without anybody's knowing."""
    delegate, drafter = table.act("delegate of A"), table.act("drafter of A")
    delegate.note("a later note", Audience.MINE, quote="Good faith")
    question = delegate.note("a later question", Audience.DELEGATION, kind="question")
    drafter.answer(question)
    delegate.resolve(question)
    delegate.remove(delegate.note("a later note, gone", Audience.MINE))
    delegate.again(delegate.propose("a later proposal", on="faith."))
    delegate.discard(delegate.propose("a later proposal, gone"))


def changed(sweep: Sweep, who: str, before: dict[str, Answer]) -> list[str]:
    """What this person finds otherwise than before: addresses, and the lines there."""
    found = []
    for address, answer in before.items():
        then, now = masked(answer), masked(sweep.ask(who, "GET", address))
        if then != now:
            lines = {*then[2].splitlines()} ^ {*now[2].splitlines()}
            found.append(f"{address}: {then[:2]} {now[:2]} {sorted(lines)}")
    return found


def test_files_hold_nothing_that_is_not_for_whoever_fetches_them(
    app: FastAPI, sweep: Sweep
) -> None:
    made = 0
    with rehearsed(app, sweep.table):
        for who in ("chair", ADVERSARY, "scholar"):
            made += sum(map(is_file, files(sweep, who)))
    assert sweep.found == []
    assert made >= 9


def files(sweep: Sweep, who: str) -> Iterator[Answer]:
    """Every file that can be sent for by a form, in each of its kinds."""
    for name, row in ROWS.items():
        if name.startswith("POST") and name.endswith("/exports"):
            for form in (row.sent, *(each for each in row.more if not isinstance(each, str))):
                address = filled(name.partition(" ")[2], sweep.table)
                yield sweep.ask(who, "POST", address, sent=sent(row, sweep.table, form))


def test_a_feed_read_from_outside_tells_what_its_owner_may_read(sweep: Sweep) -> None:
    (feed,) = [each.words for each in sweep.table.secrets if each.name == "the address of a feed"]
    answer = sweep.asker("GET", f"/feeds/{feed}")
    assert answer.status == 200
    assert sweep.told("scholar", opened(answer), answer.asked.lower()) == []


SEARCHES = (
    "/search?q={word}",
    "/library?q={word}",
    "{draft}/notes/finder.json?q={word}",
    "{draft}/clauses/{uid}/citations/new?q={word}",
)


def test_a_secret_word_is_searched_for_like_one_that_was_never_written(sweep: Sweep) -> None:
    secrets = [
        secret
        for secret in sweep.table.secrets
        if secret.words.endswith("zquix") and not secret.readers & {ADVERSARY, "chair"}
    ]
    assert len(secrets) > 40
    for who in (ADVERSARY, "chair"):
        for number, search in enumerate(SEARCHES):
            never = searched(sweep, who, search, "vumboruglidolatimpero")
            for secret in secrets[number :: 2 * len(SEARCHES)]:
                learned = searched(sweep, who, search, secret.words) != never
                assert not learned, f"{who} learns by {search} of {secret.name}"
    assert sweep.found == []


def searched(sweep: Sweep, who: str, search: str, word: str) -> object:
    address = search.replace("{word}", word).replace("{draft}", sweep.table.address)
    return masked(sweep.ask(who, "GET", filled(address, sweep.table)), word)


# --- sockets


def test_every_frame_that_a_page_can_say_is_known() -> None:
    assert set(frames._READ) == FRAMES


@pytest.mark.parametrize("who", ["nobody", "removed"])
def test_nobody_without_a_seat_sits_down(sweep: Sweep, who: str) -> None:
    session = sweep.table.people[who].session
    with sweep.asker.line(f"{sweep.table.address}/live", session) as line:
        assert not line.is_open


def test_a_table_hears_of_what_is_public_and_of_nothing_else(app: FastAPI, sweep: Sweep) -> None:
    table = sweep.table
    with heard_by_all(sweep) as lines:
        for who, line in lines.items():
            writes = who in ("chair", "secretariat of A", "drafter", "drafter of A")
            assert line.all("welcome")[0]["may"] is writes, who
            if not writes:
                refused(line, table)
        time.sleep(0.5)  # who came is told a little later
        before = {who: len(line.heard) for who, line in lines.items()}
        whisper(table)
        sweep.look_up()
        assert lines["focal point of A"].until("notes"), "who may read a note hears of it"
        time.sleep(1.0)  # twice the time within which it would be told
        for who in OUTSIDE:
            assert lines[who].heard[before[who] :] == [], who
        speak(app, table)
        for line in lines.values():
            line.until("seq", 2)
    for who, line in lines.items():
        assert sweep.told(who, "\n".join(line.heard).lower()) == [], who
        assert {verb for frame in line.heard for verb in json.loads(frame)} <= HEARD


@contextmanager
def heard_by_all(sweep: Sweep) -> Iterator[dict[str, Line]]:
    """A line of everybody with a seat, with all that the journal holds."""
    address = f"{sweep.table.address}/live"
    with ExitStack() as stack:
        lines = {}
        for number, who in enumerate(SEATED):
            session = sweep.table.people[who].session
            line = lines[who] = stack.enter_context(sweep.asker.line(address, session))
            line.say({"hello": {"since": 0, "client": f"page{number:08d}"}})
            assert line.until("welcome") and line.until("seq")
        yield lines


def refused(line: Line, table: Negotiation) -> None:
    """Write and split where this seat may not."""
    uid, seq = table.fills["{reworded}"], line.all("welcome")[0]["seq"]
    words = {"uid": uid, "base": seq, "n": 1, "changes": [[[0, "Well, "], 22]]}
    line.say({"push": words})
    line.say({"deed": {"id": 1, "do": "split", "uid": uid, "base": seq, "at": 4}})
    assert line.until("back") and line.until("no")


def speak(app: FastAPI, table: Negotiation) -> None:
    """Do something that everybody hears of."""
    chair, uid = table.people["chair"].seat, table.fills["{reworded}"]
    with app.state.stores.begin() as store:
        clause = store.drafts.clause(table.world.draft.id, uid)
        assert clause is not None
        words = f"{clause.words} So it is:"
        drafting.reword(store, chair, table.world.draft, uid, words, seen=clause.version)


# --- what the tests above are for: leaks that are planted


def leaking(sweep: Sweep, app: ASGIApp, head: bool, words: str) -> Sweep:
    """The sweep of an application that tells these words in a header, or at the end of pages."""

    async def leaky(scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if head and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-last", words.encode())]
            elif not head and message["type"] == "http.response.body":
                message["body"] = message.get("body", b"") + words.encode()
            await send(message)

        await app(scope, receive, tell)

    return Sweep(Asker(leaky, sweep.asker._loop), sweep.table)


def secret(table: Negotiation, name: str) -> str:
    return next(each.words for each in table.secrets if name in each.name)


@pytest.mark.parametrize("head", [True, False])
def test_a_word_in_a_header_or_a_refusal_is_found(app: FastAPI, sweep: Sweep, head: bool) -> None:
    words = secret(sweep.table, "reason of a proposal of Delegation A")
    leaky = leaking(sweep, app, head, words)
    leaky.ask("chair", "GET", f"{sweep.table.address}/nowhere")
    leaky.ask("delegate of A", "GET", "/drafts")
    (found,) = leaky.found
    assert found.startswith("chair: GET") and found.endswith("reason of a proposal of Delegation A")


def test_the_id_of_what_is_private_is_found(app: FastAPI, sweep: Sweep) -> None:
    leaky = leaking(sweep, app, True, secret(sweep.table, "id of a shared proposal"))
    for who in ("focal point of C", "focal point of B"):
        leaky.ask(who, "GET", "/account/here")
    assert [found.partition(":")[0] for found in leaky.found] == ["focal point of B"]


def test_notes_that_everybody_reads_are_found(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "_was_for", lambda *_: true())
    for page in ("/inbox", f"{sweep.table.address}/notes.csv", f"{sweep.table.address}/notes"):
        sweep.found.clear()
        sweep.ask(ADVERSARY, "GET", page)
        assert any("tells a question that names somebody" in each for each in sweep.found), page


def test_a_count_that_counts_everybodys_is_found(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = proposals.Proposals.counts

    def counts(self: proposals.Proposals, reader: Reader, draft_id: int) -> Counter[str]:
        return kept(self, replace(reader, role=Role.DELEGATE, delegation="Delegation A"), draft_id)

    monkeypatch.setattr(proposals.Proposals, "counts", counts)
    page = filled(f"{sweep.table.address}/clauses/{{uid}}/panel", sweep.table)
    before = {page: sweep.ask("chair", "GET", page)}
    assert changed(sweep, "chair", before) == []
    sweep.table.act("delegate of A").propose("a counted proposal")
    (found,) = changed(sweep, "chair", before)
    assert found.startswith(page)
    assert sweep.found == []


def test_a_word_in_the_depth_of_a_file_is_found(
    app: FastAPI, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = secret(sweep.table, "reason of a proposal of Delegation A")
    kept = circulating.export

    def export(*asked: Any, **more: Any) -> circulating.Export:
        made, inside = kept(*asked, **more), io.BytesIO()
        with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("docProps/custom.xml", f"<v>{words[:7]}</v><v>{words[7:]}</v>")
        return replace(made, content=inside.getvalue())

    monkeypatch.setattr(circulating, "export", export)
    with rehearsed(app, sweep.table):
        assert all(map(is_file, files(sweep, "chair")))
    assert sweep.found


def test_a_word_in_a_frame_is_found(sweep: Sweep) -> None:
    words = secret(sweep.table, "condition in position of Delegation A")
    assert sweep.told("chair", frames.back("c", "page", [1], words, "")) == []
    assert sweep.told(ADVERSARY, frames.back("c", "page", [1], words, "")) != []


def test_a_page_that_is_reached_by_a_link_alone_is_gone_to(
    app: FastAPI, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = secret(sweep.table, "reason of a proposal of Delegation A")
    body = f'<a href="/aside"></a><a href="/static/x.js"></a>{words}'
    monkeypatch.setattr(sweeping, "_known", lambda _: ["/begin"])
    for path, said in (("/begin", '<a href="/aside">'), ("/aside", body)):
        app.get(path)(lambda said=said: HTMLResponse(said))
    pages = crawled(sweep, "scholar")
    assert list(pages) == ["/begin", "/aside"]
    assert len(sweep.found) == 1
