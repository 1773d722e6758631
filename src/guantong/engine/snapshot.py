"""A company as one day sees it: checked cycles, goals in play, units as a tree, people in work, targets in force.

Rule: docs/rules/ground-rules.md. What is dated after `as_of` is not there yet.
"""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

import numpy as np

from guantong.engine import trees
from guantong.engine.company import Company
from guantong.engine.parameters import Parameters

LIMIT = 1e-9
"""A figure exceeds a limit when it is larger by more than this."""

_KINDS = ("horizon", "year", "half", "quarter", "month")
_LONGEST_DAYS = (("month", 45), ("quarter", 135), ("half", 270), ("year", 550))


class NoYearError(ValueError):
    """No year contains the day or began before it."""


def figure[Result](compute: Callable[["Snapshot"], Result]) -> Callable[["Snapshot"], Result]:
    """Keep a figure's result for the snapshot, so that each is computed once however many rules need it."""

    @wraps(compute)
    def kept(snapshot: "Snapshot") -> Result:
        if compute not in snapshot.results:
            snapshot.results[compute] = compute(snapshot)
        return snapshot.results[compute]

    return kept


def parameters_of(company: Company) -> Parameters:
    """Return the parameters that a company's stage and settings make."""
    return Parameters.of(company.setting("stage"), company.company.settings.of(0))


