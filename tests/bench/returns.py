"""How long it takes until forty files of a 320-article draft that came back are read and placed.

Each of them has some sixty edits and comments by one capital; they are read as the server does
it, from the first to the last, and everything that is in them has to be accounted for.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from app.actions import drafting, returning, rounding
from app.actions.rounding import To
from app.store.rounds import ReturnedRecord
from app.store.seats import Role
from app.store.unit import Stores
from tests.support.hands import Hand, said
from tests.support.large import large_document
from tests.support.world import seats

FILES = 40
EDITS = 60
SECONDS = 60.0


def rows() -> Iterator[dict[str, object]]:
    """The row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        stores.migrate()
        try:
            came, taken = _read(stores)
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


def _read(stores: Stores) -> tuple[tuple[ReturnedRecord, ...], float]:
    document = large_document()
    with stores.begin() as store:
        chair = seats(store)[Role.CHAIR]
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
    return came, time.perf_counter() - began


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
