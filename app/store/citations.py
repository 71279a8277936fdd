"""What each clause rests on: ties to passages and cases, topics, and gaps said to be gaps."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from app.store.events import Author, hold
from app.store.library import CaseRecord, Library, PassageRecord
from app.store.tables import CitationRow, ClauseGapRow, ClauseTopicRow, PassageRow


class Relation(StrEnum):
    """How a source bears on the clause that cites it."""

    SUPPORTS = "supports"
    PRECEDENT = "precedent for"
    WORDING = "wording taken from"
    QUALIFIES = "qualifies"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class CitationRecord:
    """The tie from a clause to one passage or one case; `removed_at` is None while it stands."""

    id: int
    draft_id: int
    uid: str
    passage: PassageRecord | None
    case: CaseRecord | None
    relation: Relation
    pinpoint: str
    reason: str
    author: str
    at: datetime
    removed_at: datetime | None = None
    removed_by: str = ""


# Columns rather than rows: making an object for each of a thousand citations takes a tenth of
# a second, and nothing here is written back.
_CITATIONS = sa_select(
    *(
        getattr(CitationRow, name)
        for name in (
            "id",
            "draft_id",
            "uid",
            "passage_id",
            "case_id",
            "relation",
            "pinpoint",
            "reason",
            "author",
            "at",
            "removed_at",
            "removed_by",
        )
    )
)


class Citations:
    """Reads and writes citations, clause topics and gaps within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._library = Library(session, now)

    # --- citations

    def add(
        self,
        *,
        draft_id: int,
        uid: str,
        passage_id: int | None = None,
        case_id: int | None = None,
        relation: Relation,
        pinpoint: str,
        reason: str,
        author: Author,
    ) -> int:
        """The id of a new citation of exactly one passage or case, made by `author` just now."""
        row = CitationRow(
            draft_id=draft_id,
            uid=uid,
            passage_id=passage_id,
            case_id=case_id,
            relation=relation.value,
            pinpoint=pinpoint,
            reason=reason,
            author_id=author.id or None,
            author=author.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def remove(self, citation_id: int, *, by: Author) -> bool:
        """Take the citation away, keeping it with who and when; False if that was done before."""
        removed = self._session.exec(
            update(CitationRow)
            .where(col(CitationRow.id) == citation_id, col(CitationRow.removed_at).is_(None))
            .values(removed_at=self._now, removed_by=by.name)
        )
        return removed.rowcount == 1

    def get(self, citation_id: int) -> CitationRecord | None:
        """The citation with this id, standing or taken away."""
        rows = self._session.execute(_CITATIONS.where(col(CitationRow.id) == citation_id)).all()
        return next(iter(self._records(rows)), None)

    def of_draft(
        self, draft_id: int, uid: str | None = None, *, with_removed: bool = False
    ) -> tuple[CitationRecord, ...]:
        """The citations of a draft, or of one of its clauses, in the order they were made."""
        chosen = _CITATIONS.where(col(CitationRow.draft_id) == draft_id)
        if uid is not None:
            chosen = chosen.where(col(CitationRow.uid) == uid)
        if not with_removed:
            chosen = chosen.where(col(CitationRow.removed_at).is_(None))
        return self._records(self._session.execute(chosen.order_by(col(CitationRow.id))).all())

    def resting_on(
        self, *, passage: int | None = None, case: int | None = None, source: int | None = None
    ) -> tuple[CitationRecord, ...]:
        """The standing citations of a passage, a case, or any passage of a source."""
        chosen = _CITATIONS.where(col(CitationRow.removed_at).is_(None))
        if passage is not None:
            chosen = chosen.where(col(CitationRow.passage_id) == passage)
        if case is not None:
            chosen = chosen.where(col(CitationRow.case_id) == case)
        if source is not None:
            within = select(PassageRow.id).where(PassageRow.source_id == source)
            chosen = chosen.where(col(CitationRow.passage_id).in_(within))
        return self._records(self._session.execute(chosen.order_by(col(CitationRow.id))).all())

    def ever_cited(
        self, *, passage: int | None = None, case: int | None = None, source: int | None = None
    ) -> bool:
        """Whether a citation, standing or taken away, names it; then it cannot be deleted."""
        chosen = select(func.count()).select_from(CitationRow)
        if passage is not None:
            chosen = chosen.where(col(CitationRow.passage_id) == passage)
        if case is not None:
            chosen = chosen.where(col(CitationRow.case_id) == case)
        if source is not None:
            within = select(PassageRow.id).where(PassageRow.source_id == source)
            chosen = chosen.where(col(CitationRow.passage_id).in_(within))
        return self._session.exec(chosen).one() > 0

    def cited_from(self, uids: Iterable[str]) -> set[tuple[int | None, int | None]]:
        """(passage id, case id) of everything that a standing citation of these clauses names."""
        chosen = sa_select(col(CitationRow.passage_id), col(CitationRow.case_id)).where(
            col(CitationRow.uid).in_(set(uids)), col(CitationRow.removed_at).is_(None)
        )
        return {(row.passage_id, row.case_id) for row in self._session.execute(chosen)}

    def counts(self, draft_id: int) -> Counter[str]:
        """How many citations stand on each clause of the draft, by uid."""
        rows = self._session.exec(
            select(CitationRow.uid, func.count())
            .where(CitationRow.draft_id == draft_id)
            .where(col(CitationRow.removed_at).is_(None))
            .group_by(CitationRow.uid)
        )
        return Counter(dict(rows.all()))

    def hold(self, uid: str) -> None:
        """Make others who cite from the same clause wait until this unit of work has ended."""
        hold(self._session, f"citations of {uid}")

    def carry(self, draft_id: int, source: str, target: str) -> list[int]:
        """Tie what a clause cites to another clause instead; the ids of the ties that moved.

        A tie to the same thing, with the same relation and pinpoint, that the target has by
        itself stays where it is.
        """
        known = {_tie(one) for one in self.of_draft(draft_id, target)}
        ids = [one.id for one in self.of_draft(draft_id, source) if _tie(one) not in known]
        self.hand_over(ids, source, target)
        return ids

    def hand_over(self, ids: Sequence[int], source: str, target: str) -> None:
        """Tie to the target those of these citations that still hang on the source."""
        self._session.exec(
            update(CitationRow)
            .where(col(CitationRow.id).in_(ids), col(CitationRow.uid) == source)
            .values(uid=target)
        )

    def copy(self, draft_id: int, source: str, target: str) -> list[int]:
        """Tie all that a clause cites to another one too, as by the same authors; the new ids."""
        rows = [
            CitationRow(**{name: value for name, value in row._mapping.items() if name != "id"})
            for row in self._session.execute(
                _CITATIONS.add_columns(col(CitationRow.author_id))
                .where(col(CitationRow.draft_id) == draft_id, col(CitationRow.uid) == source)
                .where(col(CitationRow.removed_at).is_(None))
                .order_by(col(CitationRow.id))
            )
        ]
        for row in rows:
            row.uid = target
            self._session.add(row)
        self._session.flush()
        return [row.id or 0 for row in rows]

    # --- topics

    def topics_of(self, draft_id: int, uid: str) -> tuple[str, ...]:
        """The codes of the topics that the clause answers."""
        return self.topics(draft_id).get(uid, ())

    def topics(self, draft_id: int) -> dict[str, tuple[str, ...]]:
        """The codes of every clause of the draft that has any, by uid."""
        rows = self._session.exec(
            select(ClauseTopicRow)
            .where(ClauseTopicRow.draft_id == draft_id)
            .order_by(col(ClauseTopicRow.code))
        )
        codes = defaultdict(list)
        for row in rows:
            codes[row.uid].append(row.code)
        return {uid: tuple(found) for uid, found in codes.items()}

    def set_topics(self, draft_id: int, uid: str, codes: Iterable[str]) -> None:
        """Give the clause these topics in place of those it has; they must exist."""
        self._session.exec(delete(ClauseTopicRow).where(col(ClauseTopicRow.uid) == uid))
        for code in sorted(set(codes)):
            self._session.add(ClauseTopicRow(draft_id=draft_id, uid=uid, code=code))
        self._session.flush()

    def clauses_with_topic(self, code: str) -> tuple[tuple[int, str], ...]:
        """(draft id, uid) of every clause that answers the topic."""
        rows = self._session.exec(select(ClauseTopicRow).where(ClauseTopicRow.code == code))
        return tuple((row.draft_id, row.uid) for row in rows)

    # --- gaps

    def gap_of(self, draft_id: int, uid: str) -> str:
        """What is said about the clause having no source yet; "" when nothing is."""
        return self.gaps(draft_id).get(uid, "")

    def gaps(self, draft_id: int) -> dict[str, str]:
        """The remarks of all clauses of the draft that are said to have no source yet, by uid."""
        rows = self._session.exec(select(ClauseGapRow).where(ClauseGapRow.draft_id == draft_id))
        return {row.uid: row.remark for row in rows}

    def set_gap(self, draft_id: int, uid: str, remark: str) -> None:
        """Say that the clause has no source yet, or with "" say so no more."""
        self._session.exec(delete(ClauseGapRow).where(col(ClauseGapRow.uid) == uid))
        if remark:
            self._session.add(ClauseGapRow(draft_id=draft_id, uid=uid, remark=remark))
        self._session.flush()

    def _records(self, rows: Sequence[Any]) -> tuple[CitationRecord, ...]:
        passages = self._library.passages_by_id(row.passage_id for row in rows if row.passage_id)
        cases = self._library.cases_by_id(row.case_id for row in rows if row.case_id)
        return tuple(
            CitationRecord(
                id=row.id or 0,
                draft_id=row.draft_id,
                uid=row.uid,
                passage=passages.get(row.passage_id or 0),
                case=cases.get(row.case_id or 0),
                relation=Relation(row.relation),
                pinpoint=row.pinpoint,
                reason=row.reason,
                author=row.author,
                at=row.at,
                removed_at=row.removed_at,
                removed_by=row.removed_by,
            )
            for row in rows
        )


def _tie(one: CitationRecord) -> tuple[int, int, Relation, str]:
    """What two citations of one clause may not share."""
    passage = one.passage.id if one.passage else 0
    return passage, one.case.id if one.case else 0, one.relation, one.pinpoint
