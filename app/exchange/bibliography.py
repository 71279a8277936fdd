"""References of others and for others: BibTeX, RIS and CSL-JSON, read and written.

CSL-JSON is the form kept here; the two others are read into it and written from
it. Readers forgive: an entry that cannot be understood is passed over, and a
field that has no place in CSL-JSON is kept in its note rather than dropped. A
file without a single entry is refused with a sentence.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.exchange.package import Unreadable as Unreadable

Item = dict[str, Any]

_BIBTEX_TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "manual": "report",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "thesis": "thesis",
    "proceedings": "book",
    "collection": "book",
    "techreport": "report",
    "report": "report",
    "online": "webpage",
    "electronic": "webpage",
    "www": "webpage",
    "legislation": "legislation",
    "jurisdiction": "legal_case",
    "legal": "legislation",
    "unpublished": "manuscript",
    "misc": "document",
}
_RIS_TYPES = {
    "JOUR": "article-journal",
    "JFULL": "article-journal",
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "RPRT": "report",
    "GOVDOC": "report",
    "THES": "thesis",
    "CASE": "legal_case",
    "STAT": "legislation",
    "BILL": "bill",
    "ELEC": "webpage",
    "BLOG": "post-weblog",
    "UNPB": "manuscript",
    "TREATY": "treaty",
    "GEN": "document",
}
_BIBTEX_FIELDS = {
    "title": "title",
    "shorttitle": "title-short",
    "booktitle": "container-title",
    "journal": "container-title",
    "journaltitle": "container-title",
    "shortjournal": "container-title-short",
    "series": "collection-title",
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "organization": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "volume": "volume",
    "number": "issue",
    "issue": "issue",
    "edition": "edition",
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "URL",
    "abstract": "abstract",
    "annote": "annote",
    "note": "note",
    "language": "language",
    "langid": "language",
    "keywords": "keyword",
    "court": "authority",
}
_RIS_FIELDS = {
    "TI": "title",
    "T1": "title",
    "CT": "title",
    "T2": "container-title",
    "JO": "container-title",
    "JF": "container-title",
    "BT": "container-title",
    "J2": "container-title-short",
    "JA": "container-title-short",
    "T3": "collection-title",
    "ST": "title-short",
    "PB": "publisher",
    "CY": "publisher-place",
    "PP": "publisher-place",
    "VL": "volume",
    "IS": "issue",
    "ET": "edition",
    "DO": "DOI",
    "SN": "ISSN",
    "UR": "URL",
    "AB": "abstract",
    "N2": "abstract",
    "LA": "language",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "S": "§",
    "P": "¶",
    "textendash": "–",
    "textemdash": "—",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "slash": "/",
    "copyright": "©",
}
_ACCENTED = re.compile(
    r"\\(?:([`'^\"~=.])\s*|([uvHtcdbrk])(?:\s+|(?=\{)))(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)(?:\s+|\{\}|(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([&%$#_{}\\ ])")
_UNESCAPED = re.compile(r"\\([&%$#_~])")
_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]")
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w:.+-]*)\s*=\s*")
_RIS_LINE = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")


def read(name: str, text: str) -> list[Item]:
    """The items of a bibliography file as CSL-JSON, each with an id that no other has.

    The form is told by the text, not by the name. Unreadable when there is no entry in it.
    """
    text = text.removeprefix("\ufeff").strip()
    if text.startswith(("[", "{")):
        items = _read_csl(text)
    elif re.search(r"^TY  ?- ", text, re.MULTILINE):
        items = list(_read_ris(text))
    elif _ENTRY.search(text):
        items = list(_read_bibtex(text))
    else:
        raise Unreadable(
            f"“{name}” is neither CSL-JSON nor BibTeX nor RIS: no entry was found in it."
        )
    if not items:
        raise Unreadable(f"No entry could be read from “{name}”.")
    return _with_ids(items)


def write_csl(items: Iterable[Mapping[str, Any]]) -> str:
    """The items as a CSL-JSON file."""
    return json.dumps(list(items), ensure_ascii=False, indent=1) + "\n"


def _with_ids(items: list[Item]) -> list[Item]:
    taken: set[str] = set()
    for item in items:
        wanted = str(item.get("id") or _slug(item))
        key, count = wanted, 2
        while key in taken:
            key, count = f"{wanted}-{count}", count + 1
        taken.add(key)
        item["id"] = key
    return items


def _slug(item: Item) -> str:
    author: Mapping[str, str] = next(iter(item.get("author", ())), {})
    words = (
        f"{author.get('family') or author.get('literal') or ''} {_year(item)} {item.get('title')}"
    )
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:6]) or "item"


def _year(item: Mapping[str, Any]) -> str:
    parts = (item.get("issued") or {}).get("date-parts") or [[]]
    return str(parts[0][0]) if parts[0] else ""


# CSL-JSON.


def _read_csl(text: str) -> list[Item]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file begins like JSON but is damaged.") from error
    if isinstance(found, dict):
        inside = found.get("items") or found.get("references")
        found = inside if isinstance(inside, list) else [found]
    items = [
        dict(each)
        for each in found
        if isinstance(each, dict) and (each.get("title") or each.get("id"))
    ]
    for item in items:
        item.setdefault("type", "document")
        item["id"] = str(item.get("id") or "")
    return items


# BibTeX.


def _read_bibtex(text: str) -> Iterator[Item]:
    strings: dict[str, str] = {}
    at = 0
    while match := _ENTRY.search(text, at):
        body, at = _braced(text, match.end() - 1)
        kind = match[1].lower()
        if kind in ("comment", "preamble"):
            continue
        if kind == "string":
            strings |= {key: _plain(value) for key, value in _fields(body, strings)}
            continue
        key, comma, rest = body.partition(",")
        if not comma or "=" in key:
            key, rest = "", body
        item = _item_of(kind, dict(_fields(rest, strings)))
        if item.get("title") or len(item) > 1:
            yield {"id": key.strip(), **item}


def _braced(text: str, start: int) -> tuple[str, int]:
    """The content of the braces that open at `start`, and the place after them."""
    closing = "}" if text[start] == "{" else ")"
    depth = 0
    at = start
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 2
            continue
        if sign == "{" or (at == start and sign == "("):
            depth += 1
        elif sign == "}" or (depth == 1 and sign == closing):
            depth -= 1
            if depth == 0:
                return text[start + 1 : at], at + 1
        at += 1
    return text[start + 1 :], len(text)


def _fields(body: str, strings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name, raw value) of the fields of an entry; a value may be put together with `#`."""
    at = 0
    while match := _FIELD.match(body, at):
        pieces, at = [], match.end()
        while True:
            piece, at = _value(body, at, strings)
            pieces.append(piece)
            joined = re.compile(r"\s*#\s*").match(body, at)
            if joined is None:
                break
            at = joined.end()
        yield match[1].lower(), "".join(pieces)
        comma = re.compile(r"\s*,").match(body, at)
        if comma is None:
            return
        at = comma.end()


