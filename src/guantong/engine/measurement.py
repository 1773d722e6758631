"""Measuring: roll-up, attainment, gap against the plan to date, status of every goal.

Page: docs/rules/measurement.md. All figures are NaN where they are missing; missing never becomes zero.
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine.actuals import gap_against, own_values, plan_to_date, stand_of
from guantong.engine.cascade import carriers, retained_part
from guantong.engine.company import NOTHING
from guantong.engine.smart import has_milestones
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take

STATUSES = ("no_data", "partial", "alert", "behind", "met", "exceeded")
OWN, MILESTONES, OBJECTIVE, ROLLED = range(4)


@dataclass(frozen=True, eq=False)
class Measures:
    """Figures of each goal, (n_goals,) each, NaN where missing.

    Attributes:
        actual: Actual value, metric units.
        target: Target in force, metric units.
        plan: Plan to date where the data stand, metric units (1 where only an attainment is known).
        gap: Gap against the plan to date, metric units; negative = ahead.
        gap_ratio: Gap as a ratio of the plan to date.
        attainment: 1 - gap ratio against the target; not floored.
        known_weight: Share of the weight that has data, 0-1.
        status: Position in STATUSES, int64.
        stand: Day on which the data stand.
        valued: Goals measured by an actual value, not by an attainment alone, bool.
        numerator, denominator: What a goal hands on to a roll-up by ratio; 0 where there is nothing.
    """

    actual: np.ndarray
    target: np.ndarray
    plan: np.ndarray
    gap: np.ndarray
    gap_ratio: np.ndarray
    attainment: np.ndarray
    known_weight: np.ndarray
    status: np.ndarray
    stand: np.ndarray
    valued: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray


@figure
def measures(snapshot: Snapshot) -> Measures:
    """Return the figures of each goal there, from the leaves up (docs/rules/measurement.md)."""
    work = _RollUp(snapshot)
    for level in reversed(snapshot.goal_levels):
        work.measure(level)
    return work.result()


@figure
def sources(snapshot: Snapshot) -> np.ndarray:
    """Return where each goal's figures come from: own values, milestones, children as an objective, carriers."""
    goals = snapshot.company.goals
    has_metric = (goals.metric >= 0) & ~snapshot.metric_is("direction", "milestone")
    has_values = ~np.isnan(own_values(snapshot).actual)
    blank = goals.rollup < 0
    own = goals.is_choice("rollup", "own") | (blank & has_metric & has_values)
    source = np.where(blank, OBJECTIVE, ROLLED)
    source[own] = OWN
    source[has_milestones(snapshot) & ~has_metric] = MILESTONES
    return source


@figure
def begun_carriers(snapshot: Snapshot) -> np.ndarray:
    """Return the goal that each carrier rolls up to, -1 for others and for carriers whose cycle has not begun."""
    goals = snapshot.company.goals
    return np.where(_has_begun(snapshot), carriers(snapshot).parent, -1) if len(goals) else carriers(snapshot).parent


@figure
def objective_children(snapshot: Snapshot) -> np.ndarray:
    """Return the objective whose mean each goal enters, -1 for others, (n_goals,) int64."""
    parent = snapshot.goal_parent
    enters = snapshot.counted & (take(sources(snapshot), parent) == OBJECTIVE) & _has_begun(snapshot)
    return np.where(enters, parent, -1)


def _has_begun(snapshot: Snapshot) -> np.ndarray:
    return snapshot.company.cycles.start[snapshot.company.goals.cycle] <= snapshot.as_of


