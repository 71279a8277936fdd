"""Where a Web Annotation points: its targets and selectors, looked for among the words of clauses.

Nothing is guessed: words are found by what anchors.placed says of them, a position alone is
believed only of a clause that is named, and what no selector of ours understands leaves the
annotation on the clause or the draft as a whole.

Selectors that are understood: TextQuoteSelector, TextPositionSelector, FragmentSelector (a
clause's uid, or characters by RFC 5147), RangeSelector of these, each refined by another.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from app.treaty.anchors import Anchor, State, anchor, placed
from app.treaty.changes import cut, utf16_len

LONGEST_QUOTE = 5_000
"""How long words may be that are looked for, in characters."""

_UID = re.compile(r"(?:/clauses/|#)(\w{6,32})(?=$|[/?#])")
_CHARACTERS = re.compile(r"char=(\d{1,7}),(\d{1,7})")


class Fate(IntEnum):
    """What became of an annotation's place, the better the greater."""

    DRAFT = 0
    GONE = 1
    CLAUSE = 2
    CHECK = 3
    WORDS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where an annotation belongs: on words, on a clause, or, without a uid, on the draft.

    Words to check, and words that are gone, have an anchor too: their quote is kept.
    """

    fate: Fate
    uid: str = ""
    anchor: Anchor | None = None


def objects(value: Any) -> list[Any]:
    """A JSON-LD value as a list: what may stand there once may stand there more than once."""
    if value is None:
        return []
    if isinstance(value, Mapping) and set(value) == {"@list"}:
        return objects(value["@list"])
    return list(value) if isinstance(value, list | tuple) else [value]


def sources(annotation: Mapping[str, Any]) -> list[str]:
    """The addresses that an annotation's targets name."""
    return [source for source, _ in _targets(annotation.get("target")) if source]


def quotes(annotation: Mapping[str, Any]) -> list[str]:
    """The words that an annotation's targets quote."""
    found = (
        selector.get("exact")
        for _, selectors in _targets(annotation.get("target"))
        for selector in _flat(selectors)
    )
    return [one for one in found if isinstance(one, str) and one.strip()]


def positions(annotation: Mapping[str, Any]) -> list[tuple[int, int]]:
    """From which character to which, as the selectors of its targets say that know no other."""
    found = (
        _span(selector)
        for _, selectors in _targets(annotation.get("target"))
        for selector in selectors
        if "refinedBy" not in selector
    )
    return [span for span in found if span is not None]


def place_of(
    annotation: Mapping[str, Any], texts: Mapping[str, str], *, believed: bool = False
) -> Place:
    """Where an annotation belongs among the words of the clauses, by uid.

    `believed`: a position without a quote was made on the words as they are, as when a program
    sends it that has just read them; in a file it was made on nobody knows which.
    """
    best = Place(Fate.DRAFT)
    for source, selectors in _targets(annotation.get("target")):
        found = _found(source, selectors, texts, believed=believed)
        if found.fate > best.fate:
            best = found
    return best


def _targets(value: Any) -> Iterator[tuple[str, list[Any]]]:
    """Each target: its source, and its selectors."""
    for target in objects(value):
        if isinstance(target, str):
            yield target, []
        elif isinstance(target, Mapping):
            if "items" in target:
                yield from _targets(target["items"])
                continue
            source = target.get("source", target.get("id", target.get("@id", "")))
            if isinstance(source, Mapping):
                source = source.get("id", source.get("@id", ""))
            source = source if isinstance(source, str) else ""
            yield source, [one for one in objects(target.get("selector")) if _is_one(one)]


def _is_one(value: Any) -> bool:
    return isinstance(value, Mapping)


def _flat(selectors: list[Any]) -> Iterator[Mapping[str, Any]]:
    for selector in selectors:
        yield selector
        inner = objects(selector.get("refinedBy")) + objects(selector.get("items"))
        yield from _flat([one for one in inner if _is_one(one)])


def _found(source: str, selectors: list[Any], texts: Mapping[str, str], *, believed: bool) -> Place:
    named = _UID.search(source)
    clause = named[1] if named and named[1] in texts else None
    whole = Place(Fate.CLAUSE, clause) if clause else Place(Fate.DRAFT)
    exact = _at_position(selectors, texts, clause)
    if exact is not None:
        return exact
    found = [_selected(one, texts, clause, believed=believed) for one in selectors]
    return max((one for one in found if one), key=lambda place: place.fate, default=whole)


def _at_position(
    selectors: list[Any], texts: Mapping[str, str], clause: str | None
) -> Place | None:
    """The words that a quote and a position agree on; None if they do not, or one is missing."""
    if clause is None:
        return None
    exact = [one.get("exact") for one in selectors if _type(one) == "TextQuoteSelector"]
    for selector in selectors:
        span = _span(selector)
        if span and exact and texts[clause][span[0] : span[1]] == exact[0]:
            return _on(texts, clause, span)
    return None


