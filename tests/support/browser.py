"""A real Chromium for the tests: started once, told nothing of the world outside this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.web.guard import SESSION_COOKIE

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_BROKEN = ("net::ERR_", "WebSocket connection to", "Failed to fetch")
_STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Where the browser is; "" when this machine has none and Playwright is to use its own."""
    told = os.environ.get("TRAVAUX_CHROMIUM", "")
    return told or next(filter(None, map(shutil.which, _NAMES)), "")


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium() or None, args=list(_FLAGS), headless=True
        )
        try:
            yield browser
        finally:
            _LEFT.clear()
            browser.close()


@contextmanager
def looking(
    browser: Browser,
    address: str,
    session: str = "",
    *,
    width: int = 1440,
    height: int = 900,
    dark: bool = False,
    script: bool = True,
    rough: bool = False,
) -> Iterator[Page]:
    """A page of a fresh visitor, signed in with `session`; what its console complains of fails.

    `rough`: the line breaks in this journey, and the console may say so.
    """
    page = _page(browser, address, script)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if dark else "light")
    if session:
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": address}])
    complaints: list[str] = []

    def complain(error: Any) -> None:
        complaints.append(str(error))

    def note(said: Any) -> None:
        _note(said, complaints, rough)

    page.on("pageerror", complain)
    page.on("console", note)
    went_well = False
    try:
        yield page
        went_well = True
    finally:
        if went_well and script and not rough and _is_as_made(page):
            page.remove_listener("pageerror", complain)
            page.remove_listener("console", note)
            _leave(page, address)
        else:
            page.context.close()
    assert not complaints, complaints


# --- pages that visitors have left: to make a window of one's own takes as long as ten clicks in it

_LEFT: dict[str, list[Page]] = {}
"""By the address that they look at; each is as a new one would be, but for what is cached."""


def _page(browser: Browser, address: str, script: bool) -> Page:
    """A page that knows nothing, with nothing but `script` settled."""
    if script and _LEFT.get(address):
        return _LEFT[address].pop()
    context: BrowserContext = browser.new_context(
        base_url=address, java_script_enabled=script, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    return context.new_page()


def _is_as_made(page: Page) -> bool:
    """Whether nobody has put anything between this page and the world, or beside it."""
    inner = page._impl_obj  # what is put in is told nowhere else
    between = (inner._routes, inner._web_socket_routes, inner.listeners("dialog"))
    return not page.is_closed() and page.context.pages == [page] and not any(between)


def _leave(page: Page, address: str) -> None:
    """Go, and leave nothing behind: neither cookies nor words kept, nor the pointer over a link."""
    if page.url.startswith(address):
        page.evaluate("() => sessionStorage.clear()")
    page.goto("about:blank")
    page.mouse.move(-1, -1)
    page.context.clear_cookies()
    debugger = page.context.new_cdp_session(page)
    everything = {"origin": address, "storageTypes": "local_storage,indexeddb,cache_storage"}
    debugger.send("Storage.clearDataForOrigin", everything)
    debugger.detach()
    _LEFT.setdefault(address, []).append(page)


def _note(said: Any, complaints: list[str], rough: bool) -> None:
    if rough and any(broken in said.text for broken in _BROKEN):
        return
    # A refusal is an answer like any other, yet the console reports its status as an error.
    if said.type == "error" and "the server responded with a status" not in said.text:
        complaints.append(said.text)


def flaws(page: Page) -> list[str]:
    """What axe finds on the page as it is shown now: one line for each flaw; empty when none."""
    # Run from the debugger, not from the page, so that the page's own policy stays as it is.
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        # What passes is counted, not described: that takes longer than looking for flaws.
        "standards => axe.run(document, {runOnly: {type: 'tag', values: standards},"
        " resultTypes: ['violations']}).then(found => found.violations)",
        list(_STANDARDS),
    )
    return [
        f"{flaw['id']}: {node['target']} {node['failureSummary']}"
        for flaw in found
        for node in flaw["nodes"]
    ]


def overflows(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