def _value(body: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    if body[at : at + 1] == "{":
        return _braced(body, at)
    if body[at : at + 1] == '"':
        depth, end = 0, at + 1
        while end < len(body) and (body[end] != '"' or depth):
            depth += (body[end] == "{") - (body[end] == "}")
            end += 2 if body[end] == "\\" else 1
        return body[at + 1 : end], end + 1
    bare = re.compile(r"[^\s,#}]*").match(body, at)
    word = bare[0] if bare else ""
    return strings.get(word.lower(), word), at + len(word)


def _plain(value: str) -> str:
    """A BibTeX value as plain text: accents put on their letters, braces and commands away."""
    text = _ACCENTED.sub(_accented, value)
    text = re.sub(r"(?<!\\)~", " ", text)
    text = re.sub(
        r"\\(?:emph|textit|textbf|textsc|text|url|href|mkbibquote|enquote)\s*(?=\{)", "", text
    )
    text = _COMMAND.sub(lambda match: _LETTERS.get(match[1], ""), text)
    text = _ESCAPED.sub(lambda match: f"\\{match[1]}" if match[1] in "{}" else match[1], text)
    text = re.sub(r"(?<!\\)[{}]", "", text).replace("\\{", "{").replace("\\}", "}")
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _accented(match: re.Match[str]) -> str:
    accent = _ACCENTS.get(match[1] or match[2], "")
    return unicodedata.normalize("NFC", (match[3] or match[4]) + accent)


def _item_of(kind: str, fields: dict[str, str]) -> Item:
    item: Item = {"type": _BIBTEX_TYPES.get(kind, "document")}
    unknown = []
    for name, raw in fields.items():
        if name in ("author", "editor", "translator"):
            item[name] = _bibtex_names(raw)
        elif name in _BIBTEX_FIELDS:
            target = _BIBTEX_FIELDS[name]
            words = _UNESCAPED.sub(r"\1", raw.strip()) if target == "URL" else _plain(raw)
            if words:
                item[target] = words
        elif name == "pages":
            item["page"] = re.sub(r"\s*[-–—]+\s*", "-", _plain(raw))
        elif name in ("urldate", "accessed"):
            item["accessed"] = _date(_plain(raw))
        elif name == "subtitle" or name in ("year", "month", "day", "date", "crossref", "file"):
            continue
        elif _plain(raw):
            unknown.append(f"{name}: {_plain(raw)}")
    if fields.get("subtitle"):
        item["title"] = f"{item.get('title', '')}: {_plain(fields['subtitle'])}"
    issued = _bibtex_date(fields)
    if issued:
        item["issued"] = issued
    if unknown:
        item["note"] = "; ".join(filter(None, [item.get("note", ""), *unknown]))
    return item


def _bibtex_date(fields: Mapping[str, str]) -> Item | None:
    if fields.get("date"):
        return _date(_plain(fields["date"]))
    year = _plain(fields.get("year", ""))
    if not year:
        return None
    month = _plain(fields.get("month", "")).lower()
    number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else month
    return _date("-".join(str(part) for part in (year, number, fields.get("day")) if part))


def _date(text: str) -> Item:
    """A CSL date from "2020-05-01", "2020/05/01", "2020/2021"; as literal words when it is none."""
    match = re.match(r"(\d{3,4})(?:[-/](\d{1,2})(?!\d))?(?:[-/](\d{1,2})(?!\d))?", text.strip())
    if match is None:
        return {"literal": text.strip()}
    return {"date-parts": [[int(part) for part in match.groups() if part]]}


def _bibtex_names(raw: str) -> list[Item]:
    """Names joined by `and`; `von Last, Jr, First` or `First von Last`; one in braces is whole."""
    names = []
    for each in _split_outside_braces(raw, r"\s+and\s+"):
        whole = each.strip()
        if not whole or whole == "others":
            continue
        if whole.startswith("{") and _braced(whole, 0)[1] == len(whole):
            names.append({"literal": _plain(whole)})
            continue
        names.append(_name([_plain(part) for part in _split_outside_braces(whole, r"\s*,\s*")]))
    return names


def _name(parts: list[str]) -> Item:
    if len(parts) == 1:
        words = parts[0].split()
        at = next((at for at, word in enumerate(words[:-1]) if word[:1].islower()), len(words) - 1)
        family, given, suffix = " ".join(words[at:]), " ".join(words[:at]), ""
    else:
        family, given = parts[0], parts[-1]
        suffix = parts[1] if len(parts) > 2 else ""
    name = {"family": family, "given": given, "suffix": suffix}
    return {key: words for key, words in name.items() if words}


def _split_outside_braces(text: str, separator: str) -> list[str]:
    pieces, depth, start = [], 0, 0
    pattern = re.compile(separator)
    at = 0
    while at < len(text):
        depth += (text[at] == "{") - (text[at] == "}")
        match = pattern.match(text, at) if depth == 0 else None
        if match and match.end() > at:
            pieces.append(text[start:at])
            at = start = match.end()
            continue
        at += 1
    return [*pieces, text[start:]]


def write_bibtex(items: Iterable[Mapping[str, Any]]) -> str:
    """The items as a BibTeX file in UTF-8."""
    return "\n".join(_bibtex_entry(item) for item in items)


def _bibtex_entry(item: Mapping[str, Any]) -> str:
    kinds = {csl: kind for kind, csl in reversed(_BIBTEX_TYPES.items())} | {"treaty": "misc"}
    names = {csl: field for field, csl in reversed(_BIBTEX_FIELDS.items())}
    kind = kinds.get(str(item.get("type")), "misc")
    fields = {"title": item.get("title")}
    for role in ("author", "editor", "translator"):
        fields[role] = " and ".join(_bibtex_name(name) for name in item.get(role, ()))
    for key, field in names.items():
        if key not in ("title", "container-title"):
            fields[field] = item.get(key)
    holder = "journal" if kind == "article" else "booktitle"
    fields[holder] = item.get("container-title")
    fields["pages"] = str(item.get("page") or "").replace("-", "--")
    dated = item.get("issued") or item.get("adopted") or {}
    fields["date"] = _date_words(dated)
    fields["year"] = _year({"issued": dated})
    lines = [
        f"  {name} = {{{_field_words(name, str(value))}}},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@{kind}{{{item.get('id', '')},", *lines, "}", ""])


