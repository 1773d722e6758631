"""Measuring: roll-up, attainment, gap against the plan to date, status of every goal.

Page: docs/rules/measurement.md. All figures are NaN where they are missing; missing never becomes zero.
"""

from collections.abc import Iterator
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
    below = np.empty(0, dtype=np.int64)
    for level in _levels_with_data(snapshot):
        work.measure(level, below)
        below = level
    return work.result()


def _levels_with_data(snapshot: Snapshot) -> Iterator[np.ndarray]:
    """Yield the goals of each level from the leaves up: those of families that have data; all of the top level."""
    parent = snapshot.goal_parent
    with_data = ~np.isnan(own_values(snapshot).actual) | (sources(snapshot) == MILESTONES)
    for level in reversed(snapshot.goal_levels[1:]):
        above = parent[level]
        with_data[above[with_data[level]]] = True
        yield level[with_data[above]]
    yield from snapshot.goal_levels[:1]


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


@figure
def _has_begun(snapshot: Snapshot) -> np.ndarray:
    return snapshot.company.cycles.start[snapshot.company.goals.cycle] <= snapshot.as_of


@dataclass(frozen=True, eq=False)
class _Families:
    """The goals of one level that are measured by those below them, with these.

    Attributes:
        rows: (n,) positions of the goals measured.
        children: (m,) positions of those that count for them, ascending.
        above: (m,) places in `rows` of what each child counts for.
    """

    rows: np.ndarray
    children: np.ndarray
    above: np.ndarray

    def of(self, chosen: np.ndarray) -> "_Families":
        """Return those of the goals that are chosen, (n,) bool, with their children."""
        kept = chosen[self.above]
        place = np.cumsum(chosen) - 1
        return _Families(self.rows[chosen], self.children[kept], place[self.above[kept]])

    def add_up(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of a column of the children per goal, (n,) float64."""
        return np.bincount(self.above, weights=values, minlength=len(self.rows))

    def any_of(self, chosen: np.ndarray) -> np.ndarray:
        """Return which goals have a child among those chosen, (n,) bool."""
        found = np.zeros(len(self.rows), dtype=bool)
        found[self.above[chosen]] = True
        return found

    def mean(self, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Return the weighted mean of the children's values that are there, (n,) float64, NaN without weight."""
        has = ~np.isnan(values)
        whole = self.add_up(np.where(has, weight, 0.0))
        total = self.add_up(np.where(has, weight * values, 0.0))
        return np.divide(total, whole, out=np.full(len(whole), np.nan), where=whole > 0)

    def extreme(self, reduce: np.ufunc, values: np.ndarray) -> np.ndarray:
        """Return the least (np.minimum) or greatest (np.maximum) of the children's values that are there, (n,) float64.

        Infinite where none is.
        """
        has = ~np.isnan(values)
        found = np.full(len(self.rows), np.inf if reduce is np.minimum else -np.inf)
        reduce.at(found, self.above[has], values[has])
        return found


@figure
def support_weights(snapshot: Snapshot) -> np.ndarray:
    """Return the weight with which each goal supports the one above, (n_goals,): 1 where blank, 0 where negative."""
    weight = snapshot.company.goals.weight
    return np.where(np.isnan(weight), 1.0, np.maximum(weight, 0.0))


class _RollUp:
    """Figures under way: each level of goals is measured after the one below it."""

    def __init__(self, snapshot: Snapshot) -> None:
        goals = snapshot.company.goals
        size = len(goals)
        self.snapshot = snapshot
        self.own = own_values(snapshot)
        self.source = np.where(snapshot.goals_there, sources(snapshot), -1)
        self.carried = begun_carriers(snapshot)
        self.objective = objective_children(snapshot)
        self.weight = support_weights(snapshot)
        self.actual = np.full(size, np.nan)
        self.attainment = np.full(size, np.nan)
        self.known = np.full(size, np.nan)
        self.stand = np.full(size, np.nan)
        self.numerator, self.denominator = self.own.numerator.copy(), self.own.denominator.copy()
        # A roll-up by ratio hands on what its carriers do, never its own rows.
        rolled = (self.source == ROLLED) & snapshot.company.goals.is_choice("rollup", "ratio")
        self.numerator[rolled] = self.denominator[rolled] = 0.0
        self.own_stand = stand_of(snapshot, self.own.last)
        # The last place is for goals that count for none.
        self._place = np.full(size + 1, -1, dtype=np.int64)

    def measure(self, level: np.ndarray, below: np.ndarray) -> None:
        """Measure the goals of one level; `level` are their positions, `below` those of the next level down."""
        source = self.source[level]
        self._from_own(level[source == OWN])
        self._from_milestones(level[source == MILESTONES])
        self._from_children(self._families(self.objective, level[source == OBJECTIVE], below))
        self._from_carriers(self._families(self.carried, level[source == ROLLED], below))
        self._attain(level[(source == OWN) | (source == ROLLED)])

    def _families(self, link: np.ndarray, rows: np.ndarray, below: np.ndarray) -> _Families:
        self._place[rows] = np.arange(len(rows))
        above = self._place[link[below]]
        self._place[rows] = -1
        counts = above >= 0
        return _Families(rows, below[counts], above[counts])

    def _attain(self, rows: np.ndarray) -> None:
        """Set the attainment of goals that have an actual value."""
        has = ~np.isnan(self.actual[rows])
        self.known[rows[~has]] = np.nan
        rows = rows[has]
        reached = gap_against(self.snapshot, rows, self.snapshot.target[rows], self.actual[rows])[1]
        self.attainment[rows] = 1 - reached
        self.known[rows[np.isnan(reached)]] = np.nan

    def _from_own(self, rows: np.ndarray) -> None:
        self.actual[rows] = self.own.actual[rows]
        self.stand[rows] = self.own_stand[rows]
        self.known[rows] = np.where(np.isnan(self.own.actual[rows]), np.nan, 1.0)

    def _from_milestones(self, rows: np.ndarray) -> None:
        if not len(rows):
            return
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

    def _from_children(self, families: _Families) -> None:
        families = families.of(families.any_of(~np.isnan(self.attainment[families.children])))
        attainment, weight = self.attainment[families.children], self.weight[families.children]
        self.attainment[families.rows] = families.mean(attainment, weight)
        self._carry_on(families, weight, ~np.isnan(attainment))

    def _from_carriers(self, families: _Families) -> None:
        own = self._own_part(families.rows)
        with_data = families.any_of(~np.isnan(self.actual[families.children])) | (own > 0)
        families, own = families.of(with_data), own[with_data]
        rollup = self.snapshot.company.goals.rollup[families.rows]
        kinds = self.snapshot.company.goals.table.by_name["rollup"].choice_values
        values, weight = self.actual[families.children], self.weight[families.children]
        for place in np.unique(rollup).tolist():
            self._combine(kinds[place], families, rollup == place)
        sums, targets = rollup == kinds.index("sum"), self._targets(families)
        partly = sums & (own > 0)
        self.actual[families.rows[partly]] += self.own.actual[families.rows[partly]]
        self._carry_on(families, np.where(sums[families.above], targets, weight), ~np.isnan(values))
        self._add_retained(families, sums & (retained_part(self.snapshot)[families.rows] > 0), targets, own)

    def _own_part(self, rows: np.ndarray) -> np.ndarray:
        """Return what goals that add up retain and measure by their own values, metric units, 0 for others."""
        kept = retained_part(self.snapshot)[rows]
        sums = self.snapshot.company.goals.is_choice("rollup", "sum")[rows]
        return np.where(sums & ~np.isnan(self.own.actual[rows]), kept, 0.0)

    def _combine(self, kind: str, families: _Families, chosen: np.ndarray) -> None:
        """Set the actual values of the chosen goals, (n,) bool, from their carriers' by a kind of roll-up."""
        rows, children = families.rows, families.children
        values = self.actual[children]
        has = ~np.isnan(values)
        if kind == "ratio":
            parts = [families.add_up(np.where(has, part[children], 0.0)) for part in (self.numerator, self.denominator)]
            self.numerator[rows[chosen]], self.denominator[rows[chosen]] = (part[chosen] for part in parts)
            found = np.divide(parts[0], parts[1], out=np.full(len(rows), np.nan), where=np.abs(parts[1]) > NOTHING)
        elif kind == "average":
            found = families.mean(values, self.weight[children])
        elif kind == "sum":
            found = families.add_up(np.where(has, values, 0.0))
        else:
            found = families.extreme(np.minimum if kind == "min" else np.maximum, values)
        self.actual[rows[chosen]] = found[chosen]

    def _targets(self, families: _Families) -> np.ndarray:
        """Return the carriers' targets as weights; equal weights where none of a goal's carriers has one."""
        target = np.fmax(self.snapshot.target[families.children], 0.0)
        return np.where((families.add_up(target) > 0)[families.above], target, 1.0)

    def _add_retained(self, families: _Families, chosen: np.ndarray, targets: np.ndarray, own: np.ndarray) -> None:
        """Let the retained part and the goal's own values count beside the carriers' in known weight and stand.

        Args:
            chosen: (n,) bool, the goals that retain a part of their sum.
            targets: (m,) the carriers' targets as weights.
            own: (n,) what is retained and measured by the goal's own values, metric units.
        """
        if not chosen.any():
            return
        rows, own = families.rows[chosen], own[chosen]
        kept, carried = retained_part(self.snapshot)[rows], families.add_up(targets)[chosen]
        known = (np.nan_to_num(self.known[rows]) * carried + own) / (carried + kept)
        self.known[rows] = np.where(np.isnan(self.actual[rows]), np.nan, known)
        self.stand[rows] = np.where(own > 0, np.fmax(self.stand[rows], self.own_stand[rows]), self.stand[rows])

    def _carry_on(self, families: _Families, weight: np.ndarray, has: np.ndarray) -> None:
        """Set known weight (children with data in proportion) and stand (the latest child's) of rolled-up goals."""
        children = families.children
        whole = families.add_up(weight)
        part = np.where(has, np.nan_to_num(self.known[children], nan=1.0), 0.0)
        known = families.add_up(weight * part)
        share = np.divide(known, whole, out=np.full(len(whole), np.nan), where=whole > 0)
        any_data = families.any_of(has)
        self.known[families.rows] = np.where(any_data, share, np.nan)
        latest = families.extreme(np.maximum, np.where(has, self.stand[children], np.nan))
        self.stand[families.rows] = np.where(any_data, latest, np.nan)

    def result(self) -> Measures:
        """Return all figures, those against the plan to date included."""
        snapshot = self.snapshot
        attained_only = (self.source == MILESTONES) | (self.source == OBJECTIVE)
        reached = ~np.isnan(self.attainment)
        valued, own = reached & ~attained_only, reached & attained_only
        plan, gap, gap_ratio = (np.full(len(reached), np.nan) for _ in range(3))
        rows = np.flatnonzero(valued)
        plan[rows] = plan_to_date(snapshot, self.stand[rows], rows)
        gap[rows], gap_ratio[rows] = gap_against(snapshot, rows, plan[rows], self.actual[rows])
        plan[own] = 1.0
        gap[own] = gap_ratio[own] = 1 - self.attainment[own]
        target = np.where(snapshot.goals_there, snapshot.target, np.nan)
        status = _status(snapshot, self.attainment, gap_ratio, self.known)
        figures = (self.actual, target, plan, gap, gap_ratio, self.attainment)
        return Measures(*figures, self.known, status, self.stand, valued, self.numerator, self.denominator)


def _status(snapshot: Snapshot, attainment: np.ndarray, gap_ratio: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the first status that applies in the order of STATUSES, (n_goals,) int64."""
    status = np.zeros(len(attainment), dtype=np.int64)
    rows = np.flatnonzero(~np.isnan(attainment))
    gap_ratio = gap_ratio[rows]
    status[rows] = np.select(
        [
            snapshot.parameters.value("CHECK", "known_weight") - known[rows] > LIMIT,
            gap_ratio > alert_line(snapshot, rows) + LIMIT,
            gap_ratio > LIMIT,
            attainment[rows] <= 1 + LIMIT,
        ],
        range(1, 5),
        default=5,
    )
    return status


def alert_line(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Return the gap ratio above which goals alert: their metric's, else the company's, (m,) for (m,) positions."""
    line = snapshot.metric_of("alert_gap", np.nan, rows)
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
