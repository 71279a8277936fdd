"""Plain text -> Document: treaties in every form they are printed in, and never a refusal.

Read in four steps: clean lines (lines.py); blocks, which are paragraphs with the lines of
hard-wrapped text joined; units, which are an article, a grouping, an annex or the closing
with the blocks below it; and clauses. Two rules decide what looks alone cannot:

- "(i)" is the letter after "(h)" or the first of a new list: the expected next value of
  each open list decides, and the marks that follow.
- "Article 5" at the start of a line is a heading unless it goes on as a sentence does;
  the expected next article counts for more than the looks.

What the reader was unsure of is in `problems`. Numbers are given as printed, with
NO_NUMBER for a text without a number where the rule of numbering.py would give it one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.treaty import exact
from app.treaty.document import Clause, Document, Kind, Problem
from app.treaty.headings import is_capitals, is_heading, is_sentence, split_heading
from app.treaty.lines import Line, clean
from app.treaty.lists import Lists, TextBlock
from app.treaty.markers import EXACT, ORDINAL_WORDS, HeadingMark, heading_mark, text_mark
from app.treaty.numbering import NO_NUMBER, numbers, sort_key
from app.treaty.options import taken_up
from app.treaty.preamble import (
    is_docket,
    is_enacting,
    is_recital,
    lettered_pieces,
    opens_preamble,
    preamble_pieces,
    title_at,
    title_end,
)

_RANKS = {
    Kind.PART: 0,
    Kind.HEADING: 1,
    Kind.CHAPTER: 2,
    Kind.SECTION: 3,
    Kind.SUBSECTION: 4,
    Kind.ARTICLE: 5,
}
_TERMINATED = re.compile(r"(?:[.;:,!?]|\b(?:and|or))[\"”’')\]]*$")
_FULL_STOP = re.compile(r"[.;:!?][\"”’')\]]*$")
_CLOSING = re.compile(
    r"(?:IN (?:WITNESS|FAITH|TESTIMONY) (?:WHEREOF|THEREOF)"
    r"|In (?:witness|faith) (?:whereof|thereof)"
    r"|DONE (?:at|AT|in|IN|this)|Done (?:at|in|this)\b)"
)
_INLINE = re.compile(
    r"(?<=[.;:!?”\"’)\]])\s+(?=\[*(?:Article|ARTICLE|Art\.|PART|CHAPTER|SECTION|SUBSECTION|ANNEX"
    r"|Part|Chapter|Section|Annex|APPENDIX|IN WITNESS WHEREOF|In witness whereof"
    r"|IN FAITH WHEREOF|DONE (?:at|AT|in|IN)"
    r"|Done at|RESOLUTION)\b)"
)
_PROCLAIMING = re.compile(r"\W*now,? therefore\W*", re.IGNORECASE)
_JOINT = re.compile(r"(?:AND|HAVE|HAS|DO|HEREBY)\s")
_OPTION = re.compile(r"\W*(?:Option|OPTION|Alternative|ALTERNATIVE)\s+\w+\b")
_DASH = re.compile(r"[-–—•]\s+\S")
_TAG = re.compile(r"\{(heading|formula|recital|paragraph|closing)\}\s*")


@dataclass(slots=True)
class _Block:
    """A paragraph of the text, in the lines it was broken into."""

    lines: list[str]
    indent: int = 0
    hashes: int = 0
    kind: Kind | None = None

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(slots=True)
class _Unit:
    """An article, a grouping, an annex or the closing, with the blocks below its first line."""

    kind: Kind
    number: str = ""
    word: str = ""
    rest: str = ""
    brackets: str = ""
    separator: str = ""
    blocks: list[_Block] = field(default_factory=list)
    heading: str = ""
    misread: str = ""
    is_guess: bool = False
    note: str = ""


def parse(text: str) -> Document:
    """The document that a plain text holds; any text is read, doubts are in its `problems`."""
    if text.removeprefix("\ufeff").split("\n", 1)[0].strip() == EXACT:
        return exact.read(text)
    lines, told_title, problems = clean(text)
    front, units = _Splitter().split(_blocks(lines))
    _settle_headings(units)
    return _Assembly(list(problems)).assemble(front, units, told_title)


# --- lines to blocks


def _blocks(lines: tuple[Line, ...]) -> list[_Block]:
    width = _wrapped_at(lines)
    blocks: list[_Block] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _continues(before, line, width):
            blocks[-1].lines.append(line.text)
        else:
            blocks.append(_Block([line.text], line.indent, line.hashes))
        before = line
    for block in blocks:
        tag = _TAG.match(block.lines[0])
        if tag:
            block.kind = Kind(tag[1])
            block.lines[0] = block.lines[0][tag.end() :]
    return blocks


def _wrapped_at(lines: tuple[Line, ...]) -> int:
    """The width at which the text was broken into lines; 0 when its lines are whole paragraphs."""
    lengths = sorted(len(line.text) for line in lines)
    if not lengths or lengths[int(len(lengths) * 0.97)] > 130:
        return 0
    inner = sum(not line.opens for line in lines)
    return lengths[int(len(lengths) * 0.97)] if inner * 4 > len(lines) else 0


def _continues(before: Line, line: Line, width: int) -> bool:
    """Whether a line goes on with the paragraph of the line above it."""
    if line.opens or before.hashes or line.hashes:
        return False
    mark = heading_mark(line.text)
    if mark is not None and mark.number and not mark.rest and is_capitals(mark.word):
        return False
    if (
        mark is not None
        and (mark.rest == "" or not _goes_on(mark))
        and (_FULL_STOP.search(before.text) or (mark.number and len(before.text) < 60))
    ):
        return False
    if heading_mark(before.text) is not None and _stands_alone(before.text):
        return False
    if text_mark(line.text) is not None:
        return _joined_reference(before.text, line.text)
    if _CLOSING.match(line.text) or _OPTION.match(line.text) or _DASH.match(line.text):
        return False
    if is_docket(before.text) or (line.text.startswith("For ") and before.text.startswith("For ")):
        return False
    if line.text[0].islower():
        return True
    if not _TERMINATED.search(before.text):
        return True
    if before.text.endswith((":", ";")):
        # A line that has no room for the next word was broken there; another one was ended.
        return 0 < width < len(before.text) + before.indent + len(line.text.split()[0])
    return width > 0 and len(before.text) > 50


_REFERENCE_END = re.compile(
    r"\b(?:(?:sub-?)?paragraphs?|articles?|items?|parts?|annex(?:es)?|sections?|chapters?)"
    r"(?:\s\d+)?(?:\s?\(\w{1,4}\))*$",
    re.IGNORECASE,
)
_ROMAN_END = re.compile(r"[IVXLC]+[.)]")


def _joined_reference(before: str, line: str) -> bool:
    """Whether a line begins with a mark only because "paragraph" or "and" ended the line above."""
    if _REFERENCE_END.search(before) and (line[0] == "(" or _ROMAN_END.match(line)):
        return True
    if before.endswith(",") and re.match(r"\([a-z]+\)(?:\([a-z]+\))?(?:,| (?:and|or|to) \()", line):
        return True
    last = before.rstrip().rsplit(" ", 1)[-1].lower().strip("(")
    listed = re.search(r"[;:,.]\s+(?:and|or|to)$", before) or re.match(r"\(?[ai1][.)]", line)
    if last in ("to", "and", "or") and listed:
        return False
    return (
        not line.startswith("[")
        and last
        in {
            "paragraph",
            "paragraphs",
            "subparagraph",
            "subparagraphs",
            "sub-paragraph",
            "article",
            "articles",
            "to",
            "and",
            "section",
            "sections",
        }
        and not _FULL_STOP.search(before)
    )


def _stands_alone(words: str) -> bool:
    mark = heading_mark(words)
    return mark is not None and not mark.rest and bool(mark.number or is_capitals(mark.word))


# --- blocks to units


def _goes_on(mark: HeadingMark) -> bool:
    """Whether the words after a number go on as a sentence does: a reference, no heading."""
    rest = mark.rest
    if not rest:
        return False
    if mark.glued and rest[0] in "(.":
        return True
    if rest[0] in ",;)" or (rest[0].islower() and not mark.separator):
        return True
    if rest[0] == "(":
        point = text_mark(rest)
        return point is not None and not (
            point.number in ("1", "a") and _upper_after(rest, point.end)
        )
    return re.match(r"(?:of|shall|to|and|or|Convention|Protocol)\b", rest) is not None


def _upper_after(words: str, at: int) -> bool:
    after = words[at:].lstrip(' "“[(')
    return after[:1].isupper() or after == ""


class _Splitter:
    """Cuts the blocks into units, holding in mind which article and which annex comes next."""

    def __init__(self) -> None:
        self._last: dict[tuple[Kind, int], tuple[int, int]] = {}
        self._scope = 0
        self._before = ""
        self._front: list[_Block] = []
        self._units: list[_Unit] = []

    def split(self, blocks: list[_Block]) -> tuple[list[_Block], list[_Unit]]:
        """The blocks before the first unit, and the units."""
        for at, block in enumerate(blocks):
            after = blocks[at + 1].text if at + 1 < len(blocks) else ""
            rest: _Block | None = block
            while rest is not None:
                rest = self._take(rest, after)
        return self._front, self._units

    def _take(self, block: _Block, after: str) -> _Block | None:
        """Put a block in its place, up to where a unit begins inside it; the rest is returned."""
        mark = heading_mark(block.lines[0]) if block.kind is None else None
        if mark is not None and self._is_head(mark, block, after):
            return self._open(mark, block)
        cut = self._inline_cut(block.text) if block.kind is None else None
        if not self._units and not self._front and block.kind is None:
            # The title is no sentence: a unit may run on from it without a full stop.
            cuts = [each for each in (cut, self._inline_cut(block.text, heads=True)) if each]
            cut = min(cuts, default=None)
        if cut is None:
            self._put(block)
            return None
        self._put(_Block([block.text[: cut[0]].rstrip()], block.indent, block.hashes))
        return _Block([block.text[cut[1] :]])

    def _open(self, mark: HeadingMark, block: _Block) -> _Block | None:
        if mark.kind in (Kind.ANNEX, Kind.APPENDIX):
            self._scope += 1
        self._note(mark)
        unit = _Unit(
            mark.kind,
            mark.number,
            mark.word,
            mark.rest,
            mark.brackets,
            mark.separator,
            misread=mark.misread,
        )
        self._units.append(unit)
        self._before = "\n"
        lines = ([mark.rest] if mark.rest else []) + block.lines[1:]
        if lines and " " in mark.number and re.match(r"[\d¹²³⁴-⁹]{1,2}(?=\s|$)", lines[0]):
            note, lines[0] = re.split(r"(?<=[\d¹²³⁴-⁹])(?:\s+|$)", lines[0], maxsplit=1)
            unit.note = note
            lines = [line for line in lines if line]
        unit.rest = "\n".join(lines)
        if not lines:
            return None
        text = " ".join(lines)
        inner = heading_mark(text)
        if inner is not None and self._is_inner_head(inner, mark):
            unit.rest = ""
            return _Block(lines)
        cut = self._inline_cut(text, heads=mark.kind is not Kind.ARTICLE)
        if cut is None:
            self._before = text
            return None
        unit.rest = text[: cut[0]].rstrip()
        return _Block([text[cut[1] :]])

    def _is_inner_head(self, inner: HeadingMark, outer: HeadingMark) -> bool:
        """Whether the heading of a unit is that of the first unit in it: "PART I CHAPTER 1"."""
        return (
            bool(inner.number)
            and _RANKS.get(inner.kind, -1) > _RANKS.get(outer.kind, -1)
            and not _goes_on(inner)
            and not _is_reference_sentence(inner.rest)
            and self._is_expected(inner)
        )

    def _put(self, block: _Block) -> None:
        begun = bool(self._units)
        closes = block.kind is Kind.CLOSING or (
            begun and block.kind is None and _CLOSING.match(block.text) is not None
        )
        if closes and not (self._units and self._units[-1].kind is Kind.CLOSING):
            self._units.append(_Unit(Kind.CLOSING))
        if self._units:
            self._units[-1].blocks.append(block)
        else:
            self._front.append(block)
        self._before = block.text

    def _inline_cut(self, text: str, *, heads: bool = False) -> tuple[int, int] | None:
        """Where, inside a paragraph, the next article or the closing begins."""
        pattern = _INLINE_HEADS if heads else _INLINE
        rank = _RANKS.get(self._units[-1].kind, -1) if heads and self._units else -1
        for match in pattern.finditer(text):
            words = text[match.end() : match.end() + 300]
            if _CLOSING.match(words):
                if self._units:
                    return match.start(), match.end()
                continue
            mark = heading_mark(words)
            if mark is not None and not heads and _is_annex_over_grouping(mark):
                return match.start(), match.end()
            if mark is None or not mark.number or _goes_on(mark) or mark.rest[:1].islower():
                continue
            if heads and (
                _RANKS.get(mark.kind, -1) <= rank or _REFERS.search(text[: match.start()])
            ):
                continue
            if mark.kind is not Kind.ARTICLE and not is_capitals(mark.word):
                ends_text = len(text) - match.end() < 200 and is_heading(words)
                if heads or not ends_text or mark.kind is Kind.ANNEX or not mark.rest:
                    continue
            if self._is_expected(mark, leap=0 if heads else 2):
                return match.start(), match.end()
        return None

    def _is_head(self, mark: HeadingMark, block: _Block, after: str) -> bool:
        if block.hashes and (mark.number or not mark.rest):
            return not (mark.glued and mark.rest[:1] in "(.")
        if _goes_on(mark):
            return False
        if not mark.number:
            return self._is_unnumbered_head(mark, block)
        if mark.kind in (Kind.ANNEX, Kind.APPENDIX):
            return self._is_annex(mark, block)
        if mark.kind is not Kind.ARTICLE:
            return self._is_grouping(mark, block)
        if self._is_expected(mark, leap=2):
            return not (self._is_open() and after[:1].islower() and not block.text.endswith("."))
        if self._is_open():
            return False
        return not mark.rest or not _is_reference_sentence(mark.rest)

    def _is_unnumbered_head(self, mark: HeadingMark, block: _Block) -> bool:
        if mark.kind is Kind.ANNEX or mark.kind is Kind.APPENDIX:
            name = block.text[: title_end(block.text)] or block.text
            return (
                (not mark.rest and len(block.lines) == 1)
                or (is_capitals(block.lines[0]) and is_heading(block.text))
                or (name != block.text and is_capitals(name))
                or _is_annex_over_grouping(mark)
            )
        return False

    def _is_annex(self, mark: HeadingMark, block: _Block) -> bool:
        if self._is_open() and not is_capitals(mark.word):
            return False
        return not _is_reference_sentence(mark.rest)

    def _is_grouping(self, mark: HeadingMark, block: _Block) -> bool:
        if self._is_open() and not self._is_expected(mark) and not is_capitals(mark.word):
            return False
        if mark.kind is Kind.HEADING and not is_heading(block.text):
            return False
        return is_capitals(mark.word) or not _is_reference_sentence(mark.rest)

    def _is_open(self) -> bool:
        """Whether the paragraph before is a sentence still going on."""
        before = self._before
        mark = text_mark(before)
        return (
            bool(before)
            and before != "\n"
            and not _TERMINATED.search(before)
            and not is_heading(before)
            and not (mark is not None and is_heading(before[mark.end :].strip()))
        )

    def _is_expected(self, mark: HeadingMark, *, leap: int = 0) -> bool:
        """Whether a number comes next in its series, or after a leap of so many missing ones."""
        key = self._series(mark)
        if "." in mark.number:
            return _follows_decimal(_places(mark)[0], self._last.get(key, (0, 0)))
        if key[0] in (Kind.ARTICLE, Kind.ANNEX):
            value, latin = self._last.get(key, (0, 0))
        elif key in self._last:
            value, latin = self._last[key]
        else:
            return bool(_places(mark))
        next_ones = {(value + step, 0) for step in range(1, leap + 2)} | {(value, latin + 1)}
        if key[0] not in (Kind.ARTICLE, Kind.ANNEX):
            next_ones.add((1, 0))
        return any(place in next_ones for place in _places(mark))

    def _series(self, mark: HeadingMark) -> tuple[Kind, int]:
        return mark.kind, -1 if mark.kind is Kind.ANNEX else self._scope

    def _note(self, mark: HeadingMark) -> None:
        """Hold in mind which number a series reached: of "C", the reading that was expected."""
        places, key = _places(mark), self._series(mark)
        if not places:
            return
        value = self._last.get(key, (0, 0))[0]
        follows = [place for place in places if place == (value + 1, 0)]
        self._last[key] = follows[0] if follows else places[0]


_INLINE_HEADS = re.compile(
    r"(?<=\S)\s+(?=\[*(?:Article|ARTICLE|Art\.|CHAPTER|SECTION|SUBSECTION)\s\S+)"
)


_REFERS = re.compile(r"\b(?:to|of|in|under|and|or|with|by|from)$", re.IGNORECASE)


def _is_annex_over_grouping(mark: HeadingMark) -> bool:
    """Whether an annex without a number is followed by its first grouping: "Annex SECTION 1"."""
    if mark.kind is not Kind.ANNEX or mark.number:
        return False
    inner = heading_mark(mark.rest)
    return inner is not None and bool(inner.number) and is_capitals(inner.word)


def _places(mark: HeadingMark) -> list[tuple[int, int]]:
    """Where a number may stand in its series: "C" is the third letter and a roman hundred."""
    low = mark.number.lower()
    if "." in low:
        chapter, _, article = low.partition(".")
        return [(int(chapter), int(article))]
    if low in ORDINAL_WORDS:
        return [(ORDINAL_WORDS.index(low) + 1, 0)]
    kinds = (Kind.ARTICLE, Kind.SUBSECTION) if mark.kind is not Kind.ARTICLE else (Kind.ARTICLE,)
    found = [sort_key(mark.number, kind) for kind in kinds]
    return list(dict.fromkeys(place for place in found if place is not None))


def _follows_decimal(place: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether "2.1" may follow "1.9": the next in its chapter, or the first of a later one."""
    if place[0] == last[0]:
        return 0 < place[1] - last[1] <= 3
    return 0 < place[0] - last[0] <= 3 and place[1] <= 3


