"""Loading a draft with its library from a folder, as `travaux load DIR` does.

    drafts/peace-negotiation/        the folder's name becomes the draft's slug
      treaty.txt                     the text (drafts/README.md says how it is written)
      library/sources.json           CSL-JSON items; the id is the slug, custom.travaux the rest
      library/{passages,cases,topics,figures}.toml
      library/links.toml             which article answers which topics and rests on what

Everything but the text may be missing. What points nowhere is refused with the
file and the entry, and then nothing at all is kept. What is in the library
already, under the same slug, place or code, is left as it is.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.actions.library import kind_of
from app.actions.policy import OPERATOR
from app.actions.refusals import Invalid
from app.store.citations import Relation
from app.store.library import (
    CaseWords,
    PassageWords,
    SourceKind,
    SourceRecord,
    TopicRecord,
)
from app.store.unit import Store
from app.treaty.document import Clause, Document, Kind, subtree_end
from app.treaty.numbering import NO_NUMBER, Scheme, numbers, release
from app.treaty.parse import parse

_AS_SHIPPED = replace(OPERATOR, name="Working draft as shipped")
"""Who is named as the author of what a folder holds: it came with the text, from no seat."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came in from a folder: the draft's slug and title, and how much of everything."""

    draft: str
    title: str
    clauses: int
    sources: int
    passages: int
    cases: int
    topics: int
    figures: int
    citations: int


def load(store: Store, folder: Path) -> Loaded:
    """Put the folder's draft and library into the store.

    Raises Invalid, naming file and entry, when something in the folder does not
    fit together, and when the draft is there already.
    """
    slug = _slug_of(folder)
    document = release(_treaty(folder / "treaty.txt"), Scheme.UN)
    if store.drafts.by_slug(slug) is not None:
        raise Invalid(f"The draft {slug} is here already, so nothing was loaded.")
    shelf = folder / "library"
    topics = _load_topics(store, shelf / "topics.toml")
    sources = _load_sources(store, shelf / "sources.json")
    passages = _load_passages(store, shelf / "passages.toml")
    cases = _load_cases(store, shelf / "cases.toml")
    figures = _load_figures(store, shelf / "figures.toml")
    draft = store.drafts.create(slug=slug, document=document, by=_AS_SHIPPED, origin="load")
    citations = _Links(store, draft.id, shelf / "links.toml").load()
    loaded = Loaded(
        draft=slug,
        title=draft.title,
        clauses=len(document.clauses),
        sources=sources,
        passages=passages,
        cases=cases,
        topics=topics,
        figures=figures,
        citations=citations,
    )
    store.journal_events.record("draft.loaded", seat=OPERATOR, thing=f"draft:{slug}")
    return loaded


def _slug_of(folder: Path) -> str:
    slug = folder.resolve().name.lower()
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug):
        raise Invalid(f"A draft's folder is named in letters, digits and hyphens, not {slug!r}.")
    return slug


