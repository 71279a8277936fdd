import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.actions import drafting
from app.actions.refusals import Forbidden, Invalid, Missing, Moved, SignInNeeded
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import Role
from app.store.unit import Store, Stores
from app.treaty.document import Clause, Document, Kind
from tests.support.world import World, fill

PRESUMED = "Good faith is presumed."


def words(store: Store, draft: DraftRecord) -> list[str]:
    """The live clauses as indented lines."""
    return ["  " * clause.depth + clause.words for clause in store.drafts.clauses(draft.id)]


def now(store: Store, world: World, said: str) -> ClauseRecord:
    (found,) = [c for c in store.drafts.clauses(world.draft.id) if said in c.words]
    return found


def fresh(store: Store, world: World) -> DraftRecord:
    return drafting.open_draft(store, world.chair, "small")


@pytest.fixture(autouse=True)
def _the_journal_holds(store: Store) -> Any:
    """Whatever a test did: every clause is what its edits make it, and the chain holds."""
    yield
    for draft in store.drafts.all():
        assert drafting.verify(store, draft).faults == ()


class TestRewording:
    def test_it_takes_the_new_words(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        done = drafting.reword(store, world.drafter, world.draft, uid, "It is presumed.", seen=1)
        assert not done.merged
        assert (done.clause.text, done.clause.version) == ("It is presumed.", 2)
        entry = store.drafts.history(world.draft.id, uid)[-1]
        assert (entry.act, entry.author, entry.version) == ("reworded", "Drafter A", 2)
        assert entry.changes is not None and len(entry.changes) > 1

    def test_it_touches_no_other_clause(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        drafting.reword(store, world.drafter, world.draft, uid, "Other.", seen=1)
        after = store.drafts.clauses(world.draft.id)
        assert [c for c in after if c.uid != uid] == [c for c in world.clauses if c.uid != uid]

    def test_the_same_words_are_not_journalled(self, store: Store, world: World) -> None:
        before = fresh(store, world)
        uid = world.uid(PRESUMED)
        done = drafting.reword(store, world.drafter, world.draft, uid, f" {PRESUMED}\r\n", seen=1)
        assert done.clause.version == 1 and not done.merged
        assert fresh(store, world) == before

    def test_words_that_do_not_touch_newer_ones_are_merged(
        self, store: Store, world: World
    ) -> None:
        uid = world.uid("[shall]")
        base = "Talks [shall] [should] be held in good faith."
        drafting.reword(
            store, world.chair, world.draft, uid, base.replace("Talks", "All talks"), seen=1
        )
        done = drafting.reword(
            store, world.drafter, world.draft, uid, base.replace("good", "full"), seen=1
        )
        assert done.merged
        assert done.clause.text == "All talks [shall] [should] be held in full faith."
        assert done.clause.version == 3

    def test_words_that_touch_newer_ones_come_back_with_all_three(
        self, store: Store, world: World
    ) -> None:
        uid = world.uid(PRESUMED)
        drafting.reword(store, world.chair, world.draft, uid, "Good faith is assumed.", seen=1)
        with pytest.raises(Moved) as moved:
            drafting.reword(
                store, world.drafter, world.draft, uid, "Good faith is granted.", seen=1
            )
        said = moved.value
        assert (said.base, said.mine, said.theirs, said.version) == (
            PRESUMED,
            "Good faith is granted.",
            "Good faith is assumed.",
            2,
        )
        settled = drafting.reword(
            store, world.drafter, world.draft, uid, said.mine, seen=said.version
        )
        assert settled.clause.text == said.mine

    def test_an_unknown_version_needs_the_seen_text(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        with pytest.raises(Moved):
            drafting.reword(store, world.drafter, world.draft, uid, "New.", seen=7)
        done = drafting.reword(
            store,
            world.drafter,
            world.draft,
            uid,
            "Good faith is always presumed.",
            seen=7,
            seen_text=PRESUMED,
        )
        assert done.clause.text == "Good faith is always presumed."

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("One\r\ntwo\n\n three", "One two three"),
            ("\x00A\x07b\tc\u2028d ", "A b c d"),
            ("no\u00a0break 𝔸 \u200dstays", "no\u00a0break 𝔸 \u200dstays"),
        ],
    )
    def test_a_clause_is_one_line_without_control_characters(
        self, store: Store, world: World, given: str, kept: str
    ) -> None:
        uid = world.uid(PRESUMED)
        done = drafting.reword(store, world.drafter, world.draft, uid, given, seen=1)
        assert done.clause.text == kept

    @pytest.mark.parametrize("nonsense", ["", " \n\t", "\x00", "half \ud83d", "a" * 100_001])
    def test_nonsense_is_refused_with_a_sentence(
        self, store: Store, world: World, nonsense: str
    ) -> None:
        uid = world.uid(PRESUMED)
        with pytest.raises(Invalid) as refused:
            drafting.reword(store, world.drafter, world.draft, uid, nonsense, seen=1)
        assert refused.value.sentence.endswith(".")

    def test_an_article_has_no_text_to_change(self, store: Store, world: World) -> None:
        with pytest.raises(Invalid, match="An article has a heading"):
            drafting.reword(
                store, world.drafter, world.draft, world.uid("Use of terms"), "x", seen=1
            )

    def test_a_struck_clause_and_a_stranger_are_refused(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        drafting.strike(store, world.drafter, world.draft, uid, seen=1)
        with pytest.raises(Forbidden, match="struck"):
            drafting.reword(store, world.drafter, world.draft, uid, "x", seen=2)
        with pytest.raises(Missing):
            drafting.reword(store, world.drafter, world.draft, "cnone", "x", seen=1)


class TestRetitling:
    def test_headings_merge_as_words_do(self, store: Store, world: World) -> None:
        uid = world.uid("Protection of")
        drafting.retitle(
            store, world.chair, world.draft, uid, "Safe protection of negotiators", seen=1
        )
        clause = drafting.retitle(
            store, world.drafter, world.draft, uid, "Protection of all negotiators", seen=1
        )
        assert (clause.heading, clause.version) == ("Safe protection of all negotiators", 3)
        with pytest.raises(Moved) as moved:
            drafting.retitle(
                store, world.drafter, world.draft, uid, "Protection of everyone", seen=1
            )
        assert moved.value.theirs == "Safe protection of all negotiators"

    def test_a_paragraph_has_no_heading(self, store: Store, world: World) -> None:
        with pytest.raises(Invalid, match="no heading"):
            drafting.retitle(store, world.chair, world.draft, world.uid(PRESUMED), "x", seen=1)


class TestInserting:
    @pytest.mark.parametrize(
        ("after", "kind", "comes_behind", "depth"),
        [
            ("[shall]", "paragraph", "[shall]", 2),
            ("Good faith", "paragraph", "Good faith", 2),
            ("For the purposes", "paragraph", "“panel”", 2),
            ("“talks”", "subparagraph", "“talks”", 3),
            ("“talks”", "item", "“talks”", 4),
            ("For the purposes", "subparagraph", "For the purposes", 3),
            ("Recognizing", "recital", "Recognizing", 0),
        ],
    )
    def test_text_takes_its_usual_place(
        self, store: Store, world: World, after: str, kind: str, comes_behind: str, depth: int
    ) -> None:
        uid = next(c.uid for c in world.clauses if after in c.words)
        made = drafting.insert(
            store, world.drafter, world.draft, after=uid, kind=kind, text="New words."
        )
        lines = words(store, world.draft)
        at = lines.index("  " * depth + "New words.")
        assert comes_behind in lines[at - 1]
        assert (made.kind, made.depth, made.version) == (Kind(kind), depth, 1)

    @pytest.mark.parametrize(
        ("after", "kind", "comes_behind", "depth"),
        [
            ("Use of terms", "article", "“panel”", 1),
            ("“talks”", "article", "“panel”", 1),
            ("General", "article", "General", 1),
            ("General", "part", PRESUMED, 0),
            ("“talks”", "part", "“panel”", 0),
            ("Protection of", "annex", "Nobody", 0),
        ],
    )
    def test_headings_take_their_usual_place(
        self, store: Store, world: World, after: str, kind: str, comes_behind: str, depth: int
    ) -> None:
        uid = world.uid(after)
        drafting.insert(
            store, world.drafter, world.draft, after=uid, kind=kind, heading="New heading"
        )
        lines = words(store, world.draft)
        at = lines.index("  " * depth + "New heading")
        assert comes_behind in lines[at - 1]

    def test_an_article_brings_its_first_paragraph(self, store: Store, world: World) -> None:
        made = drafting.insert(
            store,
            world.drafter,
            world.draft,
            after=world.uid("Protection of"),
            kind="article",
            heading="Safe passage",
            text="Safe passage shall be given.",
        )
        assert words(store, world.draft)[-3:-1] == [
            "  Safe passage",
            "    Safe passage shall be given.",
        ]
        assert len(store.drafts.act(world.draft.id, fresh(store, world).seq)) == 2
        drafting.undo(store, world.drafter, world.draft)
        assert words(store, world.draft) == ["  " * c.depth + c.words for c in world.clauses]
        (gone,) = drafting.struck(store, world.drafter, world.draft)
        assert gone.uid == made.uid

    def test_the_front_can_be_filled_again_and_again(self, store: Store, world: World) -> None:
        for count in range(50):
            drafting.insert(
                store, world.drafter, world.draft, after=None, kind="recital", text=f"R{count},"
            )
        assert words(store, world.draft)[:50] == [f"R{count}," for count in range(49, -1, -1)]

    @pytest.mark.parametrize(
        ("after", "made", "sentence"),
        [
            ("[shall]", {"kind": "article", "heading": "X", "depth": 3}, "An article cannot stand"),
            ("“talks”", {"kind": "paragraph", "text": "x", "depth": 4}, "inside a subparagraph"),
            ("Good faith", {"kind": "recital", "text": "x", "depth": 2}, "inside an article"),
            ("[shall]", {"kind": "item", "text": "x", "depth": 9}, "deeper"),
            ("[shall]", {"kind": "paragraph", "text": " "}, "words"),
            ("[shall]", {"kind": "article"}, "needs some words"),
            ("[shall]", {"kind": "verse", "text": "x"}, "not a kind"),
            ("[shall]", {"kind": "part", "heading": "X", "text": "x"}, "heading only"),
            ("[shall]", {"kind": "item", "heading": "X", "text": "x"}, "no heading"),
        ],
    )
    def test_nonsense_is_refused(
        self, store: Store, world: World, after: str, made: dict[str, Any], sentence: str
    ) -> None:
        uid = next(c.uid for c in world.clauses if after in c.words)
        with pytest.raises(Invalid, match=sentence):
            drafting.insert(store, world.drafter, world.draft, after=uid, **made)
        assert fresh(store, world).seq == world.draft.seq

    def test_after_a_struck_clause_there_is_no_place(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        drafting.strike(store, world.drafter, world.draft, uid, seen=1)
        with pytest.raises(Missing):
            drafting.insert(
                store, world.drafter, world.draft, after=uid, kind="paragraph", text="x"
            )


class TestStrikingAndRestoring:
    def test_an_article_goes_with_its_text_and_comes_back_with_it(
        self, store: Store, world: World
    ) -> None:
        before = words(store, world.draft)
        uid = world.uid("Use of terms")
        assert drafting.strike(store, world.drafter, world.draft, uid, seen=1).struck
        assert words(store, world.draft) == before[:3] + before[7:]
        assert [c.uid for c in drafting.struck(store, world.drafter, world.draft)] == [uid]
        drafting.restore(store, world.drafter, world.draft, uid)
        assert words(store, world.draft) == before

    def test_what_was_struck_before_stays_struck(self, store: Store, world: World) -> None:
        inner, outer = world.uid("“talks”"), world.uid("Use of terms")
        drafting.strike(store, world.drafter, world.draft, inner, seen=1)
        drafting.strike(store, world.drafter, world.draft, outer, seen=1)
        drafting.restore(store, world.drafter, world.draft, outer)
        assert "      “panel” means the certifying panel." in words(store, world.draft)
        assert [c.uid for c in drafting.struck(store, world.chair, world.draft)] == [inner]
        drafting.restore(store, world.drafter, world.draft, inner)
        assert words(store, world.draft) == ["  " * c.depth + c.words for c in world.clauses]

    def test_what_stands_below_something_struck_waits_for_it(
        self, store: Store, world: World
    ) -> None:
        inner, outer = world.uid("“talks”"), world.uid("Use of terms")
        drafting.strike(store, world.drafter, world.draft, outer, seen=1)
        with pytest.raises(Invalid, match="restore “Use of terms” first"):
            drafting.restore(store, world.drafter, world.draft, inner)

    def test_a_clause_that_changed_since_is_looked_at_again(
        self, store: Store, world: World
    ) -> None:
        uid = world.uid(PRESUMED)
        drafting.reword(store, world.chair, world.draft, uid, "Changed.", seen=1)
        with pytest.raises(Moved) as moved:
            drafting.strike(store, world.drafter, world.draft, uid, seen=1)
        assert (moved.value.theirs, moved.value.version) == ("Changed.", 2)
        with pytest.raises(Moved):
            drafting.split(store, world.drafter, world.draft, uid, at=3, seen=1)
        with pytest.raises(Moved):
            drafting.merge(store, world.drafter, world.draft, uid, seen=1)


class TestSplittingAndMerging:
    def test_a_split_and_a_merge_are_opposites(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        made = drafting.split(store, world.drafter, world.draft, uid, at=10, seen=1)
        assert words(store, world.draft)[9:11] == ["    Good faith", "    is presumed."]
        assert made.kind is Kind.PARAGRAPH
        into = drafting.merge(store, world.drafter, world.draft, made.uid, seen=1)
        assert (into.uid, into.text) == (uid, PRESUMED)

    def test_the_offset_counts_utf16_units(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        drafting.reword(store, world.drafter, world.draft, uid, "𝔸𝔹 cd", seen=1)
        with pytest.raises(Invalid, match="cannot be split"):
            drafting.split(store, world.drafter, world.draft, uid, at=1, seen=2)
        made = drafting.split(store, world.drafter, world.draft, uid, at=2, seen=2)
        assert made.text == "𝔹 cd"

    @pytest.mark.parametrize("at", [0, 23, 24, -1, 10_000])
    def test_both_parts_have_words(self, store: Store, world: World, at: int) -> None:
        with pytest.raises(Invalid):
            drafting.split(store, world.drafter, world.draft, world.uid(PRESUMED), at=at, seen=1)

    def test_what_stood_below_is_read_below_the_second_part(
        self, store: Store, world: World
    ) -> None:
        uid = world.uid("For the purposes")
        drafting.split(store, world.drafter, world.draft, uid, at=16, seen=1)
        assert words(store, world.draft)[4:7] == [
            "    For the purposes",
            "    of this Convention:",
            "      “talks” means a peace negotiation;",
        ]

    def test_a_joined_clause_comes_back_by_undoing(self, store: Store, world: World) -> None:
        uid = world.uid(PRESUMED)
        before = words(store, world.draft)
        drafting.merge(store, world.drafter, world.draft, uid, seen=1)
        assert words(store, world.draft)[8].endswith(f"in good faith. {PRESUMED}")
        assert drafting.struck(store, world.drafter, world.draft) == ()
        with pytest.raises(Invalid, match="undo the joining"):
            drafting.restore(store, world.drafter, world.draft, uid)
        drafting.undo(store, world.drafter, world.draft)
        assert words(store, world.draft) == before

    @pytest.mark.parametrize("said", ["Use of terms", "For the purposes", "[shall]", "The Parties"])
    def test_without_text_just_before_there_is_nothing_to_join(
        self, store: Store, world: World, said: str
    ) -> None:
        with pytest.raises(Invalid):
            drafting.merge(store, world.drafter, world.draft, world.uid(said), seen=1)

    def test_a_recital_is_not_joined_to_a_formula(self, store: Store, world: World) -> None:
        with pytest.raises(Invalid, match="A recital cannot be joined to a formula"):
            drafting.merge(store, world.drafter, world.draft, world.uid("Recognizing"), seen=1)


class TestMoving:
    def test_an_article_takes_its_text_along(self, store: Store, world: World) -> None:
        lines = words(store, world.draft)
        drafting.move(
            store,
            world.drafter,
            world.draft,
            world.uid("Use of terms"),
            after=world.uid("Protection of"),
        )
        assert words(store, world.draft) == (lines[:3] + lines[7:13] + lines[3:7] + lines[13:])

    def test_what_is_struck_within_goes_along(self, store: Store, world: World) -> None:
        inner = world.uid("“talks”")
        drafting.strike(store, world.drafter, world.draft, inner, seen=1)
        drafting.move(
            store,
            world.drafter,
            world.draft,
            world.uid("Use of terms"),
            after=world.uid("Good faith is"),
        )
        drafting.restore(store, world.drafter, world.draft, inner)
        lines = words(store, world.draft)
        at = lines.index("      “talks” means a peace negotiation;")
        assert "For the purposes" in lines[at - 1]

    def test_a_clause_cannot_be_moved_into_itself(self, store: Store, world: World) -> None:
        with pytest.raises(Invalid, match="into itself"):
            drafting.move(
                store,
                world.drafter,
                world.draft,
                world.uid("Use of terms"),
                after=world.uid("“talks”"),
            )

    def test_a_move_to_where_it_stands_is_none(self, store: Store, world: World) -> None:
        drafting.move(
            store,
            world.drafter,
            world.draft,
            world.uid(PRESUMED),
            after=world.uid("[shall]"),
        )
        assert fresh(store, world).seq == world.draft.seq

    def test_it_can_be_put_at_the_front_and_back(self, store: Store, world: World) -> None:
        before = words(store, world.draft)
        uid = world.uid("Recognizing")
        drafting.move(store, world.drafter, world.draft, uid, after=None)
        assert words(store, world.draft)[:2] == [before[1], before[0]]
        drafting.undo(store, world.drafter, world.draft)
        assert words(store, world.draft) == before


class TestEditions:
    def test_an_edition_stays_as_it_was(self, store: Store, world: World) -> None:
        zero = drafting.name_edition(
            store, world.chair, world.draft, name="Zero draft", symbol="A/1", dated="4 May 2026"
        )
        assert (zero.slug, zero.symbol, zero.author) == ("zero-draft", "A/1", "Chair")
        frozen = store.drafts.edition_document(zero)
        assert frozen == store.drafts.document(world.draft.id)
        drafting.strike(store, world.chair, world.draft, world.uid("General"), seen=1)
        assert store.drafts.edition_document(zero) == frozen
        assert [c.uid for c in frozen.clauses] == [c.uid for c in world.clauses]
        assert drafting.edition(store, world.chair, world.draft, "zero-draft") == zero
        assert drafting.editions(store, world.chair, world.draft) == (zero,)

    def test_names_are_given_once(self, store: Store, world: World) -> None:
        drafting.name_edition(store, world.chair, world.draft, name="Rev. 1")
        second = drafting.name_edition(store, world.chair, world.draft, name="Rev 1")
        assert second.slug == "rev-1-2"
        with pytest.raises(Invalid, match="already"):
            drafting.name_edition(store, world.chair, world.draft, name="REV. 1")
        with pytest.raises(Invalid, match="needs a name"):
            drafting.name_edition(store, world.chair, world.draft, name=" ")
        assert (
            drafting.name_edition(store, world.chair, world.draft, name="Current").slug
            == "current-2"
        )

    def test_one_that_is_not_there_is_missing(self, store: Store, world: World) -> None:
        with pytest.raises(Missing):
            drafting.edition(store, world.chair, world.draft, "none")


class TestDrafts:
    def test_a_new_draft_numbers_itself(self, store: Store, world: World) -> None:
        document = Document(
            "ignored",
            (
                Clause(Kind.ARTICLE, "1", "First"),
                Clause(Kind.PARAGRAPH, "", "", "Text\nof it.", 1),
                Clause(Kind.ARTICLE, "1 bis", "Between"),
                Clause(Kind.PARAGRAPH, "", "", "More.", 1),
            ),
        )
        draft = drafting.new_draft(
            store, world.drafter, title="Traité sur l'eau", document=document
        )
        clauses = store.drafts.clauses(draft.id)
        assert (draft.slug, draft.title) == ("traite-sur-leau", "Traité sur l'eau")
        assert [c.number for c in clauses] == ["", "", "1 bis", ""]
        assert clauses[1].text == "Text of it."
        assert len({c.uid for c in clauses}) == 4

    def test_slugs_do_not_clash(self, store: Store, world: World) -> None:
        make: Callable[..., DraftRecord] = drafting.new_draft
        empty = Document("")
        assert make(store, world.chair, title="Small", document=empty).slug == "small-2"
        assert make(store, world.chair, title="条約", document=empty).slug == "draft"
        with pytest.raises(Invalid, match="already"):
            make(store, world.chair, title="x", document=empty, slug="small")
        with pytest.raises(Invalid, match="title"):
            make(store, world.chair, title=" ", document=empty)
        with pytest.raises(Invalid, match="scheme"):
            make(store, world.chair, title="x", document=empty, scheme="xy")

    def test_the_mast_can_change_and_change_back(self, store: Store, world: World) -> None:
        draft = drafting.describe(store, world.chair, world.draft, title="New title", symbol="A/2")
        assert (draft.title, draft.symbol, draft.dated) == ("New title", "A/2", "")
        drafting.undo(store, world.chair, world.draft)
        assert fresh(store, world).title == "Convention on Peace Negotiation"
        same = drafting.describe(store, world.chair, world.draft, symbol="")
        assert same.seq == fresh(store, world).seq

    def test_the_journal_comes_newest_first(self, store: Store, world: World) -> None:
        found = drafting.journal(store, world.chair, world.draft, limit=3)
        assert [entry.seq for entry in found] == [15, 14, 13]
        older = drafting.journal(store, world.chair, world.draft, before=3)
        assert [entry.act for entry in older] == ["loaded", "described"]


class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.DELEGATE, Role.SCHOLAR, Role.OBSERVER])
    def test_others_read_and_do_not_write(self, store: Store, world: World, role: Role) -> None:
        seat, draft, uid = world.seats[role], world.draft, world.uid(PRESUMED)
        drafting.open_draft(store, seat, "small")
        acts: list[Callable[[], object]] = [
            lambda: drafting.reword(store, seat, draft, uid, "x", seen=1),
            lambda: drafting.retitle(store, seat, draft, uid, "x", seen=1),
            lambda: drafting.insert(store, seat, draft, after=uid, kind="paragraph", text="x"),
            lambda: drafting.strike(store, seat, draft, uid, seen=1),
            lambda: drafting.restore(store, seat, draft, uid),
            lambda: drafting.split(store, seat, draft, uid, at=3, seen=1),
            lambda: drafting.merge(store, seat, draft, uid, seen=1),
            lambda: drafting.move(store, seat, draft, uid, after=None),
            lambda: drafting.undo(store, seat, draft),
            lambda: drafting.revert(store, seat, draft, 2),
            lambda: drafting.name_edition(store, seat, draft, name="x"),
            lambda: drafting.describe(store, seat, draft, title="x"),
            lambda: drafting.new_draft(store, seat, title="x", document=Document("")),
        ]
        for act in acts:
            with pytest.raises(Forbidden):
                act()
        assert fresh(store, world).seq == draft.seq

    def test_nobody_reads_without_a_seat(self, store: Store, world: World) -> None:
        for read in (drafting.document, drafting.clauses, drafting.struck, drafting.journal):
            with pytest.raises(SignInNeeded):
                read(store, None, world.draft)
        with pytest.raises(SignInNeeded):
            drafting.open_draft(store, None, "no-such-draft")
        with pytest.raises(SignInNeeded):
            drafting.drafts(store, None)
        with pytest.raises(SignInNeeded):
            drafting.clause(store, None, world.draft, world.uid(PRESUMED))


def test_two_who_reword_one_clause_at_once_lose_nothing(stores: Stores) -> None:
    """Both saw the same version, both press save together, forty times, on either database."""
    with stores.begin() as store:
        world = fill(store)
    uid = world.uid(PRESUMED)
    gate = threading.Barrier(2)
    faults: list[BaseException] = []

    def write(mark: str, old: str) -> None:
        try:
            for number in range(40):
                with stores.read() as store:
                    seen = drafting.clause(store, world.drafter, world.draft, uid)
                gate.wait(30)
                before = f"{mark}{number - 1}" if number else old
                text = seen.text.replace(before, f"{mark}{number}")
                with stores.begin() as store:
                    drafting.reword(store, world.drafter, world.draft, uid, text, seen=seen.version)
                gate.wait(30)
        except BaseException as fault:
            faults.append(fault)
            gate.abort()

    threads = [
        threading.Thread(target=write, args=said) for said in (("a", "Good"), ("b", "presumed"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with stores.read() as store:
        clause = drafting.clause(store, world.drafter, world.draft, uid)
        assert (clause.text, clause.version) == ("a39 faith is b39.", 81)
        assert drafting.verify(store, world.draft).sound
