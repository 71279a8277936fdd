"""Two versions of a text as one, with what changed between them as tracked changes.

A text is thought of as one string in which every paragraph ends with a mark that holds the
paragraph's properties. So a paragraph that was split has a mark that came, two that were joined
have one that went, and what was inserted or struck whole takes its mark along. Rejecting all
leaves the old paragraphs to the letter, accepting all the new ones; the last mark of a text is
neither inserted nor deleted, as no program can take that away.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from app.exchange.word.steps import Step
from app.exchange.word.told import SEAM, THING, Told
from app.exchange.word.tracked import By, Pen
from app.treaty.diff import pieces

_LAST = re.compile(r"(?:\w+|[^\w\s]+)?\s*\Z")
_FIRST = re.compile(r"\A\s*(?:\w+|[^\w\s]+)?")


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
        # LibreOffice takes such an end along only with moved words right before it: no words that
        # came besides, and no marks of comments.
        is_edge = "<w:r>" in line.closing or (content and content[-1].op == "ins")
        kind = "ins" if is_edge else "moveTo"
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

    def _again(self, old: tuple[int, int, int], by: By) -> Part:
        """Letters that stayed, told as gone by who wrote beside them."""
        line, start, end = old
        return Part(self.pen.deleted(self.old[line].runs(start, end), by), "del", old)

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
            self._again((old, end - length, end), self._author(content[-1])),
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
            self._again((old, start, start + length), self._author(content[0])),
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