_REFERENCE_SENTENCE = re.compile(
    r"(?:[A-Z][\w-]*\s){0,3}(?:of this|of the (?:present )?(?:Convention|Treaty|Protocol))"
)


def _is_reference_sentence(rest: str) -> bool:
    """Whether words after a number are the rest of a sentence that began with a reference."""
    return _REFERENCE_SENTENCE.match(rest) is not None


# --- headings of units


def _settle_headings(units: list[_Unit]) -> None:
    """Tell the heading of every unit from its text; articles of one scope are titled or none is."""
    scope = 0
    votes: dict[int, int] = {}
    scopes: list[int] = []
    for unit in units:
        if unit.kind in (Kind.ANNEX, Kind.APPENDIX):
            scope += 1
        scopes.append(scope)
        if unit.kind is Kind.ARTICLE:
            votes[scope] = votes.get(scope, 0) + _vote(unit)
    for unit, scope in zip(units, scopes, strict=True):
        if unit.kind is Kind.CLOSING:
            continue
        vote = votes.get(scope, 0)
        titled = None if unit.kind is not Kind.ARTICLE or vote == 0 else vote > 0
        _settle(unit, titled)


_FIRST_MARK = re.compile(r"(?:^|(?<=\s))(?:\[*(?:1|l)\.(?=\s|$)|\[*\(?1\)(?=\s)|\[*\(?a\)(?=\s))")


