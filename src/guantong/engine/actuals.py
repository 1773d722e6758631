"""A goal's own actual values: what they add up to, where they stand, and what was planned for that day.

Page: docs/rules/measurement.md. All figures are NaN where they are missing; missing never becomes zero.
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine.calendar import FREQUENCIES, first_day, period_of
from guantong.engine.company import NOTHING
from guantong.engine.snapshot import Snapshot, figure
from guantong.engine.tables import CHOICES

DAYS_APART = 1e7
"""More days than lie between any two dates."""

_AGGREGATIONS = tuple(CHOICES["aggregation"])


@dataclass(frozen=True, eq=False)
class OwnValues:
    """What a goal's own rows of actual values add up to, each (n_goals,) float64.

    Attributes:
        actual: The value aggregated as the metric says, metric units.
        numerator, denominator: Their sums, for ratios.
        last: Day of the last row with data.
    """

    actual: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    last: np.ndarray


@dataclass(frozen=True, eq=False)
class DataRows:
    """The rows of actual values with data by the day, sorted by goal and date, (m,) each.

    Attributes:
        goal: Positions in goals.
        date: Days.
        value: The value, else numerator / denominator, metric units; NaN where only a ratio's pair divides nothing.
        numerator, denominator: The pair; both NaN where it is not whole.
    """

    goal: np.ndarray
    date: np.ndarray
    value: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray


@figure
def data_rows(snapshot: Snapshot) -> DataRows:
    """Return the rows of actual values that are there on the day and hold data."""
    actuals = snapshot.company.actuals
    paired = ~np.isnan(actuals.numerator) & ~np.isnan(actuals.denominator)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        quotient = np.where(
            paired & (np.abs(actuals.denominator) > NOTHING), actuals.numerator / actuals.denominator, np.nan
        )
    value = np.where(np.isnan(actuals.value), quotient, actuals.value)
    ratio = snapshot.metric_is("aggregation", "ratio")
    rows = np.flatnonzero((actuals.date <= snapshot.as_of) & (~np.isnan(value) | (ratio[actuals.goal] & paired)))
    parts = [np.where(paired, part, np.nan)[rows] for part in (actuals.numerator, actuals.denominator)]
    return DataRows(actuals.goal[rows], actuals.date[rows], value[rows], *parts)


@figure
def own_values(snapshot: Snapshot) -> OwnValues:
    """Return each goal's own values up to the day, aggregated over time (docs/rules/measurement.md)."""
    data = data_rows(snapshot)
    actual, numerator, denominator = aggregated(data, data.goal, snapshot.metric_of("aggregation", -1))
    last = np.full(len(actual), np.nan)
    # Rows are sorted by goal and date, so the last row of a goal is written last.
    last[data.goal] = data.date
    return OwnValues(actual, numerator, denominator, np.where(np.isnan(actual), np.nan, last))


def aggregated(data: DataRows, group: np.ndarray, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the rows of each group add up to (docs/rules/measurement.md).

    Args:
        group: (m,) group of each row, ascending.
        kind: (n_groups,) aggregation of each group as a position in its choice values, -1 = none stated.

    Returns:
        actual: (n_groups,) metric units, NaN where a group has no value; numerator, denominator: their sums.
    """
    size = len(kind)
    count = np.bincount(group, minlength=size)
    paired = ~np.isnan(data.numerator)
    pairs = group[paired]
    over, under = (
        np.bincount(pairs, weights=part[paired], minlength=size) for part in (data.numerator, data.denominator)
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        by_kind = _by_kind(group, data.value, count)
        quotient = np.where(np.abs(under) > NOTHING, over / under, np.nan)
    only_values = np.bincount(pairs, minlength=size) == 0
    by_kind["ratio"] = np.where(only_values, by_kind["last"], quotient)
    kinds = [kind == position for position, name in enumerate(_AGGREGATIONS)]
    actual = np.select(kinds, [by_kind[name] for name in _AGGREGATIONS], default=by_kind["last"])
    return np.where(count > 0, actual, np.nan), over, under


def _by_kind(group: np.ndarray, value: np.ndarray, count: np.ndarray) -> dict[str, np.ndarray]:
    """Return the values of each group, (n_groups,) per aggregation that needs no pairs."""
    has = count > 0
    ends = np.cumsum(count) - 1
    total = np.bincount(group, weights=value, minlength=len(count))
    result = {"sum": total, "average": total / count}
    for name, reduce in (("max", np.maximum), ("min", np.minimum)):
        result[name] = np.full(len(count), np.nan)
        if len(value):
            result[name][has] = reduce.reduceat(value, (ends - count + 1)[has])
    result["last"] = np.full(len(count), np.nan)
    result["last"][has] = value[ends[has]]
    return result


def running_values(snapshot: Snapshot, goals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of goals' own values and what the values added up to on each of these days.

    Args:
        goals: (m,) positions, ascending.

    Returns:
        days, actual: (m, k) float64, a goal's values from the left; NaN past its last one.
    """
    data = data_rows(snapshot)
    line = np.full(len(snapshot.company.goals), -1)
    line[goals] = np.arange(len(goals))
    rows = np.flatnonzero(line[data.goal] >= 0)
    line = line[data.goal[rows]]
    count = np.bincount(line, minlength=len(goals))
    column = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)

    def grid(cells: np.ndarray) -> np.ndarray:
        spread = np.full((len(goals), count.max(initial=0)), np.nan)
        spread[line, column] = cells[rows]
        return spread

    values = grid(data.value)
    total = np.nancumsum(values, axis=1)
    parts = [np.nancumsum(grid(part), axis=1) for part in (data.numerator, data.denominator)]
    any_pair = np.nancumsum(grid(~np.isnan(data.numerator)), axis=1) > 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        quotient = np.where(np.abs(parts[1]) > NOTHING, parts[0] / parts[1], np.nan)
    by_kind = {
        "sum": total,
        "average": total / np.arange(1, values.shape[1] + 1),
        "max": np.fmax.accumulate(values, axis=1),
        "min": np.fmin.accumulate(values, axis=1),
        "ratio": np.where(any_pair, quotient, values),
    }
    kinds = [snapshot.metric_is("aggregation", name)[goals, np.newaxis] for name in by_kind]
    days = grid(data.date)
    return days, np.where(np.isnan(days), np.nan, np.select(kinds, list(by_kind.values()), default=values))


