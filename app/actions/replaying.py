"""The drafting history of an article: each of its texts from the first word on, step by step.

A step is what people call one change, with the article before it and after it. What the clauses
of an article went through before they came to it, or after they left, is another article's past.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from app.actions import policy, recording
from app.actions.circulating import Export
from app.actions.policy import Act
from app.actions.recording import Row
from app.actions.refusals import Missing
from app.actions.settling import NOTHING_IS_AGREED
from app.exchange.word.history import PROFILE, History, Passage, Stage, write_history
from app.exchange.word.treaty import Mast
from app.store.drafts import DraftRecord
from app.store.journal import Fold, Run, runs
from app.store.proposals import ProposalRecord
from app.store.readers import Reader
from app.store.record import Narrow, PlacedRecord, StructureRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.diff import Piece, pieces
from app.treaty.document import Clause, Kind
from app.treaty.numbering import Scheme, citation_of, labels

_WHOLE = (Kind.ARTICLE, Kind.ANNEX, Kind.APPENDIX)
"""What is replayed with all that stands below it; other clauses are replayed alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One clause of the article as a step shows it.

    `state` is "same", "changed", "inserted", "struck" or "moved"; the pieces are a redline to
    what was before, without any where it stayed the same.
    """

    uid: str
    kind: Kind
    label: str
    pieces: tuple[Piece, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an article: entries `first` to `seq`, who, when, what, and both texts.

    `label` is the article's own at that time, `was` and `now` its clauses that lived. `uid` is
    the clause that it was done to.
    """

    first: int
    seq: int
    row: Row
    label: str
    was: tuple[Clause, ...]
    now: tuple[Clause, ...]

    def lines(self, scheme: Scheme) -> tuple[Line, ...]:
        """The article after the step, with a redline to the one before it."""
        return tuple(_lines(self, scheme))


@dataclass(frozen=True, slots=True)
class Replay:
    """The steps of an article, oldest first; `uids` are all clauses that ever were in it."""

    uid: str
    steps: tuple[Step, ...]
    uids: frozenset[str]
    scheme: Scheme


