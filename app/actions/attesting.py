"""Where the text stands, or stood in an edition, in words for a file that is handed on.

Nobody is named who agreed; delegations are, ad referendum, only where the file names them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from app.actions import settling, silencing
from app.store.drafts import DraftRecord, EditionRecord
from app.store.seats import SeatRecord
from app.store.silences import SilenceRecord
from app.store.status import Status, StatusRecord, Step, StepRecord
from app.store.unit import Store
from app.treaty import brackets


def standings(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    edition: EditionRecord | None = None,
    *,
    named: bool = False,
) -> dict[str, tuple[str, ...]]:
    """By the uid of each clause that is agreed or under silence, what is to be said of it.

    As it stands now, or as it stood when the edition was named.
    """
    agreed: Mapping[str, StatusRecord] = settling.statuses(store, seat, draft)
    silences: Iterable[SilenceRecord] = silencing.running(store, seat, draft)
    if edition is not None:
        agreed, silences = _then(store, draft, edition)
    lines = {uid: [_agreed(record, named=named)] for uid, record in agreed.items()}
    for silence in silences:
        said = f"{silence.status.value.capitalize()} unless an objection is made by "
        for uid in silence.clauses:
            lines.setdefault(uid, []).append(f"{said}{_moment(silence.due)}.")
    words = _words(store, draft, edition, lines)
    for uid, said_of in lines.items():
        count = brackets.count(words.get(uid, ""))
        if count:
            held = "one bracket" if count == 1 else f"{count:,} brackets"
            said_of.append(f"It still holds {held}.")
    return {uid: (" ".join(said_of),) for uid, said_of in lines.items()}


def _words(
    store: Store, draft: DraftRecord, edition: EditionRecord | None, uids: Iterable[str]
) -> dict[str, str]:
    if edition is not None:
        clauses = store.drafts.edition_document(edition).clauses
        return {one.uid: one.heading if one.kind.bears_heading else one.text for one in clauses}
    found = store.strokes.clauses(draft.id, set(uids))
    return {uid: clause.words for uid, clause in found.items()}


def _then(
    store: Store, draft: DraftRecord, edition: EditionRecord
) -> tuple[dict[str, StatusRecord], list[SilenceRecord]]:
    """Which clauses were agreed when the edition was named, and which silences ran."""
    found: dict[str, StatusRecord] = {}
    for step in store.status.steps_before(draft.id, edition.seq):
        # What became agreed by silence bears the number of when that was asked for.
        if step.at <= edition.at:
            _take(found, step)
    running = []
    for silence in store.silences.before(draft.id, edition.seq):
        if silence.ended_at is None or silence.ended_at > edition.at:
            running.append(silence)
        elif not silence.is_written:
            for uid in silence.clauses:
                record = StatusRecord(
                    *(uid, silence.status, silence.author, silence.due, silence.meeting),
                    by_silence=True,
                )
                found[uid] = record
    return found, running


def _take(found: dict[str, StatusRecord], step: StepRecord) -> None:
    """What a step made of where its clause stood."""
    before = found.get(step.uid)
    if step.step in (Step.AGREED, Step.WORKING_GROUP):
        found[step.uid] = StatusRecord(
            *(step.uid, Status(step.step.value), step.author, step.at, step.meeting),
            ad_referendum=before.ad_referendum if before is not None else (),
            by_silence=step.reason == settling.BY_SILENCE,
        )
    elif step.step is Step.REOPENED:
        found.pop(step.uid, None)
    elif before is not None and step.step in (Step.AD_REFERENDUM, Step.CONFIRMED):
        rest = {*before.ad_referendum} - {step.delegation}
        if step.step is Step.AD_REFERENDUM:
            rest.add(step.delegation)
        found[step.uid] = replace(before, ad_referendum=tuple(sorted(rest)))


def _agreed(record: StatusRecord, *, named: bool) -> str:
    where = f" ({record.meeting.name})" if record.meeting else ""
    how = " by silence" if record.by_silence else ""
    line = f"{record.status.value.capitalize()}{how}, {_day(record.at)}{where}."
    if record.ad_referendum:
        count = len(record.ad_referendum)
        whose = "one delegation" if count == 1 else f"{count:,} delegations"
        line += f" Ad referendum: {', '.join(record.ad_referendum) if named else whose}."
    return line


def _day(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y}"


def _moment(at: datetime) -> str:
    return f"{_day(at)}, {at.astimezone(UTC):%H:%M} UTC"
