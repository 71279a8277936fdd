import json
import re

import pytest

from app.actions import annotating
from app.store.library import PassageWords, SourceKind
from app.store.seats import Role
from app.web.notes import PAGE
from tests.support.site import SLUG, Site, Visitor

CANARY = "canary-of-the-quay"
NOTES = f"/drafts/{SLUG}/notes"


def write(site: Site, role: Role, audience: str = "mine", **fields: str) -> str:
    """The key of a note that this seat writes on the second paragraph of article 2."""
    visitor = site.client(role)
    sent = {
        "uid": site.uid("No ferry may be"),
        "quote": "No ferry",
        "kind": "question",
        "body": f"Says **whom**? {CANARY}",
        "audience": audience,
        "csrf": visitor.form_token(),
        **fields,
    }
    answer = visitor.post(NOTES, data=sent)
    assert answer.status_code == 303, answer.text
    key = re.findall(r'id="note-(n\w{12})"', visitor.get(NOTES).text)[-1]
    assert isinstance(key, str)
    return key


def panel(site: Site, visitor: Visitor, uid: str = "") -> str:
    uid = uid or site.uid("No ferry may be")
    headers = {"hx-request": "true"}
    return visitor.get(f"/drafts/{SLUG}/clauses/{uid}/panel?tab=notes", headers=headers).text


def test_a_note_is_in_the_panel_on_the_list_by_itself_and_told_to_the_script(site: Site) -> None:
    key = write(site, Role.DRAFTER)
    drafter = site.client(Role.DRAFTER)
    for html in (panel(site, drafter), drafter.get(NOTES).text, drafter.get(f"/notes/{key}").text):
        assert f'id="note-{key}"' in html
        assert "Says <strong>whom</strong>?" in html
        assert "<blockquote>No ferry</blockquote>" in html
    assert "Notes<b>1</b>" in panel(site, drafter)
    (told,) = drafter.get(f"{NOTES}.json").json()["notes"]
    assert told.pop("stirred")
    assert told == {
        "key": key,
        "uid": site.uid("No ferry may be"),
        "stands": "anchored",
        "kind": "question",
        "new": False,
        "at": [0, 8],
        "words": "No ferry",
    }


@pytest.mark.parametrize(
    ("audience", "author", "readers"),
    [
        ("mine", Role.DELEGATE, {Role.DELEGATE}),
        ("delegation", Role.DELEGATE, {Role.DELEGATE}),
        ("mine", Role.CHAIR, {Role.CHAIR}),
        ("everyone", Role.SCHOLAR, set(Role)),
    ],
)
def test_who_may_not_read_a_note_finds_nothing_of_it_anywhere(
    site: Site, audience: str, author: Role, readers: set[Role]
) -> None:
    key = write(site, author, audience)
    uid = site.uid("No ferry may be")
    for role in Role:
        visitor, may = site.client(role), role in readers
        headers = {"hx-request": "true"}
        # What is set once for all who read the text is asked for by the author and one other.
        for address in (
            f"/drafts/{SLUG}",
            f"/drafts/{SLUG}/clauses/{uid}",
            f"/drafts/{SLUG}/clauses/{uid}/panel?tab=history",
            f"/drafts/{SLUG}/journal",
            "/search?q=quay",
            f"/drafts/{SLUG}/since?seq=1",
        ) * (role in (author, Role.OBSERVER)):
            text = visitor.get(address).text
            assert key not in text
            assert CANARY not in text
        assert (key in visitor.get(f"{NOTES}.json").text) is may
        assert (CANARY in visitor.get(NOTES).text) is may
        assert (CANARY in panel(site, visitor)) is may
        assert ("Notes<b>1</b>" in panel(site, visitor)) is may
        if may:
            continue
        absent = visitor.get(f"/notes/{'n' * 13}")
        denied = visitor.get(f"/notes/{key}")
        assert (denied.status_code, strip(denied.text)) == (404, strip(absent.text))
        token = {"csrf": visitor.form_token(), "body": "x", "reason": "x"}
        for act in ("answers", "change", "resolve", "reopen", "remove"):
            answers = [
                visitor.post(f"/notes/{name}/{act}", data=token, headers=headers)
                for name in (key, "n" * 13)
            ]
            assert [answer.status_code for answer in answers] == [404, 404], (role, act)
            assert strip(answers[0].text) == strip(answers[1].text)


