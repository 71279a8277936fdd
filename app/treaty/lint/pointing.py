"""Rules on references: to clauses of the treaty itself and to other instruments."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from app.treaty.document import Kind
from app.treaty.lint.finding import Hit, Look, Rule, Severity
from app.treaty.lint.scope import Scope
from app.treaty.references import Reference, find

INSTRUMENT = r"(?:Convention|Covenant|Protocol|Statute|Treaty|Charter|Agreement)"
_RELATIVE = re.compile(
    r"\bparagraphs? \d+[^.;]{0,20} (?:above|below)\b"
    r"|\b(?:preceding|foregoing|previous) (?:paragraph|article|provision|subparagraph)s?\b"
)
_FORM = re.compile(
    r"\bArts?\.\s*\d+|§\s*\d+|\b[Aa]rticles? \d+ ?\(\d+\)(?:\([a-z]\))?|\bparas?\. ?\d+"
)
_UN_FORM = re.compile(r"\b[Aa]rticles? \d+,? paragraphs? \d+(?: \([a-z]\))?")
_SHORTENED = re.compile(r"\bArts?\.\s*\d+|§\s*\d+|\bparas?\. ?\d+")
_BARE_LETTER = re.compile(r"\bsub-?paragraphs? [a-z]\b(?!\w)(?! ?\))")
_BARE_NAME = re.compile(
    r"\bthe (?:Geneva Conventions|Rome Statute|Vienna Convention|Genocide Convention"
    r"|Refugee Convention|Palermo Convention)\b(?![^.;]{0,90}\b(?:19|20)\d\d)"
)
_SMALL, _CAPITAL = (
    re.compile(r"(?<=[a-z,;] )articles? \d"),
    re.compile(r"(?<=[a-z,;] )Articles? \d"),
)
_NAMING = re.compile(r"\b[Aa]n?\s+$")
"""Before an annex that is part of a name: "an Annex VII tribunal"."""
_THIS, _PRESENT = (
    re.compile(rf"\b[Tt]his {INSTRUMENT}\b"),
    re.compile(rf"\b[Tt]he present {INSTRUMENT}\b"),
)


def pattern(regex: re.Pattern[str], sentence: str) -> Look:
    """A look for a pattern in every text; `sentence` has {} where the words found stand."""

    def look(scope: Scope) -> Iterator[Hit]:
        for index, text in scope.texts:
            for match in regex.finditer(text):
                yield Hit(index, sentence.format(match[0]), match.start(), match.end())

    return look


def mixed(one: re.Pattern[str], other: re.Pattern[str], sentence: str) -> Look:
    """A look for two ways of saying one thing; the rarer one is pointed at."""

    def look(scope: Scope) -> Iterator[Hit]:
        found = [_places(scope, regex) for regex in (one, other)]
        if all(found):
            rarer = min(found, key=len)
            index, start, end = rarer[0]
            yield Hit(index, sentence.format(len(found[0]), len(found[1])), start, end)

    return look


def _form(scope: Scope) -> Iterator[Hit]:
    if scope.whole.house.references == "eu":
        yield from pattern(_UN_FORM, "“{}” is not in the form Article 5(2)(a).")(scope)
        yield from pattern(_SHORTENED, "“{}” is not in the form Article 5(2)(a).")(scope)
    else:
        yield from pattern(_FORM, "“{}” is not in the form article 5, paragraph 2 (a).")(scope)


def _named_itself(scope: Scope) -> Iterator[Hit]:
    wanted = scope.whole.house.itself
    if wanted == "this":
        yield from pattern(_PRESENT, "“{}”: the house says “this”.")(scope)
    elif wanted:
        yield from pattern(_THIS, "“{}”: the house says “the present”.")(scope)
    else:
        said = "It says “this” {} times and “the present” {} times."
        yield from mixed(_THIS, _PRESENT, said)(scope)


def _capital(scope: Scope) -> Iterator[Hit]:
    wanted = scope.whole.house.article
    if wanted == "article":
        yield from pattern(_CAPITAL, "“{}”: the house writes “article” with a small letter.")(scope)
    elif wanted:
        yield from pattern(_SMALL, "“{}”: the house writes “Article” with a capital.")(scope)
    else:
        said = "It says “article 5” {} times and “Article 5” {} times."
        yield from mixed(_SMALL, _CAPITAL, said)(scope)


def _places(scope: Scope, regex: re.Pattern[str]) -> list[tuple[int, int, int]]:
    return [
        (index, match.start(), match.end())
        for index, text in scope.texts
        for match in regex.finditer(text)
    ]


def _dangling(scope: Scope) -> Iterator[Hit]:
    document = scope.whole.document
    inside = {scope.number(index) for index, _ in scope.of(Kind.ARTICLE)}
    body = {
        scope.number(index)
        for index, clause in enumerate(document.clauses)
        if clause.kind is Kind.ARTICLE
    }
    if not inside:
        return
    for index, text in scope.texts:
        if document.clauses[index].kind.bears_heading:
            continue
        for reference in find(text):
            number = reference.article
            if not number or reference.external or number in inside or number in body:
                continue
            if scope.whole.places.resolve(index, reference) is None:
                yield Hit(
                    index,
                    f"There is no article {number} here.",
                    reference.start,
                    reference.end,
                )


def _nowhere(scope: Scope) -> Iterator[Hit]:
    """References to paragraphs, subparagraphs and annexes; of missing articles X01 speaks."""
    whole = scope.whole
    borne = Counter(
        (clause.kind, _closed_up(number))
        for clause, number in zip(whole.document.clauses, whole.numbers, strict=True)
        if number
    )
    if not any(kind is Kind.ARTICLE for kind, _ in borne):
        return
    for index, text in scope.texts:
        if whole.document.clauses[index].kind.bears_heading:
            continue
        for reference in find(text):
            if reference.external or not reference.spots or not _is_meant(text, reference, borne):
                continue
            if whole.places.resolve(index, reference) is None:
                said = text[reference.start : reference.end]
                message = f"“{said}” leads to no clause of this text."
                yield Hit(index, message, reference.start, reference.end)


def _is_meant(text: str, reference: Reference, borne: Mapping[tuple[Kind, str], int]) -> bool:
    """Whether it is to lead into this text, and no two clauses bear the number it begins with."""
    if reference.annex and _NAMING.search(text[: reference.start]):
        return False
    if reference.article and (Kind.ARTICLE, _closed_up(reference.article)) not in borne:
        return False
    outer = {Kind.ANNEX: reference.annex, Kind.PART: reference.part}
    return all(borne.get((kind, _closed_up(number)), 0) < 2 for kind, number in outer.items())


def _closed_up(number: str) -> str:
    return "".join(number.split()).lower()


def _itself(scope: Scope) -> Iterator[Hit]:
    for index, below in scope.articles():
        number = scope.number(index)
        for at in below:
            text = scope.whole.document.clauses[at].text
            for reference in find(text) if number else ():
                said = text[reference.start : reference.end]
                named = re.search(rf"\b[Aa]rticle {re.escape(number)}(?!\w| ?(?:bis|ter)\b)", said)
                if named and not reference.external:
                    yield Hit(
                        at,
                        f"Article {number} names itself by number: write “this article”.",
                        reference.start,
                        reference.end,
                    )


RULES = (
    Rule(
        "X01",
        Severity.ERROR,
        "A reference to an article that is not there",
        "It misleads whoever applies the treaty, and no depositary may mend it by himself.",
        "Article 1\nAim\n\n1. Subject to article 7 of this Convention, Parties shall talk.",
        "Article 1\nAim\n\n1. Subject to article 2 of this Convention, Parties shall talk.\n\n"
        "Article 2\nScope\n\n1. See article 305 of the Law of the Sea Convention.",
        _dangling,
    ),
    Rule(
        "X02",
        Severity.INFO,
        "A reference by above, below or preceding",
        "It goes wrong without anybody's noticing when a paragraph is put in between.",
        "Article 1\nAim\n\n1. Talks are open.\n\n2. As provided in paragraph 1 above.",
        "Article 1\nAim\n\n1. Talks are open.\n\n2. As provided in paragraph 1.",
        pattern(_RELATIVE, "“{}” depends on where it stands: give the number alone."),
    ),
    Rule(
        "X03",
        Severity.WARN,
        "A reference in another form",
        "The form is: article 5, paragraph 2 (a) (UN Editorial Manual).",
        "Article 1\nAim\n\n1. Parties act under Art. 5(2)(a) and § 3.",
        "Article 1\nAim\n\n1. Parties act under article 1, paragraph 1.",
        _form,
    ),
    Rule(
        "X04",
        Severity.WARN,
        "This and the present mixed",
        "One instrument names itself in one way.",
        "Article 1\nAim\n\n1. The present Convention applies. This Convention binds Parties.",
        "Article 1\nAim\n\n1. The present Convention applies. The present Convention binds.",
        _named_itself,
    ),
    Rule(
        "X05",
        Severity.INFO,
        "article and Article mixed",
        "References have one capital throughout: the UN writes article, the EU Article.",
        "Article 1\nAim\n\n1. Parties shall see article 1, and see Article 1 also.",
        "Article 1\nAim\n\n1. Parties shall see article 1, and see article 1 also.",
        _capital,
    ),
    Rule(
        "X06",
        Severity.INFO,
        "An article names itself by number",
        "“This article” stays true when the article is renumbered.",
        "Article 1\nAim\n\n1. Talks are open.\n\n2. As set out in paragraph 1 of article 1.",
        "Article 1\nAim\n\n1. Talks are open.\n\n2. As set out in paragraph 1 of this article.",
        _itself,
    ),
    Rule(
        "X07",
        Severity.WARN,
        "A subparagraph's letter without its parentheses",
        "The letter is cited as it is printed: subparagraph (b).",
        "Article 1\nAim\n\n1. Under subparagraph b of this article, Parties shall talk.",
        "Article 1\nAim\n\n1. Under subparagraph (b) of this article, Parties shall talk.",
        pattern(_BARE_LETTER, "“{}”: put the letter in parentheses."),
    ),
    Rule(
        "X08",
        Severity.INFO,
        "Another instrument by its bare name",
        "A date, or a short title given once, says which of several instruments is meant.",
        "Article 1\nAim\n\n1. In accordance with the Rome Statute, Parties shall talk.",
        "Article 1\nAim\n\n1. In accordance with the Rome Statute of the International Criminal "
        "Court of 17 July 1998, Parties shall talk.",
        pattern(_BARE_NAME, "“{}” is named without its date or full title."),
    ),
    Rule(
        "X09",
        Severity.WARN,
        "A reference to a paragraph or annex that is not there",
        "It misleads as much as one to an article that is not there.",
        "Article 1\nAim\n\n1. Talks are open.\n\n2. As set out in paragraph 7 of this article.",
        "Article 1\nAim\n\n1. Talks are open.\n\n2. As set out in paragraph 1 of this article.",
        _nowhere,
    ),
)
