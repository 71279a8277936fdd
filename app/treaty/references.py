"""What a text refers to: "article 5, paragraph 2 (a)", and which clause that is.

Accepted are the United Nations form and the one of the European Union, lists
and ranges, the words the other way round, and places told from where one
stands:

    article 5, paragraphs 2 and 3 (a)       articles 5 to 9        annex II, article 3
    Article 5(2)(a)                         point (a) of Article 5(2)
    paragraph 2 of this article             subparagraph (a)       section 2 of Part XI

Every provision named is a reference of its own; of a range, its two ends. A
reference into another instrument ("article 33 of the Charter of the United
Nations") is external and never resolved, and so are the ones listed with it:
a link that leads to the wrong clause is worse than none.

All positions are indices of the Python string.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.treaty.changes import ChangeSet, utf16_len
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import INSERTED, LATIN, Scheme, numbers, roman_value
from app.treaty.options import options

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LATIN = rf"(?:\s?(?:{'|'.join(LATIN)})(?!\w))?"
_NUMBER = re.compile(
    rf"(?:\d{{1,3}}[a-z]?{_LATIN}|[IVXLC]+{_LATIN}|(?i:{'|'.join(_CARDINALS)})|[A-Z])(?!\w)",
)
# Only what can be a marker: a word in parentheses after a number is a remark.
_MARKER = re.compile(rf"\s?\(((?:[a-z]|([a-z])\2|[ivxl]{{1,6}}|\d{{1,2}}){_LATIN})\)")
_BETWEEN = re.compile(r",?\s+(?:and/or|and|or|to|through)\s+|,\s+|\s?[–—]\s?")
_COMMA = re.compile(r",?\s+")
_HEAD = re.compile(
    # The first letter is looked at alone: most words are passed over at a third of the cost.
    r"(?=[AaPpSsCcTtif])\b(?:"
    r"(?P<article>[Aa]rticle|ARTICLE)(?P<articles>s|S)?\s+(?=\d|[IVXLC]+\b)"
    r"|(?P<paragraph>[Pp]aragraph)s?\s+(?=\d)"
    r"|(?P<subparagraph>[Ss]ub-?paragraph|[Pp]oint|item)s?\s+(?=\()"
    r"|(?P<part>P(?:art|ART))s?\s+(?=[IVXLC]+\b|\d|(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive)\b)"
    r"|(?P<chapter>[Cc]hapter)s?\s+(?=\d|[IVXLC]+\b)"
    r"|(?P<section>[Ss]ection)s?\s+(?=\d|[IVXLC]+\b|[A-Z]\b)"
    r"|(?P<subsection>[Ss]ubsection)s?\s+(?=\d|[A-Z]\b)"
    r"|(?P<annex>[Aa]nnex)(?:es)?\s+(?=\d|[IVXLC]+\b|[A-Z]\b)"
    r"|(?P<appendix>[Aa]ppendi)(?:x|ces)\s+(?=\d|[IVXLC]+\b|[A-Z]\b)"
    r"|(?:the\s+)?(?P<ordinal>" + "|".join(_ORDINALS) + r")\s+"
    r"(?P<ordinal_of>paragraph|sub-?paragraph)(?=,?\s+of\s)"
    r"|(?:this|the\s+present)\s+(?P<here>[Aa]rticle|[Ss]ub-?paragraph|[Pp]aragraph|Part|[Ss]ection"
    r"|[Ss]ubsection|[Cc]hapter|[Aa]nnex|[Aa]ppendix)(?![\w-])"
    r")"
)
_TAIL = re.compile(r",?\s+of\s+")
_OF_HERE = re.compile(
    r"(?:this|the\s+present)\s+(?P<here>[Aa]rticle|[Ss]ub-?paragraph|[Pp]aragraph|Part|[Ss]ection"
    r"|[Ss]ubsection|[Cc]hapter|[Aa]nnex|[Aa]ppendix"
    r"|Convention|Agreement|Treaty|Protocol|Covenant|Statute|Charter)(?![\w-])"
)
_OF_THAT = re.compile(r"(?:that|the\s+same|the\s+said)\s+(?P<kind>[Aa]rticle|[Pp]aragraph)\b")
_INSTRUMENT = (
    r"(?:Conventions?|Agreements?|Treaty|Treaties|Protocols?|Covenants?|Charter|Statutes?"
    r"|Declarations?|Constitutions?|Rules|Regulations?|Directives?|Decisions?|[Rr]esolutions?"
    r"|Code|Act|Pact|Law|Compact|Principles|Guidelines)\b"
)
_FOREIGN = re.compile(
    r"(?:,?\s+(?:and|or)\s+(?:the\s+)?(?:other\s+|relevant\s+|applicable\s+|related\s+)*"
    r"(?:provisions|articles|paragraphs|principles|rules))?"
    r"(?:,?\s+(?:of|to|in|under)\s+(?:(?:the|that|those|its|their|said|an?|any)\s+)?"
    r"(?:(?:said|same|former|latter|first|second|third|fourth|\d{4}|[A-Z][\w’'-]*"
    r"|of|on|for|and|against|to|the|in|annex(?:es)?|appendix)\s+){0,9}?"
    + _INSTRUMENT
    + r"|\s+thereof\b"
    r"|\s+(?:UN\s+Charter|UNCLOS|VCLT|ICCPR|ECHR|UNTOC|TFEU|TEU|AP\s+II?)\b)"
)
_FOREIGN_BEFORE = re.compile(
    r"(?:\bcommon\s+"
    r"|(?<!this\s)(?<!present\s)\b"
    + _INSTRUMENT
    + r"(?:\s+(?:of|on|for|against|and|the|[A-Z][\w’'-]*|\d+))*"
    r"(?:,\s+|\s+\()(?:in\s+particular|notably|especially|including|namely|specifically)?,?\s*"
    r"(?:its\s+|in\s+its\s+|the\s+)?)$"
)
_LEADING = frozenset(
    (
        *("in", "particular", "notably", "especially", "including", "namely", "specifically"),
        *("its", "the"),
    )
)
_LINKED = re.compile(
    r"(?:\s|,|;|\(|\)|and/or|and|or|to|in|with|under|by|through|of|the|provisions|as\s+well\s+as"
    r"|[–—])*"
)
_RANKS = {
    Kind.ANNEX: 0,
    Kind.APPENDIX: 1,
    Kind.PART: 2,
    Kind.CHAPTER: 3,
    Kind.SECTION: 4,
    Kind.SUBSECTION: 5,
    Kind.ARTICLE: 6,
    Kind.PARAGRAPH: 7,
    Kind.SUBPARAGRAPH: 8,
    Kind.ITEM: 9,
}
_FIELDS = tuple(kind.value for kind in _RANKS)
_NAMED_KINDS = tuple(zip(_FIELDS, _RANKS, strict=True))


class Spot(NamedTuple):
    """Where the number of one unit stands in the text."""

    kind: Kind
    start: int
    end: int


class Reference(NamedTuple):
    """One provision named in a text, with the numbers as they are printed ("8 bis", "XI", "a").

    `kind` is the innermost unit named. `here` is the unit said to be "this" one ("article" for
    "this article"), "treaty" for "this Convention". `relative`: where it leads depends on where
    it is said. `external`: it leads into another instrument. `spots` are where its numbers stand,
    which may be in another member of its list: the 5 of `article 5, paragraphs 2 and 3` is the
    article of both.
    """

    start: int
    end: int
    kind: Kind
    article: str = ""
    paragraph: str = ""
    subparagraph: str = ""
    item: str = ""
    part: str = ""
    chapter: str = ""
    section: str = ""
    subsection: str = ""
    annex: str = ""
    appendix: str = ""
    here: str = ""
    external: bool = False
    spots: tuple["Spot", ...] = ()

    @property
    def relative(self) -> bool:
        """Whether the reference means something else when said in another article."""
        return not (self.external or self.article or self.part or self.annex)


@lru_cache(maxsize=8192)
def find(text: str) -> tuple[Reference, ...]:
    """The references of a text, in order; never refuses."""
    found: list[Reference] = []
    at = 0
    while match := _HEAD.search(text, at):
        group, end = _provision(text, match, found)
        if not group:
            at = match.end()
            continue
        group = _in_the_annex_before(text, found, group)
        if _follows_foreign(text, match.start()) or (
            not any(one.here for one in group) and _FOREIGN.match(text, end)
        ):
            group = [one._replace(external=True) for one in group]
            _spread(text, found, group[0])
        found += group
        at = max(end, match.end())
    return tuple(found)


def _follows_foreign(text: str, start: int) -> bool:
    """Whether what stands just before says that the reference leads into another instrument."""
    first = max(0, start - 120)
    before = text[first:start]
    # Only "common", or a comma or parenthesis with nothing but leading words after it, may say
    # so; to look for these first is ten times cheaper than the pattern.
    leading = before[max(before.rfind(","), before.rfind("(")) + 1 :].split()
    if not _LEADING.issuperset(leading) and leading[-1].lower() != "common":
        return False
    return _FOREIGN_BEFORE.search(text, first, start) is not None


def resolve(
    document: Document, index: int, reference: Reference, scheme: Scheme = Scheme.UN
) -> int | None:
    """The index of the clause that a reference in clause `index` leads to.

    None when it is external, when there is no such clause, or when two would fit. For many
    references of one document make one `Places` and ask that.
    """
    return Places(document, scheme).resolve(index, reference)


class Places:
    """Where every number of a document stands; resolves references quickly.

    `found` are the numbers of the clauses where the caller has them already.
    """

    def __init__(
        self,
        document: Document,
        scheme: Scheme = Scheme.UN,
        found: Sequence[str] | None = None,
    ) -> None:
        clauses = document.clauses
        self._clauses = clauses
        self._parents, self._ends = _tree(clauses)
        self._numbers = list(numbers(clauses, scheme) if found is None else found)
        self._by_number: dict[tuple[Kind, str], list[int]] = {}
        self._main_end = next(
            (at for at, clause in enumerate(clauses) if clause.kind is Kind.ANNEX), len(clauses)
        )
        self._among = options(clauses, self._parents)
        for index in range(len(clauses)):
            number = self.number(index)
            if number and self.first(index) == index:
                key = clauses[index].kind, _bare(number)
                self._by_number.setdefault(key, []).append(index)

    def first(self, index: int) -> int:
        """The first of the options that the clause is one of, to which their number leads."""
        return self._among[index].first if index in self._among else index

    def options(self, index: int) -> tuple[int, ...]:
        """All options that the clause is one of, in order; the clause alone where it is none."""
        return self._among[index].members if index in self._among else (index,)

    def number(self, index: int) -> str:
        """The number by which a text can name a clause; "" when it has none.

        The lone paragraph of an article bears no number, and is paragraph 1 to those who name it.
        """
        number = self._numbers[index]
        clause, above = self._clauses[index], self._parents[index]
        lone = not number and clause.kind is Kind.PARAGRAPH and clause.number in ("", INSERTED)
        return "1" if lone and above >= 0 and self._clauses[above].kind is Kind.ARTICLE else number

    def named(self, index: int, reference: Reference) -> dict[Kind, int]:
        """The clauses that a reference to clause `index` has to name, by the kind it calls them.

        A unit that the clause does not stand in (any more) is left out.
        """
        found: dict[Kind, int] = {}
        at = index
        for name, kind in reversed(_NAMED_KINDS):
            if not getattr(reference, name):
                continue
            fitting = _FITTING.get(kind, (kind,))
            while at >= 0 and self._clauses[at].kind not in fitting:
                at = self._parents[at]
            if at < 0:
                break
            found[kind] = at
            at = self._parents[at]
        return found

    def ordinal(
        self, index: int, kind: Kind, reference: Reference, named: Mapping[Kind, int]
    ) -> str:
        """Which of its kind the clause is in the unit named around it, in words; "" if too far."""
        outer = [at for at in named.values() if at < index]
        if not outer and reference.here:
            outer = [at for at in self._upwards(index) if self._clauses[at].kind == reference.here]
        if not outer or named.get(kind) != index:
            return ""
        place = sum(self._clauses[at].kind is kind for at in range(max(outer) + 1, index))
        return _ORDINALS[place] if place < len(_ORDINALS) else ""

    def resolve(self, index: int, reference: Reference) -> int | None:
        """The index of the clause meant by a reference in clause `index`; None if there is none."""
        if reference.external:
            return None
        scopes = self._scopes(index, reference)
        for scope in scopes:
            place = self._descend(scope, reference)
            if place is not None:
                return place
        return None

    def _scopes(self, index: int, reference: Reference) -> Iterator[tuple[int, int, int]]:
        """Where to look, nearest first: (clause, start, end); clause -1 is the whole treaty."""
        if reference.here == "treaty":
            yield -1, 0, self._main_end
            return
        above = list(self._upwards(index))
        if reference.here:
            wanted = Kind(reference.here)
            places = [at for at in above if self._clauses[at].kind is wanted]
            yield from ((at, at, self._ends[at]) for at in places[:1])
            return
        if reference.annex or reference.part:
            yield -1, 0, len(self._clauses)
            return
        if not reference.article and (reference.section or reference.chapter):
            yield from (
                (at, at, self._ends[at]) for at in above if self._clauses[at].kind in _GROUPS
            )
            yield -1, 0, self._main_end
            return
        if not reference.article:
            stop = Kind.PARAGRAPH if reference.paragraph else None
            inner = [at for at in above if self._may_hold(at, stop)]
            yield from ((at, at, self._ends[at]) for at in inner)
            return
        yield from ((at, at, self._ends[at]) for at in above if self._is_annex(at))
        yield -1, 0, self._main_end

    def _may_hold(self, at: int, looked_for: Kind | None) -> bool:
        """Whether a bare "paragraph 2" or "subparagraph (a)" may be meant inside of this clause."""
        kind = self._clauses[at].kind
        if looked_for is Kind.PARAGRAPH:
            return _RANKS.get(kind, 9) < _RANKS[Kind.PARAGRAPH] and kind is not Kind.PART
        return kind in _RANKS and kind is not Kind.PART

    def _is_annex(self, at: int) -> bool:
        return self._clauses[at].kind in (Kind.ANNEX, Kind.APPENDIX)

    def _upwards(self, index: int) -> Iterator[int]:
        """The clause itself and the ones above it."""
        at = index
        while at >= 0:
            yield at
            at = self._parents[at]

    def _descend(self, scope: tuple[int, int, int], reference: Reference) -> int | None:
        place, start, end = scope
        for name, kind in _NAMED_KINDS:
            number = getattr(reference, name)
            if not number:
                continue
            found = self._below(start, end, kind, number)
            if found is None:
                return None
            place, start, end = found, found + 1, self._ends[found]
        return place if place >= 0 else None

    def _below(self, start: int, end: int, kind: Kind, number: str) -> int | None:
        """The clause of that number nearest to the top of the range; None if two are as near."""
        if number in _ORDINALS:
            return self._by_position(start, end, kind, _ORDINALS.index(number))
        for fitting in _FITTING.get(kind, (kind,)):
            places = self._by_number.get((fitting, _bare(number)), [])
            inside = places[bisect_left(places, start) : bisect_left(places, end)]
            if not inside:
                continue
            top = min(self._clauses[at].depth for at in inside)
            nearest = [at for at in inside if self._clauses[at].depth == top]
            return nearest[0] if len(nearest) == 1 else None
        return None

    def _by_position(self, start: int, end: int, kind: Kind, position: int) -> int | None:
        same = [at for at in range(start, end) if self._clauses[at].kind is kind]
        return same[position] if position < len(same) else None


_GROUPS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.ANNEX, Kind.APPENDIX})
# A list may be deeper or shallower than its name says: definitions numbered (1), (2) are cited
# as paragraphs, and a list of items directly under a paragraph as subparagraphs.
_FITTING = {
    Kind.PARAGRAPH: (Kind.PARAGRAPH, Kind.SUBPARAGRAPH),
    Kind.SUBPARAGRAPH: (Kind.SUBPARAGRAPH, Kind.ITEM),
    Kind.ITEM: (Kind.ITEM, Kind.SUBPARAGRAPH),
}


def _tree(clauses: tuple[Clause, ...]) -> tuple[list[int], list[int]]:
    """The clause above each one (-1: none), and the index after its subtree."""
    parents, ends = [], [len(clauses)] * len(clauses)
    waiting: list[int] = []
    for index, clause in enumerate(clauses):
        while waiting and clauses[waiting[-1]].depth >= clause.depth:
            ends[waiting.pop()] = index
        parents.append(waiting[-1] if waiting else -1)
        waiting.append(index)
    return parents, ends


def _bare(number: str) -> str:
    """A number as it is compared: "XI", "11" and "eleven" are one; "8bis" and "8 bis" too."""
    plain = "".join(number.split())
    low = plain.lower()
    if low in _CARDINALS:
        return str(_CARDINALS.index(low) + 1)
    if plain.isupper():
        value = roman_value(plain)
        return low if value is None else str(value)
    return low


def _provision(
    text: str, match: re.Match[str], before: list[Reference]
) -> tuple[list[Reference], int]:
    """The references that begin at a head, and where they end."""
    kind = _kind_of(match)
    if match["here"]:
        here = Reference(match.start(), match.end(), kind, here=kind.value)
        return _with_tail(text, [here], match.end(), before)
    if match["ordinal"]:
        one = Reference(match.start(), match.end(), kind)
        group = [_put(one, kind, match["ordinal"], match.start("ordinal"))]
        return _with_tail(text, group, match.end(), before)
    group, end = _listed(text, match, kind)
    if not group:
        return [], match.end()
    group, end = _with_inner(text, group, end, before)
    return _with_tail(text, group, end, before)


def _kind_of(head: re.Match[str]) -> Kind:
    """The unit that a head names."""
    word = head["here"] or head["ordinal_of"]
    if word:
        return Kind(_unit(word))
    return next(kind for name, kind in _HEAD_KINDS if head[name])


_HEAD_KINDS = tuple((kind.value, kind) for kind in _RANKS if kind.value in _HEAD.groupindex)


def _listed(text: str, match: re.Match[str], kind: Kind) -> tuple[list[Reference], int]:
    """The members of a list: `articles 5, 6 and 8`, `paragraph 1 (c), (d) or (e)`."""
    plural = text[match.start() : match.end()].rstrip()[-1] in "sS" or kind is Kind.APPENDIX
    group: list[Reference] = []
    start, at = match.start(), match.end()
    while True:
        entry = _entry(text, start, at, kind, group)
        if entry is None:
            break
        group.append(entry)
        between = _BETWEEN.match(text, entry.end)
        if between is None:
            break
        start = at = between.end()
        if not plural and not _MARKER.match(text, at):
            break
    return group, group[-1].end if group else match.end()


def _entry(text: str, start: int, at: int, kind: Kind, group: list[Reference]) -> Reference | None:
    """One member of a list: a number with its markers, or further markers under the last number."""
    if kind is not Kind.SUBPARAGRAPH:
        number = _NUMBER.match(text, at)
        if number is not None and (not group or _same_sort(number[0], group[0])):
            said: dict[str, Any] = {kind: _number(kind, number[0])}
            spot = Spot(kind, number.start(), number.end())
            one = Reference(start, number.end(), kind, spots=(spot,), **said)
            return _with_markers(text, one)
        if not group or not (group[-1].subparagraph or group[-1].item):
            return None
    marker = _MARKER.match(text, at)
    if marker is None or text[at].isspace():
        return None
    last = group[-1] if group else None
    if last is not None and last.item and _is_roman(marker[1]):
        return _put(last, Kind.ITEM, marker[1], marker.start(1))._replace(
            start=start, end=marker.end()
        )
    base = last or Reference(start, start, kind)
    spots = tuple(spot for spot in base.spots if spot.kind is not Kind.ITEM)
    one = base._replace(start=start, end=marker.end(), item="", spots=spots)
    return _with_markers(text, _put(one, Kind.SUBPARAGRAPH, marker[1], marker.start(1)))


def _same_sort(number: str, first: Reference) -> bool:
    """Whether a further number is of the sort of the first: in `Parts XI and A State` it is not."""
    return number[0].isdigit() == getattr(first, first.kind.value, number)[:1].isdigit() or (
        first.kind in (Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM) and number[0].isdigit()
    )


def _with_markers(text: str, one: Reference) -> Reference:
    """The reference with the markers that follow it: `5(2)(a)`, `2 (a) (i)`."""
    while marker := _MARKER.match(text, one.end):
        sign = marker[1]
        if sign[0].isdigit():
            if one.kind is not Kind.ARTICLE:
                break
            one = _put(one, Kind.PARAGRAPH, sign, marker.start(1))
        elif not one.subparagraph and one.kind in (Kind.ARTICLE, Kind.PARAGRAPH):
            one = _put(one, Kind.SUBPARAGRAPH, sign, marker.start(1))
        elif one.kind is Kind.SUBPARAGRAPH:
            one = _put(one, Kind.ITEM, sign, marker.start(1))
        else:
            break
        one = one._replace(end=marker.end())
    return one


def _is_roman(sign: str) -> bool:
    return roman_value(sign.partition(" ")[0]) is not None


def _with_inner(
    text: str, group: list[Reference], end: int, before: list[Reference]
) -> tuple[list[Reference], int]:
    """The last member made more exact by what follows it: `article 5, paragraph 2`."""
    comma = _COMMA.match(text, end)
    inner = _HEAD.match(text, comma.end()) if comma else None
    if inner is None or inner["here"] or inner["ordinal"]:
        return group, end
    kind = _kind_of(inner)
    last = group[-1]
    if _RANKS[kind] <= _RANKS[last.kind]:
        return group, end
    inside, inner_end = _listed(text, inner, kind)
    if not inside:
        return group, end
    inside, inner_end = _with_inner(text, inside, inner_end, before)
    filled = [_fill(one, last) for one in inside]
    filled[0] = filled[0]._replace(start=last.start)
    return group[:-1] + filled, inner_end


def _with_tail(
    text: str, group: list[Reference], end: int, before: list[Reference]
) -> tuple[list[Reference], int]:
    """All members made more exact by an `of`: `paragraphs 1 and 2 of article 7`."""
    of = _TAIL.match(text, end)
    if of is None:
        return group, end
    here = _OF_HERE.match(text, of.end())
    if here is not None:
        name = _unit(here["here"])
        name = name if name in _FIELDS else "treaty"
        group = [one._replace(here=name) for one in group]
        return [*group[:-1], group[-1]._replace(end=here.end())], here.end()
    that = _OF_THAT.match(text, of.end())
    if that is not None and before:
        outer = before[-1]
        group = [_fill(one, outer) for one in group]
        return [*group[:-1], group[-1]._replace(end=that.end())], that.end()
    if group[0].here:
        return group, end  # "this section, of Part XV and": of it and not in it
    outer_head = _HEAD.match(text, of.end())
    # Only a larger unit can hold a smaller one; so a chain of `of` is never longer than the ranks.
    if outer_head is None or _RANKS[_kind_of(outer_head)] >= _RANKS[group[0].kind]:
        return group, end
    outside, outer_end = _provision(text, outer_head, before)
    if not outside:
        return group, end
    group = [_fill(one, outside[0]) for one in group]
    return [*group[:-1], group[-1]._replace(end=outside[0].end), *outside[1:]], outer_end


def _unit(word: str) -> str:
    return word.lower().replace("-", "")


def _put(one: Reference, kind: Kind, number: str, start: int) -> Reference:
    """The reference with a number that begins at `start`, which is then its innermost."""
    fields: dict[str, Any] = {"kind": kind, kind.value: _number(kind, number)}
    others = tuple(spot for spot in one.spots if spot.kind is not kind)
    return one._replace(spots=(*others, Spot(kind, start, start + len(number))), **fields)


def _number(kind: Kind, number: str) -> str:
    """The number with single spaces; an ordinal in lower case."""
    value = " ".join(number.split())
    if kind is not Kind.ARTICLE and len(value) > 4 and value[:1].isalpha():
        return value.lower() if value.lower() in _ORDINALS else value
    return value


def _fill(one: Reference, outer: Reference) -> Reference:
    """`one` inside of `outer`: what it does not say itself it takes from there."""
    missing: dict[str, Any] = {"here": one.here or outer.here}
    for name in _FIELDS[: _RANKS[_outermost(one)]]:
        missing[name] = getattr(one, name) or getattr(outer, name)
    own = {spot.kind for spot in one.spots}
    lent = tuple(
        spot for spot in outer.spots if spot.kind not in own and missing.get(spot.kind.value)
    )
    return one._replace(spots=one.spots + lent, **missing)


def _outermost(one: Reference) -> Kind:
    return next((Kind(field) for field in _FIELDS if getattr(one, field)), one.kind)


def _in_the_annex_before(
    text: str, found: list[Reference], group: list[Reference]
) -> list[Reference]:
    """`annex III, article 13 and article 17`: the second article is in the annex too."""
    first = group[0]
    if (
        not found
        or not found[-1].annex
        or not found[-1].article
        or not first.article
        or first.annex
        or first.here
        or text[found[-1].end : first.start].strip() not in ("and", "or")
    ):
        return group
    lent = tuple(spot for spot in found[-1].spots if spot.kind is Kind.ANNEX)
    return [one._replace(annex=found[-1].annex, spots=one.spots + lent) for one in group]


def _spread(text: str, found: list[Reference], first: Reference) -> None:
    """The references listed before an external one are external too, unless they say `this`."""
    later = first
    for at in range(len(found) - 1, -1, -1):
        one = found[at]
        if one.here or not _LINKED.fullmatch(text, one.end, later.start):
            return
        found[at] = later = one._replace(external=True)


class Followed(NamedTuple):
    """What makes the references of a text lead where they are wanted to lead.

    `changes` touch nothing but numbers; `moved` counts the references that say another number
    now, `missed` those that no change of numbers alone could lead there.
    """

    changes: ChangeSet
    moved: int
    missed: int


def followed(text: str, index: int, wanted: Mapping[int, int], places: Places) -> Followed:
    """How the numbers in a text have to change for its references to go on leading where they did.

    `wanted` says for a reference, counted as `find` finds them, the clause it is to lead to;
    the text is that of clause `index`, and `places` says how all is numbered now. A reference
    of which nothing is wanted stays as it is, and so does one that other numbers cannot mend.
    """
    found = find(text)
    astray = {at for at, goal in wanted.items() if places.resolve(index, found[at]) != goal}
    tries = set(astray)
    while tries:
        edits = _edits(text, [(found[at], wanted[at]) for at in sorted(tries)], places)
        new = _with_edits(text, edits)
        failing = _failing(new, index, wanted, places) - (astray - tries)
        if not failing:
            units = [(utf16_len(text[: e.start]), utf16_len(text[: e.end]), w) for e, w in edits]
            changes = ChangeSet.build(utf16_len(text), units)
            return Followed(changes, len(tries), len(astray) - len(tries))
        spots = {spot for at in failing for spot in found[at].spots}
        culprits = failing & tries or {at for at in tries if spots.intersection(found[at].spots)}
        if not culprits:
            break
        tries -= culprits
    return Followed(ChangeSet.unchanged(utf16_len(text)), 0, len(astray))


def _failing(text: str, index: int, wanted: Mapping[int, int], places: Places) -> set[int]:
    """Those of the wanted references that do not lead where they should."""
    found = find(text)
    return {
        at
        for at, goal in wanted.items()
        if at >= len(found) or places.resolve(index, found[at]) != goal
    }


def _edits(
    text: str, astray: Iterable[tuple[Reference, int]], places: Places
) -> list[tuple[Spot, str]]:
    """The spots where another number has to stand, in order; the first to ask for one gets it."""
    edits: dict[Spot, str] = {}
    for reference, goal in astray:
        named = places.named(goal, reference)
        for spot in reference.spots:
            if spot in edits or spot.kind not in named:
                continue
            said = text[spot.start : spot.end]
            if said.lower() in _ORDINALS:
                edits[spot] = places.ordinal(goal, spot.kind, reference, named) or said
            else:
                edits[spot] = _said_anew(said, places.number(named[spot.kind])) or said
    changed = ((spot, word) for spot, word in edits.items() if word != text[spot.start : spot.end])
    return sorted(changed, key=lambda edit: edit[0].start)


def _with_edits(text: str, edits: Sequence[tuple[Spot, str]]) -> str:
    made, at = [], 0
    for spot, word in edits:
        made += [text[at : spot.start], word]
        at = spot.end
    return "".join((*made, text[at:]))


def _said_anew(said: str, number: str) -> str:
    """A number in the form of what it replaces: `Part Two` becomes `Part Three`, not `Part III`."""
    same, bare = _bare(said) == _bare(number), _bare(number)
    if same:
        return said
    if said.lower() in _CARDINALS and bare.isdigit() and 0 < int(bare) <= len(_CARDINALS):
        word = _CARDINALS[int(bare) - 1]
        return word.upper() if said.isupper() else word.capitalize() if said.istitle() else word
    return bare if said.isdigit() and bare.isdigit() else number
