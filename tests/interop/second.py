"""Do answers written with a second program come home? Part of `python -m tests.interop`.

The program is docx-editor, which tracks changes run by run, words replies and resolves threads
as Word does, and takes or leaves what others tracked. Delegations edit files that were circulated
with comments and with changes in them, and files that others have edited before them. What has to
be found then, home.py says; what the program itself cannot do is printed, too.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from docx_editor import Document as Opened
from docx_editor import EditOperation

from app.actions import matching
from app.actions.matching import Sent
from app.actions.rounding import remarks_of
from app.exchange.word.redline import COLLECTIVE, write_redline
from app.exchange.word.treaty import Comment, Mast, Talk, WordTreaty
from app.exchange.word.write import write_clean
from app.treaty.numbering import Scheme
from tests.interop.answers import TEXT, edits, unlike
from tests.interop.home import Done, Edit, Talked, missing

CANNOT = (
    "join two paragraphs, or take one away with its end (its end stays, without words)",
    "settle the end of a paragraph that others struck (it stays, and its mark goes)",
    "move a clause and say so (it strikes and inserts)",
    "open a thread again that was resolved",
    "edit without tracking (it can only accept its own changes afterwards)",
    "edit notes, headers and footers",
)
"""What docx-editor 0.8.2 has no way to do; so nobody here does it."""

_THREADS = 8
_DATE = "2026-03-0{}T10:00:00Z"


@dataclass(frozen=True, slots=True)
class Place:
    """A clause that nobody else edits: its uid and its words, which stand there once."""

    uid: str
    text: str

    def half(self) -> int:
        """Behind a space about in the middle of the words."""
        return self.text.index(" ", len(self.text) // 2) + 1


@dataclass(slots=True)
class Hand:
    """One delegation at docx-editor, and what it has done so far."""

    opened: Any
    author: str
    places: list[Place]
    edits: list[Edit] = field(default_factory=list)
    talked: list[Talked] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _turn: int = 0

    def token(self) -> str:
        """A word that stands nowhere else."""
        self._turn += 1
        return f"Zq{self.author.split()[-1]}{self._turn}x"

    def do(self, name: str, at: Callable[["Hand", Place, str], Edit]) -> None:
        """One edit at the next free clause; what is to be found of it is kept."""
        place = self.places.pop(0)
        try:
            made = at(self, place, self.token())
        except Exception as error:  # what a program of others raises is part of the answer
            self.failed.append(f"{name} at {place.uid}: {error}")
        else:
            clause = made.clause or place.uid
            self.edits.append(replace(made, clause=clause, do=(name,), by=self.author))

    def find(self, words: str, within: str = "") -> Any:
        """Where the words stand; with `within` the words of the paragraph that is meant."""
        ref = self.opened.find_text(within).paragraph_ref if within else None
        return self.opened.find_text(words, paragraph=ref)


def _edit(shows: str, *, gone: bool = False) -> Edit:
    return Edit("", (), shows, gone)


# --- the edits, by their names


def _replace(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.replace(hand.find(at.text), f"{at.text[:-1]} {token}.")
    return _edit(token)


def _exchange(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.replace(hand.find(at.text), f"Another sentence with {token}.")
    return _edit(token)


def _rewrite(hand: Hand, at: Place, token: str) -> Edit:
    words = at.text.split(" ")
    words[2], words[-3] = token, f"{token}b"
    hand.opened.rewrite_paragraph(hand.find(at.text).paragraph_ref, " ".join(words))
    return _edit(f"{token}b")


def _cut(hand: Hand, at: Place, token: str) -> Edit:
    del token
    went = at.text[at.half() : at.half() + 20]
    hand.opened.delete(went, paragraph=hand.find(at.text).paragraph_ref)
    return _edit(went, gone=True)


def _empty(hand: Hand, at: Place, token: str) -> Edit:
    del token
    hand.opened.delete(hand.find(at.text))
    return _edit(at.text, gone=True)


def _behind(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.insert_after(hand.find(at.text), f" {token}.")
    return _edit(token)


def _ahead(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.insert_before(hand.find(at.text), f"{token} ")
    return _edit(token)


def _add(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.insert_after(hand.find(at.text), f"\n{token} is new here.")
    return _edit(f"{token} is new here.")


def _add_two(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.insert_after(hand.find(at.text), f"\nFirst of two.\n{token} is the second.")
    return _edit(f"{token} is the second.")


def _add_ahead(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.insert_before(hand.find(at.text), f"{token} stands ahead.\n")
    uids = [clause.uid for clause in TEXT.clauses]
    ahead = uids[uids.index(at.uid) - 1]
    return replace(_edit(f"{token} stands ahead."), clause=ahead)


def _split(hand: Hand, at: Place, token: str) -> Edit:
    del token
    rest = at.text[at.half() :]
    hand.opened.split_paragraph(hand.find(at.text).paragraph_ref, before=rest)
    return _edit(rest)


def _split_and_add(hand: Hand, at: Place, token: str) -> Edit:
    hand.opened.insert_after(hand.find(at.text[: at.half()], at.text), f"{token};\n")
    return _edit(token)


def _twice(hand: Hand, at: Place, token: str) -> Edit:
    """Words of one's own, and then others in their place."""
    ref = hand.opened.insert_after(hand.find(at.text), f" Not {token} yet.")
    hand.opened.replace(f"Not {token} yet", f"{token} now", paragraph=ref)
    return _edit(f"{token} now")


