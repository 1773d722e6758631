"""Forecast: worked cases by basis, why there is none, bounds, risk."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from guantong.engine.forecast import BASES, REASONS, forecasts
from guantong.engine.snapshot import Snapshot
from tests.make.company import Row, day
from tests.make.measured import child, goal, metric, objective, parts, values, view

ENDS = [f"{month:02}-{end}" for month, end in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)]
SHAPE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)


def months(code: str, amounts: Sequence[float], year: int = 2026) -> list[Row]:
    """Return one value at each month's end from January on."""
    return values(code, *((f"{year}-{end}", float(amount)) for end, amount in zip(ENDS, amounts, strict=False)))


def of(code: str = "G", as_of: str = "2026-06-30", **tables: Any) -> dict[str, Any]:
    """Return the forecast of a goal, None = missing."""
    seen = view(as_of, **tables)
    return told(seen, seen.company.goals.code.tolist().index(code))


def told(seen: Snapshot, row: int) -> dict[str, Any]:
    found = forecasts(seen)
    figures = {key: float(getattr(found, key)[row]) for key in ("landing", "low", "high", "risk")}
    return {
        **{key: None if math.isnan(value) else value for key, value in figures.items()},
        "basis": BASES[found.basis[row]] if found.basis[row] >= 0 else None,
        "reason": REASONS[found.reason[row]],
        "points": int(found.points[row]),
    }


def booked(
    amounts: Sequence[float], *, as_of: str = "2026-06-30", cells: Row | None = None, **kind: Any
) -> dict[str, Any]:
    """Return the forecast of G with a monthly amount, a sum of no stated decimals unless `kind` says otherwise."""
    kind = {"aggregation": "sum", **kind}
    rows = [goal(**{"target": 1200.0, **(cells or {})})]
    return of(as_of=as_of, goals=rows, metrics=[metric(**kind)], actuals=months("G", amounts))


def test_amounts_go_on_at_their_rate_per_day() -> None:
    found = booked([100] * 6)
    assert (found["basis"], found["points"], found["reason"]) == ("run_rate", 6, "")
    assert found["landing"] == pytest.approx(600 + 600 / 181 * 184)
    assert found["low"] < found["landing"] < found["high"]


def test_days_without_booking_belong_to_the_booking_that_follows() -> None:
    rows = values("G", ("2026-03-31", 300.0), ("2026-04-30", 100.0), ("2026-06-30", 200.0))
    found = of(goals=[goal(target=1200.0)], metrics=[metric(aggregation="sum")], actuals=rows)
    assert found["landing"] == pytest.approx(600 + 600 / 181 * 184)
    assert found["points"] == 3


def test_what_is_booked_before_the_start_counts_with_its_days() -> None:
    rows = values("G", ("2025-12-31", 31.0)) + months("G", (31, 28, 31))
    found = of(as_of="2026-03-31", goals=[goal()], metrics=[metric(aggregation="sum")], actuals=rows)
    assert found["landing"] == pytest.approx(31 + 365)


def test_the_interval_by_hand() -> None:
    # Ten days a week in equal weeks: 4, 6 and 8 booked, four weeks to go, so the rate is 6 a week and the scatter
    # sqrt((4 + 0 + 4) / 2) = 2 a week: variance 4 x 4 x (1 + 4 / 3), and a drift of 1% a month on 24 over 3.5 weeks.
    rows = values("G", ("2026-01-11", 4.0), ("2026-01-18", 6.0), ("2026-01-25", 8.0))
    cells = {"start": "2026-01-05", "due": "2026-02-22"}
    kind = metric(aggregation="sum", frequency="week")
    found = of(as_of="2026-01-25", goals=[goal(**cells)], metrics=[kind], actuals=rows)
    drift = 24 * 0.01 * (49 / 2) / (365.25 / 12)
    width = 1.885618083 * math.sqrt(4 * 4 * (1 + 4 / 3) + drift**2)
    assert found["landing"] == pytest.approx(42)
    assert (found["low"], found["high"]) == (pytest.approx(max(42 - width, 18)), pytest.approx(42 + width))


