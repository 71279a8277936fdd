"""Files that come back: kept first, read then, and every change and comment in them accounted for.

A file is stored byte for byte before anybody looks into it. It is read in a process of its own,
without the database (app/exchange/word/jail.py), and compared with what was sent (matching.py).
What could be placed becomes the delegation's: changes are proposals that it has not tabled yet,
comments are its notes. All else waits in the inbox with a reason, until somebody places it or
sets it aside, with a reason. The report of a file closes: nothing that was tracked or said in it
is neither placed, in the inbox, nor named among what was not taken.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from app.actions import filling, negotiating, policy, sifting
from app.actions.delivering import Delivery, reader_of
from app.actions.forwarding import refresh
from app.actions.policy import Act
from app.actions.recognising import Base, recognised
from app.actions.refusals import Forbidden, Invalid, Missing
from app.actions.rounding import Reply, seat_of, use
from app.exchange.package import Unreadable
from app.exchange.word.filled import is_form
from app.exchange.word.gate import MOST_FILE
from app.exchange.word.jail import read_views_apart
from app.exchange.word.read import Reading as Read
from app.exchange.word.story import Loss, View
from app.store.drafts import DraftRecord
from app.store.proposals import ProposalRecord, Stage
from app.store.readers import Reader
from app.store.rounds import (
    FindingRecord,
    How,
    NewFinding,
    Place,
    Reading,
    RecipientRecord,
    ReturnedRecord,
    RoundRecord,
    Sort,
)
from app.store.seats import Role, SeatRecord
from app.store.unit import Store, Stores

AT_ONCE = 2
"""How many files are read at the same time; each may take half a gigabyte while it is."""

LONGEST_NAME = 120
LONGEST_REASON = 600
MOST_SAID = 500
"""On how many clauses something can be said in one form."""

_STEERING = frozenset({Role.CHAIR, Role.SECRETARIAT})
_ABSENT = "There is no such file in this round."
_NO_FINDING = "There is no such finding in this round."
_NOT_UNDERSTOOD = "The file could not be understood; it is kept as it came."
_SETTLED = "Somebody has dealt with this already. Please look at it again."
_NOT_AS_IT_CAME = "Only the delegation's focal point can table this now."


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all that is in a file that came back.

    `tracked` and `remarks` are the tracked changes and the comments, answers counted, that were
    not in it when it was sent: each is placed, in the inbox, or a change of form alone, so that
    `lost` is 0, and that is counted and not assumed. `untracked` changes were found by comparing.
    `placed` and `in_inbox` count findings as they were when the file was read; a finding may be
    of several tracked changes. `base` names the text that it was compared with, `matched` is the
    share of that text's clauses that were found in it. `warnings` and `losses` are sentences.
    `wordings` were proposed in the columns of a comment form.
    """

    tracked: int
    remarks: int
    untracked: int
    placed: int
    in_inbox: int
    of_form: int
    ours: int
    lost: int
    base: str
    matched: float
    matched_by: str
    warnings: tuple[str, ...]
    losses: tuple[str, ...]
    wordings: int = 0


# --- taking


def receive_by_link(store: Store, found: Reply, filename: str, content: bytes) -> ReturnedRecord:
    """Keep a file that the holder of a link sends in; it waits to be read.

    Invalid where the link or the round takes nothing more, for an empty or far too large file,
    and for the very file that came before.
    """
    _refuse(store, found.round, content)
    use(store, found)
    return _kept(
        store, found.round, found.recipient, filename, content, How.LINK, seat_of(found.recipient)
    )


