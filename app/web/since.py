"""What of a draft's page looks different since a seq of its journal: the blocks, and no others.

Who reads while others write asks this after a pause, and puts the answer into the page where it
stands. What changed is told by comparing what readers were shown with what a page shows now:
lines that look the same are the same objects (words.py), so that this costs little more than
setting the state that is now. All readers who were shown the same get the same answer.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.web import standing, states
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import Desk, desk_of, face_of, set_block
from app.web.pages import environment
from app.web.sheets import Face, Sheets

router = APIRouter()

_Seq = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/drafts/{slug}/since")
def show_since(request: Request, store: StoreDep, seat: SeatDep, slug: str, seq: _Seq) -> Response:
    """What a page that shows the state `seq` has to put in the place of what it shows.

    JSON: `seq`, the state it leads to; `blocks`, the HTML of each section that looks different or
    is new, by its data-a; `order`, the data-a of all sections when these are others than before or
    in another order, else null; `mast`, `outline` (its rows), `burn` and `chip`, each as HTML
    when it looks different, else null; `whole`, true when the state is unknown here and the page
    has to be asked for anew.
    """
    desk = desk_of(request, store, seat, slug)
    sheets: Sheets = request.app.state.sheets
    now = face_of(request, desk)
    seen = sheets.shown(desk.draft.id, seq) or _shown_elsewhere(sheets, desk, now, seq)
    body = sheets.answer(desk.draft.id, seq, now, lambda: _answer(desk, seen, now))
    return Response(body, media_type="application/json")


def _shown_elsewhere(sheets: Sheets, desk: Desk, now: Face, seq: int) -> tuple[Face, ...]:
    """What another process showed as the state `seq`, as far as the journal tells; () if unknown.

    What stood beside the text then nobody knows here, so that all of that is sent, but for marks.
    """
    sheet = states.known_at(sheets, desk.store, desk.draft, seq)
    return () if sheet is None else (Face(sheet, now.margin, (), -1, ""),)


def _answer(desk: Desk, seen: tuple[Face, ...], now: Face) -> bytes:
    if not seen:
        return _json({"seq": desk.draft.seq, "whole": True})
    order = [block.uid for block in now.sheet.blocks]
    before = [[block.uid for block in face.sheet.blocks] for face in seen]
    told = {
        "seq": desk.draft.seq,
        "order": None if all(keys == order for keys in before) else order,
        "blocks": dict(_blocks(desk, seen, now)),
        "mast": _mast(desk) if any(face.mast != now.mast for face in seen) else None,
        "outline": _outline(desk) if any(_rows(face) != _rows(now) for face in seen) else None,
        "burn": _burn(desk, now) if any(_left(face) != _left(now) for face in seen) else None,
        "chip": _chip(now) if any(face.edition_name != now.edition_name for face in seen) else None,
        "whole": False,
    }
    return _json(told)


def _blocks(desk: Desk, seen: tuple[Face, ...], now: Face) -> Iterator[tuple[str, str]]:
    changed: set[str] = set()
    for face in seen:
        known = {block.uid: block for block in face.sheet.blocks}
        changed |= {block.uid for block in now.sheet.blocks if known.get(block.uid) is not block}
        marked = _marked_otherwise(face, now)
        if marked:
            changed |= {
                block.uid
                for block in now.sheet.blocks
                if any(line.uid in marked for line in block.lines)
            }
    for block in now.sheet.blocks:
        if block.uid in changed:
            yield block.uid, set_block(block, desk.base, now.margin)


def _marked_otherwise(face: Face, now: Face) -> set[str]:
    """The uids of the clauses whose mark in the margin is another one."""
    if face.margin is now.margin:
        return set()
    uids = face.margin.keys() | now.margin.keys()
    return {uid for uid in uids if face.margin.get(uid) != now.margin.get(uid)}


def _rows(face: Face) -> Any:
    return face.sheet.outline


def _left(face: Face) -> tuple[int, int]:
    return face.sheet.brackets, face.uncovered


def _mast(desk: Desk) -> str:
    return _part("drafts/_mast.html", draft=desk.draft)


def _outline(desk: Desk) -> str:
    dots = standing.dots(desk.store, desk.seat, desk.draft, desk.sheet)
    return _part("drafts/_rows.html", sheet=desk.sheet, dots=dots)


def _burn(desk: Desk, now: Face) -> str:
    return _part("drafts/_burn.html", sheet=desk.sheet, draft=desk.draft, uncovered=now.uncovered)


def _chip(now: Face) -> str:
    return _part("drafts/_chip.html", edition_name=now.edition_name)


def _part(name: str, **takes: Any) -> str:
    # Made from the draft alone, as the paper is: what one seat is shown another may be shown.
    return environment().get_template(name).render(**takes).strip()


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
