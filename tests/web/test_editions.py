import re

from app.store.seats import Role
from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"
EDITION = f"{HOME}/editions/zero-draft"


def name(visitor: Visitor, called: str = "Zero draft") -> int:
    sent = {"csrf": visitor.form_token(), "name": called, "symbol": "CONF/1", "dated": "May 2027"}
    return visitor.post(f"{HOME}/editions", data=sent).status_code


def change(visitor: Visitor, site: Site, text: str) -> None:
    uid = site.uid("by day")
    sent = {"csrf": visitor.form_token(), "text": text, "seen": site.clause(uid)[1]}
    assert visitor.post(f"{HOME}/clauses/{uid}/edit", data=sent).status_code == 303


def test_an_edition_is_named_and_listed(chair: Visitor) -> None:
    assert name(chair) == 303
    page = chair.get(f"{HOME}/editions").text
    assert f'href="{EDITION}"' in page and "CONF/1" in page
    assert "Zero draft · no official status" in chair.get(HOME).text


def test_an_edition_shows_the_text_as_it_was(chair: Visitor, site: Site) -> None:
    name(chair)
    change(chair, site, "A ferry crosses by day, or not at all.")
    page = chair.get(EDITION).text
    assert "A ferry crosses by day.</p>" in re.sub(r"<a[^>]*>|</a>", "", page)
    assert "or not at all" not in page
    assert "After Zero draft · no official status" in chair.get(HOME).text


def test_an_edition_says_how_it_is_cited(chair: Visitor) -> None:
    name(chair)
    words = chair.get(EDITION).text.split('id="cite-words">')[1].split("</p>")[0]
    assert words.startswith("Convention on Ferries (Zero draft, CONF/1, May 2027)")
    assert f"http://testserver{EDITION}" in words
    assert re.search(r"SHA-256 [0-9a-f]{64}$", words)


def test_a_second_edition_leaves_the_first_one_s_address_alone(chair: Visitor, site: Site) -> None:
    name(chair)
    first = chair.get(EDITION).text.split('id="cite-words">')[1].split("</p>")[0]
    change(chair, site, "A ferry crosses at night.")
    name(chair, "Rev.1")
    assert chair.get(EDITION).text.split('id="cite-words">')[1].split("</p>")[0] == first
    assert "at night" in chair.get(f"{HOME}/editions/rev-1").text


def test_who_may_not_name_an_edition_is_refused(site: Site) -> None:
    with site.client(Role.SCHOLAR) as scholar:
        assert name(scholar) == 403
        assert 'id="name-edition"' not in scholar.get(f"{HOME}/editions").text


def test_an_absent_edition_is_an_absent_page(chair: Visitor) -> None:
    assert chair.get(f"{HOME}/editions/none").status_code == 404
