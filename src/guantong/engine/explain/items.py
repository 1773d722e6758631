"""How the score of a card item came about, by its method (docs/rules/scorecards.md, item scores)."""

from functools import cached_property

import numpy as np

from guantong.engine.explain.goals import attainment_term
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.plans import target_term
from guantong.engine.explain.terms import COMPARISONS, Cell, Term, filled_cells
from guantong.engine.explain.values import actual_term
from guantong.engine.scoring import (
    ITEM_CAP,
    STRETCH_ATTAINMENT,
    THRESHOLD_ATTAINMENT,
    is_below,
    item_levels,
    item_scores,
)
from guantong.engine.snapshot import LIMIT, Snapshot


class Item:
    """One item of a card.

    Args:
        snapshot: The company on a day.
        row: Position in scorecards.
    """

    def __init__(self, snapshot: Snapshot, row: int) -> None:
        self.snapshot, self.row = snapshot, row
        self.goal = OneGoal(snapshot, int(snapshot.company.scorecards.goal[row]))
        self.method = snapshot.company.scorecards.choice("method", row) or "linear"
        self.by_value = self.goal.valued and self.goal.choice("metrics", "direction") != "range"
        self.lower = self.by_value and self.goal.choice("metrics", "direction") == "lower"

    @cached_property
    def _levels(self) -> tuple[float, float, float, float]:
        """Value, threshold, target, stretch value, so directed that larger is better."""
        value, low, target, high = (float(each[0]) for each in item_levels(self.snapshot, np.array([self.row])))
        return value, low, target, high

    def score(self) -> Term:
        """Return how the score came about; of an item that has data."""
        value = float(item_scores(self.snapshot, np.array([self.row])).score[0])
        formula, raw, terms = self._by_method()
        cap = self._cap()
        if raw > cap.value:
            uncapped = f"{raw:g}" if any(sign in formula for sign in COMPARISONS) else formula
            formula, terms = f"min({uncapped}, {{cap}})", [*terms, cap]
        note = "" if formula else "no_step_reached"
        cells = self._cells("method")
        return Term("item_score", value, "score", self.goal.about, "", formula, note, cells, lambda: terms)

    def _by_method(self) -> tuple[str, float, list[Term]]:
        """Return formula, value before the cap and terms of the score."""
        if self.method == "threshold":
            return self._between_levels()
        attainment = attainment_term(self.goal)
        if self.method == "steps":
            return self._steps(attainment)
        if self.method == "yesno":
            attained = attainment.value >= 1 - LIMIT
            return f"{{attainment}} {'≥' if attained else '<'} 1", 100.0 if attained else 0.0, [attainment]
        raw = 100 * attainment.value
        return "max(100 × {attainment}, 0)" if raw < 0 else "100 × {attainment}", raw, [attainment]

    def _steps(self, attainment: Term) -> tuple[str, float, list[Term]]:
        steps = self.snapshot.company.scorecards.steps.of(self.row)
        reached = [points for at, points in steps if attainment.value >= at - LIMIT]
        terms = [
            Term(
                "step" if attainment.value >= at - LIMIT else "step_ahead",
                float(points),
                "score",
                (("attainment", float(at)),),
                cells=self._cells("steps"),
            )
            for at, points in steps
        ]
        best = max(reached, default=0.0)
        formula = "" if not reached else "max{step}" if best >= 0 else "max(max{step}, 0)"
        return formula, float(best), [attainment, *terms]

    def _between_levels(self) -> tuple[str, float, list[Term]]:
        """Return the score by threshold, target and stretch value; names compare as the metric's direction asks."""
        value, low, target, high = self._levels
        actual = self._value()
        name, over, under = f"{{{actual.name}}}", "≤" if self.lower else "≥", ">" if self.lower else "<"
        if value >= target - LIMIT * max(1.0, abs(target)):
            if high <= target:
                return f"{name} {over} {{target}}", 100.0, [actual, self._target()]
            formula = f"100 + 20 × ({name} − {{target}}) ÷ ({{stretch}} − {{target}})"
            raw = 100 + 20 * (value - target) / (high - target)
            return formula, raw, [actual, self._target(), self._level("stretch")]
        if self._below_threshold():
            return f"{name} {under} {{threshold}}", 0.0, [actual, self._level("threshold")]
        formula = f"60 + 40 × ({name} − {{threshold}}) ÷ ({{target}} − {{threshold}})"
        return formula, 60 + 40 * (value - low) / (target - low), [actual, self._level("threshold"), self._target()]

    def veto(self) -> tuple[str, list[Term]]:
        """Return why a veto item caps its card: as formula and terms."""
        score = self.score()
        if score.value <= LIMIT:
            return "{item_score} ≤ 0", [score]
        value = self._value()
        return f"{{{value.name}}} {'>' if self.lower else '<'} {{threshold}}", [value, self._level("threshold")]

    def _below_threshold(self) -> bool:
        value, low, _, _ = (np.array([level]) for level in self._levels)
        return bool(is_below(value, low)[0])

    def _value(self) -> Term:
        return actual_term(self.goal) if self.by_value else attainment_term(self.goal)

    def _target(self) -> Term:
        return target_term(self.goal) if self.by_value else Term("target", 1.0, "ratio", note="whole")

    def _level(self, name: str) -> Term:
        """Return the threshold or the stretch value: the card's, else that of an attainment; never past the target."""
        _, low, target, high = self._levels
        level = low if name == "threshold" else high
        stated = self._cells(name) if self.goal.choice("metrics", "direction") != "range" else ()
        at = THRESHOLD_ATTAINMENT if name == "threshold" else STRETCH_ATTAINMENT
        note = "level_of_target" if stated and level == target else "" if stated else f"{name}_by_default"
        if not self.by_value:
            return Term(name, level, "ratio", note=note, cells=stated)
        directed = -level if self.lower else level
        if stated or level == target:
            return self.goal.number(name, directed, note=note, cells=stated)
        goal_target = target_term(self.goal)
        size = abs(goal_target.value)
        sign = "−" if (at < 1) != self.lower else "+"
        scale = "{target}" if goal_target.value >= 0 else "|{target}|"
        tolerance = self.goal.tolerance
        terms = [goal_target]
        if tolerance is not None and tolerance.value > size:
            scale, terms = "{tolerance}", [goal_target, tolerance]
        formula = f"{{target}} {sign} {abs(at - 1):.1g} × {scale}"
        return self.goal.number(name, directed, formula=formula, note=note, opened=lambda: terms)

    def _cap(self) -> Term:
        stated = float(self.snapshot.company.scorecards.cap[self.row])
        if np.isnan(stated):
            return Term("cap", ITEM_CAP, "score", note="cap_by_default")
        return Term("cap", max(stated, 0.0), "score", cells=self._cells("cap"))

    def _cells(self, *columns: str) -> tuple[Cell, ...]:
        return filled_cells(self.snapshot.company, "scorecards", self.row, *columns)
