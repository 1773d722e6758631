"""The allocation problem: who takes part, what each is worth, which conditions hold whom, what a what-if changes."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from guantong.engine.allocation_problem import (
    CORE,
    OTHER,
    RUNNING,
    AllocationProblem,
    Condition,
    allocation_problem,
    cap_sums,
    impossible_minimums,
    objective,
)
from tests.make.acme import ORGANISATION, goal, settings
from tests.make.allocation import PRIORITIES
from tests.make.company import Row, snapshot


def request(code: str, requested: int = 100, **cells: Any) -> Row:
    return {"code": code, "name": code, "cycle": "2026", "unit": "D1", "requested": requested, **cells}


def problem(*requests: Row, changes: Any = None, **tables: Any) -> AllocationProblem:
    given = {**ORGANISATION, "priorities": PRIORITIES, "budget_requests": requests, **tables}
    return allocation_problem(snapshot(**given), changes)


def held(found: AllocationProblem) -> list[tuple[str, int, list[int]]]:
    """Return kind, maximum and members of each cap."""
    return [
        (cap.kind, cap.maximum, found.members[found.cap_rows == place].tolist()) for place, cap in enumerate(found.caps)
    ]


def test_amounts() -> None:
    found = problem(
        request("A", 100),
        request("B", 100, minimum=40, stretch=120),
        request("C", 0),
        request("D", 100, mandatory=True),
        request("E", 100, mandatory=True, minimum=60),
        request("F", 100, minimum=0, stretch=90, mandatory=True),
    )
    assert found.least.tolist() == [1, 40, 0, 1, 60, 1]
    assert found.most.tolist() == [100, 120, 0, 100, 100, 100]
    assert found.floor.tolist() == [0, 0, 0, 100, 60, 0]
    assert found.switched.tolist() == [False, True, False, False, False, False]


def test_requests_of_the_year_and_its_parts_take_part() -> None:
    found = problem(request("A", cycle="2025"), request("B", cycle="2026-Q2"), request("C"))
    assert found.requests.tolist() == [1, 2]
    assert len(found) == 2


def test_worth() -> None:
    """A value is that of what is requested; without one, or with nothing requested, money is worth itself."""
    found = problem(
        request("A", 200, value=50, priority="P2"),
        request("B", 200, priority="P1"),
        request("C", 0, value=50),
    )
    assert found.rate.tolist() == [0.25, 0.01, 0.01]
    assert found.weight.tolist() == [0.5, 2.0, 0.5]
    assert objective(found, np.array([100, 100, 0], dtype=object)) == pytest.approx(100 * 0.125 + 100 * 0.02)


def test_value_without_decimals_of_the_currency() -> None:
    company = [{"code": "J", "name": "J", "currency": "JPY"}]
    assert problem(request("A", 200), company=company).rate.tolist() == [1.0]


@pytest.mark.parametrize(
    ("cells", "weight"),
    [
        ({"rank": 1}, 1.0),
        ({"rank": 2}, 0.75),
        ({"rank": 4}, 0.25),
        ({"rank": 4, "core": True}, 0.5),
        ({"rank": 9}, 0.25),
        ({"rank": 0}, 1.0),
        ({}, 0.25),
        ({"rank": 1, "cycle": "2025"}, 1 / 3),
    ],
)
def test_weight_of_a_rank(cells: Row, weight: float) -> None:
    others = [{"code": f"Q{at}", "name": "q", "cycle": "2026", "rank": at} for at in (1, 2, 3)]
    priority = {"code": "P", "name": "p", "cycle": "2026", **cells}
    assert problem(request("A", priority="P"), priorities=[priority, *others]).weight.tolist() == [weight]


def test_without_priorities_all_weigh_the_same() -> None:
    assert problem(request("A"), request("B"), priorities=[]).weight.tolist() == [1.0, 1.0]


def test_the_priority_of_a_request_may_be_its_goals() -> None:
    goals = [goal("G", priority="P1"), goal("H", parent="G")]
    assert problem(request("A", goal="H"), goals=goals).side.tolist() == [CORE]


def test_sides() -> None:
    found = problem(
        request("A", priority="P1"), request("B", priority="P2"), request("C"), request("D", nature="running")
    )
    assert found.side.tolist() == [CORE, OTHER, OTHER, RUNNING]


@pytest.mark.parametrize(
    ("tables", "share"),
    [
        ({}, Fraction(7, 10)),
        (settings("OTB-CORE-SHARE.min=55%"), Fraction(55, 100)),
        (settings("OTB-CORE-SHARE.mode=off"), None),
    ],
)
def test_core_share(tables: dict[str, Any], share: Fraction | None) -> None:
    assert problem(request("A"), **tables).core_share == share


def test_without_a_sheet_of_priorities_there_is_no_core_share() -> None:
    given = {**ORGANISATION, "budget_requests": [request("A")]}
    assert allocation_problem(snapshot(**given)).core_share is None


def test_without_a_sheet_of_requests_there_is_nothing_to_allocate() -> None:
    found = allocation_problem(snapshot(**ORGANISATION, budget_envelopes=[{"cycle": "2026", "amount": 5}]))
    assert len(found) == 0
    assert held(found) == [("envelope", 5, [])]
    assert found.conditions == (Condition("envelope", 0),)


def test_limits_hold_a_unit_with_those_below_a_category_and_a_part_of_the_year() -> None:
    requests = [
        request("A", unit="B1", category="Equipment"),
        request("B", unit="T1", category="Travel"),
        request("C", unit="D2", category="Equipment", cycle="2026-Q1"),
        request("D", unit="D2"),
    ]
    limits = [
        {"cycle": "2026", "maximum": 400},
        {"cycle": "2026", "unit": "B1", "maximum": 100},
        {"cycle": "2026", "category": "Equipment", "maximum": 200},
        {"cycle": "2026", "unit": "D2", "category": "Equipment", "maximum": 50},
        {"cycle": "2026-Q1", "category": "Equipment", "maximum": 30},
        {"cycle": "2025", "unit": "B1", "maximum": 1},
    ]
    found = problem(*requests, budget_limits=limits, budget_envelopes=[{"cycle": "2026", "amount": 900}])
    assert sorted(held(found)) == [
        ("envelope", 900, [0, 1, 2, 3]),
        ("limit", 30, [2]),
        ("limit", 50, [2]),
        ("limit", 100, [0, 1]),
        ("limit", 200, [0, 2]),
        ("limit", 400, [0, 1, 2, 3]),
    ]
    sums = cap_sums(found, np.array([10**18, 10**18, 7, 9 * 10**18], dtype=object))
    assert sums[0] == 11 * 10**18 + 7


def test_what_depends_on_another_year_waits_only_for_money_that_is_not_there() -> None:
    before = [request("A", cycle="2025", allocated=5), request("B", cycle="2025")]
    found = problem(*before, request("C", depends_on=["A"]), request("D", depends_on=["A", "B", "C"]))
    assert found.needs.tolist() == [[1, -1], [1, 0]]
    assert found.needed.tolist() == [1, 2]
    assert found.switched.tolist() == [True, True]


def test_a_request_of_another_year_waits_for_nothing() -> None:
    assert problem(request("A"), request("B", cycle="2025", depends_on=["A"])).needs.tolist() == []


def test_conditions_and_fewer_of_them() -> None:
    found = problem(
        request("A", mandatory=True),
        request("B", 300, mandatory=True, depends_on=["A"]),
        request("C", category="x"),
        budget_limits=[
            {"cycle": "2026", "unit": "B1", "maximum": 100},
            {"cycle": "2026", "category": "x", "maximum": 200},
        ],
        budget_envelopes=[{"cycle": "2026", "amount": 900}],
    )
    envelope, largest, smaller, by_category, by_unit, dependency, share = found.conditions
    assert [one.kind for one in found.conditions] == [
        "envelope", "mandatory", "mandatory", "limit", "limit", "dependency", "core_share",
    ]  # fmt: skip
    assert (largest.place, smaller.place) == (1, 0)
    assert found.only(found.conditions).conditions == found.conditions
    bare = found.only([])
    assert (bare.caps, bare.floor.tolist(), bare.needs.tolist(), bare.core_share) == ((), [0, 0, 0], [], None)
    assert bare.conditions == ()
    some = found.only([by_unit, largest, share, dependency])
    assert held(some) == [("limit", 100, [0, 1, 2])]
    assert some.floor.tolist() == [0, 300, 0]
    assert some.core_share == Fraction(7, 10)
    assert some.needs.tolist() == [[1, 0]]
    assert held(found.only([envelope, by_category])) == [("envelope", 900, [0, 1, 2]), ("limit", 200, [2])]
    assert found.only([smaller]).floor.tolist() == [100, 0, 0]


def test_impossible_minimums() -> None:
    found = problem(request("A", minimum=101), request("B", minimum=101, stretch=101), request("C", 0, minimum=1))
    assert impossible_minimums(found).tolist() == [0]
    mandatory = problem(request("A", 0, minimum=1, mandatory=True))
    assert impossible_minimums(mandatory).tolist() == [0]


# What-if


def test_changes() -> None:
    limits = [
        {"cycle": "2026", "unit": "D1", "maximum": 100},
        {"cycle": "2026-Q1", "unit": "D1", "maximum": 50},
        {"cycle": "2026", "category": "x", "maximum": 70},
    ]
    requests = [request("A", category="x", cycle="2026-Q1"), request("B", minimum=10, value=5)]
    tables = {"budget_limits": limits, "budget_envelopes": [{"cycle": "2026", "amount": 900}]}
    units = snapshot(**ORGANISATION).company.units.code.tolist()
    changes = {
        ("envelope",): 500,
        ("core_share",): Fraction(1, 2),
        ("limit", units.index("D1"), ""): 80,
        ("limit", -1, "x"): None,
        ("limit", units.index("D2"), ""): 5,
        ("request", 0, "mandatory"): 1,
        ("request", 1, "minimum"): -1,
        ("request", 1, "requested"): 200,
        ("request", 1, "stretch"): 300,
        ("request", 1, "value"): math.nan,
    }
    found = problem(*requests, changes=changes, **tables)
    assert held(found) == [("envelope", 500, [0, 1]), ("limit", 50, [0]), ("limit", 80, [0, 1]), ("limit", 5, [])]
    assert found.core_share == Fraction(1, 2)
    assert found.floor.tolist() == [100, 0]
    assert (found.least.tolist(), found.most.tolist()) == ([1, 1], [100, 300])
    assert found.rate.tolist() == [0.01, 0.01]
    free = problem(*requests, changes={("envelope",): None, ("core_share",): None}, **tables)
    assert [cap.kind for cap in free.caps] == ["limit"] * 3
    assert free.core_share is None
