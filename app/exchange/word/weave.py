"""Two versions of a text as one, with what changed between them as tracked changes.

A text is thought of as one string in which every paragraph ends with a mark that holds the
paragraph's properties. So a paragraph that was split has a mark that came, two that were joined
have one that went, and what was inserted or struck whole takes its mark along. Rejecting all
leaves the old paragraphs to the letter, accepting all the new ones; the last mark of a text is
neither inserted nor deleted, as no program can take that away.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.exchange.word.runs import bookmarked, runs
from app.exchange.word.tracked import By, Pen
from app.treaty.align import Pair, stayed
from app.treaty.diff import pieces

SEAM = "\ufdd0"
"""Stands for a paragraph's mark in a text of several; no text has this character."""
THING = "\ufffc"
"""Stands for something between the words, such as a note's mark."""

_LIKE = 0.4
"""The share of words that stay, from which on a clause is told as moved and not as a new one."""

Look = tuple[int, int, str]
"""From which letter to which the words have these properties (the inside of w:rPr)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of one version.

    `flow`, `numbering` and `rest` are the inside of its w:pPr after the style, in the order of
    the schema. `things` are runs for each THING in the text, by its place. `raw`, where there
    is one, is the whole paragraph as it is written when nothing changed in it.
    """

    text: str
    style: str = ""
    flow: str = ""
    numbering: str = ""
    rest: str = ""
    bookmark: tuple[int, str] | None = None
    looks: tuple[Look, ...] = ()
    things: Mapping[int, str] = field(default_factory=dict)
    raw: str = ""

    @property
    def form(self) -> str:
        """The inside of its w:pPr."""
        style = f'<w:pStyle w:val="{self.style}"/>' if self.style else ""
        return f"{style}{self.flow}{self.numbering}{self.rest}"

    def runs(self, start: int, end: int) -> str:
        """The runs of the letters from `start` to `end`."""
        if not self.looks and not self.things:
            return runs(self.text[start:end])
        made = []
        for first, last, look in self._stretches(start, end):
            if first in self.things and last == first + 1:
                made.append(self.things[first])
            else:
                made.append(runs(self.text[first:last], look))
        return "".join(made)

    def _stretches(self, start: int, end: int) -> Iterator[Look]:
        cuts = {start, end}
        for first, last, _ in self.looks:
            cuts.update(at for at in (first, last) if start < at < end)
        for at in self.things:
            cuts.update(each for each in (at, at + 1) if start < each < end)
        for first, last in pairwise(sorted(cuts)):
            look = next((one for a, b, one in self.looks if a <= first < b), "")
            yield first, last, look


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one place: old lines that become new ones, or only one of the two.

    `move` names what was moved as one; at its new place `old` is empty, and `origin` is the old
    line that came here.
    """

    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    move: str = ""
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose the changes are: `by` for all that nothing else is said of.

    `came` tells of the letters from one place to another of a new line's text whose they are, in
    stretches; `gone` of an old line's. `placed` tells whose it is that a new line is there (or
    is where it is), `taken` that an old one is not.
    """

    by: By
    came: Callable[[int, int, int], Iterable[tuple[int, int, By]]] | None = None
    gone: Callable[[int, int, int], Iterable[tuple[int, int, By]]] | None = None
    placed: Callable[[int], By] | None = None
    taken: Callable[[int], By] | None = None

    def on_new(self, line: int, start: int, end: int) -> Iterable[tuple[int, int, By]]:
        """Whose the letters of a new line are."""
        return self.came(line, start, end) if self.came else ((start, end, self.by),)

    def on_old(self, line: int, start: int, end: int) -> Iterable[tuple[int, int, By]]:
        """Who took the letters of an old line away."""
        return self.gone(line, start, end) if self.gone else ((start, end, self.by),)

    def brought(self, line: int) -> By:
        """Whose it is that a new line stands there."""
        return self.placed(line) if self.placed else self.by

    def took(self, line: int) -> By:
        """Whose it is that an old line is gone."""
        return self.taken(line) if self.taken else self.by


