import json
from typing import Any

import pytest

from app.exchange import linkfile
from app.store.seats import Role
from app.web.annotations import FORM, PAGE
from tests.exchange.test_linkfile import FILES
from tests.support.site import SLUG, Site, Visitor

CONTAINER = f"/api/v1/drafts/{SLUG}/annotations/"
LDP = "http://www.w3.org/ns/ldp#"
OA = "http://www.w3.org/ns/oa#"
AS_JSON = {"content-type": FORM}


def on(site: Site, exact: str = "No ferry", **more: Any) -> dict[str, Any]:
    """An annotation on words of the second paragraph of article 2."""
    uid = site.uid("No ferry may be")
    selector = {"type": "TextQuoteSelector", "exact": exact}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "motivation": "questioning",
        "bodyValue": "Says whom?",
        "target": {
            "source": f"http://testserver/drafts/{SLUG}/clauses/{uid}",
            "selector": selector,
        },
        **more,
    }


def send(visitor: Visitor, item: Any, **headers: str) -> Any:
    return visitor.post(CONTAINER, content=json.dumps(item), headers=AS_JSON | headers)


def path_of(answer: Any) -> str:
    location = str(answer.headers["location"])
    assert location.startswith("http://testserver" + CONTAINER)
    return location.removeprefix("http://testserver")


