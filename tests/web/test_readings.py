import re
from html import unescape

import pytest
from starlette.datastructures import FormData

from app.store.seats import Role
from app.treaty.document import Clause, Kind
from app.web.readings import Doubt, Pending, dropped, joined, packed, pending_of
from tests.support.site import Site, Visitor

TEXT = """Convention on Rafts

Article 1
Scope

1. This Convention applies to rafts.

2. It does not apply to:

(a) ships; or

(b) bridges.
"""
COLUMNS = ("kind", "depth", "number", "heading", "text")
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
        r'<input type="(?:hidden|text)"(?: class="serif")?(?: id="[\w-]+")?'
        r' name="(\w+)" value="([^"]*)"'
        r'|<textarea[^>]*name="(\w+)"[^>]*>\n?([^<]*)</textarea>'
        r'|<select name="(\w+)".*?<option selected>(\w+)<'
    )
    for found in re.finditer(pattern, form, re.DOTALL):
        name, value = found[1] or found[3] or found[5], found[2] or found[4] or found[6] or ""
        sent.setdefault(name, []).append(unescape(value))
    return sent


def rows(sent: dict[str, list[str]]) -> list[list[str]]:
    """Kind, depth, number, heading and text of each row of such a form, open or not."""
    mended = zip(*(sent.get(name, []) for name in COLUMNS), strict=True)
    return [row.split("\n", 4) if row else list(next(mended)) for row in sent["row"]]


def look(visitor: Visitor, sent: dict[str, list[str]], do: str) -> str:
    """The page after a button was pressed."""
    answer = visitor.post("/drafts/new/look", data={**sent, "do": do})
    assert answer.status_code == 200
    return answer.text


def read(visitor: Visitor, text: str = TEXT) -> dict[str, list[str]]:
    answer = visitor.post("/drafts/new", data={"csrf": visitor.form_token(), "text": text})
    assert answer.status_code == 200
    return fields(answer.text)


def test_what_was_read_is_shown_row_by_row(chair: Visitor) -> None:
    sent = read(chair)
    assert sent["title"] == ["Convention on Rafts"]
    kinds = ["article", "paragraph", "paragraph", "subparagraph", "subparagraph"]
    assert [row[0] for row in rows(sent)] == kinds
    assert rows(sent)[1][4] == "This Convention applies to rafts."
    assert [row[1] for row in rows(sent)] == ["0", "1", "1", "2", "2"]


def test_a_row_is_opened_where_it_stands_and_the_others_stay_as_they_are(chair: Visitor) -> None:
    sent = read(chair)
    assert "kind" not in sent
    page = look(chair, sent, "open 3")
    assert page.count("<select") == 1 and 'id="mend-3"' in page
    assert rows(fields(page)) == rows(sent)
    both = look(chair, fields(page), "open 1")
    assert both.count("<select") == 2 and rows(fields(both)) == rows(sent)


def test_what_the_reader_was_unsure_of_is_open_from_the_start(chair: Visitor) -> None:
    text = TEXT.replace("2. It does not", "4. It does not")
    sent = {"csrf": chair.form_token(), "text": text}
    page = chair.post("/drafts/new", data=sent).text
    doubted = [int(said.split("|")[0]) for said in fields(page)["doubt"]]
    assert doubted and all(f'id="mend-{at}"' in page for at in doubted)
    assert page.count("<select") == len(set(doubted))


def test_each_button_leads_back_to_its_row(chair: Visitor) -> None:
    page = look(chair, read(chair), "open 3")
    assert 'formaction="/drafts/new/look#row-2" name="do" value="join 3"' in page
    assert 'formaction="/drafts/new/look#row-3" name="do" value="drop 3"' in page
    assert 'formaction="/drafts/new/look#mend-4" name="do" value="open 4"' in page


def test_lines_within_a_text_stay_while_it_travels() -> None:
    row = Clause(Kind.PARAGRAPH, "1", "", "One.\nTwo.\n\nThree.", 1)
    form = FormData([("row", packed(ROWS[0])), ("row", packed(row)), ("title", "T")])
    assert pending_of(form).rows == (ROWS[0], row)


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
    sent = fields(look(chair, read(chair), "open 3"))
    sent["kind"] = ["paragraph"]
    page = look(chair, sent, "again")
    assert [row[1] for row in rows(fields(page))] == ["0", "1", "1", "1", "2"]


def test_a_paragraph_made_an_article_takes_its_words_as_heading(chair: Visitor) -> None:
    sent = fields(look(chair, read(chair), "open 1"))
    sent["kind"] = ["article"]
    shown = rows(fields(look(chair, sent, "again")))
    assert shown[1][1:] == ["0", "1", "This Convention applies to rafts.", ""]


def test_a_row_left_out_is_listed_with_its_words(chair: Visitor) -> None:
    page = look(chair, read(chair), "drop 4")
    assert len(rows(fields(page))) == 4
    assert "Left out by hand: b bridges." in page


def test_a_row_is_joined_to_the_one_above(chair: Visitor) -> None:
    page = look(chair, read(chair), "join 4")
    assert rows(fields(page))[3][4] == "ships; or bridges."
    assert 'id="mend-3"' in page


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
    assert [row[0] for row in rows(fields(answer.text))].count("paragraph") == 2


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
    for torn in (
        {"kind": ["article"]},
        {"row": ["", *sent["row"]]},
        {"row": ["article\n0\n1"]},
        {"row": ["novel\n0\n1\n\nx"]},
        {"row": ["article\ndeep\n1\n\nx"]},
    ):
        assert chair.post("/drafts/new/keep", data={**sent, **torn}).status_code == 422


def test_who_may_not_start_a_draft_is_refused(site: Site) -> None:
    with site.client(Role.OBSERVER) as observer:
        assert observer.get("/drafts/new").status_code == 403
