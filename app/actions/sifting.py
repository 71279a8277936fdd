"""What somebody changed and said in a file that came back, clause by clause, with nothing left out.

The paragraphs as they were before the tracked changes are matched with the text that was sent
(matching.py). What differs there was changed without tracking. The paragraphs as they are after
the changes are then the same clauses, new ones, or none any more:

    replace   a clause has other words
    insert    a paragraph is new, also one that was split off, and stands after a clause
    delete    a clause is gone, also one that was joined to another
    move      a clause stands elsewhere: its old place is gone, and its words have come there

Every tracked change and comment of the file is among the findings, or is one of form alone; that
is counted at the end, and what nothing was said of comes into the inbox.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.actions.matching import (
    Match,
    Sent,
    is_front,
    is_title,
    kind_of,
    likeness,
    matches,
    without_label,
)
from app.actions.rounding import RESOLVED, remark_print
from app.exchange.word.cameback import Block, Whole, after, before, blocks_of, plain
from app.exchange.word.comments import Remark, Thread
from app.exchange.word.read import Reading
from app.exchange.word.revisions import Revision
from app.store.rounds import NewFinding, Place, Sort
from app.treaty.align import stayed
from app.treaty.changes import utf16_len
from app.treaty.diff import between
from app.treaty.document import Kind

FEW = 0.5
"""Where less than this share of the clauses was found, nothing is taken to have been deleted."""

AROUND = "title or mast"
"""By what a comment was placed that is on no clause."""

_OWNS = 0.2
_MOVED = 0.9
_SHOWN = 16
_LONG = 50_000
_JOINS = frozenset({"deletion", "join", "move"})
_SPLITS = frozenset({"insertion", "split", "move"})

_AROUND = "It stands around the text: in the title, the mast or the table of contents."
_NOTHING = "It left the words as they were."
_ELSEWHERE = "It is in a footnote, a header, a table or a thing that is no clause."
_PARTLY = "What stands below the clause is still there: deleting it would take that away, too."
_CLOSED = "This thread was sent open, and the file has it as resolved; it does not say by whom."
_OPENED = "This thread was sent resolved, and the file has it open again; it does not say by whom."
_TITLE = "The title was changed without tracking. It is no clause, so that nobody can propose it."
_FIRST = "It stands before the first clause, and a new clause is proposed after another one."


@dataclass(frozen=True, slots=True)
class Sifted:
    """The findings of a file; how many tracked changes and comments it has that are not ours.

    `form` are the numbers of changes of form alone. `matched` is the share of the clauses that
    were found in the file, from 0 to 1, `warnings` are sentences, and `wordings` is how many were
    proposed in a form.
    """

    findings: tuple[NewFinding, ...]
    tracked: int
    remarks: int
    form: tuple[int, ...]
    ours: int
    matched: float
    warnings: tuple[str, ...] = ()
    wordings: int = 0


@dataclass(slots=True)
class _Made:
    """A finding while it is made, and where in the file it stands."""

    at: tuple[int, int]
    finding: NewFinding
    revisions: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _New:
    """A paragraph after the changes: the clause that it is (or None), and that it was taken from.

    `of` has the clauses whose kept words it has, with how many letters.
    """

    whole: Whole
    of: Counter[int]
    home: int | None = None
    split_from: int | None = None

    @property
    def begins(self) -> int:
        return self.whole.first.index


def sift(reading: Reading, sent: Sent) -> Sifted:
    """The findings of a file read on the marked view, compared with what was sent."""
    return _Sifting(reading, sent).done()


class _Sifting:
    def __init__(self, reading: Reading, sent: Sent) -> None:
        self._reading = reading
        self._sent = sent
        self._blocks = blocks_of(reading, sent.ours)
        self._olds = before(self._blocks)
        self._matches = matches(sent, self._olds)
        self._match_of: dict[int, Match] = {}
        self._old_of: dict[int, Whole] = {}
        self._clause_of: dict[int, int] = {}
        for whole, match in zip(self._olds, self._matches, strict=True):
            if match is None:
                continue
            self._match_of[match.clause] = match
            self._old_of[match.clause] = whole
            for block in whole.blocks:
                self._clause_of[block.index] = match.clause
        for clause, whole in self._old_of.items():
            _restore(whole, sent.before[clause], sent.words(clause))
        self._news = [_New(whole, Counter()) for whole in after(self._blocks)]
        self._by_number = {each.id: each for each in reading.revisions}
        self._made: list[_Made] = []
        self._new_after: dict[int, int] = {}
        self._is_whole = len(self._match_of) >= FEW * len(sent.clauses)

    def done(self) -> Sifted:
        """All of it."""
        self._homes()
        self._changed()
        self._went()
        self._moves()
        self._reordered()
        self._retitled()
        theirs = [
            each for each in self._reading.revisions if not self._sent.ours(each.author, each.date)
        ]
        form = tuple(each.id for each in theirs if each.kind == "format only")
        self._left_over(theirs, set(form))
        remarks, ours = self._remarks()
        self._made.sort(key=lambda made: made.at)
        matched = len(self._match_of) / len(self._sent.clauses) if self._sent.clauses else 1.0
        return Sifted(
            tuple(self._told(made) for made in self._made),
            len(theirs),
            remarks,
            form,
            len(self._reading.revisions) - len(theirs) + ours,
            matched,
            tuple(self._warnings()),
        )

    def _told(self, made: _Made) -> NewFinding:
        """The finding with whose it is, by the changes that it is made of."""
        revisions = [self._by_number[each] for each in sorted(made.revisions)]
        authors = list(dict.fromkeys(each.author for each in revisions if each.author))
        dates = sorted({each.date for each in revisions if each.date})
        finding = made.finding
        detail = {**finding.detail, "revisions": sorted(made.revisions)}
        if authors:
            detail |= {"authors": authors, "dates": dates}
        return replace(
            finding,
            author=finding.author or ", ".join(authors),
            dated=finding.dated or (dates[-1] if dates else ""),
            detail=detail,
        )

    def _warnings(self) -> Iterator[str]:
        total = len(self._sent.clauses)
        if not self._is_whole:
            yield (
                f"Only {len(self._match_of)} of the {total} clauses were found in the file: "
                "nothing was taken to have been deleted."
            )
        by_words = sum(match.how == "label and likeness" for match in self._match_of.values())
        if by_words:
            yield f"{by_words} of {total} clauses were found by their labels and words alone."

    # --- which paragraph is which clause now

    def _homes(self) -> None:
        kept_anywhere: Counter[int] = Counter()
        for new in self._news:
            for block in new.whole.blocks:
                clause = self._clause_of.get(block.index)
                letters = block.kept()
                if clause is not None and letters:
                    new.of[clause] += letters
                    kept_anywhere[clause] += letters
        taken: set[int] = set()
        for new in self._news:
            owner = self._owner(new, kept_anywhere)
            if owner is None:
                continue
            if owner in taken:
                new.split_from = owner
            else:
                new.home = owner
                taken.add(owner)

    def _owner(self, new: _New, kept_anywhere: Mapping[int, int]) -> int | None:
        if new.of:
            for each, letters in new.of.items():
                if letters >= _OWNS * len(self._sent.words(each)):
                    return each
            return max(new.of, key=lambda clause: new.of[clause])
        # Nothing was kept of any clause: one may have been written anew from the first word.
        empty = not new.whole.now().strip()
        found = None
        for block in new.whole.blocks:
            clause = self._clause_of.get(block.index)
            if clause is None or kept_anywhere.get(clause):
                continue
            if empty:
                if not self._sent.words(clause) and block.ends_after:
                    return clause
                continue
            if block.has_come():
                return clause
            found = clause
        return found

    # --- what changed

    def _changed(self) -> None:
        last: int | None = None
        beside: _Made | None = None
        for new in self._news:
            blocks = [block for block in new.whole.blocks if block.now().strip()]
            if new.home is not None:
                last, beside = new.home, None
                self._reworded(new, new.home, blocks)
            elif blocks and not self._is_around(new):
                beside = self._inserted(new, last, blocks, beside)
                if beside is not None and last is not None:
                    self._new_after.update((block.index, last) for block in blocks)

    def _reworded(self, new: _New, clause: int, blocks: Sequence[Block]) -> None:
        was, now = self._sent.words(clause), self._own(new.whole.now(), clause)
        old = self._own(self._old_of[clause].was(), clause)
        if _same(was, now):
            return
        own = [block for block in blocks if self._clause_of.get(block.index) == clause]
        revisions = _revisions([*own, *blocks])
        for block in blocks:
            revisions |= self._mark_before(block, _JOINS)
        joined = [each for each in new.of if each != clause]
        untracked = not _same(was, old)
        match = self._match_of[clause]
        finding = self._placed(match, Sort.CHANGE if revisions else Sort.UNTRACKED)
        detail: dict[str, Any] = {"untracked": untracked}
        if joined:
            detail["also"] = [self._sent.clauses[each].uid for each in joined]
        finding = replace(finding, wish="replace", before=was, after=now, detail=detail)
        self._add(new.begins, 0, finding, revisions)

    def _inserted(
        self, new: _New, last: int | None, blocks: Sequence[Block], beside: _Made | None
    ) -> _Made | None:
        """A paragraph that was not there. What follows a new heading comes with it."""
        revisions = _revisions(blocks)
        for block in blocks:
            revisions |= self._mark_before(block, _SPLITS)
        words = plain(new.whole.now())
        if self._was_beside(plain("".join(block.was() for block in blocks))):
            # What is tracked in it is told with all that is in no clause.
            return None
        kind = kind_of(new.whole)
        is_own = new.split_from is None and not blocks[0].paragraph.where
        if beside is not None and is_own and _goes_on(beside.finding, kind):
            # A new article and its paragraphs are one thing, and become one proposal.
            said = beside.finding.after
            line = "\t" * _DEPTHS.get(kind, 0) + words
            beside.finding = replace(beside.finding, after=f"{said}\n{line}" if said else words)
            beside.revisions |= revisions
            return beside
        if kind is None:
            known = self._sent.clauses[last].kind if last is not None else Kind.PARAGRAPH
            kind = Kind.PARAGRAPH if known.bears_heading else known
        heading, text = (words, "") if kind.bears_heading else ("", words)
        detail: dict[str, Any] = {
            "untracked": not revisions,
            "label": new.whole.owner.paragraph.label,
        }
        if new.split_from is not None:
            detail["also"] = [self._sent.clauses[new.split_from].uid]
        finding = NewFinding(
            Sort.CHANGE if revisions else Sort.UNTRACKED,
            Place.PLACED,
            wish="insert",
            after=text,
            heading=heading,
            new_kind=kind.value,
            detail=detail,
        )
        if blocks[0].paragraph.where or (self._sent.beside and kind_of(new.whole) is None):
            finding = replace(finding, state=Place.INBOX, reason=_ELSEWHERE)
        elif last is None:
            finding = replace(finding, state=Place.INBOX, reason=_FIRST)
        else:
            before_it = self._match_of[last]
            uid = self._sent.clauses[last].uid
            finding = replace(finding, clause=uid, how=before_it.how, score=before_it.score)
        return self._add(new.begins, 0, finding, revisions)

    def _was_beside(self, words: str) -> bool:
        return bool(self._sent.beside) and remark_print("", "", words) in self._sent.beside

    def _placed(self, match: Match, sort: Sort) -> NewFinding:
        """A finding on a clause; one that is only likely to be that clause is not placed."""
        uid = self._sent.clauses[match.clause].uid
        if match.is_sure:
            return NewFinding(sort, Place.PLACED, clause=uid, how=match.how, score=match.score)
        reason = f"It may be this clause: the two are {match.score:.0%} alike."
        return NewFinding(
            sort, Place.INBOX, clause=uid, how=match.how, score=match.score, reason=reason
        )

    # --- what went

    def _went(self) -> None:
        there = {new.home for new in self._news if new.home is not None}
        gone = [
            clause
            for clause in range(len(self._sent.clauses))
            if clause not in there
            and (clause in self._match_of or (self._is_whole and self._sent.words(clause)))
        ]
        covered: set[int] = set()
        for clause in gone:
            if clause in covered:
                continue
            below = self._below(clause)
            is_all = all(each in gone for each in below)
            if is_all:
                covered.update(below)
            self._deleted(clause, below if is_all else (), is_all=is_all)

    def _deleted(self, clause: int, below: Sequence[int], *, is_all: bool) -> None:
        revisions: set[int] = set()
        for each in (clause, *below):
            if each in self._old_of:
                blocks = self._old_of[each].blocks
                revisions |= _revisions(blocks)
                revisions |= self._mark_before(blocks[0], _JOINS)
        match = self._match_of.get(clause) or Match(clause, "what was sent", 1.0)
        finding = self._placed(match, Sort.CHANGE if revisions else Sort.UNTRACKED)
        joined = [new.home for new in self._news if new.of.get(clause) and new.home is not None]
        also = [self._sent.clauses[each].uid for each in (*joined, *below)]
        detail: dict[str, Any] = {"untracked": not revisions}
        if also:
            detail["also"] = also
        finding = replace(finding, wish="delete", before=self._sent.words(clause), detail=detail)
        if not is_all:
            finding = replace(finding, state=Place.INBOX, reason=_PARTLY)
        self._add(self._place_of(clause), 1, finding, revisions)

    def _below(self, clause: int) -> list[int]:
        """The clauses that stand under one."""
        depth = self._sent.clauses[clause].depth
        found = []
        for index in range(clause + 1, len(self._sent.clauses)):
            if self._sent.clauses[index].depth <= depth:
                break
            found.append(index)
        return found

    def _place_of(self, clause: int) -> int:
        """The block at which a clause stands, or stood next to."""
        for index in range(clause, -1, -1):
            if index in self._old_of:
                return self._old_of[index].first.index
        return 0

    # --- what moved

    def _moves(self) -> None:
        """Where words that went have come elsewhere, that is one thing: they moved."""
        came = [made for made in self._made if made.finding.wish == "insert"]
        went = [
            made
            for made in self._made
            if made.finding.wish == "delete" and made.finding.state is Place.PLACED
        ]
        for old in went:
            best: tuple[float, _Made] | None = None
            for new in came:
                words = new.finding.heading or new.finding.after
                alike = likeness(plain(old.finding.before), words)
                by_name = self._moved_numbers(old.revisions) & new.revisions
                # What was split off is where it came from, whatever else it is like.
                by_words = alike >= _MOVED and "also" not in new.finding.detail
                if (by_words or (by_name and alike > 0.3)) and (best is None or alike > best[0]):
                    best = alike, new
            if best is None:
                continue
            new = best[1]
            came.remove(new)
            self._made.remove(new)
            detail = {
                **old.finding.detail,
                "moved": {"after": new.finding.clause, "kind": new.finding.new_kind},
                "untracked": bool(
                    old.finding.detail.get("untracked") or new.finding.detail.get("untracked")
                ),
            }
            old.finding = replace(
                old.finding,
                kind=Sort.MOVE,
                wish="move",
                after=new.finding.after,
                heading=new.finding.heading,
                new_kind=new.finding.new_kind,
                detail=detail,
            )
            if new.finding.state is not Place.PLACED:
                old.finding = replace(
                    old.finding, state=new.finding.state, reason=new.finding.reason
                )
            old.revisions |= new.revisions

    def _moved_numbers(self, revisions: Iterable[int]) -> set[int]:
        return {each for each in revisions if self._by_number[each].kind == "move"}

    def _reordered(self) -> None:
        """Clauses that stand elsewhere without a tracked move."""
        found = [match.clause for match in self._matches if match is not None and match.is_sure]
        kept = {other for _, other in stayed({one: at for at, one in enumerate(found)})}
        for at, clause in enumerate(found):
            if at in kept:
                continue
            match = self._match_of[clause]
            ahead = found[at - 1] if at else None
            finding = replace(
                self._placed(match, Sort.MOVE),
                wish="move",
                before=self._sent.words(clause),
                after=self._sent.words(clause),
                new_kind=self._sent.clauses[clause].kind.value,
                detail={
                    "untracked": True,
                    "moved": {
                        "after": self._sent.clauses[ahead].uid if ahead is not None else "",
                        "kind": self._sent.clauses[clause].kind.value,
                    },
                },
            )
            if ahead is None:
                finding = replace(finding, state=Place.INBOX, reason=_FIRST)
            self._add(self._old_of[clause].first.index, 2, finding, set())

    def _retitled(self) -> None:
        """The draft's own title, where it was changed and no tracked change says so."""
        finding = retitled(self._blocks, self._sent)
        if finding is not None:
            self._add(-1, 0, finding, _revisions(title_blocks(self._blocks)))

    # --- what nothing was said of yet

    def _left_over(self, theirs: Sequence[Revision], form: set[int]) -> None:
        covered = {each for made in self._made for each in made.revisions} | form
        where: dict[int, Block] = {}
        for block in self._blocks:
            for each in block.revisions:
                where.setdefault(each, block)
        for revision in theirs:
            if revision.id in covered:
                continue
            found = where.get(revision.id)
            at = found.index if found else len(self._blocks)
            self._add(at, 3, self._unsaid(revision, found), {revision.id})

    def _unsaid(self, revision: Revision, block: Block | None) -> NewFinding:
        clause = self._clause_of.get(block.index) if block else None
        words = plain(revision.text)
        detail = {"change": revision.kind, "what": revision.detail}
        gone = revision.kind in ("deletion", "join")
        made = NewFinding(
            Sort.OTHER,
            Place.INBOX,
            before=words if gone else "",
            after="" if gone else words,
            detail=detail,
        )
        if block is not None and is_front(block.paragraph.style):
            return replace(made, reason=_AROUND)
        if clause is None:
            return replace(made, reason=_ELSEWHERE)
        match = self._match_of[clause]
        made = replace(
            made, clause=self._sent.clauses[clause].uid, how=match.how, score=match.score
        )
        is_in_words = block is not None and any(
            change.revision == revision.id and not change.detail
            for change in block.paragraph.revisions
        )
        if is_in_words and match.is_sure:
            return replace(made, state=Place.PLACED, reason=_NOTHING)
        return replace(made, reason=_ELSEWHERE)

    # --- comments

    def _remarks(self) -> tuple[int, int]:
        """How many remarks are not ours, and how many are."""
        theirs = ours = 0
        for thread in self._reading.comments:
            own, sent = remarks_in(thread, self._sent)
            ours += sent
            theirs += len(own)
            if not own:
                self._turned(thread)
                continue
            self._add(
                len(self._blocks) if thread.paragraph is None else thread.paragraph,
                4,
                self._said(thread, own, is_answer=thread.remark not in own),
                set(),
            )
        return theirs, ours

    def _turned(self, thread: Thread) -> None:
        """A thread of ours in which nothing was said, but that was resolved, or opened again."""
        first = thread.remark
        was = RESOLVED + remark_print(first.author, first.date, first.text) in self._sent.remarks
        if first.resolved is was:
            return
        made = self._said(thread, (thread.remark,), is_answer=True)
        detail = {**made.detail, "change": "comment resolved" if first.resolved else "open again"}
        detail |= {"remarks": 0, "authors": []}
        at = len(self._blocks) if thread.paragraph is None else thread.paragraph
        self._add(
            at,
            4,
            replace(
                made,
                kind=Sort.OTHER,
                state=Place.INBOX,
                before=first.text,
                author="",
                dated="",
                reason=_CLOSED if first.resolved else _OPENED,
                detail=detail,
            ),
            set(),
        )

    def _said(self, thread: Thread, own: Sequence[Remark], *, is_answer: bool) -> NewFinding:
        made = thread_of(thread, own, is_answer=is_answer)
        if thread.paragraph is None:
            return replace(made, reason="It stands at no place in the file.")
        block = self._blocks[thread.paragraph]
        clause = self._clause_of.get(block.index)
        if block.index in self._new_after:
            # It is on words that are new: it is said where these are proposed.
            match = self._match_of[self._new_after[block.index]]
            placed = self._placed(match, Sort.COMMENT)
            return replace(
                made,
                state=placed.state,
                clause=placed.clause,
                how=placed.how,
                score=placed.score,
                reason=placed.reason,
            )
        if clause is None and is_front(block.paragraph.style):
            return replace(made, state=Place.PLACED, how=AROUND, score=1.0)
        if clause is None:
            return replace(made, reason=_ELSEWHERE)
        match = self._match_of[clause]
        placed = self._placed(match, Sort.COMMENT)
        if not thread.where and (found := self._range(block, thread, clause)):
            made = replace(made, detail={**made.detail, "anchor": list(found)})
        return replace(
            made,
            state=placed.state,
            clause=placed.clause,
            how=placed.how,
            score=placed.score,
            reason=placed.reason,
        )

    def _range(self, block: Block, thread: Thread, clause: int) -> tuple[int, int] | None:
        """From where to where the words of a comment stand in the clause as it was sent."""
        was, words = self._old_of[clause].was(), self._sent.words(clause)
        ends = []
        for place in (thread.begin, thread.end):
            units = 0
            for other in self._old_of[clause].blocks:
                if other.index > block.index:
                    break
                for each in other.stretches:
                    if not each.before:
                        continue
                    if other is not block or each.begin + len(each.text) <= place:
                        units += utf16_len(each.text)
                    elif each.begin < place:
                        units += utf16_len(each.text[: place - each.begin])
            ends.append(units)
        if ends[0] >= ends[1]:
            return None
        change = between(was, words)
        start, end = change.map_position(ends[0], 1), change.map_position(ends[1], -1)
        return (start, end) if start < end else None

    # --- within

    def _own(self, text: str, clause: int) -> str:
        """A paragraph's words without the label that stood before them as words."""
        lead = self._sent.before[clause]
        if lead and text.startswith(lead):
            text = text[len(lead) :]
        elif lead.strip() and text.lstrip().startswith(lead.strip()):
            text = text.lstrip()[len(lead.strip()) :]
        return without_label(plain(text), self._sent.labels[clause], self._sent.words(clause))

    def _is_around(self, new: _New) -> bool:
        return is_front(new.whole.owner.paragraph.style)

    def _mark_before(self, block: Block, kinds: frozenset[str]) -> set[int]:
        """The changes of the mark ahead of a block: where one was split, or two were joined."""
        marks = self._blocks[block.index - 1].mark if block.index else set()
        return {each for each in marks if self._by_number[each].kind in kinds}

    def _add(self, at: int, rank: int, finding: NewFinding, revisions: set[int]) -> _Made:
        form = {each for each in revisions if self._by_number[each].kind == "format only"}
        made = _Made((at, rank), finding, revisions - form)
        self._made.append(made)
        return made


