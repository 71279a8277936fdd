"""What was changed and said in a file: by kinds of edits, and by dice, with nothing lost."""

import random
import re
from dataclasses import dataclass, replace

import pytest

from app.actions import matching, sifting
from app.actions.rounding import remarks_of
from app.actions.sifting import Sifted, sift
from app.exchange.word.read import read
from app.exchange.word.redline import COLLECTIVE, write_redline
from app.exchange.word.story import View
from app.exchange.word.treaty import Mast, WordTreaty
from app.exchange.word.write import write_clean
from app.store.rounds import NewFinding, Place, Sort
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from tests.support.hands import Hand, W
from tests.support.large import large_document

SMALL = Document(
    "Convention on Talks",
    tuple(
        Clause(
            kind,
            heading=words if headed else "",
            text="" if headed else words,
            depth=depth,
            uid=uid,
        )
        for kind, words, depth, uid, headed in (
            (Kind.RECITAL, "Recognizing that talks end wars,", 0, "c1", False),
            (Kind.PART, "General", 0, "c2", True),
            (Kind.ARTICLE, "Use of terms", 1, "c3", True),
            (Kind.PARAGRAPH, "For the purposes of this Convention:", 2, "c4", False),
            (Kind.SUBPARAGRAPH, "“talks” means a negotiation of peace;", 3, "c5", False),
            (Kind.SUBPARAGRAPH, "“panel” means those who certify.", 3, "c6", False),
            (Kind.ARTICLE, "Good faith", 1, "c7", True),
            (Kind.PARAGRAPH, "Talks shall be held in good faith under article 1.", 2, "c8", False),
            (Kind.PARAGRAPH, "Good faith is presumed until shown otherwise.", 2, "c9", False),
            (Kind.ARTICLE, "Protection", 1, "c10", True),
            (Kind.PARAGRAPH, "Nobody shall be prosecuted for having talked.", 2, "c11", False),
            (
                Kind.PARAGRAPH,
                "The parties shall keep what was said to themselves.",
                2,
                "c12",
                False,
            ),
        )
    ),
)
SENT = matching.sent(SMALL, Scheme.UN)


def hand(author: str = "A", *, tracks: bool = True) -> Hand:
    return Hand(write_clean(WordTreaty(SMALL, Scheme.UN, Mast("small"))), author, tracks=tracks)


def sifted(edited: Hand, sent: matching.Sent = SENT) -> Sifted:
    return sift(read(edited.saved(), View.MARKED), sent)


def only(edited: Hand) -> NewFinding:
    (one,) = sifted(edited).findings
    return one


def told(found: Sifted) -> list[tuple[str, str, str]]:
    return [(each.wish, each.clause, each.heading or each.after) for each in found.findings]


