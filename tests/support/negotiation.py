"""A negotiation with secrets: seats of every kind, notes and proposals in every state.

Each thing that is not for everybody holds words that stand nowhere else, and it is written down
who may read them. `Negotiation.secrets` is what a sweep looks for, `things` what the permission
matrix asks for; a new kind of thing is a few lines in `_Scribe`.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from app.actions import (
    annotating,
    checking,
    commenting,
    convening,
    drafting,
    incorporating,
    negotiating,
    recording,
    renumbering,
    returning,
    rounding,
    seating,
    settling,
    silencing,
    stating,
    unsaying,
    voicing,
)
from app.actions.annotating import Chosen
from app.actions.policy import OPERATOR
from app.actions.rounding import To
from app.store.drafts import DraftRecord
from app.store.notes import Audience
from app.store.proposals import Stage, Wish
from app.store.readers import Reader
from app.store.rounds import How, NewFinding, Place, RecipientRecord, RoundRecord, Sort
from app.store.seats import Role, SeatRecord
from app.store.unit import Store, Stores
from tests.support.world import World, fill

NOBODY = "nobody"
REMOVED = "removed"
PASSWORD = "four words picked blindly"
GROUP = "Friends of talks"

_SEATS: Mapping[str, tuple[Role, str, bool]] = {
    "chair": (Role.CHAIR, "", False),
    "secretariat of A": (Role.SECRETARIAT, "Delegation A", False),
    "drafter": (Role.DRAFTER, "", False),
    "drafter of A": (Role.DRAFTER, "Delegation A", False),
    "focal point of A": (Role.DELEGATE, "Delegation A", True),
    "delegate of A": (Role.DELEGATE, "Delegation A", False),
    "focal point of B": (Role.DELEGATE, "Delegation B", True),
    "delegate of B": (Role.DELEGATE, "Delegation B", False),
    "focal point of C": (Role.DELEGATE, "Delegation C", True),
    "scholar": (Role.SCHOLAR, "", False),
    "scholar of A": (Role.SCHOLAR, "Delegation A", False),
    "observer of B": (Role.OBSERVER, "Delegation B", False),
    REMOVED: (Role.DELEGATE, "Delegation A", False),
}
SEATED = tuple(name for name in _SEATS if name != REMOVED)
"""Everybody with a seat."""
ALL = (NOBODY, REMOVED, *SEATED)
"""Everybody who may ask: without a seat, with one that was taken away, and seated."""

_NONE: frozenset[str] = frozenset()
EVERYONE = frozenset(SEATED)
STEERING = frozenset({"chair", "secretariat of A"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks; `seat` is None for a visitor."""

    name: str
    seat: SeatRecord | None
    session: str

    @property
    def delegation(self) -> str:
        """The delegation that they belong to; "" for none."""
        return self.seat.delegation if self.seat else ""

    @property
    def is_focal(self) -> bool:
        """Whether they are its focal point."""
        return self.seat is not None and self.seat.focal


@dataclass(frozen=True, slots=True)
class Thing:
    """A note, an answer, a proposal or a position, by the public id that addresses name it by.

    `kind` is the name that the id has in the addresses of routes; `of` the proposal of a position.
    """

    kind: str
    id: str
    name: str
    readers: frozenset[str]
    author: str = ""
    thread_by: str = ""
    audience: Audience = Audience.EVERYONE
    stage: Stage = Stage.TABLED
    delegation: str = ""
    proposers: tuple[str, ...] = ()
    is_redacted: bool = False
    state: str = ""
    of: str = ""

    @property
    def sort(self) -> tuple[object, ...]:
        """What decides who may do what with it; things of one sort are all treated alike."""
        return (
            *(self.kind, self.audience, self.delegation, self.stage, self.is_redacted, self.state),
            *(self.proposers, len(self.readers)),
        )

    @property
    def broad_sort(self) -> tuple[object, ...]:
        """The same, as far as the policy's table goes."""
        settled = self.stage not in (Stage.PRIVATE, Stage.TABLED)
        stage = "settled" if settled else self.stage
        return (self.kind, self.audience, self.delegation, stage, self.state)


@dataclass(frozen=True, slots=True)
class Secret:
    """Words that nobody but these may come upon."""

    words: str
    name: str
    readers: frozenset[str]


