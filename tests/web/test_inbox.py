"""The inbox of a round: chosen, searched, set aside, taken back; nothing leaves it by itself."""

import re

import pytest

from app.store.rounds import FindingRecord, Place
from app.store.seats import Role
from app.web import inbox
from app.web.inbox import Clause, _tokens, matching
from tests.support.answers import Sent, found, open_on, put_in
from tests.support.site import Site, Visitor

TITLE = "Convention on Ferries"
DAY = "A ferry crosses by day."


@pytest.fixture
def sent(site: Site) -> Sent:
    return open_on(site)


@pytest.fixture
def orphan(chair: Visitor, sent: Sent) -> FindingRecord:
    """Something that came back and has no clause."""
    hand = sent.hand(1, "Capital B")
    hand.insert_after(TITLE, " and on ships")
    put_in(chair, sent, hand.saved())
    (one,) = found(sent, Place.INBOX)
    return one


def test_what_has_no_place_is_placed_by_hand_or_set_aside(
    chair: Visitor, sent: Sent, orphan: FindingRecord
) -> None:
    page = chair.get(f"{sent.address}/inbox").text
    assert "1 thing to place" in page
    assert "and on ships" in page
    here = f"{sent.address}/findings/{orphan.uid}"
    form = {"csrf": chair.form_token()}
    nowhere = chair.post(f"{here}/place", data={**form, "clause": "Article 99"})
    assert nowhere.status_code == 422
    assert "There is no clause “Article 99”" in nowhere.text
    assert chair.post(f"{here}/place", data=form).status_code == 422
    assert chair.post(f"{here}/set-aside", data=form).status_code == 422
    aside = chair.post(f"{here}/set-aside", data={**form, "reason": "Said before."})
    page = chair.get(aside.headers["location"]).text
    assert "Said before." in page
    assert "0 things to place" in page
    assert "Take it back" in page
    assert "on ships" not in chair.get(f"{sent.address}/table").text
    assert chair.post(f"{here}/bring-back", data=form).is_redirect
    assert found(sent, Place.INBOX)
    placed = chair.post(f"{here}/place", data={**form, "clause": " article 3,  PARAGRAPH 1 "})
    assert placed.is_redirect
    (noted,) = found(sent, Place.NOTED)
    assert noted.clause == sent.site.uid(DAY)
    # It is dealt with, and says so.
    again = chair.post(f"{here}/place", data={**form, "uid": sent.site.uid("flood")})
    assert again.status_code == 422
    assert chair.post(f"{sent.address}/findings/fnone/place", data=form).status_code == 404


def test_what_was_placed_is_taken_back(chair: Visitor, sent: Sent, orphan: FindingRecord) -> None:
    here = f"{sent.address}/findings/{orphan.uid}"
    form = {"csrf": chair.form_token()}
    placed = chair.post(f"{here}/place", data={**form, "uid": sent.site.uid(DAY)})
    page = chair.get(placed.headers["location"]).text
    assert re.search(r"Placed at Article 3, paragraph 1\..*Take it back", page)
    assert "Placed by hand" in page
    back = chair.post(f"{here}/bring-back", data=form)
    assert "1 thing to place" in chair.get(back.headers["location"]).text
    (again,) = found(sent, Place.INBOX)
    assert (again.reason, again.note) == (orphan.reason, "")
    twice = chair.post(f"{here}/bring-back", data=form)
    assert twice.status_code == 422
    assert "dealt with this already" in twice.text
    delegate = sent.site.client(Role.DELEGATE)
    denied = delegate.post(f"{here}/bring-back", data={"csrf": delegate.form_token()})
    assert denied.status_code == 403


def test_words_that_could_mean_several_clauses_lead_to_a_choice(
    chair: Visitor, sent: Sent, orphan: FindingRecord
) -> None:
    here = f"{sent.address}/findings/{orphan.uid}/place"
    form = {"csrf": chair.form_token()}
    asked = chair.post(here, data={**form, "clause": "ferry"})
    assert asked.status_code == 422
    assert "“ferry” could be several clauses" in asked.text
    offers = re.findall(r'<button class="btn small" name="uid" value="(\w+)"><b>', asked.text)
    assert sent.site.uid(DAY) in offers
    assert len(offers) > 3
    # One that is alone in having the words is it.
    assert chair.post(here, data={**form, "clause": "equally authentic"}).is_redirect
    (noted,) = found(sent, Place.NOTED)
    assert noted.clause == sent.site.uid("equally authentic")


def test_clauses_are_found_by_name_and_words(chair: Visitor, sent: Sent) -> None:
    address = f"{sent.address}/inbox/clauses"

    def names(query: str) -> list[str]:
        return re.findall(r'data-name="([^"]+)"', chair.get(address, params={"q": query}).text)

    every = names("")
    assert len(every) == len(set(every)) > 10
    # An article and its only paragraph are cited alike.
    assert {"Article 4", "Article 4, text", "Formula", "Formula (2)"} <= set(every)
    assert names("art 3 para 1")[0] == "Article 3, paragraph 1"
    assert names("3")[:3] == ["Article 3", "Article 3, paragraph 1", "Article 3, paragraph 2"]
    assert names("crosses DAY") == ["Article 3, paragraph 1"]
    assert names("b ferryman") == ["Article 1, subparagraph (b)"]
    assert names("zebra") == []
    assert "No clause has that" in chair.get(address, params={"q": "zebra"}).text
    assert sent.site.client(Role.DELEGATE).get(address).status_code == 403


def test_a_number_is_a_whole_one() -> None:
    def clause(name: str, words: str) -> Clause:
        return Clause(name, name, words, 0, _tokens(name), _tokens(words))

    every = [clause("Article 120", "Twelve"), clause("Article 12", "Notice"), clause("x", "12")]
    assert [each.uid for each in matching(every, "12", 9)] == ["Article 12", "x"]
    assert [each.uid for each in matching(every, "arti", 9)] == ["Article 120", "Article 12"]
    assert matching(every, " , ", 9) == ()


def test_many_things_come_on_pages(
    chair: Visitor, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (0, 1):
        hand = sent.hand(number)
        hand.insert_after(TITLE, f" number {number}")
        put_in(chair, sent, hand.saved())
    monkeypatch.setattr(inbox, "_A_PAGE", 1)
    first, second = (chair.get(f"{sent.address}/inbox?page={at}").text for at in (1, 2))
    assert ("number 0" in first, "number 1" in first) == (True, False)
    assert ("number 0" in second, "number 1" in second) == (False, True)
    assert "page 1 of 2" in first
    # What is asked about is on the page that says why not.
    last = found(sent, Place.INBOX)[-1]
    form = {"csrf": chair.form_token(), "clause": "Article 99"}
    refused = chair.post(f"{sent.address}/findings/{last.uid}/place", data=form).text
    assert "number 1" in refused
    assert 'value="Article 99"' in refused