def steps(old: Sequence[str], new: Sequence[str], pairs: Iterable[Pair]) -> list[Step]:
    """What happened, in the order in which it is told: what went stands before what came.

    `old` and `new` are the texts of the lines, and `pairs` says which is which.
    """
    pairs = list(pairs)
    to_new = {pair.old: pair.new for pair in pairs if pair.old is not None and pair.new is not None}
    core = sorted(stayed(to_new))
    kin_new = {p.new: p.kin for p in pairs if p.old is None and p.kin is not None}
    kin_old = {p.old: p.kin for p in pairs if p.new is None and p.kin is not None}
    moves = _moves(old, new, to_new, {one for one, _ in core})
    came = {to_new[one]: (one, name) for one, name in moves.items()}
    halves = _Halves(kin_new, kin_old)
    made: list[Step] = []
    one = other = 0
    for core_old, core_new in [*core, (len(old), len(new))]:
        group_old, group_new = halves.of(core_old, core_new)
        for at in range(one, core_old):
            if at not in halves.used_old and at not in group_old:
                made.append(Step(old=(at,), move=moves.get(at, "")))
        for at in range(other, core_new):
            if at not in halves.used_new and at not in group_new:
                origin, name = came.get(at, (None, ""))
                made.append(Step(new=(at,), move=name, origin=origin))
        if core_old < len(old):
            made.append(Step(group_old, group_new))
            halves.used_old.update(group_old)
            halves.used_new.update(group_new)
        one, other = core_old + 1, core_new + 1
    return made


