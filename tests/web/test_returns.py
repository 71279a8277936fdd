import io
import re
import zipfile

import pytest

from app.actions import negotiating, returning
from app.store.proposals import Stage
from app.store.rounds import Place, Reading
from app.store.seats import Role
from tests.support.answers import Sent, found, open_on, put_in, upload
from tests.support.site import SLUG, Site, Visitor

TITLE = "Convention on Ferries"
DAY = "A ferry crosses by day."


@pytest.fixture
def sent(site: Site) -> Sent:
    return open_on(site)


def test_a_file_is_read_and_its_account_is_shown(chair: Visitor, sent: Sent) -> None:
    hand = sent.hand(0, "Capital A")
    hand.replace("by day", "by night")
    hand.comment("equally authentic", "Which ones?", "All of them.")
    content = hand.saved()
    came = put_in(chair, sent, content, word="by e-mail of 3 May")
    assert (came.state, came.recipient_id) == (Reading.READ, sent.to[0].id)
    desk = chair.get(sent.address).text
    assert "1 of 3 answered" in desk
    assert "answer.docx" in desk
    assert "by e-mail of 3 May" in desk
    page = chair.get(f"{sent.address}/returns/{came.uid}").text
    assert "Everything in it is accounted for" in page
    assert "2 tracked changes, 2 comments" in page
    assert re.search(r"<del>day</del><ins>night</ins>", page)
    assert "All of them." in page
    file = chair.get(f"{sent.address}/returns/{came.uid}/file")
    assert file.content == content
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["content-type"] == "application/octet-stream"


def test_a_change_is_tabled_on_the_delegations_word(chair: Visitor, sent: Sent) -> None:
    hand = sent.hand(1, "Capital B")
    hand.replace("by day", "by night")
    came = put_in(chair, sent, hand.saved())
    (made,) = found(sent, Place.PROPOSED)
    assert chair.get(f"/drafts/{SLUG}/proposals/{made.proposal}").status_code == 404
    page = f"{sent.address}/returns/{came.uid}"
    assert "Table it on their word" in chair.get(page).text
    here = f"{sent.address}/findings/{made.uid}/confirm"
    form = {"csrf": chair.form_token()}
    assert chair.post(here, data=form).status_code == 422
    told = chair.post(here, data={**form, "word": "Focal point B, by telephone"})
    assert told.headers["location"] == f"/drafts/{SLUG}/proposals/{made.proposal}"
    with sent.site.stores.read() as store:
        (shown,) = negotiating.proposals(store, sent.chair, sent.draft)
    assert (shown.proposal.stage, shown.proposal.delegation) == (Stage.TABLED, "Delegation B")
    after = chair.get(page).text
    assert "Table it on their word" not in after
    assert "tabled" in after


def test_all_of_a_file_is_tabled_at_once_but_for_what_is_its_delegations_now(
    chair: Visitor, sent: Sent
) -> None:
    hand = sent.hand(0, "Capital A")
    hand.replace("by day", "by night")
    hand.replace("in a flood", "in a storm")
    hand.strike("equally authentic")
    came = put_in(chair, sent, hand.saved())
    first, *rest = found(sent, Place.PROPOSED)
    with sent.site.stores.begin() as store:
        delegate = sent.seat(Role.DELEGATE)
        negotiating.change(
            store, delegate, sent.draft, first.proposal, words="By starlight.", reason="Better."
        )
    page = f"{sent.address}/returns/{came.uid}"
    assert "Table all 3 proposals" in chair.get(page).text
    form = {"csrf": chair.form_token()}
    assert chair.post(f"{page}/confirm", data=form).status_code == 422
    told = chair.post(f"{page}/confirm", data={**form, "word": "Focal point A, by telephone"})
    assert told.headers["location"] == page
    after = chair.get(page).text
    assert "2 proposals tabled. 1 could not be" in after
    assert after.count(" by Chair, on the word of: Focal point A, by telephone") == 2
    with sent.site.stores.read() as store:
        tabled = negotiating.proposals(store, sent.chair, sent.draft)
    assert {each.proposal.uid for each in tabled} == {each.proposal for each in rest}
    delegate_ = sent.site.client(Role.DELEGATE)
    denied = delegate_.post(f"{page}/confirm", data={"csrf": delegate_.form_token()})
    assert denied.status_code == 403


def test_what_came_is_taken_in_one_zip(chair: Visitor, sent: Sent) -> None:
    contents = [sent.copy(number) for number in (0, 1)]
    for content in contents:
        put_in(chair, sent, content)
    form = {"csrf": chair.form_token()}
    packed = chair.post(f"{sent.address}/returned", data=form)
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == contents


