"""Somebody at LibreOffice who edits a file; run by the system's own Python, which has its bridge.

python3 hands.py JOBS.json    a list of {"file", "out", "edits": [[author, tracks, do, ...], ...]};
                              one JSON object a line: {"out", "done": [true, false, ...]}

What is done, on the one place where the words stand: "replace" words, new; "insert" behind words,
new; "split" words behind the first of them; "join" the paragraph of words with the next; "strike"
the paragraph of words; "empty" it; "add" a paragraph behind that of words, new; "move" the
paragraph of words behind that of others, by cutting and pasting; "comment" on words, text.
In the first table: "fill" the cell of a column in the row whose first cell says a name, a paragraph
a line; "drop" such a row; "sort" the rows below the first by what a column says.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from office import PATIENCE, bridge  # type: ignore[import-not-found]

_OOXML = "MS Word 2007 XML"


def main(jobs: list[dict[str, Any]]) -> None:
    """Do every job in one session."""
    with tempfile.TemporaryDirectory(prefix="hands-") as folder:
        pipe = f"hands{os.getpid()}"
        started = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation=file://{folder}/profile",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            there = bridge(pipe)
            services = there.ServiceManager
            _here.update(context=there, services=services)
            desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", there)
            for job in jobs:
                done = _edited(desktop, job)
                sys.stdout.write(json.dumps({"out": job["out"], "done": done}) + "\n")
                sys.stdout.flush()
            desktop.terminate()
            started.wait(PATIENCE)
        finally:
            started.kill()
            started.wait(PATIENCE)


def _edited(desktop: Any, job: dict[str, Any]) -> list[bool]:
    document = desktop.loadComponentFromURL(
        Path(job["file"]).resolve().as_uri(), "_blank", 0, (_said("Hidden", True),)
    )
    if document is None:
        return []
    done = []
    for author, tracks, do, *words in job["edits"]:
        _sign(author)
        document.RecordChanges = bool(tracks)
        try:
            _DO[do](document, *words)
        except (_Absent, AttributeError):
            done.append(False)
        else:
            done.append(True)
    document.storeToURL(Path(job["out"]).resolve().as_uri(), (_said("FilterName", _OOXML),))
    document.close(True)
    return done


class _Absent(Exception):
    """The words stand nowhere."""


def _said(name: str, value: object) -> Any:
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found] # noqa: PLC0415

    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _sign(author: str) -> None:
    """Be somebody else from now on."""
    given, _, family = author.partition(" ")
    access = _provider().createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess",
        (_said("nodepath", "/org.openoffice.UserProfile/Data"),),
    )
    access.setPropertyValue("givenname", given)
    access.setPropertyValue("sn", family)
    access.commitChanges()
    _here["author"] = author


_here: dict[str, Any] = {}


def _provider() -> Any:
    return _here["services"].createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", _here["context"]
    )


def _found(document: Any, words: str) -> Any:
    """Where the words stand, the table of contents left out."""
    asked = document.createSearchDescriptor()
    asked.SearchString, asked.SearchCaseSensitive = words, True
    place = document.findFirst(asked)
    while place is not None:
        if "Contents" not in place.ParaStyleName and "toc" not in place.ParaStyleName.lower():
            return place
        place = document.findNext(place.End, asked)
    raise _Absent(words)


def _behind(document: Any, words: str) -> Any:
    place = _found(document, words)
    return place.Text, place.Text.createTextCursorByRange(place.End)


def _paragraph(document: Any, words: str) -> Any:
    place = _found(document, words)
    cursor = place.Text.createTextCursorByRange(place)
    cursor.gotoStartOfParagraph(False)
    return place.Text, cursor


def _replace(document: Any, words: str, new: str) -> None:
    _found(document, words).String = new


def _insert(document: Any, words: str, new: str) -> None:
    _, cursor = _behind(document, words)
    cursor.String = new


def _split(document: Any, words: str, first: str) -> None:
    place = _found(document, words)
    cursor = place.Text.createTextCursorByRange(place.Start)
    cursor.goRight(len(first), False)
    place.Text.insertControlCharacter(cursor, 0, False)


def _join(document: Any, words: str) -> None:
    _, cursor = _paragraph(document, words)
    cursor.gotoEndOfParagraph(False)
    cursor.goRight(1, True)
    cursor.String = ""


def _strike(document: Any, words: str) -> None:
    _, cursor = _paragraph(document, words)
    cursor.gotoNextParagraph(True)
    cursor.String = ""


def _empty(document: Any, words: str) -> None:
    _, cursor = _paragraph(document, words)
    cursor.gotoEndOfParagraph(True)
    cursor.String = ""


def _add(document: Any, words: str, new: str) -> None:
    text, cursor = _paragraph(document, words)
    cursor.gotoEndOfParagraph(False)
    text.insertControlCharacter(cursor, 0, False)
    cursor.String = new


def _move(document: Any, words: str, others: str) -> None:
    _, cursor = _paragraph(document, words)
    cursor.gotoEndOfParagraph(True)
    whole = cursor.String
    _strike(document, words)
    _add(document, others, whole)


def _comment(document: Any, words: str, said: str) -> None:
    place = _found(document, words)
    note = document.createInstance("com.sun.star.text.textfield.Annotation")
    note.Content, note.Author = said, _here["author"]
    place.Text.insertTextContent(place.Text.createTextCursorByRange(place), note, True)


def _table(document: Any) -> Any:
    return document.TextTables.getByIndex(0)


def _row(document: Any, name: str) -> int:
    table = _table(document)
    for row in range(1, table.Rows.Count + 1):
        if table.getCellByName(f"A{row}").String == name:
            return row
    raise _Absent(name)


def _fill(document: Any, name: str, column: str, lines: str) -> None:
    from com.sun.star.text.ControlCharacter import (  # type: ignore[import-not-found] # noqa: PLC0415
        PARAGRAPH_BREAK,
    )

    cell = _table(document).getCellByName(f"{column}{_row(document, name)}")
    cursor = cell.createTextCursor()
    cursor.gotoEnd(False)
    for at, line in enumerate(lines.split("\n")):
        if at:
            cell.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
        cell.insertString(cursor, line, False)


def _drop(document: Any, name: str) -> None:
    _table(document).Rows.removeByIndex(_row(document, name) - 1, 1)


def _sort(document: Any, column: str) -> None:
    from com.sun.star.table import TableSortField  # type: ignore[import-not-found] # noqa: PLC0415

    by = TableSortField()
    by.Field, by.IsAscending = ord(column) - ord("A") + 1, False
    table = _table(document)
    last = table.getCellByName(f"D{table.Rows.Count}").CellName
    rows = table.getCellRangeByName(f"A2:{last}")
    said = [_said(each.Name, each.Value) for each in rows.createSortDescriptor()]
    for each in said:
        if each.Name == "SortFields":
            import uno  # type: ignore[import-not-found] # noqa: PLC0415

            each.Value = uno.Any("[]com.sun.star.table.TableSortField", (by,))
    rows.sort(tuple(said))


_DO: dict[str, Callable[..., None]] = {
    "replace": _replace,
    "insert": _insert,
    "split": _split,
    "join": _join,
    "strike": _strike,
    "empty": _empty,
    "add": _add,
    "move": _move,
    "comment": _comment,
    "fill": _fill,
    "drop": _drop,
    "sort": _sort,
}


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
