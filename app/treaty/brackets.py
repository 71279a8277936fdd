"""Square brackets: the words of a text that are not agreed.

A bracket holds words that somebody wants and somebody else does not. Brackets
nest; brackets that touch are alternatives to one another, and so are the parts
that a slash separates at a bracket's own level:

    The Parties [shall][should [, where feasible,]] negotiate [in good faith/sincerely].

Unbalanced brackets are kept as plain text and reported: a drafter halfway
through typing is not making a mistake. A blank is a bracket for words to come:
`[ ]`, `[X]`, `[placeholder for the depositary]`. A clause that says "[Deleted]" and no more keeps
a number, and has no bracket.

All positions are indices of the Python string.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.treaty.document import DELETED

_MARK = re.compile(r"[\[\]]")
# A slash inside of a word pair that is one expression separates nothing.
_SLASH = re.compile(r"(?<![Aa]nd)(?<![0-9])/(?!or\b)(?![0-9])")
_BLANK = re.compile(
    r"[\s._…–-]*|X{1,4}|[NYZ]|TB[CD]"
    r"|(?:placeholder|to be (?:completed|determined|inserted))\b.*",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bracket:
    """One balanced pair: `start` is the place of `[`, `end` just after `]`, `depth` 1 outermost.

    `alternatives` are the (start, end) of the parts between slashes; one part when there is none.
    """

    start: int
    end: int
    depth: int
    children: tuple["Bracket", ...] = ()
    alternatives: tuple[tuple[int, int], ...] = ()
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Stray:
    """A bracket mark without its partner, and where it stands."""

    at: int
    mark: str

    @property
    def sentence(self) -> str:
        """The finding, fit for a person."""
        missing = "closing" if self.mark == "[" else "opening"
        return f"The bracket “{self.mark}” at character {self.at + 1} has no {missing} one."


@dataclass(frozen=True, slots=True)
class Brackets:
    """The brackets of a text: the outermost ones in order, and the marks left over."""

    roots: tuple[Bracket, ...] = ()
    problems: tuple[Stray, ...] = ()

    def __iter__(self) -> Iterator[Bracket]:
        """All brackets in the order in which they open."""
        return _walk(self.roots)

    @property
    def choices(self) -> tuple[tuple[Bracket, ...], ...]:
        """Runs of brackets that touch, and so compete with one another; at every depth."""
        runs = list(_runs(self.roots))
        for bracket in self:
            runs.extend(_runs(bracket.children))
        return tuple(runs)


def read(text: str) -> Brackets:
    """The bracket tree of a text; never refuses."""
    if ("[" not in text and "]" not in text) or text == DELETED:
        return Brackets()
    pairs, strays = _pairs(text)
    return Brackets(_nest(text, pairs), tuple(Stray(at, text[at]) for at in sorted(strays)))


def count(text: str) -> int:
    """How many balanced brackets the text has."""
    return len(spans(text))


def spans(text: str) -> tuple[tuple[int, int, int], ...]:
    """(start, end, depth) of every bracket, in the order in which they open."""
    if "[" not in text or text == DELETED:
        return ()
    found = []
    open_ends: list[int] = []
    for start, end in _pairs(text)[0]:
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        open_ends.append(end)
        found.append((start, end, len(open_ends)))
    return tuple(found)


def _pairs(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """The (start, end) of balanced brackets in opening order, and the places of stray marks."""
    pairs, waiting, strays = [], [], []
    for match in _MARK.finditer(text):
        if match[0] == "[":
            waiting.append(match.start())
        elif waiting:
            pairs.append((waiting.pop(), match.end()))
        else:
            strays.append(match.start())
    return sorted(pairs), strays + waiting


def _nest(text: str, pairs: list[tuple[int, int]]) -> tuple[Bracket, ...]:
    levels: list[list[Bracket]] = [[]]
    waiting: list[tuple[int, int]] = []

    def close_until(position: int) -> None:
        while waiting and waiting[-1][1] <= position:
            start, end = waiting.pop()
            children = tuple(levels.pop())
            levels[-1].append(_bracket(text, start, end, len(waiting) + 1, children))

    for start, end in pairs:
        close_until(start)
        waiting.append((start, end))
        levels.append([])
    close_until(len(text))
    return tuple(levels[0])


def _bracket(text: str, start: int, end: int, depth: int, children: tuple[Bracket, ...]) -> Bracket:
    bounds = [start + 1]
    for match in _SLASH.finditer(text, start + 1, end - 1):
        if not any(child.start <= match.start() < child.end for child in children):
            bounds += [match.start(), match.end()]
    bounds.append(end - 1)
    alternatives = tuple(zip(bounds[::2], bounds[1::2], strict=True))
    blank = _BLANK.fullmatch(text[start + 1 : end - 1].strip()) is not None
    return Bracket(start, end, depth, children, alternatives, blank)


def _walk(brackets: tuple[Bracket, ...]) -> Iterator[Bracket]:
    # A stack and not recursion: a hostile text may nest ten thousand brackets.
    waiting = list(reversed(brackets))
    while waiting:
        bracket = waiting.pop()
        yield bracket
        waiting.extend(reversed(bracket.children))


def _runs(brackets: tuple[Bracket, ...]) -> Iterator[tuple[Bracket, ...]]:
    run: list[Bracket] = []
    for bracket in brackets:
        if run and run[-1].end != bracket.start:
            if len(run) > 1:
                yield tuple(run)
            run = []
        run.append(bracket)
    if len(run) > 1:
        yield tuple(run)
