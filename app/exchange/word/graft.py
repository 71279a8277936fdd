"""Two versions of somebody's own Word file as one: the newer file, with its changes tracked in it.

The newer file is kept as it is, with its styles, tables, headers and pictures; only paragraphs in
which something changed are written anew. Tables that are there in both are compared cell by cell;
a row or table that came or went is marked as one. Of the older file come the words that went, with
their look, their styles where the newer file has none of that id, their lists, and the words of
their footnotes; pictures of theirs do not, and are told as lost.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TypedDict
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from app.exchange.package import Element, Package, attribute, child, drop, local, value
from app.exchange.word.grafted import GONE, Grown, W, inside, parsed
from app.exchange.word.lists import Numbered, by_style, merged_lists
from app.exchange.word.package import OFFICE, TYPE
from app.exchange.word.settled import accept, has_changes
from app.exchange.word.steps import Step, steps
from app.exchange.word.told import THING, Told
from app.exchange.word.tracked import By, Pen
from app.exchange.word.weave import Hands, Weaver, Woven
from app.treaty.align import Pair, align
from app.treaty.document import Clause, Kind

_W = f"{{{W}}}"
_KEPT = "\0"
_SEPARATORS = (
    '<w:{0} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{0}>'
    '<w:{0} w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r>'
    "</w:p></w:{0}>"
)
_EMPTY = {
    "numbering": "<w:numbering/>",
    "footnotes": f"<w:footnotes>{_SEPARATORS.format('footnote')}</w:footnotes>",
    "endnotes": f"<w:endnotes>{_SEPARATORS.format('endnote')}</w:endnotes>",
}
_DEEPEST = 6
"""How deep tables may stand in tables and still be compared cell by cell."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WRAPS = frozenset({"sdt", "sdtContent", "customXml", "smartTag"})


class Unlike(Exception):
    """The two files cannot be made one (one is in the Strict form); compare their words alone."""


@dataclass(frozen=True, slots=True)
class Grafted:
    """The file, and a sentence for everything of the older one that did not come along."""

    content: bytes
    losses: tuple[str, ...] = ()


def graft(old: Package, new: Package, by: By) -> Grafted:
    """The newer file with everything that changed since the older one tracked as `by`'s."""
    return _Graft(old, new, by).made()


@dataclass(slots=True)
class _Table:
    """A table as a line among the paragraphs: it is the same if the words of its cells are."""

    element: Element
    text: str
    raw: str = ""
    key: tuple[str, ...] = ()
    form: str = ""
    mark_look: str = ""
    section: str = ""
    opening: str = ""
    closing: str = ""
    own_id: str = ""
    marks: Mapping[int, str] = field(default_factory=dict)

    def runs(self, start: int, end: int) -> str:
        """None: its cells have them."""
        return ""


_Block = Grown | _Table


class _Older(TypedDict):
    """What a paragraph of the older file is told of where its lists and styles are now."""

    lists: dict[str, str]
    styles: dict[str, str]
    implied: dict[str, Numbered]


@dataclass(slots=True)
class _Side:
    """One of the two files."""

    package: Package
    main: str = ""
    root: Element = field(init=False)
    parts: dict[str, str] = field(default_factory=dict)
    loaded: dict[str, Element] = field(default_factory=dict)
    added: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.main = self.package.main_part
        self.root = self.xml(self.main)
        if self.root.tag != f"{_W}document":
            raise Unlike
        for kind, name in self.package.related(self.main):
            if name in self.package:
                self.parts.setdefault(kind, name)

    def xml(self, name: str) -> Element:
        """The root of a part, with its tracked changes accepted."""
        if name not in self.loaded:
            content = self.package.read(name)
            self.loaded[name] = root = self.package.xml(name)
            if has_changes(content):
                accept(root)
        return self.loaded[name]

    def part(self, kind: str) -> Element | None:
        """The root of a part that the text is related to."""
        return self.xml(self.parts[kind]) if kind in self.parts else None

    def made(self, kind: str) -> Element:
        """The same, made if there is none: "numbering", "footnotes" or "endnotes"."""
        found = self.part(kind)
        if found is not None:
            return found
        folder = self.main.rpartition("/")[0]
        name = f"{folder}/{kind}.xml".lstrip("/")
        (root,) = parsed(_EMPTY[kind])
        self.parts[kind], self.loaded[name], self.added[name] = name, root, kind
        return root


