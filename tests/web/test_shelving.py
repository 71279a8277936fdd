import html
import json
import re

import pytest

from app.store.library import SourceKind
from app.store.seats import Role
from tests.support.table import Table, ids

TEXT = (
    b"On holding talks\n"
    b"Opening\n"
    b"Talks begin with a question that nobody has asked before, and it is asked in private.1\n"
    b"They go on when an answer comes back that both sides can repeat to their own people.\n"
)
BIBTEX = """@book{talks, title = {On Holding Talks}, author = {Doe, Jane},
 publisher = {A Press}, year = {2011}}"""


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name} on the page"
    return html.unescape(found[1])


def slugs(table: Table) -> set[str]:
    with table.stores.read() as store:
        return {source.slug for source in store.library.sources()}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_add(table: Table, role: Role) -> None:
    allowed = role not in (Role.OBSERVER, Role.DELEGATE)
    expected = (200, 303) if allowed else (403, 403)
    assert table.get(role.value, "/library/add").status_code == expected[0]
    for path, fields in (
        ("/library/sources", {"kind": "document/book", "title": "A book"}),
        ("/library/passages", {"source": "untoc", "locator": "art 40", "digest": "Words."}),
        ("/library/cases", {"title": "Somewhere"}),
    ):
        assert table.post(role.value, path, fields).status_code == expected[1]
    for path in ("/library/sources/untoc/edit", "/library/cases/denmark/edit"):
        assert table.get(role.value, path).status_code == expected[0]


