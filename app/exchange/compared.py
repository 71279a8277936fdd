"""Any two files as a redline: .docx, .txt or .md, the older and the newer.

Two Word files become the newer one with its changes tracked in it (`graft`). Where one of the two
is plain text, or their forms are too unlike, their paragraphs are compared as words alone: a line
of a text is a paragraph, and so is one of a Word file with the number that Word prints before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.exchange.package import Unreadable
from app.exchange.reading import decode, kind_of
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import FONTS, SETTINGS
from app.exchange.word.jail import read_apart, redline_apart
from app.exchange.word.mast import app_properties, core_properties
from app.exchange.word.numbering import Numbering
from app.exchange.word.package import pack
from app.exchange.word.runs import NAMESPACES
from app.exchange.word.steps import steps
from app.exchange.word.styles import styles_xml
from app.exchange.word.told import SEAM, Line
from app.exchange.word.tracked import By, Pen
from app.exchange.word.treaty import Mast
from app.exchange.word.weave import Hands, Weaver
from app.treaty.align import align
from app.treaty.document import Clause, Kind

AUTHOR = "Travaux"
"""Whose the changes are when nobody is named."""
_LONGEST_NAME = 255
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_BREAK = re.compile(r"[\n\v\f]")
"""A new page or column of a text, too, which no Word file can have among its letters."""
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" '
    'w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)
_FORM = "Pictures, tables, notes and the look of the files were not compared, only their words."


@dataclass(frozen=True, slots=True)
class Named:
    """A file with the name that it came with."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Compared:
    """The redline as a .docx, and a sentence for everything that is not in it."""

    content: bytes
    losses: tuple[str, ...] = ()


def compared(old: Named, new: Named, author: str = AUTHOR) -> Compared:
    """What changed from one file to the other; equal files and names give equal bytes.

    Unreadable with a sentence that says which of the two cannot be read, and why.
    """
    author = " ".join(author.split())[:_LONGEST_NAME] or AUTHOR
    kinds = [_kind(file, which) for file, which in ((old, "older"), (new, "newer"))]
    if kinds == ["docx", "docx"]:
        made = redline_apart(old.content, new.content, author)
        if made is not None:
            return Compared(*made)
    texts = [
        _paragraphs(file, kind, which)
        for file, kind, which in zip((old, new), kinds, ("older", "newer"), strict=True)
    ]
    losses = (_FORM,) if "docx" in kinds else ()
    return Compared(_plain(texts[0], texts[1], author), losses)


def _kind(file: Named, which: str) -> str:
    try:
        kind = kind_of(file.name, file.content)
    except Unreadable as refusal:
        raise _of(which, refusal) from refusal
    if kind not in ("docx", "txt", "md"):
        raise Unreadable(f"The {which} file looks like .{kind}: give a .docx, .txt or .md file.")
    return kind


def _of(which: str, refusal: Unreadable) -> Unreadable:
    return Unreadable(f"The {which} file: {refusal.sentence}")


def _paragraphs(file: Named, kind: str, which: str) -> list[Line]:
    """The paragraphs of a file that have words."""
    try:
        if kind == "docx":
            found = read_apart(file.content).paragraphs
            lines = [
                Line(_clean(f"{each.label}\t{each.text}" if each.label else each.text), _STYLE)
                for each in found
            ]
        else:
            lines = [_line(line, kind) for line in _BREAK.split(decode(file.content))]
    except Unreadable as refusal:
        raise _of(which, refusal) from refusal
    return [line for line in lines if line.text.strip()]


_STYLE = "TreatyText"


def _line(text: str, kind: str) -> Line:
    heading = _HEADING.fullmatch(text) if kind == "md" else None
    if heading is None:
        return Line(_clean(text.rstrip()), _STYLE)
    return Line(
        _clean(heading[2]), "TreatyPart" if len(heading[1]) == 1 else "TreatyHeading", *_OFF
    )


# A heading of ours counts; one of somebody else's text has its number in its words.
_OFF = ("", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>')


def _clean(text: str) -> str:
    return text.replace(SEAM, "\ufffd")


def _plain(old: Sequence[Line], new: Sequence[Line], author: str) -> bytes:
    """A file with nothing but the words."""
    pairs = align(_clauses(old), _clauses(new))
    made = steps([line.text for line in old], [line.text for line in new], pairs)
    body = Weaver(old, new, Hands(By(author)), Pen()).paragraphs(made)
    footnotes = Footnotes()
    mast = Mast("")
    return pack(
        {
            "word/document.xml": (
                f"<w:document {NAMESPACES}><w:body>{body}{_PAGE}</w:body></w:document>"
            ),
            "word/styles.xml": styles_xml(),
            "word/numbering.xml": Numbering([]).xml(),
            "word/settings.xml": SETTINGS,
            "word/fontTable.xml": FONTS,
            "word/footnotes.xml": footnotes.xml(),
            "docProps/core.xml": core_properties("Redline", mast, ""),
            "docProps/app.xml": app_properties(),
        }
    )


def _clauses(lines: Sequence[Line]) -> list[Clause]:
    return [Clause(Kind.PARAGRAPH, text=line.text) for line in lines]
