"""A page at the table as a value: what the browser does with what it types and hears.

`Editor` is @codemirror/collab itself, in Python: a list of updates that nobody has
confirmed yet, and one update received at a time. `Page` is what stands around it:

- Every editor that is opened signs with an id of its own and numbers its updates 1, 2, 3 ...
  A push holds all that is unconfirmed in one clause, in terms of its words at `base`.
- A commit frame is taken edit by edit. One that somebody else made is received; one of our
  own confirms the head of the list.
- An edit by which words of the clause go elsewhere (a splitting, a joining undone) or all of
  it goes (struck) is *structural*. When it comes while something is unconfirmed, the list is
  settling: it stays in terms of the words before that edit, all of it is pushed again with
  that base, nothing that comes in is applied to the editor any more, and what is typed goes to
  the list's end. Every update of it is answered by an entry on whatever clause, by `kept` or
  by `back`; then the editor is built anew from the confirmed words.
- `back` ends the whole list: what it still held is in `returned`, by push id. Should an entry
  of one of them come nevertheless, its resend was under way, and it counts as kept.
- A page loaded anew pushes the lists that it kept as settling lists without an editor.
- Everything unconfirmed is pushed again after coming back; pushed twice it is kept once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.treaty.changes import ChangeSet, utf16_len

Frame = dict[str, Any]

MOST = 90
"""How many updates of a list are sent and unanswered at most."""


@dataclass
class Editor:
    """The words of one clause with the updates that are not confirmed; undoes its own only."""

    words: str
    unconfirmed: list[ChangeSet] = field(default_factory=list)
    undoes: list[ChangeSet] = field(default_factory=list)

    def type(self, changes: ChangeSet) -> None:
        """Change the words, as the person at this page."""
        back = changes.invert(self.words)
        self.words = changes.apply(self.words)
        self.undoes.append(back)
        self.unconfirmed.append(changes)

    def undo(self) -> bool:
        """Take back one's own latest change that still stands; False when there is none."""
        if not self.undoes:
            return False
        back = self.undoes.pop()
        self.words = back.apply(self.words)
        self.unconfirmed.append(back)
        return True

    def confirm(self) -> None:
        """The first of the unconfirmed updates is in the journal."""
        self.unconfirmed.pop(0)

    def receive(self, changes: ChangeSet) -> None:
        """Take in one update of somebody else's."""
        for index, own in enumerate(self.unconfirmed):
            self.unconfirmed[index] = own.map(changes)
            changes = changes.map(own, before=True)
        self.words = changes.apply(self.words)
        # Each undoing stands on what the one above it would leave.
        for index in range(len(self.undoes) - 1, -1, -1):
            back = self.undoes[index]
            self.undoes[index] = back.map(changes)
            changes = changes.map(back, before=True)


@dataclass(eq=False)
class Writing:
    """One list of updates: of an open editor, or kept from an earlier load of the page."""

    uid: str
    client: str
    editor: Editor | None
    base: int = 0
    n: int = 1
    sent: int = 0
    settling: list[ChangeSet] | None = None
    answered: set[int] = field(default_factory=set)

    @property
    def updates(self) -> list[ChangeSet]:
        """What has no answer yet; while it settles, with the answered ones in front."""
        if self.settling is not None:
            return self.settling
        assert self.editor is not None
        return self.editor.unconfirmed

    @property
    def is_settled(self) -> bool:
        """Whether a settling list has an answer to each of its updates."""
        return self.settling is not None and len(self.answered) == len(self.settling)


