import re

from app.store.seats import Role
from tests.support.site import SLUG, Site, Visitor
from tests.support.word_rules import breaches
from tests.web.test_past import bare, types

HOME = f"/drafts/{SLUG}"


def replay(visitor: Visitor, uid: str, query: str = "") -> str:
    answer = visitor.get(f"{HOME}/record/{uid}{query}")
    assert answer.status_code == 200
    return answer.text


def step(page: str) -> str:
    return bare(re.sub(r"\s+", " ", page.split('id="step"')[1].split("</section>")[0]))


def test_an_article_is_stepped_through_by_links(chair: Visitor, site: Site) -> None:
    uid, article = site.uid("by day"), site.uid("Hours")
    types(site, Role.DRAFTER, uid, "A ferry crosses by night.")
    types(site, Role.CHAIR, uid, "A ferry crosses at night.")
    last = replay(chair, uid)
    assert "Drafting history of Article 3" in last and "Step 3 of 3" in last
    assert "A ferry crosses <del>by</del><ins>at</ins> night." in last
    assert 'rel="next"' not in last and last.count('aria-current="step"') == 1
    back = re.search(r'rel="prev" href="([^"]+)"', last)
    assert back is not None
    middle = chair.get(back[1]).text
    assert "Step 2 of 3" in middle and "<del>day</del><ins>night</ins>" in middle
    first = chair.get(re.findall(r'rel="prev" href="([^"]+)"', middle)[0]).text
    assert "Step 1 of 3" in first and "A ferry crosses by day." in step(first)
    assert "<ins>" not in first.split('id="step"')[1] and 'rel="prev"' not in first
    assert f'href="{HOME}/journal?article={article}"' in first


def test_a_step_keeps_its_address_when_more_is_done(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.DRAFTER, uid, "A ferry crosses by night.")
    shown = re.findall(r'href="[^"]*(\?at=\d+)" aria-current', replay(chair, uid))[0]
    types(site, Role.CHAIR, uid, "A ferry never crosses.")
    assert "Step 2 of 3" in replay(chair, uid, shown)
    assert "Step 1 of 3" in replay(chair, uid, "?at=0")


def test_what_was_done_beside_the_text_stands_after_the_step(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    form = {"csrf": chair.form_token(), "status": "agreed in working group"}
    assert chair.post(f"{HOME}/clauses/{uid}/status", data=form).status_code == 303
    assert ": agreed in working group by Chair" in step(replay(chair, uid))


def test_the_annex_is_a_word_file_on_record(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    types(site, Role.DRAFTER, uid, "A ferry crosses by night.")
    form = {"csrf": chair.form_token(), "names": "yes"}
    answer = chair.post(f"{HOME}/record/{uid}/annex", data=form)
    assert answer.status_code == 200 and breaches(answer.content) == []
    assert "made-up-history-article-3.docx" in answer.headers["content-disposition"]
    assert "made-up-history-article-3.docx" in chair.get(f"{HOME}/exports").text
    with site.client(Role.DELEGATE) as delegate:
        assert "with the names" not in replay(delegate, uid)
        form = {"csrf": delegate.form_token(), "names": "yes"}
        assert delegate.post(f"{HOME}/record/{uid}/annex", data=form).status_code == 403
    with site.client(Role.OBSERVER) as observer:
        assert "annex" not in replay(observer, uid).split('id="replay"')[1]
        form = {"csrf": observer.form_token()}
        assert observer.post(f"{HOME}/record/{uid}/annex", data=form).status_code == 403


def test_absent_is_absent(chair: Visitor, site: Site) -> None:
    assert chair.get(f"{HOME}/record/c-not-here").status_code == 404
    assert chair.get(f"/drafts/other/record/{site.uid('by day')}").status_code == 404
    with site.client(None) as nobody:
        assert nobody.get(f"{HOME}/record/{site.uid('by day')}").status_code == 303
