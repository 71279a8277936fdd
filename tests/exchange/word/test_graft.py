"""Two versions of somebody's own file: what they are made of stays, what changed is tracked."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.package import Package
from app.exchange.word.graft import Grafted, Unlike, graft
from app.exchange.word.read import Reading, read, read_views
from app.exchange.word.story import View
from app.exchange.word.tracked import By
from app.exchange.word.treaty import WordTreaty
from app.exchange.word.write import write_clean, write_commentary
from app.treaty.numbering import Scheme
from tests.exchange.word.test_write import AUTHORITIES
from tests.support.made_files import STRICT_W, docx, para, run
from tests.support.rewritten import rewritten
from tests.support.tracked import gone, ins, raw, table
from tests.support.word_rules import breaches
from tests.support.word_treaties import MAST, RICH, document, treaty

A = By("Drafter A", "2026-03-01T10:00:00Z")


def grafted(old: bytes, new: bytes) -> Grafted:
    return graft(Package(old), Package(new), A)


def seen(reading: Reading) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (each.label, each.text, tuple(note.text for note in each.notes))
        for each in reading.paragraphs
    ]


def agrees(old: bytes, new: bytes) -> Reading:
    """That rejecting all gives the one and accepting all the other; the reading of the latter."""
    before, after = read_views(grafted(old, new).content, (View.ORIGINAL, View.ACCEPTED))
    assert seen(before) == seen(read(old))
    assert seen(after) == seen(read(new))
    return after


def bodies(old: Sequence[str], new: Sequence[str]) -> Reading:
    return agrees(docx(list(old)), docx(list(new)))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**9), edits=st.integers(0, 10))
def test_any_two_exports_come_out_again_with_labels_and_contents(seed: int, edits: int) -> None:
    was = document(RICH)
    now = rewritten(was, seed, edits)
    if not now.clauses:
        return
    old, new = (write_clean(WordTreaty(each, Scheme.UN, MAST)) for each in (was, now))
    agrees(old, new)


def test_a_commentary_with_notes_and_tables_comes_out_again_and_is_sound() -> None:
    old = write_commentary(treaty(RICH, AUTHORITIES))
    new = write_commentary(treaty(RICH.replace("helps", "gives help"), {"u8": AUTHORITIES["u8"]}))
    agrees(old, new)
    agrees(new, old)
    content = grafted(old, new).content
    assert content == grafted(old, new).content
    assert [each for each in breaches(content) if "the marks" not in each] == []


def test_words_keep_the_look_they_had() -> None:
    bold = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Bold words</w:t></w:r>'
    old, new = [raw(bold, run(" stay here."))], [raw(bold, run(" stay there."))]
    content = grafted(docx(old), docx(new)).content
    text = Package(content).read("word/document.xml").decode()
    assert "<w:rPr><w:b/></w:rPr>" in text
    revisions = bodies(old, new).revisions
    assert [(each.kind, each.author, each.text) for each in revisions] == [
        ("deletion", "Drafter A", "here"),
        ("insertion", "Drafter A", "there"),
    ]


def test_changes_that_stand_in_the_files_are_taken_as_accepted() -> None:
    old = [raw(run("Each "), gone("State"), ins("Party"), run(" acts."))]
    new = [raw(run("Each Party "), ins("always "), run("acts."))]
    (each,) = bodies(old, new).revisions
    assert each.text == "always "


def cell(*content: str) -> str:
    return f"<w:tc><w:tcPr/>{''.join(content)}</w:tc>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


TABLE = [row(cell(para("Name")), cell(para("Duty"))), row(cell(para("Chair")), cell(para("Leads")))]


def test_a_word_in_a_cell_is_a_word() -> None:
    other = [TABLE[0], row(cell(para("Chair")), cell(para("Leads well")))]
    after = bodies([para("A."), table(*TABLE), para("B.")], [para("A."), table(*other), para("B.")])
    assert [each.text for each in after.revisions] == [" well"]


def test_rows_come_and_go_as_rows() -> None:
    more = [*TABLE, row(cell(para("Secretariat")), cell(para("Keeps the record")))]
    for old, new in ((TABLE, more), (more, TABLE)):
        content = grafted(docx([table(*old), para("")]), docx([table(*new), para("")])).content
        (accepted,) = read_views(content, (View.ACCEPTED,))
        assert [each.detail for each in accepted.revisions] == ["table row"]
        bodies([table(*old), para("")], [table(*new), para("")])


def test_a_table_comes_and_goes_with_its_rows() -> None:
    bare, full = [para("A."), para("B.")], [para("A."), table(*TABLE), para("B.")]
    bodies(bare, full)
    bodies(full, bare)


def test_a_link_and_a_bookmark_in_an_unchanged_paragraph_are_left_alone() -> None:
    link = '<w:hyperlink w:anchor="b"><w:r><w:t>there</w:t></w:r></w:hyperlink>'
    mark = '<w:bookmarkStart w:id="3" w:name="b"/><w:bookmarkEnd w:id="3"/>'
    content = grafted(
        docx([raw(mark, run("See "), link), para("Old.")]),
        docx([raw(mark, run("See "), link), para("New.")]),
    ).content
    text = Package(content).read("word/document.xml").decode()
    assert '<w:hyperlink w:anchor="b">' in text
    changed = grafted(docx([raw(mark, run("Sea"))]), docx([raw(mark, run("See"))])).content
    assert 'w:name="b"' in Package(changed).read("word/document.xml").decode()


def test_lists_and_styles_of_the_older_file_are_brought_along() -> None:
    source = treaty("article | Scope\n  paragraph | Talks are held.\n  paragraph | They are free.")
    plain = docx([para("Something else stands here."), para("Talks are held.")])
    agrees(write_clean(source), plain)
    agrees(plain, write_clean(source))


def test_a_picture_of_the_older_file_is_told_as_lost() -> None:
    picture = "<w:r><w:pict/></w:r>"
    made = grafted(docx([raw(run("A."), picture), para("B.")]), docx([para("B.")]))
    assert made.losses == ("A picture, text box or object of the older file was left out.",)


def test_a_strict_file_is_of_another_kind() -> None:
    with pytest.raises(Unlike):
        grafted(docx([para("A.")], namespace=STRICT_W), docx([para("A.")]))
