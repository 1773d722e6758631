"""What goals' values came to period by period: their own, or those of the goals that roll up to them.

Page: docs/rules/forecast.md.
"""

from dataclasses import dataclass, fields

import numpy as np

from guantong.engine.actuals import aggregated, data_rows, frequencies
from guantong.engine.calendar import FREQUENCIES, period_of
from guantong.engine.company import NOTHING
from guantong.engine.measurement import OWN, ROLLED, begun_carriers, sources, support_weights
from guantong.engine.snapshot import Snapshot, figure

_SHORTEST = FREQUENCIES.index("week")


@dataclass(frozen=True, eq=False)
class Series:
    """Values by goal and period; the points of a goal stand together in the order of time, (k,) each.

    Attributes:
        goal: Position of the goal, ascending.
        start: First day of the period.
        end: Last day of the period, that of the last value while the period runs.
        value: The period's value, aggregated as the metric says, metric units.
        numerator, denominator: Their sums in the period, 0 where none are stated.
    """

    goal: np.ndarray
    start: np.ndarray
    end: np.ndarray
    value: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray

    def of(self, chosen: np.ndarray) -> "Series":
        """Return the chosen points, by mask or position."""
        return Series(*(getattr(self, field.name)[chosen] for field in fields(self)))


@figure
def series(snapshot: Snapshot) -> Series:
    """Return the values of each goal by period (docs/rules/forecast.md).

    The period is the metric's; daily figures are read by the week. A goal that rolls up takes its carriers' points, and
    its own beside them where it retains a part of a sum.
    """
    own = _own(snapshot)
    source = np.where(snapshot.goals_there, sources(snapshot), -1)
    keeps = (snapshot.company.goals.retained > 0) & snapshot.company.goals.is_choice("rollup", "sum")
    done = [own.of((source == OWN)[own.goal])]
    waiting = [own.of(((source == ROLLED) & keeps)[own.goal])]
    links = np.where((source == ROLLED)[begun_carriers(snapshot)], begun_carriers(snapshot), -1)
    level_of = np.zeros(len(source), dtype=np.int64)
    for depth, rows in enumerate(snapshot.goal_levels):
        level_of[rows] = depth
    for depth in range(len(snapshot.goal_levels) - 1, -1, -1):
        joined = _joined(waiting)
        here = level_of[joined.goal] == depth
        rolled = _rolled_up(snapshot, joined.of(here))
        ready = _joined([rolled, *(part.of(level_of[part.goal] == depth) for part in done)])
        waiting = [joined.of(~here), _handed_up(ready, links, snapshot)]
        done.append(rolled)
    return _ordered(_joined(done))


def _own(snapshot: Snapshot) -> Series:
    data = data_rows(snapshot)
    goal, day = data.goal, data.date
    frequency = np.maximum(frequencies(snapshot)[goal], _SHORTEST) if len(goal) else goal
    start, end = period_of(day, frequency, snapshot.first_month)
    first = np.flatnonzero(np.diff(goal, prepend=-1).astype(bool) | (np.diff(start, prepend=np.nan) != 0))
    last = np.append(first[1:], len(goal)) - 1 if len(goal) else first
    period = np.repeat(np.arange(len(first)), last - first + 1)
    values, *parts = aggregated(data, period, snapshot.metric_of("aggregation", -1, goal[first]))
    closed = np.where(end[last] <= snapshot.as_of, end[last], day[last])
    return Series(goal[first], start[first], closed, values, *parts)


def _quotient(numerator: np.ndarray, denominator: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    divides = np.abs(denominator) > NOTHING
    return np.divide(numerator, denominator, out=otherwise.astype(np.float64), where=divides)


def _handed_up(ready: Series, links: np.ndarray, snapshot: Snapshot) -> Series:
    """Return points as their parents' parts: a mean is prepared as value x weight over weight."""
    goals = snapshot.company.goals
    above = links[ready.goal]
    up = ready.of(above >= 0)
    above = above[above >= 0]
    weight = support_weights(snapshot)[up.goal]
    mean = goals.is_choice("rollup", "average")[above]
    numerator = np.where(mean, up.value * weight, up.numerator)
    return Series(above, up.start, up.end, up.value, numerator, np.where(mean, weight, up.denominator))


def _rolled_up(snapshot: Snapshot, points: Series) -> Series:
    """Return one point per goal and period of points that may share them."""
    ordered = _ordered(points)
    if not len(ordered.goal):
        return ordered
    first = np.flatnonzero(
        np.diff(ordered.goal, prepend=-1).astype(bool) | (np.diff(ordered.start, prepend=np.nan) != 0)
    )
    goal = ordered.goal[first]
    parts = [np.add.reduceat(part, first) for part in (ordered.numerator, ordered.denominator)]
    by_kind = {
        "sum": np.add.reduceat(ordered.value, first),
        "min": np.minimum.reduceat(ordered.value, first),
        "max": np.maximum.reduceat(ordered.value, first),
    }
    kinds = [snapshot.company.goals.is_choice("rollup", name)[goal] for name in by_kind]
    value = np.select(kinds, list(by_kind.values()), default=_quotient(parts[0], parts[1], ordered.value[first]))
    rolled = Series(goal, ordered.start[first], np.maximum.reduceat(ordered.end, first), value, *parts)
    # Levels of fewer carriers than usual are no level of the whole; amounts are what has been booked so far.
    count = np.diff(np.append(first, len(ordered.goal)))
    usual = np.zeros(len(snapshot.company.goals), dtype=np.int64)
    np.maximum.at(usual, goal, count)
    return rolled.of(snapshot.metric_is("aggregation", "sum")[goal] | (count == usual[goal]))


def _joined(parts: list[Series]) -> Series:
    return Series(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Series)))


def _ordered(points: Series) -> Series:
    return points.of(np.lexsort((points.start, points.goal)))
