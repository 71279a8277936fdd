"""A round in the browser: out to three and back, a thing placed by hand, a proposal taken up.

TRAVAUX_SHOTS names a folder for a picture of each page on the way.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.exchange.word.read import read
from app.store.seats import Role
from tests.support.browser import flaws, looking, overflows
from tests.support.hands import Hand
from tests.support.site import SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"


def take(page: Page, button: str) -> bytes:
    """The file that a button hands out."""
    with page.expect_download() as handed:
        page.get_by_role("button", name=button).click()
    return Path(handed.value.path()).read_bytes()


def fits(page: Page, name: str) -> None:
    """The page as it is shown has no flaw that axe knows, and fits a telephone."""
    assert flaws(page) == []
    folder = os.environ.get("TRAVAUX_SHOTS", "")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflows(page) == 0
        if folder:
            page.screenshot(path=Path(folder) / f"round-{name}-{width}.png", full_page=True)


def answers(copies: list[bytes], folder: Path) -> list[Path]:
    """Three files as capitals send them back."""
    first, second, third = (
        Hand(copy, f"Capital {name}") for copy, name in zip(copies, "ABC", strict=True)
    )
    first.replace("by day", "by day and by night")
    first.comment("equally authentic", "In which languages?")
    second.insert_after("Convention on Ferries", " and Ferrymen")
    third.strike("does not apply in a flood")
    files = []
    for name, hand in zip("abc", (first, second, third), strict=True):
        path = folder / f"{name}.docx"
        path.write_bytes(hand.saved())
        files.append(path)
    return files


def test_a_round_goes_out_and_comes_back(
    browser: Browser, address: str, site: Site, tmp_path: Path
) -> None:
    day = site.uid("A ferry crosses by day.")
    with looking(browser, address, site.sessions[Role.CHAIR]) as chair:
        chair.on("dialog", lambda dialog: dialog.accept())
        chair.goto(HOME)
        chair.get_by_label("What to do with this draft").click()
        chair.get_by_role("link", name="Rounds").first.click()
        chair.get_by_role("link", name="Circulate the text").click()
        chair.get_by_label("Name of the round").fill("First reading")
        chair.get_by_label("Delegations").fill("Delegation A\nDelegation B\nDelegation C")
        chair.get_by_label("Cover text").fill("Please answer soon.")
        fits(chair, "new")
        chair.get_by_role("button", name="Open the round").click()
        expect(chair.get_by_role("heading", name="0 of 3 answered")).to_be_visible()
        desk = chair.url
        copies = [take(chair, f"Copy of Delegation {name}: the text alone") for name in "ABC"]
        assert len(set(copies)) == 3
        first, second, third = answers(copies, tmp_path)

        # One has no seat here, and answers by a link.
        chair.get_by_role("button", name="A link for Delegation C").click()
        link = chair.locator("#once input").input_value()
        assert "/replies/" in link
        fits(chair, "links")
        with looking(browser, address) as capital:
            capital.goto(re.sub(r"^https?://[^/]+", "", link))
            expect(capital.locator(".cover")).to_have_text("Please answer soon.")
            fits(capital, "reply")
            capital.set_input_files("#file", third)
            capital.get_by_role("button", name="Hand in").click()
            expect(capital.locator("#sent")).to_contain_text("It is kept and read: 1 change")
            capital.get_by_role("link", name="here, article by article").click()
            capital.locator("summary", has_text="Languages").click()
            fits(capital, "comments")

        # The others came by e-mail.
        chair.goto(desk)
        chair.set_input_files("#file", [first, second])
        chair.get_by_label("How it came").fill("by e-mail of 3 May")
        chair.get_by_role("button", name="Keep and read").click()
        expect(chair.get_by_role("heading", name="3 of 3 answered")).to_be_visible()
        expect(chair.locator("#progress .notice")).to_have_count(0)
        expect(chair.locator("#round")).to_contain_text("1 to place")
        fits(chair, "desk")

        # What has no place is dragged to one.
        chair.get_by_role("link", name=re.compile("^Inbox")).click()
        fits(chair, "inbox")
        card = chair.locator(".waiting")
        expect(card).to_contain_text("and Ferrymen")
        chair.get_by_label("Drag a thing").fill("lang")
        languages = chair.locator("[data-place]", has_text="Languages")
        expect(chair.locator("[data-place]")).to_have_count(1)
        card.locator("h3").drag_to(languages)
        expect(chair.locator("#said-here")).to_contain_text("Placed at Article 4")
        expect(chair.get_by_role("heading", name="0 things to place")).to_be_visible()
        # That was the wrong one: it is taken back, and the right one chosen by keys.
        chair.locator("#said-here").get_by_role("button", name="Take it back").click()
        field = card.locator("[data-clauses]")
        field.press_sequentially("authentic", delay=5)
        expect(card.get_by_role("option")).to_have_count(1)
        for key in ("ArrowDown", "Enter"):
            field.press(key)
        expect(field).to_have_value("Article 4, text")
        field.press("Enter")
        expect(chair.locator("#said-here")).to_contain_text("Placed at Article 4")

        # One change is tabled on the delegation's word, and taken up.
        chair.get_by_role("link", name=re.compile("^By clause")).click()
        fits(chair, "table")
        row = chair.locator("tbody", has_text="and by night")
        row.get_by_text("Table it on their word").click()
        row.get_by_label("On whose word").fill("Focal point A, by telephone")
        row.get_by_role("button", name="Table it").click()
        expect(chair.locator("#proposal-page")).to_contain_text("tabled")
        chair.get_by_role("button", name="Take up in the text").click()
        expect(chair.locator("#proposal-page")).to_contain_text("incorporated")
        assert site.words(day) == "A ferry crosses by day and by night."

        # What went out is compared with what there is now.
        chair.goto(f"{HOME}/exports/new")
        chair.get_by_role("radio", name="The text with its changes").check()
        redline = take(chair, "Make the file")
        assert any("and by night" in each.text for each in read(redline).paragraphs)
