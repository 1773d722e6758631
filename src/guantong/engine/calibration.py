"""Calibration: targets for the carriers of a goal that together meet it, as a proposal to a calibration session.

Page: docs/rules/cascade.md.
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine.cascade import carriers, factors, retained_part
from guantong.engine.comparisons import past_actuals
from guantong.engine.snapshot import LIMIT, Snapshot

BASES = ("actuals", "capacity", "equal")
"""In proportion to what a target is spread."""

_FINEST_DECIMALS = 6
_MOST_STEPS = 2.0**52
"""Up to here a float counts one by one."""


class CalibrationError(ValueError):
    """A goal whose carriers cannot be calibrated; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, eq=False)
class Proposal:
    """Proposed targets of a goal's carriers.

    Attributes:
        goal: Position of the goal.
        target: Its target in force, metric units.
        retained: What it keeps for itself, metric units.
        adds_up: Whether the carriers' targets are summed.
        carriers: (m,) positions, ascending.
        before: (m,) targets in force, NaN = none.
        past: (m,) last comparable actuals, NaN = none.
        capacity: (m,) stated capacities, NaN = none.
        proposed: (m,) proposed targets.
        kept: (m,) bool, the carrier is closed or past its due day, so its target stays.
        assumed: (m,) bool, what it is spread by is missing, so it counts as the mean of the others.
        short: What capacities leave uncarried, metric units; 0 where the target is met. Where targets are not summed,
            the furthest that a capacity stays away from the goal's target.
        markup_before, markup_after: Level markup of the goal, NaN where there is none.
    """

    goal: int
    target: float
    retained: float
    adds_up: bool
    carriers: np.ndarray
    before: np.ndarray
    past: np.ndarray
    capacity: np.ndarray
    proposed: np.ndarray
    kept: np.ndarray
    assumed: np.ndarray
    short: float
    markup_before: float
    markup_after: float

    @property
    def changed(self) -> np.ndarray:
        """Return which carriers' targets the proposal changes, (m,) bool."""
        near = np.abs(self.proposed - self.before) <= LIMIT * np.maximum(1.0, np.abs(self.proposed))
        return ~self.kept & ~near


def proposal(snapshot: Snapshot, goal: int, by: str) -> Proposal:
    """Return targets for the carriers of a goal that together meet it (docs/rules/cascade.md).

    Args:
        goal: Position of the goal.
        by: One of BASES.

    Raises:
        CalibrationError: The goal has nothing that could be spread, or nobody to carry it.
    """
    _check_goal(snapshot, goal)
    goals = snapshot.company.goals
    rows = np.flatnonzero(carriers(snapshot).parent == goal)
    if not len(rows):
        raise CalibrationError("no_carriers")
    kept = goals.is_choice("status", "closed")[rows] | (snapshot.goal_due[rows] < snapshot.as_of)
    if kept.all():
        raise CalibrationError("all_kept")
    before, past, capacity = snapshot.target[rows], past_actuals(snapshot)[rows], goals.capacity[rows]
    target, retained = float(snapshot.target[goal]), float(retained_part(snapshot)[goal])
    adds_up = bool(snapshot.metric_is("aggregation", "sum")[goal])
    lower = bool(snapshot.metric_is("direction", "lower")[goal])
    proposed, assumed = before.copy(), np.zeros(len(rows), dtype=bool)
    free = ~kept
    if adds_up:
        amount = target - retained - float(np.nansum(before[kept]))
        if amount <= LIMIT * max(1.0, target):
            raise CalibrationError("nothing_left")
        weight, assumed[free] = _weights({"actuals": past, "capacity": capacity}.get(by), free)
        step = _step(snapshot, goal, amount)
        proposed[free], short = spread(amount, weight, capacity[free], step, at_least=lower)
    else:
        bounded = np.fmax(target, capacity[free]) if lower else np.fmin(target, capacity[free])
        proposed[free] = bounded
        short = float(np.abs(bounded - target).max())
    after = snapshot.target.copy()
    after[rows] = proposed
    markups = (float(factors(snapshot, targets)[goal]) - 1 for targets in (snapshot.target, after))
    return Proposal(
        goal, target, retained, adds_up, rows, before, past, capacity, proposed, kept, assumed, short, *markups
    )


def _check_goal(snapshot: Snapshot, goal: int) -> None:
    goals = snapshot.company.goals
    if not snapshot.goals_there[goal]:
        raise CalibrationError("not_there")
    if goals.metric[goal] < 0:
        raise CalibrationError("no_metric")
    if snapshot.metric_is("direction", "range", "milestone")[goal]:
        raise CalibrationError("direction")
    if not snapshot.target[goal] > 0:
        raise CalibrationError("no_target")


