"""A draft as it stood at any moment: whole, read only, and saying so."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.actions import drafting
from app.actions.policy import Act, require
from app.actions.recording import deed
from app.actions.refusals import Missing
from app.store.journal import EntryRecord
from app.web import states
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import base_of, set_block
from app.web.pages import render
from app.web.sheets import Sheets
from app.web.words import Sheet

router = APIRouter()

_Seq = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/drafts/{slug}/at/{seq}")
def show_moment(request: Request, store: StoreDep, seat: SeatDep, slug: str, seq: _Seq) -> Response:
    """The text as it stood after the entry `seq` of its journal."""
    draft = drafting.open_draft(store, seat, slug)
    require(seat, Act.READ_JOURNAL)
    entry = store.drafts.entry(draft.id, seq)
    if entry is None:
        raise Missing("The journal of this draft has no such entry.")
    sheets: Sheets = request.app.state.sheets
    sheet = states.at_moment(sheets, store, draft, entry)
    return render(
        request,
        "drafts/at.html",
        draft=draft,
        entry=entry,
        sheet=sheet,
        did=_told(sheet, entry),
        blocks=[set_block(block, base_of(draft), {}) for block in sheet.blocks],
        later=draft.seq - seq,
    )


def _told(sheet: Sheet, entry: EntryRecord) -> str:
    """What the act did that led to this moment: "Article 2, paragraph 1: reworded"."""
    if not entry.uid:
        return deed(entry)
    return f"{sheet.citation(entry.uid) or 'a clause that was struck'}: {deed(entry)}"
