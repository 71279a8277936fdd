"""A day in a negotiation: five seats, one article, from a question to the text that is agreed.

Chair, drafter, scholar and the focal points of two delegations, each at a browser of their own.
TRAVAUX_SHOTS names a folder in which to leave pictures of the day, wide and narrow.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.actions import seating, settling
from app.actions.policy import OPERATOR
from app.store.seats import Role
from tests.support.browser import flaws, looking, overflows
from tests.support.site import PASSWORD, SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"
SELECT = """
([uid, words]) => {
  const walker = document.createTreeWalker(
    document.querySelector(`#${uid} p`), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
  }
}
"""
FLOOD = "Paragraph 1 does not apply in a flood."


def focal(site: Site, delegation: str) -> str:
    """A session of that delegation's focal point."""
    with site.stores.begin() as store:
        link = seating.invite(
            store,
            OPERATOR,
            email=f"{delegation[-1].lower()}@example.org",
            name=f"Focal point {delegation[-1]}",
            role=Role.DELEGATE,
            delegation=delegation,
        )
    signed = seating.accept_invitation(site.stores, link, PASSWORD)
    with site.stores.begin() as store:
        seating.change_seat(
            store,
            OPERATOR,
            signed.seat.id,
            name=signed.seat.name,
            role=Role.DELEGATE,
            delegation=delegation,
            focal=True,
        )
    return signed.token


@pytest.fixture
def table(browser: Browser, address: str, site: Site) -> Iterator[Mapping[str, Page]]:
    sessions = {
        "chair": site.sessions[Role.CHAIR],
        "drafter": site.sessions[Role.DRAFTER],
        "scholar": site.sessions[Role.SCHOLAR],
        "B": focal(site, "Delegation B"),
        "C": focal(site, "Delegation C"),
    }
    with ExitStack() as stack:
        yield {
            who: stack.enter_context(looking(browser, address, session))
            for who, session in sessions.items()
        }


LOOKED_INTO = ("3-colliding", "4-table", "8-status")
"""The pages of which other journeys have not asked whether they have flaws."""


def shown(page: Page, name: str) -> None:
    """The page fits its window, wide and narrow; and a picture of it, if somebody wants one."""
    folder = os.environ.get("TRAVAUX_SHOTS", "")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflows(page) == 0, (name, width)
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert name not in LOOKED_INTO or flaws(page) == [], name


def tabled(page: Page, uid: str, words: str, reason: str) -> str:
    """The address of a proposal that a focal point writes in the text, and tables."""
    page.goto(f"{HOME}/clauses/{uid}#{uid}")
    page.click(f"#{uid} .n")
    page.keyboard.press("e")
    form = page.locator(f"form.suggest#{uid}")
    form.locator("[name=words]").fill(words)
    form.locator("[name=reason]").fill(reason)
    form.locator("button.primary").click()
    expect(page.locator(f"#proposals-{uid}")).to_contain_text(reason)
    page.goto(f"{HOME}/proposals?stage=private")
    page.locator("#main a[href*='/proposals/p'], main a[href*='/proposals/p']").first.click()
    expect(page.locator("#proposal-page .stage")).to_have_text("private")
    return str(page.url.partition("?")[0])


def confirmed(page: Page, button: str) -> None:
    """Press a button, and say yes when asked whether it is meant."""
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=button, exact=True).click()


