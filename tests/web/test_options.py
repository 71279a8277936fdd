from app.exchange.reading import read_document
from app.exchange.word.treaty import Mast, WordTreaty
from app.exchange.word.write import write_clean
from app.treaty.numbering import Scheme, labels
from tests.support.table import SLUG, Table

WHERE = "Article 17, paragraph 1"


def words_of(table: Table, uid: str) -> str:
    with table.stores.read() as store:
        clause = store.drafts.clause(table.draft.id, uid)
    assert clause is not None
    return clause.words


def live(table: Table) -> list[str]:
    with table.stores.read() as store:
        return [clause.uid for clause in store.drafts.clauses(table.draft.id)]


def test_an_option_is_put_beside_a_clause_and_chosen(table: Table) -> None:
    clause, uid = table.clause(WHERE), table.uid(WHERE)
    before = live(table)
    page = table.get("chair", f"{clause}/options")
    assert page.status_code == 200
    assert "no alternatives yet" in page.text and words_of(table, uid)[:40] in page.text
    answer = table.post(
        "chair", f"{clause}/options", {"words": "Other words.", "seen": 1, "style": "alternative"}
    )
    assert answer.status_code == 303
    beside = str(answer.headers["location"])
    page = table.get("chair", beside)
    assert "Alternative A" in page.text and "Alternative B" in page.text
    assert f"Options of {WHERE}<" in page.text
    assert "Alternative B:" in table.get("chair", f"/drafts/{SLUG}").text
    answer = table.post(
        "chair", f"{clause}/options", {"words": "ignored", "seen": 1, "how": "none"}
    )
    assert "No text" in table.get("chair", str(answer.headers["location"])).text

    answer = table.post("chair", f"{beside}/choose", {})
    assert answer.status_code == 303
    assert [each for each in live(table) if each not in before] == [beside.split("/")[-2]]
    assert uid not in live(table)
    assert "Alternative B:" not in table.get("chair", f"/drafts/{SLUG}").text


def test_whoever_may_not_edit_only_looks(table: Table) -> None:
    clause = table.clause(WHERE)
    page = table.get("delegate", f"{clause}/options")
    assert page.status_code == 200 and "add-option" not in page.text
    for path, fields in (("options", {"words": "Other words.", "seen": 1}), ("options/choose", {})):
        assert table.post("delegate", f"{clause}/{path}", fields).status_code == 403
    assert table.get("chair", f"/drafts/{SLUG}/clauses/cnevermade/options").status_code == 404


def test_options_come_back_from_a_word_file(table: Table) -> None:
    clause = table.clause(WHERE)
    table.post("chair", f"{clause}/options", {"words": "Other words.", "seen": 1})
    with table.stores.read() as store:
        document = store.drafts.document(table.draft.id)
    mast = Mast("Draft", "", "", "", "", "", "", 1)
    found = read_document("draft.docx", write_clean(WordTreaty(document, Scheme.UN, mast)))
    printed = list(zip(labels(found.document.clauses), found.document.clauses, strict=True))
    (again,) = [label for label, each in printed if each.text == "Other words."]
    assert again == "Option 2:"
    assert labels(found.document.clauses) == labels(document.clauses)
