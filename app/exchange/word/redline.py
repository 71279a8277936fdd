"""A treaty against an older text of it: profile "redline", with real tracked changes.

Rejecting all changes leaves the older text and accepting all the newer, words and labels alike:
each of the two is counted in Word's lists by itself, and a paragraph whose label comes from
elsewhere in the two says so in a change of form. There are no fields and no table of contents in
it, because a program that refreshes them would change words without saying so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.exchange.word import mast as around
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.frame import Numbered, Sheet, bookmark_of, dressed, framed, numbered
from app.exchange.word.keys import keys_of
from app.exchange.word.numbering import Numbering
from app.exchange.word.preamble import opening
from app.exchange.word.runs import is_right_to_left, paragraph, runs
from app.exchange.word.steps import steps
from app.exchange.word.talks import STYLES as COMMENTS
from app.exchange.word.talks import Talks
from app.exchange.word.told import SEAM, THING, Line
from app.exchange.word.tracked import By, Pen
from app.exchange.word.treaty import WordTreaty
from app.exchange.word.weave import Hands, Weaver
from app.treaty.align import align
from app.treaty.diff import pieces
from app.treaty.document import Clause, Kind

COLLECTIVE = "Secretariat"
"""Whose all changes are where nobody is to be named."""

_ITALIC = "<w:i/><w:iCs/>"

Stretches = tuple[tuple[int, int, By], ...]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose the changes are, by the journal, for clauses by their uids.

    `came` are stretches of a clause's new words and `gone` of its old ones, in letters, with who
    wrote or struck them; `placed` and `taken` who brought the clause where it is, or took it away.
    What is said of nothing is `by`'s.
    """

    by: By
    came: Mapping[str, Stretches] = field(default_factory=dict)
    gone: Mapping[str, Stretches] = field(default_factory=dict)
    placed: Mapping[str, By] = field(default_factory=dict)
    taken: Mapping[str, By] = field(default_factory=dict)


def write_redline(old: WordTreaty, new: WordTreaty, whose: Whose | None = None) -> bytes:
    """The newer text as a .docx with what changed since the older one; equal values, equal bytes.

    Mast, properties, footnotes and threads of comments are those of the newer text.
    """
    return _Redline(old, new, whose or Whose(By(COLLECTIVE))).written()


