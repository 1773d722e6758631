"""Item scores: from attainment or value to 0-120 points by linear, threshold, steps or yes/no.

Page: docs/rules/scorecards.md. Every method is monotone towards better and bounded by its cap.
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine.measurement import measures
from guantong.engine.snapshot import LIMIT, Snapshot

ITEM_CAP = 120.0
THRESHOLD_ATTAINMENT, STRETCH_ATTAINMENT = 0.8, 1.2


@dataclass(frozen=True, eq=False)
class ItemScores:
    """Scores of card items, (n_items,) each.

    Attributes:
        score: 0 to the item's cap, NaN without data.
        attained: bool, attainment of at least 1.
        vetoed: bool, a veto item that scores 0 or lies below its threshold.
    """

    score: np.ndarray
    attained: np.ndarray
    vetoed: np.ndarray


def item_scores(snapshot: Snapshot, rows: np.ndarray) -> ItemScores:
    """Return the score of card items.

    Args:
        rows: (n_items,) positions in scorecards.
    """
    table = snapshot.company.scorecards
    goal = table.goal[rows]
    attainment = measures(snapshot).attainment[goal]
    value, low, target, high = item_levels(snapshot, rows)
    attained = attainment >= 1 - LIMIT
    by_method = {
        "linear": 100 * np.maximum(attainment, 0.0),
        "threshold": threshold_score(value, low, target, high),
        "steps": _step_scores(snapshot, rows, attainment),
        "yesno": np.where(attained, 100.0, 0.0),
    }
    score = by_method["linear"]
    for name in ("threshold", "steps", "yesno"):
        score = np.where(table.is_choice("method", name)[rows], by_method[name], score)
    cap = np.where(np.isnan(table.cap[rows]), ITEM_CAP, table.cap[rows])
    score = np.where(np.isnan(attainment), np.nan, np.clip(score, 0.0, np.maximum(cap, 0.0)))
    vetoed = (table.veto[rows] == 1) & ((score <= LIMIT) | is_below(value, low))
    return ItemScores(score, attained, vetoed)


def threshold_score(value: np.ndarray, low: np.ndarray, target: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return 0 below the threshold, 60 at it, straight to 100 at the target and to 120 at the stretch value.

    Args:
        value, low, target, high: (n,) so directed that larger is better; low <= target <= high.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rising = 60 + 40 * np.clip((value - low) / (target - low), 0.0, 1.0)
        beyond = 100 + 20 * np.clip((value - target) / (high - target), 0.0, 1.0)
    reached = value >= target - LIMIT * np.maximum(1, np.abs(target))
    above = np.where(high > target, np.maximum(beyond, 100.0), 100.0)
    return np.where(reached, above, np.where(is_below(value, low), 0.0, rising))


def is_below(value: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Return where values lie below a level by more than rounding, (n,) bool."""
    return low - value > LIMIT * np.maximum(1, np.abs(low))


def item_levels(snapshot: Snapshot, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return value, threshold, target and stretch value of items, directed so that larger is better.

    Goals measured by a value compare in metric units, lower-is-better ones with the sign turned; objectives,
    milestones and ranges compare by attainment.
    """
    table, figures = snapshot.company.scorecards, measures(snapshot)
    goal = table.goal[rows]
    ranged = snapshot.metric_is("direction", "range")[goal]
    by_value = figures.valued[goal] & ~ranged
    sign = np.where(snapshot.metric_is("direction", "lower")[goal] & by_value, -1.0, 1.0)
    target = np.where(by_value, sign * snapshot.target[goal], 1.0)
    value = np.where(by_value, sign * figures.actual[goal], figures.attainment[goal])
    tolerance = np.nan_to_num(snapshot.metric_of("tolerance", 0.0)[goal])
    scale = np.where(by_value, np.maximum(np.abs(target), tolerance), 1.0)
    low = np.where(ranged, np.nan, sign * table.threshold[rows])
    high = np.where(ranged, np.nan, sign * table.stretch[rows])
    low = np.where(np.isnan(low), target + (THRESHOLD_ATTAINMENT - 1) * scale, low)
    high = np.where(np.isnan(high), target + (STRETCH_ATTAINMENT - 1) * scale, high)
    return value, np.minimum(low, target), target, np.maximum(high, target)


def _step_scores(snapshot: Snapshot, rows: np.ndarray, attainment: np.ndarray) -> np.ndarray:
    """Return the points of the highest step reached; a step counts from its attainment on, none reached: 0."""
    steps = snapshot.company.scorecards.steps
    place = np.full(len(snapshot.company.scorecards), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    item = place[steps.rows]
    pairs = np.array(steps.values.tolist(), dtype=np.float64).reshape(-1, 2)[item >= 0]
    item = item[item >= 0]
    reached = attainment[item] >= pairs[:, 0] - LIMIT
    score = np.zeros(len(rows))
    np.maximum.at(score, item[reached], pairs[reached, 1])
    return score
