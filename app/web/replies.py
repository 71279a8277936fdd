"""The page behind a secret link: who has no seat takes their copy, and hands their answer in.

Looking at it uses nothing up, whoever looks: a mail server's scanner does too. The link is asked
for before anything that was sent is read, so that nobody else can make us take in megabytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Upload

from app.actions import discarding, returning, rounding
from app.actions.refusals import Invalid, Missing, Refusal
from app.actions.rounding import Reply
from app.store.rounds import Reading, ReturnedRecord
from app.store.unit import Store, Stores
from app.web import states
from app.web.deps import StoreDep, StoresDep
from app.web.exports import PROFILES, word_file
from app.web.guard import demand_token, read_form
from app.web.pages import render
from app.web.returns import reading_of
from app.web.rounds import name_of, progress_of
from app.web.sessions import gone
from app.web.words import Block

router = APIRouter(prefix="/replies/{token}")

_Text = Annotated[str, Form()]
_CLOSED = "This link does not lead anywhere, or not any more. Ask the secretariat for a new one."
LONGEST_COMMENT = 8_000


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that was handed in by the link, and what is said of it to whoever did."""

    came: ReturnedRecord
    name: str
    words: str
    is_bad: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An article, or what stands before the articles, to be commented on as a whole."""

    uid: str
    name: str
    lines: tuple[tuple[str, str, int], ...]


@router.get("")
def show_reply(request: Request, store: StoreDep, token: str) -> Response:
    """What is asked of whoever holds the link, and what came by it so far."""
    return _page(request, store, token)


def _page(request: Request, store: Store, token: str, refusal: Refusal | None = None) -> Response:
    try:
        found = rounding.reply(store, token)
    except Missing:
        return _gone(request)
    return render(
        request,
        "replies/show.html",
        status=refusal.status if refusal else 200,
        reply=found,
        here=f"/replies/{token}",
        profiles={each.value: each.title for each in PROFILES},
        sent=_sent(found),
        progress=progress_of(found.returns),
        sentence=refusal.sentence if refusal else "",
    )


def _gone(request: Request) -> Response:
    return gone(request, "This link is closed", _CLOSED)


def _sent(found: Reply) -> tuple[Sent, ...]:
    return tuple(
        Sent(
            each,
            name_of(each),
            _told(each),
            each.state is Reading.FAILED,
            found.round.is_open and discarding.may_delete(each),
        )
        for each in reversed(found.returns)
    )


def _told(came: ReturnedRecord) -> str:
    """What became of an answer, in the words for whoever sent it."""
    if not discarding.may_delete(came):
        return "Words in it were redacted: it was taken out."
    if came.state is Reading.FAILED:
        return f"It is kept, but could not be read. {came.why}"
    report = returning.report(came)
    if report is None:
        return "It is kept, and being read."
    changes = report.tracked + report.untracked + report.wordings
    found = f"{_count(changes, 'change')} and {_count(report.remarks, 'comment')}"
    return f"It is kept and read: {found} found."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@router.get("/progress")
def tell_progress(request: Request, store: StoreDep, token: str) -> Response:
    """How far the reading is, as a part of the page."""
    try:
        found = rounding.reply(store, token)
    except Missing:
        return _gone(request)
    progress = progress_of(found.returns)
    return render(
        request,
        "rounds/_progress.html",
        headers={} if progress.waiting else {"hx-refresh": "true"},
        progress=progress,
        here=f"/replies/{token}",
    )


@router.post("/copy")
def take_copy(request: Request, store: StoreDep, token: str, profile: _Text = "") -> Response:
    """The recipient's own copy of the text, as a Word file."""
    try:
        made = rounding.handed_out(store, token, profile)
    except Missing:
        return _gone(request)
    return word_file(made.filename, made.content, made.sha256)


@router.post("/files")
async def hand_in(request: Request, stores: StoresDep, token: str) -> Response:
    """Keep a file that the holder of the link sends in."""
    if not await run_in_threadpool(_opens, stores, token):
        return _gone(request)
    try:
        await demand_token(request)
        form = await read_form(request)
        return await run_in_threadpool(_keep_files, request, stores, token, form)
    finally:
        # What the web framework does for forms that it reads itself.
        await request.close()


def _opens(stores: Stores, token: str) -> bool:
    with stores.read() as store:
        try:
            rounding.reply(store, token)
        except Missing:
            return False
    return True


