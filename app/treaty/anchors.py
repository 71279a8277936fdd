"""An anchor: words of a text that somebody points at, and where they are when the text moves on.

An anchor is a range of a clause's words together with the words themselves (`quote`) and a
little of what stands around them. Through every change it is carried exactly, by position.
Then the words are looked at, and one of three things is said:

    anchored   the words in the range are the quote, and they are what it was made on
    check      something was changed inside of them, or they were found again by likeness only
    orphaned   the words are gone; the anchor keeps its quote

    now = settled(carried(made, change), change.apply(text))
    state_of(now, change.apply(text))

Where only a quote is known, as in a file from elsewhere, `placed` looks for it, and says
anchored only of the very words in a surrounding that is the same nearly to the letter.

Positions count UTF-16 units; texts at the borders are ordinary strings.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from app.treaty.changes import ChangeSet, cut, from_units, to_units

CONTEXT = 32
"""How many units before and after its words an anchor keeps."""

KEPT = 0.5
"""How much of an anchor's words has to be left in its own place for them to be checked."""

HIGH = 0.9
"""From this score on, words that were looked for in their clause are taken for those meant.

It and the next were measured: see the test that looks for thousands of quotes in treaty text.
"""

SURE = 1.0
"""The same where nobody said in which clause they stood: treaties say much more than once."""

LOW = 0.7
"""Below this score, words that were looked for are not offered at all."""


_NEAR = 8  # units next to words that were put back, that have to be what they were


class State(StrEnum):
    """What is known of an anchor's words."""

    ANCHORED = "anchored"
    CHECK = "check"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words of a text: where they are, and what they were when somebody pointed at them.

    `start` .. `end` is what is left of them, with what was put in between; both are one when
    nothing is. `before` and `after` count the units next to them that came since the words
    were last whole: should somebody put back what was taken away, it stands there.
    """

    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a quote was found in; `score` is 1.0 for the same words in the same place."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a quote that was looked for: in which clause, and how far to be believed.

    The quote of an anchored one is the words as they stand. An orphaned one has an empty
    range, and the clause that was named for it, or "".
    """

    uid: str
    anchor: Anchor
    state: State
    score: float = 0.0


# What is known by position


def anchor(text: str, start: int, end: int) -> Anchor:
    """An anchor on the words `start` .. `end` of a text.

    ValueError when there are none, or when a position is outside or inside of a character.
    """
    quote = cut(text, start, end)
    if not quote:
        raise ValueError("an anchor needs words")
    units = to_units(text)
    return Anchor(start, end, quote, *_around(units, start, end))


def carried(made: Anchor, change: ChangeSet) -> Anchor:
    """The anchor after a change of its text.

    What is put in at its edges stays outside, what is put in between belongs to it. Where all
    of its words went, it is empty, and stays so until `settled` finds them put back. ValueError
    when it lies outside of the change's text.
    """
    outer = change.map_position(made.start - made.before, -1)
    start = change.map_position(made.start, 1)
    end = change.map_position(made.end, -1)
    last = change.map_position(made.end + made.after, 1)
    # Inside out when all of it was swallowed by a wider change, or was empty before.
    start = min(start, end)
    return replace(made, start=start, end=end, before=start - outer, after=last - end)


def settled(now: Anchor, text: str) -> Anchor:
    """The anchor as it is to be shown and kept on this text.

    Words that were taken away and put back in the very same place are its words again. What
    stands around it is noted anew as long as its words are whole.
    """
    units, quote = to_units(text), to_units(now.quote)
    found = _whole(now, units, quote)
    if found is None:
        return now
    start, end = found
    return Anchor(start, end, now.quote, *_around(units, start, end))


def state_of(now: Anchor, text: str) -> State:
    """What is to be said of an anchor on a text."""
    likeness = likeness_of(now, text)
    if likeness < 1:
        return State.CHECK if likeness >= KEPT else State.ORPHANED
    return State.ANCHORED


