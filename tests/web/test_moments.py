import re

from app.store.seats import Role
from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"


def head(site: Site) -> int:
    with site.stores.read() as store:
        draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    return draft.seq


def do(visitor: Visitor, uid: str, deed: str, **sent: object) -> None:
    form = {"csrf": visitor.form_token(), **sent}
    assert visitor.post(f"{HOME}/clauses/{uid}/{deed}", data=form).status_code == 303


def paper(visitor: Visitor, at: int) -> str:
    answer = visitor.get(f"{HOME}/at/{at}")
    assert answer.status_code == 200
    return re.sub(r"<(?!p>|/p>)[^>]+>", "", answer.text.split('id="paper"')[1].split("</main>")[0])


def test_the_draft_is_shown_as_it_stood(chair: Visitor, site: Site) -> None:
    uid, before = site.uid("by day"), head(site)
    do(chair, uid, "edit", text="A ferry crosses by night.", seen=1)
    do(chair, uid, "edit", text="A ferry never crosses.", seen=2)
    assert "<p>A ferry crosses by day.</p>" in paper(chair, before)
    assert "<p>A ferry crosses by night.</p>" in paper(chair, before + 1)
    assert "<p>A ferry never crosses.</p>" in paper(chair, before + 2)


def test_what_was_struck_moved_and_put_in_since_stands_as_it_stood(
    chair: Visitor, site: Site
) -> None:
    before, first = head(site), chair.get(HOME).text
    order = re.findall(r'class="c [^"]*" id="(\w+)"', first)
    do(chair, site.uid("by day"), "strike", seen=1)
    do(chair, site.uid("Duty to cross"), "move", after=site.uid("Languages"))
    do(chair, site.uid("Hours"), "insert", kind="article", heading="Fares", text="A fare is paid.")
    then = chair.get(f"{HOME}/at/{before}").text
    assert re.findall(r'class="c [^"]*" id="(\w+)"', then) == order
    assert "A fare is paid." not in then


def test_it_says_what_it_is_and_leads_on(chair: Visitor, site: Site) -> None:
    uid, before = site.uid("by day"), head(site)
    do(chair, uid, "edit", text="A ferry crosses by night.", seen=1)
    page = chair.get(f"{HOME}/at/{before + 1}").text
    assert "It stands so now." in page and "no official status" in page
    assert "Article 3, paragraph 1: reworded" in page and "Chair did this" in page
    earlier = chair.get(f"{HOME}/at/{before}").text
    assert f'href="{HOME}/compare?old=entry-{before}&amp;new=current"' in earlier
    assert "<form" not in earlier.split('id="main"')[1]


def test_every_entry_of_the_journal_has_its_moment(chair: Visitor, site: Site) -> None:
    assert chair.get(f"{HOME}/at/1").status_code == 200
    for missing in (0, head(site) + 1, 2**31):
        assert chair.get(f"{HOME}/at/{missing}").status_code == 404


def test_who_may_not_read_the_draft_may_not_read_its_past(site: Site) -> None:
    with site.client(None) as nobody, site.client(Role.OBSERVER) as observer:
        assert nobody.get(f"{HOME}/at/3").status_code == 303
        assert observer.get(f"{HOME}/at/3").status_code == 200
