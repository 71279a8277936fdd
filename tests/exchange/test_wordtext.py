"""The words of a Word file with every change accepted, and a sentence for all that is left out."""

import pytest

from app.exchange.package import Unreadable
from app.exchange.wordtext import WordText, read_word
from tests.support.made_files import STRICT_W, W, docx, para, run, zipped


def texts(read: WordText) -> list[str]:
    return [each.text for each in read.paragraphs]


def deleted(text: str) -> str:
    return f'<w:del w:author="Chair"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


@pytest.mark.parametrize("namespace", [W, STRICT_W])
def test_paragraphs_in_order_in_both_kinds_of_file(namespace: str) -> None:
    read = read_word(docx([para("One."), para(""), para("Two.")], namespace=namespace))
    assert texts(read) == ["One.", "Two."]
    assert read.losses == ()


def test_insertions_are_kept_and_deletions_told() -> None:
    content = run("Each ") + deleted("old ") + f'<w:ins w:author="A">{run("Party")}</w:ins>'
    read = read_word(docx([para(content, raw=True)]))
    assert texts(read) == ["Each Party"]
    assert "Left out, deleted with tracked changes by Chair: “old”." in read.losses
    assert "Tracked insertions were taken as accepted (1)." in read.losses


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    body = [para("One ", mark="<w:del/>"), para("two."), para("Three.")]
    assert texts(read_word(docx(body))) == ["One two.", "Three."]


def test_a_wholly_deleted_paragraph_is_gone_and_told() -> None:
    body = [para(deleted("Gone."), mark="<w:del/>", raw=True), para("Stays.")]
    read = read_word(docx(body))
    assert texts(read) == ["Stays."]
    assert any("Gone." in loss for loss in read.losses)


def test_a_last_paragraph_whose_mark_is_deleted_is_kept() -> None:
    assert texts(read_word(docx([para("Last.", mark="<w:del/>")]))) == ["Last."]


def test_moved_words_are_read_where_they_went() -> None:
    body = [
        para(f"<w:moveFrom>{run('Moved. ')}</w:moveFrom>{run('A.')}", raw=True),
        para(f"{run('B. ')}<w:moveTo>{run('Moved.')}</w:moveTo>", raw=True),
    ]
    read = read_word(docx(body))
    assert texts(read) == ["A.", "B. Moved."]
    assert read.losses == ("Moved passages were read at their new place (1).",)


def test_words_in_controls_links_and_fields_are_there() -> None:
    inline = (
        f"<w:sdt><w:sdtContent>{run('control ')}</w:sdtContent></w:sdt>"
        f"<w:hyperlink>{run('link ')}</w:hyperlink><w:fldSimple>{run('field ')}</w:fldSimple>"
        "<w:r><w:fldChar/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>"
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:br/><w:t>d</w:t></w:r>"
        '<w:r><w:br w:type="page"/><w:sym w:char="00A7"/><w:softHyphen/></w:r>'
    )
    block = f"<w:sdt><w:sdtContent>{para('Block.')}</w:sdtContent></w:sdt>"
    read = read_word(docx([para(inline, raw=True), block]))
    assert texts(read) == ["control link field a b\u2011c\nd§", "Block."]


def test_tables_are_read_row_by_row() -> None:
    def table(*rows: list[str]) -> str:
        cells = (
            "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows
        )
        return f"<w:tbl>{''.join(cells)}</w:tbl>"

    read = read_word(
        docx(
            [
                table(
                    [para("1."), para("Each Party shall act.")],
                    [para("One column of some length"), para("and another"), para("third")],
                    [para("Two") + para("paragraphs"), para("beside")],
                )
            ]
        )
    )
    assert texts(read) == [
        "1. Each Party shall act.",
        "One column of some length | and another | third",
        "Two",
        "paragraphs",
        "beside",
    ]
    assert read.losses == ("A table was read row by row (3 rows).",)


def test_deleted_rows_and_cells_are_told() -> None:
    body = (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{para('Row.')}</w:tc></w:tr>"
        f"<w:tr><w:tc><w:tcPr><w:cellDel/></w:tcPr>{para('Cell.')}</w:tc><w:tc>{para('Kept.')}</w:tc>"
        "</w:tr></w:tbl>"
    )
    read = read_word(docx([body]))
    assert texts(read) == ["Kept."]
    assert all(any(word in loss for loss in read.losses) for word in ("Row.", "Cell."))


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{para('Boxed.')}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    read = read_word(docx([para(run("Before.") + drawing, raw=True), para("After.")]))
    assert texts(read) == ["Before.", "Boxed.", "After."]
    assert len(read.losses) == 1
    assert "“Boxed.”" in read.losses[0]


