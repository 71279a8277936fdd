"""Notes as the W3C's Web Annotations: what one says, where it points, and how ours are written.

An annotation from elsewhere is kept whole, whatever is in it: `Said.came` is what arrived, and
`annotation_of` gives it back with only that changed which has changed here since. What has no
word in the W3C's vocabulary stands below the name `travaux`, which a context explains.

Positions of a TextPositionSelector count characters, as the Recommendation has it; ours count
UTF-16 units.

Source of the rules: Web Annotation Data Model (REC, 23 February 2017).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, Final

from app.exchange.pointing import Fate, objects, place_of, positions, sources
from app.treaty.anchors import Anchor
from app.treaty.changes import cut

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
"""The context of every annotation."""

_OURS: Final[Mapping[str, Any]] = {"travaux": {"@id": "urn:travaux:note", "@type": "@json"}}
_MOTIVATIONS: Final = {"comment": "commenting", "question": "questioning", "editorial": "editing"}
_KINDS: Final = {motivation: kind for kind, motivation in _MOTIVATIONS.items()}
KINDS: Final = ("comment", "question", "editorial", "legal", "translation")
"""The kinds of notes, by the words that the store has for them."""

AUDIENCES: Final = ("mine", "delegation", "everyone")
"""Whom a note may be for, by the words that the store has for them."""

LONGEST: Final = 20_000
"""How many characters of what an annotation says become a note's words."""

_CUT: Final = "\n\n(cut here; the whole is kept with the note)"
_SEAT: Final = re.compile(r"\[(@(?:\\.|[^\]\\])*)\]\(/seats/\d+\)")
_WORDLESS = {"highlighting": "Highlighted.", "bookmarking": "Bookmarked."}
_GATHERED = ("Choice", "Composite", "List", "Independents")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a draft is to be found: `base` is the address of the installation, without a slash."""

    base: str
    slug: str

    @property
    def draft(self) -> str:
        """The address of the draft."""
        return f"{self.base}/drafts/{self.slug}"

    @property
    def container(self) -> str:
        """The address of the container of its annotations."""
        return f"{self.base}/api/v1/drafts/{self.slug}/annotations/"

    def clause(self, uid: str) -> str:
        """The address of a clause; of the draft without a uid."""
        return f"{self.draft}/clauses/{uid}" if uid else self.draft

    def note(self, key: str) -> str:
        """The address of a note as an annotation."""
        return self.container + key


@dataclass(frozen=True, slots=True)
class Said:
    """A note or an answer as it is to be written: `uid`, `anchor`, `words` say where it is now.

    `words` are all of the clause's; `answers` is the key of what it answers. `came` is what
    arrived from elsewhere, `was` what of it had been changed before, `about` what was said of all
    that it arrived with.
    """

    key: str
    kind: str
    body: str
    audience: str
    author: str
    at: datetime
    edited: datetime | None = None
    uid: str = ""
    anchor: Anchor | None = None
    words: str = ""
    stands: str = "whole"
    answers: str = ""
    resolved: Mapping[str, str] | None = None
    came: Mapping[str, Any] | None = None
    was: Mapping[str, Any] | None = None
    about: Mapping[str, Any] | None = None


# --- what one says


def words_of(annotation: Mapping[str, Any]) -> str:
    """What an annotation says, in Markdown; a word for why it was made where it has no body."""
    value = annotation.get("bodyValue")
    parts = [value.strip()] if isinstance(value, str) and value.strip() else []
    tags: list[str] = []
    for body in objects(annotation.get("body")):
        _read(body, parts, tags)
    if tags:
        parts.append("Tags: " + ", ".join(tags))
    if parts:
        return "\n\n".join(parts).replace("\r\n", "\n").strip()
    silent = (_WORDLESS[one] for one in motivations(annotation) if one in _WORDLESS)
    return next(silent, "Marked, without words.")


def fitted(annotation: Mapping[str, Any]) -> str:
    """The same as a note may say it: of a length that is kept, and naming no seat of this table.

    The numbers of seats in a file are those of the table that it comes from.
    """
    words = _SEAT.sub(r"\1", words_of(annotation))
    return words if len(words) <= LONGEST else words[: LONGEST - len(_CUT)].rstrip() + _CUT


def _read(body: Any, parts: list[str], tags: list[str]) -> None:
    if isinstance(body, str):
        parts.append(f"<{body}>" if _is_address(body) else body)
        return
    if not isinstance(body, Mapping):
        return
    gathered = body.get("items") or body.get("member") if _types(body, _GATHERED) else None
    if gathered:
        inner: list[str] = []
        for one in objects(gathered):
            _read(one, inner, tags)
        parts.append("\n".join(f"- {' '.join(words.split())}" for words in inner))
        return
    words = _told(body)
    if not words:
        return
    if _purposes(body) & {"tagging", "classifying"}:
        tags.append(words)
    else:
        parts.append(words)


def _told(body: Mapping[str, Any]) -> str:
    """One body in words: its text, or what is to be found where."""
    value = next((body[name] for name in ("value", "chars") if name in body), None)
    if isinstance(value, Mapping):
        value = value.get("@value")
    if isinstance(value, str):
        is_html = "html" in str(body.get("format", ""))
        return (_text_of(value) if is_html else value).strip()
    source = body.get("source", body.get("id", body.get("@id", "")))
    if isinstance(source, Mapping):
        source = source.get("id", source.get("@id", ""))
    kind = next((one for one in objects(body.get("type")) if one in _SHOWN), "")
    named = f"{kind}: " if kind else ""
    said = f"<{source}>" if _is_address(source) else str(source)
    return f"{named}{said}" if source else ""


_SHOWN = ("Dataset", "Image", "Sound", "Text", "Video")


def kind_of(annotation: Mapping[str, Any]) -> str:
    """The kind of note that an annotation makes: ours where it says so, else by its motivation."""
    own = _own(annotation).get("kind")
    if own in KINDS:
        return str(own)
    return next((_KINDS[one] for one in motivations(annotation) if one in _KINDS), KINDS[0])


def audience_of(annotation: Mapping[str, Any]) -> str:
    """Whom an annotation says it is for, in our words; "" when it does not say."""
    own = _own(annotation).get("audience")
    return str(own) if own in AUDIENCES else ""


def resolution_of(annotation: Mapping[str, Any]) -> str:
    """By whom and why what it says was resolved where it comes from; "" if it was not."""
    resolved = _own(annotation).get("resolved")
    if not isinstance(resolved, Mapping):
        return ""
    return ": ".join(filter(None, (str(resolved.get(name, "")) for name in ("by", "reason"))))


def author_of(annotation: Mapping[str, Any]) -> str:
    """Who wrote an annotation, by name, or by address where there is no name; "" unknown."""
    names = (_name(one) for one in objects(annotation.get("creator")))
    return ", ".join(filter(None, names))[:200]


def made_of(annotation: Mapping[str, Any]) -> str:
    """The day on which it was made, as it says; "" when it does not."""
    return str(annotation.get("created", ""))[:10]


def name_of(annotation: Mapping[str, Any]) -> str:
    """The address by which an annotation is known; "" without one."""
    name = annotation.get("id", annotation.get("@id", ""))
    return name if isinstance(name, str) else ""


def names_of(annotation: Mapping[str, Any]) -> set[str]:
    """All the addresses by which an annotation is or was known."""
    names = {name_of(annotation)}
    for field in ("via", "canonical"):
        names |= {one for one in objects(annotation.get(field)) if isinstance(one, str)}
    return names - {""}


def answered_by(annotation: Mapping[str, Any]) -> list[str]:
    """The addresses that an annotation may be an answer to, the nearest first."""
    row = annotation.get("hypothesis")
    past = row.get("references", []) if isinstance(row, Mapping) else []
    earlier = [f"https://hypothes.is/a/{one}" for one in reversed(past)]
    return [*dict.fromkeys([*sources(annotation), *earlier])]


def motivations(annotation: Mapping[str, Any]) -> list[str]:
    """Why an annotation was made, in the W3C's words."""
    found = objects(annotation.get("motivation", annotation.get("motivatedBy")))
    return [one.rpartition(":")[2].rpartition("#")[2] for one in found if isinstance(one, str)]


