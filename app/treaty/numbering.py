"""What the clauses of a treaty are numbered: computed while drafting, kept once frozen.

A stored clause says in `number` one of five things:

    ""     automatic: its number is computed from where it stands (the rule while drafting);
    "-"    NO_NUMBER: deliberately unnumbered, as the chapeau before a numbered list is;
    "+"    INSERTED: came among frozen numbers, and is "5 bis", "5 ter" after the 5 before it;
    "option of ..." an alternative to another clause, whose number it shares (options.py);
    "8 bis" and anything else: frozen, printed as it is whatever stands around it.

`parse` gives each number as the text prints it, NO_NUMBER where the text prints none and the
rule would number, and "" for what bears no number anyway. `release` makes such a document fit
for drafting: what the rule gives anyway becomes automatic, the rest stays frozen. `freeze` is
the way back, and what an outline shows.

The rule that surprises: a lone paragraph of an article is not numbered, and gets its
"1." by itself as soon as a second one stands beside it.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from app.treaty.document import Clause, Document, Kind
from app.treaty.options import Option, mark_of, options

NO_NUMBER = "-"
"""The number of a clause that is deliberately without one."""

INSERTED = "+"
"""The number of a clause that was put in after the numbers around it had been frozen."""

UNFIXED = frozenset({"", NO_NUMBER, INSERTED})
"""The numbers that are no frozen ones."""

LATIN = (
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "novies",
    "decies",
    "undecies",
    "duodecies",
    "terdecies",
    "quaterdecies",
    "quindecies",
    "sexdecies",
    "septdecies",
    "octodecies",
    "novodecies",
    "vicies",
)
"""The tags that put a clause after an existing number, in their order."""

_LATIN_RANK = {tag: rank for rank, tag in enumerate(LATIN, start=1)} | {"quat": 3, "quinq": 4}
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_ROMAN_FORM = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_NUMBER_FORM = re.compile(
    rf"(?P<base>\d+|[A-Za-z]+?)(?:[ .-]?(?P<latin>{'|'.join(LATIN)}|quat|quinq))?"
)
_ROMAN_KINDS = frozenset({Kind.PART, Kind.CHAPTER, Kind.ANNEX, Kind.ITEM})
_LETTER_KINDS = frozenset({Kind.SUBSECTION, Kind.SUBPARAGRAPH})
UNCOUNTED = frozenset({Kind.HEADING, Kind.FORMULA, Kind.RECITAL, Kind.CLOSING})
"""The kinds that are never numbered by themselves."""

_WORDS = {
    Kind.PART: "PART",
    Kind.CHAPTER: "CHAPTER",
    Kind.SECTION: "SECTION",
    Kind.SUBSECTION: "SUBSECTION",
    Kind.ARTICLE: "Article",
    Kind.ANNEX: "ANNEX",
    Kind.APPENDIX: "APPENDIX",
}
_CAPITAL = frozenset({Kind.PART, Kind.ANNEX})
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class Scheme(StrEnum):
    """The house form of numbers and citations: United Nations or European Union."""

    UN = "un"
    EU = "eu"


def roman(value: int) -> str:
    """A number from 1 to 3,999 in lower-case roman: "xiv"; "" for 0 and less."""
    out = []
    for worth, sign in _ROMAN:
        while value >= worth:
            out.append(sign)
            value -= worth
    return "".join(out)


def roman_value(number: str) -> int | None:
    """The value of a well-formed roman number in either case; None for anything else."""
    low = number.lower()
    if not low or not _ROMAN_FORM.fullmatch(low):
        return None
    value = 0
    for worth, sign in _ROMAN:
        while low.startswith(sign):
            value += worth
            low = low[len(sign) :]
    return value


def letters(value: int) -> str:
    """The letter of a list's nth member: "a" to "z", then "aa", "bb" as treaties double them."""
    if value < 1:
        return ""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def letters_value(number: str) -> int | None:
    """The place of a letter in its list, in either case: the inverse of `letters`."""
    low = number.lower()
    if not low.isascii() or not low.isalpha() or len(set(low)) != 1:
        return None
    return ord(low[0]) - ord("a") + 1 + 26 * (len(low) - 1)


def latin_rank(tag: str) -> int:
    """The place of a Latin tag, "bis" 1, "ter" 2; 0 for none or an unknown one."""
    return _LATIN_RANK.get(tag.lower(), 0)


