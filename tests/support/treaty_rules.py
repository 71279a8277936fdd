"""Drafting rules for a treaty text of ours, each a function from a document to findings.

The rules follow UN practice for the form of treaties. A finding is one sentence
that names the place; no finding means that the rule is kept. Only rules whose
breach would be an error or a warning stand here: matters of taste do not.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from app.treaty import brackets, references, terms
from app.treaty.document import Clause, Document, Kind, subtree_end
from app.treaty.numbering import Scheme, citation_of, sort_key

Findings = list[str]
Rule = Callable[[Document], Findings]

FINAL_TOPICS = {
    "signature": r"open for signature",
    "consent to be bound": r"ratification, acceptance or approval",
    "accession": r"\baccession\b",
    "depositary": r"\bdepositary\b",
    "entry into force": r"enter into force on",
    "reservations": r"reservation shall be made",
    "amendment": r"\bamendment\b",
    "withdrawal": r"withdraw from this",
    "disputes": r"dispute concerning the interpretation or application",
    "authentic texts": r"texts are equally authentic",
}
_RECITAL = re.compile(
    r"\[?(?:(?:Deeply|Firmly|Fully|Further|Also|Again|Gravely|Profoundly) )?"
    r"(?:\w+(?:ing|ed)|Mindful|Conscious|Aware|Desirous|Confident)\b"
)
_BLANK = re.compile(r"\[[\s.…_X]*\]|\b(?:TBD|XX+)\b|_{3,}|\[?placeholder", re.IGNORECASE)


def breaches(document: Document) -> Findings:
    """Every finding of every rule, each with the rule's name before it."""
    return [f"{rule.__name__}: {found}" for rule in RULES for found in rule(document)]


def articles_run_on(document: Document) -> Findings:
    """Articles run through the whole body: nothing skipped, repeated or without its base."""
    numbers = [clause.number for clause in document.clauses if clause.kind is Kind.ARTICLE]
    return [
        f"article {new} after {old}" for old, new in pairwise(["0", *numbers]) if _gap(old, new)
    ]


def paragraphs_run_on(document: Document) -> Findings:
    """Paragraphs and subparagraphs are numbered 1, 2 and (a), (b) inside their own list."""
    return [
        f"{_at(document, where[0])}: {old} is followed by {new}"
        for where in _lists(document, Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM)
        for old, new in pairwise(["", *(document.clauses[i].number for i in where)])
        if new and _ordinal(new) != _ordinal(old) + 1
    ]


def lists_have_two_entries(document: Document) -> Findings:
    """A list of one is no list."""
    return [_at(document, one[0]) for one in _points(document) if len(one) == 1]


def lists_are_punctuated(document: Document) -> Findings:
    """Entries end in ";", the last but one in "; and" or "; or", the last in a full stop."""
    found = []
    for where in _points(document):
        for place, index in enumerate(where):
            left = len(where) - place - 1
            wanted = (r"\.\]?$", r"; (?:and|or)$")[left] if left < 2 else r";$"
            text = _last_words(document, index)
            if not re.search(wanted, text):
                found.append(f"{_at(document, index)} ends in {text[-12:]!r}")
    return found


def lists_open_with_a_colon(document: Document) -> Findings:
    """The words before a list end in a colon."""
    return [
        _at(document, one[0] - 1)
        for one in _points(document)
        if not document.clauses[one[0] - 1].text.endswith(":")
    ]


def articles_all_have_headings(document: Document) -> Findings:
    """Either every article has a heading or none has."""
    bare = [clause for clause in document.clauses if clause.kind is Kind.ARTICLE]
    without = [clause.number for clause in bare if not clause.heading]
    return [f"article {number}" for number in without] if len(without) < len(bare) else []


def references_lead_somewhere(document: Document) -> Findings:
    """A reference to this treaty's own text names a clause that is there."""
    places = references.Places(document, Scheme.UN)
    return [
        f"{_at(document, index)}: {clause.text[one.start : one.end]}"
        for index, clause in enumerate(document.clauses)
        for one in references.find(clause.text)
        if not one.external and places.resolve(index, one) is None
    ]


def references_have_the_un_form(document: Document) -> Findings:
    """References read "article 5, paragraph 2 (a)": no abbreviation, bare letter or sign."""
    wrong = r"(?i)\barts?\. ?\d|§|\barticles? \d+ ?\(\d|\bparas?\. ?\d|\bsub-?paragraphs? [a-z]\b"
    return _matches(document, wrong)


def self_reference_is_one(document: Document) -> Findings:
    """The treaty calls itself "this" throughout."""
    return _matches(document, r"\bthe present (?:Convention|Treaty|Agreement|Protocol)\b")


def terms_are_used(document: Document) -> Findings:
    """A defined term occurs again outside the clause that defines it."""
    return [
        f"{term.words} is never used"
        for term in terms.defined(document)
        if not any(
            re.search(rf"\b{re.escape(term.words)}", clause.text, re.IGNORECASE)
            for index, clause in enumerate(document.clauses)
            if index != term.index
        )
    ]


def terms_are_defined_once(document: Document) -> Findings:
    """No term has two definitions."""
    counted = Counter(term.words.lower() for term in terms.defined(document))
    return [f"{words} is defined twice" for words, times in counted.items() if times > 1]


def definitions_only_define(document: Document) -> Findings:
    """A definition imposes no duty and does not explain a term by itself."""
    found = []
    for term in terms.defined(document):
        meaning = document.clauses[term.index].text.partition(" means ")[2]
        if re.search(r"\bshall\b", meaning):
            found.append(f"{term.words}: a duty")
        if re.match(rf"(?:an?|the|any) {re.escape(term.words)}\b", meaning, re.IGNORECASE):
            found.append(f"{term.words}: circular")
    return found


