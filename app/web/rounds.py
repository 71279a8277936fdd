"""Rounds: what is circulated to whom, the copies and the secret links, and who has answered.

A link to answer by is shown once, on the page that answers its making; only its hash is kept.
What came back is in returns.py, and the page that such a link leads to in replies.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from app.actions import drafting, returning, rounding
from app.actions.circulating import Export
from app.actions.policy import Act, may, require
from app.actions.refusals import Forbidden, Invalid, Refusal, SignInNeeded
from app.actions.rounding import To
from app.store.drafts import DraftRecord
from app.store.readers import Reader
from app.store.rounds import (
    How,
    Place,
    Reading,
    RecipientRecord,
    ReplyLinkRecord,
    ReturnedRecord,
    RoundRecord,
)
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import address_of
from app.web.exports import PROFILES, attachment, word_file
from app.web.notices import notice_of, said, told
from app.web.pages import day, plural, render
from app.web.post import Letter
from app.web.seats import posted

router = APIRouter(prefix="/drafts/{slug}/rounds")

_Text = Annotated[str, Form()]
MOST_LINES = 400
FORM = "comments.json"
"""What a form that was filled in is kept as."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The form of a new round, as it was filled in."""

    name: str = ""
    edition: str = ""
    deadline: str = ""
    cover: str = ""
    delegations: str = ""
    others: str = ""
    profiles: tuple[str, ...] = ("clean",)
    each: str = "each"
    against: str = ""
    marking: str = ""
    line_numbers: bool = False
    with_notes: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A round in the list: to how many it went, how many answered, what waits in its inbox."""

    round: RoundRecord
    href: str
    to: int
    answered: int
    came: int
    inbox: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A file that came back as the desk lists it, with how many findings are in which state."""

    came: ReturnedRecord
    href: str
    counts: tuple[tuple[str, int], ...]

    @property
    def name(self) -> str:
        """What to call it."""
        return name_of(self.came)


@dataclass(frozen=True, slots=True)
class Line:
    """A recipient on the desk; `link` is the newest link that still opens."""

    to: RecipientRecord
    answers: tuple[Answer, ...]
    link: ReplyLinkRecord | None

    @property
    def is_heard(self) -> bool:
        """Whether it has answered: a file that could not be read is asked for once more."""
        return any(each.came.state != Reading.FAILED for each in self.answers)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of what came back is."""

    waiting: int
    done: int

    @property
    def total(self) -> int:
        """All that came back."""
        return self.waiting + self.done


@dataclass(frozen=True, slots=True)
class Handed:
    """A link just made, shown this once."""

    to: RecipientRecord
    address: str
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """What to write to those who have not answered: the words, and the addresses that are known."""

    words: str
    addresses: str
    to: tuple[RecipientRecord, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What the desk says besides itself."""

    links: tuple[Handed, ...] = ()
    refusal: Refusal | None = None
    filled: dict[str, str] = field(default_factory=dict)


# --- the list, and a new round


