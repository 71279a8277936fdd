"""The page's copies of a clause's words, without a page: they agree, whatever the line does."""

import pytest

from tests.support.node import program

RUNS = 2_000
AT_ONCE = 1_000


@pytest.mark.parametrize("first", range(0, RUNS, AT_ONCE))
def test_copies_of_one_clause_agree_whatever_happens_on_the_line(first: int) -> None:
    with program("copies") as node:
        assert node.ask({"seeds": [first, first + AT_ONCE]}) == []


def test_a_table_that_rebases_over_a_composition_is_found_out() -> None:
    with program("copies") as node:
        assert len(node.ask({"seeds": [0, 200], "composed": True})) > 8
