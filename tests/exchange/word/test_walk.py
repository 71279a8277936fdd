"""The walk over blocks: controls, custom markup, text boxes, changes around whole paragraphs."""

import pytest

from app.exchange.package import Unreadable
from app.exchange.word.read import read
from tests.support.made_files import STRICT_W, W, docx, para, run
from tests.support.tracked import both, cell, on, raw, row, table, texts, who


@pytest.mark.parametrize("namespace", [W, STRICT_W])
def test_both_kinds_of_file(namespace: str) -> None:
    content = docx(["<w:p/>", para("One.", style="X")], namespace=namespace)
    found = read(content).paragraphs
    assert [(each.style, each.text) for each in found] == [("Normal", ""), ("X", "One.")]


@pytest.mark.parametrize(
    "wrapped",
    [
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:customXml><w:customXmlPr/>{}</w:customXml>",
        "<w:smartTag>{}</w:smartTag>",
        "<mc:AlternateContent><mc:Choice>{}</mc:Choice></mc:AlternateContent>",
        "<w:ins>{}</w:ins>",
    ],
)
def test_blocks_through_whatever_wraps_them(wrapped: str) -> None:
    body = [wrapped.format(para("One.") + para("Two.")), para("Three.")]
    reading = on("accepted", body)
    assert [each.text for each in reading.paragraphs] == ["One.", "Two.", "Three."]
    assert reading.losses == ()


def test_a_change_around_whole_paragraphs() -> None:
    body = [f"<w:del {who('A')}>{para('Old.')}</w:del>", para("x")]
    assert both(body) == (["Old.", "x"], ["x"])


def test_rows_and_cells_in_controls() -> None:
    wrapped = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    rows = wrapped.format(row(wrapped.format(cell("a")), cell("b"))) + row(cell("c"))
    assert texts("accepted", [table(rows)]) == ["a", "b", "c"]


def test_a_text_box_follows_the_paragraph_it_is_tied_to() -> None:
    box = f"<w:txbxContent>{para('Boxed.')}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = [raw(run("a"), drawing, run("b")), raw(f"<w:ins {who('A')}>{drawing}</w:ins>")]
    reading = on("accepted", body)
    assert [(each.text, each.where) for each in reading.paragraphs] == [
        ("ab", ""),
        ("Boxed.", "text box"),
        ("", ""),
        ("Boxed.", "text box"),
    ]
    assert reading.losses == ()
    assert texts("original", body) == ["ab", "Boxed.", ""]
    assert [one.text for one in reading.revisions] == ["Boxed.\n"]


def test_documents_within_and_unknown_blocks_are_told_at_their_place() -> None:
    body = [para("a"), "<w:altChunk/>", f"<w:novelty>{para('inside')}</w:novelty>", para("b")]
    losses = on("accepted", body).losses
    assert [(loss.kind, loss.place) for loss in losses] == [
        ("document within", "paragraph 2"),
        ("unknown part", "paragraph 2"),
    ]
    assert "inside" in losses[1].sentence
    last = on("accepted", [para("a"), "<w:altChunk/>"])
    assert [loss.place for loss in last.losses] == ["paragraph 1"]


def test_runs_and_equations_outside_of_paragraphs_are_not_lost() -> None:
    equation = "<m:oMathPara><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></m:oMathPara>"
    reading = on("accepted", [run("loose "), run("words"), equation, para("a")])
    assert [each.text for each in reading.paragraphs] == ["loose words", "", "a"]
    assert [loss.kind for loss in reading.losses] == ["equation"]


def test_the_id_of_a_paragraph_is_kept() -> None:
    body = [f'<w:p xmlns:w14="w14" w14:paraId="00AB12CD">{run("x")}</w:p>']
    assert on("accepted", body).paragraphs[0].key == "00AB12CD"


def test_a_body_without_paragraphs() -> None:
    assert texts("accepted", ['<w:bookmarkStart w:id="1" w:name="b"/>']) == [""]
    assert texts("accepted", []) == []


def test_what_nests_without_end_is_refused_or_told_shortly() -> None:
    changes = "".join(f'<w:ins w:author="A{n}">' for n in range(20))
    with pytest.raises(Unreadable, match="tracked changes deeper"):
        on("marked", [raw(f"{changes}{run('x')}{'</w:ins>' * 20}")])
    same = f"<w:ins {who('A')}>" * 20
    (found,) = on("marked", [raw(f"{same}{run('x')}{'</w:ins>' * 20}")]).paragraphs
    assert len(found.revisions) == 1
    box, end = "<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"
    with pytest.raises(Unreadable, match="text boxes deeper"):
        on("marked", [box * 9 + para("x") + end * 9])
    nest, out = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    deep = [
        each for each in on("marked", [nest * 60 + para("x") + out * 60]).paragraphs if each.text
    ]
    assert len(deep[0].where) < 300
    assert deep[0].where.endswith("table 60, row 1, cell 1")
