"""Check-ins: everybody's open goals are updated in time, and trouble comes with its cause and correction.

Page: docs/rules/checkins.md.
"""

from collections.abc import Iterator

import numpy as np

from guantong.engine.findings import ERROR, WARNING, Breaks, breaks, reported, rule
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take


@figure
def last_checkins(snapshot: Snapshot) -> np.ndarray:
    """Return the last check-in of each goal by as-of, (n_goals,) positions in checkins, -1 = none."""
    checkins = snapshot.company.checkins
    last = np.full(len(snapshot.company.goals), -1, dtype=np.int64)
    rows = np.flatnonzero(checkins.date <= snapshot.as_of)
    # Rows are in key order, so of several rows of a goal the latest is written last.
    last[checkins.goal[rows]] = rows
    return last


@rule("CHECKIN-LATE", "checkins", "goals", "people")
def people_late_with_their_checkin(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find active people none of whose open goals of the checked year has been updated in time.

    Silent on people whom GOAL-NOBODY reports.

    Rule: CHECKIN-LATE
    """
    goals, size = snapshot.company.goals, len(snapshot.company.people)
    days = snapshot.parameters.value("CHECKIN-LATE", "days")
    running = (snapshot.goal_start <= snapshot.as_of) & (snapshot.goal_due >= snapshot.as_of)
    rows = np.flatnonzero(snapshot.published & snapshot.year_cycles[goals.cycle] & running & (goals.owner >= 0))
    begun_long_ago = snapshot.as_of - snapshot.goal_start[rows] > days + LIMIT
    expected = np.bincount(goals.owner[rows[begun_long_ago]], minlength=size) > 0
    latest = np.full(size, -np.inf)
    dates = take(snapshot.company.checkins.date, last_checkins(snapshot)[rows], -np.inf)
    np.maximum.at(latest, goals.owner[rows], dates)
    since = snapshot.as_of - latest
    silent = reported(snapshot, "GOAL-NOBODY", "people")
    late = np.flatnonzero(snapshot.active & expected & ~silent & (since > days + LIMIT))
    yield breaks("people", late, WARNING, days=[int(day) if day < np.inf else None for day in since[late].tolist()])


@rule("CHECKIN-NO-CAUSE", "checkins", "goals")
def trouble_without_cause(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals whose last check-in says lagging or at risk and does not state both cause and correction.

    Rule: CHECKIN-NO-CAUSE
    """
    checkins, last = snapshot.company.checkins, last_checkins(snapshot)
    trouble = checkins.is_choice("status", "lagging", "at_risk")
    unexplained = trouble & ((checkins.cause == "") | (checkins.correction == ""))
    goals = np.flatnonzero(snapshot.published & take(unexplained, last, False))
    yield breaks(
        "goals",
        goals,
        ERROR,
        status=[checkins.choice("status", row) for row in last[goals].tolist()],
        missing=[
            [name for name in ("cause", "correction") if getattr(checkins, name)[row] == ""]
            for row in last[goals].tolist()
        ],
    )
