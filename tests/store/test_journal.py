from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.store.journal import EntryRecord, Fold, chained, genesis, runs
from app.treaty.document import Clause, Kind

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def entry(seq: int, act: str, uid: str = "", version: int = 0, **said: Any) -> EntryRecord:
    changes = said.pop("changes", None)
    return EntryRecord(seq, 1, uid, version, act, 7, "Chair", AT, changes, said, "", "")


def new(seq: int, uid: str, after: str, depth: int = 0, text: str = "") -> EntryRecord:
    changes = [[0, text]] if text else None
    return entry(
        seq,
        "inserted",
        uid,
        1,
        kind="paragraph",
        number="",
        heading="",
        depth=depth,
        after=after,
        changes=changes,
    )


def described(seq: int, **mast: str) -> EntryRecord:
    said: dict[str, Any] = {"from": {}, "to": mast}
    return entry(seq, "described", **said)


THREE = [new(1, "a", "", text="A"), new(2, "c", "a", text="C"), new(3, "b", "a", 1, text="B")]


class TestChain:
    def test_a_hash_covers_every_field_but_itself(self) -> None:
        one = new(1, "a", "", text="A")
        start = genesis("small")
        sealed = chained(start, one)
        assert sealed == chained(start, replace(one, hash="x"))
        others = [
            replace(one, seq=2),
            replace(one, uid="b"),
            replace(one, version=2),
            replace(one, act="loaded"),
            replace(one, author_id=8),
            replace(one, author="Drafter A"),
            replace(one, at=AT + timedelta(microseconds=1)),
            replace(one, changes=None),
            replace(one, detail={**one.detail, "depth": 1}),
            replace(one, origin="undo"),
            replace(one, push="client01.1"),
        ]
        hashes = {chained(start, other) for other in others} | {chained(genesis("x"), one)}
        assert len(hashes) == 12
        assert sealed not in hashes

    def test_a_time_is_the_same_in_every_zone(self) -> None:
        one = new(1, "a", "")
        elsewhere = one.at.astimezone(timezone(timedelta(hours=5)))
        assert chained("", one) == chained("", replace(one, at=elsewhere))


class TestFold:
    def test_clauses_stand_where_they_were_put(self) -> None:
        fold = Fold().take_all(THREE)
        assert fold.order == ["a", "b", "c"]
        assert fold.live() == (
            Clause(Kind.PARAGRAPH, text="A"),
            Clause(Kind.PARAGRAPH, text="B", depth=1),
            Clause(Kind.PARAGRAPH, text="C"),
        )
        assert [clause.uid for clause in fold.live()] == ["a", "b", "c"]

    def test_words_headings_and_strikings_add_up(self) -> None:
        fold = Fold().take_all(
            [
                *THREE,
                entry(4, "reworded", "a", 2, changes=[1, [0, "!"]]),
                entry(5, "struck", "c", 2),
                entry(6, "retitled", "b", 2, to="Heading"),
            ]
        )
        assert [(c.text, c.heading) for c in fold.live()] == [("A!", ""), ("B", "Heading")]
        assert [fold.clauses[uid].version for uid in "abc"] == [2, 2, 2]
        fold.take(entry(7, "restored", "c", 3))
        assert len(fold.live()) == 3

    def test_a_move_takes_its_run_along_and_deeper(self) -> None:
        fold = Fold().take_all([*THREE, entry(4, "moved", "a", 2, run=2, after="c", depth=1)])
        assert [(c.uid, c.depth) for c in fold.live()] == [("c", 0), ("a", 1), ("b", 2)]
        fold.take(entry(5, "moved", "b", 2, run=1, after="", depth=0))
        assert [(c.uid, c.depth) for c in fold.live()] == [("b", 0), ("c", 0), ("a", 1)]

    def test_headings_are_changes_and_those_from_before_are_read(self) -> None:
        heads: dict[str, Any] = {"kind": "article", "number": "", "depth": 0, "after": ""}
        told = [
            entry(1, "loaded", "a", 1, heading="Terms", **heads),
            entry(2, "retitled", "a", 2, **{"from": "Terms", "to": "Use of terms"}),
            entry(3, "retitled", "a", 3, changes=[7, [5, "words"]]),
            entry(4, "struck", "a", 4),
        ]
        fold = Fold().take_all(told)
        assert (fold.clauses["a"].heading, fold.clauses["a"].text) == ("Use of words", "")
        words = [""]
        for each in told:
            words.append(each.words_after(words[-1]))
            changed = each.word_changes
            assert words[-1] == (words[-2] if changed is None else changed.apply(words[-2]))
        assert words[1:] == ["Terms", "Use of terms", "Use of words", "Use of words"]

    def test_a_change_of_level_changes_the_kinds(self) -> None:
        moved = {"run": 2, "after": "", "depth": 1, "kinds": {"a": "subparagraph", "b": "item"}}
        fold = Fold().take_all([*THREE, entry(4, "moved", "a", 2, **moved)])
        assert [(c.uid, c.kind.value, c.depth) for c in fold.live()] == [
            ("a", "subparagraph", 1),
            ("b", "item", 2),
            ("c", "paragraph", 0),
        ]

    def test_the_mast_is_what_was_said_last(self) -> None:
        fold = Fold().take_all(
            [
                described(1, title="A", symbol=""),
                described(2, title="B"),
            ]
        )
        assert fold.mast == {"title": "B", "symbol": ""}

    @pytest.mark.parametrize(
        "wrong",
        [
            new(4, "a", ""),
            new(4, "d", "nowhere"),
            entry(4, "reworded", "a", 2, changes=[5, [0, "!"]]),
            entry(4, "reworded", "nobody", 2, changes=[[0, "!"]]),
            entry(4, "moved", "nobody", 2, run=1, after="", depth=0),
        ],
    )
    def test_what_does_not_fit_is_not_taken(self, wrong: EntryRecord) -> None:
        with pytest.raises((KeyError, ValueError)):
            Fold().take_all([*THREE, wrong])


