"""Another version of a treaty by random edits such as a negotiation makes: what redlines are of."""

from dataclasses import replace
from random import Random

from app.treaty.document import Clause, Document, Kind, subtree_end

_SPARE = (
    "The Parties shall meet each year.",
    "Nothing in this Convention affects article 2.",
    "[Each Party][A Party] may state a reservation, see paragraph 1;",
    "Talks & records < 5 years \U0001d538 old.",
    "Two lines\nin one clause",
    "سلام على الأطراف",
    "",
)
_WORDS = ("promptly", "and", "[or]", "(b)", "100", "shall", "not;", "“talks”", ",", "")


def rewritten(document: Document, seed: int, edits: int, *, anonymous: bool = False) -> Document:
    """The document after so many edits; without uids if `anonymous`, as in a file of its own.

    The same seed always makes the same edits.
    """
    dice = Random(seed)  # noqa: S311
    clauses = list(document.clauses)
    for number in range(edits):
        if not clauses:
            clauses = [Clause(Kind.PARAGRAPH, text=dice.choice(_SPARE), uid=f"n{number}")]
            continue
        edit = dice.choice((_reword, _reword, _split, _join, _move, _strike, _insert, _level))
        edit(clauses, dice, f"n{number}")
    if anonymous:
        clauses = [replace(clause, uid="") for clause in clauses]
    title = dice.choice((document.title, document.title, f"{document.title} (revised)"))
    return replace(document, title=title, clauses=tuple(clauses))


def _reword(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.randrange(len(clauses))
    clause = clauses[at]
    words = (clause.heading or clause.text).split(" ")
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(words) + 1)
        words[place : place + dice.randint(0, 2)] = dice.choices(_WORDS, k=dice.randint(0, 2))
    said = " ".join(words)
    if clause.kind.bears_heading:
        clauses[at] = replace(clause, heading=said)
    else:
        clauses[at] = replace(clause, text=said)


def _split(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.randrange(len(clauses))
    clause = clauses[at]
    if clause.kind.bears_heading or len(clause.text) < 2:
        return
    cut = dice.randint(1, len(clause.text) - 1)
    first, second = clause.text[:cut], clause.text[cut:]
    if dice.random() < 0.7:
        first, second = first.rstrip(), second.lstrip()
    halves = [replace(clause, text=first), replace(clause, text=second, uid=uid, number="")]
    if dice.random() < 0.3:
        halves = [replace(clause, text=first, uid=uid), replace(clause, text=second, number="")]
    clauses[at : at + 1] = halves


def _join(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.randrange(len(clauses))
    if at + 1 == len(clauses):
        return
    one, two = clauses[at], clauses[at + 1]
    if one.kind.bears_heading or two.kind.bears_heading:
        return
    seam = dice.choice((" ", ""))
    kept = dice.choice((one, two))
    clauses[at : at + 2] = [replace(one, text=one.text + seam + two.text, uid=kept.uid)]


def _move(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.randrange(len(clauses))
    end = subtree_end(clauses, at)
    taken = clauses[at:end]
    del clauses[at:end]
    to = dice.randint(0, len(clauses))
    clauses[to:to] = taken


def _strike(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.choice((dice.randrange(len(clauses)), len(clauses) - 1))
    del clauses[at : subtree_end(clauses, at) if dice.random() < 0.3 else at + 1]


def _insert(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.choice((dice.randint(0, len(clauses)), len(clauses)))
    kind = dice.choice((Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ARTICLE, Kind.RECITAL, Kind.ANNEX))
    words = dice.choice(_SPARE)
    number = dice.choice(("", "", "3 bis", "9"))
    headed = kind.bears_heading
    clauses.insert(
        at,
        Clause(kind, number, words if headed else "", "" if headed else words, at % 3, uid),
    )


def _level(clauses: list[Clause], dice: Random, uid: str) -> None:
    at = dice.randrange(len(clauses))
    clause = clauses[at]
    if clause.kind.bears_heading:
        return
    kind = dice.choice((Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM))
    clauses[at] = replace(clause, kind=kind, depth=max(0, clause.depth + dice.choice((-1, 1))))
