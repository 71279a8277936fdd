import re

from app.actions import drafting, seating
from app.store.drafts import DraftRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.support.site import SLUG, Site, Visitor
from tests.support.sittings import typed

HOME = f"/drafts/{SLUG}"
PART = {"HX-Request": "true"}


def seat(site: Site, role: Role) -> SeatRecord:
    with site.stores.read() as store:
        found = seating.seat_of_session(store, site.sessions[role])
    assert found is not None
    return found


def types(site: Site, role: Role, uid: str, *words: str) -> None:
    typed(site.stores, SLUG, seat(site, role), uid, *words)


def draft_of(store: Store) -> DraftRecord:
    draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    return draft


def panel(visitor: Visitor, uid: str, query: str) -> str:
    answer = visitor.get(f"{HOME}/clauses/{uid}/panel?{query}", headers=PART)
    assert answer.status_code == 200
    return answer.text.replace("\n", "")


def versions(page: str) -> list[str]:
    return [part.split("</li>")[0] for part in page.split('<li id="v-')[1:]]


def bare(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_what_was_typed_in_one_go_is_one_version(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.CHAIR, uid, "A ferry crosses by n.", "A ferry crosses by night.")
    told = versions(panel(chair, uid, "tab=history"))
    assert len(told) == 2
    assert "<del>day</del><ins>night</ins>" in told[0] and "<b>Chair</b>" in told[0]
    assert f'href="{HOME}/at/' in told[0]


def test_what_was_typed_and_taken_back_is_no_version(chair: Visitor, site: Site) -> None:
    uid, words = site.uid("by day"), "A ferry crosses by day."
    types(site, Role.DRAFTER, uid, f"{words} x", words)
    assert len(versions(panel(chair, uid, "tab=history"))) == 1


def test_a_heading_that_was_typed_has_its_versions(chair: Visitor, site: Site) -> None:
    uid = site.uid("Hours")
    types(site, Role.CHAIR, uid, "Hours of", "Hours of crossing")
    told = versions(panel(chair, uid, "tab=history"))
    assert len(told) == 2 and "<ins> of crossing</ins>" in told[0] and "retitled" in told[0]


def test_long_histories_come_in_pages(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    with site.stores.begin() as store:
        for count in range(34):
            by = seating.seat_of_session(store, site.sessions[Role.CHAIR])
            drafting.reword(store, by, draft_of(store), uid, f"Ferry {count}.", seen=count + 1)
    page = panel(chair, uid, "tab=history")
    assert len(versions(page)) == 30 and "changed 34 times" in page
    before = re.search(r"history\?before=(\d+)", page)
    assert before is not None
    rest = panel(chair, uid, f"tab=history&before={before[1]}")
    assert len(versions(rest)) == 5 and "Earlier versions" not in rest
    assert not {v.split('"')[0] for v in versions(page)} & {v.split('"')[0] for v in versions(rest)}


def test_one_sitting_counts_as_one_change(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.CHAIR, uid, *(f"A ferry crosses{'!' * count}" for count in range(1, 6)))
    assert "changed 1 time<" in panel(chair, uid, "tab=history")
    assert f'<dt>Changes so far</dt><dd><a href="{HOME}/journal">1</a></dd>' in chair.get(HOME).text


def test_each_word_says_who_wrote_it(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.DRAFTER, uid, "A [small] ferry crosses by day.")
    page = panel(chair, uid, "tab=authors")
    wrote = page.split('<p class="wrote">')[1].split("</p>")[0]
    assert re.findall(
        r'title="([^"]+)">([^<]+)</span><sup><span[^>]*> \(by </span>(\d)<', wrote
    ) == [
        ("Chair", "A ", "1"),
        ("Drafter A", "[small] ", "2"),
        ("Chair", "ferry crosses by day.", "1"),
    ]
    names = re.sub(r"\s+", " ", bare(page.split('<ul class="writers">')[1]))
    assert "1 Chair 5 words" in names and "2 Drafter A 1 word" in names
    assert ", reworded: [small]" in names and "first text: A … ferry crosses by day." in names


def test_words_lead_to_the_version_by_which_they_came(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.DRAFTER, uid, "A s ferry crosses by day.", "A small ferry crosses by day.")
    wrote = panel(chair, uid, "tab=authors").split('<ul class="writers">')[1]
    link = re.findall(r'href="([^"#]+)#(v-\d+)"', wrote)[1]
    page = chair.get(link[0].replace("&amp;", "&")).text
    assert f'id="{link[1]}"' in page
    assert "<ins>small </ins>" in versions(page.replace("\n", ""))[0]


def test_words_of_another_clause_lead_to_the_draft_as_it_stood(chair: Visitor, site: Site) -> None:
    uid, other = site.uid("by day"), site.uid("in a flood")
    form = {"csrf": chair.form_token(), "seen": site.clause(other)[1]}
    assert chair.post(f"{HOME}/clauses/{other}/merge", data=form).status_code == 303
    wrote = panel(chair, uid, "tab=authors").split('<ul class="writers">')[1]
    link = re.search(rf'href="({HOME}/at/\d+)#{other}"', wrote)
    assert link is not None and f'id="{other}"' in chair.get(link[1]).text


def test_the_two_ways_of_looking_back_are_a_click_apart(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    assert f"{HOME}/clauses/{uid}?tab=authors" in panel(chair, uid, "tab=history")
    assert f"{HOME}/clauses/{uid}?tab=history" in panel(chair, uid, "tab=authors")
    whole = chair.get(f"{HOME}/clauses/{uid}?tab=authors").text
    assert whole.startswith("<!doctype html>") and '<ul class="writers">' in whole


def test_a_struck_clause_shows_its_history_whatever_is_asked_for(
    chair: Visitor, site: Site
) -> None:
    uid = site.uid("by day")
    form = {"csrf": chair.form_token(), "seen": site.clause(uid)[1]}
    chair.post(f"{HOME}/clauses/{uid}/strike", data=form)
    assert "has been struck" in panel(chair, uid, "tab=authors")
