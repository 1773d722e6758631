"""Projection of a series to a day: amounts at their rate or last year's season, levels as a walk with drift.

Page: docs/rules/forecast.md.
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine.calendar import month_of, months_later
from guantong.engine.cascade import carriers
from guantong.engine.comparisons import counterparts
from guantong.engine.measurement import measures
from guantong.engine.series import Series, series
from guantong.engine.snapshot import LIMIT, Snapshot

RATE_DRIFT, SEASON_DRIFT = 0.01, 0.005
"""By how much a rate of its own, and one beside last year's season, may change in a month."""

WANDER = 0.7
"""Part of a level's scatter that each further period adds: 0 for noise about a line, 1 for a walk."""

SEASON_MONTHS = 12
"""Months with values that a season needs."""

_MONTH_DAYS = 365.25 / 12
_DAYS_APART = 1e7


@dataclass(frozen=True, eq=False)
class Projection:
    """Projected landings of some goals, (m,) each.

    Attributes:
        rows: Positions of the goals.
        landing: Metric units, NaN where it cannot be projected.
        error: Standard error, metric units.
        freedom: Degrees of freedom of the error, int64.
    """

    rows: np.ndarray
    landing: np.ndarray
    error: np.ndarray
    freedom: np.ndarray


@dataclass(frozen=True, eq=False)
class Seasons:
    """Last year's running totals of the goals' counterparts.

    Attributes:
        known: (n_goals,) bool, the goal has a season.
        like: (n_goals,) position of the goal of last year whose season it has.
        first, last: (n_goals,) first and last key of a goal of last year.
        keys, totals: (k,) goal and day as one number, ascending, and what the goal had come to by then.
    """

    known: np.ndarray
    like: np.ndarray
    first: np.ndarray
    last: np.ndarray
    keys: np.ndarray
    totals: np.ndarray

    def until(self, goal: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Return what goals' counterparts had come to a year before each day, along straight lines between periods."""
        like = self.like[goal]
        earlier = months_later(day + 1, -SEASON_MONTHS) - 1
        result: np.ndarray = np.interp(
            np.clip(like * _DAYS_APART + earlier, self.first[like], self.last[like]), self.keys, self.totals
        )
        return result


def seasons(snapshot: Snapshot) -> Seasons:
    """Return the seasons of last year's counterparts.

    One counts that has values in twelve months, none below nothing. A goal without one of its own has that of the goal
    whose metric it carries on.
    """
    size = len(snapshot.company.goals)
    like, before = counterparts(snapshot).copy(), snapshot.year_before
    known = np.zeros(size, dtype=bool)
    nowhere = np.zeros(size)
    if before is None or not (like >= 0).any():
        return Seasons(known, like, nowhere, nowhere, np.zeros(1), np.zeros(1))
    points = series(before)
    known = (like >= 0) & _has_season(points, size)[like]
    carried = carriers(snapshot).parent
    for rows in snapshot.goal_levels[1:]:
        heirs = rows[~known[rows] & (carried[rows] >= 0)]
        like[heirs], known[heirs] = like[carried[heirs]], known[carried[heirs]]
    # A point of nothing before each goal's first period, then the running total at each period's end.
    rows, opens = np.unique(points.goal, return_index=True)
    running = np.cumsum(points.value)
    before_first = np.repeat((running - points.value)[opens], np.diff(np.append(opens, len(points.goal))))
    first, last = nowhere.copy(), nowhere.copy()
    first[rows] = rows * _DAYS_APART + points.start[opens] - 1
    last[points.goal] = points.goal * _DAYS_APART + points.end
    keys = np.concatenate([first[rows], points.goal * _DAYS_APART + points.end])
    totals = np.concatenate([np.zeros(len(rows)), running - before_first])
    order = np.argsort(keys, kind="stable")
    return Seasons(known, like, first, last, keys[order], totals[order])


def _has_season(points: Series, size: int) -> np.ndarray:
    new_month = (np.diff(points.goal, prepend=-1) != 0) | (np.diff(month_of(points.start), prepend=np.nan) != 0)
    months = np.bincount(points.goal[new_month], minlength=size)
    lowest = np.full(size, np.inf)
    np.minimum.at(lowest, points.goal, points.value)
    total = np.bincount(points.goal, weights=points.value, minlength=size)
    return (months >= SEASON_MONTHS) & (lowest >= 0) & (total > 0)


def amounts(snapshot: Snapshot, points: Series, season: Seasons | None) -> Projection:
    """Return landings of amounts that add up: what is booked, and the rest at the rate booked so far.

    The rate is per day, or per unit of last year's season. Booked in a period = rate x exposure plus noise whose
    variance grows with the exposure; days without booking belong to the booking that follows them.

    Args:
        points: Of goals with at least two points each, due after their last one.
        season: Exposure by last year's season; by days where None. All goals have one.
    """
    rows, first = np.unique(points.goal, return_index=True)
    count = np.diff(np.append(first, len(points.goal)))
    last = first + count - 1
    place = np.repeat(np.arange(len(rows)), count)
    since = np.append(0.0, points.end[:-1])[: len(points.goal)] + 1
    since[first] = np.minimum(snapshot.goal_start[rows], points.start[first])
    due, stand = snapshot.goal_due[rows], points.end[last]
    days, rest_days = points.end - since + 1, due - stand
    exposure, rest = days, rest_days
    if season is not None:
        exposure = season.until(points.goal, points.end) - season.until(points.goal, since - 1)
        rest = season.until(rows, due) - season.until(rows, stand)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values, minlength=len(rows))

    booked, exposed, all_days = total(points.value), total(exposure), total(days) + rest_days
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rate = np.where(exposed > LIMIT * (exposed + rest), booked / exposed, np.nan)
        # Half of the volume is time alone, so that a month without season scatters, too.
        per_day = (exposed + rest) / all_days
        volume, rest_volume = (exposure + days * per_day[place]) / 2, (rest + rest_days * per_day) / 2
        variance = total((points.value - rate[place] * exposure) ** 2 / volume) / (count - 1)
        variance = np.maximum(variance, _rounding(snapshot, rows) ** 2 * count / total(volume))
        scatter = variance * rest_volume * (1 + rest_volume / total(volume))
        monthly = RATE_DRIFT if season is None else SEASON_DRIFT
        drift = rate * rest * monthly * all_days / 2 / _MONTH_DAYS
        landing, error = booked + rate * rest, np.sqrt(scatter + drift**2)
    return Projection(rows, landing, np.where(np.isfinite(error), error, np.nan), count - 1)


