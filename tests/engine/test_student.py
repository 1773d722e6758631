"""Student's t against its closed forms and its density."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.student import MOST_FREEDOM, below, quantile

VALUES = np.array([-40.0, -3.0, -1.0, -0.2, 0.0, 0.5, 1.0, 2.5, 30.0])


def of(value: np.ndarray, freedom: int) -> np.ndarray:
    return below(value, np.full(len(value), freedom))


def test_one_degree_is_cauchys_and_two_have_a_root() -> None:
    assert of(VALUES, 1) == pytest.approx(0.5 + np.arctan(VALUES) / np.pi)
    assert of(VALUES, 2) == pytest.approx(0.5 + VALUES / (2 * np.sqrt(2 + VALUES**2)))


@pytest.mark.parametrize("freedom", [3, 4, 7, 10, 31, MOST_FREEDOM])
def test_it_is_the_integral_of_its_density(freedom: int) -> None:
    at = np.linspace(0, 2.2, 20_001)
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    density = scale * (1 + at**2 / freedom) ** (-(freedom + 1) / 2)
    area = float(np.trapezoid(density, at))
    assert of(np.array([2.2, -2.2]), freedom) == pytest.approx([0.5 + area, 0.5 - area], abs=1e-8)


def test_infinities_are_certain() -> None:
    assert of(np.array([-np.inf, np.inf]), 3).tolist() == [0, 1]
    assert not len(of(np.empty(0), 1))


@given(st.integers(1, MOST_FREEDOM), st.floats(0.01, 0.99))
def test_a_quantile_has_its_probability_below_it(freedom: int, probability: float) -> None:
    at = quantile(probability, np.array([freedom]))
    assert of(at, freedom) == pytest.approx(probability, abs=1e-9)


def test_fewer_degrees_reach_further_up_to_the_last_that_is_told_apart() -> None:
    ends = quantile(0.9, np.arange(1, 200))
    assert (np.diff(ends[:MOST_FREEDOM]) < 0).all()
    assert (ends[MOST_FREEDOM - 1 :] == ends[MOST_FREEDOM - 1]).all()
    # The normal's is 1.2816: beyond the last degree the interval is wider by a hundredth.
    assert ends[-1] == pytest.approx(1.2816, rel=0.012)
