"""Annotations as the interface of Hypothesis gives them, made into Web Annotations.

A row has `uri`, `target`, `text`, `tags`, `user`, `permissions`, `group`, and, for an answer,
`references`: the ids of what it answers, from the beginning of the thread on. The row itself
stays whole below the name `hypothesis`, which a context explains.
"""

from collections.abc import Mapping
from typing import Any

from app.exchange.pointing import objects

ADDRESS = "https://hypothes.is/a/"
"""What the address of an annotation there begins with; its id follows."""

_CONTEXT = [
    "http://www.w3.org/ns/anno.jsonld",
    {"hypothesis": {"@id": "https://h.readthedocs.io/", "@type": "@json"}},
]
_EVERYBODY = "group:__world__"


def is_row(value: Any) -> bool:
    """Whether this is an annotation in the form of Hypothesis."""
    return isinstance(value, Mapping) and "uri" in value and ("text" in value or "target" in value)


def annotation(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as a Web Annotation."""
    made: dict[str, Any] = {"@context": _CONTEXT, "id": _address(row), "type": "Annotation"}
    references = [one for one in objects(row.get("references")) if isinstance(one, str)]
    text = row.get("text") if isinstance(row.get("text"), str) else ""
    target = [one for one in map(_target, objects(row.get("target"))) if one is not None]
    if references:
        made["motivation"] = "replying"
    else:
        made["motivation"] = "commenting" if text else "highlighting"
    for field, name in (("created", "created"), ("updated", "modified")):
        if row.get(field):
            made[name] = row[field]
    if row.get("user"):
        made["creator"] = _person(row)
    body = [_said(text, "commenting", "text/markdown")] if text else []
    body += [_said(one, "tagging") for one in objects(row.get("tags")) if isinstance(one, str)]
    if body:
        made["body"] = body
    made["target"] = ADDRESS + references[-1] if references else target or str(row.get("uri", ""))
    return made | {"hypothesis": dict(row)}


def is_private(one: Mapping[str, Any]) -> bool:
    """Whether an annotation that came from there was its author's alone."""
    row = one.get("hypothesis")
    permissions = row.get("permissions") if isinstance(row, Mapping) else None
    if not isinstance(permissions, Mapping):
        return False
    readers = [one for one in objects(permissions.get("read")) if isinstance(one, str)]
    return bool(readers) and not any(reader.startswith("group:") for reader in readers)


def _address(row: Mapping[str, Any]) -> str:
    return ADDRESS + str(row.get("id", "")) if row.get("id") else ""


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    person = {"id": str(row["user"]), "type": "Person"}
    told = row.get("user_info")
    name = told.get("display_name") if isinstance(told, Mapping) else None
    nickname = str(row["user"]).removeprefix("acct:").partition("@")[0]
    return person | {"name": str(name or nickname), "nickname": nickname}


def _said(value: str, purpose: str, form: str = "") -> dict[str, Any]:
    body = {"type": "TextualBody", "value": value, "purpose": purpose}
    return body | ({"format": form} if form else {})


def _target(target: Any) -> dict[str, Any] | None:
    if not isinstance(target, Mapping) or not target.get("source"):
        return None
    made: dict[str, Any] = {"type": "SpecificResource", "source": target["source"]}
    selectors = [_selector(one) for one in objects(target.get("selector"))]
    return made | ({"selector": selectors} if selectors else {})


def _selector(selector: Any) -> Any:
    """A selector in the W3C's form: a range there has paths and offsets of its own."""
    if not isinstance(selector, Mapping) or "startContainer" not in selector:
        return selector
    ends = {}
    for end in ("start", "end"):
        offset = selector.get(f"{end}Offset", 0)
        refined = {"type": "TextPositionSelector", "start": offset, "end": offset}
        path = {"type": "XPathSelector", "value": selector.get(f"{end}Container", "")}
        ends[f"{end}Selector"] = path | {"refinedBy": refined}
    return {"type": "RangeSelector"} | ends
