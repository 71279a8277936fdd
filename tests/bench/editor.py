"""How soon the page of a long treaty can be typed in, and how soon each letter is there.

There is no peer that shows such a page, so each figure stands beside the limit that we set
ourselves; below 1 it is kept. The page has 4,000 clauses, and its reader may write in them.
"""

import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from tests.bench.served import laid, serving, sqlite
from tests.support.browser import looking, opened

PORT = 8463
CLAUSES = 4000
LOADS = 5
EDITORS = 12
LETTERS = 60
INTERACTIVE_MS = 300.0
EDITOR_MS = 10.0
LETTER_MS = 10.0

# Notes when the code of the editor has been fetched and run; reading comes first, so it comes late.
_WATCH_CODE = """
(() => {
  const seek = async () => {
    const code = performance.getEntriesByType("resource").find(one => /\\/writing-/.test(one.name))
    if (!code) return setTimeout(seek, 2)
    await import(code.name)
    window.codeThere = performance.now()
  }
  seek()
})()
"""
_READY = """
async () => {
  while (!window.codeThere) await new Promise(done => setTimeout(done, 5))
  const page = performance.getEntriesByType("navigation")[0]
  return [page.responseStart, page.domContentLoadedEventEnd, window.codeThere]
}
"""
# From the click on a clause's words to the frame that shows an editor in their place.
_WATCH_EDITOR = """
([uid, event]) => {
  const clause = document.getElementById(uid)
  window.there = new Promise((done, fail) => addEventListener(event, () => {
    const began = performance.now()
    const look = () => {
      if (clause.querySelector(".cm-content")) setTimeout(() => done(performance.now() - began))
      else if (performance.now() - began > 5000) fail(new Error("no editor comes"))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }, {once: true, capture: true}))
}
"""
# From the press of a key to the page being laid out with its letter.
_WATCH_LETTERS = """
() => {
  window.letters = []
  let began = 0
  const line = new MessageChannel()
  line.port1.onmessage = () => {
    document.querySelector(".cm-content").getBoundingClientRect()
    window.letters.push(performance.now() - began)
  }
  addEventListener("keydown", () => { began = performance.now() }, true)
  addEventListener("input", () => line.port2.postMessage(0), true)
}
"""


def rows() -> Iterator[dict[str, object]]:
    """The rows of the table."""
    with sqlite() as (url, folder):
        table = laid(url, clauses=CLAUSES, people=1)
        with serving(url, folder, PORT) as server, opened() as browser:
            address = f"http://127.0.0.1:{server.port}"
            session, path = table.sessions[0], f"/drafts/{table.slug}"
            loads = [_load(browser, address, session, path) for _ in range(LOADS + 1)][1:]
            with looking(browser, address, session) as page:
                page.goto(path, wait_until="load")
                page.wait_for_load_state("networkidle")
                first, *later = _open_editors(page)
                letters = _type(page)
    name = f"draft page, {CLAUSES:,} clauses"
    first_byte, ready, code = (statistics.median(part) for part in zip(*loads, strict=True))
    told = f"of it {first_byte:.0f} ms the server, {ready:.0f} ms until it can be read and used"
    yield _row(f"{name}: interactive, with the editor's code ({told})", code, INTERACTIVE_MS)
    yield _row(f"{name}: first editor, to the frame that shows it", first, None)
    yield _row(f"{name}: a later editor (median)", statistics.median(later), EDITOR_MS)
    letters.sort()
    half, most = statistics.median(letters), letters[int(len(letters) * 0.95)]
    yield _row(f"{name}: a letter, laid out (p95; p50 {half:.1f})", most, LETTER_MS)


def _row(name: str, ours: float, limit: float | None) -> dict[str, object]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": limit,
        "ratio": round(ours / limit, 3) if limit else None,
        "unit": "ms (beside our limit)" if limit else "ms",
    }


def _load(browser: Browser, address: str, session: str, path: str) -> tuple[float, float, float]:
    """Milliseconds to the first byte, to the page being ready, and to the editor's code."""
    with looking(browser, address, session) as page:
        page.add_init_script(_WATCH_CODE)
        page.goto(path, wait_until="load")
        first_byte, ready, code = page.evaluate(_READY)
    return first_byte, ready, max(ready, code)


def _open_editors(page: Page) -> list[float]:
    """Milliseconds from a click to an editor, clause after clause."""
    uids = page.evaluate(
        "[...document.querySelectorAll('#sheet .c')].filter(one => one.querySelector(':scope > p'))"
        f".slice(0, {EDITORS}).map(one => one.id)"
    )
    taken: list[float] = []
    for uid in uids:
        words = page.locator(f"#{uid} > p")
        words.scroll_into_view_if_needed()
        page.wait_for_timeout(250)
        # The first is opened by a double click; where one writes, a click leads on.
        event = "click" if taken else "dblclick"
        page.evaluate(_WATCH_EDITOR, [uid, event])
        (words.click if taken else words.dblclick)()
        taken.append(float(page.evaluate("window.there")))
    return taken


def _type(page: Page) -> list[float]:
    """Milliseconds for each of many letters in the editor that is open."""
    page.evaluate(_WATCH_LETTERS)
    for _ in range(LETTERS):
        page.keyboard.press("e")
        page.wait_for_timeout(20)
    return [float(letter) for letter in page.evaluate("window.letters")]
