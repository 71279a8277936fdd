from dataclasses import replace

from lxml import etree

from app.exchange.word.mast import (
    app_properties,
    core_properties,
    custom_properties,
    footer,
    front,
    header,
    no_header,
)
from app.exchange.word.runs import NAMESPACES
from app.exchange.word.treaty import Mast
from tests.support.word_rules import W, words
from tests.support.word_treaties import MAST


def lines(xml: str) -> list[str]:
    return [words(p) for p in etree.fromstring(f"<w:body {NAMESPACES}>{xml}</w:body>")]


def test_the_mast_says_edition_symbol_distribution_date_language_and_status() -> None:
    assert lines(front(MAST, "Convention on Talks", "For discussion.")) == [
        "Zero draft\tA/CONF.999/L.1",
        "Distr.: Limited",
        "1 March 2026",
        "Original: English",
        "Convention on Talks",
        "For discussion.",
    ]


def test_what_is_not_known_is_left_out() -> None:
    assert lines(front(Mast("talks"), "Title", "Status")) == [
        "Working draft\t",
        "Original: English",
        "Title",
        "Status",
    ]


def test_the_header_has_the_symbol_or_else_a_short_title_and_the_date() -> None:
    assert words(etree.fromstring(header(MAST, "T"))) == (
        "A/CONF.999/L.1 · Zero draft\t1 March 2026"
    )
    long = "Convention on the Conduct of Talks and on Many Other Matters of Great Weight"
    bare = words(etree.fromstring(header(replace(MAST, symbol="", edition=""), long)))
    assert bare == "Convention on the Conduct of Talks and on Many Other … \t1 March 2026".replace(
        "… \t", "…\t"
    )
    assert words(etree.fromstring(no_header())) == ""


def test_the_footer_counts_pages_and_states_the_status() -> None:
    made = etree.fromstring(footer("No official status.", 12))
    assert words(made) == "No official status.\t1/12"
    codes = [(code.text or "").strip() for code in made.iter(f"{W}instrText")]
    assert codes == ["PAGE", "NUMPAGES"]


def test_the_properties_name_no_person_and_no_time() -> None:
    core = core_properties('A "T" <x>', MAST, "Status")
    names = {etree.QName(one).localname for one in etree.fromstring(core)}
    assert names == {"title", "subject", "creator", "description", "language"}
    assert "Travaux" in app_properties()
    custom = etree.fromstring(custom_properties(MAST, "clean", "un"))
    pids = [str(one.get("pid")) for one in custom]
    assert pids == [str(at) for at in range(2, 2 + len(pids))]


def test_a_copy_says_whose_it_is_and_what_it_was_made_from() -> None:
    mast = replace(MAST, recipient="Delegation A", copy="3")
    (first, second) = lines(footer("Status.", 2, mast).partition(">")[2].removesuffix("</w:ftr>"))
    assert first == "Status.\t1/2"
    assert second == f"Journal entry 7, head {'ab' * 6}\tCopy 3 for Delegation A"
    nobody = footer("Status.", 2, replace(MAST, recipient="Capital B"))
    assert "For Capital B" in nobody


def test_a_mark_of_confidentiality_stands_on_every_page() -> None:
    mast = replace(MAST, marking="Confidential")
    for part in (header(mast, "T"), no_header(mast)):
        assert words(etree.fromstring(part)).startswith("Confidential")


def test_a_wide_page_has_its_right_edge_elsewhere() -> None:
    assert 'w:pos="14570"' in header(MAST, "T", is_wide=True)
    assert 'w:pos="14570"' in footer("S", 1, MAST, is_wide=True)


def test_round_copy_and_other_text_are_properties() -> None:
    mast = replace(MAST, round="R1", copy="3", against="Zero draft")
    made = custom_properties(mast, "redline", "un", {"TravauxClauses1": "a=b"})
    for name in ("TravauxRound", "TravauxCopy", "TravauxAgainst", "TravauxClauses1"):
        assert f'name="{name}"' in made
    assert "TravauxRound" not in custom_properties(MAST, "clean", "un")