def typed(
    seq: int, uid: str, author: str = "Drafter A", after: int = 0, changes: Any = None
) -> EntryRecord:
    """An update typed `after` seconds; by default one that puts a letter in."""
    return replace(
        entry(seq, "reworded", uid, seq, changes=changes or [1, [0, "x"]]),
        author=author,
        origin="typed",
        at=AT + timedelta(seconds=after),
        push=f"client.{seq}",
    )


def told(*entries: EntryRecord) -> list[list[int]]:
    """The seqs of each run, where every entry of a clause raises its version by one."""
    versions: Counter[str] = Counter()
    raised = []
    for each in entries:
        versions[each.uid] += 1
        raised.append(replace(each, version=versions[each.uid]))
    return [[each.seq for each in run.entries] for run in runs(raised)]


class TestRuns:
    def test_what_one_author_types_in_one_clause_is_one_change(self) -> None:
        assert told(typed(1, "a"), typed(2, "a"), typed(3, "a", after=599)) == [[1, 2, 3]]

    def test_what_others_type_elsewhere_meanwhile_does_not_cut_it(self) -> None:
        entries = [typed(1, "a"), typed(2, "b", "Drafter B"), typed(3, "a"), typed(4, "b", "Chair")]
        assert told(*entries) == [[2], [1, 3], [4]]

    def test_another_author_in_the_clause_a_form_and_a_long_pause_cut_it(self) -> None:
        assert told(typed(1, "a"), typed(2, "a", "Drafter B"), typed(3, "a")) == [[1], [2], [3]]
        form = entry(2, "reworded", "a", 2, changes=[1, [0, "y"]])
        assert told(typed(1, "a"), form, typed(3, "a")) == [[1], [2], [3]]
        assert told(typed(1, "a"), typed(2, "a", after=601)) == [[1], [2]]

    def test_what_came_to_nothing_is_told_only_within_a_change(self) -> None:
        nothing = typed(2, "a", "Drafter B", changes=[7])
        assert told(typed(1, "a"), nothing, typed(3, "a")) == [[1, 3]]
        assert told(typed(1, "a"), typed(2, "a", changes=[7]), typed(3, "a")) == [[1, 2, 3]]
        assert told(nothing) == [] == told()

    def test_a_run_knows_where_it_began_and_ended(self) -> None:
        (run,) = runs([typed(4, "a"), replace(typed(6, "a"), version=5)])
        assert (run.first.seq, run.last.seq) == (4, 6)

    def test_what_was_left_out_between_two_entries_keeps_them_apart(self) -> None:
        first, left_out, last = typed(1, "a"), typed(2, "a", "Drafter B"), typed(3, "a")
        assert [run.last.seq for run in runs([first, left_out, last])] == [1, 2, 3]
        assert [run.last.seq for run in runs([first, last])] == [1, 3]

    def test_a_form_that_changed_nothing_is_told_as_it_is(self) -> None:
        assert told(entry(1, "edition"), entry(2, "moved", "a")) == [[1], [2]]
