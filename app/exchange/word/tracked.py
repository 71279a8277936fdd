"""Tracked changes as they are written: who inserted, deleted and moved what (ECMA-376, 17.13.5).

Runs stand in w:ins, w:del, w:moveFrom and w:moveTo; the same names stand empty in the properties
of a paragraph's mark; the two ends of a move bear the same name. Deleted words are w:delText, and
words that were moved away are w:t: Word writes them so.
"""

from dataclasses import dataclass

from app.exchange.word.runs import escape

FIRST = 3_000_000
"""The first number of a change: clauses, tables and notes number their bookmarks below it."""


@dataclass(frozen=True, slots=True)
class By:
    """Whose a change is: an author, and the moment in UTC as "2026-03-01T12:00:00Z" or ""."""

    author: str
    date: str = ""


class Pen:
    """Writes the changes of one document; every one has a number of its own."""

    def __init__(self, first: int = FIRST) -> None:
        self._last = first
        self._who: dict[By, str] = {}

    def inserted(self, content: str, by: By) -> str:
        """Runs that came."""
        return f"<w:ins {self._said(by)}>{content}</w:ins>" if content else ""

    def deleted(self, content: str, by: By) -> str:
        """Runs that went; they are handed over as they would stand."""
        return f"<w:del {self._said(by)}>{struck(content)}</w:del>" if content else ""

    def left(self, content: str, by: By) -> str:
        """Runs that were moved away from here."""
        return f"<w:moveFrom {self._said(by)}>{content}</w:moveFrom>" if content else ""

    def came(self, content: str, by: By) -> str:
        """Runs that were moved here."""
        return f"<w:moveTo {self._said(by)}>{content}</w:moveTo>" if content else ""

    def mark(self, kind: str, by: By) -> str:
        """What stands in the w:rPr of a paragraph's mark that is "ins", "del", "moveFrom", ..."""
        return f"<w:{kind} {self._said(by)}/>"

    def form(self, before: str, by: By) -> str:
        """That a paragraph's properties were others: `before` is the inside of its w:pPr."""
        return f"<w:pPrChange {self._said(by)}><w:pPr>{before}</w:pPr></w:pPrChange>"

    def span(self, kind: str, name: str, by: By) -> tuple[str, str]:
        """The beginning and end of what was moved as one ("moveFrom" or "moveTo")."""
        # The schema wants a date here, also where nobody knows one.
        said = self._said(by) + ("" if by.date else ' w:date="1970-01-01T00:00:00Z"')
        number = said[: said.index(" ")]
        return (
            f'<w:{kind}RangeStart {said} w:name="{escape(name)}"/>',
            f"<w:{kind}RangeEnd {number}/>",
        )

    def _said(self, by: By) -> str:
        if by not in self._who:
            date = f' w:date="{by.date}"' if by.date else ""
            self._who[by] = f'w:author="{escape(by.author)}"{date}'
        self._last += 1
        return f'w:id="{self._last}" {self._who[by]}'


def struck(content: str) -> str:
    """Runs as they are written when they are deleted: their words, and the codes of fields."""
    if "<w:instrText" in content:
        content = content.replace("<w:instrText", "<w:delInstrText")
        content = content.replace("</w:instrText>", "</w:delInstrText>")
    return (
        content.replace("<w:t>", "<w:delText>")
        .replace("<w:t ", "<w:delText ")
        .replace("</w:t>", "</w:delText>")
    )
