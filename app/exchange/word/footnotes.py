"""Footnotes: the marks in the text, the notes themselves, and their references to each other."""

from collections.abc import Iterable

from app.exchange.citation import Run
from app.exchange.word.runs import NAMESPACES, bookmarked, field, runs

_ITALIC = "<w:i/><w:iCs/>"
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/>'
    "</w:r></w:p></w:footnote>"
)
_OWN_MARK = (
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
)
# Bookmarks of notes are numbered far away from those of clauses, which share their numbers.
_FIRST_BOOKMARK = 1_000_000


class Footnotes:
    """The footnotes of one document, numbered from 1 in the order in which they are added."""

    def __init__(self) -> None:
        self._notes: list[str] = []

    def add(self, words: Iterable[Run]) -> int:
        """Keep a note; its number, for `mark`."""
        number = len(self._notes) + 1
        content = "".join(self._run(run) for run in words)
        self._notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            f"{_OWN_MARK}{content}</w:p></w:footnote>"
        )
        return number

    def add_words(self, words: str) -> int:
        """The same for plain words."""
        return self.add((Run(words),))

    def mark(self, number: int) -> str:
        """The mark of a note in the text, with the bookmark by which later notes point at it."""
        properties = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        reference = f'<w:r>{properties}<w:footnoteReference w:id="{number}"/></w:r>'
        return bookmarked(_FIRST_BOOKMARK + number, _bookmark(number), reference)

    def xml(self) -> str:
        """footnotes.xml."""
        return f"<w:footnotes {NAMESPACES}>{_SEPARATORS}{''.join(self._notes)}</w:footnotes>"

    def _run(self, run: Run) -> str:
        if run.note:
            return field(f"NOTEREF {_bookmark(run.note)} \\h", run.text)
        return runs(run.text, _ITALIC if run.italic else "")


def styled(words: Iterable[Run]) -> str:
    """The runs of a citation outside the notes."""
    return "".join(runs(run.text, _ITALIC if run.italic else "") for run in words)


def _bookmark(number: int) -> str:
    return f"nt_{number}"
