"""The status of clauses: open, agreed in working group, agreed; and what is agreed is left alone.

An agreed clause is not edited before somebody has said why it is reopened. Numbers in its words
still follow what they name: nobody wrote those. Nothing here is final: see `NOTHING_IS_AGREED`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from app.actions import policy
from app.actions.placing import live_index, subtree
from app.actions.policy import Act, State
from app.actions.refusals import Invalid, Missing
from app.actions.uprooting import uprooted
from app.store.drafts import ClauseRecord, DraftRecord, Pen
from app.store.journal import EntryRecord
from app.store.proposals import MeetingRecord
from app.store.seats import SeatRecord
from app.store.silences import Outcome
from app.store.status import Status, StatusRecord, Step, StepRecord
from app.store.unit import Store
from app.treaty.numbering import Scheme, citer

NOTHING_IS_AGREED = "Nothing is agreed until everything is agreed."
"""What stands wherever the status of a clause is shown."""

LONGEST_REASON = 2_000
BY_SILENCE = "By silence: nobody objected in time."
"""The reason of the steps that nobody took."""


CLOSED = "This clause is agreed: somebody has to reopen it, saying why, before it is changed."
"""What is answered to whoever would change it."""

UNDER_SILENCE = (
    "This clause is under silence: its words stay as they are until the time is over, somebody "
    "objects, or the chair ends it."
)
"""The same of a clause that is about to become agreed."""

_ABOVE = (
    "What stands directly above is agreed, and with it what it is made of: "
    "somebody has to reopen that first."
)
_QUOTED = 80
_STRUCTURE = frozenset({"inserted", "moved", "struck", "restored"})


# --- reading


def statuses(
    store: Store, seat: SeatRecord | None, draft: DraftRecord
) -> Mapping[str, StatusRecord]:
    """The draft's clauses that are agreed, by their uid; all the others are open."""
    policy.require(seat, Act.READ_STATUS)
    return store.status.of_draft(draft.id)


