"""What a capital wrote into the comment form, row by row at its clause, with nothing left out.

A row is known by the bookmark of its clause, by its paragraph id, or by its name and words, so it
may have been sorted, copied into another file or put beside somebody else's. What stands under
"Proposed wording" becomes a change of the words, what stands under "Comment or reason" a comment.
An order ("Delete") is no wording: it is kept as a comment. What may be one ("Replace “shall” by
“may”") waits for somebody to look, and so does what is in a row of no clause: nobody guesses.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.actions.matching import (
    BOOKMARK,
    HIGH,
    KEY,
    LABEL,
    LIKENESS,
    LOW,
    Sent,
    is_front,
    likeness,
    shingles,
)
from app.actions.sifting import AROUND, Sifted, remarks_in, retitled, thread_of, title_blocks
from app.exchange.word import form
from app.exchange.word.cameback import after, blocks_of, plain
from app.exchange.word.filled import NAME, SAID, TEXT, WORDING, Cell, Row, is_in_table, rows_of
from app.exchange.word.frame import bookmark_of
from app.exchange.word.read import Reading
from app.store.rounds import NewFinding, Place, Sort
from app.treaty.document import Kind

_VERBS = (
    r"(?:delet\w*|suppress\w*|omit\w*|remov\w*|strike|struck|strik\w+|sup|retain\w*|keep|kept"
    r"|replac\w*|substitut\w*|insert\w*|add|added|append|mov(?:e|ed)|merg\w+|split|rephrase"
    r"|reword|see|supprimer|suprimir|eliminar)\b"
)
_ORDERS = re.compile(
    rf"[\W_]*(?:to be |please |we (?:would |propose to |suggest to |wish to )?)?{_VERBS}",
    re.IGNORECASE,
)
"""How words may begin that say what is to be done, and not what the clause would say."""

_PLAIN_ORDERS = re.compile(
    rf"{_ORDERS.pattern}(?: (?:the|this|all|out|it|whole|entire|current|existing|article|paragraph"
    r"|subparagraph|sub-paragraph|clause|item|part|heading|text|provision|comments?|as|is|here))*"
    r"[\W_]*"
    r"|[\W_]*(?:no (?:change|comment|objection|proposal)s?|agreed?|ok|okay|none|n/a|same|idem|ditto"
    r"|as is|unchanged)[\W_]*",
    re.IGNORECASE,
)
"""What says nothing else."""

_COMMON, _RAREST = 400, 12
"""In how many clauses words may be that still tell which one is meant; of how many it is asked."""

_NEAREST = 8
"""How many clauses a row without a name is compared with."""

_GENERALLY = "general remarks"
_ADDED = "This row was not in the form as it was sent"
_IS_NEW = "If the clause is new, say behind which one it is to be."
_MAY_BE_AN_ORDER = "It may say what is to be done, and not what the clause would say."
_OUTSIDE = "It stands outside of the form's table."
_TORN = "The cells of this row were merged or split, so that their columns are not known."
_STRUCK = "The words of the clause were struck in the form, and nothing was written in their place."
_RENAMED = "What the clause is called was changed in the form."
_SAYS_AS_SENT = "The wording proposed is that of the text as it was sent."
_NO_MATTER = "It left the words as they were."
_TAKEN_OUT = "The row was taken out of the form: nothing was said of its clause."
_UNPLACED = "The wording stands in a row that belongs to no clause."


@dataclass(frozen=True, slots=True)
class _Spot:
    """The clause of a row: by its index, None for none; by what, how surely, or why it is not."""

    clause: int | None
    how: str = ""
    score: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A row and where it belongs; `above` is the clause of the nearest row above that has one."""

    row: Row
    spot: _Spot
    above: int | None
    is_general: bool


def sift_form(reading: Reading, sent: Sent) -> Sifted:
    """The findings of a form read on the marked view, compared with what was sent."""
    return _Filling(reading, sent).done()


