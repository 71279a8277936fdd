"""The drafting history of an article as a Word file: each of its texts, step by step, as a redline.

What was put in is underlined and what was taken out struck through, as marks and not as tracked
changes: nobody is asked to accept what happened years ago.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.exchange.word import mast as around
from app.exchange.word.contents import Pages
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import Sheet, framed
from app.exchange.word.numbering import Numbering
from app.exchange.word.runs import is_right_to_left, paragraph, runs
from app.exchange.word.treaty import Mast, WordTreaty
from app.treaty.diff import Piece
from app.treaty.document import Document
from app.treaty.numbering import Scheme

PROFILE = "drafting history"
"""What the file's properties say that it is."""

_LOOKS = {"ins": '<w:u w:val="single"/>', "del": "<w:strike/>", "same": ""}
_KEY = (
    Piece("same", "Words that were put in are "),
    Piece("ins", "underlined"),
    Piece("same", ", words that were taken out are "),
    Piece("del", "struck through"),
    Piece("same", "."),
)
_KEEP = "<w:keepNext/>"
_ITALIC = "<w:i/><w:iCs/>"


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause as a step left it: its label, the redline, and how deep below the article."""

    label: str
    pieces: tuple[Piece, ...]
    depth: int = 0
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: what stands above it ("3. 5 March 2026, 14:05 UTC: reworded"), and its clauses.

    `remarks` are sentences on what was done beside the text after it.
    """

    heading: str
    passages: tuple[Passage, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The drafting history of what `name` cites: "Article 9"; `final` is its text now."""

    name: str
    mast: Mast
    title: str
    stages: tuple[Stage, ...]
    final: tuple[Passage, ...]
    scheme: Scheme = Scheme.UN


def write_history(history: History) -> bytes:
    """The file as .docx; equal values give equal bytes."""
    title = f"Drafting history of {history.name}"
    status = history.mast.record_status
    pages = Pages(1)
    subtitle = paragraph("RecordStatus", runs(history.title))
    body = around.front(history.mast, title, status) + subtitle + "".join(_body(history, pages))
    return framed(
        WordTreaty(Document(title, ()), history.scheme, history.mast),
        Sheet(PROFILE, status, body, Numbering(()).xml(), pages.page, Footnotes()),
    )


def _body(history: History, pages: Pages) -> Iterable[str]:
    yield paragraph("TreatyText", _redline(_KEY))
    for stage in history.stages:
        pages.add(len(stage.heading), size=10, around=12, leading=1.15)
        yield paragraph("TableGroup", runs(stage.heading), _KEEP)
        yield from _passages(stage.passages, pages)
        for remark in stage.remarks:
            pages.add(len(remark), size=10, around=3, leading=1.15)
            yield paragraph("TableText", runs(remark, _ITALIC))
    if history.final:
        yield paragraph("TableGroup", runs("The text as it stands"), _KEEP)
        yield from _passages(history.final, pages)


def _passages(passages: Sequence[Passage], pages: Pages) -> Iterable[str]:
    for each in passages:
        words = "".join(piece.text for piece in each.pieces)
        pages.add(len(words), around=7, leading=1.32)
        # The label is text: a numbering would count on from one step to the next.
        label = f"{each.label} " if each.label else ""
        look = "<w:b/><w:bCs/>" if each.is_heading else ""
        properties = f'<w:ind w:left="{567 * min(each.depth, 6)}"/>' if each.depth else ""
        if is_right_to_left(words):
            properties = "<w:bidi/>" + properties
        yield paragraph("TreatyText", runs(label, look) + _redline(each.pieces, look), properties)


def _redline(pieces: Iterable[Piece], look: str = "") -> str:
    # In the order of the schema: bold, then struck through, then underlined.
    return "".join(runs(piece.text, look + _LOOKS[piece.op]) for piece in pieces)
