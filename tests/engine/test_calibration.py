"""Calibration proposals: worked cases, what stays as it is, what is refused."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.calibration import CalibrationError, Proposal, proposal, spread
from tests.make.company import Row
from tests.make.measured import child, goal, metric, values, view

SUM = {"aggregation": "sum", "decimals": 0}


def proposed(by: str, *goals: Row, metric_cells: Row | None = None, **tables: Any) -> Proposal:
    """Return the proposal for G on New Year's Day, before which nothing runs."""
    given = {"metrics": [metric(**(SUM if metric_cells is None else metric_cells))], **tables}
    seen = view(given.pop("as_of", "2026-01-01"), goals=list(goals), **given)
    return proposal(seen, seen.company.goals.code.tolist().index("G"), by)


def team(*capacities: float | None, by: str = "equal", target: float = 100.0, **metric_cells: Any) -> Proposal:
    rows = [child(f"A{place}", target=50.0, capacity=cap) for place, cap in enumerate(capacities)]
    return proposed(by, goal(target=target), *rows, metric_cells={**SUM, **metric_cells})


def test_equal_parts_of_whole_things_add_up() -> None:
    found = team(None, None, None)
    assert found.proposed.tolist() == [34, 33, 33]
    assert (found.adds_up, found.short, found.target, found.retained) == (True, 0, 100, 0)
    assert found.before.tolist() == [50, 50, 50]
    assert (found.markup_before, found.markup_after) == (0.5, 0)
    assert found.changed.all()


def test_parts_follow_last_years_actuals() -> None:
    last = [goal(f"L{place}", cycle="2025", unit=f"U{place}") for place in range(3)]
    rows = [child(f"A{place}", unit=f"U{place}", target=1.0, baseline=1000.0) for place in range(3)]
    units = [{"code": "HQ", "name": "h", "kind": "company"}]
    units += [{"code": f"U{place}", "name": "u", "kind": "team", "parent": "HQ"} for place in range(3)]
    booked = [row for place in range(3) for row in values(f"L{place}", ("2025-06-30", 10.0 * (place + 1)))]
    found = proposed("actuals", goal(target=120.0), *last, *rows, units=units, actuals=booked)
    assert found.past.tolist() == [10, 20, 30]
    assert found.proposed.tolist() == [20, 40, 60]


def test_what_is_not_known_counts_as_the_mean_of_the_others() -> None:
    rows = [child("A", baseline=10.0), child("B", baseline=30.0), child("C")]
    found = proposed("actuals", goal(target=60.0), *rows)
    assert found.proposed.tolist() == [10, 30, 20]
    assert found.assumed.tolist() == [False, False, True]


def test_who_had_nothing_gets_something_only_when_the_others_are_full() -> None:
    rows = [child("A", baseline=10.0, capacity=40.0), child("B", baseline=-5.0), child("C", baseline=0.0)]
    assert proposed("actuals", goal(target=40.0), *rows).proposed.tolist() == [40, 0, 0]
    assert proposed("actuals", goal(target=51.0), *rows).proposed.tolist() == [40, 6, 5]


def test_capacity_turns_away_to_those_with_room() -> None:
    assert team(10.0, None, None).proposed.tolist() == [10, 45, 45]
    assert team(10.0, 30.0, None).proposed.tolist() == [10, 30, 60]
    assert team(10.9, 30.0, None).proposed.tolist() == [10, 30, 60]
    assert team(20.0, 30.0, 50.0, by="capacity").proposed.tolist() == [20, 30, 50]


def test_too_small_capacities_are_filled_and_the_rest_is_told() -> None:
    found = team(20.0, 30.0, 10.5)
    assert found.proposed.tolist() == [20, 30, 10]
    assert found.short == 40
    assert found.markup_after == pytest.approx(-0.4)
    assert team(-1.0, None).proposed.tolist() == [0, 100]


def test_capacity_of_what_should_be_low_bounds_from_below() -> None:
    assert team(50.0, None, None, direction="lower").proposed.tolist() == [50, 25, 25]
    found = team(50.0, 60.0, 10.0, direction="lower")
    assert found.proposed.tolist() == [50, 60, 10]
    assert found.short == 20