def _field_words(name: str, words: str) -> str:
    """A value as it is written: names carry braces of their own, addresses are taken literally."""
    return words if name in ("author", "editor", "translator", "url") else _escaped(words)


def _bibtex_name(name: Mapping[str, str]) -> str:
    if name.get("literal"):
        return f"{{{_escaped(name['literal'])}}}"
    parts = [name.get("family", ""), name.get("suffix", ""), name.get("given", "")]
    return ", ".join(_escaped(part) for part in parts if part)


def _escaped(text: str) -> str:
    names = {"\\": "\\textbackslash{}", "~": "\\textasciitilde{}"}
    return re.sub(r"[&%$#_{}~\\]", lambda sign: names.get(sign[0], f"\\{sign[0]}"), text)


def _date_words(date: Mapping[str, Any]) -> str:
    parts = (date.get("date-parts") or [[]])[0]
    return "-".join(f"{int(part):02d}" for part in parts) or str(date.get("literal") or "")


# RIS.


def _read_ris(text: str) -> Iterator[Item]:
    fields: list[tuple[str, str]] = []
    for line in text.splitlines():
        match = _RIS_LINE.match(line.rstrip())
        if match is None:
            if fields and line.strip():
                tag, words = fields[-1]
                fields[-1] = (tag, f"{words} {line.strip()}")
            continue
        if match[1] == "ER":
            yield from _ris_item(fields)
            fields = []
        else:
            fields.append((match[1], match[2].strip()))
    yield from _ris_item(fields)


