"""The command line: `travaux` and its commands, each a thin door to an action.

What a command finds goes to standard output, as JSON alone with --json; progress and messages go to
standard error. A refusal is one sentence and a status that is not zero, never a traceback
(TRAVAUX_DEBUG=1 shows one). Imports stand inside the commands because most need few of them, and
`travaux export` is measured with its start-up.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.settings import Settings
    from app.store.drafts import DraftRecord
    from app.store.unit import Store, Stores

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Travaux: where a treaty is drafted.",
)
library = typer.Typer(no_args_is_help=True, help="Sources, passages and cases.")
cli.add_typer(library, name="library")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON alone on standard output.")]
STARTER = Path(__file__).resolve().parents[1] / "drafts" / "peace-negotiation"


class Stop(Exception):
    """A refusal of the command line itself; its text is the sentence that is shown."""


def run() -> None:
    """Runs the command asked for; a refusal is a sentence on standard error and status 1."""
    try:
        for stream in (sys.stdout, sys.stderr):
            # A terminal that has no letter for a word of a file gets its number.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        cli()
    except Exception as problem:
        if os.environ.get("TRAVAUX_DEBUG"):
            raise
        say(_sentence(problem))
        sys.exit(1)


def say(message: str) -> None:
    """Puts a message to the person on standard error."""
    print(message, file=sys.stderr, flush=True)


def application() -> "FastAPI":
    """The web application for this environment: what each server process builds."""
    from app.main import create_app

    return create_app(_settings())


@cli.command()
def serve() -> None:
    """Serve the table: migrate, load the treaty the first time, print the set-up link, listen."""
    import socket

    import uvicorn

    from app.web.wire import SERVED

    settings = _settings()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            raise Stop(
                f"Port {settings.port} on {settings.host} cannot be used ({problem.strerror}): "
                "set TRAVAUX_PORT to another."
            ) from None
    with _open(settings) as stores:
        stores.demand_durable()
        _prepare(stores, settings)
    say(f"Travaux is served on {settings.public_url} (stop it with Ctrl+C).")
    uvicorn.run(
        "app.cli:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.processes,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=5,
        **SERVED,
    )


@cli.command()
def migrate() -> None:
    """Bring the database up to this version of Travaux."""
    with _open(_settings()) as stores:
        stores.migrate()
    say("The database is up to date.")


@cli.command()
def load(folder: Annotated[Path, typer.Argument(metavar="DIR")], as_json: AsJson = False) -> None:
    """Load a draft with its library from a folder such as drafts/peace-negotiation."""
    with _open(_settings()) as stores:
        stores.migrate()
        loaded = _load(stores, folder)
    _answer(loaded, as_json, lambda: f"Loaded {folder}.")


@cli.command()
def outline(file: Path, as_json: AsJson = False) -> None:
    """Show how the structure of a .txt, .md or .docx file is understood."""
    from app.exchange.reading import read_document
    from app.treaty.numbering import freeze

    reading = read_document(file.name, _bytes(file))
    document = freeze(reading.document)
    clauses = [
        {
            "kind": clause.kind.value,
            "number": clause.number,
            "heading": clause.heading,
            "text": clause.text,
            "depth": clause.depth,
        }
        for clause in document.clauses
    ]
    problems = [problem.message for problem in document.problems] + list(reading.losses)
    found = {
        "title": document.title,
        "counts": document.counts(),
        "clauses": clauses,
        "problems": problems,
    }
    _answer(found, as_json, lambda: _outline_as_text(document, problems))


@cli.command()
def lint(file: Path, as_json: AsJson = False) -> None:
    """Show what a careful reader would point at in a .txt, .md or .docx file."""
    from app.exchange.reading import read_document
    from app.treaty.lint import lint as look_over

    findings = look_over(read_document(file.name, _bytes(file)).document)
    found = [
        {
            "rule": finding.rule,
            "severity": finding.severity.value,
            "where": finding.where,
            "message": finding.message,
        }
        for finding in findings
    ]
    _answer(found, as_json, lambda: _findings_as_text(found))


@cli.command()
def read(
    file: Annotated[Path, typer.Argument(metavar="FILE.docx")],
    view: Annotated[
        str, typer.Option(help="original (all rejected), accepted, or marked (both).")
    ] = "accepted",
    as_json: AsJson = False,
) -> None:
    """Read any Word file: labels, words, tracked changes, comments, notes, and what was lost."""
    from app.exchange.word.gate import MOST_FILE
    from app.exchange.word.jail import plain_apart
    from app.exchange.word.show import as_text
    from app.exchange.word.story import View

    try:
        asked = View(view)
    except ValueError:
        raise Stop(f"There is no view {view!r}: original, accepted or marked.") from None
    found = plain_apart(_bytes(file, MOST_FILE + 1), [asked])[0]
    _answer(found, as_json, lambda: as_text(found))


@cli.command()
def redline(
    old: Annotated[Path, typer.Argument(metavar="OLD")],
    new: Annotated[Path, typer.Argument(metavar="NEW")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT.docx")],
    author: Annotated[str, typer.Option(help="Whose the changes are.")] = "Travaux",
    as_json: AsJson = False,
) -> None:
    """Write what changed between two .docx, .txt or .md files as tracked changes of Word."""
    from app.exchange.compared import Named, compared

    if not out.parent.is_dir():
        raise Stop(f"There is no folder {out.parent} to write to.")
    if out.is_dir():
        raise Stop(f"{out} is a folder: name a file to write to.")
    made = compared(Named(old.name, _bytes(old)), Named(new.name, _bytes(new)), author)
    out.write_bytes(made.content)
    found = {"file": str(out), "bytes": len(made.content), "losses": list(made.losses)}
    told = "\n".join([f"{out}: {len(made.content):,} bytes", *made.losses])
    _answer(found, as_json, lambda: told)


@library.command("add")
def library_add(file: Path, as_json: AsJson = False) -> None:
    """Add a .txt, .docx, .pdf, .html or .md file to the library, cut into passages."""
    from app.actions import library as shelves
    from app.actions.policy import OPERATOR
    from app.exchange.sources import read_source

    text = read_source(file.name, _bytes(file))
    with _open(_settings()) as stores:
        stores.migrate()
        with stores.begin() as store:
            imported = shelves.import_text(store, OPERATOR, file.name, text)
    _answer(
        imported,
        as_json,
        lambda: (
            f"{imported.headings} headings, {imported.passages} passages and {imported.notes} "
            f"notes came in; {imported.matched} passages now stand beside their digest."
        ),
    )


@cli.command()
def export(
    draft: Annotated[str, typer.Option(help="The draft's slug, as in its address.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="F.docx")],
    profile: Annotated[
        str, typer.Option(help="clean, commentary, redline, compilation, form.")
    ] = "clean",
    edition: Annotated[
        str, typer.Option(help="An edition's slug; the current text if left out.")
    ] = "",
    notes: Annotated[
        str, typer.Option(help="everyone: the notes that are for everyone, as comments.")
    ] = "",
    against: Annotated[
        str, typer.Option(help="For a redline: the edition to start from, else the one before.")
    ] = "",
    named: Annotated[bool, typer.Option("--named", help="Name persons and delegations.")] = False,
    reservations: Annotated[
        bool, typer.Option("--reservations", help="Released reservations as footnotes.")
    ] = False,
    line_numbers: Annotated[
        bool, typer.Option("--line-numbers", help="Number the lines of every page.")
    ] = False,
    marking: Annotated[str, typer.Option(help="A mark of confidentiality for every page.")] = "",
    recipient: Annotated[str, typer.Option(help="For whom the copy is.")] = "",
    copy: Annotated[str, typer.Option(help="The number of the copy.")] = "",
    status: Annotated[
        bool, typer.Option("--status", help="Footnotes say which clauses are agreed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a draft as a Word file."""
    from app.actions import circulating
    from app.actions.policy import OPERATOR

    if not out.parent.is_dir():
        raise Stop(f"There is no folder {out.parent} to write to.")
    with _open(_settings()) as stores, stores.begin() as store:
        found_draft = _draft(store, draft)
        options = circulating.Options(
            against, named, reservations, line_numbers, marking, recipient, copy, status
        )
        made = circulating.export(
            store, OPERATOR, found_draft, profile, edition, notes=notes, options=options
        )
    out.write_bytes(made.content)
    found = {
        "file": str(out),
        "filename": made.filename,
        "sha256": made.sha256,
        "bytes": len(made.content),
    }
    _answer(found, as_json, lambda: f"{out}: {len(made.content):,} bytes, SHA-256 {made.sha256}")