def _treaty(file: Path) -> Document:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Invalid(f"There is no {file.name} in {file.parent}.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid(f"{file} cannot be read: {problem}.") from None
    return parse(text)


# --- the library


def _load_topics(store: Store, file: Path) -> int:
    known = {topic.code for topic in store.library.topics()}
    added = 0
    for entry in _Entry.all(file, "topic"):
        code = entry.text("code")
        mark = entry.text("mark")
        if mark not in ("E", "L"):
            raise entry.refusal(f"the mark is E or L, not {mark!r}")
        if code in known:
            continue
        known.add(code)
        store.library.add_topic(
            TopicRecord(
                code, entry.text("family"), mark, entry.text("title"), entry.texts("places")
            )
        )
        added += 1
    return added


def _load_sources(store: Store, file: Path) -> int:
    if not file.is_file():
        return 0
    try:
        items = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise Invalid(f"{file.name} is not JSON: {problem}.") from None
    if not isinstance(items, list):
        raise Invalid(f"{file.name} is not a list of CSL-JSON items.")
    known = {source.slug for source in store.library.sources()}
    added = 0
    for index, item in enumerate(items, start=1):
        slug = item.get("id") if isinstance(item, dict) else None
        if not slug or not item.get("title"):
            raise Invalid(f"{file.name}, item {index}: an item has an id and a title.")
        if slug in known:
            continue
        known.add(slug)
        _add_source(store, file, item)
        added += 1
    return added


def _add_source(store: Store, file: Path, item: Mapping[str, Any]) -> None:
    ours = item.get("custom", {}).get("travaux", {})
    kind = ours.get("kind", kind_of(item).value)
    if kind not in set(SourceKind):
        raise Invalid(f"{file.name}, {item['id']}: there is no kind of source called {kind!r}.")
    store.library.add_source(
        slug=item["id"],
        kind=SourceKind(kind),
        csl={key: value for key, value in item.items() if key != "custom"},
        remark=ours.get("remark", ""),
        founding=bool(ours.get("founding", False)),
    )


def _load_passages(store: Store, file: Path) -> int:
    sources = {source.slug: source for source in store.library.sources()}
    codes = {topic.code for topic in store.library.topics()}
    places = {(p.source_slug, p.locator) for p in store.library.passages()}
    added = 0
    for entry in _Entry.all(file, "passage"):
        source = _known(entry, sources, "source")
        words = PassageWords(
            locator=entry.text("locator", ""),
            heading=entry.text("heading", ""),
            digest=entry.text("digest"),
            notes=entry.texts("notes"),
            topics=entry.codes("topics", codes),
        )
        if (source.slug, words.locator) not in places:
            places.add((source.slug, words.locator))
            store.library.add_passage(source, words)
            added += 1
    return added


def _known(entry: "_Entry", sources: Mapping[str, SourceRecord], key: str) -> SourceRecord:
    slug = entry.text(key)
    if slug not in sources:
        raise entry.refusal(f"there is no source {slug}")
    return sources[slug]


def _load_cases(store: Store, file: Path) -> int:
    known = {case.slug for case in store.library.cases()}
    codes = {topic.code for topic in store.library.topics()}
    added = 0
    for entry in _Entry.all(file, "case"):
        slug = entry.text("slug")
        texts = {name: entry.text(name, "") for name in _CASE_TEXTS}
        words = CaseWords(
            title=entry.text("title"),
            places=entry.texts("places"),
            topics=entry.codes("topics", codes),
            **texts,
        )
        if slug not in known:
            known.add(slug)
            store.library.add_case(slug, words)
            added += 1
    return added


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


def _load_figures(store: Store, file: Path) -> int:
    sources = {source.slug: source for source in store.library.sources()}
    founding = next((source.slug for source in sources.values() if source.founding), "")
    known = {(figure.figure, figure.statement) for figure in store.library.figures()}
    added = 0
    for entry in _Entry.all(file, "figure"):
        figure, statement = entry.text("figure"), entry.text("statement")
        slug = entry.text("source", founding)
        if slug and slug not in sources:
            raise entry.refusal(f"there is no source {slug}")
        if (figure, statement) not in known:
            store.library.add_figure(
                figure=figure,
                statement=statement,
                source_slug=slug,
                locator=entry.text("place", ""),
                remark=entry.text("remark", ""),
            )
            added += 1
    return added


# --- the links


class _Links:
    """Ties the clauses of a draft that has just been made to its library."""

    def __init__(self, store: Store, draft_id: int, file: Path) -> None:
        self._store = store
        self._draft_id = draft_id
        self._file = file
        self._clauses = store.drafts.document(draft_id).clauses
        self._numbers = numbers(self._clauses, Scheme.UN)
        self._codes = {topic.code for topic in store.library.topics()}
        self._passages = {
            (passage.source_slug, passage.locator): passage.id
            for passage in store.library.passages()
        }
        self._cases = {case.slug: case.id for case in store.library.cases()}

    def load(self) -> int:
        """How many citations there are, all of them made."""
        made = 0
        for entry in _Entry.all(self._file, "link"):
            index = self._article(entry)
            uid = self._clauses[index].uid
            codes = entry.codes("topics", self._codes)
            if codes:
                self._store.citations.set_topics(self._draft_id, uid, codes)
            if gap := entry.text("no_source", ""):
                self._store.citations.set_gap(self._draft_id, uid, gap)
            for cite in entry.inner("cite"):
                self._cite(cite, index)
                made += 1
        return made

    def _article(self, entry: "_Entry") -> int:
        number = entry.text("article")
        if number.casefold() == "preamble":
            wanted = (Kind.FORMULA, Kind.RECITAL)
            found = [i for i, c in enumerate(self._clauses) if c.kind in wanted]
        else:
            found = [
                i
                for i, clause in enumerate(self._clauses)
                if clause.kind is Kind.ARTICLE and self._numbers[i] == number
            ]
        if not found:
            raise entry.refusal(f"the treaty has no article {number}")
        return found[0]

    def _cite(self, entry: "_Entry", article: int) -> None:
        at = entry.text("at", "")
        index = self._place(entry, article, at)
        passage, case = entry.text("passage", ""), entry.text("case", "")
        if bool(passage) == bool(case):
            raise entry.refusal("a citation names one passage or one case")
        relation = entry.text("relation")
        if relation not in set(Relation):
            raise entry.refusal(f"there is no relation {relation!r}")
        slug, _, locator = passage.partition(" ")
        if passage and (slug, locator) not in self._passages:
            raise entry.refusal(f"there is no passage {passage!r}")
        if case and case not in self._cases:
            raise entry.refusal(f"there is no case {case!r}")
        self._store.citations.add(
            draft_id=self._draft_id,
            uid=self._clauses[index].uid,
            passage_id=self._passages[slug, locator] if passage else None,
            case_id=self._cases[case] if case else None,
            relation=Relation(relation),
            pinpoint=entry.text("pinpoint", locator),
            reason=entry.text("reason"),
            author=_AS_SHIPPED,
        )

    def _place(self, entry: "_Entry", article: int, at: str) -> int:
        """The index of the clause at "2", "2(a)" or "(f)" in the article that begins at `article`.

        In an article with one unnumbered paragraph its subparagraphs are named alone.
        """
        index = article
        for number in re.findall(r"\(?(\w+(?: \w+)?)\)?\.?", at):
            step = self._step(index, number)
            if step is None:
                raise entry.refusal(f"its article has no place {at}")
            index = step
        return index

    def _step(self, index: int, number: str) -> int | None:
        below = self._below(index)
        unnumbered = [i for i in below if self._numbers[i] in ("", NO_NUMBER)]
        deeper = [j for i in unnumbered for j in self._below(i)]
        found = next((i for i in (*below, *deeper) if self._numbers[i] == number), None)
        if found is None and number == "1" and len(below) == len(unnumbered) == 1:
            return below[0]
        return found

    def _below(self, index: int) -> list[int]:
        clauses: tuple[Clause, ...] = self._clauses
        inside = range(index + 1, subtree_end(clauses, index))
        nearest = min((clauses[i].depth for i in inside), default=0)
        return [i for i in inside if clauses[i].depth == nearest]


# --- files of entries


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of a TOML file, and where it stands, so that a refusal can name it."""

    where: str
    said: Mapping[str, Any]

    @classmethod
    def all(cls, file: Path, name: str) -> Iterator["_Entry"]:
        """The entries called `name`; none when the file is missing."""
        if not file.is_file():
            return
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise Invalid(f"{file.name} is not TOML: {problem}.") from None
        stray = found.keys() - {name}
        if stray:
            raise Invalid(f"{file.name} has entries called {', '.join(sorted(stray))}.")
        for index, said in enumerate(found.get(name, ()), start=1):
            named = next((said[key] for key in _NAMES if said.get(key)), "")
            yield cls(f"{file.name}, {name} {index} ({named})", said)

    def inner(self, name: str) -> Iterator["_Entry"]:
        """The entries inside of this one."""
        for index, said in enumerate(self.said.get(name, ()), start=1):
            yield _Entry(f"{self.where}, {name} {index}", said)

    def refusal(self, sentence: str) -> Invalid:
        """A refusal that says which entry will not do, and why."""
        return Invalid(f"{self.where}: {sentence}.")

    def text(self, key: str, default: str | None = None) -> str:
        """The text under `key`; without a default it has to be there and say something."""
        value = self.said.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.refusal(f"{key} is missing")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts under `key`; none when it is missing."""
        value = self.said.get(key, [])
        if not isinstance(value, list) or not all(isinstance(inner, str) for inner in value):
            raise self.refusal(f"{key} is not a list of texts")
        return tuple(value)

    def codes(self, key: str, known: set[str]) -> tuple[str, ...]:
        """The topics under `key`, all of which have to exist."""
        wanted = self.texts(key)
        unknown = [code for code in wanted if code not in known]
        if unknown:
            raise self.refusal(f"there is no topic {', '.join(unknown)}")
        return wanted


_NAMES = ("code", "slug", "article", "figure", "source")
