"""Scores of cards: weights, coverage, ratings, veto, plus and minus items."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.scorecards import RATINGS, cards
from tests.make.acme import settings
from tests.make.company import Row
from tests.make.measured import goal, metric, values, view


def item(code: str, weight: float = 1, **cells: Any) -> Row:
    """Return an item on the card of the unit HQ."""
    return {"holder": "HQ", "cycle": "2026", "goal": code, "weight": weight, **cells}


def card(
    items: list[Row],
    actuals: dict[str, float],
    setting: tuple[str, ...] = (),
    goals: dict[str, dict[str, Any]] | None = None,
) -> tuple[float | None, float | None, str | None]:
    """Return score, coverage and rating of HQ's card; every goal has the target 100."""
    codes = sorted({row["goal"] for row in items})
    found = cards(
        view(
            **settings(*setting),
            goals=[goal(code, target=100, **(goals or {}).get(code, {})) for code in codes],
            actuals=[row for code, actual in actuals.items() for row in values(code, ("2026-06-30", actual))],
            scorecards=items,
        )
    )
    score, coverage, rating = found.score.tolist()[0], found.coverage.tolist()[0], int(found.rating[0])
    return (
        None if np.isnan(score) else score,
        None if np.isnan(coverage) else coverage,
        RATINGS[rating] if rating >= 0 else None,
    )


def test_a_card_is_the_weighted_mean_of_its_items() -> None:
    assert card([item("A", 0.3), item("B", 0.7)], {"A": 50, "B": 100}) == (pytest.approx(85), 1, "B")
    assert card([item("A", 3), item("B", 1)], {"A": 50, "B": 100}) == (62.5, 1, "C")


def test_items_without_data_are_left_out_and_show_in_the_coverage() -> None:
    assert card([item("A", 0.5), item("B", 0.5)], {"A": 90}) == (90, 0.5, None)
    assert card([item("A", 0.5), item("B", 0.5)], {}) == (None, 0, None)


@pytest.mark.parametrize(("weight", "rating"), [(0.8, "B"), (0.799, None), (0.801, "B")])
def test_a_coverage_of_exactly_80_percent_is_rated(weight: float, rating: str | None) -> None:
    score, coverage, found = card([item("A", weight), item("B", 1 - weight)], {"A": 90})
    assert (score, coverage, found) == (pytest.approx(90), pytest.approx(weight), rating)


@pytest.mark.parametrize(("line", "rating"), [(0.5, "B"), (0.51, None), (0, "B")])
def test_the_coverage_needed_is_a_parameter(line: float, rating: str | None) -> None:
    assert card([item("A", 0.5), item("B", 0.5)], {"A": 90}, (f"RATING.coverage={line}",))[2] == rating


@pytest.mark.parametrize(
    ("actual", "rating"),
    [(120, "A"), (100, "A"), (99.99, "B"), (80, "B"), (79.99, "C"), (60, "C"), (59.99, "D"), (0, "D"), (-5, "D")],
)
def test_rating_bands(actual: float, rating: str) -> None:
    assert card([item("A")], {"A": actual})[2] == rating


@pytest.mark.parametrize(("actual", "rating"), [(110, "A"), (109, "B"), (90, "B"), (89, "C"), (50, "C"), (49, "D")])
def test_rating_bands_are_parameters(actual: float, rating: str) -> None:
    setting = ("RATING.A=110", "RATING.B=90", "RATING.C=50")
    assert card([item("A")], {"A": actual}, setting)[2] == rating


def test_a_mean_that_rounding_leaves_below_its_band_is_in_it() -> None:
    items = [item(code, weight) for code, weight in (("A", 0.1), ("B", 0.2), ("C", 0.7))]
    assert card(items, {"A": 80, "B": 80, "C": 80})[2] == "B"


@pytest.mark.parametrize(
    ("cells", "goal_cells"),
    [
        ({"monitor": True}, {}),
        ({"monitor": True, "veto": True}, {}),
        ({"monitor": True, "points": -5}, {}),
        ({}, {"exempt": True}),
        ({"veto": True}, {"exempt": True}),
        ({"points": -5}, {"exempt": True}),
        ({}, {"stretch": True}),
    ],
)
@pytest.mark.parametrize("actual", [{}, {"B": 0}])
def test_what_counts_in_no_weight(cells: dict[str, Any], goal_cells: dict[str, Any], actual: dict[str, float]) -> None:
    """Items that only watch, approved failures and stretch goals neither raise, lower nor cover anything."""
    found = card([item("A", 0.5), item("B", 9, **cells)], {"A": 90, **actual}, goals={"B": goal_cells})
    assert found == (90, 1, "B")


def test_a_card_of_nothing_that_counts_has_neither_score_nor_coverage() -> None:
    assert card([item("A", monitor=True)], {"A": 90}) == (None, None, None)
    assert card([item("A", 0)], {"A": 90}) == (None, None, None)
    assert card([item("A", points=5)], {"A": 120}) == (None, None, None)


