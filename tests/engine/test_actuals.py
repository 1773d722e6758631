"""Actual values over time, the gap against a reference, and what was planned for the day on which the data stand."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.company import day
from tests.make.measured import g, goal, metric, parts, values

MONTH_ENDS = [
    f"2026-{month:02}-{last}" for month, last in enumerate([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], 1)
]


@pytest.mark.parametrize(
    ("aggregation", "actual"), [("sum", 12), ("average", 4), ("last", 3), ("max", 7), ("min", 2), (None, 3)]
)
def test_values_add_up_as_the_metric_says(aggregation: str | None, actual: float) -> None:
    rows = values("G", ("2026-03-31", 7), ("2026-01-31", 2), ("2026-05-31", 3), ("2026-07-01", 100))
    found = g(metrics=[metric(aggregation=aggregation)], goals=[goal(target=10)], actuals=rows)
    assert found["actual"] == actual


@pytest.mark.parametrize("aggregation", ["sum", "average", "last", "max", "min", "ratio"])
def test_one_value_is_itself(aggregation: str) -> None:
    found = g(
        metrics=[metric(aggregation=aggregation)], goals=[goal(target=10)], actuals=values("G", ("2026-06-30", 4))
    )
    assert found["actual"] == 4


def test_a_ratio_is_of_the_sums_and_never_an_average_of_ratios() -> None:
    rows = parts("G", ("2026-04-30", 1, 2), ("2026-05-31", 90, 100))
    assert g(metrics=[metric(aggregation="ratio")], goals=[goal(target=1)], actuals=rows)["actual"] == 91 / 102
    assert g(metrics=[metric(aggregation="average")], goals=[goal(target=1)], actuals=rows)["actual"] == 0.7


@pytest.mark.parametrize(
    ("rows", "actual"),
    [
        (parts("G", ("2026-05-31", 1, 0)), None),
        (parts("G", ("2026-05-31", 1, None), ("2026-06-30", None, 2)), None),
        (parts("G", ("2026-04-30", 1, 0), ("2026-05-31", 3, 4)), 1.0),
        (values("G", ("2026-04-30", 0.5), ("2026-05-31", 0.75)), 0.75),
        ([*values("G", ("2026-04-30", 0.5)), *parts("G", ("2026-05-31", 3, 4))], 0.75),
    ],
)
def test_a_ratio_takes_whole_pairs_else_the_last_value(rows: list[dict[str, Any]], actual: float | None) -> None:
    assert g(metrics=[metric(aggregation="ratio")], goals=[goal(target=1)], actuals=rows)["actual"] == actual


@pytest.mark.parametrize("aggregation", ["sum", "average", "last", "max", "min", "ratio"])
@pytest.mark.parametrize("rows", [[], values("G", ("2026-05-31", None)), values("G", ("2026-07-01", 5))])
def test_missing_and_later_values_are_no_zero(aggregation: str, rows: list[dict[str, Any]]) -> None:
    found = g(metrics=[metric(aggregation=aggregation)], goals=[goal(target=10)], actuals=rows)
    assert found == {
        "target": 10,
        **dict.fromkeys(("actual", "plan", "gap", "gap_ratio", "attainment", "known_weight")),
        "status": "no_data",
    }


def test_the_value_of_the_day_itself_counts() -> None:
    assert g("2026-06-30", goals=[goal(target=10)], actuals=values("G", ("2026-06-30", 4)))["actual"] == 4
    assert g("2026-06-29", goals=[goal(target=10)], actuals=values("G", ("2026-06-30", 4)))["actual"] is None


# Gap, its ratio and attainment against the target, by hand.
GAPS = [
    # direction, target, high, tolerance, actual, gap, gap ratio
    ("higher", 10, None, None, 7, 3, 0.3),
    ("higher", 90, None, None, 85, 5, 5 / 90),
    ("lower", 15, None, None, 12, -3, -0.2),
    ("lower", 15, None, None, 18, 3, 0.2),
    ("higher", -10, None, None, -12, 2, 0.2),
    ("lower", -10, None, None, -12, -2, -0.2),
    ("higher", 0, None, None, -1, 1, 1),
    ("higher", 0, None, None, 0, 0, 0),
    ("higher", 0, None, None, 5, -5, 0),
    ("lower", 0, None, None, 3, 3, 1),
    ("higher", 0, None, 4, -1, 1, 0.25),
    ("higher", 0, None, 4, 1, -1, -0.25),
    ("higher", 2, None, 4, 1, 1, 0.25),
    ("higher", 8, None, 4, 7, 1, 0.125),
    ("range", 20, 30, None, 20, 0, 0),
    ("range", 20, 30, None, 30, 0, 0),
    ("range", 20, 30, None, 15, 5, 0.25),
    ("range", 20, 30, None, 36, 6, 0.2),
    ("range", 1, 9, None, 0, 1, 0.125),
    ("range", 20, 30, 50, 15, 5, 0.1),
    ("range", 0, 0, None, 1, 1, 1),
    ("range", 0, 0, None, 0, 0, 0),
    ("range", -30, -20, None, -36, 6, 0.2),
    ("range", -30, -20, None, -15, 5, 0.25),
]


@pytest.mark.parametrize("case", GAPS)
def test_gap(case: tuple[Any, ...]) -> None:
    direction, target, high, tolerance, actual, gap, ratio = case
    found = g(
        metrics=[metric(direction=direction, tolerance=tolerance)],
        goals=[goal(target=target, target_high=high)],
        actuals=values("G", ("2026-06-30", actual)),
    )
    assert (found["gap"], found["gap_ratio"], found["attainment"]) == pytest.approx((gap, ratio, 1 - ratio), abs=1e-12)
    assert found["target"] == found["plan"] == target


@pytest.mark.parametrize("cells", [{"target": 5}, {"target_high": 5}, {}])
def test_a_range_needs_both_bounds(cells: dict[str, float]) -> None:
    found = g(metrics=[metric(direction="range")], goals=[goal(**cells)], actuals=values("G", ("2026-06-30", 3)))
    assert found["actual"] == 3
    assert (found["gap"], found["attainment"], found["status"]) == (None, None, "no_data")


# Plan to date: what should have been reached where the data stand.


@pytest.mark.parametrize(
    ("cells", "baseline", "plan"),
    [
        ({"aggregation": "sum"}, 100, 365 * 151 / 365),
        ({"aggregation": "sum", "phasing": "none"}, 100, 365),
        ({"aggregation": "sum", "phasing": "linear"}, 100, 151),
        ({"aggregation": "last"}, 100, 365),
        ({"aggregation": "last", "phasing": "none"}, 100, 365),
        ({"aggregation": "last", "phasing": "linear"}, 100, 100 + 265 * 151 / 365),
        ({"aggregation": "last", "phasing": "linear"}, None, 365),
        ({"aggregation": "sum", "phasing": "plan"}, 100, 151),
        ({"aggregation": "last", "phasing": "plan"}, 100, 365),
    ],
)
def test_phasing_and_its_default(cells: dict[str, str], baseline: float | None, plan: float) -> None:
    """Jan 1 to May 31 are 151 of 365 days."""
    found = g(
        metrics=[metric(**cells)], goals=[goal(target=365, baseline=baseline)], actuals=values("G", ("2026-05-31", 1))
    )
    assert found["plan"] == pytest.approx(plan)
    assert found["target"] == 365


def test_the_plan_of_a_range_is_its_target() -> None:
    found = g(
        metrics=[metric(direction="range", aggregation="sum")],
        goals=[goal(target=20, target_high=30)],
        actuals=values("G", ("2026-05-31", 15)),
    )
    assert (found["plan"], found["gap"]) == (20, 5)


@pytest.mark.parametrize(
    ("frequency", "value_day", "as_of", "elapsed"),
    [
        ("month", "2026-05-10", "2026-06-30", 151),
        ("month", "2026-05-10", "2026-05-31", 151),
        ("month", "2026-05-10", "2026-05-30", 130),
        (None, "2026-05-10", "2026-06-30", 151),
        ("day", "2026-05-10", "2026-06-30", 130),
        ("week", "2026-05-06", "2026-06-30", 130),
        ("week", "2026-05-06", "2026-05-09", 126),
        ("quarter", "2026-02-10", "2026-06-30", 90),
        ("year", "2026-02-10", "2026-06-30", 41),
        ("year", "2025-12-31", "2026-06-30", 0),
        ("month", "2026-12-31", "2027-06-30", 365),
        ("month", "2027-01-31", "2027-06-30", 365),
    ],
)
def test_the_plan_is_taken_where_the_data_stand(
    frequency: str | None, value_day: str, as_of: str, elapsed: int
) -> None:
    """The end of the metric's period that holds the last value; that value's own day while the period runs."""
    found = g(
        as_of,
        metrics=[metric(aggregation="sum", frequency=frequency)],
        goals=[goal(target=365)],
        actuals=values("G", (value_day, 1)),
    )
    assert found["plan"] == pytest.approx(elapsed)


@pytest.mark.parametrize(
    ("cells", "plan"),
    [
        ({}, 365 * 151 / 365),
        ({"start": "2026-05-31"}, 365 * 1 / 215),
        ({"due": "2026-06-01"}, 365 * 151 / 152),
        ({"start": "2026-02-01", "due": "2026-05-31"}, 365),
        ({"start": "2026-06-01"}, 0),
        ({"cycle": "2026-Q2"}, 365 * 61 / 91),
        # Due before it starts, by the day and by more: all is planned for the due day, nothing for earlier ones.
        ({"start": "2026-04-01", "due": "2026-03-31"}, 365),
        ({"cycle": "2026-Q2", "due": "2026-03-15"}, 365),
        ({"cycle": "2026-Q4", "due": "2026-06-30"}, 0),
        ({"start": "2026-06-01", "due": "2026-05-31"}, 365),
    ],
)
def test_linear_counts_both_ends_of_the_goals_own_dates(cells: dict[str, str], plan: float) -> None:
    found = g(
        metrics=[metric(aggregation="sum")],
        goals=[goal(target=365, **cells)],
        actuals=values("G", ("2026-05-31", 1)),
    )
    assert found["plan"] == pytest.approx(plan)


@pytest.mark.parametrize(
    ("value_day", "as_of", "plan"),
    [
        ("2026-05-31", "2026-06-30", 70),
        ("2026-04-30", "2026-06-30", 60),
        ("2026-06-10", "2026-06-29", 70),
        ("2026-06-10", "2026-06-30", 75),
        ("2026-04-29", "2026-04-29", 50),
        ("2026-03-31", "2026-06-30", 50),
        ("2026-02-28", "2026-06-30", None),
    ],
)
@pytest.mark.parametrize(
    ("aggregation", "baseline", "before"), [("sum", 40, 0), ("last", 40, 40), ("last", None, 90), ("sum", None, 0)]
)
def test_a_monthly_plan_holds_from_the_end_of_its_month(
    value_day: str, as_of: str, plan: float | None, aggregation: str, baseline: float | None, before: float
) -> None:
    """Before the first planned month: nothing for sums, else the baseline, else the target."""
    months = {"2026-03": 50.0, "2026-04": 60.0, "2026-05": 70.0, "2026-06": 75.0, "2026-07": 80.0}
    found = g(
        as_of,
        metrics=[metric(aggregation=aggregation, phasing="plan")],
        goals=[goal(target=90, baseline=baseline)],
        target_plans=[{"goal": "G", "month": month, "planned": planned} for month, planned in months.items()],
        actuals=values("G", (value_day, 1)),
    )
    assert found["plan"] == (before if plan is None else plan)


def test_the_plan_uses_the_target_in_force_on_the_day_of_the_check() -> None:
    tables = {
        "metrics": [metric(aggregation="sum")],
        "people": [{"code": code, "name": code, "unit": "HQ"} for code in ("A", "B")],
        "goals": [goal(target=365)],
        "actuals": values("G", ("2026-05-31", 1)),
        "adjustments": [
            {"goal": "G", "effective": "2026-06-20", "old": 365, "new": 730, "proposer": "A", "approver": "B"}
        ],
    }
    assert [g(as_of, **tables)["plan"] for as_of in ("2026-06-19", "2026-06-20")] == pytest.approx([151, 302])


def test_a_plan_needs_a_target() -> None:
    found = g(metrics=[metric(aggregation="sum")], goals=[goal()], actuals=values("G", ("2026-05-31", 7)))
    assert (found["actual"], found["target"], found["plan"], found["known_weight"]) == (7, None, None, None)
    assert found["status"] == "no_data"


@pytest.mark.parametrize("month", range(1, 13))
def test_1200_with_100_booked_at_each_months_end_never_alerts(month: int) -> None:
    """Whatever the day of the year on which one looks."""
    last = day(MONTH_ENDS[month - 1])
    first = last - int(MONTH_ENDS[month - 1][-2:]) + 1
    rows = values("G", *((end, 100.0) for end in MONTH_ENDS))
    for number in range(first, last + 1):
        found = g(
            f"2026-{month:02}-{number - first + 1:02}",
            metrics=[metric(aggregation="sum")],
            goals=[goal(target=1200)],
            actuals=rows,
        )
        assert found["status"] == "no_data" if number < day("2026-01-31") else found["status"] in ("behind", "met")
        assert found["gap_ratio"] is None or found["gap_ratio"] <= 0.10


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.sampled_from([0.0, 3.0]),
)
def test_a_mirrored_metric_has_the_same_gap(target: float, actual: float, tolerance: float) -> None:
    """Equal under x → -x with the direction swapped."""
    one, other = (
        g(
            metrics=[metric(direction=direction, tolerance=tolerance)],
            goals=[goal(target=sign * target)],
            actuals=values("G", ("2026-06-30", sign * actual)),
        )
        for direction, sign in (("higher", 1), ("lower", -1))
    )
    for key in ("gap", "gap_ratio", "attainment", "status"):
        assert one[key] == other[key]
    assert math.isfinite(one["attainment"])
