"""Reading the library and adding to it: by hand, from a text, from a bibliography."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.actions.policy import Act, State, require
from app.actions.refusals import Invalid, Missing
from app.store.library import (
    CaseRecord,
    CaseWords,
    FigureRecord,
    HeadingRecord,
    PassageRecord,
    PassageWords,
    SourceKind,
    SourceRecord,
    TopicRecord,
)
from app.store.search import fold
from app.store.seats import SeatRecord
from app.store.unit import Store

if TYPE_CHECKING:
    from app.exchange.sources import SourcePassage, SourceText

LONGEST_LINE = 500
LONGEST_TEXT = 20_000

# How much of an imported text has to agree with the digests that are here already
# for the two to be taken as the same work.
_SAME_PLACES = 0.9
_SAME_HEADINGS = 0.8
_SAME_NAMES = 0.5


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in with a text.

    `headings`, `passages` and `notes` count what the text has; `matched` how many of its passages
    now stand beside a digest that was here before; `losses` says what could not be read.
    """

    title: str
    headings: int
    passages: int
    notes: int
    matched: int
    losses: tuple[str, ...]
    source: SourceRecord


# --- reading


def sources(store: Store, seat: SeatRecord | None) -> tuple[SourceRecord, ...]:
    """Every source, by title."""
    require(seat, Act.READ_LIBRARY)
    return store.library.sources()


def source(store: Store, seat: SeatRecord | None, slug: str) -> SourceRecord:
    """The source with this slug. Raises Missing."""
    require(seat, Act.READ_LIBRARY)
    found = store.library.source(slug) if _is_slug(slug) else None
    if found is None:
        raise Missing("There is no such source in the library.")
    return found


def passages(store: Store, seat: SeatRecord | None, slug: str) -> tuple[PassageRecord, ...]:
    """The passages of one source in its order. Raises Missing."""
    return store.library.passages(source(store, seat, slug).slug)


def passage(store: Store, seat: SeatRecord | None, passage_id: int) -> PassageRecord:
    """The passage with this id. Raises Missing."""
    require(seat, Act.READ_LIBRARY)
    found = store.library.passage(passage_id)
    if found is None:
        raise Missing("There is no such passage in the library.")
    return found


def cases(store: Store, seat: SeatRecord | None) -> tuple[CaseRecord, ...]:
    """Every case, by title."""
    require(seat, Act.READ_LIBRARY)
    return store.library.cases()


def case(store: Store, seat: SeatRecord | None, slug: str) -> CaseRecord:
    """The case with this slug. Raises Missing."""
    require(seat, Act.READ_LIBRARY)
    found = store.library.case(slug) if _is_slug(slug) else None
    if found is None:
        raise Missing("There is no such case in the library.")
    return found


def topics(store: Store, seat: SeatRecord | None) -> tuple[TopicRecord, ...]:
    """Every topic, by code."""
    require(seat, Act.READ_LIBRARY)
    return store.library.topics()


def topic(store: Store, seat: SeatRecord | None, code: str) -> TopicRecord:
    """The topic with this code. Raises Missing."""
    for found in topics(store, seat):
        if found.code == code:
            return found
    raise Missing("There is no such topic.")


def figures(store: Store, seat: SeatRecord | None) -> tuple[FigureRecord, ...]:
    """Every figure, in the order in which they were entered."""
    require(seat, Act.READ_LIBRARY)
    return store.library.figures()


# --- by hand


def add_source(
    store: Store,
    seat: SeatRecord | None,
    *,
    kind: SourceKind | str,
    csl: Mapping[str, Any],
    slug: str = "",
    remark: str = "",
) -> SourceRecord:
    """A new source, under `slug` or one made from its title. Raises Invalid without a title."""
    seat = require(seat, Act.ADD_TO_LIBRARY)
    item = _item(csl)
    store.library.hold()
    taken = {known.slug for known in store.library.sources()}
    added = store.library.add_source(
        slug=_new_slug(slug or str(item.get("title-short") or item["title"]), taken),
        kind=_kind(kind),
        csl=item,
        remark=_text(remark, "remark"),
    )
    _record(store, seat, "source.added", f"source:{added.slug}")
    return added


