"""LibreOffice as a reader of our files; run by the system's own Python, which knows its bridge.

python3 office.py FILE...    prints one JSON object a line: the paragraphs of the text and of
                             its tables with the labels LibreOffice computed, notes, comments
"accepted:FILE", "rejected:FILE"  let it take or leave all tracked changes first, save the file
                             as .docx, and read that
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 60
_PAUSE = 0.25


def main(files: list[str]) -> None:
    """Read every file in one session."""
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        pipe = f"travaux{os.getpid()}"
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
            desktop = _service(there, "com.sun.star.frame.Desktop")
            dispatcher = _service(there, "com.sun.star.frame.DispatchHelper")
            for asked in files:
                how, _, file = asked.rpartition(":")
                path = _settled(desktop, dispatcher, Path(file), how) if how else Path(file)
                seen = _read(desktop, path) if path else {"opened": False}
                sys.stdout.write(json.dumps({"asked": asked, **seen}) + "\n")
                sys.stdout.flush()
            desktop.terminate()
            started.wait(PATIENCE)
        finally:
            started.kill()
            started.wait(PATIENCE)


def bridge(pipe: str) -> Any:
    """The context of the LibreOffice that listens there, as soon as it does."""
    # Only the system's Python has the bridge.
    import uno  # type: ignore[import-not-found] # noqa: PLC0415

    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            there = resolver.resolve(address)
        except Exception:  # its class comes from the bridge and has no name of its own here
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return there


def _service(there: Any, name: str) -> Any:
    return there.ServiceManager.createInstanceWithContext(name, there)


def _valued(name: str, what: Any) -> Any:
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found] # noqa: PLC0415

    made = PropertyValue()
    made.Name, made.Value = name, what
    return made


def _opened(desktop: Any, file: Path) -> Any:
    """The document; None where it cannot be read, which is no error to LibreOffice."""
    hidden = _valued("Hidden", True)
    return desktop.loadComponentFromURL(file.resolve().as_uri(), "_blank", 0, (hidden,))


def _settled(desktop: Any, dispatcher: Any, file: Path, how: str) -> Path | None:
    """A copy in which all changes are taken or left."""
    document = _opened(desktop, file)
    if document is None:
        return None
    try:
        command = {"accepted": "AcceptAllTrackedChanges", "rejected": "RejectAllTrackedChanges"}
        frame = document.CurrentController.Frame
        dispatcher.executeDispatch(frame, f".uno:{command[how]}", "", 0, ())
        made = file.with_name(f"{file.stem}-{how}.docx")
        document.storeToURL(made.resolve().as_uri(), (_valued("FilterName", "MS Word 2007 XML"),))
    finally:
        document.close(True)
    return made


def _read(desktop: Any, file: Path) -> dict[str, Any]:
    document = _opened(desktop, file)
    if document is None:
        return {"opened": False}
    try:
        return {
            "opened": True,
            "pages": document.CurrentController.PageCount,
            "paragraphs": [
                {"label": one.ListLabelString, "text": one.String}
                for one in _paragraphs(document.Text)
            ],
            "comments": [
                [one.Author, one.Content]
                for one in _each(document.TextFields)
                if one.supportsService("com.sun.star.text.textfield.Annotation")
            ],
            "changes": document.Redlines.createEnumeration().hasMoreElements(),
            "notes": [
                document.Footnotes.getByIndex(at).String for at in range(document.Footnotes.Count)
            ],
            "bookmarks": [
                name for name in document.Bookmarks.ElementNames if name.startswith("cl_")
            ],
        }
    finally:
        document.close(True)


def _paragraphs(text: Any) -> Iterator[Any]:
    """Those of a text and of the cells of its tables."""
    for one in _each(text):
        if one.supportsService("com.sun.star.text.Paragraph"):
            yield one
        elif one.supportsService("com.sun.star.text.TextTable"):
            for name in one.CellNames:
                yield from _paragraphs(one.getCellByName(name))


def _each(text: Any) -> Iterator[Any]:
    found = text.createEnumeration()
    while found.hasMoreElements():
        yield found.nextElement()


if __name__ == "__main__":
    main(sys.argv[1:])
