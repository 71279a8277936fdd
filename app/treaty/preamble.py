"""How the front of a treaty is told apart: title, opening formula, recitals, enacting formula.

Recitals may stand one a paragraph or run on in a single one; they begin with a participle
or an adjective ("Recalling", "Mindful", "Deeply concerned"), or with "Whereas".
"""

import re

from app.treaty.document import Kind

_PARTICIPLES = (
    "[A-Z][a-z]+ing|[A-Z][a-z]{2,}ed|Whereas|WHEREAS|Conscious|Mindful|Aware|Desirous|Anxious"
    "|Alarmed|Resolute|Confident|Cognizant|Cognisant|Seeking|In pursuit|In view|In furtherance"
    "|Pursuant|Having regard|Bearing in mind|Considering|RECALLING|CONSIDERING|RECOGNI[ZS]ING"
    "|NOTING|DESIRING|CONVINCED|AFFIRMING|REAFFIRMING|BEARING IN MIND|EMPHASI[ZS]ING|BELIEVING"
    "|DETERMINED|HAVING REGARD|MINDFUL|CONSCIOUS|AWARE|ACKNOWLEDGING|STRESSING|HAVING"
    "|RESOLVED|DESIROUS|WISHING|CONCERNED|WELCOMING|SEEKING|REALI[ZS]ING|COMMITTED"
)
_ADVERBS = (
    "Also|Further|Deeply|Gravely|Seriously|Equally|Fully|Particularly|Strongly|Firmly|Likewise"
    "|Again|And|Solemnly|Profoundly|Especially|Increasingly|Mutually|Keenly|ALSO|FURTHER|DEEPLY"
)
_RECITAL = re.compile(
    rf"[\[“\"]*(?:(?:{_ADVERBS})\s)?(?:{_PARTICIPLES}"
    rf"|(?<=\s)[a-z]+(?:ing|ed))\b(?!\.)"
)
_RECITAL_BREAK = re.compile(
    rf"(?:(?<=[,;])|(?<=[,;]\s\d/)|(?<=[,;]\s\d\d/))\s+"
    rf"(?=[\[“\"]*(?:(?:{_ADVERBS})\s+[a-z]+(?:ing|ed|l|ous|re)\b"
    rf"|(?:{_PARTICIPLES})(?:,| [a-z0-9(“\"\[]|(?<=[A-Z]{{3}}) )))"
)
_FORMULA_START = re.compile(
    r"[\[“\"]*(?:The|THE|We|WE|His|Her|HIS|HER)\s(?:[Ss]tates?|STATES?|[Pp]arties|PARTIES|[Hh]igh"
    r"|HIGH|[Cc]ontracting|CONTRACTING|[Gg]overnments?|GOVERNMENTS?|[Uu]ndersigned|UNDERSIGNED"
    r"|[Mm]ember|MEMBER|[Pp]eoples|PEOPLES|[Ss]ignator|SIGNATOR|[Pp]lenipotentiar|[Pp]resident"
    r"|[Gg]eneral (?:[Cc]onference|[Aa]ssembly)|GENERAL|[Cc]onference|[Nn]egotiating"
    r"|[Kk]ingdom|KINGDOM|[Ee]uropean|EUROPEAN|[Rr]epublic|REPUBLIC|THE PEOPLES"
    r"|[Tt]hird|Majesty|MAJESTY|[Cc]ouncil|[Ss]ecurity)"
)
_ENACTING = re.compile(
    r"[\[“\"]*(?:(?:NOW,? )?THEREFORE,? )?"
    r"(?:[Hh]ave|HAVE|Decides?|[Dd]o hereby|[Hh]ereby|HEREBY|[Aa]gree|AGREE)"
    r"(?: (?:therefore|solemnly|today|hereby|accordingly|reached|THEREFORE|HEREBY))*"
    r"(?: (?:agreed?|AGREED?|resolved|decided|adopted|DECIDED|RESOLVED|upon|on|UPON|concluded"
    r"|to|established|have))?"
    r"(?: [^.;]{0,80})?"
    r"(?:[Ff]ollow(?:s|ing)|FOLLOW(?:S|ING)|[Aa]rticles|provisions|treaty|AGREED|agreed)"
    r"[^.;]{0,40}?\s?[:.]?$|"
    r"[\[“\"]*(?:NOW,? |Now,? )?(?:THEREFORE|Therefore|therefore)\b.*[:,]$|"
    r"[\[“\"]*(?:Have|HAVE) (?:agreed|AGREED)\b.*$"
)
_ENACTING_BREAK = re.compile(
    r"(?<=[,;.)\]\d])\s+(?=(?:(?:And )?(?:Have|HAVE) (?:therefore )?"
    r"(?:agreed|AGREED|resolved|decided)\b|(?:Decide|Agree)s? as follows"
    r"|(?:NOW,? )?THEREFORE\b|Agree upon the following))"
)
_LETTERED_BREAK = re.compile(
    rf"(?<=[,;:])\s+(?=\([a-z]\)\s+(?:(?:{_ADVERBS})\s)?(?:{_PARTICIPLES})\b)"
)
_BODY_AFTER = re.compile(r"(?<=follows:)\s+(?=\[*(?:[1lI]\.|\(?[1a]\))\s)")
_FORMULA_BREAK = re.compile(rf"(?<=,)\s+(?=(?:(?:{_ADVERBS})\s+)?(?:{_PARTICIPLES})\b)")
_NO_PARTICIPLE = re.compile(
    r"(?:United|Revised|Amended|Proposed|Consolidated|Limited|Related|Unified|Restated|Final)\b"
)
_RUN_ON = re.compile(
    r"\s(?=(?:PREAMBLE|Preamble)\s[TW]|(?:The|THE) (?:[Ss]tates? [Pp]arties|[Pp]arties|"
    r"High Contracting|Contracting|Governments?|States)\b[^.;]{0,120},)"
)
_TO = re.compile(r"[\[]*(?:and )?to\b")
_ENACTED = re.compile(
    r"\b(?:have|HAVE|do|DO)(?: \w+)? (?:agreed|AGREED|hereby|decided|DECIDED)\b[^;]*[:.]?$"
)
_PREAMBLE = re.compile(r"(?:PREAMBLE|Preamble)\b[.:]?\s*")
_INSTRUMENT = re.compile(
    r"\b(?:convention|treaty|agreement|protocol|covenant|statute|charter|pact|accord|declaration"
    r"|constitution|final act|instrument|principles|code|rules|regulation|compact|act)\b",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"[A-Z]{1,5}(?:/[A-Za-z.0-9()*-]+)+\*?$")
