"""How soon the page of a long treaty can be typed in, and how soon each letter is there."""

from collections.abc import Iterator


def rows() -> Iterator[dict[str, object]]:
    """None yet."""
    yield from ()
