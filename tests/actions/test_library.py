from dataclasses import replace
from typing import Any

import pytest

from app.actions import citing, library
from app.actions.refusals import Forbidden, Invalid, Missing, SignInNeeded
from app.exchange.sources import SourceHeading, SourcePassage, SourceText
from app.store.library import PassageWords, SourceKind
from app.store.seats import Role
from app.store.unit import Store, Stores
from tests.support.world import World, fill

HEADINGS = ("Introduction", "The “Groups”", "Realities")
WORDS = (
    "Talks took place in Denmark in 1994.",
    "The groups of the Sundarbans numbered 15.",
    "Haradinaj gives factors; nearly 70% of profits leave.",
)
TEXT = SourceText(
    title="On Groups",
    headings=tuple(SourceHeading(f"S{n}", text, 1) for n, text in enumerate(HEADINGS, 1)),
    passages=tuple(
        SourcePassage(f"S{n}.P1", HEADINGS[n - 1], words, (str(n),))
        for n, words in enumerate(WORDS, 1)
    ),
    losses=("A picture was left out.",),
    note_texts=(("1", "See the archive."),),
)


def digests(store: Store, headings: tuple[str, ...] = HEADINGS) -> None:
    source = store.library.add_source(
        slug="founding", kind=SourceKind.DOCUMENT, csl={"title": "Founding"}, founding=True
    )
    said = ("In Denmark, 1994.", "They were 15 in the Sundarbans.", "See Haradinaj; 70 %.")
    for n, digest in enumerate(said, 1):
        store.library.add_passage(source, PassageWords(f"S{n}.P1", headings[n - 1], digest))