def _keep_files(request: Request, stores: Stores, token: str, form: FormData) -> Response:
    files = [each for each in form.getlist("file") if isinstance(each, Upload) and each.filename]
    refused = [] if files else ["Choose the Word file first."]
    for file in files:
        # Each by itself: one that is not taken leaves the others alone.
        name, content = file.filename or "", file.file.read()
        try:
            with stores.begin() as store:
                returning.receive_by_link(store, rounding.reply(store, token), name, content)
        except Invalid as refusal:
            of = f"{name}: " if len(files) > 1 else ""
            refused.append(f"{of}{refusal.sentence}")
        except Refusal as refusal:
            return _refused(request, stores, token, refusal)
    if refused:
        answer = _refused(request, stores, token, Invalid(" ".join(refused)))
        answer.background = BackgroundTask(reading_of(request).begin)
        return answer
    return _kept(request, token)


def _refused(request: Request, stores: Stores, token: str, refusal: Refusal) -> Response:
    with stores.read() as store:
        return _page(request, store, token, refusal)


def _kept(request: Request, token: str) -> Response:
    answer = RedirectResponse(f"/replies/{token}#sent", status_code=303)
    answer.background = BackgroundTask(reading_of(request).begin)
    return answer


@router.post("/files/{ret}/delete")
def take_back(request: Request, store: StoreDep, token: str, ret: str) -> Response:
    """Delete something that was handed in by this link by mistake."""
    try:
        with store.attempt():
            discarding.delete_by_link(store, rounding.reply(store, token), ret)
    except Invalid as refusal:
        return _page(request, store, token, refusal)
    except Missing:
        return _gone(request)
    return RedirectResponse(f"/replies/{token}#sent", status_code=303)


# --- the comment form


@router.get("/comments")
def ask_comments(request: Request, store: StoreDep, token: str) -> Response:
    """The text as it was sent, with a field for comments below each article."""
    return _form(request, store, token)


def _form(
    request: Request,
    store: Store,
    token: str,
    written: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    try:
        found = rounding.reply(store, token)
    except Missing:
        return _gone(request)
    return render(
        request,
        "replies/comments.html",
        status=refusal.status if refusal else 200,
        reply=found,
        here=f"/replies/{token}",
        parts=tuple(_parts(request, store, found)),
        written=written or {},
        longest=LONGEST_COMMENT,
        sentence=refusal.sentence if refusal else "",
    )


def _parts(request: Request, store: Store, found: Reply) -> Iterator[Part]:
    """The articles of the text as it was sent, each with its words."""
    edition = store.drafts.edition(found.draft.id, found.round.edition)
    if edition is None:
        return
    sheet = states.of_edition(request.app.state.sheets, store, found.draft, edition)
    for block in sheet.blocks:
        yield _part(block)


def _part(block: Block) -> Part:
    lines = block.lines
    headed = next((line for line in lines if line.clause.kind == "article"), lines[0])
    name = " ".join(filter(None, (headed.label, headed.clause.heading)))
    said = tuple(
        (line.label, line.clause.heading or line.clause.text, min(line.clause.depth, 4))
        for line in lines
        if line is not headed or not headed.clause.heading
    )
    return Part(headed.uid, name or "Preamble", said)


@router.post("/comments")
async def hand_in_comments(request: Request, stores: StoresDep, token: str) -> Response:
    """Keep the comments that were written into the form."""
    if not await run_in_threadpool(_opens, stores, token):
        return _gone(request)
    try:
        await demand_token(request)
        form = await read_form(request)
        return await run_in_threadpool(_keep_comments, request, stores, token, form)
    finally:
        await request.close()


def _keep_comments(request: Request, stores: Stores, token: str, form: FormData) -> Response:
    written = {
        name.removeprefix("on-"): value.replace("\r\n", "\n").strip()
        for name, value in form.multi_items()
        if name.startswith("on-") and isinstance(value, str) and value.strip()
    }
    try:
        if not written:
            raise Invalid("Nothing was written yet.")
        if any(len(words) > LONGEST_COMMENT for words in written.values()):
            raise Invalid(f"A comment has at most {LONGEST_COMMENT:,} characters.")
        with stores.begin() as store:
            found = rounding.reply(store, token)
            said = tuple((uid if uid != "whole" else "", words) for uid, words in written.items())
            returning.say_by_link(store, found, said)
    except Missing:
        return _gone(request)
    except Refusal as refusal:
        with stores.read() as store:
            return _form(request, store, token, written, refusal)
    return _kept(request, token)