def strip(html: str) -> str:
    """A page without what is other on each: its nonce, and the address that was asked for."""
    html = re.sub(r'(nonce|content|csrf|value)="[^"]*"', "", html)
    return re.sub(r"n[a-z2-7]{12}", "", html)


def test_a_thread_by_forms_alone(site: Site) -> None:
    key = write(site, Role.DRAFTER, "everyone")
    scholar = site.client(Role.SCHOLAR)
    token = {"csrf": scholar.form_token()}
    assert (
        scholar.post(f"/notes/{key}/answers", data={**token, "body": "It says"}).status_code == 303
    )
    done = scholar.post(f"/notes/{key}/resolve", data={**token, "reason": "Said."})
    assert done.headers["location"].endswith(
        f"/clauses/{site.uid('No ferry')}?tab=notes#{site.uid('No ferry')}"
    )
    page = scholar.get(f"/notes/{key}").text
    assert "Resolved by Scholar A: Said." in page
    assert "It says" in page
    assert scholar.get(f"{NOTES}.json").json()["notes"] == []
    assert f"note-{key}" in scholar.get(f"{NOTES}?state=resolved").text
    assert f"note-{key}" not in scholar.get(f"{NOTES}?state=open").text
    refused = scholar.post(f"/notes/{key}/change", data={**token, "body": "Mine"})
    assert refused.status_code == 403


def test_in_the_panel_the_board_comes_back_and_the_page_is_told(site: Site) -> None:
    drafter, uid = site.client(Role.DRAFTER), site.uid("No ferry may be")
    answer = drafter.post(
        NOTES,
        data={"uid": uid, "body": "On all of it", "csrf": drafter.form_token()},
        headers={"hx-request": "true"},
    )
    assert answer.text.lstrip().startswith(f'<section class="notes" id="notes-{uid}"')
    assert json.loads(answer.headers["hx-trigger"])["noted"]["count"] == 1
    refused = drafter.post(
        NOTES,
        data={"uid": uid, "body": "x", "quote": "No boat", "csrf": drafter.form_token()},
        headers={"hx-request": "true"},
    )
    assert refused.status_code == 422
    assert "have just been changed" in refused.text


def test_what_is_written_in_a_note_is_shown_and_never_run(site: Site) -> None:
    body = "<script>alert(1)</script> [a](javascript:alert(1)) ![p](https://x/y.png) "
    body += "[@Chair](/seats/1)"
    key = write(site, Role.DRAFTER, "everyone", body=body)
    page = site.client(Role.DRAFTER).get(f"/notes/{key}").text
    shown = page.partition('<div class="said">')[2].partition("</div>")[0]
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown
    assert '<span class="mention">@Chair</span>' in shown


def test_what_is_new_until_it_is_marked_as_read(site: Site) -> None:
    key = write(site, Role.DRAFTER, "everyone")
    scholar = site.client(Role.SCHOLAR)
    assert f"note-{key}" in scholar.get(f"{NOTES}?new=1").text
    read = scholar.post(f"{NOTES}/read", data={"csrf": scholar.form_token()})
    assert read.status_code == 303
    assert f"note-{key}" not in scholar.get(f"{NOTES}?new=1").text
    assert f"note-{key}" in scholar.get(NOTES).text


def test_what_came_while_one_was_reading_is_new_afterwards(site: Site) -> None:
    write(site, Role.DRAFTER, "everyone")
    chair = site.client(Role.CHAIR)

    def read(until: str, at: str = "", **headers: str) -> str:
        sent = {"csrf": chair.form_token(), "until": until, "at": at}
        return str(chair.post(f"{NOTES}/read", data=sent, headers=headers).text)

    def new() -> list[str]:
        return [one["key"] for one in chair.get(f"{NOTES}.json").json()["notes"] if one["new"]]

    until = re.search(r'name="until" value="([^"]+)"', chair.get(NOTES).text)
    assert until is not None
    write(site, Role.DRAFTER, "everyone", quote="without a reason")
    assert len(new()) == 2
    read(until[1])
    assert len(new()) == 1
    # Marked in the panel, which comes back; a time to come is now, and one that is none as well.
    board = read("2999-01-01T00:00:00+00:00", site.uid("No ferry may be"), **{"hx-request": "true"})
    assert "new here" not in board and "Marked as read" in board
    assert new() == []
    write(site, Role.DRAFTER, "everyone")
    assert len(new()) == 1
    read("soon")
    assert new() == []


