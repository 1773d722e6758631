"""One goal with what the formulas of its figures ask for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from guantong.engine.actuals import own_values
from guantong.engine.cascade import retained_part
from guantong.engine.explain.terms import Cell, Term, filled_cells, known
from guantong.engine.measurement import Measures, begun_carriers, measures, objective_children, sources, support_weights
from guantong.engine.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class OneGoal:
    """A goal that is there, by its position."""

    snapshot: Snapshot
    row: int

    @property
    def code(self) -> str:
        """The goal's code."""
        return str(self.snapshot.company.goals.code[self.row])

    @property
    def about(self) -> tuple[tuple[str, Any], ...]:
        """What a term of this goal is about."""
        return (("goal", self.code),)

    @property
    def figures(self) -> Measures:
        """The figures of all goals."""
        return measures(self.snapshot)

    @cached_property
    def source(self) -> int:
        """Where its figures come from, as in measurement."""
        return int(sources(self.snapshot)[self.row])

    @property
    def valued(self) -> bool:
        """Whether it is measured by an actual value that has something to compare with."""
        return bool(self.figures.valued[self.row])

    @cached_property
    def with_own(self) -> bool:
        """Whether own values of a retained part are added to what the carriers reached."""
        has_own = not np.isnan(own_values(self.snapshot).actual[self.row])
        sums = self.choice("goals", "rollup") == "sum"
        return bool(sums and has_own and retained_part(self.snapshot)[self.row] > 0)

    @cached_property
    def carriers(self) -> list["OneGoal"]:
        """The carriers from which it rolls up, whose cycle has begun."""
        return [
            OneGoal(self.snapshot, row) for row in np.flatnonzero(begun_carriers(self.snapshot) == self.row).tolist()
        ]

    @cached_property
    def children(self) -> list["OneGoal"]:
        """The children whose mean it is as an objective."""
        rows = np.flatnonzero(objective_children(self.snapshot) == self.row)
        return [OneGoal(self.snapshot, row) for row in rows.tolist()]

    @property
    def metric(self) -> int:
        """Position of its metric, -1 = none."""
        return int(self.snapshot.company.goals.metric[self.row])

    @property
    def takes_values(self) -> bool:
        """Whether its metric is measured by values, not by milestones."""
        return self.metric >= 0 and self.choice("metrics", "direction") != "milestone"

    def choice(self, table: str, column: str) -> str | None:
        """Return a choice of the goal (`goals`) or of its metric (`metrics`), None where it is empty."""
        row = self.row if table == "goals" else self.metric
        return getattr(self.snapshot.company, table).choice(column, row) if row >= 0 else None

    def figure(self, name: str) -> Any:
        """Return one of its figures, None where it is missing."""
        return known(getattr(self.figures, name)[self.row])

    def cells(self, *columns: str) -> tuple[Cell, ...]:
        """Return the filled cells of its row."""
        return filled_cells(self.snapshot.company, "goals", self.row, *columns)

    def number(self, name: str, value: Any, **more: Any) -> Term:
        """Return a term in the metric's unit of measure."""
        unit = str(self.snapshot.company.metrics.unit_of_measure[self.metric]) if self.metric >= 0 else ""
        return Term(name, known(value), "number", unit=unit, **{"about": self.about, **more})

    @property
    def tolerance(self) -> Term | None:
        """The tolerance of its metric, None where there is none above 0."""
        metrics = self.snapshot.company.metrics
        if self.metric < 0 or not metrics.tolerance[self.metric] > 0:
            return None
        cells = filled_cells(self.snapshot.company, "metrics", self.metric, "tolerance")
        return self.number("tolerance", metrics.tolerance[self.metric], cells=cells)

    def weight(self) -> Term:
        """Return its weight for the goal above; a blank one counts 1."""
        weight = float(self.snapshot.company.goals.weight[self.row])
        blank = np.isnan(weight)
        note = "weight_blank" if blank else "negative_weight" if weight < 0 else ""
        counted = float(support_weights(self.snapshot)[self.row])
        return Term("weight", counted, "ratio", self.about, note=note, cells=self.cells("weight"))
