"""Taking out words that a proposal brought into the text: wherever they went from there.

The words are followed through the journal letter by letter, from the entries by which the
proposal was taken up: into clauses that were split off or joined to, back when their deletion
was undone, and into whatever else somebody put them. There, in the text as it stands, in the
editions and in what quotes them, a black bar of the same length takes their place, so that
every later change still fits. The entries keep their hashes; a tombstone in the journal, which
is chained like all others, says which entries those are and what stands in them now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.store.drafts import DraftRecord, content_hash, content_of
from app.store.erasures import FAR, FILL, SHORT, mark_of
from app.store.journal import REDACTED, EntryRecord, Fold
from app.store.proposals import ProposalRecord
from app.store.seats import SeatRecord
from app.store.tombstones import Words
from app.store.unit import Store
from app.treaty.changes import ChangeSet, from_units, to_units
from app.treaty.diff import between
from app.treaty.document import Kind

_Taint = list[bool]


@dataclass(slots=True)
class _Trace:
    """The words, in UTF-16 units, of the clauses met, and which of their letters are to go.

    What stood in the `common` text before anything was taken up is no secret wherever it stands.
    """

    words: dict[str, str] = field(default_factory=dict)
    common: str = ""
    taint: dict[str, _Taint] = field(default_factory=dict)
    taken: list[tuple[str, _Taint]] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)
    blanked: dict[int, EntryRecord] = field(default_factory=dict)

    def take(self, entry: EntryRecord, *, is_source: bool) -> None:
        """Follow the words over one entry, and keep what the entry is to be from now on."""
        change = entry.word_changes
        if change is None or not entry.uid:
            return
        old = self.words.get(entry.uid, "")
        marks = self.taint.get(entry.uid, [False] * len(old))
        words, taint, at, edits, is_hit = [], list[bool](), 0, [], False
        for edit in change.edits():
            units = to_units(edit.text)
            own = _letters(units) if is_source else self._known(units)
            words += [old[at : edit.start], units]
            taint += [*marks[at : edit.start], *own]
            if any(marks[edit.start : edit.end]):
                self.taken.append((old[edit.start : edit.end], marks[edit.start : edit.end]))
            at = edit.end
            is_hit = is_hit or any(own)
            edits.append((edit.start, edit.end, from_units(_barred(units, own))))
            said = edit.text.strip(" []")
            if is_source and said and said not in self.common:
                self.passages.append(said)
        self.words[entry.uid] = "".join([*words, old[at:]])
        self.taint[entry.uid] = [*taint, *marks[at:]]
        if is_hit:
            self.blanked[entry.seq] = _blanked(entry, change.length, edits)

    def _known(self, units: str) -> _Taint:
        """Which of these letters, that somebody put in, are words that are to go."""
        marks = [False] * len(units)
        if not units:
            return marks
        live = [(words, self.taint[uid]) for uid, words in self.words.items() if uid in self.taint]
        for words, taint in [*self.taken, *(one for one in live if any(one[1]))]:
            at = units.find(words)
            if at >= 0:
                marks[at : at + len(words)] = _either(marks[at : at + len(words)], taint)
            elif len(units.strip()) >= SHORT and (at := words.find(units)) >= 0:
                marks = _either(marks, taint[at : at + len(units)])
        for passage in (to_units(one) for one in self.passages if len(one) >= FAR):
            at = units.find(passage)
            while at >= 0:
                marks[at : at + len(passage)] = [True] * len(passage)
                at = units.find(passage, at + 1)
        return marks


def take_out(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    proposal: ProposalRecord,
    *,
    first: str,
    why: str,
) -> int:
    """How many entries of the journal lost words of a proposal that was taken up.

    `first` is the name of the seat that asked; `seat` is the one that agrees.
    """
    with store.drafts.pen(draft.id, seat, REDACTED) as pen:
        acts = _acts(store, draft, proposal)
        begin = min(acts, default=0)
        if not begin:
            passages = _proposed(proposal)
            store.erasures.quotes(draft.id, passages, near=(), by=seat, but=proposal)
            _bury(store, seat, draft, proposal, Words(passages), first=first, why=why)
            return 0
        entries = store.drafts.journal(draft.id, after=begin - 1)
        before = store.drafts.as_it_stood(draft.id, begin - 1)
        texts = {uid: _words(one) for uid, one in before.clauses.items()}
        trace = _Trace(
            {uid: to_units(one) for uid, one in texts.items()}, "\n".join(texts.values())
        )
        for entry in entries:
            trace.take(entry, is_source=entry.first in acts and not entry.is_renumbering)
        editions = _editions(before, entries, trace)
        pen.write_down(
            REDACTED,
            detail={
                "proposal": proposal.uid,
                "blanked": {
                    str(seq): mark_of(one.changes, one.detail) for seq, one in trace.blanked.items()
                },
                "editions": {str(seq): digest for seq, (_, digest) in editions.items()},
                "asked by": first,
                "why": why,
            },
        )
        for clause in pen.clauses():
            marks = trace.taint.get(clause.uid, [])
            if any(marks):
                pen.reword(clause, _covering(trace.words[clause.uid], marks), origin=REDACTED)
    store.erasures.permit(draft.id, {*trace.blanked, *editions}, proposal=proposal.uid)
    for seq, one in trace.blanked.items():
        store.erasures.entry(draft.id, seq, one.changes, one.detail)
    for seq, (content, digest) in editions.items():
        store.erasures.edition(draft.id, seq, content, digest)
    near = {uid for uid, marks in trace.taint.items() if any(marks)}
    near |= {one.uid for one in trace.blanked.values()}
    store.erasures.quotes(draft.id, trace.passages, near=near, by=seat, but=proposal)
    words = Words(trace.passages, near, set(editions))
    _bury(store, seat, draft, proposal, words, first=first, why=why)
    return len(trace.blanked)


def _bury(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    proposal: ProposalRecord,
    words: Words,
    *,
    first: str,
    why: str,
) -> None:
    """Take out the files that came back with the words, and say so in each round's record."""
    told = store.tombstones.after_proposal(
        draft.id, proposal.uid, words, first=first, by=seat, why=why
    )
    for round_, file in told:
        detail = {"file": file, "proposal": proposal.uid, "asked by": first, "why": why}
        thing = f"round:{round_}"
        store.journal_events.record("round.file taken out", seat=seat, thing=thing, detail=detail)


