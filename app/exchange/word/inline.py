"""What stands inside of a paragraph: runs, and everything that may wrap or interrupt them.

ECMA-376 part 1, 17.3 (runs), 17.16 (fields and hyperlinks), 17.3.3.25 (ruby). The words of a
field's code are kept apart from those it shows; fields may span paragraphs, so a field is known
to be one only when its end was met.
"""

from collections.abc import Callable, Iterable, Mapping

from app.exchange.package import Element, attribute, child, local, value
from app.exchange.word.marks import Moves, control_change, forms, mark_of, nested
from app.exchange.word.sheet import Sheet, is_on
from app.exchange.word.story import Block, Field, Mark, Piece, Sort, Story, Tracked, View
from app.exchange.word.things import (
    boxes,
    chosen,
    field_loss,
    lost,
    short,
    symbol,
    thing,
    words_in,
)

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WRAPPERS = frozenset({"smartTag", "customXml", "dir", "bdo", "sdtContent", "rubyBase"})
_CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo"})
_THINGS = frozenset({"drawing", "pict", "object", "control", "contentPart"})
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
_ANCHORS = {
    "commentRangeStart": Sort.COMMENT_START,
    "commentRangeEnd": Sort.COMMENT_END,
    "commentReference": Sort.COMMENT,
}
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_OLD_FIELDS = frozenset(
    {"pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong"}
)
_SILENT = frozenset(
    {"pPr", "rPr", "proofErr", "permStart", "permEnd", "bookmarkEnd", "lastRenderedPageBreak"}
    | {"sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "rubyPr", "rt", "annotationRef"}
    | {"footnoteRef", "endnoteRef", "separator", "continuationSeparator", "fldData", "ffData"}
)
_DEEPEST_FIELD = 20
_NEVER: frozenset[View] = frozenset()
Boxed = Callable[[Element, tuple[Mark, ...]], Story]


class Inline:
    """Fills blocks with pieces; one for each part, because fields and moves span paragraphs."""

    def __init__(self, sheet: Sheet, targets: Mapping[str, str], boxed: Boxed) -> None:
        self.moves = Moves()
        self._sheet = sheet
        self._targets = targets
        self._boxed = boxed
        self._fields: list[Field] = []
        self._within: tuple[Field, ...] = ()
        self._shown_by: Field | None = None
        self._block = Block()
        self._hidden_by_style: bool | None = None

    def paragraph(self, content: Iterable[Element], block: Block, hidden: bool | None) -> None:
        """Put the pieces of a paragraph (or of loose runs) into its block."""
        outer = (self._block, self._hidden_by_style)
        self._block, self._hidden_by_style = block, hidden
        self._runs(content, ())
        self._block, self._hidden_by_style = outer

    def begin(self) -> list[Field]:
        """Begin a story of its own, such as a note: fields do not reach into it from outside.

        What comes back is for `end`.
        """
        outer, self._fields = self._fields, []
        self._set_within()
        return outer

    def end(self, outer: list[Field]) -> None:
        """End a story; the fields that were open around it are open again."""
        self._fields = outer
        self._set_within()

    def takes_range(self, element: Element, name: str) -> bool:
        """Whether the element begins or ends a range of moves or of changed controls."""
        return self.moves.takes(element, name) or name.startswith("customXml")

    def control_change(self, element: Element, name: str) -> tuple[Piece, ...]:
        """The change of a content control as a piece; nothing for the end of its range."""
        mark = control_change(element, name)
        return () if mark is None else (Piece(Sort.OTHER, marks=(mark,)),)

    def _runs(self, content: Iterable[Element], marks: tuple[Mark, ...]) -> None:
        for element in content:
            name = local(element)
            if name == "r":
                self._run(element, marks)
            elif name in _CHANGES:
                mark = mark_of(element, name, self.moves)
                self._runs(element, nested(marks, mark))
            elif name in _WRAPPERS:
                self._runs(element, marks)
            elif name == "sdt":
                content_of = child(element, "sdtContent")
                if content_of is not None:
                    self._runs(content_of, marks)
            elif name == "hyperlink":
                self._link(element, marks)
            elif name == "fldSimple":
                self._simple_field(element, marks)
            elif name == "AlternateContent":
                self._runs(chosen(element), marks)
            elif name == "bookmarkStart":
                self._put(Piece(Sort.BOOKMARK, key=attribute(element, "name") or ""))
            elif name in _ANCHORS:
                self._put(Piece(_ANCHORS[name], key=attribute(element, "id") or "", marks=marks))
            elif name in ("oMath", "oMathPara"):
                self._put(Piece(Sort.EQUATION, marks=marks, equation=element))
            elif not self._range(element, name) and name not in _SILENT:
                self._unknown(element, name, marks)

    def _run(self, run: Element, marks: tuple[Mark, ...]) -> None:
        properties = child(run, "rPr")
        hidden = _NEVER
        raised = False
        if properties is not None:
            marks = nested(marks, *forms(properties))
            hidden = self._hidden(properties)
            raised = value(properties, "vertAlign") == "superscript"
        elif self._hidden_by_style:
            hidden = frozenset(View)
        self._inside(run, marks, hidden, raised)

    def _inside(
        self, run: Element, marks: tuple[Mark, ...], hidden: frozenset[View], raised: bool
    ) -> None:
        for element in run:
            name = local(element)
            if name == "t":
                self._words(_text(element), marks, hidden, raised)
            elif name == "delText":
                # Deleted words belong into w:del; where a writer forgot it they are deleted still.
                self._words(_text(element), _as_deleted(marks), hidden, raised)
            elif name in _SIGNS:
                self._words(_SIGNS[name], marks, hidden, False)
            elif name == "br":
                if attribute(element, "type") not in ("page", "column"):
                    self._words("\n", marks, hidden, False)
            elif name == "sym":
                self._symbol(element, marks, hidden)
            elif name in ("instrText", "delInstrText"):
                self._code(element, marks)
            elif name == "fldChar":
                self._field_char(element, marks)
            elif name in _NOTES:
                self._note(element, _NOTES[name], marks)
            elif name in _ANCHORS:
                self._put(Piece(_ANCHORS[name], key=attribute(element, "id") or "", marks=marks))
            elif name in _THINGS:
                self._thing(element, marks)
            elif name == "AlternateContent":
                self._inside(chosen(element), marks, hidden, raised)
            elif name == "ruby":
                self._ruby(element, marks)
            elif name in _OLD_FIELDS:
                self._lose(field_loss(name).kind, f"A field “{name}” was not taken.", marks)
            elif name not in _SILENT:
                self._unknown(element, name, marks)

    def _hidden(self, properties: Element) -> frozenset[View]:
        """The views in which a run is hidden: by itself, by its style, by its paragraph's."""
        now = self._hides(properties)
        change = child(properties, "rPrChange")
        before = now if change is None else self._hides(child(change, "rPr"))
        if not now and not before:
            return _NEVER
        views = {View.ACCEPTED, View.MARKED} if now else set()
        return frozenset(views | ({View.ORIGINAL} if before else set()))

    def _hides(self, properties: Element | None) -> bool:
        own = child(properties, "vanish")
        if own is not None:
            return is_on(own)
        by_style = self._sheet.hides(value(properties, "rStyle"))
        return bool(self._hidden_by_style if by_style is None else by_style)

    # Pieces.

    def _put(self, piece: Piece) -> None:
        piece.within = self._within
        piece.shown_by = self._shown_by
        self._block.pieces.append(piece)

    def _words(
        self, words: str, marks: tuple[Mark, ...], hidden: frozenset[View], raised: bool
    ) -> None:
        if words:
            if self._within:
                # Not printed, if the field ends: then it is told with the code.
                self._within[-1].code.append(words)
            self._put(Piece(Sort.WORDS, words, marks, hidden=hidden, is_raised=raised))

    def _lose(self, kind: str, sentence: str, marks: tuple[Mark, ...]) -> None:
        self._put(Piece(Sort.OTHER, marks=marks, loss=lost(kind, sentence)))

    def _symbol(self, element: Element, marks: tuple[Mark, ...], hidden: frozenset[View]) -> None:
        letter, is_sure = symbol(element)
        self._words(letter, marks, hidden, False)
        if not is_sure:
            font = short(attribute(element, "font") or "unknown")
            code = short(attribute(element, "char") or "")
            self._lose("symbol", f"A letter of the font {font} ({code}) is not known here.", marks)

    def _note(self, element: Element, kind: str, marks: tuple[Mark, ...]) -> None:
        # A note with a mark of its own (17.11.6) is not counted; the mark itself is a word.
        counts = not is_on_attribute(element, "customMarkFollows")
        key = attribute(element, "id") or ""
        self._put(Piece(Sort.NOTE, kind if counts else f"{kind}*", marks, key))

    def _thing(self, element: Element, marks: tuple[Mark, ...]) -> None:
        found = list(boxes(element))
        for box in found:
            story = self._boxed(box, nested(self._block.around, *marks))
            self._put(Piece(Sort.BOX, marks=marks, box=story))
        loss = thing(element, bool(found))
        if loss is not None:
            self._put(Piece(Sort.OTHER, marks=marks, loss=loss))

    def _ruby(self, element: Element, marks: tuple[Mark, ...]) -> None:
        """Words with a guide to their sound above them (17.3.3.25): the words are taken."""
        base, guide = child(element, "rubyBase"), child(element, "rt")
        if base is not None:
            self._runs(base, marks)
        if guide is not None and (words := words_in(guide)):
            self._lose("ruby", f"A guide to pronunciation was not taken: “{words}”.", marks)

    def _link(self, element: Element, marks: tuple[Mark, ...]) -> None:
        self._runs(element, marks)
        for key, relation in element.items():
            if str(key).rpartition("}")[2] == "id" and (target := self._targets.get(str(relation))):
                said = f"A link's address was not taken: “{short(target)}”."
                self._lose("external link", said, marks)

    def _range(self, element: Element, name: str) -> bool:
        if not self.takes_range(element, name):
            return False
        for piece in self.control_change(element, name):
            self._put(piece)
        return True

    def _unknown(self, element: Element, name: str, marks: tuple[Mark, ...]) -> None:
        if name == "subDoc":
            self._lose("document within", "A document within this one was not read.", marks)
        elif name and (words := words_in(element)):
            self._lose("unknown part", f"“{name}” is not known here; its words: “{words}”.", marks)

    # Fields (17.16.18): begin, code, separate, what it shows, end.

    def _simple_field(self, element: Element, marks: tuple[Mark, ...]) -> None:
        code = attribute(element, "instr") or ""
        self._put(Piece(Sort.OTHER, marks=marks, loss=field_loss(code)))
        self._fields.append(Field([code], is_closed=True, in_code=False))
        self._set_within()
        self._runs(element, marks)
        self._fields.pop()
        self._set_within()

    def _code(self, element: Element, marks: tuple[Mark, ...]) -> None:
        words = element.text or ""
        if local(element) == "delInstrText":
            marks = _as_deleted(marks)
        if self._fields:
            self._fields[-1].code.append(words)
        self._put(Piece(Sort.CODE, words, marks))

    def _field_char(self, element: Element, marks: tuple[Mark, ...]) -> None:
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(Field())
        elif self._fields and kind == "separate":
            self._fields[-1].in_code = False
        elif self._fields and kind == "end":
            ended = self._fields.pop()
            ended.is_closed = True
            self._set_within()
            self._put(Piece(Sort.OTHER, marks=marks, loss=field_loss("".join(ended.code))))
        for change in element:
            if local(change) == "numberingChange":
                self._put(Piece(Sort.OTHER, marks=(*marks, *forms(element))))
        self._set_within()

    def _set_within(self) -> None:
        # Fields nest a few deep; a file that opens thousands would only make lists of them.
        near = self._fields[-_DEEPEST_FIELD:]
        self._within = tuple(each for each in near if each.in_code)
        self._shown_by = next((each for each in reversed(near) if not each.in_code), None)


def is_on_attribute(element: Element, name: str) -> bool:
    """Whether a switch that is an attribute is on."""
    return attribute(element, name) in ("1", "true", "on")


def _text(element: Element) -> str:
    """The words of a w:t; without xml:space="preserve" the spaces around them are none (17.3.3.31).

    A line break in the XML prints as a space.
    """
    words = element.text or ""
    if element.get(_XML_SPACE) != "preserve" and words[:1].isspace() | words[-1:].isspace():
        words = words.strip(" \t\r\n")
    return words.replace("\n", " ") if "\n" in words else words


def _as_deleted(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    if any(mark.kind is Tracked.DELETED for mark in marks):
        return marks
    return (*marks, Mark(Tracked.DELETED))
