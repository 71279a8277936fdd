import re

import pytest

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


def seq_of(site: Site) -> int:
    with site.stores.read() as store:
        draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    return draft.seq


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_a_moment_is_compared_with_the_text_now(chair: Visitor, site: Site) -> None:
    before, uid = seq_of(site), site.uid("by day")
    sent = {"csrf": chair.form_token(), "text": "A ferry crosses by night.", "seen": 1}
    chair.post(f"{HOME}/clauses/{uid}/edit", data=sent)
    page = flat(chair.get(f"{COMPARE}?old=entry-{before}&new=current").text)
    assert "<del>day</del><ins>night</ins>" in page and "1 clause changed" in page
    assert f'<option value="entry-{before}" selected>' in page and f"(No. {before})" in page
    assert '<option value="current" selected>the text now' in page
    same = flat(chair.get(f"{COMPARE}?old=entry-{before + 1}&new=current").text)
    assert "word for word the same" in same
    mixed = flat(chair.get(f"{COMPARE}?old=current&new=entry-{before}").text)
    assert "<del>night</del><ins>day</ins>" in mixed


def test_an_edition_is_compared_with_a_moment(chair: Visitor, site: Site) -> None:
    begin(chair, site)
    page = flat(chair.get(f"{COMPARE}?old=zero-draft&new=entry-{seq_of(site)}").text)
    assert "<del>day</del><ins>night</ins>" in page


def test_what_moved_says_whence_and_what_became_of_its_words(chair: Visitor, site: Site) -> None:
    begin(chair, site)
    uid, form = site.uid("Languages"), {"csrf": chair.form_token()}
    chair.post(f"{HOME}/clauses/{uid}/move", data={**form, "after": site.uid("Use of terms")})
    sent = {**form, "heading": "Languages and texts", "seen": site.clause(uid)[1]}
    chair.post(f"{HOME}/clauses/{uid}/retitle", data=sent)
    row = flat(chair.get(COMPARE).text.split(f'id="row-{uid}"')[1].split("</section>")[0])
    assert '<span class="chip">moved from Article 4</span>' in row
    assert "Languages<ins> and texts</ins>" in row
    assert "<del>Article 4</del> <ins>Article 2</ins>" in row


def test_what_was_split_off_says_from_which_clause(chair: Visitor, site: Site) -> None:
    begin(chair, site)
    uid = site.uid("Each ferryman")
    form = {"csrf": chair.form_token(), "seen": site.clause(uid)[1]}
    text = site.words(uid).replace("cross the", "¦cross the")
    answer = chair.post(f"{HOME}/clauses/{uid}/split", data={**form, "text": text})
    made = answer.headers["location"].rpartition("#")[2]
    row = flat(chair.get(COMPARE).text.split(f'id="row-{made}"')[1].split("</section>")[0])
    assert "added, split off from Article 2, paragraph 1" in row


@pytest.mark.parametrize("name", ["entry-99999", "entry-0", "entry-9999999999", "nothing"])
def test_a_state_that_never_was_is_an_absent_page(chair: Visitor, name: str) -> None:
    assert chair.get(f"{COMPARE}?old={name}").status_code == 404
    assert chair.get(f"{COMPARE}?old=current&new={name}").status_code == 404