class TestByHand:
    def test_a_source_gets_a_slug_of_its_own(self, store: Store, world: World) -> None:
        def add(**fields: str) -> str:
            csl = {"type": "treaty", "title": "  Convention  on\nTalks ", **fields}
            return library.add_source(store, world.drafter, kind="instrument", csl=csl).slug

        assert add() == "convention-on-talks"
        assert add() == "convention-on-talks-2"
        assert add(**{"title-short": "Tadić Übereinkommen"}) == "tadic-ubereinkommen"
        assert add(title="条約") == "source"
        found = library.source(store, world.drafter, "convention-on-talks")
        assert (found.title, found.kind) == ("Convention on Talks", SourceKind.INSTRUMENT)

    def test_a_source_is_changed_and_the_change_is_on_record(
        self, store: Store, world: World
    ) -> None:
        changed = library.change_source(
            store, world.drafter, "article", kind="judgment", csl={"title": "New"}, remark=" R "
        )
        assert (changed.title, changed.kind, changed.remark) == ("New", SourceKind.JUDGMENT, "R")
        (event,) = store.journal_events.recent(thing="source:article")
        assert event.detail["csl"]["title"] == "On Talking"

    def test_a_passage_needs_a_place_of_its_own_and_something_to_say(
        self, store: Store, world: World
    ) -> None:
        made = library.add_passage(
            store,
            world.drafter,
            "article",
            locator=" S2.P1 ",
            digest="One\r\ntwo \x00",
            notes=["3", " "],
            topics=["C02"],
        )
        assert (made.locator, made.digest, made.notes) == ("S2.P1", "One\ntwo", ("3",))
        assert library.passage(store, world.drafter, made.id) == made
        with pytest.raises(Invalid, match=r"at S1\.P1 already"):
            library.change_passage(store, world.drafter, made.id, locator="S1.P1", digest="x")
        for locator, digest, topics, sentence in (
            ("S2.P1", "x", [], "already"),
            ("S2.P2", " ", [], "own words"),
            ("S2.P2", "x", ["C99"], "no topic C99"),
            ("S2.P2", "x" * 20_001, [], "too long"),
        ):
            with pytest.raises(Invalid, match=sentence):
                library.add_passage(
                    store, world.drafter, "article", locator=locator, digest=digest, topics=topics
                )
        changed = library.change_passage(
            store, world.drafter, made.id, locator="S2.P1", exact="Exactly."
        )
        assert (changed.digest, changed.exact, changed.topics) == ("", "Exactly.", ())

    def test_a_case_is_added_and_changed(self, store: Store, world: World) -> None:
        made = library.add_case(
            store,
            world.drafter,
            title="Northland talks",
            facts="They met.",
            places=["S1.P3"],
            topics=["C01"],
            record_depth="thin",
        )
        assert (made.slug, made.facts, made.topics) == ("northland-talks", "They met.", ("C01",))
        changed = library.change_case(store, world.drafter, made.slug, title="Talks", label="L")
        assert (changed.slug, changed.title, changed.label, changed.facts) == (
            "northland-talks",
            "Talks",
            "L",
            "",
        )
        assert library.case(store, world.drafter, made.slug) == changed
        with pytest.raises(Invalid, match="rich, medium or thin"):
            library.add_case(store, world.drafter, title="X", record_depth="deep")
        with pytest.raises(Invalid, match="title"):
            library.add_case(store, world.drafter, title=" ")
        with pytest.raises(TypeError, match="colour"):
            library.add_case(store, world.drafter, title="X", colour="red")

    def test_what_was_ever_cited_is_not_deleted(self, store: Store, world: World) -> None:
        citing.uncite(store, world.drafter, world.draft, world.citation.id)
        with pytest.raises(Forbidden, match="it is cited, or was once"):
            library.delete_passage(store, world.drafter, world.passages[1].id)
        with pytest.raises(Forbidden):
            library.delete_source(store, world.drafter, "article")
        library.delete_passage(store, world.drafter, world.passages[0].id)
        library.delete_case(store, world.drafter, "northland")
        assert [p.locator for p in library.passages(store, world.drafter, "article")] == ["S1.P2"]
        assert library.cases(store, world.drafter) == ()
        acts = [event.act for event in store.journal_events.recent(2)]
        assert acts == ["case.deleted", "passage.deleted"]

    def test_a_source_nothing_rests_on_is_deleted(self, store: Store, world: World) -> None:
        made = library.add_source(store, world.drafter, kind="document", csl={"title": "Gone"})
        library.add_passage(store, world.drafter, made.slug, locator="p 1", digest="x")
        library.delete_source(store, world.drafter, made.slug)
        with pytest.raises(Missing):
            library.source(store, world.drafter, made.slug)

    def test_what_is_not_there_is_missing(self, store: Store, world: World) -> None:
        for read in (
            lambda: library.source(store, world.chair, "no-such"),
            lambda: library.source(store, world.chair, "\x00"),
            lambda: library.passages(store, world.chair, "no-such"),
            lambda: library.passage(store, world.chair, 999),
            lambda: library.case(store, world.chair, "no-such"),
            lambda: library.case(store, world.chair, "'\ud800"),
            lambda: library.topic(store, world.chair, "C99"),
        ):
            with pytest.raises(Missing):
                read()
        assert library.topic(store, world.chair, "C01").family == "A Scope"

    @pytest.mark.parametrize(
        ("csl", "sentence"),
        [
            ({}, "title"),
            ({"title": ["x"]}, "title"),
            ({"title": " \x00"}, "title"),
            ({"title": "x", "abstract": "y" * 20_000}, "too long"),
        ],
    )
    def test_an_item_that_will_not_do(
        self, store: Store, world: World, csl: dict[str, object], sentence: str
    ) -> None:
        with pytest.raises(Invalid, match=sentence):
            library.add_source(store, world.chair, kind="document", csl=csl)
        with pytest.raises(Invalid, match="document, an instrument or a judgment"):
            library.add_source(store, world.chair, kind="rumour", csl={"title": "x"})

    @pytest.mark.parametrize("role", list(Role))
    def test_everybody_reads_and_some_add(self, store: Store, world: World, role: Role) -> None:
        seat = world.seats[role]
        assert library.sources(store, seat) == (world.source,)
        assert library.figures(store, seat) == ()
        adds = role not in (Role.DELEGATE, Role.OBSERVER)
        for add in (
            lambda: library.add_source(store, seat, kind="document", csl={"title": "x"}),
            lambda: library.add_case(store, seat, title="x"),
            lambda: library.add_passage(store, seat, "article", locator="9", digest="x"),
            lambda: library.import_text(store, seat, "x.txt", TEXT),
            lambda: library.import_bibliography(store, seat, [{"title": "y"}]),
            lambda: library.change_case(store, seat, "northland", title="z"),
            lambda: library.delete_case(store, seat, "northland"),
        ):
            try:
                add()
            except Forbidden:
                assert not adds
            else:
                assert adds
        with pytest.raises(SignInNeeded):
            library.sources(store, None)


