"""Before circulation: everything that somebody should look at before the text goes out.

    lint        the rules of app/treaty/lint, held to what the house has settled
    references  to a paragraph or part that is not there, or to a number kept for what was deleted
    brackets    that nobody owns, and those in clauses that are agreed
    support     articles that cite no source, and clauses that say they lack one
    commentary  that was written for other words

Computed anew each time it is asked for. A finding can be set aside with a reason, and comes back
as soon as the words that it was found in are others.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.actions import bracketing, citing, commenting, following, policy, settling
from app.actions.bracketing import Listed, Sort
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.store.waivers import WaiverRecord
from app.treaty import brackets
from app.treaty.document import DELETED, Clause, Document, Kind, subtree_end
from app.treaty.lint import RULES, Finding, House, Severity, lint
from app.treaty.numbering import Scheme, citer, numbers, printed
from app.treaty.references import Places, Reference, find
from app.treaty.terms import defined

LONGEST_REASON = 1_000
_REMEMBERED = 8
ARTICLE_FORMS = ("article", "Article")
SELF_FORMS = ("this", "the present")
REFERENCE_FORMS = ("un", "eu")
_TITLES = {rule.id: rule.title for rule in RULES}
_REASONS = {rule.id: rule.reason for rule in RULES}
_GROUPS = {
    "S": "numbers and structure",
    "X": "references",
    "R": "references",
    "T": "terms",
    "M": "duties",
    "P": "preamble and final clauses",
    "B": "brackets",
    "C": "sources and commentary",
}
_OWN = {
    "R01": ("A reference that leads nowhere", "No clause has that number here, or two have it."),
    "R02": ("A reference to what was deleted", "It names what is not there any more."),
    "T11": ("A term that is nowhere defined", "Its capitals promise a definition, or a name."),
    "B11": ("A bracket that nobody owns", "Nobody can be asked whether it may be lifted."),
    "B12": ("An agreed clause with a bracket", "What is in brackets is not agreed."),
    "C01": ("An article without a source", "Nothing says what it rests on, or that nothing does."),
    "C02": ("A clause that lacks a source", "Somebody has said that one is missing."),
    "C03": ("Commentary gone stale", "It was written for other words."),
}


class Weight(StrEnum):
    """How much a finding weighs; the values are lint's."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: `start` and `end` are indices of the clause's words (0, 0: all of them).

    `uid` is "" where the whole text is meant; `article` is the uid of what bears the heading
    above it. `key` names the same finding while the `words` of its clause stand.
    """

    rule: str
    title: str
    reason: str
    group: str
    weight: Weight
    uid: str
    article: str
    where: str
    message: str
    start: int
    end: int
    words: str
    key: str
    waiver: WaiverRecord | None = None

    @property
    def said(self) -> str:
        """The very words that were found."""
        return self.words[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in the order of their weight and then of the text; `waived` are set aside.

    `articles` are the headings under which something was found: uid and name, in the text's order.
    """

    findings: tuple[Found, ...]
    waived: tuple[Found, ...]
    articles: tuple[tuple[str, str], ...]
    counts: Mapping[Weight, int]