class _Graft:
    def __init__(self, old: Package, new: Package, by: By) -> None:
        self._old, self._new = _Side(old), _Side(new)
        self._hands = Hands(by)
        self._by = by
        self._pen = Pen(_last_number(self._new) + 1)
        self._losses: dict[str, None] = {}
        lists = self._old.part("numbering")
        self._lists = {} if lists is None else merged_lists(lists, self._new.made("numbering"))
        # Before styles are brought along: those then count where they are meant to.
        ours = by_style(self._old.part("styles"), self._old.part("numbering"))
        theirs = by_style(self._new.part("styles"), self._new.part("numbering"))
        self._styles = self._merge_styles()
        self._older: _Older = {
            "lists": self._lists,
            "styles": self._styles,
            "implied": {
                style: (self._lists.get(number, number), level)
                for style, (number, level) in ours.items()
                if theirs.get(self._styles.get(style, style))
                != (self._lists.get(number, number), level)
            },
        }
        self._pairs: list[tuple[Element, Element]] = []

    def made(self) -> Grafted:
        """The file."""
        ours, theirs = child(self._old.root, "body"), child(self._new.root, "body")
        if ours is None or theirs is None:
            raise Unlike
        self._weave(ours, theirs, 0)
        self._notes()
        content = _written(self._new)
        return Grafted(content, tuple(self._losses))

    # --- one container: the text, a cell, a note

    def _weave(self, ours: Element, theirs: Element, depth: int) -> None:
        old = [self._grown(each, is_old=True) for each in _blocks(ours)]
        new = [self._grown(each, is_old=False) for each in _blocks(theirs)]
        if _all_same(old, new):
            for one, other in zip(old, new, strict=True):
                self._met(one, other, 0, 0, len(one.text))
            return
        made = _Weaver(self, old, new, depth)
        pairs = [_apart(pair, old, new) for pair in align(_clauses(old), _clauses(new))]
        woven = made.told(_still(steps(_texts(old), _texts(new), pairs), old, new))
        self._place(theirs, new, woven)

    def _grown(self, element: Element, *, is_old: bool) -> _Block:
        raw = "" if is_old else _KEPT
        if local(element) == "tbl":
            text = "\x1f".join(Grown(each).text for each in element.iter(f"{_W}p"))
            return _Table(element, text, raw)
        if not is_old:
            return Grown(element, raw=raw)
        return Grown(element, **self._older)

    def _place(
        self, container: Element, new: Sequence[_Block], woven: Sequence[tuple[Told | None, str]]
    ) -> None:
        """Put what was woven in the place of what stood there; what was kept stays."""
        blocks = {id(block): block.element for block in new}
        waiting: list[str] = []
        last: Element | None = None
        for now, xml in woven:
            anchor = blocks.get(id(now))
            if anchor is None:
                waiting.append(xml)
                continue
            if waiting:
                _before(anchor, "".join(waiting))
                waiting = []
            last = anchor
            if xml.startswith(_KEPT):
                # What was kept may bring the end of a move along.
                after = xml[1:]
                if after:
                    last = _behind(anchor, after)
                continue
            last = _behind(anchor, xml)
            drop(anchor)
        if waiting and last is not None:
            _behind(last, "".join(waiting))
        elif waiting:
            _at_end(container, "".join(waiting))

    # --- tables

    def table(self, old: _Table, new: _Table, depth: int) -> bool:
        """Compare two tables cell by cell; False where they are too unlike or too deep."""
        if depth >= _DEEPEST:
            return False
        ours, theirs = _rows(old.element), _rows(new.element)
        texts = [_row_text(row) for row in ours], [_row_text(row) for row in theirs]
        pairs = align(
            [Clause(Kind.PARAGRAPH, text=text) for text in texts[0]],
            [Clause(Kind.PARAGRAPH, text=text) for text in texts[1]],
        )
        for step in steps(*texts, pairs):
            one = step.old[0] if len(step.old) == 1 else None
            other = step.new[0] if len(step.new) == 1 else None
            if one is not None and other is not None and self._row(ours[one], theirs[other], depth):
                continue
            before = theirs[step.new[0]] if step.new else None
            for at in step.old:
                self._row_gone(ours[at], theirs, before, step, new.element)
            for at in step.new:
                _mark_row(theirs[at], "ins", self._pen, self._by)
                self._mark(theirs[at], "ins")
        return True

    def _row(self, ours: Element, theirs: Element, depth: int) -> bool:
        one, other = _cells(ours), _cells(theirs)
        if len(one) != len(other):
            return False
        for was, now in zip(one, other, strict=True):
            self._weave(was, now, depth + 1)
        return True

    def _row_gone(
        self,
        row: Element,
        theirs: Sequence[Element],
        before: Element | None,
        step: Step,
        table: Element,
    ) -> None:
        """A row of the older table, put where it stood, as one that went."""
        made = self._struck(row)
        _mark_row(made, "del", self._pen, self._by)
        if before is not None:
            before.addprevious(made)
            return
        # It stands behind the rows that were told before it.
        after = next((each for each in reversed(list(table)) if _is_told(each)), None)
        if after is not None:
            after.addnext(made)
        else:
            theirs[0].addprevious(made) if theirs else table.append(made)

    def gone_table(self, table: _Table) -> str:
        """A table that went, with all its rows marked so."""
        made = self._struck(table.element)
        for row in made.iter(f"{_W}tr"):
            _mark_row(row, "del", self._pen, self._by)
        return inside(made)

    def come_table(self, table: _Table) -> None:
        """A table that came: its rows and words are marked where they stand."""
        for row in table.element.iter(f"{_W}tr"):
            _mark_row(row, "ins", self._pen, self._by)
        self._mark(table.element, "ins")

    def _struck(self, element: Element) -> Element:
        """A copy of something of the older file whose paragraphs are deleted, words and marks."""
        made = copy.deepcopy(element)
        for each in list(made.iter(f"{_W}tblStyle")):
            key = self._styles.get(attribute(each, "val") or "")
            if key:
                each.set(f"{_W}val", key)
            else:
                drop(each)
        for change in [each for each in made.iter() if local(each) in ("sdt", "customXml")]:
            _flatten(change)
        for paragraph in list(made.iter(f"{_W}p")):
            line = Grown(paragraph, **self._older)
            self.take_notes(line, 0, len(line.text))
            self._replace(paragraph, line, "del")
        return made

    def _mark(self, element: Element, kind: str) -> None:
        for paragraph in list(element.iter(f"{_W}p")):
            self._replace(paragraph, Grown(paragraph), kind)

    def _replace(self, paragraph: Element, line: Grown, kind: str) -> None:
        content = line.runs(0, len(line.text))
        content = (self._pen.inserted if kind == "ins" else self._pen.deleted)(content, self._by)
        mark = self._pen.mark(kind, self._by) + line.mark_look
        (made,) = parsed(
            f"<w:p><w:pPr>{line.form}<w:rPr>{mark}</w:rPr>{line.section}</w:pPr>"
            f"{line.opening}{content}{line.closing}</w:p>"
        )
        over = paragraph.getparent()
        if over is not None:
            over.replace(paragraph, made)

    # --- notes

    def met(self, old: _Block, new: _Block, begin: int, start: int, length: int) -> None:
        """Letters stayed: the notes among them are the same ones, and are compared later."""
        self._met(old, new, begin, start, length)

    def _met(self, old: _Block, new: _Block, begin: int, start: int, length: int) -> None:
        if isinstance(old, _Table) or isinstance(new, _Table):
            if isinstance(old, _Table) and isinstance(new, _Table):
                for one, other in zip(
                    old.element.iter(f"{_W}p"), new.element.iter(f"{_W}p"), strict=False
                ):
                    self._met(Grown(one), Grown(other), 0, 0, len(Grown(one).text))
            return
        if THING not in old.text[begin : begin + length]:
            return
        ours, theirs = old.notes(), new.notes()
        for at, mark in ours.items():
            twin = theirs.get(at - begin + start)
            if begin <= at < begin + length and twin is not None:
                self._pairs.append((mark, twin))

    def _note_losses(self, line: Grown) -> None:
        if line.lost():
            self._losses["A picture, text box or object of the older file was left out."] = None

    def take_notes(self, line: Grown, start: int, end: int) -> None:
        """The notes of words that went, as notes of the newer file."""
        if THING not in line.text[start:end]:
            return
        self._note_losses(line)
        for at, mark in line.notes().items():
            if not start <= at < end:
                continue
            kind = local(mark).removesuffix("Reference")
            note = _note(self._old.part(f"{kind}s"), kind, attribute(mark, "id") or "")
            if note is None:
                self._losses[f"A {kind} of the older file did not come along."] = None
                mark.set(f"{_W}id", GONE)
                continue
            theirs = self._new.made(f"{kind}s")
            number = 1 + max(_numbers(theirs, kind), default=0)
            made = etree.SubElement(theirs, f"{_W}{kind}")
            made.set(f"{_W}id", str(number))
            for each in note.iter(f"{_W}p"):
                one = Grown(each, **self._older)
                look = f"<w:rPr>{one.mark_look}</w:rPr>" if one.mark_look else ""
                content = one.runs(0, len(one.text))
                made.extend(parsed(f"<w:p><w:pPr>{one.form}{look}</w:pPr>{content}</w:p>"))
            mark.set(f"{_W}id", str(number))

    def _notes(self) -> None:
        """Compare the words of the notes that are in both."""
        done = set()
        for mark, twin in self._pairs:
            kind = local(twin).removesuffix("Reference")
            if local(mark) != local(twin):
                continue
            ours = _note(self._old.part(f"{kind}s"), kind, attribute(mark, "id") or "")
            theirs = _note(self._new.part(f"{kind}s"), kind, attribute(twin, "id") or "")
            if ours is None or theirs is None or theirs in done:
                continue
            done.add(theirs)
            self._weave(ours, theirs, _DEEPEST)

    # --- styles

    def _merge_styles(self) -> dict[str, str]:
        """The style of the newer file for each of the older one's; those it has not are brought."""
        ours, theirs = self._old.part("styles"), self._new.part("styles")
        if ours is None or theirs is None:
            return {}
        known = {attribute(each, "styleId") or "" for each in theirs.iter(f"{_W}style")}
        names = {
            (value(each, "name") or "").casefold(): attribute(each, "styleId") or ""
            for each in theirs.iter(f"{_W}style")
        }
        found = {}
        for style in ours.iter(f"{_W}style"):
            key = attribute(style, "styleId") or ""
            twin = names.get((value(style, "name") or "").casefold())
            if key in known:
                found[key] = key
            elif twin:
                found[key] = twin
            else:
                found[key] = key
                theirs.append(self._brought(style))
        for style in theirs.iter(f"{_W}style"):
            for name in ("basedOn", "next", "link"):
                each = child(style, name)
                if each is not None and (key := attribute(each, "val") or "") in found:
                    each.set(f"{_W}val", found[key])
        return found

    def _brought(self, style: Element) -> Element:
        made = copy.deepcopy(style)
        if f"{_W}default" in made.attrib:
            del made.attrib[f"{_W}default"]
        for each in made.iter(f"{_W}numId"):
            each.set(f"{_W}val", self._lists.get(attribute(each, "val") or "", "0"))
        return made


