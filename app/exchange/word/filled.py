"""The rows of a comment form that came back, with what stands in them before and after changes.

Columns are known by their heads; a table without heads, as somebody pasted it, has them in the
order in which they were sent. Words of a table within a cell are the cell's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from app.exchange.word import form
from app.exchange.word.cameback import Block, after, before, plain
from app.exchange.word.read import Reading

NAME, TEXT, WORDING, SAID = range(4)
"""The columns, in the order of form.COLUMNS."""

_CELL = re.compile(r"table (\d+), row (\d+), cell (\d+)")
_HEADS = {head.casefold(): at for at, head in enumerate(form.COLUMNS)}
_IN_ORDER = {at + 1: at for at in range(len(form.COLUMNS))}


@dataclass(slots=True)
class Cell:
    """A cell: its paragraphs before the tracked changes and after, and what they are made of."""

    was: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def revisions(self) -> set[int]:
        """The numbers of the tracked changes in it."""
        return {each for block in self.blocks for each in block.revisions}

    def before(self) -> str:
        """What it said before the tracked changes, on one line."""
        return plain(" ".join(self.was))

    def words(self) -> str:
        """What it says now, on one line; what has no letter or digit says nothing."""
        said = plain(" ".join(self.now))
        return said if any(letter.isalnum() for letter in said) else ""

    def lines(self) -> str:
        """The same, a line a paragraph."""
        said = "\n".join(filter(None, map(plain, self.now)))
        return said if any(letter.isalnum() for letter in said) else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its place among the blocks, the cells of the four columns, and all others.

    Where cells were merged, so that nobody knows which is which, all are among the others.
    """

    at: int
    cells: tuple[Cell, Cell, Cell, Cell]
    others: tuple[Cell, ...]

    def all(self) -> tuple[Cell, ...]:
        """Every cell."""
        return (*self.cells, *self.others)

    def blocks(self) -> Iterator[Block]:
        """All paragraphs in it."""
        return chain.from_iterable(cell.blocks for cell in self.all())


def is_form(reading: Reading) -> bool:
    """Whether a file is the form: it says so, or it has the form's table and says nothing else."""
    profile = (reading.properties or {}).get("TravauxProfile")
    if profile:
        return profile == form.PROFILE
    heads: dict[tuple[str, str], set[int]] = {}
    for each in reading.paragraphs:
        place = _CELL.match(each.where)
        if place and (column := _HEADS.get(plain(each.text).casefold())) is not None:
            heads.setdefault((place[1], place[2]), set()).add(column)
    return any({TEXT, WORDING, SAID} <= found for found in heads.values())


def is_in_table(block: Block) -> bool:
    """Whether a paragraph stands in a table."""
    return _CELL.match(block.paragraph.where) is not None


def rows_of(blocks: Sequence[Block]) -> list[Row]:
    """The rows of all tables, but for their heads, in the order in which they stand."""
    columns: dict[int, dict[int, int]] = {}
    rows = []
    for (table, _), found in sorted(_cells(blocks).items()):
        heads = {
            column: _HEADS[said]
            for column, cell in found.items()
            if (said := cell.before().casefold()) in _HEADS
        }
        if len(set(heads.values())) >= 3:
            columns[table] = heads
        else:
            rows.append(_row(found, columns.get(table) or _IN_ORDER))
    return rows


def _cells(blocks: Sequence[Block]) -> dict[tuple[int, int], dict[int, Cell]]:
    """The cells by table and row, and there by their number."""
    found: dict[tuple[int, int], dict[int, Cell]] = {}
    for is_after, wholes in ((False, before(blocks)), (True, after(blocks))):
        for whole in wholes:
            place = _CELL.match(whole.owner.paragraph.where)
            if place is None:
                continue
            table, row, column = (int(each) for each in place.groups())
            cell = found.setdefault((table, row), {}).setdefault(column, Cell())
            if is_after:
                cell.now.append(whole.now())
                cell.blocks += whole.blocks
            else:
                cell.was.append(whole.was())
    return found


def _row(found: Mapping[int, Cell], columns: Mapping[int, int]) -> Row:
    cells = [Cell() for _ in form.COLUMNS]
    others = []
    for column, cell in sorted(found.items()):
        if len(found) >= len(columns) and column in columns:
            cells[columns[column]] = cell
        else:
            others.append(cell)
    at = min(block.index for cell in found.values() for block in cell.blocks)
    return Row(at, (cells[0], cells[1], cells[2], cells[3]), tuple(others))