def test_a_source_typed_in_is_cited_from_its_fields(table: Table) -> None:
    fields = {
        "kind": "instrument/treaty",
        "title": "Convention on Held Talks",
        "title_short": "CHT",
        "adopted": "2001-02-03",
        "in_force": "2002",
        "volume": "1",
        "container_title": "United Nations Treaty Series",
        "container_title_short": "UNTS",
        "page": "7",
    }
    made = table.post("scholar", "/library/sources", fields)
    page = table.get("scholar", made.headers["location"])
    assert "adopted 3 February 2001" in page.text
    assert "1 UNTS 7" in page.text
    with table.stores.read() as store:
        source = store.library.source(made.headers["location"].rpartition("/")[2])
    assert source is not None
    assert source.kind is SourceKind.INSTRUMENT


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "document/book", "title": " "}, "Give the source a title."),
        ({"kind": "sculpture", "title": "X"}, "Say what kind of source it is."),
        ({"title": "X", "issued": "last week"}, "type a date as 2000, 2000-11 or 2000-11-15"),
    ],
)
def test_a_source_that_will_not_do_keeps_what_was_typed(
    table: Table, fields: dict[str, str], sentence: str
) -> None:
    before = slugs(table)
    answer = table.post("scholar", "/library/sources", fields | {"publisher": "Typed Press"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Typed Press"' in answer.text
    assert re.search(r'id="add-source"[^>]* open', answer.text)
    assert slugs(table) == before


def test_a_passage_and_a_case_are_typed_in(table: Table) -> None:
    fields = {
        "source": "untoc",
        "locator": "art 40",
        "digest": "It may be left.",
        "topics": "C17; C20",
        "notes": "4, 5",
    }
    passage = table.post("drafter", "/library/passages", fields).headers["location"]
    page = table.get("observer", passage)
    assert "It may be left." in page.text
    assert "notes 4, 5" in page.text
    assert page.text.count("/library/topics/C20") == 2
    again = table.post("drafter", "/library/passages", fields)
    assert again.status_code == 422
    case = table.post("drafter", "/library/cases", {"title": "Somewhere", "places": "S1.P3"})
    assert "S1.P3" in table.get("observer", case.headers["location"]).text
    wrong = table.post("drafter", "/library/cases", {"title": "Elsewhere", "topics": "C99"})
    assert wrong.status_code == 422
    assert 'value="Elsewhere"' in wrong.text


def test_mending_keeps_what_has_no_field(table: Table) -> None:
    with table.stores.read() as store:
        before = store.library.source("untoc")
    assert before is not None
    form = table.get("scholar", "/library/sources/untoc/edit")
    sent = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(\w+)" maxlength="1000" value="([^"]*)"', form.text)
    }
    sent |= {"kind": "instrument/treaty", "title": before.title, "remark": "Looked up."}
    assert table.post("scholar", "/library/sources/untoc/edit", sent).status_code == 303
    with table.stores.read() as store:
        after = store.library.source("untoc")
    assert after is not None
    assert after.remark == "Looked up."
    for name in ("adopted", "in-force", "volume", "page", "title-short", "container-title"):
        assert after.csl[name] == before.csl[name]


def test_a_mended_case_and_passage_show_it(table: Table) -> None:
    form = table.get("scholar", "/library/cases/haiti/edit")
    assert {"mend", "case-facts", "case-as_stated"} <= ids(form)
    table.post("scholar", "/library/cases/haiti/edit", {"title": "Haiti", "lesson": "Mended."})
    assert "Mended." in table.get("observer", "/library/cases/haiti").text
    refused = table.post("scholar", "/library/cases/haiti/edit", {"title": ""})
    assert refused.status_code == 422


def test_only_what_nothing_rests_on_is_deleted(table: Table) -> None:
    assert "cannot be deleted" in table.get("scholar", "/library/cases/italy/edit").text
    assert table.post("scholar", "/library/cases/italy/delete").status_code == 403
    assert table.get("scholar", "/library/cases/italy").status_code == 200
    made = table.post("scholar", "/library/cases", {"title": "Somewhere"}).headers["location"]
    assert f'action="{made}/delete"' in table.get("scholar", f"{made}/edit").text
    assert table.post("observer", f"{made}/delete").status_code == 403
    assert table.post("scholar", f"{made}/delete").headers["location"] == "/library/cases"
    assert table.get("scholar", made).status_code == 404


def test_a_text_is_looked_over_before_it_is_kept(table: Table) -> None:
    before = slugs(table)
    shown = table.post("scholar", "/library/add/file", files={"file": ("talks.txt", TEXT)})
    assert shown.status_code == 200
    assert {"preview", "counts"} <= ids(shown)
    assert "asked in private" in shown.text
    assert slugs(table) == before, "nothing is kept by looking"
    carried = hidden(shown.text, "carried")
    sent = {"file_name": "talks.txt", "carried": carried, "title": "Talks"}
    kept = table.post("scholar", "/library/add/file/keep", sent)
    assert kept.status_code == 200
    assert "kept" in ids(kept)
    new = slugs(table) - before
    assert len(new) == 1
    page = table.get("observer", f"/library/sources/{new.pop()}")
    assert "asked in private" in page.text


def test_the_founding_article_fills_the_passages_that_are_here(table: Table) -> None:
    """The article itself is not shipped; a text with its places, headings and names stands in."""
    with table.stores.read() as store:
        digests = store.library.passages("founding-article")
    headings = {p.locator.split(".")[0]: p.heading for p in digests}
    reading = {
        "title": "article",
        "headings": [{"key": k, "text": t, "level": 1} for k, t in headings.items()],
        "passages": [
            {
                "locator": p.locator,
                "heading": p.heading,
                "text": "Exactly: " + p.digest,
                "notes": p.notes,
            }
            for p in digests
        ],
        "losses": [],
    }
    before = slugs(table)
    sent = {"file_name": "article.txt", "carried": json.dumps(reading), "title": "The article"}
    kept = table.post("scholar", "/library/add/file/keep", sent)
    for words in (
        "<b>10</b> headings",
        "<b>53</b> passages",
        "<b>45</b> notes",
        "<b>53</b> of them",
    ):
        assert words in kept.text
    assert slugs(table) == before
    page = table.get("observer", "/library/sources/founding-article")
    assert page.text.count("As printed") == 53


def test_the_words_of_notes_are_kept_with_the_passage(table: Table) -> None:
    reading = {
        "title": "Talks",
        "headings": [{"key": "S1", "text": "Opening", "level": 1}],
        "passages": [
            {"locator": "S1.P1", "heading": "Opening", "text": "They spoke.", "notes": ["1"]},
            {"locator": "S1.P2", "heading": "Opening", "text": "They left.", "notes": ["2"]},
        ],
        "note_texts": [["1", "Through a window."]],
    }
    before = slugs(table)
    sent = {"file_name": "talks.html", "carried": json.dumps(reading), "title": "Talks"}
    table.post("scholar", "/library/add/file/keep", sent)
    page = table.get("observer", f"/library/sources/{(slugs(table) - before).pop()}")
    assert re.search(r"<summary>note 1</summary>\s*<dl><dt>1</dt><dd>Through a window.", page.text)
    assert "<span>note 2</span>" in page.text


@pytest.mark.parametrize("carried", ["", "{}", "[1]", '{"title": 3}'])
def test_what_was_read_cannot_be_made_up_badly(table: Table, carried: str) -> None:
    sent = {"file_name": "x", "carried": carried, "title": "X"}
    for path in ("/library/add/file/keep", "/library/add/bibliography/keep"):
        answer = table.post("scholar", path, sent)
        assert answer.status_code == 422
        assert "got lost on the way" in answer.text


def test_a_file_without_words_is_refused_with_a_sentence(table: Table) -> None:
    for name, content in (
        ("empty.txt", b""),
        ("broken.docx", b"PK\x03\x04 nothing"),
        ("x.pdf", b"%PDF-"),
    ):
        answer = table.post("scholar", "/library/add/file", files={"file": (name, content)})
        assert answer.status_code == 422, name
        assert "add" in ids(answer)
        assert '<p class="notice warn">' in answer.text


@pytest.mark.parametrize("role", ["observer", "delegate"])
def test_nobody_else_brings_files_in(table: Table, role: str) -> None:
    assert table.post(role, "/library/add/file", files={"file": ("t.txt", TEXT)}).status_code == 403
    assert table.post(role, "/library/add/bibliography", {"text": BIBTEX}).status_code == 403


def test_a_bibliography_is_looked_over_and_the_marked_entries_are_kept(table: Table) -> None:
    before = slugs(table)
    two = BIBTEX + "\n" + BIBTEX.replace("talks", "walks").replace("Talks", "Walks")
    shown = table.post("scholar", "/library/add/bibliography", {"text": two})
    assert shown.status_code == 200
    assert "2 entries read" in shown.text
    assert "<i>On Holding Talks</i>" in shown.text
    sent = {"carried": hidden(shown.text, "carried"), "keep": "1"}
    kept = table.post("scholar", "/library/add/bibliography/keep", sent)
    assert "On Holding Walks" in kept.text
    assert len(slugs(table) - before) == 1


def test_a_bibliography_comes_as_a_file_too(table: Table) -> None:
    files = {"file": ("library.ris", b"TY  - BOOK\nTI  - On Holding Talks\nPY  - 2011\nER  - \n")}
    shown = table.post("scholar", "/library/add/bibliography", files=files)
    assert "On Holding Talks" in shown.text
    wrong = table.post("scholar", "/library/add/bibliography", {"text": "no bibliography"})
    assert wrong.status_code == 422
    assert "no bibliography" in wrong.text
