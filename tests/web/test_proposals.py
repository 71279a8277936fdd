import re
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import Response

from app.actions import drafting, seating
from app.actions.policy import OPERATOR
from app.store.seats import Role
from tests.support.table import NAMES, PASSWORD, SLUG, Table, ids

BASE = f"/drafts/{SLUG}"
WHERE = "Article 17, paragraph 1"
CANARY = "zanzibarly"
ABSENT = f"{BASE}/proposals/pnevermadeabcd"
STRANGERS = ("chair", "secretariat", "drafter", "scholar", "observer", "focal-c")


@dataclass
class Talks:
    """A table with a focal point in Delegation B, and Delegation C with one of its own."""

    table: Table

    def get(self, who: str, path: str, *, part: str = "") -> Response:
        return self.table.get(who, path, part=part)

    def post(self, who: str, path: str, **fields: Any) -> Response:
        return self.table.post(who, path, fields)

    def words(self) -> str:
        with self.table.stores.read() as store:
            clause = store.drafts.clause(self.table.draft.id, self.table.uid(WHERE))
        assert clause is not None
        return clause.words

    def propose(self, who: str = "delegate", **fields: Any) -> str:
        """The address of a new private proposal."""
        given = {
            "wish": "replace",
            "words": self.words().rstrip(".") + f" {CANARY}.",
            "reason": f"Because of {CANARY}.",
            "seen": 1,
            **fields,
        }
        answer = self.post(who, self.table.clause(WHERE) + "/proposals", **given)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])


@pytest.fixture
def talks(table: Table) -> Talks:
    tokens: dict[str, str] = dict(table.tokens)
    for who, delegation in (("focal-b", "Delegation B"), ("focal-c", "Delegation C")):
        with table.stores.begin() as store:
            link = seating.invite(
                store,
                OPERATOR,
                email=f"{who}@example.org",
                name=who,
                role=Role.DELEGATE,
                delegation=delegation,
            )
        signed = seating.accept_invitation(table.stores, link, PASSWORD)
        tokens[who] = signed.token
        with table.stores.begin() as store:
            seating.change_seat(
                store,
                OPERATOR,
                signed.seat.id,
                name=who,
                role=Role.DELEGATE,
                delegation=delegation,
                focal=True,
            )
    table.tokens.update(tokens)  # type: ignore[attr-defined]
    return Talks(table)


def pages(talks: Talks, address: str) -> list[str]:
    clause = talks.table.clause(WHERE)
    return [
        BASE,
        clause,
        f"{clause}?tab=proposals",
        f"{clause}/panel?tab=proposals",
        f"{clause}/proposals",
        f"{BASE}/proposals",
        f"{BASE}/proposals?delegation=Delegation+B",
        f"{BASE}/proposals?stage=private",
        f"{BASE}/proposals/inline",
        f"{BASE}/journal",
        f"{BASE}/meetings",
        f"/search?q={CANARY}&draft={SLUG}",
        f"{BASE}/since?seq=1",
        address,
    ]


def test_what_is_private_is_nowhere_for_anybody_else(talks: Talks) -> None:
    # Every seat and every page are gone through in tests/house/test_canaries.py.
    others = ("chair", "drafter", "focal-c")
    before = {
        (who, page): strip(talks.get(who, page)) for who in others for page in pages(talks, BASE)
    }
    address = talks.propose()
    assert CANARY in talks.get("delegate", address).text
    assert CANARY in talks.get("focal-b", f"{BASE}/proposals").text
    for who in others:
        absent = talks.get(who, ABSENT)
        hidden = talks.get(who, address)
        assert (hidden.status_code, strip(hidden)) == (404, strip(absent))
        for page in pages(talks, address)[:-1]:
            answer = talks.get(who, page)
            assert strip(answer) == before[who, page], page
            if not page.startswith("/search"):
                assert CANARY not in answer.text, page


def strip(answer: Response) -> str:
    """A page without what differs from one asking to the next."""
    text = re.sub(r'(value|content|data-csrf|nonce)="[^"]*"', "", answer.text)
    text = re.sub(r"p[a-z2-7]{12}\b", "pid", text.replace("pnevermadeabcd", "pid"))
    return re.sub(r"<time.*?</time>", "", text)


