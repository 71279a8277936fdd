"""Text in the exact form -> Document: the inverse of render, with nothing guessed."""

import re

from app.treaty.document import Clause, Document, Kind
from app.treaty.markers import point_kind

_KINDS = "|".join(kind.value for kind in Kind)
_TAG = re.compile(rf"\{{({_KINDS})(?: ((?:[^{{}}\\]|\\.)*))?\}}(?: (.*))?", re.DOTALL)
_SECOND = re.compile(r"\{\} (.*)", re.DOTALL)
_HEADED = re.compile(
    r"(Part|Chapter|Section|Subsection|Article|Annex|Appendix)(?: (\w+(?: \w+)?))?", re.ASCII
)
_PARAGRAPH = re.compile(r"(\d+(?: [a-z]+)?)\. (.*)", re.DOTALL | re.ASCII)
_POINT = re.compile(r"\(([A-Za-z0-9]+(?: [a-z]+)?)\) (.*)", re.DOTALL | re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def read(text: str) -> Document:
    """The document of a text in the exact form; a text that strays from it is still read."""
    rows = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    title = _words(rows[1]) if len(rows) > 1 else ""
    clauses: list[Clause] = []
    kinds: list[Kind] = []
    for block in _blocks(rows[2:]):
        depth = (len(block[0]) - len(block[0].lstrip(" "))) // 2
        del kinds[depth:]
        lines = [line.removeprefix("  " * depth) for line in block]
        clause = _clause(lines, depth, kinds[-1] if kinds else None)
        clauses.append(clause)
        kinds.extend([clause.kind] * (depth + 1 - len(kinds)))
    return Document(title, tuple(clauses))


def _blocks(rows: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = []
    opens = True
    for row in rows:
        if not row.strip(" "):
            opens = True
        elif opens:
            blocks.append([row])
            opens = False
        else:
            blocks[-1].append(row)
    return blocks


def _clause(lines: list[str], depth: int, above: Kind | None) -> Clause:
    first, rest = lines[0], "\n".join(lines[1:])
    tag = _TAG.fullmatch(first)
    if tag:
        return _tagged(tag, rest, depth)
    headed = _HEADED.fullmatch(first)
    if headed:
        kind = Kind(headed[1].lower())
        return Clause(kind, headed[2] or "", _words(rest), "", depth)
    text = first if not rest else f"{first}\n{rest}"
    paragraph = _PARAGRAPH.fullmatch(text)
    if paragraph:
        return Clause(Kind.PARAGRAPH, paragraph[1], "", _words(paragraph[2]), depth)
    point = _POINT.fullmatch(text)
    if point:
        return Clause(point_kind(above), point[1], "", _words(point[2]), depth)
    return Clause(Kind.PARAGRAPH, "", "", _words(text), depth)


def _tagged(tag: re.Match[str], rest: str, depth: int) -> Clause:
    kind, number, first = Kind(tag[1]), _words(tag[2] or ""), _words(tag[3] or "")
    match = _SECOND.fullmatch(rest)
    second = _words(match[1] if match else rest)
    if kind.bears_heading:
        return Clause(kind, number, first, second, depth)
    return Clause(kind, number, second, first, depth)


def _words(words: str) -> str:
    return _ESCAPE.sub(lambda match: {"n": "\n", "r": "\r"}.get(match[1], match[1]), words)