class _Weaver(Weaver):
    """The weaver of one container, which knows what to do with a table."""

    def __init__(
        self, graft: _Graft, old: Sequence[_Block], new: Sequence[_Block], depth: int
    ) -> None:
        self._graft = graft
        self._ours, self._theirs = old, new
        self._depth = depth
        super().__init__(old, new, graft._hands, graft._pen, self._met_letters)

    def changed(self, step: Step) -> None:
        """Old lines that became new ones."""
        one, other = self._ours[step.old[0]], self._theirs[step.new[0]]
        if isinstance(one, _Table) and isinstance(other, _Table):
            if one.text == other.text:
                self._graft.met(one, other, 0, 0, 0)
            elif not self._graft.table(one, other, self._depth):
                self.gone(Step(old=step.old))
                self.came(Step(new=step.new))
                return
            self.made.append(Woven(other, one, raw=other.raw, is_fixed=True))
            return
        super().changed(step)

    def gone(self, step: Step) -> None:
        """An old line that is not there any more."""
        line = self._ours[step.old[0]]
        if isinstance(line, _Table):
            raw = self._graft.gone_table(line)
            self.made.append(Woven(None, line, raw=raw, is_fixed=True))
            return
        if step.move:
            self._graft.take_notes(line, 0, len(line.text))
        super().gone(step)

    def deleted(self, line: int, start: int, end: int) -> str:
        """The runs of words that went, with the notes that they call."""
        old = self._ours[line]
        if isinstance(old, Grown):
            self._graft.take_notes(old, start, end)
        return super().deleted(line, start, end)

    def came(self, step: Step) -> None:
        """A new line."""
        line = self._theirs[step.new[0]]
        if isinstance(line, _Table):
            self._graft.come_table(line)
            self.made.append(Woven(line, None, raw=line.raw, is_fixed=True))
            return
        super().came(step)

    def _met_letters(self, old: tuple[int, int], new: tuple[int, int], length: int) -> None:
        one, other = self._ours[old[0]], self._theirs[new[0]]
        self._graft.met(one, other, old[1], new[1], length)


