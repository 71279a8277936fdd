"""A source as the fields of a form: CSL-JSON to and from what a person types.

A date is typed as 2000, 2000-11 or 2000-11-15; authors as "Family, Given", with semicolons
between them. What an item holds that has no field here is kept as it was.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from app.actions.refusals import Invalid
from app.store.library import SourceKind

KINDS: tuple[tuple[str, str], ...] = (
    ("instrument/treaty", "Treaty or convention"),
    ("instrument/legislation", "Statute, resolution or other instrument"),
    ("instrument/document", "Other instrument"),
    ("judgment/legal_case", "Judgment or decision"),
    ("document/article-journal", "Journal article"),
    ("document/book", "Book"),
    ("document/report", "Report"),
    ("document/webpage", "Web page"),
    ("document/document", "Other document"),
)
"""What a source can be: the kind of source and CSL type, and the words for it."""

_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("title-short", "Short name", "As later footnotes call it: UNTOC"),
    ("author", "Authors", "Family, Given; Family, Given"),
    ("adopted", "Adopted", "2000-11-15, or only the year"),
    ("in-force", "In force since", ""),
    ("issued", "Published or decided", ""),
    ("container-title", "Journal or treaty series", "United Nations Treaty Series"),
    ("container-title-short", "Its abbreviation", "UNTS"),
    ("volume", "Volume", ""),
    ("page", "First page", ""),
    ("authority", "Court or body", "ECtHR"),
    ("chamber", "Chamber", "Appeals Chamber"),
    ("genre", "Which decision", "Judgment"),
    ("number", "Case or document number", ""),
    ("collection-title", "Report series", "Series C"),
    ("collection-number", "Number in it", ""),
    ("publisher", "Publisher", ""),
    ("edition", "Edition", ""),
    ("URL", "Address on the web", ""),
)
_DATES = frozenset({"adopted", "in-force", "issued"})
_DATE = re.compile(r"(\d{1,4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


class SourceForm(BaseModel):
    """What a person typed about a source; hyphens of CSL names are underscores here."""

    kind: str = "document/document"
    title: str = ""
    remark: str = ""
    title_short: str = ""
    author: str = ""
    adopted: str = ""
    in_force: str = ""
    issued: str = ""
    container_title: str = ""
    container_title_short: str = ""
    volume: str = ""
    page: str = ""
    authority: str = ""
    chamber: str = ""
    genre: str = ""
    number: str = ""
    collection_title: str = ""
    collection_number: str = ""
    publisher: str = ""
    edition: str = ""
    URL: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its name, label, hint and value; `rows` is 0 for a single line."""

    name: str
    label: str
    hint: str
    value: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class SourceFields:
    """A source as a form shows it."""

    kind: str
    title: str
    remark: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of source to choose."""

    value: str
    words: str


def kinds(own: str = "") -> tuple[KindChoice, ...]:
    """The kinds of source that are offered; `own` too, when a bibliography brought another one."""
    offered = tuple(KindChoice(value, words) for value, words in KINDS)
    if not own or own in dict(KINDS):
        return offered
    return (*offered, KindChoice(own, f"As it came in: {own.partition('/')[2]}"))


def fields_of(kind: str, csl: Mapping[str, Any], remark: str = "") -> SourceFields:
    """The fields of a source that is kept, filled in."""
    return SourceFields(
        f"{kind}/{csl.get('type', 'document')}",
        str(csl.get("title", "")),
        remark,
        tuple(Field(_field(n), label, hint, _typed(n, csl.get(n))) for n, label, hint in _FIELDS),
    )


def fields_typed(form: SourceForm) -> SourceFields:
    """The fields as they were sent, for a form that is shown again."""
    return SourceFields(
        form.kind,
        form.title,
        form.remark,
        tuple(
            Field(_field(n), label, hint, getattr(form, _field(n))) for n, label, hint in _FIELDS
        ),
    )


def source_of(
    form: SourceForm, before: Mapping[str, Any] | None = None
) -> tuple[str, dict[str, Any]]:
    """The kind of source and the CSL-JSON item that the form says, on top of `before`.

    Raises Invalid for an unknown kind, no title or a date that is none.
    """
    kind, _, csl_type = form.kind.partition("/")
    as_it_was = kind in set(SourceKind) and csl_type == (before or {}).get("type")
    if form.kind not in dict(KINDS) and not as_it_was:
        raise Invalid("Say what kind of source it is.")
    if not form.title.strip():
        raise Invalid("Give the source a title.")
    csl = {**(before or {}), "type": csl_type, "title": form.title.strip()}
    for name, label, _hint in _FIELDS:
        typed = getattr(form, _field(name)).strip()
        if typed:
            csl[name] = _read(name, label, typed)
        else:
            csl.pop(name, None)
    return kind, csl


def _field(name: str) -> str:
    return name.replace("-", "_")


def _typed(name: str, value: Any) -> str:
    if not value:
        return ""
    if name in _DATES:
        return "-".join(f"{int(part):02d}" for part in value["date-parts"][0])
    if name == "author":
        return "; ".join(_author_typed(author) for author in value)
    return str(value)


def _author_typed(author: Mapping[str, str]) -> str:
    if "literal" in author:
        return author["literal"]
    return ", ".join(part for part in (author.get("family", ""), author.get("given", "")) if part)


def _read(name: str, label: str, typed: str) -> Any:
    if name in _DATES:
        return {"date-parts": [_date(label, typed)]}
    if name == "author":
        return [_author(part.strip()) for part in typed.split(";") if part.strip()]
    return typed


def _author(typed: str) -> dict[str, str]:
    family, comma, given = typed.partition(",")
    if not comma:
        return {"literal": typed}
    return {"family": family.strip(), "given": given.strip()}


def _date(label: str, typed: str) -> list[int]:
    found = _DATE.fullmatch(typed)
    parts = [int(part) for part in found.groups() if part] if found else []
    fits = (
        parts
        and (len(parts) < 2 or 1 <= parts[1] <= 12)
        and (len(parts) < 3 or 1 <= parts[2] <= 31)
    )
    if not fits:
        raise Invalid(f"{label}: type a date as 2000, 2000-11 or 2000-11-15.")
    return parts
