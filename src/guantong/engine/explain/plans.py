"""How target in force and plan to date came about (docs/rules/measurement.md, plan to date)."""

from collections.abc import Iterator

import numpy as np

from guantong.engine.actuals import frequencies
from guantong.engine.calendar import first_day, period_of
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.terms import Cell, Term, filled_cells
from guantong.engine.explain.values import own_rows, with_data
from guantong.engine.measurement import ROLLED


def target_term(goal: OneGoal, name: str = "target") -> Term:
    """Return the target in force: the last approved adjustment's, else the first version."""
    value = goal.snapshot.target[goal.row]
    adjusting = adjusting_rows(goal)
    if not len(adjusting):
        note = "no_target" if np.isnan(value) else ""
        return goal.number(name, value, note=note, cells=goal.cells("target"))
    return goal.number(name, value, formula="last{adjustment}", opened=lambda: _versions(goal, adjusting))


def adjusting_rows(goal: OneGoal) -> np.ndarray:
    """Return the approved adjustments of a goal effective by the day, (n,) positions by day."""
    adjustments = goal.snapshot.company.adjustments
    rows = np.flatnonzero(adjustments.goal == goal.row)
    approved = (adjustments.approver[rows] >= 0) & (adjustments.approver[rows] != adjustments.proposer[rows])
    return rows[approved & (adjustments.effective[rows] <= goal.snapshot.as_of)]


def _versions(goal: OneGoal, rows: np.ndarray) -> Iterator[Term]:
    company = goal.snapshot.company
    for row in rows.tolist():
        yield goal.number(
            "adjustment",
            company.adjustments.new[row],
            about=(("day", float(company.adjustments.effective[row])),),
            cells=filled_cells(company, "adjustments", row, "new", "effective", "cause", "approver"),
        )
    yield goal.number("first_target", company.goals.target[goal.row], cells=goal.cells("target"))


def plan_term(goal: OneGoal) -> Term:
    """Return what a goal should have reached where its data stand."""
    value = goal.figure("plan")
    if value is None or not goal.valued:
        return Term("plan", value, "ratio", goal.about, note="plan_whole" if value is not None else "no_stand")
    direction, phasing = goal.choice("metrics", "direction"), goal.choice("metrics", "phasing")
    sums = goal.choice("metrics", "aggregation") == "sum"
    if direction != "range":
        if phasing == "plan" and len(_planned_rows(goal)):
            return _by_month(goal, value, sums)
        if phasing == "linear" or (phasing in (None, "plan") and sums):
            return _linear(goal, value, sums)
    return goal.number("plan", value, formula="{target}", opened=lambda: [target_term(goal)])


def _planned_rows(goal: OneGoal) -> np.ndarray:
    plans = goal.snapshot.company.target_plans
    return np.arange(*np.searchsorted(plans.goal, (goal.row, goal.row + 1)))


def _by_month(goal: OneGoal, value: float, sums: bool) -> Term:
    company = goal.snapshot.company
    rows = _planned_rows(goal)
    ended = rows[first_day(company.target_plans.month[rows] + 1) - 1 <= goal.figures.stand[goal.row]]
    if not len(ended):
        return _before(goal, value, sums, "no_month_ended")
    row = int(ended[-1])
    planned = goal.number(
        "planned",
        company.target_plans.planned[row],
        about=(("month", float(company.target_plans.month[row])),),
        cells=filled_cells(company, "target_plans", row, "planned"),
    )
    return goal.number("plan", value, formula="last{planned}", opened=lambda: [planned, stand_term(goal)])


def _before(goal: OneGoal, value: float, sums: bool, note: str) -> Term:
    """Return the plan where nothing is due yet: nothing for sums, else the baseline, else the target."""
    if sums:
        return goal.number("plan", value, note=note, opened=lambda: [stand_term(goal)])
    if np.isnan(goal.snapshot.company.goals.baseline[goal.row]):
        return goal.number("plan", value, formula="{target}", note="no_baseline", opened=lambda: [target_term(goal)])
    return goal.number(
        "plan", value, formula="{baseline}", note=note, opened=lambda: [_baseline(goal), stand_term(goal)]
    )


def _baseline(goal: OneGoal) -> Term:
    return goal.number("baseline", goal.snapshot.company.goals.baseline[goal.row], cells=goal.cells("baseline"))


def _linear(goal: OneGoal, value: float, sums: bool) -> Term:
    if not sums and np.isnan(goal.snapshot.company.goals.baseline[goal.row]):
        return _before(goal, value, sums, "")
    if goal.snapshot.goal_due[goal.row] < goal.snapshot.goal_start[goal.row]:
        return goal.number("plan", value, note="dates_crossed", opened=lambda: [target_term(goal), *_ends(goal)])
    formula = "{target} × {elapsed} ÷ {days}"
    if not sums:
        formula = "{baseline} + ({target} − {baseline}) × {elapsed} ÷ {days}"
    base = [] if sums else [_baseline(goal)]
    return goal.number("plan", value, formula=formula, opened=lambda: [target_term(goal), *base, *_days(goal)])


def _days(goal: OneGoal) -> list[Term]:
    """Return the days elapsed where the data stand and the days of the goal, both ends counted."""
    due, start = _ends(goal)
    days, elapsed = due.value - start.value + 1, goal.figure("stand") - start.value + 1
    whole = Term("days", days, "count", formula="{due} − {start} + 1", opened=lambda: [due, start])
    formula = "{stand} − {start} + 1"
    if not 0 <= elapsed <= days:
        formula = f"min(max({formula}, 0), {{days}})"
    passed = min(max(elapsed, 0.0), days)
    terms = [stand_term(goal), start, *([] if passed == elapsed else [whole])]
    return [Term("elapsed", passed, "count", formula=formula, opened=lambda: terms), whole]


def _ends(goal: OneGoal) -> tuple[Term, Term]:
    """Return the due day and the start of a goal: its own, else its cycle's."""
    snapshot = goal.snapshot
    ends = (("due", snapshot.goal_due, "end"), ("start", snapshot.goal_start, "start"))
    due, start = (
        Term(name, float(days[goal.row]), "date", goal.about, cells=goal.cells(name) or _cycle_cells(goal, column))
        for name, days, column in ends
    )
    return due, start


def _cycle_cells(goal: OneGoal, column: str) -> tuple[Cell, ...]:
    cycle = int(goal.snapshot.company.goals.cycle[goal.row])
    return filled_cells(goal.snapshot.company, "cycles", cycle, column)


def stand_term(goal: OneGoal) -> Term:
    """Return the day on which a goal's data stand."""
    stand = goal.figure("stand")
    if goal.source == ROLLED and (data := with_data(goal)):
        own = [_own_stand(goal)] if goal.with_own else []
        return Term(
            "stand",
            stand,
            "date",
            goal.about,
            formula="max{stand}",
            opened=lambda: [*own, *(stand_term(carrier) for carrier in data)],
        )
    return _own_stand(goal)


def _own_stand(goal: OneGoal) -> Term:
    snapshot = goal.snapshot
    row = int(own_rows(goal)[-1])
    last = float(snapshot.company.actuals.date[row])
    end = float(period_of(np.array([last]), frequencies(snapshot)[[goal.row]], snapshot.first_month)[1][0])
    day = Term("last_day", last, "date", goal.about, cells=filled_cells(snapshot.company, "actuals", row, "date"))
    stand, note = (end, "end_of_period") if end <= snapshot.as_of else (last, "day_of_value")
    return Term("stand", stand, "date", goal.about, note=note, opened=lambda: [day])
