"""Sending the text out: a Word file in one of the profiles, and the record that it was made."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.actions import attesting, commenting, compiling, crediting, marginalia, policy, settling
from app.actions.marginalia import Whose
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.exchange.notewords import Span, lines_of
from app.exchange.word.compilation import Beside, write_compilation
from app.exchange.word.form import PROFILE as FORM
from app.exchange.word.form import write_form
from app.exchange.word.redline import COLLECTIVE, write_redline
from app.exchange.word.redline import Whose as Changers
from app.exchange.word.tracked import By
from app.exchange.word.write import (
    Authority,
    Mast,
    Remark,
    Said,
    WordTreaty,
    write_clean,
    write_commentary,
)
from app.store.citations import CitationRecord
from app.store.drafts import DraftRecord, EditionRecord
from app.store.exports import ExportRecord
from app.store.library import CaseRecord, SourceRecord
from app.store.readers import Reader
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.numbering import Scheme

PROFILES: Mapping[str, str] = {
    "clean": "The text alone",
    "commentary": "The text, and below each article what it rests on (not part of the text)",
    "redline": "The text with what changed since an edition as tracked changes",
    "compilation": "A table: the text, and beside it proposals, reasons, comments and sources",
    FORM: "A table to fill: the text, and beside it room for other wording and for comments",
}
"""The forms a file can have, and what each is."""

BARE = frozenset({"clean", "redline"})
"""Those that print the text alone; notes and reservations can stand beside it."""

RECEIVED = "@received"
"""In place of an edition that a redline starts from: what its recipient last received."""

LONGEST_MARK = 120


@dataclass(frozen=True, slots=True)
class Options:
    """What else a file is to be.

    `against` is the slug of the edition that a redline starts from, "" for the newest one that is
    older than the text, RECEIVED for the newest of these that a round took to the recipient.
    `named`: with the names of persons and delegations. `reservations` stand below the text as
    footnotes. `marking` is a mark of confidentiality on every page, `recipient` and `copy` whose
    copy it is and its number. With `status` footnotes say of each clause whether it is agreed, or
    was when the edition was named. `round` is the public id of the round it goes out in.
    `record_status` says what the file is, where that is not what every file of the text is.
    """

    against: str = ""
    named: bool = False
    reservations: bool = False
    line_numbers: bool = False
    marking: str = ""
    recipient: str = ""
    copy: str = ""
    status: bool = False
    round: str = ""
    record_status: str = ""


PLAIN = Options()
"""A file with nothing out of the ordinary."""


@dataclass(frozen=True, slots=True)
class Export:
    """A Word file as it is handed over; `sha256` is of its bytes, in hexadecimal."""

    filename: str
    content: bytes
    sha256: str


def export(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    profile: str,
    edition: str = "",
    *,
    notes: Whose | str = Whose.NOBODYS,
    options: Options = PLAIN,
    beside: Beside | None = None,
) -> Export:
    """A Word file of the draft as it stands, or of the edition with this slug; recorded.

    `notes` are set beside the text, clean or redline, as comments: nobody's, everyone's, or all
    that this seat may read. `beside` stands beside a compilation in place of what is tabled.

    The commentary on an edition cites what was cited when the edition was named; what was
    written for publication is printed as it is now, and says for which text. Raises
    Missing for an unknown edition and Invalid for an unknown profile, or for options that do not
    go together.
    """
    author = policy.require(seat, Act.EXPORT)
    if profile not in PROFILES:
        raise Invalid(f"There is no profile “{profile}”: choose {' or '.join(PROFILES)}.")
    if options.named:
        policy.require(seat, Act.NAME_AUTHORS)
    # The record may have been read before the last change; head and text must belong together.
    draft = store.drafts.by_id(draft.id) or draft
    named = _edition(store, draft, edition)
    with_sources = profile in ("commentary", "compilation")
    treaty = _treaty(store, draft, named, with_sources=with_sources)
    treaty = replace(treaty, mast=_marked(treaty.mast, options))
    if options.reservations and profile in BARE:
        notes_below = compiling.reservations(store, author, draft, named=options.named)
        treaty = replace(treaty, notes=notes_below)
    if options.status:
        treaty = _with_status(store, author, draft, named, treaty, options)
    if notes:
        treaty = _with_notes(store, author, draft, named, treaty, profile, notes)
    against = ""
    if profile == "redline":
        before = _before(store, author, draft, named, options)
        against = before.slug
        content = _redline(store, author, draft, (before, named), treaty, options)
    elif profile == "compilation":
        table = beside or compiling.beside(
            store, author, draft, treaty.document, treaty.authorities, named=options.named
        )
        content = write_compilation(treaty, table)
    elif profile == FORM:
        content = write_form(treaty)
    elif profile == "commentary":
        treaty = replace(treaty, remarks=_remarks(store, author, draft, named))
        content = write_commentary(treaty)
    else:
        content = write_clean(treaty)
    since = f"since-{against}" if against else ""
    copy = f"copy-{_slug(options.copy)}" if _slug(options.copy) else ""
    name = filter(None, (draft.slug, edition, profile, since, _WITH[Whose(notes)], copy))
    made = Export(
        filename=f"{'-'.join(name)}.docx",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    store.exports.record(
        draft_id=draft.id,
        edition_id=named.id if named else None,
        profile=profile,
        filename=made.filename,
        sha256=made.sha256,
        size=len(content),
        seq=treaty.mast.journal_seq,
        head=treaty.mast.journal_head,
        author=author,
    )
    return made


_WITH = {Whose.NOBODYS: "", Whose.EVERYONES: "notes", Whose.OWN: "own-notes"}


def _with_notes(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    edition: EditionRecord | None,
    treaty: WordTreaty,
    profile: str,
    notes: Whose | str,
) -> WordTreaty:
    if profile not in BARE:
        raise Invalid("Notes stand beside the text alone: choose the profile “clean” or “redline”.")
    talks = marginalia.talks(store, seat, draft, treaty.document, notes, edition)
    mast = treaty.mast
    if notes == Whose.OWN and not marginalia.are_for_all(store, seat, draft):
        status = f"{mast.record_status} {marginalia.NOT_FOR_ALL}".strip()
        mast = replace(mast, record_status=status)
    return replace(treaty, talks=talks, mast=mast)


def _with_status(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    edition: EditionRecord | None,
    treaty: WordTreaty,
    options: Options,
) -> WordTreaty:
    """The treaty with a footnote on each clause that is not open; the front says what that is."""
    below = dict(treaty.notes)
    standings = attesting.standings(store, seat, draft, edition, named=options.named)
    for uid, lines in standings.items():
        below[uid] = (*lines, *below.get(uid, ()))
    status = f"{treaty.mast.record_status} {settling.NOTHING_IS_AGREED}".strip()
    return replace(treaty, notes=below, mast=replace(treaty.mast, record_status=status))


def _marked(mast: Mast, options: Options) -> Mast:
    """The mast with what the options say of the copy."""
    return replace(
        mast,
        line_numbers=options.line_numbers,
        marking=_line(options.marking, "The mark of confidentiality"),
        recipient=_line(options.recipient, "The recipient"),
        copy=_line(options.copy, "The number of the copy"),
        round=options.round,
        record_status=options.record_status or mast.record_status,
    )


def _line(words: str, what: str) -> str:
    words = " ".join(words.split())
    if len(words) > LONGEST_MARK:
        raise Invalid(f"{what} has {len(words)} letters; at most {LONGEST_MARK} fit on a line.")
    return words


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def received(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    text: EditionRecord | None,
    recipient: str,
) -> EditionRecord | None:
    """The newest edition, older than the text, that a round took to whoever has this name.

    A delegation's seat finds what went to itself.
    """
    name = " ".join(recipient.split()).casefold()
    reader = Reader.of(seat)
    for sent in sorted(
        store.rounds.of_draft(reader, draft.id),
        key=lambda each: (each.seq, each.edition_id),
        reverse=True,
    ):
        if text is not None and (sent.seq, sent.edition_id) >= (text.seq, text.id):
            continue
        to = store.rounds.recipients(reader, sent.id)
        if any(name in (each.name.casefold(), each.delegation.casefold()) for each in to):
            return _edition(store, draft, sent.edition)
    return None


def _before(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    text: EditionRecord | None,
    options: Options,
) -> EditionRecord:
    """The edition that a redline of a text (None: as it stands) starts from."""
    slug = options.against
    if slug == RECEIVED:
        if not options.recipient.strip():
            raise Invalid("Say for whom the file is: it starts from what they last received.")
        last = received(store, seat, draft, text, options.recipient)
        if last is None:
            raise Invalid(f"No round took an earlier text to “{options.recipient.strip()}”.")
        return last
    if slug:
        found = _edition(store, draft, slug)
        assert found is not None  # noqa: S101 - a slug that is none was refused
        return found
    older = [
        each
        for each in store.drafts.editions(draft.id)
        if text is None or (each.seq, each.id) < (text.seq, text.id)
    ]
    if not older:
        raise Invalid("There is no earlier edition to compare with: name one first.")
    return max(older, key=lambda each: (each.seq, each.id))


def _redline(
    store: Store,
    seat: SeatRecord,
    draft: DraftRecord,
    states: tuple[EditionRecord, EditionRecord | None],
    treaty: WordTreaty,
    options: Options,
) -> bytes:
    """What changed from the first of two states to the second, of which the treaty is at hand."""
    before, now = states
    old = _treaty(store, draft, before, with_sources=False)
    seq = now.seq if now else draft.seq
    entry = store.drafts.entry(draft.id, seq)
    by = By(COLLECTIVE, crediting.moment(entry.at) if entry else "")
    whose = Changers(by)
    if options.named:
        if before.seq > seq:
            raise Invalid("Names can be told of what came later: choose the older text first.")
        texts = old.document.clauses, treaty.document.clauses
        whose = crediting.whose(store, seat, draft, (before.seq, seq), texts, by)
    against = f"{before.name} ({before.symbol})" if before.symbol else before.name
    treaty = replace(treaty, mast=replace(treaty.mast, against=against))
    return write_redline(old, treaty, whose)


def exports(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> tuple[ExportRecord, ...]:
    """The files made of the draft so far, newest first."""
    policy.require(seat, Act.READ_EXPORTS)
    return store.exports.of_draft(draft.id)


def _edition(store: Store, draft: DraftRecord, slug: str) -> EditionRecord | None:
    if not slug:
        return None
    found = store.drafts.edition(draft.id, slug)
    if found is None:
        raise Missing(f"There is no edition “{slug}” of this draft.")
    return found


def _treaty(
    store: Store, draft: DraftRecord, edition: EditionRecord | None, *, with_sources: bool
) -> WordTreaty:
    """What the writers need, read in as few queries as there are kinds of things."""
    when = edition.at if edition else None
    authorities = _authorities(store, draft, when) if with_sources else {}
    gaps = store.citations.gaps(draft.id) if with_sources else {}
    if edition is None:
        return WordTreaty(
            store.drafts.document(draft.id),
            Scheme(draft.scheme),
            Mast(
                draft=draft.slug,
                symbol=draft.symbol,
                dated=draft.dated,
                distribution=draft.distribution,
                record_status="Working draft for discussion. No official status.",
                journal_head=draft.hash,
                journal_seq=draft.seq,
            ),
            authorities,
            gaps,
        )
    kept: dict[str, Any] = store.drafts.edition_content(edition)
    entry = store.drafts.entry(draft.id, edition.seq)
    return WordTreaty(
        store.drafts.edition_document(edition),
        Scheme(kept.get("scheme", draft.scheme)),
        Mast(
            draft=draft.slug,
            edition=edition.name,
            symbol=edition.symbol or draft.symbol,
            dated=edition.dated or draft.dated,
            distribution=kept.get("distribution", draft.distribution),
            journal_head=entry.hash if entry else "",
            journal_seq=edition.seq,
        ),
        authorities,
        gaps,
    )


def _authorities(
    store: Store, draft: DraftRecord, when: datetime | None
) -> dict[str, tuple[Authority, ...]]:
    """What the clauses cite now, or cited at a moment, by uid in the order of citing."""
    sources = {source.slug: source for source in store.library.sources()}
    founding = next((source for source in sources.values() if source.founding), None)
    found: dict[str, list[Authority]] = defaultdict(list)
    for tie in store.citations.of_draft(draft.id, with_removed=when is not None):
        if _stood(tie, when):
            found[tie.uid].append(_authority(tie, sources, founding))
    return {uid: tuple(ties) for uid, ties in found.items()}


_PASSAGE = re.compile(r"/library/passages/(\d{1,9})")
_CASE = re.compile(r"/library/cases/([\w-]+)")


def _remarks(
    store: Store, seat: SeatRecord, draft: DraftRecord, edition: EditionRecord | None
) -> dict[str, tuple[Remark, ...]]:
    """The notes for publication, by the uid of the clause that they are on."""
    sources = {source.slug: source for source in store.library.sources()}
    found: dict[str, list[Remark]] = defaultdict(list)
    for remark in commenting.commentary(store, seat, draft, edition):
        thread = remark.thread
        lines = tuple(
            tuple(_said(store, span, sources) for span in line)
            for line in lines_of(thread.note.body)
        )
        quote = thread.anchor.quote if thread.anchor else ""
        found[thread.uid].append(Remark(remark.number, lines, quote, pinned_words(remark)))
    return {uid: tuple(remarks) for uid, remarks in found.items()}


def pinned_words(remark: commenting.Remark) -> str:
    """Which text a paragraph of commentary was written for, when that has changed since."""
    if not remark.changed:
        return ""
    words = "word" if remark.changed == 1 else "words"
    return f"written for {remark.written_for}; {remark.changed:,} {words} changed since"


def _said(store: Store, span: Span, sources: Mapping[str, SourceRecord]) -> Said:
    """Words of a note; those that link to a passage or a case of the library cite it."""
    if named := _PASSAGE.fullmatch(span.href):
        passage = store.library.passages_by_id([int(named[1])]).get(int(named[1]))
        if passage is not None:
            source = sources[passage.source_slug]
            title = source.csl.get("title") or source.title
            csl = {**source.csl, "id": source.slug, "title": title}
            # What is written after the passage's own place narrows it.
            _, place, rest = span.text.partition(passage.locator)
            return Said(span.text, span.italic, csl, f"{place}{rest}" or passage.locator)
    if named := _CASE.fullmatch(span.href):
        case = store.library.case(named[1])
        founding = next((source for source in sources.values() if source.founding), None)
        if case is not None and founding is not None:
            csl = {**founding.csl, "id": founding.slug}
            return Said(span.text, span.italic, csl, ", ".join(case.places))
    return Said(span.text, span.italic)


def _stood(tie: CitationRecord, when: datetime | None) -> bool:
    if when is None:
        return tie.removed_at is None
    return tie.at <= when and (tie.removed_at is None or tie.removed_at > when)


def _authority(
    tie: CitationRecord, sources: Mapping[str, SourceRecord], founding: SourceRecord | None
) -> Authority:
    if tie.case is not None:
        return _case(tie, tie.case, founding)
    passage = tie.passage
    if passage is None:
        raise ValueError(f"citation {tie.id} names neither a passage nor a case")
    source = sources[passage.source_slug]
    return Authority(
        kind="passage",
        csl={**source.csl, "id": source.slug, "title": source.csl.get("title") or source.title},
        relation=tie.relation.value,
        pinpoint=tie.pinpoint or passage.locator,
        reason=tie.reason,
        title=source.title,
        digest=passage.digest,
    )


def _case(tie: CitationRecord, case: CaseRecord, founding: SourceRecord | None) -> Authority:
    """A case study is cited by the places of the founding source that tell of it."""
    return Authority(
        kind="case",
        csl={**founding.csl, "id": founding.slug} if founding else {},
        relation=tie.relation.value,
        pinpoint=tie.pinpoint or ", ".join(case.places),
        reason=tie.reason,
        title=case.title,
        digest=case.lesson or case.outcome,
        case_slug=case.slug,
    )
