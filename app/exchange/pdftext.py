"""The paragraphs of a PDF, page by page, from where its words stand on the paper.

A PDF knows letters and places, no paragraphs. Lines are put together from
words at one height; a paragraph ends where the gap to the next line is wider
than usual, where the next line is indented, or where a line ends a sentence
well short of the margin. Lines that stand at the head or foot of many pages
are told and left out; a paragraph that runs over the page's end belongs to the
page it begins on.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]  # it comes without types

from app.exchange.package import Unreadable

MOST_PAGES = 3_000
# PDFium is not thread-safe, and uploads are read in a pool of threads.
_ONE_AT_A_TIME = Lock()
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"”’')\]\d]*$")
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u0002\ufffe]$")


@dataclass(frozen=True, slots=True)
class PdfBlock:
    """A paragraph or heading: the page it begins on, its place among the page's paragraphs."""

    page: int
    on_page: int
    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class PdfText:
    """The blocks of a PDF in reading order, its title if it states one, and what was left out."""

    blocks: tuple[PdfBlock, ...]
    title: str = ""
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of print: its page, the box around it (points, from the bottom left), its words."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return self.top - self.bottom


def read_pdf(content: bytes) -> PdfText:
    """The text of a PDF; Unreadable when it is damaged, locked or holds only pictures of pages."""
    with _ONE_AT_A_TIME:
        lines, title, pictures = _read(content)
    if not lines:
        raise Unreadable(
            "This PDF holds no text, only pictures of pages. Have its text recognized first."
        )
    kept, margins = _without_margins(lines)
    losses = [f"Left out, repeated on many pages: “{words}”." for words in margins]
    if pictures:
        losses.append(f"Left out: pages without text ({', '.join(map(str, pictures))}).")
    return PdfText(tuple(_blocks(kept)), title, tuple(losses))


def _read(content: bytes) -> tuple[list[_Line], str, list[int]]:
    """All lines, the stated title, and the pages without any."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("This PDF is locked with a password. Save it without one.") from error
        raise Unreadable("This PDF is damaged and cannot be opened.") from error
    try:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"This PDF has more than {MOST_PAGES:,} pages.")
        title = str(document.get_metadata_dict().get("Title") or "").strip()
        lines: list[_Line] = []
        empty = []
        for at in range(len(document)):
            found = _lines_of_page(document, at)
            lines += found
            if not found:
                empty.append(at + 1)
        return lines, title, empty
    finally:
        document.close()


def _lines_of_page(document: pypdfium2.PdfDocument, at: int) -> list[_Line]:
    try:
        page = document[at]
        text = page.get_textpage()
        boxes = [text.get_rect(index) for index in range(text.count_rects())]
        words = [
            _Line(
                at + 1,
                left,
                bottom,
                right,
                top,
                text.get_text_bounded(left, bottom, right, top).replace("\r\n", " ").strip(),
            )
            for left, bottom, right, top in boxes
        ]
        text.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"Page {at + 1} of this PDF is damaged.") from error
    return _joined([word for word in words if word.text])


def _joined(words: Sequence[_Line]) -> list[_Line]:
    """Pieces that stand side by side at one height, put together to lines."""
    lines: list[_Line] = []
    for word in words:
        last = lines[-1] if lines else None
        if last and _same_line(last, word):
            space = "" if word.left - last.right < 0.15 * last.height else " "
            lines[-1] = replace(
                last,
                right=max(last.right, word.right),
                bottom=min(last.bottom, word.bottom),
                top=max(last.top, word.top),
                text=last.text + space + word.text,
            )
        else:
            lines.append(word)
    return lines


def _same_line(last: _Line, word: _Line) -> bool:
    overlap = min(last.top, word.top) - max(last.bottom, word.bottom)
    return (
        overlap > 0.4 * min(last.height, word.height)
        and -1 <= word.left - last.right < 3 * last.height
    )


def _without_margins(lines: list[_Line]) -> tuple[list[_Line], list[str]]:
    """The lines without running heads, feet and page numbers; and the words of those, once each."""
    pages = {line.page for line in lines}
    edges: dict[int, list[_Line]] = {}
    for line in lines:
        edges.setdefault(line.page, []).append(line)
    outer = {
        id(line)
        for found in edges.values()
        for line in (
            min(found, key=lambda each: each.bottom),
            max(found, key=lambda each: each.top),
        )
    }
    shape = Counter(_shape(line) for line in lines if id(line) in outer)
    often = max(3, len(pages) // 3)
    gone = [line for line in lines if id(line) in outer and shape[_shape(line)] >= often]
    words = list({_shape(line): line.text for line in gone}.values())
    left_out = {id(line) for line in gone}
    return [line for line in lines if id(line) not in left_out], words


def _shape(line: _Line) -> str:
    """The words of a line with all numbers alike."""
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text)


def _blocks(lines: Sequence[_Line]) -> Iterator[PdfBlock]:
    usual = median(line.height for line in lines) if lines else 0
    on_page: Counter[int] = Counter()
    for paragraph in _grouped(lines):
        first = paragraph[0]
        heading = _is_heading(paragraph, usual)
        on_page[first.page] += not heading
        yield PdfBlock(first.page, on_page[first.page], _words(paragraph), heading)


def _is_heading(paragraph: Sequence[_Line], usual: float) -> bool:
    text = _words(paragraph)
    larger = all(line.height > 1.12 * usual for line in paragraph)
    return larger and len(text.split()) <= 20 and not _ENDS_SENTENCE.search(text)


def _grouped(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    right = max((line.right for line in lines), default=0.0)
    gaps = [
        above.bottom - below.bottom
        for above, below in pairwise(lines)
        if above.page == below.page and above.bottom > below.bottom
    ]
    usual = median(gaps) if gaps else 0.0
    paragraph: list[_Line] = []
    for line in lines:
        if paragraph and _begins(paragraph, line, usual, right):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _begins(paragraph: Sequence[_Line], line: _Line, usual: float, right: float) -> bool:
    """Whether a line begins a new paragraph after the ones before it."""
    last = paragraph[-1]
    if abs(line.height - last.height) > 0.25 * max(line.height, last.height) and (
        line.page != last.page or last.bottom - line.bottom > 1.05 * usual
    ):
        return True
    ended = _ENDS_SENTENCE.search(last.text) is not None
    if line.page != last.page or line.bottom > last.bottom:
        return ended
    if last.bottom - line.bottom > 1.4 * usual:
        return True
    body = [each.left for each in paragraph[1:]] or [last.left]
    indented = line.left > min(body) + 0.8 * line.height and len(paragraph) > 1
    short = last.right < right - 0.18 * (right - min(body))
    return ended and (indented or short)


def _words(paragraph: Sequence[_Line]) -> str:
    """The words of the lines, with words that were broken at a line's end whole again."""
    text = ""
    for line in paragraph:
        if _HYPHENATED.search(text):
            # A hyphen before a small letter is the printer's; before a capital it is the author's.
            text = text[:-1] + ("" if line.text[:1].islower() else "-") + line.text
        else:
            text = f"{text} {line.text}" if text else line.text
    return " ".join(text.split())
