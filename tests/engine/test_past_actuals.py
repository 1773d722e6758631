"""A goal's counterpart of last year and what it came to."""

import math
from typing import Any

import pytest

from guantong.engine.comparisons import counterparts, past_actuals
from guantong.engine.snapshot import Snapshot
from tests.make.company import CYCLES, Row
from tests.make.measured import UNITS, goal, metric, values, view

LAST_QUARTER: Row = {"code": "2025-Q1", "name": "q", "kind": "quarter", "parent": "2025", "start": "2025-01-01",
                     "end": "2025-03-31"}  # fmt: skip
PEOPLE = [{"code": code, "name": code, "unit": "HQ"} for code in ("P1", "P2")]
OTHER = {"code": "U", "name": "u", "kind": "team", "parent": "HQ"}


def seen(*goals: Row, as_of: str = "2026-06-30", **tables: Any) -> Snapshot:
    given = {"people": PEOPLE, "units": [*UNITS, OTHER], "metrics": [metric(), metric("N")], **tables}
    return view(as_of, goals=list(goals), **given)


def counterpart(*goals: Row, **tables: Any) -> str | None:
    """Return the code of the counterpart of G."""
    company = seen(*goals, **tables)
    codes = company.company.goals.code.tolist()
    found = int(counterparts(company)[codes.index("G")])
    return codes[found] if found >= 0 else None


def last(code: str = "L", **cells: Any) -> Row:
    return goal(code, **{"cycle": "2025", **cells})


def test_the_same_metric_and_unit_last_year() -> None:
    assert counterpart(goal(), last()) == "L"
    assert counterpart(goal(), last(status="closed")) == "L"


@pytest.mark.parametrize(
    "cells", [{"metric": "N"}, {"metric": None}, {"unit": "U"}, {"personal": True, "owner": "P1"}, {"status": "draft"}]
)
def test_another_metric_unit_kind_or_a_draft_is_none(cells: Row) -> None:
    assert counterpart(goal(), last(**cells)) is None


def test_a_personal_goal_is_compared_with_its_owners() -> None:
    mine = goal(personal=True, owner="P1")
    assert counterpart(mine, last(personal=True, owner="P1")) == "L"
    assert counterpart(mine, last(personal=True, owner="P2")) is None
    assert counterpart(goal(owner="P1"), last(owner="P2")) == "L"


def test_the_first_of_several_counts() -> None:
    assert counterpart(goal(), last("L2"), last("L1"), last("L3")) == "L1"


def test_a_quarter_is_compared_with_its_quarter() -> None:
    cycles = [*CYCLES, LAST_QUARTER]
    quarter = goal(cycle="2026-Q1")
    assert counterpart(quarter, last(), last("Q", cycle="2025-Q1"), cycles=cycles) == "Q"
    assert counterpart(goal(cycle="2026-Q2"), last("Q", cycle="2025-Q1"), cycles=cycles) is None


def test_without_a_year_before_or_goals_there_is_none() -> None:
    assert counterpart(goal(), cycles=[CYCLES[0], CYCLES[2]]) is None
    assert not len(counterparts(seen()))


def past(*goals: Row, **tables: Any) -> float:
    company = seen(*goals, **tables)
    return float(past_actuals(company)[company.company.goals.code.tolist().index("G")])


def test_the_past_actual_is_what_the_counterpart_came_to_else_the_baseline() -> None:
    booked = values("L", ("2025-03-31", 5.0), ("2025-12-31", 7.0), ("2026-01-31", 9.0))
    assert past(goal(baseline=3.0), last(), actuals=booked) == 7
    assert past(goal(baseline=3.0), last()) == 3
    assert past(goal(baseline=3.0), cycles=[CYCLES[0], CYCLES[2]]) == 3
    assert math.isnan(past(goal()))
