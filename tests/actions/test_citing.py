from datetime import timedelta

import pytest

from app.actions import citing
from app.actions.refusals import Forbidden, Invalid, Missing, SignInNeeded
from app.store.citations import Relation
from app.store.library import CaseWords, PassageWords, SourceKind, TopicRecord
from app.store.seats import Role
from app.store.unit import Store, Stores
from tests.support.world import Clock, World, fill


def strike(store: Store, world: World, words: str) -> str:
    uid = world.uid(words)
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    with store.drafts.pen(world.draft.id, world.chair) as pen:
        assert pen.strike([clause], detail={})
    return uid


class TestCiting:
    def test_the_pinpoint_is_the_passages_own_unless_given(
        self, store: Store, world: World
    ) -> None:
        uid = world.uid("Nobody shall")
        made = citing.cite(
            store,
            world.drafter,
            world.draft,
            uid,
            passage=world.passages[0].id,
            relation="precedent for",
            reason="  It asks\nfor this. ",
        )
        assert (made.pinpoint, made.reason) == ("S1.P1", "It asks for this.")
        assert (made.relation, made.author) == (Relation.PRECEDENT, "Drafter A")
        assert made.passage == world.passages[0] and made.case is None
        other = citing.cite(
            store,
            world.drafter,
            world.draft,
            uid,
            case=world.case.id,
            relation=Relation.CONTRADICTS,
            pinpoint="S1.P3",
            reason="It went otherwise.",
        )
        assert (other.pinpoint, other.case) == ("S1.P3", world.case)
        assert citing.citations(store, world.drafter, world.draft, uid) == (made, other)
        assert citing.counts(store, world.drafter, world.draft)[uid] == 2

    @pytest.mark.parametrize(
        ("changed", "refusal", "sentence"),
        [
            ({"relation": "proves"}, Invalid, "supports, precedent for"),
            ({"reason": " \n "}, Invalid, "in a sentence"),
            ({"reason": "x" * 601}, Invalid, "at most 600"),
            ({"pinpoint": "x" * 121}, Invalid, "pinpoint"),
            ({"passage": None}, Invalid, "one passage or one case"),
            ({"case": 1}, Invalid, "one passage or one case"),
            ({"passage": 999}, Missing, "no such passage"),
            ({"passage": None, "case": 999}, Missing, "no such case"),
        ],
    )
    def test_what_will_not_do_is_refused_with_a_sentence(
        self,
        store: Store,
        world: World,
        changed: dict[str, str | int | None],
        refusal: type[Exception],
        sentence: str,
    ) -> None:
        fields = {"passage": 1, "relation": "supports", "reason": "x" * 600, **changed}
        with pytest.raises(refusal, match=sentence):
            citing.cite(store, world.chair, world.draft, world.uid("Nobody"), **fields)  # type: ignore[arg-type]

    def test_the_same_tie_is_refused_and_another_relation_is_not(
        self, store: Store, world: World
    ) -> None:
        def cite(relation: Relation) -> None:
            citing.cite(
                store,
                world.drafter,
                world.draft,
                world.uid("Nobody"),
                case=world.case.id,
                relation=relation,
                reason="So it was.",
            )

        cite(Relation.SUPPORTS)
        cite(Relation.QUALIFIES)
        with pytest.raises(Invalid, match="already"):
            cite(Relation.SUPPORTS)

    def test_a_citation_taken_away_is_kept_and_can_be_made_again(
        self, stores: Stores, clock: Clock
    ) -> None:
        with stores.begin() as store:
            world = fill(store)
        clock.forward(timedelta(hours=1))
        with stores.begin() as store:
            gone = citing.uncite(store, world.drafter, world.draft, world.citation.id)
            assert (gone.removed_by, gone.removed_at) == ("Drafter A", clock.now)
            assert citing.citations(store, world.drafter, world.draft) == ()
            kept = citing.citations(store, world.drafter, world.draft, with_removed=True)
            assert kept == (gone,)
            with pytest.raises(Invalid, match="already"):
                citing.uncite(store, world.drafter, world.draft, world.citation.id)
            again = citing.cite(
                store,
                world.drafter,
                world.draft,
                world.citation.uid,
                passage=world.passages[1].id,
                relation=Relation.SUPPORTS,
                reason="After all.",
            )
            acts = [e.act for e in store.journal_events.recent(thing=f"clause:{again.uid}")]
        assert acts == ["citation.added", "citation.removed"]

    def test_another_drafts_citation_is_not_there(self, store: Store, world: World) -> None:
        other = store.drafts.create(
            slug="other", document=store.drafts.document(world.draft.id), by=world.chair
        )
        with pytest.raises(Missing):
            citing.uncite(store, world.chair, other, world.citation.id)
        with pytest.raises(Missing):
            citing.cite(
                store,
                world.chair,
                other,
                world.citation.uid,
                case=world.case.id,
                relation="supports",
                reason="x",
            )

    def test_a_struck_clause_keeps_its_citations_and_takes_no_new_ones(
        self, store: Store, world: World
    ) -> None:
        uid = strike(store, world, "Nobody shall")
        with pytest.raises(Forbidden, match="struck"):
            citing.cite(
                store,
                world.drafter,
                world.draft,
                uid,
                case=world.case.id,
                relation="supports",
                reason="x",
            )

    @pytest.mark.parametrize("role", list(Role))
    def test_who_may_cite_and_who_may_only_read(
        self, store: Store, world: World, role: Role
    ) -> None:
        seat = world.seats[role]
        assert citing.citations(store, seat, world.draft) == (world.citation,)
        cites = role not in (Role.DELEGATE, Role.OBSERVER)
        try:
            citing.uncite(store, seat, world.draft, world.citation.id)
        except Forbidden:
            assert not cites
        else:
            assert cites

    def test_nobody_signed_in_reads_nothing(self, store: Store, world: World) -> None:
        for read in (
            lambda: citing.citations(store, None, world.draft),
            lambda: citing.counts(store, None, world.draft),
            lambda: citing.coverage(store, None, world.draft),
            lambda: citing.find(store, None, "good"),
            lambda: citing.suggest(store, None, world.draft, world.uid("Nobody")),
            lambda: citing.resting_on(store, None, case=world.case.id),
            lambda: citing.topics_of(store, None, world.draft, world.uid("Nobody")),
            lambda: citing.gap_of(store, None, world.draft, world.uid("Nobody")),
        ):
            with pytest.raises(SignInNeeded):
                read()