@pytest.mark.parametrize("tracks", [True, False])
class TestKindsOfEdits:
    """The same, whether somebody tracked or not."""

    def test_nothing(self, tracks: bool) -> None:
        assert sifted(hand(tracks=tracks)).findings == ()

    def test_words(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.replace("presumed", "assumed")
        edited.insert_after("until", " clearly")
        one = only(edited)
        assert (one.wish, one.clause, one.how) == ("replace", "c9", "bookmark")
        assert one.before == "Good faith is presumed until shown otherwise."
        assert one.after == "Good faith is assumed until clearly shown otherwise."
        assert one.kind is (Sort.CHANGE if tracks else Sort.UNTRACKED)
        assert one.detail["untracked"] is not tracks

    def test_a_heading(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.replace("Use of terms", "Terms")
        assert told(sifted(edited)) == [("replace", "c3", "Terms")]

    def test_a_paragraph_written_anew(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.replace("Good faith is presumed until shown otherwise.", "Trust is all.")
        assert told(sifted(edited)) == [("replace", "c9", "Trust is all.")]

    def test_a_paragraph_struck(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.strike("Good faith is presumed")
        assert told(sifted(edited)) == [("delete", "c9", "")]

    def test_a_paragraph_emptied(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.empty("Good faith is presumed")
        assert told(sifted(edited)) == [("delete", "c9", "")]

    def test_a_new_paragraph(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.add_after("“talks” means", "“table” means a place;")
        one = only(edited)
        assert (one.wish, one.clause, one.new_kind) == ("insert", "c5", "subparagraph")
        assert one.after == "“table” means a place;"

    def test_a_new_article_with_its_text(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.add_after("The parties shall keep", "Costs", "TreatyArticle")
        edited.add_after("Costs", "Everybody bears their own.", "TreatyParagraph")
        edited.add_after("Everybody bears", "The host bears:", "TreatyParagraph")
        edited.add_after("The host bears", "the room; and", "TreatySubparagraph")
        edited.add_after("the room", "the light.", "TreatySubparagraph")
        one = only(edited)
        assert (one.wish, one.new_kind, one.heading) == ("insert", "article", "Costs")
        assert one.after == (
            "Everybody bears their own.\nThe host bears:\n\tthe room; and\n\tthe light."
        )

    def test_what_follows_a_new_article_and_was_there_is_not_its(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.add_after("Good faith is presumed", "Costs", "TreatyArticle")
        edited.add_after("Protection", "Nobody asks for it.", "TreatyParagraph")
        assert told(sifted(edited)) == [
            ("insert", "c9", "Costs"),
            ("insert", "c10", "Nobody asks for it."),
        ]

    def test_a_paragraph_split(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.split("Good faith is presumed")
        found = sifted(edited)
        assert told(found) == [
            ("replace", "c9", "Good faith is presumed"),
            ("insert", "c9", "until shown otherwise."),
        ]
        if tracks:
            assert found.findings[1].detail["also"] == ["c9"]

    def test_paragraphs_joined(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.join("Nobody shall be prosecuted")
        found = sifted(edited)
        assert sorted(told(found)) == [
            ("delete", "c12", ""),
            (
                "replace",
                "c11",
                "Nobody shall be prosecuted for having talked."
                "The parties shall keep what was said to themselves.",
            ),
        ]

    def test_a_paragraph_moved(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.move("Good faith is presumed", "The parties shall keep")
        one = only(edited)
        assert (one.kind, one.wish, one.clause) == (Sort.MOVE, "move", "c9")
        assert one.detail["moved"]["after"] == "c12"

    def test_all_of_an_article_struck_is_one_finding(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        for words in ("Protection", "Nobody shall", "The parties shall"):
            edited.strike(words)
        one = only(edited)
        assert (one.wish, one.clause, one.state) == ("delete", "c10", Place.PLACED)
        assert one.detail["also"] == ["c11", "c12"]

    def test_a_heading_struck_over_what_stays_is_not_placed(self, tracks: bool) -> None:
        edited = hand(tracks=tracks)
        edited.strike("Protection")
        one = only(edited)
        assert (one.wish, one.state) == ("delete", Place.INBOX)
        assert "below" in one.reason


class TestWhatIsNoChange:
    def test_form(self) -> None:
        edited = hand()
        edited.bold("presumed")
        found = sifted(edited)
        assert (found.findings, found.tracked, len(found.form)) == ((), 1, 1)

    def test_refreshed_references(self) -> None:
        """A field that a program has counted anew says another number, and nobody wrote it."""
        edited = hand()
        paragraph = edited.find("Talks shall be held")
        (run,) = [each for each in paragraph.iter(f"{W}t") if (each.text or "").endswith("1")]
        run.text = (run.text or "").replace("1", "7")
        assert sifted(edited).findings == ()
        edited.replace("held", "kept")
        assert only(edited).after == "Talks shall be kept in good faith under article 1."

    def test_numbers_that_word_counts(self) -> None:
        """What is struck counts all that follows anew; nobody changed that."""
        edited = hand(tracks=False)
        edited.strike("Use of terms")
        for words in ("For the purposes", "“talks” means", "“panel” means"):
            edited.strike(words)
        assert told(sifted(edited)) == [("delete", "c3", "")]

    def test_words_that_came_and_went_again(self) -> None:
        edited = hand("A")
        edited.insert_after("presumed", " always")
        edited.author = "B"
        edited.delete(" always")
        found = sifted(edited)
        assert {each.state for each in found.findings} == {Place.PLACED}
        assert all("as they were" in each.reason for each in found.findings)
        assert found.tracked == sum(len(each.detail["revisions"]) for each in found.findings)


class TestComments:
    def test_on_words(self) -> None:
        edited = hand()
        edited.comment("presumed", "By whom?", "By all.")
        one = only(edited)
        assert (one.kind, one.clause, one.before) == (Sort.COMMENT, "c9", "presumed")
        assert one.detail["anchor"] == [14, 22]
        assert [each["text"] for each in one.detail["thread"]] == ["By whom?", "By all."]

    def test_on_words_behind_a_change(self) -> None:
        edited = hand()
        edited.replace("Good faith is", "All this is")
        edited.comment("presumed", "By whom?")
        comment = next(each for each in sifted(edited).findings if each.kind is Sort.COMMENT)
        assert comment.detail["anchor"] == [14, 22]

    def test_on_words_that_are_new(self) -> None:
        edited = hand()
        edited.add_after("“talks” means", "“table” means a place;")
        edited.comment("a place", "Which?")
        found = sifted(edited)
        comment = next(each for each in found.findings if each.kind is Sort.COMMENT)
        assert (comment.clause, comment.state) == ("c5", Place.PLACED)
        assert "anchor" not in comment.detail

    def test_on_the_title(self) -> None:
        edited = hand()
        edited.comment("Convention on Talks", "A good title.")
        one = only(edited)
        assert (one.clause, one.state) == ("", Place.PLACED)

    def test_what_was_sent_is_not_taken_for_theirs(self) -> None:
        edited = hand("Secretariat")
        edited.comment("presumed", "Is this settled?")
        out = edited.saved()
        sent = matching.Sent(
            SENT.clauses, SENT.labels, SENT.before, remarks=frozenset(remarks_of(out))
        )
        unchanged = sift(read(out, View.MARKED), sent)
        assert (unchanged.findings, unchanged.remarks, unchanged.ours) == ((), 0, 1)

    @pytest.mark.parametrize(("before", "after"), [(False, True), (True, False)])
    def test_resolving_what_was_sent_is_told_though_nothing_was_said(
        self, *, before: bool, after: bool
    ) -> None:
        files = []
        for resolved in (before, after):
            edited = hand("Secretariat")
            edited.comment("presumed", "Is this settled?", resolved=resolved)
            files.append(edited.saved())
        sent = replace(SENT, remarks=frozenset(remarks_of(files[0])))
        assert sift(read(files[0], View.MARKED), sent).findings == ()
        found = sift(read(files[1], View.MARKED), sent)
        (one,) = found.findings
        assert (one.kind, one.state, one.before) == (Sort.OTHER, Place.INBOX, "Is this settled?")
        assert one.detail["resolved"] is after
        assert ("was sent resolved" in one.reason, one.author) == (before, "")
        assert (found.remarks, found.ours, one.detail["remarks"]) == (0, 1, 0)


class TestRedlines:
    def test_our_changes_are_not_theirs(self) -> None:
        """A file that was sent as a redline comes back with changes upon changes."""
        old = WordTreaty(
            Document(SMALL.title, (*SMALL.clauses[:8], *SMALL.clauses[9:])),
            Scheme.UN,
            Mast("small"),
        )
        edited = Hand(write_redline(old, WordTreaty(SMALL, Scheme.UN, Mast("small"))), "A")
        sent = matching.Sent(SENT.clauses, SENT.labels, SENT.before, hand=(COLLECTIVE, ""))
        unchanged = sift(read(edited.saved(), View.MARKED), sent)
        assert (unchanged.findings, unchanged.tracked) == ((), 0)
        assert unchanged.ours
        edited.replace("talked", "spoken")
        edited.replace("presumed", "assumed")
        found = sift(read(edited.saved(), View.MARKED), sent)
        assert [each.clause for each in found.findings] == ["c9", "c11"]
        assert all(each.state is Place.PLACED for each in found.findings)


class TestUnknownFiles:
    def test_without_bookmarks_all_is_found_by_labels_and_words(self) -> None:
        edited = hand()
        edited.replace("presumed", "assumed")
        edited.without_names()
        edited.without_ids()
        found = sifted(edited)
        one = found.findings[0]
        assert (one.clause, one.how) == ("c9", "label and likeness")
        assert one.state is Place.PLACED
        assert len(found.findings) == 1
        assert found.matched == 1.0
        assert any("labels and words" in each for each in found.warnings)

    def test_a_file_of_something_else_deletes_nothing(self) -> None:
        other = Document(
            "Recipe",
            tuple(
                Clause(Kind.PARAGRAPH, text=words, uid=f"x{at}")
                for at, words in enumerate(("Take three eggs.", "Beat them well.", "Serve hot."))
            ),
        )
        content = write_clean(WordTreaty(other, Scheme.UN, Mast("other")))
        found = sift(read(content, View.MARKED), SENT)
        assert not any(each.wish == "delete" for each in found.findings)
        assert {each.state for each in found.findings} == {Place.INBOX}
        assert any("nothing was taken to have been deleted" in each for each in found.warnings)

    def test_a_bookmark_astray_is_not_believed(self) -> None:
        """A name that got to other words, while its own words stand nameless elsewhere."""
        edited = hand(tracks=False)
        edited.add_after("Nobody shall", "Wholly different things follow in this place.")
        wrong = edited.find("Wholly different")
        right = edited.find("Good faith is presumed")
        for each in list(right):
            if each.tag in (f"{W}bookmarkStart", f"{W}bookmarkEnd"):
                wrong.append(each)
        assert told(sifted(edited)) == [
            ("insert", "c11", "Wholly different things follow in this place.")
        ]


# --- by dice


@dataclass(frozen=True, slots=True)
class Did:
    """An edit: a word that came or went by it, and the clause that it was at."""

    word: str
    came: bool
    clause: str


def _edit(edited: Hand, words: dict[str, str], dice: random.Random, number: int) -> list[Did]:
    """One edit at a clause that nobody was at before; what must be found of it."""
    uid = dice.choice(sorted(words))
    text = words.pop(uid)
    token = f"Zq{number}x"
    kind = dice.choice(("word", "word", "insert", "strike", "split", "comment", "anew", "add"))
    spaces = [each.start() for each in re.finditer(" ", text)]
    if len(spaces) < 3:
        kind = "add"
    middle = text[: spaces[len(spaces) // 2]] if spaces else text
    if kind == "word":
        # The first word, which stands before any reference that a field shows.
        edited.replace(text[: spaces[0]], token, text)
        return [Did(token, came=True, clause=uid)]
    if kind == "insert":
        edited.insert_after(text[: spaces[0]], f" {token}", text)
        return [Did(token, came=True, clause=uid)]
    if kind == "strike":
        edited.strike(text)
        return [Did(text, came=False, clause=uid)]
    if kind == "split":
        edited.split(middle, text)
        return [Did(text[len(middle) :].strip(), came=True, clause=uid)]
    if kind == "comment":
        edited.comment(text[: spaces[0]], token, within=text)
        return [Did(token, came=True, clause=uid)]
    if kind == "anew":
        edited.empty(text)
        return [Did(text, came=False, clause=uid)]
    edited.add_after(text, f"{token} is new.", "TreatyParagraph")
    return [Did(token, came=True, clause=uid)]


PART_OF_A_LARGE = Document("Large", large_document().clauses[:160])


def _unlike() -> dict[str, str]:
    """The texts of the large draft's beginning that stand there once."""
    texts = [clause.text for clause in PART_OF_A_LARGE.clauses]
    return {
        clause.uid: clause.text
        for clause in PART_OF_A_LARGE.clauses
        if clause.text and sum(clause.text in each for each in texts) == 1
    }


def _answer(seed: int) -> tuple[Hand, list[Did]]:
    """A copy that several people edited, some of whom did not track."""
    dice = random.Random(seed)  # noqa: S311
    edited = Hand(write_clean(WordTreaty(PART_OF_A_LARGE, Scheme.UN, Mast("large"))))
    words = _unlike()
    done: list[Did] = []
    for number in range(24):
        edited.author = dice.choice(("Capital A", "Ministry B", "Desk C"))
        edited.tracks = dice.random() < 0.7
        done += _edit(edited, words, dice, number)
    return edited, done


def _accounted(found: Sifted) -> set[int]:
    return {each for one in found.findings for each in one.detail["revisions"]} | set(found.form)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost(seed: int) -> None:
    edited, done = _answer(seed)
    reading = read(edited.saved(), View.MARKED)
    found = sift(reading, matching.sent(PART_OF_A_LARGE, Scheme.UN))
    assert {each.id for each in reading.revisions} == _accounted(found), seed
    comments = sum(1 + len(each.replies) for each in reading.comments)
    assert comments == found.remarks == sum(one.detail.get("remarks", 0) for one in found.findings)
    for did in done:
        there = [
            each
            for each in found.findings
            if did.word in (each.after if did.came else each.before)
            and (did.came or each.wish == "delete")
        ]
        places = [(each.clause, each.state) for each in there]
        assert (did.clause, Place.PLACED) in places, (seed, did)
        # A word that was made up stands nowhere else.
        assert len(places) == 1 or not did.word.startswith("Zq"), (seed, did)
    uids = {did.clause for did in done}
    assert {each.clause for each in found.findings} <= uids, seed


def test_a_finding_that_is_left_out_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count above can fail: with a planted fault, it does."""
    monkeypatch.setattr(sifting._Sifting, "_changed", lambda self: None)
    monkeypatch.setattr(sifting._Sifting, "_left_over", lambda *_: None)
    edited, _ = _answer(0)
    reading = read(edited.saved(), View.MARKED)
    found = sift(reading, matching.sent(PART_OF_A_LARGE, Scheme.UN))
    assert {each.id for each in reading.revisions} > _accounted(found)
