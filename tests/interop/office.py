"""LibreOffice as a reader of our files; run by the system's own Python, which knows its bridge.

python3 office.py FILE...    prints one JSON object a line: the paragraphs of the
                             text with the labels LibreOffice computed, and the notes
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

_PATIENCE = 60
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
            desktop = _connected(pipe)
            for file in files:
                sys.stdout.write(json.dumps(_read(desktop, Path(file))) + "\n")
            desktop.terminate()
            started.wait(_PATIENCE)
        finally:
            started.kill()
            started.wait(_PATIENCE)


def _connected(pipe: str) -> Any:
    # Only the system's Python has the bridge.
    import uno  # type: ignore[import-not-found] # noqa: PLC0415

    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", here
    )
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            there = resolver.resolve(address)
        except Exception:  # its class comes from the bridge and has no name of its own here
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return there.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", there
            )


def _read(desktop: Any, file: Path) -> dict[str, Any]:
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found] # noqa: PLC0415

    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL(file.resolve().as_uri(), "_blank", 0, (hidden,))
    # A file that cannot be read is no error to LibreOffice: it answers with nothing.
    if document is None:
        return {"file": str(file), "opened": False}
    try:
        return {
            "file": str(file),
            "opened": True,
            "pages": document.CurrentController.PageCount,
            "paragraphs": [
                {"style": one.ParaStyleName, "label": one.ListLabelString, "text": one.String}
                for one in _each(document.Text)
                if one.supportsService("com.sun.star.text.Paragraph")
            ],
            "notes": [
                document.Footnotes.getByIndex(at).String for at in range(document.Footnotes.Count)
            ],
            "bookmarks": [
                name for name in document.Bookmarks.ElementNames if name.startswith("cl_")
            ],
        }
    finally:
        document.close(True)


def _each(text: Any) -> Iterator[Any]:
    found = text.createEnumeration()
    while found.hasMoreElements():
        yield found.nextElement()


if __name__ == "__main__":
    main(sys.argv[1:])
