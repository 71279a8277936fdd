"""The notes of a draft as the W3C's Web Annotation Protocol has them: a container, pages, notes.

    GET    /api/v1/drafts/{slug}/annotations/            the container (Prefer, ?iris=1)
    GET    /api/v1/drafts/{slug}/annotations/?page=0     a page of it
    POST   /api/v1/drafts/{slug}/annotations/            a new note, or an answer to one
    GET, PUT, DELETE  .../annotations/{key}              one note or answer

Everybody's container holds the notes that are for them, and nothing in it, not even its number of
members or its time, comes from others. A new note is its author's alone unless it says whom else
it is for (`travaux.audience`). PUT names the state it was made on (If-Match). A Slug is heard and
not followed: addresses that one may choose would tell which of them others have chosen.

Source of the rules: Web Annotation Protocol (REC, 23 February 2017).
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from app.actions import annotating, drafting, linking
from app.actions.refusals import Invalid, Missing
from app.exchange import linkfile, weblinks
from app.exchange.linkfile import Links
from app.exchange.package import Unreadable
from app.exchange.pointing import place_of
from app.exchange.weblinks import CONTEXT, Home
from app.store.drafts import DraftRecord
from app.store.notes import NoteRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.web.api import REFUSALS, SignedInFirst
from app.web.deps import SeatDep, StoreDep

FORM = f'application/ld+json; profile="{CONTEXT}"'
"""The media type of every annotation, page and container."""

PAGE = 50
"""How many annotations a page has."""

router = APIRouter(
    prefix="/api/v1", route_class=SignedInFirst, responses=REFUSALS, tags=["annotations"]
)
_ONE = {FORM: {"schema": {"type": "object"}}}
_GIVEN: dict[int | str, dict[str, Any]] = {200: {"content": _ONE, "description": "JSON-LD."}}
_MADE: dict[int | str, dict[str, Any]] = {201: {"content": _ONE, "description": "As it is kept."}}
_SENT = {"requestBody": {"content": _ONE, "required": True}}

_LDP = "http://www.w3.org/ns/ldp#"
_MINIMAL = f"{_LDP}PreferMinimalContainer"
_IRIS = "http://www.w3.org/ns/oa#PreferContainedIRIs"
_TAKEN = ("application/ld+json", "application/json")
_SHOWN = (*_TAKEN, "application/*", "*/*")
_OF_CONTAINER = {
    "allow": "GET, HEAD, OPTIONS, POST",
    "accept-post": FORM,
    "link": f'<{_LDP}BasicContainer>; rel="type", '
    f'<http://www.w3.org/TR/annotation-protocol/>; rel="{_LDP}constrainedBy"',
    "vary": "Accept, Prefer",
}
_OF_PAGE = {"allow": "GET, HEAD, OPTIONS", "vary": "Accept, Prefer"}
_OF_NOTE = {"link": f'<{_LDP}Resource>; rel="type"', "vary": "Accept"}
_PATH = "/drafts/{slug}/annotations/"


async def _sent(request: Request) -> bytes:
    return await request.body()


SentDep = Annotated[bytes, Depends(_sent)]
"""What was sent, read before a unit of work begins: a slow sender must not hold others up."""


# --- the container


@router.get(_PATH, response_class=Response, responses=_GIVEN)
def show_container(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    page: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    iris: Annotated[int | None, Query(ge=0, le=1)] = None,
) -> Response:
    """The container, or one page of it, with the notes that are for this seat."""
    draft = drafting.open_draft(store, seat, slug)
    if not _is_shown(request):
        return _unwanted()
    home = home_of(request, slug)
    held = linking.given(store, seat, draft, home)
    wanted = _wanted(request) if iris is None else set()
    by_name = bool(iris) if iris is not None else _IRIS in wanted
    if page is not None:
        return _told(request, _page(held, home, page, by_name=by_name), _OF_PAGE)
    made = _container(held, draft, home, by_name=by_name)
    if _MINIMAL not in wanted and held:
        first = _page(held, home, 0, by_name=by_name)
        made["first"] = {name: value for name, value in first.items() if name != "@context"}
    headers = dict(_OF_CONTAINER)
    if iris is None:
        headers["content-location"] = str(made["id"])
    if wanted:
        headers["preference-applied"] = "return=representation"
    state = _tag([one for _, one in held])
    return _told(request, made, headers, _tag([made, state]))


@router.options(_PATH, response_class=Response)
def describe_container(store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """What may be done with the container."""
    drafting.open_draft(store, seat, slug)
    return Response(status_code=204, headers=_OF_CONTAINER)


@router.post(_PATH, response_class=Response, status_code=201, responses=_MADE, openapi_extra=_SENT)
def add(request: Request, content: SentDep, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """A new note on words, on a clause, on the draft, or an answer to a note."""
    draft = drafting.open_draft(store, seat, slug)
    if not _is_taken(request):
        return _unknown_form()
    item, home = _read(content), home_of(request, slug)
    nameless = {n: v for n, v in item.items() if n not in ("id", "@id", "via", "canonical")}
    step = linking.planned(store, seat, draft, Links((nameless,)), believed=True).steps[0]
    if step.answers is not None:
        root = annotating.note(store, seat, str(step.answers))
        if weblinks.audience_of(item) not in ("", root.note.audience.value):
            raise Invalid("An answer is for those whom the note is for that it answers.")
        kept = annotating.answer(store, seat, root.note.key, _words(item))
        to = {"answers": step.answers} if step.answers != root.note.key else {}
        store.notes.set_extra(kept.id, linking.extra_of(item, {}) | to)
    else:
        audience = weblinks.audience_of(item) or "mine"
        kept = linking.write_placed(
            store, seat, draft, item, step.place, body=_words(item), audience=audience
        )
    note, made = linking.given_one(store, seat, draft, kept.key, home)
    headers = _of_note(seat, note) | {"location": str(made["id"])}
    return _told(request, made, headers, status=201)


# --- one annotation


@router.get(_PATH + "{key}", response_class=Response, responses=_GIVEN)
def show(request: Request, store: StoreDep, seat: SeatDep, slug: str, key: str) -> Response:
    """One note or answer."""
    note, made = _found(request, store, seat, slug, key)
    if not _is_shown(request):
        return _unwanted()
    return _told(request, made, _of_note(seat, note))


@router.options(_PATH + "{key}", response_class=Response)
def describe(request: Request, store: StoreDep, seat: SeatDep, slug: str, key: str) -> Response:
    """What may be done with one note or answer."""
    note, _ = _found(request, store, seat, slug, key)
    return Response(status_code=204, headers=_of_note(seat, note))


@router.put(_PATH + "{key}", response_class=Response, responses=_GIVEN, openapi_extra=_SENT)
def change(
    request: Request, content: SentDep, store: StoreDep, seat: SeatDep, slug: str, key: str
) -> Response:
    """One's own note or answer with other words, kind, audience or place."""
    note, now = _found(request, store, seat, slug, key)
    refused = _outdated(request, now, must_say=True)
    if refused is not None:
        return refused
    if not _is_taken(request):
        return _unknown_form()
    item = _read(content)
    if "canonical" in now and item.get("canonical") != now["canonical"]:
        return _refused(409, "The canonical address of an annotation does not change.")
    is_root = note.root_id is None
    annotating.change(
        store,
        seat,
        key,
        body=_words(item),
        kind=weblinks.kind_of(item) if is_root else None,
        audience=(weblinks.audience_of(item) or None) if is_root else None,
    )
    draft = drafting.open_draft(store, seat, slug)
    doubt = {name: note.extra[name] for name in ("answers", "check") if name in note.extra}
    if is_root and item.get("target") != now["target"]:
        texts = {one.uid: one.words for one in store.drafts.clauses(draft.id)}
        place = place_of(item, texts, believed=True)
        annotating.place(store, seat, key, place.uid, place.anchor)
        doubt = {"check": True} if place.fate.name == "CHECK" else {}
    store.notes.set_extra(note.id, linking.extra_of(item, {}) | doubt)
    note, made = _found(request, store, seat, slug, key)
    return _told(request, made, _of_note(seat, note))


