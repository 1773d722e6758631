"""An allocation problem as the rows and columns of a linear program with yes/no columns.

The amount of a request is base + least x (yes or no) + its column: base is what a mandatory request must get. Amounts
are scaled to some thousands, where a solver's tolerances are small beside them; worth is scaled to at most 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.allocation_problem import CORE, OTHER, AllocationProblem, Condition

_LARGEST = 1e4
_INFINITE = float("inf")


@dataclass(frozen=True)
class Cut:
    """A choice that exact amounts do not admit: not all of `together` chosen while none of `without` is."""

    together: tuple[int, ...]
    without: tuple[int, ...] = ()


class Rows:
    """Rows of a linear program as they are written down, lower <= sum <= upper."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = [0]
        self._columns: list[np.ndarray] = []
        self._values: list[np.ndarray] = []

    def add(self, columns: Any, values: Any, lower: float, upper: float) -> int:
        """Add a row; returns its number."""
        columns = np.asarray(columns, dtype=np.int32)
        self._columns.append(columns)
        self._values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), columns.shape))
        self.starts.append(self.starts[-1] + len(columns))
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    @property
    def columns(self) -> np.ndarray:
        """Return the columns of all entries, row by row, int32."""
        return np.concatenate([np.array([], dtype=np.int32), *self._columns])

    @property
    def values(self) -> np.ndarray:
        """Return the values of all entries, row by row, float64."""
        return np.concatenate([np.array([], dtype=np.float64), *self._values])


class AllocationModel:
    """The linear program of an allocation problem.

    Attributes:
        unit: Minor units that count as 1.
        worth: Worth per minor unit that counts as 1.
        switch: (n,) column of each request's yes/no, -1 where it has none.
        rows: Its rows; `place` names those of the conditions.
    """

    def __init__(self, problem: AllocationProblem, cuts: Sequence[Cut] = ()) -> None:
        self.problem = problem
        sizes = problem.most.astype(np.float64)
        self.unit = float(sizes.max(initial=0.0)) / _LARGEST or 1.0
        self.worth = float(np.abs(problem.worth).max(initial=0.0)) or 1.0
        self._base = problem.floor.astype(np.float64) / self.unit
        self._least = problem.least.astype(np.float64) / self.unit
        self._most = sizes / self.unit
        switched = problem.switched & (sizes > 0)
        self.switch = np.where(switched, len(problem) + np.cumsum(switched) - 1, -1)
        self._always = self._base > 0
        self.rows = Rows()
        self.place: dict[Condition, int] = {}
        self._add_switches()
        self._add_caps()
        self._add_core_share()
        self._add_needs()
        for cut in cuts:
            self._add_cut(cut)

    @property
    def switches(self) -> np.ndarray:
        """Return the requests with a yes/no, in the order of its columns."""
        return np.flatnonzero(self.switch >= 0)

    def cost(self) -> np.ndarray:
        """Return what one of each column adds to the scaled objective."""
        worth = self.problem.worth / self.worth
        return np.concatenate([worth, (worth * self._least)[self.switches]])

    def offset(self) -> float:
        """Return what the bases add to the scaled objective."""
        return float(self.problem.worth / self.worth @ self._base)

    def upper(self) -> np.ndarray:
        """Return the upper bound of each column; the lower bounds are 0."""
        free = self._most - np.where(self.switch >= 0, self._least, self._base)
        return np.concatenate([np.maximum(free, 0.0), np.ones(len(self.switches))])

    def amounts(self, columns: np.ndarray) -> np.ndarray:
        """Return the amounts of a solution, (n,) float64 minor units."""
        amounts = self._base + columns[: len(self.problem)]
        amounts[self.switches] += self._least[self.switches] * columns[len(self.problem) :]
        return amounts * self.unit

    def _add_switches(self) -> None:
        for row in self.switches.tolist():
            free = self._most[row] - self._least[row]
            if free > 0:
                self.rows.add([row, self.switch[row]], [1.0, -free], -_INFINITE, 0.0)

    def _terms(self, members: np.ndarray, factors: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return columns, values and constant of a sum of factor x amount over members."""
        chosen = self.switch[members] >= 0
        columns = np.concatenate([members, self.switch[members[chosen]]])
        values = np.concatenate([factors, factors[chosen] * self._least[members[chosen]]])
        return columns, values, float(factors @ self._base[members])

    def _add_caps(self) -> None:
        for place, cap in enumerate(self.problem.caps):
            members = self.problem.members[self.problem.cap_rows == place]
            # What cannot be exceeded is left out; so no bound is too large for the solver.
            if sum(self.problem.most[members].tolist()) > cap.maximum:
                columns, values, constant = self._terms(members, np.ones(len(members)))
                bound = cap.maximum / self.unit - constant
                self.place[Condition(cap.kind, place)] = self.rows.add(columns, values, -_INFINITE, bound)

    def _add_core_share(self) -> None:
        share = self.problem.core_share
        if share is not None:
            members = np.flatnonzero(self.problem.side >= OTHER)
            factors = np.where(self.problem.side[members] == CORE, 1.0, 0.0) - float(share)
            columns, values, constant = self._terms(members, factors)
            self.place[Condition("core_share", 0)] = self.rows.add(columns, values, -constant, _INFINITE)

    def _add_needs(self) -> None:
        for waiting, needed in self.problem.needs.tolist():
            self._at_most([waiting], [needed] if needed >= 0 else [], 0)

    def _add_cut(self, cut: Cut) -> None:
        self._at_most(cut.together, cut.without, len(cut.together) - 1)

    def _at_most(self, plus: Iterable[int], minus: Iterable[int], bound: int) -> None:
        """Add: of `plus` no more are chosen than of `minus` and `bound` more."""
        columns, values = [], []
        for sign, rows in ((1, plus), (-1, minus)):
            for row in rows:
                if self._always[row]:
                    bound -= sign
                elif self.switch[row] >= 0:
                    columns.append(self.switch[row])
                    values.append(float(sign))
        self.rows.add(columns, values, -_INFINITE, float(bound))
