"""Files of annotations: Web Annotations alone, in lists, pages and collections; Hypothesis's rows.

Nothing in them is believed before it has been looked at: no number that JSON does not know, no
half characters, and nothing nested so deep that reading it would exhaust anybody.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.exchange import hypothesis
from app.exchange.package import Unreadable
from app.exchange.pointing import objects

MOST = 2_000
"""How many annotations one file may hold."""

LARGEST = 200_000
"""How many characters one annotation may have, written as JSON."""

DEEPEST = 40
"""How deep one may be nested."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
_NONE = (
    "No annotation was found in it: Web Annotations (JSON-LD) and exports of Hypothesis are read."
)


@dataclass(frozen=True, slots=True)
class Links:
    """What a file holds; `losses` says in sentences what of it is not taken along.

    `about` is what a page or collection says of itself.
    """

    items: tuple[dict[str, Any], ...]
    losses: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


def read(content: bytes) -> Links:
    """The annotations of a file. Unreadable when it is none, or holds too much."""
    value = sound(_parsed(content))
    losses: list[str] = []
    items = [dict(one) for one in _items(value, losses)]
    about = _about(value) if isinstance(value, dict) else {}
    if not items:
        raise Unreadable(_NONE)
    if len(items) > MOST:
        raise Unreadable(
            f"These are {len(items):,} annotations; at most {MOST:,} are read at once."
        )
    for item in items:
        demand_size(item)
    demand_size(about)
    return Links(tuple(items), tuple(losses), about)


def one(content: bytes) -> dict[str, Any]:
    """The annotation that this is. Unreadable when it is none, or holds more than one."""
    value = sound(_parsed(content))
    if not isinstance(value, dict) or "target" not in value:
        raise Unreadable("It is no annotation: it has no target.")
    demand_size(value)
    return value


def demand_size(item: Mapping[str, Any]) -> None:
    """Refuse (Unreadable) an annotation that is too large to be kept with a note."""
    if len(json.dumps(item, ensure_ascii=False)) > LARGEST:
        raise Unreadable(f"An annotation in it has more than {LARGEST:,} characters.")


def sound(value: Any, depth: int = 0) -> Any:
    """The value with spaces for control characters; Unreadable for what cannot be kept."""
    if depth > DEEPEST:
        raise Unreadable("It is nested too deep.")
    if isinstance(value, str):
        if _HALF.search(value):
            raise Unreadable("It contains half a character.")
        return _CONTROL.sub(" ", value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Unreadable("It contains a number that is none.")
    if isinstance(value, list):
        return [sound(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {sound(name): sound(one, depth + 1) for name, one in value.items()}
    return value


def _parsed(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("It is no text in UTF-8.") from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:  # a line for each, as programs write them one by one
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        raise Unreadable("It is no JSON.") from None


def _items(value: Any, losses: list[str]) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _items(one, losses)
    elif isinstance(value, str):
        losses.append(f"Only the address of an annotation is there: {value[:200]}")
    elif not isinstance(value, Mapping):
        return
    elif hypothesis.is_row(value):
        yield hypothesis.annotation(value)
    elif isinstance(value.get("rows"), list):
        yield from _items(value["rows"] + objects(value.get("replies")), losses)
    elif "target" in value or "Annotation" in objects(value.get("type")):
        yield value
    else:
        yield from _gathered(value, losses)


_MEMBERS = frozenset({"items", "@graph", "first", "last", "next", "prev", "annotations", "rows"})
_COUNTED = frozenset({"@context", "id", "type", "total", "startIndex", "replies"})


def _about(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a collection or page says of itself; nothing of what says only that it is one."""
    if hypothesis.is_row(value) or "target" in value:
        return {}
    said = {name: one for name, one in value.items() if name not in _MEMBERS}
    return said if set(said) - _COUNTED else {}


def _gathered(value: Mapping[str, Any], losses: list[str]) -> Iterator[Mapping[str, Any]]:
    """The members of a page, of a collection, or of a graph."""
    for name in ("items", "@graph", "first", "annotations"):
        inside = value.get(name)
        if isinstance(inside, str):
            losses.append(f"A page of the collection is elsewhere and was not fetched: {inside}")
        elif inside is not None:
            yield from _items(inside, losses)
    after = value.get("next")
    if isinstance(after, str):
        losses.append(f"More of the collection is elsewhere and was not fetched: {after}")
    elif isinstance(after, Mapping):
        yield from _items(after, losses)
