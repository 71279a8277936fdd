"""Two versions of a text as one, with what changed between them as tracked changes.

A text is thought of as one string in which every paragraph ends with a mark that holds the
paragraph's properties. So a paragraph that was split has a mark that came, two that were joined
have one that went, and what was inserted or struck whole takes its mark along. Rejecting all
leaves the old paragraphs to the letter, accepting all the new ones; the last mark of a text is
neither inserted nor deleted, as no program can take that away.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Protocol

from app.exchange.word.runs import runs
from app.exchange.word.tracked import By, Pen
from app.treaty.align import Pair, stayed
from app.treaty.diff import pieces

SEAM = "\ufdd0"
"""Stands for a paragraph's mark in a text of several; no text has this character."""
THING = "\ufffc"
"""Stands for something between the words, such as a note's mark."""

_LIKE = 0.4
"""The share of words that stay, from which on a clause is told as moved and not as a new one."""

_LAST = re.compile(r"(?:\w+|[^\w\s]+)?\s*\Z")
_FIRST = re.compile(r"\A\s*(?:\w+|[^\w\s]+)?")

Look = tuple[int, int, str]
"""From which letter to which the words have these properties (the inside of w:rPr)."""


class Told(Protocol):
    """What the weaver asks of a paragraph of one version.

    `form` is the inside of its w:pPr as it counts for its place and label, `mark_look` the look of
    its mark (inside w:rPr) and `section` the section that it ends; `opening` and `closing` are
    what stands before and after its words whatever becomes of them. `raw`, where there is one, is
    the whole paragraph as it is written when nothing changed in it.
    """

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def key(self) -> tuple[str, ...]:
        """What has to be equal in two forms that are the same."""

    @property
    def form(self) -> str:
        """See above."""

    @property
    def mark_look(self) -> str:
        """See above."""

    @property
    def section(self) -> str:
        """See above."""

    @property
    def opening(self) -> str:
        """See above."""

    @property
    def closing(self) -> str:
        """See above."""

    @property
    def own_id(self) -> str:
        """The id of the paragraph (w14:paraId), "" for none."""

    @property
    def raw(self) -> str:
        """See above."""

    @property
    def marks(self) -> Mapping[int, str]:
        """What stands before a letter without being one, such as the beginning of a comment."""

    def runs(self, start: int, end: int) -> str:
        """The runs of the letters from `start` to `end`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of one version, made from values.

    `flow`, `numbering` and `rest` are the inside of its w:pPr after the style, in the order of
    the schema. `things` are runs for each THING in the text, by its place. `raw`, where there
    is one, is the whole paragraph as it is written when nothing changed in it. `marks` stand
    before the letters of a new line, and those behind its last letter at its end; no change
    takes them along.
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
    marks: Mapping[int, str] = field(default_factory=dict)
    own_id: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """Style and numbering."""
        return self.style, self.numbering, self.rest

    @property
    def mark_look(self) -> str:
        """None of its own."""
        return ""

    @property
    def section(self) -> str:
        """None."""
        return ""

    @property
    def opening(self) -> str:
        """Where its bookmark begins."""
        if self.bookmark is None:
            return ""
        number, name = self.bookmark
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'

    @property
    def closing(self) -> str:
        """The marks at its end, and where its bookmark ends."""
        left = "".join(self.marks[at] for at in sorted(self.marks) if at >= len(self.text))
        return left + (f'<w:bookmarkEnd w:id="{self.bookmark[0]}"/>' if self.bookmark else "")

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


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a paragraph's content: letters of one fate, written; `op` is "" for what is none.

    `old` and `new` are the line and the two places there that the letters are from and to; for
    what came, `old` is where it stands among the old letters, and the same for what went.
    """

    xml: str
    op: str = ""
    old: tuple[int, int, int] = (-1, 0, 0)
    new: tuple[int, int, int] = (-1, 0, 0)


@dataclass(slots=True)
class Woven:
    """A paragraph of the redline: `kind` is what became of its mark, "" for nothing.

    `is_fixed`: no paragraph but something else, such as a table, that no mark reaches into.
    """

    now: Told | None
    was: Told | None
    kind: str = ""
    by: By | None = None
    content: list[Part] = field(default_factory=list)
    after: str = ""
    raw: str = ""
    is_fixed: bool = False