def _reasoned(hand: Hand, at: Place, token: str) -> Edit:
    """With a comment that docx-editor ties to the change."""
    hand.opened.insert_after(hand.find(at.text), f" {token}.", note=f"Why {token}")
    hand.talked.append(Talked(at.uid, ((hand.author, f"Why {token}"),)))
    return _edit(token)


def _many(hand: Hand, at: Place, token: str) -> Edit:
    """Several at once."""
    ref = hand.find(at.text).paragraph_ref
    hand.opened.batch_edit(
        [
            EditOperation.insert_after(at.text[: at.half()], f"{token} ", paragraph=ref),
            EditOperation.delete(at.text[-30:-1], paragraph=ref),
        ]
    )
    return _edit(token)


EDITS: dict[str, Callable[[Hand, Place, str], Edit]] = {
    "replace": _replace,
    "exchange": _exchange,
    "rewrite": _rewrite,
    "cut": _cut,
    "empty": _empty,
    "insert behind": _behind,
    "insert ahead": _ahead,
    "add": _add,
    "add two": _add_two,
    "add ahead": _add_ahead,
    "split": _split,
    "split and add": _split_and_add,
    "twice": _twice,
    "reasoned": _reasoned,
    "several": _many,
}


# --- threads


def _comments(hand: Hand) -> None:
    """Of one's own: alone, answered, answered and resolved, and one in another."""
    for said in (("?",), ("?", "!"), ("?", "!", "Done.")):
        at, token = hand.places.pop(0), hand.token()
        words = [f"{token}{each}" for each in said]
        key = hand.opened.add_comment(hand.find(at.text[:-1]), words[0])
        for each in words[1:]:
            hand.opened.reply_to_comment(key, each)
        if len(said) > 2:
            hand.opened.resolve_comment(key)
        told = tuple((hand.author, each) for each in words)
        hand.talked.append(Talked(at.uid, told, len(said) > 2))
    at, token = hand.places.pop(0), hand.token()
    for on in (at.text, at.text[: at.half() - 1]):
        hand.opened.add_comment(hand.find(on, at.text), f"{token} on {len(on)}")
        hand.talked.append(Talked(at.uid, ((hand.author, f"{token} on {len(on)}"),)))


def _answers(hand: Hand, sent: Sequence[Talked]) -> None:
    """To the threads of the file: an answer, one to the answer, resolved or not, or neither."""
    for number, (talked, root) in enumerate(zip(sent, _roots(hand, sent), strict=True)):
        said, is_resolved = talked.said, talked.is_resolved
        if number % 4 != 3:
            own = f"{hand.token()} says so."
            answered = root.replies[-1].id if number % 4 == 1 and root.replies else root.id
            hand.opened.reply_to_comment(answered, own)
            said = (*said, (hand.author, own))
        if number % 3 == 0:
            hand.opened.resolve_comment(root.id)
            is_resolved = True
        is_ours = talked.is_ours and len(said) == len(talked.said)
        is_same = is_ours and is_resolved is talked.is_resolved
        if not is_same or not talked.is_ours:
            hand.talked.append(Talked(talked.clause, said, is_resolved, is_ours))


def _roots(hand: Hand, sent: Sequence[Talked]) -> list[Any]:
    by_words = {each.text: each for each in hand.opened.list_comments()}
    return [by_words[talked.said[0][1]] for talked in sent]


# --- who does what


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
        _comments(hand)
        _answers(hand, out.talked)
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
        _answers(hand, first.talked)
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
