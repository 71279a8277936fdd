"""Making of what came back what it is for: proposals and notes of the delegation whose copy it was.

A proposal made here is as private as any that the delegation would write itself: it alone reads
it, changes it, tables it. It is on the words as they were sent, so that it is carried forward
over what was edited since like every other one. Notes are the delegation's, on the very words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.rounding import seat_of
from app.actions.wording import LONGEST_REASON
from app.exchange.word.cameback import plain
from app.store.drafts import DraftRecord
from app.store.notes import Audience, NewNote, NoteKind
from app.store.proposals import Stage, Wish
from app.store.readers import Reader
from app.store.rounds import NewFinding, Place, RecipientRecord, RoundRecord, Sort
from app.store.seats import Role
from app.store.unit import Store
from app.treaty.anchors import Anchor, anchor
from app.treaty.changes import utf16_len
from app.treaty.document import Kind

LONGEST_NOTE = 20_000
NOBODYS = "Its sender belongs to no delegation: nobody's proposal or note was made of it."
_TOO_LONG = "These words are too long for a clause."
_SAYS_NOTHING = "It has no words of its own."


def reader_of(to: RecipientRecord) -> Reader:
    """Whoever reads as a recipient's delegation does, without a seat of its own."""
    return Reader(0, to.delegation, Role.DELEGATE)


