from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"
PART = {"HX-Request": "true"}


def test_a_refusal_inside_a_page_is_a_line_that_leaves_the_form_alone(
    chair: Visitor, site: Site
) -> None:
    uid = site.uid("by day")
    sent = {"csrf": chair.form_token(), "text": "x", "seen": 1, "way": "up"}
    answer = chair.post(f"{HOME}/clauses/{uid}/move", data=sent, headers=PART)
    assert answer.status_code == 422
    assert answer.headers["hx-retarget"] == "#refused"
    assert answer.text.strip().startswith('<div id="refused"')


def test_somebody_not_signed_in_is_sent_to_sign_in_and_back(site: Site) -> None:
    with site.client(None) as visitor:
        page = visitor.get(f"{HOME}/compare?old=a&new=b")
        part = visitor.get(HOME, headers=PART)
        form = visitor.post(f"{HOME}/undo")
    assert page.headers["location"] == f"/sign-in?then={HOME}/compare%3Fold%3Da%26new%3Db"
    assert part.status_code == 401 and "hx-redirect" not in part.headers
    assert part.headers["hx-retarget"] == "#refused" and 'target="_blank"' in part.text
    assert form.headers["location"] == "/sign-in"


def test_a_form_with_a_field_missing_is_told_so(chair: Visitor) -> None:
    answer = chair.post(f"{HOME}/mast", data={"csrf": chair.form_token()})
    assert answer.status_code == 422 and "title" in answer.text


def test_the_interface_answers_in_json(chair: Visitor) -> None:
    answer = chair.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.json()["sentence"].startswith("There is nothing")


def test_a_mistake_of_ours_is_owned_up_to(site: Site) -> None:
    def broken() -> None:
        raise RuntimeError("secret of the house")

    site.app.router.add_api_route("/broken", broken, methods=["GET"])
    with Visitor(site.app, raise_server_exceptions=False) as visitor:
        answer = visitor.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text and "secret" not in answer.text
    assert "content-security-policy" in answer.headers
