"""Notes in the browser: selected words, what is drawn on them while others type, what is found."""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.actions import annotating
from app.actions.annotating import Chosen
from app.store.seats import Role
from tests.support.browser import flaws, looking, overflows
from tests.support.site import SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"
SELECT = """
([uid, words]) => {
  const words_of = document.querySelector(`#${uid} p`);
  const walker = document.createTreeWalker(words_of, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at >= 0) getSelection().setBaseAndExtent(node, at, node, at + words.length);
  }
}
"""
DRAWN = "name => [...CSS.highlights.get(name)].map(range => range.toString())"


def drawn(page: Page, name: str = "note") -> list[str]:
    """The words that are drawn as those of notes."""
    return sorted(page.evaluate(DRAWN, name))


def test_a_note_on_selected_words_stays_on_them_while_somebody_types(
    browser: Browser, address: str, site: Site
) -> None:
    uid = site.uid("does not apply")
    with (
        looking(browser, address, site.sessions[Role.SCHOLAR]) as scholar,
        looking(browser, address, site.sessions[Role.DRAFTER]) as drafter,
    ):
        for page in (scholar, drafter):
            page.goto(HOME)
        scholar.evaluate(SELECT, [uid, "a flood"])
        expect(scholar.locator(".note-key")).to_be_visible()
        scholar.keyboard.press("n")
        form = scholar.locator("#panel .note-new form")
        expect(form.locator("[name=quote]")).to_have_value("a flood")
        expect(form.locator("[name=body]")).to_be_focused()
        scholar.keyboard.type("How high?")
        form.locator("[name=audience]").select_option("everyone")
        form.locator("button[type=submit]").click()
        expect(scholar.locator("#panel .note")).to_contain_text("How high?")
        expect(scholar.locator(f"#{uid} .note-mark")).to_have_text("1")
        assert drawn(scholar) == ["a flood"]
        assert flaws(scholar) == []

        # Somebody else writes before the words, and then in them.
        drafter.click(f"#{uid} .n")
        drafter.keyboard.press("e")
        expect(drafter.locator(f"#{uid} .cm-content")).to_be_focused()
        drafter.keyboard.press("Home")
        drafter.keyboard.type("Yet ")
        scholar.wait_for_function(
            "uid => document.querySelector(`#${uid} p`).textContent.startsWith('Yet ')", arg=uid
        )
        scholar.wait_for_timeout(2_500)
        assert drawn(scholar) == ["a flood"]
        drafter.keyboard.press("End")
        for _ in range(3):
            drafter.keyboard.press("ArrowLeft")
        drafter.keyboard.type("xyz")
        expect(scholar.locator(f"#{uid} .note-mark.check")).to_have_text("1")
        assert drawn(scholar) == []
        assert drawn(scholar, "note-check") == ["a floxyzod"]


def test_a_note_without_a_script(browser: Browser, address: str, site: Site) -> None:
    uid = site.uid("does not apply")
    with looking(browser, address, site.sessions[Role.SCHOLAR], script=False) as page:
        page.goto(f"{HOME}/clauses/{uid}?tab=notes")
        page.fill("#panel .note-new [name=quote]", "a flood")
        page.fill("#panel .note-new [name=body]", "By hand")
        page.click("#panel .note-new button[type=submit]")
        expect(page.locator("#panel .note blockquote")).to_have_text("a flood")
        page.click("#panel .note summary:has-text('Resolve')")
        page.fill("#panel .note [name=reason]", "Said.")
        page.click("#panel .note button:has-text('Resolve')")
        expect(page.locator("#panel .note .resolution")).to_contain_text("Said.")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_the_pages_of_notes_have_no_flaws(
    browser: Browser, address: str, site: Site, width: int, dark: bool
) -> None:
    uid = site.uid("No ferry may be")
    with site.stores.begin() as store:
        scholar = next(seat for seat in store.seats.all() if seat.role is Role.SCHOLAR)
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        words = Chosen(-1, "without a reason")
        for body in ("Which *one*?", "And `why`?"):
            annotating.write(
                store, scholar, draft, uid=uid, words=words, body=body, audience="everyone"
            )
    with looking(browser, address, site.sessions[Role.DRAFTER], width=width, dark=dark) as page:
        page.goto(HOME)
        page.click(f"#{uid} .note-mark")
        expect(page.locator("#panel .note")).to_have_count(2)
        assert (flaws(page), overflows(page)) == ([], 0)
        for path in (f"{HOME}/notes", f"{HOME}/commentary", "/inbox"):
            page.goto(path)
            assert (flaws(page), overflows(page)) == ([], 0), path