def _own(annotation: Mapping[str, Any]) -> Mapping[str, Any]:
    own = annotation.get("travaux")
    return own if isinstance(own, Mapping) else {}


def _types(thing: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return any(one in names for one in objects(thing.get("type", thing.get("@type"))))


def _purposes(body: Mapping[str, Any]) -> set[str]:
    return {one for one in objects(body.get("purpose")) if isinstance(one, str)}


def _name(creator: Any) -> str:
    if isinstance(creator, str):
        return creator
    if not isinstance(creator, Mapping):
        return ""
    fields = ("name", "nickname", "nick", "id", "@id")
    found = (one for field in fields for one in objects(creator.get(field)))
    return next((one for one in found if isinstance(one, str) and one), "")


def _is_address(value: Any) -> bool:
    return (
        isinstance(value, str) and re.match(r"[a-z][a-z0-9+.-]*:[^\s<>]+$", value, re.I) is not None
    )


class _Text(HTMLParser):
    """The words of HTML, a line for each block; what scripts and styles say is left out."""

    _BLOCKS = frozenset({"p", "div", "br", "li", "blockquote", "h1", "h2", "h3", "h4", "tr"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._deaf = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._deaf += tag in ("script", "style")
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._deaf = max(0, self._deaf - (tag in ("script", "style")))
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._deaf:
            self.parts.append(data)


def _text_of(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# --- how ours are written


def annotation_of(said: Said, home: Home) -> dict[str, Any]:
    """A note as an annotation; what came from elsewhere is given back but for what has changed."""
    came, is_own = dict(said.came or {}), said.came is None
    was: dict[str, Any] = dict(said.was or {})
    made: dict[str, Any] = {"@context": _context(came.pop("@context", None))}
    old = name_of(came)
    made |= {"id": home.note(said.key), "type": "Annotation"}
    if old and old != made["id"]:
        made["via"] = _together(came.pop("via", None), old)
    for name in ("id", "@id", *(("type",) if "type" not in came else ())):
        came.pop(name, None)
    made |= came
    made.setdefault("created", _moment(said.at))
    made.setdefault("creator", {"type": "Person", "name": said.author})
    if said.edited is not None:
        made["modified"] = _moment(said.edited)
    if is_own or not (said.answers or kind_of(came) == _near(said.kind)):
        _put(made, was, "motivation", _motivation(said), came)
    if is_own or said.body not in (words_of(came), fitted(came)):
        body = {"type": "TextualBody", "value": said.body, "format": "text/markdown"}
        if "bodyValue" in came:
            was.setdefault("bodyValue", made.pop("bodyValue"))
        _put(made, was, "body", [body], came)
    target = _target(said, home)
    if is_own or "target" not in came:
        made["target"] = target
    else:
        _aim(made, was, said, target)
    made["travaux"] = _ours(said, was)
    return made


def _motivation(said: Said) -> str:
    return "replying" if said.answers else _MOTIVATIONS.get(said.kind, "commenting")


def _near(kind: str) -> str:
    """The kind that the motivation written for a kind is read as."""
    return kind if kind in _MOTIVATIONS else KINDS[0]


def _put(
    made: dict[str, Any], was: dict[str, Any], field: str, value: Any, came: Mapping[str, Any]
) -> None:
    if field in came:
        was.setdefault(field, came[field])
    made[field] = value


def _context(came: Any) -> list[Any]:
    found = list(objects(came)) or [CONTEXT]
    if dict(_OURS) not in found:
        found.append(dict(_OURS))
    return found


def _together(came: Any, old: str) -> Any:
    """The addresses that it is known by elsewhere: one, or a list where there are more."""
    names = [*dict.fromkeys([*objects(came), old])]
    return names[0] if len(names) == 1 else names


def _ours(said: Said, was: Mapping[str, Any]) -> dict[str, Any]:
    ours: dict[str, Any] = {"kind": said.kind, "audience": said.audience, "stands": said.stands}
    if said.resolved:
        ours["resolved"] = dict(said.resolved)
    if was:
        ours["was"] = dict(was)
    if said.about:
        ours["collection"] = dict(said.about)
    return ours


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _target(said: Said, home: Home) -> Any:
    """What one of our own notes points at."""
    if said.answers:
        return home.note(said.answers)
    source = home.clause(said.uid)
    if said.anchor is None:
        return source
    quote: dict[str, Any] = {"type": "TextQuoteSelector", "exact": said.anchor.quote}
    for name in ("prefix", "suffix"):
        if getattr(said.anchor, name):
            quote[name] = getattr(said.anchor, name)
    selectors = [quote]
    if said.stands == "anchored" and said.words:
        start, end = (len(cut(said.words, 0, at)) for at in (said.anchor.start, said.anchor.end))
        selectors.append({"type": "TextPositionSelector", "start": start, "end": end})
    return {"type": "SpecificResource", "source": source, "selector": selectors}


def _aim(made: dict[str, Any], was: dict[str, Any], said: Said, target: Any) -> None:
    """Let what came point at where the note is now, if that is anywhere here."""
    if said.answers or not (said.uid or said.anchor):
        return
    targets = list(objects(made.get("target")))
    own = [one for one in targets if _is_at(one, said)]
    if any(_is_still(one, said) for one in own):
        return
    if own:
        was.setdefault("target", made["target"])
        targets = [one for one in targets if one not in own]
    elif said.stands == "orphaned":
        return
    targets.append(target)
    made["target"] = targets[0] if len(targets) == 1 else targets


def _is_at(target: Any, said: Said) -> bool:
    """Whether a target names the draft or a clause here, rather than something elsewhere."""
    found = sources({"target": target})
    return any(re.search(r"/drafts/[^/]+(/clauses/\w+)?(#\w*)?$", one) for one in found)


def _is_still(target: Any, said: Said) -> bool:
    """Whether a target, read anew, still means the very place that the note is on."""
    place = place_of({"target": target}, {said.uid: said.words}, believed=True)
    if said.anchor is None or said.stands not in ("anchored", "check"):
        return place.uid == said.uid and (place.anchor is None) == (said.anchor is None)
    if place.anchor is None or place.uid != said.uid or place.fate is Fate.GONE:
        return False
    span = tuple(len(cut(said.words, 0, at)) for at in (said.anchor.start, said.anchor.end))
    told = positions({"target": target})
    is_there = (place.anchor.start, place.anchor.end) == (said.anchor.start, said.anchor.end)
    return is_there and all(one == span for one in told)


def page_of(items: list[dict[str, Any]], title: str, home: Home) -> dict[str, Any]:
    """A file of annotations: a collection with one page that has them all."""
    page: dict[str, Any] = {
        "id": home.draft + "/notes.jsonld?page=0",
        "type": "AnnotationPage",
        "startIndex": 0,
        "items": items,
    }
    return {
        "@context": CONTEXT,
        "id": home.draft + "/notes.jsonld",
        "type": "AnnotationCollection",
        "label": f"Notes on {title}",
        "total": len(items),
        "first": page,
    }
