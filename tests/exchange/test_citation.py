"""Every row of the starter library as OSCOLA prints it; `*` stands around italics."""

from typing import Any

import pytest

from app.exchange.citation import (
    Cite,
    NoteSeries,
    Run,
    date_words,
    footnotes,
    full,
    identity,
    plain,
    short,
)


def day(*parts: int) -> dict[str, list[list[int]]]:
    return {"date-parts": [list(parts)]}


def treaty(
    title: str, adopted: tuple[int, ...], in_force: tuple[int, ...], *place: str, name: str = ""
) -> dict[str, Any]:
    item = {
        "id": title,
        "type": "treaty",
        "title": title,
        "adopted": day(*adopted),
        "in-force": day(*in_force),
        "volume": place[0],
        "container-title": "United Nations Treaty Series",
        "container-title-short": "UNTS",
        "page": place[1],
    }
    return item | ({"title-short": name} if name else {})


CHARTER = treaty("Charter of the United Nations", (1945, 6, 26), (1945, 10, 24), "1", "XVI")
GENEVA = treaty("Geneva Conventions I–IV", (1949, 8, 12), (1950, 10, 21), "75", "31, 85, 135, 287")
AP_II = treaty(
    "Protocol Additional to the Geneva Conventions of 12 August 1949, and relating to the "
    "Protection of Victims of Non-International Armed Conflicts",
    (1977, 6, 8),
    (1978, 12, 7),
    "1125",
    "609",
    name="AP II",
)
UNTOC = treaty(
    "United Nations Convention against Transnational Organized Crime",
    (2000, 11, 15),
    (2003, 9, 29),
    "2225",
    "209",
    name="UNTOC",
)
TRAFFICKING = treaty(
    "Protocol to Prevent, Suppress and Punish Trafficking in Persons, Especially Women and "
    "Children",
    (2000, 11, 15),
    (2003, 12, 25),
    "2237",
    "319",
)
FIREARMS = treaty(
    "Protocol against the Illicit Manufacturing of and Trafficking in Firearms, Their Parts and "
    "Components and Ammunition",
    (2001, 5, 31),
    (2005, 7, 3),
    "2326",
    "208",
)
ROME = treaty(
    "Rome Statute of the International Criminal Court", (1998, 7, 17), (2002, 7, 1), "2187", "3"
)
ICCPR = treaty(
    "International Covenant on Civil and Political Rights",
    (1966, 12, 16),
    (1976, 3, 23),
    "999",
    "171",
    name="ICCPR",
)
CAT = treaty(
    "Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment",
    (1984, 12, 10),
    (1987, 6, 26),
    "1465",
    "85",
)
ICPPED = treaty(
    "International Convention for the Protection of All Persons from Enforced Disappearance",
    (2006, 12, 20),
    (2010, 12, 23),
    "2716",
    "3",
)
VCLT = treaty(
    "Vienna Convention on the Law of Treaties", (1969, 5, 23), (1980, 1, 27), "1155", "331"
)
MOVEMENT = {
    "id": "movement",
    "type": "legislation",
    "title": "Statutes of the International Red Cross and Red Crescent Movement",
    "adopted": day(1986),
    "note": "amended 1995 and 2006",
}
TADIC = {
    "id": "tadic",
    "type": "legal_case",
    "title": "Prosecutor v Tadić",
    "title-short": "Tadić",
    "genre": "Decision on the Defence Motion for Interlocutory Appeal on Jurisdiction",
    "number": "IT-94-1-AR72",
    "chamber": "Appeals Chamber",
    "authority": "ICTY",
    "issued": day(1995, 10, 2),
}
LIMAJ = {
    "type": "legal_case",
    "title": "Prosecutor v Limaj et al",
    "genre": "Judgment",
    "number": "IT-03-66-T",
    "chamber": "Trial Chamber II",
    "issued": day(2005, 11, 30),
}
HARADINAJ = {
    "id": "haradinaj",
    "type": "legal_case",
    "title": "Prosecutor v Haradinaj et al",
    "title-short": "Haradinaj",
    "genre": "Judgment",
    "number": "IT-04-84-T",
    "chamber": "Trial Chamber I",
    "issued": day(2008, 4, 3),
}
RULE_159 = {
    "id": "rules",
    "type": "book",
    "title": "Customary International Humanitarian Law, vol I: Rules",
    "author": [
        {"given": "Jean-Marie", "family": "Henckaerts"},
        {"given": "Louise", "family": "Doswald-Beck"},
    ],
    "publisher": "CUP",
    "issued": day(2005),
}
MARGUS = {
    "type": "legal_case",
    "title": "Marguš v Croatia",
    "number": "4455/10",
    "authority": "ECtHR",
    "chamber": "GC",
    "issued": day(2014, 5, 27),
}
EL_MOZOTE = {
    "type": "legal_case",
    "title": "Case of the Massacres of El Mozote and Nearby Places v El Salvador",
    "genre": "Merits, Reparations and Costs",
    "authority": "IACtHR",
    "collection-title": "Series C",
    "collection-number": "252",
    "issued": day(2012, 10, 25),
}
KALLON = {
    "type": "legal_case",
    "title": "Prosecutor v Kallon and Kamara",
    "genre": "Decision on Challenge to Jurisdiction: Lomé Accord Amnesty",
    "number": "SCSL-2004-15-AR72(E) and SCSL-2004-16-AR72(E)",
    "chamber": "Appeals Chamber",
    "authority": "SCSL",
    "issued": day(2004, 3, 13),
}
IMPORTED = {"id": "file", "type": "document", "title": "Founding article"}


