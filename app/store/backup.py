"""The whole database in one file, made while it is in use, and back again; either kind into either.

The file is a tar packed with xz, whose every byte is covered by a checksum:

    manifest.json       the engine and migration it was made from, and for every table
                        its columns, its number of rows and the SHA-256 of its rows
    rows/<table>.jsonl  one row a line, as a JSON list

All rows are read in one transaction that sees one moment. A copy counts as made
only when it has been read back into a database of its own, whose foreign keys
and journals were found sound. Search indexes are not copied: they fill by themselves.
"""

import hashlib
import io
import json
import lzma
import os
import tarfile
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, func, insert, inspect, select, text
from sqlmodel import Session, SQLModel

from app.store.drafts import Drafts
from app.store.engine import Unfit
from app.store.proof import verify
from app.store.tables import Utc, canonical
from app.store.unit import Stores, migrate, newest_revision

FORMAT = 1
"""The form of the file; raised when an older program could not read it."""

BATCH = 500


@dataclass(frozen=True, slots=True)
class BackUp:
    """What a file holds: the SHA-256 of the file itself and the number of rows in it."""

    sha256: str
    rows: int


def back_up(url: str, file: Path) -> BackUp:
    """Copy the database at `url` into `file`, and prove that the copy opens.

    `file` appears, whole, only at the end, readable for its owner alone. Unfit when the
    database is of another version of the program, when the copy does not stand the proof, and
    when `file` is a folder, a device or in a folder that is not there.
    """
    if not file.parent.is_dir():
        raise Unfit(f"There is no folder {file.parent} to keep a copy in.")
    if file.exists() and not file.is_file():
        raise Unfit(f"{file} is not a file that a copy could be kept in.")
    with tempfile.TemporaryDirectory(prefix="travaux-backup-") as name:
        folder = Path(name)
        manifest = _unload(url, folder)
        packed = file.with_name(f".{file.name}.part")
        try:
            _pack(folder, manifest, packed)
            restore(f"sqlite:///{folder / 'proof.sqlite3'}", packed)
            os.replace(packed, file)
        finally:
            packed.unlink(missing_ok=True)
    return BackUp(_hash_of(file), _rows_in(manifest))


def restore(url: str, file: Path, *, force: bool = False) -> BackUp:
    """Put the copy in `file` into the database at `url`, all of it or nothing.

    Unfit when the file is damaged or of a newer program, when it does not hold together,
    and when the database holds drafts or seats already, unless `force` is given.
    """
    with tempfile.TemporaryDirectory(prefix="travaux-restore-") as name:
        folder = Path(name)
        manifest = _unpack(file, folder)
        stores = Stores(url)
        try:
            _put_back(stores, manifest, folder, force=force)
        finally:
            stores.close()
    return BackUp(_hash_of(file), _rows_in(manifest))


def _unload(url: str, folder: Path) -> dict[str, Any]:
    """Write every table's rows into the folder; the manifest."""
    stores = Stores(url)
    try:
        revision = stores.revision()
        if revision != newest_revision():
            raise Unfit(
                "This database is empty or of another version: run `travaux migrate` first."
            )
        with stores.reading.begin() as connection:
            tables = {
                table.name: _unload_table(connection, table, folder / f"{table.name}.jsonl")
                for table in SQLModel.metadata.sorted_tables
            }
            return {
                "format": FORMAT,
                "made_at": stores.clock().isoformat(),
                "engine": connection.dialect.name,
                "revision": revision,
                "tables": tables,
            }
    finally:
        stores.close()


