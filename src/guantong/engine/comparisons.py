"""Comparisons: a goal's value of the last ended period beside the period before and the same period a year earlier.

Page: docs/rules/measurement.md#comparisons. Figures are NaN where they are missing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.actuals import DAYS_APART, DataRows, aggregated, data_rows, frequencies
from guantong.engine.calendar import FREQUENCIES, iso_day, months_later, period_of
from guantong.engine.cascade import retained_part
from guantong.engine.company import NOTHING
from guantong.engine.measurement import ROLLED, begun_carriers, measures, sources
from guantong.engine.snapshot import Snapshot, figure, known, take

_WEEKS_OF_A_YEAR = 364.0
"""Days from a week to the one that is compared with it a year later: 52 weeks."""


@dataclass(frozen=True, eq=False)
class PeriodValues:
    """Values of goals in the periods of their metrics that ended by the day, sorted by goal and start, (m,) each.

    Attributes:
        goal: Positions in goals.
        start, end: First and last day of the period.
        value: Metric units, none missing.
    """

    goal: np.ndarray
    start: np.ndarray
    end: np.ndarray
    value: np.ndarray

    def of(self, goal: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Return the values of goals in the periods that begin on these days; NaN where none, for goal -1 too."""
        # One more key that nothing meets, so that every search ends at a row.
        keys = np.append(self.goal * DAYS_APART + self.start, np.inf)
        wanted = goal * DAYS_APART + start
        place = np.searchsorted(keys, wanted)
        return np.where(keys[place] == wanted, np.append(self.value, np.nan)[place], np.nan)


@figure
def period_values(snapshot: Snapshot) -> PeriodValues:
    """Return what each goal's rows add up to in each ended period of its metric's frequency."""
    data = _rolled_up(snapshot, data_rows(snapshot))
    start, end = period_of(data.date, frequencies(snapshot)[data.goal], snapshot.first_month)
    # Rows are sorted by goal and date, so those of one period stand together.
    begins = np.diff(data.goal * DAYS_APART + start, prepend=-np.inf) > 0
    first, period = np.flatnonzero(begins), np.cumsum(begins) - 1
    value = aggregated(data, period, snapshot.metric_of("aggregation", -1)[data.goal[first]])[0]
    kept = (end[first] <= snapshot.as_of) & np.isfinite(value)
    rows = first[kept]
    return PeriodValues(data.goal[rows], start[rows], end[rows], value[kept])


def _rolled_up(snapshot: Snapshot, data: DataRows) -> DataRows:
    """Return the rows with those of carriers under each goal above that rolls them up by sum, by goal and date.

    Such a goal's own rows count only beside a part that it retains.
    """
    sums = (sources(snapshot) == ROLLED) & snapshot.company.goals.is_choice("rollup", "sum") & snapshot.goals_there
    above = np.where(take(sums, begun_carriers(snapshot), False), begun_carriers(snapshot), -1)
    counted = np.flatnonzero(~sums[data.goal] | (retained_part(snapshot)[data.goal] > 0))
    rows, goal = counted, data.goal[counted]
    every = [(rows, goal)]
    while len(rows):
        rises = above[goal] >= 0
        rows, goal = rows[rises], above[goal[rises]]
        every.append((rows, goal))
    rows, goal = (np.concatenate(part) for part in zip(*every, strict=True))
    order = np.lexsort((data.date[rows], goal))
    rows = rows[order]
    if np.isnan(data.numerator).all():
        numerator = denominator = np.full(len(rows), np.nan)  # far quicker than picking so many NaN
    else:
        numerator, denominator = (part[rows] for part in (data.numerator, data.denominator))
    return DataRows(goal[order], data.date[rows], data.value[rows], numerator, denominator)