def shown(runs: tuple[Run, ...]) -> str:
    return "".join(f"*{run.text}*" if run.italic else run.text for run in runs)


GOLDEN = [
    (
        CHARTER,
        "art 103",
        "Charter of the United Nations (adopted 26 June 1945, entered into force 24 October 1945) "
        "1 UNTS XVI, art 103",
    ),
    (
        GENEVA,
        "common art 3",
        "Geneva Conventions I–IV (adopted 12 August 1949, entered into force 21 October 1950) "
        "75 UNTS 31, 85, 135, 287, common art 3",
    ),
    (
        AP_II,
        "art 6(5)",
        "Protocol Additional to the Geneva Conventions of 12 August 1949, and relating to the "
        "Protection of Victims of Non-International Armed Conflicts (adopted 8 June 1977, entered "
        "into force 7 December 1978) 1125 UNTS 609 (AP II) art 6(5)",
    ),
    (
        UNTOC,
        "art 26",
        "United Nations Convention against Transnational Organized Crime (adopted 15 November "
        "2000, entered into force 29 September 2003) 2225 UNTS 209 (UNTOC) art 26",
    ),
    (
        TRAFFICKING,
        "",
        "Protocol to Prevent, Suppress and Punish Trafficking in Persons, Especially Women and "
        "Children (adopted 15 November 2000, entered into force 25 December 2003) 2237 UNTS 319",
    ),
    (
        FIREARMS,
        "",
        "Protocol against the Illicit Manufacturing of and Trafficking in Firearms, Their Parts "
        "and Components and Ammunition (adopted 31 May 2001, entered into force 3 July 2005) "
        "2326 UNTS 208",
    ),
    (
        ROME,
        "arts 5 to 8",
        "Rome Statute of the International Criminal Court (adopted 17 July 1998, entered into "
        "force 1 July 2002) 2187 UNTS 3, arts 5 to 8",
    ),
    (
        ICCPR,
        "art 14(7)",
        "International Covenant on Civil and Political Rights (adopted 16 December 1966, entered "
        "into force 23 March 1976) 999 UNTS 171 (ICCPR) art 14(7)",
    ),
    (
        CAT,
        "art 4",
        "Convention against Torture and Other Cruel, Inhuman or Degrading Treatment or Punishment "
        "(adopted 10 December 1984, entered into force 26 June 1987) 1465 UNTS 85, art 4",
    ),
    (
        ICPPED,
        "art 24",
        "International Convention for the Protection of All Persons from Enforced Disappearance "
        "(adopted 20 December 2006, entered into force 23 December 2010) 2716 UNTS 3, art 24",
    ),
    (
        VCLT,
        "art 53",
        "Vienna Convention on the Law of Treaties (adopted 23 May 1969, entered into force "
        "27 January 1980) 1155 UNTS 331, art 53",
    ),
    (
        MOVEMENT,
        "art 5(3)",
        "Statutes of the International Red Cross and Red Crescent Movement (adopted 1986, amended "
        "1995 and 2006), art 5(3)",
    ),
    (
        TADIC,
        "[70]",
        "*Prosecutor v Tadić* (Decision on the Defence Motion for Interlocutory Appeal on "
        "Jurisdiction) IT-94-1-AR72, Appeals Chamber (2 October 1995) [70]",
    ),
    (
        LIMAJ,
        "",
        "*Prosecutor v Limaj et al* (Judgment) IT-03-66-T, Trial Chamber II (30 November 2005)",
    ),
    (
        HARADINAJ,
        "[49], [60]",
        "*Prosecutor v Haradinaj et al* (Judgment) IT-04-84-T, Trial Chamber I (3 April 2008) "
        "[49], [60]",
    ),
    (
        RULE_159,
        "Rule 159",
        "Jean-Marie Henckaerts and Louise Doswald-Beck, *Customary International Humanitarian "
        "Law, vol I: Rules* (CUP 2005), Rule 159",
    ),
    (MARGUS, "", "*Marguš v Croatia* App no 4455/10 (ECtHR [GC], 27 May 2014)"),
    (
        EL_MOZOTE,
        "",
        "*Case of the Massacres of El Mozote and Nearby Places v El Salvador* (Merits, Reparations "
        "and Costs) IACtHR Series C No 252 (25 October 2012)",
    ),
    (
        KALLON,
        "",
        "*Prosecutor v Kallon and Kamara* (Decision on Challenge to Jurisdiction: Lomé Accord "
        "Amnesty) SCSL-2004-15-AR72(E) and SCSL-2004-16-AR72(E), Appeals Chamber (13 March 2004)",
    ),
    (IMPORTED, "S3a.P10", "‘Founding article’, S3a.P10"),
]


