"""Document -> plain text in the exact form, which parse reads back to the same document.

    %treaty
    Convention on the Example

    {recital} Recalling the examples given before,

    Part I
    General provisions

      Article 1
      Use of terms

        For the purposes of this Convention:

          (a) "example" means what is given here.

The first line says that the form is exact: one clause a block, nothing guessed. The
indent is the depth, two spaces a level. Where the looks of a clause would not tell its
kind or number, a tag in braces does. In all words a backslash is doubled and a line
break is written as backslash and n. drafts/README.md describes the form for drafters.
"""

import re

from app.treaty.document import Clause, Document, Kind
from app.treaty.markers import EXACT, point_kind

_WORDS = {
    Kind.PART: "Part",
    Kind.CHAPTER: "Chapter",
    Kind.SECTION: "Section",
    Kind.SUBSECTION: "Subsection",
    Kind.ARTICLE: "Article",
    Kind.ANNEX: "Annex",
    Kind.APPENDIX: "Appendix",
}
_NUMBER = re.compile(r"\w+(?: \w+)?", re.ASCII)
_DIGITS = re.compile(r"\d+(?: [a-z]+)?", re.ASCII)
_POINT = re.compile(r"[A-Za-z0-9]+(?: [a-z]+)?", re.ASCII)
_SPECIAL = re.compile(
    r"\{|\d+(?: [a-z]+)?\. |\([A-Za-z0-9]+(?: [a-z]+)?\) "
    r"|(?:Part|Chapter|Section|Subsection|Article|Annex|Appendix)(?: \w+)?(?: \w+)?$",
    re.ASCII,
)


def render(document: Document) -> str:
    """The document in the exact form: `parse(render(d)) == d`, whatever its words and numbers."""
    blocks = [f"{EXACT}\n{_escaped(document.title)}"]
    kinds: list[Kind] = []
    for clause in document.clauses:
        del kinds[clause.depth :]
        blocks.append(_block(clause, kinds[-1] if kinds else None))
        kinds.extend([clause.kind] * (clause.depth + 1 - len(kinds)))
    return "\n\n".join(blocks) + "\n"


def _block(clause: Clause, above: Kind | None) -> str:
    indent = "  " * clause.depth
    first = _natural(clause, above)
    if first is None:
        return _tagged(clause, indent)
    if clause.kind in _WORDS and clause.heading:
        return f"{indent}{first}\n{indent}{_escaped(clause.heading)}"
    return f"{indent}{first}"


def _natural(clause: Clause, above: Kind | None) -> str | None:
    """The first line without a tag, or None where it would not be read back as this clause."""
    word = _WORDS.get(clause.kind)
    if word:
        plain = not clause.text and clause.heading.strip() == clause.heading
        if plain and (not clause.number or _NUMBER.fullmatch(clause.number)):
            return f"{word} {clause.number}".rstrip()
        return None
    text = _escaped(clause.text)
    if clause.heading or not text.strip() or text[0].isspace():
        return None
    if clause.kind is Kind.PARAGRAPH and not clause.number:
        return None if _SPECIAL.match(text) else text
    if clause.kind is Kind.PARAGRAPH and _DIGITS.fullmatch(clause.number):
        return f"{clause.number}. {text}"
    if clause.kind is point_kind(above) and _POINT.fullmatch(clause.number):
        return f"({clause.number}) {text}"
    return None


def _tagged(clause: Clause, indent: str) -> str:
    number = _escaped(clause.number).replace("{", r"\{").replace("}", r"\}")
    tag = f"{{{clause.kind.value} {number}}}" if number else f"{{{clause.kind.value}}}"
    words = (
        (clause.heading, clause.text)
        if clause.kind.bears_heading
        else (clause.text, clause.heading)
    )
    lines = [f"{indent}{tag} {_escaped(words[0])}" if words[0] else f"{indent}{tag}"]
    if words[1]:
        lines.append(f"{indent}{{}} {_escaped(words[1])}")
    return "\n".join(lines)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
