"""The fingerprint of every clause as a file was sent out, kept in the file's custom properties.

A file that comes back tells by them which clauses were sent with which words, also where somebody
edited without tracking. Word keeps 255 letters of a property, so there are as many as are needed:

    TravauxClauses1     "<uid>=<12 letters> <uid>=<12 letters> ..."
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from app.treaty.document import Clause

_NAME = "TravauxClauses"
_LONGEST = 250
_UID = re.compile(r"[^\s=]{1,200}")


def fingerprint(words: str) -> str:
    """What the words of a clause (its heading or its text) are known by: 12 letters of SHA-256."""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


def properties(clauses: Iterable[Clause]) -> dict[str, str]:
    """The custom properties that hold the fingerprints of all clauses that have a uid."""
    return {f"{_NAME}{number}": line for number, line in enumerate(_lines(clauses), 1)}


def found(kept: Mapping[str, str]) -> dict[str, str]:
    """The fingerprints in the custom properties of a file, by uid; {} when it has none."""
    told: dict[str, str] = {}
    number = 1
    while (line := kept.get(f"{_NAME}{number}")) is not None:
        for each in line.split():
            uid, sign, print_ = each.partition("=")
            if sign:
                told[uid] = print_
        number += 1
    return told


def _lines(clauses: Iterable[Clause]) -> Iterator[str]:
    line = ""
    for clause in clauses:
        if not _UID.fullmatch(clause.uid):
            continue
        words = clause.heading if clause.kind.bears_heading else clause.text
        each = f"{clause.uid}={fingerprint(words)}"
        if line and len(line) + 1 + len(each) > _LONGEST:
            yield line
            line = ""
        line = f"{line} {each}".lstrip()
    if line:
        yield line