class Weaver:
    """Puts two versions together, and writes the paragraphs."""

    def __init__(
        self,
        old: Sequence[Told],
        new: Sequence[Told],
        hands: Hands,
        pen: Pen,
        met: Callable[[tuple[int, int], tuple[int, int], int], None] | None = None,
    ) -> None:
        """`met` is told of letters that stayed: (old line, place), (new line, place), how many."""
        self.old, self.new = old, new
        self._met = met
        self.hands = hands
        self.pen = pen
        self.made: list[Woven] = []
        self._ends: dict[tuple[str, str], tuple[Woven, str]] = {}

    def paragraphs(self, made: Iterable[Step]) -> str:
        """The body's paragraphs, in order."""
        return "".join(xml for _, xml in self.told(made))

    def told(self, made: Iterable[Step]) -> list[tuple[Told | None, str]]:
        """The same one by one, each with what stands behind it, and with its new line if any."""
        for step in made:
            if step.old and step.new:
                self.changed(step)
            elif step.old:
                self.gone(step)
            elif step.new:
                self.came(step)
        for paragraph, end in self._ends.values():
            paragraph.after += end
        self._settle_end()
        for one, next_one in pairwise(self.made):
            self._hold_apart(one, next_one)
        return [(one.now, self._xml(one)) for one in self.made]

    # --- one place

    def changed(self, step: Step) -> None:
        """Old lines that became new ones."""
        old, new = self.old[step.old[0]], self.new[step.new[0]]
        is_one = len(step.old) == len(step.new) == 1
        if is_one and new.raw and old.text == new.text and old.key == new.key:
            if self._met is not None:
                self._met((step.old[0], 0), (step.new[0], 0), len(new.text))
            self.made.append(Woven(new, old, raw=new.raw))
            return
        ours, theirs = _Joined(self.old, step.old), _Joined(self.new, step.new)
        content: list[Part] = []
        for op, text in _pieces(ours.text, theirs.text):
            parts = text.split(SEAM)
            for at, part in enumerate(parts):
                if at:
                    self._end(op, ours, theirs, content)
                    content = []
                if part:
                    content.append(self._words(op, ours, theirs, len(part)))
        self._end("", ours, theirs, content)

    def _words(self, op: str, ours: "_Joined", theirs: "_Joined", length: int) -> Part:
        """The runs of so many letters at where the two stand, which then stand behind them."""
        old, start = ours.line, ours.at
        new, begin = theirs.line, theirs.at
        if op != "ins":
            ours.at += length
        if op != "del":
            theirs.at += length
        if op == "same" and self._met is not None:
            self._met((old, start), (new, begin), length)
        return self._part(op, (old, start, ours.at), (new, begin, theirs.at))

    def _part(self, op: str, old: tuple[int, int, int], new: tuple[int, int, int]) -> Part:
        """The letters of the one, the other or both lines, written as what became of them."""
        if op == "same":
            return Part(self._marked(*new, _as_it_is), op, old, new)
        return Part(self._inserted(*new) if op == "ins" else self.deleted(*old), op, old, new)

    def _inserted(self, line: int, start: int, end: int) -> str:
        return "".join(
            self._marked(line, first, last, partial(self.pen.inserted, by=by))
            for first, last, by in self.hands.on_new(line, start, end)
        )

    def _marked(self, line: int, start: int, end: int, write: Callable[[str], str]) -> str:
        """The runs of a new line's letters as `write` makes them, with its marks in between."""
        told = self.new[line]
        if not told.marks:
            return write(told.runs(start, end))
        places = sorted(at for at in told.marks if start <= at < end)
        made = []
        for first, last in pairwise(sorted({start, *places, end})):
            made.append(told.marks.get(first, ""))
            made.append(write(told.runs(first, last)))
        return "".join(made)

    def deleted(self, line: int, start: int, end: int) -> str:
        """The runs of words that went."""
        return "".join(
            self.pen.deleted(self.old[line].runs(first, last), by)
            for first, last, by in self.hands.on_old(line, start, end)
        )

    def _end(self, op: str, ours: "_Joined", theirs: "_Joined", content: list[Part]) -> None:
        """A paragraph ends: with a mark that came or went, or with one that stayed."""
        old, new = ours.line, theirs.line
        if op == "ins":
            theirs.turn()
            made = Woven(self.new[new], None, "ins", self.hands.brought(theirs.line))
        elif op == "del":
            made = Woven(None, self.old[old], "del", self.hands.took(ours.line_after()))
            ours.turn()
        else:
            made = Woven(self.new[new], self.old[old], by=self.hands.brought(new))
            ours.turn()
            theirs.turn()
        made.content = content
        self.made.append(made)

    def gone(self, step: Step) -> None:
        """An old line that is not there any more."""
        at = step.old[0]
        line, by = self.old[at], self.hands.took(at)
        if not step.move:
            went = Part(self.deleted(at, 0, len(line.text)), "del")
            self.made.append(Woven(None, line, "del", by, [went]))
            return
        made = Woven(None, line, "moveFrom", by)
        content = [Part(self.pen.left(line.runs(0, len(line.text)), by))]
        self.made.append(self._within("moveFrom", step.move, made, content, by))

    def came(self, step: Step) -> None:
        """A new line."""
        at = step.new[0]
        line, by = self.new[at], self.hands.brought(at)
        if not step.move or step.origin is None:
            new = at, 0, len(line.text)
            self.made.append(Woven(line, None, "ins", by, [self._part("ins", (-1, 0, 0), new)]))
            return
        content: list[Part] = []
        begin = 0
        for piece in pieces(self.old[step.origin].text, line.text):
            # Words that were lost on the way are told where they were moved from.
            if piece.op == "del":
                continue
            new = at, begin, begin + len(piece.text)
            if piece.op == "same":
                moved = self._marked(*new, partial(self.pen.came, by=by))
                content.append(Part(moved, "move", new=new))
            else:
                content.append(self._part("ins", (-1, 0, 0), new))
            begin = new[2]
        # LibreOffice takes the end along with what stands before it, if that came in the same way.
        kind = "ins" if content and content[-1].op == "ins" else "moveTo"
        made = Woven(line, None, kind, by)
        self.made.append(self._within("moveTo", step.move, made, content, by))

    def _within(self, kind: str, name: str, made: Woven, content: list[Part], by: By) -> Woven:
        """The paragraph as the next of those that were moved as one."""
        begin = ""
        if (kind, name) in self._ends:
            end = self._ends[kind, name][1]
        else:
            begin, end = self.pen.span(kind, name, by)
        self._ends[kind, name] = made, end
        made.content = [Part(begin), *content]
        return made

    # --- the last mark

    def _settle_end(self) -> None:
        """Shift the marks that came or went at the end, so that the last one is there in both.

        What was added behind the last paragraph begins with a new mark at the end of that one; the
        same for what was struck. Where some came and some went, a last one of each is one.
        """
        made = self.made
        end = len(made)
        while end and made[end - 1].kind:
            end -= 1
        tail = made[end:]
        if not tail:
            return
        if any(each.now for each in tail) and any(each.was for each in tail):
            gone = [each for each in tail if each.was]
            came = [each for each in tail if each.now]
            last = Woven(came[-1].now, gone[-1].was, by=came[-1].by)
            last.content = [*gone[-1].content, Part(gone[-1].after), *came[-1].content]
            last.after = came[-1].after
            made[end:] = [*gone[:-1], *came[:-1], last]
            return
        if not end or made[end - 1].is_fixed:
            # There was nothing at all before, or there is nothing now, that could take the mark.
            tail[-1].kind = ""
            return
        first = made[end - 1]
        if first.raw:
            assert first.now is not None  # noqa: S101 - what stayed is in both
            first.content = [Part(first.now.runs(0, len(first.now.text)))]
            first.raw = ""
        kind = "ins" if tail[0].now else "del"
        now, was = first.now, first.was
        for before, after in pairwise(made[end - 1 :]):
            before.kind, before.by = kind, after.by
            before.now, before.was = (before.now, None) if kind == "ins" else (None, before.was)
        last = tail[-1]
        last.kind = ""
        last.now, last.was = (last.now, was) if kind == "ins" else (now, last.was)

    # --- ends between two insertions

    def _hold_apart(self, one: Woven, other: Woven) -> None:
        """Keep what came at one's end apart from what came at the next one's beginning.

        LibreOffice takes the two for one change, with the end between them, if they are of one
        author; rejecting it would join the paragraphs. So something that went stands between: what
        went at that place anyhow, or a word that stayed, which is told as written anew. Where there
        is nothing of the kind, the end that stays is that of the next paragraph if it is new.
        """
        if one.kind or one.raw or other.raw or not one.content:
            return
        last = one.content[-1]
        first = next((part for part in other.content if part.xml and part.op), None)
        if last.op != "ins" or not last.xml:
            return
        if first is None:
            brought = other.by if other.kind == "ins" else None
        else:
            brought = self._author(first) if first.op == "ins" else None
        if brought is None or brought.author != self._author(last, at_end=True).author:
            return
        if self._ends_otherwise(one.content):
            return
        if (
            first is not None
            and first is other.content[0]
            and self._begins_otherwise(other.content)
        ):
            return
        if other.kind == "ins":
            one.kind, one.by, other.kind = "ins", other.by, ""
            one.was, other.was = None, one.was

    def _author(self, part: Part, *, at_end: bool = False) -> By:
        return [by for _, _, by in self.hands.on_new(*part.new)][-1 if at_end else 0]

    def _ends_otherwise(self, content: list[Part]) -> bool:
        """What went at the end stands behind what came there; False if nothing can."""
        before = content[-2] if len(content) > 1 else None
        if before is None or before.op not in ("same", "del"):
            return False
        if before.op == "del":
            content[-2:] = [content[-1], before]
            return True
        (old, start, end), (new, begin, until) = before.old, before.new
        word = _LAST.search(self.new[new].text[begin:until])
        length = len(word[0]) if word else 0
        if not word or not length or THING in word[0]:
            return False
        content[-2:] = [
            self._part("same", (old, start, end - length), (new, begin, until - length)),
            self._part("ins", (old, end, end), (new, until - length, content[-1].new[2])),
            self._part("del", (old, end - length, end), (new, until, until)),
        ]
        return True

    def _begins_otherwise(self, content: list[Part]) -> bool:
        """What went at the beginning stands before what came there; False if nothing can."""
        after = content[1] if len(content) > 1 else None
        if after is None or after.op not in ("same", "del"):
            return False
        if after.op == "del":
            content[:2] = [after, content[0]]
            return True
        (old, start, end), (new, begin, until) = after.old, after.new
        word = _FIRST.search(self.new[new].text[begin:until])
        length = len(word[0]) if word else 0
        if not word or not length or THING in word[0]:
            return False
        content[:2] = [
            self._part("del", (old, start, start + length), (new, begin, begin)),
            self._part("ins", (old, start, start), (new, content[0].new[1], begin + length)),
            self._part("same", (old, start + length, end), (new, begin + length, until)),
        ]
        return True

    # --- XML

    def _xml(self, one: Woven) -> str:
        if one.raw:
            return one.raw + one.after
        line = one.now or one.was
        assert line is not None  # noqa: S101 - a paragraph is in one of the two at least
        mark = line.mark_look
        if one.kind and one.by is not None:
            mark = self.pen.mark(one.kind, one.by) + mark
        form = line.form + (f"<w:rPr>{mark}</w:rPr>" if mark else "")
        if one.now:
            form += line.section
        if one.now and one.was and one.now.key != one.was.key:
            form += self.pen.form(one.was.form, one.by or self.hands.by)
        content = "".join(part.xml for part in one.content)
        if one.now or one.kind != "moveFrom":
            content = f"{line.opening}{content}{line.closing}"
        own_id = line.own_id if one.now or one.kind != "moveFrom" else ""
        begin = f'<w:p w14:paraId="{own_id}">' if own_id else "<w:p>"
        return f"{begin}<w:pPr>{form}</w:pPr>{content}</w:p>{one.after}"


class _Joined:
    """Some lines as one text, and where in it somebody stands."""

    def __init__(self, lines: Sequence[Told], chosen: Sequence[int]) -> None:
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


def _as_it_is(content: str) -> str:
    return content


def _pieces(old: str, new: str) -> Iterable[tuple[str, str]]:
    if old == new:
        return (("same", new),)
    return ((piece.op, piece.text) for piece in pieces(old, new))