def definitions_are_alphabetical(document: Document) -> Findings:
    """Terms stand in alphabetical order."""
    words = [term.words.lower() for term in terms.defined(document)]
    return [f"{new} after {old}" for old, new in pairwise(words) if new < old]


def states_have_one_name(document: Document) -> Findings:
    """States bound by the treaty are States Parties, and nothing else."""
    return _matches(document, r"\bContracting (?:Part(?:y|ies)|States?)\b")


def sides_are_negotiating_parties(document: Document) -> Findings:
    """A side in talks is a negotiating party: the bare word would be taken for a State Party."""
    return _matches(document, r"(?<!negotiating )(?<!Negotiating )\bpart(?:y|ies)\b") + _matches(
        document, r"(?<!State )(?<!States )\bPart(?:y|ies)\b"
    )


def duties_use_shall(document: Document) -> Findings:
    """States Parties shall: they do not will, must or agree to."""
    wrong = r"\b(?:State Party|States Parties) (?:will|must|agrees? to|is to|are to)\b|\band/or\b"
    return _matches(document, wrong)


def preamble_binds_nobody(document: Document) -> Findings:
    """Recitals impose no duties."""
    return [text for text in _recitals(document) if re.search(r"\b(?:shall|must)\b", text)]


def recitals_have_their_form(document: Document) -> Findings:
    """A recital opens with a participle or adjective and ends with a comma."""
    return [
        text[:40]
        for text in _recitals(document)
        if not (_RECITAL.match(text) and re.search(r",\]?$", text))
    ]


def final_clauses_are_complete(document: Document) -> Findings:
    """All ten topics of final clauses are dealt with."""
    words = _words(document)
    return [topic for topic, sign in FINAL_TOPICS.items() if not re.search(sign, words)]


def languages_are_alphabetical(document: Document) -> Findings:
    """The authentic languages stand in English alphabetical order."""
    found = re.findall(r"of which the ((?:[A-Z]\w+(?:, | and )?)+) texts", _words(document))
    languages = [re.findall(r"[A-Z]\w+", one) for one in found]
    return [", ".join(one) for one in languages if one != sorted(one)]


def testimonium_is_whole(document: Document) -> Findings:
    """The closing words say who signs and where the treaty was done."""
    closing = " ".join(c.text for c in document.clauses if c.kind is Kind.CLOSING)
    return [words for words in ("IN WITNESS WHEREOF", "DONE at") if words not in closing]


def brackets_are_sound(document: Document) -> Findings:
    """Square brackets balance inside each clause, are nested at most three deep and hold words."""
    found = []
    for index, clause in enumerate(document.clauses):
        words = clause.text or clause.heading
        read = brackets.read(words)
        found += [f"{_at(document, index)}: {stray.sentence}" for stray in read.problems]
        if any(depth > 3 for _, _, depth in brackets.spans(words)) or _BLANK.search(words):
            found.append(f"{_at(document, index)}: too deep or blank")
    return found


RULES: tuple[Rule, ...] = (
    articles_run_on,
    paragraphs_run_on,
    lists_have_two_entries,
    lists_are_punctuated,
    lists_open_with_a_colon,
    articles_all_have_headings,
    references_lead_somewhere,
    references_have_the_un_form,
    self_reference_is_one,
    terms_are_used,
    terms_are_defined_once,
    definitions_only_define,
    definitions_are_alphabetical,
    states_have_one_name,
    sides_are_negotiating_parties,
    duties_use_shall,
    preamble_binds_nobody,
    recitals_have_their_form,
    final_clauses_are_complete,
    languages_are_alphabetical,
    testimonium_is_whole,
    brackets_are_sound,
)


def _at(document: Document, index: int) -> str:
    return citation_of(document.clauses, index, Scheme.UN)


def _gap(old: str, new: str) -> bool:
    before, after = sort_key(old), sort_key(new)
    if before is None or after is None:
        return True
    return after not in ((before[0], before[1] + 1), (before[0] + 1, 0))


def _ordinal(number: str) -> int:
    if not number:
        return 0
    return int(number) if number.isdigit() else ord(number[0]) - ord("a") + 1


def _lists(document: Document, *kinds: Kind) -> Iterator[list[int]]:
    """Runs of clauses of one kind under one parent, as indices."""
    clauses = document.clauses
    for index, clause in enumerate(clauses):
        below = range(index + 1, subtree_end(clauses, index))
        for kind in kinds:
            if run := [i for i in below if _is(clauses[i], kind, clause.depth + 1)]:
                yield run


def _points(document: Document) -> Iterator[list[int]]:
    return _lists(document, Kind.SUBPARAGRAPH, Kind.ITEM)


def _is(clause: Clause, kind: Kind, depth: int) -> bool:
    return clause.kind is kind and clause.depth == depth


def _last_words(document: Document, index: int) -> str:
    return document.clauses[subtree_end(document.clauses, index) - 1].text


def _recitals(document: Document) -> list[str]:
    return [clause.text for clause in document.clauses if clause.kind is Kind.RECITAL]


def _words(document: Document) -> str:
    return "\n".join(clause.text or clause.heading for clause in document.clauses)


def _matches(document: Document, wrong: str) -> Findings:
    return [
        f"{_at(document, index)}: {match.group()}"
        for index, clause in enumerate(document.clauses)
        for match in re.finditer(wrong, f"{clause.heading} {clause.text}")
    ]