def _source(unit: _Unit) -> list[str]:
    """The lines that the heading is looked for in."""
    if unit.rest:
        return unit.rest.split("\n")
    return unit.blocks[0].lines if unit.blocks and unit.blocks[0].kind is None else []


def _vote(unit: _Unit) -> int:
    """1 when the article certainly bears a heading, -1 when it certainly bears none, else 0."""
    lines = _source(unit)
    if not lines:
        return 0
    words = " ".join(lines)
    if text_mark(words) is not None:
        return -1
    if _before_mark(words):
        return 1
    split = split_heading(lines)
    if not split.sure:
        return 0
    return 1 if split.heading else -1


def _before_mark(words: str) -> str:
    """The heading that ends where the first mark stands, "Use of terms 1. For ..."; "" if none."""
    first = _FIRST_MARK.search(words)
    before = words[: first.start()].rstrip() if first else ""
    if not first or not before or _TERMINATED.search(before):
        return ""
    clear = first[0].strip("[").startswith(("1.", "l."))
    return before if not is_sentence(before, strict=not clear) else ""


def _settle(unit: _Unit, titled: bool | None) -> None:
    from_rest = bool(unit.rest)
    lines = _source(unit)
    if not lines or text_mark(lines[0]) is not None or _CLOSING.match(lines[0]):
        body = unit.rest.replace("\n", " ")
        unit.rest = ""
        if body:
            unit.blocks.insert(0, _Block([body]))
        return
    words = " ".join(lines)
    before = _before_mark(words)
    if before:
        unit.heading, text = before, words[len(before) :].strip()
    else:
        split = split_heading(lines, titled=titled)
        unit.heading, text = split.heading, split.text
        unit.is_guess = not split.sure
    unit.rest = ""
    if not from_rest:
        old = unit.blocks.pop(0)
        if text:
            unit.blocks.insert(0, _Block([text], old.indent))
    elif text:
        unit.blocks.insert(0, _Block([text]))