def test_a_day_in_a_negotiation(table: Mapping[str, Page], site: Site) -> None:
    chair, drafter, scholar, b, c = (
        table[who] for who in ("chair", "drafter", "scholar", "B", "C")
    )
    uid = site.uid("does not apply")

    # The chair enters the meeting; a scholar asks on the very words, a drafter answers.
    chair.goto(f"{HOME}/meetings")
    chair.locator("[name=name]").first.fill("Second reading")
    chair.locator("[name=held]").fill("4 May 2026")
    chair.locator("form[action$='/meetings'] button").click()
    expect(chair.locator("main")).to_contain_text("Second reading")
    scholar.goto(HOME)
    scholar.evaluate(SELECT, [uid, "a flood"])
    expect(scholar.locator(".note-key")).to_be_visible()
    scholar.keyboard.press("n")
    form = scholar.locator("#panel .note-new form")
    expect(form.locator("[name=body]")).to_be_focused()
    scholar.keyboard.type("Who says that it is one?")
    form.locator("[name=kind]").select_option("question")
    form.locator("[name=audience]").select_option("everyone")
    form.locator("button[type=submit]").click()
    expect(scholar.locator("#panel .note")).to_contain_text("Who says")
    drafter.goto("/inbox")
    expect(drafter.locator("main")).to_contain_text("Who says that it is one?")
    drafter.goto(f"{HOME}/clauses/{uid}?tab=notes")
    drafter.click("#panel .note summary:has-text('Answer')")
    drafter.locator("#panel .note [name=body]").fill("The ferryman does.")
    drafter.locator("#panel .note button:has-text('Answer')").click()
    expect(drafter.locator("#panel .answer")).to_contain_text("The ferryman does.")
    shown(drafter, "1-answer")

    # Two delegations propose; nobody knows of either until it is tabled, and then they collide.
    first = tabled(b, uid, FLOOD.replace("a flood", "a flood or a storm"), "Storms count.")
    assert c.goto(first).status == 404  # type: ignore[union-attr]
    assert chair.goto(first).status == 404  # type: ignore[union-attr]
    shown(b, "2-private")
    confirmed(b, "Table")
    expect(b.locator("#proposal-page .stage")).to_have_text("tabled")
    second = tabled(c, uid, FLOOD.replace("a flood", "high water"), "Floods are vague.")
    confirmed(c, "Table")
    expect(c.locator("#proposal-page")).to_contain_text("Delegation B")
    shown(c, "3-colliding")

    # A position is recorded from the floor, read by all when the chair releases it.
    chair.goto(first)
    position = chair.locator("#state-position")
    position.locator("[name=delegation]").fill("Delegation D")
    position.locator("[name=stance]").select_option("supports")
    position.locator("[name=meeting]").select_option(label="Second reading, 4 May 2026")
    position.locator("button:has-text('Record')").click()
    expect(chair.locator("#stated")).to_contain_text("not released")
    scholar.goto(first)
    expect(scholar.locator("#stated")).to_contain_text("No position stated.")
    chair.locator("#stated button:has-text('Release')").click()
    scholar.goto(f"{HOME}/clauses/{uid}/proposals")
    expect(scholar.locator("main table")).to_contain_text("Delegation D")
    shown(scholar, "4-table")

    # Taken up in brackets; the other is overtaken; the bracket is lifted.
    chair.goto(first)
    shown(chair, "5-decide")
    chair.locator("#settle [name=meeting]").first.select_option(label="Second reading, 4 May 2026")
    chair.locator("#settle button:has-text('In brackets')").click()
    expect(chair.locator("#proposal-page .stage")).to_have_text("incorporated in brackets")
    assert site.words(uid) == "Paragraph 1 does not apply in a flood [or a storm]."
    chair.goto(second)
    chair.click("#settle summary")
    chair.locator("#why-aside").fill("The text has moved on.")
    chair.locator("button[value=overtaken]").click()
    expect(chair.locator("#proposal-page .stage")).to_have_text("overtaken")
    drafter.goto(f"{HOME}/brackets")
    expect(drafter.locator(f"li[id^='b-{uid}']")).to_contain_text("Delegation B")
    shown(drafter, "6-brackets")
    drafter.locator(f"li[id^='b-{uid}'] button[value=keep]").first.click()
    expect(drafter.locator(f"li[id^='b-{uid}']")).to_have_count(0)
    assert site.words(uid) == "Paragraph 1 does not apply in a flood or a storm."

    # Agreed, then nobody writes in it; reopened; and it goes out as a Word file.
    chair.goto(f"{HOME}/clauses/{uid}#{uid}")
    chair.click("#panel .steps summary")
    chair.locator("#to-status").select_option("agreed")
    chair.get_by_role("button", name="Agreed so").click()
    expect(chair.locator("#panel")).to_contain_text(settling.NOTHING_IS_AGREED)
    shown(chair, "7-agreed")
    drafter.goto(f"{HOME}/clauses/{uid}/edit")
    expect(drafter.locator("main")).to_contain_text(settling.CLOSED)
    chair.click("#panel .steps summary")
    chair.fill("#why-reopen", "Delegation C asks for it.")
    chair.get_by_role("button", name="Reopen").click()
    drafter.goto(f"{HOME}/status?show=all")
    expect(drafter.locator("#steps")).to_contain_text("Delegation C asks for it.")
    shown(drafter, "8-status")
    drafter.goto(f"{HOME}/journal")
    expect(drafter.locator("main")).to_contain_text("or a storm")
    shown(drafter, "9-record")
    chair.goto(f"{HOME}/exports/new")
    shown(chair, "10-export")
    with chair.expect_download() as download:
        chair.locator("main form button.primary").first.click()
    assert b"word/document.xml" in Path(download.value.path()).read_bytes()
