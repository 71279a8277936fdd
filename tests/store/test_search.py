import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.actions.policy import OPERATOR
from app.store.library import CaseWords, PassageWords, SourceKind
from app.store.search import (
    _PLACES,
    FoundKind,
    Query,
    Term,
    exactness,
    fold,
    read_query,
    snippet,
    stem,
    vector_of,
    words_of,
)
from app.store.unit import Store, Stores
from app.treaty.document import Clause, Document, Kind


class TestReadingAQuery:
    @pytest.mark.parametrize(
        ("typed", "terms"),
        [
            ("Amnesty ", (Term(("amnesty",)),)),
            ("amnest", (Term(("amnest",), begins=True),)),
            ('"good faith" talks ', (Term(("good", "faith")), Term(("talks",)))),
            ("“good faith”", (Term(("good", "faith")),)),
            ("art 6(5)", (Term(("art",)), Term(("6",)), Term(("5",)))),
            ("the amnesty of ", (Term(("amnesty",)),)),
            ('an "open quote', (Term(("open",)), Term(("quote",), begins=True))),
            ("", ()),
            ("the", ()),
            ('"" -- * ', ()),
        ],
    )
    def test_words_phrases_and_a_beginning(self, typed: str, terms: tuple[Term, ...]) -> None:
        assert read_query(typed).terms == terms

    @given(st.text())
    def test_anything_can_be_typed(self, typed: str) -> None:
        for term in read_query(typed).terms:
            assert term.words and all(word.isalnum() for word in term.words)

    def test_a_very_long_query_is_cut(self) -> None:
        assert len(read_query("word " * 500).terms) == 24


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("negotiator ", 1.0),
        ("negotiators ", 1.0),
        ("negotiation ", 0.0),
        ("negot", 1.0),
        ("negotiator faith ", 0.5),
        ("Ñetas ", 1.0),
        ("", 0.0),
    ],
)
def test_exactness_tells_forms_of_a_word_apart(typed: str, share: float) -> None:
    assert exactness("Negotiators of the netas", read_query(typed)) == share


class TestStems:
    @pytest.mark.parametrize(
        ("words", "same"),
        [
            ("negotiate negotiator negotiators negotiating negotiation negotiations", "negoti"),
            ("mediator mediators mediation mediate", "medi"),
            ("prosecute prosecution prosecutor prosecutors", "prosecut"),
            ("Ñetas netas", "neta"),
            ("war", "war"),
        ],
    )
    def test_words_of_one_family_have_one_stem(self, words: str, same: str) -> None:
        assert {stem(word) for word in words.split()} == {same}

    def test_different_matters_stay_apart(self) -> None:
        assert stem("national") != stem("nature")
        assert stem("party") != stem("passage")

    def test_folding_takes_accents_and_case_away(self) -> None:
        assert fold("Marguš TADIĆ Høivik Łódź") == "margus tadic hoivik lodz"

    def test_words_are_letters_and_digits(self) -> None:
        assert words_of("S3a.P10, ill-treatment_and “more”") == [
            "s3a",
            "p10",
            "ill",
            "treatment",
            "and",
            "more",
        ]


class TestSnippets:
    def test_matches_are_marked_by_stem_and_by_beginning(self) -> None:
        found = snippet("The negotiators and a mediator met.", read_query("negotiation medi"))
        assert [word for word, marked in found.parts if marked] == ["negotiators", "mediator"]
        assert "".join(word for word, _ in found.parts) == found.text

    def test_a_long_text_is_shown_where_the_words_are(self) -> None:
        text = "Nothing here. " * 40 + "The amnesty was conditional. " + "Nothing there. " * 40
        found = snippet(text, read_query("conditional amnesty "))
        assert len(found.text) < 260
        assert found.text.startswith("… ") and found.text.endswith(" …")
        assert [found.text[a:b] for a, b in found.marks] == ["amnesty", "conditional"]

    def test_a_text_without_a_match_is_shown_from_its_beginning(self) -> None:
        assert snippet("Plain words.", read_query("amnesty")).parts == (("Plain words.", False),)
        assert snippet("", Query()).parts == ()

    @given(st.text(max_size=600), st.text(max_size=40))
    def test_marks_are_in_order_and_inside(self, text: str, typed: str) -> None:
        found = snippet(text, read_query(typed), width=80)
        ends = [0, *(at for mark in found.marks for at in mark), len(found.text)]
        assert ends == sorted(ends)
        assert "".join(part for part, _ in found.parts) == found.text


def shelve(store: Store) -> dict[str, int]:
    source = store.library.add_source(
        slug="founding", kind=SourceKind.DOCUMENT, csl={"title": "Founding article"}
    )
    said = {
        "S1.P1": "Negotiators who act in good faith are prosecuted.",
        "S3b.P5": "Tadić states the broadest test.",
        "S4.P3": "The faith of the good mediator was not enough; ill-treatment followed.",
    }
    ids = {
        locator: store.library.add_passage(source, PassageWords(locator, digest=digest)).id
        for locator, digest in said.items()
    }
    case = store.library.add_case("ecuador", CaseWords("Ecuador", groups="Ñetas", lesson="Talks"))
    return {**ids, "ecuador": case.id}


