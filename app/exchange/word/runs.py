"""Words as WordprocessingML: runs, fields and bookmarks, built as strings.

Building strings is some twenty times faster than building elements, and a
treaty is long. What XML cannot hold (control characters, halves of surrogate
pairs) becomes the replacement character, so that a reader sees that something
stood there. Words of a script written from right to left get runs of their own,
marked so, or Word would set their punctuation on the wrong side.
"""

import re

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
_RTL_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RTL = re.compile(f"[{_RTL_LETTERS}]")
# From one such letter to the last before the next strong letter of another script.
_RTL_STRETCH = re.compile(f"[{_RTL_LETTERS}](?:[^A-Za-z\xc0-\u058f]*[{_RTL_LETTERS}])?")
_FIRST_LETTER = re.compile(r"[^\W\d_]")


def escape(text: str) -> str:
    """Text as it may stand between tags or in a quoted attribute."""
    if not text.isprintable():
        text = _ILLEGAL.sub("\ufffd", text)
    for sign, entity in _ENTITIES:
        if sign in text:
            text = text.replace(sign, entity)
    return text


def runs(text: str, properties: str = "") -> str:
    """Runs for plain text; `properties` is the inside of w:rPr, in the schema's order.

    A line break becomes w:br, a tab w:tab; brackets stay text.
    """
    if not text:
        return ""
    if text.isascii() or _RTL.search(text) is None:
        return _run(text, properties)
    made, at = [], 0
    for stretch in _RTL_STRETCH.finditer(text):
        made.append(_run(text[at : stretch.start()], properties))
        made.append(_run(stretch.group(), properties + "<w:rtl/>"))
        at = stretch.end()
    made.append(_run(text[at:], properties))
    return "".join(made)


def is_right_to_left(text: str) -> bool:
    """Whether a paragraph with this text runs from right to left: its first letter decides."""
    first = None if text.isascii() else _FIRST_LETTER.search(text)
    return first is not None and _RTL.match(first.group()) is not None


def field(instruction: str, result: str, properties: str = "") -> str:
    """A field with its cached result: what Word shows until somebody updates it.

    The instruction is ours, and is not escaped.
    """
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"{runs(result, properties)}"
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def link(bookmark: str, content: str) -> str:
    """Runs that lead to a bookmark of the same document when clicked."""
    return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{content}</w:hyperlink>'


def bookmarked(number: int, name: str, content: str) -> str:
    """Runs between the two ends of a bookmark; `number` is unique in the document."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{content}<w:bookmarkEnd w:id="{number}"/>'


def paragraph(style: str, content: str, properties: str = "", key: str = "") -> str:
    """A paragraph in a style; `properties` is what stands after w:pStyle inside w:pPr.

    `key` is its own id (keys.py), "" for none.
    """
    begin = f'<w:p w14:paraId="{key}">' if key else "<w:p>"
    return f'{begin}<w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def _run(text: str, properties: str) -> str:
    if not text:
        return ""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    body = escape(text)
    # Only what is not printable has breaks or tabs; treaties are long and have few.
    if not text.isprintable():
        body = body.replace("\r\n", "\n").replace("\r", "\n")
        for sign, tag in (("\n", "<w:br/>"), ("\t", "<w:tab/>")):
            body = body.replace(sign, f'</w:t>{tag}<w:t xml:space="preserve">')
    elif text[0] != " " != text[-1]:
        return f"<w:r>{look}<w:t>{body}</w:t></w:r>"
    return f'<w:r>{look}<w:t xml:space="preserve">{body}</w:t></w:r>'