class _Redline:
    def __init__(self, old: WordTreaty, new: WordTreaty, whose: Whose) -> None:
        self._old, self._new = old, new
        self._whose = whose
        self._pen = Pen()
        self._footnotes = Footnotes()
        self._talks = Talks(new.talks)
        self._pairs = align(old.document.clauses, new.document.clauses)

    def written(self) -> bytes:
        """The whole file."""
        title = self._title()
        old, new = self._lines()
        old_words = [_plain(line) for line in old]
        new_words = [_plain(line) for line in new]
        hands = _hands(self._whose, self._old, self._new, old, new)
        weaver = Weaver(old, new, hands, self._pen)
        body = weaver.paragraphs(steps(old_words, new_words, self._pairs))
        mast = self._new.mast
        status = mast.record_status
        front = around.front(mast, self._new.document.title or "Draft", status, title)
        if mast.against:
            words = (
                f"Changes since {mast.against} are tracked: accepting all gives this text, "
                "rejecting all the earlier one."
            )
            front += paragraph("RecordStatus", runs(words))
        talks = self._talks.parts()
        return framed(
            self._new,
            Sheet(
                "redline",
                status,
                front + body,
                self._numbering.xml(),
                max(1, sum(len(words) for words in new_words) // 2800),
                self._footnotes,
                styles=COMMENTS if talks else "",
                parts=talks,
            ),
        )

    def _lines(self) -> tuple[list[Line], list[Line]]:
        """The paragraphs of both texts, the new one's first as its instances serve both."""
        was = numbered(self._old.document, self._old.scheme)
        now = numbered(self._new.document, self._new.scheme)
        self._numbering = Numbering((one.place, one.number, one.label) for one in (*now, *was))
        keys = self._keys()
        made: dict[int, int] = {}
        new = []
        for index, (clause, one) in enumerate(zip(self._new.document.clauses, now, strict=True)):
            notes = self._new.notes.get(clause.uid, ())
            line = _line(clause, one, self._numbering, (index + 1, clause.uid or f"n{index}"))
            line = replace(line, own_id=keys.get(clause.uid, ""))
            if self._numbering.made:
                made[index] = self._numbering.made
            new.append(self._with_talks(self._with_notes(line, notes), clause))
        twins = {pair.old: made[pair.new] for pair in self._pairs if pair.new in made}
        other = self._numbering.beside()
        kept = {bookmark_of(clause.uid) for clause in self._new.document.clauses if clause.uid}
        old = []
        after = len(new)
        for index, (clause, one) in enumerate(zip(self._old.document.clauses, was, strict=True)):
            named = (after + index + 1, clause.uid or f"o{index}")
            line = _line(clause, one, other, named, twin=twins.get(index, 0))
            if line.bookmark and line.bookmark[1] in kept:
                line = replace(line, bookmark=None)
            else:
                line = replace(line, own_id=keys.get(clause.uid, ""))
            old.append(line)
        return old, new

    def _keys(self) -> dict[str, str]:
        """The ids of paragraphs by uid: those of the newer text are as in any file of it."""
        texts = self._new.document, self._old.document
        uids = tuple(dict.fromkeys(clause.uid for text in texts for clause in text.clauses))
        return dict(zip(uids, keys_of(uids), strict=True))

    def _with_notes(self, line: Line, notes: Sequence[str]) -> Line:
        """The line with the marks of its footnotes behind its words."""
        if not notes:
            return line
        things = {}
        text = line.text
        for note in notes:
            things[len(text)] = self._footnotes.mark(self._footnotes.add_words(note))
            text += THING
        return replace(line, text=text, things=things)

    def _with_talks(self, line: Line, clause: Clause) -> Line:
        """The line with the marks of its threads before the letters that they begin and end at."""
        words = words_of(clause)
        opened, places, closed = self._talks.places(clause.uid, words)
        if not (opened or places):
            return line
        before = _letters_before(line, words)
        marks = {at + before: xml for at, xml in places.items()}
        marks[0] = opened + marks.get(0, "")
        marks[len(line.text)] = marks.get(len(line.text), "") + closed
        return replace(line, marks=marks)

    def _title(self) -> str:
        by = self._whose.by
        opened, places, closed = self._talks.places("", self._new.document.title or "Draft")
        closed = "".join(places[at] for at in sorted(places)) + closed
        made = opened
        old, new = self._old.document.title or "Draft", self._new.document.title or "Draft"
        for piece in pieces(old, new):
            content = runs(piece.text)
            if piece.op == "ins":
                content = self._pen.inserted(content, by)
            elif piece.op == "del":
                content = self._pen.deleted(content, by)
            made += content
        return made + closed


def _line(
    clause: Clause,
    one: Numbered,
    numbering: Numbering,
    named: tuple[int, str],
    *,
    twin: int = 0,
) -> Line:
    """A clause as a paragraph."""
    headed = clause.kind.bears_heading
    words = words_of(clause).replace(SEAM, "\ufffd").replace(THING, "\ufffd")
    style, count, literal = dressed(clause, one, numbering, twin=twin)
    before = ""
    if literal:
        before = literal if headed else f"{literal}\t"
    if headed and one.label and words:
        before += "\n"
    looks: tuple[tuple[int, int, str], ...] = ()
    if clause.kind is Kind.RECITAL:
        start, end = opening(words)
        if end > start:
            looks = ((len(before) + start, len(before) + end, _ITALIC),)
    return Line(
        before + words,
        style,
        "<w:keepNext/>" if words.endswith(":") and not headed else "",
        count,
        "<w:bidi/>" if is_right_to_left(words) else "",
        (named[0], bookmark_of(named[1])),
        looks,
    )


def words_of(clause: Clause) -> str:
    """What a clause says: its heading where it bears one, else its text."""
    return clause.heading if clause.kind.bears_heading else clause.text


def _plain(line: Line) -> str:
    return line.text


def _hands(
    whose: Whose, old: WordTreaty, new: WordTreaty, ours: Sequence[Line], theirs: Sequence[Line]
) -> Hands:
    if not (whose.came or whose.gone or whose.placed or whose.taken):
        return Hands(whose.by)
    old_uids = [clause.uid for clause in old.document.clauses]
    new_uids = [clause.uid for clause in new.document.clauses]
    return Hands(
        whose.by,
        _stretches(whose.came, new_uids, _before(new, theirs), whose.placed, whose.by),
        _stretches(whose.gone, old_uids, _before(old, ours), whose.taken, whose.by),
        lambda at: whose.placed.get(new_uids[at], whose.by),
        lambda at: whose.taken.get(old_uids[at], whose.by),
    )


def _before(treaty: WordTreaty, lines: Sequence[Line]) -> list[int]:
    """How many letters stand before each clause's own words: a label that Word cannot count."""
    found = []
    for clause, line in zip(treaty.document.clauses, lines, strict=True):
        found.append(_letters_before(line, words_of(clause)))
    return found


def _letters_before(line: Line, words: str) -> int:
    return len(line.text) - len(line.things) - len(words)


def _stretches(
    told: Mapping[str, Stretches],
    uids: Sequence[str],
    before: Sequence[int],
    instead: Mapping[str, By],
    by: By,
) -> Callable[[int, int, int], list[tuple[int, int, By]]]:
    """Whose the letters of a line are, cut where one's end and another's begin."""

    def asked(line: int, start: int, end: int) -> list[tuple[int, int, By]]:
        uid, shift = uids[line], before[line]
        other = instead.get(uid, by)
        found: list[tuple[int, int, By]] = []
        at = start
        for first, last, who in told.get(uid, ()):
            first, last = max(first + shift, at), min(last + shift, end)
            if first >= last:
                continue
            if first > at:
                found.append((at, first, who if not found else found[-1][2]))
            found.append((first, last, who))
            at = last
        if at < end:
            found.append((at, end, found[-1][2] if found else other))
        return _joined(found)

    return asked


def _joined(found: Sequence[tuple[int, int, By]]) -> list[tuple[int, int, By]]:
    made: list[tuple[int, int, By]] = []
    for first, last, who in found:
        if made and made[-1][2] == who:
            made[-1] = (made[-1][0], last, who)
        else:
            made.append((first, last, who))
    return made
