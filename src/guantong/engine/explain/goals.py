"""How attainment, gap, known weight and status of a goal came about (docs/rules/measurement.md)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from guantong.engine.cascade import retained_part
from guantong.engine.company import NOTHING
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.plans import plan_term, target_term
from guantong.engine.explain.terms import Term, closed, filled_cells, parameter_term
from guantong.engine.explain.values import actual_term, carrier_term
from guantong.engine.measurement import MILESTONES, OBJECTIVE, OWN, STATUSES
from guantong.engine.snapshot import take


class _Comparison(NamedTuple):
    """An actual value against a reference: difference and scale as formulas, scale as a number, the terms of both."""

    difference: str
    gap: float
    scale: str
    size: float
    terms: list[Term]


def _compared(goal: OneGoal, reference: Term) -> _Comparison:
    """Return how a goal's actual value compares with its target or plan (docs/rules/measurement.md, gap)."""
    actual, against = actual_term(goal), reference.value
    tolerance = goal.tolerance
    direction = goal.choice("metrics", "direction")
    if direction == "range":
        return _outside(goal, actual, tolerance)
    sign = -1 if direction == "lower" else 1
    name = reference.name
    difference = f"{{{name}}} − {{actual}}" if sign > 0 else f"{{actual}} − {{{name}}}"
    size = f"{{{name}}}" if against >= 0 else f"|{{{name}}}|"
    terms, scale = [actual, reference], abs(against)
    if tolerance is not None:
        size, scale = f"max({size}, {{tolerance}})", max(scale, tolerance.value)
        terms.append(tolerance)
    return _Comparison(difference, sign * (against - actual.value), size, scale, terms)


def _outside(goal: OneGoal, actual: Term, tolerance: Term | None) -> _Comparison:
    """Return how far a goal's actual value lies outside its range."""
    low = target_term(goal, "low")
    high = goal.number("high", goal.snapshot.company.goals.target_high[goal.row], cells=goal.cells("target_high"))
    gap = max(low.value - actual.value, actual.value - high.value, 0.0)
    nearer = high if actual.value > high.value else low
    scales, sizes = [abs(nearer.value), high.value - low.value], [f"|{{{nearer.name}}}|", "{high} − {low}"]
    terms = [actual, low, high]
    if tolerance is not None:
        scales, sizes, terms = [*scales, tolerance.value], [*sizes, "{tolerance}"], [*terms, tolerance]
    difference = "max({low} − {actual}, {actual} − {high}, 0)"
    return _Comparison(difference, gap, f"max({', '.join(sizes)})", max(scales), terms)


def _ratio(compared: _Comparison) -> str:
    """Return gap / scale as a formula; why the ratio is 0 or 1 where there is no scale."""
    if compared.size <= NOTHING:
        return f"{compared.difference} {'>' if compared.gap > 0 else '≤'} 0"
    difference = compared.difference if compared.difference.startswith("max") else f"({compared.difference})"
    return f"{difference} ÷ {compared.scale}"


def attainment_term(goal: OneGoal) -> Term:
    """Return how a goal's attainment came about."""
    value = goal.figure("attainment")
    term = Term("attainment", value, "ratio", goal.about)
    if goal.source == MILESTONES:
        return _milestones(goal, term)
    if goal.source == OBJECTIVE and (goal.children or not goal.takes_values):
        return _objective(goal, term)
    if value is None:
        return replace(
            term, note=_why_missing(goal), opened=lambda: [actual_term(goal), target_term(goal), *_upper_bound(goal)]
        )
    compared = _compared(goal, target_term(goal))
    ratio = _ratio(compared)
    formula = f"1 − {ratio}" if compared.size > NOTHING else ratio
    note = "" if compared.size > NOTHING else "no_scale"
    return replace(term, formula=formula, note=note, opened=lambda: compared.terms)


def _upper_bound(goal: OneGoal) -> list[Term]:
    if goal.choice("metrics", "direction") != "range":
        return []
    high = goal.snapshot.company.goals.target_high[goal.row]
    return [goal.number("high", high, cells=goal.cells("target_high"), note="no_target" if np.isnan(high) else "")]


def _why_missing(goal: OneGoal) -> str:
    return "no_actual" if goal.figure("actual") is None else "no_target_to_compare"


