"""What Word prints before a paragraph: counting, restarting, sharing, and the number formats."""

from collections.abc import Sequence

import pytest

from app.exchange.package import Package
from app.exchange.wordnumbers import number_as
from app.exchange.wordtext import read_word
from tests.support.made_files import abstract_list, docx, list_of, para

LEGAL = [
    ("upperRoman", "PART %1"),
    ("decimal", "Article %2"),
    ("decimal", "%3."),
    ("lowerLetter", "(%4)"),
    ("lowerRoman", "(%5)"),
]


def labels(paragraphs: Sequence[tuple[str, int]], numbering: str, styles: str = "") -> list[str]:
    body = [para("x", num=place) for place in paragraphs]
    read = read_word(docx(body, {"numbering": numbering, "styles": styles}))
    return [each.label for each in read.paragraphs]


def test_levels_count_and_begin_again_under_a_higher_one() -> None:
    numbering = abstract_list("0", LEGAL) + list_of("1", "0")
    places = [("1", level) for level in (0, 1, 2, 2, 3, 3, 4, 4, 2, 3, 1, 2, 0, 1)]
    found = labels(places, numbering)
    assert found[:5] == ["PART I", "Article 1", "1.", "2.", "(a)"]
    assert found[5:10] == ["(b)", "(i)", "(ii)", "3.", "(a)"]
    assert found[10:] == ["Article 2", "1.", "PART II", "Article 1"]


def test_articles_run_on_through_the_parts_when_the_level_says_so() -> None:
    levels = abstract_list("0", LEGAL[:2]).replace(
        '<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:lvlRestart w:val="0"/>'
    )
    places = [("1", level) for level in (0, 1, 1, 0, 1)]
    assert labels(places, levels + list_of("1", "0"))[-1] == "Article 3"


def test_a_level_may_begin_again_under_one_level_only() -> None:
    levels = abstract_list("0", LEGAL[:3]).replace(
        '<w:lvl w:ilvl="2">', '<w:lvl w:ilvl="2"><w:lvlRestart w:val="1"/>'
    )
    places = [("1", level) for level in (0, 1, 2, 1, 2, 0, 1, 2)]
    assert labels(places, levels + list_of("1", "0")) == (
        ["PART I", "Article 1", "1.", "Article 2", "2.", "PART II", "Article 1", "1."]
    )


def test_two_lists_of_one_abstract_list_count_on_together() -> None:
    numbering = abstract_list("0", [("decimal", "%1)")]) + list_of("1", "0") + list_of("2", "0")
    assert labels([("1", 0), ("2", 0), ("1", 0)], numbering) == ["1)", "2)", "3)"]


def test_a_list_that_starts_anew_does_so_once() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="10"/></w:lvlOverride>'
    numbering = abstract_list("0", [("decimal", "%1)")]) + list_of("1", "0")
    numbering += list_of("2", "0", anew)
    places = [("1", 0), ("2", 0), ("2", 0), ("1", 0), ("2", 0)]
    assert labels(places, numbering) == ["1)", "10)", "11)", "12)", "13)"]


def test_a_list_may_have_a_level_of_its_own() -> None:
    own = (
        '<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:start w:val="3"/>'
        '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1/"/></w:lvl></w:lvlOverride>'
    )
    numbering = abstract_list("0", [("decimal", "%1)")]) + list_of("1", "0", own)
    assert labels([("1", 0), ("1", 0)], numbering) == ["C/", "D/"]


def test_a_legal_level_shows_all_numbers_in_digits() -> None:
    levels = abstract_list("0", [("upperRoman", "%1."), ("lowerLetter", "%1.%2")]).replace(
        '<w:numFmt w:val="lowerLetter"/>', '<w:numFmt w:val="lowerLetter"/><w:isLgl/>'
    )
    places = [("1", 0), ("1", 0), ("1", 1)]
    assert labels(places, levels + list_of("1", "0")) == ["I.", "II.", "2.1"]


def test_a_level_above_that_was_never_used_shows_its_start() -> None:
    numbering = abstract_list("0", [("decimal", "%1."), ("decimal", "%1.%2")]) + list_of("1", "0")
    assert labels([("1", 1), ("1", 1), ("1", 0)], numbering) == ["1.1", "1.2", "2."]


def test_bullets_and_lists_that_are_not_there() -> None:
    numbering = abstract_list("0", [("bullet", "o")]) + list_of("1", "0")
    assert labels([("1", 0), ("0", 0), ("7", 0), ("1", 5)], numbering) == ["•", "", "", ""]


def test_numbers_come_through_styles_too() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="Derived"><w:basedOn w:val="Base"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Second"><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbering = abstract_list("0", [("decimal", "%1."), ("lowerLetter", "(%2)")])
    numbering += list_of("1", "0")
    body = [para("x", style=style) for style in ("Base", "Second", "Derived", "Other")]
    body.append(para("x", style="Base", num=("0", 0)))
    read = read_word(docx(body, {"numbering": numbering, "styles": styles}))
    assert [each.label for each in read.paragraphs] == ["1.", "(a)", "2.", "", ""]


