"""What an export is made from: the text, the mast above it, and the authorities it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.treaty.document import Document
from app.treaty.numbering import Scheme


@dataclass(frozen=True, slots=True)
class Mast:
    """What stands above and around the text.

    `draft` is the slug, `edition` the name of the edition ("Chair's text, Rev.1"; "" for the
    text as it stands), `symbol` the document's symbol, `dated` its date in words,
    `distribution` "General", "Limited" or "Restricted", `record_status` a sentence.
    `journal_head` is the hash and `journal_seq` the number of the journal's last entry.

    `against` is the name of the text that a redline starts from, `round` the circulation that the
    file belongs to; `marking` is a mark of confidentiality ("Confidential") for every page,
    `recipient` and `copy` are whose copy it is and its number. `line_numbers`: beside every line.
    """

    draft: str
    edition: str = ""
    symbol: str = ""
    dated: str = ""
    distribution: str = ""
    record_status: str = "For discussion. No official status."
    journal_head: str = ""
    journal_seq: int = 0
    against: str = ""
    round: str = ""
    marking: str = ""
    recipient: str = ""
    copy: str = ""
    line_numbers: bool = False


@dataclass(frozen=True, slots=True)
class Authority:
    """A passage or a case that a clause cites.

    `csl` is the CSL-JSON item for the footnote ({} for none) and `pinpoint` the place in it;
    `relation` is one of the five relations, `reason` a sentence. `title` names a case
    ("Denmark"), `digest` says what the passage or case holds.
    """

    kind: str
    csl: Mapping[str, Any]
    relation: str
    pinpoint: str = ""
    reason: str = ""
    title: str = ""
    digest: str = ""
    case_slug: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Some words of the commentary; with `csl`, a citation whose footnote stands after them."""

    text: str
    italic: bool = False
    csl: Mapping[str, Any] = field(default_factory=dict)
    pinpoint: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A paragraph of commentary that somebody wrote on a clause; `number` orders those of one host.

    `lines` are printed one below the other, `quote` are the words that it is on ("" for all of
    them), and `pinned` says which text it was written for.
    """

    number: int
    lines: tuple[tuple[Said, ...], ...]
    quote: str = ""
    pinned: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """What one person said once about the text, a paragraph each line.

    `date` is the moment in UTC as "2026-03-01T12:00:00Z", "" for none; `key` is what tells it
    from all others, in every file that it is in.
    """

    author: str
    date: str
    lines: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread of comments, the first of which the others answer.

    It is on the words of its clause from `start` to `end`, in UTF-16 units; on all of the clause
    where `start` is -1.
    """

    comments: tuple[Comment, ...]
    start: int = -1
    end: int = -1
    is_resolved: bool = False


@dataclass(frozen=True, slots=True)
class WordTreaty:
    """A treaty to be written as a Word file.

    `authorities` are the citations of each clause by its uid, in the order to be printed;
    `gaps` say of a clause why it has no source yet, `remarks` what the commentary says on it.
    `talks` are the threads to be set beside it as comments; those at "" are on the whole treaty.
    `notes` are footnotes behind a clause's words, such as a reservation.
    """

    document: Document
    scheme: Scheme
    mast: Mast
    authorities: Mapping[str, tuple[Authority, ...]] = field(default_factory=dict)
    gaps: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    talks: Mapping[str, tuple[Talk, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
