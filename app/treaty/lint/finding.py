"""What a lint rule is, and what it says when it finds something.

A rule looks at one scope at a time (scope.py) and gives hits; each carries a
reason that a drafter can weigh, and two examples of its own that its test runs:
one that must be found and one that must not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.treaty.lint.scope import Scope


class Severity(StrEnum):
    """How much a finding weighs: an error is wrong, a warning likely so, the rest is for a look."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: in which clause of the document (None: the whole scope), and a sentence.

    `start` and `end` are indices of the Python string of the clause's words; 0, 0 for all of it.
    """

    index: int | None
    message: str
    start: int = 0
    end: int = 0


Look = Callable[[Scope], Iterable[Hit]]
"""What a rule does: the hits of one scope, in reading order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `bad` and `good` are plain texts; the first must be found, the second must not."""

    id: str
    severity: Severity
    title: str
    reason: str
    bad: str
    good: str
    look: Look


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `where` cites the clause as a reader would ("Article 5, paragraph 2").

    `index` is the clause's place in the document, None where the whole text or scope is meant;
    `start` and `end` are indices of the Python string of that clause's words.
    """

    rule: str
    severity: Severity
    where: str
    message: str
    index: int | None = None
    start: int = 0
    end: int = 0
