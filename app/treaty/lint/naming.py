"""Rules on words that mean one thing throughout: defined terms and the names of the parties."""

import re
from collections import defaultdict
from collections.abc import Iterator

from app.treaty.document import parent_index
from app.treaty.lint.finding import Hit, Rule, Severity
from app.treaty.lint.pointing import INSTRUMENT
from app.treaty.lint.scope import Scope
from app.treaty.terms import Term, defined, uses

_DUTY = re.compile(r"[\"”“] (?:means?|includes?)\b[^.;]{0,250}?\bshall\b")
_CIRCLE = re.compile(r"[\"“]([^\"”“\n]{4,60})[\"”“] means (?:an?|the|any) ([^.;]{0,60})")
_FOR_ALL = re.compile(
    r"\buse of terms\b|\bdefinitions?\b"
    rf"|\bfor the purposes? of (?:this|the present) {INSTRUMENT}\b",
    re.IGNORECASE,
)
_VERBS = (
    ("means", re.compile(r"[\"”“] means\b")),
    ("shall mean", re.compile(r"[\"”“] shall mean\b")),
    ("is defined as", re.compile(r"is defined as")),
)
_NAMES = (
    ("High Contracting Party", re.compile(r"\bHigh Contracting Part(?:y|ies)\b")),
    ("Contracting Party", re.compile(r"(?<!High )\bContracting Part(?:y|ies)\b")),
    ("State Party", re.compile(r"\bState Party\b|\bStates Parties\b")),
    ("Contracting State", re.compile(r"\bContracting States?\b")),
)


def _own(scope: Scope) -> list[Term]:
    inside = set(scope.indices)
    return [term for term in defined(scope.whole.document) if term.index in inside]


def _unused(scope: Scope) -> Iterator[Hit]:
    every = defined(scope.whole.document)
    places = {(term.index, term.start) for term in every}
    used = {
        met.words.casefold()
        for index, clause in enumerate(scope.whole.document.clauses)
        for start, _, met in uses(clause.text or clause.heading, every)
        if (index, start) not in places
    }
    for term in _own(scope):
        if term.words.casefold() not in used:
            yield Hit(term.index, f"“{term.words}” is defined and never used.", *_range(term))


def _range(term: Term) -> tuple[int, int]:
    return term.start, term.end


def _twice(scope: Scope) -> Iterator[Hit]:
    met: defaultdict[tuple[int, str], list[Term]] = defaultdict(list)
    for term in _own(scope):
        if _is_definition(scope, term):
            met[_reach(scope, term.index), term.words.casefold()].append(term)
    for found in met.values():
        for again in found[1:]:
            yield Hit(again.index, f"“{again.words}” is defined more than once.", *_range(again))


def _reach(scope: Scope, index: int) -> int:
    """Within what a definition holds: -1 for the whole text, else the clause it stands under."""
    clauses = scope.whole.document.clauses
    at: int | None = index
    while at is not None:
        if _FOR_ALL.search(clauses[at].heading) or _FOR_ALL.search(clauses[at].text):
            return -1
        at = parent_index(clauses, at)
    above = parent_index(clauses, index)
    return index if above is None else above


def _is_definition(scope: Scope, term: Term) -> bool:
    """Whether the words are given a meaning there: no short title, and not for one case alone."""
    text = scope.whole.document.clauses[term.index].text
    before, after = text[: term.start].rstrip("\"“‘'").rstrip(), text[term.end :]
    return not before.endswith(",") and bool(
        re.match(r"[\"”“’'][^.;]{0,120}?\b(?:means?|shall mean)\b", after)
    )


def _duty(scope: Scope) -> Iterator[Hit]:
    for index, text in scope.texts:
        for match in _DUTY.finditer(text):
            if "shall mean" not in match[0] and "shall include" not in match[0]:
                yield Hit(
                    index, "A definition lays down a duty: put it into an article.", *match.span()
                )


def _circular(scope: Scope) -> Iterator[Hit]:
    for index, text in scope.texts:
        for match in _CIRCLE.finditer(text):
            if match[1].casefold() in match[2].casefold():
                yield Hit(index, f"“{match[1]}” is defined by itself.", *match.span())


def _verbs(scope: Scope) -> Iterator[Hit]:
    met = [name for name, regex in _VERBS if regex.search(scope.prose)]
    if len(met) > 1:
        yield Hit(None, f"Definitions say {' and '.join(met)}: choose one.")


def _parties(scope: Scope) -> Iterator[Hit]:
    met = [name for name, regex in _NAMES if regex.search(scope.prose)]
    if len(met) > 1:
        yield Hit(None, f"The parties are called {' and '.join(met)}.")


RULES = (
    Rule(
        "T01",
        Severity.WARN,
        "A defined term that is never used",
        "A definition without a use invites the question what was meant to follow.",
        "Article 1\nTerms\n\n1. “Facilitator” means a person who helps.\n\n"
        "Article 2\nTalks\n\n1. Each Party shall talk.",
        "Article 1\nTerms\n\n1. “Facilitator” means a person who helps.\n\n"
        "Article 2\nTalks\n\n1. A facilitator shall listen.",
        _unused,
    ),
    Rule(
        "T02",
        Severity.ERROR,
        "A term defined twice",
        "Nobody can say which of two definitions holds.",
        "Article 1\nTerms\n\n1. “Party” means a State. “Party” means an organization.",
        "Article 1\nTerms\n\n1. “Party” means a State. “Organization” means a body.",
        _twice,
    ),
    Rule(
        "T03",
        Severity.WARN,
        "A duty inside of a definition",
        "A definition says what a word means; what is owed is looked for in the articles.",
        "Article 1\nTerms\n\n1. “Facilitator” means a person whom each Party shall protect.",
        "Article 1\nTerms\n\n1. “Facilitator” means a person who assists the parties to talks.",
        _duty,
    ),
    Rule(
        "T04",
        Severity.WARN,
        "A circular definition",
        "It explains nothing to somebody who does not know the word.",
        "Article 1\nTerms\n\n1. “Certified agreement” means a certified agreement that is lodged.",
        "Article 1\nTerms\n\n1. “Certified agreement” means a text lodged with the Secretariat.",
        _circular,
    ),
    Rule(
        "T05",
        Severity.INFO,
        "Means and shall mean mixed",
        "One verb for all definitions: the UN writes “means”.",
        "Article 1\nTerms\n\n1. “Talk” means a meeting; “text” shall mean a paper.",
        "Article 1\nTerms\n\n1. “Talk” means a meeting; “text” means a paper.",
        _verbs,
    ),
    Rule(
        "T06",
        Severity.WARN,
        "Several names for the parties",
        "A second name for the same States reads as if others were meant.",
        "Article 1\nAim\n\n1. Each State Party shall act. Each Contracting Party shall report.",
        "Article 1\nAim\n\n1. Each State Party shall act. Each State Party shall report.",
        _parties,
    ),
)