class _Halves:
    """Which lines beside one that stayed are what was split off it, or joined to it."""

    def __init__(
        self,
        kin_new: Mapping[int | None, int | None],
        kin_old: Mapping[int | None, int | None],
    ) -> None:
        self._kin_new, self._kin_old = kin_new, kin_old
        self.used_old: set[int] = set()
        self.used_new: set[int] = set()

    def of(self, one: int, other: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The old and new lines that are told as one, in their order."""
        if not self._kin_new and not self._kin_old:
            return (one,), (other,)
        ours = self._beside(one, self._kin_old, other, self.used_old)
        theirs = self._beside(other, self._kin_new, one, self.used_new)
        return ours, theirs

    def _beside(
        self, at: int, kin: Mapping[int | None, int | None], whole: int, used: set[int]
    ) -> tuple[int, ...]:
        first = last = at
        while kin.get(first - 1) == whole and first - 1 not in used:
            first -= 1
        while kin.get(last + 1) == whole:
            last += 1
        return tuple(range(first, last + 1))


def _moves(
    old: Sequence[str], new: Sequence[str], to_new: Mapping[int, int], kept: set[int]
) -> dict[int, str]:
    """The names of the moves by the old line; lines that went on together have one name."""
    found: dict[int, str] = {}
    before = (-2, -2)
    count = 0
    for one in sorted(set(to_new) - kept):
        other = to_new[one]
        if not old[one] or not new[other] or not _alike(old[one], new[other]):
            continue
        if before != (one - 1, other - 1):
            count += 1
        found[one] = f"move{count}"
        before = one, other
    return found


def _alike(old: str, new: str) -> bool:
    if old == new:
        return True
    same = sum(len(piece.text) for piece in pieces(old, new) if piece.op == "same")
    return 2 * same >= _LIKE * (len(old) + len(new))


@dataclass(slots=True)
class _Paragraph:
    """A paragraph of the redline: `kind` is what became of its mark, "" for nothing."""

    now: Line | None
    was: Line | None
    kind: str = ""
    by: By | None = None
    content: list[str] = field(default_factory=list)
    after: str = ""
    raw: str = ""


class Weaver:
    """Puts two versions together, and writes the paragraphs."""

    def __init__(self, old: Sequence[Line], new: Sequence[Line], hands: Hands, pen: Pen) -> None:
        self._old, self._new = old, new
        self._hands = hands
        self._pen = pen
        self._made: list[_Paragraph] = []
        self._ends: dict[tuple[str, str], tuple[_Paragraph, str]] = {}

    def paragraphs(self, made: Iterable[Step]) -> str:
        """The body's paragraphs, in order."""
        for step in made:
            if step.old and step.new:
                self._changed(step)
            elif step.old:
                self._gone(step)
            elif step.new:
                self._came(step)
        for paragraph, end in self._ends.values():
            paragraph.after += end
        self._settle_end()
        return "".join(map(self._xml, self._made))

    # --- one place

    def _changed(self, step: Step) -> None:
        old, new = self._old[step.old[0]], self._new[step.new[0]]
        is_one = len(step.old) == len(step.new) == 1
        if is_one and new.raw and old.text == new.text and _same_form(old, new):
            self._made.append(_Paragraph(new, old, raw=new.raw))
            return
        ours, theirs = _Joined(self._old, step.old), _Joined(self._new, step.new)
        content: list[str] = []
        for op, text in _pieces(ours.text, theirs.text):
            parts = text.split(SEAM)
            for at, part in enumerate(parts):
                if at:
                    self._end(op, ours, theirs, content)
                    content = []
                if part:
                    content.append(self._words(op, ours, theirs, len(part)))
        self._end("", ours, theirs, content)

    def _words(self, op: str, ours: "_Joined", theirs: "_Joined", length: int) -> str:
        """The runs of so many letters at where the two stand, which then stand behind them."""
        old, start = ours.line, ours.at
        new, begin = theirs.line, theirs.at
        if op != "ins":
            ours.at += length
        if op != "del":
            theirs.at += length
        if op == "same":
            return self._new[new].runs(begin, begin + length)
        if op == "ins":
            return self._inserted(new, begin, begin + length)
        return self._deleted(old, start, start + length)

    def _inserted(self, line: int, start: int, end: int) -> str:
        return "".join(
            self._pen.inserted(self._new[line].runs(first, last), by)
            for first, last, by in self._hands.on_new(line, start, end)
        )

    def _deleted(self, line: int, start: int, end: int) -> str:
        return "".join(
            self._pen.deleted(self._old[line].runs(first, last), by)
            for first, last, by in self._hands.on_old(line, start, end)
        )

    def _end(self, op: str, ours: "_Joined", theirs: "_Joined", content: list[str]) -> None:
        """A paragraph ends: with a mark that came or went, or with one that stayed."""
        old, new = ours.line, theirs.line
        if op == "ins":
            theirs.turn()
            made = _Paragraph(self._new[new], None, "ins", self._hands.brought(theirs.line))
        elif op == "del":
            made = _Paragraph(None, self._old[old], "del", self._hands.took(ours.line_after()))
            ours.turn()
        else:
            made = _Paragraph(self._new[new], self._old[old], by=self._hands.brought(new))
            ours.turn()
            theirs.turn()
        made.content = content
        self._made.append(made)

    def _gone(self, step: Step) -> None:
        at = step.old[0]
        line, by = self._old[at], self._hands.took(at)
        if not step.move:
            content = self._deleted(at, 0, len(line.text))
            self._made.append(_Paragraph(None, line, "del", by, [content]))
            return
        made = _Paragraph(None, line, "moveFrom", by)
        content = self._pen.left(line.runs(0, len(line.text)), by)
        self._made.append(self._within("moveFrom", step.move, made, content, by))

    def _came(self, step: Step) -> None:
        at = step.new[0]
        line, by = self._new[at], self._hands.brought(at)
        if not step.move or step.origin is None:
            content = self._inserted(at, 0, len(line.text))
            self._made.append(_Paragraph(line, None, "ins", by, [content]))
            return
        made = _Paragraph(line, None, "moveTo", by)
        content, begin = "", 0
        for piece in pieces(self._old[step.origin].text, line.text):
            # Words that were lost on the way are told where they were moved from.
            if piece.op == "del":
                continue
            end = begin + len(piece.text)
            if piece.op == "same":
                content += self._pen.came(line.runs(begin, end), by)
            else:
                content += self._inserted(at, begin, end)
            begin = end
        self._made.append(self._within("moveTo", step.move, made, content, by))

    def _within(self, kind: str, name: str, made: _Paragraph, content: str, by: By) -> _Paragraph:
        """The paragraph as the next of those that were moved as one."""
        begin = ""
        if (kind, name) in self._ends:
            end = self._ends[kind, name][1]
        else:
            begin, end = self._pen.span(kind, name, by)
        self._ends[kind, name] = made, end
        made.content = [begin, content]
        return made

    # --- the last mark

    def _settle_end(self) -> None:
        """Shift the marks that came or went at the end, so that the last one is there in both.

        What was added behind the last paragraph begins with a new mark at the end of that one; the
        same for what was struck. Where some came and some went, a last one of each is one.
        """
        made = self._made
        end = len(made)
        while end and made[end - 1].kind:
            end -= 1
        tail = made[end:]
        if not tail:
            return
        if any(each.now for each in tail) and any(each.was for each in tail):
            gone = [each for each in tail if each.was]
            came = [each for each in tail if each.now]
            last = _Paragraph(came[-1].now, gone[-1].was, by=came[-1].by)
            last.content = [*gone[-1].content, gone[-1].after, *came[-1].content]
            last.after = came[-1].after
            made[end:] = [*gone[:-1], *came[:-1], last]
            return
        if not end:
            # There was nothing at all before, or there is nothing now.
            tail[-1].kind = ""
            return
        first = made[end - 1]
        if first.raw:
            assert first.now is not None  # noqa: S101 - what stayed is in both
            first.content = [first.now.runs(0, len(first.now.text))]
            first.raw = ""
        kind = "ins" if tail[0].now else "del"
        now, was = first.now, first.was
        for before, after in pairwise(made[end - 1 :]):
            before.kind, before.by = kind, after.by
            before.now, before.was = (before.now, None) if kind == "ins" else (None, before.was)
        last = tail[-1]
        last.kind = ""
        last.now, last.was = (last.now, was) if kind == "ins" else (now, last.was)

    # --- XML

    def _xml(self, one: _Paragraph) -> str:
        if one.raw:
            return one.raw
        line = one.now or one.was
        assert line is not None  # noqa: S101 - a paragraph is in one of the two at least
        form = line.form
        if one.kind and one.by is not None:
            form += self._pen.mark(one.kind, one.by)
        if one.now and one.was and not _same_form(one.now, one.was):
            form += self._pen.form(one.was.form, one.by or self._hands.by)
        content = "".join(one.content)
        if line.bookmark is not None and (one.now or one.kind != "moveFrom"):
            content = bookmarked(*line.bookmark, content)
        return f"<w:p><w:pPr>{form}</w:pPr>{content}</w:p>{one.after}"


class _Joined:
    """Some lines as one text, and where in it somebody stands."""

    def __init__(self, lines: Sequence[Line], chosen: Sequence[int]) -> None:
        self._chosen = chosen
        self.text = SEAM.join(lines[at].text for at in chosen)
        self._turn = 0
        self.at = 0

    @property
    def line(self) -> int:
        """The line that one stands in."""
        return self._chosen[min(self._turn, len(self._chosen) - 1)]

    def line_after(self) -> int:
        """The next one."""
        return self._chosen[min(self._turn + 1, len(self._chosen) - 1)]

    def turn(self) -> None:
        """Go on to the beginning of the next one."""
        self._turn += 1
        self.at = 0


def _pieces(old: str, new: str) -> Iterable[tuple[str, str]]:
    if old == new:
        return (("same", new),)
    return ((piece.op, piece.text) for piece in pieces(old, new))


def _same_form(one: Line, other: Line) -> bool:
    return (one.style, one.numbering, one.rest) == (other.style, other.numbering, other.rest)
