import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.actions import rounding
from app.actions.refusals import Invalid
from app.actions.rounding import To
from app.store.rounds import Place
from app.store.seats import Role
from app.web.exports import WORD
from app.web.rounds import end_of_day, left_of, named
from tests.support.answers import NAMES, Sent, found, open_on, put_in
from tests.support.site import SLUG, Site, Visitor, laid_on

HOME = f"/drafts/{SLUG}/rounds"


@pytest.fixture
def sent(site: Site) -> Sent:
    return open_on(site)


def post(visitor: Visitor, path: str, **fields: object) -> object:
    return visitor.post(path, data={"csrf": visitor.form_token(), **fields})


def test_recipients_are_named_one_a_line() -> None:
    found = named("Delegation A, a@mail.example.org\n\n Delegation B \n", "Museum, of Ferries")
    assert found == [
        To("Delegation A", "Delegation A", "a@mail.example.org"),
        To("Delegation B", "Delegation B", ""),
        To("", "Museum, of Ferries", ""),
    ]
    with pytest.raises(Invalid, match="at most 400"):
        named("\n".join(map(str, range(401))), "")


def test_a_deadline_is_the_end_of_its_day() -> None:
    assert end_of_day(" ") is None
    assert end_of_day("2026-05-04") == datetime(2026, 5, 4, 23, 59, tzinfo=UTC)
    with pytest.raises(Invalid):
        end_of_day("in spring")


def test_who_may_look_at_rounds_and_who_may_open_one(site: Site, sent: Sent) -> None:
    for role in Role:
        visitor = site.client(role)
        looks = role not in (Role.SCHOLAR, Role.OBSERVER)
        steers = role in (Role.CHAIR, Role.SECRETARIAT)
        assert visitor.get(HOME).status_code == (200 if looks else 403)
        assert visitor.get(f"{HOME}/new").status_code == (200 if steers else 403)
        assert (f'{HOME}"' in visitor.get(f"/drafts/{SLUG}").text) is looks
    # A drafter of no delegation is told nothing of it, not even that it is there.
    drafter = site.client(Role.DRAFTER)
    assert "First reading" not in drafter.get(HOME).text
    unknown = drafter.get(f"{HOME}/runknown")
    known = drafter.get(sent.address)
    assert (known.status_code, len(known.text)) == (404, len(unknown.text))


def test_the_text_as_it_stands_becomes_an_edition_and_goes_out(chair: Visitor, site: Site) -> None:
    form = chair.get(f"{HOME}/new")
    assert "Delegation A" in form.text
    refused = post(chair, HOME, name=" ", delegations="Delegation Q", profiles=["clean"])
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "Delegation Q" in refused.text  # type: ignore[attr-defined]
    assert "As sent" not in chair.get(f"/drafts/{SLUG}/editions").text
    opened = chair.post(
        HOME,
        data={
            "csrf": chair.form_token(),
            "name": "Second reading",
            "delegations": "Delegation A\nDelegation B, b@mail.example.org",
            "others": "Ferry Museum",
            "profiles": ["clean", "compilation"],
            "deadline": "2099-05-04",
            "cover": "Please.",
            "marking": "Limited",
        },
    )
    assert opened.status_code == 303
    page = chair.get(opened.headers["location"]).text
    assert "0 of 3 answered" in page
    assert "b@mail.example.org" in page
    assert "Nothing is sent by itself" in page
    assert "As sent: Second reading" in chair.get(f"/drafts/{SLUG}/editions").text
    assert "Second reading" in chair.get(HOME).text
    assert "0 of 3" in chair.get(HOME).text


def test_a_copy_each_and_all_in_one_zip(chair: Visitor, sent: Sent) -> None:
    to = sent.to[1]
    ways = {"csrf": chair.form_token(), "profile": "clean"}
    one = chair.post(f"{sent.address}/recipients/{to.uid}/copy", data=ways)
    assert (one.status_code, one.headers["content-type"]) == (200, WORD)
    assert "copy-2" in one.headers["content-disposition"]
    again = chair.post(f"{sent.address}/recipients/{to.uid}/copy", data=ways)
    assert again.content == one.content
    packed = chair.post(f"{sent.address}/copies", data=ways)
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert len(archive.namelist()) == 3
        mine = next(name for name in archive.namelist() if "Delegation B" in name)
        assert archive.read(mine) == one.content
    assert chair.post(f"{sent.address}/recipients/tnobody/copy", data=ways).status_code == 404


def test_a_delegation_sees_what_is_its_own_and_nothing_else(site: Site, sent: Sent) -> None:
    delegate = site.client(Role.DELEGATE)
    page = delegate.get(sent.address)
    assert page.status_code == 200
    assert "Delegation A" in page.text
    assert "Hand your answer in" in page.text
    assert not any(word in page.text for word in (*NAMES[1:], "All copies", "Revoke", "/links"))
    form = {"csrf": delegate.form_token()}
    for path in ("copies", "links", "close", f"recipients/{sent.to[0].uid}/link"):
        assert delegate.post(f"{sent.address}/{path}", data=form).status_code == 403
    other = delegate.post(f"{sent.address}/recipients/{sent.to[1].uid}/revoke", data=form)
    assert other.status_code == 404


