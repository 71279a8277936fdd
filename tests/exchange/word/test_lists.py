"""The lists of two files in one part: what is the same is shared once, the rest is added."""

from app.exchange.package import Element, attribute, local
from app.exchange.word.grafted import parsed
from app.exchange.word.lists import by_style, merged_lists
from tests.support.made_files import abstract_list, list_of

LEVELS = [("decimal", "%1.")]
LETTERS = [("lowerLetter", "(%1)")]


def numbering(*parts: str) -> Element:
    (root,) = parsed(f"<w:numbering>{''.join(parts)}</w:numbering>")
    return root


def numbers(root: Element) -> list[str]:
    return [attribute(each, "numId") or "" for each in root if local(each) == "num"]


START = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'


def test_equal_lists_are_shared_also_under_other_numbers() -> None:
    old = numbering(abstract_list("0", LEVELS), list_of("4", "0"))
    new = numbering(abstract_list("7", LEVELS), list_of("2", "7"))
    assert merged_lists(old, new) == {"4": "2"}
    assert numbers(new) == ["2"]


def test_other_lists_are_added_under_free_numbers_before_the_instances() -> None:
    old = numbering(abstract_list("0", LETTERS), list_of("1", "0"))
    new = numbering(abstract_list("0", LEVELS), list_of("1", "0"))
    assert merged_lists(old, new) == {"1": "2"}
    assert [local(each) for each in new] == ["abstractNum", "abstractNum", "num", "num"]


def test_an_instance_that_starts_anew_serves_one_of_the_older_file_only() -> None:
    old = numbering(
        abstract_list("0", LEVELS),
        list_of("1", "0"),
        list_of("2", "0", START),
        list_of("3", "0", START),
    )
    new = numbering(abstract_list("0", LEVELS), list_of("1", "0"), list_of("5", "0", START))
    assert merged_lists(old, new) == {"1": "1", "2": "5", "3": "6"}


def test_where_styles_count() -> None:
    (styles,) = parsed(
        '<w:styles><w:style w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        '</w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
        '<w:style w:styleId="C"><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
        "</w:styles>"
    )
    assert by_style(styles, None) == {"A": ("1", "0"), "B": ("1", "0")}
    assert by_style(None, None) == {}
