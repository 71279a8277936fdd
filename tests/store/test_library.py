from app.store.library import (
    CaseWords,
    HeadingRecord,
    PassageWords,
    SourceKind,
    SourceRecord,
    TopicRecord,
    names_in,
)
from app.store.unit import Store, Stores


def topics(store: Store) -> None:
    for code in ("C01", "C02"):
        store.library.add_topic(TopicRecord(code, "A Scope", "E", f"Topic {code}", ("S1.P1",)))


def a_source(store: Store, slug: str = "cat", title: str = "Convention") -> SourceRecord:
    return store.library.add_source(
        slug=slug, kind=SourceKind.INSTRUMENT, csl={"type": "treaty", "title": title}
    )


class TestSources:
    def test_a_source_comes_back_as_it_was_added(self, stores: Stores) -> None:
        with stores.begin() as store:
            made = store.library.add_source(
                slug="founding-article",
                kind=SourceKind.DOCUMENT,
                csl={"type": "document", "title": "Article", "author": [{"family": "Ñ"}]},
                remark="No date.",
                founding=True,
                headings=[HeadingRecord("S1", "Introduction", 1)],
                sha256="ab" * 32,
            )
        with stores.read() as store:
            assert store.library.source("founding-article") == made
            assert store.library.source_of_text("ab" * 32) == made
            assert store.library.source_of_text("") is None
            assert store.library.source("no-such") is None
        assert made.title == "Article" and made.founding
        assert made.headings == (HeadingRecord("S1", "Introduction", 1),)

    def test_sources_stand_by_title_whatever_their_case(self, stores: Stores) -> None:
        with stores.begin() as store:
            for slug, title in (("b", "beta"), ("a", "Alpha"), ("c", "Gamma")):
                a_source(store, slug, title)
            assert [source.slug for source in store.library.sources()] == ["a", "b", "c"]

    def test_a_changed_source_has_the_new_values_only(self, stores: Stores) -> None:
        with stores.begin() as store:
            a_source(store)
            changed = store.library.change_source(
                "cat", kind=SourceKind.DOCUMENT, csl={"title": "Other"}, remark="Note"
            )
        assert (changed.title, changed.kind, changed.remark) == (
            "Other",
            SourceKind.DOCUMENT,
            "Note",
        )

    def test_a_deleted_source_takes_its_passages_along(self, stores: Stores) -> None:
        with stores.begin() as store:
            topics(store)
            kept, gone = a_source(store, "kept"), a_source(store, "gone")
            for source in (kept, gone):
                store.library.add_passage(source, PassageWords("art 1", topics=("C01",)))
            store.library.delete_source("gone")
        with stores.read() as store:
            assert [p.source_slug for p in store.library.passages()] == ["kept"]
            assert store.library.source("gone") is None


class TestPassages:
    def test_a_passage_comes_back_with_its_source_and_topics(self, stores: Stores) -> None:
        words = PassageWords("art 2", "Heading", "Digest", "Exact", ("1", "2"), ("C02", "C01"))
        with stores.begin() as store:
            topics(store)
            made = store.library.add_passage(a_source(store), words)
        with stores.read() as store:
            found = store.library.passage(made.id)
            assert found == made == store.library.passage_at("cat", "art 2")
            assert store.library.passage_at("cat", "art 3") is None
        assert (made.source_slug, made.source_title) == ("cat", "Convention")
        assert made.topics == ("C01", "C02") and made.notes == ("1", "2")

    def test_passages_keep_the_order_they_were_added_in(self, stores: Stores) -> None:
        locators = ["S1.P1", "S1.P2", "S1.P10"]
        with stores.begin() as store:
            source = a_source(store)
            for locator in locators:
                store.library.add_passage(source, PassageWords(locator))
            many = a_source(store, "many")
            assert store.library.add_passages(many, map(PassageWords, locators)) == 3
        with stores.read() as store:
            assert [p.locator for p in store.library.passages("cat")] == locators
            assert [p.locator for p in store.library.passages("many")] == locators
            assert len(store.library.passages()) == 6

    def test_exact_words_come_beside_the_digest(self, stores: Stores) -> None:
        with stores.begin() as store:
            made = store.library.add_passage(a_source(store), PassageWords("p", digest="Short"))
            store.library.fill_exact(made.id, "At length", ["7"])
        with stores.read() as store:
            found = store.library.passage(made.id)
            assert found is not None
            assert (found.digest, found.exact, found.notes) == ("Short", "At length", ("7",))

    def test_a_changed_passage_loses_the_topics_it_had(self, stores: Stores) -> None:
        with stores.begin() as store:
            topics(store)
            made = store.library.add_passage(a_source(store), PassageWords("p", topics=("C01",)))
            changed = store.library.change_passage(made.id, PassageWords("q", topics=("C02",)))
        assert (changed.locator, changed.topics) == ("q", ("C02",))


class TestCases:
    def test_a_case_comes_back_as_it_was_added(self, stores: Stores) -> None:
        words = CaseWords("Denmark", facts="A truce.", places=("S1.P3",), topics=("C01",))
        with stores.begin() as store:
            topics(store)
            made = store.library.add_case("denmark", words)
        with stores.read() as store:
            assert store.library.case("denmark") == made == store.library.cases()[0]
            assert store.library.cases_by_id([made.id, 99]) == {made.id: made}
            assert store.library.case("norway") is None
        assert (made.facts, made.places, made.topics, made.label) == (
            "A truce.",
            ("S1.P3",),
            ("C01",),
            "",
        )

    def test_a_changed_case_and_a_deleted_one(self, stores: Stores) -> None:
        with stores.begin() as store:
            topics(store)
            store.library.add_case("denmark", CaseWords("Denmark", topics=("C01",)))
            changed = store.library.change_case("denmark", CaseWords("Danmark", label="Truce"))
            assert (changed.title, changed.label, changed.topics) == ("Danmark", "Truce", ())
            store.library.delete_case("denmark")
            assert store.library.cases() == ()


def test_topics_stand_by_code_and_figures_as_entered(stores: Stores) -> None:
    with stores.begin() as store:
        for code in ("C10", "C02"):
            store.library.add_topic(TopicRecord(code, "A", "L", code, ()))
        for figure in ("90 %", "15"):
            store.library.add_figure(
                figure=figure, statement="of all", source_slug="a", locator="S1.P3"
            )
    with stores.read() as store:
        assert [topic.code for topic in store.library.topics()] == ["C02", "C10"]
        assert [figure.figure for figure in store.library.figures()] == ["90 %", "15"]
        assert store.library.topic("C10") == TopicRecord("C10", "A", "L", "C10", ())
        assert store.library.topic("C11") is None


def test_names_in_an_item_are_what_a_source_is_looked_for_by() -> None:
    item = {
        "title-short": "UNTOC",
        "container-title": "UNTS",
        "author": [{"given": "Ana", "family": "Kovač"}, "odd"],
        "editor": "odd",
    }
    assert names_in(item) == "UNTOC UNTS Ana Kovač"
