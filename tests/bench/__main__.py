"""`python -m tests.bench`: prints a table of ratios and writes bench.json.

Ours is good when the ratio is small. A peer that is not installed is named and skipped.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import export, page

TOGETHER: tuple[Callable[[], Iterator[dict[str, object]]], ...] = (export.rows, page.rows)


def main() -> None:
    """Measure everything, telling each row as soon as it is known."""
    found: list[dict[str, object]] = []
    print(f"{'':78} {'ours':>9} {'peer':>9} {'ratio':>7}")
    for rows in TOGETHER:
        for row in rows():
            found.append(row)
            shown = [
                "-" if row[key] is None else str(row[key]) for key in ("ours", "peer", "ratio")
            ]
            name = f"{row['name']}, {row['unit']}"
            print(f"{name:78} {shown[0]:>9} {shown[1]:>9} {shown[2]:>7}", flush=True)
    Path("bench.json").write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
