import subprocess
import sys
from threading import Event

import pytest

from app.store.seats import Role
from app.treaty.document import DELETED, Clause, Document, Kind
from app.web import drafts
from app.web.sheets import Sheets
from app.web.words import set_out
from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"


def test_a_draft_is_shown_as_a_page_with_outline_and_panel(chair: Visitor, site: Site) -> None:
    page = chair.get(HOME)
    assert page.status_code == 200
    uid = site.uid("Each ferryman")
    assert f'id="{uid}"' in page.text
    assert 'id="outline"' in page.text and 'id="panel"' in page.text
    assert "no official status" in page.text


def test_brackets_are_tinted_and_references_and_terms_lead_somewhere(
    chair: Visitor, site: Site
) -> None:
    page = chair.get(HOME).text
    assert '<span class="br">[detained <span class="br">[or turned back]</span>]</span>' in page
    assert f'<a class="x" href="#{site.uid("Hours")}">article 3</a>' in page
    assert f'<a class="t" href="#{site.uid("“Ferryman”")}">ferryman</a>' in page


def test_the_preamble_opens_in_italics(chair: Visitor) -> None:
    page = chair.get(HOME).text
    assert "<em>Recalling</em> that rivers" in page
    assert "<em>The States Parties to this Convention</em>," in page


def test_the_outline_counts_the_brackets_of_an_article(chair: Visitor, site: Site) -> None:
    row = chair.get(HOME).text.split(f'id="o-{site.uid("Duty to cross")}"')[1].split("</li>")[0]
    assert '<span class="count">4<' in row


def test_every_article_without_a_source_shows_it(chair: Visitor) -> None:
    page = chair.get(HOME).text
    assert page.count('class="m none"') == 4
    assert "<b>4</b> articles without a source" in page


def test_nobody_sees_a_draft_without_signing_in(site: Site) -> None:
    with site.client(None) as visitor:
        answer = visitor.get(HOME)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?then={HOME}"


def test_an_absent_draft_and_an_absent_page_answer_alike(chair: Visitor) -> None:
    draft, page = chair.get("/drafts/none"), chair.get("/nowhere")
    assert draft.status_code == page.status_code == 404
    assert "nothing at this address" in draft.text and "nothing at this address" in page.text


def test_an_observer_reads_and_is_offered_nothing_to_change(site: Site) -> None:
    with site.client(Role.OBSERVER) as observer:
        page = observer.get(HOME)
        offered = observer.get(f"{HOME}/clauses/{site.uid('Each ferryman')}").text
    assert page.status_code == 200
    assert "Undo my last change" not in page.text
    assert "/strike" not in offered and "Export to Word" not in page.text