def article_of(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> str:
    """The uid of the article, or annex, that the clause stands in; its own outside of them.

    Missing when the draft has no such clause.
    """
    policy.require(seat, Act.READ_JOURNAL)
    placed = store.record.placed(draft.id)
    at = next((at for at, each in enumerate(placed) if each.uid == uid), None)
    if at is None:
        raise Missing("There is no such clause in this draft.")
    top, depth = placed[at], placed[at].depth
    for each in reversed(placed[: at + 1]):
        if each.uid != uid and (each.depth >= depth or (each.struck and not top.struck)):
            continue
        depth = each.depth
        if Kind(each.kind) in _WHOLE:
            return each.uid
    return uid


def replay(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> Replay:
    """The drafting history of the article with this uid, or of a clause outside of articles."""
    policy.require(seat, Act.READ_JOURNAL)
    stands = _stands(store.record.structure(draft.id), uid)
    if not stands:
        raise Missing("There is no such clause in this draft.")
    ever = frozenset(each.uid for stand in stands for each in stand.clauses)
    groups = list(recording.grouped(runs(store.record.histories(draft.id, ever))))
    steps = tuple(_steps(store, draft, stands, groups[::-1], uid))
    return Replay(uid, steps, ever, Scheme(draft.scheme))


def remarks(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, found: Replay
) -> tuple[Row, ...]:
    """What was done about the article beside its text, oldest first: its status, proposals."""
    reader = policy.require(seat, Act.READ_JOURNAL)
    asides = store.record.asides(draft.id, Narrow(uids=found.uids))
    records = store.proposals.of_draft(
        Reader.of(reader), draft.id, uids={aside.proposal for aside in asides} - {""}
    )
    known: Mapping[str, ProposalRecord] = {
        each.uid: each for each in records if each.tabled_at is not None
    }
    rows = list(recording.beside_rows(asides, known))
    return tuple(reversed(rows))


# --- where the clauses of the article stood


@dataclass(frozen=True, slots=True)
class _Stand:
    """From the act with this first entry on: the article's clauses and its own label."""

    first: int
    clauses: tuple["_Placed", ...]
    label: str


@dataclass(frozen=True, slots=True)
class _Placed:
    uid: str
    kind: Kind
    number: str
    depth: int
    struck: bool


def _stands(entries: Sequence[StructureRecord], uid: str) -> list[_Stand]:
    fold = Fold()
    stands: list[_Stand] = []
    label = ""
    for first, act in _acts(entries):
        headed = False
        for entry in act:
            fold.take(entry)
            clause = fold.clauses.get(entry.uid)
            headed = headed or not entry.uid or bool(clause and clause.kind.bears_heading)
        if uid not in fold.clauses:
            continue
        clauses = _clauses_of(fold, uid)
        if headed or not stands:
            label = _label(fold, uid) or label
        if not stands or (stands[-1].clauses, stands[-1].label) != (clauses, label):
            stands.append(_Stand(first, clauses, label))
    return stands


def _acts(entries: Sequence[StructureRecord]) -> Iterator[tuple[int, list[StructureRecord]]]:
    """The entries by the acts that they belong to; what the draft began with is one."""
    for key, act in groupby(entries, key=_act):
        together = list(act)
        yield key or together[0].seq, together


def _act(entry: StructureRecord) -> int:
    """The first entry of its act, which may say nothing of structure; 0 for the first text."""
    return 0 if entry.act == "loaded" else int(entry.detail.get("of", entry.seq))


def _clauses_of(fold: Fold, uid: str) -> tuple[_Placed, ...]:
    top = fold.clauses[uid]
    start = fold.order.index(uid)
    run = [top]
    if top.kind in _WHOLE:
        for each in fold.order[start + 1 :]:
            clause = fold.clauses[each]
            if clause.depth <= top.depth and (top.struck or not clause.struck):
                break
            run.append(clause)
    placed = [PlacedRecord(c.uid, c.kind.value, c.depth, c.struck) for c in run]
    within = recording.below(placed, uid)
    return tuple(
        _Placed(c.uid, c.kind, c.number, c.depth, c.struck) for c in run if c.uid in within
    )


def _label(fold: Fold, uid: str) -> str:
    """The label of a clause that bears a heading, which depends on other such clauses alone."""
    heads = [
        Clause(clause.kind, clause.number, "", "", clause.depth, clause.uid)
        for clause in map(fold.clauses.__getitem__, fold.order)
        if clause.kind.bears_heading and not clause.struck
    ]
    found = labels(heads, Scheme(fold.mast.get("scheme", "un")))
    return next((mark for head, mark in zip(heads, found, strict=True) if head.uid == uid), "")


# --- the steps


def _steps(
    store: Store,
    draft: DraftRecord,
    stands: Sequence[_Stand],
    groups: Sequence[tuple[Run, ...]],
    uid: str,
) -> Iterator[Step]:
    words: dict[str, str] = {}
    was: tuple[Clause, ...] = ()
    label, at = "", -1
    for group in _with_moves(store, draft, stands, groups):
        before = stands[at].clauses if at >= 0 else ()
        for run in group:
            for entry in run.entries:
                words[entry.uid] = entry.words_after(words.get(entry.uid, ""))
        while at + 1 < len(stands) and stands[at + 1].first <= group[-1].last.seq:
            at += 1
        if at < 0:
            continue
        stand = stands[at]
        inside = {each.uid for each in (*before, *stand.clauses)}
        now = tuple(_clause(each, words) for each in stand.clauses if not each.struck)
        own = [run for run in group if run.last.uid in inside] or list(group)
        is_same = was == now and label == stand.label
        if is_same and all(run.last.act not in ("moved", "struck", "restored") for run in own):
            continue
        if is_same and not any(run.last.uid in inside for run in group):
            continue
        yield Step(
            first=group[0].first.seq,
            seq=group[-1].last.seq,
            row=recording.bare_row(tuple(own)),
            label=stand.label,
            was=was,
            now=now,
        )
        was, label = now, stand.label


def _with_moves(
    store: Store, draft: DraftRecord, stands: Sequence[_Stand], groups: Sequence[tuple[Run, ...]]
) -> list[tuple[Run, ...]]:
    """The groups, and the acts upon other clauses by which the article's own came or went."""
    known = {run.last.first for group in groups for run in group}
    loaded = any(run.last.act == "loaded" for group in groups for run in group)
    found = list(groups)
    before: frozenset[str] = frozenset()
    for stand in stands:
        inside = frozenset(each.uid for each in stand.clauses if not each.struck)
        if inside != before and stand.first not in known:
            entry = store.drafts.entry(draft.id, stand.first)
            if entry is not None and not (entry.act == "loaded" and loaded):
                found.append((Run((entry,)),))
        before = inside
    return sorted(found, key=lambda group: group[-1].last.seq)


def _clause(placed: _Placed, words: Mapping[str, str]) -> Clause:
    said = words.get(placed.uid, "")
    headed = placed.kind.bears_heading
    return Clause(
        placed.kind,
        placed.number,
        said if headed else "",
        "" if headed else said,
        placed.depth,
        placed.uid,
    )


# --- a step as lines


def _lines(step: Step, scheme: Scheme) -> Iterator[Line]:
    was = {clause.uid: clause for clause in step.was}
    now = {clause.uid for clause in step.now}
    order = {clause.uid: at for at, clause in enumerate(c for c in step.was if c.uid in now)}
    gone = _gone(step)
    old = dict(zip(was, _labelled(step.was, scheme, step.label), strict=True))
    yield from _struck(gone.get("", ()), old)
    last = -1
    for clause, label in zip(step.now, _labelled(step.now, scheme, step.label), strict=True):
        before = was.get(clause.uid)
        text = _words(clause)
        if before is None and not was:
            yield Line(clause.uid, clause.kind, label, _as_is(text), "same")
        elif before is None:
            yield Line(clause.uid, clause.kind, label, pieces("", text), "inserted")
        elif _words(before) != text:
            yield Line(clause.uid, clause.kind, label, pieces(_words(before), text), "changed")
        else:
            is_moved = order[clause.uid] < last or before.depth != clause.depth
            state = "moved" if is_moved else "same"
            yield Line(clause.uid, clause.kind, label, _as_is(text), state)
        last = max(last, order.get(clause.uid, -1))
        yield from _struck(gone.get(clause.uid, ()), old)


def _gone(step: Step) -> dict[str, list[Clause]]:
    """What was there before, by the uid of the clause after which it stood."""
    now = {clause.uid for clause in step.now}
    found: dict[str, list[Clause]] = {}
    after = ""
    for clause in step.was:
        if clause.uid in now:
            after = clause.uid
        else:
            found.setdefault(after, []).append(clause)
    return found


def _struck(clauses: Sequence[Clause], labels: Mapping[str, str]) -> Iterator[Line]:
    for clause in clauses:
        text = _words(clause)
        yield Line(clause.uid, clause.kind, labels[clause.uid], pieces(text, ""), "struck")


def _labelled(clauses: Sequence[Clause], scheme: Scheme, label: str) -> tuple[str, ...]:
    found = labels(clauses, scheme)
    if clauses and clauses[0].kind.bears_heading:
        return (label, *found[1:])
    return found


def _as_is(text: str) -> tuple[Piece, ...]:
    return (Piece("same", text),) if text else ()


def _words(clause: Clause) -> str:
    return clause.heading if clause.kind.bears_heading else clause.text


def between(found: Replay, rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    """By step, what was done beside the text after it and before the next one."""
    told: list[list[Row]] = [[] for _ in found.steps]
    at = 0
    for row in rows:
        while at + 1 < len(told) and found.steps[at + 1].row.at <= row.at:
            at += 1
        if told:
            told[at].append(row)
    return tuple(map(tuple, told))


def last_name(found: Replay) -> str:
    """What the article was called when it last stood there: "Article 4", or its kind."""
    last = next((step for step in reversed(found.steps) if step.now), None)
    if last is None:
        return "a clause"
    return last.label or f"a {last.now[0].kind.value}"


# --- the annex


def annex(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, with_names: bool = False
) -> Export:
    """The drafting history as a Word file, on record as an export.

    Names of people and delegations stand in it only where somebody who may say so asks for them.
    """
    author = policy.require(seat, Act.EXPORT)
    if with_names:
        policy.require(seat, Act.NAME_AUTHORS)
    draft = store.drafts.by_id(draft.id) or draft
    found = replay(store, author, draft, uid)
    document = store.drafts.document(draft.id)
    at = next((at for at, each in enumerate(document.clauses) if each.uid == uid), None)
    name = last_name(found) if at is None else citation_of(document.clauses, at, found.scheme)
    told = between(found, remarks(store, author, draft, found))
    stages = tuple(
        _stage(number, step, found.scheme, rows, with_names=with_names)
        for number, (step, rows) in enumerate(zip(found.steps, told, strict=True), 1)
    )
    content = write_history(
        History(
            name,
            Mast(
                draft=draft.slug,
                symbol=draft.symbol,
                dated=draft.dated,
                distribution=draft.distribution,
                edition="Drafting history",
                record_status=f"Record of the drafting. {NOTHING_IS_AGREED}",
                journal_head=draft.hash,
                journal_seq=draft.seq,
            ),
            draft.title,
            stages,
            _passages(_final(found), found.scheme),
            found.scheme,
        )
    )
    named = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    made = Export(
        filename=f"{draft.slug}-history-{named}.docx",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    store.exports.record(
        draft_id=draft.id,
        edition_id=None,
        profile=PROFILE,
        filename=made.filename,
        sha256=made.sha256,
        size=len(content),
        seq=draft.seq,
        head=draft.hash,
        author=author,
    )
    return made


def _stage(
    number: int, step: Step, scheme: Scheme, rows: Sequence[Row], *, with_names: bool
) -> Stage:
    row = step.row
    who = f"{row.author}, " if with_names else ""
    return Stage(
        f"{number}. {_when(row.at)}: {who}{row.deed}",
        tuple(
            _passage(line, step)
            for line in step.lines(scheme)
            if line.state != "same" or number == 1
        ),
        tuple(_remark(each, with_names=with_names) for each in rows),
    )


def _remark(row: Row, *, with_names: bool) -> str:
    words = f"{_when(row.at)}: {row.deed}"
    if with_names and row.proposal:
        whose = f"{row.whose}, on " if row.whose else ""
        words += f" ({whose}the proposal of {row.delegation}; {row.author})"
    elif with_names:
        words += f" ({row.whose})" if row.whose else ""
        words += f" by {row.delegation or row.author}"
    if row.meeting:
        words += f", {row.meeting}"
    return f"{words}. {row.why}".rstrip() if row.why else f"{words}."


def _final(found: Replay) -> Step | None:
    last = found.steps[-1] if found.steps else None
    return replace(last, was=last.now) if last is not None and last.now else None


def _passages(step: Step | None, scheme: Scheme) -> tuple[Passage, ...]:
    return tuple(_passage(line, step) for line in step.lines(scheme)) if step else ()


def _passage(line: Line, step: Step) -> Passage:
    depths = {clause.uid: clause.depth for clause in (*step.was, *step.now)}
    top = min(depths.values(), default=0)
    return Passage(
        line.label,
        line.pieces,
        max(0, depths[line.uid] - top - 1),
        line.kind.bears_heading,
    )


def _when(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"