def say_by_link(
    store: Store, found: Reply, said: Sequence[tuple[str, str]], *, name: str = ""
) -> ReturnedRecord:
    """Keep what the holder of a link says on clauses, by their uids ("" for the whole text).

    `name` is who says it. Invalid where nothing is said; Missing for a clause that is not in
    the text that was sent.
    """
    told = [(uid, words.replace("\r\n", "\n").strip()) for uid, words in said]
    told = [(uid, words) for uid, words in told if words]
    if not told:
        raise Invalid("Write what is to be said.")
    if len(told) > MOST_SAID:
        raise Invalid(f"At most {MOST_SAID} comments can be sent at once.")
    if any(len(words) > 20_000 for _, words in told):
        raise Invalid("A comment is too long: at most 20,000 characters.")
    edition = store.drafts.edition(found.draft.id, found.round.edition)
    clauses = store.drafts.edition_document(edition).clauses if edition else ()
    known = {clause.uid: clause for clause in clauses}
    for uid, _ in told:
        if uid and uid not in known:
            raise Missing("There is no such clause in the text that was sent.")
    use(store, found)
    name = " ".join(name.split())[:LONGEST_NAME] or found.recipient.name
    content = json.dumps({"name": name, "said": told}, ensure_ascii=False).encode()
    by = seat_of(found.recipient)
    came = _kept(store, found.round, found.recipient, "comments.json", content, How.LINK, by)
    made = [
        NewFinding(
            Sort.COMMENT,
            Place.PLACED,
            clause=uid,
            how="the sender",
            score=1.0,
            before=(known[uid].heading or known[uid].text) if uid else "",
            after=words,
            author=name,
            detail={"thread": [{"author": name, "date": "", "text": words}], "form": True},
        )
        for uid, words in told
    ]
    delivery = Delivery(store, found.draft, found.round, found.recipient, found.round.seq)
    findings = [replace(each, detail={**each.detail, "anchor": None}) for each in made]
    findings = list(delivery.all(findings))
    counts = {"tracked": 0, "remarks": len(made), "untracked": 0, "of_form": 0, "ours": 0}
    report = {
        **counts,
        "placed": len(made),
        "in_inbox": 0,
        "lost": 0,
        "base": found.round.edition_name,
        "matched": 1.0,
        "matched_by": "who sent it in",
        "warnings": [],
        "losses": [],
        "seq": found.round.seq,
    }
    store.rounds.keep_reading(
        came.id, recipient_id=found.recipient.id, report=report, findings=findings
    )
    return _by_uid(store, came.uid)


def receive(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    filename: str,
    content: bytes,
    *,
    to: RecipientRecord | None = None,
    word: str = "",
) -> ReturnedRecord:
    """Keep a file that came by other ways; a delegate hands in their own delegation's alone.

    `word` says on whose word the secretariat records it ("by e-mail of 3 May"). Without a
    recipient the file itself says whose copy it is. Invalid for an empty or far too large file,
    and for the very file that came before.
    """
    seat = policy.require(seat, Act.RETURN_FILE)
    if seat.role not in _STEERING:
        own = store.rounds.recipients(Reader.of(seat), round_.id)
        if not own:
            raise Missing("There is no such round of this draft.")
        if not round_.is_open:
            raise Invalid("This round is closed: please turn to the secretariat.")
        to = next((each for each in own if to is not None and each.id == to.id), own[0])
        word = ""
    _refuse(store, round_, content)
    word = _reason(word) if word.strip() else ""
    how = How.WORD if word else How.UPLOAD
    return _kept(store, round_, to, filename, content, how, seat, word)


def _refuse(store: Store, round_: RoundRecord, content: bytes) -> None:
    if not content:
        raise Invalid("This file is empty.")
    if len(content) > MOST_FILE:
        raise Invalid(f"The file is larger than {MOST_FILE // 1_000_000} MB.")
    if store.rounds.same(round_.id, hashlib.sha256(content).hexdigest()) is not None:
        raise Invalid("This very file has come already.")


