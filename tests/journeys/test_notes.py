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
        # The drafter's page has heard that there is something, and asked for it.
        expect(drafter.locator(f"#{uid} .note-mark.new")).to_have_text("1", timeout=10_000)
        assert drawn(drafter) == ["a flood"]

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


def test_words_are_chosen_by_keys_and_answers_of_others_come_into_the_panel(
    browser: Browser, address: str, site: Site
) -> None:
    uid = site.uid("No ferry may be")
    with (
        looking(browser, address, site.sessions[Role.SCHOLAR]) as scholar,
        looking(browser, address, site.sessions[Role.CHAIR]) as chair,
    ):
        for page in (scholar, chair):
            page.goto(f"{HOME}#{uid}")
        scholar.click(f"#{uid} .n")
        scholar.locator("body").press("v")
        for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
            scholar.keyboard.press(key)
        assert scholar.evaluate("getSelection().toString()") == "ferry may be"
        scholar.keyboard.press("n")
        form = scholar.locator("#panel .note-new form")
        expect(form.locator("[name=quote]")).to_have_value("ferry may be")
        scholar.keyboard.type("By keys.")
        form.locator("[name=audience]").select_option("everyone")
        form.locator("button[type=submit]").click()
        expect(scholar.locator("#panel .note")).to_contain_text("By keys.")

        chair.locator(f"#{uid} .note-mark").click(timeout=10_000)
        expect(chair.locator("#panel .note .chip.new")).to_have_count(1)
        chair.click("#panel .note summary:has-text('Answer')")
        chair.fill("#panel .note [name=body] >> nth=-1", "By hand.")
        chair.click("#panel .note button:has-text('Answer')")
        expect(scholar.locator("#panel .answer")).to_contain_text("By hand.", timeout=10_000)
        # It is new until it was read, and what one reads is not new any more.
        scholar.click("#panel button:has-text('Mark all notes')")
        expect(scholar.locator("#panel .chip.new")).to_have_count(0)
        expect(scholar.locator(f"#{uid} .note-mark.new")).to_have_count(0)


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
        for quote in ("without a reason", "without a reason", "No ferry"):
            words = Chosen(-1, quote)
            annotating.write(
                store, scholar, draft, uid=uid, words=words, body="*Why*?", audience="everyone"
            )
    with looking(browser, address, site.sessions[Role.DRAFTER], width=width, dark=dark) as page:
        page.goto(HOME)
        # On one line one mark; on two of them one beside each.
        marks = page.locator(f"#{uid} .note-mark")
        expect(marks).to_have_text(["3"] if width > 1000 else ["1", "2"])
        page.click(f"#{uid} .note-mark")
        expect(page.locator("#panel .note").first).to_be_visible()
        assert (flaws(page), overflows(page)) == ([], 0)
        for path in (f"{HOME}/notes", f"{HOME}/commentary", "/inbox"):
            page.goto(path)
            assert (flaws(page), overflows(page)) == ([], 0), path