def levels(snapshot: Snapshot, points: Series) -> Projection:
    """Return landings of levels: a walk from the last one, with drift as far as it stands out of its scatter.

    An average or a ratio ends between what it is and the level that comes, which is on average halfway to the due day.

    Args:
        points: Of goals with at least three points each, due after their last one.
    """
    rows, first = np.unique(points.goal, return_index=True)
    count = np.diff(np.append(first, len(points.goal)))
    last = first + count - 1
    usual = (points.end[last] - points.end[first]) / (count - 1)
    drift = (points.value[last] - points.value[first]) / (count - 1)
    place = np.repeat(np.arange(len(rows)), count)
    at = np.flatnonzero(np.diff(place, prepend=-1) == 0)
    gaps = (points.end[at] - points.end[at - 1]) / usual[place[at]]
    off = points.value[at] - points.value[at - 1] - drift[place[at]] * gaps
    variance = np.bincount(place[at], weights=off**2 / gaps, minlength=len(rows)) / (count - 2)
    variance = np.maximum(variance, 2 * _rounding(snapshot, rows) ** 2)
    unsure = variance / (count - 1)
    certain = np.divide(drift**2, drift**2 + unsure, out=np.ones(len(rows)), where=unsure > 0)
    ahead = (snapshot.goal_due[rows] - points.end[last]) / usual
    averaged = snapshot.metric_is("aggregation", "average", "ratio")[rows]
    share = np.where(averaged, ahead / (ahead + count), 1.0)
    reach = np.where(averaged, (ahead + 1) / 2, ahead)
    level = points.value[last] + certain * drift * reach
    actual = measures(snapshot).actual[rows]
    landing = np.where(averaged, (1 - share) * actual + share * level, level)
    scatter = variance * (np.minimum(reach, 1.0) + WANDER * np.maximum(reach - 1, 0.0))
    return Projection(rows, landing, share * np.sqrt(scatter + certain * unsure * reach**2), count - 2)


def _rounding(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Return the scatter that rounding to the metric's decimals alone gives, (m,) metric units; 0 where none stated."""
    decimals = snapshot.metric_of("decimals", np.nan)[rows]
    return np.where(np.isnan(decimals), 0.0, 10.0 ** -np.nan_to_num(decimals)) / np.sqrt(12)
