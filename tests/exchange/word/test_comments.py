"""Comments: threads, resolved or not, on tracked words, without a range, several on the same."""

from app.exchange.word.comments import LONGEST_WORDS, Thread
from tests.support.made_files import para, run
from tests.support.tracked import cell, gone, ins, mark, on, raw, row, table, who


def start(key: str) -> str:
    return f'<w:commentRangeStart w:id="{key}"/>'


def end(key: str) -> str:
    return f'<w:commentRangeEnd w:id="{key}"/>{reference(key)}'


def reference(key: str) -> str:
    return f'<w:r><w:commentReference w:id="{key}"/></w:r>'


def comment(
    key: str, *words: str, author: str = "Chair", date: str = "2026-03-01T10:00:00Z"
) -> str:
    """A comment of paragraphs; the id of its nth paragraph is "<key>.<n>"."""
    inside = "".join(f'<w:p paraId="{key}.{at}">{run(each)}</w:p>' for at, each in enumerate(words))
    given = f'w:id="{key}" w:author="{author}" w:initials="C" w:date="{date}"'
    return f"<w:comment {given}>{inside}</w:comment>"


def tie(key: str, parent: str = "", done: str = "0") -> str:
    """A line of commentsExtended."""
    above = f' paraIdParent="{parent}"' if parent else ""
    return f'<commentEx paraId="{key}" done="{done}"{above}/>'


def threads(
    body: list[str], comments: str, extended: str | None = None, view: str = "accepted"
) -> tuple[Thread, ...]:
    parts = {"comments": comments}
    if extended is not None:
        parts["commentsExtended"] = extended
    return on(view, body, parts).comments


def test_a_comment_is_on_its_words() -> None:
    body = [para("One."), raw(run("The "), start("3"), run("Parties"), end("3"), run(" act."))]
    reading = on("accepted", body, {"comments": comment("3", "Why?", "Which ones?")})
    (thread,) = reading.comments
    assert (thread.paragraph, thread.begin, thread.end, thread.words) == (1, 4, 11, "Parties")
    said = thread.remark
    assert (said.author, said.initials, said.text) == ("Chair", "C", "Why?\nWhich ones?")
    assert said.date == "2026-03-01T10:00:00Z"
    assert reading.paragraphs[0].comments == ()
    assert reading.paragraphs[1].comments == (thread,)


def test_answers_and_the_resolved_state_are_keyed_by_the_last_paragraph() -> None:
    body = [raw(start("1"), start("2"), start("3"), run("words"), end("1"), end("2"), end("3"))]
    comments = comment("1", "First", "and last") + comment("2", "Answer") + comment("3", "Again")
    extended = tie("1.1", done="1") + tie("2.0", "1.1") + tie("3.0", "2.0")
    (thread,) = threads(body, comments, extended)
    assert thread.remark.resolved
    assert [each.text for each in thread.replies] == ["Answer", "Again"]


def test_comments_on_the_same_words_are_apart_when_the_file_says_so() -> None:
    body = [raw(start("1"), start("2"), run("words"), end("1"), end("2"))]
    comments = comment("1", "One", author="A") + comment("2", "Two", author="B")
    found = threads(body, comments, tie("1.0") + tie("2.0"))
    assert [(one.remark.author, one.words) for one in found] == [("A", "words"), ("B", "words")]


def test_without_the_extended_part_the_same_words_make_a_thread() -> None:
    body = [
        raw(start("1"), start("2"), run("same"), end("1"), end("2")),
        raw(start("3"), run("other"), end("3")),
    ]
    comments = comment("1", "First") + comment("2", "Second") + comment("3", "Third")
    found = threads(body, comments)
    assert [(one.remark.text, [each.text for each in one.replies]) for one in found] == [
        ("First", ["Second"]),
        ("Third", []),
    ]


def test_a_comment_without_a_range_stands_at_its_mark() -> None:
    (thread,) = threads([raw(run("One"), reference("1"), run(" two"))], comment("1", "Here."))
    assert (thread.paragraph, thread.begin, thread.end, thread.words) == (0, 3, 3, "")


