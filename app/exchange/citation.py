"""Footnotes in the manner of OSCOLA (Oxford Standard for the Citation of Legal Authorities).

Public international law is what general citation engines get wrong: a treaty
has dates of adoption and of entry into force and a place in a treaty series; a
judgment has a chamber, a case number and paragraphs in square brackets. An item
is CSL-JSON with a few names added for treaties ("adopted", "in-force",
"amended") and for judgments ("chamber").

    first:  United Nations Convention ... (adopted 15 November 2000, entered into
            force 29 September 2003) 2225 UNTS 209 (UNTOC) art 26
    later:  UNTOC (n 3) art 16

There is no "ibid": an adjacent repetition is a back reference like any other,
and so stays right when somebody puts a note in between.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PLACE_WORD = re.compile(
    r"(?:arts?|common arts?|paras?|pts?|chs?|ss?|rules?|annex|preamble|cl|reg)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a citation that are all italic or all upright.

    `note` is not 0 where the words are the number of an earlier footnote, and says which.
    """

    text: str
    italic: bool = False
    note: int = 0


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Cite:
    """One authority in one note: its CSL-JSON item, and the place in it ("art 6(5)", "[70]")."""

    item: Item
    pinpoint: str = ""


def full(item: Item, pinpoint: str = "") -> Runs:
    """The citation as it stands in a first footnote, without the full stop.

    Fields that are missing are left out; a citation is never refused.
    """
    return _joined(_FORMS.get(str(item.get("type", "")), _document)(item, pinpoint.strip()))


def short(item: Item, first_note: int, pinpoint: str = "") -> Runs:
    """The citation as it stands in a later footnote: "UNTOC (n 3) art 16"."""
    return _back(name(item), first_note, pinpoint.strip())


def name(item: Item) -> Runs:
    """The short name: the short title, the authors' surnames, or the whole title."""
    kind = item.get("type")
    short_title = _field(item, "title-short", "shortTitle")
    if kind in ("treaty", "legislation", "legal_case"):
        return (Run(short_title or _field(item, "title"), italic=kind == "legal_case"),)
    people = item.get("author")
    surnames = [
        str(person.get("family") or person.get("literal") or "")
        for person in (people if isinstance(people, list) else [])
        if isinstance(person, Mapping)
    ]
    if listed := _listed([surname for surname in surnames if surname]):
        return (Run(listed),)
    title = short_title or _field(item, "title")
    return (Run(title, italic=True),) if kind == "book" else (Run(f"‘{title}’"),)


def plain(runs: Iterable[Run]) -> str:
    """The words of a citation without their italics."""
    return "".join(run.text for run in runs)


