"""Alternatives of a whole clause: siblings of which one is to be chosen, under one number.

    3. Option 1:  Each Party shall report every year.
       Option 2:  Each Party should report every second year.
       Option 3:  No text

The first is an ordinary clause. Each other one says in its number that it is an option (or, where
they are lettered, an alternative) of the first, which it names by its uid: "option of c5tq".
A text that was just parsed has no uids yet, and says "option of *", of the sibling before it.

They belong together as long as they are of one kind under one clause. When only one of them is
left it is a clause like any other, which is why choosing one is striking the others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.treaty.document import Clause

BEFORE = "*"
"""The name of the first option while nothing has a uid: the sibling before."""

_MARK = re.compile(r"(option|alternative) of (\S+)")
_SAID = re.compile(r"\W*(Option|OPTION|Alternative|ALTERNATIVE)\s+(\d+|[A-Z])\s*[:.–—]\s*")
_NO_TEXT = re.compile(r"\W*no text\W*", re.IGNORECASE)
NO_TEXT = "No text"
"""The words of an option that is to have none."""


class Style(StrEnum):
    """How the options of a clause are called: Option 1, Option 2, or Alternative A, B."""

    NUMBERED = "option"
    LETTERED = "alternative"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options of a clause: which it is, from 1 on, and where all of them stand."""

    place: int
    style: Style
    members: tuple[int, ...]

    @property
    def name(self) -> str:
        """What it is called: "Option 2", "Alternative B"."""
        return name_of(self.style, self.place)

    @property
    def cited(self) -> str:
        """What it is called within a sentence: "option 2", "alternative B"."""
        return self.name[0].lower() + self.name[1:]

    @property
    def first(self) -> int:
        """Where the first of them stands, whose number they share."""
        return self.members[0]


def name_of(style: Style, place: int) -> str:
    """What the option at a place, from 1 on, is called."""
    if style is Style.NUMBERED:
        return f"Option {place}"
    letter = chr(ord("A") + (place - 1) % 26) * ((place - 1) // 26 + 1)
    return f"Alternative {letter}"


def mark(style: Style, first: str) -> str:
    """The number of a clause that is an option of the clause with the uid `first`."""
    return f"{style.value} of {first}"


def mark_of(number: str) -> tuple[Style, str] | None:
    """How the options are called and the uid of the first; None for any other number."""
    found = _MARK.fullmatch(number)
    return None if found is None else (Style(found[1]), found[2])


def is_no_text(words: str) -> bool:
    """Whether an option says that there is to be no text."""
    return _NO_TEXT.fullmatch(words) is not None


def options(clauses: Sequence[Clause], parents: Sequence[int]) -> dict[int, Option]:
    """The options among the clauses, by their place; `parents` has the place of each one's parent.

    None for a clause that is left alone.
    """
    if not any(" of " in clause.number for clause in clauses):
        return {}
    groups: dict[tuple[int, str, str], list[int]] = {}
    styles: dict[tuple[int, str, str], Style] = {}
    last: dict[tuple[int, str], tuple[int, str, str]] = {}
    for index, clause in enumerate(clauses):
        among = parents[index], clause.kind.value
        found = mark_of(clause.number)
        if found is None:
            key = *among, clause.uid or f"{index}"
        else:
            style, first = found
            key = last.get(among, (*among, f"{index}")) if first == BEFORE else (*among, first)
            styles.setdefault(key, style)
        groups.setdefault(key, []).append(index)
        last[among] = key
    return {
        index: Option(place, styles[key], tuple(members))
        for key, members in groups.items()
        if len(members) > 1 and key in styles
        for place, index in enumerate(members, 1)
    }


def parents(clauses: Sequence[Clause]) -> list[int]:
    """The place of the clause above each clause, -1 at the top."""
    found: list[int] = []
    above: list[int] = []
    for index, clause in enumerate(clauses):
        while above and clauses[above[-1]].depth >= clause.depth:
            above.pop()
        found.append(above[-1] if above else -1)
        above.append(index)
    return found


def named(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses, which have uids by now, with "option of *" naming the uid that it means."""
    if not any(" of " in clause.number for clause in clauses):
        return tuple(clauses)
    made: list[Clause] = []
    last: dict[tuple[int, str], str] = {}
    for clause in clauses:
        for among in [among for among in last if among[0] > clause.depth]:
            del last[among]
        among = clause.depth, clause.kind.value
        found = mark_of(clause.number)
        if found is None:
            last[among] = clause.uid
        elif found[1] == BEFORE:
            first = last.setdefault(among, clause.uid)
            clause = replace(clause, number=mark(found[0], first))
        made.append(clause)
    return tuple(made)


def taken_up(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses of a text that was just read, with what it prints as options told as such.

    Only where they follow each other in order, one right behind the other: anything else may be
    a mistake, and keeps its words for those who look for such.
    """
    made = list(clauses)
    at = 0
    while at < len(made):
        run = _run(made, at)
        if len(run) > 1:
            _tell(made, run)
        at += 1
    return tuple(made)


def _run(clauses: Sequence[Clause], start: int) -> list[int]:
    """Where the options stand that begin at `start`: all that follow in order, with what is below.

    After the first option of a list comes the second without a mark of its own: a paragraph to
    a reader that does not know of options.
    """
    said = _SAID.match(clauses[start].text)
    if said is None or said[2] not in ("1", "A"):
        return []
    run, first = [start], clauses[start]
    for at in range(start + 1, len(clauses)):
        clause = clauses[at]
        match = _SAID.match(clause.text)
        wanted = name_of(_style(said[1]), len(run) + 1).split()
        fits = clause.depth == first.depth or (clause.depth < first.depth and not clause.number)
        if match and fits and [match[1].capitalize(), match[2]] == wanted and _unmarked(clause):
            run.append(at)
        elif clause.depth <= first.depth or match:
            break
    return run


def _unmarked(clause: Clause) -> bool:
    return clause.number in ("", "-") and not clause.kind.bears_heading


def _tell(clauses: list[Clause], run: Sequence[int]) -> None:
    first = clauses[run[0]]
    said = _SAID.match(first.text)
    style = _style(said[1] if said else "")
    for at in run:
        clause = clauses[at]
        match = _SAID.match(clause.text)
        text = clause.text[match.end() :] if match else clause.text
        number = clause.number if at == run[0] else mark(style, BEFORE)
        clauses[at] = replace(clause, kind=first.kind, depth=first.depth, number=number, text=text)


def _style(word: str) -> Style:
    return Style.LETTERED if word.lower() == "alternative" else Style.NUMBERED
