"""Adding to the library, by hand, from a text or from a bibliography, and mending what is there.

A file is read and shown first, and kept only when the person says so; in between, what was
read travels in the form itself, so that nothing half-added lies about on the server.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.actions import citing, policy
from app.actions import library as shelf
from app.actions.policy import Act
from app.actions.refusals import Forbidden, Invalid, Missing, Refusal, SignInNeeded
from app.exchange import bibliography, citation, sources
from app.exchange.sources import SourcePassage, SourceText
from app.exchange.sources import Unreadable as UnreadableText
from app.exchange.wordapart import read_word_apart
from app.store.library import CaseRecord, PassageRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.web import entries
from app.web.deps import Id, SeatDep, StoreDep
from app.web.entries import Field, SourceForm
from app.web.pages import render

router = APIRouter()

_Text = Annotated[str, Form()]
_TEXT = TypeAdapter(SourceText)
_ITEMS = TypeAdapter(list[dict[str, Any]])
_TORN = "What was read got lost on the way. Please choose the file again."

_CASE_FIELDS: tuple[tuple[str, str, str, int], ...] = (
    ("title", "Name", "As a rule the country: Denmark", 0),
    ("label", "Label", "Motorcycle gang truce", 0),
    ("years", "Years", "", 0),
    ("record_depth", "How much is known", "rich, medium or thin", 0),
    ("groups", "Groups", "", 2),
    ("actors", "Actors", "Who spoke with them, who mediated", 2),
    ("facts", "Facts", "", 4),
    ("outcome", "Outcome", "", 2),
    ("lesson", "Lesson", "", 2),
    ("as_stated", "As stated in the source", "What it says, also where it says little", 3),
    ("position", "Position today", "What is known to differ, and since when", 3),
    ("position_date", "Position at", "November 2026", 0),
    ("places", "Places in the source", "S1.P3, S4.P5", 0),
    ("topics", "Topics", "C17, C20", 0),
)


class PassageForm(BaseModel):
    """What a person typed about a passage; lists are separated by commas."""

    source: str = ""
    locator: str = ""
    heading: str = ""
    digest: str = ""
    exact: str = ""
    notes: str = ""
    topics: str = ""


class CaseForm(BaseModel):
    """What a person typed about a case; lists are separated by commas."""

    title: str = ""
    label: str = ""
    years: str = ""
    record_depth: str = ""
    groups: str = ""
    actors: str = ""
    facts: str = ""
    outcome: str = ""
    lesson: str = ""
    as_stated: str = ""
    position: str = ""
    position_date: str = ""
    places: str = ""
    topics: str = ""


@dataclass(frozen=True, slots=True)
class PassageFields:
    """A passage as a form shows it."""

    locator: str = ""
    heading: str = ""
    digest: str = ""
    exact: str = ""
    notes: str = ""
    topics: str = ""


@dataclass(frozen=True, slots=True)
class CaseFields:
    """A case as a form shows it."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class _Typed:
    """What the page of forms is filled with: what was sent when it is shown again, else nothing."""

    source: SourceForm = field(default_factory=SourceForm)
    passage: PassageForm = field(default_factory=PassageForm)
    case: CaseForm = field(default_factory=CaseForm)
    bibliography: str = ""
    opened: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ReadSection:
    """The passages under one heading of a text that was read."""

    key: str
    heading: str
    passages: tuple[SourcePassage, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a bibliography that was read."""

    title: str
    kind: str
    citation: citation.Runs


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something were kept."""

    n: int
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """A way on."""

    href: str
    title: str


@router.get("/library/add")
def show_add(request: Request, store: StoreDep, seat: SeatDep, source: str = "") -> Response:
    """The forms for adding: a file, a bibliography, a source, a passage, a case."""
    policy.require(seat, Act.ADD_TO_LIBRARY)
    return _add_page(
        request,
        store,
        seat,
        _Typed(passage=PassageForm(source=source), opened="passage" if source else ""),
    )


def _add_page(request: Request, store: Store, seat: SeatRecord, typed: _Typed) -> Response:
    return render(
        request,
        "library/add.html",
        status=typed.refusal.status if typed.refusal else 200,
        sources=shelf.sources(store, seat),
        kinds=entries.kinds(),
        topics=shelf.topics(store, seat),
        opened=typed.opened,
        filled={"source": typed.passage.source, "bibliography": typed.bibliography},
        source=entries.fields_typed(typed.source),
        passage=_passage_typed(typed.passage),
        case=_case_fields(typed.case.model_dump()),
        sentence=typed.refusal.sentence if typed.refusal else "",
        **_frame(),
    )


# --- by hand


@router.post("/library/sources")
def add_source(
    request: Request, store: StoreDep, seat: SeatDep, form: Annotated[SourceForm, Form()]
) -> Response:
    """Add a source that was typed in."""
    try:
        kind, csl = entries.source_of(form)
        kept = shelf.add_source(store, seat, kind=kind, csl=csl, remark=form.remark.strip())
    except Refusal as refusal:
        _raise_unless_typing(refusal)
        return _add_page(
            request, store, seat, _Typed(source=form, opened="source", refusal=refusal)
        )
    return RedirectResponse(f"/library/sources/{kept.slug}", status_code=303)


@router.post("/library/passages")
def add_passage(
    request: Request, store: StoreDep, seat: SeatDep, form: Annotated[PassageForm, Form()]
) -> Response:
    """Add a passage of a source that is there already."""
    try:
        kept = shelf.add_passage(store, seat, form.source, **_passage_words(form))
    except Refusal as refusal:
        _raise_unless_typing(refusal)
        return _add_page(
            request, store, seat, _Typed(passage=form, opened="passage", refusal=refusal)
        )
    return RedirectResponse(f"/library/passages/{kept.id}", status_code=303)


@router.post("/library/cases")
def add_case(
    request: Request, store: StoreDep, seat: SeatDep, form: Annotated[CaseForm, Form()]
) -> Response:
    """Add a case study."""
    try:
        kept = shelf.add_case(store, seat, **_case_words(form))
    except Refusal as refusal:
        _raise_unless_typing(refusal)
        return _add_page(request, store, seat, _Typed(case=form, opened="case", refusal=refusal))
    return RedirectResponse(f"/library/cases/{kept.slug}", status_code=303)


def _raise_unless_typing(refusal: Refusal) -> None:
    """Show the form again only for what the person can mend by typing."""
    if isinstance(refusal, (Forbidden, Missing, SignInNeeded)):
        raise refusal


# --- from a text


@router.post("/library/add/file")
def read_file(
    request: Request, store: StoreDep, seat: SeatDep, file: Annotated[UploadFile, File()]
) -> Response:
    """Read a text into passages and show what was understood; nothing is kept yet."""
    policy.require(seat, Act.IMPORT_SOURCE)
    name = file.filename or "text"
    try:
        reading = sources.read_source(name, file.file.read(), read_word_apart)
    except UnreadableText as unreadable:
        refusal = Invalid(unreadable.sentence)
        return _add_page(request, store, seat, _Typed(refusal=refusal))
    return _preview(request, name, reading)


def _preview(request: Request, name: str, reading: SourceText, sentence: str = "") -> Response:
    return render(
        request,
        "library/preview.html",
        status=422 if sentence else 200,
        file_name=name,
        title=reading.title or name.rpartition(".")[0] or name,
        losses=reading.losses,
        sections=_read_sections(reading),
        counts=_counts_of(reading),
        carried=json.dumps(asdict(reading), ensure_ascii=False, separators=(",", ":")),
        sentence=sentence,
        **_frame(),
    )


def _counts_of(reading: SourceText) -> dict[str, int]:
    return {
        "headings": len(reading.headings),
        "passages": len(reading.passages),
        "notes": sum(len(passage.notes) for passage in reading.passages),
    }


def _read_sections(reading: SourceText) -> tuple[ReadSection, ...]:
    by_key: dict[str, list[SourcePassage]] = {}
    for passage in reading.passages:
        by_key.setdefault(passage.locator.rpartition(".")[0], []).append(passage)
    known = {heading.key: heading.text for heading in reading.headings}
    keys = [*known, *(key for key in by_key if key not in known)]
    return tuple(ReadSection(key, known.get(key, ""), tuple(by_key.get(key, ()))) for key in keys)


@router.post("/library/add/file/keep")
def keep_file(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    file_name: _Text = "",
    title: _Text = "",
    carried: _Text = "",
) -> Response:
    """Keep the text that was looked over, under the title it was given."""
    try:
        reading = _TEXT.validate_json(carried)
    except ValidationError:
        raise Invalid(_TORN) from None
    if not title.strip():
        return _preview(request, file_name, reading, "Give the source a title.")
    kept = shelf.import_text(store, seat, file_name, replace(reading, title=title.strip()))
    counts = [
        Count(kept.headings, "headings"),
        Count(kept.passages, "passages"),
        Count(kept.notes, "notes"),
    ]
    if kept.matched:
        counts.append(Count(kept.matched, "of them beside a digest that was here already"))
    return render(
        request,
        "library/kept.html",
        title=kept.source.title,
        counts=counts,
        losses=kept.losses,
        links=[Link(f"/library/sources/{kept.source.slug}", "Read it in the library")],
        **_frame(),
    )


# --- from a bibliography


@router.post("/library/add/bibliography")
def read_bibliography(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    text: _Text = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Read a bibliography and show its entries; nothing is kept yet."""
    policy.require(seat, Act.IMPORT_SOURCE)
    name, words = "pasted", text
    if file is not None and file.filename:
        name, words = file.filename, file.file.read().decode("utf-8-sig", "replace")
    try:
        items = bibliography.read(name, words)
    except bibliography.Unreadable as unreadable:
        refusal = Invalid(unreadable.sentence)
        return _add_page(request, store, seat, _Typed(bibliography=text, refusal=refusal))
    if not items:
        refusal = Invalid("No entry was found in it.")
        return _add_page(request, store, seat, _Typed(bibliography=text, refusal=refusal))
    return render(
        request,
        "library/entries.html",
        entries=[_entry(item) for item in items],
        carried=json.dumps(items, ensure_ascii=False, separators=(",", ":")),
        sentence="",
        **_frame(),
    )


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(
        str(item.get("title", "Without a title")),
        str(item.get("type", "document")),
        citation.full(item),
    )


@router.post("/library/add/bibliography/keep")
def keep_bibliography(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    carried: _Text = "",
    keep: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Keep the entries that are marked."""
    try:
        items = _ITEMS.validate_json(carried)
    except ValidationError:
        raise Invalid(_TORN) from None
    chosen = [items[at] for at in keep or () if 0 <= at < len(items)]
    kept = shelf.import_bibliography(store, seat, chosen)
    return render(
        request,
        "library/kept.html",
        title="Added from a bibliography",
        counts=[Count(len(kept), "sources")],
        losses=(),
        links=[Link(f"/library/sources/{s.slug}", s.title) for s in kept],
        **_frame(),
    )


# --- mending


@router.get("/library/sources/{slug}/edit")
def show_source_form(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """A source in a form."""
    policy.require(seat, Act.CHANGE_LIBRARY)
    source = shelf.source(store, seat, slug)
    fields = entries.fields_of(source.kind.value, source.csl, source.remark)
    return _source_form(request, store, seat, slug, fields)


def _source_form(
    request: Request,
    store: Store,
    seat: SeatRecord,
    slug: str,
    fields: entries.SourceFields,
    refusal: Refusal | None = None,
) -> Response:
    source = shelf.source(store, seat, slug)
    return render(
        request,
        "library/source_mend.html",
        status=refusal.status if refusal else 200,
        title=source.title,
        here=f"/library/sources/{slug}",
        what="source",
        source=fields,
        kinds=entries.kinds(f"{source.kind.value}/{source.csl.get('type', 'document')}"),
        may_delete=not citing.resting_on(store, seat, source=source.id),
        sentence=refusal.sentence if refusal else "",
        **_frame(),
    )


@router.post("/library/sources/{slug}/edit")
def change_source(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, form: Annotated[SourceForm, Form()]
) -> Response:
    """Keep what was mended about a source."""
    before = shelf.source(store, seat, slug)
    try:
        kind, csl = entries.source_of(form, before.csl)
        shelf.change_source(store, seat, slug, kind=kind, csl=csl, remark=form.remark.strip())
    except Refusal as refusal:
        _raise_unless_typing(refusal)
        fields = entries.fields_typed(form)
        return _source_form(request, store, seat, slug, fields, refusal)
    return RedirectResponse(f"/library/sources/{slug}", status_code=303)


@router.post("/library/sources/{slug}/delete")
def delete_source(store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """Delete a source that nothing rests on."""
    shelf.delete_source(store, seat, slug)
    return RedirectResponse("/library", status_code=303)


@router.get("/library/passages/{passage_id}/edit")
def show_passage_form(request: Request, store: StoreDep, seat: SeatDep, passage_id: Id) -> Response:
    """A passage in a form."""
    policy.require(seat, Act.CHANGE_LIBRARY)
    passage = shelf.passage(store, seat, passage_id)
    return _passage_form(request, store, seat, passage, _passage_fields(passage))


def _passage_form(
    request: Request,
    store: Store,
    seat: SeatRecord,
    passage: PassageRecord,
    fields: PassageFields,
    refusal: Refusal | None = None,
) -> Response:
    return render(
        request,
        "library/passage_mend.html",
        status=refusal.status if refusal else 200,
        title=f"{passage.source_title} {passage.locator}".strip(),
        here=f"/library/passages/{passage.id}",
        what="passage",
        passage=fields,
        topics=shelf.topics(store, seat),
        may_delete=not citing.resting_on(store, seat, passage=passage.id),
        sentence=refusal.sentence if refusal else "",
        **_frame(),
    )


@router.post("/library/passages/{passage_id}/edit")
def change_passage(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    passage_id: Id,
    form: Annotated[PassageForm, Form()],
) -> Response:
    """Keep what was mended about a passage."""
    before = shelf.passage(store, seat, passage_id)
    try:
        shelf.change_passage(store, seat, passage_id, **_passage_words(form))
    except Refusal as refusal:
        _raise_unless_typing(refusal)
        return _passage_form(request, store, seat, before, _passage_typed(form), refusal)
    return RedirectResponse(f"/library/passages/{passage_id}", status_code=303)


@router.post("/library/passages/{passage_id}/delete")
def delete_passage(store: StoreDep, seat: SeatDep, passage_id: Id) -> Response:
    """Delete a passage that nothing rests on."""
    passage = shelf.passage(store, seat, passage_id)
    shelf.delete_passage(store, seat, passage_id)
    return RedirectResponse(f"/library/sources/{passage.source_slug}", status_code=303)


@router.get("/library/cases/{slug}/edit")
def show_case_form(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """A case in a form."""
    policy.require(seat, Act.CHANGE_LIBRARY)
    case = shelf.case(store, seat, slug)
    return _case_form(request, store, seat, case, _case_fields(_case_typed(case)))


def _case_form(
    request: Request,
    store: Store,
    seat: SeatRecord,
    case: CaseRecord,
    fields: CaseFields,
    refusal: Refusal | None = None,
) -> Response:
    return render(
        request,
        "library/case_mend.html",
        status=refusal.status if refusal else 200,
        title=case.title,
        here=f"/library/cases/{case.slug}",
        what="case",
        case=fields,
        may_delete=not citing.resting_on(store, seat, case=case.id),
        sentence=refusal.sentence if refusal else "",
        **_frame(),
    )


@router.post("/library/cases/{slug}/edit")
def change_case(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, form: Annotated[CaseForm, Form()]
) -> Response:
    """Keep what was mended about a case."""
    before = shelf.case(store, seat, slug)
    try:
        shelf.change_case(store, seat, slug, **_case_words(form))
    except Refusal as refusal:
        _raise_unless_typing(refusal)
        fields = _case_fields(form.model_dump())
        return _case_form(request, store, seat, before, fields, refusal)
    return RedirectResponse(f"/library/cases/{slug}", status_code=303)


@router.post("/library/cases/{slug}/delete")
def delete_case(store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """Delete a case that nothing rests on."""
    shelf.delete_case(store, seat, slug)
    return RedirectResponse("/library/cases", status_code=303)


# --- forms to words and back


def _passage_words(form: PassageForm) -> dict[str, Any]:
    words: dict[str, Any] = form.model_dump(exclude={"source"})
    return words | {"notes": _listed(form.notes), "topics": _listed(form.topics)}


def _passage_fields(passage: PassageRecord) -> PassageFields:
    return PassageFields(
        passage.locator,
        passage.heading,
        passage.digest,
        passage.exact,
        ", ".join(passage.notes),
        ", ".join(passage.topics),
    )


def _passage_typed(form: PassageForm) -> PassageFields:
    return PassageFields(**form.model_dump(exclude={"source"}))


def _case_words(form: CaseForm) -> dict[str, Any]:
    words: dict[str, Any] = form.model_dump()
    return words | {"places": _listed(form.places), "topics": _listed(form.topics)}


def _case_typed(case: CaseRecord) -> dict[str, str]:
    typed = {name: getattr(case, name) for name, *_ in _CASE_FIELDS}
    return typed | {"places": ", ".join(case.places), "topics": ", ".join(case.topics)}


def _case_fields(typed: dict[str, str]) -> CaseFields:
    return CaseFields(
        tuple(
            Field(name, label, hint, typed[name], rows) for name, label, hint, rows in _CASE_FIELDS
        )
    )


def _listed(typed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in typed.replace(";", ",").split(",") if part.strip())


def _frame() -> dict[str, Any]:
    return {"tab": "add", "may_add": True}
