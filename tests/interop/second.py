"""Do answers written with a second program come home? Part of `python -m tests.interop`.

The program is docx-editor, which tracks changes run by run, words replies and resolves threads
as Word does, and takes or leaves what others tracked. Delegations edit files that were circulated
with comments and with changes in them, and files that others have edited before them. What has to
be found then, home.py says; what the program itself cannot do is printed, too.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docx_editor import Document as Opened

from app.actions import matching
from app.actions.matching import Sent
from app.actions.rounding import remarks_of
from app.exchange.word.redline import COLLECTIVE, write_redline
from app.exchange.word.treaty import Comment, Mast, Talk, WordTreaty
from app.exchange.word.write import write_clean
from app.treaty.numbering import Scheme
from tests.interop.answers import TEXT, edits, unlike
from tests.interop.editor import CANNOT, EDITS, Hand, Place, answer, comment
from tests.interop.home import Done, Edit, Talked, missing

_THREADS = 8
_DATE = "2026-03-0{}T10:00:00Z"


@dataclass(frozen=True, slots=True)
class Circulated:
    """A file as it went out, how it stood, and its threads."""

    file: Path
    sent: Sent
    talked: tuple[Talked, ...] = ()


def _circulated(folder: Path) -> Circulated:
    """The text with threads of the secretariat's, every third of them resolved."""
    talks: dict[str, tuple[Talk, ...]] = {}
    talked = []
    for number, (uid, _) in enumerate(unlike()[-_THREADS:]):
        said = (
            Comment("Drafter A", _DATE.format(1), (f"Question {number}",), f"q{number}"),
            Comment("Drafter B", _DATE.format(2), (f"Answer {number}",), f"a{number}"),
        )[: 1 + number % 2]
        is_resolved = number % 3 == 2
        talks[uid] = (Talk(said, 0, 8 if number % 2 else -1, is_resolved),)
        told = tuple((each.author, each.lines[0]) for each in said)
        talked.append(Talked(uid, told, is_resolved, is_ours=True))
    content = write_clean(WordTreaty(TEXT, Scheme.UN, Mast("large"), talks=talks))
    sent = replace(matching.sent(TEXT, Scheme.UN), remarks=frozenset(remarks_of(content)))
    return Circulated(_kept(folder / "second.docx", content), sent, tuple(talked))


