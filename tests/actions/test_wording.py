"""What people write is brought on one line, and refused where it is too long or no text."""

import pytest

from app.actions import wording
from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.refusals import Invalid
from app.store.proposals import Wish
from app.treaty.document import Kind


def test_a_text_is_one_line_and_that_of_a_new_article_several() -> None:
    said = " The Parties\r\n\tshall:\n\n\t\tinform  \n"
    assert wording.cleaned(said) == "The Parties shall: inform"
    kept = wording.cleaned(said, Wish.INSERT, Kind.ARTICLE)
    assert wording.paragraphs(kept) == [(0, "The Parties"), (1, "shall:"), (2, "inform")]
    assert wording.paragraphs("\t\tToo deep\nnot") == [(0, "Too deep"), (0, "not")]


def test_what_is_too_long_or_half_a_character_is_refused() -> None:
    assert wording.optional("", "condition") == ""
    with pytest.raises(Invalid, match="The name is too long"):
        wording.line("x" * (wording.LONGEST_LINE + 1), "name")
    with pytest.raises(Invalid, match="The reason is too long"):
        wording.reason_of("x" * (wording.LONGEST_REASON + 1))
    with pytest.raises(Invalid, match="say why"):
        wording.reason_of(" \n ")
    with pytest.raises(Invalid, match="half a character"):
        wording.line("\ud83d", "name")
    for kind, limit in ((Kind.ARTICLE, LONGEST_HEADING), (Kind.ITEM, LONGEST)):
        assert len(wording.short("x" * limit, kind)) == limit
        with pytest.raises(Invalid, match="too long"):
            wording.short("x" * (limit + 1), kind)