@cli.command()
def backup(file: Path, as_json: AsJson = False) -> None:
    """Copy the database into one file, also while the server runs, and prove that it opens."""
    from app.store.backup import back_up

    made = back_up(_settings().database_url, file)
    _answer(made, as_json, lambda: f"{file} holds the whole table; SHA-256 {made.sha256}")


@cli.command()
def restore(
    file: Path,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what the database holds.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a copy made by `travaux backup` back, after checking every checksum in it."""
    from app.store.backup import restore as put_back

    settings = _settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    found = put_back(settings.database_url, file, force=force)
    _answer(found, as_json, lambda: f"{file} is restored.")


@cli.command()
def verify(as_json: AsJson = False) -> None:
    """Derive every clause anew from its edits and check the chain of every draft's journal."""
    from app.actions.drafting import verify as check

    with _open(_settings()) as stores, stores.read() as store:
        reports = {draft.slug: check(store, draft) for draft in store.drafts.all()}
    faults = [f"{slug}: {fault}" for slug, report in reports.items() for fault in report.faults]
    found = {
        "drafts": {slug: _plain(report) for slug, report in reports.items()},
        "faults": faults,
    }
    _answer(
        found,
        as_json,
        lambda: "\n".join(faults) or f"{len(reports)} journals checked: all is well.",
    )
    if faults:
        raise Stop("The journal does not agree with the text: see above.")


@cli.command("reset-link")
def reset_link(email: str) -> None:
    """Print a link with which the person of this e-mail address can choose a new password."""
    from app.actions import seating
    from app.actions.policy import OPERATOR

    settings = _settings()
    with _open(settings) as stores, stores.begin() as store:
        seats = seating.seats(store, OPERATOR)
        seat = next((s for s in seats if s.email.casefold() == email.casefold()), None)
        if seat is None:
            raise Stop(f"Nobody here has the e-mail address {email}.")
        token = seating.reset_link(store, OPERATOR, seat.id)
    print(f"{settings.public_url}/reset/{token}")


def _prepare(stores: "Stores", settings: "Settings") -> None:
    """Migrates, loads the starter treaty into an empty database and prints the set-up link."""
    from app.actions import seating

    stores.migrate()
    while stores.settle():
        pass  # what was being typed when the server stopped comes into the search index
    with stores.read() as store:
        empty = not store.drafts.all()
    if empty and (STARTER / "treaty.txt").is_file():
        say(f"Loading drafts/{STARTER.name} with its library ...")
        _load(stores, STARTER)
    with stores.begin() as store:
        token = seating.setup_token(store)
    if token:
        print("Open this link to take the chair (it works once):", flush=True)
        print(f"  {settings.public_url}/setup/{token}", flush=True)


def _load(stores: "Stores", folder: Path) -> Any:
    from app.actions.loading import load as load_folder

    with stores.begin() as store:
        return load_folder(store, folder)


def _settings() -> "Settings":
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings()
    except ValidationError as problem:
        first = problem.errors()[0]
        name = "TRAVAUX_" + "_".join(str(part) for part in first["loc"]).upper()
        raise Stop(f"{name} is not usable: {first['msg']}.") from None


@contextmanager
def _open(settings: "Settings") -> Iterator["Stores"]:
    from app.store.unit import Stores

    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    stores = Stores(settings.database_url, accept_loss=bool(settings.accept_loss))
    try:
        yield stores
    finally:
        stores.close()


def _draft(store: "Store", slug: str) -> "DraftRecord":
    draft = store.drafts.by_slug(slug)
    if draft is None:
        known = ", ".join(each.slug for each in store.drafts.all()) or "none yet"
        raise Stop(f"There is no draft {slug!r} here (there is: {known}).")
    return draft


def _bytes(file: Path, most: int = -1) -> bytes:
    """What is in a file, a pipe or ("-") the standard input; no more than `most` bytes of it."""
    if str(file) == "-":
        return sys.stdin.buffer.read(most)
    if file.is_dir():
        raise Stop(f"{file} is a folder: name a file.")
    if not (file.is_file() or file.is_fifo()):
        raise Stop(f"There is no file {file}.")
    with file.open("rb") as opened:
        return opened.read(most)


def _answer(found: Any, as_json: bool, text: Callable[[], str]) -> None:
    if as_json:
        has_all = (sys.stdout.encoding or "").lower().startswith("utf")
        print(json.dumps(_plain(found), ensure_ascii=not has_all, default=str))
    else:
        print(text())


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value


def _findings_as_text(found: list[dict[str, str]]) -> str:
    lines = ["{severity:<5}  {rule}  {where}: {message}".format(**each) for each in found]
    counts = Counter(each["severity"] for each in found)
    told = ", ".join(f"{counts[name]} {name}" for name in ("error", "warn", "info"))
    return "\n".join([*lines, f"{len(found)} findings: {told}."])


def _outline_as_text(document: Any, problems: list[str]) -> str:
    lines = [document.title, ""]
    for clause in document.clauses:
        words = clause.heading or clause.text
        short = words if len(words) <= 72 else words[:71] + "…"
        lines.append(f"{'  ' * clause.depth}{clause.kind.value} {clause.number}  {short}".rstrip())
    counts = ", ".join(f"{n} {kind}" for kind, n in document.counts().items())
    lines += ["", counts]
    lines += [f"! {problem}" for problem in problems]
    return "\n".join(lines)


def _sentence(problem: Exception) -> str:
    said = getattr(problem, "sentence", None)
    if isinstance(said, str):
        return said
    if isinstance(problem, Stop):
        return str(problem)
    if type(problem).__module__.startswith("sqlalchemy."):
        from sqlalchemy.exc import SQLAlchemyError

        from app.store.engine import sentence_for

        if isinstance(problem, SQLAlchemyError):
            return sentence_for(problem)
    if isinstance(problem, OSError):
        return f"{problem.strerror or problem}: {problem.filename or ''}".rstrip(": ")
    return (
        f"Travaux met something it did not expect ({type(problem).__name__}: {problem}). "
        "Nothing was changed; TRAVAUX_DEBUG=1 shows where."
    )
