"""An editor that goes from under somebody's hands: what they go on typing does no harm."""

import pytest
from playwright.sync_api import Browser, expect

from app.actions import drafting
from app.actions.policy import OPERATOR
from app.store.seats import Role
from tests.journeys.test_together import HOME, expect_kept, expect_words, sitting, texts, write
from tests.support.browser import flaws
from tests.support.site import PASSWORD, SLUG, Site

pytestmark = pytest.mark.browser

COMMANDS = " jkehc/? eke the hour"


def strike(site: Site, uid: str) -> None:
    """Strike a clause, as somebody else."""
    with site.stores.begin() as store:
        draft = drafting.open_draft(store, OPERATOR, SLUG)
        clause = store.drafts.clause(draft.id, uid)
        assert clause is not None
        drafting.strike(store, OPERATOR, draft, uid, seen=clause.version)


def end_sessions(site: Site, role: Role) -> None:
    """Sign a role's seat out everywhere."""
    with site.stores.begin() as store:
        seat = next(seat for seat in store.seats.all() if seat.role is role)
        store.seats.end_sessions(seat.id)


def test_keys_for_a_clause_that_is_struck_become_neither_commands_nor_other_clauses_words(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        write(page, uid, "End")
        page.keyboard.type(" More")
        others = [words for words in texts(page) if not words.startswith("A ferry")]
        strike(site, uid)
        field = page.locator(".came-back .quote")
        for key in "#" * 20 + COMMANDS:
            page.keyboard.type(key, delay=40)
        expect(field).to_be_focused()
        said = field.text_content() or ""
        assert said.endswith(COMMANDS), said
        assert "#" in said + site.words(uid)
        expect(page.locator(f"#{uid}")).to_have_count(0)
        expect(page.locator(".came-back")).to_contain_text("Operator")
        assert texts(page) == others
        expect(page.locator("#panel .tabs [aria-current]")).not_to_have_attribute(
            "data-tab", "history"
        )
        assert flaws(page) == []
        page.keyboard.press("Escape")
        page.reload()
        expect(field).to_have_text(said)


def test_a_clause_that_is_struck_unheard_leaves_nothing_when_nothing_is_written(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        write(page, uid, "End")
        strike(site, uid)
        expect(page.locator(".came-back .quote")).to_be_focused()
        expect(page.locator(".came-back .quote")).to_have_text("A ferry crosses by day.")
        page.keyboard.press("Escape")
        expect(page.locator(".came-back")).to_have_count(0)


def test_what_is_written_after_the_session_ended_is_sent_after_signing_in(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.DRAFTER) as (page,):
        write(page, uid, "End")
        page.keyboard.type(" Before.")
        expect_kept(site, uid, "A ferry crosses by day. Before.")
        end_sessions(site, Role.DRAFTER)
        expect(page.locator("#line a")).to_have_text("Sign in")
        page.keyboard.type(" After, jkehc.")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("signed in again")
        expect_words(page, uid, "A ferry crosses by day. Before. After, jkehc.")
        page.click("#line a")
        page.fill("[name=email]", f"{Role.DRAFTER}@example.org")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/drafts/{SLUG}#{uid}")
        expect_kept(site, uid, "A ferry crosses by day. Before. After, jkehc.")
        expect_words(page, uid, "A ferry crosses by day. Before. After, jkehc.")
        page.wait_for_function("() => localStorage.length === 0")


def test_who_signs_in_in_another_tab_goes_on_in_this_one(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.DRAFTER) as (page,):
        write(page, uid, "End")
        end_sessions(site, Role.DRAFTER)
        expect(page.locator("#line a")).to_have_text("Sign in")
        page.keyboard.type(" After.")
        other = page.context.new_page()
        other.goto("/sign-in")
        other.fill("[name=email]", f"{Role.DRAFTER}@example.org")
        other.fill("[name=password]", PASSWORD)
        other.keyboard.press("Enter")
        other.wait_for_url("**/drafts")
        other.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator("#line")).to_be_hidden()
        expect_kept(site, uid, "A ferry crosses by day. After.")


def test_undo_takes_back_an_act_that_was_the_last_thing_done(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        before = texts(page)
        write(page, uid, "End")
        for _ in range("by day.".__len__()):
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("by day.")
        page.keyboard.press("Control+z")
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("A ferry crosses by day.")
        expect(page.locator(f"#{uid} .cm-content")).to_be_focused()
        expect_kept(site, uid, "A ferry crosses by day.")
        page.keyboard.press("Control+z")
        expect(page.locator("#said")).to_contain_text("left to undo")
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("")
        page.keyboard.press("Control+z")
        expect(page.locator(f"#{uid} .cm-content")).to_be_focused()
        expect(page.locator("#sheet .c")).to_have_count(len(before))
        assert texts(page) == before


def test_ones_own_other_tab_is_nobody_else(browser: Browser, site: Site, address: str) -> None:
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        other = page.context.new_page()
        other.goto(HOME)
        expect(page.locator("#people summary .sr")).to_have_text("You are here in another tab")