def test_the_notes_of_a_struck_clause_can_still_be_read(site: Site) -> None:
    key, uid = write(site, Role.DRAFTER), site.uid("No ferry may be")
    drafter = site.client(Role.DRAFTER)
    struck = drafter.post(
        f"/drafts/{SLUG}/clauses/{uid}/strike", data={"seen": "1", "csrf": drafter.form_token()}
    )
    assert struck.status_code == 303
    html = panel(site, drafter, uid)
    assert f"note-{key}" in html
    assert "are gone" in html


def test_the_finder_offers_what_may_be_cited_and_named(site: Site) -> None:
    delegate = site.client(Role.DELEGATE)
    with site.stores.begin() as store:
        source = store.library.add_source(
            slug="quays", kind=SourceKind.DOCUMENT, csl={"type": "book", "title": "On [Quays]"}
        )
        words = PassageWords("S1.P2", "Quays", "A quay is where ferries end.")
        passage = store.library.add_passage(source, words)
    found = delegate.get(f"{NOTES}/finder.json?q=quay").json()
    assert [one["insert"] for one in found if one["kind"] == "passage"] == [
        f"[{one['title']}, {one['where']}](/library/passages/{passage.id})".replace(
            "[Quays]", "\\[Quays\\]"
        )
        for one in found
    ]
    assert "/library/passages/" in found[0]["insert"]
    (named,) = delegate.get(f"{NOTES}/finder.json?q=CHAIR").json()
    assert named["title"] == "@Chair"
    assert delegate.get(f"{NOTES}/finder.json?q=observer").json() == []
    assert delegate.get(f"{NOTES}/finder.json").json() == []


def test_the_inbox_has_what_names_a_seat_and_the_open_questions(site: Site) -> None:
    with site.stores.read() as store:
        chair = next(seat for seat in store.seats.all() if seat.role is Role.CHAIR)
    body = f"[@Chair](/seats/{chair.id}), see?"
    key = write(site, Role.SCHOLAR, "everyone", body=body, kind="legal")
    question = write(site, Role.DELEGATE, "delegation")
    page = site.client(Role.CHAIR).get("/inbox").text
    assert f"note-{key}" in page
    assert question not in page
    page = site.client(Role.DRAFTER).get("/inbox").text
    assert key not in page
    assert question not in page


def test_the_commentary_page_and_who_may_write_it(site: Site) -> None:
    key = write(site, Role.DRAFTER, "everyone")
    drafter, delegate = site.client(Role.DRAFTER), site.client(Role.DELEGATE)
    page = f"/drafts/{SLUG}/commentary"
    assert "There is no commentary yet" in delegate.get(page).text
    form = {"csrf": delegate.form_token(), "work": "publish"}
    assert delegate.post(f"/notes/{key}/commentary", data=form).status_code == 403
    form = {"csrf": drafter.form_token(), "work": "publish"}
    done = drafter.post(f"/notes/{key}/commentary", data=form)
    assert done.headers["location"] == f"{page}#note-{key}"
    shown = delegate.get(page).text
    assert "<b>(1)</b>" in shown
    assert "written for the first working text" in shown
    assert 'value="retract"' not in shown
    assert 'value="retract"' in drafter.get(page).text
    assert "in the commentary" in panel(site, delegate)
    unknown = drafter.post(f"/notes/{key}/commentary", data={**form, "work": "burn"})
    assert unknown.status_code == 422


@pytest.mark.parametrize("form", ["md", "csv"])
def test_the_notes_of_a_seat_as_a_file_have_nothing_that_is_not_for_it(
    site: Site, form: str
) -> None:
    write(site, Role.DRAFTER, "everyone", body="=For all")
    write(site, Role.DRAFTER, "mine", kind="legal")
    own = site.client(Role.DRAFTER).get(f"{NOTES}.{form}")
    assert f'filename="{SLUG}-notes.{form}"' in own.headers["content-disposition"]
    assert CANARY in own.text
    others = site.client(Role.CHAIR).get(f"{NOTES}.{form}")
    assert CANARY not in others.text
    assert "For all" in others.text
    assert "For all" not in site.client(Role.DRAFTER).get(f"{NOTES}.{form}?kind=legal").text