def test_decimals_are_the_metrics_else_those_in_play() -> None:
    assert team(None, None, None, decimals=1).proposed.tolist() == [33.4, 33.3, 33.3]
    assert team(None, None, None, decimals=None).proposed.tolist() == [34, 33, 33]
    rows = [child("A", target=0.25), child("B"), child("C")]
    found = proposed("equal", goal(target=1.0), *rows, metric_cells={**SUM, "decimals": None})
    assert found.proposed.tolist() == [0.34, 0.33, 0.33]
    assert team(None, None, target=10.5).proposed.tolist() == [5.3, 5.2]
    assert team(None, None, None, target=9e14, decimals=6).proposed.sum() == 9e14


def test_retained_closed_and_past_carriers_stay() -> None:
    rows = [child("A", target=20.0, status="closed"), child("B", target=10.0, due="2026-03-31"), child("C"), child("D")]
    found = proposed("equal", goal(target=100.0, retained=10.0), *rows, as_of="2026-04-01")
    assert found.proposed.tolist() == [20, 10, 30, 30]
    assert found.kept.tolist() == [True, True, False, False]
    assert found.changed.tolist() == [False, False, True, True]
    assert found.markup_after == pytest.approx(0)
    assert proposed("equal", goal(target=100.0), *rows, as_of="2026-03-31").kept.tolist() == [True, False, False, False]


def test_quarters_carry_a_year_together() -> None:
    rows = [child(f"Q{place}", cycle=f"2026-Q{place}") for place in (1, 2, 3, 4)]
    assert proposed("equal", goal(target=10.0), *rows).proposed.tolist() == [3, 3, 2, 2]


@pytest.mark.parametrize("aggregation", ["average", "last", "max", "min", "ratio", None])
def test_what_does_not_add_up_is_handed_on_as_it_is(aggregation: str | None) -> None:
    rows = [child("A", target=90.0), child("B", target=95.0, capacity=92.0), child("C", capacity=99.0)]
    found = proposed("actuals", goal(target=95.0), *rows, metric_cells={"aggregation": aggregation})
    assert found.proposed.tolist() == [95, 92, 95]
    assert (found.adds_up, found.short) == (False, 3)
    lower = proposed("equal", goal(target=95.0), *rows, metric_cells={"aggregation": aggregation, "direction": "lower"})
    assert lower.proposed.tolist() == [95, 95, 99]
    assert lower.short == 4


def test_a_mirror_is_no_carrier() -> None:
    people = [{"code": "P", "name": "p", "unit": "HQ"}]
    rows = [child("A", owner="P", personal=True, target=100.0), child("B"), child("C")]
    found = proposed("equal", goal(target=100.0, owner="P"), *rows, people=people)
    assert found.proposed.tolist() == [50, 50]


@pytest.mark.parametrize(
    ("reason", "cells", "metric_cells"),
    [
        ("not_there", {"status": "draft"}, {}),
        ("not_there", {"cycle": "2025"}, {}),
        ("no_metric", {"metric": None}, {}),
        ("direction", {}, {"direction": "range"}),
        ("direction", {}, {"direction": "milestone"}),
        ("no_target", {"target": None}, {}),
        ("no_target", {"target": 0.0}, {}),
        ("no_target", {"target": -5.0}, {}),
        ("nothing_left", {"retained": 100.0}, {}),
        ("no_basis", {}, {}),
    ],
)
def test_what_cannot_be_spread_is_refused(reason: str, cells: Row, metric_cells: Row) -> None:
    with pytest.raises(CalibrationError) as refused:
        proposed("actuals", goal(**{"target": 100.0, **cells}), child("A"), metric_cells={**SUM, **metric_cells})
    assert refused.value.reason == reason


def test_without_carriers_that_can_change_nothing_is_proposed() -> None:
    for reason, rows in (("no_carriers", []), ("all_kept", [child("A", target=1.0, status="closed")])):
        with pytest.raises(CalibrationError, match=reason):
            proposed("equal", goal(target=100.0), *rows)


def test_floors_within_the_amount_hold_while_the_rest_is_spread() -> None:
    shares, over = spread(100.0, np.array([1.0, 1.0]), np.array([30.0, 120.0]), 1, at_least=True)
    assert (shares.tolist(), over) == ([30, 120], 50)
    shares, over = spread(100.0, np.array([1.0, 0.0]), np.array([10.0, 20.0]), 1, at_least=True)
    assert (shares.tolist(), over) == ([80, 20], 0)
