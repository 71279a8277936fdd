"""What the treaty can rest on: sources, their passages, case studies, topics and figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from app.store.events import hold
from app.store.tables import (
    CaseStudyRow,
    CaseTopicRow,
    FigureRow,
    PassageRow,
    PassageTopicRow,
    SourceRow,
    TopicRow,
)


class SourceKind(StrEnum):
    """What sort of thing a source is."""

    DOCUMENT = "document"
    INSTRUMENT = "instrument"
    JUDGMENT = "judgment"


@dataclass(frozen=True, slots=True)
class HeadingRecord:
    """One heading of a source that was imported: its key ("S2a"), words and level (1 on top)."""

    key: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A document, instrument or judgment.

    `csl` is its CSL-JSON item, `remark` says what about it cannot be cited. Of an
    imported text `headings` are those it has, and `note_texts` its notes, each with
    the key that passages name it by.
    """

    id: int
    slug: str
    kind: SourceKind
    title: str
    csl: dict[str, Any]
    remark: str
    founding: bool = False
    headings: tuple[HeadingRecord, ...] = ()
    note_texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A place in a source.

    `digest` says it in our words, `exact` is the source's own text where we have it.
    `locator` is the pinpoint ("S3a.P10", "art 6(5)", "[70]", or "" for the whole),
    `notes` are the numbers of the source's own notes there, `topics` are codes.
    """

    id: int
    source_id: int
    source_slug: str
    source_title: str
    locator: str
    heading: str
    digest: str
    exact: str
    notes: tuple[str, ...]
    topics: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case study of a negotiation; empty fields are what the sources do not say.

    `as_stated` is the matter as its source puts it, `position` where it stood on
    `position_date`; `places` are passages of the founding source ("S1.P3");
    `record_depth` is "rich", "medium" or "thin".
    """

    id: int
    slug: str
    title: str
    label: str
    years: str
    groups: str
    actors: str
    facts: str
    outcome: str
    lesson: str
    as_stated: str
    position: str
    position_date: str
    places: tuple[str, ...]
    topics: tuple[str, ...]
    record_depth: str


@dataclass(frozen=True, slots=True)
class PassageWords:
    """What a passage is made of, apart from its source and its place in the order."""

    locator: str = ""
    heading: str = ""
    digest: str = ""
    exact: str = ""
    notes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What a case is made of, apart from its slug."""

    title: str
    label: str = ""
    years: str = ""
    groups: str = ""
    actors: str = ""
    facts: str = ""
    outcome: str = ""
    lesson: str = ""
    as_stated: str = ""
    position: str = ""
    position_date: str = ""
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    record_depth: str = ""


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A need the treaty should answer; `mark` is E (law should do it) or L (a lesson)."""

    code: str
    family: str
    mark: str
    title: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """A number that a source states, with the place where it stands."""

    id: int
    figure: str
    statement: str
    source_slug: str
    locator: str
    remark: str


