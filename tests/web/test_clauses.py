import re
from collections.abc import Mapping
from html import unescape

import httpx2
import pytest

from app.actions import seating
from app.store.seats import Role
from app.treaty.document import Kind
from tests.support.site import SLUG, Site, Visitor
from tests.support.sittings import typed

HOME = f"/drafts/{SLUG}"
PART = {"HX-Request": "true"}


def at(uid: str, deed: str = "") -> str:
    """The address of a clause, or of what is done with it."""
    return f"{HOME}/clauses/{uid}" + (f"/{deed}" if deed else "")


def follow(visitor: Visitor, sent: Mapping[str, object], deed: str, uid: str) -> str:
    """The uid in focus after a deed that was done."""
    answer = visitor.post(at(uid, deed), data={"csrf": visitor.form_token(), **sent})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("#")[2]


def order(visitor: Visitor, *uids: str) -> list[int]:
    """In which order the clauses stand on the page."""
    page = visitor.get(HOME).text
    places = [page.index(f'id="{uid}"') for uid in uids]
    return [sorted(places).index(place) for place in places]


def test_a_clause_has_an_address_that_shows_the_whole_page(chair: Visitor, site: Site) -> None:
    uid = site.uid("Each ferryman")
    page = chair.get(at(uid)).text
    assert page.startswith("<!doctype html>")
    assert f'data-focus="{uid}"' in page and f'data-uid="{uid}"' in page
    assert "Article 2, paragraph 1" in page


def test_asked_for_as_a_part_it_is_the_clause_alone(chair: Visitor, site: Site) -> None:
    uid = site.uid("Each ferryman")
    answer = chair.get(at(uid), headers=PART)
    assert answer.text.strip().startswith(f'<div class="c paragraph" id="{uid}">')
    assert answer.headers["vary"].startswith("HX-Request")


@pytest.mark.parametrize("deed", ["edit", "insert", "split", "move", "panel", "history"])
def test_every_part_opened_by_itself_is_a_whole_page(chair: Visitor, site: Site, deed: str) -> None:
    whole = chair.get(at(site.uid("Each ferryman"), deed))
    part = chair.get(at(site.uid("Each ferryman"), deed), headers=PART)
    if deed not in ("panel", "history"):
        assert whole.text.startswith("<!doctype html>")
    assert part.status_code == 200 and not part.text.startswith("<!doctype html>")