def _selected(
    selector: Mapping[str, Any], texts: Mapping[str, str], clause: str | None, *, believed: bool
) -> Place | None:
    """What one selector means; None if it is none of those that are understood."""
    found: Place | None = None
    kind, value = _type(selector), str(selector.get("value", ""))
    span = _span(selector)
    if kind == "TextQuoteSelector":
        found = _quoted(selector, texts, clause)
    elif span is not None:
        if clause is not None and believed:
            found = _on(texts, clause, span)
    elif kind == "FragmentSelector" and value in texts:
        found = Place(Fate.CLAUSE, value)
    elif kind == "RangeSelector":
        found = _between(selector, texts, clause, believed=believed)
    refined = [one for one in objects(selector.get("refinedBy")) if _is_one(one)]
    if not refined:
        return found
    if found is None:  # whatever it narrows: what it says itself may be found
        return _selected(refined[0], texts, clause, believed=False)
    return _refined(found, refined[0], texts, believed=believed)


def _type(selector: Mapping[str, Any]) -> str:
    return str(next(iter(objects(selector.get("type", selector.get("@type")))), ""))


def _span(selector: Mapping[str, Any]) -> tuple[int, int] | None:
    """From which character to which, where a selector says so."""
    start, end = selector.get("start"), selector.get("end")
    characters = _CHARACTERS.match(str(selector.get("value", "")))
    if _type(selector) == "FragmentSelector" and characters:
        start, end = int(characters[1]), int(characters[2])
    elif _type(selector) != "TextPositionSelector":
        return None
    is_span = isinstance(start, int) and isinstance(end, int) and 0 <= start < end
    return (start, end) if is_span else None  # type: ignore[return-value]  # said by is_span


def _on(texts: Mapping[str, str], uid: str, span: tuple[int, int]) -> Place | None:
    text = texts[uid]
    if span[1] > len(text):
        return None
    start, end = (utf16_len(text[:at]) for at in span)
    return Place(Fate.WORDS, uid, anchor(text, start, end))


def _quoted(
    selector: Mapping[str, Any], texts: Mapping[str, str], clause: str | None
) -> Place | None:
    quote, prefix, suffix = (_said(selector, name) for name in ("exact", "prefix", "suffix"))
    if not quote.strip():
        return None
    if len(quote) > LONGEST_QUOTE:
        quote = quote[:LONGEST_QUOTE]
        return Place(Fate.GONE, clause or "", Anchor(0, 0, quote, prefix, suffix))
    result = placed(texts, quote, prefix, suffix, clause)
    if result.state is State.ANCHORED:
        return Place(Fate.WORDS, result.uid, result.anchor)
    if result.state is State.CHECK:
        return Place(Fate.CHECK, result.uid, result.anchor)
    longest = max(quote.splitlines(), key=len)
    if longest != quote and len(longest.split()) > 2:  # words of more than one clause
        part = _quoted({"exact": longest.strip()}, texts, clause)
        if part is not None and part.fate is not Fate.GONE:
            return replace(part, fate=Fate.CHECK)
    return Place(Fate.GONE, result.uid, result.anchor)


def _said(selector: Mapping[str, Any], name: str) -> str:
    """The words of a field; of a prefix or suffix no more than stands near."""
    value = selector.get(name, "")
    if not isinstance(value, str):
        return ""
    if name == "prefix":
        return value[-_NEAR:]
    return value if name == "exact" else value[:_NEAR]


_NEAR = 32


def _between(
    selector: Mapping[str, Any], texts: Mapping[str, str], clause: str | None, *, believed: bool
) -> Place | None:
    """From the beginning of one place to that of another in the same clause, which stays out."""
    ends = [selector.get("startSelector"), selector.get("endSelector")]
    places = [
        _selected(one, texts, clause, believed=believed) for one in ends if isinstance(one, Mapping)
    ]
    if len(places) != 2 or not all(one and one.anchor for one in places):
        return None
    first, last = (one for one in places if one)
    if first.anchor is None or last.anchor is None or first.uid != last.uid or not first.uid:
        return None
    start, end = first.anchor.start, last.anchor.start
    if start >= end or first.fate < Fate.CHECK:
        return None
    fate = min(first.fate, last.fate)
    return Place(fate, first.uid, anchor(texts[first.uid], start, end))


def _refined(
    outer: Place, selector: Mapping[str, Any], texts: Mapping[str, str], *, believed: bool
) -> Place:
    """The place within a place that a further selector means; the outer one if it means none."""
    if not outer.uid or outer.fate is Fate.GONE:
        return outer
    text, offset = texts[outer.uid], 0
    if outer.anchor is not None:
        offset = outer.anchor.start
        text = cut(text, offset, outer.anchor.end)
    inner = _selected(selector, {outer.uid: text}, outer.uid, believed=believed)
    if inner is None or inner.anchor is None:
        return outer
    if inner.fate is Fate.GONE:
        return replace(outer, fate=Fate.CHECK) if outer.anchor else inner
    start, end = inner.anchor.start + offset, inner.anchor.end + offset
    if inner.fate is Fate.CHECK:
        return Place(Fate.CHECK, outer.uid, replace(inner.anchor, start=start, end=end))
    return Place(
        min(inner.fate, max(outer.fate, Fate.CHECK) if outer.anchor else Fate.WORDS),
        outer.uid,
        anchor(texts[outer.uid], start, end),
    )
