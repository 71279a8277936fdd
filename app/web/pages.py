"""How a page is made: our own Jinja environment, strict about names, and what every page knows."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.actions.policy import Act, may
from app.store.seats import SeatRecord
from app.web.guard import TOKEN_FIELD, form_token, session_of

TEMPLATES = Path(__file__).parents[2] / "templates"
STATIC = Path(__file__).parent / "static" / "built"

EVERYWHERE = frozenset(
    {
        "seat",
        "csrf",
        "csrf_field",
        "style_nonce",
        "path",
        "is_part",
        "may_see_seats",
        "may_start",
        "asset",
        "built",
    }
)
"""What every template may use without being handed it: see `render`."""

_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


@cache
def environment() -> Environment:
    """The Jinja environment: it escapes, and an unknown name is a mistake, not ""."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    made.globals["built"] = built
    made.filters.update(when=when, day=day, plural=plural, dom_id=dom_id)
    return made


def render(
    request: Request,
    name: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **takes: Any,
) -> HTMLResponse:
    """The page or partial `name`, given what it takes and what every page knows.

    Every page knows: `seat` (SeatRecord or None), `csrf` (the token) and `csrf_field` (the hidden
    input to put into each form), `style_nonce` (see `guard.protect`), `path`, `is_part` (only a
    part of a page is asked for), `may_see_seats`, `may_start` (a draft), `asset(name)`,
    `built(pattern)`.
    """
    # The same address answers with a page or with a part of it: a cache must tell them apart.
    return HTMLResponse(
        part(request, name, **takes),
        status_code=status,
        headers={"vary": "HX-Request", **(headers or {})},
    )


def part(request: Request, name: str, **takes: Any) -> Markup:
    """The same as markup, to be set into another template."""
    token = form_token(session_of(request))
    seat = _seat_of(request)
    html = (
        environment()
        .get_template(name)
        .render(
            seat=seat,
            csrf=token,
            csrf_field=_FIELD.format(TOKEN_FIELD, token),
            style_nonce=request.scope["state"]["style_nonce"],
            path=request.url.path,
            is_part=request.headers.get("hx-request") == "true",
            may_see_seats=seat is not None and may(seat, Act.READ_SEATS),
            may_start=seat is not None and may(seat, Act.START_DRAFT),
            **takes,
        )
    )
    return Markup(html)  # noqa: S704  # made by a template, which escapes


def _seat_of(request: Request) -> SeatRecord | None:
    seat: SeatRecord | None = getattr(request.state, "seat", None)
    return seat


@cache
def asset(name: str) -> str:
    """The address of a built file, with a mark of its content, so that it may be kept for ever."""
    path = STATIC / name
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "unbuilt"
    return f"/static/{name}?v={mark}"


@cache
def built(pattern: str) -> tuple[str, ...]:
    """The addresses of the built files whose names bear a mark already, by a pattern of names."""
    found = sorted(STATIC.glob(pattern))
    return tuple(f"/static/{path.relative_to(STATIC).as_posix()}" for path in found)


def when(moment: datetime) -> Markup:
    """A moment as people write it, in UTC, with its machine-readable form: 5 March 2026, 14:05."""
    return Markup('<time datetime="{}">{} {}, {}</time>').format(
        moment.isoformat(timespec="seconds"),
        moment.day,
        moment.strftime("%B %Y"),
        moment.strftime("%H:%M"),
    )


def day(moment: datetime) -> str:
    """The day of a moment: 5 March 2026."""
    return f"{moment.day} {moment.strftime('%B %Y')}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 source", "3 sources", "2 annexes", "2 appendices"."""
    return f"{count:,} {one if count == 1 else many or _many(one)}"


def _many(noun: str) -> str:
    if noun.endswith("ix"):
        return noun[:-1] + "ces"
    return noun + ("es" if noun.endswith(("x", "s", "ch", "sh")) else "s")


def dom_id(thing: object, prefix: str = "") -> str:
    """A stable id for an element that shows a record: "case-7", from class and id or slug."""
    noun = prefix or type(thing).__name__.removesuffix("Record").lower()
    key = getattr(thing, "id", None)
    return f"{noun}-{key if key is not None else getattr(thing, 'slug', thing)}"
