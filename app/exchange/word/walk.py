"""The walk over one part of a Word file: paragraphs and tables, and all that may wrap them.

Elements are known by their local names, so Strict and Transitional files read alike. What is not
known and holds words is never passed over: it becomes a piece that says what was lost, at its
place. The structure is that of ECMA-376 part 1, 17.2 (body), 17.4 (tables), 17.5 (custom markup),
17.13.5 (revisions) and part 3 (alternate content).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.exchange.package import Element, Unreadable, attribute, child, local, value
from app.exchange.word.inline import Inline
from app.exchange.word.marks import forms, mark_of, marks_in, nested
from app.exchange.word.sheet import Sheet
from app.exchange.word.story import Block, Edge, Mark, Piece, Sort, Story, Tracked
from app.exchange.word.things import chosen, contents_control, lost, words_in

# What only wraps blocks; its content is read as if it were not there.
_WRAPPERS = frozenset({"customXml", "sdtContent", "smartTag", "ins", "del", "moveFrom", "moveTo"})
_ANCHORS = {"commentRangeStart": Sort.COMMENT_START, "bookmarkStart": Sort.BOOKMARK}
_SILENT = frozenset(
    {
        "sectPr",
        "proofErr",
        "permStart",
        "permEnd",
        "bookmarkEnd",
        "sdtPr",
        "sdtEndPr",
        "customXmlPr",
    }
    | {"tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "pPr", "smartTagPr"}
)


_LONGEST_PLACE = 200
_DEEPEST_BOX = 8


@dataclass(slots=True)
class _Place:
    """Where the walk is: in which table, row and cell, and whether in a table of contents."""

    table: int = 0
    row: int = 0
    cell: int = 0
    above: str = ""
    in_contents: bool = False
    boxes: int = 0

    @property
    def where(self) -> str:
        if not self.table:
            return self.above
        place = f"table {self.table}, row {self.row}, cell {self.cell}"
        if not self.above:
            return place
        # Each paragraph says where it is: of a nest without end the innermost places are told.
        above = self.above if len(self.above) < _LONGEST_PLACE else f"…{self.above[-60:]}"
        return f"{above}, {place}"


@dataclass(slots=True)
class Walk:
    """A walk over the parts of one file; `targets` are the external targets of this part's links.

    One walk reads one part: ranges that begin in a part end in it.
    """

    sheet: Sheet
    targets: Mapping[str, str] = field(default_factory=dict)
    _story: Story = field(default_factory=list)
    _place: _Place = field(default_factory=_Place)
    _waiting: list[Piece] = field(default_factory=list)
    _tables: int = 0
    _inline: Inline | None = None

    def story(self, root: Element, where: str = "", around: tuple[Mark, ...] = ()) -> Story:
        """The blocks under an element, with those in tables, controls and boxes, in order."""
        outer = (self._story, self._place, self._waiting)
        boxes = self._place.boxes
        self._story, self._place, self._waiting = [], _Place(above=where, boxes=boxes), []
        fields = self._runs.begin()
        self._blocks(root, around)
        if self._waiting:
            self._last().pieces.extend(self._waiting)
        self._runs.end(fields)
        found = self._story
        self._story, self._place, self._waiting = outer
        return found

    def _box(self, box: Element, marks: tuple[Mark, ...]) -> Story:
        where = self._place.where
        outer = self._place
        if outer.boxes == _DEEPEST_BOX:
            raise Unreadable("The file nests text boxes deeper than any text does; refused.")
        self._place = replace(outer, boxes=outer.boxes + 1)
        story = self.story(box, f"{where}, text box" if where else "text box", marks)
        self._place = outer
        return story

    @property
    def _runs(self) -> Inline:
        if self._inline is None:
            self._inline = Inline(self.sheet, self.targets, self._box)
        return self._inline

    def _blocks(self, parent: Element, around: tuple[Mark, ...]) -> None:
        loose: list[Element] = []
        for element in parent:
            name = local(element)
            if loose and name != "r":
                self._loose(loose, around)
                loose = []
            if name == "p":
                self._paragraph(element, around)
            elif name == "tbl":
                self._table(element, around)
            elif name == "sdt":
                self._control(element, around)
            elif name in _WRAPPERS:
                mark = mark_of(element, name, self._runs.moves)
                self._blocks(element, nested(around, mark))
            elif name == "AlternateContent":
                self._blocks(chosen(element), around)
            elif name == "r":
                loose.append(element)
            else:
                self._between(element, name, around)
        if loose:
            self._loose(loose, around)

    def _between(self, element: Element, name: str, around: tuple[Mark, ...]) -> None:
        """What may stand between paragraphs: ends of ranges, equations, documents within."""
        if name in _ANCHORS:
            key = attribute(element, "name" if name == "bookmarkStart" else "id") or ""
            self._waiting.append(Piece(_ANCHORS[name], key=key))
        elif name == "commentRangeEnd":
            piece = Piece(Sort.COMMENT_END, key=attribute(element, "id") or "")
            (self._waiting if self._waiting else self._last().pieces).append(piece)
        elif name in ("oMath", "oMathPara"):
            block = self._begin(around)
            block.pieces.append(Piece(Sort.EQUATION, equation=element))
            self._story.append(block)
        elif name in ("altChunk", "subDoc"):
            loss = lost("document within", "A document within this one was not read.")
            self._waiting.append(Piece(Sort.OTHER, loss=loss, marks=around))
        elif self._runs.takes_range(element, name):
            self._waiting.extend(self._runs.control_change(element, name))
        elif name not in _SILENT and (words := words_in(element)):
            loss = lost("unknown part", f"“{name}” is not known here; its words: “{words}”.")
            self._waiting.append(Piece(Sort.OTHER, loss=loss, marks=around))

    def _control(self, element: Element, around: tuple[Mark, ...]) -> None:
        """A content control (17.5.2): its content; a table of contents is marked as one."""
        before = self._place.in_contents
        self._place.in_contents = before or contents_control(element)
        content = child(element, "sdtContent")
        if content is not None:
            self._blocks(content, around)
        self._place.in_contents = before

    def _paragraph(self, element: Element, around: tuple[Mark, ...]) -> None:
        block = self._begin(around)
        properties = child(element, "pPr")
        block.properties = properties
        block.key = attribute(element, "paraId") or ""
        self._runs.paragraph(element, block, self.sheet.hides(value(properties, "pStyle")))
        if properties is not None:
            # The mark is the end of the paragraph: a move that begins in it includes its mark.
            own = child(properties, "rPr")
            if own is not None:
                block.mark = marks_in(own, self._runs.moves)
            block.form = forms(properties)
        self._story.append(block)

    def _loose(self, runs: list[Element], around: tuple[Mark, ...]) -> None:
        """Runs outside of any paragraph, which no writer should leave: a paragraph of their own."""
        block = self._begin(around)
        self._runs.paragraph(runs, block, None)
        self._story.append(block)

    def _begin(self, around: tuple[Mark, ...]) -> Block:
        block = Block(
            pieces=self._waiting,
            around=around,
            where=self._place.where,
            in_contents=self._place.in_contents,
        )
        self._waiting = []
        return block

    def _last(self) -> Block:
        """The block that what stands after the last paragraph is put to."""
        last = next((each for each in reversed(self._story) if isinstance(each, Block)), None)
        if last is None:
            last = Block(where=self._place.where)
            self._story.append(last)
        return last

    # Tables (17.4): rows and cells may be inserted, deleted, and wrapped in controls.

    def _table(self, table: Element, around: tuple[Mark, ...]) -> None:
        outer = self._place
        self._tables += 1
        self._place = _Place(
            self._tables, above=outer.where, in_contents=outer.in_contents, boxes=outer.boxes
        )
        form = forms(child(table, "tblPr")) + forms(child(table, "tblGrid"))
        self._story.append(Edge("table", around, form))
        for row, marks in self._through(table, "tr", around):
            self._row(row, marks)
        self._story.append(Edge("/table", around))
        self._place = outer

    def _row(self, row: Element, around: tuple[Mark, ...]) -> None:
        self._place.row += 1
        self._place.cell = 0
        properties = child(row, "trPr")
        if properties is not None:
            around = nested(around, *marks_in(properties, self._runs.moves))
        form = forms(properties) + forms(child(row, "tblPrEx"))
        self._story.append(Edge("row", around, form))
        begin = len(self._story)
        for cell, marks in self._through(row, "tc", around):
            self._place.cell += 1
            self._cell(cell, marks)
        self._moved_row(begin)
        self._story.append(Edge("/row"))

    def _cell(self, cell: Element, around: tuple[Mark, ...]) -> None:
        properties = child(cell, "tcPr")
        if properties is not None:
            around = nested(around, *marks_in(properties, self._runs.moves))
        self._story.append(Edge("cell", around, forms(properties)))
        self._blocks(cell, around)
        self._story.append(Edge("/cell", around))

    def _moved_row(self, begin: int) -> None:
        """A row whose every paragraph was moved goes and comes with its words.

        Word marks the paragraphs of a moved row, not always the row itself.
        """
        blocks = [each for each in self._story[begin:] if isinstance(each, Block)]
        for kind in (Tracked.MOVED_FROM, Tracked.MOVED_TO):
            marks = [next((m for m in each.mark if m.kind is kind), None) for each in blocks]
            if blocks and None not in marks:
                for each, mark in zip(blocks, marks, strict=True):
                    each.around = nested(each.around, mark)

    def _through(
        self, parent: Element, name: str, around: tuple[Mark, ...]
    ) -> Iterator[tuple[Element, tuple[Mark, ...]]]:
        """The rows or cells of a table, through whatever wraps them."""
        for element in parent:
            found = local(element)
            if found == name:
                yield element, around
            elif found == "sdt":
                content = child(element, "sdtContent")
                if content is not None:
                    yield from self._through(content, name, around)
            elif found in _WRAPPERS:
                mark = mark_of(element, found, self._runs.moves)
                yield from self._through(element, name, nested(around, mark))
            elif found == "AlternateContent":
                yield from self._through(chosen(element), name, around)
            else:
                self._between(element, found, around)
