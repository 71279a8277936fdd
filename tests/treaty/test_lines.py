"""Clean lines, and the report of what was left out."""

import pytest

from app.treaty.lines import Line, clean


def words(text: str) -> list[str]:
    return [line.text for line in clean(text)[0]]


def test_runs_indents_and_spaces() -> None:
    lines, title, problems = clean("\ufeffOne\u00a0two\r\n\tthree\u200b\r\n\r\n  four\x0cfive\n")
    assert lines == (
        Line("One two", 0, True),
        Line("three", 4, False),
        Line("four", 2, True),
        Line("five", 0, False),
    )
    assert (title, problems) == ("", ())


def test_markdown_loses_its_marks_and_keeps_its_words() -> None:
    lines, title, problems = clean(
        "---\ntitle: 'A Treaty'\n---\n## Article 1 *(scope)*\n\n1\\. **Bold** [link](https://x.y)\n"
        "* TOC\n[note]: https://x.y\n"
    )
    assert [(line.text, line.hashes) for line in lines] == [
        ("Article 1 (scope)", 2),
        ("1. Bold link", 0),
    ]
    assert title == "A Treaty"
    assert [problem.message.split(":")[0] for problem in problems] == [
        "Front matter of 1 lines was left out",
        "A line of markup was left out",
        "A line of markup was left out",
    ]


def test_stars_in_a_text_that_is_no_markdown_stay() -> None:
    assert words("Words* with a note") == ["Words* with a note"]


@pytest.mark.parametrize("page", ["- 7 -", "Page 7", "page 7 of 9", "7/9"])
def test_a_page_number_in_its_own_dress_goes(page: str) -> None:
    assert words(f"One\n\n{page}\n\ntwo") == ["One", "two"]


def test_bare_numbers_go_only_when_they_rise() -> None:
    assert words("One\n\n3\n\ntwo\n\n4") == ["One", "two"]
    assert words("One\n\n3\n\ntwo\n\n3") == ["One", "3", "two", "3"]


def test_headings_that_do_not_come_again_are_no_contents() -> None:
    text = "Article 1 Scope\nArticle 2 Terms\nArticle 3 End"
    assert len(words(text)) == 3
    assert clean(text)[2] == ()


def test_the_signs_of_a_wiki_and_of_headings_without_a_space() -> None:
    lines, _, _ = clean(
        "__TOC__\n=Part I: Rules=\n####Use of wells\n\n"
        "# Wells are open to all who come to them with a bucket of their own, by day and by night, "
        "in all seasons of the year.\n"
    )
    assert [(line.text, line.hashes) for line in lines[:2]] == [
        ("Part I: Rules", 1),
        ("Use of wells", 4),
    ]
    assert lines[2].text.startswith("Wells are open")
    assert lines[2].hashes == 0


def test_an_end_of_a_page_after_a_heading_ends_the_line() -> None:
    lines, _, problems = clean("THE TITLE /... Page 2 The Parties meet /... English Page 3 here.\n")
    assert [line.text for line in lines] == ["THE TITLE", "The Parties meet here."]
    assert problems[0].message == "Page marks were left out: /... Page 2, /... English Page 3."
