"""Whether what a draft shows is what its journal says: every hash, every clause, every edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.store.drafts import ClauseRecord, DraftRecord, Drafts, content_hash, content_of
from app.store.erasures import mark_of
from app.store.journal import REDACTED, EntryRecord, Fold, Standing, chained, genesis

MOST = 50
"""After how many faults the rest is only counted."""

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked of one draft, and a sentence for every fault; `head` is the journal's hash.

    A journal cut short together with its head cannot be told from a younger one:
    compare `seq` and `head` with a report that was kept elsewhere.
    """

    seq: int
    head: str
    clauses: int
    editions: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(drafts: Drafts, draft: DraftRecord) -> Report:
    """The report on one draft; everything is derived anew from the journal's entries.

    What somebody has made unreadable is a fault like others.
    """
    now = drafts.by_id(draft.id) or draft
    entries, unread = _entries(drafts, now)
    faults = [f"Entry {seq} cannot be read." for seq in unread]
    faults += _chain_faults(now, entries, unread)
    told = _told(entries)
    fold = Fold()
    frozen: dict[str, EntryRecord] = {}
    for entry in entries:
        if unread and entry.seq > unread[0]:
            break
        try:
            fold.take(entry)
            if entry.act == "edition":
                frozen[entry.detail["slug"]] = entry
                wanted = told.editions.get(entry.seq, entry.detail["sha256"])
                if _content_then(fold) != wanted:
                    faults.append(f"Entry {entry.seq} names an edition of another text.")
        except _UNFIT:
            faults.append(f"Entry {entry.seq} does not fit what came before it.")
            break
    faults += _mast_faults(now, fold)
    clauses = editions = 0
    try:
        standing = drafts.clauses(now.id, with_struck=True)
        clauses = len(standing)
        faults += _clause_faults(standing, fold)
    except _UNFIT:
        faults.append("The clauses cannot be read.")
    try:
        editions = len(drafts.editions(now.id))
        faults += _edition_faults(drafts, now, frozen, told)
    except _UNFIT:
        faults.append("The editions cannot be read.")
    if len(faults) > MOST:
        faults = [*faults[:MOST], f"And {len(faults) - MOST} more."]
    return Report(now.seq, now.hash, clauses, editions, tuple(faults))


@dataclass(frozen=True, slots=True)
class _Told:
    """What the tombstones say: the digest of each entry that lost words, the hash of an edition."""

    entries: dict[int, str]
    editions: dict[int, str]

    def fits(self, before: str, entry: EntryRecord) -> bool:
        """Whether the entry is what was written, or what was left of it by two seats together."""
        if entry.seq in self.entries:
            return mark_of(entry.changes, entry.detail) == self.entries[entry.seq]
        return chained(before, entry) == entry.hash


def _told(entries: Sequence[EntryRecord]) -> _Told:
    """What the tombstones say; the latest counts. They are in the chain themselves."""
    told = _Told({}, {})
    for entry in entries:
        if entry.act == REDACTED:
            told.entries.update(_by_seq(entry.detail.get("blanked")))
            told.editions.update(_by_seq(entry.detail.get("editions")))
    return told


def _by_seq(said: object) -> dict[int, str]:
    """Digests by the seq of their entry; none where somebody has put something else there."""
    if not isinstance(said, dict):
        return {}
    return {int(seq): str(digest) for seq, digest in said.items() if seq.isdecimal()}


_UNFIT = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading raises where somebody has put something else than what was written."""


def _entries(drafts: Drafts, draft: DraftRecord) -> tuple[tuple[EntryRecord, ...], list[int]]:
    """The entries that can be read, and the seqs of those that cannot."""
    try:
        return drafts.journal(draft.id), []
    except _UNFIT:
        pass
    entries: dict[int, EntryRecord] = {}
    unread = []
    for after in range(0, draft.seq, _PAGE):
        try:
            page = drafts.journal(draft.id, after=after, limit=_PAGE)
            entries |= {entry.seq: entry for entry in page}
        except _UNFIT:
            for seq in range(after + 1, min(after + _PAGE, draft.seq) + 1):
                try:
                    found = drafts.entry(draft.id, seq)
                except _UNFIT:
                    unread.append(seq)
                else:
                    entries |= {seq: found} if found else {}
    return tuple(entries[seq] for seq in sorted(entries)), unread


def _chain_faults(
    draft: DraftRecord, entries: Sequence[EntryRecord], unread: Sequence[int]
) -> list[str]:
    faults = []
    head = genesis(draft.slug)
    by_seq = {entry.seq: entry for entry in entries}
    told = _told(entries)
    follows = True
    last = max((*by_seq, *unread), default=0)
    for seq in range(1, last + 1):
        entry = by_seq.get(seq)
        if entry is None and seq not in unread:
            faults.append(f"Entry {seq} is missing from the journal.")
            break
        if entry is not None:
            # Nobody can say what comes after an entry that cannot be read.
            if follows and not told.fits(head, entry):
                faults.append(f"Entry {seq} is not what was written, or does not belong there.")
            head = entry.hash
        follows = entry is not None
    if (draft.seq, draft.hash) != (last, head) and follows:
        faults.append("The journal does not end where the draft says that it does.")
    return faults


def _mast_faults(draft: DraftRecord, fold: Fold) -> list[str]:
    return [
        f"The draft's {name} is not what the journal says."
        for name, said in fold.mast.items()
        if getattr(draft, name) != said
    ]


def _clause_faults(clauses: tuple[ClauseRecord, ...], fold: Fold) -> list[str]:
    told = [fold.clauses[uid] for uid in fold.order]
    faults = []
    for shown, said in zip_longest(clauses, told):
        if shown is None or said is None or shown.uid != said.uid:
            faults.append("The clauses do not stand in the order that the journal says.")
            break
        differing = _differing(shown, said)
        if differing:
            faults.append(f"Clause {said.uid} is not what the journal says: {differing}.")
    return faults


def _differing(shown: ClauseRecord, said: Standing) -> str:
    names = ("kind", "number", "heading", "text", "depth", "version", "struck")
    return ", ".join(name for name in names if getattr(shown, name) != getattr(said, name))


def _content_then(fold: Fold) -> str:
    """The hash of what an edition named now would keep."""
    mast = fold.mast
    return content_hash(
        content_of(mast["title"], mast["scheme"], mast["distribution"], fold.live())
    )


def _edition_faults(
    drafts: Drafts, draft: DraftRecord, frozen: dict[str, EntryRecord], told: "_Told"
) -> list[str]:
    editions = {edition.slug: edition for edition in drafts.editions(draft.id)}
    faults = [
        f"The edition {slug} is in the journal or among the editions, but not in both."
        for slug in sorted(editions.keys() ^ frozen.keys())
    ]
    for slug in sorted(editions.keys() & frozen.keys()):
        edition, entry = editions[slug], frozen[slug]
        kept = content_hash(drafts.edition_content(edition))
        if not kept == edition.hash == told.editions.get(entry.seq, entry.detail["sha256"]):
            faults.append(f"The edition {slug} is not the text that was frozen.")
        said = [entry.detail[name] for name in ("name", "symbol", "dated")]
        if (entry.seq, entry.author, *said) != (
            edition.seq,
            edition.author,
            edition.name,
            edition.symbol,
            edition.dated,
        ):
            faults.append(f"The edition {slug} has another name or author than in the journal.")
    return faults
