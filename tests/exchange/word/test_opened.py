"""A file opened: its parts found, each walked once, and what is missing taken as not there."""

import pytest

from app.exchange.package import Package, Unreadable
from app.exchange.word.opened import Opened
from app.exchange.word.story import Block, View
from tests.support.made_files import abstract_list, docx, list_of, para, run, zipped
from tests.support.tracked import ins, raw

_MAIN = '<Relationships><Relationship Type="t/officeDocument" Target="{}"/></Relationships>'


def opened(body: list[str], parts: dict[str, str] | None = None) -> Opened:
    return Opened(Package(docx(body, parts)))


def test_the_stories_of_a_file() -> None:
    note = f'<w:footnote w:id="2">{raw(ins("Note."))}</w:footnote>'
    separator = '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
    file = opened(
        [para("One."), para("Two.")], {"footnotes": separator + note, "header1": para("H")}
    )
    assert [type(each) for each in file.body] == [Block, Block]
    assert list(file.notes["footnote"]) == ["2"]
    assert file.notes["endnote"] == {}
    assert [(kind, pages) for kind, pages, _ in file.margins] == [("header", "default")]
    assert [one.text for one in file.revisions] == ["Note."]


def test_headers_know_their_pages() -> None:
    section = (
        '<w:sectPr><w:headerReference w:type="first" r:id="rId1"/>'
        '<w:headerReference w:type="even" r:id="rId2"/></w:sectPr>'
    )
    file = opened([para("x"), section], {"header1": para("1"), "header2": para("2")})
    assert [pages for _, pages, _ in file.margins] == ["first", "even"]


def test_parts_that_are_missing_are_not_there() -> None:
    rels = (
        '<Relationships><Relationship Id="1" Type="t/styles" Target="gone.xml"/>'
        '<Relationship Id="2" Type="t/header" Target="NULL"/></Relationships>'
    )
    body = '<d xmlns:w="w"><body><p><r><t>x</t></r></p></body></d>'
    main = _MAIN.format("word/document.xml")
    files = {"_rels/.rels": main, "word/document.xml": body, "word/_rels/document.xml.rels": rels}
    file = Opened(Package(zipped(files)))
    assert (file.styles, file.comments, file.margins) == (None, None, ())
    assert len(file.body) == 1


def test_a_file_without_a_body_is_refused() -> None:
    with pytest.raises(Unreadable, match="no text body"):
        Opened(Package(_without_body()))


def _without_body() -> bytes:
    return zipped({"_rels/.rels": _MAIN.format("d.xml"), "d.xml": "<document/>"})


def test_lists_begin_anew_for_each_who_asks() -> None:
    numbering = abstract_list("0", [("decimal", "%1.")]) + list_of("1", "0")
    file = opened([para("x", num=("1", 0))], {"numbering": numbering})
    (block,) = (each for each in file.body if isinstance(each, Block))
    numbers = file.numbers(View.ACCEPTED)
    assert [numbers.label(block.properties), numbers.label(block.properties)] == ["1.", "2."]
    assert file.numbers(View.ACCEPTED).label(block.properties) == "1."


def test_a_comment_has_its_words() -> None:
    comments = f'<w:comment w:id="1">{raw(run("Why "), ins("not?"))}{para("Say.")}</w:comment>'
    file = opened([para("x")], {"comments": comments})
    assert file.comments is not None
    assert file.remark(file.comments[0]) == "Why not?\nSay."
