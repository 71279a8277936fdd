"""Somebody at docx-editor who edits a Word file: what can be done there, and what cannot.

Edits are done each at a clause of its own, and are kept with a word by which they are known again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docx_editor import EditOperation

from tests.interop.answers import TEXT
from tests.interop.home import Edit, Talked

CANNOT = (
    "join two paragraphs, or take one away with its end (its end stays, without words)",
    "settle the end of a paragraph that others struck (it stays, and its mark goes)",
    "move a clause and say so (it strikes and inserts)",
    "open a thread again that was resolved",
    "edit without tracking (it can only accept its own changes afterwards)",
    "edit notes, headers and footers",
)
"""What docx-editor 0.8.2 has no way to do; so nobody here does it."""


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


def comment(hand: Hand) -> None:
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


def answer(hand: Hand, sent: Sequence[Talked]) -> None:
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