def test_words_are_saved_and_the_page_is_mended_in_its_parts(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    sent = {"csrf": chair.form_token(), "text": "A ferry crosses [by day].", "seen": 1}
    answer = chair.post(at(uid, "edit"), data=sent, headers=PART)
    assert answer.status_code == 200
    assert f'id="{uid}"' in answer.text and "<b>5</b> brackets open" in answer.text
    assert f'id="o-{site.uid("Hours")}"' in answer.text
    assert site.words(uid) == "A ferry crosses [by day]."


def test_two_changes_that_do_not_touch_are_both_kept(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    seen, token = site.clause(uid)[1], chair.form_token()
    for text in ("Every ferry crosses by day.", "A ferry crosses by day and by night."):
        sent = {"csrf": token, "text": text, "seen": seen, "seen_text": "A ferry crosses by day."}
        answer = chair.post(at(uid, "edit"), data=sent)
        assert answer.status_code == 303
    assert site.words(uid) == "Every ferry crosses by day and by night."
    assert "both are kept" in chair.get(answer.headers["location"]).text


def test_two_changes_of_the_same_words_are_shown_side_by_side(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    seen, token = site.clause(uid)[1], chair.form_token()
    first = {"csrf": token, "text": "A ferry crosses by night.", "seen": seen}
    assert chair.post(at(uid, "edit"), data=first).status_code == 303
    second = {**first, "text": "A ferry crosses by dusk."}
    answer = chair.post(at(uid, "edit"), data=second)
    assert answer.status_code == 409
    assert "was changed while you wrote" in answer.text
    assert "A ferry crosses by dusk.</textarea>" in answer.text
    assert "A ferry crosses by night." in answer.text and "A ferry crosses by day." in answer.text
    assert site.words(uid) == "A ferry crosses by night."


def test_side_by_side_is_settled_by_saving_again(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    seen, token = site.clause(uid)[1], chair.form_token()
    first = {"csrf": token, "text": "A ferry crosses by night.", "seen": seen}
    chair.post(at(uid, "edit"), data=first)
    shown = chair.post(at(uid, "edit"), data={**first, "text": "A ferry crosses by dusk."}).text
    now = shown.split('name="seen" value="')[1].split('"')[0]
    settled = {"csrf": token, "text": "A ferry crosses by night or dusk.", "seen": now}
    assert chair.post(at(uid, "edit"), data=settled).status_code == 303
    assert site.words(uid) == "A ferry crosses by night or dusk."


def test_a_browser_s_line_ends_are_no_change(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    sent = {"csrf": chair.form_token(), "text": "A ferry\r\ncrosses.", "seen": 1}
    chair.post(at(uid, "edit"), data=sent)
    assert "\r" not in site.words(uid)


def test_an_article_is_retitled(chair: Visitor, site: Site) -> None:
    uid = site.uid("Hours")
    follow(chair, {"heading": "Times", "seen": site.clause(uid)[1]}, "retitle", uid)
    assert site.words(uid) == "Times"


def test_an_article_put_in_brings_its_paragraph(chair: Visitor, site: Site) -> None:
    before = site.uid("Hours")
    sent = {"kind": Kind.ARTICLE.value, "heading": "Fares", "text": "A fare is paid."}
    made = follow(chair, sent, "insert", before)
    assert site.words(made) == "Fares"
    assert order(chair, before, made, site.uid("A fare is paid"), site.uid("Languages")) == [
        0,
        1,
        2,
        3,
    ]


def test_a_clause_is_split_at_the_mark(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    sent = {"seen": site.clause(uid)[1], "text": "A ferry crosses ¦by day."}
    made = follow(chair, sent, "split", uid)
    assert site.words(uid).strip() == "A ferry crosses" and site.words(made) == "by day."


def test_a_split_without_a_place_is_refused_in_words(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    sent = {"csrf": chair.form_token(), "seen": site.clause(uid)[1], "text": site.words(uid)}
    answer = chair.post(at(uid, "split"), data=sent)
    assert answer.status_code == 422 and "Put the mark" in answer.text


def test_a_clause_is_merged_with_the_one_before(chair: Visitor, site: Site) -> None:
    first, second = site.uid("by day"), site.uid("in a flood")
    kept = follow(chair, {"seen": site.clause(second)[1]}, "merge", second)
    assert kept == first
    assert site.words(first) == "A ferry crosses by day. Paragraph 1 does not apply in a flood."
    assert site.clause(second)[2]
    # Who comes by an old link is led to what the clause became part of, and told so.
    led = chair.get(at(second))
    assert led.headers["location"] == f"{at(first)}#{first}"
    assert "was merged into this one" in chair.get(led.headers["location"]).text


@pytest.mark.parametrize(
    ("deed", "sent", "sentence"),
    [
        ("insert", {"kind": "paragraph", "text": "No fare is paid."}, "Inserted Article 3, par"),
        ("split", {"text": "A ferry ¦crosses by day."}, "the second half is Article 3, par"),
        ("move", {"way": "down"}, "Moved Article 3, paragraph 1; it is Article 3, paragraph 2 now"),
        ("strike", {}, "Struck Article 3, paragraph 1."),
        ("edit", {"text": "A ferry crosses by night."}, "Saved Article 3, paragraph 1."),
    ],
)
def test_what_was_done_is_said_once_with_the_way_back(
    chair: Visitor, site: Site, deed: str, sent: dict[str, str], sentence: str
) -> None:
    uid = site.uid("by day")
    before = site.clause(uid)
    form = {"csrf": chair.form_token(), "seen": before[1], **sent}
    answer = chair.post(at(uid, deed), data=form)
    page = chair.get(answer.headers["location"]).text
    assert sentence in page and f'action="{HOME}/undo"' in page.split('id="said"')[1]
    assert 'id="said"' not in chair.get(answer.headers["location"]).text
    undone = chair.post(f"{HOME}/undo", data={"csrf": chair.form_token()})
    assert "Undone." in chair.get(undone.headers["location"]).text
    assert (site.words(uid), site.clause(uid)[2]) == (before[0], before[2])


def test_what_changed_nothing_offers_no_way_back(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    form = {"csrf": chair.form_token(), "seen": 1, "text": site.words(uid)}
    answer = chair.post(at(uid, "edit"), data=form)
    page = chair.get(answer.headers["location"]).text
    said = page.split('id="said"')[1].split("</div>")[0]
    assert "Nothing was changed." in said and "<form" not in said


def test_up_and_down_change_places_with_the_neighbour(chair: Visitor, site: Site) -> None:
    first, second = site.uid("by day"), site.uid("in a flood")
    follow(chair, {"way": "up"}, "move", second)
    assert order(chair, first, second) == [1, 0]
    follow(chair, {"way": "down"}, "move", second)
    assert order(chair, first, second) == [0, 1]
    answer = chair.post(at(first, "move"), data={"csrf": chair.form_token(), "way": "up"})
    assert answer.status_code == 422 and "first of its kind" in answer.text


def test_an_article_moves_with_what_stands_below_it(chair: Visitor, site: Site) -> None:
    hours, languages = site.uid("Hours"), site.uid("Languages")
    follow(chair, {"after": languages}, "move", hours)
    assert order(chair, languages, hours, site.uid("by day")) == [0, 1, 2]


def test_a_struck_clause_waits_among_the_struck_and_comes_back(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    follow(chair, {"seen": site.clause(uid)[1]}, "strike", uid)
    assert site.clause(uid)[2]
    assert f'id="{uid}"' not in chair.get(HOME).text
    assert "A ferry crosses by day." in chair.get(f"{HOME}/struck").text
    assert "has been struck" in chair.get(at(uid)).text
    follow(chair, {}, "restore", uid)
    assert not site.clause(uid)[2]


def test_history_shows_the_redline_and_gives_a_wording_back(chair: Visitor, site: Site) -> None:
    uid = site.uid("by day")
    follow(chair, {"text": "A ferry crosses at will.", "seen": 1}, "edit", uid)
    page = chair.get(at(uid) + "?tab=history").text
    assert "<del>by day</del><ins>at will</ins>" in page.replace("\n", "")
    entry = page.split('name="of" value="')[1].split('"')[0]
    follow(chair, {"of": entry, "seen": site.clause(uid)[1]}, "wording", uid)
    assert site.words(uid) == "A ferry crosses by day."


@pytest.mark.parametrize("role", [Role.SCHOLAR, Role.DELEGATE, Role.OBSERVER])
def test_who_may_not_edit_is_refused_and_nothing_changes(site: Site, role: Role) -> None:
    uid = site.uid("by day")
    with site.client(role) as visitor:
        sent = {"csrf": visitor.form_token(), "text": "Nothing.", "seen": 1}
        answers = [
            visitor.post(at(uid, "edit"), data=sent),
            visitor.post(at(uid, "strike"), data=sent),
            visitor.post(at(uid, "move"), data={**sent, "way": "down"}),
            visitor.get(at(uid, "edit")),
        ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert site.clause(uid)[:2] == ("A ferry crosses by day.", 1)


def test_an_absent_clause_is_an_absent_page(chair: Visitor) -> None:
    assert chair.get(at("cnone")).status_code == 404
    assert chair.get(at("cnone", "edit")).status_code == 404


# Forms saved against a text that others have typed in meanwhile, as without script


def types(site: Site, uid: str, *words: str) -> None:
    """Drafter A types in the clause until it says each of these."""
    with site.stores.read() as store:
        drafter = seating.seat_of_session(store, site.sessions[Role.DRAFTER])
    assert drafter is not None
    typed(site.stores, SLUG, drafter, uid, *words)


def form(visitor: Visitor, uid: str) -> dict[str, str]:
    """The fields of the form for the clause's words or heading, as a browser has them."""
    page = visitor.get(at(uid, "edit")).text.split('class="c edit"')[1].split("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page))
    fields |= dict(re.findall(r'<input class="serif"[^>]* name="(\w+)" value="([^"]*)"', page))
    return {name: unescape(value) for name, value in fields.items()}


def save(visitor: Visitor, uid: str, fields: Mapping[str, str], **said: str) -> httpx2.Response:
    deed = "retitle" if "heading" in fields else "edit"
    return visitor.post(at(uid, deed), data={**fields, **said})


def entries(site: Site, uid: str) -> list[tuple[str, str]]:
    with site.stores.read() as store:
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        return [(e.author, e.origin) for e in store.drafts.history(draft.id, uid)]


@pytest.mark.parametrize(
    ("words", "name", "typing", "saved", "both"),
    [
        (
            "by day",
            "text",
            ("A ferry crosses b", "A ferry crosses by night."),
            "Every ferry crosses by day.",
            "Every ferry crosses by night.",
        ),
        ("Hours", "heading", ("Hours of", "Hours of rest"), "Ferry Hours", "Ferry Hours of rest"),
    ],
)
def test_a_form_is_merged_with_what_was_typed_meanwhile(
    chair: Visitor,
    site: Site,
    words: str,
    name: str,
    typing: tuple[str, ...],
    saved: str,
    both: str,
) -> None:
    uid = site.uid(words)
    fields = form(chair, uid)
    assert fields[name] == site.words(uid)
    types(site, uid, *typing)
    answer = save(chair, uid, fields, **{name: saved})
    assert answer.status_code == 303 and site.words(uid) == both
    assert "both are kept" in chair.get(answer.headers["location"]).text
    told = entries(site, uid)
    assert told[1:] == [("Drafter A", "typed"), ("Drafter A", "typed"), ("Chair", "")]


@pytest.mark.parametrize(
    ("words", "name", "typing", "saved", "settled"),
    [
        (
            "by day",
            "text",
            "A ferry crosses by night.",
            "A ferry crosses at dusk.",
            "A ferry crosses by night and at dusk.",
        ),
        ("Hours", "heading", "Times", "Days", "Times and days"),
    ],
)
def test_where_a_form_and_typing_touch_both_are_shown_and_settled(
    chair: Visitor, site: Site, words: str, name: str, typing: str, saved: str, settled: str
) -> None:
    uid = site.uid(words)
    before, fields = site.words(uid), form(chair, uid)
    types(site, uid, typing)
    answer = save(chair, uid, fields, **{name: saved})
    assert answer.status_code == 409 and site.words(uid) == typing
    assert "was changed while you wrote" in answer.text
    shown = re.sub(r"<[^>]+>", "", answer.text)
    assert before in shown and typing in shown and saved in answer.text
    again = answer.text.split('name="seen" value="')[1].split('"')[0]
    types(site, site.uid("equally authentic"), "All texts are equally authentic.")
    done = save(chair, uid, {**fields, "seen": again}, **{name: settled})
    assert done.status_code == 303 and site.words(uid) == settled


def test_a_form_saved_after_a_split_keeps_what_was_written_for_its_writer(
    chair: Visitor, site: Site
) -> None:
    uid = site.uid("Each ferryman")
    fields = form(chair, uid)
    cut = {"seen": "1", "text": site.words(uid).replace("cross the", "¦cross the")}
    made = follow(chair, cut, "split", uid)
    words = fields["text"].replace("Each ferryman", "Every ferryman")
    answer = save(chair, uid, fields, text=words)
    # What touches only what stayed is kept; what stands in the other half is not brought back.
    assert answer.status_code == 303
    assert site.words(uid) == "Every ferryman [shall][should]"
    other = site.words(made)
    assert other == "cross the river in accordance with article 3."
    late = save(chair, uid, fields, text=fields["text"].replace("the river", "any river"))
    assert late.status_code == 409 and "any river" in late.text
    assert site.words(made) == other