@pytest.mark.parametrize(("item", "pinpoint", "citation"), GOLDEN)
def test_full_citations_of_the_starter_library(
    item: dict[str, Any], pinpoint: str, citation: str
) -> None:
    assert shown(full(item, pinpoint)) == citation


OTHER_FORMS = [
    (
        {
            "type": "legal_case",
            "title": "Nicaragua v United States",
            "container-title": "International Court of Justice Reports",
            "container-title-short": "ICJ Rep",
            "page": "14",
            "issued": day(1986),
        },
        "[176]",
        "*Nicaragua v United States* [1986] ICJ Rep 14 [176]",
    ),
    (
        {
            "type": "legal_case",
            "title": "A v B",
            "number": "App no 1/20",
            "authority": "ECtHR",
            "issued": day(2020, 1, 2),
        },
        "[5]",
        "*A v B* App no 1/20 (ECtHR, 2 January 2020) [5]",
    ),
    (
        {
            "type": "legal_case",
            "title": "R v X",
            "number": "12/3",
            "authority": "Constitutional Court",
            "issued": day(2001, 4),
        },
        "",
        "*R v X* 12/3 (Constitutional Court, April 2001)",
    ),
    (
        {
            "type": "article-journal",
            "title": "Talking to Groups",
            "author": [{"given": "Drafter", "family": "Arbor"}],
            "issued": day(2021),
            "volume": "12",
            "container-title": "Journal of Talks",
            "page": "101-130",
        },
        "105",
        "Drafter Arbor, ‘Talking to Groups’ (2021) 12 Journal of Talks 101, 105",
    ),
    (
        {
            "type": "book",
            "title": "Amnesties",
            "author": [{"given": "Drafter", "family": letter} for letter in "ABCD"],
            "edition": "2",
            "publisher": "OUP",
            "issued": day(2010),
        },
        "44",
        "Drafter A and others, *Amnesties* (2nd edn, OUP 2010) 44",
    ),
    (
        {
            "type": "chapter",
            "title": "Truth",
            "author": [{"family": "Arbor", "given": "D"}],
            "editor": [{"family": "Bole", "given": "E"}],
            "container-title": "Peace",
            "publisher": "CUP",
            "issued": day(1999),
        },
        "7",
        "D Arbor, ‘Truth’ in E Bole (ed), *Peace* (CUP 1999) 7",
    ),
    (
        {
            "type": "report",
            "title": "Annual Report",
            "author": [{"literal": "International Law Commission"}],
            "number": "A/74/10",
            "issued": day(2019),
        },
        "ch IV",
        "International Law Commission, ‘Annual Report’ (2019) A/74/10, ch IV",
    ),
    (
        {
            "type": "webpage",
            "title": "Ceasefires",
            "container-title": "Peace Observer",
            "issued": day(2022, 3, 4),
            "URL": "https://example.org/c",
            "accessed": day(2022, 5, 6),
        },
        "",
        "‘Ceasefires’ (Peace Observer, 4 March 2022) <https://example.org/c> accessed 6 May 2022",
    ),
]


