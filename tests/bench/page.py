"""How fast the draft page is for a draft of the size of the Law of the Sea Convention.

There is no peer that serves such a page, so each figure stands beside the limit that we set
ourselves; below 1 it is kept.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from app.actions import annotating, citing, drafting, library, negotiating, seating
from app.actions.annotating import Chosen
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store, Stores
from app.treaty.document import Kind
from tests.support.browser import looking, opened
from tests.support.large import large_document

SLUG = "large"
PORT = 8467
ROUNDS = 9
SERVER_MS = 150.0
HTML_KB = 1500.0
CLICK_MS = 100.0
CLAUSES = 2000
CITATIONS = 400
EDITS = 5
NOTES = 300
PROPOSALS = 200
NOTED = f"/drafts/{SLUG}/notes.json"
PROPOSED = f"/drafts/{SLUG}/proposals/inline"
SETTLING = 2
WALK = 20
# From the press, as the browser stamped it, to the frame after the one that shows its effect.
_WATCH = """
() => {
  window.shown = new Promise(done => addEventListener("pointerdown", pressed =>
    addEventListener("click", () => requestAnimationFrame(() => setTimeout(
      () => done(performance.now() - pressed.timeStamp))), {once: true, capture: true}),
    {once: true, capture: true}))
}
"""
_WALK = """
async steps => {
  const taken = []
  for (let step = 0; step < steps; step++) {
    const began = performance.now()
    const key = step < steps / 2 ? "j" : "k"
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}))
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)))
    taken.push(performance.now() - began)
  }
  return taken
}
"""


def rows() -> Iterator[dict[str, object]]:
    """The rows of the table: answers of the server, the size of what it sends, the browser."""
    with tempfile.TemporaryDirectory() as folder:
        session, clauses = _large_draft(Path(folder))
        with _server(Path(folder)) as address:
            first, size, how = _ask(session)
            times = [_ask(session)[0] for _ in range(ROUNDS)]
            edited = [_ask_after_edit(Path(folder), session, at) for at in range(EDITS)]
            with opened() as browser, looking(browser, address, session) as page:
                click, steps = _in_chromium(page)
        with _server(Path(folder)):
            time.sleep(SETTLING)
            settled, _, how_then = _ask(session)
        _talk(Path(folder))
        with _server(Path(folder)) as address:
            _ask(session)
            with_talk = [_ask(session)[0] for _ in range(ROUNDS)]
            told = [_told(session, path) for path in (NOTED, PROPOSED) for _ in range(2)]
            with opened() as browser, looking(browser, address, session) as page:
                click_then, steps_then = _in_chromium(page, marked=True)
    name = f"draft page, {clauses:,} clauses, {CITATIONS} citations"
    if clauses < CLAUSES:
        raise RuntimeError(f"The large draft has {clauses} clauses only.")
    once = f"first answer of a process, at once (sheet {how})"
    yield _row(f"{name}: {once}", first, SERVER_MS, "ms")
    later = f"first answer of a process, {SETTLING} s on (sheet {how_then})"
    yield _row(f"{name}: {later}", settled, SERVER_MS, "ms")
    yield _row(f"{name}: a later answer (median)", statistics.median(times), SERVER_MS, "ms")
    changed = statistics.median(edited)
    yield _row(f"{name}: first answer after an edit (median)", changed, SERVER_MS, "ms")
    yield _row(f"{name}: HTML before compression", size / 1000, HTML_KB, "KB")
    yield _row(f"{name}: first click in Chromium", click, CLICK_MS, "ms")
    yield _row(f"{name}: a step by j or k in Chromium (slowest)", steps, CLICK_MS, "ms")
    name = f"the same with {NOTES} notes and {PROPOSALS} proposals"
    yield _row(f"{name}: the page (median)", statistics.median(with_talk), SERVER_MS, "ms")
    yield _row(f"{name}: where the notes are, first asked", told[0], SERVER_MS, "ms")
    yield _row(f"{name}: where the notes are, asked again", told[1], SERVER_MS, "ms")
    yield _row(f"{name}: the proposals, first asked", told[2], SERVER_MS, "ms")
    yield _row(f"{name}: the proposals, asked again", told[3], SERVER_MS, "ms")
    yield _row(f"{name}: first click in Chromium", click_then, CLICK_MS, "ms")
    yield _row(f"{name}: a step in Chromium (slowest)", steps_then, CLICK_MS, "ms")


def _row(name: str, ours: float, limit: float, unit: str) -> dict[str, object]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": limit,
        "ratio": round(ours / limit, 3),
        "unit": f"{unit} (beside our limit)",
    }


def _large_draft(folder: Path) -> tuple[str, int]:
    """Puts the large draft with its citations into a fresh database.

    Gives the session of its chair, and how many clauses there are.
    """
    stores = Stores(f"sqlite:///{folder}/travaux.sqlite3")
    stores.migrate()
    with stores.begin() as store:
        token = seating.setup_token(store)
    assert token is not None
    words = "nine bench marks on a long page"
    chair = seating.take_chair(
        stores, token, name="Chair", email="chair@example.org", password=words
    )
    document = large_document()
    with stores.begin() as store:
        draft = drafting.new_draft(
            store, chair.seat, title=document.title, document=document, slug=SLUG
        )
        clauses = store.drafts.clauses(draft.id)
        _cite(store, chair.seat, draft, clauses)
    stores.close()
    return chair.token, len(clauses)


def _cite(
    store: Store, seat: SeatRecord, draft: DraftRecord, clauses: tuple[ClauseRecord, ...]
) -> None:
    source = library.add_source(
        store, seat, kind="document", csl={"type": "book", "title": "On talks"}
    )
    passage = library.add_passage(store, seat, source.slug, locator="P1", digest="On talks.")
    bearing = [clause.uid for clause in clauses if not clause.kind.bears_heading]
    for at in range(CITATIONS):
        uid = bearing[at * len(bearing) // CITATIONS]
        citing.cite(
            store, seat, draft, uid, passage=passage.id, relation="supports", reason="It says so."
        )


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The address of a server that has just begun to answer."""
    environment = os.environ | {"TRAVAUX_DATA": str(folder), "TRAVAUX_PORT": str(PORT)}
    environment.pop("TRAVAUX_DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-c", "from app.cli import run; run()", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait()
        yield f"http://127.0.0.1:{PORT}"
    finally:
        server.terminate()
        server.wait(10)


def _wait() -> None:
    for _ in range(1000):
        try:
            _get("/healthz")
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("The server does not begin to answer.")


def _ask_after_edit(folder: Path, session: str, at: int) -> float:
    """Milliseconds for the page after this process, which is not the server, changed a clause."""
    stores = Stores(f"sqlite:///{folder}/travaux.sqlite3")
    mark = f"Mark {at} of the bench."
    with stores.begin() as store:
        seat = seating.seat_of_session(store, session)
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        bearing = [c for c in store.drafts.clauses(draft.id) if c.kind is Kind.PARAGRAPH]
        clause = bearing[(at + 1) * 150]
        words = f"{clause.text} {mark}"
        drafting.reword(store, seat, draft, clause.uid, words, seen=clause.version)
    stores.close()
    taken, *_ = _ask(session, mark)
    return taken


def _talk(folder: Path) -> None:
    """Writes notes on words of the draft and tables proposals, all over it."""
    stores = Stores(f"sqlite:///{folder}/travaux.sqlite3")
    with stores.begin() as store:
        seat = _delegate(store)
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        bearing = [one for one in store.drafts.clauses(draft.id) if len(one.text.split()) > 3]
        for at in range(NOTES):
            clause = bearing[at * len(bearing) // NOTES]
            start = at % 7 + len(clause.text) // 3
            words = Chosen(start, clause.text[start : start + 12])
            annotating.write(
                store, seat, draft, uid=clause.uid, words=words, body="Why?", audience="everyone"
            )
        for at in range(PROPOSALS):
            clause = bearing[at * len(bearing) // PROPOSALS]
            begin, _, rest = clause.text.partition(" ")
            made = negotiating.propose(
                store,
                seat,
                draft,
                clause.uid,
                wish="replace",
                words=f"{begin} certainly {rest}",
                reason="It is certain.",
                seen=clause.version,
            )
            negotiating.table(store, seat, draft, made.uid)
    stores.close()


def _delegate(store: Store) -> SeatRecord:
    name, delegation = "Delegate A", "Delegation A"
    made = store.seats.add(
        name=name,
        email="delegate@example.org",
        role=Role.DELEGATE,
        delegation=delegation,
        password="unusable",
    )
    return store.seats.change(
        made.id, name=name, role=Role.DELEGATE, delegation=delegation, focal=True
    )


def _told(session: str, path: str) -> float:
    """Milliseconds to the last byte of what a page asks for after it is there."""
    started = time.perf_counter()
    said, _ = _get(path, {"Cookie": f"travaux_session={session}"})
    taken = (time.perf_counter() - started) * 1000
    if len(said) < 100 * min(NOTES, PROPOSALS):
        raise RuntimeError(f"{path} does not tell of all.")
    return taken


def _ask(session: str, words: str = "") -> tuple[float, int, str]:
    """Milliseconds to the last byte of the draft page with these words, its bytes, and how.

    "kept" when the server had the sheet already, "made" when it was set for this answer.
    """
    headers = {"Cookie": f"travaux_session={session}", "Accept-Encoding": "identity"}
    started = time.perf_counter()
    page, how = _get(f"/drafts/{SLUG}", headers)
    taken = (time.perf_counter() - started) * 1000
    whole = len(re.findall(rb"Article \d+", page)) >= 320
    marked = page.count(b' class="m"') == CITATIONS
    if not (whole and marked and words.encode() in page):
        raise RuntimeError("The page does not show the draft as it is.")
    return taken, len(page), how


def _get(path: str, headers: dict[str, str] | None = None) -> tuple[bytes, str]:
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        line.request("GET", path, headers=headers or {})
        answer = line.getresponse()
        return answer.read(), answer.getheader("server-timing", "").rpartition("=")[2]
    finally:
        line.close()


def _in_chromium(page: Page, *, marked: bool = False) -> tuple[float, float]:
    """Milliseconds for the first click on the number of a clause, and for the slowest step.

    `marked`: with the notes drawn on the page.
    """
    page.goto(f"/drafts/{SLUG}", wait_until="load")
    if marked:
        page.locator(".note-mark").first.wait_for(state="attached")
    page.evaluate(_WATCH)
    page.locator(".c.article a.n").nth(1).click()
    click = float(page.evaluate("window.shown"))
    steps = page.evaluate(_WALK, WALK)
    return click, float(max(steps))
