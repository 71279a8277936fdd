"""A reading for a terminal: labels, marks around tracked words, and what was lost."""

from app.exchange.word.plain import as_json
from app.exchange.word.read import read
from app.exchange.word.show import as_text
from app.exchange.word.story import View
from tests.support.made_files import abstract_list, docx, list_of, para, run
from tests.support.tracked import field, gone, ins, mark, raw

CONTENT = docx(
    [
        raw(run("Each "), gone("State"), ins("Party"), run("."), num=("1", 0), mark=mark("ins")),
        raw('<w:commentRangeStart w:id="4"/>', run("b"), '<w:commentRangeEnd w:id="4"/>',
            '<w:r><w:footnoteReference w:id="2"/></w:r>', field(" REF x ", "c")),
    ],
    {
        "numbering": abstract_list("0", [("decimal", "%1.")]) + list_of("1", "0"),
        "footnotes": f'<w:footnote w:id="2">{para("See.")}</w:footnote>',
        "comments": f'<w:comment w:id="4" w:author="Chair">{para("Why?")}</w:comment>',
    },
)  # fmt: skip


def shown(view: View) -> list[str]:
    return as_text(as_json(read(CONTENT, view))).split("\n")


def test_both_with_marks() -> None:
    assert shown(View.MARKED)[:2] == ["1.\tEach {-State-}{+Party+}.{+¶+}", "bc"]


def test_a_view_is_its_words() -> None:
    assert shown(View.ACCEPTED)[:2] == ["1.\tEach Party.", "bc"]
    assert shown(View.ORIGINAL)[0] == "Each State.bc"


def test_notes_comments_changes_and_losses_follow() -> None:
    lines = shown(View.ACCEPTED)
    assert "footnote 1: See." in lines
    assert "Comment by Chair on “b”: Why?" in lines
    assert "Tracked changes: 3" in lines
    assert "1. deletion by A, 2026-03-01T10:00:00Z: “State”" in lines
    assert "Seen and not taken: 1" in lines
    assert any(line.startswith("- paragraph 2: The code of a field") for line in lines)