def seasonal(amounts: Sequence[float], before: Sequence[float] = SHAPE, **tables: Any) -> dict[str, Any]:
    rows = [goal(target=100.0), goal("L", cycle="2025", status="closed")]
    actuals = months("G", amounts) + months("L", before, 2025)
    return of(**{"goals": rows, "metrics": [metric(aggregation="sum")], "actuals": actuals, **tables})


def test_last_years_season_carries_amounts_on() -> None:
    found = seasonal([1.2 * part for part in SHAPE[:6]])
    assert found["basis"] == "season"
    assert found["landing"] == pytest.approx(1.2 * sum(SHAPE))


def test_a_month_under_way_has_its_part_of_the_season() -> None:
    actuals = months("G", SHAPE[:6]) + values("G", ("2026-07-10", 7 * 10 / 31)) + months("L", SHAPE, 2025)
    assert seasonal([], as_of="2026-07-15", actuals=actuals)["landing"] == pytest.approx(sum(SHAPE))


@pytest.mark.parametrize(
    "before", [SHAPE[:11], (-1, *SHAPE[1:]), (0,) * 12, (0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5)],
    ids=["eleven months", "below nothing", "nothing", "nothing so far"],
)  # fmt: skip
def test_without_twelve_usable_months_the_rate_counts(before: Sequence[float]) -> None:
    assert seasonal([100] * 6, before)["basis"] == "run_rate"


def test_months_without_season_still_scatter() -> None:
    found = seasonal([1, 2, 1, 2, 1, 2], (1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0))
    assert (found["basis"], found["landing"]) == ("season", 9)
    assert found["high"] > 9


def test_a_carrier_has_the_season_of_the_goal_that_it_carries() -> None:
    units = [{"code": "HQ", "name": "h", "kind": "company"}, {"code": "U", "name": "u", "kind": "team", "parent": "HQ"}]
    rows = [goal(rollup="sum"), child("A", unit="U", rollup="sum"), goal("A1", parent="A", unit="U")]
    actuals = months("A1", SHAPE[:6]) + months("L", [10 * part for part in SHAPE], 2025)
    tables = {"units": units, "goals": [*rows, goal("L", cycle="2025")], "metrics": [metric(aggregation="sum")]}
    for code in ("A1", "A", "G"):
        found = of(code, actuals=actuals, **tables)
        assert (found["basis"], found["landing"]) == ("season", pytest.approx(sum(SHAPE)))


def test_a_level_goes_on_along_its_line() -> None:
    seen_days = [day(f"2026-{end}") for end in ENDS]
    line = [50 + 0.1 * (at - seen_days[0]) for at in seen_days]
    found = booked(line[:6], aggregation="last")
    assert found["basis"] == "trend"
    assert [found[key] for key in ("landing", "low", "high")] == pytest.approx([line[-1]] * 3)
    assert booked([7.0] * 6, aggregation="last")["landing"] == 7


def test_a_drift_counts_as_far_as_it_stands_out() -> None:
    steady, unsure = booked([0, 1, 2, 3.2, 4], aggregation="last"), booked([0, 3, -1, 6, 4], aggregation="last")
    rest = (day("2026-12-31") - day("2026-05-31")) / (day("2026-05-31") - day("2026-01-31")) * 4
    assert 4 + 0.95 * rest < steady["landing"] < 4 + rest
    assert 4 < unsure["landing"] < 4 + 0.5 * rest


def test_an_average_ends_between_what_it_is_and_what_comes() -> None:
    found = booked([10] * 3 + [20] * 3, aggregation="average")
    assert 15 < found["landing"] < 25
    pairs = parts("G", *((f"2026-{end}", 8.0, 10.0) for end in ENDS[:6]))
    assert of(goals=[goal()], metrics=[metric(aggregation="ratio")], actuals=pairs)["landing"] == pytest.approx(0.8)


