"""Several people at one table, each in a browser: what they write, what they see, what breaks."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from app.store.seats import Role
from app.store.unit import Stores
from tests.support.browser import flaws, looking, overflows
from tests.support.servers import Server
from tests.support.site import SLUG, Site

pytestmark = pytest.mark.browser

HOME = f"/drafts/{SLUG}"
# While a clause is written in, its editor stands beside the words of the page, which are hidden.
_FIND = "(one => one.querySelector('.cm-line') ?? one.querySelector('p, .h'))"
WORDS = f"u => {_FIND}(document.getElementById(u)).textContent"
PLACES = """
uid => {
  const words = FIND(document.getElementById(uid));
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let at = 0; at < node.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { left, top, height } = range.getBoundingClientRect();
      // A blank at which a line ends has no place of its own.
      if (node.data[at] !== " ") found.push([node.data[at], left, top, height].join(" "));
    }
  }
  const { height, top } = document.getElementById(uid).getBoundingClientRect();
  return [...found, height, top];
}
""".replace("FIND", _FIND)


# What the page asks for is answered late, and the later ones sometimes first.
LATE = """
() => {
  const real = window.fetch;
  const waits = [1500, 0, 2500, 400];
  let count = 0;
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    const wait = String(asked[0]).includes("/since") ? waits[count++ % waits.length] : 0;
    await new Promise((keep) => setTimeout(keep, wait));
    return answer;
  };
}
"""

PASTE = """
(editor, words) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", words);
  const happened = { clipboardData, bubbles: true, cancelable: true };
  editor.dispatchEvent(new ClipboardEvent("paste", happened));
}
"""


@contextmanager
def sitting(
    browser: Browser, address: str, site: Site | dict[Role, str], *roles: Role, rough: bool = False
) -> Iterator[list[Page]]:
    """A page of each role, with the draft open and the table met."""
    sessions = site if isinstance(site, dict) else site.sessions
    with ExitStack() as stack:
        pages = []
        for role in roles:
            page = stack.enter_context(looking(browser, address, sessions[role], rough=rough))
            page.goto(HOME)
            pages.append(page)
        for page in pages:
            others = len(roles) - 1
            if others:
                expect(page.locator("#people summary .face")).to_have_count(others)
        yield pages


def write(page: Page, uid: str, keys: str = "") -> Locator:
    """The editor of a clause, opened by its number and a key."""
    page.click(f"#{uid} .n")
    page.keyboard.press("e")
    editor = page.locator(f"#{uid} .cm-content")
    expect(editor).to_be_focused()
    if keys:
        page.keyboard.press(keys)
    return editor


def shown(page: Page, uid: str) -> str:
    return str(page.evaluate(WORDS, uid))


def expect_words(page: Page, uid: str, words: str) -> None:
    """Wait until the page shows just these words in the clause."""
    page.wait_for_function(f"([u, words]) => ({WORDS})(u) === words", arg=[uid, words])


def expect_kept(site: Site, uid: str, words: str) -> None:
    """Wait until the database has just these words for the clause."""
    for _ in range(100):
        if site.words(uid) == words:
            return
        time.sleep(0.05)
    assert site.words(uid) == words


def texts(page: Page) -> list[str]:
    """What all clauses say, in order."""
    script = f"all => all.map(one => {_FIND}(one)?.textContent ?? '')"
    said = page.locator("#sheet .c").evaluate_all(script)
    return [words for words in said if words]


@pytest.fixture
def process(
    template: tuple[Path, dict[Role, str]], tmp_path: Path
) -> Iterator[tuple[Server, dict[Role, str], Stores]]:
    folder, sessions = template
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    url = f"sqlite:///{(tmp_path / 'travaux.sqlite3').as_posix()}"
    with Server(url, tmp_path) as server:
        stores = Stores(url)
        yield server, sessions, stores
        stores.close()


def test_three_pages_stay_one_through_a_killed_server(
    browser: Browser, process: tuple[Server, dict[Role, str], Stores]
) -> None:
    server, sessions, stores = process
    with stores.read() as store:
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        uids = {clause.words: clause.uid for clause in store.drafts.clauses(draft.id)}
    shared = uids["Paragraph 1 does not apply in a flood."]
    beside = uids["A ferry crosses by day."]
    roles = (Role.CHAIR, Role.DRAFTER, Role.SECRETARIAT, Role.OBSERVER)
    with sitting(browser, server.address, sessions, *roles, rough=True) as pages:
        chair, drafter, secretariat, _ = pages
        write(chair, shared, "Home")
        write(drafter, shared, "End")
        write(secretariat, beside, "End")
        for number in range(24):
            if number == 8:
                server.kill()
            chair.keyboard.type(f"{number},")
            drafter.keyboard.type(f"{number};")
            secretariat.keyboard.type(f"{number}:")
        for page in (chair, drafter):
            expect(page.locator("#line")).to_contain_text("Offline: what you write is kept here")
        server.start()
        run = {sign: "".join(f"{number}{sign}" for number in range(24)) for sign in ",;:"}
        for page in pages:
            expect_words(
                page, shared, f"{run[',']}Paragraph 1 does not apply in a flood.{run[';']}"
            )
            expect_words(page, beside, f"A ferry crosses by day.{run[':']}")
            expect(page.locator("#line")).to_be_hidden()
        assert chair.evaluate("localStorage.length") == 0
    with stores.read() as store:
        typed = [entry for entry in store.drafts.journal(draft.id) if entry.origin == "typed"]
    for author, sign in (("Chair", ","), ("Drafter A", ";"), ("Secretariat A", ":")):
        pieces = [part for entry in typed if entry.author == author for part in entry.changes or ()]
        assert "".join(part[1] for part in pieces if isinstance(part, list)) == run[sign]


def test_opening_the_editor_moves_nothing(browser: Browser, site: Site, address: str) -> None:
    for width in (1440, 390):
        with looking(browser, address, site.sessions[Role.CHAIR], width=width) as page:
            page.goto(HOME)
            for words in ("rivers are crossed", "Each ferryman", "detained", "a vessel", "Hours"):
                uid = site.uid(words)
                page.evaluate("u => { location.hash = u; }", uid)
                expect(page.locator(f"#{uid}")).to_have_class(("c " + _look(page, uid)).strip())
                page.evaluate("document.getElementById('panel').removeAttribute('data-uid')")
                before = page.evaluate(PLACES, uid)
                page.keyboard.press("e")
                expect(page.locator(f"#{uid} .cm-content")).to_be_focused()
                assert page.evaluate(PLACES, uid) == before
                page.keyboard.press("Escape")


def _look(page: Page, uid: str) -> str:
    look = page.evaluate("u => document.getElementById(u).className", uid)
    return " ".join(name for name in f"{look} on".split()[1:] if name != "on") + " on"


def test_the_caret_stands_where_it_was_clicked(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("by day")
    with looking(browser, address, site.sessions[Role.CHAIR]) as page:
        page.goto(f"{HOME}#{uid}")
        expect(page.locator("#panel .whereabouts b")).to_have_text("Article 3, paragraph 1")
        found = page.evaluate(
            """uid => { const words = document.querySelector(`#${uid} p`).lastChild;
            const range = document.createRange(); const at = words.data.indexOf("day");
            range.setStart(words, at); range.setEnd(words, at + 1);
            const { left, top, height } = range.getBoundingClientRect();
            return [left, top + height / 2]; }""",
            uid,
        )
        page.mouse.dblclick(found[0] + 1, found[1])
        expect(page.locator(f"#{uid} .cm-content")).to_be_focused()
        page.keyboard.type("broad ")
        page.keyboard.press("Escape")
        expect_kept(site, uid, "A ferry crosses by broad day.")


def test_keys_split_join_and_walk_as_in_any_text(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.OBSERVER) as (page, reader):
        write(page, uid, "End")
        page.keyboard.press("Enter")
        page.keyboard.type("It rests [by night].")
        made = page.locator("#sheet .c.writing")
        expect(made.locator(".cm-line")).to_have_text("It rests [by night].")
        expect(made.locator(".n")).to_have_text("2.")
        expect(made).not_to_have_id(uid)
        expect(reader.locator("#paper")).to_contain_text("It rests [by night].")
        for _ in range("[by night].".__len__()):
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        page.keyboard.type("And ")
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("And [by night].")
        assert "It rests" in texts(page)
        page.keyboard.press("Home")
        page.keyboard.press("Tab")
        expect(page.locator("#sheet .c.writing")).to_have_class("c subparagraph i1 writing on")
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#sheet .c.writing")).to_have_class("c paragraph writing on")
        page.keyboard.press("Home")
        page.keyboard.press("Backspace")
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("It rests And [by night].")
        page.keyboard.press("ArrowUp")
        expect(page.locator(f"#{uid} .cm-content")).to_be_focused()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("It rests And [by night].")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#{site.uid('in a flood')} .cm-content")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(f"#{site.uid('in a flood')}")).to_be_focused()
        expect(page.locator("#said")).to_have_count(0)
        expect(reader.locator("#paper")).to_contain_text("It rests And [by night].")
        assert texts(reader) == texts(page)
        assert reader.locator("#paper .br").last.text_content() == "[by night]"


def test_a_clause_begun_and_left_empty_goes_again(
    browser: Browser, site: Site, address: str
) -> None:
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        before = page.locator("#sheet .c").count()
        write(page, site.uid("by day"), "End")
        page.keyboard.press("Enter")
        expect(page.locator("#sheet .c")).to_have_count(before + 1)
        expect(page.locator("#sheet .c.writing .cm-line")).to_have_text("")
        page.keyboard.press("Escape")
        expect(page.locator("#sheet .c")).to_have_count(before)


def test_undo_takes_back_only_ones_own(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER) as (chair, drafter):
        write(chair, uid, "Home")
        write(drafter, uid, "End")
        # At once: letters that a busy machine puts far apart are undone one by one.
        chair.keyboard.insert_text("Mostly ")
        expect_words(drafter, uid, "Mostly A ferry crosses by day.")
        drafter.keyboard.type(" Or so.")
        expect_words(chair, uid, "Mostly A ferry crosses by day. Or so.")
        chair.keyboard.press("Control+z")
        for page in (chair, drafter):
            expect_words(page, uid, "A ferry crosses by day. Or so.")
        chair.keyboard.press("Control+z")
        chair.keyboard.press("Control+Shift+z")
        for page in (chair, drafter):
            expect_words(page, uid, "Mostly A ferry crosses by day. Or so.")
        assert site.words(uid) == "Mostly A ferry crosses by day. Or so."


def test_letters_that_are_put_together_arrive_together(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER) as (chair, drafter):
        write(chair, uid, "End")
        write(drafter, uid, "Home")
        keyboard = chair.context.new_cdp_session(chair)
        for letters in ("n", "ni", "nih", "你好"):
            keyboard.send(
                "Input.imeSetComposition",
                {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)},
            )
            drafter.keyboard.type("x")
        keyboard.send("Input.insertText", {"text": "你好"})
        for page in (chair, drafter):
            expect_words(page, uid, "xxxxA ferry crosses by day.你好")
        expect_kept(site, uid, "xxxxA ferry crosses by day.你好")


def test_words_that_run_from_right_to_left(browser: Browser, site: Site, address: str) -> None:
    uid, arabic = site.uid("by day"), "تعبر العبارة [نهارا] النهر."
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        editor = write(page, uid, "Control+a")
        page.keyboard.insert_text(arabic)
        direction = "one => getComputedStyle(one).direction"
        assert editor.locator(".cm-line").evaluate(direction) == "rtl"
        expect(editor.locator(".br")).to_have_text("[نهارا]")
        # Left is onwards here.
        page.keyboard.press("Home")
        page.keyboard.press("ArrowLeft")
        page.keyboard.insert_text("و")
        expect_words(page, uid, arabic[0] + "و" + arabic[1:])
        page.keyboard.press("Control+z")
        before = page.evaluate(PLACES, uid)
        page.keyboard.press("Escape")
        expect_kept(site, uid, arabic)
        expect(page.locator(f"#{uid} p .br")).to_have_text("[نهارا]")
        assert page.evaluate(PLACES, uid) == before


def test_what_was_typed_offline_outlives_a_reload(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER, rough=True) as (chair, drafter):
        write(chair, uid, "End")
        chair.context.set_offline(True)
        expect(chair.locator("#line")).to_contain_text("Offline")
        chair.keyboard.type(" Offline words.")
        write(drafter, uid, "Home")
        drafter.keyboard.type("Meanwhile: ")
        expect_words(drafter, uid, "Meanwhile: A ferry crosses by day.")
        chair.wait_for_function("() => localStorage.length === 1")
        chair.context.set_offline(False)
        # Before the line is back the tab is loaded anew.
        chair.reload()
        for page in (chair, drafter):
            expect_words(page, uid, "Meanwhile: A ferry crosses by day. Offline words.")
        chair.wait_for_function("() => localStorage.length === 0")
        chair.reload()
        expect_words(chair, uid, "Meanwhile: A ferry crosses by day. Offline words.")
        assert site.words(uid) == "Meanwhile: A ferry crosses by day. Offline words."


def test_words_typed_where_a_clause_was_split_follow_it(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER, rough=True) as (chair, drafter):
        write(chair, uid, "End")
        chair.context.set_offline(True)
        expect(chair.locator("#line")).to_contain_text("Offline")
        chair.keyboard.type(" Not always.")
        write(drafter, uid, "End")
        for _ in range("by day.".__len__()):
            drafter.keyboard.press("ArrowLeft")
        drafter.keyboard.press("Enter")
        expect(drafter.locator("#sheet .c.writing .cm-line")).to_have_text("by day.")
        chair.context.set_offline(False)
        for page in (chair, drafter):
            expect_words(page, uid, "A ferry crosses")
            expect(page.locator("#paper")).to_contain_text("by day. Not always.")
        expect(chair.locator("#sheet .c.writing .cm-line")).to_have_text("by day. Not always.")
        chair.keyboard.type(" Here.")
        expect(drafter.locator("#paper")).to_contain_text("by day. Not always. Here.")


def test_not_a_letter_is_lost_while_the_clause_is_split_and_joined_all_the_time(
    browser: Browser, site: Site, address: str
) -> None:
    uid, typed = site.uid("Each ferryman"), ""
    roles = (Role.CHAIR, Role.DRAFTER, Role.OBSERVER)
    with sitting(browser, address, site, *roles) as pages:
        chair, drafter, _ = pages
        chair.evaluate(LATE)
        before = "".join(texts(chair))
        write(chair, uid, "End")
        write(drafter, uid)
        for number in range(12):
            drafter.keyboard.press("Control+Home")
            if number % 2:
                drafter.keyboard.press("Backspace")
            else:
                for _ in range(5 + number):
                    drafter.keyboard.press("ArrowRight")
                drafter.keyboard.press("Enter")
            for digit in f"{number:03d}789":
                chair.keyboard.type(digit)
                typed += digit
        wanted = sorted(letter for letter in before + typed if letter.isdigit())
        for _ in range(100):
            said = ["".join(texts(page)) for page in pages]
            found = [sorted(letter for letter in each if letter.isdigit()) for each in said]
            if found == [wanted] * 3 and len(set(said)) == 1:
                break
            chair.wait_for_timeout(100)
        assert found == [wanted] * 3
        assert len(set(said)) == 1
        # Whoever writes at the end of the words goes on at their end.
        assert typed in said[0]


def test_words_for_a_struck_clause_come_back(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("in a flood")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER, rough=True) as (chair, drafter):
        write(chair, uid, "End")
        chair.context.set_offline(True)
        expect(chair.locator("#line")).to_contain_text("Offline")
        chair.keyboard.type(" Or a storm.")
        drafter.on("dialog", lambda dialog: dialog.accept())
        drafter.click(f"#{uid} .n")
        drafter.click("#panel .clause-menu summary")
        drafter.click("#panel >> text=Strike")
        expect(drafter.locator("#done")).to_contain_text("Struck")
        chair.context.set_offline(False)
        box = chair.locator(".came-back")
        expect(box.locator(".quote")).to_contain_text("Or a storm.")
        expect(chair.locator(f"#{uid}")).to_have_count(0)
        assert not flaws(chair)
        chair.goto(HOME)
        expect(box.locator(".quote")).to_contain_text("Or a storm.")
        box.locator("text=Put away").click()
        chair.goto(HOME)
        expect(chair.locator("#sheet .c")).not_to_have_count(0)
        expect(box).to_have_count(0)


def test_a_page_too_far_behind_is_made_anew_and_keeps_its_words(
    browser: Browser, site: Site, address: str
) -> None:
    uid = site.uid("by day")
    behind: list[str] = []
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER, rough=True) as (chair, drafter):

        def pass_on(line: WebSocketRoute) -> None:
            table = line.connect_to_server()
            line.on_message(table.send)

            def tell(frame: str | bytes) -> None:
                late = behind and "welcome" in str(frame)
                line.send(behind.pop() if late else frame)

            table.on_message(tell)

        chair.route_web_socket("**/live", pass_on)
        chair.goto(HOME)
        write(chair, uid, "End")
        behind.append('{"reload": "This page is too far behind."}')
        chair.context.set_offline(True)
        expect(chair.locator("#line")).to_contain_text("Offline")
        chair.keyboard.type(" Late words.")
        write(drafter, uid, "Home")
        drafter.keyboard.type("Early: ")
        expect_words(drafter, uid, "Early: A ferry crosses by day.")
        chair.context.set_offline(False)
        for page in (drafter, chair):
            expect_words(page, uid, "Early: A ferry crosses by day. Late words.")
        assert not behind
        expect(chair.locator(f"#{uid} .cm-content")).to_be_focused()


def test_the_editor_is_fetched_on_the_draft_page_alone(
    browser: Browser, site: Site, address: str
) -> None:
    with looking(browser, address, site.sessions[Role.CHAIR]) as page:
        scripts: list[str] = []
        page.on("request", lambda asked: scripts.append(asked.url.partition("/static/")[2]))
        page.goto("/library")
        page.wait_for_load_state("networkidle")
        assert [name.partition("?")[0] for name in scripts if ".js" in name] == ["travaux.js"]
        with page.expect_request(lambda asked: "/static/writing-" in asked.url):
            page.goto(HOME)


def test_a_readers_place_selection_and_focus_stay(
    browser: Browser, site: Site, address: str
) -> None:
    uid, above = site.uid("by day"), site.uid("a vessel")
    with sitting(browser, address, site, Role.CHAIR, Role.SCHOLAR) as (chair, reader):
        reader.set_viewport_size({"width": 1440, "height": 420})
        reader.evaluate("u => document.getElementById(u).scrollIntoView({block: 'start'})", uid)
        link = reader.locator(f"#{site.uid('Each ferryman')} .n")
        link.evaluate("one => one.focus({preventScroll: true})")
        reader.evaluate(
            """uid => { const words = document.querySelector(`#${uid} p`).lastChild;
            getSelection().setBaseAndExtent(words, 1, words, 8); }""",
            uid,
        )
        assert reader.evaluate("String(getSelection())") == "crosses"
        place = reader.locator(f"#{uid}").bounding_box()
        write(chair, uid, "Home")
        chair.keyboard.type("Usually, ")
        # Just before what is selected, which does not grow by it.
        for _ in "A ferry ":
            chair.keyboard.press("ArrowRight")
        chair.keyboard.type("mostly ")
        write(chair, above, "End")
        chair.keyboard.type(" and is not moored, however long the river may be, " * 6)
        chair.keyboard.press("Enter")
        chair.keyboard.type("(b bis) “Oar” means a pole;")
        chair.keyboard.press("Escape")
        expect(reader.locator("#paper")).to_contain_text("“Oar” means a pole;")
        expect_words(reader, uid, "Usually, A ferry mostly crosses by day.")
        # Long enough for the blocks to have been mended.
        expect(reader.locator(f"#{above} + .c .n")).to_have_text("(b)")
        reader.wait_for_timeout(2500)
        assert reader.evaluate("String(getSelection())") == "crosses"
        expect(link).to_be_focused()
        now = reader.locator(f"#{uid}").bounding_box()
        assert place is not None and now is not None
        assert abs(now["y"] - place["y"]) <= 2


def test_people_are_shown_where_they_write(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER) as (chair, drafter):
        write(drafter, uid, "End")
        pen = chair.locator(f"#o-{site.uid('Hours')} .pen")
        expect(pen).to_have_attribute("title", "Drafter A")
        expect(chair.locator(f"#{uid}")).to_have_class("c paragraph written")
        write(chair, uid, "Home")
        expect(chair.locator(f"#{uid} .caret")).to_have_text("Drafter A")
        chair.click("#people summary")
        expect(chair.locator("#people li")).to_contain_text("writes in “Hours”")
        drafter.keyboard.press("Escape")
        expect(pen).to_have_count(0)
        expect(chair.locator("#sheet .c.written")).to_have_count(0)


def test_many_people_leave_a_phone_its_bar(browser: Browser, site: Site, address: str) -> None:
    roles = [Role.DRAFTER, Role.OBSERVER, Role.DELEGATE]
    with (
        looking(browser, address, site.sessions[Role.CHAIR], width=390) as page,
        ExitStack() as stack,
    ):
        for role in roles:
            stack.enter_context(looking(browser, address, site.sessions[role])).goto(HOME)
        page.goto(HOME)
        expect(page.locator("#people .several")).to_have_text(str(len(roles)))
        for width in (390, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert not overflows(page)
            ends = page.evaluate(
                "[...document.querySelectorAll('header.top summary, #paper p')]"
                ".filter(one => one.checkVisibility())"
                ".map(one => one.getBoundingClientRect().right)"
            )
            assert max(ends) <= width
            page.click("#people summary")
            box = page.locator("#people .drop-body").bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
            page.click("#people summary")


def test_the_panel_counts_what_is_typed(browser: Browser, site: Site, address: str) -> None:
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        uid = site.uid("by day")
        page.click(f"#{uid} .n")
        head = page.locator("#panel .whereabouts")
        expect(head).to_contain_text("never changed")
        write(page, uid)
        page.keyboard.type("indeed ")
        expect(head).to_contain_text("changed 1 time")
        expect(page.locator("#panel [data-tab=history] b")).to_have_text("1")
        expect(head).not_to_contain_text("never")


def test_a_seat_that_was_taken_away_is_told(browser: Browser, site: Site, address: str) -> None:
    uid = site.uid("by day")
    with sitting(browser, address, site, Role.CHAIR, Role.DRAFTER) as (_, drafter):
        write(drafter, uid, "End")
        with site.stores.begin() as store:
            seat = next(seat for seat in store.seats.all() if seat.role is Role.DRAFTER)
            store.seats.end_sessions(seat.id)
        expect(drafter.locator("#line")).to_be_visible()
        expect(drafter.locator("#line a")).to_have_text("Sign in")
        drafter.keyboard.type(" Not to be kept yet.")
        expect(drafter.locator("#line")).to_contain_text("sent when you have signed in")
        drafter.wait_for_timeout(500)
        assert site.words(uid) == "A ferry crosses by day."


def test_headings_pasted_lines_and_spaces(browser: Browser, site: Site, address: str) -> None:
    uid, heading = site.uid("by day"), site.uid("Hours")
    with sitting(browser, address, site, Role.CHAIR) as (page,):
        write(page, heading, "End")
        page.keyboard.type(" of crossing  ")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{uid} .cm-content")).to_be_focused()
        expect_kept(site, heading, "Hours of crossing")
        page.keyboard.press("End")
        page.locator(f"#{uid} .cm-content").evaluate(PASTE, "One.\r\nTwo.\n\nThree.")
        expect_words(page, uid, "A ferry crosses by day.One. Two. Three.")
        expect(page.locator("#said")).to_contain_text("Enter begins a new clause")
        page.keyboard.type("  ")
        page.keyboard.press("Escape")
        expect_kept(site, uid, "A ferry crosses by day.One. Two. Three.")
        expect(page.locator(f"#o-{heading} .h")).to_have_text("Hours of crossing")


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (390, False)])
def test_axe_finds_nothing_in_an_open_editor(
    browser: Browser, site: Site, address: str, width: int, dark: bool
) -> None:
    uid = site.uid("detained")
    with ExitStack() as stack:
        sessions = site.sessions
        page = stack.enter_context(
            looking(browser, address, sessions[Role.CHAIR], width=width, dark=dark)
        )
        other = stack.enter_context(looking(browser, address, sessions[Role.DRAFTER]))
        for each in (page, other):
            each.goto(HOME)
            write(each, uid)
        expect(page.locator(f"#{uid} .caret")).to_have_count(1)
        assert flaws(page) == []
        assert overflows(page) == 0