def gap_against(
    snapshot: Snapshot, rows: np.ndarray, reference: np.ndarray, actual: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return gap and gap ratio of goals against a reference (docs/rules/measurement.md).

    Args:
        rows: (m,) positions of the goals.
        reference: (m,) target or plan to date, metric units; range metrics always compare with their bounds.
        actual: (m,) metric units.

    Returns:
        gap: (m,) metric units, negative = ahead; gap ratio: (m,). NaN where something is missing.
    """
    goals = snapshot.company.goals
    tolerance = np.nan_to_num(snapshot.metric_of("tolerance", 0.0))[rows]
    high = goals.target_high[rows]
    lower = snapshot.metric_is("direction", "lower")[rows]
    within = snapshot.metric_is("direction", "range")[rows]
    low = snapshot.target[rows]
    outside = np.maximum(np.maximum(low - actual, actual - high), 0.0)
    gap = np.where(within, outside, np.where(lower, actual - reference, reference - actual))
    nearer = np.where(actual > high, np.abs(high), np.abs(low))
    scale = np.maximum(np.where(within, np.maximum(nearer, high - low), np.abs(reference)), tolerance)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(scale > NOTHING, gap / scale, np.where(gap > 0, 1.0, 0.0))
    return gap, np.where(np.isnan(gap) | np.isnan(scale), np.nan, ratio)


@figure
def frequencies(snapshot: Snapshot) -> np.ndarray:
    """Return the frequency of each goal's metric as a position in FREQUENCIES; monthly where none is stated."""
    frequency = snapshot.metric_of("frequency", -1)
    return np.where(frequency >= 0, frequency, FREQUENCIES.index("month"))


def stand_of(snapshot: Snapshot, last: np.ndarray) -> np.ndarray:
    """Return where data stand: at the end of the period that holds the last value, at its day while that runs."""
    stand = last.copy()
    rows = np.flatnonzero(~np.isnan(last))
    end = period_of(last[rows], frequencies(snapshot)[rows], snapshot.first_month)[1]
    stand[rows] = np.where(end <= snapshot.as_of, end, last[rows])
    return stand


def plan_to_date(snapshot: Snapshot, stand: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Return what goals should have reached on the days on which their data stand.

    Args:
        stand: (m,) days, NaN = no data.
        rows: (m,) positions of the goals; every goal once where left out.

    Returns:
        (m,) float64 in metric units; NaN without target or day.
    """
    goals = snapshot.company.goals
    of = np.arange(len(goals)) if rows is None else rows
    target = snapshot.target[of]
    sums = snapshot.metric_is("aggregation", "sum")[of]
    base = np.where(sums, 0.0, goals.baseline[of])
    by_month = _monthly_plan(snapshot, of, stand, np.where(np.isnan(base), target, base))
    stated = snapshot.metric_of("phasing", -1)[of]
    by_plan = snapshot.metric_is("phasing", "plan")[of]
    planned = by_plan & _has_monthly_plan(snapshot)[of]
    linear = snapshot.metric_is("phasing", "linear")[of] | (((stated < 0) | by_plan) & sums)
    start, due = snapshot.goal_start[of], snapshot.goal_due[of]
    # A goal can be due before it starts (GOAL-PERIOD says so): then everything is planned for its due day.
    days = np.maximum(due - start + 1, 1.0)
    elapsed = np.where(stand >= due, 1.0, np.clip((stand - start + 1) / days, 0.0, 1.0))
    phased = np.where(np.isnan(base), target, base + (target - base) * elapsed)
    plan = np.where(planned, by_month, np.where(linear & ~planned, phased, target))
    plan = np.where(snapshot.metric_is("direction", "range")[of], target, plan)
    return np.where(np.isnan(stand) | np.isnan(target), np.nan, plan)


def _has_monthly_plan(snapshot: Snapshot) -> np.ndarray:
    return np.bincount(snapshot.company.target_plans.goal, minlength=len(snapshot.company.goals)) > 0


def _monthly_plan(snapshot: Snapshot, of: np.ndarray, stand: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the planned cumulative value of the last month ended by the day the data stand, `before` where none is."""
    plans = snapshot.company.target_plans
    if not len(plans):
        return before
    # Rows are sorted by goal and month, so their keys rise; a goal's keys lie further apart than any two days.
    keys = plans.goal * DAYS_APART + first_day(plans.month + 1) - 1
    last = np.searchsorted(keys, of * DAYS_APART + stand, side="right") - 1
    return np.where((last >= 0) & (plans.goal[last] == of), plans.planned[last], before)