class TestImportingAText:
    def test_exact_words_come_beside_the_digests(self, stores: Stores) -> None:
        with stores.begin() as store:
            world = fill(store)
            digests(store)
            imported = library.import_text(store, world.chair, "article.txt", TEXT)
            found = library.passages(store, world.chair, "founding")
        assert (imported.headings, imported.passages, imported.notes) == (3, 3, 3)
        assert (imported.matched, imported.title) == (3, "Founding")
        assert imported.losses == ("A picture was left out.",)
        assert [p.exact for p in found] == list(WORDS)
        assert found[0].digest == "In Denmark, 1994."
        assert [p.notes for p in found] == [("1",), ("2",), ("3",)]
        assert [h.text for h in imported.source.headings] == list(HEADINGS)
        assert imported.source.note_texts == (("1", "See the archive."),)

    def test_importing_it_again_changes_nothing_and_counts_the_same(
        self, store: Store, world: World
    ) -> None:
        digests(store)
        first = library.import_text(store, world.chair, "article.txt", TEXT)
        before = store.library.passages()
        again = library.import_text(
            store, world.chair, "copy.txt", replace(TEXT, title="Another title")
        )
        assert again == first
        assert store.library.passages() == before
        assert len(store.journal_events.recent(thing="source:founding")) == 1

    def test_quotation_marks_and_case_of_headings_do_not_matter(
        self, store: Store, world: World
    ) -> None:
        digests(store, ("INTRODUCTION", 'The "groups"', "Realities"))
        assert library.import_text(store, world.chair, "a.txt", TEXT).matched == 3

    @pytest.mark.parametrize(
        "other",
        [
            replace(
                TEXT,
                passages=tuple(replace(p, text="Quite another text.") for p in TEXT.passages),
            ),
            replace(TEXT, headings=tuple(replace(h, text="Other") for h in TEXT.headings)),
            replace(TEXT, passages=TEXT.passages[:1]),
            replace(
                TEXT,
                passages=tuple(
                    replace(p, locator=p.locator.replace("P1", "P7")) for p in TEXT.passages
                ),
            ),
        ],
        ids=["other words", "other headings", "a part", "other places"],
    )
    def test_a_text_that_only_looks_like_it_is_a_source_of_its_own(
        self, store: Store, world: World, other: SourceText
    ) -> None:
        digests(store)
        imported = library.import_text(store, world.chair, "other.txt", other)
        assert (imported.matched, imported.source.slug) == (0, "on-groups")
        assert [p.exact for p in store.library.passages("founding")] == ["", "", ""]
        assert len(store.library.passages("on-groups")) == len(other.passages)
        again = library.import_text(store, world.chair, "other.txt", other)
        assert again.source == imported.source
        assert len(store.library.sources()) == 3

    def test_a_file_without_a_title_goes_by_its_name(self, store: Store, world: World) -> None:
        imported = library.import_text(store, world.chair, "Notes.md", replace(TEXT, title=""))
        assert (imported.title, imported.source.slug) == ("Notes.md", "notes-md")

    def test_an_empty_file_is_refused(self, store: Store, world: World) -> None:
        with pytest.raises(Invalid, match=r"No text was found in empty\.txt"):
            library.import_text(store, world.chair, "empty.txt", replace(TEXT, passages=()))

    def test_what_came_in_can_be_found(self, store: Store, world: World) -> None:
        digests(store)
        library.import_text(store, world.chair, "article.txt", TEXT)
        (hit,) = citing.find(store, world.chair, "profits leave")
        assert (hit.slug, hit.where) == ("founding", "Founding, S3.P1")


class TestImportingABibliography:
    ITEMS: tuple[dict[str, Any], ...] = (
        {"id": "Doe2020", "type": "book", "title": "Talks", "issued": {"date-parts": [[2020]]}},
        {"id": "x", "type": "legal_case", "title": "A v B", "number": "IT-94-1"},
        {"id": "x", "type": "treaty", "title": "Convention"},
    )

    def test_items_become_sources_of_their_kind(self, store: Store, world: World) -> None:
        brought = library.import_bibliography(store, world.chair, self.ITEMS)
        assert [(s.slug, s.kind) for s in brought] == [
            ("doe2020", SourceKind.DOCUMENT),
            ("x", SourceKind.JUDGMENT),
            ("x-2", SourceKind.INSTRUMENT),
        ]
        assert brought[0].csl["issued"] == {"date-parts": [[2020]]}

    def test_items_that_are_here_already_are_not_added_again(
        self, store: Store, world: World
    ) -> None:
        first = library.import_bibliography(store, world.chair, self.ITEMS)
        twice = [*self.ITEMS, {**self.ITEMS[0], "id": "other", "title": "TALKS"}]
        again = library.import_bibliography(store, world.chair, twice)
        assert again == (*first, first[0])
        assert len(store.library.sources()) == 4

    def test_one_item_without_a_title_stops_the_whole(self, store: Store, world: World) -> None:
        with pytest.raises(Invalid):
            library.import_bibliography(store, world.chair, [*self.ITEMS, {"id": "y"}])
        assert len(store.library.sources()) == 1