def status(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> StatusRecord | None:
    """Where one clause stands; None while it is open."""
    policy.require(seat, Act.READ_STATUS)
    return store.status.of_draft(draft.id, uid).get(uid)


def steps(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str = ""
) -> tuple[StepRecord, ...]:
    """The latest steps in the draft, or all of one clause's; newest first."""
    policy.require(seat, Act.READ_STATUS)
    return store.status.steps(draft.id, uid)


# --- steps


def settle(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    status: Status | str,
    meeting: str = "",
    below: bool = False,
) -> int:
    """How many clauses are agreed by this step: the clause, with `below` all that stands below it.

    Those that are so already are passed over. Invalid for a status that no clause is given, and
    for a meeting that is not in the register.
    """
    seat = policy.require(seat, Act.SETTLE_CLAUSE)
    step = step_of(status)
    held = meeting_of(store, draft, meeting)
    seq = lock(store, draft)
    settle_lapsed(store, draft)
    run = run_of(store, draft, seat, uid, below=below)
    now = store.status.of_draft(draft.id)
    _refuse_silenced(store, draft, run)
    wanted = [each for each in run if each.uid not in now or now[each.uid].status != step.value]
    for each in wanted:
        store.status.take(draft.id, each.uid, step, seq=seq, by=seat, meeting=held)
    return len(wanted)


def reopen(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    reason: str,
    meeting: str = "",
    below: bool = False,
) -> int:
    """How many clauses are open again by this step; who agreed ad referendum is forgotten with it.

    Invalid without a reason.
    """
    seat = policy.require(seat, Act.REOPEN_CLAUSE)
    reason = reason_of(reason)
    if not reason:
        raise Invalid("Say why it is reopened.")
    held = meeting_of(store, draft, meeting)
    seq = lock(store, draft)
    settle_lapsed(store, draft)
    run = run_of(store, draft, seat, uid, below=below, act=Act.REOPEN_CLAUSE)
    _refuse_silenced(store, draft, run)
    closed = store.status.closed(draft.id)
    wanted = [each for each in run if each.uid in closed]
    for each in wanted:
        store.status.take(
            draft.id, each.uid, Step.REOPENED, seq=seq, by=seat, meeting=held, reason=reason
        )
    return len(wanted)


def agree_ad_referendum(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    reason: str = "",
    meeting: str = "",
) -> None:
    """Say that the seat's delegation agrees to the clause subject to confirmation at home.

    Invalid where nothing is agreed, for a seat without a delegation, and when it has been said.
    """
    seat, found = _delegated(store, seat, draft, uid)
    if seat.delegation in found.ad_referendum:
        raise Invalid("Your delegation has said so already.")
    store.status.take(
        draft.id,
        uid,
        Step.AD_REFERENDUM,
        seq=lock(store, draft),
        by=seat,
        meeting=meeting_of(store, draft, meeting),
        reason=reason_of(reason),
        delegation=seat.delegation,
    )


def confirm(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, *, meeting: str = ""
) -> None:
    """Say that what the seat's delegation agreed to ad referendum is confirmed."""
    seat, found = _delegated(store, seat, draft, uid)
    if seat.delegation not in found.ad_referendum:
        raise Invalid("Your delegation has nothing to confirm here.")
    store.status.take(
        draft.id,
        uid,
        Step.CONFIRMED,
        seq=lock(store, draft),
        by=seat,
        meeting=meeting_of(store, draft, meeting),
        delegation=seat.delegation,
    )


# --- what is agreed is left alone


def require_open(store: Store, draft_id: int, uid: str) -> None:
    """Nothing, where the clause may be changed; Invalid where it is agreed, or under silence."""
    if sentence := _shut(store, draft_id, (uid,)).get(uid):
        raise Invalid(sentence)


class Sparing:
    """Who types is asked for many clauses at once: those of `uids`, and others one by one.

    With `guarded` as the journal's head has it nothing is asked where it is false: then every
    clause of the draft is open.
    """

    def __init__(
        self, store: Store, draft_id: int, uids: Iterable[str], *, guarded: bool = True
    ) -> None:
        self._store = store
        self._draft_id = draft_id
        self._is_guarded = guarded
        self._asked = set(uids) if guarded else set()
        self._shut = _shut(store, draft_id, self._asked) if guarded else {}

    def require_open(self, uid: str) -> None:
        """Nothing, where the clause may be changed; Invalid where it is agreed or under silence."""
        if not self._is_guarded:
            return
        if uid not in self._asked:
            require_open(self._store, self._draft_id, uid)
        elif uid in self._shut:
            raise Invalid(self._shut[uid])


@contextmanager
def sparing(store: Store, pen: Pen, *, moves: bool = False) -> Iterator[None]:
    """Refuse, before it is journalled, an act that changes what is agreed: Invalid.

    So is an act by which a clause comes, goes or (`moves`) is moved directly below one that is
    agreed. To be entered after the pen.
    """
    closed = _shut(store, pen.draft_id) if pen.is_guarded else {}
    before = pen.clauses() if closed and moves else ()
    yield
    if closed:
        _refuse(pen.entries, closed, lambda: before)
        _refuse(pen.entries, closed, pen.clauses)
        _refuse_along(store, pen.draft_id, pen.entries, closed, pen.clauses, before)


def require_spared(store: Store, draft: DraftRecord, first: int) -> None:
    """Refuse afterwards the act whose first entry this is, for whoever cannot be asked before.

    The caller takes back what was done: store.attempt().
    """
    if closed := _shut(store, draft.id):
        entries = store.drafts.act(draft.id, first)

        def clauses() -> tuple[ClauseRecord, ...]:
            return store.drafts.clauses(draft.id, with_struck=True)

        _refuse(entries, closed, clauses)
        _refuse_along(store, draft.id, entries, closed, clauses)


def _refuse(
    entries: Collection[EntryRecord],
    closed: Mapping[str, str],
    clauses: Callable[[], tuple[ClauseRecord, ...]],
) -> None:
    # To renumber takes away what only keeps a number, or brings it back: "[Deleted]".
    spared = {"struck", "restored"} if any(map(_renumbers, entries)) else set[str]()
    done = [
        entry
        for entry in entries
        if entry.uid and not entry.is_renumbering and entry.act not in spared
    ]
    for entry in done:
        if entry.uid in closed:
            raise Invalid(closed[entry.uid])
    placed = {entry.uid for entry in done if entry.act in _STRUCTURE}
    above = _parents(clauses()) if placed else {}
    if any(above.get(uid) in closed for uid in placed):
        raise Invalid(_ABOVE)


def _refuse_along(
    store: Store,
    draft_id: int,
    entries: Collection[EntryRecord],
    closed: Mapping[str, str],
    clauses: Callable[[], tuple[ClauseRecord, ...]],
    before: tuple[ClauseRecord, ...] = (),
) -> None:
    """Refuse an act that takes along what is agreed: to another place, or under another clause.

    A number that follows what others do is no such thing, nor is a heading above. Who is told so
    reads which clause it is, by its number where the order `before` the act is known.
    """
    if not any(entry.act in _STRUCTURE for entry in entries) or any(map(_renumbers, entries)):
        return
    along = next((each for each in uprooted(entries, clauses()) if each.uid in closed), None)
    if along is None:
        return
    words = along.words if len(along.words) <= _QUOTED else f"{along.words[:_QUOTED].rstrip()}…"
    named = f"“{words}”"
    live = [each for each in before if not each.struck]
    at = next((at for at, each in enumerate(live) if each.uid == along.uid), None)
    draft = store.drafts.by_id(draft_id)
    if at is not None and draft is not None:
        cite = citer(tuple(each.clause() for each in live), Scheme(draft.scheme))
        named = f"{cite(at)} ({named})"
    if closed[along.uid] is UNDER_SILENCE:
        raise Invalid(f"{named} is under silence, and would go along: it stays until that is over.")
    raise Invalid(f"{named} is agreed, and would go along: somebody has to reopen it first.")


def _renumbers(entry: EntryRecord) -> bool:
    return entry.act == "numbered" and entry.detail.get("why") == "renumbered"


def _shut(store: Store, draft_id: int, uids: Collection[str] | None = None) -> dict[str, str]:
    """The clauses that are not to be changed, and the sentence that says so for each."""
    shut = store.status.shut(draft_id, uids)
    return {uid: CLOSED if is_agreed else UNDER_SILENCE for uid, is_agreed in shut.items()}


def _parents(clauses: tuple[ClauseRecord, ...]) -> dict[str, str]:
    """By each clause's uid, that of the one directly above it."""
    found: dict[str, str] = {}
    chain: list[ClauseRecord] = []
    for clause in clauses:
        while chain and chain[-1].depth >= clause.depth:
            chain.pop()
        if chain:
            found[clause.uid] = chain[-1].uid
        # What is struck is read under its place, and nothing that lives is read under it.
        if not clause.struck:
            chain.append(clause)
    return found


# --- the parts of the above


def run_of(
    store: Store,
    draft: DraftRecord,
    seat: SeatRecord,
    uid: str,
    *,
    below: bool,
    act: Act = Act.SETTLE_CLAUSE,
) -> tuple[ClauseRecord, ...]:
    """The clause, with `below` all that stands below it; Missing where there is none."""
    clause = store.drafts.clause(draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    policy.require(seat, act, State.STRUCK if clause.struck else State.LIVE)
    if not below or clause.struck:
        return (clause,)
    clauses = store.drafts.clauses(draft.id)
    return tuple(subtree(clauses, live_index(clauses, uid)))


def _refuse_silenced(store: Store, draft: DraftRecord, run: Collection[ClauseRecord]) -> None:
    shut = store.status.shut(draft.id, [each.uid for each in run])
    if any(not is_agreed for is_agreed in shut.values()):
        raise Invalid("It is under silence, or a part of it is: end the silence procedure first.")


def _delegated(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[SeatRecord, StatusRecord]:
    seat = policy.require(seat, Act.AGREE_AD_REFERENDUM)
    if not seat.delegation:
        raise Invalid("Only somebody who belongs to a delegation can say that.")
    if store.drafts.clause(draft.id, uid) is None:
        raise Missing("There is no such clause in this draft.")
    lock(store, draft)
    settle_lapsed(store, draft)
    found = store.status.of_draft(draft.id, uid).get(uid)
    if found is None:
        raise Invalid("This clause is open: there is nothing to agree to yet.")
    return seat, found


def settle_lapsed(store: Store, draft: DraftRecord) -> int:
    """Write down what has become agreed because nobody objected in time; how many clauses."""
    count = 0
    for silence in store.silences.lapsed(draft.id):
        store.silences.end(silence, Outcome.AGREED, at=silence.due)
        for uid in silence.clauses:
            store.status.take(
                draft.id,
                uid,
                Step(silence.status.value),
                seq=silence.seq,
                by=_Asker(silence.author_id or 0, silence.author),
                meeting=silence.meeting,
                reason=BY_SILENCE,
                at=silence.due,
                by_silence=True,
            )
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who opened a silence, as the author of what came of it."""

    id: int
    name: str


def lock(store: Store, draft: DraftRecord) -> int:
    """The journal's latest entry; nobody can write another before this unit ends."""
    return store.strokes.head(draft.id).seq


def step_of(status: Status | str) -> Step:
    """The step to a status that clauses are given; Invalid for any other."""
    try:
        wanted = Status(status)
    except ValueError:
        wanted = Status.OPEN
    if wanted is Status.OPEN:
        raise Invalid("Say whether it is agreed in working group or agreed.")
    return Step(wanted.value)


def meeting_of(store: Store, draft: DraftRecord, uid: str) -> MeetingRecord | None:
    """The meeting with this public id; None for ""."""
    if not uid:
        return None
    for meeting in store.proposals.meetings(draft.id):
        if meeting.uid == uid:
            return meeting
    raise Invalid("There is no such meeting in the register.")


def reason_of(reason: str) -> str:
    """A reason on one line; Invalid where it is too long."""
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason may have {LONGEST_REASON:,} characters at most.")
    return reason