def _kept(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def _free(turn: int) -> list[Place]:
    own = unlike()[:-_THREADS]
    return [Place(*each) for each in (*own[turn:], *own[:turn])]


def _delegation(folder: Path, out: Circulated, author: str, turn: int, *, tracks: bool) -> Hand:
    """One that edits, comments and answers; without tracking, what it tracked is accepted."""
    file = folder / _name(author)
    with Opened.open(out.file, author=author, force_recreate=True) as opened:
        hand = Hand(opened, author, _free(turn))
        for name, edit in EDITS.items():
            hand.do(name, edit)
        comment(hand)
        answer(hand, out.talked)
        if not tracks:
            opened.accept_all(author=author)
            hand.edits = [replace(each, by="") for each in hand.edits]
            # A comment that docx-editor ties to a change goes when the change is accepted.
            hand.talked = [each for each in hand.talked if not each.said[-1][1].startswith("Why")]
        opened.save(file)
    return hand


def _after(folder: Path, before: Path, first: Done, author: str, others: str) -> tuple[Hand, Done]:
    """Who goes on with the file of another: takes, leaves and edits what that one tracked."""
    file = folder / _name(author)
    with Opened.open(before, author=author, force_recreate=True) as opened:
        hand = Hand(opened, author, [])
        left = list(first.edits)
        changed: list[Edit] = []
        for turn, each in enumerate(list(left)):
            groups = _groups(opened, each, others)
            if not groups or turn % 3 == 2:
                continue
            left.remove(each)
            for group in groups:
                (opened.accept_group if turn % 3 == 0 else opened.reject_group)(group)
            if turn % 3 == 0:
                changed.append(replace(each, by=""))
            else:
                hand.kept.append(each.clause)
        for each in left[:3]:
            place = opened.find_text(each.shows) if not each.gone else None
            if place is not None:
                token = hand.token()
                opened.insert_after(place, f" {token}")
                changed.append(Edit(each.clause, ("add to others'",), token, by=author))
                left.remove(each)
                left.append(replace(each, shows=f"{each.shows} {token}"))
        answer(hand, first.talked)
        untouched = [each for each in first.talked if each.clause not in _clauses(hand.talked)]
        opened.save(file)
    return hand, Done([*left, *changed], [*hand.talked, *untouched], hand.kept)


def _clauses(talked: Sequence[Talked]) -> set[str]:
    return {each.clause for each in talked}


def _groups(opened: Any, edit: Edit, author: str) -> list[int]:
    """The changes of others that an edit is made of, as docx-editor groups them."""
    kind = "deletion" if edit.gone else "insertion"
    found = [
        each
        for each in opened.list_revisions(author=author)
        if each.type == kind and edit.shows in each.text
    ]
    return list(dict.fromkeys(each.group_id for each in found if each.group_id is not None))


def _redline(folder: Path) -> tuple[Circulated, list[tuple[str, str, str]]]:
    """A redline as it goes out: the secretariat's changes, as (clause, word that came, went)."""
    changed, said = {}, []
    for turn, (uid, text) in enumerate(unlike()[::3]):
        came, went = f"Rd{turn}x", text.split(" ")[-1]
        changed[uid] = f"{text[: -len(went)]}{came}."
        said.append((uid, came, went))
    clauses = tuple(replace(each, text=changed.get(each.uid, each.text)) for each in TEXT.clauses)
    new = replace(TEXT, clauses=clauses)
    mast = Mast("large")
    old = WordTreaty(TEXT, Scheme.UN, mast)
    content = write_redline(old, WordTreaty(new, Scheme.UN, mast))
    sent = replace(matching.sent(new, Scheme.UN), hand=(COLLECTIVE, ""))
    return Circulated(_kept(folder / "second-redline.docx", content), sent), said


def _on_a_redline(folder: Path, author: str) -> tuple[Hand, Done, Sent]:
    """Who takes some of the secretariat's changes, leaves some, and changes others further."""
    out, said = _redline(folder)
    with Opened.open(out.file, author=author, force_recreate=True) as opened:
        hand = Hand(opened, author, [])
        rows = opened.list_revisions(author=COLLECTIVE)
        for turn, (uid, came, went) in enumerate(said):
            own = [each for each in rows if came in each.text or _same(rows, each, came)]
            if turn % 4 == 0:
                for each in own:
                    opened.accept_revision(each.id)
                hand.kept.append(uid)
            elif turn % 4 == 1:
                for each in own:
                    opened.reject_revision(each.id)
                hand.edits.append(Edit(uid, ("reject ours",), went))
            elif turn % 4 == 2:
                token = hand.token()
                opened.insert_after(opened.find_text(came), f" {token}")
                hand.edits.append(Edit(uid, ("add to ours",), token, by=author))
            else:
                hand.kept.append(uid)
        opened.save(folder / _name(author))
    return hand, Done(hand.edits, (), hand.kept), out.sent


def _same(rows: Sequence[Any], one: Any, came: str) -> bool:
    """Whether a change is of the same paragraph as the one in which a word came."""
    return any(came in each.text and each.paragraph_ref == one.paragraph_ref for each in rows)


def main(folder: Path) -> int:
    """Let others edit, read; the number of edits, changes, comments and threads that were lost."""
    sys.stdout.write("docx-editor cannot:\n" + "".join(f"  {each}\n" for each in CANNOT))
    out = _circulated(folder)
    lost = 0
    done: dict[str, Done] = {}
    for turn, (author, tracks) in enumerate(
        (("Mission Lima", True), ("Mission Oslo", True), ("Mission Suva", False))
    ):
        hand = _delegation(folder, out, author, turn * 4, tracks=tracks)
        done[author] = Done(hand.edits, hand.talked)
        lost += _judged(folder, out.sent, hand, done[author])
    first = folder / _name("Mission Lima")
    hand, both = _after(folder, first, done["Mission Lima"], "Mission Rome", "Mission Lima")
    lost += _judged(folder, out.sent, hand, both)
    # And with what LibreOffice wrote in the name of others (answers.py).
    first, author = folder / "answer-0.docx", "Delegation North"
    theirs = [replace(each, by=author) for each in edits(0)]
    hand, both = _after(folder, first, Done(theirs), "Mission Bern", author)
    lost += _judged(folder, matching.sent(TEXT, Scheme.UN), hand, both)
    hand, both, sent = _on_a_redline(folder, "Mission Doha")
    return lost + _judged(folder, sent, hand, both)


def _name(author: str) -> str:
    return f"second-{author.split()[-1].lower()}.docx"


def _judged(folder: Path, sent: Sent, hand: Hand, done: Done) -> int:
    lacks, summary = missing(folder / _name(hand.author), sent, done)
    sys.stdout.write(
        f"{_name(hand.author)}: {len(done.edits)} edits ({len(hand.failed)} could not be made), "
        f"{len(done.talked)} threads, {len(done.kept)} clauses as they were sent, {summary}; "
        f"lost: {lacks or 'nothing'}\n"
    )
    for each in hand.failed:
        sys.stdout.write(f"  could not be made: {each}\n")
    return len(lacks) + len(hand.failed)
