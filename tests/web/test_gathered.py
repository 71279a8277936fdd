"""The table over all returns: in the order of the text, on pages, to its clauses and back."""

import re

import pytest

from app.exchange.word.read import read
from app.store.seats import Role
from app.web import gathered
from app.web.exports import WORD
from tests.support.answers import Sent, open_on, put_in
from tests.support.site import SLUG, Site, Visitor

DAY = "A ferry crosses by day."


@pytest.fixture
def sent(site: Site) -> Sent:
    return open_on(site)


def answered(visitor: Visitor, sent: Sent) -> None:
    first, second = sent.hand(0, "Capital A"), sent.hand(1, "Capital B")
    first.replace("by day", "by night")
    first.comment("equally authentic", "Which ones?", "All of them.")
    second.replace("by day", "by stealth")
    for hand in (first, second):
        put_in(visitor, sent, hand.saved())


def order(page: str, *words: str) -> list[int]:
    return sorted(range(len(words)), key=lambda at: page.index(words[at]))


def test_all_returns_clause_by_clause(chair: Visitor, sent: Sent) -> None:
    answered(chair, sent)
    table = chair.get(f"{sent.address}/table").text
    uid = sent.site.uid(DAY)
    assert f'href="/drafts/{SLUG}/clauses/{uid}?tab=proposals#{uid}"' in table
    in_order = ("Article 3 <span>Hours", DAY, "by night", "by stealth", "Article 4 <span>", "Which")
    plain = re.sub(r"<del>day</del><ins>(\w+)</ins>", r"\1", table)
    assert order(plain, *in_order) == list(range(6))
    assert "2 things from 2 recipients" in table
    uid_of_3 = sent.site.uid("Hours")
    assert f'<option value="{uid_of_3}">Article 3 (2)</option>' in table
    only = chair.get(f"{sent.address}/table?kind=comment").text
    assert "Which ones?" in only
    assert "night" not in only
    theirs = chair.get(f"{sent.address}/table?who=Delegation+B").text
    assert ("stealth" in theirs, "night" in theirs) == (True, False)
    assert "Nothing is like that" in chair.get(f"{sent.address}/table?who=Nobody").text


def test_from_a_clause_back_to_where_it_is_in_the_table(
    chair: Visitor, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(chair, sent)
    monkeypatch.setattr(gathered, "_ROWS", 1)
    uid = sent.site.uid("equally authentic")
    panel = chair.get(f"/drafts/{SLUG}/clauses/{uid}?tab=proposals").text
    way = f"{sent.address}/table?at={uid}"
    assert f'href="{way}#at-{uid}"' in panel
    page = chair.get(way).text
    assert f'id="at-{uid}"' in page
    assert "page 2 of 2" in page
    assert ("Which ones?" in page, "night" in page) == (True, False)
    first = chair.get(f"{sent.address}/table").text
    # What is said of one article stays together, up to twice the room.
    assert ("night" in first, "stealth" in first, "Which ones?" in first) == (True, True, False)
    # The other delegation's alone are counted in its own.
    day = sent.site.uid(DAY)
    there = f"/drafts/{SLUG}/clauses/{day}?tab=proposals"
    assert ">First reading</a> (2)" in chair.get(there).text
    assert ">First reading</a> (1)" in sent.site.client(Role.DELEGATE).get(there).text
    assert "First reading" not in sent.site.client(Role.OBSERVER).get(there).text


def test_the_table_as_a_word_file(chair: Visitor, sent: Sent) -> None:
    answered(chair, sent)
    form = {"csrf": chair.form_token()}
    file = chair.post(f"{sent.address}/compilation", data=form)
    assert (file.status_code, file.headers["content-type"]) == (200, WORD)
    assert "first-reading-compilation.docx" in file.headers["content-disposition"]
    told = "\n".join(each.text for each in read(file.content).paragraphs)
    assert "Delegation B" in told
    assert "A ferry crosses by stealth." in told
    delegate = sent.site.client(Role.DELEGATE)
    form = {"csrf": delegate.form_token()}
    assert delegate.post(f"{sent.address}/compilation", data=form).status_code == 403