class TestWhatRestsOnIt:
    def test_clauses_come_in_the_order_of_the_text_and_struck_ones_last(
        self, store: Store, world: World
    ) -> None:
        for words in ("Nobody shall", "Recognizing", "Good faith is presumed"):
            citing.cite(
                store,
                world.drafter,
                world.draft,
                world.uid(words),
                case=world.case.id,
                relation="supports",
                reason="So it was.",
            )
        strike(store, world, "Recognizing")
        resting = citing.resting_on(store, world.drafter, case=world.case.id)
        assert [(r.label, r.heading) for r in resting] == [
            ("Article 2, paragraph 2", "Good faith"),
            ("Article 3", "Protection of negotiators"),
            ("struck clause", ""),
        ]
        assert resting[0].draft.slug == "small"
        assert resting[2].clause.text == "Recognizing that talks end wars,"

    def test_a_source_gathers_what_rests_on_its_passages(self, store: Store, world: World) -> None:
        (resting,) = citing.resting_on(store, world.drafter, source=world.source.id)
        assert resting.citation == world.citation
        assert citing.resting_on(store, world.drafter, passage=world.passages[0].id) == ()
        with pytest.raises(Invalid):
            citing.resting_on(store, world.drafter)


class TestTopicsAndGaps:
    def test_a_clause_is_given_topics(self, store: Store, world: World) -> None:
        uid = world.uid("Protection of")
        given = citing.mark_topics(store, world.drafter, world.draft, uid, ["C02", " C01", ""])
        assert [topic.code for topic in given] == ["C01", "C02"]
        assert citing.topics_of(store, world.drafter, world.draft, uid) == given
        with pytest.raises(Invalid, match="no topic C99"):
            citing.mark_topics(store, world.drafter, world.draft, uid, ["C99"])

    def test_a_gap_is_said_and_taken_back(self, store: Store, world: World) -> None:
        uid = world.uid("Nobody shall")
        citing.say_gap(store, world.drafter, world.draft, uid, " None known. ")
        assert citing.gap_of(store, world.drafter, world.draft, uid) == "None known."
        citing.say_gap(store, world.drafter, world.draft, uid, "")
        assert citing.gap_of(store, world.drafter, world.draft, uid) == ""
        with pytest.raises(Invalid, match="too long"):
            citing.say_gap(store, world.drafter, world.draft, uid, "x" * 601)
        with pytest.raises(Forbidden):
            citing.say_gap(store, world.seats[Role.DELEGATE], world.draft, uid, "x")


