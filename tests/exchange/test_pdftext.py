"""Paragraphs from where words stand on a page."""

import pytest

from app.exchange.package import Unreadable
from app.exchange.pdftext import PdfText, read_pdf
from tests.support.made_files import pdf

LONG = "words that fill the line of print as far as the right margin of a page"


def page(
    *paragraphs: list[str], top: float = 760, size: float = 11
) -> list[tuple[float, float, float, str]]:
    """Lines of paragraphs with a gap between them."""
    lines = []
    y = top
    for paragraph in paragraphs:
        for words in paragraph:
            lines.append((72.0, y, size, words))
            y -= 14
        y -= 14
    return lines


def places(read: PdfText) -> list[tuple[int, int]]:
    return [(each.page, each.on_page) for each in read.blocks]


def test_paragraphs_are_parted_by_gaps_and_counted_on_their_page() -> None:
    read = read_pdf(pdf([page([LONG, "end here."], ["Second."]), page(["Third."])]))
    assert [each.text for each in read.blocks] == [f"{LONG} end here.", "Second.", "Third."]
    assert places(read) == [(1, 1), (1, 2), (2, 1)]


def test_a_paragraph_that_runs_over_the_page_belongs_where_it_begins() -> None:
    read = read_pdf(pdf([page([LONG, f"A {LONG}"]), page([f"Two {LONG}", "and ends."], ["New."])]))
    assert places(read) == [(1, 1), (2, 1)]


def test_broken_words_are_whole_again() -> None:
    read = read_pdf(pdf([page(["The nego-", "tiators and the Franco-", "German side met."])]))
    assert read.blocks[0].text == "The negotiators and the Franco-German side met."


def test_larger_print_is_a_heading() -> None:
    lines = [(72.0, 780.0, 18.0, "On talks"), *page([LONG, LONG, "end."], ["Next."], top=740)]
    read = read_pdf(pdf([lines]))
    assert (read.blocks[0].text, read.blocks[0].heading) == ("On talks", True)
    assert places(read)[1:] == [(1, 1), (1, 2)]


def test_running_heads_and_page_numbers_are_left_out_and_told() -> None:
    pages = [
        [(72.0, 810.0, 9.0, "Journal of Talks"), *page([LONG, "end."]), (290.0, 40.0, 9.0, str(at))]
        for at in range(1, 5)
    ]
    read = read_pdf(pdf(pages))
    assert [each.text for each in read.blocks] == [f"{LONG} end."] * 4
    assert len(read.losses) == 2
    assert "“Journal of Talks”" in "".join(read.losses)


def test_pages_without_text_are_told() -> None:
    read = read_pdf(pdf([page(["Words."]), []]))
    assert read.losses == ("Left out: pages without text (2).",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF-1.4 and then nothing", "damaged"), (pdf([[], []]), "pictures of pages")],
)
def test_what_holds_no_text_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_pdf(content)