@router.delete(_PATH + "{key}", response_class=Response, status_code=204)
def remove(request: Request, store: StoreDep, seat: SeatDep, slug: str, key: str) -> Response:
    """Take one's own note or answer away."""
    _, now = _found(request, store, seat, slug, key)
    refused = _outdated(request, now, must_say=False)
    if refused is not None:
        return refused
    annotating.remove(store, seat, key)
    return Response(status_code=204)


def home_of(request: Request, slug: str) -> Home:
    """Where the draft is to be found from outside."""
    public = str(request.app.state.settings.public_url) or str(request.base_url)
    return Home(public.rstrip("/"), slug)


def _found(
    request: Request, store: Store, seat: SeatRecord, slug: str, key: str
) -> tuple[NoteRecord, dict[str, Any]]:
    draft = drafting.open_draft(store, seat, slug)
    return linking.given_one(store, seat, draft, key, home_of(request, slug))


# --- how they are written


_Held = Sequence[tuple[NoteRecord, dict[str, Any]]]


def _container(held: _Held, draft: DraftRecord, home: Home, *, by_name: bool) -> dict[str, Any]:
    query = f"?iris={int(by_name)}"
    made: dict[str, Any] = {
        "@context": [CONTEXT, "http://www.w3.org/ns/ldp.jsonld"],
        "id": home.container + query,
        "type": ["BasicContainer", "AnnotationCollection"],
        "label": f"Notes on {draft.title}",
        "total": len(held),
    }
    if held:
        latest = max(note.stirred_at for note, _ in held)
        made["modified"] = latest.strftime("%Y-%m-%dT%H:%M:%SZ")
        made["first"] = f"{home.container}{query}&page=0"
        made["last"] = f"{home.container}{query}&page={_last(held)}"
    return made