def test_undo_takes_back_ones_own_latest_change(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    token = chair.form_token()
    chair.post(
        f"{HOME}/clauses/{uid}/edit",
        data={"csrf": token, "text": "A ferry crosses.", "seen": site.clause(uid)[1]},
    )
    assert site.words(uid) == "A ferry crosses."
    answer = chair.post(f"{HOME}/undo", data={"csrf": token})
    assert answer.status_code == 303
    assert site.words(uid) == "A ferry crosses by day."


def test_the_journal_tells_every_change_latest_first(chair: Visitor, site: Site) -> None:
    page = chair.get(f"{HOME}/journal")
    assert page.status_code == 200
    assert "entered with the first text" in page.text


def test_title_and_symbol_can_be_changed(chair: Visitor) -> None:
    sent = {"csrf": chair.form_token(), "title": "Convention on Boats", "symbol": "CONF/1"}
    assert chair.post(f"{HOME}/mast", data=sent).status_code == 303
    page = chair.get(HOME).text
    assert "Convention on Boats" in page and "CONF/1" in page


def test_what_was_typed_as_markup_stays_words(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    words = 'A <b>barge</b> & "a [raft <script>]"'
    sent = {"csrf": chair.form_token(), "text": words, "seen": site.clause(uid)[1]}
    chair.post(f"{HOME}/clauses/{uid}/edit", data=sent)
    page = chair.get(HOME).text
    assert "<script>]" not in page and "<b>barge" not in page
    assert "A &lt;b&gt;barge&lt;/b&gt; &amp;" in page


CHANGE = """
import sys
from app.actions import drafting, seating
from app.store.unit import Stores
address, session, slug, uid, words = sys.argv[1:]
stores = Stores(address)
with stores.begin() as store:
    seat = seating.seat_of_session(store, session)
    draft = store.drafts.by_slug(slug)
    clause = store.drafts.clause(draft.id, uid)
    drafting.reword(store, seat, draft, uid, words, seen=clause.version)
"""


def test_what_another_process_changed_is_shown_at_once(chair: Visitor, site: Site) -> None:
    uid = site.uid("equally authentic")
    assert "equally authentic" in chair.get(HOME).text
    words = "Each text stands alone."
    told = [site.stores.url, site.sessions[Role.CHAIR], SLUG, uid, words]
    subprocess.run([sys.executable, "-c", CHANGE, *told], check=True, timeout=60)
    page = chair.get(HOME)
    assert words in page.text and "equally authentic" not in page.text
    assert page.headers["server-timing"] == "sheet;desc=made"
    assert chair.get(HOME).headers["server-timing"] == "sheet;desc=kept"


def test_what_is_kept_says_nothing_of_the_seat_it_was_made_for(site: Site) -> None:
    with site.client(Role.CHAIR) as chair, site.client(Role.OBSERVER) as observer:
        token = chair.form_token()
        asked = chair.get(HOME).text, observer.get(HOME)
    papers = [text.split('id="sheet"')[1].split("<aside")[0] for text in (asked[0], asked[1].text)]
    assert papers[0] == papers[1] and "<form" not in papers[0]
    assert asked[1].headers["server-timing"] == "sheet;desc=kept"
    assert token and token not in asked[1].text
    assert "Undo my last change" in asked[0] and "Undo my last change" not in asked[1].text


def test_the_drafts_are_set_before_anybody_asks(site: Site) -> None:
    sheets = site.app.state.sheets
    drafts.warm(site.stores, sheets, Event())
    with site.client() as chair:
        assert chair.get(HOME).headers["server-timing"] == "sheet;desc=kept"


def test_nothing_is_set_ahead_when_it_is_over_or_too_much(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.stores.read() as store:
        draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    sheets, is_over = Sheets(), Event()
    is_over.set()
    drafts.warm(site.stores, sheets, is_over)
    assert not sheets.holds(draft.id, draft.hash)
    monkeypatch.setattr(drafts, "_FEW", 0)
    drafts.warm(site.stores, sheets, Event())
    assert not sheets.holds(draft.id, draft.hash)


def test_what_the_draft_began_with_is_no_change(chair: Visitor, site: Site) -> None:
    assert f'<dt>Changes so far</dt><dd><a href="{HOME}/journal">0</a></dd>' in chair.get(HOME).text
    assert "0 changes" in chair.get("/drafts").text
    sent = {"csrf": chair.form_token(), "seen": 1, "text": "A ferry crosses by night."}
    chair.post(f"{HOME}/clauses/{site.uid('by day')}/edit", data=sent)
    assert f'<dt>Changes so far</dt><dd><a href="{HOME}/journal">1</a></dd>' in chair.get(HOME).text
    assert "1 change ·" in chair.get("/drafts").text


def test_what_only_keeps_a_number_needs_no_source() -> None:
    bare = set_out(
        Document(
            "",
            (
                Clause(Kind.ARTICLE, heading="Aim", uid="a"),
                Clause(Kind.PARAGRAPH, text="Words.", depth=1, uid="b"),
                Clause(Kind.PARAGRAPH, "2", text=DELETED, depth=1, uid="c"),
                Clause(Kind.PARAGRAPH, text="More.", depth=1, uid="d"),
                Clause(Kind.ARTICLE, "2", heading=DELETED, uid="e"),
            ),
        )
    )
    assert drafts.uncovered(bare, {}) == 1
    assert drafts.uncovered(bare, {"b": 1}) == 0
    assert set(drafts._margin(bare, "/", {}, {})) == {"a"}
    # One paragraph has a source, the deleted one needs none, the last one has none.
    assert {
        uid: "none" in mark for uid, mark in drafts._margin(bare, "/", {"b": 1}, {}).items()
    } == {
        "b": False,
        "d": True,
    }