_DATE = re.compile(
    r"(?:\S+ ){0,4}\d{1,2} (?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) \d{4}\.?$"
)


def is_recital(words: str) -> bool:
    """Whether a paragraph begins as recitals do."""
    match = _RECITAL.match(words)
    return match is not None and _NO_PARTICIPLE.match(words) is None


def lettered_pieces(words: str) -> list[str]:
    """A paragraph cut before each recital with a letter and before the body that runs on.

    ", (b) Recognizing"; "Have agreed as follows: 1. There is established".
    """
    front, *body = _BODY_AFTER.split(words, maxsplit=1)
    return [*_LETTERED_BREAK.split(front), *body]


def is_docket(words: str) -> bool:
    """Whether a line is the symbol or the date of a document."""
    return _SYMBOL.match(words) is not None or _DATE.match(words) is not None


def title_end(words: str) -> int:
    """Where a title ends that the opening of the preamble runs on from; 0 when none does."""
    match = _RUN_ON.search(words)
    if match is None or not _is_name(words[: match.start()].rstrip()):
        return 0
    return match.start() if _INSTRUMENT.search(words[: match.start()]) else 0


def is_enacting(words: str) -> bool:
    """Whether a paragraph is the formula that ends a preamble: "Have agreed as follows:"."""
    if len(words) < 260 and _ENACTING.match(words):
        return True
    return not is_recital(words) and _ENACTED.search(words) is not None


def opens_preamble(words: str) -> bool:
    """Whether a paragraph opens a preamble: "The States Parties to this Convention,"."""
    return _FORMULA_START.match(words) is not None


def title_at(blocks: list[str]) -> int | None:
    """Which of the first paragraphs names the instrument; None when none does."""
    for at, words in enumerate(blocks):
        if _is_name(words) and _INSTRUMENT.search(words):
            return at
    return next((at for at, words in enumerate(blocks) if _is_name(words)), None)


def _is_name(words: str) -> bool:
    """Whether words could be a title: no sentence, no document symbol, no date, no clause."""
    return (
        len(words) <= 400
        and not words.endswith((".", ";", ",", ":"))
        and not _SYMBOL.match(words)
        and not _DATE.match(words)
        and not words.startswith(("(", "Adopted", "Distr", "Original", "Done", "Signed"))
    )


def preamble_pieces(words: str, *, begun: bool = True) -> list[tuple[Kind, str]]:
    """The clauses that a paragraph of a preamble holds, in order, each with its kind.

    `begun` says that a recital came before; until then what is no recital is opening formula.
    """
    pieces: list[tuple[Kind, str]] = []
    head = _PREAMBLE.match(words)
    if head:
        pieces.append((Kind.HEADING, words[: head.end()].strip()))
        words = words[head.end() :]
    if not words:
        return pieces
    parts = _ENACTING_BREAK.split(words, maxsplit=1)
    enacting = parts[1] if len(parts) == 2 else ""
    words = parts[0]
    if is_enacting(words):
        return [*pieces, (Kind.FORMULA, words), *_formula(enacting)]
    if opens_preamble(words):
        opening, *rest = _FORMULA_BREAK.split(words, maxsplit=1)
        pieces.append((Kind.FORMULA, opening))
        words = rest[0] if rest else ""
    for part in _RECITAL_BREAK.split(words):
        if part:
            begun = begun or is_recital(part) or _TO.match(part) is not None
            pieces.append((Kind.RECITAL if begun else Kind.FORMULA, part))
    return [*pieces, *_formula(enacting)]


def _formula(words: str) -> list[tuple[Kind, str]]:
    return [(Kind.FORMULA, words)] if words else []