class TestFinding:
    def test_hits_say_what_and_where_and_mark_the_words(self, stores: Stores) -> None:
        with stores.begin() as store:
            world = fill(store)
            hits = citing.find(
                store,
                world.drafter,
                "good faith",
                kinds=("passage", "case", "source", "clause"),
                draft=world.draft,
            )
            said = {(hit.kind, hit.where) for hit in hits}
            assert said == {
                ("passage", "On Talking, S1.P2"),
                ("case", ""),
                ("clause", "Article 2"),
                ("clause", "Article 2, paragraph 1"),
                ("clause", "Article 2, paragraph 2"),
            }
            passage = next(hit for hit in hits if hit.kind == "passage")
            assert (passage.id, passage.slug) == (world.passages[1].id, "article")
            assert [word for word, marked in passage.snippet.parts if marked] == ["Good", "faith"]
            clause = next(hit for hit in hits if hit.where == "Article 2, paragraph 2")
            assert (clause.slug, clause.uid) == ("small", world.uid("Good faith is presumed"))
            (case,) = citing.find(store, world.drafter, "northl")
            assert (case.kind, case.slug, case.topics) == ("case", "northland", ("C02",))
            (source,) = citing.find(store, world.drafter, "alpha", kinds=("source",))
            assert (source.slug, source.where) == ("article", "document")

    def test_a_topic_or_a_source_narrows_and_alone_lists(self, store: Store, world: World) -> None:
        def found(query: str, **narrowed: str) -> list[str]:
            hits = citing.find(store, world.drafter, query, **narrowed)  # type: ignore[arg-type]
            return [f"{hit.kind} {hit.where}" for hit in hits]

        assert found("talks", topic="C01") == ["passage On Talking, S1.P1"]
        assert found("", topic="C02") == ["passage On Talking, S1.P2", "case "]
        assert found("", source="article") == [
            "passage On Talking, S1.P1",
            "passage On Talking, S1.P2",
        ]
        assert found("protection", source="article") == ["passage On Talking, S1.P1"]
        assert found("C02") == found("c02 ") == found("", topic="C02")
        assert found("talks", source="no-such") == []
        assert found("talks", topic="C\x0099") == []
        assert found("") == []

    def test_a_topic_is_found_by_its_code_and_by_its_words(
        self, store: Store, world: World
    ) -> None:
        for query in ("C02", "good faith"):
            (hit,) = citing.find(store, world.drafter, query, kinds=("topic",))
            assert (hit.kind, hit.slug, hit.title) == ("topic", "C02", "Good faith in talks")
        assert citing.find(store, world.drafter, "faithful", kinds=("topic",)) == ()

    def test_the_form_asked_for_and_the_subject_go_before_the_stem(self, stores: Stores) -> None:
        with stores.begin() as store:
            world = fill(store)
            store.library.add_topic(TopicRecord("D1", "D Safety of negotiators", "E", "Life", ()))
            texts = {
                "P1": ("Negotiation. Negotiating negotiations.", ()),
                "P2": ("Of a long and winding road, two negotiators walked a part.", ()),
                "P3": ("Who mediates is not safe.", ("D1",)),
            }
            for locator, (text, topics) in texts.items():
                store.library.add_passage(
                    world.source, PassageWords(locator, "Section", text, topics=topics)
                )
            hits = citing.find(store, world.drafter, "negotiator", kinds=("passage",))
            places = [hit.where.rpartition(" ")[2] for hit in hits]
            assert places[0] == "P2" and set(places) == {"P1", "P2", "P3"}

    def test_the_best_few_are_given(self, store: Store, world: World) -> None:
        assert len(citing.find(store, world.drafter, "good faith talks", limit=1)) == 1