def _kept(
    store: Store,
    round_: RoundRecord,
    to: RecipientRecord | None,
    filename: str,
    content: bytes,
    how: How,
    by: SeatRecord,
    word: str = "",
) -> ReturnedRecord:
    bare = filename.replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in bare if each.isprintable()).strip()[:LONGEST_NAME]
    uid = store.rounds.receive(
        round_.id,
        recipient_id=to.id if to else None,
        filename=name or "file.docx",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        how=how,
        word=word,
        author=by,
    )
    detail = {"file": uid, "how": how.value, **({"word": word} if word else {})}
    store.journal_events.record(
        "round.returned", seat=by, thing=f"round:{round_.uid}", detail=detail
    )
    return _by_uid(store, uid)


# --- reading


_log = logging.getLogger(__name__)
_turn = Lock()


def read_return(stores: Stores, uid: str) -> ReturnedRecord:
    """Read a file that was kept, and keep what is in it; a failure is kept as one, with why."""
    with stores.begin() as store:
        came = _by_uid(store, uid)
        if not store.rounds.begin_reading(came.id):
            return came
        content = store.rounds.content(came.id)
    try:
        (reading,) = read_views_apart(content, (View.MARKED,))
        with stores.read() as store:
            base = _base(store, came, reading)
        sift = filling.sift_form if is_form(reading) else sifting.sift
        found = sift(reading, base.sent)
        with stores.begin() as store:
            _keep(store, came, base, found, reading)
    except Unreadable as refusal:
        _fail(stores, came, refusal.sentence)
    except Exception:
        # Whatever is wrong with one file is to leave the others alone.
        _log.exception("The returned file %s could not be understood.", uid)
        _fail(stores, came, _NOT_UNDERSTOOD)
    with stores.read() as store:
        # Whoever sent it may have deleted it in the meantime.
        return store.rounds.returned_by_uid(uid) or came