def test_nobody_sees_what_is_another_delegations(site: Site, chair: Visitor, sent: Sent) -> None:
    hand = sent.hand(1, "Capital B")
    hand.replace("by day", "by stealth")
    hand.insert_after(TITLE, " Whisper")
    came = put_in(chair, sent, hand.saved())
    delegate = site.client(Role.DELEGATE)
    form = {"csrf": delegate.form_token()}
    for path in ("", "/inbox", "/table", "/progress"):
        page = delegate.get(f"{sent.address}{path}")
        assert page.status_code == 200
        assert not any(word in page.text for word in ("stealth", "Whisper", "Delegation B"))
    for path in (f"returns/{came.uid}", f"returns/{came.uid}/file"):
        hidden, absent = (
            delegate.get(f"{sent.address}/{each}")
            for each in (path, path.replace(came.uid, "unever"))
        )
        assert (hidden.status_code, len(hidden.text)) == (404, len(absent.text))
    for each in (*found(sent, Place.INBOX), *found(sent, Place.PROPOSED)):
        denied = delegate.post(f"{sent.address}/findings/{each.uid}/confirm", data=form)
        assert denied.status_code == 404


def test_a_delegate_hands_in_for_the_delegation_and_its_focal_point_tables(
    site: Site, sent: Sent
) -> None:
    hand = sent.hand(0, "Capital A")
    hand.replace("by day", "by night")
    delegate = site.client(Role.DELEGATE)
    # Whatever the form says, it is their own.
    came = put_in(delegate, sent, hand.saved(), to=sent.to[0].uid, word="the chair's")
    assert (came.recipient_id, came.word) == (sent.to[0].id, "")
    (made,) = found(sent, Place.PROPOSED)
    page = f"{sent.address}/returns/{came.uid}"
    assert "Table it" not in delegate.get(page).text
    seat = sent.seat(Role.DELEGATE)
    with site.stores.begin() as store:
        store.seats.change(
            seat.id, name=seat.name, role=seat.role, delegation=seat.delegation, focal=True
        )
    assert "Table it" in delegate.get(page).text
    form = {"csrf": delegate.form_token()}
    assert delegate.post(f"{sent.address}/findings/{made.uid}/confirm", data=form).is_redirect


def test_what_cannot_be_taken_is_said_and_the_rest_is_kept(chair: Visitor, sent: Sent) -> None:
    form = {"csrf": chair.form_token()}
    none = chair.post(f"{sent.address}/returns", data=form)
    assert none.status_code == 422
    assert "Choose the file" in none.text
    copy = sent.copy(0)
    files = [
        ("file", ("one.docx", copy)),
        ("file", ("two.docx", copy)),
        ("file", ("three.docx", b"no Word file")),
    ]
    mixed = chair.post(f"{sent.address}/returns", data=form, files=files)
    assert mixed.status_code == 422
    assert "two.docx: This very file has come already." in mixed.text
    kept = sent.read()
    assert [(each.filename, each.state) for each in kept] == [
        ("one.docx", Reading.READ),
        ("three.docx", Reading.FAILED),
    ]
    page = chair.get(f"{sent.address}/returns/{kept[1].uid}").text
    assert "It could not be read." in page
    assert "nothing changed" in chair.get(sent.address).text


def test_progress_is_told_and_the_page_asked_for_anew_at_its_end(
    chair: Visitor, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(returning, "read_waiting", lambda _: ())
        form = {"csrf": chair.form_token()}
        chair.post(f"{sent.address}/returns", data=form, files=upload(sent.copy(0)))
        sent.read()
        desk = chair.get(sent.address).text
        assert 'http-equiv="refresh"' in desk
        part = chair.get(f"{sent.address}/progress")
        assert "Reading: 0 of 1 done." in part.text
        assert "hx-refresh" not in part.headers
    sent.site.app.state.reading.begin()
    sent.read()
    over = chair.get(f"{sent.address}/progress")
    assert over.headers["hx-refresh"] == "true"
    assert "hx-get" not in over.text
    assert 'http-equiv="refresh"' not in chair.get(sent.address).text


def test_a_file_that_does_not_say_whose_it_is_waits_until_somebody_does(
    chair: Visitor, sent: Sent
) -> None:
    hand = sent.hand(0)
    hand.without_properties()
    hand.replace("by day", "by night")
    came = put_in(chair, sent, hand.saved())
    assert came.recipient_id is None
    assert "From whom is not known" in chair.get(sent.address).text
    page = f"{sent.address}/returns/{came.uid}"
    assert "Whose copy is it?" in chair.get(page).text
    form = {"csrf": chair.form_token(), "to": sent.to[2].uid}
    assert chair.post(f"{page}/whose", data=form).is_redirect
    assert "Delegation C" in chair.get(page).text
    assert sent.came()[0].recipient_id == sent.to[2].id