class _Filling:
    def __init__(self, reading: Reading, sent: Sent) -> None:
        self._reading = reading
        self._sent = sent
        self._blocks = blocks_of(reading, sent.ours)
        self._names = form.names_of(sent.clauses, sent.scheme)
        self._by_name = {plain(name).casefold(): at for at, name in enumerate(self._names)}
        self._plain = [plain(sent.words(at)) for at in range(len(sent.clauses))]
        self._by_words: dict[str, list[int]] = {}
        for at, words in enumerate(self._plain):
            self._by_words.setdefault(words, []).append(at)
        self._by_bookmark = {bookmark_of(one.uid): at for at, one in enumerate(sent.clauses)}
        self._by_number = {each.id: each for each in reading.revisions}
        self._having: dict[object, list[int]] = {}
        self._filled: dict[int, _Filled] = {}
        self._made: list[tuple[int, NewFinding]] = []
        self._wordings = 0
        self._remarks = 0

    def done(self) -> Sifted:
        """All of it."""
        found = set()
        above: int | None = None
        for row in rows_of(self._blocks):
            is_general = row.cells[NAME].before() == form.GENERAL and not row.cells[TEXT].before()
            spot = _Spot(None, _GENERALLY, 1.0) if is_general else self._spot(row)
            one = _Filled(row, spot, above, is_general)
            self._filled.update((block.index, one) for block in row.blocks())
            if spot.clause is not None and not spot.reason:
                above = spot.clause
                found.add(above)
            self._row(one)
        self._outside()
        title = retitled(self._blocks, self._sent)
        if title is not None:
            self._add(-1, title, {each for b in title_blocks(self._blocks) for each in b.revisions})
        theirs = [
            each for each in self._reading.revisions if not self._sent.ours(each.author, each.date)
        ]
        shapes = tuple(each.id for each in theirs if each.kind == "format only")
        self._left_over([each.id for each in theirs if each.kind != "format only"])
        remarks, ours = self._threads()
        self._made.sort(key=lambda made: made[0])
        total = len(self._sent.clauses)
        return Sifted(
            tuple(finding for _, finding in self._made),
            len(theirs),
            remarks + self._remarks,
            shapes,
            len(self._reading.revisions) - len(theirs) + ours,
            len(found) / total if total else 1.0,
            wordings=self._wordings,
        )

    # --- which row is which clause's

    def _spot(self, row: Row) -> _Spot:
        name = self._by_name.get(row.cells[NAME].before().casefold())
        words = row.cells[TEXT].before()
        named = self._named(row)
        same = self._by_words.get(words, []) if words else []
        if name is not None and name in same and (named is None or named.clause not in same):
            # What it is called and what it says are one clause's, whatever the bookmark says.
            return _Spot(name, LIKENESS, 1.0)
        if named is not None:
            return named
        if len(same) == 1:
            return _Spot(same[0], LIKENESS, 1.0)
        return self._likely(name, words, same)

    def _named(self, row: Row) -> _Spot | None:
        for block in row.blocks():
            for each in block.paragraph.bookmarks:
                if each in self._by_bookmark:
                    return _Spot(self._by_bookmark[each], BOOKMARK, 1.0)
        for block in row.blocks():
            clause = self._sent.keys.get(block.paragraph.key.upper())
            if clause is not None:
                return _Spot(clause, KEY, 1.0)
        return None

    def _likely(self, name: int | None, words: str, same: Sequence[int]) -> _Spot:
        if same:
            reason = f"{len(same)} clauses have these words, and its name is that of none of them."
            return _Spot(same[0], LIKENESS, 1.0, reason)
        if name is not None:
            score = likeness(words, self._plain[name])
            score = round(score + (1 - score) * LABEL, 3)
            why = "" if score >= HIGH else "Its name is that of this clause, and its words are not."
            return _Spot(name, LIKENESS, score, why)
        if words:
            near = self._near(words)
            score, clause = max(
                ((likeness(words, self._plain[at]), -at) for at in near), default=(0.0, 0)
            )
            score = round(score, 3)
            if score >= LOW:
                why = "" if score >= HIGH else f"It may be this clause: {score:.0%} alike."
                return _Spot(-clause, LIKENESS, score, why)
            return _Spot(None, reason=f"{_ADDED}, and its words are those of no clause.")
        return _Spot(None, reason=f"{_ADDED}, and does not say which clause it is about.")

    def _near(self, words: str) -> list[int]:
        """The clauses that have most of the words in common that few clauses have."""
        if not self._having:
            for at, own in enumerate(self._plain):
                for each in shingles(own):
                    self._having.setdefault(each, []).append(at)
        rarest = sorted((self._having.get(each, []) for each in shingles(words)), key=len)
        votes: Counter[int] = Counter()
        for having in [each for each in rarest if 0 < len(each) <= _COMMON][:_RAREST]:
            votes.update(having)
        return [at for at, _ in votes.most_common(_NEAREST)]

    # --- what a row says

    def _row(self, one: _Filled) -> None:
        cells = one.row.cells
        name = cells[NAME]
        if one.row.others and not any(cell.now for cell in cells):
            self._torn(one)
            return
        if not any(cell.words() for cell in one.row.all()):
            return
        self._wording(one)
        self._text(one)
        for cell in (cells[SAID], *one.row.others):
            if cell.lines():
                self._said(one, cell)
        clause = one.spot.clause
        called = form.GENERAL if clause is None else self._names[clause]
        # What a row of no clause is called is told with what stands in it.
        if (clause is not None or one.is_general) and name.words() not in ("", plain(called)):
            self._other(one, name, _RENAMED)

    def _wording(self, one: _Filled) -> None:
        """What stands under "Proposed wording"."""
        cell, clause = one.row.cells[WORDING], one.spot.clause
        words = cell.words()
        if not words:
            return
        if _PLAIN_ORDERS.fullmatch(words):
            self._said(one, cell, lead="As the wording proposed")
            return
        detail: dict[str, Any] = {"form": "proposed wording"}
        if (lines := sum(bool(each.strip()) for each in cell.now)) > 1:
            detail["paragraphs"] = lines
        if reason := one.row.cells[SAID].words():
            detail["reason"] = reason
        self._wordings += 1
        if clause is None:
            self._new(one, cell, words, detail)
            return
        own = self._plain[clause]
        words = self._without_name(words, clause)
        if _same(words, own):
            self._at(one, cell, Sort.OTHER, after=words, reason=_SAYS_AS_SENT)
            return
        values = {"wish": "replace", "before": own, "after": words, "detail": detail}
        if _ORDERS.match(words) and not _ORDERS.match(own) and likeness(words, own) < LOW:
            self._at(one, cell, Sort.CHANGE, reason=_MAY_BE_AN_ORDER, state=Place.INBOX, **values)
        else:
            self._at(one, cell, Sort.CHANGE, **values)

    def _new(self, one: _Filled, cell: Cell, words: str, detail: dict[str, Any]) -> None:
        """A wording in a row of no clause: somebody has to say what it is."""
        called = one.row.cells[NAME].words()
        is_new = bool(called) and not one.row.cells[TEXT].words() and not one.is_general
        kind = self._sent.clauses[one.above].kind if one.above is not None else Kind.PARAGRAPH
        kind = Kind.PARAGRAPH if kind.bears_heading else kind
        self._at(
            one,
            cell,
            Sort.CHANGE,
            reason=f"{_ADDED}: “{called[:80]}”. {_IS_NEW}" if is_new else one.spot.reason,
            wish="insert" if is_new else "replace",
            after=words,
            new_kind=kind.value if is_new else "",
            detail={**detail, "label": called},
        )

    def _text(self, one: _Filled) -> None:
        """What was changed in the text as circulated."""
        cell, clause = one.row.cells[TEXT], one.spot.clause
        wording = one.row.cells[WORDING].words()
        if clause is None:
            if cell.words():
                self._other(one, cell, one.spot.reason)
            return
        own, now = self._plain[clause], self._without_name(cell.words(), clause)
        if _same(now, own) or (now and _same(now, wording)):
            return
        detail: dict[str, Any] = {"form": "text as circulated"}
        if not now:
            if not wording:
                values = {"wish": "delete", "before": own, "detail": detail}
                self._at(one, cell, Sort.CHANGE, reason=_STRUCK, state=Place.INBOX, **values)
            return
        is_untracked = not _same(self._without_name(cell.before(), clause), own)
        detail["untracked"] = is_untracked
        sort = Sort.CHANGE if cell.revisions else Sort.UNTRACKED
        self._wordings += 0 if is_untracked or cell.revisions else 1
        self._at(one, cell, sort, wish="replace", before=own, after=now, detail=detail)

    def _said(self, one: _Filled, cell: Cell, lead: str = "") -> None:
        """A comment."""
        words = f"{lead}: “{cell.lines()}”" if lead else cell.lines()
        authors = self._authors(cell.revisions)
        self._remarks += 1
        detail: dict[str, Any] = {
            "thread": [{"author": authors[0] if authors else "", "date": "", "text": words}],
            "remarks": 1,
            "form": "proposed wording" if lead else "comment or reason",
            "anchor": None,
        }
        self._at(one, cell, Sort.COMMENT, after=words, detail=detail)

    def _torn(self, one: _Filled) -> None:
        """Cells that were merged or split: what is neither a name nor a text waits."""
        for cell in one.row.others:
            words = cell.words()
            is_known = words in self._by_words or words.casefold() in self._by_name
            if words and not is_known and words != form.GENERAL:
                self._other(one, cell, _TORN)

    def _other(self, one: _Filled, cell: Cell, reason: str) -> None:
        detail = {"change": "words"}
        values = {"after": cell.words(), "detail": detail, "state": Place.INBOX}
        self._at(one, cell, Sort.OTHER, reason=reason or _UNPLACED, **values)

    def _without_name(self, words: str, clause: int) -> str:
        """The words without what the clause is called, where somebody wrote that before them."""
        own = self._plain[clause]
        for name in (self._names[clause], plain(self._sent.labels[clause])):
            if name and words.casefold().startswith(name.casefold()):
                if own.casefold().startswith(name.casefold()):
                    continue
                rest = words[len(name) :]
                if rest and not rest[0].isalnum():
                    return rest.lstrip(" .:–—-")
        return words

    # --- what stands elsewhere

    def _outside(self) -> None:
        """What was written above or below the table."""
        known = {plain(each) for each in (*form.SAYS, *form.COLUMNS, form.GENERAL)}
        for whole in after(self._blocks):
            words = plain(whole.now())
            if not words or words in known or is_in_table(whole.owner):
                continue
            if is_front(whole.owner.paragraph.style):
                continue
            detail = {"change": "words", "form": "outside of the table"}
            finding = NewFinding(Sort.OTHER, Place.INBOX, after=words, detail=detail)
            revisions = {each for block in whole.blocks for each in block.revisions}
            self._add(whole.first.index, replace(finding, reason=_OUTSIDE), revisions)

    def _threads(self) -> tuple[int, int]:
        """Comments of Word beside the form; how many remarks there are, and how many are ours."""
        theirs = ours = 0
        for thread in self._reading.comments:
            own, sent = remarks_in(thread, self._sent)
            theirs, ours = theirs + len(own), ours + sent
            if not own:
                continue
            made = thread_of(thread, own, is_answer=thread.remark not in own)
            at = len(self._blocks) if thread.paragraph is None else thread.paragraph
            one = self._filled.get(at)
            made = replace(made, reason=_OUTSIDE, detail={**made.detail, "anchor": None})
            if one is not None:
                made = replace(made, **self._place(one))
            elif at < len(self._blocks) and is_front(self._blocks[at].paragraph.style):
                made = replace(made, state=Place.PLACED, how=AROUND, score=1.0, reason="")
            self._add(at, made, set())
        return theirs, ours

    def _left_over(self, theirs: Iterable[int]) -> None:
        """Tracked changes of which nothing was said yet: what is told of them changed no words."""
        covered = {each for _, one in self._made for each in one.detail.get("revisions", ())}
        where: dict[int, int] = {}
        for block in self._blocks:
            for each in block.revisions:
                where.setdefault(each, block.index)
        rows: dict[int, set[int]] = {}
        for each in theirs:
            if each not in covered:
                rows.setdefault(where.get(each, len(self._blocks)), set()).add(each)
        for at, revisions in rows.items():
            one = self._filled.get(at)
            words = plain(" ".join(self._by_number[each].text for each in sorted(revisions)))
            made = NewFinding(Sort.OTHER, Place.PLACED, detail={"change": "words"})
            if one is None:
                is_said = words and at < len(self._blocks)
                made = replace(made, state=Place.INBOX if is_said else Place.PLACED, after=words)
                self._add(at, replace(made, reason=_OUTSIDE if is_said else _NO_MATTER), revisions)
            elif any(cell.words() for cell in one.row.all()):
                made = replace(made, **self._place(one), after=words)
                self._add(at, replace(made, reason=made.reason or _NO_MATTER), revisions)
            else:
                made = replace(made, **self._place(one), before=words)
                self._add(at, replace(made, state=Place.PLACED, reason=_TAKEN_OUT), revisions)

    # --- within

    def _place(self, one: _Filled) -> dict[str, Any]:
        """Where what stands in a row belongs; one of no clause may belong to that above it."""
        spot = one.spot
        clause = spot.clause if spot.clause is not None or one.is_general else one.above
        is_sure = one.is_general or (spot.clause is not None and not spot.reason)
        return {
            "state": Place.PLACED if is_sure else Place.INBOX,
            "clause": self._sent.clauses[clause].uid if clause is not None else "",
            "how": spot.how,
            "score": spot.score,
            "reason": spot.reason,
        }

    def _at(self, one: _Filled, cell: Cell, sort: Sort, **values: Any) -> None:
        """Keep a finding on the row's clause; what is said of its place holds."""
        place = self._place(one)
        if one.is_general and values.get("wish"):
            place |= {"state": Place.INBOX, "reason": _UNPLACED}
        if not values.get("reason", ""):
            values.pop("reason", None)
        self._add(one.row.at, NewFinding(kind=sort, **{**place, **values}), cell.revisions)

    def _add(self, at: int, finding: NewFinding, revisions: set[int]) -> None:
        """Keep a finding, with whose it is by the changes that it is made of."""
        own = sorted(each for each in revisions if self._by_number[each].kind != "format only")
        authors = self._authors(own)
        dates = sorted({self._by_number[each].date for each in own} - {""})
        detail = {**finding.detail, "revisions": own}
        if authors:
            detail = {**detail, "authors": authors, "dates": dates}
        finding = replace(
            finding,
            author=finding.author or ", ".join(authors),
            dated=finding.dated or (dates[-1] if dates else ""),
            detail=detail,
        )
        self._made.append((at, finding))

    def _authors(self, revisions: Iterable[int]) -> list[str]:
        names = [self._by_number[each].author for each in sorted(revisions)]
        return list(dict.fromkeys(name for name in names if name))


def _same(one: str, other: str) -> bool:
    """Whether two texts have the same words; how they are spaced is form."""
    return "".join(one.split()) == "".join(other.split())