def change_source(
    store: Store,
    seat: SeatRecord | None,
    slug: str,
    *,
    kind: SourceKind | str,
    csl: Mapping[str, Any],
    remark: str = "",
) -> SourceRecord:
    """The source with these values in place of its own. Raises Missing, or Invalid."""
    seat = require(seat, Act.CHANGE_LIBRARY)
    before = source(store, seat, slug)
    after = store.library.change_source(
        slug, kind=_kind(kind), csl=_item(csl), remark=_text(remark, "remark")
    )
    _record(store, seat, "source.changed", f"source:{slug}", {"csl": before.csl})
    return after


def delete_source(store: Store, seat: SeatRecord | None, slug: str) -> None:
    """Delete a source with its passages. Raises Forbidden when one of them was ever cited."""
    require(seat, Act.DELETE_FROM_LIBRARY)
    gone = source(store, seat, slug)
    seat = require(seat, Act.DELETE_FROM_LIBRARY, _used(store.citations.ever_cited(source=gone.id)))
    store.library.delete_source(slug)
    _record(store, seat, "source.deleted", f"source:{slug}", {"csl": gone.csl})


def add_passage(
    store: Store,
    seat: SeatRecord | None,
    slug: str,
    *,
    locator: str,
    heading: str = "",
    digest: str = "",
    exact: str = "",
    notes: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> PassageRecord:
    """A new passage of the source. Raises Invalid when that place is taken, or nothing is said."""
    seat = require(seat, Act.ADD_TO_LIBRARY)
    of = source(store, seat, slug)
    words = _passage_words(store, locator, heading, digest, exact, notes, topics)
    store.library.hold()
    _refuse_taken(store, of.slug, words.locator)
    added = store.library.add_passage(of, words)
    _record(store, seat, "passage.added", f"passage:{added.id}")
    return added


def change_passage(
    store: Store,
    seat: SeatRecord | None,
    passage_id: int,
    *,
    locator: str,
    heading: str = "",
    digest: str = "",
    exact: str = "",
    notes: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> PassageRecord:
    """The passage with these values in place of its own. Raises Missing, or Invalid."""
    seat = require(seat, Act.CHANGE_LIBRARY)
    before = passage(store, seat, passage_id)
    words = _passage_words(store, locator, heading, digest, exact, notes, topics)
    store.library.hold()
    if words.locator != before.locator:
        _refuse_taken(store, before.source_slug, words.locator)
    changed = store.library.change_passage(passage_id, words)
    kept = {"locator": before.locator, "digest": before.digest, "exact": before.exact}
    _record(store, seat, "passage.changed", f"passage:{passage_id}", kept)
    return changed


def delete_passage(store: Store, seat: SeatRecord | None, passage_id: int) -> None:
    """Delete a passage. Raises Forbidden when it was ever cited."""
    require(seat, Act.DELETE_FROM_LIBRARY)
    gone = passage(store, seat, passage_id)
    seat = require(
        seat, Act.DELETE_FROM_LIBRARY, _used(store.citations.ever_cited(passage=gone.id))
    )
    store.library.delete_passage(passage_id)
    kept = {"source": gone.source_slug, "locator": gone.locator, "digest": gone.digest}
    _record(store, seat, "passage.deleted", f"passage:{passage_id}", kept)


def add_case(
    store: Store,
    seat: SeatRecord | None,
    *,
    title: str,
    slug: str = "",
    places: Sequence[str] = (),
    topics: Sequence[str] = (),
    **texts: str,
) -> CaseRecord:
    """A new case, under `slug` or one made from its title; texts are those of CaseWords.

    Raises Invalid without a title, and for an unknown topic.
    """
    seat = require(seat, Act.ADD_TO_LIBRARY)
    words = _case_words(store, title, places, topics, texts)
    store.library.hold()
    taken = {known.slug for known in store.library.cases()}
    added = store.library.add_case(_new_slug(slug or words.title, taken), words)
    _record(store, seat, "case.added", f"case:{added.slug}")
    return added


def change_case(
    store: Store,
    seat: SeatRecord | None,
    slug: str,
    *,
    title: str,
    places: Sequence[str] = (),
    topics: Sequence[str] = (),
    **texts: str,
) -> CaseRecord:
    """The case with these values in place of its own. Raises Missing, or Invalid."""
    seat = require(seat, Act.CHANGE_LIBRARY)
    before = case(store, seat, slug)
    changed = store.library.change_case(slug, _case_words(store, title, places, topics, texts))
    kept = {name: getattr(before, name) for name in ("title", *_CASE_TEXTS)}
    _record(store, seat, "case.changed", f"case:{slug}", kept)
    return changed


def delete_case(store: Store, seat: SeatRecord | None, slug: str) -> None:
    """Delete a case. Raises Forbidden when it was ever cited."""
    require(seat, Act.DELETE_FROM_LIBRARY)
    gone = case(store, seat, slug)
    seat = require(seat, Act.DELETE_FROM_LIBRARY, _used(store.citations.ever_cited(case=gone.id)))
    store.library.delete_case(slug)
    kept = {name: getattr(gone, name) for name in ("title", *_CASE_TEXTS)}
    _record(store, seat, "case.deleted", f"case:{slug}", kept)


# --- from a text


def import_text(
    store: Store,
    seat: SeatRecord | None,
    name: str,
    text: "SourceText",
    *,
    kind: SourceKind | str = SourceKind.DOCUMENT,
) -> Imported:
    """Bring a text that was cut into passages into the library.

    A text whose places, headings and names agree with the digests of a source that
    is here already is that source: its exact words are put beside the digests. Any
    other text becomes a new source. Bringing the same text in again changes nothing.
    Raises Invalid when the text has no passages.
    """
    seat = require(seat, Act.IMPORT_SOURCE)
    if not text.passages:
        raise Invalid(f"No text was found in {name}.")
    store.library.hold()
    sha256 = _sha256(text)
    known = store.library.source_of_text(sha256)
    digested = _digested(store, text)
    if digested is not None:
        found, matched = _fill(store, digested, text, sha256)
    else:
        matched = 0
        found = known or _new_source(store, name, text, _kind(kind), sha256)
    if known is None:
        kept = {"file": _line(name, "name", longest=None)[:LONGEST_LINE], "sha256": sha256}
        act = "source.text-matched" if matched else "source.imported"
        _record(store, seat, act, f"source:{found.slug}", kept)
    return Imported(
        title=found.title,
        headings=len(text.headings),
        passages=len(text.passages),
        notes=sum(len(part.notes) for part in text.passages),
        matched=matched,
        losses=tuple(text.losses),
        source=found,
    )


def _sha256(text: "SourceText") -> str:
    # The title is left out: it is whatever the person called the text.
    parts = [f"{part.locator}\t{part.text}" for part in text.passages]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _digested(store: Store, text: "SourceText") -> SourceRecord | None:
    for known in store.library.sources():
        if known.kind is SourceKind.DOCUMENT and _same_work(
            store.library.passages(known.slug), text
        ):
            return known
    return None


def _same_work(kept: Sequence[PassageRecord], text: "SourceText") -> bool:
    digests = {part.locator: part for part in kept if part.digest and part.locator}
    exact = {part.locator: part for part in text.passages}
    shared = digests.keys() & exact.keys()
    if not shared or len(shared) < _SAME_PLACES * max(len(digests), len(exact)):
        return False
    ours = {locator.split(".")[0]: _plain(digests[locator].heading) for locator in shared}
    theirs = {heading.key: _plain(heading.text) for heading in text.headings}
    same = sum(ours.get(key) == words for key, words in theirs.items())
    if not theirs or same < _SAME_HEADINGS * len(theirs):
        return False
    named = [
        (name in _words_in(exact[locator].text))
        for locator in shared
        for name in _names_and_figures(digests[locator].digest)
    ]
    return not named or sum(named) >= _SAME_NAMES * len(named)


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", fold(heading)))


def _words_in(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


def _names_and_figures(digest: str) -> list[str]:
    """Numbers, and capitalized words that do not open a sentence: what a digest cannot reword."""
    figures = re.findall(r"\d+", digest)
    names = re.findall(r"(?<=[a-z,;:] )[A-ZÀ-Ž]\w+", digest)
    return [fold(word) for word in figures + names]


def _fill(
    store: Store, digested: SourceRecord, text: "SourceText", sha256: str
) -> tuple[SourceRecord, int]:
    kept = {part.locator: part for part in store.library.passages(digested.slug)}
    matched = 0
    for part in text.passages:
        words = _imported_words(part)
        ours = kept.get(part.locator)
        if ours is None:
            store.library.add_passage(digested, words)
            continue
        matched += bool(ours.digest)
        notes = words.notes or ours.notes
        if (ours.exact, ours.notes) != (words.exact, notes):
            store.library.fill_exact(ours.id, words.exact, notes)
    marked = store.library.mark_text(digested.slug, sha256, _headings(text), _note_texts(text))
    return marked, matched


def _new_source(
    store: Store, name: str, text: "SourceText", kind: SourceKind, sha256: str
) -> SourceRecord:
    title = _line(text.title, "title", longest=None)[:LONGEST_LINE] or _line(name, "name")
    taken = {known.slug for known in store.library.sources()}
    added = store.library.add_source(
        slug=_new_slug(title, taken),
        kind=kind,
        csl={"type": "document", "title": title},
        headings=_headings(text),
        note_texts=_note_texts(text),
        sha256=sha256,
    )
    store.library.add_passages(added, [_imported_words(part) for part in text.passages])
    return added


def _imported_words(part: "SourcePassage") -> PassageWords:
    return PassageWords(
        locator=_line(part.locator, "place", longest=None),
        heading=_line(part.heading, "heading", longest=None),
        exact=_text(part.text, "passage", longest=None),
        notes=tuple(part.notes),
    )


def _headings(text: "SourceText") -> tuple[HeadingRecord, ...]:
    return tuple(
        HeadingRecord(part.key, _line(part.text, "heading", longest=None), part.level)
        for part in text.headings
    )


def _note_texts(text: "SourceText") -> tuple[tuple[str, str], ...]:
    return tuple((key, _text(said, "note", longest=None)) for key, said in text.note_texts)


# --- from a bibliography


def import_bibliography(
    store: Store, seat: SeatRecord | None, items: Sequence[Mapping[str, Any]]
) -> tuple[SourceRecord, ...]:
    """The sources that the CSL-JSON items describe, in their order; those not here yet are added.

    An item is here already when a source has the same title, type, date and
    number; the id is only a wish for the slug. Raises Invalid for an item without a title.
    """
    seat = require(seat, Act.IMPORT_SOURCE)
    cleaned = [_item(item) for item in items]
    store.library.hold()
    known = {_likeness(found.csl): found for found in store.library.sources()}
    taken = {found.slug for found in known.values()}
    brought = []
    for item in cleaned:
        if _likeness(item) not in known:
            wish = str(item.get("id") or item.get("title-short") or item["title"])
            added = store.library.add_source(
                slug=_new_slug(wish, taken), kind=kind_of(item), csl=item
            )
            taken.add(added.slug)
            known[_likeness(item)] = added
            _record(store, seat, "source.added", f"source:{added.slug}")
        brought.append(known[_likeness(item)])
    return tuple(brought)


def kind_of(item: Mapping[str, Any]) -> SourceKind:
    """What sort of source a CSL item describes, by its type."""
    kind = str(item.get("type", ""))
    if kind in ("treaty", "legislation", "bill", "regulation", "standard"):
        return SourceKind.INSTRUMENT
    return SourceKind.JUDGMENT if kind in ("legal_case", "hearing") else SourceKind.DOCUMENT


def _likeness(item: Mapping[str, Any]) -> tuple[str, ...]:
    date = next((item[key] for key in ("issued", "adopted", "original-date") if key in item), "")
    doi = str(item.get("DOI", "")).casefold()
    said = [str(item.get("title", "")), str(item.get("type", "")), str(date)]
    return (doi,) if doi else (*(_plain(part) for part in said), str(item.get("number", "")))


# --- the parts of the above


def _record(
    store: Store, seat: SeatRecord, act: str, thing: str, detail: dict[str, Any] | None = None
) -> None:
    store.journal_events.record(act, seat=seat, thing=thing, detail=detail)


def _used(cited: bool) -> State:
    return State.RESTED_ON if cited else State.UNUSED


def _refuse_taken(store: Store, slug: str, locator: str) -> None:
    if store.library.passage_at(slug, locator) is not None:
        where = f"at {locator}" if locator else "for the source as a whole"
        raise Invalid(f"This source has a passage {where} already.")


_CASE_TEXTS = (
    "label",
    "years",
    "groups",
    "actors",
    "facts",
    "outcome",
    "lesson",
    "as_stated",
    "position",
    "position_date",
    "record_depth",
)
_DEPTHS = ("", "rich", "medium", "thin")


def _passage_words(
    store: Store,
    locator: str,
    heading: str,
    digest: str,
    exact: str,
    notes: Sequence[str],
    topics: Sequence[str],
) -> PassageWords:
    words = PassageWords(
        locator=_line(locator, "place"),
        heading=_line(heading, "heading"),
        digest=_text(digest, "digest"),
        exact=_text(exact, "passage"),
        notes=tuple(_line(note, "note") for note in notes if note.strip()),
        topics=_codes(store, topics),
    )
    if not words.digest and not words.exact:
        raise Invalid("Give the passage's own words, or a digest of them.")
    return words


def _case_words(
    store: Store,
    title: str,
    places: Sequence[str],
    topics: Sequence[str],
    texts: Mapping[str, str],
) -> CaseWords:
    unknown = texts.keys() - set(_CASE_TEXTS)
    if unknown:
        raise TypeError(f"a case has no {', '.join(sorted(unknown))}")
    words = CaseWords(
        title=_line(title, "title"),
        places=tuple(_line(place, "place") for place in places if place.strip()),
        topics=_codes(store, topics),
        **{name: _text(text, name.replace("_", " ")) for name, text in texts.items()},
    )
    if not words.title:
        raise Invalid("Give the case a title.")
    if words.record_depth not in _DEPTHS:
        raise Invalid("How much is known of a case is rich, medium or thin.")
    return words


def _codes(store: Store, codes: Sequence[str]) -> tuple[str, ...]:
    wanted = {code.strip() for code in codes if code.strip()}
    unknown = wanted - {known.code for known in store.library.topics()}
    if unknown:
        raise Invalid(f"There is no topic {', '.join(sorted(unknown))}.")
    return tuple(sorted(wanted))


def _kind(kind: SourceKind | str) -> SourceKind:
    try:
        return SourceKind(kind)
    except ValueError:
        raise Invalid("A source is a document, an instrument or a judgment.") from None


def _item(csl: Mapping[str, Any]) -> dict[str, Any]:
    item = _clean(dict(csl))
    title = item.get("title")
    if not isinstance(title, str) or not title.strip():
        raise Invalid("Give the source a title.")
    if len(str(item)) > LONGEST_TEXT:
        raise Invalid("This entry is too long for a source.")
    cleaned: dict[str, Any] = {**item, "title": " ".join(title.split())}
    return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _without_controls(value).strip()
    if isinstance(value, Mapping):
        return {str(key): _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _line(text: str, what: str, *, longest: int | None = LONGEST_LINE) -> str:
    line = " ".join(_without_controls(text).split())
    if longest is not None and len(line) > longest:
        raise Invalid(f"The {what} is too long: at most {longest} characters.")
    return line


def _text(text: str, what: str, *, longest: int | None = LONGEST_TEXT) -> str:
    cleaned = _without_controls(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if longest is not None and len(cleaned) > longest:
        raise Invalid(f"The {what} is too long: at most {longest:,} characters.")
    return cleaned


def _without_controls(text: str) -> str:
    # PostgreSQL takes no NUL, and neither database a lone half of a surrogate pair.
    return "".join(
        sign for sign in text if sign in "\n\r\t" or unicodedata.category(sign) not in ("Cc", "Cs")
    )


def _is_slug(slug: str) -> bool:
    return re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug) is not None


def _new_slug(wish: str, taken: Iterable[str]) -> str:
    """A slug made from `wish` that is not taken."""
    words = re.findall(r"[a-z0-9]+", fold(wish))
    slug = "-".join(words)[:60].strip("-") or "source"
    free, count = slug, 1
    while free in set(taken):
        count += 1
        free = f"{slug}-{count}"
    return free
