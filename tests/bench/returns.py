"""How long it takes until forty files of a 320-article draft that came back are read and placed.

Each of them has some sixty edits and comments by one capital; they are read as the server does
it, from the first to the last, and everything that is in them has to be accounted for. Then the
pages of that round are asked for, as who steers sees them.
"""

import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from fastapi.testclient import TestClient

from app.actions import drafting, returning, rounding, seating
from app.actions.rounding import To
from app.actions.seating import SignedIn
from app.main import create_app
from app.settings import Settings
from app.store.rounds import ReturnedRecord, RoundRecord
from app.store.seats import SeatRecord
from app.store.unit import Stores
from app.web.guard import SESSION_COOKIE
from tests.support.hands import Hand, said
from tests.support.large import large_document

FILES = 40
EDITS = 60
SECONDS = 60.0
ASKED = 5
PAGE_MS = 150.0
PAGE_KB = 1000.0


def rows() -> Iterator[dict[str, object]]:
    """The rows of the table."""
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        stores.migrate()
        try:
            chair = _chair(stores)
            came, taken, round_ = _read(stores, chair.seat)
            slowest, largest = _pages(stores, chair.token, round_, came[0])
        finally:
            stores.close()
    reports = [report for each in came if (report := returning.report(each)) is not None]
    findings = sum(report.placed + report.in_inbox for report in reports)
    lost = sum(report.lost for report in reports) + FILES - len(reports)
    yield {
        "name": f"reading {FILES} returns, {findings:,} findings, {lost} lost (beside our limit)",
        "ours": round(taken, 1),
        "peer": SECONDS,
        "ratio": round(taken / SECONDS, 3),
        "unit": "s",
    }
    for name, ours, limit, unit in (
        (f"slowest page of that round, {slowest[1]}", slowest[0], PAGE_MS, "ms"),
        (f"largest page of that round, {largest[1]}", largest[0], PAGE_KB, "kB"),
    ):
        yield {
            "name": f"{name} (beside our limit)",
            "ours": round(ours, 1),
            "peer": limit,
            "ratio": round(ours / limit, 3),
            "unit": unit,
        }


def _chair(stores: Stores) -> SignedIn:
    with stores.begin() as store:
        token = seating.setup_token(store) or ""
    return seating.take_chair(
        stores, token, name="Chair", email="chair@example.org", password="a large round 40"
    )


def _pages(
    stores: Stores, session: str, round_: RoundRecord, came: ReturnedRecord
) -> tuple[tuple[float, str], tuple[float, str]]:
    """The slowest page by the median of several askings, in ms, and the largest one, in kB."""
    app = create_app(Settings(data=Path("unused"), database_url=stores.url))
    here = f"/drafts/large/rounds/{round_.uid}"
    times, sizes = [], []
    with TestClient(app, cookies={SESSION_COOKIE: session}) as visitor:
        for path in ("", "/inbox", "/table", f"/returns/{came.uid}"):
            taken = []
            for _ in range(ASKED + 1):
                began = time.perf_counter()
                answer = visitor.get(here + path)
                taken.append(1000 * (time.perf_counter() - began))
                answer.raise_for_status()
            # The first asking sets the text, and gives every template its form.
            name = path.split("/")[1] if path else "desk"
            times.append((statistics.median(taken[1:]), name))
            sizes.append((len(answer.content) / 1000, name))
    return max(times), max(sizes)


def _read(
    stores: Stores, chair: SeatRecord
) -> tuple[tuple[ReturnedRecord, ...], float, RoundRecord]:
    document = large_document()
    with stores.begin() as store:
        draft = store.drafts.create(slug="large", document=document, by=chair)
        drafting.name_edition(store, chair, draft, name="First")
        to = [To(f"Delegation {number}") for number in range(FILES)]
        round_ = rounding.open_round(
            store, chair, draft, name="Round", edition="first", recipients=to
        )
        for turn, one in enumerate(rounding.recipients(store, chair, round_)):
            file = rounding.copy_for(store, chair, draft, round_, one)
            content = _edited(file.content, turn)
            returning.receive(store, chair, draft, round_, f"{turn}.docx", content)
    began = time.perf_counter()
    came = returning.read_waiting(stores)
    return came, time.perf_counter() - began, round_


def _edited(content: bytes, turn: int) -> bytes:
    """The copy as a capital sends it back."""
    hand = Hand(content, f"Capital {turn}")
    places = {said(each): each for each in hand.paragraphs()}
    # Looking each place up anew takes long.
    hand.find = places.__getitem__  # type: ignore[method-assign, assignment]
    often = Counter(clause.text for clause in large_document().clauses)
    texts = sorted(text for text in places if len(text) > 60 and often[text] == 1)
    dice = Random(turn)  # noqa: S311
    for text in dice.sample(texts, EDITS):
        word = text.split(" ")[0]
        kind = dice.randrange(5)
        if kind == 0:
            hand.replace(word, "Zq", text)
        elif kind == 1:
            hand.strike(text)
        elif kind == 2:
            hand.split(word, text)
        elif kind == 3:
            hand.comment(word, "Why?", within=text)
        else:
            hand.add_after(text, "A new paragraph.", "TreatyParagraph")
    return hand.saved()