def test_the_container_says_what_it_is(site: Site) -> None:
    chair = site.client()
    answer = chair.get(CONTAINER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORM
    assert f'<{LDP}BasicContainer>; rel="type"' in answer.headers["link"]
    assert f'rel="{LDP}constrainedBy"' in answer.headers["link"]
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["accept-post"] == FORM
    assert {"Accept", "Prefer"} <= set(answer.headers["vary"].split(", "))
    made = answer.json()
    assert made["type"] == ["BasicContainer", "AnnotationCollection"]
    assert made["total"] == 0
    assert "first" not in made
    assert answer.headers["content-location"] == made["id"]
    again = chair.get(CONTAINER, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = chair.head(CONTAINER)
    assert head.headers["etag"] == answer.headers["etag"]
    options = chair.options(CONTAINER)
    assert (options.status_code, options.headers["allow"]) == (204, answer.headers["allow"])


def test_a_note_is_made_read_changed_and_taken_away(site: Site) -> None:
    drafter = site.client(Role.DRAFTER)
    item = on(site, id="http://a.example/1", stylesheet="http://a.example/style")
    made = send(drafter, item, slug="my-note")
    assert made.status_code == 201
    path = path_of(made)
    assert "my-note" not in path
    told = made.json()
    assert told["id"] == made.headers["location"]
    assert told["via"] == "http://a.example/1"
    assert told["stylesheet"] == "http://a.example/style"
    assert told["target"] == item["target"]
    assert told["travaux"] == {"kind": "question", "audience": "mine", "stands": "anchored"}

    seen = drafter.get(path)
    assert seen.json() == told
    assert seen.headers["etag"] == made.headers["etag"]
    assert seen.headers["link"] == f'<{LDP}Resource>; rel="type"'
    assert seen.headers["allow"] == "GET, HEAD, OPTIONS, PUT, DELETE"
    assert drafter.options(path).headers["allow"] == seen.headers["allow"]
    page = drafter.get(f"/drafts/{SLUG}/notes").text
    assert "<blockquote>No ferry</blockquote>" in page

    later = seen.json() | {"bodyValue": "Says **who**?"}
    content = json.dumps(later)
    assert drafter.put(path, content=content, headers=AS_JSON).status_code == 428
    stale = drafter.put(path, content=content, headers=AS_JSON | {"if-match": '"x"'})
    assert stale.status_code == 412
    match = {"if-match": seen.headers["etag"]}
    changed = drafter.put(path, content=content, headers=AS_JSON | match)
    assert changed.status_code == 200
    assert changed.json()["bodyValue"] == "Says **who**?"
    assert changed.json()["via"] == told["via"]
    assert changed.headers["etag"] != seen.headers["etag"]
    key = path.rpartition("/")[2]
    assert "<strong>who</strong>" in drafter.get(f"/notes/{key}").text

    assert drafter.delete(path, headers=match).status_code == 412
    now = {"if-match": changed.headers["etag"]}
    assert drafter.delete(path, headers=now).status_code == 204
    assert drafter.get(path).status_code == 404


def test_a_note_is_put_on_other_words(site: Site) -> None:
    drafter, uid = site.client(Role.DRAFTER), site.uid("No ferry may be")
    path = path_of(send(drafter, on(site)))
    seen = drafter.get(path)
    text = site.words(uid)
    start = text.index("detained")
    source = f"http://testserver/drafts/{SLUG}/clauses/{uid}"
    position = {"type": "TextPositionSelector", "start": start, "end": start + 8}
    for target, anchored in (
        ({"source": source, "selector": position}, "detained"),
        (source, None),
        (f"http://testserver/drafts/{SLUG}", None),
    ):
        item = seen.json() | {"target": target}
        match = {"if-match": seen.headers["etag"]}
        seen = drafter.put(path, content=json.dumps(item), headers=AS_JSON | match)
        assert seen.status_code == 200, seen.text
        assert seen.json()["target"] == target
        key = path.rpartition("/")[2]
        page = drafter.get(f"/notes/{key}").text
        assert (f"<blockquote>{anchored}</blockquote>" in page) is bool(anchored)


def test_an_answer_is_an_annotation_on_an_annotation(site: Site) -> None:
    drafter, scholar = site.client(Role.DRAFTER), site.client(Role.SCHOLAR)
    root = send(drafter, on(site, travaux={"audience": "everyone"}))
    reply = {"type": "Annotation", "motivation": "replying", "bodyValue": "The law."}
    first = send(scholar, reply | {"target": root.headers["location"]})
    second = send(drafter, reply | {"target": first.headers["location"]})
    assert [one.status_code for one in (first, second)] == [201, 201]
    assert second.json()["target"] == first.headers["location"]
    key = path_of(root).rpartition("/")[2]
    assert drafter.get(f"/notes/{key}").text.count("The law.") >= 2
    assert drafter.delete(path_of(root)).status_code == 422
    assert scholar.delete(path_of(root)).status_code == 403
    assert "PUT" not in scholar.get(path_of(root)).headers["allow"]


def test_pages_and_what_is_preferred(site: Site) -> None:
    chair = site.client()
    for at in range(PAGE + 3):
        send(chair, {"bodyValue": f"Note {at}", "target": f"http://testserver/drafts/{SLUG}"})
    whole = chair.get(CONTAINER).json()
    assert whole["total"] == PAGE + 3
    assert len(whole["first"]["items"]) == PAGE
    assert whole["first"]["items"][0]["bodyValue"] == "Note 0"

    def prefer(*names: str) -> Any:
        header = f'return=representation;include="{" ".join(names)}"'
        return chair.get(CONTAINER, headers={"prefer": header})

    minimal = prefer(f"{LDP}PreferMinimalContainer")
    assert minimal.headers["preference-applied"] == "return=representation"
    assert minimal.json()["first"].endswith("?iris=0&page=0")
    assert minimal.json()["last"].endswith("?iris=0&page=1")
    names = prefer(f"{OA}PreferContainedIRIs").json()
    assert names["first"]["items"][0].startswith("http://testserver" + CONTAINER)
    assert names["id"].endswith("?iris=1")
    both = prefer(f"{LDP}PreferMinimalContainer", f"{OA}PreferContainedIRIs").json()
    assert both["first"].endswith("?iris=1&page=0")
    full = prefer(f"{OA}PreferContainedDescriptions").json()
    assert full["first"]["items"][0]["bodyValue"] == "Note 0"
    assert chair.get(CONTAINER + "?iris=1").json() == names

    last = chair.get(both["last"].removeprefix("http://testserver"))
    assert last.headers["allow"] == "GET, HEAD, OPTIONS"
    page = last.json()
    assert page["type"] == "AnnotationPage"
    assert (page["startIndex"], len(page["items"])) == (PAGE, 3)
    assert page["prev"].endswith("?iris=1&page=0")
    assert "next" not in page
    assert page["partOf"]["total"] == PAGE + 3
    assert chair.get(CONTAINER + "?page=2").status_code == 404
    assert chair.get(CONTAINER + "?page=-1").status_code == 422


def test_every_structure_of_the_recommendation_is_taken_one_by_one(site: Site) -> None:
    scholar = site.client(Role.SCHOLAR)
    for item in linkfile.read((FILES / "structures.jsonld").read_bytes()).items[::4]:
        answer = send(scholar, item)
        assert answer.status_code == 201, answer.text
        told = scholar.get(path_of(answer)).json()
        assert {name: told[name] for name in item if name not in ("id", "via")} == {
            name: item[name] for name in item if name not in ("id", "via")
        }


def test_who_may_not_read_a_note_is_told_as_of_none(site: Site) -> None:
    for author, audience, readers in (
        (Role.CHAIR, "mine", {Role.CHAIR}),
        (Role.DELEGATE, "delegation", {Role.DELEGATE}),
        (Role.SCHOLAR, "everyone", set(Role)),
    ):
        word = f"canary-{author.value}"
        before = {role: site.client(role).get(CONTAINER) for role in Role}
        sent = send(site.client(author), on(site, bodyValue=word, travaux={"audience": audience}))
        path = path_of(sent)
        for role in Role:
            visitor, absent = site.client(role), CONTAINER + "n" * 13
            now = visitor.get(CONTAINER)
            assert (word in now.text) is (role in readers)
            file = visitor.get(f"/drafts/{SLUG}/notes.jsonld")
            assert (word in file.text) is (role in readers)
            if role in readers:
                assert visitor.get(path).status_code == 200
                continue
            # Not even the state of the container, which hangs on all that is in it.
            assert now.headers["etag"] == before[role].headers["etag"]
            for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
                told = [
                    visitor.request(method, one, content=b"{}", headers=AS_JSON)
                    for one in (path, absent)
                ]
                assert [one.status_code for one in told] == [404, 404], (role, method)
                assert told[0].content == told[1].content
            reply = {"bodyValue": "x", "target": sent.headers["location"]}
            guessed = send(visitor, reply)
            # As an answer to an address that is nothing here: a note of their own.
            assert guessed.json()["travaux"]["audience"] == "mine"
            visitor.delete(path_of(guessed))


@pytest.mark.parametrize("role", [Role.OBSERVER])
def test_whom_a_note_is_for_is_asked_of_the_table_of_policy(site: Site, role: Role) -> None:
    refused = send(site.client(role), on(site, travaux={"audience": "everyone"}))
    assert refused.status_code == 403


def test_nobody_without_a_seat_and_no_other_site(site: Site) -> None:
    nobody, chair = site.client(None), site.client()
    for method in ("GET", "OPTIONS", "POST", "PUT", "DELETE"):
        path = CONTAINER if method in ("GET", "OPTIONS", "POST") else CONTAINER + "n" * 13
        for kind in (FORM, "text/turtle"):
            answer = nobody.request(method, path, content=b"{", headers={"content-type": kind})
            assert answer.status_code == 401, (method, answer.text)
            if method not in ("GET", "OPTIONS"):
                headers = {"content-type": kind, "origin": "https://evil.example"}
                assert chair.request(method, path, headers=headers).status_code == 403
    assert nobody.get(CONTAINER + "?page=x").status_code == 401
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert (
            chair.post(CONTAINER, content=b"a=b", headers={"content-type": kind}).status_code == 403
        )
    assert chair.get("/api/v1/drafts/none/annotations/").status_code == 404


def test_what_is_asked_for_in_another_form(site: Site) -> None:
    chair = site.client()
    turtle = chair.post(CONTAINER, content=b"<a>", headers={"content-type": "text/turtle"})
    assert (turtle.status_code, turtle.headers["accept-post"]) == (415, FORM)
    path = path_of(send(chair, on(site)))
    for address in (CONTAINER, path):
        assert chair.get(address, headers={"accept": "text/turtle"}).status_code == 406
        assert chair.get(address, headers={"accept": "application/ld+json;q=0"}).status_code == 406
        for kind in (FORM, "application/json", "text/html, */*;q=0.1"):
            assert chair.get(address, headers={"accept": kind}).status_code == 200
    match = {"if-match": "*", "content-type": "text/turtle"}
    assert chair.put(path, content=b"<a>", headers=match).status_code == 415


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'"a"', b"{}", b'{"target": 1e999}', b'{"target": "\\ud800"}'],
)
def test_what_is_no_annotation_is_refused(site: Site, content: bytes) -> None:
    answer = site.client().post(CONTAINER, content=content, headers=AS_JSON)
    assert answer.status_code == 422, answer.text
    assert answer.json()["sentence"]