def test_a_level_may_name_its_style() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Item"><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
    )
    levels = abstract_list("0", [("decimal", "%1."), ("lowerLetter", "(%2)")]).replace(
        '<w:numFmt w:val="lowerLetter"/>', '<w:numFmt w:val="lowerLetter"/><w:pStyle w:val="Item"/>'
    )
    read = read_word(
        docx([para("x", style="Item")], {"numbering": levels + list_of("1", "0"), "styles": styles})
    )
    assert read.paragraphs[0].label == "(a)"


def test_a_list_may_be_a_link_to_a_list_style() -> None:
    styles = (
        '<w:style w:type="numbering" w:styleId="House"><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
    )
    numbering = abstract_list("0", [("decimal", "%1)")]) + abstract_list(
        "1", [], '<w:numStyleLink w:val="House"/>'
    )
    numbering += list_of("1", "0") + list_of("2", "1")
    assert labels([("2", 0), ("2", 0)], numbering, styles) == ["1)", "2)"]


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (4, "upperRoman", "IV"),
        (1999, "lowerRoman", "mcmxcix"),
        (27, "upperLetter", "AA"),
        (3, "lowerLetter", "c"),
        (7, "decimalZero", "07"),
        (7, "none", ""),
        (11, "ordinal", "11th"),
        (22, "ordinal", "22nd"),
        (21, "cardinalText", "Twenty-one"),
        (100, "cardinalText", "100"),
        (5, "ordinalText", "Fifth"),
        (20, "ordinalText", "Twentieth"),
        (32, "ordinalText", "Thirty-second"),
        (4, "ordinalText", "Fourth"),
        (2, "numberInDash", "- 2 -"),
        (9, "somethingNew", "9"),
        (3, "bullet", ""),
        (7, "zeros 3", "007"),
        (6, "chicago", "††"),
        (11, "decimalEnclosedCircle", "⑪"),
        (21, "decimalEnclosedCircle", "21"),
        (12, "decimalFullWidth", "１２"),
        (3, "russianLower", "в"),
        (30, "russianUpper", "АА"),
        (2, "arabicAlpha", "ب"),
        (0, "chineseCounting", "〇"),
        (10, "chineseCounting", "十"),
        (21, "chineseCounting", "二十一"),
        (26, "hex", "1A"),
    ],
)
def test_number_formats(number: int, form: str, expected: str) -> None:
    assert number_as(number, form) == expected


def test_a_link_to_a_list_style_counts_for_itself() -> None:
    styles = (
        '<w:style w:type="numbering" w:styleId="House"><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>"
    )
    numbering = abstract_list("0", [("decimal", "%1)")]) + abstract_list(
        "1", [], '<w:numStyleLink w:val="House"/>'
    )
    numbering += list_of("1", "0") + list_of("2", "1")
    places = [("1", 0), ("2", 0), ("1", 0)]
    assert labels(places, numbering, styles) == ["1)", "1)", "2)"]


def test_a_level_that_began_again_shows_its_start_until_it_is_used() -> None:
    levels = [("decimal", "%1."), ("decimal", "%1.%2."), ("decimal", "%1.%2.%3.")]
    numbering = abstract_list("0", levels) + list_of("1", "0")
    places = [("1", level) for level in (0, 1, 1, 0, 2, 2, 1, 2)]
    assert labels(places, numbering) == (
        ["1.", "1.1.", "1.2.", "2.", "2.1.1.", "2.1.2.", "2.1.", "2.1.1."]
    )


def test_a_level_of_bullets_prints_nothing_in_the_numbers_of_others() -> None:
    levels = [("decimal", "%1."), ("bullet", "—"), ("decimal", "%1.%2%3.")]
    numbering = abstract_list("0", levels) + list_of("1", "0")
    assert labels([("1", 0), ("1", 1), ("1", 2)], numbering) == ["1.", "—", "1.1."]


def test_a_hidden_number_counts_and_is_not_printed() -> None:
    levels = abstract_list("0", [("decimal", "%1."), ("decimal", "%1.%2.")])
    levels = levels.replace("</w:lvl>", "<w:rPr><w:vanish/></w:rPr></w:lvl>", 1)
    places = [("1", 0), ("1", 1), ("1", 0), ("1", 1)]
    assert labels(places, levels + list_of("1", "0")) == ["", "1.1.", "", "2.1."]


def test_a_custom_format_of_a_later_word() -> None:
    later = (
        '<mc:AlternateContent><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    levels = abstract_list("0", [("x", "%1")]).replace('<w:numFmt w:val="x"/>', later)
    assert labels([("1", 0), ("1", 0)], levels + list_of("1", "0")) == ["001", "002"]


def test_styles_that_turn_in_a_circle_end() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
        for one, other in (("A", "B"), ("B", "A"))
    )
    content = docx([para("x", style="A")], {"styles": styles, "numbering": ""})
    assert Package(content).main_part
    assert read_word(content).paragraphs[0].label == ""
