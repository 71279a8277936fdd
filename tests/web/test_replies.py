from datetime import timedelta

import pytest
from httpx2 import Response

from app.actions import returning, rounding
from app.store.rounds import How, Reading, Sort
from app.store.seats import Role
from app.web.exports import WORD
from tests.support.answers import Sent, open_on, upload
from tests.support.forms import Form
from tests.support.site import Site, Visitor


@pytest.fixture
def sent(site: Site) -> Sent:
    return open_on(site)


@pytest.fixture
def stranger(site: Site) -> Visitor:
    return site.client(None)


def shape(answer: Response) -> tuple[int, int]:
    """What a stranger can tell one answer from another by: each page has another nonce."""
    return answer.status_code, len(answer.text)


def test_looking_uses_nothing_up_and_says_only_what_is_theirs(
    stranger: Visitor, sent: Sent
) -> None:
    link = sent.link(1)
    for _ in range(30):
        page = stranger.get(link)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.text
    assert "Delegation B" in page.text
    assert "Please answer soon." in page.text
    assert not any(name in page.text for name in ("Delegation A", "Delegation C"))
    with sent.site.stores.read() as store:
        assert rounding.reply(store, link.rpartition("/")[2]).link.uses == 0


def test_a_link_that_is_none_or_no_more_leads_nowhere(stranger: Visitor, sent: Sent) -> None:
    link = sent.link(0)
    with sent.site.stores.begin() as store:
        to = sent.to[0]
        short = rounding.make_link(
            store, sent.chair, sent.round, to, expires_at=store.now + timedelta(milliseconds=1)
        )
    answers = [
        stranger.get(path)
        for path in (
            "/replies/never",
            f"/replies/{short}",
            link[:-1],
            link.swapcase().replace("/REPLIES", "/replies"),
        )
    ]
    assert {shape(each) for each in answers} == {shape(answers[0])}
    before = len(sent.came())
    for path in ("files", "comments", "copy"):
        refused = stranger.post(f"/replies/{short}/{path}", files=upload(b"x"))
        assert shape(refused) == shape(answers[0])
    assert stranger.get(f"/replies/{short}/comments").status_code == 404
    assert stranger.get(f"/replies/{short}/progress").status_code == 404
    assert len(sent.came()) == before


def test_a_capital_takes_its_copy_and_hands_its_answer_in(stranger: Visitor, sent: Sent) -> None:
    link = sent.link(1)
    copy = stranger.post(f"{link}/copy")
    assert copy.headers["content-type"] == WORD
    assert copy.content == sent.copy(1)
    hand = sent.hand(1, "Capital B")
    hand.replace("by day", "by night")
    kept = stranger.post(f"{link}/files", files=upload(hand.saved()))
    assert (kept.status_code, kept.headers["location"]) == (303, f"{link}#sent")
    (came,) = sent.read()
    assert (came.how, came.recipient_id, came.state) == (How.LINK, sent.to[1].id, Reading.READ)
    page = stranger.get(link).text
    assert "It is kept and read: 2 changes and 0 comments found." in page
    assert stranger.get(f"{link}/progress").headers["hx-refresh"] == "true"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"%PDF-1.7 no Word file", "kept, but could not be read")],
)
def test_what_is_no_word_file_is_refused_in_a_sentence(
    stranger: Visitor, sent: Sent, content: bytes, said: str
) -> None:
    link = sent.link(0)
    answer = stranger.post(f"{link}/files", files=upload(content))
    sent.read()
    page = answer if answer.status_code == 422 else stranger.get(link)
    assert said in page.text


def test_nothing_chosen_is_refused_and_another_sites_form_too(
    stranger: Visitor, sent: Sent
) -> None:
    link = sent.link(0)
    assert "Choose the Word file first." in stranger.post(f"{link}/files").text
    elsewhere = stranger.post(
        f"{link}/files",
        files=upload(sent.copy(0)),
        headers={"sec-fetch-site": "cross-site"},
    )
    assert elsewhere.status_code == 403
    assert sent.came() == ()


def test_comments_are_written_article_by_article(stranger: Visitor, sent: Sent) -> None:
    link = sent.link(1)
    form = stranger.get(f"{link}/comments").text
    uid = sent.site.uid("Hours")
    assert f'name="on-{uid}"' in form
    assert "A ferry crosses by day." in form
    assert stranger.post(f"{link}/comments", data={f"on-{uid}": " "}).status_code == 422
    unknown = stranger.post(f"{link}/comments", data={"on-cnothing": "Words."})
    assert unknown.status_code == 404
    long = stranger.post(f"{link}/comments", data={f"on-{uid}": "a" * 8_001})
    assert long.status_code == 422
    assert "a" * 8_001 in long.text
    sent_in = {f"on-{uid}": "Why not by night?", "on-whole": "We thank the Chair."}
    assert stranger.post(f"{link}/comments", data=sent_in).status_code == 303
    (came,) = sent.came()
    assert came.state is Reading.READ
    with sent.site.stores.read() as store:
        found = returning.findings(store, sent.chair, sent.round, came=came)
    assert {(each.kind, each.after) for each in found} == {
        (Sort.COMMENT, "Why not by night?"),
        (Sort.COMMENT, "We thank the Chair."),
    }
    assert "Comments in the form" in stranger.get(link).text
    assert "Comments in the form" in sent.site.client(Role.CHAIR).get(sent.address).text


def test_the_form_as_a_table_in_word_comes_back_filled_and_can_be_taken_back(
    stranger: Visitor, sent: Sent
) -> None:
    link = sent.link(1)
    assert 'name="profile" value="form"' in stranger.get(link).text
    table = stranger.post(f"{link}/copy", data={"profile": "form"})
    assert table.headers["content-type"] == WORD
    form = Form(table.content, "Capital B", tracks=False)
    form.fill("Article 1, text", "A ferry crosses by day and by night.", "Why not?")
    assert stranger.post(f"{link}/files", files=upload(form.saved())).status_code == 303
    (came,) = sent.read()
    assert came.recipient_id == sent.to[1].id
    page = stranger.get(link).text
    assert "It is kept and read: 1 change and 1 comment found." in page
    with sent.site.stores.read() as store:
        change, comment = returning.findings(store, sent.chair, sent.round, came=came)
    assert (change.after, comment.after) == ("A ferry crosses by day and by night.", "Why not?")
    gone = stranger.post(f"{link}/files/{came.uid}/delete")
    assert (gone.status_code, gone.headers["location"]) == (303, f"{link}#sent")
    assert sent.came() == ()
    assert stranger.post(f"{link}/files/{came.uid}/delete").status_code == 404


def test_a_closed_round_and_a_worn_link_take_nothing(
    stranger: Visitor, chair: Visitor, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = sent.link(0)
    monkeypatch.setattr(rounding, "MOST_USES", 1)
    assert stranger.post(f"{link}/files", files=upload(sent.copy(0))).status_code == 303
    hand = sent.hand(0)
    hand.replace("by day", "by night")
    worn = stranger.post(f"{link}/files", files=upload(hand.saved()))
    assert worn.status_code == 422
    assert "takes no more" in worn.text
    other = sent.link(1)
    chair.post(f"{sent.address}/close", data={"csrf": chair.form_token()})
    page = stranger.get(other)
    assert "This round is closed." in page.text
    assert "Hand in" not in page.text
    late = stranger.post(f"{other}/files", files=upload(sent.copy(1)))
    assert late.status_code == 422
    assert len(sent.read()) == 1
