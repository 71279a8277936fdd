"""What a file that came back says of itself: whose copy of which round, and of which text.

A file of ours says so in its properties; where a program has dropped these, its bytes may still
be those that were handed out, or its reader's link says whose it is. Nothing that a file says is
more than a claim: the text that it is compared with is ours, and what it claims of a clause's
words is checked by the fingerprints.
"""

from dataclasses import dataclass, replace

from app.actions import matching
from app.actions.crediting import moment
from app.actions.matching import Sent
from app.actions.rounding import BESIDE
from app.exchange.word import fingerprints
from app.exchange.word.read import Reading
from app.exchange.word.redline import COLLECTIVE
from app.store.drafts import DraftRecord
from app.store.rounds import RecipientRecord, ReturnedRecord, RoundRecord
from app.store.unit import Store
from app.treaty.document import Document
from app.treaty.numbering import Scheme


@dataclass(frozen=True, slots=True)
class Base:
    """The text that a file is compared with: as of entry `seq`, `name` for people.

    `by` says how the round and copy were told.
    """

    sent: Sent
    seq: int
    name: str
    recipient: RecipientRecord | None
    by: str
    warnings: tuple[str, ...]


def recognised(
    store: Store, draft: DraftRecord, round_: RoundRecord, came: ReturnedRecord, reading: Reading
) -> Base:
    """The text that the file was made from, and whose copy it was."""
    said = dict(reading.properties or {})
    warnings: list[str] = []
    recipient, by = _recipient(store, round_, came, said, warnings)
    seq = round_.seq
    name = round_.edition_name
    document, scheme = _edition(store, draft, round_)
    if not said.get("TravauxDraft"):
        warnings.append(
            "The file does not say what it was made from: it was compared with the text of the "
            "round as well as could be."
        )
    elif said["TravauxDraft"] != draft.slug:
        warnings.append("The file says that it was made from another draft.")
    elif said.get("TravauxJournalEntry") != str(round_.seq):
        other = _other(store, draft, said)
        if other is None:
            warnings.append("The file was made from another text, which is not known here.")
        else:
            seq, document = other
            scheme = Scheme(said.get("TravauxNumbering") or scheme.value)
            name = said.get("TravauxEdition") or f"the text as of entry {seq}"
            warnings.append(f"The file was made from another text than the round's: {name}.")
    told = fingerprints.found(said)
    changed = _differ(document, told)
    if told and changed:
        warnings.append(
            f"The file says of {changed} clauses that they were sent with other words than here."
        )
    known = store.rounds.files(round_.id)
    marks = [each for file in known for each in file.remarks]
    entry = store.drafts.entry(draft.id, seq)
    is_redline = said.get("TravauxProfile") == "redline"
    sent = replace(
        matching.sent(document, scheme),
        beside=frozenset(each[len(BESIDE) :] for each in marks if each.startswith(BESIDE)),
        remarks=frozenset(each for each in marks if not each.startswith(BESIDE)),
        hand=(COLLECTIVE, moment(entry.at)) if is_redline and entry else None,
    )
    return Base(sent, seq, name, recipient, by, tuple(warnings))


def _recipient(
    store: Store,
    round_: RoundRecord,
    came: ReturnedRecord,
    said: dict[str, str],
    warnings: list[str],
) -> tuple[RecipientRecord | None, str]:
    own = store.rounds.recipient(came.recipient_id) if came.recipient_id else None
    is_of_round = said.get("TravauxRound") == round_.uid
    if said.get("TravauxRound") and not is_of_round:
        warnings.append("The file says that it belongs to another round.")
    number = said.get("TravauxCopy", "")
    claimed = None
    if is_of_round and number.isdecimal() and len(number) < 7:
        claimed = store.rounds.copy(round_.id, int(number))
    if own is not None:
        if claimed is not None and claimed.id != own.id:
            warnings.append("The file is a copy that was made for somebody else.")
        return own, "who sent it in"
    if claimed is not None:
        return claimed, "the number of the copy in the file"
    for file in store.rounds.files(round_.id):
        if file.sha256 == came.sha256 and file.recipient_id is not None:
            return store.rounds.recipient(file.recipient_id), "its bytes, which are unchanged"
    warnings.append("Nothing says whose copy this was: name the recipient.")
    return None, "nothing"


def _edition(store: Store, draft: DraftRecord, round_: RoundRecord) -> tuple[Document, Scheme]:
    edition = store.drafts.edition(draft.id, round_.edition)
    if edition is None:
        raise LookupError(f"edition {round_.edition} of draft {draft.id}")
    content = store.drafts.edition_content(edition)
    return store.drafts.edition_document(edition), Scheme(content.get("scheme", draft.scheme))


def _other(store: Store, draft: DraftRecord, said: dict[str, str]) -> tuple[int, Document] | None:
    """Another text of the same draft, where its entry of the journal is the one that it says."""
    number = said.get("TravauxJournalEntry", "")
    if not number.isdecimal() or len(number) > 9:
        return None
    entry = store.drafts.entry(draft.id, int(number))
    if entry is None or entry.hash != said.get("TravauxJournalHead"):
        return None
    fold = store.drafts.as_it_stood(draft.id, entry.seq)
    return entry.seq, Document(str(fold.mast.get("title") or draft.title), fold.live())


def _differ(document: Document, told: dict[str, str]) -> int:
    """Of how many clauses the file says other words than they have in this text."""
    known = {
        clause.uid: clause.heading if clause.kind.bears_heading else clause.text
        for clause in document.clauses
    }
    return sum(
        uid not in known or fingerprints.fingerprint(known[uid]) != print_
        for uid, print_ in told.items()
    )
