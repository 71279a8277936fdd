"""Very much at once: a paste of many thousand words, and a line that does not take them."""

import json

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from app.store.seats import Role
from tests.journeys.test_together import HOME, PASTE, expect_kept, expect_words, sitting, write
from tests.support.browser import looking
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("words", ["and a ferry, ", "渡船𐍈"], ids=["latin", "han"])
def test_what_is_pasted_at_once_is_kept_however_much_it_is(
    browser: Browser, site: Site, address: str, words: str
) -> None:
    uid, other = site.uid("by day"), site.uid("in a flood")
    pasted = (words * 8_000)[: 99_800 if words.isascii() else 40_000]
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER) as (chair, drafter):
        lengths: list[int] = []
        chair.on(
            "websocket",
            lambda line: line.on("framesent", lambda sent: lengths.append(len(str(sent).encode()))),
        )
        chair.goto(HOME)
        write(chair, uid, "End").evaluate(PASTE, pasted)
        chair.keyboard.type("!")
        write(chair, other, "End")
        chair.keyboard.type(" Or a storm.")
        expect_kept(site, uid, f"A ferry crosses by day.{pasted.strip()}!")
        expect_words(drafter, other, "Paragraph 1 does not apply in a flood. Or a storm.")
        expect_words(drafter, uid, f"A ferry crosses by day.{pasted.strip()}!")
        assert max(lengths) < 50_000
        chair.wait_for_function("() => localStorage.length === 0")


def test_a_paste_that_no_clause_could_hold_is_refused(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        editor = write(page, uid, "End")
        editor.evaluate(PASTE, "x" * 99_990)
        expect(page.locator("#said")).to_contain_text("100,000 characters at most")
        page.keyboard.type(" Still.")
        expect_kept(site, uid, "A ferry crosses by day. Still.")


def test_words_upon_which_the_line_breaks_come_back_and_all_else_goes_on(
    browser: Browser, site: Site, address: str
) -> None:
    uid, other = site.uid("by day"), site.uid("in a flood")
    refused: list[str] = []
    with looking(browser, address, site.sessions[Role.CHAIR], rough=True) as page:

        def pass_on(line: WebSocketRoute) -> None:
            table = line.connect_to_server()

            def hear(frame: str | bytes) -> None:
                push = json.loads(frame).get("push", {})
                if push.get("uid") == uid:
                    refused.append(push)
                    line.close(code=1009, reason="too long")
                else:
                    table.send(frame)

            line.on_message(hear)

        page.route_web_socket("**/live", pass_on)
        page.goto(HOME)
        write(page, uid, "End")
        page.keyboard.insert_text(" Not to be sent.")
        box = page.locator(".came-back")
        expect(box.locator(".quote")).to_have_text("A ferry crosses by day. Not to be sent.")
        assert len(refused) == 1
        write(page, other, "End")
        page.keyboard.insert_text(" Or a storm.")
        # What is passed on here is passed on while the page is waited for.
        for _ in range(100):
            if site.words(other) == "Paragraph 1 does not apply in a flood. Or a storm.":
                break
            page.wait_for_timeout(50)
        assert site.words(other) == "Paragraph 1 does not apply in a flood. Or a storm."
        assert site.words(uid) == "A ferry crosses by day."
