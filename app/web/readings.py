"""Starting a draft from one's own text: read it, look the structure over, mend it, keep it.

What was read travels in the form itself until it is kept, so that nothing waits on the server
and nothing is lost when the page is left open over lunch. A row that the reader was sure of is one
field and stands as text; it is opened when somebody asks. Every button leads back to the row it was
pressed at, which the browser then shows and puts in focus, with a script or without. What the
reader was unsure of and what the file held besides text is listed first, and stays listed until
the draft is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Never

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.actions import drafting
from app.actions.policy import Act, require
from app.actions.refusals import Invalid
from app.exchange.reading import Unreadable, read_document
from app.exchange.wordapart import read_word_apart
from app.treaty.document import Clause, Document, Kind
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import address_of, lay_ready
from app.web.guard import read_form
from app.web.pages import render

router = APIRouter(prefix="/drafts/new")

FormDep = Annotated[FormData, Depends(read_form)]

_RANK = {
    Kind.PART: 1,
    Kind.CHAPTER: 2,
    Kind.SECTION: 3,
    Kind.SUBSECTION: 4,
    Kind.ARTICLE: 5,
    Kind.PARAGRAPH: 6,
    Kind.SUBPARAGRAPH: 7,
    Kind.ITEM: 8,
}
_EMPTY = "Choose a file, or paste the text."


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the reader was unsure of: at which row (None: nowhere in particular)."""

    row: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A text that was read and is being looked over."""

    title: str
    scheme: str
    rows: tuple[Clause, ...]
    doubts: tuple[Doubt, ...] = ()
    losses: tuple[str, ...] = ()
    opened: frozenset[int] = frozenset()


@router.get("")
def ask_text(request: Request, seat: SeatDep) -> Response:
    """The form for a file or a pasted text."""
    require(seat, Act.START_DRAFT)
    return _ask(request)


@router.post("")
def read_text(
    request: Request,
    seat: SeatDep,
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form()] = "",
    scheme: Annotated[str, Form()] = "un",
) -> Response:
    """What was recognized in it, to be looked over."""
    require(seat, Act.START_DRAFT)
    name, content = "pasted.txt", text.encode()
    if file is not None and file.filename:
        name, content = file.filename, file.file.read()
    if not content.strip():
        return _ask(request, text, _EMPTY, scheme)
    try:
        reading = read_document(name, content, read_word_apart)
    except Unreadable as unreadable:
        return _ask(request, text, unreadable.sentence, scheme)
    document = reading.document
    doubts = tuple(Doubt(each.index, each.message) for each in document.problems)
    opened = frozenset(doubt.row for doubt in doubts if doubt.row is not None)
    pending = Pending(document.title, scheme, document.clauses, doubts, reading.losses, opened)
    return _look(request, pending)


@router.post("/look")
def look_over(request: Request, seat: SeatDep, form: FormDep) -> Response:
    """The same text with a row opened, left out or joined to the one before, as the button said."""
    require(seat, Act.START_DRAFT)
    pending = pending_of(form)
    deed, _, at = str(form.get("do", "")).partition(" ")
    if at.isdigit() and int(at) < len(pending.rows):
        mend = {"join": joined, "drop": dropped, "open": opened}.get(deed)
        pending = mend(pending, int(at)) if mend else pending
    return _look(request, pending)


@router.post("/keep")
def keep(request: Request, store: StoreDep, seat: SeatDep, form: FormDep) -> Response:
    """The draft, made of the rows as they were mended; what is wrong is said above them."""
    pending = pending_of(form)
    try:
        draft = drafting.new_draft(
            store,
            seat,
            title=pending.title,
            document=Document(pending.title, pending.rows),
            scheme=pending.scheme,
        )
    except Invalid as refusal:
        return _look(request, pending, refusal.sentence)
    # Where its keeper is led next; beside keeping thousands of rows it costs little.
    lay_ready(request.app.state.sheets, store, draft)
    return RedirectResponse(address_of(draft), 303)


def joined(pending: Pending, at: int) -> Pending:
    """The rows with the one at `at` joined to the one before it; the first one stays as it is."""
    if at == 0:
        return pending
    before, row = pending.rows[at - 1], pending.rows[at]
    heads = before.kind.bears_heading
    own = " ".join(filter(None, (before.heading if heads else before.text, row.heading, row.text)))
    merged = replace(before, heading=own) if heads else replace(before, text=own)
    rows = (*pending.rows[: at - 1], merged, *pending.rows[at + 1 :])
    return replace(
        pending,
        rows=rows,
        doubts=_shifted(pending.doubts, at, at - 1),
        opened=_closed(pending.opened, at) | {at - 1},
    )


def opened(pending: Pending, at: int) -> Pending:
    """The same with the row at `at` open for mending."""
    return replace(pending, opened=pending.opened | {at})


def _closed(opened: frozenset[int], at: int) -> frozenset[int]:
    """Which rows are open after the one at `at` went."""
    return frozenset(row - (row > at) for row in opened if row != at)


def dropped(pending: Pending, at: int) -> Pending:
    """The rows without the one at `at`; its words are listed among what is not kept."""
    row = pending.rows[at]
    words = " ".join(filter(None, (row.number, row.heading, row.text)))
    return replace(
        pending,
        rows=pending.rows[:at] + pending.rows[at + 1 :],
        doubts=_shifted(pending.doubts, at, None),
        losses=(*pending.losses, f"Left out by hand: {words}"),
        opened=_closed(pending.opened, at),
    )


def _shifted(doubts: Sequence[Doubt], at: int, target: int | None) -> tuple[Doubt, ...]:
    """The doubts after the row `at` went; those about it now concern `target`."""
    moved = []
    for doubt in doubts:
        row = doubt.row
        if row == at:
            row = target
        elif row is not None and row > at:
            row -= 1
        moved.append(Doubt(row, doubt.message))
    return tuple(moved)


_COLUMNS = ("kind", "was", "number", "heading", "text", "depth")
_TORN = "The form did not arrive whole. Go back and send it again."


def packed(row: Clause) -> str:
    """A row as one field: kind, depth, number, heading and text, with a line for each."""
    heading = row.heading.replace("\n", " ")
    return "\n".join((row.kind, str(row.depth), row.number, heading, row.text))


def pending_of(form: FormData) -> Pending:
    """What the form carries; Invalid when its fields do not fit together."""
    columns = [[_plain(value) for value in form.getlist(name)] for name in _COLUMNS]
    if len({len(column) for column in columns}) != 1:
        raise Invalid(_TORN)
    mended = zip(*columns, strict=True)
    rows: list[Clause] = []
    opened = set()
    for at, whole in enumerate(form.getlist("row")):
        if whole:
            # The text comes last, so that it may have lines of its own.
            fields = _plain(whole).split("\n", 4)
            rows.append(_row(rows, fields[0], *fields) if len(fields) == 5 else _torn())
        else:
            kind, was, number, heading, text, depth = next(mended, None) or _torn()
            rows.append(_row(rows, was, kind, depth, number, heading, text))
            opened.add(at)
    if next(mended, None) is not None:
        _torn()
    return Pending(
        title=str(form.get("title", "")).strip(),
        scheme=str(form.get("scheme", "un")),
        rows=tuple(_nested(rows)),
        doubts=tuple(_doubt(*str(said).partition("|")) for said in form.getlist("doubt")),
        losses=tuple(str(loss) for loss in form.getlist("loss")),
        opened=frozenset(opened),
    )


def _doubt(at: str, _bar: str, message: str) -> Doubt:
    return Doubt(int(at) if at.isdigit() else None, message)


def _torn() -> Never:
    raise Invalid(_TORN)


def _plain(value: object) -> str:
    return str(value).replace("\r\n", "\n")


def _row(
    above: Sequence[Clause], was: str, kind: str, depth: str, number: str, heading: str, text: str
) -> Clause:
    if kind not in set(Kind) or not depth.isdigit():
        raise Invalid(f"“{kind}” is no kind of clause.")
    row = Clause(Kind(kind), number.strip(), heading.strip(), text.strip(), int(depth))
    return row if kind == was else _deep(above, row)


def _deep(above: Sequence[Clause], row: Clause) -> Clause:
    """The row at the depth that its new kind has under the rows above it, its words in place."""
    rank = _RANK.get(row.kind, 0)
    depth = 0
    for outer in reversed(above):
        outer_rank = _RANK.get(outer.kind, 0)
        if rank and (outer_rank < rank or outer.kind in (Kind.ANNEX, Kind.APPENDIX)):
            depth = outer.depth + (1 if outer.kind.bears_heading or outer_rank else 0)
            break
        if outer_rank == rank:
            depth = outer.depth
            break
    if row.kind.bears_heading and row.text and not row.heading:
        row = replace(row, heading=row.text, text="")
    elif not row.kind.bears_heading and row.heading and not row.text:
        row = replace(row, text=row.heading, heading="")
    return replace(row, depth=depth)


def _nested(rows: Sequence[Clause]) -> list[Clause]:
    """The rows with no depth left out: none is more than one deeper than the row before it."""
    made: list[Clause] = []
    for row in rows:
        limit = made[-1].depth + 1 if made else 0
        made.append(replace(row, depth=min(row.depth, limit)))
    return made


def _ask(request: Request, text: str = "", fault: str = "", scheme: str = "un") -> Response:
    return render(
        request,
        "drafts/new.html",
        status=422 if fault else 200,
        text=text,
        fault=fault,
        scheme=scheme,
    )


def _look(request: Request, pending: Pending, fault: str = "") -> Response:
    return render(
        request,
        "drafts/look.html",
        status=422 if fault else 200,
        pending=pending,
        counts=Document(pending.title, pending.rows).counts(),
        kinds=tuple(Kind),
        doubtful={doubt.row for doubt in pending.doubts},
        packed=packed,
        fault=fault,
    )
