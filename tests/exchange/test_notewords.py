from app.exchange.notewords import Span, lines_of


def test_paragraphs_and_list_items_are_lines() -> None:
    lines = lines_of("First.\n\n- one\n- two")
    assert ["".join(span.text for span in line) for line in lines] == ["First.", "one", "two"]


def test_what_is_stressed_and_where_it_leads_is_told() -> None:
    (line,) = lines_of("See *the case* in [Northland](/library/cases/northland).")
    assert Span("the case", italic=True) in line
    assert Span("Northland", href="/library/cases/northland") in line


def test_raw_markup_is_text() -> None:
    (line,) = lines_of("A <b>bold</b> word")
    assert "".join(span.text for span in line) == "A <b>bold</b> word"


def test_an_empty_note_has_no_lines() -> None:
    assert lines_of("") == ()
