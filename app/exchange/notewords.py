"""What a note in Markdown says, line by line: words, whether they are stressed, where they lead."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look; `href` is the address that they are a link to, "" for none."""

    text: str
    italic: bool = False
    href: str = ""


def lines_of(body: str) -> tuple[tuple[Span, ...], ...]:
    """The paragraphs, headings and list items of a note, each a line; raw HTML is its own text."""
    # Fetched when the first note is printed: see sources.py.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    made: list[tuple[Span, ...]] = []
    for token in MarkdownIt("commonmark", {"html": False}).disable("image").parse(body):
        if token.type == "inline":
            made.append(tuple(_spans(token.children or ())))
        elif token.type in ("fence", "code_block"):
            made += [(Span(line),) for line in token.content.splitlines()]
    return tuple(made)


def _spans(tokens: "tuple[Token, ...] | list[Token]") -> Iterator[Span]:
    italic, href = 0, ""
    for token in tokens:
        if token.type in ("em_open", "em_close"):
            italic += token.nesting
        elif token.type == "link_open":
            href = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            href = ""
        elif token.type in ("softbreak", "hardbreak"):
            yield Span(" ", italic > 0, href)
        elif token.content:
            yield Span(token.content, italic > 0, href)
