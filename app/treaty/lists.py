"""The body of an article -> paragraphs, subparagraphs and items, decided by expected next values.

Every list that is open keeps its last value. A mark continues the list that expects it,
opens a list below when it is a first value ("1", "a", "i"), and is left in the words when
neither holds: so "paragraph 2 (b)" stays a reference. Where "(i)" may continue letters or
open roman numbers, the marks that follow decide: "(ii)" or "(j)".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.treaty.document import Clause, Kind, Problem
from app.treaty.headings import is_capitals, is_heading
from app.treaty.markers import Mark, point_kind, text_mark
from app.treaty.numbering import (
    latin_rank,
    letters,
    letters_value,
    roman,
    roman_value,
)

_CANDIDATE = re.compile(r"(?<=\s)(?=\[*(?:\(\w{1,5}|\d{1,3}|[a-zA-Z]{1,4}))(?=\S{1,9}(?:\s|$))")
_ENDS = re.compile(r"(?:[.;:,!?]|[;,:] (?:and|or)|and/or)[\"”’')\]]*$")
_ENDS_SENTENCE = re.compile(r"[.:;][\"”’')\]]*$")
_ENDS_ITEM = re.compile(r"(?:[;:.][\"”’')\]]*|[;,][\"”’')\]]* (?:and|or|and/or))$")
_AHEAD = 6000
"""How many characters are looked ahead for the mark that would follow."""
_OPTION = re.compile(r"\W*(?:Option|OPTION|Alternative|ALTERNATIVE)\s+\w+\b")
_REFERRING = re.compile(r"[,;.)]|(?:and|or|to|of|above|below)\b")
_DASH = re.compile(r"[-–—•]\s+\S")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph of the body: its words, the column it begins in, and its kind if it was told."""

    text: str
    indent: int = 0
    is_head: bool = False
    kind: Kind | None = None


