"""What changed between two wordings, told in words.

A word is one token, and so are a number, a bracket and every other mark; blank
space is none, and follows the words it stands between. So a changed word is a
changed word, never a few letters of it, and a bracket put around a phrase is
two insertions. The longest common run of tokens stays (found exactly, by the
bit-parallel method), with two mendings for the reader: a `the` or a comma
that survives by accident between two rewritten stretches goes with them, and
an insertion that could stand in several places stands where a phrase begins.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.treaty.changes import ChangeSet, utf16_len

# Letters that carry marks of their own (Arabic, Hebrew, Indic vowels, combining accents) are one
# word; Chinese and Japanese have no spaces, and there every character is a word.
_WORDLESS = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_COMBINING = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0903\u093a-\u094f\u0951-\u0957\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d"
    r"\u20d0-\u20ff\ufe00-\ufe0f"
)
_LETTER = rf"[^\W\d_{_WORDLESS}]"
_WORD = rf"{_LETTER}(?:{_LETTER}|[{_COMBINING}]|['’\-‑](?={_LETTER}))*"
_TOKEN = re.compile(rf"{_WORD}|\d+(?:[.,]\d+)*|\S[{_COMBINING}]*")
_FARTHEST = 60  # tokens that an insertion is moved by at most to stand where it reads well
_WEAK = frozenset(
    re.findall(
        r"\w+",
        "a an and any as at be by for from in is it its no not of on or such that the their this "
        "to which with",
    )
)


class Change(NamedTuple):
    """One replaced range of the old text (indices of the Python string) and its new words."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a redline: op is "same", "ins" or "del"."""

    op: str
    text: str


def between(old: str, new: str) -> ChangeSet:
    """The change set that makes the new text of the old one, word by word."""
    found = changes(old, new)
    if old.isascii() or utf16_len(old) == len(old):
        return ChangeSet.build(len(old), found)
    return ChangeSet.build(utf16_len(old), _in_units(old, found))


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The redline: joined, "same" and "del" are the old text, "same" and "ins" the new one."""
    done = []
    at = 0
    for start, end, text in changes(old, new):
        done += [Piece("same", old[at:start]), Piece("del", old[start:end]), Piece("ins", text)]
        at = end
    done.append(Piece("same", old[at:]))
    return tuple(piece for piece in done if piece.text)


def changes(old: str, new: str) -> tuple[Change, ...]:
    """The replaced ranges in order; between any two of them at least one token stays."""
    if old == new:
        return ()
    ours, theirs = _Text(old), _Text(new)
    gaps = _gaps(_matching_runs(ours.words, theirs.words), ours, theirs)
    gaps = _slid(_mended(gaps, ours), ours, theirs)
    return tuple(_changes_of(_with_space_gaps(gaps, ours, theirs), ours, theirs))


class _Text:
    """A text with its tokens and where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.words: list[str] = []
        for match in _TOKEN.finditer(text):
            self.starts.append(match.start())
            self.ends.append(match.end())
            self.words.append(match[0])

    def before(self, at: int) -> int:
        """Where the token before this one ends: the beginning of the space between the two."""
        return self.ends[at - 1] if at else 0

    def after(self, at: int) -> int:
        """Where this token starts; the end of the text when there is none."""
        return self.starts[at] if at < len(self.starts) else len(self.text)

    def space(self, at: int) -> str:
        """The blank space in front of this token."""
        return self.text[self.before(at) : self.after(at)]


class _Gap(NamedTuple):
    """Tokens a1..a2 of the old text stand against b1..b2 of the new one."""

    a1: int
    a2: int
    b1: int
    b2: int

    @property
    def replaces(self) -> bool:
        """Whether words go and others come."""
        return self.a1 < self.a2 and self.b1 < self.b2


