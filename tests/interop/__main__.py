"""Do our Word files mean the same to LibreOffice? `python -m tests.interop [FOLDER]`.

It opens files of every profile and compares each clause's label, words and the notes with ours.
Of a redline it takes all changes, saves, and compares labels, words, notes and comments with the
newer text; and it leaves all and compares the words with the older one. There the ends of
paragraphs and the labels do not count: LibreOffice takes changes of one author before and after an
end that stays for one, and gives a joined paragraph the form of the first, where Word gives it
that of the last. LibreOffice shows "Article 5" for a field that asks for lower
case, which it does not know of; so words are compared without regard to case.
Then delegations edit circulated files with it (answers.py), and with another program that
answers and resolves threads and takes or leaves others' changes (second.py): all they did has to
come home, and is counted (home.py).
Use LibreOffice 25.2 or later (Debian 12 has it in backports): older ones mistake
notes. With FOLDER the files are kept there to be looked at, as .docx and .pdf.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.exchange.word.compilation import Beside, Proposed, write_compilation
from app.exchange.word.redline import write_redline
from app.exchange.word.treaty import Comment, Talk, WordTreaty
from app.exchange.word.write import write_clean, write_commentary
from app.treaty.document import Clause, Document
from app.treaty.numbering import Scheme, labels, release
from app.treaty.parse import parse
from tests.exchange.word.test_write import AUTHORITIES
from tests.interop import answers, second
from tests.support.large import large_treaty
from tests.support.rewritten import rewritten
from tests.support.word_rules import W, WordFile, words
from tests.support.word_treaties import MAST, RICH, treaty

_ROOT = Path(__file__).parents[2]
_OFFICE = Path(__file__).with_name("office.py")
_SEED = 11
_CLAUSES_AN_EDIT = 8
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that LibreOffice is shown, and the text that is expected there.

    `how` is "", "accepted" or "rejected". `in_words`: labels are printed as words.
    """

    file: Path
    source: WordTreaty
    content: bytes
    how: str = ""
    in_words: bool = False
    comments: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """As it is asked for."""
        return f"{self.how}:{self.file}" if self.how else str(self.file)


def treaties() -> dict[str, WordTreaty]:
    """What is exported: every feature, the draft that ships, and a large one."""
    found = {"features": treaty(RICH, AUTHORITIES), "large": large_treaty()}
    for file in sorted((_ROOT / "drafts").glob("*/treaty.txt")):
        document = release(parse(file.read_text()), Scheme.UN)
        found[file.parent.name] = WordTreaty(_with_uids(document), Scheme.UN, MAST)
    return found


def asked(folder: Path) -> Iterator[Asked]:
    """The files of every profile, written."""
    for name, source in treaties().items():
        yield _written(folder, f"{name}-clean", source, write_clean(source))
        yield _written(folder, f"{name}-commentary", source, write_commentary(source))
        table = write_compilation(source, _beside(source))
        yield replace(_written(folder, f"{name}-compilation", source, table), in_words=True)
        length = len(source.document.clauses)
        if length > _LONGEST:
            # LibreOffice takes minutes to settle hundreds of changes in hundreds of pages.
            continue
        edits = length // _CLAUSES_AN_EDIT
        now = replace(source, document=rewritten(source.document, _SEED, edits))
        now = replace(now, talks=_talks(now), notes=_notes(now))
        redline = _written(folder, f"{name}-redline", source, write_redline(source, now))
        said = tuple(
            (each.author, "\n".join(each.lines))
            for talks in now.talks.values()
            for talk in talks
            for each in talk.comments
        )
        yield replace(redline, source=now, how="accepted", comments=said)
        yield replace(redline, how="rejected")


def _written(folder: Path, name: str, source: WordTreaty, content: bytes) -> Asked:
    file = folder / f"{name}.docx"
    file.write_bytes(content)
    return Asked(file, source, content)


def _beside(source: WordTreaty) -> Beside:
    """A proposal and a comment on every seventh clause."""
    chosen = source.document.clauses[::7]
    return Beside(
        {
            each.uid: (Proposed("Delegation A", _words(each), f"{_words(each)} [As may be.]"),)
            for each in chosen
        },
        {each.uid: ("Question: why?",) for each in chosen},
    )


def _talks(source: WordTreaty) -> dict[str, tuple[Talk, ...]]:
    """A thread on every fifth clause: on its first letters, or on all of it."""
    found: dict[str, tuple[Talk, ...]] = {}
    for at, clause in enumerate(source.document.clauses[::5]):
        said = (
            Comment("Drafter A", "2026-03-01T10:00:00Z", (f"Question {at}",), f"q{at}"),
            Comment("Drafter B", "2026-03-02T10:00:00Z", (f"Answer {at}",), f"a{at}"),
        )
        start, end = (0, 4) if at % 2 and len(_words(clause)) > 4 else (-1, -1)
        found[clause.uid] = (Talk(said, start, end),)
    return found


