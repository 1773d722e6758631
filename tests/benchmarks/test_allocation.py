"""How long the budget optimiser takes against the linear relaxation of the same problem, in the same run."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest

from guantong.engine.allocation_amounts import keeps
from guantong.engine.allocation_problem import AllocationProblem, allocation_problem
from guantong.solvers.allocation import Plan, _loaded, allocate
from guantong.solvers.allocation_model import AllocationModel
from tests.make.budget import large_budget
from tests.make.company import snapshot

REQUESTS, UNITS, DEPENDENCIES = 3000, 200, 500
ROUNDS = 3


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the median seconds of a piece of work and its last result."""
    times, result = [], None
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), result


def relaxed(problem: AllocationProblem) -> Any:
    solver = _loaded(AllocationModel(problem), integral=False)
    solver.run()
    return solver.getModelStatus()


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", ["minimums", "all_or_nothing", "too_many_mandatory"])
def test_allocating_a_large_budget(kind: str, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    tables = large_budget(REQUESTS, UNITS, DEPENDENCIES, seed)
    if kind == "all_or_nothing":
        tables["budget_requests"] = [
            {**row, "minimum": row["requested"], "stretch": None, "mandatory": False}
            for row in tables["budget_requests"]
        ]
    elif kind == "too_many_mandatory":
        tables["budget_requests"] = [{**row, "mandatory": row["code"] > "B01000"} for row in tables["budget_requests"]]
    problem = allocation_problem(snapshot(**tables))
    reference, _ = timed(lambda: relaxed(problem))
    first, rough = timed(lambda: allocate(problem, seconds=10, gap=0.05))
    whole, answer = timed(lambda: allocate(problem, seconds=60, gap=0.001))
    words = f"{len(getattr(answer, 'conditions', ()))} conditions in conflict"
    if kind != "too_many_mandatory":
        assert isinstance(rough, Plan)
        assert isinstance(answer, Plan)
        assert keeps(problem, rough.amounts)
        assert keeps(problem, answer.amounts)
        assert answer.proven
        words = f"gaps {rough.gap:.4%} and {answer.gap:.4%}"
    with capsys.disabled():
        print(
            f"\n{kind} {seed}: relaxation {reference:.2f} s; gap 5% {first:.2f} s = {first / reference:.0f} x, "
            f"gap 0.1% {whole:.2f} s = {whole / reference:.0f} x; {words}"
        )
