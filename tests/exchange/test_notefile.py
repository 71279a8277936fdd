import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest

from app.exchange.notefile import COLUMNS, NoteItem, as_csv, as_markdown

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
NOTE = NoteItem(
    key="n1",
    root="",
    place="Article 2, paragraph 1",
    quote="good faith",
    stands="check",
    kind="question",
    audience="everyone",
    author="Drafter A",
    at=AT,
    body="Whose, “say”?\n\nSecond.",
    resolved_by="Chair",
    reason="Said.",
)
ANSWER = replace(NOTE, key="n2", root="n1", author="Scholar A", body="Both,\nof course.")


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_csv_has_a_row_for_each_note_and_answer_with_every_word() -> None:
    heading, note, answer = rows(as_csv([NOTE, ANSWER]))
    assert tuple(heading) == COLUMNS
    assert note[:5] == ["n1", "", "Article 2, paragraph 1", "good faith", "check"]
    assert note[9] == "Whose, “say”?\n\nSecond."
    assert rows(as_csv([replace(NOTE, origin="written elsewhere by B")]))[1][-1].endswith("by B")
    assert (answer[0], answer[1], answer[9]) == ("n2", "n1", "Both,\nof course.")


@pytest.mark.parametrize(
    "body", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("http://x","y")']
)
def test_no_cell_of_a_csv_is_a_formula(body: str) -> None:
    written = rows(as_csv([replace(NOTE, body=body, author=body, quote=body)]))[1]
    for cell in written:
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert written[9] == f"'{body}"


def test_markdown_has_a_heading_for_each_place_and_answers_below_their_note() -> None:
    elsewhere = replace(NOTE, key="n3", place="The whole draft", quote="", stands="whole")
    text = as_markdown("Ferries", [NOTE, ANSWER, elsewhere]).decode()
    assert text.splitlines()[:11] == [
        "# Notes on Ferries",
        "",
        "## Article 2, paragraph 1",
        "",
        "**Drafter A** · 2026-05-04 · question · for everyone",
        "",
        "> good faith",
        "",
        "*(check)*",
        "",
        "Whose, “say”?",
    ]
    assert "- **Scholar A** · 2026-05-04\n\n  Both,\n  of course.\n" in text
    assert text.count("## ") == 2
    brought = as_markdown("Ferries", [replace(NOTE, origin="written elsewhere by B")]).decode()
    assert "**Drafter A** · 2026-05-04 · written elsewhere by B · question" in brought
    assert "*Resolved by Chair: Said.*" in text
