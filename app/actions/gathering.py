"""What a round gathered: where all of it belongs, and all of it as one Word file, clause by clause.

A round of forty files has some thousands of findings. Where they belong is read first, without
their words; these are read for what is shown at once.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from app.actions import circulating, policy, returning, rounding
from app.actions.circulating import Export, Options
from app.actions.forwarding import Forwarded, forwarded
from app.actions.policy import Act
from app.exchange.bundle import zipped
from app.exchange.word.compilation import Beside, Proposed
from app.store.drafts import DraftRecord
from app.store.proposals import Stage
from app.store.readers import Reader
from app.store.rounds import (
    FindingRecord,
    Place,
    PlacedRecord,
    RecipientRecord,
    ReturnedRecord,
    RoundRecord,
    Sort,
)
from app.store.seats import SeatRecord
from app.store.unit import Store

UNKNOWN = "Nobody known"
"""Whoever sent a file of which it is not known whose copy it was."""

UNSETTLED = frozenset({Place.INBOX, Place.SET_ASIDE})
"""What has no place in the text: it waits for one, or nothing was made of it."""

_WISHES = {"insert": "Insert after this clause:", "delete": "Delete.", "move": "Move this clause."}
_STATUS = "What came back in a round, for the secretariat. No official status."


def placed(store: Store, seat: SeatRecord | None, round_: RoundRecord) -> tuple[PlacedRecord, ...]:
    """Where all that came back belongs that this seat may know of, in the order of the files."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    return store.rounds.placed(Reader.of(seat), round_.id)


def findings(
    store: Store, seat: SeatRecord | None, which: Sequence[PlacedRecord]
) -> Mapping[int, FindingRecord]:
    """These findings with all that is in them, by their ids."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    ids = {each.id for each in which}
    files = {each.returned_id for each in which}
    found = store.rounds.findings(Reader.of(seat), files, ids=ids)
    return {each.id: each for each in found}


def proposals(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, found: Collection[FindingRecord]
) -> Mapping[str, Forwarded]:
    """What was made of findings and this seat may know of, as it lies on the text now, by uid."""
    uids = {each.proposal for each in found} - {""}
    if not uids:
        return {}
    seat = policy.require(seat, Act.READ_PROPOSALS)
    made = store.proposals.of_draft(Reader.of(seat), draft.id, uids=uids)
    return {each.proposal.uid: each for each in forwarded(store, draft, made)}


def on_clause(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[tuple[RoundRecord, int], ...]:
    """The rounds in which something came back on a clause, newest first, and how many things."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    counts = store.rounds.on_clause(Reader.of(seat), draft.id, uid)
    if not counts:
        return ()
    rounds = store.rounds.of_draft(Reader.of(seat), draft.id)
    return tuple((each, counts[each.id]) for each in rounds if each.id in counts)


# --- as files


def everything_back(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, round_: RoundRecord
) -> Export:
    """All files that came back, byte for byte, in one .zip: a folder for each recipient."""
    seat = policy.require(seat, Act.RUN_ROUND)
    to = {each.id: each for each in rounding.recipients(store, seat, round_)}
    content = zipped(
        (_path(at, each, to.get(each.recipient_id or 0)), store.rounds.content(each.id))
        for at, each in enumerate(returning.returns(store, seat, round_), 1)
    )
    name = f"{draft.slug}-{rounding.slug_of(round_.name) or 'round'}-returned.zip"
    return Export(name, content, hashlib.sha256(content).hexdigest())


def _path(at: int, came: ReturnedRecord, to: RecipientRecord | None) -> str:
    # Numbered as they came: a capital may send two files of one name.
    folder = rounding.folder_of(to) if to else f"{UNKNOWN}/"
    return f"{folder}{at:03d} {came.filename or 'file'}"


def compilation(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, round_: RoundRecord
) -> Export:
    """A Word file of all returns: the text as it was sent, and beside each clause who asks what.

    For those who steer alone: most of it is not tabled, and the file says so. What has no place
    in the text that was sent stands beside its first clause, and says that.
    """
    seat = policy.require(seat, Act.RUN_ROUND)
    edition = store.drafts.edition(draft.id, round_.edition)
    clauses = store.drafts.edition_document(edition).clauses if edition else ()
    everything = placed(store, seat, round_)
    found = findings(store, seat, everything)
    names = _names(store, seat, round_)
    made = proposals(store, seat, draft, found.values())
    beside = _beside([found[each.id] for each in everything], names, made, [c.uid for c in clauses])
    options = Options(marking=round_.settings.get("marking", ""), record_status=_STATUS)
    file = circulating.export(
        store, seat, draft, "compilation", round_.edition, options=options, beside=beside
    )
    name = f"{draft.slug}-{rounding.slug_of(round_.name) or 'round'}-compilation.docx"
    return replace(file, filename=name)


def _names(store: Store, seat: SeatRecord, round_: RoundRecord) -> Mapping[int, str]:
    """Whose each file is, by its id."""
    to = {each.id: each.name for each in rounding.recipients(store, seat, round_)}
    came = returning.returns(store, seat, round_)
    return {each.id: to.get(each.recipient_id or 0, UNKNOWN) for each in came}


def _beside(
    found: Sequence[FindingRecord],
    names: Mapping[int, str],
    made: Mapping[str, Forwarded],
    uids: Sequence[str],
) -> Beside:
    changes: dict[str, list[Proposed]] = defaultdict(list)
    remarks: dict[str, list[str]] = defaultdict(list)
    known = frozenset(uids)
    for each in found:
        if each.state is Place.SET_ASIDE or not uids:
            continue
        is_there = each.clause in known and each.state is not Place.INBOX
        uid, who = (each.clause if is_there else uids[0]), names[each.returned_id]
        away = "" if is_there else _away(each)
        if each.kind is Sort.COMMENT or not (each.before or each.after or each.heading):
            remarks[uid] += _remarks(each, who, away)
        else:
            stage = made[each.proposal].proposal.stage if each.proposal in made else None
            changes[uid].append(_change(each, who, away, stage))
    return Beside(
        {uid: tuple(each) for uid, each in changes.items()},
        {uid: tuple(each) for uid, each in remarks.items()},
    )


def _away(each: FindingRecord) -> str:
    if each.state is Place.INBOX:
        return f"Not placed yet: {each.reason}" if each.reason else "Not placed yet."
    return "On a clause that came later." if each.clause else "On the text as a whole."


def _change(each: FindingRecord, who: str, away: str, stage: Stage | None) -> Proposed:
    old, new = each.before, "\n".join(filter(None, (each.heading, each.after)))
    if each.wish == "insert":
        old = ""
    elif each.wish == "delete":
        new = ""
    elif each.wish == "move":
        old = new = ""
    said = [away, "Not tracked in the file." if each.detail.get("untracked") else ""]
    if each.state is Place.PROPOSED:
        said.append(f"{stage.value.capitalize()}." if stage else "Not tabled yet.")
    return Proposed(who, old, new, _WISHES.get(each.wish, ""), "", " ".join(filter(None, said)))


def _remarks(each: FindingRecord, who: str, away: str) -> Iterator[str]:
    thread = each.detail.get("thread") or [{"author": "", "text": each.after or each.reason}]
    for at, one in enumerate(thread):
        author = str(one.get("author", ""))
        by = f"{who} ({author})" if author and author != who else who
        on = f" on “{each.before[:120]}”" if each.before and not at else ""
        told = f" [{away}]" if away and not at else ""
        yield f"{by}{on}: {one.get('text', '')}{told}"
