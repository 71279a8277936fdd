"""A paragraph made from values: its runs, and what stands around its words."""

import pytest

from app.exchange.word.told import THING, Line


@pytest.mark.parametrize("look", ["<w:i/>", "<w:b/>"])
def test_looks_and_things_stay_where_they_are(look: str) -> None:
    line = Line(f"ab{THING}cd", looks=((1, 4, look),), things={2: "<w:r><w:sym/></w:r>"})
    made = line.runs(0, 5)
    assert made == (
        f"<w:r><w:t>a</w:t></w:r><w:r><w:rPr>{look}</w:rPr><w:t>b</w:t></w:r>"
        f"<w:r><w:sym/></w:r><w:r><w:rPr>{look}</w:rPr><w:t>c</w:t></w:r><w:r><w:t>d</w:t></w:r>"
    )


def test_marks_behind_the_last_letter_stand_before_the_end_of_its_bookmark() -> None:
    line = Line("ab", bookmark=(7, "cl_u1"), marks={0: "<first/>", 2: "<last/>"})
    assert line.opening == '<w:bookmarkStart w:id="7" w:name="cl_u1"/>'
    assert line.closing == '<last/><w:bookmarkEnd w:id="7"/>'
