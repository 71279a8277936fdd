"""Numbers frozen, numbers counted anew, and the table that says which became which.

    fixed(clauses)        what each clause has to store so that its number stays as printed
    renumbered(clauses)   what each has to store so that all count from one again
    concordance(old, new) one row for every number of either text

Numbers counted anew keep the form of their series: articles in roman stay roman. A series in
which a number cannot be read ("2.1", "Sole") is left as it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.treaty.document import DELETED, Clause, Document, Kind
from app.treaty.numbering import (
    INSERTED,
    NO_NUMBER,
    UNCOUNTED,
    Scheme,
    base_of,
    citer,
    is_fixed,
    labels,
    letters,
    letters_value,
    numbers,
    roman,
    roman_value,
    series,
    sort_key,
)
from app.treaty.options import mark_of

_LETTERED = frozenset({Kind.SUBSECTION, Kind.SUBPARAGRAPH})


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of a concordance: how it is cited in either text, "" where it is not there.

    `label` and `was` are what is printed beside it in the new and the old text; `words` its
    heading, or what it begins with.
    """

    uid: str
    kind: Kind
    was: str
    old: str
    label: str
    new: str
    words: str

    @property
    def is_changed(self) -> bool:
        """Whether the number of the clause itself is another one, or it came or went."""
        return self.was != self.label

    @property
    def is_deleted(self) -> bool:
        """Whether the number was kept only for what had been taken out."""
        return self.words == DELETED


def fixed(clauses: Sequence[Clause], scheme: Scheme = Scheme.UN) -> tuple[str, ...]:
    """The number that each clause has to store so that it keeps the one that is printed now.

    What has none is as if it had been inserted: the lone paragraph of an article is "1." as soon
    as another one comes, and "5 bis" where it is moved behind a 5.
    """
    return tuple(
        (number or INSERTED) if clause.number in ("", INSERTED) and counts else clause.number
        for clause, number, counts in zip(
            clauses,
            numbers(clauses, scheme),
            (clause.kind not in UNCOUNTED for clause in clauses),
            strict=True,
        )
    )


def renumbered(clauses: Sequence[Clause], scheme: Scheme = Scheme.UN) -> tuple[str, ...]:
    """The number that each clause has to store so that its series counts from one, without gaps."""
    counted = series(clauses)
    members: dict[tuple[int, Kind], list[int]] = {}
    for index, (clause, key) in enumerate(zip(clauses, counted, strict=True)):
        if clause.kind not in UNCOUNTED and clause.number != NO_NUMBER:
            members.setdefault(key, []).append(index)
    stored = [clause.number for clause in clauses]
    rest = [""] * len(clauses)
    for index, number in enumerate(stored):
        if clauses[index].kind in UNCOUNTED or number == NO_NUMBER or mark_of(number):
            rest[index] = number
    usual = numbers([_with(clause, rest[at]) for at, clause in enumerate(clauses)], scheme)
    for places in members.values():
        own = [at for at in places if mark_of(clauses[at].number) is None]
        forms = _forms(clauses, own)
        if None in forms:
            continue
        form = forms.most_common(1)[0][0] if forms else None
        for value, at in enumerate(own, 1):
            is_usual = form is None or not usual[at] or _in_form(form, value) == usual[at]
            stored[at] = "" if is_usual else _in_form(form or "", value)
    return tuple("" if number == INSERTED else number for number in stored)


def concordance(
    old: Document,
    new: Document,
    scheme: Scheme = Scheme.UN,
    old_scheme: Scheme | None = None,
) -> tuple[Row, ...]:
    """Every clause with a number in either text, in the order of the new one.

    What is only in the old text follows what stood before it there.
    """
    before = _told(old.clauses, old_scheme or scheme)
    after = _told(new.clauses, scheme)
    rows = [
        _row(clause, before.get(clause.uid, ("", "")), after[clause.uid])
        for clause in new.clauses
        if after[clause.uid][0] or before.get(clause.uid, ("", ""))[0]
    ]
    kept = {clause.uid for clause in new.clauses}
    at = {row.uid: place for place, row in enumerate(rows)}
    gone: dict[int, list[Row]] = {}
    last = -1
    for clause in old.clauses:
        if clause.uid in kept:
            last = at.get(clause.uid, last)
        elif before[clause.uid][0]:
            gone.setdefault(last, []).append(_row(clause, before[clause.uid], ("", "")))
    made = gone.get(-1, [])
    for place, row in enumerate(rows):
        made += [row, *gone.get(place, [])]
    return tuple(made)


def _told(clauses: Sequence[Clause], scheme: Scheme) -> Mapping[str, tuple[str, str]]:
    """Label and citation of each clause that bears a label, by uid; two "" for the others."""
    found = numbers(clauses, scheme)
    cite = citer(clauses, scheme, found)
    return {
        clause.uid: (label, cite(index)) if label else ("", "")
        for index, (clause, label) in enumerate(
            zip(clauses, labels(clauses, scheme, found), strict=True)
        )
    }


def _row(clause: Clause, old: tuple[str, str], new: tuple[str, str]) -> Row:
    words = clause.heading if clause.kind.bears_heading else clause.text
    return Row(clause.uid, clause.kind, old[0], old[1], new[0], new[1], words)


def _with(clause: Clause, number: str) -> Clause:
    return Clause(clause.kind, number, depth=clause.depth, uid=clause.uid)


def _forms(clauses: Sequence[Clause], places: Sequence[int]) -> Counter[str | None]:
    """How often each form of numbers occurs in a series; None for one that cannot be read."""
    forms: Counter[str | None] = Counter()
    for at in places:
        clause = clauses[at]
        if is_fixed(clause):
            is_read = sort_key(clause.number, clause.kind) is not None
            forms[_form(base_of(clause.number), clause.kind) if is_read else None] += 1
    forms.pop("0", None)
    return forms


def _form(number: str, kind: Kind) -> str | None:
    if number == "0":
        return "0"
    if number.isdecimal():
        return "1"
    value = letters_value(number) if kind in _LETTERED else roman_value(number)
    if value is None:
        # Items within items are lettered again.
        return None if letters_value(number) is None else "A" if number.isupper() else "a"
    sign = "a" if kind in _LETTERED else "i"
    return sign.upper() if number.isupper() else sign


def _in_form(form: str, value: int) -> str:
    if form == "1":
        return str(value)
    word = letters(value) if form in ("a", "A") else roman(value)
    return word.upper() if form.isupper() else word