# --- reading the trees


def _blocks(container: Element) -> list[Element]:
    """The paragraphs and tables of a container, also those in content controls."""
    found = []
    for each in container:
        name = local(each)
        if name in ("p", "tbl"):
            found.append(each)
        elif name in _WRAPS:
            found.extend(_blocks(each))
    return found


def _rows(table: Element) -> list[Element]:
    found = []
    for each in table:
        if local(each) == "tr":
            found.append(each)
        elif local(each) in _WRAPS:
            found.extend(_rows(each))
    return found


def _cells(row: Element) -> list[Element]:
    found = []
    for each in row:
        if local(each) == "tc":
            found.append(each)
        elif local(each) in _WRAPS:
            found.extend(_cells(each))
    return found


def _row_text(row: Element) -> str:
    return "\x1f".join(Grown(each).text for each in row.iter(f"{_W}p"))


def _is_told(row: Element) -> bool:
    return local(row) == "tr"


def _clauses(blocks: Iterable[_Block]) -> list[Clause]:
    """What aligns: a table bears a heading there, as only what bears one can be the same."""
    return [
        Clause(Kind.HEADING, heading=block.text)
        if isinstance(block, _Table)
        else Clause(Kind.PARAGRAPH, text=block.text)
        for block in blocks
    ]