def _weights(values: np.ndarray | None, free: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of the free carriers and which of them are assumed; nothing negative weighs anything."""
    if values is None:
        return np.ones(int(free.sum())), np.zeros(int(free.sum()), dtype=bool)
    known = np.maximum(values[free], 0.0)
    missing = np.isnan(known)
    if not np.nansum(known) > 0:
        raise CalibrationError("no_basis")
    return np.where(missing, np.nanmean(known), known), missing


def _step(snapshot: Snapshot, goal: int, amount: float) -> int:
    """Return how many steps a unit of the metric has: 10 to the power of its decimals.

    Where none are stated, as many as the targets in play have; never fewer than the amount itself has.
    """
    stated = float(snapshot.metric_of("decimals", np.nan)[goal])
    in_play = snapshot.target[carriers(snapshot).parent == goal]
    values = np.array([amount]) if stated == stated else np.append(in_play[~np.isnan(in_play)], amount)
    decimals = int(min(max(np.nan_to_num(stated), 0), _FINEST_DECIMALS))
    while decimals < _FINEST_DECIMALS and not _whole(values * 10.0**decimals):
        decimals += 1
    while decimals and amount * 10.0**decimals > _MOST_STEPS:
        decimals -= 1
    return 10**decimals


def _whole(values: np.ndarray) -> bool:
    return bool((np.abs(values - np.rint(values)) <= LIMIT * np.maximum(1.0, np.abs(values))).all())


def spread(
    amount: float, weight: np.ndarray, capacity: np.ndarray, per_unit: int, *, at_least: bool = False
) -> tuple[np.ndarray, float]:
    """Spread an amount in proportion to weights, within capacities, in whole steps that add up to it exactly.

    What a capacity turns away goes to those with room, again in proportion; who weighs nothing gets something only when
    all others are full. Steps left by rounding down go to the largest remainders, of equal ones to the larger weight,
    then to the first.

    Args:
        amount: What is spread, above 0.
        weight: (m,) at least 0, some above.
        capacity: (m,) most that each may get; NaN = no limit.
        per_unit: Steps of one unit, a power of ten.
        at_least: Capacities bound from below, as in lower-is-better metrics.

    Returns:
        shares: (m,) whole steps; what capacities leave over (or ask beyond the amount, `at_least`), 0 where it fits.
    """
    total = int(np.rint(amount * per_unit))
    bound = capacity * per_unit
    slack = LIMIT * np.maximum(1.0, np.abs(np.nan_to_num(bound)))
    low, high = np.zeros(len(weight)), np.full(len(weight), float(total))
    if at_least:
        low = np.fmax(np.ceil(bound - slack), 0.0)
        high = np.maximum(high, low)
    else:
        high = np.clip(np.fmin(np.floor(bound + slack), high), 0.0, None)
    if low.sum() >= total or high.sum() <= total:
        steps = low if low.sum() >= total else high
    else:
        steps = _whole_steps(_levelled(total, weight, low, high), total, weight, low, high)
    return steps / per_unit, abs(total - float(steps.sum())) / per_unit


def _levelled(total: int, weight: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return clip(level * weight, low, high) at the level at which it adds up to the total, (m,) float64."""
    weighs = weight > 0
    most = np.where(weighs, high, low).sum()
    if most <= total:
        share = np.where(weighs, high, low)
        return share if weighs.all() else _filled(share, total - most, high)
    # The sum is a broken line in the level: find the piece that passes the total, then its point.
    with np.errstate(divide="ignore"):
        bends = np.unique(np.concatenate([low[weighs] / weight[weighs], high[weighs] / weight[weighs]]))
    first, last = 0, len(bends) - 1
    while last - first > 1:
        middle = (first + last) // 2
        below = np.clip(bends[middle] * weight, low, high).sum() <= total
        first, last = (middle, last) if below else (first, middle)
    inside = (bends[first] + bends[last]) / 2
    bounded = np.clip(inside * weight, low, high)
    free = (bounded == inside * weight) & weighs
    level = (total - bounded[~free].sum()) / weight[free].sum()
    return np.where(free, np.clip(level * weight, low, high), bounded)


def _filled(share: np.ndarray, rest: float, high: np.ndarray) -> np.ndarray:
    """Return shares with a rest spread evenly over those that have room."""
    room = high - share
    even = _levelled(int(rest), (room > 0).astype(np.float64), np.zeros(len(share)), room) if rest > 0 else 0.0
    return share + even


def _whole_steps(share: np.ndarray, total: int, weight: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return shares as whole steps that add up to the total: rounded down, the rest to the largest remainders."""
    near = np.rint(share)
    exact = np.abs(share - near) <= LIMIT * np.maximum(1.0, np.abs(share))
    steps = np.clip(np.where(exact, near, np.floor(share)), low, high)
    remainder = np.round(share - steps, 9)
    left = total - int(steps.sum())
    while left:
        move = 1 if left > 0 else -1
        able = np.flatnonzero(steps < high) if move > 0 else np.flatnonzero(steps > low)
        order = able[np.lexsort((able, -weight[able], -move * remainder[able]))][: abs(left)]
        steps[order] += move
        left -= move * len(order)
    return steps
