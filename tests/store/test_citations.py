import pytest
from sqlalchemy.exc import IntegrityError

from app.actions.policy import OPERATOR
from app.store.citations import Relation
from app.store.drafts import DraftRecord
from app.store.library import (
    CaseRecord,
    CaseWords,
    PassageRecord,
    PassageWords,
    SourceKind,
    TopicRecord,
)
from app.store.unit import Store, Stores
from app.treaty.document import Clause, Document, Kind

TREATY = Document(
    "Treaty",
    (
        Clause(Kind.ARTICLE, heading="Safety"),
        Clause(Kind.PARAGRAPH, text="Mediators shall be safe.", depth=1),
    ),
)


def a_world(store: Store) -> tuple[DraftRecord, tuple[str, ...], PassageRecord, CaseRecord]:
    draft = store.drafts.create(slug="treaty", document=TREATY, by=OPERATOR)
    uids = tuple(clause.uid for clause in store.drafts.clauses(draft.id))
    for code in ("C01", "C02"):
        store.library.add_topic(TopicRecord(code, "A Scope", "E", code, ()))
    source = store.library.add_source(
        slug="cat", kind=SourceKind.INSTRUMENT, csl={"title": "Convention"}
    )
    passage = store.library.add_passage(source, PassageWords("art 4", digest="Crimes."))
    return draft, uids, passage, store.library.add_case("denmark", CaseWords("Denmark"))


def cite(
    store: Store,
    draft: DraftRecord,
    uid: str,
    passage: PassageRecord | None = None,
    case: CaseRecord | None = None,
) -> int:
    return store.citations.add(
        draft_id=draft.id,
        uid=uid,
        passage_id=passage.id if passage else None,
        case_id=case.id if case else None,
        relation=Relation.SUPPORTS,
        pinpoint="art 4",
        reason="Because.",
        author=OPERATOR,
    )


def test_a_citation_comes_back_with_what_it_cites(stores: Stores) -> None:
    with stores.begin() as store:
        draft, uids, passage, case = a_world(store)
        made = cite(store, draft, uids[1], passage=passage)
        cite(store, draft, uids[0], case=case)
    with stores.read() as store:
        found = store.citations.get(made)
        assert found is not None
        assert (found.passage, found.case, found.uid) == (passage, None, uids[1])
        assert (found.relation, found.pinpoint, found.reason) == (
            Relation.SUPPORTS,
            "art 4",
            "Because.",
        )
        assert (found.author, found.removed_at) == ("Operator", None)
        assert [tie.uid for tie in store.citations.of_draft(draft.id)] == [uids[1], uids[0]]
        assert [tie.case for tie in store.citations.of_draft(draft.id, uids[0])] == [case]
        assert store.citations.counts(draft.id) == {uids[0]: 1, uids[1]: 1}


def test_a_citation_taken_away_stays_with_who_and_when(stores: Stores) -> None:
    with stores.begin() as store:
        draft, uids, passage, _ = a_world(store)
        made = cite(store, draft, uids[1], passage=passage)
        assert store.citations.remove(made, by=OPERATOR)
        assert not store.citations.remove(made, by=OPERATOR)
    with stores.read() as store:
        assert store.citations.of_draft(draft.id) == ()
        assert store.citations.counts(draft.id) == {}
        assert store.citations.resting_on(passage=passage.id) == ()
        (kept,) = store.citations.of_draft(draft.id, with_removed=True)
        assert kept.removed_at is not None and kept.removed_by == "Operator"
        assert store.citations.ever_cited(passage=passage.id)


def test_what_rests_on_a_source_rests_on_one_of_its_passages(stores: Stores) -> None:
    with stores.begin() as store:
        draft, uids, passage, case = a_world(store)
        by_passage = cite(store, draft, uids[1], passage=passage)
        by_case = cite(store, draft, uids[1], case=case)
        found = store.citations.resting_on
        assert [tie.id for tie in found(passage=passage.id)] == [by_passage]
        assert [tie.id for tie in found(source=passage.source_id)] == [by_passage]
        assert [tie.id for tie in found(case=case.id)] == [by_case]
        ever = store.citations.ever_cited
        assert ever(source=passage.source_id) and ever(case=case.id)
        assert not ever(source=passage.source_id + 1) and not ever(case=case.id + 1)


@pytest.mark.parametrize("both", [True, False])
def test_a_citation_of_both_or_neither_is_refused_by_the_database(
    stores: Stores, both: bool
) -> None:
    with stores.begin() as store:
        draft, uids, passage, case = a_world(store)
    with pytest.raises(IntegrityError), stores.begin() as store:
        cite(store, draft, uids[0], *((passage, case) if both else ()))


def test_topics_and_gaps_of_a_clause_are_set_anew_each_time(stores: Stores) -> None:
    with stores.begin() as store:
        draft, uids, _, _ = a_world(store)
        store.citations.set_topics(draft.id, uids[0], ["C02", "C01", "C02"])
        assert store.citations.topics_of(draft.id, uids[0]) == ("C01", "C02")
        assert store.citations.clauses_with_topic("C02") == ((draft.id, uids[0]),)
        store.citations.set_topics(draft.id, uids[0], ["C02"])
        store.citations.set_gap(draft.id, uids[1], "None known.")
        store.citations.set_gap(draft.id, uids[1], "Still none.")
    with stores.begin() as store:
        assert store.citations.topics(draft.id) == {uids[0]: ("C02",)}
        assert store.citations.gap_of(draft.id, uids[1]) == "Still none."
        assert store.citations.gap_of(draft.id, uids[0]) == ""
        store.citations.set_gap(draft.id, uids[1], "")
        assert store.citations.gaps(draft.id) == {}
