"""The page of numbers: freezing, counting anew, and the table as page, CSV and Word file."""

import re
import zipfile
from io import BytesIO

from app.actions import drafting
from app.exchange.word.read import read
from app.store.seats import Role
from app.treaty.document import DELETED, Kind
from tests.support.table import SLUG, Table

HERE = f"/drafts/{SLUG}"
ADDRESS = f"{HERE}/numbers"


def test_every_seat_reads_it_and_only_some_may_freeze(table: Table) -> None:
    for role in Role:
        page = table.get(role.value, ADDRESS)
        assert page.status_code == 200
        assert (f"{ADDRESS}/freeze" in page.text) == (role in (Role.CHAIR, Role.SECRETARIAT))
    assert table.get("", ADDRESS).status_code == 303
    for deed in ("freeze", "renumber"):
        assert table.post("drafter", f"{ADDRESS}/{deed}", {"sure": "yes"}).status_code == 403
    assert f'href="{ADDRESS}"' in table.get("observer", HERE).text
    assert table.get("observer", f"{ADDRESS}/1").status_code == 404
    assert table.get("observer", f"{ADDRESS}/{2**80}").status_code == 404


def test_frozen_numbers_reach_what_shows_them_and_one_renumbering_mends_all(table: Table) -> None:
    assert table.post("chair", f"{ADDRESS}/freeze").status_code == 303
    assert "The numbers are frozen" in table.get("observer", ADDRESS).text
    with table.stores.begin() as store:
        chair = table.seat("chair")
        draft = drafting.open_draft(store, chair, SLUG)
        articles = [c for c in store.drafts.clauses(draft.id) if c.kind is Kind.ARTICLE]
        made = drafting.insert(
            store,
            chair,
            draft,
            after=articles[3].uid,
            kind=Kind.ARTICLE,
            heading="Observers",
            text="Article 6 applies to observers, and so does article 4 bis.",
        )
        drafting.strike(store, chair, draft, articles[8].uid, seen=articles[8].version)
    page = table.get("observer", HERE).text
    assert "Article 4 bis" in page and DELETED in page
    assert "4 bis" in table.get("observer", f"{HERE}/clauses/{made.uid}").text
    assert table.get("observer", f"/search?q=observers&draft={SLUG}").text.count("4 bis")
    outline = table.get("observer", f"/api/v1/drafts/{SLUG}/clauses")
    assert outline.status_code != 200 or "4 bis" in outline.text
    export = table.post("chair", f"{HERE}/exports", {"profile": "clean"})
    content = export.content
    if export.status_code == 303:
        content = table.get("chair", export.headers["location"]).content
    with zipfile.ZipFile(BytesIO(content)) as package:
        words = package.read("word/document.xml").decode()
        numbering = package.read("word/numbering.xml").decode()
    assert "Article 4 bis" in numbering
    assert DELETED in words
    # The reference to it is a field of Word's own, whose cached result is the very words.
    assert re.search(r"REF cl_\w+ [^<]*<(?:(?!REF ).)*?4 bis", words)
    said = [(each.label, each.text) for each in read(content).paragraphs]
    assert any("4 bis" in label and "Observers" in text for label, text in said)

    page = table.get("observer", ADDRESS).text
    assert "Article 4 bis" in page and "What would have another number" in page
    assert table.post("chair", f"{ADDRESS}/renumber").headers["location"] == ADDRESS
    answer = table.post("chair", f"{ADDRESS}/renumber", {"sure": "yes"})
    there = answer.headers["location"]
    page = table.get("chair", there).text
    assert "Article 4 bis" in page and "Undo" in page
    table_csv = table.get("observer", f"{there}?as=csv")
    assert "Article 4 bis,Article 5,Observers" in table_csv.text
    word = table.get("observer", f"{there}?as=docx")
    assert any("Article 4 bis" in each.text for each in read(word.content).paragraphs)
    assert len(table.get("observer", f"{there}?every=yes").text) > len(page)
    with table.stores.read() as store:
        chair = table.seat("chair")
        draft = drafting.open_draft(store, chair, SLUG)
        texts = [c.text for c in store.drafts.clauses(draft.id)]
        assert "Article 7 applies to observers, and so does article 5." in texts
        assert DELETED not in [c.words for c in store.drafts.clauses(draft.id)]
        assert drafting.verify(store, draft).sound


def test_the_table_since_an_edition(table: Table) -> None:
    with table.stores.begin() as store:
        chair = table.seat("chair")
        draft = drafting.open_draft(store, chair, SLUG)
        edition = drafting.name_edition(store, chair, draft, name="Rev. of numbers")
        article = next(c for c in store.drafts.clauses(draft.id) if c.kind is Kind.ARTICLE)
        drafting.insert(store, chair, draft, after=article.uid, kind=Kind.ARTICLE, heading="New")
    page = table.get("observer", f"{ADDRESS}/since/{edition.slug}")
    assert page.status_code == 200
    assert "Rev. of numbers" in page.text and "New" in page.text
    assert table.get("observer", f"{ADDRESS}/since/none").status_code == 404


def test_no_cell_is_a_formula(table: Table) -> None:
    cells = ("=1", "+1", "-1", "@x")
    with table.stores.begin() as store:
        chair = table.seat("chair")
        draft = drafting.open_draft(store, chair, SLUG)
        drafting.name_edition(store, chair, draft, name="Base")
        articles = [one for one in store.drafts.clauses(draft.id) if one.kind is Kind.ARTICLE]
        for cell, article in zip(cells, articles, strict=False):
            drafting.retitle(store, chair, draft, article.uid, cell, seen=article.version)
    told = table.get("observer", f"{ADDRESS}/since/base?as=csv").text
    assert [cell for cell in cells if f",'{cell}" not in told] == []
