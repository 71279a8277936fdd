"""Accepted and rejected: where marks go, words join; tables hold; changes stay in place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.made_files import abstract_list, list_of, para, run
from tests.support.tracked import (
    both,
    cell,
    gone,
    ins,
    mark,
    moved,
    on,
    raw,
    row,
    table,
    texts,
    who,
)


def test_words_inserted_and_deleted() -> None:
    body = [raw(run("Each "), gone("State "), ins("Party "), run("shall act."))]
    assert both(body) == (["Each State shall act."], ["Each Party shall act."])
    assert texts("marked", body) == ["Each State Party shall act."]


def test_what_one_inserted_and_another_deleted_is_in_no_view_but_the_marked() -> None:
    body = [raw(run("a "), ins(run("b ") + gone("c ", "B")), run("d"))]
    assert both(body) == (["a d"], ["a b d"])
    assert texts("marked", body) == ["a b c d"]


def test_a_deleted_mark_joins_and_an_inserted_one_splits() -> None:
    body = [para("One ", mark=mark("del")), para("two ", mark=mark("ins")), para("three.")]
    assert both(body) == (["One ", "two three."], ["One two ", "three."])


def test_a_mark_that_came_and_went_again_joins_on_both_views() -> None:
    body = [para("One ", mark=mark("ins", "del")), para("two.")]
    assert both(body) == (["One two."], ["One two."])


def test_a_joined_paragraph_has_the_style_and_number_of_the_last() -> None:
    numbering = abstract_list("0", [("decimal", "%1."), ("lowerLetter", "(%2)")])
    parts = {"numbering": numbering + list_of("1", "0")}
    body = [
        para("One.", num=("1", 0)),
        para("Two ", num=("1", 0), mark=mark("del")),
        para("a.", num=("1", 1)),
        para("Three.", num=("1", 0)),
    ]
    accepted = on("accepted", body, parts).paragraphs
    assert [(each.label, each.text) for each in accepted] == (
        [("1.", "One."), ("(a)", "Two a."), ("2.", "Three.")]
    )
    original = on("original", body, parts).paragraphs
    assert [each.label for each in original] == ["1.", "2.", "(a)", "3."]
    marked = on("marked", body, parts).paragraphs
    assert [each.label for each in marked] == ["1.", "2.", "(a)", "2."]


def test_a_paragraph_that_went_whole_leaves_nothing() -> None:
    body = [para("One."), raw(gone("Two."), mark=mark("del")), para("Three.")]
    assert both(body) == (["One.", "Two.", "Three."], ["One.", "Three."])


def test_no_mark_joins_words_to_a_table_or_out_of_a_cell() -> None:
    body = [
        para("Before ", mark=mark("del")),
        table(row(cell(para("in ", mark=mark("del")))), row(cell("below"))),
        para("After."),
    ]
    assert texts("accepted", body) == ["Before ", "in ", "below", "After."]
    empty = [raw(gone("gone"), mark=mark("del")), table(row(cell("x"))), para("")]
    assert texts("accepted", empty) == ["x", ""]


def test_a_cell_keeps_a_paragraph() -> None:
    body = [table(row(cell(raw(gone("gone"), mark=mark("del"))))), para("")]
    assert texts("accepted", body) == ["", ""]


def test_the_last_paragraph_of_a_text_keeps_its_words() -> None:
    assert texts("accepted", [para("Last.", mark=mark("del"))]) == ["Last."]


@pytest.mark.parametrize("kind", ["moveFrom", "moveTo"])
def test_a_moved_paragraph_is_in_one_place_a_view(kind: str) -> None:
    other = {"moveFrom": "moveTo", "moveTo": "moveFrom"}[kind]
    body = [
        para("A."),
        raw(moved(kind, "Moved."), mark=mark(kind)),
        para("B."),
        raw(moved(other, "Moved."), mark=mark(other)),
        para("C."),
    ]
    original, accepted = both(body)
    late = ["A.", "B.", "Moved.", "C."]
    early = ["A.", "Moved.", "B.", "C."]
    assert (original, accepted) == ((early, late) if kind == "moveFrom" else (late, early))


def test_rows_and_cells_come_and_go() -> None:
    body = [
        table(
            row(cell("1"), cell("2")),
            row(cell("old"), properties=f"<w:del {who('A')}/>"),
            row(cell("new"), properties=f"<w:ins {who('A')}/>"),
            row(
                cell("left", properties=f"<w:cellDel {who('A')}/>"),
                cell("right", properties=f"<w:cellIns {who('A')}/>"),
                cell("stays"),
            ),
        )
    ]
    original, accepted = both(body)
    assert original == ["1", "2", "old", "left", "stays"]
    assert accepted == ["1", "2", "new", "right", "stays"]


def test_a_row_whose_paragraphs_were_all_moved_goes_with_them() -> None:
    body = [
        table(row(cell(raw(moved("moveFrom", "x"), mark=mark("moveFrom")))), row(cell("y"))),
        para("z"),
    ]
    assert both(body) == (["x", "y", "z"], ["y", "z"])


def test_nested_tables_say_where_they_are() -> None:
    inner = table(row(cell("inside")))
    found = on("accepted", [table(row(cell("a"), cell("b", inner, para("c"))))]).paragraphs
    assert [(each.text, each.where) for each in found] == [
        ("a", "table 1, row 1, cell 1"),
        ("b", "table 1, row 1, cell 2"),
        ("inside", "table 1, row 1, cell 2, table 2, row 1, cell 1"),
        ("c", "table 1, row 1, cell 2"),
    ]


def test_changes_say_where_they_are_in_the_text_of_each_view() -> None:
    body = [raw(run("Each "), gone("State", "B"), ins("Party"), run(" acts."))]
    seen = {
        view: [
            (each.kind, each.author, each.begin, each.end, each.text)
            for each in on(view, body).paragraphs[0].revisions
        ]
        for view in ("original", "accepted", "marked")
    }
    assert seen == {
        "original": [("deletion", "B", 5, 10, "State"), ("insertion", "A", 10, 10, "Party")],
        "accepted": [("deletion", "B", 5, 5, "State"), ("insertion", "A", 5, 10, "Party")],
        "marked": [("deletion", "B", 5, 10, "State"), ("insertion", "A", 10, 15, "Party")],
    }


def test_pieces_of_one_change_are_one_and_an_interrupted_one_is_two() -> None:
    body = [raw(ins("a "), ins("b "), run("c "), ins("d "))]
    found = on("accepted", body).paragraphs[0].revisions
    assert [(each.text, each.begin, each.end) for each in found] == [("a b ", 0, 4), ("d ", 6, 8)]


def test_numbering_before_and_after_its_change() -> None:
    numbering = abstract_list("0", [("decimal", "%1.")]) + list_of("1", "0") + list_of("2", "0")
    inserted = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/>'
        f"<w:ins {who('A')}/></w:numPr></w:pPr>{run('x')}</w:p>"
    )
    changed = (
        '<w:p><w:pPr><w:pStyle w:val="New"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/>'
        f'</w:numPr><w:pPrChange {who("A")}><w:pPr><w:pStyle w:val="Old"/></w:pPr></w:pPrChange>'
        f"</w:pPr>{run('y')}</w:p>"
    )
    body = [inserted, changed]
    parts = {"numbering": numbering}
    accepted, original = (on(view, body, parts).paragraphs for view in ("accepted", "original"))
    assert [(each.label, each.style) for each in accepted] == [("1.", "Normal"), ("2.", "New")]
    assert [(each.label, each.style) for each in original] == [("", "Normal"), ("", "Old")]
    forms = [(each.kind, each.detail) for one in accepted for each in one.revisions]
    assert forms == [("format only", "numbering"), ("format only", "style Old to New, numbering")]


# A text as a flat row of words and paragraph marks, each with what was done to it.
_STATES = st.sampled_from(["kept", "kept", "ins", "del", "both"])
_ROWS = st.lists(st.tuples(st.sampled_from("abcde¶"), _STATES), max_size=30)


def _file_of(row: list[tuple[str, str]]) -> list[str]:
    """The row as paragraphs of a file; the last one ends with a mark that nobody touched."""
    body: list[str] = []
    runs: list[str] = []
    for sign, state in row:
        kinds = {"kept": (), "both": ("ins", "del")}.get(state, (state,))
        if sign == "¶":
            body.append(raw(*runs, mark=mark(*kinds)))
            runs = []
        elif state == "both":
            runs.append(ins(gone(sign, "B")))
        elif state == "del":
            runs.append(gone(sign))
        else:
            runs.append(ins(sign) if state == "ins" else run(sign))
    return [*body, raw(*runs)]


def _words_of(row: list[tuple[str, str]], absent: str) -> list[str]:
    return "".join(sign for sign, state in row if state not in (absent, "both")).split("¶")


@given(_ROWS)
@settings(max_examples=150, deadline=None)
def test_any_text_is_on_each_view_what_is_left_of_its_words_and_marks(
    row: list[tuple[str, str]],
) -> None:
    original, accepted = both(_file_of(row))
    assert original == _words_of(row, "ins")
    assert accepted == _words_of(row, "del")