# --- units to clauses


class _Assembly:
    """Puts the clauses in order, with their depths."""

    def __init__(self, problems: list[Problem]) -> None:
        self._clauses: list[Clause] = []
        self._last_recital = -1
        self._problems = problems
        self._ranks: list[int] = []
        self._rank_of = _RANKS
        self._base = 0
        self._annexed = False

    def assemble(self, front: list[_Block], units: list[_Unit], told_title: str) -> Document:
        title = self._front(front, told_title)
        self._rank_of = _ranks_in(units)
        for at, unit in enumerate(units):
            self._unit(unit, units[at + 1].kind if at + 1 < len(units) else None)
        clauses = _with_no_numbers(taken_up(self._clauses))
        self._problems.extend(_sequence_problems(clauses))
        return Document(title, clauses, tuple(self._problems))

    def _front(self, blocks: list[_Block], told_title: str) -> str:
        blocks = self._title_once(_titles_apart(blocks))
        texts = [block.text for block in blocks]
        end = next((at for at, block in enumerate(blocks) if _opens_body(block)), len(blocks))
        named = title_at(texts[:end][:12])
        title = told_title if told_title else ("" if named is None else texts[named])
        if told_title and named is not None and texts[named] != told_title:
            named = None
        start = next(
            (
                at
                for at in range(0 if named is None else named + 1, len(blocks))
                if _opens_body(blocks[at])
            ),
            len(blocks),
        )
        for at, block in enumerate(blocks[:start]):
            if at != named:
                kind = Kind.HEADING if is_heading(block.text) else Kind.FORMULA
                self._put(kind, block.text)
        self._preamble(blocks[start:])
        return title

    def _title_once(self, blocks: list[_Block]) -> list[_Block]:
        """The front without a title that is printed a second time over the preamble."""
        kept: list[_Block] = []
        seen: set[str] = set()
        for block in blocks:
            if block.text in seen and is_heading(block.text) and " " in block.text:
                self._problems.append(Problem(None, f"The title stands twice: {block.text}"))
            else:
                kept.append(block)
            seen.add(block.text)
        return kept

    def _preamble(self, blocks: list[_Block], depth: int = 0) -> None:
        enacted = proclaims = False
        loose: list[_Block] = []
        start = len(self._clauses)
        pieces = [
            replace(block, lines=[words])
            for block in blocks
            for words in ([block.text] if block.kind else lettered_pieces(block.text))
        ]
        for block in pieces:
            if block.kind is not None and not loose:
                self._put(block.kind, block.text, depth)
            elif enacted or loose or self._is_numbered(block):
                loose.append(block)
            elif block.hashes or (_is_title_line(block.text) and not _JOINT.match(block.text)):
                self._put(Kind.HEADING, block.text, depth)
            elif proclaims or (_JOINT.match(block.text) and _is_title_line(block.text)):
                self._put(Kind.FORMULA, block.text, depth)
            else:
                proclaims = _PROCLAIMING.fullmatch(block.text) is not None
                enacted = self._recitals(block.text, start, depth)
        self._body(loose, depth)

    def _is_numbered(self, block: _Block) -> bool:
        """Whether a block is a numbered paragraph, not a lettered recital."""
        mark = text_mark(block.text)
        if mark is None:
            return False
        recitals = self._last_recital >= 0 and mark.paren
        return not is_recital(block.text[mark.end :].strip()) and not recitals

    def _recitals(self, words: str, start: int, depth: int) -> bool:
        """Put the recitals of a paragraph; whether the preamble ends with it."""
        mark = text_mark(words)
        if mark is not None:
            text = mark.brackets + words[mark.end :].strip()
            self._last_recital = len(self._clauses)
            self._clauses.append(Clause(Kind.RECITAL, mark.printed, "", text, depth))
            return False
        begun = self._last_recital >= start
        pieces = preamble_pieces(words, begun=begun)
        for kind, text in pieces:
            self._put(kind, text, depth)
        if not pieces or pieces[-1][0] is not Kind.FORMULA or _PROCLAIMING.fullmatch(words):
            return False
        return is_enacting(pieces[-1][1])

    def _put(self, kind: Kind, words: str, depth: int = 0) -> None:
        if kind is Kind.RECITAL:
            self._last_recital = len(self._clauses)
        if kind.bears_heading:
            self._clauses.append(Clause(kind, "", words, "", depth))
        else:
            self._clauses.append(Clause(kind, "", "", words, depth))

    def _unit(self, unit: _Unit, following: Kind | None) -> None:
        if unit.kind is Kind.CLOSING:
            for block in unit.blocks:
                self._put(Kind.CLOSING, block.text)
            return
        depth = self._depth(unit.kind)
        if unit.misread:
            self._doubt(f'The number "{unit.misread}" was read as "{unit.number}".')
        if unit.note:
            self._doubt(f'The note mark "{unit.note}" after {unit.number} was left out.')
        if unit.is_guess:
            self._doubt("Where the heading ends and the text begins was guessed.")
        self._clauses.append(self._headed(unit, depth))
        tail: list[_Block] = []
        while following is not None and unit.blocks and _heads_next(unit.blocks, unit.heading):
            tail.insert(0, unit.blocks.pop())
        if unit.kind in (Kind.ANNEX, Kind.APPENDIX) and _has_preamble(unit.blocks):
            self._preamble(unit.blocks, depth + 1)
        else:
            self._body(unit.blocks, depth + 1)
        for block in tail:
            below = unit.kind is not Kind.ARTICLE and following not in (Kind.ANNEX, Kind.APPENDIX)
            number, words = _numbered_heading(block.text) or ("", block.text)
            self._clauses.append(Clause(Kind.HEADING, number, words, "", depth + below))

    def _headed(self, unit: _Unit, depth: int) -> Clause:
        heading, opening = unit.heading, unit.brackets
        if opening and opening.count("[") == opening.count("]"):
            self._doubt(f"{unit.word} {unit.number} stands in square brackets.")
            heading = f"[{heading}]" if heading else heading
        elif opening and (heading or not unit.blocks):
            heading = opening + heading
        elif opening:
            unit.blocks[0].lines[0] = opening + unit.blocks[0].lines[0]
        if unit.kind is Kind.HEADING:
            named = f"{unit.word} {unit.number}".rstrip()
            return Clause(Kind.HEADING, "", f"{named} {heading}".rstrip(), "", depth)
        return Clause(unit.kind, unit.number, heading, "", depth)

    def _doubt(self, message: str) -> None:
        self._problems.append(Problem(len(self._clauses), message))

    def _depth(self, kind: Kind) -> int:
        """The depth of a unit, which closes the groupings that it ends."""
        if kind is Kind.ANNEX or kind is Kind.APPENDIX:
            nested = kind is Kind.APPENDIX and self._annexed
            self._annexed = self._annexed or kind is Kind.ANNEX
            self._ranks, self._base = [], 2 if nested else 1
            return 1 if nested else 0
        while self._ranks and self._ranks[-1] >= self._rank_of[kind]:
            self._ranks.pop()
        depth = self._base + len(self._ranks)
        if kind is not Kind.ARTICLE:
            self._ranks.append(self._rank_of[kind])
        return depth

    def _body(self, blocks: list[_Block], depth: int) -> None:
        if not blocks:
            return
        lists = Lists(depth)
        lists.read(
            [TextBlock(each.text, each.indent, bool(each.hashes), each.kind) for each in blocks]
        )
        start = len(self._clauses)
        self._clauses.extend(lists.clauses)
        self._problems.extend(
            Problem(None if each.index is None else start + each.index, each.message)
            for each in lists.problems
        )


