"""The kill test of tests/soak, short; `make soak` has the long one."""

import secrets
from pathlib import Path

from tests.soak import killing
from tests.soak.killing import Plan
from tests.support.databases import Sqlite

SHORT = Plan(people=12, clauses=4, kills=2, pace=0.1, least=0.5, most=1.5)


def test_a_killed_server_loses_nothing_that_it_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    seed = secrets.randbelow(2**31)
    outcome = killing.run(database_url, tmp_path, SHORT, seed)
    assert outcome.faults == [], f"seed {seed}: {outcome}"
    # A test in which nobody typed, or nobody was cut off, would show nothing.
    assert outcome.acknowledged > 50 and outcome.shown > 50
    assert outcome.again >= 3 * SHORT.kills


def test_a_server_that_acknowledges_before_it_commits_is_caught(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    plan = Plan(people=6, clauses=2, kills=1, pace=0.05, program="tests.soak.careless")
    with sqlite.fresh(tmp_path) as url:
        outcome = killing.run(url, tmp_path, plan, seed=1)
    assert [fault for fault in outcome.faults if "was acknowledged at" in fault], str(outcome)
