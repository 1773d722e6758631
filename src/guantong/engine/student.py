"""Student's t distribution for whole degrees of freedom, by its finite sums of powers of a cosine.

Page: docs/rules/forecast.md.
"""

from functools import cache

import numpy as np

MOST_FREEDOM = 60
"""Above this many degrees the distribution is taken as that of this many: wider than the normal by a hundredth."""

_HALVINGS = 80
_FURTHEST = 1e6


def below(value: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Return the probability of a smaller value, 0-1.

    Args:
        value: (n,) float64; infinities are allowed.
        freedom: (n,) whole degrees of freedom, at least 1.
    """
    degrees = np.minimum(freedom, MOST_FREEDOM)
    with np.errstate(invalid="ignore"):
        angle = np.arctan(value / np.sqrt(degrees))
    sine, squared = np.sin(angle), np.cos(angle) ** 2
    odd = degrees % 2 == 1
    term = np.where(odd, np.cos(angle), 1.0)
    total = np.zeros_like(angle)
    for power in range(2, int(degrees.max(initial=0)) + 1):
        # Each degree adds its term to the sum of its own parity, as long as the power stays below the degrees.
        mine = (odd == (power % 2 == 1)) & (power <= degrees)
        total = np.where(mine, total + term, total)
        term = np.where(odd == (power % 2 == 1), term * squared * (power - 1) / power, term)
    inner = np.where(odd, 2 / np.pi * (angle + sine * total), sine * total)
    result: np.ndarray = (1 + inner) / 2
    return result


def quantile(probability: float, freedom: np.ndarray) -> np.ndarray:
    """Return the value below which the probability lies, (n,) float64; `freedom` as for `below`."""
    result: np.ndarray = _quantiles(probability)[np.minimum(freedom, MOST_FREEDOM)]
    return result


@cache
def _quantiles(probability: float) -> np.ndarray:
    degrees = np.arange(1, MOST_FREEDOM + 1)
    low, high = np.full(MOST_FREEDOM, -_FURTHEST), np.full(MOST_FREEDOM, _FURTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        short = below(middle, degrees) < probability
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.concatenate([[np.nan], high])
