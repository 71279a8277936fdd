"""Findings: what a careful reader of treaties would point at before a text goes out.

    lint(document) -> findings in reading order of each scope

The rules are those of the UN's editorial manuals and of what adopted treaties do;
each says its reason, and its severity was chosen by how often it fires on treaties
that were adopted as they stand.
"""

from app.treaty.document import Document
from app.treaty.lint import bracketed, duties, frame, naming, pointing, structure
from app.treaty.lint.finding import Finding, Rule, Severity
from app.treaty.lint.house import OPEN, House
from app.treaty.lint.scope import scopes
from app.treaty.numbering import Scheme, citer

__all__ = ["RULES", "Finding", "House", "Rule", "Severity", "lint"]

_WHEN_CLEAN = {False: frozenset[str](), True: frozenset({"B03"})}
"""Rules that weigh more in a text without open brackets, which is meant for adoption."""

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *pointing.RULES,
    *naming.RULES,
    *duties.RULES,
    *frame.RULES,
    *bracketed.RULES,
)


def lint(
    document: Document, scheme: Scheme = Scheme.UN, house: House = OPEN
) -> tuple[Finding, ...]:
    """The findings of all rules: by scope (the treaty, its annexes, a resolution), then by clause.

    Where the `house` has settled a form, every other one is found; else only that forms are mixed.

    In a text without any other bracket a blank is an error: it is meant for adoption.
    """
    cite = citer(document.clauses, scheme)
    found: list[Finding] = []
    for scope in scopes(document, scheme, house):
        hits = [(rule, hit) for rule in RULES for hit in rule.look(scope)]
        hits.sort(key=lambda one: (-1 if one[1].index is None else one[1].index, one[1].start))
        for rule, hit in hits:
            where = "" if hit.index is None else cite(hit.index)
            severity = Severity.ERROR if rule.id in _WHEN_CLEAN[scope.is_clean] else rule.severity
            where = where or scope.name or "The text"
            found.append(
                Finding(rule.id, severity, where, hit.message, hit.index, hit.start, hit.end)
            )
    return tuple(found)
