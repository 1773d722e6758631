"""Alerts: which goals lie above their alert line and behind their schedule, and since when.

Page: docs/rules/tracking.md.
"""

import numpy as np

from guantong.engine.actuals import frequencies, gap_against, plan_to_date, running_values
from guantong.engine.calendar import period_of
from guantong.engine.measurement import (
    MILESTONES,
    OBJECTIVE,
    OWN,
    STATUSES,
    alert_line,
    measures,
    objective_children,
    sources,
)
from guantong.engine.snapshot import LIMIT, Snapshot, figure

_ALERT, _BEHIND = STATUSES.index("alert"), STATUSES.index("behind")


@figure
def alerting(snapshot: Snapshot) -> np.ndarray:
    """Return which goals raise an alert: open contract goals, not exempt, above the line and lagging, (n_goals,) bool.

    Rule: TRACK-GAP
    """
    return snapshot.published & snapshot.counted & (measures(snapshot).status == _ALERT) & lagging(snapshot)


@figure
def lagging(snapshot: Snapshot) -> np.ndarray:
    """Return which goals lag, (n_goals,) bool: by their gap, but milestones and objectives by their schedule.

    Milestones lag while one that was due is not done, an objective while a child lags (docs/rules/tracking.md).
    """
    source, children = sources(snapshot), objective_children(snapshot)
    status = measures(snapshot).status
    lags = (status == _ALERT) | (status == _BEHIND)
    lags &= (source != MILESTONES) | ~np.isnan(_missed_since(snapshot))
    below = np.zeros(len(lags), dtype=bool)
    for level in reversed(snapshot.goal_levels):
        objectives = level[source[level] == OBJECTIVE]
        lags[objectives] = below[objectives]
        below[children[level[lags[level] & (children[level] >= 0)]]] = True
    return lags


def _missed_since(snapshot: Snapshot) -> np.ndarray:
    """Return the earliest due day of each goal's milestones that were due and are not done, (n_goals,), NaN = none."""
    milestones = snapshot.company.milestones
    missed = (milestones.of >= 0) & (milestones.due <= snapshot.as_of) & ~(milestones.done <= snapshot.as_of)
    since = np.full(len(snapshot.company.goals), np.inf)
    np.minimum.at(since, milestones.of[missed], milestones.due[missed])
    return np.where(np.isinf(since), np.nan, since)


@figure
def alert_days(snapshot: Snapshot) -> np.ndarray:
    """Return the day that brought each goal where it is (docs/rules/tracking.md), (n_goals,), NaN without data.

    Own values: the day of the value since which every measurement lies above the line. Milestones: the earliest due day
    missed. Carriers: the day on which the data stand. An objective: the latest such day of its lagging children.

    Rule: TRACK-PLAN-LATE
    """
    figures, source, children = measures(snapshot), sources(snapshot), objective_children(snapshot)
    days = np.where(source == MILESTONES, _missed_since(snapshot), figures.stand)
    own = np.flatnonzero((source == OWN) & (figures.status == _ALERT))
    if len(own):
        days[own] = _crossed(snapshot, own)
    latest = np.full(len(days), -np.inf)
    lags = lagging(snapshot)
    for level in reversed(snapshot.goal_levels):
        objectives = level[(source[level] == OBJECTIVE) & lags[level]]
        days[objectives] = latest[objectives]
        entering = level[lags[level] & (children[level] >= 0)]
        np.maximum.at(latest, children[entering], days[entering])
    return days


def _crossed(snapshot: Snapshot, goals: np.ndarray) -> np.ndarray:
    """Return since when goals of own values that alert have been above their line at every measurement, (m,) days.

    A value is measured twice: on its own day, and at the end of its period unless another value comes before.
    """
    days, actual = running_values(snapshot, goals)
    after = np.column_stack([days[:, 1:], np.full(len(goals), np.nan)])
    after = np.where(np.isnan(after), snapshot.as_of + 1, after)
    place, value = np.nonzero(~np.isnan(days))
    of, ends = goals[place], np.full(days.shape, np.nan)
    ends[place, value] = period_of(days[place, value], frequencies(snapshot, of), snapshot.first_month)[1]
    stands = np.stack([days, ends], axis=2).reshape(len(goals), 2 * days.shape[1])
    measured = np.stack([days < ends, ends < after], axis=2).reshape(stands.shape)
    place, moment = np.nonzero(measured)
    of, stand = goals[place], stands[measured]
    ratio = gap_against(snapshot, of, plan_to_date(snapshot, stand, of), actual[place, moment // 2])[1]
    kept = np.zeros(stands.shape, dtype=bool)
    kept[place, moment] = ~(ratio > alert_line(snapshot, of) + LIMIT)
    moments = np.arange(stands.shape[1])
    last_kept = np.max(np.where(kept, moments, -1), axis=1)
    first = np.argmax(measured & (moments > last_kept[:, np.newaxis]), axis=1)
    return stands[np.arange(len(goals)), first]
