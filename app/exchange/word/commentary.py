"""Sources and reasons: what each article rests on, and the tables at the end.

The form is that of the International Law Commission: below the text, paragraphs
numbered (1), (2), each with its footnote. Every heading says that commentary is
not part of the text, because pages of it travel alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.exchange.citation import Cite, NoteSeries, Run, full, identity, name, plain
from app.exchange.word.footnotes import Footnotes, styled
from app.exchange.word.runs import paragraph, runs
from app.exchange.word.tables import Row
from app.exchange.word.treaty import Authority, Remark, Said

HEADING = "Sources and reasons (not part of the text)"
AUTHORITIES = "Table of authorities (not part of the text)"
CASES = "Table of cases by article (not part of the text)"

_ITALIC = "<w:i/><w:iCs/>"
# How a paragraph says what the source is to the clause.
_RELATIONS = {
    "supports": "supported by",
    "precedent for": "precedent in",
    "wording taken from": "wording taken from",
    "qualifies": "qualified by",
    "contradicts": "contradicted by",
}
_GROUPS = ("Treaties and other instruments", "Judgments and decisions", "Other authorities")
_TYPES = {"treaty": 0, "legislation": 0, "legal_case": 1}
_KINDS = {"instrument": 0, "judgment": 1}


@dataclass(slots=True)
class _Cited:
    """An authority of the table, and the articles that cite it, in their order."""

    words: tuple[Run, ...]
    name: tuple[Run, ...]
    group: int
    hosts: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tie:
    """One thing to be said under an article: the clause, as cited, and what is said of it.

    That is a remark that somebody wrote, an authority, or else a gap.
    """

    host: str
    place: str
    authority: Authority | None = None
    gap: str = ""
    remark: Remark | None = None


class Commentary:
    """The commentary of one document while it is written; knows what was cited where."""

    def __init__(self, footnotes: Footnotes) -> None:
        self._footnotes = footnotes
        self._series = NoteSeries()
        self._cited: dict[str, _Cited] = {}
        self._cases: dict[str, list[tuple[str, str]]] = {}

    def block(self, ties: Iterable[Tie]) -> list[tuple[str, int, int]]:
        """The heading and the numbered paragraphs: XML, length of the words, length of the note."""
        made = [(paragraph("CommentaryHeading", runs(HEADING)), len(HEADING), 0)]
        ties = list(ties)
        remarks = [(tie, tie.remark) for tie in ties if tie.remark is not None]
        # What was written for publication comes first, with the numbers that it has on the page.
        for tie, remark in sorted(remarks, key=lambda each: each[1].number):
            made.append(self._remark(tie, remark))
        for tie in ties:
            if tie.remark is None:
                authority = tie.authority
                made.append(self._gap(tie) if authority is None else self._tie(tie, authority))
        return made

    def note(self, words: str) -> str:
        """The mark of a footnote in the text, that is numbered along with those below it."""
        self._series.skip()
        return self._footnotes.mark(self._footnotes.add_words(words))

    def tables(self) -> list[tuple[str, str, list[Row], tuple[int, ...]]]:
        """The tables of the end: heading, bookmark, rows, widths; none where nothing is cited."""
        made: list[tuple[str, str, list[Row], tuple[int, ...]]] = []
        if self._cited:
            made.append((AUTHORITIES, "table_of_authorities", self._authorities(), (6200, 2870)))
        if self._cases:
            made.append((CASES, "table_of_cases", self._by_article(), (2200, 4000, 2870)))
        return made

    def _remark(self, tie: Tie, remark: Remark) -> tuple[str, int, int]:
        quote = f" (“{remark.quote}”)" if remark.quote else ""
        lines, length, noted = [], len(tie.place) + len(quote), 0
        for line in remark.lines:
            content = ""
            for said in line:
                note, more = self._footnote(tie.host, said)
                content += runs(said.text, _ITALIC if said.italic else "") + note
                length, noted = length + len(said.text), noted + more
            lines.append(content)
        content = runs(f"{tie.place}{quote}: ") + "<w:r><w:br/></w:r>".join(lines)
        if remark.pinned:
            content += runs(f" [{_sentence(remark.pinned)}]", _ITALIC)
            length += len(remark.pinned)
        return paragraph("CommentaryParagraph", content), length, noted

    def _footnote(self, host: str, said: Said) -> tuple[str, int]:
        if not said.csl:
            return "", 0
        self._entry_of(said.csl).hosts[host] = None
        words = self._series.note(Cite(said.csl, said.pinpoint))
        return self._footnotes.mark(self._footnotes.add(words)), sum(len(run.text) for run in words)

    def _gap(self, tie: Tie) -> tuple[str, int, int]:
        words = f"{tie.place}: no source yet. {_sentence(tie.gap)}".rstrip()
        return paragraph("CommentaryParagraph", runs(words)), len(words), 0

    def _tie(self, tie: Tie, authority: Authority) -> tuple[str, int, int]:
        relation = _RELATIONS.get(authority.relation, authority.relation)
        who = self._who(authority)
        after = _sentence(authority.reason)
        if digest := _sentence(authority.digest):
            # What the source says is told apart from why it is cited.
            opening = "Lesson" if authority.kind == "case" else "In substance"
            after = f"{after} {opening}: {digest}".lstrip()
        note, length = self._note(tie, authority)
        content = (
            runs(f"{tie.place}: ")
            + runs(relation, _ITALIC)
            + styled(who)
            + note
            + (runs(f" {after}") if after else "")
        )
        words = len(tie.place) + len(relation) + len(after) + 30
        return paragraph("CommentaryParagraph", content), words, length

    def _who(self, authority: Authority) -> tuple[Run, ...]:
        """A space, the name and place of an authority, and the stop after which the note stands."""
        if authority.kind == "case" and authority.title:
            return (Run(f" the case of {authority.title}."),)
        tail = f" {authority.pinpoint}." if authority.pinpoint else "."
        if not authority.csl:
            return (Run(f" {authority.title}{tail}"),)
        first, *others = self._entry(authority).name
        if others or first.italic:
            return (Run(" "), first, *others, Run(tail))
        return (Run(f" {first.text}{tail}"),)

    def _note(self, tie: Tie, authority: Authority) -> tuple[str, int]:
        if authority.kind == "case":
            relation = f"{authority.title} ({authority.relation})"
            self._cases.setdefault(tie.host, []).append((relation, tie.place))
        if not authority.csl:
            return "", 0
        # A dict keeps the order of its keys and each of them once.
        self._entry(authority).hosts[tie.host] = None
        words = self._series.note(Cite(authority.csl, authority.pinpoint))
        length = sum(len(run.text) for run in words)
        return self._footnotes.mark(self._footnotes.add(words)), length

    def _entry(self, authority: Authority) -> _Cited:
        return self._entry_of(authority.csl)

    def _entry_of(self, csl: Mapping[str, Any]) -> _Cited:
        key = identity(csl)
        if key not in self._cited:
            self._cited[key] = _Cited(full(csl), name(csl) or (Run(""),), _group(csl))
        return self._cited[key]

    def _authorities(self) -> list[Row]:
        rows = [Row((_bold("Authority"), _bold("Cited under")), heading=True)]
        for group, title in enumerate(_GROUPS):
            members = [one for one in self._cited.values() if one.group == group]
            if members:
                rows.append(Row((runs(title),), style="TableGroup"))
            for one in sorted(members, key=_alphabetical):
                rows.append(Row((styled(one.words), runs(_hosts(list(one.hosts))))))
        return rows

    def _by_article(self) -> list[Row]:
        rows = [Row((_bold("Under"), _bold("Case"), _bold("For")), heading=True)]
        for host, cases in self._cases.items():
            for at, (case, place) in enumerate(cases):
                rows.append(Row((runs("" if at else host), runs(case), runs(place))))
        return rows


def _alphabetical(one: _Cited) -> str:
    """By the words themselves, whether a quotation mark stands before them or not."""
    return plain(one.words).casefold().lstrip("‘“")


def _group(csl: Mapping[str, object]) -> int:
    """The group of the table: what the library says it is, or what its type says."""
    custom = csl.get("custom")
    travaux = custom.get("travaux") if isinstance(custom, Mapping) else None
    kind = travaux.get("kind") if isinstance(travaux, Mapping) else None
    by_kind = _KINDS.get(str(kind))
    return by_kind if by_kind is not None else _TYPES.get(str(csl.get("type")), 2)


def _hosts(hosts: Sequence[str]) -> str:
    """ "Preamble; articles 3, 9 and 12" from the names of what cites."""
    numbers = [host.removeprefix("Article ") for host in hosts if host.startswith("Article ")]
    others = [host for host in hosts if not host.startswith("Article ")]
    if numbers:
        words = ", ".join(numbers[:-1]) + " and " + numbers[-1] if numbers[1:] else numbers[0]
        others.append(f"Articles {words}" if numbers[1:] else f"Article {words}")
    return "; ".join(others)


def _bold(words: str) -> str:
    return runs(words, "<w:b/><w:bCs/>")


def _sentence(words: str) -> str:
    """With a full stop, unless it ends with a sign of its own; "" stays nothing."""
    words = words.strip()
    return words if not words or words[-1] in ".?!”’)" else f"{words}."
