"""Rules on what is not agreed: brackets, blanks and lettered or numbered options."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.treaty.brackets import read
from app.treaty.lint.finding import Hit, Rule, Severity
from app.treaty.lint.scope import Scope

DEEPEST = 3
"""Brackets within brackets that a reader can still follow."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """One bracket mark without a partner in its own clause."""

    index: int
    at: int
    sign: str


_LOOSE = re.compile(r"\bXX+\b|_{3,}|(?<!\[)\b[Pp]laceholder\b")
_OPTION = re.compile(r"^\W*Option (\d+)\b", re.IGNORECASE)


def _pairs(scope: Scope) -> tuple[list[_Mark], list[tuple[_Mark, _Mark]]]:
    """The marks of the scope without a partner in it, and the pairs that span clauses."""
    open_: list[_Mark] = []
    strays: list[_Mark] = []
    spanning: list[tuple[_Mark, _Mark]] = []
    for index, text in scope.texts:
        for stray in read(text).problems:
            mark = _Mark(index, stray.at, stray.mark)
            if stray.mark == "[":
                open_.append(mark)
            elif open_:
                spanning.append((open_.pop(), mark))
            else:
                strays.append(mark)
    return [*strays, *open_], spanning


def _unbalanced(scope: Scope) -> Iterator[Hit]:
    for mark in _pairs(scope)[0]:
        missing = "closed" if mark.sign == "[" else "opened"
        said = f"The bracket “{mark.sign}” is nowhere {missing}."
        yield Hit(mark.index, said, mark.at, mark.at + 1)


def _spanning(scope: Scope) -> Iterator[Hit]:
    for opening, _ in _pairs(scope)[1]:
        said = "A bracket opens here and closes in another clause."
        yield Hit(opening.index, said, opening.at, opening.at + 1)


def _deep(scope: Scope) -> Iterator[Hit]:
    for index, text in scope.texts:
        deepest = max(read(text), key=lambda bracket: bracket.depth, default=None)
        if deepest is not None and deepest.depth > DEEPEST:
            said = f"Brackets are nested {deepest.depth} deep here."
            yield Hit(index, said, deepest.start, deepest.end)


def _blank(scope: Scope) -> Iterator[Hit]:
    for index, text in scope.texts:
        blanks = [(one.start, one.end) for one in read(text) if one.blank]
        for start, end in blanks:
            yield Hit(index, f"The bracket “{text[start:end]}” is still to be filled.", start, end)
        for match in _LOOSE.finditer(text):
            if not any(start <= match.start() < end for start, end in blanks):
                yield Hit(index, f"“{match[0]}” is still to be filled (no bracket).", *match.span())


def _options(scope: Scope) -> Iterator[Hit]:
    run: list[tuple[int, int]] = []
    for index, text in scope.texts:
        found = _OPTION.match(text)
        if not found:
            continue
        number = int(found[1])
        if number == 1:
            yield from _alone(run)
            run = [(index, 1)]
            continue
        if not run or number != run[-1][1] + 1:
            before = f"option {run[-1][1]}" if run else "no other"
            yield Hit(index, f"Option {number} of a bracketed choice follows {before}.")
        run.append((index, number))
    yield from _alone(run)


def _alone(run: list[tuple[int, int]]) -> Iterator[Hit]:
    if len(run) == 1 and run[0][1] == 1:
        yield Hit(run[0][0], "Option 1 of a bracketed choice stands alone.")


RULES = (
    Rule(
        "B01",
        Severity.ERROR,
        "A bracket without its partner",
        "Nobody can say which words are not agreed.",
        "Article 1\nAim\n\n1. Each Party [shall [should] protect negotiators.",
        "Article 1\nAim\n\n1. Each Party [shall][should] protect negotiators.",
        _unbalanced,
    ),
    Rule(
        "B02",
        Severity.INFO,
        f"Brackets nested deeper than {DEEPEST}",
        "A choice inside of a choice inside of a choice is hard to negotiate.",
        "Article 1\nAim\n\n1. Parties [may [at once [openly [all]]]] talk.",
        "Article 1\nAim\n\n1. Parties [may [at once [openly]]] talk.",
        _deep,
    ),
    Rule(
        "B03",
        Severity.WARN,
        "A blank in brackets",
        "Words are still to come; a text for adoption has none of these.",
        "Article 1\nAim\n\n1. Parties shall report within [ ] days to the [placeholder for body].",
        "Article 1\nAim\n\n1. Parties shall report within [30] days to the Secretariat.",
        _blank,
    ),
    Rule(
        "B04",
        Severity.WARN,
        "Options out of order",
        "Alternatives are numbered in sequence, and there are at least two.",
        "Article 1\nAim\n\nOption 1: Parties shall talk.\n\nOption 3: Parties may talk.",
        "Article 1\nAim\n\nOption 1: Parties shall talk.\n\nOption 2: Parties may talk.",
        _options,
    ),
    Rule(
        "B05",
        Severity.INFO,
        "A bracket over several clauses",
        "What is open in one clause cannot be agreed without the others.",
        "Article 1\nAim\n\n1. [Parties shall talk.\n\n2. They shall listen.]",
        "Article 1\nAim\n\n1. [Parties shall talk.]\n\n2. [They shall listen.]",
        _spanning,
    ),
)
