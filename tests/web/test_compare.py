from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"
COMPARE = f"{HOME}/compare"


def begin(visitor: Visitor, site: Site) -> str:
    """Names an edition, changes one clause after it, and gives its uid."""
    token, uid = visitor.form_token(), site.uid("by day")
    visitor.post(f"{HOME}/editions", data={"csrf": token, "name": "Zero draft"})
    sent = {"csrf": token, "text": "A ferry crosses by night.", "seen": site.clause(uid)[1]}
    assert visitor.post(f"{HOME}/clauses/{uid}/edit", data=sent).status_code == 303
    return uid


def test_without_an_edition_there_is_nothing_to_compare_with(chair: Visitor) -> None:
    page = chair.get(COMPARE)
    assert page.status_code == 200 and "name an edition" in page.text


def test_the_latest_edition_is_compared_with_the_text_now(chair: Visitor, site: Site) -> None:
    uid = begin(chair, site)
    page = chair.get(COMPARE).text.replace("\n", "")
    assert f'id="row-{uid}"' in page
    assert "<del>day</del><ins>night</ins>" in page
    assert "1 clause changed, 0 added, 0 taken out, 0 moved." in page


def test_only_what_changed_is_shown_unless_all_is_asked_for(chair: Visitor, site: Site) -> None:
    begin(chair, site)
    same = site.uid("in a flood")
    asked = f"{COMPARE}?old=zero-draft&new=current"
    assert f"row-{same}" not in chair.get(asked).text
    assert f"row-{same}" in chair.get(f"{asked}&all_clauses=true").text


def test_backwards_what_was_added_is_taken_out(chair: Visitor, site: Site) -> None:
    begin(chair, site)
    page = chair.get(f"{COMPARE}?old=current&new=zero-draft").text.replace("\n", "")
    assert "<del>night</del><ins>day</ins>" in page


def test_a_struck_clause_is_taken_out(chair: Visitor, site: Site) -> None:
    begin(chair, site)
    uid = site.uid("in a flood")
    sent = {"csrf": chair.form_token(), "seen": site.clause(uid)[1]}
    chair.post(f"{HOME}/clauses/{uid}/strike", data=sent)
    row = chair.get(COMPARE).text.split(f'id="row-{uid}"')[0].rpartition('class="')[2]
    assert row.startswith("cmp paragraph removed")


def test_an_unknown_edition_is_an_absent_page(chair: Visitor) -> None:
    assert chair.get(f"{COMPARE}?old=none").status_code == 404