class _RollUp:
    """Figures under way: each level of goals is measured after those below it."""

    def __init__(self, snapshot: Snapshot) -> None:
        goals = snapshot.company.goals
        size = len(goals)
        self.snapshot = snapshot
        self.own = own_values(snapshot)
        self.source = np.where(snapshot.goals_there, sources(snapshot), -1)
        self.carried = begun_carriers(snapshot)
        self.objective = objective_children(snapshot)
        self.weight = np.where(np.isnan(goals.weight), 1.0, np.maximum(goals.weight, 0.0))
        self.actual = np.full(size, np.nan)
        self.attainment = np.full(size, np.nan)
        self.known = np.full(size, np.nan)
        self.stand = np.full(size, np.nan)
        self.numerator, self.denominator = self.own.numerator.copy(), self.own.denominator.copy()
        self.own_stand = stand_of(snapshot, self.own.last)

    def measure(self, level: np.ndarray) -> None:
        """Measure the goals of one level; `level` are their positions."""
        for source, take_over in (
            (OWN, self._from_own),
            (MILESTONES, self._from_milestones),
            (OBJECTIVE, self._from_children),
            (ROLLED, self._from_carriers),
        ):
            rows = level[self.source[level] == source]
            if len(rows):
                take_over(rows)
        valued = level[np.isin(self.source[level], (OWN, ROLLED))]
        reached = gap_against(self.snapshot, valued, self.snapshot.target[valued], self.actual[valued])[1]
        self.attainment[valued] = 1 - reached
        self.known[valued] = np.where(np.isnan(reached), np.nan, self.known[valued])

    def _from_own(self, rows: np.ndarray) -> None:
        self.actual[rows] = self.own.actual[rows]
        self.stand[rows] = self.own_stand[rows]
        self.known[rows] = np.where(np.isnan(self.own.actual[rows]), np.nan, 1.0)

    def _from_milestones(self, rows: np.ndarray) -> None:
        milestones = self.snapshot.company.milestones
        size = len(self.known)
        of = np.flatnonzero(milestones.of >= 0)
        weight = np.where(np.isnan(milestones.weight), 1.0, milestones.weight)
        done = milestones.done[of] <= self.snapshot.as_of
        due = milestones.due[of] <= self.snapshot.as_of
        whole = np.bincount(milestones.of[of], weights=weight[of], minlength=size)
        reached = np.bincount(milestones.of[of], weights=weight[of] * done, minlength=size)
        begun = np.bincount(milestones.of[of], weights=due, minlength=size) > 0
        rows = rows[begun[rows] & (whole[rows] > 0)]
        self.attainment[rows] = reached[rows] / whole[rows]
        self.known[rows] = 1.0
        self.stand[rows] = self.snapshot.as_of

    def _from_children(self, rows: np.ndarray) -> None:
        children = self._children(self.objective, rows)
        weight = self.weight[children]
        has = ~np.isnan(self.attainment[children])
        self.attainment[rows] = self._mean(self.objective, children, self.attainment, weight)[rows]
        self._carry_on(self.objective, children, rows, weight, has)

    def _from_carriers(self, rows: np.ndarray) -> None:
        snapshot = self.snapshot
        goals, size = snapshot.company.goals, len(self.known)
        children = self._children(self.carried, rows)
        has = ~np.isnan(self.actual[children])
        above = self.carried[children]
        kept = retained_part(snapshot)
        with_own = (kept > 0) & ~np.isnan(self.own.actual)
        data = children[has]
        total = np.bincount(self.carried[data], weights=self.actual[data], minlength=size)
        lowest, highest = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(lowest, self.carried[data], self.actual[data])
        np.maximum.at(highest, self.carried[data], self.actual[data])
        parts = [np.bincount(self.carried[data], weights=part[data], minlength=size)
                 for part in (self.numerator, self.denominator)]  # fmt: skip
        by_kind = {
            "sum": total + np.where(with_own, self.own.actual, 0.0),
            "average": self._mean(self.carried, children, self.actual, self.weight[children]),
            "min": lowest,
            "max": highest,
            "ratio": np.divide(parts[0], parts[1], out=np.full(size, np.nan), where=np.abs(parts[1]) > NOTHING),
        }
        any_data = np.bincount(self.carried[data], minlength=size) > 0
        any_data |= with_own & goals.is_choice("rollup", "sum")
        for name, values in by_kind.items():
            chosen = rows[goals.is_choice("rollup", name)[rows] & any_data[rows]]
            self.actual[chosen] = values[chosen]
        ratio = rows[goals.is_choice("rollup", "ratio")[rows]]
        self.numerator[ratio], self.denominator[ratio] = parts[0][ratio], parts[1][ratio]
        sums = goals.is_choice("rollup", "sum")
        self._carry_on(
            self.carried, children, rows, np.where(sums[above], self._targets(children), self.weight[children]), has
        )
        self._add_retained(rows[sums[rows] & (kept[rows] > 0)], children, with_own)

    def _targets(self, children: np.ndarray) -> np.ndarray:
        """Return the carriers' targets as weights; equal weights where none of a goal's carriers has one."""
        size = len(self.known)
        target = np.nan_to_num(np.fmax(self.snapshot.target[children], 0.0))
        known = np.bincount(self.carried[children], weights=target, minlength=size) > 0
        return np.where(known[self.carried[children]], target, 1.0)

    def _add_retained(self, rows: np.ndarray, children: np.ndarray, with_own: np.ndarray) -> None:
        """Let the retained part and the goal's own values count beside the carriers' in known weight and stand."""
        kept = retained_part(self.snapshot)
        size = len(self.known)
        carried = np.bincount(self.carried[children], weights=self._targets(children), minlength=size)[rows]
        own = np.where(with_own[rows], kept[rows], 0.0)
        known = (np.nan_to_num(self.known[rows]) * carried + own) / (carried + kept[rows])
        self.known[rows] = np.where(np.isnan(self.actual[rows]), np.nan, known)
        self.stand[rows] = np.where(with_own[rows], np.fmax(self.stand[rows], self.own_stand[rows]), self.stand[rows])

    def _children(self, link: np.ndarray, rows: np.ndarray) -> np.ndarray:
        wanted = np.zeros(len(self.known) + 1, dtype=bool)
        wanted[rows] = True
        return np.flatnonzero(wanted[link])

    def _mean(self, link: np.ndarray, children: np.ndarray, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
        size = len(self.known)
        has = ~np.isnan(values[children])
        above = link[children][has]
        total = np.bincount(above, weights=(weight * values[children])[has], minlength=size)
        whole = np.bincount(above, weights=weight[has], minlength=size)
        return np.divide(total, whole, out=np.full(size, np.nan), where=whole > 0)

    def _carry_on(
        self, link: np.ndarray, children: np.ndarray, rows: np.ndarray, weight: np.ndarray, has: np.ndarray
    ) -> None:
        """Set known weight (children with data in proportion) and stand (the latest child's) of rolled-up goals."""
        size = len(self.known)
        above = link[children]
        whole = np.bincount(above, weights=weight, minlength=size)
        part = np.where(has, np.nan_to_num(self.known[children], nan=1.0), 0.0)
        known = np.bincount(above, weights=weight * part, minlength=size)
        share = np.divide(known, whole, out=np.full(size, np.nan), where=whole > 0)
        any_data = np.bincount(above[has], minlength=size) > 0
        self.known[rows] = np.where(any_data[rows], share[rows], np.nan)
        latest = np.full(size, -np.inf)
        np.maximum.at(latest, above[has], self.stand[children[has]])
        self.stand[rows] = np.where(any_data[rows], latest[rows], np.nan)

    def result(self) -> Measures:
        """Return all figures, those against the plan to date included."""
        snapshot = self.snapshot
        everyone = np.arange(len(self.known))
        attained_only = np.isin(self.source, (MILESTONES, OBJECTIVE))
        valued = ~np.isnan(self.attainment) & ~attained_only
        plan = np.where(valued, plan_to_date(snapshot, self.stand), np.nan)
        gap, gap_ratio = gap_against(snapshot, everyone, plan, self.actual)
        own = attained_only & ~np.isnan(self.attainment)
        plan = np.where(own, 1.0, plan)
        gap = np.where(own, 1 - self.attainment, np.where(valued, gap, np.nan))
        gap_ratio = np.where(own, gap, np.where(valued, gap_ratio, np.nan))
        target = np.where(snapshot.goals_there, snapshot.target, np.nan)
        status = _status(snapshot, self.attainment, gap_ratio, self.known)
        reached = (self.actual, target, plan, gap, gap_ratio, self.attainment)
        return Measures(*reached, self.known, status, self.stand, valued, self.numerator, self.denominator)


def _status(snapshot: Snapshot, attainment: np.ndarray, gap_ratio: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the first status that applies in the order of STATUSES, (n_goals,) int64."""
    return np.select(
        [
            np.isnan(attainment),
            snapshot.parameters.value("CHECK", "known_weight") - known > LIMIT,
            gap_ratio > alert_line(snapshot) + LIMIT,
            gap_ratio > LIMIT,
            attainment <= 1 + LIMIT,
        ],
        range(5),
        default=5,
    )


def alert_line(snapshot: Snapshot) -> np.ndarray:
    """Return the gap ratio above which each goal alerts: its metric's, else the company's, (n_goals,)."""
    line = snapshot.metric_of("alert_gap", np.nan)
    return np.where(np.isnan(line), snapshot.parameters.value("TRACK-GAP", "gap"), line)


def values_in_period(snapshot: Snapshot, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return which goals have a value, their own or any carrier's, dated within their period.

    Args:
        start, end: (n_goals,) days, inclusive; NaN = no period.
    """
    actuals = snapshot.company.actuals
    filled = ~np.isnan(actuals.value) | (~np.isnan(actuals.numerator) & ~np.isnan(actuals.denominator))
    rows = np.flatnonzero(filled & (actuals.date <= snapshot.as_of))
    goal, day = actuals.goal[rows], actuals.date[rows]
    found = np.zeros(len(start), dtype=bool)
    links = begun_carriers(snapshot)
    rolls_up = sources(snapshot) == ROLLED
    while len(goal):
        inside = (start[goal] <= day) & (day <= end[goal])
        found[goal[inside]] = True
        above = links[goal]
        onward = (above >= 0) & take(rolls_up, above, False)
        goal, day = above[onward], day[onward]
    return found