def test_rolled_up_sums_are_forecast_from_what_their_carriers_booked() -> None:
    rows = [goal(rollup="sum", target=2400.0), child("A", target=1200.0), child("B", target=1200.0)]
    actuals = months("A", [90, 110] * 3) + months("B", [110, 90] * 3)
    tables = {"goals": rows, "metrics": [metric(aggregation="sum")], "actuals": actuals}
    whole, part = of(**tables), of("A", **tables)
    assert whole["landing"] == pytest.approx(1200 + 1200 / 181 * 184)
    # What one carrier has too much the other has too little, so the sum is surer than its parts.
    assert whole["high"] - whole["low"] < 1.5 * (part["high"] - part["low"])


def test_too_few_values_are_no_forecast() -> None:
    assert booked([100] * 2) == {
        "landing": None, "low": None, "high": None, "risk": None, "basis": None, "reason": "too_few", "points": 2,
    }  # fmt: skip
    assert booked([100] * 3)["basis"] == "run_rate"
    twice = values("G", ("2026-01-05", 1.0), ("2026-01-15", 1.0), ("2026-01-25", 1.0))
    assert of(goals=[goal()], actuals=twice)["points"] == 1


def test_why_there_is_no_forecast() -> None:
    assert of(goals=[goal()])["reason"] == "no_values"
    assert of(goals=[goal(status="draft")])["basis"] is None
    rows = [objective(), goal("A", parent="G")]
    assert of(goals=rows, actuals=months("A", [1, 2, 3]))["reason"] == "objective"
    assert of(goals=[goal(), child("A")], actuals=months("A", [1, 2, 3]))["reason"] == "no_values"
    steps = [{"of": "G", "name": "a", "due": "2026-03-31"}]
    assert of(goals=[objective()], milestones=steps)["reason"] == "milestones"
    half = [goal(rollup="sum", target=2.0), child("A", target=1.0), child("B", target=1.0)]
    kind = [metric(aggregation="sum")]
    assert of(goals=half, metrics=kind, actuals=months("A", [1, 2, 3]))["reason"] == "partial"
    assert not len(forecasts(view(goals=[])).landing)


def test_a_goal_whose_values_reach_its_due_day_is_final() -> None:
    found = booked([100] * 6, cells={"due": "2026-06-30"})
    assert found == {
        "landing": 600, "low": 600, "high": 600, "risk": 1, "basis": "final", "reason": "", "points": 6,
    }  # fmt: skip
    assert booked([1080], cells={"due": "2026-01-31"})["risk"] == 0
    assert booked([1079.9], cells={"due": "2026-01-31"})["risk"] == 1


def test_what_is_booked_stays_booked() -> None:
    found = booked([100, 1, 1])
    assert found["low"] == 102
    assert booked([-100, 100, 1])["low"] < 1


def test_maxima_and_minima_do_not_go_back() -> None:
    assert booked([10, 50, 10, 10], aggregation="max")["low"] == 50
    assert booked([10, 50, 10, 10], aggregation="max")["landing"] == 50
    assert booked([50, 10, 50, 50], aggregation="min")["high"] == 10


def test_a_best_value_is_not_passed() -> None:
    rising, falling = [4.5, 4.6, 4.9], [3, 2, 0.9]
    assert booked(rising, aggregation="last", kind="bounded", best=5.0)["high"] == 5
    assert booked(rising, aggregation="last", kind="bounded", best=4.7)["high"] == 4.9
    assert booked(rising, aggregation="last", best=5.0)["high"] > 5
    lower = {"aggregation": "last", "direction": "lower"}
    assert booked(falling, **lower, kind="bounded", best=0.5)["low"] == 0.5


def test_a_quantity_of_which_less_is_better_stays_above_nothing() -> None:
    lower = {"aggregation": "last", "direction": "lower"}
    assert booked([9, 5, 1], **lower)["low"] == 0
    assert booked([9, 5, 1], aggregation="last")["low"] < 0
    assert booked([9, 5, -1], **lower)["low"] < 0
    assert booked([9, 5, 1], cells={"target": -1.0}, **lower)["low"] < 0


