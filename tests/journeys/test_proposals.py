"""Alternatives and proposals in the browser: put beside, looked at by others, merged, chosen."""

import pytest
from playwright.sync_api import Browser, expect

from app.actions import drafting, negotiating
from app.store.seats import Role
from tests.support.browser import flaws, looking, overflows
from tests.support.site import SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"


def tabled(site: Site, words: str, instead: str) -> str:
    """The public id of a proposal that Delegation A has tabled, and the words changed since."""
    uid = site.uid(words)
    with site.stores.begin() as store:
        draft = drafting.open_draft(store, store.seats.all()[0], SLUG)
        chair, *others = store.seats.all()
        member = next(each for each in others if each.role is Role.DELEGATE)
        focal = store.seats.change(
            member.id,
            name=member.name,
            role=member.role,
            delegation=member.delegation,
            focal=True,
        )
        made = negotiating.propose(
            store, focal, draft, uid, wish="replace", words=instead, reason="So.", seen=1
        )
        negotiating.table(store, focal, draft, made.uid)
        drafting.reword(
            store, chair, draft, uid, f"In summer {words[0].lower()}{words[1:]}", seen=1
        )
    return made.uid


def test_a_chair_merges_a_proposal_and_chooses_an_option(
    browser: Browser, address: str, site: Site
) -> None:
    day = "A ferry crosses by day."
    uid = site.uid(day)
    pid = tabled(site, day, "No ferry crosses by day.")
    with (
        looking(browser, address, site.sessions[Role.CHAIR]) as chair,
        looking(browser, address, site.sessions[Role.OBSERVER]) as observer,
    ):
        observer.goto(HOME)
        chair.goto(f"{HOME}/proposals/{pid}")
        assert flaws(chair) == []
        chair.get_by_role("link", name="Merge by hand").click()
        form = chair.locator(f"form#{uid}")
        expect(chair.locator("#panel")).to_contain_text("What changed since")
        form.locator("textarea").fill("In summer no ferry crosses by day.")
        form.get_by_role("button", name="Take up these words").click()
        expect(chair.locator("#proposal-page")).to_contain_text("incorporated")
        expect(observer.locator(f"#{uid} p")).to_have_text("In summer no ferry crosses by day.")

        chair.goto(f"{HOME}/clauses/{uid}#{uid}")
        chair.locator("#panel .clause-menu summary").click()
        chair.get_by_role("link", name="Alternatives").click()
        chair.locator("#add-option textarea").fill("A ferry crosses by night.")
        chair.get_by_role("button", name="Put it there").click()
        expect(chair.locator(".choice")).to_have_count(2)
        assert flaws(chair) == []
        chair.set_viewport_size({"width": 390, "height": 800})
        assert overflows(chair) == 0
        chair.set_viewport_size({"width": 1440, "height": 900})
        # Whoever has the text open sees both under one number.
        night = observer.locator(".c.option", has_text="by night")
        expect(night.locator(".n")).to_have_text("Option 2:")
        expect(observer.locator(f"#{uid} .n")).to_have_text("1. Option 1:")

        chair.on("dialog", lambda dialog: dialog.accept())
        chair.get_by_role("button", name="Choose Option 2").click()
        expect(observer.locator(f"#{uid}")).to_have_count(0)
        expect(observer.locator(".c", has_text="by night").locator(".n")).to_have_text("1.")
        chair.get_by_role("button", name="Undo", exact=True).first.click()
        expect(observer.locator(".c.option")).to_have_count(2)