class NoteSeries:
    """The footnotes of one document in the order written: knows where each authority came first."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, Runs]] = {}
        self._written = 0

    def note(self, *cites: Cite) -> Runs:
        """The text of the next footnote: its authorities in order, semicolons between, a full stop.

        An authority that this or an earlier note gives in full is cited short.
        """
        self._written += 1
        runs: list[Run] = []
        for cite in cites:
            if runs:
                runs.append(Run("; "))
            runs.extend(self._cited(cite))
        return _stopped(_joined(runs) if cites[1:] else tuple(runs))

    def skip(self) -> None:
        """Count a footnote of another sort, that stands among those of this series."""
        self._written += 1

    def _cited(self, cite: Cite) -> Runs:
        key = identity(cite.item)
        if key in self._first:
            number, words = self._first[key]
            return _back(words, number, cite.pinpoint.strip())
        self._first[key] = self._written, name(cite.item)
        return full(cite.item, cite.pinpoint)


def footnotes(cites: Iterable[Cite | tuple[Cite, ...]]) -> tuple[Runs, ...]:
    """The texts of a series of footnotes, each of one authority or of several."""
    series = NoteSeries()
    return tuple(
        series.note(cite) if isinstance(cite, Cite) else series.note(*cite) for cite in cites
    )


def identity(item: Item) -> str:
    """What makes two items the same authority: the id, or the full citation where there is none."""
    return str(item.get("id") or "") or plain(full(item))


def date_words(value: object) -> str:
    """A CSL date as OSCOLA writes it: "15 November 2000", "June 1998", "1986"; "" for no date.

    Takes {"date-parts": [[2000, 11, 15]]}, {"literal": ...}, {"raw": ...}, a string or a number.
    """
    if isinstance(value, Mapping):
        parts = value.get("date-parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
            return _calendar(parts[0])
        return str(value.get("literal") or value.get("raw") or "")
    if isinstance(value, list):
        return " and ".join(filter(None, (date_words(one) for one in value)))
    return _iso_words(str(value)) if value is not None else ""


def _iso_words(text: str) -> str:
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text.strip())
    return _calendar([part for part in found.groups() if part]) if found else text.strip()


def _calendar(parts: list[Any]) -> str:
    numbers = [int(part) for part in parts if str(part).strip().lstrip("-").isdigit()]
    if not numbers:
        return ""
    words = [str(numbers[0])]
    if len(numbers) > 1 and 1 <= numbers[1] <= 12:
        words.insert(0, _MONTHS[numbers[1] - 1])
        if len(numbers) > 2:
            words.insert(0, str(numbers[2]))
    return " ".join(words)


def _year(item: Item) -> str:
    """The year of a work; the whole of a date that has none."""
    words = date_words(item.get("issued"))
    found = re.search(r"\d{4}", words)
    return found.group() if found else words


def _field(item: Item, *names: str) -> str:
    """The first of the named fields that has something, as words."""
    for name in names:
        value = item.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if value not in (None, ""):
            return str(value).strip()
    return ""


def _pinned(pinpoint: str, *, comma: bool = False) -> str:
    if not pinpoint:
        return ""
    return f", {pinpoint}" if comma else f" {pinpoint}"


# --- the forms


def _treaty(item: Item, pinpoint: str) -> Iterable[Run]:
    """Title (adopted ..., entered into force ...) volume series page (Short Title) art."""
    words = _field(item, "title")
    dates = [
        f"{word} {when}"
        for word, when in (
            ("opened for signature", date_words(item.get("opened"))),
            ("adopted", _adopted(item)),
            ("entered into force", date_words(item.get("in-force"))),
            ("amended", date_words(item.get("amended"))),
        )
        if when
    ]
    # The statutes of a movement or body have no place of their own for their amendments in CSL.
    if (remark := _field(item, "note")).startswith("amended"):
        dates.append(remark)
    if dates:
        words += f" ({', '.join(dates)})"
    series = _field(item, "container-title-short", "container-title")
    place = " ".join(filter(None, (_field(item, "volume"), series, _field(item, "page", "number"))))
    if place:
        words += f" {place}"
    short_title = _field(item, "title-short", "shortTitle")
    if short_title and short_title != _field(item, "title"):
        words += f" ({short_title})"
        return (Run(words + _pinned(pinpoint)),)
    return (Run(words + _pinned(pinpoint, comma=True)),)


def _adopted(item: Item) -> str:
    """The day of adoption; where an item only has CSL's own date, that one."""
    for name in ("adopted", "original-date", "issued"):
        if words := date_words(item.get(name)):
            return words
    return ""


def _judgment(item: Item, pinpoint: str) -> Iterable[Run]:
    """The judgment's name in italics, what its court puts behind it, and the paragraph."""
    yield Run(_field(item, "title"), italic=True)
    yield Run(f" ({genre})" if (genre := _field(item, "genre")) else "")
    court = _field(item, "authority", "court")
    if court == "ECtHR":
        yield Run(_application(item))
    elif _field(item, "collection-number"):
        yield Run(_collected(item, court))
    elif _field(item, "number") or not _field(item, "page"):
        yield Run(_filed(item, court))
    else:
        yield Run(_reported(item))
    yield Run(_pinned(pinpoint))