LEVEL = {"aggregation": "last"}
NOISE = [10, 12, 10, 12, 10, 11]


def test_risk_is_the_probability_of_a_miss_by_more_than_a_tenth() -> None:
    landing = booked(NOISE, **LEVEL)["landing"]
    assert booked(NOISE, cells={"target": landing / 0.9}, **LEVEL)["risk"] == pytest.approx(0.5)
    low = booked(NOISE, **LEVEL)["low"]
    assert booked(NOISE, cells={"target": low / 0.9}, **LEVEL)["risk"] == pytest.approx(0.1)
    lower = {**LEVEL, "direction": "lower"}
    assert booked(NOISE, cells={"target": landing / 1.1}, **lower)["risk"] == pytest.approx(0.5)
    assert booked(NOISE, cells={"target": None}, **LEVEL)["risk"] is None


def test_risk_of_a_range_counts_both_sides() -> None:
    within = {**LEVEL, "direction": "range"}
    level = [100 + value for value in NOISE]
    found = booked(level, **within, cells={"target": None})
    low, high = found["low"], found["high"]
    # Limits a tenth outside the bounds: the bound's own size is larger than the width of the range.
    cells = {"target": low / 0.9, "target_high": high / 1.1}
    assert booked(level, cells=cells, **within)["risk"] == pytest.approx(0.2)
    wide = {"target": low + 20, "target_high": low + 220}
    assert booked(level, cells=wide, **within)["risk"] == pytest.approx(0.1, abs=1e-5)
    assert booked(level, cells={"target": 1.0}, **within)["risk"] is None


def test_a_tolerance_widens_what_is_a_miss() -> None:
    landing = booked(NOISE, **LEVEL)["landing"]
    found = booked(NOISE, cells={"target": landing + 5}, **LEVEL, tolerance=50.0)
    assert found["risk"] == pytest.approx(0.5)


def test_what_is_booked_decides_at_once() -> None:
    assert booked([400, 400, 400], cells={"target": 1000.0})["risk"] == 0
    assert booked([400, 400, 400], cells={"target": 1000.0}, direction="lower")["risk"] == 1


def test_counts_miss_at_the_next_whole_number() -> None:
    counted = {"aggregation": "sum", "direction": "lower", "decimals": 0}
    found = booked([0] * 6, cells={"target": 0.0}, **counted)
    assert 0 < found["risk"] < 0.5
    assert (found["landing"], found["low"]) == (0, 0)
    assert booked([0] * 6, cells={"target": 1.0}, **counted)["risk"] < found["risk"]
    # At least 9 of 10 stores are no miss by more than a tenth, exactly the limit included.
    stores = {"aggregation": "sum", "decimals": 0}
    final = {"target": 10.0, "due": "2026-01-31"}
    assert [booked([count], cells=final, **stores)["risk"] for count in (8, 9)] == [1, 0]
    assert [booked([count], cells=final, **counted)["risk"] for count in (11, 12)] == [0, 1]


def test_rounded_figures_scatter_by_their_rounding_at_least() -> None:
    assert booked([5.0] * 4, **LEVEL)["high"] == 5
    assert booked([5.0] * 4, **LEVEL, decimals=0)["high"] > booked([5.0] * 4, **LEVEL, decimals=1)["high"] > 5


def test_every_goal_is_forecast_at_once_as_it_is_alone() -> None:
    rows = [goal(f"G{place}", target=100.0) for place in range(4)]
    actuals = [row for place in range(4) for row in months(f"G{place}", [10 + place, 12, 9, 11][: place + 1])]
    seen = view(goals=rows, metrics=[metric(aggregation="sum")], actuals=actuals)
    for place in range(4):
        alone = of(f"G{place}", goals=[rows[place]], metrics=[metric(aggregation="sum")],
                   actuals=[row for row in actuals if row["goal"] == f"G{place}"])  # fmt: skip
        assert told(seen, place) == alone
    assert np.isnan(forecasts(seen).landing).tolist() == [True, True, False, False]
