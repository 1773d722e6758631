"""Tracking: goals behind their plan, alerts without corrective plan, goals whose figures have gone stale.

Page: docs/rules/tracking.md.
"""

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np

from guantong.engine.alerts import alert_days, alerting
from guantong.engine.calendar import date_of, iso_day
from guantong.engine.findings import ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.measurement import alert_line, measures
from guantong.engine.scorecards import data_due, goals_on_cards
from guantong.engine.snapshot import LIMIT, Snapshot, known

_LAST_MOMENT = datetime.time.max.replace(fold=1)
_HOUR = 3600


@rule("TRACK-GAP", "goals")
def goals_behind_plan(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find contract goals whose gap lies above the alert line, unless they are on schedule.

    Rule: TRACK-GAP
    """
    figures = measures(snapshot)
    rows = np.flatnonzero(alerting(snapshot))
    shown = {
        "gap": figures.gap[rows],
        "gap_ratio": figures.gap_ratio[rows],
        "actual": figures.actual[rows],
        "plan": figures.plan[rows],
        "line": alert_line(snapshot, rows),
    }
    evidence = {key: known(of) for key, of in shown.items()}
    yield breaks("goals", rows, ERROR, **evidence)


@rule("TRACK-PLAN-LATE", "goals", "actuals", "corrective_plans")
def alerts_without_plan(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals of TRACK-GAP whose alert is older than the hours allowed and for which no plan was filed.

    Rule: TRACK-PLAN-LATE
    """
    zone = ZoneInfo(snapshot.company.setting("timezone"))
    now = _end_of(snapshot.as_of, zone)
    rows = np.flatnonzero(alerting(snapshot))
    day = alert_days(snapshot)[rows].tolist()
    raised, filed = _latest_plan(snapshot, now, [_end_of(one - 1, zone) for one in day], rows)
    raised = np.where(np.isnan(raised), [_end_of(one, zone) for one in day], raised)
    hours = (now - raised) / _HOUR
    late = ~filed & (hours > snapshot.parameters.value("TRACK-PLAN-LATE", "hours") - LIMIT)
    moments = [datetime.datetime.fromtimestamp(moment, zone).isoformat() for moment in raised[late].tolist()]
    yield breaks("goals", rows[late], ERROR, raised=moments, hours=hours[late].tolist())


def _end_of(day: float, zone: ZoneInfo) -> float:
    """Return the end of a day in a zone as UTC seconds; it need not be 24 hours after the day's beginning."""
    return round(datetime.datetime.combine(date_of(day), _LAST_MOMENT, zone).timestamp())


def _latest_plan(snapshot: Snapshot, now: float, since: list[float], rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return when the alerts of goals were raised by the sheet, NaN = not there, and whether a plan was filed.

    A resolved plan that was raised before the present alert began belongs to an earlier one.

    Args:
        now: The end of the day, UTC seconds.
        since: (m,) UTC seconds at which the day of the present alert began.
        rows: (m,) positions of the goals.
    """
    plans = snapshot.company.corrective_plans
    begun = np.full(len(snapshot.company.goals), np.inf)
    begun[rows] = since
    there = plans.raised < now
    there &= ~plans.is_choice("state", "resolved") | (plans.raised >= begun[plans.goal])
    latest = np.full(len(begun), -1)
    # Rows are sorted by goal and time, so a goal's latest is written last.
    latest[plans.goal[there]] = np.flatnonzero(there)
    found = latest[rows]
    raised = np.append(plans.raised, np.nan)[found]
    return raised, np.append(plans.filed < now, False)[found]


@rule("TRACK-STALE", "goals", "actuals")
def goals_gone_stale(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals on no card without value for the last period of their metric's frequency that ended within them.

    Rule: TRACK-STALE
    """
    figures = data_due(snapshot)
    rows = np.flatnonzero(snapshot.published & ~goals_on_cards(snapshot) & ~figures.present)
    yield breaks("goals", rows, WARNING, period_end=[iso_day(day) for day in figures.period_end[rows]])
