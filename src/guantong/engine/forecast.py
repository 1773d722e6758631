"""Forecast: where a goal will land on its due day, how far it may be off, how likely it is missed by much.

Page: docs/rules/forecast.md.
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine import student
from guantong.engine.measurement import MILESTONES, OBJECTIVE, measures, sources
from guantong.engine.projection import Projection, amounts, levels, seasons
from guantong.engine.series import Series, series
from guantong.engine.snapshot import LIMIT, Snapshot, figure

BASES = ("season", "run_rate", "trend", "final")
SEASON, RUN_RATE, TREND, FINAL = range(4)

REASONS = ("", "objective", "milestones", "no_values", "partial", "too_few")
"""Why there is no forecast, the first that applies; nothing where there is one."""

FEWEST = 3
"""Periods with values that a forecast needs."""

INTERVAL = 0.8
MISSED_BY = 0.1


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecast of each goal, (n_goals,) each, NaN where there is none.

    Attributes:
        landing: Projected actual on the due day, metric units.
        low, high: Ends of the 80% interval, metric units.
        risk: Probability of missing the target by more than 10%, 0-1; NaN without target, too.
        basis: Position in BASES, -1 = no forecast.
        reason: Position in REASONS.
        points: Periods with values.
    """

    landing: np.ndarray
    low: np.ndarray
    high: np.ndarray
    risk: np.ndarray
    basis: np.ndarray
    reason: np.ndarray
    points: np.ndarray


@figure
def forecasts(snapshot: Snapshot) -> Forecasts:
    """Return the forecast of each goal there (docs/rules/forecast.md)."""
    points = series(snapshot)
    size = len(snapshot.company.goals)
    count = np.bincount(points.goal, minlength=size)
    reason = _reasons(snapshot, count)
    stand = np.full(size, np.nan)
    stand[points.goal] = points.end
    over = (snapshot.goal_due <= stand) & np.isin(reason, (0, REASONS.index("too_few")))
    able = (reason == 0) & ~over & snapshot.goals_there
    basis = np.where(over, FINAL, -1)
    landing, error = np.where(over, measures(snapshot).actual, np.nan), np.where(over, 0.0, np.nan)
    freedom = np.ones(size, dtype=np.int64)
    sums, season = snapshot.metric_is("aggregation", "sum"), seasons(snapshot)
    for kind, found in (
        (TREND, levels(snapshot, points.of((able & ~sums)[points.goal]))),
        (RUN_RATE, amounts(snapshot, points.of((able & sums)[points.goal]), None)),
        (SEASON, amounts(snapshot, points.of((able & sums & season.known)[points.goal]), season)),
    ):
        known = np.isfinite(found.landing) & np.isfinite(found.error)
        rows = found.rows[known]
        landing[rows], error[rows] = found.landing[known], found.error[known]
        freedom[rows], basis[rows] = found.freedom[known], kind
    whole = Projection(np.arange(size), landing, error, freedom)
    least, most = _bounds(snapshot, points, basis)
    width = student.quantile((1 + INTERVAL) / 2, freedom) * error
    projected, low, high = (np.clip(value, least, most) for value in (landing, landing - width, landing + width))
    risk = _risk(snapshot, whole, least, most)
    return Forecasts(projected, low, high, risk, basis, np.where(over, 0, reason), count)


def _reasons(snapshot: Snapshot, count: np.ndarray) -> np.ndarray:
    source, found = sources(snapshot), measures(snapshot)
    partial = snapshot.parameters.value("CHECK", "known_weight") - found.known_weight > LIMIT
    objective = (source == OBJECTIVE) & ((snapshot.company.goals.metric < 0) | ~np.isnan(found.attainment))
    reasons = [objective, source == MILESTONES, count == 0, partial, count < FEWEST]
    return np.select(reasons, range(1, len(REASONS)), default=0)


def _bounds(snapshot: Snapshot, points: Series, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and most of a landing, (n_goals,): what is booked stays booked, a best value is not passed."""
    size = len(basis)
    actual, best = measures(snapshot).actual, snapshot.metric_of("best", np.nan)
    lowest = np.full(size, np.inf)
    np.minimum.at(lowest, points.goal, points.value)
    lower = snapshot.metric_is("direction", "lower")
    bounded = snapshot.metric_is("kind", "bounded") & ~np.isnan(best) & (basis != FINAL)
    stays = (snapshot.metric_is("aggregation", "sum") & (lowest >= 0)) | snapshot.metric_is("aggregation", "max")
    least = np.where(stays, np.nan_to_num(actual, nan=-np.inf), -np.inf)
    # A level of which less is better and that never was negative is a quantity: days, defects, costs, a rank.
    quantity = lower & (lowest >= 0) & (snapshot.target >= 0) & (basis != FINAL)
    least = np.where(quantity, np.fmax(least, 0.0), least)
    least = np.where(bounded & lower, np.fmax(least, np.fmin(best, actual)), least)
    most = np.where(snapshot.metric_is("aggregation", "min"), np.nan_to_num(actual, nan=np.inf), np.inf)
    most = np.where(bounded & ~lower, np.fmin(most, np.fmax(best, actual)), most)
    return least, most


def _risk(snapshot: Snapshot, found: Projection, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Return the probability that a landing misses its target by more than MISSED_BY of it, (n_goals,).

    The gap is that of docs/rules/measurement.md: against max(|target|, tolerance), for ranges against the bound that is
    passed or the width of the range.
    """
    target, top = snapshot.target, snapshot.company.goals.target_high
    tolerance = np.nan_to_num(snapshot.metric_of("tolerance", 0.0))
    lower, within = snapshot.metric_is("direction", "lower"), snapshot.metric_is("direction", "range")
    width = np.where(within, np.maximum(top - target, tolerance), tolerance)
    bottom = target - MISSED_BY * np.maximum(np.abs(target), width)
    ceiling = np.where(within, top, target)
    ceiling = ceiling + MISSED_BY * np.maximum(np.abs(ceiling), width)
    bottom, ceiling = _between_counts(snapshot, bottom, ceiling)
    short = np.where(lower, 0.0, _below(bottom, found, least, most))
    beyond = np.where(lower | within, 1 - _below(ceiling, found, least, most), 0.0)
    return np.where(np.isnan(found.landing) | np.isnan(bottom) | np.isnan(ceiling), np.nan, short + beyond)


def _between_counts(snapshot: Snapshot, bottom: np.ndarray, ceiling: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return limits just outside which a landing misses: for sums of whole numbers halfway to the next count."""
    slack = LIMIT * np.maximum(1.0, np.abs(bottom))
    whole = snapshot.metric_is("aggregation", "sum") & (snapshot.metric_of("decimals", np.nan) == 0)
    return (
        np.where(whole, np.ceil(bottom - slack) - 0.5, bottom - slack),
        np.where(whole, np.floor(ceiling + slack) + 0.5, ceiling + slack),
    )


def _below(limit: np.ndarray, found: Projection, least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Return the probability that a landing lies below a limit, (n_goals,)."""
    landing = np.clip(found.landing, least, most)
    sure = np.where(limit > landing, np.inf, -np.inf)
    value = np.divide(limit - found.landing, found.error, out=sure, where=found.error > 0)
    value = np.where(limit <= least, -np.inf, np.where(limit > most, np.inf, value))
    return student.below(np.nan_to_num(value, nan=0.0, posinf=np.inf, neginf=-np.inf), found.freedom)