class Snapshot:
    """A company on a day under its parameters.

    Args:
        company: The company.
        as_of: Day number; the end of that day in the company's zone.
        parameters: Parameters in force; from the company's settings where left out.

    Raises:
        NoYearError: No cycle of kind year began on or before the day.
    """

    def __init__(self, company: Company, as_of: int, parameters: Parameters | None = None) -> None:
        self.company = company
        self.as_of = as_of
        self.parameters = parameters or parameters_of(company)
        self.results: dict[Any, Any] = {}
        self.year = self._checked_year()

    # Cycles

    @cached_property
    def cycle_kind(self) -> np.ndarray:
        """Kind of each cycle as a position in horizon, year, half, quarter, month; from its length where empty."""
        cycles = self.company.cycles
        days = cycles.end - cycles.start + 1
        kind = np.zeros(len(cycles), dtype=np.int64)
        for name, longest in reversed(_LONGEST_DAYS):
            kind[days <= longest] = _KINDS.index(name)
        return np.where(cycles.kind >= 0, cycles.kind, kind)

    @cached_property
    def cycle_parent(self) -> np.ndarray:
        """Parent of each cycle; where empty the shortest cycle of a larger kind that contains it."""
        cycles = self.company.cycles
        parent = cycles.parent.copy()
        for row in np.flatnonzero(parent < 0):
            around = (cycles.start <= cycles.start[row]) & (cycles.end >= cycles.end[row])
            larger = np.flatnonzero(around & (self.cycle_kind < self.cycle_kind[row]))
            for candidate in larger[np.argsort((cycles.end - cycles.start)[larger], kind="stable")].tolist():
                if row not in trees.path_upward(parent, candidate):
                    parent[row] = candidate
                    break
        return parent

    def _checked_year(self) -> int:
        cycles = self.company.cycles
        begun = np.flatnonzero((self.cycle_kind == _KINDS.index("year")) & (cycles.start <= self.as_of))
        if not len(begun):
            raise NoYearError
        running = begun[cycles.end[begun] >= self.as_of]
        among = running if len(running) else begun
        return int(among[np.argmax(cycles.start[among])])

    @cached_property
    def year_before(self) -> "Snapshot | None":
        """The company as the last day of the year before sees it; None where there is no such year."""
        cycles = self.company.cycles
        years = np.flatnonzero((self.cycle_kind == _KINDS.index("year")) & (cycles.end < cycles.start[self.year]))
        if not len(years):
            return None
        return Snapshot(self.company, int(cycles.end[years].max()), self.parameters)

    @cached_property
    def year_cycles(self) -> np.ndarray:
        """The checked year and the cycles below it, (n_cycles,) bool."""
        first, last = trees.intervals(self.cycle_parent)
        return (first >= first[self.year]) & (first <= last[self.year])

    @cached_property
    def checked_cycles(self) -> np.ndarray:
        """The checked year, the cycles below it and those above it, (n_cycles,) bool."""
        checked = self.year_cycles.copy()
        checked[trees.path_upward(self.cycle_parent, self.year)] = True
        return checked

    @cached_property
    def first_month(self) -> int:
        """Month in which the checked year starts, 1-12."""
        start = self.company.cycles.start[self.year]
        return int(start.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12) + 1

    # Goals

    @cached_property
    def goals_there(self) -> np.ndarray:
        """Goals of the checked cycles that are published or closed, (n_goals,) bool."""
        goals = self.company.goals
        return self.checked_cycles[goals.cycle] & ~goals.is_choice("status", "draft")

    @cached_property
    def published(self) -> np.ndarray:
        """Goals there and not closed."""
        return self.goals_there & ~self.company.goals.is_choice("status", "closed")

    @cached_property
    def contract(self) -> np.ndarray:
        """Goals there that count for score and pay: no stretch goals."""
        return self.goals_there & (self.company.goals.stretch != 1)

    @cached_property
    def counted(self) -> np.ndarray:
        """Contract goals not taken out of the score by an approved tolerance."""
        return self.contract & (self.company.goals.exempt != 1)

    @cached_property
    def horizon_goals(self) -> np.ndarray:
        """Mid/long-term goals there: so marked, or unmarked in a cycle of kind horizon."""
        goals = self.company.goals
        long = self.cycle_kind[goals.cycle] == _KINDS.index("horizon")
        return self.goals_there & ((goals.horizon == 1) | ((goals.horizon < 0) & long))

    @cached_property
    def year_goals(self) -> np.ndarray:
        """Goals there of the checked year and its parts that are no mid/long-term goals."""
        return self.goals_there & self.year_cycles[self.company.goals.cycle] & ~self.horizon_goals

    @cached_property
    def company_goals(self) -> np.ndarray:
        """Goals there of the root unit that are not personal."""
        goals = self.company.goals
        return self.goals_there & (goals.unit == self.root) & (goals.personal != 1)

    @cached_property
    def goal_parent(self) -> np.ndarray:
        """Parent of each goal; a draft counts as none, (n_goals,) int64."""
        goals = self.company.goals
        draft = goals.is_choice("status", "draft")
        return np.where((goals.parent >= 0) & ~draft[goals.parent], goals.parent, -1) if len(goals) else goals.parent

    @cached_property
    def goal_levels(self) -> list[np.ndarray]:
        """Goals by level from the top down."""
        return trees.levels(self.goal_parent)

    @cached_property
    def goal_start(self) -> np.ndarray:
        """Start of each goal, its cycle's where none is stated, (n_goals,) days."""
        goals = self.company.goals
        return self._stated(goals.start, self.company.cycles.start)

    @cached_property
    def goal_due(self) -> np.ndarray:
        """Due day of each goal, its cycle's end where none is stated, (n_goals,) days."""
        goals = self.company.goals
        return self._stated(goals.due, self.company.cycles.end)

    def _stated(self, days: np.ndarray, of_cycles: np.ndarray) -> np.ndarray:
        unstated = np.flatnonzero(np.isnan(days))
        days = days.copy()
        days[unstated] = of_cycles[self.company.goals.cycle[unstated]]
        return days

    @cached_property
    def key_task(self) -> np.ndarray:
        """Key task that each goal carries, (n_goals,) positions in plan."""
        return self.company.goals.key_task

    @cached_property
    def priority(self) -> np.ndarray:
        """Priority of each goal: its own, else its key task's, (n_goals,) int64."""
        goals = self.company.goals
        return first_known(goals.priority, take(self.company.plan.priority, goals.key_task))

    @cached_property
    def _in_force(self) -> tuple[np.ndarray, np.ndarray]:
        goals, adjustments = self.company.goals, self.company.adjustments
        target = goals.target.copy()
        approved = (adjustments.approver >= 0) & (adjustments.approver != adjustments.proposer)
        rows = np.flatnonzero(approved & (adjustments.effective <= self.as_of))
        adjusted = np.zeros(len(goals), dtype=bool)
        adjusted[adjustments.goal[rows]] = True
        # Rows are in key order, so of several rows of a goal the last effective one is written last.
        target[adjustments.goal[rows]] = adjustments.new[rows]
        return target, adjusted

    @property
    def target(self) -> np.ndarray:
        """Target in force of each goal, (n_goals,) float64 in metric units."""
        return self._in_force[0]

    @property
    def adjusted(self) -> np.ndarray:
        """Goals whose target an approved adjustment has changed."""
        return self._in_force[1]

    def metric_of(self, column: str, missing: Any, rows: np.ndarray | None = None) -> np.ndarray:
        """Return a metric's column for each goal, `missing` where the goal has no metric.

        Args:
            rows: (m,) positions of the goals; where left out every goal once, read-only and kept.
        """
        return self._of_goals(("metric_of", column, missing), getattr(self.company.metrics, column), missing, rows)

    def metric_is(self, column: str, *values: str, rows: np.ndarray | None = None) -> np.ndarray:
        """Return where a goal's metric holds one of the choice values, bool; rows as for `metric_of`."""
        of_metrics = self.company.metrics.is_choice(column, *values)
        return self._of_goals(("metric_is", column, *values), of_metrics, False, rows)

    def _of_goals(
        self, key: tuple[Any, ...], of_metrics: np.ndarray, missing: Any, rows: np.ndarray | None
    ) -> np.ndarray:
        if rows is not None:
            return take(of_metrics, self.company.goals.metric[rows], missing)
        if key not in self.results:
            found = take(of_metrics, self.company.goals.metric, missing)
            found.flags.writeable = False
            self.results[key] = found
        return self.results[key]

    # Units and people

    @cached_property
    def root(self) -> int:
        """Position of the company's root unit, -1 without units."""
        roots = np.flatnonzero(self.company.units.parent < 0)
        return int(roots[0]) if len(roots) else -1

    @cached_property
    def _unit_intervals(self) -> tuple[np.ndarray, np.ndarray]:
        return trees.intervals(self.company.units.parent)

    def within(self, unit: np.ndarray, above: np.ndarray) -> np.ndarray:
        """Return where `unit` is `above` or lies below it; False where either is -1."""
        first, last = self._unit_intervals
        if not len(first):
            return np.zeros(np.broadcast_shapes(np.shape(unit), np.shape(above)), dtype=bool)
        inside = (first[above] <= first[unit]) & (first[unit] <= last[above])
        return inside & (unit >= 0) & (above >= 0)

    def people_in(self, people: np.ndarray) -> np.ndarray:
        """Return how many of the marked people, (n_people,) bool, are directly in each unit, (n_units,) int64."""
        home = self.company.people.unit[people]
        return np.bincount(home[home >= 0], minlength=len(self.company.units)).astype(np.int64)

    def people_below(self, people: np.ndarray) -> np.ndarray:
        """Return how many of the marked people are in each unit or below it; shapes as `people_in`."""
        return trees.add_upward(self.company.units.parent, self.people_in(people))

    @cached_property
    def active(self) -> np.ndarray:
        """People in work on the day, (n_people,) bool."""
        people = self.company.people
        return ~(people.joined > self.as_of) & ~(people.left <= self.as_of)

    @cached_property
    def settled(self) -> np.ndarray:
        """Active people past the grace days of GOAL-NOBODY: those whom the index counts."""
        grace = self.parameters.value("GOAL-NOBODY", "grace_days")
        return self.active & ~(self.as_of - self.company.people.joined < grace)


def take(values: np.ndarray, positions: np.ndarray, missing: Any = -1) -> np.ndarray:
    """Return values at positions, `missing` where the position is -1; shape of positions."""
    if not len(values):
        return np.full(positions.shape, missing, dtype=values.dtype)
    if len(values) < positions.size:
        # Position -1 reads what stands last: cheaper than comparing every position.
        return np.append(values, np.array(missing, dtype=np.result_type(values, missing)))[positions]
    return np.where(positions >= 0, values[positions], missing)


def known(values: np.ndarray) -> list[float | None]:
    """Return figures as plain Python, None where one is missing."""
    return [value if value == value else None for value in values.tolist()]


def first_known(*candidates: np.ndarray) -> np.ndarray:
    """Return the first position that is not -1, row by row."""
    result = candidates[0]
    for candidate in candidates[1:]:
        result = np.where(result >= 0, result, candidate)
    return result