def _ranks_in(units: list[_Unit]) -> dict[Kind, int]:
    """The ranks of the groupings in a text: a Section may be above the Chapters, as at Geneva.

    The first of a kind that directly follows the heading of another stands below it.
    """
    below: Counter[tuple[Kind, Kind]] = Counter()
    for outer, inner in pairwise(units):
        both = outer.kind in _RANKS and inner.kind in _RANKS
        first = inner.number.upper() in ("1", "I", "A", "ONE", "FIRST")
        if both and first and outer.kind is not inner.kind and not outer.blocks:
            below[outer.kind, inner.kind] += 1
    order = sorted(_RANKS, key=lambda kind: _RANKS[kind])
    for upper, lower in list(below):
        if Kind.ARTICLE in (upper, lower):
            continue
        at, other = order.index(upper), order.index(lower)
        if at > other and below[upper, lower] > below[lower, upper]:
            order.insert(at, order.pop(other))
    return {kind: rank for rank, kind in enumerate(order)}


def _is_title_line(words: str) -> bool:
    """Whether a paragraph among recitals is a heading: it neither opens nor goes on."""
    return (
        is_heading(words)
        and not words[0].islower()
        and not is_recital(words)
        and not opens_preamble(words)
    )


def _titles_apart(blocks: list[_Block]) -> list[_Block]:
    """The front with a title that the preamble runs on from cut off as a block of its own."""
    for at, block in enumerate(blocks[:3]):
        end = title_end(block.text) if block.kind is None else 0
        if end:
            words = block.text
            parts = [_Block([words[:end].rstrip()]), _Block([words[end:].lstrip()])]
            return [*blocks[:at], *parts, *blocks[at + 1 :]]
    return blocks