class Library:
    """Reads and writes the library within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def hold(self) -> None:
        """Make others who add to the library wait until this unit of work has ended."""
        hold(self._session, "library")

    # --- sources

    def sources(self) -> tuple[SourceRecord, ...]:
        """Every source, by title."""
        rows = self._session.exec(select(SourceRow)).all()
        return tuple(_source(row) for row in sorted(rows, key=lambda r: (r.title.casefold(), r.id)))

    def source(self, slug: str) -> SourceRecord | None:
        """The source with this slug."""
        row = self._source_row(slug)
        return _source(row) if row else None

    def source_of_text(self, sha256: str) -> SourceRecord | None:
        """The source that was imported from the text with this SHA-256."""
        chosen = select(SourceRow).where(SourceRow.sha256 == sha256)
        row = self._session.exec(chosen).first() if sha256 else None
        return _source(row) if row else None

    def add_source(
        self,
        *,
        slug: str,
        kind: SourceKind,
        csl: Mapping[str, Any],
        remark: str = "",
        founding: bool = False,
        headings: Iterable[HeadingRecord] = (),
        note_texts: Iterable[tuple[str, str]] = (),
        sha256: str = "",
    ) -> SourceRecord:
        """A new source; its title is that of the CSL item."""
        row = SourceRow(
            slug=slug,
            kind=kind.value,
            title=str(csl.get("title", "")),
            csl=dict(csl),
            remark=remark,
            names=names_in(csl),
            founding=founding,
            headings=_headings(headings),
            note_texts=[list(note) for note in note_texts],
            sha256=sha256,
        )
        self._session.add(row)
        self._session.flush()
        return _source(row)

    def change_source(
        self, slug: str, *, kind: SourceKind, csl: Mapping[str, Any], remark: str
    ) -> SourceRecord:
        """The source with these values in place of its own."""
        row = self._get_source(slug)
        row.kind, row.title, row.csl = kind.value, str(csl.get("title", "")), dict(csl)
        row.remark, row.names = remark, names_in(csl)
        self._session.flush()
        return _source(row)

    def mark_text(
        self,
        slug: str,
        sha256: str,
        headings: Iterable[HeadingRecord],
        note_texts: Iterable[tuple[str, str]] = (),
    ) -> SourceRecord:
        """Note which text the source's exact words came from, its headings and its notes."""
        row = self._get_source(slug)
        row.sha256, row.headings = sha256, _headings(headings)
        row.note_texts = [list(note) for note in note_texts]
        self._session.flush()
        return _source(row)

    def delete_source(self, slug: str) -> None:
        """Delete the source and its passages; the caller has seen that nothing rests on them."""
        row = self._get_source(slug)
        for passage in self._session.exec(
            select(PassageRow).where(PassageRow.source_id == row.id)
        ).all():
            self.delete_passage(passage.id or 0)
        self._session.delete(row)
        self._session.flush()

    # --- passages

    def passages(self, source_slug: str = "") -> tuple[PassageRecord, ...]:
        """The passages of a source in its order, or of all sources, source by source."""
        chosen = select(PassageRow, SourceRow).where(PassageRow.source_id == SourceRow.id)
        if source_slug:
            chosen = chosen.where(SourceRow.slug == source_slug)
        chosen = chosen.order_by(col(SourceRow.id), col(PassageRow.position), col(PassageRow.id))
        return self._passages(self._session.exec(chosen).all())

    def passages_by_id(self, ids: Iterable[int]) -> dict[int, PassageRecord]:
        """The passages with these ids, those that exist."""
        chosen = (
            select(PassageRow, SourceRow)
            .where(PassageRow.source_id == SourceRow.id)
            .where(col(PassageRow.id).in_(set(ids)))
        )
        return {found.id: found for found in self._passages(self._session.exec(chosen).all())}

    def passage(self, passage_id: int) -> PassageRecord | None:
        """The passage with this id."""
        return self.passages_by_id([passage_id]).get(passage_id)

    def passage_at(self, source_slug: str, locator: str) -> PassageRecord | None:
        """The passage at this place of the source."""
        chosen = (
            select(PassageRow, SourceRow)
            .where(PassageRow.source_id == SourceRow.id)
            .where(SourceRow.slug == source_slug, PassageRow.locator == locator)
        )
        return next(iter(self._passages(self._session.exec(chosen).all())), None)

    def add_passage(self, source: SourceRecord, words: PassageWords) -> PassageRecord:
        """A new passage after those the source has; its topics must exist."""
        last = self._session.exec(
            select(func.max(PassageRow.position)).where(PassageRow.source_id == source.id)
        ).one()
        row = PassageRow(
            source_id=source.id,
            locator=words.locator,
            heading=words.heading,
            digest=words.digest,
            exact=words.exact,
            notes=list(words.notes),
            position=(last or 0) + 1,
        )
        self._session.add(row)
        self._session.flush()
        self._set_passage_topics(row.id or 0, words.topics)
        return _passage(row, source.slug, source.title, tuple(sorted(set(words.topics))))

    def add_passages(self, source: SourceRecord, many: Iterable[PassageWords]) -> int:
        """Many new passages of a source that has none yet, in this order; how many."""
        rows = [
            PassageRow(
                source_id=source.id,
                locator=words.locator,
                heading=words.heading,
                digest=words.digest,
                exact=words.exact,
                notes=list(words.notes),
                position=position,
            )
            for position, words in enumerate(many, start=1)
        ]
        self._session.add_all(rows)
        self._session.flush()
        return len(rows)

    def change_passage(self, passage_id: int, words: PassageWords) -> PassageRecord:
        """The passage with these values in place of its own."""
        row = self._session.get_one(PassageRow, passage_id)
        row.locator, row.heading, row.digest = words.locator, words.heading, words.digest
        row.exact, row.notes = words.exact, list(words.notes)
        self._session.flush()
        self._set_passage_topics(passage_id, words.topics)
        changed = self.passage(passage_id)
        assert changed is not None  # noqa: S101 - it was there a line ago
        return changed

    def fill_exact(self, passage_id: int, exact: str, notes: Iterable[str]) -> None:
        """Put the source's own words beside the digest, with the numbers of its notes there."""
        row = self._session.get_one(PassageRow, passage_id)
        row.exact, row.notes = exact, list(notes)
        self._session.flush()

    def delete_passage(self, passage_id: int) -> None:
        """Delete the passage; the caller has seen that nothing rests on it."""
        self._set_passage_topics(passage_id, ())
        self._session.delete(self._session.get_one(PassageRow, passage_id))
        self._session.flush()

    # --- cases

    def cases(self) -> tuple[CaseRecord, ...]:
        """Every case, by title."""
        rows = self._session.exec(select(CaseStudyRow)).all()
        topics = self._topics_of_cases()
        ordered = sorted(rows, key=lambda r: (r.title.casefold(), r.id))
        return tuple(_case(row, topics.get(row.id or 0, ())) for row in ordered)

    def cases_by_id(self, ids: Iterable[int]) -> dict[int, CaseRecord]:
        """The cases with these ids, those that exist."""
        wanted = set(ids)
        rows = self._session.exec(select(CaseStudyRow).where(col(CaseStudyRow.id).in_(wanted)))
        topics = self._topics_of_cases()
        return {row.id or 0: _case(row, topics.get(row.id or 0, ())) for row in rows}

    def case(self, slug: str) -> CaseRecord | None:
        """The case with this slug."""
        row = self._case_row(slug)
        return _case(row, self._topics_of_cases().get(row.id or 0, ())) if row else None

    def add_case(self, slug: str, words: CaseWords) -> CaseRecord:
        """A new case; its topics must exist."""
        row = CaseStudyRow(slug=slug, title=words.title)
        self._session.add(row)
        return self._write_case(row, words)

    def change_case(self, slug: str, words: CaseWords) -> CaseRecord:
        """The case with these values in place of its own."""
        row = self._case_row(slug)
        if row is None:
            raise KeyError(slug)
        return self._write_case(row, words)

    def delete_case(self, slug: str) -> None:
        """Delete the case; the caller has seen that nothing rests on it."""
        row = self._case_row(slug)
        if row is None:
            raise KeyError(slug)
        self._set_case_topics(row.id or 0, ())
        self._session.delete(row)
        self._session.flush()

    # --- topics and figures

    def topics(self) -> tuple[TopicRecord, ...]:
        """Every topic, by code."""
        rows = self._session.exec(select(TopicRow).order_by(col(TopicRow.code)))
        return tuple(_topic(row) for row in rows)

    def topic(self, code: str) -> TopicRecord | None:
        """The topic with this code."""
        row = self._session.get(TopicRow, code)
        return _topic(row) if row else None

    def add_topic(self, topic: TopicRecord) -> TopicRecord:
        """A new topic."""
        row = TopicRow(
            code=topic.code,
            family=topic.family,
            mark=topic.mark,
            title=topic.title,
            places=list(topic.places),
        )
        self._session.add(row)
        self._session.flush()
        return topic

    def figures(self) -> tuple[FigureRecord, ...]:
        """Every figure, in the order in which they were entered."""
        rows = self._session.exec(select(FigureRow).order_by(col(FigureRow.id)))
        return tuple(_figure(row) for row in rows)

    def add_figure(
        self, *, figure: str, statement: str, source_slug: str, locator: str, remark: str = ""
    ) -> FigureRecord:
        """A new figure."""
        row = FigureRow(
            figure=figure,
            statement=statement,
            source_slug=source_slug,
            locator=locator,
            remark=remark,
        )
        self._session.add(row)
        self._session.flush()
        return _figure(row)

    # --- the parts of the above

    def _source_row(self, slug: str) -> SourceRow | None:
        return self._session.exec(select(SourceRow).where(SourceRow.slug == slug)).first()

    def _get_source(self, slug: str) -> SourceRow:
        row = self._source_row(slug)
        if row is None:
            raise KeyError(slug)
        return row

    def _case_row(self, slug: str) -> CaseStudyRow | None:
        return self._session.exec(select(CaseStudyRow).where(CaseStudyRow.slug == slug)).first()

    def _passages(self, found: Iterable[tuple[PassageRow, SourceRow]]) -> tuple[PassageRecord, ...]:
        rows = list(found)
        chosen = select(PassageTopicRow).order_by(col(PassageTopicRow.code))
        if len(rows) < _FEW:
            ids = [row.id for row, _ in rows]
            chosen = chosen.where(col(PassageTopicRow.passage_id).in_(ids))
        topics = defaultdict(list)
        for tie in self._session.exec(chosen):
            topics[tie.passage_id].append(tie.code)
        return tuple(
            _passage(row, source.slug, source.title, tuple(topics.get(row.id or 0, ())))
            for row, source in rows
        )

    def _topics_of_cases(self) -> dict[int, tuple[str, ...]]:
        topics = defaultdict(list)
        for tie in self._session.exec(select(CaseTopicRow).order_by(col(CaseTopicRow.code))):
            topics[tie.case_id].append(tie.code)
        return {case_id: tuple(codes) for case_id, codes in topics.items()}

    def _write_case(self, row: CaseStudyRow, words: CaseWords) -> CaseRecord:
        for name in _CASE_TEXTS:
            setattr(row, name, getattr(words, name))
        row.places = list(words.places)
        self._session.flush()
        self._set_case_topics(row.id or 0, words.topics)
        return _case(row, tuple(sorted(set(words.topics))))

    def _set_passage_topics(self, passage_id: int, codes: Iterable[str]) -> None:
        self._session.exec(
            delete(PassageTopicRow).where(col(PassageTopicRow.passage_id) == passage_id)
        )
        for code in sorted(set(codes)):
            self._session.add(PassageTopicRow(passage_id=passage_id, code=code))
        self._session.flush()

    def _set_case_topics(self, case_id: int, codes: Iterable[str]) -> None:
        self._session.exec(delete(CaseTopicRow).where(col(CaseTopicRow.case_id) == case_id))
        for code in sorted(set(codes)):
            self._session.add(CaseTopicRow(case_id=case_id, code=code))
        self._session.flush()


