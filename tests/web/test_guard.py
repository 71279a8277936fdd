import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.store.seats import Role
from app.web.guard import form_token, is_form_token
from tests.support.site import SLUG, Site, Visitor

HOME = f"/drafts/{SLUG}"
ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
]


def rename(visitor: TestClient, token: str, **headers: str) -> int:
    sent = {"csrf": token, "title": "Convention on Rafts"}
    return visitor.post(f"{HOME}/mast", data=sent, headers=headers).status_code


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_another_site_changes_nothing(chair: Visitor, headers: dict[str, str]) -> None:
    assert rename(chair, chair.form_token(), **headers) == 403
    assert "Convention on Rafts" not in chair.get(HOME).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "null"},
    ],
)
def test_our_own_form_is_taken(chair: Visitor, headers: dict[str, str]) -> None:
    assert rename(chair, chair.form_token(), **headers) == 303


def test_a_form_needs_the_token_of_its_own_session(chair: Visitor, site: Site) -> None:
    tokens = [
        "",
        "nonsense",
        form_token("another session"),
        form_token(site.sessions[Role.DRAFTER]),
    ]
    assert [rename(chair, token) for token in tokens] == [403] * 4


def test_a_token_is_masked_anew_and_fits_one_session() -> None:
    first, second = form_token("s"), form_token("s")
    assert first != second
    assert is_form_token("s", first) and is_form_token("s", second)
    assert not is_form_token("t", first)
    assert form_token("") == "" and not is_form_token("", "é")


@pytest.mark.parametrize(
    "path", ["/", "/drafts", HOME, "/nowhere", "/static/nothing.css", "/sign-in"]
)
def test_every_answer_bears_the_security_headers(chair: Visitor, path: str) -> None:
    headers = chair.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_styles_of_a_script_need_the_nonce_of_this_very_answer(chair: Visitor) -> None:
    nonces = []
    for _ in range(2):
        answer = chair.get(HOME)
        told = re.search(r'<meta name="style-nonce" content="([^"]+)">', answer.text)
        assert told is not None and len(told[1]) >= 16
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{told[1]}';" in policy
        nonces.append(told[1])
    assert nonces[0] != nonces[1]


def test_a_body_beyond_the_limit_is_refused(
    chair: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = {"Content-Length": str(40 * 1024 * 1024)}
    answer = chair.post(f"{HOME}/mast", content=b"title=x", headers=length)
    assert answer.status_code == 413
    assert "more than 32 MB" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_body_that_grows_beyond_the_limit_unannounced_is_refused(chair: Visitor) -> None:
    def growing() -> Iterator[bytes]:
        for _ in range(33):
            yield b"0" * 1024 * 1024

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = chair.post(f"{HOME}/mast", content=growing(), headers=kind)
    assert answer.status_code == 413
    assert "more than 32 MB" in answer.text


def test_framework_pages_are_not_there(chair: Visitor) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert chair.get(path).status_code == 404
