"""What a finding is about, by type and code, and whose it is to mend where a chapter has its own subjects."""

import numpy as np
import pytest

from guantong.engine.check import subject_of
from guantong.engine.owners import owners
from tests.make.company import build, day, snapshot

UNITS = [
    {"code": "C", "name": "公司", "kind": "company", "head": "P1"},
    {"code": "U1", "name": "研发", "kind": "department", "parent": "C", "head": "P2"},
]
PEOPLE = [{"code": "P1", "name": "李", "unit": "C"}, {"code": "P2", "name": "吴", "unit": "U1"}]


def test_a_node_is_named_by_process_and_code() -> None:
    taken = snapshot(
        units=UNITS,
        people=PEOPLE,
        processes=[{"code": "F1", "name": "f"}, {"code": "F2", "name": "f"}],
        process_nodes=[{"process": "F2", "code": "N1", "name": "n", "unit": "U1"}],
    )
    subject = subject_of(taken, "process_nodes", 0)
    assert (subject.type, subject.code) == ("node", "F2/N1")
    assert owners(taken, "BEM-NODE-OWNER", "process_nodes", np.array([0])).tolist() == [1]


def test_a_link_is_named_by_its_choice_and_mended_by_the_roots_head() -> None:
    taken = snapshot(units=UNITS, people=PEOPLE)
    subject = subject_of(taken, "links", 1)
    assert (subject.type, subject.code) == ("link", "production")
    assert owners(taken, "CHAIN-LINK-GOAL", "links", np.array([1])).tolist() == [0]


def test_the_year_before_is_seen_from_its_last_day() -> None:
    before = snapshot("2026-06-30").year_before
    assert before is not None
    assert before.as_of == day("2025-12-31")
    assert before.company.cycles.code[before.year] == "2025"
    assert before.year_before is None


@pytest.mark.parametrize("table", ["positions", "meetings", "feedback", "actions", "reward_schemes", "budget_requests"])
def test_an_unknown_column_is_nobody(table: str) -> None:
    assert owners(snapshot(), "X", table, np.array([], dtype=np.int64)).tolist() == []
    assert build().present == {"company", "cycles"}
