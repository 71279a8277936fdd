"""A session ends while somebody writes: what was written is still there, and gets saved."""

import pytest
from playwright.sync_api import Browser, expect

from app.store.seats import Role
from tests.support.browser import flaws, looking
from tests.support.site import PASSWORD, SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"
WORDS = "A ferry crosses [by day] and, where lit, by night."


def end_all(site: Site) -> None:
    with site.stores.begin() as store:
        for seat in store.seats.all():
            store.seats.end_sessions(seat.id)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_words_written_in_an_ended_session_reach_the_clause(
    browser: Browser, site: Site, address: str, script: bool
) -> None:
    uid = site.uid("by day")
    with looking(browser, address, site.sessions[Role.CHAIR], script=script) as page:
        page.goto(f"{HOME}/clauses/{uid}/edit")
        page.fill("form.edit textarea.words", WORDS)
        end_all(site)
        if script:
            # What the page asks for by itself is answered by the page to sign in on.
            with page.expect_response("**/notes.json"):
                page.evaluate("() => document.dispatchEvent(new Event('notes:stirred'))")
        page.click("form.edit .primary")
        kept = page.locator("#again textarea").first
        expect(kept).to_have_value(WORDS)
        assert kept.evaluate("area => area.readOnly")
        if script:
            expect(page.locator("form.edit textarea.words")).to_have_value(WORDS)
            assert not flaws(page)
        page.fill("#again [type=email]", "chair@example.org")
        page.fill("#again [type=password]", PASSWORD)
        page.click("#again .primary")
        expect(page.locator("main")).to_contain_text("Save it now?")
        expect(page.locator("#again textarea").first).to_have_value(WORDS)
        assert site.words(uid) == "A ferry crosses by day."
        if script:
            assert not flaws(page)
        page.click("#again .primary")
        expect(page.locator(f"#{uid} p")).to_have_text(WORDS)
    assert site.words(uid) == WORDS


def test_typing_counts_as_being_there(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("by day")
    asked: list[str] = []
    with looking(browser, address, site.sessions[Role.CHAIR]) as page:
        page.on("request", lambda sent: asked.append(sent.url))
        page.goto(f"{HOME}/clauses/{uid}/edit")
        words = page.locator("form.edit textarea.words")
        with page.expect_response("**/account/here") as answered:
            words.press_sequentially("By night. ")
        assert answered.value.status == 204
        words.press_sequentially("And by day.")
        assert sum(url.endswith("/account/here") for url in asked) == 1
        expect(words).to_be_focused()
