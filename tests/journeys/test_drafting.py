"""A drafter's morning in a real browser: reading, moving about, editing, meeting a colleague."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.store.seats import Role
from tests.support.browser import flaws, looking, overflows
from tests.support.site import SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"


@pytest.fixture
def page(browser: Browser, site: Site, address: str) -> Iterator[Page]:
    with looking(browser, address, site.sessions[Role.CHAIR]) as made:
        made.goto(HOME)
        yield made


def test_keys_lead_from_clause_to_clause(page: Page, site: Site) -> None:
    page.click(f"#{site.uid('Hours')} .n")
    page.keyboard.press("j")
    expect(page.locator(f"#{site.uid('by day')}")).to_have_class("c paragraph on")
    expect(page.locator("#panel .whereabouts b")).to_have_text("Article 3, paragraph 1")
    page.keyboard.press("k")
    expect(page.locator("#panel .whereabouts b")).to_have_text("Article 3")
    assert page.url.endswith(f"{HOME}#{site.uid('Hours')}")
    expect(page.locator(f"#o-{site.uid('Hours')}")).to_have_class("article on")


def test_a_clause_is_edited_where_it_stands(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.click(f"#{uid} .n")
    page.keyboard.press("e")
    words = page.locator(f"#{uid} .words .cm-content")
    expect(words).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("A ferry crosses [by day].")
    expect(words.locator(".br")).to_have_text("[by day]")
    page.keyboard.press("Escape")
    expect(page.locator(f"#{uid} p .br")).to_have_text("[by day]")
    expect(page.locator("#burn b").first).to_have_text("5")
    expect(page.locator(f"#o-{site.uid('Hours')} .count")).to_contain_text("1")
    assert site.words(uid) == "A ferry crosses [by day]."


def test_after_saving_one_stands_at_the_clause_and_is_told(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.goto(f"{HOME}/clauses/{uid}/edit")
    page.fill("form.edit textarea.words", "A ferry crosses by night.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#done")).to_contain_text("Saved Article 3, paragraph 1.")
    expect(page.locator(f"#{uid}")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#said")).to_have_count(0)


def test_what_was_struck_is_said_and_brought_back_beside_it(page: Page, site: Site) -> None:
    uid = site.uid("in a flood")
    page.goto(f"{HOME}#{uid}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#panel .clause-menu summary")
    page.click("#panel >> text=Strike")
    expect(page.locator("#done")).to_contain_text("Struck Article 3, paragraph 2.")
    expect(page.locator(f"#{site.uid('by day')}")).to_be_focused()
    page.click("#done >> text=Undo")
    expect(page.locator(f"#{uid}")).to_be_focused()


def test_a_link_to_a_merged_clause_leads_to_what_it_became(page: Page, site: Site) -> None:
    uid, kept = site.uid("in a flood"), site.uid("by day")
    page.goto(f"{HOME}#{uid}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#panel .clause-menu summary")
    page.click("#panel >> text=Merge")
    expect(page.locator("#done")).to_contain_text("Merged into")
    page.goto("/drafts")
    page.goto(f"{HOME}#{uid}")
    expect(page.locator("#done")).to_contain_text("was merged into this one")
    expect(page.locator(f"#{kept}")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_a_mend_far_down_keeps_its_place(
    browser: Browser, site: Site, address: str, script: bool
) -> None:
    text = "Article 1\nScope\n\n" + "\n\n".join(f"{n}. Sentence {n}." for n in range(1, 150))
    with looking(browser, address, site.sessions[Role.CHAIR], script=script) as page:
        page.goto("/drafts/new")
        page.fill("#text", text)
        page.click("text=Read it")
        page.locator("button[value='open 110']").click()
        expect(page.locator("#mend-110")).to_be_focused()
        expect(page.locator("#mend-110")).to_be_in_viewport()
        page.locator("button[value='join 110']").click()
        expect(page.locator("#row-109")).to_be_focused()
        expect(page.locator("#mend-109")).to_be_in_viewport()


def test_escape_leaves_the_words_alone(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.click(f"#{uid} .n")
    page.keyboard.press("e")
    expect(page.locator(f"#{uid} .words .cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f"#{uid} p")).to_have_text("A ferry crosses by day.")
    expect(page.locator(f"#{uid}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".c.on")).to_have_count(0)


def test_two_drafters_at_the_same_words_lose_nothing(
    browser: Browser, site: Site, address: str, page: Page
) -> None:
    uid = site.uid("by day")
    page.goto(f"{HOME}/clauses/{uid}/edit")
    with looking(browser, address, site.sessions[Role.DRAFTER]) as other:
        other.goto(f"{HOME}/clauses/{uid}/edit")
        other.fill("form.edit textarea.words", "A ferry crosses by night.")
        other.click("form.edit .primary")
        expect(other.locator(f"#{uid} p")).to_have_text("A ferry crosses by night.")
    page.fill("form.edit textarea.words", "A ferry crosses by dusk.")
    page.click("form.edit .primary")
    expect(page.locator(".sides ins").first).to_have_text("night")
    expect(page.locator("form.edit textarea.words")).to_have_value("A ferry crosses by dusk.")
    page.fill("form.edit textarea.words", "A ferry crosses by night and dusk.")
    page.click("form.edit .primary")
    expect(page.locator(f"div#{uid} p")).to_have_text("A ferry crosses by night and dusk.")


def test_a_term_says_what_it_means_to_pointer_and_keyboard(page: Page, site: Site) -> None:
    term = page.locator(f"#{site.uid('Each ferryman')} a.t")
    term.hover()
    expect(page.locator(".meaning")).to_contain_text("the person who steers")
    page.mouse.move(0, 0)
    expect(page.locator(".meaning")).to_have_count(0)
    term.focus()
    expect(page.locator(".meaning")).to_be_visible()


def test_a_reference_leads_to_its_clause(page: Page, site: Site) -> None:
    page.click(f"#{site.uid('Each ferryman')} a.x")
    expect(page.locator(f"#{site.uid('Hours')}")).to_have_class("c article on")


def test_the_outline_is_sifted(page: Page) -> None:
    page.fill("#sieve", "hours")
    expect(page.locator("#outline li:visible")).to_have_count(2)


def test_a_clause_is_split_at_the_caret(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.goto(f"{HOME}/clauses/{uid}")
    page.click("#panel .clause-menu summary")
    page.click("text=Split in two")
    words = page.locator("#panel textarea")
    words.focus()
    words.evaluate("area => area.setSelectionRange(15, 15)")
    page.click("#panel .btn.primary")
    page.wait_for_url("**/clauses/*")
    expect(page.locator("#paper")).to_contain_text("by day.")
    assert site.words(uid).strip() == "A ferry crosses"


def test_a_clause_is_struck_after_a_question_and_restored(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.goto(f"{HOME}/clauses/{uid}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#panel .clause-menu summary")
    page.click("#panel >> text=Strike")
    expect(page.locator(f"#{uid}")).to_have_count(0)
    page.goto(f"{HOME}/struck")
    page.click("button:text-is('Restore')")
    expect(page.locator(f"#{uid}")).to_have_count(1)


def test_a_refusal_is_said_and_the_form_stays(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.goto(f"{HOME}/clauses/{uid}/edit")
    page.evaluate("document.querySelector('form.edit [name=csrf]').value = 'stale'")
    page.fill("form.edit textarea.words", "Words that must not be lost.")
    page.click("form.edit .primary")
    expect(page.locator("#refused")).to_contain_text("no longer valid")
    expect(page.locator("form.edit textarea.words")).to_have_value("Words that must not be lost.")


def test_all_of_it_works_without_script(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("by day")
    with looking(browser, address, site.sessions[Role.CHAIR], script=False) as page:
        page.goto(HOME)
        page.click(f"#{uid} .n")
        page.click("#panel .clause-menu a")
        page.fill("form.edit textarea.words", "A ferry crosses at noon.")
        page.click("form.edit .primary")
        assert site.words(uid) == "A ferry crosses at noon."
        page.click("#panel .tabs >> text=History")
        page.click("text=Restore this wording")
        assert site.words(uid) == "A ferry crosses by day."
        page.goto(f"{HOME}/clauses/{uid}/insert")
        page.fill("textarea[name=text]", "A ferry waits for the last passenger.")
        page.click("#panel .btn.primary")
        assert site.uid("last passenger")
        page.click("text=Undo my last change")
        assert "last passenger" not in page.inner_text("#paper")


def test_a_phone_shows_outline_and_panel_over_the_text(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with looking(browser, address, site.sessions[Role.CHAIR], width=360, height=740) as page:
        page.goto(HOME)
        expect(page.locator("#outline")).not_to_be_in_viewport()
        page.click(".drawer-key")
        page.click(f"#o-{site.uid('Hours')} a")
        expect(page.locator("#outline")).not_to_be_in_viewport()
        page.click(f"#{uid} .n")
        expect(page.locator("#panel .whereabouts b")).to_have_text("Article 3, paragraph 1")
        expect(page.locator(f"#{uid}")).to_be_in_viewport()
        page.click("#panel .close-panel")
        expect(page.locator("#panel")).not_to_be_in_viewport()
        page.click(f"#{uid} .n")
        page.click("#panel [data-edit]")
        expect(page.locator(f"#{uid} .words .cm-content")).to_be_focused()
        expect(page.locator("#panel")).not_to_be_in_viewport()


PAGES = {
    "drafts": "/drafts",
    "new": "/drafts/new",
    "draft": HOME,
    "clause": f"{HOME}/clauses/UID",
    "history": f"{HOME}/clauses/UID?tab=history",
    "edit": f"{HOME}/clauses/UID/edit",
    "insert": f"{HOME}/clauses/UID/insert",
    "split": f"{HOME}/clauses/UID/split",
    "move": f"{HOME}/clauses/UID/move",
    "struck": f"{HOME}/struck",
    "journal": f"{HOME}/journal",
    "mast": f"{HOME}/mast",
    "editions": f"{HOME}/editions",
    "edition": f"{HOME}/editions/zero-draft",
    "compare": f"{HOME}/compare?old=zero-draft&all_clauses=true",
    "absent": "/nowhere",
}


def _wrong(page: Page, width: int) -> list[str]:
    """What is wrong with the page; a phone's is looked at for its width on a narrower one too."""
    found = [*flaws(page), *["too wide"] * bool(overflows(page))]
    if width == 390:
        page.set_viewport_size({"width": 360, "height": 900})
        found += ["too wide for 360"] * bool(overflows(page))
        page.set_viewport_size({"width": width, "height": 900})
    return found


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: Browser, site: Site, address: str, width: int, dark: bool
) -> None:
    uid = site.uid("detained")
    with looking(browser, address, site.sessions[Role.CHAIR], width=width, dark=dark) as page:
        page.goto(f"{HOME}/editions")
        page.fill("#name", "Zero draft")
        page.click("text=Name it")
        page.goto(f"{HOME}/clauses/{uid}/edit")
        page.fill("form.edit textarea.words", "No ferry may be [held [or turned back]].")
        page.click("form.edit .primary")
        page.wait_for_selector(f"#{uid} .br")
        found = {}
        for name, path in PAGES.items():
            page.goto(path.replace("UID", uid))
            found[name] = _wrong(page, width)
        page.goto("/drafts/new")
        page.fill("#text", "Article 1\nScope\n\n1. First.\n\n2. Second.")
        page.click("text=Read it")
        found["look"] = _wrong(page, width)
        assert {name: flaw for name, flaw in found.items() if flaw} == {}


def test_c_leads_to_the_search_from_the_history_too(page: Page, site: Site) -> None:
    uid = site.uid("by day")
    page.click(f"#{uid} .n")
    page.click("#panel .tabs [data-tab=history]")
    expect(page.locator("#panel [data-cite]")).to_have_count(0)
    page.keyboard.press("c")
    expect(page.locator(f"#cite-q-{uid}")).to_be_focused()