def remarks_in(thread: Thread, sent: Sent) -> tuple[list[Remark], int]:
    """The remarks of a thread that were not in the file when it was sent; how many were."""
    said = (thread.remark, *thread.replies)
    known = sent.remarks
    own = [
        each
        for each in said
        if not known or remark_print(each.author, each.date, each.text) not in known
    ]
    return own, len(said) - len(own)


def thread_of(thread: Thread, own: Sequence[Remark], *, is_answer: bool) -> NewFinding:
    """A comment and what was answered as a finding of no place yet; `own` are those that are new.

    `is_answer`: to a comment of ours.
    """
    said = (thread.remark, *thread.replies)
    return NewFinding(
        Sort.COMMENT,
        Place.INBOX,
        before=thread.words,
        after=own[0].text,
        author=own[0].author,
        dated=own[0].date,
        detail={
            "thread": [
                {"author": each.author, "date": each.date, "text": each.text} for each in said
            ],
            "remarks": len(own),
            "authors": list(dict.fromkeys(each.author for each in own if each.author)),
            "resolved": thread.remark.resolved,
            "answers": is_answer,
            "place": thread.where,
        },
    )


def retitled(blocks: Sequence[Block], sent: Sent) -> NewFinding | None:
    """What became of the title where that is not told by tracked changes; None for nothing."""
    titles = title_blocks(blocks)
    was = plain(" ".join(block.was() for block in titles))
    now = plain(" ".join(block.now() for block in titles))
    title = plain(sent.title)
    is_ours = any(name.startswith("cl_") for each in blocks for name in each.paragraph.bookmarks)
    if not title or title in (was, now) or not (titles or is_ours):
        return None
    detail = {"untracked": True, "change": "title"}
    return NewFinding(
        Sort.UNTRACKED, Place.INBOX, before=title, after=now, detail=detail, reason=_TITLE
    )


