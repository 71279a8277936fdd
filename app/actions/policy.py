"""Who may do what: one table of every action, by role and by the state of the thing acted on.

The web, the command line and the API all ask here, and the permission tests are
made from the same table, so a new action is a new member of `Act` and one row:

    Act.EDIT_TEXT: on a live clause the chair, the secretariat and the drafters;
                   on a struck clause nobody (restore it first)

A state that a row does not name is a state in which nobody may act. What a seat
may not even know of is not decided here but filtered in the store's queries.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum, auto
from functools import cache

from app.actions.refusals import Forbidden, SignInNeeded
from app.store.seats import Role, SeatRecord

OPERATOR = SeatRecord(
    id=0,
    name="Operator",
    email="",
    role=Role.CHAIR,
    delegation="",
    focal=False,
    active=True,
    created_at=datetime(1970, 1, 1, tzinfo=UTC),
)
"""The person at the command line of the machine itself; stored as no seat, named "Operator"."""


class Act(StrEnum):
    """Everything that a person can do here."""

    READ_DRAFT = auto()
    READ_JOURNAL = auto()
    START_DRAFT = auto()
    CHANGE_MAST = auto()
    EDIT_TEXT = auto()
    EDIT_STRUCTURE = auto()
    RESTORE_CLAUSE = auto()
    NAME_EDITION = auto()
    CITE = auto()
    UNCITE = auto()
    MARK_TOPICS = auto()
    READ_LIBRARY = auto()
    ADD_TO_LIBRARY = auto()
    IMPORT_SOURCE = auto()
    CHANGE_LIBRARY = auto()
    DELETE_FROM_LIBRARY = auto()
    EXPORT = auto()
    READ_EXPORTS = auto()
    READ_SEATS = auto()
    INVITE = auto()
    WITHDRAW_INVITATION = auto()
    CHANGE_SEAT = auto()
    REMOVE_SEAT = auto()
    APPOINT_CHAIR = auto()
    MAKE_RESET_LINK = auto()
    CHANGE_OWN_SEAT = auto()
    END_OWN_SESSIONS = auto()
    READ_EVENTS = auto()
    LOAD_DRAFT = auto()
    BACK_UP = auto()
    # Notes
    READ_NOTES = auto()
    WRITE_NOTE = auto()
    RESOLVE_NOTE = auto()
    CHANGE_NOTE = auto()
    WRITE_COMMENTARY = auto()
    REDACT_NOTE = auto()
    # proposals
    READ_PROPOSALS = auto()
    PROPOSE = auto()
    CHANGE_PROPOSAL = auto()
    TABLE_PROPOSAL = auto()
    JOIN_PROPOSAL = auto()
    WITHDRAW_PROPOSAL = auto()
    SETTLE_PROPOSAL = auto()
    STATE_POSITION = auto()
    RECORD_POSITION = auto()
    RELEASE_POSITION = auto()
    REDACT_PROPOSAL = auto()
    KEEP_MEETINGS = auto()
    KEEP_GROUPS = auto()
    # status
    READ_STATUS = auto()
    SETTLE_CLAUSE = auto()
    REOPEN_CLAUSE = auto()
    AGREE_AD_REFERENDUM = auto()
    OPEN_SILENCE = auto()
    END_SILENCE = auto()
    OBJECT = auto()
    RECORD_OBJECTION = auto()
    STATE_OWNERS = auto()
    CLAIM_BRACKET = auto()
    SPEAK_ON_BRACKET = auto()
    RECORD_ON_BRACKET = auto()
    # numbers and findings
    FREEZE_NUMBERS = auto()
    RENUMBER = auto()
    READ_FINDINGS = auto()
    WAIVE_FINDING = auto()
    # the record
    NAME_AUTHORS = auto()
    # rounds
    READ_ROUNDS = auto()
    RUN_ROUND = auto()
    PLACE_FINDING = auto()
    CONFIRM_FINDING = auto()
    RETURN_FILE = auto()


class State(StrEnum):
    """The state of the thing that is acted on, as far as it matters to who may act."""

    ANY = "any"
    LIVE = "live"
    STRUCK = "struck"
    UNUSED = "unused"
    RESTED_ON = "cited, or was once"
    CHAIRS = "a chair's seat"
    OTHERS = "a seat other than a chair's"
    PRIVATE = "not tabled yet"
    TABLED = "tabled"
    SETTLED = "settled"
    # Notes
    FOR_ONESELF = "for yourself alone"
    FOR_DELEGATION = "for your delegation"
    FOR_EVERYONE = "for everyone"
    OWN_NOTE = "your own"
    OTHERS_NOTE = "somebody else's"


_ROLES = frozenset(Role)
_STEERING = frozenset({Role.CHAIR, Role.SECRETARIAT})
_DRAFTING = _STEERING | {Role.DRAFTER}
_CITING = _DRAFTING | {Role.SCHOLAR}
_CARRYING = _CITING | {Role.DELEGATE}
_CHAIR = frozenset({Role.CHAIR})
_PROPOSING = frozenset({Role.DELEGATE, Role.DRAFTER})
_DELEGATES = frozenset({Role.DELEGATE})
_NOBODY: frozenset[Role] = frozenset()

TABLE: Mapping[Act, Mapping[State, frozenset[Role]]] = {
    Act.READ_DRAFT: {State.ANY: _ROLES},
    Act.READ_JOURNAL: {State.ANY: _ROLES},
    Act.START_DRAFT: {State.ANY: _DRAFTING},
    Act.CHANGE_MAST: {State.ANY: _DRAFTING},
    Act.EDIT_TEXT: {State.LIVE: _DRAFTING, State.STRUCK: _NOBODY},
    Act.EDIT_STRUCTURE: {State.LIVE: _DRAFTING, State.STRUCK: _NOBODY},
    Act.RESTORE_CLAUSE: {State.LIVE: _NOBODY, State.STRUCK: _DRAFTING},
    Act.NAME_EDITION: {State.ANY: _DRAFTING},
    Act.CITE: {State.LIVE: _CITING, State.STRUCK: _NOBODY},
    Act.UNCITE: {State.LIVE: _CITING, State.STRUCK: _CITING},
    Act.MARK_TOPICS: {State.LIVE: _CITING, State.STRUCK: _NOBODY},
    Act.READ_LIBRARY: {State.ANY: _ROLES},
    Act.ADD_TO_LIBRARY: {State.ANY: _CITING},
    Act.IMPORT_SOURCE: {State.ANY: _CITING},
    Act.CHANGE_LIBRARY: {State.ANY: _CITING},
    Act.DELETE_FROM_LIBRARY: {State.UNUSED: _CITING, State.RESTED_ON: _NOBODY},
    Act.EXPORT: {State.ANY: _CARRYING},
    Act.READ_EXPORTS: {State.ANY: _CARRYING},
    Act.READ_SEATS: {State.ANY: _STEERING},
    Act.INVITE: {State.ANY: _STEERING},
    Act.WITHDRAW_INVITATION: {State.ANY: _STEERING},
    Act.CHANGE_SEAT: {State.OTHERS: _STEERING, State.CHAIRS: _CHAIR},
    Act.REMOVE_SEAT: {State.OTHERS: _STEERING, State.CHAIRS: _CHAIR},
    Act.APPOINT_CHAIR: {State.ANY: _CHAIR},
    Act.MAKE_RESET_LINK: {State.OTHERS: _STEERING, State.CHAIRS: _CHAIR},
    Act.CHANGE_OWN_SEAT: {State.ANY: _ROLES},
    Act.END_OWN_SESSIONS: {State.ANY: _ROLES},
    Act.READ_EVENTS: {State.ANY: _STEERING},
    Act.LOAD_DRAFT: {State.ANY: _STEERING},
    Act.BACK_UP: {State.ANY: _CHAIR},
    # Notes
    Act.READ_NOTES: {State.ANY: _ROLES},
    Act.WRITE_NOTE: {
        State.FOR_ONESELF: _ROLES,
        State.FOR_DELEGATION: _ROLES,
        State.FOR_EVERYONE: _CARRYING,
    },
    Act.RESOLVE_NOTE: {
        State.FOR_ONESELF: _ROLES,
        State.FOR_DELEGATION: _ROLES,
        State.FOR_EVERYONE: _CARRYING,
    },
    Act.CHANGE_NOTE: {State.OWN_NOTE: _ROLES, State.OTHERS_NOTE: _NOBODY},
    Act.WRITE_COMMENTARY: {State.ANY: _CITING},
    Act.REDACT_NOTE: {State.OWN_NOTE: _CARRYING, State.OTHERS_NOTE: _STEERING},
    # proposals; whose delegation it is, and who is its focal point, the actions ask besides
    Act.READ_PROPOSALS: {State.ANY: _ROLES},
    Act.PROPOSE: {State.LIVE: _PROPOSING, State.STRUCK: _NOBODY},
    Act.CHANGE_PROPOSAL: {
        State.PRIVATE: _PROPOSING,
        State.TABLED: _NOBODY,
        State.SETTLED: _NOBODY,
    },
    Act.TABLE_PROPOSAL: {
        State.PRIVATE: _DELEGATES,
        State.TABLED: _NOBODY,
        State.SETTLED: _NOBODY,
    },
    Act.JOIN_PROPOSAL: {
        State.PRIVATE: _DELEGATES,
        State.TABLED: _DELEGATES,
        State.SETTLED: _NOBODY,
    },
    Act.WITHDRAW_PROPOSAL: {
        State.PRIVATE: _NOBODY,
        State.TABLED: _DELEGATES,
        State.SETTLED: _NOBODY,
    },
    Act.SETTLE_PROPOSAL: {
        State.PRIVATE: _NOBODY,
        State.TABLED: _STEERING,
        State.SETTLED: _NOBODY,
    },
    Act.STATE_POSITION: {
        State.PRIVATE: _NOBODY,
        State.TABLED: _DELEGATES,
        State.SETTLED: _NOBODY,
    },
    Act.RECORD_POSITION: {
        State.PRIVATE: _NOBODY,
        State.TABLED: _STEERING,
        State.SETTLED: _NOBODY,
    },
    Act.RELEASE_POSITION: {State.ANY: _CHAIR},
    Act.REDACT_PROPOSAL: {
        State.PRIVATE: _NOBODY,
        State.TABLED: _STEERING | _DELEGATES,
        State.SETTLED: _STEERING | _DELEGATES,
    },
    Act.KEEP_MEETINGS: {State.ANY: _STEERING},
    Act.KEEP_GROUPS: {State.ANY: _STEERING},
    # status
    Act.READ_STATUS: {State.ANY: _ROLES},
    Act.SETTLE_CLAUSE: {State.LIVE: _STEERING, State.STRUCK: _NOBODY},
    Act.REOPEN_CLAUSE: {State.ANY: _STEERING},
    Act.AGREE_AD_REFERENDUM: {State.ANY: _DELEGATES},
    Act.OPEN_SILENCE: {State.LIVE: _STEERING, State.STRUCK: _NOBODY},
    Act.END_SILENCE: {State.ANY: _STEERING},
    Act.OBJECT: {State.ANY: _DELEGATES},
    Act.RECORD_OBJECTION: {State.ANY: _STEERING},
    # whose a bracket is: anybody's by who writes the text, one's own by a delegation
    Act.STATE_OWNERS: {State.ANY: _DRAFTING},
    Act.CLAIM_BRACKET: {State.ANY: _DELEGATES},
    Act.SPEAK_ON_BRACKET: {State.ANY: _DELEGATES},
    Act.RECORD_ON_BRACKET: {State.ANY: _STEERING},
    # numbers and findings
    Act.FREEZE_NUMBERS: {State.ANY: _STEERING},
    Act.RENUMBER: {State.ANY: _STEERING},
    Act.READ_FINDINGS: {State.ANY: _ROLES},
    Act.WAIVE_FINDING: {State.ANY: _DRAFTING},
    # the record
    Act.NAME_AUTHORS: {State.ANY: _STEERING},
    # rounds; a delegation has to do with its own copies alone, which the store asks besides
    Act.READ_ROUNDS: {State.ANY: _STEERING | _PROPOSING},
    Act.RUN_ROUND: {State.ANY: _STEERING},
    Act.PLACE_FINDING: {State.ANY: _STEERING},
    Act.CONFIRM_FINDING: {State.ANY: _STEERING | _DELEGATES},
    Act.RETURN_FILE: {State.ANY: _STEERING | _DELEGATES},
}
"""Who may do each act in each state of its thing; ANY where the state does not matter."""

_WORDS: Mapping[Act, str] = {
    Act.READ_DRAFT: "read the draft",
    Act.READ_JOURNAL: "read the drafting history",
    Act.START_DRAFT: "start a draft",
    Act.CHANGE_MAST: "change the draft's title, symbol and date",
    Act.EDIT_TEXT: "change the words of this clause",
    Act.EDIT_STRUCTURE: "insert, move, join or strike this clause",
    Act.RESTORE_CLAUSE: "restore this clause",
    Act.NAME_EDITION: "name an edition",
    Act.CITE: "tie this clause to a source",
    Act.UNCITE: "take a citation away",
    Act.MARK_TOPICS: "mark this clause with topics",
    Act.READ_LIBRARY: "read the library",
    Act.ADD_TO_LIBRARY: "add to the library",
    Act.IMPORT_SOURCE: "bring a document into the library",
    Act.CHANGE_LIBRARY: "change the library",
    Act.DELETE_FROM_LIBRARY: "delete this from the library",
    Act.EXPORT: "make a Word file of the draft",
    Act.READ_EXPORTS: "read the list of files that were made",
    Act.READ_SEATS: "see who has a seat",
    Act.INVITE: "invite people",
    Act.WITHDRAW_INVITATION: "withdraw an invitation",
    Act.CHANGE_SEAT: "change this seat",
    Act.REMOVE_SEAT: "remove this seat",
    Act.APPOINT_CHAIR: "make somebody a chair",
    Act.MAKE_RESET_LINK: "make a reset link for this seat",
    Act.CHANGE_OWN_SEAT: "change your own seat",
    Act.END_OWN_SESSIONS: "sign out elsewhere",
    Act.READ_EVENTS: "read the record of events",
    Act.LOAD_DRAFT: "load a draft from a folder",
    Act.BACK_UP: "back up the installation",
    # Notes
    Act.READ_NOTES: "read notes",
    Act.WRITE_NOTE: "write this note",
    Act.RESOLVE_NOTE: "resolve this note",
    Act.CHANGE_NOTE: "change this note",
    Act.WRITE_COMMENTARY: "write the commentary",
    Act.REDACT_NOTE: "have this note redacted",
    # proposals
    Act.READ_PROPOSALS: "read the proposals",
    Act.PROPOSE: "propose a change of this clause",
    Act.CHANGE_PROPOSAL: "change or delete this proposal",
    Act.TABLE_PROPOSAL: "table this proposal",
    Act.JOIN_PROPOSAL: "join this proposal",
    Act.WITHDRAW_PROPOSAL: "withdraw this proposal",
    Act.SETTLE_PROPOSAL: "decide what becomes of this proposal",
    Act.STATE_POSITION: "state a position on this proposal",
    Act.RECORD_POSITION: "record a position on this proposal from the floor",
    Act.RELEASE_POSITION: "release positions",
    Act.REDACT_PROPOSAL: "have this proposal redacted",
    Act.KEEP_MEETINGS: "keep the register of meetings",
    Act.KEEP_GROUPS: "keep the groups of delegations",
    # status
    Act.READ_STATUS: "read where the text stands",
    Act.SETTLE_CLAUSE: "say that this clause is agreed",
    Act.REOPEN_CLAUSE: "reopen what is agreed",
    Act.AGREE_AD_REFERENDUM: "agree ad referendum for a delegation",
    Act.OPEN_SILENCE: "put this clause under silence",
    Act.END_SILENCE: "end a silence procedure",
    Act.OBJECT: "object for a delegation",
    Act.RECORD_OBJECTION: "record an objection from the floor",
    Act.STATE_OWNERS: "say whose this bracket is",
    Act.CLAIM_BRACKET: "say that this bracket is your delegation's",
    Act.SPEAK_ON_BRACKET: "state a position on this bracket",
    Act.RECORD_ON_BRACKET: "record a position on this bracket from the floor",
    # numbers and findings
    Act.FREEZE_NUMBERS: "freeze the numbers",
    Act.RENUMBER: "renumber the text",
    Act.READ_FINDINGS: "read what was found in the text",
    Act.WAIVE_FINDING: "set a finding aside",
    # the record
    Act.NAME_AUTHORS: "name people and delegations in a file",
    # rounds
    Act.READ_ROUNDS: "read what came back",
    Act.RUN_ROUND: "run a round",
    Act.PLACE_FINDING: "place what came back",
    Act.CONFIRM_FINDING: "confirm what came back",
    Act.RETURN_FILE: "hand in an answer to a round",
}


def may(seat: SeatRecord | None, act: Act, state: State = State.ANY) -> bool:
    """Whether `seat` may do `act` on a thing in `state`.

    Asked without a state for an act whose thing has one, the answer is whether
    the seat may do it in any state at all: what a menu needs to know.
    """
    if seat is None or not seat.active:
        return False
    return seat.role in allowed(act, state)


@cache
def allowed(act: Act, state: State = State.ANY) -> frozenset[Role]:
    """The roles that may do `act` on a thing in `state` (in any state, if none is said)."""
    row = TABLE[act]
    if State.ANY in row:
        return row[State.ANY]
    if state is State.ANY:
        return frozenset().union(*row.values())
    return row.get(state, _NOBODY)


def require(seat: SeatRecord | None, act: Act, state: State = State.ANY) -> SeatRecord:
    """The seat itself, if it may do `act` on a thing in `state`.

    Raises SignInNeeded when nobody is signed in, or the seat was taken away,
    and Forbidden, saying what and why, when the role or the state forbids it.
    """
    if seat is None or not seat.active:
        raise SignInNeeded("Please sign in first.")
    if may(seat, act, state):
        return seat
    if may(seat, act):
        raise Forbidden(f"You cannot {_WORDS[act]}: it is {state.value}.")
    raise Forbidden(f"A seat as {seat.role.value} does not let you {_WORDS[act]}.")
