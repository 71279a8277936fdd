from threading import Event, Thread

import pytest
from markupsafe import Markup

from app.treaty.document import Document
from app.web.sheets import Face, Sheets
from app.web.words import Sheet, set_out


def plain(name: str = "") -> Sheet:
    return set_out(Document(name))


def test_a_sheet_is_kept_for_its_state_and_the_oldest_goes_first() -> None:
    sheets, asked = Sheets(room=2), []

    def make(name: str) -> Sheet:
        asked.append(name)
        return plain(name)

    for name in ("a", "b", "a", "c", "a", "b"):
        assert sheets.get(1, name, lambda name=name: make(name)).title == name  # type: ignore[misc]
    assert asked == ["a", "b", "c", "b"]


def test_the_latest_state_is_known_while_it_is_kept() -> None:
    sheets = Sheets(room=4)
    assert sheets.latest(1) is None
    sheet = sheets.take(1, 7, "seven", plain)
    sheets.take(1, 6, "six", plain)
    sheets.get(1, "an edition", plain)
    assert sheets.latest(1) == (7, "seven", sheet)
    assert sheets.latest(2) is None
    for name in "abcd":
        sheets.get(2, name, plain)
    assert sheets.latest(1) is None


def a_face(sheet: Sheet, margin: dict[str, Markup] | None = None, uncovered: int = 0) -> Face:
    return Face(sheet, margin or {}, ("Title", "", "", ""), uncovered, "Working text")


def test_what_looks_the_same_is_one_face_and_what_does_not_is_another() -> None:
    sheets, sheet = Sheets(), set_out(Document("a"))
    one = sheets.show(1, 5, a_face(sheet))
    assert sheets.show(1, 5, a_face(sheet)) is one
    marked = sheets.show(1, 5, a_face(sheet, {"c1": Markup("1")}))
    counted = sheets.show(1, 5, a_face(sheet, uncovered=1))
    assert sheets.shown(1, 5) == (one, marked, counted)
    assert sheets.shown(1, 4) == () == sheets.shown(2, 5)


def test_where_too_much_was_shown_nothing_is_known() -> None:
    sheets, sheet = Sheets(), set_out(Document("a"))
    for count in range(32):
        sheets.show(1, 5, a_face(sheet, uncovered=count))
    assert len(sheets.shown(1, 5)) == 32
    for count in range(32, 40):
        sheets.show(1, 5, a_face(sheet, uncovered=count))
    assert sheets.shown(1, 5) == ()


def test_one_answer_is_made_for_all_who_were_shown_the_same() -> None:
    sheets, sheet = Sheets(), set_out(Document("a"))
    made: list[int] = []

    def make() -> bytes:
        made.append(len(made))
        return b"%d" % made[-1]

    sheets.show(1, 5, a_face(sheet))
    now = sheets.show(1, 6, a_face(sheet, uncovered=1))
    assert [sheets.answer(1, 5, now, make) for _ in range(3)] == [b"0"] * 3
    sheets.show(1, 5, a_face(sheet, uncovered=7))
    assert sheets.answer(1, 5, now, make) == b"1"
    other = sheets.show(1, 6, a_face(sheet, uncovered=2))
    assert sheets.answer(1, 5, other, make) == b"2"


def test_what_two_ask_for_at_once_is_made_once() -> None:
    sheets, made, begun = Sheets(), [], Event()

    def read() -> Sheet:
        made.append("sheet")
        begun.set()
        second.start()
        second.join(0.05)
        return plain("a")

    def ask() -> None:
        assert begun.wait(10)
        got.append(sheets.get(1, "a", read))

    got: list[Sheet] = []
    second = Thread(target=ask)
    first = sheets.get(1, "a", read)
    second.join(10)
    assert made == ["sheet"] and got == [first]
    assert sheets.holds(1, "a") and not sheets.holds(1, "b")


def test_what_could_not_be_made_is_made_when_it_is_asked_for_again() -> None:
    sheets = Sheets()

    def fail() -> Sheet:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        sheets.get(1, "a", fail)
    assert sheets.get(1, "a", lambda: plain("there")).title == "there"