def _application(item: Item) -> str:
    """Strasbourg: App no 1/10 (ECtHR [GC], 27 May 2014)."""
    number = _field(item, "number")
    number = number if not number or number.lower().startswith("app") else f"App no {number}"
    grand = "[GC]" if "gc" in re.split(r"\W+", _field(item, "chamber").lower()) else ""
    inside = ", ".join(filter(None, (f"ECtHR {grand}".strip(), date_words(item.get("issued")))))
    return (f" {number}" if number else "") + f" ({inside})"


def _collected(item: Item, court: str) -> str:
    """San José and others that number a series: IACtHR Series C No 252 (25 October 2012)."""
    series = (court, _field(item, "collection-title"), f"No {_field(item, 'collection-number')}")
    when = date_words(item.get("issued"))
    return "".join(f" {part}" for part in series if part) + (f" ({when})" if when else "")


def _filed(item: Item, court: str) -> str:
    """Tribunals that are known by the case number: IT-94-1-AR72, Appeals Chamber (2 October 1995).

    Where no chamber says whose judgment it is, the court stands with the date.
    """
    number, chamber = _field(item, "number"), _field(item, "chamber")
    when = date_words(item.get("issued"))
    inside = ", ".join(filter(None, ("" if chamber else court, when)))
    words = (f" {number}" if number else "") + (f", {chamber}" if chamber else "")
    return words + (f" ({inside})" if inside else "")


def _reported(item: Item) -> str:
    """What stands in a law report: [1986] ICJ Rep 14."""
    report = _field(item, "container-title-short", "container-title")
    year = f"[{_year(item)}]" if _year(item) else ""
    parts = (year, _field(item, "volume"), report, _field(item, "page"))
    return "".join(f" {part}" for part in parts if part)


def _book(item: Item, pinpoint: str) -> Iterable[Run]:
    """Author, Title (edn, publisher year) page."""
    if names := _names(item):
        yield Run(f"{names}, ")
    title = _field(item, "title")
    if (volume := _field(item, "volume")) and "vol " not in title:
        title += f", vol {volume}"
    yield Run(title, italic=True)
    edition = _field(item, "edition")
    inside = [f"{_ordinal(edition)} edn" if edition.isdigit() else edition] if edition else []
    publication = " ".join(filter(None, (_field(item, "publisher"), _year(item))))
    inside += [publication] if publication else []
    yield Run(f" ({', '.join(inside)})" if inside else "")
    yield Run(_pinned(pinpoint, comma=_PLACE_WORD.match(pinpoint) is not None))


def _chapter(item: Item, pinpoint: str) -> Iterable[Run]:
    """Author, 'Title' in Editor (ed), Book (publisher year) page."""
    yield Run(f"{_lead(item)}{_quoted(item)} in ")
    if editors := _people(item.get("editor")):
        yield Run(f"{editors} (eds), " if len(item["editor"]) > 1 else f"{editors} (ed), ")
    yield Run(_field(item, "container-title"), italic=True)
    publication = " ".join(filter(None, (_field(item, "publisher"), _year(item))))
    yield Run(f" ({publication})" if publication else "")
    yield Run(_pinned(pinpoint))


def _article(item: Item, pinpoint: str) -> Iterable[Run]:
    """Author, 'Title' (year) volume Journal first page, pinpoint."""
    words = _lead(item) + _quoted(item)
    words += f" ({_year(item)})" if _year(item) else ""
    journal = _field(item, "container-title-short", "container-title")
    page = re.split(r"[-–]", _field(item, "page"))[0]
    words += "".join(f" {part}" for part in (_field(item, "volume"), journal, page) if part)
    yield Run(words + _pinned(pinpoint, comma=True))