POSTS: dict[str, dict[str, str]] = {
    "change": {"reason": "x", "words": "y"},
    "discard": {},
    "ask": {"delegation": "Delegation C"},
    "join": {},
    "leave": {},
    "table": {},
    "withdraw": {},
    "aside": {"stage": "overtaken", "reason": "x"},
    "incorporate": {"how": "text"},
    "positions": {"stance": "supports", "delegation": "Delegation D"},
    "positions/qnone/release": {},
    "redact": {"reason": "x"},
}


def test_every_form_answers_a_stranger_as_if_it_had_never_been(talks: Talks) -> None:
    address = talks.propose()
    for act, fields in POSTS.items():
        for who in STRANGERS:
            hidden = talks.post(who, f"{address}/{act}", **fields)
            absent = talks.post(who, f"{ABSENT}/{act}", **fields)
            assert hidden.status_code == absent.status_code == 404, (act, who)
            assert strip(hidden) == strip(absent), (act, who)
        assert talks.post("", f"{address}/{act}", **fields).status_code in (303, 401), act
    assert talks.get("delegate", address).status_code == 200


def test_all_forms_are_in_the_list_of_the_test_above() -> None:
    from app.web.proposals import router  # noqa: PLC0415

    found = {
        route.path.partition("/proposals/{pid}/")[2]  # type: ignore[attr-defined]
        for route in router.routes
        if "{pid}/" in route.path and "POST" in route.methods  # type: ignore[attr-defined]
    }
    assert {path.replace("{position}", "qnone") for path in found} == set(POSTS)


def test_from_a_clause_to_the_text(talks: Talks) -> None:
    clause = talks.table.clause(WHERE)
    assert "Propose a change" in talks.get("delegate", f"{clause}?tab=proposals").text
    form = talks.get("delegate", f"{clause}/proposals/new")
    assert f">\n{talks.words()[:20]}" in form.text
    address = talks.propose()
    assert "/table" not in talks.get("delegate", address).text
    page = talks.get("focal-b", address)
    assert f"{address}/table" in page.text
    assert "Kept for Delegation B alone" not in page.text
    talks.post("secretariat", f"{BASE}/meetings", name="Third meeting", held="5 May 2026")
    meeting = re.search(r'value="(m[a-z2-7]{12})"', talks.get("focal-b", address).text)
    assert meeting
    assert talks.post("focal-b", f"{address}/table", meeting=meeting[1]).status_code == 303
    for who in (*STRANGERS, "delegate"):
        page = talks.get(who, address)
        assert page.status_code == 200
        assert "Third meeting" in page.text
        assert f" {CANARY}</ins>" in page.text
        assert (f"{address}/incorporate" in page.text) is (who in ("chair", "secretariat"))
    done = talks.post("chair", f"{address}/incorporate", how="text")
    assert done.status_code == 303
    assert CANARY in talks.words()
    assert "incorporated" in talks.get("observer", address).text
    with talks.table.stores.read() as store:
        entry = store.drafts.history(talks.table.draft.id, talks.table.uid(WHERE))[-1]
        assert entry.origin == "proposal"
        assert drafting.verify(store, talks.table.draft).sound


def test_the_three_texts_where_it_touches(talks: Talks) -> None:
    address = talks.propose(words=talks.words().replace("shall", "may", 1))
    talks.post("focal-b", f"{address}/table")
    now = talks.words().replace("shall", "should", 1)
    talks.post("drafter", talks.table.clause(WHERE) + "/edit", text=now, seen=1)
    page = talks.get("chair", address).text
    for heading in ("As proposed", "As it is now", "As it would be"):
        assert heading in page
    assert "Take up in the text" not in page
    refused = talks.post("chair", f"{address}/incorporate", how="text")
    assert refused.status_code == 422
    done = talks.post("chair", f"{address}/incorporate", how="hand", words="Merged.", seen=2)
    assert done.status_code == 303
    assert talks.words() == "Merged."