def read_waiting(
    stores: Stores,
    round_id: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[ReturnedRecord, ...]:
    """Read everything that waits, some at once; `progress` is told how many of how many.

    Whoever asks while this process is reading waits for their turn.
    """
    with _turn:
        with stores.read() as store:
            uids = [each.uid for each in store.rounds.waiting(round_id)]
        done: list[ReturnedRecord] = []
        if not uids:
            return ()
        with ThreadPoolExecutor(min(AT_ONCE, len(uids))) as pool:
            for came in pool.map(lambda uid: _read_if_there(stores, uid), uids):
                done += came
                if progress is not None:
                    progress(len(done), len(uids))
        return tuple(done)


def _read_if_there(stores: Stores, uid: str) -> tuple[ReturnedRecord, ...]:
    """The file, read; nothing where it was deleted before it was its turn."""
    try:
        return (read_return(stores, uid),)
    except Missing:
        return ()


def _base(store: Store, came: ReturnedRecord, reading: Read) -> Base:
    round_ = store.rounds.by_id(came.round_id)
    draft = store.drafts.by_id(round_.draft_id) if round_ else None
    if round_ is None or draft is None:
        raise LookupError(f"round {came.round_id}")
    return recognised(store, draft, round_, came, reading)


def _keep(
    store: Store, came: ReturnedRecord, base: Base, found: sifting.Sifted, reading: Read
) -> None:
    round_ = store.rounds.by_id(came.round_id)
    draft = store.drafts.by_id(round_.draft_id) if round_ else None
    if round_ is None or draft is None or not store.rounds.begin_reading(came.id):
        return
    findings = found.findings
    if base.recipient is not None:
        words = {clause.uid: base.sent.words(at) for at, clause in enumerate(base.sent.clauses)}
        delivery = Delivery(store, draft, round_, base.recipient, base.seq, words)
        findings = delivery.all(findings)
    store.rounds.keep_reading(
        came.id,
        recipient_id=base.recipient.id if base.recipient else None,
        report=_report(base, found, findings, reading),
        findings=findings,
    )


def _report(
    base: Base, found: sifting.Sifted, findings: Sequence[NewFinding], reading: Read
) -> dict[str, Any]:
    accounted = {each for one in findings for each in one.detail.get("revisions", ())}
    accounted |= set(found.form)
    remarks = sum(one.detail.get("remarks", 0) for one in findings)
    in_inbox = sum(one.state is Place.INBOX for one in findings)
    return {
        "tracked": found.tracked,
        "remarks": found.remarks,
        "untracked": sum(bool(one.detail.get("untracked")) for one in findings),
        "placed": len(findings) - in_inbox,
        "in_inbox": in_inbox,
        "of_form": len(found.form),
        "ours": found.ours,
        "lost": found.tracked - len(accounted) + found.remarks - remarks,
        "base": f"{base.name}, in the comment form" if is_form(reading) else base.name,
        "matched": round(found.matched, 3),
        "matched_by": base.by,
        "warnings": [*base.warnings, *found.warnings],
        "losses": [
            f"{each.place}: {each.sentence}" if each.place else each.sentence
            for each in reading.losses
            if not _is_ours(each)
        ],
        "seq": base.seq,
        "wordings": found.wordings,
    }


_FIELDS = re.compile(r"“(TOC|REF|PAGEREF|NOTEREF|PAGE|NUMPAGES)\b")


def _is_ours(loss: Loss) -> bool:
    """Whether it is the code of a field such as we write, whose words are taken as words."""
    return loss.kind == "field" and bool(_FIELDS.search(loss.sentence))


def _fail(stores: Stores, came: ReturnedRecord, why: str) -> None:
    with stores.begin() as store:
        store.rounds.fail(came.id, why)


# --- looking


def returns(
    store: Store, seat: SeatRecord | None, round_: RoundRecord
) -> tuple[ReturnedRecord, ...]:
    """What came back in a round and this seat may know of, oldest first."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    return store.rounds.returns(Reader.of(seat), round_.id)


def returned(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str
) -> ReturnedRecord:
    """A file that came back. Missing when there is none for this seat."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    found = store.rounds.returned(Reader.of(seat), round_.id, uid)
    if found is None:
        raise Missing(_ABSENT)
    return found


def content(store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str) -> bytes:
    """The bytes of a file that came back. Missing when there is none for this seat."""
    return store.rounds.content(returned(store, seat, round_, uid).id)


def report(came: ReturnedRecord) -> Report | None:
    """What became of all that is in a file; None when it was not read, or could not be."""
    if came.state is not Reading.READ:
        return None
    told = dict(came.report)
    for name in ("seq", "removed"):
        told.pop(name, None)
    return Report(**{**told, "warnings": tuple(told["warnings"]), "losses": tuple(told["losses"])})


def findings(
    store: Store,
    seat: SeatRecord | None,
    round_: RoundRecord,
    *,
    came: ReturnedRecord | None = None,
    clause: str = "",
    state: str = "",
) -> tuple[FindingRecord, ...]:
    """What is in the files of a round, or in one of them; of one clause, in one state."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    reader = Reader.of(seat)
    ids = [came.id] if came else [each.id for each in store.rounds.returns(reader, round_.id)]
    states = (Place(state),) if state else ()
    return store.rounds.findings(reader, ids, clause=clause, states=states)


def finding(store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str) -> FindingRecord:
    """One finding. Missing when there is none for this seat."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    found = store.rounds.finding(Reader.of(seat), round_.id, uid)
    if found is None:
        raise Missing(_NO_FINDING)
    return found


# --- settling


def assign(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    uid: str,
    to: RecipientRecord,
) -> None:
    """Say whose a file is of which that was not known; what was placed becomes theirs."""
    seat = policy.require(seat, Act.PLACE_FINDING)
    came = returned(store, seat, round_, uid)
    if came.recipient_id is not None:
        raise Invalid("It is known whose copy this file was.")
    store.rounds.assign(came.id, to.id)
    delivery = Delivery(store, draft, round_, to, came.report.get("seq", round_.seq))
    for each in store.rounds.findings(Reader.of(seat), [came.id]):
        if each.state is Place.PLACED:
            _settle(store, each, delivery.one(_new(each)), None)
    store.journal_events.record(
        "round.assigned", seat=seat, thing=f"round:{round_.uid}", detail={"file": uid, "to": to.uid}
    )


def place(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    uid: str,
    clause: str,
) -> FindingRecord:
    """Say which clause a finding in the inbox belongs to; it becomes a proposal or a note there.

    What is no change of a clause's words becomes a note. Missing for an unknown finding or
    clause; Invalid for one that was settled already, and where it is not known whose file it is.
    """
    seat = policy.require(seat, Act.PLACE_FINDING)
    found = finding(store, seat, round_, uid)
    if found.state is not Place.INBOX:
        raise Invalid(_SETTLED)
    target = store.drafts.clause(draft.id, clause)
    if target is None:
        raise Missing("There is no such clause in this draft.")
    came, to = came_of(store, round_, found)
    if to is None:
        raise Invalid("Say first whose copy this file was.")
    seq = came.report.get("seq", round_.seq)
    words = store.drafts.words_at(draft.id, clause, seq=seq)
    if words is None:
        # A clause that came since: the finding is about the words as they are.
        seq, words = draft.seq, target.words
    new = replace(
        _new(found), state=Place.PLACED, clause=clause, how="by hand", score=1.0, reason=""
    )
    new = _fitted(new, found, clause, words)
    made = Delivery(store, draft, round_, to, seq).one(new)
    if made.state is Place.INBOX:
        raise Invalid(made.reason)
    made = replace(made, detail={**made.detail, "was": _was(found)})
    _settle(store, found, made, seat)
    return finding(store, seat, round_, uid)


def _was(found: FindingRecord) -> dict[str, Any]:
    """What placing a finding by hand says otherwise, lest it be lost when that is taken back."""
    names = ("clause", "how", "score", "before", "reason")
    kept = {name: getattr(found, name) for name in names}
    return {**kept, **{name: found.detail[name] for name in _TURNED if name in found.detail}}


_TURNED = ("anchor", "moved", "thread")


def _fitted(new: NewFinding, found: FindingRecord, clause: str, words: str) -> NewFinding:
    """A finding as it is on the clause that somebody chose for it."""
    if new.kind is Sort.COMMENT:
        detail = {**new.detail, "anchor": None} if clause != found.clause else new.detail
        return replace(new, detail=detail)
    if new.wish == "insert":
        return new
    if new.wish == "move":
        return replace(new, detail={**new.detail, "moved": {"after": clause}}, clause=found.clause)
    if new.wish == "replace" and new.after != words:
        return replace(new, before=words)
    if new.wish == "delete":
        return replace(new, before=words)
    thread = [{"author": new.author, "date": new.dated, "text": _told(new)}]
    return replace(
        new, kind=Sort.COMMENT, wish="", detail={**new.detail, "thread": thread, "anchor": None}
    )


def _told(new: NewFinding) -> str:
    """What is no change of a clause's words as the words of a note."""
    what, said = new.detail.get("change", "change"), new.after or new.before
    if new.detail.get("form") and said:
        return said
    what = f"Untracked change of the {what}" if new.detail.get("untracked") else f"Tracked {what}"
    return f"{what}: “{said}”" if said else f"{what}."


def set_aside(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str, reason: str
) -> FindingRecord:
    """Say, with a reason, that nothing is to be made of a finding; it stays, with the reason."""
    seat = policy.require(seat, Act.PLACE_FINDING)
    found = finding(store, seat, round_, uid)
    if found.state not in (Place.INBOX, Place.PLACED):
        raise Invalid(_SETTLED)
    why = _reason(reason)
    detail = {**found.detail, "waited because": found.reason}
    if not store.rounds.settle(found, seat, state=Place.SET_ASIDE.value, reason=why, detail=detail):
        raise Invalid(_SETTLED)
    return finding(store, seat, round_, uid)


def bring_back(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str
) -> FindingRecord:
    """Put a finding that was set aside back into the inbox."""
    seat = policy.require(seat, Act.PLACE_FINDING)
    found = finding(store, seat, round_, uid)
    if found.state is not Place.SET_ASIDE:
        raise Invalid(_SETTLED)
    reason = found.detail.get("waited because") or "It had been set aside."
    if not store.rounds.settle(found, seat, state=Place.INBOX.value, reason=reason):
        raise Invalid(_SETTLED)
    return finding(store, seat, round_, uid)


def confirm(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    uid: str,
    *,
    word: str = "",
    meeting: str = "",
) -> str:
    """Table the proposal that a finding became; its public id.

    The delegation's focal point does it, or the secretariat on its word: `word` says who gave it
    and how, and is recorded. Invalid for the secretariat without it, or where the proposal is
    no longer what came in the file.
    """
    seat = policy.require(seat, Act.CONFIRM_FINDING)
    found = finding(store, seat, round_, uid)
    if found.state is not Place.PROPOSED:
        raise Invalid("No proposal was made of this.")
    pids = tuple(found.detail.get("proposals") or (found.proposal,))
    if seat.role not in _STEERING:
        for pid in pids:
            negotiating.table(store, seat, draft, pid, meeting=meeting)
    else:
        word = _reason(word)
        _, to = came_of(store, round_, found)
        if to is None:
            raise Forbidden(_NOT_AS_IT_CAME)
        for pid in pids:
            _table(store, seat, draft, round_, as_it_came(store, draft, to, found, pid), word)
    detail = {**found.detail, "confirmed": word or "by the focal point"}
    store.rounds.settle(found, seat, detail=detail)
    return str(pids[0])


def as_it_came(
    store: Store, draft: DraftRecord, to: RecipientRecord, found: FindingRecord, pid: str
) -> ProposalRecord:
    """A private proposal whose words are those of the file still.

    The delegation may have changed or deleted it since, which is nobody else's to know.
    """
    store.proposals.hold(pid)
    refresh(store, draft)
    made = store.proposals.get(reader_of(to), draft.id, pid)
    words = {found.after, found.heading, ""}
    if (
        made is None
        or made.stage is not Stage.PRIVATE
        or made.words not in words
        or made.heading not in words
        or made.sponsors
        or made.asked
    ):
        raise Forbidden(_NOT_AS_IT_CAME)
    return made


def _table(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    round_: RoundRecord,
    made: ProposalRecord,
    word: str,
) -> None:
    store.proposals.table(made, by=seat, meeting=None)
    detail = {"on the word of": word, "round": round_.name}
    store.proposals.tell(made, "confirmed", by=seat, detail=detail)


# --- within


def _by_uid(store: Store, uid: str) -> ReturnedRecord:
    found = store.rounds.returned_by_uid(uid)
    if found is None:
        raise Missing(_ABSENT)
    return found


def came_of(
    store: Store, round_: RoundRecord, found: FindingRecord
) -> tuple[ReturnedRecord, RecipientRecord | None]:
    """The file that a finding is in, and whose copy it was."""
    came = store.rounds.returned_by_id(found.returned_id)
    if came is None or came.round_id != round_.id:
        raise Missing(_NO_FINDING)
    to = store.rounds.recipient(came.recipient_id) if came.recipient_id else None
    return came, to


def _new(found: FindingRecord) -> NewFinding:
    return NewFinding(**{name: getattr(found, name) for name in NewFinding.__dataclass_fields__})


def _settle(store: Store, found: FindingRecord, made: NewFinding, by: SeatRecord | None) -> None:
    kept = store.rounds.settle(
        found,
        by,
        state=made.state.value,
        clause=made.clause,
        how=made.how,
        score=made.score,
        before=made.before,
        detail=dict(made.detail),
        reason=made.reason,
        proposal=made.proposal,
        note=made.note,
    )
    if not kept:
        raise Invalid(_SETTLED)


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say why, in one sentence.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"That is too long: at most {LONGEST_REASON} characters.")
    return reason