def _last(held: _Held) -> int:
    return max(0, len(held) - 1) // PAGE


def _page(held: _Held, home: Home, number: int, *, by_name: bool) -> dict[str, Any]:
    """A page of the container. Missing when it has none of this number."""
    last = _last(held)
    if number > last:
        raise Missing("There is no such page.")
    start = number * PAGE
    items = [one for _, one in held[start : start + PAGE]]
    address = f"{home.container}?iris={int(by_name)}"
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"{address}&page={number}",
        "type": "AnnotationPage",
        "partOf": {"id": address, "total": len(held)},
        "startIndex": start,
        "items": [one["id"] for one in items] if by_name else items,
    }
    if number:
        made["prev"] = f"{address}&page={number - 1}"
    if number < last:
        made["next"] = f"{address}&page={number + 1}"
    return made


def _of_note(seat: SeatRecord, note: NoteRecord) -> dict[str, str]:
    allowed = "GET, HEAD, OPTIONS"
    if annotating.may_change(seat, note):
        allowed += ", PUT, DELETE"
    return _OF_NOTE | {"allow": allowed}


def _told(
    request: Request,
    made: dict[str, Any],
    headers: dict[str, str],
    tag: str = "",
    status: int = 200,
) -> Response:
    """The answer with its state; 304 without a body for whoever has it already."""
    headers = headers | {"etag": tag or _tag(made), "cache-control": "private, no-cache"}
    known = _tags(request.headers.get("if-none-match", ""))
    if status == 200 and request.method in ("GET", "HEAD") and known & {headers["etag"], "*"}:
        return Response(status_code=304, headers=headers)
    content = json.dumps(made, ensure_ascii=False, allow_nan=False).encode()
    return Response(content, status, headers, media_type=FORM)


def _tag(value: Any) -> str:
    """The state of what is told, as a strong entity tag."""
    content = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    return f'"{hashlib.sha256(content).hexdigest()[:24]}"'


# --- what was asked for


def _tags(header: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in header.split(",") if one.strip()}


def _outdated(request: Request, now: dict[str, Any], *, must_say: bool) -> Response | None:
    """The refusal where a change was made on another state than the present one."""
    header = request.headers.get("if-match", "")
    if not header:
        if must_say:
            return _refused(428, "Send the state that the change was made on (If-Match).")
        return None
    if {_tag(now), "*"} & {one.strip() for one in header.split(",")}:
        return None
    return _refused(412, "It has changed since. Read it again, and send the change once more.")


def _wanted(request: Request) -> set[str]:
    """What a Prefer header asks to be included."""
    preferred = ",".join(request.headers.getlist("prefer"))
    if "return=representation" not in preferred.replace(" ", ""):
        return set()
    found = re.findall(r'include\s*=\s*(?:"([^"]*)"|([^\s;,]+))', preferred)
    return {name for quoted, bare in found for name in (quoted or bare).split()}


def _kinds(header: str) -> list[str]:
    """The media types of an Accept header that are not ruled out (q=0)."""
    found = []
    for one in header.split(","):
        kind, *parameters = (part.strip().lower() for part in one.split(";"))
        if kind and not any(re.fullmatch(r"q=0(\.0*)?", each) for each in parameters):
            found.append(kind)
    return found


def _is_shown(request: Request) -> bool:
    kinds = _kinds(request.headers.get("accept", ""))
    return "accept" not in request.headers or any(kind in _SHOWN for kind in kinds)


def _is_taken(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in _TAKEN


def _read(content: bytes) -> dict[str, Any]:
    """The one annotation that was sent."""
    try:
        found = linkfile.one(content)
    except Unreadable as unreadable:
        raise Invalid(f"This annotation cannot be taken. {unreadable.sentence}") from None
    return found


def _words(item: dict[str, Any]) -> str:
    """What a program that acts for a seat says; it may name seats of this table."""
    words = weblinks.words_of(item)
    return words if len(words) <= weblinks.LONGEST else weblinks.fitted(item)


def _refused(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"sentence": sentence}, status, headers)


def _unknown_form() -> Response:
    headers = {"accept-post": FORM, "accept": FORM}
    return _refused(415, "Send the annotation as JSON-LD (application/ld+json).", headers)


def _unwanted() -> Response:
    return _refused(406, "Annotations are given as JSON-LD (application/ld+json) alone.")
