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

from app.actions import drafting, seating
from app.store.unit import Stores
from tests.support.browser import looking, opened
from tests.support.large import large_document

SLUG = "large"
PORT = 8467
ROUNDS = 9
SERVER_MS = 150.0
HTML_KB = 1500.0
CLICK_MS = 100.0
# The browser's own record of the first click: from the press to the frame that shows its effect.
_FIRST_CLICK = """
new Promise(done => new PerformanceObserver(list => {
  const clicks = list.getEntries().filter(entry => entry.name === "click")
  if (clicks.length) done(clicks[0].duration)
}).observe({type: "event", durationThreshold: 16, buffered: true}))
"""


def rows() -> Iterator[dict[str, object]]:
    """The rows of the table: two answers of the server, the size of the HTML, the first click."""
    with tempfile.TemporaryDirectory() as folder:
        session = _large_draft(Path(folder))
        with _server(Path(folder)) as address:
            first, size = _ask(session)
            times = [_ask(session)[0] for _ in range(ROUNDS)]
            click = _first_click(address, session)
    yield _row("draft page, 2,000+ clauses: first answer of the server", first, SERVER_MS, "ms")
    later = statistics.median(times)
    yield _row("draft page, 2,000+ clauses: a later answer (median)", later, SERVER_MS, "ms")
    yield _row("draft page, 2,000+ clauses: HTML before compression", size / 1000, HTML_KB, "KB")
    yield _row("draft page, 2,000+ clauses: first click in Chromium", click, CLICK_MS, "ms")


def _row(name: str, ours: float, limit: float, unit: str) -> dict[str, object]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": limit,
        "ratio": round(ours / limit, 3),
        "unit": f"{unit} (beside our limit)",
    }


def _large_draft(folder: Path) -> str:
    """Puts the large draft into a fresh database; gives the session of its chair."""
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
        drafting.new_draft(store, chair.seat, title=document.title, document=document, slug=SLUG)
    stores.close()
    return chair.token


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    environment = os.environ | {"TRAVAUX_DATA": str(folder), "TRAVAUX_PORT": str(PORT)}
    environment.pop("TRAVAUX_DATABASE_URL", None)
    server = subprocess.Popen(
        [sys.executable, "-c", "from app.cli import run; run()", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(200):
            try:
                _get("/healthz")
                break
            except OSError:
                time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _ask(session: str) -> tuple[float, int]:
    """Milliseconds to the last byte of the draft page, and its bytes."""
    headers = {"Cookie": f"travaux_session={session}", "Accept-Encoding": "identity"}
    started = time.perf_counter()
    page = _get(f"/drafts/{SLUG}", headers)
    taken = (time.perf_counter() - started) * 1000
    if len(re.findall(rb"Article \d+", page)) < 320:
        raise RuntimeError("The page does not show the draft.")
    return taken, len(page)


def _get(path: str, headers: dict[str, str] | None = None) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        line.request("GET", path, headers=headers or {})
        return line.getresponse().read()
    finally:
        line.close()


def _first_click(address: str, session: str) -> float:
    with opened() as browser, looking(browser, address, session) as page:
        page.goto(f"/drafts/{SLUG}", wait_until="load")
        page.mouse.click(720, 500)
        return float(page.evaluate(_FIRST_CLICK))
