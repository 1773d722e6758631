"""Targets worked out from their drivers in three cases."""

from typing import Any

import pytest

from guantong.engine.estimates import estimate_entries
from tests.make.acme import ORGANISATION, goal
from tests.make.company import Row, snapshot


def driver(name: str, low: float | None, base: float | None, high: float | None, combine: str | None = None) -> Row:
    return {"goal": "G", "driver": name, "low": low, "base": base, "high": high, "combine": combine}


def estimate(*rows: Row, target: float | None = 100.0, **cells: Any) -> list[dict[str, Any]]:
    return estimate_entries(snapshot(**ORGANISATION, goals=[goal("G", target=target, **cells)], estimates=rows))


def entry(low: float | None, base: float | None, high: float | None, difference: float | None) -> list[dict[str, Any]]:
    return [{"goal": "G", "low": low, "base": base, "high": high, "difference": difference}]


MARKET = driver("Market", 800.0, 1000.0, 1200.0)
SHARE = driver("Share", 0.05, 0.08, 0.10)
EXPORT = driver("Export", 5.0, 10.0, 20.0, "sum")
SERVICE = driver("Service", 1.0, 2.0, 3.0, "sum")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([MARKET, SHARE], (40.0, 80.0, 120.0, -20.0)),
        ([{**MARKET, "combine": "product"}, SHARE], (40.0, 80.0, 120.0, -20.0)),
        ([EXPORT, SERVICE], (6.0, 12.0, 23.0, -88.0)),
        ([MARKET, SHARE, EXPORT, SERVICE], (46.0, 92.0, 143.0, -8.0)),
        ([driver("None", 0.0, 0.0, 0.0)], (0.0, 0.0, 0.0, -100.0)),
        ([MARKET, {**SHARE, "base": None}], (40.0, None, 120.0, None)),
        ([EXPORT, {**SERVICE, "high": None}], (6.0, 12.0, None, -88.0)),
        ([MARKET, driver("Huge", 1e308, 1e308, 1.0)], (None, None, 1200.0, None)),
    ],
)
def test_drivers_multiply_or_add_up(rows: list[Row], expected: tuple[float | None, ...]) -> None:
    low, base, high, difference = expected
    assert estimate(*rows) == entry(low, base, high, difference)
    assert estimate(*rows[::-1]) == entry(low, base, high, difference)


def test_the_difference_is_against_the_target_in_force() -> None:
    assert estimate(MARKET, SHARE, target=None) == entry(40.0, 80.0, 120.0, None)
    adjusted = {"goal": "G", "effective": "2026-06-30", "old": 100.0, "new": 75.0, "cause": "market", "approver": "ANN"}
    for day, difference in (("2026-06-29", -20.0), ("2026-06-30", 5.0)):
        taken = snapshot(
            day, **ORGANISATION, goals=[goal("G", target=100.0)], estimates=[MARKET, SHARE], adjustments=[adjusted]
        )
        assert estimate_entries(taken) == entry(40.0, 80.0, 120.0, difference)


@pytest.mark.parametrize(
    ("cells", "there"),
    [
        ({"cycle": "2026-28"}, True),
        ({"cycle": "2026-Q1"}, True),
        ({"cycle": "2025"}, False),
        ({"status": "draft"}, False),
    ],
)
def test_goals_there_are_estimated(cells: dict[str, Any], there: bool) -> None:
    assert bool(estimate(MARKET, **cells)) == there


def test_each_goal_has_one_entry_by_code() -> None:
    rows = [{**SHARE, "goal": "H"}, MARKET, SHARE, {**EXPORT, "goal": "A"}]
    taken = snapshot(**ORGANISATION, goals=[goal(code) for code in "AGHZ"], estimates=rows)
    assert [(one["goal"], one["base"]) for one in estimate_entries(taken)] == [("A", 10.0), ("G", 80.0), ("H", 0.08)]


def test_without_drivers_there_is_no_estimate() -> None:
    assert estimate() == []
    assert estimate_entries(snapshot(**ORGANISATION, goals=[goal("G")])) == []
    assert estimate_entries(snapshot()) == []