def latin_tag(rank: int) -> str:
    """The Latin tag of a rank from 1 up; beyond the last one they are put together."""
    if rank <= len(LATIN):
        return LATIN[rank - 1]
    return f"{LATIN[-1]} {latin_tag(rank - len(LATIN))}"


def sort_key(number: str, kind: Kind = Kind.ARTICLE) -> tuple[int, int] | None:
    """Where a printed number stands in its series, "8 bis" between "8" and "9"; None if unreadable.

    The kind decides between letters and roman numbers, which look alike.
    """
    match = _NUMBER_FORM.fullmatch(number.strip())
    if match is None:
        return None
    base, latin = match["base"], match["latin"]
    if base.isdecimal():
        value: int | None = int(base)
    elif kind in _LETTER_KINDS:
        value = letters_value(base)
    else:
        value = roman_value(base)
    return None if value is None else (value, _LATIN_RANK[latin] if latin else 0)


def base_of(number: str) -> str:
    """A printed number without its Latin tag, however they are set: "8" of "8 bis" and "8bis"."""
    match = _NUMBER_FORM.fullmatch(number.strip())
    return number.strip() if match is None else match["base"]


def is_fixed(clause: Clause) -> bool:
    """Whether a clause bears a frozen number; options bear the number of the first of them."""
    return clause.number not in UNFIXED and mark_of(clause.number) is None


def numbers(clauses: Sequence[Clause], scheme: Scheme = Scheme.UN) -> tuple[str, ...]:
    """The bare number of each clause, "5", "8 bis", "XI", "a", "ii"; "" where there is none.

    Frozen numbers are kept and what follows them counts on from there. Articles run through
    the body and start again in each annex; all else is counted among its siblings. What was
    inserted before a frozen number takes a Latin tag after the number before it, or 0.
    """
    parents = _parents(clauses)
    among = options(clauses, parents)
    meant = _meant(clauses, parents, among)
    counters: dict[tuple[int, Kind], int] = {}
    out: list[str] = []
    counted = _series(clauses, parents)
    fixed = _Fixed(clauses, counted)
    for index, (clause, key) in enumerate(zip(clauses, counted, strict=True)):
        kind, number = clause.kind, clause.number
        if index in among and among[index].first < index:
            out.append(out[among[index].first])
            continue
        if number and mark_of(number):
            number = ""
        if number == NO_NUMBER or (number in UNFIXED and kind in UNCOUNTED):
            out.append("")
        elif number not in UNFIXED:
            place = _place(clauses, parents, index)
            if place is not None:
                counters[key] = place
            out.append(number)
        elif kind is Kind.PARAGRAPH and meant[parents[index]] < 2:
            out.append("")
        elif number == INSERTED and index < fixed.last.get(key, 0):
            out.append(fixed.tagged(key))
        else:
            counters[key] = value = counters.get(key, 0) + 1
            out.append(_written(clauses, parents, index, value, scheme))
        if out[-1]:
            fixed.before[key] = out[-1]
    return tuple(out)


def labels(
    clauses: Sequence[Clause], scheme: Scheme = Scheme.UN, found: Sequence[str] | None = None
) -> tuple[str, ...]:
    """What is printed beside or above each clause: "PART I", "Article 5", "1.", "(a)", or "".

    `found` are the numbers of the clauses where the caller has them already.
    """
    parents = _parents(clauses)
    among = options(clauses, parents)
    return tuple(
        _with_option(clauses[index], _label(clauses, parents, index, number), among.get(index))
        for index, number in enumerate(numbers(clauses, scheme) if found is None else found)
    )


def citation_of(clauses: Sequence[Clause], index: int, scheme: Scheme = Scheme.UN) -> str:
    """How a clause is cited: "Article 9, paragraph 2 (a)", for the EU "Article 9(2), point (a)".

    A clause outside the articles is cited by what it is: "Part II, section 3", "Annex I",
    "preambular paragraph 4". Numbers are computed for the whole document at each call.
    """
    return citer(clauses, scheme)(index)


def citations(clauses: Sequence[Clause], scheme: Scheme = Scheme.UN) -> tuple[str, ...]:
    """How each clause is cited, with the numbers computed once: for lists of a whole document."""
    return tuple(map(citer(clauses, scheme), range(len(clauses))))


def citer(
    clauses: Sequence[Clause], scheme: Scheme = Scheme.UN, found: Sequence[str] | None = None
) -> Callable[[int], str]:
    """A function that cites the clause at an index, for many but not all clauses of a document.

    `found` are the numbers of the clauses where the caller has them already.
    """
    parents = _parents(clauses)
    have = numbers(clauses, scheme) if found is None else found
    among = options(clauses, parents)

    def cite(index: int) -> str:
        cited = _citation(clauses, parents, have, index, scheme)
        return cited + _chosen(parents, among, index)

    return cite