def _texts(blocks: Iterable[_Block]) -> list[str]:
    return [block.text for block in blocks]


def _apart(pair: Pair, old: Sequence[_Block], new: Sequence[_Block]) -> Pair:
    """The pair, in which no table is one half of what was split or joined."""
    if pair.kin is None:
        return pair
    beside = (old if pair.old is None else new)[pair.kin]
    own = new[pair.new] if pair.new is not None else old[pair.old or 0]
    return replace(pair, kin=None) if _Table in (type(beside), type(own)) else pair


def _still(made: Iterable[Step], old: Sequence[_Block], new: Sequence[_Block]) -> Iterable[Step]:
    """The steps, in which no table moves: it goes here and comes there."""
    for step in made:
        tables = [old[at] for at in step.old if isinstance(old[at], _Table)]
        tables += [new[at] for at in step.new if isinstance(new[at], _Table)]
        if tables and step.move:
            yield Step(step.old, step.new)
        else:
            yield step


def _all_same(old: Sequence[_Block], new: Sequence[_Block]) -> bool:
    return len(old) == len(new) and all(
        type(one) is type(other) and one.text == other.text and one.key == other.key
        for one, other in zip(old, new, strict=True)
    )


def _note(part: Element | None, kind: str, key: str) -> Element | None:
    if part is None:
        return None
    return next((each for each in part.iter(f"{_W}{kind}") if attribute(each, "id") == key), None)


