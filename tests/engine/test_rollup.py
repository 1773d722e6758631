"""Rolling values up from the carriers of a goal: sum, average, min, max, ratio; the retained part; what stands when."""

from typing import Any

import pytest

from guantong.engine.measurement import measures
from tests.make.company import day
from tests.make.measured import child, figures, g, goal, metric, parts, values, view

SUM = metric(aggregation="sum", phasing="none")
DATA = [*values("A", ("2026-06-30", 40)), *values("B", ("2026-06-30", 240))]


def tree(rollup: str, **cells: Any) -> list[dict[str, Any]]:
    """Return G over A and B with data (targets 100 and 300, weights 1 and 3) and C without (target 600, weight 1)."""
    return [
        goal(target=1000, rollup=rollup, **cells),
        child("A", target=100),
        child("B", target=300, weight=3),
        child("C", target=600),
    ]


@pytest.mark.parametrize(
    ("rollup", "actual", "known"),
    [("sum", 280, 0.4), ("average", 190, 0.8), ("min", 40, 0.8), ("max", 240, 0.8)],
)
def test_rollups_with_partial_data(rollup: str, actual: float, known: float) -> None:
    """Known weight: for a sum the targets with data of all targets, else the weights."""
    found = g(metrics=[SUM], goals=tree(rollup), actuals=DATA)
    assert (found["actual"], found["attainment"]) == (actual, pytest.approx(actual / 1000))
    assert found["known_weight"] == pytest.approx(known)
    assert found["status"] == ("partial" if known < 0.8 else "alert")


@pytest.mark.parametrize("rollup", ["sum", "average", "min", "max", "ratio"])
@pytest.mark.parametrize("goals", [["A", "B", "C"], []])
def test_rollups_without_data_are_missing(rollup: str, goals: list[str]) -> None:
    found = g(metrics=[SUM], goals=[row for row in tree(rollup) if row["code"] in ("G", *goals)], actuals=[])
    assert [found[key] for key in ("actual", "plan", "gap", "attainment", "known_weight")] == [None] * 5
    assert found["status"] == "no_data"


def test_a_rollup_leaves_own_values_aside() -> None:
    found = g(metrics=[SUM], goals=tree("sum"), actuals=[*DATA, *values("G", ("2026-06-30", 999))])
    assert (found["actual"], found["known_weight"]) == (280, 0.4)


@pytest.mark.parametrize(("target", "status"), [(200, "alert"), (200.1, "partial")])
def test_a_known_weight_of_exactly_80_percent_is_enough(target: float, status: str) -> None:
    found = g(
        metrics=[SUM],
        goals=[goal(target=1000, rollup="sum"), child("A", target=800), child("B", target=target)],
        actuals=values("A", ("2026-06-30", 700)),
    )
    assert found["status"] == status


def test_shares_of_a_whole_weigh_like_any_targets() -> None:
    tables = {"metrics": [SUM], "actuals": values("A", ("2026-06-30", 0.6))}
    found = g(goals=[goal(target=1, rollup="sum"), child("A", target=0.8), child("B", target=0.2)], **tables)
    assert found["known_weight"] == pytest.approx(0.8)
    found = g(goals=[goal(target=1, retained=0.2, rollup="sum"), child("A", target=0.8)], **tables)
    assert found["known_weight"] == pytest.approx(0.8)


def test_ratios_roll_up_as_the_ratio_of_sums_level_by_level() -> None:
    tables: dict[str, Any] = {
        "metrics": [metric(aggregation="ratio")],
        "goals": [
            goal(target=1, rollup="ratio"),
            child("A", target=1, rollup="ratio"),
            child("B", target=1),
            goal("A1", parent="A", target=1),
            goal("A2", parent="A", target=1),
        ],
        "actuals": [
            *parts("A1", ("2026-05-31", 1, 2), ("2026-06-30", 1, 8)),
            *parts("A2", ("2026-06-30", 3, 10)),
            *parts("B", ("2026-06-30", 70, 100)),
        ],
    }
    found = figures(**tables)
    assert (found["A"]["actual"], found["G"]["actual"]) == (5 / 20, 75 / 120)
    assert found["G"]["known_weight"] == 1
    zero = figures(**{**tables, "actuals": values("B", ("2026-06-30", 0.7))})
    assert (zero["G"]["actual"], zero["G"]["known_weight"], zero["G"]["status"]) == (None, None, "no_data")


def test_a_rolled_up_average_of_a_lower_metric_compares_downward() -> None:
    found = g(
        metrics=[metric(direction="lower")],
        goals=[goal(target=10, rollup="average"), child("A", target=10), child("B", target=10, weight=3)],
        actuals=[*values("A", ("2026-06-30", 8)), *values("B", ("2026-06-30", 12))],
    )
    assert (found["actual"], found["gap"]) == (11, 1)


def test_nested_partial_carriers_count_in_proportion() -> None:
    """A (600) knows half, B (400) all: (300 + 400) / 1000."""
    found = figures(
        metrics=[SUM],
        goals=[
            goal(target=1000, rollup="sum"),
            child("A", target=600, rollup="sum"),
            child("B", target=400),
            goal("A1", parent="A", target=300),
            goal("A2", parent="A", target=300),
        ],
        actuals=[*values("A1", ("2026-06-30", 100)), *values("B", ("2026-06-30", 400))],
    )
    assert (found["A"]["known_weight"], found["A"]["actual"]) == (0.5, 100)
    assert (found["G"]["known_weight"], found["G"]["actual"]) == (pytest.approx(0.7), 500)
    assert found["G"]["status"] == "partial"