def test_positions_stand_in_the_table_when_they_are_released(talks: Talks) -> None:
    address = talks.propose()
    talks.post("focal-b", f"{address}/table")
    sent = {"stance": "opposes", "condition": "Unless quuxly."}
    assert talks.post("focal-c", f"{address}/positions", **sent).status_code == 303
    assert talks.post("observer", f"{address}/positions", **sent).status_code == 403
    where = (address, talks.table.clause(WHERE) + "/proposals")
    for page in where:
        assert "quuxly" in talks.get("chair", page).text
        assert "quuxly" in talks.get("focal-c", page).text
        for who in ("delegate", "observer", "drafter"):
            text = talks.get(who, page).text
            assert "quuxly" not in text
            assert "Delegation C" not in text
    release = re.search(r"positions/(q[a-z2-7]{12})/release", talks.get("chair", address).text)
    assert release
    path = f"{address}/positions/{release[1]}/release"
    assert talks.post("secretariat", path).status_code == 403
    assert talks.post("chair", path).status_code == 303
    for page in where:
        assert "quuxly" in talks.get("observer", page).text
    assert "no position stated" not in talks.get("observer", where[1]).text


def test_the_page_draws_what_this_seat_may_read_and_the_sheet_holds_nothing(talks: Talks) -> None:
    address = talks.propose()
    pid = address.rpartition("/")[2]
    (mine,) = talks.get("delegate", f"{BASE}/proposals/inline").json()["proposals"]
    assert (mine["id"], mine["clause"]) == (pid, talks.table.uid(WHERE))
    assert mine["words"] == talks.words()
    assert "".join(text for op, text in mine["pieces"] if op != "ins") == talks.words()
    for who in STRANGERS:
        answer = talks.get(who, f"{BASE}/proposals/inline")
        assert answer.json() == {"proposals": []}
        assert "no-store" in answer.headers["cache-control"]
    assert talks.get("delegate", BASE).text.count(CANARY) == 0
    talks.post("focal-b", f"{address}/table")
    assert len(talks.get("observer", f"{BASE}/proposals/inline").json()["proposals"]) == 1
    talks.post("chair", f"{address}/incorporate", how="text")
    assert talks.get("observer", f"{BASE}/proposals/inline").json() == {"proposals": []}


def test_who_may_not_write_in_the_text_writes_a_proposal(talks: Talks) -> None:
    clause = talks.table.clause(WHERE)
    uid = talks.table.uid(WHERE)
    assert 'data-may-propose="yes"' in talks.get("delegate", BASE).text
    for who in ("chair", "drafter", "observer"):
        assert "data-may-propose" not in talks.get(who, BASE).text
    form = talks.get("delegate", f"{clause}/proposals/new", part=uid)
    assert form.text.lstrip().startswith(f'<form class="c edit suggest" id="{uid}"')
    sent = {"wish": "replace", "words": "Other words.", "reason": "So.", "seen": 1}
    kept = talks.post("delegate", f"{clause}/proposals", back="clause", **sent)
    assert kept.headers["location"] == f"{clause}?tab=proposals#{uid}"
    assert "<ins>Other words</ins>" in talks.get("delegate", f"{clause}?tab=proposals").text
    assert talks.words() != "Other words."


def test_deleting_what_is_private(talks: Talks) -> None:
    address = talks.propose()
    assert talks.post("delegate", f"{address}/discard").status_code == 303
    assert talks.get("delegate", address).status_code == 404
    assert "Nothing is proposed yet" in talks.get("delegate", f"{BASE}/proposals").text


def test_redaction_by_two_leaves_a_tombstone(talks: Talks) -> None:
    address = talks.propose()
    talks.post("focal-b", f"{address}/table")
    assert talks.post("delegate", f"{address}/redact").status_code == 303
    assert CANARY in talks.get("observer", address).text
    assert talks.post("chair", f"{address}/redact", reason="By mistake.").status_code == 303
    for page in (address, f"{BASE}/proposals", talks.table.clause(WHERE) + "?tab=proposals"):
        text = talks.get("observer", page).text
        assert CANARY not in text
        assert "taken out by two seats" in text


def test_the_list_is_narrowed(talks: Talks) -> None:
    address = talks.propose()
    talks.post("focal-b", f"{address}/table")
    pid = address.rpartition("/")[2]
    for query, there in (
        ("", True),
        ("?stage=tabled", True),
        ("?stage=withdrawn", False),
        ("?delegation=Delegation+B", True),
        ("?delegation=Delegation+C", False),
        (f"?clause={talks.table.uid(WHERE)}", True),
        (f"?clause={talks.table.uid('Article 1')}", False),
    ):
        answer = talks.get("observer", f"{BASE}/proposals{query}")
        assert (f"proposal-{pid}" in ids(answer)) is there, query
    assert talks.get("observer", f"{BASE}/proposals?stage=nonsense").status_code == 422


