"""The numbers of a draft: freeze them, count them anew, and the table of which became which."""

import csv
import io
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response

from app.actions import drafting, renumbering
from app.actions.policy import Act, may
from app.actions.renumbering import Concordance
from app.store.drafts import DraftRecord
from app.treaty.document import Kind
from app.treaty.renumbering import Row
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import address_of
from app.web.exports import WORD
from app.web.notices import notice_of, said, told
from app.web.pages import plural, render

router = APIRouter()

_Form = Literal["html", "csv", "docx"]
_ALWAYS = frozenset({Kind.PART, Kind.CHAPTER, Kind.ARTICLE, Kind.ANNEX, Kind.APPENDIX})
# A cell that begins so is a formula to a spreadsheet.
_FORMULAS = ("=", "+", "-", "@")


@router.get("/drafts/{slug}/numbers")
def show_numbers(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """How the draft is numbered, and what a renumbering would make of it."""
    draft = drafting.open_draft(store, seat, slug)
    found = renumbering.numbering(store, seat, draft)
    rows = tuple(row for row in renumbering.preview(store, seat, draft) if row.is_changed)
    answer = render(
        request,
        "numbers/show.html",
        draft=draft,
        numbering=found,
        rows=rows,
        editions=drafting.editions(store, seat, draft),
        may_freeze=may(seat, Act.FREEZE_NUMBERS),
        may_renumber=may(seat, Act.RENUMBER),
        notice=notice_of(request),
    )
    return said(request, draft, answer)


@router.post("/drafts/{slug}/numbers/freeze")
def freeze(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """Let every clause keep the number it has."""
    draft = drafting.open_draft(store, seat, slug)
    renumbering.freeze(store, seat, draft)
    sentence = "The numbers are frozen: what comes is 5 bis, what goes leaves [Deleted]."
    return told(request, draft, _address(draft), sentence)


@router.post("/drafts/{slug}/numbers/renumber")
def renumber(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    sure: Annotated[str, Form()] = "",
) -> Response:
    """Count all numbers anew; asked for with a box ticked, since it moves everything at once."""
    draft = drafting.open_draft(store, seat, slug)
    if sure != "yes":
        sentence = "Nothing was renumbered: tick the box if you are sure."
        return told(request, draft, _address(draft), sentence, may_undo=False)
    entry = renumbering.renumber(store, seat, draft)
    followed = plural(int(entry.detail.get("followed", 0)), "reference")
    sentence = f"All numbers count from one again; {followed} followed."
    missed = int(entry.detail.get("unfollowed", 0))
    if missed:
        sentence += f" {plural(missed, 'reference')} could not: see Before circulation."
    return told(request, draft, f"{_address(draft)}/{entry.seq}", sentence)


@router.get("/drafts/{slug}/numbers/since/{edition}")
def show_since(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    edition: str,
    form: Annotated[_Form, Query(alias="as")] = "html",
    every: str = "",
) -> Response:
    """Which number of an edition is which in the draft as it stands."""
    draft = drafting.open_draft(store, seat, slug)
    table = renumbering.since(store, seat, draft, edition)
    return _told(request, draft, table, form, every, f"since/{edition}")


@router.get("/drafts/{slug}/numbers/{seq}")
def show_concordance(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    seq: int,
    form: Annotated[_Form, Query(alias="as")] = "html",
    every: str = "",
) -> Response:
    """Which number became which by a renumbering: as a page, for a spreadsheet, or for Word."""
    draft = drafting.open_draft(store, seat, slug)
    table = renumbering.concordance(store, seat, draft, min(seq, 2**31 - 1))
    return _told(request, draft, table, form, every, str(seq))


def _told(
    request: Request, draft: DraftRecord, table: Concordance, form: _Form, every: str, place: str
) -> Response:
    rows = table.rows if every else tuple(row for row in table.rows if _matters(row))
    name = f"{draft.slug}-concordance"
    if form == "csv":
        return _file(_csv(table), "text/csv; charset=utf-8", f"{name}.csv")
    if form == "docx":
        return _file(renumbering.as_word(draft, table, rows), WORD, f"{name}.docx")
    answer = render(
        request,
        "numbers/concordance.html",
        draft=draft,
        table=table,
        rows=rows,
        every=bool(every),
        here=f"{_address(draft)}/{place}",
        notice=notice_of(request),
    )
    return said(request, draft, answer)


def _matters(row: Row) -> bool:
    """Whether a row belongs to the short table: articles and what holds them, and what changed."""
    return row.is_changed or row.kind in _ALWAYS


def _csv(table: Concordance) -> bytes:
    """Every row; a spreadsheet takes no cell for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((table.old_name, table.new_name, "Heading or first words"))
    for row in table.rows:
        writer.writerow(
            f"'{cell}" if cell.startswith(_FORMULAS) else cell
            for cell in (row.old, row.new, row.words)
        )
    return ("\ufeff" + out.getvalue()).encode()


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        media_type=kind,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _address(draft: DraftRecord) -> str:
    return f"{address_of(draft)}/numbers"
