from typing import Any

from app.store.seats import Role
from app.web.sheets import Sheets
from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"


def seq_of(visitor: Visitor) -> int:
    """The seq that the draft page says it shows."""
    return int(visitor.get(HOME).text.split('data-seq="')[1].split('"')[0])


def since(visitor: Visitor, seq: int) -> dict[str, Any]:
    answer = visitor.get(f"{HOME}/since?seq={seq}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    told: dict[str, Any] = answer.json()
    return told


def do(visitor: Visitor, uid: str, deed: str, **sent: object) -> None:
    form = {"csrf": visitor.form_token(), **sent}
    assert visitor.post(f"{HOME}/clauses/{uid}/{deed}", data=form).status_code == 303


def sections(page: str) -> dict[str, str]:
    """The sections of a draft page by their data-a, in order."""
    runs = page.split('<section class="a" data-a="')[1:]
    return {
        run.split('"')[0]: f'<section class="a" data-a="{run.split("</section>")[0]}</section>'
        for run in runs
    }


def test_where_nothing_happened_nothing_looks_different(chair: Visitor) -> None:
    seq = seq_of(chair)
    nothing = dict.fromkeys(("order", "mast", "outline", "burn", "chip"))
    assert since(chair, seq) == {"seq": seq, "blocks": {}, "whole": False, **nothing}


def test_an_edit_sends_the_one_section_it_is_in(chair: Visitor, site: Site) -> None:
    seq, uid = seq_of(chair), site.uid("by day")
    do(chair, uid, "edit", text="A ferry crosses [by day].", seen=1)
    told = since(chair, seq)
    assert told["seq"] == seq + 1 and told["order"] is None and not told["whole"]
    assert list(told["blocks"]) == [site.uid("FINAL PROVISIONS")]
    assert "[by day]" in told["blocks"][site.uid("FINAL PROVISIONS")]
    assert "<b>5</b> brackets open" in told["burn"] and told["burn"].startswith('<div class="burn"')
    assert told["outline"].startswith('<ul id="rows">') and 'class="count">1<' in told["outline"]
    assert told["chip"] is None and told["mast"] is None


def test_what_is_put_in_makes_of_the_old_page_the_new_one(chair: Visitor, site: Site) -> None:
    before = sections(chair.get(HOME).text)
    seq = seq_of(chair)
    do(chair, site.uid("by day"), "strike", seen=1)
    do(chair, site.uid("Duty to cross"), "move", after=site.uid("Languages"))
    do(chair, site.uid("Hours"), "insert", kind="article", heading="Fares", text="A fare is paid.")
    told = since(chair, seq)
    mended = {key: told["blocks"].get(key) or before[key] for key in told["order"]}
    page = chair.get(HOME).text
    assert list(mended.items()) == list(sections(page).items())
    assert told["outline"] in page.replace("\n\n", "\n") or told["outline"].strip() in page
    assert len(told["blocks"]) < len(mended)


def test_a_source_shows_without_a_change_of_the_text(chair: Visitor, site: Site) -> None:
    seq, uid = seq_of(chair), site.uid("by day")
    with site.stores.begin() as store:
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        store.citations.set_gap(draft.id, uid, "The landing was never found.")
    told = since(chair, seq)
    assert told["seq"] == seq and list(told["blocks"]) == [site.uid("FINAL PROVISIONS")]


def test_a_state_that_nobody_was_shown_here_wants_the_page_anew(chair: Visitor) -> None:
    assert since(chair, 1) == {"seq": seq_of(chair), "whole": True}
    assert since(chair, 2**31 - 1)["whole"]


def test_title_and_edition_are_sent_when_they_change(chair: Visitor) -> None:
    seq = seq_of(chair)
    token = chair.form_token()
    chair.post(f"{HOME}/mast", data={"csrf": token, "title": "On Boats", "symbol": "B/1"})
    chair.post(f"{HOME}/editions", data={"csrf": token, "name": "Zero draft"})
    told = since(chair, seq)
    assert "On Boats" in told["mast"] and "B/1" in told["mast"]
    assert "Zero draft" in told["chip"] and told["blocks"] == {}


def test_the_answer_says_nothing_of_the_seat_it_was_made_for(site: Site) -> None:
    with site.client(Role.CHAIR) as chair, site.client(Role.OBSERVER) as observer:
        seq = seq_of(chair)
        do(chair, site.uid("by day"), "edit", text="A ferry crosses [by day].", seen=1)
        told = since(chair, seq), since(observer, seq)
    assert told[0] == told[1] and "csrf" not in str(told) and "<form" not in str(told)


def test_who_may_not_read_learns_nothing(site: Site) -> None:
    with site.client(None) as visitor:
        assert visitor.get(f"{HOME}/since?seq=1").status_code == 303
    with site.client() as chair:
        assert chair.get(f"{HOME}/since").status_code == 404
        assert chair.get(f"{HOME}/since?seq=-1").status_code == 404
        assert chair.get("/drafts/none/since?seq=1").status_code == 404


def test_what_another_process_showed_is_worked_out_from_the_journal(
    chair: Visitor, site: Site
) -> None:
    seq, uid = seq_of(chair), site.uid("by day")
    do(chair, uid, "edit", text="A ferry crosses [by day].", seen=1)
    do(chair, site.uid("Hours"), "retitle", heading="Times", seen=1)
    told = since(chair, seq)
    site.app.state.sheets = Sheets()
    elsewhere = since(chair, seq)
    assert elsewhere["seq"] == seq + 2 and not elsewhere["whole"]
    assert elsewhere["blocks"] == told["blocks"] and elsewhere["order"] is None
    assert elsewhere["chip"] and elsewhere["burn"] and elsewhere["mast"]


def test_where_the_structure_changed_meanwhile_another_process_wants_the_page_anew(
    chair: Visitor, site: Site
) -> None:
    seq = seq_of(chair)
    do(chair, site.uid("by day"), "strike", seen=1)
    site.app.state.sheets = Sheets()
    assert since(chair, seq) == {"seq": seq_of(chair), "whole": True}
