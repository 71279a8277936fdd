"""The table of contents, complete in the file, with the pages where things are likely to stand.

Word fills a table of contents only when asked, and asks the reader first when a
file says that its fields are stale. So the entries are written out with links,
and the pages are reckoned from the length of the text: right within a page or
two in a long treaty, exact once somebody presses F9.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.exchange.word.runs import field, link, paragraph, runs

# Points of text height on an A4 page with our margins, the height of an entry of the contents,
# and the width of a letter in parts of its size (compared with what LibreOffice sets).
_PAGE = 695.0
_ENTRY = 15.5
_LETTER = 0.41


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: outline level from 1, label, words, bookmark, and page."""

    level: int
    label: str
    words: str
    bookmark: str
    page: int


class Pages:
    """Reckons on which page what is being written will stand; pages count from 1."""

    def __init__(self, first: int = 1) -> None:
        self._page = first
        self._used = 0.0

    @property
    def page(self) -> int:
        """The page that the last paragraph began on."""
        return self._page

    def add(
        self,
        characters: int,
        *,
        size: float = 12,
        around: float = 7,
        width: int = 453,
        leading: float = 1.32,
    ) -> None:
        """A paragraph of so many characters, in points of type, space around it and line width."""
        lines = max(1, math.ceil(characters * size * _LETTER / width))
        height = lines * size * leading + around
        # Two lines at least stay together at the foot of a page.
        if self._used and self._used + min(height, 2 * size * leading) > _PAGE:
            self.turn()
        self._used += height
        while self._used > _PAGE:
            self._page += 1
            self._used -= _PAGE

    def turn(self) -> None:
        """A new page begins."""
        self._page += 1
        self._used = 0.0

    def notes(self, characters: int) -> None:
        """Footnotes take their room from the page that their marks stand on."""
        self._used += math.ceil(characters * 9 * _LETTER / 453) * 10.4 + 2


def pages_of(entries: int, *, already_used: float = 260.0) -> int:
    """How many pages the front matter takes: the title block and a table of so many entries."""
    return max(1, math.ceil((already_used + entries * _ENTRY) / _PAGE))


def contents(entries: Sequence[Entry]) -> str:
    """The paragraphs of the table, one field around them all."""
    if not entries:
        return ""
    code = r"TOC \o &quot;1-5&quot; \h \z \u"
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    lines = [_line(entry, begin if at == 0 else "") for at, entry in enumerate(entries)]
    # The field ends in a paragraph of its own, as Word writes it.
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return "".join(lines) + paragraph("TreatyText", end)


def _line(entry: Entry, before: str) -> str:
    tab = "<w:r><w:tab/></w:r>"
    words = runs(" ".join(entry.words.split()))
    label = runs(entry.label) + (tab if entry.label and words else "")
    page = field(rf"PAGEREF {entry.bookmark} \h", str(entry.page))
    style = f"TOC{entry.level}"
    # Without a label the words begin where labels do, and may run to the same right edge.
    properties = "" if entry.label else '<w:ind w:left="0" w:firstLine="0"/>'
    return paragraph(style, before + link(entry.bookmark, label + words + tab + page), properties)
