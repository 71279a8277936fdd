"""Has what somebody did to a circulated file come home? Part of `python -m tests.interop`.

Every edit has to be found at its clause and under its author's name, or in the inbox with a
reason; every thread of comments at its clause, with its authors, its order and its state; and
every tracked change and comment of the file has to be accounted for. What is lost is counted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from app.actions.matching import Sent
from app.actions.sifting import Sifted, sift
from app.exchange.word.read import Reading, read
from app.exchange.word.story import View
from app.store.rounds import NewFinding, Place, Sort
from tests.support.word_rules import W

_TRACKED = ("ins", "del", "moveFrom", "moveTo")


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody does at a clause, and a word by which it is known again.

    `shows` are words that a finding has to have: in what came, or, where `gone`, in what went.
    `by` is who has to be named there; "" for what was not tracked.
    """

    clause: str
    do: tuple[str, ...]
    shows: str
    gone: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Talked:
    """A thread as it has to come home: who said what in which order, and whether it is resolved.

    `is_ours`: nothing was said in it that was not sent; at most its state changed.
    """

    clause: str
    said: tuple[tuple[str, str], ...]
    is_resolved: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to a file; at the clauses of `kept` nothing may be found."""

    edits: Sequence[Edit] = ()
    talked: Sequence[Talked] = ()
    kept: Sequence[str] = ()


def missing(file: Path, sent: Sent, done: Done) -> tuple[list[str], str]:
    """A name for everything that was lost, and a line that counts what was found."""
    reading = read(file.read_bytes(), View.MARKED)
    found = sift(reading, sent)
    lost = [f"{each.do[0]} at {each.clause}" for each in done.edits if not _shown(found, each)]
    lost += [f"thread at {each.clause}" for each in done.talked if not _told(found, each)]
    lost += [f"{each} was changed" for each in done.kept if _is_changed(found, each)]
    lost += _uncounted(file, sent, reading, found)
    states = Counter(each.state for each in found.findings)
    return lost, (
        f"{_revisions(file)} elements of tracking, {found.tracked} changes, {_comments(file)} "
        f"comments, {states[Place.PLACED]} findings placed, {states[Place.INBOX]} in the inbox"
    )


def _uncounted(file: Path, sent: Sent, reading: Reading, found: Sifted) -> Iterator[str]:
    """Tracked changes and comments of the file that no finding has."""
    accounted = {each for one in found.findings for each in one.detail.get("revisions", ())}
    if left := found.tracked - len(accounted | set(found.form)):
        yield f"{left} tracked changes"
    told = sum(one.detail.get("remarks", 0) for one in found.findings)
    ours = found.ours - sum(sent.ours(each.author, each.date) for each in reading.revisions)
    if left := _comments(file) - told - ours:
        yield f"{left} comments"
    yield from (f"no reason for {each.wish}" for each in found.findings if _is_mute(each))


def _is_mute(each: NewFinding) -> bool:
    return each.state is Place.INBOX and not each.reason


def _shown(found: Sifted, edit: Edit) -> bool:
    """Whether the edit is at its clause, or in the inbox with a reason, under its author's name."""
    for each in found.findings:
        words = each.before if edit.gone else f"{each.heading} {each.after}"
        is_there = edit.shows in words and edit.by in each.author
        if is_there and (each.clause == edit.clause or each.reason):
            return True
    return False


def _told(found: Sifted, talked: Talked) -> bool:
    """Whether a thread is at its clause, in its order, under its authors' names, in its state."""
    for each in found.findings:
        thread = [(one["author"], one["text"]) for one in each.detail.get("thread", ())]
        if thread == [*talked.said] and each.clause == talked.clause:
            return bool(each.detail["resolved"]) is talked.is_resolved
    return talked.is_ours and not talked.is_resolved


def _is_changed(found: Sifted, clause: str) -> bool:
    return any(each.clause == clause and each.kind is not Sort.COMMENT for each in found.findings)


def _comments(file: Path) -> int:
    with ZipFile(file) as archive:
        if "word/comments.xml" not in archive.namelist():
            return 0
        root = etree.fromstring(archive.read("word/comments.xml"))
    return len(root.findall(f"{W}comment"))


def _revisions(file: Path) -> int:
    with ZipFile(file) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return sum(len(list(root.iter(f"{W}{name}"))) for name in _TRACKED)
