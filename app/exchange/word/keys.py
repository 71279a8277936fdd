"""The id of every clause's paragraph (w14:paraId), the second sign by which it is known again.

Word keeps these ids where somebody took the bookmarks away; LibreOffice drops them and keeps the
bookmarks. An id is made from the clause's uid, so that it is the same in all files; it is a number
of eight hexadecimal digits below 0x80000000 ([MS-DOCX] 2.6.2.3), and above all those that comments
are counted by (talks.py).
"""

from collections.abc import Iterable
from hashlib import sha256

DECLARED = (
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)
"""What the root of a part says in which paragraphs have ids."""

_LOWEST = 0x10000000
_ROOM = 0x7FFFFFFF - _LOWEST


def keys_of(uids: Iterable[str]) -> tuple[str, ...]:
    """The ids of the paragraphs of clauses with these uids, no two alike; "" for no uid."""
    used: set[str] = set()
    made = []
    for uid in uids:
        key = _key(uid, used) if uid else ""
        used.add(key)
        made.append(key)
    return tuple(made)


def _key(uid: str, used: set[str]) -> str:
    turn = 0
    while True:
        seed = f"{uid}\0{turn}" if turn else uid
        found = int(sha256(seed.encode("utf-8", "replace")).hexdigest()[:8], 16) % _ROOM
        if (key := f"{found + _LOWEST:08X}") not in used:
            return key
        turn += 1