def series(clauses: Sequence[Clause]) -> list[tuple[int, Kind]]:
    """What each clause is counted in: the index of the clause above (-1: the body), and its kind.

    An article's is the body or the annex, whatever Part it stands in.
    """
    return _series(clauses, _parents(clauses))


def release(document: Document, scheme: Scheme = Scheme.UN) -> Document:
    """The document fit for drafting: a number that the rule would compute anyway becomes automatic.

    Numbers that differ from the automatic one ("8 bis", a roman article, a leap) stay
    frozen, and so does NO_NUMBER. What is printed does not change; a second release does nothing.
    """
    clauses = document.clauses
    parents = _parents(clauses)
    meant = _meant(clauses, parents, options(clauses, parents))
    counters: dict[tuple[int, Kind], int] = {}
    released: list[Clause] = []
    for index, (clause, key) in enumerate(zip(clauses, _series(clauses, parents), strict=True)):
        value = counters.get(key, 0) + 1
        if clause.number in UNFIXED:
            counted = clause.number != NO_NUMBER and clause.kind not in UNCOUNTED
            counters[key] = value if counted else value - 1
        elif _is_automatic(clauses, parents, meant, index, value, scheme):
            counters[key] = value
            clause = replace(clause, number="")
        else:
            place = _place(clauses, parents, index)
            counters[key] = value - 1 if place is None else place
        released.append(clause)
    return replace(document, clauses=tuple(released))


def freeze(document: Document, scheme: Scheme = Scheme.UN) -> Document:
    """The document as it is printed now: every number written out, "" where none is printed.

    Options are printed as words of theirs, the first with the number that they share.
    """
    found = numbers(document.clauses, scheme)
    among = options(document.clauses, _parents(document.clauses))
    return replace(
        document,
        clauses=tuple(
            _printed(clause, number, among.get(index))
            for index, (clause, number) in enumerate(zip(document.clauses, found, strict=True))
        ),
    )


def _printed(clause: Clause, number: str, option: Option | None) -> Clause:
    if option is None:
        return replace(clause, number=number)
    number = number if option.place == 1 else ""
    if clause.kind.bears_heading:
        return replace(clause, number=number, heading=f"{option.name}: {clause.heading}")
    return replace(clause, number=number, text=f"{option.name}: {clause.text}")


def printed(document: Document, scheme: Scheme = Scheme.UN) -> Document:
    """The document as a reader of its text would store it: `parse` gives the like.

    Numbers are written out where one is printed; what has none goes on saying why.
    """
    found = numbers(document.clauses, scheme)
    return replace(
        document,
        clauses=tuple(
            clause
            if mark_of(clause.number)
            else replace(clause, number=number or clause.number.replace(INSERTED, ""))
            for clause, number in zip(document.clauses, found, strict=True)
        ),
    )


def _parents(clauses: Sequence[Clause]) -> list[int]:
    """The index of the clause above each clause, -1 at the top."""
    parents: list[int] = []
    open_clauses: list[int] = []
    for index, clause in enumerate(clauses):
        while open_clauses and clauses[open_clauses[-1]].depth >= clause.depth:
            open_clauses.pop()
        parents.append(open_clauses[-1] if open_clauses else -1)
        open_clauses.append(index)
    return parents


def _meant(
    clauses: Sequence[Clause], parents: list[int], among: Mapping[int, Option]
) -> Counter[int]:
    """How many paragraphs under each clause are meant to be numbered; options count as one."""
    return Counter(
        parent
        for index, (clause, parent) in enumerate(zip(clauses, parents, strict=True))
        if clause.kind is Kind.PARAGRAPH
        and clause.number != NO_NUMBER
        and (index not in among or among[index].first == index)
    )


def _with_option(clause: Clause, label: str, option: Option | None) -> str:
    """The label with which option it is: "3. Option 1:", "Option 2:", "Article 5 (option 2)"."""
    if option is None:
        return label
    if clause.kind in _WORDS:
        return f"{label} ({option.cited})"
    return f"{label} {option.name}:".lstrip() if option.place == 1 else f"{option.name}:"


def _chosen(parents: list[int], among: Mapping[int, Option], index: int) -> str:
    """Which option a clause is or stands in, ", option 2"; "" for none."""
    while index >= 0 and index not in among:
        index = parents[index]
    return f", {among[index].cited}" if index >= 0 else ""


