"""Hands that edit a Word file of ours as people do: tracked or not, by names, with comments.

    hand = Hand(content, "Delegation A")
    hand.replace("in good faith", "in the best of faith")
    hand.split("Good faith is")
    hand.comment("presumed", "By whom?", "By everybody.")
    content = hand.saved()

Whatever is named, or else what it is named `within`, must stand in one paragraph alone.
"""

import copy
import io
import zipfile
from collections.abc import Iterator

from lxml import etree

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{_W}}}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_REL15 = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."


class Hand:
    """One file while it is edited; the author and the tracking can be changed in between."""

    def __init__(self, content: bytes, author: str = "Capital", *, tracks: bool = True) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.document = etree.fromstring(self.files["word/document.xml"])
        self.author = author
        self.tracks = tracks
        self.date = "2026-05-20T08:00:00Z"
        self._next = 7_000_000
        self._comments: list[etree._Element] = []
        self._extended: list[etree._Element] = []

    # --- where

    def paragraphs(self) -> list[etree._Element]:
        """The paragraphs of the file, the table of contents left out."""
        return [
            each
            for each in self.document.iter(f"{W}p")
            if not _style(each).lower().startswith(("toc", "contents"))
        ]

    def find(self, words: str) -> etree._Element:
        """The paragraph that has these words."""
        found = [each for each in self.paragraphs() if words in said(each)]
        assert len(found) == 1, (words, len(found))
        return found[0]

    # --- edits

    def replace(self, old: str, new: str, within: str = "") -> None:
        """Put other words in the place of some; `within` tells the paragraph."""
        paragraph = self.find(within or old)
        runs = self._cut_out(paragraph, old)
        made = self._run(new, runs[-1])
        place = runs[-1]
        if self.tracks and new:
            wrapped = self._mark("ins")
            wrapped.append(made)
            made = wrapped
        if new:
            place.addnext(made)
        self._remove(runs)

    def delete(self, words: str) -> None:
        """Take some words out."""
        self.replace(words, "")

    def insert_after(self, words: str, new: str, within: str = "") -> None:
        """Put words behind some."""
        paragraph = self.find(within or words)
        last = self._cut_out(paragraph, words)[-1]
        made = self._run(new, last)
        if self.tracks:
            wrapped = self._mark("ins")
            wrapped.append(made)
            made = wrapped
        last.addnext(made)

    def strike(self, words: str) -> None:
        """Take a whole paragraph out, with its end."""
        paragraph = self.find(words)
        if not self.tracks:
            _drop(paragraph)
            return
        self._remove(list(_runs(paragraph)))
        self._mark_end(paragraph, "del")

    def empty(self, words: str) -> None:
        """Take all words of a paragraph out and leave its end."""
        self._remove(list(_runs(self.find(words))))

    def split(self, words: str, within: str = "") -> None:
        """Let a new paragraph begin behind some words."""
        paragraph = self.find(within or words)
        last = self._cut_out(paragraph, words)[-1]
        made = etree.Element(f"{W}p")
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            made.append(copy.deepcopy(properties))
        for each in list(last.itersiblings()):
            made.append(each)
        paragraph.addnext(made)
        if self.tracks:
            self._mark_end(paragraph, "ins")

    def join(self, words: str) -> None:
        """Make one paragraph of this and the next."""
        paragraph = self.find(words)
        following = paragraph.getnext()
        assert following is not None
        if self.tracks:
            self._mark_end(paragraph, "del")
            return
        for each in list(following):
            if each.tag != f"{W}pPr":
                paragraph.append(each)
        _drop(following)

    def add_after(self, words: str, new: str, style: str = "") -> None:
        """A new paragraph behind one, of its style or another."""
        paragraph = self.find(words)
        made = etree.Element(f"{W}p")
        properties = etree.SubElement(made, f"{W}pPr")
        own = etree.SubElement(properties, f"{W}pStyle")
        own.set(f"{W}val", style or _style(paragraph))
        run = self._run(new, None)
        if self.tracks:
            wrapped = self._mark("ins")
            wrapped.append(run)
            made.append(wrapped)
            self._mark_end(made, "ins")
        else:
            made.append(run)
        paragraph.addnext(made)

    def move(self, words: str, behind: str) -> None:
        """Move a paragraph behind another; with its bookmarks when nobody tracks."""
        paragraph, target = self.find(words), self.find(behind)
        if not self.tracks:
            target.addnext(paragraph)
            return
        made = etree.Element(f"{W}p")
        properties = paragraph.find(f"{W}pPr")
        if properties is not None:
            made.append(copy.deepcopy(properties))
        name = f"move{self._number()}"
        runs = list(_runs(paragraph))
        copies = [copy.deepcopy(run) for run in runs]
        for kind, host, own in (("moveFrom", paragraph, runs), ("moveTo", made, copies)):
            start = self._mark(f"{kind}RangeStart")
            start.set(f"{W}name", name)
            end = etree.Element(f"{W}{kind}RangeEnd")
            end.set(f"{W}id", str(start.get(f"{W}id")))
            wrapped = self._mark(kind)
            if kind == "moveFrom":
                runs[0].addprevious(start)
                start.addnext(wrapped)
            else:
                host.append(start)
                host.append(wrapped)
            for run in own:
                wrapped.append(run)
            wrapped.addnext(end)
            self._mark_end(host, kind)
        target.addnext(made)

    def bold(self, words: str) -> None:
        """Make some words bold, which changes no word."""
        for run in self._cut_out(self.find(words), words):
            properties = run.find(f"{W}rPr")
            if properties is None:
                properties = etree.Element(f"{W}rPr")
                run.insert(0, properties)
            etree.SubElement(properties, f"{W}b")
            if self.tracks:
                change = self._mark("rPrChange")
                etree.SubElement(change, f"{W}rPr")
                properties.append(change)

    def comment(
        self, words: str, text: str, *answers: str, resolved: bool = False, within: str = ""
    ) -> None:
        """Say something on some words; the answers are of the same author."""
        paragraph = self.find(within or words)
        runs = self._cut_out(paragraph, words)
        root = ""
        for number, each in enumerate((text, *answers)):
            key = self._number()
            start = etree.Element(f"{W}commentRangeStart", {f"{W}id": str(key)})
            end = etree.Element(f"{W}commentRangeEnd", {f"{W}id": str(key)})
            runs[0].addprevious(start)
            mark = etree.Element(f"{W}r")
            etree.SubElement(mark, f"{W}commentReference", {f"{W}id": str(key)})
            runs[-1].addnext(end)
            end.addnext(mark)
            comment = etree.Element(
                f"{W}comment",
                {
                    f"{W}id": str(key),
                    f"{W}author": self.author,
                    f"{W}date": self.date,
                    f"{W}initials": "C",
                },
            )
            inside = etree.SubElement(comment, f"{W}p", {f"{_W14}paraId": f"{key:08X}"})
            inside.append(self._run(each, None))
            self._comments.append(comment)
            tie = etree.Element(f"{_W15}commentEx", {f"{_W15}paraId": f"{key:08X}"})
            if number:
                tie.set(f"{_W15}paraIdParent", root)
            else:
                root = f"{key:08X}"
            tie.set(f"{_W15}done", "1" if resolved else "0")
            self._extended.append(tie)

    def without_ids(self) -> None:
        """Lose the ids of all paragraphs, as LibreOffice does."""
        for each in self.document.iter(f"{W}p"):
            each.attrib.pop(f"{_W14}paraId", "")

    def without_names(self) -> None:
        """Lose every bookmark, as some programs do."""
        for tag in ("bookmarkStart", "bookmarkEnd"):
            for each in list(self.document.iter(f"{W}{tag}")):
                _drop(each)

    def without_properties(self) -> None:
        """Lose the custom properties, as some programs do."""
        self.files.pop("docProps/custom.xml", None)
        for name in ("[Content_Types].xml", "_rels/.rels"):
            root = etree.fromstring(self.files[name])
            for each in list(root):
                if "custom" in (each.get("PartName") or "") + (each.get("Target") or ""):
                    root.remove(each)
            self.files[name] = etree.tostring(root)

    def saved(self) -> bytes:
        """The file as it is now."""
        self.files["word/document.xml"] = etree.tostring(self.document, xml_declaration=True)
        if self._comments:
            self._save_comments()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                archive.writestr(name, content)
        return out.getvalue()

    # --- within

    def _save_comments(self) -> None:
        for name, tag, rel, kind, own in (
            ("comments", f"{W}comments", _REL, "comments", self._comments),
            (
                "commentsExtended",
                f"{_W15}commentsEx",
                _REL15,
                "commentsExtended",
                self._extended,
            ),
        ):
            path = f"word/{name}.xml"
            if path in self.files:
                root = etree.fromstring(self.files[path])
            else:
                root = etree.Element(tag)
                types = etree.fromstring(self.files["[Content_Types].xml"])
                space = types.tag.removesuffix("Types")
                etree.SubElement(
                    types,
                    f"{space}Override",
                    {"PartName": f"/{path}", "ContentType": f"{_TYPE}{kind}+xml"},
                )
                self.files["[Content_Types].xml"] = etree.tostring(types)
                relations = etree.fromstring(self.files["word/_rels/document.xml.rels"])
                space = relations.tag.removesuffix("Relationships")
                etree.SubElement(
                    relations,
                    f"{space}Relationship",
                    {"Id": f"rIdHand{name}", "Type": rel, "Target": f"{name}.xml"},
                )
                self.files["word/_rels/document.xml.rels"] = etree.tostring(relations)
            root.extend(own)
            self.files[path] = etree.tostring(root, xml_declaration=True)
        self._comments, self._extended = [], []

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _mark(self, kind: str) -> etree._Element:
        return etree.Element(
            f"{W}{kind}",
            {
                f"{W}id": str(self._number()),
                f"{W}author": self.author,
                f"{W}date": self.date,
            },
        )

    def _mark_end(self, paragraph: etree._Element, kind: str) -> None:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = etree.Element(f"{W}pPr")
            paragraph.insert(0, properties)
        look = properties.find(f"{W}rPr")
        if look is None:
            look = etree.Element(f"{W}rPr")
            # It stands before sectPr and pPrChange, of which ours have none here.
            properties.append(look)
        look.insert(0, self._mark(kind))

    def _remove(self, runs: list[etree._Element]) -> None:
        for run in runs:
            if not self.tracks:
                _drop(run)
                continue
            for each in list(run.iter(f"{W}t")):
                each.tag = f"{W}delText"
            for each in list(run.iter(f"{W}instrText")):
                each.tag = f"{W}delInstrText"
            wrapped = self._mark("del")
            run.addprevious(wrapped)
            wrapped.append(run)

    def _run(self, words: str, like: etree._Element | None) -> etree._Element:
        run = etree.Element(f"{W}r")
        look = None if like is None else like.find(f"{W}rPr")
        if look is not None:
            run.append(copy.deepcopy(look))
        text = etree.SubElement(run, f"{W}t")
        text.text = words
        text.set(_SPACE, "preserve")
        return run

    def _cut_out(self, paragraph: etree._Element, words: str) -> list[etree._Element]:
        """The runs that have just these words, cut out of those that have more."""
        start = said(paragraph).index(words)
        self._cut(paragraph, start)
        self._cut(paragraph, start + len(words))
        at = 0
        found = []
        for run in _runs(paragraph):
            length = len(_letters(run))
            if start <= at and at + length <= start + len(words) and length:
                found.append(run)
            at += length
        assert "".join(map(_letters, found)) == words, (words, found)
        return found

    def _cut(self, paragraph: etree._Element, at: int) -> None:
        passed = 0
        for run in _runs(paragraph):
            letters = _letters(run)
            if passed < at < passed + len(letters):
                texts = run.findall(f"{W}t")
                assert len(texts) == 1 and len(letters) == len(texts[0].text or ""), letters
                rest = copy.deepcopy(run)
                texts[0].text = letters[: at - passed]
                texts[0].set(_SPACE, "preserve")
                (other,) = rest.findall(f"{W}t")
                other.text = letters[at - passed :]
                other.set(_SPACE, "preserve")
                run.addnext(rest)
                return
            passed += len(letters)


def said(paragraph: etree._Element) -> str:
    """The words of a paragraph as they are with everything that was tracked so far."""
    return "".join(map(_letters, _runs(paragraph)))


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The runs that are there, and are not deleted."""
    for run in list(paragraph.iter(f"{W}r")):
        above = run.getparent()
        if above is not None and above.tag in (f"{W}del", f"{W}moveFrom"):
            continue
        yield run


def _drop(element: etree._Element) -> None:
    above = element.getparent()
    assert above is not None
    above.remove(element)


def _letters(run: etree._Element) -> str:
    made = ""
    for each in run:
        if each.tag == f"{W}t":
            made += each.text or ""
        elif each.tag == f"{W}br":
            made += "\n"
        elif each.tag == f"{W}tab":
            made += "\t"
    return made


def _style(paragraph: etree._Element) -> str:
    own = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if own is None else str(own.get(f"{W}val"))