def found(store: Store, typed: str, *kinds: FoundKind) -> list[int]:
    wanted = kinds or (FoundKind.PASSAGE, FoundKind.CASE)
    return [hit.id for hit in store.search.find(read_query(typed), wanted)[0]]


class TestFinding:
    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("negotiation prosecution", ["S1.P1"]),
            ('"good faith"', ["S1.P1"]),
            ("tadic", ["S3b.P5"]),
            ("TADIĆ", ["S3b.P5"]),
            ("Ñetas", ["ecuador"]),
            ("netas", ["ecuador"]),
            ("S3b.P5", ["S3b.P5"]),
            ("treatment", ["S4.P3"]),
            ("ill-treatment", ["S4.P3"]),
            ("nego", ["S1.P1"]),
            ("negotia", ["S1.P1"]),
            ("negotiatio", ["S1.P1"]),
            ("the", []),
            ("unheard", []),
        ],
    )
    def test_the_same_is_found_on_both_databases(
        self, stores: Stores, typed: str, names: list[str]
    ) -> None:
        with stores.begin() as store:
            ids = shelve(store)
            assert found(store, typed) == [ids[name] for name in names]

    def test_all_words_count_before_any_word_does(self, stores: Stores) -> None:
        with stores.begin() as store:
            ids = shelve(store)
            assert set(found(store, "good faith ")) == {ids["S1.P1"], ids["S4.P3"]}
            hits, fitted = store.search.find(read_query("unheard tadic "))
            assert [hit.id for hit in hits] == [ids["S3b.P5"]]
            assert fitted.any_of

    def test_the_best_comes_first_with_score_1(self, stores: Stores) -> None:
        with stores.begin() as store:
            shelve(store)
            hits, _ = store.search.find(read_query("good faith negotiators "))
            assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
            assert hits[0].score == 1

    def test_what_changes_or_goes_is_found_no_more(self, stores: Stores) -> None:
        with stores.begin() as store:
            ids = shelve(store)
            store.library.fill_exact(ids["S1.P1"], "The trattativa of the State.", [])
            assert found(store, "trattativa") == [ids["S1.P1"]]
            store.library.change_passage(ids["S1.P1"], PassageWords("S1.P1", digest="Other."))
            assert found(store, "trattativa") == []
            assert found(store, "prosecuted") == []
            store.library.delete_case("ecuador")
            assert found(store, "netas") == []

    def test_clauses_are_found_in_one_draft_and_struck_ones_are_not(self, stores: Stores) -> None:
        document = Document(
            "Treaty",
            (
                Clause(Kind.ARTICLE, heading="Safe passage"),
                Clause(Kind.PARAGRAPH, text="Passage is safe.", depth=1),
            ),
        )
        with stores.begin() as store:
            drafts = [
                store.drafts.create(slug=slug, document=document, by=OPERATOR)
                for slug in ("one", "two")
            ]
            find = store.search.find
            query = read_query("safe passage ")
            assert len(find(query, [FoundKind.CLAUSE])[0]) == 4
            hits, _ = find(query, [FoundKind.CLAUSE], draft_id=drafts[0].id)
            clauses = store.drafts.clauses(drafts[0].id)
            assert {(hit.draft_id, hit.uid) for hit in hits} == {
                (drafts[0].id, clause.uid) for clause in clauses
            }
            with store.drafts.pen(drafts[0].id, OPERATOR) as pen:
                assert pen.strike([clauses[1]], detail={})
            hits, _ = find(query, [FoundKind.CLAUSE], draft_id=drafts[0].id)
            assert [hit.uid for hit in hits] == [clauses[0].uid]

    @pytest.mark.parametrize(
        "typed",
        [
            '"',
            "'",
            "a* AND (b OR NOT c) NEAR(d, 5)",
            "col:word ^x {a b} : c",
            "-- ; DROP TABLE passage",
            "\\",
            "%_",
            "\x00 \ud800 nul",
            "² ½ ① Ⅳ",
            "کتاب 条約 договор",
            "<script>&amp;",
            "':*' & | ! <->",
        ],
    )
    def test_no_input_is_an_error(self, stores: Stores, typed: str) -> None:
        with stores.begin() as store:
            shelve(store)
            store.search.find(read_query(typed), list(FoundKind))

    def test_no_generated_input_is_an_error(self, stores: Stores) -> None:
        with stores.begin() as store:
            shelve(store)

            @given(st.text(max_size=60))
            def try_it(typed: str) -> None:
                store.search.find(read_query(typed), list(FoundKind))

            try_it()


def test_postgresql_answers_from_the_index(stores: Stores) -> None:
    if stores.engine.dialect.name == "sqlite":
        return
    with stores.engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for place in _PLACES.values():
            asked = (
                f"EXPLAIN SELECT id FROM {place.table} t "  # noqa: S608
                f"WHERE {vector_of(place.columns, 't.')} @@ to_tsquery('english', 'word')"
                f"{' AND t.settled' if place.settles else ''}"
            )
            plan = "\n".join(row[0] for row in connection.execute(text(asked)))
            assert f"{place.table}_words" in plan, plan