def _series(clauses: Sequence[Clause], parents: list[int]) -> list[tuple[int, Kind]]:
    """The series that each clause is counted in: an article's is the whole body or the annex."""
    scope = -1
    found: list[tuple[int, Kind]] = []
    for index, clause in enumerate(clauses):
        if clause.kind is Kind.ANNEX or clause.kind is Kind.APPENDIX:
            scope = index
        under = scope if clause.kind is Kind.ARTICLE else parents[index]
        found.append((under, clause.kind))
    return found


class _Fixed:
    """The frozen numbers of each series, and the number before the clause that is looked at."""

    def __init__(self, clauses: Sequence[Clause], counted: Sequence[tuple[int, Kind]]) -> None:
        self.last: dict[tuple[int, Kind], int] = {}
        self.before: dict[tuple[int, Kind], str] = {}
        self._taken: set[tuple[tuple[int, Kind], str]] = set()
        if all(clause.number != INSERTED for clause in clauses):
            return
        for index, (clause, key) in enumerate(zip(clauses, counted, strict=True)):
            if is_fixed(clause):
                self.last[key] = index
                self._taken.add((key, _closed_up(clause.number)))

    def tagged(self, key: tuple[int, Kind]) -> str:
        """The next free number after the one before: "5 bis" after 5, "0" before the first."""
        match = _NUMBER_FORM.fullmatch(self.before.get(key, "0"))
        base = match["base"] if match else self.before[key]
        rank = latin_rank(match["latin"] or "") + 1 if match else 1
        number = f"{base} {latin_tag(rank)}" if key in self.before else base
        rank -= key not in self.before
        while (key, _closed_up(number)) in self._taken:
            rank += 1
            number = f"{base} {latin_tag(rank)}"
        self._taken.add((key, _closed_up(number)))
        return number


def _closed_up(number: str) -> str:
    return "".join(number.split()).lower()


def _item_level(clauses: Sequence[Clause], parents: list[int], index: int) -> int:
    """How deep an item stands among items: 1 under a subparagraph or paragraph."""
    level = 0
    while index >= 0 and clauses[index].kind is Kind.ITEM:
        level += 1
        index = parents[index]
    return level


def _place(clauses: Sequence[Clause], parents: list[int], index: int) -> int | None:
    """The value of a frozen number in its series, without its Latin tag."""
    kind = clauses[index].kind
    if kind is Kind.ITEM and _item_level(clauses, parents, index) % 2 == 0:
        kind = Kind.SUBPARAGRAPH
    place = sort_key(clauses[index].number, kind)
    return None if place is None else place[0]


def _written(
    clauses: Sequence[Clause], parents: list[int], index: int, value: int, scheme: Scheme
) -> str:
    """An automatic number in the form of its kind."""
    kind = clauses[index].kind
    if kind is Kind.PART or kind is Kind.ANNEX:
        return roman(value).upper()
    if kind is Kind.CHAPTER:
        return str(value) if scheme is Scheme.EU else roman(value).upper()
    if kind is Kind.SUBSECTION:
        return letters(value).upper()
    if kind is Kind.SUBPARAGRAPH:
        return letters(value)
    if kind is Kind.ITEM:
        return letters(value) if _item_level(clauses, parents, index) % 2 == 0 else roman(value)
    return str(value)


def _is_automatic(
    clauses: Sequence[Clause],
    parents: list[int],
    meant: Counter[int],
    index: int,
    value: int,
    scheme: Scheme,
) -> bool:
    """Whether the rule would print just the number that the clause bears."""
    clause = clauses[index]
    if clause.kind in UNCOUNTED or (clause.kind is Kind.PARAGRAPH and meant[parents[index]] < 2):
        return False
    return clause.number == _written(clauses, parents, index, value, scheme)


def _label(clauses: Sequence[Clause], parents: list[int], index: int, number: str) -> str:
    kind = clauses[index].kind
    word = _WORDS.get(kind)
    if word:
        return f"{word} {number}".rstrip()
    if not number:
        return ""
    if kind is Kind.SUBPARAGRAPH or kind is Kind.RECITAL:
        return f"({number})"
    if kind is Kind.ITEM and _item_level(clauses, parents, index) == 1:
        return f"({number})"
    return f"{number}."


