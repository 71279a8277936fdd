"""Do our Word files mean the same to LibreOffice? `python -m tests.interop [FOLDER]`.

It opens files of every profile and compares each clause's label, words and the
notes with ours. LibreOffice shows "Article 5" for a field that asks for lower
case, which it does not know of; so words are compared without regard to case.
Use LibreOffice 25.2 or later (Debian 12 has it in backports): older ones mistake
notes. With FOLDER the files are kept there to be looked at, as .docx and .pdf.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.exchange.word.treaty import WordTreaty
from app.exchange.word.write import write_clean, write_commentary
from app.treaty.document import Document
from app.treaty.numbering import Scheme, labels, release
from app.treaty.parse import parse
from tests.exchange.word.test_write import AUTHORITIES
from tests.support.large import large_treaty
from tests.support.word_rules import W, WordFile, words
from tests.support.word_treaties import MAST, RICH, treaty

_ROOT = Path(__file__).parents[2]
_OFFICE = Path(__file__).with_name("office.py")
_WRITERS = {"clean": write_clean, "commentary": write_commentary}


def treaties() -> dict[str, WordTreaty]:
    """What is exported: every feature, the draft that ships, and a large one."""
    found = {"features": treaty(RICH, AUTHORITIES), "large": large_treaty()}
    for file in sorted((_ROOT / "drafts").glob("*/treaty.txt")):
        document = release(parse(file.read_text()), Scheme.UN)
        found[file.parent.name] = WordTreaty(_with_uids(document), Scheme.UN, MAST)
    return found


def differences(source: WordTreaty, content: bytes, seen: dict[str, Any]) -> Iterator[str]:
    """What LibreOffice makes of the file other than we do, as sentences."""
    if not seen["opened"]:
        yield "it cannot be opened"
        return
    ours = list(zip(source.document.clauses, _labels(source), strict=True))
    if len(seen["bookmarks"]) != len(ours):
        yield f"{len(seen['bookmarks'])} bookmarks of clauses, not {len(ours)}"
    theirs = iter(seen["paragraphs"])
    for clause, label in ours:
        text = clause.heading if clause.kind.bears_heading else clause.text
        found = next((one for one in theirs if _alike(one["text"], text)), None)
        if found is None:
            yield f"{label or clause.kind.value}: its words are not there: {text[:60]!r}"
            return
        if found["label"] != label:
            yield f"{text[:40]!r} has the label {found['label']!r}, not {label!r}"
    notes = [
        words(note).strip()
        for note in WordFile(content).parts["word/footnotes.xml"].iter(f"{W}footnote")
        if note.get(f"{W}type") is None
    ]
    if [note.strip() for note in seen["notes"]] != notes:
        yield f"{len(seen['notes'])} notes that are not our {len(notes)}"


def _alike(seen: str, text: str) -> bool:
    return seen.removeprefix("\n").casefold() == text.casefold()


def _labels(source: WordTreaty) -> tuple[str, ...]:
    return labels(source.document.clauses, source.scheme)


def _with_uids(document: Document) -> Document:
    clauses = tuple(replace(c, uid=f"d{at}") for at, c in enumerate(document.clauses))
    return replace(document, clauses=clauses)


def main(folder: Path) -> int:
    """Write, open, compare; the number of files that are understood otherwise."""
    made: dict[Path, tuple[WordTreaty, bytes]] = {}
    for name, source in treaties().items():
        for profile, write in _WRITERS.items():
            file = folder / f"{name}-{profile}.docx"
            file.write_bytes(write(source))
            made[file] = source, file.read_bytes()
    python = "/usr/bin/python3"
    answer = subprocess.run(
        [python, str(_OFFICE), *map(str, made)], check=True, capture_output=True, text=True
    )
    wrong = 0
    for line in answer.stdout.splitlines():
        seen = json.loads(line)
        source, content = made[Path(seen["file"])]
        found = list(differences(source, content, seen))
        wrong += bool(found)
        clauses = len(source.document.clauses)
        verdict = "; ".join(found[:3]) or f"{clauses} clauses and {len(seen['notes'])} notes agree"
        sys.stdout.write(f"{Path(seen['file']).name}: {verdict}\n")
    if len(answer.stdout.splitlines()) != len(made):
        sys.stdout.write("LibreOffice answered for some files only\n")
        return 1
    return wrong


def _kept(folder: Path) -> None:
    """Also as PDF, to be looked at."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation=file://{profile}",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                *map(str, sorted(folder.glob("*.docx"))),
            ],
            check=True,
            capture_output=True,
        )


if __name__ == "__main__":
    if shutil.which("soffice") is None:
        sys.exit("LibreOffice is not installed: `make interop` needs `soffice` and `python3-uno`.")
    if len(sys.argv) > 1:
        kept = Path(sys.argv[1])
        kept.mkdir(parents=True, exist_ok=True)
        status = main(kept)
        _kept(kept)
        sys.exit(status)
    with tempfile.TemporaryDirectory(prefix="interop-") as scratch:
        sys.exit(main(Path(scratch)))
