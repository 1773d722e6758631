"""Laws of the forecast: it scales, knows no order, is surer the more and the later it knows."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.forecast import Forecasts, forecasts
from tests.engine.test_forecast import months
from tests.make.measured import goal, metric, view

AMOUNTS = st.lists(st.integers(0, 1000), min_size=3, max_size=11)
KINDS = st.sampled_from(["sum", "last", "average", "max", "min"])


def found(amounts: Sequence[float], kind: str, target: float = 500.0, due: str = "2026-12-31") -> Forecasts:
    rows = months("G", amounts)
    metrics = [metric(aggregation=kind)]
    return forecasts(view("2026-12-01", goals=[goal(target=target, due=due)], metrics=metrics, actuals=rows[::-1]))


@given(AMOUNTS, KINDS)
def test_the_landing_lies_in_its_interval_and_risk_is_a_probability(amounts: list[int], kind: str) -> None:
    one = found(amounts, kind)
    assert one.low[0] <= one.landing[0] <= one.high[0]
    assert 0 <= one.risk[0] <= 1
    assert kind != "sum" or one.low[0] >= sum(amounts)


@given(AMOUNTS, KINDS, st.sampled_from([0.001, 0.5, 8.0, 1e6]))
def test_it_scales_with_its_values(amounts: list[int], kind: str, by: float) -> None:
    one, other = found(amounts, kind), found([by * amount for amount in amounts], kind, 500 * by)
    for key in ("landing", "low", "high"):
        assert getattr(other, key) == pytest.approx(by * getattr(one, key), rel=1e-6, abs=1e-6 * by)
    assert other.basis.tolist() == one.basis.tolist()


@given(AMOUNTS, st.sampled_from(["sum", "last"]), st.floats(0.1, 2000), st.floats(0.1, 2000))
def test_a_higher_target_is_missed_no_less_likely(amounts: list[int], kind: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert found(amounts, kind, low).risk[0] <= found(amounts, kind, high).risk[0] + 1e-12


@given(AMOUNTS, st.sampled_from(["sum", "last"]))
def test_the_further_off_the_day_the_wider_the_interval(amounts: list[int], kind: str) -> None:
    near, far = found(amounts, kind, due="2026-12-31"), found(amounts, kind, due="2027-06-30")
    # What is booked stays booked, so only the upper half tells.
    assert (far.high - far.landing)[0] >= (near.high - near.landing)[0] - 1e-9


@given(st.integers(1, 3), st.sampled_from(["sum", "last"]))
def test_more_of_the_same_makes_surer(repeats: int, kind: str) -> None:
    pattern = [90.0, 110.0]
    fewer, more = (found(pattern * count, kind, due="2027-12-31") for count in (repeats + 1, repeats + 2))
    assert (more.high - more.landing)[0] < (fewer.high - fewer.landing)[0]


HUGE = st.sampled_from([-1e15, -1.0, 0.0, 1e-300, 1e-9, 1.0, 1e15])


@given(
    st.lists(HUGE, max_size=11), st.lists(HUGE, min_size=12, max_size=12), KINDS, HUGE, st.sampled_from([None, 0, 6])
)
def test_any_numbers_give_figures_in_order_or_a_reason(
    amounts: list[float], before: list[float], kind: str, target: float, decimals: int | None
) -> None:
    rows = [goal(target=target), goal("L", cycle="2025")]
    actuals = months("G", amounts) + months("L", before, 2025)
    one = forecasts(
        view("2026-12-01", goals=rows, metrics=[metric(aggregation=kind, decimals=decimals)], actuals=actuals)
    )
    assert (one.basis[0] >= 0) == (one.reason[0] == 0)
    assert (one.basis[0] >= 0) == (one.low[0] <= one.landing[0] <= one.high[0])
    assert not np.isinf([one.landing[0], one.low[0], one.high[0]]).any()


def test_it_does_not_touch_what_it_is_given() -> None:
    seen = view("2026-12-01", goals=[goal()], metrics=[metric()], actuals=months("G", [1, 2, 4]))
    before = {name: np.copy(column) for name, column in seen.company.actuals.columns().items()}
    forecasts(seen)
    assert all((np.array_equal(before[name], column, equal_nan=column.dtype == float))
               for name, column in seen.company.actuals.columns().items())  # fmt: skip
