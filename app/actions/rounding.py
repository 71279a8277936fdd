"""Sending an edition out in a round: to whom, which files, and by which secret links they answer.

Everybody gets the very same text, so a round is of an edition. The files say in their properties
which round and copy they are, and every clause in them has its name and its fingerprint; a file
that comes back is known by these (returning.py).
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.actions import circulating, policy
from app.actions.circulating import BARE, PROFILES, RECEIVED, Export, Options
from app.actions.marginalia import Whose
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.exchange.bundle import zipped
from app.exchange.word.cameback import plain
from app.exchange.word.form import PROFILE as FORM
from app.exchange.word.read import read
from app.store.drafts import DraftRecord
from app.store.readers import Reader
from app.store.rounds import (
    FileRecord,
    RecipientRecord,
    ReplyLinkRecord,
    ReturnedRecord,
    RoundRecord,
)
from app.store.seats import Role, SeatRecord
from app.store.unit import Store

LONGEST_LINE = 120
LONGEST_COVER = 4_000
MOST_RECIPIENTS = 400
MOST_USES = 20
"""How often something can be sent in by one link."""
GRACE = timedelta(days=14)
"""How long after the deadline a link still opens."""
LASTS = timedelta(days=60)
"""How long a link lasts where there is no deadline."""

BESIDE = "p:"
"""What digests of paragraphs beside the text begin with, where digests of comments stand too."""

RESOLVED = "r:"
"""What stands before the digest of a comment whose thread was sent resolved, besides its own."""

_ABSENT = "There is no such round of this draft."
_NO_LINK = "This link does not lead anywhere, or not any more. Please ask for a new one."


@dataclass(frozen=True, slots=True)
class To:
    """Somebody to whom a round is to go: a delegation, or a name; with an address or without."""

    delegation: str = ""
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody with a link may know: their round, their copy and what they sent in."""

    draft: DraftRecord
    round: RoundRecord
    recipient: RecipientRecord
    link: ReplyLinkRecord
    returns: tuple[ReturnedRecord, ...]
    is_open: bool


# --- the round


def open_round(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    *,
    name: str,
    edition: str,
    deadline: datetime | None = None,
    cover: str = "",
    profiles: Sequence[str] = ("clean",),
    recipients: Sequence[To] = (),
    each: bool = True,
    against: str = "",
    marking: str = "",
    line_numbers: bool = False,
    with_notes: bool = False,
) -> RoundRecord:
    """A new round of the edition with this slug.

    `each`: everybody gets a marked copy of their own; else all get the same file. `against` is
    the edition that the redline profile starts from, or circulating.RECEIVED: what each received
    last. `with_notes`: with everyone's notes as comments in clean and redline. Invalid for no
    name, no edition, an unknown profile, a deadline that has passed; Missing for an unknown
    edition.
    """
    seat = policy.require(seat, Act.RUN_ROUND)
    name = _line(name, "name")
    if not name:
        raise Invalid("Give the round a name, such as “First reading”.")
    if not edition:
        raise Invalid("Choose an edition: everybody has to be sent the very same text.")
    found = store.drafts.edition(draft.id, edition)
    if found is None:
        raise Missing(f"There is no edition “{edition}” of this draft.")
    chosen = list(dict.fromkeys(profiles))
    if not chosen or any(profile not in PROFILES for profile in chosen):
        raise Invalid(f"Choose what to send: {', '.join(PROFILES)}.")
    uid = store.rounds.open(
        draft_id=draft.id,
        edition_id=found.id,
        seq=found.seq,
        name=name,
        deadline=_deadline(store, deadline),
        cover=_cover(cover),
        profiles=chosen,
        settings={
            "each": each,
            "against": against,
            "marking": _line(marking, "mark"),
            "line_numbers": line_numbers,
            "notes": with_notes,
        },
        author=seat,
    )
    made = by_uid(store, seat, draft, uid)
    if "redline" in chosen:
        # A redline of nothing is refused now, not when the first copy is made.
        circulating.export(
            store,
            seat,
            draft,
            "redline",
            made.edition,
            options=Options(against="" if against == RECEIVED else against),
        )
    for to in recipients:
        add_recipient(store, seat, made, to)
    detail = {"edition": edition, "profiles": chosen, "recipients": len(recipients)}
    _tell(store, "round.opened", seat, made, detail)
    return made


