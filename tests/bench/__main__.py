"""`python -m tests.bench [--only NAME]`: prints what was measured and writes bench.json.

Where there is a ratio, ours is good when it is small. A peer that is not installed is named and
skipped; a limit that was not kept says MISSED.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import editor, export, live, page, peers, redline, returns
from tests.bench.row import HEADS, Row

Told = dict[str, object]
BESIDE: dict[str, Callable[[], Iterator[Told]]] = {
    "export": export.rows,
    "redline": redline.rows,
    "returns": returns.rows,
    "page": page.rows,
    "editor": editor.rows,
}
TYPED: dict[str, Callable[[], Iterator[Row]]] = {"live": live.rows, "peers": peers.rows}


def main() -> None:
    """Measure everything, telling each row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=[*BESIDE, *TYPED], help="this part alone")
    only = parser.parse_args().only
    found: list[Told] = []
    for tell in (_beside, _typed):
        for row in tell(only):
            found.append(row)
    Path("bench.json").write_text(json.dumps(found, indent=2) + "\n")


def _beside(only: str | None) -> Iterator[Told]:
    heads = f"{'':78} {'ours':>9} {'peer':>9} {'ratio':>7}"
    for name, rows in BESIDE.items():
        if only in (None, name):
            print(heads)
            for row in rows():
                shown = [
                    "-" if row[key] is None else str(row[key]) for key in ("ours", "peer", "ratio")
                ]
                said = f"{row['name']}, {row['unit']}"
                print(f"{said:78} {shown[0]:>9} {shown[1]:>9} {shown[2]:>7}", flush=True)
                yield row


def _typed(only: str | None) -> Iterator[Told]:
    for name, rows in TYPED.items():
        if only in (None, name):
            print(f"\n{HEADS}")
            for row in rows():
                print(row.told(), flush=True)
                yield row.as_json()


if __name__ == "__main__":
    main()
