"""Values by period, own and rolled up."""

from typing import Any

from guantong.engine.calendar import date_of
from guantong.engine.series import series
from tests.make.company import Row
from tests.make.measured import child, goal, metric, parts, values, view

MONTHS = ("2026-01-31", "2026-02-28", "2026-03-31")


def listed(code: str = "G", as_of: str = "2026-06-30", **tables: Any) -> list[tuple[str, str, float]]:
    """Return a goal's points as first day, last day, value."""
    seen = view(as_of, **tables)
    found = series(seen)
    mine = found.of(seen.company.goals.code[found.goal] == code)
    columns = (mine.start.tolist(), mine.end.tolist(), mine.value.tolist())
    return [(str(date_of(start)), str(date_of(end)), value) for start, end, value in zip(*columns, strict=True)]


def own(aggregation: str | None, actuals: list[Row], frequency: str = "month", **more: Any) -> list[float]:
    metrics = [metric(aggregation=aggregation, frequency=frequency)]
    return [value for *_, value in listed(goals=[goal()], metrics=metrics, actuals=actuals, **more)]


BOOKED = values("G", ("2026-01-10", 4.0), ("2026-01-20", 1.0), ("2026-01-31", 2.0), ("2026-02-28", 5.0))


def test_the_values_of_a_period_become_one_as_the_metric_says() -> None:
    found = {name: own(name, BOOKED) for name in ("sum", "average", "max", "min", "last", None)}
    assert found == {"sum": [7, 5], "average": [7 / 3, 5], "max": [4, 5], "min": [1, 5], "last": [2, 5], None: [2, 5]}


def test_a_ratio_is_of_sums_or_of_the_last_plain_value() -> None:
    pairs = parts("G", ("2026-01-10", 1.0, 2.0), ("2026-01-20", 3.0, 6.0))
    assert own("ratio", pairs) == [0.5]
    assert own("ratio", BOOKED) == [2, 5]


def test_periods_are_the_metrics_and_days_are_read_by_the_week() -> None:
    goals, actuals = [goal()], values("G", ("2026-01-05", 1.0), ("2026-01-11", 2.0), ("2026-01-12", 4.0))
    weeks = [("2026-01-05", "2026-01-11", 3.0), ("2026-01-12", "2026-01-18", 4.0)]
    for frequency in ("day", "week"):
        given = {"goals": goals, "actuals": actuals, "metrics": [metric(aggregation="sum", frequency=frequency)]}
        assert listed(**given) == weeks
    quarter = [metric(aggregation="sum", frequency="quarter")]
    assert listed(goals=goals, actuals=actuals, metrics=quarter) == [("2026-01-01", "2026-03-31", 7)]


def test_a_period_that_runs_ends_where_its_last_value_stands_and_later_is_not_there() -> None:
    actuals = values("G", ("2026-02-05", 1.0), ("2026-02-10", 2.0), ("2026-02-20", 4.0))
    assert listed(as_of="2026-02-15", goals=[goal()], actuals=actuals) == [("2026-02-01", "2026-02-10", 2)]


def test_nothing_booked_is_no_series() -> None:
    assert listed(goals=[goal()]) == []
    assert listed(goals=[]) == []


def test_a_goal_that_is_not_measured_by_values_has_none() -> None:
    assert listed(goals=[goal(status="draft")], actuals=BOOKED) == []
    assert listed(goals=[goal(rollup="sum")], actuals=BOOKED) == []


def rolled(rollup: str, aggregation: str, *rows: Row, actuals: list[Row], **cells: Any) -> list[float]:
    goals = [goal(rollup=rollup, **cells), *rows]
    return [value for *_, value in listed(goals=goals, metrics=[metric(aggregation=aggregation)], actuals=actuals)]


def monthly(code: str, *amounts: float) -> list[Row]:
    return values(code, *zip(MONTHS, amounts, strict=False))


def test_a_sum_takes_what_its_carriers_booked_and_its_own_where_it_retains() -> None:
    actuals = monthly("A", 1, 2, 3) + monthly("B", 10, 20) + monthly("G", 100, 100, 100)
    rows = [child("A"), child("B")]
    assert rolled("sum", "sum", *rows, actuals=actuals) == [11, 22, 3]
    assert rolled("sum", "sum", *rows, actuals=actuals, retained=5.0) == [111, 122, 103]


def test_a_sum_passes_through_every_level() -> None:
    rows = [child("A", rollup="sum"), goal("A1", parent="A"), goal("A2", parent="A"), child("B")]
    actuals = monthly("A1", 1, 2) + monthly("A2", 3, 4) + monthly("B", 10, 20)
    assert rolled("sum", "sum", *rows, actuals=actuals) == [14, 26]


def test_quarters_follow_one_another() -> None:
    rows = [child("A", cycle="2026-Q1"), child("B", cycle="2026-Q2")]
    actuals = monthly("A", 1, 2, 3) + values("B", ("2026-04-30", 4.0))
    assert rolled("sum", "sum", *rows, actuals=actuals) == [1, 2, 3, 4]
    assert rolled("average", "last", *rows, actuals=actuals) == [1, 2, 3, 4]


def test_levels_are_weighed_and_wait_for_every_carrier() -> None:
    rows = [child("A", weight=0.75), child("B", weight=0.25)]
    actuals = monthly("A", 1, 2, 3) + monthly("B", 5, 6)
    found = {name: rolled(name, "last", *rows, actuals=actuals) for name in ("average", "min", "max", "sum")}
    assert found == {"average": [2, 3], "min": [1, 2], "max": [5, 6], "sum": [6, 8]}


def test_a_negative_weight_counts_nothing_as_in_measuring() -> None:
    rows = [child("A", weight=1.0), child("B", weight=-0.5)]
    actuals = monthly("A", 1, 2) + monthly("B", 5, 6)
    assert rolled("average", "last", *rows, actuals=actuals) == [1, 2]


def test_a_ratio_of_carriers_is_of_their_sums() -> None:
    actuals = parts("A", ("2026-01-31", 90.0, 100.0)) + parts("B", ("2026-01-31", 495.0, 500.0))
    assert rolled("ratio", "ratio", child("A"), child("B"), actuals=actuals) == [0.975]
