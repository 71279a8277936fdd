"""Notes that come and go as Web Annotations: a file is looked over, brought in, and taken along.

    plan = planned(store, seat, draft, links)     what would become of each; nothing is kept yet
    bring(store, seat, draft, plan, audience)     the same, kept
    given(store, seat, draft, home)               all notes for this seat, as annotations

Whoever brings a file in is the author of its notes here, for whoever they choose; what was its
author's alone elsewhere stays theirs alone. Who wrote it, and all else that came, is kept.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.actions import annotating, policy
from app.actions.annotating import Wanted
from app.actions.policy import Act
from app.actions.refusals import Missing, Refusal
from app.actions.whereabouts import Stands, Thread
from app.exchange import hypothesis, weblinks
from app.exchange.linkfile import Links
from app.exchange.pointing import Fate, Place, place_of
from app.exchange.weblinks import Home, Said, annotation_of
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.notes import Audience, NoteKind, NoteRecord
from app.store.seats import SeatRecord
from app.store.unit import Store

_NOWHERE = Place(Fate.DRAFT)
_CARRIED = {Stands.CHECK: Fate.CHECK, Stands.ORPHANED: Fate.GONE, Stands.STRUCK: Fate.GONE}
_TWICE = "twice"
"""Stands for the key of what comes a second time in one file."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one annotation: its place, or what it answers, or why it is not taken.

    `answers` is the number of a step before it, or the key of a note that is here; `known` the
    key by which the annotation is here already.
    """

    item: Mapping[str, Any]
    place: Place = _NOWHERE
    answers: int | str | None = None
    known: str = ""
    refusal: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether it becomes a note or an answer."""
        return not (self.known or self.refusal)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a file's annotations in their order; made on the text at `seq`."""

    seq: int
    steps: tuple[Step, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def count(self) -> Counter[str]:
        """How many of each: words, check, gone, clause, draft, answers, known, refused."""
        return Counter(map(outcome, self.steps))


def outcome(step: Step) -> str:
    """What becomes of it, in one word."""
    if step.known:
        return "known"
    if step.refusal:
        return "refused"
    return "answers" if step.answers is not None else step.place.fate.name.lower()


# --- in


def planned(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    links: Links,
    *,
    believed: bool = False,
) -> Plan:
    """What would become of each annotation; see pointing.place_of for `believed`."""
    seat = policy.require(seat, Act.WRITE_NOTE, policy.State.FOR_ONESELF)
    threads = annotating.threads(store, seat, draft)
    known, keys = _known(threads), _keys(threads)
    texts = {one.uid: one.words for one in store.drafts.clauses(draft.id)}
    names: dict[str, int] = {}
    for at, item in enumerate(links.items):
        names.setdefault(weblinks.name_of(item), at)
    names.pop("", None)
    steps: list[Step] = []
    for at, item in enumerate(links.items):
        here = next((known[name] for name in weblinks.names_of(item) if name in known), "")
        here = here or _own_key(weblinks.name_of(item), draft, keys)
        parent = _parent(item, at, names, known, keys, draft)
        if here or names.get(weblinks.name_of(item), at) != at:
            steps.append(Step(item, known=here or _TWICE))
        elif parent is not None:
            steps.append(Step(item, answers=parent))
        else:
            steps.append(Step(item, place_of(item, texts, believed=believed)))
    return Plan(draft.seq, _untangled(steps), links.about)


def _known(threads: Sequence[Thread]) -> dict[str, str]:
    """The keys of what came in before, by the addresses that it is known by elsewhere."""
    found: dict[str, str] = {}
    for thread in threads:
        for one in (thread.note, *thread.answers):
            came = one.extra.get("annotation")
            if isinstance(came, Mapping):
                found |= dict.fromkeys(weblinks.names_of(came), one.key)
    return found


def _keys(threads: Sequence[Thread]) -> dict[str, str]:
    """The notes and answers that are here, each with the key of its thread."""
    return {
        one.key: thread.note.key for thread in threads for one in (thread.note, *thread.answers)
    }


def _own_key(name: str, draft: DraftRecord, keys: Mapping[str, str]) -> str:
    """The key in the address of an annotation that is one of this draft."""
    before, _, key = name.rpartition("/")
    return key if key in keys and before.endswith(f"/drafts/{draft.slug}/annotations") else ""


def _parent(
    item: Mapping[str, Any],
    at: int,
    names: Mapping[str, int],
    known: Mapping[str, str],
    keys: Mapping[str, str],
    draft: DraftRecord,
) -> int | str | None:
    for name in weblinks.answered_by(item):
        if names.get(name, at) != at:
            return names[name]
        key = known.get(name) or _own_key(name, draft, keys)
        if key:
            return key
    return None


def _untangled(steps: list[Step]) -> tuple[Step, ...]:
    """The steps, none of which answers itself, however far round."""
    made = list(steps)
    for at in range(len(made)):
        seen, now = {at}, made[at].answers
        while isinstance(now, int):
            if now in seen:
                made[at] = replace(made[at], answers=None)
                break
            seen.add(now)
            now = made[now].answers
    return tuple(made)


def bring(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    plan: Plan,
    audience: Audience | str,
) -> tuple[Plan, tuple[str, ...]]:
    """Keep what the plan says: what became of each, and its key, "" where it is not taken.

    Looking for words takes its time, and nobody can type meanwhile: where the text has moved on
    since the plan was made, the notes are written on it as it was, and go along from there.
    """
    audience = annotating.audience_named(audience)
    policy.require(seat, Act.WRITE_NOTE, annotating.FOR[audience])
    store.strokes.head(draft.id)
    latest = store.drafts.by_id(draft.id) or draft
    known = _known(annotating.threads(store, seat, latest))
    plan = replace(plan, steps=tuple(_met(step, known) for step in plan.steps))
    touched = {entry.uid for entry in store.drafts.journal(draft.id, after=plan.seq)}
    bringing = _Bringing(store, seat, latest, plan, audience, touched)
    for at in range(len(plan.steps)):
        bringing.take(at)
    return replace(plan, steps=tuple(bringing.steps)), tuple(bringing.keys)


def _met(step: Step, known: Mapping[str, str]) -> Step:
    """The step, which may have come in by another way since the plan was made."""
    names = weblinks.names_of(step.item) if step.is_taken else set()
    return next((replace(step, known=known[name]) for name in names if name in known), step)


class _Bringing:
    """A plan on its way in: what answers something waits until that is there."""

    def __init__(
        self,
        store: Store,
        seat: SeatRecord | None,
        draft: DraftRecord,
        plan: Plan,
        audience: Audience,
        touched: Collection[str],
    ) -> None:
        self._store, self._seat, self._draft = store, seat, draft
        self._plan, self._audience, self._touched = plan, audience, touched
        self.steps = list(plan.steps)
        self.keys = ["" for _ in plan.steps]
        self._done: set[int] = set()

    def take(self, at: int) -> None:
        """Keep one, and before it what it answers; a thread may be longer than a stack is deep."""
        waiting = [at]
        while isinstance(parent := self.steps[waiting[-1]].answers, int):
            if parent in self._done:
                break
            waiting.append(parent)
        for one in reversed(waiting):
            self._take(one)

    def _take(self, at: int) -> None:
        step = self.steps[at]
        if at in self._done:
            return
        self._done.add(at)
        if not step.is_taken:
            self.keys[at] = step.known if step.known != _TWICE else ""
            return
        try:
            with self._store.attempt():
                self.keys[at] = self._kept(at)
        except Refusal as refusal:
            self.steps[at] = replace(step, refusal=refusal.sentence)

    def _kept(self, at: int) -> str:
        step = self.steps[at]
        parent = self.keys[step.answers] if isinstance(step.answers, int) else step.answers
        audience = Audience.MINE if hypothesis.is_private(step.item) else self._audience
        root = annotating.note(self._store, self._seat, parent) if parent else None
        if root is not None and root.note.audience is audience:
            return self._answered(step, root, parent or "").key
        if root is not None:  # it is for fewer than what it answers: it lies beside that
            beside = Place(Fate.CLAUSE if root.uid else Fate.DRAFT, root.uid)
            step = replace(step, place=beside)
        self.steps[at] = step = replace(step, answers=None)
        key = self._noted(step, step.place, audience).key
        if step.place.uid in self._touched and step.place.anchor is not None:
            stands = annotating.note(self._store, self._seat, key).stands
            fate = _CARRIED.get(stands, step.place.fate)
            self.steps[at] = replace(step, place=replace(step.place, fate=fate))
        return key

    def _answered(self, step: Step, root: Thread, parent: str) -> NoteRecord:
        kept = annotating.answer(self._store, self._seat, root.note.key, weblinks.fitted(step.item))
        to = {"answers": parent} if parent != root.note.key else {}
        self._store.notes.set_extra(kept.id, extra_of(step.item, self._plan.about) | to)
        return kept

    def _noted(self, step: Step, place: Place, audience: Audience) -> NoteRecord:
        kept = write_placed(
            self._store,
            self._seat,
            self._draft,
            step.item,
            place,
            body=weblinks.fitted(step.item),
            audience=audience,
            about=self._plan.about,
            seq=self._plan.seq,
        )
        resolution = weblinks.resolution_of(step.item)
        if resolution:
            reason = resolution[: annotating.LONGEST_REASON]
            annotating.resolve(self._store, self._seat, kept.key, reason)
        return kept


def write_placed(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    item: Mapping[str, Any],
    place: Place,
    *,
    body: str,
    audience: Audience | str,
    about: Mapping[str, Any] | None = None,
    seq: int | None = None,
) -> NoteRecord:
    """The note that an annotation becomes at a place, as it was after the journal's entry `seq`."""
    doubt = {"check": True} if place.fate is Fate.CHECK else {}
    return annotating.write(
        store,
        seat,
        draft,
        uid=place.uid,
        placed=place.anchor,
        kind=NoteKind(weblinks.kind_of(item)),
        body=body,
        audience=audience,
        extra=extra_of(item, about or {}) | doubt,
        seq=seq,
    )


def extra_of(item: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an annotation with its note: all of it, without what we say of it anew."""
    own = item.get("travaux")
    kept: dict[str, Any] = {
        "annotation": {name: value for name, value in item.items() if name != "travaux"}
    }
    for name, key in (("was", "was"), ("collection", "about")):
        if isinstance(own, Mapping) and isinstance(own.get(name), Mapping):
            kept[key] = dict(own[name])
    if about:
        kept["about"] = dict(about)
    return kept


def origin(note: NoteRecord) -> tuple[str, str]:
    """Who wrote a note that came from elsewhere, and on which day; "" for what is not said."""
    came = note.extra.get("annotation")
    if not isinstance(came, Mapping):
        return "", ""
    author = weblinks.author_of(came)
    return ("", "") if author == note.author else (author, weblinks.made_of(came))


def came_from(note: NoteRecord) -> str:
    """The same in words; "" for a note that its author wrote here."""
    author, day = origin(note)
    by = f" by {author}" if author else ""
    return f"written elsewhere{by}{', ' + day if day else ''}" if by or day else ""


# --- out


def given(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    home: Home,
    wanted: Wanted | None = None,
) -> list[tuple[NoteRecord, dict[str, Any]]]:
    """The notes and answers for this seat, each with its annotation, the oldest first."""
    threads = annotating.threads(store, seat, draft, wanted=wanted)
    uids = {thread.uid for thread in threads if thread.uid}
    clauses = store.strokes.clauses(draft.id, uids)
    made = [
        (one, annotation_of(_said(thread, one, clauses), home))
        for thread in threads
        for one in (thread.note, *thread.answers)
    ]
    return sorted(made, key=lambda each: each[0].id)


def given_one(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, key: str, home: Home
) -> tuple[NoteRecord, dict[str, Any]]:
    """One note or answer with its annotation. Missing when there is none for this seat."""
    thread = annotating.note(store, seat, key)
    if thread.note.draft_id != draft.id:
        raise Missing(annotating.UNKNOWN)
    one = next(one for one in (thread.note, *thread.answers) if one.key == key)
    clauses = store.strokes.clauses(draft.id, {thread.uid} if thread.uid else set())
    return one, annotation_of(_said(thread, one, clauses), home)


def _said(thread: Thread, one: NoteRecord, clauses: Mapping[str, ClauseRecord]) -> Said:
    is_root = one.id == thread.note.id
    came = one.extra.get("annotation")
    was, about = one.extra.get("was"), one.extra.get("about")
    resolved = None
    if one.resolved_at is not None:
        resolved = {
            "by": one.resolved_by,
            "at": one.resolved_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "reason": one.reason,
        }
    clause = clauses.get(thread.uid)
    return Said(
        key=one.key,
        kind=one.kind.value,
        body=one.body,
        audience=one.audience.value,
        author=one.author,
        at=one.at,
        edited=one.stirred_at if one.version > 1 else None,
        uid=thread.uid if is_root else "",
        anchor=thread.anchor if is_root else None,
        words=clause.words if clause and is_root else "",
        stands=thread.stands.value if is_root else Stands.WHOLE.value,
        answers="" if is_root else str(one.extra.get("answers") or thread.note.key),
        resolved=resolved,
        came=came if isinstance(came, Mapping) else None,
        was=was if isinstance(was, Mapping) else None,
        about=about if isinstance(about, Mapping) else None,
    )
