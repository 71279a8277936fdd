import re

import pytest
from lxml import etree

from app.actions import recording, settling
from app.store.seats import Role
from tests.support.site import SLUG, Site, Visitor
from tests.support.sittings import typed, typed_in
from tests.web.test_past import bare, seat, types

JOURNAL = f"/drafts/{SLUG}/journal"
ATOM = "{http://www.w3.org/2005/Atom}"


def rows(visitor: Visitor, query: str = "") -> list[str]:
    answer = visitor.get(JOURNAL + query)
    assert answer.status_code == 200
    found = answer.text.split('<li id="e-')[1:]
    return [re.sub(r"\s+", " ", row.split("</li>")[0]) for row in found]


def test_what_the_draft_began_with_is_one_row(chair: Visitor) -> None:
    told = rows(chair)
    assert len(told) == 2
    assert "entered with the first text" in told[0] and "17 clauses" in told[0]
    assert "the draft · title, symbol or date changed" in bare(told[1])


def test_typing_is_one_row_that_says_who_where_and_which_words(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.DRAFTER, uid, "A ferry crosses by n.", "A ferry crosses by night.")
    row = rows(chair)[0]
    assert "<b>Drafter A</b> · " in row and ">Article 3, paragraph 1</a> · reworded" in row
    assert "A ferry crosses by <del>day</del><ins>night</ins>." in row
    assert f"No. {site_seq(site) - 1} to {site_seq(site)}" in row
    assert f'href="/drafts/{SLUG}/at/{site_seq(site)}#{uid}"' in row


def site_seq(site: Site) -> int:
    with site.stores.read() as store:
        draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    return draft.seq


def test_two_who_type_at_once_have_a_row_each(chair: Visitor, site: Site) -> None:
    one, other = site.uid("by day"), site.uid("in a flood")
    with site.stores.begin() as store:
        for count in range(1, 4):
            by = seat(site, Role.CHAIR), seat(site, Role.DRAFTER)
            typed_in(store, SLUG, by[0], one, f"A ferry {'x' * count}")
            typed_in(store, SLUG, by[1], other, f"A flood {'y' * count}")
    told = rows(chair)
    assert len(told) == 4 and "yyy" in told[0] and "xxx" in told[1]