def _has_preamble(blocks: list[_Block]) -> bool:
    """Whether the text of an annex is an instrument that begins with a preamble of its own."""
    named = bool(blocks) and re.fullmatch(r"(?i:preamble)\W*", blocks[0].text) is not None
    first = next(iter(blocks[named:]), None)
    if first is None or first.kind is not None or not opens_preamble(first.text):
        return False
    for words in (words for block in blocks[:60] for words in lettered_pieces(block.text)):
        pieces = preamble_pieces(words)
        if pieces and pieces[-1][0] is Kind.FORMULA and is_enacting(pieces[-1][1]):
            return True
    return False


def _opens_body(block: _Block) -> bool:
    """Whether the preamble begins with a block of the front."""
    words = block.text
    if block.kind in (Kind.FORMULA, Kind.RECITAL):
        return True
    if (
        re.match(r"PREAMBLE\b|Preamble\b|(?i:we,? the )", words)
        or is_enacting(words)
        or text_mark(words)
    ):
        return True
    ends = words.rstrip(']"”').endswith((",", ";", ":", "."))
    return ends and (opens_preamble(words) or is_recital(words))


def _numbered_heading(words: str) -> tuple[str, str] | None:
    """The number and the words of a heading like "II. Protection of witnesses"."""
    mark = text_mark(words)
    if mark is None or mark.paren or mark.brackets or not mark.number.isupper():
        return None
    rest = words[mark.end :].strip()
    return (mark.number, rest) if is_heading(rest) and len(rest) > 3 else None


