from lxml import etree

from app.exchange.word.styles import STYLES, styles_xml
from tests.support.word_rules import W

ROOT = etree.fromstring(styles_xml())
FOUND = {str(style.get(f"{W}styleId")): style for style in ROOT.iter(f"{W}style")}


def value(style: etree._Element, path: str) -> str:
    found = style.find("/".join(f"{W}{step}" for step in path.split("/")))
    return "" if found is None else str(found.get(f"{W}val"))


def test_ids_are_names_without_spaces_and_unique() -> None:
    keys = [style.key for style in STYLES]
    assert len(set(keys)) == len(keys)
    for style in STYLES:
        assert style.key.lower() == style.name.replace(" ", "").lower()
        assert value(FOUND[style.key], "name") == style.name


def test_our_paragraph_styles_are_linked_both_ways() -> None:
    for style in STYLES:
        if not style.built_in:
            assert value(FOUND[style.key], "link") == f"{style.key}Char"
            assert value(FOUND[f"{style.key}Char"], "link") == style.key
            assert FOUND[f"{style.key}Char"].get(f"{W}type") == "character"


def test_the_levels_of_the_treaty_are_tied_to_their_styles() -> None:
    levels = {
        "TreatyPart": ("1", ""),
        "TreatyChapter": ("1", "1"),
        "TreatyArticle": ("2", ""),
        "TreatyParagraph": ("2", "1"),
        "TreatySubparagraph": ("2", "2"),
        "TreatyItem": ("2", "3"),
    }
    for key, (number, level) in levels.items():
        assert value(FOUND[key], "pPr/numPr/numId") == number
        assert value(FOUND[key], "pPr/numPr/ilvl") == level


def test_headings_stand_in_the_outline_and_text_is_twelve_points() -> None:
    for key, level in (("TreatyPart", "0"), ("TreatyArticle", "4"), ("TreatyAnnex", "0")):
        assert value(FOUND[key], "pPr/outlineLvl") == level
    size = ROOT.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
    assert size is not None
    assert size.get(f"{W}val") == "24"


def test_every_paragraph_property_stands_where_the_schema_wants_it() -> None:
    order = [
        *("keepNext", "keepLines", "pageBreakBefore", "numPr", "suppressLineNumbers"),
        *("pBdr", "tabs"),
        *("bidi", "spacing", "ind", "jc", "outlineLvl"),
    ]
    for style in ROOT.iter(f"{W}style"):
        names = [etree.QName(one).localname for one in style.iterfind(f"{W}pPr/*")]
        assert names == sorted(names, key=order.index), style.get(f"{W}styleId")