def report(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Report:
    """What is found in the draft as it stands, computed anew."""
    seat = policy.require(seat, Act.READ_FINDINGS)
    draft = store.drafts.by_id(draft.id) or draft
    looked = _Looked(store.drafts.document(draft.id), Scheme(draft.scheme))
    found = [
        *_linted(looked, draft),
        *_references(looked, following.left_behind(store.drafts, draft)),
        *_undefined(looked),
        *_brackets(store, seat, draft, looked),
        *_support(store, seat, draft, looked),
        *_commentary(store, seat, draft, looked),
    ]
    waivers = store.waivers.of_draft(draft.id)
    ranks = {weight: rank for rank, weight in enumerate(Weight)}
    # What is said of no clause comes after what can be looked at.
    end = len(looked.clauses)
    found.sort(
        key=lambda one: (
            ranks[one.weight],
            looked.place(one.uid) if one.uid else end,
            one.start,
            one.rule,
        )
    )
    told = [replace(one, waiver=waivers.get((one.rule, one.uid, one.key))) for one in found]
    findings = tuple(one for one in told if one.waiver is None)
    met = {one.article for one in findings}
    return Report(
        findings,
        tuple(one for one in told if one.waiver is not None),
        tuple((uid, name) for uid, name in looked.headings() if uid in met),
        Counter(one.weight for one in findings),
    )


def waive(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    rule: str,
    uid: str,
    key: str,
    reason: str,
) -> None:
    """Set a finding aside, for everybody, until the words that it was found in are others.

    Invalid without a reason; Missing when it is not found (any more).
    """
    seat = policy.require(seat, Act.WAIVE_FINDING)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say why this finding is set aside.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason may have {LONGEST_REASON:,} characters at most.")
    findings = report(store, seat, draft).findings
    if not any((one.rule, one.uid, one.key) == (rule, uid, key) for one in findings):
        raise Missing("This is not found any more: look at the page again.")
    store.waivers.add(draft.id, uid=uid, rule=rule, words=key, reason=reason, by=seat)


def take_up(store: Store, seat: SeatRecord | None, draft: DraftRecord, waiver_id: int) -> None:
    """Have a finding that was set aside found again."""
    seat = policy.require(seat, Act.WAIVE_FINDING)
    if not store.waivers.end(draft.id, waiver_id, seat):
        raise Missing("There is no such finding set aside.")


def house_of(draft: DraftRecord) -> House:
    """What the house has settled for a draft."""
    return House(draft.article_form, draft.self_form, draft.reference_form)


def settle_house(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, house: House
) -> DraftRecord:
    """The draft with these forms settled, journalled like its title; "" leaves one open."""
    seat = policy.require(seat, Act.CHANGE_MAST)
    wanted = {
        "article_form": (house.article, ARTICLE_FORMS),
        "self_form": (house.itself, SELF_FORMS),
        "reference_form": (house.references, REFERENCE_FORMS),
    }
    if any(said and said not in known for said, known in wanted.values()):
        raise Invalid("Choose one of the forms that are offered.")
    with store.drafts.pen(draft.id, seat) as pen:
        now = store.drafts.by_id(draft.id) or draft
        forms = {name: said for name, (said, _) in wanted.items() if said != getattr(now, name)}
        if forms:
            pen.describe(forms)
    return store.drafts.by_id(draft.id) or draft


class _Looked:
    """The draft as it is looked at: numbers, citations, headings, worked out once."""

    def __init__(self, document: Document, scheme: Scheme) -> None:
        self.document = document
        self.scheme = scheme
        self.clauses = document.clauses
        self.numbers = numbers(self.clauses, scheme)
        self.cite = citer(self.clauses, scheme, self.numbers)
        self._at = {clause.uid: index for index, clause in enumerate(self.clauses)}
        above = -1
        self._above = []
        for index, clause in enumerate(self.clauses):
            above = index if clause.kind.bears_heading else above
            self._above.append(above)

    def place(self, uid: str) -> int:
        return self._at.get(uid, -1)

    def headings(self) -> Iterator[tuple[str, str]]:
        yield "", "Preamble, and the text as a whole"
        for index, clause in enumerate(self.clauses):
            if clause.kind.bears_heading:
                yield clause.uid, f"{self.cite(index)} {clause.heading}".strip()

    def found(
        self,
        rule: str,
        weight: Weight,
        uid: str,
        message: str,
        start: int = 0,
        end: int = 0,
        where: str = "",
    ) -> Found:
        """A finding in the clause with this uid; "" for one in no clause."""
        at = self.place(uid)
        words = words_of(self.clauses[at]) if at >= 0 else ""
        above = self._above[at] if at >= 0 else -1
        said = f"{rule}\n{words}\n{start}\n{end}" if at >= 0 else f"{rule}\n{message}"
        title, reason = _OWN.get(rule) or (_TITLES.get(rule, rule), _REASONS.get(rule, ""))
        return Found(
            rule=rule,
            title=title,
            reason=reason,
            group=_GROUPS.get(rule[0], "other"),
            weight=weight,
            uid=uid if at >= 0 else "",
            article=self.clauses[above].uid if above >= 0 else "",
            where=where or (self.cite(at) if at >= 0 else "") or "The text",
            message=message,
            start=start,
            end=end,
            words=words,
            key=hashlib.sha256(said.encode()).hexdigest(),
        )


def words_of(clause: Clause) -> str:
    """A clause's own words: its heading where it bears one, else its text."""
    return clause.heading if clause.kind.bears_heading else clause.text


def _linted(looked: _Looked, draft: DraftRecord) -> Iterator[Found]:
    for one in _lint_of(looked, draft):
        if one.rule == "X09":
            continue  # R01 says the same, and of the clauses that were struck besides
        uid = "" if one.index is None else looked.clauses[one.index].uid
        weight = Weight(Severity(one.severity).value)
        yield looked.found(one.rule, weight, uid, one.message, one.start, one.end, one.where)


_OFTEN = 3
_TERM = re.compile(
    r"(?<=[a-z,;] )(?:the|an?|each|any|every|such) "
    r"(?P<term>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})(?=[ ,.;:)])"
    r"(?! (?:of|and|for|on) (?:the )?[A-Z])(?! [A-Z])"
)
# What needs no definition: the instrument, its parts and parties, and well-known names.
_NAMES = re.compile(
    r"^(?:State|Part|Chapter|Section|Article|Annex|Appendix|Convention|Treaty|Protocol|Agreement"
    r"|Covenant|Statute|Charter|Contracting|High|United|Secretary|General|International|Government"
    r"|Depositary|Member|Conference|Signator|Final Act$)|Nations|Part(?:y|ies)$"
)
_SET_UP = re.compile(
    r"\b(?:establish\w*|constitut\w*|set up|creat\w+|shall have|elect\w*|appoint\w*|convene\w*"
    r"|consist\w*|call\w*)\b(?:(?!\b(?:by|from|under) )[^.;]){0,80}?"
    r"\b(?:an?|its|their|one|as the)\s+(?P<term>[A-Z][\w-]+(?: [A-Z][\w-]+){0,3})"
)
# The end of a longer name: "the Law of the Sea".
_WITHIN = re.compile(r"[A-Z]\w+ (?:of|on|for|to|in) the [A-Z][a-z]+(?: [A-Z][a-z]+){0,2}$")
_remembered: dict[tuple[str, House], tuple[Finding, ...]] = {}


def _lint_of(looked: _Looked, draft: DraftRecord) -> tuple[Finding, ...]:
    """The findings of the rules, remembered for the head of the journal, which names the text."""
    key = draft.hash, house_of(draft)
    if key not in _remembered:
        document = printed(looked.document, looked.scheme)
        found = lint(document, looked.scheme, house_of(draft))
        while len(_remembered) >= _REMEMBERED:
            _remembered.pop(next(iter(_remembered)), None)
        _remembered[key] = found
    return _remembered[key]


def _references(looked: _Looked, left: Mapping[str, Collection[int]]) -> Iterator[Found]:
    """References to what is not there; to a missing article lint says so already."""
    places = Places(looked.document, looked.scheme, looked.numbers)
    borne = Counter(
        (clause.kind, _closed_up(number))
        for clause, number in zip(looked.clauses, looked.numbers, strict=True)
        if number
    )
    has_articles = any(kind is Kind.ARTICLE for kind, _ in borne)
    annexed = _annexed_twice(looked, borne)
    for index, clause in enumerate(looked.clauses):
        if clause.kind.bears_heading or not clause.text or index in annexed:
            continue
        for at, reference in enumerate(find(clause.text)):
            if at in left.get(clause.uid, ()):
                said = clause.text[reference.start : reference.end]
                message = f"“{said}” names what was struck; its number may be another's now."
                yield looked.found(
                    "R02", Weight.ERROR, clause.uid, message, reference.start, reference.end
                )
                continue
            if reference.external or (reference.here and not _names_number(reference)):
                continue
            goal = places.resolve(index, reference)
            start, end = reference.start, reference.end
            said = clause.text[start:end]
            if goal is None:
                if not has_articles or not _may_be_meant(clause.text, reference, borne):
                    continue
                message = f"“{said}” leads to no clause of this text."
                yield looked.found("R01", Weight.WARN, clause.uid, message, start, end)
            elif words_of(looked.clauses[goal]) == DELETED:
                message = f"“{said}” names what was deleted."
                yield looked.found("R02", Weight.ERROR, clause.uid, message, start, end)


_NAMING = re.compile(r"\b[Aa]n?\s+$")


def _may_be_meant(text: str, reference: Reference, borne: Mapping[tuple[Kind, str], int]) -> bool:
    """Whether a reference that leads nowhere was to lead to one clause of this very text.

    Not where it is part of a name ("an Annex VII tribunal"), to an article that is not there,
    of which lint speaks, or where two clauses bear the number, which is a fault of its own.
    """
    if reference.annex and _NAMING.search(text[: reference.start]):
        return False
    if reference.article and (Kind.ARTICLE, _closed_up(reference.article)) not in borne:
        return False
    outer = {kind: getattr(reference, kind.value) for kind in (Kind.ANNEX, Kind.PART)}
    return all(
        borne.get((kind, _closed_up(number)), 0) < 2 for kind, number in outer.items() if number
    )


def _annexed_twice(looked: _Looked, borne: Mapping[tuple[Kind, str], int]) -> set[int]:
    """The clauses of annexes whose number another one has: nobody knows what is meant there."""
    found: set[int] = set()
    for index, (clause, number) in enumerate(zip(looked.clauses, looked.numbers, strict=True)):
        if clause.kind is Kind.ANNEX and borne.get((Kind.ANNEX, _closed_up(number)), 0) > 1:
            found |= set(range(index, subtree_end(looked.clauses, index)))
    return found


def _closed_up(number: str) -> str:
    return "".join(number.split()).lower()


def _names_number(reference: Reference) -> bool:
    return bool(reference.spots)


def _undefined(looked: _Looked) -> Iterator[Found]:
    """What is written with capitals again and again, as terms are, and has no definition.

    What a heading names, or the text itself sets up ("shall elect its President"), needs none.
    """
    known = {_plain(term.words) for term in defined(looked.document)}
    headings = "\n".join(_plain(one.heading) for one in looked.clauses if one.heading)
    met: dict[str, list[tuple[str, int, int]]] = {}
    for clause in looked.clauses:
        known |= {_plain(match["term"]) for match in _SET_UP.finditer(clause.text)}
        for match in _TERM.finditer(clause.text):
            if not _NAMES.search(match["term"]) and not _WITHIN.search(clause.text, 0, match.end()):
                place = (clause.uid, match.start("term"), match.end("term"))
                met.setdefault(_plain(match["term"]), []).append(place)
    for words, places in met.items():
        if len(places) < _OFTEN or words in known or re.search(rf"\b{words}\b", headings):
            continue
        if any(longer.endswith(f" {words}") for longer in known):
            continue
        uid, start, end = places[0]
        message = f"It stands {len(places)} times with capitals, and is nowhere defined."
        yield looked.found("T11", Weight.INFO, uid, message, start, end)


def _plain(words: str) -> str:
    """Words without case and plural, so that “Panels” is “panel”."""
    return " ".join(word.removesuffix("s") for word in words.lower().split())


def _brackets(
    store: Store, seat: SeatRecord, draft: DraftRecord, looked: _Looked
) -> Iterator[Found]:
    agreed = settling.statuses(store, seat, draft)
    for run in _ownerless(bracketing.ledger(store, seat, draft).listed):
        several = "these brackets are" if len(run) > 1 else "this bracket is"
        message = f"Nobody has said whose {several}."
        yield looked.found("B11", Weight.WARN, run[0].uid, message, run[0].start, run[-1].end)
    for clause in looked.clauses:
        if clause.uid in agreed:
            roots = brackets.read(words_of(clause)).roots
            if roots:
                message = f"It is {agreed[clause.uid].status.value}, and holds a bracket."
                yield looked.found(
                    "B12", Weight.ERROR, clause.uid, message, roots[0].start, roots[0].end
                )


def _ownerless(listed: Sequence[Listed]) -> list[list[Listed]]:
    """The brackets that nobody owns, those that touch one another ("[shall][should]") together."""
    runs: list[list[Listed]] = []
    for one in listed:
        if not one.is_ownerless or one.sort is Sort.BLANK:
            continue
        before = runs[-1][-1] if runs else None
        if before is not None and (before.uid, before.end) == (one.uid, one.start):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _support(
    store: Store, seat: SeatRecord, draft: DraftRecord, looked: _Looked
) -> Iterator[Found]:
    gaps = citing.coverage(store, seat, draft).gaps
    said = {one.uid for one in gaps.clauses}
    for article in gaps.articles:
        at = looked.place(article.uid)
        if article.uid not in said and words_of(looked.clauses[at]) != DELETED:
            message = "It cites no source, and nobody has said that none is needed."
            yield looked.found("C01", Weight.INFO, article.uid, message)
    for one in gaps.clauses:
        yield looked.found("C02", Weight.WARN, one.uid, f"A source is missing: {one.remark}")


def _commentary(
    store: Store, seat: SeatRecord, draft: DraftRecord, looked: _Looked
) -> Iterator[Found]:
    for remark in commenting.commentary(store, seat, draft):
        if remark.changed:
            words = "word" if remark.changed == 1 else "words"
            message = (
                f"Paragraph ({remark.number}) of the commentary was written for "
                f"{remark.written_for}; {remark.changed:,} {words} changed since."
            )
            yield looked.found("C03", Weight.WARN, remark.thread.uid or remark.host, message)


def chosen(
    findings: Sequence[Found], *, weight: str = "", group: str = "", article: str | None = None
) -> tuple[Found, ...]:
    """The findings of a weight, a group and an article; what is not said is any."""
    return tuple(
        one
        for one in findings
        if (not weight or one.weight == weight)
        and (not group or one.group == group)
        and (article is None or one.article == article)
    )


def groups() -> tuple[str, ...]:
    """The names of the groups of findings, in order."""
    return tuple(dict.fromkeys(_GROUPS.values()))