@dataclass
class Negotiation:
    """What `begun` has put into a database."""

    stores: Stores
    world: World
    people: dict[str, Person]
    things: list[Thing] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    fills: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The draft's."""
        return f"/drafts/{self.world.draft.slug}"

    def act(self, name: str) -> "_Scribe":
        """Somebody who does something more, in units of work of their own."""
        return _Scribe(self, name)


class _Scribe:
    """Writes as one person, and notes down who may read it."""

    _numbers = count(1)

    def __init__(self, table: Negotiation, who: str) -> None:
        self._table, self._who = table, who
        self._seat = table.people[who].seat

    # --- secrets

    def _hidden(self, name: str, readers: frozenset[str]) -> str:
        """Words that are to be found nowhere else."""
        # No two are alike: a search that forgives mistakes must not take one for another.
        digest = hashlib.sha256(str(next(self._numbers)).encode()).hexdigest()
        words = "".join("bcdfghjklmnpqrst"[int(digit, 16)] + "a" for digit in digest[:8]) + "zquix"
        self._table.secrets.append(Secret(words, name, readers))
        return words

    def _known(self, thing: Thing) -> Thing:
        self._table.things.append(thing)
        if thing.readers != EVERYONE:
            self._table.secrets.append(Secret(thing.id, f"id of {thing.name}", thing.readers))
        return thing

    def _draft(self, store: Store) -> DraftRecord:
        draft = store.drafts.by_id(self._table.world.draft.id)
        assert draft is not None
        return draft

    def _with(self, *delegations: str, roles: frozenset[Role] = frozenset(Role)) -> frozenset[str]:
        """The people of these delegations, with these roles."""
        seats = {person.name: person.seat for person in self._table.people.values()}
        return frozenset(
            name
            for name, seat in seats.items()
            if name in EVERYONE and seat and seat.delegation in delegations and seat.role in roles
        )

    # --- notes

    def _readers(self, audience: Audience) -> frozenset[str]:
        if audience is Audience.EVERYONE:
            return EVERYONE
        if audience is Audience.MINE:
            return frozenset({self._who})
        return self._with(self._seat.delegation if self._seat else "")

    def note(
        self,
        name: str,
        audience: Audience = Audience.MINE,
        *,
        on: str = "Good faith is presumed.",
        quote: str = "",
        kind: str = "comment",
        body: str = "",
        first: Audience | None = None,
    ) -> Thing:
        """A note with words of its own; `first` is whom it was for before it was changed."""
        readers = self._readers(audience)
        name = f"{name}, {audience} of {self._who}"
        with self._table.stores.begin() as store:
            uid = self._table.world.uid(on) if on else ""
            before = readers if first is None else readers & self._readers(first)
            made = annotating.write(
                store,
                self._seat,
                self._draft(store),
                uid=uid,
                words=Chosen(-1, quote) if quote else None,
                kind=kind,
                body=f"{self._hidden(name, before)} {body}",
                audience=first or audience,
            )
            if first is not None:
                words = self._hidden(f"{name}, as changed", readers)
                annotating.change(store, self._seat, made.key, body=words, audience=audience)
            extra = {"creator": self._hidden(f"{name}, from elsewhere", _NONE | readers)}
            store.notes.set_extra(made.id, extra)
        return self._known(
            Thing(
                "key",
                made.key,
                name,
                readers,
                author=self._who,
                audience=audience,
                delegation=self._seat.delegation if self._seat else "",
            )
        )

    def answer(self, to: Thing) -> Thing:
        """An answer in that thread."""
        name = f"answer to {to.name}"
        with self._table.stores.begin() as store:
            words = self._hidden(name, to.readers)
            made = annotating.answer(store, self._seat, to.id, words)
        return self._known(
            Thing(
                *("key", made.key, name, to.readers),
                author=self._who,
                thread_by=to.author,
                audience=to.audience,
                delegation=to.delegation,
                state="answer",
            )
        )

    def resolve(self, note: Thing, *, again: bool = False) -> None:
        """Say that it is dealt with; `again`: and open it once more."""
        with self._table.stores.begin() as store:
            reason = self._hidden(f"reason at {note.name}", note.readers)
            annotating.resolve(store, self._seat, note.id, reason)
            if again:
                annotating.reopen(store, self._seat, note.id, reason)
        self._table.things.remove(note)
        self._table.things.append(replace(note, state="reopened" if again else "resolved"))

    def remove(self, note: Thing) -> None:
        """Take it away: nobody may come upon anything of it."""
        with self._table.stores.begin() as store:
            annotating.remove(store, self._seat, note.id)
        self._forget(note)

    def doubt(self, note: Thing) -> None:
        """Have its place be one that is to be checked, as of a note that came from a file."""
        with self._table.stores.begin() as store:
            thread = annotating.note(store, self._seat, note.id)
            store.notes.set_extra(thread.note.id, {**thread.note.extra, "check": True})
        self._table.things.remove(note)
        self._table.things.append(replace(note, state="doubtful"))

    def unsay(self, note: Thing, second: str) -> None:
        """Have its words taken out, together with the second seat: nobody may come upon them."""
        with self._table.stores.begin() as store:
            unsaying.unsay(store, self._seat, note.id)
            unsaying.unsay(store, self._table.people[second].seat, note.id, "Pasted by mistake.")
        self._table.things.remove(note)
        self._table.things.append(replace(note, is_redacted=True))
        self._table.secrets[:] = [
            Secret(each.words, each.name, _NONE) if note.name in each.name else each
            for each in self._table.secrets
        ]

    def _forget(self, thing: Thing) -> None:
        gone = f"{thing.name}, gone"
        self._table.things.remove(thing)
        self._table.things.append(replace(thing, name=gone, readers=_NONE, state="gone"))
        self._table.secrets[:] = [
            Secret(each.words, gone, _NONE) if thing.name in each.name else each
            for each in self._table.secrets
        ]

    # --- rounds

    def circulate(self) -> None:
        """A round for A and B, and a file of A's that came back, with findings of every kind."""
        with self._table.stores.begin() as store:
            seat, draft = self._seat, self._draft(store)
            sent = rounding.open_round(
                *(store, seat, draft),
                name="First reading",
                edition="zero-draft",
                recipients=[To(f"Delegation {name}", address=f"{name}@x.org") for name in "AB"],
            )
            to = rounding.recipients(store, seat, sent)
            for each in to:
                own = self._proposing(each.delegation) | STEERING
                self._known(Thing("to", each.uid, each.name, own))
            both = self._proposing("Delegation A", "Delegation B") | STEERING
            self._known(Thing("rnd", sent.uid, "the round", both))
            link = rounding.make_link(store, seat, sent, to[0])
            self._table.secrets.append(Secret(link, "a link to answer by", _NONE))
            self._table.fills |= {"{rnd}": sent.uid, "{to}": to[0].uid}
            self._answered(store, draft, sent, to[0])

    def _answered(
        self, store: Store, draft: DraftRecord, sent: RoundRecord, to: RecipientRecord
    ) -> None:
        readers = self._proposing(to.delegation) | STEERING
        content = self._hidden("a file that came back", readers).encode()
        uid = store.rounds.receive(
            sent.id,
            recipient_id=to.id,
            filename=self._hidden("the name of a file that came back", readers) + ".docx",
            content=content,
            sha256=hashlib.sha256(content).hexdigest(),
            how=How.UPLOAD,
            word=self._hidden("on whose word a file came", readers),
            author=self._seat or OPERATOR,
        )
        came = store.rounds.returned_by_uid(uid)
        assert came is not None
        made = [
            NewFinding(
                kind,
                Place.INBOX,
                "replace" if kind is Sort.CHANGE else "",
                before=self._hidden("what a finding is on", readers),
                after=self._hidden("words that came back", readers),
                author=self._hidden("who wrote in a file", readers),
                reason=self._hidden("why it waits", readers),
            )
            for kind in (Sort.CHANGE, Sort.CHANGE, Sort.COMMENT, Sort.OTHER)
        ]
        losses = [self._hidden("what was not taken from a file", readers)]
        counts = dict.fromkeys(
            ("tracked", "remarks", "untracked", "placed", "in_inbox", "of_form", "ours", "lost"), 1
        )
        report = {**counts, "base": "", "matched": 1.0, "matched_by": "", "warnings": []}
        store.rounds.keep_reading(
            came.id, recipient_id=to.id, report={**report, "losses": losses}, findings=made
        )
        found = store.rounds.findings(Reader.of(self._seat or OPERATOR), [came.id])
        clause = self._table.world.uid("Good faith is presumed.")
        returning.place(store, self._seat, draft, sent, found[1].uid, clause)
        returning.set_aside(store, self._seat, sent, found[3].uid, "So.")
        self._known(Thing("ret", uid, "what came back", readers))
        for each in store.rounds.findings(Reader.of(self._seat or OPERATOR), [came.id]):
            name = f"{each.kind} that is {each.state}"
            own = Thing("fnd", each.uid, name, readers, delegation=to.delegation)
            self._known(replace(own, state=f"{each.kind} {each.state}"))

    # --- proposals

    def propose(
        self, name: str, wish: Wish = Wish.REPLACE, *, on: str = "Good faith is presumed."
    ) -> Thing:
        """A private proposal with words and a reason of its own."""
        delegation = self._seat.delegation if self._seat else ""
        readers = self._proposing(delegation)
        name = f"{name} of {delegation}"
        with self._table.stores.begin() as store:
            draft = self._draft(store)
            uid = self._table.world.uid(on)
            clause = store.drafts.clause(draft.id, uid)
            assert clause is not None
            made = negotiating.propose(
                store,
                self._seat,
                draft,
                uid,
                wish=wish,
                words=f"{clause.words} {self._hidden(name, readers)}",
                heading=self._hidden(f"heading of {name}", readers) if wish is Wish.INSERT else "",
                new_kind="article" if wish is Wish.INSERT else "paragraph",
                reason=self._hidden(f"reason of {name}", readers),
                seen=clause.version,
                speaks_for=GROUP if delegation == "Delegation A" else "",
            )
        return self._known(
            Thing(
                "pid",
                made.uid,
                name,
                readers,
                author=self._who,
                stage=Stage.PRIVATE,
                delegation=delegation,
                proposers=made.proposers,
            )
        )

    def _proposing(self, *delegations: str) -> frozenset[str]:
        return self._with(*delegations, roles=frozenset({Role.DELEGATE, Role.DRAFTER}))

    def again(self, found: Thing) -> None:
        """Give a private proposal other words; the earlier ones are for nobody any more."""
        self._retell(found, lambda _: _NONE)
        with self._table.stores.begin() as store:
            negotiating.change(
                store,
                self._seat,
                self._draft(store),
                found.id,
                words=self._hidden(found.name, found.readers),
                reason=self._hidden(f"reason of {found.name}", found.readers),
            )

    def discard(self, found: Thing) -> None:
        """Delete a private proposal: nobody may come upon anything of it."""
        with self._table.stores.begin() as store:
            negotiating.discard(store, self._seat, self._draft(store), found.id)
        self._forget(found)

    def ask(self, found: Thing, delegation: str) -> Thing:
        """Ask another delegation to join: it reads it, too."""
        with self._table.stores.begin() as store:
            negotiating.ask(store, self._seat, self._draft(store), found.id, delegation)
        return self._opened(found, self._proposing(delegation) | found.readers)

    def join(self, found: Thing) -> Thing:
        """Propose it, too."""
        with self._table.stores.begin() as store:
            negotiating.join(store, self._seat, self._draft(store), found.id)
        return self._opened(found, found.readers)

    def decline(self, found: Thing) -> Thing:
        """Propose it not: from then on it is not read any more."""
        with self._table.stores.begin() as store:
            negotiating.leave(store, self._seat, self._draft(store), found.id)
        gone = self._proposing(self._seat.delegation if self._seat else "")
        return self._opened(found, found.readers - gone)

    def table(self, found: Thing) -> Thing:
        """Let everybody read it."""
        with self._table.stores.begin() as store:
            negotiating.table(store, self._seat, self._draft(store), found.id)
        return self._opened(found, EVERYONE)

    def settle(self, found: Thing, stage: Stage) -> Thing:
        """Have this become of a tabled proposal; the seat has to be one that may do it."""
        with self._table.stores.begin() as store:
            draft = self._draft(store)
            if stage is Stage.WITHDRAWN:
                negotiating.withdraw(store, self._seat, draft, found.id, reason="No more.")
            elif stage in (Stage.INCORPORATED, Stage.BRACKETED):
                in_brackets = stage is Stage.BRACKETED
                incorporating.incorporate(
                    store, self._seat, draft, found.id, in_brackets=in_brackets
                )
            else:
                negotiating.put_aside(
                    store, self._seat, draft, found.id, stage=stage, reason="Not so."
                )
        return self._opened(found, EVERYONE)

    def redact(self, found: Thing, second: str) -> Thing:
        """Have its words taken out, together with the second seat."""
        with self._table.stores.begin() as store:
            draft = self._draft(store)
            negotiating.redact(store, self._seat, draft, found.id)
            other = self._table.people[second].seat
            negotiating.redact(store, other, draft, found.id, reason="Pasted by mistake.")
        self._retell(found, lambda _: _NONE)
        return self._opened(found, EVERYONE, words=_NONE)

    def _opened(
        self, found: Thing, readers: frozenset[str], *, words: frozenset[str] | None = None
    ) -> Thing:
        """The thing as it is now, for these readers."""
        with self._table.stores.read() as store:
            draft = self._draft(store)
            any_reader = next(iter(sorted(readers)))
            now = negotiating.proposal(store, self._table.people[any_reader].seat, draft, found.id)
        self._retell(found, lambda old: (readers if words is None else words) if old else old)
        self._table.things.remove(found)
        thing = replace(
            found,
            readers=readers,
            stage=now.stage,
            proposers=now.proposers,
            is_redacted=now.redacted,
        )
        self._table.things.append(thing)
        return thing

    def _retell(self, found: Thing, readers: Callable[[frozenset[str]], frozenset[str]]) -> None:
        named = (found.name, f"reason of {found.name}", f"heading of {found.name}")
        self._table.secrets[:] = [
            Secret(each.words, each.name, readers(each.readers)) if each.name in named else each
            for each in self._table.secrets
        ]
        self._table.secrets[:] = [
            Secret(each.words, each.name, readers(found.readers))
            if each.name == f"id of {found.name}" and readers(found.readers)
            else each
            for each in self._table.secrets
        ]

    def position(self, on: Thing, delegation: str = "", *, release: bool = False) -> Thing:
        """State a position on a condition, or record one from the floor; `release`: to all."""
        whose = delegation or (self._seat.delegation if self._seat else "")
        readers = EVERYONE if release else STEERING | self._proposing(whose)
        name = f"position of {whose} on {on.name}"
        with self._table.stores.begin() as store:
            draft = self._draft(store)
            made = stating.take_position(
                store,
                self._seat,
                draft,
                on.id,
                stance="reserves",
                condition=self._hidden(f"condition in {name}", readers),
                delegation=delegation,
            )
            if release:
                chair = self._table.people["chair"].seat
                stating.release(store, chair, draft, on.id, made)
        return self._known(
            Thing("position", made, name, readers, author=self._who, delegation=whose, of=on.id)
        )

    def voice(self, delegation: str = "", *, release: bool = False) -> Thing:
        """State a position on a bracket, or record one from the floor; `release`: to all."""
        whose = delegation or (self._seat.delegation if self._seat else "")
        readers = EVERYONE if release else STEERING | self._proposing(whose)
        name = f"position of {whose} on a bracket by {self._who}"
        with self._table.stores.begin() as store:
            draft = self._draft(store)
            made = voicing.say(
                store,
                self._seat,
                draft,
                self._table.world.uid("[shall]"),
                start=6,
                end=13,
                seen=1,
                wants="omit",
                condition=self._hidden(f"condition in {name}", readers),
                delegation=delegation,
            )
            if release:
                voicing.release(store, self._table.people["chair"].seat, draft, made)
        return self._known(Thing("voice", made, name, readers, author=self._who, delegation=whose))