@pytest.mark.parametrize(("item", "pinpoint", "citation"), OTHER_FORMS)
def test_full_citations_of_other_kinds(item: dict[str, Any], pinpoint: str, citation: str) -> None:
    assert shown(full(item, pinpoint)) == citation


def test_a_later_note_says_where_the_first_one_is() -> None:
    assert shown(short(UNTOC, 3, "art 16")) == "UNTOC (n 3) art 16"
    assert shown(short(TADIC, 5, "[70]")) == "*Tadić* (n 5) [70]"
    assert shown(short(RULE_159, 2, "Rule 159")) == "Henckaerts and Doswald-Beck (n 2) Rule 159"
    assert shown(short(IMPORTED, 1)) == "‘Founding article’ (n 1)"
    assert shown(short(CHARTER, 4)) == "Charter of the United Nations (n 4)"


def test_a_series_of_notes_refers_back_also_to_the_note_just_before() -> None:
    texts = [
        shown(note)
        for note in footnotes(
            [
                Cite(TADIC, "[70]"),
                Cite(TADIC, "[71]"),
                (Cite(UNTOC, "art 2"), Cite(HARADINAJ)),
                Cite(HARADINAJ, "[49]"),
            ]
        )
    ]
    assert texts[0].endswith("Appeals Chamber (2 October 1995) [70].")
    assert texts[1] == "*Tadić* (n 1) [71]."
    assert "(UNTOC) art 2; *Prosecutor v Haradinaj et al*" in texts[2]
    assert texts[3] == "*Haradinaj* (n 3) [49]."


def test_a_back_reference_is_a_run_that_knows_its_note() -> None:
    (back,) = [run for run in short(UNTOC, 12, "art 2") if run.note]
    assert back == Run("12", note=12)


def test_an_authority_named_twice_in_one_note_is_given_in_full_once() -> None:
    note = plain(NoteSeries().note(Cite(UNTOC, "art 2"), Cite(UNTOC, "art 5")))
    assert note.count("2225 UNTS 209") == 1
    assert note.endswith("; UNTOC (n 1) art 5.")


def test_missing_fields_are_left_out_and_nothing_is_refused() -> None:
    assert plain(full({})) == ""
    assert plain(full({"type": "treaty", "title": "Pact"}, "art 1")) == "Pact, art 1"
    assert plain(full({"type": "legal_case", "title": "A v B"})) == "A v B"
    assert plain(full({"type": "book", "title": "Law"})) == "Law"
    assert plain(full({"type": "unheard-of", "title": "Thing"}, "p 3")) == "‘Thing’, p 3"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (day(2000, 11, 15), "15 November 2000"),
        (day(2000, 11), "November 2000"),
        (day(1986), "1986"),
        ("2000-11-15", "15 November 2000"),
        ("1995 and 2006", "1995 and 2006"),
        ({"literal": "spring 1999"}, "spring 1999"),
        ({"date-parts": [["2001", "2", "3"]]}, "3 February 2001"),
        ([day(1995), day(2006)], "1995 and 2006"),
        (None, ""),
        ({"date-parts": [[]]}, ""),
    ],
)
def test_dates(value: object, words: str) -> None:
    assert date_words(value) == words


def test_items_without_an_id_are_the_same_when_they_are_cited_alike() -> None:
    assert identity(LIMAJ) == identity(dict(LIMAJ))
    assert identity(LIMAJ) != identity(MARGUS)
    assert identity(TADIC) == "tadic"
