"""Target estimates: a goal's target worked out from its drivers in three cases, beside the target in force.

Page: docs/rules/estimates.md.
"""

from typing import Any

import numpy as np

from guantong.engine.snapshot import Snapshot, known

CASES = ("low", "base", "high")


def estimate_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the estimate of each goal that has drivers: `goal`, `low`, `base`, `high`, `difference`.

    The difference is base less the target in force.
    """
    goals, estimates = snapshot.company.goals, snapshot.company.estimates
    rows = np.unique(estimates.goal[snapshot.goals_there[estimates.goal]])
    found = {case: _estimate(snapshot, case)[rows] for case in CASES}
    columns = [*found.values(), found["base"] - snapshot.target[rows]]
    codes = goals.code[rows].tolist()
    return [
        {"goal": code, **dict(zip((*CASES, "difference"), values, strict=True))}
        for code, *values in zip(codes, *(known(column) for column in columns), strict=True)
    ]


def _estimate(snapshot: Snapshot, case: str) -> np.ndarray:
    """Return each goal's estimate in a case, metric units: product of the factors plus sum of the summands.

    Missing where a driver's figure is missing or the result is beyond what a float holds. (n_goals,) float64.
    """
    estimates, size = snapshot.company.estimates, len(snapshot.company.goals)
    values = getattr(estimates, case)
    adds = estimates.is_choice("combine", "sum")
    product = np.ones(size)
    with np.errstate(over="ignore", invalid="ignore"):
        np.multiply.at(product, estimates.goal[~adds], values[~adds])
        factors = np.bincount(estimates.goal[~adds], minlength=size)
        total = np.bincount(estimates.goal[adds], weights=values[adds], minlength=size)
        total = total + np.where(factors > 0, product, 0.0)
    return np.where(np.isfinite(total), total, np.nan)