def test_notes_are_numbered_as_they_are_called() -> None:
    notes = (
        '<w:footnote w:type="separator" w:id="-1"/>'
        f'<w:footnote w:id="7">{para("Second note.")}</w:footnote>'
        f'<w:footnote w:id="3">{para("First note.")}</w:footnote>'
    )
    ends = f'<w:endnote w:id="1">{para("At the end.")}</w:endnote>'
    content = (
        run("One") + '<w:r><w:footnoteReference w:id="3"/></w:r>' + run(" two")
        + '<w:r><w:footnoteReference w:id="7"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r>'
    )  # fmt: skip
    read = read_word(docx([para(content, raw=True)], {"footnotes": notes, "endnotes": ends}))
    assert texts(read) == ["One two"]
    assert read.paragraphs[0].notes == ("1", "2", "e1")
    assert [(note.key, note.text, note.after) for note in read.notes] == [
        ("1", "First note.", "One"),
        ("2", "Second note.", "One two"),
        ("e1", "At the end.", "One two"),
    ]


def test_comments_margins_pictures_and_hidden_words_are_told() -> None:
    content = (
        run("Seen.") + run("Hidden.", "<w:vanish/>") + "<w:r><w:drawing/></w:r>"
        + "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
    )  # fmt: skip
    read = read_word(
        docx(
            [para(content, raw=True), "<w:altChunk/>"],
            {
                "comments": f'<w:comment w:author="Chair">{para("Why?")}</w:comment>',
                "header1": para("Confidential"),
                "footer1": para("Page"),
            },
        )
    )
    assert texts(read) == ["Seen.x=1"]
    assert set(read.losses) == {
        "Left out, a comment by Chair: “Why?”.",
        "Left out, page header: “Confidential”.",
        "Left out, page footer: “Page”.",
        "Left out, hidden text: “Hidden.”.",
        "Left out: pictures (1).",
        "Equations were read as plain letters (1).",
        "Left out: a document that is embedded in this one.",
    }


def test_a_table_of_contents_is_left_out_and_told() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    gallery = '<w:docPartGallery w:val="Table of Contents"/>'
    body = [
        para("Article 1 ... 3", style="TOC1"),
        f"<w:sdt><w:sdtPr><w:docPartObj>{gallery}</w:docPartObj></w:sdtPr><w:sdtContent>"
        f"{para('Contents')}{para('Article 2 ... 4')}</w:sdtContent></w:sdt>",
        para("Article 1"),
    ]
    read = read_word(docx(body, {"styles": styles}))
    assert texts(read) == ["Article 1"]
    assert read.losses == ("Left out: a table of contents (3 lines).",)


def test_levels_of_headings() -> None:
    styles = (
        '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="H2"/></w:style>'
        '<w:style w:styleId="O"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    )
    body = [para("x", style=style) for style in ("T", "H2", "Own", "O", "None")]
    body.append('<w:p><w:pPr><w:outlineLvl w:val="3"/></w:pPr>' + run("x") + "</w:p>")
    body.append('<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr>' + run("x") + "</w:p>")
    levels = [each.level for each in read_word(docx(body, {"styles": styles})).paragraphs]
    assert levels == [0, 2, 2, 1, None, 4, None]


def test_raised_numbers_are_kept_apart_from_the_words() -> None:
    content = run("area of 5 km") + run("2", '<w:vertAlign w:val="superscript"/>')
    assert texts(read_word(docx([para(content, raw=True)]))) == ["area of 5 km²"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped({"mimetype": "x", "content.xml": "<a/>"}), "OpenDocument"),
        (zipped({"xl/workbook.xml": "<a/>"}), "spreadsheet"),
        (zipped({"readme.txt": "hello"}), "not a Word document"),
        (zipped({"word/document.xml": "<a/>"}), "not a document"),
        (docx([para("x")])[:300], "damaged"),
    ],
)
def test_other_files_are_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_word(content)