def _notes(source: WordTreaty) -> dict[str, tuple[str, ...]]:
    """A reservation below every ninth clause."""
    return {
        clause.uid: (f"Reservation {at}.",)
        for at, clause in enumerate(source.document.clauses[::9])
    }


def differences(one: Asked, seen: dict[str, Any]) -> Iterator[str]:
    """What LibreOffice makes of the file other than we do, as sentences."""
    if not seen["opened"]:
        yield "it cannot be opened"
        return
    clauses = one.source.document.clauses
    # Bookmarks of clauses that a change took away or brought go and come with these.
    if len(seen["bookmarks"]) != len(clauses) and not one.how:
        yield f"{len(seen['bookmarks'])} bookmarks of clauses, not {len(clauses)}"
    if one.how and seen["changes"]:
        yield f"not all changes were {one.how}"
    yield from _words_lost(one, seen) if one.how == "rejected" else _clauses_lost(one, seen)
    if one.how != "rejected" and [note.strip() for note in seen["notes"]] != _below(one.content):
        yield f"{len(seen['notes'])} notes that are not ours"
    if one.comments and sorted(map(tuple, seen["comments"])) != sorted(one.comments):
        yield f"{len(seen['comments'])} comments that are not our {len(one.comments)}"


def _clauses_lost(one: Asked, seen: dict[str, Any]) -> Iterator[str]:
    """The first clause that is not there in its turn, and labels that are others."""
    theirs = iter(seen["paragraphs"])
    notes = 0
    for clause, label in zip(one.source.document.clauses, _labels(one.source), strict=True):
        text = _words(clause)
        # The number of a note is part of what LibreOffice calls the paragraph's words.
        for _ in one.source.notes.get(clause.uid, ()):
            notes += 1
            text += str(notes)
        if one.in_words:
            text, label = f"{label} {text}".strip(), ""
        found = next((each for each in theirs if _alike(each["text"], text)), None)
        if found is None:
            yield f"{label or clause.kind.value}: its words are not there: {text[:60]!r}"
            return
        if found["label"] != label:
            yield f"{text[:40]!r} has the label {found['label']!r}, not {label!r}"


def _words_lost(one: Asked, seen: dict[str, Any]) -> Iterator[str]:
    """Whether the words of all clauses are there, one after the other and nothing between."""
    ours = "".join("".join(map(_words, one.source.document.clauses)).split())
    theirs = "".join("".join(each["text"] for each in seen["paragraphs"]).split())
    if not theirs.endswith(ours):
        yield "its words are not those of the older text"


def _below(content: bytes) -> list[str]:
    return [
        words(note).strip()
        for note in WordFile(content).parts["word/footnotes.xml"].iter(f"{W}footnote")
        if note.get(f"{W}type") is None
    ]


def _alike(seen: str, text: str) -> bool:
    return seen.removeprefix("\n").casefold() == text.casefold()


def _words(clause: Clause) -> str:
    return clause.heading if clause.kind.bears_heading else clause.text


def _labels(source: WordTreaty) -> tuple[str, ...]:
    return labels(source.document.clauses, source.scheme)


def _with_uids(document: Document) -> Document:
    clauses = tuple(replace(c, uid=f"d{at}") for at, c in enumerate(document.clauses))
    return replace(document, clauses=clauses)


def main(folder: Path) -> int:
    """Write, open, compare; the number of files that are understood otherwise."""
    made = {one.name: one for one in asked(folder)}
    python = "/usr/bin/python3"
    answer = subprocess.run(
        [python, str(_OFFICE), *made], check=True, capture_output=True, text=True
    )
    wrong = 0
    for line in answer.stdout.splitlines():
        seen = json.loads(line)
        one = made[seen["asked"]]
        found = list(differences(one, seen))
        wrong += bool(found)
        verdict = "; ".join(found[:3]) or (
            f"{len(one.source.document.clauses)} clauses, {len(seen['notes'])} notes and "
            f"{len(seen['comments'])} comments agree"
        )
        sys.stdout.write(f"{one.file.name}{f' {one.how}' if one.how else ''}: {verdict}\n")
    if len(answer.stdout.splitlines()) != len(made):
        sys.stdout.write("LibreOffice answered for some files only\n")
        return 1
    return wrong


def _all(folder: Path) -> int:
    # The second program goes on with what LibreOffice wrote.
    return main(folder) + answers.main(folder) + second.main(folder)


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
        status = _all(kept)
        _kept(kept)
        sys.exit(status)
    with tempfile.TemporaryDirectory(prefix="interop-") as scratch:
        sys.exit(_all(Path(scratch)))