def _proposed(proposal: ProposalRecord) -> list[str]:
    """The words that a proposal would bring into the text, where they are not there already."""
    said = [edit.text for edit in between(proposal.base, proposal.words).edits()]
    said += [proposal.heading]
    lines = [line for each in said for line in each.split("\n")]
    return [one for each in lines if (one := each.strip("\t []")) and one not in proposal.base]


def _acts(store: Store, draft: DraftRecord, proposal: ProposalRecord) -> set[int]:
    """The first entries of the acts by which the proposal was taken up."""
    return {
        entry.first
        for entry in store.drafts.journal(draft.id, after=proposal.seq - 1)
        if entry.detail.get("proposal") == proposal.uid and entry.act != REDACTED
    }


def _words(clause: Any) -> str:
    return str(clause.heading if Kind(clause.kind).bears_heading else clause.text)


def _editions(
    before: Fold, entries: Sequence[EntryRecord], trace: _Trace
) -> dict[int, tuple[dict[str, Any], str]]:
    """Content and hash of the editions that lose words, by the seq of the entry that named them."""
    found: dict[int, tuple[dict[str, Any], str]] = {}
    for entry in entries:
        before.take(trace.blanked.get(entry.seq, entry))
        if entry.act == "edition":
            mast = before.mast
            content = content_of(mast["title"], mast["scheme"], mast["distribution"], before.live())
            digest = content_hash(content)
            if any(FILL in str(one["text"]) + str(one["heading"]) for one in content["clauses"]):
                found[entry.seq] = content, digest
    return found


def _blanked(entry: EntryRecord, length: int, edits: Iterable[tuple[int, int, str]]) -> EntryRecord:
    """The entry with other words put in."""
    edits = list(edits)
    detail = {**entry.detail, "redacted": True}
    if entry.changes is not None:
        return replace(entry, changes=list(ChangeSet.build(length, edits).to_json()), detail=detail)
    said = "".join(text for _, _, text in edits)
    key = "to" if entry.act == "retitled" else "heading"
    return replace(entry, detail={**detail, key: said})


def _covering(words: str, marks: Sequence[bool]) -> ChangeSet:
    """The change that puts bars over the marked letters, said anew so that every page has it."""
    edits, at = [], 0
    while at < len(marks):
        end = at
        while end < len(marks) and marks[end]:
            end += 1
        if end > at:
            edits.append((at, end, FILL * (end - at)))
        at = max(end, at + 1)
    return ChangeSet.build(len(words), edits)


def _letters(units: str) -> _Taint:
    """Which letters that a proposal put in are to go: all but brackets, and spaces at the edges."""
    start, end = len(units) - len(units.lstrip(" []")), len(units.rstrip(" []"))
    return [start <= at < end and unit not in "[]" for at, unit in enumerate(units)]


def _barred(units: str, marks: Sequence[bool]) -> str:
    return "".join(FILL if mark else unit for unit, mark in zip(units, marks, strict=True))


def _either(one: Sequence[bool], other: Sequence[bool]) -> _Taint:
    return [a or b for a, b in zip(one, other, strict=True)]
