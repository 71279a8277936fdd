"""Tracked changes as a person counts them: by author and stretch, over paragraphs, rows, moves."""

from app.exchange.word.revisions import Revision
from tests.support.made_files import para, run
from tests.support.tracked import cell, gone, ins, mark, moved, on, raw, row, table, who


def counted(*body: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.author, one.text) for one in revisions(*body)]


def revisions(*body: str) -> tuple[Revision, ...]:
    return on("accepted", list(body)).revisions


def test_many_runs_of_one_author_are_one_change() -> None:
    body = raw(ins("a ", date="2026-03-01T10:00:00Z"), ins("b ", date="2026-03-01T10:07:00Z"))
    (one,) = revisions(body)
    assert (one.text, one.date, one.until) == (
        "a b ",
        "2026-03-01T10:00:00Z",
        "2026-03-01T10:07:00Z",
    )


def test_two_authors_side_by_side_are_two_changes() -> None:
    assert counted(raw(ins("a"), ins("b", "B"))) == [
        ("insertion", "A", "a"),
        ("insertion", "B", "b"),
    ]


def test_a_replacement_is_a_deletion_and_an_insertion() -> None:
    body = raw(gone("old"), ins("new"))
    assert counted(body) == [("deletion", "A", "old"), ("insertion", "A", "new")]


def test_an_inserted_paragraph_is_one_change_with_its_mark() -> None:
    body = [raw(ins("One."), mark=mark("ins")), raw(ins("Two."), mark=mark("ins")), para("x")]
    assert counted(*body) == [("insertion", "A", "One.\nTwo.\n")]


def test_only_a_mark_is_a_split_or_a_join() -> None:
    body = [para("a", mark=mark("ins")), para("b", mark=mark("del", author="B")), para("c")]
    assert counted(*body) == [("split", "A", "\n"), ("join", "B", "\n")]


def test_what_is_nested_counts_for_both() -> None:
    body = raw(ins(run("a ") + gone("b ", "B") + run("c")))
    assert counted(body) == [("insertion", "A", "a b c"), ("deletion", "B", "b ")]


def test_a_move_is_one_change_wherever_it_went() -> None:
    body = [
        raw(moved("moveTo", "Moved."), mark=mark("moveTo")),
        para("between"),
        raw(moved("moveFrom", "Moved."), mark=mark("moveFrom")),
        para("end"),
    ]
    assert counted(*body) == [("move", "A", "Moved.\n")]


def test_two_moves_are_two() -> None:
    body = raw(
        moved("moveFrom", "a", "m1"), run("x"), moved("moveTo", "b", "m2"), run("y"),
        moved("moveTo", "a", "m1"), run("z"), moved("moveFrom", "b", "m2"),
    )  # fmt: skip
    assert counted(body) == [("move", "A", "a"), ("move", "A", "b")]


def test_a_row_is_one_change_with_all_that_is_in_it() -> None:
    tracked = f"<w:ins {who('A')}/>"
    inserted = cell(raw(ins("1"), mark=mark("ins"))), cell(raw(ins("2"), mark=mark("ins")))
    (one,) = revisions(table(row(*inserted, properties=tracked), row(cell("x"))), para(""))
    assert (one.kind, one.detail, one.text) == ("insertion", "table row", "1\n2\n")


def test_changes_of_form_are_told_apart_from_changes_of_words() -> None:
    bold = f"<w:b/><w:rPrChange {who('A')}><w:rPr/></w:rPrChange>"
    (one,) = revisions(raw(run("plain "), run("bold ", bold), run("words", bold)))
    assert (one.kind, one.detail, one.text) == ("format only", "b", "bold words")


def test_a_change_inside_a_field_code_is_told_with_the_code() -> None:
    code = f"<w:ins {who('A')}><w:r><w:instrText>\\h </w:instrText></w:r></w:ins>"
    (one,) = revisions(
        raw(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
            "<w:r><w:instrText>REF x </w:instrText></w:r>",
            code,
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            run("Article 2"),
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        )
    )
    assert (one.kind, one.detail, one.text) == ("insertion", "field code", "\\h ")


def test_the_numbers_tie_paragraphs_to_the_changes_counted() -> None:
    reading = on(
        "marked",
        [raw(ins("One."), mark=mark("ins")), raw(gone("Two."), mark=mark("del")), para("x")],
    )
    numbers = [[each.revision for each in one.revisions] for one in reading.paragraphs]
    assert numbers == [[1], [2], []]
    assert [one.id for one in reading.revisions] == [1, 2]


def test_changes_in_notes_count_too() -> None:
    note = f'<w:footnote w:id="2">{raw(run("Old "), ins("new."))}</w:footnote>'
    body = raw(run("x"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    assert [one.text for one in on("accepted", [body], {"footnotes": note}).revisions] == ["new."]