def _milestones(goal: OneGoal, term: Term) -> Term:
    company, as_of = goal.snapshot.company, goal.snapshot.as_of
    milestones = company.milestones
    rows = np.flatnonzero(milestones.of == goal.row)

    def terms() -> Iterator[Term]:
        weights = []
        for row in rows.tolist():
            about = (("milestone", str(milestones.name[row])),)
            blank = np.isnan(milestones.weight[row])
            weight = 1.0 if blank else float(milestones.weight[row])
            weights.append(
                Term(
                    "weight",
                    weight,
                    about=about,
                    note="weight_blank" if blank else "",
                    cells=filled_cells(company, "milestones", row, "weight"),
                )
            )
            done = bool(milestones.done[row] <= as_of)
            cells = filled_cells(company, "milestones", row, "weight", "due", "done")
            yield Term(
                "milestone", weight if done else 0.0, about=about, note="done" if done else "not_done", cells=cells
            )
        whole = sum(weight.value for weight in weights)
        yield Term("whole_weight", whole, formula="Σ{weight}", opened=lambda: weights)

    known = term.value is not None
    formula = "Σ{milestone} ÷ {whole_weight}" if known else ""
    return replace(term, formula=formula, note="" if known else "no_milestone_due", opened=terms)


def _objective(goal: OneGoal, term: Term) -> Term:
    with_data = [child for child in goal.children if child.figure("attainment") is not None]
    without = [child for child in goal.children if child.figure("attainment") is None]

    def terms() -> Iterator[Term]:
        weights = [child.weight() for child in with_data]
        whole = sum(weight.value for weight in weights)
        yield Term("weight_with_data", whole, "ratio", formula="Σ{weight}", opened=lambda: weights)
        yield from (_weighted_attainment(child) for child in with_data)
        yield from (replace(attainment_term(child), name="child_without_data") for child in without)

    known = term.value is not None
    formula = "Σ{weighted_attainment} ÷ {weight_with_data}" if known else ""
    note = "" if known else "weightless" if with_data else "no_child_data" if without else "no_child"
    return replace(term, formula=formula, note=note, opened=terms)


def _weighted_attainment(child: OneGoal) -> Term:
    parts = [child.weight(), attainment_term(child)]
    return Term(
        "weighted_attainment",
        parts[0].value * parts[1].value,
        "ratio",
        child.about,
        formula="{weight} × {attainment}",
        opened=lambda: parts,
    )


def gap_term(goal: OneGoal) -> Term:
    """Return how a goal's gap against its plan to date came about."""
    value = goal.figure("gap")
    if not goal.valued:
        return _gap_of_attainment(goal, "gap")
    compared = _compared(goal, plan_term(goal))
    return goal.number("gap", value, formula=compared.difference, opened=lambda: compared.terms)


def gap_ratio_term(goal: OneGoal) -> Term:
    """Return how a goal's gap ratio came about."""
    value = goal.figure("gap_ratio")
    if not goal.valued:
        return _gap_of_attainment(goal, "gap_ratio")
    compared = _compared(goal, plan_term(goal))
    note = "" if compared.size > NOTHING else "no_scale"
    return Term(
        "gap_ratio", value, "ratio", goal.about, formula=_ratio(compared), note=note, opened=lambda: compared.terms
    )


def _gap_of_attainment(goal: OneGoal, name: str) -> Term:
    """Return the gap of a goal that only an attainment measures, or that has no figure at all."""
    attainment = attainment_term(goal)
    formula = "" if attainment.value is None else "1 − {attainment}"
    note = "no_attainment" if attainment.value is None else ""
    return Term(name, goal.figure(name), "ratio", goal.about, formula=formula, note=note, opened=lambda: [attainment])


def known_weight_term(goal: OneGoal) -> Term:
    """Return which part of a goal's weight has data."""
    value = goal.figure("known_weight")
    term = Term("known_weight", value, "ratio", goal.about)
    if value is None:
        return replace(term, note="no_attainment", opened=lambda: [attainment_term(goal)])
    if goal.source in (OWN, MILESTONES):
        return replace(term, note="own_data")
    formula = "Σ{known_part} ÷ {whole_weight}"
    if goal.source != OBJECTIVE and _retains(goal):
        formula = "(Σ{known_part} + {retained_with_data}) ÷ ({whole_weight} + {retained})"
    return replace(term, formula=formula, opened=lambda: _known_parts(goal))


def _retains(goal: OneGoal) -> bool:
    return goal.choice("goals", "rollup") == "sum" and bool(retained_part(goal.snapshot)[goal.row] > 0)


