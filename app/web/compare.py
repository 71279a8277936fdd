"""Two states of a draft side by side: what was added, struck out, moved, from clause to clause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.actions import drafting
from app.actions.comparing import CURRENT, ComparedRow, Comparison, moment_of
from app.actions.policy import Act, may, require
from app.actions.refusals import Missing
from app.store.drafts import EditionRecord
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from app.web import states
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, desk_of
from app.web.pages import render, when
from app.web.sheets import Sheets

router = APIRouter()

_CHIPS = {"changed": "changed", "added": "added", "removed": "taken out", "moved": "moved"}


@dataclass(frozen=True, slots=True)
class State:
    """A state that can be compared: the name in the address, and what people call it."""

    name: str
    called: str


@dataclass(frozen=True, slots=True)
class Row:
    """A compared clause with where it is cited, and what happened to it: "moved from Article 4"."""

    compared: ComparedRow
    cited: str
    chip: str


@router.get("/drafts/{slug}/compare")
def compare(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    old: str = "",
    new: str = CURRENT,
    all_clauses: bool = False,
) -> Response:
    """The redline from `old` to `new`; changed clauses only, unless `all_clauses` are wanted.

    A state is an edition's slug, "current", or "entry-123": as it stood after that entry.
    """
    desk = desk_of(request, store, seat, slug)
    draft = desk.draft
    editions = drafting.editions(store, seat, draft)
    if not old and editions:
        # From the latest edition that differs from the text, to the text.
        differing = [edition for edition in editions if edition.seq != draft.seq] or list(editions)
        old = differing[-1].slug
    comparison = _comparison(request, desk, old, new) if old else None
    rows = comparison.rows if comparison else ()
    return render(
        request,
        "compare/show.html",
        draft=draft,
        choices=tuple(_choices(desk, editions, (old, new))),
        old=old,
        new=new,
        rows=tuple(_rows(desk, rows, all_clauses)),
        counts={status: sum(row.status == status for row in rows) for status in _CHIPS},
        all_clauses=all_clauses,
        as_word=_as_word(desk, editions, old, new),
    )


def _as_word(desk: Desk, editions: Sequence[EditionRecord], old: str, new: str) -> str:
    """Where the same comparison is had as a Word file; "" where none is made of these states."""
    slugs = {edition.slug for edition in editions}
    if old not in slugs or not (new == CURRENT or new in slugs):
        return ""
    if not may(desk.seat, Act.EXPORT):
        return ""
    asked = {"profile": "redline", "edition": "" if new == CURRENT else new, "against": old}
    return f"/drafts/{desk.draft.slug}/exports/new?{urlencode(asked)}"


def _comparison(request: Request, desk: Desk, old: str, new: str) -> Comparison:
    known = {name: _known(request, desk, name) for name in {old, new} if _is_at_hand(name)}
    return drafting.compare(desk.store, desk.seat, desk.draft, old, new, known=known)


def _is_at_hand(name: str) -> bool:
    return name == CURRENT or moment_of(name) is not None


def _known(request: Request, desk: Desk, name: str) -> tuple[Document, Scheme]:
    """The text of now or of a moment, from the sheet that is kept or made for reading it."""
    seq = moment_of(name)
    if seq is None:
        return desk.sheet.document, desk.sheet.frame.scheme
    require(desk.seat, Act.READ_JOURNAL)
    entry = desk.store.drafts.entry(desk.draft.id, seq) if seq < 2**31 else None
    if entry is None:
        raise Missing("The journal of this draft has no such entry.")
    sheets: Sheets = request.app.state.sheets
    sheet = states.at_moment(sheets, desk.store, desk.draft, entry)
    return sheet.document, sheet.frame.scheme


def _choices(
    desk: Desk, editions: Sequence[EditionRecord], asked: tuple[str, str]
) -> Iterator[State]:
    """The editions, the moments that are being compared, and the text now."""
    for edition in editions:
        yield State(edition.slug, edition.name)
    for name in sorted(set(asked)):
        seq = moment_of(name)
        entry = None if seq is None else desk.store.drafts.entry(desk.draft.id, seq)
        if entry is not None:
            yield State(name, f"{when(entry.at).striptags()} (No. {entry.seq:,})")
    yield State(CURRENT, "the text now")


def _rows(desk: Desk, rows: Sequence[ComparedRow], all_clauses: bool) -> Iterator[Row]:
    labels = {row.uid: row.new_label or row.old_label for row in rows}
    for row in rows:
        if all_clauses or row.status != "same":
            chip = _CHIPS.get(row.status, "") + _whence(row, desk, labels)
            yield Row(row, desk.sheet.citation(row.uid), chip)


def _whence(row: ComparedRow, desk: Desk, labels: dict[str, str]) -> str:
    """Where a clause that moved stood, or which clause it was made of or went into."""
    if row.status == "moved" and row.old_label:
        return f" from {row.old_label}"
    if not row.kin:
        return ""
    other = desk.sheet.citation(row.kin) or labels.get(row.kin) or "another clause"
    return f", split off from {other}" if row.status == "added" else f", joined to {other}"