@router.get("")
def list_rounds(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The rounds of the draft that the seat may know of."""
    draft = drafting.open_draft(store, seat, slug)
    listed = [_listed(store, seat, draft, one) for one in rounding.rounds(store, seat, draft)]
    page = render(
        request,
        "rounds/list.html",
        draft=draft,
        rounds=listed,
        left={each.round.uid: left_of(each.round, store.now) for each in listed},
        may_keep=may(seat, Act.RUN_ROUND),
        notice=notice_of(request),
    )
    return said(request, draft, page)


def _listed(store: Store, seat: SeatRecord, draft: DraftRecord, one: RoundRecord) -> Listed:
    came = returning.returns(store, seat, one)
    counts = counts_of(store, seat, one)
    return Listed(
        one,
        address(draft, one),
        len(rounding.recipients(store, seat, one)),
        len({each.recipient_id for each in came if each.state != Reading.FAILED} - {None}),
        len(came),
        sum(each[Place.INBOX] for each in counts.values()),
    )


@router.get("/new")
def ask_round(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The form with which a text is sent out."""
    draft = drafting.open_draft(store, seat, slug)
    known = "\n".join(_delegations(store, seat))
    return _ask(request, store, seat, draft, Filled(delegations=known))


def _ask(
    request: Request,
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    filled: Filled,
    refusal: Refusal | None = None,
) -> Response:
    require(seat, Act.RUN_ROUND)
    return render(
        request,
        "rounds/new.html",
        status=refusal.status if refusal else 200,
        draft=draft,
        filled=filled,
        editions=drafting.editions(store, seat, draft),
        profiles=PROFILES,
        sentence=refusal.sentence if refusal else "",
    )


def _delegations(store: Store, seat: SeatRecord) -> list[str]:
    """The delegations that have a seat."""
    require(seat, Act.RUN_ROUND)
    return sorted({each.delegation for each in store.seats.all() if each.active} - {""})


def _filled(
    name: _Text = "",
    edition: _Text = "",
    deadline: _Text = "",
    cover: _Text = "",
    delegations: _Text = "",
    others: _Text = "",
    profiles: Annotated[list[str] | None, Form()] = None,
    each: _Text = "each",
    against: _Text = "",
    marking: _Text = "",
    line_numbers: _Text = "",
    with_notes: _Text = "",
) -> Filled:
    return Filled(
        name,
        edition,
        deadline,
        cover,
        delegations,
        others,
        tuple(profiles or ()),
        each,
        against,
        marking,
        bool(line_numbers),
        bool(with_notes),
    )


@router.post("")
def open_round(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    filled: Annotated[Filled, Depends(_filled)],
) -> Response:
    """Open a round; the text as it stands becomes an edition first."""
    draft = drafting.open_draft(store, seat, slug)
    require(seat, Act.RUN_ROUND)
    try:
        with store.attempt():
            made = _opened(store, seat, draft, filled)
    except (Forbidden, SignInNeeded):
        raise
    except Refusal as refusal:
        return _ask(request, store, seat, draft, filled, refusal)
    sentence = "The round is open. Nothing is sent by itself: take the copies, or hand out links."
    return told(request, draft, address(draft, made), sentence, may_undo=False)


def _opened(store: Store, seat: SeatRecord, draft: DraftRecord, filled: Filled) -> RoundRecord:
    if not filled.name.strip():
        raise Invalid("Give the round a name, such as “First reading”.")
    edition = filled.edition
    if not edition:
        edition = drafting.name_edition(store, seat, draft, name=f"As sent: {filled.name}").slug
        draft = store.drafts.by_id(draft.id) or draft
    return rounding.open_round(
        store,
        seat,
        draft,
        name=filled.name,
        edition=edition,
        deadline=end_of_day(filled.deadline),
        cover=filled.cover,
        profiles=filled.profiles,
        recipients=named(filled.delegations, filled.others),
        each=filled.each != "one",
        against=filled.against,
        marking=filled.marking,
        line_numbers=filled.line_numbers,
        with_notes=filled.with_notes,
    )


def named(delegations: str, others: str) -> list[To]:
    """The recipients that two fields name, one a line: the name, a comma, an address."""
    found = [To(*_parted(line)) for line in _lines(delegations)]
    for line in _lines(others):
        name, _, at = _parted(line)
        found.append(To("", name, at))
    if len(found) > MOST_LINES:
        raise Invalid(f"A round goes to at most {MOST_LINES} recipients.")
    return found


def _lines(written: str) -> list[str]:
    return [line.strip() for line in written.splitlines() if line.strip()]


def _parted(line: str) -> tuple[str, str, str]:
    """Name, name and address of a line; what has no @ after its last comma is all name."""
    name, comma, at = line.rpartition(",")
    if not comma or "@" not in at:
        name, at = line, ""
    return name.strip(), name.strip(), at.strip()


def end_of_day(written: str) -> datetime | None:
    """The end of a day as a form has it, "2026-05-04", in UTC; None where none is given."""
    if not written.strip():
        return None
    try:
        day = datetime.fromisoformat(written.strip()).date()
    except ValueError:
        raise Invalid("Write the deadline as a day like 2026-05-04.") from None
    return datetime.combine(day, time(23, 59), UTC)


# --- the desk


@router.get("/{rnd}")
def show_round(request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """The round's desk: to whom it went, who has answered, and what came."""
    draft = drafting.open_draft(store, seat, slug)
    return desk(request, store, seat, draft, rounding.by_uid(store, seat, draft, rnd))


def desk(
    request: Request,
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    one: RoundRecord,
    beside: Said | None = None,
) -> Response:
    """The page of a round, with what there is to say on it."""
    beside = beside or Said()
    came = returning.returns(store, seat, one)
    answers = _answers(store, seat, draft, one, came)
    keeps = may(seat, Act.RUN_ROUND)
    links = rounding.links(store, seat, one) if keeps else {}
    lines = tuple(
        Line(
            to,
            tuple(each for each in answers if each.came.recipient_id == to.id),
            _newest(store, links.get(to.id, ())),
        )
        for to in rounding.recipients(store, seat, one)
    )
    page = render(
        request,
        "rounds/show.html",
        status=beside.refusal.status if beside.refusal else 200,
        draft=draft,
        round=one,
        here=address(draft, one),
        left=left_of(one, store.now),
        lines=lines,
        silent=tuple(line for line in lines if not line.is_heard),
        heard=tuple(line for line in lines if line.is_heard),
        came=len(came),
        reminder=reminder_of(draft, one, lines, store.now) if keeps else None,
        strays=tuple(each for each in answers if each.came.recipient_id is None),
        tabs=tabs(store, seat, draft, one),
        progress=progress_of(came),
        links=beside.links,
        filled=beside.filled,
        sentence=beside.refusal.sentence if beside.refusal else "",
        profiles={each.value: each.title for each in PROFILES},
        may_keep=keeps,
        may_return=may(seat, Act.RETURN_FILE) and (keeps or bool(lines)),
        notice=notice_of(request),
    )
    return said(request, draft, page)


def left_of(one: RoundRecord, now: datetime) -> str:
    """How long it is until the deadline, in days: "3 days left", "due today", "2 days over"."""
    if one.deadline is None or not one.is_open:
        return ""
    days = (one.deadline.date() - now.date()).days
    if days == 0:
        return "due today"
    return f"{plural(abs(days), 'day')} {'left' if days > 0 else 'over'}"


def reminder_of(
    draft: DraftRecord, one: RoundRecord, lines: Sequence[Line], now: datetime
) -> Reminder | None:
    """What to write to whom once more; None where all have answered, or no more is taken."""
    to = tuple(line.to for line in lines if not line.is_heard)
    if not to or not one.is_open:
        return None
    asked = f"We sent you {one.edition_name} of the {draft.title} ({one.name}) on {day(one.at)}."
    due = ""
    if one.deadline is not None:
        is_over = one.deadline < now
        due = f" Your answer {'was' if is_over else 'is'} asked for by {day(one.deadline)}."
    words = (
        f"{asked}{due} We have not had it yet.\n\n"
        "Please send your copy back with your changes and comments in it, or answer by the link"
        " that you were given. If you have nothing to change, a line that says so is welcome too."
    )
    return Reminder(words, ", ".join(each.address for each in to if each.address), to)


def counts_of(store: Store, seat: SeatRecord, one: RoundRecord) -> dict[int, Counter[str]]:
    """How many findings there are in each state, by the file that came back."""
    return store.rounds.counts(Reader.of(seat), one.id)


def _answers(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    one: RoundRecord,
    came: Sequence[ReturnedRecord],
) -> list[Answer]:
    counts = counts_of(store, seat, one)
    return [
        Answer(
            each,
            f"{address(draft, one)}/returns/{each.uid}",
            tuple(
                (place.value, counts[each.id][place])
                for place in Place
                if each.id in counts and counts[each.id][place]
            ),
        )
        for each in came
    ]


def _newest(store: Store, links: Sequence[ReplyLinkRecord]) -> ReplyLinkRecord | None:
    return next((each for each in links if each.expires_at >= store.now), None)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a round."""

    name: str
    href: str
    count: int


def tabs(store: Store, seat: SeatRecord, draft: DraftRecord, one: RoundRecord) -> tuple[Tab, ...]:
    """The pages of a round, with how much is on each."""
    counts = counts_of(store, seat, one).values()
    here = address(draft, one)
    return (
        Tab("Who answered", here, len(returning.returns(store, seat, one))),
        Tab("Inbox", f"{here}/inbox", sum(each[Place.INBOX] for each in counts)),
        Tab("By clause", f"{here}/table", sum(sum(each.values()) for each in counts)),
    )


def name_of(came: ReturnedRecord) -> str:
    """What to call something that came back: the file's name, or that of the form."""
    is_form = came.how is How.LINK and came.filename == FORM
    return "Comments in the form" if is_form else came.filename or "A file without a name"


def progress_of(came: Sequence[ReturnedRecord]) -> Progress:
    """How far the reading of what came back is."""
    waiting = sum(each.state in (Reading.WAITING, Reading.READING) for each in came)
    return Progress(waiting, len(came) - waiting)


# --- recipients, copies and links


@router.post("/{rnd}/recipients")
def add_recipients(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    rnd: str,
    delegations: _Text = "",
    others: _Text = "",
) -> Response:
    """Send the round to more delegations or persons."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    require(seat, Act.RUN_ROUND)
    try:
        with store.attempt():
            more = named(delegations, others)
            if not more:
                raise Invalid("Name the delegation, or the person, to whom it goes.")
            for to in more:
                rounding.add_recipient(store, seat, one, to)
    except Invalid as refusal:
        filled = {"delegations": delegations, "others": others}
        return desk(request, store, seat, draft, one, Said(refusal=refusal, filled=filled))
    return told(request, draft, address(draft, one), "Added.", may_undo=False)


@router.post("/{rnd}/copies")
def take_everything(store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """All copies of the round in one .zip."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    return zip_file(rounding.everything_zipped(store, seat, draft, one))


def zip_file(made: Export) -> Response:
    """The files as they are handed over."""
    headers = {
        "content-disposition": attachment(made.filename),
        "x-content-sha256": made.sha256,
    }
    return Response(made.content, media_type="application/zip", headers=headers)


@router.post("/{rnd}/recipients/{to}/copy")
def take_copy(
    store: StoreDep, seat: SeatDep, slug: str, rnd: str, to: str, profile: _Text = ""
) -> Response:
    """The copy of one recipient, as a Word file."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    whose = rounding.recipient(store, seat, one, to)
    made = rounding.copy_for(store, seat, draft, one, whose, profile)
    return word_file(made.filename, made.content, made.sha256)


@router.post("/{rnd}/recipients/{to}/link")
def make_link(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, to: str
) -> Response:
    """Make a link by which a recipient answers without a seat, and show it once."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    whose = rounding.recipient(store, seat, one, to)
    return _hand_out(request, store, seat, draft, one, (whose,))


@router.post("/{rnd}/links")
def make_links(request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """Make a link for each recipient who has none that opens, and show them once."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    links = rounding.links(store, seat, one)
    wanting = tuple(
        to
        for to in rounding.recipients(store, seat, one)
        if _newest(store, links.get(to.id, ())) is None
    )
    return _hand_out(request, store, seat, draft, one, wanting)


def _hand_out(
    request: Request,
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    one: RoundRecord,
    to: Sequence[RecipientRecord],
) -> Response:
    try:
        tokens = [(each, rounding.make_link(store, seat, one, each)) for each in to]
    except Invalid as refusal:
        return desk(request, store, seat, draft, one, Said(refusal=refusal))
    base = str(request.app.state.settings.public_url).rstrip("/")
    handed = tuple(
        _sent(request, draft, one, Handed(each, f"{base}/replies/{token}"))
        for each, token in tokens
    )
    return desk(request, store, seat, draft, one, Said(links=handed))


def _sent(request: Request, draft: DraftRecord, one: RoundRecord, handed: Handed) -> Handed:
    """The link, also sent by e-mail where there is a mail server and an address."""
    if "@" not in handed.to.address:
        return handed
    until = f"\n\nAnswers are asked for by {one.deadline:%d %B %Y}." if one.deadline else ""
    words = (
        f"{one.cover}\n\n{draft.title}: {one.name}\n\n"
        f"Your copy, and the place to hand your answer in:\n\n{handed.address}{until}\n"
    )
    letter = Letter(handed.to.address, f"{draft.title}: {one.name}", words.strip())
    return Handed(handed.to, handed.address, posted(request, letter))


@router.post("/{rnd}/recipients/{to}/revoke")
def revoke_links(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str, to: str
) -> Response:
    """Let the links of a recipient lead nowhere from now on."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    whose = rounding.recipient(store, seat, one, to)
    rounding.revoke_links(store, seat, one, whose)
    sentence = f"The link of {whose.name} leads nowhere any more."
    return told(request, draft, address(draft, one), sentence, may_undo=False)


@router.post("/{rnd}/close")
def close(request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """Take no more answers by links."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    rounding.close(store, seat, one)
    sentence = "The round is closed: links take nothing more; what comes late can be put in here."
    return told(request, draft, address(draft, one), sentence, may_undo=False)


@router.post("/{rnd}/reopen")
def reopen(request: Request, store: StoreDep, seat: SeatDep, slug: str, rnd: str) -> Response:
    """Take answers by links again."""
    draft = drafting.open_draft(store, seat, slug)
    one = rounding.by_uid(store, seat, draft, rnd)
    rounding.reopen(store, seat, one)
    return told(request, draft, address(draft, one), "The round is open again.", may_undo=False)


def address(draft: DraftRecord, one: RoundRecord) -> str:
    """The address of a round's desk."""
    return f"{address_of(draft)}/rounds/{one.uid}"
