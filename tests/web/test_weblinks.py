import html
import json
import re
from typing import Any

from app.store.seats import Role
from tests.exchange.test_linkfile import FILES
from tests.support.site import SLUG, Site, Visitor

NOTES = f"/drafts/{SLUG}/notes"
HYPOTHESIS = (FILES / "hypothesis.json").read_bytes()


def look(visitor: Visitor, content: bytes, name: str = "notes.json") -> Any:
    data = {"csrf": visitor.form_token()}
    return visitor.post(f"{NOTES}/import", data=data, files={"file": (name, content)})


def keep(visitor: Visitor, page: str, audience: str) -> Any:
    found = re.search(r'name="carried" value="([^"]*)"', page)
    assert found is not None
    data = {"carried": html.unescape(found[1]), "audience": audience}
    assert 'import/keep" enctype="multipart/form-data"' in page
    parts = {name: (None, value) for name, value in (data | {"csrf": visitor.form_token()}).items()}
    return visitor.post(f"{NOTES}/import/keep", files=parts)


def test_a_file_is_looked_over_and_kept(site: Site) -> None:
    drafter = site.client(Role.DRAFTER)
    assert f'href="{NOTES}/import"' in drafter.get(NOTES).text
    assert 'type="file"' in drafter.get(f"{NOTES}/import").text
    page = look(drafter, HYPOTHESIS)
    assert page.status_code == 200
    assert "10 notes read" in page.text
    for words in ("<b>3</b> on their words", "<b>1</b> to be checked", "<b>1</b> words not in"):
        assert words in page.text
    assert "What stands there now: <q>A ferry crosses by day" in page.text
    assert json.loads(drafter.get(f"{NOTES}.json").text)["notes"] == []
    done = keep(drafter, page.text, "everyone")
    assert (done.status_code, done.headers["location"]) == (303, NOTES)
    shown = drafter.get(NOTES).text
    assert "8 notes and 2 answers came in" in shown
    assert "to be checked" in shown
    assert "written elsewhere by Scholar of the quay, 2026-02-03" in shown
    observer = site.client(Role.OBSERVER).get(NOTES).text
    assert "A flood is not defined." in observer
    assert "For my eyes." in shown
    assert "For my eyes." not in observer
    assert "A private thought" not in observer
    again = look(drafter, HYPOTHESIS)
    assert "<b>10</b> here already" in again.text
    assert "not here already" in again.text


def test_what_is_to_be_checked_is_confirmed_by_a_button(site: Site) -> None:
    drafter = site.client(Role.DRAFTER)
    selector = {"type": "TextQuoteSelector", "exact": "A ferry crosses by daylight"}
    target = {"source": "http://a.example", "selector": selector}
    item = {"id": "http://a.example/1", "bodyValue": "Which?", "target": target}
    keep(drafter, look(drafter, json.dumps(item).encode()).text, "everyone")
    page = drafter.get(f"{NOTES}?state=check").text
    assert "It is on these words now" in page
    assert (
        "It is on these words now" not in site.client(Role.SCHOLAR).get(f"{NOTES}?state=check").text
    )
    key = re.findall(r'id="note-(n\w{12})"', page)[-1]
    data = {"csrf": drafter.form_token()}
    assert (
        site.client(Role.SCHOLAR)
        .post(f"/notes/{key}/fits", data={"csrf": site.client(Role.SCHOLAR).form_token()})
        .status_code
        == 403
    )
    other = drafter.post(f"/notes/{key}/fits", data=data | {"words": "A ferry"})
    assert (other.status_code, "just been changed" in other.text) == (422, True)
    assert drafter.post(f"/notes/{key}/fits", data=data).status_code == 303
    assert f"note-{key}" not in drafter.get(f"{NOTES}?state=check").text
    assert "<blockquote>A ferry crosses by daylight" not in drafter.get(NOTES).text
    assert drafter.post(f"/notes/{key}/fits", data=data).status_code == 422


def test_notes_taken_along_come_back_where_they_were(site: Site) -> None:
    drafter = site.client(Role.DRAFTER)
    keep(drafter, look(drafter, HYPOTHESIS).text, "everyone")
    file = drafter.get(f"{NOTES}.jsonld")
    assert file.headers["content-type"].startswith("application/ld+json")
    assert "attachment" in file.headers["content-disposition"]
    assert file.json()["total"] == 10
    assert f'href="{NOTES}.jsonld' in drafter.get(NOTES).text
    assert "<b>10</b> here already" in look(drafter, file.content).text
    # Somebody who cannot read two of them brings these in as new ones.
    assert "<b>8</b> here already" in look(site.client(Role.CHAIR), file.content).text
    few = drafter.get(f"{NOTES}.jsonld?state=check").json()
    assert few["total"] == 1


def test_what_cannot_be_read_is_said(site: Site) -> None:
    drafter = site.client(Role.DRAFTER)
    for content, words in ((b"PK", "no JSON"), (b"[]", "No annotation was found")):
        refused = look(drafter, content)
        assert refused.status_code == 422
        assert words in refused.text
    data = {"csrf": drafter.form_token()}
    assert drafter.post(f"{NOTES}/import", data=data).status_code == 422
    for carried in ("", "{", "[]", '{"items": [], "about": {}}', '{"items": 3}'):
        lost = drafter.post(f"{NOTES}/import/keep", data=data | {"carried": carried})
        assert lost.status_code == 422


def test_nobody_and_no_other_site(site: Site) -> None:
    nobody, drafter = site.client(None), site.client(Role.DRAFTER)
    for path in (f"{NOTES}/import", f"{NOTES}.jsonld"):
        assert nobody.get(path).status_code == 303
    for path in (f"{NOTES}/import", f"{NOTES}/import/keep"):
        assert drafter.post(path, data={"carried": "x"}).status_code == 403
        headers = {"origin": "https://evil.example"}
        assert drafter.post(path, data={"carried": "x"}, headers=headers).status_code == 403
        assert nobody.post(path, data={"carried": "x"}).status_code in (303, 401, 403)
    missing = "/drafts/none/notes/import"
    data = {"csrf": drafter.form_token()}
    assert drafter.post(missing, data=data).status_code == 404


def test_an_observer_brings_notes_in_for_themselves_alone(site: Site) -> None:
    observer = site.client(Role.OBSERVER)
    page = look(observer, HYPOTHESIS)
    assert '<option value="everyone">' not in page.text
    assert keep(observer, page.text, "everyone").status_code == 403
    assert keep(observer, page.text, "mine").status_code == 303
    assert "A flood is not defined." not in site.client().get(NOTES).text