def _heads_next(blocks: list[_Block], heading: str) -> bool:
    """Whether the last block of an article is a heading over what comes next."""
    block = blocks[-1]
    if _numbered_heading(block.text) is not None:
        return True
    if not is_heading(block.text) or text_mark(block.text) is not None:
        return False
    if block.hashes > 0 or (is_capitals(block.text) and len(block.text) > 3):
        return True
    if len(blocks) < 2 or heading:
        return False
    before = blocks[-2].text
    ended = _FULL_STOP.search(before) is not None and not _OPTION.match(before)
    return ended and len(block.text.split()) <= 8 and block.text[0].isupper()


def _with_no_numbers(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses with NO_NUMBER where the text prints no number and the rule would give one."""
    return tuple(
        replace(clause, number=NO_NUMBER) if number and not clause.number else clause
        for clause, number in zip(clauses, numbers(clauses), strict=True)
    )


def _sequence_problems(clauses: tuple[Clause, ...]) -> list[Problem]:
    """Articles, Parts and annexes whose numbers leap or come twice."""
    problems: list[Problem] = []
    last: dict[Kind, tuple[tuple[int, int], str]] = {}
    for index, clause in enumerate(clauses):
        if clause.kind is Kind.ANNEX or clause.kind is Kind.APPENDIX:
            last.pop(Kind.ARTICLE, None)
        if clause.kind not in (Kind.ARTICLE, Kind.PART, Kind.ANNEX):
            continue
        place = sort_key(clause.number)
        if place is None:
            continue
        before = last.get(clause.kind, ((0, 0), ""))
        follows = place == (before[0][0] + 1, 0) or place == (before[0][0], before[0][1] + 1)
        if not follows:
            after = f"follows {before[1]}" if before[1] else "comes first"
            message = f"{clause.kind.value.capitalize()} {clause.number} {after}."
            problems.append(Problem(index, message))
        last[clause.kind] = (place, clause.number)
    return problems