@figure
def counterparts(snapshot: Snapshot) -> np.ndarray:
    """Return the goal that each goal's figures of last year stand in, (n_goals,) positions, -1 = none.

    Rule: the same metric, unit and, for a personal goal, owner; a cycle of the same kind that starts twelve months
    earlier; no draft; of several the first by code (docs/rules/measurement.md#comparisons).
    """
    company = snapshot.company
    goals = company.goals
    cycle, earlier = _cycle_spans(snapshot)
    holder = np.where(goals.personal == 1, goals.owner, len(company.people))
    same = (goals.unit * len(company.metrics) + goals.metric) * (len(company.people) + 1) + holder
    known = (goals.metric >= 0) & (holder >= 0)
    spans = len(company.cycles)
    keys = same * spans + cycle[goals.cycle]
    answers = np.flatnonzero(known & ~goals.is_choice("status", "draft"))
    # Goals stand in the order of their codes, which a stable sort keeps among equals.
    answers = answers[np.argsort(keys[answers], kind="stable")]
    ordered = np.append(keys[answers], np.iinfo(np.int64).max)
    wanted = same * spans + earlier[goals.cycle]
    place = np.searchsorted(ordered, wanted)
    found = known & (earlier[goals.cycle] >= 0) & (ordered[place] == wanted)
    return np.where(found, np.append(answers, -1)[place], -1)


@figure
def past_actuals(snapshot: Snapshot) -> np.ndarray:
    """Return the last comparable actual of each goal, (n_goals,) metric units, NaN where none is known.

    What its counterpart came to by the end of last year; where that is not known, the goal's stated baseline.
    """
    before = snapshot.year_before
    baseline = snapshot.company.goals.baseline
    if before is None:
        return baseline.copy()
    known = take(measures(before).actual, counterparts(snapshot), np.nan)
    return np.where(np.isnan(known), baseline, known)


def _cycle_spans(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each cycle's kind and start, and that of the cycles a year earlier, -1 = there are none."""
    start = snapshot.company.cycles.start
    apart = snapshot.cycle_kind * DAYS_APART
    spans, number = np.unique(apart + start, return_inverse=True)
    before = apart + months_later(start, -12)
    place = np.searchsorted(spans, before)
    return number, np.where(spans[place] == before, place, -1)


def comparison_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the last value of each goal of the checked year beside those that it is compared with.

    Keys: `goal`, `period_end`, `value`, `last_period`, `period_change`, `last_year`, `year_change`.
    """
    goals, periods = snapshot.company.goals, period_values(snapshot)
    judged = snapshot.goals_there & snapshot.year_cycles[goals.cycle] & (goals.metric >= 0)
    latest = np.append(periods.goal[1:] != periods.goal[:-1], True)[: len(periods.goal)]
    rows = np.flatnonzero(judged[periods.goal] & latest)
    goal, start, value = periods.goal[rows], periods.start[rows], periods.value[rows]
    frequency = frequencies(snapshot)[goal]
    counterpart = take(counterparts(snapshot), goal)
    before = period_of(start - 1, frequency, snapshot.first_month)[0]
    weekly = frequency == FREQUENCIES.index("week")
    year_ago = np.where(weekly, start - _WEEKS_OF_A_YEAR, months_later(start, -12))
    last_period = _first_value(periods.of(goal, before), periods.of(counterpart, before))
    last_year = _first_value(periods.of(counterpart, year_ago), periods.of(goal, year_ago))
    columns = (value, last_period, _change(value, last_period), last_year, _change(value, last_year))
    keys = ("goal", "period_end", "value", "last_period", "period_change", "last_year", "year_change")
    end = periods.end[rows].tolist()
    words = {day: iso_day(day) for day in set(end)}
    days = [words[day] for day in end]
    return [
        dict(zip(keys, entry, strict=True))
        for entry in zip(goals.code[goal].tolist(), days, *map(known, columns), strict=True)
    ]


def _first_value(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(one), other, one)


def _change(value: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return value / reference - 1; a change from zero or below has no ratio and is missing."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        change = value / reference - 1.0
    return np.where((reference > NOTHING) & np.isfinite(change), change, np.nan)