def test_on_a_list_a_thread_is_worked_on_where_it_stands(site: Site) -> None:
    key = write(site, Role.DRAFTER, "everyone", body="Fit?", quote="a reason")
    drafter, uid = site.client(Role.DRAFTER), site.uid("No ferry may be")
    headers = {"hx-request": "true"}
    data = {"csrf": drafter.form_token(), "at": "list"}

    def press(act: str, **fields: str) -> str:
        answer = drafter.post(f"/notes/{key}/{act}", data=data | fields, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text.strip()

    page = drafter.get(NOTES).text
    assert f'hx-target="#note-{key}"' in page
    alone = press("answers", body="It does.")
    assert alone.startswith(f'<article class="card note stands-anchored" id="note-{key}"')
    assert "Answered." in alone
    assert alone.count("<article") == 1

    chair = site.client(Role.CHAIR)
    words = site.words(uid).replace("a reason", "a sound reason")
    edit = {"text": words, "seen": str(site.clause(uid)[1]), "csrf": chair.form_token()}
    assert chair.post(f"/drafts/{SLUG}/clauses/{uid}/edit", data=edit).status_code == 303
    page = drafter.get(f"{NOTES}?state=check").text
    assert 'name="words" value="a sound reason"' in page
    assert "Put it on other words" in page
    assert "Put it on other words" not in chair.get(f"{NOTES}?state=check").text
    assert "stands-anchored" in press("words", quote="No ferry")
    assert "before that it was on:</span> <q>a reason</q>" in drafter.get(NOTES).text
    assert press("remove") == '<p class="notice good" role="status">Taken away.</p>'


def test_a_long_list_has_pages(site: Site) -> None:
    with site.stores.begin() as store:
        drafter = next(seat for seat in store.seats.all() if seat.role is Role.DRAFTER)
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        for at in range(PAGE + 3):
            kind = "question" if at % 2 else "legal"
            annotating.write(store, drafter, draft, body=f"Note {at}.", kind=kind)
    visitor = site.client(Role.DRAFTER)
    counts = {}
    for query in ("", "?page=2", "?page=7", "?kind=legal", "?kind=legal&page=2"):
        page = visitor.get(NOTES + query).text
        counts[query] = page.count("<article")
    few = (PAGE + 4) // 2
    assert counts == dict(zip(counts, (PAGE, 3, 3, few, few), strict=True))
    assert "53 notes, page 2 of 2" in visitor.get(f"{NOTES}?page=2").text
    assert 'href="?page=2"' in visitor.get(NOTES).text
    assert f"{few} notes of 53" in visitor.get(f"{NOTES}?kind=legal").text


def test_words_are_taken_out_by_two_on_the_page(site: Site) -> None:
    key = write(site, Role.SCHOLAR, "everyone")
    action = f"/notes/{key}/redact"
    scholar, chair, observer = (
        site.client(role) for role in (Role.SCHOLAR, Role.CHAIR, Role.OBSERVER)
    )
    assert action in scholar.get(NOTES).text and action not in observer.get(NOTES).text
    sent = {"csrf": scholar.form_token()}
    change = {**sent, "body": f"Other words than {CANARY}.", "audience": "everyone"}
    assert scholar.post(f"/notes/{key}/change", data=change).status_code == 303
    assert "before that it said:" in observer.get(NOTES).text
    assert scholar.post(action, data=sent).status_code == 303
    page = chair.get(NOTES).text
    assert "asks that these words be taken out" in page and CANARY in page
    sent = {"csrf": chair.form_token(), "reason": "Pasted by mistake."}
    assert chair.post(action, data=sent).status_code == 303
    for form in ("", ".md", ".csv", ".json"):
        assert CANARY not in observer.get(f"{NOTES}{form}").text
    page = observer.get(NOTES).text
    assert "The words of this note were taken out." in page and "Pasted by mistake." in page
    assert ": edited<" in page and "before that it said:" not in page