def _ris_item(fields: list[tuple[str, str]]) -> Iterator[Item]:
    if not fields:
        return
    item: Item = {"type": "document"}
    pages: dict[str, str] = {}
    unknown = []
    for tag, words in fields:
        if not words:
            continue
        if tag == "TY":
            item["type"] = _RIS_TYPES.get(words, "document")
        elif tag == "ID":
            item["id"] = words
        elif tag in ("AU", "A1"):
            item.setdefault("author", []).append(_ris_name(words))
        elif tag in ("ED", "A2"):
            item.setdefault("editor", []).append(_ris_name(words))
        elif tag in ("PY", "Y1", "DA"):
            item["issued"] = max(item.get("issued"), _ris_date(words), key=_exactness)
        elif tag == "Y2":
            item["accessed"] = _ris_date(words)
        elif tag in ("SP", "EP"):
            pages[tag] = words
        elif tag == "KW":
            item["keyword"] = ", ".join(filter(None, [item.get("keyword"), words]))
        elif tag == "N1":
            item["note"] = "; ".join(filter(None, [item.get("note"), words]))
        elif tag in _RIS_FIELDS:
            item.setdefault(_RIS_FIELDS[tag], words)
        else:
            unknown.append(f"{tag}: {words}")
    if pages:
        item["page"] = "-".join(pages[tag] for tag in ("SP", "EP") if tag in pages)
    if unknown:
        item["note"] = "; ".join(filter(None, [item.get("note"), *unknown]))
    if item["type"] in ("book", "chapter", "report") and "ISSN" in item:
        item["ISBN"] = item.pop("ISSN")
    yield item


def _exactness(date: Item | None) -> int:
    return len((date or {}).get("date-parts", [[]])[0]) if date else -1


def _ris_date(words: str) -> Item:
    return _date("-".join(part for part in words.split("/")[:3] if part.strip().isdigit()) or words)


def _ris_name(words: str) -> Item:
    parts = [part.strip() for part in words.split(",")]
    if len(parts) == 1:
        return {"literal": words}
    name = {"family": parts[0], "given": parts[1], "suffix": parts[2] if len(parts) > 2 else ""}
    return {key: part for key, part in name.items() if part}


def write_ris(items: Iterable[Mapping[str, Any]]) -> str:
    """The items as a RIS file."""
    return "\n".join(_ris_entry(item) for item in items)


def _ris_entry(item: Mapping[str, Any]) -> str:
    kinds = {csl: kind for kind, csl in reversed(_RIS_TYPES.items())}
    tags = {csl: tag for tag, csl in reversed(_RIS_FIELDS.items())}
    lines = [("TY", kinds.get(str(item.get("type")), "GEN")), ("ID", str(item.get("id") or ""))]
    lines += [("AU", _ris_name_words(name)) for name in item.get("author", ())]
    lines += [("ED", _ris_name_words(name)) for name in item.get("editor", ())]
    lines += [(tag, str(item.get(key) or "")) for key, tag in tags.items()]
    lines += [("SN", str(item.get("ISBN") or "")), ("N1", str(item.get("note") or ""))]
    start, _, end = str(item.get("page") or "").partition("-")
    lines += [("SP", start), ("EP", end)]
    dated = item.get("issued") or item.get("adopted") or {}
    lines += [("PY", _year({"issued": dated})), ("DA", _date_words(dated).replace("-", "/"))]
    lines += [("KW", word.strip()) for word in str(item.get("keyword") or "").split(",")]
    kept = [f"{tag}  - {' '.join(words.split())}" for tag, words in lines if words.strip()]
    return "\n".join([*kept, "ER  - ", ""])


def _ris_name_words(name: Mapping[str, str]) -> str:
    if name.get("literal"):
        return str(name["literal"])
    parts = [name.get("family", ""), name.get("given", ""), name.get("suffix", "")]
    return ", ".join(part for part in parts if part)
