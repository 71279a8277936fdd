"""Notes as a file to take along: Markdown to be read, CSV to be counted and sorted.

No cell of the CSV is a formula: a spreadsheet would run what somebody else wrote in a note.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

COLUMNS = (
    "note",
    "answers to",
    "place",
    "words",
    "stands",
    "kind",
    "for",
    "author",
    "at",
    "text",
    "resolved by",
    "reason",
    "origin",
)
"""The columns of the CSV; an answer is a row of its own, below its note."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class NoteItem:
    """A note or an answer (`root` is the key of its note); `place` names the clause in words.

    `origin` says who wrote it where it came from, if that was elsewhere.
    """

    key: str
    root: str
    place: str
    quote: str
    stands: str
    kind: str
    audience: str
    author: str
    at: datetime
    body: str
    resolved_by: str = ""
    reason: str = ""
    origin: str = ""


def as_csv(items: Iterable[NoteItem]) -> bytes:
    """The notes as CSV in UTF-8, with the mark by which spreadsheets know that."""
    made = StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in items:
        cells = (
            item.key,
            item.root,
            item.place,
            item.quote,
            item.stands,
            item.kind,
            item.audience,
            item.author,
            item.at.isoformat(timespec="seconds"),
            item.body,
            item.resolved_by,
            item.reason,
            item.origin,
        )
        writer.writerow([_plain(cell) for cell in cells])
    return made.getvalue().encode("utf-8-sig")


def as_markdown(title: str, items: Iterable[NoteItem]) -> bytes:
    """The notes as Markdown in UTF-8, under a heading for each place, in the order given."""
    lines = [f"# Notes on {title}", ""]
    place = None
    for item in items:
        if not item.root and item.place != place:
            place = item.place
            lines += [f"## {place}", ""]
        lines += _answer(item) if item.root else _note(item)
    return ("\n".join(lines).rstrip() + "\n").encode()


def _note(item: NoteItem) -> list[str]:
    said = f"{_by(item)} · {item.kind} · for {item.audience}"
    lines = [said, ""]
    if item.quote:
        lines += [f"> {item.quote}", ""]
    if item.stands not in ("anchored", "whole"):
        lines += [f"*({item.stands})*", ""]
    lines += [item.body, ""]
    if item.resolved_by:
        lines += [f"*Resolved by {item.resolved_by}: {item.reason}*", ""]
    return lines


def _by(item: NoteItem) -> str:
    said = f"**{item.author}** · {item.at.date().isoformat()}"
    return f"{said} · {' '.join(item.origin.split())}" if item.origin else said


def _answer(item: NoteItem) -> list[str]:
    said = f"- {_by(item)}"
    return [said, "", *(f"  {line}".rstrip() for line in item.body.splitlines()), ""]


def _plain(cell: str) -> str:
    """The cell's text, which no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