@pytest.mark.parametrize(
    ("cells", "actual"),
    [
        ({}, 280),
        ({"status": "closed"}, 280),
        ({"status": "draft"}, 240),
        ({"stretch": True}, 240),
        ({"exempt": True}, 240),
        ({"metric": "N"}, 240),
        ({"cycle": "2026-Q1"}, 240),
        ({"personal": True, "owner": "P", "target": 1000}, 240),
        ({"personal": True, "owner": "P"}, 280),
    ],
)
def test_only_carriers_roll_up(cells: dict[str, Any], actual: float) -> None:
    rows = tree("sum", owner="P")
    rows[1] |= cells
    found = g(metrics=[SUM, metric("N")], people=[{"code": "P", "name": "P", "unit": "HQ"}], goals=rows, actuals=DATA)
    assert found["actual"] == actual


@pytest.mark.parametrize(
    ("as_of", "known"),
    [("2026-03-31", 1), ("2026-04-01", 0.5), ("2026-06-30", 0.5), ("2026-07-01", 1 / 3), ("2026-12-31", 0.25)],
)
def test_a_carrier_counts_from_the_first_day_of_its_cycle(as_of: str, known: float) -> None:
    found = g(
        as_of,
        metrics=[SUM],
        goals=[
            goal(target=400, rollup="sum"),
            *(child(f"Q{quarter}", target=100, cycle=f"2026-Q{quarter}") for quarter in (1, 2, 3, 4)),
        ],
        actuals=values("Q1", ("2026-03-31", 90)),
    )
    assert (found["actual"], found["known_weight"]) == (90, pytest.approx(known))


# The retained part.


@pytest.mark.parametrize(
    ("retained", "own", "carried", "actual", "known"),
    [
        (200, 150, 600, 750, 1),
        (200, None, 600, 600, 0.8),
        (200, 150, None, 150, 0.2),
        (200, None, None, None, None),
        (None, 150, 600, 600, 1),
        (0, 150, 600, 600, 1),
        (-5, 150, 600, 600, 1),
    ],
)
def test_own_values_are_the_retained_parts(
    retained: float | None, own: float | None, carried: float | None, actual: float | None, known: float | None
) -> None:
    found = g(
        metrics=[SUM],
        goals=[goal(target=1000, retained=retained, rollup="sum"), child("A", target=800)],
        actuals=[*values("G", ("2026-06-30", own)), *values("A", ("2026-06-30", carried))],
    )
    assert (found["actual"], found["known_weight"]) == (actual, pytest.approx(known))


def test_the_retained_part_may_be_all() -> None:
    found = g(
        metrics=[SUM],
        goals=[goal(target=1000, retained=1000, rollup="sum")],
        actuals=values("G", ("2026-06-30", 900)),
    )
    assert (found["actual"], found["known_weight"], found["status"]) == (900, 1, "behind")


def test_the_retained_part_counts_for_sums_only() -> None:
    found = g(
        metrics=[SUM],
        goals=[goal(target=1000, retained=200, rollup="average"), child("A", target=800)],
        actuals=[*values("G", ("2026-06-30", 150)), *values("A", ("2026-06-30", 600))],
    )
    assert (found["actual"], found["known_weight"]) == (600, 1)


def test_carriers_without_targets_weigh_alike() -> None:
    found = g(
        metrics=[SUM],
        goals=[goal(target=1000, rollup="sum"), child("A"), child("B", target=-5), child("C"), child("D")],
        actuals=[row for code in "ABC" for row in values(code, ("2026-06-30", 10))],
    )
    assert (found["actual"], found["known_weight"]) == (30, pytest.approx(0.75))


# Where rolled-up data stand.


@pytest.mark.parametrize(
    ("own_day", "retained", "stand"),
    [
        (None, None, "2026-05-31"),
        ("2026-06-10", None, "2026-05-31"),
        ("2026-06-10", 200, "2026-06-30"),
        ("2026-02-10", 200, "2026-05-31"),
    ],
)
def test_rolled_up_data_stand_at_the_latest_of_their_dates(
    own_day: str | None, retained: float | None, stand: str
) -> None:
    seen = view(
        metrics=[metric(aggregation="sum")],
        goals=[goal(target=365, retained=retained, rollup="sum"), child("A", target=100), child("B", target=65)],
        actuals=[
            *values("A", ("2026-03-31", 10)),
            *values("B", ("2026-05-20", 20)),
            *(values("G", (own_day, 5)) if own_day else []),
        ],
    )
    found = measures(seen)
    at = list(seen.company.goals.code).index("G")
    assert found.stand[at] == day(stand)
    assert found.plan[at] == pytest.approx(day(stand) - day("2026-01-01") + 1)


def test_an_objective_stands_where_its_latest_child_does() -> None:
    seen = view(
        goals=[goal("G", metric=None), child("A", target=1), child("B", target=1)],
        actuals=[*values("A", ("2026-03-31", 10)), *values("B", ("2026-05-20", 20))],
    )
    assert measures(seen).stand[2] == day("2026-05-31")