def rounds(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[RoundRecord, ...]:
    """The draft's rounds, newest first; a delegation's seat gets those that went to it."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    return store.rounds.of_draft(Reader.of(seat), draft.id)


def by_uid(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> RoundRecord:
    """The round with this public id. Missing when there is none for this seat."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    found = store.rounds.get(Reader.of(seat), draft.id, uid)
    if found is None:
        raise Missing(_ABSENT)
    return found


def describe(
    store: Store,
    seat: SeatRecord | None,
    round_: RoundRecord,
    *,
    name: str,
    deadline: datetime | None,
    cover: str,
) -> None:
    """Give a round another name, deadline or cover text; links last as long as they did."""
    seat = policy.require(seat, Act.RUN_ROUND)
    name = _line(name, "name")
    if not name:
        raise Invalid("Give the round a name, such as “First reading”.")
    if deadline != round_.deadline:
        deadline = _deadline(store, deadline)
    store.rounds.describe(round_.id, name=name, deadline=deadline, cover=_cover(cover))


def close(store: Store, seat: SeatRecord | None, round_: RoundRecord) -> None:
    """Take no more answers by links; the secretariat may still record what comes late."""
    seat = policy.require(seat, Act.RUN_ROUND)
    if not store.rounds.close(round_.id, seat):
        raise Invalid("This round is closed.")
    _tell(store, "round.closed", seat, round_, {})


def reopen(store: Store, seat: SeatRecord | None, round_: RoundRecord) -> None:
    """Take answers again."""
    seat = policy.require(seat, Act.RUN_ROUND)
    store.rounds.reopen(round_.id)
    _tell(store, "round.reopened", seat, round_, {})


# --- recipients and their files


def recipients(
    store: Store, seat: SeatRecord | None, round_: RoundRecord
) -> tuple[RecipientRecord, ...]:
    """To whom a round goes, by the number of their copy; a delegation's seat sees its own."""
    seat = policy.require(seat, Act.READ_ROUNDS)
    return store.rounds.recipients(Reader.of(seat), round_.id)


def recipient(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, uid: str
) -> RecipientRecord:
    """The recipient with this public id. Missing when there is none for this seat."""
    for each in recipients(store, seat, round_):
        if each.uid == uid:
            return each
    raise Missing("There is no such recipient in this round.")


def add_recipient(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, to: To
) -> RecipientRecord:
    """One more recipient of a round. Invalid where it goes to them already, or nobody is named."""
    seat = policy.require(seat, Act.RUN_ROUND)
    delegation = _line(to.delegation, "delegation")
    name = _line(to.name, "name") or delegation
    address = _line(to.address, "address")
    if not name:
        raise Invalid("Name the delegation, or the person, to whom it goes.")
    known = store.rounds.recipients(Reader.of(seat), round_.id)
    if any((each.delegation, each.name) == (delegation, name) for each in known):
        raise Invalid(f"It goes to {name} already.")
    if len(known) >= MOST_RECIPIENTS:
        raise Invalid(f"A round goes to at most {MOST_RECIPIENTS} recipients.")
    uid = store.rounds.add_recipient(
        round_.id, delegation=delegation, name=name, address=address, by=seat
    )
    return recipient(store, seat, round_, uid)


def copy_for(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    round_: RoundRecord,
    to: RecipientRecord | None,
    profile: str = "",
) -> Export:
    """The file of a profile (the round's first one) for a recipient; recorded as handed out.

    Without a recipient, or where all get the same file, it is the one without a mark. Equal
    values give equal files, however often it is asked for.
    """
    seat = policy.require(seat, Act.RUN_ROUND)
    return _made(store, seat, draft, round_, to, profile)


def everything_zipped(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, round_: RoundRecord
) -> Export:
    """Every file of the round in one .zip, a folder for each recipient where copies are marked."""
    seat = policy.require(seat, Act.RUN_ROUND)
    to: Sequence[RecipientRecord | None] = [None]
    if round_.settings.get("each"):
        to = store.rounds.recipients(Reader.of(seat), round_.id) or [None]
    content = zipped(
        (folder_of(one) + file.filename, file.content)
        for one in to
        for file in (_made(store, seat, draft, round_, one, profile) for profile in round_.profiles)
    )
    name = f"{draft.slug}-{slug_of(round_.name) or 'round'}.zip"
    return Export(name, content, hashlib.sha256(content).hexdigest())


def files(store: Store, seat: SeatRecord | None, round_: RoundRecord) -> tuple[FileRecord, ...]:
    """What was handed out so far, oldest first."""
    policy.require(seat, Act.RUN_ROUND)
    return store.rounds.files(round_.id)


# --- links


def make_link(
    store: Store,
    seat: SeatRecord | None,
    round_: RoundRecord,
    to: RecipientRecord,
    *,
    expires_at: datetime | None = None,
) -> str:
    """The token of a new secret link of a recipient, shown this once; earlier ones go on.

    It lasts until two weeks after the deadline, where nothing else is said. Invalid for a moment
    that has passed, or a round that is closed.
    """
    seat = policy.require(seat, Act.RUN_ROUND)
    if not round_.is_open:
        raise Invalid("This round is closed.")
    if expires_at is None:
        due = round_.deadline
        expires_at = max(due, store.now) + GRACE if due else store.now + LASTS
    if expires_at <= store.now:
        raise Invalid("Choose a moment that has not passed.")
    token = secrets.token_urlsafe(32)
    store.rounds.add_link(to.id, _digest(token), expires_at=expires_at, by=seat)
    _tell(store, "round.link made", seat, round_, {"recipient": to.uid})
    return token


def links(
    store: Store, seat: SeatRecord | None, round_: RoundRecord
) -> Mapping[int, tuple[ReplyLinkRecord, ...]]:
    """The links that were not revoked, by the recipient's id, without their secrets."""
    seat = policy.require(seat, Act.RUN_ROUND)
    to = store.rounds.recipients(Reader.of(seat), round_.id)
    return store.rounds.links(each.id for each in to)


def revoke_links(
    store: Store, seat: SeatRecord | None, round_: RoundRecord, to: RecipientRecord
) -> int:
    """Let all links of a recipient lead nowhere from now on; how many there were."""
    seat = policy.require(seat, Act.RUN_ROUND)
    gone = store.rounds.revoke_links(to.id)
    _tell(store, "round.links revoked", seat, round_, {"recipient": to.uid})
    return gone


def reply(store: Store, token: str) -> Reply:
    """What the holder of a link may know. Missing for one that is unknown, revoked or expired.

    Looking uses nothing up. A closed round is shown, and takes nothing (`is_open`).
    """
    link = store.rounds.link(_digest(token)) if token else None
    if link is None or link.revoked_at is not None or store.now > link.expires_at:
        raise Missing(_NO_LINK)
    to = store.rounds.recipient(link.recipient_id)
    round_ = store.rounds.by_id(to.round_id) if to else None
    draft = store.drafts.by_id(round_.draft_id) if round_ else None
    if to is None or round_ is None or draft is None:
        raise Missing(_NO_LINK)
    came = tuple(
        each
        for each in store.rounds.returns(house(to), round_.id)
        if each.recipient_id == to.id and each.how == "link"
    )
    return Reply(draft, round_, to, link, came, round_.is_open and link.uses < MOST_USES)


def handed_out(store: Store, token: str, profile: str = "") -> Export:
    """The recipient's own copy, to the holder of a link. Missing as for `reply`."""
    found = reply(store, token)
    return _made(
        store, seat_of(found.recipient), found.draft, found.round, found.recipient, profile
    )


def use(store: Store, found: Reply) -> None:
    """Count that something is sent in by a link. Invalid where it, or the round, takes no more."""
    if not found.round.is_open:
        raise Invalid("This round is closed: please turn to the secretariat.")
    if not store.rounds.use_link(found.link.id, MOST_USES):
        raise Invalid("This link takes no more files: please turn to the secretariat.")


def seat_of(to: RecipientRecord, name: str = "") -> SeatRecord:
    """A recipient as whoever does something without a seat: as one of no delegation may read."""
    return SeatRecord(
        id=0,
        name=name or to.name,
        email="",
        role=Role.DELEGATE,
        delegation="",
        focal=False,
        active=True,
        created_at=to.at,
    )


def house(to: RecipientRecord) -> Reader:
    """Who reads what is a recipient's where a link was shown: those who steer, narrowed by hand."""
    return Reader(0, to.delegation, Role.SECRETARIAT)


# --- within


def _made(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    round_: RoundRecord,
    to: RecipientRecord | None,
    profile: str,
) -> Export:
    profile = profile or round_.profiles[0]
    # The form to fill is there for whoever asks, also where it was not sent along.
    if profile not in (*round_.profiles, FORM):
        raise Missing("This round has no such file.")
    said = round_.settings
    own = to if said.get("each") else None
    against = said.get("against", "") if profile == "redline" else ""
    if against == RECEIVED:
        # Whoever receives a text for the first time sees what changed since the edition before it.
        text = store.drafts.edition(draft.id, round_.edition)
        last = circulating.received(store, seat, draft, text, own.name) if own else None
        against = last.slug if last else ""
    with_notes = bool(said.get("notes")) and profile in BARE
    options = Options(
        against=against,
        line_numbers=bool(said.get("line_numbers")),
        marking=said.get("marking", ""),
        recipient=own.name if own else "",
        copy=str(own.number) if own else "",
        round=round_.uid,
    )
    notes = Whose.EVERYONES if with_notes else Whose.NOBODYS
    file = circulating.export(
        store, seat, draft, profile, round_.edition, notes=notes, options=options
    )
    known = store.rounds.files(round_.id, own.id if own else None)
    if not any(each.sha256 == file.sha256 for each in known):
        remarks = remarks_of(file.content) if with_notes else ()
        if profile not in _TEXT_ALONE:
            told = [each for each in store.rounds.files(round_.id) if each.profile == profile]
            # Copies differ in whose they are alone: what stands beside the text is the same.
            remarks = told[-1].remarks if told else beside_of(file.content)
        store.rounds.add_file(
            round_.id,
            recipient_id=own.id if own else None,
            profile=profile,
            filename=file.filename,
            sha256=file.sha256,
            size=len(file.content),
            remarks=remarks,
        )
    return file


def remarks_of(content: bytes) -> tuple[str, ...]:
    """What the comments in a file of ours are known by when it comes back."""
    made = []
    for thread in read(content).comments:
        said = (thread.remark, *thread.replies)
        made += [remark_print(each.author, each.date, each.text) for each in said]
        if thread.remark.resolved:
            made.append(RESOLVED + made[-len(said)])
    return tuple(made)


_TEXT_ALONE = frozenset({"clean", "redline"})


def beside_of(content: bytes) -> tuple[str, ...]:
    """What the paragraphs in a file of ours that are no clause are known by."""
    paragraphs = read(content).paragraphs
    own = {
        plain(each.text)
        for each in paragraphs
        if not any(name.startswith("cl_") for name in each.bookmarks)
    }
    return tuple(BESIDE + remark_print("", "", words) for words in sorted(own) if words)


def remark_print(author: str, date: str, text: str) -> str:
    """What a comment is known by: its author, moment and words, however they are spaced."""
    said = "\0".join((author, date[:16], "".join(text.split())))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def _tell(
    store: Store, act: str, seat: SeatRecord, round_: RoundRecord, detail: Mapping[str, object]
) -> None:
    store.journal_events.record(act, seat=seat, thing=f"round:{round_.uid}", detail=dict(detail))


def _deadline(store: Store, deadline: datetime | None) -> datetime | None:
    if deadline is not None and deadline <= store.now:
        raise Invalid("Choose a deadline that has not passed.")
    return deadline


def _cover(cover: str) -> str:
    cover = cover.replace("\r\n", "\n").strip()
    if len(cover) > LONGEST_COVER:
        raise Invalid(f"The cover text is too long: at most {LONGEST_COVER:,} characters.")
    return cover


def _line(text: str, what: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST_LINE:
        raise Invalid(f"The {what} is too long: at most {LONGEST_LINE} characters.")
    if not line.isprintable():
        raise Invalid(f"The {what} holds characters that cannot be shown.")
    return line


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def slug_of(words: str) -> str:
    """Words as a part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60]


def folder_of(to: RecipientRecord | None) -> str:
    """The folder of a recipient, by a name that any system takes."""
    return "" if to is None else f"{to.number:03} {_plain(to.name)}/"


def _plain(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f.]+', " ", name).strip()[:60] or "Recipient"
