from app.web.markdown import shown


def test_emphasis_and_paragraphs_are_kept() -> None:
    assert shown("A *word*.\n\nAnother.") == "<p>A <em>word</em>.</p>\n<p>Another.</p>\n"


def test_no_script_and_no_picture_comes_through() -> None:
    made = shown("<script>alert(1)</script> ![x](https://example.org/x.png) [a](javascript:alert)")
    assert "<script" not in made and "<img" not in made
    assert "javascript" not in made.replace("[a](javascript:alert)", "")


def test_a_named_seat_is_no_link() -> None:
    assert '<span class="mention">Scholar A</span>' in shown("[Scholar A](/seats/12)")


def test_headings_are_small_in_a_note() -> None:
    assert shown("# Large").startswith("<h4>Large</h4>")


def test_a_link_elsewhere_says_nothing_of_where_it_was() -> None:
    assert 'rel="noopener noreferrer nofollow"' in shown("[there](https://example.org/)")