def test_a_page_begins_where_the_one_before_it_ended(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    for count in range(30):
        typed(site.stores, SLUG, seat(site, Role.CHAIR), uid, f"Chair {count}")
        typed(site.stores, SLUG, seat(site, Role.DRAFTER), uid, f"Drafter {count}")
    seen: list[str] = []
    query = ""
    while True:
        page = chair.get(JOURNAL + query).text
        seen += re.findall(r'<li id="e-(\d+)"', page)
        older = re.search(r"\?before=\d+", page.split('class="actions"')[-1])
        if older is None:
            break
        query = older[0]
    numbers = [int(seq) for seq in seen]
    assert numbers == sorted(set(numbers), reverse=True)
    assert numbers[:60] == list(range(site_seq(site), site_seq(site) - 60, -1))
    assert min(numbers) == 1


def test_of_a_very_long_past_what_was_put_in_is_shown(
    chair: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_ADDED_UP", 2)
    uid = site.uid("by day")
    types(site, Role.DRAFTER, uid, "A ferry crosses by n.", "A ferry crosses by night.")
    row = rows(chair)[0]
    assert "<ins>night</ins>" in row and "<del>" not in row and "3 characters taken out" in row


def test_of_a_long_text_only_what_is_near_the_change_is_shown(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    long = "All that floats, " * 30
    types(site, Role.CHAIR, uid, f"{long}crosses. {long}")
    types(site, Role.DRAFTER, uid, f"{long}crosses now. {long}")
    row = bare(rows(chair)[0])
    assert "crosses now." in row and "… " in row and len(row) < 500


def test_before_the_beginning_there_is_nothing(chair: Visitor) -> None:
    assert rows(chair, "?before=1") == []
    assert "There is nothing before this." in chair.get(f"{JOURNAL}?before=0").text
    assert chair.get(f"{JOURNAL}?before=-1").status_code == 404


def test_the_sentence_stands_with_what_tells_of_status(chair: Visitor, site: Site) -> None:
    article = site.uid("Hours")
    for address in (JOURNAL, f"{JOURNAL}.atom", f"/drafts/{SLUG}/record/{article}"):
        assert settling.NOTHING_IS_AGREED in chair.get(address).text
    form = {"csrf": chair.form_token(), "upto": 1, "at": "0001-01-01T00:00+14:00"}
    assert chair.post(f"{JOURNAL}/seen", data=form).status_code == 422


# What is wanted of it


def test_filters_are_an_address_and_each_can_be_taken_off(chair: Visitor, site: Site) -> None:
    day, flood = site.uid("by day"), site.uid("in a flood")
    types(site, Role.DRAFTER, day, "A ferry crosses by night.")
    types(site, Role.DRAFTER, flood, "Paragraph 1 always applies.")
    types(site, Role.CHAIR, day, "A ferry crosses at noon.")
    hours = site.uid("Hours")
    query = f"?article={hours}&person=Drafter+A"
    told = [bare(row) for row in rows(chair, query)]
    assert len(told) == 2 and "Paragraph 1" in told[0] and "night" in told[1]
    page = chair.get(JOURNAL + query).text
    assert (
        f'href="{JOURNAL}?person=Drafter+A"' in page and f'href="{JOURNAL}?article={hours}"' in page
    )
    assert f'<option value="{hours}" selected>' in page and "<option selected>Drafter A" in page
    assert chair.get(f"{JOURNAL}?article=c-not-here").status_code == 404
    assert chair.get(f"{JOURNAL}?meeting=m-not-here").status_code == 404
    assert len(rows(chair, f"?article={day}&person=Chair")) == 2


def test_a_struck_clause_is_named_by_its_article(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    form = {"csrf": chair.form_token(), "seen": 1}
    assert chair.post(f"/drafts/{SLUG}/clauses/{uid}/strike", data=form).status_code == 303
    row = rows(chair)[0]
    assert ">a struck paragraph of Article 3</a> · struck" in row
    assert "<del>A ferry crosses by day.</del>" in row


# What is new


def fields(page: str) -> dict[str, str]:
    form = page.split(f'action="{JOURNAL}/seen"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_marking_as_seen_keeps_what_came_meanwhile(site: Site) -> None:
    uid = site.uid("by day")
    with site.client(Role.OBSERVER) as observer:
        # The draft came after the seat.
        assert len(rows(observer, "?new=true")) == 2
        observer.post(f"{JOURNAL}/seen", data=fields(observer.get(f"{JOURNAL}?new=true").text))
        types(site, Role.DRAFTER, uid, "A ferry crosses by night.")
        types(site, Role.CHAIR, uid, "A ferry crosses at noon.")
        front = observer.get(f"/drafts/{SLUG}").text
        assert f'href="/drafts/{SLUG}/journal?new=true">2</a>' in front and ">2 new</a>" in front
        page = observer.get(f"{JOURNAL}?new=true").text
        assert len(re.findall(r'<li id="e-', page)) == 2
        types(site, Role.DRAFTER, uid, "A ferry never crosses.")
        answer = observer.post(f"{JOURNAL}/seen", data=fields(page))
        assert answer.headers["location"] == f"{JOURNAL}?new=true"
        after = observer.get(f"{JOURNAL}?new=true").text
        assert "Marked as seen." in after and len(re.findall(r'<li id="e-', after)) == 1
        assert "never" in after and ">1 new</a>" in observer.get(f"/drafts/{SLUG}").text
        back = fields(after.split("Mark all of this")[1])
        assert int(back["upto"]) < int(fields(page)["upto"])
        observer.post(f"{JOURNAL}/seen", data=back)
        assert len(rows(observer, "?new=true")) == 3


def test_who_did_it_finds_nothing_new(chair: Visitor, site: Site) -> None:
    types(site, Role.CHAIR, site.uid("by day"), "A ferry crosses at noon.")
    assert rows(chair, "?new=true") == []
    assert "Nothing is new" in chair.get(f"{JOURNAL}?new=true").text
    assert " new</a>" not in chair.get(f"/drafts/{SLUG}").text


def test_a_mark_must_be_of_this_world(chair: Visitor) -> None:
    for wrong in ({"at": "yesterday"}, {"upto": "99999"}, {"at": "2026-01-01T00:00:00"}):
        form = {"csrf": chair.form_token(), "upto": "1", "at": "2026-01-01T00:00:00+00:00", **wrong}
        assert chair.post(f"{JOURNAL}/seen", data=form).status_code == 422


# Feeds


def test_the_feed_has_what_the_page_has_under_the_same_filters(chair: Visitor, site: Site) -> None:
    types(site, Role.DRAFTER, site.uid("by day"), "A ferry crosses by night.")
    types(site, Role.CHAIR, site.uid("in a flood"), "No flood.")
    answer = chair.get(f"{JOURNAL}.atom?person=Drafter+A")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = etree.fromstring(answer.content)
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Article 3, paragraph 1: reworded"
    assert "<ins>night</ins>" in (entry.findtext(f"{ATOM}content") or "")
    assert "by Drafter A" in (root.findtext(f"{ATOM}title") or "")
    with site.client(None) as nobody:
        assert nobody.get(f"{JOURNAL}.atom").status_code == 303


def test_an_entry_that_is_typed_on_keeps_its_name(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")

    def newest() -> list[str | None]:
        root = etree.fromstring(chair.get(f"{JOURNAL}.atom").content)
        return [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]

    types(site, Role.DRAFTER, uid, "A ferry crosses by n.")
    before = newest()
    types(site, Role.DRAFTER, uid, "A ferry crosses by night.")
    assert newest() == before and len(set(before)) == len(before)


def test_a_secret_feed_is_shown_once_and_ends(site: Site) -> None:
    with site.client(Role.OBSERVER) as observer, site.client(None) as reader:
        form = {"csrf": observer.form_token(), "person": "Drafter A"}
        page = observer.post(f"{JOURNAL}/feeds", data=form).text
        secret = page.split('value="http://testserver/feeds/')[1].split('"')[0]
        types(site, Role.DRAFTER, site.uid("by day"), "A ferry crosses by night.")
        types(site, Role.CHAIR, site.uid("in a flood"), "No flood.")
        answer = reader.get(f"/feeds/{secret}")
        assert answer.status_code == 200 and "night" in answer.text and "flood" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        again = observer.get(JOURNAL).text
        assert secret not in again and "All changes by Drafter A" in again
        uid = again.split(f'action="{JOURNAL}/feeds/')[1].split("/")[0]
        with site.client(Role.SCHOLAR) as scholar:
            stop = {"csrf": scholar.form_token()}
            assert scholar.post(f"{JOURNAL}/feeds/{uid}/end", data=stop).status_code == 404
            assert uid not in scholar.get(JOURNAL).text
        stop = {"csrf": observer.form_token()}
        assert observer.post(f"{JOURNAL}/feeds/{uid}/end", data=stop).status_code == 303
        absent = reader.get("/feeds/never-was")
        gone = reader.get(f"/feeds/{secret}")
        assert gone.status_code == absent.status_code == 404
        assert gone.text.replace(secret, "").count("Nothing here") == absent.text.count(
            "Nothing here"
        )
