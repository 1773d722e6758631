"""The budget review's proposal, computed with HiGHS: who gets how much, how good that provably is, what holds it back.

One thread and a fixed seed; the gap ends the search first, the time last. Method: docs/rules/allocation.md.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.allocation_amounts import choice_of, crowded, exceeded, keeps, smallest_amounts, whole_amounts
from guantong.engine.allocation_problem import AllocationProblem, Condition, objective
from guantong.solvers.allocation_model import AllocationModel, Cut

_MOST_CUTS = 200
_WAIT_SECONDS = 0.1
_NOISE = 1e-9
_MANDATORY_PRICED = 20
_STEP = 1e-3
"""Scaled amount by which a condition is loosened to see what that brings; the largest request counts ten thousand."""


class NoPlanInTimeError(Exception):
    """The time is up and no plan that keeps every condition has been found, nor that there is none."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan that keeps every condition exactly.

    Attributes:
        amounts: (n,) minor units, Python integers.
        objective: Sum of value x weight.
        bound: No plan can be worth more.
        gap: (bound - objective) / |objective|, 0 where both are 0.
        proven: Whether the gap asked for was reached.
        seconds: How long it took.
        prices: By binding condition, in the linear program in which the chosen requests stay chosen: what one minor
            unit more of the limit (or less of what is mandatory) adds to the objective; for the core share, one unit
            of ratio less. Only those above 0, and of mandatory requests the 20 that hold most.
    """

    amounts: np.ndarray
    objective: float
    bound: float
    gap: float
    proven: bool
    seconds: float
    prices: Mapping[Condition, float]


@dataclass(frozen=True)
class Conflict:
    """No plan exists: conditions that no plan keeps together, while without any one of them some plan would."""

    conditions: tuple[Condition, ...]


def allocate(problem: AllocationProblem, seconds: float = 60.0, gap: float = 0.001) -> Plan | Conflict:
    """Return the best plan found, or the conditions in conflict.

    Args:
        problem: The problem.
        seconds: The search ends after this time.
        gap: The search ends when the plan is proven to be within this part of the best.

    Raises:
        NoPlanInTimeError: Neither a plan nor a conflict was found in time.
        KeyboardInterrupt: The user interrupted; the solver has stopped.
    """
    begun = time.perf_counter()
    if not len(problem):
        return Plan(np.array([], dtype=object), 0.0, 0.0, 0.0, proven=True, seconds=0.0, prices={})
    found = _search(problem, begun + seconds, gap)
    if found is None:
        return Conflict(_conflict(problem, begun + seconds))
    bound = max(found.bound, found.objective)
    distance = bound - found.objective
    part = distance / abs(found.objective) if found.objective else float(distance > 0)
    if part <= _NOISE:
        part = 0.0
    return Plan(
        amounts=found.amounts,
        objective=found.objective,
        bound=bound,
        gap=part,
        proven=part <= gap + _NOISE,
        seconds=time.perf_counter() - begun,
        prices=found.prices,
    )


@dataclass(frozen=True, eq=False)
class _Found:
    amounts: np.ndarray
    objective: float
    bound: float
    prices: Mapping[Condition, float]


def _search(problem: AllocationProblem, deadline: float, gap: float, feasible: bool = False) -> _Found | None:
    """Return a plan whose amounts are exact, None where there is none; any plan will do where `feasible`.

    A choice that keeps the conditions only within the solver's tolerance is cut off, and the search goes on.
    """
    small = smallest_amounts(problem)
    if small is None or exceeded(problem, small):
        return None
    if feasible and keeps(problem, small):
        return _Found(small, objective(problem, small), float("inf"), {})
    cuts: list[Cut] = []
    while len(cuts) < _MOST_CUTS:
        model = AllocationModel(problem, cuts)
        solution = _best_choice(model, deadline, gap, feasible)
        if solution is None:
            return None
        columns, bound = solution
        chosen = _chosen(model, columns)
        choice = choice_of(problem, chosen)
        fixed = _FixedChoice(model, chosen)
        real = fixed.amounts() if fixed.solved else model.amounts(columns)
        amounts = whole_amounts(problem, choice, real)
        if amounts is not None:
            prices = {} if feasible else fixed.prices()
            return _Found(amounts, objective(problem, amounts), bound, prices)
        together = crowded(problem, choice)
        others = np.flatnonzero(problem.switched & ~chosen).tolist()
        cuts.append(Cut(tuple(together)) if together else Cut(tuple(np.flatnonzero(chosen).tolist()), tuple(others)))
    raise NoPlanInTimeError


def _chosen(model: AllocationModel, columns: np.ndarray) -> np.ndarray:
    """Return who gets money: a yes that carries money or that somebody chosen needs, and every mandatory request."""
    problem = model.problem
    mandatory = (problem.floor > 0).astype(bool)
    yes = mandatory.copy()
    yes[model.switches] = columns[len(problem) :] > 0.5
    carries = mandatory | (columns[: len(problem)] * model.unit >= 0.5) | ~(problem.least == 1).astype(bool)
    waiting, needed = problem.needs[:, 0], problem.needs[:, 1]
    while True:
        wanted = np.zeros(len(problem), dtype=bool)
        wanted[needed[yes[waiting] & (needed >= 0)]] = True
        idle = yes & ~carries & ~wanted
        if not idle.any():
            return yes
        yes = yes & ~idle


def _best_choice(
    model: AllocationModel, deadline: float, gap: float, feasible: bool
) -> tuple[np.ndarray, float] | None:
    """Return the columns of a solution and the bound of the objective; None where there is no solution.

    Raises:
        NoPlanInTimeError: The time was up first.
    """
    import highspy

    left = deadline - time.perf_counter()
    if left <= 0:
        raise NoPlanInTimeError
    highs = _loaded(model, integral=True, worthless=feasible)
    highs.setOptionValue("time_limit", left)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_abs_gap", 0.0)
    _run_interruptibly(highs)
    status, info = highs.getModelStatus(), highs.getInfo()
    known = highspy.HighsModelStatus
    if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
        return None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise NoPlanInTimeError
    scaled = info.mip_dual_bound if len(model.switches) else info.objective_function_value
    return np.array(highs.getSolution().col_value), scaled * model.worth * model.unit


def _run_interruptibly(highs: Any) -> None:
    """Run the solver in a thread of its own, so that Ctrl-C is heard while it works."""
    highs.HandleUserInterrupt = True
    highs.startSolve()
    try:
        while not highs.wait(_WAIT_SECONDS)[0]:
            pass
    except KeyboardInterrupt:
        highs.cancelSolve()
        highs.wait()
        raise


def _loaded(model: AllocationModel, *, integral: bool, worthless: bool = False) -> Any:
    """Return a silent solver that holds a model."""
    import highspy

    cost, upper, rows = model.cost(), model.upper(), model.rows
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(cost), len(rows.lower)
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = np.zeros_like(cost) if worthless else cost
    program.offset_ = 0.0 if worthless else model.offset()
    program.col_lower_, program.col_upper_ = np.zeros(len(cost)), upper
    program.row_lower_, program.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.num_col_, program.a_matrix_.num_row_ = program.num_col_, program.num_row_
    program.a_matrix_.start_ = np.array(rows.starts, dtype=np.int32)
    program.a_matrix_.index_, program.a_matrix_.value_ = rows.columns, rows.values
    if integral and len(model.switches):
        kinds = [highspy.HighsVarType.kContinuous] * len(model.problem)
        program.integrality_ = kinds + [highspy.HighsVarType.kInteger] * len(model.switches)
    highs = _silent_solver()
    for option, value in (("threads", 1), ("random_seed", 0)):
        highs.setOptionValue(option, value)
    highs.passModel(program)
    return highs


def _silent_solver() -> Any:
    import highspy

    class Silent(highspy.Highs):
        """Falls silent before it first speaks: standard output belongs to the report."""

        def enableCallbacks(self) -> None:  # noqa: N802  the library's name
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Silent()  # type: ignore[no-untyped-call]


class _FixedChoice:
    """The linear program in which the chosen requests stay chosen and the others get nothing."""

    def __init__(self, model: AllocationModel, chosen: np.ndarray) -> None:
        import highspy

        self._model = model
        self._highs = _loaded(model, integral=False)
        size = len(model.problem)
        fixed = chosen[model.switches].astype(np.float64)
        upper = model.upper()[:size]
        upper[model.switches] *= fixed
        self._bound(np.arange(size), np.zeros(size), upper)
        self._bound(np.arange(size, size + len(fixed)), fixed, fixed)
        self._upper = upper
        self._highs.run()
        self.solved = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def _bound(self, columns: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> None:
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def amounts(self) -> np.ndarray:
        """Return the best amounts of the choice, (n,) float64 minor units."""
        return self._model.amounts(np.array(self._highs.getSolution().col_value))

    def prices(self) -> dict[Condition, float]:
        """Return what loosening each binding condition brings; see `Plan.prices`."""
        if not self.solved:
            return {}
        solution = self._highs.getSolution()
        duals = np.array(solution.row_dual)
        reduced = np.array(solution.col_dual)[: len(self._model.problem)]
        best, worth = np.array(solution.col_value), self._model.worth
        prices = {}
        for condition, row in self._model.place.items():
            # Where a dual is 0, loosening brings nothing; where it is not, it may still be one of several.
            if abs(duals[row]) > _NOISE:
                prices[condition] = self._gain_of_row(row, best) * worth
        mandatory = np.flatnonzero((self._model.problem.floor > 0).astype(bool) & (reduced < -_NOISE))
        dearest = mandatory[np.argsort(reduced[mandatory], kind="stable")][:_MANDATORY_PRICED]
        for row in dearest.tolist():
            prices[Condition("mandatory", row)] = self._gain_of_floor(row, best) * worth
        share = Condition("core_share", 0)
        if share in prices:
            # A row of the share is in money: a ratio less frees that part of all strategic money.
            prices[share] *= float(self.amounts()[self._model.problem.side >= 0].sum())
        return {condition: price for condition, price in prices.items() if price > _NOISE * worth}

    def _gain_of_row(self, row: int, best: np.ndarray) -> float:
        lower, upper = self._model.rows.lower[row], self._model.rows.upper[row]
        self._highs.changeRowBounds(row, lower - _STEP, upper + _STEP)
        gain = self._solved_again(best)
        self._highs.changeRowBounds(row, lower, upper)
        return gain

    def _gain_of_floor(self, row: int, best: np.ndarray) -> float:
        self._highs.changeColBounds(row, -_STEP, self._upper[row])
        gain = self._solved_again(best)
        self._highs.changeColBounds(row, 0.0, self._upper[row])
        return gain

    def _solved_again(self, best: np.ndarray) -> float:
        self._highs.run()
        # The difference of the columns, for that of two large objectives would lose digits.
        return float(self._model.cost() @ (np.array(self._highs.getSolution().col_value) - best)) / _STEP


def _conflict(problem: AllocationProblem, deadline: float) -> tuple[Condition, ...]:
    """Return conditions that no plan keeps together, none of which can be left out of them.

    Divide and conquer: conditions named earlier are kept in preference, so the broadest limits and the largest
    mandatory requests are named.
    """

    def holds(kept: Sequence[Condition]) -> bool:
        return _search(problem.only(kept), deadline, gap=1.0, feasible=True) is not None

    def smallest(kept: tuple[Condition, ...], added: bool, doubted: tuple[Condition, ...]) -> tuple[Condition, ...]:
        if added and not holds(kept):
            return ()
        if len(doubted) == 1:
            return doubted
        half = len(doubted) // 2
        first, second = doubted[:half], doubted[half:]
        of_second = smallest(kept + first, True, second)
        of_first = smallest(kept + of_second, bool(of_second), first)
        return of_first + of_second

    return smallest((), False, problem.conditions)
