"""Comparison with last year: which goal of the year before is a goal's counterpart, and what it came to.

Page: docs/rules/measurement.md.
"""

import numpy as np

from guantong.engine.calendar import month_of
from guantong.engine.measurement import measures
from guantong.engine.snapshot import Snapshot, figure, take

_YEAR_MONTHS = 12


@figure
def counterparts(snapshot: Snapshot) -> np.ndarray:
    """Return the goal of the year before that measures what each goal measures, (n_goals,) positions, -1 = none.

    It has the same metric and unit, is personal or not alike (the same owner's where personal), and lies in the cycle
    of the same kind that begins twelve months earlier. Of several the first by code counts. Drafts are none.
    """
    goals = snapshot.company.goals
    size = len(goals)
    before = snapshot.year_before
    if before is None or not size:
        return np.full(size, -1)
    there = np.flatnonzero(before.goals_there & (goals.metric >= 0))
    measured_before = np.bincount(goals.metric[there], minlength=len(snapshot.company.metrics)) > 0
    wanted = np.flatnonzero(snapshot.goals_there & take(measured_before, goals.metric, False))
    rows = np.concatenate([there, wanted])
    personal = goals.personal == 1
    month = month_of(snapshot.company.cycles.start.astype(np.float64))[goals.cycle]
    later = np.repeat([_YEAR_MONTHS, 0], [len(there), len(wanted)])
    keys = np.stack(
        [
            goals.metric[rows],
            goals.unit[rows],
            np.where(personal, goals.owner, -2)[rows],
            snapshot.cycle_kind[goals.cycle][rows],
            month[rows].astype(np.int64) + later,
        ],
        axis=1,
    )
    alike = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    first = np.full(alike.max(initial=-1) + 1, -1)
    first[alike[: len(there)][::-1]] = there[::-1]
    found = np.full(size, -1)
    found[wanted] = first[alike[len(there) :]]
    return found


@figure
def past_actuals(snapshot: Snapshot) -> np.ndarray:
    """Return the last comparable actual of each goal, (n_goals,) metric units, NaN where none is known.

    What its counterpart came to by the end of last year; where that is not known, the goal's stated baseline.
    """
    goals = snapshot.company.goals
    before = snapshot.year_before
    if before is None:
        return goals.baseline.copy()
    known = take(measures(before).actual, counterparts(snapshot), np.nan)
    return np.where(np.isnan(known), goals.baseline, known)