def _report(item: Item, pinpoint: str) -> Iterable[Run]:
    """Body, 'Title' (date) document number, pinpoint."""
    words = _lead(item) + _quoted(item)
    when = date_words(item.get("issued"))
    inside = ", ".join(filter(None, (_field(item, "publisher"), when)))
    words += f" ({inside})" if inside else ""
    words += f" {_field(item, 'number')}" if _field(item, "number") else ""
    yield Run(words + _pinned(pinpoint, comma=True))


def _website(item: Item, pinpoint: str) -> Iterable[Run]:
    """Author, 'Title' (Site, date) <address> accessed date."""
    words = _lead(item) + _quoted(item)
    site = _field(item, "container-title", "publisher")
    inside = ", ".join(filter(None, (site, date_words(item.get("issued")))))
    words += f" ({inside})" if inside else ""
    words += f" <{_field(item, 'URL')}>" if _field(item, "URL") else ""
    accessed = date_words(item.get("accessed"))
    words += f" accessed {accessed}" if accessed else ""
    yield Run(words + _pinned(pinpoint, comma=True))


def _document(item: Item, pinpoint: str) -> Iterable[Run]:
    """What has no form of its own, such as an imported file: what is known of it, and no guess."""
    words = _lead(item) + _quoted(item)
    about = [_field(item, "genre"), _field(item, "publisher"), date_words(item.get("issued"))]
    inside = ", ".join(filter(None, about))
    words += f" ({inside})" if inside else ""
    words += f" {_field(item, 'number')}" if _field(item, "number") else ""
    yield Run(words + _pinned(pinpoint, comma=bool(pinpoint)))


_FORMS: dict[str, Callable[[Item, str], Iterable[Run]]] = {
    "treaty": _treaty,
    "legislation": _treaty,
    "legal_case": _judgment,
    "book": _book,
    "chapter": _chapter,
    "article-journal": _article,
    "report": _report,
    "webpage": _website,
    "post-weblog": _website,
}


# --- names


def _lead(item: Item) -> str:
    names = _names(item)
    return f"{names}, " if names else ""


def _quoted(item: Item) -> str:
    title = _field(item, "title")
    return f"‘{title}’" if title else ""


def _names(item: Item) -> str:
    return _people(item.get("author"))


def _people(people: object) -> str:
    """Given name first, as OSCOLA notes do; more than three become the first "and others"."""
    names = [_name(person) for person in people] if isinstance(people, list) else []
    return _listed([name for name in names if name])


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} and others"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _name(person: object) -> str:
    if not isinstance(person, Mapping):
        return str(person)
    if literal := person.get("literal"):
        return str(literal)
    parts = ("given", "non-dropping-particle", "family", "suffix")
    return " ".join(str(person[part]) for part in parts if person.get(part))


def _ordinal(number: str) -> str:
    tail = "th" if number[-2:] in ("11", "12", "13") else ""
    return number + (tail or {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th"))


def _back(words: Runs, first_note: int, pinpoint: str) -> Runs:
    tail = f") {pinpoint}" if pinpoint else ")"
    back = Run(str(first_note), note=first_note)
    if words and not words[-1].italic:
        return (*words[:-1], Run(f"{words[-1].text} (n "), back, Run(tail))
    return (*words, Run(" (n "), back, Run(tail))


def _stopped(runs: Runs) -> Runs:
    """With a full stop, unless the words end with a sign of their own."""
    if not runs or runs[-1].text.endswith((".", "?", "!")):
        return runs
    if runs[-1].italic or runs[-1].note:
        return (*runs, Run("."))
    return (*runs[:-1], Run(f"{runs[-1].text}."))


def _joined(runs: Iterable[Run]) -> Runs:
    """The same words in as few runs as there are changes of italics."""
    merged: list[Run] = []
    for run in runs:
        before = merged[-1] if merged else None
        if before and before.italic == run.italic and not before.note and not run.note:
            merged[-1] = Run(before.text + run.text, run.italic)
        elif run.text:
            merged.append(run)
    return tuple(merged)