def _recital_citation(clauses: Sequence[Clause], index: int, scheme: Scheme) -> str:
    """A recital by its place in the preamble, since recitals bear no number as a rule."""
    place = clauses[index].number
    if place in UNFIXED:
        place = str(sum(clause.kind is Kind.RECITAL for clause in clauses[: index + 1]))
    elif scheme is Scheme.UN:
        place = f"({place})"
    return f"Recital {place}" if scheme is Scheme.EU else f"Preambular paragraph {place}"


def _ordinal(clauses: Sequence[Clause], parents: list[int], index: int) -> str:
    """Which of the unnumbered texts under one clause this is, in words; "" for the only one.

    Options count as one, of which the first was not made as an option of another.
    """
    place, among = -1, 0
    for at in range(parents[index] + 1, len(clauses)):
        if clauses[at].depth < clauses[index].depth:
            break
        if parents[at] == parents[index] and clauses[at].kind is clauses[index].kind:
            among += not (among and mark_of(clauses[at].number))
            place = among - 1 if at == index else place
    if among == 1:
        return ""
    return _ORDINALS[place] if place < len(_ORDINALS) else _nth(place + 1)


def _nth(value: int) -> str:
    """The ordinal in figures: 21st, 32nd, 53rd, 111th."""
    tens, ones = value // 10 % 10, value % 10
    return f"{value}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"


def _citation(
    clauses: Sequence[Clause],
    parents: list[int],
    found: Sequence[str],
    index: int,
    scheme: Scheme,
) -> str:
    chain = [index]
    while parents[chain[-1]] >= 0:
        chain.append(parents[chain[-1]])
    chain.reverse()
    kind = clauses[index].kind
    if kind is Kind.RECITAL:
        return _recital_citation(clauses, index, scheme)
    if kind in UNCOUNTED:
        return {Kind.HEADING: "heading", Kind.FORMULA: "formula"}.get(kind, "closing provisions")
    cited = _cited(clauses, parents, found, chain, scheme)
    return cited[:1].upper() + cited[1:]


def _cited(
    clauses: Sequence[Clause],
    parents: list[int],
    found: Sequence[str],
    chain: list[int],
    scheme: Scheme,
) -> str:
    """The citation of the last clause in a chain of clauses from the top."""
    kinds = [clauses[at].kind for at in chain]
    article = next((at for at, kind in enumerate(kinds) if kind is Kind.ARTICLE), None)
    named: list[str] = []
    for at, kind in zip(chain, kinds, strict=True):
        place = chain.index(at)
        above_article = article is not None and place < article
        if above_article and kind not in (Kind.ANNEX, Kind.APPENDIX):
            continue  # Articles run through the text: the Part adds nothing to their citation.
        if kind in _WORDS:
            capital = kind in _CAPITAL or (scheme is Scheme.EU and kind is Kind.ARTICLE)
            word = _WORDS[kind].capitalize() if capital else _WORDS[kind].lower()
            named.append(f"{word} {found[at]}".rstrip())
        elif kind is Kind.PARAGRAPH:
            named = _with_paragraph(clauses, parents, found, at, named, scheme)
        elif kind is Kind.SUBPARAGRAPH or kind is Kind.ITEM:
            named = _with_point(clauses, found, at, kinds[:place], named, scheme)
    return ", ".join(part for part in named if part)


def _with_paragraph(
    clauses: Sequence[Clause],
    parents: list[int],
    found: Sequence[str],
    at: int,
    named: list[str],
    scheme: Scheme,
) -> list[str]:
    number = found[at]
    if not number:
        ordinal = _ordinal(clauses, parents, at)
        return [*named, f"{ordinal} paragraph"] if ordinal else named
    if scheme is Scheme.EU and named and clauses[parents[at]].kind is Kind.ARTICLE:
        return [*named[:-1], f"{named[-1]}({number})"]
    return [*named, f"paragraph {number}"]


def _with_point(
    clauses: Sequence[Clause],
    found: Sequence[str],
    at: int,
    above: list[Kind],
    named: list[str],
    scheme: Scheme,
) -> list[str]:
    number = f"({found[at]})" if found[at] else ""
    if not number:
        return named
    if above and above[-1] in (Kind.SUBPARAGRAPH, Kind.ITEM) and named:
        joint = "" if scheme is Scheme.EU else " "
        return [*named[:-1], f"{named[-1]}{joint}{number}"]
    if scheme is Scheme.EU:
        return [*named, f"point {number}"]
    if named and named[-1].startswith("paragraph "):
        return [*named[:-1], f"{named[-1]} {number}"]
    return [*named, f"subparagraph {number}"]