def _matching_runs(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """(in a, in b, length) of the longest common subsequence, in order."""
    head = 0
    limit = min(len(a), len(b))
    while head < limit and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < limit - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = _common(a[head : len(a) - tail], b[head : len(b) - tail])
    pairs = [(head + i, head + j) for i, j in middle]
    runs = [(0, 0, head)] if head else []
    for i, j in pairs:
        if runs and runs[-1][0] + runs[-1][2] == i and runs[-1][1] + runs[-1][2] == j:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((i, j, 1))
    if tail:
        runs.append((len(a) - tail, len(b) - tail, tail))
    return runs


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs of a longest common subsequence.

    Row i has a zero at j where token j of b makes the best match of a[:i+1] one longer; a whole
    row is one integer, which makes this fast enough for whole treaties (Crochemore et al. 2001).
    """
    if not a or not b:
        return []
    places: dict[str, int] = {}
    for j, word in enumerate(b):
        places[word] = places.get(word, 0) | 1 << j
    full = (1 << len(b)) - 1
    row = full
    rows = []
    for word in a:
        hits = row & places.get(word, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    pairs = []
    i, j = len(a), len(b)
    while i and j:
        if rows[i - 1] >> (j - 1) & 1:
            j -= 1
            continue
        i -= 1
        if not i or rows[i - 1] >> (j - 1) & 1:
            j -= 1
            pairs.append((i, j))
    return pairs[::-1]


def _gaps(runs: list[tuple[int, int, int]], ours: _Text, theirs: _Text) -> list[_Gap]:
    """What lies before, between and after the matching runs; the first and last may be empty."""
    gaps = []
    a = b = 0
    for i, j, length in runs:
        gaps.append(_Gap(a, i, b, j))
        a, b = i + length, j + length
    gaps.append(_Gap(a, len(ours.words), b, len(theirs.words)))
    return gaps


def _mended(gaps: list[_Gap], ours: _Text) -> list[_Gap]:
    """Gaps joined over the small words that stayed between two rewritten stretches by accident."""
    done = [gaps[0]]
    for gap in gaps[1:]:
        last = done[-1]
        if _stayed_by_accident(ours.words[last.a2 : gap.a1], last, gap):
            done[-1] = _Gap(last.a1, gap.a2, last.b1, gap.b2)
        else:
            done.append(gap)
    return done


def _stayed_by_accident(kept: Sequence[str], left: _Gap, right: _Gap) -> bool:
    if not kept or len(kept) > 3 or not left.replaces or not right.replaces:
        return False
    if any(word in "[]" for word in kept):
        return False
    strong = sum(word.lower() not in _WEAK and word[0].isalnum() for word in kept)
    changed = min(sum(_size(left)), sum(_size(right)))
    return strong == 0 if changed < 8 else strong <= 1


def _size(gap: _Gap) -> tuple[int, int]:
    return gap.a2 - gap.a1, gap.b2 - gap.b1


def _slid(gaps: list[_Gap], ours: _Text, theirs: _Text) -> list[_Gap]:
    """The gaps, each where it reads best, and joined with its neighbour where the two now touch."""
    done: list[_Gap] = []
    for at, gap in enumerate(gaps):
        room_before = gap.a1 - done[-1].a2 if done else 0
        room_after = gaps[at + 1].a1 - gap.a2 if at + 1 < len(gaps) else 0
        gap = _slide(gap, ours, theirs, room_before, room_after)
        if done and done[-1].a2 == gap.a1 and done[-1].b2 == gap.b1:
            gap = _Gap(done[-1].a1, gap.a2, done[-1].b1, gap.b2)
            done.pop()
        done.append(gap)
    # The space at either end of the text is looked at too, also when its gap has slid away.
    first, last = _Gap(0, 0, 0, 0), _gap_at_end(ours, theirs)
    before = [first] if done[0][::2] != (0, 0) else []
    after = [last] if done[-1][1::2] != last[1::2] else []
    return before + done + after


def _gap_at_end(ours: _Text, theirs: _Text) -> _Gap:
    a, b = len(ours.words), len(theirs.words)
    return _Gap(a, a, b, b)


def _slide(gap: _Gap, ours: _Text, theirs: _Text, room_before: int, room_after: int) -> _Gap:
    """The gap in the most readable of the places where it says the same.

    Inserting `b, ` into `a, c` may be shown as `b,` or as `, b`: the words that come or go
    should not cut a bracket pair in two, and should begin where a phrase begins.
    """
    old, new = _size(gap)
    if bool(old) == bool(new):
        return gap
    words, start, length = (ours.words, gap.a1, old) if old else (theirs.words, gap.b1, new)
    shifts = [0]
    for shift in range(-1, -min(room_before, _FARTHEST) - 1, -1):
        if words[start + shift] != words[start + shift + length]:
            break
        shifts.append(shift)
    for shift in range(1, min(room_after, _FARTHEST) + 1):
        if words[start + shift - 1] != words[start + shift + length - 1]:
            break
        shifts.append(shift)
    if len(shifts) == 1:
        return gap
    best = max(shifts, key=lambda shift: (_readable(words, start + shift, length), -abs(shift)))
    return _Gap(gap.a1 + best, gap.a2 + best, gap.b1 + best, gap.b2 + best)


def _readable(words: Sequence[str], start: int, length: int) -> int:
    """How well the words start .. start+length stand on their own; higher is better."""
    inside = words[start : start + length]
    previous = words[start - 1] if start else "."
    score = 8 if _balanced(inside) else 0
    if previous in ".;:[(" or inside[0] in "[(":
        score += 4
    if inside[0] in ",;" and inside[-1] not in ",;":
        score += 3
    if inside[-1] in ".;:])" or (previous == "," and inside[-1] == ","):
        score += 2
    if inside[0].lower() in ("and", "or") and inside[-1].lower() not in ("and", "or"):
        score += 1
    return score


def _balanced(words: Sequence[str]) -> bool:
    depth = 0
    for word in words:
        depth += (word in "[(“") - (word in "])”")
        if depth < 0:
            return False
    return depth == 0


def _with_space_gaps(gaps: list[_Gap], ours: _Text, theirs: _Text) -> Iterator[_Gap]:
    """The gaps, and an empty one wherever the space between two words that stay has changed."""
    previous: _Gap | None = None
    for gap in gaps:
        if previous is not None:
            shift = previous.b2 - previous.a2
            for at in range(previous.a2 + 1, gap.a1):
                if ours.space(at) != theirs.space(at + shift):
                    yield _Gap(at, at, at + shift, at + shift)
        yield gap
        previous = gap


def _changes_of(gaps: Iterable[_Gap], ours: _Text, theirs: _Text) -> Iterator[Change]:
    for gap in gaps:
        start, end = ours.before(gap.a1), ours.after(gap.a2)
        text = theirs.text[theirs.before(gap.b1) : theirs.after(gap.b2)]
        old = ours.text[start:end]
        if old == text:
            continue
        front = _same_space(old, text)
        back = _same_space(old[front:][::-1], text[front:][::-1])
        yield Change(start + front, end - back, text[front : len(text) - back])


def _same_space(old: str, new: str) -> int:
    """How many blank characters the two begin with together."""
    length = 0
    for one, other in zip(old, new, strict=False):
        if one != other or not one.isspace():
            break
        length += 1
    return length


def _in_units(old: str, found: tuple[Change, ...]) -> Iterator[tuple[int, int, str]]:
    """The changes with UTF-16 positions."""
    at = units = 0
    for start, end, text in found:
        units += utf16_len(old[at:start])
        begin = units
        units += utf16_len(old[start:end])
        at = end
        yield begin, units, text
