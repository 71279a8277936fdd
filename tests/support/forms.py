"""Hands that fill the comment form of a round, as people do: rows sorted, added, torn, merged.

form = Form(content, "Capital A", tracks=False)
form.fill("Article 2, paragraph 1", wording="Talks are held.", said="Shorter.")
"""

import copy

from lxml import etree

from tests.support.hands import Hand, W, said

NAME, TEXT, WORDING, SAID = range(4)


class Form(Hand):
    """A form while it is filled."""

    def rows(self) -> list[etree._Element]:
        """The rows, the head among them."""
        return list(self.document.iter(f"{W}tr"))

    def row(self, name: str, which: int = 0) -> etree._Element:
        """The row of this name."""
        found = [each for each in self.rows() if words(each, NAME) == name]
        return found[which]

    def fill(self, name: str, wording: str = "", said: str = "", which: int = 0) -> etree._Element:
        """Write into a row, a paragraph a line."""
        row = self.row(name, which)
        self.write(row, WORDING, wording)
        self.write(row, SAID, said)
        return row

    def write(self, row: etree._Element, column: int, lines: str) -> None:
        """Write into a cell, below what stands there; its first paragraph is used if empty."""
        cell = row.findall(f"{W}tc")[column]
        for line in lines.split("\n") if lines else ():
            last = cell.findall(f"{W}p")[-1]
            if said(last):
                made = etree.Element(f"{W}p")
                last.addnext(made)
                last = made
            run = self._run(line, None)
            if self.tracks:
                wrapped = self._mark("ins")
                wrapped.append(run)
                run = wrapped
            last.append(run)

    def add_row(self, behind: str, *cells: str) -> etree._Element:
        """A new row behind one, with these words in its cells."""
        row = copy.deepcopy(self.row(behind))
        for each in list(row.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", f"{W}r")):
            parent = each.getparent()
            assert parent is not None
            parent.remove(each)
        for each in row.iter(f"{W}p"):
            for key in list(each.attrib):
                del each.attrib[key]
        self.row(behind).addnext(row)
        for column, lines in enumerate(cells):
            self.write(row, column, lines)
        return row

    def take_out(self, name: str) -> None:
        """Delete a row; tracked as Word does, the row and the words in it."""
        row = self.row(name)
        if not self.tracks:
            parent = row.getparent()
            assert parent is not None
            parent.remove(row)
            return
        for paragraph in row.iter(f"{W}p"):
            if runs := list(paragraph.iter(f"{W}r")):
                self._remove(runs)
        properties = etree.Element(f"{W}trPr")
        properties.append(self._mark("del"))
        row.insert(0, properties)

    def sort(self) -> None:
        """Put the rows below the head into another order."""
        rows = self.rows()[1:]
        parent = rows[0].getparent()
        assert parent is not None
        for each in sorted(rows, key=lambda row: words(row, TEXT), reverse=True):
            parent.append(each)

    def merge(self, name: str) -> None:
        """Make the two columns on the right one cell."""
        cells = self.row(name).findall(f"{W}tc")
        for each in cells[SAID].findall(f"{W}p"):
            cells[WORDING].append(each)
        self.row(name).remove(cells[SAID])

    def take_in(self, other: "Form", name: str) -> None:
        """Paste a row of somebody else's form below the own one, as Word does: without names."""
        row = copy.deepcopy(other.row(name))
        for each in list(row.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
            parent = each.getparent()
            assert parent is not None
            parent.remove(each)
        for paragraph in row.iter(f"{W}p"):
            for key in list(paragraph.attrib):
                del paragraph.attrib[key]
        self.row(name).addnext(row)


def words(row: etree._Element, column: int) -> str:
    """What a cell of a row says, tracked deletions left out."""
    cell = row.findall(f"{W}tc")[column]
    return "".join(said(each) for each in cell.findall(f"{W}p"))