def begun(stores: Stores) -> Negotiation:
    """The negotiation, put into an empty database."""
    with stores.begin() as store:
        world = fill(store)
        people = _seated(store, world)
    table = Negotiation(stores, world, people)
    _prepare(table)
    _write_notes(table)
    _make_proposals(table)
    table.act("chair").circulate()
    for person in people.values():
        if person.seat is not None:
            known = EVERYONE & (STEERING | {person.name})
            about = f"the address of {person.name}"
            table.secrets.append(Secret(person.seat.email, about, known))
            table.secrets.append(Secret(person.session, f"the session of {person.name}", _NONE))
    return table


def _seated(store: Store, world: World) -> dict[str, Person]:
    hashed = seating.PASSWORDS.hash(PASSWORD)
    people = {NOBODY: Person(NOBODY, None, "")}
    for name, (role, delegation, focal) in _SEATS.items():
        made = store.seats.add(
            name=name.capitalize(),
            email=f"{name.replace(' ', '-')}@mail.example.org",
            role=role,
            delegation=delegation,
            password=hashed,
        )
        seat = store.seats.change(
            made.id, name=made.name, role=role, delegation=delegation, focal=focal
        )
        people[name] = Person(name, seat, seating._open_session(store, seat))
    gone = people[REMOVED].seat
    if gone is not None:
        seating.remove_seat(store, OPERATOR, gone.id)
        people[REMOVED] = replace(people[REMOVED], seat=store.seats.get(gone.id))
    for seat in world.seats.values():
        if seat.role is not Role.CHAIR:
            seating.remove_seat(store, OPERATOR, seat.id)
    return people


