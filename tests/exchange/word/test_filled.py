"""The rows of a form: which cell is of which column, before the tracked changes and after."""

from lxml import etree

from app.exchange.word.cameback import blocks_of
from app.exchange.word.filled import Row, is_form, is_in_table, rows_of
from app.exchange.word.form import write_form
from app.exchange.word.read import read
from app.exchange.word.story import View
from tests.support.forms import NAME, SAID, TEXT, WORDING, Form
from tests.support.hands import W
from tests.support.word_treaties import RICH, treaty


def rows(form: Form) -> list[Row]:
    reading = read(form.saved(), View.MARKED)
    return rows_of(blocks_of(reading, lambda *_: False))


def row(form: Form, name: str) -> Row:
    return next(each for each in rows(form) if each.cells[NAME].before() == name)


def new(*, tracks: bool = True) -> Form:
    return Form(write_form(treaty(RICH)), "A", tracks=tracks)


def test_cells_before_and_after() -> None:
    form = new()
    form.fill("Article 2", "Reach", "It is\nshorter.")
    form.replace("Scope", "Extent", within="Scope")
    cells = row(form, "Article 2").cells
    assert (cells[TEXT].before(), cells[TEXT].words()) == ("Scope", "Extent")
    assert (cells[WORDING].before(), cells[WORDING].words()) == ("", "Reach")
    assert (cells[SAID].words(), cells[SAID].lines()) == ("It is shorter.", "It is\nshorter.")
    assert len(cells[TEXT].revisions) == 2
    assert not cells[NAME].revisions


def test_heads_are_no_row_and_rows_have_their_place() -> None:
    form = new(tracks=False)
    found = rows(form)
    assert len(found) == len(form.rows()) - 1
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert all(is_in_table(block) for each in found for block in each.blocks())


def test_a_row_with_fewer_cells_has_no_columns_and_one_with_more_has_others() -> None:
    form = new(tracks=False)
    form.merge("Article 2")
    (torn,) = [each for each in rows(form) if len(each.others) == 3]
    assert not any(cell.now for cell in torn.cells)
    longer = form.row("Article 3")
    cell = etree.SubElement(longer, f"{W}tc")
    etree.SubElement(cell, f"{W}p")
    form.write(longer, 4, "A fifth column.")
    (other,) = row(form, "Article 3").others
    assert other.words() == "A fifth column."


def test_what_is_a_form() -> None:
    assert is_form(read(new().saved()))