def _unload_table(connection: Connection, table: Table, file: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    rows = 0
    found = connection.execution_options(yield_per=BATCH).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    with file.open("wb") as lines:
        for row in found:
            line = canonical([_said(value) for value in row]).encode() + b"\n"
            digest.update(line)
            lines.write(line)
            rows += 1
    columns = [column.name for column in table.columns]
    return {"columns": columns, "rows": rows, "sha256": digest.hexdigest()}


def _said(value: object) -> object:
    """A value as JSON; `_meant` reads it by its column's type."""
    if isinstance(value, datetime):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _meant(value: Any, column: Column[Any]) -> object:
    if value is None:
        return None
    if isinstance(column.type, Utc):
        return datetime.fromisoformat(value)
    return b64decode(value) if isinstance(column.type, LargeBinary) else value


def _pack(folder: Path, manifest: dict[str, Any], file: Path) -> None:
    def add(archive: tarfile.TarFile, name: str, size: int, content: Any) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = size
        entry.mode = 0o600
        archive.addfile(entry, content)

    with (
        os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        tarfile.open(fileobj=out, mode="w:xz", preset=1) as archive,
    ):
        said = canonical(manifest).encode()
        add(archive, "manifest.json", len(said), io.BytesIO(said))
        for table in manifest["tables"]:
            rows = folder / f"{table}.jsonl"
            with rows.open("rb") as content:
                add(archive, f"rows/{table}.jsonl", rows.stat().st_size, content)


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """The manifest of a file whose every checksum is right, with its rows in the folder."""
    if not file.is_file():
        raise Unfit(f"There is no file {file}.")
    try:
        with tarfile.open(file, mode="r:xz") as archive:
            manifest = _manifest(archive)
            for table, said in manifest["tables"].items():
                _unpack_table(archive, table, said, folder / f"{table}.jsonl")
            while archive.fileobj is not None and archive.fileobj.read(1 << 20):
                pass  # the checksums of the end are looked at when it is read
    except (
        OSError,
        EOFError,
        lzma.LZMAError,
        tarfile.TarError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as problem:
        raise Unfit(f"{file} is damaged or no backup of Travaux; nothing was changed.") from problem
    return manifest


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    content = archive.extractfile("manifest.json")
    if content is None:
        raise ValueError("no manifest")
    manifest: dict[str, Any] = json.loads(content.read())
    if manifest["format"] > FORMAT:
        raise Unfit("This backup was made by a newer version of Travaux; nothing was changed.")
    if manifest["revision"] != newest_revision():
        raise Unfit(
            f"This backup is of migration {manifest['revision']} and this program of "
            f"{newest_revision()}: restore it with the version that made it, then migrate."
        )
    return manifest


def _unpack_table(archive: tarfile.TarFile, table: str, said: dict[str, Any], file: Path) -> None:
    if table not in SQLModel.metadata.tables:
        raise ValueError(f"no table {table}")
    content = archive.extractfile(f"rows/{table}.jsonl")
    if content is None:
        raise ValueError(f"no rows of {table}")
    digest = hashlib.sha256()
    with file.open("wb") as rows:
        while part := content.read(1 << 20):
            digest.update(part)
            rows.write(part)
    if digest.hexdigest() != said["sha256"]:
        raise ValueError(f"the rows of {table} are not those that were packed")


def _put_back(stores: Stores, manifest: dict[str, Any], folder: Path, *, force: bool) -> None:
    lite = stores.engine.dialect.name == "sqlite"
    with stores.engine.connect() as connection:
        if lite:
            # Tables are dropped in any order; what comes in is checked as a whole below.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if not force and _in_use(connection):
            raise Unfit("This database holds drafts or seats already; --force replaces them all.")
        if lite or _revision(connection) != newest_revision():
            _drop_everything(connection)
            migrate(connection)
        else:
            _empty(connection)
        for table in SQLModel.metadata.sorted_tables:
            said = manifest["tables"].get(table.name)
            if said is not None:
                _fill(connection, table, said, folder / f"{table.name}.jsonl")
        _check(connection)
        connection.commit()


def _in_use(connection: Connection) -> bool:
    known = set(inspect(connection).get_table_names())
    asked = [SQLModel.metadata.tables[name] for name in ("draft", "seat", "source")]
    return any(
        table.name in known
        and connection.execute(select(func.count()).select_from(table)).scalar_one() > 0
        for table in asked
    )


def _revision(connection: Connection) -> str:
    known = inspect(connection).get_table_names()
    if "alembic_version" not in known:
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _empty(connection: Connection) -> None:
    """Delete every row of a PostgreSQL database whose tables are those of this program.

    Tables dropped under somebody who reads them are gone for that reader; rows deleted are there
    for each reader until this transaction ends. Writers wait for its end.
    """
    tables = [f'"{table.name}"' for table in reversed(SQLModel.metadata.sorted_tables)]
    connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE"))
    for table in tables:
        # The triggers that keep the journal as it is stand aside for this one act.
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own tables
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def _drop_everything(connection: Connection) -> None:
    """Leave nothing of ours: the migrations make it all anew, in the same transaction."""
    if connection.dialect.name == "postgresql":
        for table in (*SQLModel.metadata.tables, "alembic_version"):
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
        connection.execute(text("DROP FUNCTION IF EXISTS keep_as_it_is() CASCADE"))
        return
    rows = connection.exec_driver_sql(
        "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'table') "
        "AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, sql NOT LIKE 'CREATE VIRTUAL%'"
    ).all()
    for kind, name in rows:
        # A full-text table takes the tables it is made of with it.
        connection.exec_driver_sql(f'DROP {kind} IF EXISTS "{name}"')


def _fill(connection: Connection, table: Table, said: dict[str, Any], file: Path) -> None:
    columns = [table.columns[name] for name in said["columns"]]
    put = 0
    for batch in _batches(file, columns):
        connection.execute(insert(table), batch)
        put += len(batch)
    if put != said["rows"]:
        raise Unfit(f"The backup holds {put} rows of {table.name} and says {said['rows']}.")
    key = table.autoincrement_column
    if connection.dialect.name == "postgresql" and key is not None:
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', key.name)
        connection.execute(select(func.setval(sequence, select(func.max(key)).scalar_subquery())))


def _batches(file: Path, columns: Sequence[Column[Any]]) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            values = json.loads(line)
            batch.append(
                {
                    column.name: _meant(value, column)
                    for column, value in zip(columns, values, strict=True)
                }
            )
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _check(connection: Connection) -> None:
    """Refuse what does not hold together: foreign keys, the file's own structure, the journals."""
    if connection.dialect.name == "sqlite":
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise Unfit("The backup points at rows that it does not hold; nothing was changed.")
        if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
            raise Unfit("The database made from the backup is not sound; nothing was changed.")
    drafts = Drafts(Session(connection), datetime.now(UTC), lambda: "")
    for draft in drafts.all():
        faults = verify(drafts, draft).faults
        if faults:
            raise Unfit(f"The journal of {draft.slug} does not hold: {faults[0]}")


def _rows_in(manifest: dict[str, Any]) -> int:
    return sum(table["rows"] for table in manifest["tables"].values())


def _hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
