"""What stands inside of a paragraph: everything that may wrap words, and every sign among them."""

import pytest

from tests.support.made_files import para, run
from tests.support.tracked import both, field, gone, ins, on, raw, texts, who


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"<w:hyperlink>{run('link')}</w:hyperlink>", "link"),
        (f"<w:smartTag>{run('tagged')}</w:smartTag>", "tagged"),
        (f"<w:customXml>{run('custom')}</w:customXml>", "custom"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('control')}</w:sdtContent></w:sdt>", "control"),
        (f"<w:dir>{run('dir')}</w:dir><w:bdo>{run(' bdo')}</w:bdo>", "dir bdo"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/></w:r>", "a\tb\nc\n"),
        ('<w:r><w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t></w:r>', "ab"),
        ("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r>", "co\u2011op"),
        ("<w:r><w:t>co</w:t><w:softHyphen/><w:t>op</w:t></w:r>", "co\u00adop"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>', "•"),
        ('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', "α"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ("<w:r><w:t> a </w:t></w:r>" + run(" b "), "a b "),
        ("<w:r><w:t>a\nb</w:t></w:r>", "a b"),
        (f"<mc:AlternateContent><mc:Choice>{run('new')}</mc:Choice><mc:Fallback>{run('old')}"
         "</mc:Fallback></mc:AlternateContent>", "new"),
        (f"<mc:AlternateContent><mc:Fallback>{run('a')}</mc:Fallback></mc:AlternateContent>", "a"),
    ],
)  # fmt: skip
def test_words_through_whatever_wraps_them(content: str, words: str) -> None:
    reading = on("accepted", [raw(content)])
    assert reading.paragraphs[0].text == words
    assert reading.losses == ()


def test_the_code_of_a_field_is_told_and_what_it_shows_is_taken() -> None:
    reading = on("accepted", [raw(run("see "), field(" REF x \\h ", "Article 2"), run("."))])
    assert reading.paragraphs[0].text == "see Article 2."
    (loss,) = reading.losses
    assert (loss.kind, loss.place, loss.paragraph) == ("field", "paragraph 1", 0)
    assert "REF x \\h" in loss.sentence


def test_a_field_within_the_code_of_another_is_not_printed() -> None:
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    code = "<w:r><w:instrText> IF </w:instrText></w:r>"
    whole = begin + code + field(" PAGE ", "7") + separate + run("shown") + end
    reading = on("accepted", [raw(run("a "), whole)])
    assert [each.text for each in reading.paragraphs] == ["a shown"]
    assert "IF 7" in reading.losses[-1].sentence


def test_a_field_over_paragraphs_and_one_that_never_ends() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("separate", "end")
    )
    body = [raw(begin, separate, run("One")), para("Two"), raw(end), raw(begin, run("kept"))]
    assert texts("accepted", body) == ["One", "Two", "", "kept"]


def test_the_words_that_a_field_shows_are_marked_out() -> None:
    simple = f'<w:fldSimple w:instr=" REF  y ">{run("b")}{run("c")}</w:fldSimple>'
    body = [raw(run("see "), field(" REF x \\h ", "Article 2"), run(", "), simple, run("."))]
    (found,) = on("accepted", body).paragraphs
    assert [(found.text[each.begin : each.end], each.code) for each in found.fields] == [
        ("Article 2", "REF x \\h"),
        ("bc", "REF y"),
    ]


def test_a_simple_field_is_told() -> None:
    content = f'<w:fldSimple w:instr=" DATE ">{run("today")}</w:fldSimple>'
    reading = on("accepted", [raw(content)])
    assert reading.paragraphs[0].text == "today"
    assert [(loss.kind, "DATE" in loss.sentence) for loss in reading.losses] == [("field", True)]


def test_a_field_that_asks_for_the_outside_is_not_followed() -> None:
    body = [raw(field(' DDEAUTO c:\\\\x "y" ', "shown"))]
    (loss,) = on("accepted", body).losses
    assert "not followed" in loss.sentence


def test_a_deleted_field_is_in_the_original_only() -> None:
    content = (
        field(" DATE ", "shown")
        .replace("instrText", "delInstrText")
        .replace("<w:t ", "<w:delText ")
    )
    body = [
        raw(run("a "), f"<w:del {who('A')}>{content.replace('</w:t>', '</w:delText>')}</w:del>")
    ]
    assert both(body) == (["a shown"], ["a "])
    assert [one.text for one in on("accepted", body).revisions] == ["shown"]