class Page:
    """What one page knows: the seq it has heard up to, the words, and what it is writing."""

    def __init__(self, seq: int, words: Mapping[str, str], new_client: Callable[[], str]) -> None:
        self.seq = seq
        self.words = dict(words)
        self.writings: list[Writing] = []
        self.gone: set[str] = set()
        self.made: set[str] = set()
        self.acknowledged: set[str] = set()
        self.returned: dict[str, str] = {}
        self._new_client = new_client

    # What the person does

    def open(self, uid: str) -> Writing:
        """The writing in a clause, begun if need be."""
        for writing in self.writings:
            if writing.uid == uid and writing.editor is not None:
                return writing
        writing = Writing(uid, self._new_client(), Editor(self.words[uid]))
        self.writings.append(writing)
        return writing

    def type(self, uid: str, start: int, end: int, text: str) -> None:
        """Put text in the place of a range of the clause's words, as its editor shows them."""
        writing = self.open(uid)
        editor = writing.editor
        assert editor is not None
        changes = ChangeSet.build(utf16_len(editor.words), [(start, end, text)])
        editor.type(changes)
        self._typed(writing, changes)

    def undo(self, uid: str) -> None:
        """Take back what was typed last in this editor."""
        writing = self.open(uid)
        assert writing.editor is not None
        if writing.editor.undo():
            self._typed(writing, writing.editor.unconfirmed[-1])

    def _typed(self, writing: Writing, changes: ChangeSet) -> None:
        if writing.settling is None:
            return
        assert writing.editor is not None
        writing.editor.unconfirmed.clear()
        if len(writing.settling) > writing.sent:
            writing.settling[-1] = writing.settling[-1].compose(changes)
        else:
            writing.settling.append(changes)

    # What goes out

    def hello(self) -> Frame:
        """The first frame of a socket."""
        return {"hello": {"since": self.seq, "client": "page00000000"}}

    def pushes(self) -> list[Frame]:
        """All that is unanswered, clause by clause."""
        return [frame for writing in self.writings if (frame := self.push(writing))]

    def push(self, writing: Writing) -> Frame | None:
        """What of one list is unanswered; None for nothing."""
        updates = writing.updates[:MOST] if writing.settling is None else writing.updates
        if not updates:
            return None
        writing.sent = max(writing.sent, len(updates))
        self.made |= {f"{writing.client}.{writing.n + k}" for k in range(len(updates))}
        return {
            "push": {
                "uid": writing.uid,
                "client": writing.client,
                "base": self.seq if writing.settling is None else writing.base,
                "n": writing.n,
                "changes": [changes.to_json() for changes in updates],
            }
        }

    # What comes in

    def hear(self, frame: Frame) -> bool:
        """Take in one frame; False when something in between is missing: connect again."""
        if "seq" in frame:
            return self._commit(frame)
        if "back" in frame:
            self._back(frame["back"])
        elif "kept" in frame:
            said = frame["kept"]
            for writing in self._signed(said["client"]):
                for n in said["n"]:
                    if writing.settling is not None:
                        self._answer(writing, n)
        return True

    def _commit(self, frame: Frame) -> bool:
        start, end = frame["seq"]
        if end <= self.seq:
            return True
        if start > self.seq:
            return False
        edits = [edit for edit in frame["edits"] if edit["s"] > self.seq]
        for edit in edits:
            self._edit(edit, edits)
        self.seq = end
        return True

    def _edit(self, edit: Frame, frame: list[Frame]) -> None:
        uid, detail = edit["u"], edit.get("d", {})
        changes = None if edit.get("c") is None else ChangeSet.from_json(edit["c"])
        own, _, count = (edit.get("p") or detail.get("carried", "")).rpartition(".")
        if edit["a"] == "inserted" and "heading" in detail:
            self.words.setdefault(uid, detail["heading"])
        if changes is not None:
            self.words[uid] = changes.apply(self.words.get(uid, ""))
        if edit["a"] == "struck":
            self.gone.add(uid)
        elif edit["a"] == "restored":
            self.gone.discard(uid)
        if own:
            self._own(f"{own}.{count}")
        for writing in list(self.writings):
            if writing.settling is not None:
                if writing.client == own:
                    self._answer(writing, int(count))
            elif writing.client == own:
                assert writing.uid == uid and writing.n == int(count), "an own update out of turn"
                assert writing.editor is not None
                writing.editor.confirm()
                writing.n += 1
                writing.sent -= 1
            elif writing.uid == uid:
                self._others(writing, edit, changes, frame)
        self.seq = edit["s"]

    def _others(
        self, writing: Writing, edit: Frame, changes: ChangeSet | None, frame: list[Frame]
    ) -> None:
        editor = writing.editor
        assert editor is not None
        if is_structural(edit, frame) and editor.unconfirmed:
            writing.base = edit["s"] - 1
            kept, rest = editor.unconfirmed[: writing.sent], editor.unconfirmed[writing.sent :]
            while len(rest) > 1:
                rest[:2] = [rest[0].compose(rest[1])]
            writing.settling = kept + rest
            editor.unconfirmed = []
        elif edit["a"] == "struck":
            self.writings.remove(writing)
        elif changes is not None:
            editor.receive(changes)

    def _own(self, push: str) -> None:
        """An update of this page's, or another's, is in the journal."""
        if push in self.made:
            self.acknowledged.add(push)
            self.returned.pop(push, None)

    def _answer(self, writing: Writing, n: int) -> None:
        push = f"{writing.client}.{n}"
        if push not in self.returned:
            self.acknowledged.add(push)
        if writing.n <= n < writing.n + len(writing.updates):
            writing.answered.add(n)
        if writing.is_settled and writing in self.writings:
            self.writings.remove(writing)

    def _back(self, said: Frame) -> None:
        for writing in self._signed(said["client"]):
            unanswered = [
                n
                for n in range(writing.n, writing.n + len(writing.updates))
                if n not in writing.answered
            ]
            came = [n for n in said["n"] if n in unanswered]
            if not came:
                continue  # about a resend of what was answered meanwhile
            if writing.settling is None:
                self.writings.remove(writing)
                came = [n for n in unanswered if n >= min(came)]
            for n in came:
                self.returned[f"{writing.client}.{n}"] = said["why"]
                if writing.settling is not None:
                    self._answer(writing, n)

    def _signed(self, client: str) -> list[Writing]:
        return [writing for writing in self.writings if writing.client == client]

    # Loading anew

    def kept(self) -> list[Writing]:
        """The lists as they outlast the page."""
        return [
            Writing(
                writing.uid,
                writing.client,
                None,
                self.seq if writing.settling is None else writing.base,
                writing.n,
                len(writing.updates),
                list(writing.updates),
                set(writing.answered),
            )
            for writing in self.writings
            if writing.updates
        ]


def is_structural(edit: Frame, frame: list[Frame]) -> bool:
    """Whether words of the edit's clause go to another one by it, or all of it goes."""
    if edit["a"] in ("struck", "split"):
        return True
    first = edit.get("d", {}).get("of", edit["s"])
    return edit.get("c") is not None and any(
        other.get("d", {}).get("of", other["s"]) == first
        and (
            (other["a"] == "inserted" and other["d"].get("from") == edit["u"])
            or (other["a"] == "restored" and other["d"].get("joined") == edit["u"])
        )
        for other in frame
    )