def _prepare(table: Negotiation) -> None:
    """What is in the text and beside it before anybody keeps a secret."""
    world, chair = table.world, table.people["chair"].seat
    with table.stores.begin() as store:
        draft = world.draft
        # Frozen, counted anew, frozen again, and something came since: all can be asked for.
        renumbering.freeze(store, chair, draft)
        table.fills["numbers/{seq}"] = f"numbers/{renumbering.renumber(store, chair, draft).seq}"
        renumbering.freeze(store, chair, draft)
        kind, after = "article", world.uid("Good faith is presumed.")
        drafting.insert(store, chair, draft, after=after, kind=kind, heading="Costs")
        drafting.name_edition(store, chair, draft, name="Zero draft", symbol="", dated="")
        convening.set_group(store, chair, draft, name=GROUP, members="Delegation A\nDelegation B")
        convening.enter_meeting(store, chair, draft, name="First meeting", held="4 May")
        link = seating.invite(
            store, chair, email="late@mail.example.org", name="Late", role=Role.OBSERVER
        )
        struck, agreed = world.uid("talks end wars"), world.uid("having talked")
        clause = store.drafts.clause(draft.id, struck)
        assert clause is not None
        drafting.strike(store, chair, draft, struck, seen=clause.version)
        settling.settle(store, chair, draft, agreed, status="agreed")
        silent = world.uid("single copy")
        due = store.now + timedelta(days=3)
        silence = silencing.begin(store, chair, draft, silent, status="agreed", due=due)
        reworded = world.uid("For the purposes")
        for seen, words in ((1, "In this Convention:"), (2, "For the purposes of this treaty:")):
            drafting.reword(store, chair, draft, reworded, words, seen=seen)
        wording = drafting.history(store, chair, draft, reworded)[-1].entry.seq
        links = seating.invitations(store, chair)
        later = {world.uid("means a peace"), world.uid("means the certifying")}
        found = checking.report(store, chair, draft).findings
        waived, left = [one for one in found if one.uid not in later][:2]
        checking.waive(
            *(store, chair, draft), rule=waived.rule, uid=waived.uid, key=waived.key, reason="So."
        )
        (waived,) = checking.report(store, chair, draft).waived
        table.fills["{waiver}"] = str(waived.waiver.id if waived.waiver else 0)
        table.fills |= {"{rule}": left.rule, "{found}": left.uid, "{finding}": left.key}
        scholar = table.people["scholar"].seat
        feed = recording.make_feed(store, scholar, draft, recording.Wanted())
        table.fills["{feed}"] = recording.feeds(store, scholar, draft)[0].uid
        edition = drafting.editions(store, chair, draft)[0]
        seq = (store.drafts.by_id(draft.id) or draft).seq
    table.secrets.append(Secret(link, "an invitation's token", _NONE))
    table.secrets.append(Secret(feed, "the address of a feed", _NONE))
    table.secrets.append(Secret("late@mail.example.org", "who is invited", STEERING))
    table.fills |= {
        "drafts/{slug}": draft.slug,
        "{uid}": world.uid("Good faith is presumed."),
        "{headed}": world.uid("Use of terms"),
        "{struck}": struck,
        "{bracketed}": world.uid("[shall]"),
        "{reworded}": reworded,
        "{wording}": str(wording),
        "{agreed}": agreed,
        "{silent}": silent,
        "{silence}": silence.uid,
        "{due}": f"{due:%Y-%m-%dT%H:%M}",
        "{edition}": edition.slug,
        "{seq}": str(seq),
        "{link_id}": str(links[0].id),
        "{seat_id}": str(table.people["observer of B"].seat.id),  # type: ignore[union-attr]
        "{passage_id}": str(world.passages[0].id),
        "{citation_id}": str(world.citation.id),
        "{code}": "C01",
        "sources/{slug}": world.source.slug,
        "cases/{slug}": world.case.slug,
        "{token}": "a-token-that-nobody-was-given",
        "{secret}": "a-secret-that-nobody-was-told",
    }