def test_a_canonical_address_stays(site: Site) -> None:
    chair = site.client()
    path = path_of(send(chair, on(site, canonical="urn:uuid:1")))
    now = chair.get(path).json()
    match = {"if-match": "*"}
    for canonical in ("urn:uuid:2", None):
        content = json.dumps(now | {"canonical": canonical})
        refused = chair.put(path, content=content, headers=AS_JSON | match)
        assert refused.status_code == 409
    same = chair.put(path, content=json.dumps(now), headers=AS_JSON | match)
    assert same.json()["canonical"] == "urn:uuid:1"


def test_an_answer_is_not_for_others_than_what_it_answers(site: Site) -> None:
    root = path_of(send(site.client(Role.DRAFTER), on(site, travaux={"audience": "everyone"})))
    answer = {"bodyValue": "Between us.", "target": f"http://testserver{root}"}
    scholar = site.client(Role.SCHOLAR)
    for audience, status in (("mine", 422), ("everyone", 201)):
        sent = send(scholar, answer | {"travaux": {"audience": audience}})
        assert sent.status_code == status, sent.text
    assert send(scholar, answer).status_code == 201


def test_what_an_address_takes_is_said_where_it_does_not_take_something(site: Site) -> None:
    chair = site.client()
    refused = chair.patch(CONTAINER, content="{}", headers=AS_JSON)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    refused = chair.post(f"{CONTAINER}nnnnnnnnnnnnn", content="{}", headers=AS_JSON)
    assert (refused.status_code, refused.headers["allow"]) == (
        405,
        "DELETE, GET, HEAD, OPTIONS, PUT",
    )
    refused = chair.get(f"/drafts/{SLUG}/undo")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
