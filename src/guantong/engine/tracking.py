"""Tracking: goals whose figures have gone stale.

Page: docs/rules/tracking.md.
"""

from collections.abc import Iterator

import numpy as np

from guantong.engine.calendar import iso_day
from guantong.engine.findings import WARNING, Breaks, breaks, rule
from guantong.engine.scorecards import data_due, goals_on_cards
from guantong.engine.snapshot import Snapshot


@rule("TRACK-STALE", "goals", "actuals")
def goals_gone_stale(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals on no card without value for the last period of their metric's frequency that ended within them.

    Rule: TRACK-STALE
    """
    figures = data_due(snapshot)
    rows = np.flatnonzero(snapshot.published & ~goals_on_cards(snapshot) & ~figures.present)
    yield breaks("goals", rows, WARNING, period_end=[iso_day(day) for day in figures.period_end[rows]])