def _write_notes(table: Negotiation) -> None:
    mine, ours, all_of_us = Audience.MINE, Audience.DELEGATION, Audience.EVERYONE
    delegate, chair = table.act("delegate of A"), table.act("chair")
    for who in ("chair", "drafter", "focal point of B", "scholar", "observer of B"):
        table.act(who).note("a note", mine, quote="presumed")
    table.act("secretariat of A").note("a note", ours)
    table.act("focal point of B").note("a question", ours, kind="question")
    named = table.people["secretariat of A"].seat
    mention = f"[@Secretariat](/seats/{named.id if named else 0})"
    delegate.note("a note on words", mine, quote="Good faith")
    delegate.note("a question that names somebody", ours, body=mention, kind="question")
    delegate.note("a note on the draft", mine, on="")
    delegate.note("a note on a struck clause", ours, on="talks end wars")
    delegate.resolve(delegate.note("a resolved note", ours, quote="faith is"))
    delegate.resolve(delegate.note("a reopened note", mine), again=True)
    answered = delegate.note("an answered note", ours, quote="Good")
    table.act("drafter of A").answer(answered)
    delegate.answer(delegate.note("a note to myself", mine))
    delegate.note("a changed note", ours, first=mine)
    delegate.note("a note told to all", all_of_us, first=ours)
    delegate.note("a note that was for all", mine, first=all_of_us)
    delegate.remove(delegate.note("a withdrawn note", ours))
    delegate.remove(delegate.note("an erased note", mine))
    scholar = table.act("scholar")
    scholar.remove(scholar.note("a note taken back", all_of_us))
    open_to_all = scholar.note("a note", all_of_us, quote="Good faith is")
    delegate.answer(open_to_all)
    chair.resolve(scholar.note("a settled question", all_of_us, kind="question"))
    scholar.unsay(scholar.note("a redacted note", all_of_us, first=mine, quote="faith"), "chair")
    scholar.doubt(scholar.note("a note to be checked", all_of_us, quote="faith is presumed"))
    written = scholar.note("a paragraph of the commentary", all_of_us)
    with table.stores.begin() as store:
        commenting.publish(store, table.people["scholar"].seat, written.id)