class Delivery:
    """Makes proposals and notes of the findings of one file, within one unit of work.

    `words` are those that clauses had as of entry `seq`, where they are known.
    """

    def __init__(
        self,
        store: Store,
        draft: DraftRecord,
        round_: RoundRecord,
        to: RecipientRecord,
        seq: int,
        words: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._draft = draft
        self._round = round_
        self._to = to
        self._seq = seq
        self._versions = store.rounds.versions(draft.id, seq)
        self._words = dict(words or {})
        own = store.proposals.of_draft(reader_of(to), draft.id) if to.delegation else ()
        self._own = {
            (each.target, each.wish, each.base, each.words, each.heading): each.uid
            for each in own
            if each.stage is Stage.PRIVATE and each.delegation == to.delegation
        }

    def all(self, findings: Sequence[NewFinding]) -> tuple[NewFinding, ...]:
        """The findings with what was made of those that were placed."""
        return tuple(map(self.one, findings))

    def one(self, finding: NewFinding) -> NewFinding:
        """A finding with what was made of it."""
        if finding.state is not Place.PLACED:
            return finding
        if finding.kind is Sort.COMMENT:
            return self._noted(finding)
        if finding.wish:
            return self._proposed(finding)
        return finding

    # --- proposals

    def _proposed(self, finding: NewFinding) -> NewFinding:
        if not self._to.delegation:
            return replace(finding, reason=NOBODYS)
        if why := _unfit(finding):
            return replace(finding, state=Place.INBOX, reason=why)
        if finding.wish == "move":
            return self._moved(finding)
        uid = self._proposal(finding, finding.clause, Wish(finding.wish))
        return replace(finding, state=Place.PROPOSED, proposal=uid)

    def _moved(self, finding: NewFinding) -> NewFinding:
        """A move as a new clause there and none here; each says that it is one half."""
        there = finding.detail.get("moved", {}).get("after", "")
        came = self._proposal(finding, there, Wish.INSERT, half="its words in their new place")
        went = self._proposal(finding, finding.clause, Wish.DELETE, half="its old place")
        detail = {**finding.detail, "proposals": [came, went]}
        return replace(finding, state=Place.PROPOSED, proposal=came, detail=detail)

    def _proposal(self, finding: NewFinding, target: str, wish: Wish, half: str = "") -> str:
        words, kind, heading = "", "", ""
        if wish is Wish.REPLACE:
            words = finding.after
        elif wish is Wish.INSERT:
            kind, heading, words = finding.new_kind, finding.heading, finding.after
            if Kind(kind).bears_heading and not heading:
                heading, words = words, ""
        version, base = self._base(target)
        known = (target, wish, base, words, heading)
        if known in self._own:
            return self._own[known]
        made = self._store.proposals.add(
            draft_id=self._draft.id,
            target=target,
            seq=self._seq,
            version=version,
            wish=wish,
            base=base,
            words=words,
            new_kind=kind,
            heading=heading,
            reason=self._reason(finding, half),
            delegation=self._to.delegation,
            speaks_for="",
            author=seat_of(self._to),
        )
        self._own[known] = made
        return made

    def _base(self, target: str) -> tuple[int, str]:
        """The version and the words that a clause had when it was sent."""
        if target not in self._words:
            words = self._store.drafts.words_at(self._draft.id, target, seq=self._seq)
            self._words[target] = words or ""
        return self._versions.get(target, 1), self._words[target]

    def _reason(self, finding: NewFinding, half: str) -> str:
        said = f"Returned in Word in the round “{self._round.name}”"
        if half:
            said += f": a clause was moved; this is {half}"
        if finding.detail.get("form"):
            said += f", in the comment form under “{finding.detail['form']}”"
        if (lines := finding.detail.get("paragraphs", 1)) > 1:
            said += f", where it stands in {lines} paragraphs"
        if finding.detail.get("untracked"):
            said += "; found by comparing, as not all of it was tracked"
        said += "."
        if reason := finding.detail.get("reason"):
            # Beside it stood why; the whole of it is a note besides.
            said += f" The reason given: “{_shortened(reason, LONGEST_REASON - len(said) - 30)}”"
        return said

    # --- notes

    def _noted(self, finding: NewFinding) -> NewFinding:
        if not self._to.delegation:
            return replace(finding, reason=NOBODYS)
        thread: list[dict[str, str]] = list(finding.detail.get("thread", ()))
        if not any(plain(each["text"]) for each in thread):
            return replace(finding, state=Place.INBOX, reason=_SAYS_NOTHING)
        notes = self._store.notes
        note_id = notes.add(
            NewNote(
                draft_id=self._draft.id,
                uid=finding.clause or None,
                seq=self._seq,
                anchor=self._anchor(finding),
                kind=NoteKind.COMMENT,
                body=_body(finding, thread[0]),
                audience=Audience.DELEGATION,
                delegation=self._to.delegation,
                extra={"round": self._round.uid, "dated": finding.dated},
            ),
            seat_of(self._to, thread[0]["author"]),
        )
        reader = reader_of(self._to)
        root = notes.by_id(note_id, reader)
        if root is None:
            raise LookupError(f"note {note_id}")
        for each in thread[1:]:
            if each["text"].strip():
                body = each["text"].strip()[:LONGEST_NOTE]
                notes.answer(root, body, seat_of(self._to, each["author"]))
        if finding.detail.get("resolved"):
            notes.resolve(root, "Resolved in the file.", seat_of(self._to, finding.author))
        return replace(finding, state=Place.NOTED, note=root.key)

    def _anchor(self, finding: NewFinding) -> Anchor | None:
        place = finding.detail.get("anchor")
        if not place or not finding.clause:
            return None
        _, words = self._base(finding.clause)
        try:
            return anchor(words, *place)
        except ValueError:
            return None


def _unfit(finding: NewFinding) -> str:
    """Why no proposal can be made of a change; "" where one can."""
    if finding.wish in ("replace", "insert", "move"):
        if not (plain(finding.after) or plain(finding.heading)):
            return _SAYS_NOTHING
        headed = finding.new_kind and Kind(finding.new_kind).bears_heading
        if utf16_len(finding.heading) > LONGEST_HEADING or utf16_len(finding.after) > (
            LONGEST_HEADING if headed and not finding.heading else LONGEST
        ):
            return _TOO_LONG
    return ""


def _shortened(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 2]} …"


def _body(finding: NewFinding, first: dict[str, Any]) -> str:
    """The words of a note; of one that stood in words that are new, with these."""
    body = str(first["text"]).strip() or "(no words)"
    if finding.detail.get("answers"):
        body = f"On a comment of the file: {body}"
    elif "anchor" not in finding.detail and finding.before.strip():
        body = f"On “{plain(finding.before)[:300]}”: {body}"
    return body[:LONGEST_NOTE]
