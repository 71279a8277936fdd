"""The comment form that comes back: each filled row at its clause, whatever was done to it."""

import random
from dataclasses import replace

import pytest

from app.actions import matching
from app.actions.filling import sift_form
from app.actions.sifting import Sifted
from app.exchange.word.filled import is_form
from app.exchange.word.form import GENERAL, names_of, write_form
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.exchange.word.treaty import Mast, WordTreaty
from app.store.rounds import NewFinding, Place, Sort
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from tests.actions.test_sifting import SMALL
from tests.support.forms import NAME, TEXT, WORDING, Form, words

SENT = matching.sent(SMALL, Scheme.UN)
FAITH = "Article 2, paragraph 2"
TERMS = "Article 1, subparagraph (b)"


def form(author: str = "A", *, tracks: bool = False, document: Document = SMALL) -> Form:
    content = write_form(WordTreaty(document, Scheme.UN, Mast("small")))
    return Form(content, author, tracks=tracks)


def sifted(filled: Form, sent: matching.Sent = SENT) -> Sifted:
    reading = read(filled.saved(), View.MARKED)
    assert is_form(reading)
    found = sift_form(reading, sent)
    # Nothing is lost: every tracked change is of a finding, or of form alone.
    told = {each for one in found.findings for each in one.detail["revisions"]}
    assert found.tracked == len(told | set(found.form))
    assert found.remarks == sum(one.detail.get("remarks", 0) for one in found.findings)
    return found


def only(filled: Form) -> NewFinding:
    (one,) = sifted(filled).findings
    return one


def told(found: Sifted) -> list[tuple[str, str, str, str]]:
    return [(each.kind.value, each.state.value, each.clause, each.after) for each in found.findings]


BOTH = [
    ("change", "placed", "c9", "Good faith is taken for granted."),
    ("comment", "placed", "c9", "Shorter."),
]


def fill(filled: Form) -> Form:
    filled.fill(FAITH, "Good faith is taken for granted.", "Shorter.")
    return filled


def test_an_empty_form_says_nothing() -> None:
    found = sifted(form())
    assert (found.findings, found.matched, found.warnings) == ((), 1.0, ())


@pytest.mark.parametrize("tracks", [True, False])
def test_a_filled_row(tracks: bool) -> None:
    found = sifted(fill(form("Capital", tracks=tracks)))
    assert told(found) == BOTH
    change, comment = found.findings
    assert (change.wish, change.how, change.before) == (
        "replace",
        "bookmark",
        "Good faith is presumed until shown otherwise.",
    )
    assert change.detail["reason"] == "Shorter."
    assert change.author == comment.author == ("Capital" if tracks else "")
    assert comment.detail["thread"][0]["text"] == "Shorter."
    assert (found.wordings, found.remarks, found.tracked) == (1, 1, 2 if tracks else 0)


class TestWhateverIsDoneToTheTable:
    def test_rows_are_sorted_and_taken_out(self) -> None:
        filled = fill(form())
        filled.take_out("Part I")
        filled.sort()
        assert told(sifted(filled)) == BOTH

    def test_without_bookmarks(self) -> None:
        filled = fill(form())
        filled.without_names()
        assert [each.how for each in sifted(filled).findings] == ["paragraph id"] * 2

    def test_without_bookmarks_and_ids(self) -> None:
        filled = fill(form())
        filled.without_names()
        filled.without_ids()
        filled.replace("until shown otherwise", "till shown otherwise")
        found = sifted(filled)
        assert told(found)[0] == BOTH[0]
        assert {each.how for each in found.findings} == {"label and likeness"}
        assert 0.8 < found.findings[0].score < 1

    def test_by_words_alone(self) -> None:
        """Without bookmark, id and name, and with a word changed: offered, and not taken."""
        filled = fill(form())
        filled.without_names()
        filled.without_ids()
        filled.replace(FAITH, "my point")
        filled.replace("until shown otherwise", "if nobody doubts it")
        found = sifted(filled).findings
        assert {(each.clause, each.how, each.state) for each in found} == {
            ("c9", "label and likeness", Place.INBOX)
        }
        assert "may be this clause" in found[0].reason

    def test_names_astray(self) -> None:
        """Software that sorts a table may leave the bookmarks where they were."""
        filled = fill(form())
        cells = [row.findall(".//{*}tc")[TEXT] for row in filled.rows()[1:]]
        starts = [cell.find(".//{*}bookmarkStart") for cell in cells]
        names = [each.attrib for each in starts if each is not None]
        first, second = names[7], names[8]
        for key in list(first):
            first[key], second[key] = second[key], first[key]
        assert told(sifted(filled)) == BOTH

    def test_somebody_elses_row_is_pasted_in(self) -> None:
        filled, other = fill(form()), form()
        other.fill(FAITH, "Good faith is a duty.", "Stronger.")
        filled.take_in(other, FAITH)
        found = sifted(filled)
        assert told(found)[:2] == BOTH
        assert told(found)[2:] == [
            ("change", "placed", "c9", "Good faith is a duty."),
            ("comment", "placed", "c9", "Stronger."),
        ]
        assert found.findings[2].how == "label and likeness"

    def test_columns_change_places(self) -> None:
        filled = fill(form())
        for row in filled.rows():
            cells = row.findall("{*}tc")
            row.append(cells[WORDING])
        assert told(sifted(filled)) == BOTH

    def test_a_cell_of_several_paragraphs(self) -> None:
        filled = form()
        filled.fill(FAITH, "Good faith is presumed\nuntil it is gone.", "One.\nTwo.")
        change, comment = sifted(filled).findings
        assert change.after == "Good faith is presumed until it is gone."
        assert change.detail["paragraphs"] == 2
        assert comment.after == "One.\nTwo."

    def test_merged_cells_wait(self) -> None:
        filled = fill(form())
        filled.merge(FAITH)
        one = only(filled)
        assert (one.state, one.clause) == (Place.INBOX, "c9")
        assert one.after == "Good faith is taken for granted. Shorter."
        assert "merged" in one.reason

    def test_properties_are_lost(self) -> None:
        filled = fill(form())
        filled.without_properties()
        assert told(sifted(filled)) == BOTH

    def test_a_text_that_is_no_form(self) -> None:
        assert not is_form(replace(read(form().saved()), properties={"TravauxProfile": "clean"}))
        assert not is_form(replace(read(form().saved()), properties={}, paragraphs=()))