def test_a_range_without_an_end_stands_where_it_begins() -> None:
    (thread,) = threads([raw(run("One"), start("1"), run(" two"))], comment("1", "Here."))
    assert (thread.begin, thread.end) == (3, 3)


def test_a_range_over_paragraphs() -> None:
    body = [raw(run("a "), start("1"), run("b")), para("middle"), raw(run("c"), end("1"), run("d"))]
    (thread,) = threads(body, comment("1", "All this."))
    assert (thread.paragraph, thread.begin, thread.end) == (0, 2, 3)
    assert thread.words == "b\nmiddle\nc"


def test_ranges_that_stand_between_paragraphs() -> None:
    body = [
        start("1"),
        para("One."),
        '<w:commentRangeEnd w:id="1"/>',
        raw(reference("1"), run("x")),
    ]
    (thread,) = threads(body, comment("1", "On the paragraph."))
    assert (thread.paragraph, thread.words) == (0, "One.")


def test_comments_on_tracked_words_stay_on_every_view() -> None:
    body = [
        raw(run("a "), ins(start("1") + run("new ") + end("1")), run("b")),
        raw(start("2"), gone("old"), end("2"), mark=mark("del")),
        para("c"),
    ]
    comments = comment("1", "On new.") + comment("2", "On old.")
    seen = {
        view: [(one.paragraph, one.words) for one in threads(body, comments, view=view)]
        for view in ("original", "accepted", "marked")
    }
    assert seen == {
        "original": [(0, ""), (1, "old")],
        "accepted": [(0, "new "), (1, "")],
        "marked": [(0, "new "), (1, "old")],
    }


def test_a_comment_in_a_deleted_row_is_kept() -> None:
    cells = cell(raw(start("1"), run("old"), end("1")))
    body = [table(row(cells, properties=f"<w:del {who('A')}/>"), row(cell("x"))), para("")]
    (thread,) = threads(body, comment("1", "Gone?"))
    assert (thread.paragraph, thread.words) == (0, "")


def test_a_comment_in_a_note_is_at_the_note() -> None:
    note = f'<w:footnote w:id="2">{raw(start("1"), run("See."), end("1"))}</w:footnote>'
    body = [raw(run("ab"), '<w:r><w:footnoteReference w:id="2"/></w:r>')]
    parts = {"footnotes": note, "comments": comment("1", "Which?")}
    (thread,) = on("accepted", body, parts).comments
    assert (thread.paragraph, thread.begin, thread.words, thread.where) == (
        0,
        2,
        "See.",
        "footnote 1",
    )


def test_a_comment_that_stands_nowhere_is_kept_and_told() -> None:
    reading = on("accepted", [para("x")], {"comments": comment("9", "Lost.", author="B")})
    assert [one.paragraph for one in reading.comments] == [None]
    (loss,) = reading.losses
    assert (loss.kind, loss.sentence) == ("comment", "A comment by B stands at no place: “Lost.”.")


def test_a_date_that_is_none_is_left_out() -> None:
    body = [raw(start("1"), run("x"), end("1"))]
    (thread,) = threads(body, comment("1", "y", date="0-00-00T00:00:00Z"))
    assert thread.remark.date == ""


def test_comments_that_answer_each_other_and_those_with_one_id_are_kept() -> None:
    comments = comment("1", "One") + comment("2", "Two") + comment("1", "Three")
    found = threads([para("x")], comments, tie("1.0", "2.0") + tie("2.0", "1.0"))
    said = [one.text for thread in found for one in (thread.remark, *thread.replies)]
    assert sorted(said) == ["One", "Three", "Two"]


def test_the_words_of_an_endless_range_are_cut_short() -> None:
    middle = [para("a" * 1_000) for _ in range(20)]
    body = [raw(start("1"), run("b")), *middle, raw(run("c"), end("1"))]
    (thread,) = threads(body, comment("1", "All."))
    assert len(thread.words) < LONGEST_WORDS + 1_100
    assert thread.words.endswith("…")
