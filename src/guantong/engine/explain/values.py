"""How an actual value came about: own rows over time, or what the carriers reached."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from guantong.engine.actuals import own_values
from guantong.engine.company import NOTHING
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.terms import Term, filled_cells
from guantong.engine.measurement import OBJECTIVE, OWN, ROLLED

_OWN_FORMULAS = {
    "sum": "Σ{value_row}",
    "average": "Σ{value_row} ÷ {value_count}",
    "max": "max{value_row}",
    "min": "min{value_row}",
}
_ROLLED_FORMULAS = {
    "sum": "Σ{carrier_actual}",
    "average": "Σ{weighted_actual} ÷ {weight_with_data}",
    "min": "min{carrier_actual}",
    "max": "max{carrier_actual}",
    "ratio": "{numerator} ÷ {denominator}",
}


def actual_term(goal: OneGoal) -> Term:
    """Return how a goal's actual value came about (docs/rules/measurement.md, actual over time, roll-up)."""
    if goal.source == ROLLED:
        return _rolled(goal)
    if goal.source == OWN or (goal.source == OBJECTIVE and goal.takes_values):
        return own_term(goal, "actual")
    return Term("actual", None, about=goal.about, note="no_actual_of_its_own")


def own_term(goal: OneGoal, name: str) -> Term:
    """Return what a goal's own rows add up to."""
    value = own_values(goal.snapshot).actual[goal.row]
    rows = own_rows(goal)
    if np.isnan(value):
        return goal.number(name, value, note="no_values" if not len(rows) else "denominator_zero")
    kind = goal.choice("metrics", "aggregation") or "last"
    if kind == "ratio" and _paired(goal, rows).any():
        parts = [_own_parts(goal, part) for part in ("numerator", "denominator")]
        return goal.number(name, value, formula="{numerator} ÷ {denominator}", opened=lambda: parts)
    formula = _OWN_FORMULAS.get(kind, "last{value_row}")
    shown = rows if kind in _OWN_FORMULAS else rows[-1:]
    count = [Term("value_count", len(rows), "count")] if kind == "average" else []
    return goal.number(
        name, value, formula=formula, opened=lambda: count + [_row_term(goal, row) for row in shown.tolist()]
    )


def own_rows(goal: OneGoal) -> np.ndarray:
    """Return a goal's rows of actuals with data by the day, (n,) positions by date."""
    actuals = goal.snapshot.company.actuals
    first, end = np.searchsorted(actuals.goal, (goal.row, goal.row + 1))
    rows = np.arange(first, end)
    divisible = np.abs(actuals.denominator[rows]) > NOTHING
    paired = _paired(goal, rows)
    ratio = goal.choice("metrics", "aggregation") == "ratio"
    filled = ~np.isnan(actuals.value[rows]) | (paired & (divisible | ratio))
    return rows[filled & (actuals.date[rows] <= goal.snapshot.as_of)]


def _paired(goal: OneGoal, rows: np.ndarray) -> np.ndarray:
    actuals = goal.snapshot.company.actuals
    return ~np.isnan(actuals.numerator[rows]) & ~np.isnan(actuals.denominator[rows])


def _row_term(goal: OneGoal, row: int) -> Term:
    actuals, company = goal.snapshot.company.actuals, goal.snapshot.company
    day = (("day", float(actuals.date[row])),)
    cells = filled_cells(company, "actuals", row, "value")
    if cells:
        return goal.number("value_row", actuals.value[row], about=day, cells=cells)
    parts = [_part(goal, row, name) for name in ("numerator", "denominator")]
    value = parts[0].value / parts[1].value
    return goal.number("value_row", value, about=day, formula="{numerator} ÷ {denominator}", opened=lambda: parts)


def _part(goal: OneGoal, row: int, name: str) -> Term:
    company = goal.snapshot.company
    value = float(getattr(company.actuals, name)[row])
    about = (("day", float(company.actuals.date[row])),)
    return Term(name, value, about=about, cells=filled_cells(company, "actuals", row, name))


def _own_parts(goal: OneGoal, name: str) -> Term:
    """Return the sum of the numerators or denominators of a goal's own rows."""
    rows = own_rows(goal)
    paired = rows[_paired(goal, rows)].tolist()
    value = float(getattr(own_values(goal.snapshot), name)[goal.row])
    return _sum(name, value, goal, lambda: [_part(goal, row, name) for row in paired])


def _parts(goal: OneGoal, name: str) -> Term:
    """Return what a goal hands on to a roll-up by ratio: the sum of its carriers', else of its own rows."""
    if goal.source != ROLLED or goal.choice("goals", "rollup") != "ratio":
        return _own_parts(goal, name)
    value = float(getattr(goal.figures, name)[goal.row])
    return _sum(name, value, goal, lambda: [_parts(carrier, name) for carrier in with_data(goal)])


def _sum(name: str, value: float, goal: OneGoal, terms: Callable[[], list[Term]]) -> Term:
    return Term(name, value, about=goal.about, formula=f"Σ{{{name}}}", opened=terms)


def with_data(goal: OneGoal) -> list[OneGoal]:
    """Return the carriers of a goal that have an actual value."""
    return [carrier for carrier in goal.carriers if carrier.figure("actual") is not None]


def _rolled(goal: OneGoal) -> Term:
    kind = goal.choice("goals", "rollup") or ""
    value = goal.figure("actual")
    formula = _ROLLED_FORMULAS[kind]
    if goal.with_own:
        formula = formula + " + {own_actual}" if with_data(goal) else "{own_actual}"
    note = ""
    if value is None:
        formula = ""
        note = "no_carrier_data" if not with_data(goal) else "denominator_zero" if kind == "ratio" else "weightless"
    cells = goal.cells("rollup")
    return goal.number(
        "actual", value, formula=formula, note=note, cells=cells, opened=lambda: _rolled_terms(goal, kind)
    )


def _rolled_terms(goal: OneGoal, kind: str) -> Iterator[Term]:
    data = with_data(goal)
    if goal.with_own:
        yield own_term(goal, "own_actual")
    if kind == "average":
        weights = [carrier.weight() for carrier in data]
        yield Term(
            "weight_with_data",
            sum(weight.value for weight in weights),
            "ratio",
            formula="Σ{weight}",
            opened=lambda: weights,
        )
        yield from (_weighted(carrier) for carrier in data)
    elif kind == "ratio":
        yield _parts(goal, "numerator")
        yield _parts(goal, "denominator")
    else:
        yield from (carrier_term(carrier) for carrier in data)
    for carrier in goal.carriers:
        if carrier.figure("actual") is None:
            yield replace(carrier_term(carrier), name="carrier_without_data")


def carrier_term(carrier: OneGoal) -> Term:
    """Return the actual value of a carrier as a part of the goal above."""
    return replace(actual_term(carrier), name="carrier_actual")


def _weighted(carrier: OneGoal) -> Term:
    weight, actual = carrier.weight(), carrier_term(carrier)
    value = weight.value * actual.value
    return carrier.number(
        "weighted_actual", value, formula="{weight} × {carrier_actual}", opened=lambda: [weight, actual]
    )
