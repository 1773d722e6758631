"""Comparisons of a goal's last ended period with the period before and with the same period a year earlier."""

import itertools
from collections.abc import Iterable
from typing import Any

import pytest

from guantong.engine.comparisons import comparison_entries
from tests.make.company import CYCLES, Row
from tests.make.measured import child, goal, metric, parts, values, view

QUARTER = {"code": "2025-Q1", "name": "2025-Q1", "kind": "quarter", "start": "2025-01-01", "end": "2025-03-31"}
PEOPLE = [{"code": code, "name": code, "unit": "HQ"} for code in ("ANN", "BEN")]
GOAL, BEFORE = goal(), goal("OLD", cycle="2025")


def compared(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """Return the comparison of each goal by its code; tables as for `view`."""
    return {entry.pop("goal"): entry for entry in comparison_entries(view(as_of, **tables))}


def g(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> dict[str, Any]:
    """Return the comparison of goal G, which and whose goal of last year OLD stand where left out."""
    return compared(as_of, **{"goals": [GOAL, BEFORE], **tables})["G"]


def figures(found: dict[str, Any]) -> tuple[Any, ...]:
    return found["period_end"], found["value"], found["last_period"], found["last_year"]


def test_the_case_of_the_page() -> None:
    found = compared(
        "2026-07-20",
        metrics=[metric(aggregation="sum")],
        goals=[GOAL, BEFORE],
        actuals=[
            *values("G", ("2026-05-31", 100), ("2026-06-10", 50), ("2026-06-30", 70), ("2026-07-15", 40)),
            *values("OLD", ("2025-06-30", 150)),
        ],
    )
    assert found == {
        "G": {
            "period_end": "2026-06-30",
            "value": 120,
            "last_period": 100,
            "period_change": pytest.approx(0.2),
            "last_year": 150,
            "year_change": pytest.approx(-0.2),
        }
    }


@pytest.mark.parametrize(
    ("aggregation", "value", "last_period", "last_year"),
    [
        ("sum", 12, 6, 30),
        ("average", 4, 3, 15),
        ("last", 3, 5, 20),
        ("max", 7, 5, 20),
        ("min", 2, 1, 10),
        ("ratio", 3, 5, 20),
        (None, 3, 5, 20),
    ],
)
def test_a_period_adds_up_as_the_metric_says(
    aggregation: str | None, value: float, last_period: float, last_year: float
) -> None:
    rows = [
        *values("G", ("2026-06-01", 2), ("2026-06-10", 7), ("2026-06-30", 3), ("2026-05-01", 1), ("2026-05-31", 5)),
        *values("OLD", ("2025-06-01", 10), ("2025-06-30", 20)),
    ]
    found = g(metrics=[metric(aggregation=aggregation)], actuals=rows)
    assert figures(found) == ("2026-06-30", value, last_period, last_year)
    assert found["period_change"] == pytest.approx(value / last_period - 1)
    assert found["year_change"] == pytest.approx(value / last_year - 1)


def test_a_ratio_is_of_the_sums_of_its_period() -> None:
    rows = [
        *parts("G", ("2026-06-10", 90, 100), ("2026-06-30", 495, 500), ("2026-05-31", 1, 2)),
        *parts("OLD", ("2025-06-30", 3, 4)),
    ]
    assert figures(g(metrics=[metric(aggregation="ratio")], actuals=rows)) == ("2026-06-30", 585 / 600, 0.5, 0.75)


@pytest.mark.parametrize("rows", [parts("G", ("2026-06-30", 1, 0)), values("G", ("2026-06-30", None))])
def test_a_period_whose_rows_give_no_value_is_passed_over(rows: list[Row]) -> None:
    rows = [*rows, *parts("G", ("2026-05-31", 1, 2))]
    assert figures(g(metrics=[metric(aggregation="ratio")], actuals=rows)) == ("2026-05-31", 0.5, None, None)


def test_a_sum_beyond_what_a_float_holds_is_no_value() -> None:
    rows = values("G", ("2026-05-31", 1), ("2026-06-10", 1.7e308), ("2026-06-30", 1.7e308))
    assert figures(g(metrics=[metric(aggregation="sum")], actuals=rows)) == ("2026-05-31", 1, None, None)


# Which period


@pytest.mark.parametrize(
    ("frequency", "as_of", "end", "value", "last_period", "last_year"),
    [
        ("month", "2026-05-30", "2026-04-30", 4, 3, 0.4),
        ("month", "2026-05-31", "2026-05-31", 5, 4, 0.5),
        (None, "2026-05-31", "2026-05-31", 5, 4, 0.5),
        ("quarter", "2026-06-29", "2026-03-31", 6, 3.3, 0.6),
        ("quarter", "2026-06-30", "2026-06-30", 15, 6, 1.5),
        ("year", "2026-12-30", "2025-12-31", 7.8, None, None),
        ("year", "2026-12-31", "2026-12-31", 78, 7.8, 7.8),
    ],
)
def test_the_last_period_of_the_metric_that_has_ended(
    frequency: str | None, as_of: str, end: str, value: float, last_period: float | None, last_year: float | None
) -> None:
    """Month m is worth m in 2026 and m / 10 in 2025, all rows of the goal itself."""
    rows = values(
        "G", *((f"2026-{m:02}-15", m) for m in range(1, 13)), *((f"2025-{m:02}-15", m / 10) for m in range(1, 13))
    )
    found = g(as_of, metrics=[metric(aggregation="sum", frequency=frequency)], actuals=rows)
    assert figures(found) == (
        end,
        pytest.approx(value),
        last_period and pytest.approx(last_period),
        last_year and pytest.approx(last_year),
    )


def test_years_and_quarters_begin_with_a_fiscal_year_in_july() -> None:
    cycles = [
        {"code": f"FY{year}", "name": "", "start": f"{year}-07-01", "end": f"{year + 1}-06-30"} for year in (2024, 2025)
    ]
    goals = [goal(cycle="FY2025"), goal("OLD", cycle="FY2024")]
    rows = [
        *values("G", ("2025-07-01", 7), ("2025-12-31", 8), ("2026-06-30", 9)),
        *values("OLD", ("2024-07-01", 1), ("2024-12-31", 2), ("2025-06-30", 3)),
    ]

    def of(as_of: str, frequency: str) -> tuple[Any, ...]:
        given = [metric(aggregation="sum", frequency=frequency)]
        return figures(g(as_of, cycles=cycles, metrics=given, goals=goals, actuals=rows))

    assert of("2026-06-30", "year") == ("2026-06-30", 24, 6, 6)
    assert of("2025-09-30", "quarter") == ("2025-09-30", 7, 3, 1)
    assert of("2026-03-31", "quarter") == ("2025-12-31", 8, 7, 2)


def test_a_week_is_compared_with_the_one_52_weeks_earlier() -> None:
    rows = [
        *values("G", ("2026-06-21", 5), ("2026-06-22", 6), ("2026-06-28", 7), ("2026-06-29", 50)),
        *values("OLD", ("2025-06-22", 1), ("2025-06-23", 2), ("2025-06-29", 3), ("2025-06-30", 4)),
    ]
    given = [metric(aggregation="sum", frequency="week")]
    assert figures(g("2026-07-04", metrics=given, actuals=rows)) == ("2026-06-28", 13, 5, 5)
    assert figures(g("2026-07-05", metrics=given, actuals=rows)) == ("2026-07-05", 50, 13, 4)


def test_a_day_is_compared_with_the_same_day_of_last_year() -> None:
    rows = [
        *values("G", ("2026-06-28", 5), ("2026-06-29", 6), ("2026-06-30", 7)),
        *values("OLD", ("2025-06-29", 1), ("2025-06-28", 2), ("2025-06-30", 3)),
    ]
    given = [metric(aggregation="sum", frequency="day")]
    assert figures(g("2026-06-29", metrics=given, actuals=rows)) == ("2026-06-29", 6, 5, 1)


def test_a_leap_day_is_compared_with_the_28th() -> None:
    cycles = [
        {"code": str(year), "name": "", "start": f"{year}-01-01", "end": f"{year}-12-31"} for year in (2027, 2028)
    ]
    found = g(
        "2028-03-01",
        cycles=cycles,
        metrics=[metric(frequency="day")],
        goals=[goal(cycle="2028"), goal("OLD", cycle="2027")],
        actuals=[*values("G", ("2028-02-29", 6)), *values("OLD", ("2027-02-28", 1), ("2027-03-01", 2))],
    )
    assert figures(found) == ("2028-02-29", 6, None, 1)


def test_the_last_value_need_not_be_of_the_last_period_and_a_gap_is_not_filled() -> None:
    rows = [*values("G", ("2026-02-28", 2), ("2026-04-30", 4)), *values("OLD", ("2025-03-31", 1), ("2025-05-31", 9))]
    found = g(actuals=rows)
    assert figures(found) == ("2026-04-30", 4, None, None)
    assert found["period_change"] is None
    assert found["year_change"] is None


def test_later_values_are_not_there_yet() -> None:
    rows = values("G", ("2026-05-31", 5), ("2026-06-29", 6), ("2026-06-30", 7))
    assert g("2026-06-30", actuals=rows)["value"] == 7
    assert figures(g("2026-06-29", actuals=rows)) == ("2026-05-31", 5, None, None)
    assert compared("2026-05-30", goals=[GOAL], actuals=rows) == {}


# What is compared with


def test_january_is_compared_with_december_of_the_goal_of_last_year() -> None:
    rows = [*values("G", ("2026-01-31", 6)), *values("OLD", ("2025-12-31", 5), ("2025-01-31", 4))]
    assert figures(g("2026-01-31", actuals=rows)) == ("2026-01-31", 6, 5, 4)


def test_for_the_last_period_the_goals_own_value_comes_first_and_for_last_year_its_counterparts() -> None:
    own = values("G", ("2026-01-31", 6), ("2025-12-31", 5), ("2025-01-31", 4))
    other = values("OLD", ("2025-12-31", 50), ("2025-01-31", 40))
    assert figures(g("2026-01-31", actuals=[*own, *other])) == ("2026-01-31", 6, 5, 40)
    assert figures(g("2026-01-31", actuals=own)) == ("2026-01-31", 6, 5, 4)
    assert figures(g("2026-01-31", goals=[GOAL], actuals=own)) == ("2026-01-31", 6, 5, 4)


SAME = {"unit": "HQ", "metric": "M", "cycle": "2025"}
COUNTERPARTS = [
    # G's cells, OLD's cells, is OLD its counterpart
    ({}, {}, True),
    ({}, {"status": "closed"}, True),
    ({}, {"status": "draft"}, False),
    ({}, {"metric": "N"}, False),
    ({}, {"metric": None}, False),
    ({}, {"unit": "U"}, False),
    ({"metric": "N"}, {"unit": "U", "metric": None}, False),
    ({}, {"cycle": "2025-Q1"}, False),
    ({}, {"cycle": "2024"}, False),
    ({}, {"owner": "BEN", "personal": False}, True),
    ({}, {"owner": "ANN", "personal": True}, False),
    ({"personal": True}, {"owner": "ANN", "personal": True}, True),
    ({"personal": True}, {"owner": "BEN", "personal": True}, False),
    ({"personal": True}, {"owner": "ANN"}, False),
    ({"personal": True, "owner": None}, {"owner": None, "personal": True}, False),
    ({"cycle": "2026-Q1"}, {"cycle": "2025-Q1"}, True),
    ({"cycle": "2026-Q2"}, {"cycle": "2025-Q1"}, False),
    ({"cycle": "2026-Q1"}, {"cycle": "2025"}, False),
]


@pytest.mark.parametrize(("cells", "earlier", "meets"), COUNTERPARTS)
def test_the_counterpart_is_the_same_goal_of_the_year_before(
    cells: dict[str, Any], earlier: dict[str, Any], meets: bool
) -> None:
    """Same metric, unit, holder and kind of cycle, twelve months earlier, and no draft."""
    year = {"code": "2024", "name": "2024", "kind": "year", "start": "2024-01-01", "end": "2024-12-31"}
    found = g(
        cycles=[*CYCLES, QUARTER, year],
        units=[{"code": code, "name": code, "kind": "company"} for code in ("HQ", "U")],
        people=PEOPLE,
        metrics=[metric(), metric("N")],
        goals=[goal(**{"owner": "ANN", **cells}), goal("OLD", **{**SAME, "owner": "ANN", **earlier})],
        actuals=[*values("G", ("2026-03-31", 6)), *values("OLD", ("2025-03-31", 5))],
    )
    assert found["last_year"] == (5 if meets else None)


def test_a_cycle_of_last_year_that_began_on_another_day_has_no_counterparts() -> None:
    cycles = [
        {"code": "2025", "name": "2025", "start": "2025-01-02", "end": "2025-12-31"},
        {"code": "2026", "name": "2026", "start": "2026-01-01", "end": "2026-12-31"},
    ]
    rows = [*values("G", ("2026-03-31", 6)), *values("OLD", ("2025-03-31", 5))]
    assert g(cycles=cycles, actuals=rows)["last_year"] is None
    cycles[0]["start"] = "2025-01-01"
    assert g(cycles=cycles, actuals=rows)["last_year"] == 5


def test_without_cycles_of_last_year_there_are_no_counterparts() -> None:
    found = g(
        cycles=[cycle for cycle in CYCLES if cycle["code"] != "2025"],
        people=PEOPLE,
        goals=[GOAL, goal("OLD", cycle="2026-Q4", owner="BEN", personal=True)],
        actuals=[*values("G", ("2026-03-31", 6)), *values("OLD", ("2025-03-31", 5))],
    )
    assert found["last_year"] is None


def test_of_many_counterparts_the_first_by_code_stands() -> None:
    goals = [goal(f"{number:03}-{name}", cycle=name) for number in range(300) for name in ("2025", "2026")]
    rows = [row for one in goals for row in values(one["code"], (f"{one['cycle']}-06-30", float(one["code"][:3]) + 1))]
    found = compared(goals=goals, actuals=rows)
    assert [entry["last_year"] for entry in found.values()] == [1.0] * 300


def test_of_several_counterparts_the_first_by_code_stands_and_row_order_leaves_no_trace() -> None:
    goals = [GOAL, *(goal(code, cycle="2025") for code in ("A", "B", "Z"))]
    rows = [
        *values("G", ("2026-06-30", 6)),
        *(row for code, value in (("A", 1), ("B", 2), ("Z", 3)) for row in values(code, ("2025-06-30", value))),
    ]
    for order in itertools.permutations(range(4)):
        found = compared(goals=[goals[row] for row in order], actuals=[rows[row] for row in order])
        assert found["G"]["last_year"] == 1
    assert g(goals=[GOAL, {**goals[1], "status": "draft"}, *goals[2:]], actuals=rows)["last_year"] == 2


# The change


@pytest.mark.parametrize(
    ("value", "reference", "change"),
    [
        (6, 5, 0.2),
        (4, 5, -0.2),
        (0, 5, -1),
        (-5, 5, -2),
        (5, 0, None),
        (5, -5, None),
        (5e-100, 2e-100, 1.5),
        (1e300, 1e-50, None),
    ],
)
def test_a_change_from_zero_or_below_has_no_ratio(value: float, reference: float, change: float | None) -> None:
    rows = [*values("G", ("2026-06-30", value), ("2026-05-31", reference)), *values("OLD", ("2025-06-30", reference))]
    found = g(actuals=rows)
    assert figures(found) == ("2026-06-30", value, reference, reference)
    expected = None if change is None else pytest.approx(change)
    assert (found["period_change"], found["year_change"]) == (expected, expected)


# Which goals


def test_only_goals_of_the_checked_year_with_a_metric_and_values_of_their_own_are_compared() -> None:
    goals = [
        goal("B", cycle="2026-Q2"),
        goal("A", status="closed"),
        goal("C", stretch=True),
        goal("DRAFT", status="draft"),
        goal("LONG", cycle="2026-28"),
        goal("NO-METRIC", metric=None),
        goal("NO-VALUE"),
        BEFORE,
    ]
    rows = [row for one in goals if one["code"] != "NO-VALUE" for row in values(one["code"], ("2026-06-30", 1))]
    assert list(compared(goals=goals, actuals=rows)) == ["A", "B", "C"]


@pytest.mark.parametrize(
    "tables", [{}, {"goals": []}, {"goals": [GOAL]}, {"goals": [GOAL], "actuals": []}, {"goals": [], "actuals": []}]
)
def test_without_goals_or_values_there_are_no_comparisons(tables: dict[str, list[Row]]) -> None:
    assert comparison_entries(view(**tables)) == []


def test_figures_are_plain_python() -> None:
    found = g(actuals=values("G", ("2026-05-31", 5), ("2026-06-30", 6)))
    assert [type(found[key]) for key in ("period_end", "value", "period_change", "year_change")] == [
        str,
        float,
        float,
        type(None),
    ]


def rolled(*rows: Row, **cells: Any) -> dict[str, dict[str, Any]]:
    """Return the comparisons of G, which rolls up LEFT and RIGHT by sum, and of those."""
    below = [child(code, target=50.0) for code in ("LEFT", "RIGHT")]
    goals = [goal("G", rollup="sum", target=100.0, **cells), *below, BEFORE]
    return compared(metrics=[metric(aggregation="sum")], goals=goals, actuals=rows)


def test_a_rolled_up_sum_is_compared_by_the_rows_of_its_carriers() -> None:
    found = rolled(
        *values("LEFT", ("2026-05-31", 10), ("2026-06-30", 20)),
        *values("RIGHT", ("2026-06-15", 5)),
        *values("G", ("2026-06-30", 1000)),
        *values("OLD", ("2025-06-30", 50)),
    )
    assert figures(found["G"]) == ("2026-06-30", 25, 10, 50)
    assert figures(found["LEFT"]) == ("2026-06-30", 20, 10, 50)
    assert figures(found["RIGHT"]) == ("2026-06-30", 5, None, 50)


def test_own_rows_of_a_rolled_up_sum_count_beside_a_part_that_it_retains() -> None:
    rows = [*values("LEFT", ("2026-06-30", 20)), *values("G", ("2026-06-30", 7))]
    assert rolled(*rows, retained=10.0)["G"]["value"] == 27
    assert rolled(*rows)["G"]["value"] == 20