class TestWhatIsWritten:
    @pytest.mark.parametrize("order", ["Delete", "to be deleted.", "[DELETE this paragraph]", "OK"])
    def test_an_order_is_a_comment(self, order: str) -> None:
        filled = form()
        filled.fill(FAITH, order)
        one = only(filled)
        assert (one.kind, one.state, one.wish) == (Sort.COMMENT, Place.PLACED, "")
        assert order in one.after
        assert "wording" in one.after

    def test_what_may_be_an_order_waits(self) -> None:
        filled = form()
        filled.fill(FAITH, "Replace “presumed” by “assumed”")
        one = only(filled)
        assert (one.kind, one.state, one.wish) == (Sort.CHANGE, Place.INBOX, "replace")
        assert "what is to be done" in one.reason

    def test_words_that_only_begin_like_one(self) -> None:
        filled = form()
        filled.fill(FAITH, "Keep in mind that good faith is presumed until shown otherwise.")
        assert only(filled).state is Place.PLACED

    def test_a_heading_with_what_it_is_called(self) -> None:
        filled = form()
        filled.fill("Article 2", "Article 2. Good and better faith")
        one = only(filled)
        assert (one.clause, one.before, one.after) == ("c7", "Good faith", "Good and better faith")

    def test_the_same_words_are_no_change(self) -> None:
        filled = form()
        filled.fill(FAITH, "Good faith is presumed  until shown otherwise.")
        one = only(filled)
        assert (one.kind, one.wish, one.state) == (Sort.OTHER, "", Place.PLACED)
        assert "as it was sent" in one.reason

    def test_dashes_say_nothing(self) -> None:
        filled = form()
        filled.fill(FAITH, "—", "- -")
        assert sifted(filled).findings == ()

    @pytest.mark.parametrize("tracks", [True, False])
    def test_the_text_as_circulated_is_changed(self, tracks: bool) -> None:
        filled = form(tracks=tracks)
        filled.replace("presumed", "assumed")
        one = only(filled)
        assert (one.kind, one.wish, one.state, one.clause) == (
            Sort.CHANGE if tracks else Sort.UNTRACKED,
            "replace",
            Place.PLACED,
            "c9",
        )
        assert one.after == "Good faith is assumed until shown otherwise."
        assert one.detail["form"] == "text as circulated"
        assert one.detail["untracked"] is not tracks

    @pytest.mark.parametrize("tracks", [True, False])
    def test_the_text_as_circulated_is_struck(self, tracks: bool) -> None:
        filled = form(tracks=tracks)
        filled.delete("Good faith is presumed until shown otherwise.")
        one = only(filled)
        assert (one.wish, one.state, one.clause) == ("delete", Place.INBOX, "c9")

    def test_a_row_taken_out_with_tracking_says_nothing_of_its_clause(self) -> None:
        filled = form(tracks=True)
        filled.take_out(FAITH)
        found = sifted(filled)
        assert found.tracked
        assert {(each.kind, each.state, each.wish) for each in found.findings} == {
            (Sort.OTHER, Place.PLACED, "")
        }

    def test_general_remarks(self) -> None:
        filled = form()
        filled.fill(GENERAL, "", "A fine text.")
        filled.fill(GENERAL, "A whole new article.", "", which=1)
        remark, wording = sifted(filled).findings
        assert (remark.kind, remark.state, remark.clause) == (Sort.COMMENT, Place.PLACED, "")
        assert (wording.kind, wording.state) == (Sort.CHANGE, Place.INBOX)

    def test_rows_of_no_clause_wait_with_a_reason(self) -> None:
        filled = form()
        filled.add_row(TERMS, "Article 1, subparagraph (c)", "", "“table” means a place.", "New.")
        filled.add_row("Article 3", "", "", "", "And who pays?")
        filled.add_row("Part I", "", "Words that nobody sent.", "Words that nobody asked for.")
        found = sifted(filled).findings
        assert {each.state for each in found} == {Place.INBOX}
        assert all(each.reason for each in found)
        said = {each.after: each for each in found}
        new = said["“table” means a place."]
        assert (new.wish, new.new_kind, new.clause) == ("insert", "subparagraph", "c6")
        assert "subparagraph (c)" in new.reason
        assert set(said) == {
            "“table” means a place.",
            "New.",
            "And who pays?",
            "Words that nobody sent.",
            "Words that nobody asked for.",
        }

    def test_names_and_what_stands_around_are_not_passed_over(self) -> None:
        filled = form()
        filled.write(filled.row(FAITH), NAME, "see also article 7")
        filled.add_after("Rows may be taken out", "We thank the Secretariat.", "TreatyText")
        found = sifted(filled).findings
        assert [each.state for each in found] == [Place.INBOX, Place.INBOX]
        assert [each.after for each in found] == [
            "We thank the Secretariat.",
            f"{FAITH} see also article 7",
        ]

    def test_comments_of_word(self) -> None:
        filled = form()
        filled.comment("presumed", "By whom?", "By all.")
        filled.comment("Convention on Talks", "A better title?")
        where, title = sorted(sifted(filled).findings, key=lambda each: each.clause, reverse=True)
        assert (where.clause, where.state, where.detail["remarks"]) == ("c9", Place.PLACED, 2)
        assert (title.state, title.clause) == (Place.PLACED, "")

    def test_the_title(self) -> None:
        filled = form()
        filled.replace("Convention on Talks", "Treaty on Talks")
        one = only(filled)
        assert (one.kind, one.state, one.after) == (Sort.UNTRACKED, Place.INBOX, "Treaty on Talks")