def _make_proposals(table: Negotiation) -> None:
    chair = table.act("chair")
    a, focal_a = table.act("delegate of A"), table.act("focal point of A")
    b, c = table.act("focal point of B"), table.act("focal point of C")
    a.propose("a proposal")
    table.act("drafter of A").propose("a drafter's proposal", on="faith.")
    for wish in (Wish.INSERT, Wish.DELETE, Wish.RETAIN):
        a.propose(f"a proposal to {wish}", wish)
    b.propose("a proposal")
    a.again(a.propose("a proposal with other words"))
    a.discard(a.propose("a discarded proposal"))
    a.ask(a.propose("a shared proposal"), "Delegation C")
    c.join(a.ask(a.propose("a joined proposal"), "Delegation C"))
    c.decline(a.ask(a.propose("a declined proposal"), "Delegation C"))
    # What is tabled, and what has become of it.
    changed = a.propose("a tabled proposal that was changed before", on="faith.")
    a.again(changed)
    changed = focal_a.table(changed)
    tabled = b.table(b.propose("a tabled proposal"))
    other = focal_a.table(a.propose("another tabled proposal"))
    a.position(tabled)
    chair.position(tabled, "Delegation C")
    chair.position(other, "Delegation B", release=True)
    b.position(changed)
    a.voice()
    b.voice(release=True)
    chair.voice("Delegation C")
    for stage in (Stage.NOT_TAKEN_UP, Stage.OVERTAKEN):
        chair.settle(b.table(b.propose(f"a proposal {stage}")), stage)
    b.settle(b.table(b.propose("a withdrawn proposal")), Stage.WITHDRAWN)
    b.redact(b.table(b.propose("a redacted proposal")), "chair")
    # Taken up at the end, on clauses of their own.
    on = "means a peace negotiation"
    chair.settle(b.table(b.propose("an incorporated proposal", on=on)), Stage.INCORPORATED)
    on = "means the certifying panel"
    chair.settle(b.table(b.propose("a bracketed proposal", on=on)), Stage.BRACKETED)
