"""The whole file: what a reader sees is the treaty, what Word counts is what we count."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.word.treaty import Authority, WordTreaty
from app.exchange.word.write import bookmark_of, write_clean, write_commentary
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.numbering import labels as our_labels
from tests.support.large import large_treaty
from tests.support.word_rules import W, WordFile, breaches, labels, style_of, words
from tests.support.word_treaties import JUDGMENT, MAST, RICH, TREATY, treaty

AUTHORITIES = {
    "u8": (
        Authority("passage", TREATY, "supports", "art 2", "It defines the group", "UNTOC", "A."),
        Authority("case", JUDGMENT, "precedent for", "[70]", "Talks held.", "Denmark", "Calm."),
    ),
    "u12": (Authority("passage", TREATY, "contradicts", "art 5", "It goes further."),),
    "u1": (Authority("passage", JUDGMENT, "qualifies", "[49]", "It narrows."),),
}


def said(file: WordFile) -> dict[str, str]:
    return {name: words(paragraph) for name, paragraph in file.clause_paragraphs().items()}


def test_every_clause_is_there_with_its_words_to_the_letter() -> None:
    source = treaty(RICH)
    texts = said(WordFile(write_clean(source)))
    assert list(texts) == [f"cl_{clause.uid}" for clause in source.document.clauses]
    for clause in source.document.clauses:
        expected = clause.heading if clause.kind.bears_heading else clause.text
        assert texts[f"cl_{clause.uid}"].removeprefix("\n") == expected


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("write", [write_clean, write_commentary])
def test_word_counts_to_our_labels(write: object, scheme: Scheme) -> None:
    assert callable(write)
    source = treaty(RICH, AUTHORITIES, scheme=scheme)
    printed = list(labels(WordFile(write(source))).values())
    assert printed == list(our_labels(source.document.clauses, scheme))


def test_word_counts_to_our_labels_in_a_large_draft() -> None:
    source = large_treaty()
    printed = list(labels(WordFile(write_commentary(source))).values())
    assert printed == list(our_labels(source.document.clauses, source.scheme))


@pytest.mark.parametrize("write", [write_clean, write_commentary])
@pytest.mark.parametrize("source", [treaty(RICH, AUTHORITIES), large_treaty()])
def test_the_file_keeps_our_rules(write: object, source: WordTreaty) -> None:
    assert callable(write)
    assert breaches(write(source)) == []


def test_equal_treaties_give_equal_bytes() -> None:
    for write in (write_clean, write_commentary):
        first, second = (write(treaty(RICH, AUTHORITIES)) for _ in range(2))
        assert sha256(first).hexdigest() == sha256(second).hexdigest()


def test_a_changed_word_changes_the_bytes() -> None:
    assert write_clean(treaty(RICH)) != write_clean(treaty(RICH.replace("helps", "aids")))


def test_styles_tell_what_each_clause_is() -> None:
    file = WordFile(write_clean(treaty(RICH)))
    styles = {name: style_of(p) for name, p in file.clause_paragraphs().items()}
    assert styles["cl_u5"] == "TreatyPart"
    assert styles["cl_u6"] == "TreatyArticle"
    assert styles["cl_u7"] == "TreatyText"
    assert styles["cl_u8"] == "TreatySubparagraph"
    assert styles["cl_u10"] == "TreatyItem"
    assert styles["cl_u1"] == "TreatyRecital"


def test_the_opening_words_of_a_recital_are_italic() -> None:
    file = WordFile(write_clean(treaty(RICH)))
    italic = {
        name: "".join(
            text.text or ""
            for run in paragraph.iter(f"{W}r")
            if run.find(f"{W}rPr/{W}i") is not None
            for text in run.iter(f"{W}t")
        )
        for name, paragraph in file.clause_paragraphs().items()
    }
    assert italic["cl_u1"] == "Recalling"
    assert italic["cl_u2"] == "Deeply concerned"
    assert italic["cl_u3"] == "Bearing in mind"
    assert italic["cl_u0"] == ""


def test_the_first_page_says_what_the_document_is() -> None:
    file = WordFile(write_clean(treaty(RICH)))
    front = " | ".join(words(paragraph) for paragraph in file.paragraphs()[:8])
    for fact in ("Zero draft\tA/CONF.999/L.1", "Distr.: Limited", "1 March 2026", "Convention on"):
        assert fact in front
    assert "For discussion. No official status." in front
    header = words(file.parts["word/header1.xml"])
    assert header == "A/CONF.999/L.1 · Zero draft\t1 March 2026"


def test_the_commentary_says_everywhere_that_it_is_no_part_of_the_text() -> None:
    file = WordFile(write_commentary(treaty(RICH, AUTHORITIES)))
    headings = [
        words(p) for p in file.paragraphs() if style_of(p) in ("CommentaryHeading", "TableHeading")
    ]
    assert len(headings) == 5
    assert all("not part of the text" in heading for heading in headings)
    assert "Commentary is not part of the text." in words(file.parts["word/footer1.xml"])
    assert "not part" not in words(WordFile(write_clean(treaty(RICH))).parts["word/footer1.xml"])


def test_commentary_follows_its_article_and_starts_again_at_one() -> None:
    file = WordFile(write_commentary(treaty(RICH, AUTHORITIES)))
    order = [(style_of(p), words(p)) for p in file.paragraphs()]
    at = next(i for i, (style, _) in enumerate(order) if style == "CommentaryHeading")
    assert order[at - 1][1] == "Have agreed as follows:"
    start = order.index(("TreatyItem", "a meeting."))
    assert order[start + 1][0] == "CommentaryHeading"
    assert order[start + 2][1] == (
        "Article 1, subparagraph (a): supported by UNTOC art 2. "
        "It defines the group. In substance: A."
    )
    assert order[start + 3][1] == (
        "Article 1, subparagraph (a): precedent in the case of Denmark. Talks held. Lesson: Calm."
    )
    assert order[start + 4][0] == "TreatyArticle"


def test_the_notes_of_the_commentary_are_real_and_refer_back() -> None:
    file = WordFile(write_commentary(treaty(RICH, AUTHORITIES)))
    notes = [
        words(note).strip()
        for note in file.parts["word/footnotes.xml"].iter(f"{W}footnote")
        if note.get(f"{W}type") is None
    ]
    assert notes[0].startswith("Prosecutor v Tadić IT-94-1-AR72, Appeals Chamber")
    assert notes[1].endswith("2225 UNTS 209 (UNTOC) art 2.")
    assert notes[2] == "Tadić (n 1) [70]."
    assert notes[3] == "UNTOC (n 2) art 5."


def test_a_gap_is_said_to_be_one() -> None:
    source = treaty(RICH, gaps={"u6": "Nothing was found on this"})
    texts = [words(p) for p in WordFile(write_commentary(source)).paragraphs()]
    assert "Article 1: no source yet. Nothing was found on this." in texts


def test_the_clean_profile_has_neither_notes_nor_commentary() -> None:
    file = WordFile(write_clean(treaty(RICH, AUTHORITIES)))
    assert not list(file.document.iter(f"{W}footnoteReference"))
    assert not [p for p in file.paragraphs() if style_of(p).startswith(("Commentary", "Table"))]


def test_the_contents_name_every_heading_once_with_its_page() -> None:
    source = treaty(RICH)
    file = WordFile(write_clean(source))
    lines = [words(p) for p in file.paragraphs() if style_of(p).startswith("TOC")]
    headed = [clause for clause in source.document.clauses if clause.kind.bears_heading]
    assert len(lines) == len(headed)
    for line, clause in zip(lines, headed, strict=True):
        assert clause.heading in line
        assert line.rsplit("\t", 1)[1].isdigit()
    assert lines[0].startswith("PART I\tGeneral provisions\t")


def test_the_tables_of_the_commentary_stand_in_the_contents() -> None:
    file = WordFile(write_commentary(treaty(RICH, AUTHORITIES)))
    lines = [words(p) for p in file.paragraphs() if style_of(p).startswith("TOC")]
    assert [line.rsplit("\t", 1)[0] for line in lines[-2:]] == [
        "Table of authorities (not part of the text)",
        "Table of cases by article (not part of the text)",
    ]


def test_the_properties_lead_a_returned_file_home() -> None:
    custom = WordFile(write_clean(treaty(RICH))).parts["docProps/custom.xml"]
    named = {str(one.get("name")): "".join(map(str, one.itertext())) for one in custom}
    assert named["TravauxDraft"] == "talks"
    assert named["TravauxEdition"] == "Zero draft"
    assert named["TravauxProfile"] == "clean"
    assert named["TravauxJournalHead"] == MAST.journal_head


@pytest.mark.parametrize(
    ("uid", "name"),
    [("c7kq2m", "cl_c7kq2m"), ("x" * 37, "cl_" + "x" * 37)],
)
def test_a_bookmark_is_the_uid(uid: str, name: str) -> None:
    assert bookmark_of(uid) == name


@pytest.mark.parametrize("uid", ["a b", "x" * 38, "é", "", "a-b"])
def test_a_uid_that_word_would_refuse_is_hashed(uid: str) -> None:
    name = bookmark_of(uid)
    assert name.isascii()
    assert len(name) <= 40
    assert bookmark_of(uid + "!") != name


def test_a_treaty_without_clauses_is_still_a_file() -> None:
    empty = WordTreaty(Document(""), Scheme.UN, replace(MAST, edition="", symbol=""))
    assert breaches(write_clean(empty)) == []
    assert breaches(write_commentary(empty)) == []


def test_clauses_without_uids_have_bookmarks_of_their_own() -> None:
    source = treaty(RICH)
    bare = Document("T", tuple(replace(c, uid="") for c in source.document.clauses))
    file = write_clean(replace(source, document=bare))
    assert breaches(file) == []
    assert len(WordFile(file).clause_paragraphs()) == len(bare.clauses)


TEXTS = st.text(max_size=40)
KINDS = st.sampled_from(Kind)
NUMBERS = st.one_of(
    st.sampled_from(("", "", "", "-", "8 bis", "3", "a", "aa", "ii", "XI", "100%1", "(x)")),
    st.text(max_size=6),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    clauses: list[Clause] = []
    for at in range(draw(st.integers(0, 12))):
        kind = draw(KINDS)
        depth = draw(st.integers(0, clauses[-1].depth + 1 if clauses else 0))
        words_of = draw(TEXTS)
        heading, text = (words_of, "") if kind.bears_heading else ("", words_of)
        clauses.append(Clause(kind, draw(NUMBERS), heading, text, depth, f"u{at}"))
    return Document(draw(TEXTS), tuple(clauses))


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_document_becomes_a_sound_file_with_our_labels(document: Document) -> None:
    source = WordTreaty(document, Scheme.UN, MAST)
    content = write_commentary(source)
    assert breaches(content) == []
    file = WordFile(content)
    printed = labels(file)
    for clause, label in zip(document.clauses, our_labels(document.clauses), strict=True):
        paragraph = file.clause_paragraphs()[f"cl_{clause.uid}"]
        # What Word cannot count stands as text; what XML cannot hold is marked as missing.
        shown = printed[f"cl_{clause.uid}"] or words(paragraph)[: len(label)]
        if label.isprintable():
            assert shown == label