def mistreated(dice: random.Random) -> tuple[Form, list[str], list[str]]:
    """A form filled and handled by dice; the wordings and the comments that are in it."""
    filled = form()
    names = [name for name in names_of(SMALL.clauses, Scheme.UN) if name != "Part I"]
    wordings, remarks = [], []
    for number, name in enumerate(dice.sample(names, 5)):
        filled.author, filled.tracks = f"Capital {number}", dice.random() < 0.5
        wording, remark = f"Quite new words {number}.", f"Remark {number}\nand more."
        wordings.append(wording)
        remarks.append(remark)
        filled.fill(name, wording, remark)
        if dice.random() < 0.2:
            filled.merge(name)
            wordings.pop()
            remarks[-1] = f"{wording} {remark}".replace("\n", " ")
        elif dice.random() < 0.3:
            filled.take_in(copied(filled), name)
            wordings.append(wording)
            remarks.append(remark)
    filled.tracks = dice.random() < 0.5
    for name in set(names) - {words(row, NAME) for row in filled.rows() if words(row, WORDING)}:
        if dice.random() < 0.2:
            filled.take_out(name)
    for lose in (filled.without_names, filled.without_ids, filled.sort):
        if dice.random() < 0.4:
            lose()
    return filled, wordings, remarks


def copied(filled: Form) -> Form:
    return Form(filled.saved())


def test_nothing_is_lost_by_dice() -> None:
    """Rows sorted, merged, pasted, taken out, with and without names: all is told of, and where."""
    for seed in range(25):
        filled, wordings, remarks = mistreated(random.Random(seed))  # noqa: S311 - no secret
        found = sifted(filled).findings
        said = sorted(each.after for each in found if each.wish or each.kind is Sort.COMMENT)
        torn = [each.after for each in found if "merged" in each.reason]
        assert sorted([*said, *torn]) == sorted([*wordings, *remarks]), f"seed {seed}"
        assert all(each.reason for each in found if each.state is Place.INBOX), f"seed {seed}"
        assert all(each.clause for each in found), f"seed {seed}"