def _known_parts(goal: OneGoal) -> Iterator[Term]:
    below = goal.children if goal.source == OBJECTIVE else goal.carriers
    figure = "attainment" if goal.source == OBJECTIVE else "actual"
    weights = _weights(goal, below)
    whole = sum(weight.value for weight in weights)
    yield Term(
        "whole_weight", whole, weights[0].kind if weights else "number", formula="Σ{weight}", opened=lambda: weights
    )
    if goal.source != OBJECTIVE and _retains(goal):
        kept = float(retained_part(goal.snapshot)[goal.row])
        yield goal.number("retained", kept, cells=goal.cells("retained"))
        yield goal.number(
            "retained_with_data", kept if goal.with_own else 0.0, note="" if goal.with_own else "no_values"
        )
    for child, weight in zip(below, weights, strict=True):
        if child.figure(figure) is not None:
            yield _known_part(child, weight)
    for child in below:
        if child.figure(figure) is None:
            term = attainment_term(child) if goal.source == OBJECTIVE else carrier_term(child)
            yield replace(term, name="child_without_data" if goal.source == OBJECTIVE else "carrier_without_data")


def _weights(goal: OneGoal, below: list[OneGoal]) -> list[Term]:
    """Return what the children weigh: targets in a roll-up by sum (1 each where none has one), else their weights."""
    if goal.source == OBJECTIVE or goal.choice("goals", "rollup") != "sum":
        return [child.weight() for child in below]
    targets = [target_term(child, "weight") for child in below]
    if any((target.value or 0.0) > 0 for target in targets):
        return [_floored(target) for target in targets]
    return [replace(closed(target), value=1.0, note="weight_blank", cells=()) for target in targets]


def _floored(target: Term) -> Term:
    """Return a target as a weight: a missing or negative one weighs nothing."""
    if target.value is not None and target.value >= 0:
        return target
    note = "no_target" if target.value is None else "negative_target"
    return replace(closed(target), value=0.0, note=note)


def _known_part(child: OneGoal, weight: Term) -> Term:
    known = known_weight_term(child)
    if known.value is None:
        known = Term("known_weight", 1.0, "ratio", child.about, note="own_data")
    return Term(
        "known_part",
        weight.value * known.value,
        weight.kind,
        child.about,
        weight.unit,
        formula="{weight} × {known_weight}",
        opened=lambda: [weight, known],
    )


def status_term(goal: OneGoal) -> Term:
    """Return why a goal has its status: the first that applies."""
    status = STATUSES[goal.figures.status[goal.row]]
    term = Term("status", status, "status", goal.about)
    if status == "no_data":
        return replace(term, note="no_attainment", opened=lambda: [attainment_term(goal)])
    reasons: Mapping[str, tuple[str, Callable[[], list[Term]]]] = {
        "partial": (
            "{known_weight} < {known_needed}",
            lambda: [known_weight_term(goal), parameter_term(goal.snapshot, "known_needed", "CHECK", "known_weight")],
        ),
        "alert": ("{gap_ratio} > {alert_line}", lambda: [gap_ratio_term(goal), _alert_line(goal)]),
        "behind": ("{gap_ratio} > 0", lambda: [gap_ratio_term(goal), _alert_line(goal)]),
        "met": ("{gap_ratio} ≤ 0 & {attainment} ≤ 1", lambda: [gap_ratio_term(goal), attainment_term(goal)]),
        "exceeded": ("{gap_ratio} ≤ 0 & {attainment} > 1", lambda: [gap_ratio_term(goal), attainment_term(goal)]),
    }
    formula, terms = reasons[status]
    return replace(term, formula=formula, opened=terms)


def _alert_line(goal: OneGoal) -> Term:
    line = take(goal.snapshot.company.metrics.alert_gap, np.array([goal.metric]), np.nan)[0]
    if np.isnan(line):
        return parameter_term(goal.snapshot, "alert_line", "TRACK-GAP", "gap")
    cells = filled_cells(goal.snapshot.company, "metrics", goal.metric, "alert_gap")
    return Term("alert_line", float(line), "ratio", cells=cells)


GOAL_FIGURES: Mapping[str, Callable[[OneGoal], Term]] = {
    "attainment": attainment_term,
    "gap": gap_term,
    "gap_ratio": gap_ratio_term,
    "actual": actual_term,
    "plan": plan_term,
    "target": target_term,
    "known_weight": known_weight_term,
    "status": status_term,
}
"""Figures of a goal that can be asked for."""