@pytest.mark.parametrize(
    ("veto", "cap", "score"),
    [
        (79.99, None, 60),
        (80, None, pytest.approx(98)),
        (0, 30, 30),
        (0, 0, 0),
        (0, 95, 90),
        (120, 30, pytest.approx(102)),
    ],
)
def test_a_veto_caps_the_card(veto: float, cap: float | None, score: Any) -> None:
    items = [item("A", 0.9), item("B", 0.1, veto=True, veto_cap=cap)]
    assert card(items, {"A": 100, "B": veto})[0] == score


def test_the_lowest_of_several_vetoes_counts() -> None:
    items = [item("A", 0.8), item("B", 0.1, veto=True, veto_cap=50), item("C", 0.1, veto=True, veto_cap=40)]
    assert card(items, {"A": 100, "B": 0, "C": 0})[0] == 40
    assert card(items, {"A": 100, "B": 0, "C": 100})[0] == 50
    assert card(items, {"A": 100})[:2] == (100, pytest.approx(0.8))


@pytest.mark.parametrize(
    ("points", "actual", "score"),
    [
        (5, 100, 95),
        (5, 99.99, 90),
        (5, None, 90),
        (-5, 99.99, 85),
        (-5, 100, 90),
        (-5, None, 90),
        (0, 0, 90),
        (50, 100, 120),
        (-200, 0, 0),
    ],
)
def test_plus_and_minus_points(points: float, actual: float | None, score: float) -> None:
    """Plus when attained, minus when data show it is not; within 0 and 120; in no weight."""
    found = card([item("A", 1), item("B", 9, points=points)], {"A": 90} | ({} if actual is None else {"B": actual}))
    assert found[:2] == (pytest.approx(score), 1)


def test_points_come_before_the_veto() -> None:
    items = [item("A"), item("B", points=20), item("C", 0.0, veto=True)]
    assert card(items, {"A": 100, "B": 100, "C": 0})[0] == 60


def test_cards_of_one_holder_are_apart_by_cycle() -> None:
    found = cards(
        view(
            goals=[goal("A", target=100), goal("OLD", target=100, cycle="2025"), goal("D", target=1, status="draft")],
            people=[{"code": "P", "name": "P", "unit": "HQ"}],
            actuals=values("A", ("2026-06-30", 90)),
            scorecards=[
                item("A"),
                item("D"),
                {**item("A"), "cycle": "2026-Q1"},
                {**item("A"), "cycle": "2026-28"},
                {**item("OLD"), "cycle": "2025"},
                {**item("A"), "holder": "P"},
            ],
        )
    )
    assert (found.unit.tolist(), found.person.tolist()) == ([0, 0, 0, -1], [-1, -1, -1, 0])
    assert found.score.tolist() == [90] * 4
    assert found.total.tolist() == [1] * 4


COFFEE = [
    # goal, direction, target, weight, actual, score
    ("SALES", "higher", 15, 0.25, 16, 100 * 16 / 15),  # sales +15%; +16% reached
    ("MARGIN", "higher", 5, 0.15, 5, 100),
    ("SATISFACTION", "higher", 90, 0.15, 92, 100 * 92 / 90),
    ("REPEAT", "higher", 20, 0.10, 15, 75),
    ("SERVING", "lower", 8, 0.10, 10, 75),  # minutes, -20%
    ("PASS", "higher", 99.8, 0.10, 99.9, 100 * 99.9 / 99.8),
    ("TRAINING", "higher", 100, 0.10, 80, 80),
    ("DRINKS", "higher", 12, 0.05, 15, 120),  # 125%, capped
]


def test_the_coffee_chain() -> None:
    found = cards(
        view(
            metrics=[metric(direction, direction=direction) for direction in ("higher", "lower")],
            goals=[goal(code, metric=direction, target=target) for code, direction, target, *_ in COFFEE],
            actuals=[row for code, _, _, _, actual, _ in COFFEE for row in values(code, ("2026-06-30", actual))],
            scorecards=[item(code, weight) for code, _, _, weight, _, _ in COFFEE],
        )
    )
    expected = sum(weight * score for *_, weight, _, score in COFFEE)
    assert expected == pytest.approx(96.0100, abs=1e-3)
    assert found.score.tolist() == [pytest.approx(expected)]
    assert [RATINGS[rating] for rating in found.rating] == ["B"]


def test_cards_of_several_units_are_apart() -> None:
    units = [
        {"code": "HQ", "name": "HQ", "kind": "company"},
        {"code": "U", "name": "U", "kind": "team", "parent": "HQ"},
    ]
    rows = [item("A"), {**item("A", 0.5), "holder": "U"}]
    found = cards(view(units=units, goals=[goal("A", target=1)], scorecards=rows))
    assert (found.unit.tolist(), found.total.tolist()) == ([0, 1], [1, 0.5])