def test_deleted_words_outside_of_a_deletion_are_deleted() -> None:
    body = [raw(run("a"), "<w:r><w:delText>b</w:delText></w:r>")]
    assert both(body) == (["ab"], ["a"])


def test_words_in_a_deletion_that_are_not_called_deleted_are_deleted() -> None:
    assert both([raw(run("a"), f"<w:del {who('A')}>{run('b')}</w:del>")]) == (["ab"], ["a"])


def test_hidden_words_are_told_with_their_place() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    shown = run("d", '<w:vanish w:val="0"/>')
    body = [
        raw(run("a"), run("b", "<w:vanish/>"), run("c", '<w:rStyle w:val="H"/>'), shown),
        raw(run("e"), shown, style="P"),
    ]
    reading = on("accepted", body, {"styles": styles})
    assert [each.text for each in reading.paragraphs] == ["ad", "d"]
    assert [(loss.place, loss.sentence) for loss in reading.losses] == [
        ("paragraph 1", "Hidden words were not taken: “bc”."),
        ("paragraph 2", "Hidden words were not taken: “e”."),
    ]


def test_words_may_be_hidden_by_a_change() -> None:
    hidden = run("b", f"<w:vanish/><w:rPrChange {who('A')}><w:rPr/></w:rPrChange>")
    assert both([raw(run("a"), hidden)]) == (["ab"], ["a"])


def test_a_guide_to_pronunciation_is_told() -> None:
    guide, base = f"<w:rt>{run('guide')}</w:rt>", f"<w:rubyBase>{run('word')}</w:rubyBase>"
    reading = on("accepted", [raw(f"<w:r><w:ruby>{guide}{base}</w:ruby></w:r>")])
    assert reading.paragraphs[0].text == "word"
    assert [(loss.kind, "guide" in loss.sentence) for loss in reading.losses] == [("ruby", True)]


def test_what_is_not_known_is_told_with_its_words() -> None:
    content = f"<w:novelty>{run('new thing')}</w:novelty>"
    inside = "<w:r><w:novelty><w:t>in a run</w:t></w:novelty></w:r><w:empty/>"
    losses = on("accepted", [raw(content, inside)]).losses
    assert [loss.kind for loss in losses] == ["unknown part", "unknown part"]
    assert "new thing" in losses[0].sentence
    assert "in a run" in losses[1].sentence


def test_a_symbol_of_an_unknown_font_is_kept_and_told() -> None:
    reading = on("accepted", [raw('<w:r><w:sym w:font="House" w:char="F041"/></w:r>')])
    assert reading.paragraphs[0].text == "\uf041"
    assert [loss.kind for loss in reading.losses] == ["symbol"]


def test_a_change_of_a_content_control_leaves_its_words() -> None:
    control = (
        f"<w:customXmlDelRangeStart {who('A')}/><w:sdt><w:sdtContent>"
        f"<w:customXmlDelRangeEnd/>{run('word')}</w:sdtContent></w:sdt>"
    )
    reading = on("accepted", [raw(control)])
    assert reading.paragraphs[0].text == "word"
    assert [(one.kind, "content control" in one.detail) for one in reading.revisions] == [
        ("format only", True)
    ]


def test_bookmarks_begin_in_their_paragraph() -> None:
    name = '<w:bookmarkStart w:id="1" w:name="cl_1"/>'
    body = [raw(name, run("a")), name.replace("cl_1", "cl_2"), raw(ins("b"), gone("c"))]
    found = on("accepted", body).paragraphs
    assert [each.bookmarks for each in found] == [("cl_1",), ("cl_2",)]


def test_a_field_that_is_left_open_in_a_note_does_not_reach_the_next() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    notes = "".join(
        f'<w:footnote w:id="{key}">{raw(run("words"), sign)}</w:footnote>'
        for key, sign in (("1", begin), ("2", end))
    )
    calls = "".join(f'<w:r><w:footnoteReference w:id="{key}"/></w:r>' for key in "12")
    (found,) = on("accepted", [raw(calls)], {"footnotes": notes}).paragraphs
    assert [each.text for each in found.notes] == ["words", "words"]
