"""Every route of the application, and who may use it: the table that the permission matrix is of.

A NEW ROUTE NEEDS A LINE HERE, or the build fails:

    "GET /drafts/{slug}/record": Row(Act.READ_JOURNAL),
    "POST /drafts/{slug}/record": Row(Act.CHANGE_RECORD, sent={"name": "Some name"}),

`act` is what the policy is asked for; the matrix asks it again, for every seat. `sent` is a form
(JSON under /api/) that would be taken from somebody who may; somebody must succeed with it. What
stands in braces in an address or in `sent` is filled in from `Negotiation.fills`
(tests/support/negotiation.py); {key}, {pid} and {position} from its notes, proposals and positions,
one after the other, so that such a route is asked for each of them in each of its states, and
whoever may not read one must hear what is heard of an id that never was. `query` is what a page
needs to be asked with; `more` are further queries (or forms) with which the sweep for secrets asks
as well: name every parameter there that shows something else. `only` says what the policy's table
does not; `may_fail` that the form cannot succeed by itself; `uid` which of the clauses it is;
`owner` the only seat for whom it is there at all; `of_thread` that it is done to the thread's note.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.actions.policy import Act, State
from app.store.notes import Audience
from app.store.proposals import PROPOSING, Stage
from tests.support.negotiation import Person, Thing

Only = Callable[[Person, Thing], bool]
Sent = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """Who may use a route, and with what it is tried. `is_open`: nobody needs a seat for it."""

    act: Act | tuple[Act, ...] | None = None
    state: State = State.ANY
    sent: Sent = field(default_factory=dict)
    more: tuple[str, ...] | tuple[Sent, ...] = ()
    query: str = ""
    only: Only | None = None
    uid: str = "{uid}"
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False
    may_fail: bool = False
    owner: str = ""
    of_thread: bool = False

    @property
    def acts(self) -> tuple[Act, ...]:
        """The acts of which one has to be allowed; none for whoever has a seat."""
        if self.act is None:
            return ()
        return self.act if isinstance(self.act, tuple) else (self.act,)


def _ours(person: Person, thing: Thing) -> bool:
    seat = person.seat
    return seat is not None and seat.role in PROPOSING and seat.delegation == thing.delegation


def _focal(person: Person, _: Thing) -> bool:
    return person.is_focal


def _own_focal(person: Person, thing: Thing) -> bool:
    return _focal(person, thing) and _ours(person, thing)


def _focal_or_steering(person: Person, _: Thing) -> bool:
    seat = person.seat
    return person.is_focal or (seat is not None and seat.role != "delegate")


def _first_of_two(person: Person, thing: Thing) -> bool:
    seat = person.seat
    return seat is not None and (_ours(person, thing) or seat.role != "delegate")


_OPEN = Row(is_open=True)
_STRUCTURE = Row(Act.EDIT_STRUCTURE, State.LIVE)
_EDIT = Row(Act.EDIT_TEXT, State.LIVE)
_CLAUSE_TABS = ("?tab=sources", "?tab=notes", "?tab=proposals", "?tab=history")
_CSL = {"type": "book", "title": "On Talks"}
_SOURCE = {"kind": "document/book", "title": "On Talks"}
_PARAGRAPH = {"locator": "S1.P1", "heading": "", "text": "Talks help."}
_READ = json.dumps({"title": "On Talks", "headings": [], "passages": [_PARAGRAPH]})
_NOTE = {"body": "Some words.", "audience": "mine"}
_FILTERS = ("?kind=question", "?state=resolved", "?audience=delegation", "?audience=mine", "?new=1")
_EXPORTS = (
    {"profile": "commentary"},
    {"profile": "clean", "edition": "{edition}"},
    {"profile": "clean", "reservations": "true"},
    {"profile": "redline", "against": "{edition}"},
    {"profile": "compilation"},
)

_ANNOTATION = b"""{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation",
 "bodyValue": "Some words.", "target": "http://testserver/drafts/small"}"""

ROWS: Mapping[str, Row] = {
    # Without a seat
    "GET /": _OPEN,
    "GET /healthz": _OPEN,
    "GET /sign-in": _OPEN,
    "POST /sign-in": _OPEN,
    "POST /sign-out": _OPEN,
    "GET /setup/{token}": _OPEN,
    "POST /setup/{token}": _OPEN,
    "GET /invitations/{token}": _OPEN,
    "POST /invitations/{token}": _OPEN,
    "GET /reset/{token}": _OPEN,
    "POST /reset/{token}": _OPEN,
    # One's own seat
    "GET /account": Row(),
    "GET /account/here": Row(),
    "POST /account": Row(Act.CHANGE_OWN_SEAT, sent={"name": "Somebody"}),
    "POST /account/password": Row(
        Act.CHANGE_OWN_SEAT, sent={"old": "", "new": "short"}, may_fail=True
    ),
    "POST /account/sign-out-everywhere": Row(Act.END_OWN_SESSIONS),
    # Seats
    "GET /seats": Row(Act.READ_SEATS),
    "POST /seats/invitations": Row(
        Act.INVITE, sent={"email": "new@mail.example.org", "name": "New", "role": "observer"}
    ),
    "POST /seats/invitations/{link_id}/withdraw": Row(Act.WITHDRAW_INVITATION),
    "POST /seats/{seat_id}": Row(
        Act.CHANGE_SEAT, State.OTHERS, sent={"name": "Other", "role": "observer"}
    ),
    "POST /seats/{seat_id}/reset": Row(Act.MAKE_RESET_LINK, State.OTHERS),
    "POST /seats/{seat_id}/remove": Row(Act.REMOVE_SEAT, State.OTHERS),
    # New drafts
    "GET /drafts/new": Row(Act.START_DRAFT),
    "POST /drafts/new": Row(Act.START_DRAFT, sent={"text": "Treaty\n\nArticle 1\nA\n\nWords."}),
    "POST /drafts/new/look": Row(Act.START_DRAFT, may_fail=True),
    "POST /drafts/new/keep": Row(Act.START_DRAFT, may_fail=True),
    # A draft
    "GET /drafts": Row(Act.READ_DRAFT),
    "GET /drafts/{slug}": Row(Act.READ_DRAFT),
    "POST /drafts/{slug}/undo": Row(_EDIT.act, _EDIT.state, may_fail=True),
    "GET /drafts/{slug}/struck": Row(Act.READ_DRAFT),
    "GET /drafts/{slug}/mast": Row(Act.CHANGE_MAST),
    "POST /drafts/{slug}/mast": Row(Act.CHANGE_MAST, sent={"title": "Convention"}),
    "GET /drafts/{slug}/since": Row(Act.READ_DRAFT, query="?seq=1", more=("?seq={seq}",)),
    "GET /drafts/{slug}/editions": Row(Act.READ_DRAFT),
    "POST /drafts/{slug}/editions": Row(Act.NAME_EDITION, sent={"name": "Rev.1"}),
    "GET /drafts/{slug}/editions/{edition}": Row(Act.READ_DRAFT),
    "GET /drafts/{slug}/compare": Row(Act.READ_DRAFT, more=("?old={edition}&all_clauses=1",)),
    "GET /drafts/{slug}/at/{seq}": Row(Act.READ_JOURNAL),
    "GET /drafts/{slug}/journal": Row(
        Act.READ_JOURNAL,
        more=("?new=true", "?article={uid}", "?delegation=Delegation+A", "?person=Chair"),
    ),
    "GET /drafts/{slug}/journal.atom": Row(
        Act.READ_JOURNAL, more=("?new=true", "?article={uid}", "?delegation=Delegation+A")
    ),
    "POST /drafts/{slug}/journal/seen": Row(
        Act.READ_JOURNAL, sent={"upto": 1, "at": "2026-01-01T00:00:00+00:00"}
    ),
    "POST /drafts/{slug}/journal/feeds": Row(Act.READ_JOURNAL, sent={"person": "Chair"}),
    "POST /drafts/{slug}/journal/feeds/{uid}/end": Row(
        Act.READ_JOURNAL, uid="{feed}", owner="scholar"
    ),
    "GET /feeds/{secret}": Row(is_open=True, may_fail=True),
    "GET /drafts/{slug}/record/{uid}": Row(Act.READ_JOURNAL, more=("?at=1", "?at={seq}")),
    "POST /drafts/{slug}/record/{uid}/annex": Row(Act.EXPORT, more=({"names": "yes"},)),
    "GET /drafts/{slug}/coverage": Row(Act.READ_LIBRARY, more=("?view=gaps", "?view=articles")),
    "GET /drafts/{slug}/numbers": Row(Act.READ_DRAFT),
    "POST /drafts/{slug}/numbers/freeze": Row(Act.FREEZE_NUMBERS),
    "POST /drafts/{slug}/numbers/renumber": Row(Act.RENUMBER, sent={"sure": "yes"}),
    "GET /drafts/{slug}/numbers/since/{edition}": Row(
        Act.READ_DRAFT, more=("?as=csv", "?as=docx&every=yes")
    ),
    "GET /drafts/{slug}/numbers/{seq}": Row(
        Act.READ_DRAFT, more=("?every=yes", "?as=csv", "?as=docx")
    ),
    "GET /drafts/{slug}/findings": Row(
        Act.READ_FINDINGS, more=("?weight=info", "?show=waived", "?about=sources+and+commentary")
    ),
    "POST /drafts/{slug}/findings/waive": Row(
        Act.WAIVE_FINDING,
        sent={"rule": "{rule}", "uid": "{found}", "key": "{finding}", "reason": "Known."},
    ),
    "POST /drafts/{slug}/findings/{waiver}/take-up": Row(Act.WAIVE_FINDING),
    "POST /drafts/{slug}/findings/house": Row(Act.CHANGE_MAST, sent={"article": "article"}),
    "GET /drafts/{slug}/brackets": Row(Act.READ_DRAFT, more=("?order=age", "?order=owner")),
    "POST /drafts/{slug}/brackets/lift": Row(
        *(Act.EDIT_TEXT, State.LIVE),
        sent={"uid": "{bracketed}", "start": 6, "end": 13, "seen": 1, "way": "keep"},
    ),
    "POST /drafts/{slug}/brackets/add": Row(
        *(Act.EDIT_TEXT, State.LIVE), sent={"uid": "{uid}", "words": "presumed"}
    ),
    "POST /drafts/{slug}/brackets/owners": Row(
        Act.STATE_OWNERS,
        sent={"uid": "{bracketed}", "start": 6, "end": 13, "seen": 1, "owners": "Delegation A"},
    ),
    "POST /drafts/{slug}/brackets/positions": Row(
        (Act.SPEAK_ON_BRACKET, Act.RECORD_ON_BRACKET),
        sent={
            **{"uid": "{bracketed}", "start": 6, "end": 13, "seen": 1},
            **{"wants": "flexible", "delegation": "Delegation A"},
        },
    ),
    "POST /drafts/{slug}/brackets/positions/{voice}/release": Row(Act.RELEASE_POSITION),
    "POST /drafts/{slug}/brackets/ours": Row(
        Act.CLAIM_BRACKET,
        sent={"uid": "{bracketed}", "start": 6, "end": 13, "seen": 1, "ours": "yes"},
    ),
    "GET /drafts/{slug}/status": Row(Act.READ_STATUS, more=("?show=open", "?show=silence")),
    "POST /drafts/{slug}/silences/{silence}/objections": Row(
        (Act.OBJECT, Act.RECORD_OBJECTION),
        sent={"reason": "Because.", "uid": "{silent}"},
        may_fail=True,
    ),
    "POST /drafts/{slug}/silences/{silence}/end": Row(Act.END_SILENCE, sent={"reason": "Because."}),
    # A clause
    "GET /drafts/{slug}/clauses/{uid}": Row(Act.READ_DRAFT, more=_CLAUSE_TABS),
    "GET /drafts/{slug}/clauses/{uid}/panel": Row(Act.READ_DRAFT, more=_CLAUSE_TABS),
    "GET /drafts/{slug}/clauses/{uid}/history": Row(Act.READ_JOURNAL),
    "GET /drafts/{slug}/clauses/{uid}/edit": _EDIT,
    "POST /drafts/{slug}/clauses/{uid}/edit": Row(
        Act.EDIT_TEXT, State.LIVE, sent={"text": "Other words.", "seen": 1}
    ),
    "GET /drafts/{slug}/clauses/{uid}/retitle": Row(Act.EDIT_TEXT, State.LIVE, uid="{headed}"),
    "POST /drafts/{slug}/clauses/{uid}/retitle": Row(
        Act.EDIT_TEXT, State.LIVE, sent={"heading": "Faith", "seen": 1}, uid="{headed}"
    ),
    "POST /drafts/{slug}/clauses/{uid}/wording": Row(
        *(Act.EDIT_TEXT, State.LIVE),
        sent={"of": "{wording}", "seen": 3},
        uid="{reworded}",
    ),
    "GET /drafts/{slug}/clauses/{uid}/insert": _STRUCTURE,
    "POST /drafts/{slug}/clauses/{uid}/insert": Row(
        Act.EDIT_STRUCTURE, State.LIVE, sent={"kind": "paragraph", "text": "New words."}
    ),
    "GET /drafts/{slug}/clauses/{uid}/split": _STRUCTURE,
    "POST /drafts/{slug}/clauses/{uid}/split": Row(
        *(Act.EDIT_STRUCTURE, State.LIVE),
        sent={"seen": 1, "text": "Good faith is presumed.", "at": 10},
    ),
    "POST /drafts/{slug}/clauses/{uid}/merge": Row(Act.EDIT_STRUCTURE, State.LIVE, {"seen": 1}),
    "GET /drafts/{slug}/clauses/{uid}/move": _STRUCTURE,
    "POST /drafts/{slug}/clauses/{uid}/move": Row(Act.EDIT_STRUCTURE, State.LIVE, {"way": "up"}),
    "POST /drafts/{slug}/clauses/{uid}/strike": Row(Act.EDIT_STRUCTURE, State.LIVE, {"seen": 1}),
    "POST /drafts/{slug}/clauses/{uid}/restore": Row(
        Act.RESTORE_CLAUSE, State.STRUCK, uid="{struck}"
    ),
    "POST /drafts/{slug}/clauses/{uid}/status": Row(
        Act.SETTLE_CLAUSE, State.LIVE, sent={"status": "agreed"}
    ),
    "POST /drafts/{slug}/clauses/{uid}/silence": Row(
        Act.OPEN_SILENCE, State.LIVE, sent={"due": "{due}"}
    ),
    "POST /drafts/{slug}/clauses/{uid}/reopen": Row(
        Act.REOPEN_CLAUSE, sent={"reason": "Because."}, uid="{agreed}"
    ),
    "POST /drafts/{slug}/clauses/{uid}/referendum": Row(
        Act.AGREE_AD_REFERENDUM, sent={"reason": "Because."}, uid="{agreed}"
    ),
    "POST /drafts/{slug}/clauses/{uid}/referendum/confirm": Row(
        Act.AGREE_AD_REFERENDUM, uid="{agreed}", may_fail=True
    ),
    # What a clause rests on
    "GET /drafts/{slug}/clauses/{uid}/citations": Row(Act.READ_LIBRARY),
    "GET /drafts/{slug}/clauses/{uid}/citations/new": Row(
        Act.CITE, State.LIVE, more=("?q=talks", "?kind=case", "?topic=C01")
    ),
    "GET /drafts/{slug}/clauses/{uid}/citations/tie": Row(
        Act.CITE, State.LIVE, query="?passage={passage_id}"
    ),
    "POST /drafts/{slug}/clauses/{uid}/citations": Row(
        *(Act.CITE, State.LIVE),
        sent={"relation": "supports", "reason": "So.", "passage": "{passage_id}"},
    ),
    "POST /citations/{citation_id}/remove": Row(Act.UNCITE, State.LIVE, {"draft": "{slug}"}),
    # Notes
    "GET /drafts/{slug}/notes": Row(Act.READ_NOTES, more=(*_FILTERS, "?author=Delegate+of+a")),
    "POST /drafts/{slug}/notes": Row(
        *(Act.WRITE_NOTE, State.FOR_ONESELF),
        sent=_NOTE,
        more=({**_NOTE, "uid": "{uid}", "quote": "presumed"},),
    ),
    "GET /drafts/{slug}/notes.md": Row(Act.READ_NOTES, more=_FILTERS),
    "GET /drafts/{slug}/notes.csv": Row(Act.READ_NOTES, more=_FILTERS),
    "GET /drafts/{slug}/notes.json": Row(Act.READ_NOTES),
    "POST /drafts/{slug}/notes/read": Row(Act.READ_NOTES),
    "GET /drafts/{slug}/notes/finder.json": Row(Act.READ_NOTES, more=("?q=a", "?q=talks")),
    "GET /drafts/{slug}/commentary": Row(Act.READ_NOTES),
    "GET /inbox": Row(Act.READ_NOTES),
    "GET /notes/{key}": Row(Act.READ_NOTES),
    "POST /notes/{key}/answers": Row(Act.WRITE_NOTE, sent={"body": "An answer."}),
    "POST /notes/{key}/change": Row(Act.CHANGE_NOTE, sent={"body": "Other words."}),
    "POST /notes/{key}/resolve": Row(Act.RESOLVE_NOTE, sent={"reason": "Done."}),
    "POST /notes/{key}/reopen": Row(Act.RESOLVE_NOTE, sent={"reason": "Not done."}),
    "POST /notes/{key}/remove": Row(Act.CHANGE_NOTE),
    "POST /notes/{key}/redact": Row(Act.REDACT_NOTE, sent={"reason": "Pasted by mistake."}),
    "POST /notes/{key}/commentary": Row(Act.WRITE_COMMENTARY, sent={"work": "publish"}),
    "POST /notes/{key}/fits": Row(Act.CHANGE_NOTE, of_thread=True),
    "POST /notes/{key}/words": Row(
        Act.CHANGE_NOTE, of_thread=True, sent={"quote": "Good faith is"}
    ),
    "GET /drafts/{slug}/notes.jsonld": Row(Act.READ_NOTES),
    "GET /drafts/{slug}/notes/import": Row(Act.WRITE_NOTE, State.FOR_ONESELF),
    "POST /drafts/{slug}/notes/import": Row(
        *(Act.WRITE_NOTE, State.FOR_ONESELF), files={"file": ("n.jsonld", _ANNOTATION)}
    ),
    "POST /drafts/{slug}/notes/import/keep": Row(
        *(Act.WRITE_NOTE, State.FOR_ONESELF),
        sent={"carried": json.dumps({"items": [json.loads(_ANNOTATION)], "about": {}})},
    ),
    "GET /api/v1/drafts/{slug}/annotations/": Row(Act.READ_NOTES, more=("?page=0", "?iris=1")),
    "OPTIONS /api/v1/drafts/{slug}/annotations/": Row(Act.READ_NOTES),
    "POST /api/v1/drafts/{slug}/annotations/": Row(
        *(Act.WRITE_NOTE, State.FOR_ONESELF), sent=json.loads(_ANNOTATION)
    ),
    "GET /api/v1/drafts/{slug}/annotations/{key}": Row(Act.READ_NOTES),
    "OPTIONS /api/v1/drafts/{slug}/annotations/{key}": Row(Act.READ_NOTES),
    "PUT /api/v1/drafts/{slug}/annotations/{key}": Row(
        Act.CHANGE_NOTE, sent=json.loads(_ANNOTATION), headers={"if-match": "*"}
    ),
    "DELETE /api/v1/drafts/{slug}/annotations/{key}": Row(Act.CHANGE_NOTE),
    # Proposals
    "GET /drafts/{slug}/proposals": Row(
        *(Act.READ_PROPOSALS,),
        more=("?stage=private", "?stage=tabled", "?delegation=Delegation+A", "?clause={uid}"),
    ),
    "GET /drafts/{slug}/proposals/inline": Row(Act.READ_PROPOSALS),
    "GET /drafts/{slug}/clauses/{uid}/proposals": Row(Act.READ_PROPOSALS),
    "GET /drafts/{slug}/clauses/{uid}/proposals/new": Row(
        Act.PROPOSE, State.LIVE, more=("?wish=insert", "?wish=delete")
    ),
    "POST /drafts/{slug}/clauses/{uid}/proposals": Row(
        *(Act.PROPOSE, State.LIVE),
        sent={"wish": "replace", "words": "Faith is presumed.", "reason": "So.", "seen": 1},
    ),
    "GET /drafts/{slug}/proposals/{pid}": Row(Act.READ_PROPOSALS),
    "GET /drafts/{slug}/proposals/{pid}/merge": Row(Act.SETTLE_PROPOSAL, may_fail=True),
    "GET /drafts/{slug}/clauses/{uid}/options": Row(Act.READ_DRAFT),
    "POST /drafts/{slug}/clauses/{uid}/options": Row(
        *(Act.EDIT_STRUCTURE, State.LIVE), sent={"words": "Faith is all.", "seen": 1}
    ),
    "POST /drafts/{slug}/clauses/{uid}/options/choose": Row(
        Act.EDIT_STRUCTURE, State.LIVE, may_fail=True
    ),
    "POST /drafts/{slug}/proposals/{pid}/change": Row(
        Act.CHANGE_PROPOSAL, sent={"words": "Faith counts.", "reason": "So."}, only=_ours
    ),
    "POST /drafts/{slug}/proposals/{pid}/discard": Row(Act.CHANGE_PROPOSAL, only=_ours),
    "POST /drafts/{slug}/proposals/{pid}/ask": Row(
        Act.CHANGE_PROPOSAL, sent={"delegation": "Delegation D"}, only=_ours
    ),
    "POST /drafts/{slug}/proposals/{pid}/join": Row(Act.JOIN_PROPOSAL, only=_focal),
    "POST /drafts/{slug}/proposals/{pid}/leave": Row(Act.JOIN_PROPOSAL, only=_focal),
    "POST /drafts/{slug}/proposals/{pid}/table": Row(Act.TABLE_PROPOSAL, only=_own_focal),
    "POST /drafts/{slug}/proposals/{pid}/withdraw": Row(Act.WITHDRAW_PROPOSAL, only=_own_focal),
    "POST /drafts/{slug}/proposals/{pid}/aside": Row(
        Act.SETTLE_PROPOSAL, sent={"stage": "overtaken", "reason": "So."}
    ),
    "POST /drafts/{slug}/proposals/{pid}/incorporate": Row(
        Act.SETTLE_PROPOSAL, sent={"how": "text"}
    ),
    "POST /drafts/{slug}/proposals/{pid}/positions": Row(
        *((Act.STATE_POSITION, Act.RECORD_POSITION),),
        sent={"stance": "supports", "delegation": "Delegation D"},
    ),
    "POST /drafts/{slug}/proposals/{pid}/positions/{position}/release": Row(Act.RELEASE_POSITION),
    "POST /drafts/{slug}/proposals/{pid}/redact": Row(
        Act.REDACT_PROPOSAL, sent={"reason": "So."}, only=_first_of_two
    ),
    "GET /drafts/{slug}/meetings": Row(Act.READ_PROPOSALS),
    "POST /drafts/{slug}/meetings": Row(Act.KEEP_MEETINGS, sent={"name": "Second meeting"}),
    "POST /drafts/{slug}/groups": Row(Act.KEEP_GROUPS, sent={"name": "Friends of rivers"}),
    # Files
    # Rounds
    "GET /drafts/{slug}/rounds": Row(Act.READ_ROUNDS),
    "POST /drafts/{slug}/rounds": Row(
        Act.RUN_ROUND,
        sent={"name": "Second reading", "delegations": "Delegation C", "profiles": "clean"},
    ),
    "GET /drafts/{slug}/rounds/new": Row(Act.RUN_ROUND),
    "GET /drafts/{slug}/rounds/{rnd}": Row(Act.READ_ROUNDS),
    "GET /drafts/{slug}/rounds/{rnd}/progress": Row(Act.READ_ROUNDS),
    "GET /drafts/{slug}/rounds/{rnd}/inbox": Row(Act.READ_ROUNDS),
    "GET /drafts/{slug}/rounds/{rnd}/inbox/clauses": Row(Act.PLACE_FINDING, more=("?q=river",)),
    "GET /drafts/{slug}/rounds/{rnd}/table": Row(
        Act.READ_ROUNDS, more=("?kind=comment", "?who=Delegation+A", "?at={uid}")
    ),
    "POST /drafts/{slug}/rounds/{rnd}/compilation": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/returned": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/recipients": Row(
        Act.RUN_ROUND, sent={"delegations": "Delegation C"}
    ),
    "POST /drafts/{slug}/rounds/{rnd}/copies": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/links": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/close": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/reopen": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/recipients/{to}/copy": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/recipients/{to}/link": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/recipients/{to}/revoke": Row(Act.RUN_ROUND),
    "POST /drafts/{slug}/rounds/{rnd}/returns": Row(
        Act.RETURN_FILE, files={"file": ("other.docx", b"no Word file")}
    ),
    "GET /drafts/{slug}/rounds/{rnd}/returns/{ret}": Row(Act.READ_ROUNDS),
    "GET /drafts/{slug}/rounds/{rnd}/returns/{ret}/file": Row(Act.READ_ROUNDS),
    "POST /drafts/{slug}/rounds/{rnd}/returns/{ret}/whose": Row(
        Act.PLACE_FINDING, sent={"to": "{to}"}, may_fail=True
    ),
    "POST /drafts/{slug}/rounds/{rnd}/returns/{ret}/delete": Row(Act.RETURN_FILE, may_fail=True),
    "POST /drafts/{slug}/rounds/{rnd}/returns/{ret}/confirm": Row(
        Act.CONFIRM_FINDING, sent={"word": "The focal point's."}, only=_focal_or_steering
    ),
    "POST /drafts/{slug}/rounds/{rnd}/findings/{fnd}/place": Row(
        Act.PLACE_FINDING, sent={"uid": "{reworded}"}
    ),
    "POST /drafts/{slug}/rounds/{rnd}/findings/{fnd}/set-aside": Row(
        Act.PLACE_FINDING, sent={"reason": "So."}
    ),
    "POST /drafts/{slug}/rounds/{rnd}/findings/{fnd}/bring-back": Row(Act.PLACE_FINDING),
    "POST /drafts/{slug}/rounds/{rnd}/findings/{fnd}/confirm": Row(
        Act.CONFIRM_FINDING, sent={"word": "The focal point's."}, only=_focal_or_steering
    ),
    "GET /replies/{token}": _OPEN,
    "GET /replies/{token}/progress": _OPEN,
    "GET /replies/{token}/comments": _OPEN,
    "POST /replies/{token}/copy": _OPEN,
    "POST /replies/{token}/files": _OPEN,
    "POST /replies/{token}/comments": _OPEN,
    "POST /replies/{token}/files/{ret}/delete": _OPEN,
    "GET /drafts/{slug}/exports/new": Row(Act.READ_EXPORTS),
    "GET /drafts/{slug}/exports": Row(Act.READ_EXPORTS),
    "POST /drafts/{slug}/exports": Row(Act.EXPORT, sent={"profile": "clean"}, more=_EXPORTS),
    # The library
    "GET /search": Row(
        Act.READ_LIBRARY, more=("?q=talks", "?q=zqui", "?q=presumed&kind=clause", "?q=faith")
    ),
    "GET /library": Row(Act.READ_LIBRARY, more=("?q=talks",)),
    "GET /library/sources/{slug}": Row(Act.READ_LIBRARY),
    "GET /library/passages/{passage_id}": Row(Act.READ_LIBRARY),
    "GET /library/cases": Row(Act.READ_LIBRARY),
    "GET /library/cases/{slug}": Row(Act.READ_LIBRARY),
    "GET /library/topics": Row(Act.READ_LIBRARY),
    "GET /library/topics/{code}": Row(Act.READ_LIBRARY),
    "GET /library/figures": Row(Act.READ_LIBRARY),
    "GET /library/add": Row(Act.ADD_TO_LIBRARY),
    "POST /library/sources": Row(Act.ADD_TO_LIBRARY, sent=_SOURCE),
    "POST /library/passages": Row(
        Act.ADD_TO_LIBRARY, sent={"source": "sources/{slug}", "digest": "Words."}
    ),
    "POST /library/cases": Row(Act.ADD_TO_LIBRARY, sent={"title": "Southland"}),
    "POST /library/add/file": Row(
        Act.IMPORT_SOURCE, files={"file": ("talks.txt", b"On talks\n\nThey help.\n")}
    ),
    "POST /library/add/file/keep": Row(
        Act.IMPORT_SOURCE, sent={"title": "On Talks", "file_name": "a.txt", "carried": _READ}
    ),
    "POST /library/add/bibliography": Row(
        Act.IMPORT_SOURCE, sent={"text": "@book{a, title={On Talks}, year={1999}}"}
    ),
    "POST /library/add/bibliography/keep": Row(
        Act.IMPORT_SOURCE, sent={"carried": json.dumps([_CSL]), "keep": 0}
    ),
    "GET /library/sources/{slug}/edit": Row(Act.CHANGE_LIBRARY),
    "POST /library/sources/{slug}/edit": Row(Act.CHANGE_LIBRARY, sent=_SOURCE),
    "POST /library/sources/{slug}/delete": Row(
        Act.DELETE_FROM_LIBRARY, State.RESTED_ON, may_fail=True
    ),
    "GET /library/passages/{passage_id}/edit": Row(Act.CHANGE_LIBRARY),
    "POST /library/passages/{passage_id}/edit": Row(
        Act.CHANGE_LIBRARY, sent={"digest": "Other words."}
    ),
    "POST /library/passages/{passage_id}/delete": Row(Act.DELETE_FROM_LIBRARY, State.UNUSED),
    "GET /library/cases/{slug}/edit": Row(Act.CHANGE_LIBRARY),
    "POST /library/cases/{slug}/edit": Row(Act.CHANGE_LIBRARY, sent={"title": "Northland"}),
    "POST /library/cases/{slug}/delete": Row(Act.DELETE_FROM_LIBRARY, State.UNUSED),
    # The programming interface
    "GET /api/v1/openapi.json": Row(),
    "GET /api/v1/drafts": Row(Act.READ_DRAFT),
    "GET /api/v1/drafts/{slug}": Row(Act.READ_DRAFT),
    "GET /api/v1/drafts/{slug}/status": Row(Act.READ_STATUS),
    "GET /api/v1/drafts/{slug}/brackets": Row(Act.READ_DRAFT),
    "GET /api/v1/drafts/{slug}/clauses": Row(Act.READ_DRAFT),
    "POST /api/v1/drafts/{slug}/clauses": Row(
        Act.EDIT_STRUCTURE, State.LIVE, sent={"kind": "paragraph", "text": "New words."}
    ),
    "GET /api/v1/drafts/{slug}/clauses/{uid}": Row(Act.READ_DRAFT),
    "PATCH /api/v1/drafts/{slug}/clauses/{uid}": Row(
        Act.EDIT_TEXT, State.LIVE, sent={"seen": 1, "text": "Other words."}
    ),
    "GET /api/v1/drafts/{slug}/entries": Row(Act.READ_JOURNAL),
    "GET /api/v1/drafts/{slug}/citations": Row(Act.READ_LIBRARY),
    "GET /api/v1/drafts/{slug}/clauses/{uid}/citations": Row(Act.READ_LIBRARY),
    "POST /api/v1/drafts/{slug}/clauses/{uid}/citations": Row(
        *(Act.CITE, State.LIVE),
        sent={"relation": "supports", "reason": "So.", "passage": "{passage_id}"},
    ),
    "DELETE /api/v1/drafts/{slug}/citations/{citation_id}": Row(Act.UNCITE, State.LIVE),
    "GET /api/v1/library/sources": Row(Act.READ_LIBRARY),
    "POST /api/v1/library/sources": Row(Act.ADD_TO_LIBRARY, sent={"kind": "document", "csl": _CSL}),
    "GET /api/v1/library/sources/{slug}": Row(Act.READ_LIBRARY),
    "GET /api/v1/library/passages": Row(Act.READ_LIBRARY),
    "POST /api/v1/library/passages": Row(
        Act.ADD_TO_LIBRARY, sent={"source": "sources/{slug}", "digest": "Words."}
    ),
    "GET /api/v1/library/passages/{passage_id}": Row(Act.READ_LIBRARY),
    "GET /api/v1/library/cases": Row(Act.READ_LIBRARY),
    "POST /api/v1/library/cases": Row(Act.ADD_TO_LIBRARY, sent={"title": "Southland"}),
    "GET /api/v1/library/cases/{slug}": Row(Act.READ_LIBRARY),
    "GET /api/v1/library/topics": Row(Act.READ_LIBRARY),
    "GET /api/v1/drafts/{slug}/exports": Row(Act.READ_EXPORTS),
    "POST /api/v1/drafts/{slug}/exports": Row(Act.EXPORT, sent={"profile": "clean"}, more=_EXPORTS),
}

FRAMES = frozenset({"hello", "push", "deed", "here"})
"""What a page says over its socket; a frame of another name needs a test in test_matrix.py."""
HEARD = frozenset(
    {"welcome", "reload", "seq", "edits", "back", "kept", "done", "no", "here", "who", "left"}
    | {"notes", "end"}
)
"""What a page hears."""


def routes_of(app: Any) -> Iterator[str]:
    """Every route of an application as "METHOD /path"; a socket as "SOCKET /path"."""
    yield from _named(app.routes)


def _named(routes: Any) -> Iterator[str]:
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from _named(route.effective_candidates())
            continue
        known = getattr(route, "starlette_route", None) or route
        path, methods = known.path, getattr(known, "methods", None)
        if methods is None:
            kind = "FOLDER" if hasattr(known, "app") and not hasattr(known, "endpoint") else ""
            yield f"{kind or 'SOCKET'} {path}"
        else:
            yield from (f"{method} {path}" for method in sorted(methods - {"HEAD"}))


def state_of(row: Row, act: Act, person: Person, thing: Thing | None) -> State:
    """The state by which the policy is asked whether this person may do this to the thing."""
    if thing is None:
        return row.state
    if thing.kind in ("rnd", "to", "ret", "fnd"):
        return State.ANY
    if thing.kind == "key":
        if act in (Act.WRITE_NOTE, Act.RESOLVE_NOTE):
            return _FOR[thing.audience]
        if act in (Act.CHANGE_NOTE, Act.REDACT_NOTE):
            author = thing.thread_by if row.of_thread and thing.thread_by else thing.author
            return State.OWN_NOTE if author == person.name else State.OTHERS_NOTE
        return State.ANY
    if thing.stage is Stage.PRIVATE:
        return State.PRIVATE
    return State.TABLED if thing.stage is Stage.TABLED else State.SETTLED


_FOR: Mapping[Audience, State] = {
    Audience.MINE: State.FOR_ONESELF,
    Audience.DELEGATION: State.FOR_DELEGATION,
    Audience.EVERYONE: State.FOR_EVERYONE,
}
