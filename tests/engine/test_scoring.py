"""From attainment or value to points: linear, threshold, steps, yes/no, at every edge and by their laws."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.scoring import item_scores
from tests.make.measured import goal, metric, objective, values, view

METHODS = ("linear", "threshold", "steps", "yesno")
STEPS = [(1.0, 100.0), (0.8, 60.0), (1.1, 110.0)]


def scores(items: list[dict[str, Any]], **tables: Any) -> list[float]:
    """Return the scores of card items, in the order of their goals."""
    seen = view(
        scorecards=[{"holder": "HQ", "cycle": "2026", "weight": 1, "goal": "G", **item} for item in items], **tables
    )
    return item_scores(seen, np.arange(len(items))).score.tolist()


def points(actual: float | None, target: float = 100, item: dict[str, Any] | None = None, **cells: Any) -> float:
    """Return the score of one item on a goal with a value."""
    return scores(
        [item or {}],
        metrics=[metric(**cells)],
        goals=[goal(target=target)],
        actuals=[] if actual is None else values("G", ("2026-06-30", actual)),
    )[0]


@pytest.mark.parametrize(
    ("actual", "score"), [(-50, 0), (0, 0), (50, 50), (79, 79), (100, 100), (119, 119), (120, 120), (500, 120)]
)
def test_linear_is_100_times_attainment_from_0_to_120(actual: float, score: float) -> None:
    assert points(actual) == pytest.approx(score)
    assert points(actual, item={"method": "linear"}) == pytest.approx(score)


@pytest.mark.parametrize(("cap", "score"), [(100, 100), (0, 0), (110, 110)])
@pytest.mark.parametrize("method", ["linear", "threshold"])
def test_an_items_own_cap(method: str, cap: float, score: float) -> None:
    assert points(130, item={"method": method, "cap": cap}) == score


# Threshold, target, stretch: (target, threshold, stretch, tolerance, {actual: score}); None = the default.
HIGHER = [
    (100, 80, 130, None, {-9: 0, 79.99: 0, 80: 60, 90: 80, 99.99: 99.98, 100: 100, 115: 110, 130: 120, 999: 120}),
    (100, None, None, None, {79.99: 0, 80: 60, 90: 80, 100: 100, 110: 110, 120: 120, 121: 120}),
    (100, 50, None, None, {49.9: 0, 50: 60, 75: 80, 100: 100, 120: 120}),
    (100, 100, None, None, {99.99: 0, 100: 100, 110: 110, 120: 120}),
    (100, None, 100, None, {79: 0, 80: 60, 90: 80, 100: 100, 200: 100}),
    (100, 100, 100, None, {99.99: 0, 100: 100, 200: 100}),
    (0, None, None, None, {-0.001: 0, 0: 100, 5: 100}),
    (0, None, None, 10, {-2.01: 0, -2: 60, -1: 80, 0: 100, 1: 110, 2: 120, 3: 120}),
    (0, -4, 4, None, {-4.01: 0, -4: 60, -2: 80, 0: 100, 2: 110, 4: 120}),
    (-100, None, None, None, {-120.01: 0, -120: 60, -110: 80, -100: 100, -90: 110, -80: 120, 0: 120}),
    (-100, -200, -50, None, {-201: 0, -200: 60, -150: 80, -100: 100, -75: 110, -50: 120}),
    (0.3, None, None, None, {0.2399: 0, 0.24: 60, 0.27: 80, 0.3: 100, 0.33: 110, 0.36: 120}),
    (100, None, None, 200, {59: 0, 60: 60, 80: 80, 100: 100, 120: 110, 140: 120}),
]
CASES = [(*case[:4], actual, score) for case in HIGHER for actual, score in case[4].items()]


def negative(number: float | None) -> float | None:
    return None if number is None else -number


@pytest.mark.parametrize("case", CASES)
def test_threshold_target_and_stretch(
    case: tuple[float, float | None, float | None, float | None, float, float],
) -> None:
    target, threshold, stretch, tolerance, actual, score = case
    item = {"method": "threshold", "threshold": threshold, "stretch": stretch}
    assert points(actual, target, item, tolerance=tolerance) == pytest.approx(score)
    mirrored = {"method": "threshold", "threshold": negative(threshold), "stretch": negative(stretch)}
    assert points(-actual, -target, mirrored, tolerance=tolerance, direction="lower") == pytest.approx(score)


@pytest.mark.parametrize(
    ("actual", "score"), [(15.01, 0), (15, 60), (12.5, 80), (10, 100), (7.5, 110), (5, 120), (0, 120)]
)
def test_threshold_of_a_metric_where_less_is_better(actual: float, score: float) -> None:
    item = {"method": "threshold", "threshold": 15, "stretch": 5}
    assert points(actual, 10, item, direction="lower") == pytest.approx(score)


@pytest.mark.parametrize(("outside", "score"), [(0, 100), (1, 80), (2, 60), (2.01, 0)])
@pytest.mark.parametrize("item", [{}, {"threshold": 3, "stretch": 99}])
def test_a_range_is_judged_by_attainment(outside: float, score: float, item: dict[str, float]) -> None:
    """A range of 10 to 20: D below it is 10, so 1 outside is an attainment of 0.9."""
    found = scores(
        [{"method": "threshold", **item}],
        metrics=[metric(direction="range")],
        goals=[goal(target=10, target_high=20)],
        actuals=values("G", ("2026-06-30", 10 - outside)),
    )
    assert found == [pytest.approx(score)]


@pytest.mark.parametrize(("done", "score"), [(7, 0), (8, 60), (9, 80), (10, 100)])
def test_milestones_are_judged_by_attainment(done: int, score: float) -> None:
    rows = [
        {"of": "G", "name": str(number), "due": "2026-06-30", "done": "2026-06-30" if number < done else None}
        for number in range(10)
    ]
    assert scores([{"method": "threshold"}], goals=[objective()], milestones=rows) == [pytest.approx(score)]
    assert scores([{"method": "threshold", "threshold": 0.7}], goals=[objective()], milestones=rows)[0] >= 60


@pytest.mark.parametrize(
    ("actual", "score"),
    [(-9, 0), (79.9, 0), (80, 60), (99.9, 60), (100, 100), (109.9, 100), (110, 110), (999, 110)],
)
def test_a_step_counts_from_its_attainment_on(actual: float, score: float) -> None:
    assert points(actual, item={"method": "steps", "steps": STEPS}) == score


@pytest.mark.parametrize(
    ("item", "score"),
    [
        ({"steps": []}, 0),
        ({"steps": [(0.5, 200.0)]}, 120),
        ({"steps": [(0.5, 200.0)], "cap": 90}, 90),
        ({"steps": [(0.5, -3.0)]}, 0),
    ],
)
def test_steps_stay_within_0_and_the_cap(item: dict[str, Any], score: float) -> None:
    assert points(100, item={"method": "steps", **item}) == score


def test_each_item_has_its_own_steps() -> None:
    found = scores(
        [
            {"goal": "A", "method": "steps", "steps": [(0.5, 50.0), (0.8, 70.0)]},
            {"goal": "B", "method": "linear"},
            {"goal": "C", "method": "steps", "steps": [(0.7, 90.0)]},
        ],
        goals=[goal(code, target=100) for code in "ABC"],
        actuals=[row for code in "ABC" for row in values(code, ("2026-06-30", 75))],
    )
    assert found == [50, 75, 90]


@pytest.mark.parametrize(("actual", "score"), [(0, 0), (99.99, 0), (100, 100), (150, 100)])
def test_yes_or_no(actual: float, score: float) -> None:
    assert points(actual, item={"method": "yesno"}) == score


@pytest.mark.parametrize("method", METHODS)
def test_without_data_there_is_no_score(method: str) -> None:
    assert math.isnan(points(None, item={"method": method, "steps": STEPS}))


@pytest.mark.parametrize(
    ("actual", "item", "vetoed"),
    [
        (80, {}, False),
        (79.99, {}, True),
        (0, {}, True),
        (-1, {"threshold": -2}, True),
        (1, {"threshold": 0}, False),
        (94, {"threshold": 95}, True),
        (95, {"threshold": 95}, False),
        (99, {"method": "yesno"}, True),
        (100, {"method": "yesno"}, False),
        (85, {"method": "steps", "steps": [(0.9, 100.0)]}, True),
        (79.99, {"veto": False}, False),
        (None, {}, False),
    ],
)
def test_a_veto_falls_at_no_points_or_below_the_threshold(
    actual: float | None, item: dict[str, Any], vetoed: bool
) -> None:
    seen = view(
        goals=[goal(target=100)],
        actuals=[] if actual is None else values("G", ("2026-06-30", actual)),
        scorecards=[{"holder": "HQ", "cycle": "2026", "goal": "G", "weight": 1, "veto": True, **item}],
    )
    assert item_scores(seen, np.array([0])).vetoed.tolist() == [vetoed]


# Laws.

SIZES = st.one_of(st.floats(-1e6, 1e6), st.integers(-12, 12).map(float))
ITEMS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(METHODS),
        "threshold": st.one_of(st.none(), SIZES),
        "stretch": st.one_of(st.none(), SIZES),
        "steps": st.lists(st.tuples(st.floats(-1, 2), st.floats(-50, 300)), max_size=4),
        "cap": st.one_of(st.none(), st.floats(0, 120)),
    }
)


@given(ITEMS, SIZES, st.lists(SIZES, min_size=2, max_size=6), st.one_of(st.none(), st.floats(0, 50)))
def test_laws(item: dict[str, Any], target: float, actuals: list[float], tolerance: float | None) -> None:
    """Monotone towards better, from 0 to the cap, equal under x -> -x with the direction swapped."""
    actuals.sort()
    mirrored = item | {name: negative(item[name]) for name in ("threshold", "stretch")}
    codes = [f"{sign}{place}" for sign in "HL" for place in range(len(actuals))]
    signed = actuals + [-actual for actual in actuals]
    found = scores(
        [{**(item if code[0] == "H" else mirrored), "goal": code} for code in codes],
        metrics=[
            metric("H", direction="higher", tolerance=tolerance),
            metric("L", direction="lower", tolerance=tolerance),
        ],
        goals=[goal(code, metric=code[0], target=target if code[0] == "H" else -target) for code in codes],
        actuals=[
            row for code, actual in zip(codes, signed, strict=True) for row in values(code, ("2026-06-30", actual))
        ],
    )
    higher, lower = found[: len(actuals)], found[len(actuals) :]
    assert higher == lower
    assert all(0 <= score <= (120 if item["cap"] is None else item["cap"]) for score in higher)
    assert all(worse <= better + 1e-6 for worse, better in pairwise(higher))