def likeness_of(now: Anchor, text: str) -> float:
    """How much the words in an anchor's range are like its quote: 1.0 the same, 0.0 not at all.

    They are as like as their letters are, or as many of the quote's words as are among them.
    """
    quote, words = to_units(now.quote), to_units(text)[now.start : now.end]
    if quote == words:
        return 1.0
    had, has = Counter(quote.split()), Counter(words.split())
    left = (had & has).total() / had.total() if had else 0.0
    return min(max(_likeness(quote, words), left), 0.99)


def _around(units: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a range of a text in unit form, no character halved."""
    before, after = units[max(0, start - CONTEXT) : start], units[end : end + CONTEXT]
    if before and "\udc00" <= before[0] <= "\udfff":
        before = before[1:]
    if after and "\ud800" <= after[-1] <= "\udbff":
        after = after[:-1]
    return from_units(before), from_units(after)


def _whole(now: Anchor, units: str, quote: str) -> tuple[int, int] | None:
    """Where the quote stands: in the anchor's range, or put back around what is left of it."""
    if not quote or units[now.start : now.end] == quote:
        return (now.start, now.end) if quote else None
    first, last = now.start - now.before, now.end + now.after
    places = [
        at
        for at in _occurrences(quote, units[first:last], first)
        if now.start == now.end or at <= now.start <= now.end <= at + len(quote)
    ]
    if len(places) != 1:
        return None
    start, end = places[0], places[0] + len(quote)
    before, after = _around(units, start, end)
    ahead = _in_common(before[::-1], now.prefix[::-1])
    behind = _in_common(after, now.suffix)
    is_there = ahead is not None and behind is not None and ahead + behind >= _NEAR
    return (start, end) if is_there or (before, after) == (now.prefix, now.suffix) else None


def _in_common(one: str, other: str) -> int | None:
    """How many units two texts begin with together; None when too few before either ends."""
    run = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return run if run >= min(_NEAR, len(one), len(other)) else None


def _occurrences(words: str, units: str, offset: int = 0) -> Iterator[int]:
    """Where the words begin in a text, each place once, overlapping ones too."""
    at = units.find(words)
    while at >= 0:
        yield at + offset
        at = units.find(words, at + 1)


# What is found by likeness


def found(quote: str, prefix: str, suffix: str, text: str, near: int | None = None) -> Match | None:
    """The place in a text that a quote most likely means; None when nothing scores LOW or more.

    Of two equally good places the one nearer to `near` is taken, or the first.
    """

    def rank(place: _Place) -> tuple[float, int]:
        match = place[0]
        return -match.score, match.start if near is None else abs(match.start - near)

    places = _Sought.of(quote, prefix, suffix).places({"": text})
    return min(places, key=rank)[0] if places else None


def placed(
    texts: Mapping[str, str], quote: str, prefix: str, suffix: str, clause: str | None = None
) -> Placed:
    """Where a quote stands among the words of clauses, by uid: in `clause` first, then in all.

    Anchored are only the very words (but for kinds of blank space, dashes and quotation marks),
    while no other place comes close: with a score of HIGH in the clause that was named, and of
    SURE where none was. Any other place from LOW on is to be checked; without one the quote is
    orphaned.
    """
    sought = _Sought.of(quote, prefix, suffix)
    at_home = {clause: texts[clause]} if clause is not None and clause in texts else {}
    best = _best(sought, at_home, sure=HIGH)
    if best is None or best.state is not State.ANCHORED:
        away = _best(sought, texts, sure=2.0 if at_home else SURE)
        if away is not None and (best is None or away.score > best.score):
            best = away
    if best is None:
        gone = Anchor(0, 0, quote, prefix, suffix)
        return Placed(next(iter(at_home), ""), gone, State.ORPHANED)
    return best


_Place = tuple[Match, str]
"""A place, and the uid of the clause that it is in."""

_MARGIN = 0.05  # how much better than the next place one has to be, to be taken for the one meant
_MOST = 100  # places with the very words that are looked at in one clause
_LOOKED_AT = 12  # of these, how many in all are looked at closely
_LIKELY = 4  # places with likely words that are looked at in one clause
_CLAUSES = 6  # clauses with likely words that are looked at
_SLACK = 8  # units by which what stands around may have grown

_LOOSE = str.maketrans(
    {
        **dict.fromkeys("\n\r\t\u00a0\u2002\u2003\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2018\u2019\u201a", "'"),
    }
)


@lru_cache(maxsize=4096)
def _loose(text: str) -> str:
    """The text in unit form, marks that are one to a reader made one; as long as the text."""
    return to_units(text.translate(_LOOSE))


@lru_cache(maxsize=4096)
def _words(loose: str) -> frozenset[str]:
    return frozenset(loose.split())


@dataclass(frozen=True, slots=True)
class _Sought:
    """Words that are looked for, and what stood around them; all but `said` made loose."""

    said: tuple[str, str, str]
    quote: str
    prefix: str
    suffix: str

    @classmethod
    def of(cls, quote: str, prefix: str, suffix: str) -> "_Sought":
        """What is looked for; of what stood around only its own line, and a few units of that."""
        before = _loose(prefix.rpartition("\n")[2])[-CONTEXT:]
        after = _loose(suffix.partition("\n")[0])[:CONTEXT]
        return cls((quote, prefix, suffix), _loose(quote), before, after)

    def places(self, texts: Mapping[str, str]) -> list[_Place]:
        """The places that score LOW or more; likely words only where the very ones do not do."""
        if not self.quote:
            return []
        found = list(self._exact(texts))
        if all(match.score < HIGH for match, _ in found):
            found += self._likely(texts)
        return [place for place in dict.fromkeys(found) if place[0].score >= LOW]

    def _exact(self, texts: Mapping[str, str]) -> Iterator[_Place]:
        """Places with the very words; of many those between words that are most the same."""
        length = len(self.quote)
        there = [
            (self._run(loose, at, at + length), uid, at)
            for uid, text in texts.items()
            if self.quote in (loose := _loose(text))
            for at in islice(_occurrences(self.quote, loose), _MOST)
            if not self._cuts(loose, at, at + length)
        ]
        there.sort(key=lambda each: -each[0])
        for _, uid, at in there[:_LOOKED_AT]:
            yield self._match(_loose(texts[uid]), at, at + length, 0), uid

    def _likely(self, texts: Mapping[str, str]) -> Iterator[_Place]:
        """Places with likely words, in the clauses that have most of the words."""
        words = _words(self.quote)
        shared = [(len(words & _words(_loose(text))), uid) for uid, text in texts.items()]
        shared.sort(key=lambda each: -each[0])
        for common, uid in shared[:_CLAUSES]:
            if common or len(words) < 3:
                loose = _loose(texts[uid])
                for start, end, errors in _likely(self.quote, loose):
                    if not errors and self._cuts(loose, start, end):
                        continue
                    yield self._match(loose, start, end, errors), uid

    def _cuts(self, units: str, start: int, end: int) -> bool:
        """Whether a place begins or ends inside of a word where the quote did not."""
        before, after = units[start - 1 : start], units[end : end + 1]
        return (
            before.isalnum() and self.quote[0].isalnum() and not self.prefix[-1:].isalnum()
        ) or (after.isalnum() and self.quote[-1].isalnum() and not self.suffix[:1].isalnum())

    def _run(self, units: str, start: int, end: int) -> int:
        """How many units next to a place, before and behind it, are what they were."""
        run = 0
        for one, other in zip(reversed(self.prefix), reversed(units[:start]), strict=False):
            if one != other:
                break
            run += 1
        for one, other in zip(self.suffix, units[end : end + CONTEXT], strict=False):
            if one != other:
                break
            run += 1
        return run

    def _match(self, units: str, start: int, end: int, errors: int) -> Match:
        """How well a place fits: the share of the words that is right, less for what is around."""
        fit = 1 - errors / len(self.quote)
        around = len(self.prefix) + len(self.suffix)
        if around:
            wrong = _misfit(self.prefix, units[max(0, start - len(self.prefix) - _SLACK) : start])
            behind = units[end : end + len(self.suffix) + _SLACK]
            wrong += _misfit(self.suffix[::-1], behind[::-1])
            fit *= 1 - wrong / around / 2
        return Match(start, end, fit)


def _best(sought: _Sought, texts: Mapping[str, str], *, sure: float) -> Placed | None:
    """The best place in these texts, None when there is none; anchored from a score `sure` on."""
    places = sorted(sought.places(texts), key=lambda place: -place[0].score)
    if not places:
        return None
    (match, uid), *others = places
    start, end, score = match.start, match.end, match.score
    alone = not others or others[0][0].score <= score - _MARGIN
    if score >= sure and alone and _loose(texts[uid])[start:end] == sought.quote:
        return Placed(uid, anchor(texts[uid], start, end), State.ANCHORED, score)
    return Placed(uid, Anchor(start, end, *sought.said), State.CHECK, score)


def _likely(quote: str, units: str) -> Iterator[tuple[int, int, int]]:
    """The places most like the quote, each with the number of its errors."""
    most = int((1 - LOW) * len(quote))
    errors = _errors(quote, units)
    ends = [
        (wrong, end)
        for end, wrong in enumerate(errors)
        # The last of a row of equals: the words end where they end.
        if wrong <= most
        and (end == 0 or errors[end - 1] >= wrong)
        and (end + 1 == len(errors) or errors[end + 1] > wrong)
    ]
    for wrong, end in sorted(ends)[:_LIKELY]:
        first = max(0, end - len(quote) - wrong)
        back = _errors(quote[::-1], units[first:end][::-1])
        start = end - back.index(min(back))
        yield (*_outward(units, start, end), wrong)


def _outward(units: str, start: int, end: int) -> tuple[int, int]:
    """The range without half characters at its ends."""
    if start < len(units) and "\udc00" <= units[start] <= "\udfff":
        start -= 1
    if end < len(units) and "\udc00" <= units[end] <= "\udfff":
        end += 1
    return start, end


def _misfit(words: str, text: str) -> int:
    """How many errors the words have at the end of a text, wherever they begin in it."""
    return 0 if text.endswith(words) else _errors(words, text)[-1]


def _likeness(one: str, other: str) -> float:
    """How much two texts in unit form are alike: 1.0 the same, 0.0 nothing in common."""
    longest = max(len(one), len(other))
    if not one or not other:
        return 0.0
    return 1 - _errors(one, other, whole=True)[-1] / longest


def _errors(pattern: str, text: str, *, whole: bool = False) -> list[int]:
    """For each place in a text, its beginning too, how many errors the pattern has that ends there.

    The pattern may begin anywhere; with `whole`, only where the text begins. An error is one
    unit too many, too few or another. All rows of the table of edit distances are one integer
    each (Myers 1999), so a place costs the same for short patterns and for long ones.
    """
    full, top = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1)
    places: dict[str, int] = {}
    for at, unit in enumerate(pattern):
        places[unit] = places.get(unit, 0) | 1 << at
    falls, rises, errors = 0, full, len(pattern)
    told = [errors]
    for unit in text:
        hits = places.get(unit, 0)
        level = (((hits & rises) + rises) ^ rises) | hits | falls
        up = falls | (full & ~(level | rises))
        down = rises & level
        errors += (up & top > 0) - (down & top > 0)
        told.append(errors)
        up = up << 1 | whole
        rises = (down << 1 | ~(level | up)) & full
        falls = up & level & full
    return told
