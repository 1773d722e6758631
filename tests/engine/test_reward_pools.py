"""Bonus pools by hand-computed minor units."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.reward_pools import driver_pool, profit_share_pool

MONEY = st.integers(-(10**18), 10**18)
RATIOS = st.one_of(st.fractions(-3, 3), st.floats(-3, 3))


@pytest.mark.parametrize(
    ("profit", "share", "pool"),
    [
        (1_000_000_000, 0.08, 80_000_000),
        (1_000_000_000, 0.0, 0),
        (1_000_000_000, 1, 1_000_000_000),
        (0, 0.1, 0),
        (-1_000_000_000, 0.08, 0),
        (1_000, -0.1, 0),
        # Halves go to the even unit.
        (5, 0.1, 0),
        (15, 0.1, 2),
        (25, 0.1, 2),
        (35, 0.1, 4),
        (100, Fraction(1, 3), 33),
        (200, Fraction(1, 3), 67),
        # A product of floats would be 7e17.
        (10**18 - 3, 0.7, 699_999_999_999_999_998),
    ],
)
def test_a_share_of_profit(profit: int, share: Fraction | float, pool: int) -> None:
    assert profit_share_pool(profit, share) == pool


@pytest.mark.parametrize(
    ("last_year", "drivers", "pool"),
    [
        # 60% of 10% and 40% of -5% are 4%.
        (90_000_00, [(0.6, 0.10), (0.4, -0.05)], 93_600_00),
        (90_000_00, [], 90_000_00),
        (90_000_00, [(1.0, 0.0)], 90_000_00),
        (90_000_00, [(1.0, -1.0)], 0),
        (90_000_00, [(1.0, -1.5)], 0),
        (90_000_00, [(2, 0.5)], 180_000_00),
        (0, [(1.0, 0.5)], 0),
        (-100, [(1.0, 0.5)], 0),
        (1, [(1.0, 0.5)], 2),
        (5, [(1.0, 0.1)], 6),
        (25, [(1.0, 0.1)], 28),
        (3, [(Fraction(1, 3), Fraction(1, 2)), (Fraction(2, 3), Fraction(1, 2))], 4),
        (5, [(Fraction(1, 3), Fraction(1, 2)), (Fraction(2, 3), Fraction(1, 2))], 8),
    ],
)
def test_last_years_pool_moved_by_its_drivers(
    last_year: int, drivers: list[tuple[Fraction | float, Fraction | float]], pool: int
) -> None:
    assert driver_pool(last_year, drivers) == pool


@given(MONEY, RATIOS)
def test_a_profit_share_is_exact_to_half_a_unit_and_never_negative(profit: int, share: Fraction | float) -> None:
    pool = profit_share_pool(profit, share)
    assert type(pool) is int
    # A float is taken to twelve decimals.
    slack = Fraction(1, 2) + (Fraction(abs(profit), 10**12) if isinstance(share, float) else 0)
    assert abs(max(profit * Fraction(share), 0) - pool) <= slack


@given(st.integers(0, 10**18), st.lists(st.tuples(RATIOS, RATIOS), max_size=4), st.data())
def test_the_order_of_drivers_is_irrelevant(
    last_year: int, drivers: list[tuple[Fraction | float, Fraction | float]], data: st.DataObject
) -> None:
    pool = driver_pool(last_year, drivers)
    assert pool >= 0
    assert driver_pool(last_year, data.draw(st.permutations(drivers))) == pool
    assert driver_pool(last_year, [*drivers, (0.0, 3.0), (1, 0)]) == pool


@given(st.integers(0, 10**18), st.floats(0, 1), st.floats(-1, 3), st.floats(-1, 3))
def test_more_growth_never_makes_less(last_year: int, weight: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert driver_pool(last_year, [(weight, low)]) <= driver_pool(last_year, [(weight, high)])