class TestSuggesting:
    @pytest.fixture
    def library(self, store: Store, world: World) -> World:
        source = store.library.add_source(
            slug="more", kind=SourceKind.DOCUMENT, csl={"title": "More"}
        )
        for locator, digest, topics in (
            ("P1", "A negotiator was prosecuted for having talked.", ("C01",)),
            ("P2", "Prosecutors left the fishermen alone.", ()),
            ("P3", "Cocaine output reached records.", ()),
        ):
            words = PassageWords(locator, digest=digest, topics=topics)
            store.library.add_passage(source, words)
        store.library.add_case("south", CaseWords("South", facts="Negotiators were prosecuted."))
        store.citations.set_topics(world.draft.id, world.uid("Protection of"), ["C01"])
        return world

    def test_shared_words_and_topics_rank_and_are_said(self, store: Store, library: World) -> None:
        uid = library.uid("Nobody shall be prosecuted")
        found = citing.suggest(store, library.drafter, library.draft, uid)
        first = found[0]
        assert first.passage is not None and first.passage.locator == "P1"
        assert first.why.startswith("shares topic C01; words: ")
        assert "negotiator" in first.why and "prosecuted" in first.why
        places = [s.passage.locator if s.passage else "case" for s in found]
        assert "P3" not in places and {"P2", "case", "S1.P1"} <= set(places)
        assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)

    def test_what_the_clause_or_its_article_cites_is_left_out(
        self, store: Store, library: World
    ) -> None:
        uid = library.uid("Nobody shall be prosecuted")
        before = citing.suggest(store, library.drafter, library.draft, uid, limit=2)
        for at, suggestion in zip((uid, library.uid("Protection of")), before, strict=True):
            citing.cite(
                store,
                library.drafter,
                library.draft,
                at,
                passage=suggestion.passage.id if suggestion.passage else None,
                case=suggestion.case.id if suggestion.case else None,
                relation="supports",
                reason="As suggested.",
            )
        after = citing.suggest(store, library.drafter, library.draft, uid)
        assert not {(s.passage, s.case) for s in before} & {(s.passage, s.case) for s in after}

    def test_a_clause_without_words_or_struck_gets_none(self, store: Store, library: World) -> None:
        uid = strike(store, library, "Done in a single copy")
        assert citing.suggest(store, library.drafter, library.draft, uid) == ()
        with pytest.raises(Missing):
            citing.suggest(store, library.drafter, library.draft, "nowhere")

    def test_both_databases_suggest_the_same_first(self, stores: Stores) -> None:
        with stores.begin() as store:
            world = fill(store)
            uid = world.uid("Talks [shall]")
            (first, *_) = citing.suggest(store, world.drafter, world.draft, uid)
            # The article cites "Good faith is the basis", which would be first else.
            assert first.passage == world.passages[0]


class TestCoverage:
    def test_articles_against_topics_and_cases(self, stores: Stores) -> None:
        with stores.begin() as store:
            world = fill(store)
            good_faith, protection = world.citation.uid, world.uid("Protection of")
            store.library.add_topic(TopicRecord("C03", "B Trust", "E", "Unanswered", ()))
            for uid, code in ((good_faith, "C02"), (world.uid("Nobody shall"), "C01")):
                citing.mark_topics(store, world.drafter, world.draft, uid, [code])
            citing.cite(
                store,
                world.drafter,
                world.draft,
                world.uid("Good faith is presumed"),
                case=world.case.id,
                relation="supports",
                reason="So it was.",
            )
            coverage = citing.coverage(store, world.drafter, world.draft)
        assert [(a.label, a.heading, a.cites) for a in coverage.articles] == [
            ("Article 1", "Use of terms", 0),
            ("Article 2", "Good faith", 2),
            ("Article 3", "Protection of negotiators", 0),
        ]
        assert [a.topics for a in coverage.articles] == [(), ("C02",), ("C01",)]
        assert [(name, [t.code for t in family]) for name, family in coverage.families] == [
            ("A Scope", ["C01"]),
            ("B Trust", ["C02", "C03"]),
        ]
        assert [topic.code for topic in coverage.topics] == ["C01", "C02", "C03"]
        # The topic itself, the passage on it and the case on it.
        assert dict(coverage.cells) == {(good_faith, "C02"): 3, (protection, "C01"): 1}
        assert dict(coverage.case_cells) == {(good_faith, world.case.id): 1}
        assert coverage.cases == (world.case,)

    def test_the_gaps(self, store: Store, world: World) -> None:
        citing.say_gap(
            store, world.drafter, world.draft, world.uid("Nobody shall"), "None known yet."
        )
        gaps = citing.coverage(store, world.drafter, world.draft).gaps
        assert [topic.code for topic in gaps.topics] == ["C01", "C02"]
        assert [article.label for article in gaps.articles] == ["Article 1"]
        assert [(c.heading, c.remark) for c in gaps.clauses] == [
            ("Protection of negotiators", "None known yet.")
        ]

    def test_struck_clauses_do_not_count(self, store: Store, world: World) -> None:
        citing.cite(
            store,
            world.drafter,
            world.draft,
            world.uid("Nobody shall"),
            case=world.case.id,
            relation="supports",
            reason="So it was.",
        )
        strike(store, world, "Nobody shall")
        coverage = citing.coverage(store, world.drafter, world.draft)
        assert [article.cites for article in coverage.articles] == [0, 1, 0]
        assert coverage.case_cells == {}