@dataclass(slots=True)
class _List:
    """A list that is open: how its marks look, and the last value it reached."""

    paren: bool
    form: str
    value: int
    latin: int
    depth: int
    kind: Kind
    indent: int
    stem: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand a mark: as a member of an open list, or as the first of a new one."""

    form: str
    value: int
    latin: int
    stem: str = ""
    list_at: int | None = None
    doubt: str = ""


class Lists:
    """Reads the blocks below one heading; `clauses` and `problems` are the outcome.

    `depth` is that of the clauses directly below the heading; the index of a problem counts
    from the first of these clauses.
    """

    def __init__(self, depth: int) -> None:
        self.clauses: list[Clause] = []
        self.problems: list[Problem] = []
        self._base = depth
        self._open: list[_List] = []
        self._broken = True
        self._later: Sequence[TextBlock] = ()

    def read(self, blocks: Sequence[TextBlock]) -> None:
        """Take in the blocks in their order."""
        for at, block in enumerate(blocks):
            self._later = blocks[at + 1 :]
            self._read_block(block)

    def _read_block(self, block: TextBlock) -> None:
        words = block.text
        if not words:
            return
        if block.kind is not None:
            heading, text = (words, "") if block.kind.bears_heading else ("", words)
            self.clauses.append(Clause(block.kind, "", heading, text, self._base))
            self._broken = True
            return
        mark = text_mark(words)
        if self._is_inner_heading(words, mark, block):
            self._put_heading(words, mark)
            return
        at = self._marks_at(words, 0, block.indent, inline=False)
        if at == 0:
            self._put_unmarked(block)
        self._read_words(words, at, block.indent)

    def _is_inner_heading(self, words: str, mark: Mark | None, block: TextBlock) -> bool:
        if mark is None:
            return block.is_head or (not self._is_open() and self._heads_more(words))
        rest = words[mark.end :].strip()
        capital = mark.number.isalpha() and mark.number.isupper() and not mark.paren
        return capital and not mark.misread and is_heading(rest) if rest else False

    def _heads_more(self, words: str) -> bool:
        """Whether words stand over what comes next: capitals, or a few before a full sentence."""
        if not is_heading(words) or len(words) <= 3:
            return False
        if is_capitals(words):
            return True
        after = self._later[0].text if self._later else ""
        whole = not after[:1].islower() and self._is_whole(after)
        before = self.clauses[-1].text if self.clauses else ""
        plain = words[0].isupper() and not (_OPTION.match(words) or _OPTION.match(before))
        return plain and whole and len(words.split()) <= 12

    def _is_whole(self, words: str) -> bool:
        """Whether words are a numbered paragraph or end as a sentence does."""
        return text_mark(words) is not None or re.search(r"[.:;]$", words) is not None

    def _is_open(self) -> bool:
        """Whether the last words are a sentence still going on."""
        return (
            bool(self.clauses)
            and bool(self.clauses[-1].text)
            and not _ENDS.search(self.clauses[-1].text)
        )

    def _put_heading(self, words: str, mark: Mark | None) -> None:
        number = mark.printed if mark else ""
        heading = words[mark.end :].strip() if mark else words
        if mark and mark.brackets:
            heading = mark.brackets + heading
        self.clauses.append(Clause(Kind.HEADING, number, heading, depth=self._base))
        self._broken = True

    def _put_unmarked(self, block: TextBlock) -> None:
        """A place for words without a mark: the sentence before, or a paragraph of their own."""
        last = self.clauses[-1] if self.clauses else None
        going_on = (
            last is not None
            and not last.kind.bears_heading
            and not (_OPTION.match(block.text) or _DASH.match(block.text))
        )
        if going_on and last is not None and (last.text == "" or self._continues(last, block)):
            return
        if _DASH.match(block.text) and last is not None and not last.kind.bears_heading:
            self._put_dashed(last)
            return
        self.clauses.append(Clause(Kind.PARAGRAPH, "", "", "", self._base))
        self._broken = True

    def _put_dashed(self, last: Clause) -> None:
        """A place for an item that bears a dash for its number, and keeps it in its words."""
        if _DASH.match(last.text):
            kind, depth = last.kind, last.depth
        else:
            above = last.kind if last.kind is not Kind.PARAGRAPH else None
            kind, depth = point_kind(above), last.depth + 1
        self.clauses.append(Clause(kind, "", "", "", depth))

    def _continues(self, last: Clause, block: TextBlock) -> bool:
        if block.text[0].islower():
            return not re.search(r"[;,:.][\"”’')\]]*$", last.text)
        return not _ENDS.search(last.text) and not last.text.endswith(("]", ")", '"', "”"))

    def _read_words(self, words: str, at: int, indent: int) -> None:
        """Put words into the open clause, cutting them where a mark in the line opens another."""
        start = at
        for match in _CANDIDATE.finditer(words, at):
            place = match.start()
            if place < at:
                continue
            before = words[max(start, place - 24) : place].rstrip()
            if not before or (not _ENDS_ITEM.search(before) and not before.endswith(",")):
                continue
            mark = text_mark(words, place)
            if mark is None:
                continue
            reading = self._inline_reading(mark, before, words)
            if reading is None:
                continue
            self._append(words[start:place].rstrip())
            self._enter(mark, reading, indent, inline=True)
            at = start = self._marks_at(words, _skip(words, mark.end), indent, inline=True)
        self._append(words[start:].strip())

    def _append(self, words: str) -> None:
        if not words:
            return
        if not self.clauses or self.clauses[-1].kind.bears_heading:
            self.clauses.append(Clause(Kind.PARAGRAPH, "", "", "", self._base))
        last = self.clauses[-1]
        joint = "" if not last.text or last.text.strip("[") == "" else " "
        self.clauses[-1] = replace(last, text=last.text + joint + words)

    def _marks_at(self, words: str, at: int, indent: int, *, inline: bool) -> int:
        """Enter the mark at a place, and the first marks directly after it: "2. (1)"."""
        first = not inline
        while True:
            mark = text_mark(words, at)
            if mark is None:
                return at
            reading = self._line_reading(mark, words, indent) if first else self._first(mark)
            if reading is None:
                return at
            self._enter(mark, reading, indent, inline=not first)
            at, first = _skip(words, mark.end), False

    def _enter(self, mark: Mark, reading: _Reading, indent: int, *, inline: bool) -> None:
        if mark.misread:
            self._doubt(f'The mark "{mark.misread}." was read as "{mark.number}.".')
        if reading.doubt:
            self._doubt(reading.doubt)
        if reading.list_at is not None:
            del self._open[reading.list_at + 1 :]
            entered = self._open[-1]
            entered.value, entered.latin = reading.value, reading.latin
            entered.inline = inline
        else:
            entered = self._new_list(mark, reading, indent, inline=inline)
        self._broken = False
        self.clauses.append(Clause(entered.kind, mark.printed, "", mark.brackets, entered.depth))

    def _doubt(self, message: str) -> None:
        self.problems.append(Problem(len(self.clauses), message))

    def _new_list(self, mark: Mark, reading: _Reading, indent: int, *, inline: bool) -> _List:
        kind, depth = self._place_of_new(mark, reading, indent)
        while self._open and self._open[-1].depth >= depth:
            self._open.pop()
        entered = _List(
            mark.paren,
            reading.form,
            reading.value,
            reading.latin,
            depth,
            kind,
            indent,
            reading.stem,
            inline,
        )
        self._open.append(entered)
        return entered

    def _place_of_new(self, mark: Mark, reading: _Reading, indent: int) -> tuple[Kind, int]:
        """The kind and depth of the members of a list that begins here."""
        last = self.clauses[-1] if self.clauses else None
        top = next((each for each in self._open if each.kind is Kind.PARAGRAPH), None)
        if reading.form == "1":
            nested = top is not None and not self._broken and indent > top.indent + 1
            if top is None and self._letters_go_on():
                outer = self._open[-1]
                return point_kind(outer.kind), outer.depth + 1
            if top is None and not mark.paren:
                return Kind.PARAGRAPH, self._base
            if top is None and not any(True for _ in self._open):
                return Kind.PARAGRAPH, self._base
            if not mark.paren and top is not None and not top.paren and not nested:
                same = last is not None and last.text.endswith(":") and not self._broken
                if not same:
                    return Kind.PARAGRAPH, self._base
        if last is None or last.kind is Kind.HEADING:
            return (Kind.PARAGRAPH if reading.form == "1" else Kind.SUBPARAGRAPH), self._base
        same_form = next(
            (
                each
                for each in reversed(self._open)
                if each.form == reading.form and each.paren == mark.paren
            ),
            None,
        )
        if (
            same_form is not None
            and not self._broken
            and not last.text.endswith(":")
            and last.text.strip("[")
            and _ENDS.search(last.text)
            and indent <= same_form.indent + 1
        ):
            return same_form.kind, same_form.depth
        above = last.kind if last.kind is not Kind.PARAGRAPH else None
        return point_kind(above), last.depth + 1

    def _letters_go_on(self) -> bool:
        """Whether the letters of the open list go on after the numbers that begin in it."""
        if not self._open or self._open[0].form not in ("a", "A"):
            return False
        outer = self._open[0]
        marks = (text_mark(block.text) for block in self._later[:200])
        later = [mark.number for mark in marks if mark and mark.paren == outer.paren]
        # Lists inside the numbers have their own first value for each later one.
        following = later.count(_sign(outer.form, outer.value + 1))
        return following > later.count(_sign(outer.form, 1))

    def _line_reading(self, mark: Mark, words: str, indent: int) -> _Reading | None:
        """How a mark at the start of a block is to be understood."""
        readings = list(self._readings(mark))
        nested = [each for each in readings if each.list_at is None]
        if nested and indent and not self._broken and self._indented(nested[0], mark, indent):
            return nested[0]
        if readings:
            return self._likeliest(readings, words[mark.end : mark.end + _AHEAD])
        if _REFERRING.match(words[_skip(words, mark.end) :]) and not mark.paren:
            return None
        return self._leap(mark)

    def _indented(self, reading: _Reading, mark: Mark, indent: int) -> bool:
        return any(
            each.form == reading.form and each.paren == mark.paren and indent > each.indent + 1
            for each in self._open[-1:]
        )

    def _inline_reading(self, mark: Mark, before: str, words: str) -> _Reading | None:
        after = words[mark.end : mark.end + _AHEAD].lstrip()
        readings = list(self._readings(mark))
        if not readings or _REFERRING.match(after):
            return None
        if not mark.paren:
            if not _ENDS_SENTENCE.search(before) or (after and not _begins(after)):
                return None
            if mark.number.isalpha() and not mark.misread:
                return None
            kept = [each for each in readings if self._dotted_fits(each, before, after)]
        else:
            kept = [each for each in readings if self._bracketed_fits(each, before)]
        return self._likeliest(kept, words[mark.end : mark.end + _AHEAD]) if kept else None

    def _dotted_fits(self, reading: _Reading, before: str, after: str) -> bool:
        if reading.list_at is not None:
            return True
        arabic = any(each.form == "1" and not each.paren for each in self._open)
        return not arabic and reading.value == 1 and self._comes_later(r"\s2\.\s", after)

    def _bracketed_fits(self, reading: _Reading, before: str) -> bool:
        if reading.list_at is None:
            return before.rstrip("\"”’')]").endswith(":")
        if before.endswith(","):
            return self._open[reading.list_at].inline
        return True

    def _comes_later(self, pattern: str, after: str) -> bool:
        found = re.compile(pattern)
        return bool(found.search(after)) or any(
            found.search(f" {block.text[:_AHEAD]} ") for block in self._later[:60]
        )

    def _first(self, mark: Mark) -> _Reading | None:
        """The reading of a mark directly after another: only the first value of a list below."""
        last = self.clauses[-1]
        for reading in self._plain(mark):
            if reading.value != 1 or reading.latin or last.text.strip("["):
                continue
            shape = (mark.paren, reading.form)
            if shape != (self._open[-1].paren, self._open[-1].form):
                return reading
        return None

    def _plain(self, mark: Mark) -> Iterator[_Reading]:
        """What a mark may say, whatever lists are open."""
        latin = latin_rank(mark.latin)
        number = mark.number
        if "." in number:
            stem, _, tail = number.rpartition(".")
            yield _Reading("1.", int(tail), latin, stem)
        elif number.isdecimal():
            yield _Reading("1", int(number), latin)
        else:
            case = "A" if number[0].isupper() else "a"
            value, other = letters_value(number), roman_value(number)
            if value is not None:
                yield _Reading(case, value, latin)
            if other is not None:
                yield _Reading("I" if case == "A" else "i", other, latin)

    def _readings(self, mark: Mark) -> Iterator[_Reading]:
        """The readings of a mark that are expected here, the innermost list first."""
        plain = list(self._plain(mark))
        for at in range(len(self._open) - 1, -1, -1):
            each = self._open[at]
            for reading in plain:
                same = (each.form, each.paren, each.stem) == (
                    reading.form,
                    mark.paren,
                    reading.stem,
                )
                following = (each.value + 1, 0)
                inserted = (each.value, each.latin + 1)
                if same and (reading.value, reading.latin) in (following, inserted):
                    yield replace(reading, list_at=at)
        yield from (each for each in plain if each.value == 1 and not each.latin)

    def _likeliest(self, readings: list[_Reading], after: str) -> _Reading:
        """The reading whose own successor comes first in what follows, else the expected one."""
        if len(readings) == 1:
            return readings[0]
        ahead = " ".join([after, *self._within_paragraph()])
        found: list[tuple[int, int]] = []
        for at, reading in enumerate(readings):
            sign = re.escape(_sign(reading.form, reading.value + 1))
            match = re.search(rf"(?:^|(?<=[\s(\[])){sign}[).]", ahead)
            found.append((match.start() if match else len(ahead) + 1, at))
        nearest, at = min(found)
        if nearest <= len(ahead):
            return readings[at]
        if readings[0].list_at is not None and self.clauses[-1].text.endswith(":"):
            return readings[-1]
        return readings[0]

    def _within_paragraph(self) -> Iterator[str]:
        """The blocks to come, up to where the next numbered paragraph begins."""
        following = {
            str(each.value + 1) for each in self._open if each.form == "1" and not each.paren
        }
        for block in self._later[:40]:
            mark = text_mark(block.text)
            if mark is not None and not mark.paren and mark.number in following:
                return
            yield block.text[:_AHEAD]

    def _leap(self, mark: Mark) -> _Reading | None:
        """The reading of a mark that nothing expected: a leap or a repetition in some list."""
        plain = list(self._plain(mark))
        best: _Reading | None = None
        for at in range(len(self._open) - 1, -1, -1):
            each = self._open[at]
            for reading in plain:
                if (each.form, each.paren) != (reading.form, mark.paren):
                    continue
                distance = abs(reading.value - each.value)
                if distance > 5 and len(plain) > 1:
                    continue
                if best is None or distance < abs(best.value - self._open[best.list_at or 0].value):
                    best = replace(reading, list_at=at, stem=each.stem)
        if best is not None and best.list_at is not None:
            shown = _sign(best.form, self._open[best.list_at].value)
            return replace(best, doubt=f'The number "{mark.printed}" does not follow "{shown}".')
        if not plain:
            return None
        is_roman = mark.number[0] in "ivxIVX" or len(mark.number) > 1
        chosen = plain[-1] if is_roman else plain[0]
        doubt = "" if "." in mark.number else f'A list begins with "{mark.printed}".'
        return replace(chosen, doubt=doubt)


def _skip(words: str, at: int) -> int:
    """The place after the spaces at a place."""
    while at < len(words) and words[at] == " ":
        at += 1
    return at


def _begins(after: str) -> bool:
    """Whether words begin as a paragraph does."""
    first = after.lstrip('"“[(*')[:1]
    return first.isupper() or first.isdecimal() or after.startswith("(")


def _sign(form: str, value: int) -> str:
    """A value as a list of this form prints it."""
    if form in ("a", "A"):
        sign = letters(value)
    elif form in ("i", "I"):
        sign = roman(value)
    else:
        sign = str(value)
    return sign.upper() if form in ("A", "I") else sign
