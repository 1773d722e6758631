"""What was booked on the demo's goals: monthly figures by formula, with a season, and the monthly plans beside them.

The running month has a flash figure on the day itself, so the company looks alive on any day of the year; what follows
a monthly plan is booked at month ends only, as its plan is, but for the first month.
"""

import datetime
import math
from collections.abc import Iterable, Iterator

from guantong.demo.days import booking_days, month_end, season_until
from guantong.demo.goal import Goal
from guantong.demo.metrics import DETAILS
from guantong.demo.rows import Row

_RANKS = (7, 6, 6, 6)
_COMPLAINTS = 4_800
_HEAD_START, _REST = 0.6, 0.4
_WAVE = 0.004


def actual_rows(goals: Iterable[Goal], rows: Iterable[Row], until: datetime.date) -> Iterator[Row]:
    """Yield what was booked on goals up to a day.

    Args:
        goals: The goals, all begun by that day.
        rows: Their rows, for the days between which they run; parallel to `goals`.
        until: Last day of which there are figures.
    """
    for goal, row in zip(goals, rows, strict=True):
        if not goal.metric or goal.pace is None or row.get("rollup") == "sum":
            continue
        start, due = row["start"], row["due"]
        detail = DETAILS[goal.metric]
        days = [day for day in booking_days(start, min(until, due)) if _is_measured(detail, day)]
        for day, cells in zip(days, _cells(goal, days, start, due), strict=True):
            yield {"goal": goal.code, "date": day, **cells}


def _is_measured(detail: Row, day: datetime.date) -> bool:
    closes_month = day == month_end(day.year, day.month)
    if detail.get("frequency") == "quarter":
        return closes_month and day.month % 3 == 0
    return closes_month or day.month == 1 or detail.get("phasing") != "plan"


def _cells(goal: Goal, days: list[datetime.date], start: datetime.date, due: datetime.date) -> Iterator[Row]:
    detail = DETAILS[goal.metric]
    aggregation = detail["aggregation"]
    booked = 0.0
    for day in days:
        elapsed = ((day - start).days + 1) / ((due - start).days + 1)
        if aggregation == "sum":
            reached = max(_reached(goal, season_until(day), day), booked)
            yield {"value": reached - booked}
            booked = reached
        elif aggregation == "ratio":
            asked = round(_COMPLAINTS / 12 + 3 * day.day)
            yield {"numerator": round(asked * _level(goal, elapsed, day)), "denominator": asked}
        else:
            yield {"value": round(_level(goal, elapsed, day), detail["decimals"])}


def _wave(goal: Goal, day: datetime.date) -> float:
    """Return the small ups and downs of a goal's months, -1 to 1, the same in every run."""
    return math.sin(1.7 * day.month + sum(map(ord, goal.code)))


def _reached(goal: Goal, season: float, day: datetime.date) -> float:
    """Return how much a goal that adds up has reached: whole things, begun ones counted."""
    return math.ceil((goal.target or 0) * (goal.pace or 0) * season * (1 + _WAVE * _wave(goal, day)) - 1e-6)


def _level(goal: Goal, elapsed: float, day: datetime.date) -> float:
    """Return the level that a goal stands at: from its baseline towards its target."""
    target, pace = goal.target or 0.0, goal.pace or 0.0
    if goal.baseline is None:
        return target * pace * (1 + _WAVE * _wave(goal, day))
    moving = DETAILS[goal.metric].get("phasing") == "linear"
    way = elapsed if moving else _HEAD_START + _REST * elapsed
    return goal.baseline + (target - goal.baseline) * pace * way


def rank_rows(year: int, until: datetime.date) -> Iterator[Row]:
    """Yield the rank by market share at each quarter's end, the last one of the year before included."""
    yield {"goal": "H1", "date": month_end(year - 1, 12), "value": 7}
    for quarter, rank in enumerate(_RANKS, start=1):
        if (day := month_end(year, 3 * quarter)) <= until:
            yield {"goal": "H1", "date": day, "value": rank}


def target_plan_rows(goals: Iterable[Goal], year: int) -> Iterator[Row]:
    """Yield the monthly plans of goals that follow the season, cumulated."""
    for goal in goals:
        if goal.target and DETAILS.get(goal.metric, {}).get("phasing") == "plan":
            for month in range(1, 13):
                day = month_end(year, month)
                planned = math.floor(goal.target * season_until(day) + 1e-6)
                yield {"goal": goal.code, "month": day, "planned": planned}