def _numbers(part: Element, kind: str) -> list[int]:
    said = (attribute(each, "id") or "" for each in part.iter(f"{_W}{kind}"))
    return [int(each) for each in said if each.lstrip("-").isdecimal()]


def _last_number(side: _Side) -> int:
    """The highest number that anything bears: bookmarks and changes share theirs."""
    said = (attribute(each, "id") or "" for each in side.root.iter(f"{_W}bookmarkStart"))
    return max((int(each) for each in said if each.isdecimal() and len(each) < 10), default=0)


# --- writing


def _mark_row(row: Element, kind: str, pen: Pen, by: By) -> None:
    properties = child(row, "trPr")
    if properties is None:
        (properties,) = parsed("<w:trPr/>")
        before = child(row, "tblPrEx")
        if before is not None:
            before.addnext(properties)
        else:
            row.insert(0, properties)
    properties.extend(parsed(pen.mark(kind, by)))


def _before(anchor: Element, xml: str) -> None:
    for each in parsed(xml):
        anchor.addprevious(each)


def _behind(anchor: Element, xml: str) -> Element:
    """The last of what was put behind something."""
    for each in parsed(xml):
        anchor.addnext(each)
        anchor = each
    return anchor


def _at_end(container: Element, xml: str) -> None:
    """In a container without blocks; before the section, which closes the text."""
    section = child(container, "sectPr")
    for each in parsed(xml):
        if section is not None:
            section.addprevious(each)
        else:
            container.append(each)


def _flatten(control: Element) -> None:
    """What a content control holds, in its place."""
    over = control.getparent()
    content = child(control, "sdtContent") if local(control) == "sdt" else control
    if over is None:
        return
    at = over.index(control)
    for place, each in enumerate([] if content is None else list(content)):
        over.insert(at + place, each)
    over.remove(control)


def _written(side: _Side) -> bytes:
    """The package with some parts written anew; the same values give the same bytes."""
    package = side.package
    changed = {name.lower(): root for name, root in side.loaded.items()}
    if side.added:
        folder, _, base = side.main.rpartition("/")
        relations = f"{folder}/_rels/{base}.rels".lstrip("/")
        for name, build in ((_TYPES, _typed), (relations, _related)):
            changed[name.lower()] = root = package.xml(name)
            for part, kind in side.added.items():
                root.append(build(root, part, kind))
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in (*package.stored_names, *side.added):
            entry = ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            tree = changed.get(name.lower())
            content = (
                package.read(name)
                if tree is None
                else etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            )
            archive.writestr(entry, content, compresslevel=3)
    return out.getvalue()


_TYPES = "[Content_Types].xml"


def _typed(root: Element, part: str, kind: str) -> Element:
    made = root.makeelement(f"{root.tag.rpartition('}')[0]}}}Override")
    made.set("PartName", f"/{part}")
    made.set("ContentType", TYPE.format(kind))
    return made


def _related(root: Element, part: str, kind: str) -> Element:
    made = root.makeelement(f"{root.tag.rpartition('}')[0]}}}Relationship")
    made.set("Id", f"rTravaux{kind}")
    made.set("Type", f"{OFFICE}{kind}")
    made.set("Target", part.rpartition("/")[2])
    return made
