"""Documents in a notation of their own: a line a clause, "#" for a heading, indented by depth."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.align import Pair, align, stayed
from app.treaty.document import Clause, Kind, subtree_end
from tests.support.large import large_document

WAR = "No person shall be prosecuted for having taken part in talks."
AID = "Each Party shall assist the facilitators with transport and lodging."
PAY = "The costs of the talks shall be borne by those who convened them."


def clauses(text: str, prefix: str = "") -> tuple[Clause, ...]:
    """`prefix` "u" gives the clauses the uids u0, u1 and so on; else they have none."""
    made: list[Clause] = []
    for line in filter(str.strip, text.splitlines()):
        words = line.strip()
        depth = (len(line) - len(line.lstrip())) // 2
        uid = f"{prefix}{len(made)}" if prefix else ""
        if words.startswith("# "):
            made.append(Clause(Kind.ARTICLE, heading=words[2:], depth=depth, uid=uid))
        else:
            made.append(Clause(Kind.PARAGRAPH, text=words, depth=depth, uid=uid))
    return tuple(made)


def told(old: str, new: str) -> list[tuple[int | None, int | None, str]]:
    return [(p.old, p.new, p.status) for p in align(clauses(old), clauses(new))]


def test_nothing_and_nothing() -> None:
    assert align((), ()) == ()
    assert told("", AID) == [(None, 0, "added")]
    assert told(AID, "") == [(0, None, "removed")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (f"{WAR}\n{AID}", f"{WAR}\n{AID}", [(0, 0, "same"), (1, 1, "same")]),
        (
            f"{WAR}\n{AID}",
            f"{WAR}\n{AID.replace('shall', 'may')}",
            [(0, 0, "same"), (1, 1, "changed")],
        ),
        (
            f"{WAR}\n{AID}",
            f"{WAR}\n{PAY}\n{AID}",
            [(0, 0, "same"), (None, 1, "added"), (1, 2, "same")],
        ),
        (
            f"{WAR}\n{PAY}\n{AID}",
            f"{WAR}\n{AID}",
            [(0, 0, "same"), (1, None, "removed"), (2, 1, "same")],
        ),
        (
            f"{WAR}\n{PAY}\n{AID}",
            f"{PAY}\n{AID}\n{WAR.replace('talks', 'peace talks')}",
            [(1, 0, "same"), (2, 1, "same"), (0, 2, "moved")],
        ),
        # A word of a heading and most of the text: the place tells, not the words alone.
        (
            f"# Costs\n  {PAY}\n# Aid\n  {AID}",
            f"# Costs and fees\n  {PAY}\n# Aid\n  Each Party shall assist the facilitators.",
            [(0, 0, "changed"), (1, 1, "same"), (2, 2, "same"), (3, 3, "changed")],
        ),
        # The same words twice: each where it stands.
        (
            f"# Costs\n  Reserved.\n# Aid\n  Reserved.\n  {AID}",
            f"# Costs\n  Reserved.\n  {PAY}\n# Aid\n  Reserved.\n  {AID}",
            [
                *((0, 0, "same"), (1, 1, "same"), (None, 2, "added")),
                *((2, 3, "same"), (3, 4, "same"), (4, 5, "same")),
            ],
        ),
        # What stands below an article that has moved is looked for below it.
        (
            f"# Costs\n  {PAY}\n  It may be told.\n# Aid\n  {AID}\n  {WAR}\n  It may be told.",
            f"# Aid\n  {AID}\n  {WAR}\n  It will be told.\n# Costs\n  {PAY}\n  It can be told.",
            [
                *((3, 0, "same"), (4, 1, "same"), (5, 2, "same"), (6, 3, "changed")),
                *((0, 4, "moved"), (1, 5, "moved"), (2, 6, "moved")),
            ],
        ),
        # One new article moves the numbers that others name.
        (
            "As article 4 says, talks are open.\nAs article 5 says, talks end.",
            "As article 5 says, talks are open.\nAs article 6 says, talks end.",
            [(0, 0, "changed"), (1, 1, "changed")],
        ),
        # Other words at another place are another clause.
        (
            f"{WAR}\n{AID}",
            f"{AID}\n{PAY}",
            [(0, None, "removed"), (1, 0, "same"), (None, 1, "added")],
        ),
        # Deeper than it was.
        (f"{WAR}\n{AID}", f"{WAR}\n  {AID}", [(0, 0, "same"), (1, 1, "moved")]),
        # Chinese, without spaces.
        (
            "缔约国应保护参加谈判的人。\n会议费用由召集方承担。",
            "会议费用由召集方承担。\n缔约国应当保护参加谈判的人。",
            [(1, 0, "same"), (0, 1, "moved")],
        ),
    ],
)
def test_each_clause_finds_its_own(
    old: str, new: str, expected: list[tuple[int | None, int | None, str]]
) -> None:
    assert Counter(told(old, new)) == Counter(expected)


def test_what_went_stands_behind_what_it_followed() -> None:
    order = [
        (p.old, p.new) for p in align(clauses(f"{WAR}\n{PAY}\n{AID}"), clauses(f"{AID}\n{WAR}"))
    ]
    assert order.index((1, None)) == order.index((0, 1)) + 1


class TestByUid:
    def test_the_uid_decides_against_the_words(self) -> None:
        old = clauses(f"{WAR}\n{AID}", "u")
        new = (replace(old[0], text=AID), replace(old[1], text=WAR))
        assert [(p.old, p.new, p.status) for p in align(old, new)] == [
            (0, 0, "changed"),
            (1, 1, "changed"),
        ]

    def test_struck_and_written_again_are_two(self) -> None:
        old = clauses(f"{WAR}\n{AID}", "u")
        new = (old[0], replace(old[1], uid="other"))
        assert [p.status for p in align(old, new)] == ["same", "removed", "added"] or [
            p.status for p in align(old, new)
        ] == ["same", "added", "removed"]

    def test_a_clause_without_uid_is_found_by_its_words(self) -> None:
        old = clauses(f"{WAR}\n{AID}\n{PAY}", "u")
        new = (old[0], replace(old[1], uid="", text=AID.replace("shall", "may")), old[2])
        assert [(p.old, p.new, p.status) for p in align(old, new)] == [
            (0, 0, "same"),
            (1, 1, "changed"),
            (2, 2, "same"),
        ]

    def test_two_drafts_with_uids_of_their_own_are_compared_by_words(self) -> None:
        pairs = align(clauses(f"{WAR}\n{AID}", "u"), clauses(f"{WAR}\n{AID}", "v"))
        assert [p.status for p in pairs] == ["same", "same"]


class TestKin:
    def test_the_half_that_was_split_off_knows_where_it_was(self) -> None:
        pairs = align(clauses(f"{WAR} {AID}\n{PAY}"), clauses(f"{WAR}\n{AID}\n{PAY}"))
        assert Counter(pairs) == Counter(
            (Pair(0, 1, "changed"), Pair(None, 0, "added", 0), Pair(1, 2, "same"))
        )

    def test_what_was_joined_knows_where_it_went(self) -> None:
        pairs = align(clauses(f"{WAR}\n{PAY}\n{AID}"), clauses(f"{WAR}\n{PAY} {AID}"))
        assert Counter(pairs) == Counter(
            (Pair(0, 0, "same"), Pair(1, 1, "changed"), Pair(2, None, "removed", 1))
        )

    def test_what_is_new_has_none(self) -> None:
        pairs = align(clauses(f"{WAR}\n{PAY}"), clauses(f"{WAR}\n{AID}\n{PAY}"))
        assert all(pair.kin is None for pair in pairs)


def tampered(dice: Random, text: str, part: float) -> str:
    """The text with a part of its words other, gone or new; at least one."""
    words = text.split(" ")
    for _ in range(max(1, int(part * len(words)))):
        at, what = dice.randrange(len(words)), dice.random()
        if what < 0.4:
            words[at] = dice.choice(("may", "promptly", "States", "[due]", "30"))
        elif what < 0.7:
            words.insert(at, dice.choice(("also", "without delay", "[and]")))
        elif len(words) > 2:
            words.pop(at)
    return " ".join(words)


def revised(
    dice: Random, old: Sequence[Clause], share: float, part: float
) -> list[tuple[int | None, Clause]]:
    """What a session makes of a text: each clause with the index of the old one that it is.

    A share of the clauses reworded, each in a part of its words; ten articles and ten paragraphs
    moved, thirty clauses struck, thirty new; and some articles are named by other numbers.
    """
    now: list[tuple[int | None, Clause]] = [
        (at, reworded(dice, c, share, part)) for at, c in enumerate(old)
    ]

    def places(kind: Kind, depth: int | None = None, leaf: bool = False) -> list[int]:
        return [
            at
            for at, (_, clause) in enumerate(now)
            if clause.kind is kind
            and depth in (None, clause.depth)
            and not (leaf and at + 1 < len(now) and now[at + 1][1].depth > clause.depth)
        ]

    for kind in [Kind.ARTICLE] * 10 + [Kind.PARAGRAPH] * 10:
        start = dice.choice(places(kind, leaf=kind is Kind.PARAGRAPH))
        end = subtree_end(tuple(clause for _, clause in now), start)
        run = now[start:end]
        del now[start:end]
        to = dice.choice(places(kind, depth=run[0][1].depth))
        now[to:to] = run
    for _ in range(30):
        now.pop(dice.choice(places(Kind.PARAGRAPH, leaf=True)))
    words = " ".join(clause.text for clause in old).split()
    for _ in range(30):
        to = dice.choice(places(Kind.PARAGRAPH))
        text = " ".join(dice.sample(words, 20))
        now.insert(to, (None, Clause(Kind.PARAGRAPH, text=text, depth=now[to][1].depth)))
    return [
        (at, replace(clause, text=clause.text.replace("article 1", "article 11"), uid=""))
        for at, clause in now
    ]


def reworded(dice: Random, clause: Clause, share: float, part: float) -> Clause:
    if dice.random() >= share:
        return clause
    if clause.kind.bears_heading:
        return (
            clause
            if dice.random() < 0.8
            else replace(clause, heading=tampered(dice, clause.heading, part))
        )
    return replace(clause, text=tampered(dice, clause.text, part))


@pytest.mark.parametrize(
    ("share", "part", "right"),
    [(0.0, 0.0, 1.0), (0.2, 0.1, 0.999), (1.0, 0.1, 0.997), (1.0, 0.5, 0.99)],
)
def test_a_revised_treaty_finds_its_clauses_again(share: float, part: float, right: float) -> None:
    """320 articles, 2,000 clauses made of a few stock phrases, no uids: harder than life.

    Each of the signs that align goes by is needed to reach these shares.
    """
    old = tuple(replace(clause, uid="") for clause in large_document().clauses)
    made = revised(Random(8), old, share, part)  # noqa: S311
    truth = {(was, now) for now, (was, _) in enumerate(made) if was is not None}
    pairs = align(old, [clause for _, clause in made])
    found = {(p.old, p.new) for p in pairs if p.old is not None and p.new is not None}
    # Of two clauses with the same words nobody can say which is which.
    as_good = {
        (one, other)
        for one, other in found - truth
        if (was := made[other][0]) is not None and words(old[was]) == words(old[one])
    }
    right_ones = len(found & truth) + len(as_good)
    assert right_ones >= right * len(truth), (right_ones, len(truth))
    assert len(found) - right_ones <= (1 - right) * len(truth), (right_ones, len(found))


def words(clause: Clause) -> tuple[str, str]:
    return clause.heading, clause.text


def test_a_moved_article_moves_with_all_that_is_below_it() -> None:
    old = tuple(replace(clause, uid="") for clause in large_document().clauses)
    start = next(at for at in range(900, len(old)) if old[at].kind is Kind.ARTICLE)
    end = subtree_end(old, start)
    new = (*old[:10], *old[start:end], *old[10:start], *old[end:])
    statuses = {p.old: p.status for p in align(old, new)}
    assert {at for at, status in statuses.items() if status != "same"} == set(range(start, end))
    assert {statuses[at] for at in range(start, end)} == {"moved"}


CLAUSES = st.lists(
    st.builds(
        lambda words, depth, headed, uid: Clause(
            Kind.ARTICLE if headed else Kind.PARAGRAPH,
            heading=words if headed else "",
            text="" if headed else words,
            depth=depth,
            uid=uid,
        ),
        st.lists(
            st.sampled_from(("shall", "may", "Party", "漢", "كتاب", "5", "[", "")), max_size=5
        ).map(" ".join),
        st.integers(0, 3),
        st.booleans(),
        st.just(""),
    ),
    max_size=12,
)


def unique(made: list[Clause], given: list[str]) -> list[Clause]:
    return [replace(clause, uid=uid) for clause, uid in zip(made, given, strict=False)]


def uids() -> Iterator[str]:
    yield from ("a", "b", "", "c", "", "d", "e", "", "f", "g", "h", "i")


@given(CLAUSES, CLAUSES, st.permutations(list(uids())), st.permutations(list(uids())))
def test_every_clause_is_told_once(
    old: list[Clause], new: list[Clause], ours: list[str], theirs: list[str]
) -> None:
    for was, now in ((old, new), (unique(old, ours), unique(new, theirs))):
        pairs = align(was, now)
        assert sorted(p.old for p in pairs if p.old is not None) == list(range(len(was)))
        assert [p.new for p in pairs if p.new is not None] == list(range(len(now)))
        for pair in pairs:
            assert (pair.status == "added") == (pair.old is None)
            assert (pair.status == "removed") == (pair.new is None)
        kept = {p.old: p.new for p in pairs if p.old is not None and p.new is not None}
        shared = {clause.uid for clause in was} & {clause.uid for clause in now} - {""}
        for one, clause in enumerate(was):
            if clause.uid in shared:
                assert now[kept[one]].uid == clause.uid


@given(CLAUSES)
def test_a_document_is_itself(made: list[Clause]) -> None:
    assert {(p.old, p.new, p.status) for p in align(made, made)} == {
        (at, at, "same") for at in range(len(made))
    }


@given(st.permutations(range(8)))
def test_the_most_that_can_stay_do(order: list[int]) -> None:
    core = sorted(stayed(dict(enumerate(order))))
    assert [new for _, new in core] == sorted(new for _, new in core)
    longest = [1] * 8
    for at in range(8):
        longest[at] += max((longest[k] for k in range(at) if order[k] < order[at]), default=0)
    assert len(core) == max(longest)