def test_who_is_offered_what(talks: Talks) -> None:
    clause = talks.table.clause(WHERE)
    for role in Role:
        who = role.value
        offered = "Propose a change" in talks.get(who, f"{clause}?tab=proposals").text
        assert offered is (role is Role.DELEGATE), role
        form = talks.get(who, f"{clause}/proposals/new")
        assert form.status_code == (200 if role in (Role.DELEGATE, Role.DRAFTER) else 403), role
        kept = talks.post(who, f"{BASE}/meetings", name=f"Of the {who}")
        assert kept.status_code == (303 if role in (Role.CHAIR, Role.SECRETARIAT) else 403), role
        group = talks.post(who, f"{BASE}/groups", name="x", members="y")
        assert group.status_code == kept.status_code, role
        assert NAMES[role]


def test_what_was_decided_can_be_put_back_by_those_who_steer(talks: Talks) -> None:
    address = talks.propose("focal-b")
    talks.post("focal-b", f"{address}/table")
    talks.post("chair", f"{address}/aside", stage="not taken up", reason="Too late.")
    assert "Put it back" in talks.get("chair", address).text
    assert "Put it back" not in talks.get("focal-b", address).text
    assert talks.post("focal-b", f"{address}/aside", stage="tabled", reason="x").status_code == 403
    assert talks.post("chair", f"{address}/aside", stage="tabled", reason="So.").status_code == 303
    page = talks.get("chair", address).text
    assert "put back" in page and "Take up in the text" in page and "Put it back" not in page


def test_merging_by_hand_opens_the_clause_with_the_proposal_beside(talks: Talks) -> None:
    address = talks.propose("focal-b")
    assert talks.get("chair", f"{address}/merge").status_code == 404
    talks.post("focal-b", f"{address}/table")
    page = talks.get("chair", f"{address}/merge")
    assert page.status_code == 200
    assert f'action="{address}/incorporate"' in page.text
    assert "What changed since" in page.text and CANARY in page.text
    assert talks.get("delegate", f"{address}/merge").status_code == 403
    insertion = talks.propose("focal-b", wish="insert", words="One more.")
    talks.post("focal-b", f"{insertion}/table")
    assert talks.get("chair", f"{insertion}/merge").status_code == 422


def test_the_table_has_brackets_options_and_what_hangs_on_another_clause(talks: Talks) -> None:
    address = talks.propose("focal-b")
    talks.post("focal-b", f"{address}/table")
    words = " ".join(talks.words().split()[:2])
    answer = talks.post(
        "chair",
        f"{address}/positions",
        delegation="Delegation D",
        stance="supports",
        condition=f"if 17(1) keeps “{words}”",
    )
    assert answer.status_code == 303
    for page in (address, talks.table.clause(WHERE) + "/proposals"):
        assert f"</a> has <q>{words}</q>" in talks.get("chair", page).text
    talks.post("chair", talks.table.clause(WHERE) + "/options", words="None of it.", seen=1)
    table = talks.get("chair", talks.table.clause(WHERE) + "/proposals").text
    assert ">Option 1</a>" in table and ">Option 2</a>" in table


def test_the_page_keeps_where_words_are_that_have_come_a_long_way(
    talks: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.proposals.FRESH", 1)
    monkeypatch.setattr("app.actions.forwarding.FRESH", 1)
    talks.propose()
    for number in range(3):
        talks.post(
            "chair", talks.table.clause(WHERE) + "/insert", kind="paragraph", text=f"{number}."
        )
    assert talks.get("delegate", f"{BASE}/proposals/inline").status_code == 200
    with talks.table.stores.read() as store:
        (kept,) = store.proposals.carried_before(talks.table.draft.id, 2**30)
        draft = store.drafts.by_id(talks.table.draft.id)
    assert draft is not None and kept.carried is not None
    assert kept.carried.seq == draft.seq
