"""Conditions of positions: the other clause that they hang on, and whether it has what was asked.

"We accept 5(2) if 9(1) keeps [voluntary]" names a clause and words. From what people write both
are read where they can be, and from then on the words are followed: they may go along into a
clause that was split off, and they may go.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.actions.anchoring import where
from app.actions.refusals import Invalid
from app.store.drafts import DraftRecord
from app.store.proposals import LinkRecord, PositionRecord
from app.store.unit import Store
from app.treaty.anchors import State, anchor
from app.treaty.changes import utf16_len
from app.treaty.numbering import Scheme, citer

LONGEST = 300
"""How many characters the words may have that another clause is asked to have."""

_NUMBER = r"\d+(?: ?(?:bis|ter|quater|quinquies|sexies))?"
_POINT = r"\s?\(\s?[0-9a-z]+(?: ?(?:bis|ter|quater))?\s?\)"
_NAMED = re.compile(
    rf"\b(?:(?P<word>art(?:icle|\.)?)\s+)?(?P<article>{_NUMBER})"
    rf"(?:,?\s*para(?:graph|\.)?\s+(?P<paragraph>{_NUMBER}))?(?P<points>(?:{_POINT})*)",
    re.IGNORECASE,
)
_CITED = re.compile(
    rf"Article (?P<article>{_NUMBER})(?:, paragraph (?P<paragraph>{_NUMBER}))?"
    rf"(?:, (?:sub)?paragraph|, point)?(?P<points>(?:{_POINT})*)"
)
_QUOTED = re.compile(r"(\[[^\[\]]+\])|[“\"]([^“”\"]+)[”\"]|‘([^‘’]+)’")


class Holds(StrEnum):
    """What has become of words that a clause was asked to have."""

    YES = "has"
    NOT_YET = "does not have"
    NO_LONGER = "no longer has"
    STRUCK = "was struck with"


@dataclass(frozen=True, slots=True)
class Condition:
    """The words that a position asks for, the clause (uid) where they are or were, and whether."""

    uid: str
    words: str
    holds: Holds

    @property
    def is_met(self) -> bool:
        """Whether the clause has the words."""
        return self.holds is Holds.YES


def link(
    store: Store, draft: DraftRecord, *, condition: str, about: str = "", has: str = ""
) -> LinkRecord | None:
    """The clause and the words that a condition names; None where it names none.

    Invalid where `about` names no clause of the draft, and where only one of the two is given.
    """
    about, has = about.strip(), " ".join(has.split())
    if len(has) > LONGEST:
        raise Invalid(f"The words are too many: at most {LONGEST} characters.")
    if not about and not has:
        about, has = _read(condition)
        uid = _clause(store, draft, about) if about and has else ""
    else:
        if not about or not has:
            raise Invalid("Say both: the other clause, and the words that it is to have.")
        uid = _clause(store, draft, about)
        if not uid:
            raise Invalid(f"There is no clause {about} in the draft.")
    if not uid:
        return None
    clause = store.drafts.clause(draft.id, uid)
    if clause is not None and has not in clause.words and has.strip("[]") in clause.words:
        has = has.strip("[]")
    latest = store.drafts.by_id(draft.id) or draft
    return LinkRecord(uid, has, latest.seq)


def conditions(
    store: Store, draft: DraftRecord, positions: Iterable[PositionRecord]
) -> dict[str, Condition]:
    """By the position's public id, the condition that it hangs on, for those that have one."""
    linked = {each.uid: each.linked for each in positions if each.linked is not None}
    if not linked:
        return {}
    clauses = store.strokes.clauses(draft.id, {one.uid for one in linked.values()})
    found: dict[str, Condition] = {}
    lost: dict[str, LinkRecord] = {}
    for position, one in linked.items():
        clause = clauses.get(one.uid)
        if clause is not None and not clause.struck and one.words in clause.words:
            found[position] = Condition(one.uid, one.words, Holds.YES)
        else:
            lost[position] = one
    items = {}
    for position, one in lost.items():
        then = store.drafts.words_at(draft.id, one.uid, seq=one.seq) or ""
        at = then.find(one.words)
        clause = clauses.get(one.uid)
        struck = Holds.STRUCK if clause is None or clause.struck else None
        if at < 0:
            found[position] = Condition(one.uid, one.words, struck or Holds.NOT_YET)
            continue
        start = utf16_len(then[:at])
        items[position] = (
            one.uid,
            one.seq,
            anchor(then, start, start + utf16_len(one.words)),
        )
        found[position] = Condition(one.uid, one.words, struck or Holds.NO_LONGER)
    for position, standing in zip(items, where(store, draft, items.values()), strict=True):
        if standing.state is State.ANCHORED:
            found[position] = Condition(standing.uid, lost[position].words, Holds.YES)
    return found


_ABSENT = re.compile(
    r"\b(?:not|no|without|delet\w*|remov\w*|drop\w*|omit\w*|strik\w*|struck|los[et]\w*"
    r"|taken out|goes|lift\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_UNLESS = re.compile(r"\b(?:unless|except)\b", re.IGNORECASE)
_KEEPS = re.compile(
    r",?\s+(?:keeps?|has|have|retains?|contains?|says?|reads?|includes?|maintains?|preserves?"
    r"|still)\b",
    re.IGNORECASE,
)
_TURNED = re.compile(
    rf"\bpara(?:graph|\.)?\s+(?P<paragraph>{_NUMBER})(?P<points>(?:{_POINT})*)\s+of\s+"
    rf"art(?:icle|\.)?\s+(?P<article>{_NUMBER})",
    re.IGNORECASE,
)


def _read(condition: str) -> tuple[str, str]:
    """The clause and the words that a sentence names after its "if"; "" for what it does not.

    A sentence that asks for words to go, or may, says what this cannot follow: it names none. So
    does a bare number that nothing tells from thirty days.
    """
    asked = re.split(
        r"\b(?:if|provided that|as long as)\b", condition, maxsplit=1, flags=re.IGNORECASE
    )[-1]
    words = _QUOTED.search(asked)
    if words is None or _UNLESS.search(condition) or _ABSENT.search(_QUOTED.sub(" ", asked)):
        return "", ""
    ahead = asked[: words.start()]
    said = next(filter(None, words.groups()))
    turned = _TURNED.search(ahead)
    if turned is not None:
        points = turned["points"] or ""
        return f"article {turned['article']}, paragraph {turned['paragraph']}{points}", said
    for named in _NAMED.finditer(ahead):
        if named["word"] or named["points"] or _KEEPS.match(ahead, named.end()):
            return named[0], said
    return "", said


def _clause(store: Store, draft: DraftRecord, named: str) -> str:
    """The uid of the clause that is meant: "9(1)", "article 9, paragraph 1 (a)"; "" for none."""
    match = _NAMED.fullmatch(named.strip())
    if match is None:
        return ""
    clauses = store.drafts.document(draft.id).clauses
    cite = citer(clauses, Scheme(draft.scheme))
    wanted = _steps(match)
    for index, clause in enumerate(clauses):
        cited = _CITED.match(cite(index))
        if cited is not None and _steps(cited) == wanted:
            return clause.uid
    return ""


def _steps(match: re.Match[str]) -> tuple[str, ...]:
    """Article, paragraph and points of a citation, one after the other."""
    points = re.findall(r"[0-9a-z]+(?: ?(?:bis|ter|quater))?", match["points"].lower())
    steps = (match["article"], match["paragraph"] or "", *points)
    return tuple("".join(step.lower().split()) for step in steps if step)
