import re
from html import unescape

import pytest

from app.store.seats import Role
from app.treaty.document import Clause, Kind
from app.web.readings import Doubt, Pending, dropped, joined
from tests.support.site import Site, Visitor

TEXT = """Convention on Rafts

Article 1
Scope

1. This Convention applies to rafts.

2. It does not apply to:

(a) ships; or

(b) bridges.
"""
ROWS = (
    Clause(Kind.ARTICLE, "1", "Scope"),
    Clause(Kind.PARAGRAPH, "1", "", "First.", 1),
    Clause(Kind.PARAGRAPH, "2", "", "Second.", 1),
)


def fields(page: str) -> dict[str, list[str]]:
    """What the form of the page would send."""
    sent: dict[str, list[str]] = {}
    form = page.split('class="look"')[1].split("</form>")[0]
    pattern = (
        r'<input type="(?:hidden|text)"(?: class="serif")?(?: id="title")?'
        r' name="(\w+)" value="([^"]*)"'
        r'|<textarea[^>]*name="(\w+)"[^>]*>\n?([^<]*)</textarea>'
        r'|<select name="(\w+)".*?<option selected>(\w+)<'
    )
    for found in re.finditer(pattern, form, re.DOTALL):
        name, value = found[1] or found[3] or found[5], found[2] or found[4] or found[6] or ""
        sent.setdefault(name, []).append(unescape(value))
    return sent


def read(visitor: Visitor, text: str = TEXT) -> dict[str, list[str]]:
    answer = visitor.post("/drafts/new", data={"csrf": visitor.form_token(), "text": text})
    assert answer.status_code == 200
    return fields(answer.text)


def test_what_was_read_is_shown_row_by_row(chair: Visitor) -> None:
    sent = read(chair)
    assert sent["title"] == ["Convention on Rafts"]
    assert sent["kind"] == ["article", "paragraph", "paragraph", "subparagraph", "subparagraph"]
    assert sent["text"][1] == "This Convention applies to rafts."
    assert sent["depth"] == ["0", "1", "1", "2", "2"]


def test_nothing_is_kept_before_it_is_said(chair: Visitor) -> None:
    read(chair)
    assert "Convention on Rafts" not in chair.get("/drafts").text


def test_kept_it_is_a_draft_of_its_own(chair: Visitor, site: Site) -> None:
    answer = chair.post("/drafts/new/keep", data=read(chair))
    assert answer.status_code == 303
    page = chair.get(answer.headers["location"]).text
    assert "bridges." in page and "Scope" in page
    assert answer.headers["location"] == "/drafts/convention-on-rafts"


def test_a_mended_kind_takes_its_place_in_the_structure(chair: Visitor) -> None:
    sent = read(chair)
    sent["kind"][3] = "paragraph"
    page = chair.post("/drafts/new/look", data={**sent, "do": "again"}).text
    assert fields(page)["depth"] == ["0", "1", "1", "1", "2"]


def test_a_paragraph_made_an_article_takes_its_words_as_heading(chair: Visitor) -> None:
    sent = read(chair)
    sent["kind"][1] = "article"
    shown = fields(chair.post("/drafts/new/look", data={**sent, "do": "again"}).text)
    assert shown["heading"][1] == "This Convention applies to rafts." and shown["text"][1] == ""
    assert shown["depth"][1] == "0"


def test_a_row_left_out_is_listed_with_its_words(chair: Visitor) -> None:
    page = chair.post("/drafts/new/look", data={**read(chair), "do": "drop 4"}).text
    assert len(fields(page)["kind"]) == 4
    assert "Left out by hand: b bridges." in page


def test_a_row_is_joined_to_the_one_above(chair: Visitor) -> None:
    page = chair.post("/drafts/new/look", data={**read(chair), "do": "join 4"}).text
    assert fields(page)["text"][3] == "ships; or bridges."


def test_joining_and_leaving_out_take_the_doubts_along() -> None:
    doubts = (Doubt(1, "one"), Doubt(2, "two"), Doubt(None, "all"))
    pending = Pending("T", "un", ROWS, doubts)
    assert joined(pending, 1).doubts == (Doubt(0, "one"), Doubt(1, "two"), Doubt(None, "all"))
    assert joined(pending, 0) == pending
    assert dropped(pending, 1).doubts == (Doubt(None, "one"), Doubt(1, "two"), Doubt(None, "all"))
    assert joined(pending, 2).rows[1].text == "First. Second."


@pytest.mark.parametrize("name", ["treaty.txt", "treaty.md"])
def test_a_file_is_read_like_a_pasted_text(chair: Visitor, name: str) -> None:
    sent = {"csrf": chair.form_token()}
    answer = chair.post("/drafts/new", data=sent, files={"file": (name, TEXT.encode())})
    assert fields(answer.text)["kind"].count("paragraph") == 2


def test_an_unreadable_file_is_refused_in_words(chair: Visitor) -> None:
    sent = {"csrf": chair.form_token()}
    answer = chair.post(
        "/drafts/new", data=sent, files={"file": ("a.docx", b"PK\x03\x04 no Word file")}
    )
    assert answer.status_code == 422 and 'class="notice bad"' in answer.text


def test_without_text_or_title_nothing_is_kept(chair: Visitor) -> None:
    empty = chair.post("/drafts/new", data={"csrf": chair.form_token()})
    assert empty.status_code == 422 and "Choose a file" in empty.text
    untitled = chair.post("/drafts/new/keep", data={**read(chair), "title": " "})
    assert untitled.status_code == 422 and "needs a title" in untitled.text
    assert "bridges." in untitled.text


def test_a_mangled_form_is_refused(chair: Visitor) -> None:
    sent = read(chair)
    assert chair.post("/drafts/new/keep", data={**sent, "kind": ["article"]}).status_code == 422
    wrong = {**sent, "kind": ["novel", *sent["kind"][1:]]}
    assert chair.post("/drafts/new/keep", data=wrong).status_code == 422


def test_who_may_not_start_a_draft_is_refused(site: Site) -> None:
    with site.client(Role.OBSERVER) as observer:
        assert observer.get("/drafts/new").status_code == 403
