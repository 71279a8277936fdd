"""What the draft answers and rests on: articles against topics and cases, the gaps first."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import citing, drafting
from app.actions.citing import Coverage, CoveredArticle
from app.store.drafts import DraftRecord
from app.store.library import CaseRecord, TopicRecord
from app.web.deps import SeatDep, StoreDep
from app.web.pages import plural, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class GapItem:
    """One thing that is missing, with the way to where it can be mended."""

    href: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing in one respect; `closed` is the sentence for when nothing is."""

    key: str
    title: str
    closed: str
    items: tuple[GapItem, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A topic or a case as the head of a column; `empty` when no article has it."""

    href: str
    mark: str
    title: str
    empty: bool


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    """A family of topics, or the cases."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an article and a topic or case meet: "" for nothing, else its look, mark and words."""

    look: str = ""
    mark: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One article, with a cell for each column and what it has, in words."""

    article: CoveredArticle
    href: str
    number: str
    cells: tuple[Cell, ...]
    topics: tuple[TopicRecord, ...]
    cases: tuple[CaseRecord, ...]


_NOTHING = Cell()


@router.get("/drafts/{slug}/coverage")
def show_coverage(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, view: str = "matrix"
) -> Response:
    """The gaps, then the matrix; `view=list` shows it article by article instead."""
    draft = drafting.open_draft(store, seat, slug)
    coverage = citing.coverage(store, seat, draft)
    return render(
        request,
        "coverage/show.html",
        draft=draft,
        totals=_totals(coverage),
        gaps=_gaps(draft, coverage),
        groups=_groups(coverage),
        rows=tuple(_row(draft, coverage, article) for article in coverage.articles),
        view="list" if view == "list" else "matrix",
    )


def _totals(coverage: Coverage) -> str:
    topics = coverage.topics
    answered = len(topics) - len(coverage.gaps.topics)
    sourced = sum(1 for article in coverage.articles if article.cites)
    return (
        f"{answered} of {plural(len(topics), 'topic')} answered by an article; "
        f"{sourced} of {plural(len(coverage.articles), 'article')} cite a source; "
        f"{len(_cited_cases(coverage))} of {plural(len(coverage.cases), 'case')} relied on."
    )


def _cited_cases(coverage: Coverage) -> set[int]:
    return {case for (_, case), count in coverage.case_cells.items() if count}


def _gaps(draft: DraftRecord, coverage: Coverage) -> tuple[Gap, ...]:
    cited = _cited_cases(coverage)
    return (
        Gap(
            "topics",
            "topics that no article answers",
            "Every topic is answered by an article.",
            tuple(
                GapItem(f"/library/topics/{t.code}", t.code, t.title) for t in coverage.gaps.topics
            ),
        ),
        Gap(
            "articles",
            "articles without a source",
            "Every article has a source, or says that it has none yet.",
            _items(draft, coverage.gaps.articles),
        ),
        Gap(
            "said",
            "clauses said to have no source yet",
            "No clause is waiting for a source.",
            tuple(
                GapItem(_at(draft, c.uid), f"{c.label} {c.heading}".strip(), c.remark)
                for c in coverage.gaps.clauses
            ),
        ),
        Gap(
            "untied",
            "articles without a topic",
            "Every article answers a topic.",
            _items(draft, tuple(a for a in coverage.articles if not a.topics)),
        ),
        Gap(
            "cases",
            "cases that no article relies on",
            "Every case is relied on.",
            tuple(
                GapItem(f"/library/cases/{c.slug}", c.title, c.label)
                for c in coverage.cases
                if c.id not in cited
            ),
        ),
    )


def _items(draft: DraftRecord, articles: tuple[CoveredArticle, ...]) -> tuple[GapItem, ...]:
    return tuple(GapItem(_at(draft, a.uid), a.label, a.heading) for a in articles)


def _at(draft: DraftRecord, uid: str) -> str:
    return f"/drafts/{draft.slug}/clauses/{uid}#{uid}"


def _groups(coverage: Coverage) -> tuple[ColumnGroup, ...]:
    missing = {topic.code for topic in coverage.gaps.topics}
    cited = _cited_cases(coverage)
    families = tuple(
        ColumnGroup(
            name,
            tuple(
                Column(
                    f"/library/topics/{t.code}",
                    f"{t.code} {t.title}",
                    f"{t.code} {t.title}",
                    t.code in missing,
                )
                for t in topics
            ),
        )
        for name, topics in coverage.families
    )
    cases = tuple(
        Column(f"/library/cases/{c.slug}", c.title, f"{c.title}: {c.label}", c.id not in cited)
        for c in coverage.cases
    )
    return (*families, ColumnGroup("Cases", cases)) if cases else families


def _row(draft: DraftRecord, coverage: Coverage, article: CoveredArticle) -> Row:
    topics = tuple(t for t in coverage.topics if coverage.cells.get((article.uid, t.code), 0))
    cases = tuple(c for c in coverage.cases if coverage.case_cells.get((article.uid, c.id), 0))
    topic_cells = tuple(
        _topic_cell(coverage.cells.get((article.uid, t.code), 0), t) for t in coverage.topics
    )
    case_cells = tuple(
        _case_cell(coverage.case_cells.get((article.uid, c.id), 0), c) for c in coverage.cases
    )
    return Row(
        article,
        _at(draft, article.uid),
        article.label.rpartition(" ")[2] if article.label.count(" ") == 1 else article.label,
        topic_cells + case_cells,
        topics,
        cases,
    )


def _topic_cell(count: int, topic: TopicRecord) -> Cell:
    if not count:
        return _NOTHING
    if count == 1:
        return Cell("answers", "•", f"answers {topic.code}, citing nothing on it")
    sources = plural(count - 1, "source")
    return Cell("rests", str(count - 1), f"answers {topic.code}, citing {sources} on it")


def _case_cell(count: int, case: CaseRecord) -> Cell:
    if not count:
        return _NOTHING
    times = "" if count == 1 else f" {count} times"
    return Cell("rests", str(count), f"relies on {case.title}{times}")