# Below this many passages their topics are asked for by id, above it all at once.
_FEW = 200

_CASE_TEXTS = (
    "title",
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


def names_in(csl: Mapping[str, Any]) -> str:
    """The words of a CSL item by which a source is looked for besides its title."""
    words = [
        str(csl.get(key, ""))
        for key in (
            "title-short",
            "container-title",
            "container-title-short",
            "authority",
            "number",
        )
    ]
    for role in ("author", "editor"):
        people = csl.get(role)
        for person in people if isinstance(people, list) else []:
            if isinstance(person, Mapping):
                words += [str(person.get(part, "")) for part in ("given", "family", "literal")]
    return " ".join(word for word in words if word)


def _headings(headings: Iterable[HeadingRecord]) -> list[list[Any]]:
    return [[heading.key, heading.text, heading.level] for heading in headings]


def _source(row: SourceRow) -> SourceRecord:
    return SourceRecord(
        id=row.id or 0,
        slug=row.slug,
        kind=SourceKind(row.kind),
        title=row.title,
        csl=row.csl,
        remark=row.remark,
        founding=row.founding,
        headings=tuple(HeadingRecord(*heading) for heading in row.headings),
        note_texts=tuple((key, text) for key, text in row.note_texts),
    )


def _passage(row: PassageRow, slug: str, title: str, topics: tuple[str, ...]) -> PassageRecord:
    return PassageRecord(
        id=row.id or 0,
        source_id=row.source_id,
        source_slug=slug,
        source_title=title,
        locator=row.locator,
        heading=row.heading,
        digest=row.digest,
        exact=row.exact,
        notes=tuple(row.notes),
        topics=topics,
        position=row.position,
    )


def _case(row: CaseStudyRow, topics: tuple[str, ...]) -> CaseRecord:
    return CaseRecord(
        id=row.id or 0,
        slug=row.slug,
        places=tuple(row.places),
        topics=topics,
        **{name: getattr(row, name) for name in _CASE_TEXTS},
    )


def _topic(row: TopicRow) -> TopicRecord:
    return TopicRecord(row.code, row.family, row.mark, row.title, tuple(row.places))


def _figure(row: FigureRow) -> FigureRecord:
    return FigureRecord(
        row.id or 0, row.figure, row.statement, row.source_slug, row.locator, row.remark
    )