def title_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Where the title stands."""
    return [block for block in blocks if is_title(block.paragraph.style)]


def _revisions(blocks: Iterable[Block]) -> set[int]:
    return {each for block in blocks for each in block.revisions}


def _same(one: str, other: str) -> bool:
    """Whether two texts have the same words; how they are spaced is form."""
    return one == other or "".join(one.split()) == "".join(other.split())


_DEPTHS: Mapping[Kind | None, int] = {Kind.SUBPARAGRAPH: 1, Kind.ITEM: 2}
"""How deep a clause stands below the paragraphs of a new article: wording.paragraphs."""


def _goes_on(finding: NewFinding, kind: Kind | None) -> bool:
    """Whether a new paragraph of this kind is one of the new article that it stands behind."""
    is_article = finding.new_kind == Kind.ARTICLE and finding.wish == "insert"
    is_text = kind in (None, Kind.PARAGRAPH, *_DEPTHS)
    return is_article and is_text and len(finding.after) < _LONG


def _restore(whole: Whole, lead: str, words: str) -> None:
    """Give fields the words that they were sent with: a program may have refreshed them."""
    was = whole.was()
    if was in (lead + words, words) or not any(
        each.shown >= 0 for block in whole.blocks for each in block.stretches
    ):
        return
    change = between(was, lead + words)
    at = 0
    units = {}
    for block in whole.blocks:
        for index, each in enumerate(block.stretches):
            if each.before:
                units[block.index, index] = (at, at + utf16_len(each.text))
                at += utf16_len(each.text)
    sent = lead + words
    if utf16_len(sent) != len(sent) or utf16_len(was) != len(was):
        return
    for block in whole.blocks:
        for index, each in enumerate(block.stretches):
            if each.shown < 0 or not (each.before and each.after):
                continue
            start, end = units[block.index, index]
            begin = change.map_position(start, -1)
            stop = change.map_position(end, 1)
            if stop - begin <= len(each.text) + _SHOWN:
                each.text = sent[begin:stop]
