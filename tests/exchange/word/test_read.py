"""A whole reading: notes and their numbers, headers, labels on each view, losses with places."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from app.exchange.package import Unreadable
from app.exchange.word.read import read, read_views
from app.exchange.word.story import View
from tests.support.made_files import abstract_list, docx, list_of, para, run, zipped
from tests.support.tracked import cell, field, gone, ins, mark, on, raw, row, table


def call(key: str, kind: str = "footnote", more: str = "") -> str:
    return f'<w:r><w:{kind}Reference w:id="{key}"{more}/></w:r>'


def note(key: str, *content: str, kind: str = "footnote") -> str:
    return f'<w:{kind} w:id="{key}">{"".join(content)}</w:{kind}>'


OWN_MARK = "<w:r><w:footnoteRef/></w:r>"


def test_notes_are_numbered_as_they_are_called() -> None:
    notes = (
        '<w:footnote w:type="separator" w:id="-1"/>'
        + note("7", raw(OWN_MARK, run(" Second.")))
        + note("3", raw(OWN_MARK, run(" First,")), para("in two."))
    )
    body = [raw(run("One"), call("3"), run(" two"), call("7"), call("1", "endnote"))]
    parts = {"footnotes": notes, "endnotes": note("1", para("End."), kind="endnote")}
    (found,) = on("accepted", body, parts).paragraphs
    assert found.text == "One two"
    assert [(each.kind, each.number, each.at, each.text) for each in found.notes] == [
        ("footnote", "1", 3, "First,\nin two."),
        ("footnote", "2", 7, "Second."),
        ("endnote", "i", 7, "End."),
    ]


def test_a_deleted_note_is_in_the_original_only_and_the_others_move_up() -> None:
    deleted = f'<w:del w:author="A">{call("1")}</w:del>'
    body = [raw(run("a"), deleted, run("b"), call("2"))]
    parts = {"footnotes": note("1", para("Old.")) + note("2", para("Kept."))}
    seen = {
        view: [(each.number, each.text) for each in on(view, body, parts).paragraphs[0].notes]
        for view in ("original", "accepted")
    }
    assert seen == {"original": [("1", "Old."), ("2", "Kept.")], "accepted": [("1", "Kept.")]}


def test_changes_inside_a_note() -> None:
    inside = raw(OWN_MARK, run(" See "), gone("old"), ins("new"), run("."))
    parts = {"footnotes": note("1", inside)}
    body = [raw(run("a"), call("1"))]
    (accepted,) = on("accepted", body, parts).paragraphs[0].notes
    assert accepted.text == "See new."
    assert [(each.kind, each.begin, each.end) for each in accepted.revisions] == [
        ("deletion", 4, 4),
        ("insertion", 4, 7),
    ]
    assert on("original", body, parts).paragraphs[0].notes[0].text == "See old."


def test_the_numbering_of_notes_may_be_set() -> None:
    settings = '<w:footnotePr><w:numFmt w:val="lowerLetter"/><w:numStart w:val="3"/></w:footnotePr>'
    own = call("2", more=' w:customMarkFollows="1"')
    body = [raw(run("a"), call("1"), own, run("*"), call("3"))]
    notes = "".join(note(key, para(key)) for key in "123")
    (found,) = on("accepted", body, {"footnotes": notes, "settings": settings}).paragraphs
    assert [each.number for each in found.notes] == ["c", "", "d"]


def test_notes_may_begin_again_in_each_section() -> None:
    settings = '<w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr>'
    section = f"<w:p><w:pPr><w:sectPr/></w:pPr>{call('1')}</w:p>"
    body = [section, raw(call("2"))]
    notes = note("1", para("a")) + note("2", para("b"))
    found = on("accepted", body, {"footnotes": notes, "settings": settings}).paragraphs
    assert [each.notes[0].number for each in found] == ["1", "1"]


def test_notes_without_words_and_words_without_a_mark_are_told() -> None:
    body = [raw(run("a"), call("9"))]
    losses = on("accepted", body, {"footnotes": note("1", para("Stray."))}).losses
    assert [(loss.kind, loss.place) for loss in losses] == [("note", "paragraph 1"), ("note", "")]
    assert "Stray." in losses[1].sentence


def test_headers_and_footers_are_read_on_the_view() -> None:
    header = raw(run("Draft "), gone("1"), ins("2"), field(" PAGE ", "7"))
    reading = on("accepted", [para("x")], {"header1": header, "footer1": para("")})
    (margin,) = reading.margins
    assert (margin.kind, margin.pages) == ("header", "default")
    assert [each.text for each in margin.paragraphs] == ["Draft 27"]
    assert [(loss.kind, loss.place, loss.paragraph) for loss in reading.losses] == [
        ("field", "header", None)
    ]
    assert [
        one.text for one in on("original", [para("x")], {"header1": header}).margins[0].paragraphs
    ] == ["Draft 17"]


def test_labels_count_only_what_a_view_shows() -> None:
    numbering = abstract_list("0", [("decimal", "%1."), ("lowerLetter", "(%2)")])
    parts = {"numbering": numbering + list_of("1", "0")}
    body = [
        para("One", num=("1", 0)),
        raw(ins("New"), num=("1", 0), mark=mark("ins")),
        raw(gone("a"), num=("1", 1), mark=mark("del")),
        para("b", num=("1", 1)),
        table(row(cell(para("c", num=("1", 1))), properties="<w:del/>")),
        para("Two", num=("1", 0)),
    ]
    seen = {
        view: [(each.label, each.text) for each in on(view, body, parts).paragraphs]
        for view in ("original", "accepted")
    }
    assert seen == {
        "original": [("1.", "One"), ("(a)", "a"), ("(b)", "b"), ("(c)", "c"), ("2.", "Two")],
        "accepted": [("1.", "One"), ("2.", "New"), ("(a)", "b"), ("3.", "Two")],
    }


def test_notes_are_a_series_of_their_own_and_each_box_too() -> None:
    numbering = abstract_list("0", [("decimal", "%1.")]) + list_of("1", "0")
    listed = para("x", num=("1", 0))
    box = f"<w:r><w:pict><w:txbxContent>{listed}{listed}</w:txbxContent></w:pict></w:r>"
    body = [raw(run("a"), box, num=("1", 0)), raw(call("1"), call("2"), num=("1", 0))]
    parts = {
        "footnotes": note("1", listed) + note("2", listed),
        "header1": listed,
        "footer1": listed,
        "numbering": numbering,
    }
    reading = on("accepted", body, parts)
    assert [each.label for each in reading.paragraphs] == ["1.", "1.", "2.", "2."]
    assert [each.text for each in reading.paragraphs[-1].notes] == ["1. x", "2. x"]
    assert [each.paragraphs[0].label for each in reading.margins] == ["1.", "2."]


def test_losses_say_where_also_in_tables() -> None:
    body = [para("a"), table(row(cell(raw(field(" REF x ", "y")))))]
    (loss,) = on("accepted", body).losses
    assert loss.place == "paragraph 2 (table 1, row 1, cell 1)"


def test_a_file_is_opened_once_for_several_views() -> None:
    content = docx([raw(gone("old"), ins("new"))])
    readings = list(read_views(content, list(View)))
    assert [each.paragraphs[0].text for each in readings] == ["old", "new", "oldnew"]
    assert [each.view for each in readings] == list(View)


def test_what_is_not_taken_is_refused_with_a_sentence() -> None:
    with pytest.raises(Unreadable, match="not a Word file"):
        read(b"hello")


def test_a_note_that_is_called_without_end_is_read_a_few_times() -> None:
    body = [raw(call("2") * 7)]
    (found,) = on("accepted", body, {"footnotes": note("2", para("Long."))}).paragraphs
    assert [each.text for each in found.notes] == ["Long."] * 4 + [""] * 3
    losses = on("accepted", body, {"footnotes": note("2", para("Long."))}).losses
    assert sum("called here again" in each.sentence for each in losses) == 3


def test_a_header_that_is_named_often_is_read_once() -> None:
    content = docx([para("x")], {"header1": para("Draft")})
    again = '<Relationship Id="r9" Type="x/header" Target="header1.xml"/></Relationships>'
    with ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    rels = files["word/_rels/document.xml.rels"].decode().replace("</Relationships>", again)
    found = read(zipped({**files, "word/_rels/document.xml.rels": rels}))
    assert [each.paragraphs[0].text for each in found.margins] == ["Draft"]


def test_labels_and_names_that_stand_with_each_paragraph_are_short() -> None:
    numbering = abstract_list("0", [("decimal", "%1" + "z" * 5_000)]) + list_of("1", "0")
    styles = f'<w:style w:type="paragraph" w:styleId="S"><w:name w:val="{"n" * 5_000}"/></w:style>'
    body = [para("x", style="S", num=("1", 0))]
    (found,) = on("accepted", body, {"numbering": numbering, "styles": styles}).paragraphs
    assert (len(found.label), len(found.style)) == (254, 255)
