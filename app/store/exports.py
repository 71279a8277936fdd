"""The Word files that were made: of which text, by whom, and how to know one again."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.store.events import Author
from app.store.tables import EditionRow, ExportRow


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """One file: `edition` is the slug of the edition ("" for the text as it stood then).

    `seq` and `head` are the journal entry that the text was at; `sha256` is of the file's bytes
    and `size` their number.
    """

    id: int
    draft_id: int
    profile: str
    edition: str
    filename: str
    sha256: str
    size: int
    seq: int
    head: str
    author: str
    at: datetime


class Exports:
    """Writes down and finds exports within one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def record(
        self,
        *,
        draft_id: int,
        edition_id: int | None,
        profile: str,
        filename: str,
        sha256: str,
        size: int,
        seq: int,
        head: str,
        author: Author,
    ) -> int:
        """The id of the record that `author` just now made this file."""
        row = ExportRow(
            draft_id=draft_id,
            edition_id=edition_id,
            profile=profile,
            filename=filename,
            sha256=sha256,
            size=size,
            seq=seq,
            head=head,
            author_id=author.id or None,
            author=author.name,
            at=self._now,
        )
        self._session.add(row)
        self._session.flush()
        return row.id or 0

    def of_draft(self, draft_id: int) -> tuple[ExportRecord, ...]:
        """The files made of a draft, newest first."""
        return self._found(ExportRow.draft_id == draft_id)

    def by_sha256(self, sha256: str) -> tuple[ExportRecord, ...]:
        """The times a file of just these bytes was made, newest first."""
        return self._found(ExportRow.sha256 == sha256)

    def _found(self, condition: bool) -> tuple[ExportRecord, ...]:
        rows = self._session.exec(
            select(ExportRow, EditionRow)
            .join(EditionRow, isouter=True)
            .where(condition)
            .order_by(col(ExportRow.id).desc())
        )
        return tuple(_record(row, edition) for row, edition in rows)


def _record(row: ExportRow, edition: EditionRow | None) -> ExportRecord:
    return ExportRecord(
        id=row.id or 0,
        draft_id=row.draft_id,
        profile=row.profile,
        edition=edition.slug if edition else "",
        filename=row.filename,
        sha256=row.sha256,
        size=row.size,
        seq=row.seq,
        head=row.head,
        author=row.author,
        at=row.at,
    )
