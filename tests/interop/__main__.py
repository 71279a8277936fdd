"""Do our Word files mean the same to LibreOffice? `python -m tests.interop [FOLDER]`.

It opens files of every profile and compares each clause's label, words and the notes with ours.
Of a redline it takes all changes, saves, and compares every paragraph, notes and comments with
the newer text; and it leaves all and compares every paragraph with the older one. Labels count
in two redlines only: LibreOffice gives a joined paragraph the form of the first, where Word gives
it that of the last, and so it numbers some that were joined otherwise. LibreOffice shows
"Article 5" for a field that asks for lower case, which it does not know of; so words are compared
without regard to case.
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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
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
from tests.interop import answers, forms, second
from tests.support.large import large_treaty
from tests.support.rewritten import rewritten
from tests.support.word_rules import W, WordFile, words
from tests.support.word_treaties import MAST, RICH, treaty

_ROOT = Path(__file__).parents[2]
_OFFICE = Path(__file__).with_name("office.py")
_SEED = 11
_CLAUSES_AN_EDIT = 8
_LONGEST = 1_000
_PARTS = 30
_PART = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that LibreOffice is shown, and the text that is expected there.

    `how` is "", "accepted" or "rejected". `in_words`: labels are printed as words; `by_words`:
    they do not count. `is_part`: one of many, of which only what is wrong is told.
    """

    file: Path
    source: WordTreaty
    content: bytes
    how: str = ""
    in_words: bool = False
    by_words: bool = False
    is_part: bool = False
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
        yield from _redlines(folder, name, source)
    yield from _parts(folder)


def _redlines(folder: Path, name: str, source: WordTreaty) -> Iterator[Asked]:
    """A redline with notes and comments; of a long text without, or LibreOffice takes minutes."""
    length = len(source.document.clauses)
    now = replace(source, document=rewritten(source.document, _SEED, length // _CLAUSES_AN_EDIT))
    is_long = length > _LONGEST
    if is_long:
        now = replace(now, authorities={})
    else:
        now = replace(now, talks=_talks(now), notes=_notes(now))
    redline = _written(folder, f"{name}-redline", source, write_redline(source, now))
    said = tuple(
        (each.author, "\n".join(each.lines))
        for talks in now.talks.values()
        for talk in talks
        for each in talk.comments
    )
    yield replace(redline, source=now, how="accepted", comments=said, by_words=is_long)
    yield replace(redline, how="rejected", comments=said)


def _parts(folder: Path) -> Iterator[Asked]:
    """Many short texts, each changed at every third clause: words, splits, joins, moves, ..."""
    clauses = large_treaty().document.clauses
    for turn in range(_PARTS):
        start = turn * _PART
        document = Document("Part", clauses[start : start + _PART])
        old = WordTreaty(document, Scheme.UN, MAST)
        new = replace(old, document=rewritten(document, turn, _PART // 3))
        made = _written(folder, f"part-{turn}-redline", old, write_redline(old, new))
        yield replace(made, source=new, how="accepted", by_words=True, is_part=True)
        yield replace(made, how="rejected", is_part=True)


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
    if one.how:
        yield from _settled_otherwise(one, seen)
    if one.how != "rejected" and not one.by_words:
        yield from _clauses_lost(one, seen)
    if one.how != "rejected" and [note.strip() for note in seen["notes"]] != _below(one.content):
        yield f"{len(seen['notes'])} notes that are not ours"
    if one.comments and sorted(map(tuple, seen["comments"])) != sorted(one.comments):
        yield f"{len(seen['comments'])} comments that are not our {len(one.comments)}"


def _clauses_lost(one: Asked, seen: dict[str, Any]) -> Iterator[str]:
    """The first clause that is not there in its turn, and labels that are others."""
    theirs = iter(seen["paragraphs"])
    told = zip(one.source.document.clauses, _labels(one.source), _paragraphs(one), strict=True)
    for clause, label, text in told:
        if one.in_words:
            text, label = f"{label} {text}".strip(), ""
        found = next((each for each in theirs if _alike(each["text"], text)), None)
        if found is None:
            yield f"{label or clause.kind.value}: its words are not there: {text[:60]!r}"
            return
        if found["label"] != label:
            yield f"{text[:40]!r} has the label {found['label']!r}, not {label!r}"


def _settled_otherwise(one: Asked, seen: dict[str, Any]) -> Iterator[str]:
    """The first paragraph, from the end, that is not to the letter that of the text."""
    ours = list(_paragraphs(one))
    theirs = [each["text"] for each in seen["paragraphs"]]
    if len(theirs) < len(ours):
        yield f"{len(theirs)} paragraphs, fewer than our {len(ours)}"
        return
    for text, told in zip(reversed(ours), reversed(theirs), strict=False):
        if not _alike(told, text):
            yield f"{told[:60]!r} stands where {text[:60]!r} should"
            return


def _paragraphs(one: Asked) -> Iterator[str]:
    """What the clauses say; the number of a note is part of what LibreOffice takes for words."""
    notes = 0
    for clause in one.source.document.clauses:
        text = _words(clause)
        for _ in one.source.notes.get(clause.uid, ()):
            notes += 1
            text += str(notes)
        yield text


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
    wrong = parts = 0
    for _, group in groupby(asked(folder), key=_session):
        made = {one.name: one for one in group}
        for one, found in _compared(made):
            wrong += bool(found)
            parts += one.is_part and not found
            if found or not one.is_part:
                told = f"{one.file.name}{f' {one.how}' if one.how else ''}"
                sys.stdout.write(f"{told}: {'; '.join(found[:3]) or _agreed(one)}\n")
                sys.stdout.flush()
    sys.stdout.write(
        f"{_PARTS} redlines of {_PART} clauses each, accepted and rejected: "
        f"{parts} of {2 * _PARTS} agree to the letter\n"
    )
    return wrong


def _session(one: Asked) -> str:
    """What is read in one session of LibreOffice: files of one text, or all the short ones."""
    return "part" if one.is_part else one.file.name.rpartition("-")[0]


def _compared(made: Mapping[str, Asked]) -> Iterator[tuple[Asked, list[str]]]:
    """Every file with what LibreOffice makes of it otherwise."""
    answer = subprocess.run(
        ["/usr/bin/python3", str(_OFFICE), *made], check=False, stdout=subprocess.PIPE, text=True
    )
    left = dict(made)
    for line in answer.stdout.splitlines():
        seen = json.loads(line)
        one = left.pop(seen["asked"])
        yield one, list(differences(one, seen))
    for one in left.values():
        yield one, ["LibreOffice did not answer"]


def _agreed(one: Asked) -> str:
    notes = 0 if one.how == "rejected" else len(_below(one.content))
    return (
        f"{len(one.source.document.clauses)} clauses, {notes} notes and "
        f"{len(one.comments)} comments agree"
    )


def _all(folder: Path) -> int:
    # The second program goes on with what LibreOffice wrote.
    return main(folder) + answers.main(folder) + forms.main(folder) + second.main(folder)


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
