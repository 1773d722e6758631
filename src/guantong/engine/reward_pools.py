"""How large a bonus pool is: a share of profit, or last year's moved by its drivers. Page: docs/rules/rewards.md.

Ratios are taken as exact fractions, floats to twelve decimals as in rewards, so that the only rounding is the last one:
half-even to a minor unit. A pool is never negative.
"""

from collections.abc import Iterable
from fractions import Fraction

_ONE = 10**12


def profit_share_pool(profit: int, share: Fraction | float) -> int:
    """Return a share of profit.

    Args:
        profit: Minor units; a loss makes no pool.
        share: 0.1 = 10%.
    """
    return _rounded(profit * _exact(share))


def driver_pool(last_year: int, drivers: Iterable[tuple[Fraction | float, Fraction | float]]) -> int:
    """Return last year's pool x (1 + sum of driver weight x growth).

    Args:
        last_year: Minor units.
        drivers: (weight, growth) of each driver, e.g. (0.6, 0.1) = 60% of the pool's growth hangs on one that grew 10%.
    """
    return _rounded(last_year * (1 + sum(_exact(weight) * _exact(growth) for weight, growth in drivers)))


def _exact(value: Fraction | float) -> Fraction:
    return Fraction(round(value * _ONE), _ONE) if isinstance(value, float) else Fraction(value)


def _rounded(amount: Fraction | int) -> int:
    return max(round(amount), 0)