def test_a_link_is_shown_once_and_can_be_revoked(chair: Visitor, site: Site, sent: Sent) -> None:
    form = {"csrf": chair.form_token()}
    made = chair.post(f"{sent.address}/recipients/{sent.to[0].uid}/link", data=form)
    found = re.search(r'value="http://testserver(/replies/[^"]{43,})"', made.text)
    assert found is not None
    address = found[1]
    assert made.headers["cache-control"] == "no-store"
    assert address not in chair.get(sent.address).text
    with site.client(None) as stranger:
        assert stranger.get(address).status_code == 200
        rest = chair.post(f"{sent.address}/links", data=form)
        # Only who has none gets one.
        assert len(set(re.findall(r"/replies/[\w-]{43,}", rest.text))) == 2
        revoked = chair.post(f"{sent.address}/recipients/{sent.to[0].uid}/revoke", data=form)
        assert revoked.status_code == 303
        assert stranger.get(address).status_code == 404


def test_a_round_is_closed_and_opened_again_and_goes_to_more(chair: Visitor, sent: Sent) -> None:
    form = {"csrf": chair.form_token()}
    chair.post(f"{sent.address}/close", data=form)
    page = chair.get(sent.address).text
    assert "closed" in page
    assert "Open the round again" in page
    assert (
        chair.post(f"{sent.address}/recipients/{sent.to[0].uid}/link", data=form).status_code == 422
    )
    chair.post(f"{sent.address}/reopen", data=form)
    assert "Close the round" in chair.get(sent.address).text
    more = {**form, "delegations": "Delegation D", "others": "Museum, m@mail.example.org"}
    assert chair.post(f"{sent.address}/recipients", data=more).status_code == 303
    assert "0 of 5 answered" in chair.get(sent.address).text
    # All or none of them.
    twice = {**form, "delegations": "Delegation E\nDelegation A"}
    assert chair.post(f"{sent.address}/recipients", data=twice).status_code == 422
    assert "0 of 5 answered" in chair.get(sent.address).text


def test_what_a_policy_forbids_is_asked_of_the_actions_too(sent: Sent) -> None:
    with sent.site.stores.read() as store:
        delegate = sent.seat(Role.DELEGATE)
        assert [to.name for to in rounding.recipients(store, delegate, sent.round)] == [NAMES[0]]


def test_who_has_not_answered_is_reminded(chair: Visitor, sent: Sent) -> None:
    more = {"csrf": chair.form_token(), "others": "Ferry Museum, m@mail.example.org"}
    chair.post(f"{sent.address}/recipients", data=more)
    put_in(chair, sent, sent.copy(0))
    page = chair.get(sent.address).text
    assert "1 of 4 answered" in page
    assert "Remind 3" in page
    assert "is asked for by 4 May 2099" in page
    assert "m@mail.example.org" in page
    assert "No address is known of Delegation B, Delegation C." in page
    assert re.search(r"[\d,]+ days left", page)
    chair.post(f"{sent.address}/close", data=more)
    assert "Remind" not in chair.get(sent.address).text


@pytest.mark.parametrize(
    ("days", "said"), [(-2, "2 days over"), (0, "due today"), (1, "1 day left"), (9, "9 days left")]
)
def test_the_deadline_in_days(sent: Sent, days: int, said: str) -> None:
    now = datetime(2026, 5, 4, 0, 1, tzinfo=UTC)
    due = replace(sent.round, deadline=datetime(2026, 5, 4, 23, 59, tzinfo=UTC))
    assert left_of(due, now - timedelta(days=days)) == said
    assert left_of(replace(due, deadline=None), now) == ""
    assert left_of(replace(due, closed_at=now), now) == ""


def test_a_round_goes_its_whole_way_on_either_database(database_url: str, tmp_path: Path) -> None:
    with laid_on(database_url, tmp_path) as site, site.client() as chair:
        sent = open_on(site)
        hand = sent.hand(0, "Capital A")
        hand.replace("by day", "by night")
        hand.comment("equally authentic", "Which ones?")
        hand.insert_after("Convention on Ferries", " and on ships")
        put_in(chair, sent, hand.saved(), word="by e-mail")
        pages = [chair.get(f"{sent.address}{path}").text for path in ("", "/inbox", "/table")]
        assert "1 of 3 answered" in pages[0]
        assert "and on ships" in pages[1]
        assert all(words in pages[2] for words in ("night", "Which ones?", "and on ships"))
        form = {"csrf": chair.form_token()}
        (waiting,) = found(sent, Place.INBOX)
        there = f"{sent.address}/findings/{waiting.uid}"
        uid = site.uid("A ferry crosses by day.")
        assert chair.post(f"{there}/place", data={**form, "uid": uid}).is_redirect
        assert (
            ">First reading</a> (2)"
            in chair.get(f"/drafts/{SLUG}/clauses/{uid}?tab=proposals").text
        )
        assert chair.post(f"{there}/bring-back", data=form).is_redirect
        assert "and on ships" in chair.get(f"{sent.address}/inbox").text
        (made,) = found(sent, Place.PROPOSED)
        tabled = chair.post(
            f"{sent.address}/findings/{made.uid}/confirm", data={**form, "word": "by telephone"}
        )
        assert "tabled" in chair.get(tabled.headers["location"]).text
        with site.client(None) as stranger:
            assert "Please answer soon." in stranger.get(sent.link(1)).text
