import re

import pytest

from app.store.seats import Role
from app.web import journal
from tests.support.site import SLUG, Site, Visitor
from tests.support.sittings import typed, typed_in
from tests.web.test_past import bare, seat, types

JOURNAL = f"/drafts/{SLUG}/journal"


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
    monkeypatch.setattr(journal, "_ADDED_UP", 2)
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
